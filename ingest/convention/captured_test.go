package convention

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/treeline-dev/treeline/trace"
)

// The folder testdata/captured holds what real SDKs sent, with what the
// programs behind them did; its README explains both.

type otlpRequest struct {
	ResourceSpans []struct {
		Resource   struct{ Attributes []otlpAttribute }
		ScopeSpans []struct {
			Scope otlpScope
			Spans []otlpSpan
		}
	}
	ResourceLogs []struct {
		ScopeLogs []struct {
			LogRecords []otlpLog
		}
	}
}

type otlpScope struct {
	Name, Version string
	Attributes    []otlpAttribute
}

type otlpSpan struct {
	TraceID, SpanID, ParentSpanID      string
	Name                               string
	Kind                               int
	Flags                              uint32
	StartTimeUnixNano, EndTimeUnixNano otlpNumber
	Attributes                         []otlpAttribute
	Events                             []struct {
		Name         string
		TimeUnixNano otlpNumber
		Attributes   []otlpAttribute
	}
	Links []struct {
		TraceID, SpanID string
		Attributes      []otlpAttribute
	}
	Status struct {
		Code    int
		Message string
	}
	DroppedAttributesCount uint32
}

type otlpLog struct {
	TraceID, SpanID string
	EventName       string
	TimeUnixNano    otlpNumber
	ObservedTime    otlpNumber `json:"observedTimeUnixNano"`
	Attributes      []otlpAttribute
	Body            otlpValue
}

type otlpAttribute struct {
	Key   string
	Value otlpValue
}

type otlpValue struct {
	StringValue *string
	BoolValue   *bool
	IntValue    *otlpNumber
	DoubleValue *float64
	BytesValue  *string
	ArrayValue  *struct{ Values []otlpValue }
	KvlistValue *struct{ Values []otlpAttribute }
}

// otlpNumber is a 64-bit integer: a number or a string.
type otlpNumber int64

func (n *otlpNumber) UnmarshalJSON(text []byte) error {
	parsed, err := strconv.ParseInt(strings.Trim(string(text), `"`), 10, 64)
	*n = otlpNumber(parsed)
	return err
}

func (v *otlpValue) value() Value {
	switch {
	case v.StringValue != nil:
		return Value{Kind: KindString, Text: *v.StringValue}
	case v.BoolValue != nil:
		return Value{Kind: KindBool, Int: int64(boolBit(*v.BoolValue))}
	case v.IntValue != nil:
		return Value{Kind: KindInt, Int: int64(*v.IntValue)}
	case v.DoubleValue != nil:
		return Value{Kind: KindDouble, Double: *v.DoubleValue}
	case v.BytesValue != nil:
		decoded, _ := base64.StdEncoding.DecodeString(*v.BytesValue)
		return Value{Kind: KindBytes, Text: string(decoded)}
	case v.ArrayValue != nil:
		list := Value{Kind: KindArray}
		for i := range v.ArrayValue.Values {
			list.Array = append(list.Array, v.ArrayValue.Values[i].value())
		}
		return list
	case v.KvlistValue != nil:
		return Value{Kind: KindMap, Map: otlpAttributes(v.KvlistValue.Values)}
	}
	return Value{}
}

func otlpAttributes(list []otlpAttribute) []Attribute {
	var attributes []Attribute
	for i := range list {
		attributes = append(attributes, Attribute{Key: list[i].Key, Value: list[i].Value.value()})
	}
	return attributes
}

// capturedSpan is one span of a fixture, ready to be mapped.
type capturedSpan struct {
	resource *Resource
	scope    *Scope
	span     *Span
}

func hexID(t testing.TB, into []byte, text string) {
	t.Helper()
	if text == "" {
		return
	}
	if _, err := hex.Decode(into, []byte(text)); err != nil {
		t.Fatalf("read an id: %v", err)
	}
}

