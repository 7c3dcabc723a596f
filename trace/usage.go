package trace

import (
	"fmt"
	"io"
	"maps"
	"math"
	"strconv"
	"strings"
)

// Usage counts tokens. InputTokens and OutputTokens are inclusive totals; the
// details are parts of them. A nil count is unknown, which is not zero.
type Usage struct {
	InputTokens  *int64 `json:"input,omitempty"`
	OutputTokens *int64 `json:"output,omitempty"`
	// TotalTokens is input plus output.
	TotalTokens *int64 `json:"total,omitempty"`
	// CacheReadTokens and CacheWriteTokens are parts of the input.
	CacheReadTokens  *int64 `json:"cacheRead,omitempty"`
	CacheWriteTokens *int64 `json:"cacheWrite,omitempty"`
	// CacheWrite5mTokens and CacheWrite1hTokens are parts of CacheWriteTokens
	// by lifetime, for providers that price them apart.
	CacheWrite5mTokens *int64 `json:"cacheWrite5m,omitempty"`
	CacheWrite1hTokens *int64 `json:"cacheWrite1h,omitempty"`
	// ReasoningTokens is a part of the output.
	ReasoningTokens *int64 `json:"reasoning,omitempty"`
	// AudioInputTokens and AudioOutputTokens are parts of input and output.
	AudioInputTokens  *int64 `json:"audioInput,omitempty"`
	AudioOutputTokens *int64 `json:"audioOutput,omitempty"`
	// Extra holds counts under names that no rule knows; never summed.
	Extra map[string]int64 `json:"extra,omitempty"`
	// ReportedTotal is the client's own total where it differs from
	// TotalTokens.
	ReportedTotal *int64 `json:"reportedTotal,omitempty"`
	// Repaired names the rule that corrected the counts, if one did.
	Repaired string `json:"repaired,omitempty"`
}

// IsZero reports whether no count is known.
func (u *Usage) IsZero() bool { return u.knownCounts() == 0 && (u == nil || len(u.Extra) == 0) }

// knownCounts is how many of the counts that sums are made of are known.
func (u *Usage) knownCounts() int {
	if u == nil {
		return 0
	}
	known := 0
	for _, count := range [...]*int64{
		u.InputTokens, u.OutputTokens, u.TotalTokens, u.CacheReadTokens, u.CacheWriteTokens,
		u.CacheWrite5mTokens, u.CacheWrite1hTokens, u.ReasoningTokens, u.AudioInputTokens, u.AudioOutputTokens,
	} {
		if count != nil {
			known++
		}
	}
	return known
}

// AudioTokens is the sum of audio input and output, nil when neither is known.
func (u Usage) AudioTokens() *int64 { return AddKnown(u.AudioInputTokens, u.AudioOutputTokens) }

// Other returns the counts that have no field of their own in the API.
func (u Usage) Other() JSON {
	other := map[string]int64{}
	maps.Copy(other, u.Extra)
	for name, count := range map[string]*int64{
		"audioInput": u.AudioInputTokens, "audioOutput": u.AudioOutputTokens,
		"cacheWrite5m": u.CacheWrite5mTokens, "cacheWrite1h": u.CacheWrite1hTokens,
		"reportedTotal": u.ReportedTotal,
	} {
		if count != nil {
			other[name] = *count
		}
	}
	if len(other) == 0 {
		return nil
	}
	return EncodeJSON(other)
}

// Add returns the sum of both, field by field, see AddKnown. Extra, ReportedTotal and Repaired belong to one observation and are dropped.
func (u Usage) Add(v Usage) Usage {
	return Usage{
		InputTokens:        AddKnown(u.InputTokens, v.InputTokens),
		OutputTokens:       AddKnown(u.OutputTokens, v.OutputTokens),
		TotalTokens:        AddKnown(u.TotalTokens, v.TotalTokens),
		CacheReadTokens:    AddKnown(u.CacheReadTokens, v.CacheReadTokens),
		CacheWriteTokens:   AddKnown(u.CacheWriteTokens, v.CacheWriteTokens),
		CacheWrite5mTokens: AddKnown(u.CacheWrite5mTokens, v.CacheWrite5mTokens),
		CacheWrite1hTokens: AddKnown(u.CacheWrite1hTokens, v.CacheWrite1hTokens),
		ReasoningTokens:    AddKnown(u.ReasoningTokens, v.ReasoningTokens),
		AudioInputTokens:   AddKnown(u.AudioInputTokens, v.AudioInputTokens),
		AudioOutputTokens:  AddKnown(u.AudioOutputTokens, v.AudioOutputTokens),
	}
}

// AddKnown adds two counts or amounts of which nil is unknown; unknown plus known
// is known. Clients can claim sums that no number holds: such a sum stays at the
// largest, or least, that there is.
func AddKnown[T ~int64](a, b *T) *T {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	sum := *a + *b
	if exceedsRange(a, b) {
		sum = math.MaxInt64
		if *a < 0 {
			sum = math.MinInt64
		}
	}
	return &sum
}

