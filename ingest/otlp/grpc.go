package otlp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/zstd"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	grpcencoding "google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/gzip" // registers what is bounded below
	_ "google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
)

// GRPCServer is a gRPC server with the OTLP TraceService and LogsService, and a
// MetricsService that keeps nothing.
type GRPCServer struct {
	// Server takes further services. Serve through the GRPCServer, which measures
	// its connections.
	*grpc.Server
}

// NewGRPCServer returns a server whose services export to r. Options come
// after the server's own and win over them.
//
// Senders may ping every 10 seconds, also without calls; connections are asked to
// move on after half an hour, so that a new replica gets its share. Messages may
// be compressed with gzip or zstd. Importing this package registers the zstd codec
// and bounds how many gzip messages the process inflates at a time.
func NewGRPCServer(r *Receiver, options ...grpc.ServerOption) *GRPCServer {
	server := grpc.NewServer(append([]grpc.ServerOption{
		grpc.MaxRecvMsgSize(int(min(max(r.config.MaxWireBytes, r.config.MaxBodyBytes), math.MaxInt32))),
		grpc.MaxHeaderListSize(32 << 10),
		grpc.MaxConcurrentStreams(128),
		grpc.ConnectionTimeout(20 * time.Second),
		grpc.WaitForHandlers(true),
		grpc.ForceServerCodecV2(codec{}),
		grpc.StatsHandler(callCounter{&r.counters}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 10 * time.Second, PermitWithoutStream: true}),
		grpc.KeepaliveParams(keepalive.ServerParameters{
			MaxConnectionAge: 30 * time.Minute, MaxConnectionAgeGrace: time.Minute,
			Time: time.Minute, Timeout: 20 * time.Second,
		}),
	}, options...)...)
	for _, signal := range []*signal{&traceSignal, &logSignal} {
		server.RegisterService(&grpc.ServiceDesc{
			ServiceName: signal.grpcService,
			HandlerType: (*any)(nil),
			// On the wire a unary call is a stream of one message each way. Declared as
			// a stream, the handler runs before the message is received, so the key is
			// checked before a byte of the body is held.
			Streams: []grpc.StreamDesc{{
				StreamName: "Export",
				Handler:    func(_ any, stream grpc.ServerStream) error { return r.exportGRPC(signal, stream) },
			}},
			Metadata: signal.protoFile,
		}, r)
	}
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: metricsService,
		HandlerType: (*any)(nil),
		Streams:     []grpc.StreamDesc{{StreamName: "Export", Handler: ignoreMetricsGRPC}},
		Metadata:    "opentelemetry/proto/collector/metrics/v1/metrics_service.proto",
	}, r)
	return &GRPCServer{Server: server}
}

// Serve accepts connections until Shutdown; then it returns nil.
func (s *GRPCServer) Serve(listener net.Listener) error {
	if err := s.Server.Serve(measuredListener{listener}); err != nil && !errors.Is(err, grpc.ErrServerStopped) {
		return fmt.Errorf("serve OTLP over gRPC: %w", err)
	}
	return nil
}

// Shutdown stops accepting calls and waits for the running ones. When ctx ends
// their contexts are canceled, and its error is returned once they have left.
func (s *GRPCServer) Shutdown(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.GracefulStop()
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		s.Stop()
		<-done
		return fmt.Errorf("calls were cut: %w", ctx.Err())
	}
}

// exportGRPC handles one call.
func (r *Receiver) exportGRPC(signal *signal, stream grpc.ServerStream) error {
	ctx := stream.Context()
	answer, err := r.serveGRPC(ctx, signal, stream)
	var fail *failure
	if err != nil {
		var early *receiveError
		if errors.As(err, &early) { // gRPC has answered it already
			r.counters.countCall(ctx, early.outcome())
			return early.err
		}
		fail = r.failureOf(ctx, signal.name+" over gRPC", err)
	}
	r.counters.countCall(ctx, outcomeOf(answer, fail))
	if fail != nil {
		return fail.status().Err()
	}
	return stream.SendMsg(&message{body: answer.protobuf()})
}

