package otlp

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdkresource "go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	coltracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// httpServer serves the receiver over HTTP/1.1, or over HTTP/2 with TLS.
func (b *bundle) httpServer(t *testing.T, http2 bool) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(b.receiver)
	if http2 {
		server.EnableHTTP2 = true
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	return server
}

// post sends a body with a good key; headers come in pairs and win.
func post(t *testing.T, server *httptest.Server, body io.Reader, headers ...string) (*http.Response, []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/v1/traces", body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", basicAuth)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return do(t, server, request)
}

func do(t *testing.T, server *httptest.Server, request *http.Request) (*http.Response, []byte) {
	t.Helper()
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, answer
}

func gzipped(t *testing.T, body []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// statusOf decodes a google.rpc.Status with the official decoders.
func statusOf(t *testing.T, response *http.Response, body []byte) *statuspb.Status {
	t.Helper()
	var s statuspb.Status
	var err error
	if response.Header.Get("Content-Type") == mediaJSON {
		err = protojson.Unmarshal(body, &s)
	} else {
		err = proto.Unmarshal(body, &s)
	}
	if err != nil {
		t.Fatalf("the body %q is no Status: %v", body, err)
	}
	return &s
}

func TestOfficialHTTPExporterIsUnderstood(t *testing.T) {
	t.Parallel()
	for name, option := range map[string]otlptracehttp.Compression{"plain": otlptracehttp.NoCompression, "gzip": otlptracehttp.GzipCompression} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, nil)
			server := b.httpServer(t, false)
			exporter, err := otlptracehttp.New(t.Context(),
				otlptracehttp.WithEndpointURL(server.URL+"/v1/traces"), otlptracehttp.WithCompression(option),
				otlptracehttp.WithHeaders(map[string]string{"Authorization": basicAuth}),
			)
			if err != nil {
				t.Fatal(err)
			}
			b.exportThree(t, exporter)
		})
	}
}

// exportThree makes three spans with the official SDK and checks what arrives.
func (b *bundle) exportThree(t *testing.T, exporter sdktrace.SpanExporter) {
	t.Helper()
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithBatcher(exporter),
		sdktrace.WithResource(sdkresource.NewSchemaless(attribute.String("service.name", "shop"))),
	)
	tracer := provider.Tracer("test")
	ctx, root := tracer.Start(t.Context(), "root")
	_, first := tracer.Start(ctx, "first")
	first.End()
	_, second := tracer.Start(ctx, "second")
	second.End()
	root.End()
	if err := provider.ForceFlush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := provider.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"first", "second", "root"}, b.names()); diff != "" {
		t.Error(diff)
	}
	for _, batch := range b.batches {
		for _, observation := range batch.Observations {
			core := observation.Core()
			if core.TraceID.String() != root.SpanContext().TraceID().String() || core.Service == nil || *core.Service != "shop" {
				t.Errorf("observation is %+v", core)
			}
		}
	}
}

func TestHTTPAnswersSuccessInTheEncodingOfTheRequest(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	server := b.httpServer(t, false)
	for name, test := range map[string]struct {
		contentType string
		body        []byte
		want        string
	}{
		"protobuf":               {"application/x-protobuf", protoSpans(protoSpan()), ""},
		"protobuf, other name":   {"application/protobuf", protoSpans(protoSpan()), ""},
		"JSON":                   {"application/json", jsonSpans(jsonSpan("")), "{}"},
		"JSON with a charset":    {"application/json; charset=utf-8", jsonSpans(jsonSpan("")), "{}"},
		"odd parameter":          {"Application/JSON;charset", jsonSpans(jsonSpan("")), "{}"},
		"protobuf and a charset": {"application/x-protobuf; charset=UTF-8", protoSpans(protoSpan()), ""},
		"empty protobuf":         {"application/x-protobuf", nil, ""},
		"empty JSON":             {"application/json", nil, "{}"},
		"empty envelope":         {"application/json", []byte(`{"resourceSpans":[]}`), "{}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response, answer := post(t, server, bytes.NewReader(test.body), "Content-Type", test.contentType)
			media, _, _ := mediaTypeOf(test.contentType)
			if response.StatusCode != 200 || string(answer) != test.want || response.Header.Get("Content-Type") != media {
				t.Errorf("%d %q %s", response.StatusCode, answer, response.Header.Get("Content-Type"))
			}
		})
	}
}

