package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// Position is where the organization stands in a list by name.
func (o *Organization) Position() NamePosition {
	return NamePosition{Name: o.Name, ID: int64(o.OrganizationID)}
}

const organizationColumns = `o.id, o.name, o.slug, o.created_at`

func scanOrganization(row pgx.CollectableRow) (*Organization, error) {
	o := &Organization{}
	err := row.Scan(&o.OrganizationID, &o.Name, &o.Slug, &o.CreatedAt)
	o.CreatedAt = o.CreatedAt.UTC()
	return o, err
}

// Organization returns an organization, or ErrNotFound.
func (s *Store) Organization(ctx context.Context, id trace.OrganizationID) (*Organization, error) {
	return queryOne(ctx, s.pool, "read the organization", scanOrganization,
		`SELECT `+organizationColumns+` FROM organization o WHERE o.is_ready AND o.id = $1`, int64(id))
}

// OrganizationBySlug returns an organization, or ErrNotFound.
func (s *Store) OrganizationBySlug(ctx context.Context, slug string) (*Organization, error) {
	return queryOne(ctx, s.pool, "read the organization", scanOrganization,
		`SELECT `+organizationColumns+` FROM organization o WHERE o.is_ready AND o.slug = $1`, slug)
}

// EnsureOrganization returns the organization with the slug, creating it with
// the name where there is none. Several servers may do so at once.
func (s *Store) EnsureOrganization(ctx context.Context, slug, name string) (*Organization, error) {
	found, err := s.OrganizationBySlug(ctx, slug)
	if !errors.Is(err, ErrNotFound) {
		return found, err
	}
	created, err := s.CreateOrganization(ctx, slug, name)
	if errors.Is(err, ErrConflict) {
		return s.OrganizationBySlug(ctx, slug)
	}
	return created, err
}

// organizationsOfUser selects the organizations that a user belongs to, as a
// whole or through a project.
const organizationsOfUser = `organization o WHERE o.is_ready AND o.id IN (
		SELECT organization_id FROM member WHERE user_id = $1
		UNION SELECT p.organization_id FROM project_member m JOIN project p ON p.id = m.project_id WHERE m.user_id = $1)`

// OrganizationsOfUser returns the organizations that a user belongs to, as a
// whole or through a project, by name, at most limit of them, beginning after
// the position where one is given.
func (s *Store) OrganizationsOfUser(ctx context.Context, user int64, after *NamePosition, limit int) ([]*Organization, error) {
	name, id := after.arguments()
	return queryAll(ctx, s.pool, "list the organizations", scanOrganization,
		`SELECT `+organizationColumns+` FROM `+organizationsOfUser+`
		AND ($2::text IS NULL OR (o.name COLLATE "C", o.id) > ($2::text COLLATE "C", $3::bigint))
		ORDER BY o.name COLLATE "C", o.id LIMIT $4`, user, name, id, limit)
}

// CountOrganizationsOfUser counts them up to a limit.
func (s *Store) CountOrganizationsOfUser(ctx context.Context, user int64, limit int) (int, error) {
	return queryCount(ctx, s.pool, "count the organizations",
		`SELECT count(*) FROM (SELECT FROM `+organizationsOfUser+` LIMIT $2) AS counted`, user, limit)
}
