package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// ErrOwnersOnly says that a change makes or unmakes an owner, which only owners
// may do.
var ErrOwnersOnly = errors.New("only an owner of the organization makes or unmakes owners")

// Member is a person in an organization, as a whole or in some of its projects.
type Member struct {
	OrganizationID trace.OrganizationID
	User           *User
	// Role is the one in the organization; nil for who has roles in projects
	// alone.
	Role *Role
	// ProjectRoles count instead of Role in their projects.
	ProjectRoles []*ProjectRole
	// JoinedAt is when the organization's role was first given; nil without one.
	JoinedAt *time.Time
}

// ProjectRole is what a person was given in one project.
type ProjectRole struct {
	Project *Project
	Role    Role
}

var _ trace.Node = (*Member)(nil)

// ID implements trace.Node.
func (m *Member) ID() string { return memberID(m.OrganizationID, m.User.UserID) }

func memberID(organization trace.OrganizationID, user int64) string {
	return trace.NodeID{Type: trace.NodeMember, Scope: organization.String(), Key: KeyText(user)}.String()
}

// Position is where the member stands in a list by name.
func (m *Member) Position() NamePosition { return NamePosition{Name: m.User.Name, ID: m.User.UserID} }

// membersOf selects the people u of organization $1, with their role m there.
const membersOf = ` FROM (SELECT user_id FROM member WHERE organization_id = $1
			UNION SELECT pm.user_id FROM project_member pm JOIN project p ON p.id = pm.project_id WHERE p.organization_id = $1) AS belonging
		JOIN app_user u ON u.id = belonging.user_id
		LEFT JOIN member m ON m.organization_id = $1 AND m.user_id = u.id `

// Members returns the people of an organization, by name, at most limit of
// them, beginning after the position where one is given.
func (s *Store) Members(ctx context.Context, organization trace.OrganizationID, after *NamePosition, limit int) ([]*Member, error) {
	name, id := after.arguments()
	return readMembers(ctx, s.pool, organization, `WHERE ($2::text IS NULL OR (u.name COLLATE "C", u.id) > ($2::text COLLATE "C", $3::bigint))
		ORDER BY u.name COLLATE "C", u.id LIMIT $4`, name, id, limit)
}

// CountMembers counts them up to a limit.
func (s *Store) CountMembers(ctx context.Context, organization trace.OrganizationID, limit int) (int, error) {
	return queryCount(ctx, s.pool, "count the members", `SELECT count(*) FROM (SELECT`+membersOf+` LIMIT $2) AS counted`, int64(organization), limit)
}

// Member returns one person of an organization, or ErrNotFound.
func (s *Store) Member(ctx context.Context, organization trace.OrganizationID, user int64) (*Member, error) {
	return readMember(ctx, s.pool, organization, user)
}

