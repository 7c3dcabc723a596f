package trace

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// drawGrowingTree draws steps as a long run makes them: below one root, in order
// of time, mostly alike; sometimes with the oddities of drawTree.
func drawGrowingTree(t *rapid.T) []Step {
	if rapid.IntRange(0, 3).Draw(t, "odd") == 0 {
		return drawTree(t)
	}
	kinds := []ObservationType{TypeSpan, TypeGeneration, TypeGeneration, TypeToolCall, TypeAgent, TypeEmbedding, TypeChain}
	steps := make([]Step, rapid.IntRange(2, 24).Draw(t, "size"))
	for i := range steps {
		s := &steps[i]
		s.SpanID, s.Type = spanID(uint64(i+1)), rapid.SampledFrom(kinds).Draw(t, "type")
		if i > 0 {
			s.ParentSpanID = spanID(rapid.Uint64Range(1, uint64(i)).Draw(t, "parent"))
		} else {
			s.Type = rapid.SampledFrom([]ObservationType{TypeSpan, TypeAgent}).Draw(t, "root type")
		}
		s.StartNanos = int64(i) + rapid.Int64Range(-2, 2).Draw(t, "skew")
		s.EndNanos = s.StartNanos + rapid.Int64Range(0, 6).Draw(t, "length")
		s.Status = Status(rapid.IntRange(0, 2).Draw(t, "status"))
		s.Service = rapid.SampledFrom([]string{"", "web", "agent"}).Draw(t, "service")
		s.ToolName = rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "tool")
		s.HasInput, s.HasOutput = rapid.Bool().Draw(t, "input"), rapid.Bool().Draw(t, "output")
		s.HasTraceInput = rapid.IntRange(0, 15).Draw(t, "trace input") == 0
		isLeafKind := s.Type == TypeGeneration || s.Type == TypeEmbedding
		if isLeafKind && rapid.Bool().Draw(t, "has usage") || rapid.IntRange(0, 9).Draw(t, "has report") == 0 {
			inputAndTotal(rapid.Int64Range(0, 100).Draw(t, "tokens"))(s)
			if rapid.Bool().Draw(t, "has cost") {
				costing(Nanos(rapid.Int64Range(0, 100).Draw(t, "cost")))(s)
			}
		}
		if s.Type == TypeGeneration {
			s.ResponseID = rapid.SampledFrom([]string{"", "", "", "r1", fmt.Sprint("own ", i)}).Draw(t, "response")
		}
		if rapid.Bool().Draw(t, "claims") {
			s.Claims = &Claims{SessionID: &Claim{Value: "s", Class: ClaimClass(rapid.IntRange(0, 2).Draw(t, "class"))}}
			switch rapid.IntRange(0, 5).Draw(t, "extras") {
			case 0, 1:
				s.Claims.Tags = []string{"tag"}
			case 2:
				s.Claims.Metadata = map[string]json.RawMessage{"k": json.RawMessage(fmt.Sprint(i))}
			}
			s.Extras = s.Claims.Extras()
		}
	}
	return steps
}

// A tree that grew says what one that is built anew does, or it says that it
// must be built.
func TestGrowthAgreesWithTheTree(t *testing.T) {
	t.Parallel()
	grown, tried := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		steps := drawGrowingTree(t)
		size := rapid.IntRange(1, len(steps)).Draw(t, "stored")
		known := append([]Step(nil), steps[:size]...)
		tree := BuildTree(known)
		g := tree.Growth(tree.Summarize(), func(place int) *Step { return &known[place] })
		for len(known) < len(steps) {
			more := steps[len(known):min(len(steps), len(known)+rapid.IntRange(1, 4).Draw(t, "more"))]
			more = rapid.Permutation(more).Draw(t, "order")
			all := append(append([]Step(nil), known...), more...)
			want := BuildTree(all)
			addition, ok := g.Add(more)
			tried++
			known = all
			if !ok {
				g = want.Growth(want.Summarize(), func(place int) *Step { return &known[place] })
				continue
			}
			grown++
			g.Keep(addition)
			if diff := cmp.Diff(want.Summarize(), addition.Summary); diff != "" {
				t.Fatalf("the summary differs (-built +grown):\n%s", diff)
			}
			for i := range known {
				row, _ := want.Row(known[i].SpanID)
				if got := (GrowthVerdict{row.IsCounted, row.IsWrapper}); got != g.verdicts[i] {
					t.Fatalf("step %d: built %+v, grown %+v", i, got, g.verdicts[i])
				}
				if place, ok := g.Place(known[i].SpanID); !ok || place != i {
					t.Fatalf("step %d is found at %d, %t", i, place, ok)
				}
			}
		}
	})
	if grown*10 < tried {
		t.Errorf("only %d of %d additions grew the tree", grown, tried)
	}
}

// longRun makes the steps of an agent that calls a model and a tool in turns.
func longRun(n int) []Step {
	steps := make([]Step, n)
	for i := range steps {
		s := &steps[i]
		s.SpanID, s.StartNanos, s.EndNanos = spanID(uint64(i+1)), int64(i)*1000, int64(i)*1000+500
		s.Claims = &Claims{SessionID: &Claim{Value: "s", Class: ClaimGeneric}}
		s.Service, s.Name, s.Environment = "agent", "step", DefaultEnvironment
		switch {
		case i == 0:
			s.Type, s.HasInput = TypeAgent, true
			continue
		case i%2 == 0:
			s.Type, s.ToolName = TypeToolCall, "search"
		default:
			s.Type = TypeGeneration
			inputAndTotal(int64(i))(s)
			costing(Nanos(i))(s)
		}
		s.ParentSpanID = spanID(1)
	}
	return steps
}

