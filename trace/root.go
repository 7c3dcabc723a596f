package trace

import "cmp"

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
