package trace

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// Limits of a filter's texts, in bytes, and of what is costly to look for.
const (
	// MaxFilterKey is the longest attribute key or score name.
	MaxFilterKey = 512
	// MaxFilterText is the longest text to compare with or to search for.
	MaxFilterText = 10_000
	// MaxFilterPatterns is how many regular expressions a filter may have in
	// all. Together with MaxSearchWords, which also counts over the whole
	// filter, it stays below the number of compiled expressions that a
	// PostgreSQL connection keeps.
	MaxFilterPatterns = 8
)

// FilterError says what is wrong with a filter.
type FilterError struct {
	// Path leads to the fault in the names of the GraphQL schema:
	// "and[1].generation.model.matches". It is empty for the whole filter.
	Path string
	// Message says what is wrong and what to do.
	Message string
}

// Error implements error.
func (e *FilterError) Error() string {
	if e.Path == "" {
		return "filter: " + e.Message
	}
	return "filter." + e.Path + ": " + e.Message
}

// Validate reports the first fault of a filter as a *FilterError. A condition
// is what compares one value; an object without any counts as one. A nil filter
// is valid and selects everything.
func (f *ObservationFilter) Validate() error {
	var v filterValidator
	v.observation(f, 0)
	return v.result()
}

// Validate is ObservationFilter.Validate for traces.
func (f *TraceFilter) Validate() error {
	var v filterValidator
	v.trace(f, 0)
	return v.result()
}

// Validate is ObservationFilter.Validate for sessions.
func (f *SessionFilter) Validate() error {
	var v filterValidator
	if f != nil {
		v.object(func() {
			v.timeRange(f.StartedAt)
			v.strings("sessionId", f.SessionID)
			v.strings("environment", f.Environment)
			v.strings("userId", f.UserID)
		})
	}
	return v.result()
}

// Validate is ObservationFilter.Validate for scores.
func (f *ScoreListFilter) Validate() error {
	var v filterValidator
	if f != nil {
		v.object(func() {
			v.strings("name", f.Name)
			v.timeRange(f.CreatedAt)
		})
	}
	return v.result()
}

// filterValidator walks a filter, counting, until its first fault.
type filterValidator struct {
	path          []string
	leaves, words int
	fault         *FilterError
	// patterns and queries are what the filter matches and searches for.
	patterns, queries []string
}

func (v *filterValidator) result() error {
	if v.fault == nil {
		return nil
	}
	return v.fault
}

func (v *filterValidator) fail(format string, args ...any) {
	if v.fault == nil {
		path := strings.ReplaceAll(strings.Join(v.path, "."), ".[", "[")
		v.fault = &FilterError{Path: path, Message: fmt.Sprintf(format, args...)}
	}
}

// in runs check below a field, unless a fault was found before.
func (v *filterValidator) in(field string, check func()) {
	if v.fault != nil {
		return
	}
	v.path = append(v.path, field)
	check()
	v.path = v.path[:len(v.path)-1]
}

func (v *filterValidator) leaf() {
	if v.leaves++; v.leaves > MaxFilterLeaves && v.fault == nil {
		// The fault is the whole filter's, not that of the last condition.
		v.fault = &FilterError{Message: fmt.Sprintf("it has more than %d conditions: join values of one field with in", MaxFilterLeaves)}
	}
}

// object runs check over the fields of an object and counts it where it has no
// condition, so that empty objects are bounded too.
func (v *filterValidator) object(check func()) {
	before := v.leaves
	check()
	if v.leaves == before {
		v.leaf()
	}
}

// nest runs check one level deeper.
func (v *filterValidator) nest(field string, depth int, check func(depth int)) {
	v.in(field, func() {
		if depth++; depth > MaxFilterDepth {
			v.fail("it nests deeper than %d levels: flatten it", MaxFilterDepth)
			return
		}
		check(depth)
	})
}

// nestEach runs check one level deeper for every item of a list.
func (v *filterValidator) nestEach(field string, depth, length int, check func(i, depth int)) {
	if length == 0 {
		return
	}
	v.nest(field, depth, func(depth int) {
		v.length(length)
		for i := 0; i < length && v.fault == nil; i++ {
			v.in(fmt.Sprintf("[%d]", i), func() { check(i, depth) })
		}
	})
}

func (v *filterValidator) length(length int) {
	if length > MaxFilterList {
		v.fail("the list has %d items, at most %d are allowed", length, MaxFilterList)
	}
}

