package authz

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"time"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// ErrOwnersOnly refuses to make or unmake an owner.
var ErrOwnersOnly error = &refusal{"FORBIDDEN", "not permitted: only an owner of the organization makes or unmakes owners"}

// actor is the caller as the audit log keeps it.
func (v *Viewer) actor(ctx context.Context) store.AuditActor {
	if v.APIKey != nil {
		return store.AuditActor{ID: v.APIKey.ID(), Name: v.APIKey.Name, Address: addressOf(ctx)}
	}
	return userActor(ctx, v.User)
}

func userActor(ctx context.Context, u *store.User) store.AuditActor {
	return store.AuditActor{ID: u.ID(), Name: u.Name, Address: addressOf(ctx)}
}

// administer returns the right to change an organization's control rows, for a
// caller that may do this to the object in it. The errors are those of Project.
func (v *Viewer) administer(ctx context.Context, id trace.OrganizationID, object Object, verb Verb) (store.Administration, error) {
	tenant, err := v.organizationTenant(ctx, id, object, verb)
	if err != nil {
		return store.Administration{}, err
	}
	return tenant.Administration(v.actor(ctx)), nil
}

func (v *Viewer) organizationTenant(ctx context.Context, id trace.OrganizationID, object Object, verb Verb) (store.Tenant, error) {
	if _, err := v.Organization(ctx, id, object, verb); err != nil {
		return store.Tenant{}, err
	}
	return v.service.store.Tenant(ctx, id)
}

// administerProject is administer for what lies in a project.
func (v *Viewer) administerProject(ctx context.Context, id trace.ProjectID, object Object, verb Verb) (store.Administration, error) {
	tenant, _, err := v.Project(ctx, id, object, verb)
	if err != nil {
		return store.Administration{}, err
	}
	return tenant.Administration(v.actor(ctx)), nil
}

// UpdateOrganization gives an organization another name. Beside the errors of
// Project, this and the other changes give those of store.Administration.
func (v *Viewer) UpdateOrganization(ctx context.Context, id trace.OrganizationID, name string) (*store.Organization, error) {
	a, err := v.administer(ctx, id, ObjectOrganization, VerbWrite)
	if err != nil {
		return nil, err
	}
	return a.UpdateOrganization(ctx, name)
}

// CreateProject creates a project in an organization.
func (v *Viewer) CreateProject(ctx context.Context, id trace.OrganizationID, n store.NewProject) (*store.Project, error) {
	a, err := v.administer(ctx, id, ObjectProject, VerbWrite)
	if err != nil {
		return nil, err
	}
	return a.CreateProject(ctx, n)
}

// UpdateProject changes the settings of a project.
func (v *Viewer) UpdateProject(ctx context.Context, id trace.ProjectID, c store.ProjectChange) (*store.Project, error) {
	a, err := v.administerProject(ctx, id, ObjectProject, VerbWrite)
	if err != nil {
		return nil, err
	}
	updated, err := a.UpdateProject(ctx, id, c)
	view := projectView{project: id}
	if v.APIKey == nil {
		view.user = v.User.UserID
	}
	v.service.projects.forget(view)
	return updated, err
}

// CreateAPIKey creates a key of a project and returns its secret, which is
// nowhere stored. The pair of n is made here.
func (v *Viewer) CreateAPIKey(ctx context.Context, n store.NewAPIKey) (*store.APIKey, string, error) {
	a, err := v.administerProject(ctx, n.ProjectID, ObjectAPIKey, VerbWrite)
	if err != nil {
		return nil, "", err
	}
	n.KeyPair = store.GenerateKeyPair()
	key, err := a.CreateAPIKey(ctx, n)
	if err != nil {
		return nil, "", err
	}
	return key, n.Secret, nil
}

// RevokeAPIKey makes a key of a project stop working for good, here and on
// other servers within Config.CacheTTL.
func (v *Viewer) RevokeAPIKey(ctx context.Context, project trace.ProjectID, key int64) (*store.APIKey, error) {
	a, err := v.administerProject(ctx, project, ObjectAPIKey, VerbDelete)
	if err != nil {
		return nil, err
	}
	revoked, err := a.RevokeAPIKey(ctx, project, key)
	v.service.liveKeys.forget(key)
	return revoked, err
}

// mayChangeOwners reports whether the caller makes and unmakes owners.
func (v *Viewer) mayChangeOwners(ctx context.Context, id trace.OrganizationID) (bool, error) {
	return v.Can(ctx, ObjectMember, VerbAdminister, OrganizationScope(id))
}

// SetRole changes the role of a member in the organization or in one of its
// projects. A member who belongs nowhere in the organization any more is
// returned as nil.
func (v *Viewer) SetRole(ctx context.Context, id trace.OrganizationID, c store.RoleChange) (*store.Member, error) {
	var a store.Administration
	var err error
	if c.ProjectID == 0 {
		a, err = v.administer(ctx, id, ObjectMember, VerbWrite)
	} else {
		a, err = v.administerProject(ctx, c.ProjectID, ObjectMember, VerbWrite)
	}
	if err != nil {
		return nil, err
	}
	if !a.IsOf(id) {
		return nil, ErrNotFound
	}
	if c.MayChangeOwners, err = v.mayChangeOwners(ctx, id); err != nil {
		return nil, err
	}
	member, err := a.SetRole(ctx, c)
	v.service.assignments.forget(c.UserID)
	return member, ownersOnly(err)
}

