// Package rig runs what the benchmarks measure: a PostgreSQL and the server's
// own program beside it, each in processes of its own.
package rig

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/store/embedded"
)

// PostgreSQL is the database of a benchmark.
type PostgreSQL struct {
	// Pool logs in as a superuser.
	Pool *pgxpool.Pool
	// Version is PostgreSQL's, such as "18.4".
	Version string

	url string
	own *embedded.Server
}

// StartPostgreSQL runs PostgreSQL as the server itself would, durable and with
// the same settings, on data below directory. Where url is given it connects to
// that one instead; its user must be a superuser.
func StartPostgreSQL(ctx context.Context, url, directory string) (*PostgreSQL, error) {
	p := &PostgreSQL{url: url}
	if url == "" {
		own, err := embedded.Start(ctx, embedded.Config{DataDir: directory, LoginRoles: []string{store.AppRole}, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			return nil, fmt.Errorf("start PostgreSQL: %w", err)
		}
		p.own, p.url = own, own.URL()
	}
	config, err := pgxpool.ParseConfig(p.url)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read the database URL: %w", err), p.Stop())
	}
	config.MaxConns = 8
	if p.Pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, errors.Join(fmt.Errorf("open the database: %w", err), p.Stop())
	}
	if err := p.Pool.QueryRow(ctx, "SHOW server_version").Scan(&p.Version); err != nil {
		return nil, errors.Join(fmt.Errorf("reach the database: %w", err), p.Stop())
	}
	return p, nil
}

// Stop closes the connections and ends PostgreSQL where it was started.
func (p *PostgreSQL) Stop() error {
	if p.Pool != nil {
		p.Pool.Close()
	}
	if p.own == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := p.own.Stop(ctx); err != nil {
		return fmt.Errorf("stop PostgreSQL: %w", err)
	}
	return nil
}

// SelectOne measures a round trip that costs PostgreSQL nothing.
func (p *PostgreSQL) SelectOne(ctx context.Context) (time.Duration, error) {
	begin := time.Now()
	var one int
	if err := p.Pool.QueryRow(ctx, "SELECT 1").Scan(&one); err != nil {
		return 0, fmt.Errorf("SELECT 1: %w", err)
	}
	return time.Since(begin), nil
}

// Scratch makes a directory for a run that other users can pass through, as
// PostgreSQL runs as another one where the benchmark is root. The function that
// it returns deletes it.
func Scratch() (string, func() error, error) {
	directory, err := os.MkdirTemp("", "treeline-bench-")
	if err != nil {
		return "", nil, fmt.Errorf("make a directory: %w", err)
	}
	remove := func() error { return os.RemoveAll(directory) }
	if err := os.Chmod(directory, 0o755); err != nil {
		return "", nil, errors.Join(fmt.Errorf("open a directory: %w", err), remove())
	}
	return filepath.Clean(directory), remove, nil
}
