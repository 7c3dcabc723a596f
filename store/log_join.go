package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// errLargeJoin says that the log records of a batch's spans would take too much
// memory; the batch is to be split.
var errLargeJoin = errors.New("too many log records to join at once")

// unjoined is the part of an observation's rows that log records change, as it
// was before any did.
type unjoined struct {
	startTime     int64
	flags         int32
	input, output *string
	detail        string
	finishReasons []string
}

func unjoinedOf(o trace.Observation) *unjoined {
	body := encodeBody(o, nil)
	u := &unjoined{startTime: body.StartTime, flags: body.Flags, input: body.Input, output: body.Output, detail: body.Detail}
	if g, ok := o.(*trace.Generation); ok {
		u.finishReasons = slices.Clone(g.FinishReasons)
	}
	return u
}

// restore gives an observation that part back.
func (u *unjoined) restore(o trace.Observation) error {
	var d bodyDetail
	if err := json.Unmarshal([]byte(u.detail), &d); err != nil {
		return fmt.Errorf("read the detail of observation %s: %w", o.Core().SpanID, err)
	}
	d.apply(o)
	if g, ok := o.(*trace.Generation); ok {
		g.FinishReasons = u.finishReasons
		messages := readBody{flags: u.flags, input: u.input, output: u.output}
		if err := messages.applyMessages(g); err != nil {
			return err
		}
	}
	c := o.Core()
	c.Input = payloadOf(u.input, nil, u.flags, bodyInputJSON, bodyInputTruncated)
	c.Output = payloadOf(u.output, nil, u.flags, bodyOutputJSON, bodyOutputTruncated)
	return nil
}

// joinFresh joins the records of the spans that the batch writes, before they
// are written.
func (b *traceBatch) joinFresh(ctx context.Context, tx pgx.Tx) error {
	var want logSpans
	var bytes int64
	for _, group := range b.groups {
		for _, o := range group.fresh {
			if mark := group.marks[o.Core().SpanID]; mark != nil && mark.records > 0 {
				want.add(group.key, o.Core().SpanID)
				bytes += mark.bytes
			}
		}
	}
	switch {
	case len(want.spans) == 0 || b.tenant.store.joinLogs == nil:
		return nil
	case bytes > maxJoinBytes && b.observations > 1:
		return errLargeJoin
	}
	contents, err := readLogs(ctx, tx, &want)
	if err != nil {
		return err
	}
	for _, group := range b.groups {
		for _, o := range group.fresh {
			id := o.Core().SpanID
			records := contents[spanOf{group.key, id}]
			if len(records) == 0 {
				continue
			}
			before := unjoinedOf(o)
			changed, err := b.tenant.store.joinLogs(o, records)
			if err != nil {
				return err
			}
			if changed {
				group.bases[id], group.marks[id].base = before, before
			} else if group.marks[id].hasBase { // that of the report which is replaced
				group.marks[id].base = before
			}
		}
	}
	return nil
}

// restoreFresh undoes what an attempt joined that was rolled back.
func (g *traceGroup) restoreFresh() error {
	for id, base := range g.bases {
		if err := base.restore(g.bySp[id]); err != nil {
			return err
		}
	}
	g.bases = map[trace.SpanID]*unjoined{}
	return nil
}

// spanOf names a span of an organization.
type spanOf struct {
	trace traceKey
	span  trace.SpanID
}

