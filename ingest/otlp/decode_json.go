package otlp

import (
	"bytes"
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
	d := newJSONDecoder(&traceSignal, body, limits)
	return d.envelope(d.resourceSpans)
}

func newJSONDecoder(signal *signal, body []byte, limits Limits) *jsonDecoder {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	return &jsonDecoder{decoding: newDecoding(signal, limits), jsonText: jsonText{text: body}}
}

// envelope reads the outermost object: the list of the decoder's signal, each
// element by a function.
func (d *jsonDecoder) envelope(element func()) (*Request, error) {
	s := d.signal
	switch d.peek() {
	case '{':
	case 0:
		if d.pos == len(d.text) {
			return d.request, nil
		}
		fallthrough
	default:
		return nil, invalid("the body is not an %s: it must be a JSON object with %s", s.message, s.jsonList)
	}
	var known, snake, other, filled bool
	for w := d.object(); d.next(&w); {
		filled = true
		switch key := string(w.key); key {
		case s.jsonList:
			known = true
			for w := d.list(s.jsonList); d.next(&w); {
				element()
			}
			continue
		case s.snakeList:
			snake = true
		case "resourceSpans", "resourceLogs", "resourceMetrics":
			other = true
		}
		d.skip()
	}
	if d.peek(); d.pos < len(d.text) {
		d.fail()
	}
	switch {
	case d.err != nil:
		return nil, d.err
	case known || !filled:
	case other:
		return nil, invalid("%s", s.hintOther)
	case snake:
		return nil, invalid("%s is not a field of OTLP/JSON: write keys in lowerCamelCase, such as %s", s.snakeList, s.jsonList)
	default:
		d.request.Warning = "the request has no " + s.jsonList + ", nothing was stored"
	}
	return d.finish()
}

// jsonDecoder reads values in two ways to fail. What ends the request stops the
// text. What concerns one span is returned as a spanFault, with the value read to
// its end, so that the reading goes on behind it; no fault is the empty one.
type jsonDecoder struct {
	decoding
	jsonText

	spanStack      stack[convention.Span]
	attributeStack stack[convention.Attribute]
	valueStack     stack[convention.Value]
	eventStack     stack[convention.Event]
	linkStack      stack[convention.Link]
}

// note keeps the first of several faults.
func note(first *spanFault, fault spanFault) {
	if *first == "" {
		*first = fault
	}
}

// list enters a list; null is an empty one. Anything else fails the request: a
// sender that writes one list wrong writes all of them so.
func (d *jsonDecoder) list(name string) walk {
	switch d.peek() {
	case '[':
		return d.array()
	case 'n':
		return d.nothing()
	case 0:
		d.fail()
		return walk{}
	case '{':
		if name == "attributes" || name == "kvlistValue.values" {
			d.stop(invalid(`%s must be a list of {"key": ..., "value": {...}} objects, not a plain object`, name))
			return walk{}
		}
	}
	d.stop(invalid("%s must be a list", name))
	return walk{}
}

// message enters an object; null is an empty one. Anything else is read and
// reported as the fault.
func (d *jsonDecoder) message(otherwise spanFault) (walk, spanFault) {
	switch d.peek() {
	case '{':
		return d.object(), ""
	case 'n':
		return d.nothing(), ""
	}
	d.skip()
	return walk{end: atEnd}, otherwise
}

// outer is message for what stands outside of spans.
func (d *jsonDecoder) outer(name string) walk {
	w, fault := d.message(faultMalformed)
	if fault != "" {
		d.stop(invalid("%s is not an object", name))
	}
	return w
}

func (d *jsonDecoder) nothing() walk {
	d.word("null")
	return walk{end: atEnd}
}

