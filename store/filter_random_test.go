package store

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/treeline-dev/treeline/trace"
)

// The pools are small, so that filters meet values, and nasty, so that the two
// interpreters would part if they could.
var (
	textPool = []string{
		"", "a", "chat", "Chat", "chat gpt", "search", "tool_call", "naïve", "straße", "STRASSE", "İstanbul", "istanbul", "ısı",
		"Σίσυφος", "ΣΊΣΥΦΟΣ", "cafe\u0301", "café", "日本語テキスト", `quo"te\back`, `a.b*c$`, "new\nline", "tab\t", "%_", "\u2028", "𝒳y", "ﬁ",
		"\x01\x7f", "ﺍ", "zz'; DROP TABLE trace; --",
	}
	wordPool = []string{
		"hello", "Hello", "HELLO", "world", "nworld", "n", "u0041", "u00", "x", "straße", "STRASSE", "strasse", "ſtraße", "K", "k", "İstanbul", "istanbul",
		"Σίσυφος", "σίσυφοσ", "cafe\u0301", "café", "日本", "本語", "テスト", "サーバー", "ไทย", "हिन्दी", "42", "٤٢", "𝒳", "x𝒳", "한국어", "ﬁ", "a1b2", "ǅ", "ǆ", "ͅι",
	}
	gapPool = []string{
		" ", "", "\n", "\r\n", "\t", `\`, `\\`, `\n`, `\u0041`, `\"`, `"`, "'", "-", "_", ".", "…", "\x1b[31m", "\u00a0", "\x07", "،", "।", "\u200d", "/", `\u00`, `\x`, "😀", "\x01",
	}
	intPool   = []int64{0, 1, 2, 99, 1999, 2000, 2001, math.MaxInt32, math.MaxInt32 + 1, 1 << 53, 1<<53 + 1, math.MaxInt64, math.MinInt64, -1}
	floatPool = []float64{
		0, math.Copysign(0, -1), 0.1, 0.3, 0.1 + 0.2, 1, 2.5, 1e-9, 1e300, -1e300, 9.99e307, math.MaxFloat64, math.SmallestNonzeroFloat64, 123456789.123,
	}
	storedFloatPool = append([]float64{math.Inf(1), math.Inf(-1), math.NaN()}, floatPool...)
	nanosPool       = []int64{0, 1, 3, 600_000, 100_000_000, 300_000_000, 1_000_000_000, 123_456_789_012, 1 << 53, 1<<53 + 1, math.MaxInt64}
	attributePool   = []string{
		`"chat"`, `"a"`, `""`, `"new\nline"`, `true`, `false`, `null`, `0`, `-0`, `0.1`, `0.30000000000000004`, `0.30000000000000003`, `1E2`, `100`, `1e308`, `1e400`, `-1e400`,
		`9.99e307`, `9.9999999999999999999999999e307`, `1e-300`, `9.99e-301`, `1e-400`, `0e10`, `0.0001e3`, `9007199254740993`, `123456789012345678901234567890`, `{"a":1}`, `["chat"]`, `"日本語"`,
	}
	keyPool = []string{"gen_ai.x", "k", "naïve key", `quo"te`, "chat", "0"}
	tagPool = []string{"a", "b", "Chat", "日本"}
	epoch   = filterNow.Add(-10 * 24 * time.Hour)
	// durationPool holds the differences of any two times.
	durationPool = []time.Duration{0, 1, time.Microsecond, 1500 * time.Microsecond, time.Second, 333333333, time.Minute, 26 * time.Hour, 9 * 24 * time.Hour}
)

func pick[T any](t *rapid.T, pool []T) T { return rapid.SampledFrom(pool).Draw(t, "pick") }

func chance(t *rapid.T, percent int) bool { return rapid.IntRange(1, 100).Draw(t, "chance") <= percent }

func maybe[T any](t *rapid.T, make func() T) *T {
	if chance(t, 30) {
		return nil
	}
	v := make()
	return &v
}

func maybeText(t *rapid.T) *string { return maybe(t, func() string { return pick(t, textPool) }) }
func maybeInt(t *rapid.T) *int64   { return maybe(t, func() int64 { return pick(t, intPool) }) }
func maybeFloat(t *rapid.T) *float64 {
	return maybe(t, func() float64 { return pick(t, storedFloatPool) })
}
func maybeBool(t *rapid.T) *bool { return maybe(t, func() bool { return chance(t, 50) }) }

func spanID(n int) (id trace.SpanID) {
	binary.BigEndian.PutUint64(id[:], uint64(n))
	// Half of the ids have the highest bit set.
	id[0] |= byte(n%2) << 7
	return id
}

func randomTime(t *rapid.T) time.Time {
	return epoch.Add(pick(t, durationPool)).Add(pick(t, durationPool))
}

// randomBody makes text, or JSON around it, out of words and what may stand
// between them.
func randomBody(t *rapid.T) *trace.Payload {
	var b strings.Builder
	for range rapid.IntRange(0, 5).Draw(t, "words") {
		b.WriteString(pick(t, wordPool))
		b.WriteString(pick(t, gapPool))
		if chance(t, 30) {
			b.WriteString(pick(t, gapPool))
		}
	}
	switch text := b.String(); rapid.IntRange(0, 4).Draw(t, "format") {
	case 0:
		return nil
	case 1, 2:
		return trace.TextPayload(text)
	case 3:
		return trace.JSONPayload(trace.EncodeJSON(map[string]any{"k": []string{text, pick(t, wordPool)}}))
	default:
		// Cut JSON may end within an escape.
		cut := string(trace.EncodeJSON([]string{text + "\x1b" + text}))
		cut = strings.ToValidUTF8(cut[:rapid.IntRange(0, len(cut)).Draw(t, "cut")], "")
		return &trace.Payload{MimeType: trace.MimeJSON, Bytes: len(cut), Content: cut, IsTruncated: true}
	}
}

func randomAttributes(t *rapid.T) trace.JSON {
	if chance(t, 20) {
		return nil
	}
	fields := make([]string, 0, len(keyPool))
	for _, key := range keyPool {
		if chance(t, 60) {
			fields = append(fields, string(trace.AppendJSONString(nil, key))+":"+pick(t, attributePool))
		}
	}
	return trace.JSON("{" + strings.Join(fields, ",") + "}")
}

func randomObservation(t *rapid.T, traceID trace.TraceID, n int) trace.Observation {
	o := trace.New(trace.ObservationType(rapid.IntRange(0, int(trace.TypeEvent)).Draw(t, "type")))
	c := o.Core()
	c.ProjectID, c.TraceID, c.SpanID = 1, traceID, spanID(n)
	if chance(t, 70) {
		c.ParentSpanID = spanID(rapid.IntRange(1, 6).Draw(t, "parent"))
	}
	c.Name, c.Service, c.Environment, c.Version = pick(t, textPool), maybeText(t), pick(t, textPool), maybeText(t)
	c.StartedAt = randomTime(t)
	c.EndedAt = maybe(t, func() time.Time { return c.StartedAt.Add(pick(t, durationPool)) })
	c.Status, c.Level = trace.Status(rapid.IntRange(0, 3).Draw(t, "status")), trace.Level(rapid.IntRange(0, 3).Draw(t, "level"))
	c.Input, c.Output, c.RawAttributes = randomBody(t), randomBody(t), randomAttributes(t)
	if chance(t, 20) {
		c.Claims = &trace.Claims{Input: randomBody(t), Output: randomBody(t)}
	}
	count := func() *int {
		return maybe(t, func() int { return int(min(max(pick(t, intPool), math.MinInt32), math.MaxInt32)) })
	}
	switch o := o.(type) {
	case *trace.Generation:
		o.RequestModel, o.ResponseModel, o.Provider, o.TimeToFirstTokenMs = maybeText(t), maybeText(t), maybeText(t), maybeFloat(t)
		o.Usage = trace.Usage{InputTokens: maybeInt(t), OutputTokens: maybeInt(t), TotalTokens: maybeInt(t)}
		o.Cost.Total = maybe(t, func() trace.Nanos { return trace.Nanos(pick(t, nanosPool)) })
		o.FinishReasons = rapid.SliceOfN(rapid.SampledFrom(textPool), 0, 3).Draw(t, "reasons")
		o.PromptName, o.PromptNumber = maybeText(t), count()
	case *trace.Retrieval:
		o.DocumentCount = rapid.IntRange(0, 3).Draw(t, "documents")
		o.TopRelevance, o.Source, o.Query = maybeFloat(t), maybeText(t), maybeText(t)
	case *trace.ToolCall:
		o.ToolName, o.IsError = pick(t, textPool), chance(t, 50)
	case *trace.Guardrail:
		o.Policy, o.Passed = maybeText(t), maybeBool(t)
		o.Verdict = trace.GuardrailVerdict(rapid.IntRange(0, 5).Draw(t, "verdict"))
		o.Action = trace.GuardrailAction(rapid.IntRange(0, 4).Draw(t, "action"))
	case *trace.Agent:
		o.AgentName = maybeText(t)
	case *trace.Evaluator:
		o.ScoreName, o.ScoreValue = maybeText(t), maybeFloat(t)
	}
	return o
}

func randomScore(t *rapid.T, n int, traceID trace.TraceID) *trace.Score {
	s := &trace.Score{
		ProjectID: 1, ScoreID: fmt.Sprint(traceID, n), Name: pick(t, tagPool), CreatedAt: filterNow, TraceID: traceID,
		Source: trace.ScoreSource(rapid.IntRange(0, 4).Draw(t, "source")),
	}
	if chance(t, 60) {
		s.SpanID = spanID(rapid.IntRange(1, 5).Draw(t, "span"))
	}
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		s.Value = &trace.NumericScore{Number: pick(t, storedFloatPool), Label: maybeText(t)}
	case 1:
		s.Value = &trace.LabelScore{Label: pick(t, textPool)}
	case 2:
		s.Value = &trace.BooleanScore{Passed: chance(t, 50)}
	default:
		s.Value = &trace.TextScore{Text: pick(t, textPool)}
	}
	return s
}

