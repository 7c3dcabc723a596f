package workload

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/klauspost/compress/gzip"
	coltracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// Request is an export as it goes over the wire.
type Request struct {
	// Body is the export in protobuf, compressed with gzip.
	Body []byte
	// Spans is how many it holds, Plain its size before compression in bytes.
	Spans, Plain int
	// Traces are the ids of its traces.
	Traces [][16]byte
}

// Requests makes n requests of whole traces, spans each; spans must be a
// multiple of [SpansPerTrace].
func (w *Workload) Requests(n, spans int) ([]Request, error) {
	if spans <= 0 || spans%SpansPerTrace != 0 {
		return nil, fmt.Errorf("a request holds whole traces of %d spans, so it cannot have %d spans", SpansPerTrace, spans)
	}
	requests := make([]Request, n)
	for i := range requests {
		var groups [scopeCount][]*tracepb.Span
		var traces [][16]byte
		for range spans / SpansPerTrace {
			traces = append(traces, w.appendTrace(&groups))
		}
		var err error
		if requests[i], err = encode(groups, spans, traces); err != nil {
			return nil, err
		}
	}
	return requests, nil
}

// Large makes one trace of many spans in requests of at most perRequest: an
// agent with a long loop, whose steps are those of ordinary traces.
func (w *Workload) Large(spans, perRequest int) (id [16]byte, requests []Request, err error) {
	id = w.traceID()
	start := w.clock
	w.clock = w.clock.Add(w.interval)
	var groups [scopeCount][]*tracepb.Span
	var root []byte
	pending := 0
	for n := 0; n < spans; n++ {
		template := w.templates[n/SpansPerTrace%len(w.templates)]
		s := template[n%SpansPerTrace]
		offset := time.Duration(n/SpansPerTrace) * 10 * time.Millisecond
		span := dated(s, id, start.Add(offset))
		span.SpanId = binary.BigEndian.AppendUint64(nil, uint64(n+1))
		switch {
		case n == 0:
			root = span.SpanId
			span.ParentSpanId = nil
		case n%SpansPerTrace == 0:
			span.ParentSpanId = root
		default:
			// The template's parent stands in the same group of ten.
			for back, other := range template {
				if bytes.Equal(other.span.SpanId, s.span.ParentSpanId) {
					span.ParentSpanId = binary.BigEndian.AppendUint64(nil, uint64(n/SpansPerTrace*SpansPerTrace+back+1))
				}
			}
		}
		groups[s.scope] = append(groups[s.scope], span)
		pending++
		if pending == perRequest || n == spans-1 {
			request, err := encode(groups, pending, [][16]byte{id})
			if err != nil {
				return id, nil, err
			}
			requests = append(requests, request)
			groups, pending = [scopeCount][]*tracepb.Span{}, 0
		}
	}
	return id, requests, nil
}

// TraceID is an id as the API writes it.
func TraceID(id [16]byte) string { return hex.EncodeToString(id[:]) }

func (w *Workload) traceID() (id [16]byte) {
	binary.BigEndian.PutUint64(id[:8], w.random.Uint64())
	binary.BigEndian.PutUint64(id[8:], w.random.Uint64()|1)
	return id
}

func (w *Workload) appendTrace(groups *[scopeCount][]*tracepb.Span) [16]byte {
	template := w.templates[w.next%len(w.templates)]
	w.next++
	id := w.traceID()
	for _, s := range template {
		groups[s.scope] = append(groups[s.scope], dated(s, id, w.clock))
	}
	w.clock = w.clock.Add(w.interval)
	return id
}

// dated is a step's span in a trace. It shares the attributes of the template.
func dated(s step, id [16]byte, start time.Time) *tracepb.Span {
	return &tracepb.Span{
		TraceId: id[:], SpanId: s.span.SpanId, ParentSpanId: s.span.ParentSpanId, Name: s.span.Name, Kind: s.span.Kind, Flags: s.span.Flags,
		StartTimeUnixNano: uint64(start.Add(s.from).UnixNano()), EndTimeUnixNano: uint64(start.Add(s.to).UnixNano()), Attributes: s.span.Attributes,
	}
}

func encode(groups [scopeCount][]*tracepb.Span, spans int, traces [][16]byte) (Request, error) {
	resourceSpans := &tracepb.ResourceSpans{Resource: resource}
	for scope, list := range groups {
		if len(list) > 0 {
			resourceSpans.ScopeSpans = append(resourceSpans.ScopeSpans, &tracepb.ScopeSpans{Scope: scopes[scope], Spans: list})
		}
	}
	plain, err := proto.Marshal(&coltracepb.ExportTraceServiceRequest{ResourceSpans: []*tracepb.ResourceSpans{resourceSpans}})
	if err != nil {
		return Request{}, fmt.Errorf("encode an export: %w", err)
	}
	var body bytes.Buffer
	compressor := gzip.NewWriter(&body)
	if _, err = compressor.Write(plain); err == nil {
		err = compressor.Close()
	}
	if err != nil {
		return Request{}, fmt.Errorf("compress an export: %w", err)
	}
	return Request{Body: body.Bytes(), Spans: spans, Plain: len(plain), Traces: traces}, nil
}
