package demo

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// planting says how often and when something is planted.
type planting struct {
	plant string
	// turns is how many traces one conversation with it has.
	turns int
	// perThousand is how many conversations with it a thousand traces have; there
	// is always one. 0 is exactly one.
	perThousand float64
	window      window
	// language fixes the language of the conversation; empty leaves it to chance.
	language string
}

// plan is a conversation before it is played.
type plan struct {
	plant    string // empty for one without
	language string
	at       time.Time
	turns    int
}

// conversationLengths are how many turns people take.
var conversationLengths = []int{2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 6, 6}

// planConversations returns the conversations of a customer, oldest first. They
// have exactly the given number of turns, each of which becomes a trace.
func planConversations(s *story, traces int, times *schedule, random *rand.Rand) ([]plan, error) {
	var plans []plan
	left := traces
	for _, p := range s.plants {
		n := max(1, int(math.Round(p.perThousand*float64(traces)/1000)))
		for i := range n {
			at := times.at(p.window, (float64(i)+random.Float64())/float64(n))
			if p.plant == batchJob {
				at = lastNight(times)
			}
			plans = append(plans, plan{plant: p.plant, language: p.language, at: at, turns: p.turns})
			left -= p.turns
		}
	}
	if left < 0 {
		return nil, fmt.Errorf("%d traces cannot hold what is planted for %s: ask for more traces or fewer customers", traces, s.company)
	}
	var lengths []int
	for left > 0 {
		n := min(pick(random, conversationLengths), left)
		lengths = append(lengths, n)
		left -= n
	}
	for i, n := range lengths {
		share := (float64(i) + random.Float64()) / float64(len(lengths))
		if i == len(lengths)-1 {
			share = 1 // the newest is moved back until it fits: it ends with the data
		}
		plans = append(plans, plan{turns: n, at: times.at(window{}, share)})
	}
	slices.SortStableFunc(plans, func(a, b plan) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.plant, b.plant)) })
	return plans, nil
}

// lastNight is when a nightly job ran last: at 02:30, hours before the end.
func lastNight(times *schedule) time.Time {
	end := times.start.Add(coveredTime).UTC()
	at := time.Date(end.Year(), end.Month(), end.Day(), 2, 30, 0, 0, time.UTC)
	for end.Sub(at) < time.Hour {
		at = at.AddDate(0, 0, -1)
	}
	return at
}
