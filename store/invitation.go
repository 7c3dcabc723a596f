package store

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// ErrOtherAddress says that an invitation is for another e-mail address.
var ErrOtherAddress = errors.New("the invitation is for another e-mail address: sign out, or sign in with the one that was invited")

// Invitation asks whoever has an e-mail address, and the token that only its
// sender got, to join an organization.
type Invitation struct {
	InvitationID   int64
	OrganizationID trace.OrganizationID
	// Email is in the form that CleanEmail gives.
	Email                string
	Role                 Role
	CreatedAt, ExpiresAt time.Time
}

var _ trace.Node = (*Invitation)(nil)

// ID implements trace.Node.
func (i *Invitation) ID() string {
	return trace.NodeID{Type: trace.NodeInvitation, Scope: i.OrganizationID.String(), Key: KeyText(i.InvitationID)}.String()
}

// Position is where the invitation stands in a list, newest first.
func (i *Invitation) Position() TimePosition {
	return TimePosition{Time: i.CreatedAt, ID: i.InvitationID}
}

const invitationColumns = `i.id, i.organization_id, i.email, i.role, i.created_at, i.expires_at`

func scanInvitation(row pgx.CollectableRow) (*Invitation, error) {
	i := &Invitation{}
	err := row.Scan(&i.InvitationID, &i.OrganizationID, &i.Email, &i.Role, &i.CreatedAt, &i.ExpiresAt)
	i.CreatedAt, i.ExpiresAt = i.CreatedAt.UTC(), i.ExpiresAt.UTC()
	return i, err
}

// Invitations returns the open invitations of an organization, newest first, at
// most limit of them, beginning after the position where one is given.
func (s *Store) Invitations(ctx context.Context, organization trace.OrganizationID, after *TimePosition, limit int) ([]*Invitation, error) {
	at, id := after.arguments()
	return queryAll(ctx, s.pool, "list the invitations", scanInvitation,
		`SELECT `+invitationColumns+` FROM invitation i WHERE i.organization_id = $1 AND i.expires_at > now()
		AND ($2::timestamptz IS NULL OR (i.created_at, i.id) < ($2::timestamptz, $3::bigint))
		ORDER BY i.created_at DESC, i.id DESC LIMIT $4`, int64(organization), at, id, limit)
}

// CountInvitations counts them up to a limit.
func (s *Store) CountInvitations(ctx context.Context, organization trace.OrganizationID, limit int) (int, error) {
	return queryCount(ctx, s.pool, "count the invitations", `SELECT count(*) FROM (
		SELECT FROM invitation WHERE organization_id = $1 AND expires_at > now() LIMIT $2) AS counted`, int64(organization), limit)
}

// Invitation returns an open invitation of an organization, or ErrNotFound.
func (s *Store) Invitation(ctx context.Context, organization trace.OrganizationID, id int64) (*Invitation, error) {
	return queryOne(ctx, s.pool, "read the invitation", scanInvitation, `SELECT `+invitationColumns+` FROM invitation i
		WHERE i.organization_id = $1 AND i.id = $2 AND i.expires_at > now()`, int64(organization), id)
}

// InvitationByToken returns the open invitation with a token, or ErrNotFound.
func (s *Store) InvitationByToken(ctx context.Context, hash TokenHash) (*Invitation, error) {
	return queryOne(ctx, s.pool, "look up the invitation", scanInvitation, `SELECT `+invitationColumns+` FROM invitation i
		JOIN organization o ON o.id = i.organization_id AND o.is_ready WHERE i.token_hash = $1 AND i.expires_at > now()`, hash[:])
}

// NewInvitation is what Invite needs.
type NewInvitation struct {
	Email     string
	Role      Role
	TokenHash TokenHash
	ExpiresAt time.Time
}

// Invite stores an invitation. An address that was invited already, or whose
// user belongs to the organization, gives an ErrConflict; an expired invitation
// of the address is replaced.
func (a Administration) Invite(ctx context.Context, n NewInvitation) (*Invitation, error) {
	email, err := CleanEmail(n.Email)
	if err != nil {
		return nil, err
	}
	id := int64(a.tenant.state.id)
	var created *Invitation
	err = a.change(ctx, "invite", func(tx pgx.Tx) (*auditRecord, error) {
		if _, err := lockMembers(ctx, tx, a.tenant.state.id); err != nil {
			return nil, err
		}
		isMember, err := queryOne(ctx, tx, "look for the member", pgx.RowTo[bool],
			`SELECT EXISTS (SELECT FROM member m JOIN app_user u ON u.id = m.user_id WHERE m.organization_id = $1 AND u.email = $2)`, id, email)
		switch {
		case err != nil:
			return nil, err
		case isMember:
			return nil, conflictf("this person is a member already: change the role instead")
		}
		created, err = queryOne(ctx, tx, "store the invitation", scanInvitation,
			`INSERT INTO invitation AS i (id, organization_id, email, role, token_hash, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (organization_id, email) DO UPDATE SET id = excluded.id, role = excluded.role, token_hash = excluded.token_hash,
				created_at = excluded.created_at, expires_at = excluded.expires_at WHERE i.expires_at <= now()
			RETURNING `+invitationColumns, randomID(), id, email, string(n.Role), n.TokenHash[:], n.ExpiresAt)
		if errors.Is(err, ErrNotFound) {
			return nil, conflictf("this address was invited already: revoke that invitation first")
		}
		if err != nil {
			return nil, err
		}
		if err := checkQuota(ctx, tx, maxInvitations, fmt.Sprintf("there are %d open invitations, the most there can be: revoke some first", maxInvitations),
			`SELECT count(*) FROM invitation WHERE organization_id = $1 AND expires_at > now()`, id); err != nil {
			return nil, err
		}
		return &auditRecord{AuditMemberInvited, trace.NodeInvitation, created.ID(), created.summary()}, nil
	})
	if err != nil {
		return nil, err
	}
	return created, nil
}

