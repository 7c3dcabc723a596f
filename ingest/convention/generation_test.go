package convention

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treeline-dev/treeline/trace"
)

func TestProviderNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"OpenAI": "openai", "openai.responses": "openai", "Anthropic": "anthropic", "anthropic.messages": "anthropic",
		"azure": "azure.ai.openai", "az.ai.inference": "azure.ai.inference", "AWS": "aws.bedrock", "amazon-bedrock.eu": "aws.bedrock",
		"aws.sagemaker": "aws.sagemaker", "vertex_ai": "gcp.vertex_ai", "google.vertex.chat": "gcp.vertex_ai", "google-vertex": "gcp.vertex_ai",
		"google": "gcp.gemini", "Google": "gcp.gen_ai", "google.generative-ai": "gcp.gemini", "MistralAI": "mistral_ai", "mistral.chat": "mistral_ai",
		"xai": "x_ai", "Watsonx": "ibm.watsonx.ai", "gcp.gemini": "gcp.gemini", " Cohere ": "cohere", "Ollama": "ollama",
	} {
		if got, ok := ProviderName(name); got != want || !ok {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
	for _, framework := range []string{"strands-agents", "spring_ai", "LangChain", "crewai", "gcp.vertex.agent", "_OTHER", "unknown"} {
		if got, ok := ProviderName(framework); ok {
			t.Errorf("the framework %q is taken for the provider %q", framework, got)
		}
	}
}

func TestProviderBehindAFramework(t *testing.T) {
	t.Parallel()
	tests := []struct {
		span *Span
		want string
	}{
		{testSpan("gen_ai.system", "langchain", "gen_ai.request.model", "gpt-4o"), "openai"},
		{testSpan("gen_ai.system", "crewai", "gen_ai.request.model", "claude-sonnet-4"), "anthropic"},
		{testSpan("gen_ai.system", "strands-agents", "gen_ai.request.model", "eu.amazon.nova"), "aws.bedrock"},
		{testSpan("gen_ai.system", "strands-agents", "gen_ai.request.model", "meta.llama3"), "aws.bedrock"},
		{testSpan("gen_ai.system", "unknown", "gen_ai.request.model", "o3-mini"), "openai"},
		{testSpan("gen_ai.system", "unknown", "gen_ai.request.model", "o300"), ""},
		{testSpan("gen_ai.system", "_OTHER", "gen_ai.request.model", "mine", "server.address", "api.groq.com"), "groq"},
		{testSpan("gen_ai.system", "_OTHER", "gen_ai.request.model", "mine", "server.address", "bedrock-runtime.eu-west-1.amazonaws.com"), "aws.bedrock"},
		{testSpan("gen_ai.system", "gcp.vertex.agent", "gen_ai.request.model", "anthropic/claude-x"), "anthropic"},
		{testSpan("gen_ai.system", "gcp.vertex.agent"), "gcp.gen_ai"},
		{testSpan("gen_ai.provider.name", "langchain", "gen_ai.system", "Cohere"), "cohere"},
		{testSpan("gen_ai.request.model", "gpt-4o"), ""}, // nobody said, and others host it too
		{testSpan("gen_ai.system", "", "gen_ai.request.model", "gpt-4o"), "openai"},
		{testSpan("gen_ai.system", "", "gen_ai.request.model", "openai/mine"), "openai"},
		{testSpan(AttrProvider, "Anthropic", "llm.provider", "openai"), "anthropic"},
		{testSpan("llm.provider", "azure", "llm.system", "openai"), "azure.ai.openai"},
	}
	for _, test := range tests {
		g := generation(t, "", test.span)
		got := ""
		if g.Provider != nil {
			got = *g.Provider
		}
		if got != test.want {
			t.Errorf("provider of %v is %q, want %q", test.span.Attributes, got, test.want)
		}
	}
}

func TestModels(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name                               string
		scope                              string
		span                               *Span
		request, response, priced, priceBy string
	}{
		{"genai", "", testSpan("gen_ai.request.model", "a", "gen_ai.response.model", "b"), "a", "b", "", "b"},
		{"langfuse names one", "", testSpan("langfuse.observation.model.name", "a"), "a", "", "", "a"},
		{"langfuse's name is the price's", "", testSpan("langfuse.observation.model.name", "a", "gen_ai.response.model", "b"), "a", "b", "a", "a"},
		{"own price", "", testSpan(AttrModel, "p", AttrRequestModel, "a", AttrResponseModel, "b"), "a", "b", "p", "p"},
		{"openinference", "", testSpan("llm.model_name", "a"), "a", "", "", "a"},
		{"openinference names what answered", "", testSpan("llm.model_name", "b", "llm.invocation_parameters", `{"model":"a"}`), "a", "b", "", "b"},
		{"openinference beside genai", "", testSpan("llm.model_name", "b", "gen_ai.request.model", "a", "gen_ai.response.model", "b"), "a", "b", "", "b"},
		{"openinference beside genai with one name", "", testSpan("llm.model_name", "b", "gen_ai.request.model", "b", "gen_ai.response.model", "b", "llm.invocation_parameters", `{"model":"a"}`), "a", "b", "", "b"},
		{"openinference, the same", "", testSpan("llm.model_name", "a", "llm.invocation_parameters", `{"model":"a"}`), "a", "", "", "a"},
		{"openinference, failed", "", testSpan("llm.invocation_parameters", `{"model":"a"}`), "a", "", "", "a"},
		{"pydantic, first format", "pydantic-ai", testSpan("model_name", "a"), "a", "", "", "a"},
		{"model_name elsewhere", "other", testSpan("model_name", "a"), "", "", "", ""},
		{"adk tells in its blob", "", testSpan("gen_ai.request.model", "a", "gcp.vertex.agent.llm_response", `{"model_version":"b"}`), "a", "b", "", "b"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			g := generation(t, test.scope, test.span)
			for what, pair := range map[string][2]string{
				"request": {text(g.RequestModel), test.request}, "response": {text(g.ResponseModel), test.response},
				"priced": {text(g.PricedModel), test.priced}, "model": {text(g.Model()), test.priceBy},
			} {
				if pair[0] != pair[1] {
					t.Errorf("%s is %q, want %q", what, pair[0], pair[1])
				}
			}
		})
	}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func TestFinishReasons(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"end_turn": "stop", "STOP": "stop", "Stop": "stop", "completed": "stop", "stop_sequence": "stop", "FinishReason.STOP": "stop",
		"max_tokens": "length", "MAX_TOKENS": "length", "incomplete": "length", "FINISH_REASON_MAX_TOKENS": "length",
		"tool_use": "tool_calls", "tool-calls": "tool_calls", "function_call": "tool_calls",
		"SAFETY": "content_filter", "refusal": "content_filter", "content-filter": "content_filter", "guardrail_intervened": "content_filter",
		"error": "error", "pause_turn": "other", "": "",
	} {
		if got := finishReason(word); got != want {
			t.Errorf("%q is %q, want %q", word, got, want)
		}
	}
	tests := []struct {
		name string
		span *Span
		want []string
	}{
		{"a list", testSpan("gen_ai.response.finish_reasons", []string{"stop", "length"}), []string{"stop", "length"}},
		{"a list as JSON", testSpan("gen_ai.response.finish_reasons", `["stop"]`), []string{"stop"}},
		{"one", testSpan("gen_ai.response.finish_reasons", "stop"), []string{"stop"}},
		{"an empty list lets the next source speak", testSpan("gen_ai.response.finish_reasons", []string{}, "llm.finish_reason", "stop"), []string{"stop"}},
		{"of the choices", testSpan("gen_ai.completion.0.content", "a", "gen_ai.completion.0.finish_reason", "stop", "gen_ai.completion.1.content", "b", "gen_ai.completion.1.finish_reason", "length"), []string{"stop", "length"}},
		{"none", testSpan(), nil},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, generation(t, "", test.span).FinishReasons); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

