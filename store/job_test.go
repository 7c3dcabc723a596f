package store_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// work runs a server's job workers until the returned function is called.
func work(t *testing.T, s *store.Store, step store.JobStep[*store.CostRecomputation]) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- s.WorkJobs(ctx, store.JobSteps{CostRecomputation: step}) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("work jobs: %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// awaitJob polls until the job is as wanted.
func (b testBundle) awaitJob(t *testing.T, id int64, isWanted func(*store.JobRecord) bool) *store.JobRecord {
	t.Helper()
	deadline := time.NewTimer(time.Minute)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		found, err := b.tenant.JobsByID(t.Context(), b.project.ProjectID, []int64{id})
		if err != nil {
			t.Fatal(err)
		}
		if job := found[id]; job != nil && isWanted(job.Record()) {
			return job.Record()
		}
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("after a minute the job is %+v", found[id])
		}
	}
}

func isFinal(r *store.JobRecord) bool { return r.State.IsFinal() }

func (b testBundle) start(t *testing.T) *store.CostRecomputation {
	t.Helper()
	job := &store.CostRecomputation{}
	if err := b.tenant.StartJob(t.Context(), b.project.ProjectID, job); err != nil {
		t.Fatal(err)
	}
	return job
}

func TestAJobIsWorkedStepByStepAndTellsHowFarItIs(t *testing.T) {
	t.Parallel()
	b := setup(t)
	job := b.start(t)
	if job.State != trace.RunQueued || job.StartedAt != nil {
		t.Errorf("a new job is %v since %v", job.State, job.StartedAt)
	}
	var positions []string
	stop := work(t, b.store, func(_ context.Context, tenant store.Tenant, j *store.CostRecomputation, position string) (string, bool, error) {
		if tenant.OrganizationID() != b.tenant.OrganizationID() || j.ProjectID != b.project.ProjectID || j.JobID != job.JobID {
			t.Errorf("worked as job %d of project %v", j.JobID, j.ProjectID)
		}
		positions = append(positions, position)
		planned := 3
		j.Planned, j.Done = &planned, len(positions)
		return position + "x", len(positions) == 3, nil
	})
	done := b.awaitJob(t, job.JobID, isFinal)
	stop()
	if done.State != trace.RunSucceeded || done.Done != 3 || done.Planned == nil || *done.Planned != 3 {
		t.Errorf("the job ended as %+v", done)
	}
	if done.StartedAt == nil || done.FinishedAt == nil || done.FinishedAt.Before(*done.StartedAt) {
		t.Errorf("it ran from %v to %v", done.StartedAt, done.FinishedAt)
	}
	if len(positions) != 3 || positions[0] != "" || positions[1] != "x" || positions[2] != "xx" {
		t.Errorf("the steps began at %q", positions)
	}
}

func TestAJobGoesOnWhereAStoppedServerLeftIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	job := b.start(t)
	reached := make(chan struct{})
	stop := work(t, b.store, func(ctx context.Context, _ store.Tenant, _ *store.CostRecomputation, position string) (string, bool, error) {
		if position == "" {
			return "second", false, nil
		}
		close(reached)
		<-ctx.Done()
		return "", false, ctx.Err()
	})
	<-reached
	stop()
	var began atomic.Pointer[string]
	work(t, b.store, func(_ context.Context, _ store.Tenant, _ *store.CostRecomputation, position string) (string, bool, error) {
		began.CompareAndSwap(nil, &position)
		return "", true, nil
	})
	b.awaitJob(t, job.JobID, isFinal)
	if at := began.Load(); at == nil || *at != "second" {
		t.Errorf("the next server began at %v", at)
	}
}

func TestACancelledJobEnds(t *testing.T) {
	t.Parallel()
	b := setup(t)
	waiting := b.start(t)
	cancelled, err := b.tenant.CancelJob(t.Context(), b.project.ProjectID, waiting.JobID)
	if err != nil || cancelled.Record().State != trace.RunCancelled {
		t.Fatalf("a job that waits is %v after cancelling, %v", cancelled, err)
	}

	running := b.start(t)
	work(t, b.store, func(_ context.Context, _ store.Tenant, j *store.CostRecomputation, _ string) (string, bool, error) {
		if j.JobID == waiting.JobID {
			t.Error("a job that was cancelled was worked")
		}
		return "", false, nil
	})
	b.awaitJob(t, running.JobID, func(r *store.JobRecord) bool { return r.State == trace.RunRunning })
	if _, err := b.tenant.CancelJob(t.Context(), b.project.ProjectID, running.JobID); err != nil {
		t.Fatal(err)
	}
	if ended := b.awaitJob(t, running.JobID, isFinal); ended.State != trace.RunCancelled {
		t.Errorf("a running job ended as %v", ended.State)
	}
	again, err := b.tenant.CancelJob(t.Context(), b.project.ProjectID, running.JobID)
	if err != nil || again.Record().State != trace.RunCancelled {
		t.Errorf("cancelling twice: %v, %v", again, err)
	}
	if _, err := b.tenant.CancelJob(t.Context(), b.project.ProjectID, 12345); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a job that does not exist: %v", err)
	}
}

func TestAProjectHasOneUnfinishedJobOfAKind(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var started atomic.Int32
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			err := b.tenant.StartJob(t.Context(), b.project.ProjectID, &store.CostRecomputation{})
			switch {
			case err == nil:
				started.Add(1)
			case !errors.Is(err, store.ErrBusy):
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if n := started.Load(); n != 1 {
		t.Errorf("%d of 8 jobs at once began", n)
	}
	other, err := b.store.CreateProject(t.Context(), b.tenant.OrganizationID(), "other", "Other")
	if err != nil {
		t.Fatal(err)
	}
	if err := b.tenant.StartJob(t.Context(), other.ProjectID, &store.CostRecomputation{}); err != nil {
		t.Errorf("another project: %v", err)
	}
}

func TestAJobOfADeletedOrganizationIsDropped(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.start(t)
	if err := b.store.DeleteOrganization(t.Context(), b.tenant.OrganizationID()); err != nil {
		t.Fatal(err)
	}
	other := addProject(t, b.store, "other")
	job := other.start(t)
	work(t, b.store, func(_ context.Context, tenant store.Tenant, _ *store.CostRecomputation, _ string) (string, bool, error) {
		if tenant.OrganizationID() != other.tenant.OrganizationID() {
			t.Error("a job of the deleted organization was worked")
		}
		return "", true, nil
	})
	other.awaitJob(t, job.JobID, isFinal)
}
