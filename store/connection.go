package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Connections are split by purpose, so that none can take another's: looking up
// callers and everything else of the control schema, the queue of jobs, writing,
// and reading what organizations hold. Within the reads, no organization takes
// more than its share.

// Bounds of Config.MaxConns.
const (
	DefaultConns = 20
	// MinConns is the least with which every purpose has connections of its own.
	MinConns = 9
)

// connectionShares says how connections are split.
type connectionShares struct {
	control, jobs, write, read int32
	// readOfOne is how many reads of one organization run at once.
	readOfOne int64
}

// maxReadsOfOne is how many reads of one organization run at once where there
// are connections enough.
const maxReadsOfOne = 4

func shareConnections(total int32) connectionShares {
	total = max(total, MinConns)
	// The queue listens on one of its connections all the time.
	s := connectionShares{control: max(2, total/5), jobs: min(3, total/4), write: max(3, total/5)}
	s.read = total - s.control - s.jobs - s.write
	// One connection is always left for the others.
	s.readOfOne = int64(min(maxReadsOfOne, s.read-1))
	return s
}

// openPools opens the pools of all purposes. A pool connects when it is used.
func (s *Store) openPools(ctx context.Context, config *pgxpool.Config, shares connectionShares) error {
	for _, p := range []struct {
		pool **pgxpool.Pool
		size int32
	}{{&s.pool, shares.control}, {&s.jobs, shares.jobs}, {&s.writes, shares.write}, {&s.reads, shares.read}} {
		own := config.Copy()
		own.MaxConns = p.size
		var err error
		if *p.pool, err = pgxpool.NewWithConfig(ctx, own); err != nil {
			s.Close()
			return fmt.Errorf("open the database: %w", err)
		}
	}
	return nil
}

// Bounds of waiting for a connection.
const (
	// readWait is how long a read without a deadline waits for its turn.
	readWait = 10 * time.Second
	// answerTime is what is left of a deadline to say that there was no turn.
	answerTime = time.Second
	// maxWaiting is how many reads of one organization may wait.
	maxWaiting = 500
	// busyRetry is when a read that had no turn may be tried again.
	busyRetry = 5 * time.Second
)

var (
	errOrganizationBusy = &BusyError{Message: "your organization has as many queries running as it may have at once: try again in a moment, with fewer or narrower queries", Wait: busyRetry}
	errReadsBusy        = &BusyError{Message: "the server has as many queries running as it may have at once: try again in a moment", Wait: busyRetry}
)

// turn returns a context for waiting for a connection. It ends a little before
// that of the caller, who is then still there to be told.
func turn(ctx context.Context) (context.Context, context.CancelFunc) {
	wait := readWait
	if deadline, ok := ctx.Deadline(); ok {
		left := time.Until(deadline)
		wait = max(left-answerTime, left/2)
	}
	return context.WithTimeout(ctx, wait)
}

// acquireRead waits for one of the organization's turns and then for a
// connection, in the order of asking; release must follow.
func (t Tenant) acquireRead(ctx context.Context, operation *Operation) (conn *pgxpool.Conn, release func(), err error) {
	waiting, cancel := turn(ctx)
	defer cancel()
	if err := t.state.reads.take(waiting, operation.order()); err != nil {
		return nil, nil, orBusy(ctx, err, errOrganizationBusy)
	}
	conn, err = t.store.reads.Acquire(waiting)
	if err != nil {
		t.state.reads.release()
		if waiting.Err() == nil {
			return nil, nil, fmt.Errorf("connect to the database: %w", err)
		}
		return nil, nil, orBusy(ctx, err, errReadsBusy)
	}
	return conn, func() { conn.Release(); t.state.reads.release() }, nil
}

// orBusy tells the end of waiting from the end of the caller.
func orBusy(ctx context.Context, err error, busy *BusyError) error {
	if ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return busy
}
