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

// ScoreTarget is what scores are about: a trace with its observations, with a
// span id one observation, or a session itself.
type ScoreTarget struct {
	TraceID   trace.TraceID
	SpanID    trace.SpanID
	SessionID string
}

// ScoresOfEach reads a page of scores of each of many targets in one statement;
// the pages stand in the order of the targets. Either all targets are sessions or
// none is.
func (t Tenant) ScoresOfEach(ctx context.Context, p *Project, targets []ScoreTarget, names []string, request PageRequest) ([]*Page[*trace.Score], error) {
	traces, spans, sessions := make([]*[16]byte, len(targets)), make([]*int64, len(targets)), make([]*string, len(targets))
	for i, target := range targets {
		if target.SessionID != "" {
			sessions[i] = &target.SessionID
			continue
		}
		id := [16]byte(target.TraceID)
		traces[i], spans[i] = &id, ordinalOrNil(target.SpanID)
	}
	list, err := t.scoreList(p, ScoreQuery{Names: names})
	if err != nil {
		return nil, err
	}
	b := list.builder
	if len(targets) > 0 && targets[0].SessionID != "" {
		list.where += " AND s.session_id = want.session_id"
	} else {
		list.where += " AND s.trace_id = want.trace_id AND (want.span_id IS NULL OR s.span_id = want.span_id)"
	}
	l := listOfEach[*scoreRow, *trace.Score]{
		keysetList: *list,
		want:       wantTable(b.arg(traces)+"::uuid[], "+b.arg(spans)+"::bigint[], "+b.arg(sessions)+"::text[]", "trace_id", "span_id", "session_id"),
		parents:    len(targets),
		identityOf: func(i int) any { return []any{p.ProjectID, names, targets[i]} },
	}
	pages, err := l.fetch(ctx, request)
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
		identity: []any{p.ProjectID, q.Filter, q.Names},
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
