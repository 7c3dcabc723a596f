// Package writer stores what the receivers take in: it prices observations,
// refuses those that cannot be kept, and gathers the requests of an
// organization that wait at the same time into one transaction.
package writer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/treeline-dev/treeline/llm"
	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// Config says how a Writer works; the zero value of each field stands for its
// default.
type Config struct {
	// Workers is how many transactions run at once. One organization has all of
	// them but one, so that none that is slow holds up the others. Default 3.
	Workers int
	// MaxBatch is how many observations, scores and log records one transaction takes before it stops
	// gathering requests; a single request may have more. Default 3,000.
	MaxBatch int
	// MaxQueued is how many observations of one organization may wait; of all
	// together, twice as many. Default 50,000.
	MaxQueued int
	// Timeout is how long one transaction may take, the wait for a connection
	// included. Default 1 min.
	Timeout time.Duration
	// Prices is the price table. Default llm.DefaultPrices().
	Prices *llm.PriceTable
	// Logger gets faults, never content. Default slog.Default().
	Logger *slog.Logger
	// Clock tells the time. Default time.Now.
	Clock func() time.Time
}

// Request is what one sender gives to write, all of one project.
type Request struct {
	Tenant       store.Tenant
	Project      *store.Project
	Observations []trace.Observation
	Scores       []*trace.Score
	// Logs are log records of spans, stored or yet to come; Evaluations scores of
	// generations that are known by the id of their response.
	Logs        []*store.LogRecord
	Evaluations []*store.Evaluation
}

// size is what the request counts for.
func (r *Request) size() int {
	return len(r.Observations) + len(r.Scores) + len(r.Logs) + len(r.Evaluations)
}

// Refusal counts observations or log records that were refused alone, with a reason for the
// sender. For scores, which are no items of a request but parts of them, Count is 0 and the
// reason says how many they are.
type Refusal struct {
	Reason string
	Count  int
}

// ErrOverloaded says that more waits than the writer takes; nothing of the
// request is stored, and the sender may try again.
var ErrOverloaded = errors.New("the server is busy: send again in a moment")

// ErrClosed says that the server is shutting down.
var ErrClosed = errors.New("the server is shutting down: send again in a moment")

// Writer is the path from decoded requests to committed rows. Its methods may
// be called by many goroutines.
type Writer struct {
	config Config
	prices *priceBook

	mu      sync.Mutex
	wake    *sync.Cond
	queues  map[trace.OrganizationID]*queue
	ready   []*queue // those with waiting requests, longest idle first
	waiting int      // observations in all queues
	closed  bool
	workers sync.WaitGroup
}

// queue holds the waiting requests of one organization. It exists while some
// wait or are written.
type queue struct {
	id       trace.OrganizationID
	requests []*waiting
	size     int // observations that wait
	running  int // workers that write for it
	isReady  bool
}

// waiting is a request with the place for its answer.
type waiting struct {
	Request
	size     int
	refusals refusalList
	done     chan error
}

// New starts a Writer; Close stops it.
func New(config Config) *Writer {
	config.Workers = cmp.Or(config.Workers, 3)
	config.MaxBatch = cmp.Or(config.MaxBatch, 3000)
	config.MaxQueued = cmp.Or(config.MaxQueued, 50_000)
	config.Timeout = cmp.Or(config.Timeout, time.Minute)
	config.Prices = cmp.Or(config.Prices, llm.DefaultPrices())
	config.Logger = cmp.Or(config.Logger, slog.Default())
	if config.Clock == nil {
		config.Clock = time.Now
	}
	w := &Writer{config: config, prices: newPriceBook(config.Prices, config.Clock), queues: map[trace.OrganizationID]*queue{}}
	w.wake = sync.NewCond(&w.mu)
	for range config.Workers {
		w.workers.Add(1)
		go w.work()
	}
	return w
}

// Write stores a request. It returns when the request is committed, with the
// observations that were refused alone, or with an error when not all of it is:
// the sender is to send it again, which changes nothing about what is stored.
func (w *Writer) Write(ctx context.Context, r Request) ([]Refusal, error) {
	refusals := &refusalList{}
	r.Observations = w.withinTime(r, refusals)
	if err := w.openWeeks(ctx, &r, refusals); err != nil {
		return nil, err
	}
	if err := w.prices.price(ctx, r); err != nil {
		return nil, err
	}
	if r.size() == 0 {
		return refusals.list, nil
	}
	item := &waiting{Request: r, size: r.size(), done: make(chan error, 1)}
	if err := w.enqueue(item); err != nil {
		return nil, err
	}
	select {
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for the commit: %w", ctx.Err())
	case err := <-item.done:
		if err != nil {
			return nil, err
		}
		return append(refusals.list, item.refusals.all()...), nil
	}
}

