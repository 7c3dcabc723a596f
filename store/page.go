package store

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// PageRequest asks for a part of a list: the First entries after a cursor, or
// the Last before one.
type PageRequest struct {
	First, Last   *int
	After, Before *string
}

// Sizes of a page.
const (
	DefaultPageSize = 50
	MaxPageSize     = 200
	// MaxCount is the furthest that a total is counted.
	MaxCount = 10_000
)

// BadPageError says what is wrong with a PageRequest.
type BadPageError struct{ Message string }

// Error implements error.
func (e *BadPageError) Error() string { return e.Message }

// ErrBadCursor says that a cursor is not one of the list that it is used with.
var ErrBadCursor = &BadPageError{"this cursor does not belong to this list: cursors are bound to the filter and the order of the list that returned them; start again without one"}

// window is a checked PageRequest.
type window struct {
	size     int
	backward bool
	cursor   *string
}

func (p PageRequest) window() (window, error) {
	w := window{size: DefaultPageSize, cursor: p.After}
	switch {
	case p.First != nil && p.Last != nil:
		return w, &BadPageError{"give first or last, not both"}
	case p.After != nil && p.Before != nil:
		return w, &BadPageError{"give after or before, not both"}
	case p.First != nil && p.Before != nil, p.Last != nil && p.After != nil:
		return w, &BadPageError{"first goes with after, last with before"}
	case p.First != nil:
		w.size = *p.First
	case p.Last != nil:
		w.size, w.backward, w.cursor = *p.Last, true, p.Before
	case p.Before != nil:
		w.backward, w.cursor = true, p.Before
	}
	if w.size < 0 || w.size > MaxPageSize {
		return w, &BadPageError{fmt.Sprintf("a page has 0 to %d entries, not %d: fetch more pages instead", MaxPageSize, w.size)}
	}
	return w, nil
}

// Page is a part of a list.
type Page[T any] struct {
	Items   []T
	Cursors []string
	HasNext bool
	HasPrev bool
	// Count returns how many entries the whole list has, counted up to limit,
	// and whether that is all.
	Count func(ctx context.Context, limit int) (int, bool, error)
}

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
	if w.cursor != nil {
		condition, err := l.after(*w.cursor, w.backward)
		if err != nil {
			return nil, err
		}
		where += " AND " + condition
	}
	descending := l.descending != w.backward
	sql := "SELECT " + l.columns + " FROM " + l.from + " WHERE " + where + " ORDER BY " + orderBy(l.keys, descending) +
		" LIMIT " + l.builder.arg(w.size+1)
	err = l.tenant.read(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, sql, l.builder.args...)
		if err != nil {
			return err
		}
		found, err := pgx.CollectRows(rows, l.scan)
		if err != nil {
			return err
		}
		return l.fill(ctx, tx, page, found, w)
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

// fill makes a page of the rows that were found for it, one more than it holds
// where the list goes on.
func (l *keysetList[R, T]) fill(ctx context.Context, tx pgx.Tx, page *Page[T], found []R, w window) error {
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
	var err error
	page.Items, err = l.finish(ctx, tx, found)
	return err
}

func orderBy(keys []string, descending bool) string {
	if !descending {
		return strings.Join(keys, ", ")
	}
	return strings.Join(keys, " DESC, ") + " DESC"
}

// count counts the rows of the list up to a limit.
func (l *keysetList[R, T]) count(ctx context.Context, builder *sqlBuilder, limit int) (int, bool, error) {
	limit = max(0, min(limit, MaxCount))
	sql := "SELECT count(*) FROM (SELECT FROM " + l.from + " WHERE " + l.where + " LIMIT " + builder.arg(limit+1) + ") AS counted"
	var n int
	err := l.tenant.read(ctx, func(tx pgx.Tx) error { return tx.QueryRow(ctx, sql, builder.args...).Scan(&n) })
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
func (l *keysetList[R, T]) bound() []byte {
	text, err := json.Marshal([]any{l.tenant.state.id, l.from, l.keys, l.descending, l.identity})
	if err != nil {
		text = []byte(err.Error()) // identities are plain structs; this cannot happen
	}
	sum := sha256.Sum256(text)
	return sum[:8]
}

func encodeCursor(bound []byte, position []any) string {
	text, err := json.Marshal(position)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(append(slices.Clone(bound), text...))
}

func decodeCursor(cursor string, bound []byte) ([]json.RawMessage, error) {
	if len(cursor) > 8192 {
		return nil, ErrBadCursor
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(raw) < len(bound) || string(raw[:len(bound)]) != string(bound) {
		return nil, ErrBadCursor
	}
	var values []json.RawMessage
	if err := json.Unmarshal(raw[len(bound):], &values); err != nil {
		return nil, ErrBadCursor
	}
	return values, nil
}

// cursorInt reads a whole number from a cursor.
func cursorInt(raw json.RawMessage) (int64, error) {
	var n int64
	if err := json.Unmarshal(raw, &n); err != nil {
		return 0, fmt.Errorf("read a cursor: %w", err)
	}
	return n, nil
}

// cursorText reads a text from a cursor.
func cursorText(raw json.RawMessage) (string, error) {
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return "", fmt.Errorf("read a cursor: %w", err)
	}
	if strings.IndexByte(s, 0) >= 0 {
		return "", errors.New("read a cursor: it holds a NUL")
	}
	return s, nil
}

// PageOf cuts a page out of a list that is wholly in memory. Positions rise
// through the list, and no two are alike; identity tells the list from others,
// so that its cursors fit no other one.
func PageOf[T any](items []T, identity string, position func(T) int, request PageRequest) (*Page[T], error) {
	w, err := request.window()
	if err != nil {
		return nil, err
	}
	if w.backward {
		return nil, &BadPageError{"this list is read forward: use first and after"}
	}
	total := len(items)
	page := &Page[T]{Items: []T{}, Cursors: []string{}, Count: func(_ context.Context, limit int) (int, bool, error) {
		limit = max(0, min(limit, MaxCount))
		return min(total, limit), total <= limit, nil
	}}
	sum := sha256.Sum256([]byte("memory " + identity))
	bound := sum[:8]
	if w.cursor != nil {
		values, err := decodeCursor(*w.cursor, bound)
		if err != nil || len(values) != 1 {
			return nil, ErrBadCursor
		}
		last, err := cursorInt(values[0])
		if err != nil {
			return nil, ErrBadCursor
		}
		for len(items) > 0 && int64(position(items[0])) <= last {
			items = items[1:]
		}
		page.HasPrev = true
	}
	page.HasNext = len(items) > w.size
	for _, item := range items[:min(w.size, len(items))] {
		page.Items = append(page.Items, item)
		page.Cursors = append(page.Cursors, encodeCursor(bound, []any{position(item)}))
	}
	return page, nil
}