// summary is what the audit log says of an invitation.
func (i *Invitation) summary() map[string]any {
	return map[string]any{"email": i.Email, "role": i.Role}
}

// RevokeInvitation takes an open invitation of the organization back.
func (a Administration) RevokeInvitation(ctx context.Context, id int64) (*Invitation, error) {
	var revoked *Invitation
	err := a.change(ctx, "revoke the invitation", func(tx pgx.Tx) (*auditRecord, error) {
		var err error
		revoked, err = queryOne(ctx, tx, "revoke the invitation", scanInvitation, `DELETE FROM invitation AS i
			WHERE i.organization_id = $1 AND i.id = $2 AND i.expires_at > now() RETURNING `+invitationColumns, int64(a.tenant.state.id), id)
		if err != nil {
			return nil, err
		}
		return &auditRecord{AuditInvitationRevoked, trace.NodeInvitation, revoked.ID(), revoked.summary()}, nil
	})
	if err != nil {
		return nil, err
	}
	return revoked, nil
}

// Acceptance is what AcceptInvitation needs.
type Acceptance struct {
	TokenHash TokenHash
	// User is who accepts; nil creates one with the invited address.
	User *User
	// Name and PasswordHash are those of the user to create.
	Name, PasswordHash string
	// Address is where the request comes from.
	Address netip.Addr
}

// AcceptInvitation makes somebody a member by an open invitation of the
// organization, which is used up, and returns the user. An invitation that is
// not there gives ErrNotFound, one for another user's address ErrOtherAddress,
// a new user whose address is known or a member an ErrConflict.
func (t Tenant) AcceptInvitation(ctx context.Context, accepted Acceptance) (*User, error) {
	user := accepted.User
	// The actor may be created on the way.
	a := Administration{tenant: t}
	err := a.change(ctx, "accept the invitation", func(tx pgx.Tx) (*auditRecord, error) {
		if _, err := lockMembers(ctx, tx, t.state.id); err != nil {
			return nil, err
		}
		invitation, err := queryOne(ctx, tx, "use up the invitation", scanInvitation, `DELETE FROM invitation AS i
			WHERE i.organization_id = $1 AND i.token_hash = $2 AND i.expires_at > now() RETURNING `+invitationColumns, int64(t.state.id), accepted.TokenHash[:])
		if err != nil {
			return nil, err
		}
		if user == nil {
			n := NewUser{Email: invitation.Email, Name: accepted.Name, PasswordHash: accepted.PasswordHash}
			if err := n.clean(); err != nil {
				return nil, err
			}
			user, err = queryOne(ctx, tx, "create the user", scanUser, insertUser+` ON CONFLICT (email) DO NOTHING RETURNING `+userColumns,
				randomID(), n.Email, n.Name, n.PasswordHash)
			if errors.Is(err, ErrNotFound) {
				return nil, conflictf("there is a user with this e-mail address: sign in, then accept the invitation")
			}
			if err != nil {
				return nil, err
			}
		}
		if user.Email != invitation.Email {
			return nil, ErrOtherAddress
		}
		tag, err := tx.Exec(ctx, `INSERT INTO member (organization_id, user_id, role) VALUES ($1, $2, $3) ON CONFLICT (organization_id, user_id) DO NOTHING`,
			int64(t.state.id), user.UserID, string(invitation.Role))
		switch {
		case isForeignKeyViolation(err):
			return nil, ErrNotFound
		case err != nil:
			return nil, err
		case tag.RowsAffected() == 0:
			return nil, conflictf("you are a member of this organization already")
		}
		record := auditRecord{AuditInvitationAccepted, trace.NodeMember, memberID(t.state.id, user.UserID), invitation.summary()}
		return nil, t.addAudit(ctx, tx, AuditActor{ID: user.ID(), Name: user.Name, Address: accepted.Address}, record)
	})
	if err != nil {
		return nil, err
	}
	return user, nil
}
