package otlp

import (
	"errors"
	"io"
	"math"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
)

// Media types of the two encodings.
const (
	mediaProtobuf = "application/x-protobuf"
	mediaJSON     = "application/json"
)

// ServeHTTP takes a trace export: POST with a body in protobuf or JSON, as the
// OTLP specification has it for /v1/traces. The path is not looked at, so that the
// handler can serve aliases. Errors are answered as a google.rpc.Status in the
// encoding of the request. Slow senders are cut by a read deadline where the server
// supports one; the time for headers is the server's to bound.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.serveHTTP(&traceSignal, w, req)
}

// Logs returns the handler that takes log exports, for /v1/logs, in the same way.
func (r *Receiver) Logs() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { r.serveHTTP(&logSignal, w, req) })
}

func (r *Receiver) serveHTTP(signal *signal, w http.ResponseWriter, req *http.Request) {
	media, isJSON, known := mediaTypeOf(req.Header.Get("Content-Type"))
	answer, err := r.serve(signal, w, req, isJSON, known)
	var fail *failure
	if err != nil {
		fail = r.failureOf(req.Context(), signal.name+" over HTTP", err)
	}
	r.counters.http[outcomeOf(answer, fail)].Add(1)
	if fail != nil {
		fail.write(w, req)
		return
	}
	body := answer.protobuf()
	if isJSON {
		body = answer.json(signal)
	}
	writeSuccess(w, media, body)
}

func writeSuccess(w http.ResponseWriter, media string, body []byte) {
	header := w.Header()
	header.Set("Content-Type", media)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(body) // the sender is gone where this fails
}

// write answers with a failure in the encoding of the request.
func (f *failure) write(w http.ResponseWriter, req *http.Request) {
	media, isJSON, _ := mediaTypeOf(req.Header.Get("Content-Type"))
	header := w.Header()
	header.Set("Content-Type", media)
	header.Set("X-Content-Type-Options", "nosniff")
	switch f.outcome {
	case OutcomeMethodNotAllowed:
		header.Set("Allow", http.MethodPost)
	case OutcomeUnauthenticated:
		header.Set("WWW-Authenticate", `Basic realm="treeline", charset="UTF-8"`)
		header.Add("WWW-Authenticate", `Bearer realm="treeline"`)
	case OutcomeTooSlow:
		header.Set("Connection", "close")
	}
	if f == failEncoding {
		header.Set("Accept-Encoding", "gzip, deflate, zstd")
	}
	if f.retryAfter > 0 {
		header.Set("Retry-After", f.retryAfterSeconds())
	}
	body := f.body(isJSON)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(f.http)
	if req.Method != http.MethodHead {
		_, _ = w.Write(body) // the sender is gone where this fails
	}
}

// WriteError answers a request on a path of OTLP that no Receiver handles, as a
// Receiver would: with a google.rpc.Status in the encoding of the request. The
// message is for the sender. A retryAfter above 0 says that the same request can
// succeed that much later, which is for 429, 502, 503 and 504 alone.
func WriteError(w http.ResponseWriter, req *http.Request, status int, message string, retryAfter time.Duration) {
	f := &failure{outcome: OutcomeInternal, http: status, code: codeOf(status), message: message, retryAfter: retryAfter}
	if status == http.StatusMethodNotAllowed {
		f.outcome = OutcomeMethodNotAllowed
	}
	f.write(w, req)
}

// codeOf is the code of a Status for an HTTP status, as google/rpc/code.proto maps
// them.
func codeOf(status int) codes.Code {
	switch status {
	case http.StatusUnauthorized:
		return codes.Unauthenticated
	case http.StatusForbidden:
		return codes.PermissionDenied
	case http.StatusNotFound:
		return codes.NotFound
	case http.StatusMethodNotAllowed, http.StatusNotImplemented:
		return codes.Unimplemented
	case http.StatusRequestEntityTooLarge, http.StatusTooManyRequests:
		return codes.ResourceExhausted
	case http.StatusBadGateway, http.StatusServiceUnavailable:
		return codes.Unavailable
	case http.StatusGatewayTimeout, http.StatusRequestTimeout:
		return codes.DeadlineExceeded
	}
	if status >= http.StatusInternalServerError {
		return codes.Internal
	}
	return codes.InvalidArgument
}

// mediaTypeOf returns the content type to answer with and whether it is JSON;
// known is false for types that are not served, which are answered in JSON.
// Parameters such as a charset mean nothing in either encoding.
func mediaTypeOf(header string) (media string, isJSON, known bool) {
	media, _, _ = strings.Cut(header, ";")
	switch media = strings.ToLower(strings.TrimSpace(media)); media {
	case mediaProtobuf, "application/protobuf":
		return media, false, true
	case mediaJSON:
		return media, true, true
	}
	return mediaJSON, true, false
}

