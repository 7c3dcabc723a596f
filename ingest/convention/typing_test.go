package convention

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/treeline-dev/treeline/trace"
)

var testReceived = time.Unix(1790000000, 0)

// testSpan is a span of one second with these attributes: keys and values in
// turns, values as Go has them.
func testSpan(keysAndValues ...any) *Span {
	s := &Span{
		TraceID: trace.TraceID{15: 1}, SpanID: trace.SpanID{7: 2}, Name: "work",
		StartNanos: 1790000000e9, EndNanos: 1790000001e9, Attributes: attributes(keysAndValues...),
	}
	return s
}

func attributes(keysAndValues ...any) []Attribute {
	var list []Attribute
	for i := 0; i < len(keysAndValues); i += 2 {
		list = append(list, Attribute{Key: keysAndValues[i].(string), Value: goValue(keysAndValues[i+1])})
	}
	return list
}

func goValue(v any) Value {
	switch v := v.(type) {
	case Value:
		return v
	case string:
		return Value{Kind: KindString, Text: v}
	case bool:
		return Value{Kind: KindBool, Int: int64(boolBit(v))}
	case int:
		return Value{Kind: KindInt, Int: int64(v)}
	case float64:
		return Value{Kind: KindDouble, Double: v}
	case []string:
		list := Value{Kind: KindArray}
		for _, s := range v {
			list.Array = append(list.Array, goValue(s))
		}
		return list
	case []float64:
		list := Value{Kind: KindArray}
		for _, f := range v {
			list.Array = append(list.Array, goValue(f))
		}
		return list
	case map[string]any:
		return plainValue(v)
	}
	panic("no such value")
}

// with changes a span before it is mapped.
func (s *Span) with(change func(*Span)) *Span {
	change(s)
	return s
}

func (s *Span) named(name string) *Span { s.Name = name; return s }

func (s *Span) event(name string, keysAndValues ...any) *Span {
	s.Events = append(s.Events, Event{Name: name, Attributes: attributes(keysAndValues...)})
	return s
}

func mapOn(scope string, s *Span) Mapping { return Map(nil, &Scope{Name: scope}, s, testReceived) }

