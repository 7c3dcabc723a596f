package llm

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const smallPriceFile = `{
  "version": "test-1",
  "currency": "USD",
  "notice": "for tests",
  "models": [
    {"provider": "OpenAI", "model": "GPT-X", "aliases": ["gpt-x-mini"], "pattern": "ft:gpt-x:.*",
     "source": "https://example.com/prices", "checked": "2026-11-20", "prices": [
      {"input": "5", "output": "30", "longContext": [{"above": 272000, "input": "10", "output": "45"}]},
      {"from": "2026-08-21", "input": "4", "cacheRead": "0.40", "output": "20"},
      {"tier": "batch", "from": "2026-01-01", "input": "2.50", "output": "15"},
      {"tier": "batch", "from": "2026-08-21T16:00:00Z", "until": "2027-01-01", "input": "2", "output": "10"},
      {"hours": ["mon-fri 01:00-04:00"], "input": "8", "output": "40"}
    ]},
    {"provider": "cohere", "model": "rerank", "source": "https://example.com", "checked": "2026-11-20",
     "prices": [{"search": "2"}]}
  ]
}`

func TestParsePriceFile(t *testing.T) {
	t.Parallel()
	table, err := ParsePriceFile([]byte(smallPriceFile))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range table.Entries() {
		end := "open"
		if !e.Until.IsZero() {
			end = e.Until.Format(time.RFC3339)
		}
		got = append(got, e.ID+" until "+end)
	}
	want := []string{
		"openai/gpt-x until 2026-08-21T00:00:00Z",
		"openai/gpt-x@2026-08-21 until open",
		"openai/gpt-x@2026-01-01#batch until 2026-08-21T16:00:00Z",
		"openai/gpt-x@2026-08-21T16:00:00Z#batch until 2027-01-01T00:00:00Z",
		"openai/gpt-x mon-fri 01:00-04:00 until open",
		"cohere/rerank until open",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}

	price, _, ok := table.Lookup("openai", "ft:gpt-x:acme", day(t, "2026-08-20T12:00:00Z"), "")
	if !ok || price.Rates.Output.String() != "30" || price.Source != "https://example.com/prices" ||
		!price.Checked.Equal(day(t, "2026-11-20")) {
		t.Errorf("price %+v", price)
	}
	cost := price.Cost(Usage{Input: tokens(300_000)})
	if nano(cost.Total) != 3*NanoPerUSD {
		t.Errorf("a long input costs %d nano-USD", nano(cost.Total))
	}
}

func TestParsePriceFileErrorsSayWhere(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, old, new string
		want           []string // parts of the error
	}{
		{"no JSON", `{`, ``, []string{"price file", "JSON"}},
		{"more than one value", `]
}`, `]
} {}`, []string{"JSON"}},
		{"unknown key of the file", `"notice"`, `"note"`, []string{`"note"`}},
		{"unknown key of a model", `"pattern"`, `"regex"`, []string{"models[0]", `"regex"`}},
		{"unknown key of a price", `"cacheRead"`, `"cache_read"`, []string{"models[0] (OpenAI/GPT-X).prices[1]", `"cache_read"`}},
		{"unknown key of a step", `"above"`, `"over"`, []string{"prices[0].longContext[0]", `"over"`}},
		{"key given twice", `"tier": "batch", "from": "2026-01-01", "input": "2.50"`, `"input": "1", "input": "2.50"`,
			[]string{`file.models[0].prices[2]`, `"input"`, "twice"}},
		{"key given twice in another case", `"search": "2"`, `"search": "2", "Search": "3"`, []string{"file.models[1].prices[0]", `"Search"`}},
		{"number for a price", `"output": "30"`, `"output": 30`, []string{"prices[0]", "output", "number"}},
		{"bad price", `"output": "30"`, `"output": "$30"`, []string{"models[0] (OpenAI/GPT-X).prices[0].output", `"$30"`}},
		{"bad price of a step", `"output": "45"`, `"output": "-45"`, []string{"prices[0].longContext[0].output"}},
		{"bad start", `"from": "2026-08-21",`, `"from": "21.8.2026",`, []string{"prices[1].from", "21.8.2026"}},
		{"bad end", `"until": "2027-01-01"`, `"until": "2027-13-01"`, []string{"prices[3].until"}},
		{"bad hours", `mon-fri 01:00`, `mon-fri 1am`, []string{"prices[4].hours[0]"}},
		{"no source", `"source": "https://example.com", `, ``, []string{"models[1] (cohere/rerank).source"}},
		{"no date", `, "checked": "2026-11-20",
     "prices": [{"search"`, `,
     "prices": [{"search"`, []string{"models[1] (cohere/rerank).checked"}},
		{"bad date", `"https://example.com", "checked": "2026-11-20"`, `"https://example.com", "checked": "today"`, []string{"models[1] (cohere/rerank).checked", "today"}},
		{"no prices", `[{"search": "2"}]`, `[]`, []string{"models[1] (cohere/rerank).prices"}},
		{"price without an amount", `{"search": "2"}`, `{}`, []string{"price 6 (cohere/rerank)", "rates"}},
		{"other currency", `"USD"`, `"EUR"`, []string{"currency", "EUR"}},
		{"no version", `"test-1"`, `""`, []string{"version"}},
		{"array for an object", `{"search": "2"}`, `["search"]`, []string{"models[1] (cohere/rerank).prices[0]", "array"}},
		{"same model twice", `"cohere", "model": "rerank"`, `"openai", "model": "gpt-x"`, []string{"price 6 (openai/gpt-x)", "id"}},
		{"nested too deeply", `"for tests"`, strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000), []string{"nested too deeply"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(smallPriceFile, test.old, test.new, 1)
			if text == smallPriceFile {
				t.Fatal("the test changes nothing")
			}
			_, err := ParsePriceFile([]byte(text))
			if err == nil {
				t.Fatal("want an error")
			}
			for _, part := range test.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("error %q does not say %q", err, part)
				}
			}
			if len(err.Error()) > 500 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
		})
	}
	if _, err := ParsePriceFile(make([]byte, maxPriceFileBytes+1)); err == nil {
		t.Error("an overlong file must be refused")
	}
}

