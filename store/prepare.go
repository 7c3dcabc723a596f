package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// minServerVersion is PostgreSQL 15.
const minServerVersion = 150000

// databaseLogin is what the preparing connection may do.
type databaseLogin struct {
	name        string
	database    string
	isSuperuser bool
	version     int
}

// prepareDatabase creates, where they are missing, the roles and the control
// schema, and returns who the login is. It is safe to run from several servers
// at once.
func (s *Store) prepareDatabase(ctx context.Context, url string) (databaseLogin, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return databaseLogin{}, fmt.Errorf("read the database URL: %w", redactURLError(err))
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return databaseLogin{}, fmt.Errorf("connect to the database: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	var login databaseLogin
	err = conn.QueryRow(ctx, `SELECT current_user, current_database(), rolsuper, current_setting('server_version_num')::int
		FROM pg_roles WHERE rolname = current_user`).Scan(&login.name, &login.database, &login.isSuperuser, &login.version)
	if err != nil {
		return login, fmt.Errorf("look at the database login: %w", err)
	}
	if login.version < minServerVersion {
		return login, fmt.Errorf("the database is PostgreSQL %d; Treeline needs 15 or newer", login.version/10000)
	}
	if err := s.grantBasics(ctx, conn, login); err != nil {
		return login, err
	}
	return login, nil
}

func (s *Store) grantBasics(ctx context.Context, conn *pgx.Conn, login databaseLogin) error {
	app := login.name
	var statements []string
	if login.isSuperuser {
		app = AppRole
		statements = append(statements, createRole(AppRole, "LOGIN NOINHERIT CREATEROLE"))
	}
	database := pgx.Identifier{login.database}.Sanitize()
	appName := pgx.Identifier{app}.Sanitize()
	statements = append(statements,
		createRole(OwnerRole, "NOLOGIN"),
		grantRole(OwnerRole, appName, login.version),
		"GRANT CONNECT, CREATE ON DATABASE "+database+" TO "+OwnerRole,
		"GRANT CONNECT ON DATABASE "+database+" TO "+appName,
		"CREATE SCHEMA IF NOT EXISTS "+controlSchema+" AUTHORIZATION "+appName,
	)
	ready, err := isPrepared(ctx, conn, app)
	if err != nil || ready {
		return err
	}
	for _, statement := range statements {
		if err := execRetrying(ctx, conn, statement); err != nil {
			return fmt.Errorf("prepare the database (as %s; an operator with more rights can run %q): %w", login.name, statement, err)
		}
	}
	return nil
}

// isPrepared spares a start the role changes, which cost every backend.
func isPrepared(ctx context.Context, conn *pgx.Conn, app string) (bool, error) {
	var ready bool
	err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)
		AND EXISTS (SELECT FROM pg_auth_members m WHERE m.roleid = to_regrole($2) AND m.member = to_regrole($3))
		AND has_database_privilege($2, current_database(), 'CREATE')
		WHERE to_regrole($2) IS NOT NULL AND to_regrole($3) IS NOT NULL`, controlSchema, OwnerRole, app).Scan(&ready)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look at the database roles: %w", err)
	}
	return ready, nil
}

func createRole(name, attributes string) string {
	return fmt.Sprintf(`DO $$ BEGIN
		IF to_regrole('%[1]s') IS NULL THEN CREATE ROLE %[1]s %[2]s; END IF;
	EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
	END $$`, name, attributes)
}

// grantRole lets member take role without having its rights by itself. Up to
// PostgreSQL 15 that hangs on the member's NOINHERIT; from 16 on the grant says it.
func grantRole(role, member string, version int) string {
	grant := "GRANT " + role + " TO " + member
	if version >= 160000 {
		grant += " WITH INHERIT FALSE, SET TRUE"
	}
	return grant
}

// execRetrying repeats a catalog change that met another server's.
func execRetrying(ctx context.Context, conn *pgx.Conn, statement string) error {
	var err error
	for range 20 {
		if _, err = conn.Exec(ctx, statement); !isCatalogRace(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
	return err
}

// isCatalogRace recognises PostgreSQL's "tuple concurrently updated" and the
// unique violations of two creations at once.
func isCatalogRace(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "XX000" || pg.Code == "23505" || pg.Code == "42710" || pg.Code == "42P06")
}
