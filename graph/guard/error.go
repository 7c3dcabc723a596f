// Package guard stands between a GraphQL request and its resolvers. It refuses
// operations that are too large, too deep or too costly, checks every argument
// and variable against the schema before anything runs, bounds how long an
// operation may take, and turns errors into the closed list of codes that
// clients rely on.
//
// NewExecutor builds an executor with all of it in place.
package guard

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/treeline-dev/treeline/graph/scalar"
	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// Code is what errors[].extensions.code of an answer holds.
type Code string

// The closed list of codes.
const (
	// Unauthenticated asks the caller to sign in or to send a valid key.
	Unauthenticated Code = "UNAUTHENTICATED"
	// Forbidden refuses a known caller.
	Forbidden Code = "FORBIDDEN"
	// NotFound stands for what does not exist and for what may not be seen.
	NotFound Code = "NOT_FOUND"
	// BadInput blames the request.
	BadInput Code = "BAD_INPUT"
	// CostLimit refuses an operation that asks for too much at once.
	CostLimit Code = "COST_LIMIT"
	// RateLimited refuses a caller that asked too often.
	RateLimited Code = "RATE_LIMITED"
	// Timeout says that the answer took too long.
	Timeout Code = "TIMEOUT"
	// Internal stands for every other failure; its cause is only logged.
	Internal Code = "INTERNAL"
)

// codes is the closed list as a set.
var codes = map[Code]bool{
	Unauthenticated: true, Forbidden: true, NotFound: true, BadInput: true,
	CostLimit: true, RateLimited: true, Timeout: true, Internal: true,
}

// CodedError is an error that may be shown to the caller. Resolvers return it,
// alone or wrapped.
type CodedError struct {
	// Code is one of the closed list.
	Code Code
	// Message says what happened and what to do.
	Message string
	// InputPath names the part of the request that is at fault, such as
	// "filter.and[1].name"; empty where there is none.
	InputPath string
	// RetryAfter is how long the caller should wait, for RateLimited; 0 where
	// that is not known.
	RetryAfter time.Duration
	// Err is the cause; callers never see it.
	Err error

	// logged is set where the cause stands in the log already.
	logged bool
}

// Error implements error.
func (e *CodedError) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *CodedError) Unwrap() error { return e.Err }

// Errorf returns a CodedError with a formatted message.
func Errorf(code Code, format string, args ...any) *CodedError {
	return &CodedError{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Coder is an error of a package below this one that knows its code, one of the
// closed list, and whose message may be shown.
type Coder interface {
	error
	ErrorCode() string
}

// retryable is a Coder that knows when to try again.
type retryable interface{ RetryAfter() time.Duration }

// Classify returns what the caller may learn of an error, and false where that
// is nothing but that something failed.
func Classify(ctx context.Context, err error) (*CodedError, bool) {
	if coded, ok := errors.AsType[*CodedError](err); ok && codes[coded.Code] {
		return coded, true
	}
	if coder, ok := errors.AsType[Coder](err); ok && codes[Code(coder.ErrorCode())] {
		coded := &CodedError{Code: Code(coder.ErrorCode()), Message: coder.Error()}
		if later, ok := coder.(retryable); ok { //nolint:errorlint // the error with the code is the one that knows
			coded.RetryAfter = later.RetryAfter()
		}
		return coded, true
	}
	if filter, ok := errors.AsType[*trace.FilterError](err); ok {
		path := "filter"
		if filter.Path != "" {
			path += "." + filter.Path
		}
		return &CodedError{Code: BadInput, Message: filter.Error(), InputPath: path}, true
	}
	if page, ok := errors.AsType[*store.BadPageError](err); ok {
		return &CodedError{Code: BadInput, Message: page.Error()}, true
	}
	if input, ok := errors.AsType[*scalar.InputError](err); ok {
		return &CodedError{Code: BadInput, Message: input.Error()}, true
	}
	switch {
	case errors.Is(err, store.ErrNotFound):
		return &CodedError{Code: NotFound, Message: "there is no such thing, or you may not see it"}, true
	case errors.Is(err, store.ErrTimeout):
		return &CodedError{Code: Timeout, Message: store.ErrTimeout.Error()}, true
	case errors.Is(err, context.DeadlineExceeded), errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &CodedError{Code: Timeout, Message: "the operation took too long: ask for less, or narrow its time range or filter"}, true
	case errors.Is(err, context.Canceled), errors.Is(ctx.Err(), context.Canceled):
		return &CodedError{Code: Timeout, Message: "the operation was cancelled"}, true
	}
	return nil, false
}

// refusal makes a CodedError into the error that gqlgen's mutators return.
func refusal(coded *CodedError) *gqlerror.Error {
	return &gqlerror.Error{Err: coded, Message: coded.Message}
}