// ForgetPrices makes the next request of a project read its prices anew.
func (w *Writer) ForgetPrices(project trace.ProjectID) { w.prices.forget(project) }

// Close refuses new requests, finishes those that wait and stops the workers.
// It gives up waiting when ctx ends.
func (w *Writer) Close(ctx context.Context) error {
	w.mu.Lock()
	w.closed = true
	w.wake.Broadcast()
	w.mu.Unlock()
	stopped := make(chan struct{})
	go func() {
		w.workers.Wait()
		close(stopped)
	}()
	select {
	case <-stopped:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("finish the waiting writes: %w", ctx.Err())
	}
}

// Waiting returns how many observations wait for a transaction.
func (w *Writer) Waiting() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.waiting
}

func (w *Writer) enqueue(item *waiting) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	id := item.Tenant.OrganizationID()
	q := w.queues[id]
	if q == nil {
		q = &queue{id: id}
	}
	switch {
	case w.closed:
		return ErrClosed
	case q.size > 0 && q.size+item.size > w.config.MaxQueued, w.waiting > 0 && w.waiting+item.size > 2*w.config.MaxQueued:
		return ErrOverloaded
	}
	w.queues[id] = q
	q.requests = append(q.requests, item)
	q.size += item.size
	w.waiting += item.size
	if !q.isReady {
		q.isReady = true
		w.ready = append(w.ready, q)
		w.wake.Signal()
	}
	return nil
}

// work takes batches until the Writer is closed and nothing waits.
func (w *Writer) work() {
	defer w.workers.Done()
	for {
		q, batch := w.next()
		if batch == nil {
			return
		}
		w.commitAll(batch)
		w.finish(q)
	}
}

// finish frees the place of a batch of an organization.
func (w *Writer) finish(q *queue) {
	w.mu.Lock()
	defer w.mu.Unlock()
	q.running--
	if q.running == 0 && !q.isReady {
		delete(w.queues, q.id)
	}
	w.wake.Broadcast() // who waits may wait for this organization
}

// turn returns the place in ready of the organization whose turn it is, -1 where
// there is none that may have one more worker.
func (w *Writer) turn() int {
	limit := max(1, w.config.Workers-1)
	return slices.IndexFunc(w.ready, func(q *queue) bool { return q.running < limit })
}

// commitAll is commit whose panics end neither the process nor the worker.
func (w *Writer) commitAll(batch []*waiting) {
	defer func() {
		if cause := recover(); cause != nil {
			w.logPanic(batch[0].Tenant, cause)
			for _, item := range batch {
				select {
				case item.done <- errPanicked:
				default: // it has its answer
				}
			}
		}
	}()
	w.commit(batch)
}

// next gathers what waits for the organization whose turn it is. There is no
// lingering: a batch is what queued up while the last one was committed.
func (w *Writer) next() (*queue, []*waiting) {
	w.mu.Lock()
	defer w.mu.Unlock()
	turn := w.turn()
	for ; turn < 0; turn = w.turn() {
		if w.closed && len(w.ready) == 0 {
			return nil, nil
		}
		w.wake.Wait()
	}
	q := w.ready[turn]
	w.ready = slices.Delete(w.ready, turn, turn+1)
	taken, size := 0, 0
	for taken < len(q.requests) && (taken == 0 || size+q.requests[taken].size <= w.config.MaxBatch) {
		size += q.requests[taken].size
		taken++
	}
	batch := append([]*waiting(nil), q.requests[:taken]...)
	q.requests = append(q.requests[:0:0], q.requests[taken:]...)
	w.waiting -= size
	q.size -= size
	q.running++
	if len(q.requests) > 0 {
		w.ready = append(w.ready, q)
		w.wake.Signal()
	} else {
		q.isReady = false
	}
	return q, batch
}

// commit stores a batch and answers its requests. A fault of the data is
// narrowed down to the request and the observation that has it, a panic to the
// request.
func (w *Writer) commit(batch []*waiting) {
	err := w.store(batch)
	if (isDataFault(err) || errors.Is(err, store.ErrPanicked)) && len(batch) > 1 {
		for _, item := range batch {
			w.commit([]*waiting{item})
		}
		return
	}
	if isDataFault(err) {
		w.config.Logger.Warn("a request holds items that the database refuses", "organization", batch[0].Tenant.OrganizationID(), "error", faultText(err))
		err = w.isolate(batch[0])
	}
	if err != nil {
		w.config.Logger.Error("write traces", "organization", batch[0].Tenant.OrganizationID(), "requests", len(batch), "error", faultText(err))
	}
	for _, item := range batch {
		if err == nil {
			item.countRefusedLogs()
		}
		item.done <- err
	}
}