func TestHTTPReportsRejectedSpansInBothEncodings(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	server := b.httpServer(t, true)
	response, answer := post(t, server, bytes.NewReader(jsonSpans(jsonSpan(`,"name":"good"`), `{"traceId":"12"}`, "5")), "Content-Type", mediaJSON)
	want := `{"partialSuccess":{"rejectedSpans":"2","errorMessage":"1 span: trace id is not 16 bytes; 1 span: span is not an object"}}`
	if response.StatusCode != 200 || response.ProtoMajor != 2 || string(answer) != want {
		t.Errorf("%s %d %s", response.Proto, response.StatusCode, answer)
	}
	_, answer = post(t, server, bytes.NewReader(protoSpans(protoSpan(), nil)), "Content-Type", mediaProtobuf)
	var official coltracepb.ExportTraceServiceResponse
	if err := proto.Unmarshal(answer, &official); err != nil {
		t.Fatal(err)
	}
	if p := official.PartialSuccess; p.GetRejectedSpans() != 1 || p.GetErrorMessage() != "1 span: trace id is missing" {
		t.Errorf("got %v", p)
	}
	_, answer = post(t, server, strings.NewReader(`{"batch":[]}`), "Content-Type", mediaJSON)
	if string(answer) != `{"partialSuccess":{"errorMessage":"the request has no resourceSpans, nothing was stored"}}` {
		t.Errorf("the warning is %s", answer)
	}
	c := b.receiver.Counters()
	if c.HTTPRequests(OutcomePartial) != 2 || c.HTTPRequests(OutcomeAccepted) != 1 || c.SpansRejected.Load() != 3 {
		t.Errorf("partial %d, accepted %d, rejected %d", c.HTTPRequests(OutcomePartial), c.HTTPRequests(OutcomeAccepted), c.SpansRejected.Load())
	}
}

