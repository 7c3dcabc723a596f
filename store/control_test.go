package store_test

import (
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/store/storetest"
	"github.com/treeline-dev/treeline/store/storetest/cluster"
	"github.com/treeline-dev/treeline/trace"
)

// controlBundle is a store with one organization and one project.
type controlBundle struct {
	*store.Store
	db      cluster.Database
	acme    *store.Organization
	project *store.Project
}

func setupControl(t *testing.T) controlBundle {
	t.Helper()
	b := controlBundle{db: cluster.New(t)}
	b.Store = storetest.OpenAt(t, b.db)
	b.acme = storetest.Must(b.EnsureOrganization(t.Context(), "acme", "Acme"))(t)
	b.project = storetest.Must(b.CreateProject(t.Context(), b.acme.OrganizationID, "web", "Web"))(t)
	return b
}

func (b controlBundle) user(t *testing.T, email string) *store.User {
	t.Helper()
	return storetest.Must(b.CreateUser(t.Context(), store.NewUser{Email: email, PasswordHash: "x"}))(t)
}

func (b controlBundle) key(t *testing.T, n store.NewAPIKey) *store.APIKey {
	t.Helper()
	n.ProjectID = b.project.ProjectID
	if n.Name == "" {
		n.Name = "key"
	}
	if n.Public == "" {
		n.KeyPair = store.GenerateKeyPair()
	}
	if n.Scopes == nil {
		n.Scopes = store.APIKeyScopes()
	}
	return storetest.Must(b.CreateAPIKey(t.Context(), n))(t)
}

func TestOrganizationsAreFound(t *testing.T) {
	t.Parallel()
	b := setupControl(t)
	for _, got := range []*store.Organization{
		storetest.Must(b.Organization(t.Context(), b.acme.OrganizationID))(t),
		storetest.Must(b.OrganizationBySlug(t.Context(), "acme"))(t),
		storetest.Must(b.EnsureOrganization(t.Context(), "acme", "Another name"))(t),
	} {
		if got.OrganizationID != b.acme.OrganizationID || got.Name != "Acme" || got.CreatedAt.Location() != time.UTC {
			t.Errorf("got %+v", got)
		}
	}
	_, err := b.Organization(t.Context(), 1)
	storetest.WantError(t, err, store.ErrNotFound)
	_, err = b.OrganizationBySlug(t.Context(), "other")
	storetest.WantError(t, err, store.ErrNotFound)
	var input *store.InputError
	if _, err = b.EnsureOrganization(t.Context(), "Not A Slug", "x"); !errors.As(err, &input) {
		t.Errorf("error = %v; want an InputError", err)
	}
}

func TestServersThatCreateAnOrganizationAtOnceShareIt(t *testing.T) {
	t.Parallel()
	db := cluster.New(t)
	const servers = 4
	found := make(chan *store.Organization, servers)
	for range servers {
		s := storetest.OpenAt(t, db)
		go func() {
			organization, err := s.EnsureOrganization(t.Context(), "acme", "Acme")
			if err != nil {
				t.Error(err)
			}
			found <- organization
		}()
	}
	first := <-found
	for range servers - 1 {
		if other := <-found; first == nil || other == nil || first.OrganizationID != other.OrganizationID {
			t.Errorf("%+v and %+v", first, other)
		}
	}
}

