package store

import (
	"context"
	"crypto/sha256"
	"encoding/json"
)

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

func controlPage[P any, T positioned[P]](first *int, after *string, identity string,
	list func(after *P, limit int) ([]T, error), count func(ctx context.Context, limit int) (int, error)) (*Page[T], error) {
	w, err := PageRequest{First: first, After: after}.window()
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(identity))
	bound := sum[:8]
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
		limit = max(0, min(limit, MaxCount))
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
