package convention

import (
	"testing"

	"github.com/treeline-dev/treeline/trace"
)

func TestToolCalls(t *testing.T) {
	t.Parallel()
	call := func(keysAndValues ...any) *Span {
		return testSpan(append([]any{"gen_ai.operation.name", "execute_tool"}, keysAndValues...)...).named("execute_tool f")
	}
	failed := func(s *Span) { s.StatusCode = statusError }
	tests := []struct {
		name  string
		scope string
		span  *Span
		want  string
	}{
		{"genai, structured", "", call("gen_ai.tool.name", "g", "gen_ai.tool.call.id", "1", "gen_ai.tool.call.arguments", map[string]any{"x": "1"}, "gen_ai.tool.call.result", 2), `{"name":"g","callId":"1","arguments":{"x":"1"},"result":2}`},
		{"own", "", call(AttrToolName, "g", AttrToolCallID, "1", AttrToolArguments, `{"x":1}`, AttrToolResult, "ok"), `{"name":"g","callId":"1","arguments":{"x":1},"result":"ok"}`},
		{"pydantic, second format", "pydantic-ai", call("tool_arguments", `{"x":1}`, "tool_response", "5"), `{"name":"f","arguments":{"x":1},"result":5}`},
		{"openinference's arguments", "", call("tool.parameters", `{"x":1}`, "output.value", "ok"), `{"name":"f","arguments":{"x":1},"result":"ok"}`},
		{"openinference's definition is no arguments", "", call("tool.parameters", `{"type":"object","properties":{"x":{}}}`, "input.value", `{"x":1}`), `{"name":"f","arguments":{"x":1}}`},
		{"openinference's definition in genai's words", "", call("tool.parameters", `{"type":"object","properties":{"x":{}}}`, "gen_ai.tool.call.arguments", `{"type":"object","properties":{"x":{}}}`, "input.value", `{"x":1}`), `{"name":"f","arguments":{"x":1}}`},
		{"a tool that takes a schema", "", call("gen_ai.tool.call.arguments", `{"type":"object","properties":{"x":{}}}`), `{"name":"f","arguments":{"type":"object","properties":{"x":{}}}}`},
		{"strands' events", "", call().event("gen_ai.tool.message", "id", "1", "content", `{"x":1}`).event("gen_ai.choice", "message", `[{"text":"ok"}]`), `{"name":"f","callId":"1","arguments":{"x":1},"result":[{"text":"ok"}]}`},
		{"details events", "", call().event("gen_ai.client.inference.operation.details", "gen_ai.input.messages", `[{"role":"tool","parts":[{"type":"tool_call","name":"f","arguments":{"x":1}}]}]`).
			event("gen_ai.client.inference.operation.details", "gen_ai.output.messages", `[{"role":"tool","parts":[{"type":"tool_call_response","response":"ok"}]}]`), `{"name":"f","arguments":{"x":1},"result":"ok"}`},
		{"traceloop's keyword arguments", "", call("traceloop.entity.input", `{"args":[],"kwargs":{"x":1}}`), `{"name":"f","arguments":{"x":1}}`},
		{"traceloop's other arguments", "", call("traceloop.entity.input", `{"args":[1],"kwargs":{}}`), `{"name":"f","arguments":{"args":[1],"kwargs":{}}}`},
		{"adk's placeholders", "gcp.vertex.agent", call("gcp.vertex.agent.tool_call_args", `{}`, "gcp.vertex.agent.tool_response", `{}`), `{"name":"f","arguments":{}}`},
		{"the request's id for want of the call's", "", call("jsonrpc.request.id", 7), `{"name":"f","callId":"7"}`},
		{"the call's id beside the request's", "", call("jsonrpc.request.id", 7, "gen_ai.tool.call.id", "1"), `{"name":"f","callId":"1"}`},
		{"failed by status", "", call().with(failed), `{"name":"f","isError":true}`},
		{"failed by its own word", "", call("gen_ai.tool.status", "error"), `{"name":"f","isError":true}`},
		{"failed in MCP", "", call("error.type", "tool_error"), `{"name":"f","isError":true}`},
		{"failed in its result", "", call("gen_ai.tool.call.result", `{"isError":true,"content":[]}`), `{"name":"f","result":{"isError":true,"content":[]},"isError":true}`},
		{"its own word that it did not fail", "", call(AttrToolIsError, false, "gen_ai.tool.status", "error"), `{"name":"f"}`},
		{"put off", "pydantic-ai", call().with(failed).event("exception", "exception.type", "pydantic_ai.exceptions.CallDeferred"), `{"name":"f"}`},
		{"langchain's callback around arguments and a message", "opentelemetry.instrumentation.langchain",
			call("gen_ai.tool.call.arguments", `{"input_str":"{'x': 1}","tags":[],"inputs":{"x":1},"kwargs":{"tool_call_id":"1"}}`,
				"gen_ai.tool.call.result", `{"output":{"lc":1,"type":"constructor","id":["ToolMessage"],"kwargs":{"content":"{\"y\":2}","type":"tool","tool_call_id":"1"}},"kwargs":{}}`),
			`{"name":"f","callId":"1","arguments":{"x":1},"result":{"y":2}}`},
		{"a tool that takes the same members elsewhere", "mine", call("gen_ai.tool.call.arguments", `{"inputs":{"x":1},"kwargs":{}}`), `{"name":"f","arguments":{"inputs":{"x":1},"kwargs":{}}}`},
		{"openllmetry's request to an MCP server", "opentelemetry.instrumentation.mcp.instrumentation", call("traceloop.entity.input", `{"tool_name":"f","arguments":{"x":1}}`), `{"name":"f","arguments":{"x":1}}`},
		{"a tool that calls tools", "mine", call("gen_ai.tool.call.arguments", `{"tool_name":"g","arguments":{"x":1}}`), `{"name":"f","arguments":{"tool_name":"g","arguments":{"x":1}}}`},
		{"llama index's function", "openinference.instrumentation.llama_index", call("input.value", `{"kwargs":{"x":1}}`, "output.value", `{"blocks":[],"tool_name":"f","raw_input":{},"raw_output":5,"is_error":true}`),
			`{"name":"f","arguments":{"x":1},"result":5,"isError":true}`},
		{"the client of release 2 of the MCP SDK", "mcp-python-sdk", testSpan("mcp.method.name", "tools/call", "jsonrpc.request.id", "3").named("MCP send tools/call f"), `{"name":"f","callId":"3"}`},
		{"the same exception elsewhere", "mine", call().with(failed).event("exception", "exception.type", "mine.CallDeferred"), `{"name":"f","isError":true}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m := mapOn(test.scope, test.span)
			sameJSON(t, "tool", portrait(m)["tool"], test.want)
		})
	}
	m := mapOn("pydantic-ai", call().with(failed).event("exception", "exception.type", "ApprovalRequired"))
	c := m.Observation.Core()
	if c.Level != trace.LevelDefault {
		t.Errorf("a call that was put off has level %s", c.Level)
	}
	sameJSON(t, "metadata", c.Metadata, `{"deferred":true}`)
}

func TestToolBodiesFallBackToArgumentsAndResult(t *testing.T) {
	t.Parallel()
	c := mapOn("", testSpan("gen_ai.tool.name", "f", "gen_ai.tool.call.arguments", `{"x":1}`, "gen_ai.tool.call.result", `"ok"`)).Observation.Core()
	sameJSON(t, "input", bodyOf(c.Input), `{"x":1}`)
	sameJSON(t, "output", bodyOf(c.Output), `"ok"`)
	sameJSON(t, "attributes", c.RawAttributes, `{"gen_ai.tool.name":"f"}`)
}

func TestRetrievals(t *testing.T) {
	t.Parallel()
	search := func(keysAndValues ...any) *Span {
		return testSpan(append([]any{"gen_ai.operation.name", "retrieval"}, keysAndValues...)...)
	}
	tests := []struct {
		name string
		span *Span
		want map[string]string
	}{
		{"own", search(AttrRetrievalQuery, "q", AttrRetrievalSource, "kb", AttrRetrievalTopK, 3, AttrRetrievalDocuments, `[{"id":"a","content":"c","score":0.5,"metadata":{"m":1}}]`, AttrRetrievalDocumentCount, 9),
			map[string]string{"query": `"q"`, "source": `"kb"`, "topK": `3`, "documentCount": `9`, "documents": `[{"rank":1,"id":"a","content":"c","relevance":0.5,"metadata":{"m":1}}]`}},
		{"extra keys of documents", search("gen_ai.retrieval.documents", `[{"id":1,"page_content":"c","score":"0.5"},{"id":"b","text":"d"}]`),
			map[string]string{"documents": `[{"rank":1,"id":"1","content":"c","relevance":0.5},{"rank":2,"id":"b","content":"d"}]`, "topRelevance": `0.5`, "meanRelevance": `0.5`}},
		{"a distance is no relevance", search().event("db.query.result", "db.query.result.id", "a", "db.query.result.distance", 0.2, "db.query.result.document", "c"),
			map[string]string{"documents": `[{"rank":1,"id":"a","content":"c","metadata":{"distance":0.2}}]`, "topRelevance": `null`}},
		{"an output that is a list of documents", search("output.value", `[{"page_content":"c","metadata":{"m":1}}]`),
			map[string]string{"documents": `[{"rank":1,"content":"c","metadata":{"m":1}}]`, "documentCount": `1`}},
		{"an output that is a list of something else", search("output.value", `[{"role":"user","content":"c"}]`), map[string]string{"documents": `null`, "documentCount": `0`}},
		{"an output that counts", search(AttrOutput, `{"doc_count":4}`), map[string]string{"documentCount": `4`}},
		{"memory", search("gen_ai.memory.query.text", "q", "gen_ai.memory.records", `[{"id":"a","content":"c","score":0.5}]`, "gen_ai.memory.record.count", 2, "gen_ai.memory.store.id", "s"),
			map[string]string{"query": `"q"`, "documentCount": `2`, "source": `"s"`, "documents": `[{"rank":1,"id":"a","content":"c","relevance":0.5}]`}},
		{"a fraction that is a count", search("gen_ai.request.top_k", 2.0), map[string]string{"topK": `2`}},
		{"a vector store's statement", search("db.system", "qdrant", "db.query.text", "q"), map[string]string{"query": `"q"`}},
		{"another database's statement is no query", search("db.system", "postgresql", "db.query.text", "SELECT 1"), map[string]string{"query": `null`}},
		{"the recorded arguments of a search", search("traceloop.entity.input", `{"args":[],"kwargs":{"query":"q"}}`), map[string]string{"query": `"q"`}},
		{"llama index's query", search("input.value", `{"query_bundle":{"query_str":"q","embedding":null}}`), map[string]string{"query": `"q"`}},
		{"an MCP resource", search("traceloop.entity.input", `{"method":"resources/read","params":{"uri":"a://b"}}`, "traceloop.entity.output", `{"contents":[{"uri":"a://b","mimeType":"text/plain","text":"c"}]}`),
			map[string]string{"query": `"a://b"`, "documents": `[{"rank":1,"id":"a://b","content":"c"}]`}},
		{"nothing found", search("gen_ai.retrieval.documents", `[]`), map[string]string{"documentCount": `0`, "documents": `null`, "topRelevance": `null`, "meanRelevance": `null`}},
		{"a top score without documents", search("db.vector.query.top_score", 0.7), map[string]string{"topRelevance": `0.7`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := portrait(mapOn("", test.span))
			for field, want := range test.want {
				sameJSON(t, field, got[field], want)
			}
		})
	}
	c := mapOn("", search("gen_ai.retrieval.query.text", "q", "gen_ai.retrieval.documents", `[{"id":"a","score":1}]`)).Observation.Core()
	sameJSON(t, "input", bodyOf(c.Input), `"q"`)
	sameJSON(t, "output", bodyOf(c.Output), `[{"id":"a","relevance":1}]`)
}

func TestRerankings(t *testing.T) {
	t.Parallel()
	got := portrait(mapOn("", testSpan("reranker.query", "q", "reranker.model_name", "m", "reranker.top_k", 1,
		"reranker.input_documents.0.document.id", "a", "reranker.input_documents.1.document.id", "b",
		"reranker.output_documents.0.document.id", "b", "reranker.output_documents.0.document.score", 0.9)))
	for field, want := range map[string]string{
		"type": `"RERANKING"`, "query": `"q"`, "model": `"m"`, "topK": `1`, "inputCount": `2`, "input": `"q"`,
		"documents": `[{"rank":1,"id":"b","relevance":0.9}]`,
		// What was given has no field, so it stays.
		"attributes": `{"reranker.input_documents.0.document.id":"a","reranker.input_documents.1.document.id":"b","reranker.model_name":"m","reranker.query":"q","reranker.top_k":1}`,
	} {
		sameJSON(t, field, got[field], want)
	}
	got = portrait(mapOn("gen_ai", testSpan("gen_ai.operation.name", "rerank", "ai.documents", []string{`"a"`, `{"t":"b"}`})))
	sameJSON(t, "input", got["input"], `["a",{"t":"b"}]`)
	sameJSON(t, "inputCount", got["inputCount"], `2`)
}

func TestEmbeddings(t *testing.T) {
	t.Parallel()
	embed := func(keysAndValues ...any) *Span {
		return testSpan(append([]any{"gen_ai.operation.name", "embeddings"}, keysAndValues...)...)
	}
	tests := []struct {
		name        string
		span        *Span
		want, input string
	}{
		{"genai", embed("gen_ai.embeddings.dimension.count", 8), `{"dimensions":8}`, `null`},
		{"own", embed(AttrEmbeddingDimensions, 8, AttrEmbeddingInputCount, 2, AttrInput, `["a","b"]`), `{"dimensions":8,"inputCount":2}`, `["a","b"]`},
		{"vercel, one", embed("ai.value", `"a"`, "ai.embedding", `[1,2,3]`), `{"dimensions":3,"inputCount":1}`, `"a"`},
		{"vercel, many", embed("ai.values", []string{`"a"`, `"b"`}, "ai.embeddings", []string{`[1,2]`, `[3,4]`}), `{"dimensions":2,"inputCount":2}`, `["a","b"]`},
		{"llama index, one", embed("input.value", `{"text":"a"}`), `{"inputCount":1}`, `{"text":"a"}`},
		{"llama index, many", embed("input.value", `{"texts":["a","b"],"show_progress":false}`), `{"inputCount":2}`, `{"texts":["a","b"],"show_progress":false}`},
		{"openllmetry", embed("gen_ai.prompt.0.content", "a", "gen_ai.prompt.1.content", "b"), `{"inputCount":2}`, `["a","b"]`},
		{"openai's body", embed("input.value", `{"input":["a","b"],"model":"m"}`), `{"inputCount":2}`, `{"input":["a","b"],"model":"m"}`},
		{"vectors without texts", embed("embedding.embeddings.0.embedding.vector", []float64{1, 2}), `{"dimensions":2,"inputCount":1}`, `null`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := portrait(mapOn("", test.span))
			sameJSON(t, "embedding", got["embedding"], test.want)
			sameJSON(t, "input", got["input"], test.input)
		})
	}
}

func TestVectorsAreNotKept(t *testing.T) {
	t.Parallel()
	vector := make([]float64, 1536)
	c := mapOn("", testSpan("openinference.span.kind", "EMBEDDING", "embedding.embeddings.0.embedding.vector", vector, "embedding.embeddings.0.embedding.text", "a",
		"output.value", `{"data":[{"embedding":`+string((func() *Value { v := goValue(vector); return &v })().encode())+`}]}`)).Observation.Core()
	sameJSON(t, "output", bodyOf(c.Output), `{"data":[{"embedding":"[1536 numbers]"}]}`)
	if len(c.RawAttributes) > 200 {
		t.Errorf("the attributes take %d bytes", len(c.RawAttributes))
	}
	c = mapOn("", testSpan("db.system", "pinecone").named("pinecone.query").event("db.query.embeddings", "db.query.embeddings.vector", vector)).Observation.Core()
	if len(c.Events) != 1 || len(c.Events[0].Attributes) > 0 {
		t.Errorf("events %v", c.Events)
	}
}

func TestGuardrails(t *testing.T) {
	t.Parallel()
	failed := func(s *Span) { s.StatusCode = statusError }
	guard := func(keysAndValues ...any) *Span {
		return testSpan(append([]any{"openinference.span.kind", "GUARDRAIL"}, keysAndValues...)...).named("g")
	}
	tests := []struct {
		name  string
		scope string
		span  *Span
		want  string
	}{
		{"own", "", guard(AttrGuardrailName, "n", AttrGuardrailPolicyID, "p", AttrGuardrailPhase, "TOOL", AttrGuardrailVerdict, "escalate", AttrGuardrailAction, "BLOCK", AttrGuardrailReason, "r", AttrGuardrailScore, 0.5, AttrGuardrailCategories, []string{"a", "b"}),
			`{"policy":"n","policyId":"p","phase":"TOOL","verdict":"ESCALATE","action":"BLOCK","reason":"r","score":0.5,"categories":["a","b"]}`},
		{"own, passed", "", guard(AttrGuardrailPassed, true), `{"policy":"g","passed":true,"verdict":"ALLOW","action":"ALLOW"}`},
		{"own, failed", "", guard(AttrGuardrailPassed, false), `{"policy":"g","passed":false,"verdict":"DENY"}`},
		{"own, failed and rewritten", "", guard(AttrGuardrailPassed, false, AttrGuardrailAction, "rewrite"), `{"policy":"g","passed":false,"verdict":"MODIFY","action":"REWRITE"}`},
		{"genai, of a tool call", "", guard("gen_ai.guardrail.target.type", "input", "gen_ai.guardrail.target.subtype", "tool_call", "gen_ai.guardrail.verdict.type", "allow", "gen_ai.guardrail.action.type", "modify"),
			`{"policy":"g","phase":"TOOL","verdict":"ALLOW","action":"REWRITE","passed":true}`},
		{"traceloop, passed", "", guard("gen_ai.guardrail.name", "n", "gen_ai.guardrail.status", "PASSED"), `{"policy":"n","verdict":"ALLOW","passed":true}`},
		{"moderation", "", guard("gen_ai.moderation.flagged", true, "gen_ai.moderation.categories", `{"hate":true,"self-harm":false}`, "gen_ai.moderation.category_scores", `{"hate":0.9,"self-harm":0.1}`),
			`{"policy":"g","verdict":"DENY","passed":false,"score":0.9,"categories":["hate"]}`},
		{"litellm, blocked", "litellm", guard("guardrail_name", "n", "guardrail_mode", "post_call").with(failed), `{"policy":"n","phase":"OUTPUT","verdict":"DENY","action":"BLOCK","passed":false}`},
		{"litellm says what became of it", "litellm", guard("guardrail_name", "n", "guardrail_status", "guardrail_intervened", "guardrail_mode", "GuardrailEventHooks.pre_call", "guardrail_violation_categories", `["hate"]`), `{"policy":"n","phase":"INPUT","verdict":"DENY","action":"BLOCK","passed":false,"categories":["hate"]}`},
		{"litellm intervened by masking", "litellm", guard("guardrail_name", "n", "guardrail_status", "guardrail_intervened", "masked_entity_count", `{"PHONE":1}`).with(failed), `{"policy":"n","verdict":"MODIFY","action":"REWRITE","passed":false}`},
		{"litellm flagged and let through", "litellm", guard("guardrail_name", "n", "guardrail_status", "guardrail_flagged"), `{"policy":"n","verdict":"WARN","action":"ALLOW","passed":false}`},
		{"litellm's guard did not answer", "litellm", guard("guardrail_name", "n", "guardrail_status", "guardrail_failed_to_respond").with(failed), `{"policy":"n","verdict":"UNKNOWN"}`},
		{"litellm's newer keys", "litellm", testSpan("litellm.guardrail.name", "n", "litellm.guardrail.id", "i", "litellm.guardrail.mode", "post_call", "litellm.guardrail.status", "success", "litellm.guardrail.masked_entity_count", 2, "litellm.guardrail.risk_score", 0.5, "litellm.guardrail.violation_categories", []string{"c"}),
			`{"policy":"n","policyId":"i","phase":"OUTPUT","verdict":"MODIFY","action":"REWRITE","passed":false,"score":0.5,"categories":["c"]}`},
		{"litellm, nothing masked", "litellm", guard("guardrail_name", "n", "masked_entity_count", "{}"), `{"policy":"n","verdict":"ALLOW","passed":true}`},
		{"guardrails ai, mended", "", guard("validator_name", "n", "validator_on_fail", "OnFailAction.FIX", "output.value", "fail"), `{"policy":"n","verdict":"MODIFY","action":"REWRITE","passed":false}`},
		{"guardrails ai, passed", "", guard("validator_name", "n", "validator_on_fail", "exception", "output.value", "pass"), `{"policy":"n","verdict":"ALLOW","passed":true}`},
		{"guardrails ai, status OK though failed", "", guard("validator_name", "n", "validator_on_fail", "noop", "output.value", "fail").with(func(s *Span) { s.StatusCode = statusOK }), `{"policy":"n","verdict":"DENY","action":"ALLOW","passed":false}`},
		{"guardrails ai, around", "openinference.instrumentation.guardrails", guard(), `{"policy":"g","verdict":"ALLOW","passed":true}`},
		{"guardrails ai, around and failed", "openinference.instrumentation.guardrails", guard().with(failed), `{"policy":"g","verdict":"DENY","passed":false}`},
		{"openinference, a boolean", "", guard("output.value", "True"), `{"policy":"g","verdict":"ALLOW","passed":true}`},
		{"openinference, annotated", "", guard("annotations.0.annotation.label", "fail"), `{"policy":"g","verdict":"DENY","passed":false}`},
		{"openinference, flagged", "", guard("output.value", `{"flagged":true,"reason":"r"}`), `{"policy":"g","verdict":"DENY","passed":false,"reason":"r"}`},
		{"openinference, no word of it", "", guard("output.value", "fine"), `{"policy":"g","verdict":"UNKNOWN"}`},
		{"a number is no judgement", "", guard("output.value", "1"), `{"policy":"g","verdict":"UNKNOWN"}`},
		{"a status is no verdict", "", guard().with(failed), `{"policy":"g","verdict":"UNKNOWN"}`},
		{"langfuse, blocked", "langfuse-sdk", testSpan("langfuse.observation.type", "guardrail", "langfuse.observation.output", `{"blocked":true}`).named("g"), `{"policy":"g","verdict":"DENY","passed":false}`},
		{"langfuse, an error is no denial", "langfuse-sdk", testSpan("langfuse.observation.type", "guardrail", "langfuse.observation.level", "ERROR").named("g"), `{"policy":"g","verdict":"UNKNOWN"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			sameJSON(t, "guardrail", portrait(mapOn(test.scope, test.span))["guardrail"], test.want)
		})
	}
}

