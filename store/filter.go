package store

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/treeline-dev/treeline/trace"
)

// sqlBuilder compiles filters to SQL. Every value of a filter becomes a
// parameter; the text has only our own words in it, and numbers of enumerated
// types where the planner must see them.
//
// Its conditions are true exactly where the filter holds. Elsewhere they may be
// NULL instead of false, so that a plain comparison stays one that an index can
// answer: use them where NULL counts as false (WHERE, FILTER, EXISTS), never
// under NOT. They are conjunctions: put them in parentheses beside OR.
type sqlBuilder struct {
	args []any
	// now is the moment for which the state of a trace is derived.
	now     time.Time
	aliases int

	// What bounds the rows that are read to a slice of time: see sliceBy. Each is
	// a placeholder, empty for none.
	slicedAlias, sliceFrom, sliceTo, traceFrom string
	// readsPartitions is set where a condition reads observations or bodies beside
	// the row itself.
	readsPartitions bool
}

// newSQLBuilder begins with the arguments that the statement has already.
func newSQLBuilder(now time.Time, args ...any) *sqlBuilder {
	return &sqlBuilder{args: args, now: now}
}

// clone returns a builder that goes on from here on its own.
func (b *sqlBuilder) clone() *sqlBuilder {
	c := *b
	c.args = slices.Clone(b.args)
	return &c
}

// arg adds an argument and returns its placeholder.
func (b *sqlBuilder) arg(value any) string {
	b.args = append(b.args, value)
	return "$" + strconv.Itoa(len(b.args))
}

// alias returns a table alias that the statement does not have yet.
func (b *sqlBuilder) alias(prefix string) string {
	b.aliases++
	return prefix + strconv.Itoa(b.aliases)
}

// observationFilter returns the condition of a filter over table observation
// under the given alias. An invalid filter selects nothing, as in memory.
func (b *sqlBuilder) observationFilter(f *trace.ObservationFilter, alias string) string {
	if f.Validate() != nil {
		return "FALSE"
	}
	return b.observation(f, alias).String()
}

// traceFilter is observationFilter for table trace.
func (b *sqlBuilder) traceFilter(f *trace.TraceFilter, alias string) string {
	if f.Validate() != nil {
		return "FALSE"
	}
	return b.trace(f, alias).String()
}

// sessionFilter is observationFilter for table session. Environment is that of
// the session's newest trace; UserID holds where one of its users fits.
func (b *sqlBuilder) sessionFilter(f *trace.SessionFilter, alias string) string {
	if f.Validate() != nil {
		return "FALSE"
	}
	return b.session(f, alias).String()
}

// conjunction is a list of conditions that must all hold; without any it is
// always true.
type conjunction []string

func (c *conjunction) add(condition ...string) { *c = append(*c, condition...) }

func (c *conjunction) addf(format string, args ...any) { c.add(fmt.Sprintf(format, args...)) }

// String joins the conditions.
func (c conjunction) String() string {
	if len(c) == 0 {
		return "TRUE"
	}
	return strings.Join(c, " AND ")
}

// negated is true wherever the conjunction is not.
func (c conjunction) negated() string { return "(" + c.String() + ") IS NOT TRUE" }

// disjunction joins alternatives. A list without any holds nowhere.
func disjunction(alternatives []conjunction) conjunction {
	switch len(alternatives) {
	case 0:
		return conjunction{"FALSE"}
	case 1:
		return alternatives[0]
	}
	texts := make([]string, len(alternatives))
	for i, a := range alternatives {
		texts[i] = "(" + a.String() + ")"
	}
	return conjunction{"(" + strings.Join(texts, " OR ") + ")"}
}