// randomTraceContext makes a trace whose summary has little to do with its
// observations, but for the span of their starts.
func randomTraceContext(t *rapid.T, n int) *trace.TraceContext {
	row := &trace.Trace{
		ProjectID: 1, TraceID: trace.TraceID{byte(n >> 8), byte(n), 1},
		Name: maybeText(t), UserID: maybeText(t), SessionID: maybeText(t), Environment: pick(t, textPool), Release: maybeText(t), Version: maybeText(t),
		Tags:       rapid.SliceOfNDistinct(rapid.SampledFrom(tagPool), 0, 3, rapid.ID).Draw(t, "tags"),
		Usage:      trace.Usage{TotalTokens: maybeInt(t)},
		RootSpanID: spanID(rapid.IntRange(1, 5).Draw(t, "root")),
		RootRank:   trace.RootRank(rapid.IntRange(0, 4).Draw(t, "rank")), RootStatus: trace.Status(rapid.IntRange(0, 3).Draw(t, "status")),
		LastArrival: filterNow.Add(-pick(t, []time.Duration{0, time.Second, trace.SettleTime - 1, trace.SettleTime, trace.SettleTime + 1, time.Hour})),
		Services:    []string{},
	}
	row.Cost.Total = maybe(t, func() trace.Nanos { return trace.Nanos(pick(t, nanosPool)) })
	if chance(t, 30) {
		row.RunningCount = 1
	}
	row.Counts.Failed = rapid.IntRange(0, 1).Draw(t, "failed")
	tc := &trace.TraceContext{Trace: row, Now: filterNow}
	for i := range rapid.IntRange(1, 6).Draw(t, "observations") {
		o := randomObservation(t, row.TraceID, i+1)
		start := o.Core().StartedAt
		if i == 0 || start.Before(row.StartedAt) {
			row.StartedAt = start
		}
		if start.After(row.LastStart) {
			row.LastStart = start
		}
		tc.Observations = append(tc.Observations, o)
	}
	row.LastEnd = row.LastStart.Add(pick(t, durationPool))
	for i := range rapid.IntRange(0, 4).Draw(t, "scores") {
		tc.Scores = append(tc.Scores, randomScore(t, i, row.TraceID))
	}
	return tc
}

