package trace

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// RootRank says how good a candidate for the root of its trace an observation
// is; lower is better. Stored as a number.
type RootRank int16

// The ranks.
const (
	// RankTop has no parent.
	RankTop RootRank = iota
	// RankAppRoot was declared the root by its sender.
	RankAppRoot
	// RankRemote has a parent in another process that is not stored.
	RankRemote
	// RankMissing has a parent that is not stored and may be anywhere.
	RankMissing
	// RankInner has a stored parent.
	RankInner
)

// Step is what the algorithms over a whole trace need to know of an
// observation.
type Step struct {
	SpanID       SpanID
	ParentSpanID SpanID
	Type         ObservationType
	Name         string
	StartNanos   int64 // since 1970
	EndNanos     int64 // equal to StartNanos while running
	Status       Status
	Service      string
	Environment  string
	ToolName     string
	// ResponseID is the provider's id of a generation's answer, empty if unknown:
	// generations that share one report the same call.
	ResponseID     string
	IsAppRoot      bool
	ParentIsRemote bool
	// HasInput and HasOutput say that the observation has such a payload;
	// HasTraceInput and HasTraceOutput that it claims one for the trace.
	HasInput, HasOutput, HasTraceInput, HasTraceOutput bool
	// Usage and Cost are the observation's own for metered types, else what it
	// reports for its subtree. Nil is none.
	Usage *Usage
	Cost  *Cost
	// IsUsageCumulative marks a report that runs over a whole session.
	IsUsageCumulative bool
	Claims            *Claims
}

// StepOf extracts the Step of an observation.
func StepOf(o Observation) Step {
	c := o.Core()
	s := Step{
		SpanID: c.SpanID, ParentSpanID: c.ParentSpanID, Type: o.Type(), Name: c.Name,
		StartNanos: c.StartedAt.UnixNano(), EndNanos: c.StartedAt.UnixNano(), Status: c.Status,
		Environment: c.Environment, IsAppRoot: c.IsAppRoot, ParentIsRemote: c.ParentIsRemote,
		HasInput: c.Input != nil, HasOutput: c.Output != nil, Claims: c.Claims,
	}
	if c.EndedAt != nil {
		s.EndNanos = c.EndedAt.UnixNano()
	}
	if c.Service != nil {
		s.Service = *c.Service
	}
	if c.Claims != nil {
		s.HasTraceInput, s.HasTraceOutput = c.Claims.Input != nil, c.Claims.Output != nil
	}
	if g, ok := o.(*Generation); ok && g.ResponseID != nil {
		s.ResponseID = *g.ResponseID
	}
	switch o := o.(type) {
	case Metered:
		m := o.Meter()
		if !m.Usage.IsZero() {
			s.Usage = &m.Usage
		}
		if m.Cost.Total != nil || s.Usage != nil {
			s.Cost = &m.Cost
		}
	case *ToolCall:
		s.ToolName = o.ToolName
		s.Usage = o.ReportedUsage
	default:
		s.Usage, s.Cost, s.IsUsageCumulative = Reported(o)
	}
	return s
}

// TreeRow is one line of a Tree.
type TreeRow struct {
	// Step is the index into the steps that the tree was built from.
	Step int
	// Parent is the row of the parent, -1 at the top.
	Parent int
	Depth  int
	// End is the row after the last descendant: rows [i, End) are the subtree.
	End int
	// IsOrphan says that the parent is not stored, or that the parents form a
	// circle.
	IsOrphan bool
	// Rank is the candidature for the root.
	Rank RootRank
	// IsCounted says that usage and cost of this step count in sums; IsWrapper
	// that it is a generation around or beside the report of the same call and
	// therefore does not.
	IsCounted, IsWrapper bool
	// IsDuplicate marks a tool call that repeats the call of an ancestor.
	IsDuplicate bool
	// Subtree sums over the counted steps of the subtree, this one included.
	SubtreeUsage Usage
	SubtreeCost  Cost
	// SubtreeEndNanos is the latest end in the subtree.
	SubtreeEndNanos int64
}

