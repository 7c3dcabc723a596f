package otlp

import "google.golang.org/protobuf/encoding/protowire"

// Field numbers of Metric and of the messages below it in
// opentelemetry/proto/metrics/v1/metrics.proto, release 1.11. The five kinds of
// data have their points in a field of the same number, and those their time.
const (
	metricName        = 1
	metricDescription = 2
	metricUnit        = 3
	metricGauge       = 5
	metricSum         = 7
	metricHistogram   = 9
	metricExponential = 10
	metricSummary     = 11
	metricMetadata    = 12

	metricDataPoints = 1
	dataPointTime    = 3
)

// isMetric reports whether bytes that stand in the place of a span are a metric.
// Its fields have numbers and wire types that a span's can have too, so it is the
// points of its data that tell: a span has no times there.
func isMetric(b []byte) bool {
	var data []byte
	kinds := 0
	f := fields{message: b}
	for f.next() {
		if f.kind != protowire.BytesType {
			return false
		}
		switch f.number {
		case metricGauge, metricSum, metricHistogram, metricExponential, metricSummary:
			data, kinds = f.data, kinds+1
		case metricName, metricDescription, metricUnit, metricMetadata:
		default:
			return false
		}
	}
	return !f.broken && kinds == 1 && hasDataPoints(data)
}

// hasDataPoints reports whether a message holds data points first of all.
func hasDataPoints(b []byte) bool {
	f := fields{message: b}
	if !f.next() || f.number != metricDataPoints || f.kind != protowire.BytesType {
		return false
	}
	point := fields{message: f.data}
	for point.next() {
		if point.number == dataPointTime {
			return point.kind == protowire.Fixed64Type
		}
	}
	return false
}
