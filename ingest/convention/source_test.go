package convention

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treeline-dev/treeline/trace"
)

// TestEveryKeyAloneFillsItsField holds each row of the tables of sources to its
// promise: a span with this one key has the field. The order of the rows is held
// by the tests of each field.
func TestEveryKeyAloneFillsItsField(t *testing.T) {
	t.Parallel()
	const (
		chat  = "gen_ai.operation.name=chat"
		embed = "gen_ai.operation.name=embeddings"
		find  = "gen_ai.operation.name=retrieval"
		rank  = "gen_ai.operation.name=rerank"
		tool  = "openinference.span.kind=TOOL"
		agent = "gen_ai.operation.name=invoke_agent"
		chain = "gen_ai.operation.name=invoke_workflow"
		guard = "openinference.span.kind=GUARDRAIL"
		judge = "openinference.span.kind=EVALUATOR"
	)
	tests := []struct {
		field string // as in the examples, with a dot before a member
		base  string // the attribute that gives the type
		scope string
		value any
		want  string
		keys  string
	}{
		{"provider", chat, "", "OpenAI", `"openai"`, AttrProvider + " llm.provider gen_ai.provider.name gen_ai.system llm.system ai.model.provider aisdk.model.provider"},
		{"requestModel", chat, "", "m", `"m"`, AttrRequestModel + " gen_ai.request.model llm.request.model_name ai.model.id aisdk.model.id llm.model_name langfuse.observation.model.name"},
		{"requestModel", chat, "pydantic-ai", "m", `"m"`, "model_name"},
		{"requestModel", chat, "", `{"model":"m"}`, `"m"`, "llm.invocation_parameters"},
		{"responseModel", chat, "", "m", `"m"`, AttrResponseModel + " gen_ai.response.model llm.response.model_name llm.response.model ai.response.model"},
		{"responseModel", chat, "", `{"model_version":"m"}`, `"m"`, "gcp.vertex.agent.llm_response"},
		{"model", chat, "", "m", `"m"`, AttrModel + " langfuse.observation.model.name gen_ai.response.model gen_ai.request.model"},
		{"responseId", chat, "", "r", `"r"`, AttrResponseID + " gen_ai.response.id ai.response.id"},
		{"serviceTier", chat, "", "flex", `"flex"`, AttrServiceTier + " openai.response.service_tier gen_ai.openai.response.service_tier gen_ai.response.service_tier"},
		{"finishReasons", chat, "", "end_turn", `["stop"]`, AttrFinishReasons + " gen_ai.response.finish_reasons gen_ai.response.finish_reason gen_ai.response.stop_reason llm.finish_reason llm.response.finish_reason ai.response.finishReason ai.finishReason gen_ai.finishReason"},
		{"finishReasons", chat, "", `["max_tokens"]`, `["length"]`, "gen_ai.response.finish_reasons"},
		{"timeToFirstTokenMs", chat, "", 0.5, `500`, "gen_ai.response.time_to_first_chunk gen_ai.client.operation.time_to_first_chunk gen_ai.client.inference.time_to_first_chunk gen_ai.server.time_to_first_token"},
		{"timeToFirstTokenMs", chat, "", 500, `500`, AttrTimeToFirstToken + " ai.response.msToFirstChunk ai.stream.msToFirstChunk"},
		{"timeToFirstTokenMs", chat, "strands.telemetry.tracer", 500, `500`, "gen_ai.server.time_to_first_token"},
		{"prompt.name", chat, "", "p", `"p"`, AttrPromptName + " langfuse.observation.prompt.name langfuse.prompt.name gen_ai.prompt.name traceloop.prompt.key prompt.id langwatch.prompt.id langwatch.prompt.handle"},
		{"prompt.version", chat, "", "v2", `"v2"`, AttrPromptVersion + " langfuse.observation.prompt.version langfuse.prompt.version gen_ai.prompt.version traceloop.prompt.version llm.prompt_template.version langwatch.prompt.version.number"},
		{"slots", chat, "", `{"a":"b"}`, `{"a":"b"}`, AttrPromptSlots + " llm.prompt_template.variables traceloop.prompt.template_variables"},
		{"slots", chat, "", "b", `{"a":"b"}`, "gen_ai.prompt.variable.a traceloop.prompt.template_variables.a"},
		{"parameters.temperature", chat, "", `{"temperature":"0.5"}`, `0.5`, AttrModelParameters + " langfuse.observation.model.parameters llm.invocation_parameters"},
		{"parameters.temperature", chat, "", 0.5, `0.5`, "gen_ai.request.temperature llm.temperature ai.settings.temperature"},
		{"parameters.topP", chat, "", 0.5, `0.5`, "gen_ai.request.top_p llm.top_p ai.settings.topP"},
		{"parameters.maxTokens", chat, "", 5, `5`, "gen_ai.request.max_tokens ai.settings.maxTokens ai.settings.maxOutputTokens"},
		{"parameters.seed", chat, "", 5, `5`, "gen_ai.request.seed ai.settings.seed"},
		{"parameters.stop", chat, "", []string{"x"}, `["x"]`, "gen_ai.request.stop_sequences llm.chat.stop_sequences ai.settings.stopSequences"},
		{"parameters.other.frequency_penalty", chat, "", 0.5, `0.5`, "gen_ai.request.frequency_penalty llm.frequency_penalty ai.settings.frequencyPenalty"},
		{"parameters.other.presence_penalty", chat, "", 0.5, `0.5`, "gen_ai.request.presence_penalty llm.presence_penalty ai.settings.presencePenalty"},
		{"parameters.other.top_k", chat, "", 5, `5`, "gen_ai.request.top_k llm.top_k ai.settings.topK"},
		{"parameters.other.stream", chat, "", "True", `true`, "gen_ai.is_streaming llm.is_streaming"},
		{"parameters.other.service_tier", chat, "", "flex", `"flex"`, "gen_ai.request.service_tier openai.request.service_tier"},
		{"tools.0.name", chat, "", `[{"type":"function","function":{"name":"f"}}]`, `"f"`, AttrTools + " gen_ai.tool.definitions"},
		{"tools.0.name", chat, "", []string{`{"name":"f"}`}, `"f"`, "ai.prompt.tools"},
		{"tools.0.name", chat, "", `{"function_tools":[{"name":"f"}]}`, `"f"`, "model_request_parameters"},
		{"tools.0.name", chat, "", `{"type":"function","function":{"name":"f"}}`, `"f"`, "llm.tools.0.tool.json_schema gen_ai.tool.definitions.0"},
		{"tools.0.name", chat, "", "f", `"f"`, "llm.request.functions.0.name gen_ai.tool.0.name"},

		{"usage.input", chat, "", 5, `5`, AttrInputTokens + " gen_ai.usage.input_tokens gen_ai.usage.prompt_tokens llm.token_count.prompt ai.usage.inputTokens ai.usage.promptTokens ai.usage.tokens llm.usage.prompt_tokens gen_ai.response.prompt_tokens gen_ai.token.usage.input langwatch.input_tokens"},
		{"usage.output", chat, "", 5, `5`, AttrOutputTokens + " gen_ai.usage.output_tokens gen_ai.usage.completion_tokens llm.token_count.completion ai.usage.outputTokens ai.usage.completionTokens llm.usage.completion_tokens gen_ai.response.completion_tokens gen_ai.token.usage.output langwatch.output_tokens"},
		{"usage.total", chat, "", 5, `5`, AttrTotalTokens + " gen_ai.usage.total_tokens llm.token_count.total llm.usage.total_tokens ai.usage.totalTokens"},
		{"usage.cacheRead", chat, "", 5, `5`, AttrCacheReadTokens + " gen_ai.usage.cache_read.input_tokens gen_ai.usage.cache_read_input_tokens gen_ai.usage.cache_read_tokens gen_ai.usage.details.cache_read_tokens gen_ai.usage.details.cache_read_input_tokens gen_ai.usage.details.cached_tokens gen_ai.usage.prompt_tokens_details.cached_tokens gen_ai.usage.input_tokens.cached llm.token_count.prompt_details.cache_read ai.usage.inputTokenDetails.cacheReadTokens ai.usage.cachedInputTokens gen_ai.usage.text.cache_read.input_tokens gen_ai.usage.audio.cache_read.input_tokens"},
		{"usage.cacheRead", chat, "", `{"openai":{"cachedPromptTokens":5}}`, `5`, "ai.response.providerMetadata"},
		{"usage.cacheRead", chat, "", `{"anthropic":{"usage":{"cache_read_input_tokens":5}}}`, `5`, "ai.response.providerMetadata"},
		{"usage.cacheRead", chat, "", `{"bedrock":{"usage":{"cacheReadInputTokens":5}}}`, `5`, "ai.response.providerMetadata"},
		{"usage.cacheRead", chat, "", `{"usage_metadata":{"cached_content_token_count":5}}`, `5`, "gcp.vertex.agent.llm_response"},
		{"usage.cacheWrite", chat, "", 5, `5`, AttrCacheWriteTokens + " gen_ai.usage.cache_write.input_tokens gen_ai.usage.cache_creation.input_tokens gen_ai.usage.cache_creation_input_tokens gen_ai.usage.cache_write_input_tokens gen_ai.usage.cache_write_tokens gen_ai.usage.details.cache_write_tokens gen_ai.usage.details.cache_creation_input_tokens gen_ai.usage.prompt_tokens_details.cache_creation_tokens llm.token_count.prompt_details.cache_write ai.usage.inputTokenDetails.cacheWriteTokens gen_ai.usage.cache_creation.input_tokens.ephemeral_5m gen_ai.usage.cache_creation.input_tokens.ephemeral_1h"},
		{"usage.cacheWrite", chat, "", `{"anthropic":{"cacheCreationInputTokens":5}}`, `5`, "ai.response.providerMetadata"},
		{"usage.cacheWrite", chat, "", `{"bedrock":{"usage":{"cacheWriteInputTokens":5}}}`, `5`, "ai.response.providerMetadata"},
		{"usage.cacheWrite1h", chat, "", `{"anthropic":{"usage":{"cache_creation":{"ephemeral_1h_input_tokens":5}}}}`, `5`, "ai.response.providerMetadata"},
		{"usage.cacheWrite5m", chat, "", `{"anthropic":{"usage":{"cache_creation":{"ephemeral_5m_input_tokens":5}}}}`, `5`, "ai.response.providerMetadata"},
		{"usage.reasoning", chat, "", 5, `5`, AttrReasoningTokens + " gen_ai.usage.reasoning.output_tokens gen_ai.usage.reasoning_tokens llm.usage.reasoning_tokens gen_ai.usage.details.reasoning_tokens gen_ai.usage.completion_tokens_details.reasoning_tokens llm.token_count.completion_details.reasoning ai.usage.outputTokenDetails.reasoningTokens ai.usage.reasoningTokens"},
		{"usage.reasoning", chat, "", `{"openai":{"reasoningTokens":5}}`, `5`, "ai.response.providerMetadata"},
		{"usage.audioInput", chat, "", 5, `5`, AttrAudioInputTokens + " gen_ai.usage.audio.input_tokens gen_ai.usage.details.input_audio_tokens llm.token_count.prompt_details.audio"},
		{"usage.audioOutput", chat, "", 5, `5`, AttrAudioOutputTokens + " gen_ai.usage.audio.output_tokens gen_ai.usage.details.output_audio_tokens gen_ai.usage.completion_tokens_details.audio_tokens llm.token_count.completion_details.audio"},
		{"usage.extra.imageInput", chat, "", 5, `5`, "gen_ai.usage.image.input_tokens"},
		{"usage.extra.imageOutput", chat, "", 5, `5`, "gen_ai.usage.image.output_tokens"},
		{"usage.extra.textInput", chat, "", 5, `5`, "gen_ai.usage.text.input_tokens"},
		{"usage.extra.textOutput", chat, "", 5, `5`, "gen_ai.usage.text.output_tokens"},
		{"usage.extra.videoInput", chat, "", 5, `5`, "gen_ai.usage.video.input_tokens"},
		{"usage.extra.videoOutput", chat, "", 5, `5`, "gen_ai.usage.video.output_tokens"},
		{"reportedUsage.input", agent, "pydantic-ai", 5, `5`, "gen_ai.aggregated_usage.input_tokens gen_ai.usage.input_tokens"},
		{"reportedUsage.cacheRead", chain, "pydantic-ai", 5, `5`, "gen_ai.aggregated_usage.cache_read.input_tokens gen_ai.aggregated_usage.details.cache_read_tokens"},
		{"cost.total", chat, "", 0.5, `"0.5"`, AttrCost + " " + AttrCostTotal + " llm.cost.total gen_ai.usage.cost gen_ai.usage.total_cost gen_ai.cost.total_cost litellm.cost.total operation.cost"},
		{"cost.total", chat, "", `{"input":0.2,"output":0.3}`, `"0.5"`, AttrCost + " langfuse.observation.cost_details"},
		{"cost.input", chat, "", 0.5, `"0.5"`, AttrCostInput + " llm.cost.prompt gen_ai.usage.input_cost gen_ai.cost.input_cost litellm.cost.input"},
		{"cost.output", chat, "", 0.5, `"0.5"`, AttrCostOutput + " llm.cost.completion gen_ai.usage.output_cost gen_ai.cost.output_cost"},

		{"input", chain, "", "a", `"a"`, AttrInput + " langfuse.observation.input traceloop.entity.input input.value gen_ai.task.input gen_ai.guardrail.input mlflow.spanInputs genkit:input lk.input_text lk.user_transcript lk.chat_ctx langwatch.input mcp.request.argument"},
		{"output", chain, "", "a", `"a"`, AttrOutput + " langfuse.observation.output traceloop.entity.output output.value gen_ai.task.output gen_ai.guardrail.output mlflow.spanOutputs genkit:output lk.function_tool.output lk.response.text langwatch.output mcp.response.value"},
		{"input", chain, "pipecat", "a", `"a"`, "input"},
		{"output", chain, "pydantic-ai", "a", `"a"`, "final_result output"},
		{"metadata", chain, "", `{"k":"v"}`, `{"k":"v"}`, AttrMetadata + " langfuse.observation.metadata metadata"},
		{"metadata", chain, "", "v", `{"k":"v"}`, AttrMetadataPrefix + "k langfuse.observation.metadata.k metadata.k litellm.metadata.k traceloop.association.properties.k ai.telemetry.metadata.k ai.settings.context.k"},
		{"name", chain, "", "n", `"n"`, AttrName + " genkit:name logfire.msg"},
		{"level", chain, "", "ERROR", `"ERROR"`, AttrLevel + " langfuse.observation.level"},
		{"statusMessage", chain, "", "s", `"s"`, AttrStatusMessage + " langfuse.observation.status_message"},
		{"exception.type", chain, "", "E", `"E"`, "error.type gen_ai.guardrail.error.type exception.type"},
		{"exception.message", chain, "", "e", `"e"`, "error.message exception.message"},
		{"exception.stacktrace", chain, "", "at 1", `"at 1"`, "error.stack_trace exception.stacktrace"},

		{"tool.name", tool, "", "f", `"f"`, AttrToolName + " gen_ai.tool.name ai.toolCall.name tool.name traceloop.entity.name mcp.tool.name flue.tool.name"},
		{"tool.callId", tool, "", "1", `"1"`, AttrToolCallID + " gen_ai.tool.call.id ai.toolCall.id tool.id tool_call.id jsonrpc.request.id mcp.request.id"},
		{"tool.arguments", tool, "", `{"x":1}`, `{"x":1}`, AttrToolArguments + " gen_ai.tool.call.arguments ai.toolCall.args tool_arguments tool.parameters gen_ai.tool.input gen_ai.tool.args gcp.vertex.agent.tool_call_args " + AttrInput + " langfuse.observation.input input.value traceloop.entity.input mcp.request.argument"},
		{"tool.result", tool, "", `{"x":1}`, `{"x":1}`, AttrToolResult + " gen_ai.tool.call.result ai.toolCall.result tool_response gen_ai.tool.output gcp.vertex.agent.tool_response " + AttrOutput + " langfuse.observation.output output.value traceloop.entity.output mcp.response.value"},

		{"query", find, "", "q", `"q"`, AttrRetrievalQuery + " gen_ai.retrieval.query.text gen_ai.retrieval.query gen_ai.memory.query.text reranker.query input.value traceloop.entity.input"},
		{"query", rank, "", "q", `"q"`, AttrRerankingQuery + " reranker.query input.value"},
		{"source", find, "", "s", `"s"`, AttrRetrievalSource + " gen_ai.data_source.id mcp.resource.uri gen_ai.memory.store.id db.collection.name qdrant.search.collection_name qdrant.query.collection_name qdrant.scroll.collection_name qdrant.recommend.collection_name qdrant.search_batch.collection_name db.milvus.search.collection_name db.milvus.query.collection_name db.milvus.get.collection_name db.namespace"},
		{"topK", find, "", 5, `5`, AttrRetrievalTopK + " gen_ai.retrieval.top_k gen_ai.request.top_k db.vector.query.top_k reranker.top_k db.n_results db.chroma.query.n_results pinecone.query.top_k"},
		{"topK", rank, "", 5, `5`, AttrRerankingTopK + " reranker.top_k"},
		{"documentCount", find, "", 5, `5`, AttrRetrievalDocumentCount + " db.vector.query.result_count gen_ai.retrieval.document_count gen_ai.memory.record.count db.response.returned_rows"},
		{"documents.0.id", find, "", `[{"id":"a","content":"c","score":0.5}]`, `"a"`, AttrRetrievalDocuments + " gen_ai.retrieval.documents gen_ai.memory.records " + AttrOutput + " output.value langfuse.observation.output traceloop.entity.output langwatch.rag.contexts"},
		{"documents.0.id", find, "", "a", `"a"`, "retrieval.documents.0.document.id reranker.output_documents.0.document.id"},
		{"documents.0.id", rank, "", `[{"id":"a"}]`, `"a"`, AttrRerankingDocuments},
		{"topRelevance", find, "", 0.5, `0.5`, "db.vector.query.top_score"},
		{"inputCount", rank, "", 5, `5`, AttrRerankingInputCount},
		{"inputCount", rank, "", "a", `1`, "reranker.input_documents.7.document.id"},
		{"model", rank, "", "m", `"m"`, AttrModel + " reranker.model_name gen_ai.response.model gen_ai.request.model"},
		{"model", embed, "", "m", `"m"`, AttrModel + " embedding.model_name gen_ai.response.model gen_ai.request.model llm.model_name ai.model.id"},
		{"model", embed, "", `{"model":"m"}`, `"m"`, "embedding.invocation_parameters llm.invocation_parameters"},
		{"embedding.dimensions", embed, "", 8, `8`, AttrEmbeddingDimensions + " gen_ai.embeddings.dimension.count gen_ai.request.embedding_dimension"},
		{"embedding.dimensions", embed, "", []float64{1, 2}, `2`, "embedding.embeddings.0.embedding.vector"},
		{"embedding.inputCount", embed, "", "a", `1`, "embedding.embeddings.0.embedding.text ai.value gen_ai.prompt.0.content"},
		{"embedding.inputCount", embed, "", `{"input":["a","b"]}`, `2`, "input.value"},

		{"agent.name", agent, "", "a", `"a"`, AttrAgentName + " gen_ai.agent.name agent.name agent_name traceloop.entity.name"},
		{"agent.id", agent, "", "a", `"a"`, AttrAgentID + " gen_ai.agent.id"},
		{"agent.id", agent, "", "a", `null`, "gen_ai.agent.call.id"},

		{"guardrail.policy", guard, "", "g", `"g"`, AttrGuardrailName + " gen_ai.guardrail.component.name gen_ai.guardrail.name guardrail_name litellm.guardrail.name validator_name"},
		{"guardrail.policyId", guard, "", "g", `"g"`, AttrGuardrailPolicyID + " gen_ai.guardrail.security.policy.id"},
		{"guardrail.phase", guard, "", "output", `"OUTPUT"`, AttrGuardrailPhase + " gen_ai.guardrail.target.type"},
		{"guardrail.phase", guard, "", "tool_call", `"TOOL"`, "gen_ai.guardrail.target.subtype"},
		{"guardrail.reason", guard, "", "r", `"r"`, AttrGuardrailReason + " gen_ai.guardrail.verdict.reason gen_ai.guardrail.error.message"},
		{"guardrail.score", guard, "", 0.5, `0.5`, AttrGuardrailScore + " gen_ai.guardrail.security.risk.score"},
		{"guardrail.categories", guard, "", `["c"]`, `["c"]`, AttrGuardrailCategories + " gen_ai.guardrail.security.risk.category"},
		{"guardrail.verdict", guard, "", "deny", `"DENY"`, AttrGuardrailVerdict + " gen_ai.guardrail.verdict.type"},
		{"guardrail.action", guard, "", "block", `"BLOCK"`, AttrGuardrailAction + " gen_ai.guardrail.action.type"},
		{"guardrail.passed", guard, "", false, `false`, AttrGuardrailPassed},
		{"guardrail.passed", guard, "", `{"passed":false}`, `false`, AttrOutput + " langfuse.observation.output output.value traceloop.entity.output"},
		{"guardrail.verdict", guard, "", `{"blocked":true}`, `"DENY"`, "output.value"},

		{"evaluator.scoreName", judge, "", "s", `"s"`, AttrEvaluatorScoreName + " gen_ai.evaluation.name"},
		{"evaluator.scoreValue", judge, "", 0.5, `0.5`, AttrEvaluatorScoreValue + " gen_ai.evaluation.score.value"},
		{"evaluator.label", judge, "", "good", `"good"`, AttrEvaluatorLabel + " gen_ai.evaluation.score.label"},
		{"evaluator.explanation", judge, "", "e", `"e"`, AttrEvaluatorExplanation + " gen_ai.evaluation.explanation"},

		{"claims.name", chain, "", "n", `"n"`, AttrTraceName + " langfuse.trace.name"},
		{"claims.userId", chain, "", "u", `"u"`, AttrTraceUserID + " langfuse.user.id user.id langfuse.observation.metadata.langfuse_user_id langfuse.trace.metadata.langfuse_user_id ai.telemetry.metadata.userId traceloop.association.properties.user_id langwatch.user.id enduser.id"},
		{"claims.userId", chat, "", "u", `"u"`, "gen_ai.user llm.user gen_ai.request.user litellm.end_user.id"},
		{"claims.userId", chain, "", "u", `null`, "gen_ai.user llm.user gen_ai.request.user"},
		{"claims.sessionId", chain, "", "s", `"s"`, AttrTraceSessionID + " langfuse.session.id session.id gen_ai.conversation.id langfuse.observation.metadata.langfuse_session_id langfuse.trace.metadata.langfuse_session_id ai.telemetry.metadata.sessionId traceloop.association.properties.session_id gcp.vertex.agent.session_id langwatch.thread.id spring.ai.chat.client.conversation.id"},
		{"claims.sessionId", chain, "", "s", `null`, "mcp.session.id gen_ai.agent.call.id"},
		{"claims.tags", chain, "", `["a","b"]`, `["a","b"]`, AttrTraceTags + " langfuse.trace.tags langfuse.tags tag.tags ai.telemetry.metadata.tags logfire.tags langwatch.labels"},
		{"claims.tags", chain, "", "a,b", `["a","b"]`, "langfuse.trace.tags langfuse.tags ai.telemetry.metadata.tags"},
		{"claims.tags", chain, "", "a,b", `["a,b"]`, AttrTraceTags + " tag.tags logfire.tags langwatch.labels"},
		{"claims.environment", chain, "", "staging", `"staging"`, AttrEnvironment + " langfuse.environment deployment.environment.name deployment.environment gen_ai.environment"},
		{"claims.release", chain, "", "r", `"r"`, AttrRelease + " langfuse.release vcs.ref.head.revision"},
		{"claims.version", chain, "", "v", `"v"`, AttrVersion + " langfuse.version service.version"},
		{"claims.metadata.k", chain, "", `{"k":"v"}`, `"v"`, AttrTraceMetadata + " langfuse.trace.metadata langfuse.metadata metadata"},
		{"claims.metadata.k", chain, "", "v", `"v"`, AttrTraceMetadataPrefix + "k langfuse.trace.metadata.k langfuse.metadata.k traceloop.association.properties.k ai.telemetry.metadata.k"},
	}
	for _, test := range tests {
		for _, name := range strings.Fields(test.keys) {
			typeKey, typeName, _ := strings.Cut(test.base, "=")
			span := testSpan(typeKey, typeName, name, test.value)
			got := member(t, portrait(mapOn(test.scope, span)), test.field)
			var want any
			if err := json.Unmarshal([]byte(test.want), &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s with %s: %s (-want +got):\n%s", test.base, name, test.field, diff)
			}
		}
	}
}