func (v *filterValidator) observation(f *ObservationFilter, depth int) {
	if f == nil {
		return
	}
	v.object(func() {
		v.nestEach("and", depth, len(f.And), func(i, depth int) { v.observation(f.And[i], depth) })
		v.nestEach("or", depth, len(f.Or), func(i, depth int) { v.observation(f.Or[i], depth) })
		if f.Not != nil {
			v.nest("not", depth, func(depth int) { v.observation(f.Not, depth) })
		}
		v.list("types", f.Types != nil, len(f.Types))
		v.strings("name", f.Name)
		v.list("status", f.Status != nil, len(f.Status))
		v.list("level", f.Level != nil, len(f.Level))
		v.timeRange(f.StartedAt)
		v.floats("durationMs", f.DurationMs)
		v.boolean(f.IsRoot)
		v.strings("service", f.Service)
		v.strings("environment", f.Environment)
		v.strings("version", f.Version)
		v.text(f.Text)
		v.in("attributes", func() {
			v.length(len(f.Attributes))
			for i := 0; i < len(f.Attributes) && v.fault == nil; i++ {
				v.in(fmt.Sprintf("[%d]", i), func() { v.attribute(f.Attributes[i]) })
			}
		})
		v.score(f.Score)
		if f.Trace != nil {
			v.nest("trace", depth, func(depth int) { v.trace(f.Trace, depth) })
		}
		v.typed(f)
	})
}

// typed checks the type blocks.
func (v *filterValidator) typed(f *ObservationFilter) {
	if g := f.Generation; g != nil {
		v.block("generation", func() {
			v.strings("model", g.Model)
			v.strings("provider", g.Provider)
			v.ints("inputTokens", g.InputTokens)
			v.ints("outputTokens", g.OutputTokens)
			v.ints("totalTokens", g.TotalTokens)
			v.floats("cost", g.Cost)
			v.floats("timeToFirstTokenMs", g.TimeToFirstTokenMs)
			v.strings("finishReason", g.FinishReason)
			v.strings("promptName", g.PromptName)
			v.ints("promptNumber", g.PromptNumber)
		})
	}
	if r := f.Retrieval; r != nil {
		v.block("retrieval", func() {
			v.ints("documentCount", r.DocumentCount)
			v.floats("topRelevance", r.TopRelevance)
			v.strings("source", r.Source)
			v.strings("query", r.Query)
		})
	}
	if t := f.ToolCall; t != nil {
		v.block("toolCall", func() {
			v.strings("toolName", t.ToolName)
			v.boolean(t.IsError)
		})
	}
	if g := f.Guardrail; g != nil {
		v.block("guardrail", func() {
			v.strings("policy", g.Policy)
			v.boolean(g.Passed)
			v.list("verdict", g.Verdict != nil, len(g.Verdict))
			v.list("action", g.Action != nil, len(g.Action))
		})
	}
	if a := f.Agent; a != nil {
		v.block("agent", func() {
			v.strings("agentName", a.AgentName)
			v.ints("stepCount", a.StepCount)
		})
	}
	if e := f.Evaluator; e != nil {
		v.block("evaluator", func() {
			v.strings("scoreName", e.ScoreName)
			v.floats("scoreValue", e.ScoreValue)
		})
	}
}

func (v *filterValidator) trace(f *TraceFilter, depth int) {
	if f == nil {
		return
	}
	v.object(func() {
		v.nestEach("and", depth, len(f.And), func(i, depth int) { v.trace(f.And[i], depth) })
		v.nestEach("or", depth, len(f.Or), func(i, depth int) { v.trace(f.Or[i], depth) })
		if f.Not != nil {
			v.nest("not", depth, func(depth int) { v.trace(f.Not, depth) })
		}
		v.timeRange(f.StartedAt)
		v.strings("name", f.Name)
		v.strings("userId", f.UserID)
		v.strings("sessionId", f.SessionID)
		v.strings("environment", f.Environment)
		v.strings("release", f.Release)
		v.strings("version", f.Version)
		v.texts("tags", f.Tags)
		v.list("state", f.State != nil, len(f.State))
		v.floats("durationMs", f.DurationMs)
		v.ints("totalTokens", f.TotalTokens)
		v.floats("cost", f.Cost)
		v.score(f.Score)
		if f.Some != nil {
			v.nest("some", depth, func(depth int) { v.observation(f.Some, depth) })
		}
		if f.None != nil {
			v.nest("none", depth, func(depth int) { v.observation(f.None, depth) })
		}
		v.text(f.Text)
	})
}

func (v *filterValidator) attribute(f *AttributeFilter) {
	if f == nil || f.Value == nil {
		v.fail("an attribute needs a key and a value")
		return
	}
	v.key("key", f.Key)
	set := 0
	for _, isSet := range []bool{f.Value.String != nil, f.Value.Number != nil, f.Value.Boolean != nil, f.Value.Exists != nil} {
		if isSet {
			set++
		}
	}
	v.in("value", func() {
		if set != 1 {
			v.fail("give exactly one of string, number, boolean and exists, not %d", set)
			return
		}
		v.strings("string", f.Value.String)
		v.floats("number", f.Value.Number)
		v.boolean(f.Value.Boolean)
		v.boolean(f.Value.Exists)
	})
}

