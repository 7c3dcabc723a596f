package server

import (
	"bufio"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/treeline-dev/treeline/graph/guard"
	"github.com/treeline-dev/treeline/ingest/otlp"
)

// exchange is what is known of a request and its answer, for the log and the
// metrics.
type exchange struct {
	http.ResponseWriter
	// route is the pattern that the request matched.
	route string
	// quiet is set for routes whose requests are logged at debug level only.
	quiet    bool
	status   int
	bytes    int64
	hijacked bool
}

type exchangeKey struct{}

// exchangeOf returns the exchange of a request, nil outside of a Handler.
func exchangeOf(ctx context.Context) *exchange {
	e, _ := ctx.Value(exchangeKey{}).(*exchange)
	return e
}

// WriteHeader implements http.ResponseWriter.
func (e *exchange) WriteHeader(status int) {
	if e.status == 0 && status >= 200 || status == http.StatusSwitchingProtocols {
		e.status = status
	}
	e.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (e *exchange) Write(p []byte) (int, error) {
	if e.status == 0 {
		e.status = http.StatusOK
	}
	n, err := e.ResponseWriter.Write(p)
	e.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (e *exchange) Unwrap() http.ResponseWriter { return e.ResponseWriter }

// Flush implements http.Flusher.
func (e *exchange) Flush() {
	if e.status == 0 {
		e.status = http.StatusOK
	}
	_ = http.NewResponseController(e.ResponseWriter).Flush()
}

// Hijack implements http.Hijacker.
func (e *exchange) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(e.ResponseWriter).Hijack()
	if err == nil {
		e.hijacked, e.status = true, http.StatusSwitchingProtocols
	}
	return conn, rw, err
}

var (
	_ http.Flusher  = (*exchange)(nil)
	_ http.Hijacker = (*exchange)(nil)
)

// observe gives every request an id, writes the access log, counts the request,
// sets the security headers and answers panics.
func (h *Handler) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		// Ids from outside are not taken: they would let callers forge log lines.
		id := rand.Text()
		e := &exchange{ResponseWriter: w, route: "unmatched"}
		ctx := context.WithValue(guard.WithRequestID(r.Context(), id), exchangeKey{}, e)
		r = r.WithContext(ctx)
		h.securityHeaders(w.Header())
		w.Header().Set("X-Request-Id", id)
		h.times.limit(e, r)
		finish := h.metrics.begin()
		defer func() {
			isAborted := h.answerPanic(e, r, recover())
			took := time.Since(start)
			status := cmp.Or(e.status, http.StatusOK)
			finish(e.route, r.Method, status, took)
			h.logRequest(e, r, status, took)
			if isAborted {
				panic(http.ErrAbortHandler)
			}
		}()
		next.ServeHTTP(e, r)
	})
}

// answerPanic answers for a handler that panicked, with what recover returned.
// It reports whether the connection must end instead: a handler asked for it, or
// the answer has begun, and only that tells its reader that it is not whole.
func (h *Handler) answerPanic(e *exchange, r *http.Request, panicked any) (isAborted bool) {
	if panicked == nil || panicked == http.ErrAbortHandler { //nolint:errorlint // the value itself is what panics with it
		return panicked != nil
	}
	h.log.LogAttrs(r.Context(), slog.LevelError, "HTTP handler panicked", slog.String("request_id", guard.RequestID(r.Context())),
		slog.Any("error", panicked), slog.String("stack", string(debug.Stack())))
	if e.status != 0 || e.hijacked {
		return true
	}
	if IsExportPath(e.route) {
		otlp.WriteError(e, r, http.StatusInternalServerError, "the server failed on this request; its log says more", 0)
		return false
	}
	faultf(http.StatusInternalServerError, guard.Internal, "something failed in the server; its log has more under this requestId").write(e, r)
	return false
}

// Longest texts of a request in the access log, in bytes.
const (
	maxLoggedMethod = 16
	maxLoggedPath   = 200
)

