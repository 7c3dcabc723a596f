// Package scalar holds the GraphQL scalars that no domain type owns: Time,
// Int64, Cursor, and the built-in Int and Float with the bounds that the GraphQL
// specification sets. Each has a Marshal and an Unmarshal function of the shape
// that gqlgen looks for.
//
// A value of a request that a scalar cannot hold is refused with an
// *InputError, never rounded or replaced. A stored value that it cannot express
// is written as null, which is an error where the field is non-null.
package scalar

import "fmt"

// InputError says why a value of a request is not acceptable. It never repeats
// the value.
type InputError struct{ Message string }

// Error implements error.
func (e *InputError) Error() string { return e.Message }

func refuse(format string, args ...any) error {
	return &InputError{Message: fmt.Sprintf(format, args...)}
}