func (d *jsonDecoder) resourceSpans() {
	resource := &convention.Resource{}
	for w := d.outer("an element of resourceSpans"); d.next(&w); {
		switch string(w.key) {
		case "resource":
			for w := d.outer("resource"); d.next(&w); {
				if string(w.key) != "attributes" {
					d.skip()
					continue
				}
				resource.Attributes = d.outerAttributes()
			}
		case "scopeSpans", "instrumentationLibrarySpans":
			for w := d.list("scopeSpans"); d.next(&w); {
				d.scopeSpans(resource)
			}
		default:
			d.skip()
		}
	}
}

// outerAttributes reads the attributes of a resource or scope, where a fault
// ends the request.
func (d *jsonDecoder) outerAttributes() []convention.Attribute {
	list, fault := d.attributeList("attributes", 1)
	if fault != "" {
		d.stop(d.outermost(fault))
	}
	return list
}

// outerText reads a text of a scope, where a fault ends the request.
func (d *jsonDecoder) outerText() string {
	text, fault := d.textValue()
	if fault != "" {
		d.stop(d.outermost(fault))
	}
	return text
}

func (d *jsonDecoder) scopeSpans(resource *convention.Resource) {
	scope := &convention.Scope{}
	base := len(d.spanStack.items)
	for w := d.outer("an element of scopeSpans"); d.next(&w); {
		switch string(w.key) {
		case "scope", "instrumentationLibrary":
			for w := d.outer("scope"); d.next(&w); {
				switch string(w.key) {
				case "name":
					scope.Name = d.outerText()
				case "version":
					scope.Version = d.outerText()
				case "attributes":
					scope.Attributes = d.outerAttributes()
				default:
					d.skip()
				}
			}
		case "spans":
			for w := d.list("spans"); d.next(&w); {
				d.span()
			}
		default:
			d.skip()
		}
	}
	n := len(d.spanStack.items) - base
	if n == 0 || d.err != nil {
		return
	}
	if err := d.charge(sizeOf[convention.Span](n)); err != nil {
		d.stop(err)
		return
	}
	group := Group{Resource: resource, Scope: scope, Spans: make([]convention.Span, n)}
	copy(group.Spans, d.spanStack.items[base:])
	d.spanStack.drop(base)
	d.request.Groups = append(d.request.Groups, group)
}

// span reads one span and keeps or rejects it.
func (d *jsonDecoder) span() {
	d.records++
	at := len(d.spanStack.items)
	span, err := d.spanStack.push(&d.decoding)
	if err != nil {
		d.stop(err)
		return
	}
	fault := faultNotObject
	if d.peek() == '{' {
		fault = d.spanFields(span)
	} else {
		d.skip()
	}
	if fault != "" {
		d.reject(fault)
		d.spanStack.drop(at)
	}
}

func (d *jsonDecoder) spanFields(span *convention.Span) (first spanFault) {
	traceForm, spanForm, parentForm := idAbsent, idAbsent, idAbsent
	for w := d.object(); d.next(&w); {
		var fault spanFault
		var n uint64
		var enum int64
		switch string(w.key) {
		case "traceId":
			traceForm = d.id(span.TraceID[:])
		case "spanId":
			spanForm = d.id(span.SpanID[:])
		case "parentSpanId":
			parentForm = d.id(span.ParentSpanID[:])
		case "name":
			span.Name, fault = d.textValue()
		case "kind":
			enum, fault = d.enumValue("SPAN_KIND_", spanKindNames)
			span.Kind = spanKindOf(enum)
		case "startTimeUnixNano":
			span.StartNanos, fault = d.uintValue()
		case "endTimeUnixNano":
			span.EndNanos, fault = d.uintValue()
		case "flags":
			n, fault = d.uintValue()
			span.Flags = uint32(n)
		case "droppedAttributesCount":
			n, fault = d.uintValue()
			span.DroppedAttributes = uint32(min(n, math.MaxUint32))
		case "attributes":
			span.Attributes, fault = d.attributeList("attributes", 1)
		case "events":
			span.Events, fault = d.eventList()
		case "links":
			span.Links, fault = d.linkList()
		case "status":
			fault = d.status(span)
		default:
			d.skip()
		}
		note(&first, fault)
	}
	return d.judge(span, traceForm, spanForm, parentForm, first)
}

