package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	oteltrace "go.opentelemetry.io/otel/trace"
	"golang.org/x/sync/errgroup"
)

const (
	// DefaultTraces is how many traces are loaded where Options names no number.
	DefaultTraces = 3000
	// MinTraces is the least number that holds everything that is planted.
	MinTraces = 150
)

// Options says what to load and where to.
type Options struct {
	// BaseURL is the address of the server, such as http://127.0.0.1:8080, path
	// prefix included.
	BaseURL string
	// Customers get the traces. DefaultCustomers has the usual three.
	Customers []Customer
	// Traces is the number of traces of all customers together: DefaultTraces if
	// 0, else at least MinTraces.
	Traces int
	// End is the moment after the last span; the first is up to 14 days older.
	// Default now.
	End time.Time
	// Seed chooses among different data. The same seed and end give the same
	// spans, so that loading twice changes nothing.
	Seed uint64
	// Progress, where set, is called now and then with how many traces were sent
	// and how many there will be. Calls do not overlap.
	Progress func(done, total int)
}

// Summary says what was loaded.
type Summary struct {
	// Traces, Spans, Sessions and Requests of all customers.
	Traces, Spans, Sessions, Requests int
	// From and To are the first start and the last end of a span.
	From, To  time.Time
	Customers []CustomerSummary
	// Occurrences are the traces in which something is planted, by customer,
	// oldest first.
	Occurrences []Occurrence
}

// CustomerSummary is the part of one customer.
type CustomerSummary struct {
	Customer                Customer
	Traces, Spans, Sessions int
}

// shares are how much of the traffic each industry has.
var shares = map[Industry]int{Airline: 40, Telecom: 35, Bank: 25}

// Load makes the data and sends it to a server. It returns after everything was
// accepted, or with the first error; what was sent until then stays.
func Load(ctx context.Context, o Options) (Summary, error) {
	customers, err := checked(o.Customers)
	if err != nil {
		return Summary{}, fmt.Errorf("load the demo: %w", err)
	}
	address, err := tracesURL(o.BaseURL)
	if err != nil {
		return Summary{}, fmt.Errorf("load the demo: %w", err)
	}
	o.Traces = cmp.Or(o.Traces, DefaultTraces)
	if o.Traces < MinTraces {
		return Summary{}, fmt.Errorf("load the demo: %d traces are too few to hold what is planted: ask for at least %d", o.Traces, MinTraces)
	}
	if o.End.IsZero() {
		o.End = time.Now()
	}
	p := &progress{total: o.Traces, report: o.Progress}
	loads := make([]*load, len(customers))
	counts := divide(o.Traces, customers)
	group, ctx := errgroup.WithContext(ctx)
	for i, customer := range customers {
		loads[i] = &load{
			customer: customer, story: storyOf(customer.Industry), traces: counts[i], end: o.End, progress: p,
			seeds: [3]uint64{o.Seed, uint64(o.End.UnixNano()), uint64(i)},
		}
		group.Go(func() error { return loads[i].run(ctx, address) })
	}
	err = group.Wait()
	summary := summarize(loads)
	if err != nil {
		return summary, fmt.Errorf("load the demo: %w", err)
	}
	return summary, nil
}

// divide gives each customer its share of the traces.
func divide(traces int, customers []Customer) []int {
	total := 0
	for _, c := range customers {
		total += shares[c.Industry]
	}
	counts := make([]int, len(customers))
	left, weight := traces, total
	for i, c := range customers {
		counts[i] = left * shares[c.Industry] / weight
		left -= counts[i]
		weight -= shares[c.Industry]
	}
	return counts
}

// progress adds up what the customers' loads have done.
type progress struct {
	mu          sync.Mutex
	done, total int
	report      func(done, total int)
}

func (p *progress) add(traces int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += traces
	if p.report != nil {
		p.report(p.done, p.total)
	}
}

// load is the work for one customer.
type load struct {
	customer Customer
	story    *story
	traces   int
	end      time.Time
	seeds    [3]uint64
	progress *progress

	summary     CustomerSummary
	requests    int
	from, to    time.Time
	occurrences []Occurrence
	unreported  int // traces made since the last report
	links       []oteltrace.Link
}

// Streams of chance, apart so that a change in one leaves the others alone.
const (
	streamIDs uint64 = iota
	streamPlans
	streamConversations
	streamSessions
)

