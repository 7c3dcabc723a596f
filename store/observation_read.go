package store

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// PayloadPart says how much of a payload to read.
type PayloadPart int

// Parts of a payload; a positive number is the beginning, of about so many
// characters.
const (
	NoPayload    PayloadPart = 0
	WholePayload PayloadPart = -1
)

// ObservationFields says what of an observation to read beyond its row.
type ObservationFields struct {
	// Detail covers everything that is shown and never filtered: messages,
	// documents, arguments, exception, events and so on.
	Detail     bool
	Input      PayloadPart
	Output     PayloadPart
	Attributes bool
	Metadata   bool
	Resource   bool
	// StepCount fills Agent.StepCount.
	StepCount bool
}

func (f ObservationFields) body() bool {
	return f.Detail || f.Input != NoPayload || f.Output != NoPayload || f.Attributes || f.Metadata || f.Resource
}

// ObservationQuery selects a page of observations.
type ObservationQuery struct {
	Filter *trace.ObservationFilter
	// Order is newest first where nil.
	Order *trace.Order
	Page  PageRequest
	// Within restricts to one trace, ParentOf to the children of one of its
	// observations.
	Within   *trace.Trace
	ParentOf *trace.SpanID
	Fields   ObservationFields
}

// Observations reads a page of a project's observations. A fault of the filter
// is a *trace.FilterError.
func (t Tenant) Observations(ctx context.Context, p *Project, q ObservationQuery) (*Page[trace.Observation], error) {
	b := newSQLBuilder(time.Now())
	where := "o.project_id = " + b.arg(int64(p.ProjectID)) + b.retained("o.start_time", p)
	identity := []any{p.ProjectID, q.Filter, q.Order}
	if q.Within != nil {
		where += b.within("o", q.Within)
		identity = append(identity, q.Within.TraceID)
	}
	if q.ParentOf != nil {
		where += " AND o.parent_span_id = " + b.arg(q.ParentOf.Ordinal())
		identity = append(identity, *q.ParentOf)
	}
	if q.Filter != nil {
		if err := q.Filter.Validate(); err != nil {
			return nil, err
		}
		where += " AND " + b.observationFilter(q.Filter, "o")
	}
	order := orderOf(q.Order)
	keys, position := observationOrder(order.Field)
	l := keysetList[*observationRow, trace.Observation]{
		tenant: t, columns: observationSelect("o"), from: "observation o", where: where, builder: b,
		keys: keys, descending: order.Direction == trace.Descending, identity: identity,
		scan: scanObservationRow, position: position, parse: parseIDCursor,
		finish: func(ctx context.Context, tx pgx.Tx, rows []*observationRow) ([]trace.Observation, error) {
			return finishObservations(ctx, tx, rows, q.Fields)
		},
	}
	page, err := l.fetch(ctx, q.Page)
	if err != nil {
		return nil, fmt.Errorf("list observations: %w", err)
	}
	return page, nil
}

var observationOrders = map[trace.OrderField]orderKey[*observationRow]{
	trace.OrderDuration: {"coalesce(o.end_time - o.start_time, 0)", func(r *observationRow) int64 {
		if r.EndTime == nil {
			return 0
		}
		return *r.EndTime - r.StartTime
	}},
	trace.OrderTotalTokens: {"coalesce(o.total_tokens, 0)", func(r *observationRow) int64 { return intOrZero(r.usage.Total) }},
	trace.OrderCost:        {"coalesce(o.cost, 0)", func(r *observationRow) int64 { return intOrZero(r.cost.Total) }},
}

// observationOrder returns the keys of an order: the field, then the start,
// then the id.
func observationOrder(field trace.OrderField) (keys []string, position func(*observationRow) []any) {
	return orderKeys(observationOrders, field, []string{"o.start_time", "o.span_id", "o.trace_id"}, func(r *observationRow) []any {
		return []any{r.StartTime, r.SpanID, trace.TraceID(r.TraceID).String()}
	})
}