func (d *jsonDecoder) status(span *convention.Span) spanFault {
	w, first := d.message(faultStatusObject)
	for d.next(&w) {
		var fault spanFault
		var enum int64
		switch string(w.key) {
		case "message":
			span.StatusMessage, fault = d.textValue()
		case "code":
			enum, fault = d.enumValue("STATUS_CODE_", statusCodeNames)
			span.StatusCode = statusCodeOf(enum)
		default:
			d.skip()
		}
		note(&first, fault)
	}
	return first
}

var (
	spanKindNames   = []string{"UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"}
	statusCodeNames = []string{"UNSET", "OK", "ERROR"}
)

func (d *jsonDecoder) eventList() (events []convention.Event, first spanFault) {
	base := len(d.eventStack.items)
	for w := d.list("events"); d.next(&w); {
		event, err := d.eventStack.push(&d.decoding)
		if err != nil {
			d.stop(err)
			break
		}
		w, fault := d.message(faultEventOrLink)
		note(&first, fault)
		for d.next(&w) {
			switch string(w.key) {
			case "timeUnixNano":
				event.TimeNanos, fault = d.uintValue()
			case "name":
				event.Name, fault = d.textValue()
			case "attributes":
				event.Attributes, fault = d.attributeList("attributes", 1)
			default:
				d.skip()
			}
			note(&first, fault)
		}
	}
	return collect(d, &d.eventStack, base, &d.events), first
}

func (d *jsonDecoder) linkList() (links []convention.Link, first spanFault) {
	base := len(d.linkStack.items)
	for w := d.list("links"); d.next(&w); {
		at := len(d.linkStack.items)
		link, err := d.linkStack.push(&d.decoding)
		if err != nil {
			d.stop(err)
			break
		}
		traceForm, spanForm := idAbsent, idAbsent
		w, fault := d.message(faultEventOrLink)
		note(&first, fault)
		for d.next(&w) {
			switch string(w.key) {
			case "traceId":
				traceForm = d.id(link.TraceID[:])
			case "spanId":
				spanForm = d.id(link.SpanID[:])
			case "attributes":
				link.Attributes, fault = d.attributeList("attributes", 1)
			default:
				d.skip()
			}
			note(&first, fault)
		}
		if !d.judgeLink(link, traceForm, spanForm) {
			d.linkStack.drop(at)
		}
	}
	return collect(d, &d.linkStack, base, &d.links), first
}

// collect moves a finished list from its stack into a slice of its own.
func collect[T any](d *jsonDecoder, from *stack[T], base int, to *slab[T]) []T {
	list, err := from.popFrom(base, &d.decoding, to)
	if err != nil {
		d.stop(err)
	}
	return list
}

// attributeList reads a list of key-value pairs.
func (d *jsonDecoder) attributeList(name string, depth int) (list []convention.Attribute, first spanFault) {
	base := len(d.attributeStack.items)
	for w := d.list(name); d.next(&w); {
		if d.peek() != '{' {
			d.skip()
			note(&first, faultAttribute)
			continue
		}
		var attribute convention.Attribute
		for w := d.object(); d.next(&w); {
			var fault spanFault
			switch string(w.key) {
			case "key":
				attribute.Key, fault = d.textValue()
			case "value":
				fault = d.value(&attribute.Value, depth)
			default:
				d.skip()
			}
			note(&first, fault)
		}
		slot, err := d.attributeStack.push(&d.decoding)
		if err != nil {
			d.stop(err)
			break
		}
		*slot = attribute
	}
	return collect(d, &d.attributeStack, base, &d.attributes), first
}

