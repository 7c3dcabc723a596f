package trace

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func nested(open, inner, end string, depth int) string {
	return strings.Repeat(open, depth) + inner + strings.Repeat(end, depth)
}

func TestCanonicalJSON(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		in, want string // no want: refused
	}{
		"white space":                 {" {\n\t\"a\" : [ 1 , 2 ] \r} ", `{"a":[1,2]}`},
		"white space in a string":     {`" a "`, `" a "`},
		"order and repeated keys":     {`{"b":1,"a":2,"b":3}`, `{"b":1,"a":2,"b":3}`},
		"digits as they came":         {`[1.10,1E+2,-0,12345678901234567890,1e200000]`, `[1.10,1E+2,-0,12345678901234567890,1e200000]`},
		"words":                       {`[true,false,null]`, `[true,false,null]`},
		"empty containers":            {`[{},[ ],""]`, `[{},[],""]`},
		"needless escapes":            {`"\u0041\/\u00e9\u003c"`, `"A/é<"`},
		"needed escapes":              {`"\"\\\n\r\t\b\u001f"`, `"\"\\\n\r\t\u0008\u001f"`},
		"an escaped NUL":              {`{"a\u0000":"\u0000"}`, "{\"a\uFFFD\":\"\uFFFD\"}"},
		"a pair of surrogates":        {`"\ud83d\ude00"`, `"😀"`},
		"a lone high surrogate":       {`"\ud83dx"`, "\"\uFFFDx\""},
		"a lone low surrogate":        {`"\ude00"`, "\"\uFFFD\""},
		"a surrogate in raw bytes":    {"\"\xed\xa0\x80\"", "\"\uFFFD\uFFFD\uFFFD\""},
		"invalid UTF-8":               {"\"a\xffb\"", "\"a\uFFFDb\""},
		"a replacement character":     {"\"\uFFFD\"", "\"\uFFFD\""},
		"as deep as allowed":          {nested("[", "1", "]", MaxJSONDepth), nested("[", "1", "]", MaxJSONDepth)},
		"too deep":                    {nested("[", "1", "]", MaxJSONDepth+1), ""},
		"too deep and empty":          {nested("[", "", "]", MaxJSONDepth+1), ""},
		"too deep in objects":         {nested(`{"a":`, "1", "}", MaxJSONDepth+1), ""},
		"very deep and open":          {strings.Repeat("[", 1<<20), ""},
		"nothing":                     {"", ""},
		"only white space":            {" ", ""},
		"two values":                  {"1 2", ""},
		"a raw NUL":                   {"\"\x00\"", ""},
		"a raw line feed in a string": {"\"\n\"", ""},
		"a comma at the end":          {"[1,]", ""},
		"a comma at the end of keys":  {`{"a":1,}`, ""},
		"a comma at the start":        {"[,1]", ""},
		"a missing value":             {`{"a":}`, ""},
		"a missing colon":             {`{"a" 1}`, ""},
		"a key that is no string":     {`{1:1}`, ""},
		"an open string":              {`"a`, ""},
		"an open escape":              {`"\`, ""},
		"an unknown escape":           {`"\x"`, ""},
		"a short escape":              {`"\u12"`, ""},
		"a leading zero":              {"01", ""},
		"a leading plus":              {"+1", ""},
		"a bare fraction":             {".5", ""},
		"an open exponent":            {"1e", ""},
		"not a number":                {"NaN", ""},
		"a longer word":               {"nullx", ""},
		"a byte order mark":           {"\uFEFF1", ""},
		"mismatched brackets":         {"[1}", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := CanonicalJSON([]byte(test.in))
			if ok != (test.want != "") || string(got) != test.want {
				t.Errorf("got %.200q and %v, want %.200q", got, ok, test.want)
			}
		})
	}
}

// checkCanonical holds what is promised of any text.
func checkCanonical(t interface{ Fatalf(string, ...any) }, text []byte) {
	got, ok := CanonicalJSON(text)
	if ok && !json.Valid(text) {
		t.Fatalf("%q is not JSON and was accepted", text)
	}
	if !ok {
		if json.Valid(text) && bytes.Count(text, []byte("["))+bytes.Count(text, []byte("{")) <= MaxJSONDepth {
			t.Fatalf("%q is JSON and was refused", text)
		}
		return
	}
	if !json.Valid(got) || !utf8.Valid(got) || bytes.IndexByte(got, 0) >= 0 ||
		bytes.Contains(bytes.ReplaceAll(got, []byte(`\\`), nil), []byte(`\u0000`)) {
		t.Fatalf("%q cannot be stored", got)
	}
	again, ok := CanonicalJSON(got)
	if !ok || !bytes.Equal(got, again) {
		t.Fatalf("%q is canonical and became %q", got, again)
	}
	if encoded := EncodeJSON(JSON(got)); !bytes.Equal(encoded, got) {
		t.Fatalf("%q was encoded as %q", got, encoded)
	}
}

func TestCanonicalJSONIsIdempotent(t *testing.T) {
	t.Parallel()
	pieces := rapid.SampledFrom([]string{
		"{", "}", "[", "]", ",", ":", `"`, "a", `\`, `\u0000`, `\ud800`, `\udc00`, "\x00", "\xff", " ", "\n", "1", "-", "e5", ".", "null", `"k":`, `"v"`, "é", "\u2028",
	})
	var draw func(t *rapid.T, depth int) string
	draw = func(t *rapid.T, depth int) string {
		switch kind := rapid.IntRange(0, 5).Draw(t, "kind"); {
		case kind == 0 && depth < 4:
			return "[" + draw(t, depth+1) + " ," + draw(t, depth+1) + "]"
		case kind == 1 && depth < 4:
			return `{"` + rapid.SampledFrom([]string{"a", `\u0000`, "\xff", `\"`}).Draw(t, "key") + `" :` + draw(t, depth+1) + "}"
		case kind == 2:
			text, _ := json.Marshal(rapid.Float64Range(-1e300, 1e300).Draw(t, "number"))
			return string(text)
		default:
			text, _ := json.Marshal(rapid.String().Draw(t, "text"))
			return string(text)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		checkCanonical(t, []byte(strings.Join(rapid.SliceOfN(pieces, 0, 12).Draw(t, "pieces"), "")))
		checkCanonical(t, []byte(draw(t, 0)))
	})
}

