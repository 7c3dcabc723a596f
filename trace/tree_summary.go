package trace

import (
	"encoding/json"
	"maps"
	"slices"
	"time"
)

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

// addUp fills in what is counted, summed or spans over all steps.
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
	tr.Services = slices.AppendSeq(tr.Services, maps.Keys(services))
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
			name = stronger(name, c.Name)
		}
		user, session = stronger(user, c.UserID), stronger(session, c.SessionID)
		release, version = stronger(release, c.Release), stronger(version, c.Version)
		for _, tag := range c.Tags {
			tags[tag] = struct{}{}
		}
		addMissing(metadata, c.Metadata)
	}
	if c := t.Steps[rootStep].Claims; c != nil {
		addMissing(metadata, c.RootMetadata)
	}
	if name == nil && t.Steps[rootStep].Name != "" {
		name = &Claim{Value: t.Steps[rootStep].Name}
	}
	tr.Name, tr.UserID, tr.SessionID, tr.Release, tr.Version = name.text(), user.text(), session.text(), release.text(), version.text()
	tr.Tags = slices.AppendSeq(tr.Tags, maps.Keys(tags))
	slices.Sort(tr.Tags)
	if len(metadata) > 0 {
		tr.Metadata = EncodeJSON(metadata)
	}
}

// placeBodies finds the observations whose input and output stand for the
// trace's: an explicit one, else the root's, else those of the first agent,
// chain or generation below a plain root.
func (t *Tree) placeBodies(tr *Trace, rootRow int) {
	root := &t.Steps[t.Rows[rootRow].Step]
	tr.InputSpanID = t.bodyOf(rootRow, root, func(s *Step) (bool, bool) { return s.HasTraceInput, s.HasInput })
	tr.OutputSpanID = t.bodyOf(rootRow, root, func(s *Step) (bool, bool) { return s.HasTraceOutput, s.HasOutput })
}

// bodyOf is placeBodies for one of the two; has tells whether a step gives one
// for the trace, and whether it has one of its own.
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
