package trace

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// JSON is a JSON text in canonical form: see CanonicalJSON. Empty means absent.
type JSON []byte

// MaxJSONDepth is how deep a client's JSON may nest before it is kept as text.
const MaxJSONDepth = 128

// MarshalGQL writes the JSON text itself.
func (j JSON) MarshalGQL(w io.Writer) {
	if len(j) == 0 {
		_, _ = io.WriteString(w, "null")
		return
	}
	_, _ = w.Write(j)
}

// UnmarshalGQL accepts any GraphQL value.
func (j *JSON) UnmarshalGQL(value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("value is not JSON: %w", err)
	}
	canonical, ok := CanonicalJSON(text)
	if !ok {
		return fmt.Errorf("value nests deeper than %d levels", MaxJSONDepth)
	}
	*j = canonical
	return nil
}

// MarshalJSON writes the JSON text itself.
func (j JSON) MarshalJSON() ([]byte, error) {
	if len(j) == 0 {
		return []byte("null"), nil
	}
	return j, nil
}

// UnmarshalJSON keeps a copy of the text.
func (j *JSON) UnmarshalJSON(text []byte) error {
	if bytes.Equal(text, []byte("null")) {
		*j = nil
		return nil
	}
	*j = append((*j)[:0], text...)
	return nil
}

// maxOwnDepth is how many levels our own values put around a client's JSON.
const maxOwnDepth = 16

// EncodeJSON returns the canonical form of a Go value. A client's JSON that it
// holds may lie a few levels inside of it and still nest MaxJSONDepth deep.
// Values that JSON cannot express become null.
func EncodeJSON(value any) JSON {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return JSON("null")
	}
	canonical, ok := canonicalJSON(buf.Bytes(), MaxJSONDepth+maxOwnDepth)
	if !ok {
		return JSON("null")
	}
	return canonical
}

// CanonicalJSON rewrites a JSON text so that it can be stored and searched:
// no white space outside strings, strings in valid UTF-8 with the fewest
// escapes, NUL replaced by U+FFFD (PostgreSQL has no NUL), numbers and the
// order of keys as they came. The second result is false when the text is not
// one JSON value or nests deeper than MaxJSONDepth.
func CanonicalJSON(text []byte) (JSON, bool) { return canonicalJSON(text, MaxJSONDepth) }

func canonicalJSON(text []byte, maxDepth int) (JSON, bool) {
	c := canonicalizer{in: text, out: make([]byte, 0, len(text)), maxDepth: maxDepth}
	c.space()
	if !c.value(0) {
		return nil, false
	}
	c.space()
	if c.pos != len(c.in) {
		return nil, false
	}
	return c.out, true
}

type canonicalizer struct {
	in       []byte
	out      []byte
	pos      int
	maxDepth int
}

func (c *canonicalizer) space() {
	for c.pos < len(c.in) {
		switch c.in[c.pos] {
		case ' ', '\t', '\n', '\r':
			c.pos++
		default:
			return
		}
	}
}

func (c *canonicalizer) value(depth int) bool {
	if c.pos >= len(c.in) {
		return false
	}
	switch b := c.in[c.pos]; {
	case b == '{':
		return c.list('}', depth, true)
	case b == '[':
		return c.list(']', depth, false)
	case b == '"':
		return c.text()
	case b == '-' || b >= '0' && b <= '9':
		return c.number()
	default:
		for _, word := range []string{"true", "false", "null"} {
			if bytes.HasPrefix(c.in[c.pos:], []byte(word)) {
				c.out = append(c.out, word...)
				c.pos += len(word)
				return true
			}
		}
		return false
	}
}

func (c *canonicalizer) list(end byte, depth int, keyed bool) bool {
	if depth >= c.maxDepth {
		return false
	}
	c.out = append(c.out, c.in[c.pos])
	c.pos++
	for first := true; ; first = false {
		c.space()
		if c.pos >= len(c.in) {
			return false
		}
		if c.in[c.pos] == end && first {
			break
		}
		if !first {
			if c.in[c.pos] == end {
				break
			}
			if c.in[c.pos] != ',' {
				return false
			}
			c.out = append(c.out, ',')
			c.pos++
			c.space()
		}
		if keyed {
			if c.pos >= len(c.in) || c.in[c.pos] != '"' || !c.text() {
				return false
			}
			c.space()
			if c.pos >= len(c.in) || c.in[c.pos] != ':' {
				return false
			}
			c.out = append(c.out, ':')
			c.pos++
			c.space()
		}
		if !c.value(depth + 1) {
			return false
		}
	}
	c.out = append(c.out, end)
	c.pos++
	return true
}

func (c *canonicalizer) number() bool {
	start := c.pos
	for c.pos < len(c.in) && strings.IndexByte("+-.eE0123456789", c.in[c.pos]) >= 0 {
		c.pos++
	}
	number := c.in[start:c.pos]
	if !json.Valid(number) {
		return false
	}
	c.out = append(c.out, number...)
	return true
}

// text copies a string; the common case of plain bytes takes no decoding.
func (c *canonicalizer) text() bool {
	start := c.pos
	c.pos++
	plain := true
	for c.pos < len(c.in) {
		switch b := c.in[c.pos]; {
		case b == '"':
			c.pos++
			raw := c.in[start:c.pos]
			if plain {
				c.out = append(c.out, raw...)
				return true
			}
			var s string
			if json.Unmarshal(raw, &s) != nil {
				return false
			}
			c.out = AppendJSONString(c.out, s)
			return true
		case b == '\\':
			plain = false
			c.pos += 2
		case b < 0x20:
			return false
		case b < utf8.RuneSelf:
			c.pos++
		default:
			r, n := utf8.DecodeRune(c.in[c.pos:])
			if r == utf8.RuneError && n == 1 {
				plain = false
			}
			c.pos += n
		}
	}
	return false
}

// AppendJSONString appends s as a JSON string in canonical form.
func AppendJSONString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	copied := 0 // what lies before it is in dst; plain text is taken over in one piece
	for i := 0; i < len(s); {
		b := s[i]
		if b < utf8.RuneSelf {
			if b >= 0x20 && b != '"' && b != '\\' {
				i++
				continue
			}
			dst = append(dst, s[copied:i]...)
			switch b {
			case '"', '\\':
				dst = append(dst, '\\', b)
			case '\n':
				dst = append(dst, '\\', 'n')
			case '\r':
				dst = append(dst, '\\', 'r')
			case '\t':
				dst = append(dst, '\\', 't')
			case 0:
				dst = append(dst, "\uFFFD"...)
			default:
				dst = append(dst, '\\', 'u', '0', '0', hexDigits[b>>4], hexDigits[b&15])
			}
			i++
			copied = i
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		if r == utf8.RuneError && n == 1 {
			dst = append(append(dst, s[copied:i-1]...), "\uFFFD"...)
			copied = i
		}
	}
	dst = append(dst, s[copied:]...)
	return append(dst, '"')
}
