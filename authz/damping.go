package authz

import (
	"container/list"
	"net/netip"
	"sync"
	"time"
)

// buckets damps attempts: each key has a token bucket that holds burst attempts
// and gains one every interval. The least recently used buckets are forgotten
// beyond the limit, so memory is bounded whatever keys strangers think of.
type buckets struct {
	burst    float64
	interval time.Duration
	limit    int

	mu     sync.Mutex
	known  map[string]*list.Element // of *bucket
	recent list.List                // most recently used first
}

type bucket struct {
	key    string
	tokens float64
	at     time.Time
}

func newBuckets(burst int, interval time.Duration, limit int) *buckets {
	return &buckets{burst: float64(burst), interval: interval, limit: limit, known: map[string]*list.Element{}}
}

// take uses up an attempt. Where none is left it returns when there will be one.
func (b *buckets) take(key string) (time.Duration, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	element, ok := b.known[key]
	if !ok {
		element = b.recent.PushFront(&bucket{key: key, tokens: b.burst, at: now})
		b.known[key] = element
		if len(b.known) > b.limit {
			delete(b.known, b.recent.Remove(b.recent.Back()).(*bucket).key)
		}
	}
	b.recent.MoveToFront(element)
	k := element.Value.(*bucket)
	k.tokens = min(b.burst, k.tokens+float64(now.Sub(k.at))/float64(b.interval))
	k.at = now
	if k.tokens < 1 {
		return time.Duration((1 - k.tokens) * float64(b.interval)), false
	}
	k.tokens--
	return 0, true
}

// giveBack returns an attempt that turned out to be a good one.
func (b *buckets) giveBack(key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if element, ok := b.known[key]; ok {
		k := element.Value.(*bucket)
		k.tokens = min(b.burst, k.tokens+1)
	}
}

// networkBits is the length of the prefix that one subscriber of IPv6 has.
const networkBits = 64

// addressKey groups the addresses that one client has at will: all of an IPv6
// network.
func addressKey(address netip.Addr) string {
	address = address.Unmap().WithZone("")
	if address.Is6() {
		if network, err := address.Prefix(networkBits); err == nil {
			return network.String()
		}
	}
	return address.String()
}
