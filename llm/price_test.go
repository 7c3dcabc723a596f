package llm

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func tokens(n int64) *int64 { return &n }

func mustRate(t interface{ Fatal(...any) }, s string) Rate {
	r, err := ParseRate(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// nano reads an amount for comparison; -1 stands for unknown.
func nano(amount *int64) int64 {
	if amount == nil {
		return -1
	}
	return *amount
}

func TestParseRateReadsDecimalsExactly(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		want int64
	}{
		{"0", 0},
		{"2.50", 2_500_000_000},
		{"0.0028", 2_800_000},
		{"0.003625", 3_625_000},
		{"000.1", 100_000_000},
		{"0.000000001", 1},
		{"999999.999999999", 999_999_999_999_999},
		{"1000000", maxRateNano},
	} {
		rate, err := ParseRate(test.text)
		if err != nil {
			t.Errorf("ParseRate(%q): %v", test.text, err)
			continue
		}
		if got, known := rate.Nano(); got != test.want || !known {
			t.Errorf("ParseRate(%q) = %d, %t; want %d", test.text, got, known, test.want)
		}
	}
}

func TestParseRateRefusesWhatIsNoPlainDecimal(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", " ", "-1", "+1", "1e-6", "1,5", "1.", ".5", ".", "0x10", "1_000", "٣", "1.0.0",
		"0.0000000001", "1000000.000000001", "99999999", "NaN", "Inf", "$2.50",
	} {
		if rate, err := ParseRate(text); err == nil {
			t.Errorf("ParseRate(%q) = %v, want an error", text, rate)
		} else if rate.IsKnown() {
			t.Errorf("ParseRate(%q) returned a price beside its error", text)
		}
	}
}

func TestRateTextIsReadBackAsTheSameRate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rate, err := NewRate(rapid.Int64Range(0, maxRateNano).Draw(t, "nano"))
		if err != nil {
			t.Fatal(err)
		}
		back, err := ParseRate(rate.String())
		if err != nil || back != rate {
			t.Fatalf("%v became %q and then %v (%v)", rate, rate.String(), back, err)
		}
	})
}

func TestUnknownRateIsNotZero(t *testing.T) {
	t.Parallel()
	zero := mustRate(t, "0")
	if unknown := (Rate{}); unknown == zero || unknown.IsKnown() || unknown.String() != "" {
		t.Errorf("an unknown rate (%q) must differ from a price of zero (%q)", unknown, zero)
	}
}

func TestNewRateRefusesOutOfRange(t *testing.T) {
	t.Parallel()
	for _, n := range []int64{-1, math.MinInt64, maxRateNano + 1, math.MaxInt64} {
		if _, err := NewRate(n); err == nil {
			t.Errorf("NewRate(%d) must fail", n)
		}
	}
}

// testPrice has a distinct price for every part, in dollars per million tokens.
func testPrice(t interface{ Fatal(...any) }) Price {
	return Price{ID: "test", TableVersion: "v1", Rates: Rates{
		Input: mustRate(t, "3"), Output: mustRate(t, "15"),
		CacheRead: mustRate(t, "0.30"), CacheWrite: mustRate(t, "3.75"), CacheWrite1h: mustRate(t, "6"),
		AudioInput: mustRate(t, "40"), AudioOutput: mustRate(t, "80"),
		Search: mustRate(t, "10"),
	}}
}

