package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// Administration changes what the control schema holds of one organization, in
// the name of an actor. Each change and its entry in the audit log are one
// transaction. It decides nothing: package authz does.
//
// What was changed by someone else meanwhile, or stands in the way, gives an
// ErrConflict, what does not exist ErrNotFound, what cannot be stored an
// *InputError, too much of it a *QuotaError.
type Administration struct {
	tenant Tenant
	actor  AuditActor
}

// Administration returns the right to change the organization in the name of
// an actor.
func (t Tenant) Administration(actor AuditActor) Administration {
	return Administration{tenant: t, actor: actor}
}

// IsOf reports whether it changes this organization.
func (a Administration) IsOf(id trace.OrganizationID) bool { return a.tenant.state.id == id }

// Most of what an organization and a project can have.
const (
	maxProjects    = 10_000
	maxAPIKeys     = 1000
	maxInvitations = 1000
)

// change runs one change in a transaction. An entry that it returns is added to
// the audit log; nil says that nothing changed.
func (a Administration) change(ctx context.Context, operation string, fn func(tx pgx.Tx) (*auditRecord, error)) error {
	err := pgx.BeginFunc(ctx, a.tenant.store.pool, func(tx pgx.Tx) error {
		record, err := fn(tx)
		if err != nil || record == nil {
			return err
		}
		return a.tenant.addAudit(ctx, tx, a.actor, *record)
	})
	var input *InputError
	var quota *QuotaError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrNotFound), errors.Is(err, ErrConflict), errors.Is(err, ErrOwnersOnly),
		errors.Is(err, ErrOtherAddress), errors.As(err, &input), errors.As(err, &quota):
		return err
	case isConcurrency(err):
		return conflictf("someone else changed the same at this moment: look again, then repeat it")
	}
	return fmt.Errorf("%s: %w", operation, err)
}

// checkQuota gives a QuotaError where a count has passed what is allowed.
func checkQuota(ctx context.Context, tx pgx.Tx, most int, message, countSQL string, id int64) error {
	n, err := queryCount(ctx, tx, "count", countSQL, id)
	if err == nil && n > most {
		return &QuotaError{Message: message}
	}
	return err
}

// renamed is a change of a name in the audit log.
type renamed struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// UpdateOrganization gives the organization another name.
func (a Administration) UpdateOrganization(ctx context.Context, name string) (*Organization, error) {
	name, err := CleanName(name)
	if err != nil {
		return nil, err
	}
	id := a.tenant.state.id
	var updated *Organization
	err = a.change(ctx, "update the organization", func(tx pgx.Tx) (*auditRecord, error) {
		before, err := queryOne(ctx, tx, "read the organization", pgx.RowTo[string],
			`SELECT name FROM organization WHERE id = $1 AND is_ready FOR NO KEY UPDATE`, int64(id))
		if err != nil {
			return nil, err
		}
		updated, err = queryOne(ctx, tx, "update the organization", scanOrganization,
			`UPDATE organization AS o SET name = $2 WHERE o.id = $1 RETURNING `+organizationColumns, int64(id), name)
		if err != nil || before == name {
			return nil, err
		}
		return &auditRecord{AuditOrganizationUpdated, trace.NodeOrganization, id.NodeID(),
			map[string]any{"name": renamed{before, name}}}, nil
	})
	return updated, err
}

// CreateProject creates a project.
func (a Administration) CreateProject(ctx context.Context, n NewProject) (*Project, error) {
	id := a.tenant.state.id
	var created *Project
	err := a.change(ctx, "create the project", func(tx pgx.Tx) (*auditRecord, error) {
		var err error
		if created, err = createProject(ctx, tx, id, n); err != nil {
			return nil, err
		}
		if err := checkQuota(ctx, tx, maxProjects, fmt.Sprintf("the organization has %d projects, the most there can be", maxProjects),
			`SELECT count(*) FROM project WHERE organization_id = $1`, int64(id)); err != nil {
			return nil, err
		}
		return &auditRecord{AuditProjectCreated, trace.NodeProject, created.ID(),
			map[string]any{"name": created.Name, "slug": created.Slug, "retentionDays": created.RetentionDays}}, nil
	})
	if err != nil {
		return nil, err
	}
	return created, nil
}

// ProjectChange is what UpdateProject changes.
type ProjectChange struct {
	// Name is the new name; nil keeps it.
	Name *string
	// SetsRetention says that RetentionDays counts.
	SetsRetention bool
	// RetentionDays is how many days traces are kept; nil keeps them.
	RetentionDays *int
}

