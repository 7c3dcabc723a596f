package trace_test

import (
	"slices"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/treeline-dev/treeline/trace"
)

func TestSearchWordsAreRunsOfLettersAndDigits(t *testing.T) {
	t.Parallel()
	for query, want := range map[string][]string{
		"":                       nil,
		" ,.-\n":                 nil,
		"Hello, hello WORLD":     {"hello", "world"},
		"tool_call-2.5":          {"tool", "call", "2", "5"},
		"Zürich STRASSE Straße":  {"zürich", "strasse", "straße"},
		"ΣΊΣΥΦΟΣ":                {"σίσυφοσ"},
		"\u212Aelvin":            {"kelvin"},
		"İstanbul ISTANBUL":      {"İstanbul", "istanbul"},
		"cafe\u0301":             {"cafe\u0301"},
		"हिन्दी":                 {"हिन्दी"},
		"GPT日本語が2つ":              {"gpt", "日本語が", "2", "つ"},
		"サーバー":                   {"サーバー"},
		"ภาษาไทย ok":             {"ภาษาไทย", "ok"},
		"٤٢ \u2167 ½":            {"٤٢"},
		"a\xffb":                 {"a", "b"},
		"don't":                  {"don", "t"},
		"emoji😀joined\u200dhere": {"emoji", "joined", "here"},
	} {
		var got []string
		for _, w := range trace.SearchWords(query) {
			got = append(got, w.Text)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", query, diff)
		}
	}
}

func TestSearchFindsWholeWords(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		mime, text, query string
		want              bool
	}{
		"a word":                             {trace.MimeText, "say hello there", "hello", true},
		"in any case":                        {trace.MimeText, "say HELLO there", "hellO", true},
		"at both ends":                       {trace.MimeText, "hello", "hello", true},
		"not a part":                         {trace.MimeText, "say hellos there", "hello", false},
		"not across an accent":               {trace.MimeText, "cafe\u0301", "cafe", false},
		"final sigma":                        {trace.MimeText, "Σίσυφος", "ΣΊΣΥΦΟΣ", true},
		"capital sharp s":                    {trace.MimeText, "STRAẞE", "straße", true},
		"sharp s is not ss":                  {trace.MimeText, "STRASSE", "straße", false},
		"long s":                             {trace.MimeText, "Poſt", "post", true},
		"dotless i is a letter of its own":   {trace.MimeText, "ısı", "isi", false},
		"all words, in any order":            {trace.MimeText, "one two three", "three one", true},
		"a word is missing":                  {trace.MimeText, "one two", "two three", false},
		"underscores separate":               {trace.MimeText, "tool_call", "call", true},
		"a run of Han inside another":        {trace.MimeText, "你好世界。", "世界", true},
		"Han in another order":               {trace.MimeText, "你好世界。", "界世", false},
		"a word next to Han":                 {trace.MimeText, "用GPT写", "gpt", true},
		"digits are whole too":               {trace.MimeText, "port 8080", "80", false},
		"escape in JSON":                     {trace.MimeJSON, `{"a":"hello\nworld"}`, "hello world", true},
		"the escape's letter is no word":     {trace.MimeJSON, `{"a":"hello\nworld"}`, "nworld", false},
		"escaped quotes":                     {trace.MimeJSON, `"\"hello\""`, "hello", true},
		"numbered escape":                    {trace.MimeJSON, `"\u001bhello"`, "hello", true},
		"the number is no word":              {trace.MimeJSON, `"\u001bhello"`, "u001bhello", false},
		"an escaped backslash":               {trace.MimeJSON, `"C:\\new"`, "new", true},
		"letters after an escaped backslash": {trace.MimeJSON, `"C:\\new"`, "ew", false},
		"an odd number of backslashes":       {trace.MimeJSON, `"C:\\\new"`, "ew", true},
		"keys of JSON":                       {trace.MimeJSON, `{"customer_id":7}`, "customer 7", true},
		"a backslash in text":                {trace.MimeText, `hello\nworld`, "nworld", true},
		"JSON that was cut in an escape":     {trace.MimeJSON, `"hello\u00`, "00", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			payload := trace.TextPayload(c.text)
			payload.MimeType = c.mime
			s := trace.Subject{Observation: &trace.Event{Common: trace.Common{Output: payload}}}
			if got := trace.MatchObservation(&trace.ObservationFilter{Text: &c.query}, s); got != c.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

// The expressions that the same search becomes in SQL rest on this.
func TestCaseFoldingStaysWithinWords(t *testing.T) {
	t.Parallel()
	spaced := trace.SpacedRanges()
	for i := 2; i < len(spaced); i += 2 {
		if spaced[i] <= spaced[i-1]+1 || spaced[i+1] < spaced[i] {
			t.Fatalf("ranges are not ascending and apart at %U", spaced[i])
		}
	}
	next := 0
	isSpaced := func(r rune) bool { // for ascending r
		for next < len(spaced) && spaced[next+1] < r {
			next += 2
		}
		return next < len(spaced) && r >= spaced[next]
	}
	for r := rune(1); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		words := trace.SearchWords(string(r))
		isWord, isListed := len(words) == 1 && !words[0].IsUnspaced, isSpaced(r)
		if isWord != isListed {
			t.Fatalf("%U: among the ranges %t, a word %t", r, isListed, isWord)
		}
		if len(words) == 0 {
			continue
		}
		variants := trace.CaseVariants(r)
		folded, _ := utf8.DecodeRuneInString(words[0].Text)
		if !slices.Contains(variants, folded) {
			t.Fatalf("%U folds to %U, which is none of %U", r, folded, variants)
		}
		if words[0].IsUnspaced && len(variants) > 1 {
			t.Fatalf("%U has case and no spaces", r)
		}
		for _, v := range variants {
			if other := trace.SearchWords(string(v)); len(other) != 1 || other[0] != words[0] {
				t.Fatalf("%U and %U are the same letter but not the same word", r, v)
			}
		}
	}
}
