package authz

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/store/storetest"
)

func in(o *store.Organization, role store.Role) store.Membership {
	return store.Membership{OrganizationID: o.OrganizationID, Role: role}
}

func pointer[T any](v T) *T { return &v }

// audited returns the actions in an organization's log, newest first.
func (b testBundle) audited(t *testing.T, o *store.Organization) []store.AuditAction {
	t.Helper()
	tenant := storetest.Must(b.store.Tenant(t.Context(), o.OrganizationID))(t)
	var actions []store.AuditAction
	for _, entry := range storetest.Must(tenant.AuditLog(t.Context(), nil, nil, 1000))(t) {
		actions = append(actions, entry.Action)
	}
	return actions
}

func TestEachChangeIsForWhomThePolicyNamesAndIsAudited(t *testing.T) {
	t.Parallel()
	b := setup(t, forgetful)
	ctx := WithAddress(t.Context(), netip.MustParseAddr("192.0.2.7"))
	target := b.user(t, "target@example.com", in(b.acme, store.RoleViewer))
	leaving := b.user(t, "leaving@example.com", in(b.acme, store.RoleViewer))
	owner := b.signedIn(t, "owner@example.com", in(b.acme, store.RoleOwner))
	spare, _, err := owner.Invite(ctx, b.acme.OrganizationID, "spare@example.com", store.RoleViewer)
	if err != nil {
		t.Fatal(err)
	}
	spareKey, _, err := owner.CreateAPIKey(ctx, store.NewAPIKey{ProjectID: b.web.ProjectID, Name: "spare", Scopes: store.APIKeyScopes()})
	if err != nil {
		t.Fatal(err)
	}
	acme, web := b.acme.OrganizationID, b.web.ProjectID
	changes := []struct {
		name   string
		action store.AuditAction
		run    func(v *Viewer) error
	}{
		{"update the organization", store.AuditOrganizationUpdated, func(v *Viewer) error { _, err := v.UpdateOrganization(ctx, acme, "New"); return err }},
		{"create a project", store.AuditProjectCreated, func(v *Viewer) error {
			_, err := v.CreateProject(ctx, acme, store.NewProject{Name: "Fresh"})
			return err
		}},
		{"update a project", store.AuditProjectUpdated, func(v *Viewer) error {
			_, err := v.UpdateProject(ctx, web, store.ProjectChange{SetsRetention: true, RetentionDays: pointer(7)})
			return err
		}},
		{"create a key", store.AuditAPIKeyCreated, func(v *Viewer) error {
			_, _, err := v.CreateAPIKey(ctx, store.NewAPIKey{ProjectID: web, Name: "k", Scopes: store.APIKeyScopes()})
			return err
		}},
		{"revoke a key", store.AuditAPIKeyRevoked, func(v *Viewer) error { _, err := v.RevokeAPIKey(ctx, web, spareKey.KeyID); return err }},
		{"set a role", store.AuditMemberRoleSet, func(v *Viewer) error {
			_, err := v.SetRole(ctx, acme, store.RoleChange{UserID: target.UserID, Role: pointer(store.RoleMember)})
			return err
		}},
		{"invite", store.AuditMemberInvited, func(v *Viewer) error {
			_, _, err := v.Invite(ctx, acme, "new@example.com", store.RoleAdmin)
			return err
		}},
		{"revoke an invitation", store.AuditInvitationRevoked, func(v *Viewer) error { _, err := v.RevokeInvitation(ctx, acme, spare.InvitationID); return err }},
		{"remove a member", store.AuditMemberRemoved, func(v *Viewer) error { return v.RemoveMember(ctx, acme, leaving.UserID) }},
	}
	refused := map[string]*Viewer{
		"a viewer":   b.signedIn(t, "viewer@example.com", in(b.acme, store.RoleViewer)),
		"a member":   b.signedIn(t, "member@example.com", in(b.acme, store.RoleMember)),
		"a stranger": b.signedIn(t, "stranger@example.com", in(b.other, store.RoleOwner)),
		"a reader":   b.key(t, b.web, store.ScopeRead),
		"a key":      b.key(t, b.theirs, store.APIKeyScopes()...),
	}
	before := b.audited(t, b.acme)
	for who, v := range refused {
		want := ErrForbidden
		if who == "a stranger" || who == "a key" {
			want = ErrNotFound
		}
		for _, c := range changes {
			if err := c.run(v); !errors.Is(err, want) {
				t.Errorf("%s may %s: %v", who, c.name, err)
			}
		}
	}
	for _, c := range changes {
		if err := c.run(nil); !errors.Is(err, ErrUnauthenticated) {
			t.Errorf("nobody may %s: %v", c.name, err)
		}
	}
	if diff := gocmp.Diff(before, b.audited(t, b.acme)); diff != "" {
		t.Errorf("what was refused is in the audit log: %s", diff)
	}
	admin := b.signedIn(t, "admin@example.com", in(b.acme, store.RoleAdmin))
	for _, c := range changes {
		if err := c.run(admin); err != nil {
			t.Fatalf("an administrator may not %s: %v", c.name, err)
		}
		tenant := storetest.Must(admin.AuditLog(ctx, acme))(t)
		newest := storetest.Must(tenant.AuditLog(ctx, nil, nil, 1))(t)[0]
		if newest.Action != c.action || newest.Actor.ID != admin.User.ID() || newest.Address() == nil || *newest.Address() != "192.0.2.7" {
			t.Errorf("%s is audited as %+v by %+v", c.name, newest, newest.Actor)
		}
		for _, secret := range []string{"sk-tl-", "$argon2"} {
			if strings.Contains(string(newest.Changes), secret) {
				t.Errorf("%s puts a secret into the audit log: %s", c.name, newest.Changes)
			}
		}
	}
	if got := b.audited(t, b.other); len(got) != 1 || got[0] != store.AuditSignedIn {
		t.Errorf("the other organization's log holds %v, want one sign-in", got)
	}
	for who, v := range refused {
		if _, err := v.AuditLog(ctx, acme); err == nil {
			t.Errorf("%s may read the audit log", who)
		}
	}
}

