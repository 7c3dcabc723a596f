package otlp

import (
	"cmp"
	"encoding/binary"
	"errors"
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/treeline-dev/treeline/ingest/convention"
)

// Field numbers of opentelemetry/proto/collector/trace/v1/trace_service.proto
// and the messages below it, release 1.11.
const (
	requestResourceSpans = 1

	resourceSpansResource   = 1
	resourceSpansScopeSpans = 2
	resourceSpansLibrary    = 1000 // instrumentation_library_spans, before release 0.15

	resourceAttributes = 1

	scopeSpansScope = 1
	scopeSpansSpans = 2

	scopeName       = 1
	scopeVersion    = 2
	scopeAttributes = 3

	spanTraceID           = 1
	spanSpanID            = 2
	spanParentSpanID      = 4
	spanName              = 5
	spanKind              = 6
	spanStart             = 7
	spanEnd               = 8
	spanAttributes        = 9
	spanDroppedAttributes = 10
	spanEvents            = 11
	spanLinks             = 13
	spanStatus            = 15
	spanFlags             = 16

	statusMessage = 2
	statusCode    = 3

	eventTime       = 1
	eventName       = 2
	eventAttributes = 3

	linkTraceID    = 1
	linkSpanID     = 2
	linkAttributes = 4

	keyValueKey   = 1
	keyValueValue = 2

	valueString = 1
	valueBool   = 2
	valueInt    = 3
	valueDouble = 4
	valueArray  = 5
	valueMap    = 6
	valueBytes  = 7

	listValues = 1
)

// DecodeProtobuf reads an ExportTraceServiceRequest in protobuf encoding.
//
// It walks the wire format itself instead of filling generated messages: that
// is several times faster, and a span that is malformed inside is rejected alone.
// Strings are taken as they are, valid UTF-8 or not; they share memory with
// body, which must not change afterwards. Fields of unknown number or of another
// wire type are skipped, as protobuf demands, but for the ids and the start of a
// span: there they tell that it is no span.
//
// The error is an *InvalidError, ErrTooManyElements, or that of Limits.Reserve.
func DecodeProtobuf(body []byte, limits Limits) (*Request, error) {
	d := protobufDecoder{newDecoding(&traceSignal, limits)}
	f := fields{message: body}
	for f.next() {
		if f.number == requestResourceSpans && f.kind == protowire.BytesType {
			if err := d.resourceSpans(f.data); err != nil {
				return nil, d.outermost(err)
			}
		}
	}
	if f.broken {
		return nil, d.outermost(faultMalformed)
	}
	return d.finish()
}

// outermost turns a fault outside of any span or log record into one of the whole
// request.
func (d *decoding) outermost(err error) error {
	var fault spanFault
	switch {
	case !errors.As(err, &fault):
		return err
	case fault == faultMalformed:
		return invalid("the body is not an %s in protobuf encoding", d.signal.message)
	}
	return invalid("resource or scope: %s", string(fault))
}

type protobufDecoder struct{ decoding }

func (d *protobufDecoder) resourceSpans(b []byte) error {
	resource := &convention.Resource{}
	f := fields{message: b}
	for f.next() { // the resource may stand behind its spans
		if f.number == resourceSpansResource && f.kind == protowire.BytesType {
			attributes, err := d.listOfAttributes(f.data, resourceAttributes)
			if err != nil {
				return err
			}
			resource.Attributes = join(resource.Attributes, attributes)
		}
	}
	if f.broken {
		return faultMalformed
	}
	f = fields{message: b}
	for f.next() {
		if (f.number == resourceSpansScopeSpans || f.number == resourceSpansLibrary) && f.kind == protowire.BytesType {
			if err := d.scopeSpans(resource, f.data); err != nil {
				return err
			}
		}
	}
	return nil
}

// join appends without writing into memory behind a slab's slice.
func join(a, b []convention.Attribute) []convention.Attribute {
	if a == nil {
		return b
	}
	return append(a, b...)
}

func (d *protobufDecoder) scopeSpans(resource *convention.Resource, b []byte) error {
	scope := &convention.Scope{}
	spans := 0
	f := fields{message: b}
	for f.next() {
		switch {
		case f.kind != protowire.BytesType:
		case f.number == scopeSpansScope:
			if err := d.scope(scope, f.data); err != nil {
				return err
			}
		case f.number == scopeSpansSpans:
			spans++
		}
	}
	if f.broken {
		return faultMalformed
	}
	if spans == 0 {
		return nil
	}
	if err := d.charge(sizeOf[convention.Span](spans)); err != nil {
		return err
	}
	group := Group{Resource: resource, Scope: scope, Spans: make([]convention.Span, 0, spans)}
	f = fields{message: b}
	for f.next() {
		if f.number != scopeSpansSpans || f.kind != protowire.BytesType {
			continue
		}
		d.records++
		at := len(group.Spans)
		group.Spans = group.Spans[:at+1]
		if err := d.span(&group.Spans[at], f.data); err != nil {
			var fault spanFault
			if !errors.As(err, &fault) {
				return err
			}
			d.reject(fault)
			group.Spans[at] = convention.Span{}
			group.Spans = group.Spans[:at]
		}
	}
	if len(group.Spans) > 0 {
		d.request.Groups = append(d.request.Groups, group)
	}
	return nil
}