// Tree is a trace from the root to the leaves: depth first, the root first,
// then the other tops by start; children by start, ties by span id.
type Tree struct {
	Steps []Step
	Rows  []TreeRow
	rowOf map[SpanID]int
}

// Row returns the row of a span.
func (t *Tree) Row(id SpanID) (TreeRow, bool) {
	i, ok := t.rowOf[id]
	if !ok {
		return TreeRow{}, false
	}
	return t.Rows[i], true
}

// BuildTree arranges steps, given in any order. The result does not depend on
// the order. Steps must have distinct span ids. It takes O(n log n) time.
func BuildTree(steps []Step) *Tree {
	n := len(steps)
	t := &Tree{Steps: steps, Rows: make([]TreeRow, 0, n), rowOf: make(map[SpanID]int, n)}
	if n == 0 {
		return t
	}
	index := make(map[SpanID]int, n)
	for i := range steps {
		index[steps[i].SpanID] = i
	}
	sorted := make([]int, n)
	for i := range sorted {
		sorted[i] = i
	}
	slices.SortFunc(sorted, func(a, b int) int { return compareSteps(&steps[a], &steps[b]) })

	// Children as linked lists in sorted order, without an allocation a node.
	first, next := make([]int, n), make([]int, n)
	for i := range first {
		first[i], next[i] = -1, -1
	}
	parent := make([]int, n)
	var tops []int
	for _, i := range slices.Backward(sorted) {
		p, stored := index[steps[i].ParentSpanID]
		if steps[i].ParentSpanID.IsZero() || !stored || p == i {
			parent[i] = -1
			tops = append(tops, i)
			continue
		}
		parent[i] = p
		next[i], first[p] = first[p], i
	}
	tops = append(tops, cycleEntries(sorted, parent)...)
	for _, i := range tops {
		if p := parent[i]; p >= 0 { // a broken circle: unhook the entry from its parent
			unhook(first, next, p, i)
			parent[i] = -1
		}
	}
	slices.SortFunc(tops, func(a, b int) int { return compareSteps(&steps[a], &steps[b]) })
	if root := bestRoot(steps, index, parent); root >= 0 {
		top := root
		for parent[top] >= 0 {
			top = parent[top]
		}
		at := slices.Index(tops, top)
		copy(tops[1:at+1], tops[:at])
		tops[0] = top
	}

	rank := func(i int) RootRank { return rankOf(&steps[i], index, parent[i] >= 0) }
	var stack []int // step, parent row pairs
	for _, i := range slices.Backward(tops) {
		stack = append(stack, i, -1)
	}
	for len(stack) > 0 {
		i, up := stack[len(stack)-2], stack[len(stack)-1]
		stack = stack[:len(stack)-2]
		row := TreeRow{Step: i, Parent: up, Rank: rank(i)}
		if up >= 0 {
			row.Depth = t.Rows[up].Depth + 1
		} else {
			row.IsOrphan = !steps[i].ParentSpanID.IsZero()
		}
		at := len(t.Rows)
		t.Rows = append(t.Rows, row)
		t.rowOf[steps[i].SpanID] = at
		mark := len(stack)
		for c := first[i]; c >= 0; c = next[c] {
			stack = append(stack, c, at)
		}
		reversePairs(stack[mark:])
	}
	t.sum()
	return t
}

func compareSteps(a, b *Step) int {
	return cmp.Or(cmp.Compare(a.StartNanos, b.StartNanos), a.SpanID.Compare(b.SpanID))
}

func reversePairs(s []int) {
	for i, j := 0, len(s)-2; i < j; i, j = i+2, j-2 {
		s[i], s[i+1], s[j], s[j+1] = s[j], s[j+1], s[i], s[i+1]
	}
}

func unhook(first, next []int, parent, child int) {
	if first[parent] == child {
		first[parent] = next[child]
	} else {
		for c := first[parent]; c >= 0; c = next[c] {
			if next[c] == child {
				next[c] = next[child]
				break
			}
		}
	}
	next[child] = -1
}

