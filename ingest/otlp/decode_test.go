package otlp

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	coltracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/treeline-dev/treeline/ingest/convention"
	"github.com/treeline-dev/treeline/trace"
)

// equal compares decoded requests; empty and missing lists are the same.
var equal = cmp.Options{cmpopts.EquateNaNs(), cmpopts.EquateEmpty()}

func TestProtobufDecodesWhatTheOfficialEncoderWrites(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		request := drawRequest(t)
		body, err := proto.Marshal(request)
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeProtobuf(body, Limits{})
		checkDecoded(t, request, got, err)
	})
}

func TestJSONDecodesWhatASenderWrites(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		request := drawRequest(t)
		w := jsonWriter{t: t}
		w.request(request)
		body := bytes.Clone(w.out.Bytes())
		if !json.Valid(body) {
			t.Fatalf("the test wrote no JSON: %s", body)
		}
		got, err := DecodeJSON(body, Limits{})
		checkDecoded(t, request, got, err)
	})
}

func checkDecoded(t *rapid.T, request *coltracepb.ExportTraceServiceRequest, got *Request, err error) {
	want, rejected, hopeless := wanted(request)
	var bad *InvalidError
	if hopeless {
		if !errors.As(err, &bad) {
			t.Fatalf("a request without any id gave %v", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.Groups, equal); diff != "" {
		t.Fatalf("groups (-want +got):\n%s", diff)
	}
	n := 0
	for _, r := range got.Rejected {
		n += r.Count
	}
	if n != rejected {
		t.Fatalf("%d spans rejected, want %d: %v", n, rejected, got.Rejected)
	}
}

// wanted is the plain reading of a request.
func wanted(request *coltracepb.ExportTraceServiceRequest) (groups []Group, rejected int, hopeless bool) {
	records, without := 0, 0
	for _, rs := range request.ResourceSpans {
		resource := &convention.Resource{Attributes: wantedAttributes(rs.GetResource().GetAttributes())}
		for _, ss := range rs.ScopeSpans {
			group := Group{Resource: resource, Scope: &convention.Scope{
				Name: ss.GetScope().GetName(), Version: ss.GetScope().GetVersion(), Attributes: wantedAttributes(ss.GetScope().GetAttributes()),
			}}
			for _, s := range ss.Spans {
				records++
				if len(s.TraceId)+len(s.SpanId) == 0 {
					without++
				}
				span := convention.Span{
					Flags: s.Flags, Name: s.Name, Kind: convention.SpanKind(s.Kind), StartNanos: s.StartTimeUnixNano, EndNanos: s.EndTimeUnixNano,
					Attributes: wantedAttributes(s.Attributes), StatusCode: uint8(s.GetStatus().GetCode()), StatusMessage: s.GetStatus().GetMessage(),
					DroppedAttributes: s.DroppedAttributesCount,
				}
				for _, e := range s.Events {
					span.Events = append(span.Events, convention.Event{Name: e.Name, TimeNanos: e.TimeUnixNano, Attributes: wantedAttributes(e.Attributes)})
				}
				for _, l := range s.Links {
					link := convention.Link{Attributes: wantedAttributes(l.Attributes)}
					copy(link.TraceID[:], l.TraceId)
					copy(link.SpanID[:], l.SpanId)
					if len(l.TraceId) == 16 && len(l.SpanId) == 8 && !link.TraceID.IsZero() && !link.SpanID.IsZero() {
						span.Links = append(span.Links, link)
					}
				}
				copy(span.ParentSpanID[:], s.ParentSpanId)
				if len(s.TraceId) != 16 || len(s.SpanId) != 8 || len(s.ParentSpanId)%8 != 0 || span.StartNanos > math.MaxInt64 || span.EndNanos > math.MaxInt64 {
					rejected++
					continue
				}
				copy(span.TraceID[:], s.TraceId)
				copy(span.SpanID[:], s.SpanId)
				if span.TraceID.IsZero() || span.SpanID.IsZero() {
					rejected++
					continue
				}
				group.Spans = append(group.Spans, span)
			}
			if len(group.Spans) > 0 {
				groups = append(groups, group)
			}
		}
	}
	return groups, rejected, records > 0 && without == records
}

func wantedAttributes(list []*commonpb.KeyValue) []convention.Attribute {
	var out []convention.Attribute
	for _, kv := range list {
		out = append(out, convention.Attribute{Key: kv.Key, Value: wantedValue(kv.Value)})
	}
	return out
}

func wantedValue(v *commonpb.AnyValue) convention.Value {
	switch v := v.GetValue().(type) {
	case *commonpb.AnyValue_StringValue:
		return convention.Value{Kind: convention.KindString, Text: v.StringValue}
	case *commonpb.AnyValue_BoolValue:
		n := int64(0)
		if v.BoolValue {
			n = 1
		}
		return convention.Value{Kind: convention.KindBool, Int: n}
	case *commonpb.AnyValue_IntValue:
		return convention.Value{Kind: convention.KindInt, Int: v.IntValue}
	case *commonpb.AnyValue_DoubleValue:
		return convention.Value{Kind: convention.KindDouble, Double: v.DoubleValue}
	case *commonpb.AnyValue_BytesValue:
		return convention.Value{Kind: convention.KindBytes, Text: string(v.BytesValue)}
	case *commonpb.AnyValue_StringValueStrindex:
		return convention.Value{Kind: convention.KindUnknown}
	case *commonpb.AnyValue_ArrayValue:
		out := convention.Value{Kind: convention.KindArray}
		for _, e := range v.ArrayValue.GetValues() {
			out.Array = append(out.Array, wantedValue(e))
		}
		return out
	case *commonpb.AnyValue_KvlistValue:
		return convention.Value{Kind: convention.KindMap, Map: wantedAttributes(v.KvlistValue.GetValues())}
	}
	return convention.Value{}
}

func drawRequest(t *rapid.T) *coltracepb.ExportTraceServiceRequest {
	request := &coltracepb.ExportTraceServiceRequest{}
	for range rapid.IntRange(0, 2).Draw(t, "resources") {
		rs := &tracepb.ResourceSpans{SchemaUrl: drawText(t)}
		if rapid.Bool().Draw(t, "has resource") {
			rs.Resource = &resourcepb.Resource{Attributes: drawAttributes(t, 2), DroppedAttributesCount: 1}
		}
		for range rapid.IntRange(0, 2).Draw(t, "scopes") {
			ss := &tracepb.ScopeSpans{SchemaUrl: drawText(t)}
			if rapid.Bool().Draw(t, "has scope") {
				ss.Scope = &commonpb.InstrumentationScope{Name: drawText(t), Version: drawText(t), Attributes: drawAttributes(t, 1)}
			}
			for range rapid.IntRange(0, 4).Draw(t, "spans") {
				ss.Spans = append(ss.Spans, drawSpan(t))
			}
			rs.ScopeSpans = append(rs.ScopeSpans, ss)
		}
		request.ResourceSpans = append(request.ResourceSpans, rs)
	}
	return request
}

func drawSpan(t *rapid.T) *tracepb.Span {
	span := &tracepb.Span{
		TraceId: drawID(t, 16), SpanId: drawID(t, 8), TraceState: drawText(t), Name: drawText(t),
		Kind:              tracepb.Span_SpanKind(rapid.IntRange(0, 5).Draw(t, "kind")),
		StartTimeUnixNano: rapid.Uint64().Draw(t, "start") >> rapid.IntRange(0, 4).Draw(t, "shift"), EndTimeUnixNano: rapid.Uint64().Draw(t, "end") >> 1,
		Attributes: drawAttributes(t, 3), DroppedAttributesCount: rapid.Uint32().Draw(t, "dropped"), DroppedEventsCount: 3, DroppedLinksCount: 4,
		Flags: rapid.Uint32().Draw(t, "flags"),
	}
	if rapid.Bool().Draw(t, "has parent") {
		span.ParentSpanId = drawID(t, 8)
	}
	if rapid.Bool().Draw(t, "has status") {
		span.Status = &tracepb.Status{Message: drawText(t), Code: tracepb.Status_StatusCode(rapid.IntRange(0, 2).Draw(t, "code"))}
	}
	for range rapid.IntRange(0, 2).Draw(t, "events") {
		span.Events = append(span.Events, &tracepb.Span_Event{
			TimeUnixNano: rapid.Uint64().Draw(t, "time"), Name: drawText(t), Attributes: drawAttributes(t, 1), DroppedAttributesCount: 2,
		})
	}
	for range rapid.IntRange(0, 2).Draw(t, "links") {
		span.Links = append(span.Links, &tracepb.Span_Link{
			TraceId: drawID(t, 16), SpanId: drawID(t, 8), TraceState: drawText(t), Attributes: drawAttributes(t, 1), Flags: 7,
		})
	}
	return span
}

// drawID mostly gives a proper id, else one that is zero, missing or of a wrong
// length that is not the length of a tolerated form.
func drawID(t *rapid.T, size int) []byte {
	switch rapid.IntRange(0, 30).Draw(t, "id form") {
	case 0:
		return make([]byte, size)
	case 1:
		return nil
	case 2:
		return bytes.Repeat([]byte{0xfe}, rapid.SampledFrom([]int{1, 7, 9, 15, 17, 33}).Draw(t, "id size"))
	}
	return rapid.SliceOfN(rapid.ByteRange(1, 255), size, size).Draw(t, "id")
}

func drawText(t *rapid.T) string {
	switch rapid.IntRange(0, 5).Draw(t, "text form") {
	case 0:
		return ""
	case 1:
		return rapid.String().Draw(t, "any text")
	case 2:
		return rapid.SampledFrom([]string{"\x00", "a\"b\\c/d\b\f\n\r\t", "\u2028<&>", "\U0001F600", "\uFFFD", strings.Repeat("long ", 60)}).Draw(t, "odd text")
	}
	return rapid.StringMatching(`[a-z.]{1,12}`).Draw(t, "plain text")
}

func drawAttributes(t *rapid.T, depth int) []*commonpb.KeyValue {
	var list []*commonpb.KeyValue
	for range rapid.IntRange(0, 3).Draw(t, "attributes") {
		list = append(list, &commonpb.KeyValue{Key: drawText(t), Value: drawValue(t, depth)})
	}
	return list
}

func drawValue(t *rapid.T, depth int) *commonpb.AnyValue {
	kinds := 6
	if depth > 0 {
		kinds = 8
	}
	switch rapid.IntRange(0, kinds).Draw(t, "value kind") {
	case 0:
		return nil
	case 1:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: drawText(t)}}
	case 2:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_BoolValue{BoolValue: rapid.Bool().Draw(t, "bool")}}
	case 3:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_IntValue{IntValue: rapid.Int64().Draw(t, "int")}}
	case 4:
		n := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, 1e300, 5e-324})).Draw(t, "double")
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_DoubleValue{DoubleValue: n}}
	case 5:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_BytesValue{BytesValue: rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")}}
	case 6:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValueStrindex{StringValueStrindex: 5}}
	case 7:
		list := &commonpb.ArrayValue{}
		for range rapid.IntRange(0, 3).Draw(t, "elements") {
			list.Values = append(list.Values, drawFilled(t, depth-1))
		}
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_ArrayValue{ArrayValue: list}}
	}
	return &commonpb.AnyValue{Value: &commonpb.AnyValue_KvlistValue{KvlistValue: &commonpb.KeyValueList{Values: drawAttributes(t, depth-1)}}}
}

