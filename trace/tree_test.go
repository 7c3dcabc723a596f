package trace

import (
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func spanID(n uint64) SpanID {
	var id SpanID
	binary.BigEndian.PutUint64(id[:], n)
	return id
}

// treeStep is a step that starts at its own number; options refine it.
func treeStep(id, parent uint64, kind ObservationType, options ...func(*Step)) Step {
	s := Step{SpanID: spanID(id), ParentSpanID: spanID(parent), Type: kind, StartNanos: int64(id), EndNanos: int64(id) + 10}
	for _, option := range options {
		option(&s)
	}
	return s
}

func tokens(n int64) func(*Step) {
	return func(s *Step) { s.Usage = &Usage{TotalTokens: &n} }
}

func inputAndTotal(n int64) func(*Step) {
	return func(s *Step) { s.Usage = &Usage{InputTokens: &n, TotalTokens: &n} }
}

func costing(n Nanos) func(*Step) {
	return func(s *Step) { s.Cost = &Cost{Total: &n, Source: CostReported, IsComplete: true} }
}

func response(id string) func(*Step) { return func(s *Step) { s.ResponseID = id } }
func starting(at int64) func(*Step)  { return func(s *Step) { s.StartNanos, s.EndNanos = at, at+10 } }
func toolNamed(n string) func(*Step) { return func(s *Step) { s.ToolName = n } }
func appRoot(s *Step)                { s.IsAppRoot = true }
func remoteParent(s *Step)           { s.ParentIsRemote = true }
func cumulative(s *Step)             { s.IsUsageCumulative = true }
func number(id SpanID) uint64        { return binary.BigEndian.Uint64(id[:]) }
func totalTokens(u Usage) (n int64)  { return deref(u.TotalTokens) }
func deref[T ~int64](n *T) (zero T) {
	if n == nil {
		return zero
	}
	return *n
}

// drawTree draws steps with all the oddities that senders make: self parents,
// circles, missing parents, shared response ids, reports on any type.
func drawTree(t *rapid.T) []Step {
	n := rapid.IntRange(1, 24).Draw(t, "size")
	steps := make([]Step, n)
	for i := range steps {
		s := &steps[i]
		s.SpanID = spanID(uint64(i + 1))
		s.ParentSpanID = spanID(rapid.Uint64Range(0, uint64(n)+2).Draw(t, "parent"))
		s.Type = ObservationType(rapid.IntRange(0, int(TypeEvent)).Draw(t, "type"))
		s.StartNanos = rapid.Int64Range(0, 6).Draw(t, "start")
		s.EndNanos = s.StartNanos + rapid.Int64Range(0, 6).Draw(t, "length")
		s.Status = Status(rapid.IntRange(0, 2).Draw(t, "status"))
		s.IsAppRoot = rapid.IntRange(0, 9).Draw(t, "app root") == 0
		s.ParentIsRemote = rapid.Bool().Draw(t, "remote")
		s.Name = rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "name")
		s.ToolName = rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "tool")
		s.IsUsageCumulative = rapid.Bool().Draw(t, "cumulative")
		if rapid.Bool().Draw(t, "has usage") {
			inputAndTotal(rapid.Int64Range(0, 100).Draw(t, "tokens"))(s)
		}
		if rapid.Bool().Draw(t, "has cost") {
			costing(Nanos(rapid.Int64Range(0, 100).Draw(t, "cost")))(s)
		}
		if s.Type == TypeGeneration {
			s.ResponseID = rapid.SampledFrom([]string{"", "r1", "r2"}).Draw(t, "response")
		}
		if rapid.Bool().Draw(t, "claims") {
			s.Claims = &Claims{
				UserID: &Claim{Value: s.SpanID.String(), Class: ClaimClass(rapid.IntRange(0, 2).Draw(t, "class"))},
				Tags:   []string{s.Name},
			}
		}
	}
	return steps
}

// treeFacts is what a tree says, without the places of steps in the input.
func treeFacts(t *Tree) (ids []SpanID, rows []TreeRow) {
	for _, row := range t.Rows {
		ids = append(ids, t.Steps[row.Step].SpanID)
		row.Step = 0
		rows = append(rows, row)
	}
	return ids, rows
}