func TestCostCountsEveryTokenOnceAtItsOwnPrice(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name                       string
		usage                      Usage
		input, output, fees, total int64 // nano-USD, -1 unknown
		missing                    []string
		price                      func(*Price)
	}{
		{
			name:  "totals only",
			usage: Usage{Input: tokens(1000), Output: tokens(100)},
			input: 3_000_000, output: 1_500_000, fees: -1, total: 4_500_000,
		},
		{
			name:  "cache read and write are parts of the input",
			usage: Usage{Input: tokens(1000), CacheRead: tokens(600), CacheWrite: tokens(300)},
			// 100×3 + 600×0.30 + 300×3.75 micro-dollars
			input: 300_000 + 180_000 + 1_125_000, output: -1, fees: -1, total: 1_605_000,
		},
		{
			name: "cache lifetimes are parts of the cache write",
			usage: Usage{
				Input: tokens(1000), CacheWrite: tokens(500),
				CacheWrite5m: tokens(200), CacheWrite1h: tokens(100),
			},
			// 500×3 + 200×3.75 (rest) + 200×3.75 (five minutes) + 100×6
			input: 1_500_000 + 750_000 + 750_000 + 600_000, output: -1, fees: -1, total: 3_600_000,
		},
		{
			name:  "cache lifetimes stand in for a cache write that was not reported",
			usage: Usage{Input: tokens(1000), CacheWrite1h: tokens(100)},
			input: 2_700_000 + 600_000, output: -1, fees: -1, total: 3_300_000,
		},
		{
			name:  "audio",
			usage: Usage{Input: tokens(100), AudioInput: tokens(60), Output: tokens(50), AudioOutput: tokens(40)},
			input: 40*3_000 + 60*40_000, output: 10*15_000 + 40*80_000, fees: -1,
			total: 120_000 + 2_400_000 + 150_000 + 3_200_000,
		},
		{
			name:  "cached audio is priced once, as cached",
			usage: Usage{Input: tokens(100), CacheRead: tokens(80), AudioInput: tokens(90)},
			input: 80*300 + 20*40_000, output: -1, fees: -1, total: 824_000,
		},
		{
			name:  "reasoning without a price of its own costs what output does",
			usage: Usage{Output: tokens(100), Reasoning: tokens(70)},
			input: -1, output: 1_500_000, fees: -1, total: 1_500_000,
		},
		{
			name:  "reasoning with a price of its own",
			price: func(p *Price) { p.Rates.Reasoning = Rate{nano: 1_000_000_000, known: true} },
			usage: Usage{Output: tokens(100), Reasoning: tokens(70)},
			input: -1, output: 30*15_000 + 70*1_000, fees: -1, total: 520_000,
		},
		{
			name:  "searches",
			usage: Usage{Searches: tokens(3)},
			input: -1, output: -1, fees: 30_000_000, total: 30_000_000,
		},
		{
			name:  "zero tokens cost zero",
			usage: Usage{Input: tokens(0), Output: tokens(0), Searches: tokens(0)},
			input: 0, output: 0, fees: 0, total: 0,
		},
		{
			name:  "zero tokens cost zero even without a price",
			price: func(p *Price) { p.Rates.Output = Rate{} },
			usage: Usage{Input: tokens(1000), Output: tokens(0)},
			input: 3_000_000, output: 0, fees: -1, total: 3_000_000,
		},
		{
			name:  "a price of zero is a price",
			price: func(p *Price) { p.Rates.Output = Rate{known: true} },
			usage: Usage{Input: tokens(1000), Output: tokens(500)},
			input: 3_000_000, output: 0, fees: -1, total: 3_000_000,
		},
		{
			name:  "details without a price cost what they are part of",
			price: func(p *Price) { p.Rates = Rates{Input: p.Rates.Input, Output: p.Rates.Output} },
			usage: Usage{
				Input: tokens(1000), CacheRead: tokens(100), CacheWrite: tokens(300), CacheWrite5m: tokens(100),
				CacheWrite1h: tokens(100), AudioInput: tokens(50),
				Output: tokens(100), AudioOutput: tokens(20), Reasoning: tokens(30),
			},
			input: 3_000_000, output: 1_500_000, fees: -1, total: 4_500_000,
		},
		{
			name:  "output without a price is left out and named",
			price: func(p *Price) { p.Rates = Rates{Input: p.Rates.Input} },
			usage: Usage{Input: tokens(1000), Output: tokens(100), Reasoning: tokens(40)},
			input: 3_000_000, output: -1, fees: -1, total: 3_000_000,
			missing: []string{PartOutput, PartReasoning},
		},
		{
			name:  "of the input, only the cached part has a price",
			price: func(p *Price) { p.Rates = Rates{CacheRead: p.Rates.CacheRead} },
			usage: Usage{Input: tokens(1000), CacheRead: tokens(600), AudioInput: tokens(100)},
			input: 180_000, output: -1, fees: -1, total: 180_000,
			missing: []string{PartInput, PartAudioInput},
		},
		{
			name:  "searches without a price",
			price: func(p *Price) { p.Rates.Search = Rate{} },
			usage: Usage{Input: tokens(1000), Searches: tokens(1)},
			input: 3_000_000, output: -1, fees: -1, total: 3_000_000,
			missing: []string{PartSearches},
		},
		{
			name:  "details without their total are a lower bound",
			usage: Usage{CacheRead: tokens(100), Reasoning: tokens(10)},
			input: 30_000, output: 150_000, fees: -1, total: 180_000,
			missing: []string{PartInput, PartOutput},
		},
		{
			name:  "details above their total are priced as reported",
			usage: Usage{Input: tokens(100), CacheRead: tokens(900), Output: tokens(10), Reasoning: tokens(50)},
			input: 270_000, output: 750_000, fees: -1, total: 1_020_000,
			missing: []string{PartInput, PartOutput},
		},
		{
			name:  "negative counts are not reported",
			usage: Usage{Input: tokens(1000), Output: tokens(-5), CacheRead: tokens(-1), Searches: tokens(math.MinInt64)},
			input: 3_000_000, output: -1, fees: -1, total: 3_000_000,
		},
		{
			name:  "no usage is unknown, not free",
			usage: Usage{},
			input: -1, output: -1, fees: -1, total: -1,
			missing: []string{PartUsage},
		},
		{
			name:  "details of zero say nothing",
			usage: Usage{CacheRead: tokens(0), Reasoning: tokens(0)},
			input: -1, output: -1, fees: -1, total: -1,
			missing: []string{PartUsage},
		},
		{
			name:  "an impossible count is left out and named",
			usage: Usage{Input: tokens(math.MaxInt64), Output: tokens(100)},
			input: -1, output: 1_500_000, fees: -1, total: 1_500_000,
			missing: []string{PartInput},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			price := testPrice(t)
			if test.price != nil {
				test.price(&price)
			}
			got := price.Cost(test.usage)
			if nano(got.Input) != test.input || nano(got.Output) != test.output ||
				nano(got.Fees) != test.fees || nano(got.Total) != test.total {
				t.Errorf("input %d, output %d, fees %d, total %d; want %d, %d, %d, %d",
					nano(got.Input), nano(got.Output), nano(got.Fees), nano(got.Total),
					test.input, test.output, test.fees, test.total)
			}
			if diff := cmp.Diff(test.missing, got.Missing); diff != "" {
				t.Errorf("missing (-want +got):\n%s", diff)
			}
			if got.IsComplete != (len(test.missing) == 0) {
				t.Errorf("complete = %t although %v is missing", got.IsComplete, got.Missing)
			}
			if got.PriceID != "test" || got.TableVersion != "v1" {
				t.Errorf("price %q of table %q", got.PriceID, got.TableVersion)
			}
		})
	}
}