// cycleEntries finds circles of parents and returns the earliest step of each,
// where the circle is to be cut.
func cycleEntries(sorted, parent []int) []int {
	const (
		unseen = iota
		onPath
		done
	)
	state := make([]int8, len(parent))
	var entries []int
	place := make([]int, len(parent))
	for at, i := range sorted {
		place[i] = at
	}
	for _, start := range sorted {
		if state[start] != unseen {
			continue
		}
		i := start
		for i >= 0 && state[i] == unseen {
			state[i] = onPath
			i = parent[i]
		}
		if i >= 0 && state[i] == onPath {
			earliest := i
			for c := parent[i]; c != i; c = parent[c] {
				if place[c] < place[earliest] {
					earliest = c
				}
			}
			entries = append(entries, earliest)
		}
		for i = start; i >= 0 && state[i] == onPath; i = parent[i] {
			state[i] = done
		}
	}
	return entries
}

func rankOf(s *Step, index map[SpanID]int, hasParent bool) RootRank {
	_, stored := index[s.ParentSpanID]
	switch {
	case s.ParentSpanID.IsZero():
		return RankTop
	case s.IsAppRoot:
		return RankAppRoot
	case hasParent:
		return RankInner
	case !stored && s.ParentIsRemote:
		return RankRemote
	default:
		return RankMissing
	}
}

// bestRoot returns the index of the root: the best rank, then the earliest
// start, the longest, the smallest span id.
func bestRoot(steps []Step, index map[SpanID]int, parent []int) int {
	best, bestRank := -1, RankInner
	for i := range steps {
		rank := rankOf(&steps[i], index, parent[i] >= 0)
		if rank > bestRank || rank == RankInner {
			continue
		}
		if best < 0 || rank < bestRank || compareRoots(&steps[i], &steps[best]) < 0 {
			best, bestRank = i, rank
		}
	}
	return best
}

func compareRoots(a, b *Step) int {
	return cmp.Or(
		cmp.Compare(a.StartNanos, b.StartNanos),
		cmp.Compare(b.EndNanos-b.StartNanos, a.EndNanos-a.StartNanos),
		a.SpanID.Compare(b.SpanID))
}

// Root returns the row of the root, -1 in an empty tree. It is the first row
// unless the root was declared by its sender below another span.
func (t *Tree) Root() int {
	best := -1
	for i := range t.Rows {
		switch row := &t.Rows[i]; {
		case row.Rank == RankInner:
		case best < 0, row.Rank < t.Rows[best].Rank,
			row.Rank == t.Rows[best].Rank && compareRoots(&t.Steps[row.Step], &t.Steps[t.Rows[best].Step]) < 0:
			best = i
		}
	}
	return best
}

