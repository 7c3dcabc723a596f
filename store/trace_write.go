package store

import (
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
// writer on a new trace.
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
// Only a batch whose spans have more records waiting than fit in memory takes
// several transactions: of it a part may be committed where an error returns, and
// to write it once more completes it.
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
		if errors.Is(err, errLargeJoin) {
			return t.writeHalves(ctx, w)
		}
		if !errors.Is(err, errConcurrentTrace) && !isUniqueViolation(err) {
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
	stored     []storedStep
	indexed    map[trace.SpanID]int
	marks      map[trace.SpanID]*logMark

	// What the batch makes of it.
	fresh    []trace.Observation
	replaced []storedStep
	joins    map[trace.SpanID]steppedJoin // stored spans that log records changed
	merged   []storedStep
	summary  *trace.Trace
	tree     *trace.Tree
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

// unionEvents adds the events of another report of the same span.
func unionEvents(c *trace.Common, others []trace.SpanEvent) {
	for _, event := range others {
		same := func(e trace.SpanEvent) bool { return e.Name == event.Name && e.Time.Equal(event.Time) }
		if !slices.ContainsFunc(c.Events, same) {
			c.Events = append(c.Events, event)
		}
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
		b.lockTraces, b.readLogs, b.readSteps, b.merge, b.joinFresh, b.joinStored, b.writeObservations, b.writeMarks, b.writeSummaries,
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
		group.revision, group.stored = 0, nil
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
		if steps, ok := b.tenant.store.steps.get(group.key, group.revision); ok {
			group.stored = steps
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
		group.stored = append(group.stored, storedStep{Step: row.step(), startTime: row.StartTime, flags: row.Flags, isFinished: row.EndTime != nil})
	}
	return nil
}

// merge decides what of the batch is new, what replaces a stored span and what
// is known already.
func (b *traceBatch) merge(ctx context.Context, tx pgx.Tx) error {
	for _, group := range b.groups {
		group.fresh, group.replaced = nil, nil
		group.indexed = make(map[trace.SpanID]int, len(group.stored))
		for i := range group.stored {
			group.indexed[group.stored[i].SpanID] = i
		}
		var replacing []trace.Observation
		for _, id := range group.spans {
			o := group.bySp[id]
			at, known := group.indexed[id]
			if !known {
				group.fresh = append(group.fresh, o)
				continue
			}
			old := &group.stored[at]
			if supersedes(o.Core(), old.EndNanos, old.isFinished, int(old.flags>>attributeCountShift)) {
				replacing = append(replacing, o)
				group.replaced = append(group.replaced, *old)
			}
		}
		if err := b.keepOldEvents(ctx, tx, group, replacing); err != nil {
			return err
		}
		group.fresh = append(group.fresh, replacing...)
	}
	return nil
}

// keepOldEvents unites the events of replaced spans with those of their
// replacements.
func (b *traceBatch) keepOldEvents(ctx context.Context, tx pgx.Tx, group *traceGroup, replacing []trace.Observation) error {
	for i, o := range replacing {
		old := group.replaced[i]
		var detail string
		err := tx.QueryRow(ctx, `SELECT detail FROM observation_body WHERE project_id = $1 AND trace_id = $2 AND span_id = $3 AND start_time = $4`,
			int64(group.key.project), [16]byte(group.key.trace), old.SpanID.Ordinal(), old.startTime).Scan(&detail)
		if errors.Is(err, pgx.ErrNoRows) {
			continue
		}
		var d bodyDetail
		if err == nil {
			err = json.Unmarshal([]byte(detail), &d)
		}
		if err != nil {
			return fmt.Errorf("read a stored span: %w", err)
		}
		unionEvents(o.Core(), d.Events)
	}
	return nil
}

// isChanged reports whether the batch changes the trace.
func (g *traceGroup) isChanged() bool { return len(g.fresh) > 0 || len(g.joins) > 0 }

// sum arranges the stored and the new steps as a tree and derives the trace.
func (g *traceGroup) sum(receivedAt int64) {
	g.merged = make([]storedStep, 0, len(g.stored)+len(g.fresh))
	gone := make(map[trace.SpanID]bool, len(g.replaced))
	for i := range g.replaced {
		gone[g.replaced[i].SpanID] = true
	}
	for i := range g.stored {
		if gone[g.stored[i].SpanID] {
			continue
		}
		step := g.stored[i]
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
	g.summary = g.tree.Summarize()
	g.summary.ProjectID, g.summary.TraceID, g.summary.ExternalTraceID = g.key.project, g.key.trace, g.externalID
	g.summary.LastArrival = fromNanos(receivedAt)
}

// usageFlags are the tree's verdict on a step's usage as bits of
// observation.flags.
func usageFlags(row trace.TreeRow) int32 {
	var flags int32
	if row.IsCounted {
		flags |= flagCounted
	}
	if row.IsWrapper {
		flags |= flagWrapper
	}
	return flags
}

// writeObservations sums up each trace anew, removes what is replaced, appends what is new and corrects
// the usage flags of stored steps that the new ones change.
func (b *traceBatch) writeObservations(ctx context.Context, tx pgx.Tx) error {
	var observations []observationRow
	var bodies []bodySource
	var flips flagFlips
	b.resources = map[resourceKey]string{}
	queue := &pgx.Batch{}
	for _, group := range b.groups {
		if !group.isChanged() {
			continue
		}
		group.sum(b.receivedAt)
		for i := range group.replaced {
			old := &group.replaced[i]
			for _, table := range []string{"observation", "observation_body"} {
				queue.Queue(`DELETE FROM `+table+` WHERE project_id = $1 AND trace_id = $2 AND span_id = $3 AND start_time = $4`,
					int64(group.key.project), [16]byte(group.key.trace), old.SpanID.Ordinal(), old.startTime)
			}
		}
		kept := len(group.merged) - len(group.fresh)
		for i, o := range group.fresh {
			row := encodeObservation(o)
			verdict, _ := group.tree.Row(o.Core().SpanID)
			row.Flags |= usageFlags(verdict)
			group.merged[kept+i].flags = row.Flags
			observations, bodies = append(observations, row), append(bodies, bodySource{o, b.resource(o.Core())})
		}
		for i := range group.merged[:kept] {
			step := &group.merged[i]
			verdict, _ := group.tree.Row(step.SpanID)
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
	if len(observations) == 0 {
		return nil
	}
	err := copyRows(ctx, tx.Conn(), "observation", observationColumns, len(observations), func(i int, row *copyRow) { observations[i].appendTo(row) })
	if err != nil {
		return fmt.Errorf("append spans: %w", err)
	}
	err = copyRows(ctx, tx.Conn(), "observation_body", bodyColumns, len(bodies), func(i int, row *copyRow) {
		body := encodeBody(bodies[i].observation, bodies[i].resource)
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
		queue.Queue(upsertScore, row.values()...)
	}
	if err := tx.SendBatch(ctx, queue).Close(); err != nil {
		return fmt.Errorf("write scores: %w", err)
	}
	return nil
}

// remember keeps, after the commit, what the next batch may need.
func (b *traceBatch) remember() {
	for _, group := range b.groups {
		if group.isChanged() {
			for i := len(group.merged) - len(group.fresh); i < len(group.merged); i++ {
				group.merged[i].Step = group.merged[i].Clone()
			}
			b.tenant.store.steps.put(group.key, group.revision+1, group.merged)
		} else if group.revision > 0 {
			b.tenant.store.steps.put(group.key, group.revision, group.stored)
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