func TestCostIsRoundedOncePerPartHalfAwayFromZero(t *testing.T) {
	t.Parallel()
	rate := func(n int64) Rate { return Rate{nano: n, known: true} }
	for _, test := range []struct {
		name  string
		rates Rates
		usage Usage
		want  int64
	}{
		{"just below a half", Rates{Input: rate(499_999)}, Usage{Input: tokens(1)}, 0},
		{"a half", Rates{Input: rate(500_000)}, Usage{Input: tokens(1)}, 1},
		{"one and a half", Rates{Input: rate(500_000)}, Usage{Input: tokens(3)}, 2},
		{"two and a half", Rates{Input: rate(500_000)}, Usage{Input: tokens(5)}, 3},
		{
			"fractions of details add up before rounding",
			Rates{Input: rate(300_000), CacheRead: rate(300_000)},
			Usage{Input: tokens(2), CacheRead: tokens(1)},
			1, // 0.3 + 0.3, not 0 + 0
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := nano(Price{Rates: test.rates}.Cost(test.usage).Input); got != test.want {
				t.Errorf("cost %d nano-USD, want %d", got, test.want)
			}
		})
	}
}

func TestLongContextPricesTheWholeCall(t *testing.T) {
	t.Parallel()
	price := Price{
		Rates: Rates{
			Input: mustRate(t, "1.25"), Output: mustRate(t, "10"),
			CacheRead: mustRate(t, "0.125"), Search: mustRate(t, "35"),
		},
		LongContext: []LongContext{
			{AboveInputTokens: 200_000, Rates: Rates{Input: mustRate(t, "2.50"), Output: mustRate(t, "15"), CacheRead: mustRate(t, "0.25")}},
			{AboveInputTokens: 1_000_000, Rates: Rates{Input: mustRate(t, "5")}},
		},
	}
	for _, test := range []struct {
		name          string
		usage         Usage
		input, output int64
	}{
		{"at the boundary", Usage{Input: tokens(200_000), Output: tokens(10)}, 250_000_000, 100_000},
		{"one token above", Usage{Input: tokens(200_001), Output: tokens(10)}, 500_002_500, 150_000},
		{
			"the cached part counts towards the boundary",
			Usage{Input: tokens(200_001), CacheRead: tokens(200_000), Output: tokens(10)},
			2_500 + 50_000_000, 150_000,
		},
		{
			"the second step restates only the input price of the first level",
			Usage{Input: tokens(1_000_001), CacheRead: tokens(1_000_000), Output: tokens(10)},
			5_000 + 125_000_000, 100_000,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := price.Cost(test.usage)
			if nano(got.Input) != test.input || nano(got.Output) != test.output || !got.IsComplete {
				t.Errorf("input %d, output %d, missing %v; want %d and %d",
					nano(got.Input), nano(got.Output), got.Missing, test.input, test.output)
			}
		})
	}
}

