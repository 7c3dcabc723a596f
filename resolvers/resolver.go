// Package resolvers answers the fields of the GraphQL schema: each checks the
// permission, calls one function and returns its value.
package resolvers

import (
	"context"
	"errors"

	"github.com/treeline-dev/treeline/authz"
	"github.com/treeline-dev/treeline/graph"
	"github.com/treeline-dev/treeline/ingest/writer"
	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// Sessions is how a mutation begins and ends the session of the browser that
// sent it.
type Sessions interface {
	// Origin is where the request comes from.
	Origin(ctx context.Context) authz.SignInOrigin
	// Begin makes the answer carry the session's cookie.
	Begin(ctx context.Context, session authz.SignedIn) error
	// End makes the answer remove the cookie.
	End(ctx context.Context) error
}

// Resolver is the root of all resolvers. All fields are required.
type Resolver struct {
	Authz    *authz.Service
	Writer   *writer.Writer
	Sessions Sessions
}

var _ graph.ResolverRoot = (*Resolver)(nil)

// viewer returns the caller; nobody is ErrUnauthenticated.
func viewer(ctx context.Context) (*authz.Viewer, error) {
	if v := authz.FromContext(ctx); v != nil {
		return v, nil
	}
	return nil, authz.ErrUnauthenticated
}

// scope is the right to one project's rows.
type scope struct {
	store.Tenant
	project *store.Project
}

// readScope returns the right to read objects of a project.
func readScope(ctx context.Context, id trace.ProjectID, object authz.Object) (scope, error) {
	v, err := viewer(ctx)
	if err != nil {
		return scope{}, err
	}
	tenant, project, err := v.Project(ctx, id, object, authz.VerbRead)
	return scope{Tenant: tenant, project: project}, err
}

// hidden turns what may not be seen into what does not exist: a null, not an
// error.
func hidden(err error) error {
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, authz.ErrForbidden) {
		return nil
	}
	return err
}
