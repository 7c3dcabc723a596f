package store

import (
	"context"
	"fmt"
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

// countLimit keeps the limit of a count within what is counted at all.
func countLimit(limit int) (int, error) {
	if limit < 0 {
		return 0, &BadPageError{fmt.Sprintf("the limit of a count is 0 or more, not %d", limit)}
	}
	return min(limit, MaxCount), nil
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
		limit, err := countLimit(limit)
		return min(total, limit), total <= limit, err
	}}
	bound := boundTo([]byte("memory " + identity))
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
