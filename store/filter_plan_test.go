package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// planWeeks is how many partitions planDatabase fills.
const planWeeks = 4

// planDatabase returns tables with 6,000 observations a week: each trace has
// ten, starting within an hour.
func planDatabase(t *testing.T) (*pgx.Conn, time.Time) {
	t.Helper()
	conn := filterDatabase(t)
	first := weekOf(unixNanos(filterNow)) - planWeeks
	for week := range int32(planWeeks) {
		if err := createWeek(t.Context(), conn, first+week); err != nil {
			t.Fatal(err)
		}
	}
	start := weekStart(first)
	const perWeek = 6000
	step := weekNanos / perWeek
	for _, statement := range []string{
		fmt.Sprintf(`INSERT INTO observation (project_id, trace_id, span_id, start_time, end_time, type, status, level, flags, name, environment, cost_flags, total_tokens, document_count)
			SELECT 1, lpad(to_hex(n / 10), 32, '0')::uuid, n, %d + n * %d, %d + n * %d + 1, n %% 11, 0, 1, 0, 'step', 'prod', 0, n %% 5000, n %% 50
			FROM generate_series(0, %d) n`, unixNanos(start), step, unixNanos(start), step, perWeek*planWeeks-1),
		`INSERT INTO observation_body (project_id, trace_id, span_id, start_time, flags, input, detail)
			SELECT project_id, trace_id, span_id, start_time, 0, 'hello ' || span_id || repeat(' filler', 50), '{}' FROM observation`,
		`INSERT INTO trace (project_id, trace_id, revision, tags, environment, start_time, end_time, last_start, last_arrival, services, cost_flags,
				observation_count, failed_count, running_count, type_counts, root_span_id, root_rank, root_status, user_id)
			SELECT 1, trace_id, 1, '{}', 'prod', min(start_time), max(end_time), max(start_time), 0, '{}', 0, 10, 0, 0, '{}', min(span_id), 0, 0, 'u' || min(span_id)
			FROM observation GROUP BY trace_id`,
		"VACUUM ANALYZE",
	} {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	return conn, start
}

// plan is a node of EXPLAIN (FORMAT JSON).
type plan struct {
	NodeType string  `json:"Node Type"`
	Relation string  `json:"Relation Name"`
	Index    string  `json:"Index Name"`
	Loops    float64 `json:"Actual Loops"`
	Plans    []plan
}

func explain(t *testing.T, conn *pgx.Conn, options, sql string, args []any) plan {
	t.Helper()
	var text []byte
	if err := conn.QueryRow(t.Context(), "EXPLAIN ("+options+"FORMAT JSON) "+sql, args...).Scan(&text); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	var plans []struct{ Plan plan }
	if err := json.Unmarshal(text, &plans); err != nil {
		t.Fatal(err)
	}
	return plans[0].Plan
}

func (p plan) walk(visit func(plan)) {
	visit(p)
	for _, child := range p.Plans {
		child.walk(visit)
	}
}

// relations returns the scanned partitions of a table; with ANALYZE only those
// that were really opened.
func (p plan) relations(table string, executed bool) []string {
	var names []string
	p.walk(func(n plan) {
		suffix, ok := strings.CutPrefix(n.Relation, table+"_2")
		if ok && (!executed || n.Loops > 0) && !slices.Contains(names, "2"+suffix) {
			names = append(names, "2"+suffix)
		}
	})
	slices.Sort(names)
	return names
}

func weekName(week int32) string { return weekStart(week).Format("20060102") }

func TestHotFiltersUseTheirPartialIndexes(t *testing.T) {
	t.Parallel()
	conn, _ := planDatabase(t)
	for index, filter := range map[string]trace.ObservationFilter{
		"observation_generation": {Generation: &trace.GenerationFilter{TotalTokens: &trace.IntFilter{Gt: new(int64(4900))}}},
		"observation_retrieval":  {Retrieval: &trace.RetrievalFilter{DocumentCount: &trace.IntFilter{Eq: new(int64(0))}}},
		"observation_typed":      {ToolCall: &trace.ToolCallFilter{}},
	} {
		b := newSQLBuilder(filterNow, int64(1))
		sql := "SELECT o.span_id FROM observation o WHERE o.project_id = $1 AND " + b.observationFilter(&filter, "o") +
			" ORDER BY o.start_time DESC, o.span_id DESC, o.trace_id DESC LIMIT 50"
		scans := 0
		explain(t, conn, "", sql, b.args).walk(func(n plan) {
			if n.Relation == "" {
				return
			}
			var parent string
			err := conn.QueryRow(t.Context(), `SELECT p.relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid JOIN pg_class p ON p.oid = inhparent
				WHERE c.relname = $1`, n.Index).Scan(&parent)
			if err != nil || parent != index {
				t.Errorf("%s: %s on %s uses %q of %q (%v)", index, n.NodeType, n.Relation, n.Index, parent, err)
			}
			scans++
		})
		if scans != planWeeks {
			t.Errorf("%s: %d partitions are scanned", index, scans)
		}
	}
}

func TestFiltersOpenOnlyThePartitionsTheyMust(t *testing.T) {
	t.Parallel()
	conn, start := planDatabase(t)
	week := weekOf(unixNanos(start)) + 1
	from, to := weekStart(week), weekStart(week+1)
	within := &trace.TimeRange{From: from.Add(time.Hour), To: new(to.Add(-time.Hour))}

	t.Run("by the time range of the filter", func(t *testing.T) {
		b := newSQLBuilder(filterNow, int64(1))
		filter := &trace.ObservationFilter{And: []*trace.ObservationFilter{{StartedAt: within}, {Text: new("nowhere")}}}
		sql := "SELECT o.span_id FROM observation o WHERE o.project_id = $1 AND " + b.observationFilter(filter, "o") + " ORDER BY o.start_time DESC LIMIT 50"
		p := explain(t, conn, "ANALYZE, ", sql, b.args)
		if got := p.relations("observation", false); !slices.Equal(got, []string{weekName(week)}) {
			t.Errorf("observations are planned in %v", got)
		}
		if got := p.relations("observation_body", true); !slices.Equal(got, []string{weekName(week)}) {
			t.Errorf("bodies are read in %v", got)
		}
	})

	for name, filter := range map[string]*trace.TraceFilter{
		"by the span of a trace for some":  {Some: &trace.ObservationFilter{Level: []trace.Level{trace.LevelError}}},
		"by the span of a trace for none":  {None: &trace.ObservationFilter{Level: []trace.Level{trace.LevelError}}},
		"by the span of a trace for text":  {Text: new("nowhere")},
		"by the span of a trace for steps": {Some: &trace.ObservationFilter{Agent: &trace.AgentFilter{StepCount: &trace.IntFilter{Gt: new(int64(0))}}}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newSQLBuilder(filterNow, int64(1))
			filter.StartedAt = &trace.TimeRange{From: from.Add(48 * time.Hour), To: new(from.Add(49 * time.Hour))}
			sql := "SELECT t.trace_id FROM trace t WHERE t.project_id = $1 AND " + b.traceFilter(filter, "t")
			p := explain(t, conn, "ANALYZE, ", sql, b.args)
			opened := append(p.relations("observation", true), p.relations("observation_body", true)...)
			if got := slices.Compact(opened); !slices.Equal(got, []string{weekName(week)}) {
				t.Errorf("partitions %v are read", got)
			}
		})
	}

	t.Run("by the span of the trace for observations", func(t *testing.T) {
		b := newSQLBuilder(filterNow, int64(1))
		user := fmt.Sprint("u", 6000+1000) // the trace that starts with this span
		filter := &trace.ObservationFilter{Trace: &trace.TraceFilter{UserID: &trace.StringFilter{Eq: &user}}}
		sql := "SELECT o.span_id FROM observation o WHERE o.project_id = $1 AND " + b.observationFilter(filter, "o")
		if got := explain(t, conn, "ANALYZE, ", sql, b.args).relations("observation", true); !slices.Equal(got, []string{weekName(week)}) {
			t.Errorf("partitions %v are read", got)
		}
	})
}