func TestOnlyAnOwnerMakesOrUnmakesOwners(t *testing.T) {
	t.Parallel()
	b := setup(t, forgetful)
	ctx, acme := t.Context(), b.acme.OrganizationID
	owner := b.signedIn(t, "owner@example.com", in(b.acme, store.RoleOwner))
	admin := b.signedIn(t, "admin@example.com", in(b.acme, store.RoleAdmin))
	// Owning a project is not owning the organization.
	lead := b.signedIn(t, "lead@example.com", in(b.acme, store.RoleMember),
		store.Membership{OrganizationID: acme, ProjectID: b.web.ProjectID, Role: store.RoleOwner})
	member := b.user(t, "member@example.com", in(b.acme, store.RoleMember))
	role := func(v *Viewer, of *store.User, project *store.Project, role *store.Role) error {
		c := store.RoleChange{UserID: of.UserID, Role: role}
		if project != nil {
			c.ProjectID = project.ProjectID
		}
		_, err := v.SetRole(ctx, acme, c)
		return err
	}
	_, _, invited := admin.Invite(ctx, acme, "new@example.com", store.RoleOwner)
	for what, err := range map[string]error{
		"makes itself owner":             role(admin, admin.User, nil, pointer(store.RoleOwner)),
		"unmakes an owner":               role(admin, owner.User, nil, pointer(store.RoleViewer)),
		"lowers an owner in a project":   role(admin, owner.User, b.web, pointer(store.RoleViewer)),
		"makes an owner of a project":    role(admin, member, b.web, pointer(store.RoleOwner)),
		"unmakes an owner of a project":  role(admin, lead.User, b.web, nil),
		"removes an owner":               admin.RemoveMember(ctx, acme, owner.User.UserID),
		"removes an owner of a project":  admin.RemoveMember(ctx, acme, lead.User.UserID),
		"invites an owner":               invited,
		"lead makes an owner":            role(lead, member, b.web, pointer(store.RoleOwner)),
		"lead lowers an owner":           role(lead, owner.User, b.web, pointer(store.RoleViewer)),
		"lead gives itself organization": role(lead, lead.User, nil, pointer(store.RoleAdmin)),
	} {
		if err == nil || !errors.Is(err, ErrOwnersOnly) && !errors.Is(err, ErrForbidden) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := role(lead, member, b.web, pointer(store.RoleAdmin)); err != nil {
		t.Errorf("who leads a project cannot give roles in it: %v", err)
	}
	if err := role(lead, member, b.voice, pointer(store.RoleAdmin)); !errors.Is(err, ErrForbidden) {
		t.Errorf("who leads a project gives roles in another: %v", err)
	}
	for what, err := range map[string]error{
		"steps down":     role(owner, owner.User, nil, pointer(store.RoleAdmin)),
		"removes itself": owner.RemoveMember(ctx, acme, owner.User.UserID),
	} {
		if !errors.Is(err, store.ErrConflict) {
			t.Errorf("the last owner %s: %v", what, err)
		}
	}
	if err := role(owner, admin.User, nil, pointer(store.RoleOwner)); err != nil {
		t.Fatal(err)
	}
	if err := role(admin, owner.User, nil, pointer(store.RoleViewer)); err != nil {
		t.Errorf("an owner cannot unmake another: %v", err)
	}
}

func TestARoleIsGivenOnlyToWhoBelongsToTheOrganization(t *testing.T) {
	t.Parallel()
	b := setup(t, forgetful)
	ctx, acme := t.Context(), b.acme.OrganizationID
	owner := b.signedIn(t, "owner@example.com", in(b.acme, store.RoleOwner), in(b.other, store.RoleOwner))
	stranger := b.user(t, "stranger@example.com", in(b.other, store.RoleMember))
	for what, c := range map[string]store.RoleChange{
		"a stranger":                {UserID: stranger.UserID, Role: pointer(store.RoleMember)},
		"a stranger in a project":   {UserID: stranger.UserID, ProjectID: b.web.ProjectID, Role: pointer(store.RoleMember)},
		"nobody":                    {UserID: 4711, Role: pointer(store.RoleMember)},
		"in another's project":      {UserID: owner.User.UserID, ProjectID: b.theirs.ProjectID, Role: pointer(store.RoleMember)},
		"in a project of no one's":  {UserID: owner.User.UserID, ProjectID: unknownProject, Role: pointer(store.RoleMember)},
		"stranger, foreign project": {UserID: stranger.UserID, ProjectID: b.theirs.ProjectID, Role: pointer(store.RoleMember)},
	} {
		if _, err := owner.SetRole(ctx, acme, c); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestTwoAdministratorsAtOnceDoNotOverwriteEachOther(t *testing.T) {
	t.Parallel()
	b := setup(t, forgetful)
	target := b.user(t, "target@example.com", in(b.acme, store.RoleViewer))
	var admins [2]*Viewer
	admins[0] = b.signedIn(t, "one@example.com", in(b.acme, store.RoleAdmin))
	admins[1] = b.signedIn(t, "two@example.com", in(b.acme, store.RoleAdmin))
	wanted := []store.Role{store.RoleMember, store.RoleAdmin}
	var errs [2]error
	var group sync.WaitGroup
	for i := range admins {
		group.Go(func() {
			_, errs[i] = admins[i].SetRole(t.Context(), b.acme.OrganizationID, store.RoleChange{
				UserID: target.UserID, Role: &wanted[i], ChecksExpected: true, Expected: pointer(store.RoleViewer)})
		})
	}
	group.Wait()
	if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs[:]...), store.ErrConflict) {
		t.Errorf("want one success and one conflict, got %v and %v", errs[0], errs[1])
	}
}

func TestAnInvitationIsAcceptedOnceByItsAddressAlone(t *testing.T) {
	t.Parallel()
	b := setup(t, forgetful)
	ctx, acme := t.Context(), b.acme.OrganizationID
	owner := b.signedIn(t, "owner@example.com", in(b.acme, store.RoleOwner))
	invite := func(email string) string {
		t.Helper()
		_, token, err := owner.Invite(ctx, acme, email, store.RoleMember)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	accept := func(v *Viewer, token string, name, password *string) (*SignedIn, error) {
		_, signedIn, err := b.AcceptInvitation(ctx, v, AcceptInvitationInput{token, name, password}, fromHome)
		return signedIn, err
	}
	token := invite("Ada@Example.com")
	if _, _, err := owner.Invite(ctx, acme, "ada@example.com", store.RoleAdmin); !errors.Is(err, store.ErrConflict) {
		t.Errorf("inviting again: %v", err)
	}
	var input *store.InputError
	for what, err := range map[string]error{
		"without a name":     second(accept(nil, token, nil, pointer("correct horse battery"))),
		"without a password": second(accept(nil, token, pointer("Ada"), nil)),
		"a short password":   second(accept(nil, token, pointer("Ada"), pointer("short"))),
		"a huge password":    second(accept(nil, token, pointer("Ada"), pointer(strings.Repeat("p", 10<<20)))),
		"a control sign":     second(accept(nil, token, pointer("A\x00da"), pointer("correct horse battery"))),
	} {
		if !errors.As(err, &input) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := accept(owner, token, nil, nil); !errors.Is(err, store.ErrOtherAddress) {
		t.Errorf("another person accepts: %v", err)
	}
	if _, err := accept(b.key(t, b.web, store.ScopeRead), token, nil, nil); !errors.Is(err, ErrForbidden) {
		t.Errorf("a key accepts: %v", err)
	}
	ada, err := accept(nil, token, pointer("Ada"), pointer("correct horse battery"))
	if err != nil || ada == nil {
		t.Fatalf("accepting: %v", err)
	}
	if _, err := ada.Viewer.Organization(ctx, acme, ObjectTrace, VerbWrite); err != nil {
		t.Errorf("the new member may not write: %v", err)
	}
	if _, err := accept(nil, token, pointer("Eve"), pointer("correct horse battery")); !errors.Is(err, ErrNotFound) {
		t.Errorf("accepting twice: %v", err)
	}
	if _, _, err := owner.Invite(ctx, acme, "ada@example.com", store.RoleAdmin); !errors.Is(err, store.ErrConflict) {
		t.Errorf("inviting a member: %v", err)
	}

	stranger := b.signedIn(t, "known@example.com", in(b.other, store.RoleViewer))
	known := invite("known@example.com")
	if _, err := accept(nil, known, pointer("Known"), pointer("correct horse battery")); !errors.Is(err, store.ErrConflict) {
		t.Errorf("nobody takes over a known address: %v", err)
	}
	if signedIn, err := accept(stranger, known, nil, nil); err != nil || signedIn != nil {
		t.Errorf("a signed-in person joins: %v, %v", signedIn, err)
	}

	late := invite("late@example.com")
	b.db.Exec(t, `UPDATE treeline.invitation SET expires_at = now() WHERE email = 'late@example.com'`)
	if _, err := accept(nil, late, pointer("Late"), pointer("correct horse battery")); !errors.Is(err, ErrNotFound) {
		t.Errorf("accepting too late: %v", err)
	}
	if again := invite("late@example.com"); again == late {
		t.Error("an expired invitation keeps its token")
	}
}

func second[T any](_ T, err error) error { return err }

func TestGuessingInvitationsIsDamped(t *testing.T) {
	t.Parallel()
	b := setup(t, forgetful)
	var limited *RateLimitedError
	for range 2 * addressBurst {
		token, _ := newToken()
		_, _, err := b.AcceptInvitation(t.Context(), nil, AcceptInvitationInput{Token: token}, fromHome)
		if errors.As(err, &limited) {
			return
		}
		if !errors.Is(err, ErrNotFound) {
			t.Fatal(err)
		}
	}
	t.Error("guesses are not damped")
}

func TestChangingThePasswordEndsAllOtherSessions(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{})
	const next = "a longer and newer password"
	b.user(t, "ada@example.com", in(b.acme, store.RoleMember))
	signIn := func(password string) (SignedIn, error) {
		return b.SignIn(t.Context(), SignInInput{"ada@example.com", password}, fromHome)
	}
	here, there := storetest.Must(signIn(b.passwordOfAll))(t), storetest.Must(signIn(b.passwordOfAll))(t)
	storetest.Must(b.SessionViewer(t.Context(), there.Token))(t)
	var input *store.InputError
	if err := here.Viewer.ChangePassword(t.Context(), b.passwordOfAll, "short"); !errors.As(err, &input) {
		t.Errorf("a short password: %v", err)
	}
	if err := here.Viewer.ChangePassword(t.Context(), "wrong password", next); !errors.Is(err, ErrWrongPassword) {
		t.Errorf("a wrong password: %v", err)
	}
	if err := b.key(t, b.web, store.ScopeRead).ChangePassword(t.Context(), "x", next); !errors.Is(err, ErrForbidden) {
		t.Errorf("a key: %v", err)
	}
	if err := here.Viewer.ChangePassword(t.Context(), b.passwordOfAll, next); err != nil {
		t.Fatal(err)
	}
	if _, err := b.SessionViewer(t.Context(), there.Token); !errors.Is(err, ErrUnauthenticated) {
		t.Errorf("the other session goes on: %v", err)
	}
	if _, err := b.SessionViewer(t.Context(), here.Token); err != nil {
		t.Errorf("the own session ended: %v", err)
	}
	if _, err := signIn(b.passwordOfAll); !errors.Is(err, ErrWrongPassword) {
		t.Errorf("the old password: %v", err)
	}
	storetest.Must(signIn(next))(t)
	want := []store.AuditAction{store.AuditSignedIn, store.AuditPasswordChanged, store.AuditSignedIn, store.AuditSignedIn}
	if diff := gocmp.Diff(want, b.audited(t, b.acme)); diff != "" {
		t.Error(diff)
	}
	if got := b.audited(t, b.other); got != nil {
		t.Errorf("an organization that the person is not in is told: %v", got)
	}
}

func TestWrongKeysOfAnAddressAreDampedAndRightOnesNever(t *testing.T) {
	t.Parallel()
	b := setup(t, forgetful)
	pair := b.pair(t, b.web, store.ScopeRead)
	from := func(address string) context.Context { return WithAddress(t.Context(), netip.MustParseAddr(address)) }
	attacker := from("2001:db8::1")
	wrong := Credentials{Public: pair.Public, Secret: "sk-tl-wrong"}
	var limited *RateLimitedError
	for i := 0; ; i++ {
		_, err := b.Authenticate(attacker, wrong)
		if errors.As(err, &limited) {
			break
		}
		if !errors.Is(err, ErrUnauthenticated) || i > 10*wrongKeyBurst {
			t.Fatalf("after %d wrong keys: %v", i, err)
		}
	}
	if limited.RetryAfter() <= 0 {
		t.Error("the refusal does not say when to try again")
	}
	// The buckets are those of an IPv6 network.
	if _, err := b.Authenticate(from("2001:db8::2"), Credentials{Secret: "sk-tl-wrong"}); !errors.As(err, &limited) {
		t.Errorf("a neighbour's wrong key: %v", err)
	}
	for range 3 {
		if _, err := b.Authenticate(attacker, Credentials(pair)); err != nil {
			t.Errorf("a right key of the same address: %v", err)
		}
	}
	if _, err := b.Authenticate(from("192.0.2.9"), wrong); !errors.Is(err, ErrUnauthenticated) {
		t.Errorf("another address: %v", err)
	}
}