func TestTreeDoesNotDependOnTheOrderOfSteps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		steps := drawTree(t)
		ids, rows := treeFacts(BuildTree(steps))
		summary := BuildTree(steps).Summarize()
		shuffled := rapid.Permutation(steps).Draw(t, "shuffled")
		for i := range shuffled {
			shuffled[i] = shuffled[i].Clone()
		}
		tree := BuildTree(shuffled)
		otherIDs, otherRows := treeFacts(tree)
		if diff := cmp.Diff(ids, otherIDs) + cmp.Diff(rows, otherRows) + cmp.Diff(summary, tree.Summarize()); diff != "" {
			t.Fatalf("another order gives another tree (-first +second):\n%s", diff)
		}
	})
}

func TestTreeHoldsEachStepOnceInDepthFirstOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		steps := drawTree(t)
		tree := BuildTree(steps)
		if tree.Size() != len(steps) {
			t.Fatalf("%d rows for %d steps", tree.Size(), len(steps))
		}
		seen := map[int]bool{}
		for i, row := range tree.Rows {
			if seen[row.Step] {
				t.Fatalf("step %d stands twice", row.Step)
			}
			seen[row.Step] = true
			if found, ok := tree.Row(steps[row.Step].SpanID); !ok || found.Step != row.Step {
				t.Fatalf("row %d is not found by its span", i)
			}
			if row.Parent >= i || row.End <= i || row.End > len(steps) {
				t.Fatalf("row %d: parent %d, end %d", i, row.Parent, row.End)
			}
			var usage, end int64
			for j := i; j < row.End; j++ {
				inner := tree.Rows[j]
				if j > i && (inner.Parent < i || inner.End > row.End) {
					t.Fatalf("row %d is not inside of row %d", j, i)
				}
				end = max(end, steps[inner.Step].EndNanos)
				if inner.IsCounted && steps[inner.Step].Usage != nil {
					usage += *steps[inner.Step].Usage.TotalTokens
				}
			}
			if usage != totalTokens(row.SubtreeUsage) || end != row.SubtreeEndNanos {
				t.Fatalf("row %d sums up to %d until %d, want %d until %d", i, totalTokens(row.SubtreeUsage), row.SubtreeEndNanos, usage, end)
			}
			if row.Parent < 0 {
				continue
			}
			if row.Depth != tree.Rows[row.Parent].Depth+1 || steps[tree.Rows[row.Parent].Step].SpanID != steps[row.Step].ParentSpanID {
				t.Fatalf("row %d hangs below a wrong parent", i)
			}
		}
	})
}

func TestOneReportOfAResponseCounts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tree := BuildTree(drawTree(t))
		counted, withUsage := map[string]int{}, 0
		total := 0
		for _, row := range tree.Rows {
			step := &tree.Steps[row.Step]
			if row.IsCounted && row.IsWrapper {
				t.Fatalf("%s is a wrapper and counts", step.SpanID)
			}
			if step.Type != TypeGeneration {
				continue
			}
			if step.hasUsage() {
				withUsage++
			}
			if row.IsCounted {
				total++
				counted[step.ResponseID]++
			}
		}
		for id, n := range counted {
			if id != "" && n > 1 {
				t.Fatalf("%d reports of response %s count", n, id)
			}
		}
		if withUsage > 0 && total == 0 {
			t.Fatal("no generation counts although one has a usage")
		}
	})
}