func (v *filterValidator) score(f *ScoreFilter) {
	if f == nil {
		return
	}
	v.block("score", func() {
		v.leaf()
		v.key("name", f.Name)
		v.floats("number", f.Number)
		v.strings("label", f.Label)
		v.boolean(f.Passed)
		v.list("source", f.Source != nil, len(f.Source))
	})
}

func (v *filterValidator) block(field string, check func()) {
	v.in(field, func() { v.object(check) })
}

func (v *filterValidator) boolean(value *bool) {
	if value != nil {
		v.leaf()
	}
}

// list checks a list of enumerated values.
func (v *filterValidator) list(field string, isSet bool, length int) {
	if isSet {
		v.leaf()
		v.in(field, func() { v.length(length) })
	}
}

func (v *filterValidator) timeRange(r *TimeRange) {
	if r != nil {
		v.leaf()
	}
}

func (v *filterValidator) strings(field string, f *StringFilter) {
	if f == nil {
		return
	}
	v.block(field, func() {
		v.value("eq", f.Eq)
		v.texts("in", f.In)
		v.texts("notIn", f.NotIn)
		v.value("contains", f.Contains)
		v.value("startsWith", f.StartsWith)
		if f.Matches != nil {
			v.leaf()
			v.in("matches", func() { v.pattern(*f.Matches) })
		}
		v.boolean(f.IsNull)
	})
}

func (v *filterValidator) pattern(pattern string) {
	if v.patterns = append(v.patterns, pattern); len(v.patterns) > MaxFilterPatterns {
		v.fail("a filter may have at most %d patterns: join some with |", MaxFilterPatterns)
	}
	if err := CheckPattern(pattern); err != nil {
		v.fail("%v", err)
	}
}

// value checks one text to compare with.
func (v *filterValidator) value(field string, text *string) {
	if text != nil {
		v.leaf()
		v.in(field, func() { v.plain(*text) })
	}
}

// texts checks a list of texts to compare with.
func (v *filterValidator) texts(field string, texts []string) {
	if texts == nil {
		return
	}
	v.leaf()
	v.in(field, func() {
		v.length(len(texts))
		for _, text := range texts {
			v.plain(text)
		}
	})
}

// plain refuses what PostgreSQL cannot take as text.
func (v *filterValidator) plain(text string) {
	switch {
	case len(text) > MaxFilterText:
		v.fail("the text has %d bytes, at most %d are allowed", len(text), MaxFilterText)
	case !utf8.ValidString(text):
		v.fail("the text is not valid UTF-8")
	case strings.IndexByte(text, 0) >= 0:
		v.fail("the text has a NUL character, which no stored text has")
	}
}

func (v *filterValidator) key(field, key string) {
	v.in(field, func() {
		switch {
		case key == "":
			v.fail("it must not be empty")
		case len(key) > MaxFilterKey:
			v.fail("it has %d bytes, at most %d are allowed", len(key), MaxFilterKey)
		default:
			v.plain(key)
		}
	})
}

func (v *filterValidator) text(query *string) {
	if query == nil {
		return
	}
	v.leaf()
	v.in("text", func() {
		if v.plain(*query); v.fault != nil {
			return
		}
		words := len(SearchWords(*query))
		if words == 0 {
			v.fail("there is no letter or digit to search for")
		}
		if v.words += words; v.words > MaxSearchWords {
			v.fail("a filter may search for at most %d words", MaxSearchWords)
		}
		v.queries = append(v.queries, *query)
	})
}

func (v *filterValidator) ints(field string, f *IntFilter) {
	if f == nil {
		return
	}
	v.block(field, func() {
		for _, bound := range []*int64{f.Eq, f.Gt, f.Gte, f.Lt, f.Lte} {
			if bound != nil {
				v.leaf()
			}
		}
		v.list("in", f.In != nil, len(f.In))
		v.boolean(f.IsNull)
	})
}

func (v *filterValidator) floats(field string, f *FloatFilter) {
	if f == nil {
		return
	}
	v.block(field, func() {
		for _, bound := range []*float64{f.Eq, f.Gt, f.Gte, f.Lt, f.Lte} {
			if bound == nil {
				continue
			}
			v.leaf()
			if math.IsNaN(*bound) || math.IsInf(*bound, 0) {
				v.fail("the bound is not a finite number")
			}
		}
		v.boolean(f.IsNull)
	})
}