func (b *sqlBuilder) observation(f *trace.ObservationFilter, o string) conjunction {
	var c conjunction
	if f == nil {
		return c
	}
	b.typed(&c, f, o)
	b.types(&c, f.Types, o)
	b.timeRange(&c, f.StartedAt, o+".start_time")
	for _, g := range f.And {
		c.add(b.observation(g, o)...)
	}
	if f.Or != nil {
		alternatives := make([]conjunction, len(f.Or))
		for i, g := range f.Or {
			alternatives[i] = b.observation(g, o)
		}
		c.add(disjunction(alternatives)...)
	}
	if f.Not != nil {
		c.add(b.observation(f.Not, o).negated())
	}
	b.text(&c, f.Name, o+".name")
	enumerated(b, &c, f.Status, o+".status")
	enumerated(b, &c, f.Level, o+".level")
	b.float(&c, f.DurationMs, milliseconds(o+".end_time", o+".start_time"))
	b.text(&c, f.Service, o+".service")
	b.text(&c, f.Environment, o+".environment")
	b.text(&c, f.Version, o+".version")
	b.body(&c, f, o)
	if f.Score != nil {
		b.score(&c, f.Score, func(s string) conjunction {
			return conjunction{sameColumn(s, o, "project_id"), sameColumn(s, o, "trace_id"), sameColumn(s, o, "span_id")}
		})
	}
	if f.IsRoot != nil {
		t := b.alias("t")
		exists := conjunction{sameColumn(t, o, "project_id"), sameColumn(t, o, "trace_id"), t + ".root_span_id = " + o + ".span_id"}
		c.add(not(!*f.IsRoot) + "EXISTS (SELECT FROM trace " + t + " WHERE " + exists.String() + ")")
	}
	if f.Trace != nil {
		// The window says nothing new of the observation; it lets the planner
		// start from the trace and open only the partitions that it lies in.
		t := b.alias("t")
		where := append(conjunction{sameColumn(t, o, "project_id"), sameColumn(t, o, "trace_id"), b.window(o, t)}, b.trace(f.Trace, t)...)
		c.addf("EXISTS (SELECT FROM trace %s WHERE %s)", t, where)
	}
	return c
}

// types emits the numbers themselves: the partial indexes are by type.
func (b *sqlBuilder) types(c *conjunction, types []trace.ObservationType, o string) {
	switch {
	case types == nil:
	case len(types) == 0:
		c.add("FALSE")
	case len(types) == 1:
		c.add(ofType(o, types[0]))
	default:
		numbers := make([]string, len(types))
		for i, t := range types {
			numbers[i] = strconv.Itoa(int(t))
		}
		c.addf("%s.type IN (%s)", o, strings.Join(numbers, ", "))
	}
}

func ofType(o string, t trace.ObservationType) string {
	return o + ".type = " + strconv.Itoa(int(t))
}

func (b *sqlBuilder) typed(c *conjunction, f *trace.ObservationFilter, o string) {
	if g := f.Generation; g != nil {
		c.add(ofType(o, trace.TypeGeneration))
		b.text(c, g.Model, o+".model")
		b.text(c, g.Provider, o+".provider")
		b.int(c, g.InputTokens, o+".input_tokens", "")
		b.int(c, g.OutputTokens, o+".output_tokens", "")
		b.int(c, g.TotalTokens, o+".total_tokens", "")
		b.float(c, g.Cost, dollars(o+".cost"))
		b.float(c, g.TimeToFirstTokenMs, o+".ttft_ms")
		b.anyText(c, g.FinishReason, "unnest("+o+".finish_reasons) AS r (v)", nil, "r.v")
		b.text(c, g.PromptName, o+".prompt_name")
		b.int(c, g.PromptNumber, o+".prompt_number", "::bigint")
	}
	if r := f.Retrieval; r != nil {
		c.add(ofType(o, trace.TypeRetrieval))
		b.int(c, r.DocumentCount, o+".document_count", "::bigint")
		b.float(c, r.TopRelevance, o+".top_relevance")
		b.text(c, r.Source, o+".source")
	}
	if t := f.ToolCall; t != nil {
		c.add(ofType(o, trace.TypeToolCall))
		b.text(c, t.ToolName, o+".tool_name")
		b.boolean(c, t.IsError, o+".is_error")
	}
	if g := f.Guardrail; g != nil {
		c.add(ofType(o, trace.TypeGuardrail))
		b.text(c, g.Policy, o+".policy")
		b.boolean(c, g.Passed, o+".passed")
		enumerated(b, c, g.Verdict, o+".verdict")
		enumerated(b, c, g.Action, o+".action")
	}
	if a := f.Agent; a != nil {
		c.add(ofType(o, trace.TypeAgent))
		b.text(c, a.AgentName, o+".agent_name")
		if a.StepCount != nil {
			b.int(c, a.StepCount, b.stepCount(o), "")
		}
	}
	if e := f.Evaluator; e != nil {
		c.add(ofType(o, trace.TypeEvaluator))
		b.text(c, e.ScoreName, o+".score_name")
		b.float(c, e.ScoreValue, o+".score_value")
	}
}

