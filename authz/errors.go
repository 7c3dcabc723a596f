package authz

import (
	"errors"
	"fmt"
	"time"

	"github.com/treeline-dev/treeline/store"
)

// ErrNotFound says that something does not exist or may not be seen; nobody can
// tell which from the answer.
var ErrNotFound = store.ErrNotFound

// ErrForbidden says that the caller sees the thing but may not do this to it.
var ErrForbidden error = &refusal{"FORBIDDEN", "not permitted: ask an administrator of the organization for a role or a key that allows it"}

// ErrUnauthenticated says that nobody known is calling.
var ErrUnauthenticated error = &refusal{"UNAUTHENTICATED", "not signed in: sign in, or send a valid API key"}

// ErrWrongPassword says that a sign-in failed, not whether the user exists.
var ErrWrongPassword = errors.New("the e-mail address or the password is wrong")

// RateLimitedError says that there were too many attempts.
type RateLimitedError struct {
	// Wait is how long to wait before the next one can succeed.
	Wait time.Duration
}

// Error implements error.
func (e *RateLimitedError) Error() string {
	return fmt.Sprintf("too many attempts: try again in %s", max(e.Wait.Round(time.Second), time.Second))
}

// ErrorCode is the code that GraphQL clients see.
func (e *RateLimitedError) ErrorCode() string { return "RATE_LIMITED" }

// RetryAfter is how long to wait before the next attempt can succeed.
func (e *RateLimitedError) RetryAfter() time.Duration { return e.Wait }

// refusal is an error with the code that GraphQL clients see.
type refusal struct{ code, message string }

// Error implements error.
func (r *refusal) Error() string { return r.message }

// ErrorCode is the code that GraphQL clients see.
func (r *refusal) ErrorCode() string { return r.code }
