package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// Evaluation is a score whose target is the generation with a response id, which
// may be stored already or yet to come.
type Evaluation struct {
	ResponseID string
	// Score has a project and no target.
	Score *trace.Score
}

// responseOf returns the response id of a generation, empty without one.
func responseOf(o trace.Observation) string {
	if g, ok := o.(*trace.Generation); ok && g.ResponseID != nil {
		return *g.ResponseID
	}
	return ""
}

// writeEvaluations keeps the evaluations of the batch and turns those whose
// generation is stored into scores of it. Where several generations share a
// response id, one reports the call from around the other: the innermost is the
// one that began last.
func (b *traceBatch) writeEvaluations(ctx context.Context, tx pgx.Tx) error {
	queue := &pgx.Batch{}
	var projects []int64
	var responses []string
	want := func(project trace.ProjectID, response string) {
		projects, responses = append(projects, int64(project)), append(responses, response)
	}
	sorted := slices.SortedFunc(slices.Values(b.evaluations), func(x, y *Evaluation) int {
		return cmp.Or(cmp.Compare(x.Score.ProjectID, y.Score.ProjectID), cmp.Compare(x.ResponseID, y.ResponseID), cmp.Compare(x.Score.ScoreID, y.Score.ScoreID))
	})
	for _, e := range sorted {
		row := encodeScore(e.Score)
		if err := row.check(); err != nil {
			return fmt.Errorf("keep an evaluation: %w", err)
		}
		if row.TraceID != nil || row.SessionID != nil || row.SpanID != nil {
			return fmt.Errorf("keep an evaluation: %w: it has a target of its own", ErrUnstorable)
		}
		text, err := json.Marshal(row)
		if err != nil {
			return fmt.Errorf("keep an evaluation: %w", err)
		}
		queue.Queue(`INSERT INTO evaluation (project_id, response_id, score_id, received_at, score) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (project_id, response_id, score_id) DO UPDATE SET received_at = excluded.received_at`,
			row.ProjectID, e.ResponseID, row.ScoreID, b.receivedAt, string(text))
		want(e.Score.ProjectID, e.ResponseID)
	}
	if queue.Len() > 0 {
		if err := tx.SendBatch(ctx, queue).Close(); err != nil {
			return fmt.Errorf("keep evaluations: %w", err)
		}
	}
	if b.hasEvaluations {
		for _, group := range b.groups {
			for _, o := range group.fresh {
				if response := responseOf(o); response != "" {
					want(group.key.project, response)
				}
			}
		}
	}
	if len(responses) == 0 {
		return nil
	}
	rows, err := tx.Query(ctx, `SELECT e.score, o.trace_id, o.span_id
		FROM (SELECT DISTINCT * FROM unnest($1::bigint[], $2::text[])) AS want (project_id, response_id)
		JOIN evaluation e ON e.project_id = want.project_id AND e.response_id = want.response_id
		JOIN LATERAL (SELECT trace_id, span_id FROM observation
			WHERE project_id = e.project_id AND response_id = e.response_id ORDER BY start_time DESC, span_id DESC LIMIT 1) o ON true
		ORDER BY e.project_id, e.score_id`, projects, responses)
	if err != nil {
		return fmt.Errorf("find the targets of evaluations: %w", err)
	}
	var text string
	var id [16]byte
	var span int64
	_, err = pgx.ForEachRow(rows, []any{&text, &id, &span}, func() error {
		var row scoreRow
		if err := json.Unmarshal([]byte(text), &row); err != nil {
			return err
		}
		score := row.score()
		score.TraceID, score.SpanID = id, trace.SpanIDFromOrdinal(span)
		b.resolved = append(b.resolved, score)
		return nil
	})
	if err != nil {
		return fmt.Errorf("find the targets of evaluations: %w", err)
	}
	return nil
}
