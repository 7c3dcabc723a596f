package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// Repricing asks for new costs of a project's stored observations.
type Repricing struct {
	Project trace.ProjectID
	// Window bounds the start of the traces; nil takes all.
	Window *trace.TimeRange
	// After is the position where the last call ended, empty at first.
	After string
	// Limit bounds the traces of one call.
	Limit int
	// Price sets the cost of a metered observation. It has the fields that
	// prices depend on and the cost as stored, no payloads.
	Price func(trace.Metered)
}

// Repriced is what one call of RepriceTraces did.
type Repriced struct {
	// Traces is how many it looked at.
	Traces int
	// Next is the position for the next call, empty where this was the last.
	Next string
}

// CountTraces counts the traces of a project that start within a window, up to
// a limit.
func (t Tenant) CountTraces(ctx context.Context, project trace.ProjectID, window *trace.TimeRange, limit int) (int, error) {
	var n int
	err := t.read(ctx, func(tx pgx.Tx) error {
		b := &sqlBuilder{}
		sql := `SELECT count(*) FROM (SELECT FROM trace WHERE project_id = ` + b.arg(int64(project)) + startsWithin(b, window) + ` LIMIT ` + b.arg(limit) + `) AS t`
		return tx.QueryRow(ctx, sql, b.args...).Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("count the traces: %w", err)
	}
	return n, nil
}

func startsWithin(b *sqlBuilder, window *trace.TimeRange) string {
	if window == nil {
		return ""
	}
	sql := ` AND start_time >= ` + b.arg(unixNanos(window.From))
	if window.To != nil {
		sql += ` AND start_time < ` + b.arg(unixNanos(*window.To))
	}
	return sql
}

// RepriceTraces gives the metered observations of some traces new costs, newest
// traces first, and sums the traces up anew, all in one transaction. To repeat
// a call does no harm.
func (t Tenant) RepriceTraces(ctx context.Context, r Repricing) (Repriced, error) {
	var done Repriced
	batch := &traceBatch{tenant: t}
	err := t.write(ctx, func(tx pgx.Tx) error {
		var err error
		if done, err = batch.choose(ctx, tx, r); err != nil || done.Traces == 0 {
			return err
		}
		if err := batch.lockTraces(ctx, tx); err != nil {
			return err
		}
		if err := batch.readSteps(ctx, tx); err != nil {
			return err
		}
		return batch.reprice(ctx, tx, r.Price)
	})
	if err != nil {
		return Repriced{}, fmt.Errorf("price the traces anew: %w", err)
	}
	return done, nil
}

// choose takes the next traces as the groups of the batch, in the order in
// which writers lock.
func (b *traceBatch) choose(ctx context.Context, tx pgx.Tx, r Repricing) (Repriced, error) {
	sql := &sqlBuilder{}
	where := `project_id = ` + sql.arg(int64(r.Project)) + startsWithin(sql, r.Window)
	if r.After != "" {
		start, id, err := parseTracePosition(r.After)
		if err != nil {
			return Repriced{}, err
		}
		where += ` AND (start_time, trace_id) < (` + sql.arg(start) + `, ` + sql.arg([16]byte(id)) + `)`
	}
	rows, err := tx.Query(ctx, `SELECT trace_id, start_time FROM trace WHERE `+where+` ORDER BY start_time DESC, trace_id DESC LIMIT `+sql.arg(r.Limit), sql.args...)
	if err != nil {
		return Repriced{}, err
	}
	var done Repriced
	var id [16]byte
	var start int64
	_, err = pgx.ForEachRow(rows, []any{&id, &start}, func() error {
		b.groups = append(b.groups, &traceGroup{key: traceKey{r.Project, id}})
		done.Traces++
		done.Next = strconv.FormatInt(start, 10) + " " + trace.TraceID(id).String()
		return nil
	})
	if done.Traces < r.Limit {
		done.Next = ""
	}
	slices.SortFunc(b.groups, func(x, y *traceGroup) int { return x.key.trace.Compare(y.key.trace) })
	return done, err
}

func parseTracePosition(text string) (int64, trace.TraceID, error) {
	startText, idText, _ := strings.Cut(text, " ")
	start, err := strconv.ParseInt(startText, 10, 64)
	id, external, ok := trace.ParseTraceID(idText)
	if err != nil || !ok || external != "" {
		return 0, trace.TraceID{}, fmt.Errorf("%q is not a position among traces", text)
	}
	return start, id, nil
}

// reprice computes the costs of the locked traces and stores what differs.
func (b *traceBatch) reprice(ctx context.Context, tx pgx.Tx, price func(trace.Metered)) error {
	steps, err := b.readMetered(ctx, tx)
	if err != nil {
		return err
	}
	byKey := make(map[traceKey]*traceGroup, len(b.groups))
	for _, group := range b.groups {
		byKey[group.key] = group
	}
	queue := &pgx.Batch{}
	changed := map[traceKey]bool{}
	for _, step := range steps {
		before := step.meter.Meter().Cost
		price(step.meter)
		if step.meter.Meter().Cost.Equal(before) {
			continue
		}
		if err := step.queueUpdate(queue); err != nil {
			return err
		}
		group := byKey[traceKey{trace.ProjectID(step.row.ProjectID), step.row.TraceID}]
		if !changed[group.key] {
			changed[group.key] = true
			group.known = &storedTrace{steps: slices.Clone(group.known.steps)} // the cache may hold it
		}
		group.recost(step.meter)
	}
	for _, group := range b.groups {
		if !changed[group.key] {
			continue
		}
		group.build()
		cost := costToColumns(&group.tree.Summarize().Cost)
		queue.Queue(`UPDATE trace SET revision = revision + 1, cost = $3, cost_input = $4, cost_output = $5, cost_flags = $6
			WHERE project_id = $1 AND trace_id = $2`,
			int64(group.key.project), [16]byte(group.key.trace), cost.Total, cost.Input, cost.Output, cost.Flags)
	}
	if queue.Len() == 0 {
		return nil
	}
	if err := tx.SendBatch(ctx, queue).Close(); err != nil {
		return fmt.Errorf("store the costs: %w", err)
	}
	return nil
}

// recost puts the cost of an observation into its stored step.
func (g *traceGroup) recost(o trace.Metered) {
	span := o.Core().SpanID
	if at := slices.IndexFunc(g.known.steps, func(s storedStep) bool { return s.SpanID == span }); at >= 0 {
		g.known.steps[at].Cost = trace.StepOf(o).Cost
	}
}

// meteredStep is a metered observation with its row and what is stored as its
// detail.
type meteredStep struct {
	meter  trace.Metered
	row    *observationRow
	detail string
}

// readMetered reads the metered observations of the batch's traces.
func (b *traceBatch) readMetered(ctx context.Context, tx pgx.Tx) ([]meteredStep, error) {
	var projects, firsts, lasts []int64
	var traces [][16]byte
	for _, group := range b.groups {
		projects, traces = append(projects, int64(group.key.project)), append(traces, group.key.trace)
		firsts, lasts = append(firsts, group.firstStart), append(lasts, group.lastStart)
	}
	rows, err := tx.Query(ctx, `SELECT `+observationSelect("o")+`, b.detail
		FROM unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::bigint[]) AS want (project_id, trace_id, first_start, last_start)
		JOIN observation o ON o.project_id = want.project_id AND o.trace_id = want.trace_id
			AND o.start_time BETWEEN want.first_start AND want.last_start
		JOIN observation_body b ON b.project_id = o.project_id AND b.trace_id = o.trace_id AND b.span_id = o.span_id AND b.start_time = o.start_time
		WHERE o.type IN ($7, $8, $9) AND o.start_time BETWEEN $5 AND $6 AND b.start_time BETWEEN $5 AND $6`,
		projects, traces, firsts, lasts, slices.Min(firsts), slices.Max(lasts),
		int16(trace.TypeGeneration), int16(trace.TypeEmbedding), int16(trace.TypeReranking))
	if err != nil {
		return nil, fmt.Errorf("read the metered spans: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (meteredStep, error) {
		var r observationRow
		step := meteredStep{row: &r}
		if err := row.Scan(append(r.targets(), &step.detail)...); err != nil {
			return step, fmt.Errorf("read a metered span: %w", err)
		}
		o := r.observation()
		var detail bodyDetail
		if err := json.Unmarshal([]byte(step.detail), &detail); err != nil {
			return step, fmt.Errorf("read the detail of observation %s: %w", o.Core().SpanID, err)
		}
		detail.apply(o)
		step.meter = o.(trace.Metered)
		return step, nil
	})
}

// queueUpdate stores the step's cost; the rest of its detail stays byte for
// byte what it was.
func (s *meteredStep) queueUpdate(queue *pgx.Batch) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(s.detail), &fields); err != nil {
		return fmt.Errorf("read a stored span: %w", err)
	}
	cost := s.meter.Meter().Cost
	delete(fields, "computedCost")
	delete(fields, "priceId")
	if cost.Computed != nil {
		fields["computedCost"] = json.RawMessage(trace.EncodeJSON(cost.Computed))
	}
	if cost.PriceID != "" {
		fields["priceId"] = json.RawMessage(trace.EncodeJSON(cost.PriceID))
	}
	key := []any{s.row.ProjectID, s.row.TraceID, s.row.SpanID, s.row.StartTime}
	columns := costToColumns(&cost)
	queue.Queue(`UPDATE observation SET cost = $5, cost_input = $6, cost_output = $7, cost_flags = $8
		WHERE project_id = $1 AND trace_id = $2 AND span_id = $3 AND start_time = $4`,
		append(slices.Clone(key), columns.Total, columns.Input, columns.Output, columns.Flags)...)
	queue.Queue(`UPDATE observation_body SET detail = $5 WHERE project_id = $1 AND trace_id = $2 AND span_id = $3 AND start_time = $4`,
		append(key, string(trace.EncodeJSON(fields)))...)
	return nil
}
