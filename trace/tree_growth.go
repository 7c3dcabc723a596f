package trace

import (
	"slices"
	"strings"
	"time"
)

// Growth is what a summed up tree must remember so that spans which only add to
// it can be taken in without building the tree again: a long trace arrives in
// hundreds of requests, and each would cost as much as the whole trace.
//
// It knows the steps by their place, 0 and up, and reads them by a function of
// the caller. It is not safe for concurrent use.
type Growth struct {
	at       func(place int) *Step
	places   map[SpanID]int
	verdicts []GrowthVerdict
	summary  *Trace
	// missing are the parents that steps name and that are not there.
	missing map[SpanID]struct{}
	// responses are the response ids of all generations.
	responses map[string]struct{}
	// carriers are the steps whose tags and metadata count, by what they say.
	carriers map[ClaimExtras]int
	// beyond is the first step whose tags and metadata do not count, -1 for none.
	beyond int
	root   int
	// model is the first agent, chain or generation below the root, -1 for none: a
	// plain root takes its bodies from it.
	model int
}

// GrowthVerdict is the tree's judgement of a step's usage, see TreeRow.
type GrowthVerdict struct{ IsCounted, IsWrapper bool }

// GrowthAddition is what new steps make of a tree: the new summary, and the
// verdicts of the new steps in their order. Those of other steps stay.
type GrowthAddition struct {
	Summary  *Trace
	Verdicts []GrowthVerdict
	steps    []Step
}

// Growth remembers the tree and its summary, of which it shares nothing but the
// texts of the steps. Places are indexes of t.Steps; at returns the step of a
// place.
func (t *Tree) Growth(summary *Trace, at func(place int) *Step) *Growth {
	g := &Growth{at: at, summary: summary.withOwnText(), places: make(map[SpanID]int, len(t.Steps)), verdicts: make([]GrowthVerdict, len(t.Steps)),
		missing: map[SpanID]struct{}{}, responses: map[string]struct{}{}, carriers: map[ClaimExtras]int{}, root: -1, model: -1}
	for i := range t.Steps {
		g.places[t.Steps[i].SpanID] = i
		if t.Steps[i].ResponseID != "" {
			g.responses[t.Steps[i].ResponseID] = struct{}{}
		}
	}
	for i := range t.Steps {
		if parent := t.Steps[i].ParentSpanID; !parent.IsZero() {
			if _, isStored := g.places[parent]; !isStored {
				g.missing[parent] = struct{}{}
			}
		}
	}
	for i := range t.Rows {
		g.verdicts[t.Rows[i].Step] = GrowthVerdict{t.Rows[i].IsCounted, t.Rows[i].IsWrapper}
	}
	counted, beyond := t.countExtras()
	g.beyond = beyond
	for _, i := range counted {
		g.carriers[t.Steps[i].Extras] = i
	}
	if rootRow := t.Root(); rootRow >= 0 {
		g.root = t.Rows[rootRow].Step
		for i := rootRow + 1; i < t.Rows[rootRow].End; i++ {
			if isModelLevel(&t.Steps[t.Rows[i].Step]) {
				g.model = t.Rows[i].Step
				break
			}
		}
	}
	return g
}

// Place returns where a span is.
func (g *Growth) Place(id SpanID) (int, bool) {
	place, ok := g.places[id]
	return place, ok
}

// Size returns the number of steps.
func (g *Growth) Size() int { return len(g.verdicts) }

// Keep makes an addition part of the growth. The caller's function must know the
// steps by the next places in their order.
func (g *Growth) Keep(a *GrowthAddition) {
	for i := range a.steps {
		g.places[a.steps[i].SpanID] = len(g.verdicts) + i
		if id := g.at(len(g.verdicts) + i).ResponseID; id != "" {
			g.responses[id] = struct{}{}
		}
	}
	g.verdicts = append(g.verdicts, a.Verdicts...)
	g.summary = a.Summary
	a.steps = nil
}

// growthHops bounds the ancestors that one addition may look at before building
// the tree again is as good.
const growthHops = 20_000

// Add works out what new steps make of the tree, which it leaves as it is, see
// Keep. It is false where they may change the place or the verdict of any other
// step, or the root, or which claims and bodies stand for the trace; then the
// tree must be built. ProjectID, TraceID, ExternalTraceID and LastArrival of the
// summary stay as they were.
func (g *Growth) Add(steps []Step) (*GrowthAddition, bool) {
	if len(g.verdicts) == 0 {
		return nil, false
	}
	x := growing{Growth: g, steps: steps, hops: growthHops, local: make(map[SpanID]int, len(steps)), verdicts: make([]GrowthVerdict, len(steps))}
	order, ok := x.parentsFirst()
	if !ok {
		return nil, false
	}
	sum := *g.summary
	x.sum = &sum
	sum.Services, sum.Counts.ByType = slices.Clone(sum.Services), slices.Clone(sum.Counts.ByType)
	for _, i := range order {
		if !x.add(i) {
			return nil, false
		}
	}
	return &GrowthAddition{Summary: &sum, Verdicts: x.verdicts, steps: steps}, true
}