// UpdateProject changes the settings of a project of the organization.
func (a Administration) UpdateProject(ctx context.Context, id trace.ProjectID, c ProjectChange) (*Project, error) {
	if c.Name != nil {
		name, err := CleanName(*c.Name)
		if err != nil {
			return nil, err
		}
		c.Name = &name
	}
	if err := checkRetention(c.RetentionDays); err != nil {
		return nil, err
	}
	var updated *Project
	err := a.change(ctx, "update the project", func(tx pgx.Tx) (*auditRecord, error) {
		before, err := queryOne(ctx, tx, "read the project", scanProject,
			`SELECT `+projectColumns+` FROM project p WHERE p.id = $1 AND p.organization_id = $2 FOR NO KEY UPDATE`, int64(id), int64(a.tenant.state.id))
		if err != nil {
			return nil, err
		}
		updated, err = queryOne(ctx, tx, "update the project", scanProject, `UPDATE project AS p SET name = coalesce($2, p.name),
			retention_days = CASE WHEN $3 THEN $4 ELSE p.retention_days END WHERE p.id = $1 RETURNING `+projectColumns,
			int64(id), c.Name, c.SetsRetention, c.RetentionDays)
		if err != nil {
			return nil, err
		}
		changes := map[string]any{}
		if before.Name != updated.Name {
			changes["name"] = renamed{before.Name, updated.Name}
		}
		if !equalPointers(before.RetentionDays, updated.RetentionDays) {
			changes["retentionDays"] = map[string]*int{"from": before.RetentionDays, "to": updated.RetentionDays}
		}
		if len(changes) == 0 {
			return nil, nil
		}
		return &auditRecord{AuditProjectUpdated, trace.NodeProject, id.NodeID(), changes}, nil
	})
	return updated, err
}

// equalPointers reports whether both are nil or point to the same value.
func equalPointers[T comparable](a, b *T) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

// CreateAPIKey creates a key of a project of the organization. An end in the
// past is an *InputError.
func (a Administration) CreateAPIKey(ctx context.Context, n NewAPIKey) (*APIKey, error) {
	if n.ExpiresAt != nil && !n.ExpiresAt.After(time.Now()) {
		return nil, &InputError{FieldExpiry, "lies in the past: give a later time, or none for a key that does not expire"}
	}
	var created *APIKey
	err := a.change(ctx, "create the API key", func(tx pgx.Tx) (*auditRecord, error) {
		if err := a.lockProject(ctx, tx, n.ProjectID); err != nil {
			return nil, err
		}
		var err error
		if created, err = createAPIKey(ctx, tx, n); err != nil {
			return nil, err
		}
		if err := checkQuota(ctx, tx, maxAPIKeys, fmt.Sprintf("the project has %d API keys, the most there can be: revoke some first", maxAPIKeys),
			`SELECT count(*) FROM api_key WHERE project_id = $1 AND revoked_at IS NULL`, int64(n.ProjectID)); err != nil {
			return nil, err
		}
		return &auditRecord{AuditAPIKeyCreated, trace.NodeAPIKey, created.ID(), map[string]any{
			"name": created.Name, "publicKey": created.PublicKey, "scopes": created.Scopes, "expiresAt": created.ExpiresAt}}, nil
	})
	if err != nil {
		return nil, err
	}
	return created, nil
}

// lockProject keeps a project of the organization there until the transaction
// ends.
func (a Administration) lockProject(ctx context.Context, tx pgx.Tx, id trace.ProjectID) error {
	_, err := queryOne(ctx, tx, "read the project", pgx.RowTo[int64],
		`SELECT id FROM project WHERE id = $1 AND organization_id = $2 FOR KEY SHARE`, int64(id), int64(a.tenant.state.id))
	return err
}

// RevokeAPIKey makes a key of a project of the organization stop working for
// good, and returns it as it was.
func (a Administration) RevokeAPIKey(ctx context.Context, project trace.ProjectID, id int64) (*APIKey, error) {
	var revoked *APIKey
	err := a.change(ctx, "revoke the API key", func(tx pgx.Tx) (*auditRecord, error) {
		if err := a.lockProject(ctx, tx, project); err != nil {
			return nil, err
		}
		var err error
		revoked, err = queryOne(ctx, tx, "revoke the API key", scanKey, `UPDATE api_key AS k SET revoked_at = now()
			WHERE k.project_id = $1 AND k.id = $2 AND k.revoked_at IS NULL RETURNING `+keyColumns, int64(project), id)
		if err != nil {
			return nil, err
		}
		return &auditRecord{AuditAPIKeyRevoked, trace.NodeAPIKey, revoked.ID(),
			map[string]any{"name": revoked.Name, "publicKey": revoked.PublicKey}}, nil
	})
	if err != nil {
		return nil, err
	}
	return revoked, nil
}
