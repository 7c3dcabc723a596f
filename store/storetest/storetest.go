// Package storetest gives tests a store on a real PostgreSQL: one temporary
// cluster for a test binary, one database for a test.
//
//	func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }
//
//	func TestSomething(t *testing.T) {
//		t.Parallel()
//		s := storetest.Open(t)
//		...
//	}
package storetest

import (
	"log/slog"
	"testing"

	"go.uber.org/goleak"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/store/storetest/cluster"
)

// Main runs the tests of a package, then stops PostgreSQL and fails the package
// where goroutines were left behind. It returns the exit code.
func Main(m *testing.M, options ...goleak.Option) int { return cluster.Main(m, options...) }

// Open returns a store on an empty database, logged in as store.AppRole. Both
// go when the test ends.
func Open(t testing.TB) *store.Store {
	t.Helper()
	return OpenAt(t, cluster.New(t))
}

// OpenAt returns a store on a database that the test knows, as a second server
// on it would open one. It is closed when the test ends.
func OpenAt(t testing.TB, db cluster.Database) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{
		URL: db.URL, AdminURL: db.AdminURL, MaxConns: 10, Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	if err != nil {
		t.Fatalf("open the store: %v", err)
	}
	t.Cleanup(s.Close)
	return s
}
