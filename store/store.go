// Package store is the one place that speaks SQL: connections, migrations,
// organizations and their schemas, observations, traces, scores and the
// control data.
//
// Every organization has a PostgreSQL schema and a role of its own. Tenant is
// the only way to its tables: each transaction begins by taking that role, so a
// wrong query can reach another organization's rows no more than a stranger
// can. See docs/decisions for what this wall does and does not stop.
package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
)

// Role names in the database.
const (
	// AppRole is what the server logs in as where it may choose: it can take an
	// organization's role and has no right on any organization's tables itself.
	AppRole = "treeline_app"
	// OwnerRole owns every organization's schema and tables and cannot log in.
	OwnerRole = "treeline_owner"
	// controlSchema holds who exists and who may do what.
	controlSchema = "treeline"
)

// Config says how to reach PostgreSQL.
type Config struct {
	// URL is the connection string of the server's own login.
	URL string
	// AdminURL, where given, is a superuser's connection string that is used
	// once, at the start, to create AppRole and what it needs. Without it URL
	// itself must be able to do so, or an operator must have done it.
	AdminURL string
	// MaxConns bounds the connections of all purposes together; 0 stands for
	// DefaultConns, and less than MinConns for MinConns.
	MaxConns int32
	// Logger receives progress of migrations; nil for none.
	Logger *slog.Logger
	// JoinLogs reads log records into observations; nil keeps them and joins none.
	JoinLogs LogJoiner
	// Tracer sees every statement, such as to count them; nil for none.
	Tracer pgx.QueryTracer
}

// Store is a handle on the database, safe for concurrent use.
type Store struct {
	// pool serves the control schema, reads and writes those of organizations,
	// and jobs the queue.
	pool, reads, writes, jobs *pgxpool.Pool
	shares                    connectionShares

	login  *pgx.ConnConfig
	logger *slog.Logger
	// masquerade is set where the login is a superuser that must become AppRole
	// on every connection.
	masquerade bool
	steps      *stepCache
	joinLogs   LogJoiner
	queue      *river.Client[pgx.Tx]
	tenants    sync.Map // trace.OrganizationID -> *tenantState
}

// ErrNotFound says that what was asked for does not exist.
var ErrNotFound = errors.New("not found")

// ErrConflict says that the change contradicts what is stored, such as a name
// that is taken.
var ErrConflict = errors.New("conflict")

// Open connects, prepares the database (roles, control schema) and runs the
// migrations of the control schema. Organizations are migrated on their first
// use, or all at once by MigrateAll.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	s := &Store{logger: cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler)), steps: newStepCache(stepCacheBytes), joinLogs: cfg.JoinLogs}
	login, err := s.prepareDatabase(ctx, cmp.Or(cfg.AdminURL, cfg.URL))
	if err != nil {
		return nil, err
	}
	s.masquerade = login.isSuperuser && cfg.AdminURL == ""
	poolConfig, err := pgxpool.ParseConfig(cfg.URL)
	if err != nil {
		return nil, fmt.Errorf("read the database URL: %w", redactURLError(err))
	}
	// Backends never evict what they cache of a schema, so with many
	// organizations they are renewed now and then.
	poolConfig.MaxConnLifetime = 7 * time.Minute
	poolConfig.MaxConnLifetimeJitter = time.Minute
	// Statements are the same text in every schema: descriptions are shared,
	// server-side plans are not.
	poolConfig.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	poolConfig.ConnConfig.RuntimeParams["search_path"] = controlSchema
	poolConfig.ConnConfig.RuntimeParams["application_name"] = "treeline"
	poolConfig.ConnConfig.RuntimeParams["timezone"] = "UTC"
	poolConfig.ConnConfig.Tracer = cfg.Tracer
	poolConfig.AfterConnect = s.afterConnect
	s.login = poolConfig.ConnConfig.Copy()
	s.shares = shareConnections(cmp.Or(cfg.MaxConns, DefaultConns))
	if err := s.openPools(ctx, poolConfig, s.shares); err != nil {
		return nil, err
	}
	if err := errors.Join(s.migrateControl(ctx), s.openQueue(ctx)); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Close ends all connections; transactions that run are waited for.
func (s *Store) Close() {
	for _, pool := range []*pgxpool.Pool{s.reads, s.writes, s.jobs, s.pool} {
		if pool != nil {
			pool.Close()
		}
	}
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.pool.Ping(ctx); err != nil {
		return fmt.Errorf("reach the database: %w", err)
	}
	return nil
}

func (s *Store) afterConnect(ctx context.Context, conn *pgx.Conn) error {
	if !s.masquerade {
		return nil
	}
	if _, err := conn.Exec(ctx, "SET SESSION AUTHORIZATION "+AppRole); err != nil {
		return fmt.Errorf("become %s: %w", AppRole, err)
	}
	return nil
}

// redactURLError keeps a password in a malformed URL out of messages.
func redactURLError(err error) error {
	var parse *url.Error
	if errors.As(err, &parse) {
		return parse.Err
	}
	var config *pgconn.ParseConfigError
	if errors.As(err, &config) {
		return errors.New("it is not a PostgreSQL connection string; write postgres://user:password@host:5432/database")
	}
	return err
}

// unixNanos is the time in the form that rows hold.
func unixNanos(t time.Time) int64 { return t.UnixNano() }

func fromNanos(n int64) time.Time { return time.Unix(0, n).UTC() }