func TestHTTPAnswersErrorsAsAStatusInTheEncodingOfTheRequest(t *testing.T) {
	t.Parallel()
	good := map[string][]byte{mediaJSON: jsonSpans(jsonSpan("")), mediaProtobuf: protoSpans(protoSpan())}
	truncated := gzipped(t, bytes.Repeat([]byte("x"), 1000))
	truncated = truncated[:len(truncated)-6]
	for name, test := range map[string]struct {
		change  func(*http.Request)
		body    []byte // good where nil
		write   error
		http    int
		code    int32
		outcome Outcome
		header  string // must be there
		value   string // and be this
	}{
		"no key":              {change: func(r *http.Request) { r.Header.Del("Authorization") }, http: 401, code: 16, outcome: OutcomeUnauthenticated, header: "Www-Authenticate", value: `Basic realm="treeline", charset="UTF-8"`},
		"wrong key":           {change: func(r *http.Request) { r.Header.Set("Authorization", "Bearer nope") }, http: 401, code: 16, outcome: OutcomeUnauthenticated, header: "Www-Authenticate", value: `Basic realm="treeline", charset="UTF-8"`},
		"key without right":   {change: func(r *http.Request) { r.Header.Set("Authorization", "Bearer sk-read-only") }, http: 403, code: 7, outcome: OutcomeForbidden},
		"GET":                 {change: func(r *http.Request) { r.Method = http.MethodGet }, http: 405, code: 12, outcome: OutcomeMethodNotAllowed, header: "Allow", value: "POST"},
		"unknown encoding":    {change: func(r *http.Request) { r.Header.Set("Content-Encoding", "snappy") }, http: 415, code: 3, outcome: OutcomeUnsupported, header: "Accept-Encoding", value: "gzip, deflate, zstd"},
		"two encodings":       {change: func(r *http.Request) { r.Header["Content-Encoding"] = []string{"gzip", "gzip"} }, http: 415, code: 3, outcome: OutcomeUnsupported},
		"gzip that is none":   {change: func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") }, http: 400, code: 3, outcome: OutcomeInvalid},
		"truncated gzip":      {change: func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") }, body: truncated, http: 400, code: 3, outcome: OutcomeInvalid},
		"truncated deflate":   {change: func(r *http.Request) { r.Header.Set("Content-Encoding", "deflate") }, body: []byte("\x78\x9c\x01"), http: 400, code: 3, outcome: OutcomeInvalid},
		"zstd that is none":   {change: func(r *http.Request) { r.Header.Set("Content-Encoding", "zstd") }, body: []byte("hello hello hello"), http: 400, code: 3, outcome: OutcomeInvalid},
		"not OTLP":            {body: []byte("hello world"), http: 400, code: 3, outcome: OutcomeInvalid},
		"too large":           {body: bytes.Repeat([]byte(" "), 100_001), http: 413, code: 8, outcome: OutcomeTooLarge},
		"new ingestion form":  {change: func(r *http.Request) { r.Header.Set("X-Langfuse-Ingestion-Version", "5") }, http: 400, code: 3, outcome: OutcomeInvalid},
		"odd ingestion form":  {change: func(r *http.Request) { r.Header.Set("X-Langfuse-Ingestion-Version", "NaN") }, http: 400, code: 3, outcome: OutcomeInvalid},
		"rate limit":          {write: &OverloadError{RetryAfter: 2500 * time.Millisecond, RateLimited: true}, http: 429, code: 8, outcome: OutcomeRateLimited, header: "Retry-After", value: "3"},
		"overload":            {write: fmt.Errorf("queue: %w", &OverloadError{}), http: 503, code: 14, outcome: OutcomeOverloaded, header: "Retry-After", value: "1"},
		"outage":              {write: errors.New("dial tcp 10.0.0.1: refused"), http: 503, code: 14, outcome: OutcomeUnavailable, header: "Retry-After", value: "1"},
		"forbidden by store":  {write: fmt.Errorf("project: %w", ErrForbidden), http: 403, code: 7, outcome: OutcomeForbidden},
		"revoked meanwhile":   {write: ErrUnauthenticated, http: 401, code: 16, outcome: OutcomeUnauthenticated},
		"panic of the writer": {write: errPanic, http: 500, code: 13, outcome: OutcomeInternal},
	} {
		for media, body := range good {
			t.Run(name+" "+media, func(t *testing.T) {
				t.Parallel()
				b := setup(t, func(c *Config) {
					c.MaxWireBytes, c.MaxBodyBytes = 100_000, 100_000
					write := c.Write
					c.Write = func(ctx context.Context, p Principal, batch Batch) ([]Rejection, error) {
						if test.write == errPanic {
							panic("secret")
						}
						if test.write != nil {
							return nil, test.write
						}
						return write(ctx, p, batch)
					}
				})
				server := b.httpServer(t, false)
				if test.body != nil {
					body = test.body
				}
				request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, bytes.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				request.Header.Set("Authorization", basicAuth)
				request.Header.Set("Content-Type", media)
				if test.change != nil {
					test.change(request)
				}
				response, answer := do(t, server, request)
				if response.StatusCode != test.http || response.Header.Get("Content-Type") != media {
					t.Fatalf("%d %s: %s", response.StatusCode, response.Header.Get("Content-Type"), answer)
				}
				s := statusOf(t, response, answer)
				if s.Code != test.code || s.Message == "" || strings.Contains(s.Message, "10.0.0.1") {
					t.Errorf("status is %v", s)
				}
				if test.header != "" && response.Header.Get(test.header) != test.value {
					t.Errorf("%s is %q", test.header, response.Header.Get(test.header))
				}
				if (test.http == 400) != (len(s.Details) == 1 && strings.HasSuffix(s.Details[0].TypeUrl, "BadRequest")) {
					t.Errorf("details are %v", s.Details)
				}
				if (test.http == 429 || test.http == 503) != (len(s.Details) == 1 && strings.HasSuffix(s.Details[0].TypeUrl, "RetryInfo")) {
					t.Errorf("details are %v", s.Details)
				}
				if n := b.receiver.Counters().HTTPRequests(test.outcome); n != 1 {
					t.Errorf("%d requests counted as %s", n, test.outcome)
				}
				if len(b.names()) != 0 {
					t.Error("something was written")
				}
				if strings.Contains(b.logs.String(), "secret") {
					t.Errorf("logs: %s", b.logs)
				}
			})
		}
	}
}

var errPanic = errors.New("panic")

func TestHTTPRefusesOtherContentTypes(t *testing.T) {
	t.Parallel()
	server := setup(t, nil).httpServer(t, false)
	for _, contentType := range []string{"", "text/plain", "application/jsonp", "application/x-protobuf2", "multipart/form-data; boundary=x"} {
		response, answer := post(t, server, strings.NewReader("{}"), "Content-Type", contentType)
		if s := statusOf(t, response, answer); response.StatusCode != 415 || s.Code != 3 {
			t.Errorf("%q: %d %v", contentType, response.StatusCode, s)
		}
	}
}

func TestHTTPChecksTheKeyBeforeItReadsTheBody(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	server := b.httpServer(t, false)
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	// The body never comes, and the client would wait to be asked for it.
	if _, err := fmt.Fprintf(conn, "POST /v1/traces HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer wrong\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != 401 {
		t.Errorf("status is %d", response.StatusCode)
	}
}

func TestHTTPTakesCompressedBodies(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	server := b.httpServer(t, false)
	body := protoSpans(protoSpan(appendBytes(nil, spanName, bytes.Repeat([]byte("long name "), 10_000))...))
	var deflated, raw bytes.Buffer
	z := zlib.NewWriter(&deflated)
	r, err := flate.NewWriter(&raw, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []io.WriteCloser{z, r} {
		if _, err := w.Write(body); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	half := gzipped(t, body[:len(body)/2])
	rounds := 3 // pooled decompressors have to work again
	for range rounds {
		for name, test := range map[string]struct {
			encoding string
			wire     []byte
		}{
			"identity":         {"identity", body},
			"gzip":             {"gzip", gzipped(t, body)},
			"upper case":       {"GZIP", gzipped(t, body)},
			"gzip, two parts":  {"gzip", append(half, gzipped(t, body[len(body)/2:])...)},
			"deflate":          {"deflate", deflated.Bytes()},
			"deflate, raw":     {"deflate", raw.Bytes()},
			"zstd":             {"zstd", encoder.EncodeAll(body, nil)},
			"zstd, two frames": {"zstd", encoder.EncodeAll(body[100:], encoder.EncodeAll(body[:100], nil))},
		} {
			before := len(b.names())
			response, answer := post(t, server, bytes.NewReader(test.wire), "Content-Type", mediaProtobuf, "Content-Encoding", test.encoding)
			if response.StatusCode != 200 || len(b.names()) != before+1 {
				t.Errorf("%s: %d %q", name, response.StatusCode, answer)
			}
		}
		for _, encoding := range []string{"gzip", "zstd", "deflate"} {
			response, _ := post(t, server, http.NoBody, "Content-Type", mediaProtobuf, "Content-Encoding", encoding)
			if response.StatusCode != 200 {
				t.Errorf("empty body as %s: %d", encoding, response.StatusCode)
			}
		}
	}
}

func TestDecompressionBombsAreStoppedAtTheLimit(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *Config) { c.MaxWireBytes, c.MaxBodyBytes, c.MaxBytesInFlight = 1<<20, 1<<20, 4<<20 })
	server := b.httpServer(t, false)
	zeros := make([]byte, 64<<20)
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	var wide bytes.Buffer
	wideEncoder, err := zstd.NewWriter(&wide, zstd.WithWindowSize(64<<20), zstd.WithEncoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := wideEncoder.Write(zeros[:32<<20]); err != nil {
		t.Fatal(err)
	}
	if err := wideEncoder.Close(); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		encoding string
		wire     []byte
		status   int
	}{
		"gzip":        {"gzip", gzipped(t, zeros), 413},
		"zstd":        {"zstd", encoder.EncodeAll(zeros, nil), 413},
		"zstd window": {"zstd", wide.Bytes(), 400},
	} {
		response, answer := post(t, server, bytes.NewReader(test.wire), "Content-Type", mediaJSON, "Content-Encoding", test.encoding)
		if response.StatusCode != test.status {
			t.Errorf("%s: %d %s", name, response.StatusCode, answer)
		}
	}
}

func TestHTTPBodyWithoutLengthIsBoundedToo(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *Config) { c.MaxWireBytes = 1 << 20 })
	server := b.httpServer(t, false)
	endless := io.MultiReader(strings.NewReader("{"), io.LimitReader(blanks{}, 8<<20))
	response, _ := post(t, server, endless, "Content-Type", mediaJSON)
	if response.StatusCode != 413 {
		t.Errorf("status is %d", response.StatusCode)
	}
	chunked := io.MultiReader(bytes.NewReader(jsonSpans(jsonSpan(""))), strings.NewReader(" "))
	response, _ = post(t, server, chunked, "Content-Type", mediaJSON)
	if response.StatusCode != 200 || len(b.names()) != 1 {
		t.Errorf("status is %d", response.StatusCode)
	}
}

