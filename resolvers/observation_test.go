package resolvers_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/treeline-dev/treeline/trace"
)

// Every field of every type comes back as it was written, also where it is the
// only one that is asked for.
func TestObservationsComeBackAsWritten(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	usage := trace.Usage{InputTokens: ptr(int64(5)), OutputTokens: ptr(int64(2)), TotalTokens: ptr(int64(7)), CacheReadTokens: ptr(int64(1))}
	cost := trace.Cost{Total: ptr(trace.Nanos(1_500_000_000)), Source: trace.CostReported, IsComplete: true}
	documents := []trace.Document{{Rank: 1, DocumentID: ptr("d1"), Content: ptr("text"), Relevance: ptr(0.5), Metadata: trace.JSON(`{"k":1}`)}}
	const usageText, documentText = `{"inputTokens":5,"outputTokens":2,"totalTokens":7,"cacheReadTokens":1}`,
		`{"nodes":[{"rank":1,"documentId":"d1","content":"text","relevance":0.5,"metadata":{"k":1}}]}`
	const askUsage, askDocuments = `{ inputTokens outputTokens totalTokens cacheReadTokens }`, `{ nodes { rank documentId content relevance metadata } }`
	parameters := &trace.ModelParameters{Temperature: ptr(0.5), MaxTokens: ptr(9), Stop: []string{"x"}, Other: trace.JSON(`{"o":1}`)}
	const askParameters, parametersText = `{ temperature maxTokens stop other }`, `{"temperature":0.5,"maxTokens":9,"stop":["x"],"other":{"o":1}}`
	messages := []trace.Message{{Role: trace.RoleUser, Name: ptr("ann"), Parts: []trace.MessagePart{&trace.TextPart{Text: "hi"},
		&trace.ToolCallPart{CallID: ptr("c"), Name: "f", Arguments: trace.JSON(`{"x":1}`)}}}}
	const askMessages, messagesText = `{ role name parts { __typename ... on TextPart { text } ... on ToolCallPart { callId name arguments } } }`,
		`[{"role":"USER","name":"ann","parts":[{"__typename":"TextPart","text":"hi"},{"__typename":"ToolCallPart","callId":"c","name":"f","arguments":{"x":1}}]}]`
	common := map[string]string{
		"statusMessage": `"boom"`, "exception { type message stacktrace }": `{"type":"E","message":"m","stacktrace":"s"}`,
		"scope { name version }": `{"name":"lib","version":"1"}`, "typeRule": `"4 rule"`, "warnings": `["mended"]`, "metadata": `{"m":1}`,
		"attributes": `{"a":1,"b":"2"}`, `attributes(keys: ["b", "none"])`: `{"b":"2"}`, "resource": `{"service.name":"s"}`,
		"links { traceId spanId attributes }": `[{"traceId":"ab","spanId":"cd","attributes":{"l":1}}]`,
		"events { name attributes }":          `[{"name":"e","attributes":{"v":1}}]`, "input { text }": `"in"`, "output { text }": `"out"`,
		"service": `"svc"`, "version": `"v1"`, "environment": `"production"`, "status": `"ERROR"`, "level": `"WARNING"`,
	}
	cases := []struct {
		observation trace.Observation
		fields      map[string]string
	}{
		{&trace.Generation{Metering: trace.Metering{Usage: usage, Cost: cost}, Provider: ptr("openai"), RequestModel: ptr("a"), ResponseModel: ptr("b"),
			Parameters: parameters, Messages: messages, Completion: messages, Tools: []trace.ToolDefinition{{Name: "f", Description: ptr("d"), Parameters: trace.JSON(`{"t":1}`)}},
			FinishReasons: []string{"stop"}, TimeToFirstTokenMs: ptr(12.5), ResponseID: ptr("r"), PromptName: ptr("p"), PromptNumber: ptr(3),
			PromptVersionText: ptr("pv"), Slots: trace.JSON(`{"s":1}`)}, map[string]string{
			"usage " + askUsage: usageText, "cost { total currency isComplete }": `{"total":"1.5","currency":"USD","isComplete":true}`, "isWrapper": "false",
			"provider": `"openai"`, "requestModel": `"a"`, "responseModel": `"b"`, "parameters " + askParameters: parametersText,
			"messages " + askMessages: messagesText, "completion " + askMessages: messagesText,
			"tools { name description parameters }": `[{"name":"f","description":"d","parameters":{"t":1}}]`, "finishReasons": `["stop"]`,
			"timeToFirstTokenMs": "12.5", "responseId": `"r"`, "promptName": `"p"`, "promptNumber": "3", "promptVersionText": `"pv"`, "slots": `{"s":1}`}},
		{&trace.Retrieval{Query: ptr("q"), Source: ptr("idx"), TopK: ptr(4), DocumentCount: 1, TopRelevance: ptr(0.5), MeanRelevance: ptr(0.25), Documents: documents}, map[string]string{
			"query": `"q"`, "source": `"idx"`, "topK": "4", "documentCount": "1", "topRelevance": "0.5", "meanRelevance": "0.25", "documents " + askDocuments: documentText}},
		{&trace.Reranking{Metering: trace.Metering{Usage: usage, Cost: cost}, Model: ptr("m"), Provider: ptr("co"), Query: ptr("q"), TopK: ptr(4), InputCount: ptr(8), Documents: documents}, map[string]string{
			"usage " + askUsage: usageText, "model": `"m"`, "provider": `"co"`, "query": `"q"`, "topK": "4", "inputCount": "8", "documents " + askDocuments: documentText}},
		{&trace.Embedding{Metering: trace.Metering{Usage: usage, Cost: cost}, Model: ptr("m"), Provider: ptr("co"), Parameters: parameters, InputCount: ptr(8), Dimensions: ptr(256)}, map[string]string{
			"usage " + askUsage: usageText, "model": `"m"`, "provider": `"co"`, "inputCount": "8", "dimensions": "256", "parameters " + askParameters: parametersText}},
		{&trace.ToolCall{ToolName: "f", CallID: ptr("c"), Arguments: trace.JSON(`{"x":1}`), Result: trace.JSON(`[1,"y"]`), IsError: true, ReportedUsage: &usage}, map[string]string{
			"toolName": `"f"`, "callId": `"c"`, "arguments": `{"x":1}`, "result": `[1,"y"]`, "isError": "true", "reportedUsage " + askUsage: usageText}},
		{&trace.Guardrail{Policy: ptr("pii"), PolicyID: ptr("p1"), Phase: ptr(trace.PhaseOutput), Passed: ptr(false), Verdict: trace.VerdictDeny, Action: trace.ActionBlock,
			Reason: ptr("why"), Score: ptr(0.75), Categories: []string{"c"}, ReportedUsage: &usage}, map[string]string{
			"policy": `"pii"`, "policyId": `"p1"`, "phase": `"OUTPUT"`, "passed": "false", "verdict": `"DENY"`, "action": `"BLOCK"`, "reason": `"why"`,
			"score": "0.75", "categories": `["c"]`, "reportedUsage " + askUsage: usageText}},
		{&trace.Agent{AgentName: ptr("planner"), AgentID: ptr("a1"), ReportedUsage: &usage}, map[string]string{
			"agentName": `"planner"`, "agentId": `"a1"`, "stepCount": "1", "reportedUsage " + askUsage: usageText}},
		{&trace.Chain{ReportedUsage: &usage}, map[string]string{"reportedUsage " + askUsage: usageText}},
		{&trace.Evaluator{ScoreName: ptr("n"), ScoreValue: ptr(0.5), Label: ptr("good"), Explanation: ptr("because")}, map[string]string{
			"scoreName": `"n"`, "scoreValue": "0.5", "label": `"good"`, "explanation": `"because"`}},
		{&trace.Event{}, nil},
		{&trace.Span{ReportedUsage: &usage}, map[string]string{"reportedUsage " + askUsage: usageText}},
	}
	for i, c := range cases {
		filled := step(c.observation.Type(), i+1, 1).Core()
		*c.observation.Core() = *filled
		o := c.observation.Core()
		o.Status, o.Level, o.Service, o.Version, o.Environment = trace.StatusError, trace.LevelWarning, ptr("svc"), ptr("v1"), "production"
		o.StatusMessage, o.Exception = ptr("boom"), &trace.Exception{Type: ptr("E"), Message: ptr("m"), Stacktrace: ptr("s")}
		o.Scope, o.TypeRule, o.Warnings = &trace.InstrumentationScope{Name: "lib", Version: ptr("1")}, "4 rule", []string{"mended"}
		o.Input, o.Output, o.Metadata = trace.TextPayload("in"), trace.TextPayload("out"), trace.JSON(`{"m":1}`)
		o.RawAttributes, o.Resource = trace.JSON(`{"a":1,"b":"2"}`), trace.JSON(`{"service.name":"s"}`)
		o.Links = []trace.SpanLink{{TraceID: "ab", SpanID: "cd", Attributes: trace.JSON(`{"l":1}`)}}
		o.Events = []trace.SpanEvent{{Name: "e", Time: o.StartedAt.Add(time.Millisecond), Attributes: trace.JSON(`{"v":1}`)}}
		child := step(trace.TypeSpan, i+1, 2)
		child.Core().ParentSpanID = o.SpanID
		p.write(t, nil, c.observation, child)
	}
	for i, c := range cases {
		name := fmt.Sprintf("%T", c.observation)[len("*trace."):]
		check := func(field, want, selection string) {
			t.Helper()
			if want[0] == '"' && (field == "input { text }" || field == "output { text }") {
				want = `{"text":` + want + `}`
			}
			data := p.get(t, fmt.Sprintf(`{ project { observation(traceId: %q, observationId: %q) { %s } } }`, traceID(i+1), spanID(1), selection), nil)
			got, err := json.Marshal(dig(data, "project", "observation", "value"))
			if err != nil {
				t.Fatal(err)
			}
			var gotValue, wantValue any
			if err := json.Unmarshal(got, &gotValue); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(want), &wantValue); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(wantValue, gotValue); diff != "" {
				t.Errorf("%s.%s (-want +got):\n%s", name, field, diff)
			}
		}
		for field, want := range common {
			check(field, want, "value: "+field)
		}
		for field, want := range c.fields {
			check(field, want, "... on "+name+" { value: "+field+" }")
		}
	}
}