func FuzzCanonicalJSON(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,"\u0000\ud800"],"a":-1e5}`, "\"\xff\"", `"\\u0000"`, "[[[]]]", ` {"k" : null } `, nested("[", "", "]", MaxJSONDepth+1), `"\`, "01", "tru",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) { checkCanonical(t, text) })
}

func TestEncodeJSONHoldsClientJSONAsDeepAsAllowed(t *testing.T) {
	t.Parallel()
	deep := JSON(nested("[", "1", "]", MaxJSONDepth))
	value := map[string]any{"list": []any{map[string]any{"inner": deep}}}
	if got, want := string(EncodeJSON(value)), `{"list":[{"inner":`+string(deep)+`}]}`; got != want {
		t.Errorf("got %.80s, want %.80s", got, want)
	}
	for name, value := range map[string]any{"a function": func() {}, "broken JSON": JSON("{"), "far too deep JSON": JSON(nested("[", "", "]", 1000))} {
		if got := string(EncodeJSON(value)); got != "null" {
			t.Errorf("%s became %.80s", name, got)
		}
	}
}

func TestCleanTextLeavesWhatCanBeStored(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"": "", "é": "é", "a\x00b": "a\uFFFDb", "a\xff\xfeb": "a\uFFFDb", "\uFFFD": "\uFFFD"} {
		got, changed := CleanText(in)
		if got != want || changed != (in != want) {
			t.Errorf("CleanText(%q) is %q and %v, want %q", in, got, changed, want)
		}
	}
}
