package authz

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// FieldPassword is the password as an InputError names it.
const FieldPassword = "password"

// minPassword is the shortest password that a person may choose, in characters.
const minPassword = 12

// checkNewPassword gives an InputError for a password that nobody should choose.
func checkNewPassword(password string) error {
	switch {
	case len(password) > maxPassword:
		return &store.InputError{Field: FieldPassword, Problem: fmt.Sprintf("is longer than %d bytes", maxPassword)}
	case utf8.RuneCountInString(password) < minPassword:
		return &store.InputError{Field: FieldPassword, Problem: fmt.Sprintf("is too short: use at least %d characters", minPassword)}
	}
	return nil
}

// AcceptInvitationInput is what an invitation is accepted with.
type AcceptInvitationInput struct {
	Token string
	// Name and Password are those of the user to create; a person who is signed
	// in needs none.
	Name, Password *string
}

// AcceptInvitation makes the caller, or as nobody a new user with the invited
// address, a member of the organization that invites. A new user is signed in,
// and the second result holds the session; a person who calls stays so, and it
// is nil. A token that is none gives ErrNotFound; too many of those a
// *RateLimitedError; an API key ErrForbidden; the rest is as for
// store.Tenant.AcceptInvitation.
func (s *Service) AcceptInvitation(ctx context.Context, v *Viewer, input AcceptInvitationInput, origin SignInOrigin) (trace.OrganizationID, *SignedIn, error) {
	if v != nil && v.User == nil {
		return 0, nil, ErrForbidden
	}
	address := addressKey(origin.Address)
	if wait, ok := s.byAddress.take(address); !ok {
		return 0, nil, &RateLimitedError{Wait: wait}
	}
	hash, ok := tokenHash(input.Token)
	if !ok {
		return 0, nil, ErrNotFound
	}
	invitation, err := s.store.InvitationByToken(ctx, hash)
	if err != nil {
		return 0, nil, err
	}
	s.byAddress.giveBack(address)
	accepted := store.Acceptance{TokenHash: hash, Address: origin.Address}
	if v != nil {
		accepted.User = v.User
	} else if err := s.prepareUser(ctx, input, &accepted); err != nil {
		return 0, nil, err
	}
	tenant, err := s.store.Tenant(ctx, invitation.OrganizationID)
	if err != nil {
		return 0, nil, err
	}
	user, err := tenant.AcceptInvitation(ctx, accepted)
	if err != nil {
		return 0, nil, err
	}
	s.assignments.forget(user.UserID)
	if v != nil {
		return invitation.OrganizationID, nil, nil
	}
	signedIn, err := s.beginSession(WithAddress(ctx, origin.Address), store.UserWithPassword{User: user, PasswordHash: accepted.PasswordHash}, origin.Token)
	if err != nil {
		return 0, nil, err
	}
	return invitation.OrganizationID, &signedIn, nil
}

// prepareUser fills in what a user to create needs.
func (s *Service) prepareUser(ctx context.Context, input AcceptInvitationInput, accepted *store.Acceptance) error {
	if input.Name == nil {
		return &store.InputError{Field: store.FieldName, Problem: "is missing: give the name that others shall see, or sign in first"}
	}
	if input.Password == nil {
		return &store.InputError{Field: FieldPassword, Problem: "is missing: choose one, or sign in first"}
	}
	name, err := store.CleanName(*input.Name)
	if err != nil {
		return err
	}
	if err := checkNewPassword(*input.Password); err != nil {
		return err
	}
	phc, err := s.hasher.hash(ctx, *input.Password)
	accepted.Name, accepted.PasswordHash = name, phc
	return err
}

// ChangePassword replaces the password of the person who calls and ends all
// other sessions of that person. A wrong current password gives
// ErrWrongPassword, too many of those a *RateLimitedError, a new one that
// nobody should choose an *store.InputError; an API key has none: ErrForbidden.
func (v *Viewer) ChangePassword(ctx context.Context, current, wanted string) error {
	switch {
	case v == nil:
		return ErrUnauthenticated
	case v.User == nil:
		return ErrForbidden
	}
	s := v.service
	if err := checkNewPassword(wanted); err != nil {
		return err
	}
	if wait, ok := s.byEmail.take(v.User.Email); !ok {
		return &RateLimitedError{Wait: wait}
	}
	if current == "" || len(current) > maxPassword {
		return ErrWrongPassword
	}
	found, err := s.store.UserByEmail(ctx, v.User.Email)
	if err != nil {
		return err
	}
	isRight, err := s.hasher.matches(ctx, found.PasswordHash, current)
	if err != nil {
		return err
	}
	if !isRight {
		return ErrWrongPassword
	}
	s.byEmail.giveBack(v.User.Email)
	phc, err := s.hasher.hash(ctx, wanted)
	if err != nil {
		return err
	}
	organizations, err := s.organizationsOf(ctx, v.User.UserID)
	if err != nil {
		return err
	}
	ended, err := s.store.ChangePassword(ctx, store.PasswordChange{
		UserID: v.User.UserID, From: found.PasswordHash, To: phc, Keep: v.session,
		Actor: v.actor(ctx), Organizations: organizations,
	})
	if err != nil {
		return err
	}
	for _, hash := range ended {
		s.sessions.forget(hash)
	}
	return nil
}

// organizationsOf returns the organizations whose audit logs tell what a user
// does for all of them.
func (s *Service) organizationsOf(ctx context.Context, user int64) ([]store.Tenant, error) {
	memberships, err := s.store.Memberships(ctx, user)
	if err != nil {
		return nil, err
	}
	var tenants []store.Tenant
	seen := map[trace.OrganizationID]bool{}
	for _, m := range memberships {
		if seen[m.OrganizationID] {
			continue
		}
		seen[m.OrganizationID] = true
		tenant, err := s.store.Tenant(ctx, m.OrganizationID)
		if err != nil {
			return nil, fmt.Errorf("open the audit log: %w", err)
		}
		tenants = append(tenants, tenant)
	}
	return tenants, nil
}
