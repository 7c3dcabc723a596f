package writer_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/treeline-dev/treeline/ingest/writer"
	"github.com/treeline-dev/treeline/llm"
	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/store/storetest"
	"github.com/treeline-dev/treeline/trace"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

const week = 7 * 24 * time.Hour

// fixture is a project in a database of its own with a Writer before it.
type fixture struct {
	tenant  store.Tenant
	project *store.Project
	writer  *writer.Writer
}

func setup(t *testing.T, config writer.Config) fixture {
	t.Helper()
	s, ctx := storetest.Open(t), t.Context()
	org, err := s.CreateOrganization(ctx, "acme", "Acme")
	if err != nil {
		t.Fatal(err)
	}
	project, err := s.CreateProject(ctx, org.OrganizationID, "app", "App")
	if err != nil {
		t.Fatal(err)
	}
	tenant, err := s.Tenant(ctx, org.OrganizationID)
	if err != nil {
		t.Fatal(err)
	}
	config.Logger = slog.New(slog.NewTextHandler(t.Output(), nil))
	w := writer.New(config)
	t.Cleanup(func() {
		if err := w.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return fixture{tenant: tenant, project: project, writer: w}
}

func (f fixture) write(ctx context.Context, observations ...trace.Observation) ([]writer.Refusal, error) {
	return f.writer.Write(ctx, writer.Request{Tenant: f.tenant, Project: f.project, Observations: observations})
}

// mustWrite stores observations of which none may be refused.
func (f fixture) mustWrite(t *testing.T, observations ...trace.Observation) {
	t.Helper()
	refusals, err := f.write(t.Context(), observations...)
	if err != nil || len(refusals) > 0 {
		t.Fatalf("write: refusals %v, error %v", refusals, err)
	}
}

func (f fixture) fill(o trace.Observation, number int, start time.Time) {
	c := o.Core()
	c.ProjectID, c.TraceID, c.SpanID = f.project.ProjectID, traceID(number), trace.SpanID{1}
	end := start.Add(time.Second)
	c.Name, c.StartedAt, c.EndedAt, c.Environment = fmt.Sprint("step ", number), start, &end, trace.DefaultEnvironment
}

// span makes the only observation of the trace with a number.
func (f fixture) span(number int, start time.Time) *trace.Span {
	o := &trace.Span{}
	f.fill(o, number, start)
	return o
}

// unstorable makes a span that PostgreSQL refuses: jsonb has no U+0000.
func (f fixture) unstorable(number int, start time.Time) *trace.Span {
	o := f.span(number, start)
	o.RawAttributes = trace.JSON(`{"a":"\u0000"}`)
	return o
}

func traceID(number int) (id trace.TraceID) {
	id[0] = 1
	binary.BigEndian.PutUint32(id[12:], uint32(number))
	return id
}

// expectStored checks which of the traces 0 to total-1 are stored.
func (f fixture) expectStored(t *testing.T, total int, want func(number int) bool) {
	t.Helper()
	ids := make([]trace.TraceID, total)
	for i := range ids {
		ids[i] = traceID(i)
	}
	keepsAll := *f.project
	keepsAll.RetentionDays = nil
	found, err := f.tenant.TracesByID(t.Context(), &keepsAll, ids, store.TraceFields{})
	if err != nil {
		t.Fatal(err)
	}
	for i, id := range ids {
		if isStored := found[id] != nil; isStored != want(i) {
			t.Errorf("trace %d: stored = %t, want %t", i, isStored, want(i))
		}
	}
}

func all(int) bool { return true }

// heldWorker is a clock that stops the only worker of a Writer in its first
// transaction, so that further requests queue up behind it.
type heldWorker struct {
	calls    atomic.Int64
	entered  chan struct{}
	released chan struct{}
	once     sync.Once
}

func newHeldWorker() *heldWorker {
	return &heldWorker{entered: make(chan struct{}), released: make(chan struct{})}
}

// now is the time. The first call is the first request's check of start times,
// the second the worker's that stores it.
func (h *heldWorker) now() time.Time {
	if h.calls.Add(1) == 2 {
		close(h.entered)
		<-h.released
	}
	return time.Now()
}

func (h *heldWorker) release() { h.once.Do(func() { close(h.released) }) }

// answer is what a request got.
type answer struct {
	refusals []writer.Refusal
	err      error
}

// queueUp sends requests of which the first is held by the worker and the rest
// wait, and returns where their answers will be.
func (f fixture) queueUp(t *testing.T, h *heldWorker, requests ...[]trace.Observation) []chan answer {
	t.Helper()
	t.Cleanup(h.release) // where the test fails early, the Writer can be closed
	answers := make([]chan answer, len(requests))
	waiting := 0
	for i, observations := range requests {
		answers[i] = make(chan answer, 1)
		go func() {
			refusals, err := f.write(t.Context(), observations...)
			answers[i] <- answer{refusals, err}
		}()
		if i == 0 {
			select {
			case <-h.entered:
			case a := <-answers[0]:
				t.Fatalf("the first request was not held: %+v", a)
			}
			continue
		}
		for waiting += len(observations); f.writer.Waiting() < waiting; {
			select {
			case a := <-answers[i]:
				t.Fatalf("request %d did not wait: %+v", i, a)
			default:
				runtime.Gosched()
			}
		}
	}
	return answers
}

func TestConcurrentRequestsAreAllStoredAndAnswered(t *testing.T) {
	t.Parallel()
	f := setup(t, writer.Config{MaxBatch: 7})
	const senders, requests, size = 8, 5, 3
	now := time.Now()
	answered := make(chan error, senders*requests)
	var group sync.WaitGroup
	for sender := range senders {
		group.Go(func() {
			for request := range requests {
				var observations []trace.Observation
				first := (sender*requests + request) * size
				for i := range size {
					observations = append(observations, f.span(first+i, now))
				}
				refusals, err := f.write(t.Context(), observations...)
				if err == nil && len(refusals) > 0 {
					err = fmt.Errorf("refused: %v", refusals)
				}
				answered <- err
			}
		})
	}
	group.Wait()
	for range senders * requests {
		if err := <-answered; err != nil {
			t.Error(err)
		}
	}
	f.expectStored(t, senders*requests*size, all)
	if n := f.writer.Waiting(); n != 0 {
		t.Errorf("%d observations still wait", n)
	}
}

func TestStartsOutOfBoundsAreRefusedAlone(t *testing.T) {
	t.Parallel()
	days := 30
	for name, c := range map[string]struct {
		retention *int
		start     func(now time.Time) time.Time
		reason    string
	}{
		"two days ahead":       {nil, func(now time.Time) time.Time { return now.AddDate(0, 0, 2) }, "more than a day ahead"},
		"eleven years back":    {nil, func(now time.Time) time.Time { return now.AddDate(-11, 0, 0) }, "more than 10 years back"},
		"beyond the retention": {&days, func(now time.Time) time.Time { return now.AddDate(0, 0, -31) }, "retention of 30 days"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := setup(t, writer.Config{})
			f.project.RetentionDays = c.retention
			now := time.Now()
			refusals, err := f.write(t.Context(), f.span(0, now), f.span(1, c.start(now)), f.span(2, c.start(now)),
				f.span(3, now.Add(23*time.Hour)), f.span(4, now.AddDate(0, 0, -29)))
			if err != nil {
				t.Fatal(err)
			}
			if len(refusals) != 1 || refusals[0].Count != 2 || !strings.Contains(refusals[0].Reason, c.reason) {
				t.Errorf("refusals = %v, want two for %q", refusals, c.reason)
			}
			f.expectStored(t, 5, func(i int) bool { return i != 1 && i != 2 })
		})
	}
}

func TestARequestOpensOnlyTheNewestWeeks(t *testing.T) {
	t.Parallel()
	f := setup(t, writer.Config{})
	newest := time.Now().AddDate(-2, 0, 0)
	var observations []trace.Observation
	for i := range 12 {
		observations = append(observations, f.span(i, newest.Add(-time.Duration(i)*week)))
	}
	refusals, err := f.write(t.Context(), observations...)
	if err != nil {
		t.Fatal(err)
	}
	if len(refusals) != 1 || refusals[0].Count != 4 || !strings.Contains(refusals[0].Reason, "8 weeks") {
		t.Errorf("refusals = %v, want four for more than 8 weeks", refusals)
	}
	f.expectStored(t, 12, func(i int) bool { return i < 8 })

	// Sent again, only four weeks are new.
	f.mustWrite(t, observations...)
	f.expectStored(t, 12, all)
}

func TestAnObservationThatTheDatabaseRefusesIsRefusedAlone(t *testing.T) {
	t.Parallel()
	held := newHeldWorker()
	f := setup(t, writer.Config{Workers: 1, Clock: held.now})
	now := time.Now()
	answers := f.queueUp(t, held,
		[]trace.Observation{f.span(0, now)},
		[]trace.Observation{f.span(1, now), f.span(2, now)},
		[]trace.Observation{f.span(3, now), f.unstorable(4, now), f.span(5, now), f.span(6, now), f.unstorable(7, now)},
		[]trace.Observation{f.span(8, now)},
		[]trace.Observation{f.unstorable(9, now)},
	)
	held.release()
	for i, want := range []int{0, 0, 2, 0, 1} {
		a := <-answers[i]
		refused := 0
		for _, r := range a.refusals {
			refused += r.Count
		}
		if a.err != nil || refused != want {
			t.Errorf("request %d: refusals %v, error %v; want %d refused", i, a.refusals, a.err, want)
		}
	}
	f.expectStored(t, 10, func(i int) bool { return i != 4 && i != 7 && i != 9 })
}

func ptr[T any](v T) *T { return &v }

// call makes a generation with 1,000 tokens in and 100 out.
func (f fixture) call(number int, model string) *trace.Generation {
	g := &trace.Generation{}
	f.fill(g, number, time.Now())
	g.Provider, g.RequestModel = ptr("openai"), &model
	g.Usage = trace.Usage{InputTokens: ptr(int64(1000)), OutputTokens: ptr(int64(100)), TotalTokens: ptr(int64(1100))}
	return g
}

// storedCost reads the cost of a trace's only observation.
func (f fixture) storedCost(t *testing.T, number int) trace.Cost {
	t.Helper()
	tr, err := f.tenant.Trace(t.Context(), f.project, traceID(number), store.TraceFields{})
	if err != nil || tr == nil {
		t.Fatalf("read trace %d: %v, %v", number, tr, err)
	}
	observations, err := f.tenant.TraceObservations(t.Context(), f.project, tr, 10, store.ObservationFields{Detail: true})
	if err != nil || len(observations) != 1 {
		t.Fatalf("read the observations of trace %d: %d, %v", number, len(observations), err)
	}
	return observations[0].(trace.Metered).Meter().Cost
}

// sums are the parts of a cost that do not depend on the names of prices.
type sums struct {
	Total, Computed *trace.Nanos
	Source          trace.CostSource
	IsComplete      bool
}

func sumsOf(c trace.Cost) sums { return sums{c.Total, c.Computed, c.Source, c.IsComplete} }

func TestObservationsArePriced(t *testing.T) {
	t.Parallel()
	f := setup(t, writer.Config{})
	listed := llm.DefaultPrices().Cost(llm.Usage{Input: ptr(int64(1000)), Output: ptr(int64(100))}, "openai", "gpt-4o", time.Now(), "")
	if listed.Total == nil || *listed.Total <= 0 {
		t.Fatal("the built-in table has no price for gpt-4o")
	}
	computed, reported := trace.Nanos(*listed.Total), trace.Nanos(7)
	overridden := trace.Nanos(1000*5_000 + 100*9_000)

	withReport := f.call(2, "gpt-4o")
	withReport.Cost = trace.Cost{Total: &reported, Source: trace.CostReported}
	f.mustWrite(t, f.call(0, "a-model-nobody-knows"), f.call(1, "gpt-4o"), withReport)

	override := llm.Override{Provider: "openai", Model: "gpt-4o", Input: 5_000_000_000, Output: 9_000_000_000}
	entry, err := json.Marshal(override)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.tenant.SetModelPrice(t.Context(), f.project.ProjectID, override.ID(), string(entry)); err != nil {
		t.Fatal(err)
	}
	f.writer.ForgetPrices(f.project.ProjectID)
	f.mustWrite(t, f.call(3, "gpt-4o"))

	for i, want := range []sums{
		{Source: trace.CostNone},
		{Total: &computed, Computed: &computed, Source: trace.CostComputed, IsComplete: true},
		{Total: &reported, Computed: &computed, Source: trace.CostReported, IsComplete: true},
		{Total: &overridden, Computed: &overridden, Source: trace.CostComputed, IsComplete: true},
	} {
		if diff := cmp.Diff(want, sumsOf(f.storedCost(t, i))); diff != "" {
			t.Errorf("cost of trace %d (-want +got):\n%s", i, diff)
		}
	}
}

func TestCloseFinishesWhatWaits(t *testing.T) {
	t.Parallel()
	held := newHeldWorker()
	f := setup(t, writer.Config{Workers: 1, MaxBatch: 1, Clock: held.now})
	now := time.Now()
	answers := f.queueUp(t, held, []trace.Observation{f.span(0, now)}, []trace.Observation{f.span(1, now)},
		[]trace.Observation{f.span(2, now)}, []trace.Observation{f.span(3, now)})

	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f.writer.Close(over); !errors.Is(err, context.Canceled) {
		t.Errorf("Close while a worker is held: %v, want that it gives up with its context", err)
	}
	if _, err := f.write(t.Context(), f.span(4, now)); !errors.Is(err, writer.ErrClosed) {
		t.Errorf("Write while closing: %v, want ErrClosed", err)
	}
	held.release()
	if err := f.writer.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i := range answers {
		if a := <-answers[i]; a.err != nil || len(a.refusals) > 0 {
			t.Errorf("request %d that waited: %+v", i, a)
		}
	}
	if _, err := f.write(t.Context(), f.span(4, now)); !errors.Is(err, writer.ErrClosed) {
		t.Errorf("Write after Close: %v, want ErrClosed", err)
	}
	f.expectStored(t, 5, func(i int) bool { return i < 4 })
}

func TestARequestBeyondTheQueueIsTurnedAway(t *testing.T) {
	t.Parallel()
	held := newHeldWorker()
	f := setup(t, writer.Config{Workers: 1, MaxQueued: 2, Clock: held.now})
	now := time.Now()
	answers := f.queueUp(t, held, []trace.Observation{f.span(0, now)}, []trace.Observation{f.span(1, now), f.span(2, now)})
	if _, err := f.write(t.Context(), f.span(3, now)); !errors.Is(err, writer.ErrOverloaded) {
		t.Errorf("Write to a full queue: %v, want ErrOverloaded", err)
	}
	held.release()
	for i := range answers {
		if a := <-answers[i]; a.err != nil {
			t.Error(a.err)
		}
	}
	f.expectStored(t, 4, func(i int) bool { return i < 3 })
}

// Rerankers are billed by tokens or by searches, as their price says.
func TestARerankingIsPricedByWhatItsModelIsBilledBy(t *testing.T) {
	t.Parallel()
	f := setup(t, writer.Config{})
	rerank := func(number int, provider, model string, tokens *int64) *trace.Reranking {
		o := &trace.Reranking{Provider: &provider, Model: &model, InputCount: ptr(150)}
		o.Usage = trace.Usage{InputTokens: tokens, TotalTokens: tokens}
		f.fill(o, number, time.Now().Add(-time.Hour))
		return o
	}
	f.mustWrite(t,
		rerank(0, "voyage_ai", "rerank-2.5", ptr(int64(1000))),
		rerank(1, "cohere", "rerank-v3.5", nil),
		rerank(2, "voyage_ai", "rerank-2.5", nil),
		rerank(3, "cohere", "rerank-v3.5", ptr(int64(1000))),
	)
	perToken := trace.Nanos(1000 * 50)
	perSearch := trace.Nanos(2 * 2_000_000)
	for i, want := range []sums{
		{Total: &perToken, Computed: &perToken, Source: trace.CostComputed, IsComplete: true},
		{Total: &perSearch, Computed: &perSearch, Source: trace.CostComputed, IsComplete: true},
		{IsComplete: true},
		{Total: &perSearch, Computed: &perSearch, Source: trace.CostComputed, IsComplete: true},
	} {
		if diff := cmp.Diff(want, sumsOf(f.storedCost(t, i))); diff != "" {
			t.Errorf("cost of trace %d (-want +got):\n%s", i, diff)
		}
	}
}