// readCaptured decodes a fixture and joins its logs to their spans.
func readCaptured(t testing.TB, path string) []capturedSpan {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("read a fixture: %v", err)
	}
	var requests []otlpRequest
	if err := json.Unmarshal(text, &requests); err != nil {
		t.Fatalf("read %s: %v", path, err)
	}
	var spans []capturedSpan
	bySpan := map[string]*Span{}
	for _, request := range requests {
		for _, group := range request.ResourceSpans {
			resource := &Resource{Attributes: otlpAttributes(group.Resource.Attributes)}
			for _, inner := range group.ScopeSpans {
				scope := &Scope{Name: inner.Scope.Name, Version: inner.Scope.Version, Attributes: otlpAttributes(inner.Scope.Attributes)}
				for _, s := range inner.Spans {
					span := &Span{
						Flags: s.Flags, Name: s.Name, Kind: SpanKind(s.Kind),
						StartNanos: uint64(s.StartTimeUnixNano), EndNanos: uint64(s.EndTimeUnixNano),
						Attributes: otlpAttributes(s.Attributes), StatusCode: uint8(s.Status.Code), StatusMessage: s.Status.Message,
						DroppedAttributes: s.DroppedAttributesCount,
					}
					hexID(t, span.TraceID[:], s.TraceID)
					hexID(t, span.SpanID[:], s.SpanID)
					hexID(t, span.ParentSpanID[:], s.ParentSpanID)
					for _, e := range s.Events {
						span.Events = append(span.Events, Event{Name: e.Name, TimeNanos: uint64(e.TimeUnixNano), Attributes: otlpAttributes(e.Attributes)})
					}
					for _, l := range s.Links {
						link := Link{Attributes: otlpAttributes(l.Attributes)}
						hexID(t, link.TraceID[:], l.TraceID)
						hexID(t, link.SpanID[:], l.SpanID)
						span.Links = append(span.Links, link)
					}
					spans = append(spans, capturedSpan{resource, scope, span})
					bySpan[s.TraceID+s.SpanID] = span
				}
			}
		}
	}
	for _, request := range requests {
		for _, group := range request.ResourceLogs {
			for _, inner := range group.ScopeLogs {
				for _, l := range inner.LogRecords {
					at := l.TimeUnixNano
					if at == 0 {
						at = l.ObservedTime
					}
					if span := bySpan[l.TraceID+l.SpanID]; span != nil {
						span.Logs = append(span.Logs, Event{Name: l.EventName, TimeNanos: uint64(at), Attributes: otlpAttributes(l.Attributes), Body: l.Body.value()})
					}
				}
			}
		}
	}
	return spans
}

type capturedExpectation struct {
	Traces int
	Totals struct{ ModelCalls, InputTokens, OutputTokens int64 }
	Spans  []map[string]any
}

