package convention

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/treeline-dev/treeline/trace"
)

// Explanation says how a span is read and why.
type Explanation struct {
	// Mapping is what the span means.
	Mapping Mapping
	// TypeSources are the inputs that decide the type.
	TypeSources []string
	// Fields are the typed fields that have a value.
	Fields []ExplainedField
	// Ignored are the keys of the attributes that decide no field. They are kept
	// among the raw attributes.
	Ignored []string
}

// ExplainedField is one field with what it was read from: keys of attributes,
// and other parts of the span in words, such as "span name", "event exception",
// "log gen_ai.choice" or "resource service.name".
type ExplainedField struct {
	Name, Value string
	Sources     []string
}

// Explain maps a span and finds out what each field comes from.
//
// The mapping keeps no account of its sources, which would cost every span of
// every customer. They are found by experiment instead: one input after the other
// is changed a little, the span is mapped again, and the fields that differ depend
// on that input. So an input that a stronger one overrules is not named, and what
// is said holds for whatever the rules are. It takes some mappings for each
// attribute, which is for people who look at a span, not for ingest.
func Explain(resource *Resource, scope *Scope, span *Span, received time.Time) Explanation {
	x := experiment{resource: resource, scope: scope, span: span, received: received}
	e := Explanation{Mapping: Map(resource, scope, span, received)}
	if e.Mapping.Observation == nil {
		return e
	}
	// With its type fixed, a span of which an attribute is changed differs only in
	// the fields that are read from it.
	x.kind = strings.ToLower(e.Mapping.Observation.Type().String())
	x.typed = typeOf(e.Mapping)
	x.fields = fieldsOf(x.pinned(span, resource))
	x.sources = make(map[string][]string, len(x.fields))
	x.tryAttributes(&e)
	x.tryOthers(&e)
	for _, field := range fieldsOf(e.Mapping) {
		e.Fields = append(e.Fields, ExplainedField{Name: field.name, Value: field.value, Sources: x.sources[field.name]})
	}
	return e
}

// typeOf is the type with the number of its rule.
func typeOf(m Mapping) string {
	if m.Observation == nil {
		return "dropped"
	}
	rule, _, _ := strings.Cut(m.Observation.Core().TypeRule, " ")
	return m.Observation.Type().String() + " " + rule
}

// experiment is the state of Explain.
type experiment struct {
	resource    *Resource
	scope       *Scope
	span        *Span
	received    time.Time
	kind, typed string
	fields      []readField
	sources     map[string][]string
}

// pinned maps a span with its type fixed.
func (x *experiment) pinned(span *Span, resource *Resource) Mapping {
	fixed := *span
	fixed.Attributes = append(slices.Clone(span.Attributes), Attribute{Key: AttrType, Value: *stringValue(x.kind)})
	return Map(resource, x.scope, &fixed, x.received)
}

// credit notes an input as the source of all fields that differ, and reports
// whether there are any.
func (x *experiment) credit(source string, m Mapping) bool {
	changed := map[string]string{}
	for _, field := range fieldsOf(m) {
		changed[field.name] = field.value
	}
	found := false
	for _, field := range x.fields {
		if value, ok := changed[field.name]; ok && value == field.value {
			continue
		}
		found = true
		if !slices.Contains(x.sources[field.name], source) {
			x.sources[field.name] = append(x.sources[field.name], source)
		}
	}
	return found
}

// decides notes an input that the type depends on.
func (x *experiment) decides(e *Explanation, source string, span *Span) bool {
	if typeOf(Map(x.resource, x.scope, span, x.received)) == x.typed {
		return false
	}
	if !slices.Contains(e.TypeSources, source) {
		e.TypeSources = append(e.TypeSources, source)
	}
	return true
}

func (x *experiment) tryAttributes(e *Explanation) {
	for i := range x.span.Attributes {
		key := x.span.Attributes[i].Key
		found := false
		for _, changed := range append(variants(&x.span.Attributes[i].Value), Value{}) {
			span := *x.span
			span.Attributes = slices.Clone(x.span.Attributes)
			span.Attributes[i].Value = changed
			found = x.decides(e, key, &span) || found
			found = x.credit(key, x.pinned(&span, x.resource)) || found
			if found && changed.Kind != KindEmpty {
				break
			}
		}
		if !found && !slices.Contains(e.Ignored, key) {
			e.Ignored = append(e.Ignored, key)
		}
	}
}

// tryOthers changes what is no attribute of the span.
func (x *experiment) tryOthers(e *Explanation) {
	try := func(source string, change func(*Span)) {
		span := *x.span
		change(&span)
		x.decides(e, source, &span)
		x.credit(source, x.pinned(&span, x.resource))
	}
	try("span name", func(s *Span) { s.Name = "~" + s.Name + "~" })
	try("span kind", func(s *Span) { s.Kind = SpanServer })
	try("span times", func(s *Span) { s.StartNanos, s.EndNanos = s.StartNanos+1e9, s.EndNanos+3e9 })
	try("parent span id", func(s *Span) { s.ParentSpanID[0] ^= 1 })
	try("span flags", func(s *Span) { s.Flags ^= 3 << 8 })
	try("span status", func(s *Span) { s.StatusCode = (s.StatusCode + 1) % 3 })
	try("span status", func(s *Span) { s.StatusCode = (s.StatusCode + 2) % 3 })
	try("status message", func(s *Span) { s.StatusMessage = "~" + s.StatusMessage })
	for i := range x.span.Events {
		try("event "+x.span.Events[i].EventName(), func(s *Span) { s.Events = without(s.Events, i) })
	}
	for i := range x.span.Logs {
		try("log "+x.span.Logs[i].EventName(), func(s *Span) { s.Logs = without(s.Logs, i) })
	}
	for i := range x.span.Links {
		try("links", func(s *Span) { s.Links = without(s.Links, i) })
	}
	if x.scope != nil {
		x.sources["scope.name"] = append(x.sources["scope.name"], "scope")
		x.sources["scope.version"] = append(x.sources["scope.version"], "scope")
	}
	if x.resource == nil {
		return
	}
	for i := range x.resource.Attributes {
		for _, changed := range append(variants(&x.resource.Attributes[i].Value), Value{}) {
			resource := &Resource{Attributes: slices.Clone(x.resource.Attributes)}
			resource.Attributes[i].Value = changed
			if x.credit("resource "+x.resource.Attributes[i].Key, x.pinned(x.span, resource)) {
				break
			}
		}
	}
}

