package otlp

import (
	"bytes"
	"encoding/base64"
	"errors"
	"math"

	"github.com/treeline-dev/treeline/ingest/convention"
)

// DecodeJSON reads an ExportTraceServiceRequest in OTLP/JSON encoding.
//
// The encoding is protobuf's JSON with ids in hex. Beyond it, what hand-written
// and older senders write is read as well: ids in base64 or as lists of bytes,
// 64-bit numbers as numbers, strings or {"high":..,"low":..}, enums by name,
// instrumentationLibrarySpans. Unknown keys are ignored. Faults within a span
// reject that span alone; a text that is not JSON, or a list that is something
// else, fails the request.
//
// Escapes are resolved within body, and the strings of the result share its
// memory: body belongs to the result from here on.
//
// The error is an *InvalidError, ErrTooManyElements, or that of Limits.Reserve.
func DecodeJSON(body []byte, limits Limits) (*Request, error) {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	d := jsonDecoder{decoding: newDecoding(limits), jsonText: jsonText{text: body}}
	if d.peek() == 0 && d.pos == len(body) {
		return d.request, nil
	}
	if d.peek() != '{' {
		return nil, invalid("the body is not an ExportTraceServiceRequest: it must be a JSON object with resourceSpans")
	}
	var known, snake, other, filled bool
	err := d.object(func(key []byte) error {
		filled = true
		switch string(key) {
		case "resourceSpans":
			known = true
			return d.listOf("resourceSpans", d.resourceSpans)
		case "resource_spans":
			snake = true
		case "resourceLogs", "resourceMetrics":
			other = true
		}
		return d.skip()
	})
	if d.peek(); err == nil && d.pos < len(body) {
		err = d.fail()
	}
	switch {
	case err != nil:
		return nil, outermost(err)
	case known || !filled:
	case other:
		return nil, invalid(hintNotTraces)
	case snake:
		return nil, invalid(hintSnakeCase)
	default:
		d.request.Warning = warnNothingInside
	}
	return d.finish()
}

type jsonDecoder struct {
	decoding
	jsonText

	spans          stack[convention.Span]
	attributeStack stack[convention.Attribute]
	valueStack     stack[convention.Value]
	eventStack     stack[convention.Event]
	linkStack      stack[convention.Link]
}

// listOf reads a list, or nothing from null. Anything else fails the request: a
// sender that writes one list wrong writes all of them so.
func (d *jsonDecoder) listOf(name string, each func() error) error {
	switch d.peek() {
	case '[':
		return d.array(each)
	case 'n':
		return d.word("null")
	case '{':
		if name == "attributes" || name == "kvlistValue.values" {
			return invalid("%s "+hintAttributesForm+", not a plain object", name)
		}
	}
	return invalid("%s must be a list", name)
}

// objectOr reads an object, or nothing from null. Anything else is read and
// answered with the fault.
func (d *jsonDecoder) objectOr(fault spanFault, each func(key []byte) error) error {
	switch d.peek() {
	case '{':
		return d.object(each)
	case 'n':
		return d.word("null")
	}
	if err := d.skip(); err != nil {
		return err
	}
	return fault
}

func (d *jsonDecoder) resourceSpans() error {
	if d.peek() != '{' {
		return invalid("an element of resourceSpans is not an object")
	}
	resource := &convention.Resource{}
	return d.object(func(key []byte) error {
		switch string(key) {
		case "resource":
			return d.objectOr(faultMalformed, func(key []byte) (err error) {
				if string(key) != "attributes" {
					return d.skip()
				}
				resource.Attributes, err = d.attributeList("attributes", 1)
				return err
			})
		case "scopeSpans", "instrumentationLibrarySpans":
			return d.listOf("scopeSpans", func() error { return d.scopeSpans(resource) })
		}
		return d.skip()
	})
}