// momentOf returns a moment at which the entry is valid.
func momentOf(t *testing.T, e Entry) time.Time {
	t.Helper()
	at := e.From
	if at.IsZero() {
		at = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
		if !e.Until.IsZero() {
			at = e.Until.Add(-7 * 24 * time.Hour)
		}
	}
	for range minutesPerWeek {
		if len(e.Hours) == 0 || slices.ContainsFunc(e.Hours, func(h Hours) bool { return h.contain(at) }) {
			return at
		}
		at = at.Add(time.Minute)
	}
	t.Fatalf("%s has no hours", e.ID)
	return at
}

func TestDefaultPricesAreSourcedAndFoundByEveryName(t *testing.T) {
	t.Parallel()
	table := DefaultPrices()
	revised := day(t, table.Version())
	models := make(map[string]bool)
	for _, e := range table.Entries() {
		models[e.Provider+"/"+e.Model] = true
		if !strings.HasPrefix(e.Source, "https://") {
			t.Errorf("%s: source %q is no address", e.ID, e.Source)
		}
		if e.Checked.IsZero() || e.Checked.After(revised) {
			t.Errorf("%s: looked up on %s, but the file was last revised on %s", e.ID, e.Checked, table.Version())
		}
		if providerKinds[e.Provider] == unknownProvider {
			t.Errorf("%s: provider %q is not a known one", e.ID, e.Provider)
		}
		at := momentOf(t, e)
		for _, name := range append([]string{e.Model, strings.ToUpper(e.Model)}, e.Aliases...) {
			price, match, ok := table.Lookup(e.Provider, name, at, e.ServiceTier)
			if !ok || price.ID != e.ID || match.Rule != MatchExact || match.IsEstimate {
				t.Errorf("%s: %q at %s leads to %q (%+v)", e.ID, name, at, price.ID, match)
			}
		}
	}
	if len(models) < 60 {
		t.Errorf("only %d models are listed", len(models))
	}
}

func TestDefaultPricesAreUnambiguousWithoutAProvider(t *testing.T) {
	t.Parallel()
	table := DefaultPrices()
	for id, listings := range table.named {
		vendors := 0
		for _, l := range listings {
			if l.kind == vendor {
				vendors++
			}
		}
		if vendors > 1 {
			t.Errorf("%q is listed by %d vendors", id, vendors)
		}
	}
}