// capturedFacts writes what a mapping says in the words of the expectations.
func capturedFacts(m Mapping, parentName string) map[string]any {
	o := m.Observation
	c := o.Core()
	facts := map[string]any{"type": o.Type().String()}
	text := func(name string, s *string) {
		if s != nil {
			facts[name] = *s
		}
	}
	number := func(name string, n *int64) {
		if n != nil {
			facts[name] = float64(*n)
		}
	}
	if parentName != "" {
		facts["parentName"] = parentName
	}
	if metered, ok := o.(trace.Metered); ok {
		u := metered.Meter().Usage
		number("inputTokens", u.InputTokens)
		number("outputTokens", u.OutputTokens)
		number("totalTokens", u.TotalTokens)
		number("cacheReadTokens", u.CacheReadTokens)
		number("reasoningTokens", u.ReasoningTokens)
	}
	if c.Input != nil && c.Input.MimeType == trace.MimeText {
		facts["firstInputText"] = c.Input.Content
	}
	if c.Output != nil && c.Output.MimeType == trace.MimeText {
		facts["outputText"] = c.Output.Content
	}
	switch o := o.(type) {
	case *trace.Generation:
		delete(facts, "firstInputText")
		delete(facts, "outputText")
		text("model", o.Model())
		text("promptName", o.PromptName)
		text("promptVersion", o.PromptVersionText)
		if o.PromptNumber != nil {
			facts["promptVersion"] = strconv.Itoa(*o.PromptNumber)
		}
		textIn := func(name string, messages []trace.Message, at int) {
			if len(messages) == 0 {
				return
			}
			for _, part := range messages[at].Parts {
				if p, ok := part.(*trace.TextPart); ok {
					facts[name] = p.Text
				}
			}
		}
		textIn("firstInputText", o.Messages, 0)
		textIn("outputText", o.Completion, len(o.Completion)-1)
	case *trace.Embedding:
		text("model", o.Model)
	case *trace.Reranking:
		text("model", o.Model)
		facts["documentCount"] = float64(len(o.Documents))
	case *trace.Retrieval:
		facts["documentCount"] = float64(o.DocumentCount)
	case *trace.ToolCall:
		facts["toolName"] = o.ToolName
	}
	if c.Claims != nil {
		if c.Claims.UserID != nil {
			facts["userId"] = c.Claims.UserID.Value
		}
		if c.Claims.SessionID != nil {
			facts["sessionId"] = c.Claims.SessionID.Value
		}
		if len(c.Claims.Tags) > 0 {
			var tags []any
			for _, tag := range c.Claims.Tags {
				tags = append(tags, tag)
			}
			facts["tags"] = tags
		}
	}
	if c.Environment != trace.DefaultEnvironment {
		facts["environment"] = c.Environment
	}
	if c.Status == trace.StatusError || c.Level == trace.LevelError {
		facts["status"] = "ERROR"
	}
	return facts
}

