package otlp

import (
	"bytes"
	"fmt"
	"testing"

	coltracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

const benchSpans = 1000

// typicalRequest is 1,000 generations with 18 attributes and some 1.2 KB each.
func typicalRequest() *coltracepb.ExportTraceServiceRequest {
	text := func(key, value string) *commonpb.KeyValue {
		return &commonpb.KeyValue{Key: key, Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: value}}}
	}
	number := func(key string, value int64) *commonpb.KeyValue {
		return &commonpb.KeyValue{Key: key, Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_IntValue{IntValue: value}}}
	}
	scope := &tracepb.ScopeSpans{Scope: &commonpb.InstrumentationScope{Name: "openinference.instrumentation.openai", Version: "0.1"}}
	for i := range benchSpans {
		scope.Spans = append(scope.Spans, &tracepb.Span{
			TraceId: fmt.Appendf(nil, "trace%011d", i/10+1), SpanId: fmt.Appendf(nil, "%08d", i+1), ParentSpanId: fmt.Appendf(nil, "%08d", i/10*10+1),
			Name: "chat gpt-4o", Kind: tracepb.Span_SPAN_KIND_CLIENT, StartTimeUnixNano: 1_700_000_000_000_000_000, EndTimeUnixNano: 1_700_000_001_000_000_000,
			Flags: 0x101, Status: &tracepb.Status{Code: tracepb.Status_STATUS_CODE_OK},
			Attributes: []*commonpb.KeyValue{
				text("gen_ai.operation.name", "chat"), text("gen_ai.provider.name", "openai"), text("gen_ai.request.model", "gpt-4o"),
				text("gen_ai.response.model", "gpt-4o-2024-08-06"), text("gen_ai.response.id", "chatcmpl-0123456789"), number("gen_ai.request.max_tokens", 1024),
				number("gen_ai.usage.input_tokens", 812), number("gen_ai.usage.output_tokens", 77), number("gen_ai.usage.cache_read.input_tokens", 512),
				text("gen_ai.input.messages", `[{"role":"user","parts":[{"type":"text","content":"What is the opening time of the shop in the old town on a Sunday? Answer in one sentence, and name your source."}]}]`),
				text("gen_ai.output.messages", `[{"role":"assistant","parts":[{"type":"text","content":"The shop opens at ten in the morning on Sundays, as its own page says."}],"finish_reason":"stop"}]`),
				{Key: "gen_ai.response.finish_reasons", Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_ArrayValue{ArrayValue: &commonpb.ArrayValue{Values: []*commonpb.AnyValue{{Value: &commonpb.AnyValue_StringValue{StringValue: "stop"}}}}}}},
				{Key: "gen_ai.request.temperature", Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_DoubleValue{DoubleValue: 0.7}}},
				text("session.id", "a-session"), text("user.id", "a-user"), text("server.address", "api.openai.com"), number("server.port", 443), text("thread.name", "worker"),
			},
		})
	}
	return &coltracepb.ExportTraceServiceRequest{ResourceSpans: []*tracepb.ResourceSpans{{
		Resource:   &resourcepb.Resource{Attributes: []*commonpb.KeyValue{text("service.name", "shop"), text("telemetry.sdk.language", "python")}},
		ScopeSpans: []*tracepb.ScopeSpans{scope},
	}}}
}

func benchmarkDecode(b *testing.B, body []byte, decode func([]byte) error) {
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	room := make([]byte, len(body))
	for b.Loop() {
		copy(room, body)
		if err := decode(room); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchSpans, "ns/span")
}

func BenchmarkDecodeProtobuf(b *testing.B) {
	body, err := proto.Marshal(typicalRequest())
	if err != nil {
		b.Fatal(err)
	}
	b.Run("ours", func(b *testing.B) {
		benchmarkDecode(b, body, func(body []byte) error {
			_, err := DecodeProtobuf(body, Limits{})
			return err
		})
	})
	b.Run("generated", func(b *testing.B) {
		benchmarkDecode(b, body, func(body []byte) error {
			return proto.Unmarshal(body, &coltracepb.ExportTraceServiceRequest{})
		})
	})
}

func BenchmarkDecodeJSON(b *testing.B) {
	body, err := protojson.Marshal(typicalRequest()) // ids in base64, which costs little more than hex
	if err != nil {
		b.Fatal(err)
	}
	body = bytes.ReplaceAll(body, []byte(`, "`), []byte(`,"`))
	b.Run("ours", func(b *testing.B) {
		benchmarkDecode(b, body, func(body []byte) error {
			_, err := DecodeJSON(body, Limits{})
			return err
		})
	})
	b.Run("protojson", func(b *testing.B) {
		benchmarkDecode(b, body, func(body []byte) error {
			return protojson.Unmarshal(body, &coltracepb.ExportTraceServiceRequest{})
		})
	})
}
