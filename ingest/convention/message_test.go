package convention

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treeline-dev/treeline/trace"
)

// generation maps a span as a model call.
func generation(t *testing.T, scope string, s *Span) *trace.Generation {
	t.Helper()
	s.Attributes = append(s.Attributes, attributes("gen_ai.operation.name", "chat")...)
	g, ok := mapOn(scope, s).Observation.(*trace.Generation)
	if !ok {
		t.Fatal("the span is no generation")
	}
	return g
}

// sameJSON compares a value's JSON with a wanted text.
func sameJSON(t *testing.T, what string, got any, want string) {
	t.Helper()
	var g, w any
	if err := json.Unmarshal(trace.EncodeJSON(got), &g); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatalf("%s: the wanted text: %v", what, err)
	}
	if diff := cmp.Diff(w, g); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestMessageSources(t *testing.T) {
	t.Parallel()
	const (
		hi  = `[{"role":"user","parts":[{"type":"text","text":"hi"}]}]`
		hey = `[{"role":"assistant","parts":[{"type":"text","text":"hey"}]}]`
	)
	tests := []struct {
		name    string
		scope   string
		span    *Span
		in, out string
	}{
		{"own, structured", "", testSpan(AttrInputMessages, goValue([]string{"hi"}), AttrOutputMessages, `[{"role":"assistant","content":"hey"}]`), hi, hey},
		{"own body", "", testSpan(AttrInput, `[{"role":"user","content":"hi"}]`, AttrOutput, "hey"), hi, hey},
		{"langfuse list", "", testSpan("langfuse.observation.input", `[{"role":"user","content":"hi"}]`, "langfuse.observation.output", `{"role":"assistant","content":"hey"}`), hi, hey},
		{"langfuse text", "", testSpan("langfuse.observation.input", "hi", "langfuse.observation.output", `"hey"`), hi, hey},
		{"langfuse request", "", testSpan("langfuse.observation.input", `{"messages":[{"role":"user","content":"hi"}],"tools":[]}`), hi, `null`},
		{"langfuse with something else is no conversation", "", testSpan("langfuse.observation.input", `{"question":"hi"}`,
			"gen_ai.input.messages", hi), hi, `null`},
		{"genai", "", testSpan("gen_ai.input.messages", hi, "gen_ai.output.messages", hey), hi, hey},
		{"details events, one for each side", "", testSpan().
			event("gen_ai.client.inference.operation.details", "gen_ai.input.messages", hi).
			event("gen_ai.client.inference.operation.details", "gen_ai.output.messages", hey), hi, hey},
		{"azure's event content", "", testSpan().
			event("gen_ai.user.message", "gen_ai.event.content", `{"role":"user","content":"hi"}`).
			event("gen_ai.choice", "gen_ai.event.content", `{"message":{"content":"hey"},"index":0}`), hi, hey},
		{"an event's role overrides its name", "", testSpan().event("gen_ai.system.message", "role", "user", "content", "hi"), hi, `null`},
		{"openinference", "", testSpan("llm.input_messages.1.message.role", "user", "llm.input_messages.1.message.content", "hi",
			"llm.output_messages.0.message.content", "hey"), hi, hey},
		{"openllmetry", "", testSpan("gen_ai.prompt.0.role", "user", "gen_ai.prompt.0.content", "hi", "gen_ai.completion.0.content", "hey"), hi, hey},
		{"vercel prompt", "ai", testSpan("ai.prompt", `{"prompt":"hi"}`, "ai.response.text", "hey"), hi, hey},
		{"vercel before version 4", "ai", testSpan("ai.prompt.messages", `[{"role":"user","content":"hi"}]`, "ai.result.text", "hey"), hi, hey},
		{"vercel system", "ai", testSpan("ai.prompt", `{"system":"be kind","messages":[{"role":"user","content":"hi"}]}`),
			`[{"role":"system","parts":[{"type":"text","text":"be kind"}]},{"role":"user","parts":[{"type":"text","text":"hi"}]}]`, `null`},
		{"pydantic, first format", "pydantic-ai", testSpan("events", `[{"event.name":"gen_ai.user.message","content":"hi"},{"event.name":"gen_ai.choice","index":0,"message":{"role":"assistant","content":"hey"}}]`), hi, hey},
		{"events of another scope are not read", "other", testSpan("events", `[{"event.name":"gen_ai.user.message","content":"hi"}]`), `null`, `null`},
		{"pydantic, whole run", "pydantic-ai", testSpan("pydantic_ai.all_messages", `[{"role":"user","parts":[{"type":"text","content":"hi"}]},{"role":"assistant","parts":[{"type":"text","content":"hey"}]}]`), hi, hey},
		{"adk placeholders", "gcp.vertex.agent", testSpan("gcp.vertex.agent.llm_request", "{}", "gcp.vertex.agent.llm_response", "{}"), `null`, `null`},
		{"content events", "", testSpan().event("gen_ai.content.prompt", "gen_ai.prompt", `[{"role":"user","content":"hi"}]`).
			event("gen_ai.content.completion", "gen_ai.completion", "hey"), hi, hey},
		{"content attributes", "", testSpan("gen_ai.prompt", "hi", "gen_ai.completion", `[{"role":"assistant","content":"hey"}]`), hi, hey},
		{"spring's list of texts", "", testSpan("gen_ai.prompt", []string{"hi"}, "gen_ai.completion", []string{"hey"}), hi, hey},
		{"the name of a prompt is no message", "", testSpan("gen_ai.prompt.name", "greeting", "gen_ai.prompt.version", "2", "gen_ai.prompt.variable.who", "Ada"), `null`, `null`},
		{"the name of a prompt beside messages", "", testSpan("gen_ai.prompt.name", "greeting", "gen_ai.prompt.0.role", "user", "gen_ai.prompt.0.content", "hi"), hi, `null`},
		{"completions", "", testSpan("llm.prompts.0.prompt.text", "hi", "llm.choices.0.completion.text", "hey"), hi, hey},
		{"a body in the shape of a request", "", testSpan("input.value", `{"messages":[{"role":"user","content":"hi"}]}`, "output.value", `{"choices":[{"message":{"role":"assistant","content":"hey"}}]}`), hi, hey},
		{"a body of text", "", testSpan("input.value", "hi", "output.value", "hey"), hi, hey},
		{"traceloop's body", "", testSpan("traceloop.entity.input", `"hi"`, "traceloop.entity.output", "hey"), hi, hey},
		{"anthropic's request", "", testSpan("input.value", `{"system":"s","messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}]}`, "output.value", `{"role":"assistant","content":[{"type":"text","text":"hey"}]}`),
			`[{"role":"system","parts":[{"type":"text","text":"s"}]},{"role":"user","parts":[{"type":"text","text":"hi"}]}]`, hey},
		{"gemini's request", "", testSpan("input.value", `{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}`, "output.value", `{"candidates":[{"content":{"role":"model","parts":[{"text":"hey"}]}}]}`), hi, hey},
		{"langchain's objects", "", testSpan("input.value", `{"messages":[[{"lc":1,"type":"constructor","id":["HumanMessage"],"kwargs":{"content":"hi","type":"human"}}]]}`,
			"output.value", `{"generations":[[{"text":"hey","message":{"lc":1,"kwargs":{"content":"hey","type":"ai"}}}]]}`), hi, hey},
		{"langchain's plain messages", "", testSpan("langfuse.observation.input", `[{"type":"human","content":"hi"}]`, "langfuse.observation.output", `{"type":"ai","content":"hey"}`), hi, hey},
		{"openai's responses", "", testSpan("input.value", `{"instructions":"s","input":[{"role":"user","content":[{"type":"input_text","text":"hi"}]}]}`,
			"output.value", `{"object":"response","output":[{"type":"reasoning","summary":[]},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"hey"}]}]}`),
			`[{"role":"system","parts":[{"type":"text","text":"s"}]},{"role":"user","parts":[{"type":"text","text":"hi"}]}]`,
			`[{"role":"assistant","parts":[{"type":"reasoning"}]},{"role":"assistant","parts":[{"type":"text","text":"hey"}]}]`},
		{"the first source wins for each side apart", "", testSpan("gen_ai.input.messages", hi, "llm.input_messages.0.message.content", "no",
			"llm.output_messages.0.message.content", "hey"), hi, hey},
		{"system instructions as text", "", testSpan("gen_ai.system_instructions", "s", "gen_ai.input.messages", hi),
			`[{"role":"system","parts":[{"type":"text","text":"s"}]},{"role":"user","parts":[{"type":"text","text":"hi"}]}]`, `null`},
		{"system instructions beside a system message", "", testSpan("gen_ai.system_instructions", "s", "gen_ai.input.messages", `[{"role":"developer","parts":[{"type":"text","content":"d"}]}]`),
			`[{"role":"developer","parts":[{"type":"text","text":"d"}]}]`, `null`},
		{"system instructions of an event", "", testSpan().event("gen_ai.client.inference.operation.details", "gen_ai.input.messages", hi, "gen_ai.system_instructions", `[{"type":"text","content":"s"}]`),
			`[{"role":"system","parts":[{"type":"text","text":"s"}]},{"role":"user","parts":[{"type":"text","text":"hi"}]}]`, `null`},
		{"hidden content", "", testSpan("llm.input_messages.0.message.role", "user", "llm.input_messages.0.message.content", "__REDACTED__"),
			`[{"role":"user","parts":[]}]`, `null`},
		{"text that looks like JSON stays text", "", testSpan("llm.input_messages.0.message.content", `[1, 2]`),
			`[{"role":"user","parts":[{"type":"text","text":"[1, 2]"}]}]`, `null`},
		{"an unknown role", "", testSpan("gen_ai.input.messages", `[{"role":"narrator","content":"hi"}]`), `[{"role":"unknown","parts":[{"type":"text","text":"hi"}]}]`, `null`},
		{"python's notation is never guessed at", "", testSpan("gen_ai.input.messages", `[{'role': 'user', 'content': 'hi'}]`),
			`[{"role":"user","parts":[{"type":"text","text":"[{'role': 'user', 'content': 'hi'}]"}]}]`, `null`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			g := generation(t, test.scope, test.span)
			sameJSON(t, "input", g.Messages, test.in)
			sameJSON(t, "output", g.Completion, test.out)
		})
	}
}

