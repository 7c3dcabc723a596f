package store

import (
	"container/heap"
	"context"
	"math"
	"sync"
	"sync/atomic"
)

// turns gives an organization's reads their turns, so many at once. The reads of
// the operation that began first come first: were they given by the order of
// asking alone, many operations at once would all come to a half and none to its
// end.
type turns struct {
	mu      sync.Mutex
	free    int
	waiting turnHeap
}

// turnWait is a read that waits.
type turnWait struct {
	// operation and asked are the order of its operation and its own.
	operation, asked int64
	// granted is closed with the turn.
	granted chan struct{}
	// place is where it stands in the heap, -1 once it has left.
	place int
}

// nextOrder numbers operations and reads by their beginning.
var nextOrder atomic.Int64

func newTurns(n int64) *turns { return &turns{free: int(n)} }

// take waits for a turn; release must follow where it gives no error. Where
// too many wait, it is errOrganizationBusy.
func (t *turns) take(ctx context.Context, operation int64) error {
	t.mu.Lock()
	if t.free > 0 {
		t.free--
		t.mu.Unlock()
		return nil
	}
	if len(t.waiting) >= maxWaiting {
		t.mu.Unlock()
		return errOrganizationBusy
	}
	w := &turnWait{operation: operation, asked: nextOrder.Add(1), granted: make(chan struct{})}
	heap.Push(&t.waiting, w)
	t.mu.Unlock()
	select {
	case <-w.granted:
		return nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if w.place < 0 { // the turn came at the same time
		t.pass()
		return ctx.Err()
	}
	heap.Remove(&t.waiting, w.place)
	return ctx.Err()
}

func (t *turns) release() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pass()
}

// pass gives a turn to the next that waits.
func (t *turns) pass() {
	if len(t.waiting) == 0 {
		t.free++
		return
	}
	close(heap.Pop(&t.waiting).(*turnWait).granted)
}

// turnHeap has the read on top whose turn is next.
type turnHeap []*turnWait

// Len implements heap.Interface.
func (h turnHeap) Len() int { return len(h) }

// Less implements heap.Interface.
func (h turnHeap) Less(i, j int) bool {
	if h[i].operation != h[j].operation {
		return h[i].operation < h[j].operation
	}
	return h[i].asked < h[j].asked
}

// Swap implements heap.Interface.
func (h turnHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}

// Push implements heap.Interface.
func (h *turnHeap) Push(w any) {
	w.(*turnWait).place = len(*h)
	*h = append(*h, w.(*turnWait))
}

// Pop implements heap.Interface.
func (h *turnHeap) Pop() any {
	old := *h
	w := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	w.place = -1
	return w
}

// order is the operation's place among all; without one, a read has the first:
// it is the service's own.
func (o *Operation) order() int64 {
	if o == nil {
		return math.MinInt64
	}
	return o.began
}