type blanks struct{}

func (blanks) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestLogsSentToTheTracesPathAreToldSo(t *testing.T) {
	t.Parallel()
	server := setup(t, nil).httpServer(t, false)
	for media, body := range map[string]string{
		mediaJSON:     `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"hi"}}]}]}]}`,
		mediaProtobuf: string(protoSpans(append([]byte{1<<3 | 1, 1, 2, 3, 4, 5, 6, 7, 8, 2 << 3, 9}, appendBytes(nil, 5, appendBytes(nil, 1, []byte("hi")))...))),
	} {
		response, answer := post(t, server, strings.NewReader(body), "Content-Type", media)
		if s := statusOf(t, response, answer); response.StatusCode != 400 || !strings.Contains(s.Message, "/v1/logs") {
			t.Errorf("%s: %d %v", media, response.StatusCode, s)
		}
	}
}

func TestSlowBodyIsCut(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *Config) { c.BodyGrace = 100 * time.Millisecond })

	t.Run("HTTP/1", func(t *testing.T) {
		t.Parallel()
		conn, err := net.Dial("tcp", b.httpServer(t, false).Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		if _, err := fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{", basicAuth); err != nil {
			t.Fatal(err)
		}
		reader := bufio.NewReader(conn)
		response, err := http.ReadResponse(reader, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		answer, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		if s := statusOf(t, response, answer); response.StatusCode != 408 || s.Code != 4 || !response.Close {
			t.Errorf("%d %v", response.StatusCode, s)
		}
		if _, err := reader.ReadByte(); err == nil {
			t.Error("the connection stays open")
		}
	})

	t.Run("HTTP/2, a byte at a time", func(t *testing.T) {
		t.Parallel()
		body, sender := io.Pipe()
		defer func() { _ = sender.Close() }()
		go func() {
			ticker := time.NewTicker(20 * time.Millisecond)
			defer ticker.Stop()
			for range ticker.C { // ends when the request does
				if _, err := sender.Write([]byte(" ")); err != nil {
					return
				}
			}
		}()
		response, answer := post(t, b.httpServer(t, true), body, "Content-Type", mediaJSON)
		if s := statusOf(t, response, answer); response.ProtoMajor != 2 || response.StatusCode != 408 || s.Code != 4 {
			t.Errorf("%s %d %v", response.Proto, response.StatusCode, s)
		}
	})
}

func TestPaceFollowsTheBytesThatCame(t *testing.T) {
	t.Parallel()
	for read, want := range map[int64]time.Duration{0: 10 * time.Second, 1000: 11 * time.Second, 1 << 40: time.Minute} {
		if got := pace(read, 10*time.Second, 1000, time.Minute); got != want {
			t.Errorf("%d bytes may take %v, want %v", read, got, want)
		}
	}
}

func TestDeadlineOfTheBodyDoesNotCutTheWrite(t *testing.T) {
	t.Parallel()
	const grace = 50 * time.Millisecond
	b := setup(t, func(c *Config) {
		c.BodyGrace = grace
		c.Write = func(ctx context.Context, _ Principal, _ Batch) ([]Rejection, error) {
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(4 * grace):
				return nil, nil
			}
		}
	})
	for _, http2 := range []bool{false, true} {
		server := b.httpServer(t, http2)
		for range 2 { // the second goes over the same connection
			response, answer := post(t, server, bytes.NewReader(jsonSpans(jsonSpan(""))), "Content-Type", mediaJSON)
			if response.StatusCode != 200 {
				t.Errorf("%s: %d %s", response.Proto, response.StatusCode, answer)
			}
		}
	}
}