func intOrZero(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// ObservationRef names an observation and the time span in which to look for
// it; a zero span is searched everywhere.
type ObservationRef struct {
	Key      trace.SpanKey
	From, To time.Time
}

// RefWithin is the reference to a span of a known trace.
func RefWithin(tr *trace.Trace, id trace.SpanID) ObservationRef {
	return ObservationRef{Key: trace.SpanKey{TraceID: tr.TraceID, SpanID: id}, From: tr.StartedAt, To: tr.LastStart}
}

// ObservationsByRef reads observations of a project by their ids, all in one
// statement; those that do not exist are missing from the result.
func (t Tenant) ObservationsByRef(ctx context.Context, p *Project, refs []ObservationRef, fields ObservationFields) (map[trace.SpanKey]trace.Observation, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	b := newSQLBuilder(time.Now())
	traces, spans := make([][16]byte, len(refs)), make([]int64, len(refs))
	first, last, isBounded := int64(math.MaxInt64), int64(math.MinInt64), true
	for i, ref := range refs {
		traces[i], spans[i] = ref.Key.TraceID, ref.Key.SpanID.Ordinal()
		if ref.To.IsZero() {
			isBounded = false
			continue
		}
		first, last = min(first, unixNanos(ref.From)), max(last, unixNanos(ref.To))
	}
	sql := "SELECT " + observationSelect("o") + " FROM unnest(" + b.arg(traces) + "::uuid[], " + b.arg(spans) + "::bigint[]) AS want (trace_id, span_id)" +
		" JOIN observation o ON o.trace_id = want.trace_id AND o.span_id = want.span_id" +
		" WHERE o.project_id = " + b.arg(int64(p.ProjectID)) + b.retained("o.start_time", p)
	if isBounded {
		sql += " AND o.start_time BETWEEN " + b.arg(first) + " AND " + b.arg(last)
	}
	var found []trace.Observation
	err := t.read(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, sql, b.args...)
		if err != nil {
			return err
		}
		read, err := pgx.CollectRows(rows, scanObservationRow)
		if err != nil {
			return err
		}
		found, err = finishObservations(ctx, tx, read, fields)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read observations: %w", err)
	}
	byKey := make(map[trace.SpanKey]trace.Observation, len(found))
	for _, o := range found {
		byKey[o.Core().Key()] = o
	}
	return byKey, nil
}

// MaxTreeRows bounds the observations of one trace that are read at once.
const MaxTreeRows = 100_000

// TraceSteps reads all steps of a trace, without bodies, at most MaxTreeRows.
func (t Tenant) TraceSteps(ctx context.Context, p *Project, tr *trace.Trace) ([]trace.Step, error) {
	rows, err := t.traceRows(ctx, p, tr, MaxTreeRows, nil)
	if err != nil {
		return nil, err
	}
	steps := make([]trace.Step, len(rows))
	for i, row := range rows {
		steps[i] = row.step()
	}
	return steps, nil
}

// TraceObservations reads the observations of a trace by start, at most limit.
func (t Tenant) TraceObservations(ctx context.Context, p *Project, tr *trace.Trace, limit int, fields ObservationFields) ([]trace.Observation, error) {
	var observations []trace.Observation
	_, err := t.traceRows(ctx, p, tr, limit, func(tx pgx.Tx, rows []*observationRow) (err error) {
		observations, err = finishObservations(ctx, tx, rows, fields)
		return err
	})
	return observations, err
}

func (t Tenant) traceRows(ctx context.Context, p *Project, tr *trace.Trace, limit int, then func(pgx.Tx, []*observationRow) error) ([]*observationRow, error) {
	b := newSQLBuilder(time.Now())
	sql := "SELECT " + observationSelect("o") + " FROM observation o WHERE o.project_id = " + b.arg(int64(p.ProjectID)) +
		b.retained("o.start_time", p) + b.within("o", tr) + " ORDER BY o.start_time, o.span_id LIMIT " + b.arg(limit)
	var found []*observationRow
	err := t.read(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, sql, b.args...)
		if err != nil {
			return err
		}
		if found, err = pgx.CollectRows(rows, scanObservationRow); err != nil || then == nil {
			return err
		}
		return then(tx, found)
	})
	if err != nil {
		return nil, fmt.Errorf("read the trace: %w", err)
	}
	return found, nil
}