func TestTreeCounts(t *testing.T) {
	t.Parallel()
	const generation, agent = TypeGeneration, TypeAgent
	for name, test := range map[string]struct {
		steps    []Step
		counted  []uint64
		wrappers []uint64
	}{
		"calls of a model": {
			[]Step{treeStep(1, 0, agent), treeStep(2, 1, generation, tokens(3)), treeStep(3, 1, TypeEmbedding, tokens(4))},
			[]uint64{2, 3}, nil},
		"only the deepest of nested generations": {
			[]Step{treeStep(1, 0, generation, tokens(9)), treeStep(2, 1, TypeSpan), treeStep(3, 2, generation, tokens(9))},
			[]uint64{3}, []uint64{1}},
		"a generation around one without a usage": {
			[]Step{treeStep(1, 0, generation, tokens(9)), treeStep(2, 1, generation)},
			[]uint64{1}, nil},
		"a count that is never summed is no usage": {
			[]Step{treeStep(1, 0, generation, tokens(9)), treeStep(2, 1, generation, func(s *Step) { s.Usage = &Usage{Extra: map[string]int64{"images": 1}} })},
			[]uint64{1}, nil},
		"an embedding inside a generation": {
			[]Step{treeStep(1, 0, generation, tokens(9)), treeStep(2, 1, TypeEmbedding, tokens(1))},
			[]uint64{1, 2}, nil},
		"an agent's report over metered steps": {
			[]Step{treeStep(1, 0, agent, tokens(9)), treeStep(2, 1, generation, tokens(9))},
			[]uint64{2}, nil},
		"the topmost report where nothing below is metered": {
			[]Step{treeStep(1, 0, TypeSpan), treeStep(2, 1, agent, tokens(9)), treeStep(3, 2, TypeChain, tokens(9)), treeStep(4, 3, TypeToolCall, tokens(9))},
			[]uint64{2}, nil},
		"reports side by side": {
			[]Step{treeStep(1, 0, TypeSpan), treeStep(2, 1, agent, tokens(9)), treeStep(3, 1, agent, tokens(9))},
			[]uint64{2, 3}, nil},
		"a report beside a metered branch": {
			[]Step{treeStep(1, 0, agent, tokens(9)), treeStep(2, 1, agent, tokens(9)), treeStep(3, 1, generation, tokens(9))},
			[]uint64{2, 3}, nil},
		"a cumulative report never, one below it still": {
			[]Step{treeStep(1, 0, agent, tokens(9), cumulative), treeStep(2, 1, agent, tokens(9))},
			[]uint64{2}, nil},
		"a cost without a usage": {
			[]Step{treeStep(1, 0, generation, costing(5)), treeStep(2, 0, agent, costing(5))},
			[]uint64{1, 2}, nil},
		"side by side, the fuller usage": {
			[]Step{treeStep(1, 0, agent), treeStep(2, 1, generation, response("r"), tokens(9), costing(1)), treeStep(3, 1, generation, response("r"), inputAndTotal(9))},
			[]uint64{3}, []uint64{2}},
		"side by side, the one with a cost": {
			[]Step{treeStep(1, 0, generation, response("r"), tokens(9)), treeStep(2, 0, generation, response("r"), tokens(9), costing(1))},
			[]uint64{2}, []uint64{1}},
		"side by side, the earliest": {
			[]Step{treeStep(1, 0, generation, response("r"), tokens(9)), treeStep(2, 0, generation, response("r"), tokens(9), starting(0))},
			[]uint64{2}, []uint64{1}},
		"side by side, the smallest id": {
			[]Step{treeStep(2, 0, generation, response("r"), tokens(9), starting(5)), treeStep(1, 0, generation, response("r"), tokens(9), starting(5))},
			[]uint64{1}, []uint64{2}},
		"side by side, one without a usage": {
			[]Step{treeStep(1, 0, generation, response("r")), treeStep(2, 0, generation, response("r"), tokens(9))},
			[]uint64{2}, []uint64{1}},
		"side by side, none with a usage": {
			[]Step{treeStep(1, 0, generation, response("r")), treeStep(2, 0, generation, response("r"))},
			nil, nil},
		"side by side without ids": {
			[]Step{treeStep(1, 0, generation, tokens(9)), treeStep(2, 0, generation, tokens(9))},
			[]uint64{1, 2}, nil},
		"below each other, the deepest even if thinner": {
			[]Step{treeStep(1, 0, generation, response("r"), inputAndTotal(9)), treeStep(2, 1, generation, response("r"), tokens(9))},
			[]uint64{2}, []uint64{1}},
		"three reports, nested and beside": {
			[]Step{treeStep(1, 0, generation, response("r"), inputAndTotal(9)), treeStep(2, 1, generation, response("r"), tokens(9)), treeStep(3, 0, generation, response("r"), inputAndTotal(9))},
			[]uint64{3}, []uint64{1, 2}},
		"a deeper report that does not know the id": {
			[]Step{treeStep(1, 0, generation, response("r"), tokens(9)), treeStep(2, 1, generation, tokens(9)), treeStep(3, 0, generation, response("r"), tokens(9))},
			[]uint64{2}, []uint64{1, 3}},
		"reports that wrap each other's response": {
			[]Step{treeStep(1, 0, generation, response("r"), tokens(9)), treeStep(2, 1, generation, response("s"), tokens(9)), treeStep(3, 0, generation, response("s"), tokens(9)), treeStep(4, 3, generation, response("r"), tokens(9))},
			[]uint64{2, 4}, []uint64{1, 3}},
		"no agent's report over a repetition": {
			[]Step{treeStep(1, 0, agent, tokens(9)), treeStep(2, 1, generation, response("r"), tokens(9)), treeStep(3, 0, generation, response("r"), inputAndTotal(9))},
			[]uint64{3}, []uint64{2}},
		"an id means nothing on other types": {
			[]Step{treeStep(1, 0, TypeEmbedding, response("r"), tokens(9)), treeStep(2, 0, generation, response("r"), tokens(9))},
			[]uint64{1, 2}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree := BuildTree(test.steps)
			var counted, wrappers []uint64
			for _, row := range tree.Rows {
				if row.IsCounted {
					counted = append(counted, number(tree.Steps[row.Step].SpanID))
				}
				if row.IsWrapper {
					wrappers = append(wrappers, number(tree.Steps[row.Step].SpanID))
				}
			}
			slices.Sort(counted)
			slices.Sort(wrappers)
			if !slices.Equal(counted, test.counted) || !slices.Equal(wrappers, test.wrappers) {
				t.Errorf("%v count and %v are wrappers, want %v and %v", counted, wrappers, test.counted, test.wrappers)
			}
		})
	}
}

