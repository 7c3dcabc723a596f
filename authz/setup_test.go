package authz

import (
	"errors"
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/store/storetest"
	"github.com/treeline-dev/treeline/store/storetest/cluster"
	"github.com/treeline-dev/treeline/trace"
)

// testBundle is a service on a database with two organizations: acme with the
// projects web and voice, and other with the project web.
type testBundle struct {
	*Service
	db            cluster.Database
	acme, other   *store.Organization
	web, voice    *store.Project
	theirs        *store.Project
	passwordOfAll string
	phc           string
}

// forgetful remembers nothing, so that a test sees every change at once.
var forgetful = Config{CacheTTL: time.Nanosecond}

func setup(t *testing.T, cfg Config) testBundle {
	t.Helper()
	db := cluster.New(t)
	s := storetest.OpenAt(t, db)
	cfg.Logger = slog.New(slog.NewTextHandler(t.Output(), nil))
	b := testBundle{Service: must(New(s, cfg))(t), db: db, passwordOfAll: "correct horse battery"}
	b.phc = hashPassword(b.passwordOfAll)
	b.acme = must(s.EnsureOrganization(t.Context(), "acme", "Acme"))(t)
	b.other = must(s.EnsureOrganization(t.Context(), "other", "Other"))(t)
	b.web = must(s.CreateProject(t.Context(), b.acme.OrganizationID, "web", "Web"))(t)
	b.voice = must(s.CreateProject(t.Context(), b.acme.OrganizationID, "voice", "Voice"))(t)
	b.theirs = must(s.CreateProject(t.Context(), b.other.OrganizationID, "web", "Web"))(t)
	return b
}

// must unwraps a result, or fails the test.
func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func wantError(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error = %v; want %v", err, want)
	}
}

// exec changes the database as another server or an operator would.
func (b testBundle) exec(t *testing.T, sql string, arguments ...any) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), b.db.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	if _, err := conn.Exec(t.Context(), sql, arguments...); err != nil {
		t.Fatal(err)
	}
}

// user creates a user that has the password of all.
func (b testBundle) user(t *testing.T, email string, given ...store.Membership) *store.User {
	t.Helper()
	user := must(b.store.CreateUser(t.Context(), store.NewUser{Email: email, PasswordHash: b.phc}))(t)
	for _, m := range given {
		var err error
		if m.ProjectID != 0 {
			err = b.store.SetProjectMember(t.Context(), m.ProjectID, user.UserID, m.Role)
		} else {
			err = b.store.SetMember(t.Context(), m.OrganizationID, user.UserID, m.Role)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return user
}

// signedIn creates a user and signs it in.
func (b testBundle) signedIn(t *testing.T, email string, given ...store.Membership) *Viewer {
	t.Helper()
	b.user(t, email, given...)
	return must(b.SignIn(t.Context(), SignInInput{email, b.passwordOfAll}, fromHome))(t).Viewer
}

var fromHome = SignInOrigin{Address: netip.MustParseAddr("192.0.2.1")}

func (b testBundle) pair(t *testing.T, project *store.Project, scopes ...store.APIKeyScope) store.KeyPair {
	t.Helper()
	pair := store.GenerateKeyPair()
	must(b.store.CreateAPIKey(t.Context(), store.NewAPIKey{ProjectID: project.ProjectID, Name: "key", KeyPair: pair, Scopes: scopes}))(t)
	return pair
}

func (b testBundle) key(t *testing.T, project *store.Project, scopes ...store.APIKeyScope) *Viewer {
	t.Helper()
	return must(b.Authenticate(t.Context(), credentials(b.pair(t, project, scopes...))))(t)
}

func credentials(pair store.KeyPair) Credentials { return Credentials(pair) }

// unknownProject is a project that does not exist.
const unknownProject trace.ProjectID = 4711