func TestGuardEventsBecomeChildren(t *testing.T) {
	t.Parallel()
	resource := &Resource{Attributes: attributes("service.name", "shop")}
	span := testSpan("gen_ai.operation.name", "chat", AttrEnvironment, "prod").
		event("guard.evaluation", "guard.name", "a", "guard.action", "deny").
		event("guard.evaluation", "guard.validator", "b", "guard.denied", false, "guard.phase", "postflight")
	span.Events[1].TimeNanos = span.StartNanos + 5e6
	m := Map(resource, nil, span, testReceived)
	if len(m.Derived) != 2 {
		t.Fatalf("%d children", len(m.Derived))
	}
	first, second := m.Derived[0].Core(), m.Derived[1].Core()
	if first.SpanID == second.SpanID || first.SpanID.IsZero() || first.ParentSpanID != span.SpanID || first.TraceID != span.TraceID {
		t.Error("the children's ids are wrong")
	}
	if *second.EndedAt != second.StartedAt || second.StartedAt.UnixNano() != int64(span.Events[1].TimeNanos) {
		t.Errorf("the second ran from %s to %s", second.StartedAt, second.EndedAt)
	}
	if *first.Service != "shop" || first.Environment != "prod" || first.Name != "a" {
		t.Errorf("the first is %q of %q in %q", first.Name, *first.Service, first.Environment)
	}
	sameJSON(t, "first", portrait(Mapping{Observation: m.Derived[0]})["guardrail"], `{"policy":"a","verdict":"DENY","action":"BLOCK","passed":false}`)
	sameJSON(t, "second", portrait(Mapping{Observation: m.Derived[1]})["guardrail"], `{"policy":"b","verdict":"ALLOW","passed":true,"phase":"OUTPUT"}`)
	if events := m.Observation.Core().Events; len(events) > 0 {
		t.Errorf("the events stay: %v", events)
	}
	again := Map(resource, nil, span, testReceived)
	if again.Derived[0].Core().SpanID != first.SpanID {
		t.Error("a repeated export gives another id")
	}
}

