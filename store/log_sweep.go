package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// LogRetention is how long the log records of a span are kept after the last of
// them came: how late a span may be, and how late another record. What they say
// stays in the observation.
const LogRetention = 48 * time.Hour

// sweepBatch is how many spans' records, or evaluations, one statement deletes.
const sweepBatch = 500

// SweepLogs deletes the log records and evaluations of all organizations that
// came before a time, a small batch and a short transaction at a time, and returns
// how many spans and evaluations that were. It is safe to run on several replicas
// and to interrupt. An organization that fails does not keep others from being
// swept; its error is returned in the end.
func (s *Store) SweepLogs(ctx context.Context, before time.Time) (int, error) {
	ids, err := queryAll(ctx, s.pool, "list the organizations", pgx.RowTo[int64], `SELECT id FROM organization WHERE is_ready ORDER BY id`)
	if err != nil {
		return 0, err
	}
	total := 0
	var failures []error
	for _, id := range ids {
		tenant, err := s.Tenant(ctx, trace.OrganizationID(id))
		if err == nil {
			var n int
			n, err = tenant.sweepLogs(ctx, unixNanos(before))
			total += n
		}
		switch {
		case ctx.Err() != nil:
			return total, ctx.Err()
		case err != nil:
			failures = append(failures, fmt.Errorf("sweep the log records of organization %d: %w", id, err))
		}
	}
	return total, errors.Join(failures...)
}

// sweepLogs deletes the records of whole spans: a span whose records are there in
// part would be joined again in part. Rows that a writer holds are left for the
// next time.
func (t Tenant) sweepLogs(ctx context.Context, before int64) (int, error) {
	total := 0
	for _, statement := range []string{
		`WITH gone AS (
			DELETE FROM log_span WHERE (project_id, trace_id, span_id) IN (
				SELECT project_id, trace_id, span_id FROM log_span WHERE received_at < $1 ORDER BY received_at LIMIT $2 FOR UPDATE SKIP LOCKED)
			RETURNING project_id, trace_id, span_id), records AS (
			DELETE FROM log_record r USING gone WHERE r.project_id = gone.project_id AND r.trace_id = gone.trace_id AND r.span_id = gone.span_id)
		SELECT count(*) FROM gone`,
		`WITH gone AS (
			DELETE FROM evaluation WHERE (project_id, response_id, score_id) IN (
				SELECT project_id, response_id, score_id FROM evaluation WHERE received_at < $1 ORDER BY received_at LIMIT $2 FOR UPDATE SKIP LOCKED)
			RETURNING 1)
		SELECT count(*) FROM gone`,
	} {
		for {
			var n int
			err := t.write(ctx, func(tx pgx.Tx) (err error) {
				n, err = queryCount(ctx, tx, "delete old log records", statement, before, sweepBatch)
				return err
			})
			if err != nil {
				return total, err
			}
			if total += n; n < sweepBatch {
				break
			}
		}
	}
	return total, nil
}
