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
	"errors"
	"log/slog"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/store/storetest/cluster"
	"github.com/treeline-dev/treeline/trace"
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

// Project creates an organization with the slug and the project app in it.
func Project(t testing.TB, s *store.Store, organization string) *store.Project {
	t.Helper()
	org := Must(s.CreateOrganization(t.Context(), organization, organization))(t)
	return Must(s.CreateProject(t.Context(), org.OrganizationID, "app", "App"))(t)
}

// Write stores observations and scores of the project, with the partitions that
// they need, as received at a moment.
func Write(t testing.TB, tenant store.Tenant, project *store.Project, received time.Time, scores []*trace.Score, observations ...trace.Observation) {
	t.Helper()
	var starts []time.Time
	for _, o := range observations {
		o.Core().ProjectID = project.ProjectID
		starts = append(starts, o.Core().StartedAt)
	}
	for _, s := range scores {
		s.ProjectID = project.ProjectID
	}
	if err := tenant.EnsureWeeks(t.Context(), starts); err != nil {
		t.Fatal(err)
	}
	if err := tenant.WriteTraces(t.Context(), store.TraceWrite{Observations: observations, Scores: scores, ReceivedAt: received}); err != nil {
		t.Fatal(err)
	}
}

// Must unwraps a result, or fails the test: Must(s.User(ctx, id))(t).
func Must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// WantError reports an error that is not the wanted one, as errors.Is sees it.
func WantError(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error = %v; want %v", err, want)
	}
}