func (r *Receiver) serveGRPC(ctx context.Context, signal *signal, stream grpc.ServerStream) (answer partialSuccess, err error) {
	defer func() { r.recovered(ctx, recover(), &err) }()
	first := func(key string) string {
		if values := metadata.ValueFromIncomingContext(ctx, key); len(values) > 0 {
			return values[0]
		}
		return ""
	}
	var address string
	var conn *measuredConn
	if p, ok := peer.FromContext(ctx); ok && p.Addr != nil {
		address = p.Addr.String()
		if measured, ok := p.Addr.(measuredAddr); ok {
			conn = measured.conn
		}
	}
	principal, err := r.authenticate(ctx, first("authorization"), first("x-api-key"), address)
	if err != nil {
		return answer, err
	}
	res := &reservation{budget: &r.budget}
	defer res.release()
	body, err := r.receive(stream, conn, res)
	if err != nil {
		return answer, err
	}
	return r.export(ctx, signal, principal, body, false, res)
}

// receiveError is an error of receiving a message that gRPC has already answered.
type receiveError struct{ err error }

func (e *receiveError) Error() string { return e.err.Error() }

func (e *receiveError) outcome() Outcome { return outcomeOfCode(status.Code(e.err)) }

// outcomeOfCode is the outcome of a call that gRPC itself ended.
func outcomeOfCode(code codes.Code) Outcome {
	switch code {
	case codes.ResourceExhausted:
		return OutcomeTooLarge
	case codes.Canceled, codes.DeadlineExceeded:
		return OutcomeCanceled
	case codes.Unimplemented:
		return OutcomeUnsupported
	}
	return OutcomeInvalid
}

// receiveStep is how often a message that does not come at once is looked after.
const receiveStep = 50 * time.Millisecond

// receive waits for the message of a call. gRPC gives it out only when it is
// whole, so meanwhile its size is judged by what came over the connection: that
// much is reserved, and a sender that is too slow is cut. A connection that carries
// several calls at once makes each of them look larger than it is, which errs on
// the safe side. RecvMsg itself returns when the call's context ends.
func (r *Receiver) receive(stream grpc.ServerStream, conn *measuredConn, res *reservation) ([]byte, error) {
	m := &message{reservation: res, limit: r.config.MaxBodyBytes}
	start, before := time.Now(), conn.bytes()
	done := make(chan error, 1)
	go func() { done <- stream.RecvMsg(m) }()
	step := time.NewTicker(receiveStep)
	defer step.Stop()
	var waiting int64
	for {
		select {
		case err := <-done:
			if err != nil {
				return nil, &receiveError{err}
			}
			res.shrink(waiting)
			return m.body, m.err
		case <-step.C:
			came, took := conn.bytes()-before, time.Since(start)
			slow := took > pace(came, r.config.BodyGrace, r.config.MinBodyRate, r.config.MaxBodyTime)
			// A message may be here and wait for its turn to be inflated.
			if slow && (len(decompressions) == 0 || took > r.config.MaxBodyTime) {
				return nil, failSlow
			}
			if came = min(came, r.config.MaxWireBytes); came > waiting {
				if err := res.grow(came - waiting); err != nil {
					return nil, err
				}
				waiting = came
			}
		}
	}
}

// message is what passes through the codec: bytes as they are on the wire.
type message struct {
	body        []byte
	limit       int64
	reservation *reservation
	err         error
}

// codec passes messages of the OTLP services through unread and leaves all others
// to the usual codec. Its errors would be answered by gRPC as INTERNAL, so those
// of a message are kept in it.
type codec struct{}

// Name implements encoding.CodecV2.
func (codec) Name() string { return "proto" }

// Marshal implements encoding.CodecV2.
func (codec) Marshal(v any) (mem.BufferSlice, error) {
	if m, ok := v.(*message); ok {
		return mem.BufferSlice{mem.SliceBuffer(m.body)}, nil
	}
	return grpcencoding.GetCodecV2("proto").Marshal(v)
}