func TestALongRunGrows(t *testing.T) {
	t.Parallel()
	steps := longRun(400)
	known := append([]Step(nil), steps[:4]...)
	tree := BuildTree(known)
	g := tree.Growth(tree.Summarize(), func(place int) *Step { return &known[place] })
	for at := len(known); at < len(steps); at++ {
		addition, ok := g.Add(steps[at : at+1])
		if !ok {
			t.Fatalf("step %d needs a new tree", at)
		}
		known = append(known, steps[at])
		g.Keep(addition)
	}
	if diff := cmp.Diff(BuildTree(steps).Summarize(), g.summary); diff != "" {
		t.Errorf("the summary differs (-built +grown):\n%s", diff)
	}
}

func BenchmarkOneMoreStep(b *testing.B) {
	const size = 50_000
	steps := longRun(size + 1)
	b.Run("built", func(b *testing.B) {
		for b.Loop() {
			BuildTree(steps).Summarize()
		}
	})
	b.Run("grown", func(b *testing.B) {
		tree := BuildTree(steps[:size])
		g := tree.Growth(tree.Summarize(), func(place int) *Step { return &steps[place] })
		for b.Loop() {
			if _, ok := g.Add(steps[size:]); !ok {
				b.Fatal("needs a new tree")
			}
		}
	})
}

// hostileClaims makes steps whose claims go beyond every bound of a trace.
func hostileClaims(r *rand.Rand, n int) []Step {
	steps := make([]Step, n)
	for i := range steps {
		s := &steps[i]
		*s = treeStep(uint64(i+1), 0, TypeSpan, starting(int64(r.IntN(n))))
		if i > 0 {
			s.ParentSpanID = spanID(uint64(1 + r.IntN(i)))
		}
		s.Service = fmt.Sprint("service ", r.IntN(n*2))
		s.Claims = &Claims{Metadata: map[string]json.RawMessage{}}
		for range 4 {
			s.Claims.Tags = append(s.Claims.Tags, fmt.Sprint("tag ", r.IntN(n*4)))
			text, _ := json.Marshal(fmt.Sprintf("%0*d", r.IntN(3000), i))
			s.Claims.Metadata[fmt.Sprint("key ", r.IntN(200))] = text
		}
		s.Extras = s.Claims.Extras()
	}
	return steps
}

// A trace takes a bounded part of what its spans claim, and always the same.
func TestClaimsOfATraceAreBounded(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 5))
		steps := hostileClaims(r, 600)
		want := BuildTree(steps).Summarize()
		if len(want.Tags) != MaxTraceTags || len(want.Services) != MaxTraceServices || len(want.Metadata) > MaxTraceMetadataBytes+200 {
			t.Fatalf("%d tags, %d services, %d bytes of metadata", len(want.Tags), len(want.Services), len(want.Metadata))
		}
		var metadata map[string]json.RawMessage
		if err := json.Unmarshal(want.Metadata, &metadata); err != nil {
			t.Fatal(err)
		}
		if got := string(metadata[WarningsKey]); got != `["cut:services","cut:metadata","cut:tags"]` {
			t.Errorf("what was left out is told as %s", got)
		}
		for range 5 {
			r.Shuffle(len(steps), func(i, j int) { steps[i], steps[j] = steps[j], steps[i] })
			tree := BuildTree(steps)
			counted, _ := tree.ExtrasCounted()
			kept, size := map[int]bool{}, 0
			for _, i := range counted {
				kept[i] = true
				size += steps[i].Extras.Bytes
			}
			if size > MaxClaimExtrasBytes {
				t.Fatalf("%d bytes of claims are looked at", size)
			}
			for i := range steps { // what does not count need not be at hand
				if !kept[i] {
					tree.Steps[i].Claims = steps[i].Claims.WithoutExtras()
				}
			}
			if diff := cmp.Diff(want, tree.Summarize()); diff != "" {
				t.Fatalf("seed %d: another order gives another trace (-first +second):\n%s", seed, diff)
			}
			for i := range steps {
				if !kept[i] {
					steps[i].Claims = nil
				}
			}
			steps = hostileClaims(rand.New(rand.NewPCG(seed, 5)), 600)
		}
	}
}

// Spans that all say the same are counted once, so that a long trace loses
// nothing.
func TestClaimsThatAreAlikeCountOnce(t *testing.T) {
	t.Parallel()
	steps := longRun(5000)
	for i := range steps {
		steps[i].Claims = &Claims{Tags: []string{"a", "b"}, Metadata: map[string]json.RawMessage{"k": json.RawMessage(fmt.Sprintf("%q", make([]byte, 300)))}}
		if i == len(steps)-1 {
			steps[i].Claims.Tags = []string{"last"}
		}
		steps[i].Extras = steps[i].Claims.Extras()
	}
	got := BuildTree(steps).Summarize()
	var metadata map[string]json.RawMessage
	if err := json.Unmarshal(got.Metadata, &metadata); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", "b", "last"}, got.Tags); diff != "" || metadata[WarningsKey] != nil {
		t.Errorf("tags (-want +got):\n%s\nwarnings %s", diff, metadata[WarningsKey])
	}
}
