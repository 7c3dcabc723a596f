package convention

import (
	"bytes"
	"encoding/json"
	"os"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/treeline-dev/treeline/trace"
)

// An example is a span as JSON with what it must mean. Only the wanted fields
// are compared, each of them whole.
type example struct {
	Case string                     `json:"case"`
	Span exampleSpan                `json:"span"`
	Want map[string]json.RawMessage `json:"want"`
}

type exampleSpan struct {
	Name       string          `json:"name"`
	Kind       string          `json:"kind"`
	Scope      *exampleScope   `json:"scope"`
	Resource   json.RawMessage `json:"resource"`
	StartNanos uint64          `json:"startNanos"`
	EndNanos   uint64          `json:"endNanos"`
	Status     struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	} `json:"status"`
	Attributes json.RawMessage `json:"attributes"`
	Events     []exampleEvent  `json:"events"`
	Logs       []exampleEvent  `json:"logs"`
}

type exampleScope struct{ Name, Version string }

type exampleEvent struct {
	Name       string          `json:"name"`
	TimeNanos  uint64          `json:"timeNanos"`
	Attributes json.RawMessage `json:"attributes"`
	Body       json.RawMessage `json:"body"`
}

// valueOf turns plain JSON into an attribute value: whole numbers into ints.
func valueOf(t testing.TB, raw json.RawMessage) Value {
	t.Helper()
	if len(raw) == 0 {
		return Value{}
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var plain any
	if err := decoder.Decode(&plain); err != nil {
		t.Fatalf("read an example's value: %v", err)
	}
	return plainValue(plain)
}

func plainValue(plain any) Value {
	switch plain := plain.(type) {
	case string:
		return Value{Kind: KindString, Text: plain}
	case bool:
		return Value{Kind: KindBool, Int: int64(boolBit(plain))}
	case json.Number:
		if n, err := plain.Int64(); err == nil {
			return Value{Kind: KindInt, Int: n}
		}
		f, _ := plain.Float64()
		return Value{Kind: KindDouble, Double: f}
	case []any:
		v := Value{Kind: KindArray}
		for _, item := range plain {
			v.Array = append(v.Array, plainValue(item))
		}
		return v
	case map[string]any:
		v := Value{Kind: KindMap}
		names := make([]string, 0, len(plain))
		for name := range plain {
			names = append(names, name)
		}
		sort.Strings(names)
		for _, name := range names {
			v.Map = append(v.Map, Attribute{Key: name, Value: plainValue(plain[name])})
		}
		return v
	}
	return Value{}
}

func (s *exampleSpan) span(t testing.TB) (*Resource, *Scope, *Span) {
	t.Helper()
	resource := &Resource{Attributes: valueOf(t, s.Resource).Map}
	scope := &Scope{}
	if s.Scope != nil {
		scope.Name, scope.Version = s.Scope.Name, s.Scope.Version
	}
	kinds := map[string]SpanKind{"INTERNAL": SpanInternal, "SERVER": SpanServer, "CLIENT": SpanClient, "PRODUCER": SpanProducer, "CONSUMER": SpanConsumer}
	codes := map[string]uint8{"OK": 1, "ERROR": 2}
	span := &Span{
		TraceID: trace.TraceID{15: 1}, SpanID: trace.SpanID{7: 2},
		Name: s.Name, Kind: kinds[s.Kind], StartNanos: s.StartNanos, EndNanos: s.EndNanos,
		StatusCode: codes[s.Status.Code], StatusMessage: s.Status.Message,
		Attributes: valueOf(t, s.Attributes).Map,
		Events:     exampleEvents(t, s.Events), Logs: exampleEvents(t, s.Logs),
	}
	return resource, scope, span
}

func exampleEvents(t testing.TB, list []exampleEvent) []Event {
	t.Helper()
	var events []Event
	for _, e := range list {
		events = append(events, Event{Name: e.Name, TimeNanos: e.TimeNanos, Attributes: valueOf(t, e.Attributes).Map, Body: valueOf(t, e.Body)})
	}
	return events
}

func readExamples(t testing.TB, path string) []example {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("read the examples: %v", err)
	}
	var examples []example
	if err := json.Unmarshal(text, &examples); err != nil {
		t.Fatalf("read the examples: %v", err)
	}
	return examples
}

func TestExamplesMeanWhatTheySay(t *testing.T) {
	t.Parallel()
	for _, example := range readExamples(t, "testdata/examples.json") {
		t.Run(example.Case, func(t *testing.T) {
			t.Parallel()
			resource, scope, span := example.Span.span(t)
			m := Map(resource, scope, span, time.Unix(1790000000, 0))
			compare(t, example.Want, m)
		})
	}
}