// countRefusedLogs reports the log records that their span has no room for.
func (w *waiting) countRefusedLogs() {
	for _, record := range w.Logs {
		if record.IsRefused {
			w.refusals.add(fmt.Sprintf("its span has %d events or %d MiB of them already", store.MaxSpanLogs, store.MaxSpanLogBytes>>20))
		}
	}
}

func (w *Writer) store(batch []*waiting) error {
	var write store.TraceWrite
	for _, item := range batch {
		write.Observations = append(write.Observations, item.Observations...)
		write.Scores = append(write.Scores, item.Scores...)
		write.Logs = append(write.Logs, item.Logs...)
		write.Evaluations = append(write.Evaluations, item.Evaluations...)
	}
	return w.writeTraces(batch[0].Tenant, write)
}

// errPanicked stands for a panic while storing, which the log tells of. To senders
// it is an outage: what they sent may be whole, and they keep it.
var errPanicked = fmt.Errorf("store a batch: %w", store.ErrPanicked)

// writeTraces runs one transaction. Its context is no sender's: one that hangs up
// does not undo its neighbours.
func (w *Writer) writeTraces(tenant store.Tenant, write store.TraceWrite) (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), w.config.Timeout)
	defer cancel()
	defer func() {
		if cause := recover(); cause != nil {
			w.logPanic(tenant, cause)
			err = errPanicked
		}
	}()
	write.ReceivedAt = w.config.Clock()
	return tenant.WriteTraces(ctx, write)
}

// logPanic tells where a panic was, but not its value, which may quote content.
// It is called while the panic is recovered from.
func (w *Writer) logPanic(tenant store.Tenant, cause any) {
	w.config.Logger.Error("panic while storing", "organization", tenant.OrganizationID(), "kind", fmt.Sprintf("%T", cause), "stack", string(debug.Stack()))
}

// isolate stores the parts of a request in halves until those that the database
// refuses stand alone.
func (w *Writer) isolate(item *waiting) error {
	var halve func(part Request) error
	halve = func(part Request) error {
		err := w.writeTraces(item.Tenant, store.TraceWrite{
			Observations: part.Observations, Scores: part.Scores, Logs: part.Logs, Evaluations: part.Evaluations,
		})
		switch {
		case err == nil || !isDataFault(err):
			return err
		case part.size() > 1:
			first, second := part.halves()
			return errors.Join(halve(first), halve(second))
		case len(part.Observations)+len(part.Logs) == 1:
			item.refusals.add("it cannot be stored")
		default:
			item.refusals.scores++
		}
		return nil
	}
	return halve(item.Request)
}

// halves cuts a request in two: observations, log records and the rest apart,
// then each by number.
func (r Request) halves() (first, second Request) {
	first.Observations, second.Observations, second.Logs = r.Observations, nil, r.Logs
	second.Scores, second.Evaluations = r.Scores, r.Evaluations
	if first.size() > 0 && second.size() > 0 {
		return first, second
	}
	cut := func(n int) int { return n / 2 }
	o, l, s, e := cut(len(r.Observations)), cut(len(r.Logs)), cut(len(r.Scores)), cut(len(r.Evaluations))
	first = Request{Observations: r.Observations[:o], Logs: r.Logs[:l], Scores: r.Scores[:s], Evaluations: r.Evaluations[:e]}
	second = Request{Observations: r.Observations[o:], Logs: r.Logs[l:], Scores: r.Scores[s:], Evaluations: r.Evaluations[e:]}
	if first.size() == 0 { // at most one of each kind
		first.Logs, second.Logs = second.Logs, nil
		if first.size() == 0 {
			first.Scores, second.Scores = second.Scores, nil
		}
	}
	return first, second
}

// isDataFault reports whether the store or the database refused a value, as
// opposed to being out of order: classes 22 (data exception), 23 (integrity) and
// 54 (program limit).
func isDataFault(err error) bool {
	if errors.Is(err, store.ErrUnstorable) {
		return true
	}
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || len(pg.Code) != 5 {
		return false
	}
	class := pg.Code[:2]
	return class == "22" || class == "23" || class == "54"
}

// faultText describes a database error without the values that it may quote.
func faultText(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return "SQLSTATE " + pg.Code + " " + pg.TableName + "." + pg.ColumnName
	}
	return err.Error()
}
