// Package figure turns measurements into the lines that the benchmarks print.
package figure

import (
	"math"
	"slices"
	"time"
)

// Sample is a set of measured values.
type Sample []float64

// Add appends a duration in milliseconds.
func (s *Sample) Add(d time.Duration) { *s = append(*s, float64(d)/float64(time.Millisecond)) }

// Quantile returns the smallest value that at least the given part of the
// values does not exceed (the nearest-rank definition); 0 for an empty sample.
func (s Sample) Quantile(part float64) float64 {
	if len(s) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s))
	rank := int(math.Ceil(part * float64(len(sorted))))
	return sorted[min(max(rank, 1), len(sorted))-1]
}

// Median is the middle value, or the mean of the two in the middle.
func (s Sample) Median() float64 {
	if len(s) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s))
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}

// Min returns the smallest value, 0 for an empty sample.
func (s Sample) Min() float64 { return s.Quantile(0) }

// Max returns the largest value, 0 for an empty sample.
func (s Sample) Max() float64 { return s.Quantile(1) }

// Round keeps three significant digits, which is more than a measurement has.
func Round(x float64) float64 {
	if x == 0 || math.IsInf(x, 0) || math.IsNaN(x) {
		return 0
	}
	scale := math.Pow(10, 2-math.Floor(math.Log10(math.Abs(x))))
	return math.Round(x*scale) / scale
}