// The relations hold for every price list seen so far; a typing error in the
// file would break one of them.
func TestDefaultPricesAreConsistent(t *testing.T) {
	t.Parallel()
	table := DefaultPrices()
	atMost := func(e Entry, what string, a, b Rate) {
		if a.known && b.known && a.nano > b.nano {
			t.Errorf("%s: %s: %v exceeds %v", e.ID, what, a, b)
		}
	}
	for _, e := range table.Entries() {
		r := e.Rates
		if !r.Input.known && !r.Search.known {
			t.Errorf("%s has no input price", e.ID)
		}
		if r.Input.known && !r.Output.known {
			t.Errorf("%s has an input price but no output price", e.ID)
		}
		atMost(e, "cache read against input", r.CacheRead, r.Input)
		atMost(e, "input against cache write", r.Input, r.CacheWrite)
		atMost(e, "cache write against one hour", r.CacheWrite, r.CacheWrite1h)
		if r.Output.nano != 0 { // embeddings
			atMost(e, "input against output", r.Input, r.Output)
		}
		for _, step := range e.LongContext {
			for i, long := range step.Rates.fields() {
				short := r.fields()[i]
				atMost(e, "short against long "+long.name, *short.rate, *long.rate)
				if long.rate.known && !short.rate.known {
					t.Errorf("%s: only long inputs have a price for %s", e.ID, long.name)
				}
			}
		}
		if e.ServiceTier == "" {
			continue
		}
		standard, _, ok := table.Lookup(e.Provider, e.Model, momentOf(t, e), "")
		if !ok {
			t.Errorf("%s has no standard tier", e.ID)
			continue
		}
		for i, here := range r.fields() {
			there := *standard.Rates.fields()[i].rate
			switch e.ServiceTier {
			case "batch", "flex":
				atMost(e, here.name+" against the standard tier", *here.rate, there)
			case "priority", "fast":
				atMost(e, "standard tier against "+here.name, there, *here.rate)
			default:
				t.Errorf("%s: unexpected tier", e.ID)
			}
		}
	}
}

func TestDefaultPricesOfWellKnownModels(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		provider, model, at, tier string
		input, cacheRead, output  string
	}{
		{"openai", "gpt-4o-2024-08-06", "2026-11-20", "", "2.5", "1.25", "10"},
		{"openai", "gpt-4o", "2024-06-01", "", "5", "", "15"},
		{"openai", "gpt-4o-mini", "2026-11-20", "", "0.15", "0.075", "0.6"},
		{"openai", "gpt-4.1-2025-04-14", "2026-11-20", "", "2", "0.5", "8"},
		{"openai", "gpt-5", "2026-11-20", "", "1.25", "0.125", "10"},
		{"openai", "gpt-5-mini-2025-08-07", "2026-11-20", "", "0.25", "0.025", "2"},
		{"openai", "gpt-5-nano", "2026-11-20", "", "0.05", "0.005", "0.4"},
		{"openai", "gpt-5.1", "2026-11-20", "batch", "0.625", "0.0625", "5"},
		{"openai", "gpt-5.6-luna", "2026-07-29T23:59:59Z", "", "1", "0.1", "6"},
		{"openai", "gpt-5.6-luna", "2026-07-30", "", "0.2", "0.02", "1.2"},
		{"openai", "o3", "2025-06-09", "", "10", "2.5", "40"},
		{"openai", "o3-2025-04-16", "2026-11-20", "flex", "1", "0.25", "4"},
		{"openai", "o4-mini", "2026-11-20", "", "1.1", "0.275", "4.4"},
		{"openai", "text-embedding-3-small", "2026-11-20", "", "0.02", "", "0"},
		{"anthropic", "claude-3-5-sonnet-20241022", "2026-11-20", "", "3", "0.3", "15"},
		{"anthropic", "claude-3-haiku-20240307", "2026-11-20", "", "0.25", "0.03", "1.25"},
		{"anthropic", "claude-opus-4-1-20250805", "2026-11-20", "", "15", "1.5", "75"},
		{"anthropic", "claude-sonnet-4-5-20250929", "2026-11-20", "batch", "1.5", "0.15", "7.5"},
		{"anthropic", "claude-haiku-4-5", "2026-11-20", "", "1", "0.1", "5"},
		{"anthropic", "claude-sonnet-5-5", "2026-10-06", "", "2", "0.2", "10"},
		{"anthropic", "claude-sonnet-5-5", "2026-10-07", "", "2", "0.1", "10"},
		{"gcp.gemini", "gemini-1.5-pro-002", "2026-11-20", "", "1.25", "0.3125", "5"},
		{"gcp.gemini", "gemini-2.0-flash", "2026-11-20", "", "0.1", "0.025", "0.4"},
		{"gcp.gemini", "gemini-2.5-pro", "2026-11-20", "", "1.25", "0.125", "10"},
		{"gcp.gemini", "gemini-2.5-flash", "2026-11-20", "", "0.3", "0.03", "2.5"},
		{"gcp.gemini", "gemini-4-argon", "2026-12-01", "", "4", "0.2", "20"},
		{"mistral_ai", "mistral-large-2411", "2026-11-20", "", "2", "", "6"},
		{"mistral_ai", "mistral-medium-latest", "2026-06-15", "", "0.4", "0.04", "2"},
		{"mistral_ai", "codestral-2508", "2026-11-20", "", "0.3", "0.03", "0.9"},
		{"cohere", "command-r-08-2024", "2026-11-20", "", "0.15", "", "0.6"},
		{"cohere", "command-a-03-2025", "2026-11-20", "", "2.5", "", "10"},
		{"x_ai", "grok-3", "2026-11-20", "", "3", "0.75", "15"},
		{"x_ai", "grok-4-0709", "2026-11-20", "", "3", "0.75", "15"},
		{"deepseek", "deepseek-chat", "2025-08-01T12:00:00Z", "", "0.27", "0.07", "1.1"},
		{"deepseek", "deepseek-chat", "2025-08-01T17:00:00Z", "", "0.135", "0.035", "0.55"},
		{"deepseek", "deepseek-reasoner", "2026-01-01", "", "0.28", "0.028", "0.42"},
		{"aws.bedrock", "us.amazon.nova-lite-v1:0", "2026-11-20", "", "0.06", "0.015", "0.24"},
		{"aws.bedrock", "eu.anthropic.claude-haiku-4-5-20251001-v1:0", "2026-11-20", "", "1.1", "0.11", "5.5"},
		{"aws.bedrock", "us-gov.anthropic.claude-opus-5-5", "2026-11-20", "", "4.8", "0.24", "24"},
		{"aws.bedrock", "meta.llama3-3-70b-instruct-v1:0", "2026-11-20", "", "0.72", "", "0.72"},
		{"groq", "llama-3.3-70b-versatile", "2026-11-20", "", "0.59", "", "0.79"},
	} {
		price, match, ok := DefaultPrices().Lookup(test.provider, test.model, day(t, test.at), test.tier)
		got := [3]string{price.Rates.Input.String(), price.Rates.CacheRead.String(), price.Rates.Output.String()}
		if want := [3]string{test.input, test.cacheRead, test.output}; !ok || got != want || match.IsEstimate {
			t.Errorf("%s/%s at %s, tier %q: %v (%s, %+v), want %v", test.provider, test.model, test.at, test.tier, got, price.ID, match, want)
		}
	}
}

