package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/store/storetest"
	"github.com/treeline-dev/treeline/store/storetest/cluster"
	"github.com/treeline-dev/treeline/trace"
)

// claiming gives observations more claims than a trace takes.
func claiming(r *rand.Rand, observations []trace.Observation) {
	for i, o := range observations {
		c := o.Core()
		if c.Claims == nil {
			c.Claims = &trace.Claims{}
		}
		service := fmt.Sprint("service ", r.IntN(2*len(observations)))
		c.Service = &service
		c.Claims.Metadata = map[string]json.RawMessage{}
		for range r.IntN(4) {
			text := trace.EncodeJSON(fmt.Sprintf("<%0*d>", r.IntN(3000), i))
			c.Claims.Metadata[fmt.Sprint("key ", r.IntN(50))] = json.RawMessage(text)
			c.Claims.Tags = append(c.Claims.Tags, fmt.Sprint("tag ", r.IntN(1000)))
		}
		if i%7 == 0 {
			c.Claims.RootMetadata = map[string]json.RawMessage{"root": json.RawMessage(fmt.Sprint(i))}
		}
	}
}

// However much its spans claim, the summary of a large trace does not depend on
// the order, the grouping or the repetition of what arrives, nor on which server
// takes it in and whether that one still has the trace in memory.
func TestSummaryOfALargeTraceDoesNotDependOnArrival(t *testing.T) {
	t.Parallel()
	db := cluster.New(t)
	b := addProject(t, storetest.OpenAt(t, db), "acme")
	other := storetest.Must(storetest.OpenAt(t, db).Tenant(t.Context(), b.tenant.OrganizationID()))(t)
	tenants := []store.Tenant{b.tenant, b.tenant, b.tenant, other}
	for seed := range uint64(3) {
		r := rand.New(rand.NewPCG(seed, 3))
		observations := randomTrace(r, b.project.ProjectID, 900)
		if seed > 0 {
			claiming(r, observations)
		}
		want := wantSummary(observations)
		if got := strings.Contains(string(want.Metadata), `"treeline.warnings":["cut:services","cut:metadata","cut:tags"]`); got != (seed > 0) {
			t.Fatalf("seed %d: warns of what is left out: %t", seed, got)
		}
		// The bulk comes at once, the rest in small pieces; some spans twice, some
		// first as a thinner report with other claims.
		arriving := slices.Clone(observations)
		r.Shuffle(len(arriving), func(i, j int) { arriving[i], arriving[j] = arriving[j], arriving[i] })
		var thin []trace.Observation
		for range 30 {
			full := arriving[r.IntN(len(arriving))].Core()
			early := &trace.Span{}
			early.ProjectID, early.TraceID, early.SpanID = full.ProjectID, full.TraceID, full.SpanID
			early.StartedAt, early.Name, early.Environment = full.StartedAt, "early", trace.DefaultEnvironment
			early.Claims = &trace.Claims{Tags: []string{fmt.Sprint("early ", r.IntN(9))}, UserID: &trace.Claim{Value: "early", Class: trace.ClaimExplicit}}
			thin = append(thin, early)
		}
		storetest.Write(t, b.tenant, b.project, epoch.Add(time.Hour), nil, append(thin, arriving[:600]...)...)
		for rest := append(arriving[600:], arriving[:20]...); len(rest) > 0; {
			n := min(len(rest), 1+r.IntN(12))
			storetest.Write(t, tenants[r.IntN(len(tenants))], b.project, epoch.Add(time.Hour), nil, rest[:n]...)
			rest = rest[n:]
		}
		got := storetest.Must(b.tenant.Trace(t.Context(), b.project, want.TraceID, store.TraceFields{}))(t)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("seed %d: stored summary differs from a recomputation (-want +got):\n%s", seed, diff)
		}
		expectVerdicts(t, b, observations, got)
	}
}

// expectVerdicts checks which model calls are shown as wrappers of another.
func expectVerdicts(t *testing.T, b testBundle, observations []trace.Observation, tr *trace.Trace) {
	t.Helper()
	steps := make([]trace.Step, len(observations))
	for i, o := range observations {
		steps[i] = trace.StepOf(o)
	}
	tree := trace.BuildTree(steps)
	stored := storetest.Must(b.tenant.TraceObservations(t.Context(), b.project, tr, len(observations)+1, store.ObservationFields{}))(t)
	if len(stored) != len(observations) {
		t.Fatalf("%d observations are stored, want %d", len(stored), len(observations))
	}
	for _, o := range stored {
		row, _ := tree.Row(o.Core().SpanID)
		if m, ok := o.(trace.Metered); ok && m.Meter().IsWrapper != row.IsWrapper {
			t.Errorf("%s %s: wrapper = %t, want %t", o.Type(), o.Core().SpanID, m.Meter().IsWrapper, row.IsWrapper)
		}
	}
}