func TestCapturedSpansMeanWhatTheirProgramsDid(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/captured/*.expect.json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("find the fixtures: %v, %d found", err, len(paths))
	}
	for _, path := range paths {
		fixture := strings.TrimSuffix(filepath.Base(path), ".expect.json")
		t.Run(fixture, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var want capturedExpectation
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			spans := readCaptured(t, strings.TrimSuffix(path, ".expect.json")+".otlp.json")
			if len(spans) != len(want.Spans) {
				t.Errorf("%d spans, want %d", len(spans), len(want.Spans))
			}
			checkCaptured(t, want, spans)
		})
	}
}

func checkCaptured(t *testing.T, want capturedExpectation, spans []capturedSpan) {
	t.Helper()
	slices.SortStableFunc(spans, func(a, b capturedSpan) int { return int(int64(a.span.StartNanos) - int64(b.span.StartNanos)) })
	names := map[trace.SpanID]string{}
	for _, s := range spans {
		names[s.span.SpanID] = s.span.Name
	}
	taken := make([]bool, len(want.Spans))
	steps := map[trace.TraceID][]trace.Step{}
	for _, s := range spans {
		m := Map(s.resource, s.scope, s.span, time.Unix(1790000000, 0))
		if m.Observation == nil {
			t.Errorf("%s was dropped: %s", s.span.Name, m.Dropped)
			continue
		}
		steps[s.span.TraceID] = append(steps[s.span.TraceID], trace.StepOf(m.Observation))
		facts := capturedFacts(m, names[s.span.ParentSpanID])
		at := slices.IndexFunc(want.Spans, func(w map[string]any) bool {
			parent, _ := w["parentName"].(string)
			return w["name"] == s.span.Name && parent == names[s.span.ParentSpanID]
		})
		for at >= 0 && taken[at] {
			next := slices.IndexFunc(want.Spans[at+1:], func(w map[string]any) bool {
				parent, _ := w["parentName"].(string)
				return w["name"] == s.span.Name && parent == names[s.span.ParentSpanID]
			})
			if next < 0 {
				at = -1
			} else {
				at += 1 + next
			}
		}
		if at < 0 {
			t.Errorf("%s below %s is not expected", s.span.Name, names[s.span.ParentSpanID])
			continue
		}
		taken[at] = true
		for fact, wanted := range want.Spans[at] {
			if fact == "name" {
				continue
			}
			if got := string(trace.EncodeJSON(facts[fact])); got != string(trace.EncodeJSON(wanted)) {
				t.Errorf("%s below %q: %s is %s, want %s", s.span.Name, names[s.span.ParentSpanID], fact, got, trace.EncodeJSON(wanted))
			}
		}
		for fact := range facts {
			if _, wanted := want.Spans[at][fact]; !wanted {
				t.Logf("%s: %s is %s, not mentioned", s.span.Name, fact, trace.EncodeJSON(facts[fact]))
			}
		}
		if warnings := m.Observation.Core().Warnings; len(warnings) > 0 {
			t.Logf("%s: warnings %q", s.span.Name, warnings)
		}
	}
	if len(steps) != want.Traces {
		t.Errorf("%d traces, want %d", len(steps), want.Traces)
	}
	var total trace.Usage
	for _, list := range steps {
		total = total.Add(trace.BuildTree(list).Summarize().Usage)
	}
	if in := zeroIfNil(total.InputTokens); in != want.Totals.InputTokens {
		t.Errorf("the traces sum up to %d input tokens, want %d", in, want.Totals.InputTokens)
	}
	if out := zeroIfNil(total.OutputTokens); out != want.Totals.OutputTokens {
		t.Errorf("the traces sum up to %d output tokens, want %d", out, want.Totals.OutputTokens)
	}
}

// TestCapturedCallsOfToolsHoldWhatWasPassed: the programs share their tools, so
// whoever reports a call of one, it was called with the same arguments.
func TestCapturedCallsOfToolsHoldWhatWasPassed(t *testing.T) {
	t.Parallel()
	members := map[string][2][]string{ // of arguments and result
		"get_weather": {{"city", "unit"}, {"city", "temperature", "unit"}},
		"get-weather": {{"city", "unit"}, {"city", "temperature", "unit"}},
	}
	told := 0
	forEachCaptured(t, func(t *testing.T, fixture string, o trace.Observation) {
		call, ok := o.(*trace.ToolCall)
		if !ok {
			return
		}
		want, known := members[call.ToolName]
		if !known {
			return
		}
		for i, j := range []trace.JSON{call.Arguments, call.Result} {
			var got map[string]any
			if len(j) == 0 {
				continue // not on the wire
			}
			told++
			if err := json.Unmarshal(j, &got); err != nil || !slices.Equal(slices.Sorted(maps.Keys(got)), want[i]) {
				t.Errorf("%s: %s of %s is %s", fixture, []string{"arguments", "result"}[i], call.ToolName, j)
			}
		}
	})
	if told < 20 {
		t.Errorf("only %d arguments and results are told", told)
	}
}

// TestCapturedModelsAreToldApart: the scripted model answers with a dated name
// of the model that was asked for. Who names one model only does not tell which.
func TestCapturedModelsAreToldApart(t *testing.T) {
	t.Parallel()
	const date = "-2026-02-01"
	forEachCaptured(t, func(t *testing.T, fixture string, o trace.Observation) {
		g, ok := o.(*trace.Generation)
		if !ok {
			return
		}
		request, response := text(g.RequestModel), text(g.ResponseModel)
		if base, isDated := strings.CutSuffix(response, date); isDated && request != base {
			t.Errorf("%s: %s asked for %q, %q answered", fixture, g.Name, request, response)
		}
	})
}

// forEachCaptured maps every span of every fixture.
func forEachCaptured(t *testing.T, check func(t *testing.T, fixture string, o trace.Observation)) {
	t.Helper()
	paths, err := filepath.Glob("testdata/captured/*.otlp.json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("find the fixtures: %v, %d found", err, len(paths))
	}
	for _, path := range paths {
		for _, s := range readCaptured(t, path) {
			if m := Map(s.resource, s.scope, s.span, testReceived); m.Observation != nil {
				check(t, filepath.Base(path), m.Observation)
			}
		}
	}
}

func zeroIfNil(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}
