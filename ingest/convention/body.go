package convention

import (
	"encoding/json"
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

// bodyEncoding says how a key holds a body.
type bodyEncoding uint8

const (
	// bodyStructured is a value, or a text that may be JSON.
	bodyStructured bodyEncoding = iota
	// bodyText is text, whatever it looks like.
	bodyText
	// bodyTyped has its MIME type under another key; without one only an object
	// or an array counts as JSON.
	bodyTyped
)

// side is input or output of a step.
type side uint8

const (
	input side = iota
	output
)

// bodySources hold what went in and what came out, as it was sent.
var bodySources = [2][]source{
	input: {
		from(AttrInput),
		from("langfuse.observation.input"),
		from("traceloop.entity.input"),
		from("input.value").as(bodyTyped),
		from("gen_ai.task.input"),
		from("gen_ai.guardrail.input"),
		from("mlflow.spanInputs"),
		from("genkit:input"),
		from("lk.input_text").as(bodyText),
		from("lk.user_transcript").as(bodyText),
		from("lk.chat_ctx"),
		from("langwatch.input"),
		from("input").as(bodyText).onScope(pydanticScope, "pipecat"),
		from("mcp.request.argument"),
	},
	output: {
		from(AttrOutput),
		from("langfuse.observation.output"),
		from("traceloop.entity.output"),
		from("output.value").as(bodyTyped),
		from("gen_ai.task.output"),
		from("gen_ai.guardrail.output"),
		from("final_result").onScope(pydanticScope),
		from("mlflow.spanOutputs"),
		from("genkit:output"),
		from("lk.function_tool.output"),
		from("lk.response.text").as(bodyText),
		from("langwatch.output"),
		from("output").as(bodyText).onScope(pydanticScope, "pipecat"),
		from("mcp.response.value"),
	},
}

var mimeKeys = [2]key{input: of("input.mime_type"), output: of("output.mime_type")}

// sideNames are used in warnings.
var sideNames = [2]string{input: "input", output: "output"}

// readBodies fills in the raw input and output.
func (r *reader) readBodies(c *trace.Common) {
	c.Input = r.body(input)
	c.Output = r.body(output)
}

func (r *reader) body(side side) *trace.Payload {
	v, s := r.value(bodySources[side])
	if v == nil {
		return nil
	}
	r.use(s.key)
	r.useCopies(v, bodySources[side])
	encoding, name := s.encoding, s.key.String()
	if len(r.origin.envelopes) > 0 {
		if decoded, _ := v.structured(); decoded.isMap() {
			if inside, opened := r.unwrap(decoded, side); opened {
				return r.payload(inside, bodyStructured, name)
			}
		}
	}
	if encoding == bodyTyped {
		switch mime := strings.ToLower(r.get(mimeKeys[side]).plain()); {
		case strings.Contains(mime, "json"):
			encoding = bodyStructured
		case mime != "", !opensJSON(v.plain()), strings.HasPrefix(strings.TrimLeft(v.plain(), " \t\r\n"), `"`):
			encoding = bodyText
		}
	}
	if r.kind == trace.TypeEmbedding {
		if decoded, _ := v.structured(); decoded != nil && (decoded.Kind == KindMap || decoded.Kind == KindArray) {
			withoutVectors := cutVectors(decoded, 0)
			return r.payload(&withoutVectors, bodyStructured, name)
		}
	}
	return r.payload(v, encoding, name)
}

// useCopies marks what stands under other keys of a list in the same words: some
// instrumentations write a body for each convention that they follow.
func (r *reader) useCopies(v *Value, list []source) {
	if v.Kind != KindString || len(v.Text) < smallestCopy {
		return
	}
	for i := range list {
		k := list[i].key
		if other := r.get(k); other != nil && other != v && other.Kind == KindString && other.Text == v.Text {
			r.use(k)
		}
	}
}

// smallestCopy is the size in bytes from which a copy is worth looking for.
const smallestCopy = 64

// payload makes a body of a value; null and "" are none.
func (r *reader) payload(v *Value, encoding bodyEncoding, name string) *trace.Payload {
	if v.isNull() {
		return nil
	}
	if v.Kind != KindString {
		return r.jsonPayload(v.encode(), name)
	}
	if v.Text == "" {
		return nil
	}
	if encoding == bodyText {
		return r.textPayload(v.Text, name)
	}
	text := v.Text
	for round := 0; round < 2; round++ {
		if len(text) > maxPayloadBytes || !mayBeJSON(text) {
			break
		}
		canonical, ok := trace.CanonicalText(text)
		if !ok {
			if round > 0 {
				break
			}
			_, state := parseJSON(text)
			p := r.textPayload(text, name)
			switch state {
			case jsonCut:
				r.warn("truncated_json:" + name)
				p.IsTruncated = true
			case jsonWhole, jsonLarge:
				r.warn("too_large:" + name)
			}
			return p
		}
		if canonical == "null" {
			return nil
		}
		if canonical[0] != '"' {
			if len(canonical) > maxPayloadBytes {
				return r.textPayload(canonical, name)
			}
			return trace.JSONTextPayload(canonical)
		}
		text, _ = trace.UnquoteJSON(canonical) // which it is a string of
		if !opensJSON(text) {
			break
		}
	}
	if text == "" {
		return nil
	}
	return r.textPayload(text, name)
}

// mayBeJSON is false for most texts, at the cost of one byte.
func mayBeJSON(s string) bool {
	s = strings.TrimLeft(s, " \t\r\n")
	return s != "" && strings.IndexByte(`{["-0123456789tfn`, s[0]) >= 0
}

func (r *reader) textPayload(text, name string) *trace.Payload {
	if len(text) <= maxPayloadBytes {
		return trace.TextPayload(text)
	}
	r.warn("cut:" + name)
	p := trace.TextPayload(cutText(text, maxPayloadBytes))
	p.IsTruncated = true
	return p
}

// jsonPayload keeps JSON that is too large as the beginning of its text.
func (r *reader) jsonPayload(j trace.JSON, name string) *trace.Payload {
	if len(j) > maxPayloadBytes {
		return r.textPayload(string(j), name)
	}
	var text string
	if len(j) > 0 && j[0] == '"' && json.Unmarshal(j, &text) == nil {
		if text == "" {
			return nil
		}
		return r.textPayload(text, name)
	}
	return trace.JSONPayload(j)
}

// longestNumbers is how many numbers a list may have before it is taken for a
// vector.
const longestNumbers = 16

// cutVectors replaces the vectors in the answer of an embedding model, which
// are large and say nothing to a reader, by a note of their length.
func cutVectors(v *Value, depth int) Value {
	out := *v
	switch {
	case depth > trace.MaxJSONDepth:
	case v.Kind == KindArray:
		if len(v.Array) > longestNumbers && isVector(v) {
			return *stringValue("[" + scalarInt(len(v.Array)) + " numbers]")
		}
		out.Array = make([]Value, len(v.Array))
		for i := range v.Array {
			out.Array[i] = cutVectors(&v.Array[i], depth+1)
		}
	case v.Kind == KindMap:
		out.Map = make([]Attribute, len(v.Map))
		for i := range v.Map {
			out.Map[i].Key = v.Map[i].Key
			member := &v.Map[i].Value
			if member.Kind == KindString && v.Map[i].Key == "embedding" && len(member.Text) > 256 {
				out.Map[i].Value = *stringValue("[" + scalarInt(len(member.Text)) + " bytes of base64]")
				continue
			}
			out.Map[i].Value = cutVectors(member, depth+1)
		}
	}
	return out
}

// isVector reports whether a list holds nothing but numbers.
func isVector(v *Value) bool {
	if !v.isArray() || len(v.Array) == 0 {
		return false
	}
	for i := range v.Array {
		switch v.Array[i].Kind {
		case KindDouble, KindInt, kindNumber:
		default:
			return false
		}
	}
	return true
}

func scalarInt(n int) string { return (&Value{Kind: KindInt, Int: int64(n)}).scalar() }
