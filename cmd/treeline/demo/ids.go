package demo

import (
	"context"
	"encoding/binary"
	"hash/fnv"
	"math/rand/v2"

	oteltrace "go.opentelemetry.io/otel/trace"
)

// newRandom returns a source of chance that depends on the given numbers alone.
func newRandom(numbers ...uint64) *rand.Rand {
	h := fnv.New128a()
	for _, n := range numbers {
		_ = binary.Write(h, binary.BigEndian, n) // a hash takes every byte
	}
	sum := h.Sum(nil)
	return rand.New(rand.NewPCG(binary.BigEndian.Uint64(sum), binary.BigEndian.Uint64(sum[8:])))
}

// idSource makes the ids of traces and spans in a fixed sequence. It is for one
// goroutine.
type idSource struct{ random *rand.Rand }

// NewIDs implements sdktrace.IDGenerator.
func (s *idSource) NewIDs(ctx context.Context) (oteltrace.TraceID, oteltrace.SpanID) {
	var id oteltrace.TraceID
	binary.BigEndian.PutUint64(id[:8], s.random.Uint64())
	binary.BigEndian.PutUint64(id[8:], s.random.Uint64()|1) // never all zero
	return id, s.NewSpanID(ctx, id)
}

// NewSpanID implements sdktrace.IDGenerator.
func (s *idSource) NewSpanID(context.Context, oteltrace.TraceID) oteltrace.SpanID {
	var id oteltrace.SpanID
	for !id.IsValid() {
		binary.BigEndian.PutUint64(id[:], s.random.Uint64())
	}
	return id
}
