package demo

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	coltracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"
)

const (
	// exportBatch is how many spans one request has.
	exportBatch = 800
	// exportTimeout bounds one request, exportPatience all its attempts.
	exportTimeout  = 30 * time.Second
	exportPatience = 20 * time.Second
)

// sender exports the spans of one customer. It is for one goroutine.
type sender struct {
	customer  Customer
	exporter  *otlptrace.Exporter
	answers   *answerReader
	transport *http.Transport
	requests  int
}

// tracesURL returns where traces are sent to below a base URL.
func tracesURL(base string) (string, error) {
	u, err := url.Parse(base)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return "", fmt.Errorf("the base URL %q is not a web address: give one such as http://127.0.0.1:8080", base)
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("the base URL of Treeline must have neither a user nor a query: give one such as http://127.0.0.1:8080")
	}
	return u.JoinPath("v1", "traces").String(), nil
}

// newSender returns a sender to an address of tracesURL.
func newSender(ctx context.Context, address string, customer Customer) (*sender, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	reader := &answerReader{next: transport}
	key := base64.StdEncoding.EncodeToString([]byte(customer.PublicKey + ":" + customer.SecretKey))
	exporter, err := otlptracehttp.New(ctx,
		otlptracehttp.WithEndpointURL(address),
		otlptracehttp.WithHeaders(map[string]string{"Authorization": "Basic " + key}),
		otlptracehttp.WithCompression(otlptracehttp.GzipCompression),
		otlptracehttp.WithTimeout(exportTimeout),
		otlptracehttp.WithRetry(otlptracehttp.RetryConfig{Enabled: true, InitialInterval: 250 * time.Millisecond, MaxInterval: 3 * time.Second, MaxElapsedTime: exportPatience}),
		otlptracehttp.WithHTTPClient(&http.Client{
			Transport: reader, Timeout: exportTimeout,
			// The key is for this address alone.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}),
	)
	if err != nil {
		return nil, fmt.Errorf("prepare the export for %s: %w", customer.Name, err)
	}
	return &sender{customer: customer, exporter: exporter, answers: reader, transport: transport}, nil
}

// send exports spans in requests of exportBatch. Spans that the server refuses
// are an error, too: the demo has none that should be.
func (s *sender) send(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	for len(spans) > 0 {
		n := min(exportBatch, len(spans))
		s.answers.reset()
		err := s.exporter.ExportSpans(ctx, spans[:n])
		s.requests++
		if err := s.explain(ctx, err); err != nil {
			return err
		}
		spans = spans[n:]
	}
	return nil
}

// explain turns the outcome of a request into words for the person who loads the
// demo.
func (s *sender) explain(ctx context.Context, err error) error {
	status, rejected, why := s.answers.last()
	switch {
	case err == nil && rejected == 0:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("send the traces of %s: %w", s.customer.Name, context.Cause(ctx))
	case rejected > 0:
		return fmt.Errorf("the server refused %d spans of %s: %s", rejected, s.customer.Name, why)
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return fmt.Errorf("the key of %s was not accepted (%d): create the demo's organizations first, or give keys that may send traces: %w", s.customer.Name, status, err)
	case status == http.StatusNotFound || status == http.StatusMethodNotAllowed:
		return fmt.Errorf("there is no Treeline at this address (%d): check the base URL: %w", status, err)
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
		return fmt.Errorf("the server was too busy for the traces of %s (%d): try again in a minute: %w", s.customer.Name, status, err)
	case status == 0:
		return fmt.Errorf("no server answers: start it with treeline serve, or check the base URL: %w", err)
	}
	return fmt.Errorf("send the traces of %s: %w", s.customer.Name, err)
}

// close ends the exporter.
func (s *sender) close(ctx context.Context) error {
	defer s.transport.CloseIdleConnections()
	if err := s.exporter.Shutdown(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("end the export for %s: %w", s.customer.Name, err)
	}
	return nil
}

// answerReader notes what a server answers: the exporter tells the status only
// as part of a sentence.
type answerReader struct {
	next http.RoundTripper

	mu       sync.Mutex
	status   int
	rejected int64
	why      string
}

func (a *answerReader) reset() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.status, a.rejected, a.why = 0, 0, ""
}

func (a *answerReader) last() (status int, rejected int64, why string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.status, a.rejected, a.why
}

// maxAnswer bounds what is read of an answer.
const maxAnswer = 64 << 10

// RoundTrip implements http.RoundTripper.
func (a *answerReader) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := a.next.RoundTrip(request)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.status, a.rejected, a.why = 0, 0, ""
	if err != nil {
		return nil, err
	}
	a.status = response.StatusCode
	if response.StatusCode != http.StatusOK || !strings.HasPrefix(response.Header.Get("Content-Type"), "application/x-protobuf") {
		return response, nil
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	_ = response.Body.Close() // it was read
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	var answer coltracepb.ExportTraceServiceResponse
	if proto.Unmarshal(body, &answer) == nil {
		a.rejected, a.why = answer.GetPartialSuccess().GetRejectedSpans(), answer.GetPartialSuccess().GetErrorMessage()
	}
	return response, nil
}
