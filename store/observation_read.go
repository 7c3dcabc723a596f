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
	Order  *trace.Order
	Page   PageRequest
	Fields ObservationFields
}

// Observations reads a page of a project's observations. A fault of the filter
// is a *trace.FilterError.
func (t Tenant) Observations(ctx context.Context, p *Project, q ObservationQuery) (*Page[trace.Observation], error) {
	b := newSQLBuilder(time.Now())
	slice, within := b.sliceBy("o", false)
	where := "o.project_id = " + b.arg(int64(p.ProjectID)) + b.retained("o.start_time", p) + within
	identity := []any{p.ProjectID, q.Filter, q.Order}
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
		keys: keys, descending: order.Direction == trace.Descending, identity: identity, slice: &slice,
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
// it; without one, it is looked for where its trace lies.
type ObservationRef struct {
	Key      trace.SpanKey
	From, To time.Time
}

// ObservationsByRef reads observations of a project by their ids, in as many
// statements as one of them takes; those that do not exist are missing from the
// result.
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
	project, wantTraces := b.arg(int64(p.ProjectID)), b.arg(traces)
	// The bounds take the first two arguments.
	bounds := "SELECT min(start_time), max(last_start) FROM trace WHERE project_id = $1 AND trace_id = ANY($2::uuid[])"
	from := len(b.args)
	between := b.arg(first) + " AND " + b.arg(last)
	sql := "SELECT " + observationSelect("o") + " FROM unnest(" + wantTraces + "::uuid[], " + b.arg(spans) + "::bigint[]) AS want (trace_id, span_id)" +
		" JOIN observation o ON o.trace_id = want.trace_id AND o.span_id = want.span_id AND o.start_time BETWEEN " + between +
		" WHERE o.project_id = " + project + b.retained("o.start_time", p)
	var found []trace.Observation
	err := t.read(ctx, func(tx pgx.Tx) error {
		if !isBounded {
			// Planning a look into all partitions would take far longer.
			var first, last *int64
			if err := tx.QueryRow(ctx, bounds, b.args[:from]...).Scan(&first, &last); err != nil || first == nil {
				return err
			}
			b.args[from], b.args[from+1] = *first, *last
		}
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
	// Where messages are the payload, the detail cannot be had without it.
	input, output := payloadColumn("b.input", fields.Input), payloadColumn("b.output", fields.Output)
	if fields.Detail {
		input = either("b.flags & "+strconv.Itoa(bodyInputIsMessages)+" <> 0", wholeColumn("b.input"), input)
		output = either("b.flags & "+strconv.Itoa(bodyOutputIsMessages)+" <> 0", wholeColumn("b.output"), output)
	}
	resource, join := "NULL::text", ""
	if fields.Resource {
		resource, join = "r.attributes", " LEFT JOIN resource r ON r.project_id = b.project_id AND r.resource_id = b.resource_id"
	}
	columns := []contentColumn{
		input, output, wholeColumn("b.query"), wholeIf(fields.Metadata, "b.metadata"), wholeIf(fields.Attributes, "b.attributes::text"),
		wholeIf(fields.Detail, "b.detail"), wholeIf(fields.Resource, "b.resource_attributes"),
	}
	sql := contentSelect("b.trace_id, b.span_id, b.flags, octet_length(b.input), octet_length(b.output)", columns, `
		SELECT b.*, `+resource+` AS resource_attributes
		FROM unnest($2::uuid[], $3::bigint[], $4::bigint[]) AS want (trace_id, span_id, start_time)
		JOIN observation_body b ON b.trace_id = want.trace_id AND b.span_id = want.span_id AND b.start_time = want.start_time`+join+`
		WHERE b.project_id = $1 AND b.start_time BETWEEN $5 AND $6`, "$7")
	found, err := tx.Query(ctx, sql, rows[0].ProjectID, traces, spans, starts, slices.Min(starts), slices.Max(starts), OperationOf(ctx).contentLeft())
	if err != nil {
		return fmt.Errorf("read bodies: %w", err)
	}
	var b readBody
	_, err = pgx.ForEachRow(found, b.targets(), func() error {
		if err := b.content.count(ctx); err != nil {
			return err
		}
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

// readBody is a row of observation_body as read: only the wanted columns.
type readBody struct {
	trace                                                        [16]byte
	span                                                         int64
	flags                                                        int32
	input, output, query, metadata, attributes, detail, resource *string
	inputSize, outputSize                                        *int32
	content                                                      contentRow
}

func (b *readBody) targets() []any {
	return []any{&b.trace, &b.span, &b.flags, &b.inputSize, &b.outputSize, &b.content.size, &b.content.fits,
		&b.input, &b.output, &b.query, &b.metadata, &b.attributes, &b.detail, &b.resource}
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