func TestDefaultPricesLeaveOutWhatWouldBeMispriced(t *testing.T) {
	t.Parallel()
	for _, model := range []string{
		"gemini-2.5-flash-image", "gemini-2.5-pro-preview-tts", "gemini-2.5-flash-preview-tts",
		"gpt-4o-mini-tts-2025-12-15", "gpt-image-1", "gemini-2.5-flash-preview-05-20",
	} {
		if price, _, ok := DefaultPrices().Lookup("", model, someTime, ""); ok {
			t.Errorf("%s is priced as %s", model, price.ID)
		}
	}
}

func TestDefaultPricesCoverRerankers(t *testing.T) {
	t.Parallel()
	cost := DefaultPrices().Cost(Usage{Searches: tokens(1)}, "cohere", "rerank-v3.5", someTime, "")
	if nano(cost.Total) != 2_000_000 || !cost.IsComplete {
		t.Errorf("one search costs %d nano-USD, missing %v; want 2000000", nano(cost.Total), cost.Missing)
	}
	cost = DefaultPrices().Cost(Usage{Input: tokens(1_000_000)}, "voyage", "rerank-2.5", someTime, "")
	if nano(cost.Total) != 50_000_000 || !cost.IsComplete {
		t.Errorf("a million tokens cost %d nano-USD, missing %v; want 50000000", nano(cost.Total), cost.Missing)
	}
}

func FuzzParsePriceFile(f *testing.F) {
	f.Add([]byte(smallPriceFile))
	f.Add([]byte(`{"version":"1","currency":"USD","models":[]}`))
	f.Add([]byte(`{"version":"1","currency":"USD","models":[{"model":"m","source":"s","checked":"2026-01-01","prices":[{"hours":["fri-mon 23:00-01:00"],"search":"0"}]}]}`))
	f.Add([]byte(`{"models":[{}]}`))
	f.Add([]byte(`[[[{"a":{"a":1}}]]]`))
	f.Add([]byte("{\"a\":1,\"A\":2}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := ParsePriceFile(data)
		if err != nil {
			if table != nil {
				t.Fatal("a table beside an error")
			}
			return
		}
		ids := make(map[string]bool)
		for _, e := range table.Entries() {
			if ids[e.ID] {
				t.Fatalf("two rows have the id %q", e.ID)
			}
			ids[e.ID] = true
			if e.Source == "" || e.Checked.IsZero() {
				t.Fatalf("%q has no source or date", e.ID)
			}
			for _, f := range e.Rates.fields() {
				if f.rate.nano < 0 || f.rate.nano > maxRateNano {
					t.Fatalf("%q: %s is %v", e.ID, f.name, *f.rate)
				}
			}
			at := momentOf(t, e)
			if e.Until.IsZero() || at.Before(e.Until) {
				if price, match, ok := table.Lookup(e.Provider, e.Model, at, e.ServiceTier); !ok || match.Rule != MatchExact {
					t.Fatalf("%q is not found by its own name: %q, %+v", e.ID, price.ID, match)
				}
			}
		}
	})
}