func TestCostThatDoesNotFitIsUnknown(t *testing.T) {
	t.Parallel()
	dear := Rate{nano: maxRateNano, known: true}
	for _, test := range []struct {
		name    string
		usage   Usage
		missing []string
	}{
		{"beyond 128 bits over the unit", Usage{Input: tokens(maxTokens)}, []string{PartInput}},
		{"beyond 63 bits", Usage{Output: tokens(9_223_372_037)}, []string{PartOutput}},
		{"searches", Usage{Searches: tokens(maxTokens)}, []string{PartSearches}},
		{"above the bound", Usage{Input: tokens(maxTokens + 1)}, []string{PartInput}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := Price{Rates: Rates{Input: dear, Output: dear, Search: dear}}.Cost(test.usage)
			if got.Total != nil || got.IsComplete || !slices.Equal(got.Missing, test.missing) {
				t.Errorf("total %d, missing %v; want unknown and %v", nano(got.Total), got.Missing, test.missing)
			}
		})
	}
	t.Run("only the sum", func(t *testing.T) {
		t.Parallel()
		got := Price{Rates: Rates{Input: dear, Output: dear}}.Cost(Usage{Input: tokens(9_000_000_000), Output: tokens(9_000_000_000)})
		if nano(got.Input) != 9e18 || nano(got.Output) != 9e18 || got.Total != nil || !slices.Equal(got.Missing, []string{PartTotal}) {
			t.Errorf("input %d, output %d, total %d, missing %v", nano(got.Input), nano(got.Output), nano(got.Total), got.Missing)
		}
	})
}

// drawRates returns rates of which some are unknown.
func drawRates(t *rapid.T) Rates {
	var r Rates
	for _, f := range r.fields() {
		if rapid.Bool().Draw(t, f.name+" known") {
			*f.rate = Rate{nano: rapid.Int64Range(0, 200*NanoPerUSD).Draw(t, f.name), known: true}
		}
	}
	return r
}

// drawUsage returns usage without contradictions, as the mapping of spans
// leaves it; some of it is not reported.
func drawUsage(t *rapid.T) Usage {
	part := func(name string, of int64) *int64 {
		if !rapid.Bool().Draw(t, name+" reported") {
			return nil
		}
		return tokens(rapid.Int64Range(0, of).Draw(t, name))
	}
	value := func(n *int64) int64 {
		if n == nil {
			return 0
		}
		return *n
	}
	var u Usage
	if u.Input = part("input", 2_000_000); u.Input != nil {
		left := *u.Input
		u.CacheRead = part("cacheRead", left)
		left -= value(u.CacheRead)
		u.CacheWrite = part("cacheWrite", left)
		left -= value(u.CacheWrite)
		if u.CacheWrite != nil {
			u.CacheWrite5m = part("cacheWrite5m", *u.CacheWrite)
			u.CacheWrite1h = part("cacheWrite1h", *u.CacheWrite-value(u.CacheWrite5m))
		}
		u.AudioInput = part("audioInput", left)
	}
	if u.Output = part("output", 200_000); u.Output != nil {
		u.Reasoning = part("reasoning", *u.Output)
		u.AudioOutput = part("audioOutput", *u.Output-value(u.Reasoning))
	}
	u.Searches = part("searches", 100)
	return u
}

