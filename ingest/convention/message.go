package convention

import (
	"slices"
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

// messageSource is one place where a convention keeps a conversation.
type messageSource struct {
	name string
	// read returns the messages of one side, nil without any.
	read func(r *reader, side side) []trace.Message
}

// messageSources are tried in order, for input and for output apart; the first
// that yields a message wins. The names stand for the table's readers only.
var messageSources = []messageSource{
	{"own", messagesUnder(AttrInputMessages, AttrOutputMessages)},
	{"own body", messagesInBody(AttrInput, AttrOutput)},
	{"langfuse", messagesInBody("langfuse.observation.input", "langfuse.observation.output")},
	{"genai", messagesUnder("gen_ai.input.messages", "gen_ai.output.messages")},
	{"genai details event", detailsMessages},
	{"genai message events", eventMessages},
	{"openinference", flatMessages("llm.input_messages.", "llm.output_messages.")},
	{"openllmetry", flatMessages("gen_ai.prompt.", "gen_ai.completion.")},
	{"vercel", vercelMessages},
	{"pydantic-ai", pydanticMessages},
	{"adk", adkMessages},
	{"genai content events", contentEventMessages},
	{"genai content attributes", messagesUnder("gen_ai.prompt", "gen_ai.completion")},
	{"openinference completions", completionsMessages},
	{"body", bodyMessages},
}

// conversation is all attributes that hold messages; with the events they decide
// whether a span speaks to a model.
var conversation = presence{
	keys: all(AttrInputMessages, AttrOutputMessages, AttrInput, AttrOutput, "langfuse.observation.input", "langfuse.observation.output",
		"gen_ai.input.messages", "gen_ai.output.messages", "ai.prompt.messages", "ai.prompt", "ai.response.text",
		"ai.result.text", "pydantic_ai.all_messages", "all_messages_events", "gcp.vertex.agent.llm_request",
		"gcp.vertex.agent.llm_response", "gen_ai.prompt", "gen_ai.completion", "input.value", "output.value",
		"traceloop.entity.input", "traceloop.entity.output"),
	families: families("llm.input_messages.", "llm.output_messages.", "gen_ai.prompt.0.", "gen_ai.completion.0.",
		"llm.prompts.", "llm.choices."),
}

// hasMessages is for typing: whether any message source may yield something.
func (r *reader) hasMessages() bool {
	if _, ok := conversation.in(&r.index); ok {
		return true
	}
	for i := range r.events {
		switch r.events[i].does {
		case eventMessage, eventChoice, eventDetails, eventContent:
			return true
		}
	}
	return false
}

// messages reads one side of the conversation.
func (r *reader) messages(side side) []trace.Message {
	for i := range messageSources {
		if messages := messageSources[i].read(r, side); len(messages) > 0 {
			r.spoke[side] = i + 1
			if side == input {
				messages = r.withSystem(messages)
			}
			return r.bounded(messages, side)
		}
	}
	if side == input {
		return r.bounded(r.withSystem(nil), side)
	}
	return nil
}

// defaultRoles are those of messages that name none.
var defaultRoles = [2]trace.MessageRole{input: trace.RoleUser, output: trace.RoleAssistant}

// messagesUnder reads the conversation from one key a side.
func messagesUnder(in, out string) func(*reader, side) []trace.Message {
	places := [2]key{input: of(in), output: of(out)}
	return func(r *reader, side side) []trace.Message {
		k := places[side]
		v := r.get(k)
		if v.isNull() {
			return nil
		}
		messages := r.conversation(v, k.String(), side)
		if messages != nil {
			r.use(k)
		}
		return messages
	}
}

// conversation reads a whole side: a list of messages, a request that holds
// one, one message, or plain text. JSON that was cut is kept as it came.
func (r *reader) conversation(v *Value, name string, side side) []trace.Message {
	if v.plain() == redactionMark {
		return nil
	}
	decoded, state := v.structured()
	switch state {
	case jsonCut:
		r.warn("truncated_json:" + name)
		return unreadable(decoded)
	case jsonLarge:
		r.warn("too_large:" + name)
		return unreadable(decoded)
	}
	return readMessages(decoded, side)
}

// unreadable wraps what could not be read as messages.
func unreadable(v *Value) []trace.Message {
	return []trace.Message{{Role: trace.RoleUnknown, Parts: []trace.MessagePart{&trace.OtherPart{JSON: v.encode()}}}}
}

// readMessages reads a list of messages, a request or a response that holds
// one, one message, or text. Nil for nothing.
func readMessages(v *Value, side side) []trace.Message {
	switch {
	case v.isNull():
		return nil
	case v.isArray():
		var messages []trace.Message
		if !hasMessageIn(v.Array) && hasPartIn(v.Array) { // the content of one message
			if parts := appendParts(nil, v); len(parts) > 0 {
				return []trace.Message{finished(trace.Message{Role: defaultRoles[side], Parts: parts})}
			}
			return nil
		}
		for i := range v.Array {
			if batch := &v.Array[i]; batch.isArray() && hasMessageIn(batch.Array) { // LangChain's batches
				messages = append(messages, readMessages(batch, side)...)
				continue
			}
			if m, ok := readMessage(&v.Array[i], side); ok {
				messages = append(messages, m)
			}
		}
		return messages
	case v.isMap():
		if messages := readExchange(v, side); messages != nil {
			return messages
		}
	}
	if m, ok := readMessage(v, side); ok {
		return []trace.Message{m}
	}
	return nil
}

// hasMessageIn reports whether a list holds something that only messages have.
func hasMessageIn(list []Value) bool {
	for i := range list {
		v := &list[i]
		if v.get("role") != nil || v.get("message").isMap() || v.get("parts").isArray() ||
			v.get("lc") != nil && v.get("kwargs").isMap() || langChainRole(v) != "" {
			return true
		}
	}
	return false
}

// hasPartIn reports whether a list holds a piece of a message.
func hasPartIn(list []Value) bool {
	for i := range list {
		v := &list[i]
		if _, ok := typedParts[v.get("type").plain()]; ok {
			return true
		}
		for _, shape := range shapedParts {
			if v.first(shape.member) != nil {
				return true
			}
		}
	}
	return false
}

// readExchange reads the body of a request or a response of a provider's API:
// OpenAI's, Anthropic's, Gemini's, Bedrock's.
func readExchange(v *Value, side side) []trace.Message {
	var messages []trace.Message
	if side == input {
		list := v.first("messages", "contents", "input")
		if !list.isArray() || len(list.Array) == 0 {
			return nil
		}
		if v.get("input") == list && !hasMessageIn(list.Array) {
			return nil
		}
		messages = readMessages(list, side)
		system := v.first("system", "instructions", "system_instruction", "systemInstruction")
		if system == nil {
			system = v.at("config", "system_instruction")
		}
		return prependSystem(messages, system)
	}
	switch {
	case v.get("choices").isArray(): // OpenAI's chat completions
		for i := range v.get("choices").Array {
			choice := &v.get("choices").Array[i]
			inner := choice.first("message", "text", "delta")
			m, ok := readMessage(inner, side)
			if !ok {
				continue
			}
			if m.FinishReason == "" {
				m.FinishReason = finishReason(choice.get("finish_reason").plain())
			}
			messages = append(messages, m)
		}
		return messages
	case v.get("candidates").isArray(): // Gemini
		for i := range v.get("candidates").Array {
			if m, ok := readMessage(&v.get("candidates").Array[i], side); ok {
				messages = append(messages, m)
			}
		}
		return messages
	case v.get("generations").isArray(): // LangChain
		for i := range v.get("generations").Array {
			batch := &v.get("generations").Array[i]
			if !batch.isArray() {
				continue
			}
			for j := range batch.Array {
				m, ok := readMessage(batch.Array[j].first("message", "text"), side)
				if !ok {
					continue
				}
				if m.FinishReason == "" {
					m.FinishReason = finishReason(batch.Array[j].at("generation_info", "finish_reason").plain())
				}
				messages = append(messages, m)
			}
		}
		return messages
	case v.at("output", "message").isMap(): // Bedrock
		m, ok := readMessage(v.at("output", "message"), side)
		if !ok {
			return nil
		}
		m.FinishReason = finishReason(v.get("stopReason").plain())
		return []trace.Message{m}
	case v.get("output").isArray() && v.get("object").plain() == "response": // OpenAI's responses
		return readMessages(v.get("output"), side)
	case v.get("messages").isArray() && len(v.get("messages").Array) > 0:
		return readMessages(v.get("messages"), side)
	}
	return nil
}

// roleWords are the words that conventions use beside the canonical ones.
var roleWords = map[string]trace.MessageRole{
	"human": trace.RoleUser, "ai": trace.RoleAssistant, "model": trace.RoleAssistant, "bot": trace.RoleAssistant,
	"function": trace.RoleTool, "ipython": trace.RoleTool,
}

// roleOf reads a role; without one the side tells, an unknown word is unknown.
func roleOf(word string, side side) trace.MessageRole {
	word = strings.ToLower(strings.TrimSpace(word))
	if word == "" {
		return defaultRoles[side]
	}
	if role, ok := roleWords[word]; ok {
		return role
	}
	role, _ := trace.RoleFromWord(word)
	return role
}

// readMessage reads one message in any convention's shape; false for nothing.
func readMessage(v *Value, side side) (trace.Message, bool) {
	if v.isNull() {
		return trace.Message{}, false
	}
	if !v.isMap() {
		m := trace.Message{Role: defaultRoles[side], Parts: appendParts(nil, v)}
		return finished(m), len(m.Parts) > 0
	}
	if kwargs := v.get("kwargs"); kwargs.isMap() && v.get("lc") != nil { // LangChain's serialised objects
		return readMessage(kwargs, side)
	}
	reason := finishReason(v.first("finish_reason", "finishReason", "stop_reason").scalar())
	for _, wrapper := range []string{"message", "content"} { // OpenInference, Gemini's candidates
		if inner := v.get(wrapper); inner.isMap() && v.get("role") == nil && (wrapper == "message" || inner.get("parts") != nil) {
			m, ok := readMessage(inner, side)
			if m.FinishReason == "" {
				m.FinishReason = reason
			}
			return m, ok
		}
	}
	role := v.get("role").scalar()
	if role == "" {
		role = langChainRole(v)
	}
	if role == "" {
		if _, isPart := typedParts[v.get("type").plain()]; isPart && v.get("type").plain() != "message" {
			return lonePart(v, side)
		}
	}
	m := trace.Message{Role: roleOf(role, side), Name: pointer(cutText(v.get("name").scalar(), trace.MaxNameBytes)), FinishReason: reason}
	if thought := v.first("reasoning_content", "reasoning").plain(); thought != "" {
		m.Parts = append(m.Parts, &trace.ReasoningPart{Text: &thought})
	}
	for _, name := range []string{"parts", "contents", "content"} {
		if content := v.get(name); !content.isNull() && content.plain() != redactionMark {
			m.Parts = appendParts(m.Parts, content)
			break
		}
	}
	if refusal := v.get("refusal").plain(); refusal != "" {
		m.Parts = append(m.Parts, &trace.RefusalPart{Text: refusal})
	}
	m.Parts = appendCalls(m.Parts, v)
	if id := v.first("tool_call_id", "toolCallId").scalar(); id != "" || m.Role == trace.RoleTool {
		m.Parts = asToolResult(m.Parts, v.first("parts", "contents", "content"), id, m.Name)
		if len(m.Parts) == 1 {
			m.Name = nil // it names the tool, not a speaker
		}
	}
	if len(m.Parts) == 0 && reason == "" && role == "" {
		if len(v.Map) == 0 {
			return trace.Message{}, false
		}
		m.Parts = append(m.Parts, readPart(v))
	}
	return finished(m), true
}

// langChainRole: LangChain's messages have a type instead of a role.
func langChainRole(v *Value) string {
	if v.get("content") == nil {
		return ""
	}
	kind := v.get("type").plain()
	if _, known := roleWords[kind]; known {
		return kind
	}
	if _, known := trace.RoleFromWord(kind); known {
		return kind
	}
	return ""
}

// lonePart reads an item of a list of messages that is a piece by itself, as
// OpenAI's responses have it.
func lonePart(v *Value, side side) (trace.Message, bool) {
	part := readPart(v)
	m := trace.Message{Role: defaultRoles[side], Parts: []trace.MessagePart{part}}
	switch part.(type) {
	case *trace.ToolCallPart, *trace.ReasoningPart:
		m.Role = trace.RoleAssistant
	}
	return finished(m), true
}

// appendCalls adds the calls that stand beside the content, without those that
// the content holds already.
func appendCalls(parts []trace.MessagePart, v *Value) []trace.MessagePart {
	calls, _ := v.first("tool_calls", "toolCalls").structured()
	if calls.isArray() {
		known := map[string]bool{}
		for _, part := range parts {
			if call, ok := part.(*trace.ToolCallPart); ok && call.CallID != nil {
				known[*call.CallID] = true
			}
		}
		for i := range calls.Array {
			part := readToolCall(&calls.Array[i])
			if part == nil {
				continue
			}
			if id := part.(*trace.ToolCallPart).CallID; id != nil && known[*id] {
				continue
			}
			parts = append(parts, part)
		}
	}
	if call := v.get("function_call"); call.isMap() {
		if part := readToolCall(call); part != nil {
			parts = append(parts, part)
		}
	}
	if name := v.get("function_call_name").scalar(); name != "" { // OpenInference, older
		parts = append(parts, &trace.ToolCallPart{Name: cutText(name, trace.MaxNameBytes), Arguments: argumentsOf(v.get("function_call_arguments_json"))})
	}
	return parts
}

// asToolResult makes the content of a tool's message its result: one text is
// taken out of its list, anything else stays as it came. Parts that are results
// already stay too.
func asToolResult(parts []trace.MessagePart, content *Value, id string, name *string) []trace.MessagePart {
	for _, part := range parts {
		if _, ok := part.(*trace.ToolResultPart); ok {
			return parts
		}
	}
	result := &trace.ToolResultPart{CallID: pointer(cutText(id, trace.MaxNameBytes))}
	if name != nil {
		result.Name = *name
	}
	if text, ok := textOf(parts); ok {
		content = stringValue(text)
	}
	if len(parts) > 0 {
		result.Result = content.container().encode()
	}
	return []trace.MessagePart{result}
}

// textOf returns the text of a list with one text in it.
func textOf(parts []trace.MessagePart) (string, bool) {
	if len(parts) != 1 {
		return "", false
	}
	text, ok := parts[0].(*trace.TextPart)
	if !ok {
		return "", false
	}
	return text.Text, true
}

// finished gives a message that brings nothing but results of tools the role
// of the tool, whoever the source says speaks.
func finished(m trace.Message) trace.Message {
	for _, part := range m.Parts {
		if _, ok := part.(*trace.ToolResultPart); !ok {
			return m
		}
	}
	if len(m.Parts) > 0 {
		m.Role = trace.RoleTool
	}
	return m
}

// Sources.

// messagesInBody reads bodies that hold anything, so only what looks like
// messages is taken for some, and plain text for one.
func messagesInBody(in, out string) func(*reader, side) []trace.Message {
	places := [2]key{input: of(in), output: of(out)}
	return func(r *reader, side side) []trace.Message {
		k := places[side]
		v := r.get(k)
		if v.isNull() || v.plain() == redactionMark {
			return nil
		}
		decoded, state := v.structured()
		if state == jsonCut || state == jsonLarge {
			return r.conversation(v, k.String(), side)
		}
		if !looksLikeMessages(decoded, side) {
			return nil
		}
		r.use(k)
		return readMessages(decoded, side)
	}
}

// looksLikeMessages recognises a list of objects with a role, a request or a
// response around one, one such object, and plain text.
func looksLikeMessages(v *Value, side side) bool {
	switch {
	case v.isNull():
		return false
	case v.Kind == KindString:
		return v.Text != ""
	case v.isArray():
		for i := range v.Array {
			item := &v.Array[i]
			_, isPart := typedParts[item.get("type").plain()]
			isMessage := item.get("role") != nil || item.get("type").plain() == "message" || langChainRole(item) != "" || item.get("lc") != nil
			if !isMessage && !isPart && !item.isArray() {
				return false
			}
		}
		return len(v.Array) > 0 && (hasMessageIn(v.Array) || v.Array[0].isArray() && looksLikeMessages(&v.Array[0], side))
	case v.isMap():
		return v.get("role") != nil && v.first("content", "parts", "tool_calls") != nil || langChainRole(v) != "" || readExchange(v, side) != nil
	}
	return false
}

var bodyKeys = [2][]source{
	input:  rows("input.value", "traceloop.entity.input", "mlflow.spanInputs", "genkit:input", "langwatch.input"),
	output: rows("output.value", "traceloop.entity.output", "mlflow.spanOutputs", "genkit:output", "langwatch.output"),
}

// bodyMessages is the last resort on a model call: the body of a request in a
// known shape, else its text.
func bodyMessages(r *reader, side side) []trace.Message {
	if r.kind != trace.TypeGeneration {
		return nil
	}
	v, s := r.value(bodyKeys[side])
	if v == nil {
		return nil
	}
	decoded, _ := v.structured()
	if looksLikeMessages(decoded, side) {
		if messages := readMessages(decoded, side); len(messages) > 0 {
			r.use(s.key)
			return messages
		}
	}
	text := v.plain()
	if text == "" {
		text = string(decoded.encode())
	}
	if decoded != nil && decoded.Kind == KindString {
		text = decoded.Text
	}
	if text == "" {
		return nil
	}
	return []trace.Message{{Role: defaultRoles[side], Parts: []trace.MessagePart{&trace.TextPart{Text: text}}}}
}

// flatMessages reads a list that is written as one key per leaf.
func flatMessages(in, out string) func(*reader, side) []trace.Message {
	places := [2]prefix{input: under(in), output: under(out)}
	return func(r *reader, side side) []trace.Message {
		var messages []trace.Message
		items := r.unflatten(places[side])
		for i := range items {
			decodeContent(&items[i])
			if m, ok := readMessage(&items[i], side); ok {
				messages = append(messages, m)
			}
		}
		return messages
	}
}

// decodeContent decodes content that was encoded as JSON because an attribute
// cannot hold a list: only a list of pieces counts, text may look like JSON.
func decodeContent(message *Value) {
	if message.Kind != KindMap {
		return
	}
	for i := range message.Map {
		if message.Map[i].Key != "content" {
			continue
		}
		if list := message.Map[i].Value.container(); list.isArray() && hasPartIn(list.Array) {
			message.Map = slices.Clone(message.Map) // it may be the span's own
			message.Map[i].Value = *list
		}
	}
}

var (
	keyVercelMessages = of("ai.prompt.messages")
	keyVercelPrompt   = of("ai.prompt")
	// Up to version 3 of the SDK, result stood for response.
	vercelTexts     = rows("ai.response.text", "ai.result.text")
	vercelReasoning = rows("ai.response.reasoning", "ai.result.reasoning")
	vercelCalls     = rows("ai.response.toolCalls", "ai.result.toolCalls")
	vercelObjects   = rows("ai.response.object", "ai.result.object")
	vercelFiles     = rows("ai.response.files")
)

// vercelMessages reads the attributes of the Vercel AI SDK up to version 6.
func vercelMessages(r *reader, side side) []trace.Message {
	if side == input {
		if v := r.get(keyVercelMessages); !v.isNull() {
			r.use(keyVercelMessages)
			return r.conversation(v, "ai.prompt.messages", side)
		}
		v := r.get(keyVercelPrompt)
		if v.isNull() {
			return nil
		}
		r.use(keyVercelPrompt)
		decoded := r.decode(v, "ai.prompt")
		if !decoded.isMap() {
			return readMessages(decoded, side)
		}
		messages := readMessages(decoded.first("messages", "prompt"), side)
		return prependSystem(messages, decoded.get("system"))
	}
	m := trace.Message{Role: trace.RoleAssistant}
	if v := r.structureAsText(vercelReasoning); v != "" {
		m.Parts = append(m.Parts, &trace.ReasoningPart{Text: &v})
	}
	if v := r.structureAsText(vercelTexts); v != "" {
		m.Parts = append(m.Parts, &trace.TextPart{Text: v})
	}
	if v := r.structureAsText(vercelObjects); v != "" && len(m.Parts) == 0 {
		m.Parts = append(m.Parts, &trace.TextPart{Text: v})
	}
	if calls := r.structure(vercelCalls); calls.isArray() {
		for i := range calls.Array {
			if part := readToolCall(&calls.Array[i]); part != nil {
				m.Parts = append(m.Parts, part)
			}
		}
	}
	if files := r.structure(vercelFiles); files.isArray() {
		for i := range files.Array {
			file := files.Array[i].container()
			if part := readMedia(file); part != nil {
				m.Parts = append(m.Parts, part)
			}
		}
	}
	if len(m.Parts) == 0 {
		return nil
	}
	return []trace.Message{m}
}

// structureAsText reads text that goes into a message, so that it does not stay
// in the attributes.
func (r *reader) structureAsText(list []source) string {
	v, s := r.value(list)
	if v == nil {
		return ""
	}
	r.use(s.key)
	if v.Kind == KindString {
		return v.Text
	}
	return string(v.encode())
}

var (
	keyAllMessages    = of("pydantic_ai.all_messages")
	keyPydanticPrompt = of("prompt")
	pydanticEvents    = rows("all_messages_events", "events")
	pydanticScopes    = []string{pydanticScope, "logfire"}
)

// pydanticMessages: an agent's span holds the whole conversation; its last
// answer is the output.
func pydanticMessages(r *reader, side side) []trace.Message {
	if v := r.get(keyAllMessages); !v.isNull() {
		r.use(keyAllMessages)
		return half(r.conversation(v, "pydantic_ai.all_messages", input), side)
	}
	isPydantic := false
	for _, scope := range pydanticScopes {
		isPydantic = isPydantic || strings.HasPrefix(r.scopeName, scope)
	}
	if !isPydantic {
		return nil
	}
	if v, s := r.value(pydanticEvents); v != nil {
		events, _ := v.structured()
		if messages := half(messagesOfBodies(events), side); messages != nil {
			r.use(s.key)
			return messages
		}
	}
	if v := r.get(keyPydanticPrompt); side == input && v.plain() != "" {
		r.use(keyPydanticPrompt)
		return readMessages(v, side)
	}
	return nil
}

// half splits a conversation: the assistant's last word is the output, what
// stands before it the input.
func half(messages []trace.Message, side side) []trace.Message {
	last := len(messages) - 1
	isAnswered := last >= 0 && messages[last].Role == trace.RoleAssistant
	switch {
	case side == input && isAnswered:
		return messages[:last]
	case side == input:
		return messages
	case isAnswered:
		return messages[last:]
	}
	return nil
}

var (
	keyADKRequest  = of("gcp.vertex.agent.llm_request")
	keyADKResponse = of("gcp.vertex.agent.llm_response")
)

// adkMessages reads the request and the response that Google's ADK records
// whole. Tool spans carry empty ones.
func adkMessages(r *reader, side side) []trace.Message {
	k := keyADKRequest
	if side == output {
		k = keyADKResponse
	}
	decoded := r.decode(r.get(k), k.String())
	if !decoded.isMap() || len(decoded.Map) == 0 {
		return nil
	}
	r.use(k)
	if side == input {
		return readExchange(decoded, side)
	}
	m, ok := readMessage(decoded, side)
	if !ok || len(m.Parts) == 0 && m.FinishReason == "" {
		return nil
	}
	return []trace.Message{m}
}

var completionsLists = [2]prefix{input: under("llm.prompts."), output: under("llm.choices.")}

// completionsMessages reads OpenInference's keys for the older completions API.
func completionsMessages(r *reader, side side) []trace.Message {
	var messages []trace.Message
	for _, item := range r.unflatten(completionsLists[side]) {
		text := item.at("prompt", "text")
		if side == output {
			text = item.at("completion", "text")
		}
		if m, ok := readMessage(text, side); ok {
			messages = append(messages, m)
		}
	}
	return messages
}

var keySystemInstructions = of("gen_ai.system_instructions")

// withSystem puts the system's instructions that stand apart before the
// messages, unless these have some.
func (r *reader) withSystem(messages []trace.Message) []trace.Message {
	v := r.get(keySystemInstructions)
	if !v.isNull() {
		r.use(keySystemInstructions)
	}
	for i := range r.events {
		if v.isNull() && r.events[i].does == eventDetails {
			v = r.events[i].attribute("gen_ai.system_instructions")
		}
	}
	if v.isNull() {
		return messages
	}
	return prependSystem(messages, r.decode(v, "gen_ai.system_instructions"))
}

// prependSystem adds a system message unless there is one.
func prependSystem(messages []trace.Message, system *Value) []trace.Message {
	if system.isNull() {
		return messages
	}
	for i := range messages {
		if messages[i].Role == trace.RoleSystem || messages[i].Role == trace.RoleDeveloper {
			return messages
		}
	}
	var parts []trace.MessagePart
	switch {
	case system.get("parts") != nil:
		parts = appendParts(nil, system.get("parts"))
	case system.isMap() && system.get("content") != nil && system.get("type") == nil:
		parts = appendParts(nil, system.get("content"))
	default:
		parts = appendParts(nil, system)
	}
	if len(parts) == 0 {
		return messages
	}
	return append([]trace.Message{{Role: trace.RoleSystem, Parts: parts}}, messages...)
}