func TestTimeToFirstToken(t *testing.T) {
	t.Parallel()
	after := func(ms uint64) func(*Span) {
		return func(s *Span) { s.Events[0].TimeNanos = s.StartNanos + ms*1e6 }
	}
	tests := []struct {
		name  string
		scope string
		span  *Span
		want  string
	}{
		{"own, milliseconds", "", testSpan(AttrTimeToFirstToken, 12.5, "gen_ai.response.time_to_first_chunk", 0.9), `12.5`},
		{"genai, seconds", "", testSpan("gen_ai.response.time_to_first_chunk", 0.5), `500`},
		{"a metric's name, seconds", "", testSpan("gen_ai.client.inference.time_to_first_chunk", 0.5), `500`},
		{"vercel, milliseconds", "", testSpan("ai.stream.msToFirstChunk", 500), `500`},
		{"server, seconds", "", testSpan("gen_ai.server.time_to_first_token", 0.5), `500`},
		{"strands' server, milliseconds", "strands.telemetry.tracer", testSpan("gen_ai.server.time_to_first_token", 500), `500`},
		{"langfuse, a point in time", "", testSpan("langfuse.observation.completion_start_time", "2026-09-21T14:13:20.25Z"), `250`},
		{"langfuse, quoted", "", testSpan("langfuse.observation.completion_start_time", `"2026-09-21T14:13:20.25+00:00"`), `250`},
		{"first chunk, an event's attribute", "", testSpan().event("ai.stream.firstChunk", "ai.response.msToFirstChunk", 80), `80`},
		{"first chunk, an event's time", "", testSpan().event("gen_ai.content.completion.chunk").with(after(120)), `120`},
		{"negative", "", testSpan("gen_ai.response.time_to_first_chunk", -0.5), `null`},
		{"before the start", "", testSpan("langfuse.observation.completion_start_time", "2026-09-21T14:13:19Z"), `null`},
		{"longer than the call", "", testSpan("gen_ai.response.time_to_first_chunk", 1.2), `null`},
		{"a little longer than the call", "", testSpan("gen_ai.response.time_to_first_chunk", 1.04), `1040`},
		{"no time", "", testSpan("langfuse.observation.completion_start_time", "soon"), `null`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			sameJSON(t, "time to first token", generation(t, test.scope, test.span).TimeToFirstTokenMs, test.want)
		})
	}
}

