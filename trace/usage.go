package trace

import (
	"fmt"
	"io"
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
func (u *Usage) IsZero() bool {
	return u == nil || u.InputTokens == nil && u.OutputTokens == nil && u.TotalTokens == nil &&
		u.CacheReadTokens == nil && u.CacheWriteTokens == nil && u.ReasoningTokens == nil &&
		u.AudioInputTokens == nil && u.AudioOutputTokens == nil && len(u.Extra) == 0
}

// AudioTokens is the sum of audio input and output, nil when neither is known.
func (u Usage) AudioTokens() *int64 { return addCounts(u.AudioInputTokens, u.AudioOutputTokens) }

// Other returns the counts that have no field of their own in the API.
func (u Usage) Other() JSON {
	other := map[string]int64{}
	for name, count := range u.Extra {
		other[name] = count
	}
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

// Add returns the sum of both, field by field. Unknown plus known is known.
// Extra, ReportedTotal and Repaired belong to one observation and are dropped.
func (u Usage) Add(v Usage) Usage {
	return Usage{
		InputTokens:        addCounts(u.InputTokens, v.InputTokens),
		OutputTokens:       addCounts(u.OutputTokens, v.OutputTokens),
		TotalTokens:        addCounts(u.TotalTokens, v.TotalTokens),
		CacheReadTokens:    addCounts(u.CacheReadTokens, v.CacheReadTokens),
		CacheWriteTokens:   addCounts(u.CacheWriteTokens, v.CacheWriteTokens),
		CacheWrite5mTokens: addCounts(u.CacheWrite5mTokens, v.CacheWrite5mTokens),
		CacheWrite1hTokens: addCounts(u.CacheWrite1hTokens, v.CacheWrite1hTokens),
		ReasoningTokens:    addCounts(u.ReasoningTokens, v.ReasoningTokens),
		AudioInputTokens:   addCounts(u.AudioInputTokens, v.AudioInputTokens),
		AudioOutputTokens:  addCounts(u.AudioOutputTokens, v.AudioOutputTokens),
	}
}

func addCounts(a, b *int64) *int64 {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	sum := *a + *b
	return &sum
}

// Nanos is an amount of money in billionths of a US dollar.
type Nanos int64

// String writes the exact decimal without trailing zeros: "0.0006".
func (n Nanos) String() string {
	sign, u := "", uint64(n)
	if n < 0 {
		sign, u = "-", -uint64(n)
	}
	whole, fraction := u/1e9, u%1e9
	if fraction == 0 {
		return sign + strconv.FormatUint(whole, 10)
	}
	return sign + strconv.FormatUint(whole, 10) + "." + strings.TrimRight(fmt.Sprintf("%09d", fraction), "0")
}

// USD returns the amount in dollars, rounded to a float.
func (n Nanos) USD() float64 { return float64(n) / 1e9 }

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
	digits, negative := strings.CutPrefix(text, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	if whole == "" || len(whole) > 10 || len(fraction) > 9 {
		return 0, fmt.Errorf("%q is not an amount: write dollars with at most nine decimals", text)
	}
	n, err := strconv.ParseUint(whole+fraction+strings.Repeat("0", 9-len(fraction)), 10, 64)
	if err != nil || n > 1<<63-1 {
		return 0, fmt.Errorf("%q is not an amount: write dollars with at most nine decimals", text)
	}
	if negative {
		return -Nanos(n), nil
	}
	return Nanos(n), nil
}

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

// Currency is always "USD".
func (c Cost) Currency() string { return "USD" }

// IsEstimated reports whether the amount was computed from list prices.
func (c Cost) IsEstimated() bool { return c.Source == CostComputed }

// Add returns the sum of both. The sum is complete when both are, and an
// estimate when either is.
func (c Cost) Add(d Cost) Cost {
	return Cost{
		Total:      addNanos(c.Total, d.Total),
		Input:      addNanos(c.Input, d.Input),
		Output:     addNanos(c.Output, d.Output),
		Source:     max(c.Source, d.Source),
		IsComplete: c.IsComplete && d.IsComplete,
	}
}

func addNanos(a, b *Nanos) *Nanos {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	sum := *a + *b
	return &sum
}
