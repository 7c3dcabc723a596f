package workload_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"testing"
	"time"

	coltracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/treeline-dev/treeline/bench/workload"
)

// spans reads what a request holds.
func spans(t *testing.T, r workload.Request) []*tracepb.Span {
	t.Helper()
	reader, err := gzip.NewReader(bytes.NewReader(r.Body))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	if len(body) != r.Plain {
		t.Errorf("%d bytes, said to be %d", len(body), r.Plain)
	}
	var message coltracepb.ExportTraceServiceRequest
	if err := proto.Unmarshal(body, &message); err != nil {
		t.Fatal(err)
	}
	var all []*tracepb.Span
	for _, resource := range message.ResourceSpans {
		for _, scope := range resource.ScopeSpans {
			all = append(all, scope.Spans...)
		}
	}
	if len(all) != r.Spans {
		t.Errorf("%d spans, said to be %d", len(all), r.Spans)
	}
	return all
}

// checkTree expects every trace to have one root and all other parents in it.
func checkTree(t *testing.T, all []*tracepb.Span) (traces int) {
	t.Helper()
	ids, roots := map[string]bool{}, map[string]int{}
	for _, span := range all {
		key := string(span.TraceId) + string(span.SpanId)
		if ids[key] {
			t.Errorf("span %x stands twice in trace %x", span.SpanId, span.TraceId)
		}
		ids[key] = true
	}
	for _, span := range all {
		if len(span.ParentSpanId) == 0 {
			roots[string(span.TraceId)]++
		} else if !ids[string(span.TraceId)+string(span.ParentSpanId)] {
			t.Errorf("the parent of %x is in no trace", span.SpanId)
		}
		if span.EndTimeUnixNano < span.StartTimeUnixNano {
			t.Errorf("span %x ends before it starts", span.SpanId)
		}
	}
	for id, n := range roots {
		if n != 1 {
			t.Errorf("trace %x has %d roots", id, n)
		}
	}
	return len(roots)
}

func TestRequestsHoldWholeTracesWithIdsOfTheirOwn(t *testing.T) {
	t.Parallel()
	w := workload.New(workload.Options{Templates: 3, Start: time.Unix(1_700_000_000, 0)})
	requests, err := w.Requests(4, 50)
	if err != nil {
		t.Fatal(err)
	}
	var all []*tracepb.Span
	for _, r := range requests {
		all = append(all, spans(t, r)...)
	}
	if traces := checkTree(t, all); traces != 20 {
		t.Errorf("%d traces, want 20", traces)
	}
}

func TestALargeTraceIsOneTree(t *testing.T) {
	t.Parallel()
	_, requests, err := workload.New(workload.Options{Templates: 3}).Large(205, 100)
	if err != nil {
		t.Fatal(err)
	}
	var all []*tracepb.Span
	for _, r := range requests {
		all = append(all, spans(t, r)...)
	}
	if traces := checkTree(t, all); traces != 1 || len(all) != 205 || len(requests) != 3 {
		t.Errorf("%d traces of %d spans in %d requests", traces, len(all), len(requests))
	}
}

func TestTheSameSeedMakesTheSame(t *testing.T) {
	t.Parallel()
	make := func(seed uint64) workload.Request {
		requests, err := workload.New(workload.Options{Seed: seed, Templates: 2, Start: time.Unix(1_700_000_000, 0)}).Requests(1, 20)
		if err != nil {
			t.Fatal(err)
		}
		return requests[0]
	}
	if !bytes.Equal(make(1).Body, make(1).Body) || bytes.Equal(make(1).Body, make(2).Body) {
		t.Error("what is made does not follow from the seed")
	}
}
