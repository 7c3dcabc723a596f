package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// TraceFields says what of a trace to read beyond its row.
type TraceFields struct {
	Input  PayloadPart
	Output PayloadPart
}

// TraceQuery selects a page of traces.
type TraceQuery struct {
	Filter *trace.TraceFilter
	// Order is newest first where nil.
	Order  *trace.Order
	Page   PageRequest
	Fields TraceFields
}

// Traces reads a page of a project's traces. A fault of the filter is a
// *trace.FilterError.
func (t Tenant) Traces(ctx context.Context, p *Project, q TraceQuery) (*Page[*trace.Trace], error) {
	l, err := t.traceList(p, q)
	if err != nil {
		return nil, err
	}
	page, err := l.fetch(ctx, q.Page)
	if err != nil {
		return nil, fmt.Errorf("list traces: %w", err)
	}
	return page, nil
}

// TracesOfEachSession reads a page of the traces of each session, all in one
// statement; the pages stand in the order of the sessions.
func (t Tenant) TracesOfEachSession(ctx context.Context, p *Project, sessions []string, q TraceQuery) ([]*Page[*trace.Trace], error) {
	list, err := t.traceList(p, q)
	if err != nil {
		return nil, err
	}
	list.where += " AND t.session_id = want.session_id"
	l := listOfEach[*traceRow, *trace.Trace]{
		keysetList: *list, want: wantTable(list.builder.arg(sessions)+"::text[]", "session_id"), parents: len(sessions),
		identityOf: func(i int) any { return []any{list.identity, sessions[i]} },
	}
	pages, err := l.fetch(ctx, q.Page)
	if err != nil {
		return nil, fmt.Errorf("list traces: %w", err)
	}
	return pages, nil
}

func (t Tenant) traceList(p *Project, q TraceQuery) (*keysetList[*traceRow, *trace.Trace], error) {
	b := newSQLBuilder(time.Now())
	bounds, within := b.sliceBy("t", true)
	where := "t.project_id = " + b.arg(int64(p.ProjectID)) + b.retained("t.start_time", p) + within
	if q.Filter != nil {
		if err := q.Filter.Validate(); err != nil {
			return nil, err
		}
		where += " AND " + b.traceFilter(q.Filter, "t")
	}
	order := orderOf(q.Order)
	keys, position := traceOrder(order.Field)
	now := unixNanos(b.now)
	var slice *slicing
	if b.readsPartitions {
		slice = &bounds
	}
	return &keysetList[*traceRow, *trace.Trace]{
		tenant: t, columns: traceSelect("t"), from: "trace t", where: where, builder: b,
		keys: keys, descending: order.Direction == trace.Descending, identity: []any{p.ProjectID, q.Filter, q.Order}, slice: slice,
		scan: scanRow[traceRow], position: position, parse: parseIDCursor,
		finish: func(ctx context.Context, tx pgx.Tx, rows []*traceRow) ([]*trace.Trace, error) {
			return finishTraces(ctx, tx, rows, now, q.Fields)
		},
	}, nil
}

var traceOrders = map[trace.OrderField]orderKey[*traceRow]{
	trace.OrderDuration:    {"(t.end_time - t.start_time)", func(r *traceRow) int64 { return r.EndTime - r.StartTime }},
	trace.OrderTotalTokens: {"coalesce(t.total_tokens, 0)", func(r *traceRow) int64 { return intOrZero(r.usage.Total) }},
	trace.OrderCost:        {"coalesce(t.cost, 0)", func(r *traceRow) int64 { return intOrZero(r.cost.Total) }},
}

// traceOrder returns the keys of an order: the field, then the start, then the id.
func traceOrder(field trace.OrderField) (keys []string, position func(*traceRow) []any) {
	return orderKeys(traceOrders, field, []string{"t.start_time", "t.trace_id"}, func(r *traceRow) []any {
		return []any{r.StartTime, trace.TraceID(r.TraceID).String()}
	})
}

// TracesByID reads traces of a project by their ids in one statement; those
// that do not exist are missing from the result.
func (t Tenant) TracesByID(ctx context.Context, p *Project, ids []trace.TraceID, fields TraceFields) (map[trace.TraceID]*trace.Trace, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	keys := make([][16]byte, len(ids))
	for i, id := range ids {
		keys[i] = id
	}
	b := newSQLBuilder(time.Now())
	sql := "SELECT " + traceSelect("t") + " FROM trace t WHERE t.project_id = " + b.arg(int64(p.ProjectID)) +
		" AND t.trace_id = ANY(" + b.arg(keys) + "::uuid[])" + b.retained("t.start_time", p)
	var found []*trace.Trace
	err := t.read(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, sql, b.args...)
		if err != nil {
			return err
		}
		read, err := pgx.CollectRows(rows, scanRow[traceRow])
		if err != nil {
			return err
		}
		found, err = finishTraces(ctx, tx, read, unixNanos(time.Now()), fields)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read traces: %w", err)
	}
	byID := make(map[trace.TraceID]*trace.Trace, len(found))
	for _, tr := range found {
		byID[tr.TraceID] = tr
	}
	return byID, nil
}

