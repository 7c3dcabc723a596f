package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// ObservationParent is what observations are listed below: a trace, or one of
// its observations.
type ObservationParent struct {
	Trace *trace.Trace
	// Observation restricts to the children of an observation of the trace, as
	// the tree has them: a circle of parents is cut where trace.BuildTree cuts it.
	Observation *trace.Common
}

// wantedTraces are traces as arrays.
type wantedTraces struct {
	ids           [][16]byte
	firsts, lasts []int64
}

func (w *wantedTraces) add(tr *trace.Trace) {
	w.ids, w.firsts, w.lasts = append(w.ids, tr.TraceID), append(w.firsts, unixNanos(tr.StartedAt)), append(w.lasts, unixNanos(tr.LastStart))
}

func (w *wantedTraces) table(b *sqlBuilder, more string, columns ...string) string {
	return wantTraces(b, w.ids, w.firsts, w.lasts, more, columns...)
}

// condition is that of the rows of the traces.
func (w *wantedTraces) condition(b *sqlBuilder, alias string) string {
	return ofWanted(b, alias, slices.Min(w.firsts), slices.Max(w.lasts))
}

// ObservationsOfEach reads a page of the observations below each parent, oldest
// first, all in one statement; the pages stand in the order of the parents. All
// parents are traces, or all are observations. A fault of the filter is a
// *trace.FilterError.
func (t Tenant) ObservationsOfEach(ctx context.Context, p *Project, parents []ObservationParent, q ObservationQuery) ([]*Page[trace.Observation], error) {
	if len(parents) == 0 {
		return nil, nil
	}
	b := newSQLBuilder(time.Now())
	var traces wantedTraces
	var spans, starts []int64
	for _, parent := range parents {
		traces.add(parent.Trace)
		if o := parent.Observation; o != nil {
			spans, starts = append(spans, o.SpanID.Ordinal()), append(starts, unixNanos(o.StartedAt))
		}
	}
	project := b.arg(int64(p.ProjectID))
	where := "o.project_id = " + project + b.retained("o.start_time", p) + traces.condition(b, "o")
	want := ""
	if spans == nil {
		want = traces.table(b, "")
	} else {
		want = traces.table(b, ", "+b.arg(spans)+"::bigint[], "+b.arg(starts)+"::bigint[]", "span_id", "start_time")
		where += " AND o.parent_span_id = want.span_id AND ((o.start_time, o.span_id) > (want.start_time, want.span_id) OR NOT " +
			b.isCut(p, project, "o.start_time", "o.span_id", "want.span_id", traces.condition(b, "up_o")) + ")"
	}
	if q.Filter != nil {
		if err := q.Filter.Validate(); err != nil {
			return nil, err
		}
		where += " AND " + b.observationFilter(q.Filter, "o")
	}
	keys, position := observationOrder(trace.OrderStartedAt)
	l := listOfEach[*observationRow, trace.Observation]{
		keysetList: keysetList[*observationRow, trace.Observation]{
			tenant: t, columns: observationSelect("o"), from: "observation o", where: where, builder: b, keys: keys,
			scan: scanObservationRow, position: position, parse: parseIDCursor,
			finish: func(ctx context.Context, tx pgx.Tx, rows []*observationRow) ([]trace.Observation, error) {
				return finishObservations(ctx, tx, rows, q.Fields)
			},
		},
		want: want, parents: len(parents), joined: spans != nil,
		identityOf: func(i int) any {
			identity := []any{p.ProjectID, q.Filter, "below", parents[i].Trace.TraceID}
			if o := parents[i].Observation; o != nil {
				identity = append(identity, o.SpanID)
			}
			return identity
		},
	}
	pages, err := l.fetch(ctx, q.Page)
	if err != nil {
		return nil, fmt.Errorf("list observations: %w", err)
	}
	return pages, nil
}

// isCut is the condition that the link from a child to its parent closes a
// circle of parents at its earliest step, which is where trace.BuildTree cuts
// it. Only a child that does not start after its parent can be such a step.
//
// On a circle, the steps above the parent are the whole circle; within is the
// condition for the rows of the trace under the alias up_o.
func (b *sqlBuilder) isCut(p *Project, project, childStart, childSpan, parentSpan, within string) string {
	where := "up_o.project_id = " + project + b.retained("up_o.start_time", p) + within
	return `coalesce((WITH RECURSIVE up (span_id, parent_span_id, start_time) AS (
		SELECT up_o.span_id, up_o.parent_span_id, up_o.start_time FROM observation up_o WHERE ` + where + ` AND up_o.span_id = ` + parentSpan + `
		UNION
		SELECT up_o.span_id, up_o.parent_span_id, up_o.start_time FROM up JOIN observation up_o ON ` + where + ` AND up_o.span_id = up.parent_span_id)
		SELECT bool_or(up.span_id = ` + childSpan + `) AND NOT bool_or((up.start_time, up.span_id) < (` + childStart + `, ` + childSpan + `)) FROM up), FALSE)`
}

// ParentLink is the link from an observation to its parent.
type ParentLink struct {
	Child  *trace.Common
	Parent *trace.Common
}

// mayBeCut reports whether the link may close a circle: elsewhere, a parent
// starts before its child.
func (l ParentLink) mayBeCut() bool {
	child, parent := l.Child, l.Parent
	if child.StartedAt.Equal(parent.StartedAt) {
		return child.SpanID.Compare(parent.SpanID) <= 0
	}
	return child.StartedAt.Before(parent.StartedAt)
}

