package convention

import (
	"testing"

	"github.com/treeline-dev/treeline/trace"
)

func TestUsage(t *testing.T) {
	t.Parallel()
	details := func(text string) *Span { return testSpan("langfuse.observation.usage_details", text) }
	tests := []struct {
		name  string
		scope string
		span  *Span
		want  string
	}{
		{"the same number under two keys is one number", "", testSpan("gen_ai.usage.input_tokens", 10, "gen_ai.usage.prompt_tokens", 10, "gen_ai.usage.output_tokens", 4, "gen_ai.usage.completion_tokens", 4),
			`{"input":10,"output":4,"total":14}`},
		{"zero is a value", "", testSpan("gen_ai.usage.input_tokens", 0, "gen_ai.usage.output_tokens", 0), `{"input":0,"output":0,"total":0}`},
		{"nothing is known", "", testSpan(), `{}`},
		{"numbers in texts", "", testSpan("gen_ai.usage.input_tokens", "12", "gen_ai.usage.output_tokens", 3.0), `{"input":12,"output":3,"total":15}`},
		{"numbers that cannot be", "", testSpan("gen_ai.usage.input_tokens", -1, "gen_ai.usage.output_tokens", "NaN", "gen_ai.usage.total_tokens", 1e300), `{}`},
		{"a negative number lets the next key speak", "", testSpan("gen_ai.usage.input_tokens", -1, "llm.token_count.prompt", 5), `{"input":5,"total":5}`},
		{"own keys win", "", testSpan(AttrInputTokens, 1, "gen_ai.usage.input_tokens", 9, AttrOutputTokens, 2, AttrReasoningTokens, 1), `{"input":1,"output":2,"total":3,"reasoning":1}`},
		{"only a total", "", testSpan("gen_ai.usage.total_tokens", 7), `{"total":7}`},
		{"a total that differs is kept aside", "", testSpan("gen_ai.usage.input_tokens", 10, "gen_ai.usage.output_tokens", 4, "gen_ai.usage.total_tokens", 99), `{"input":10,"output":4,"total":14,"reportedTotal":99}`},
		{"semantic kernel", "", testSpan("gen_ai.response.prompt_tokens", 3, "gen_ai.response.completion_tokens", 2), `{"input":3,"output":2,"total":5}`},
		{"modalities", "", testSpan("gen_ai.usage.input_tokens", 9, "gen_ai.usage.audio.input_tokens", 4, "gen_ai.usage.image.input_tokens", 2, "gen_ai.usage.output_tokens", 3, "gen_ai.usage.details.output_audio_tokens", 1),
			`{"input":9,"output":3,"total":12,"audioInput":4,"audioOutput":1,"extra":{"imageInput":2}}`},

		// Whether the input contains the cache.
		{"cache within the input", "", testSpan("gen_ai.usage.input_tokens", 100, "gen_ai.usage.output_tokens", 5, "gen_ai.usage.cache_read.input_tokens", 90), `{"input":100,"output":5,"total":105,"cacheRead":90}`},
		{"cache beyond the input cannot be within it", "", testSpan("gen_ai.usage.input_tokens", 10, "gen_ai.usage.output_tokens", 5, "gen_ai.usage.cache_read.input_tokens", 90), `{"input":100,"output":5,"total":105,"cacheRead":90,"repaired":"exclusive_input"}`},
		{"the total shows that the cache is apart", "", testSpan("gen_ai.usage.input_tokens", 100, "gen_ai.usage.output_tokens", 5, "gen_ai.usage.cache_read.input_tokens", 40, "gen_ai.usage.total_tokens", 145), `{"input":140,"output":5,"total":145,"cacheRead":40,"repaired":"exclusive_input"}`},
		{"a total that was added up proves nothing", "opentelemetry.instrumentation.bedrock", testSpan("gen_ai.usage.input_tokens", 100, "gen_ai.usage.output_tokens", 5, "gen_ai.usage.cache_read.input_tokens", 40, "gen_ai.usage.total_tokens", 105).named("bedrock.converse"),
			`{"input":140,"output":5,"total":145,"cacheRead":40,"repaired":"exclusive_input"}`},
		{"bedrock's other call includes it", "opentelemetry.instrumentation.bedrock", testSpan("gen_ai.usage.input_tokens", 100, "gen_ai.usage.output_tokens", 5, "gen_ai.usage.cache_read.input_tokens", 40).named("bedrock.completion"),
			`{"input":100,"output":5,"total":105,"cacheRead":40}`},
		{"strands on bedrock", "strands.telemetry.tracer", testSpan("gen_ai.system", "strands-agents", "gen_ai.request.model", "us.anthropic.claude", "gen_ai.usage.input_tokens", 100, "gen_ai.usage.output_tokens", 5, "gen_ai.usage.cache_read_input_tokens", 40),
			`{"input":140,"output":5,"total":145,"cacheRead":40,"repaired":"exclusive_input"}`},
		{"strands on openai", "strands.telemetry.tracer", testSpan("gen_ai.system", "strands-agents", "gen_ai.request.model", "gpt-4o", "gen_ai.usage.input_tokens", 100, "gen_ai.usage.output_tokens", 5, "gen_ai.usage.cache_read_input_tokens", 40),
			`{"input":100,"output":5,"total":105,"cacheRead":40}`},
		{"lifetimes add up to what was written", "", testSpan("gen_ai.usage.input_tokens", 100, "gen_ai.usage.cache_creation.input_tokens.ephemeral_5m", 10, "gen_ai.usage.cache_creation.input_tokens.ephemeral_1h", 20), `{"input":100,"total":100,"cacheWrite":30,"cacheWrite5m":10,"cacheWrite1h":20}`},
		{"provider's metadata", "ai", testSpan("ai.usage.inputTokens", 100, "ai.usage.outputTokens", 50, "ai.response.providerMetadata", `{"openai":{"cachedPromptTokens":64,"reasoningTokens":12,"acceptedPredictionTokens":3}}`),
			`{"input":100,"output":50,"total":150,"cacheRead":64,"reasoning":12,"extra":{"acceptedPrediction":3}}`},
		{"a key beats the provider's metadata", "ai", testSpan("ai.usage.inputTokens", 100, "ai.usage.cachedInputTokens", 1, "ai.response.providerMetadata", `{"openai":{"cachedPromptTokens":64}}`), `{"input":100,"total":100,"cacheRead":1}`},

		{"the cache by modality", "", testSpan("gen_ai.usage.input_tokens", 100, "gen_ai.usage.audio.cache_read.input_tokens", 10, "gen_ai.usage.text.cache_read.input_tokens", 20), `{"input":100,"total":100,"cacheRead":30,"extra":{"audioCacheRead":10,"textCacheRead":20}}`},
		{"the cache in all and by modality", "", testSpan("gen_ai.usage.input_tokens", 100, "gen_ai.usage.cache_read.input_tokens", 30, "gen_ai.usage.image.cache_read.input_tokens", 10, "gen_ai.usage.video.cache_read.input_tokens", 20), `{"input":100,"total":100,"cacheRead":30,"extra":{"imageCacheRead":10,"videoCacheRead":20}}`},

		// Whether the output contains the reasoning.
		{"reasoning within the output", "", testSpan("gen_ai.usage.input_tokens", 1, "gen_ai.usage.output_tokens", 50, "gen_ai.usage.reasoning.output_tokens", 40), `{"input":1,"output":50,"total":51,"reasoning":40}`},
		{"more thoughts than output", "", testSpan("gen_ai.usage.input_tokens", 1, "gen_ai.usage.output_tokens", 10, "gen_ai.usage.reasoning.output_tokens", 40), `{"input":1,"output":50,"total":51,"reasoning":40,"repaired":"exclusive_output"}`},
		{"the total shows that thoughts are apart", "", testSpan("gen_ai.usage.input_tokens", 1, "gen_ai.usage.output_tokens", 50, "gen_ai.usage.reasoning.output_tokens", 40, "gen_ai.usage.total_tokens", 91), `{"input":1,"output":90,"total":91,"reasoning":40,"repaired":"exclusive_output"}`},
		{"both are apart", "", testSpan("gen_ai.usage.input_tokens", 100, "gen_ai.usage.output_tokens", 50, "gen_ai.usage.cache_read.input_tokens", 30, "gen_ai.usage.reasoning.output_tokens", 40, "gen_ai.usage.total_tokens", 220), `{"input":130,"output":90,"total":220,"cacheRead":30,"reasoning":40,"repaired":"exclusive_input"}`},

		// Langfuse's buckets.
		{"buckets do not overlap", "", details(`{"input":10,"input_cached_tokens":40,"output":5,"output_reasoning_tokens":20}`), `{"input":50,"output":25,"total":75,"cacheRead":40,"reasoning":20}`},
		{"the total confirms the contract", "", details(`{"input":10,"cache_read_input_tokens":40,"output":5,"total":55}`), `{"input":50,"output":5,"total":55,"cacheRead":40}`},
		{"the total shows a breach of the contract", "", details(`{"input":50,"cache_read_input_tokens":40,"output":5,"total":55}`), `{"input":50,"output":5,"total":55,"cacheRead":40,"repaired":"inclusive_details"}`},
		{"cache apart and thoughts within", "", details(`{"input":10,"input_cached_tokens":40,"output":25,"output_reasoning_tokens":20,"total":75}`), `{"input":50,"output":25,"total":75,"cacheRead":40,"reasoning":20}`},
		{"openai's shape", "", details(`{"prompt_tokens":50,"completion_tokens":25,"total_tokens":75,"prompt_tokens_details":{"cached_tokens":40},"completion_tokens_details":{"reasoning_tokens":20}}`), `{"input":50,"output":25,"total":75,"cacheRead":40,"reasoning":20}`},
		{"openai's shape without a total", "", details(`{"prompt_tokens":50,"completion_tokens":25,"prompt_tokens_details":{"cached_tokens":40}}`), `{"input":50,"output":25,"total":75,"cacheRead":40}`},
		{"writing to a cache by lifetime", "", details(`{"input":10,"input_cache_creation_5m":3,"input_cache_creation_1h":4,"output":1}`), `{"input":17,"output":1,"total":18,"cacheWrite":7,"cacheWrite5m":3,"cacheWrite1h":4}`},
		{"unknown buckets are kept and not added", "", details(`{"input":10,"output":1,"input_images":5}`), `{"input":10,"output":1,"total":11,"extra":{"input_images":5}}`},
		{"the last of equal buckets", "", details(`{"input":10,"input":20,"output":1}`), `{"input":20,"output":1,"total":21}`},
		{"numbers as texts", "", details(`{"input":"10","output":"1"}`), `{"input":10,"output":1,"total":11}`},
		{"details beat other keys", "", testSpan("langfuse.observation.usage_details", `{"input":1}`, "gen_ai.usage.input_tokens", 9), `{"input":1,"total":1}`},
		{"details that are none fall through", "", testSpan("langfuse.observation.usage_details", `lots`, "gen_ai.usage.input_tokens", 9), `{"input":9,"total":9}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			sameJSON(t, "usage", generation(t, test.scope, test.span).Usage, test.want)
		})
	}
}

func TestUsageOfOtherTypesIsOnlyReported(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"invoke_agent", "invoke_workflow", "execute_tool", "run_guardrail", "create_memory"} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			m := mapOn("", testSpan("gen_ai.operation.name", operation, "gen_ai.usage.input_tokens", 3, "operation.cost", 0.5))
			usage, _, cumulative := trace.Reported(m.Observation)
			sameJSON(t, "usage", usage, `{"input":3,"total":3}`)
			if cumulative {
				t.Error("the usage runs over a session")
			}
			if _, metered := m.Observation.(trace.Metered); metered {
				t.Error("the type is metered")
			}
		})
	}
	m := mapOn("strands.telemetry.tracer", testSpan("gen_ai.operation.name", "invoke_agent", "gen_ai.usage.input_tokens", 3))
	if _, _, cumulative := trace.Reported(m.Observation); !cumulative {
		t.Error("an agent of Strands reports a session's usage")
	}
	// Pydantic AI's aggregates never count on a model call.
	sameJSON(t, "usage", generation(t, "pydantic-ai", testSpan("gen_ai.aggregated_usage.input_tokens", 7)).Usage, `{}`)
}

func TestUndercountsAreNoted(t *testing.T) {
	t.Parallel()
	counted := []any{"llm.provider", "anthropic", "llm.token_count.prompt", 5}
	g := generation(t, "@arizeai/openinference-instrumentation-anthropic", testSpan(counted...))
	sameJSON(t, "warnings", g.Warnings, `["undercount_possible"]`)
	g = generation(t, "openinference.instrumentation.anthropic", testSpan(counted...))
	sameJSON(t, "warnings", g.Warnings, `null`)
}

func TestCost(t *testing.T) {
	t.Parallel()
	const none = `{}`
	tests := []struct {
		name string
		span *Span
		want string
	}{
		{"none", testSpan(), none},
		{"own total", testSpan(AttrCost, 0.5, "llm.cost.total", 9), `{"total":"0.5","source":"reported"}`},
		{"own parts", testSpan(AttrCostInput, 0.1, AttrCostOutput, 0.2), `{"input":"0.1","output":"0.2","total":"0.3","source":"reported"}`},
		{"own object", testSpan(AttrCost, `{"input":0.1,"output":0.2,"total":0.4}`), `{"input":"0.1","output":"0.2","total":"0.4","source":"reported"}`},
		{"langfuse's sum", testSpan("langfuse.observation.cost_details", `{"input":0.1,"input_cached_tokens":0.05,"output":0.2}`), `{"input":"0.1","output":"0.2","total":"0.35","source":"reported"}`},
		{"openinference", testSpan("llm.cost.total", 0.0006, "llm.cost.prompt", 0.0005, "llm.cost.completion", 0.0001), `{"input":"0.0005","output":"0.0001","total":"0.0006","source":"reported"}`},
		{"openrouter", testSpan("gen_ai.usage.cost", "0.25"), `{"total":"0.25","source":"reported"}`},
		{"both parts of a total", testSpan("gen_ai.usage.total_cost", 3, "gen_ai.usage.input_cost", 1, "gen_ai.usage.output_cost", 2), `{"input":"1","output":"2","total":"3","source":"reported"}`},
		{"litellm", testSpan("gen_ai.cost.total_cost", 0.003), `{"total":"0.003","source":"reported"}`},
		{"pydantic", testSpan("operation.cost", 0.00012), `{"total":"0.00012","source":"reported"}`},
		{"half a nano rounds away from zero", testSpan("operation.cost", 0.0000000005), `{"total":"0.000000001","source":"reported"}`},
		{"free is a price", testSpan("operation.cost", 0), `{"total":"0","source":"reported"}`},
		{"negative", testSpan("operation.cost", -1), none},
		{"infinite", testSpan("operation.cost", "Infinity"), none},
		{"beyond belief", testSpan("operation.cost", 1.1e9), none},
		{"a bad amount lets the next source speak", testSpan("llm.cost.total", -1, "operation.cost", 2), `{"total":"2","source":"reported"}`},
		{"a key without a name is none", testSpan("", 5), none},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			g := generation(t, "", test.span)
			sameJSON(t, "cost", costOf(g.Cost), test.want)
		})
	}
	if c := generation(t, "", testSpan(AttrCostInput, 0.1)).Cost; c.IsComplete {
		t.Error("a cost without its output is called complete")
	}
}