// serve does everything but writing the answer.
func (r *Receiver) serve(signal *signal, w http.ResponseWriter, req *http.Request, isJSON, known bool) (answer partialSuccess, err error) {
	ctx := req.Context()
	defer func() { r.recovered(ctx, recover(), &err) }()
	source := r.paced(w, req)
	if req.Method != http.MethodPost {
		return answer, failMethod
	}
	principal, err := r.authenticate(ctx, req.Header.Get("Authorization"), req.Header.Get("X-Api-Key"), req.RemoteAddr)
	if err != nil {
		return answer, err
	}
	if !known {
		return answer, failContentType
	}
	coding, ok := parseEncoding(strings.Join(req.Header.Values("Content-Encoding"), ","))
	if !ok {
		return answer, failEncoding
	}
	// Langfuse's exporters announce the form of their attributes; its servers
	// refuse forms that they do not know.
	if version := req.Header.Get("X-Langfuse-Ingestion-Version"); version != "" {
		if n, err := strconv.ParseFloat(version, 64); err != nil || math.IsNaN(n) || n > 4 {
			return answer, failIngestionAPI
		}
	}
	res := &reservation{budget: &r.budget}
	defer res.release()
	wire, err := r.readBody(req, source, res)
	if err != nil {
		return answer, err
	}
	r.counters.WireBytes.Add(int64(len(wire)))
	body := wire
	if coding != encodingIdentity && len(wire) > 0 {
		held := int64(cap(wire))
		if body, err = decompress(ctx, res, coding, wire, r.config.MaxBodyBytes); err != nil {
			return answer, err
		}
		wire = nil
		res.shrink(held)
	}
	if int64(len(body)) > r.config.MaxBodyBytes {
		return answer, failTooLarge("", r.config.MaxBodyBytes)
	}
	return r.export(ctx, signal, principal, body, isJSON, res)
}

// readBody reads the body as it was sent.
func (r *Receiver) readBody(req *http.Request, source *pacedReader, res *reservation) ([]byte, error) {
	limit := r.config.MaxWireBytes
	if req.ContentLength > limit {
		return nil, failTooLarge("", limit)
	}
	body := growingBody{reservation: res, limit: limit}
	if req.ContentLength >= 0 {
		// An announced length is believed step by step: memory is for bytes that
		// came.
		body.final = req.ContentLength
		body.expected = min(req.ContentLength+bodySlack, 64<<10)
	}
	err := body.readFrom(source)
	switch {
	case err == nil:
		source.done()
		return body.bytes, nil
	case errors.Is(err, errBodyTooLarge):
		return nil, failTooLarge("", limit)
	case errors.Is(err, errBusy):
		return nil, err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, failSlow
	case req.Context().Err() != nil:
		return nil, req.Context().Err()
	}
	return nil, failShort
}

// pacedReader gives every read a deadline that moves on with the bytes that
// came, so that a sender of a byte a second cannot hold a connection for hours.
type pacedReader struct {
	source     io.Reader
	controller *http.ResponseController
	start      time.Time
	grace      time.Duration
	rate       int64 // bytes/s
	longest    time.Duration
	read       int64
}

// paced returns the reader of a request's body. Its first deadline bounds also what
// the server reads of a body that is refused.
func (r *Receiver) paced(w http.ResponseWriter, req *http.Request) *pacedReader {
	p := &pacedReader{
		source: req.Body, controller: http.NewResponseController(w), start: time.Now(),
		grace: r.config.BodyGrace, rate: r.config.MinBodyRate, longest: r.config.MaxBodyTime,
	}
	p.extend()
	return p
}

// Read implements io.Reader.
func (p *pacedReader) Read(b []byte) (int, error) {
	p.extend()
	n, err := p.source.Read(b)
	p.read += int64(n)
	return n, err
}

func (p *pacedReader) extend() {
	// A server without deadlines, such as a recorder in a test, reads on.
	_ = p.controller.SetReadDeadline(p.start.Add(pace(p.read, p.grace, p.rate, p.longest)))
}

// done takes the deadline away: one that passes while the request is written would
// cancel the request.
func (p *pacedReader) done() { _ = p.controller.SetReadDeadline(time.Time{}) }

// pace is how long a body may take in all, given the bytes that came.
func pace(read int64, grace time.Duration, rate int64, longest time.Duration) time.Duration {
	return min(grace+time.Duration(float64(read)/float64(rate)*float64(time.Second)), longest)
}

var _ http.Handler = (*Receiver)(nil)
