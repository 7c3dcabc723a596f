package convention

import (
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

var (
	toolNameSources = rows(AttrToolName, "gen_ai.tool.name", "ai.toolCall.name", "tool.name", "traceloop.entity.name",
		"mcp.tool.name", "flue.tool.name")

	// toolNamePrefixes and suffixes stand around the tool's name in a span's.
	toolNamePrefixes = []string{"execute_tool ", "MCP send ", "tools/call "}
	toolNameSuffixes = []string{".tool"}

	toolCallIDSources = rows(AttrToolCallID, "gen_ai.tool.call.id", "ai.toolCall.id", "tool.id", "tool_call.id",
		// The id of the request, for want of one of the call.
		"jsonrpc.request.id", "mcp.request.id")
)

// toolSource is one place of the arguments or the result of a call.
type toolSource struct {
	key key
	// event names an event instead of a key, with the field that holds it.
	event, field string
	// part takes a piece of a conversation in the details event.
	part bool
	// notSchema refuses a JSON schema: OpenInference means the tool's definition
	// by a key that others use for the arguments.
	notSchema bool
	// notSchemaBeside refuses one where such a key is present as well:
	// OpenInference writes the definition again under GenAI's name for arguments.
	notSchemaBeside []key
	// calledWith unwraps {"args": [], "kwargs": {}} of a Python function.
	calledWith bool
}

// callSources are tried in order, for arguments and result apart.
var callSources = [2][]toolSource{
	input: {
		{key: of(AttrToolArguments)},
		{key: of("gen_ai.tool.call.arguments"), notSchemaBeside: all("tool.parameters")},
		{key: of("ai.toolCall.args")},
		{key: of("tool_arguments")},
		{key: of("tool.parameters"), notSchema: true},
		{key: of("gen_ai.tool.input")},
		{key: of("gen_ai.tool.args")},
		{key: of("gcp.vertex.agent.tool_call_args")},
		{event: "gen_ai.tool.message", field: "content"},
		{part: true},
		{key: of(AttrInput)},
		{key: of("langfuse.observation.input"), calledWith: true},
		{key: of("input.value")},
		{key: of("traceloop.entity.input"), calledWith: true},
		{key: of("mcp.request.argument")},
	},
	output: {
		{key: of(AttrToolResult)},
		{key: of("gen_ai.tool.call.result")},
		{key: of("ai.toolCall.result")},
		{key: of("tool_response")},
		{key: of("gen_ai.tool.output")},
		{key: of("gcp.vertex.agent.tool_response")},
		{event: "gen_ai.choice", field: "message"},
		{part: true},
		{key: of(AttrOutput)},
		{key: of("langfuse.observation.output")},
		{key: of("output.value")},
		{key: of("traceloop.entity.output")},
		{key: of("mcp.response.value")},
	},
}

var (
	toolStatusSources = rows("gen_ai.tool.status")
	toolFailed        = rows(AttrToolIsError)
	keyOwnName        = of(AttrName)
)

func (r *reader) readToolCall(t *trace.ToolCall) {
	t.ToolName = r.toolName()
	t.CallID = r.name(toolCallIDSources)
	arguments, result := r.toolValue(input), r.toolValue(output)
	t.Arguments = r.boundedJSON(arguments.encode(), "arguments")
	t.Result = r.boundedJSON(result.encode(), "result")
	if t.Input == nil {
		t.Input = r.payload(arguments, bodyStructured, "arguments")
	}
	if t.Output == nil {
		t.Output = r.payload(result, bodyStructured, "result")
	}
	if t.CallID == nil {
		t.CallID = r.callIDOfEvents()
	}
	if t.CallID == nil {
		t.CallID = pointer(trace.Shorten(r.wrappedCallID, trace.MaxNameBytes))
	}
	t.ReportedUsage, _ = r.reported()
	r.isDeferred = r.isDeferral()
	failed := r.span.StatusCode == statusError || strings.EqualFold(r.text(toolStatusSources), "error") ||
		r.text(errorTypeSources) == "tool_error" || r.has(keyFailureStage) || r.toolFailed
	if stated := r.flag(toolFailed); stated != nil {
		failed = *stated
	} else if isError, _ := result.first("isError", "is_error").boolean(); isError {
		failed = true
	}
	t.IsError = failed && !r.isDeferred
	r.toolFailed = t.IsError
}

// toolName is never empty: at last the span's own name stands for the tool's.
func (r *reader) toolName() string {
	if name := r.text(toolNameSources); name != "" {
		return trace.Shorten(name, trace.MaxNameBytes)
	}
	name := r.clean(r.span.Name)
	if own := r.get(keyOwnName).scalar(); own != "" {
		name = own
	}
	for _, beginning := range toolNamePrefixes {
		name = strings.TrimPrefix(name, beginning)
	}
	for _, end := range toolNameSuffixes {
		name = strings.TrimSuffix(name, end)
	}
	if name == "" {
		name = "unnamed"
	}
	return trace.Shorten(name, trace.MaxNameBytes)
}

// toolValue finds the arguments or the result, decoded.
func (r *reader) toolValue(side side) *Value {
	for i := range callSources[side] {
		s := &callSources[side][i]
		var v *Value
		name := s.event
		switch {
		case s.part:
			v, name = r.toolPart(side), detailsKeys[side]
		case s.event != "":
			v = r.toolEvent(s)
		case r.has(s.key):
			v, name = r.get(s.key), s.key.String()
		}
		if v.isNull() || v.plain() == redactionMark {
			continue
		}
		decoded := r.decode(v, name)
		if decoded.isNull() {
			continue
		}
		if _, isBeside := r.hasAny(s.notSchemaBeside); (s.notSchema || isBeside) && isSchema(decoded) {
			continue
		}
		if k := s.key; s.event == "" && !s.part {
			if strings.HasPrefix(k.String(), "gcp.vertex.agent.") && decoded.isMap() && len(decoded.Map) == 0 && side == output {
				continue // a placeholder
			}
			r.use(k)
		}
		failure, isTold := decoded.first("isError", "is_error").boolean()
		if inside, opened := r.unwrap(decoded, side); opened {
			r.toolFailed = r.toolFailed || side == output && isTold && failure
			return inside
		}
		if s.calledWith {
			decoded = unwrapCall(decoded)
		}
		return decoded
	}
	return nil
}

// unwrapCall takes the keyword arguments out of a recorded call of a Python
// function that had no others.
func unwrapCall(v *Value) *Value {
	args, kwargs := v.get("args"), v.get("kwargs")
	if args.isArray() && len(args.Array) == 0 && kwargs.isMap() {
		return kwargs
	}
	return v
}

// isSchema recognises the JSON schema of a tool's parameters.
func isSchema(v *Value) bool {
	return v.get("type").plain() == "object" && v.get("properties").isMap() || v.get("$schema") != nil
}

// toolEvent finds a message event of a tool's span.
func (r *reader) toolEvent(s *toolSource) *Value {
	for i := range r.events {
		e := &r.events[i]
		if e.name != s.event {
			continue
		}
		v := e.field(s.field)
		if v.isNull() && s.field == "message" {
			v = e.field("content")
		}
		if !v.isNull() {
			e.isUsed = true
			return v
		}
	}
	return nil
}

// toolPart finds the call or the result among the messages of details events.
func (r *reader) toolPart(side side) *Value {
	for i := range r.events {
		e := &r.events[i]
		if e.does != eventDetails {
			continue
		}
		messages, _ := e.field(detailsKeys[side]).structured()
		if !messages.isArray() {
			continue
		}
		for m := range messages.Array {
			parts := messages.Array[m].get("parts")
			if !parts.isArray() {
				continue
			}
			for p := range parts.Array {
				v := parts.Array[p].first("arguments")
				if side == output {
					v = parts.Array[p].first("response", "result")
				}
				if v != nil {
					e.isUsed = true
					return v
				}
			}
		}
	}
	return nil
}

// callIDOfEvents: Strands names the call on its events only.
func (r *reader) callIDOfEvents() *string {
	for i := range r.events {
		if e := &r.events[i]; e.name == "gen_ai.tool.message" || e.does == eventChoice {
			if id := e.field("id").scalar(); id != "" {
				return pointer(trace.Shorten(id, trace.MaxNameBytes))
			}
		}
	}
	return nil
}

// boundedJSON keeps JSON that is too large as the beginning of its text.
func (r *reader) boundedJSON(j trace.JSON, name string) trace.JSON {
	if len(j) <= maxPayloadBytes {
		return j
	}
	r.warn("cut:" + name)
	return trace.AppendJSONString(nil, cutText(string(j), maxPayloadBytes/2))
}

var keyFailureStage = of("pydantic_ai.tool.failure_stage")

// deferrals are exceptions by which Pydantic AI puts a call off until someone
// approves or answers it. They are no errors.
var deferrals = []string{"CallDeferred", "ApprovalRequired"}

func (r *reader) isDeferral() bool {
	if r.scopeName != pydanticScope || r.exception == nil {
		return false
	}
	for _, name := range deferrals {
		if strings.HasSuffix(r.exception.attribute("exception.type").plain(), name) {
			return true
		}
	}
	return false
}