var (
	observationFilters = rapid.Custom(func(t *rapid.T) *trace.ObservationFilter {
		return randomObservationFilter(t, rapid.IntRange(0, 3).Draw(t, "depth"))
	})
	traceFilters = rapid.Custom(func(t *rapid.T) *trace.TraceFilter {
		return randomTraceFilter(t, rapid.IntRange(0, 3).Draw(t, "depth"))
	})
	bodies   = rapid.Custom(randomBody)
	searches = rapid.Custom(randomSearch)
	// patterns are mostly of the admitted subset.
	patterns = rapid.Custom(func(t *rapid.T) string {
		if chance(t, 80) {
			return randomPattern(t)
		}
		return rapid.StringOfN(rapid.SampledFrom([]rune(`ab01é-^$.|*+?(){},[]\dw:=`)), 0, 12, -1).Draw(t, "pattern")
	})
)

var traceContexts = rapid.Custom(func(t *rapid.T) []*trace.TraceContext {
	traces := make([]*trace.TraceContext, 60)
	for i := range traces {
		traces[i] = randomTraceContext(t, i+1)
	}
	return traces
})

// one makes the value of one of the filter's fields in some, so that filters
// stay small enough to hold somewhere.
func one(t *rapid.T, fields ...func()) {
	for range rapid.SampledFrom([]int{0, 1, 1, 1, 1, 2}).Draw(t, "fields") {
		pick(t, fields)()
	}
}

