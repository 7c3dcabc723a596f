package store

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/treeline-dev/treeline/trace"
)

// The cache is bounded by what the traces take, not by how many steps they have.
func TestTheStepCacheIsBoundedInBytes(t *testing.T) {
	t.Parallel()
	const limit = 1 << 20
	c := newStepCache(limit)
	claiming := func(i int) *storedTrace {
		step := storedStep{}
		step.Name = fmt.Sprint("step ", i)
		step.Claims = &trace.Claims{Metadata: map[string]json.RawMessage{"k": json.RawMessage(`"` + strings.Repeat("x", 50<<10) + `"`)}}
		step.Extras = step.Claims.Extras()
		return newStoredTrace([]storedStep{step})
	}
	for i := range 200 {
		c.put(traceKey{project: trace.ProjectID(i)}, 1, claiming(i))
		if c.size > limit {
			t.Fatalf("after %d traces the cache takes %d bytes", i+1, c.size)
		}
	}
	kept := 0
	for i := range 200 {
		if _, ok := c.get(traceKey{project: trace.ProjectID(i)}, 1); ok {
			kept++
		}
	}
	if _, ok := c.get(traceKey{project: 199}, 1); !ok || kept < 15 || kept > 20 {
		t.Errorf("%d traces of 50 KiB are kept, the newest: %t", kept, ok)
	}

	// A trace that grew in place counts as what it became.
	grown := claiming(0)
	key := traceKey{project: 1000}
	c.put(key, 1, grown)
	grown.bytes += limit / 2
	c.put(key, 2, grown)
	if _, ok := c.get(key, 1); ok || c.size > limit {
		t.Errorf("the revision before is kept, or the cache takes %d bytes", c.size)
	}
	grown.bytes += limit
	c.put(key, 3, grown)
	if _, ok := c.get(key, 3); ok {
		t.Error("a trace larger than the cache is kept")
	}
	for i := range 1000 {
		c.put(traceKey{project: trace.ProjectID(5000 + i)}, 1, newStoredTrace(nil))
	}
	for element := c.order.Front(); element != nil; element = element.Next() {
		c.size -= element.Value.(*cachedTrace).bytes
	}
	if c.size != 0 || len(c.byKey) != c.order.Len() {
		t.Errorf("the sizes are off by %d, %d keys of %d entries", c.size, len(c.byKey), c.order.Len())
	}
}