func TestCostEqualsTheFormulaInExactArithmetic(t *testing.T) {
	t.Parallel()
	n := func(p *int64) int64 {
		if p == nil {
			return 0
		}
		return *p
	}
	rapid.Check(t, func(t *rapid.T) {
		price, u := Price{Rates: drawRates(t)}, drawUsage(t)
		r := price.Rates
		got := price.Cost(u)

		type term struct {
			n    int64
			rate Rate
		}
		want := func(unit int64, terms ...term) *big.Int {
			sum := new(big.Rat)
			for _, term := range terms {
				if term.rate.known {
					sum.Add(sum, new(big.Rat).Mul(big.NewRat(term.n, unit), big.NewRat(term.rate.nano, 1)))
				}
			}
			sum.Add(sum, big.NewRat(1, 2)) // half up: never negative
			return new(big.Int).Quo(sum.Num(), sum.Denom())
		}
		check := func(part string, got *int64, reported bool, want *big.Int) {
			if !reported {
				if got != nil {
					t.Fatalf("%s = %d although none was reported", part, *got)
				}
				return
			}
			if got != nil && big.NewInt(*got).Cmp(want) != 0 {
				t.Fatalf("%s = %d, want %v", part, *got, want)
			}
			if got == nil && want.Sign() != 0 {
				t.Fatalf("%s is unknown, want %v", part, want)
			}
		}
		check("input", got.Input, u.Input != nil, want(tokensPerRate,
			term{n(u.Input) - n(u.CacheRead) - n(u.CacheWrite) - n(u.AudioInput), r.Input},
			term{n(u.CacheRead), r.CacheRead.or(r.Input)},
			term{n(u.CacheWrite) - n(u.CacheWrite5m) - n(u.CacheWrite1h), r.CacheWrite.or(r.Input)},
			term{n(u.CacheWrite5m), r.CacheWrite5m.or(r.CacheWrite, r.Input)},
			term{n(u.CacheWrite1h), r.CacheWrite1h.or(r.CacheWrite, r.Input)},
			term{n(u.AudioInput), r.AudioInput.or(r.Input)}))
		check("output", got.Output, u.Output != nil, want(tokensPerRate,
			term{n(u.Output) - n(u.Reasoning) - n(u.AudioOutput), r.Output},
			term{n(u.Reasoning), r.Reasoning.or(r.Output)},
			term{n(u.AudioOutput), r.AudioOutput.or(r.Output)}))
		check("fees", got.Fees, u.Searches != nil, want(searchesPerRate, term{n(u.Searches), r.Search}))
	})
}

func TestCostNeverConfusesUnknownWithZero(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		price, u := Price{Rates: drawRates(t)}, drawUsage(t)
		got := price.Cost(u)

		if got.IsComplete != (len(got.Missing) == 0) {
			t.Fatalf("complete = %t, missing %v", got.IsComplete, got.Missing)
		}
		if got.Total == nil && got.IsComplete {
			t.Fatal("an unknown cost must not be complete")
		}
		if (got.Total == nil) != (got.Input == nil && got.Output == nil && got.Fees == nil) {
			t.Fatalf("total %d of input %d, output %d, fees %d", nano(got.Total), nano(got.Input), nano(got.Output), nano(got.Fees))
		}
		// Without any price, a part that was used has no cost.
		none := Price{}.Cost(u)
		for _, part := range []struct {
			used *int64
			cost *int64
		}{{u.Input, none.Input}, {u.Output, none.Output}, {u.Searches, none.Fees}} {
			if part.used != nil && *part.used > 0 && part.cost != nil {
				t.Fatalf("%d used cost %d without a price", *part.used, *part.cost)
			}
		}
	})
}

