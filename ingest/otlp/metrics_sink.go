package otlp

import (
	"errors"
	"io"
	"net/http"
	"os"

	"google.golang.org/grpc"
)

// maxIgnored is how much of an ignored body is read, so that the connection can
// be used again.
const maxIgnored = 1 << 20

// metricsService is the gRPC service for exports of metrics.
const metricsService = "opentelemetry.proto.collector.metrics.v1.MetricsService"

// Metrics returns the handler for /v1/metrics. It answers exports as taken and
// keeps none: SDKs in their default configuration send metrics beside traces and
// would log failures. No key is asked for, and slow senders are cut as those of
// traces are.
func (r *Receiver) Metrics() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		source := r.paced(w, req)
		if req.Method != http.MethodPost {
			failMethod.write(w, req)
			return
		}
		_, err := io.CopyN(io.Discard, source, maxIgnored)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			failSlow.write(w, req)
			return
		}
		if errors.Is(err, io.EOF) {
			source.done()
		}
		media, isJSON, known := mediaTypeOf(req.Header.Get("Content-Type"))
		var body []byte
		switch {
		case !known:
			media = mediaProtobuf
		case isJSON:
			body = []byte("{}")
		}
		writeSuccess(w, media, body)
	})
}

// ignoreMetricsGRPC is Metrics over gRPC. The answer does not wait for the message,
// so that none is held for a sender whom nothing proves.
func ignoreMetricsGRPC(_ any, stream grpc.ServerStream) error { return stream.SendMsg(&message{}) }
