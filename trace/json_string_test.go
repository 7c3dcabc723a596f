package trace

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
	"unsafe"

	"pgregory.net/rapid"
)

// checkString compares what is read and written here with encoding/json.
func checkString(t interface{ Fatalf(string, ...any) }, s string) {
	run := plainRun(s)
	for i := range len(s) {
		if isPlain := s[i] >= 0x20 && s[i] < utf8.RuneSelf && s[i] != '"' && s[i] != '\\'; isPlain != (i < run) {
			if i <= run {
				t.Fatalf("%d bytes of %q are plain, not so byte %d", run, s, i)
			}
			break
		}
	}
	quoted := `"` + s + `"`
	var want string
	isString := json.Unmarshal([]byte(quoted), &want) == nil
	if got, ok := UnquoteJSON(quoted); ok != isString || got != want {
		t.Fatalf("%q was read as %q and %v, want %q and %v", quoted, got, ok, want, isString)
	}
	if end, isPlain, isOpen := JSONStringEnd(quoted + "x"); isString && (end != len(quoted) || isOpen || isPlain && want != s || !isPlain && want == s) {
		t.Fatalf("%q ends at %d, plain: %v, open: %v", quoted, end, isPlain, isOpen)
	}
	clean := strings.ReplaceAll(string([]rune(s)), "\x00", "\uFFFD")
	var back string
	if written := AppendJSONString(nil, s); json.Unmarshal(written, &back) != nil || back != clean {
		t.Fatalf("%q was written as %q", s, written)
	}
	if canonical, ok := CanonicalText(quoted); isString {
		clean, _ = CleanText(want)
		if !ok || canonical != string(AppendJSONString(nil, clean)) {
			t.Fatalf("%q became %q", quoted, canonical)
		}
	}
}

func TestJSONStringsAreReadAsEncodingJSONReadsThem(t *testing.T) {
	t.Parallel()
	pieces := rapid.SampledFrom([]string{
		"a", "plain text of some length", `"`, `\`, `\"`, `\\`, `\/`, `\n`, `\b`, `\u`, `\u0000`, `\u00e9`, `\uD83D`, `\ude00`, `\ud83d\ude00`, `\ud83d\u0041`,
		"\x00", "\x1f", "\x7f", "\n", "é", "\u2028", "😀", "\xff", "\xed\xa0\x80", "\uFFFD", `\x`, `\u12`,
	})
	rapid.Check(t, func(t *rapid.T) {
		checkString(t, strings.Join(rapid.SliceOfN(pieces, 0, 9).Draw(t, "pieces"), ""))
	})
}

func FuzzJSONString(f *testing.F) {
	for _, seed := range []string{"plain", `\ud83d\ude00é`, "\xff\x00", `12345678\"12345678`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) { checkString(t, s) })
}

func TestCanonicalTextIsNotCopied(t *testing.T) {
	t.Parallel()
	text := ` {"a":[1,-2.50,true,"é\n\"","` + strings.Repeat("long ", 50) + `"]} `
	got, ok := CanonicalText(text)
	if !ok || got != text[1:len(text)-1] || unsafe.StringData(got) != unsafe.StringData(text[1:]) {
		t.Errorf("%q became %q, or a copy", text, got)
	}
}

func TestJSONPayloadKeepsItsTextWhenTheJSONIsReadAnew(t *testing.T) {
	t.Parallel()
	j := JSON(`{"a":1}`)
	p := JSONPayload(j)
	if err := j.UnmarshalJSON([]byte(`[2,3,4]`)); err != nil || p.Content != `{"a":1}` || string(j) != `[2,3,4]` {
		t.Errorf("the payload is %q, the JSON %q: %v", p.Content, j, err)
	}
}
