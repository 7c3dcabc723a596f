package store_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/store/storetest"
	"github.com/treeline-dev/treeline/trace"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// bench is a project in a database of its own.
type testBundle struct {
	store   *store.Store
	tenant  store.Tenant
	project *store.Project
}

func setup(t *testing.T) testBundle {
	t.Helper()
	s := storetest.Open(t)
	return addProject(t, s, "acme")
}

func addProject(t *testing.T, s *store.Store, slug string) testBundle {
	t.Helper()
	project := storetest.Project(t, s, slug)
	return testBundle{store: s, tenant: storetest.Must(s.Tenant(t.Context(), project.OrganizationID))(t), project: project}
}

func (b testBundle) write(t *testing.T, received time.Time, observations ...trace.Observation) {
	t.Helper()
	storetest.Write(t, b.tenant, b.project, received, nil, observations...)
}

var epoch = time.Date(2026, 9, 21, 14, 13, 20, 123456789, time.UTC)

// randomTrace makes the observations of one trace: a random tree over several
// services, with usage, claims and a few broken parents.
func randomTrace(r *rand.Rand, project trace.ProjectID, size int) []trace.Observation {
	var id trace.TraceID
	for i := range id {
		id[i] = byte(r.Uint32())
	}
	id[0] |= 1
	observations := make([]trace.Observation, size)
	for i := range observations {
		o := trace.New(trace.ObservationType(r.IntN(int(trace.TypeEvent) + 1)))
		c := o.Core()
		c.ProjectID, c.TraceID = project, id
		c.SpanID = trace.SpanID{byte(i + 1), byte(r.Uint32()), 0, 0, 0, 0, 0, byte(i >> 8)}
		if i > 0 && r.IntN(20) > 0 {
			c.ParentSpanID = observations[r.IntN(i)].Core().SpanID
		} else if i > 0 {
			c.ParentSpanID = trace.SpanID{0xff, byte(i)}
		}
		c.Name = fmt.Sprintf("step %d", r.IntN(5))
		c.StartedAt = epoch.Add(time.Duration(r.IntN(1e9)))
		end := c.StartedAt.Add(time.Duration(r.IntN(1e9)))
		c.EndedAt = &end
		c.Environment = trace.DefaultEnvironment
		service := fmt.Sprintf("service-%d", r.IntN(3))
		c.Service = &service
		if r.IntN(4) == 0 {
			c.Status = trace.StatusError
		}
		if r.IntN(3) == 0 {
			c.Claims = &trace.Claims{UserID: &trace.Claim{Value: fmt.Sprint("user", r.IntN(3)), Class: trace.ClaimClass(r.IntN(3))}, Tags: []string{fmt.Sprint("tag", r.IntN(3))}}
		}
		if r.IntN(2) == 0 {
			c.Input = trace.TextPayload("hello")
		}
		tokens := int64(r.IntN(1000))
		usage := trace.Usage{InputTokens: &tokens, TotalTokens: &tokens}
		switch o := o.(type) {
		case *trace.Generation:
			if r.IntN(4) > 0 {
				cost := trace.Nanos(tokens * 10)
				o.Usage, o.Cost = usage, trace.Cost{Total: &cost, Source: trace.CostComputed, IsComplete: true}
			}
		case *trace.Agent:
			if r.IntN(2) == 0 {
				o.ReportedUsage = &usage
			}
		}
		observations[i] = o
	}
	return observations
}

// The tree of a trace, and so its summary, does not depend on the order, the
// grouping or the repetition of what arrives.
func TestSummaryDoesNotDependOnArrival(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for seed := range uint64(25) {
		r := rand.New(rand.NewPCG(seed, 1))
		observations := randomTrace(r, b.project.ProjectID, 1+r.IntN(40))
		want := wantSummary(observations)
		shuffled := append([]trace.Observation(nil), observations...)
		for range r.IntN(5) {
			shuffled = append(shuffled, observations[r.IntN(len(observations))])
		}
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		for len(shuffled) > 0 {
			n := 1 + r.IntN(len(shuffled))
			b.write(t, epoch.Add(time.Hour), shuffled[:n]...)
			shuffled = shuffled[n:]
		}
		got, err := b.tenant.Trace(t.Context(), b.project, want.TraceID, store.TraceFields{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("seed %d: stored summary differs from a recomputation (-want +got):\n%s", seed, diff)
		}
		steps, err := b.tenant.TraceSteps(t.Context(), b.project, got)
		if err != nil {
			t.Fatal(err)
		}
		again := trace.BuildTree(steps).Summarize()
		if again.RootSpanID != want.RootSpanID || again.Counts.Total != want.Counts.Total {
			t.Fatalf("seed %d: the rows give another tree", seed)
		}
	}
}

func wantSummary(observations []trace.Observation) *trace.Trace {
	steps := make([]trace.Step, len(observations))
	for i, o := range observations {
		steps[i] = trace.StepOf(o)
	}
	want := trace.BuildTree(steps).Summarize()
	c := observations[0].Core()
	want.ProjectID, want.TraceID, want.LastArrival = c.ProjectID, c.TraceID, epoch.Add(time.Hour)
	want.State = trace.StateOf(want.RootRank, want.RootStatus, want.Counts.Failed, 0, want.LastArrival, time.Now())
	return want
}
