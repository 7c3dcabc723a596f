package resolvers

import (
	"context"
	"errors"

	"github.com/treeline-dev/treeline/authz"
	"github.com/treeline-dev/treeline/graph"
	"github.com/treeline-dev/treeline/store"
)

// mutationScope returns the right to do something to an object of the project
// that a mutation's input names, or without a name that of the API key that
// calls. A project that does not exist, or that the caller may not see, is a
// user error.
func mutationScope(ctx context.Context, projectID *string, object authz.Object, verb authz.Verb) (scope, *graph.UserError, error) {
	v, err := viewer(ctx)
	if err != nil {
		return scope{}, nil, err
	}
	absent := userError(graph.UserErrorCodeNotFound, "there is no such project, or you may not see it", "input", "projectId")
	id, ok, err := namedProject(v, "projectId", projectID)
	if err != nil {
		return scope{}, nil, err
	}
	if !ok {
		return scope{}, absent, nil
	}
	tenant, project, err := v.Project(ctx, id, object, verb)
	if errors.Is(err, store.ErrNotFound) {
		return scope{}, absent, nil
	}
	return scope{Tenant: tenant, project: project}, nil, err
}