func TestPartsOfEveryConvention(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, part, want string }{
		{"genai text", `{"type":"text","content":"a"}`, `{"type":"text","text":"a"}`},
		{"openai text", `{"type":"text","text":"a"}`, `{"type":"text","text":"a"}`},
		{"responses text", `{"type":"output_text","text":"a","annotations":[]}`, `{"type":"text","text":"a"}`},
		{"bedrock text", `{"text":"a"}`, `{"type":"text","text":"a"}`},
		{"plain string", `"a"`, `{"type":"text","text":"a"}`},
		{"genai reasoning", `{"type":"reasoning","content":"a"}`, `{"type":"reasoning","text":"a"}`},
		{"pydantic thinking", `{"type":"thinking","content":"a"}`, `{"type":"reasoning","text":"a"}`},
		{"anthropic thinking", `{"type":"thinking","thinking":"a","signature":"s"}`, `{"type":"reasoning","text":"a"}`},
		{"anthropic hidden thinking", `{"type":"redacted_thinking","data":"x"}`, `{"type":"reasoning"}`},
		{"gemini thought", `{"text":"a","thought":true}`, `{"type":"reasoning","text":"a"}`},
		{"gemini text that is no thought", `{"text":"a","thought":false}`, `{"type":"text","text":"a"}`},
		{"bedrock reasoning", `{"reasoningContent":{"reasoningText":{"text":"a"}}}`, `{"type":"reasoning","text":"a"}`},
		{"openinference reasoning", `{"message_content":{"type":"reasoning","text":"a"}}`, `{"type":"reasoning","text":"a"}`},
		{"genai call", `{"type":"tool_call","id":"1","name":"f","arguments":{"x":1}}`, `{"type":"tool_call","id":"1","name":"f","arguments":{"x":1}}`},
		{"openai call", `{"type":"function","id":"1","function":{"name":"f","arguments":"{\"x\":1}"}}`, `{"type":"tool_call","id":"1","name":"f","arguments":{"x":1}}`},
		{"responses call", `{"type":"function_call","call_id":"1","name":"f","arguments":"{}"}`, `{"type":"tool_call","id":"1","name":"f","arguments":{}}`},
		{"arguments that are no JSON", `{"type":"tool_call","name":"f","arguments":"x: 1"}`, `{"type":"tool_call","name":"f","arguments":"x: 1"}`},
		{"no arguments", `{"type":"tool_call","name":"f","arguments":""}`, `{"type":"tool_call","name":"f"}`},
		{"anthropic call", `{"type":"tool_use","id":"1","name":"f","input":{"x":1}}`, `{"type":"tool_call","id":"1","name":"f","arguments":{"x":1}}`},
		{"bedrock call", `{"toolUse":{"toolUseId":"1","name":"f","input":{"x":1}}}`, `{"type":"tool_call","id":"1","name":"f","arguments":{"x":1}}`},
		{"gemini call", `{"functionCall":{"name":"f","args":{"x":1}}}`, `{"type":"tool_call","name":"f","arguments":{"x":1}}`},
		{"vercel call", `{"type":"tool-call","toolCallId":"1","toolName":"f","args":{"x":1}}`, `{"type":"tool_call","id":"1","name":"f","arguments":{"x":1}}`},
		{"openinference call", `{"tool_call":{"id":"1","function":{"name":"f","arguments":"{}"}},"message_content":{"type":"tool_use","id":"1","name":"f","input":{}}}`, `{"type":"tool_call","id":"1","name":"f","arguments":{}}`},
		{"server's call", `{"type":"server_tool_call","id":"1","name":"web","server_tool_call":{"q":"x"}}`, `{"type":"tool_call","id":"1","name":"web","arguments":{"q":"x"},"server":true}`},
		{"pydantic's built-in", `{"type":"tool_call","id":"1","name":"web","builtin":true}`, `{"type":"tool_call","id":"1","name":"web","server":true}`},
		{"genai result", `{"type":"tool_call_response","id":"1","response":{"y":2}}`, `{"type":"tool_result","id":"1","result":{"y":2}}`},
		{"genai result under its other key", `{"type":"tool_call_response","id":"1","result":2}`, `{"type":"tool_result","id":"1","result":2}`},
		{"anthropic error", `{"type":"tool_result","tool_use_id":"1","content":"no","is_error":true}`, `{"type":"tool_result","id":"1","result":"no","isError":true}`},
		{"bedrock error", `{"toolResult":{"toolUseId":"1","status":"error","content":[{"text":"no"}]}}`, `{"type":"tool_result","id":"1","result":[{"text":"no"}],"isError":true}`},
		{"gemini result", `{"function_response":{"name":"f","response":{"y":2}}}`, `{"type":"tool_result","name":"f","result":{"y":2}}`},
		{"vercel result", `{"type":"tool-result","toolCallId":"1","toolName":"f","output":{"type":"json","value":{"y":2}}}`, `{"type":"tool_result","id":"1","name":"f","result":{"y":2}}`},
		{"vercel result without a type", `{"toolCallId":"1","toolName":"f","result":5}`, `{"type":"tool_result","id":"1","name":"f","result":5}`},
		{"vercel call without a type", `{"toolCallId":"1","toolName":"f","input":{"x":1}}`, `{"type":"tool_call","id":"1","name":"f","arguments":{"x":1}}`},
		{"a number that no database holds", `{"type":"tool_call","name":"f","arguments":{"x":1e999999}}`, `{"type":"tool_call","name":"f","arguments":{"x":"1e999999"}}`},
		{"vercel error", `{"type":"tool-result","toolCallId":"1","toolName":"f","output":{"type":"error-text","value":"no"}}`, `{"type":"tool_result","id":"1","name":"f","result":"no","isError":true}`},
		{"vercel denial", `{"type":"tool-result","toolCallId":"1","toolName":"f","output":{"type":"execution-denied","reason":"no"}}`, `{"type":"tool_result","id":"1","name":"f","result":"no","isError":true}`},
		{"openai image", `{"type":"image_url","image_url":{"url":"https://x.test/a.png"}}`, `{"type":"media","modality":"image","url":"https://x.test/a.png"}`},
		{"inline image", `{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD"}}`, `{"type":"media","modality":"image","mimeType":"image/png","bytes":3}`},
		{"openai audio", `{"type":"input_audio","input_audio":{"data":"QUJDRA==","format":"wav"}}`, `{"type":"media","modality":"audio","mimeType":"audio/wav","bytes":4}`},
		{"openinference image", `{"message_content":{"type":"image","image":{"image":{"url":"https://x.test/a.png"}}}}`, `{"type":"media","modality":"image","url":"https://x.test/a.png"}`},
		{"anthropic image", `{"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"QUJD"}}`, `{"type":"media","modality":"image","mimeType":"image/jpeg","bytes":3}`},
		{"bedrock image", `{"image":{"format":"png","source":{"bytes":"QUJD"}}}`, `{"type":"media","modality":"image","mimeType":"image/png","bytes":3}`},
		{"gemini inline", `{"inline_data":{"mime_type":"audio/mp3","data":"QUJD"}}`, `{"type":"media","modality":"audio","mimeType":"audio/mp3","bytes":3}`},
		{"gemini file", `{"fileData":{"mimeType":"video/mp4","fileUri":"gs://b/v"}}`, `{"type":"media","modality":"video","mimeType":"video/mp4","url":"gs://b/v"}`},
		{"genai uri", `{"type":"uri","modality":"image","mime_type":"image/png","uri":"https://x.test/a"}`, `{"type":"media","modality":"image","mimeType":"image/png","url":"https://x.test/a"}`},
		{"genai blob", `{"type":"blob","modality":"image","mime_type":"image/png","content":"QUJD"}`, `{"type":"media","modality":"image","mimeType":"image/png","bytes":3}`},
		{"genai file", `{"type":"file","modality":"image","file_id":"f-1"}`, `{"type":"media","modality":"image","fileId":"f-1"}`},
		{"pydantic image", `{"type":"image-url","url":"https://x.test/a.png"}`, `{"type":"media","modality":"image","url":"https://x.test/a.png"}`},
		{"pydantic binary", `{"type":"binary","media_type":"image/png","content":"QUJD"}`, `{"type":"media","modality":"image","mimeType":"image/png","bytes":3}`},
		{"vercel file", `{"type":"file","data":"https://x.test/a.pdf","mediaType":"application/pdf"}`, `{"type":"media","modality":"file","mimeType":"application/pdf","url":"https://x.test/a.pdf"}`},
		{"langfuse's uploaded image", `{"type":"image_url","image_url":{"url":"@@@langfuseMedia:type=image/png|id=abc|source=base64_data_uri@@@"}}`, `{"type":"media","modality":"image","mimeType":"image/png","fileId":"abc"}`},
		{"refusal", `{"type":"refusal","refusal":"no"}`, `{"type":"refusal","text":"no"}`},
		{"anything else", `{"type":"compaction","n":1}`, `{"type":"other","kind":"compaction","json":{"type":"compaction","n":1}}`},
		{"a text without text", `{"type":"text","value2":1}`, `{"type":"other","kind":"text","json":{"type":"text","value2":1}}`},
		{"a number", `7`, `{"type":"other","json":7}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v, state := parseJSON(test.part)
			if state != jsonWhole {
				t.Fatal("the part is no JSON")
			}
			parts := appendParts(nil, &v)
			if len(parts) != 1 {
				t.Fatalf("%d parts", len(parts))
			}
			sameJSON(t, "part", trace.Message{Role: trace.RoleUser, Parts: parts}, `{"role":"user","parts":[`+test.want+`]}`)
		})
	}
}

func TestMessageShapes(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, message, want string }{
		{"calls beside text", `{"role":"assistant","content":"t","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]}`,
			`{"role":"assistant","parts":[{"type":"text","text":"t"},{"type":"tool_call","id":"1","name":"f","arguments":{}}]}`},
		{"a call that stands twice", `{"role":"assistant","contents":[{"message_content":{"type":"tool_use","id":"1","name":"f","input":{}}}],"tool_calls":[{"tool_call":{"id":"1","function":{"name":"f","arguments":"{}"}}}]}`,
			`{"role":"assistant","parts":[{"type":"tool_call","id":"1","name":"f","arguments":{}}]}`},
		{"older function call", `{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{\"x\":1}"}}`,
			`{"role":"assistant","parts":[{"type":"tool_call","name":"f","arguments":{"x":1}}]}`},
		{"older openinference call", `{"message":{"role":"assistant","function_call_name":"f","function_call_arguments_json":"{\"x\":1}"}}`,
			`{"role":"assistant","parts":[{"type":"tool_call","name":"f","arguments":{"x":1}}]}`},
		{"deepseek's reasoning", `{"role":"assistant","reasoning_content":"hm","content":"ok"}`,
			`{"role":"assistant","parts":[{"type":"reasoning","text":"hm"},{"type":"text","text":"ok"}]}`},
		{"openai's refusal", `{"role":"assistant","content":null,"refusal":"no"}`, `{"role":"assistant","parts":[{"type":"refusal","text":"no"}]}`},
		{"openai's tool message", `{"role":"tool","tool_call_id":"1","content":"5"}`, `{"role":"tool","parts":[{"type":"tool_result","id":"1","result":"5"}]}`},
		{"a tool message that holds an object", `{"role":"tool","tool_call_id":"1","content":"{\"n\":5}"}`, `{"role":"tool","parts":[{"type":"tool_result","id":"1","result":{"n":5}}]}`},
		{"anthropic's results come from the user", `{"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":"5"}]}`,
			`{"role":"tool","parts":[{"type":"tool_result","id":"1","result":"5"}]}`},
		{"results beside words are the user's", `{"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":"5"},{"type":"text","text":"so?"}]}`,
			`{"role":"user","parts":[{"type":"tool_result","id":"1","result":"5"},{"type":"text","text":"so?"}]}`},
		{"a function is a tool", `{"role":"function","name":"f","content":"5"}`, `{"role":"tool","parts":[{"type":"tool_result","name":"f","result":"5"}]}`},
		{"a human is a user", `{"role":"Human","content":"a"}`, `{"role":"user","parts":[{"type":"text","text":"a"}]}`},
		{"a model is an assistant", `{"role":"model","parts":[{"text":"a"}]}`, `{"role":"assistant","parts":[{"type":"text","text":"a"}]}`},
		{"a developer stays one", `{"role":"developer","content":"a"}`, `{"role":"developer","parts":[{"type":"text","text":"a"}]}`},
		{"a speaker's name", `{"role":"user","name":"ada","content":"a"}`, `{"role":"user","name":"ada","parts":[{"type":"text","text":"a"}]}`},
		{"a finish reason", `{"role":"assistant","content":"a","finish_reason":"MAX_TOKENS"}`, `{"role":"assistant","parts":[{"type":"text","text":"a"}],"finishReason":"length"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v, _ := parseJSON(test.message)
			m, ok := readMessage(&v, input)
			if !ok {
				t.Fatal("there is no message")
			}
			sameJSON(t, "message", m, test.want)
		})
	}
}

func TestIndexedMessagesSortByNumber(t *testing.T) {
	t.Parallel()
	g := generation(t, "", testSpan(
		"gen_ai.prompt.10.content", "c", "gen_ai.prompt.2.content", "b", "gen_ai.prompt.0.content", "a",
		"gen_ai.prompt.10000.content", "beyond", "gen_ai.prompt.01.content", "no index", "gen_ai.prompt.99999999999999999999.content", "far beyond"))
	var texts []string
	for _, m := range g.Messages {
		texts = append(texts, m.Parts[0].(*trace.TextPart).Text)
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, texts); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(strings.Join(g.Warnings, " "), "index_limit:gen_ai.prompt.") {
		t.Errorf("no warning of the index beyond the limit: %q", g.Warnings)
	}
	for _, kept := range []string{"beyond", "no index", "far beyond"} {
		if !strings.Contains(string(g.RawAttributes), kept) {
			t.Errorf("%q is lost", kept)
		}
	}
	if strings.Contains(string(g.RawAttributes), "gen_ai.prompt.2.content") {
		t.Error("content that was read stays in the attributes")
	}
}

func TestFlattenedListsHaveABoundedDepth(t *testing.T) {
	t.Parallel()
	g := generation(t, "", testSpan("llm.input_messages.0"+strings.Repeat(".0", 20), "deep", "llm.input_messages.1.message.content", "flat"))
	if len(g.Messages) != 1 {
		t.Errorf("%d messages", len(g.Messages))
	}
}

func TestContentThatWasCutIsKeptAsItCame(t *testing.T) {
	t.Parallel()
	g := generation(t, "", testSpan("langfuse.observation.input", `[{"role":"user","content":"a very lo`))
	sameJSON(t, "input", g.Messages, `[{"role":"unknown","parts":[{"type":"other","json":"[{\"role\":\"user\",\"content\":\"a very lo"}]}]`)
	if g.Input == nil || !g.Input.IsTruncated || g.Input.MimeType != trace.MimeText {
		t.Errorf("body %+v", g.Input)
	}
	if diff := cmp.Diff([]string{"truncated_json:langfuse.observation.input"}, g.Warnings); diff != "" {
		t.Error(diff)
	}
	// A text that only begins like JSON was not cut.
	for _, plain := range []string{`[INST] hello [/INST]`, `"Hello", she said`, `"Hello, she said`, `{name} is here`, `-`, `12.`, `tr`} {
		g = generation(t, "", testSpan("langfuse.observation.input", plain))
		if g.Input.IsTruncated || len(g.Warnings) > 0 || g.Input.Content != plain {
			t.Errorf("body %+v, warnings %q", g.Input, g.Warnings)
		}
	}
}

func TestDroppedAttributesAreNotedWhereAListMayLackItsTail(t *testing.T) {
	t.Parallel()
	dropped := func(s *Span) { s.DroppedAttributes = 3 }
	g := generation(t, "", testSpan("gen_ai.prompt.0.content", "a").with(dropped))
	if diff := cmp.Diff([]string{"dropped_attributes"}, g.Warnings); diff != "" {
		t.Error(diff)
	}
	g = generation(t, "", testSpan("gen_ai.input.messages", "a").with(dropped))
	if len(g.Warnings) > 0 {
		t.Errorf("warnings %q", g.Warnings)
	}
}

func TestLogsJoinASpanBeforeAndAfterMapping(t *testing.T) {
	t.Parallel()
	logs := []Event{
		{Name: "gen_ai.choice", TimeNanos: 3, Body: goValue(map[string]any{"index": json.Number("0"), "finish_reason": "stop", "message": map[string]any{"role": "assistant", "content": "pong"}})},
		{Name: "", TimeNanos: 2, Attributes: attributes("event.name", "gen_ai.user.message"), Body: goValue(map[string]any{"content": "ping"})},
		{Name: "unrelated", TimeNanos: 1},
	}
	before := generation(t, "", testSpan().with(func(s *Span) { s.Logs = logs }))
	after := generation(t, "", testSpan())
	if !JoinLogs(after, logs) {
		t.Error("the join changed nothing")
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("joined before and after differ:\n%s", diff)
	}
	sameJSON(t, "input", after.Messages, `[{"role":"user","parts":[{"type":"text","text":"ping"}]}]`)
	if JoinLogs(after, logs) {
		t.Error("a second join changed something")
	}
	if len(before.Events) > 0 {
		t.Errorf("logs became events: %v", before.Events)
	}
	plain := &trace.Span{}
	if !JoinLogs(plain, logs) || plain.Input == nil || plain.Output == nil {
		t.Error("a plain span without bodies did not take those of its logs")
	}
}
