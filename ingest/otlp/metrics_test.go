package otlp

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	colmetricspb "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// everyMetric has one metric of each kind, with texts of the lengths that ids have.
func everyMetric() []*metricspb.Metric {
	attributes := []*commonpb.KeyValue{{Key: "http.request.method", Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: "GET"}}}}
	number := []*metricspb.NumberDataPoint{{Attributes: attributes, StartTimeUnixNano: 1, TimeUnixNano: 2, Value: &metricspb.NumberDataPoint_AsInt{AsInt: 3}}}
	return []*metricspb.Metric{
		{Name: "process.memory.u", Description: "resident", Unit: "By", Data: &metricspb.Metric_Gauge{Gauge: &metricspb.Gauge{DataPoints: number}}},
		{Name: "requests", Data: &metricspb.Metric_Sum{Sum: &metricspb.Sum{DataPoints: number, AggregationTemporality: 2, IsMonotonic: true}}},
		{Name: "http.server.request.duration", Description: "Duration of requests", Unit: "s", Metadata: attributes, Data: &metricspb.Metric_Histogram{Histogram: &metricspb.Histogram{
			AggregationTemporality: 2, DataPoints: []*metricspb.HistogramDataPoint{{Attributes: attributes, TimeUnixNano: 2, Count: 4, BucketCounts: []uint64{1, 3}, ExplicitBounds: []float64{5}}},
		}}},
		{Name: "sizes", Data: &metricspb.Metric_ExponentialHistogram{ExponentialHistogram: &metricspb.ExponentialHistogram{
			AggregationTemporality: 2, DataPoints: []*metricspb.ExponentialHistogramDataPoint{{TimeUnixNano: 2, Count: 4, Scale: 1}},
		}}},
		{Name: "quantiles", Data: &metricspb.Metric_Summary{Summary: &metricspb.Summary{DataPoints: []*metricspb.SummaryDataPoint{{TimeUnixNano: 2, Count: 4, Sum: 1}}}}},
	}
}

func metricsRequest(metrics ...*metricspb.Metric) *colmetricspb.ExportMetricsServiceRequest {
	return &colmetricspb.ExportMetricsServiceRequest{ResourceMetrics: []*metricspb.ResourceMetrics{{ScopeMetrics: []*metricspb.ScopeMetrics{{Metrics: metrics}}}}}
}

