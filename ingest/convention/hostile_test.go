package convention

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/treeline-dev/treeline/trace"
)

// sound checks that everything a mapping holds can be stored as JSON within the
// bounds.
func sound(t *testing.T, m Mapping) *trace.Common {
	t.Helper()
	if m.Observation == nil {
		t.Fatalf("the span was dropped: %s", m.Dropped)
	}
	c := m.Observation.Core()
	for name, j := range map[string]trace.JSON{"attributes": c.RawAttributes, "metadata": c.Metadata} {
		if len(j) > 0 && !json.Valid(j) || len(j) > maxRawBytes+maxStringBytes {
			t.Errorf("the %s are %d bytes, valid: %v", name, len(j), json.Valid(j))
		}
	}
	if encoded := trace.EncodeJSON(m.Observation); !json.Valid(encoded) {
		t.Error("the observation is no JSON")
	}
	return c
}

func TestIndexesThatAClientChooses(t *testing.T) {
	t.Parallel()
	const family = "llm.input_messages."
	g := generation(t, "", testSpan(
		family+"999999999.message.content", "far", family+"99999999999999999999999999.message.content", "farther",
		family+"-1.message.content", "negative", family+"01.message.content", "octal", family+"1e3.message.content", "power",
		family+"9999.message.content", "last", family+"0.message.content", "first",
		"gen_ai.prompt.999999999.content", "x", "retrieval.documents.999999999.document.content", "x"))
	sameJSON(t, "messages", g.Messages, `[{"role":"user","parts":[{"type":"text","text":"first"}]},{"role":"user","parts":[{"type":"text","text":"last"}]}]`)
	for _, kept := range []string{"farther", "negative", "octal", "power", `"far"`} {
		if !strings.Contains(string(g.RawAttributes), kept) {
			t.Errorf("%s is lost: %s", kept, g.RawAttributes)
		}
	}
	if !slices.Contains(g.Warnings, "index_limit:"+family) {
		t.Errorf("warnings %q", g.Warnings)
	}
	sound(t, Mapping{Observation: g})
}

func TestMembersWithNamesThatMeanSomethingElsewhere(t *testing.T) {
	t.Parallel()
	const evil = `{"__proto__":{"polluted":true},"constructor":{"prototype":{}},"role":"user","content":"hi"}`
	g := generation(t, "", testSpan("gen_ai.input.messages", "["+evil+"]", "llm.output_messages.0.message.__proto__.x", "y", "llm.output_messages.0.message.content", "out",
		"llm.output_messages.0.message.role", "assistant", "llm.output_messages.__proto__.message.content", "z", "metadata", evil, "llm.invocation_parameters", evil,
		"__proto__", "p", "__proto__.x", "q", "metadata.__proto__", "second"))
	sameJSON(t, "messages", g.Messages, `[{"role":"user","parts":[{"type":"text","text":"hi"}]}]`)
	sameJSON(t, "completion", g.Completion, `[{"role":"assistant","parts":[{"type":"text","text":"out"}]}]`)
	sameJSON(t, "metadata", g.Metadata, evil)
	for _, kept := range []string{`"__proto__":"p"`, `"__proto__.x":"q"`, `"llm.output_messages.__proto__.message.content":"z"`} {
		if !strings.Contains(string(g.RawAttributes), kept) {
			t.Errorf("%s is lost: %s", kept, g.RawAttributes)
		}
	}
	sound(t, Mapping{Observation: g})
}

