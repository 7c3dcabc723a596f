package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// ScoreQuery selects a page of scores, newest first.
type ScoreQuery struct {
	Page PageRequest
	// Filter is the caller's.
	Filter *trace.ScoreListFilter
	// Names restricts to these names where it is not nil.
	Names []string
	// OfTrace restricts to a trace and its observations, OfObservation to one
	// observation, OfSession to a session itself.
	OfTrace       *trace.TraceID
	OfObservation *trace.SpanKey
	OfSession     *string
}

type scoreList = keysetList[*scoreRow, *trace.Score]

// Scores reads a page of a project's scores. A fault of the filter is a
// *trace.FilterError.
func (t Tenant) Scores(ctx context.Context, p *Project, q ScoreQuery) (*Page[*trace.Score], error) {
	l, err := t.scoreList(p, q)
	if err != nil {
		return nil, err
	}
	page, err := l.fetch(ctx, q.Page)
	if err != nil {
		return nil, fmt.Errorf("list scores: %w", err)
	}
	return page, nil
}

// ScoresOfEach reads the first page of scores of each of many targets in one
// statement; the pages stand in the order of the targets. Each target is a
// trace, or with a span id one observation. A page has as many scores as first
// says.
func (t Tenant) ScoresOfEach(ctx context.Context, p *Project, targets []trace.SpanKey, names []string, first *int) ([]*Page[*trace.Score], error) {
	w, err := PageRequest{First: first}.window()
	if err != nil {
		return nil, err
	}
	lists, pages := make([]*scoreList, len(targets)), make([]*Page[*trace.Score], len(targets))
	traces, spans := make([][16]byte, len(targets)), make([]*int64, len(targets))
	for i, target := range targets {
		traces[i], spans[i] = target.TraceID, ordinalOrNil(target.SpanID)
		q := ScoreQuery{Names: names, OfTrace: &target.TraceID}
		if !target.SpanID.IsZero() {
			q.OfTrace, q.OfObservation = nil, &target
		}
		if lists[i], err = t.scoreList(p, q); err != nil {
			return nil, err
		}
		pages[i] = lists[i].newPage()
	}
	b := newSQLBuilder(time.Now())
	inner := "s.project_id = " + b.arg(int64(p.ProjectID)) + b.retained("s.created_at", p) +
		" AND s.trace_id = want.trace_id AND (want.span_id IS NULL OR s.span_id = want.span_id)"
	if names != nil {
		inner += " AND s.name = ANY(" + b.arg(names) + ")"
	}
	sql := "SELECT want.target - 1, " + scoreSelect + " FROM unnest(" + b.arg(traces) + "::uuid[], " + b.arg(spans) + "::bigint[])" +
		" WITH ORDINALITY AS want (trace_id, span_id, target) CROSS JOIN LATERAL (SELECT * FROM score s WHERE " + inner +
		" ORDER BY s.created_at DESC, s.score_id DESC LIMIT " + b.arg(w.size+1) + ") s ORDER BY want.target, s.created_at DESC, s.score_id DESC"
	err = t.read(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, sql, b.args...)
		if err != nil {
			return err
		}
		found := make([][]*scoreRow, len(targets))
		_, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (struct{}, error) {
			var target int
			var r scoreRow
			err := row.Scan(append([]any{&target}, r.targets()...)...)
			if err == nil {
				found[target] = append(found[target], &r)
			}
			return struct{}{}, err
		})
		for i := range targets {
			if err == nil {
				err = lists[i].fill(ctx, tx, pages[i], found[i], w)
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list scores: %w", err)
	}
	return pages, nil
}

func (t Tenant) scoreList(p *Project, q ScoreQuery) (*scoreList, error) {
	b := newSQLBuilder(time.Now())
	where := "s.project_id = " + b.arg(int64(p.ProjectID)) + b.retained("s.created_at", p)
	if q.Names != nil {
		where += " AND s.name = ANY(" + b.arg(q.Names) + ")"
	}
	if q.OfTrace != nil {
		where += " AND s.trace_id = " + b.arg([16]byte(*q.OfTrace))
	}
	if q.OfObservation != nil {
		where += " AND s.trace_id = " + b.arg([16]byte(q.OfObservation.TraceID)) + " AND s.span_id = " + b.arg(q.OfObservation.SpanID.Ordinal())
	}
	if q.OfSession != nil {
		where += " AND s.session_id = " + b.arg(*q.OfSession)
	}
	if q.Filter != nil {
		condition, err := scoreListFilter(b, q.Filter)
		if err != nil {
			return nil, err
		}
		where += " AND " + condition
	}
	return &scoreList{
		tenant: t, columns: scoreSelect, from: "score s", where: where, builder: b,
		keys: []string{"s.created_at", "s.score_id"}, descending: true,
		identity: []any{p.ProjectID, q.Filter, q.Names, q.OfTrace, q.OfObservation, q.OfSession},
		scan:     scanRow[scoreRow], position: func(r *scoreRow) []any { return []any{r.CreatedAt, r.ScoreID} },
		parse: parseTextCursor,
		finish: func(_ context.Context, _ pgx.Tx, rows []*scoreRow) ([]*trace.Score, error) {
			scores := make([]*trace.Score, len(rows))
			for i, row := range rows {
				scores[i] = row.score()
			}
			return scores, nil
		},
	}, nil
}

// ScoresByID reads scores of a project by their ids in one statement; those
// that do not exist are missing from the result.
func (t Tenant) ScoresByID(ctx context.Context, p *Project, ids []string) (map[string]*trace.Score, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	byID := make(map[string]*trace.Score, len(ids))
	err := t.read(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "SELECT "+scoreSelect+" FROM score s WHERE s.project_id = $1 AND s.score_id = ANY($2)", int64(p.ProjectID), ids)
		if err != nil {
			return err
		}
		found, err := pgx.CollectRows(rows, scanRow[scoreRow])
		for _, row := range found {
			byID[row.ScoreID] = row.score()
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read scores: %w", err)
	}
	return byID, nil
}

// scoreListFilter returns the condition of a filter over table score under the
// alias s.
func scoreListFilter(b *sqlBuilder, f *trace.ScoreListFilter) (string, error) {
	if err := f.Validate(); err != nil {
		return "", err
	}
	var c conjunction
	b.text(&c, f.Name, "s.name")
	enumerated(b, &c, f.Source, "s.source")
	b.timeRange(&c, f.CreatedAt, "s.created_at")
	if f.TraceID != nil {
		id, _, ok := trace.ParseTraceID(*f.TraceID)
		if !ok {
			return "FALSE", nil
		}
		c.add("s.trace_id = " + b.arg([16]byte(id)))
	}
	return c.String(), nil
}
