package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/treeline-dev/treeline/trace"
)

// How jobs are worked. A job works in slices, so that a server which stops or
// dies holds none for long, and goes on where the last step was saved.
const (
	jobSlice       = 20 * time.Second
	jobSliceLimit  = time.Minute     // a step that takes longer is broken off
	jobRescueAfter = 2 * time.Minute // when a slice of a server that died is repeated
	jobAttempts    = 8
	jobsAtOnce     = 2
)

// JobStep does the next part of a job, a second or so of work, from the
// position where the last one ended (empty at first). It must bear being
// repeated from the same position. It may set the record's Done and Planned.
type JobStep[J Job] func(ctx context.Context, t Tenant, job J, position string) (next string, isDone bool, err error)

// JobSteps are the steps for each type of job.
type JobSteps struct {
	CostRecomputation JobStep[*CostRecomputation]
}

func (s JobSteps) run(ctx context.Context, t Tenant, job Job) (next string, isDone bool, err error) {
	position := job.Record().position
	switch job := job.(type) {
	case *CostRecomputation:
		return s.CostRecomputation(ctx, t, job, position)
	}
	return "", false, fmt.Errorf("no steps for %T", job)
}

// queuedJob is what the queue holds of a job.
type queuedJob struct {
	Organization trace.OrganizationID `json:"organization"`
	Job          int64                `json:"job"`
}

// Kind implements river.JobArgs.
func (queuedJob) Kind() string { return "job" }

// openQueue brings the tables of the queue, in the control schema, to this
// server's version, and makes ready to add to it. Servers that start together
// do so one after the other.
func (s *Store) openQueue(ctx context.Context) error {
	migrator, err := rivermigrate.New(riverpgxv5.New(s.jobs), &rivermigrate.Config{Schema: controlSchema, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("prepare the job queue: %w", err)
	}
	conn, err := s.jobs.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("prepare the job queue: %w", err)
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock(hashtext('treeline job queue'))`); err != nil {
		return fmt.Errorf("prepare the job queue: %w", err)
	}
	defer func() {
		_, _ = conn.Exec(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock(hashtext('treeline job queue'))`)
	}()
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("prepare the job queue: %w", err)
	}
	if s.queue, err = river.NewClient(riverpgxv5.New(s.jobs), s.queueConfig()); err != nil {
		return fmt.Errorf("prepare the job queue: %w", err)
	}
	return nil
}

func (s *Store) queueConfig() *river.Config {
	return &river.Config{Schema: controlSchema, Logger: s.logger, MaxAttempts: jobAttempts,
		JobTimeout: jobSliceLimit, RescueStuckJobsAfter: jobRescueAfter}
}

// enqueue adds a job to the queue at the end of an organization's transaction,
// whose role it gives up: the queue belongs to the control schema.
func (s *Store) enqueue(ctx context.Context, tx pgx.Tx, job queuedJob) error {
	if _, err := tx.Exec(ctx, `SET LOCAL ROLE NONE`); err != nil {
		return fmt.Errorf("queue the job: %w", err)
	}
	if _, err := s.queue.InsertTx(ctx, tx, job, nil); err != nil {
		return fmt.Errorf("queue the job: %w", err)
	}
	return nil
}

// WorkJobs works queued jobs until the context ends, and then waits for the
// steps that run. Any number of servers may do so at once.
func (s *Store) WorkJobs(ctx context.Context, steps JobSteps) error {
	workers := river.NewWorkers()
	river.AddWorker(workers, &jobWorker{store: s, steps: steps})
	config := s.queueConfig()
	config.Workers = workers
	config.Queues = map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: jobsAtOnce}}
	client, err := river.NewClient(riverpgxv5.New(s.jobs), config)
	if err != nil {
		return fmt.Errorf("work the jobs: %w", err)
	}
	// Start's context would break off what runs.
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("work the jobs: %w", err)
	}
	<-ctx.Done()
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), jobSliceLimit)
	defer cancel()
	if err := client.StopAndCancel(stop); err != nil {
		return fmt.Errorf("stop working jobs: %w", err)
	}
	return nil
}

// jobWorker works one slice of a job.
type jobWorker struct {
	river.WorkerDefaults[queuedJob]
	store *Store
	steps JobSteps
}

// Work implements river.Worker.
func (w *jobWorker) Work(ctx context.Context, queued *river.Job[queuedJob]) error {
	log := w.store.logger.With("organization", queued.Args.Organization.String(), "job", KeyText(queued.Args.Job))
	err := w.store.workJob(ctx, w.steps, queued.Args)
	switch {
	case err == nil || errors.Is(err, ErrNotFound): // the organization is gone
		return nil
	case errors.Is(err, errSliceOver), ctx.Err() != nil && errors.Is(err, ctx.Err()):
		return river.JobSnooze(0)
	case queued.Attempt < queued.MaxAttempts:
		log.Warn("a job failed and is tried again later", "attempt", queued.Attempt, "error", err)
		return err
	}
	log.Error("a job failed for good", "error", err)
	return errors.Join(err, w.store.failJob(ctx, queued.Args))
}

// errSliceOver says that a job has more to do.
var errSliceOver = errors.New("the job goes on in its next slice")

// workJob does steps of a job until it ends or the slice is over.
func (s *Store) workJob(ctx context.Context, steps JobSteps, queued queuedJob) error {
	tenant, err := s.existingTenant(ctx, queued.Organization)
	if err != nil {
		return err
	}
	job, err := tenant.beginJob(ctx, queued.Job)
	if err != nil || job == nil {
		return err
	}
	record := job.Record()
	for end := time.Now().Add(jobSlice); ; {
		if record.isCancelling {
			return tenant.endJob(ctx, queued.Job, trace.RunCancelled)
		}
		next, isDone, err := steps.run(ctx, tenant, job)
		if err != nil {
			return err
		}
		record.position = next
		if err := tenant.saveJob(ctx, record); err != nil {
			return err
		}
		if isDone {
			return tenant.endJob(ctx, queued.Job, trace.RunSucceeded)
		}
		if time.Now().After(end) {
			return errSliceOver
		}
	}
}

func (s *Store) failJob(ctx context.Context, queued queuedJob) error {
	tenant, err := s.existingTenant(ctx, queued.Organization)
	if err != nil {
		return err
	}
	return tenant.endJob(ctx, queued.Job, trace.RunFailed)
}

// existingTenant is Tenant for work that was queued, whose organization may be
// gone by now: then it is ErrNotFound.
func (s *Store) existingTenant(ctx context.Context, id trace.OrganizationID) (Tenant, error) {
	if _, err := s.Organization(ctx, id); err != nil {
		return Tenant{}, err
	}
	return s.Tenant(ctx, id)
}