// A long trace arrives span by span, such as that of an agent at work.
func TestALongRunIsSummedUpSpanBySpan(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var observations []trace.Observation
	for i := range 700 {
		var o trace.Observation = &trace.Agent{}
		if i > 0 {
			tokens, cost := int64(i), trace.Nanos(i)
			o = &trace.Generation{Metering: trace.Metering{Usage: trace.Usage{InputTokens: &tokens, TotalTokens: &tokens},
				Cost: trace.Cost{Total: &cost, Source: trace.CostReported, IsComplete: true}}}
		}
		c := o.Core()
		c.ProjectID, c.TraceID, c.SpanID = b.project.ProjectID, trace.TraceID{1, 2}, trace.SpanID{1, byte(i >> 8), byte(i)}
		if i > 0 {
			c.ParentSpanID = trace.SpanID{1}
		}
		c.StartedAt, c.Environment, c.Name = epoch.Add(time.Duration(i)*time.Second), trace.DefaultEnvironment, "step"
		end := c.StartedAt.Add(time.Second)
		c.EndedAt = &end
		c.Claims = &trace.Claims{SessionID: &trace.Claim{Value: "s"}, Tags: []string{"run"}}
		observations = append(observations, o)
	}
	b.write(t, epoch.Add(time.Hour), observations[:550]...)
	for _, o := range observations[550:] {
		b.write(t, epoch.Add(time.Hour), o)
	}
	want := wantSummary(observations)
	got := storetest.Must(b.tenant.Trace(t.Context(), b.project, want.TraceID, store.TraceFields{}))(t)
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("stored summary differs from a recomputation (-want +got):\n%s", diff)
	}
	expectVerdicts(t, b, observations, got)
}

// A span that is sent again and again with other events keeps as many as one
// report may bring, and says that there were more.
func TestEventsOfRepeatedReportsAreBounded(t *testing.T) {
	t.Parallel()
	b := setup(t)
	report := func(number, events, bytes int) *trace.Span {
		o := &trace.Span{}
		o.TraceID, o.SpanID, o.Name, o.Environment, o.StartedAt = trace.TraceID{1}, trace.SpanID{1}, "s", trace.DefaultEnvironment, epoch
		end := epoch.Add(time.Duration(number) * time.Second)
		o.EndedAt = &end
		for i := range events {
			o.Events = append(o.Events, trace.SpanEvent{Name: fmt.Sprint("event ", number, " ", i), Time: epoch.Add(time.Duration(i)),
				Attributes: trace.JSON(`{"a":"` + strings.Repeat("y", bytes) + `"}`)})
		}
		return o
	}
	read := func() *trace.Common {
		tr := storetest.Must(b.tenant.Trace(t.Context(), b.project, trace.TraceID{1}, store.TraceFields{}))(t)
		stored := storetest.Must(b.tenant.TraceObservations(t.Context(), b.project, tr, 2, store.ObservationFields{Detail: true}))(t)
		if len(stored) != 1 {
			t.Fatalf("%d observations are stored, want 1", len(stored))
		}
		return stored[0].Core()
	}
	names := func(c *trace.Common) map[string]bool {
		set := map[string]bool{}
		for _, e := range c.Events {
			set[e.Name] = true
		}
		return set
	}
	b.write(t, epoch, report(1, 300, 10))
	b.write(t, epoch, report(2, 600, 10), report(3, 50, 10)) // twice in one batch
	if c := read(); len(names(c)) != 950 || len(c.Warnings) > 0 {
		t.Fatalf("%d events, warnings %v; want all 950", len(names(c)), c.Warnings)
	}
	b.write(t, epoch, report(4, 200, 10))
	if c := read(); len(c.Events) != trace.MaxSpanEvents || !slices.Contains(c.Warnings, trace.WarningTooManyEvents) || !names(c)["event 4 199"] {
		t.Errorf("%d events, warnings %v; want %d with all of the newest report and a warning", len(c.Events), c.Warnings, trace.MaxSpanEvents)
	}
	b.write(t, epoch, report(5, 1, trace.MaxSpanEventBytes))
	if c := read(); len(c.Events) != 1 || !slices.Contains(c.Warnings, trace.WarningTooManyEvents) {
		t.Errorf("%d events, warnings %v; want the newest report alone and a warning", len(c.Events), c.Warnings)
	}
}

// faultCount counts what PostgreSQL refuses with one of the codes.
type faultCount struct {
	codes []string
	count atomic.Int64
}

func (f *faultCount) see(err error) {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && slices.Contains(f.codes, pg.Code) {
		f.count.Add(1)
	}
}