// sum decides which steps count and adds them up, bottom up.
//
// A metered step with a usage counts, except a generation around a generation
// with a usage, and all but one of the generations that share a response id.
// Any other step's report counts only where no metered usage lies below it and
// no ancestor's report counts already; a metered usage forbids the reports above
// it even where it is itself a repetition, because the call counts elsewhere.
func (t *Tree) sum() {
	n := len(t.Rows)
	meteredBelow := make([]bool, n)
	generationBelow := make([]bool, n)
	for i := range t.Rows {
		t.Rows[i].SubtreeCost.IsComplete = true
	}
	for i := n - 1; i >= 0; i-- {
		row := &t.Rows[i]
		step := &t.Steps[row.Step]
		row.End = max(row.End, i+1)
		row.SubtreeEndNanos = max(row.SubtreeEndNanos, step.EndNanos)
		hasUsage := step.Type.IsMetered() && step.hasUsage()
		row.IsWrapper = step.Type == TypeGeneration && generationBelow[i]
		row.IsCounted = hasUsage && !row.IsWrapper
		if p := row.Parent; p >= 0 {
			t.Rows[p].End = max(t.Rows[p].End, row.End)
			t.Rows[p].SubtreeEndNanos = max(t.Rows[p].SubtreeEndNanos, row.SubtreeEndNanos)
			meteredBelow[p] = meteredBelow[p] || meteredBelow[i] || hasUsage
			generationBelow[p] = generationBelow[p] || generationBelow[i] || hasUsage && step.Type == TypeGeneration
		}
	}
	t.settleSharedResponses()
	reportedAbove := make([]bool, n)
	for i := range t.Rows {
		row := &t.Rows[i]
		step := &t.Steps[row.Step]
		if p := row.Parent; p >= 0 {
			parent := &t.Rows[p]
			reportedAbove[i] = reportedAbove[p] || parent.IsCounted && !t.Steps[parent.Step].Type.IsMetered()
		}
		if !step.Type.IsMetered() && !meteredBelow[i] && !reportedAbove[i] && !step.IsUsageCumulative &&
			step.hasUsage() {
			row.IsCounted = true
		}
		row.IsDuplicate = t.repeatsAncestor(i)
	}
	for i := n - 1; i >= 0; i-- {
		row := &t.Rows[i]
		if row.IsCounted {
			step := &t.Steps[row.Step]
			if step.Usage != nil {
				row.SubtreeUsage = row.SubtreeUsage.Add(*step.Usage)
			}
			if step.Cost != nil {
				row.SubtreeCost = row.SubtreeCost.Add(*step.Cost)
			} else {
				row.SubtreeCost.IsComplete = false
			}
		}
		if p := row.Parent; p >= 0 {
			t.Rows[p].SubtreeUsage = t.Rows[p].SubtreeUsage.Add(row.SubtreeUsage)
			t.Rows[p].SubtreeCost = t.Rows[p].SubtreeCost.Add(row.SubtreeCost)
		}
	}
}

// hasUsage reports whether the step has a count or an amount that can be summed.
func (s *Step) hasUsage() bool {
	return s.knownCounts() > 0 || s.Cost != nil && s.Cost.Total != nil
}

// knownCounts is how many of the counts that sums are made of are known.
func (s *Step) knownCounts() int {
	if s.Usage == nil {
		return 0
	}
	u, known := s.Usage, 0
	for _, count := range [...]*int64{
		u.InputTokens, u.OutputTokens, u.TotalTokens, u.CacheReadTokens, u.CacheWriteTokens,
		u.CacheWrite5mTokens, u.CacheWrite1hTokens, u.ReasoningTokens, u.AudioInputTokens, u.AudioOutputTokens,
	} {
		if count != nil {
			known++
		}
	}
	return known
}

// settleSharedResponses leaves one counted among the generations that share a
// response id, which are reports of one call by several instrumentations, and
// makes the others wrappers. Where no report has a usage, there is nothing to
// settle.
func (t *Tree) settleSharedResponses() {
	var groups map[string][]int // rows by response id, in the order of rows
	for i := range t.Rows {
		step := &t.Steps[t.Rows[i].Step]
		if step.Type != TypeGeneration || step.ResponseID == "" {
			continue
		}
		if groups == nil {
			groups = map[string][]int{}
		}
		groups[step.ResponseID] = append(groups[step.ResponseID], i)
	}
	var nameless []int // how many counted generations without an id stand in the rows before
	for _, group := range groups {
		if len(group) < 2 {
			continue
		}
		if nameless == nil {
			nameless = t.countNameless()
		}
		best, isCountedBelow := -1, false
		for at, i := range group {
			switch row := &t.Rows[i]; {
			case row.IsCounted:
				if best < 0 || compareReports(&t.Steps[row.Step], &t.Steps[t.Rows[best].Step]) < 0 {
					best = i
				}
			case row.IsWrapper && nameless[row.End] > nameless[i] && !t.anyUsage(group[at+1:], row.End):
				// The call counts by a deeper report that does not know the id.
				isCountedBelow = true
			}
		}
		if best < 0 {
			continue
		}
		for _, i := range group {
			if i != best || isCountedBelow {
				t.Rows[i].IsCounted, t.Rows[i].IsWrapper = false, true
			}
		}
	}
}