func without[T any](list []T, i int) []T { return slices.Delete(slices.Clone(list), i, i+1) }

// variants are values that a field cannot take for the same: first one of the
// same shape, as a reader that finds nonsense may turn to another source.
func variants(v *Value) []Value {
	changed := *v
	switch v.Kind {
	case KindInt, KindBool:
		changed.Int = 1 - v.Int
		if v.Kind == KindInt && v.Int < math.MaxInt64 {
			changed.Int = v.Int + 1
		}
	case KindDouble:
		changed.Double = v.Double + 0.5
	case KindArray:
		changed.Array = make([]Value, len(v.Array))
		for i := range v.Array {
			changed.Array[i] = variants(&v.Array[i])[0]
		}
	case KindMap:
		changed.Map = make([]Attribute, len(v.Map))
		for i := range v.Map {
			changed.Map[i] = Attribute{Key: v.Map[i].Key, Value: variants(&v.Map[i].Value)[0]}
		}
	case KindString:
		return textVariants(v)
	default:
		changed.Text += "~"
	}
	return []Value{changed}
}

func textVariants(v *Value) []Value {
	marked := *stringValue("~" + v.Text + "~")
	if n, err := strconv.ParseFloat(strings.TrimSpace(v.Text), 64); err == nil && !math.IsInf(n, 0) {
		return []Value{*stringValue(strings.TrimSpace(v.Text) + "1"), marked}
	}
	switch strings.ToLower(strings.TrimSpace(v.Text)) {
	case "true":
		return []Value{*stringValue("false"), marked}
	case "false":
		return []Value{*stringValue("true"), marked}
	}
	if at, err := time.Parse(time.RFC3339Nano, strings.Trim(v.Text, `" `)); err == nil {
		return []Value{*stringValue(at.Add(time.Millisecond).Format(time.RFC3339Nano)), marked}
	}
	if decoded := v.container(); decoded.isMap() || decoded.isArray() {
		changed := variants(decoded)[0]
		return []Value{*stringValue(string(changed.encode())), marked}
	}
	return []Value{marked}
}

// readField is a typed field with its value as text.
type readField struct{ name, value string }

// unexplained are fields that say nothing about the span, or stand elsewhere in
// an explanation.
var unexplained = []string{
	"ProjectID", "TraceID", "SpanID", "ExternalTraceID", "ExternalID", "AttributeCount", "TypeRule", "Warnings",
	"RawAttributes", "Resource", "InputYields", "OutputYields", "IsComplete", "StepCount",
}

// fieldsOf lists what a mapping says, field by field, without zero values.
func fieldsOf(m Mapping) []readField {
	if m.Observation == nil {
		return nil
	}
	var fields []readField
	listFields(&fields, "", reflect.ValueOf(m.Observation).Elem())
	for i, score := range m.Scores {
		value := string(trace.EncodeJSON(score.Value))
		fields = append(fields, readField{fmt.Sprintf("score[%d]", i), score.Name + " " + value})
	}
	for i, derived := range m.Derived {
		fields = append(fields, readField{fmt.Sprintf("derived[%d]", i), derived.Type().String() + " " + derived.Core().Name})
	}
	return fields
}

func listFields(fields *[]readField, prefix string, v reflect.Value) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		switch {
		case !field.IsExported() || slices.Contains(unexplained, field.Name):
		case field.Anonymous:
			listFields(fields, prefix, v.Field(i))
		default:
			listField(fields, prefix+fieldName(field.Name), v.Field(i))
		}
	}
}

// fieldName is the name as GraphQL has it.
func fieldName(name string) string {
	name = strings.ReplaceAll(name, "ID", "Id")
	return strings.ToLower(name[:1]) + name[1:]
}

func listField(fields *[]readField, name string, v reflect.Value) {
	if v.IsZero() {
		return
	}
	add := func(value string) { *fields = append(*fields, readField{name, value}) }
	switch value := v.Interface().(type) {
	case *time.Time:
		add(value.Format(time.RFC3339Nano))
	case time.Time:
		add(value.Format(time.RFC3339Nano))
	case *trace.Payload:
		add(value.Content)
	case *trace.Claim:
		add(value.Value)
	case trace.JSON:
		add(string(value))
	case *trace.Nanos:
		add(strconv.FormatFloat(float64(*value)/1e9, 'f', -1, 64))
	case fmt.Stringer:
		add(value.String())
	default:
		switch v.Kind() {
		case reflect.Pointer:
			listField(fields, name, v.Elem())
			if v.Elem().IsZero() && v.Elem().Kind() != reflect.Struct { // a zero that was stated
				add(fmt.Sprint(v.Elem().Interface()))
			}
		case reflect.Struct:
			listFields(fields, name+".", v)
		case reflect.Slice, reflect.Map, reflect.Interface:
			add(string(trace.EncodeJSON(value)))
		default:
			add(fmt.Sprint(value))
		}
	}
}