// drawFilled never gives nil, which protobuf cannot hold in a list.
func drawFilled(t *rapid.T, depth int) *commonpb.AnyValue {
	if v := drawValue(t, depth); v != nil {
		return v
	}
	return &commonpb.AnyValue{}
}

// jsonWriter writes OTLP/JSON in all the ways that senders have.
type jsonWriter struct {
	t   *rapid.T
	out bytes.Buffer
}

func (w *jsonWriter) either(what string) bool { return rapid.Bool().Draw(w.t, what) }

type member struct {
	key   string
	write func()
}

// object writes members in any order, with unknown ones between them.
func (w *jsonWriter) object(members ...member) {
	if w.either("unknown member") {
		members = append(members, member{"futureField", func() { w.out.WriteString(`{"a":[1,{"b":"]}\""},null,true,-1.5e3]}`) }})
	}
	if w.either("shuffle") {
		members = rapid.Permutation(members).Draw(w.t, "order")
	}
	w.out.WriteByte('{')
	for i, m := range members {
		if i > 0 {
			w.out.WriteByte(',')
		}
		w.space()
		w.text(m.key)
		w.space()
		w.out.WriteByte(':')
		w.space()
		m.write()
	}
	w.space()
	w.out.WriteByte('}')
}

func (w *jsonWriter) space() {
	w.out.WriteString(rapid.SampledFrom([]string{"", "", " ", "\r\n\t"}).Draw(w.t, "space"))
}

