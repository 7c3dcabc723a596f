package trace

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What the conditions of a filter mean, beyond what their fields say. Package
// store compiles the same meaning to SQL; its tests hold the two together.
//
//   - and without items holds, or without items does not; types, status and
//     other lists of words without items hold for nothing, as in does. tags
//     without items asks for nothing and so holds.
//   - isRoot is about the root that the trace has so far.
//   - A score of an observation is one that names it; a score of a trace is one
//     that names the trace alone, none of its observations. number is that of a
//     numeric score, label that of a label score or beside a number, passed that
//     of a boolean score.
//   - text on a trace asks for one observation that has all the words, in its
//     input and output or in those that it gives for the trace.
//   - An attribute that is null exists, and is missing as text and as number.
//   - stepCount counts the children that are stored, whatever the agent's own
//     field says.

// Subject is an observation as a filter sees it: with its bodies and, for
// conditions on its surroundings, the trace that it belongs to. Without Trace
// it is no root, has no scores and no trace to look at.
type Subject struct {
	Observation Observation
	Trace       *TraceContext
}

// TraceContext is a trace as a filter sees it. FilterNeeds tells which parts a
// filter looks at; the others may stay empty.
type TraceContext struct {
	Trace *Trace
	// Observations are all that the trace has.
	Observations []Observation
	// Scores are those of the trace and of its observations.
	Scores []*Score
	// Now is the moment for which the trace's state is derived.
	Now time.Time
}

// ObservationMatcher evaluates one filter in memory, with the meaning that the
// same filter has as SQL. Any number of goroutines may use it.
type ObservationMatcher struct {
	filter   *ObservationFilter
	prepared prepared
}

// Matcher checks a filter, see Validate, and prepares it for many evaluations.
func (f *ObservationFilter) Matcher() (*ObservationMatcher, error) {
	var v filterValidator
	v.observation(f, 0)
	p, err := v.prepare()
	if err != nil {
		return nil, err
	}
	return &ObservationMatcher{filter: f, prepared: p}, nil
}

// Match reports whether the filter selects the observation.
func (m *ObservationMatcher) Match(s Subject) bool {
	return m.prepared.observationFits(m.filter, s)
}

// MatchObservation evaluates a filter once. An invalid filter selects nothing.
func MatchObservation(f *ObservationFilter, s Subject) bool {
	m, err := f.Matcher()
	return err == nil && m.Match(s)
}

// TraceMatcher is ObservationMatcher for traces.
type TraceMatcher struct {
	filter   *TraceFilter
	prepared prepared
}

// Matcher checks a filter, see Validate, and prepares it for many evaluations.
func (f *TraceFilter) Matcher() (*TraceMatcher, error) {
	var v filterValidator
	v.trace(f, 0)
	p, err := v.prepare()
	if err != nil {
		return nil, err
	}
	return &TraceMatcher{filter: f, prepared: p}, nil
}

// Match reports whether the filter selects the trace.
func (m *TraceMatcher) Match(t *TraceContext) bool { return m.prepared.traceFits(m.filter, t) }

// MatchTrace evaluates a filter once. An invalid filter selects nothing.
func MatchTrace(f *TraceFilter, t *TraceContext) bool {
	m, err := f.Matcher()
	return err == nil && m.Match(t)
}

// prepared holds what is made once for a filter: its patterns and searches.
type prepared struct {
	patterns map[string]*regexp.Regexp
	searches map[string]*textSearch
}

func (v *filterValidator) prepare() (prepared, error) {
	if v.fault != nil {
		return prepared{}, v.fault
	}
	p := prepared{patterns: map[string]*regexp.Regexp{}, searches: map[string]*textSearch{}}
	for _, pattern := range v.patterns {
		compiled, err := regexp.Compile(matchFlags + pattern)
		if err != nil {
			return prepared{}, &FilterError{Message: "the pattern " + strconv.Quote(pattern) + " cannot be compiled: " + err.Error()}
		}
		p.patterns[pattern] = compiled
	}
	for _, query := range v.queries {
		p.searches[query] = newTextSearch(query)
	}
	return p, nil
}

