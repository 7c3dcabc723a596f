package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// NamePosition is a place in a list that is sorted by name: after the entry
// with this name and id. Names sort bytewise, so that a position means the same
// on every server.
type NamePosition struct {
	Name string
	ID   int64
}

// TimePosition is a place in a list that is sorted newest first: after the
// entry of this time and id.
type TimePosition struct {
	Time time.Time
	ID   int64
}

// arguments returns the position as SQL parameters, nulls for none.
func (p *NamePosition) arguments() (name *string, id *int64) {
	if p == nil {
		return nil, nil
	}
	return &p.Name, &p.ID
}

func (p *TimePosition) arguments() (at *time.Time, id *int64) {
	if p == nil {
		return nil, nil
	}
	return &p.Time, &p.ID
}

// querier is what a pool and a transaction have in common.
type querier interface {
	Query(ctx context.Context, sql string, arguments ...any) (pgx.Rows, error)
}

// queryOne returns the one row of a query, or ErrNotFound.
func queryOne[T any](ctx context.Context, q querier, operation string, scan pgx.RowToFunc[T], sql string, arguments ...any) (T, error) {
	rows, err := q.Query(ctx, sql, arguments...)
	var value T
	if err == nil {
		value, err = pgx.CollectExactlyOneRow(rows, scan)
	}
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return value, ErrNotFound
	case err != nil:
		return value, fmt.Errorf("%s: %w", operation, err)
	}
	return value, nil
}

// queryAll returns all rows of a query.
func queryAll[T any](ctx context.Context, q querier, operation string, scan pgx.RowToFunc[T], sql string, arguments ...any) ([]T, error) {
	rows, err := q.Query(ctx, sql, arguments...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", operation, err)
	}
	values, err := pgx.CollectRows(rows, scan)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", operation, err)
	}
	return values, nil
}

func queryCount(ctx context.Context, q querier, operation, sql string, arguments ...any) (int, error) {
	return queryOne(ctx, q, operation, pgx.RowTo[int], sql, arguments...)
}

// isForeignKeyViolation reports whether err is PostgreSQL's 23503.
func isForeignKeyViolation(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23503"
}
