package store

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/treeline-dev/treeline/trace"
)

// Filters are evaluated by the dozen, so that a round trip is worth its time.
const filtersPerCheck = 24

func TestFiltersMeanTheSameInSQLAndInMemory(t *testing.T) {
	t.Parallel()
	conn := filterDatabase(t)
	traces := traceContexts.Example(1)
	insertTraces(t, conn, traces)
	selective := map[string]int{}
	rapid.Check(t, func(r *rapid.T) {
		queue := &pgx.Batch{}
		for range filtersPerCheck / 2 {
			checkObservationFilter(r, queue, traces, observationFilters.Draw(r, "filter"), selective)
			checkTraceFilter(r, queue, traces, traceFilters.Draw(r, "filter"), selective)
		}
		if err := conn.SendBatch(t.Context(), queue).Close(); err != nil {
			r.Fatal(err)
		}
	})
	t.Logf("%v", selective)
	if selective["neither all nor none"] < selective["filters"]/5 {
		t.Errorf("most filters select everything or nothing: %v", selective)
	}
}

func checkObservationFilter(r *rapid.T, queue *pgx.Batch, traces []*trace.TraceContext, f *trace.ObservationFilter, selective map[string]int) {
	matcher, err := f.Matcher()
	if err != nil {
		return
	}
	var want []string
	total := 0
	for _, tc := range traces {
		total += len(tc.Observations)
		for _, o := range tc.Observations {
			if matcher.Match(trace.Subject{Observation: o, Trace: tc}) {
				want = append(want, fmt.Sprintf("%s %d", tc.Trace.TraceID, o.Core().SpanID.Ordinal()))
			}
		}
	}
	b := newSQLBuilder(filterNow, int64(1))
	sql := "SELECT replace(o.trace_id::text, '-', '') || ' ' || o.span_id FROM observation o WHERE o.project_id = $1 AND " + b.observationFilter(f, "o")
	compareWithSQL(r, queue, f, sql, b.args, want, total, selective)
}

func checkTraceFilter(r *rapid.T, queue *pgx.Batch, traces []*trace.TraceContext, f *trace.TraceFilter, selective map[string]int) {
	matcher, err := f.Matcher()
	if err != nil {
		return
	}
	var want []string
	for _, tc := range traces {
		if matcher.Match(tc) {
			want = append(want, tc.Trace.TraceID.String())
		}
	}
	b := newSQLBuilder(filterNow, int64(1))
	sql := "SELECT replace(t.trace_id::text, '-', '') FROM trace t WHERE t.project_id = $1 AND " + b.traceFilter(f, "t")
	compareWithSQL(r, queue, f, sql, b.args, want, len(traces), selective)
}

func compareWithSQL(r *rapid.T, queue *pgx.Batch, filter any, sql string, args []any, want []string, total int, selective map[string]int) {
	selective["filters"]++
	if len(want) > 0 && len(want) < total {
		selective["neither all nor none"]++
	}
	queue.Queue(sql, args...).Query(func(rows pgx.Rows) error {
		got, err := pgx.CollectRows(rows, pgx.RowTo[string])
		text, _ := json.Marshal(filter)
		if err != nil {
			return fmt.Errorf("%w\nfilter %s\nSQL %s", err, text, sql)
		}
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			r.Errorf("memory (-) and SQL (+) differ:\n%s\nfilter %s\nSQL %s", diff, text, sql)
		}
		return nil
	})
}

// subtlePatterns are those whose text an engine might take for something else.
var subtlePatterns = []string{
	"[^\n]|a", "a$", "^a", "a|", "|a", "()", "(|a)+$", "(?:)", "a{0}", "a{0,0}b", "(a|b*)*$", "((a*)*)*b", `\*\*\*`, `\*\*\*:a`, `\(\?i\)A`, "{", "a{,2}", "a{1|b", "a{1", "[a\\\\]",
	"[[.a.]]", "[[=a=]]", "[a-c-e]", `[\w-]`, "[--0]", `[\^]`, "[^^]", "x*", "$", "^", "^$", "$^", "a$b", "^^a$$", `\.\n`, "(?:a|b)(?:c|d){0,1}", "[é-日]", "日+", "\u0301", "#a", " a",
}

func TestPatternsMeanTheSameInBothEngines(t *testing.T) {
	t.Parallel()
	conn := filterDatabase(t)
	characters := rapid.SampledFrom([]rune("aabbccdhHA0159_ -}]é߀日本𝒳\n\t.\\*[({^$\"'😀\u2028\x01~"))
	rapid.Check(t, func(r *rapid.T) {
		texts := append(rapid.SliceOfN(rapid.StringOfN(characters, 0, 8, -1), 20, 20).Draw(r, "texts"), "", "\n", "a\n", "a", "{", "***", "(?i)a")
		queue := &pgx.Batch{}
		for i := range filtersPerCheck + len(subtlePatterns) {
			pattern := ""
			if i < len(subtlePatterns) {
				pattern = subtlePatterns[i]
			} else if pattern = patterns.Draw(r, "pattern"); trace.CheckPattern(pattern) != nil {
				continue
			}
			want := make([]bool, len(texts))
			for i, text := range texts {
				want[i] = regexp.MustCompile("(?s)" + pattern).MatchString(text)
			}
			are := arePattern(pattern)
			queue.Queue(`SELECT array_agg((x COLLATE "C") ~ $1 ORDER BY n) FROM unnest($2::text[]) WITH ORDINALITY AS u (x, n)`, are, texts).
				QueryRow(func(row pgx.Row) error {
					var got []bool
					if err := row.Scan(&got); err != nil {
						return fmt.Errorf("%q as %q: %w", pattern, are, err)
					}
					for i := range texts {
						if got[i] != want[i] {
							r.Errorf("%q (as %q) on %q: PostgreSQL says %t, RE2 %t", pattern, are, texts[i], got[i], want[i])
						}
					}
					return nil
				})
		}
		if err := conn.SendBatch(t.Context(), queue).Close(); err != nil {
			r.Fatal(err)
		}
	})
}