func (p prepared) observationFits(f *ObservationFilter, s Subject) bool {
	if f == nil {
		return true
	}
	c := s.Observation.Core()
	fits := func(g *ObservationFilter) bool { return p.observationFits(g, s) }
	return all(f.And, fits) &&
		(f.Or == nil || slices.ContainsFunc(f.Or, fits)) &&
		(f.Not == nil || !fits(f.Not)) &&
		oneOf(f.Types, s.Observation.Type()) &&
		p.stringFits(f.Name, &c.Name) &&
		oneOf(f.Status, c.Status) &&
		oneOf(f.Level, c.Level) &&
		f.StartedAt.holds(c.StartedAt) &&
		floatFits(f.DurationMs, c.DurationMs()) &&
		boolFits(f.IsRoot, s.isRoot()) &&
		p.stringFits(f.Service, c.Service) &&
		p.stringFits(f.Environment, &c.Environment) &&
		p.stringFits(f.Version, c.Version) &&
		p.typedFits(f, s) &&
		p.attributesFit(f.Attributes, c.RawAttributes) &&
		p.scoreFits(f.Score, s.Trace, c.TraceID, c.SpanID) &&
		(f.Trace == nil || p.traceFits(f.Trace, s.Trace)) &&
		(f.Text == nil || p.searches[*f.Text].fits(c.Input, c.Output))
}

// typedFits evaluates the type blocks.
func (p prepared) typedFits(f *ObservationFilter, s Subject) bool {
	return block(f.Generation, s, p.generationFits) &&
		block(f.Retrieval, s, p.retrievalFits) &&
		block(f.ToolCall, s, func(f *ToolCallFilter, o *ToolCall) bool {
			return p.stringFits(f.ToolName, &o.ToolName) && boolFits(f.IsError, o.IsError)
		}) &&
		block(f.Guardrail, s, func(f *GuardrailFilter, o *Guardrail) bool {
			return p.stringFits(f.Policy, o.Policy) && optionalBoolFits(f.Passed, o.Passed) &&
				oneOf(f.Verdict, o.Verdict) && oneOf(f.Action, o.Action)
		}) &&
		block(f.Agent, s, func(f *AgentFilter, o *Agent) bool {
			return p.stringFits(f.AgentName, o.AgentName) && (f.StepCount == nil || intFits(f.StepCount, s.stepCount()))
		}) &&
		block(f.Evaluator, s, func(f *EvaluatorFilter, o *Evaluator) bool {
			return p.stringFits(f.ScoreName, o.ScoreName) && floatFits(f.ScoreValue, o.ScoreValue)
		})
}

// block evaluates a type block, which fixes the type.
func block[F any, O Observation](f *F, s Subject, fits func(*F, O) bool) bool {
	if f == nil {
		return true
	}
	o, ok := s.Observation.(O)
	return ok && fits(f, o)
}

func (p prepared) generationFits(f *GenerationFilter, o *Generation) bool {
	return p.stringFits(f.Model, o.Model()) &&
		p.stringFits(f.Provider, o.Provider) &&
		intFits(f.InputTokens, o.Usage.InputTokens) &&
		intFits(f.OutputTokens, o.Usage.OutputTokens) &&
		intFits(f.TotalTokens, o.Usage.TotalTokens) &&
		floatFits(f.Cost, dollars(o.Cost.Total)) &&
		floatFits(f.TimeToFirstTokenMs, o.TimeToFirstTokenMs) &&
		p.anyFits(f.FinishReason, o.FinishReasons) &&
		p.stringFits(f.PromptName, o.PromptName) &&
		intFits(f.PromptNumber, widen(o.PromptNumber))
}