func TestScores(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		span *Span
		want string
	}{
		{"genai event with a number", testSpan().event("gen_ai.evaluation.result", "gen_ai.evaluation.name", "n", "gen_ai.evaluation.score.value", 0.5, "gen_ai.evaluation.score.label", "fair", "gen_ai.evaluation.explanation", "e"),
			`[{"name":"n","value":0.5,"label":"fair","comment":"e","source":"MODEL","target":"observation"}]`},
		{"genai event that passes", testSpan().event("gen_ai.evaluation.result", "gen_ai.evaluation.name", "n", "gen_ai.evaluation.score.label", "Pass"), `[{"name":"n","passed":true,"source":"MODEL","target":"observation"}]`},
		{"genai event that fails with a number", testSpan().event("gen_ai.evaluation.result", "gen_ai.evaluation.name", "n", "gen_ai.evaluation.score.label", "fail", "gen_ai.evaluation.score.value", 0), `[{"name":"n","value":0,"label":"fail","source":"MODEL","target":"observation"}]`},
		{"genai event with a label", testSpan().event("gen_ai.evaluation.result", "gen_ai.evaluation.name", "n", "gen_ai.evaluation.score.label", "fair"), `[{"name":"n","label":"fair","source":"MODEL","target":"observation"}]`},
		{"an event without a name is kept as an event", testSpan().event("gen_ai.evaluation.result", "gen_ai.evaluation.score.value", 1), `[]`},
		{"an event without a judgement", testSpan().event("gen_ai.evaluation.result", "gen_ai.evaluation.name", "n"), `[]`},
		{"own number", testSpan().event(EventScore, AttrScoreName, "n", AttrScoreValue, 4, AttrScoreSource, "END_USER"), `[{"name":"n","value":4,"source":"END_USER","target":"observation"}]`},
		{"own boolean of the trace", testSpan().event(EventScore, AttrScoreName, "n", AttrScoreValue, false, AttrScoreTarget, "trace"), `[{"name":"n","passed":false,"source":"CODE","target":"trace"}]`},
		{"own label of the session", testSpan("session.id", "s").event(EventScore, AttrScoreName, "n", AttrScoreValue, "good", AttrScoreTarget, "session"), `[{"name":"n","label":"good","source":"CODE","target":"session"}]`},
		{"of a session that nobody named", testSpan().event(EventScore, AttrScoreName, "n", AttrScoreValue, "good", AttrScoreTarget, "session"), `[]`},
		{"openinference, several", testSpan("evaluations.0.evaluation.name", "a", "evaluations.0.evaluation.score", 1, "evaluations.1.evaluation.name", "b", "evaluations.1.evaluation.label", "x", "evaluations.1.evaluation.annotator_kind", "HUMAN"),
			`[{"name":"a","value":1,"source":"MODEL","target":"observation"},{"name":"b","label":"x","source":"HUMAN","target":"observation"}]`},
		{"openinference, of the trace", testSpan("trace.annotations.0.annotation.name", "a", "trace.annotations.0.annotation.score", 1, "trace.annotations.0.annotation.annotator_kind", "CODE"), `[{"name":"a","value":1,"source":"CODE","target":"trace"}]`},
		{"openinference, of the session", testSpan("session.id", "s", "session.evaluations.0.evaluation.name", "a", "session.evaluations.0.evaluation.score", 1), `[{"name":"a","value":1,"source":"MODEL","target":"session"}]`},
		{"attributes", testSpan("gen_ai.evaluation.name", "n", "gen_ai.evaluation.score.value", 1), `[{"name":"n","value":1,"source":"MODEL","target":"observation"}]`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m, again := mapOn("", test.span), mapOn("", test.span)
			sameJSON(t, "scores", portrait(m)["scores"], test.want)
			ids := map[string]bool{}
			for i, s := range m.Scores {
				if s.ScoreID == "" || ids[s.ScoreID] || again.Scores[i].ScoreID != s.ScoreID {
					t.Errorf("the id %q is not a score's own", s.ScoreID)
				}
				ids[s.ScoreID] = true
			}
		})
	}
	m := mapOn("", testSpan().event(EventScore, AttrScoreID, "mine", AttrScoreName, "n", AttrScoreValue, 1))
	if m.Scores[0].ScoreID != "mine" {
		t.Errorf("the client's id became %q", m.Scores[0].ScoreID)
	}
}

