package resolvers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/treeline-dev/treeline/trace"
)

// pagedItems is how many entries each list of the paging tests has.
const pagedItems = 23

// pagedParty has lists of pagedItems entries of every kind, with ties in every
// order.
func pagedParty(t *testing.T, p *party) *party {
	t.Helper()
	var all []trace.Observation
	var scores []*trace.Score
	root := step(trace.TypeAgent, 500, 1)
	retrieval := step(trace.TypeRetrieval, 500, 2).(*trace.Retrieval)
	reranking := step(trace.TypeReranking, 500, 3).(*trace.Reranking)
	for i := range pagedItems {
		o := step(trace.TypeGeneration, i+1, 1).(*trace.Generation)
		o.StartedAt = epoch.Add(time.Duration(i/4) * time.Second)
		end := o.StartedAt.Add(time.Duration(i%3) * time.Second)
		tokens, cost := int64(i%5), trace.Nanos(i%2)
		o.EndedAt, o.Usage = &end, trace.Usage{InputTokens: &tokens, TotalTokens: &tokens}
		o.Cost = trace.Cost{Total: &cost, Source: trace.CostReported, IsComplete: true}
		o.Claims = &trace.Claims{SessionID: &trace.Claim{Value: fmt.Sprintf("session %02d", i)}}
		all = append(all, o)
		scores = append(scores, score(fmt.Sprintf("score %02d", i), i, trace.SpanKey{TraceID: traceID(500)}))
		child := step(trace.TypeEvent, 500, 10+i)
		child.Core().ParentSpanID = spanID(1)
		child.Core().StartedAt = root.Core().StartedAt.Add(time.Duration(i/4) * time.Millisecond)
		all = append(all, child)
		document := trace.Document{Rank: i + 1, Content: ptr(fmt.Sprint("document ", i))}
		retrieval.Documents, reranking.Documents = append(retrieval.Documents, document), append(reranking.Documents, document)
	}
	p.write(t, scores, append(all, root, retrieval, reranking)...)
	return p
}

// list is a connection: the fields that lead to it, its own arguments, its
// entries' identity and whether it can be read backward.
type list struct {
	name, before, field, arguments, identity string
	path                                     []any
	isBackward                               bool
}

func lists() []list {
	all := []list{
		{name: "sessions", field: "sessions", identity: "id", arguments: `filter: {sessionId: {startsWith: "session"}}`, path: []any{"project", "sessions"}},
		{name: "scores", field: "scores", identity: "id", path: []any{"project", "scores"}},
		{name: "scores of a trace", before: inTrace500, field: "scores", identity: "id", path: []any{"project", "trace", "scores"}},
		{name: "children", before: inTrace500 + " root {", field: "children", identity: "id", path: []any{"project", "trace", "root", "children"}},
		{name: "observations of a trace", before: inTrace500, field: "observations", arguments: "filter: {types: [EVENT]}", identity: "id", path: []any{"project", "trace", "observations"}},
		{name: "documents", before: document(2), field: "documents", identity: "rank", path: []any{"project", "observation", "documents"}},
		{name: "documents of a reranking", before: document(3), field: "documents", identity: "rank", path: []any{"project", "observation", "documents"}},
	}
	for _, kind := range []string{"traces", "observations"} {
		filter := "filter: {generation: {}}"
		if kind == "traces" {
			filter = "filter: {some: {generation: {}}}"
		}
		all = append(all, list{name: kind, field: kind, arguments: filter, identity: "id", path: []any{"project", kind}, isBackward: true})
		for _, order := range []string{"STARTED_AT", "DURATION", "TOTAL_TOKENS", "COST"} {
			for _, direction := range []string{"ASC", "DESC"} {
				all = append(all, list{name: strings.Join([]string{kind, order, direction}, " "), field: kind, identity: "id", isBackward: true,
					arguments: filter + ", orderBy: {field: " + order + ", direction: " + direction + "}", path: []any{"project", kind}})
			}
		}
	}
	return all
}

var inTrace500 = fmt.Sprintf("trace(traceId: %q) {", traceID(500))

func document(n int) string {
	kind := map[int]string{2: "Retrieval", 3: "Reranking"}[n]
	return fmt.Sprintf("observation(traceId: %q, observationId: %q) { ... on %s {", traceID(500), spanID(n), kind)
}

func (l list) query(arguments string) string {
	all := strings.Trim(l.arguments+", "+arguments, ", ")
	if all != "" {
		all = "(" + all + ")"
	}
	query := "{ project { " + l.before + " " + l.field + all +
		" { nodes { " + l.identity + " } edges { cursor node { " + l.identity + " } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }" +
		" totalCount { value isExact } few: totalCount(limit: 5) { value isExact } } "
	return query + strings.Repeat("}", strings.Count(query, "{")-strings.Count(query, "}"))
}

func (l list) page(t *testing.T, p *party, arguments string) (ids []string, connection any) {
	t.Helper()
	connection = dig(p.get(t, l.query(arguments), nil), l.path...)
	nodes, _ := dig(connection, "nodes").([]any)
	for i, node := range nodes {
		ids = append(ids, fmt.Sprint(dig(node, l.identity)))
		if other := fmt.Sprint(dig(connection, "edges", i, "node", l.identity)); other != ids[i] {
			t.Errorf("edge %d is %s, node %s", i, other, ids[i])
		}
	}
	return ids, connection
}

