package otlp

import (
	"errors"
	"sync"
	"sync/atomic"
)

// budget bounds the bytes that all requests together hold.
type budget struct {
	limit int64
	used  atomic.Int64
}

// errBusy says that the budget is used up by other requests.
var errBusy = errors.New("too much data in flight")

func (b *budget) take(n int64) bool {
	for {
		used := b.used.Load()
		if n > b.limit-used {
			return false
		}
		if b.used.CompareAndSwap(used, used+n) {
			return true
		}
	}
}

// reservation is one request's part of a budget. Its methods may be called from
// several goroutines; after release it holds nothing and takes nothing.
type reservation struct {
	budget *budget

	mu       sync.Mutex
	held     int64
	released bool
}

// grow takes n bytes more or fails with errBusy. It never waits: requests that
// wait while they hold memory could wait for each other.
func (r *reservation) grow(n int64) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.released || !r.budget.take(n) {
		return errBusy
	}
	r.held += n
	return nil
}

// shrink gives n bytes back.
func (r *reservation) shrink(n int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n = min(n, r.held)
	r.held -= n
	r.budget.used.Add(-n)
}

// release gives everything back.
func (r *reservation) release() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.budget.used.Add(-r.held)
	r.held, r.released = 0, true
}
