package store

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// Role is what a person may do in an organization or a project. Each includes
// the next; package authz says what they mean.
type Role string

// The roles.
const (
	RoleOwner  Role = "OWNER"
	RoleAdmin  Role = "ADMIN"
	RoleMember Role = "MEMBER"
	RoleViewer Role = "VIEWER"
)

// Roles lists every role, the greatest first.
func Roles() []Role { return []Role{RoleOwner, RoleAdmin, RoleMember, RoleViewer} }

// MarshalGQL writes the value as a GraphQL enum.
func (r Role) MarshalGQL(w io.Writer) { trace.WriteEnumName(w, r) }

// UnmarshalGQL reads a GraphQL enum.
func (r *Role) UnmarshalGQL(v any) error { return trace.ReadEnumName(r, "role", Roles(), v) }

// Membership is what one user has been given: a role in an organization, or in
// one project of it.
type Membership struct {
	OrganizationID trace.OrganizationID
	// ProjectID is zero for the organization as a whole.
	ProjectID trace.ProjectID
	Role      Role
}

// Memberships returns everything that a user has been given.
func (s *Store) Memberships(ctx context.Context, user int64) ([]Membership, error) {
	return queryAll(ctx, s.pool, "read the memberships", func(row pgx.CollectableRow) (Membership, error) {
		var m Membership
		err := row.Scan(&m.OrganizationID, &m.ProjectID, &m.Role)
		return m, err
	}, `SELECT organization_id, 0::bigint, role FROM member WHERE user_id = $1
		UNION ALL
		SELECT p.organization_id, p.id, m.role FROM project_member m JOIN project p ON p.id = m.project_id WHERE m.user_id = $1`, user)
}

// SetMember gives a user a role in an organization, in place of the one that
// the user had. An organization keeps an owner: taking the role from the last
// one gives ErrConflict. What does not exist gives ErrNotFound.
func (s *Store) SetMember(ctx context.Context, organization trace.OrganizationID, user int64, role Role) error {
	return s.changeMembers(ctx, organization, "set the role", `INSERT INTO member (organization_id, user_id, role) VALUES ($1, $2, $3)
		ON CONFLICT (organization_id, user_id) DO UPDATE SET role = excluded.role`, int64(organization), user, string(role))
}

// RemoveMember ends a user's membership of an organization and of its projects.
// The last owner stays: ErrConflict. Who is no member gives ErrNotFound.
func (s *Store) RemoveMember(ctx context.Context, organization trace.OrganizationID, user int64) error {
	return s.changeMembers(ctx, organization, "remove the member", `WITH projects AS (
			DELETE FROM project_member USING project
			WHERE project.id = project_member.project_id AND project.organization_id = $1 AND project_member.user_id = $2)
		DELETE FROM member WHERE organization_id = $1 AND user_id = $2`, int64(organization), user)
}

// changeMembers runs one change of an organization's members and takes it back
// where no owner would be left. The organization's row is locked, so that two
// owners cannot remove each other at the same moment.
func (s *Store) changeMembers(ctx context.Context, organization trace.OrganizationID, operation, sql string, arguments ...any) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		hadOwner, err := lockMembers(ctx, tx, organization)
		if err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, sql, arguments...)
		if isForeignKeyViolation(err) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return ErrNotFound
		}
		hasOne, err := hasOwner(ctx, tx, organization)
		if err == nil && hadOwner && !hasOne {
			return fmt.Errorf("the organization would have no owner; make somebody else the owner first: %w", ErrConflict)
		}
		return err
	})
	if err != nil && !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrConflict) {
		return fmt.Errorf("%s: %w", operation, err)
	}
	return err
}

// lockMembers holds off other changes of an organization's members until the
// transaction ends, and reports whether the organization has an owner. What
// follows it sees what those changes did.
func lockMembers(ctx context.Context, tx pgx.Tx, organization trace.OrganizationID) (hadOwner bool, err error) {
	if _, err := queryOne(ctx, tx, "lock the organization", pgx.RowTo[int64],
		`SELECT id FROM organization WHERE id = $1 FOR NO KEY UPDATE`, int64(organization)); err != nil {
		return false, err
	}
	return hasOwner(ctx, tx, organization)
}

func hasOwner(ctx context.Context, tx pgx.Tx, organization trace.OrganizationID) (bool, error) {
	return queryOne(ctx, tx, "look for owners", pgx.RowTo[bool],
		`SELECT EXISTS (SELECT FROM member WHERE organization_id = $1 AND role = 'OWNER')`, int64(organization))
}

// SetProjectMember gives a user a role in one project. There it counts instead
// of the user's role in the organization, be it more or less; a user with no
// other role sees this project alone. What does not exist gives ErrNotFound.
func (s *Store) SetProjectMember(ctx context.Context, project trace.ProjectID, user int64, role Role) error {
	_, err := s.pool.Exec(ctx, `INSERT INTO project_member (project_id, user_id, role) VALUES ($1, $2, $3)
		ON CONFLICT (project_id, user_id) DO UPDATE SET role = excluded.role`, int64(project), user, string(role))
	switch {
	case isForeignKeyViolation(err):
		return ErrNotFound
	case err != nil:
		return fmt.Errorf("set the role in the project: %w", err)
	}
	return nil
}

// RemoveProjectMember takes back what SetProjectMember gave. Who has no role of
// its own in the project gives ErrNotFound.
func (s *Store) RemoveProjectMember(ctx context.Context, project trace.ProjectID, user int64) error {
	return execFound(ctx, s.pool, "take back the role in the project",
		`DELETE FROM project_member WHERE project_id = $1 AND user_id = $2`, int64(project), user)
}

// EnsureOwner makes sure that the user exists and that the organization has an
// owner. The user becomes the owner when it is new or nobody else owns the
// organization; a user that exists keeps its password, its name and, beside
// another owner, its role. It reports whether the user was created. Several
// servers may do so at once.
func (s *Store) EnsureOwner(ctx context.Context, organization trace.OrganizationID, n NewUser) (bool, error) {
	if err := n.clean(); err != nil {
		return false, err
	}
	var isNew bool
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		hadOwner, err := lockMembers(ctx, tx, organization)
		if err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, insertUser+` ON CONFLICT (email) DO NOTHING`, randomID(), n.Email, n.Name, n.PasswordHash)
		if err != nil {
			return err
		}
		isNew = tag.RowsAffected() == 1
		if hadOwner && !isNew {
			return nil
		}
		_, err = tx.Exec(ctx, `INSERT INTO member (organization_id, user_id, role) SELECT $1, id, 'OWNER' FROM app_user WHERE email = $2
			ON CONFLICT (organization_id, user_id) DO UPDATE SET role = excluded.role`, int64(organization), n.Email)
		return err
	})
	switch {
	case errors.Is(err, ErrNotFound):
		return false, err
	case err != nil:
		return false, fmt.Errorf("create the owner: %w", err)
	}
	return isNew, nil
}
