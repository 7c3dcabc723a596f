package otlp

import (
	"cmp"
	"errors"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/treeline-dev/treeline/ingest/convention"
	"github.com/treeline-dev/treeline/trace"
)

// Field numbers of opentelemetry/proto/collector/logs/v1/logs_service.proto and
// the messages below it, release 1.11. Resource, scope and values are those of
// traces.
const (
	requestResourceLogs = 1

	resourceLogsScopeLogs = 2
	scopeLogsRecords      = 2

	logTime         = 1
	logSeverity     = 2
	logBody         = 5
	logAttributes   = 6
	logDropped      = 7
	logTraceID      = 9
	logSpanID       = 10
	logObservedTime = 11
	logEventName    = 12
)

// LogRecord is a log record that means something to a trace.
type LogRecord struct {
	// TraceID and SpanID are zero where the record has none.
	TraceID trace.TraceID
	SpanID  trace.SpanID
	Use     convention.LogUse
	// Event has the time of the record, else the time at which it was observed,
	// else 0.
	convention.Event
}

const (
	faultLogTime     = spanFault("time is not a number")
	faultNoEventSpan = spanFault("the event has no trace id and span id: emit it while the span of its model call is current")
)

// DecodeLogsProtobuf reads an ExportLogsServiceRequest in protobuf encoding, as
// DecodeProtobuf reads one of spans. Records that mean nothing to a trace are
// recognised by their name and counted, the rest of them is not looked at.
func DecodeLogsProtobuf(body []byte, limits Limits) (*Request, error) {
	d := protobufDecoder{newDecoding(&logSignal, limits)}
	err := each(body, requestResourceLogs, func(resourceLogs []byte) error {
		return each(resourceLogs, resourceLogsScopeLogs, func(scopeLogs []byte) error {
			return each(scopeLogs, scopeLogsRecords, d.logRecord)
		})
	})
	if err != nil {
		return nil, d.outermost(err)
	}
	return d.finish()
}

// each calls a function with every occurrence of a field of bytes.
func each(message []byte, number protowire.Number, do func([]byte) error) error {
	f := fields{message: message}
	for f.next() {
		if f.number == number && f.kind == protowire.BytesType {
			if err := do(f.data); err != nil {
				return err
			}
		}
	}
	return f.fault()
}

// logRecord keeps, ignores or rejects one record.
func (d *protobufDecoder) logRecord(b []byte) error {
	d.records++
	name, isLog := logNameOf(b)
	if !isLog {
		d.foreign++
		d.reject(faultMalformed)
		return nil
	}
	use := convention.LogUseOf(name)
	if use == convention.LogIgnored {
		d.request.IgnoredLogs++
		return nil
	}
	record := LogRecord{Use: use}
	traceForm, spanForm, fault := d.logFields(&record, b)
	var soft spanFault
	if fault != nil && !errors.As(fault, &soft) {
		return fault
	}
	return d.takeLog(record, traceForm, spanForm, soft)
}

// logNameOf finds the name of a record's event in a quick walk. isLog is false
// for bytes that are no log record, such as a span or a metric.
func logNameOf(b []byte) (name string, isLog bool) {
	older := "" // from the attribute event.name
	f := fields{message: b}
	for f.next() {
		isBytes := f.kind == protowire.BytesType
		switch f.number {
		case logTime, logObservedTime:
			if f.kind != protowire.Fixed64Type {
				return "", false
			}
		case logSeverity, logDropped:
			if f.kind != protowire.VarintType {
				return "", false
			}
		case logEventName:
			if isBytes && len(f.data) > 0 {
				name = textOf(f.data)
			}
		case logAttributes:
			if isBytes {
				older = cmp.Or(eventNameIn(f.data), older)
			}
		}
	}
	return cmp.Or(name, older), !f.broken
}

// eventNameIn returns the text of a KeyValue whose key is event.name.
func eventNameIn(keyValue []byte) (name string) {
	isName := false
	f := fields{message: keyValue}
	for f.next() {
		switch {
		case f.kind != protowire.BytesType:
		case f.number == keyValueKey:
			isName = string(f.data) == "event.name"
		case f.number == keyValueValue:
			inner := fields{message: f.data}
			for inner.next() {
				if inner.number == valueString && inner.kind == protowire.BytesType {
					name = textOf(inner.data)
				}
			}
		}
	}
	if !isName {
		return ""
	}
	return name
}

