package store

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/store/storetest/cluster"
	"github.com/treeline-dev/treeline/trace"
)

// openShared returns a store with few connections and two organizations.
func openShared(t *testing.T, connections int32) (s *Store, a, b Tenant) {
	t.Helper()
	db := cluster.New(t)
	s, err := Open(t.Context(), Config{URL: db.URL, AdminURL: db.AdminURL, MaxConns: connections})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	var tenants [2]Tenant
	for i, slug := range []string{"a", "b"} {
		org, err := s.CreateOrganization(t.Context(), slug, slug)
		if err != nil {
			t.Fatal(err)
		}
		if tenants[i], err = s.Tenant(t.Context(), org.OrganizationID); err != nil {
			t.Fatal(err)
		}
	}
	return s, tenants[0], tenants[1]
}

// hold begins reads of a tenant and keeps them running until the function that
// it returns is called.
func hold(t *testing.T, ctx context.Context, tenant Tenant, reads int) (release func()) {
	t.Helper()
	var running, done sync.WaitGroup
	running.Add(reads)
	end := make(chan struct{})
	for range reads {
		done.Go(func() {
			err := tenant.read(ctx, func(pgx.Tx) error { running.Done(); <-end; return nil })
			if err != nil {
				t.Error(err)
				running.Done()
			}
		})
	}
	running.Wait()
	release = sync.OnceFunc(func() { close(end); done.Wait() })
	t.Cleanup(release)
	return release
}

func oneRow(tx pgx.Tx) error { _, err := tx.Exec(context.Background(), "SELECT 1"); return err }

func TestReadsOfOneOrganizationHoldNobodyUp(t *testing.T) {
	t.Parallel()
	s, a, b := openShared(t, 12)
	release := hold(t, t.Context(), a, int(s.shares.readOfOne))

	// Many more of them wait for their turn, and are told when there is none.
	patience, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	var waiting sync.WaitGroup
	for range 50 {
		waiting.Go(func() {
			err := a.read(patience, oneRow)
			busy, ok := errors.AsType[*BusyError](err)
			if !ok || busy.ErrorCode() != "RATE_LIMITED" || busy.RetryAfter() <= 0 {
				t.Errorf("a read without a turn: %v", err)
			}
		})
	}
	soon, cancelSoon := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancelSoon()
	if err := b.read(soon, oneRow); err != nil {
		t.Errorf("another organization's read: %v", err)
	}
	for _, tenant := range []Tenant{a, b} {
		if err := tenant.write(soon, oneRow); err != nil {
			t.Errorf("a write: %v", err)
		}
	}
	if _, err := s.Organization(soon, b.OrganizationID()); err != nil {
		t.Errorf("the control schema: %v", err)
	}
	if err := s.Ping(soon); err != nil {
		t.Errorf("ping: %v", err)
	}
	waiting.Wait()
	release()
	if err := a.read(t.Context(), oneRow); err != nil {
		t.Errorf("a read after all others: %v", err)
	}
}

