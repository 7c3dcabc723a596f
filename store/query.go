package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// querier is what a pool and a transaction have in common.
type querier interface {
	Query(ctx context.Context, sql string, arguments ...any) (pgx.Rows, error)
	Exec(ctx context.Context, sql string, arguments ...any) (pgconn.CommandTag, error)
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

// execFound runs a change of rows; where it finds none, that is ErrNotFound.
func execFound(ctx context.Context, q querier, operation, sql string, arguments ...any) error {
	tag, err := q.Exec(ctx, sql, arguments...)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", operation, err)
	case tag.RowsAffected() == 0:
		return ErrNotFound
	}
	return nil
}

// scanRow reads a row into a struct that lists where its columns go.
func scanRow[R any, P interface {
	*R
	targets() []any
}](row pgx.CollectableRow) (*R, error) {
	r := new(R)
	err := row.Scan(P(r).targets()...)
	return r, err
}
