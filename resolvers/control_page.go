package resolvers

import (
	"context"

	"github.com/treeline-dev/treeline/authz"
	"github.com/treeline-dev/treeline/graph"
	"github.com/treeline-dev/treeline/store"
)

// Lists of what the control schema holds. Their cursors name a place in the
// order, which is the same for every caller.

func organizationPage(ctx context.Context, v *authz.Viewer, first *int, after *string) (*graph.OrganizationConnection, error) {
	page, err := store.NamedPage(first, after, "organizations", func(after *store.NamePosition, limit int) ([]*store.Organization, error) {
		return v.Organizations(ctx, after, limit)
	}, v.CountOrganizations)
	if err != nil {
		return nil, err
	}
	return &graph.OrganizationConnection{List: graph.NewList(page)}, nil
}

func projectPage(ctx context.Context, o *store.Organization, first *int, after *string) (*graph.ProjectConnection, error) {
	v, err := viewer(ctx)
	if err != nil {
		return nil, err
	}
	page, err := store.NamedPage(first, after, "projects of "+o.OrganizationID.String(), func(after *store.NamePosition, limit int) ([]*store.Project, error) {
		return v.Projects(ctx, o.OrganizationID, after, limit)
	}, func(ctx context.Context, limit int) (int, error) {
		return v.CountProjects(ctx, o.OrganizationID, limit)
	})
	if err != nil {
		return nil, err
	}
	return &graph.ProjectConnection{List: graph.NewList(page)}, nil
}

func apiKeyPage(ctx context.Context, p *store.Project, first *int, after *string) (*graph.ApiKeyConnection, error) {
	v, err := viewer(ctx)
	if err != nil {
		return nil, err
	}
	page, err := store.TimedPage(first, after, "keys of "+p.ProjectID.String(), func(after *store.TimePosition, limit int) ([]*store.APIKey, error) {
		return v.ProjectAPIKeys(ctx, p.ProjectID, after, limit)
	}, func(ctx context.Context, limit int) (int, error) {
		return v.CountProjectAPIKeys(ctx, p.ProjectID, limit)
	})
	if err != nil {
		return nil, hidden(err)
	}
	return &graph.ApiKeyConnection{List: graph.NewList(page)}, nil
}
