package convention

import (
	"testing"
	"time"

	"github.com/treeline-dev/treeline/trace"
)

// BenchmarkMap maps the examples and the captured spans: one operation is one
// span, its origin read for each.
func BenchmarkMap(b *testing.B) {
	spans := allSpans(b)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		spans[i%len(spans)].mapped()
		i++
	}
}

// BenchmarkOrigin maps the same spans with an origin for each resource and
// scope, as a batch is mapped.
func BenchmarkOrigin(b *testing.B) {
	spans := allSpans(b)
	origins := make([]*Origin, len(spans))
	for i := range spans {
		origins[i] = NewOrigin(spans[i].resource, spans[i].scope)
	}
	received := time.Unix(1790000000, 0)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		origins[i%len(spans)].Map(spans[i%len(spans)].span, received)
		i++
	}
}

// BenchmarkPlain maps a span of infrastructure, the most frequent kind.
func BenchmarkPlain(b *testing.B) {
	span := testSpan("http.request.method", "POST", "http.response.status_code", 200, "url.full", "https://api.test/v1", "server.address", "api.test",
		"server.port", 443, "network.protocol.version", "1.1", "user_agent.original", "curl/8")
	origin := NewOrigin(&Resource{Attributes: attributes("service.name", "shop")}, &Scope{Name: "otelhttp"})
	b.ReportAllocs()
	for b.Loop() {
		if origin.Map(span, testReceived).Observation.Type() != trace.TypeSpan {
			b.Fatal("it is no plain span")
		}
	}
}