func TestCostIsAdditive(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		price := Price{Rates: drawRates(t)}
		u, v := drawUsage(t), drawUsage(t)
		plus := func(a, b *int64) *int64 {
			switch {
			case a == nil:
				return b
			case b == nil:
				return a
			}
			return tokens(*a + *b)
		}
		sum := Usage{
			Input: plus(u.Input, v.Input), Output: plus(u.Output, v.Output),
			CacheRead: plus(u.CacheRead, v.CacheRead), CacheWrite: plus(u.CacheWrite, v.CacheWrite),
			CacheWrite5m: plus(u.CacheWrite5m, v.CacheWrite5m), CacheWrite1h: plus(u.CacheWrite1h, v.CacheWrite1h),
			AudioInput: plus(u.AudioInput, v.AudioInput), AudioOutput: plus(u.AudioOutput, v.AudioOutput),
			Reasoning: plus(u.Reasoning, v.Reasoning), Searches: plus(u.Searches, v.Searches),
		}
		a, b, ab := price.Cost(u), price.Cost(v), price.Cost(sum)
		for _, part := range [][3]*int64{{a.Input, b.Input, ab.Input}, {a.Output, b.Output, ab.Output}, {a.Fees, b.Fees, ab.Fees}} {
			apart := max(nano(part[0]), 0) + max(nano(part[1]), 0)
			if difference := apart - max(nano(part[2]), 0); difference < -1 || difference > 1 {
				t.Fatalf("%d + %d differs from %d by more than rounding", nano(part[0]), nano(part[1]), nano(part[2]))
			}
		}
	})
}

func TestCostNeverFallsWhenMoreTokensAreUsed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		price, u := Price{Rates: drawRates(t)}, drawUsage(t)
		if rapid.Bool().Draw(t, "long context") {
			dearer := price.Rates
			for _, f := range dearer.fields() {
				f.rate.nano *= 2
			}
			if !dearer.isEmpty() {
				price.LongContext = []LongContext{{AboveInputTokens: 100_000, Rates: dearer}}
			}
		}
		more := rapid.Int64Range(0, 1_000_000).Draw(t, "more")
		before := price.Cost(u)

		// A detail grows together with the totals it is a part of.
		grow := func(counts ...**int64) {
			for _, n := range counts {
				grown := more
				if *n != nil {
					grown += **n
				}
				*n = &grown
			}
		}
		switch rapid.IntRange(0, 8).Draw(t, "which") {
		case 0:
			grow(&u.Input)
		case 1:
			grow(&u.Input, &u.CacheRead)
		case 2:
			grow(&u.Input, &u.CacheWrite)
		case 3:
			grow(&u.Input, &u.CacheWrite, &u.CacheWrite5m)
		case 4:
			grow(&u.Input, &u.CacheWrite, &u.CacheWrite1h)
		case 5:
			grow(&u.Input, &u.AudioInput)
		case 6:
			grow(&u.Output)
		case 7:
			grow(&u.Output, &u.Reasoning)
		case 8:
			grow(&u.Output, &u.AudioOutput)
		}
		after := price.Cost(u)
		if max(nano(after.Total), 0) < max(nano(before.Total), 0) {
			t.Fatalf("%d more tokens lowered the cost from %d to %d", more, nano(before.Total), nano(after.Total))
		}
	})
}

func TestCostOfHostileUsageIsNeverNegative(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) *int64 {
			if !rapid.Bool().Draw(t, name+" reported") {
				return nil
			}
			return tokens(rapid.Int64().Draw(t, name))
		}
		price := Price{Rates: drawRates(t)}
		got := price.Cost(Usage{
			Input: draw("input"), Output: draw("output"), CacheRead: draw("cacheRead"), CacheWrite: draw("cacheWrite"),
			CacheWrite5m: draw("cacheWrite5m"), CacheWrite1h: draw("cacheWrite1h"), AudioInput: draw("audioInput"),
			AudioOutput: draw("audioOutput"), Reasoning: draw("reasoning"), Searches: draw("searches"),
		})
		for _, amount := range []*int64{got.Input, got.Output, got.Fees, got.Total} {
			if amount != nil && *amount < 0 {
				t.Fatalf("negative cost %d", *amount)
			}
		}
	})
}