func TestTreeShape(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		steps []Step
		want  string // id, depth, orphan mark and rank of each row
		root  uint64
	}{
		"children by start, then id": {
			[]Step{treeStep(4, 1, TypeSpan, starting(7)), treeStep(3, 1, TypeSpan, starting(7)), treeStep(1, 0, TypeSpan), treeStep(5, 1, TypeSpan)},
			"1:0:0 5:1:4 3:1:4 4:1:4", 1},
		"a self parent": {[]Step{treeStep(1, 1, TypeSpan)}, "1:0!:3", 1},
		"a circle is cut before its earliest": {
			[]Step{treeStep(3, 1, TypeSpan), treeStep(1, 2, TypeSpan), treeStep(2, 3, TypeSpan), treeStep(4, 2, TypeSpan)},
			"1:0!:3 3:1:4 2:2:4 4:3:4", 1},
		"a circle beside a root": {
			[]Step{treeStep(1, 2, TypeSpan), treeStep(2, 1, TypeSpan), treeStep(3, 0, TypeSpan)},
			"3:0:0 1:0!:3 2:1:4", 3},
		"orphans after the root": {
			[]Step{treeStep(1, 90, TypeSpan), treeStep(2, 0, TypeSpan), treeStep(3, 91, TypeSpan)},
			"2:0:0 1:0!:3 3:0!:3", 2},
		"a remote parent before a missing one": {
			[]Step{treeStep(1, 90, TypeSpan), treeStep(2, 91, TypeSpan, remoteParent)},
			"2:0!:2 1:0!:3", 2},
		"the earliest of two tops": {[]Step{treeStep(2, 0, TypeSpan), treeStep(1, 0, TypeSpan)}, "1:0:0 2:0:0", 1},
		"a declared root below a missing parent": {
			[]Step{treeStep(1, 90, TypeSpan), treeStep(2, 91, TypeSpan, appRoot)},
			"2:0!:1 1:0!:3", 2},
		"a declared root below another span": {
			[]Step{treeStep(1, 90, TypeSpan, remoteParent), treeStep(2, 1, TypeSpan, appRoot)},
			"1:0!:2 2:1:1", 2},
		"a top beats a declared root": {
			[]Step{treeStep(1, 0, TypeSpan), treeStep(2, 1, TypeSpan, appRoot)},
			"1:0:0 2:1:1", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree := BuildTree(test.steps)
			var got string
			for i, row := range tree.Rows {
				if i > 0 {
					got += " "
				}
				mark := ""
				if row.IsOrphan {
					mark = "!"
				}
				got += fmt.Sprintf("%d:%d%s:%d", number(tree.Steps[row.Step].SpanID), row.Depth, mark, row.Rank)
			}
			if got != test.want {
				t.Errorf("the rows are %s, want %s", got, test.want)
			}
			if root := number(tree.Summarize().RootSpanID); root != test.root {
				t.Errorf("the root is %d, want %d", root, test.root)
			}
		})
	}
}