// value reads an AnyValue.
func (d *jsonDecoder) value(value *convention.Value, depth int) spanFault {
	if depth > maxValueDepth {
		d.skip()
		return faultDepth
	}
	w, first := d.message(faultValue)
	for d.next(&w) {
		if d.peek() == 'n' { // an arm that is not set
			d.word("null")
			continue
		}
		var fault spanFault
		switch string(w.key) {
		case "stringValue":
			*value = convention.Value{Kind: convention.KindString}
			value.Text, fault = d.textValue()
		case "intValue":
			*value = convention.Value{Kind: convention.KindInt}
			value.Int, fault = d.intValue()
		case "doubleValue":
			*value = convention.Value{Kind: convention.KindDouble}
			value.Double, fault = d.doubleValue()
		case "boolValue":
			*value = convention.Value{Kind: convention.KindBool}
			value.Int, fault = d.boolValue()
		case "bytesValue":
			*value = convention.Value{Kind: convention.KindBytes}
			value.Text, fault = d.bytesValue()
		case "arrayValue":
			*value = convention.Value{Kind: convention.KindArray}
			w, otherwise := d.message(faultValueContent)
			fault = otherwise
			for d.next(&w) {
				if string(w.key) != "values" {
					d.skip()
					continue
				}
				var inner spanFault
				value.Array, inner = d.valueList(depth + 1)
				note(&fault, inner)
			}
		case "kvlistValue":
			*value = convention.Value{Kind: convention.KindMap}
			w, otherwise := d.message(faultValueContent)
			fault = otherwise
			for d.next(&w) {
				if string(w.key) != "values" {
					d.skip()
					continue
				}
				var inner spanFault
				value.Map, inner = d.attributeList("kvlistValue.values", depth+1)
				note(&fault, inner)
			}
		default:
			if value.Kind == convention.KindEmpty {
				value.Kind = convention.KindUnknown
			}
			d.skip()
		}
		note(&first, fault)
	}
	return first
}

func (d *jsonDecoder) valueList(depth int) (list []convention.Value, first spanFault) {
	base := len(d.valueStack.items)
	for w := d.list("arrayValue.values"); d.next(&w); {
		var element convention.Value
		note(&first, d.value(&element, depth))
		slot, err := d.valueStack.push(&d.decoding)
		if err != nil {
			d.stop(err)
			break
		}
		*slot = element
	}
	return collect(d, &d.valueStack, base, &d.values), first
}

// textValue reads a string; null is an empty one.
func (d *jsonDecoder) textValue() (string, spanFault) {
	switch d.peek() {
	case '"':
		return textOf(d.str()), ""
	case 'n':
		d.word("null")
		return "", ""
	}
	d.skip()
	return "", faultText
}

// digits reads a number as its text, also from a string; null is "0". Anything
// else is read too, with ok false.
func (d *jsonDecoder) digits() (text []byte, ok bool) {
	switch b := d.peek(); {
	case b == '"':
		return d.str(), true
	case b == '-' || b >= '0' && b <= '9':
		return d.number(), true
	case b == 'n':
		d.word("null")
		return []byte("0"), true
	}
	d.skip()
	return nil, false
}

// uintValue reads an unsigned 64-bit number: a number, a string, or the halves
// that protobuf libraries of JavaScript write.
func (d *jsonDecoder) uintValue() (uint64, spanFault) {
	if d.peek() == '{' {
		return d.halves(faultNumber)
	}
	text, ok := d.digits()
	if ok && len(text) == 0 {
		return 0, ""
	}
	if n, isUint := uintOf(text); ok && isUint {
		return n, ""
	}
	return 0, faultNumber
}

// halves reads {"high": ..., "low": ...}; either may be written signed.
func (d *jsonDecoder) halves(otherwise spanFault) (uint64, spanFault) {
	var high, low int64
	var first spanFault
	for w := d.object(); d.next(&w); {
		var fault spanFault
		switch string(w.key) {
		case "high":
			high, fault = d.half(otherwise)
		case "low":
			low, fault = d.half(otherwise)
		default:
			d.skip()
		}
		note(&first, fault)
	}
	return uint64(uint32(high))<<32 | uint64(uint32(low)), first
}

