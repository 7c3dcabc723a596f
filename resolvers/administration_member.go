package resolvers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/treeline-dev/treeline/authz"
	"github.com/treeline-dev/treeline/graph"
	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// Members, invitations and the audit log.

func setMemberRole(ctx context.Context, input graph.SetMemberRoleInput) (*graph.SetMemberRolePayload, error) {
	v, err := viewer(ctx)
	if err != nil {
		return nil, err
	}
	payload := &graph.SetMemberRolePayload{}
	organization, user, err := inOrganization(input.MemberID, trace.NodeMember)
	change := store.RoleChange{UserID: user, Role: input.Role}
	change.Expected, change.ChecksExpected = input.ExpectedRole.ValueOK()
	subject := "memberId"
	if err == nil && input.ProjectID != nil {
		if change.ProjectID, err = projectArgument(v, input.ProjectID); err != nil {
			subject = "projectId"
		}
	}
	if err == nil {
		payload.Member, err = v.SetRole(ctx, organization, change)
	}
	payload.UserErrors, err = outcome(err, subject)
	if err != nil {
		return nil, err
	}
	return payload, nil
}

func removeMember(ctx context.Context, input graph.RemoveMemberInput) (*graph.RemoveMemberPayload, error) {
	v, err := viewer(ctx)
	if err != nil {
		return nil, err
	}
	payload := &graph.RemoveMemberPayload{}
	organization, user, err := inOrganization(input.MemberID, trace.NodeMember)
	if err == nil {
		if err = v.RemoveMember(ctx, organization, user); err == nil {
			payload.MemberID = &input.MemberID
		}
	}
	payload.UserErrors, err = outcome(err, "memberId")
	if err != nil {
		return nil, err
	}
	return payload, nil
}

func inviteMember(ctx context.Context, input graph.InviteMemberInput) (*graph.InviteMemberPayload, error) {
	v, err := viewer(ctx)
	if err != nil {
		return nil, err
	}
	payload := &graph.InviteMemberPayload{}
	id, err := organizationArgument(input.OrganizationID)
	if err == nil {
		var token string
		if payload.Invitation, token, err = v.Invite(ctx, id, input.Email, input.Role); err == nil {
			payload.Token = &token
		}
	}
	payload.UserErrors, err = outcome(err, "organizationId")
	if err != nil {
		return nil, err
	}
	return payload, nil
}

func revokeInvitation(ctx context.Context, input graph.RevokeInvitationInput) (*graph.RevokeInvitationPayload, error) {
	v, err := viewer(ctx)
	if err != nil {
		return nil, err
	}
	payload := &graph.RevokeInvitationPayload{}
	organization, invitation, err := inOrganization(input.ID, trace.NodeInvitation)
	if err == nil {
		payload.Invitation, err = v.RevokeInvitation(ctx, organization, invitation)
	}
	payload.UserErrors, err = outcome(err, "id")
	if err != nil {
		return nil, err
	}
	return payload, nil
}

// acceptInvitation joins an organization, and signs a new person in.
func (r *Resolver) acceptInvitation(ctx context.Context, input authz.AcceptInvitationInput) (*graph.AcceptInvitationPayload, error) {
	v := authz.FromContext(ctx)
	id, signedIn, err := r.Authz.AcceptInvitation(ctx, v, input, r.Sessions.Origin(ctx))
	if errors.Is(err, store.ErrOtherAddress) {
		return &graph.AcceptInvitationPayload{UserErrors: []*graph.UserError{userError(graph.UserErrorCodeInvalid, err.Error(), "input", "token")}}, nil
	}
	if errors.Is(err, store.ErrNotFound) {
		return &graph.AcceptInvitationPayload{UserErrors: []*graph.UserError{userError(graph.UserErrorCodeNotFound,
			"this invitation was accepted, revoked or has expired: ask for a new one", "input", "token")}}, nil
	}
	faults, err := outcome(err, "token")
	if err != nil {
		return nil, err
	}
	if len(faults) > 0 {
		return &graph.AcceptInvitationPayload{UserErrors: faults}, nil
	}
	if signedIn != nil {
		if err := r.Sessions.Begin(ctx, *signedIn); err != nil {
			return nil, fmt.Errorf("set the session cookie: %w", err)
		}
		v = signedIn.Viewer
	}
	organization, err := v.Organization(ctx, id, authz.ObjectOrganization, authz.VerbRead)
	if err != nil {
		return nil, err
	}
	return &graph.AcceptInvitationPayload{Viewer: v, Organization: organization, UserErrors: faults}, nil
}

