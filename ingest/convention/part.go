package convention

import (
	"encoding/base64"
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

// partReader reads one piece of a message; nil leaves it to the last resort,
// which keeps the piece as it came.
type partReader func(v *Value) trace.MessagePart

// typedParts read pieces that name their type.
var typedParts = map[string]partReader{
	"text": readText, "input_text": readText, "output_text": readText, "summary_text": readText,

	"reasoning": readReasoning, "thinking": readReasoning, "redacted_thinking": readReasoning,

	"tool_call": readToolCall, "tool-call": readToolCall, "tool_use": readToolCall, "function": readToolCall,
	"function_call": readToolCall, "custom_tool_call": readToolCall,
	"server_tool_call": serverSide(readToolCall), "server_tool_use": serverSide(readToolCall),

	"tool_call_response": readToolResult, "tool-result": readToolResult, "tool_result": readToolResult,
	"tool-error": readToolResult, "tool_response": readToolResult, "function_call_output": readToolResult,
	"custom_tool_call_output": readToolResult, "server_tool_call_response": serverSide(readToolResult),

	"image_url": readMedia, "input_image": readMedia, "image": readMedia, "input_audio": readMedia, "audio": readMedia,
	"video": readMedia, "video_url": readMedia, "audio_url": readMedia,
	"image-url": readMedia, "audio-url": readMedia, "video-url": readMedia, "document-url": readMedia, "binary": readMedia,
	"uri": readMedia, "blob": readMedia, "file": readMedia, "input_file": readMedia, "document": readMedia, "media": readMedia,

	"refusal": readRefusal,
}

// shapedParts read pieces without a type, told by a member they have. The order
// matters: Gemini marks thoughts on a text.
var shapedParts = []struct {
	member string
	read   partReader
}{
	{"thought", readThought},
	{"text", readText},
	{"toolUse", readToolCall},
	{"toolResult", readToolResult},
	{"reasoningContent", readReasoning},
	{"function_call", readToolCall}, {"functionCall", readToolCall},
	{"function_response", readToolResult}, {"functionResponse", readToolResult},
	{"inline_data", readMedia}, {"inlineData", readMedia}, {"file_data", readMedia}, {"fileData", readMedia},
	{"image", readMedia}, {"video", readMedia}, {"audio", readMedia}, {"document", readMedia}, {"image_url", readMedia},
	{"toolCallId", readVercelTool},
	{"refusal", readRefusal},
}

// appendParts reads the content of a message: text, one piece or a list.
func appendParts(parts []trace.MessagePart, content *Value) []trace.MessagePart {
	switch {
	case content.isNull():
	case content.isArray():
		for i := range content.Array {
			parts = appendPart(parts, &content.Array[i])
		}
	default:
		parts = appendPart(parts, content)
	}
	return parts
}

func appendPart(parts []trace.MessagePart, v *Value) []trace.MessagePart {
	switch v.Kind {
	case KindEmpty, KindUnknown:
		return parts
	case KindString:
		if v.Text == "" || v.Text == redactionMark {
			return parts
		}
		return append(parts, &trace.TextPart{Text: v.Text})
	case KindMap:
		return append(parts, readPart(v))
	default:
		return append(parts, &trace.OtherPart{JSON: v.encode()})
	}
}

// readPart reads one piece; what no reader knows is kept as it came.
func readPart(v *Value) trace.MessagePart {
	if inner := v.get("message_content"); inner.isMap() { // OpenInference
		v = inner
	}
	kind := v.get("type").plain()
	if read, ok := typedParts[kind]; ok {
		if part := read(v); part != nil {
			return part
		}
	} else {
		for _, shape := range shapedParts {
			if v.first(shape.member) == nil {
				continue
			}
			if part := shape.read(v); part != nil {
				return part
			}
		}
	}
	if kind == "" {
		if kind = v.get("part_kind").plain(); kind == "" && len(v.Map) == 1 {
			kind = v.Map[0].Key
		}
	}
	return &trace.OtherPart{Kind: cutText(kind, 100), JSON: v.encode()}
}

func readText(v *Value) trace.MessagePart {
	text := v.first("text", "content", "value")
	if text.isMap() { // {"text": {"value": "hi"}}
		text = text.first("value", "text")
	}
	if text == nil || text.Kind != KindString {
		return nil
	}
	return &trace.TextPart{Text: text.Text}
}

// readThought: Gemini marks a text as a thought.
func readThought(v *Value) trace.MessagePart {
	if is, _ := v.get("thought").boolean(); !is {
		return nil
	}
	return &trace.ReasoningPart{Text: pointer(v.get("text").plain())}
}

func readReasoning(v *Value) trace.MessagePart {
	if inner := v.get("reasoningContent"); inner.isMap() { // Bedrock
		v = inner
		if text := v.get("reasoningText"); text.isMap() {
			v = text
		}
	}
	text := v.first("content", "text", "thinking")
	if text == nil || text.isArray() { // OpenAI's responses
		if text == nil {
			text = v.get("summary")
		}
		var all []string
		if text.isArray() {
			for i := range text.Array {
				if s := text.Array[i].first("text", "content").plain(); s != "" {
					all = append(all, s)
				}
			}
		}
		return &trace.ReasoningPart{Text: pointer(strings.Join(all, "\n"))}
	}
	return &trace.ReasoningPart{Text: pointer(text.plain())}
}

func readRefusal(v *Value) trace.MessagePart {
	text := v.first("refusal", "content", "text").plain()
	if text == "" {
		return nil
	}
	return &trace.RefusalPart{Text: text}
}

// readToolCall reads a wish to call a tool, in any convention's shape.
func readToolCall(v *Value) trace.MessagePart {
	outer := v
	for _, wrapper := range []string{"tool_call", "toolUse", "functionCall", "function_call", "function"} {
		if inner := v.get(wrapper); inner.isMap() {
			if wrapper == "tool_call" { // OpenInference wraps what OpenAI wraps again
				outer = inner
				if function := inner.get("function"); function.isMap() {
					inner = function
				}
			}
			v = inner
			break
		}
	}
	name := v.first("name", "toolName", "tool_name").scalar()
	arguments := v.first("arguments", "input", "args", "arguments_json", "parameters")
	id := outer.first("id", "call_id", "toolCallId", "tool_call_id", "toolUseId")
	if id == nil {
		id = v.first("id", "call_id", "toolCallId", "tool_call_id", "toolUseId")
	}
	if name == "" && arguments == nil && id == nil {
		return nil
	}
	server, _ := outer.get("builtin").boolean()
	if payload := outer.get("server_tool_call"); payload.isMap() && arguments == nil { // GenAI's server_tool_call
		arguments = payload
	}
	return &trace.ToolCallPart{
		CallID: pointer(cutText(id.scalar(), trace.MaxNameBytes)), Name: cutText(name, trace.MaxNameBytes),
		Arguments: argumentsOf(arguments), IsServerSide: server,
	}
}

// argumentsOf decodes the arguments of a call, which OpenAI sends as JSON in a
// string. Text that is no JSON stays a string.
func argumentsOf(v *Value) trace.JSON {
	if v.isNull() || v.Kind == KindString && strings.TrimSpace(v.Text) == "" {
		return nil
	}
	decoded, _ := v.structured()
	return decoded.encode()
}

// readToolResult reads what a tool answered, in any convention's shape.
func readToolResult(v *Value) trace.MessagePart {
	server, _ := v.get("builtin").boolean()
	for _, wrapper := range []string{"toolResult", "functionResponse", "function_response"} {
		if inner := v.get(wrapper); inner.isMap() {
			v = inner
			break
		}
	}
	part := &trace.ToolResultPart{
		CallID:       pointer(cutText(v.first("id", "tool_call_id", "tool_use_id", "toolUseId", "toolCallId", "call_id").scalar(), trace.MaxNameBytes)),
		Name:         cutText(v.first("name", "toolName", "tool_name").scalar(), trace.MaxNameBytes),
		IsServerSide: server,
	}
	part.IsError, _ = v.first("is_error", "isError").boolean()
	if status := v.get("status").plain(); strings.EqualFold(status, "error") {
		part.IsError = true
	}
	result := v.first("response", "result", "output", "content", "error", "server_tool_call_response")
	if v.get("type").plain() == "tool-error" {
		part.IsError = true
	}
	if kind := result.get("type").plain(); kind != "" { // Vercel tells text from JSON and errors
		switch kind {
		case "error-text", "error-json", "execution-denied":
			part.IsError = true
			fallthrough
		case "text", "json", "content":
			if inner := result.first("value", "reason"); inner != nil {
				result = inner
			}
		}
	}
	part.Result = result.container().encode()
	return part
}

// readVercelTool reads a call or result of the Vercel AI SDK without a type.
func readVercelTool(v *Value) trace.MessagePart {
	if v.first("result", "output") != nil {
		return readToolResult(v)
	}
	return readToolCall(v)
}

// serverSide marks calls of tools that the provider runs itself.
func serverSide(read partReader) partReader {
	return func(v *Value) trace.MessagePart {
		part := read(v)
		switch part := part.(type) {
		case *trace.ToolCallPart:
			part.IsServerSide = true
		case *trace.ToolResultPart:
			part.IsServerSide = true
		}
		return part
	}
}

// Media: conventions nest the same few facts in different ways, so they are
// gathered from wherever they stand.
var (
	mediaContainers = []string{"image_url", "input_audio", "image", "audio", "audio_url", "video", "video_url", "document", "file",
		"source", "inline_data", "inlineData", "file_data", "fileData", "s3Location", "data"}
	mediaMimes  = []string{"mime_type", "media_type", "mediaType", "mimeType", "format"}
	mediaURLs   = []string{"url", "uri", "file_uri", "fileUri", "image_url", "video_url", "audio_url"}
	mediaFiles  = []string{"file_id", "fileId"}
	mediaInline = []string{"data", "bytes", "content", "file_data", "image", "base64"}
)

type media struct{ mime, url, file, inline string }

func (m *media) gather(v *Value, depth int) {
	take := func(field *string, names []string) {
		for _, name := range names {
			if member := v.get(name); *field == "" && member != nil && (member.Kind == KindString || member.Kind == KindBytes) {
				*field = member.Text
				if member.Kind == KindBytes {
					*field = base64.StdEncoding.EncodeToString([]byte(member.Text))
				}
			}
		}
	}
	take(&m.mime, mediaMimes)
	take(&m.url, mediaURLs)
	take(&m.file, mediaFiles)
	take(&m.inline, mediaInline)
	for _, name := range mediaContainers {
		if inner := v.get(name); inner.isMap() && depth < 3 {
			m.gather(inner, depth+1)
		}
	}
}

// readLangfuseToken reads what Langfuse's SDKs put in the place of media that
// they upload: @@@langfuseMedia:type=image/png|id=abc|source=bytes@@@.
func (m *media) readLangfuseToken() {
	for _, field := range []*string{&m.url, &m.inline} {
		token, ok := strings.CutPrefix(*field, "@@@langfuseMedia:")
		if !ok {
			continue
		}
		*field = ""
		for _, pair := range strings.Split(strings.TrimSuffix(token, "@@@"), "|") {
			switch name, value, _ := strings.Cut(pair, "="); name {
			case "type":
				m.mime = value
			case "id":
				m.file = value
			}
		}
	}
}

func readMedia(v *Value) trace.MessagePart {
	var m media
	m.gather(v, 0)
	if m.url == "" && m.file == "" && m.inline == "" {
		return nil
	}
	m.readLangfuseToken()
	part := &trace.MediaPart{Modality: modality(v), FileID: cutText(m.file, trace.MaxNameBytes)}
	if m.url == "" && isReference(m.inline) {
		m.url, m.inline = m.inline, ""
	}
	if rest, ok := strings.CutPrefix(m.url, "data:"); ok {
		head, data, _ := strings.Cut(rest, ",")
		mime, _, _ := strings.Cut(head, ";")
		if m.mime == "" || !strings.Contains(m.mime, "/") {
			m.mime = mime
		}
		m.url, m.inline = "", data
	}
	if m.url != "" {
		part.URL = pointer(cutText(m.url, maxURLBytes))
	} else if m.inline != "" {
		n := decodedSize(m.inline)
		part.Bytes = &n
	}
	part.MimeType = cutText(m.mime, 200)
	if kind, _, ok := strings.Cut(part.MimeType, "/"); ok {
		if part.Modality == "" && (kind == "image" || kind == "audio" || kind == "video") {
			part.Modality = kind
		}
	} else if part.MimeType != "" && part.Modality != "" && part.Modality != "document" {
		part.MimeType = part.Modality + "/" + part.MimeType // Bedrock's and OpenAI's "format": "png"
	}
	return part
}

// isReference reports whether a text is a URL rather than base64.
func isReference(s string) bool {
	scheme, _, ok := strings.Cut(s[:min(len(s), 32)], ":")
	return ok && scheme != "" && strings.IndexFunc(scheme, func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '-')
	}) < 0
}

// modality is what a piece says of itself.
func modality(v *Value) string {
	if stated := v.get("modality").plain(); stated != "" {
		return cutText(stated, 100)
	}
	kind := v.get("type").plain()
	for _, word := range []string{"image", "audio", "video", "document"} {
		if strings.Contains(kind, word) || v.get(word) != nil || v.get(word+"_url") != nil {
			return word
		}
	}
	if strings.Contains(kind, "file") {
		return "file"
	}
	return ""
}

// decodedSize is the number of bytes that a base64 text stands for.
func decodedSize(s string) int {
	s = strings.TrimRight(s, "=\r\n ")
	return len(s) * 3 / 4
}