func TestMetricsSentAsTracesAreToldSo(t *testing.T) {
	t.Parallel()
	all := everyMetric()
	requests := map[string][]*metricspb.Metric{"all": all}
	for _, m := range all {
		requests[m.Name] = []*metricspb.Metric{m}
	}
	for name, metrics := range requests {
		body, err := proto.Marshal(metricsRequest(metrics...))
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeProtobuf(body, Limits{})
		var bad *InvalidError
		if !errors.As(err, &bad) || !strings.Contains(bad.Message, "/v1/metrics") {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestSpansWithoutTimesAreNoMetrics(t *testing.T) {
	t.Parallel()
	for name, more := range map[string][]byte{
		"bare":          nil,
		"named":         appendBytes(nil, spanName, []byte("a step")),
		"an attribute":  appendBytes(nil, spanAttributes, appendBytes(appendBytes(nil, 1, []byte("\x0a\x01k")), 2, appendBytes(nil, 1, []byte("v")))),
		"an event":      appendBytes(nil, spanEvents, appendBytes([]byte{1<<3 | 1, 1, 2, 3, 4, 5, 6, 7, 8}, 2, []byte("e"))),
		"a named event": appendBytes(nil, spanEvents, appendBytes(nil, 2, []byte("e"))),
	} {
		if got, err := DecodeProtobuf(protoSpans(protoSpan(more...)), Limits{}); err != nil || got.Spans() != 1 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestMetricsAreTakenAndNotKept(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	server := httptest.NewServer(b.receiver.Metrics())
	t.Cleanup(server.Close)
	body, err := proto.Marshal(metricsRequest(everyMetric()...))
	if err != nil {
		t.Fatal(err)
	}
	for media, want := range map[string]string{mediaProtobuf: "", mediaJSON: "{}"} {
		response, answer := post(t, server, bytes.NewReader(body), "Content-Type", media, "Authorization", "")
		if response.StatusCode != http.StatusOK || string(answer) != want || response.Header.Get("Content-Type") != media {
			t.Errorf("%s: %d %q %v", media, response.StatusCode, answer, response.Header)
		}
	}
	response, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusMethodNotAllowed || response.Header.Get("Allow") != "POST" {
		t.Errorf("GET: %d %v", response.StatusCode, err)
	}
	if s := statusOf(t, response, text); codes.Code(s.GetCode()) != codes.Unimplemented {
		t.Errorf("GET: %v", s)
	}
}

func TestAMetricsBodyThatDoesNotComeIsCut(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *Config) { c.BodyGrace = 50 * time.Millisecond })
	server := httptest.NewServer(b.receiver.Metrics())
	t.Cleanup(server.Close)
	body, stop := io.Pipe()
	t.Cleanup(func() { _ = stop.Close() })
	response, answer := post(t, server, body, "Content-Type", mediaJSON)
	if s := statusOf(t, response, answer); response.StatusCode != http.StatusRequestTimeout || codes.Code(s.GetCode()) != codes.DeadlineExceeded {
		t.Errorf("%d %v", response.StatusCode, s)
	}
}

func TestGRPCTakesMetricsWithoutAKey(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	_, conn := b.grpcServer(t)
	client := colmetricspb.NewMetricsServiceClient(conn)
	large := everyMetric()
	large[0].Description = strings.Repeat("0123456789abcdef", 1<<20)
	for name, request := range map[string]*colmetricspb.ExportMetricsServiceRequest{
		"empty": {}, "some": metricsRequest(everyMetric()...), "large": metricsRequest(large...),
	} {
		for _, options := range [][]grpc.CallOption{nil, {grpc.UseCompressor("gzip")}} {
			for range 20 {
				answer, err := client.Export(t.Context(), request, options...)
				if err != nil || answer.GetPartialSuccess() != nil {
					t.Fatalf("%s: %v, %v", name, answer, err)
				}
			}
		}
	}
	if n := b.receiver.Counters().BodyBytes.Load(); n != 0 {
		t.Errorf("%d bytes of metrics were held", n)
	}
}

// TestCallsThatGRPCEndsAreCounted holds that messages cut before they reach the
// receiver are seen by its counters, bombs among them.
func TestCallsThatGRPCEndsAreCounted(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *Config) { c.MaxWireBytes, c.MaxBodyBytes, c.MaxBytesInFlight = 1<<20, 1<<20, 4<<20 })
	_, conn := b.grpcServer(t)
	counters := b.receiver.Counters()
	for i, compressor := range []string{"identity", "gzip", "zstd"} {
		var answer []byte
		err := conn.Invoke(withKey(t), exportMethod, make([]byte, 64<<20), &answer, grpc.ForceCodec(rawCodec{}), grpc.UseCompressor(compressor), grpc.MaxCallSendMsgSize(128<<20))
		if status.Code(err) != codes.ResourceExhausted {
			t.Errorf("%s: %v", compressor, err)
		}
		if n := counters.GRPCRequests(OutcomeTooLarge); n != int64(i+1) {
			t.Errorf("%s: %d calls are counted as too large", compressor, n)
		}
	}
}

// TestACallInAnUnknownCompressionIsCounted makes a call by hand, as gRPC clients
// know only what they can write.
func TestACallInAnUnknownCompressionIsCounted(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	server, conn := b.grpcServer(t)
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	client := &http.Client{Transport: &http.Transport{Protocols: &protocols}}
	t.Cleanup(client.CloseIdleConnections)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+conn.Target()+exportMethod, strings.NewReader("\x01\x00\x00\x00\x01x"))
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range map[string]string{"Content-Type": "application/grpc", "TE": "trailers", "Grpc-Encoding": "lzma", "Authorization": basicAuth} {
		request.Header.Set(key, value)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		t.Fatal(err)
	}
	if code := response.Header.Get("Grpc-Status") + response.Trailer.Get("Grpc-Status"); code != "12" {
		t.Errorf("status %q", code)
	}
	server.Stop() // what is counted after the answer is counted then
	if n := b.receiver.Counters().GRPCRequests(OutcomeUnsupported); n != 1 {
		t.Errorf("%d calls are counted as unsupported", n)
	}
}
