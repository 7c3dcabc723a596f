package demo

import (
	"context"
	"io"
	"log/slog"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/treeline-dev/treeline/ingest/convention"
	"github.com/treeline-dev/treeline/ingest/otlp"
	"github.com/treeline-dev/treeline/trace"
)

// end is a Monday evening.
var end = time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC)

// loaded is the whole demo as a server reads it.
type loaded struct {
	summary      Summary
	took         time.Duration
	observations []trace.Observation
	scores       []*trace.Score
	// projects are the traces of each customer, by slug.
	projects map[string]map[trace.TraceID]*trace.TraceContext
	// reports are the calls of Progress.
	reports [][2]int
}

// loadOnce loads the default demo into the real receiver, once for all tests.
var loadOnce = sync.OnceValues(func() (*loaded, error) {
	l := &loaded{projects: map[string]map[trace.TraceID]*trace.TraceContext{}}
	customers := DefaultCustomers()
	for _, c := range customers {
		l.projects[c.Slug] = map[trace.TraceID]*trace.TraceContext{}
	}
	var mu sync.Mutex
	receiver, err := otlp.New(otlp.Config{
		Authenticate: func(_ context.Context, given otlp.Credentials) (otlp.Principal, error) {
			for _, c := range customers {
				if given.Public == c.PublicKey && given.Secret == c.SecretKey {
					return otlp.Principal{KeyID: c.Slug}, nil
				}
			}
			return otlp.Principal{}, otlp.ErrUnauthenticated
		},
		Map: func(resource *convention.Resource, scope *convention.Scope) otlp.SpanMapper {
			return convention.NewOrigin(resource, scope).Map
		},
		Write: func(_ context.Context, p otlp.Principal, batch otlp.Batch) ([]otlp.Rejection, error) {
			mu.Lock()
			defer mu.Unlock()
			l.observations = append(l.observations, batch.Observations...)
			l.scores = append(l.scores, batch.Scores...)
			for _, o := range batch.Observations {
				c := l.context(p.KeyID, o.Core().TraceID)
				c.Observations = append(c.Observations, o)
			}
			for _, s := range batch.Scores {
				if !s.TraceID.IsZero() {
					c := l.context(p.KeyID, s.TraceID)
					c.Scores = append(c.Scores, s)
				}
			}
			return nil, nil
		},
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		return nil, err
	}
	server := httptest.NewServer(receiver)
	defer server.Close()
	begin := time.Now()
	l.summary, err = Load(context.Background(), Options{
		BaseURL: server.URL, Customers: customers, End: end, Seed: 1,
		Progress: func(done, total int) { l.reports = append(l.reports, [2]int{done, total}) },
	})
	l.took = time.Since(begin)
	if err != nil {
		return nil, err
	}
	for _, traces := range l.projects {
		for _, c := range traces {
			complete(c)
		}
	}
	return l, nil
})

func (l *loaded) context(slug string, id trace.TraceID) *trace.TraceContext {
	c := l.projects[slug][id]
	if c == nil {
		c = &trace.TraceContext{Now: end.Add(time.Hour)}
		l.projects[slug][id] = c
	}
	return c
}

// complete fills in what the store derives from the observations of a trace.
func complete(c *trace.TraceContext) {
	steps := make([]trace.Step, len(c.Observations))
	children := map[trace.SpanID]int{}
	for i, o := range c.Observations {
		steps[i] = trace.StepOf(o)
		if o.Type() != trace.TypeEvent {
			children[o.Core().ParentSpanID]++
		}
	}
	for _, o := range c.Observations {
		if agent, ok := o.(*trace.Agent); ok {
			agent.StepCount = children[agent.SpanID]
		}
	}
	c.Trace = trace.BuildTree(steps).Summarize()
	c.Trace.TraceID = c.Observations[0].Core().TraceID
	c.Trace.LastArrival = end
	c.Trace.State = trace.StateOf(c.Trace.RootRank, c.Trace.RootStatus, c.Trace.Counts.Failed, c.Trace.RunningCount, end, c.Now)
}

// loadAll returns the loaded demo.
func loadAll(t *testing.T) *loaded {
	t.Helper()
	if testing.Short() {
		t.Skip("loads the whole demo")
	}
	l, err := loadOnce()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// traceOf returns a trace by its id in hex.
func (l *loaded) traceOf(t *testing.T, slug, id string) *trace.TraceContext {
	t.Helper()
	parsed, _, ok := trace.ParseTraceID(id)
	if c := l.projects[slug][parsed]; ok && c != nil {
		return c
	}
	t.Fatalf("trace %s of %s did not arrive", id, slug)
	return nil
}

// of returns the observations of a type.
func of[T trace.Observation](list []trace.Observation) []T {
	var found []T
	for _, o := range list {
		if typed, ok := o.(T); ok {
			found = append(found, typed)
		}
	}
	return found
}