func TestPagesHoldEveryEntryOnceInOrder(t *testing.T) {
	t.Parallel()
	p := pagedParty(t, newParty(t))
	for _, l := range lists() {
		t.Run(l.name, func(t *testing.T) {
			whole, connection := l.page(t, p, "first: 200")
			if len(whole) != pagedItems {
				t.Fatalf("%d entries", len(whole))
			}
			if got := fmt.Sprint(dig(connection, "totalCount"), dig(connection, "few")); got != "map[isExact:true value:23] map[isExact:false value:5]" {
				t.Errorf("counts = %s", got)
			}
			for _, size := range []int{1, 7, 22, 23} {
				var ids []string
				for after := ""; ; {
					page, connection := l.page(t, p, fmt.Sprintf("first: %d%s", size, after))
					wantBefore, wantNext := after != "", len(ids)+len(page) < pagedItems
					ids = append(ids, page...)
					if dig(connection, "pageInfo", "hasPreviousPage") != wantBefore || dig(connection, "pageInfo", "hasNextPage") != wantNext {
						t.Errorf("after %d of size %d: %v", len(ids), size, dig(connection, "pageInfo"))
					}
					if dig(connection, "pageInfo", "startCursor") != dig(connection, "edges", 0, "cursor") ||
						dig(connection, "pageInfo", "endCursor") != dig(connection, "edges", len(page)-1, "cursor") {
						t.Errorf("cursors of %v", dig(connection, "pageInfo"))
					}
					if len(page) == 0 || !wantNext {
						break
					}
					after = fmt.Sprintf(", after: %q", dig(connection, "pageInfo", "endCursor"))
				}
				if diff := cmp.Diff(whole, ids); diff != "" {
					t.Errorf("forward by %d (-want +got):\n%s", size, diff)
				}
			}
			if page, connection := l.page(t, p, "first: 0"); len(page) != 0 || dig(connection, "pageInfo", "hasNextPage") != true {
				t.Errorf("a page of none has %d: %v", len(page), dig(connection, "pageInfo"))
			}
			if !l.isBackward {
				return
			}
			var ids []string
			for before := ""; len(ids) < pagedItems; {
				page, connection := l.page(t, p, "last: 7"+before)
				ids = append(slices.Clone(page), ids...)
				if dig(connection, "pageInfo", "hasNextPage") != (before != "") || dig(connection, "pageInfo", "hasPreviousPage") != (len(ids) < pagedItems) {
					t.Errorf("backward after %d: %v", len(ids), dig(connection, "pageInfo"))
				}
				if len(page) == 0 {
					break
				}
				before = fmt.Sprintf(", before: %q", dig(connection, "pageInfo", "startCursor"))
			}
			if diff := cmp.Diff(whole, ids); diff != "" {
				t.Errorf("backward (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOrdersGoByTheirFieldWithTiesByStart(t *testing.T) {
	t.Parallel()
	p := pagedParty(t, newParty(t))
	paths := map[string][]any{"STARTED_AT": {"startedAt"}, "DURATION": {"durationMs"}, "TOTAL_TOKENS": {"usage", "totalTokens"}, "COST": {"cost", "total"}}
	for field, path := range paths {
		for _, direction := range []string{"ASC", "DESC"} {
			order := fmt.Sprintf("orderBy: {field: %s, direction: %s}", field, direction)
			data := p.get(t, `{ project {
				traces(filter: {some: {generation: {}}}, `+order+`) { nodes { startedAt durationMs usage { totalTokens } cost { total } } }
				observations(filter: {generation: {}}, `+order+`) { nodes { startedAt durationMs ... on Generation { usage { totalTokens } cost { total } } } } } }`, nil)
			for _, kind := range []string{"traces", "observations"} {
				nodes := dig(data, "project", kind, "nodes").([]any)
				var values []string
				for _, node := range nodes {
					values = append(values, fmt.Sprintf("%20v %v", dig(node, path...), dig(node, "startedAt")))
				}
				sorted := slices.Clone(values)
				slices.Sort(sorted)
				if direction == "DESC" {
					slices.Reverse(sorted)
				}
				if diff := cmp.Diff(sorted, values); diff != "" || len(values) != pagedItems {
					t.Errorf("%s by %s %s (-want +got):\n%s", kind, field, direction, diff)
				}
			}
		}
	}
}

// A cursor fits the list alone that returned it.
func TestCursorsOfOtherListsAreRefused(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	p := pagedParty(t, a.add(t, "acme"))
	org, err := a.store.EnsureOrganization(t.Context(), "acme", "acme")
	if err != nil {
		t.Fatal(err)
	}
	others := []*party{pagedParty(t, a.addProject(t, org, "second")), pagedParty(t, a.add(t, "other"))}
	all := lists()
	for i, l := range all {
		_, connection := l.page(t, p, "first: 2")
		after := fmt.Sprintf("first: 2, after: %q", dig(connection, "pageInfo", "endCursor"))
		refused := func(by *party, l list, what string) {
			t.Helper()
			answer := by.ask(t, l.query(after), nil)
			if len(answer.Errors) == 0 || answer.Errors[0].Extensions["code"] != "BAD_INPUT" {
				t.Errorf("%s: a cursor of %s gives %v, %v", what, all[i].name, dig(answer.Data, l.path...), answer.Errors)
			}
		}
		for k, other := range all {
			if k != i {
				refused(p, other, other.name)
			}
		}
		refused(others[0], l, "another project")
		refused(others[1], l, "another organization")
		if l.field == "traces" || l.field == "observations" && l.before == "" {
			changed := l
			changed.arguments = strings.Replace(l.arguments, "generation: {}", `generation: {}, name: {contains: "s"}`, 1)
			refused(p, changed, "another filter")
		}
		after = `first: 2, after: "AAAA"`
		refused(p, l, "no cursor")
	}
}
