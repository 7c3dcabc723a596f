package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/treeline-dev/treeline/graph/guard"
)

// Media types of an answer. The second lets an HTTP status speak of the
// operation; with the first, which any JSON client expects, most answers are 200.
const (
	mediaTypeJSON     = "application/json"
	mediaTypeResponse = "application/graphql-response+json"
)

// negotiate chooses the media type of an answer. It reports false where the
// client accepts none that there is.
func negotiate(accept []string) (string, bool) {
	if len(accept) == 0 || strings.TrimSpace(strings.Join(accept, "")) == "" {
		return mediaTypeJSON, true
	}
	// The most specific range that matches a media type decides its quality.
	var plain, response quality
	for _, element := range strings.Split(strings.Join(accept, ","), ",") {
		mediaRange, parameters, err := mime.ParseMediaType(element)
		if err != nil {
			continue
		}
		if charset, ok := parameters["charset"]; ok && !strings.EqualFold(charset, "utf-8") {
			continue
		}
		q := 1.0
		if text, ok := parameters["q"]; ok {
			if q, err = strconv.ParseFloat(text, 64); err != nil || !(q >= 0 && q <= 1) {
				continue
			}
		}
		switch mediaRange {
		case "*/*":
			plain.set(1, q)
			response.set(1, q)
		case "application/*":
			plain.set(2, q)
			response.set(2, q)
		case mediaTypeJSON:
			plain.set(3, q)
		case mediaTypeResponse:
			response.set(3, q)
		}
	}
	switch {
	case response.specificity == 3 && response.q > 0 && (response.q >= plain.q || plain.specificity < 3):
		return mediaTypeResponse, true
	case plain.q > 0 && plain.q >= response.q:
		return mediaTypeJSON, true
	case response.q > 0:
		return mediaTypeResponse, true
	}
	return mediaTypeJSON, false
}

// quality is how much a client likes a media type.
type quality struct {
	specificity int
	q           float64
}

func (l *quality) set(specificity int, q float64) {
	if specificity > l.specificity || specificity == l.specificity && q > l.q {
		l.specificity, l.q = specificity, q
	}
}

// minCompressed is the size in bytes from which an answer is compressed: below,
// the headers weigh more than what is saved.
const minCompressed = 2048

var (
	buffers   = sync.Pool{New: func() any { return new(bytes.Buffer) }}
	gzWriters = sync.Pool{New: func() any {
		w, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed)
		return w
	}}
)

// maxPooled is the largest buffer that is kept for the next answer.
const maxPooled = 1 << 20

// write sends the answer.
func (a *graphQLAnswer) write(w http.ResponseWriter, r *http.Request) {
	buf := buffers.Get().(*bytes.Buffer)
	defer func() {
		if buf.Cap() <= maxPooled {
			buf.Reset()
			buffers.Put(buf)
		}
	}()
	head := a.encodeHead(buf)
	a.encodeTail(buf)
	parts := [][]byte{buf.Bytes()[:head], a.data(), buf.Bytes()[head:]}
	size := len(parts[0]) + len(parts[1]) + len(parts[2])
	header := w.Header()
	for _, h := range a.headers {
		header.Set(h[0], h[1])
	}
	header.Set("Content-Type", a.mediaType+"; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Add("Vary", "Accept, Accept-Encoding")
	if size >= minCompressed && acceptsGzip(r) {
		header.Set("Content-Encoding", "gzip")
		w.WriteHeader(a.status)
		gz := gzWriters.Get().(*gzip.Writer)
		gz.Reset(w)
		writeParts(gz, parts)
		_ = gz.Close()
		gzWriters.Put(gz)
		return
	}
	header.Set("Content-Length", strconv.Itoa(size))
	w.WriteHeader(a.status)
	writeParts(w, parts)
}

// writeParts writes until the reader is gone.
func writeParts(w io.Writer, parts [][]byte) {
	for _, part := range parts {
		if _, err := w.Write(part); err != nil {
			return
		}
	}
}

// encodeHead writes what stands before the data: errors come first, so that a
// reader sees at once that data is partial. It returns the length.
func (a *graphQLAnswer) encodeHead(buf *bytes.Buffer) int {
	buf.WriteByte('{')
	separator := ""
	if len(a.response.Errors) > 0 {
		text, err := json.Marshal(a.response.Errors)
		if err != nil {
			text = []byte(`[{"message":"something failed in the server","extensions":{"code":"INTERNAL"}}]`)
		}
		buf.WriteString(`"errors":`)
		buf.Write(text)
		separator = ","
	}
	if a.hasData {
		buf.WriteString(separator + `"data":`)
	}
	return buf.Len()
}

// data is JSON already and may be large: it is neither copied nor parsed again.
func (a *graphQLAnswer) data() []byte {
	switch {
	case !a.hasData:
		return nil
	case len(a.response.Data) == 0:
		return []byte("null")
	}
	return a.response.Data
}

// encodeTail writes what stands behind the data.
func (a *graphQLAnswer) encodeTail(buf *bytes.Buffer) {
	if len(a.response.Extensions) > 0 {
		if text, err := json.Marshal(a.response.Extensions); err == nil {
			if a.hasData || len(a.response.Errors) > 0 {
				buf.WriteByte(',')
			}
			buf.WriteString(`"extensions":`)
			buf.Write(text)
		}
	}
	buf.WriteString("}\n")
}

// acceptsGzip reports whether a client reads gzip.
func acceptsGzip(r *http.Request) bool {
	for _, element := range strings.Split(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, parameters, _ := strings.Cut(element, ";")
		if name = strings.ToLower(strings.TrimSpace(name)); name != "gzip" && name != "*" {
			continue
		}
		q, isQuality := strings.CutPrefix(strings.ReplaceAll(parameters, " ", ""), "q=")
		if weight, err := strconv.ParseFloat(q, 64); isQuality && (err != nil || weight <= 0) {
			return false
		}
		return true
	}
	return false
}

// httpFault is an answer that is no GraphQL result.
type httpFault struct {
	status  int
	code    guard.Code
	message string
}

func faultf(status int, code guard.Code, format string, args ...any) *httpFault {
	return &httpFault{status, code, fmt.Sprintf(format, args...)}
}

// graphQLError is the fault in the shape of GraphQL errors.
func (f *httpFault) graphQLError(ctx context.Context) *gqlerror.Error {
	extensions := map[string]any{"code": string(f.code)}
	if id := guard.RequestID(ctx); id != "" {
		extensions["requestId"] = id
	}
	return &gqlerror.Error{Message: f.message, Extensions: extensions}
}

// write sends the fault in the shape of GraphQL errors.
func (f *httpFault) write(w http.ResponseWriter, r *http.Request) {
	mediaType, _ := negotiate(r.Header.Values("Accept"))
	a := &graphQLAnswer{mediaType: mediaType}
	a.fault(r.Context(), f).write(w, r)
}

// seconds writes milliseconds as whole seconds, rounded up.
func seconds(ms int64) string { return strconv.FormatInt((ms+999)/1000, 10) }