// finishObservations makes the typed values and reads what was asked for
// beyond the rows, in at most two statements however many rows there are.
func finishObservations(ctx context.Context, tx pgx.Tx, rows []*observationRow, fields ObservationFields) ([]trace.Observation, error) {
	observations := make([]trace.Observation, len(rows))
	for i, row := range rows {
		observations[i] = row.observation()
	}
	if len(rows) == 0 {
		return observations, nil
	}
	if fields.body() {
		if err := readBodies(ctx, tx, rows, observations, fields); err != nil {
			return nil, err
		}
	}
	if fields.StepCount {
		if err := readStepCounts(ctx, tx, rows, observations); err != nil {
			return nil, err
		}
	}
	return observations, nil
}

type bodyKey struct {
	trace [16]byte
	span  int64
}

// readBodies fills in the bodies of observations of one project.
func readBodies(ctx context.Context, tx pgx.Tx, rows []*observationRow, observations []trace.Observation, fields ObservationFields) error {
	traces, spans, starts := make([][16]byte, len(rows)), make([]int64, len(rows)), make([]int64, len(rows))
	at := make(map[bodyKey]int, len(rows))
	for i, row := range rows {
		traces[i], spans[i], starts[i] = row.TraceID, row.SpanID, row.StartTime
		at[bodyKey{row.TraceID, row.SpanID}] = i
	}
	detail, attributes, metadata := "NULL::text", "NULL::text", "NULL::text"
	if fields.Detail {
		detail = "b.detail"
	}
	if fields.Attributes {
		attributes = "b.attributes::text"
	}
	if fields.Metadata {
		metadata = "b.metadata"
	}
	// Where messages are the payload, the detail cannot be had without it.
	input, output := payloadColumn("b.input", fields.Input), payloadColumn("b.output", fields.Output)
	if fields.Detail {
		input = "CASE WHEN b.flags & " + strconv.Itoa(bodyInputIsMessages) + " <> 0 THEN b.input ELSE " + input + " END"
		output = "CASE WHEN b.flags & " + strconv.Itoa(bodyOutputIsMessages) + " <> 0 THEN b.output ELSE " + output + " END"
	}
	resource, join := "NULL::text", ""
	if fields.Resource {
		resource, join = "r.attributes", " LEFT JOIN resource r ON r.project_id = b.project_id AND r.resource_id = b.resource_id"
	}
	found, err := tx.Query(ctx, `SELECT b.trace_id, b.span_id, b.flags, `+input+`, octet_length(b.input), `+output+`, octet_length(b.output),
			b.query, `+metadata+`, `+attributes+`, `+detail+`, `+resource+`
		FROM unnest($2::uuid[], $3::bigint[], $4::bigint[]) AS want (trace_id, span_id, start_time)
		JOIN observation_body b ON b.trace_id = want.trace_id AND b.span_id = want.span_id AND b.start_time = want.start_time`+join+`
		WHERE b.project_id = $1 AND b.start_time BETWEEN $5 AND $6`,
		rows[0].ProjectID, traces, spans, starts, slices.Min(starts), slices.Max(starts))
	if err != nil {
		return fmt.Errorf("read bodies: %w", err)
	}
	var b readBody
	_, err = pgx.ForEachRow(found, b.targets(), func() error {
		i, ok := at[bodyKey{b.trace, b.span}]
		if !ok {
			return nil
		}
		return b.apply(observations[i], fields)
	})
	if err != nil {
		return fmt.Errorf("read bodies: %w", err)
	}
	return nil
}

// previewMargin is how many characters are read beyond a preview: white space is
// folded in it, and of a conversation it shows what stands behind the system's
// message.
const previewMargin = 4096

// payloadColumn selects a payload or its beginning.
func payloadColumn(column string, part PayloadPart) string {
	switch {
	case part == NoPayload:
		return "NULL::text"
	case part == WholePayload:
		return column
	default:
		return "left(" + column + ", " + strconv.Itoa(int(part)*2+previewMargin) + ")"
	}
}