func TestTypeRules(t *testing.T) {
	t.Parallel()
	server := func(s *Span) { s.Kind = SpanServer }
	tests := []struct {
		name  string
		scope string
		span  *Span
		want  trace.ObservationType
		rule  string
	}{
		// 1
		{"own type in lower case", "", testSpan(AttrType, "tool_call"), trace.TypeToolCall, "1 treeline.observation.type=tool_call"},
		{"own type as in the schema", "", testSpan(AttrType, " RERANKING "), trace.TypeReranking, "1 "},
		{"own alias", "", testSpan(AttrType, "retriever"), trace.TypeRetrieval, "1 "},
		{"own type beats all others", "", testSpan(AttrType, "chain", "gen_ai.operation.name", "chat", "openinference.span.kind", "LLM"), trace.TypeChain, "1 "},
		{"an unknown own type leaves it to the next rule", "", testSpan(AttrType, "thought", "gen_ai.operation.name", "chat"), trace.TypeGeneration, "4 "},
		{"the own type as a number says nothing", "", testSpan(AttrType, 1), trace.TypeSpan, "19"},
		// 2
		{"langfuse generation", "", testSpan("langfuse.observation.type", "generation"), trace.TypeGeneration, "2 langfuse.observation.type=generation"},
		{"langfuse retriever in capitals", "", testSpan("langfuse.observation.type", "RETRIEVER"), trace.TypeRetrieval, "2 "},
		{"langfuse event", "", testSpan("langfuse.observation.type", "event"), trace.TypeEvent, "2 "},
		{"langfuse span of its own SDK is strong", "langfuse-sdk", testSpan("langfuse.observation.type", "span", "gen_ai.operation.name", "chat"), trace.TypeSpan, "2 "},
		{"langfuse span of others is weak", "strands.telemetry.tracer", testSpan("langfuse.observation.type", "span", "gen_ai.operation.name", "chat"), trace.TypeGeneration, "4 "},
		{"langfuse span of others stands in the end", "mine", testSpan("langfuse.observation.type", "span"), trace.TypeSpan, "18 langfuse.observation.type=span"},
		// 3
		{"openinference LLM", "", testSpan("openinference.span.kind", "LLM"), trace.TypeGeneration, "3 openinference.span.kind=LLM"},
		{"openinference reranker", "", testSpan("openinference.span.kind", "RERANKER"), trace.TypeReranking, "3 "},
		{"a prompt is rendered, not generated", "", testSpan("openinference.span.kind", "PROMPT", "llm.model_name", "gpt-4o", "llm.token_count.prompt", 5), trace.TypeSpan, "3 "},
		{"openinference UNKNOWN falls through", "", testSpan("openinference.span.kind", "UNKNOWN", "traceloop.span.kind", "task"), trace.TypeChain, "6 "},
		{"llama index puts a request together", "openinference.instrumentation.llama_index", testSpan("openinference.span.kind", "LLM", "llm.model_name", "gpt").named("OpenAI._prepare_chat_with_tools"), trace.TypeChain, "3a name="},
		{"llama index calls a model", "openinference.instrumentation.llama_index", testSpan("openinference.span.kind", "LLM").named("OpenAI.achat"), trace.TypeGeneration, "3 "},
		{"a name of llama index's elsewhere", "openinference.instrumentation.openai", testSpan("openinference.span.kind", "LLM").named("OpenAI._prepare_chat_with_tools"), trace.TypeGeneration, "3 "},
		// 4
		{"a workflow that says it is an agent", "", testSpan("gen_ai.operation.name", "invoke_agent", "traceloop.span.kind", "workflow"), trace.TypeChain, "4a traceloop.span.kind=workflow"},
		{"an agent in a workflow's words", "", testSpan("gen_ai.operation.name", "invoke_agent", "traceloop.span.kind", "agent"), trace.TypeAgent, "4 "},
		{"a tool in a workflow", "", testSpan("gen_ai.operation.name", "execute_tool", "traceloop.span.kind", "workflow"), trace.TypeToolCall, "4 "},
		{"litellm's search in a vector store", "", testSpan("gen_ai.operation.name", "avector_store_search"), trace.TypeRetrieval, "4 "},
		{"litellm's call of an MCP tool", "", testSpan("gen_ai.operation.name", "call_mcp_tool"), trace.TypeToolCall, "4 "},
		{"litellm's realtime session", "", testSpan("gen_ai.operation.name", "_arealtime"), trace.TypeGeneration, "4 "},
		{"operation in capitals", "", testSpan("gen_ai.operation.name", " Chat "), trace.TypeGeneration, "4 gen_ai.operation.name=chat"},
		{"litellm's asynchronous call", "", testSpan("gen_ai.operation.name", "acompletion"), trace.TypeGeneration, "4 "},
		{"litellm's asynchronous stream", "", testSpan("gen_ai.operation.name", "agenerate_content_stream"), trace.TypeGeneration, "4 "},
		{"litellm's asynchronous reranking", "", testSpan("gen_ai.operation.name", "arerank"), trace.TypeReranking, "4 "},
		{"agent is not litellm's gent", "", testSpan("gen_ai.operation.name", "agent"), trace.TypeAgent, "4 "},
		{"audio is not litellm's udio", "", testSpan("gen_ai.operation.name", "audio"), trace.TypeGeneration, "4 "},
		{"a plan is an agent's", "", testSpan("gen_ai.operation.name", "plan"), trace.TypeAgent, "4 "},
		{"a workflow is a chain", "", testSpan("gen_ai.operation.name", "invoke_workflow"), trace.TypeChain, "4 "},
		{"memory is searched", "", testSpan("gen_ai.operation.name", "search_memory"), trace.TypeRetrieval, "4 "},
		{"memory is written", "", testSpan("gen_ai.operation.name", "upsert_memory"), trace.TypeSpan, "4 "},
		{"a moderation is a guard's", "", testSpan("gen_ai.operation.name", "moderation"), trace.TypeGuardrail, "4 "},
		{"an unknown operation falls through", "", testSpan("gen_ai.operation.name", "juggle"), trace.TypeSpan, "19"},
		{"an unknown operation with a kind", "", testSpan("gen_ai.operation.name", "juggle", "traceloop.span.kind", "tool"), trace.TypeToolCall, "6 "},
		{"openlit's vector database by its operation", "", testSpan("gen_ai.operation.name", "vectordb", "db.operation", "query", "db.system", "chroma"), trace.TypeRetrieval, "4 "},
		{"openlit's vector database, written to", "", testSpan("gen_ai.operation.name", "vectordb", "db.operation.name", "upsert"), trace.TypeSpan, "4 "},
		// 5
		{"a guardrail's verdict", "", testSpan("gen_ai.guardrail.verdict.type", "allow"), trace.TypeGuardrail, "5 gen_ai.guardrail.verdict.type=allow"},
		{"our guardrail without a type", "", testSpan(AttrGuardrailPassed, true), trace.TypeGuardrail, "5 treeline.guardrail.passed=true"},
		{"litellm's guardrail", "", testSpan("guardrail_name", "pii"), trace.TypeGuardrail, "5 "},
		{"litellm's guardrail by its newer key", "", testSpan("litellm.guardrail.name", "pii"), trace.TypeGuardrail, "5 "},
		{"a validator", "", testSpan("validator_name", "length", "validator_on_fail", "fix"), trace.TypeGuardrail, "5 "},
		{"a validator's name alone is not enough", "", testSpan("validator_name", "length"), trace.TypeSpan, "19"},
		{"bedrock's guardrail sits on a model call", "", testSpan("aws.bedrock.guardrail.id", "g1", "gen_ai.bedrock.guardrail.activation", 1, "llm.request.type", "chat"), trace.TypeGeneration, "7 "},
		{"bedrock's guardrail alone is none of ours", "", testSpan("aws.bedrock.guardrail.id", "g1"), trace.TypeSpan, "19"},
		// 6
		{"traceloop task", "", testSpan("traceloop.span.kind", "task"), trace.TypeChain, "6 traceloop.span.kind=task"},
		{"traceloop session falls through", "", testSpan("traceloop.span.kind", "session"), trace.TypeSpan, "19"},
		{"traceloop's workflow name decides nothing", "", testSpan("traceloop.workflow.name", "w"), trace.TypeSpan, "19"},
		// 7
		{"older request type", "", testSpan("llm.request.type", "completion"), trace.TypeGeneration, "7 "},
		{"older request type of a reranking", "", testSpan("llm.request.type", "rerank"), trace.TypeReranking, "7 "},
		{"unknown request type", "", testSpan("llm.request.type", "unknown"), trace.TypeSpan, "19"},
		{"a request type is never a tool", "", testSpan("llm.request.type", "tool"), trace.TypeSpan, "19"},
		// 8
		{"vercel inner", "ai", testSpan("ai.operationId", "ai.generateObject.doGenerate"), trace.TypeGeneration, "8 "},
		{"vercel outer", "ai", testSpan("ai.operationId", "ai.generateObject"), trace.TypeChain, "8 "},
		{"vercel with the function appended", "ai", testSpan("operation.name", "ai.embed.doEmbed my-function"), trace.TypeEmbedding, "8 operation.name="},
		{"somebody else's operation name", "", testSpan("operation.name", "GET /users"), trace.TypeSpan, "19"},
		// 9
		{"logfire log", "logfire", testSpan("logfire.span_type", "log"), trace.TypeEvent, "9 "},
		{"logfire span", "logfire", testSpan("logfire.span_type", "span"), trace.TypeSpan, "19"},
		// 10
		{"pydantic agent", "pydantic-ai", testSpan().named("agent run"), trace.TypeAgent, "10 "},
		{"pydantic agent by name", "pydantic-ai", testSpan("agent_name", "bob").named("bob run"), trace.TypeAgent, "10 "},
		{"a run of another scope", "other", testSpan("agent_name", "bob").named("bob run"), trace.TypeSpan, "19"},
		{"pydantic tools", "pydantic-ai", testSpan().named("running 2 tools"), trace.TypeChain, "10 "},
		{"pydantic tool", "pydantic-ai", testSpan("tool_arguments", "{}").named("running tool"), trace.TypeToolCall, "10 "},
		{"running in circles", "pydantic-ai", testSpan().named("running in circles"), trace.TypeSpan, "19"},
		// 11
		{"mcp tool", "", testSpan("mcp.method.name", "tools/call"), trace.TypeToolCall, "11 mcp.method.name=tools/call"},
		{"mcp resource", "", testSpan("mcp.method.name", "resources/read"), trace.TypeRetrieval, "11 "},
		{"mcp sampling is not the model call", "", testSpan("mcp.method.name", "sampling/createMessage", "gen_ai.request.model", "gpt", "gen_ai.usage.input_tokens", 1), trace.TypeSpan, "11 "},
		// 12
		{"a tool's name", "", testSpan("gen_ai.tool.name", "add"), trace.TypeToolCall, "12 gen_ai.tool.name=add"},
		{"an openinference tool", "openinference.instrumentation.x", testSpan("tool.name", "add"), trace.TypeToolCall, "12 "},
		{"tool.name elsewhere says nothing", "garage", testSpan("tool.name", "hammer"), trace.TypeSpan, "19"},
		// 13
		{"vector query by span name", "", testSpan("db.system", "Pinecone").named("pinecone.query"), trace.TypeRetrieval, "13 "},
		{"vector query as the database conventions name it", "", testSpan("db.system.name", "qdrant").named("query products"), trace.TypeRetrieval, "13 "},
		{"vector upsert", "", testSpan("db.system", "qdrant", "db.operation.name", "upsert").named("qdrant.query"), trace.TypeSpan, "13 "},
		{"vector administration", "", testSpan("db.system", "milvus", "db.operation", "create_collection"), trace.TypeSpan, "13 "},
		{"vector results in events", "", testSpan().event("db.search.result", "id", 1), trace.TypeRetrieval, "13 event=db.search.result"},
		{"qdrant discovers", "", testSpan("db.system", "Qdrant").named("qdrant.discover"), trace.TypeRetrieval, "13 "},
		{"qdrant writes payloads", "", testSpan("db.system", "Qdrant").named("qdrant.set_payload"), trace.TypeSpan, "13 "},
		{"milvus searches in two ways at once", "", testSpan("db.system", "milvus", "db.operation", "hybrid_search"), trace.TypeRetrieval, "13 "},
		{"weaviate searches", "", testSpan("db.system", "weaviate", "db.operation", "do").named("db.weaviate.gql.get.do"), trace.TypeRetrieval, "13 "},
		{"weaviate counts", "", testSpan("db.system", "weaviate", "db.operation", "do").named("db.weaviate.gql.aggregate.do"), trace.TypeSpan, "13 "},
		{"weaviate gets a collection, not what is in it", "", testSpan("db.system", "weaviate", "db.operation", "get").named("db.weaviate.collections.get"), trace.TypeSpan, "13 "},
		{"weaviate gets an object", "", testSpan("db.system", "weaviate", "db.operation", "get").named("db.weaviate.data.crud_data.get"), trace.TypeRetrieval, "13 "},
		{"a plain database", "", testSpan("db.system", "postgresql", "db.operation.name", "query").named("query"), trace.TypeSpan, "19"},
		// 14
		{"spring chat client", "", testSpan("spring.ai.kind", "chat_client"), trace.TypeChain, "14 "},
		{"spring vector store", "", testSpan("spring.ai.kind", "vector_store", "db.operation.name", "query", "db.system", "pg_vector"), trace.TypeRetrieval, "14 "},
		{"spring vector store with the framework's operation", "", testSpan("gen_ai.operation.name", "framework", "spring.ai.kind", "vector_store", "db.operation.name", "add"), trace.TypeSpan, "14 "},
		{"spring advisor with the framework's operation", "", testSpan("gen_ai.operation.name", "framework", "spring.ai.kind", "advisor"), trace.TypeChain, "4 "},
		// 15
		{"genkit", "genkit-tracer", testSpan("genkit:metadata:subtype", "embedder"), trace.TypeEmbedding, "15 "},
		{"flue tool", "", testSpan("flue.tool.name", "t"), trace.TypeToolCall, "15 "},
		{"flue task", "", testSpan("flue.task.id", "t"), trace.TypeAgent, "15 "},
		{"livekit", "livekit-agents", testSpan().named("agent_turn"), trace.TypeAgent, "15 "},
		{"livekit's names elsewhere", "other", testSpan().named("agent_turn"), trace.TypeSpan, "19"},
		{"adk tool", "gcp.vertex.agent", testSpan().named("execute_tool search"), trace.TypeToolCall, "15 "},
		{"adk invocation", "gcp.vertex.agent", testSpan().named("invocation"), trace.TypeChain, "15 "},
		{"mlflow quotes its types", "", testSpan("mlflow.spanType", `"CHAT_MODEL"`), trace.TypeGeneration, "15 "},
		{"langsmith", "", testSpan("langsmith.span.kind", "retriever"), trace.TypeRetrieval, "15 "},
		{"openllmetry's reading of an MCP resource", "opentelemetry.instrumentation.mcp.instrumentation", testSpan().named("resources/read.mcp"), trace.TypeRetrieval, "15 name=resources/read.mcp"},
		{"openllmetry's other requests to an MCP server", "opentelemetry.instrumentation.mcp.instrumentation", testSpan().named("tools/list.mcp"), trace.TypeSpan, "19"},
		{"laminar default", "", testSpan("lmnr.span.type", "DEFAULT"), trace.TypeSpan, "19"},
		// 16
		{"a reranker's keys", "", testSpan("reranker.query", "q"), trace.TypeReranking, "16 "},
		{"an embedding's keys", "", testSpan("embedding.model_name", "m"), trace.TypeEmbedding, "16 "},
		{"a retrieval's keys", "", testSpan("gen_ai.retrieval.query.text", "q"), trace.TypeRetrieval, "16 "},
		{"an evaluation's keys", "", testSpan("gen_ai.evaluation.name", "n"), trace.TypeEvaluator, "16 "},
		// 17
		{"a model and its usage", "", testSpan("gen_ai.request.model", "gpt", "gen_ai.usage.input_tokens", 1), trace.TypeGeneration, "17 gen_ai.request.model=gpt"},
		{"a model and messages", "", testSpan("llm.model_name", "gpt", "llm.input_messages.0.message.role", "user"), trace.TypeGeneration, "17 "},
		{"a model and message events", "", testSpan("gen_ai.request.model", "gpt").event("gen_ai.user.message", "content", "x"), trace.TypeGeneration, "17 "},
		{"a model and a finish reason", "", testSpan("gen_ai.response.model", "gpt", "gen_ai.response.finish_reasons", []string{"stop"}), trace.TypeGeneration, "17 "},
		{"a model and a response", "", testSpan("gen_ai.request.model", "gpt", "gen_ai.response.id", "r"), trace.TypeGeneration, "17 "},
		{"a model alone", "", testSpan("gen_ai.request.model", "gpt"), trace.TypeSpan, "19"},
		{"the key model alone", "", testSpan("model", "gpt", "gen_ai.usage.input_tokens", 1), trace.TypeSpan, "19"},
		{"usage alone", "", testSpan("gen_ai.usage.input_tokens", 1), trace.TypeSpan, "19"},
		{"a model on an HTTP span", "", testSpan("gen_ai.request.model", "gpt", "gen_ai.usage.input_tokens", 1, "http.request.method", "POST"), trace.TypeSpan, "19"},
		{"a model on a URL", "", testSpan("gen_ai.request.model", "gpt", "gen_ai.response.id", "r", "url.full", "x"), trace.TypeSpan, "19"},
		{"a model on a database span", "", testSpan("gen_ai.request.model", "gpt", "gen_ai.response.id", "r", "db.system", "redis"), trace.TypeSpan, "19"},
		{"a model on an RPC span", "", testSpan("gen_ai.request.model", "gpt", "gen_ai.response.id", "r", "rpc.system", "grpc"), trace.TypeSpan, "19"},
		{"a model on a message broker's span", "", testSpan("gen_ai.request.model", "gpt", "gen_ai.response.id", "r", "messaging.system", "kafka"), trace.TypeSpan, "19"},
		{"a model on a function's span", "", testSpan("gen_ai.request.model", "gpt", "gen_ai.response.id", "r", "faas.name", "f"), trace.TypeSpan, "19"},
		{"a model on a server's span", "", testSpan("gen_ai.request.model", "gpt", "gen_ai.response.id", "r").with(server), trace.TypeSpan, "19"},
		{"a weak span with a model call is a generation", "", testSpan("langfuse.observation.type", "span", "gen_ai.request.model", "gpt", "gen_ai.usage.output_tokens", 2), trace.TypeGeneration, "17 "},
		// Baggage that a processor stamps on every span.
		{"stamped by baggage", "", testSpan("gen_ai.agent.name", "a", "gen_ai.agent.call.id", "r", "gen_ai.agent.id", "i", "gen_ai.conversation.id", "c",
			"gen_ai.workflow.name", "w", "traceloop.workflow.name", "w", "gen_ai.request.model", "gpt"), trace.TypeSpan, "19"},
		{"nothing", "", testSpan(), trace.TypeSpan, "19"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m := mapOn(test.scope, test.span)
			if got := m.Observation.Type(); got != test.want {
				t.Errorf("type is %s, want %s", got, test.want)
			}
			if rule := m.Observation.Core().TypeRule; !strings.HasPrefix(rule, test.rule) {
				t.Errorf("rule is %q, want %q", rule, test.rule)
			}
		})
	}
}

