package authz

import (
	"context"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// ProjectAPIKeys returns the keys of a project, newest first, for a caller that
// may read them. The errors are those of Project.
func (v *Viewer) ProjectAPIKeys(ctx context.Context, id trace.ProjectID, after *store.TimePosition, limit int) ([]*store.APIKey, error) {
	if _, _, err := v.Project(ctx, id, ObjectAPIKey, VerbRead); err != nil {
		return nil, err
	}
	return v.service.store.APIKeys(ctx, id, after, limit)
}

// CountProjectAPIKeys counts them up to a limit.
func (v *Viewer) CountProjectAPIKeys(ctx context.Context, id trace.ProjectID, limit int) (int, error) {
	if _, _, err := v.Project(ctx, id, ObjectAPIKey, VerbRead); err != nil {
		return 0, err
	}
	return v.service.store.CountAPIKeys(ctx, id, limit)
}

// ProjectAPIKey returns one key of a project, for a caller that may read it.
func (v *Viewer) ProjectAPIKey(ctx context.Context, id trace.ProjectID, key int64) (*store.APIKey, error) {
	if _, _, err := v.Project(ctx, id, ObjectAPIKey, VerbRead); err != nil {
		return nil, err
	}
	return v.service.store.APIKey(ctx, id, key)
}
