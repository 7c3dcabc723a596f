package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// TraceWrite is a batch of one organization: whole or partial traces of any of
// its projects, in any order, new or sent again.
type TraceWrite struct {
	Observations []trace.Observation
	Scores       []*trace.Score
	// Logs are records of spans, which need not be part of the batch.
	Logs []*LogRecord
	// Evaluations are scores of generations, which need not be either.
	Evaluations []*Evaluation
	// ReceivedAt is when the batch arrived.
	ReceivedAt time.Time
}

// maxWriteAttempts bounds how often a batch is repeated that met another
// writer.
const maxWriteAttempts = 10

// errConcurrentTrace says that another writer created one of the batch's traces
// first; the batch is to be repeated.
var errConcurrentTrace = errors.New("another writer created the trace")

// WriteTraces stores a batch in one transaction. When it returns without an
// error the batch is committed; else nothing of it is.
//
// A span that is stored already is replaced where the new report ends later, or
// ends alike and has more attributes; an identical report changes nothing. The
// partitions for all start times must exist, see EnsureWeeks. Observations may
// be changed in place.
//
// A span and its log records are joined by whichever is stored second, so that
// the observation is as if the records had been part of the span; see joinLocks.
// Only a batch whose spans have more records waiting, or whose traces have more
// claims, than fit in memory takes several transactions: of it a part may be
// committed where an error returns, and to write it once more completes it.
func (t Tenant) WriteTraces(ctx context.Context, w TraceWrite) error {
	if len(w.Observations) == 0 && len(w.Scores) == 0 && len(w.Logs) == 0 && len(w.Evaluations) == 0 {
		return nil
	}
	groups := groupByTrace(w)
	locks := locksOf(groups, w.Evaluations)
	var err error
	for range maxWriteAttempts {
		batch := &traceBatch{tenant: t, receivedAt: unixNanos(w.ReceivedAt), groups: groups, observations: len(w.Observations),
			scores: w.Scores, evaluations: w.Evaluations}
		err = t.writeLocked(ctx, locks.sql(t.state.id), func(tx pgx.Tx) error { return batch.run(ctx, tx) })
		if err == nil {
			batch.remember()
			return nil
		}
		if errors.Is(err, errLargeJoin) || errors.Is(err, errLargeClaims) {
			return t.writeHalves(ctx, w)
		}
		if !errors.Is(err, errConcurrentTrace) && !isUniqueViolation(err) && !isConcurrency(err) {
			break
		}
	}
	return fmt.Errorf("write traces: %w", err)
}

// writeHalves stores a batch in two.
func (t Tenant) writeHalves(ctx context.Context, w TraceWrite) error {
	first, second := w, TraceWrite{Observations: w.Observations[len(w.Observations)/2:], ReceivedAt: w.ReceivedAt}
	first.Observations = w.Observations[:len(w.Observations)/2]
	if err := t.WriteTraces(ctx, first); err != nil {
		return err
	}
	return t.WriteTraces(ctx, second)
}

// traceGroup is what a batch holds of one trace.
type traceGroup struct {
	key  traceKey
	bySp map[trace.SpanID]trace.Observation
	// spans keeps the order of arrival.
	spans []trace.SpanID
	logs  map[trace.SpanID][]*LogRecord
	// bases are the observations of bySp as they were before the last attempt
	// joined log records to them.
	bases map[trace.SpanID]*unjoined

	// What is stored, filled in under the row's lock.
	revision   int32 // 0: the trace is new
	externalID string
	firstStart int64
	lastStart  int64
	known      *storedTrace
	indexed    map[trace.SpanID]int // nil where known has it
	marks      map[trace.SpanID]*logMark

	// What the batch makes of it.
	fresh    []trace.Observation
	replaced []storedStep
	joins    map[trace.SpanID]steppedJoin // stored spans that log records changed
	summary  *trace.Trace
	// Either the new steps only add to the tree, or it is built anew of all steps,
	// the new ones behind the stored.
	added    []storedStep
	addition *trace.GrowthAddition
	merged   []storedStep
	tree     *trace.Tree
}

// place returns where a span stands among the stored steps.
func (g *traceGroup) place(id trace.SpanID) (int, bool) {
	if g.indexed == nil && g.known.growth != nil {
		return g.known.growth.Place(id)
	}
	at, ok := g.indexed[id]
	return at, ok
}