func TestEmptyTree(t *testing.T) {
	t.Parallel()
	tree := BuildTree(nil)
	if tree.Size() != 0 || tree.Root() != -1 || tree.Summarize().Counts.Total != 0 || len(tree.Skeleton(1, TraceID{1}).IDs) != 0 {
		t.Error("a tree of nothing holds something")
	}
}

func TestRepeatedToolCallsAreNotCountedTwice(t *testing.T) {
	t.Parallel()
	steps := []Step{
		treeStep(1, 0, TypeToolCall, toolNamed("search")),
		treeStep(2, 1, TypeToolCall, toolNamed("search")), // the client's report
		treeStep(3, 2, TypeSpan),
		treeStep(4, 3, TypeToolCall, toolNamed("fetch")),           // another tool
		treeStep(5, 4, TypeToolCall, toolNamed("search")),          // the nearest is three levels up
		treeStep(6, 0, TypeToolCall, toolNamed("search")),          // a call of its own
		treeStep(7, 6, TypeToolCall), treeStep(8, 7, TypeToolCall), // unnamed calls repeat nothing
		treeStep(9, 6, TypeSpan), treeStep(10, 9, TypeSpan), treeStep(11, 10, TypeSpan),
		treeStep(12, 11, TypeToolCall, toolNamed("search")), // too far below
	}
	tree := BuildTree(steps)
	var repeated []uint64
	for _, row := range tree.Rows {
		if row.IsDuplicate {
			repeated = append(repeated, number(tree.Steps[row.Step].SpanID))
		}
	}
	if !slices.Equal(repeated, []uint64{2, 5}) {
		t.Errorf("%v are repetitions, want 2 and 5", repeated)
	}
	if got := tree.Summarize().Counts.Total; got != len(steps)-2 {
		t.Errorf("%d observations count, want %d", got, len(steps)-2)
	}
}

func TestStepKnowsTheResponse(t *testing.T) {
	t.Parallel()
	id := "resp_1"
	if got := StepOf(&Generation{ResponseID: &id}).Clone().ResponseID; got != id {
		t.Errorf("the step's response is %q, want %q", got, id)
	}
	if got := StepOf(&Generation{}).ResponseID; got != "" {
		t.Errorf("the step's response is %q without one", got)
	}
}

func TestDeepAndWideTreesAreBuilt(t *testing.T) {
	t.Parallel()
	const n = 50_000
	deep, wide := make([]Step, n), make([]Step, n)
	for i := range n {
		deep[i] = treeStep(uint64(i+1), uint64(i), TypeGeneration, tokens(1), response("r"))
		wide[i] = treeStep(uint64(i+1), min(uint64(i), 1), TypeGeneration, tokens(1), response("r"))
	}
	for _, steps := range [][]Step{deep, wide} {
		if got := totalTokens(BuildTree(steps).Summarize().Usage); got != 1 {
			t.Errorf("%d tokens count, want those of one call", got)
		}
	}
}
