package trace

import (
	"math/bits"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// plainRun returns how many bytes at the beginning of s stand in a JSON string as
// they are and are ASCII: no control bytes, quotes or backslashes. It looks at
// eight bytes at a time, as most of all text that passes through is plain.
func plainRun(s string) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	i := 0
	for ; i+8 <= len(s); i += 8 {
		b := s[i : i+8]
		x := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		// The highest bit of a byte is set in a difference where the byte was
		// smaller than what was taken away; a borrow reaches only bytes behind it,
		// and the first is what is looked for.
		special := ((x - ones*0x20) | ((x ^ ones*'"') - ones) | ((x ^ ones*'\\') - ones) | x) & highs
		if special != 0 {
			return i + bits.TrailingZeros64(special)/8
		}
	}
	for ; i < len(s); i++ {
		if b := s[i]; b < 0x20 || b == '"' || b == '\\' || b >= utf8.RuneSelf {
			break
		}
	}
	return i
}

// JSONStringEnd returns where the JSON string at the beginning of s ends, which is
// a quote: the place behind its closing quote. isPlain says that what is between
// the quotes is valid UTF-8 without escapes, so that it means itself. Without an
// end it is 0; isOpen then says that s ended first, else it was a control byte.
func JSONStringEnd(s string) (end int, isPlain, isOpen bool) {
	isPlain = true
	isASCII := true
	for i := 1; ; {
		i += plainRun(s[min(i, len(s)):])
		if i >= len(s) {
			return 0, false, true
		}
		switch b := s[i]; {
		case b == '"':
			return i + 1, isPlain && (isASCII || utf8.ValidString(s[1:i])), false
		case b == '\\':
			isPlain = false
			i += 2
		case b < 0x20:
			return 0, false, false
		default:
			isASCII = false
			for i < len(s) && s[i] >= utf8.RuneSelf {
				i++
			}
		}
	}
}

// UnquoteJSON decodes a JSON string, quotes included, as encoding/json does: what
// is no UTF-8 and surrogates without their other half become U+FFFD. It is false
// for what is no JSON string.
func UnquoteJSON(quoted string) (string, bool) {
	if len(quoted) < 2 || quoted[0] != '"' || quoted[len(quoted)-1] != '"' {
		return "", false
	}
	s := quoted[1 : len(quoted)-1]
	i := plainRun(s)
	if i == len(s) {
		return s, true
	}
	out := make([]byte, 0, len(s))
	copied := 0 // what lies before it is in out; plain text is taken over in one piece
	for ; i < len(s); i += plainRun(s[i:]) {
		switch b := s[i]; {
		case b == '\\':
			r, n := unescape(s[i:])
			if n == 0 {
				return "", false
			}
			out = utf8.AppendRune(append(out, s[copied:i]...), r)
			i += n
			copied = i
		case b < 0x20 || b == '"':
			return "", false
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				out = append(append(out, s[copied:i]...), "\uFFFD"...)
				copied = i + 1
			}
			i += n
		}
	}
	return JSON(append(out, s[copied:]...)).view(), true
}

// unescape decodes the escape at the beginning of s, with the second half of a
// pair of surrogates, and returns its length, 0 for what is no escape.
func unescape(s string) (rune, int) {
	if len(s) < 2 {
		return 0, 0
	}
	if s[1] != 'u' {
		const letters, meanings = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
		if at := strings.IndexByte(letters, s[1]); at >= 0 {
			return rune(meanings[at]), 2
		}
		return 0, 0
	}
	r, ok := unescapeUnit(s)
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	if second, ok := unescapeUnit(s[6:]); ok {
		if pair := utf16.DecodeRune(r, second); pair != utf8.RuneError {
			return pair, 12
		}
	}
	return utf8.RuneError, 6
}

// unescapeUnit decodes a \u escape.
func unescapeUnit(s string) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	var r rune
	for _, b := range []byte(s[2:6]) {
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

// IsJSONNumber reports whether s is a number in JSON's notation.
func IsJSONNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	n := digits(s)
	if n == 0 || n > 1 && s[0] == '0' {
		return false
	}
	s = s[n:]
	if rest, ok := strings.CutPrefix(s, "."); ok {
		if n = digits(rest); n == 0 {
			return false
		}
		s = rest[n:]
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		s = s[1:]
		if s != "" && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		if n = digits(s); n == 0 {
			return false
		}
		s = s[n:]
	}
	return s == ""
}

// digits counts the decimal digits at the beginning of s.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// AppendJSONString appends s as a JSON string in canonical form.
func AppendJSONString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	copied := 0 // what lies before it is in dst; plain text is taken over in one piece
	for i := 0; ; {
		i += plainRun(s[i:])
		if i >= len(s) {
			break
		}
		b := s[i]
		if b < utf8.RuneSelf {
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