func TestRequestsBeyondTheMemoryBudgetAreAskedToWait(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	b := setup(t, func(c *Config) {
		c.MaxWireBytes, c.MaxBodyBytes, c.MaxBytesInFlight = 1<<20, 1<<20, 2<<20
		c.Write = func(context.Context, Principal, Batch) ([]Rejection, error) {
			entered <- struct{}{}
			<-leave
			return nil, nil
		}
	})
	server := b.httpServer(t, false)
	body := jsonSpans(jsonSpan(`,"name":"` + strings.Repeat("x", 900_000) + `"`))
	first := make(chan int, 1)
	go func() {
		response, _ := post(t, server, bytes.NewReader(body), "Content-Type", mediaJSON)
		first <- response.StatusCode
	}()
	<-entered
	response, answer := post(t, server, bytes.NewReader(body), "Content-Type", mediaJSON)
	if s := statusOf(t, response, answer); response.StatusCode != 503 || response.Header.Get("Retry-After") != "1" || s.Code != 14 {
		t.Errorf("%d %v", response.StatusCode, s)
	}
	close(leave)
	if status := <-first; status != 200 {
		t.Errorf("the first request got %d", status)
	}
}

func TestTooManyElementsAreRefusedForGood(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *Config) { c.MaxStructureBytes = 1 << 20 })
	server := b.httpServer(t, false)
	body := jsonSpans(jsonSpan(`,"attributes":[` + strings.Repeat("{},", 50_000) + `{}]`))
	response, answer := post(t, server, bytes.NewReader(body), "Content-Type", mediaJSON)
	if s := statusOf(t, response, answer); response.StatusCode != 413 || s.Code != 8 || len(s.Details) != 0 {
		t.Errorf("%d %v", response.StatusCode, s)
	}
}

