package storetest_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/store/storetest"
	"github.com/treeline-dev/treeline/store/storetest/cluster"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

func TestStoresOfParallelTestsAreApart(t *testing.T) {
	t.Parallel()
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			s := storetest.Open(t)
			org, err := s.CreateOrganization(t.Context(), "acme", "Acme")
			if err != nil {
				t.Fatalf("the slug is free in this test's database: %v", err)
			}
			if org.Slug != "acme" {
				t.Errorf("slug = %q", org.Slug)
			}
		})
	}
}

func TestTheStoreLogsInAsTheApplicationRole(t *testing.T) {
	t.Parallel()
	db := cluster.New(t)
	storetest.OpenAt(t, db)
	conn, err := pgx.Connect(t.Context(), db.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	var login string
	var isSuperuser bool
	err = conn.QueryRow(t.Context(), `SELECT session_user, rolsuper FROM pg_roles WHERE rolname = session_user`).Scan(&login, &isSuperuser)
	if err != nil {
		t.Fatal(err)
	}
	if login != store.AppRole || isSuperuser {
		t.Errorf("login = %s, superuser = %t", login, isSuperuser)
	}
}