func TestProjectsAreFound(t *testing.T) {
	t.Parallel()
	b := setupControl(t)
	for _, got := range []*store.Project{
		storetest.Must(b.Project(t.Context(), b.project.ProjectID))(t),
		storetest.Must(b.ProjectBySlug(t.Context(), b.acme.OrganizationID, "web"))(t),
		storetest.Must(b.EnsureProject(t.Context(), b.acme.OrganizationID, "web", "Another name"))(t),
	} {
		if diff := cmp.Diff(b.project, got); diff != "" {
			t.Error(diff)
		}
	}
	if want := b.project.ProjectID.NodeID(); b.project.ID() != want {
		t.Errorf("ID = %s; want %s", b.project.ID(), want)
	}
	_, err := b.Project(t.Context(), 1)
	storetest.WantError(t, err, store.ErrNotFound)
	_, err = b.CreateProject(t.Context(), b.acme.OrganizationID, "web", "Web")
	storetest.WantError(t, err, store.ErrConflict)
	_, err = b.CreateProject(t.Context(), 1, "web", "Web")
	storetest.WantError(t, err, store.ErrNotFound)
	other := storetest.Must(b.EnsureOrganization(t.Context(), "other", "Other"))(t)
	_, err = b.ProjectBySlug(t.Context(), other.OrganizationID, "web")
	storetest.WantError(t, err, store.ErrNotFound)
	storetest.Must(b.CreateProject(t.Context(), other.OrganizationID, "web", "Web"))(t)
}

func TestListsByNameComeInPages(t *testing.T) {
	t.Parallel()
	b := setupControl(t)
	// Names that some collations would interleave, and two alike.
	names := []string{"alpha", "Beta", "beta", "Éclair", "zeta", "zeta"}
	for i, name := range names {
		storetest.Must(b.CreateProject(t.Context(), b.acme.OrganizationID, "p"+strconv.Itoa(i), name))(t)
	}
	want := []string{"Beta", "Web", "alpha", "beta", "zeta", "zeta", "Éclair"}
	user := b.user(t, "ada@example.com")
	if err := b.SetMember(t.Context(), b.acme.OrganizationID, user.UserID, store.RoleViewer); err != nil {
		t.Fatal(err)
	}
	for what, list := range map[string]func(*store.NamePosition) ([]*store.Project, error){
		"all": func(after *store.NamePosition) ([]*store.Project, error) {
			return b.Projects(t.Context(), b.acme.OrganizationID, after, 2)
		},
		"of a user": func(after *store.NamePosition) ([]*store.Project, error) {
			return b.ProjectsOfUser(t.Context(), user.UserID, b.acme.OrganizationID, after, 2)
		},
	} {
		var got []string
		seen := map[trace.ProjectID]bool{}
		var after *store.NamePosition
		for {
			page := storetest.Must(list(after))(t)
			for _, p := range page {
				if seen[p.ProjectID] {
					t.Errorf("%s: %s came twice", what, p.Name)
				}
				seen[p.ProjectID] = true
				got = append(got, p.Name)
			}
			if len(page) < 2 {
				break
			}
			position := page[1].Position()
			after = &position
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	if n := storetest.Must(b.CountProjectsOfUser(t.Context(), user.UserID, b.acme.OrganizationID, 5))(t); n != 5 {
		t.Errorf("count up to 5 = %d", n)
	}
	if n := storetest.Must(b.CountProjectsOfUser(t.Context(), user.UserID, b.acme.OrganizationID, 100))(t); n != 7 {
		t.Errorf("count = %d", n)
	}
}

func TestAUserSeesItsOwnOrganizationsAndProjectsOnly(t *testing.T) {
	t.Parallel()
	b := setupControl(t)
	ctx := t.Context()
	second := storetest.Must(b.CreateProject(ctx, b.acme.OrganizationID, "second", "Second"))(t)
	other := storetest.Must(b.EnsureOrganization(ctx, "other", "Other"))(t)
	theirs := storetest.Must(b.CreateProject(ctx, other.OrganizationID, "web", "Web"))(t)
	member, guest, stranger := b.user(t, "member@example.com"), b.user(t, "guest@example.com"), b.user(t, "stranger@example.com")
	if err := errors.Join(
		b.SetMember(ctx, b.acme.OrganizationID, member.UserID, store.RoleMember),
		b.SetProjectMember(ctx, second.ProjectID, guest.UserID, store.RoleAdmin),
	); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		user          *store.User
		organizations []string
		projects      []trace.ProjectID
	}{
		{member, []string{"acme"}, []trace.ProjectID{second.ProjectID, b.project.ProjectID}},
		{guest, []string{"acme"}, []trace.ProjectID{second.ProjectID}},
		{stranger, nil, nil},
	} {
		var slugs []string
		for _, o := range storetest.Must(b.OrganizationsOfUser(ctx, c.user.UserID, nil, 10))(t) {
			slugs = append(slugs, o.Slug)
		}
		if diff := cmp.Diff(c.organizations, slugs); diff != "" {
			t.Errorf("%s: %s", c.user.Email, diff)
		}
		if n := storetest.Must(b.CountOrganizationsOfUser(ctx, c.user.UserID, 10))(t); n != len(slugs) {
			t.Errorf("%s: %d organizations counted", c.user.Email, n)
		}
		var projects []trace.ProjectID
		for _, p := range storetest.Must(b.ProjectsOfUser(ctx, c.user.UserID, b.acme.OrganizationID, nil, 10))(t) {
			projects = append(projects, p.ProjectID)
		}
		if diff := cmp.Diff(c.projects, projects); diff != "" {
			t.Errorf("%s: %s", c.user.Email, diff)
		}
		if found := storetest.Must(b.ProjectsOfUser(ctx, c.user.UserID, other.OrganizationID, nil, 10))(t); len(found) > 0 {
			t.Errorf("%s sees projects of another organization", c.user.Email)
		}
		for _, id := range []trace.ProjectID{b.project.ProjectID, second.ProjectID, theirs.ProjectID, 1} {
			_, err := b.ProjectOfUser(ctx, c.user.UserID, id)
			if slices.Contains(c.projects, id) != (err == nil) || err != nil && !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s, project %s: %v", c.user.Email, id, err)
			}
		}
	}
}

