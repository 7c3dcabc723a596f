package trace

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// Message is one turn of a conversation with a model.
type Message struct {
	Role  MessageRole
	Name  *string
	Parts []MessagePart
	// FinishReason is why the model stopped, on a completion, in canonical words.
	FinishReason string
}

// MessagePart is one piece of a message; the concrete types below are all
// there are.
type MessagePart interface{ partType() string }

// TextPart is plain text.
type TextPart struct {
	Text string `json:"text"`
}

// ReasoningPart is the model's thinking; Text is nil where it is withheld.
type ReasoningPart struct {
	Text *string `json:"text,omitempty"`
}

// RefusalPart is the model's words of refusal.
type RefusalPart struct {
	Text string `json:"text"`
}

// MediaPart is an image, sound, video or file. Inline data is not kept in it:
// URL is set for media by reference, Bytes for inline media.
type MediaPart struct {
	Modality string  `json:"modality,omitempty"`
	MimeType string  `json:"mimeType,omitempty"`
	URL      *string `json:"url,omitempty"`
	Bytes    *int    `json:"bytes,omitempty"`
	// FileID names a file held by the provider.
	FileID string `json:"fileId,omitempty"`
}

// ToolCallPart is the model's wish to call a tool.
type ToolCallPart struct {
	CallID *string `json:"id,omitempty"`
	Name   string  `json:"name"`
	// Arguments is JSON; text that is not JSON is kept as a JSON string.
	Arguments JSON `json:"arguments,omitempty"`
	// IsServerSide marks tools that the provider runs itself.
	IsServerSide bool `json:"server,omitempty"`
}

// ToolResultPart is what a tool answered.
type ToolResultPart struct {
	CallID  *string `json:"id,omitempty"`
	Name    string  `json:"name,omitempty"`
	Result  JSON    `json:"result,omitempty"`
	IsError bool    `json:"isError,omitempty"`
	// IsServerSide marks tools that the provider runs itself.
	IsServerSide bool `json:"server,omitempty"`
}

// OtherPart keeps what no rule knows, as it came.
type OtherPart struct {
	Kind string `json:"kind,omitempty"`
	JSON JSON   `json:"json,omitempty"`
}

func (*TextPart) partType() string       { return "text" }
func (*ReasoningPart) partType() string  { return "reasoning" }
func (*RefusalPart) partType() string    { return "refusal" }
func (*MediaPart) partType() string      { return "media" }
func (*ToolCallPart) partType() string   { return "tool_call" }
func (*ToolResultPart) partType() string { return "tool_result" }
func (*OtherPart) partType() string      { return "other" }

// ToolDefinition is a tool that the model was offered.
type ToolDefinition struct {
	Name        string  `json:"name"`
	Description *string `json:"description,omitempty"`
	// Parameters is the JSON schema of the arguments.
	Parameters JSON `json:"parameters,omitempty"`
}

type messageJSON struct {
	Role         string            `json:"role"`
	Name         *string           `json:"name,omitempty"`
	Parts        []json.RawMessage `json:"parts"`
	FinishReason string            `json:"finishReason,omitempty"`
}

var roleWords = map[MessageRole]string{
	RoleUnknown: "unknown", RoleSystem: "system", RoleDeveloper: "developer",
	RoleUser: "user", RoleAssistant: "assistant", RoleTool: "tool",
}

// RoleFromWord reads a role as conventions write it, lower case; unknown words
// give RoleUnknown and false.
func RoleFromWord(word string) (MessageRole, bool) {
	for role, w := range roleWords {
		if w == word {
			return role, true
		}
	}
	return RoleUnknown, false
}

// MarshalJSON writes the canonical form: {"role":"user","parts":[{"type":"text","text":"hi"}]}.
// JSON inside a part that is not well-formed or nests deeper than MaxJSONDepth
// is written as a JSON string; a nil part as an empty OtherPart.
func (m Message) MarshalJSON() ([]byte, error) {
	out := messageJSON{Role: roleWords[m.Role], Name: m.Name, Parts: make([]json.RawMessage, len(m.Parts)), FinishReason: m.FinishReason}
	for i, part := range m.Parts {
		part = storablePart(part)
		body := []byte(EncodeJSON(part))
		head := `{"type":"` + part.partType() + `"`
		if len(body) > 2 {
			head += ","
		}
		out.Parts[i] = append([]byte(head), body[1:]...)
	}
	return EncodeJSON(out), nil
}

// maxTextInsteadOfJSON bounds, in bytes, what is kept of JSON that is not
// storable as such.
const maxTextInsteadOfJSON = 64 << 10

// storablePart returns the part, or a copy in which JSON that cannot be stored
// is a JSON string, so that the encoding of a part is always an object.
func storablePart(part MessagePart) MessagePart {
	if part == nil || reflect.ValueOf(part).IsNil() {
		return &OtherPart{}
	}
	switch p := part.(type) {
	case *ToolCallPart:
		if text, bad := textInsteadOf(p.Arguments); bad {
			fixed := *p
			fixed.Arguments = text
			return &fixed
		}
	case *ToolResultPart:
		if text, bad := textInsteadOf(p.Result); bad {
			fixed := *p
			fixed.Result = text
			return &fixed
		}
	case *OtherPart:
		if text, bad := textInsteadOf(p.JSON); bad {
			return &OtherPart{Kind: p.Kind, JSON: text}
		}
	}
	return part
}

func textInsteadOf(j JSON) (JSON, bool) {
	if len(j) == 0 || isStorable(j) {
		return nil, false
	}
	return AppendJSONString(nil, Shorten(string(j), maxTextInsteadOfJSON)), true
}

// UnmarshalJSON reads the canonical form only; conventions are read elsewhere.
func (m *Message) UnmarshalJSON(text []byte) error {
	var in messageJSON
	if err := json.Unmarshal(text, &in); err != nil {
		return fmt.Errorf("read a message: %w", err)
	}
	role, _ := RoleFromWord(in.Role)
	*m = Message{Role: role, Name: in.Name, FinishReason: in.FinishReason, Parts: make([]MessagePart, len(in.Parts))}
	for i, raw := range in.Parts {
		var head struct {
			Type string `json:"type"`
		}
		if err := json.Unmarshal(raw, &head); err != nil {
			return fmt.Errorf("read a message part: %w", err)
		}
		part := newPart(head.Type)
		if err := json.Unmarshal(raw, part); err != nil {
			return fmt.Errorf("read a message part: %w", err)
		}
		m.Parts[i] = part
	}
	return nil
}

func newPart(kind string) MessagePart {
	switch kind {
	case "text":
		return &TextPart{}
	case "reasoning":
		return &ReasoningPart{}
	case "refusal":
		return &RefusalPart{}
	case "media":
		return &MediaPart{}
	case "tool_call":
		return &ToolCallPart{}
	case "tool_result":
		return &ToolResultPart{}
	default:
		return &OtherPart{}
	}
}
