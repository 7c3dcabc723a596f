package resolvers

import (
	"context"
	"errors"
	"fmt"

	"github.com/treeline-dev/treeline/authz"
	"github.com/treeline-dev/treeline/graph"
)

// signIn begins a session. What a person can mend comes back as userErrors.
func (r *Resolver) signIn(ctx context.Context, input authz.SignInInput) (*graph.SignInPayload, error) {
	signedIn, err := r.Authz.SignIn(ctx, input, r.Sessions.Origin(ctx))
	var limited *authz.RateLimitedError
	switch {
	case errors.Is(err, authz.ErrWrongPassword):
		return &graph.SignInPayload{UserErrors: []*graph.UserError{userError(graph.UserErrorCodeInvalid, err.Error(), "input", "password")}}, nil
	case errors.As(err, &limited):
		wait := int(limited.Wait.Milliseconds())
		fault := userError(graph.UserErrorCodeQuotaExceeded, err.Error())
		fault.RetryAfterMs = &wait
		return &graph.SignInPayload{UserErrors: []*graph.UserError{fault}}, nil
	case err != nil:
		return nil, err
	}
	if err := r.Sessions.Begin(ctx, signedIn); err != nil {
		return nil, fmt.Errorf("set the session cookie: %w", err)
	}
	return &graph.SignInPayload{Viewer: signedIn.Viewer, UserErrors: []*graph.UserError{}}, nil
}

// signOut ends the session of the browser that asks.
func (r *Resolver) signOut(ctx context.Context) (*graph.SignOutPayload, error) {
	if token := r.Sessions.Origin(ctx).Token; token != "" {
		if err := r.Authz.SignOut(ctx, token); err != nil {
			return nil, err
		}
	}
	if err := r.Sessions.End(ctx); err != nil {
		return nil, fmt.Errorf("remove the session cookie: %w", err)
	}
	return &graph.SignOutPayload{UserErrors: []*graph.UserError{}}, nil
}

func userError(code graph.UserErrorCode, message string, path ...string) *graph.UserError {
	return &graph.UserError{Code: code, Message: message, Path: path}
}
