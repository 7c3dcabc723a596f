package demo

import (
	"sort"
	"time"
)

const (
	// span of time that the data covers.
	coveredDays = 14
	coveredTime = coveredDays * 24 * time.Hour

	// releaseAge is how long before the end the new prompt versions became the
	// ones that all conversations use: on day 9 of 14.
	releaseAge = 5 * 24 * time.Hour
	// canaryTime is how long before the release some conversations use them.
	canaryTime  = 24 * time.Hour
	canaryShare = 0.25
)

// hourly is how busy a contact centre is by the hour of its day.
var hourly = [24]float64{
	.07, .05, .04, .04, .06, .12, .25, .55, 1.05, 1.5, 1.7, 1.6,
	1.2, 1.3, 1.5, 1.55, 1.4, 1.2, .9, .7, .5, .35, .2, .12,
}

// schedule says when conversations begin: more in working hours than at night,
// fewer on weekends.
type schedule struct {
	start time.Time
	// sums are the weights of the hours since start, added up.
	sums []float64
}

// newSchedule covers the time before an end. The zone is the offset of the
// customer's clocks from UTC.
func newSchedule(end time.Time, zone time.Duration, weekend float64) *schedule {
	s := &schedule{start: end.Add(-coveredTime)}
	total := 0.0
	for h := range coveredDays * 24 {
		local := s.start.Add(time.Duration(h)*time.Hour + 30*time.Minute + zone).UTC()
		weight := hourly[local.Hour()]
		if day := local.Weekday(); day == time.Saturday || day == time.Sunday {
			weight *= weekend
		}
		total += weight
		s.sums = append(s.sums, total)
	}
	return s
}

// window is a part of the covered time, in ages: how long before the end it
// began and ended. The zero window is all of it.
type window struct{ from, to time.Duration }

// at returns the moment within a window by which the share u of the window's
// conversations has begun; u is in [0, 1).
func (s *schedule) at(w window, u float64) time.Time {
	if w == (window{}) {
		w = window{coveredTime, 0}
	}
	low, high := s.weightAt(coveredTime-w.from), s.weightAt(coveredTime-w.to)
	target := low + u*(high-low)
	h := min(sort.SearchFloat64s(s.sums, target), len(s.sums)-1)
	before := 0.0
	if h > 0 {
		before = s.sums[h-1]
	}
	within := (target - before) / (s.sums[h] - before)
	return s.start.Add(time.Duration((float64(h) + min(max(within, 0), 1)) * float64(time.Hour)))
}

// weightAt returns the weight of everything before a time since the start.
func (s *schedule) weightAt(since time.Duration) float64 {
	hours := since.Hours()
	h := min(max(int(hours), 0), len(s.sums)-1)
	before := 0.0
	if h > 0 {
		before = s.sums[h-1]
	}
	return before + (s.sums[h]-before)*min(max(hours-float64(h), 0), 1)
}
