package convention

import (
	"math"
	"strconv"
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

// parameterSource is one place of model parameters: a structured value, or a
// family of keys.
type parameterSource struct {
	key    key
	family prefix
	// name is the parameter that a single key holds; structured values have
	// many.
	name string
	// isFlag says that the value is a boolean in any notation.
	isFlag bool
	// without lists what stands beside the parameters.
	without []string
}

// parameterSources are merged; the first that has a parameter gives it.
var parameterSources = []parameterSource{
	{key: of(AttrModelParameters)},
	{key: of("langfuse.observation.model.parameters")},
	{key: of("llm.invocation_parameters"), without: []string{"model", "model_name", "messages", "tools", "stream_options"}},
	{key: of("embedding.invocation_parameters"), without: []string{"model", "model_name", "input"}},
	{family: under("gen_ai.request."), without: []string{"model", "provider", "is_stream", "user", "embedding_dimension"}},
	{key: of("gen_ai.is_streaming"), name: "stream", isFlag: true},
	{key: of("llm.is_streaming"), name: "stream", isFlag: true},
	{key: of("llm.temperature"), name: "temperature"},
	{key: of("llm.top_p"), name: "top_p"},
	{key: of("llm.top_k"), name: "top_k"},
	{key: of("llm.frequency_penalty"), name: "frequency_penalty"},
	{key: of("llm.presence_penalty"), name: "presence_penalty"},
	{key: of("llm.chat.stop_sequences"), name: "stop_sequences"},
	{key: of("openai.request.service_tier"), name: "service_tier"},
	{family: under("ai.settings."), without: []string{"context."}},
}

// parameterNames maps the names of providers' APIs to the canonical ones.
var parameterNames = map[string]string{
	"maxTokens": "max_tokens", "max_output_tokens": "max_tokens", "maxOutputTokens": "max_tokens",
	"max_completion_tokens": "max_tokens", "topP": "top_p", "topK": "top_k",
	"stop": "stop_sequences", "stopSequences": "stop_sequences",
	"frequencyPenalty": "frequency_penalty", "presencePenalty": "presence_penalty",
}

// limitless are texts that SDKs write for a limit that was not set.
var limitless = map[string]bool{"Infinity": true, "inf": true, "None": true}

// readParameters merges the settings of a model call; nil without any.
func (r *reader) readParameters() *trace.ModelParameters {
	found := newObject(maxMetadataBytes)
	add := func(s *parameterSource, name string, v *Value) {
		for _, other := range s.without {
			if name == other || strings.HasSuffix(other, ".") && strings.HasPrefix(name, other) {
				return
			}
		}
		if canonical, ok := parameterNames[name]; ok {
			name = canonical
		}
		if limitless[v.plain()] {
			return
		}
		found.set(name, withNumber(v))
	}
	for i := range parameterSources {
		s := &parameterSources[i]
		if s.family.text != "" {
			from, to := r.family(s.family)
			for at := from; at < to; at++ {
				add(s, r.list[at].Key[len(s.family.text):], &r.list[at].Value)
			}
			continue
		}
		v := r.get(s.key)
		if v.isNull() {
			continue
		}
		switch {
		case s.isFlag:
			if b, ok := v.boolean(); ok {
				add(s, s.name, &Value{Kind: KindBool, Int: int64(boolBit(b))})
			}
		case s.name != "":
			add(s, s.name, v)
		default:
			decoded := r.decodedParameters(s.key)
			if !decoded.isMap() {
				continue
			}
			r.use(s.key)
			for j := len(decoded.Map) - 1; j >= 0; j-- {
				add(s, decoded.Map[j].Key, &decoded.Map[j].Value)
			}
		}
	}
	if found.isCut {
		r.warn("cut:parameters")
	}
	return typedParameters(&found)
}

// decodedParameters decodes a structured value of parameters, the same one only
// once.
func (r *reader) decodedParameters(k key) *Value {
	if r.parameters == nil || r.parametersKey != k {
		r.parameters, r.parametersKey = r.decode(r.get(k), k.String()), k
	}
	return r.parameters
}

func boolBit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// withNumber turns a numeric text into a number: some SDKs send every parameter
// as a string.
func withNumber(v *Value) *Value {
	if v.Kind != KindString || len(v.Text) > 24 || !trace.IsJSONNumber(v.Text) {
		return v
	}
	return &Value{Kind: kindNumber, Text: v.Text}
}

// typedParameters moves the known parameters into their fields.
func typedParameters(found *object) *trace.ModelParameters {
	if len(found.members) == 0 {
		return nil
	}
	p := &trace.ModelParameters{}
	take := func(name string, set func(v *Value) bool) {
		text, ok := found.members[name]
		if !ok {
			return
		}
		if v, state := parseJSON(string(text)); state == jsonWhole && set(&v) {
			delete(found.members, name)
		}
	}
	decimal := func(field **float64) func(v *Value) bool {
		return func(v *Value) bool {
			f, ok := v.number()
			if ok {
				*field = &f
			}
			return ok
		}
	}
	take("temperature", decimal(&p.Temperature))
	take("top_p", decimal(&p.TopP))
	take("max_tokens", func(v *Value) bool {
		f, ok := v.number()
		if !ok || f != math.Trunc(f) || math.Abs(f) > math.MaxInt32 {
			return false
		}
		n := int(f)
		p.MaxTokens = &n
		return true
	})
	take("seed", func(v *Value) bool {
		n, err := strconv.ParseInt(v.scalar(), 10, 64)
		if err == nil {
			p.Seed = &n
		}
		return err == nil
	})
	take("stop_sequences", func(v *Value) bool {
		p.Stop = v.strings(64)
		return len(p.Stop) > 0
	})
	p.Other = found.encode()
	return p
}

// Tool definitions.

var (
	toolSources = rows(AttrTools, "gen_ai.tool.definitions", "ai.prompt.tools", "model_request_parameters")

	flatToolDefinitions = []prefix{under("gen_ai.tool.definitions."), under("llm.tools."), under("llm.request.functions."), under("gen_ai.tool.")}
)

// requestKeys may hold the body of a request, with the tools that it offers.
var requestKeys = all(AttrInput, "langfuse.observation.input", "gcp.vertex.agent.llm_request")

// readTools reads the tools that a model was offered.
func (r *reader) readTools() []trace.ToolDefinition {
	var tools []trace.ToolDefinition
	if v, s := r.value(toolSources); v != nil {
		decoded := r.decode(v, s.key.String())
		if tools = appendTools(nil, decoded); len(tools) > 0 {
			r.use(s.key)
		}
	}
	for i := 0; i < len(flatToolDefinitions) && len(tools) == 0; i++ {
		for _, item := range r.unflatten(flatToolDefinitions[i]) {
			tools = appendTools(tools, &item)
		}
	}
	if len(tools) == 0 { // an API's request, kept whole
		for _, k := range requestKeys {
			request := r.get(k)
			if request.isNull() || !strings.Contains(request.plain(), `"tools"`) && !request.isMap() {
				continue
			}
			decoded, _ := request.structured()
			if tools = appendTools(nil, decoded.get("tools")); len(tools) == 0 {
				tools = appendTools(nil, decoded.at("config", "tools"))
			}
		}
	}
	left := maxStringBytes
	for i := range tools {
		left -= len(tools[i].Name) + len(tools[i].Parameters) + 32
		if tools[i].Description != nil {
			left -= len(*tools[i].Description)
		}
		if left < 0 || i >= maxTools {
			r.warn("cut:tools")
			return tools[:i]
		}
	}
	return tools
}

// appendTools reads tool definitions of any provider: a list, one, or a group.
func appendTools(tools []trace.ToolDefinition, v *Value) []trace.ToolDefinition {
	v = v.container()
	switch {
	case v.isArray():
		for i := range v.Array {
			if len(tools) <= maxTools {
				tools = appendTools(tools, &v.Array[i])
			}
		}
	case v.isMap():
		for _, group := range []string{"function_declarations", "functionDeclarations", "function_tools", "output_tools"} {
			if list := v.get(group); list.isArray() {
				tools = appendTools(tools, list)
			}
		}
		for _, wrapper := range []string{"tool", "json_schema", "function", "toolSpec"} {
			if inner := v.get(wrapper).container(); inner.isMap() && (wrapper != "json_schema" || v.get("name") == nil) {
				return appendTools(tools, inner)
			}
		}
		name := v.get("name").scalar()
		if name == "" {
			break
		}
		parameters := v.first("parameters", "input_schema", "inputSchema", "parameters_json_schema", "json_schema").container()
		if inner := parameters.get("json"); inner.isMap() { // Bedrock
			parameters = inner
		}
		tools = append(tools, trace.ToolDefinition{
			Name: cutText(name, trace.MaxNameBytes), Description: pointer(cutText(v.get("description").scalar(), maxStringBytes)),
			Parameters: parameters.encode(),
		})
	}
	return tools
}