// growing is one addition at work. The places behind those of the growth are
// those of the new steps.
type growing struct {
	*Growth
	steps     []Step
	local     map[SpanID]int
	responses map[string]struct{}
	verdicts  []GrowthVerdict
	sum       *Trace
	hops      int
}

// parentsFirst checks that the new steps hang below known ones and orders them.
func (x *growing) parentsFirst() ([]int, bool) {
	for i := range x.steps {
		id := x.steps[i].SpanID
		_, isStored := x.places[id]
		_, isAwaited := x.missing[id]
		if _, isTwice := x.local[id]; isStored || isAwaited || isTwice || x.steps[i].IsAppRoot {
			return nil, false
		}
		x.local[id] = i
	}
	const (
		unseen = iota
		onPath
		done
	)
	state := make([]int8, len(x.steps))
	order, path := make([]int, 0, len(x.steps)), make([]int, 0, 8)
	for start := range x.steps {
		for i := start; state[i] == unseen; {
			state[i] = onPath
			path = append(path, i)
			parent := x.steps[i].ParentSpanID
			if _, isStored := x.places[parent]; isStored {
				break
			}
			next, isNew := x.local[parent]
			if !isNew || state[next] == onPath {
				return nil, false // at the top, without its parent, or in a circle
			}
			i = next
		}
		for _, i := range slices.Backward(path) {
			state[i] = done
			order = append(order, i)
		}
		path = path[:0]
	}
	return order, true
}

func (x *growing) step(place int) *Step {
	if place < len(x.Growth.verdicts) {
		return x.at(place)
	}
	return &x.steps[place-len(x.Growth.verdicts)]
}

func (x *growing) verdict(place int) *GrowthVerdict {
	if place < len(x.Growth.verdicts) {
		return &x.Growth.verdicts[place]
	}
	return &x.verdicts[place-len(x.Growth.verdicts)]
}

// parent returns the place of the parent, -1 at the top.
func (x *growing) parent(place int) int {
	id := x.step(place).ParentSpanID
	if id.IsZero() {
		return -1
	}
	if parent, ok := x.places[id]; ok {
		return parent
	}
	if i, ok := x.local[id]; ok {
		return len(x.Growth.verdicts) + i
	}
	return -1
}

// add takes in one step whose ancestors all are.
func (x *growing) add(i int) bool {
	step := &x.steps[i]
	place := len(x.Growth.verdicts) + i
	ancestors, ok := x.ancestors(place)
	if !ok || !x.addUsage(i, ancestors) || !x.acceptsClaims(step) || !x.acceptsBodies(place, step, ancestors) || !x.addService(step.Service) {
		return false
	}
	x.addCounts(step, ancestors)
	return true
}

// ancestors lists the places above a step, the nearest first. It is false where
// there are too many, such as in a circle.
func (x *growing) ancestors(place int) ([]int, bool) {
	var list []int
	for p := x.parent(place); p >= 0; p = x.parent(p) {
		if x.hops--; x.hops < 0 {
			return nil, false
		}
		list = append(list, p)
	}
	return list, true
}

// addUsage judges a step as Tree.sum does. A step without descendants changes
// the verdict of others only above it, or where generations share a response.
func (x *growing) addUsage(i int, ancestors []int) bool {
	step := &x.steps[i]
	isGeneration := step.Type == TypeGeneration
	if isGeneration && step.ResponseID != "" {
		_, isKnown := x.Growth.responses[step.ResponseID]
		if _, isLocal := x.responses[step.ResponseID]; isKnown || isLocal {
			return false
		}
		if x.responses == nil {
			x.responses = map[string]struct{}{}
		}
		x.responses[step.ResponseID] = struct{}{}
	}
	if !step.hasUsage() {
		return true
	}
	isMetered, isCounted := step.Type.IsMetered(), true
	for _, p := range ancestors {
		above, verdict := x.step(p), x.verdict(p)
		switch {
		case !above.Type.IsMetered() && verdict.IsCounted:
			if isMetered {
				return false // the report above counts no more
			}
			isCounted = false
		case isMetered && isGeneration && above.Type == TypeGeneration && (!verdict.IsWrapper || above.ResponseID != ""):
			return false // it becomes a wrapper, or another report of its call may count
		}
	}
	if !isMetered && step.IsUsageCumulative {
		isCounted = false
	}
	if !isCounted {
		return true
	}
	x.verdicts[i].IsCounted = true
	row := TreeRow{SubtreeCost: Cost{IsComplete: true}}
	row.addOwn(step)
	x.sum.Usage, x.sum.Cost = x.sum.Usage.Add(row.SubtreeUsage), x.sum.Cost.Add(row.SubtreeCost)
	return true
}