func some[T any](t *rapid.T, pool []T) []T {
	return rapid.SliceOfN(rapid.SampledFrom(pool), 0, 3).Draw(t, "list")
}

// part returns a piece of a text of the pool.
func part(t *rapid.T) string {
	runes := []rune(pick(t, textPool))
	from := rapid.IntRange(0, len(runes)).Draw(t, "from")
	return string(runes[from:rapid.IntRange(from, len(runes)).Draw(t, "to")])
}

func randomStringFilter(t *rapid.T) *trace.StringFilter {
	f := &trace.StringFilter{}
	text := func(p **string, make func() string) func() { return func() { s := make(); *p = &s } }
	one(t,
		text(&f.Eq, func() string { return pick(t, textPool) }),
		func() { f.In = some(t, textPool) },
		func() { f.NotIn = some(t, textPool) },
		text(&f.Contains, func() string { return part(t) }),
		text(&f.StartsWith, func() string { return part(t) }),
		text(&f.Matches, func() string { return randomPattern(t) }),
		func() { b := chance(t, 50); f.IsNull = &b },
	)
	return f
}

func randomIntFilter(t *rapid.T) *trace.IntFilter { return randomIntFilterOf(t, intPool) }

// randomCountFilter asks for what small counts can be.
func randomCountFilter(t *rapid.T) *trace.IntFilter {
	return randomIntFilterOf(t, []int64{0, 0, 1, 1, 2, 3, math.MaxInt32, math.MaxInt32 + 1, math.MinInt64})
}

func randomIntFilterOf(t *rapid.T, pool []int64) *trace.IntFilter {
	f := &trace.IntFilter{}
	set := func(p **int64) func() { return func() { n := pick(t, pool); *p = &n } }
	one(t, set(&f.Eq), set(&f.Gt), set(&f.Gte), set(&f.Lt), set(&f.Lte),
		func() { f.In = some(t, pool) },
		func() { b := chance(t, 50); f.IsNull = &b })
	return f
}

func randomFloatFilter(t *rapid.T) *trace.FloatFilter {
	return randomFloatFilterOf(t, floatPool)
}

func randomFloatFilterOf(t *rapid.T, pool []float64) *trace.FloatFilter {
	f := &trace.FloatFilter{}
	set := func(p **float64) func() { return func() { n := pick(t, pool); *p = &n } }
	one(t, set(&f.Eq), set(&f.Gt), set(&f.Gte), set(&f.Lt), set(&f.Lte),
		func() { b := chance(t, 50); f.IsNull = &b })
	return f
}

func randomCostFilter(t *rapid.T) *trace.FloatFilter {
	pool := make([]float64, len(nanosPool))
	for i, n := range nanosPool {
		pool[i] = trace.Nanos(n).USD()
	}
	return randomFloatFilterOf(t, pool)
}

func randomDurationFilter(t *rapid.T) *trace.FloatFilter {
	pool := make([]float64, len(durationPool))
	for i, d := range durationPool {
		pool[i] = float64(d) / 1e6
	}
	return randomFloatFilterOf(t, pool)
}

func randomTimeRange(t *rapid.T) *trace.TimeRange {
	r := &trace.TimeRange{From: randomTime(t)}
	if chance(t, 10) {
		r.From = time.Time{}
	}
	if chance(t, 70) {
		to := randomTime(t).Add(pick(t, durationPool))
		r.To = &to
	}
	return r
}