func (d *protobufDecoder) logFields(record *LogRecord, b []byte) (traceForm, spanForm idForm, err error) {
	traceForm, spanForm = idAbsent, idAbsent
	var observed uint64
	f := fields{message: b}
	for f.next() { // on after a fault: the ids may stand behind it
		switch {
		case f.number == logTime && f.kind == protowire.Fixed64Type:
			record.TimeNanos = f.bits
		case f.number == logObservedTime && f.kind == protowire.Fixed64Type:
			observed = f.bits
		case f.kind != protowire.BytesType:
		case f.number == logTraceID:
			traceForm = idFromBytes(record.TraceID[:], f.data)
		case f.number == logSpanID:
			spanForm = idFromBytes(record.SpanID[:], f.data)
		case f.number == logEventName:
			record.Name = textOf(f.data)
		case f.number == logBody && err == nil:
			err = d.value(&record.Body, f.data, 1)
		}
	}
	if record.TimeNanos == 0 {
		record.TimeNanos = observed
	}
	if err == nil {
		record.Attributes, err = d.listOfAttributes(b, logAttributes)
	}
	return traceForm, spanForm, err
}

// takeLog judges a record that means something and keeps it, or rejects it alone.
// An error ends the request.
func (d *decoding) takeLog(record LogRecord, traceForm, spanForm idForm, fault spanFault) error {
	isBad := func(form idForm) bool { return form == idBad }
	hasSpan := traceForm >= idProper && spanForm >= idProper && !record.TraceID.IsZero() && !record.SpanID.IsZero()
	switch {
	case fault != "":
	case isBad(traceForm):
		fault = faultTraceID
	case isBad(spanForm):
		fault = faultSpanID
	case hasSpan:
		d.request.Tolerated.count(traceForm)
		d.request.Tolerated.count(spanForm)
	case record.Use == convention.LogScore: // it may name its target otherwise
		record.TraceID, record.SpanID = trace.TraceID{}, trace.SpanID{}
	case record.Use == convention.LogContent:
		fault = faultNoEventSpan
	default: // an exception outside of any span
		d.request.IgnoredLogs++
		return nil
	}
	if fault == "" && record.TimeNanos > maxLogTime {
		fault = faultTime
	}
	if fault != "" {
		d.reject(fault)
		return nil
	}
	if err := d.charge(sizeOf[LogRecord](1)); err != nil {
		return err
	}
	d.request.Logs = append(d.request.Logs, record)
	return nil
}

// maxLogTime is the latest time that can be stored.
const maxLogTime = 1<<63 - 1

// DecodeLogsJSON reads an ExportLogsServiceRequest in OTLP/JSON encoding, with
// what DecodeJSON says of its leniency and of body.
func DecodeLogsJSON(body []byte, limits Limits) (*Request, error) {
	d := newJSONDecoder(&logSignal, body, limits)
	return d.envelope(func() {
		for w := d.outer("an element of resourceLogs"); d.next(&w); {
			if key := string(w.key); key != "scopeLogs" && key != "instrumentationLibraryLogs" {
				d.skip()
				continue
			}
			for w := d.list("scopeLogs"); d.next(&w); {
				for w := d.outer("an element of scopeLogs"); d.next(&w); {
					if key := string(w.key); key != "logRecords" && key != "logs" {
						d.skip()
						continue
					}
					for w := d.list("logRecords"); d.next(&w); {
						d.logRecord()
					}
				}
			}
		}
	})
}

// logRecord reads one record and keeps, ignores or rejects it.
func (d *jsonDecoder) logRecord() {
	d.records++
	if d.peek() != '{' {
		d.skip()
		d.reject(faultNotObject)
		return
	}
	var record LogRecord
	var observed uint64
	var first spanFault
	traceForm, spanForm := idAbsent, idAbsent
	for w := d.object(); d.next(&w); {
		var fault spanFault
		switch string(w.key) {
		case "timeUnixNano":
			if record.TimeNanos, fault = d.uintValue(); fault != "" {
				fault = faultLogTime
			}
		case "observedTimeUnixNano":
			if observed, fault = d.uintValue(); fault != "" {
				fault = faultLogTime
			}
		case "traceId":
			traceForm = d.id(record.TraceID[:])
		case "spanId":
			spanForm = d.id(record.SpanID[:])
		case "eventName":
			record.Name, fault = d.textValue()
		case "body":
			if d.peek() == 'n' {
				d.word("null")
				continue
			}
			fault = d.value(&record.Body, 1)
		case "attributes":
			record.Attributes, fault = d.attributeList("attributes", 1)
		default:
			d.skip()
		}
		note(&first, fault)
	}
	if d.err != nil {
		return
	}
	if record.TimeNanos == 0 {
		record.TimeNanos = observed
	}
	if record.Use = convention.LogUseOf(record.EventName()); record.Use == convention.LogIgnored {
		d.request.IgnoredLogs++
		return
	}
	if err := d.takeLog(record, traceForm, spanForm, first); err != nil {
		d.stop(err)
	}
}
