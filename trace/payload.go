package trace

import "unicode"

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

// JSONPayload wraps canonical JSON. A JSON string becomes plain text.
func JSONPayload(j JSON) *Payload {
	return &Payload{MimeType: MimeJSON, Bytes: len(j), Content: string(j)}
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
// of them an ellipsis where something was left out.
func (p *Payload) Preview(maxChars int) string {
	if maxChars <= 0 {
		return ""
	}
	kept := make([]rune, 0, min(maxChars, len(p.Content))+1)
	blank := false
	for _, r := range p.Content {
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
	if len(kept) > maxChars || len(p.Content) < p.Bytes {
		kept = append(kept[:min(len(kept), maxChars-1)], '…')
	}
	return string(kept)
}