func TestTurnsGoToTheOperationThatBeganFirst(t *testing.T) {
	t.Parallel()
	turns := newTurns(1)
	if err := turns.take(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	order := make(chan int64, 7)
	gone, leave := context.WithCancel(t.Context())
	var done sync.WaitGroup
	await := func(ctx context.Context, operation int64) {
		before := func() int { turns.mu.Lock(); defer turns.mu.Unlock(); return len(turns.waiting) }
		n := before()
		done.Go(func() {
			if err := turns.take(ctx, operation); err != nil {
				return
			}
			order <- operation
			turns.release()
		})
		for before() == n { // until it waits
			runtime.Gosched()
		}
	}
	for _, operation := range []int64{5, 2, 9, 2, 7, 1} {
		await(t.Context(), operation)
	}
	await(gone, 3)
	leave()
	turns.release()
	done.Wait()
	close(order)
	var got []int64
	for operation := range order {
		if operation != 3 { // it may have had its turn before it left
			got = append(got, operation)
		}
	}
	if !slices.Equal(got, []int64{1, 2, 2, 5, 7, 9}) {
		t.Errorf("turns went to %v", got)
	}
	if turns.free != 1 || len(turns.waiting) != 0 {
		t.Errorf("in the end %d turns are free and %d wait", turns.free, len(turns.waiting))
	}
}

func TestWritesHoldNoReaderUp(t *testing.T) {
	t.Parallel()
	s, a, b := openShared(t, MinConns)
	end := make(chan struct{})
	var began, done sync.WaitGroup
	for range s.shares.write {
		began.Add(1)
		done.Go(func() {
			if err := a.write(t.Context(), func(pgx.Tx) error { began.Done(); <-end; return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	began.Wait()
	soon, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	for _, tenant := range []Tenant{a, b} {
		if err := tenant.read(soon, oneRow); err != nil {
			t.Errorf("a read: %v", err)
		}
	}
	if _, err := s.Organization(soon, b.OrganizationID()); err != nil {
		t.Errorf("the control schema: %v", err)
	}
	close(end)
	done.Wait()
}

func TestConnectionsAreSharedOutCompletely(t *testing.T) {
	t.Parallel()
	for total := int32(0); total <= 200; total++ {
		s := shareConnections(total)
		if sum := s.control + s.jobs + s.write + s.read; sum != max(total, MinConns) {
			t.Errorf("%d connections are shared out as %+v", total, s)
		}
		if min(s.control, s.jobs, s.write, s.read) < 2 || s.readOfOne < 1 || s.readOfOne >= int64(s.read) || s.readOfOne > maxReadsOfOne {
			t.Errorf("%d connections: %+v", total, s)
		}
	}
}

func TestAnOperationRunsFewReadsAtOnce(t *testing.T) {
	t.Parallel()
	_, a, _ := openShared(t, 20)
	operation := NewOperation(OperationLimits{Statements: 2})
	ctx := WithOperation(t.Context(), operation)
	var running, most atomic.Int64
	var pair, all sync.WaitGroup
	pair.Add(2)
	var met atomic.Int64
	for range 8 {
		all.Go(func() {
			err := a.read(ctx, func(tx pgx.Tx) error {
				n := running.Add(1)
				defer running.Add(-1)
				for seen := most.Load(); n > seen && !most.CompareAndSwap(seen, n); seen = most.Load() {
				}
				if met.Add(1) <= 2 { // the first two wait for each other
					pair.Done()
					pair.Wait()
				}
				return oneRow(tx)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if most.Load() != 2 {
		t.Errorf("%d reads of one operation ran at once; want 2", most.Load())
	}
}

func TestAnOperationEndsWithItsDatabaseTime(t *testing.T) {
	t.Parallel()
	_, a, _ := openShared(t, 10)
	ctx := WithOperation(t.Context(), NewOperation(OperationLimits{DatabaseTime: 200 * time.Millisecond}))
	slow := func(tx pgx.Tx) error { _, err := tx.Exec(ctx, "SELECT pg_sleep(60)"); return err }
	if err := a.read(ctx, slow); !errors.Is(err, ErrTimeout) {
		t.Errorf("a slow read: %v", err)
	}
	if err := a.read(ctx, oneRow); !errors.Is(err, errDatabaseTime) {
		t.Errorf("a read after the time is over: %v", err)
	}
	if err := a.read(t.Context(), oneRow); err != nil {
		t.Errorf("another operation: %v", err)
	}
}

// payloads stores steps whose input and output are so many bytes each.
func payloads(t *testing.T, s *Store, tenant Tenant, steps, size int) *Project {
	t.Helper()
	project, err := s.CreateProject(t.Context(), tenant.OrganizationID(), "app", "App")
	if err != nil {
		t.Fatal(err)
	}
	text := make([]byte, size)
	for i := range text {
		text[i] = byte('a' + i%26)
	}
	start := time.Date(2026, 9, 21, 0, 0, 0, 0, time.UTC)
	var all []trace.Observation
	for i := range steps {
		o := trace.New(trace.TypeSpan)
		c := o.Core()
		c.ProjectID, c.TraceID, c.SpanID = project.ProjectID, trace.TraceID{byte(i + 1)}, trace.SpanID{1}
		c.StartedAt, c.EndedAt, c.Environment = start.Add(time.Duration(i)*time.Second), &start, trace.DefaultEnvironment
		c.Input, c.Output = trace.TextPayload(string(text)), trace.TextPayload(string(text))
		all = append(all, o)
	}
	if err := tenant.EnsureWeeks(t.Context(), []time.Time{start}); err != nil {
		t.Fatal(err)
	}
	if err := tenant.WriteTraces(t.Context(), TraceWrite{Observations: all, ReceivedAt: start}); err != nil {
		t.Fatal(err)
	}
	return project
}

func TestContentIsReadWithinTheBudgetOfItsOperation(t *testing.T) {
	t.Parallel()
	s, tenant, _ := openShared(t, 10)
	const size, limit = 50_000, 450_000
	project := payloads(t, s, tenant, 10, size)
	whole := ObservationFields{Input: WholePayload, Output: WholePayload}
	for _, c := range []struct {
		name string
		read func(ctx context.Context, first int) error
	}{
		{"observations", func(ctx context.Context, first int) error {
			_, err := tenant.Observations(ctx, project, ObservationQuery{Page: PageRequest{First: &first}, Fields: whole})
			return err
		}},
		{"traces", func(ctx context.Context, first int) error {
			_, err := tenant.Traces(ctx, project, TraceQuery{Page: PageRequest{First: &first}, Fields: TraceFields{Input: WholePayload, Output: WholePayload}})
			return err
		}},
	} {
		operation := NewOperation(OperationLimits{Answer: limit})
		ctx := WithOperation(t.Context(), operation)
		if err := c.read(ctx, 2); err != nil {
			t.Errorf("%s: two of them: %v", c.name, err)
		}
		if operation.read < 4*size || operation.read > 4*size+1000 {
			t.Errorf("%s: two of them count %d bytes", c.name, operation.read)
		}
		limited, ok := errors.AsType[*LimitError](c.read(ctx, 10))
		if !ok || limited.ErrorCode() != "COST_LIMIT" || operation.Excess() == nil {
			t.Errorf("%s: all of them: %v", c.name, limited)
		}
		if operation.read > limit {
			t.Errorf("%s: %d bytes were read; the limit is %d", c.name, operation.read, limit)
		}
		if err := c.read(t.Context(), 10); err != nil {
			t.Errorf("%s: without an operation: %v", c.name, err)
		}
	}
	ctx := WithOperation(t.Context(), NewOperation(OperationLimits{Answer: limit}))
	if _, err := tenant.Observations(ctx, project, ObservationQuery{Fields: ObservationFields{Input: 100, Output: 100}}); err != nil {
		t.Errorf("previews: %v", err)
	}
}

func TestLargeAnswersWaitForTheMemoryOfOthers(t *testing.T) {
	t.Parallel()
	memory := NewMemory(1 << 20)
	memory.wait = time.Millisecond
	limits := OperationLimits{Memory: memory}
	first, second := NewOperation(limits), NewOperation(limits)
	if err := first.readContent(t.Context(), 900<<10); err != nil {
		t.Fatal(err)
	}
	err := second.Answer(t.Context(), 200<<10)
	busy, ok := errors.AsType[*BusyError](err)
	if !ok || busy.RetryAfter() <= 0 || second.Excess() == nil {
		t.Errorf("beyond the memory: %v", err)
	}
	second.Close()
	first.Close()
	third := NewOperation(limits)
	if err := third.Answer(t.Context(), 400<<10); err != nil {
		t.Errorf("after the others: %v", err)
	}
	third.Close()
	if !memory.free.TryAcquire(memory.size) {
		t.Error("operations that are closed still hold memory")
	}
}