// CutLinks tells which links to parents the tree of their trace does not have,
// since they close a circle. It asks the database, in one statement, only where
// the times leave it open.
func (t Tenant) CutLinks(ctx context.Context, p *Project, links []ParentLink) ([]bool, error) {
	cut := make([]bool, len(links))
	var places []int
	var ids [][16]byte
	var children, starts, parents []int64
	for i, link := range links {
		if link.mayBeCut() {
			places, ids = append(places, i), append(ids, link.Child.TraceID)
			children, starts = append(children, link.Child.SpanID.Ordinal()), append(starts, unixNanos(link.Child.StartedAt))
			parents = append(parents, link.Parent.SpanID.Ordinal())
		}
	}
	if len(places) == 0 {
		return cut, nil
	}
	b := newSQLBuilder(time.Now())
	project := b.arg(int64(p.ProjectID))
	want := wantTable(b.arg(ids)+"::uuid[], "+b.arg(children)+"::bigint[], "+b.arg(starts)+"::bigint[], "+b.arg(parents)+"::bigint[]",
		"trace_id", "span_id", "start_time", "parent_span_id")
	sql := "SELECT want.place, " + b.isCut(p, project, "want.start_time", "want.span_id", "want.parent_span_id",
		" AND up_o.trace_id = want.trace_id AND "+traceWindow("up_o", "t")) +
		" FROM " + want + " JOIN trace t ON t.project_id = " + project + " AND t.trace_id = want.trace_id"
	err := t.read(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, sql, b.args...)
		if err != nil {
			return err
		}
		var place int
		var isCut bool
		_, err = pgx.ForEachRow(rows, []any{&place, &isCut}, func() error { cut[places[place-1]] = isCut; return nil })
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for circles of parents: %w", err)
	}
	return cut, nil
}

// MaxTreeRows bounds the observations of one trace that are read at once.
const MaxTreeRows = 100_000

// TraceSteps reads all steps of a trace, without bodies, at most MaxTreeRows.
func (t Tenant) TraceSteps(ctx context.Context, p *Project, tr *trace.Trace) ([]trace.Step, error) {
	steps, err := t.StepsOfEach(ctx, p, []*trace.Trace{tr})
	if err != nil {
		return nil, err
	}
	return steps[0], nil
}

// StepsOfEach is TraceSteps for many traces in one statement.
func (t Tenant) StepsOfEach(ctx context.Context, p *Project, traces []*trace.Trace) ([][]trace.Step, error) {
	steps := make([][]trace.Step, len(traces))
	scan := func(row pgx.CollectableRow) (trace.Step, error) {
		r, err := scanObservationRow(row)
		if err != nil {
			return trace.Step{}, err
		}
		return r.step(), nil
	}
	err := readTraces(ctx, t, p, traces, MaxTreeRows, scan, func(_ pgx.Tx, found [][]trace.Step) error {
		copy(steps, found)
		return nil
	})
	return steps, err
}

// TraceObservations reads the observations of a trace by start, at most limit.
func (t Tenant) TraceObservations(ctx context.Context, p *Project, tr *trace.Trace, limit int, fields ObservationFields) ([]trace.Observation, error) {
	observations, err := t.TraceObservationsOfEach(ctx, p, []*trace.Trace{tr}, limit, fields)
	if err != nil {
		return nil, err
	}
	return observations[0], nil
}

// TraceObservationsOfEach is TraceObservations for many traces, in as many
// statements as for one.
func (t Tenant) TraceObservationsOfEach(ctx context.Context, p *Project, traces []*trace.Trace, limit int, fields ObservationFields) ([][]trace.Observation, error) {
	observations := make([][]trace.Observation, len(traces))
	err := readTraces(ctx, t, p, traces, limit, scanObservationRow, func(tx pgx.Tx, found [][]*observationRow) error {
		all, err := finishObservations(ctx, tx, slices.Concat(found...), fields)
		for i, rows := range found {
			if err == nil {
				observations[i], all = all[:len(rows):len(rows)], all[len(rows):]
			}
		}
		return err
	})
	return observations, err
}

// readTraces reads rows of traces by start, at most limit of each, and hands
// them on within the transaction.
func readTraces[R any](ctx context.Context, t Tenant, p *Project, traces []*trace.Trace, limit int, scan func(pgx.CollectableRow) (R, error), then func(pgx.Tx, [][]R) error) error {
	if len(traces) == 0 {
		return nil
	}
	var want wantedTraces
	for _, tr := range traces {
		want.add(tr)
	}
	b := newSQLBuilder(time.Now())
	keys, _ := observationOrder(trace.OrderStartedAt)
	l := listOfEach[R, R]{
		keysetList: keysetList[R, R]{
			columns: observationSelect("o"), from: "observation o", builder: b, keys: keys,
			where: "o.project_id = " + b.arg(int64(p.ProjectID)) + b.retained("o.start_time", p) + want.condition(b, "o"),
		},
		want: want.table(b, ""),
	}
	sql := l.statement(l.where, false, limit)
	operation := OperationOf(ctx)
	counted := func(row pgx.CollectableRow) (R, error) {
		value, err := scan(row)
		if err == nil {
			err = operation.readContent(ctx, rowContent)
		}
		return value, err
	}
	err := t.read(ctx, func(tx pgx.Tx) error {
		found, err := queryEach(ctx, tx, len(traces), counted, sql, b.args)
		if err != nil {
			return err
		}
		return then(tx, found)
	})
	if err != nil {
		return fmt.Errorf("read the trace: %w", err)
	}
	return nil
}
