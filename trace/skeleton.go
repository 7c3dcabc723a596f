package trace

import "time"

// Bits of Skeleton.Flags, as the GraphQL schema tells them.
const (
	FlagOrphan = 1 << iota
	FlagError
	FlagRunning
	FlagWrapper
	FlagRoot
	FlagDuplicate
)

// Skeleton is a tree as parallel lists, one entry a row; only Names has an entry
// a name.
type Skeleton struct {
	// IDs are the global ids of the observations.
	IDs []string
	// Parent is the row of the parent, -1 at the top.
	Parent []int
	// Types and Status are the numbers of ObservationType and Status.
	Types []int
	// Name is the index into Names, where each name stands once.
	Name   []int
	Names  []string
	Status []int
	// StartUs counts from the trace's first start, DurationUs is nil while the
	// observation runs; both are microseconds.
	StartUs    []int64
	DurationUs []*int64
	// Tokens and CostNanos are the observation's own; nil is unknown.
	Tokens    []*int64
	CostNanos []*int64
	// Flags are bits such as FlagOrphan.
	Flags []int
}

func microseconds(nanos int64) int64 { return time.Duration(nanos).Microseconds() }

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
		k.StartUs[i] = microseconds(step.StartNanos - begin)
		if step.Status != StatusRunning {
			us := microseconds(step.EndNanos - step.StartNanos)
			k.DurationUs[i] = &us
		}
		if step.Usage != nil {
			k.Tokens[i] = step.Usage.TotalTokens
		}
		if step.Cost != nil && step.Cost.Total != nil {
			nanos := int64(*step.Cost.Total)
			k.CostNanos[i] = &nanos
		}
		k.Flags[i] = t.flags(i)
		if i == root {
			k.Flags[i] |= FlagRoot
		}
	}
	return k
}

// flags are the skeleton flags of a row but FlagRoot.
func (t *Tree) flags(row int) int {
	r, flags := &t.Rows[row], 0
	for _, flag := range [...]struct {
		bit   int
		isSet bool
	}{
		{FlagOrphan, r.IsOrphan}, {FlagWrapper, r.IsWrapper}, {FlagDuplicate, r.IsDuplicate},
		{FlagError, t.Steps[r.Step].Status == StatusError}, {FlagRunning, t.Steps[r.Step].Status == StatusRunning},
	} {
		if flag.isSet {
			flags |= flag.bit
		}
	}
	return flags
}
