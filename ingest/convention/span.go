package convention

import (
	"time"

	"github.com/treeline-dev/treeline/trace"
)

// ValueKind tells which arm of an OTLP AnyValue is set.
type ValueKind uint8

// The arms. KindUnknown is an arm that this version does not know.
const (
	KindEmpty ValueKind = iota
	KindString
	KindBool
	KindInt
	KindDouble
	KindBytes
	KindArray
	KindMap
	KindUnknown
)

// Value is an OTLP AnyValue.
type Value struct {
	Kind   ValueKind
	Text   string // KindString; KindBytes: the raw bytes
	Int    int64  // KindInt; KindBool: 0 or 1
	Double float64
	Array  []Value
	Map    []Attribute
}

// Attribute is one key with its value. Keys may repeat; the last one counts.
type Attribute struct {
	Key   string
	Value Value
}

// Resource describes the process that sent a span.
type Resource struct{ Attributes []Attribute }

// Scope describes the library that made a span.
type Scope struct {
	Name, Version string
	Attributes    []Attribute
}

// SpanKind is the OTLP span kind.
type SpanKind uint8

// The span kinds.
const (
	SpanUnspecified SpanKind = iota
	SpanInternal
	SpanServer
	SpanClient
	SpanProducer
	SpanConsumer
)

// Span is an OTLP span as decoded, before any reading of its attributes. Text
// may hold anything a client can send: NUL, invalid UTF-8, megabytes.
type Span struct {
	TraceID           trace.TraceID
	SpanID            trace.SpanID
	ParentSpanID      trace.SpanID
	Flags             uint32 // W3C flags; bit 8: remoteness is known, bit 9: the parent is remote
	Name              string
	Kind              SpanKind
	StartNanos        uint64 // since 1970
	EndNanos          uint64
	Attributes        []Attribute
	Events            []Event
	Links             []Link
	StatusCode        uint8 // 0 unset, 1 ok, 2 error
	StatusMessage     string
	DroppedAttributes uint32
	// Logs are log records of the same trace and span that carry messages, where
	// they are at hand; see also JoinLogs.
	Logs []Event
}

// Event is a moment within a span, or a log record about it. The name of a log
// record may also stand in its attribute event.name.
type Event struct {
	Name       string
	TimeNanos  uint64
	Attributes []Attribute
	// Body is the content of a log record; span events have none.
	Body Value
}

// Link points from a span to another.
type Link struct {
	TraceID    trace.TraceID
	SpanID     trace.SpanID
	Attributes []Attribute
}

// Mapping is what one span means.
type Mapping struct {
	// Observation is the span itself; nil where the span is to be dropped, see
	// Dropped.
	Observation trace.Observation
	// Derived are observations that the span carries inside, such as guard
	// evaluations in its events.
	Derived []trace.Observation
	// Scores are judgements that the span carries. ProjectID is not set; the
	// target is.
	Scores []*trace.Score
	// Dropped says why there is no observation, in words for an operator. Empty
	// for a span that was mapped.
	Dropped string
}

// Clock supplies the time of receipt for spans without times.
type Clock func() time.Time