func list[T any](w *jsonWriter, items []T, each func(T)) {
	w.out.WriteByte('[')
	for i, item := range items {
		if i > 0 {
			w.out.WriteByte(',')
		}
		w.space()
		each(item)
	}
	w.out.WriteByte(']')
}

func (w *jsonWriter) text(s string) {
	if !w.either("escape") {
		b, err := json.Marshal(s)
		if err != nil {
			w.t.Fatal(err)
		}
		w.out.Write(b)
		return
	}
	w.out.WriteByte('"')
	for _, unit := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&w.out, rapid.SampledFrom([]string{`\u%04x`, `\u%04X`}).Draw(w.t, "case"), unit)
	}
	w.out.WriteByte('"')
}

func (w *jsonWriter) id(id []byte) {
	proper := len(id) == 16 || len(id) == 8
	switch {
	case proper && w.either("base64 id"):
		w.text(base64.StdEncoding.EncodeToString(id))
	case proper && w.either("buffer id"):
		w.out.WriteString(`{"type":"Buffer","data":`)
		list(w, id, func(b byte) { fmt.Fprint(&w.out, b) })
		w.out.WriteByte('}')
	case w.either("upper case id"):
		w.text(strings.ToUpper(hex.EncodeToString(id)))
	default:
		w.text(hex.EncodeToString(id))
	}
}

func (w *jsonWriter) uint(n uint64) {
	switch rapid.IntRange(0, 2).Draw(w.t, "number form") {
	case 0:
		fmt.Fprintf(&w.out, `"%d"`, n)
	case 1:
		fmt.Fprint(&w.out, n)
	default:
		fmt.Fprintf(&w.out, `{"low":%d,"high":%d,"unsigned":true}`, int32(n), int32(n>>32))
	}
}

func (w *jsonWriter) enum(n int32, names map[int32]string) {
	if w.either("enum name") {
		w.text(names[n])
		return
	}
	fmt.Fprint(&w.out, n)
}

func (w *jsonWriter) request(r *coltracepb.ExportTraceServiceRequest) {
	w.object(member{"resourceSpans", func() { list(w, r.ResourceSpans, w.resourceSpans) }})
}

func (w *jsonWriter) resourceSpans(rs *tracepb.ResourceSpans) {
	members := []member{
		{"scopeSpans", func() { list(w, rs.ScopeSpans, w.scopeSpans) }},
		{"schemaUrl", func() { w.text(rs.SchemaUrl) }},
	}
	if rs.Resource != nil {
		members = append(members, member{"resource", func() { w.object(w.attributes(rs.Resource.Attributes)) }})
	}
	w.object(members...)
}

func (w *jsonWriter) scopeSpans(ss *tracepb.ScopeSpans) {
	members := []member{{"spans", func() { list(w, ss.Spans, w.span) }}}
	if s := ss.Scope; s != nil {
		members = append(members, member{"scope", func() {
			w.object(member{"name", func() { w.text(s.Name) }}, member{"version", func() { w.text(s.Version) }}, w.attributes(s.Attributes))
		}})
	}
	w.object(members...)
}

func (w *jsonWriter) span(s *tracepb.Span) {
	members := []member{
		{"traceId", func() { w.id(s.TraceId) }}, {"spanId", func() { w.id(s.SpanId) }}, {"traceState", func() { w.text(s.TraceState) }},
		{"name", func() { w.text(s.Name) }}, {"kind", func() { w.enum(int32(s.Kind), tracepb.Span_SpanKind_name) }},
		{"startTimeUnixNano", func() { w.uint(s.StartTimeUnixNano) }}, {"endTimeUnixNano", func() { w.uint(s.EndTimeUnixNano) }},
		w.attributes(s.Attributes), {"droppedAttributesCount", func() { fmt.Fprint(&w.out, s.DroppedAttributesCount) }},
		{"flags", func() { fmt.Fprint(&w.out, s.Flags) }},
		{"events", func() {
			list(w, s.Events, func(e *tracepb.Span_Event) {
				w.object(member{"timeUnixNano", func() { w.uint(e.TimeUnixNano) }}, member{"name", func() { w.text(e.Name) }}, w.attributes(e.Attributes))
			})
		}},
		{"links", func() {
			list(w, s.Links, func(l *tracepb.Span_Link) {
				w.object(member{"traceId", func() { w.id(l.TraceId) }}, member{"spanId", func() { w.id(l.SpanId) }}, w.attributes(l.Attributes))
			})
		}},
	}
	if s.ParentSpanId != nil || w.either("empty parent") {
		members = append(members, member{"parentSpanId", func() { w.id(s.ParentSpanId) }})
	}
	if s.Status != nil {
		members = append(members, member{"status", func() {
			w.object(member{"message", func() { w.text(s.Status.Message) }}, member{"code", func() { w.enum(int32(s.Status.Code), tracepb.Status_StatusCode_name) }})
		}})
	}
	w.object(members...)
}

func (w *jsonWriter) attributes(attributes []*commonpb.KeyValue) member {
	return member{"attributes", func() { w.keyValues(attributes) }}
}

func (w *jsonWriter) keyValues(attributes []*commonpb.KeyValue) {
	list(w, attributes, func(kv *commonpb.KeyValue) {
		members := []member{{"key", func() { w.text(kv.Key) }}}
		if kv.Value != nil {
			members = append(members, member{"value", func() { w.value(kv.Value) }})
		}
		w.object(members...)
	})
}

