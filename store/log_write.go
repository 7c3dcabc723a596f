package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// LogRecord is a log record that belongs to a span, which may be stored already
// or yet to come.
type LogRecord struct {
	ProjectID trace.ProjectID
	TraceID   trace.TraceID
	SpanID    trace.SpanID
	Time      time.Time
	// Digest tells the record from all others of its span; one that is stored
	// already is not stored again.
	Digest [16]byte
	// Content is what the LogJoiner reads; the store does not.
	Content []byte
	// IsRefused is set by WriteTraces where the span has as many records as are
	// kept, see MaxSpanLogs.
	IsRefused bool
}

// LogJoiner adds to an observation what the log records of its span say and
// reports whether it changed. The records stand in order of time. It changes
// nothing but bodies, messages, arguments and result, finish reasons, status
// message, exception and warnings, and always does the same with the same.
type LogJoiner func(o trace.Observation, contents [][]byte) (bool, error)

// Bounds of what is kept of one span's records. What an observation can hold is
// less.
const (
	MaxSpanLogs     = 1000
	MaxSpanLogBytes = 16 << 20
)

// maxJoinBytes bounds the records that are in memory to be joined at a time.
const maxJoinBytes = 64 << 20

// maxJoinSpans bounds the stored spans whose bodies are.
const maxJoinSpans = 64

// logMark is what is known of a span's records.
type logMark struct {
	records int32
	bytes   int64
	hasBase bool
	// isNew says that the batch brought some.
	isNew bool
	// base is to be stored.
	base *unjoined
}

// logSpans collects spans as the columns of their key.
type logSpans struct {
	projects []int64
	traces   [][16]byte
	spans    []int64
}

func (s *logSpans) add(key traceKey, span trace.SpanID) {
	s.projects, s.traces, s.spans = append(s.projects, int64(key.project)), append(s.traces, key.trace), append(s.spans, span.Ordinal())
}

// addLogs sorts the records of a batch to their traces.
func addLogs(byKey map[traceKey]*traceGroup, logs []*LogRecord) {
	for _, record := range logs {
		key := traceKey{record.ProjectID, record.TraceID}
		group := byKey[key]
		if group == nil {
			group = &traceGroup{key: key, bySp: map[trace.SpanID]trace.Observation{}}
			byKey[key] = group
		}
		if group.logs == nil {
			group.logs = map[trace.SpanID][]*LogRecord{}
		}
		group.logs[record.SpanID] = append(group.logs[record.SpanID], record)
	}
}

// readMarks finds which spans of the batch have records. It is the one statement
// that all batches of an organization pay for once it sends logs at all.
func (b *traceBatch) readMarks(ctx context.Context, tx pgx.Tx) error {
	var want logSpans
	byKey := make(map[traceKey]*traceGroup, len(b.groups))
	for _, group := range b.groups {
		byKey[group.key] = group
		for _, id := range group.spans {
			want.add(group.key, id)
		}
		for id := range group.logs {
			if _, isSpan := group.bySp[id]; !isSpan {
				want.add(group.key, id)
			}
		}
	}
	rows, err := tx.Query(ctx, `SELECT s.project_id, s.trace_id, s.span_id, s.records, s.bytes, s.base_start_time IS NOT NULL
		FROM unnest($1::bigint[], $2::uuid[], $3::bigint[]) AS want (project_id, trace_id, span_id)
		JOIN log_span s ON s.project_id = want.project_id AND s.trace_id = want.trace_id AND s.span_id = want.span_id`,
		want.projects, want.traces, want.spans)
	if err != nil {
		return fmt.Errorf("look for log records: %w", err)
	}
	var project, span int64
	var id [16]byte
	var mark logMark
	_, err = pgx.ForEachRow(rows, []any{&project, &id, &span, &mark.records, &mark.bytes, &mark.hasBase}, func() error {
		read := mark
		byKey[traceKey{trace.ProjectID(project), id}].marks[trace.SpanIDFromOrdinal(span)] = &read
		return nil
	})
	if err != nil {
		return fmt.Errorf("look for log records: %w", err)
	}
	return nil
}

// keepLogs stores the records of the batch that are new, up to the bounds of
// their spans. The locks of the batch keep others from doing the same.
func (b *traceBatch) keepLogs(ctx context.Context, tx pgx.Tx) error {
	known, err := b.readDigests(ctx, tx)
	if err != nil {
		return err
	}
	var rows [][]any
	for _, group := range b.groups {
		for _, span := range sortedSpans(group.logs) {
			for _, record := range group.logs[span] {
				record.IsRefused = false
				id := logDigest{group.key, span, record.Digest}
				if _, isKnown := known[id]; isKnown {
					continue
				}
				mark := group.marks[span]
				if mark == nil {
					mark = &logMark{}
					group.marks[span] = mark
				}
				if mark.records >= MaxSpanLogs || mark.bytes+int64(len(record.Content)) > MaxSpanLogBytes {
					record.IsRefused = true
					continue
				}
				known[id] = struct{}{}
				rows = append(rows, []any{int64(group.key.project), [16]byte(group.key.trace), span.Ordinal(), record.Digest,
					unixNanos(record.Time), mark.records, record.Content})
				mark.records, mark.bytes, mark.isNew = mark.records+1, mark.bytes+int64(len(record.Content)), true
			}
		}
	}
	if len(rows) == 0 {
		return nil
	}
	_, err = tx.CopyFrom(ctx, pgx.Identifier{"log_record"},
		[]string{"project_id", "trace_id", "span_id", "digest", "time", "place", "content"}, pgx.CopyFromRows(rows))
	if err != nil {
		return fmt.Errorf("keep log records: %w", err)
	}
	return nil
}