func TestUsersAreFoundByTheirAddressInAnyCase(t *testing.T) {
	t.Parallel()
	b := setupControl(t)
	ada := storetest.Must(b.CreateUser(t.Context(), store.NewUser{Email: "Ada@Example.com", PasswordHash: "hash"}))(t)
	if ada.Email != "ada@example.com" || ada.Name != "ada" {
		t.Errorf("created %+v", ada)
	}
	found := storetest.Must(b.UserByEmail(t.Context(), "ada@example.com"))(t)
	if diff := cmp.Diff(ada, found.User); diff != "" || found.PasswordHash != "hash" {
		t.Errorf("hash %q, %s", found.PasswordHash, diff)
	}
	if diff := cmp.Diff(ada, storetest.Must(b.User(t.Context(), ada.UserID))(t)); diff != "" {
		t.Error(diff)
	}
	_, err := b.CreateUser(t.Context(), store.NewUser{Email: "ADA@example.com"})
	storetest.WantError(t, err, store.ErrConflict)
	_, err = b.UserByEmail(t.Context(), "bob@example.com")
	storetest.WantError(t, err, store.ErrNotFound)
	id := storetest.Must(trace.ParseNodeID(ada.ID()))(t)
	if key, ok := store.ParseKey(id.Key); !ok || key != ada.UserID || id.Type != trace.NodeUser || id.Scope != "" {
		t.Errorf("ID = %+v", id)
	}
	without := storetest.Must(b.CreateUser(t.Context(), store.NewUser{Email: "sso@example.com", Name: "Single Sign-On"}))(t)
	if found := storetest.Must(b.UserByEmail(t.Context(), without.Email))(t); found.PasswordHash != "" {
		t.Errorf("hash = %q for a user without a password", found.PasswordHash)
	}
}

