package resolvers_test

import (
	"fmt"
	"testing"

	"github.com/treeline-dev/treeline/trace"
)

// statementsFor counts the statements of a query whose caller is known already.
func (p *party) statementsFor(t *testing.T, query string, first int, entries func(map[string]any) any) int64 {
	t.Helper()
	variables := map[string]any{"n": first}
	p.get(t, query, variables)
	// On a busy machine a loader may gather in two parts: the least counts.
	least := int64(1 << 62)
	for range 5 {
		before := p.api.statements.n.Load()
		data := p.get(t, query, variables)
		least = min(least, p.api.statements.n.Load()-before)
		if list, _ := entries(data).([]any); len(list) != first {
			t.Fatalf("%d entries instead of %d", len(list), first)
		}
	}
	return least
}

func score(id string, n int, key trace.SpanKey) *trace.Score {
	return &trace.Score{ScoreID: id, Name: "relevance", Value: &trace.NumericScore{Number: float64(n)}, Source: trace.SourceModel,
		CreatedAt: epoch, TraceID: key.TraceID, SpanID: key.SpanID}
}

func TestALongPageOfTracesTakesAsManyStatementsAsAShortOne(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	var all []trace.Observation
	var scores []*trace.Score
	for i := range 50 {
		// Roots of all types, since each concrete type could be read apart.
		root := step(trace.ObservationType(i%11), i, 1)
		root.Core().Input = trace.TextPayload(fmt.Sprint("question ", i))
		root.Core().Claims = &trace.Claims{SessionID: &trace.Claim{Value: fmt.Sprint("session ", i%7)}}
		all = append(all, root)
		scores = append(scores, score(fmt.Sprint(i), i, trace.SpanKey{TraceID: traceID(i)}))
	}
	p.write(t, scores, all...)
	const query = `query($n: Int) { project { traces(first: $n) { nodes {
		root { name type } usage { totalTokens } cost { total } counts { total byType { type count } }
		session { sessionId } scores { nodes { name } } input { preview } } } } }`
	nodes := func(data map[string]any) any { return dig(data, "project", "traces", "nodes") }
	few, many := p.statementsFor(t, query, 5, nodes), p.statementsFor(t, query, 50, nodes)
	t.Logf("%d statements", many)
	if few != many {
		t.Errorf("5 traces take %d statements, 50 take %d", few, many)
	}
	entry := dig(nodes(p.get(t, query, map[string]any{"n": 1})), 0)
	if got := dig(entry, "input", "preview"); got != "question 49" {
		t.Errorf("preview = %v", got)
	}
	if got := dig(entry, "root", "name"); got != "step 49.1" {
		t.Errorf("root = %v", got)
	}
	if got := dig(entry, "session", "sessionId"); got != "session 0" {
		t.Errorf("session = %v", got)
	}
}

func TestALongPageOfObservationsTakesAsManyStatementsAsAShortOne(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	var all []trace.Observation
	var scores []*trace.Score
	for i := range 5 {
		for n := range 11 {
			o := step(trace.ObservationType(n), i, n+1)
			if n > 0 {
				o.Core().ParentSpanID = spanID(n)
			}
			o.Core().RawAttributes = trace.JSON(`{"k":1}`)
			all = append(all, o)
			scores = append(scores, score(fmt.Sprint(i, n), n, o.Core().Key()))
		}
	}
	p.write(t, scores, all...)
	const query = `query($n: Int) { project { observations(first: $n) { nodes {
		__typename name trace { name } parent { name } scores { nodes { name } } attributes
		... on Generation { messages { role } } ... on Retrieval { documents { nodes { content } } } } } } }`
	nodes := func(data map[string]any) any { return dig(data, "project", "observations", "nodes") }
	few, many := p.statementsFor(t, query, 5, nodes), p.statementsFor(t, query, 50, nodes)
	t.Logf("%d statements", many)
	if few != many {
		t.Errorf("5 observations take %d statements, 50 take %d", few, many)
	}
	page := nodes(p.get(t, query, map[string]any{"n": 50}))
	for i := range 50 {
		o := dig(page, i)
		var inTrace, n int
		if _, err := fmt.Sscanf(dig(o, "name").(string), "step %d.%d", &inTrace, &n); err != nil {
			t.Fatal(err)
		}
		want := any(nil)
		if n > 1 {
			want = fmt.Sprintf("step %d.%d", inTrace, n-1)
		}
		if got := dig(o, "parent", "name"); got != want {
			t.Errorf("parent of %v = %v", dig(o, "name"), got)
		}
		if got := dig(o, "trace", "name"); got != fmt.Sprintf("step %d.1", inTrace) {
			t.Errorf("trace of %v = %v", dig(o, "name"), got)
		}
		if got := dig(o, "scores", "nodes", 0, "name"); got != "relevance" {
			t.Errorf("score of %v = %v", dig(o, "name"), got)
		}
	}
}
