package convention

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treeline-dev/treeline/trace"
)

// script turns bytes into spans: every byte chooses among keys, shapes and odd
// values, and what is left over becomes text.
type script struct{ bytes []byte }

func (s *script) next() int {
	if len(s.bytes) == 0 {
		return 0
	}
	b := s.bytes[0]
	s.bytes = s.bytes[1:]
	return int(b)
}

func (s *script) text() string {
	n := min(s.next()%24, len(s.bytes))
	text := string(s.bytes[:n])
	s.bytes = s.bytes[n:]
	return text
}

// oddTexts are texts that have a meaning somewhere, or nearly.
var oddTexts = []string{
	"", " ", "chat", "execute_tool", "retrieval", "embeddings", "rerank", "invoke_agent", "run_guardrail", "evaluate", "vectordb", "framework", "span", "generation", "LLM",
	"log", "pending_span", "true", "False", "1", "-1", "0.5", "1e400", "NaN", "0x10", "1_000", "__REDACTED__", "\x00", "\xff\xfe", "null", `"`, `"a"`, `"\"b\""`, `"{\"a\":1}"`,
	"{}", "[]", "{", "[", `{"a"`, `[{"role":"user","content":"hi"}]`, `[{"role":"user","parts":[{"type":"text","content":"a\u0000\ud800b"}]}]`, `[{"role":"tool","tool_call_id":"1","content":[{"text":"x"}]}]`,
	`{"messages":[{"role":"system","content":null},[]],"system":{"parts":[1]},"tools":[{"function":{"name":"f"}},7]}`, `[{"type":"tool_call","arguments":"{"},{"type":"image_url","image_url":{"url":"data:,"}},null,3]`,
	`{"input":5,"output":"7","total":12,"input_cached_tokens":2,"prompt_tokens_details":{"cached_tokens":9}}`, `{"choices":[{"message":null},{"text":"a","finish_reason":"x"}]}`, `{"content":{"parts":[{"text":"a"}],"role":"model"},"finish_reason":"STOP"}`,
	`{"passed":false,"score":3,"reason":"no"}`, `[{"id":1,"score":null,"content":{"a":1},"distance":2,"metadata":"m"}]`, "2026-09-21T14:13:20.25Z", `{'a': 1}`, "langfuse-sdk", "OpenAI", "tool_error", "FAILED", "deny",
	`{"inputs":{"lc":1,"type":"c","id":[],"kwargs":{"content":"{\"a\":1}"}},"kwargs":{"tool_call_id":1}}`, `{"output":{"lc":1,"type":"c","id":[],"kwargs":{"content":"[","tool_call_id":"1"}},"kwargs":null}`,
	`{"tool_name":"f","arguments":null}`, `{"kwargs":{"inputs":1,"kwargs":{}}}`, `{"tool_name":"f","raw_input":{},"raw_output":"x"}`,
	strings.Repeat("[", 300), strings.Repeat(`{"a":`, 120) + "1" + strings.Repeat("}", 120), `{"a":1,"a":2}`, "\u2028\U0010ffff", "1e-320",
}

func (s *script) value(depth int) Value {
	switch s.next() % 12 {
	case 0:
		return Value{}
	case 1:
		return Value{Kind: KindBool, Int: int64(s.next() % 2)}
	case 2:
		return Value{Kind: KindInt, Int: int64(s.next()) - 16}
	case 3:
		return Value{Kind: KindInt, Int: []int64{math.MinInt64, math.MaxInt64, 1 << 40, 0}[s.next()%4]}
	case 4:
		return Value{Kind: KindDouble, Double: []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0.1, -1, 1e300, 5e-324, 2}[s.next()%8]}
	case 5:
		return Value{Kind: KindBytes, Text: s.text()}
	case 6:
		v := Value{Kind: KindArray}
		for range s.next() % 4 {
			if depth < 6 {
				v.Array = append(v.Array, s.value(depth+1))
			}
		}
		return v
	case 7:
		v := Value{Kind: KindMap}
		for range s.next() % 4 {
			if depth < 6 {
				v.Map = append(v.Map, Attribute{Key: s.member(), Value: s.value(depth + 1)})
			}
		}
		return v
	case 8:
		return Value{Kind: ValueKind(s.next()), Text: s.text()}
	case 9:
		return Value{Kind: KindString, Text: s.text()}
	default:
		return Value{Kind: KindString, Text: oddTexts[s.next()%len(oddTexts)]}
	}
}

var members = []string{"role", "content", "parts", "type", "text", "id", "name", "arguments", "message", "tool_calls", "function", "input", "output", "score", "document", "kwargs", "lc", "a"}

func (s *script) member() string {
	if n := s.next() % (len(members) + 1); n < len(members) {
		return members[n]
	}
	return s.text()
}

// indexedFamilies are the lists that are written as keys.
var indexedFamilies = []string{
	"llm.input_messages.", "llm.output_messages.", "gen_ai.prompt.", "gen_ai.completion.", "retrieval.documents.", "reranker.output_documents.", "reranker.input_documents.",
	"embedding.embeddings.", "evaluations.", "llm.tools.", "llm.prompts.", "session.evaluations.",
}