// groupByTrace sorts the batch by trace, so that all writers lock in one order,
// and settles spans that the batch holds twice.
func groupByTrace(w TraceWrite) []*traceGroup {
	byKey := map[traceKey]*traceGroup{}
	for _, o := range w.Observations {
		c := o.Core()
		key := traceKey{c.ProjectID, c.TraceID}
		group := byKey[key]
		if group == nil {
			group = &traceGroup{key: key, bySp: map[trace.SpanID]trace.Observation{}}
			byKey[key] = group
		}
		if c.ExternalTraceID != "" {
			group.externalID = c.ExternalTraceID
		}
		other, twice := group.bySp[c.SpanID]
		if !twice {
			group.spans = append(group.spans, c.SpanID)
			group.bySp[c.SpanID] = o
			continue
		}
		if supersedes(c, endNanos(other.Core()), other.Core().EndedAt != nil, other.Core().AttributeCount) {
			group.bySp[c.SpanID] = o
			unionEvents(c, other.Core().Events)
		} else {
			unionEvents(other.Core(), c.Events)
		}
	}
	addLogs(byKey, w.Logs)
	return slices.SortedFunc(maps.Values(byKey), func(a, b *traceGroup) int {
		return cmp.Or(cmp.Compare(a.key.project, b.key.project), a.key.trace.Compare(b.key.trace))
	})
}

func endNanos(c *trace.Common) int64 {
	if c.EndedAt == nil {
		return unixNanos(c.StartedAt)
	}
	return unixNanos(*c.EndedAt)
}

// supersedes reports whether a report of a span replaces another one of it.
func supersedes(c *trace.Common, end int64, isFinished bool, attributes int) bool {
	if finished := c.EndedAt != nil; finished != isFinished {
		return finished
	}
	if mine := endNanos(c); mine != end {
		return mine > end
	}
	return min(c.AttributeCount, maxAttributeCount) > attributes
}

// unionEvents adds the events of another report of the same span, as far as the
// bounds of one report go.
func unionEvents(c *trace.Common, others []trace.SpanEvent) {
	if len(others) == 0 {
		return
	}
	type eventKey struct {
		name  string
		nanos int64
	}
	key := func(e *trace.SpanEvent) eventKey { return eventKey{e.Name, unixNanos(e.Time)} }
	known, bytes := make(map[eventKey]struct{}, len(c.Events)+len(others)), 0
	for i := range c.Events {
		known[key(&c.Events[i])] = struct{}{}
		bytes += c.Events[i].Bytes()
	}
	for i := range others {
		if _, isKnown := known[key(&others[i])]; isKnown {
			continue
		}
		bytes += others[i].Bytes()
		if len(c.Events) >= trace.MaxSpanEvents || bytes > trace.MaxSpanEventBytes {
			if !slices.Contains(c.Warnings, trace.WarningTooManyEvents) {
				c.Warnings = append(slices.Clone(c.Warnings), trace.WarningTooManyEvents)
			}
			return
		}
		known[key(&others[i])] = struct{}{}
		c.Events = append(c.Events, others[i])
	}
}

// traceBatch is one attempt at a TraceWrite.
type traceBatch struct {
	tenant     Tenant
	receivedAt int64
	groups     []*traceGroup
	resources  map[resourceKey]string
	// observations is how many the batch holds.
	observations int
	scores       []*trace.Score
	evaluations  []*Evaluation
	// resolved are scores of evaluations whose generation is stored.
	resolved []*trace.Score
	// hasLogs and hasEvaluations say whether the organization has any.
	hasLogs, hasEvaluations bool
}

