package otlp

import (
	"context"
	"sync/atomic"
)

// signal is what sets exports of traces and of logs apart. Everything else, from
// the key to the answer, is the same code.
type signal struct {
	// name is used in logs, unit in answers.
	name, unit string
	// message is the protobuf message of a request. jsonList is its only field in
	// JSON, and snakeList how protobuf files write that.
	message, jsonList, snakeList string
	grpcService, protoFile       string
	// hintOther answers an export of another signal.
	hintOther string

	decodeProtobuf, decodeJSON func(body []byte, limits Limits) (*Request, error)
	// mapAll turns a request into what is written; mapped is how many of its spans
	// or log records that is.
	mapAll func(r *Receiver, ctx context.Context, principal Principal, request *Request) (batch Batch, mapped int, rejected []Rejection)
	tally  func(c *Counters) signalTally
}

// signalTally are a signal's own counters.
type signalTally struct{ accepted, rejected *atomic.Int64 }

var (
	traceSignal = signal{
		name: "trace export", unit: "span", message: "ExportTraceServiceRequest", jsonList: "resourceSpans", snakeList: "resource_spans",
		grpcService: "opentelemetry.proto.collector.trace.v1.TraceService",
		protoFile:   "opentelemetry/proto/collector/trace/v1/trace_service.proto",
		hintOther:   "no span carries a trace id and a span id: this looks like an export of logs or metrics sent to the traces path; send logs to /v1/logs and metrics to /v1/metrics",
		tally:       func(c *Counters) signalTally { return signalTally{&c.SpansAccepted, &c.SpansRejected} },
	}
	logSignal = signal{
		name: "log export", unit: "log record", message: "ExportLogsServiceRequest", jsonList: "resourceLogs", snakeList: "resource_logs",
		grpcService: "opentelemetry.proto.collector.logs.v1.LogsService",
		protoFile:   "opentelemetry/proto/collector/logs/v1/logs_service.proto",
		hintOther:   "the request holds no log records: this looks like an export of traces or metrics sent to the logs path; send traces to /v1/traces",
		tally:       func(c *Counters) signalTally { return signalTally{&c.LogsAccepted, &c.LogsRejected} },
	}
)

// The functions refer to the signals themselves, which a declaration must not.
func init() {
	traceSignal.decodeProtobuf, traceSignal.decodeJSON, traceSignal.mapAll = DecodeProtobuf, DecodeJSON, (*Receiver).mapSpans
	logSignal.decodeProtobuf, logSignal.decodeJSON, logSignal.mapAll = DecodeLogsProtobuf, DecodeLogsJSON, (*Receiver).mapLogs
}
