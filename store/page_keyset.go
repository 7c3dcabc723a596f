package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// keysetList is a query of pages: rows of a table in an order that is total.
type keysetList[R, T any] struct {
	tenant Tenant
	// columns, from and where make up the SELECT; where is never empty.
	columns, from, where string
	builder              *sqlBuilder
	// keys are the SQL expressions of the order, the last of them unique; each
	// sorts in the direction of the list.
	keys       []string
	descending bool
	// identity is what a cursor is bound to besides the keys, such as the filter.
	identity any
	scan     func(pgx.CollectableRow) (R, error)
	// position returns the values of keys for a row.
	position func(R) []any
	// parse turns the values of a cursor into arguments.
	parse func([]json.RawMessage) ([]any, error)
	// slice is how the list is read in slices of time, nil for all at once. A page
	// is, where the first key is the column of the slices; a count always is.
	slice *slicing
	// finish makes the entries of a page from its rows, within the transaction.
	finish func(ctx context.Context, tx pgx.Tx, rows []R) ([]T, error)
}

// fetch reads one page.
func (l *keysetList[R, T]) fetch(ctx context.Context, request PageRequest) (*Page[T], error) {
	w, err := request.window()
	if err != nil {
		return nil, err
	}
	page := l.newPage()
	where := l.where
	var start *int64
	if w.cursor != nil {
		first := len(l.builder.args)
		condition, err := l.after(*w.cursor, w.backward)
		if err != nil {
			return nil, err
		}
		where += " AND " + condition
		if at, ok := l.builder.args[first].(int64); ok {
			start = &at
		}
	}
	descending := l.descending != w.backward
	sql := "SELECT " + l.columns + " FROM " + l.from + " WHERE " + where + " ORDER BY " + orderBy(l.keys, descending) +
		" LIMIT " + l.builder.arg(w.size+1)
	err = l.tenant.read(ctx, func(tx pgx.Tx) error {
		all := []timeSlice{allTimes}
		if l.slice != nil && l.slice.column == l.keys[0] {
			var err error
			if all, err = l.slices(ctx, tx, descending, start); err != nil {
				return err
			}
		}
		found, err := l.collect(ctx, tx, sql, all, w.size+1)
		if err != nil {
			return err
		}
		page.Items, err = l.finish(ctx, tx, l.place(page, found, w))
		return err
	})
	if err != nil {
		return nil, err
	}
	return page, nil
}

// newPage returns an empty page of the list, which can already be counted.
func (l *keysetList[R, T]) newPage() *Page[T] {
	// The count must not see the arguments that the page adds.
	count := l.builder.clone()
	return &Page[T]{Items: []T{}, Cursors: []string{},
		Count: func(ctx context.Context, limit int) (int, bool, error) { return l.count(ctx, count.clone(), limit) }}
}

// place gives a page its place in the list and its cursors, and returns the rows
// of its entries out of those that were found for it: one more than it holds
// where the list goes on.
func (l *keysetList[R, T]) place(page *Page[T], found []R, w window) []R {
	more := len(found) > w.size
	if more {
		found = found[:w.size]
	}
	if w.backward {
		slices.Reverse(found)
	}
	page.HasNext, page.HasPrev = more, w.cursor != nil
	if w.backward {
		page.HasNext, page.HasPrev = page.HasPrev, page.HasNext
	}
	bound := l.bound()
	for _, row := range found {
		page.Cursors = append(page.Cursors, encodeCursor(bound, l.position(row)))
	}
	return found
}

func orderBy(keys []string, descending bool) string {
	if !descending {
		return strings.Join(keys, ", ")
	}
	return strings.Join(keys, " DESC, ") + " DESC"
}

// count counts the rows of the list up to a limit.
func (l *keysetList[R, T]) count(ctx context.Context, builder *sqlBuilder, limit int) (int, bool, error) {
	limit, err := countLimit(limit)
	if err != nil {
		return 0, false, err
	}
	sql := "SELECT count(*) FROM (SELECT FROM " + l.from + " WHERE " + l.where + " LIMIT " + builder.arg(limit+1) + ") AS counted"
	n := 0
	err = l.tenant.read(ctx, func(tx pgx.Tx) error {
		all, err := l.slices(ctx, tx, true, nil)
		for _, slice := range all {
			if err != nil || n > limit {
				break
			}
			if l.slice != nil {
				l.slice.bind(builder.args, slice)
			}
			var more int
			err = tx.QueryRow(ctx, sql, builder.args...).Scan(&more)
			n += more
		}
		return err
	})
	if err != nil {
		return 0, false, fmt.Errorf("count: %w", err)
	}
	return min(n, limit), n <= limit, nil
}

// after is the condition for the rows beyond a cursor. The first key is also
// compared alone, which lets the planner leave out partitions.
func (l *keysetList[R, T]) after(cursor string, backward bool) (string, error) {
	values, err := decodeCursor(cursor, l.bound())
	if err != nil {
		return "", err
	}
	if len(values) != len(l.keys) {
		return "", ErrBadCursor
	}
	args, err := l.parse(values)
	if err != nil {
		return "", ErrBadCursor
	}
	places := make([]string, len(args))
	for i, arg := range args {
		places[i] = l.builder.arg(arg)
	}
	operator := ">"
	if l.descending != backward {
		operator = "<"
	}
	return "(" + l.keys[0] + " " + operator + "= " + places[0] + " AND (" + strings.Join(l.keys, ", ") + ") " + operator +
		" (" + strings.Join(places, ", ") + "))", nil
}

// bound is the hash of everything that a cursor of this list depends on.
func (l *keysetList[R, T]) bound() cursorBound {
	text, err := json.Marshal([]any{l.tenant.state.id, l.from, l.keys, l.descending, l.identity})
	if err != nil {
		text = []byte(err.Error()) // identities are plain structs; this cannot happen
	}
	return boundTo(text)
}

// orderKey is what a list can be sorted by before its ties are broken.
type orderKey[R any] struct {
	// sql is the expression, value its value for a row; never NULL.
	sql   string
	value func(R) int64
}

// orderOf returns the order of a list, newest first where none is given.
func orderOf(order *trace.Order) trace.Order {
	if order == nil {
		return trace.Order{Field: trace.OrderStartedAt, Direction: trace.Descending}
	}
	return *order
}

// orderKeys returns the keys of a list and their values for a row: that of the
// field, where it has one, then those that break ties.
func orderKeys[R any](fields map[trace.OrderField]orderKey[R], field trace.OrderField, ties []string, tieOf func(R) []any) (keys []string, position func(R) []any) {
	key, ok := fields[field]
	if !ok {
		return ties, tieOf
	}
	return append([]string{key.sql}, ties...), func(r R) []any { return append([]any{key.value(r)}, tieOf(r)...) }
}