// logRequest writes the line of a request in the access log.
func (h *Handler) logRequest(e *exchange, r *http.Request, status int, took time.Duration) {
	level := slog.LevelInfo
	if e.quiet {
		level = slog.LevelDebug
	}
	remote, _, _ := net.SplitHostPort(r.RemoteAddr)
	h.log.LogAttrs(r.Context(), level, "HTTP request", slog.String("request_id", guard.RequestID(r.Context())),
		slog.String("method", logged(r.Method, maxLoggedMethod)), slog.String("route", e.route), slog.String("path", logged(r.URL.Path, maxLoggedPath)),
		slog.Int("status", status), slog.Int64("bytes", e.bytes), slog.Duration("took", took), slog.String("remote", remote))
}

// logged cuts a text of a request for the log.
func logged(text string, limit int) string {
	if len(text) > limit {
		text = text[:limit] + "…"
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}

// securityHeaders are those of every answer; the web app and the explorer set a
// Content-Security-Policy of their own.
func (h *Handler) securityHeaders(header http.Header) {
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	if h.secure {
		header.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// Times are what a client may take. They hold for each request rather than for
// each connection, since streams must stay open on the same listener. The zero
// value of every field stands for its default.
type Times struct {
	// BodyIdle is how long a body may pause. Default 20 s.
	BodyIdle time.Duration
	// BodyTotal is how long a body may take. Default 5 min.
	BodyTotal time.Duration
	// Answer is how long an answer may take from the request on, the body
	// included. Default 6 min.
	Answer time.Duration
}

func (t Times) orDefault() Times {
	return Times{
		BodyIdle:  cmp.Or(t.BodyIdle, 20*time.Second),
		BodyTotal: cmp.Or(t.BodyTotal, 5*time.Minute),
		Answer:    cmp.Or(t.Answer, 6*time.Minute),
	}
}

// limit makes a client that stalls lose its connection.
func (t Times) limit(e *exchange, r *http.Request) {
	control := http.NewResponseController(e.ResponseWriter)
	if isStream(r) {
		_ = control.SetWriteDeadline(time.Time{})
	} else {
		_ = control.SetWriteDeadline(time.Now().Add(t.Answer))
	}
	if r.Body != nil && r.Body != http.NoBody {
		// Also for bodies that nobody reads: net/http waits for their rest.
		_ = control.SetReadDeadline(time.Now().Add(t.BodyIdle))
		r.Body = &timedBody{ReadCloser: r.Body, control: control, idle: t.BodyIdle, end: time.Now().Add(t.BodyTotal)}
	}
}

// timedBody gives a client a while for each part of a body.
type timedBody struct {
	io.ReadCloser
	control *http.ResponseController
	idle    time.Duration
	end     time.Time
	done    bool
}

// Read implements io.Reader.
func (b *timedBody) Read(p []byte) (int, error) {
	if b.done {
		return b.ReadCloser.Read(p)
	}
	next := time.Now().Add(b.idle)
	if next.After(b.end) {
		next = b.end
	}
	_ = b.control.SetReadDeadline(next)
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		b.stop()
	}
	return n, err
}

// Close implements io.Closer. The limit still holds while it reads what is left
// of the body.
func (b *timedBody) Close() error {
	defer b.stop()
	return b.ReadCloser.Close()
}

// stop lifts the limit: what comes next on the connection is another request, or
// nothing while an answer is worked on.
func (b *timedBody) stop() {
	if !b.done {
		b.done = true
		_ = b.control.SetReadDeadline(time.Time{})
	}
}

// selfPaced takes the limit off the bodies of a handler that bounds them more
// closely: of two deadlines for one connection the one that is set last holds.
func selfPaced(next http.Handler) http.Handler {
	if next == nil {
		return nil
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if body, ok := r.Body.(*timedBody); ok {
			r.Body = body.ReadCloser
		}
		next.ServeHTTP(w, r)
	})
}
