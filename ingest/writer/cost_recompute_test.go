package writer_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/treeline-dev/treeline/ingest/writer"
	"github.com/treeline-dev/treeline/llm"
	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// setPrice sets what a million tokens of a model cost in the project, in and
// out, in US dollars.
func (f fixture) setPrice(t *testing.T, model string, dollars int64) {
	t.Helper()
	override := llm.Override{Model: model, Input: dollars * llm.NanoPerUSD, Output: dollars * llm.NanoPerUSD}
	text, err := json.Marshal(override)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.tenant.SetModelPrice(t.Context(), f.project.ProjectID, override.ID(), string(text)); err != nil {
		t.Fatal(err)
	}
}

// recompute runs the steps of a job to its end and returns the job.
func (f fixture) recompute(t *testing.T, window *trace.TimeRange) *store.CostRecomputation {
	t.Helper()
	job := &store.CostRecomputation{Window: window}
	job.ProjectID = f.project.ProjectID
	for position, isDone := "", false; !isDone; {
		var err error
		if position, isDone, err = f.writer.RecomputeCosts(t.Context(), f.tenant, job, position); err != nil {
			t.Fatal(err)
		}
	}
	return job
}

// spend makes a generation of a model with a million tokens.
func (f fixture) spend(number int, start time.Time, model string) *trace.Generation {
	tokens := int64(1_000_000)
	g := &trace.Generation{RequestModel: &model}
	g.Usage = trace.Usage{InputTokens: &tokens, TotalTokens: &tokens}
	f.fill(g, number, start)
	g.Input = trace.TextPayload("hello")
	return g
}

// costs returns what traces 0 to n-1 cost, in whole US dollars, -1 for unknown,
// and checks that each trace and its only step agree.
func (f fixture) costs(t *testing.T, n int) []int64 {
	t.Helper()
	dollars := make([]int64, n)
	for i := range dollars {
		tr, err := f.tenant.Trace(t.Context(), f.project, traceID(i), store.TraceFields{})
		if err != nil {
			t.Fatal(err)
		}
		key := trace.SpanKey{TraceID: traceID(i), SpanID: trace.SpanID{1}}
		found, err := f.tenant.ObservationsByRef(t.Context(), f.project, []store.ObservationRef{{Key: key}}, store.ObservationFields{Detail: true, Input: store.WholePayload})
		if err != nil || found[key] == nil {
			t.Fatalf("observation of trace %d: %v, %v", i, found, err)
		}
		cost := found[key].(trace.Metered).Meter().Cost
		if diff := cmp.Diff(tr.Cost.Total, cost.Total); diff != "" || tr.Cost.IsComplete != cost.IsComplete {
			t.Errorf("trace %d costs %+v, its step %+v", i, tr.Cost, cost)
		}
		if input := found[key].Core().Input; input == nil || input.Content != "hello" {
			t.Errorf("the input of trace %d is %v", i, input)
		}
		dollars[i] = -1
		if cost.Total != nil {
			dollars[i] = int64(*cost.Total) / llm.NanoPerUSD
		}
	}
	return dollars
}

func TestStoredObservationsArePricedAnew(t *testing.T) {
	t.Parallel()
	f := setup(t, writer.Config{})
	start := time.Now().Add(-time.Hour)
	reported := trace.Nanos(7 * llm.NanoPerUSD)
	paid := f.spend(2, start, "in-house")
	paid.Cost = trace.Cost{Total: &reported, Source: trace.CostReported}
	f.mustWrite(t, f.spend(0, start, "in-house"), f.spend(1, start, "other-house"), paid)
	if diff := cmp.Diff([]int64{-1, -1, 7}, f.costs(t, 3)); diff != "" {
		t.Fatalf("before there was a price (-want +got):\n%s", diff)
	}

	f.setPrice(t, "in-house", 3)
	job := f.recompute(t, nil)
	if job.Done != 3 || job.Planned == nil || *job.Planned != 3 {
		t.Errorf("the job did %d of %v", job.Done, job.Planned)
	}
	if diff := cmp.Diff([]int64{3, -1, 7}, f.costs(t, 3)); diff != "" {
		t.Errorf("with a price (-want +got):\n%s", diff)
	}

	f.setPrice(t, "in-house", 4)
	f.recompute(t, nil)
	f.recompute(t, nil)
	if diff := cmp.Diff([]int64{4, -1, 7}, f.costs(t, 3)); diff != "" {
		t.Errorf("with another price, twice (-want +got):\n%s", diff)
	}

	// What comes later joins sums that hold the new costs.
	late := f.spend(0, start.Add(time.Minute), "in-house")
	late.SpanID = trace.SpanID{2}
	f.mustWrite(t, late)
	tr, err := f.tenant.Trace(t.Context(), f.project, traceID(0), store.TraceFields{})
	if err != nil || tr.Cost.Total == nil || *tr.Cost.Total != 8*llm.NanoPerUSD {
		t.Errorf("with a late step the trace costs %v, %v", tr.Cost.Total, err)
	}
}

func TestPricingAnewKeepsToItsWindowAndPassesEveryTraceOnce(t *testing.T) {
	t.Parallel()
	f := setup(t, writer.Config{})
	const total = 450 // more than two transactions
	start := time.Now().Add(-time.Hour).Truncate(time.Second)
	var calls []trace.Observation
	for i := range total {
		calls = append(calls, f.spend(i, start.Add(time.Duration(i/3)*time.Second), "in-house"))
	}
	f.mustWrite(t, calls...)
	f.setPrice(t, "in-house", 2)
	to := start.Add(100 * time.Second)
	job := f.recompute(t, &trace.TimeRange{From: start.Add(10 * time.Second), To: &to})
	if job.Done != 270 || *job.Planned != 270 {
		t.Errorf("the job did %d of %d traces, want 270", job.Done, *job.Planned)
	}
	for i, dollars := range f.costs(t, total) {
		want := int64(-1)
		if i >= 30 && i < 300 {
			want = 2
		}
		if dollars != want {
			t.Fatalf("trace %d costs %d, want %d", i, dollars, want)
		}
	}
}
