package otlp

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	coltracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// grpcServer serves the receiver on loopback and returns a connection to it.
func (b *bundle) grpcServer(t *testing.T) (*GRPCServer, *grpc.ClientConn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := NewGRPCServer(b.receiver)
	healthpb.RegisterHealthServer(server, health.NewServer())
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = conn.Close()
		server.Stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return server, conn
}

func withKey(t *testing.T) context.Context {
	return metadata.AppendToOutgoingContext(t.Context(), "authorization", basicAuth)
}

func oneSpan(name string) *coltracepb.ExportTraceServiceRequest {
	return &coltracepb.ExportTraceServiceRequest{ResourceSpans: []*tracepb.ResourceSpans{{ScopeSpans: []*tracepb.ScopeSpans{{Spans: []*tracepb.Span{{
		TraceId: []byte("0123456789abcdef"), SpanId: []byte("01234567"), Name: name,
	}}}}}}}
}

// rawCodec sends bytes as they are.
type rawCodec struct{}

func (rawCodec) Name() string                       { return "proto" }
func (rawCodec) Marshal(v any) ([]byte, error)      { return v.([]byte), nil }
func (rawCodec) Unmarshal(data []byte, v any) error { *v.(*[]byte) = bytes.Clone(data); return nil }

const exportMethod = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"

func TestOfficialGRPCExporterIsUnderstood(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]otlptracegrpc.Option{"plain": nil, "gzip": {otlptracegrpc.WithCompressor("gzip")}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, nil)
			_, conn := b.grpcServer(t)
			exporter, err := otlptracegrpc.New(t.Context(), append(options,
				otlptracegrpc.WithGRPCConn(conn), otlptracegrpc.WithHeaders(map[string]string{"authorization": basicAuth}))...)
			if err != nil {
				t.Fatal(err)
			}
			b.exportThree(t, exporter)
		})
	}
}

func TestGRPCReportsRejectedSpans(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	_, conn := b.grpcServer(t)
	request := oneSpan("good")
	spans := request.ResourceSpans[0].ScopeSpans[0]
	spans.Spans = append(spans.Spans, &tracepb.Span{TraceId: []byte("short")}, &tracepb.Span{})
	answer, err := coltracepb.NewTraceServiceClient(conn).Export(withKey(t), request)
	if err != nil {
		t.Fatal(err)
	}
	if p := answer.PartialSuccess; p.GetRejectedSpans() != 2 || p.GetErrorMessage() != "1 span: trace id is not 16 bytes; 1 span: trace id is missing" {
		t.Errorf("answer is %v", answer)
	}
	if answer, err = coltracepb.NewTraceServiceClient(conn).Export(withKey(t), &coltracepb.ExportTraceServiceRequest{}); err != nil || answer.PartialSuccess != nil {
		t.Errorf("the empty request gave %v, %v", answer, err)
	}
	c := b.receiver.Counters()
	if c.GRPCRequests(OutcomePartial) != 1 || c.GRPCRequests(OutcomeAccepted) != 1 {
		t.Errorf("partial %d, accepted %d", c.GRPCRequests(OutcomePartial), c.GRPCRequests(OutcomeAccepted))
	}
}

