package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// Tenant is the right to one organization's tables. Every function on tenant
// data takes it; its transactions run under the organization's role and see
// its schema alone.
type Tenant struct {
	store *Store
	state *tenantState
}

// tenantState is what the process knows of an organization's schema.
type tenantState struct {
	id     trace.OrganizationID
	schema string // also the role's name

	mu         sync.Mutex
	isMigrated bool
	weeks      map[int32]struct{} // partitions known to exist
	resources  map[resourceKey]struct{}

	// reads are the turns of the organization's reads.
	reads *turns
}

// Statement timeouts: what a caller may make the database do in one go.
const (
	readTimeout  = 20 * time.Second
	writeTimeout = 60 * time.Second
)

// Tenant returns the handle of an organization after bringing its schema to
// this server's version. Only package authz calls it, after a decision, and
// migrations and job workers by name.
func (s *Store) Tenant(ctx context.Context, id trace.OrganizationID) (Tenant, error) {
	state := s.tenantState(id)
	state.mu.Lock()
	defer state.mu.Unlock()
	if !state.isMigrated {
		if err := s.migrateOrganization(ctx, state); err != nil {
			return Tenant{}, err
		}
		state.isMigrated = true
	}
	return Tenant{store: s, state: state}, nil
}

func (s *Store) tenantState(id trace.OrganizationID) *tenantState {
	if known, ok := s.tenants.Load(id); ok {
		return known.(*tenantState)
	}
	fresh, _ := s.tenants.LoadOrStore(id, &tenantState{
		id: id, schema: "org_" + id.String(), weeks: map[int32]struct{}{}, resources: map[resourceKey]struct{}{},
		reads: newTurns(s.shares.readOfOne),
	})
	return fresh.(*tenantState)
}

// OrganizationID names the organization.
func (t Tenant) OrganizationID() trace.OrganizationID { return t.state.id }

// read runs fn in a read-only transaction of the organization, when it is its
// turn. A read must not begin within another one: it would wait for itself.
func (t Tenant) read(ctx context.Context, fn func(pgx.Tx) error) error {
	operation := OperationOf(ctx)
	if err := operation.begin(ctx); err != nil {
		return err
	}
	defer operation.end()
	conn, release, err := t.acquireRead(ctx, operation)
	if err != nil {
		return err
	}
	defer release()
	timeout := min(readTimeout, operation.timeLeft())
	if timeout < time.Millisecond {
		return errDatabaseTime
	}
	defer operation.run()()
	return t.transact(ctx, conn, "BEGIN READ ONLY", timeout, fn)
}

// readToWrite is read for what the writer must know: it takes the writer's
// connections, for which no reader can make it wait.
func (t Tenant) readToWrite(ctx context.Context, fn func(pgx.Tx) error) error {
	return t.transact(ctx, t.store.writes, "BEGIN READ ONLY", readTimeout, fn)
}

// write runs fn in a transaction of the organization and commits it.
func (t Tenant) write(ctx context.Context, fn func(pgx.Tx) error) error {
	return t.transact(ctx, t.store.writes, "BEGIN", writeTimeout, fn)
}

// writeLocked is write with a statement that takes locks right at the beginning.
func (t Tenant) writeLocked(ctx context.Context, lock string, fn func(pgx.Tx) error) error {
	return t.transact(ctx, t.store.writes, "BEGIN", writeTimeout, fn, lock)
}

// txBeginner is a pool or a connection.
type txBeginner interface {
	BeginTx(ctx context.Context, options pgx.TxOptions) (pgx.Tx, error)
}

// transact takes the role, the schema and the timeout in the one round trip
// that begins the transaction, with further statements behind them. The names
// come from the organization's number, never from a caller.
func (t Tenant) transact(ctx context.Context, on txBeginner, begin string, timeout time.Duration, fn func(pgx.Tx) error, statements ...string) error {
	begin += "; SET LOCAL ROLE " + t.state.schema + "; SET LOCAL search_path = " + t.state.schema +
		"; SET LOCAL statement_timeout = " + strconv.FormatInt(timeout.Milliseconds(), 10)
	for _, statement := range statements {
		if statement != "" {
			begin += "; " + statement
		}
	}
	err := pgx.BeginTxFunc(ctx, on, pgx.TxOptions{BeginQuery: begin}, fn)
	if isTimeout(err) {
		return fmt.Errorf("%w: %w", ErrTimeout, err)
	}
	return err
}

// ErrTimeout says that the database took longer than a statement may.
var ErrTimeout = errors.New("the query took too long: narrow its time range or filter")