func TestAnOrganizationKeepsAnOwner(t *testing.T) {
	t.Parallel()
	b := setupControl(t)
	ctx, org := t.Context(), b.acme.OrganizationID
	ada, bob := b.user(t, "ada@example.com"), b.user(t, "bob@example.com")
	if err := errors.Join(b.SetMember(ctx, org, ada.UserID, store.RoleOwner), b.SetMember(ctx, org, bob.UserID, store.RoleAdmin)); err != nil {
		t.Fatal(err)
	}
	storetest.WantError(t, b.SetMember(ctx, org, ada.UserID, store.RoleAdmin), store.ErrConflict)
	storetest.WantError(t, b.RemoveMember(ctx, org, ada.UserID), store.ErrConflict)
	want := []store.Membership{{OrganizationID: org, Role: store.RoleOwner}}
	if diff := cmp.Diff(want, storetest.Must(b.Memberships(ctx, ada.UserID))(t)); diff != "" {
		t.Error(diff)
	}
	// Two owners cannot remove each other at the same moment.
	if err := b.SetMember(ctx, org, bob.UserID, store.RoleOwner); err != nil {
		t.Fatal(err)
	}
	results := make(chan error, 2)
	for _, user := range []*store.User{ada, bob} {
		go func() { results <- b.RemoveMember(ctx, org, user.UserID) }()
	}
	if first, second := <-results, <-results; (first == nil) == (second == nil) {
		t.Errorf("removing both owners: %v, %v", first, second)
	}
	storetest.WantError(t, b.RemoveMember(ctx, org, 1), store.ErrNotFound)
	storetest.WantError(t, b.SetMember(ctx, org, 1, store.RoleViewer), store.ErrNotFound)
	storetest.WantError(t, b.SetMember(ctx, 1, ada.UserID, store.RoleViewer), store.ErrNotFound)
}

func TestRemovingAMemberEndsItsProjectRoles(t *testing.T) {
	t.Parallel()
	b := setupControl(t)
	ctx := t.Context()
	bob := b.user(t, "bob@example.com")
	if err := errors.Join(
		b.SetMember(ctx, b.acme.OrganizationID, bob.UserID, store.RoleMember),
		b.SetProjectMember(ctx, b.project.ProjectID, bob.UserID, store.RoleViewer),
		b.SetProjectMember(ctx, b.project.ProjectID, bob.UserID, store.RoleAdmin),
	); err != nil {
		t.Fatal(err)
	}
	want := []store.Membership{
		{OrganizationID: b.acme.OrganizationID, Role: store.RoleMember},
		{OrganizationID: b.acme.OrganizationID, ProjectID: b.project.ProjectID, Role: store.RoleAdmin},
	}
	if diff := cmp.Diff(want, storetest.Must(b.Memberships(ctx, bob.UserID))(t)); diff != "" {
		t.Error(diff)
	}
	if err := b.RemoveMember(ctx, b.acme.OrganizationID, bob.UserID); err != nil {
		t.Fatal(err)
	}
	if left := storetest.Must(b.Memberships(ctx, bob.UserID))(t); len(left) > 0 {
		t.Errorf("left: %+v", left)
	}
	storetest.WantError(t, b.RemoveProjectMember(ctx, b.project.ProjectID, bob.UserID), store.ErrNotFound)
}