// RemoveMember ends a person's membership of an organization.
func (v *Viewer) RemoveMember(ctx context.Context, id trace.OrganizationID, user int64) error {
	a, err := v.administer(ctx, id, ObjectMember, VerbDelete)
	if err != nil {
		return err
	}
	mayChangeOwners, err := v.mayChangeOwners(ctx, id)
	if err != nil {
		return err
	}
	err = a.RemoveMember(ctx, user, mayChangeOwners)
	v.service.assignments.forget(user)
	return ownersOnly(err)
}

func ownersOnly(err error) error {
	if errors.Is(err, store.ErrOwnersOnly) {
		return ErrOwnersOnly
	}
	return err
}

// invitationLifetime is how long an invitation can be accepted.
const invitationLifetime = 7 * 24 * time.Hour

// Invite asks whoever has an e-mail address to join an organization. The token
// that accepts the invitation is returned once and nowhere stored.
func (v *Viewer) Invite(ctx context.Context, id trace.OrganizationID, email string, role store.Role) (*store.Invitation, string, error) {
	a, err := v.administer(ctx, id, ObjectMember, VerbWrite)
	if err != nil {
		return nil, "", err
	}
	if role == store.RoleOwner {
		mayChangeOwners, err := v.mayChangeOwners(ctx, id)
		if err != nil {
			return nil, "", err
		}
		if !mayChangeOwners {
			return nil, "", ErrOwnersOnly
		}
	}
	token, hash := newToken()
	invitation, err := a.Invite(ctx, store.NewInvitation{Email: email, Role: role, TokenHash: hash, ExpiresAt: time.Now().Add(invitationLifetime)})
	if err != nil {
		return nil, "", err
	}
	return invitation, token, nil
}

// newToken returns a random token and the form in which it is stored.
func newToken() (string, store.TokenHash) {
	var secret [tokenBytes]byte
	_, _ = rand.Read(secret[:]) // never fails, see crypto/rand
	token := base64.RawURLEncoding.EncodeToString(secret[:])
	hash, _ := tokenHash(token)
	return token, hash
}

// RevokeInvitation takes an invitation back.
func (v *Viewer) RevokeInvitation(ctx context.Context, id trace.OrganizationID, invitation int64) (*store.Invitation, error) {
	a, err := v.administer(ctx, id, ObjectMember, VerbWrite)
	if err != nil {
		return nil, err
	}
	return a.RevokeInvitation(ctx, invitation)
}

// Members returns the people of an organization, by name. The errors are those
// of Project.
func (v *Viewer) Members(ctx context.Context, id trace.OrganizationID, after *store.NamePosition, limit int) ([]*store.Member, error) {
	if _, err := v.Organization(ctx, id, ObjectMember, VerbRead); err != nil {
		return nil, err
	}
	return v.service.store.Members(ctx, id, after, limit)
}

// CountMembers counts them up to a limit.
func (v *Viewer) CountMembers(ctx context.Context, id trace.OrganizationID, limit int) (int, error) {
	if _, err := v.Organization(ctx, id, ObjectMember, VerbRead); err != nil {
		return 0, err
	}
	return v.service.store.CountMembers(ctx, id, limit)
}

// Member returns one person of an organization.
func (v *Viewer) Member(ctx context.Context, id trace.OrganizationID, user int64) (*store.Member, error) {
	if _, err := v.Organization(ctx, id, ObjectMember, VerbRead); err != nil {
		return nil, err
	}
	return v.service.store.Member(ctx, id, user)
}

// Invitations returns the open invitations of an organization, newest first, to
// whoever may invite.
func (v *Viewer) Invitations(ctx context.Context, id trace.OrganizationID, after *store.TimePosition, limit int) ([]*store.Invitation, error) {
	if _, err := v.Organization(ctx, id, ObjectMember, VerbWrite); err != nil {
		return nil, err
	}
	return v.service.store.Invitations(ctx, id, after, limit)
}

// CountInvitations counts them up to a limit.
func (v *Viewer) CountInvitations(ctx context.Context, id trace.OrganizationID, limit int) (int, error) {
	if _, err := v.Organization(ctx, id, ObjectMember, VerbWrite); err != nil {
		return 0, err
	}
	return v.service.store.CountInvitations(ctx, id, limit)
}

// Invitation returns one open invitation of an organization.
func (v *Viewer) Invitation(ctx context.Context, id trace.OrganizationID, invitation int64) (*store.Invitation, error) {
	if _, err := v.Organization(ctx, id, ObjectMember, VerbWrite); err != nil {
		return nil, err
	}
	return v.service.store.Invitation(ctx, id, invitation)
}

// AuditLog returns the right to read the audit log of an organization. The
// errors are those of Project.
func (v *Viewer) AuditLog(ctx context.Context, id trace.OrganizationID) (store.Tenant, error) {
	return v.organizationTenant(ctx, id, ObjectAuditLog, VerbRead)
}
