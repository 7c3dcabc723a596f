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
	cut := t.addUp(tr)
	t.settleClaims(tr, rootRow, cut)
	t.placeBodies(tr, rootRow)
	return tr
}

// addUp fills in what is counted, summed or spans over all steps. It returns what
// goes beyond a bound.
func (t *Tree) addUp(tr *Trace) (cut []string) {
	start, end := t.Steps[0].StartNanos, t.Steps[0].EndNanos
	lastStart := start
	var byType [TypeEvent + 1]int
	services := map[string]struct{}{}
	for i := range t.Rows {
		row := &t.Rows[i]
		step := &t.Steps[row.Step]
		start, end = min(start, step.StartNanos), max(end, step.EndNanos)
		lastStart = max(lastStart, step.StartNanos)
		if _, has := services[step.Service]; !has && step.Service != "" {
			if len(services) < MaxTraceServices {
				services[step.Service] = struct{}{}
			} else {
				cut = []string{"cut:services"}
			}
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
	return cut
}

// settleClaims merges what the spans say: the highest class wins, within it the
// root's value, then that of the earliest span. Tags and metadata are merged up
// to their bounds; what a bound leaves out is told with the metadata.
func (t *Tree) settleClaims(tr *Trace, rootRow int, cut []string) {
	rootStep := t.Rows[rootRow].Step
	var name, user, session, release, version *Claim
	for _, i := range t.claimOrder(rootRow) {
		c := t.Steps[i].Claims
		if c == nil {
			continue
		}
		if i == rootStep || c.Name != nil && c.Name.Class == ClaimExplicit {
			name = stronger(name, c.Name)
		}
		user, session = stronger(user, c.UserID), stronger(session, c.SessionID)
		release, version = stronger(release, c.Release), stronger(version, c.Version)
	}
	if name == nil && t.Steps[rootStep].Name != "" {
		name = &Claim{Value: t.Steps[rootStep].Name}
	}
	tr.Name, tr.UserID, tr.SessionID, tr.Release, tr.Version = name.text(), user.text(), session.text(), release.text(), version.text()
	t.mergeExtras(tr, rootStep, cut)
}

// claimOrder lists the steps that have claims: the root first, then by start.
func (t *Tree) claimOrder(rootRow int) []int {
	rootStep := t.Rows[rootRow].Step
	order := make([]int, 0, 8)
	for i := range t.Steps {
		if s := &t.Steps[i]; i != rootStep && (s.Claims != nil || s.Extras.Bytes > 0) {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return compareSteps(&t.Steps[a], &t.Steps[b]) })
	return slices.Insert(order, 0, rootStep)
}

// ExtrasCounted lists the steps whose tags and metadata the trace is made of, as
// far as MaxClaimExtrasBytes goes: the root, then by start, one of those that say
// the same. Which they are follows from Step.Extras alone, so that a caller can
// leave the others' out and fetch those that it lacks before it calls Summarize.
// The second result says whether some were left out.
func (t *Tree) ExtrasCounted() (counted []int, isCut bool) {
	counted, stop := t.countExtras()
	return counted, stop >= 0
}

// countExtras is ExtrasCounted with the first step that is left out, -1 for none.
func (t *Tree) countExtras() (counted []int, stop int) {
	hasAny := false
	for i := range t.Steps {
		if hasAny = t.Steps[i].Extras.Bytes > 0; hasAny {
			break
		}
	}
	if !hasAny {
		return nil, -1
	}
	seen, left := map[ClaimExtras]struct{}{}, MaxClaimExtrasBytes
	for _, i := range t.claimOrder(max(t.Root(), 0)) {
		extras := t.Steps[i].Extras
		if extras.Bytes == 0 {
			continue
		}
		if _, isKnown := seen[extras]; isKnown {
			continue
		}
		if left -= extras.Bytes; left < 0 {
			return counted, i
		}
		seen[extras] = struct{}{}
		counted = append(counted, i)
	}
	return counted, -1
}

// WarningsKey is the key of the trace's metadata that lists what was left out of
// the trace because it went beyond a bound.
const WarningsKey = "treeline.warnings"

// mergeExtras unites tags and metadata; cut lists what was left out already.
func (t *Tree) mergeExtras(tr *Trace, rootStep int, cut []string) {
	counted, isCut := t.ExtrasCounted()
	tags, metadata := map[string]struct{}{}, boundedMap{left: MaxTraceMetadataBytes}
	isTagsCut := isCut
	metadata.isCut = isCut
	for _, i := range counted {
		c := t.Steps[i].Claims
		if c == nil {
			continue
		}
		for _, tag := range c.Tags {
			if _, has := tags[tag]; !has && len(tags) == MaxTraceTags {
				isTagsCut = true
				break
			}
			tags[tag] = struct{}{}
		}
		metadata.add(c.Metadata)
	}
	if c := t.Steps[rootStep].Claims; c != nil {
		metadata.add(c.RootMetadata)
	}
	tr.Tags = slices.AppendSeq(tr.Tags, maps.Keys(tags))
	slices.Sort(tr.Tags)
	if metadata.isCut {
		cut = append(cut, "cut:metadata")
	}
	if isTagsCut {
		cut = append(cut, "cut:tags")
	}
	if len(cut) > 0 {
		metadata.set(WarningsKey, json.RawMessage(EncodeJSON(cut)))
	}
	if len(metadata.values) > 0 {
		tr.Metadata = EncodeJSON(metadata.values)
	}
}

// boundedMap collects values up to a size; the first of a key stays.
type boundedMap struct {
	values map[string]json.RawMessage
	left   int
	isCut  bool
}

// add takes the values in order of their keys, each that still fits.
func (b *boundedMap) add(values map[string]json.RawMessage) {
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if _, taken := b.values[key]; taken {
			continue
		}
		size := len(key) + len(values[key]) + claimEntryBytes
		if size > b.left {
			b.isCut = true
			continue
		}
		b.left -= size
		b.set(key, values[key])
	}
}

func (b *boundedMap) set(key string, value json.RawMessage) {
	if b.values == nil {
		b.values = map[string]json.RawMessage{}
	}
	b.values[key] = value
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
		if !isModelLevel(step) {
			continue
		}
		if _, own := has(step); own {
			return step.SpanID
		}
		return SpanID{}
	}
	return SpanID{}
}

// isModelLevel reports whether a step below a plain root takes part in talking to
// models, rather than in what an application does around it.
func isModelLevel(s *Step) bool {
	return s.Type == TypeAgent || s.Type == TypeChain || s.Type == TypeGeneration
}