func (d *protobufDecoder) scope(scope *convention.Scope, b []byte) error {
	f := fields{message: b}
	for f.next() {
		if f.kind != protowire.BytesType {
			continue
		}
		switch f.number {
		case scopeName:
			scope.Name = textOf(f.data)
		case scopeVersion:
			scope.Version = textOf(f.data)
		}
	}
	attributes, err := d.listOfAttributes(b, scopeAttributes)
	if err != nil {
		return err
	}
	scope.Attributes = join(scope.Attributes, attributes)
	return nil
}

func (d *protobufDecoder) span(span *convention.Span, b []byte) error {
	var attributes, events, links int
	f := fields{message: b}
	for f.next() {
		if f.kind == protowire.BytesType {
			switch f.number {
			case spanAttributes:
				attributes++
			case spanEvents:
				events++
			case spanLinks:
				links++
			}
		}
	}
	if f.broken {
		d.foreign++
		return faultMalformed
	}
	var err error
	if span.Attributes, err = d.attributes.take(&d.decoding, attributes); err != nil {
		return err
	}
	if span.Events, err = d.events.take(&d.decoding, events); err != nil {
		return err
	}
	if span.Links, err = d.links.take(&d.decoding, links); err != nil {
		return err
	}
	attributes, events, links = 0, 0, 0
	traceForm, spanForm, parentForm := idAbsent, idAbsent, idAbsent
	foreign, isTimed := false, false
	var fault error
	f = fields{message: b}
	for f.next() { // on after a fault: the ids may stand behind it
		switch kind := f.kind; f.number {
		case spanTraceID:
			if kind == protowire.BytesType {
				traceForm = idFromBytes(span.TraceID[:], f.data)
			}
			foreign = foreign || kind != protowire.BytesType // a log record's time
		case spanSpanID:
			if kind == protowire.BytesType {
				spanForm = idFromBytes(span.SpanID[:], f.data)
			}
			foreign = foreign || kind != protowire.BytesType // a log record's severity
		case spanParentSpanID:
			if kind == protowire.BytesType {
				parentForm = idFromBytes(span.ParentSpanID[:], f.data)
			}
		case spanName:
			if kind == protowire.BytesType {
				span.Name = textOf(f.data)
			}
		case spanKind:
			if kind == protowire.VarintType {
				span.Kind = spanKindOf(int64(int32(f.bits)))
			}
		case spanStart:
			if kind == protowire.Fixed64Type {
				span.StartNanos = f.bits
				isTimed = true
			}
			foreign = foreign || kind != protowire.Fixed64Type // a metric's sum
		case spanEnd:
			if kind == protowire.Fixed64Type {
				span.EndNanos = f.bits
			}
		case spanAttributes:
			if kind == protowire.BytesType && fault == nil {
				fault = d.attribute(&span.Attributes[attributes], f.data, 1)
				attributes++
			}
		case spanDroppedAttributes:
			if kind == protowire.VarintType {
				span.DroppedAttributes = uint32(f.bits)
			}
		case spanEvents:
			if kind == protowire.BytesType && fault == nil {
				fault = d.event(&span.Events[events], f.data)
				events++
			}
		case spanLinks:
			if kind == protowire.BytesType && fault == nil {
				var ok bool
				if ok, fault = d.link(&span.Links[links], f.data); ok {
					links++
				}
			}
		case spanStatus:
			if kind == protowire.BytesType && fault == nil {
				fault = readStatus(span, f.data)
			}
		case spanFlags:
			if kind == protowire.Fixed32Type {
				span.Flags = uint32(f.bits)
			}
		}
	}
	if foreign || !isTimed && isMetric(b) {
		d.foreign++
		fault = cmp.Or[error](fault, faultMalformed)
	}
	if span.Links = span.Links[:links]; links == 0 {
		span.Links = nil
	}
	var soft spanFault
	if fault != nil && !errors.As(fault, &soft) {
		return fault
	}
	if soft = d.judge(span, traceForm, spanForm, parentForm, soft); soft != "" {
		return soft
	}
	return nil
}