func changePassword(ctx context.Context, input graph.ChangePasswordInput) (*graph.ChangePasswordPayload, error) {
	v, err := viewer(ctx)
	if err != nil {
		return nil, err
	}
	err = v.ChangePassword(ctx, input.CurrentPassword, input.NewPassword)
	var faults []*graph.UserError
	var chosen *store.InputError
	switch {
	case errors.Is(err, authz.ErrWrongPassword):
		faults = []*graph.UserError{userError(graph.UserErrorCodeInvalid, "the current password is wrong", "input", "currentPassword")}
	case errors.As(err, &chosen):
		faults = []*graph.UserError{userError(graph.UserErrorCodeInvalid, chosen.Error(), "input", "newPassword")}
	default:
		if faults, err = outcome(err, "currentPassword"); err != nil {
			return nil, err
		}
	}
	return &graph.ChangePasswordPayload{UserErrors: faults}, nil
}

// memberNode returns a member or an invitation by its id.
func memberNode(ctx context.Context, v *authz.Viewer, id trace.NodeID) (trace.Node, error) {
	organization, key, err := inOrganization(id.String(), id.Type)
	if err != nil {
		return nil, err
	}
	if id.Type == trace.NodeInvitation {
		found, err := v.Invitation(ctx, organization, key)
		return nodeOrNil(found, err)
	}
	found, err := v.Member(ctx, organization, key)
	return nodeOrNil(found, err)
}

func memberPage(ctx context.Context, o *store.Organization, first *int, after *string) (*graph.MemberConnection, error) {
	v, err := viewer(ctx)
	if err != nil {
		return nil, err
	}
	page, err := store.NamedPage(first, after, "members of "+o.OrganizationID.String(), func(after *store.NamePosition, limit int) ([]*store.Member, error) {
		return v.Members(ctx, o.OrganizationID, after, limit)
	}, func(ctx context.Context, limit int) (int, error) {
		return v.CountMembers(ctx, o.OrganizationID, limit)
	})
	if err != nil {
		return nil, hidden(err)
	}
	return &graph.MemberConnection{List: graph.NewList(page)}, nil
}

func invitationPage(ctx context.Context, o *store.Organization, first *int, after *string) (*graph.InvitationConnection, error) {
	v, err := viewer(ctx)
	if err != nil {
		return nil, err
	}
	page, err := store.TimedPage(first, after, "invitations of "+o.OrganizationID.String(), func(after *store.TimePosition, limit int) ([]*store.Invitation, error) {
		return v.Invitations(ctx, o.OrganizationID, after, limit)
	}, func(ctx context.Context, limit int) (int, error) {
		return v.CountInvitations(ctx, o.OrganizationID, limit)
	})
	if err != nil {
		return nil, hidden(err)
	}
	return &graph.InvitationConnection{List: graph.NewList(page)}, nil
}

func auditPage(ctx context.Context, o *store.Organization, filter *store.AuditFilter, first *int, after *string) (*graph.AuditEntryConnection, error) {
	v, err := viewer(ctx)
	if err != nil {
		return nil, err
	}
	tenant, err := v.AuditLog(ctx, o.OrganizationID)
	if err != nil {
		return nil, hidden(err)
	}
	identity, err := json.Marshal(filter)
	if err != nil {
		return nil, fmt.Errorf("name the list: %w", err)
	}
	page, err := store.TimedPage(first, after, "audit of "+o.OrganizationID.String()+string(identity), func(after *store.TimePosition, limit int) ([]*store.AuditEntry, error) {
		return tenant.AuditLog(ctx, filter, after, limit)
	}, func(ctx context.Context, limit int) (int, error) {
		return tenant.CountAuditLog(ctx, filter, limit)
	})
	if err != nil {
		return nil, err
	}
	return &graph.AuditEntryConnection{List: graph.NewList(page)}, nil
}
