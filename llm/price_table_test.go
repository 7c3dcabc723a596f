package llm

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func day(t interface{ Fatal(...any) }, s string) time.Time {
	at, err := parseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// entry returns a row with an input price, which also serves to tell rows
// apart.
func entry(provider, model, input string, change ...func(*Entry)) Entry {
	rate, err := ParseRate(input)
	if err != nil {
		panic(err)
	}
	e := Entry{Provider: provider, Model: model, Rates: Rates{Input: rate}}
	for _, c := range change {
		c(&e)
	}
	return e
}

func aliases(names ...string) func(*Entry) { return func(e *Entry) { e.Aliases = names } }
func pattern(re string) func(*Entry)       { return func(e *Entry) { e.Pattern = re } }
func tier(name string) func(*Entry)        { return func(e *Entry) { e.ServiceTier = name } }

func from(t *testing.T, s string) func(*Entry) {
	return func(e *Entry) { e.From = day(t, s) }
}

func until(t *testing.T, s string) func(*Entry) {
	return func(e *Entry) { e.Until = day(t, s) }
}

func hours(t *testing.T, texts ...string) func(*Entry) {
	return func(e *Entry) {
		for _, text := range texts {
			h, err := ParseHours(text)
			if err != nil {
				t.Fatal(err)
			}
			e.Hours = append(e.Hours, h)
		}
	}
}

func manyEntries(n int, make func(i int) Entry) []Entry {
	entries := []Entry{}
	for i := range n {
		entries = append(entries, make(i))
	}
	return entries
}

func newTable(t testing.TB, version string, entries ...Entry) *PriceTable {
	t.Helper()
	table, err := NewPriceTable(version, entries)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

var someTime = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func TestLookupFindsTheModelBehindTheName(t *testing.T) {
	t.Parallel()
	table := newTable(t, "v1",
		entry("openai", "gpt-4o", "2.5", aliases("gpt-4-omni")),
		entry("openai", "gpt-4o-2024-05-13", "5"),
		entry("openai", "gpt-4", "30", aliases("gpt-4-0613")),
		entry("openai", "ft:gpt-4o", "3.75", pattern(`ft:gpt-4o-2024-08-06(:.*)?`)),
		entry("anthropic", "claude-sonnet-4-5", "3", aliases("claude-sonnet-4.5")),
		entry("anthropic", "claude-sonnet-4", "3.1"),
		entry("gcp.gemini", "gemini-2.5-pro", "1.25", pattern(`gemini-2\.5-pro-preview-\d\d-\d\d`)),
		entry("aws.bedrock", "anthropic.claude-sonnet-4-5", "3.3"),
		entry("aws.bedrock", "global.anthropic.claude-sonnet-4-5", "3.01"),
		entry("aws.bedrock", "amazon.nova-pro-v1:0", "0.8", aliases("nova-pro")),
		entry("aws.bedrock", "amazon.titan-embed-text-v1", "0.1"),
		entry("aws.bedrock", "amazon.titan-embed-text-v2:0", "0.02"),
		entry("groq", "openai/gpt-oss-120b", "0.15"),
		entry("mistral_ai", "mistral-large-2411", "2"),
		entry("cohere", "shared-name", "7"),
		entry("x_ai", "shared-name", "8"),
		entry("acme", "acme-1", "9"),
	)
	for _, test := range []struct {
		provider, model string
		want            string // input price, empty for none
		rule            MatchRule
		estimate        bool
	}{
		// as it is
		{"openai", "gpt-4o", "2.5", MatchExact, false},
		{"OpenAI", " GPT-4o ", "2.5", MatchExact, false},
		{"openai.responses", "gpt-4-omni", "2.5", MatchExact, false},
		{"openai", "gpt-4o-2024-05-13", "5", MatchExact, false},
		{"openai", "gpt-4-0613", "30", MatchExact, false},
		{"groq", "openai/gpt-oss-120b", "0.15", MatchExact, false},
		{"acme", "acme-1", "9", MatchExact, false},

		// without its version
		{"openai", "gpt-4o-2024-08-06", "2.5", MatchVersion, false},
		{"openai", "gpt-4o-latest", "2.5", MatchVersion, false},
		{"openai", "gpt-4o:latest", "2.5", MatchVersion, false},
		{"anthropic", "claude-sonnet-4-5-20250929", "3", MatchVersion, false},
		{"anthropic", "claude-sonnet-4-20250514", "3.1", MatchVersion, false},
		{"anthropic", "claude-sonnet-4-5[1m]", "3", MatchVersion, false},
		{"gcp.gemini", "gemini-2.5-pro-001", "1.25", MatchVersion, false},
		{"gcp.gen_ai", "gemini-2.5-pro", "1.25", MatchExact, false},

		// without prefixes
		{"openai", "openai/gpt-4o-2024-08-06", "2.5", MatchPrefix, false},
		{"gcp.gemini", "models/gemini-2.5-pro", "1.25", MatchPrefix, false},

		// Bedrock: regions have prices of their own
		{"aws.bedrock", "global.anthropic.claude-sonnet-4-5-20250929-v1:0", "3.01", MatchVersion, false},
		{"aws.bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "3.3", MatchPrefix, false},
		{"aws.bedrock", "anthropic.claude-sonnet-4-5-20250929-v1:0", "3.3", MatchVersion, false},
		{"amazon-bedrock", "apac.amazon.nova-pro-v1:0", "0.8", MatchPrefix, false},
		{"aws.bedrock", "amazon.nova-pro-v1:0:300k", "0.8", MatchVersion, false},
		{"aws.bedrock", "amazon.titan-embed-text-v1", "0.1", MatchExact, false},
		{"aws.bedrock", "amazon.titan-embed-text-v2:0", "0.02", MatchExact, false},
		{"aws.bedrock", "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-pro-v1:0", "0.8", MatchPrefix, false},
		{"aws.bedrock", "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0", "3.3", MatchPrefix, false},
		{"aws.bedrock", "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdef123456", "", MatchNone, false},

		// by pattern, last of all
		{"gcp.gemini", "gemini-2.5-pro-preview-05-06", "1.25", MatchPattern, false},
		{"openai", "ft:gpt-4o-2024-08-06:acme::abc123", "3.75", MatchPattern, false},
		{"openai", "ft:gpt-4o-2024-08-06", "3.75", MatchVersion, false},

		// a reseller falls back to the vendor, and says so
		{"azure.ai.openai", "gpt-4o", "2.5", MatchExact, true},
		{"azure", "gpt-4o-2024-08-06", "2.5", MatchVersion, true},
		{"aws.bedrock", "us.anthropic.claude-sonnet-4-20250514-v1:0", "3.1", MatchPrefix, true},
		{"gcp.vertex_ai", "claude-sonnet-4-5@20250929", "3", MatchVersion, true},
		{"google.vertex.anthropic", "claude-sonnet-4-5@20250929", "3", MatchVersion, true},
		{"gcp.vertex_ai", "projects/p/locations/l/publishers/google/models/gemini-2.5-pro-002", "1.25", MatchPrefix, true},

		// so does an unknown provider, or none
		{"", "gpt-4o", "2.5", MatchExact, true},
		{"litellm", "gpt-4o", "2.5", MatchExact, true},
		{"openrouter", "anthropic/claude-sonnet-4.5", "3", MatchPrefix, true},
		{"", "openrouter/anthropic/claude-sonnet-4.5:thinking", "3", MatchPrefix, true},
		{"", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "3.3", MatchPrefix, true},
		{"", "bedrock/converse/global.anthropic.claude-sonnet-4-5-20250929-v1:0", "3.01", MatchPrefix, true},
		{"openrouter", "amazon/nova-pro-v1", "0.8", MatchPrefix, true},
		{"", "azure/gpt-4o", "2.5", MatchPrefix, true},
		{"openai-compatible", "gpt-4o", "2.5", MatchExact, true},

		// a vendor's SDK pointed at a gateway: the prefix names the vendor
		{"openai", "anthropic/claude-sonnet-4-5", "3", MatchPrefix, true},

		// a known provider narrows
		{"openai", "claude-sonnet-4-5", "", MatchNone, false},
		{"anthropic", "gpt-4o", "", MatchNone, false},
		{"groq", "gpt-4o", "", MatchNone, false},

		// what another host charges says nothing
		{"openrouter", "openai/gpt-oss-120b", "", MatchNone, false},
		{"", "gpt-oss-120b", "", MatchNone, false},
		{"", "acme-1", "", MatchNone, false},

		// the user's own hardware has no list price
		{"ollama", "gpt-4o", "", MatchNone, false},
		{"vllm", "openai/gpt-4o", "", MatchNone, false},

		// ambiguous
		{"", "shared-name", "", MatchNone, false},
		{"cohere", "shared-name", "7", MatchExact, false},
		{"", "cohere/shared-name", "7", MatchPrefix, true},

		// versions that may have their own price are not dropped
		{"openai", "gpt-4o-preview", "", MatchNone, false},
		{"openai", "gpt-4-1106", "", MatchNone, false},
		{"mistral_ai", "mistral-large-2402", "", MatchNone, false},
		{"openrouter", "openai/gpt-4o:free", "", MatchNone, false},
		{"openai", "gpt-4o-mini", "", MatchNone, false},
		{"openai", "gpt-4ob", "", MatchNone, false},

		// nothing to look for
		{"openai", "", "", MatchNone, false},
		{"openai", "-2024-08-06", "", MatchNone, false},
		{"openai", strings.Repeat("x", 10_000), "", MatchNone, false},
		{strings.Repeat("x", 10_000), "gpt-4o", "2.5", MatchExact, true},
	} {
		t.Run(clip(test.provider)+" "+clip(test.model), func(t *testing.T) {
			t.Parallel()
			price, match, ok := table.Lookup(test.provider, test.model, someTime, "")
			if ok != (test.want != "") || price.Rates.Input.String() != test.want {
				t.Fatalf("input price %q (%s), want %q", price.Rates.Input, price.ID, test.want)
			}
			if match.Rule != test.rule || match.IsEstimate != test.estimate || (match.Reason != "") != test.estimate {
				t.Errorf("match %+v, want rule %s, estimate %t", match, test.rule, test.estimate)
			}
		})
	}
}

func TestEntryWithoutProviderHoldsAtEveryProvider(t *testing.T) {
	t.Parallel()
	table := newTable(t, "v1",
		entry("", "house-model", "1"),
		entry("openai", "house-model", "2"),
		entry("", "any", "3", pattern(`team-\w+`)),
	)
	for _, test := range []struct{ provider, model, want string }{
		{"", "house-model", "1"},
		{"ollama", "house-model", "1"},
		{"anthropic", "house-model", "1"},
		{"gateway", "house-model", "1"},
		{"openai", "house-model", "2"},
		{"vllm", "team-a", "3"},
	} {
		price, match, ok := table.Lookup(test.provider, test.model, someTime, "")
		if !ok || price.Rates.Input.String() != test.want || match.IsEstimate {
			t.Errorf("%q %q: %v, %+v, %t; want %s", test.provider, test.model, price.Rates.Input, match, ok, test.want)
		}
	}
}

func TestLookupTakesThePriceValidWhenTheCallStarted(t *testing.T) {
	t.Parallel()
	table := newTable(t, "v1",
		entry("openai", "o3", "2", from(t, "2025-06-10")),
		entry("openai", "o3", "10", until(t, "2025-06-10")),
		entry("openai", "gone", "1", from(t, "2025-01-01"), until(t, "2025-02-01")),
		entry("openai", "o3-2025-04-16", "7", from(t, "2026-01-01")),
	)
	for _, test := range []struct{ model, at, want string }{
		{"o3", "2025-06-09T23:59:59.999999999Z", "10"},
		{"o3", "2025-06-10T00:00:00Z", "2"},
		{"o3", "2025-06-10T01:00:00+02:00", "10"},
		{"o3", "1970-01-01", "10"},
		{"o3", "2100-01-01", "2"},
		{"gone", "2024-12-31T23:59:59Z", ""},
		{"gone", "2025-01-01", "1"},
		{"gone", "2025-02-01", ""},
		// a listing that is not valid yet does not hide the next best
		{"o3-2025-04-16", "2025-07-01", "2"},
		{"o3-2025-04-16", "2026-07-01", "7"},
	} {
		price, _, ok := table.Lookup("openai", test.model, day(t, test.at), "")
		if ok != (test.want != "") || price.Rates.Input.String() != test.want {
			t.Errorf("%s at %s: %q, want %q", test.model, test.at, price.Rates.Input, test.want)
		}
	}
}

func TestZeroTimeStandsForThePresent(t *testing.T) {
	t.Parallel()
	table := newTable(t, "v1",
		entry("openai", "o3", "10", until(t, "2025-06-10")),
		entry("openai", "o3", "2", from(t, "2025-06-10"), until(t, "9000-01-01")),
		entry("openai", "o3", "1", from(t, "9000-01-01")),
	)
	if price, _, _ := table.Lookup("openai", "o3", time.Time{}, ""); price.Rates.Input.String() != "2" {
		t.Errorf("input price %v, want that of the present", price.Rates.Input)
	}
}

func TestPriceWithHoursTakesPrecedenceWithinThem(t *testing.T) {
	t.Parallel()
	table := newTable(t, "v1",
		entry("deepseek", "v4", "0.66", from(t, "2026-08-17")),
		entry("deepseek", "v4", "1.32", from(t, "2026-08-17"), hours(t, "mon-fri 01:00-04:00", "mon-fri 06:00-10:00")),
	)
	for _, test := range []struct{ at, want string }{
		{"2026-11-20T00:59:59Z", "0.66"}, // a Friday
		{"2026-11-20T01:00:00Z", "1.32"},
		{"2026-11-20T09:59:59Z", "1.32"},
		{"2026-11-20T10:00:00Z", "0.66"},
		{"2026-11-21T01:00:00Z", "0.66"}, // a Saturday
	} {
		price, _, _ := table.Lookup("deepseek", "v4", day(t, test.at), "")
		if price.Rates.Input.String() != test.want {
			t.Errorf("%s: %v, want %s", test.at, price.Rates.Input, test.want)
		}
	}
}

func TestLookupTakesThePriceOfTheServiceTier(t *testing.T) {
	t.Parallel()
	table := newTable(t, "v1",
		entry("openai", "gpt", "2"),
		entry("openai", "gpt", "1", tier("batch")),
		entry("openai", "gpt", "1.1", tier("flex"), from(t, "2026-01-01")),
		entry("openai", "gpt", "4", tier("priority")),
		entry("anthropic", "claude", "5"),
		entry("anthropic", "claude", "10", tier("fast")),
		entry("cohere", "batch-only", "3", tier("batch")),
	)
	for _, test := range []struct {
		provider, model, tier, at string
		want, wantTier            string
		estimate                  bool
	}{
		{"openai", "gpt", "", "2026-11-20", "2", "", false},
		{"openai", "gpt", "default", "2026-11-20", "2", "", false},
		{"openai", "gpt", "AUTO", "2026-11-20", "2", "", false},
		{"openai", "gpt", "ON_DEMAND", "2026-11-20", "2", "", false},
		{"openai", "gpt", "batch", "2026-11-20", "1", "batch", false},
		{"openai", "gpt", "Batch", "2026-11-20", "1", "batch", false},
		{"openai", "gpt", "flex", "2026-11-20", "1.1", "flex", false},
		{"openai", "gpt", "priority", "2026-11-20", "4", "priority", false},
		{"openai", "gpt", "fast", "2026-11-20", "4", "priority", false},
		{"anthropic", "claude", "fast", "2026-11-20", "10", "fast", false},
		// no price of its own: standard, as an estimate
		{"openai", "gpt", "scale", "2026-11-20", "2", "", true},
		{"openai", "gpt", "flex", "2025-11-20", "2", "", true},
		{"anthropic", "claude", "priority", "2026-11-20", "5", "", true},
		{"azure", "gpt", "batch", "2026-11-20", "1", "batch", true},
	} {
		price, match, ok := table.Lookup(test.provider, test.model, day(t, test.at), test.tier)
		if !ok || price.Rates.Input.String() != test.want || price.ServiceTier != test.wantTier ||
			match.IsEstimate != test.estimate || (match.Reason != "") != test.estimate {
			t.Errorf("%s %s tier %q at %s: %v at tier %q, %+v; want %s at %q, estimate %t", test.provider, test.model,
				test.tier, test.at, price.Rates.Input, price.ServiceTier, match, test.want, test.wantTier, test.estimate)
		}
	}
	if price, _, ok := table.Lookup("cohere", "batch-only", someTime, ""); ok {
		t.Errorf("a batch price (%v) must not stand in for the standard one", price.Rates.Input)
	}
}

func TestOverridesGoFirst(t *testing.T) {
	t.Parallel()
	list := newTable(t, "list-7",
		entry("openai", "gpt-4o", "2.5"), entry("openai", "gpt-4.1", "2"), entry("anthropic", "claude", "3"))
	organization := newTable(t, "org-2",
		entry("openai", "gpt-4o", "2.2"), entry("openai", "gpt-4.1", "1.9"))
	project := newTable(t, "project-5",
		entry("openai", "gpt-4o", "2.1", from(t, "2026-01-01")),
		entry("", "internal", "0", pattern(`internal-.*`)))
	table := list.WithOverrides(organization).WithOverrides(project)

	for _, test := range []struct {
		provider, model, at string
		want, version       string
		override            bool
	}{
		{"openai", "gpt-4o", "2026-11-20", "2.1", "project-5", true},
		{"openai", "gpt-4o-2024-08-06", "2026-11-20", "2.1", "project-5", true},
		{"openai", "gpt-4o", "2025-11-20", "2.2", "org-2", true},
		{"openai", "gpt-4.1", "2026-11-20", "1.9", "org-2", true},
		{"anthropic", "claude", "2026-11-20", "3", "list-7", false},
		{"ollama", "internal-7b", "2026-11-20", "0", "project-5", true},
		{"", "gpt-4o", "2026-11-20", "2.1", "project-5", true},
		// a price agreed with one provider says nothing about another
		{"azure.ai.openai", "gpt-4o", "2026-11-20", "2.5", "list-7", false},
		{"openrouter", "openai/gpt-4o", "2026-11-20", "2.5", "list-7", false},
	} {
		price, match, ok := table.Lookup(test.provider, test.model, day(t, test.at), "")
		if !ok || price.Rates.Input.String() != test.want || price.TableVersion != test.version || match.IsOverride != test.override {
			t.Errorf("%q %q at %s: %v of %s, %+v; want %s of %s, override %t", test.provider, test.model, test.at,
				price.Rates.Input, price.TableVersion, match, test.want, test.version, test.override)
		}
	}

	if got := table.Version(); got != "list-7" {
		t.Errorf("version %q, want that of the table overridden", got)
	}
	if got, want := len(table.Entries()), 7; got != want {
		t.Errorf("%d entries, want %d", got, want)
	}
	if list.WithOverrides(nil) != list {
		t.Error("no overrides must leave the table as it is")
	}
	if _, _, ok := (*PriceTable)(nil).WithOverrides(project).Lookup("openai", "gpt-4o", someTime, ""); !ok {
		t.Error("overrides must work without a table to override")
	}
	price, match, ok := list.Lookup("openai", "gpt-4o", someTime, "")
	if !ok || match.IsOverride || price.Rates.Input.String() != "2.5" {
		t.Error("overrides must not change the table overridden")
	}
}

func TestTableCostCarriesWhereThePriceIsFrom(t *testing.T) {
	t.Parallel()
	table := newTable(t, "list-7", entry("openai", "gpt-4o", "2.5"))
	usage := Usage{Input: tokens(1_000_000)}

	got := table.Cost(usage, "azure", "gpt-4o", someTime, "")
	want := CostResult{
		Input: tokens(2_500_000_000), Total: tokens(2_500_000_000),
		IsComplete: true, IsEstimate: true, PriceID: "openai/gpt-4o", TableVersion: "list-7",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("estimate (-want +got):\n%s", diff)
	}
	if got := table.Cost(usage, "openai", "gpt-4o", someTime, ""); got.IsEstimate {
		t.Error("the listed price is no estimate")
	}
}

func TestUnknownModelHasUnknownCost(t *testing.T) {
	t.Parallel()
	table := newTable(t, "v1", entry("openai", "gpt-4o", "2.5"))
	for _, test := range []struct {
		name    string
		table   *PriceTable
		usage   Usage
		missing []string
	}{
		{"used", table, Usage{Input: tokens(10), CacheRead: tokens(5), Output: tokens(3), Searches: tokens(1)},
			[]string{PartInput, PartOutput, PartCacheRead, PartSearches}},
		{"used nothing", table, Usage{Input: tokens(0)}, []string{PartInput}},
		{"hostile", table, Usage{Input: tokens(math.MaxInt64), Output: tokens(-1)}, []string{PartInput}},
		{"reported nothing", table, Usage{}, []string{PartUsage}},
		{"no table", nil, Usage{Output: tokens(3)}, []string{PartOutput}},
	} {
		got := test.table.Cost(test.usage, "openai", "no-such-model", someTime, "")
		if diff := cmp.Diff(CostResult{Missing: test.missing}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestNewPriceTableNamesTheEntryAndFieldAtFault(t *testing.T) {
	t.Parallel()
	good := entry("openai", "good", "1")
	overlong := strings.Repeat("x", maxModelBytes+1)
	for _, test := range []struct {
		name    string
		entries []Entry
		index   int
		field   string
	}{
		{"no model", []Entry{good, entry("openai", " ", "1")}, 1, "model"},
		{"blank in model", []Entry{entry("openai", "gpt 4", "1")}, 0, "model"},
		{"control character in model", []Entry{entry("openai", "gpt\x00", "1")}, 0, "model"},
		{"invalid text", []Entry{entry("openai", "gpt\xff", "1")}, 0, "model"},
		{"overlong model", []Entry{entry("openai", overlong, "1")}, 0, "model"},
		{"empty alias", []Entry{entry("openai", "gpt", "1", aliases("a", ""))}, 0, "aliases"},
		{"provider with a blank", []Entry{entry("open ai", "gpt", "1")}, 0, "provider"},
		{"overlong provider", []Entry{entry(overlong, "gpt", "1")}, 0, "provider"},
		{"bad pattern", []Entry{entry("openai", "gpt", "1", pattern(`gpt-(`))}, 0, "pattern"},
		{"overlong pattern", []Entry{entry("openai", "gpt", "1", pattern(strings.Repeat("x", maxPatternBytes+1)))}, 0, "pattern"},
		{"pattern that escapes its anchors", []Entry{entry("openai", "gpt", "1", pattern(`a)|(b`))}, 0, "pattern"},
		{"pattern that takes much memory", []Entry{entry("openai", "gpt", "1", pattern(strings.Repeat(`x{999}`, 9)))}, 0, "pattern"},
		{"too many patterns", manyEntries(maxPatterns+1, func(i int) Entry {
			return entry("openai", fmt.Sprint("gpt-", i), "1", pattern("x"))
		}), maxPatterns, "pattern"},
		{"too many periods", manyEntries(maxPeriods+1, func(i int) Entry {
			start := someTime.AddDate(0, 0, i)
			return entry("openai", "gpt", "1", func(e *Entry) { e.From, e.Until = start, start.AddDate(0, 0, 1) })
		}), maxPeriods, "from"},
		{"tier with a blank", []Entry{entry("openai", "gpt", "1", tier("very fast"))}, 0, "tier"},
		{"ends before it starts", []Entry{entry("openai", "gpt", "1", from(t, "2026-02-01"), until(t, "2026-02-01"))}, 0, "until"},
		{"no price", []Entry{{Provider: "openai", Model: "gpt"}}, 0, "rates"},
		{"negative price", []Entry{{Model: "gpt", Rates: Rates{Output: Rate{nano: -1, known: true}}}}, 0, "output"},
		{"hours of no length", []Entry{entry("openai", "gpt", "1", func(e *Entry) { e.Hours = []Hours{{Start: 5, End: 5}} })}, 0, "hours"},
		{"long context at zero", []Entry{entry("openai", "gpt", "1", func(e *Entry) {
			e.LongContext = []LongContext{{Rates: e.Rates}}
		})}, 0, "longContext"},
		{"long context out of order", []Entry{entry("openai", "gpt", "1", func(e *Entry) {
			e.LongContext = []LongContext{{AboveInputTokens: 2, Rates: e.Rates}, {AboveInputTokens: 2, Rates: e.Rates}}
		})}, 0, "longContext"},
		{"long context without a price", []Entry{entry("openai", "gpt", "1", func(e *Entry) {
			e.LongContext = []LongContext{{AboveInputTokens: 2}}
		})}, 0, "longContext"},
		{"same id", []Entry{good, entry("openai", "other", "1", func(e *Entry) { e.ID = "openai/good" })}, 1, "id"},
		{"alias of another model", []Entry{good, entry("openai", "other", "1", aliases("GOOD"))}, 1, "aliases"},
		{"model that is another's alias", []Entry{entry("openai", "other", "1", aliases("good")), good}, 1, "model"},
		{"open periods", []Entry{good, entry("openai", "good", "2", from(t, "2026-01-01"))}, 1, "from"},
		{"overlapping periods", []Entry{
			entry("openai", "gpt", "1", until(t, "2026-01-02")),
			entry("openai", "gpt", "2", from(t, "2026-01-02")),
			entry("OpenAI", "GPT", "3", from(t, "2026-01-01"), until(t, "2026-01-03")),
		}, 2, "from"},
		{"overlapping hours", []Entry{
			entry("openai", "gpt", "1", hours(t, "fri 20:00-02:00")),
			entry("openai", "gpt", "2", hours(t, "sat 01:59-03:00")),
		}, 1, "from"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := NewPriceTable("v1", test.entries)
			var entryErr *EntryError
			if !errors.As(err, &entryErr) {
				t.Fatalf("error %v, want an EntryError", err)
			}
			if entryErr.Index != test.index || entryErr.Field != test.field {
				t.Errorf("price %d, field %q (%v); want %d, %q", entryErr.Index, entryErr.Field, err, test.index, test.field)
			}
			if len(err.Error()) > 500 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
		})
	}
	for _, version := range []string{"", strings.Repeat("x", 65), "v\n1"} {
		if _, err := NewPriceTable(version, nil); err == nil {
			t.Errorf("version %q must be refused", version)
		}
	}
}

func TestNewPriceTableAllowsPeriodsAndHoursThatTouch(t *testing.T) {
	t.Parallel()
	newTable(t, "v1",
		entry("openai", "gpt", "1", until(t, "2026-01-01")),
		entry("openai", "gpt", "2", from(t, "2026-01-01"), until(t, "2026-02-01")),
		entry("openai", "gpt", "3", from(t, "2026-02-01")),
		entry("openai", "gpt", "4", tier("batch")),
		entry("openai", "gpt", "5", hours(t, "fri 20:00-02:00")),
		entry("openai", "gpt", "6", hours(t, "sat 02:00-03:00")),
		entry("azure", "gpt", "7"),
		entry("", "gpt", "8"),
	)
}

func TestTableDoesNotShareMemoryWithItsEntries(t *testing.T) {
	t.Parallel()
	e := entry("openai", "gpt", "1", aliases("alias"), func(e *Entry) {
		e.LongContext = []LongContext{{AboveInputTokens: 100, Rates: e.Rates}}
	})
	table := newTable(t, "v1", e)
	e.Aliases[0], e.LongContext[0].AboveInputTokens = "changed", 5
	price, _, ok := table.Lookup("openai", "alias", someTime, "")
	if !ok || price.LongContext[0].AboveInputTokens != 100 {
		t.Error("a change to the entries given must not change the table")
	}
	if got := table.Entries()[0].Aliases[0]; got != "alias" {
		t.Errorf("alias %q", got)
	}
}

func TestLookupIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	table := DefaultPrices().WithOverrides(newTable(t, "v1", entry("openai", "gpt-4o", "1")))
	models := []string{"gpt-4o", "gpt-4o-mini-2024-07-18", "claude-sonnet-4-5-20250929", "no-such-model"}
	var workers sync.WaitGroup
	for worker := range 8 {
		workers.Go(func() {
			for i := range 2000 {
				model := models[i%len(models)]
				if i%3 == 0 {
					model = fmt.Sprintf("invented-%d-%d", worker, i)
				}
				_, _, ok := table.Lookup("", model, someTime, "batch")
				if known := strings.HasPrefix(model, "gpt") || strings.HasPrefix(model, "claude"); ok != known {
					t.Errorf("%s: found %t, want %t", model, ok, known)
					return
				}
			}
		})
	}
	workers.Wait()
}

func TestCacheStaysBoundedUnderInventedNames(t *testing.T) {
	t.Parallel()
	table := newTable(t, "v1", entry("openai", "gpt-4o", "2.5"))
	for i := range 5 * resolutionCacheSize {
		table.Lookup("openai", fmt.Sprintf("invented-%d", i), someTime, "")
		if i%100 == 0 { // a name in use stays
			if _, _, ok := table.Lookup("openai", "gpt-4o", someTime, ""); !ok {
				t.Fatal("a listed model was not found")
			}
		}
	}
	if size := table.cache.size(); size > 2*resolutionCacheSize {
		t.Errorf("%d resolutions are remembered, want at most %d", size, 2*resolutionCacheSize)
	}
	if _, remembered := table.cache.get(resolutionKey{"openai", "gpt-4o"}); !remembered {
		t.Error("a model in constant use was forgotten")
	}
}

func TestHotPathDoesNotAllocate(t *testing.T) {
	table := DefaultPrices()
	table.Lookup("openai", "gpt-4o-mini-2024-07-18", someTime, "flex")
	if n := testing.AllocsPerRun(100, func() {
		table.Lookup("openai", "gpt-4o-mini-2024-07-18", someTime, "flex")
	}); n != 0 {
		t.Errorf("%v allocations per lookup, want none", n)
	}
}

func FuzzLookup(f *testing.F) {
	for _, seed := range [][3]string{
		{"openai", "gpt-4o-2024-08-06", "flex"},
		{"", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", ""},
		{"gcp.vertex_ai", "projects/p/locations/l/publishers/google/models/gemini-2.5-pro@001", "batch"},
		{"openrouter", "openrouter/anthropic/claude-3.5-sonnet:beta", "priority"},
		{"aws.bedrock", "arn:aws:bedrock:us-east-1:1:inference-profile/eu.amazon.nova-pro-v1:0:300k", "ON_DEMAND"},
		{"ollama", "ft:gpt-4o-2024-08-06:acme::x", "fast"},
		{"..-", "////...:::@@@---", "\x00"},
	} {
		f.Add(seed[0], seed[1], seed[2], int64(1_795_000_000))
	}
	table := DefaultPrices()
	f.Fuzz(func(t *testing.T, provider, model, tier string, unix int64) {
		at := time.Unix(unix%4_000_000_000, 0)
		price, match, ok := table.Lookup(provider, model, at, tier)
		if !ok {
			if price.ID != "" || match != (Match{}) {
				t.Fatalf("a price %q (%+v) beside ok = false", price.ID, match)
			}
			if cost := table.Cost(Usage{Input: tokens(1)}, provider, model, at, tier); cost.Total != nil || cost.IsComplete {
				t.Fatalf("cost %d without a price", nano(cost.Total))
			}
			return
		}
		if match.Rule == MatchNone || price.ID == "" || price.TableVersion == "" {
			t.Fatalf("price %q of %q found by %s", price.ID, price.TableVersion, match.Rule)
		}
		if at.Before(price.From) || (!price.Until.IsZero() && !at.Before(price.Until)) {
			t.Fatalf("%s is not valid at %s", price.ID, at)
		}
		if asked := canonicalProvider(provider); price.Provider != asked && !match.IsEstimate {
			t.Fatalf("the price of %q at %q is not marked as an estimate", price.Provider, asked)
		}
		again, matchAgain, _ := table.Lookup(strings.Clone(provider), strings.Clone(model), at, tier)
		if again.ID != price.ID || matchAgain != match {
			t.Fatalf("first %s (%+v), then %s (%+v)", price.ID, match, again.ID, matchAgain)
		}
	})
}

func BenchmarkLookup(b *testing.B) {
	table := DefaultPrices()
	b.Run("hot", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			table.Lookup("aws.bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", someTime, "")
		}
	})
	b.Run("cold", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			table.resolve("aws.bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0")
		}
	})
}

func BenchmarkCost(b *testing.B) {
	table := DefaultPrices()
	usage := Usage{Input: tokens(12_345), CacheRead: tokens(10_000), CacheWrite: tokens(500), Output: tokens(321), Reasoning: tokens(100)}
	b.ReportAllocs()
	for b.Loop() {
		table.Cost(usage, "anthropic", "claude-sonnet-4-5-20250929", someTime, "")
	}
}

// size returns the number of remembered resolutions.
func (c *resolutionCache) size() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return len(c.young) + len(c.old)
}