// readLogs reads the records of spans, those of each in order of time.
func readLogs(ctx context.Context, tx pgx.Tx, want *logSpans) (map[spanOf][][]byte, error) {
	rows, err := tx.Query(ctx, `SELECT r.project_id, r.trace_id, r.span_id, r.content
		FROM unnest($1::bigint[], $2::uuid[], $3::bigint[]) AS want (project_id, trace_id, span_id)
		JOIN log_record r ON r.project_id = want.project_id AND r.trace_id = want.trace_id AND r.span_id = want.span_id
		ORDER BY r.time, r.place`, want.projects, want.traces, want.spans)
	if err != nil {
		return nil, fmt.Errorf("read log records: %w", err)
	}
	contents := map[spanOf][][]byte{}
	var project, span int64
	var id [16]byte
	var content []byte
	_, err = pgx.ForEachRow(rows, []any{&project, &id, &span, &content}, func() error {
		key := spanOf{traceKey{trace.ProjectID(project), id}, trace.SpanIDFromOrdinal(span)}
		contents[key] = append(contents[key], slices.Clone(content))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read log records: %w", err)
	}
	return contents, nil
}

// steppedJoin is what a join changes about a stored step.
type steppedJoin struct {
	hasInput, hasOutput bool
}

// joinStored joins the batch's new records to spans that are stored already and
// stay, a bounded number at a time.
func (b *traceBatch) joinStored(ctx context.Context, tx pgx.Tx) error {
	if b.tenant.store.joinLogs == nil {
		return nil
	}
	var want logSpans
	var starts []int64
	var bytes int64
	flush := func() error {
		if len(want.spans) == 0 {
			return nil
		}
		err := b.joinSome(ctx, tx, &want, starts)
		want, starts, bytes = logSpans{}, nil, 0
		return err
	}
	for _, group := range b.groups {
		rewritten := make(map[trace.SpanID]bool, len(group.fresh))
		for _, o := range group.fresh {
			rewritten[o.Core().SpanID] = true
		}
		for _, id := range sortedSpans(group.logs) {
			at, isStored := group.place(id)
			if mark := group.marks[id]; !isStored || rewritten[id] || mark == nil || !mark.isNew {
				continue
			}
			if len(want.spans) == maxJoinSpans || bytes > maxJoinBytes {
				if err := flush(); err != nil {
					return err
				}
			}
			want.add(group.key, id)
			starts = append(starts, group.known.steps[at].startTime)
			bytes += group.marks[id].bytes
		}
	}
	return flush()
}

// storedSpan is an observation as stored, with the part that records change as
// it is and as it was.
type storedSpan struct {
	observationRow
	now, base unjoined
	baseStart *int64
	baseFlags *int32
	baseText  *string
}

func (s *storedSpan) targets() []any {
	return append(s.observationRow.targets(), &s.now.flags, &s.now.input, &s.now.output, &s.now.detail,
		&s.baseStart, &s.baseFlags, &s.base.input, &s.base.output, &s.baseText, &s.base.finishReasons)
}

// joinSome joins the records of some stored spans.
func (b *traceBatch) joinSome(ctx context.Context, tx pgx.Tx, want *logSpans, starts []int64) error {
	contents, err := readLogs(ctx, tx, want)
	if err != nil {
		return err
	}
	stored, err := queryAll(ctx, tx, "read the spans of log records", scanRow[storedSpan], `SELECT `+observationSelect("o")+`, b.flags, b.input, b.output, b.detail,
			s.base_start_time, s.base_flags, s.base_input, s.base_output, s.base_detail, s.base_finish_reasons
		FROM unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::bigint[]) AS want (project_id, trace_id, span_id, start_time)
		JOIN observation o ON o.project_id = want.project_id AND o.trace_id = want.trace_id AND o.span_id = want.span_id AND o.start_time = want.start_time
		JOIN observation_body b ON b.project_id = want.project_id AND b.trace_id = want.trace_id AND b.span_id = want.span_id AND b.start_time = want.start_time
		LEFT JOIN log_span s ON s.project_id = want.project_id AND s.trace_id = want.trace_id AND s.span_id = want.span_id
		WHERE o.start_time BETWEEN $5 AND $6 AND b.start_time BETWEEN $5 AND $6`,
		want.projects, want.traces, want.spans, starts, slices.Min(starts), slices.Max(starts))
	if err != nil {
		return err
	}
	byKey := make(map[traceKey]*traceGroup, len(b.groups))
	for _, group := range b.groups {
		byKey[group.key] = group
	}
	var changes joinChanges
	for _, row := range stored {
		group := byKey[traceKey{trace.ProjectID(row.ProjectID), row.TraceID}]
		id := trace.SpanIDFromOrdinal(row.SpanID)
		if err := b.joinOne(group, row, contents[spanOf{group.key, id}], &changes); err != nil {
			return err
		}
	}
	return changes.write(ctx, tx)
}

// joinChanges are the new columns of joined observations.
type joinChanges struct {
	logSpans
	starts                []int64
	flags, bodyFlags      []int32
	reasons               []*string
	inputs, outputs, text []*string
}

func (c *joinChanges) add(key traceKey, row *storedSpan, flags int32, after *unjoined) {
	c.logSpans.add(key, trace.SpanIDFromOrdinal(row.SpanID))
	c.starts, c.flags, c.bodyFlags = append(c.starts, row.StartTime), append(c.flags, flags), append(c.bodyFlags, after.flags)
	c.reasons = append(c.reasons, joinReasons(after.finishReasons))
	c.inputs, c.outputs, c.text = append(c.inputs, after.input), append(c.outputs, after.output), append(c.text, &after.detail)
}

// joinReasons writes a list of finish reasons, which are words without commas,
// for a column of an unnested list; nil for none.
func joinReasons(reasons []string) *string {
	if len(reasons) == 0 {
		return nil
	}
	text := strings.Join(reasons, ",")
	return &text
}

func (c *joinChanges) write(ctx context.Context, tx pgx.Tx) error {
	if len(c.spans) == 0 {
		return nil
	}
	queue := &pgx.Batch{}
	first, last := slices.Min(c.starts), slices.Max(c.starts)
	queue.Queue(`UPDATE observation o SET flags = want.flags, finish_reasons = string_to_array(want.reasons, ',')
		FROM unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::bigint[], $7::int[], $8::text[]) AS want (project_id, trace_id, span_id, start_time, flags, reasons)
		WHERE o.project_id = want.project_id AND o.trace_id = want.trace_id AND o.span_id = want.span_id AND o.start_time = want.start_time
			AND o.start_time BETWEEN $5 AND $6`,
		c.projects, c.traces, c.spans, c.starts, first, last, c.flags, c.reasons)
	queue.Queue(`UPDATE observation_body o SET flags = want.flags, input = want.input, output = want.output, detail = want.detail
		FROM unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::bigint[], $7::int[], $8::text[], $9::text[], $10::text[])
			AS want (project_id, trace_id, span_id, start_time, flags, input, output, detail)
		WHERE o.project_id = want.project_id AND o.trace_id = want.trace_id AND o.span_id = want.span_id AND o.start_time = want.start_time
			AND o.start_time BETWEEN $5 AND $6`,
		c.projects, c.traces, c.spans, c.starts, first, last, c.bodyFlags, c.inputs, c.outputs, c.text)
	if err := tx.SendBatch(ctx, queue).Close(); err != nil {
		return fmt.Errorf("join log records: %w", err)
	}
	return nil
}

// joinOne joins all records of a stored span to it as it was before any.
func (b *traceBatch) joinOne(group *traceGroup, row *storedSpan, records [][]byte, changes *joinChanges) error {
	row.now.startTime, row.now.finishReasons = row.StartTime, row.FinishReasons
	before, isBase := &row.now, false
	if row.baseStart != nil && *row.baseStart == row.StartTime && row.baseFlags != nil && row.baseText != nil {
		row.base.startTime, row.base.flags, row.base.detail = *row.baseStart, *row.baseFlags, *row.baseText
		before, isBase = &row.base, true
	}
	o := row.observation()
	if err := before.restore(o); err != nil {
		return err
	}
	if _, err := b.tenant.store.joinLogs(o, records); err != nil {
		return err
	}
	after := unjoinedOf(o)
	const traceBits = bodyTraceInputJSON | bodyTraceInputTruncated | bodyTraceOutputJSON | bodyTraceOutputTruncated
	after.flags = row.now.flags&traceBits | after.flags&^traceBits
	if after.equals(&row.now) {
		return nil
	}
	id := trace.SpanIDFromOrdinal(row.SpanID)
	if !isBase {
		group.marks[id].base = before
	}
	flags := row.Flags &^ (flagHasInput | flagHasOutput)
	join := steppedJoin{hasInput: after.input != nil, hasOutput: after.output != nil}
	if join.hasInput {
		flags |= flagHasInput
	}
	if join.hasOutput {
		flags |= flagHasOutput
	}
	group.joins[id] = join
	changes.add(group.key, row, flags, after)
	return nil
}

func (u *unjoined) equals(other *unjoined) bool {
	return u.flags == other.flags && u.detail == other.detail && nilToEmpty(u.input) == nilToEmpty(other.input) &&
		nilToEmpty(u.output) == nilToEmpty(other.output) && slices.Equal(u.finishReasons, other.finishReasons)
}

// apply gives a stored step what a join changed.
func (j steppedJoin) apply(step *storedStep) {
	step.HasInput, step.HasOutput = j.hasInput, j.hasOutput
	step.flags &^= flagHasInput | flagHasOutput
	if j.hasInput {
		step.flags |= flagHasInput
	}
	if j.hasOutput {
		step.flags |= flagHasOutput
	}
}