// stepCount is the number of direct children of observation o that are not
// events.
func (b *sqlBuilder) stepCount(o string) string {
	t, child := b.alias("t"), b.alias("o")
	where := conjunction{
		sameColumn(t, o, "project_id"), sameColumn(t, o, "trace_id"),
		sameColumn(child, o, "project_id"), sameColumn(child, o, "trace_id"), b.window(child, t),
		child + ".parent_span_id = " + o + ".span_id", "NOT " + ofType(child, trace.TypeEvent),
	}
	return "(SELECT count(*) FROM trace " + t + ", observation " + child + " WHERE " + where.String() + ")"
}

// body adds what is read from the observation's body. It is a scalar subquery,
// evaluated for the rows that are left when all else has been looked at: joined,
// it could make the planner read all bodies first.
func (b *sqlBuilder) body(c *conjunction, f *trace.ObservationFilter, o string) {
	var holds conjunction
	body := b.alias("b")
	if f.Retrieval != nil {
		b.text(&holds, f.Retrieval.Query, collated(body+".query"))
	}
	for _, a := range f.Attributes {
		b.attribute(&holds, a, body+".attributes")
	}
	if f.Text != nil {
		b.search(&holds, *f.Text, body, bodyInput, bodyOutput)
	}
	if len(holds) == 0 {
		return
	}
	where := conjunction{sameColumn(body, o, "project_id"), sameColumn(body, o, "trace_id"), sameColumn(body, o, "span_id"), sameColumn(body, o, "start_time")}
	where.add(b.sliceOf(body, o)...)
	c.addf("(SELECT %s FROM observation_body %s WHERE %s)", holds, body, where)
}

func (b *sqlBuilder) attribute(c *conjunction, f *trace.AttributeFilter, attributes string) {
	v := f.Value
	if v.String.IsEmpty() && v.Number.IsEmpty() && v.Boolean == nil && v.Exists == nil {
		return // an argument must not stay unused
	}
	key := b.arg(f.Key) + "::text"
	value := "(" + attributes + " -> " + key + ")"
	switch {
	case v.String != nil:
		b.text(c, v.String, collated("(CASE WHEN jsonb_typeof("+value+") = 'string' THEN "+attributes+" ->> "+key+" END)"))
	case v.Number != nil:
		// Only a CASE keeps the casts from rows where they fail. The bounds are
		// those of the evaluator in package trace.
		number := value + "::numeric"
		b.float(c, v.Number, "(CASE WHEN jsonb_typeof("+value+") = 'number' THEN CASE WHEN "+number+" = 0 OR abs("+number+
			") >= 1e-300 AND abs("+number+") < 1e308 THEN "+number+"::double precision END END)")
	case v.Boolean != nil:
		c.addf("%s = '%t'::jsonb", value, *v.Boolean)
	case *v.Exists:
		c.addf("%s ? %s", attributes, key)
	default:
		c.add(conjunction{attributes + " ? " + key}.negated())
	}
}

// score adds that a score of the target exists or, with Absent, that none does.
func (b *sqlBuilder) score(c *conjunction, f *trace.ScoreFilter, target func(score string) conjunction) {
	s := b.alias("s")
	where := target(s)
	where.add(s + ".name = " + b.arg(f.Name))
	b.float(&where, f.Number, ofKind(s, "number", scoreNumeric))
	b.text(&where, f.Label, ofKind(s, "label", scoreNumeric, scoreLabel))
	b.boolean(&where, f.Passed, ofKind(s, "passed", scoreBoolean))
	enumerated(b, &where, f.Source, s+".source")
	c.add(not(f.Absent != nil && *f.Absent) + "EXISTS (SELECT FROM score " + s + " WHERE " + where.String() + ")")
}

// ofKind is a column of a score that has a meaning only for some kinds.
func ofKind(score, column string, kinds ...int) string {
	numbers := make([]string, len(kinds))
	for i, kind := range kinds {
		numbers[i] = strconv.Itoa(kind)
	}
	return "(CASE WHEN " + score + ".kind IN (" + strings.Join(numbers, ", ") + ") THEN " + score + "." + column + " END)"
}