// exceedsRange reports whether no number holds the sum of both.
func exceedsRange[T ~int64](a, b *T) bool {
	if a == nil || b == nil {
		return false
	}
	sum := *a + *b
	return *a > 0 && *b > 0 && sum < 0 || *a < 0 && *b < 0 && sum >= 0
}

// Nanos is an amount of money in billionths of a US dollar.
type Nanos int64

const (
	// nanosPerDollar has as many zeros as an amount has decimals.
	nanosPerDollar = 1_000_000_000
	nanosDecimals  = 9
)

// String writes the exact decimal without trailing zeros: "0.0006".
func (n Nanos) String() string {
	sign, u := "", uint64(n)
	if n < 0 {
		sign, u = "-", -uint64(n)
	}
	whole, fraction := u/nanosPerDollar, u%nanosPerDollar
	if fraction == 0 {
		return sign + strconv.FormatUint(whole, 10)
	}
	return sign + strconv.FormatUint(whole, 10) + "." + strings.TrimRight(fmt.Sprintf("%0*d", nanosDecimals, fraction), "0")
}

// USD returns the amount in dollars, rounded to a float.
func (n Nanos) USD() float64 { return float64(n) / nanosPerDollar }

// MarshalGQL writes the exact decimal as a string.
func (n Nanos) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(n.String())) }

// UnmarshalGQL reads a decimal string or a number.
func (n *Nanos) UnmarshalGQL(value any) error {
	text, ok := value.(string)
	if !ok {
		text = fmt.Sprint(value)
	}
	parsed, err := ParseNanos(text)
	*n = parsed
	return err
}

// ParseNanos reads a plain decimal ("0.0006", "-2", no exponent) exactly; more
// than nine fraction digits or more than nine billion dollars are refused.
func ParseNanos(text string) (Nanos, error) {
	digits, isNegative := strings.CutPrefix(text, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	if whole != "" && len(whole) <= 10 && len(fraction) <= nanosDecimals {
		n, err := strconv.ParseUint(whole+fraction+strings.Repeat("0", nanosDecimals-len(fraction)), 10, 64)
		switch {
		case err != nil || n > math.MaxInt64:
		case isNegative:
			return -Nanos(n), nil
		default:
			return Nanos(n), nil
		}
	}
	return 0, fmt.Errorf("%q is not an amount: write dollars with at most %d decimals", text, nanosDecimals)
}

// MaxCallCost is the largest believable cost of one model call: a million
// dollars.
const MaxCallCost Nanos = 1_000_000 * nanosPerDollar

// CostSource says where a cost comes from. Stored as a number.
type CostSource int16

// The cost sources.
const (
	CostNone CostSource = iota
	CostReported
	CostComputed
)

// Cost is what an observation cost. Nil amounts are unknown, never free.
type Cost struct {
	Total  *Nanos `json:"total,omitempty"`
	Input  *Nanos `json:"input,omitempty"`
	Output *Nanos `json:"output,omitempty"`
	// Source is CostReported for the client's own figure, CostComputed for one
	// from the price table, CostNone without any.
	Source CostSource `json:"source,omitempty"`
	// IsComplete is false where a part of the usage has no price.
	IsComplete bool `json:"isComplete"`
	// Computed is the price table's total also where the client reported one.
	Computed *Nanos `json:"computed,omitempty"`
	// PriceID names the entry of the price table that was used.
	PriceID string `json:"priceId,omitempty"`
}

// Equal reports whether both are the same in every field.
func (c Cost) Equal(d Cost) bool {
	same := func(a, b *Nanos) bool { return a == b || a != nil && b != nil && *a == *b }
	return same(c.Total, d.Total) && same(c.Input, d.Input) && same(c.Output, d.Output) && same(c.Computed, d.Computed) &&
		c.Source == d.Source && c.IsComplete == d.IsComplete && c.PriceID == d.PriceID
}

// Currency is always "USD".
func (c Cost) Currency() string { return "USD" }

// IsEstimated reports whether the amount was computed from list prices.
func (c Cost) IsEstimated() bool { return c.Source == CostComputed }

// Add returns the sum of both. The sum is complete when both are and it can be
// told, see AddKnown, and an estimate when either is.
func (c Cost) Add(d Cost) Cost {
	exceeds := exceedsRange(c.Total, d.Total) || exceedsRange(c.Input, d.Input) || exceedsRange(c.Output, d.Output)
	return Cost{
		Total:      AddKnown(c.Total, d.Total),
		Input:      AddKnown(c.Input, d.Input),
		Output:     AddKnown(c.Output, d.Output),
		Source:     max(c.Source, d.Source),
		IsComplete: c.IsComplete && d.IsComplete && !exceeds,
	}
}
