package store

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// OperationLimits say what one operation of a caller, such as a GraphQL request,
// may take. The zero value of every field stands for its default.
type OperationLimits struct {
	// Statements is how many reads of the operation run at once. Default 3.
	Statements int
	// DatabaseTime is how long its reads may keep connections busy, added up; what
	// runs when it is over goes on to its own statement timeout. Default 20 s.
	DatabaseTime time.Duration
	// Answer is how many bytes of content it may read, and how many it may
	// answer. Default 32 MiB.
	Answer int64
	// Memory is what all operations share; nil for no bound over all.
	Memory *Memory
}

// Defaults of OperationLimits.
const (
	DefaultAnswer       = 32 << 20
	defaultStatements   = 3
	defaultDatabaseTime = readTimeout
)

// Operation meters what one operation of a caller takes. It is safe for
// concurrent use. A nil Operation has no limits: that is how the service itself
// reads.
type Operation struct {
	limits OperationLimits
	slots  *semaphore.Weighted
	// began is its place among all operations.
	began int64

	mu sync.Mutex
	// spent is the database time up to since, from where on running reads add to it.
	spent   time.Duration
	since   time.Time
	running int
	// read and answered are bytes of content.
	read, answered int64
	excess         error

	// memory guards wanted and held apart, since it is kept while waiting.
	memory       sync.Mutex
	wanted, held int64
}

// NewOperation begins an operation. Close must follow when its answer has been
// sent.
func NewOperation(limits OperationLimits) *Operation {
	limits.Statements = cmp.Or(limits.Statements, defaultStatements)
	limits.DatabaseTime = cmp.Or(limits.DatabaseTime, defaultDatabaseTime)
	limits.Answer = cmp.Or(limits.Answer, DefaultAnswer)
	return &Operation{limits: limits, slots: semaphore.NewWeighted(int64(limits.Statements)), began: nextOrder.Add(1)}
}

type operationKey struct{}

// WithOperation returns a context in which every read counts for an operation.
func WithOperation(ctx context.Context, o *Operation) context.Context {
	return context.WithValue(ctx, operationKey{}, o)
}

// OperationOf returns the operation that a context belongs to, nil for none.
func OperationOf(ctx context.Context) *Operation {
	o, _ := ctx.Value(operationKey{}).(*Operation)
	return o
}

// Close gives back the memory that the operation held.
func (o *Operation) Close() {
	o.memory.Lock()
	defer o.memory.Unlock()
	if o.held > 0 {
		o.limits.Memory.free.Release(o.held)
	}
	o.held, o.wanted = 0, 0
}