func (b *sqlBuilder) trace(f *trace.TraceFilter, t string) conjunction {
	var c conjunction
	if f == nil {
		return c
	}
	b.timeRange(&c, f.StartedAt, t+".start_time")
	for _, g := range f.And {
		c.add(b.trace(g, t)...)
	}
	if f.Or != nil {
		alternatives := make([]conjunction, len(f.Or))
		for i, g := range f.Or {
			alternatives[i] = b.trace(g, t)
		}
		c.add(disjunction(alternatives)...)
	}
	if f.Not != nil {
		c.add(b.trace(f.Not, t).negated())
	}
	b.text(&c, f.Name, t+".name")
	b.text(&c, f.UserID, t+".user_id")
	b.text(&c, f.SessionID, t+".session_id")
	b.text(&c, f.Environment, t+".environment")
	b.text(&c, f.Release, t+".release")
	b.text(&c, f.Version, t+".version")
	if len(f.Tags) > 0 {
		c.addf("%s.tags @> %s", t, b.arg(f.Tags))
	}
	if f.State != nil {
		b.state(&c, f.State, t)
	}
	b.float(&c, f.DurationMs, "(CASE WHEN "+t+".running_count <= 0 THEN "+milliseconds(t+".end_time", t+".start_time")+" END)")
	b.int(&c, f.TotalTokens, t+".total_tokens", "")
	b.float(&c, f.Cost, dollars(t+".cost"))
	if f.Score != nil {
		b.score(&c, f.Score, func(s string) conjunction {
			return conjunction{sameColumn(s, t, "project_id"), sameColumn(s, t, "trace_id"), s + ".span_id IS NULL"}
		})
	}
	if f.Some != nil {
		c.add(b.some(f.Some, t))
	}
	if f.None != nil {
		c.add("NOT " + b.some(f.None, t))
	}
	if f.Text != nil {
		body := b.alias("b")
		where := conjunction{sameColumn(body, t, "project_id"), sameColumn(body, t, "trace_id"), b.window(body, t)}
		b.search(&where, *f.Text, body, bodyInput, bodyOutput, bodyTraceInput, bodyTraceOutput)
		// OFFSET keeps it from becoming a join, which could read all bodies first.
		c.addf("EXISTS (SELECT FROM observation_body %s WHERE %s OFFSET 0)", body, where)
	}
	return c
}

// some is true where an observation of the trace fits, and never NULL.
func (b *sqlBuilder) some(f *trace.ObservationFilter, t string) string {
	o := b.alias("o")
	where := append(conjunction{sameColumn(o, t, "project_id"), sameColumn(o, t, "trace_id"), b.window(o, t)}, b.observation(f, o)...)
	return "EXISTS (SELECT FROM observation " + o + " WHERE " + where.String() + ")"
}

// state derives what trace.StateOf does.
func (b *sqlBuilder) state(c *conjunction, states []trace.TraceState, t string) {
	var (
		hasRoot  = fmt.Sprintf("%s.root_rank <= %d", t, trace.RankAppRoot)
		unsettle = b.arg(b.now.Add(-trace.SettleTime).UnixNano())
		numbers  = make([]int32, len(states))
	)
	for i, s := range states {
		numbers[i] = int32(s)
	}
	c.addf("(CASE WHEN %[1]s.running_count > 0 OR NOT %[2]s AND %[1]s.last_arrival > %[3]s THEN %[4]d"+
		" WHEN %[2]s AND %[1]s.root_status = %[5]d OR NOT %[2]s AND %[1]s.failed_count > 0 THEN %[6]d ELSE %[7]d END) = ANY(%[8]s)",
		t, hasRoot, unsettle, trace.StateRunning, trace.StatusError, trace.StateFailed, trace.StateComplete, b.arg(numbers))
}

func (b *sqlBuilder) session(f *trace.SessionFilter, s string) conjunction {
	var c conjunction
	if f == nil {
		return c
	}
	b.timeRange(&c, f.StartedAt, s+".start_time")
	b.text(&c, f.SessionID, s+".session_id")
	if f.Environment != nil {
		t := b.alias("t")
		of := conjunction{sameColumn(t, s, "project_id"), sameColumn(t, s, "session_id")}
		b.text(&c, f.Environment, "(SELECT "+t+".environment FROM trace "+t+" WHERE "+of.String()+
			" ORDER BY "+t+".start_time DESC, "+t+".trace_id DESC LIMIT 1)")
	}
	if f.UserID != nil {
		t := b.alias("t")
		of := conjunction{sameColumn(t, s, "project_id"), sameColumn(t, s, "session_id"), t + ".user_id IS NOT NULL"}
		b.anyText(&c, f.UserID, "trace "+t, of, t+".user_id")
	}
	return c
}

// sameColumn joins two tables on a column of the same name.
func sameColumn(a, b, column string) string { return a + "." + column + " = " + b + "." + column }

// traceWindow bounds the rows of a trace by its first and last start, which tells
// PostgreSQL the partitions to open.
func traceWindow(row, t string) string {
	return row + ".start_time >= " + t + ".start_time AND " + row + ".start_time <= " + t + ".last_start"
}

func not(negate bool) string {
	if negate {
		return "NOT "
	}
	return ""
}