// judge decides over a span from the forms of its ids and the first fault in
// its content. The empty fault means that it can be kept.
func (d *decoding) judge(span *convention.Span, traceForm, spanForm, parentForm idForm, fault spanFault) spanFault {
	if traceForm == idAbsent && spanForm == idAbsent {
		d.withoutID++
	}
	d.request.Tolerated.count(traceForm)
	d.request.Tolerated.count(spanForm)
	d.request.Tolerated.count(parentForm)
	switch {
	case traceForm == idAbsent:
		return faultNoTraceID
	case traceForm == idBad:
		return faultTraceID
	case spanForm == idAbsent:
		return faultNoSpanID
	case spanForm == idBad:
		return faultSpanID
	case parentForm == idBad:
		return faultParentID
	case fault != "":
		return fault
	}
	return settle(span)
}

func readStatus(span *convention.Span, b []byte) error {
	f := fields{message: b}
	for f.next() {
		switch {
		case f.number == statusMessage && f.kind == protowire.BytesType:
			span.StatusMessage = textOf(f.data)
		case f.number == statusCode && f.kind == protowire.VarintType:
			span.StatusCode = statusCodeOf(int64(int32(f.bits)))
		}
	}
	return f.fault()
}

// spanKindOf maps a kind of the protocol; later ones are unspecified.
func spanKindOf(n int64) convention.SpanKind {
	if n < 0 || n > int64(convention.SpanConsumer) {
		return convention.SpanUnspecified
	}
	return convention.SpanKind(n)
}

// statusCodeOf maps a status code of the protocol; later ones are unset.
func statusCodeOf(n int64) uint8 {
	if n < 0 || n > 2 {
		return 0
	}
	return uint8(n)
}

func (d *protobufDecoder) event(event *convention.Event, b []byte) error {
	f := fields{message: b}
	for f.next() {
		switch {
		case f.number == eventTime && f.kind == protowire.Fixed64Type:
			event.TimeNanos = f.bits
		case f.number == eventName && f.kind == protowire.BytesType:
			event.Name = textOf(f.data)
		}
	}
	var err error
	event.Attributes, err = d.listOfAttributes(b, eventAttributes)
	return err
}

// link reports false for a link that points nowhere.
func (d *protobufDecoder) link(link *convention.Link, b []byte) (bool, error) {
	traceForm, spanForm := idAbsent, idAbsent
	*link = convention.Link{}
	f := fields{message: b}
	for f.next() {
		switch {
		case f.kind != protowire.BytesType:
		case f.number == linkTraceID:
			traceForm = idFromBytes(link.TraceID[:], f.data)
		case f.number == linkSpanID:
			spanForm = idFromBytes(link.SpanID[:], f.data)
		}
	}
	var err error
	if link.Attributes, err = d.listOfAttributes(b, linkAttributes); err != nil {
		return false, err
	}
	return d.judgeLink(link, traceForm, spanForm), nil
}

// judgeLink reports whether a link can be kept; if not, it is cleared.
func (d *decoding) judgeLink(link *convention.Link, traceForm, spanForm idForm) bool {
	if traceForm < idProper || spanForm < idProper || link.TraceID.IsZero() || link.SpanID.IsZero() {
		*link = convention.Link{}
		d.request.Tolerated.DroppedLinks++
		return false
	}
	d.request.Tolerated.count(traceForm)
	d.request.Tolerated.count(spanForm)
	return true
}

// listOfAttributes reads the repeated KeyValue field of a message.
func (d *protobufDecoder) listOfAttributes(message []byte, number protowire.Number) ([]convention.Attribute, error) {
	return d.keyValues(message, number, 1)
}

func (d *protobufDecoder) keyValues(message []byte, number protowire.Number, depth int) ([]convention.Attribute, error) {
	n, err := count(message, number)
	if err != nil {
		return nil, err
	}
	list, err := d.attributes.take(&d.decoding, n)
	if err != nil {
		return nil, err
	}
	n = 0
	f := fields{message: message}
	for f.next() {
		if f.number == number && f.kind == protowire.BytesType {
			if err := d.attribute(&list[n], f.data, depth); err != nil {
				return nil, err
			}
			n++
		}
	}
	return list, nil
}

// count returns how often a field of bytes appears in a message.
func count(message []byte, number protowire.Number) (int, error) {
	n := 0
	f := fields{message: message}
	for f.next() {
		if f.number == number && f.kind == protowire.BytesType {
			n++
		}
	}
	return n, f.fault()
}

func (d *protobufDecoder) attribute(attribute *convention.Attribute, b []byte, depth int) error {
	f := fields{message: b}
	for f.next() {
		switch {
		case f.kind != protowire.BytesType:
		case f.number == keyValueKey:
			attribute.Key = textOf(f.data)
		case f.number == keyValueValue:
			if err := d.value(&attribute.Value, f.data, depth); err != nil {
				return err
			}
		}
	}
	return f.fault()
}