func TestKeysAreStoredWithoutTheirSecret(t *testing.T) {
	t.Parallel()
	b := setupControl(t)
	ctx := t.Context()
	expires := time.Now().Add(time.Hour).UTC().Truncate(time.Microsecond)
	pair := store.GenerateKeyPair()
	key := b.key(t, store.NewAPIKey{KeyPair: pair, Scopes: []store.APIKeyScope{"WRITE", "INGEST", "WRITE"}, ExpiresAt: &expires})
	want := &store.APIKey{
		KeyID: key.KeyID, ProjectID: b.project.ProjectID, Name: "key", PublicKey: pair.Public,
		Scopes: []store.APIKeyScope{store.ScopeIngest, store.ScopeWrite}, CreatedAt: key.CreatedAt, ExpiresAt: &expires,
	}
	known := storetest.Must(b.APIKeyByPublic(ctx, pair.Public))(t)
	for _, got := range []*store.APIKey{key, storetest.Must(b.APIKey(ctx, b.project.ProjectID, key.KeyID))(t), known.APIKey} {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	if known.OrganizationID != b.acme.OrganizationID || known.SecretHash != store.HashSecret(pair.Secret) || known.IsRevoked {
		t.Errorf("known as %+v", known)
	}
	if found := storetest.Must(b.APIKeysBySecret(ctx, store.HashSecret(pair.Secret)))(t); len(found) != 1 || found[0].KeyID != key.KeyID {
		t.Errorf("found by secret: %+v", found)
	}
	id := storetest.Must(trace.ParseNodeID(key.ID()))(t)
	if parsed, ok := store.ParseKey(id.Key); !ok || parsed != key.KeyID || id.Type != trace.NodeAPIKey || id.Scope != b.project.ProjectID.String() {
		t.Errorf("ID = %+v", id)
	}
	other := storetest.Must(b.CreateProject(ctx, b.acme.OrganizationID, "other", "Other"))(t)
	_, err := b.APIKey(ctx, other.ProjectID, key.KeyID)
	storetest.WantError(t, err, store.ErrNotFound)
	storetest.WantError(t, b.RevokeAPIKey(ctx, other.ProjectID, key.KeyID), store.ErrNotFound)
	_, err = b.CreateAPIKey(ctx, store.NewAPIKey{ProjectID: other.ProjectID, Name: "again", KeyPair: pair, Scopes: store.APIKeyScopes()})
	storetest.WantError(t, err, store.ErrConflict)
	_, err = b.CreateAPIKey(ctx, store.NewAPIKey{ProjectID: 1, Name: "x", KeyPair: store.GenerateKeyPair(), Scopes: store.APIKeyScopes()})
	storetest.WantError(t, err, store.ErrNotFound)
	for _, scopes := range [][]store.APIKeyScope{nil, {"ADMIN"}, {"READ", "read"}} {
		var input *store.InputError
		_, err = b.CreateAPIKey(ctx, store.NewAPIKey{ProjectID: other.ProjectID, Name: "x", KeyPair: store.GenerateKeyPair(), Scopes: scopes})
		if !errors.As(err, &input) {
			t.Errorf("scopes %q: %v", scopes, err)
		}
	}
}

func TestRevokedAndExpiredKeysAreNotFoundBySecret(t *testing.T) {
	t.Parallel()
	b := setupControl(t)
	ctx := t.Context()
	past := time.Now().Add(-time.Second)
	expired, revoked := store.GenerateKeyPair(), store.GenerateKeyPair()
	b.key(t, store.NewAPIKey{KeyPair: expired, ExpiresAt: &past})
	key := b.key(t, store.NewAPIKey{KeyPair: revoked})
	if err := b.RevokeAPIKey(ctx, b.project.ProjectID, key.KeyID); err != nil {
		t.Fatal(err)
	}
	storetest.WantError(t, b.RevokeAPIKey(ctx, b.project.ProjectID, key.KeyID), store.ErrNotFound)
	_, err := b.APIKey(ctx, b.project.ProjectID, key.KeyID)
	storetest.WantError(t, err, store.ErrNotFound)
	for _, pair := range []store.KeyPair{expired, revoked} {
		if found := storetest.Must(b.APIKeysBySecret(ctx, store.HashSecret(pair.Secret)))(t); len(found) > 0 {
			t.Errorf("found %+v", found)
		}
	}
	if known := storetest.Must(b.APIKeyByPublic(ctx, revoked.Public))(t); !known.IsRevoked {
		t.Error("a revoked key is not marked")
	}
	again, isNew, err := b.EnsureAPIKey(ctx, store.NewAPIKey{ProjectID: b.project.ProjectID, Name: "x", KeyPair: revoked, Scopes: store.APIKeyScopes()})
	if err != nil || isNew || !again.IsRevoked {
		t.Errorf("ensuring a revoked key: %+v, %t, %v", again, isNew, err)
	}
}

func TestKeysAreListedNewestFirst(t *testing.T) {
	t.Parallel()
	b := setupControl(t)
	var want []int64
	for range 5 {
		want = append(want, b.key(t, store.NewAPIKey{}).KeyID)
	}
	// The same moment: the ids decide.
	b.db.Exec(t, `UPDATE treeline.api_key SET created_at = $1`, time.Unix(1_700_000_000, 0))
	slices.Sort(want)
	slices.Reverse(want)
	var got []int64
	var after *store.TimePosition
	for {
		page := storetest.Must(b.APIKeys(t.Context(), b.project.ProjectID, after, 2))(t)
		for _, k := range page {
			got = append(got, k.KeyID)
		}
		if len(page) < 2 {
			break
		}
		position := page[1].Position()
		after = &position
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if n := storetest.Must(b.CountAPIKeys(t.Context(), b.project.ProjectID, 3))(t); n != 3 {
		t.Errorf("count up to 3 = %d", n)
	}
}

func TestTheUseOfAKeyIsNotedOnceAMinute(t *testing.T) {
	t.Parallel()
	b := setupControl(t)
	ctx := t.Context()
	key := b.key(t, store.NewAPIKey{})
	touch := func() time.Time {
		t.Helper()
		// The key as it was before, as another server's cache has it.
		if err := b.TouchAPIKey(ctx, key); err != nil {
			t.Fatal(err)
		}
		return *storetest.Must(b.APIKey(ctx, b.project.ProjectID, key.KeyID))(t).LastUsedAt
	}
	first := touch()
	if again := touch(); !again.Equal(first) {
		t.Errorf("noted at %s and again at %s", first, again)
	}
	b.db.Exec(t, `UPDATE treeline.api_key SET last_used_at = now() - interval '61 seconds'`)
	if later := touch(); later.Before(first) {
		t.Errorf("a use a minute later is not noted: %s", later)
	}
}

func TestEnsuringAKeyTwiceKeepsTheFirst(t *testing.T) {
	t.Parallel()
	b := setupControl(t)
	ctx := t.Context()
	n := store.NewAPIKey{ProjectID: b.project.ProjectID, Name: "first", KeyPair: store.KeyPair{Public: "pk", Secret: "sk"}, Scopes: store.APIKeyScopes()}
	first, isNew, err := b.EnsureAPIKey(ctx, n)
	if err != nil || !isNew {
		t.Fatalf("isNew = %t, %v", isNew, err)
	}
	n.Name, n.Secret = "second", "other"
	second, isNew, err := b.EnsureAPIKey(ctx, n)
	if err != nil || isNew || second.KeyID != first.KeyID || second.Name != "first" || second.SecretHash != store.HashSecret("sk") {
		t.Errorf("isNew = %t, %v, %+v", isNew, err, second)
	}
	n.ProjectID = storetest.Must(b.CreateProject(ctx, b.acme.OrganizationID, "other", "Other"))(t).ProjectID
	_, _, err = b.EnsureAPIKey(ctx, n)
	storetest.WantError(t, err, store.ErrConflict)
}

func TestTheFirstOwnerIsCreatedOnce(t *testing.T) {
	t.Parallel()
	b := setupControl(t)
	ctx, org := t.Context(), b.acme.OrganizationID
	ensure := func(email string) bool {
		t.Helper()
		return storetest.Must(b.EnsureOwner(ctx, org, store.NewUser{Email: email, PasswordHash: "first"}))(t)
	}
	roleOf := func(email string) store.Role {
		t.Helper()
		memberships := storetest.Must(b.Memberships(ctx, storetest.Must(b.UserByEmail(ctx, email))(t).UserID))(t)
		if len(memberships) == 0 {
			return ""
		}
		return memberships[0].Role
	}
	b.user(t, "ada@example.com")
	if ensure("ada@example.com") {
		t.Error("a user that existed is reported as new")
	}
	if role := roleOf("ada@example.com"); role != store.RoleOwner {
		t.Errorf("role = %q: an organization without an owner gets one", role)
	}
	if found := storetest.Must(b.UserByEmail(ctx, "ada@example.com"))(t); found.PasswordHash != "x" {
		t.Error("the password of a user that existed was changed")
	}
	if !ensure("bob@example.com") || roleOf("bob@example.com") != store.RoleOwner {
		t.Error("a new user is not an owner")
	}
	if err := b.RemoveMember(ctx, org, storetest.Must(b.UserByEmail(ctx, "bob@example.com"))(t).UserID); err != nil {
		t.Fatal(err)
	}
	if ensure("bob@example.com") || roleOf("bob@example.com") != "" {
		t.Error("a member that was removed came back")
	}
	_, err := b.EnsureOwner(ctx, 1, store.NewUser{Email: "x@example.com"})
	storetest.WantError(t, err, store.ErrNotFound)
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	b := setupControl(t)
	ctx := t.Context()
	ada := b.user(t, "ada@example.com")
	begin := func(token byte, lifetime time.Duration, replaces *store.TokenHash) store.TokenHash {
		t.Helper()
		hash := store.TokenHash{token}
		err := b.CreateUserSession(ctx, store.NewUserSession{TokenHash: hash, UserID: ada.UserID, ExpiresAt: time.Now().Add(lifetime), Replaces: replaces})
		if err != nil {
			t.Fatal(err)
		}
		return hash
	}
	isOpen := func(hash store.TokenHash) bool {
		t.Helper()
		session, err := b.UserSession(ctx, hash)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			t.Fatal(err)
		}
		if err == nil && session.User.UserID != ada.UserID {
			t.Errorf("session of %+v", session.User)
		}
		return err == nil
	}
	first, expired := begin(1, time.Hour, nil), begin(2, -time.Second, nil)
	if !isOpen(first) || isOpen(expired) || isOpen(store.TokenHash{9}) {
		t.Error("of a running, an expired and an unknown session only the first is open")
	}
	second := begin(3, time.Hour, &first)
	if isOpen(first) || !isOpen(second) {
		t.Error("the new session does not replace the old one")
	}
	if n := storetest.Must(b.SweepUserSessions(ctx, 10))(t); n != 1 {
		t.Errorf("%d sessions swept", n)
	}
	if err := b.DeleteUserSession(ctx, second); err != nil || isOpen(second) {
		t.Errorf("deleting: %v", err)
	}
	if err := b.DeleteUserSession(ctx, second); err != nil {
		t.Errorf("deleting again: %v", err)
	}
	storetest.WantError(t, b.CreateUserSession(ctx, store.NewUserSession{TokenHash: store.TokenHash{4}, UserID: 1, ExpiresAt: time.Now()}), store.ErrNotFound)
	for i := range 120 {
		begin(byte(100+i), time.Hour, nil)
	}
	if isOpen(store.TokenHash{100}) || !isOpen(store.TokenHash{219}) {
		t.Error("a user's sessions are not bounded to the newest")
	}
}

func TestEnumsAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	for _, role := range store.Roles() {
		var got store.Role
		if err := got.UnmarshalGQL(string(role)); err != nil || got != role {
			t.Errorf("%s: %s, %v", role, got, err)
		}
	}
	for _, scope := range store.APIKeyScopes() {
		var got store.APIKeyScope
		if err := got.UnmarshalGQL(string(scope)); err != nil || got != scope {
			t.Errorf("%s: %s, %v", scope, got, err)
		}
	}
	for _, bad := range []any{"owner", "", nil, 1} {
		var role store.Role
		var scope store.APIKeyScope
		if role.UnmarshalGQL(bad) == nil || scope.UnmarshalGQL(bad) == nil {
			t.Errorf("%v is accepted", bad)
		}
	}
}
