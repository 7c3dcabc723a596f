package demo

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/treeline-dev/treeline/trace"
)

// promptRunes is how many characters a generation was given to read.
func promptRunes(g *trace.Generation) int {
	n := 0
	for _, m := range g.Messages {
		for _, p := range m.Parts {
			switch p := p.(type) {
			case *trace.TextPart:
				n += utf8.RuneCountInString(p.Text)
			case *trace.ToolCallPart:
				n += len(p.Arguments)
			case *trace.ToolResultPart:
				n += len(p.Result)
			}
		}
	}
	for _, tool := range g.Tools {
		n += len(tool.Parameters)
		if tool.Description != nil {
			n += len(*tool.Description)
		}
	}
	return n
}

func TestSomePromptsAreLong(t *testing.T) {
	t.Parallel()
	for slug, traces := range loadAll(t).projects {
		var all, long, longest, longCached, longWritten int64
		for _, c := range traces {
			for _, g := range of[*trace.Generation](c.Observations) {
				if c.Trace.Name != nil && *c.Trace.Name == "nightly-insights" || g.Usage.TotalTokens == nil {
					continue
				}
				all++
				total := *g.Usage.TotalTokens
				longest = max(longest, total)
				if total <= 2000 {
					continue
				}
				long++
				if n := g.Usage.CacheReadTokens; n != nil && *n > 0 {
					longCached++
				}
				if n := g.Usage.CacheWriteTokens; n != nil && *n > 0 {
					longWritten++
				}
			}
		}
		if long*100 < all*9 || long*100 > all*18 {
			t.Errorf("%s: %d of %d generations have more than 2,000 tokens, want 9 to 18 in a hundred", slug, long, all)
		}
		if longest < 6000 || longest > 10_000 {
			t.Errorf("%s: the longest generation has %d tokens, want 6,000 to 10,000", slug, longest)
		}
		if longCached*10 < long || longCached*10 > long*8 {
			t.Errorf("%s: %d of %d long prompts came from a cache in part, want some and not all", slug, longCached, long)
		}
		if isAnthropic := slug == "northwind-air"; isAnthropic != (longWritten > 0) {
			t.Errorf("%s: %d long prompts were written to a cache", slug, longWritten)
		}
	}
}

func TestTokensFitTheTextThatTheyCount(t *testing.T) {
	t.Parallel()
	for slug, traces := range loadAll(t).projects {
		for _, c := range traces {
			for _, g := range of[*trace.Generation](c.Observations) {
				u := g.Usage
				if u.InputTokens == nil {
					continue
				}
				read, runes := *u.InputTokens, promptRunes(g)
				if perToken := float64(runes) / float64(read); read > 1000 && (perToken < 3 || perToken > 4.5) {
					t.Fatalf("%s: %s has %d input tokens for %d characters", slug, g.Name, read, runes)
				}
				parts := int64(0)
				for _, n := range []*int64{u.CacheReadTokens, u.CacheWriteTokens} {
					if n != nil {
						parts += *n
					}
				}
				if parts > read {
					t.Fatalf("%s: %s has %d cached of %d input tokens", slug, g.Name, parts, read)
				}
				if n := u.CacheReadTokens; n != nil && *n > 0 && *n < leastCached {
					t.Fatalf("%s: a cache gave %d tokens, fewer than it keeps", slug, *n)
				}
				if n := u.ReasoningTokens; n != nil && (*n > *u.OutputTokens || slug != "globex-telecom") {
					t.Fatalf("%s: %d of %d output tokens are reasoning", slug, *n, *u.OutputTokens)
				}
			}
		}
	}
}

func TestACacheHoldsOnlyWhatWasReadShortlyBefore(t *testing.T) {
	t.Parallel()
	s := storyOf(Telecom)
	p := plan{language: "en", at: end}
	c := newConversation(s, p, end, newRandom(5), "s")
	long := strings.Repeat("one and the same sentence. ", 400)
	ask := func(after time.Duration, said string) int64 {
		turn := &turn{conversation: c, at: end.Add(after), version: s.prompts[0]}
		call := &call{model: s.prompts[0].model, prompt: s.prompts[0], system: long, messages: []message{{role: "user", text: said}}}
		turn.count(call)
		return call.usage.cached
	}
	if n := ask(0, "a"); n != 0 {
		t.Errorf("the first call read %d tokens from a cache", n)
	}
	if n := ask(time.Minute, "b"); n < leastCached || n%cacheBlock != 0 || n > tokensOf(long) {
		t.Errorf("the second call read %d tokens from a cache, want whole blocks of what is the same", n)
	}
	if n := ask(time.Minute+cacheTime, "b"); n != 0 {
		t.Errorf("a call long after read %d tokens from a cache", n)
	}
	c.seen = map[string]seenPrompt{}
	ask(0, "a")
	long = "Other words first. " + long
	if n := ask(0, "a"); n != 0 {
		t.Errorf("a call that begins otherwise read %d tokens from a cache", n)
	}
}