func TestToleratedFormsAreCounted(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	server := b.httpServer(t, false)
	spans := jsonSpans(
		`{"traceId":"AAECAwQFBgcICQoLDA0ODw==","spanId":"AAECAwQFBgc="}`,
		`{"traceId":{"type":"Buffer","data":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]},"spanId":"`+hexSpan+`"}`,
		jsonSpan(`,"links":[{}]`),
	)
	response, answer := post(t, server, bytes.NewReader(spans), "Content-Type", mediaJSON)
	c := b.receiver.Counters()
	if response.StatusCode != 200 || c.Base64IDs.Load() != 2 || c.ByteListIDs.Load() != 1 || c.DroppedLinks.Load() != 1 {
		t.Errorf("%d %s, base64 %d, lists %d, links %d", response.StatusCode, answer, c.Base64IDs.Load(), c.ByteListIDs.Load(), c.DroppedLinks.Load())
	}
}

func TestJSONStatusIsWellFormed(t *testing.T) {
	t.Parallel()
	for _, f := range []*failure{failInvalid(`a "quoted" <text>`), failCredentials, {http: 503, code: 14, message: "later", retryAfter: 1500 * time.Millisecond}} {
		if !json.Valid(f.body(true)) {
			t.Errorf("%s", f.body(true))
		}
		var fromJSON, fromProtobuf statuspb.Status
		if err := protojson.Unmarshal(f.body(true), &fromJSON); err != nil {
			t.Fatal(err)
		}
		if err := proto.Unmarshal(f.body(false), &fromProtobuf); err != nil {
			t.Fatal(err)
		}
		if !proto.Equal(&fromJSON, &fromProtobuf) {
			t.Errorf("the encodings differ: %v, %v", &fromJSON, &fromProtobuf)
		}
	}
}
