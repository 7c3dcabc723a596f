package store_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/store/storetest"
	"github.com/treeline-dev/treeline/store/storetest/cluster"
)

// isolationBundle is a connection of the server's own login, beside any code of
// the store, to a database with two organizations.
type isolationBundle struct {
	conn *pgx.Conn
	a, b string // schemas, and roles
}

func setupIsolation(t *testing.T) isolationBundle {
	t.Helper()
	db := cluster.New(t)
	s := storetest.OpenAt(t, db)
	var names []string
	for _, slug := range []string{"a", "b"} {
		org, err := s.CreateOrganization(t.Context(), slug, slug)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, "org_"+org.OrganizationID.String())
	}
	conn, err := pgx.Connect(t.Context(), db.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return isolationBundle{conn: conn, a: names[0], b: names[1]}
}

// relation is a table, partition, view or sequence.
type relation struct {
	Schema, Name, Kind, Column string
}

func (r relation) quoted() string { return pgx.Identifier{r.Schema, r.Name}.Sanitize() }

// relations lists everything in a schema that rows can be read from.
func (b isolationBundle) relations(t *testing.T, schema string) []relation {
	t.Helper()
	rows, err := b.conn.Query(t.Context(), `SELECT n.nspname, c.relname, c.relkind::text, coalesce(
			(SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum LIMIT 1), '')
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') ORDER BY 2`, schema)
	if err != nil {
		t.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[relation])
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		t.Fatalf("%s has no tables: the test would prove nothing", schema)
	}
	return found
}

// statements are the ways to touch a relation.
func (r relation) statements() []string {
	name := r.quoted()
	if r.Kind == "S" {
		return []string{"SELECT last_value FROM " + name, fmt.Sprintf("SELECT nextval('%s')", name)}
	}
	return []string{
		"SELECT FROM " + name,
		"SELECT count(*) FROM " + name,
		"INSERT INTO " + name + " DEFAULT VALUES",
		"UPDATE " + name + " SET " + r.Column + " = " + r.Column,
		"DELETE FROM " + name,
		"TRUNCATE " + name,
		"LOCK TABLE " + name,
		"COPY " + name + " TO STDOUT",
		"ALTER TABLE " + name + " ADD COLUMN stolen text",
		"DROP TABLE " + name,
		"CREATE INDEX ON " + name + " (" + r.Column + ")",
		"GRANT SELECT ON " + name + " TO PUBLIC",
	}
}

// isDenied runs a statement as a role, empty for the login alone, and undoes it.
func (b isolationBundle) isDenied(t *testing.T, role, statement string) bool {
	t.Helper()
	tx, err := b.conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	if role != "" {
		if _, err := tx.Exec(t.Context(), "SET LOCAL ROLE "+role); err != nil {
			t.Fatal(err)
		}
	}
	_, err = tx.Exec(t.Context(), statement)
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "42501"
}

func TestAnOrganizationsRoleReachesNothingOfOthers(t *testing.T) {
	t.Parallel()
	b := setupIsolation(t)
	for _, schema := range []string{b.b, "treeline"} {
		for _, r := range b.relations(t, schema) {
			for _, statement := range r.statements() {
				if !b.isDenied(t, b.a, statement) {
					t.Errorf("allowed: %s", statement)
				}
			}
		}
	}
	for _, statement := range []string{
		"CREATE TABLE " + b.b + ".planted ()",
		"CREATE TABLE treeline.planted ()",
		"CREATE TABLE public.planted ()",
		"CREATE FUNCTION " + b.b + ".planted() RETURNS int LANGUAGE sql AS 'SELECT 1'",
		"CREATE SCHEMA planted",
		"CREATE ROLE planted",
		"DROP SCHEMA " + b.b + " CASCADE",
		"ALTER SCHEMA " + b.b + " OWNER TO " + b.a,
		"GRANT USAGE ON SCHEMA treeline TO PUBLIC",
		"GRANT " + b.b + " TO " + b.a,
		"ALTER ROLE " + b.a + " SUPERUSER",
		"SELECT FROM pg_authid",
		"COPY (SELECT 1) TO PROGRAM 'true'",
		"SELECT pg_read_file('/etc/passwd')",
	} {
		if !b.isDenied(t, b.a, statement) {
			t.Errorf("allowed: %s", statement)
		}
	}
}

func TestAnOrganizationsRoleCannotChangeTheStructureOfItsOwnSchema(t *testing.T) {
	t.Parallel()
	b := setupIsolation(t)
	statements := []string{
		"CREATE TABLE " + b.a + ".planted ()",
		"CREATE FUNCTION " + b.a + ".planted() RETURNS int LANGUAGE sql AS 'SELECT 1'",
		"DROP SCHEMA " + b.a + " CASCADE",
	}
	for _, r := range b.relations(t, b.a) {
		if r.Kind == "S" {
			continue
		}
		name := r.quoted()
		statements = append(statements, "TRUNCATE "+name, "DROP TABLE "+name, "ALTER TABLE "+name+" ADD COLUMN planted text",
			"CREATE INDEX ON "+name+" ("+r.Column+")")
	}
	for _, statement := range statements {
		if !b.isDenied(t, b.a, statement) {
			t.Errorf("allowed: %s", statement)
		}
	}
	for _, table := range []string{"observation", "observation_body"} {
		if b.isDenied(t, b.a, "SELECT FROM "+b.a+"."+table) {
			t.Errorf("the role cannot read its own %s: the denials prove nothing", table)
		}
	}
}

func TestTheLoginAloneReachesNoOrganization(t *testing.T) {
	t.Parallel()
	b := setupIsolation(t)
	for _, schema := range []string{b.a, b.b} {
		for _, r := range b.relations(t, schema) {
			for _, statement := range r.statements() {
				if !b.isDenied(t, "", statement) {
					t.Errorf("allowed: %s", statement)
				}
			}
		}
		if !b.isDenied(t, "", "CREATE TABLE "+schema+".planted ()") {
			t.Errorf("a table can be created in %s", schema)
		}
	}
	if b.isDenied(t, "", "SELECT FROM treeline.organization") {
		t.Error("the login cannot read the control schema: the denials prove nothing")
	}
	var isSuperuser, bypasses, inherits bool
	err := b.conn.QueryRow(t.Context(), `SELECT rolsuper, rolbypassrls, rolinherit FROM pg_roles WHERE rolname = current_user`).Scan(&isSuperuser, &bypasses, &inherits)
	if err != nil || isSuperuser || bypasses || inherits {
		t.Errorf("%s: superuser %t, bypassrls %t, inherit %t, %v", store.AppRole, isSuperuser, bypasses, inherits, err)
	}
}