func (p prepared) retrievalFits(f *RetrievalFilter, o *Retrieval) bool {
	return intFits(f.DocumentCount, widen(&o.DocumentCount)) &&
		floatFits(f.TopRelevance, o.TopRelevance) &&
		p.stringFits(f.Source, o.Source) &&
		p.stringFits(f.Query, o.Query)
}

// isRoot reports whether the observation is the root that its trace has so far.
func (s Subject) isRoot() bool {
	return s.Trace != nil && s.Trace.Trace != nil && s.Trace.Trace.RootSpanID == s.Observation.Core().SpanID
}

// stepCount counts the direct children that are not events, among the
// observations of the trace.
func (s Subject) stepCount() *int64 {
	var count int64
	if s.Trace != nil {
		parent := s.Observation.Core().SpanID
		for _, o := range s.Trace.Observations {
			if o.Core().ParentSpanID == parent && o.Type() != TypeEvent {
				count++
			}
		}
	}
	return &count
}

func (p prepared) traceFits(f *TraceFilter, t *TraceContext) bool {
	if t == nil || t.Trace == nil {
		return false
	}
	if f == nil {
		return true
	}
	fits := func(g *TraceFilter) bool { return p.traceFits(g, t) }
	some := func(g *ObservationFilter) bool {
		return slices.ContainsFunc(t.Observations, func(o Observation) bool {
			return p.observationFits(g, Subject{Observation: o, Trace: t})
		})
	}
	row := t.Trace
	return all(f.And, fits) &&
		(f.Or == nil || slices.ContainsFunc(f.Or, fits)) &&
		(f.Not == nil || !fits(f.Not)) &&
		f.StartedAt.holds(row.StartedAt) &&
		p.stringFits(f.Name, row.Name) &&
		p.stringFits(f.UserID, row.UserID) &&
		p.stringFits(f.SessionID, row.SessionID) &&
		p.stringFits(f.Environment, &row.Environment) &&
		p.stringFits(f.Release, row.Release) &&
		p.stringFits(f.Version, row.Version) &&
		all(f.Tags, func(tag string) bool { return slices.Contains(row.Tags, tag) }) &&
		oneOf(f.State, StateOf(row.RootRank, row.RootStatus, row.Counts.Failed, row.RunningCount, row.LastArrival, t.Now)) &&
		floatFits(f.DurationMs, row.DurationMs()) &&
		intFits(f.TotalTokens, row.Usage.TotalTokens) &&
		floatFits(f.Cost, dollars(row.Cost.Total)) &&
		p.scoreFits(f.Score, t, row.TraceID, SpanID{}) &&
		(f.Some == nil || some(f.Some)) &&
		(f.None == nil || !some(f.None)) &&
		(f.Text == nil || p.traceTextFits(*f.Text, t))
}

// traceTextFits reports whether one observation of the trace has all the words:
// in its input and output, or in those that it gives for the trace.
func (p prepared) traceTextFits(query string, t *TraceContext) bool {
	return slices.ContainsFunc(t.Observations, func(o Observation) bool {
		c := o.Core()
		payloads := []*Payload{c.Input, c.Output}
		if c.Claims != nil {
			payloads = append(payloads, c.Claims.Input, c.Claims.Output)
		}
		return p.searches[query].fits(payloads...)
	})
}

// scoreFits looks among the scores of one target: an observation or, with a
// zero span id, the trace itself.
func (p prepared) scoreFits(f *ScoreFilter, t *TraceContext, traceID TraceID, spanID SpanID) bool {
	if f == nil {
		return true
	}
	exists := t != nil && slices.ContainsFunc(t.Scores, func(s *Score) bool {
		if s.TraceID != traceID || s.SpanID != spanID || s.Name != f.Name || !oneOf(f.Source, s.Source) {
			return false
		}
		var number *float64
		var label *string
		var passed *bool
		switch v := s.Value.(type) {
		case *NumericScore:
			number, label = &v.Number, v.Label
		case *LabelScore:
			label = &v.Label
		case *BooleanScore:
			passed = &v.Passed
		}
		return floatFits(f.Number, number) && p.stringFits(f.Label, label) && optionalBoolFits(f.Passed, passed)
	})
	return exists != (f.Absent != nil && *f.Absent)
}