func (f *faultCount) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}
func (f *faultCount) TraceQueryEnd(_ context.Context, _ *pgx.Conn, d pgx.TraceQueryEndData) {
	f.see(d.Err)
}
func (f *faultCount) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return ctx
}
func (f *faultCount) TraceBatchQuery(_ context.Context, _ *pgx.Conn, d pgx.TraceBatchQueryData) {
	f.see(d.Err)
}
func (f *faultCount) TraceBatchEnd(_ context.Context, _ *pgx.Conn, d pgx.TraceBatchEndData) {
	f.see(d.Err)
}

// Writers of the same new spans wait for one another in one order, whatever the
// order in which the spans stand in their requests.
func TestWritersOfTheSameSpansDoNotDeadlock(t *testing.T) {
	t.Parallel()
	db := cluster.New(t)
	s := storetest.OpenAt(t, db)
	b := addProject(t, s, "acme")
	const senders, spans = 6, 600
	week := 7 * 24 * time.Hour
	if err := b.tenant.EnsureWeeks(t.Context(), []time.Time{epoch, epoch.Add(-week)}); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 1))
	for round := range 6 {
		var group sync.WaitGroup
		for range senders {
			var observations []trace.Observation
			for _, i := range r.Perm(spans) {
				o := &trace.Span{}
				o.ProjectID, o.TraceID, o.SpanID = b.project.ProjectID, trace.TraceID{byte(1 + i%2), byte(round)}, trace.SpanID{1, byte(i >> 8), byte(i)}
				o.Name, o.Environment, o.StartedAt = "s", trace.DefaultEnvironment, epoch.Add(-week*time.Duration(i%3%2))
				observations = append(observations, o)
			}
			group.Go(func() {
				if err := b.tenant.WriteTraces(t.Context(), store.TraceWrite{Observations: observations, ReceivedAt: epoch}); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		tr := storetest.Must(b.tenant.Trace(t.Context(), b.project, trace.TraceID{1, byte(round)}, store.TraceFields{}))(t)
		if tr.Counts.Total != spans/2 {
			t.Errorf("%d spans are stored, want %d", tr.Counts.Total, spans/2)
		}
	}
	s.Close() // the server counts what a connection saw when that ends, at the latest
	conn := storetest.Must(pgx.Connect(t.Context(), db.AdminURL))(t)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	var deadlocks, open int64
	for open = 1; open > 0; {
		err := conn.QueryRow(t.Context(), `SELECT deadlocks, (SELECT count(*) FROM pg_stat_activity a WHERE a.datid = d.datid AND a.pid <> pg_backend_pid())
			FROM pg_stat_database d WHERE datname = current_database()`).Scan(&deadlocks, &open)
		if err != nil {
			t.Fatal(err)
		}
	}
	if deadlocks > 0 {
		t.Errorf("%d transactions ended in a deadlock", deadlocks)
	}
}

// A transaction that PostgreSQL ends for the sake of another one is repeated.
func TestAWriteThatLosesADeadlockIsRepeated(t *testing.T) {
	t.Parallel()
	db := cluster.New(t)
	deadlocks := &faultCount{codes: []string{"40P01"}}
	s, err := store.Open(t.Context(), store.Config{URL: db.URL, AdminURL: db.AdminURL, MaxConns: 8, Tracer: deadlocks})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	b := addProject(t, s, "acme")
	span := func(id byte) *trace.Span {
		o := &trace.Span{}
		o.ProjectID, o.TraceID, o.SpanID = b.project.ProjectID, trace.TraceID{id}, trace.SpanID{1}
		o.Name, o.Environment, o.StartedAt = "s", trace.DefaultEnvironment, epoch
		return o
	}
	b.write(t, epoch, span(1), span(2))

	// A stranger takes the rows in the wrong order.
	conn := storetest.Must(pgx.Connect(t.Context(), db.AdminURL))(t)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	exec := func(sql string) {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	exec("SET search_path = org_" + b.tenant.OrganizationID().String())
	exec("SET deadlock_timeout = '1h'") // so that the write notices it first
	exec("BEGIN")
	lock := "SELECT FROM trace WHERE trace_id = '%02x000000-0000-0000-0000-000000000000' FOR UPDATE"
	exec(fmt.Sprintf(lock, 2))
	again := make(chan error, 1)
	go func() {
		later := []trace.Observation{span(1), span(2)}
		for _, o := range later {
			o.Core().SpanID = trace.SpanID{2}
		}
		again <- b.tenant.WriteTraces(t.Context(), store.TraceWrite{Observations: later, ReceivedAt: epoch})
	}()
	for waits := false; !waits; { // until the write has the first row and waits for the second
		watch := "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid())"
		if err := conn.QueryRow(t.Context(), watch).Scan(&waits); err != nil {
			t.Fatal(err)
		}
	}
	exec(fmt.Sprintf(lock, 1))
	exec("COMMIT")
	if err := <-again; err != nil {
		t.Errorf("the write gives up: %v", err)
	}
	if deadlocks.count.Load() == 0 {
		t.Error("there was no deadlock")
	}
}
