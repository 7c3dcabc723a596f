package authz

import (
	"container/list"
	"context"
	"errors"
	"sync"
	"time"
)

// cache keeps what was loaded for a short time, at most limit entries. Failures
// are not kept, so whoever guesses cannot fill it. Concurrent loads of one key
// are one load.
type cache[K comparable, V any] struct {
	ttl   time.Duration
	limit int

	mu      sync.Mutex
	entries map[K]*list.Element // of *entry[K, V]
	recent  list.List           // most recently used first
	flights map[K]*flight[V]
}

type entry[K comparable, V any] struct {
	key   K
	value V
	until time.Time
}

type flight[V any] struct {
	done  chan struct{}
	value V
	err   error
}

// loadTimeout bounds a load, which outlives the request that began it, since
// others may wait for it too.
const loadTimeout = 10 * time.Second

var errLoad = errors.New("loading did not finish")

func newCache[K comparable, V any](ttl time.Duration, limit int) *cache[K, V] {
	return &cache[K, V]{ttl: ttl, limit: limit, entries: map[K]*list.Element{}, flights: map[K]*flight[V]{}}
}

// get returns the value of the key, from load where it is not at hand.
func (c *cache[K, V]) get(ctx context.Context, key K, load func(context.Context) (V, error)) (V, error) {
	c.mu.Lock()
	if element, ok := c.entries[key]; ok {
		found := element.Value.(*entry[K, V])
		if time.Now().Before(found.until) {
			c.recent.MoveToFront(element)
			c.mu.Unlock()
			return found.value, nil
		}
		c.remove(element)
	}
	f, isFlying := c.flights[key]
	if !isFlying {
		f = &flight[V]{done: make(chan struct{}), err: errLoad}
		c.flights[key] = f
	}
	c.mu.Unlock()
	if !isFlying {
		c.fly(ctx, key, f, load)
	}
	select {
	case <-f.done:
		return f.value, f.err
	case <-ctx.Done():
		var zero V
		return zero, ctx.Err()
	}
}

func (c *cache[K, V]) fly(ctx context.Context, key K, f *flight[V], load func(context.Context) (V, error)) {
	// What is loaded may be as old as the moment at which loading began.
	until := time.Now().Add(c.ttl)
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		// forget may have sent others to load it anew meanwhile.
		if c.flights[key] == f {
			delete(c.flights, key)
			if f.err == nil {
				c.add(&entry[K, V]{key: key, value: f.value, until: until})
			}
		}
		close(f.done)
	}()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadTimeout)
	defer cancel()
	f.value, f.err = load(ctx)
}

// forget drops what is kept for the key, and what is being loaded.
func (c *cache[K, V]) forget(key K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.flights, key)
	if element, ok := c.entries[key]; ok {
		c.remove(element)
	}
}

func (c *cache[K, V]) add(e *entry[K, V]) {
	c.entries[e.key] = c.recent.PushFront(e)
	for len(c.entries) > c.limit {
		c.remove(c.recent.Back())
	}
}

func (c *cache[K, V]) remove(element *list.Element) {
	delete(c.entries, c.recent.Remove(element).(*entry[K, V]).key)
}
