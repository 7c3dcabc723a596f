package otlp

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonText reads a JSON text from left to right. Every read consumes one value. The
// first failure ends the text: it is kept in err, and all further reads find
// nothing. It accepts some texts that are not quite JSON, such as raw control
// characters or invalid UTF-8 in strings, and nothing that is JSON is refused but
// for nesting beyond maxJSONDepth.
type jsonText struct {
	text  []byte
	pos   int
	depth int
	err   error
}

// fail ends the text because it is not JSON here.
func (j *jsonText) fail() {
	if j.pos >= len(j.text) {
		j.stop(invalid("the body is not valid JSON: it ends within a value"))
	} else {
		j.stop(invalid("the body is not valid JSON at byte %d", j.pos))
	}
}

// stop ends the text with an error; only the first one counts.
func (j *jsonText) stop(err error) {
	if j.err == nil {
		j.err = err
	}
	j.pos = len(j.text)
}

// peek skips white space and returns the first byte of what follows, 0 at the
// end.
func (j *jsonText) peek() byte {
	for j.pos < len(j.text) {
		switch b := j.text[j.pos]; b {
		case ' ', '\t', '\n', '\r':
			j.pos++
		default:
			return b
		}
	}
	return 0
}

// walk is the state of reading an object or array:
//
//	for w := j.object(); j.next(&w); { read the value of w.key }
type walk struct {
	key   []byte
	end   byte
	begun bool
}

// atEnd is the end of a walk over nothing.
const atEnd = 0

// object enters an object.
func (j *jsonText) object() walk { return j.enter('{', '}') }

// array enters an array.
func (j *jsonText) array() walk { return j.enter('[', ']') }

func (j *jsonText) enter(open, end byte) walk {
	if j.peek() != open {
		j.fail()
		return walk{}
	}
	if j.depth++; j.depth > maxJSONDepth {
		j.stop(invalid("the body nests deeper than %d levels of JSON", maxJSONDepth))
		return walk{}
	}
	j.pos++
	return walk{end: end}
}

// next moves to the next member or element, which has to be read then. It leaves
// the object or array behind where there is none.
func (j *jsonText) next(w *walk) bool {
	if j.err != nil || w.end == atEnd {
		return false
	}
	switch b := j.peek(); {
	case b == w.end:
		j.pos++
		j.depth--
		return false
	case !w.begun:
		w.begun = true
	case b == ',':
		j.pos++
	default:
		j.fail()
		return false
	}
	if w.end == ']' {
		return true
	}
	if j.peek() != '"' {
		j.fail()
		return false
	}
	w.key = j.str()
	if j.peek() != ':' {
		j.fail()
		return false
	}
	j.pos++
	return true
}

// skip reads any value.
func (j *jsonText) skip() {
	switch b := j.peek(); {
	case b == '{':
		for w := j.object(); j.next(&w); {
			j.skip()
		}
	case b == '[':
		for w := j.array(); j.next(&w); {
			j.skip()
		}
	case b == '"':
		j.str()
	case b == '-' || b >= '0' && b <= '9':
		j.number()
	case b == 't':
		j.word("true")
	case b == 'f':
		j.word("false")
	case b == 'n':
		j.word("null")
	default:
		j.fail()
	}
}

// word reads true, false or null.
func (j *jsonText) word(word string) {
	if !bytes.HasPrefix(j.text[j.pos:], []byte(word)) {
		j.fail()
		return
	}
	j.pos += len(word)
}

// number returns the text of a number.
func (j *jsonText) number() []byte {
	start := j.pos
	for j.pos < len(j.text) {
		switch b := j.text[j.pos]; {
		case b >= '0' && b <= '9', b == '-', b == '+', b == '.', b == 'e', b == 'E':
			j.pos++
		default:
			return j.text[start:j.pos]
		}
	}
	return j.text[start:j.pos]
}

