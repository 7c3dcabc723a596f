package scalar

import (
	"github.com/99designs/gqlgen/graphql"
)

// MaxCursor is the length of the longest cursor in bytes. No list makes longer
// ones: a cursor holds one row's sort values and its id.
const MaxCursor = 8192

// MarshalCursor writes a position in a list.
func MarshalCursor(cursor string) graphql.Marshaler { return graphql.MarshalString(cursor) }

// UnmarshalCursor reads a position in a list. Only that list can tell whether
// it made it.
func UnmarshalCursor(value any) (string, error) {
	cursor, ok := value.(string)
	if !ok {
		return "", refuse("a cursor is a text that a list returned")
	}
	if len(cursor) > MaxCursor {
		return "", refuse("a cursor is a text that a list returned, and no list returns one longer than %d bytes", MaxCursor)
	}
	return cursor, nil
}