func readMember(ctx context.Context, q querier, organization trace.OrganizationID, user int64) (*Member, error) {
	found, err := readMembers(ctx, q, organization, `WHERE u.id = $2`, user)
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

func readMembers(ctx context.Context, q querier, organization trace.OrganizationID, where string, arguments ...any) ([]*Member, error) {
	members, err := queryAll(ctx, q, "list the members", func(row pgx.CollectableRow) (*Member, error) {
		m := &Member{OrganizationID: organization, User: &User{}, ProjectRoles: []*ProjectRole{}}
		err := row.Scan(append(m.User.targets(), &m.Role, &m.JoinedAt)...)
		m.User.CreatedAt = m.User.CreatedAt.UTC()
		if m.JoinedAt != nil {
			*m.JoinedAt = m.JoinedAt.UTC()
		}
		return m, err
	}, `SELECT `+userColumns+`, m.role, m.created_at`+membersOf+where, append([]any{int64(organization)}, arguments...)...)
	if err != nil || len(members) == 0 {
		return nil, err
	}
	byUser := map[int64]*Member{}
	users := make([]int64, len(members))
	for i, m := range members {
		users[i], byUser[m.User.UserID] = m.User.UserID, m
	}
	_, err = queryAll(ctx, q, "list the roles in projects", func(row pgx.CollectableRow) (struct{}, error) {
		var user int64
		given := &ProjectRole{Project: &Project{}}
		p := given.Project
		err := row.Scan(&user, &given.Role, &p.ProjectID, &p.OrganizationID, &p.Name, &p.Slug, &p.RetentionDays, &p.CreatedAt)
		p.CreatedAt = p.CreatedAt.UTC()
		if m := byUser[user]; m != nil {
			m.ProjectRoles = append(m.ProjectRoles, given)
		}
		return struct{}{}, err
	}, `SELECT pm.user_id, pm.role, `+projectColumns+` FROM project_member pm JOIN project p ON p.id = pm.project_id
		WHERE p.organization_id = $1 AND pm.user_id = ANY($2) ORDER BY p.name COLLATE "C", p.id`, int64(organization), users)
	return members, err
}

// RoleChange is what SetRole changes.
type RoleChange struct {
	UserID int64
	// ProjectID is the project; zero for the organization as a whole.
	ProjectID trace.ProjectID
	// Role is the new role; nil, in a project alone, takes the own role there
	// back.
	Role *Role
	// ChecksExpected says that Expected counts: what the caller believes the role
	// to be, nil for none.
	ChecksExpected bool
	Expected       *Role
	// MayChangeOwners says that the actor may make and unmake owners.
	MayChangeOwners bool
}

// SetRole changes the role of somebody who belongs to the organization. What
// makes or unmakes an owner without leave to do so gives ErrOwnersOnly; an
// organization keeps its last owner.
func (a Administration) SetRole(ctx context.Context, c RoleChange) (*Member, error) {
	organization := a.tenant.state.id
	if c.Role == nil && c.ProjectID == 0 {
		return nil, &InputError{FieldRole, "is missing: give one, or remove the member"}
	}
	var changed *Member
	err := a.change(ctx, "set the role", func(tx pgx.Tx) (*auditRecord, error) {
		before, err := a.lockMember(ctx, tx, c.UserID)
		if err != nil {
			return nil, err
		}
		had := before.Role
		if c.ProjectID != 0 {
			if err := a.lockProject(ctx, tx, c.ProjectID); err != nil {
				return nil, err
			}
			had = before.roleIn(c.ProjectID)
		}
		switch {
		case (isOwner(before.Role) || isOwner(had) || isOwner(c.Role)) && !c.MayChangeOwners:
			return nil, ErrOwnersOnly
		case c.ChecksExpected && !equalPointers(had, c.Expected):
			return nil, conflictf("someone else changed the role meanwhile, it is %s by now: look again, then repeat it", roleText(had))
		case equalPointers(had, c.Role):
			changed = before
			return nil, nil
		}
		changes := map[string]any{"role": map[string]*Role{"from": had, "to": c.Role}, "name": before.User.Name}
		switch {
		case c.ProjectID == 0:
			_, err = tx.Exec(ctx, `INSERT INTO member (organization_id, user_id, role) VALUES ($1, $2, $3)
				ON CONFLICT (organization_id, user_id) DO UPDATE SET role = excluded.role`, int64(organization), c.UserID, string(*c.Role))
		case c.Role == nil:
			_, err = tx.Exec(ctx, `DELETE FROM project_member WHERE project_id = $1 AND user_id = $2`, int64(c.ProjectID), c.UserID)
		default:
			_, err = tx.Exec(ctx, `INSERT INTO project_member (project_id, user_id, role) VALUES ($1, $2, $3)
				ON CONFLICT (project_id, user_id) DO UPDATE SET role = excluded.role`, int64(c.ProjectID), c.UserID, string(*c.Role))
		}
		if err != nil {
			return nil, err
		}
		if c.ProjectID != 0 {
			changes["projectId"] = c.ProjectID.NodeID()
		}
		if err := a.keepOwner(ctx, tx, before); err != nil {
			return nil, err
		}
		changed, err = readMember(ctx, tx, organization, c.UserID)
		if errors.Is(err, ErrNotFound) {
			// It was the last thing that tied the person to the organization.
			changed, err = nil, nil
		}
		return &auditRecord{AuditMemberRoleSet, trace.NodeMember, before.ID(), changes}, err
	})
	if err != nil {
		return nil, err
	}
	return changed, nil
}

// RemoveMember ends a person's membership of the organization and of its
// projects. Removing an owner without leave to do so gives ErrOwnersOnly.
func (a Administration) RemoveMember(ctx context.Context, user int64, mayChangeOwners bool) error {
	organization := a.tenant.state.id
	return a.change(ctx, "remove the member", func(tx pgx.Tx) (*auditRecord, error) {
		before, err := a.lockMember(ctx, tx, user)
		if err != nil {
			return nil, err
		}
		hasOwned := isOwner(before.Role)
		for _, given := range before.ProjectRoles {
			hasOwned = hasOwned || given.Role == RoleOwner
		}
		if hasOwned && !mayChangeOwners {
			return nil, ErrOwnersOnly
		}
		if _, err := tx.Exec(ctx, `DELETE FROM project_member USING project
			WHERE project.id = project_member.project_id AND project.organization_id = $1 AND project_member.user_id = $2`, int64(organization), user); err != nil {
			return nil, err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM member WHERE organization_id = $1 AND user_id = $2`, int64(organization), user); err != nil {
			return nil, err
		}
		if err := a.keepOwner(ctx, tx, before); err != nil {
			return nil, err
		}
		return &auditRecord{AuditMemberRemoved, trace.NodeMember, before.ID(),
			map[string]any{"name": before.User.Name, "role": before.Role}}, nil
	})
}

// lockMember returns a person of the organization as of now, holding off other
// changes of its members until the transaction ends.
func (a Administration) lockMember(ctx context.Context, tx pgx.Tx, user int64) (*Member, error) {
	if _, err := lockMembers(ctx, tx, a.tenant.state.id); err != nil {
		return nil, err
	}
	return readMember(ctx, tx, a.tenant.state.id, user)
}

// keepOwner gives an ErrConflict where the change of an owner leaves the
// organization without one.
func (a Administration) keepOwner(ctx context.Context, tx pgx.Tx, before *Member) error {
	if !isOwner(before.Role) {
		return nil
	}
	hasOne, err := hasOwner(ctx, tx, a.tenant.state.id)
	if err == nil && !hasOne {
		return conflictf("the organization would have no owner: make somebody else the owner first")
	}
	return err
}

// roleIn returns the own role in a project; nil for none.
func (m *Member) roleIn(project trace.ProjectID) *Role {
	for _, given := range m.ProjectRoles {
		if given.Project.ProjectID == project {
			return &given.Role
		}
	}
	return nil
}

func isOwner(r *Role) bool { return r != nil && *r == RoleOwner }

func roleText(r *Role) string {
	if r == nil {
		return "none"
	}
	return string(*r)
}
