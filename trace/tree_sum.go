package trace

import "cmp"

// sum decides which steps count and adds them up, bottom up.
//
// A metered step with a usage counts, except a generation around a generation
// with a usage, and all but one of the generations that share a response id.
// Any other step's report counts only where no metered usage lies below it and
// no ancestor's report counts already; a metered usage forbids the reports above
// it even where it is itself a repetition, because the call counts elsewhere.
func (t *Tree) sum() {
	meteredBelow := t.countMetered()
	t.settleSharedResponses()
	t.countReports(meteredBelow)
	for i := len(t.Rows) - 1; i >= 0; i-- {
		row := &t.Rows[i]
		if row.IsCounted {
			row.addOwn(&t.Steps[row.Step])
		}
		if p := row.Parent; p >= 0 {
			t.Rows[p].SubtreeUsage = t.Rows[p].SubtreeUsage.Add(row.SubtreeUsage)
			t.Rows[p].SubtreeCost = t.Rows[p].SubtreeCost.Add(row.SubtreeCost)
		}
	}
}

// countMetered finds the extent of every subtree and marks the metered steps
// that count and those that wrap another. It returns which rows have a metered
// usage below them.
func (t *Tree) countMetered() (meteredBelow []bool) {
	meteredBelow = make([]bool, len(t.Rows))
	generationBelow := make([]bool, len(t.Rows))
	for i := len(t.Rows) - 1; i >= 0; i-- {
		row := &t.Rows[i]
		step := &t.Steps[row.Step]
		row.SubtreeCost.IsComplete = true
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
	return meteredBelow
}

// countReports marks the reports of steps that are not metered, from the top
// down, and the tool calls that repeat an ancestor's.
func (t *Tree) countReports(meteredBelow []bool) {
	reportedAbove := make([]bool, len(t.Rows))
	for i := range t.Rows {
		row := &t.Rows[i]
		step := &t.Steps[row.Step]
		if p := row.Parent; p >= 0 {
			parent := &t.Rows[p]
			reportedAbove[i] = reportedAbove[p] || parent.IsCounted && !t.Steps[parent.Step].Type.IsMetered()
		}
		if !step.Type.IsMetered() && !meteredBelow[i] && !reportedAbove[i] && !step.IsUsageCumulative && step.hasUsage() {
			row.IsCounted = true
		}
		row.IsDuplicate = t.repeatsAncestor(i)
	}
}

// addOwn adds what the row's own step used to the sums of its subtree.
func (r *TreeRow) addOwn(step *Step) {
	if step.Usage != nil {
		r.SubtreeUsage = r.SubtreeUsage.Add(*step.Usage)
	}
	if step.Cost != nil {
		r.SubtreeCost = r.SubtreeCost.Add(*step.Cost)
	} else {
		r.SubtreeCost.IsComplete = false
	}
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
	return cmp.Or(cmp.Compare(b.Usage.knownCounts(), a.Usage.knownCounts()), cmp.Compare(hasCost(b), hasCost(a)), compareSteps(a, b))
}

// repeatLevels is how far above a tool call another report of it may stand: a
// framework, an MCP client and an MCP server each report the one call.
const repeatLevels = 3

// repeatsAncestor reports whether a tool call stands within repeatLevels below a
// call of the same tool.
func (t *Tree) repeatsAncestor(i int) bool {
	step := &t.Steps[t.Rows[i].Step]
	if step.Type != TypeToolCall || step.ToolName == "" {
		return false
	}
	for level, p := 0, t.Rows[i].Parent; level < repeatLevels && p >= 0; level, p = level+1, t.Rows[p].Parent {
		above := &t.Steps[t.Rows[p].Step]
		if above.Type == TypeToolCall && above.ToolName == step.ToolName {
			return true
		}
	}
	return false
}