func (d *jsonDecoder) scopeSpans(resource *convention.Resource) error {
	if d.peek() != '{' {
		return invalid("an element of scopeSpans is not an object")
	}
	scope := &convention.Scope{}
	base := len(d.spans.items)
	err := d.object(func(key []byte) error {
		switch string(key) {
		case "scope", "instrumentationLibrary":
			return d.objectOr(faultMalformed, func(key []byte) (err error) {
				switch string(key) {
				case "name":
					scope.Name, err = d.textValue()
				case "version":
					scope.Version, err = d.textValue()
				case "attributes":
					scope.Attributes, err = d.attributeList("attributes", 1)
				default:
					err = d.skip()
				}
				return err
			})
		case "spans":
			return d.listOf("spans", d.span)
		}
		return d.skip()
	})
	if err != nil {
		return err
	}
	if n := len(d.spans.items) - base; n > 0 {
		if err := d.charge(sizeOf[convention.Span](n)); err != nil {
			return err
		}
		group := Group{Resource: resource, Scope: scope, Spans: make([]convention.Span, n)}
		copy(group.Spans, d.spans.items[base:])
		d.spans.drop(base)
		d.request.Groups = append(d.request.Groups, group)
	}
	return nil
}

// span reads one span and keeps or rejects it.
func (d *jsonDecoder) span() error {
	d.records++
	at := len(d.spans.items)
	span, err := d.spans.push(&d.decoding)
	if err != nil {
		return err
	}
	err = d.spanFields(span)
	var fault spanFault
	if errors.As(err, &fault) {
		d.reject(fault)
		d.spans.drop(at)
		return nil
	}
	return err
}

func (d *jsonDecoder) spanFields(span *convention.Span) error {
	if d.peek() != '{' {
		if err := d.skip(); err != nil {
			return err
		}
		return faultNotObject
	}
	traceForm, spanForm, parentForm := idAbsent, idAbsent, idAbsent
	var fault error
	err := d.object(func(key []byte) (err error) {
		switch string(key) {
		case "traceId":
			traceForm, err = d.id(span.TraceID[:])
		case "spanId":
			spanForm, err = d.id(span.SpanID[:])
		case "parentSpanId":
			parentForm, err = d.id(span.ParentSpanID[:])
		case "name":
			span.Name, err = d.textValue()
		case "kind":
			var n int64
			n, err = d.enumValue("SPAN_KIND_", spanKindNames)
			span.Kind = spanKindOf(n)
		case "startTimeUnixNano":
			span.StartNanos, err = d.uintValue()
		case "endTimeUnixNano":
			span.EndNanos, err = d.uintValue()
		case "flags":
			var n uint64
			n, err = d.uintValue()
			span.Flags = uint32(n)
		case "droppedAttributesCount":
			var n uint64
			n, err = d.uintValue()
			span.DroppedAttributes = uint32(min(n, math.MaxUint32))
		case "attributes":
			span.Attributes, err = d.attributeList("attributes", 1)
		case "events":
			span.Events, err = d.eventList()
		case "links":
			span.Links, err = d.linkList()
		case "status":
			err = d.objectOr(faultStatusObject, func(key []byte) (err error) {
				switch string(key) {
				case "message":
					span.StatusMessage, err = d.textValue()
				case "code":
					var n int64
					n, err = d.enumValue("STATUS_CODE_", statusCodeNames)
					span.StatusCode = statusCodeOf(n)
				default:
					err = d.skip()
				}
				return d.note(&fault, err)
			})
		default:
			err = d.skip()
		}
		return d.note(&fault, err)
	})
	if err != nil {
		return err
	}
	return d.judge(span, traceForm, spanForm, parentForm, fault)
}

// note keeps the first fault of a span and lets the reading go on behind it.
func (d *jsonDecoder) note(first *error, err error) error {
	var fault spanFault
	if err == nil || !errors.As(err, &fault) {
		return err
	}
	if *first == nil {
		*first = fault
	}
	return nil
}

var (
	spanKindNames   = []string{"UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"}
	statusCodeNames = []string{"UNSET", "OK", "ERROR"}
)