func TestGRPCAnswersErrorsWithTheirCodes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		headers []string
		body    []byte
		write   error
		code    codes.Code
		retry   time.Duration
		outcome Outcome
	}{
		"no key":            {code: codes.Unauthenticated, outcome: OutcomeUnauthenticated},
		"wrong key":         {headers: []string{"authorization", "Bearer nope"}, code: codes.Unauthenticated, outcome: OutcomeUnauthenticated},
		"key without right": {headers: []string{"x-api-key", "sk-read-only"}, code: codes.PermissionDenied, outcome: OutcomeForbidden},
		"not OTLP":          {headers: []string{"x-api-key", secretKey}, body: []byte("hello world"), code: codes.InvalidArgument, outcome: OutcomeInvalid},
		"too large":         {headers: []string{"x-api-key", secretKey}, body: make([]byte, 100_001), code: codes.ResourceExhausted, outcome: OutcomeTooLarge},
		"rate limit":        {headers: []string{"authorization", "Basic%20" + basicAuth[6:]}, write: &OverloadError{RetryAfter: 3 * time.Second, RateLimited: true}, code: codes.ResourceExhausted, retry: 3 * time.Second, outcome: OutcomeRateLimited},
		"overload":          {headers: []string{"authorization", "bearer " + secretKey}, write: &OverloadError{}, code: codes.Unavailable, retry: time.Second, outcome: OutcomeOverloaded},
		"outage":            {headers: []string{"x-api-key", secretKey}, write: errors.New("dial 10.0.0.1"), code: codes.Unavailable, retry: time.Second, outcome: OutcomeUnavailable},
		"panic":             {headers: []string{"x-api-key", secretKey}, write: errPanic, code: codes.Internal, outcome: OutcomeInternal},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, func(c *Config) {
				c.MaxWireBytes, c.MaxBodyBytes = 100_000, 100_000
				c.Write = func(context.Context, Principal, Batch) ([]Rejection, error) {
					if test.write == errPanic {
						panic("secret")
					}
					return nil, test.write
				}
			})
			server, conn := b.grpcServer(t)
			if test.body == nil {
				test.body = protoSpans(protoSpan())
			}
			var answer []byte
			ctx := metadata.AppendToOutgoingContext(t.Context(), test.headers...)
			err := conn.Invoke(ctx, exportMethod, test.body, &answer, grpc.ForceCodec(rawCodec{}))
			s := status.Convert(err)
			if s.Code() != test.code || strings.Contains(s.Message(), "10.0.0.1") {
				t.Fatalf("status is %v", s)
			}
			var retry time.Duration
			for _, detail := range s.Details() {
				if info, ok := detail.(*errdetails.RetryInfo); ok {
					retry = info.RetryDelay.AsDuration()
				}
			}
			if retry != test.retry {
				t.Errorf("retry after %v", retry)
			}
			// The client may be answered before the server has counted.
			if err := server.Shutdown(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := b.receiver.Counters().GRPCRequests(test.outcome); n != 1 {
				t.Errorf("%d calls counted as %s", n, test.outcome)
			}
		})
	}
}

func TestGRPCTakesLargeMessages(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *Config) {
		c.BodyGrace = time.Minute // the client compresses within it
		c.MaxWireBytes, c.MaxBodyBytes = 24<<20, 24<<20
	})
	_, conn := b.grpcServer(t)
	name := strings.Repeat("0123456789abcdef", 20<<20/16)
	for _, options := range [][]grpc.CallOption{nil, {grpc.UseCompressor("gzip")}, {grpc.UseCompressor("zstd")}} {
		if _, err := coltracepb.NewTraceServiceClient(conn).Export(withKey(t), oneSpan(name), options...); err != nil {
			t.Fatal(err)
		}
	}
	if names := b.names(); len(names) != 3 || names[0] != name || names[2] != name {
		t.Errorf("%d spans", len(names))
	}
	// One byte more than is allowed, also as a bomb.
	bomb := make([]byte, 24<<20+1)
	for _, compressor := range []string{"identity", "gzip", "zstd"} {
		var answer []byte
		err := conn.Invoke(withKey(t), exportMethod, bomb, &answer, grpc.ForceCodec(rawCodec{}), grpc.UseCompressor(compressor))
		if s := status.Convert(err); s.Code() != codes.ResourceExhausted || len(s.Details()) != 0 {
			t.Errorf("%s: %v", compressor, s)
		}
	}
}

func TestGRPCChecksTheKeyBeforeItTakesTheMessage(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	_, conn := b.grpcServer(t)
	stream, err := conn.NewStream(t.Context(), &grpc.StreamDesc{ClientStreams: true}, exportMethod)
	if err != nil {
		t.Fatal(err)
	}
	// No message was sent.
	if err := stream.RecvMsg(&coltracepb.ExportTraceServiceResponse{}); status.Code(err) != codes.Unauthenticated {
		t.Errorf("error is %v", err)
	}
}

