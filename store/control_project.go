package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// Project is a place for the traces of one application, inside an organization.
type Project struct {
	ProjectID      trace.ProjectID
	OrganizationID trace.OrganizationID
	Name           string
	// Slug is unique in the organization.
	Slug string
	// RetentionDays is how many days traces are kept; nil keeps them.
	RetentionDays *int
	CreatedAt     time.Time
}

var _ trace.Node = (*Project)(nil)

// ID implements trace.Node.
func (p *Project) ID() string { return p.ProjectID.NodeID() }

// Position is where the project stands in a list by name.
func (p *Project) Position() NamePosition { return NamePosition{Name: p.Name, ID: int64(p.ProjectID)} }

const projectColumns = `p.id, p.organization_id, p.name, p.slug, p.retention_days, p.created_at`

func scanProject(row pgx.CollectableRow) (*Project, error) {
	p := &Project{}
	err := row.Scan(&p.ProjectID, &p.OrganizationID, &p.Name, &p.Slug, &p.RetentionDays, &p.CreatedAt)
	p.CreatedAt = p.CreatedAt.UTC()
	return p, err
}

// NewProject is what a project is made of.
type NewProject struct {
	// Slug is unique in the organization; nil derives it from the name.
	Slug *string
	Name string
	// RetentionDays is how many days traces are kept; nil keeps them.
	RetentionDays *int
}

// maxRetentionDays is the longest time after which traces can go.
const maxRetentionDays = 36500

func checkRetention(days *int) error {
	if days != nil && (*days < 1 || *days > maxRetentionDays) {
		return &InputError{FieldRetention, fmt.Sprintf("must be 1 to %d days, or null to keep traces", maxRetentionDays)}
	}
	return nil
}

// CreateProject creates a project that keeps its traces. A slug that is taken
// in the organization gives ErrConflict, an organization that does not exist
// ErrNotFound, a name or slug that cannot be one an InputError.
func (s *Store) CreateProject(ctx context.Context, organization trace.OrganizationID, slug, name string) (*Project, error) {
	return createProject(ctx, s.pool, organization, NewProject{Slug: &slug, Name: name})
}

func createProject(ctx context.Context, q querier, organization trace.OrganizationID, n NewProject) (*Project, error) {
	name, err := CleanName(n.Name)
	if err != nil {
		return nil, err
	}
	slug := SlugOf(name)
	if n.Slug != nil {
		slug = *n.Slug
	}
	if err := CheckSlug(slug); err != nil {
		return nil, err
	}
	if err := checkRetention(n.RetentionDays); err != nil {
		return nil, err
	}
	project, err := queryOne(ctx, q, "create the project", scanProject,
		`INSERT INTO project AS p (id, organization_id, slug, name, retention_days) VALUES ($1, $2, $3, $4, $5) RETURNING `+projectColumns,
		randomID(), int64(organization), slug, name, n.RetentionDays)
	switch {
	case isUniqueViolation(err):
		return nil, conflictf("a project with the slug %q exists: choose another one", slug)
	case isForeignKeyViolation(err):
		return nil, ErrNotFound
	}
	return project, err
}

// EnsureProject returns the project with the slug, creating it with the name
// where the organization has none. Several servers may do so at once.
func (s *Store) EnsureProject(ctx context.Context, organization trace.OrganizationID, slug, name string) (*Project, error) {
	found, err := s.ProjectBySlug(ctx, organization, slug)
	if !errors.Is(err, ErrNotFound) {
		return found, err
	}
	created, err := s.CreateProject(ctx, organization, slug, name)
	if errors.Is(err, ErrConflict) {
		return s.ProjectBySlug(ctx, organization, slug)
	}
	return created, err
}

// Project returns a project of any organization, or ErrNotFound. It decides
// nothing: package authz does.
func (s *Store) Project(ctx context.Context, id trace.ProjectID) (*Project, error) {
	return queryOne(ctx, s.pool, "read the project", scanProject,
		`SELECT `+projectColumns+` FROM project p WHERE p.id = $1`, int64(id))
}

// ProjectBySlug returns the organization's project with the slug, or
// ErrNotFound.
func (s *Store) ProjectBySlug(ctx context.Context, organization trace.OrganizationID, slug string) (*Project, error) {
	return queryOne(ctx, s.pool, "read the project", scanProject,
		`SELECT `+projectColumns+` FROM project p WHERE p.organization_id = $1 AND p.slug = $2`, int64(organization), slug)
}

// ofUser is true for projects p that user $1 belongs to, through the
// organization or directly.
const ofUser = `(EXISTS (SELECT FROM member m WHERE m.user_id = $1 AND m.organization_id = p.organization_id)
		OR EXISTS (SELECT FROM project_member m WHERE m.user_id = $1 AND m.project_id = p.id))`

// ProjectOfUser returns a project that the user belongs to, through its
// organization or directly, or ErrNotFound. A project of strangers and one that
// does not exist are the same query with the same empty answer.
func (s *Store) ProjectOfUser(ctx context.Context, user int64, id trace.ProjectID) (*Project, error) {
	return queryOne(ctx, s.pool, "read the project", scanProject,
		`SELECT `+projectColumns+` FROM project p WHERE p.id = $2 AND `+ofUser, user, int64(id))
}

// projectsOfUser selects the projects of organization $2 that user $1 belongs
// to.
const projectsOfUser = `project p WHERE p.organization_id = $2 AND ` + ofUser

// ProjectsOfUser returns the projects of an organization that a user belongs
// to, by name, at most limit of them, beginning after the position where one is
// given.
func (s *Store) ProjectsOfUser(ctx context.Context, user int64, organization trace.OrganizationID, after *NamePosition, limit int) ([]*Project, error) {
	name, id := after.arguments()
	return queryAll(ctx, s.pool, "list the projects", scanProject,
		`SELECT `+projectColumns+` FROM `+projectsOfUser+`
		AND ($3::text IS NULL OR (p.name COLLATE "C", p.id) > ($3::text COLLATE "C", $4::bigint))
		ORDER BY p.name COLLATE "C", p.id LIMIT $5`, user, int64(organization), name, id, limit)
}

// CountProjectsOfUser counts them up to a limit.
func (s *Store) CountProjectsOfUser(ctx context.Context, user int64, organization trace.OrganizationID, limit int) (int, error) {
	return queryCount(ctx, s.pool, "count the projects",
		`SELECT count(*) FROM (SELECT FROM `+projectsOfUser+` LIMIT $3) AS counted`, user, int64(organization), limit)
}

// Projects returns all projects of an organization, by name, at most limit of
// them, beginning after the position where one is given.
func (s *Store) Projects(ctx context.Context, organization trace.OrganizationID, after *NamePosition, limit int) ([]*Project, error) {
	name, id := after.arguments()
	return queryAll(ctx, s.pool, "list the projects", scanProject,
		`SELECT `+projectColumns+` FROM project p WHERE p.organization_id = $1
		AND ($2::text IS NULL OR (p.name COLLATE "C", p.id) > ($2::text COLLATE "C", $3::bigint))
		ORDER BY p.name COLLATE "C", p.id LIMIT $4`, int64(organization), name, id, limit)
}
