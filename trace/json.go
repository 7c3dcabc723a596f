package trace

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
	"unsafe"
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
	*j = bytes.Clone(text) // not into the memory of *j, which others may share
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

// CanonicalText is CanonicalJSON for a string. A text that is canonical already,
// which most are, is returned as it is.
func CanonicalText(text string) (string, bool) {
	kept, rewritten, ok := canonical(text, MaxJSONDepth)
	if rewritten != nil {
		return rewritten.view(), ok
	}
	return kept, ok
}

func canonicalJSON(text []byte, maxDepth int) (JSON, bool) {
	kept, rewritten, ok := canonical(JSON(text).view(), maxDepth)
	if ok && rewritten == nil {
		return JSON(kept), true // a copy: kept is part of the caller's text
	}
	return rewritten, ok
}

// isStorable reports whether a text is JSON that CanonicalJSON accepts.
func isStorable(text JSON) bool {
	_, _, ok := canonical(text.view(), MaxJSONDepth)
	return ok
}

// view returns the JSON as a string of the same memory, which is valid as long as
// nothing is written there.
func (j JSON) view() string { return unsafe.String(unsafe.SliceData(j), len(j)) }

// canonical returns the part of the text that is its canonical form, or, where no
// part of it is, what was written instead.
func canonical(text string, maxDepth int) (kept string, rewritten JSON, ok bool) {
	c := canonicalizer{in: text, maxDepth: maxDepth}
	c.space()
	if !c.value(0) {
		return "", nil, false
	}
	if strings.Trim(text[c.pos:], " \t\n\r") != "" {
		return "", nil, false
	}
	kept = text[c.kept:c.pos]
	if c.out == nil {
		return kept, nil, true
	}
	return "", append(c.out, kept...), true
}

// canonicalizer reads a JSON text once. It writes nothing as long as the text
// is canonical.
type canonicalizer struct {
	in       string
	out      []byte
	kept     int // what of in lies before it is in out or was left out
	pos      int
	maxDepth int
}

// leaveOut says that a piece of the text is not canonical; what replaces it is to
// be appended to out.
func (c *canonicalizer) leaveOut(from, to int) {
	if from > c.kept {
		if c.out == nil {
			c.out = make([]byte, 0, len(c.in))
		}
		c.out = append(c.out, c.in[c.kept:from]...)
	}
	c.kept = to
}

func (c *canonicalizer) space() {
	start := c.pos
	for c.pos < len(c.in) {
		switch c.in[c.pos] {
		case ' ', '\t', '\n', '\r':
			c.pos++
			continue
		}
		break
	}
	if c.pos > start {
		c.leaveOut(start, c.pos)
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
		for _, word := range [...]string{"true", "false", "null"} {
			if strings.HasPrefix(c.in[c.pos:], word) {
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
	c.pos++
	for first := true; ; first = false {
		c.space()
		if c.pos >= len(c.in) {
			return false
		}
		if c.in[c.pos] == end {
			break
		}
		if !first {
			if c.in[c.pos] != ',' {
				return false
			}
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
			c.pos++
			c.space()
		}
		if !c.value(depth + 1) {
			return false
		}
	}
	c.pos++
	return true
}

func (c *canonicalizer) number() bool {
	start := c.pos
	for c.pos < len(c.in) && strings.IndexByte("+-.eE0123456789", c.in[c.pos]) >= 0 {
		c.pos++
	}
	return IsJSONNumber(c.in[start:c.pos])
}

// text reads a string; only one with escapes that it need not have, or with
// bytes that are no UTF-8, is rewritten.
func (c *canonicalizer) text() bool {
	start := c.pos
	isCanonical := true
	for i := start + 1; ; {
		i += plainRun(c.in[i:])
		if i >= len(c.in) {
			return false
		}
		switch b := c.in[i]; {
		case b == '"':
			c.pos = i + 1
			if isCanonical {
				return true
			}
			s, ok := UnquoteJSON(c.in[start:c.pos])
			if !ok {
				return false
			}
			c.leaveOut(start, c.pos)
			c.out = AppendJSONString(c.out, s)
			return true
		case b == '\\':
			if i+1 >= len(c.in) {
				return false
			}
			isCanonical = isCanonical && strings.IndexByte(`"\nrt`, c.in[i+1]) >= 0
			i += 2
		case b < 0x20:
			return false
		default:
			r, n := utf8.DecodeRuneInString(c.in[i:])
			isCanonical = isCanonical && (r != utf8.RuneError || n > 1)
			i += n
		}
	}
}
