package trace

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestPreview(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		content string
		limit   int
		want    string
	}{
		{"", 5, ""}, {"hello", 0, ""}, {"hello", -1, ""}, {"hello", 5, "hello"}, {"hello!", 5, "hell…"}, {"hello", 1, "…"}, {"h", 1, "h"},
		{" a \r\n\t b\u2028\u00a0c\v ", 9, "a b c"}, {"  \n ", 3, ""}, {"日本語だ", 3, "日本…"}, {"日本語", 3, "日本語"}, {"a\xffb", 3, "a\uFFFDb"},
		{"hello", math.MaxInt, "hello"}, {"abc   ", 3, "abc"}, {"ab  c", 3, "ab…"},
	} {
		p := &Payload{MimeType: MimeText, Bytes: len(test.content), Content: test.content}
		if got := p.Preview(test.limit); got != test.want {
			t.Errorf("%q in %d characters is %q, want %q", test.content, test.limit, got, test.want)
		}
	}
	partly := &Payload{MimeType: MimeText, Bytes: 100, Content: "hello"}
	for limit, want := range map[int]string{1: "…", 5: "hell…", 9: "hello…"} {
		if got := partly.Preview(limit); got != want {
			t.Errorf("the beginning of a longer text in %d characters is %q, want %q", limit, got, want)
		}
	}
}

func TestPreviewIsOneShortLine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := TextPayload(rapid.String().Draw(t, "text"))
		limit := rapid.IntRange(0, 20).Draw(t, "limit")
		got := p.Preview(limit)
		if utf8.RuneCountInString(got) > limit || !utf8.ValidString(got) || strings.ContainsAny(got, "\r\n\t\v\f\u0085\u2028\u2029") || strings.Contains(got, "  ") {
			t.Fatalf("the preview in %d characters is %q", limit, got)
		}
	})
}

func TestPayloadsTellTextFromJSON(t *testing.T) {
	t.Parallel()
	if p := TextPayload("a\x00"); p.JSON() != nil || *p.Text() != "a\uFFFD" || p.Bytes != 4 {
		t.Errorf("a text is %+v", p)
	}
	if p := JSONPayload(JSON(`{"a":1}`)); string(p.JSON()) != `{"a":1}` || *p.Text() != `{"a":1}` || p.Bytes != 7 {
		t.Errorf("JSON is %+v", p)
	}
}
