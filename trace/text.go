package trace

import (
	"strings"
	"unicode/utf8"
)

// CleanText makes a text storable: invalid UTF-8 and NUL become U+FFFD. The
// second result says whether anything was replaced.
func CleanText(s string) (string, bool) {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s, false
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD"), true
}

// MaxNameBytes is how many bytes are kept of a name, an identifier or another
// short text that a client chose: such texts are unbounded when they arrive.
const MaxNameBytes = 1024

// Shorten cuts a text to at most limit bytes at a character boundary.
func Shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "")
}