// Every key that may hold JSON, with JSON that nests 10,000 deep, that was cut,
// or that repeats itself. What holds more values than are decoded is in TestBounds.
func TestJSONThatIsTooMuchInEveryKey(t *testing.T) {
	t.Parallel()
	const depth = 10_000
	texts := map[string]string{
		"deep arrays":       strings.Repeat("[", depth) + strings.Repeat("]", depth),
		"deep objects":      strings.Repeat(`{"a":`, depth) + "1" + strings.Repeat("}", depth),
		"deep messages":     strings.Repeat(`[{"role":"user","content":`, depth/10) + `"hi"` + strings.Repeat("}]", depth/10),
		"deep and cut":      strings.Repeat(`{"kwargs":[`, depth/10),
		"deep in a string":  `"` + strings.Repeat(`[`, depth) + `"`,
		"cut messages":      `[{"role":"user","content":"hi"},{"role":"assistant","cont`,
		"cut in an escape":  `{"a":"\u00`,
		"many equal names":  `{` + strings.Repeat(`"input":1,`, 1000) + `"input":1}`,
		"many small pieces": "[" + strings.Repeat(`{"type":"text","text":""},`, 1000) + `{}]`,
	}
	types := []string{"chat", "embeddings", "retrieval", "rerank", "execute_tool", "invoke_agent", "run_guardrail", "evaluate", "invoke_workflow"}
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, key := range keys.names {
				if strings.IndexByte(key, 0) >= 0 || key == "gen_ai.operation.name" || key == AttrType {
					continue
				}
				span := testSpan("gen_ai.operation.name", types[i%len(types)], key, text)
				if m := mapOn(scopeNames[i%len(scopeNames)], span); m.Observation != nil {
					sound(t, m)
				}
			}
		})
	}
}

func TestNumbersInTexts(t *testing.T) {
	t.Parallel()
	g := generation(t, "", testSpan("gen_ai.usage.input_tokens", " 42 ", "gen_ai.usage.output_tokens", "7.0", "gen_ai.usage.cache_read.input_tokens", "1e1",
		"gen_ai.usage.reasoning.output_tokens", "0x10", "gen_ai.usage.total_tokens", "1_000", "gen_ai.usage.cost", "0.25",
		"gen_ai.response.time_to_first_chunk", "0.5", "gen_ai.request.temperature", "0.7", "gen_ai.request.max_tokens", "100", "gen_ai.request.top_p", "NaN", "gen_ai.request.seed", "9223372036854775807"))
	sameJSON(t, "usage", g.Usage, `{"input":42,"output":7,"total":49,"cacheRead":10}`)
	sameJSON(t, "cost", costOf(g.Cost), `{"total":"0.25","source":"reported"}`)
	sameJSON(t, "time to first token", g.TimeToFirstTokenMs, `500`)
	sameJSON(t, "parameters", g.Parameters, `{"temperature":0.7,"maxTokens":100,"seed":9223372036854775807,"other":{"top_p":"NaN"}}`)
}

func TestAHundredThousandAttributes(t *testing.T) {
	t.Parallel()
	span := testSpan("gen_ai.operation.name", "chat", "gen_ai.input.messages", "hi")
	for i := range 100_000 {
		span.Attributes = append(span.Attributes, Attribute{Key: "llm.input_messages." + scalarInt(i) + ".message.content", Value: goValue("x")})
	}
	span.Events = []Event{{Name: "e", Attributes: span.Attributes}}
	span.Links = []Link{{Attributes: span.Attributes}}
	c := sound(t, Map(&Resource{Attributes: span.Attributes}, &Scope{}, span, testReceived))
	for _, warning := range []string{"too_many_attributes", "too_many_attributes:event", "too_many_attributes:resource"} {
		if !slices.Contains(c.Warnings, warning) {
			t.Errorf("no warning %q in %q", warning, c.Warnings)
		}
	}
	for what, j := range map[string]trace.JSON{"attributes": c.RawAttributes, "event": c.Events[0].Attributes, "link": c.Links[0].Attributes} {
		var kept map[string]any
		if err := json.Unmarshal(j, &kept); err != nil || len(kept) > maxAttributes {
			t.Errorf("%d attributes of the %s, %v", len(kept), what, err)
		}
	}
	if len(c.Resource) > maxResourceBytes+maxResourceString {
		t.Errorf("the resource takes %d bytes", len(c.Resource))
	}
}

func TestUsageWithManyBuckets(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString(`{"input":5`)
	for i := range 60_000 {
		text.WriteString(`,"bucket` + scalarInt(i) + `":1`)
	}
	text.WriteString(`}`)
	g := generation(t, "", testSpan("langfuse.observation.usage_details", text.String()))
	if g.Usage.InputTokens == nil || *g.Usage.InputTokens != 5 || len(g.Usage.Extra) > maxBuckets {
		t.Errorf("input %v and %d buckets", g.Usage.InputTokens, len(g.Usage.Extra))
	}
}
