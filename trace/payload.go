package trace

import (
	"encoding/json"
	"strings"
	"unicode"
)

// MIME types that a Payload can have.
const (
	MimeText = "text/plain"
	MimeJSON = "application/json"
)

// Payload is a body: what went into a step or came out of it.
type Payload struct {
	// MimeType is MimeText or MimeJSON.
	MimeType string
	// Bytes is the size of the stored content in UTF-8. Content holds less
	// when only the beginning was read for a preview.
	Bytes int
	// Content is the text, or the JSON in canonical form.
	Content string
	// IsTruncated says that the client's content was longer than the server
	// keeps, or that the client cut it before sending.
	IsTruncated bool
}

// TextPayload wraps plain text.
func TextPayload(text string) *Payload {
	text, _ = CleanText(text)
	return &Payload{MimeType: MimeText, Bytes: len(text), Content: text}
}

// JSONPayload wraps canonical JSON. The content shares the memory of j, which
// must not change afterwards.
func JSONPayload(j JSON) *Payload { return JSONTextPayload(j.view()) }

// JSONTextPayload wraps the text of canonical JSON.
func JSONTextPayload(text string) *Payload {
	return &Payload{MimeType: MimeJSON, Bytes: len(text), Content: text}
}

// Text returns the content as text; JSON is returned as its source.
func (p *Payload) Text() *string { return &p.Content }

// JSON returns the content when it is JSON, else nil.
func (p *Payload) JSON() JSON {
	if p.MimeType != MimeJSON {
		return nil
	}
	return JSON(p.Content)
}

// Preview returns the beginning of the content on one line: runs of white
// space become one blank, and at most maxChars characters are kept, the last
// of them an ellipsis where something was left out. Of a conversation it shows
// what the user said first, else what anyone said.
func (p *Payload) Preview(maxChars int) string {
	if maxChars <= 0 {
		return ""
	}
	content, isWhole := p.Content, len(p.Content) >= p.Bytes
	if p.MimeType == MimeJSON {
		if said, isComplete, ok := spoken(content); ok {
			content, isWhole = said, isComplete
		}
	}
	kept := make([]rune, 0, min(maxChars, len(content))+1)
	blank := false
	for _, r := range content {
		if unicode.IsSpace(r) {
			blank = len(kept) > 0
			continue
		}
		if blank {
			kept = append(kept, ' ')
			blank = false
		}
		kept = append(kept, r)
		if len(kept) > maxChars {
			break
		}
	}
	if len(kept) > maxChars || !isWhole {
		kept = append(kept[:min(len(kept), maxChars-1)], '…')
	}
	return string(kept)
}

// DefaultPreview is how many characters a preview has where nothing is said.
const DefaultPreview = 280

// MaxPreview is how many characters a preview has at most: beyond, it would be
// the text.
const MaxPreview = 10_000

// PreviewOrDefault is Preview with DefaultPreview for nil, and with MaxPreview
// for more.
func (p *Payload) PreviewOrDefault(maxChars *int) string {
	if maxChars == nil {
		return p.Preview(DefaultPreview)
	}
	return p.Preview(min(*maxChars, MaxPreview))
}

// spokenWithin is how far a preview looks into a conversation, in bytes.
const spokenWithin = 16 << 10

// spoken finds a text in the JSON of messages in canonical form, which may be
// cut short: the first of the user, else the first of all. It also reports
// whether the text is complete.
func spoken(content string) (text string, isComplete, ok bool) {
	const message, part = `{"role":"`, `{"type":"text","text":`
	if !strings.HasPrefix(content, "["+message) {
		return "", false, false
	}
	content = content[:min(len(content), spokenWithin)]
	for rest := content; ; {
		at := strings.Index(rest, part)
		if at < 0 {
			return text, isComplete, ok
		}
		isUser := strings.HasPrefix(lastOf(content[:len(content)-len(rest)+at], message), "user\"")
		rest = rest[at+len(part):]
		if isUser || !ok {
			text, isComplete = jsonStringPrefix(rest)
			ok = true
		}
		if isUser {
			return text, isComplete, ok
		}
	}
}

// lastOf returns what follows the last occurrence of a mark.
func lastOf(s, mark string) string {
	at := strings.LastIndex(s, mark)
	if at < 0 {
		return ""
	}
	return s[at+len(mark):]
}

// jsonStringPrefix decodes the JSON string at the start of s, as far as it is
// there.
func jsonStringPrefix(s string) (text string, isComplete bool) {
	for end := 1; end < len(s); end++ {
		switch s[end] {
		case '\\':
			end++
		case '"':
			if json.Unmarshal([]byte(s[:end+1]), &text) == nil {
				return text, true
			}
			return "", false
		}
	}
	// Cut short: drop an escape that may be incomplete.
	cut := strings.TrimRight(s, "\\")
	if at := strings.LastIndexByte(cut, '\\'); at >= 0 && len(cut)-at < len(`\uFFFF`) {
		cut = cut[:at]
	}
	if json.Unmarshal([]byte(cut+`"`), &text) != nil {
		return "", false
	}
	return text, false
}