func TestParameters(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		span *Span
		want string
	}{
		{"none", testSpan(), `null`},
		{"genai", testSpan("gen_ai.request.temperature", 0.5, "gen_ai.request.top_p", 1, "gen_ai.request.max_tokens", 10, "gen_ai.request.seed", 7,
			"gen_ai.request.stop_sequences", []string{"x"}, "gen_ai.request.choice.count", 2, "gen_ai.request.model", "m", "gen_ai.request.is_stream", true),
			`{"temperature":0.5,"topP":1,"maxTokens":10,"seed":7,"stop":["x"],"other":{"choice.count":2}}`},
		{"the first source of each wins", testSpan("langfuse.observation.model.parameters", `{"temperature":"0.3"}`, "gen_ai.request.temperature", 0.9, "gen_ai.request.top_k", 5), `{"temperature":0.3,"other":{"top_k":5}}`},
		{"own, with other APIs' names", testSpan(AttrModelParameters, map[string]any{"maxOutputTokens": "5", "stop": "END", "topP": "0.5"}), `{"maxTokens":5,"topP":0.5,"stop":["END"]}`},
		{"not the request's body", testSpan("llm.invocation_parameters", `{"model":"m","messages":[],"tools":[],"stream_options":{},"n":2}`), `{"other":{"n":2}}`},
		{"python's booleans", testSpan("llm.is_streaming", "True"), `{"other":{"stream":true}}`},
		{"stream as stated", testSpan("gen_ai.request.stream", false, "llm.is_streaming", "True"), `{"other":{"stream":false}}`},
		{"a limit that was not set", testSpan("langfuse.observation.model.parameters", `{"max_tokens":"Infinity","temperature":1}`), `{"temperature":1}`},
		{"a fraction is no limit", testSpan("gen_ai.request.max_tokens", 10.5), `{"other":{"max_tokens":10.5}}`},
		{"no JSON", testSpan("llm.invocation_parameters", `{'temperature': 1}`), `null`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			sameJSON(t, "parameters", generation(t, "", test.span).Parameters, test.want)
		})
	}
}

func TestToolDefinitions(t *testing.T) {
	t.Parallel()
	const want = `[{"name":"f","description":"d","parameters":{"type":"object"}}]`
	tests := []struct {
		name string
		span *Span
	}{
		{"own", testSpan(AttrTools, `[{"name":"f","description":"d","parameters":{"type":"object"}}]`)},
		{"genai", testSpan("gen_ai.tool.definitions", `[{"type":"function","name":"f","description":"d","parameters":{"type":"object"}}]`)},
		{"openai", testSpan("gen_ai.tool.definitions", `[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"}}}]`)},
		{"openinference", testSpan("llm.tools.0.tool.json_schema", `{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"}}}`)},
		{"openinference, anthropic's shape", testSpan("llm.tools.0.tool.json_schema", `{"name":"f","description":"d","input_schema":{"type":"object"}}`)},
		{"openllmetry", testSpan("llm.request.functions.0.name", "f", "llm.request.functions.0.description", "d", "llm.request.functions.0.parameters", `{"type":"object"}`)},
		{"vercel", testSpan("ai.prompt.tools", []string{`{"type":"function","name":"f","description":"d","inputSchema":{"type":"object"}}`})},
		{"pydantic", testSpan("model_request_parameters", `{"function_tools":[{"name":"f","description":"d","parameters_json_schema":{"type":"object"}}],"output_tools":[]}`)},
		{"bedrock", testSpan("gen_ai.tool.definitions", `[{"toolSpec":{"name":"f","description":"d","inputSchema":{"json":{"type":"object"}}}}]`)},
		{"gemini", testSpan("gen_ai.tool.definitions", `[{"function_declarations":[{"name":"f","description":"d","parameters":{"type":"object"}}]}]`)},
		{"langfuse's request", testSpan("langfuse.observation.input", `{"messages":[],"tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"}}}]}`)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			sameJSON(t, "tools", generation(t, "", test.span).Tools, want)
		})
	}
}

