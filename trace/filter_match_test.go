package trace_test

import (
	"math"
	"testing"
	"time"

	"github.com/treeline-dev/treeline/trace"
)

func TestStringFilterConditions(t *testing.T) {
	t.Parallel()
	text, missing := new("Chat gpt-4\nüber"), (*string)(nil)
	for name, c := range map[string]struct {
		filter trace.StringFilter
		value  *string
		want   bool
	}{
		"no condition holds":                      {trace.StringFilter{}, text, true},
		"no condition holds for missing":          {trace.StringFilter{}, missing, true},
		"eq":                                      {trace.StringFilter{Eq: text}, text, true},
		"eq is not a prefix":                      {trace.StringFilter{Eq: new("Chat")}, text, false},
		"eq keeps case":                           {trace.StringFilter{Eq: new("chat gpt-4\nüber")}, text, false},
		"eq fails for missing":                    {trace.StringFilter{Eq: new("")}, missing, false},
		"eq empty is a value":                     {trace.StringFilter{Eq: new("")}, new(""), true},
		"in":                                      {trace.StringFilter{In: []string{"x", *text}}, text, true},
		"in others":                               {trace.StringFilter{In: []string{"x"}}, text, false},
		"in nothing":                              {trace.StringFilter{In: []string{}}, text, false},
		"notIn":                                   {trace.StringFilter{NotIn: []string{"x"}}, text, true},
		"notIn with the value":                    {trace.StringFilter{NotIn: []string{"x", *text}}, text, false},
		"notIn nothing":                           {trace.StringFilter{NotIn: []string{}}, text, true},
		"notIn fails for missing":                 {trace.StringFilter{NotIn: []string{"x"}}, missing, false},
		"notIn nothing fails for missing":         {trace.StringFilter{NotIn: []string{}}, missing, false},
		"contains":                                {trace.StringFilter{Contains: new("gpt")}, text, true},
		"contains keeps case":                     {trace.StringFilter{Contains: new("GPT")}, text, false},
		"contains takes wildcards literally":      {trace.StringFilter{Contains: new("g%t")}, text, false},
		"contains the empty text":                 {trace.StringFilter{Contains: new("")}, new(""), true},
		"startsWith":                              {trace.StringFilter{StartsWith: new("Chat ")}, text, true},
		"startsWith what stands later":            {trace.StringFilter{StartsWith: new("gpt")}, text, false},
		"matches anywhere":                        {trace.StringFilter{Matches: new(`gpt-\d`)}, text, true},
		"matches: the dot takes line feeds":       {trace.StringFilter{Matches: new(`^Chat.*ber$`)}, text, true},
		"matches: ^ is no start of a line":        {trace.StringFilter{Matches: new(`^über`)}, text, false},
		"matches: \\w is ASCII":                   {trace.StringFilter{Matches: new(`\n\w`)}, text, false},
		"isNull of a value":                       {trace.StringFilter{IsNull: new(true)}, text, false},
		"isNull of a missing value":               {trace.StringFilter{IsNull: new(true)}, missing, true},
		"isNull false of a value":                 {trace.StringFilter{IsNull: new(false)}, new(""), true},
		"isNull false of a missing value":         {trace.StringFilter{IsNull: new(false)}, missing, false},
		"conditions are joined by and":            {trace.StringFilter{Contains: new("gpt"), StartsWith: new("gpt")}, text, false},
		"missing fails what else stands by":       {trace.StringFilter{IsNull: new(true), NotIn: []string{"x"}}, missing, false},
		"eq and in both hold":                     {trace.StringFilter{Eq: text, In: []string{*text}}, text, true},
		"a composed letter is not its decomposed": {trace.StringFilter{Contains: new("u\u0308")}, text, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			span := &trace.Span{Common: trace.Common{Service: c.value}}
			if got := trace.MatchObservation(&trace.ObservationFilter{Service: &c.filter}, trace.Subject{Observation: span}); got != c.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

func TestNumberFilterConditions(t *testing.T) {
	t.Parallel()
	const huge = 1<<53 + 1 // not a double
	for name, c := range map[string]struct {
		filter trace.GenerationFilter
		want   bool
	}{
		"gt below":                     {trace.GenerationFilter{TotalTokens: &trace.IntFilter{Gt: new(int64(1999))}}, true},
		"gt the value":                 {trace.GenerationFilter{TotalTokens: &trace.IntFilter{Gt: new(int64(2000))}}, false},
		"gte the value":                {trace.GenerationFilter{TotalTokens: &trace.IntFilter{Gte: new(int64(2000))}}, true},
		"lt the value":                 {trace.GenerationFilter{TotalTokens: &trace.IntFilter{Lt: new(int64(2000))}}, false},
		"lte the value":                {trace.GenerationFilter{TotalTokens: &trace.IntFilter{Lte: new(int64(2000))}}, true},
		"in":                           {trace.GenerationFilter{TotalTokens: &trace.IntFilter{In: []int64{1, 2000}}}, true},
		"in nothing":                   {trace.GenerationFilter{TotalTokens: &trace.IntFilter{In: []int64{}}}, false},
		"a range":                      {trace.GenerationFilter{TotalTokens: &trace.IntFilter{Gt: new(int64(1000)), Lt: new(int64(2000))}}, false},
		"missing fails lt":             {trace.GenerationFilter{OutputTokens: &trace.IntFilter{Lt: new(int64(math.MaxInt64))}}, false},
		"missing is null":              {trace.GenerationFilter{OutputTokens: &trace.IntFilter{IsNull: new(true)}}, true},
		"zero is no missing value":     {trace.GenerationFilter{PromptNumber: &trace.IntFilter{IsNull: new(false), Eq: new(int64(0))}}, true},
		"integers are exact":           {trace.GenerationFilter{InputTokens: &trace.IntFilter{Eq: new(int64(huge - 1))}}, false},
		"the cost is in dollars":       {trace.GenerationFilter{Cost: &trace.FloatFilter{Eq: new(0.3)}}, true},
		"the cost a billionth below":   {trace.GenerationFilter{Cost: &trace.FloatFilter{Lt: new(0.3)}}, false},
		"minus zero is zero":           {trace.GenerationFilter{TimeToFirstTokenMs: &trace.FloatFilter{Gte: new(math.Copysign(0, -1)), Lte: new(0.0)}}, true},
		"an empty block":               {trace.GenerationFilter{}, true},
		"the response model":           {trace.GenerationFilter{Model: &trace.StringFilter{Eq: new("served")}}, true},
		"not the request model":        {trace.GenerationFilter{Model: &trace.StringFilter{Eq: new("asked")}}, false},
		"any finish reason":            {trace.GenerationFilter{FinishReason: &trace.StringFilter{Eq: new("length")}}, true},
		"one reason meets all":         {trace.GenerationFilter{FinishReason: &trace.StringFilter{StartsWith: new("s"), Contains: new("length")}}, false},
		"another finish reason":        {trace.GenerationFilter{FinishReason: &trace.StringFilter{NotIn: []string{"length"}}}, true},
		"no finish reason":             {trace.GenerationFilter{FinishReason: &trace.StringFilter{IsNull: new(true)}}, false},
		"provider is missing":          {trace.GenerationFilter{Provider: &trace.StringFilter{NotIn: []string{"openai"}}}, false},
		"the prompt's name":            {trace.GenerationFilter{PromptName: &trace.StringFilter{Eq: new("greet")}}, true},
		"the wrong end of a long list": {trace.GenerationFilter{TotalTokens: &trace.IntFilter{In: []int64{200, 20000}}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := &trace.Generation{
				RequestModel: new("asked"), ResponseModel: new("served"), TimeToFirstTokenMs: new(0.0),
				FinishReasons: []string{"stop", "length"}, PromptName: new("greet"), PromptNumber: new(0),
			}
			g.Usage = trace.Usage{InputTokens: new(int64(huge)), TotalTokens: new(int64(2000))}
			g.Cost.Total = new(trace.Nanos(300_000_000))
			if got := trace.MatchObservation(&trace.ObservationFilter{Generation: &c.filter}, trace.Subject{Observation: g}); got != c.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

// travel is a trace with one observation of several types: an agent as the
// root, with a retrieval, a guardrail, a tool call, an evaluator and an event
// below it.
func travel() (*trace.TraceContext, map[string]trace.Observation) {
	start := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	end := start.Add(1500 * time.Microsecond)
	id := func(n byte) trace.SpanID { return trace.SpanID{7: n} }
	common := func(n byte, name string) trace.Common {
		return trace.Common{
			TraceID: trace.TraceID{1}, SpanID: id(n), ParentSpanID: id(1), Name: name, StartedAt: start.Add(time.Duration(n) * time.Second),
			Status: trace.StatusOK, Level: trace.LevelDefault, Environment: "prod",
		}
	}
	agent := &trace.Agent{Common: common(1, "plan"), AgentName: new("planner"), StepCount: 99}
	agent.ParentSpanID, agent.StartedAt, agent.EndedAt = trace.SpanID{}, start, &end
	agent.Input, agent.Output = trace.TextPayload("Book a flight"), trace.JSONPayload(trace.JSON(`{"answer":"to Zürich\ntomorrow"}`))
	agent.RawAttributes = trace.JSON(`{"team":"blue","retries":2,"dry":false,"nothing":null}`)
	retrieval := &trace.Retrieval{Common: common(2, "search"), Query: new("flights to ZRH"), Source: new("timetable"), TopRelevance: new(0.75)}
	guardrail := &trace.Guardrail{Common: common(3, "check"), Policy: new("pii"), Verdict: trace.VerdictDeny, Action: trace.ActionBlock}
	tool := &trace.ToolCall{Common: common(4, "call"), ToolName: "book", IsError: true}
	tool.Status, tool.Level = trace.StatusError, trace.LevelError
	evaluator := &trace.Evaluator{Common: common(5, "judge"), ScoreName: new("polite"), ScoreValue: new(0.5)}
	event := &trace.Event{Common: common(6, "note")}
	tc := &trace.TraceContext{
		Trace: &trace.Trace{
			TraceID: trace.TraceID{1}, Name: new("trip"), UserID: new("ann"), Tags: []string{"beta", "eu"}, Environment: "prod",
			StartedAt: start, LastEnd: end, LastArrival: end, RootSpanID: id(1), RootRank: trace.RankTop, RootStatus: trace.StatusOK,
			Usage: trace.Usage{TotalTokens: new(int64(12))}, Cost: trace.Cost{Total: new(trace.Nanos(1))}, Counts: trace.ObservationCounts{Failed: 1},
		},
		Observations: []trace.Observation{agent, retrieval, guardrail, tool, evaluator, event},
		Scores: []*trace.Score{
			{Name: "quality", TraceID: trace.TraceID{1}, Value: &trace.NumericScore{Number: 0.9, Label: new("good")}, Source: trace.SourceHuman},
			{Name: "quality", TraceID: trace.TraceID{1}, SpanID: id(2), Value: &trace.NumericScore{Number: 0.1}, Source: trace.SourceModel},
			{Name: "safe", TraceID: trace.TraceID{1}, SpanID: id(3), Value: &trace.BooleanScore{Passed: false}},
			{Name: "tone", TraceID: trace.TraceID{1}, SpanID: id(1), Value: &trace.LabelScore{Label: "warm"}},
			{Name: "note", TraceID: trace.TraceID{1}, SpanID: id(1), Value: &trace.TextScore{Text: "warm"}},
		},
		Now: end.Add(time.Hour),
	}
	named := map[string]trace.Observation{}
	for _, o := range tc.Observations {
		named[o.Core().Name] = o
	}
	return tc, named
}

func eq(text string) *trace.StringFilter { return &trace.StringFilter{Eq: &text} }

func TestObservationFilterConditions(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	named := func(name string) *trace.ObservationFilter { return &trace.ObservationFilter{Name: eq(name)} }
	attribute := func(key string, v trace.AttributeValueFilter) trace.ObservationFilter {
		return trace.ObservationFilter{Attributes: []*trace.AttributeFilter{{Key: key, Value: &v}}}
	}
	type filter = trace.ObservationFilter
	for name, c := range map[string]struct {
		on     string
		filter filter
		want   bool
	}{
		"the empty filter":                         {"plan", filter{}, true},
		"and of nothing":                           {"plan", filter{And: []*filter{}}, true},
		"and of one that fails":                    {"plan", filter{And: []*filter{named("plan"), named("search")}}, false},
		"or of nothing":                            {"plan", filter{Or: []*filter{}}, false},
		"or of one that holds":                     {"plan", filter{Or: []*filter{named("search"), named("plan")}}, true},
		"siblings are joined by and":               {"plan", filter{Name: eq("plan"), Or: []*filter{named("search")}}, false},
		"not":                                      {"plan", filter{Not: named("plan")}, false},
		"not of a missing value":                   {"plan", filter{Not: &filter{Service: eq("web")}}, true},
		"not of everything":                        {"plan", filter{Not: &filter{}}, false},
		"types":                                    {"plan", filter{Types: []trace.ObservationType{trace.TypeSpan, trace.TypeAgent}}, true},
		"other types":                              {"plan", filter{Types: []trace.ObservationType{trace.TypeSpan}}, false},
		"types of nothing":                         {"plan", filter{Types: []trace.ObservationType{}}, false},
		"status":                                   {"call", filter{Status: []trace.Status{trace.StatusError}}, true},
		"level":                                    {"call", filter{Level: []trace.Level{trace.LevelWarning}}, false},
		"from its start":                           {"plan", filter{StartedAt: &trace.TimeRange{From: start}}, true},
		"from just after":                          {"plan", filter{StartedAt: &trace.TimeRange{From: start.Add(1)}}, false},
		"to its start":                             {"plan", filter{StartedAt: &trace.TimeRange{From: start.Add(-1), To: &start}}, false},
		"to just after":                            {"plan", filter{StartedAt: &trace.TimeRange{To: new(start.Add(1))}}, true},
		"far bounds":                               {"plan", filter{StartedAt: &trace.TimeRange{From: time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), To: new(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC))}}, true},
		"duration":                                 {"plan", filter{DurationMs: &trace.FloatFilter{Eq: new(1.5)}}, true},
		"a running one has no duration":            {"search", filter{DurationMs: &trace.FloatFilter{Gte: new(0.0)}}, false},
		"root":                                     {"plan", filter{IsRoot: new(true)}, true},
		"not the root":                             {"search", filter{IsRoot: new(false)}, true},
		"environment":                              {"plan", filter{Environment: eq("prod")}, true},
		"words of input and output":                {"plan", filter{Text: new("zürich FLIGHT")}, true},
		"a word of neither":                        {"plan", filter{Text: new("flight train")}, false},
		"a part of a word":                         {"plan", filter{Text: new("light")}, false},
		"a word behind an escape":                  {"plan", filter{Text: new("tomorrow")}, true},
		"a word with an escape's letter":           {"plan", filter{Text: new("ntomorrow")}, false},
		"attribute text":                           {"plan", attribute("team", trace.AttributeValueFilter{String: eq("blue")}), true},
		"attribute text of a number":               {"plan", attribute("retries", trace.AttributeValueFilter{String: eq("2")}), false},
		"attribute text of a number is null":       {"plan", attribute("retries", trace.AttributeValueFilter{String: &trace.StringFilter{IsNull: new(true)}}), true},
		"attribute number":                         {"plan", attribute("retries", trace.AttributeValueFilter{Number: &trace.FloatFilter{Gte: new(2.0)}}), true},
		"attribute number of a text":               {"plan", attribute("team", trace.AttributeValueFilter{Number: &trace.FloatFilter{Gte: new(-1e300)}}), false},
		"attribute boolean":                        {"plan", attribute("dry", trace.AttributeValueFilter{Boolean: new(false)}), true},
		"attribute boolean that is absent":         {"plan", attribute("wet", trace.AttributeValueFilter{Boolean: new(false)}), false},
		"attribute null exists":                    {"plan", attribute("nothing", trace.AttributeValueFilter{Exists: new(true)}), true},
		"attribute that does not exist":            {"plan", attribute("Team", trace.AttributeValueFilter{Exists: new(false)}), true},
		"attribute of none":                        {"search", attribute("team", trace.AttributeValueFilter{Exists: new(false)}), true},
		"a score of its own":                       {"search", filter{Score: &trace.ScoreFilter{Name: "quality", Number: &trace.FloatFilter{Lt: new(0.5)}}}, true},
		"not the trace's score":                    {"plan", filter{Score: &trace.ScoreFilter{Name: "quality"}}, false},
		"absent score":                             {"plan", filter{Score: &trace.ScoreFilter{Name: "quality", Absent: new(true)}}, true},
		"absent for a condition":                   {"search", filter{Score: &trace.ScoreFilter{Name: "quality", Number: &trace.FloatFilter{Gt: new(0.5)}, Absent: new(true)}}, true},
		"score source":                             {"search", filter{Score: &trace.ScoreFilter{Name: "quality", Source: []trace.ScoreSource{trace.SourceHuman}}}, false},
		"failed score":                             {"check", filter{Score: &trace.ScoreFilter{Name: "safe", Passed: new(false)}}, true},
		"passed is of boolean scores alone":        {"search", filter{Score: &trace.ScoreFilter{Name: "quality", Passed: new(false)}}, false},
		"label score":                              {"plan", filter{Score: &trace.ScoreFilter{Name: "tone", Label: eq("warm")}}, true},
		"a text score has no label":                {"plan", filter{Score: &trace.ScoreFilter{Name: "note", Label: eq("warm")}}, false},
		"the trace's user":                         {"search", filter{Trace: &trace.TraceFilter{UserID: eq("ann")}}, true},
		"another user":                             {"search", filter{Trace: &trace.TraceFilter{UserID: eq("Ann")}}, false},
		"a sibling failed":                         {"search", filter{Trace: &trace.TraceFilter{Some: &filter{ToolCall: &trace.ToolCallFilter{IsError: new(true)}}}}, true},
		"retrieval without documents":              {"search", filter{Retrieval: &trace.RetrievalFilter{DocumentCount: &trace.IntFilter{Eq: new(int64(0))}}}, true},
		"retrieval's relevance":                    {"search", filter{Retrieval: &trace.RetrievalFilter{TopRelevance: &trace.FloatFilter{Lt: new(0.75)}}}, false},
		"retrieval's query":                        {"search", filter{Retrieval: &trace.RetrievalFilter{Query: &trace.StringFilter{Contains: new("ZRH")}}}, true},
		"retrieval's source":                       {"search", filter{Retrieval: &trace.RetrievalFilter{Source: eq("timetable")}}, true},
		"a block fixes the type":                   {"plan", filter{Retrieval: &trace.RetrievalFilter{}}, false},
		"not a block":                              {"plan", filter{Not: &filter{Retrieval: &trace.RetrievalFilter{}}}, true},
		"two blocks":                               {"plan", filter{Agent: &trace.AgentFilter{}, Retrieval: &trace.RetrievalFilter{}}, false},
		"tool":                                     {"call", filter{ToolCall: &trace.ToolCallFilter{ToolName: eq("book"), IsError: new(true)}}, true},
		"tool without error":                       {"call", filter{ToolCall: &trace.ToolCallFilter{IsError: new(false)}}, false},
		"policy":                                   {"check", filter{Guardrail: &trace.GuardrailFilter{Policy: eq("pii"), Verdict: []trace.GuardrailVerdict{trace.VerdictDeny}, Action: []trace.GuardrailAction{trace.ActionBlock}}}, true},
		"an unknown outcome did not pass":          {"check", filter{Guardrail: &trace.GuardrailFilter{Passed: new(true)}}, false},
		"an unknown outcome did not fail":          {"check", filter{Guardrail: &trace.GuardrailFilter{Passed: new(false)}}, false},
		"another verdict":                          {"check", filter{Guardrail: &trace.GuardrailFilter{Verdict: []trace.GuardrailVerdict{trace.VerdictAllow}}}, false},
		"steps are children that are not events":   {"plan", filter{Agent: &trace.AgentFilter{AgentName: eq("planner"), StepCount: &trace.IntFilter{Eq: new(int64(4))}}}, true},
		"the step count is not what the row holds": {"plan", filter{Agent: &trace.AgentFilter{StepCount: &trace.IntFilter{Eq: new(int64(99))}}}, false},
		"evaluator":                                {"judge", filter{Evaluator: &trace.EvaluatorFilter{ScoreName: eq("polite"), ScoreValue: &trace.FloatFilter{Eq: new(0.5)}}}, true},
		"evaluator's other value":                  {"judge", filter{Evaluator: &trace.EvaluatorFilter{ScoreValue: &trace.FloatFilter{Gt: new(0.5)}}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc, named := travel()
			matcher, err := c.filter.Matcher()
			if err != nil {
				t.Fatal(err)
			}
			if got := matcher.Match(trace.Subject{Observation: named[c.on], Trace: tc}); got != c.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

func TestTraceFilterConditions(t *testing.T) {
	t.Parallel()
	type filter = trace.TraceFilter
	type observations = trace.ObservationFilter
	for name, c := range map[string]struct {
		filter filter
		change func(*trace.TraceContext)
		want   bool
	}{
		"the empty filter":                {filter: filter{}, want: true},
		"or of nothing":                   {filter: filter{Or: []*filter{}}},
		"not":                             {filter: filter{Not: &filter{Name: eq("trip")}}},
		"not of a missing value":          {filter: filter{Not: &filter{Release: eq("v1")}}, want: true},
		"name":                            {filter: filter{Name: eq("trip")}, want: true},
		"session is missing":              {filter: filter{SessionID: &trace.StringFilter{IsNull: new(true)}}, want: true},
		"all tags":                        {filter: filter{Tags: []string{"eu", "beta"}}, want: true},
		"one tag too many":                {filter: filter{Tags: []string{"eu", "us"}}},
		"no tags asked for":               {filter: filter{Tags: []string{}}, want: true},
		"complete although a step failed": {filter: filter{State: []trace.TraceState{trace.StateComplete}}, want: true},
		"no state":                        {filter: filter{State: []trace.TraceState{}}},
		"failed with its root":            {filter: filter{State: []trace.TraceState{trace.StateFailed}}, change: func(tc *trace.TraceContext) { tc.Trace.RootStatus = trace.StatusError }, want: true},
		"failed without a root":           {filter: filter{State: []trace.TraceState{trace.StateFailed}}, change: func(tc *trace.TraceContext) { tc.Trace.RootRank = trace.RankMissing }, want: true},
		"running until it settles": {filter: filter{State: []trace.TraceState{trace.StateRunning}}, change: func(tc *trace.TraceContext) {
			tc.Trace.RootRank = trace.RankMissing
			tc.Now = tc.Trace.LastArrival.Add(trace.SettleTime - 1)
		}, want: true},
		"settled": {filter: filter{State: []trace.TraceState{trace.StateRunning}}, change: func(tc *trace.TraceContext) {
			tc.Trace.RootRank = trace.RankMissing
			tc.Now = tc.Trace.LastArrival.Add(trace.SettleTime)
		}},
		"duration":                          {filter: filter{DurationMs: &trace.FloatFilter{Eq: new(1.5)}}, want: true},
		"no duration while running":         {filter: filter{DurationMs: &trace.FloatFilter{IsNull: new(true)}}, change: func(tc *trace.TraceContext) { tc.Trace.RunningCount = 1 }, want: true},
		"tokens":                            {filter: filter{TotalTokens: &trace.IntFilter{In: []int64{12}}}, want: true},
		"cost":                              {filter: filter{Cost: &trace.FloatFilter{Gte: new(1e-9)}}, want: true},
		"a score of the trace":              {filter: filter{Score: &trace.ScoreFilter{Name: "quality", Number: &trace.FloatFilter{Gt: new(0.5)}, Label: eq("good")}}, want: true},
		"not a score of an observation":     {filter: filter{Score: &trace.ScoreFilter{Name: "safe"}}},
		"some":                              {filter: filter{Some: &observations{Retrieval: &trace.RetrievalFilter{}}}, want: true},
		"none":                              {filter: filter{None: &observations{Retrieval: &trace.RetrievalFilter{}}}},
		"none of what is not there":         {filter: filter{None: &observations{Generation: &trace.GenerationFilter{}}}, want: true},
		"some meets all conditions at once": {filter: filter{Some: &observations{Retrieval: &trace.RetrievalFilter{}, Status: []trace.Status{trace.StatusError}}}},
		"text of one observation":           {filter: filter{Text: new("flight tomorrow")}, want: true},
		"text over several observations":    {filter: filter{Text: new("flight train")}, change: func(tc *trace.TraceContext) { tc.Observations[1].Core().Input = trace.TextPayload("train") }},
		"text that is given for the trace": {filter: filter{Text: new("hotel")}, change: func(tc *trace.TraceContext) {
			tc.Observations[1].Core().Claims = &trace.Claims{Input: trace.TextPayload("Hotel")}
		}, want: true},
		"an observation through its trace":   {filter: filter{Some: &observations{Trace: &filter{UserID: eq("ann")}, Types: []trace.ObservationType{trace.TypeEvent}}}, want: true},
		"started before":                     {filter: filter{StartedAt: &trace.TimeRange{To: new(time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC))}}},
		"an invalid filter selects nothing":  {filter: filter{Text: new("!")}},
		"so does one with an invalid branch": {filter: filter{Or: []*filter{{}, {Name: &trace.StringFilter{Matches: new("(")}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc, _ := travel()
			if c.change != nil {
				c.change(tc)
			}
			if got := trace.MatchTrace(&c.filter, tc); got != c.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

func TestSubjectsWithoutTraceMatchWhatNeedsNone(t *testing.T) {
	t.Parallel()
	s := trace.Subject{Observation: &trace.Agent{}}
	for name, c := range map[string]struct {
		filter trace.ObservationFilter
		want   bool
	}{
		"a trace":       {trace.ObservationFilter{Trace: &trace.TraceFilter{}}, false},
		"not a root":    {trace.ObservationFilter{IsRoot: new(false)}, true},
		"no score":      {trace.ObservationFilter{Score: &trace.ScoreFilter{Name: "x", Absent: new(true)}}, true},
		"without steps": {trace.ObservationFilter{Agent: &trace.AgentFilter{StepCount: &trace.IntFilter{Eq: new(int64(0))}}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := trace.MatchObservation(&c.filter, s); got != c.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

func TestAttributeNumbersBeyondDoublePrecisionAreMissing(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]bool{
		"1": true, "-1.5e3": true, "0": true, "-0": true, "0e999": true, "1e307": true, "9.99999999999999999999e307": true, "1e308": false, "-1e308": false,
		"1e400": false, "1e-300": true, "9.99999999999999999999e-301": false, "1e-400": false, "1e99999999999": false, "1e-99999999999": false,
		"0.000001e313": true, "0.00001e313": false, "100000e303": false, "10000e303": true,
	} {
		t.Run(number, func(t *testing.T) {
			t.Parallel()
			span := &trace.Span{Common: trace.Common{RawAttributes: trace.JSON(`{"n":` + number + `}`)}}
			filter := &trace.ObservationFilter{Attributes: []*trace.AttributeFilter{{Key: "n", Value: &trace.AttributeValueFilter{Number: &trace.FloatFilter{IsNull: new(false)}}}}}
			if got := trace.MatchObservation(filter, trace.Subject{Observation: span}); got != want {
				t.Errorf("is a number: %t", got)
			}
		})
	}
}
