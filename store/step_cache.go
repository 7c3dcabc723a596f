package store

import (
	"container/list"
	"reflect"
	"sync"

	"github.com/treeline-dev/treeline/trace"
)

// stepCacheBytes bounds what the writer keeps of recent traces, over all
// organizations. A step without claims takes about half a kilobyte.
const stepCacheBytes = 48 << 20

// traceKey names a trace of an organization.
type traceKey struct {
	project trace.ProjectID
	trace   trace.TraceID
}

// storedStep is a step with what the writer needs to judge a repeated span.
type storedStep struct {
	trace.Step
	startTime  int64
	flags      int32
	isFinished bool
}

// Memory of a step beside its texts, and what a map takes for an entry.
var stepBytes = int(reflect.TypeFor[storedStep]().Size()) + mapEntryBytes

const (
	mapEntryBytes = 64
	// countBytes is what a count or an amount takes that a pointer leads to.
	countBytes = 8
)

// bytes is about what the step takes.
func (s *storedStep) bytes() int {
	n := stepBytes + len(s.Name) + len(s.Service) + len(s.Environment) + len(s.ToolName) + len(s.ResponseID)
	if s.Usage != nil {
		n += int(reflect.TypeFor[trace.Usage]().Size()) + 10*countBytes
	}
	if s.Cost != nil {
		n += int(reflect.TypeFor[trace.Cost]().Size()) + 3*countBytes
	}
	if c := s.Claims; c != nil {
		n += int(reflect.TypeFor[trace.Claims]().Size())
		for _, claim := range [...]*trace.Claim{c.Name, c.UserID, c.SessionID, c.Release, c.Version} {
			if claim != nil {
				n += int(reflect.TypeFor[trace.Claim]().Size()) + len(claim.Value)
			}
		}
		if c.HasExtras() {
			n += s.Extras.Bytes + mapEntryBytes*(len(c.Tags)+len(c.Metadata)+len(c.RootMetadata))
		}
	}
	return n
}

// growthSize is how many steps a trace has before it pays to remember its tree.
const growthSize = 500

// storedTrace is a trace as one revision of its row has it: its steps, of which
// only those have tags and metadata that count for the trace. It belongs to the
// transaction that has locked the row.
type storedTrace struct {
	steps []storedStep
	// growth is nil for a small trace.
	growth *trace.Growth
	bytes  int
}

func newStoredTrace(steps []storedStep) *storedTrace {
	s := &storedTrace{steps: steps}
	for i := range steps {
		s.bytes += steps[i].bytes()
	}
	return s
}

// step returns the step of a place, see trace.Growth.
func (s *storedTrace) step(place int) *trace.Step { return &s.steps[place].Step }

// stepCache keeps the steps of the traces that were written last, so that a
// long trace which arrives span by span is not read again each time. An entry
// is used only where its revision is that of the locked row, so that it may be
// stale without harm. Who holds the lock may add steps to an entry after the
// commit, which makes it one of the next revision: until then nobody else could
// have got it, and from then on nobody asks for the revision before.
type stepCache struct {
	limit int

	mu    sync.Mutex
	byKey map[traceKey]*list.Element
	order *list.List // most recent first
	size  int
}

type cachedTrace struct {
	key      traceKey
	revision int32
	trace    *storedTrace
	bytes    int // when it was put
}

func newStepCache(limit int) *stepCache {
	return &stepCache{limit: limit, byKey: map[traceKey]*list.Element{}, order: list.New()}
}

func (c *stepCache) get(key traceKey, revision int32) (*storedTrace, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, ok := c.byKey[key]
	if !ok || element.Value.(*cachedTrace).revision != revision {
		return nil, false
	}
	c.order.MoveToFront(element)
	return element.Value.(*cachedTrace).trace, true
}

func (c *stepCache) put(key traceKey, revision int32, t *storedTrace) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if element, ok := c.byKey[key]; ok {
		c.remove(element)
	}
	bytes := t.bytes + stepBytes // with the entry itself
	if bytes > c.limit {
		return
	}
	c.byKey[key] = c.order.PushFront(&cachedTrace{key: key, revision: revision, trace: t, bytes: bytes})
	c.size += bytes
	for c.size > c.limit {
		c.remove(c.order.Back())
	}
}

func (c *stepCache) remove(element *list.Element) {
	entry := element.Value.(*cachedTrace)
	c.order.Remove(element)
	delete(c.byKey, entry.key)
	c.size -= entry.bytes
}
