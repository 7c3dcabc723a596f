package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// Job is a long piece of work whose progress can be followed and which can be
// cancelled. It is one of the types of this package that embed JobRecord.
type Job interface {
	trace.Node
	// Record is what all jobs have.
	Record() *JobRecord
	kind() jobKind
}

// JobRecord is what all jobs have. Jobs hold ids and bounds, never content.
type JobRecord struct {
	OrganizationID trace.OrganizationID
	ProjectID      trace.ProjectID
	JobID          int64
	State          trace.RunState
	// Done and Planned count the same things, such as traces; Planned is nil
	// until it is known.
	Done    int
	Planned *int
	// CreatedAt is when the job was asked for; StartedAt is nil while it waits,
	// and FinishedAt until it ends.
	CreatedAt             time.Time
	StartedAt, FinishedAt *time.Time

	// position is where the work goes on, in the job's own words.
	position string
	// isCancelling says that someone asked for its end.
	isCancelling bool
}

// Record implements Job.
func (r *JobRecord) Record() *JobRecord { return r }

// ID implements trace.Node.
func (r *JobRecord) ID() string {
	return trace.NodeID{Type: trace.NodeJob, Scope: r.ProjectID.String(), Key: KeyText(r.JobID)}.String()
}

// jobKind names what a job does. It is stored as a number: never renumber.
type jobKind int16

const jobCostRecomputation jobKind = 1

// newJob returns an empty job of a kind.
func newJob(kind jobKind) (Job, error) {
	if kind == jobCostRecomputation {
		return &CostRecomputation{}, nil
	}
	return nil, fmt.Errorf("no such kind of job: %d; a newer server made it", kind)
}

// CostRecomputation prices the stored observations of a project anew.
type CostRecomputation struct {
	JobRecord `json:"-"`
	// Window bounds the start of the traces; nil takes all.
	Window *trace.TimeRange `json:"window,omitempty"`
}

func (*CostRecomputation) kind() jobKind { return jobCostRecomputation }

const jobColumns = `kind, job_id, project_id, state, input, position, done, planned, created_at, started_at, finished_at, is_cancelling`

func (t Tenant) scanJob(row pgx.CollectableRow) (Job, error) {
	var kind jobKind
	var input string
	r := JobRecord{OrganizationID: t.state.id}
	err := row.Scan(&kind, &r.JobID, &r.ProjectID, &r.State, &input, &r.position, &r.Done, &r.Planned, &r.CreatedAt, &r.StartedAt, &r.FinishedAt, &r.isCancelling)
	if err != nil {
		return nil, fmt.Errorf("read a job: %w", err)
	}
	job, err := newJob(kind)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(input), job); err != nil {
		return nil, fmt.Errorf("read a job: %w", err)
	}
	r.CreatedAt = r.CreatedAt.UTC()
	for _, at := range []*time.Time{r.StartedAt, r.FinishedAt} {
		if at != nil {
			*at = at.UTC()
		}
	}
	*job.Record() = r
	return job, nil
}

// ErrBusy says that the project has as many unfinished jobs of a kind as it may.
var ErrBusy = errors.New("this work is under way already: wait for it or cancel it")

// maxOpenJobs bounds the unfinished jobs of one kind in a project.
const maxOpenJobs = 1

// StartJob records a job of a project and queues it in the same transaction,
// filling in its record. Where the project has an unfinished one of its kind,
// it is ErrBusy.
func (t Tenant) StartJob(ctx context.Context, project trace.ProjectID, job Job) error {
	input := string(trace.EncodeJSON(job))
	id := randomID()
	err := t.write(ctx, func(tx pgx.Tx) error {
		// Two requests at once see each other's job.
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1, $2)`, int32(job.kind()), int32(project)); err != nil {
			return err
		}
		var open int
		err := tx.QueryRow(ctx, `SELECT count(*) FROM job WHERE project_id = $1 AND kind = $2 AND finished_at IS NULL`, int64(project), int16(job.kind())).Scan(&open)
		if err != nil {
			return err
		}
		if open >= maxOpenJobs {
			return ErrBusy
		}
		rows, err := tx.Query(ctx, `INSERT INTO job (job_id, project_id, kind, state, input) VALUES ($1, $2, $3, $4, $5) RETURNING `+jobColumns,
			id, int64(project), int16(job.kind()), int16(trace.RunQueued), input)
		if err != nil {
			return err
		}
		created, err := pgx.CollectExactlyOneRow(rows, t.scanJob)
		if err != nil {
			return err
		}
		*job.Record() = *created.Record()
		return t.store.enqueue(ctx, tx, queuedJob{Organization: t.state.id, Job: id})
	})
	if err != nil {
		return fmt.Errorf("start the job: %w", err)
	}
	return nil
}

// JobsByID returns the jobs of a project that exist among those asked for.
func (t Tenant) JobsByID(ctx context.Context, project trace.ProjectID, ids []int64) (map[int64]Job, error) {
	found := map[int64]Job{}
	err := t.read(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `SELECT `+jobColumns+` FROM job WHERE project_id = $1 AND job_id = ANY($2)`, int64(project), ids)
		if err != nil {
			return err
		}
		jobs, err := pgx.CollectRows(rows, t.scanJob)
		for _, job := range jobs {
			found[job.Record().JobID] = job
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the jobs: %w", err)
	}
	return found, nil
}

// CancelJob asks a job of a project to end, and returns it. One that waits ends
// at once, one that runs within seconds, and one that has ended stays as it is.
// What it did until then is kept.
func (t Tenant) CancelJob(ctx context.Context, project trace.ProjectID, id int64) (Job, error) {
	var job Job
	err := t.write(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `UPDATE job SET is_cancelling = true,
				state = CASE state WHEN $3 THEN $4 ELSE state END,
				finished_at = CASE state WHEN $3 THEN now() ELSE finished_at END
			WHERE project_id = $1 AND job_id = $2 RETURNING `+jobColumns, int64(project), id, int16(trace.RunQueued), int16(trace.RunCancelled))
		if err != nil {
			return err
		}
		job, err = pgx.CollectExactlyOneRow(rows, t.scanJob)
		return err
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("cancel the job: %w", err)
	}
	return job, nil
}

// beginJob marks a job as running and returns it; nil where it has ended or is
// gone.
func (t Tenant) beginJob(ctx context.Context, id int64) (Job, error) {
	var job Job
	err := t.write(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `UPDATE job SET state = $2, started_at = coalesce(started_at, now())
			WHERE job_id = $1 AND finished_at IS NULL RETURNING `+jobColumns, id, int16(trace.RunRunning))
		if err != nil {
			return err
		}
		job, err = pgx.CollectExactlyOneRow(rows, t.scanJob)
		return err
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("begin the job: %w", err)
	}
	return job, nil
}

// saveJob stores how far a job is, and learns whether it is to end.
func (t Tenant) saveJob(ctx context.Context, r *JobRecord) error {
	err := t.write(ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `UPDATE job SET position = $2, done = $3, planned = $4 WHERE job_id = $1 RETURNING is_cancelling`,
			r.JobID, r.position, r.Done, r.Planned).Scan(&r.isCancelling)
	})
	if err != nil {
		return fmt.Errorf("save the job's progress: %w", err)
	}
	return nil
}

// endJob stores how a job ended, once.
func (t Tenant) endJob(ctx context.Context, id int64, state trace.RunState) error {
	err := t.write(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE job SET state = $2, finished_at = now() WHERE job_id = $1 AND finished_at IS NULL`, id, int16(state))
		return err
	})
	if err != nil {
		return fmt.Errorf("end the job: %w", err)
	}
	return nil
}
