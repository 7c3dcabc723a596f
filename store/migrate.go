package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/tern/v2/migrate"
)

//go:embed migrations
var migrations embed.FS

// ownerConn opens a connection for changes of structure: its session works in
// one schema, and as role where one is given.
func (s *Store) ownerConn(ctx context.Context, schema, role string) (*pgx.Conn, error) {
	config := s.login.Copy()
	config.DefaultQueryExecMode = pgx.QueryExecModeExec
	config.RuntimeParams["search_path"] = schema
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connect for a change of structure: %w", err)
	}
	err = s.afterConnect(ctx, conn)
	if err == nil && role != "" {
		if _, err = conn.Exec(ctx, "SET ROLE "+role); err != nil {
			err = fmt.Errorf("take the role %s: %w", role, err)
		}
	}
	if err != nil {
		_ = conn.Close(context.WithoutCancel(ctx))
		return nil, err
	}
	return conn, nil
}

func (s *Store) migrateControl(ctx context.Context) error {
	conn, err := s.ownerConn(ctx, controlSchema, "")
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	return s.migrateSchema(ctx, conn, "control", controlSchema)
}

// NewerSchemaError says that a schema was migrated by a newer server, which
// this one must not touch.
type NewerSchemaError struct {
	Schema       string
	Have, Expect int32
}

// Error implements error.
func (e *NewerSchemaError) Error() string {
	return fmt.Sprintf("the schema %s is at version %d and this server knows only %d: start a newer Treeline", e.Schema, e.Have, e.Expect)
}

// migrateSchema brings one schema to the newest version known. Each migration
// is a transaction of its own with the version it reaches, so an interrupted
// run goes on where it stopped.
func (s *Store) migrateSchema(ctx context.Context, conn *pgx.Conn, set, schema string) error {
	migrator, err := migrate.NewMigrator(ctx, conn, schema+".schema_version")
	if err != nil {
		return fmt.Errorf("prepare migrations of %s: %w", schema, err)
	}
	files, err := fs.Sub(migrations, "migrations/"+set)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if err := migrator.LoadMigrations(files); err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	have, err := migrator.GetCurrentVersion(ctx)
	if err != nil {
		return fmt.Errorf("read the version of %s: %w", schema, err)
	}
	newest := int32(len(migrator.Migrations))
	switch {
	case have == newest:
		return nil
	case have > newest:
		return &NewerSchemaError{Schema: schema, Have: have, Expect: newest}
	}
	migrator.OnStart = func(version int32, name, _, _ string) {
		s.logger.InfoContext(ctx, "migrating", "schema", schema, "version", version, "name", name)
	}
	if err := migrator.Migrate(ctx); err != nil {
		return fmt.Errorf("migrate %s: %w", schema, err)
	}
	return nil
}
