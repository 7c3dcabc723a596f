package store

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// SessionQuery selects a page of sessions, most recently active first.
type SessionQuery struct {
	Filter *trace.SessionFilter
	Page   PageRequest
}

// sessionRow is a row of table session, which a session is listed by; what is
// shown of it is summed up from its traces.
type sessionRow struct {
	id           string
	start        int64
	lastActivity int64
}

func scanSessionRow(row pgx.CollectableRow) (sessionRow, error) {
	var r sessionRow
	err := row.Scan(&r.id, &r.start, &r.lastActivity)
	return r, err
}

// Sessions reads a page of a project's sessions. A fault of the filter is a
// *trace.FilterError.
func (t Tenant) Sessions(ctx context.Context, p *Project, q SessionQuery) (*Page[*trace.Session], error) {
	b := newSQLBuilder(time.Now())
	// A session whose traces all moved to another one is no session any more.
	where := "s.project_id = " + b.arg(int64(p.ProjectID)) + b.retained("s.last_activity", p) +
		" AND EXISTS (SELECT FROM trace t WHERE t.project_id = s.project_id AND t.session_id = s.session_id)"
	if q.Filter != nil {
		if err := q.Filter.Validate(); err != nil {
			return nil, err
		}
		where += " AND " + b.sessionFilter(q.Filter, "s")
	}
	l := keysetList[sessionRow, *trace.Session]{
		tenant: t, columns: "s.session_id, s.start_time, s.last_activity", from: "session s", where: where, builder: b,
		keys: []string{"s.last_activity", "s.session_id"}, descending: true, identity: []any{p.ProjectID, q.Filter},
		scan: scanSessionRow, position: func(r sessionRow) []any { return []any{r.lastActivity, r.id} },
		parse: parseTextCursor,
		finish: func(ctx context.Context, tx pgx.Tx, rows []sessionRow) ([]*trace.Session, error) {
			ids := make([]string, len(rows))
			for i, row := range rows {
				ids[i] = row.id
			}
			byID, err := readSessions(ctx, tx, p, ids)
			sessions := make([]*trace.Session, len(rows))
			for i, row := range rows {
				if sessions[i] = byID[row.id]; sessions[i] == nil { // its last trace went a moment ago
					sessions[i] = &trace.Session{ProjectID: p.ProjectID, SessionID: row.id, UserIDs: []string{}, Environment: trace.DefaultEnvironment,
						StartedAt: fromNanos(row.start), LastActivityAt: fromNanos(row.lastActivity), Cost: trace.Cost{IsComplete: true}}
				}
			}
			return sessions, err
		},
	}
	page, err := l.fetch(ctx, q.Page)
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	return page, nil
}

// SessionsByID reads sessions of a project by their ids in one statement; those
// that do not exist are missing from the result.
func (t Tenant) SessionsByID(ctx context.Context, p *Project, ids []string) (map[string]*trace.Session, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var byID map[string]*trace.Session
	err := t.read(ctx, func(tx pgx.Tx) (err error) {
		byID, err = readSessions(ctx, tx, p, ids)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read sessions: %w", err)
	}
	return byID, nil
}

// sessionSums adds up usage and cost. What clients claim may exceed bigint, to
// which the cast would then be an error: it stays at the largest number.
var sessionSums = func() string {
	var sums []string
	for _, column := range []string{
		"input_tokens", "output_tokens", "total_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens",
		"cost", "cost_input", "cost_output",
	} {
		sums = append(sums, fmt.Sprintf("least(sum(t.%s), %d)::bigint", column, int64(math.MaxInt64)))
	}
	return strings.Join(sums, ", ")
}()

// costFlagsSum adds up cost_flags as trace.Cost.Add does: an estimate where one
// is, complete where all are and a number holds the sum.
var costFlagsSum = fmt.Sprintf(`(max(t.cost_flags & %d) | CASE WHEN greatest(sum(t.cost), sum(t.cost_input), sum(t.cost_output)) > %d THEN 0
	ELSE bit_and(t.cost_flags & %d) END)::smallint`, costSourceMask, int64(math.MaxInt64), costCompleteFlag)

// readSessions sums up the traces of sessions.
func readSessions(ctx context.Context, tx pgx.Tx, p *Project, ids []string) (map[string]*trace.Session, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	b := newSQLBuilder(time.Now())
	sql := `SELECT t.session_id, min(t.start_time), max(t.end_time), count(*),
			coalesce((array_agg(DISTINCT t.user_id) FILTER (WHERE t.user_id IS NOT NULL))[:` + strconv.Itoa(trace.MaxSessionUsers) + `], '{}'),
			(array_agg(t.environment ORDER BY t.start_time DESC, t.trace_id DESC))[1],
			` + sessionSums + `,
			` + costFlagsSum + `
		FROM trace t WHERE t.project_id = ` + b.arg(int64(p.ProjectID)) + ` AND t.session_id = ANY(` + b.arg(ids) + `)` +
		b.retained("t.start_time", p) + ` GROUP BY t.session_id`
	rows, err := tx.Query(ctx, sql, b.args...)
	if err != nil {
		return nil, fmt.Errorf("sum up sessions: %w", err)
	}
	byID := make(map[string]*trace.Session, len(ids))
	_, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (struct{}, error) {
		s := &trace.Session{ProjectID: p.ProjectID}
		var start, last int64
		var usage usageColumns
		var cost costColumns
		err := row.Scan(&s.SessionID, &start, &last, &s.TraceCount, &s.UserIDs, &s.Environment,
			&usage.Input, &usage.Output, &usage.Total, &usage.CacheRead, &usage.CacheWrite, &usage.Reasoning,
			&cost.Total, &cost.Input, &cost.Output, &cost.Flags)
		s.StartedAt, s.LastActivityAt, s.Usage, s.Cost = fromNanos(start), fromNanos(last), usage.usage(), cost.cost()
		byID[s.SessionID] = s
		return struct{}{}, err
	})
	if err != nil {
		return nil, fmt.Errorf("sum up sessions: %w", err)
	}
	return byID, nil
}
