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

// Scores reads a page of a project's scores.
func (t Tenant) Scores(ctx context.Context, p *Project, q ScoreQuery) (*Page[*trace.Score], error) {
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
	l := keysetList[*scoreRow, *trace.Score]{
		tenant: t, columns: scoreSelect, from: "score s", where: where, builder: b,
		keys: []string{"s.created_at", "s.score_id"}, descending: true,
		identity: []any{p.ProjectID, q.Filter, q.Names, q.OfTrace, q.OfObservation, q.OfSession},
		scan:     scanScoreRow, position: func(r *scoreRow) []any { return []any{r.CreatedAt, r.ScoreID} },
		parse: parseTextCursor,
		finish: func(_ context.Context, _ pgx.Tx, rows []*scoreRow) ([]*trace.Score, error) {
			scores := make([]*trace.Score, len(rows))
			for i, row := range rows {
				scores[i] = row.score()
			}
			return scores, nil
		},
	}
	page, err := l.fetch(ctx, q.Page)
	if err != nil {
		return nil, fmt.Errorf("list scores: %w", err)
	}
	return page, nil
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
		found, err := pgx.CollectRows(rows, scanScoreRow)
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