// acceptsClaims reports whether the trace's claims stay as they are: the step
// claims what holds already, and what does not count anyway.
func (x *growing) acceptsClaims(step *Step) bool {
	if c := step.Claims; c != nil {
		for _, claim := range [...]struct {
			offer *Claim
			have  *string
		}{{c.UserID, x.sum.UserID}, {c.SessionID, x.sum.SessionID}, {c.Release, x.sum.Release}, {c.Version, x.sum.Version}} {
			if claim.offer != nil && (claim.have == nil || *claim.have != claim.offer.Value) {
				return false
			}
		}
		if c.Name != nil && c.Name.Class == ClaimExplicit && (x.sum.Name == nil || *x.sum.Name != c.Name.Value) {
			return false
		}
	}
	if step.Extras.Bytes == 0 {
		return true
	}
	follows := func(place int) bool { return place == x.root || compareSteps(x.at(place), step) < 0 }
	if x.beyond >= 0 && follows(x.beyond) {
		return true
	}
	carrier, isKnown := x.carriers[step.Extras]
	return isKnown && follows(carrier)
}

// acceptsBodies reports whether the trace's input and output stay those that
// they are.
func (x *growing) acceptsBodies(place int, step *Step, ancestors []int) bool {
	if step.HasTraceInput || step.HasTraceOutput {
		return false
	}
	root := x.at(x.root)
	if root.Type != TypeSpan || !isModelLevel(step) || !slices.Contains(ancestors, x.root) {
		return true
	}
	if x.model < 0 {
		return false
	}
	model, ok := x.ancestors(x.model)
	if !ok {
		return false
	}
	return x.precedes(append([]int{x.model}, model...), append([]int{place}, ancestors...))
}

// precedes reports whether a step stands before another in the order of rows;
// both are given as their paths to the top.
func (x *growing) precedes(a, b []int) bool {
	i, j := len(a)-1, len(b)-1
	for i >= 0 && j >= 0 && a[i] == b[j] {
		i, j = i-1, j-1
	}
	switch {
	case i < 0:
		return true
	case j < 0:
		return false
	}
	return compareSteps(x.step(a[i]), x.step(b[j])) < 0
}

// addService is false where the trace has as many services as it may: which ones
// count depends on the order of rows.
func (x *growing) addService(service string) bool {
	if service == "" {
		return true
	}
	at, has := slices.BinarySearch(x.sum.Services, service)
	if has {
		return true
	}
	if len(x.sum.Services) >= MaxTraceServices {
		return false
	}
	x.sum.Services = slices.Insert(x.sum.Services, at, strings.Clone(service))
	return true
}

// addCounts counts the step and extends the trace's times.
func (x *growing) addCounts(step *Step, ancestors []int) {
	sum := x.sum
	if start := time.Unix(0, step.StartNanos).UTC(); start.Before(sum.StartedAt) {
		sum.StartedAt = start
	} else if start.After(sum.LastStart) {
		sum.LastStart = start
	}
	if end := time.Unix(0, step.EndNanos).UTC(); end.After(sum.LastEnd) {
		sum.LastEnd = end
	}
	if step.Status == StatusRunning {
		sum.RunningCount++
	}
	if x.repeats(step, ancestors) {
		return
	}
	sum.Counts.Total++
	if step.Status == StatusError {
		sum.Counts.Failed++
	}
	at, has := slices.BinarySearchFunc(sum.Counts.ByType, step.Type, func(c TypeCount, kind ObservationType) int { return int(c.Type) - int(kind) })
	if !has {
		sum.Counts.ByType = slices.Insert(sum.Counts.ByType, at, TypeCount{Type: step.Type})
	}
	sum.Counts.ByType[at].Count++
}

// repeats is Tree.repeatsAncestor.
func (x *growing) repeats(step *Step, ancestors []int) bool {
	if step.Type != TypeToolCall || step.ToolName == "" {
		return false
	}
	return slices.ContainsFunc(ancestors[:min(repeatLevels, len(ancestors))], func(p int) bool {
		above := x.step(p)
		return above.Type == TypeToolCall && above.ToolName == step.ToolName
	})
}
