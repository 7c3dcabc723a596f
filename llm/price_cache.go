package llm

import (
	"strings"
	"sync"
)

// resolutionCacheSize bounds one generation of a [resolutionCache].
const resolutionCacheSize = 2048

// resolutionKey is what a model is looked up by. Neither the time nor the
// service tier is part of it: both only choose among the prices of the models
// found.
type resolutionKey struct{ provider, model string }

// resolutionCache remembers which listed models a provider and model id mean,
// also when they mean none. It keeps two generations: when the young one is
// full it becomes the old one and the old one is dropped, so that model ids
// invented by a sender can push out others but never make it grow.
type resolutionCache struct {
	mu         sync.RWMutex
	young, old map[resolutionKey][]resolution
}

func (c *resolutionCache) get(key resolutionKey) (found []resolution, ok bool) {
	c.mu.RLock()
	found, ok = c.young[key]
	inOld := false
	if !ok {
		found, ok = c.old[key]
		inOld = ok
	}
	c.mu.RUnlock()
	if inOld {
		c.put(key, found)
	}
	return found, ok
}

func (c *resolutionCache) put(key resolutionKey, found []resolution) {
	// The caller's strings may be slices of a whole request.
	key = resolutionKey{strings.Clone(key.provider), strings.Clone(key.model)}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.young) >= resolutionCacheSize {
		c.old, c.young = c.young, nil
	}
	if c.young == nil {
		c.young = make(map[resolutionKey][]resolution)
	}
	c.young[key] = found
}
