package store_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/store/storetest"
	"github.com/treeline-dev/treeline/store/storetest/cluster"
)

func TestAnEntryOfTheAuditLogIsNeitherChangedNorRemoved(t *testing.T) {
	t.Parallel()
	db := cluster.New(t)
	s := storetest.OpenAt(t, db)
	org := storetest.Must(s.CreateOrganization(t.Context(), "acme", "Acme"))(t)
	// A second server on the same database grants the rights anew.
	s = storetest.OpenAt(t, db)
	tenant := storetest.Must(s.Tenant(t.Context(), org.OrganizationID))(t)
	actor := store.AuditActor{ID: "actor", Name: "Ada"}
	storetest.Must(tenant.Administration(actor).UpdateOrganization(t.Context(), "New"))(t)
	storetest.Must(tenant.Administration(actor).UpdateOrganization(t.Context(), "New"))(t)

	conn := storetest.Must(pgx.Connect(t.Context(), db.URL))(t)
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	role := "org_" + org.OrganizationID.String()
	for _, statement := range []string{
		"UPDATE " + role + ".audit_entry SET actor_name = 'Eve'", "DELETE FROM " + role + ".audit_entry", "TRUNCATE " + role + ".audit_entry",
	} {
		if _, err := conn.Exec(t.Context(), "SET ROLE "+role); err != nil {
			t.Fatal(err)
		}
		_, err := conn.Exec(t.Context(), statement)
		var refused *pgconn.PgError
		if !errors.As(err, &refused) || refused.Code != "42501" {
			t.Errorf("%s: %v, want insufficient_privilege", statement, err)
		}
	}
	entries := storetest.Must(tenant.AuditLog(t.Context(), nil, nil, 10))(t)
	if len(entries) != 1 || entries[0].Actor.Name != "Ada" || string(entries[0].Changes) != `{"name":{"from":"Acme","to":"New"}}` {
		t.Errorf("the log holds %d entries, want one of the one change", len(entries))
	}
}

func TestAChangeWithoutItsAuditEntryIsTakenBack(t *testing.T) {
	t.Parallel()
	db := cluster.New(t)
	s := storetest.OpenAt(t, db)
	org := storetest.Must(s.CreateOrganization(t.Context(), "acme", "Acme"))(t)
	tenant := storetest.Must(s.Tenant(t.Context(), org.OrganizationID))(t)
	conn := storetest.Must(pgx.Connect(t.Context(), db.AdminURL))(t)
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	if _, err := conn.Exec(t.Context(), "DROP TABLE org_"+org.OrganizationID.String()+".audit_entry"); err != nil {
		t.Fatal(err)
	}
	admin := tenant.Administration(store.AuditActor{ID: "actor", Name: "Ada"})
	if _, err := admin.CreateProject(t.Context(), store.NewProject{Name: "Web"}); err == nil {
		t.Error("a change succeeds that the audit log cannot take")
	}
	if _, err := s.ProjectBySlug(t.Context(), org.OrganizationID, "web"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the project: %v, want none", err)
	}
}
