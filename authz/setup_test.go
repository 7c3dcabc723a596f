package authz

import (
	"log/slog"
	"net/netip"
	"testing"
	"time"

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
	b := testBundle{Service: storetest.Must(New(s, cfg))(t), db: db, passwordOfAll: "correct horse battery"}
	b.phc = hashPassword(b.passwordOfAll)
	b.acme = storetest.Must(s.EnsureOrganization(t.Context(), "acme", "Acme"))(t)
	b.other = storetest.Must(s.EnsureOrganization(t.Context(), "other", "Other"))(t)
	b.web = storetest.Must(s.CreateProject(t.Context(), b.acme.OrganizationID, "web", "Web"))(t)
	b.voice = storetest.Must(s.CreateProject(t.Context(), b.acme.OrganizationID, "voice", "Voice"))(t)
	b.theirs = storetest.Must(s.CreateProject(t.Context(), b.other.OrganizationID, "web", "Web"))(t)
	return b
}

// user creates a user that has the password of all.
func (b testBundle) user(t *testing.T, email string, given ...store.Membership) *store.User {
	t.Helper()
	user := storetest.Must(b.store.CreateUser(t.Context(), store.NewUser{Email: email, PasswordHash: b.phc}))(t)
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
	return storetest.Must(b.SignIn(t.Context(), SignInInput{email, b.passwordOfAll}, fromHome))(t).Viewer
}

var fromHome = SignInOrigin{Address: netip.MustParseAddr("192.0.2.1")}

func (b testBundle) pair(t *testing.T, project *store.Project, scopes ...store.APIKeyScope) store.KeyPair {
	t.Helper()
	pair := store.GenerateKeyPair()
	storetest.Must(b.store.CreateAPIKey(t.Context(), store.NewAPIKey{ProjectID: project.ProjectID, Name: "key", KeyPair: pair, Scopes: scopes}))(t)
	return pair
}

func (b testBundle) key(t *testing.T, project *store.Project, scopes ...store.APIKeyScope) *Viewer {
	t.Helper()
	return storetest.Must(b.Authenticate(t.Context(), credentials(b.pair(t, project, scopes...))))(t)
}

func credentials(pair store.KeyPair) Credentials { return Credentials(pair) }

// unknownProject is a project that does not exist.
const unknownProject trace.ProjectID = 4711