// Unmarshal implements encoding.CodecV2. The message is copied, as its buffers
// go back to gRPC while strings of the request live on.
func (codec) Unmarshal(data mem.BufferSlice, v any) error {
	m, ok := v.(*message)
	if !ok {
		return grpcencoding.GetCodecV2("proto").Unmarshal(data, v)
	}
	size := int64(data.Len())
	if size > m.limit {
		m.err = failTooLarge("", m.limit)
		return nil
	}
	if m.err = m.reservation.grow(size); m.err == nil {
		m.body = data.Materialize()
	}
	return nil
}

// measuredListener counts what its connections read.
type measuredListener struct{ net.Listener }

// Accept implements net.Listener.
func (l measuredListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &measuredConn{Conn: conn}, nil
}

type measuredConn struct {
	net.Conn
	read atomic.Int64
}

// Read implements net.Conn.
func (c *measuredConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.read.Add(int64(n))
	return n, err
}

// bytes returns what was read so far, 0 for a nil connection.
func (c *measuredConn) bytes() int64 {
	if c == nil {
		return 0
	}
	return c.read.Load()
}

// RemoteAddr implements net.Conn. The address leads a handler, which sees only
// that, back to the connection.
func (c *measuredConn) RemoteAddr() net.Addr { return measuredAddr{c.Conn.RemoteAddr(), c} }

type measuredAddr struct {
	net.Addr
	conn *measuredConn
}

func init() {
	grpcencoding.RegisterCompressor(boundedCompressor{grpcencoding.GetCompressor("gzip")})
	grpcencoding.RegisterCompressor(boundedCompressor{zstdCompressor{}})
}

// boundedCompressor keeps to the number of decompressions that HTTP keeps to.
type boundedCompressor struct{ grpcencoding.Compressor }

// Decompress implements encoding.Compressor.
func (c boundedCompressor) Decompress(source io.Reader) (io.Reader, error) {
	decompressions <- struct{}{}
	reader, err := c.Compressor.Decompress(source)
	if err != nil {
		<-decompressions
		return nil, err
	}
	return &boundedReader{source: reader}, nil
}

// boundedReader gives its place back at the end of the data or when closed.
type boundedReader struct {
	source io.Reader
	once   sync.Once
}

// Read implements io.Reader.
func (b *boundedReader) Read(p []byte) (int, error) {
	n, err := b.source.Read(p)
	if err != nil {
		b.leave()
	}
	return n, err
}

// Close implements io.Closer.
func (b *boundedReader) Close() error {
	b.leave()
	if closer, ok := b.source.(io.Closer); ok {
		return closer.Close()
	}
	return nil
}

func (b *boundedReader) leave() { b.once.Do(func() { <-decompressions }) }

// zstdCompressor is zstd for gRPC.
type zstdCompressor struct{}

// Name implements encoding.Compressor.
func (zstdCompressor) Name() string { return "zstd" }

// Compress implements encoding.Compressor.
func (zstdCompressor) Compress(w io.Writer) (io.WriteCloser, error) {
	return zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20))
}

// Decompress implements encoding.Compressor.
func (zstdCompressor) Decompress(source io.Reader) (io.Reader, error) {
	reader, err := newZstdReader()
	if err != nil {
		return nil, err
	}
	if err := reader.Reset(source); err != nil {
		return nil, err
	}
	return &zstdReader{decoder: reader}, nil
}

type zstdReader struct{ decoder *zstd.Decoder }

// Read implements io.Reader.
func (z *zstdReader) Read(p []byte) (int, error) { return z.decoder.Read(p) }

// Close implements io.Closer and keeps the decoder for the next message.
func (z *zstdReader) Close() error {
	if err := z.decoder.Reset(nil); err != nil {
		return err
	}
	zstdReaders.Put(z.decoder)
	z.decoder = nil
	return nil
}

var _ grpcencoding.CodecV2 = codec{}