func sortedSpans[T any](bySpan map[trace.SpanID]T) []trace.SpanID {
	ids := make([]trace.SpanID, 0, len(bySpan))
	for id := range bySpan {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, trace.SpanID.Compare)
	return ids
}

type logDigest struct {
	trace  traceKey
	span   trace.SpanID
	digest [16]byte
}

// readDigests lists the records that are kept for the spans of the batch's
// records.
func (b *traceBatch) readDigests(ctx context.Context, tx pgx.Tx) (map[logDigest]struct{}, error) {
	var want logSpans
	for _, group := range b.groups {
		for span := range group.logs {
			if group.marks[span] != nil {
				want.add(group.key, span)
			}
		}
	}
	known := map[logDigest]struct{}{}
	if len(want.spans) == 0 {
		return known, nil
	}
	rows, err := tx.Query(ctx, `SELECT r.project_id, r.trace_id, r.span_id, r.digest
		FROM unnest($1::bigint[], $2::uuid[], $3::bigint[]) AS want (project_id, trace_id, span_id)
		JOIN log_record r ON r.project_id = want.project_id AND r.trace_id = want.trace_id AND r.span_id = want.span_id`,
		want.projects, want.traces, want.spans)
	if err != nil {
		return nil, fmt.Errorf("read the kept log records: %w", err)
	}
	var project, span int64
	var id, digest [16]byte
	_, err = pgx.ForEachRow(rows, []any{&project, &id, &span, &digest}, func() error {
		known[logDigest{traceKey{trace.ProjectID(project), id}, trace.SpanIDFromOrdinal(span), digest}] = struct{}{}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the kept log records: %w", err)
	}
	return known, nil
}

// writeMarks stores what changed about the spans' records.
func (b *traceBatch) writeMarks(ctx context.Context, tx pgx.Tx) error {
	var marks, bases logSpans
	var counts, flags []int32
	var sizes, starts []int64
	var inputs, outputs, details, reasons []*string
	for _, group := range b.groups {
		for _, span := range sortedSpans(group.marks) {
			mark := group.marks[span]
			if mark.isNew {
				marks.add(group.key, span)
				counts, sizes = append(counts, mark.records), append(sizes, mark.bytes)
			}
			if u := mark.base; u != nil {
				bases.add(group.key, span)
				starts, flags, reasons = append(starts, u.startTime), append(flags, u.flags), append(reasons, joinReasons(u.finishReasons))
				inputs, outputs, details = append(inputs, u.input), append(outputs, u.output), append(details, &u.detail)
			}
		}
	}
	queue := &pgx.Batch{}
	if len(marks.spans) > 0 {
		queue.Queue(`INSERT INTO log_span (project_id, trace_id, span_id, received_at, records, bytes)
			SELECT project_id, trace_id, span_id, $4::bigint, records, bytes
			FROM unnest($1::bigint[], $2::uuid[], $3::bigint[], $5::int[], $6::bigint[]) AS mark (project_id, trace_id, span_id, records, bytes)
			ON CONFLICT (project_id, trace_id, span_id) DO UPDATE
			SET received_at = excluded.received_at, records = excluded.records, bytes = excluded.bytes`,
			marks.projects, marks.traces, marks.spans, b.receivedAt, counts, sizes)
	}
	if len(bases.spans) > 0 {
		queue.Queue(`UPDATE log_span s SET base_start_time = base.start_time, base_flags = base.flags, base_input = base.input,
				base_output = base.output, base_detail = base.detail, base_finish_reasons = string_to_array(base.reasons, ',')
			FROM unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::bigint[], $5::int[], $6::text[], $7::text[], $8::text[], $9::text[])
				AS base (project_id, trace_id, span_id, start_time, flags, input, output, detail, reasons)
			WHERE s.project_id = base.project_id AND s.trace_id = base.trace_id AND s.span_id = base.span_id`,
			bases.projects, bases.traces, bases.spans, starts, flags, inputs, outputs, details, reasons)
	}
	if queue.Len() == 0 {
		return nil
	}
	if err := tx.SendBatch(ctx, queue).Close(); err != nil {
		return fmt.Errorf("note the log records: %w", err)
	}
	return nil
}
