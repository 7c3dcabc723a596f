package store

import "fmt"

// ConflictError is an ErrConflict with words for whoever asked for the change.
type ConflictError struct {
	// Message says what stands in the way and what to do.
	Message string
}

// Error implements error.
func (e *ConflictError) Error() string { return e.Message }

// Is makes it an ErrConflict.
func (*ConflictError) Is(target error) bool { return target == ErrConflict }

func conflictf(format string, arguments ...any) error {
	return &ConflictError{Message: fmt.Sprintf(format, arguments...)}
}

// QuotaError says that there are as many of something as there may be.
type QuotaError struct {
	// Message says what there is too much of and what to do.
	Message string
}

// Error implements error.
func (e *QuotaError) Error() string { return e.Message }