func TestEarlyLangfuseSDKMarksGenerationsAsSpans(t *testing.T) {
	t.Parallel()
	python := &Resource{Attributes: attributes("telemetry.sdk.language", "python")}
	node := &Resource{Attributes: attributes("telemetry.sdk.language", "nodejs")}
	generation := []any{"langfuse.observation.type", "span", "langfuse.observation.model.name", "gpt"}
	tests := []struct {
		name     string
		resource *Resource
		version  string
		span     *Span
		want     trace.ObservationType
		rule     string
	}{
		{"the last such release", python, "3.3.0", testSpan(generation...), trace.TypeGeneration, "2a "},
		{"an earlier one", python, "3.0.8", testSpan(generation...), trace.TypeGeneration, "2a "},
		{"the next", python, "3.3.1", testSpan(generation...), trace.TypeSpan, "2 "},
		{"a later one", python, "3.10.0", testSpan(generation...), trace.TypeSpan, "2 "},
		{"another language", node, "3.3.0", testSpan(generation...), trace.TypeSpan, "2 "},
		{"no version", python, "", testSpan(generation...), trace.TypeSpan, "2 "},
		{"no mark of a generation", python, "3.3.0", testSpan("langfuse.observation.type", "span"), trace.TypeSpan, "2 "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m := Map(test.resource, &Scope{Name: "langfuse-sdk", Version: test.version}, test.span, testReceived)
			if got := m.Observation.Type(); got != test.want {
				t.Errorf("type is %s, want %s", got, test.want)
			}
			if rule := m.Observation.Core().TypeRule; !strings.HasPrefix(rule, test.rule) {
				t.Errorf("rule is %q, want %q", rule, test.rule)
			}
		})
	}
}

func TestRulesAreInOrder(t *testing.T) {
	t.Parallel()
	order := []string{"1", "2a", "2", "3a", "3", "4a", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18"}
	last := 0
	for _, rule := range typeRules {
		at := slices.Index(order, rule.number)
		if at < last {
			t.Errorf("rule %s stands after rule %s", rule.number, order[last])
		}
		last = at
	}
}

func TestPendingSpansAreDropped(t *testing.T) {
	t.Parallel()
	m := mapOn("logfire", testSpan("logfire.span_type", "pending_span"))
	if m.Observation != nil || !strings.Contains(m.Dropped, "pending_span") {
		t.Errorf("got %v, %q", m.Observation, m.Dropped)
	}
	if m := mapOn("", testSpan("lmnr.internal.metadata_only", true)); m.Dropped == "" {
		t.Error("a control span of Laminar was kept")
	}
}