func TestEvaluators(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		span *Span
		want string
	}{
		{"own", testSpan(AttrType, "evaluator", AttrEvaluatorScoreName, "n", AttrEvaluatorScoreValue, 0.5, AttrEvaluatorLabel, "l", AttrEvaluatorExplanation, "e"), `{"scoreName":"n","scoreValue":0.5,"label":"l","explanation":"e"}`},
		{"openinference, the first of them", testSpan("openinference.span.kind", "EVALUATOR", "evaluations.0.evaluation.name", "a", "evaluations.0.evaluation.score", 1, "evaluations.1.evaluation.name", "b", "evaluations.1.evaluation.score", 2), `{"scoreName":"a","scoreValue":1,"label":null,"explanation":null}`},
		{"genai", testSpan("gen_ai.evaluation.name", "n", "gen_ai.evaluation.score.label", "l"), `{"scoreName":"n","scoreValue":null,"label":"l","explanation":null}`},
		{"langfuse's output", testSpan("langfuse.observation.type", "evaluator", "langfuse.observation.output", `{"score":0.9,"reasoning":"e"}`), `{"scoreName":null,"scoreValue":0.9,"label":null,"explanation":"e"}`},
		{"an output without a judgement", testSpan("langfuse.observation.type", "evaluator", "langfuse.observation.output", `{"n":1}`), `{"scoreName":null,"scoreValue":null,"label":null,"explanation":null}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			sameJSON(t, "evaluator", portrait(mapOn("", test.span))["evaluator"], test.want)
		})
	}
}

func TestAgents(t *testing.T) {
	t.Parallel()
	tests := []struct {
		span *Span
		want string
	}{
		{testSpan("gen_ai.operation.name", "invoke_agent", "gen_ai.agent.name", "a", "gen_ai.agent.id", "i"), `{"name":"a","id":"i"}`},
		{testSpan("gen_ai.operation.name", "invoke_agent", "gen_ai.agent.call.id", "run").named("invoke_agent bob"), `{"name":"bob"}`},
		{testSpan("traceloop.span.kind", "agent", "traceloop.entity.name", "a").named("a.agent"), `{"name":"a"}`},
		{testSpan(AttrType, "agent", AttrAgentName, "a", AttrAgentID, "i", "agent.name", "no"), `{"name":"a","id":"i"}`},
	}
	for _, test := range tests {
		sameJSON(t, "agent", portrait(mapOn("", test.span))["agent"], test.want)
	}
}