// str returns the content of a string. Escapes are resolved in place, as what
// they stand for is never longer than they are; so the text of a string can be
// read only once.
func (j *jsonText) str() []byte {
	j.pos++
	start := j.pos
	end := bytes.IndexByte(j.text[start:], '"')
	if end < 0 {
		j.pos = len(j.text)
		j.fail()
		return nil
	}
	escape := bytes.IndexByte(j.text[start:start+end], '\\')
	if escape < 0 {
		j.pos = start + end + 1
		return j.text[start : start+end : start+end]
	}
	r, w := start+escape, start+escape
	for r < len(j.text) {
		switch j.text[r] {
		case '"':
			j.pos = r + 1
			return j.text[start:w:w]
		case '\\':
			n, size := unescape(j.text[w:w], j.text[r:])
			if size == 0 {
				j.pos = r
				j.fail()
				return nil
			}
			w, r = w+n, r+size
		default:
			next := r + 1
			for next < len(j.text) && j.text[next] != '"' && j.text[next] != '\\' {
				next++
			}
			w += copy(j.text[w:], j.text[r:next])
			r = next
		}
	}
	j.pos = len(j.text)
	j.fail()
	return nil
}

// unescape writes what the escape at the start of src stands for behind dst and
// returns the bytes written and read; nothing is read where the escape is wrong.
// A surrogate without its other half becomes U+FFFD.
func unescape(dst, src []byte) (written, read int) {
	if len(src) < 2 {
		return 0, 0
	}
	var b byte
	switch src[1] {
	case '"', '\\', '/':
		b = src[1]
	case 'b':
		b = '\b'
	case 'f':
		b = '\f'
	case 'n':
		b = '\n'
	case 'r':
		b = '\r'
	case 't':
		b = '\t'
	case 'u':
		r, ok := hexRune(src)
		if !ok {
			return 0, 0
		}
		read = 6
		if utf16.IsSurrogate(r) {
			low, ok := hexRune(src[6:])
			if r = utf16.DecodeRune(r, low); ok && r != utf8.RuneError {
				read = 12
			} else {
				r = utf8.RuneError
			}
		}
		return len(utf8.AppendRune(dst, r)), read
	default:
		return 0, 0
	}
	_ = append(dst, b)
	return 1, 2
}

// hexRune reads an escape of \u with four hex digits.
func hexRune(src []byte) (rune, bool) {
	if len(src) < 6 || src[0] != '\\' || src[1] != 'u' {
		return 0, false
	}
	var r rune
	for _, b := range src[2:6] {
		switch {
		case b >= '0' && b <= '9':
			b -= '0'
		case b >= 'a' && b <= 'f':
			b -= 'a' - 10
		case b >= 'A' && b <= 'F':
			b -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(b)
	}
	return r, true
}

// uintOf reads a decimal number from zero on. A number in exponent or fraction
// form counts if it is whole.
func uintOf(text []byte) (uint64, bool) {
	s := textOf(text)
	if n, err := strconv.ParseUint(s, 10, 64); err == nil {
		return n, true
	}
	f, ok := wholeFloat(s)
	if !ok || f < 0 || f >= 1<<64 {
		return 0, false
	}
	return uint64(f), true
}

// intOf is uintOf with a sign.
func intOf(text []byte) (int64, bool) {
	s := textOf(text)
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, true
	}
	f, ok := wholeFloat(s)
	if !ok || f < -1<<63 || f >= 1<<63 {
		return 0, false
	}
	return int64(f), true
}

func wholeFloat(s string) (float64, bool) {
	if !strings.ContainsAny(s, ".eE") {
		return 0, false
	}
	f, ok := floatOf(s)
	return f, ok && f == math.Trunc(f) && !math.IsInf(f, 0)
}

// floatOf reads a decimal number; one beyond the range becomes an infinity, as
// protobuf's own JSON refuses it but a span is worth more than the digit.
func floatOf(s string) (float64, bool) {
	for i := range len(s) {
		switch b := s[i]; {
		case b >= '0' && b <= '9', b == '-', b == '+', b == '.', b == 'e', b == 'E':
		default:
			return 0, false // "0x1p3", "1_000", "inf"
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil || math.IsInf(f, 0)
}
