package authz

import (
	"context"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// Project returns a project and the right to its organization's tables, for a
// caller that may do this to the object in it. A project that does not exist
// and one that the caller may not see both give ErrNotFound, after the same
// work; one that the caller sees, but may not do this in, gives ErrForbidden;
// for nobody it is ErrUnauthenticated.
func (v *Viewer) Project(ctx context.Context, id trace.ProjectID, object Object, verb Verb) (store.Tenant, *store.Project, error) {
	project, err := v.visibleProject(ctx, id)
	if err != nil {
		return store.Tenant{}, nil, err
	}
	allowed, err := v.Can(ctx, object, verb, ProjectScope(project))
	if err != nil {
		return store.Tenant{}, nil, err
	}
	if !allowed {
		return store.Tenant{}, nil, ErrForbidden
	}
	tenant, err := v.service.store.Tenant(ctx, project.OrganizationID)
	return tenant, project, err
}

// visibleProject returns a project that the caller may know of.
func (v *Viewer) visibleProject(ctx context.Context, id trace.ProjectID) (*store.Project, error) {
	if v == nil {
		return nil, ErrUnauthenticated
	}
	if v.APIKey != nil {
		if id != v.APIKey.ProjectID {
			return nil, ErrNotFound
		}
		return v.service.projects.get(ctx, projectView{project: id}, func(ctx context.Context) (*store.Project, error) {
			return v.service.store.Project(ctx, id)
		})
	}
	project, err := v.service.projects.get(ctx, projectView{user: v.User.UserID, project: id}, func(ctx context.Context) (*store.Project, error) {
		return v.service.store.ProjectOfUser(ctx, v.User.UserID, id)
	})
	if err != nil {
		return nil, err
	}
	// The roles may be newer than what is remembered of the project.
	given, err := v.subjects(ctx, ProjectScope(project))
	if err == nil && len(given) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return project, nil
}

// Organization returns an organization, for a caller that may do this to the
// object in it. The errors are those of Project.
func (v *Viewer) Organization(ctx context.Context, id trace.OrganizationID, object Object, verb Verb) (*store.Organization, error) {
	if v == nil {
		return nil, ErrUnauthenticated
	}
	given, err := v.subjects(ctx, OrganizationScope(id))
	switch {
	case err != nil:
		return nil, err
	// A key knows which organization it belongs to, whatever its scopes.
	case len(given) == 0 && (v.APIKey == nil || id != v.organization):
		return nil, ErrNotFound
	}
	allowed, err := v.Can(ctx, object, verb, OrganizationScope(id))
	if err != nil {
		return nil, err
	}
	if !allowed {
		return nil, ErrForbidden
	}
	return v.service.store.Organization(ctx, id)
}

// Organizations returns the organizations that the caller may see, by name, at
// most limit of them, beginning after the position where one is given.
func (v *Viewer) Organizations(ctx context.Context, after *store.NamePosition, limit int) ([]*store.Organization, error) {
	switch {
	case v == nil:
		return nil, ErrUnauthenticated
	case v.APIKey == nil:
		return v.service.store.OrganizationsOfUser(ctx, v.User.UserID, after, limit)
	}
	allowed, err := v.Can(ctx, ObjectOrganization, VerbRead, OrganizationScope(v.organization))
	if err != nil || !allowed || limit < 1 {
		return nil, err
	}
	organization, err := v.service.store.Organization(ctx, v.organization)
	if err != nil || !isAfter(organization.Position(), after) {
		return nil, err
	}
	return []*store.Organization{organization}, nil
}

// CountOrganizations counts them up to a limit.
func (v *Viewer) CountOrganizations(ctx context.Context, limit int) (int, error) {
	switch {
	case v == nil:
		return 0, ErrUnauthenticated
	case v.APIKey == nil:
		return v.service.store.CountOrganizationsOfUser(ctx, v.User.UserID, limit)
	}
	found, err := v.Organizations(ctx, nil, min(limit, 1))
	return len(found), err
}

// Projects returns the projects of an organization that the caller may see, by
// name, at most limit of them, beginning after the position where one is given.
// An organization that the caller may not see has none.
func (v *Viewer) Projects(ctx context.Context, organization trace.OrganizationID, after *store.NamePosition, limit int) ([]*store.Project, error) {
	switch {
	case v == nil:
		return nil, ErrUnauthenticated
	case v.APIKey == nil:
		return v.service.store.ProjectsOfUser(ctx, v.User.UserID, organization, after, limit)
	case organization != v.organization || limit < 1:
		return nil, nil
	}
	project, err := v.visibleProject(ctx, v.APIKey.ProjectID)
	if err != nil {
		return nil, err
	}
	allowed, err := v.Can(ctx, ObjectProject, VerbRead, ProjectScope(project))
	if err != nil || !allowed || !isAfter(project.Position(), after) {
		return nil, err
	}
	return []*store.Project{project}, nil
}

// CountProjects counts them up to a limit.
func (v *Viewer) CountProjects(ctx context.Context, organization trace.OrganizationID, limit int) (int, error) {
	switch {
	case v == nil:
		return 0, ErrUnauthenticated
	case v.APIKey == nil:
		return v.service.store.CountProjectsOfUser(ctx, v.User.UserID, organization, limit)
	}
	found, err := v.Projects(ctx, organization, nil, min(limit, 1))
	return len(found), err
}

func isAfter(p store.NamePosition, after *store.NamePosition) bool {
	return after == nil || p.Name > after.Name || p.Name == after.Name && p.ID > after.ID
}
