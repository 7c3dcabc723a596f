package otlp

import (
	"io"
	"mime"
	"net/http"
)

// maxIgnored is how much of an ignored body is read, so that the connection can
// be used again.
const maxIgnored = 1 << 20

// IgnoreMetrics answers OTLP metrics as taken and keeps none: SDKs in their
// default configuration send them beside traces and would log failures.
func IgnoreMetrics() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			http.Error(w, "send OTLP metrics with POST", http.StatusMethodNotAllowed)
			return
		}
		_, _ = io.CopyN(io.Discard, r.Body, maxIgnored)
		mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if mediaType == "application/json" {
			w.Header().Set("Content-Type", mediaType)
			_, _ = io.WriteString(w, "{}")
			return
		}
		w.Header().Set("Content-Type", "application/x-protobuf")
	})
}
