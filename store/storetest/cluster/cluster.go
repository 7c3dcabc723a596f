// Package cluster runs one temporary PostgreSQL for a test binary and hands out
// empty databases in it. It does not import package store, so that the tests
// inside that package can use it; others use storetest.
package cluster

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"github.com/treeline-dev/treeline/store/embedded"
)

// loginRole is store.AppRole and ownerRole is store.OwnerRole.
const (
	loginRole = "treeline_app"
	ownerRole = "treeline_owner"
)

// dropTimeout bounds the removal of a database.
const dropTimeout = time.Minute

// shared is the PostgreSQL of this process. It starts with the first database
// that is asked for and ends in Main.
var shared struct {
	sync.Mutex
	isManaged bool // Main runs
	server    *embedded.Server
	stop      func()
	password  string // of loginRole
	err       error
}

// Main runs the tests of a package, then stops PostgreSQL and fails the package
// where goroutines were left behind. It returns the exit code:
//
//	func TestMain(m *testing.M) { os.Exit(cluster.Main(m)) }
func Main(m *testing.M, options ...goleak.Option) int {
	shared.Lock()
	shared.isManaged = true
	shared.Unlock()
	code := m.Run()
	shared.Lock()
	defer shared.Unlock()
	if shared.stop != nil {
		shared.stop()
		shared.stop, shared.server = nil, nil
	}
	if code != 0 {
		return code
	}
	if err := goleak.Find(options...); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// Database is an empty database that one test has for itself.
type Database struct {
	// URL logs in as the server does in production: as a role that has no
	// right on any organization's tables.
	URL string
	// AdminURL logs in as the superuser.
	AdminURL string
}

// New creates a database and drops it when the test ends, with whatever
// connections are left.
func New(t testing.TB) Database {
	t.Helper()
	server, password, err := start(t.Context())
	if err != nil {
		t.Fatalf("start PostgreSQL for tests: %v", err)
	}
	name := "test_" + strings.ToLower(rand.Text()[:16])
	admin := server.URL()
	if err := execute(t.Context(), admin, "CREATE DATABASE "+name); err != nil {
		t.Fatalf("create a database for the test: %v", err)
	}
	db := Database{URL: withDatabase(server.URLAs(loginRole), name, password), AdminURL: withDatabase(admin, name, "")}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), dropTimeout)
		defer cancel()
		if err := drop(ctx, admin, db.AdminURL, name); err != nil {
			t.Errorf("drop the test's database: %v", err)
		}
	})
	return db
}

// Exec changes the database as another server or an operator would, logged in by
// URL.
func (db Database) Exec(t testing.TB, sql string, arguments ...any) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), db.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	if _, err := conn.Exec(t.Context(), sql, arguments...); err != nil {
		t.Fatal(err)
	}
}

func start(ctx context.Context) (*embedded.Server, string, error) {
	shared.Lock()
	defer shared.Unlock()
	if !shared.isManaged {
		return nil, "", errors.New("the package needs func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }")
	}
	if shared.server != nil || shared.err != nil {
		return shared.server, shared.password, shared.err
	}
	shared.server, shared.stop, shared.err = embedded.StartTemporary(nil)
	if shared.err != nil {
		return nil, "", shared.err
	}
	// Roles belong to the whole cluster. Made here once, they are not fought
	// over by tests that begin at the same time.
	shared.password = rand.Text()
	shared.err = execute(ctx, shared.server.URL(),
		"CREATE ROLE "+loginRole+" LOGIN NOINHERIT CREATEROLE PASSWORD '"+shared.password+"'",
		"CREATE ROLE "+ownerRole+" NOLOGIN")
	return shared.server, shared.password, shared.err
}

// drop removes a database and the roles of its organizations.
func drop(ctx context.Context, clusterURL, databaseURL, name string) error {
	roles, err := organizationRoles(ctx, databaseURL)
	if err != nil {
		return err
	}
	statements := []string{"DROP DATABASE " + name + " WITH (FORCE)"}
	for _, role := range roles {
		statements = append(statements, "DROP ROLE "+pgx.Identifier{role}.Sanitize())
	}
	return execute(ctx, clusterURL, statements...)
}

func organizationRoles(ctx context.Context, url string) ([]string, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close(ctx) }()
	rows, err := conn.Query(ctx, `SELECT rolname FROM pg_roles JOIN pg_namespace ON nspname = rolname WHERE rolname LIKE 'org\_%'`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

func execute(ctx context.Context, url string, statements ...string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			verb, _, _ := strings.Cut(statement, " ")
			return fmt.Errorf("%s: %w", verb, err)
		}
	}
	return nil
}

// withDatabase points a connection string at another database.
func withDatabase(text, name, password string) string {
	u, err := url.Parse(text)
	if err != nil {
		panic(err) // the embedded server builds it
	}
	u.Path = "/" + name
	if password != "" {
		u.User = url.UserPassword(u.User.Username(), password)
	}
	return u.String()
}