func (p prepared) attributesFit(filters []*AttributeFilter, attributes JSON) bool {
	if len(filters) == 0 {
		return true
	}
	var values map[string]json.RawMessage
	if len(attributes) > 0 && json.Unmarshal(attributes, &values) != nil {
		values = nil
	}
	return all(filters, func(f *AttributeFilter) bool {
		value, exists := values[f.Key]
		switch {
		case f.Value.String != nil:
			return p.stringFits(f.Value.String, jsonString(value))
		case f.Value.Number != nil:
			return floatFits(f.Value.Number, jsonNumber(value))
		case f.Value.Boolean != nil:
			return string(value) == strconv.FormatBool(*f.Value.Boolean)
		default:
			return exists == *f.Value.Exists
		}
	})
}

func jsonString(value json.RawMessage) *string {
	var text string
	if len(value) == 0 || value[0] != '"' || json.Unmarshal(value, &text) != nil {
		return nil
	}
	return &text
}

// jsonNumber returns a number, or nil for one whose magnitude is not zero and
// below 1e-300 or from 1e308 on, which double precision may not hold.
func jsonNumber(value json.RawMessage) *float64 {
	if len(value) == 0 || value[0] != '-' && (value[0] < '0' || value[0] > '9') {
		return nil
	}
	exponent, isZero := decimalExponent(string(value))
	if !isZero && (exponent < -300 || exponent > 307) {
		return nil
	}
	n, err := strconv.ParseFloat(string(value), 64)
	if err != nil {
		return nil
	}
	return &n
}

// decimalExponent returns the power of ten of the first digit that is not zero.
// It reads the text, since rounding to a float could cross a bound.
func decimalExponent(number string) (exponent int, isZero bool) {
	mantissa, tail := number, ""
	if e := strings.IndexAny(number, "eE"); e >= 0 {
		mantissa, tail = number[:e], number[e+1:]
	}
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(mantissa, "-"), ".")
	digits := whole + fraction
	first := strings.IndexFunc(digits, func(r rune) bool { return r != '0' })
	if first < 0 {
		return 0, true
	}
	if tail != "" {
		n, err := strconv.ParseInt(tail, 10, 32)
		if err != nil {
			n = math.MaxInt32
			if tail[0] == '-' {
				n = math.MinInt32
			}
		}
		exponent = int(n)
	}
	return exponent + len(whole) - 1 - first, false
}

// stringFits evaluates the conditions on one text; nil is a missing value.
func (p prepared) stringFits(f *StringFilter, value *string) bool {
	if f == nil {
		return true
	}
	if value == nil {
		return f.HoldsForMissing()
	}
	v := *value
	return (f.Eq == nil || v == *f.Eq) &&
		(f.In == nil || slices.Contains(f.In, v)) &&
		(f.NotIn == nil || !slices.Contains(f.NotIn, v)) &&
		(f.Contains == nil || strings.Contains(v, *f.Contains)) &&
		(f.StartsWith == nil || strings.HasPrefix(v, *f.StartsWith)) &&
		(f.Matches == nil || p.patterns[*f.Matches].MatchString(v)) &&
		(f.IsNull == nil || !*f.IsNull)
}

// anyFits evaluates the conditions on a list: one element must meet them all.
// An empty list counts as a missing value.
func (p prepared) anyFits(f *StringFilter, values []string) bool {
	if len(values) == 0 {
		return p.stringFits(f, nil)
	}
	return slices.ContainsFunc(values, func(v string) bool { return p.stringFits(f, &v) })
}

// IsEmpty reports whether f, which may be nil, has no condition.
func (f *StringFilter) IsEmpty() bool { return f == nil || !f.compares() && f.IsNull == nil }

// IsEmpty reports whether f, which may be nil, has no condition.
func (f *FloatFilter) IsEmpty() bool { return f == nil || *f == (FloatFilter{}) }

