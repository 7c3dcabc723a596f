package resolvers

import (
	"context"
	"errors"

	"github.com/treeline-dev/treeline/authz"
	"github.com/treeline-dev/treeline/graph"
	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// Changes of organizations, projects and keys.

// inputFields are the input fields that an InputError is about.
var inputFields = map[string]string{
	store.FieldName: "name", store.FieldSlug: "slug", store.FieldEmail: "email", store.FieldScopes: "scopes",
	store.FieldRetention: "retentionDays", store.FieldExpiry: "expiresAt", store.FieldRole: "role", authz.FieldPassword: "password",
}

// outcome turns an error that the caller can do something about into a user
// error; subject is the input field that names what is changed. Other errors
// are returned.
func outcome(err error, subject string) ([]*graph.UserError, error) {
	var input *store.InputError
	var quota *store.QuotaError
	var limited *authz.RateLimitedError
	var fault *graph.UserError
	switch {
	case err == nil:
		return []*graph.UserError{}, nil
	case errors.Is(err, store.ErrNotFound):
		fault = userError(graph.UserErrorCodeNotFound, "there is no such thing, or you may not see it", "input", subject)
	case errors.Is(err, store.ErrConflict):
		fault = userError(graph.UserErrorCodeConflict, err.Error())
	case errors.As(err, &input):
		fault = userError(graph.UserErrorCodeInvalid, input.Error(), "input", inputFields[input.Field])
	case errors.As(err, &quota):
		fault = userError(graph.UserErrorCodeQuotaExceeded, quota.Error())
	case errors.As(err, &limited):
		wait := int(limited.Wait.Milliseconds())
		fault = userError(graph.UserErrorCodeQuotaExceeded, limited.Error())
		fault.RetryAfterMs = &wait
	default:
		return nil, err
	}
	return []*graph.UserError{fault}, nil
}

// organizationArgument returns the organization that an id names. One that
// names none is not found.
func organizationArgument(text string) (trace.OrganizationID, error) {
	id, err := trace.ParseNodeID(text)
	if err != nil || id.Type != trace.NodeOrganization || id.Key != id.Scope {
		return 0, store.ErrNotFound
	}
	organization, ok := trace.ParseOrganizationID(id.Scope)
	if !ok {
		return 0, store.ErrNotFound
	}
	return organization, nil
}

// projectArgument is organizationArgument for a project; without an id it is
// that of the API key that calls.
func projectArgument(v *authz.Viewer, text *string) (trace.ProjectID, error) {
	id, ok, err := namedProject(v, "projectId", text)
	if err == nil && !ok {
		err = store.ErrNotFound
	}
	return id, err
}

// inOrganization is organizationArgument for what lies in an organization.
func inOrganization(text, kind string) (trace.OrganizationID, int64, error) {
	id, err := trace.ParseNodeID(text)
	if err != nil || id.Type != kind {
		return 0, 0, store.ErrNotFound
	}
	organization, ok := trace.ParseOrganizationID(id.Scope)
	key, okKey := store.ParseKey(id.Key)
	if !ok || !okKey {
		return 0, 0, store.ErrNotFound
	}
	return organization, key, nil
}

func updateOrganization(ctx context.Context, input graph.UpdateOrganizationInput) (*graph.UpdateOrganizationPayload, error) {
	v, err := viewer(ctx)
	if err != nil {
		return nil, err
	}
	var updated *store.Organization
	id, err := organizationArgument(input.OrganizationID)
	if err == nil {
		updated, err = v.UpdateOrganization(ctx, id, input.Name)
	}
	faults, err := outcome(err, "organizationId")
	if err != nil {
		return nil, err
	}
	return &graph.UpdateOrganizationPayload{Organization: updated, UserErrors: faults}, nil
}

func createProject(ctx context.Context, input graph.CreateProjectInput) (*graph.CreateProjectPayload, error) {
	v, err := viewer(ctx)
	if err != nil {
		return nil, err
	}
	var created *store.Project
	id, err := organizationArgument(input.OrganizationID)
	if err == nil {
		project := store.NewProject{Slug: input.Slug, Name: input.Name, RetentionDays: input.RetentionDays}
		created, err = v.CreateProject(ctx, id, project)
	}
	faults, err := outcome(err, "organizationId")
	if err != nil {
		return nil, err
	}
	return &graph.CreateProjectPayload{Project: created, UserErrors: faults}, nil
}

func updateProject(ctx context.Context, input graph.UpdateProjectInput) (*graph.UpdateProjectPayload, error) {
	v, err := viewer(ctx)
	if err != nil {
		return nil, err
	}
	var updated *store.Project
	id, err := projectArgument(v, input.ProjectID)
	if err == nil {
		change := store.ProjectChange{Name: input.Name}
		change.RetentionDays, change.SetsRetention = input.RetentionDays.ValueOK()
		updated, err = v.UpdateProject(ctx, id, change)
	}
	faults, err := outcome(err, "projectId")
	if err != nil {
		return nil, err
	}
	return &graph.UpdateProjectPayload{Project: updated, UserErrors: faults}, nil
}

func createAPIKey(ctx context.Context, input graph.CreateAPIKeyInput) (*graph.CreateAPIKeyPayload, error) {
	v, err := viewer(ctx)
	if err != nil {
		return nil, err
	}
	payload := &graph.CreateAPIKeyPayload{}
	id, err := projectArgument(v, input.ProjectID)
	if err == nil {
		var secret string
		payload.APIKey, secret, err = v.CreateAPIKey(ctx, store.NewAPIKey{ProjectID: id, Name: input.Name, Scopes: input.Scopes, ExpiresAt: input.ExpiresAt})
		if err == nil {
			payload.Secret = &secret
		}
	}
	payload.UserErrors, err = outcome(err, "projectId")
	if err != nil {
		return nil, err
	}
	return payload, nil
}

func revokeAPIKey(ctx context.Context, input graph.RevokeAPIKeyInput) (*graph.RevokeAPIKeyPayload, error) {
	v, err := viewer(ctx)
	if err != nil {
		return nil, err
	}
	payload := &graph.RevokeAPIKeyPayload{}
	project, key, err := apiKeyArgument(input.ID)
	if err == nil {
		payload.APIKey, err = v.RevokeAPIKey(ctx, project, key)
	}
	payload.UserErrors, err = outcome(err, "id")
	if err != nil {
		return nil, err
	}
	return payload, nil
}

func apiKeyArgument(text string) (trace.ProjectID, int64, error) {
	id, err := trace.ParseNodeID(text)
	if err != nil || id.Type != trace.NodeAPIKey {
		return 0, 0, store.ErrNotFound
	}
	project, ok := trace.ParseProjectID(id.Scope)
	key, okKey := store.ParseKey(id.Key)
	if !ok || !okKey {
		return 0, 0, store.ErrNotFound
	}
	return project, key, nil
}