// compare checks the wanted fields of a mapping.
func compare(t *testing.T, want map[string]json.RawMessage, m Mapping) {
	t.Helper()
	got := portrait(m)
	for field, wanted := range want {
		var w any
		if err := json.Unmarshal(wanted, &w); err != nil {
			t.Fatal(err)
		}
		g, ok := got[field]
		if !ok {
			t.Errorf("%s: there is no such field", field)
			continue
		}
		var plain any
		if err := json.Unmarshal(trace.EncodeJSON(g), &plain); err != nil {
			t.Fatal(err)
		}
		if list, isList := w.([]any); isList && field == "derived" {
			for i := range list {
				if i >= len(m.Derived) {
					t.Errorf("derived: want %d, got %d", len(list), len(m.Derived))
					break
				}
				var inner map[string]json.RawMessage
				if err := json.Unmarshal(trace.EncodeJSON(list[i]), &inner); err != nil {
					t.Fatal(err)
				}
				compare(t, inner, Mapping{Observation: m.Derived[i]})
			}
			continue
		}
		if diff := cmp.Diff(w, plain); diff != "" {
			t.Errorf("%s (-want +got):\n%s", field, diff)
		}
	}
}

// portrait writes a mapping with the field names of the examples.
func portrait(m Mapping) map[string]any {
	p := map[string]any{"isDropped": m.Dropped != "", "derived": m.Derived, "usage": nil, "reportedUsage": nil}
	if m.Observation == nil {
		return p
	}
	c := m.Observation.Core()
	p["type"], p["typeRule"], p["name"], p["level"], p["status"] = m.Observation.Type().String(), c.TypeRule, c.Name, c.Level.String(), c.Status.String()
	p["warnings"] = c.Warnings
	p["input"], p["output"] = bodyOf(c.Input), bodyOf(c.Output)
	p["metadata"], p["attributes"], p["exception"], p["statusMessage"] = c.Metadata, c.RawAttributes, c.Exception, c.StatusMessage
	p["claims"] = claimsOf(c)
	if metered, ok := m.Observation.(trace.Metered); ok {
		p["usage"], p["cost"] = metered.Meter().Usage, costOf(metered.Meter().Cost)
	}
	if usage, cost, _ := trace.Reported(m.Observation); usage != nil {
		p["reportedUsage"] = usage
		if cost != nil {
			p["reportedCost"] = costOf(*cost)
		}
	}
	scores := []map[string]any{}
	for _, s := range m.Scores {
		score := map[string]any{"name": s.Name, "source": s.Source.String(), "target": "trace"}
		switch value := s.Value.(type) {
		case *trace.NumericScore:
			score["value"] = value.Number
			if value.Label != nil {
				score["label"] = *value.Label
			}
		case *trace.LabelScore:
			score["label"] = value.Label
		case *trace.BooleanScore:
			score["passed"] = value.Passed
		}
		if s.Comment != nil {
			score["comment"] = *s.Comment
		}
		if !s.SpanID.IsZero() {
			score["target"] = "observation"
		} else if s.SessionID != "" {
			score["target"] = "session"
		}
		scores = append(scores, score)
	}
	p["scores"] = scores
	switch o := m.Observation.(type) {
	case *trace.Generation:
		p["provider"], p["requestModel"], p["responseModel"], p["model"] = o.Provider, o.RequestModel, o.ResponseModel, o.Model()
		p["parameters"], p["messages"], p["completion"], p["tools"] = o.Parameters, o.Messages, o.Completion, o.Tools
		p["finishReasons"], p["timeToFirstTokenMs"] = o.FinishReasons, o.TimeToFirstTokenMs
		p["responseId"], p["serviceTier"], p["slots"] = o.ResponseID, o.ServiceTier, o.Slots
		prompt := map[string]any{}
		if o.PromptName != nil {
			prompt["name"] = *o.PromptName
		}
		if o.PromptNumber != nil {
			prompt["version"] = strconv.Itoa(*o.PromptNumber)
		}
		if o.PromptVersionText != nil {
			prompt["version"] = *o.PromptVersionText
		}
		p["prompt"] = prompt
	case *trace.Retrieval:
		p["query"], p["source"], p["topK"], p["documentCount"] = o.Query, o.Source, o.TopK, o.DocumentCount
		p["documents"], p["topRelevance"], p["meanRelevance"] = o.Documents, o.TopRelevance, o.MeanRelevance
	case *trace.Reranking:
		p["model"], p["provider"], p["query"], p["topK"], p["inputCount"], p["documents"] = o.Model, o.Provider, o.Query, o.TopK, o.InputCount, o.Documents
	case *trace.Embedding:
		p["model"], p["provider"], p["parameters"] = o.Model, o.Provider, o.Parameters
		embedding := map[string]any{}
		if o.Dimensions != nil {
			embedding["dimensions"] = *o.Dimensions
		}
		if o.InputCount != nil {
			embedding["inputCount"] = *o.InputCount
		}
		p["embedding"] = embedding
	case *trace.ToolCall:
		tool := map[string]any{"name": o.ToolName}
		if o.CallID != nil {
			tool["callId"] = *o.CallID
		}
		if o.Arguments != nil {
			tool["arguments"] = o.Arguments
		}
		if o.Result != nil {
			tool["result"] = o.Result
		}
		if o.IsError {
			tool["isError"] = true
		}
		p["tool"] = tool
	case *trace.Guardrail:
		g := map[string]any{"verdict": o.Verdict.String()}
		if o.Action != trace.ActionUnknown {
			g["action"] = o.Action.String()
		}
		for name, text := range map[string]*string{"policy": o.Policy, "policyId": o.PolicyID, "reason": o.Reason} {
			if text != nil {
				g[name] = *text
			}
		}
		if o.Phase != nil {
			g["phase"] = o.Phase.String()
		}
		if o.Passed != nil {
			g["passed"] = *o.Passed
		}
		if o.Score != nil {
			g["score"] = *o.Score
		}
		if len(o.Categories) > 0 {
			g["categories"] = o.Categories
		}
		p["guardrail"] = g
	case *trace.Agent:
		agent := map[string]any{}
		if o.AgentName != nil {
			agent["name"] = *o.AgentName
		}
		if o.AgentID != nil {
			agent["id"] = *o.AgentID
		}
		p["agent"] = agent
		p["isUsageCumulative"] = o.IsUsageCumulative
		// An agent's messages are its bodies.
		p["messages"], p["completion"] = bodyOf(c.Input), bodyOf(c.Output)
	case *trace.Evaluator:
		p["evaluator"] = map[string]any{"scoreName": o.ScoreName, "scoreValue": o.ScoreValue, "label": o.Label, "explanation": o.Explanation}
	}
	return p
}