// Trace reads one trace; ErrNotFound where it does not exist.
func (t Tenant) Trace(ctx context.Context, p *Project, id trace.TraceID, fields TraceFields) (*trace.Trace, error) {
	found, err := t.TracesByID(ctx, p, []trace.TraceID{id}, fields)
	if err != nil {
		return nil, err
	}
	if tr, ok := found[id]; ok {
		return tr, nil
	}
	return nil, ErrNotFound
}

// finishTraces makes the values and reads the bodies that were asked for, in at
// most one statement.
func finishTraces(ctx context.Context, tx pgx.Tx, rows []*traceRow, now int64, fields TraceFields) ([]*trace.Trace, error) {
	traces := make([]*trace.Trace, len(rows))
	byID := make(map[[16]byte]*trace.Trace, len(rows))
	var ids [][16]byte
	var spans []int64
	var firsts, lasts []int64
	for i, row := range rows {
		traces[i] = row.trace(now)
		byID[row.TraceID] = traces[i]
		want := map[int64]bool{}
		if fields.Input != NoPayload && row.InputSpanID != nil {
			want[*row.InputSpanID] = true
		}
		if fields.Output != NoPayload && row.OutputSpanID != nil {
			want[*row.OutputSpanID] = true
		}
		for span := range want {
			ids, spans = append(ids, row.TraceID), append(spans, span)
			firsts, lasts = append(firsts, row.StartTime), append(lasts, row.LastStart)
		}
	}
	if len(ids) == 0 {
		return traces, nil
	}
	columns := []contentColumn{payloadColumn("coalesce(b.trace_input, b.input)", fields.Input), payloadColumn("coalesce(b.trace_output, b.output)", fields.Output)}
	sql := contentSelect(`b.trace_id, b.span_id, b.flags, octet_length(coalesce(b.trace_input, b.input)), b.trace_input IS NOT NULL,
			octet_length(coalesce(b.trace_output, b.output)), b.trace_output IS NOT NULL`, columns, `
		SELECT b.* FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[]) AS want (trace_id, span_id, first_start, last_start)
		JOIN observation_body b ON b.trace_id = want.trace_id AND b.span_id = want.span_id AND b.start_time BETWEEN want.first_start AND want.last_start
		WHERE b.project_id = $1 AND b.start_time BETWEEN $6 AND $7`, "$8")
	found, err := tx.Query(ctx, sql, rows[0].ProjectID, ids, spans, firsts, lasts, slices.Min(firsts), slices.Max(lasts), OperationOf(ctx).contentLeft())
	if err != nil {
		return nil, fmt.Errorf("read trace bodies: %w", err)
	}
	var id [16]byte
	var span int64
	var flags int32
	var input, output *string
	var inputSize, outputSize *int32
	var ownInput, ownOutput bool
	var content contentRow
	_, err = pgx.ForEachRow(found, []any{&id, &span, &flags, &inputSize, &ownInput, &outputSize, &ownOutput, &content.size, &content.fits, &input, &output}, func() error {
		if err := content.count(ctx); err != nil {
			return err
		}
		tr := byID[id]
		if tr.InputSpanID == trace.SpanIDFromOrdinal(span) {
			tr.Input = tracePayload(input, inputSize, flags, ownInput, bodyTraceInputJSON, bodyInputJSON)
		}
		if tr.OutputSpanID == trace.SpanIDFromOrdinal(span) {
			tr.Output = tracePayload(output, outputSize, flags, ownOutput, bodyTraceOutputJSON, bodyOutputJSON)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read trace bodies: %w", err)
	}
	return traces, nil
}

// tracePayload rebuilds a trace's payload: its own, or that of an observation.
// The bit for truncation follows the one for JSON.
func tracePayload(content *string, size *int32, flags int32, own bool, ownFlag, otherFlag int32) *trace.Payload {
	if own {
		otherFlag = ownFlag
	}
	return payloadOf(content, size, flags, otherFlag, otherFlag<<1)
}
