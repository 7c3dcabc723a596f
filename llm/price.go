package llm

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// NanoPerUSD is the number of nano-units in one US dollar. Every amount of
// money in this package is an int64 count of nano-USD.
const NanoPerUSD = 1_000_000_000

const (
	// rateDigits is the number of decimals a [Rate] keeps: nano-USD.
	rateDigits = 9
	// maxRateNano bounds a rate at a million dollars per million tokens, far
	// above any real price, so that a rate times a token count fits 128 bits.
	maxRateNano = 1_000_000 * NanoPerUSD
	// maxTokens bounds a token count that can be priced. It is a million times
	// the largest context window; anything above it is a defect or an attack.
	maxTokens = 1_000_000_000_000_000

	tokensPerRate   = 1_000_000
	searchesPerRate = 1_000
)

// Rate is a price, or the knowledge that there is none: the zero value is
// "unknown", which is not the same as a price of zero.
//
// The unit is nano-USD per million tokens (for [Rates.Search]: per thousand
// searches). Vendors publish dollars per million tokens with at most six
// decimals, so nine decimals hold every published price, and a tenth of it,
// exactly: "$2.50 per million tokens" is 2_500_000_000.
//
// Rates are comparable with ==.
type Rate struct {
	nano  int64
	known bool
}

// NewRate returns the rate of nano nano-USD per million tokens (or per
// thousand searches). It is an error if nano is negative or above a million
// dollars.
func NewRate(nano int64) (Rate, error) {
	switch {
	case nano < 0:
		return Rate{}, errors.New("a price must not be negative")
	case nano > maxRateNano:
		return Rate{}, fmt.Errorf("a price must not exceed %d USD", maxRateNano/NanoPerUSD)
	}
	return Rate{nano: nano, known: true}, nil
}

// ParseRate reads a decimal number of US dollars, such as "2.50" or "0.0028",
// exactly: no binary fraction is involved. At most nine decimals are accepted;
// signs, exponents, separators and blanks are not.
func ParseRate(s string) (Rate, error) {
	whole, fraction, hasPoint := strings.Cut(s, ".")
	if !isDigits(whole) || (hasPoint && !isDigits(fraction)) {
		return Rate{}, fmt.Errorf("%q is not a price: write a plain decimal number of dollars, such as \"2.50\"", clip(s))
	}
	if len(fraction) > rateDigits {
		return Rate{}, fmt.Errorf("price %q has more than %d decimals", clip(s), rateDigits)
	}
	if len(whole) > 7 {
		return Rate{}, fmt.Errorf("price %q is too large", clip(s))
	}
	var nano int64
	for i := range len(whole) {
		nano = nano*10 + int64(whole[i]-'0')
	}
	for i := range rateDigits {
		nano *= 10
		if i < len(fraction) {
			nano += int64(fraction[i] - '0')
		}
	}
	return NewRate(nano)
}

// Nano returns the rate in nano-USD per million tokens (or per thousand
// searches), and whether the rate is known at all.
func (r Rate) Nano() (nano int64, known bool) { return r.nano, r.known }

// IsKnown reports whether there is a price, be it zero.
func (r Rate) IsKnown() bool { return r.known }