func (w *jsonWriter) value(v *commonpb.AnyValue) {
	w.out.WriteByte('{')
	defer w.out.WriteByte('}')
	switch v := v.GetValue().(type) {
	case *commonpb.AnyValue_StringValue:
		w.out.WriteString(`"stringValue":`)
		w.text(v.StringValue)
	case *commonpb.AnyValue_BoolValue:
		fmt.Fprintf(&w.out, `"boolValue":%t`, v.BoolValue)
	case *commonpb.AnyValue_IntValue:
		w.out.WriteString(`"intValue":`)
		if w.either("int as text") {
			fmt.Fprintf(&w.out, `"%d"`, v.IntValue)
		} else {
			fmt.Fprint(&w.out, v.IntValue)
		}
	case *commonpb.AnyValue_DoubleValue:
		w.out.WriteString(`"doubleValue":`)
		switch {
		case math.IsNaN(v.DoubleValue):
			w.out.WriteString(`"NaN"`)
		case math.IsInf(v.DoubleValue, 0):
			fmt.Fprintf(&w.out, `"%s"`, strings.TrimPrefix(strings.Replace(fmt.Sprint(v.DoubleValue), "Inf", "Infinity", 1), "+"))
		case w.either("double as text"):
			fmt.Fprintf(&w.out, `"%s"`, strconv.FormatFloat(v.DoubleValue, 'g', -1, 64))
		default:
			w.out.WriteString(strconv.FormatFloat(v.DoubleValue, 'g', -1, 64))
		}
	case *commonpb.AnyValue_BytesValue:
		w.out.WriteString(`"bytesValue":`)
		w.text(rapid.SampledFrom([]*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding}).Draw(w.t, "base64").EncodeToString(v.BytesValue))
	case *commonpb.AnyValue_StringValueStrindex:
		w.out.WriteString(`"stringValueStrindex":5`)
	case *commonpb.AnyValue_ArrayValue:
		w.out.WriteString(`"arrayValue":{"values":`)
		list(w, v.ArrayValue.GetValues(), w.value)
		w.out.WriteByte('}')
	case *commonpb.AnyValue_KvlistValue:
		w.out.WriteString(`"kvlistValue":{"values":`)
		w.keyValues(v.KvlistValue.GetValues())
		w.out.WriteByte('}')
	}
}

const (
	hexTrace = "0af7651916cd43dd8448eb211c80319c"
	hexSpan  = "b7ad6b7169203331"
)

// jsonSpans wraps spans in an envelope.
func jsonSpans(spans ...string) []byte {
	return []byte(`{"resourceSpans":[{"scopeSpans":[{"spans":[` + strings.Join(spans, ",") + `]}]}]}`)
}

// jsonSpan is a good span with more members.
func jsonSpan(more string) string {
	return `{"traceId":"` + hexTrace + `","spanId":"` + hexSpan + `"` + more + `}`
}

// protoSpans wraps spans, given as the bytes of Span messages, in an envelope.
func protoSpans(spans ...[]byte) []byte {
	var scope []byte
	for _, span := range spans {
		scope = appendBytes(scope, scopeSpansSpans, span)
	}
	return appendBytes(nil, requestResourceSpans, appendBytes(nil, resourceSpansScopeSpans, scope))
}

func appendBytes(b []byte, number protowire.Number, data []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, number, protowire.BytesType), data)
}

// protoSpan is a good span with more fields behind its ids.
func protoSpan(more ...byte) []byte {
	b := appendBytes(nil, spanTraceID, []byte("0123456789abcdef"))
	return append(appendBytes(b, spanSpanID, []byte("01234567")), more...)
}

func TestJSONFaultsOfOneSpanLeaveItsNeighboursAlone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		span   string
		reason spanFault
	}{
		"no trace id":            {`{"spanId":"` + hexSpan + `"}`, faultNoTraceID},
		"null span id":           {`{"traceId":"` + hexTrace + `","spanId":null}`, faultNoSpanID},
		"short trace id":         {`{"traceId":"0af765","spanId":"` + hexSpan + `"}`, faultTraceID},
		"trace id not hex":       {`{"traceId":"` + strings.Repeat("xy", 16) + `","spanId":"` + hexSpan + `"}`, faultTraceID},
		"zero trace id":          {`{"traceId":"` + strings.Repeat("0", 32) + `","spanId":"` + hexSpan + `"}`, faultZeroTraceID},
		"zero span id":           {`{"traceId":"` + hexTrace + `","spanId":"0000000000000000"}`, faultZeroSpanID},
		"long span id":           {`{"traceId":"` + hexTrace + `","spanId":"` + hexTrace + `"}`, faultSpanID},
		"number as span id":      {`{"traceId":"` + hexTrace + `","spanId":12}`, faultSpanID},
		"bytes beyond 255":       {`{"traceId":"` + hexTrace + `","spanId":[256,1,1,1,1,1,1,1]}`, faultSpanID},
		"bad parent":             {jsonSpan(`,"parentSpanId":"12"`), faultParentID},
		"not an object":          {`17`, faultNotObject},
		"name is a number":       {jsonSpan(`,"name":5`), faultText},
		"time is text":           {jsonSpan(`,"startTimeUnixNano":"yesterday"`), faultNumber},
		"negative time":          {jsonSpan(`,"startTimeUnixNano":-5`), faultNumber},
		"time is a list":         {jsonSpan(`,"endTimeUnixNano":[1]`), faultNumber},
		"time beyond int64":      {jsonSpan(`,"endTimeUnixNano":"9223372036854775808"`), faultTime},
		"odd kind":               {jsonSpan(`,"kind":"SPAN_KIND_TELEPATHY"`), faultKind},
		"status is text":         {jsonSpan(`,"status":"ok"`), faultStatusObject},
		"attribute is text":      {jsonSpan(`,"attributes":["a"]`), faultAttribute},
		"bare value":             {jsonSpan(`,"attributes":[{"key":"a","value":"b"}]`), faultValue},
		"int is text":            {jsonSpan(`,"attributes":[{"key":"a","value":{"intValue":"b"}}]`), faultValueContent},
		"int beyond int64":       {jsonSpan(`,"attributes":[{"key":"a","value":{"intValue":9223372036854775808}}]`), faultValueContent},
		"bad base64":             {jsonSpan(`,"attributes":[{"key":"a","value":{"bytesValue":"***"}}]`), faultValueContent},
		"bad element":            {jsonSpan(`,"attributes":[{"key":"a","value":{"arrayValue":{"values":[{"boolValue":1},{"intValue":3}]}}}]`), faultValueContent},
		"bad nested attribute":   {jsonSpan(`,"attributes":[{"key":"a","value":{"kvlistValue":{"values":[5,{"key":"b"}]}}}]`), faultAttribute},
		"event is text":          {jsonSpan(`,"events":["x",{"name":"y"}]`), faultEventOrLink},
		"event name is a number": {jsonSpan(`,"events":[{"name":1,"attributes":[]}]`), faultText},
		"link is text":           {jsonSpan(`,"links":["x"]`), faultEventOrLink},
		"fault before the ids":   {`{"name":7,"spanId":"` + hexSpan + `"}`, faultNoTraceID},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := DecodeJSON(jsonSpans(jsonSpan(`,"name":"before"`), test.span, jsonSpan(`,"name":"behind","attributes":[{"key":"k","value":{"intValue":1}}]`)), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]Rejection{{string(test.reason), 1}}, got.Rejected); diff != "" {
				t.Errorf("rejected (-want +got):\n%s", diff)
			}
			if got.Spans() != 2 || got.Groups[0].Spans[0].Name != "before" || got.Groups[0].Spans[1].Name != "behind" || len(got.Groups[0].Spans[1].Attributes) != 1 {
				t.Errorf("neighbours changed: %+v", got.Groups)
			}
		})
	}
}