// countNameless returns, for each row and for the end, how many counted
// generations without a response id stand before it.
func (t *Tree) countNameless() []int {
	before := make([]int, len(t.Rows)+1)
	for i := range t.Rows {
		before[i+1] = before[i]
		if step := &t.Steps[t.Rows[i].Step]; t.Rows[i].IsCounted && step.Type == TypeGeneration && step.ResponseID == "" {
			before[i+1]++
		}
	}
	return before
}

// anyUsage reports whether one of the rows before end has a usage.
func (t *Tree) anyUsage(rows []int, end int) bool {
	for _, i := range rows {
		if i >= end {
			return false
		}
		if t.Steps[t.Rows[i].Step].hasUsage() {
			return true
		}
	}
	return false
}

// compareReports orders reports of one call, the one to count first: the
// fullest usage, one with a cost, the earliest, the smallest span id.
func compareReports(a, b *Step) int {
	hasCost := func(s *Step) int {
		if s.Cost != nil && s.Cost.Total != nil {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(b.knownCounts(), a.knownCounts()), cmp.Compare(hasCost(b), hasCost(a)), compareSteps(a, b))
}

// repeatsAncestor reports whether a tool call stands within three levels below
// a call of the same tool: a framework, an MCP client and an MCP server each
// report the one call.
func (t *Tree) repeatsAncestor(i int) bool {
	step := &t.Steps[t.Rows[i].Step]
	if step.Type != TypeToolCall || step.ToolName == "" {
		return false
	}
	for level, p := 0, t.Rows[i].Parent; level < 3 && p >= 0; level, p = level+1, t.Rows[p].Parent {
		above := &t.Steps[t.Rows[p].Step]
		if above.Type == TypeToolCall && above.ToolName == step.ToolName {
			return true
		}
	}
	return false
}

// Summarize derives the trace's own fields from its tree. ProjectID, TraceID,
// ExternalTraceID, LastArrival and State are the caller's to set.
func (t *Tree) Summarize() *Trace {
	tr := &Trace{RootRank: RankInner, Cost: Cost{IsComplete: true}, Environment: DefaultEnvironment, Tags: []string{}, Services: []string{}}
	if len(t.Rows) == 0 {
		return tr
	}
	rootRow := max(t.Root(), 0)
	root := &t.Steps[t.Rows[rootRow].Step]
	tr.RootSpanID, tr.RootRank, tr.RootStatus = root.SpanID, t.Rows[rootRow].Rank, root.Status
	if root.Environment != "" {
		tr.Environment = root.Environment
	}
	t.addUp(tr)
	t.settleClaims(tr, rootRow)
	t.placeBodies(tr, rootRow)
	return tr
}

// DefaultEnvironment is the environment of observations that name none.
const DefaultEnvironment = "default"

func (t *Tree) addUp(tr *Trace) {
	start, end := t.Steps[0].StartNanos, t.Steps[0].EndNanos
	lastStart := start
	var byType [TypeEvent + 1]int
	services := map[string]struct{}{}
	for i := range t.Rows {
		row := &t.Rows[i]
		step := &t.Steps[row.Step]
		start, end = min(start, step.StartNanos), max(end, step.EndNanos)
		lastStart = max(lastStart, step.StartNanos)
		if step.Service != "" {
			services[step.Service] = struct{}{}
		}
		if step.Status == StatusRunning {
			tr.RunningCount++
		}
		if row.Parent < 0 {
			tr.Usage = tr.Usage.Add(row.SubtreeUsage)
			tr.Cost = tr.Cost.Add(row.SubtreeCost)
		}
		if row.IsDuplicate {
			continue
		}
		tr.Counts.Total++
		byType[step.Type]++
		if step.Status == StatusError {
			tr.Counts.Failed++
		}
	}
	for kind, count := range byType {
		if count > 0 {
			tr.Counts.ByType = append(tr.Counts.ByType, TypeCount{Type: ObservationType(kind), Count: count})
		}
	}
	for name := range services {
		tr.Services = append(tr.Services, name)
	}
	slices.Sort(tr.Services)
	tr.StartedAt, tr.LastEnd, tr.LastStart = time.Unix(0, start).UTC(), time.Unix(0, end).UTC(), time.Unix(0, lastStart).UTC()
}

// settleClaims merges what the spans say: the highest class wins, within it the
// root's value, then that of the earliest span.
func (t *Tree) settleClaims(tr *Trace, rootRow int) {
	order := make([]int, 0, 8) // steps with claims: the root first, then by start
	for i := range t.Rows {
		if s := t.Rows[i].Step; i != rootRow && t.Steps[s].Claims != nil {
			order = append(order, s)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return compareSteps(&t.Steps[a], &t.Steps[b]) })
	rootStep := t.Rows[rootRow].Step
	if t.Steps[rootStep].Claims != nil {
		order = slices.Insert(order, 0, rootStep)
	}
	var name, user, session, release, version *Claim
	tags := map[string]struct{}{}
	metadata := map[string]json.RawMessage{}
	for _, i := range order {
		c := t.Steps[i].Claims
		if i == rootStep || c.Name != nil && c.Name.Class == ClaimExplicit {
			name = better(name, c.Name)
		}
		user, session = better(user, c.UserID), better(session, c.SessionID)
		release, version = better(release, c.Release), better(version, c.Version)
		for _, tag := range c.Tags {
			tags[tag] = struct{}{}
		}
		for key, value := range c.Metadata {
			if _, taken := metadata[key]; !taken {
				metadata[key] = value
			}
		}
	}
	if c := t.Steps[rootStep].Claims; c != nil {
		for key, value := range c.RootMetadata {
			if _, taken := metadata[key]; !taken {
				metadata[key] = value
			}
		}
	}
	if name == nil && t.Steps[rootStep].Name != "" {
		name = &Claim{Value: t.Steps[rootStep].Name}
	}
	tr.Name, tr.UserID, tr.SessionID, tr.Release, tr.Version = value(name), value(user), value(session), value(release), value(version)
	for tag := range tags {
		tr.Tags = append(tr.Tags, tag)
	}
	slices.Sort(tr.Tags)
	if len(metadata) > 0 {
		tr.Metadata = EncodeJSON(metadata)
	}
}

func better(have, offer *Claim) *Claim {
	if offer == nil || have != nil && have.Class >= offer.Class {
		return have
	}
	return offer
}

func value(c *Claim) *string {
	if c == nil {
		return nil
	}
	return &c.Value
}

// placeBodies finds the observations whose input and output stand for the
// trace's: an explicit one, else the root's, else those of the first agent,
// chain or generation below a plain root.
func (t *Tree) placeBodies(tr *Trace, rootRow int) {
	root := &t.Steps[t.Rows[rootRow].Step]
	tr.InputSpanID = t.bodyOf(rootRow, root, func(s *Step) (bool, bool) { return s.HasTraceInput, s.HasInput })
	tr.OutputSpanID = t.bodyOf(rootRow, root, func(s *Step) (bool, bool) { return s.HasTraceOutput, s.HasOutput })
}

func (t *Tree) bodyOf(rootRow int, root *Step, has func(*Step) (explicit, own bool)) SpanID {
	explicit, own := has(root)
	if explicit {
		return root.SpanID
	}
	var best *Step
	for i := range t.Steps {
		if e, _ := has(&t.Steps[i]); e && (best == nil || compareSteps(&t.Steps[i], best) < 0) {
			best = &t.Steps[i]
		}
	}
	switch {
	case best != nil:
		return best.SpanID
	case own:
		return root.SpanID
	case root.Type != TypeSpan:
		return SpanID{}
	}
	for i := rootRow + 1; i < t.Rows[rootRow].End; i++ {
		step := &t.Steps[t.Rows[i].Step]
		if step.Type != TypeAgent && step.Type != TypeChain && step.Type != TypeGeneration {
			continue
		}
		if _, own := has(step); own {
			return step.SpanID
		}
		return SpanID{}
	}
	return SpanID{}
}

// Size returns the number of observations.
func (t *Tree) Size() int { return len(t.Rows) }

// Skeleton flags, see the GraphQL schema.
const (
	FlagOrphan = 1 << iota
	FlagError
	FlagRunning
	FlagWrapper
	FlagRoot
	FlagDuplicate
)

// Skeleton is a tree as parallel lists, one entry a row.
type Skeleton struct {
	IDs        []string
	Parent     []int
	Types      []int
	Name       []int
	Names      []string
	Status     []int
	StartUs    []int64
	DurationUs []*int64
	Tokens     []*int64
	CostNanos  []*int64
	Flags      []int
}

// Skeleton writes the tree as parallel lists. Times are microseconds, starts
// relative to the trace's first.
func (t *Tree) Skeleton(project ProjectID, id TraceID) *Skeleton {
	n := len(t.Rows)
	k := &Skeleton{
		IDs: make([]string, n), Parent: make([]int, n), Types: make([]int, n), Name: make([]int, n), Names: []string{},
		Status: make([]int, n), StartUs: make([]int64, n), DurationUs: make([]*int64, n), Tokens: make([]*int64, n),
		CostNanos: make([]*int64, n), Flags: make([]int, n),
	}
	if n == 0 {
		return k
	}
	begin := t.Steps[0].StartNanos
	for i := range t.Steps {
		begin = min(begin, t.Steps[i].StartNanos)
	}
	names := map[string]int{}
	root := t.Root()
	for i := range t.Rows {
		row := &t.Rows[i]
		step := &t.Steps[row.Step]
		at, known := names[step.Name]
		if !known {
			at = len(k.Names)
			names[step.Name] = at
			k.Names = append(k.Names, step.Name)
		}
		k.IDs[i] = ObservationNodeID(project, id, step.SpanID)
		k.Parent[i], k.Types[i], k.Name[i], k.Status[i] = row.Parent, int(step.Type), at, int(step.Status)
		k.StartUs[i] = (step.StartNanos - begin) / 1000
		if step.Status != StatusRunning {
			us := (step.EndNanos - step.StartNanos) / 1000
			k.DurationUs[i] = &us
		}
		if step.Usage != nil {
			k.Tokens[i] = step.Usage.TotalTokens
		}
		if step.Cost != nil && step.Cost.Total != nil {
			nanos := int64(*step.Cost.Total)
			k.CostNanos[i] = &nanos
		}
		for flag, set := range map[int]bool{
			FlagOrphan: row.IsOrphan, FlagError: step.Status == StatusError, FlagRunning: step.Status == StatusRunning,
			FlagWrapper: row.IsWrapper, FlagRoot: i == root, FlagDuplicate: row.IsDuplicate,
		} {
			if set {
				k.Flags[i] |= flag
			}
		}
	}
	return k
}

// Names that claims and steps hold are hostile and unbounded; the store cuts
// them to this many bytes.
const MaxNameBytes = 1024

// Shorten cuts a text to at most limit bytes at a character boundary.
func Shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "")
}

// Clone returns a copy that shares no memory with the observation or the
// request that the step was taken from.
func (s Step) Clone() Step {
	s.Name, s.Service = strings.Clone(s.Name), strings.Clone(s.Service)
	s.Environment, s.ToolName = strings.Clone(s.Environment), strings.Clone(s.ToolName)
	s.ResponseID = strings.Clone(s.ResponseID)
	if s.Usage != nil {
		usage := s.Usage.Add(Usage{})
		usage.Extra, usage.ReportedTotal, usage.Repaired = nil, nil, ""
		s.Usage = &usage
	}
	if s.Cost != nil {
		cost := *s.Cost
		s.Cost = &cost
	}
	s.Claims = s.Claims.clone()
	return s
}
