package store

import (
	"container/list"
	"sync"

	"github.com/treeline-dev/treeline/trace"
)

// defaultStepCacheSize bounds the steps of recent traces that the writer keeps,
// over all traces; a step takes about 600 bytes.
const defaultStepCacheSize = 50_000

// traceKey names a trace of an organization.
type traceKey struct {
	project trace.ProjectID
	trace   trace.TraceID
}

// cachedSteps are the steps of a trace as of one revision of its row. The slice
// is never changed after it was put into the cache.
type cachedSteps struct {
	key      traceKey
	revision int32
	steps    []storedStep
}

// storedStep is a step with what the writer needs to judge a repeated span.
type storedStep struct {
	trace.Step
	startTime  int64
	flags      int32
	isFinished bool
}

// stepCache keeps the steps of the traces that were written last, so that a
// long trace which arrives span by span is not read again each time. An entry
// is used only where its revision is that of the locked row, so that it may be
// stale without harm.
type stepCache struct {
	limit int

	mu    sync.Mutex
	byKey map[traceKey]*list.Element
	order *list.List // most recent first
	size  int
}

func newStepCache(limit int) *stepCache {
	return &stepCache{limit: limit, byKey: map[traceKey]*list.Element{}, order: list.New()}
}

func (c *stepCache) get(key traceKey, revision int32) ([]storedStep, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, ok := c.byKey[key]
	if !ok || element.Value.(*cachedSteps).revision != revision {
		return nil, false
	}
	c.order.MoveToFront(element)
	return element.Value.(*cachedSteps).steps, true
}

func (c *stepCache) put(key traceKey, revision int32, steps []storedStep) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if element, ok := c.byKey[key]; ok {
		c.remove(element)
	}
	if len(steps) > c.limit {
		return
	}
	c.byKey[key] = c.order.PushFront(&cachedSteps{key: key, revision: revision, steps: steps})
	c.size += len(steps)
	for c.size > c.limit {
		c.remove(c.order.Back())
	}
}

func (c *stepCache) remove(element *list.Element) {
	entry := element.Value.(*cachedSteps)
	c.order.Remove(element)
	delete(c.byKey, entry.key)
	c.size -= len(entry.steps)
}
