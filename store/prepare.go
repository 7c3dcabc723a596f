package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Versions as PostgreSQL numbers them: major version times 10,000.
const (
	majorVersion     = 10_000
	minServerVersion = 15 * majorVersion
	// inheritVersion is the first whose grants say whether rights are inherited.
	inheritVersion = 16 * majorVersion
)

// How often a change of the catalog that met another server's is tried, and how
// long to wait in between. Such changes take milliseconds.
const (
	catalogAttempts = 20
	catalogPause    = 20 * time.Millisecond
)

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
		return login, fmt.Errorf("the database is PostgreSQL %d; Treeline needs %d or newer", login.version/majorVersion, minServerVersion/majorVersion)
	}
	if err := s.grantBasics(ctx, conn, login); err != nil {
		return login, err
	}
	return login, nil
}

// grantBasics creates the roles and the control schema where a start before has
// not done so.
func (s *Store) grantBasics(ctx context.Context, conn *pgx.Conn, login databaseLogin) error {
	app := login.name
	if login.isSuperuser {
		app = AppRole
	}
	ready, err := isPrepared(ctx, conn, app)
	if err != nil || ready {
		return err
	}
	var statements []string
	if login.isSuperuser {
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
	if version >= inheritVersion {
		grant += " WITH INHERIT FALSE, SET TRUE"
	}
	return grant
}

// execRetrying repeats a catalog change that met another server's.
func execRetrying(ctx context.Context, conn *pgx.Conn, statement string) error {
	var err error
	for range catalogAttempts {
		if _, err = conn.Exec(ctx, statement); !isCatalogRace(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(catalogPause):
		}
	}
	return err
}
