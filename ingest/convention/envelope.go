package convention

import "strings"

// envelope is what an instrumentation puts around a body: it records the
// arguments of its own callback, and what the application passed is one of them.
// Only the producer tells an envelope from content of the same shape.
type envelope struct {
	scope string // beginning of the scope's name
	side  side
	// has are the members that an envelope always has; alone says that it has no
	// others.
	has   []string
	alone bool
	// content is the path of what is inside, callID that of the id of a tool's
	// call, if the envelope tells it.
	content, callID []string
	// note is a list that stands on the envelope and nowhere else; it becomes
	// metadata of its name.
	note string
}

// envelopes are opened in this order, each once, so that one may lie in another.
var envelopes = []envelope{
	// OpenLLMetry on LangChain's callbacks. A tool's message is one more layer.
	{scope: "opentelemetry.instrumentation.langchain", side: input, has: []string{"inputs", "kwargs"},
		content: []string{"inputs"}, callID: []string{"kwargs", "tool_call_id"}, note: "tags"},
	{scope: "opentelemetry.instrumentation.langchain", side: output, has: []string{"outputs", "kwargs"},
		content: []string{"outputs"}},
	{scope: "opentelemetry.instrumentation.langchain", side: output, has: []string{"output", "kwargs"},
		content: []string{"output"}, callID: []string{"output", "kwargs", "tool_call_id"}},
	{scope: "opentelemetry.instrumentation.langchain", side: output, has: []string{"lc", "type", "id", "kwargs"},
		content: []string{"kwargs", "content"}, callID: []string{"kwargs", "tool_call_id"}},
	// OpenLLMetry on requests to an MCP server.
	{scope: "opentelemetry.instrumentation.mcp", side: input, has: []string{"tool_name", "arguments"}, alone: true,
		content: []string{"arguments"}},
	// OpenInference on calls of Python functions in LlamaIndex.
	{scope: "openinference.instrumentation.llama_index", side: input, has: []string{"kwargs"}, alone: true,
		content: []string{"kwargs"}},
	{scope: "openinference.instrumentation.llama_index", side: output, has: []string{"tool_name", "raw_input", "raw_output"},
		content: []string{"raw_output"}},
}

// envelopesOf returns the envelopes that a scope uses, nil for most.
func envelopesOf(scope string) []envelope {
	var list []envelope
	for _, e := range envelopes {
		if strings.HasPrefix(scope, e.scope) {
			list = append(list, e)
		}
	}
	return list
}

// open returns what is inside, nil where v is no such envelope.
func (e *envelope) open(v *Value) *Value {
	if !v.isMap() || e.alone && len(v.Map) != len(e.has) {
		return nil
	}
	for _, name := range e.has {
		if v.get(name) == nil {
			return nil
		}
	}
	inside := v.at(e.content...)
	if inside.isNull() {
		return nil
	}
	return inside
}

// unwrap takes a decoded body out of its envelopes; the second result is false
// where it was in none.
func (r *reader) unwrap(v *Value, side side) (*Value, bool) {
	opened := false
	for i := range r.origin.envelopes {
		e := &r.origin.envelopes[i]
		if e.side != side {
			continue
		}
		if inside := e.open(v); inside != nil {
			if id := v.at(e.callID...).scalar(); e.callID != nil && r.wrappedCallID == "" {
				r.wrappedCallID = id
			}
			if note := v.get(e.note); e.note != "" && note.isArray() && len(note.Array) > 0 && r.note == nil {
				r.note, r.noteName = note, e.note
			}
			v, opened = inside.container(), true
		}
	}
	return v, opened
}