// member follows a path through a portrait; nil where it leads nowhere.
func member(t *testing.T, portrait map[string]any, path string) any {
	t.Helper()
	field, rest, _ := strings.Cut(path, ".")
	var v any
	if err := json.Unmarshal(trace.EncodeJSON(portrait[field]), &v); err != nil {
		t.Fatal(err)
	}
	for name := range strings.SplitSeq(rest, ".") {
		switch inner := v.(type) {
		case map[string]any:
			if name != "" {
				v = inner[name]
			}
		case []any:
			if v = nil; name == "0" && len(inner) > 0 {
				v = inner[0]
			} else if name == "" {
				v = inner
			}
		}
	}
	return v
}

// Encodings of the same message, in every source of a conversation.
func TestEveryMessageSourceAloneGivesMessages(t *testing.T) {
	t.Parallel()
	const role, list = "role", `[{"role":"user","content":"hi"}]`
	sources := map[string]*Span{
		"own":                        testSpan(AttrInputMessages, list),
		"own body":                   testSpan(AttrInput, list),
		"langfuse":                   testSpan("langfuse.observation.input", list),
		"langfuse, a request":        testSpan("langfuse.observation.input", `{"messages":`+list+`}`),
		"langfuse, a text":           testSpan("langfuse.observation.input", "hi"),
		"genai":                      testSpan("gen_ai.input.messages", `[{"role":"user","parts":[{"type":"text","content":"hi"}]}]`),
		"genai, native":              testSpan("gen_ai.input.messages", Value{Kind: KindArray, Array: []Value{{Kind: KindMap, Map: attributes(role, "user", "content", "hi")}}}),
		"genai's details event":      testSpan().event("gen_ai.client.inference.operation.details", "gen_ai.input.messages", list),
		"genai's message event":      testSpan().event("gen_ai.user.message", "content", "hi"),
		"genai's event of Azure's":   testSpan().event("gen_ai.user.message", "gen_ai.event.content", `{"role":"user","content":"hi"}`),
		"openinference":              testSpan("llm.input_messages.0.message.role", "user", "llm.input_messages.0.message.content", "hi"),
		"openinference, in pieces":   testSpan("llm.input_messages.0.message.role", "user", "llm.input_messages.0.message.contents.0.message_content.type", "text", "llm.input_messages.0.message.contents.0.message_content.text", "hi"),
		"openllmetry":                testSpan("gen_ai.prompt.0.role", "user", "gen_ai.prompt.0.content", "hi"),
		"vercel":                     testSpan("ai.prompt.messages", `[{"role":"user","content":[{"type":"text","text":"hi"}]}]`),
		"vercel's prompt":            testSpan("ai.prompt", `{"prompt":"hi"}`),
		"pydantic":                   testSpan("pydantic_ai.all_messages", `[{"role":"user","parts":[{"type":"text","content":"hi"}]}]`),
		"adk":                        testSpan("gcp.vertex.agent.llm_request", `{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}`),
		"genai's content event":      testSpan().event("gen_ai.content.prompt", "gen_ai.prompt", list),
		"genai's content attribute":  testSpan("gen_ai.prompt", list),
		"spring's list of texts":     testSpan("gen_ai.prompt", `["hi"]`),
		"openinference, completions": testSpan("llm.prompts.0.prompt.text", "hi"),
		"a request kept whole":       testSpan("input.value", `{"messages":`+list+`,"model":"m"}`),
		"a text kept whole":          testSpan("input.value", "hi"),
		"traceloop":                  testSpan("traceloop.entity.input", list),
	}
	for name, span := range sources {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sameJSON(t, "messages", generation(t, "", span).Messages, `[{"role":"user","parts":[{"type":"text","text":"hi"}]}]`)
		})
	}
}