func TestJSONTakesWhatOtherSendersWrite(t *testing.T) {
	t.Parallel()
	value := func(v string) string { return jsonSpan(`,"attributes":[{"key":"k","value":` + v + `}]`) }
	attribute := func(v convention.Value) func(*convention.Span) {
		return func(s *convention.Span) { s.Attributes = []convention.Attribute{{Key: "k", Value: v}} }
	}
	for name, test := range map[string]struct {
		span string
		want func(*convention.Span)
	}{
		"upper-case ids":       {strings.ToUpper(hexTrace) + " ", nil},
		"times as halves":      {jsonSpan(`,"startTimeUnixNano":{"high":395812000,"low":-1}`), func(s *convention.Span) { s.StartNanos = 395812000<<32 | math.MaxUint32 }},
		"time in exponents":    {jsonSpan(`,"startTimeUnixNano":1.7e+18`), func(s *convention.Span) { s.StartNanos = 1_700_000_000_000_000_000 }},
		"empty time":           {jsonSpan(`,"endTimeUnixNano":""`), nil},
		"null members":         {jsonSpan(`,"parentSpanId":null,"name":null,"kind":null,"endTimeUnixNano":null,"attributes":null,"events":null,"links":null,"status":null`), nil},
		"short enum name":      {jsonSpan(`,"kind":"client","status":{"code":"ERROR"}`), func(s *convention.Span) { s.Kind, s.StatusCode = convention.SpanClient, 2 }},
		"enum as text":         {jsonSpan(`,"kind":"3","status":{"code":"2"}`), func(s *convention.Span) { s.Kind, s.StatusCode = convention.SpanClient, 2 }},
		"future enum":          {jsonSpan(`,"kind":17,"status":{"code":-4}`), nil},
		"lone surrogate":       {jsonSpan(`,"name":"a\ud800b\udc00\ud800\u0041"`), func(s *convention.Span) { s.Name = "a\uFFFDb\uFFFD\uFFFDA" }},
		"NUL":                  {jsonSpan(`,"name":"a\u0000b"`), func(s *convention.Span) { s.Name = "a\x00b" }},
		"invalid UTF-8":        {jsonSpan(",\"name\":\"a\xff\xfeb\""), func(s *convention.Span) { s.Name = "a\xff\xfeb" }},
		"raw control bytes":    {jsonSpan(",\"name\":\"a\x01\nb\""), func(s *convention.Span) { s.Name = "a\x01\nb" }},
		"int in fraction form": {value(`{"intValue":3.0}`), attribute(convention.Value{Kind: convention.KindInt, Int: 3})},
		"int as halves":        {value(`{"intValue":{"low":-1,"high":-1}}`), attribute(convention.Value{Kind: convention.KindInt, Int: -1})},
		"double as text":       {value(`{"doubleValue":"-Infinity"}`), attribute(convention.Value{Kind: convention.KindDouble, Double: math.Inf(-1)})},
		"double beyond range":  {value(`{"doubleValue":1e999}`), attribute(convention.Value{Kind: convention.KindDouble, Double: math.Inf(1)})},
		"bool as text":         {value(`{"boolValue":"true"}`), attribute(convention.Value{Kind: convention.KindBool, Int: 1})},
		"bytes as list":        {value(`{"bytesValue":[1,255]}`), attribute(convention.Value{Kind: convention.KindBytes, Text: "\x01\xff"})},
		"bytes as Buffer":      {value(`{"bytesValue":{"type":"Buffer","data":[65]}}`), attribute(convention.Value{Kind: convention.KindBytes, Text: "A"})},
		"bytes in two lines":   {value(`{"bytesValue":"QU\r\nJD"}`), attribute(convention.Value{Kind: convention.KindBytes, Text: "ABC"})},
		"null arms":            {value(`{"stringValue":null,"intValue":"7","boolValue":null}`), attribute(convention.Value{Kind: convention.KindInt, Int: 7})},
		"null value":           {value(`null`), attribute(convention.Value{})},
		"future arm":           {value(`{"tensorValue":{"x":[1]}}`), attribute(convention.Value{Kind: convention.KindUnknown})},
		"null array":           {value(`{"arrayValue":null}`), attribute(convention.Value{})},
		"link without target":  {jsonSpan(`,"links":[{"traceId":"12"},{"traceId":"` + hexTrace + `","spanId":"` + hexSpan + `"}]`), func(s *convention.Span) { s.Links = []convention.Link{{TraceID: s.TraceID, SpanID: s.SpanID}} }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := test.span
			if name == "upper-case ids" {
				text = `{"traceId":"` + strings.ToUpper(hexTrace) + `","spanId":"` + strings.ToUpper(hexSpan) + `"}`
			}
			got, err := DecodeJSON(jsonSpans(text), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if got.Spans() != 1 {
				t.Fatalf("rejected: %v", got.Rejected)
			}
			var want convention.Span
			want.TraceID, _, _ = trace.ParseTraceID(hexTrace)
			want.SpanID, _, _ = trace.ParseSpanID(hexSpan)
			if test.want != nil {
				test.want(&want)
			}
			if diff := cmp.Diff(want, got.Groups[0].Spans[0], equal); diff != "" {
				t.Errorf("span (-want +got):\n%s", diff)
			}
		})
	}
}

