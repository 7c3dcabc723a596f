package writer

import (
	"context"
	"fmt"
	"time"

	"github.com/treeline-dev/treeline/trace"
)

// Bounds of start times. Partitions are made for whole weeks, so a clock that
// is off by years would litter the database.
const (
	maxAhead = 24 * time.Hour
	maxYears = 10
	// maxNewWeeks is how many new partitions one request may ask for.
	maxNewWeeks = 8
)

// refusalList counts refusals by reason, and those of scores.
type refusalList struct {
	list   []Refusal
	scores int
}

// all returns the refusals; scores are no items of a request that could be
// counted as rejected.
func (r *refusalList) all() []Refusal {
	if r.scores == 0 {
		return r.list
	}
	return append(r.list, Refusal{Reason: fmt.Sprintf("%d scores were left out, which cannot be stored: check their values and targets", r.scores)})
}

func (r *refusalList) add(reason string) {
	for i := range r.list {
		if r.list[i].Reason == reason {
			r.list[i].Count++
			return
		}
	}
	r.list = append(r.list, Refusal{Reason: reason, Count: 1})
}

// withinTime keeps the observations whose start can be stored.
func (w *Writer) withinTime(r Request, refusals *refusalList) []trace.Observation {
	now := w.config.Clock()
	latest, earliest := now.Add(maxAhead), now.AddDate(-maxYears, 0, 0)
	oldest, bounded := r.Project.OldestKept(now)
	kept := r.Observations[:0:0]
	for _, o := range r.Observations {
		switch start := o.Core().StartedAt; {
		case start.After(latest):
			refusals.add("the start time lies more than a day ahead: check the sender's clock")
		case start.Before(earliest):
			refusals.add(fmt.Sprintf("the start time lies more than %d years back: times are nanoseconds since 1970", maxYears))
		case bounded && start.Before(oldest):
			refusals.add(fmt.Sprintf("the start time is older than the project's retention of %d days", *r.Project.RetentionDays))
		default:
			kept = append(kept, o)
		}
	}
	return kept
}

// openWeeks makes the partitions that a request needs, up to a number of new
// ones; observations of further weeks are refused.
func (w *Writer) openWeeks(ctx context.Context, r *Request, refusals *refusalList) error {
	missing := r.Tenant.MissingWeeks(starts(r.Observations))
	if len(missing) == 0 {
		return nil
	}
	if len(missing) > maxNewWeeks {
		if err := r.Tenant.LearnWeeks(ctx); err != nil {
			return fmt.Errorf("read the partitions: %w", err)
		}
		missing = r.Tenant.MissingWeeks(starts(r.Observations))
	}
	if len(missing) > maxNewWeeks {
		open := map[int32]bool{}
		for _, week := range missing[len(missing)-maxNewWeeks:] { // the newest
			open[week] = true
		}
		kept := r.Observations[:0:0]
		for _, o := range r.Observations {
			week := r.Tenant.MissingWeeks([]time.Time{o.Core().StartedAt})
			if len(week) == 1 && !open[week[0]] {
				refusals.add(fmt.Sprintf("the request spans more than %d weeks without data so far: send old traces in smaller time spans", maxNewWeeks))
				continue
			}
			kept = append(kept, o)
		}
		r.Observations = kept
	}
	if err := r.Tenant.EnsureWeeks(ctx, starts(r.Observations)); err != nil {
		return fmt.Errorf("open partitions: %w", err)
	}
	return nil
}

func starts(observations []trace.Observation) []time.Time {
	times := make([]time.Time, len(observations))
	for i, o := range observations {
		times[i] = o.Core().StartedAt
	}
	return times
}