var indexedTails = []string{
	".message.role", ".message.content", ".message.contents.0.message_content.text", ".message.tool_calls.1.tool_call.function.name", ".content", ".role", ".document.id", ".document.score",
	".document.content", ".embedding.vector", ".embedding.text", ".evaluation.name", ".evaluation.score", ".tool.json_schema", "", ".0.0.0", ".finish_reason",
}

var eventNames = []string{
	"exception", "gen_ai.user.message", "gen_ai.tool.message", "gen_ai.choice", "gen_ai.client.inference.operation.details", "gen_ai.content.prompt", "gen_ai.content.completion",
	"guard.evaluation", "gen_ai.evaluation.result", EventScore, "db.query.result", "ai.stream.firstChunk", "other",
}

var eventKeys = []string{
	"content", "message", "role", "id", "tool_calls", "finish_reason", "gen_ai.event.content", "gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.system_instructions", "gen_ai.prompt",
	"exception.type", "exception.message", "guard.name", "guard.action", "guard.score", "guard.classification", "gen_ai.evaluation.name", "gen_ai.evaluation.score.value",
	"gen_ai.evaluation.score.label", AttrScoreName, AttrScoreValue, AttrScoreTarget, "db.query.result.id", "event.name",
}

func (s *script) key() string {
	switch s.next() % 4 {
	case 0:
		return s.text()
	case 1:
		return indexedFamilies[s.next()%len(indexedFamilies)] + []string{"0", "1", "10", "9999", "10000", "x"}[s.next()%6] + indexedTails[s.next()%len(indexedTails)]
	default:
		return keys.names[(s.next()*256+s.next())%len(keys.names)]
	}
}

var spanNames = []string{"work", "", "pinecone.query", "agent run", "execute_tool f", "call_llm", "bedrock.converse", "\x00\xff"}

var scopeNames = []string{"", "langfuse-sdk", "pydantic-ai", "litellm", "strands.telemetry.tracer", "gcp.vertex.agent", "openinference.instrumentation.x", "logfire", "\xff",
	"opentelemetry.instrumentation.langchain", "opentelemetry.instrumentation.mcp", "openinference.instrumentation.llama_index",
}

func (s *script) span() (*Resource, *Scope, *Span) {
	scope := &Scope{Name: scopeNames[s.next()%len(scopeNames)], Version: []string{"", "3.3.0", "5.0"}[s.next()%3]}
	times := []uint64{0, 1, 1790000000e9, 1790000001e9, math.MaxInt64, math.MaxUint64}
	span := &Span{
		Name: spanNames[s.next()%len(spanNames)], Kind: SpanKind(s.next()), StatusCode: uint8(s.next()),
		StartNanos: times[s.next()%len(times)], EndNanos: times[s.next()%len(times)],
		StatusMessage: s.text(), DroppedAttributes: uint32(s.next() % 2),
	}
	span.TraceID[0], span.SpanID[0] = 1, 1
	events := func() (list []Event) {
		for range s.next() % 4 {
			e := Event{Name: eventNames[s.next()%len(eventNames)], TimeNanos: times[s.next()%len(times)], Body: s.value(0)}
			for range s.next() % 5 {
				e.Attributes = append(e.Attributes, Attribute{Key: eventKeys[s.next()%len(eventKeys)], Value: s.value(0)})
			}
			list = append(list, e)
		}
		return list
	}
	span.Events, span.Logs = events(), events()
	resource := &Resource{}
	for range s.next() % 3 {
		resource.Attributes = append(resource.Attributes, Attribute{Key: s.key(), Value: s.value(0)})
	}
	for len(s.bytes) > 0 {
		span.Attributes = append(span.Attributes, Attribute{Key: s.key(), Value: s.value(0)})
	}
	return resource, scope, span
}

// FuzzMap maps spans of known keys with odd values: nothing panics, nothing
// escapes its bounds, every text and JSON can be stored, the span is not
// changed, and the order of its attributes does not matter.
func FuzzMap(f *testing.F) {
	for seed := range 64 {
		bytes := make([]byte, 40+8*seed)
		state := uint32(seed*2654435761 + 1)
		for i := range bytes {
			state = state*1664525 + 1013904223
			bytes[i] = byte(state >> 24)
		}
		f.Add(bytes)
	}
	f.Fuzz(func(t *testing.T, bytes []byte) {
		resource, scope, span := (&script{bytes}).span()
		_, _, untouched := (&script{bytes}).span()
		m := Map(resource, scope, span, testReceived)
		checkSound(t, span, m)
		if !sameSpan(span, untouched) {
			t.Error("the span was changed")
		}
		if o := m.Observation; o != nil {
			JoinLogs(o, span.Logs)
			checkObservation(t, o)
		}
		seen := map[string]bool{}
		for _, a := range span.Attributes {
			name, _ := trace.CleanText(a.Key)
			if seen[name] {
				return
			}
			seen[name] = true
		}
		m = Map(resource, scope, span, testReceived)
		slices.Reverse(span.Attributes)
		if diff := cmp.Diff(m, Map(resource, scope, span, testReceived)); diff != "" {
			t.Errorf("the order of attributes matters: %s", diff)
		}
	})
}

// sameSpan is deep equality in which NaN equals itself.
func sameSpan(a, b *Span) bool {
	return reflect.DeepEqual(a, b) || cmp.Equal(a, b, cmp.Comparer(func(x, y float64) bool {
		return x == y || math.IsNaN(x) && math.IsNaN(y)
	}))
}