func bodyOf(p *trace.Payload) any {
	switch {
	case p == nil:
		return nil
	case p.MimeType == trace.MimeJSON:
		return p.JSON()
	}
	return p.Content
}

func costOf(c trace.Cost) map[string]any {
	cost := map[string]any{}
	for name, amount := range map[string]*trace.Nanos{"total": c.Total, "input": c.Input, "output": c.Output} {
		if amount != nil {
			cost[name] = amount.String()
		}
	}
	switch c.Source {
	case trace.CostReported:
		cost["source"] = "reported"
	case trace.CostComputed:
		cost["source"] = "computed"
	}
	return cost
}

// claimsOf writes what a span says of its trace as if it were the root.
func claimsOf(c *trace.Common) map[string]any {
	claims := map[string]any{}
	if c.Environment != trace.DefaultEnvironment {
		claims["environment"] = c.Environment
	}
	if c.Claims == nil {
		return claims
	}
	for name, claim := range map[string]*trace.Claim{"name": c.Claims.Name, "userId": c.Claims.UserID, "sessionId": c.Claims.SessionID,
		"release": c.Claims.Release, "version": c.Claims.Version} {
		if claim != nil && !(name == "name" && claim.Class == trace.ClaimDerived) {
			claims[name] = claim.Value
		}
	}
	if len(c.Claims.Tags) > 0 {
		claims["tags"] = c.Claims.Tags
	}
	metadata := map[string]json.RawMessage{}
	for _, part := range []map[string]json.RawMessage{c.Claims.RootMetadata, c.Claims.Metadata} {
		for name, value := range part {
			metadata[name] = value
		}
	}
	if len(metadata) > 0 {
		claims["metadata"] = metadata
	}
	return claims
}

func TestExamplesCoverEveryType(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, example := range readExamples(t, "testdata/examples.json") {
		seen[strings.Trim(string(example.Want["type"]), `"`)] = true
	}
	for kind := trace.TypeSpan + 1; kind <= trace.TypeEvent; kind++ {
		if !seen[kind.String()] {
			t.Errorf("no example of type %s", kind)
		}
	}
}