func randomSearch(t *rapid.T) *string {
	query := pick(t, wordPool)
	if chance(t, 30) {
		query += " " + pick(t, wordPool)
	}
	return &query
}

func randomScoreFilter(t *rapid.T) *trace.ScoreFilter {
	f := &trace.ScoreFilter{Name: pick(t, tagPool), Absent: maybeBool(t)}
	one(t,
		func() { f.Number = randomFloatFilter(t) },
		func() { f.Label = randomStringFilter(t) },
		func() { b := chance(t, 50); f.Passed = &b },
		func() { f.Source = some(t, []trace.ScoreSource{0, 1, 2, 3, 4}) })
	return f
}

func randomAttributeFilter(t *rapid.T) *trace.AttributeFilter {
	f := &trace.AttributeFilter{Key: pick(t, keyPool), Value: &trace.AttributeValueFilter{}}
	b := chance(t, 50)
	switch rapid.IntRange(0, 3).Draw(t, "attribute") {
	case 0:
		f.Value.String = randomStringFilter(t)
	case 1:
		f.Value.Number = randomFloatFilterOf(t, append([]float64{100, 9007199254740992, 1e29, 1e-300}, floatPool...))
	case 2:
		f.Value.Boolean = &b
	default:
		f.Value.Exists = &b
	}
	return f
}

func randomObservationFilter(t *rapid.T, depth int) *trace.ObservationFilter {
	f := &trace.ObservationFilter{}
	inner := func() *trace.ObservationFilter { return randomObservationFilter(t, depth-1) }
	fields := []func(){
		func() {
			f.Types = some(t, []trace.ObservationType{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
		},
		func() { f.Name = randomStringFilter(t) },
		func() { f.Status = some(t, []trace.Status{0, 1, 2, 3}) },
		func() { f.Level = some(t, []trace.Level{0, 1, 2, 3}) },
		func() { f.StartedAt = randomTimeRange(t) },
		func() { f.DurationMs = randomDurationFilter(t) },
		func() { b := chance(t, 50); f.IsRoot = &b },
		func() { f.Service = randomStringFilter(t) },
		func() { f.Environment = randomStringFilter(t) },
		func() { f.Version = randomStringFilter(t) },
		func() { f.Text = randomSearch(t) },
		func() { f.Attributes = append(f.Attributes, randomAttributeFilter(t)) },
		func() { f.Score = randomScoreFilter(t) },
		func() { randomTyped(t, f) }, func() { randomTyped(t, f) }, func() { randomTyped(t, f) },
	}
	if depth > 0 {
		fields = append(fields,
			func() {
				f.And = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) *trace.ObservationFilter { return randomObservationFilter(t, depth-1) }), 0, 2).Draw(t, "and")
			},
			func() {
				f.Or = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) *trace.ObservationFilter { return randomObservationFilter(t, depth-1) }), 0, 3).Draw(t, "or")
			},
			func() { f.Not = inner() }, func() { f.Not = inner() },
			func() { f.Trace = randomTraceFilter(t, depth-1) })
	}
	one(t, fields...)
	return f
}

func randomTyped(t *rapid.T, f *trace.ObservationFilter) {
	pick(t, []func(){
		func() {
			g := &trace.GenerationFilter{}
			f.Generation = g
			one(t,
				func() { g.Model = randomStringFilter(t) },
				func() { g.Provider = randomStringFilter(t) },
				func() { g.InputTokens = randomIntFilter(t) },
				func() { g.OutputTokens = randomIntFilter(t) },
				func() { g.TotalTokens = randomIntFilter(t) },
				func() { g.Cost = randomCostFilter(t) },
				func() { g.TimeToFirstTokenMs = randomFloatFilter(t) },
				func() { g.FinishReason = randomStringFilter(t) },
				func() { g.PromptName = randomStringFilter(t) },
				func() { g.PromptNumber = randomCountFilter(t) })
		},
		func() {
			r := &trace.RetrievalFilter{}
			f.Retrieval = r
			one(t,
				func() { r.DocumentCount = randomCountFilter(t) },
				func() { r.TopRelevance = randomFloatFilter(t) },
				func() { r.Source = randomStringFilter(t) },
				func() { r.Query = randomStringFilter(t) })
		},
		func() {
			f.ToolCall = &trace.ToolCallFilter{}
			one(t, func() { f.ToolCall.ToolName = randomStringFilter(t) }, func() { f.ToolCall.IsError = maybeBool(t) })
		},
		func() {
			g := &trace.GuardrailFilter{}
			f.Guardrail = g
			one(t,
				func() { g.Policy = randomStringFilter(t) },
				func() { g.Passed = maybeBool(t) },
				func() { g.Verdict = some(t, []trace.GuardrailVerdict{0, 1, 2, 3, 4, 5}) },
				func() { g.Action = some(t, []trace.GuardrailAction{0, 1, 2, 3, 4}) })
		},
		func() {
			f.Agent = &trace.AgentFilter{}
			one(t, func() { f.Agent.AgentName = randomStringFilter(t) }, func() { f.Agent.StepCount = randomCountFilter(t) })
		},
		func() {
			f.Evaluator = &trace.EvaluatorFilter{}
			one(t, func() { f.Evaluator.ScoreName = randomStringFilter(t) }, func() { f.Evaluator.ScoreValue = randomFloatFilter(t) })
		},
	})()
}