func (d *protobufDecoder) value(value *convention.Value, b []byte, depth int) error {
	if depth > maxValueDepth {
		return faultDepth
	}
	var err error
	f := fields{message: b}
	for f.next() {
		switch {
		case f.number == valueString && f.kind == protowire.BytesType:
			*value = convention.Value{Kind: convention.KindString, Text: textOf(f.data)}
		case f.number == valueBool && f.kind == protowire.VarintType:
			*value = convention.Value{Kind: convention.KindBool}
			if f.bits != 0 {
				value.Int = 1
			}
		case f.number == valueInt && f.kind == protowire.VarintType:
			*value = convention.Value{Kind: convention.KindInt, Int: int64(f.bits)}
		case f.number == valueDouble && f.kind == protowire.Fixed64Type:
			*value = convention.Value{Kind: convention.KindDouble, Double: math.Float64frombits(f.bits)}
		case f.number == valueArray && f.kind == protowire.BytesType:
			*value = convention.Value{Kind: convention.KindArray}
			if value.Array, err = d.list(f.data, depth+1); err != nil {
				return err
			}
		case f.number == valueMap && f.kind == protowire.BytesType:
			*value = convention.Value{Kind: convention.KindMap}
			if value.Map, err = d.keyValues(f.data, listValues, depth+1); err != nil {
				return err
			}
		case f.number == valueBytes && f.kind == protowire.BytesType:
			*value = convention.Value{Kind: convention.KindBytes, Text: textOf(f.data)}
		case value.Kind == convention.KindEmpty:
			value.Kind = convention.KindUnknown
		}
	}
	return f.fault()
}

// list reads an ArrayValue.
func (d *protobufDecoder) list(message []byte, depth int) ([]convention.Value, error) {
	n, err := count(message, listValues)
	if err != nil {
		return nil, err
	}
	list, err := d.values.take(&d.decoding, n)
	if err != nil {
		return nil, err
	}
	n = 0
	f := fields{message: message}
	for f.next() {
		if f.number == listValues && f.kind == protowire.BytesType {
			if err := d.value(&list[n], f.data, depth); err != nil {
				return nil, err
			}
			n++
		}
	}
	return list, nil
}

// fields walks over the fields of one message. It counts a position instead of
// cutting the slice shorter, which spares a write of three words a step.
type fields struct {
	message []byte
	at      int
	number  protowire.Number
	kind    protowire.Type
	data    []byte // of BytesType
	bits    uint64 // of the other types
	broken  bool   // the message ended within a field, or is no message
}

// next moves to the next field and reports whether there is one.
func (f *fields) next() bool {
	if f.at >= len(f.message) {
		return false
	}
	tag := uint64(f.message[f.at]) // nearly all tags and lengths are of one byte
	if f.at++; tag >= 0x80 {
		var ok bool
		f.at--
		if tag, ok = f.varint(); !ok {
			return f.stop()
		}
	}
	number := tag >> 3
	if number == 0 || number > uint64(protowire.MaxValidNumber) {
		return f.stop()
	}
	f.number, f.kind = protowire.Number(number), protowire.Type(tag&7)
	switch f.kind {
	case protowire.BytesType:
		n, ok := f.varint()
		if !ok || n > uint64(len(f.message)-f.at) {
			return f.stop()
		}
		end := f.at + int(n)
		f.data, f.at = f.message[f.at:end:end], end
	case protowire.VarintType:
		var ok bool
		if f.bits, ok = f.varint(); !ok {
			return f.stop()
		}
	case protowire.Fixed64Type:
		if len(f.message)-f.at < 8 {
			return f.stop()
		}
		f.bits = binary.LittleEndian.Uint64(f.message[f.at:])
		f.at += 8
	case protowire.Fixed32Type:
		if len(f.message)-f.at < 4 {
			return f.stop()
		}
		f.bits = uint64(binary.LittleEndian.Uint32(f.message[f.at:]))
		f.at += 4
	default:
		n := protowire.ConsumeFieldValue(f.number, f.kind, f.message[f.at:])
		if n < 0 {
			return f.stop()
		}
		f.at += n
	}
	return true
}

// varint reads a base 128 varint.
func (f *fields) varint() (uint64, bool) {
	if f.at < len(f.message) && f.message[f.at] < 0x80 {
		f.at++
		return uint64(f.message[f.at-1]), true
	}
	v, n := protowire.ConsumeVarint(f.message[f.at:])
	if n < 0 {
		return 0, false
	}
	f.at += n
	return v, true
}

func (f *fields) stop() bool {
	f.at, f.broken = len(f.message), true
	return false
}

func (f *fields) fault() error {
	if f.broken {
		return faultMalformed
	}
	return nil
}
