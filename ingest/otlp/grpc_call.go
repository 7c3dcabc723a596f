package otlp

import (
	"context"
	"strings"
	"sync/atomic"

	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"
)

// callCounter counts what only gRPC sees: calls that end before their handler
// runs, and how large messages were as sent.
type callCounter struct{ counters *Counters }

// call is what is known of a call of an OTLP service.
type call struct{ isCounted atomic.Bool }

type callKey struct{}

// countCall counts a call, once.
func (c *Counters) countCall(ctx context.Context, outcome Outcome) {
	if known, ok := ctx.Value(callKey{}).(*call); ok && known.isCounted.Swap(true) {
		return
	}
	c.grpc[outcome].Add(1)
}

// TagRPC implements stats.Handler.
func (c callCounter) TagRPC(ctx context.Context, info *stats.RPCTagInfo) context.Context {
	service, _, _ := strings.Cut(strings.TrimPrefix(info.FullMethodName, "/"), "/")
	if service != traceSignal.grpcService && service != logSignal.grpcService {
		return ctx
	}
	return context.WithValue(ctx, callKey{}, &call{})
}

// HandleRPC implements stats.Handler.
func (c callCounter) HandleRPC(ctx context.Context, event stats.RPCStats) {
	if ctx.Value(callKey{}) == nil {
		return
	}
	switch event := event.(type) {
	case *stats.InPayload:
		c.counters.WireBytes.Add(int64(event.CompressedLength))
	case *stats.End:
		if event.Error != nil {
			c.counters.countCall(ctx, outcomeOfCode(status.Code(event.Error)))
		}
	}
}

// TagConn implements stats.Handler.
func (callCounter) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

// HandleConn implements stats.Handler.
func (callCounter) HandleConn(context.Context, stats.ConnStats) {}

var _ stats.Handler = callCounter{}