// HoldsForMissing reports whether a missing value meets the conditions: where
// there is none, or none but IsNull.
func (f *StringFilter) HoldsForMissing() bool {
	return !f.compares() && boolFits(f.IsNull, true)
}

func (f *StringFilter) compares() bool {
	return f.Eq != nil || f.In != nil || f.NotIn != nil || f.Contains != nil || f.StartsWith != nil || f.Matches != nil
}

func intFits(f *IntFilter, value *int64) bool {
	if f == nil {
		return true
	}
	if value == nil {
		return f.Eq == nil && f.Gt == nil && f.Gte == nil && f.Lt == nil && f.Lte == nil && f.In == nil && boolFits(f.IsNull, true)
	}
	v := *value
	return (f.Eq == nil || v == *f.Eq) &&
		(f.Gt == nil || v > *f.Gt) &&
		(f.Gte == nil || v >= *f.Gte) &&
		(f.Lt == nil || v < *f.Lt) &&
		(f.Lte == nil || v <= *f.Lte) &&
		(f.In == nil || slices.Contains(f.In, v)) &&
		boolFits(f.IsNull, false)
}

func floatFits(f *FloatFilter, value *float64) bool {
	if f == nil {
		return true
	}
	if value == nil {
		return f.Eq == nil && f.Gt == nil && f.Gte == nil && f.Lt == nil && f.Lte == nil && boolFits(f.IsNull, true)
	}
	v := *value
	return (f.Eq == nil || compareFloats(v, *f.Eq) == 0) &&
		(f.Gt == nil || compareFloats(v, *f.Gt) > 0) &&
		(f.Gte == nil || compareFloats(v, *f.Gte) >= 0) &&
		(f.Lt == nil || compareFloats(v, *f.Lt) < 0) &&
		(f.Lte == nil || compareFloats(v, *f.Lte) <= 0) &&
		boolFits(f.IsNull, false)
}

// compareFloats orders as PostgreSQL does: not-a-number, should one have been
// stored, is above all others.
func compareFloats(v, bound float64) int {
	switch {
	case v < bound:
		return -1
	case v == bound:
		return 0
	default:
		return 1
	}
}

// boolFits evaluates a plain boolean; a nil filter is no condition.
func boolFits(f *bool, value bool) bool { return f == nil || *f == value }

// optionalBoolFits is boolFits for a value that may be missing.
func optionalBoolFits(f, value *bool) bool { return f == nil || value != nil && *f == *value }

// oneOf evaluates a list of enumerated values; a nil list is no condition.
func oneOf[T comparable](list []T, value T) bool { return list == nil || slices.Contains(list, value) }

// all reports whether every item fits.
func all[T any](items []T, fits func(T) bool) bool {
	return !slices.ContainsFunc(items, func(item T) bool { return !fits(item) })
}

// dollars is the amount that a filter on costs compares.
func dollars(amount *Nanos) *float64 {
	if amount == nil {
		return nil
	}
	usd := amount.USD()
	return &usd
}

func widen(n *int) *int64 {
	if n == nil {
		return nil
	}
	wide := int64(*n)
	return &wide
}

// Nanos returns the bounds in nanoseconds since 1970; a bound beyond what that
// can express is moved to the nearest that it can.
func (r *TimeRange) Nanos() (from int64, to *int64) {
	if r.To != nil {
		end := clampedNanos(*r.To)
		to = &end
	}
	return clampedNanos(r.From), to
}

func clampedNanos(t time.Time) int64 {
	switch {
	case t.Before(time.Unix(0, math.MinInt64)):
		return math.MinInt64
	case t.After(time.Unix(0, math.MaxInt64)):
		return math.MaxInt64
	default:
		return t.UnixNano()
	}
}

func (r *TimeRange) holds(t time.Time) bool {
	if r == nil {
		return true
	}
	from, to := r.Nanos()
	n := t.UnixNano()
	return n >= from && (to == nil || n < *to)
}