func TestJSONEnvelopes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body    string
		spans   int
		problem string // part of the error
		warning bool
	}{
		"empty":                    {body: ""},
		"white space":              {body: " \r\n"},
		"empty object":             {body: "{}"},
		"byte order mark":          {body: "\xef\xbb\xbf{}"},
		"no resources":             {body: `{"resourceSpans":[]}`},
		"null resources":           {body: `{"resourceSpans":null}`},
		"null inside":              {body: `{"resourceSpans":[{"resource":null,"scopeSpans":null}]}`},
		"library spans":            {body: `{"resourceSpans":[{"instrumentationLibrarySpans":[{"instrumentationLibrary":{"name":"lib"},"spans":[` + jsonSpan("") + `]}]}]}`, spans: 1},
		"scope behind its spans":   {body: `{"resourceSpans":[{"scopeSpans":[{"spans":[` + jsonSpan("") + `],"scope":{"name":"lib"}}]}]}`, spans: 1},
		"only unknown keys":        {body: `{"batch":[1,2]}`, warning: true},
		"logs":                     {body: `{"resourceLogs":[{}]}`, problem: "/v1/logs"},
		"metrics":                  {body: `{"resourceMetrics":[{}]}`, problem: "logs or metrics"},
		"snake case":               {body: `{"resource_spans":[]}`, problem: "lowerCamelCase"},
		"no ids at all":            {body: string(jsonSpans(`{"name":"a"}`, `{"name":"b"}`)), problem: "/v1/logs"},
		"attributes as an object":  {body: string(jsonSpans(jsonSpan(`,"attributes":{"a":"b"}`))), problem: "not a plain object"},
		"resource attributes so":   {body: `{"resourceSpans":[{"resource":{"attributes":{"a":1}}}]}`, problem: "not a plain object"},
		"map values as an object":  {body: string(jsonSpans(jsonSpan(`,"attributes":[{"key":"a","value":{"kvlistValue":{"values":{"a":1}}}}]`))), problem: "not a plain object"},
		"spans as an object":       {body: `{"resourceSpans":[{"scopeSpans":[{"spans":{}}]}]}`, problem: "spans must be a list"},
		"events as an object":      {body: string(jsonSpans(jsonSpan(`,"events":{}`))), problem: "events must be a list"},
		"resourceSpans as text":    {body: `{"resourceSpans":"x"}`, problem: "resourceSpans must be a list"},
		"resource spans as text":   {body: `{"resourceSpans":["x"]}`, problem: "not an object"},
		"resource as text":         {body: `{"resourceSpans":[{"resource":"x"}]}`, problem: "resource is not an object"},
		"a list":                   {body: `[]`, problem: "must be a JSON object"},
		"a text":                   {body: `"x"`, problem: "must be a JSON object"},
		"no JSON":                  {body: `hello`, problem: "must be a JSON object"},
		"ends early":               {body: `{"resourceSpans":[`, problem: "ends within"},
		"ends in a string":         {body: `{"resourceSp`, problem: "ends within"},
		"ends in an escape":        {body: `{"a\`, problem: "not valid JSON"},
		"more behind":              {body: `{} {}`, problem: "at byte 3"},
		"NUL behind":               {body: "{}\x00", problem: "at byte 2"},
		"comma at the end":         {body: `{"resourceSpans":[],}`, problem: "not valid JSON"},
		"no colon":                 {body: `{"resourceSpans" []}`, problem: "not valid JSON"},
		"bad escape":               {body: `{"a\q":1}`, problem: "not valid JSON"},
		"bad word":                 {body: `{"a":nul}`, problem: "not valid JSON"},
		"nested without end":       {body: `{"a":` + strings.Repeat("[", 100_000), problem: "nests deeper"},
		"objects nested":           {body: strings.Repeat(`{"a":`, 100_000), problem: "nests deeper"},
		"deep resource attributes": {body: `{"resourceSpans":[{"resource":{"attributes":[{"key":"a","value":` + deepJSON(129) + `}]}}]}`, problem: "resource or scope"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := DecodeJSON([]byte(test.body), Limits{})
			var bad *InvalidError
			switch {
			case test.problem != "":
				if !errors.As(err, &bad) || !strings.Contains(bad.Message, test.problem) {
					t.Fatalf("error is %v, want one with %q", err, test.problem)
				}
			case err != nil:
				t.Fatal(err)
			case got.Spans() != test.spans || len(got.Rejected) != 0 || (got.Warning != "") != test.warning:
				t.Fatalf("got %+v", got)
			case test.spans > 0 && got.Groups[0].Scope.Name != "lib":
				t.Fatalf("scope is %+v", got.Groups[0].Scope)
			}
		})
	}
}

// deepJSON is an AnyValue of so many levels.
func deepJSON(levels int) string {
	return strings.Repeat(`{"arrayValue":{"values":[`, levels-1) + `{"intValue":1}` + strings.Repeat(`]}}`, levels-1)
}

func deepProtobuf(levels int) []byte {
	value := []byte{valueInt << 3, 1}
	for range levels - 1 {
		value = appendBytes(nil, valueArray, appendBytes(nil, listValues, value))
	}
	return value
}

func TestValuesMayNest128Levels(t *testing.T) {
	t.Parallel()
	for levels, spans := range map[int]int{128: 2, 129: 1, 200: 1} {
		got, err := DecodeJSON(jsonSpans(jsonSpan(`,"attributes":[{"key":"a","value":`+deepJSON(levels)+`}]`), jsonSpan("")), Limits{})
		if err != nil || got.Spans() != spans {
			t.Errorf("JSON, %d levels: %v, %+v", levels, err, got)
		}
		attribute := appendBytes(appendBytes(nil, keyValueKey, []byte("a")), keyValueValue, deepProtobuf(levels))
		got, err = DecodeProtobuf(protoSpans(protoSpan(appendBytes(nil, spanAttributes, attribute)...), protoSpan()), Limits{})
		if err != nil || got.Spans() != spans {
			t.Errorf("protobuf, %d levels: %v, %+v", levels, err, got)
		}
	}
}

func TestProtobufFaultsOfOneSpanLeaveItsNeighboursAlone(t *testing.T) {
	t.Parallel()
	ids := func(traceID, spanID string) []byte {
		return appendBytes(appendBytes(nil, spanTraceID, []byte(traceID)), spanSpanID, []byte(spanID))
	}
	for name, test := range map[string]struct {
		span   []byte
		reason spanFault
	}{
		"empty":               {nil, faultNoTraceID},
		"no span id":          {appendBytes(nil, spanTraceID, []byte("0123456789abcdef")), faultNoSpanID},
		"short trace id":      {ids("0123", "01234567"), faultTraceID},
		"long span id":        {ids("0123456789abcdef", "012345678"), faultSpanID},
		"zero trace id":       {ids(strings.Repeat("\x00", 16), "01234567"), faultZeroTraceID},
		"zero span id":        {ids("0123456789abcdef", strings.Repeat("\x00", 8)), faultZeroSpanID},
		"32 bytes not hex":    {ids(strings.Repeat("z", 32), "01234567"), faultTraceID},
		"bad parent":          {protoSpan(appendBytes(nil, spanParentSpanID, []byte("x"))...), faultParentID},
		"cut field":           {protoSpan(spanName<<3|2, 50, 'x'), faultMalformed},
		"field number zero":   {protoSpan(0, 1), faultMalformed},
		"end of no group":     {protoSpan(20<<3&0x7f|4|0x80, 1), faultMalformed},
		"endless varint":      {protoSpan(bytes.Repeat([]byte{0xff}, 12)...), faultMalformed},
		"malformed attribute": {protoSpan(appendBytes(nil, spanAttributes, []byte{keyValueKey<<3 | 2, 9})...), faultMalformed},
		"malformed event":     {protoSpan(appendBytes(nil, spanEvents, []byte{0xff})...), faultMalformed},
		"malformed link":      {protoSpan(appendBytes(nil, spanLinks, []byte{0xff})...), faultMalformed},
		"malformed status":    {protoSpan(appendBytes(nil, spanStatus, []byte{0xff})...), faultMalformed},
		"time beyond int64":   {protoSpan(append([]byte{spanStart<<3 | 1}, bytes.Repeat([]byte{0xff}, 8)...)...), faultTime},
		"fault before ids":    {append(appendBytes(nil, spanAttributes, []byte{0xff}), ids("0123", "01234567")...), faultTraceID},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			good := protoSpan(appendBytes(appendBytes(nil, spanName, []byte("good")), spanAttributes, appendBytes(nil, keyValueKey, []byte("k")))...)
			got, err := DecodeProtobuf(protoSpans(good, test.span, good), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]Rejection{{string(test.reason), 1}}, got.Rejected); diff != "" {
				t.Errorf("rejected (-want +got):\n%s", diff)
			}
			want := convention.Span{
				TraceID: trace.TraceID([]byte("0123456789abcdef")), SpanID: trace.SpanID([]byte("01234567")), Name: "good",
				Attributes: []convention.Attribute{{Key: "k"}},
			}
			if diff := cmp.Diff([]convention.Span{want, want}, got.Groups[0].Spans, equal); diff != "" {
				t.Errorf("neighbours (-want +got):\n%s", diff)
			}
		})
	}
}

func TestProtobufToleratesOtherFormsOfIDs(t *testing.T) {
	t.Parallel()
	span := appendBytes(appendBytes(nil, spanTraceID, []byte(hexTrace)), spanSpanID, []byte(strings.ToUpper(hexSpan)))
	got, err := DecodeProtobuf(protoSpans(span), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Spans() != 1 || got.Groups[0].Spans[0].TraceID.String() != hexTrace || got.Groups[0].Spans[0].SpanID.String() != hexSpan || got.Tolerated.HexIDs != 2 {
		t.Errorf("got %+v", got)
	}
}

func TestProtobufPassesInvalidUTF8On(t *testing.T) {
	t.Parallel()
	const text = "a\xff\x00\xc3b"
	value := appendBytes(nil, valueString, []byte(text))
	attribute := appendBytes(appendBytes(nil, keyValueKey, []byte(text)), keyValueValue, value)
	got, err := DecodeProtobuf(protoSpans(protoSpan(appendBytes(appendBytes(nil, spanName, []byte(text)), spanAttributes, attribute)...)), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	span := got.Groups[0].Spans[0]
	if span.Name != text || span.Attributes[0].Key != text || span.Attributes[0].Value.Text != text {
		t.Errorf("text changed: %+v", span)
	}
}

func TestProtobufReadsFieldsInAnyOrder(t *testing.T) {
	t.Parallel()
	attribute := func(key string) []byte { return appendBytes(nil, keyValueKey, []byte(key)) }
	scope := appendBytes(nil, scopeSpansSpans, protoSpan())
	scope = appendBytes(scope, scopeSpansScope, appendBytes(nil, scopeName, []byte("lib")))
	scope = appendBytes(scope, scopeSpansScope, appendBytes(nil, scopeVersion, []byte("1")))
	resource := appendBytes(nil, resourceSpansScopeSpans, scope)
	resource = appendBytes(resource, resourceSpansLibrary, scope)
	resource = appendBytes(resource, resourceSpansResource, appendBytes(nil, resourceAttributes, attribute("a")))
	resource = appendBytes(resource, resourceSpansResource, appendBytes(nil, resourceAttributes, attribute("b")))
	body := append([]byte{60<<3&0x7f | 0x80 | 3, 3, 60<<3&0x7f | 0x80 | 4, 3}, appendBytes(nil, requestResourceSpans, resource)...)
	got, err := DecodeProtobuf(body, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Groups) != 2 || got.Groups[0].Resource != got.Groups[1].Resource {
		t.Fatalf("got %+v", got)
	}
	for _, group := range got.Groups {
		if group.Scope.Name != "lib" || group.Scope.Version != "1" || len(group.Resource.Attributes) != 2 || group.Resource.Attributes[1].Key != "b" {
			t.Errorf("group %+v %+v", group.Scope, group.Resource)
		}
	}
}

func TestProtobufRefusesWhatIsNoTraceExport(t *testing.T) {
	t.Parallel()
	logRecord := append([]byte{1<<3 | 1, 1, 2, 3, 4, 5, 6, 7, 8, 2 << 3, 9}, appendBytes(nil, 3, []byte("INFO"))...)
	logRecord = appendBytes(appendBytes(logRecord, 9, []byte("0123456789abcdef")), 10, []byte("01234567"))
	metric := appendBytes(appendBytes(nil, 1, []byte("http.server.time")), 2, []byte("how long"))
	metric = appendBytes(metric, 7, appendBytes(nil, 1, []byte{}))
	for name, test := range map[string]struct{ body, problem string }{
		"text":               {"hello world", "not an ExportTraceServiceRequest"},
		"JSON":               {`{"resourceSpans":[]}`, "not an ExportTraceServiceRequest"},
		"gzip":               {"\x1f\x8b\x08\x00\x00\x00\x00\x00", "not an ExportTraceServiceRequest"},
		"cut":                {string(protoSpans(protoSpan())[:20]), "not an ExportTraceServiceRequest"},
		"broken scope":       {string(appendBytes(nil, requestResourceSpans, appendBytes(nil, resourceSpansScopeSpans, []byte{0xff}))), "not an ExportTraceServiceRequest"},
		"broken resource":    {string(appendBytes(nil, requestResourceSpans, appendBytes(nil, resourceSpansResource, []byte{0xff}))), "not an ExportTraceServiceRequest"},
		"logs":               {string(protoSpans(logRecord, logRecord)), "/v1/logs"},
		"metrics":            {string(protoSpans(metric)), "logs or metrics"},
		"nothing but no ids": {string(protoSpans(nil, nil)), "/v1/logs"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := DecodeProtobuf([]byte(test.body), Limits{})
			var bad *InvalidError
			if !errors.As(err, &bad) || !strings.Contains(bad.Message, test.problem) {
				t.Fatalf("got %+v, %v, want an error with %q", got, err, test.problem)
			}
		})
	}
}

func TestDecodersStayWithinTheirMemory(t *testing.T) {
	t.Parallel()
	const n = 1 << 20
	many := func(number protowire.Number, element []byte) []byte {
		one := appendBytes(nil, number, element)
		return bytes.Repeat(one, n)
	}
	for name, decode := range map[string]func(Limits) (*Request, error){
		"protobuf spans": func(l Limits) (*Request, error) { return DecodeProtobuf(protoSpans(make([][]byte, n/2)...), l) },
		"protobuf attributes": func(l Limits) (*Request, error) {
			return DecodeProtobuf(protoSpans(protoSpan(many(spanAttributes, nil)...)), l)
		},
		"protobuf events": func(l Limits) (*Request, error) {
			return DecodeProtobuf(protoSpans(protoSpan(many(spanEvents, nil)...)), l)
		},
		"protobuf links": func(l Limits) (*Request, error) {
			return DecodeProtobuf(protoSpans(protoSpan(many(spanLinks, nil)...)), l)
		},
		"protobuf elements": func(l Limits) (*Request, error) {
			value := appendBytes(nil, valueArray, many(listValues, nil))
			return DecodeProtobuf(protoSpans(protoSpan(appendBytes(nil, spanAttributes, appendBytes(nil, keyValueValue, value))...)), l)
		},
		"JSON spans": func(l Limits) (*Request, error) {
			return DecodeJSON(jsonSpans(strings.Repeat(jsonSpan("")+",", n/8)+jsonSpan("")), l)
		},
		"JSON attributes": func(l Limits) (*Request, error) {
			return DecodeJSON(jsonSpans(jsonSpan(`,"attributes":[`+strings.Repeat("{},", n)+`{}]`)), l)
		},
		"JSON elements": func(l Limits) (*Request, error) {
			return DecodeJSON(jsonSpans(jsonSpan(`,"attributes":[{"value":{"arrayValue":{"values":[`+strings.Repeat("{},", n)+`{}]}}}]`)), l)
		},
		"JSON events": func(l Limits) (*Request, error) {
			return DecodeJSON(jsonSpans(jsonSpan(`,"events":[`+strings.Repeat("{},", n)+`{}]`)), l)
		},
		"JSON bytes": func(l Limits) (*Request, error) {
			return DecodeJSON(jsonSpans(jsonSpan(`,"attributes":[{"value":{"bytesValue":"`+strings.Repeat("AAAA", 4*n)+`"}}]`)), l)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := decode(Limits{MaxMemory: 8 << 20}); !errors.Is(err, ErrTooManyElements) {
				t.Errorf("error is %v", err)
			}
			var reserved int64
			full := errors.New("full")
			_, err := decode(Limits{Reserve: func(n int64) error {
				if reserved += n; reserved > 4<<20 {
					return full
				}
				return nil
			}})
			if !errors.Is(err, full) {
				t.Errorf("the error of Reserve became %v", err)
			}
		})
	}
}

func TestRejectionsAreMergedAndBounded(t *testing.T) {
	t.Parallel()
	var list []Rejection
	for i := range 1000 {
		list = addRejection(list, fmt.Sprintf("reason %d %s", i, strings.Repeat("é", 20)), 1)
		list = addRejection(list, "again", 1)
	}
	if len(list) > maxReasons {
		t.Errorf("%d reasons", len(list))
	}
	got := summarize(&traceSignal, list, "and a warning")
	if got.rejected != 2000 || len(got.message) > maxMessage || !strings.Contains(got.message, "1000 spans: again") {
		t.Errorf("got %d, %d bytes: %s", got.rejected, len(got.message), got.message)
	}
	if got := summarize(&traceSignal, []Rejection{{"a", 2}, {"a score is gone", 0}}, ""); got.message != "2 spans: a; a score is gone" || got.rejected != 2 {
		t.Errorf("what is left out of a span: %+v", got)
	}
	if got := summarize(&traceSignal, []Rejection{{"a", 2}, {"b", 1}}, ""); got.message != "2 spans: a; 1 span: b" {
		t.Errorf("message is %q", got.message)
	}
}