// Excess returns the error of the limit that the operation ran into, nil for
// none. What it answers then is incomplete.
func (o *Operation) Excess() error {
	if o == nil {
		return nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.excess
}

// exceed notes the first limit that the operation ran into.
func (o *Operation) exceed(err error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.excess == nil {
		o.excess = err
	}
	return o.excess
}

// begin waits until the operation may run one more read; end must follow where
// it gives no error.
func (o *Operation) begin(ctx context.Context) error {
	if o == nil {
		return nil
	}
	if err := o.slots.Acquire(ctx, 1); err != nil {
		return err
	}
	if o.timeLeft() <= 0 {
		o.slots.Release(1)
		return errDatabaseTime
	}
	return nil
}

func (o *Operation) end() {
	if o != nil {
		o.slots.Release(1)
	}
}

// run counts the time until the function that it returns is called.
func (o *Operation) run() (stop func()) {
	if o == nil {
		return func() {}
	}
	o.count(1)
	return func() { o.count(-1) }
}

func (o *Operation) count(change int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.advance()
	o.running += change
}

// advance adds the time that has passed for every read that runs.
func (o *Operation) advance() {
	now := time.Now()
	o.spent += time.Duration(o.running) * now.Sub(o.since)
	o.since = now
}

// timeLeft is the database time that is left.
func (o *Operation) timeLeft() time.Duration {
	if o == nil {
		return readTimeout
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.advance()
	return o.limits.DatabaseTime - o.spent
}

// contentLeft is how many bytes of content may still be read.
func (o *Operation) contentLeft() int64 {
	if o == nil {
		return maxContent
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return max(0, o.limits.Answer-o.read)
}

// maxContent stands for no limit of content.
const maxContent = 1 << 50

// readContent counts bytes of content that were read. Its error is a LimitError
// or a BusyError.
func (o *Operation) readContent(ctx context.Context, n int64) error {
	if o == nil || n <= 0 {
		return nil
	}
	o.mu.Lock()
	o.read += n
	over := o.read > o.limits.Answer
	o.mu.Unlock()
	if over {
		return o.tooLarge()
	}
	return o.hold(ctx, n)
}

// Answer counts bytes that stand in the answer. Its error is a *LimitError or a
// *BusyError.
func (o *Operation) Answer(ctx context.Context, n int64) error {
	if o == nil || n <= 0 {
		return nil
	}
	o.mu.Lock()
	o.answered += n
	over := o.answered > o.limits.Answer
	o.mu.Unlock()
	if over {
		return o.tooLarge()
	}
	// The buffer of an answer grows by doubling.
	return o.hold(ctx, 2*n)
}

// memoryStep is how much memory an operation takes at a time.
const memoryStep = 64 << 10

// hold takes memory from what all operations share, and waits a short while for
// it.
func (o *Operation) hold(ctx context.Context, n int64) error {
	if o.limits.Memory == nil {
		return nil
	}
	o.memory.Lock()
	defer o.memory.Unlock()
	o.wanted += n
	if o.wanted <= o.held {
		return nil
	}
	more := (o.wanted - o.held + memoryStep - 1) / memoryStep * memoryStep
	if err := o.limits.Memory.take(ctx, more); err != nil {
		if ctx.Err() != nil {
			return err
		}
		return o.exceed(err)
	}
	o.held += more
	return nil
}

func (o *Operation) tooLarge() error {
	return o.exceed(&LimitError{Code: "COST_LIMIT", Message: fmt.Sprintf(
		"the answer would hold more than %d bytes of content: ask for fewer entries, for preview instead of text or json, or for fewer fields", o.limits.Answer)})
}

// Memory bounds what the content of all operations may take together.
type Memory struct {
	free *semaphore.Weighted
	size int64
	wait time.Duration
}

// NewMemory returns a bound in bytes.
func NewMemory(size int64) *Memory {
	return &Memory{free: semaphore.NewWeighted(size), size: size, wait: 2 * time.Second}
}

// take takes memory, in the order of asking.
func (m *Memory) take(ctx context.Context, n int64) error {
	if m.free.TryAcquire(n) {
		return nil
	}
	waiting, cancel := context.WithTimeout(ctx, m.wait)
	defer cancel()
	if err := m.free.Acquire(waiting, n); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &BusyError{Message: "other large answers are being sent: try again in a moment, or ask for less content at once", Wait: m.wait}
	}
	return nil
}

// LimitError says that an operation ran into one of its limits.
type LimitError struct {
	// Code is what the caller reads in extensions.code.
	Code string
	// Message says what happened and what to do.
	Message string
}

// Error implements error.
func (e *LimitError) Error() string { return e.Message }

// ErrorCode is what the caller reads in extensions.code.
func (e *LimitError) ErrorCode() string { return e.Code }

var errDatabaseTime = &LimitError{Code: "TIMEOUT", Message: "the operation used up its time on the database: ask for less at once, or narrow its time ranges and filters"}

// BusyError says that the caller should try again later, since what it needs is
// taken by others.
type BusyError struct {
	// Message says what happened and what to do.
	Message string
	// Wait is how long to wait before the next try.
	Wait time.Duration
}

// Error implements error.
func (e *BusyError) Error() string { return e.Message }

// ErrorCode is what the caller reads in extensions.code.
func (*BusyError) ErrorCode() string { return "RATE_LIMITED" }

// RetryAfter is how long to wait before the next try.
func (e *BusyError) RetryAfter() time.Duration { return e.Wait }
