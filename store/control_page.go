package store

import (
	"context"
	"encoding/json"
	"time"
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

// positioned is an entry of a control list that knows its place.
type positioned[P any] interface{ Position() P }

// NamedPage reads a page of a list that is sorted by name. The list's identity
// binds its cursors; list returns at most limit entries behind a position, and
// count counts all of them up to a limit.
func NamedPage[T positioned[NamePosition]](first *int, after *string, identity string,
	list func(after *NamePosition, limit int) ([]T, error), count func(ctx context.Context, limit int) (int, error)) (*Page[T], error) {
	return controlPage(first, after, identity, list, count)
}

// TimedPage is NamedPage for lists that are sorted newest first.
func TimedPage[T positioned[TimePosition]](first *int, after *string, identity string,
	list func(after *TimePosition, limit int) ([]T, error), count func(ctx context.Context, limit int) (int, error)) (*Page[T], error) {
	return controlPage(first, after, identity, list, count)
}

// controlPage reads a page of a list whose positions are of any kind.
func controlPage[P any, T positioned[P]](first *int, after *string, identity string,
	list func(after *P, limit int) ([]T, error), count func(ctx context.Context, limit int) (int, error)) (*Page[T], error) {
	w, err := PageRequest{First: first, After: after}.window()
	if err != nil {
		return nil, err
	}
	bound := boundTo([]byte(identity))
	var from *P
	if w.cursor != nil {
		values, err := decodeCursor(*w.cursor, bound)
		if err != nil || len(values) != 1 {
			return nil, ErrBadCursor
		}
		from = new(P)
		if json.Unmarshal(values[0], from) != nil {
			return nil, ErrBadCursor
		}
	}
	page := &Page[T]{Items: []T{}, Cursors: []string{}, HasPrev: from != nil}
	page.Count = func(ctx context.Context, limit int) (int, bool, error) {
		limit, err := countLimit(limit)
		if err != nil {
			return 0, false, err
		}
		n, err := count(ctx, limit+1)
		return min(n, limit), n <= limit, err
	}
	if w.size == 0 {
		return page, nil
	}
	found, err := list(from, w.size+1)
	if err != nil {
		return nil, err
	}
	page.HasNext = len(found) > w.size
	for _, item := range found[:min(w.size, len(found))] {
		page.Items = append(page.Items, item)
		page.Cursors = append(page.Cursors, encodeCursor(bound, []any{item.Position()}))
	}
	return page, nil
}