// String returns the exact decimal number of US dollars without trailing
// zeros, or "" for an unknown rate. [ParseRate] reads it back.
func (r Rate) String() string {
	if !r.known {
		return ""
	}
	s := fmt.Sprintf("%d.%09d", r.nano/NanoPerUSD, r.nano%NanoPerUSD)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// or returns r if it is known, else the first known alternative.
func (r Rate) or(alternatives ...Rate) Rate {
	for i := 0; !r.known && i < len(alternatives); i++ {
		r = alternatives[i]
	}
	return r
}

// Rates are the prices of the parts of one model call, each in US dollars per
// million tokens, except Search.
//
// A detail without a price of its own is priced as what it is a part of:
// CacheRead, CacheWrite and AudioInput as Input; CacheWrite5m and CacheWrite1h
// as CacheWrite, else Input; Reasoning and AudioOutput as Output. Vendor-wide
// multipliers (a cache write at 1.25 times the input price, say) are never
// assumed: a table that wants them states the resulting prices.
type Rates struct {
	Input        Rate // uncached text input
	Output       Rate // text output
	CacheRead    Rate // input served from the prompt cache; cached audio too
	CacheWrite   Rate // input written to the prompt cache, lifetime not reported
	CacheWrite5m Rate // input written to the cache for five minutes
	CacheWrite1h Rate // input written to the cache for one hour
	AudioInput   Rate
	AudioOutput  Rate
	Reasoning    Rate // hidden reasoning output
	Search       Rate // US dollars per thousand searches (rerank calls, web searches)
}

// rateField names one field of [Rates] as price files and errors call it.
type rateField struct {
	name string
	rate *Rate
}

func (r *Rates) fields() [10]rateField {
	return [10]rateField{
		{"input", &r.Input}, {"output", &r.Output},
		{"cacheRead", &r.CacheRead}, {"cacheWrite", &r.CacheWrite},
		{"cacheWrite5m", &r.CacheWrite5m}, {"cacheWrite1h", &r.CacheWrite1h},
		{"audioInput", &r.AudioInput}, {"audioOutput", &r.AudioOutput},
		{"reasoning", &r.Reasoning}, {"search", &r.Search},
	}
}

// isEmpty reports whether no rate is known.
func (r Rates) isEmpty() bool { return r == Rates{} }

// over returns base with every rate that r knows put in its place.
func (r Rates) over(base Rates) Rates {
	mine, merged := r.fields(), base
	for i, field := range merged.fields() {
		if mine[i].rate.known {
			*field.rate = *mine[i].rate
		}
	}
	return merged
}

// LongContext holds the rates of calls with a long input. They apply to the
// whole call, output included, as soon as its input exceeds AboveInputTokens;
// a rate that is not restated stays as it is for short inputs.
type LongContext struct {
	AboveInputTokens int64
	Rates            Rates
}

// Price is what one model costs at one provider and service tier during one
// period. It is a value; LongContext must not be modified.
type Price struct {
	ID           string // stable within its table
	TableVersion string
	Provider     string // canonical name; empty if the price holds at any provider
	Model        string // the model id the price is listed under
	ServiceTier  string // empty for the standard tier
	From, Until  time.Time
	Rates        Rates
	LongContext  []LongContext // ascending by AboveInputTokens
	Source       string        // where the figure was published
	Checked      time.Time     // the day on which it was looked up
}

// Usage is what one model call consumed. A nil count was not reported, which is
// not the same as zero. Negative counts are treated as not reported.
//
// Input and Output are inclusive totals; the other token counts are details of
// them: CacheRead, CacheWrite and AudioInput are parts of Input, CacheWrite5m
// and CacheWrite1h parts of CacheWrite, Reasoning and AudioOutput parts of
// Output. An audio token that was read from the cache may be counted in both
// details; it is priced once, as cached.
type Usage struct {
	Input, Output                                     *int64
	CacheRead, CacheWrite, CacheWrite5m, CacheWrite1h *int64
	AudioInput, AudioOutput                           *int64
	Reasoning                                         *int64

	// Searches counts what the vendor bills per search: for a reranker one
	// per started hundred documents, for a chat model its web searches.
	Searches *int64
}

// The names under which [CostResult.Missing] lists usage that has no price.
const (
	PartInput        = "input"
	PartOutput       = "output"
	PartCacheRead    = "cacheRead"
	PartCacheWrite   = "cacheWrite"
	PartCacheWrite5m = "cacheWrite5m"
	PartCacheWrite1h = "cacheWrite1h"
	PartAudioInput   = "audioInput"
	PartAudioOutput  = "audioOutput"
	PartReasoning    = "reasoning"
	PartSearches     = "searches"
	PartTotal        = "total" // the sum exceeds what nano-USD can hold
	PartUsage        = "usage" // nothing was reported, so there is nothing to price
)

// CostResult is the cost of one call in nano-USD.
//
// A nil amount is unknown, never zero. Input, Output and Fees are each rounded
// once, half away from zero; Total is their exact sum over those that are
// known. IsComplete is false if Total leaves out something that was used;
// Missing then names it.
type CostResult struct {
	Input, Output, Fees, Total *int64

	IsComplete bool
	Missing    []string

	// IsEstimate is true if the price is not the one published for this
	// provider and service tier, but the closest one known.
	IsEstimate bool

	PriceID      string // empty if there is no price
	TableVersion string
}

// Cost prices the usage. The formula is
//
//	input  = (Input − CacheRead − CacheWrite − AudioInput)·p + Σ detail·p(detail)
//	output = (Output − Reasoning − AudioOutput)·p + Σ detail·p(detail)
//	fees   = Searches·p
//
// with the fallbacks described at [Rates] and the rates of [LongContext] where
// the input is long. Where details contradict their total (or it was not
// reported), the details are priced as reported and the total counts as
// missing. A count above 10¹⁵ is left out and named as missing, as is a part
// whose cost does not fit nano-USD.
func (p Price) Cost(u Usage) CostResult { return priceUsage(&p, &u) }

func priceUsage(p *Price, u *Usage) CostResult {
	c := costing{result: CostResult{PriceID: p.ID, TableVersion: p.TableVersion}}
	input := c.readInput(u)
	output := c.readOutput(u)
	searches := c.read(u.Searches, PartSearches)

	rates := p.Rates
	for _, step := range p.LongContext {
		if input.size <= step.AboveInputTokens {
			break
		}
		rates = step.Rates.over(p.Rates)
	}

	amounts := new([4]int64)
	c.result.Input = c.priceInput(input, &rates, &amounts[0])
	c.result.Output = c.priceOutput(output, &rates, &amounts[1])
	if searches.reported {
		var sum partSum
		c.add(&sum, searches.n, rates.Search, PartSearches)
		c.result.Fees = c.settle(&sum, searchesPerRate, PartSearches, &amounts[2])
	}
	return c.finish(&amounts[3])
}

// count is a reported number of tokens or searches.
type count struct {
	n        int64
	reported bool
}

// costing collects one result.
type costing struct{ result CostResult }

// read takes a reported count. One that cannot be true is named as missing and
// otherwise treated as not reported.
func (c *costing) read(n *int64, part string) count {
	if n == nil || *n < 0 {
		return count{}
	}
	if *n > maxTokens {
		c.miss(part)
		return count{}
	}
	return count{n: *n, reported: true}
}

func (c *costing) miss(part string) {
	for _, known := range c.result.Missing {
		if known == part {
			return
		}
	}
	c.result.Missing = append(c.result.Missing, part)
}

// inputTokens are the counts of the input side made disjoint.
type inputTokens struct {
	reported                           bool
	plain, cacheRead, cacheWrite       int64
	cacheWrite5m, cacheWrite1h, audio  int64
	size                               int64 // of the whole input; decides on long context
	totalReported, contradictsTheTotal bool
}

func (c *costing) readInput(u *Usage) inputTokens {
	total := c.read(u.Input, PartInput)
	cacheRead := c.read(u.CacheRead, PartCacheRead)
	cacheWrite := c.read(u.CacheWrite, PartCacheWrite)
	write5m := c.read(u.CacheWrite5m, PartCacheWrite5m)
	write1h := c.read(u.CacheWrite1h, PartCacheWrite1h)
	audio := c.read(u.AudioInput, PartAudioInput)

	t := inputTokens{
		cacheRead: cacheRead.n, cacheWrite5m: write5m.n, cacheWrite1h: write1h.n,
		audio: audio.n, totalReported: total.reported,
	}
	// The lifetimes are parts of CacheWrite; producers that report only them
	// leave it out.
	t.cacheWrite = max(0, cacheWrite.n-write5m.n-write1h.n)
	cached := t.cacheRead + t.cacheWrite + t.cacheWrite5m + t.cacheWrite1h
	if total.reported {
		// Cached audio is counted in both details: it is priced as cached.
		t.audio = min(t.audio, max(0, total.n-cached))
		t.plain = max(0, total.n-cached-t.audio)
		t.contradictsTheTotal = cached > total.n
	}
	t.size = max(total.n, cached+t.audio)
	t.reported = total.reported || t.size > 0
	return t
}

func (c *costing) priceInput(t inputTokens, r *Rates, amount *int64) *int64 {
	if !t.reported {
		return nil
	}
	if !t.totalReported || t.contradictsTheTotal {
		c.miss(PartInput)
	}
	var sum partSum
	c.add(&sum, t.plain, r.Input, PartInput)
	c.add(&sum, t.cacheRead, r.CacheRead.or(r.Input), PartCacheRead)
	c.add(&sum, t.cacheWrite, r.CacheWrite.or(r.Input), PartCacheWrite)
	c.add(&sum, t.cacheWrite5m, r.CacheWrite5m.or(r.CacheWrite, r.Input), PartCacheWrite5m)
	c.add(&sum, t.cacheWrite1h, r.CacheWrite1h.or(r.CacheWrite, r.Input), PartCacheWrite1h)
	c.add(&sum, t.audio, r.AudioInput.or(r.Input), PartAudioInput)
	return c.settle(&sum, tokensPerRate, PartInput, amount)
}

// outputTokens are the counts of the output side made disjoint.
type outputTokens struct {
	reported                           bool
	plain, reasoning, audio            int64
	totalReported, contradictsTheTotal bool
}

func (c *costing) readOutput(u *Usage) outputTokens {
	total := c.read(u.Output, PartOutput)
	reasoning := c.read(u.Reasoning, PartReasoning)
	audio := c.read(u.AudioOutput, PartAudioOutput)
	details := reasoning.n + audio.n
	return outputTokens{
		reported:            total.reported || details > 0,
		plain:               max(0, total.n-details),
		reasoning:           reasoning.n,
		audio:               audio.n,
		totalReported:       total.reported,
		contradictsTheTotal: total.reported && details > total.n,
	}
}

func (c *costing) priceOutput(t outputTokens, r *Rates, amount *int64) *int64 {
	if !t.reported {
		return nil
	}
	if !t.totalReported || t.contradictsTheTotal {
		c.miss(PartOutput)
	}
	var sum partSum
	c.add(&sum, t.plain, r.Output, PartOutput)
	c.add(&sum, t.reasoning, r.Reasoning.or(r.Output), PartReasoning)
	c.add(&sum, t.audio, r.AudioOutput.or(r.Output), PartAudioOutput)
	return c.settle(&sum, tokensPerRate, PartOutput, amount)
}

// partSum adds up count × rate in 128 bits; at the bounds above the sum of a
// few products stays below 2¹⁰⁴.
type partSum struct {
	hi, lo   uint64
	priced   bool // at least one count had a price
	unpriced bool // at least one count had none
}

func (c *costing) add(s *partSum, n int64, rate Rate, part string) {
	if n == 0 {
		return
	}
	if !rate.known {
		s.unpriced = true
		c.miss(part)
		return
	}
	s.priced = true
	hi, lo := bits.Mul64(uint64(n), uint64(rate.nano))
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, lo, 0)
	s.hi, _ = bits.Add64(s.hi, hi, carry)
}

