package store

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestSlicesCoverAllTimesOnceAndCutNoWeek(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		weeks := rapid.SliceOfNDistinct(rapid.Int32Range(-2000, 6000), 0, 600, rapid.ID[int32]).Draw(t, "weeks")
		newestFirst := rapid.Bool().Draw(t, "newest first")
		all := timeSlices(weeks, newestFirst)
		if len(all) > 8 {
			t.Fatalf("%d weeks are read in %d slices", len(weeks), len(all))
		}
		if newestFirst {
			slices.Reverse(all)
		}
		next := int64(math.MinInt64)
		for _, s := range all {
			if s.from != next || s.to <= s.from {
				t.Fatalf("slices %v", all)
			}
			next = s.to
		}
		if next != math.MaxInt64 {
			t.Fatalf("the last slice ends at %d", next)
		}
		for _, week := range weeks {
			first, last := int64(week)*weekNanos, (int64(week)+1)*weekNanos-1
			if !slices.ContainsFunc(all, func(s timeSlice) bool { return s.from <= first && last < s.to }) {
				t.Fatalf("week %d lies in no slice of %v", week, all)
			}
		}
		within := 0
		for _, week := range weeks {
			first := all[0]
			if newestFirst {
				first = all[len(all)-1]
			}
			if at := int64(week) * weekNanos; at >= first.from && at < first.to {
				within++
			}
		}
		if within > firstSlice {
			t.Fatalf("the first slice has %d weeks", within)
		}
	})
}
