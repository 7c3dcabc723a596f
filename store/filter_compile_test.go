package store

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

func TestHotFiltersAreComparisonsThatIndexesAnswer(t *testing.T) {
	t.Parallel()
	to := filterNow.Add(1)
	for name, c := range map[string]struct {
		filter trace.ObservationFilter
		want   string
	}{
		"tokens": {
			trace.ObservationFilter{Generation: &trace.GenerationFilter{TotalTokens: &trace.IntFilter{Gt: new(int64(2000))}}},
			"o.type = 1 AND o.total_tokens > $2",
		},
		"documents": {
			trace.ObservationFilter{Retrieval: &trace.RetrievalFilter{DocumentCount: &trace.IntFilter{Eq: new(int64(0))}}},
			"o.type = 2 AND o.document_count = $2::bigint",
		},
		"the same below and": {
			trace.ObservationFilter{And: []*trace.ObservationFilter{
				{Types: []trace.ObservationType{trace.TypeGeneration}}, {StartedAt: &trace.TimeRange{From: filterNow, To: &to}},
			}},
			"o.type = 1 AND o.start_time >= $2 AND o.start_time < $3",
		},
		"nothing": {trace.ObservationFilter{}, "TRUE"},
		"invalid": {trace.ObservationFilter{Text: new("?")}, "FALSE"},
		"not":     {trace.ObservationFilter{Not: &trace.ObservationFilter{Name: &trace.StringFilter{Eq: new("x")}}}, "(o.name = $2) IS NOT TRUE"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := newSQLBuilder(filterNow, int64(1)).observationFilter(&c.filter, "o"); got != c.want {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestClonedBuilderKeepsItsArguments(t *testing.T) {
	t.Parallel()
	b := newSQLBuilder(filterNow, 1)
	c := b.clone()
	b.arg("b")
	if place := c.arg("c"); place != "$2" || c.args[1] != "c" || b.args[1] != "b" {
		t.Errorf("got %s, %v and %v", place, c.args, b.args)
	}
}

func TestSessionFilters(t *testing.T) {
	t.Parallel()
	conn := filterDatabase(t)
	if _, err := conn.Exec(t.Context(), `INSERT INTO session (project_id, session_id, start_time, last_activity) VALUES
		(1, 'one', 10, 20), (1, 'two', 30, 40), (1, 'none', 50, 60)`); err != nil {
		t.Fatal(err)
	}
	for i, row := range []struct {
		session, environment string
		user                 *string
		start                int64
	}{{"one", "dev", new("ann"), 10}, {"one", "prod", new("bob"), 11}, {"two", "prod", nil, 30}, {"two", "dev", nil, 31}} {
		tr := &trace.Trace{ProjectID: 1, TraceID: trace.TraceID{byte(i + 1)}, SessionID: &row.session, Environment: row.environment, UserID: row.user,
			StartedAt: fromNanos(row.start), LastEnd: fromNanos(row.start), LastStart: fromNanos(row.start), LastArrival: filterNow, Tags: []string{}, Services: []string{}}
		insertTraces(t, conn, []*trace.TraceContext{{Trace: tr}})
	}
	to := fromNanos(30)
	for name, c := range map[string]struct {
		filter *trace.SessionFilter
		want   []string
	}{
		"nil":                           {nil, []string{"none", "one", "two"}},
		"no condition":                  {&trace.SessionFilter{UserID: &trace.StringFilter{}, Environment: &trace.StringFilter{}}, []string{"none", "one", "two"}},
		"start":                         {&trace.SessionFilter{StartedAt: &trace.TimeRange{From: fromNanos(10), To: &to}}, []string{"one"}},
		"id":                            {&trace.SessionFilter{SessionID: &trace.StringFilter{In: []string{"two", "three"}}}, []string{"two"}},
		"environment of newest trace":   {&trace.SessionFilter{Environment: &trace.StringFilter{Eq: new("prod")}}, []string{"one"}},
		"any user":                      {&trace.SessionFilter{UserID: &trace.StringFilter{Eq: new("ann")}}, []string{"one"}},
		"any user but one":              {&trace.SessionFilter{UserID: &trace.StringFilter{NotIn: []string{"ann"}}}, []string{"one"}},
		"one user meets all":            {&trace.SessionFilter{UserID: &trace.StringFilter{StartsWith: new("a"), Contains: new("b")}}, nil},
		"without users":                 {&trace.SessionFilter{UserID: &trace.StringFilter{IsNull: new(true)}}, []string{"none", "two"}},
		"with users":                    {&trace.SessionFilter{UserID: &trace.StringFilter{IsNull: new(false)}}, []string{"one"}},
		"without users but with a name": {&trace.SessionFilter{UserID: &trace.StringFilter{IsNull: new(true), Eq: new("ann")}}, nil},
		"invalid":                       {&trace.SessionFilter{SessionID: &trace.StringFilter{Eq: new("\x00")}}, nil},
	} {
		b := newSQLBuilder(filterNow, int64(1))
		rows, err := conn.Query(t.Context(), "SELECT s.session_id FROM session s WHERE s.project_id = $1 AND "+b.sessionFilter(c.filter, "s")+" ORDER BY 1", b.args...)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %s", name, cmp.Diff(c.want, got))
		}
	}
}

// FuzzFilterCompile holds that a filter becomes balanced SQL of our own words,
// which names each of its arguments.
func FuzzFilterCompile(f *testing.F) {
	for i := range 40 {
		text, err := json.Marshal(observationFilters.Example(i))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"And":[null,{"Attributes":[null]},{"Attributes":[{"Key":"k"}]},{"Trace":{"Tags":["x') OR TRUE --"],"State":[9],"Text":"a b"}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var o trace.ObservationFilter
		var tr trace.TraceFilter
		var s trace.SessionFilter
		if json.Unmarshal(text, &o) == nil {
			checkSQL(t, func(b *sqlBuilder) string { return b.observationFilter(&o, "o") })
			if matcher, err := o.Matcher(); err == nil {
				matcher.Match(trace.Subject{Observation: &trace.Agent{}})
			}
		}
		if json.Unmarshal(text, &tr) == nil {
			checkSQL(t, func(b *sqlBuilder) string { return b.traceFilter(&tr, "t") })
		}
		if json.Unmarshal(text, &s) == nil {
			checkSQL(t, func(b *sqlBuilder) string { return b.sessionFilter(&s, "s") })
		}
	})
}

var (
	placeholder = regexp.MustCompile(`\$(\d+)`)
	// ownWords are the only characters that the compiler writes by itself.
	ownWords = regexp.MustCompile(`^[A-Za-z0-9_ .,()<>=~|&@?$':*/\->\[\]"]*$`)
	quoted   = regexp.MustCompile(`'[^']*'`)
	literals = []string{"'string'", "'number'", "'true'", "'false'", "'T'", "'J'"}
)

func checkSQL(t *testing.T, compile func(*sqlBuilder) string) {
	t.Helper()
	b := newSQLBuilder(filterNow, "first")
	sql := compile(b)
	used := map[int]bool{1: true}
	for _, m := range placeholder.FindAllStringSubmatch(sql, -1) {
		n, err := strconv.Atoi(m[1])
		if err != nil || n < 2 || n > len(b.args) {
			t.Fatalf("%s is no argument of %d in %s", m[0], len(b.args), sql)
		}
		used[n] = true
	}
	if len(used) != len(b.args) {
		t.Fatalf("%d of %d arguments are used in %s", len(used), len(b.args), sql)
	}
	if strings.Count(sql, "(") != strings.Count(sql, ")") || !ownWords.MatchString(sql) {
		t.Fatalf("unexpected SQL: %s", sql)
	}
	for _, q := range quoted.FindAllString(sql, -1) {
		if !slices.Contains(literals, q) {
			t.Fatalf("the literal %s in %s", q, sql)
		}
	}
}
