package trace

import (
	"slices"
	"time"
)

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

// Size returns the number of observations.
func (t *Tree) Size() int { return len(t.Rows) }

// SubtreeDurationMs is the time from the start of a row's step to the latest end
// in its subtree in milliseconds, nil while the step runs.
func (t *Tree) SubtreeDurationMs(row int) *float64 {
	step := &t.Steps[t.Rows[row].Step]
	if step.Status == StatusRunning {
		return nil
	}
	ms := milliseconds(time.Duration(t.Rows[row].SubtreeEndNanos - step.StartNanos))
	return &ms
}

// BuildTree arranges steps, given in any order. The result does not depend on
// the order. Steps must have distinct span ids. It takes O(n log n) time.
func BuildTree(steps []Step) *Tree {
	t := &Tree{Steps: steps, Rows: make([]TreeRow, 0, len(steps)), rowOf: make(map[SpanID]int, len(steps))}
	if len(steps) > 0 {
		t.addRows(linkSteps(steps))
		t.sum()
	}
	return t
}

// stepLinks are steps with the links between them, all by their index; -1 is
// none.
type stepLinks struct {
	steps []Step
	index map[SpanID]int
	// parent is -1 also where the parent is not stored or a circle was cut.
	parent []int
	// first and next are linked lists of children by start, without an
	// allocation for each parent.
	first, next []int
	// tops have no parent: the one above the root first, then by start.
	tops []int
}

// linkSteps finds the parents and the children of steps.
func linkSteps(steps []Step) *stepLinks {
	n := len(steps)
	l := &stepLinks{steps: steps, index: make(map[SpanID]int, n), parent: make([]int, n), first: make([]int, n), next: make([]int, n)}
	sorted := make([]int, n)
	for i := range steps {
		l.index[steps[i].SpanID] = i
		sorted[i], l.first[i], l.next[i] = i, -1, -1
	}
	slices.SortFunc(sorted, l.compare)
	for _, i := range slices.Backward(sorted) {
		p, isStored := l.index[steps[i].ParentSpanID]
		if steps[i].ParentSpanID.IsZero() || !isStored || p == i {
			l.parent[i] = -1
			l.tops = append(l.tops, i)
			continue
		}
		l.parent[i] = p
		l.next[i], l.first[p] = l.first[p], i
	}
	for _, i := range cycleEntries(sorted, l.parent) {
		l.unhook(i)
		l.tops = append(l.tops, i)
	}
	slices.SortFunc(l.tops, l.compare)
	l.putRootFirst()
	return l
}

func (l *stepLinks) compare(a, b int) int { return compareSteps(&l.steps[a], &l.steps[b]) }

// unhook makes a top of a step that has a parent.
func (l *stepLinks) unhook(child int) {
	parent := l.parent[child]
	if l.first[parent] == child {
		l.first[parent] = l.next[child]
	} else {
		for c := l.first[parent]; c >= 0; c = l.next[c] {
			if l.next[c] == child {
				l.next[c] = l.next[child]
				break
			}
		}
	}
	l.parent[child], l.next[child] = -1, -1
}

// putRootFirst moves the top that the root stands below, or is, to the front.
func (l *stepLinks) putRootFirst() {
	top := bestRoot(l.steps, l.index, l.parent)
	if top < 0 {
		return
	}
	for l.parent[top] >= 0 {
		top = l.parent[top]
	}
	at := slices.Index(l.tops, top)
	copy(l.tops[1:at+1], l.tops[:at])
	l.tops[0] = top
}

// addRows writes the rows of an empty tree, depth first.
func (t *Tree) addRows(l *stepLinks) {
	type place struct{ step, parentRow int }
	var stack []place
	for _, i := range slices.Backward(l.tops) {
		stack = append(stack, place{i, -1})
	}
	for len(stack) > 0 {
		p := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		step := &l.steps[p.step]
		row := TreeRow{Step: p.step, Parent: p.parentRow, Rank: rankOf(step, l.index, l.parent[p.step] >= 0)}
		if p.parentRow >= 0 {
			row.Depth = t.Rows[p.parentRow].Depth + 1
		} else {
			row.IsOrphan = !step.ParentSpanID.IsZero()
		}
		at := len(t.Rows)
		t.Rows = append(t.Rows, row)
		t.rowOf[step.SpanID] = at
		mark := len(stack)
		for c := l.first[p.step]; c >= 0; c = l.next[c] {
			stack = append(stack, place{c, at})
		}
		slices.Reverse(stack[mark:])
	}
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
