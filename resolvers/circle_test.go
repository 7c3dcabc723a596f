package resolvers_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/treeline-dev/treeline/trace"
)

// linked returns steps of a trace by their parents, 0 for none, and starts.
func linked(inTrace int, parents, starts []int) []trace.Observation {
	all := make([]trace.Observation, len(parents))
	for i, parent := range parents {
		o := step(trace.ObservationType(i%11), inTrace, i+1)
		c := o.Core()
		if parent > 0 {
			c.ParentSpanID = spanID(parent)
		}
		c.StartedAt = epoch.Add(time.Duration(starts[i]) * time.Millisecond)
		all[i] = o
	}
	return all
}

// wantTree fails where parent and children of the observations of a trace say
// something else than the rows of its tree.
func wantTree(t interface {
	Helper()
	Fatalf(format string, args ...any)
}, ask func(query string) map[string]any, inTrace, size int) {
	t.Helper()
	tree := dig(ask(fmt.Sprintf(`{ project { trace(traceId: %q) { tree { depth observation {
		observationId parent { observationId } children { nodes { observationId } totalCount { value } } one: children(first: 1) { nodes { observationId } pageInfo { hasNextPage } } } } } } }`,
		traceID(inTrace))), "project", "trace", "tree")
	rows, _ := tree.([]any)
	if len(rows) != size {
		t.Fatalf("the tree has %d rows of %d", len(rows), size)
	}
	var above []any
	children := map[any][]any{}
	for _, row := range rows {
		depth := number(dig(row, "depth"))
		id := dig(row, "observation", "observationId")
		above = append(above[:depth], id)
		var want any
		if depth > 0 {
			want = above[depth-1]
			children[want] = append(children[want], id)
		}
		if got := dig(row, "observation", "parent", "observationId"); got != want {
			t.Fatalf("the parent of %v is %v; in the tree it is %v", id, got, want)
		}
	}
	for _, row := range rows {
		id := dig(row, "observation", "observationId")
		var got []any
		nodes, _ := dig(row, "observation", "children", "nodes").([]any)
		for _, node := range nodes {
			got = append(got, dig(node, "observationId"))
		}
		if diff := cmp.Diff(children[id], got); diff != "" {
			t.Fatalf("children of %v (-tree +children):\n%s", id, diff)
		}
		if n := number(dig(row, "observation", "children", "totalCount", "value")); n != len(got) {
			t.Fatalf("%v has %d children and counts %d", id, len(got), n)
		}
		first, _ := dig(row, "observation", "one", "nodes").([]any)
		if len(first) != min(1, len(got)) || len(first) == 1 && dig(first[0], "observationId") != got[0] {
			t.Fatalf("the first child of %v is %v of %v", id, first, got)
		}
		if dig(row, "observation", "one", "pageInfo", "hasNextPage") != (len(got) > 1) {
			t.Fatalf("%v has %d children, and the page of one says %v", id, len(got), dig(row, "observation", "one", "pageInfo"))
		}
	}
}

// number reads a whole number of an answer.
func number(value any) int {
	n := 0
	_, _ = fmt.Sscan(fmt.Sprint(value), &n)
	return n
}

func TestParentAndChildrenAgreeWithTheTree(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	for i, c := range []struct{ parents, starts []int }{
		{[]int{1}, []int{0}},                                              // its own parent
		{[]int{1, 1, 2}, []int{0, 0, 0}},                                  // with steps below
		{[]int{2, 1}, []int{0, 5}},                                        // two
		{[]int{2, 1}, []int{5, 5}},                                        // at one time
		{[]int{2, 3, 1}, []int{1, 3, 2}},                                  // the earliest is cut, whatever else is late
		{[]int{2, 3, 1}, []int{1, 2, 3}},                                  //
		{[]int{0, 1, 4, 5, 3, 3, 6}, []int{0, 1, 9, 8, 7, 6, 5}},          // beside a root
		{[]int{0, 1, 1, 3}, []int{50, 40, 60, 30}},                        // no circle: clocks that differ
		{[]int{9, 1, 2}, []int{0, 1, 2}},                                  // a parent that is not known
		{[]int{2, 3, 2, 1, 4, 6, 7, 6}, []int{10, 20, 15, 5, 1, 3, 3, 0}}, // two circles
	} {
		p.write(t, nil, linked(i+1, c.parents, c.starts)...)
		wantTree(t, func(query string) map[string]any { return p.get(t, query, nil) }, i+1, len(c.parents))
	}
	// Whoever follows the parents of a circle comes to an end.
	query := fmt.Sprintf(`{ project { observation(traceId: %q, observationId: %q) { parent { parent { parent { parent { observationId } } } } } } }`, traceID(6), spanID(2))
	if got := dig(p.get(t, query, nil), "project", "observation", "parent", "parent", "parent"); got != nil {
		t.Errorf("the parents of a circle go on: %v", got)
	}
	inTrace := 100
	rapid.Check(t, func(rt *rapid.T) {
		inTrace++
		size := rapid.IntRange(1, 9).Draw(rt, "size")
		parents := rapid.SliceOfN(rapid.IntRange(0, size), size, size).Draw(rt, "parents")
		starts := rapid.SliceOfN(rapid.IntRange(0, 4), size, size).Draw(rt, "starts")
		p.write(t, nil, linked(inTrace, parents, starts)...)
		wantTree(rt, func(query string) map[string]any { return p.get(t, query, nil) }, inTrace, size)
	})
}

func TestAPageOfChildrenGoesOnPastACutCircle(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	// Step 1 is the earliest of the circle 1, 2: below 2 it is cut, and left out.
	p.write(t, nil, linked(1, []int{2, 1, 2, 2, 2}, []int{0, 5, 1, 6, 7})...)
	var ids []string
	after := ""
	for {
		page := dig(p.get(t, fmt.Sprintf(`{ project { observation(traceId: %q, observationId: %q) { children(first: 1%s) { nodes { observationId } pageInfo { hasNextPage endCursor } } } } }`,
			traceID(1), spanID(2), after), nil), "project", "observation", "children")
		ids = append(ids, fmt.Sprint(dig(page, "nodes", 0, "observationId")))
		if dig(page, "pageInfo", "hasNextPage") != true {
			break
		}
		after = fmt.Sprintf(", after: %q", dig(page, "pageInfo", "endCursor"))
	}
	if want := []string{spanID(3).String(), spanID(4).String(), spanID(5).String()}; !slices.Equal(ids, want) {
		t.Errorf("children %v; want %v", ids, want)
	}
}