func (d *jsonDecoder) eventList() ([]convention.Event, error) {
	base := len(d.eventStack.items)
	var fault error
	err := d.listOf("events", func() error {
		event, err := d.eventStack.push(&d.decoding)
		if err != nil {
			return err
		}
		if d.peek() == 'n' {
			return d.word("null")
		}
		return d.note(&fault, d.objectOr(faultEventOrLink, func(key []byte) (err error) {
			switch string(key) {
			case "timeUnixNano":
				event.TimeNanos, err = d.uintValue()
			case "name":
				event.Name, err = d.textValue()
			case "attributes":
				event.Attributes, err = d.attributeList("attributes", 1)
			default:
				err = d.skip()
			}
			return d.note(&fault, err)
		}))
	})
	if err != nil {
		return nil, err
	}
	list, err := d.eventStack.popFrom(base, &d.decoding, &d.events)
	if err != nil {
		return nil, err
	}
	return list, fault
}

func (d *jsonDecoder) linkList() ([]convention.Link, error) {
	base := len(d.linkStack.items)
	var fault error
	err := d.listOf("links", func() error {
		at := len(d.linkStack.items)
		link, err := d.linkStack.push(&d.decoding)
		if err != nil {
			return err
		}
		traceForm, spanForm := idAbsent, idAbsent
		err = d.note(&fault, d.objectOr(faultEventOrLink, func(key []byte) (err error) {
			switch string(key) {
			case "traceId":
				traceForm, err = d.id(link.TraceID[:])
			case "spanId":
				spanForm, err = d.id(link.SpanID[:])
			case "attributes":
				link.Attributes, err = d.attributeList("attributes", 1)
			default:
				err = d.skip()
			}
			return d.note(&fault, err)
		}))
		if err == nil && !d.judgeLink(link, traceForm, spanForm) {
			d.linkStack.drop(at)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	list, err := d.linkStack.popFrom(base, &d.decoding, &d.links)
	if err != nil {
		return nil, err
	}
	return list, fault
}

// attributeList reads a list of key-value pairs to its end; the error may be a
// fault of one of them.
func (d *jsonDecoder) attributeList(name string, depth int) ([]convention.Attribute, error) {
	base := len(d.attributeStack.items)
	var fault error
	err := d.listOf(name, func() error {
		var attribute convention.Attribute
		if d.peek() != '{' {
			if err := d.skip(); err != nil {
				return err
			}
			return d.note(&fault, faultAttribute)
		}
		err := d.object(func(key []byte) (err error) {
			switch string(key) {
			case "key":
				attribute.Key, err = d.textValue()
			case "value":
				err = d.value(&attribute.Value, depth)
			default:
				err = d.skip()
			}
			return d.note(&fault, err)
		})
		if err != nil {
			return err
		}
		slot, err := d.attributeStack.push(&d.decoding)
		if err == nil {
			*slot = attribute
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	list, err := d.attributeStack.popFrom(base, &d.decoding, &d.attributes)
	if err != nil {
		return nil, err
	}
	return list, fault
}

// value reads an AnyValue.
func (d *jsonDecoder) value(value *convention.Value, depth int) error {
	if depth > maxValueDepth {
		if err := d.skip(); err != nil {
			return err
		}
		return faultDepth
	}
	var fault error
	err := d.objectOr(faultValue, func(key []byte) (err error) {
		if d.peek() == 'n' { // an arm that is not set
			return d.word("null")
		}
		switch string(key) {
		case "stringValue":
			*value = convention.Value{Kind: convention.KindString}
			value.Text, err = d.textValue()
		case "intValue":
			*value = convention.Value{Kind: convention.KindInt}
			value.Int, err = d.intValue()
		case "doubleValue":
			*value = convention.Value{Kind: convention.KindDouble}
			value.Double, err = d.doubleValue()
		case "boolValue":
			*value = convention.Value{Kind: convention.KindBool}
			value.Int, err = d.boolValue()
		case "bytesValue":
			*value = convention.Value{Kind: convention.KindBytes}
			value.Text, err = d.bytesValue()
		case "arrayValue":
			*value = convention.Value{Kind: convention.KindArray}
			err = d.objectOr(faultValueContent, func(key []byte) (err error) {
				if string(key) != "values" {
					return d.skip()
				}
				value.Array, err = d.valueList(depth + 1)
				return d.note(&fault, err)
			})
		case "kvlistValue":
			*value = convention.Value{Kind: convention.KindMap}
			err = d.objectOr(faultValueContent, func(key []byte) (err error) {
				if string(key) != "values" {
					return d.skip()
				}
				value.Map, err = d.attributeList("kvlistValue.values", depth+1)
				return d.note(&fault, err)
			})
		default:
			if value.Kind == convention.KindEmpty {
				value.Kind = convention.KindUnknown
			}
			err = d.skip()
		}
		return d.note(&fault, err)
	})
	if err != nil {
		return err
	}
	return fault
}

func (d *jsonDecoder) valueList(depth int) ([]convention.Value, error) {
	base := len(d.valueStack.items)
	var fault error
	err := d.listOf("arrayValue.values", func() error {
		var element convention.Value
		if err := d.note(&fault, d.value(&element, depth)); err != nil {
			return err
		}
		slot, err := d.valueStack.push(&d.decoding)
		if err == nil {
			*slot = element
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	list, err := d.valueStack.popFrom(base, &d.decoding, &d.values)
	if err != nil {
		return nil, err
	}
	return list, fault
}

// textValue reads a string; null is an empty one.
func (d *jsonDecoder) textValue() (string, error) {
	switch d.peek() {
	case '"':
		text, err := d.str()
		return textOf(text), err
	case 'n':
		return "", d.word("null")
	}
	return "", d.otherThan(faultText)
}

// otherThan reads a value of the wrong type.
func (d *jsonDecoder) otherThan(fault spanFault) error {
	if err := d.skip(); err != nil {
		return err
	}
	return fault
}

// digits reads a number as its text, also from a string; null is "0". ok is false
// where the value is something else, which has not been read then.
func (d *jsonDecoder) digits() (text []byte, ok bool, err error) {
	switch b := d.peek(); {
	case b == '"':
		text, err = d.str()
	case b == '-' || b >= '0' && b <= '9':
		text, err = d.number()
	case b == 'n':
		return []byte("0"), true, d.word("null")
	default:
		return nil, false, nil
	}
	return text, true, err
}

// uintValue reads an unsigned 64-bit number: a number, a string, or the halves
// that protobuf libraries of JavaScript write.
func (d *jsonDecoder) uintValue() (uint64, error) {
	if d.peek() == '{' {
		return d.halves()
	}
	text, ok, err := d.digits()
	switch {
	case err != nil:
		return 0, err
	case !ok:
		return 0, d.otherThan(faultNumber)
	case len(text) == 0:
		return 0, nil
	}
	n, ok := uintOf(text)
	if !ok {
		return 0, faultNumber
	}
	return n, nil
}

// halves reads {"high": ..., "low": ...}; either may be written signed.
func (d *jsonDecoder) halves() (uint64, error) {
	var high, low int64
	var fault error
	err := d.object(func(key []byte) (err error) {
		switch string(key) {
		case "high":
			high, err = d.intValue()
		case "low":
			low, err = d.intValue()
		default:
			err = d.skip()
		}
		return d.note(&fault, err)
	})
	if err == nil && fault != nil {
		err = faultNumber
	}
	return uint64(uint32(high))<<32 | uint64(uint32(low)), err
}

func (d *jsonDecoder) intValue() (int64, error) {
	if d.peek() == '{' {
		n, err := d.halves()
		return int64(n), err
	}
	text, ok, err := d.digits()
	switch {
	case err != nil:
		return 0, err
	case !ok:
		return 0, d.otherThan(faultValueContent)
	}
	n, ok := intOf(text)
	if !ok {
		return 0, faultValueContent
	}
	return n, nil
}

func (d *jsonDecoder) doubleValue() (float64, error) {
	text, ok, err := d.digits()
	switch {
	case err != nil:
		return 0, err
	case !ok:
		return 0, d.otherThan(faultValueContent)
	}
	switch string(text) {
	case "NaN":
		return math.NaN(), nil
	case "Infinity":
		return math.Inf(1), nil
	case "-Infinity":
		return math.Inf(-1), nil
	}
	f, ok := floatOf(textOf(text))
	if !ok {
		return 0, faultValueContent
	}
	return f, nil
}

// boolValue returns 0 or 1.
func (d *jsonDecoder) boolValue() (int64, error) {
	switch d.peek() {
	case 't':
		return 1, d.word("true")
	case 'f':
		return 0, d.word("false")
	case '"':
		text, err := d.str()
		switch {
		case err != nil:
			return 0, err
		case string(text) == "true":
			return 1, nil
		case string(text) == "false":
			return 0, nil
		}
		return 0, faultValueContent
	}
	return 0, d.otherThan(faultValueContent)
}

// bytesValue reads base64, or a list of bytes, into a string of bytes.
func (d *jsonDecoder) bytesValue() (string, error) {
	switch d.peek() {
	case '"':
		text, err := d.str()
		if err != nil {
			return "", err
		}
		size := base64.StdEncoding.DecodedLen(len(text))
		if err := d.charge(int64(size)); err != nil {
			return "", err
		}
		raw := make([]byte, size)
		n, ok := decodeBase64(raw, text)
		if !ok {
			return "", faultValueContent
		}
		return textOf(raw[:n]), nil
	case '[', '{':
		list, ok, err := d.byteList(nil, math.MaxInt)
		switch {
		case err != nil:
			return "", err
		case !ok:
			return "", faultValueContent
		}
		return textOf(list), nil
	}
	return "", d.otherThan(faultValueContent)
}

// enumValue reads an enum as a number or a name, with or without its prefix.
// Unknown numbers are returned as they are.
func (d *jsonDecoder) enumValue(prefix string, names []string) (int64, error) {
	text, ok, err := d.digits()
	switch {
	case err != nil:
		return 0, err
	case !ok:
		return 0, d.otherThan(faultKind)
	}
	if n, ok := intOf(text); ok {
		return n, nil
	}
	if len(text) > 32 {
		return 0, faultKind
	}
	name := bytes.TrimPrefix(bytes.ToUpper(text), []byte(prefix))
	for n, known := range names {
		if string(name) == known {
			return int64(n), nil
		}
	}
	return 0, faultKind
}

// Every closure that reads an element or a field passes soft faults to note and
// returns only what ends the request: a container that is left halfway cannot be
// read on. Resource and scope have no note, as a fault there ends the request.

// id reads an id in any of its forms; null is absent.
func (d *jsonDecoder) id(id []byte) (idForm, error) {
	clear(id)
	switch d.peek() {
	case '"':
		text, err := d.str()
		if err != nil {
			return idBad, err
		}
		return idFromText(id, text), nil
	case 'n':
		return idAbsent, d.word("null")
	case '[', '{':
		var room [16]byte
		list, ok, err := d.byteList(room[:0], len(id))
		switch {
		case err != nil || !ok:
			return idBad, err
		case len(list) == 0:
			return idAbsent, nil
		case len(list) != len(id):
			return idBad, nil
		}
		copy(id, list)
		return idList, nil
	}
	return idBad, d.skip()
}

// byteList reads [1,2,...] or {"type":"Buffer","data":[1,2,...]} to its end,
// behind dst. ok is false where it is neither or has more than limit elements.
func (d *jsonDecoder) byteList(dst []byte, limit int) (list []byte, ok bool, err error) {
	if d.peek() == '{' {
		ok = true
		err = d.object(func(key []byte) error {
			if string(key) != "data" || d.peek() != '[' {
				return d.skip()
			}
			var err error
			dst, ok, err = d.byteList(dst[:0], limit)
			return err
		})
		return dst, ok, err
	}
	ok = true
	err = d.array(func() error {
		text, isNumber, err := d.digits()
		if err != nil {
			return err
		}
		if !isNumber {
			ok = false
			return d.skip()
		}
		n, isUint := uintOf(text)
		if !isUint || n > 255 || len(dst) >= limit {
			ok = false
			return nil
		}
		dst = append(dst, byte(n))
		return nil
	})
	return dst, ok, err
}
