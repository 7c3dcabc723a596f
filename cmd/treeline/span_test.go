package main

import (
	crand "crypto/rand"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"testing"
	"time"

	coltracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

const (
	protobufType = "application/x-protobuf"
	jsonType     = "application/json"
)

// sentSpan is a span as a test sends it, in either encoding.
type sentSpan struct {
	trace, id, parent []byte
	name, service     string
	start, end        time.Time
	texts             map[string]string
	numbers           map[string]int64
}

// newID makes a random id of so many bytes.
func newID(bytes int) []byte {
	id := make([]byte, bytes)
	_, _ = crand.Read(id) // never fails
	return id
}

// newSpan is a span that ended just now.
func newSpan(trace []byte, name string) sentSpan {
	now := time.Now()
	return sentSpan{trace: trace, id: newID(8), name: name, service: "shop", start: now.Add(-time.Second), end: now}
}

// exportMessage is a request with spans.
func exportMessage(spans ...sentSpan) *coltracepb.ExportTraceServiceRequest {
	request := &coltracepb.ExportTraceServiceRequest{}
	for _, s := range spans {
		span := &tracepb.Span{
			TraceId: s.trace, SpanId: s.id, ParentSpanId: s.parent, Name: s.name,
			StartTimeUnixNano: uint64(s.start.UnixNano()), EndTimeUnixNano: uint64(s.end.UnixNano()),
		}
		for key, text := range s.texts {
			span.Attributes = append(span.Attributes, textAttribute(key, text))
		}
		for key, n := range s.numbers {
			span.Attributes = append(span.Attributes, &commonpb.KeyValue{Key: key, Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_IntValue{IntValue: n}}})
		}
		request.ResourceSpans = append(request.ResourceSpans, &tracepb.ResourceSpans{
			Resource:   &resourcepb.Resource{Attributes: []*commonpb.KeyValue{textAttribute("service.name", s.service)}},
			ScopeSpans: []*tracepb.ScopeSpans{{Spans: []*tracepb.Span{span}}},
		})
	}
	return request
}

func textAttribute(key, text string) *commonpb.KeyValue {
	return &commonpb.KeyValue{Key: key, Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: text}}}
}

// protobufExport is a request's body in protobuf.
func protobufExport(spans ...sentSpan) []byte {
	body, err := proto.Marshal(exportMessage(spans...))
	if err != nil {
		panic(err)
	}
	return body
}

// jsonExport is a request's body in OTLP/JSON, whose ids are in hex.
func jsonExport(spans ...sentSpan) []byte {
	type object = map[string]any
	resources := []object{}
	for _, s := range spans {
		attributes := []object{}
		for key, text := range s.texts {
			attributes = append(attributes, object{"key": key, "value": object{"stringValue": text}})
		}
		for key, n := range s.numbers {
			attributes = append(attributes, object{"key": key, "value": object{"intValue": strconv.FormatInt(n, 10)}})
		}
		resources = append(resources, object{
			"resource": object{"attributes": []object{{"key": "service.name", "value": object{"stringValue": s.service}}}},
			"scopeSpans": []object{{"spans": []object{{
				"traceId": hex.EncodeToString(s.trace), "spanId": hex.EncodeToString(s.id), "parentSpanId": hex.EncodeToString(s.parent), "name": s.name,
				"startTimeUnixNano": strconv.FormatInt(s.start.UnixNano(), 10), "endTimeUnixNano": strconv.FormatInt(s.end.UnixNano(), 10), "attributes": attributes,
			}}}},
		})
	}
	body, err := json.Marshal(object{"resourceSpans": resources})
	if err != nil {
		panic(err)
	}
	return body
}

// export sends a body and expects the whole of it to be stored.
func (i *installation) export(t *testing.T, contentType string, body []byte) {
	t.Helper()
	a := i.must(t, i.client, "POST", "/v1/traces", body, "Content-Type", contentType)
	if a.status != 200 || (len(a.body) > 0 && string(a.body) != "{}") {
		t.Fatalf("%d %.300s", a.status, a.body)
	}
}