// settle rounds the part once, half away from zero (costs are never negative),
// and stores it in amount. It returns nil if nothing of the part has a price or
// the cost does not fit.
func (c *costing) settle(s *partSum, unit uint64, part string, amount *int64) *int64 {
	if s.unpriced && !s.priced {
		return nil
	}
	if s.hi >= unit {
		c.miss(part)
		return nil
	}
	quotient, remainder := bits.Div64(s.hi, s.lo, unit)
	if quotient >= math.MaxInt64 { // leaves room to round up
		c.miss(part)
		return nil
	}
	if remainder >= unit-remainder {
		quotient++
	}
	*amount = int64(quotient)
	return amount
}

func (c *costing) finish(total *int64) CostResult {
	r := &c.result
	for _, part := range [...]*int64{r.Input, r.Output, r.Fees} {
		if part == nil {
			continue
		}
		if *total > math.MaxInt64-*part {
			c.miss(PartTotal)
			r.Total = nil
			break
		}
		*total += *part
		r.Total = total
	}
	if r.Total == nil && len(r.Missing) == 0 {
		c.miss(PartUsage)
	}
	r.IsComplete = len(r.Missing) == 0
	return c.result
}

// unpriced is the result for usage whose model has no price: nothing is known,
// and everything that was used is missing.
func unpriced(u *Usage) CostResult {
	c := costing{}
	for _, part := range [...]struct {
		n    *int64
		name string
	}{
		{u.Input, PartInput}, {u.Output, PartOutput},
		{u.CacheRead, PartCacheRead}, {u.CacheWrite, PartCacheWrite},
		{u.CacheWrite5m, PartCacheWrite5m}, {u.CacheWrite1h, PartCacheWrite1h},
		{u.AudioInput, PartAudioInput}, {u.AudioOutput, PartAudioOutput},
		{u.Reasoning, PartReasoning}, {u.Searches, PartSearches},
	} {
		if part.n != nil && *part.n >= 0 {
			c.miss(part.name)
		}
	}
	if len(c.result.Missing) == 0 {
		c.miss(PartUsage)
	}
	return c.result
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// clip makes text from outside short and printable, for use in an error.
func clip(s string) string {
	const limit = 60
	ellipsis := ""
	if len(s) > limit {
		s, ellipsis = s[:limit], "…"
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return utf8.RuneError
		}
		return r
	}, s) + ellipsis
}