func randomTraceFilter(t *rapid.T, depth int) *trace.TraceFilter {
	f := &trace.TraceFilter{}
	fields := []func(){
		func() { f.StartedAt = randomTimeRange(t) },
		func() { f.Name = randomStringFilter(t) },
		func() { f.UserID = randomStringFilter(t) },
		func() { f.SessionID = randomStringFilter(t) },
		func() { f.Environment = randomStringFilter(t) },
		func() { f.Release = randomStringFilter(t) },
		func() { f.Version = randomStringFilter(t) },
		func() { f.Tags = some(t, tagPool) },
		func() { f.State = some(t, []trace.TraceState{0, 1, 2}) },
		func() { f.DurationMs = randomDurationFilter(t) },
		func() { f.TotalTokens = randomIntFilter(t) },
		func() { f.Cost = randomCostFilter(t) },
		func() { f.Score = randomScoreFilter(t) },
		func() { f.Text = randomSearch(t) },
	}
	if depth > 0 {
		fields = append(fields,
			func() {
				f.And = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) *trace.TraceFilter { return randomTraceFilter(t, depth-1) }), 0, 2).Draw(t, "and")
			},
			func() {
				f.Or = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) *trace.TraceFilter { return randomTraceFilter(t, depth-1) }), 0, 3).Draw(t, "or")
			},
			func() { f.Not = randomTraceFilter(t, depth-1) },
			func() { f.Some = randomObservationFilter(t, depth-1) },
			func() { f.Some = randomObservationFilter(t, depth-1) },
			func() { f.None = randomObservationFilter(t, depth-1) })
	}
	one(t, fields...)
	return f
}

// randomPattern writes a pattern of the admitted subset.
func randomPattern(t *rapid.T) string {
	pattern := randomAlternatives(t, 3)
	if chance(t, 20) {
		pattern = "^" + pattern
	}
	if chance(t, 20) {
		pattern += "$"
	}
	return pattern
}

func randomAlternatives(t *rapid.T, depth int) string {
	branches := make([]string, rapid.SampledFrom([]int{1, 1, 1, 2, 3}).Draw(t, "branches"))
	for i := range branches {
		for range rapid.IntRange(0, 3).Draw(t, "pieces") {
			branches[i] += randomAtom(t, depth) + pick(t, []string{"", "", "", "*", "+", "?", "{0}", "{2}", "{1,}", "{0,2}", "{1,3}"})
		}
	}
	return strings.Join(branches, "|")
}

func randomAtom(t *rapid.T, depth int) string {
	atoms := []string{
		"a", "b", "c", "h", "A", "0", "_", " ", "-", "}", "]", "é", "ß", "日", "𝒳", "\n", `\n`, `\t`, `\.`, `\\`, `\*`, `\[`, `\(`, `\{`, `\^`, `\$`, `\-`, ".",
		`\d`, `\w`, `\s`, `\D`, `\W`, `\S`, "[a-c]", "[^a-c]", "[]a]", "[^]a]", "[a-]", "[-a]", `[\w.]`, `[^\s"]`, "[é-ü]", "[^日]", "[$^.]", "[[]", "[ -~]", `[\]\\^-]`, "[^\n]",
	}
	if depth > 0 && chance(t, 30) {
		return pick(t, []string{"(", "(?:"}) + randomAlternatives(t, depth-1) + ")"
	}
	return pick(t, atoms)
}