// maxLinks is how many earlier traces a job may point to.
const maxLinks = 120

func (l *load) run(ctx context.Context, address string) (err error) {
	out, err := newSender(ctx, address, l.customer)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, out.close(context.WithoutCancel(ctx))) }()
	ids := &idSource{random: newRandom(l.seeds[0], l.seeds[1], l.seeds[2], streamIDs)}
	emit := newEmitter(l.customer.Slug, ids, l.story.skew)
	defer emit.shutdown(ctx)
	// Ids depend on the end, so that a later load does not overwrite an earlier
	// one; who asks what does not.
	times := newSchedule(l.end, l.story.zone, l.story.weekend)
	plans, err := planConversations(l.story, l.traces, times, newRandom(l.seeds[0], l.seeds[2], streamPlans))
	if err != nil {
		return err
	}
	sessions := newRandom(l.seeds[0], l.seeds[1], l.seeds[2], streamSessions)
	l.summary.Customer = l.customer
	for i, p := range plans {
		l.tell(ctx, emit, p, uint64(i), fillPattern(sessions, "cv-########%%"))
		if len(emit.ready) >= exportBatch {
			if err := l.flush(ctx, emit, out); err != nil {
				return err
			}
		}
	}
	if err := l.flush(ctx, emit, out); err != nil {
		return err
	}
	emit.ready, emit.late = emit.late, nil
	err = l.flush(ctx, emit, out)
	l.requests = out.requests
	return err
}

// flush sends what is ready.
func (l *load) flush(ctx context.Context, emit *emitter, out *sender) error {
	if err := out.send(ctx, emit.ready); err != nil {
		return err
	}
	l.summary.Spans += len(emit.ready)
	emit.ready = nil // the exporter is done with them
	l.progress.add(l.unreported)
	l.unreported = 0
	return nil
}

// margin is how long before the end the last span is over at least.
const margin = 2 * time.Second

// tell plays a conversation and makes its spans.
func (l *load) tell(ctx context.Context, emit *emitter, p plan, number uint64, session string) {
	var c *conversation
	var turns []*turn
	for {
		c = newConversation(l.story, p, l.end.Add(-releaseAge), newRandom(l.seeds[0], l.seeds[2], streamConversations, number), session)
		c.earlier = l.links
		turns = c.play()
		last := turns[len(turns)-1]
		excess := last.at.Add(last.root.last()).Sub(l.end.Add(-margin))
		if excess <= 0 {
			break
		}
		p.at = p.at.Add(-excess) // it would reach beyond the end: it happened earlier
	}
	for _, t := range turns {
		emit.emit(ctx, t.root, t.at, c.environment)
		l.note(t)
	}
	l.summary.Traces += len(turns)
	l.unreported += len(turns)
	if c.plant != batchJob {
		l.summary.Sessions++
	}
}

// note keeps what the summary tells of a turn.
func (l *load) note(t *turn) {
	if end := t.at.Add(t.root.last()); end.After(l.to) {
		l.to = end
	}
	if l.from.IsZero() || t.at.Before(l.from) {
		l.from = t.at
	}
	if t.agent != nil {
		l.links = append(l.links, oteltrace.Link{SpanContext: t.root.context})
		l.links = l.links[max(0, len(l.links)-maxLinks):]
	}
	if t.plant == "" {
		return
	}
	o := Occurrence{Key: t.plant, Customer: l.customer.Slug, TraceID: t.root.context.TraceID().String(), StartedAt: t.at}
	for _, marked := range []struct {
		s  *step
		id *string
	}{{t.cause, &o.CauseSpanID}, {t.symptom, &o.SymptomSpanID}} {
		if marked.s != nil {
			*marked.id = marked.s.context.SpanID().String()
		}
	}
	l.occurrences = append(l.occurrences, o)
}

func summarize(loads []*load) Summary {
	var s Summary
	for _, l := range loads {
		s.Traces += l.summary.Traces
		s.Spans += l.summary.Spans
		s.Sessions += l.summary.Sessions
		s.Requests += l.requests
		s.Customers = append(s.Customers, l.summary)
		s.Occurrences = append(s.Occurrences, l.occurrences...)
		if !l.from.IsZero() && (s.From.IsZero() || l.from.Before(s.From)) {
			s.From = l.from
		}
		if l.to.After(s.To) {
			s.To = l.to
		}
	}
	s.Occurrences = slices.Clip(s.Occurrences)
	return s
}