func (d *jsonDecoder) half(otherwise spanFault) (int64, spanFault) {
	text, ok := d.digits()
	n, isInt := intOf(text)
	if !ok || !isInt {
		return 0, otherwise
	}
	return n, ""
}

func (d *jsonDecoder) intValue() (int64, spanFault) {
	if d.peek() == '{' {
		n, fault := d.halves(faultValueContent)
		return int64(n), fault
	}
	return d.half(faultValueContent)
}

func (d *jsonDecoder) doubleValue() (float64, spanFault) {
	text, ok := d.digits()
	switch string(text) {
	case "NaN":
		return math.NaN(), ""
	case "Infinity":
		return math.Inf(1), ""
	case "-Infinity":
		return math.Inf(-1), ""
	}
	f, isFloat := floatOf(textOf(text))
	if !ok || !isFloat {
		return 0, faultValueContent
	}
	return f, ""
}

// boolValue returns 0 or 1.
func (d *jsonDecoder) boolValue() (int64, spanFault) {
	switch d.peek() {
	case 't':
		d.word("true")
		return 1, ""
	case 'f':
		d.word("false")
		return 0, ""
	case '"':
		switch string(d.str()) {
		case "true":
			return 1, ""
		case "false":
			return 0, ""
		}
		return 0, faultValueContent
	}
	d.skip()
	return 0, faultValueContent
}

// bytesValue reads base64, or a list of bytes, into a string of bytes.
func (d *jsonDecoder) bytesValue() (string, spanFault) {
	var raw []byte
	ok := false
	before := d.pos
	switch d.peek() {
	case '"':
		text := d.str()
		if err := d.charge(int64(len(text))); err != nil {
			d.stop(err)
			return "", ""
		}
		raw, ok = decodeBase64(text)
	case '[', '{':
		raw, ok = d.byteList(nil, math.MaxInt)
		if err := d.charge(int64(d.pos - before)); err != nil {
			d.stop(err)
		}
	default:
		d.skip()
	}
	if !ok {
		return "", faultValueContent
	}
	return textOf(raw), ""
}

// enumValue reads an enum as a number or a name, with or without its prefix.
// Unknown numbers are returned as they are.
func (d *jsonDecoder) enumValue(prefix string, names []string) (int64, spanFault) {
	text, ok := d.digits()
	if n, isInt := intOf(text); ok && isInt {
		return n, ""
	}
	if !ok || len(text) > 32 {
		return 0, faultKind
	}
	name := bytes.TrimPrefix(bytes.ToUpper(text), []byte(prefix))
	for n, known := range names {
		if string(name) == known {
			return int64(n), ""
		}
	}
	return 0, faultKind
}

// id reads an id in any of its forms; null is absent.
func (d *jsonDecoder) id(id []byte) idForm {
	clear(id)
	switch d.peek() {
	case '"':
		return idFromText(id, d.str())
	case 'n':
		d.word("null")
		return idAbsent
	case '[', '{':
		list, ok := d.byteList(make([]byte, 0, 16), len(id))
		switch {
		case !ok:
			return idBad
		case len(list) == 0:
			return idAbsent
		case len(list) != len(id):
			return idBad
		}
		copy(id, list)
		return idList
	}
	d.skip()
	return idBad
}

// byteList reads [1,2,...] or {"type":"Buffer","data":[1,2,...]} behind dst. ok is
// false where it is neither or has more than limit elements.
func (d *jsonDecoder) byteList(dst []byte, limit int) (list []byte, ok bool) {
	if d.peek() == '{' {
		for w := d.object(); d.next(&w); {
			if string(w.key) == "data" && d.peek() == '[' {
				dst, ok = d.byteList(dst[:0], limit)
			} else {
				d.skip()
			}
		}
		return dst, ok
	}
	ok = true
	for w := d.array(); d.next(&w); {
		text, isText := d.digits()
		n, isUint := uintOf(text)
		if !isText || !isUint || n > math.MaxUint8 || len(dst) >= limit {
			ok = false
			continue
		}
		dst = append(dst, byte(n))
	}
	return dst, ok
}
