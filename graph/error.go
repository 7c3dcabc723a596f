package graph

// InputError says that an argument is not acceptable; clients see it as
// BAD_INPUT.
type InputError struct{ Message string }

// Error implements error.
func (e *InputError) Error() string { return e.Message }

// BadInput returns an InputError.
func BadInput(message string) error { return &InputError{Message: message} }

// ErrorCode is the code that clients see.
func (e *InputError) ErrorCode() string { return "BAD_INPUT" }