func TestManagedPrompts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		span    *Span
		prompt  string
		version string
		slots   string
	}{
		{"own", testSpan(AttrPromptName, "p", AttrPromptVersion, 3, AttrPromptSlots, `{"who":"Ada"}`), "p", "3", `{"who":"Ada"}`},
		{"langfuse, a number", testSpan("langfuse.observation.prompt.name", "p", "langfuse.observation.prompt.version", 4), "p", "4", `null`},
		{"langfuse, a text", testSpan("langfuse.observation.prompt.name", "p", "langfuse.observation.prompt.version", "4"), "p", "4", `null`},
		{"genai with variables", testSpan("gen_ai.prompt.name", "p", "gen_ai.prompt.version", "v2-beta", "gen_ai.prompt.variable.who", "Ada"), "p", "v2-beta", `{"who":"Ada"}`},
		{"vercel through langfuse", testSpan("ai.telemetry.metadata.langfusePrompt", `{"name":"p","version":5,"isFallback":false}`), "p", "5", `null`},
		{"a version without a name", testSpan("llm.prompt_template.version", "3"), "", "3", `null`},
		{"traceloop", testSpan("traceloop.prompt.key", "p", "traceloop.prompt.version", 1, "traceloop.prompt.template_variables", `{"a":1}`), "p", "1", `{"a":1}`},
		{"traceloop, a key for each variable", testSpan("traceloop.prompt.key", "p", "traceloop.prompt.template_variables.who", ""), "p", "", `{"who":""}`},
		{"content is no name", testSpan("gen_ai.prompt", "p"), "", "", `null`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			g := generation(t, "", test.span)
			version := text(g.PromptVersionText)
			if g.PromptNumber != nil {
				version = scalarInt(*g.PromptNumber)
			}
			if text(g.PromptName) != test.prompt || version != test.version {
				t.Errorf("prompt %q version %q", text(g.PromptName), version)
			}
			sameJSON(t, "slots", g.Slots, test.slots)
		})
	}
}

func TestResponseIDInTheBody(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"id":"msg_1","content":[],"type":"message"}`: "msg_1",
		`{"llm_output":{"id":"c-1"}}`:                  "c-1",
		`{"id":"42","name":"a document"}`:              "",
		`the "id" of it`:                               "",
	} {
		if got := text(generation(t, "", testSpan("output.value", body)).ResponseID); got != want {
			t.Errorf("id in %s is %q, want %q", body, got, want)
		}
	}
}

func TestObservationNames(t *testing.T) {
	t.Parallel()
	tests := []struct {
		span *Span
		want string
	}{
		{testSpan(), "work"},
		{testSpan(AttrName, "mine", "logfire.msg", "no"), "mine"},
		{testSpan("gen_ai.tool.name", "add").named("execute_tool add"), "add"},
		{testSpan(AttrName, "mine", "gen_ai.tool.name", "add"), "mine"},
		{testSpan("openinference.span.kind", "TOOL").named("tools/call sub"), "sub"},
		{testSpan("traceloop.span.kind", "tool").named("mul.tool"), "mul"},
		{testSpan("genkit:name", "flow"), "flow"},
		{testSpan("ai.telemetry.functionId", "f", "ai.operationId", "ai.generateText"), "f:ai.generateText"},
		{testSpan("ai.operationId", "ai.generateText"), "work"},
		{testSpan().named(""), "unnamed"},
		{testSpan().named(strings.Repeat("é", 1000)), strings.Repeat("é", trace.MaxNameBytes/2)},
	}
	for _, test := range tests {
		if got := mapOn("", test.span).Observation.Core().Name; got != test.want {
			t.Errorf("name is %q, want %q", got, test.want)
		}
	}
}