func TestGRPCMessageThatDoesNotComeIsCut(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *Config) { c.BodyGrace = 100 * time.Millisecond })
	_, conn := b.grpcServer(t)
	stream, err := conn.NewStream(withKey(t), &grpc.StreamDesc{ClientStreams: true}, exportMethod)
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.RecvMsg(&coltracepb.ExportTraceServiceResponse{}); status.Code(err) != codes.DeadlineExceeded {
		t.Errorf("error is %v", err)
	}
}

func TestGRPCRequestsBeyondTheMemoryBudgetAreAskedToWait(t *testing.T) {
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
	_, conn := b.grpcServer(t)
	client := coltracepb.NewTraceServiceClient(conn)
	name := strings.Repeat("x", 1_000_000)
	earlier := make(chan error, 2)
	for range 2 {
		go func() {
			_, err := client.Export(withKey(t), oneSpan(name))
			earlier <- err
		}()
		<-entered
	}
	_, err := client.Export(withKey(t), oneSpan(name))
	if s := status.Convert(err); s.Code() != codes.Unavailable || len(s.Details()) != 1 {
		t.Errorf("status is %v", s)
	}
	close(leave)
	if err := errors.Join(<-earlier, <-earlier); err != nil {
		t.Errorf("an earlier request got %v", err)
	}
}

func TestMessageThatIsStillComingCountsAgainstTheBudget(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *Config) { c.MaxWireBytes, c.MaxBodyBytes, c.MaxBytesInFlight = 4<<20, 1<<20, 8<<20 })
	b.receiver.budget.limit = 1 << 20
	res := &reservation{budget: &b.receiver.budget}
	defer res.release()
	conn := &measuredConn{}
	stream := stalledStream{ctx: t.Context(), conn: conn, bytes: 2 << 20}
	if _, err := b.receiver.receive(stream, conn, res); !errors.Is(err, errBusy) {
		t.Errorf("error is %v", err)
	}
}

// stalledStream reads bytes from its connection but never gets a whole message.
type stalledStream struct {
	grpc.ServerStream
	ctx   context.Context
	conn  *measuredConn
	bytes int64
}

func (s stalledStream) RecvMsg(any) error {
	s.conn.read.Add(s.bytes)
	<-s.ctx.Done()
	return s.ctx.Err()
}

func TestShutdownWaitsForRunningCallsUntilItsContextEnds(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	b := setup(t, func(c *Config) {
		c.Write = func(ctx context.Context, _ Principal, _ Batch) ([]Rejection, error) {
			entered <- struct{}{}
			select {
			case <-leave:
				return nil, nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
	})
	result := make(chan error, 1)
	call := func(conn *grpc.ClientConn) {
		_, err := coltracepb.NewTraceServiceClient(conn).Export(withKey(t), oneSpan("a"))
		result <- err
	}
	server, conn := b.grpcServer(t)
	go call(conn)
	<-entered
	shut := make(chan error, 1)
	go func() { shut <- server.Shutdown(t.Context()) }()
	leave <- struct{}{}
	if err := errors.Join(<-result, <-shut); err != nil {
		t.Error(err)
	}
	server, conn = b.grpcServer(t)
	go call(conn)
	<-entered
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := server.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("shutdown gave %v", err)
	}
	if err := <-result; status.Code(err) == codes.OK {
		t.Error("the call was not cut")
	}
}

func TestOtherServicesShareTheServer(t *testing.T) {
	t.Parallel()
	_, conn := setup(t, nil).grpcServer(t)
	answer, err := healthpb.NewHealthClient(conn).Check(t.Context(), &healthpb.HealthCheckRequest{})
	if err != nil || answer.Status != healthpb.HealthCheckResponse_SERVING {
		t.Errorf("health is %v, %v", answer, err)
	}
}

func TestCallerIsKnownByAddress(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	_, conn := b.grpcServer(t)
	if _, err := coltracepb.NewTraceServiceClient(conn).Export(withKey(t), oneSpan("a")); err != nil {
		t.Fatal(err)
	}
	host, _, err := net.SplitHostPort(b.credentials[0].RemoteAddr)
	if err != nil || host != "127.0.0.1" {
		t.Errorf("address is %q", b.credentials[0].RemoteAddr)
	}
}
