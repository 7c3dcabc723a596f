package store

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// Organization is a customer: its data lies in a schema of its own.
type Organization struct {
	OrganizationID trace.OrganizationID
	Name           string
	Slug           string
	CreatedAt      time.Time
}

// ID implements trace.Node.
func (o *Organization) ID() string { return o.OrganizationID.NodeID() }

// randomID returns a positive 62-bit number: unguessable, and telling nothing
// about how many there are.
func randomID() int64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails, see crypto/rand
	return int64(binary.BigEndian.Uint64(b[:])>>2) | 1
}

// CreateOrganization creates an organization with its schema and role. A slug
// that is taken gives ErrConflict, a name or slug that cannot be one an
// InputError.
func (s *Store) CreateOrganization(ctx context.Context, slug, name string) (*Organization, error) {
	if err := CheckSlug(slug); err != nil {
		return nil, err
	}
	name, err := CleanName(name)
	if err != nil {
		return nil, err
	}
	// An organization that a crash left half made keeps its id and is finished.
	org, err := queryOne(ctx, s.pool, "create the organization", scanOrganization, `INSERT INTO organization AS o (id, slug, name) VALUES ($1, $2, $3)
		ON CONFLICT (slug) DO UPDATE SET name = excluded.name WHERE NOT o.is_ready RETURNING `+organizationColumns, randomID(), slug, name)
	switch {
	case errors.Is(err, ErrNotFound):
		return nil, fmt.Errorf("an organization with the slug %q exists: %w", slug, ErrConflict)
	case err != nil:
		return nil, err
	}
	if err := s.createTenantSchema(ctx, s.tenantState(org.OrganizationID)); err != nil {
		return nil, fmt.Errorf("create the organization %q: %w", slug, err)
	}
	if _, err := s.Tenant(ctx, org.OrganizationID); err != nil {
		return nil, err
	}
	if _, err := s.pool.Exec(ctx, `UPDATE organization SET is_ready = true WHERE id = $1`, int64(org.OrganizationID)); err != nil {
		return nil, fmt.Errorf("create the organization %q: %w", slug, err)
	}
	return org, nil
}

// createTenantSchema makes the role and the schema; both may exist already.
func (s *Store) createTenantSchema(ctx context.Context, state *tenantState) error {
	conn, err := s.ownerConn(ctx, state.schema, "")
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	var version int
	var login string
	if err := conn.QueryRow(ctx, `SELECT current_setting('server_version_num')::int, quote_ident(current_user)`).Scan(&version, &login); err != nil {
		return fmt.Errorf("look at the server version: %w", err)
	}
	for _, statement := range []string{
		createRole(state.schema, "NOLOGIN"),
		grantRole(state.schema, login, version),
		"SET ROLE " + OwnerRole,
		"CREATE SCHEMA IF NOT EXISTS " + state.schema,
		"GRANT USAGE ON SCHEMA " + state.schema + " TO " + state.schema,
	} {
		if err := execRetrying(ctx, conn, statement); err != nil {
			return fmt.Errorf("create the schema %s: %w", state.schema, err)
		}
	}
	return nil
}

// migrateOrganization brings an organization's schema to the newest version and
// renews the rights of its role.
func (s *Store) migrateOrganization(ctx context.Context, state *tenantState) error {
	conn, err := s.ownerConn(ctx, state.schema, OwnerRole)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if err := s.migrateSchema(ctx, conn, "organization", state.schema); err != nil {
		return err
	}
	for _, statement := range []string{
		"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA " + state.schema + " TO " + state.schema,
		"REVOKE ALL ON schema_version, partition_week FROM " + state.schema,
		"GRANT SELECT ON partition_week TO " + state.schema,
		"REVOKE ALL ON audit_entry FROM " + state.schema,
		"GRANT SELECT, INSERT ON audit_entry TO " + state.schema,
	} {
		if err := execRetrying(ctx, conn, statement); err != nil {
			return fmt.Errorf("grant rights in %s: %w", state.schema, err)
		}
	}
	return nil
}

// DeleteOrganization removes an organization with everything it has: its rows
// in the control schema, its schema and its role. One that does not exist gives
// ErrNotFound.
func (s *Store) DeleteOrganization(ctx context.Context, id trace.OrganizationID) error {
	state := s.tenantState(id)
	if err := execFound(ctx, s.pool, "delete the organization", `DELETE FROM organization WHERE id = $1`, int64(id)); err != nil {
		return err
	}
	conn, err := s.ownerConn(ctx, controlSchema, "")
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	for _, statement := range []string{
		"SET ROLE " + OwnerRole,
		"DROP SCHEMA IF EXISTS " + state.schema + " CASCADE",
		"RESET ROLE",
		"DROP ROLE IF EXISTS " + state.schema,
	} {
		if err := execRetrying(ctx, conn, statement); err != nil {
			return fmt.Errorf("delete the organization's schema: %w", err)
		}
	}
	s.tenants.Delete(id)
	return nil
}

// MigrateAll brings every organization to this server's version, one after the
// other; progress goes to the log. A run that is interrupted goes on where it
// stopped.
func (s *Store) MigrateAll(ctx context.Context) error {
	ids, err := queryAll(ctx, s.pool, "list the organizations", pgx.RowTo[int64], `SELECT id FROM organization WHERE is_ready ORDER BY id`)
	if err != nil {
		return err
	}
	for i, id := range ids {
		if _, err := s.Tenant(ctx, trace.OrganizationID(id)); err != nil {
			return fmt.Errorf("after %d of %d organizations: %w", i, len(ids), err)
		}
	}
	return nil
}