func (b *traceBatch) run(ctx context.Context, tx pgx.Tx) error {
	steps := []func(context.Context, pgx.Tx) error{
		b.lockTraces, b.readLogs, b.readSteps, b.merge, b.joinFresh, b.joinStored, b.sum, b.writeObservations, b.writeMarks, b.writeSummaries,
	}
	if len(b.groups) == 0 {
		steps = nil
	}
	for _, step := range append(steps, b.writeEvaluations, b.writeScores) {
		if err := step(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// lockTraces takes the rows of the traces that exist, in the order of the
// groups. In the same round trip it asks whether the organization has any log
// records or evaluations waiting.
func (b *traceBatch) lockTraces(ctx context.Context, tx pgx.Tx) error {
	projects, traces := make([]int64, len(b.groups)), make([][16]byte, len(b.groups))
	byKey := make(map[traceKey]*traceGroup, len(b.groups))
	for i, group := range b.groups {
		projects[i], traces[i] = int64(group.key.project), group.key.trace
		byKey[group.key] = group
		group.revision, group.known = 0, &storedTrace{}
		group.marks, group.joins = map[trace.SpanID]*logMark{}, map[trace.SpanID]steppedJoin{}
		if err := group.restoreFresh(); err != nil {
			return err
		}
	}
	queue := &pgx.Batch{}
	queue.Queue(`SELECT t.project_id, t.trace_id, t.revision, coalesce(t.external_id, ''), t.start_time, t.last_start
		FROM trace t WHERE (t.project_id, t.trace_id) IN (SELECT * FROM unnest($1::bigint[], $2::uuid[]))
		ORDER BY t.project_id, t.trace_id FOR UPDATE`, projects, traces)
	queue.Queue(`SELECT EXISTS (SELECT FROM log_span), EXISTS (SELECT FROM evaluation)`)
	results := tx.SendBatch(ctx, queue)
	defer func() { _ = results.Close() }()
	rows, err := results.Query()
	if err != nil {
		return fmt.Errorf("lock the traces: %w", err)
	}
	var project, first, last int64
	var id [16]byte
	var revision int32
	var external string
	_, err = pgx.ForEachRow(rows, []any{&project, &id, &revision, &external, &first, &last}, func() error {
		group := byKey[traceKey{trace.ProjectID(project), id}]
		group.revision, group.firstStart, group.lastStart = revision, first, last
		if external != "" {
			group.externalID = external
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("lock the traces: %w", err)
	}
	if err := results.QueryRow().Scan(&b.hasLogs, &b.hasEvaluations); err != nil {
		return fmt.Errorf("look for log records: %w", err)
	}
	if err := results.Close(); err != nil {
		return fmt.Errorf("lock the traces: %w", err)
	}
	return nil
}

// readLogs finds the log records of the batch's spans and keeps those that it
// brings.
func (b *traceBatch) readLogs(ctx context.Context, tx pgx.Tx) error {
	if b.hasLogs {
		if err := b.readMarks(ctx, tx); err != nil {
			return err
		}
	}
	return b.keepLogs(ctx, tx)
}

// readSteps fetches the steps of traces that were written before, from the
// cache where it is current.
func (b *traceBatch) readSteps(ctx context.Context, tx pgx.Tx) error {
	var projects, firsts, lasts []int64
	var traces [][16]byte
	unread := map[traceKey]*traceGroup{}
	for _, group := range b.groups {
		if group.revision == 0 {
			continue
		}
		if known, ok := b.tenant.store.steps.get(group.key, group.revision); ok {
			group.known = known
			continue
		}
		unread[group.key] = group
		projects, traces = append(projects, int64(group.key.project)), append(traces, group.key.trace)
		firsts, lasts = append(firsts, group.firstStart), append(lasts, group.lastStart)
	}
	if len(unread) == 0 {
		return nil
	}
	rows, err := tx.Query(ctx, `SELECT `+observationSelect("o")+`
		FROM unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::bigint[]) AS want (project_id, trace_id, first_start, last_start)
		JOIN observation o ON o.project_id = want.project_id AND o.trace_id = want.trace_id
			AND o.start_time BETWEEN want.first_start AND want.last_start
		WHERE o.start_time BETWEEN $5 AND $6`, projects, traces, firsts, lasts, slices.Min(firsts), slices.Max(lasts))
	if err != nil {
		return fmt.Errorf("read the stored spans: %w", err)
	}
	stored, err := pgx.CollectRows(rows, scanObservationRow)
	if err != nil {
		return fmt.Errorf("read the stored spans: %w", err)
	}
	for _, row := range stored {
		group := unread[traceKey{trace.ProjectID(row.ProjectID), row.TraceID}]
		step := storedStep{Step: row.step(), startTime: row.StartTime, flags: row.Flags, isFinished: row.EndTime != nil}
		group.known.steps = append(group.known.steps, step)
		group.known.bytes += step.bytes()
	}
	return nil
}

// merge decides what of the batch is new, what replaces a stored span and what
// is known already.
func (b *traceBatch) merge(ctx context.Context, tx pgx.Tx) error {
	replacing := map[spanOf]trace.Observation{}
	var want logSpans
	var starts []int64
	for _, group := range b.groups {
		group.fresh, group.replaced, group.indexed = nil, nil, nil
		if group.known.growth == nil {
			group.indexed = make(map[trace.SpanID]int, len(group.known.steps))
			for i := range group.known.steps {
				group.indexed[group.known.steps[i].SpanID] = i
			}
		}
		var replacements []trace.Observation
		for _, id := range group.spans {
			o := group.bySp[id]
			at, known := group.place(id)
			if !known {
				group.fresh = append(group.fresh, o)
				continue
			}
			old := &group.known.steps[at]
			if supersedes(o.Core(), old.EndNanos, old.isFinished, int(old.flags>>attributeCountShift)) {
				replacements = append(replacements, o)
				group.replaced = append(group.replaced, *old)
				replacing[spanOf{group.key, id}] = o
				want.add(group.key, id)
				starts = append(starts, old.startTime)
			}
		}
		group.fresh = append(group.fresh, replacements...)
	}
	return keepOldEvents(ctx, tx, replacing, &want, starts)
}

// keepOldEvents unites the events of replaced spans with those of their
// replacements.
func keepOldEvents(ctx context.Context, tx pgx.Tx, replacing map[spanOf]trace.Observation, want *logSpans, starts []int64) error {
	if len(starts) == 0 {
		return nil
	}
	rows, err := tx.Query(ctx, `SELECT b.project_id, b.trace_id, b.span_id, b.detail
		FROM unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::bigint[]) AS want (project_id, trace_id, span_id, start_time)
		JOIN observation_body b ON b.project_id = want.project_id AND b.trace_id = want.trace_id AND b.span_id = want.span_id AND b.start_time = want.start_time
		WHERE b.start_time BETWEEN $5 AND $6 AND position('"events":' IN b.detail) > 0`,
		want.projects, want.traces, want.spans, starts, slices.Min(starts), slices.Max(starts))
	if err != nil {
		return fmt.Errorf("read replaced spans: %w", err)
	}
	var project, span int64
	var id [16]byte
	var detail []byte
	_, err = pgx.ForEachRow(rows, []any{&project, &id, &span, &detail}, func() error {
		var d struct {
			Events []trace.SpanEvent `json:"events"`
		}
		if err := json.Unmarshal(detail, &d); err != nil {
			return err
		}
		unionEvents(replacing[spanOf{traceKey{trace.ProjectID(project), id}, trace.SpanIDFromOrdinal(span)}].Core(), d.Events)
		return nil
	})
	if err != nil {
		return fmt.Errorf("read replaced spans: %w", err)
	}
	return nil
}

// isChanged reports whether the batch changes the trace.
func (g *traceGroup) isChanged() bool { return len(g.fresh) > 0 || len(g.joins) > 0 }

// sum arranges the stored and the new steps of each trace as a tree and derives
// the trace.
func (b *traceBatch) sum(ctx context.Context, tx pgx.Tx) error {
	for _, group := range b.groups {
		group.summary, group.added, group.addition, group.merged, group.tree = nil, nil, nil, nil, nil
		if group.isChanged() && !group.grow() {
			group.build()
		}
	}
	if err := b.loadExtras(ctx, tx); err != nil {
		return err
	}
	for _, group := range b.groups {
		if !group.isChanged() {
			continue
		}
		if group.addition == nil {
			group.summary = group.tree.Summarize()
		}
		group.summary.ProjectID, group.summary.TraceID, group.summary.ExternalTraceID = group.key.project, group.key.trace, group.externalID
		group.summary.LastArrival = fromNanos(b.receivedAt)
	}
	return nil
}

// grow adds the new steps to the tree that is known, where they change nothing
// about the stored ones.
func (g *traceGroup) grow() bool {
	if g.known.growth == nil || len(g.replaced) > 0 || len(g.joins) > 0 {
		return false
	}
	steps := make([]trace.Step, len(g.fresh))
	for i, o := range g.fresh {
		steps[i] = trace.StepOf(o)
	}
	addition, ok := g.known.growth.Add(steps)
	if !ok {
		return false
	}
	g.addition, g.summary = addition, addition.Summary
	g.added = make([]storedStep, len(steps))
	for i := range steps {
		g.added[i] = storedStep{Step: steps[i], startTime: steps[i].StartNanos, isFinished: g.fresh[i].Core().EndedAt != nil}
		g.added[i].Claims = g.added[i].Claims.WithoutExtras() // an earlier step says the same
	}
	return true
}

// build arranges all steps as a tree.
func (g *traceGroup) build() {
	g.merged = make([]storedStep, 0, len(g.known.steps)+len(g.fresh))
	gone := make(map[trace.SpanID]bool, len(g.replaced))
	for i := range g.replaced {
		gone[g.replaced[i].SpanID] = true
	}
	for i := range g.known.steps {
		if gone[g.known.steps[i].SpanID] {
			continue
		}
		step := g.known.steps[i]
		if join, ok := g.joins[step.SpanID]; ok {
			join.apply(&step)
		}
		g.merged = append(g.merged, step)
	}
	for _, o := range g.fresh {
		step := trace.StepOf(o)
		g.merged = append(g.merged, storedStep{Step: step, startTime: step.StartNanos, isFinished: o.Core().EndedAt != nil})
	}
	steps := make([]trace.Step, len(g.merged))
	for i := range g.merged {
		steps[i] = g.merged[i].Step
	}
	g.tree = trace.BuildTree(steps)
}

// newStep returns what the batch makes of a new observation: the step, and the
// tree's verdict on its usage.
func (g *traceGroup) newStep(i int) (*storedStep, trace.GrowthVerdict) {
	if g.addition != nil {
		return &g.added[i], g.addition.Verdicts[i]
	}
	step := &g.merged[len(g.merged)-len(g.fresh)+i]
	row, _ := g.tree.Row(step.SpanID)
	return step, trace.GrowthVerdict{IsCounted: row.IsCounted, IsWrapper: row.IsWrapper}
}

// usageFlags are the tree's verdict on a step's usage as bits of
// observation.flags.
func usageFlags(verdict trace.GrowthVerdict) int32 {
	var flags int32
	if verdict.IsCounted {
		flags |= flagCounted
	}
	if verdict.IsWrapper {
		flags |= flagWrapper
	}
	return flags
}

// writeObservations removes what is replaced, appends what is new and corrects
// the usage flags of stored steps that the new ones change.
func (b *traceBatch) writeObservations(ctx context.Context, tx pgx.Tx) error {
	var rows newRows
	var flips flagFlips
	b.resources = map[resourceKey]string{}
	queue := &pgx.Batch{}
	for _, group := range b.groups {
		for i := range group.replaced {
			old := &group.replaced[i]
			for _, table := range []string{"observation", "observation_body"} {
				queue.Queue(`DELETE FROM `+table+` WHERE project_id = $1 AND trace_id = $2 AND span_id = $3 AND start_time = $4`,
					int64(group.key.project), [16]byte(group.key.trace), old.SpanID.Ordinal(), old.startTime)
			}
		}
		for i, o := range group.fresh {
			row := encodeObservation(o)
			step, verdict := group.newStep(i)
			row.Flags |= usageFlags(verdict)
			step.flags = row.Flags
			rows = append(rows, &newRow{row, bodySource{o, b.resource(o.Core())}})
		}
		for i := range group.merged[:max(0, len(group.merged)-len(group.fresh))] {
			step := &group.merged[i]
			row, _ := group.tree.Row(step.SpanID)
			verdict := trace.GrowthVerdict{IsCounted: row.IsCounted, IsWrapper: row.IsWrapper}
			if want := step.flags&^(flagCounted|flagWrapper) | usageFlags(verdict); want != step.flags {
				flips.add(group.key, step, want)
				step.flags = want
			}
		}
	}
	b.queueResources(queue)
	flips.queue(queue)
	if queue.Len() > 0 {
		if err := tx.SendBatch(ctx, queue).Close(); err != nil {
			return fmt.Errorf("correct the stored spans: %w", err)
		}
	}
	return rows.append(ctx, tx)
}

// newRow is a new row of both tables, which share its key.
type newRow struct {
	observationRow
	body bodySource
}

// compare orders rows by partition, then by key.
func (r *newRow) compare(other *newRow) int {
	return cmp.Or(cmp.Compare(weekOf(r.StartTime), weekOf(other.StartTime)), cmp.Compare(r.ProjectID, other.ProjectID),
		bytes.Compare(r.TraceID[:], other.TraceID[:]), cmp.Compare(r.SpanID, other.SpanID), cmp.Compare(r.StartTime, other.StartTime))
}

type newRows []*newRow

// append writes the rows in the order of their keys. Of two batches with the same
// spans one waits at the first that the other has written, until that has ended;
// were the orders to differ, each could wait for the other. The partition comes
// first since COPY collects rows and writes them partition by partition.
func (r newRows) append(ctx context.Context, tx pgx.Tx) error {
	if len(r) == 0 {
		return nil
	}
	slices.SortFunc(r, (*newRow).compare)
	err := copyRows(ctx, tx.Conn(), "observation", writtenColumns, len(r), func(i int, row *copyRow) { r[i].observationRow.appendTo(row) })
	if err != nil {
		return fmt.Errorf("append spans: %w", err)
	}
	err = copyRows(ctx, tx.Conn(), "observation_body", bodyColumns, len(r), func(i int, row *copyRow) {
		body := encodeBody(r[i].body.observation, r[i].body.resource)
		body.appendTo(row)
	})
	if err != nil {
		return fmt.Errorf("append span bodies: %w", err)
	}
	return nil
}

// bodySource is what a row of observation_body is made of.
type bodySource struct {
	observation trace.Observation
	resource    *int64
}

// flagFlips collects corrections of observation.flags.
type flagFlips struct {
	projects, spans, starts []int64
	traces                  [][16]byte
	flags                   []int32
}

func (f *flagFlips) add(key traceKey, step *storedStep, want int32) {
	f.projects, f.traces = append(f.projects, int64(key.project)), append(f.traces, key.trace)
	f.spans, f.starts = append(f.spans, step.SpanID.Ordinal()), append(f.starts, step.startTime)
	f.flags = append(f.flags, want)
}

func (f *flagFlips) queue(queue *pgx.Batch) {
	if len(f.spans) == 0 {
		return
	}
	queue.Queue(`UPDATE observation o SET flags = want.flags
		FROM unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::bigint[], $5::int[]) AS want (project_id, trace_id, span_id, start_time, flags)
		WHERE o.project_id = want.project_id AND o.trace_id = want.trace_id AND o.span_id = want.span_id AND o.start_time = want.start_time
			AND o.start_time BETWEEN $6 AND $7`,
		f.projects, f.traces, f.spans, f.starts, f.flags, slices.Min(f.starts), slices.Max(f.starts))
}

// resourceKey names the attributes of a sending process by their hash.
type resourceKey struct {
	project trace.ProjectID
	hash    int64
}

// maxKnownResources bounds what the process remembers of stored resources.
const maxKnownResources = 10_000

// resource returns the id under which the attributes of the span's process are
// kept, and notes those that may not be stored yet.
func (b *traceBatch) resource(c *trace.Common) *int64 {
	if len(c.Resource) == 0 {
		return nil
	}
	h := fnv.New64a()
	_, _ = h.Write(c.Resource)
	key := resourceKey{c.ProjectID, int64(h.Sum64())}
	b.tenant.state.mu.Lock()
	_, known := b.tenant.state.resources[key]
	b.tenant.state.mu.Unlock()
	if !known {
		b.resources[key] = string(c.Resource)
	}
	return &key.hash
}

func (b *traceBatch) queueResources(queue *pgx.Batch) {
	keys := slices.SortedFunc(maps.Keys(b.resources), func(x, y resourceKey) int {
		return cmp.Or(cmp.Compare(x.project, y.project), cmp.Compare(x.hash, y.hash))
	})
	for _, key := range keys {
		queue.Queue(`INSERT INTO resource (project_id, resource_id, attributes) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
			int64(key.project), key.hash, b.resources[key])
	}
}

// writeSummaries stores the traces and their sessions.
func (b *traceBatch) writeSummaries(ctx context.Context, tx pgx.Tx) error {
	queue := &pgx.Batch{}
	var created []traceRow
	sessions := map[sessionKey]sessionSpan{}
	for _, group := range b.groups {
		if !group.isChanged() {
			continue
		}
		row := encodeTrace(group.summary, group.revision+1)
		if group.revision == 0 {
			created = append(created, row)
		} else {
			queue.Queue(updateTrace, row.values()...)
		}
		if row.SessionID != nil {
			key := sessionKey{group.key.project, *row.SessionID}
			span, ok := sessions[key]
			if !ok {
				span = sessionSpan{row.StartTime, row.EndTime}
			}
			sessions[key] = sessionSpan{min(span.start, row.StartTime), max(span.end, row.EndTime)}
		}
	}
	if len(created) > 0 {
		err := copyRows(ctx, tx.Conn(), "trace", traceColumns, len(created), func(i int, row *copyRow) { created[i].appendTo(row) })
		if err != nil {
			if isUniqueViolation(err) {
				return errConcurrentTrace
			}
			return fmt.Errorf("create the traces: %w", err)
		}
	}
	queueSessions(queue, sessions)
	if queue.Len() == 0 {
		return nil
	}
	if err := tx.SendBatch(ctx, queue).Close(); err != nil {
		return fmt.Errorf("update the traces: %w", err)
	}
	return nil
}

// updateTrace sets every column but the key.
var updateTrace = func() string {
	sql := "UPDATE trace SET "
	for i, column := range traceColumns[2:] {
		if i > 0 {
			sql += ", "
		}
		sql += fmt.Sprintf("%s = $%d", column, i+3)
	}
	return sql + " WHERE project_id = $1 AND trace_id = $2"
}()

type sessionKey struct {
	project trace.ProjectID
	session string
}

type sessionSpan struct{ start, end int64 }

func queueSessions(queue *pgx.Batch, sessions map[sessionKey]sessionSpan) {
	if len(sessions) == 0 {
		return
	}
	keys := slices.SortedFunc(maps.Keys(sessions), func(a, b sessionKey) int {
		return cmp.Or(cmp.Compare(a.project, b.project), cmp.Compare(a.session, b.session))
	})
	projects, starts, lasts := make([]int64, len(keys)), make([]int64, len(keys)), make([]int64, len(keys))
	names := make([]string, len(keys))
	for i, key := range keys {
		span := sessions[key]
		projects[i], names[i], starts[i], lasts[i] = int64(key.project), key.session, span.start, span.end
	}
	queue.Queue(`INSERT INTO session (project_id, session_id, start_time, last_activity)
		SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[])
		ON CONFLICT (project_id, session_id) DO UPDATE SET start_time = least(session.start_time, excluded.start_time),
			last_activity = greatest(session.last_activity, excluded.last_activity)
		WHERE session.start_time > excluded.start_time OR session.last_activity < excluded.last_activity`,
		projects, names, starts, lasts)
}

// writeScores stores the scores; one with a known id is replaced.
func (b *traceBatch) writeScores(ctx context.Context, tx pgx.Tx) error {
	all := slices.Concat(b.scores, b.resolved)
	if len(all) == 0 {
		return nil
	}
	sorted := slices.SortedFunc(slices.Values(all), func(x, y *trace.Score) int {
		return cmp.Or(cmp.Compare(x.ProjectID, y.ProjectID), cmp.Compare(x.ScoreID, y.ScoreID))
	})
	queue := &pgx.Batch{}
	for _, score := range sorted {
		row := encodeScore(score)
		if err := row.check(); err != nil {
			return fmt.Errorf("write scores: %w", err)
		}
		queue.Queue(upsertScore, row.values()...)
	}
	if err := tx.SendBatch(ctx, queue).Close(); err != nil {
		return fmt.Errorf("write scores: %w", err)
	}
	return nil
}

// remembered is the trace after the commit. What is kept shares no memory with
// the request.
func (g *traceGroup) remembered() *storedTrace {
	if g.addition != nil {
		for i := range g.added {
			g.added[i].Step = g.added[i].Clone()
			g.known.bytes += g.added[i].bytes()
		}
		g.known.steps = append(g.known.steps, g.added...)
		g.known.growth.Keep(g.addition)
		return g.known
	}
	for i := len(g.merged) - len(g.fresh); i < len(g.merged); i++ {
		g.merged[i].Step = g.merged[i].Clone()
		g.tree.Steps[i] = g.merged[i].Step
	}
	known := newStoredTrace(g.merged)
	if len(g.merged) >= growthSize {
		known.growth = g.tree.Growth(g.summary, known.step)
	}
	return known
}

// remember keeps, after the commit, what the next batch may need.
func (b *traceBatch) remember() {
	for _, group := range b.groups {
		switch {
		case !group.isChanged():
			if group.revision > 0 {
				b.tenant.store.steps.put(group.key, group.revision, group.known)
			}
		default:
			b.tenant.store.steps.put(group.key, group.revision+1, group.remembered())
		}
	}
	state := b.tenant.state
	state.mu.Lock()
	defer state.mu.Unlock()
	if len(state.resources)+len(b.resources) > maxKnownResources {
		clear(state.resources)
	}
	for key := range b.resources {
		state.resources[key] = struct{}{}
	}
}