// readBody is a row of observation_body as read: only the wanted columns.
type readBody struct {
	trace                                                        [16]byte
	span                                                         int64
	flags                                                        int32
	input, output, query, metadata, attributes, detail, resource *string
	inputSize, outputSize                                        *int32
}

func (b *readBody) targets() []any {
	return []any{&b.trace, &b.span, &b.flags, &b.input, &b.inputSize, &b.output, &b.outputSize,
		&b.query, &b.metadata, &b.attributes, &b.detail, &b.resource}
}

func (b *readBody) apply(o trace.Observation, fields ObservationFields) error {
	c := o.Core()
	c.Metadata, c.RawAttributes, c.Resource = jsonOf(b.metadata), jsonOf(b.attributes), jsonOf(b.resource)
	if b.detail != nil {
		var d bodyDetail
		if err := json.Unmarshal([]byte(*b.detail), &d); err != nil {
			return fmt.Errorf("read the detail of observation %s: %w", c.SpanID, err)
		}
		d.apply(o)
	}
	switch o := o.(type) {
	case *trace.Retrieval:
		o.Query = copyOf(b.query)
	case *trace.Reranking:
		o.Query = copyOf(b.query)
	case *trace.Generation:
		if fields.Detail {
			if err := b.applyMessages(o); err != nil {
				return err
			}
		}
	}
	if fields.Input != NoPayload {
		c.Input = payloadOf(b.input, b.inputSize, b.flags, bodyInputJSON, bodyInputTruncated)
	}
	if fields.Output != NoPayload {
		c.Output = payloadOf(b.output, b.outputSize, b.flags, bodyOutputJSON, bodyOutputTruncated)
	}
	return nil
}

func (b *readBody) applyMessages(g *trace.Generation) error {
	if b.flags&bodyInputIsMessages != 0 && b.input != nil {
		if err := json.Unmarshal([]byte(*b.input), &g.Messages); err != nil {
			return fmt.Errorf("read the messages of observation %s: %w", g.SpanID, err)
		}
	}
	if b.flags&bodyOutputIsMessages != 0 && b.output != nil {
		if err := json.Unmarshal([]byte(*b.output), &g.Completion); err != nil {
			return fmt.Errorf("read the completion of observation %s: %w", g.SpanID, err)
		}
	}
	return nil
}

func jsonOf(text *string) trace.JSON {
	if text == nil {
		return nil
	}
	return trace.JSON(*text)
}

func copyOf(s *string) *string {
	if s == nil {
		return nil
	}
	c := *s
	return &c
}

// readStepCounts counts the direct children of agents.
func readStepCounts(ctx context.Context, tx pgx.Tx, rows []*observationRow, observations []trace.Observation) error {
	var traces [][16]byte
	var spans []int64
	agents := map[bodyKey]*trace.Agent{}
	for i, o := range observations {
		if agent, ok := o.(*trace.Agent); ok {
			traces, spans = append(traces, rows[i].TraceID), append(spans, rows[i].SpanID)
			agents[bodyKey{rows[i].TraceID, rows[i].SpanID}] = agent
		}
	}
	if len(agents) == 0 {
		return nil
	}
	found, err := tx.Query(ctx, `SELECT want.trace_id, want.span_id, count(*)
		FROM unnest($2::uuid[], $3::bigint[]) AS want (trace_id, span_id)
		JOIN trace t ON t.project_id = $1 AND t.trace_id = want.trace_id
		JOIN observation c ON c.project_id = $1 AND c.trace_id = want.trace_id AND c.parent_span_id = want.span_id
			AND c.start_time BETWEEN t.start_time AND t.last_start AND c.type <> `+strconv.Itoa(int(trace.TypeEvent))+`
		GROUP BY 1, 2`, rows[0].ProjectID, traces, spans)
	if err != nil {
		return fmt.Errorf("count steps: %w", err)
	}
	var key bodyKey
	var n int
	_, err = pgx.ForEachRow(found, []any{&key.trace, &key.span, &n}, func() error {
		agents[key].StepCount = n
		return nil
	})
	if err != nil {
		return fmt.Errorf("count steps: %w", err)
	}
	return nil
}
