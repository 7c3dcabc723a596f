package otlp

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unsafe"

	"github.com/treeline-dev/treeline/ingest/convention"
)

// Request is a decoded ExportTraceServiceRequest or ExportLogsServiceRequest: one
// has Groups, the other Logs.
//
// Its strings share memory with the body it was decoded from. Whatever is kept
// beyond the handling of the request has to be cloned, or the whole body stays
// in memory with it.
type Request struct {
	// Groups holds the spans by resource and scope, in the order of the body.
	// Groups of one resource share the pointer.
	Groups []Group
	// Logs holds the log records that mean something to a trace, in the order of
	// the body; IgnoredLogs counts the others.
	Logs        []LogRecord
	IgnoredLogs int
	// Rejected says why spans are missing from Groups, or records from Logs.
	Rejected []Rejection
	// Warning tells the sender what is odd about a request that was taken; empty
	// for none.
	Warning string
	// Tolerated counts what was read although the protocol writes it otherwise.
	Tolerated Tolerated
}

// Group is a run of spans with their origin. Neither pointer is nil.
type Group struct {
	Resource *convention.Resource
	Scope    *convention.Scope
	Spans    []convention.Span
}

// Spans returns the number of spans in all groups.
func (r *Request) Spans() int {
	n := 0
	for i := range r.Groups {
		n += len(r.Groups[i].Spans)
	}
	return n
}

// Rejection says that spans, observations or log records were not taken, in words for the
// sender and without content.
type Rejection struct {
	Reason string
	Count  int
}

// Tolerated counts identifiers in forms that the protocol does not have, and
// links that were left out.
type Tolerated struct {
	// HexIDs are protobuf ids written as ASCII hex digits instead of bytes.
	HexIDs int
	// Base64IDs are JSON ids written in base64 instead of hex.
	Base64IDs int
	// ByteListIDs are JSON ids written as {"type":"Buffer","data":[...]} or as a
	// list of bytes.
	ByteListIDs int
	// DroppedLinks are links without two well-formed ids; their spans are kept.
	DroppedLinks int
}

// Limits bound what decoding one request may take.
type Limits struct {
	// MaxMemory bounds the memory for decoded structure in bytes, the body not
	// included. 0 means DefaultMaxStructure.
	MaxMemory int64
	// Reserve, if set, is told before more memory is taken. Its error ends the
	// decoding and is returned.
	Reserve func(bytes int64) error
}

// DefaultMaxStructure is the default of Limits.MaxMemory: some 1.9 million
// attributes.
const DefaultMaxStructure = 192 << 20

// Depths at which nested data is no longer followed.
const (
	maxValueDepth = 128  // AnyValue within AnyValue
	maxJSONDepth  = 1024 // objects and arrays of a JSON body; a value level takes up to four
)

// InvalidError says that a body is not the OTLP export that its path takes, in
// words for its sender.
type InvalidError struct{ Message string }

// Error implements error.
func (e *InvalidError) Error() string { return e.Message }

func invalid(format string, args ...any) error {
	return &InvalidError{Message: fmt.Sprintf(format, args...)}
}

// ErrTooManyElements says that a request has more spans, attributes or values
// than Limits allow.
var ErrTooManyElements = errors.New("the request has too many spans, attributes or values: send it in smaller batches")

// spanFault is an error that concerns one span or log record only. The texts are fixed, so
// that a request has few distinct ones.
type spanFault string

func (f spanFault) Error() string { return string(f) }

const (
	faultTraceID      = spanFault("trace id is not 16 bytes")
	faultNoTraceID    = spanFault("trace id is missing")
	faultZeroTraceID  = spanFault("trace id is all zero")
	faultSpanID       = spanFault("span id is not 8 bytes")
	faultNoSpanID     = spanFault("span id is missing")
	faultZeroSpanID   = spanFault("span id is all zero")
	faultParentID     = spanFault("parent span id is not 8 bytes")
	faultTime         = spanFault("time is not within the years 1970 to 2262")
	faultMalformed    = spanFault("span is malformed")
	faultDepth        = spanFault("attribute value nests deeper than 128 levels")
	faultNotObject    = spanFault("span is not an object")
	faultText         = spanFault("name, status message or key is not a string")
	faultNumber       = spanFault("time, flags or count is not a number")
	faultKind         = spanFault("span kind or status code is not known")
	faultAttribute    = spanFault(`attribute is not an object {"key": ..., "value": {...}}`)
	faultValue        = spanFault(`attribute value is not an object such as {"stringValue": "..."}`)
	faultValueContent = spanFault("attribute value does not fit its type")
	faultEventOrLink  = spanFault("event or link is not an object")
	faultStatusObject = spanFault("status is not an object")
)

// decoding is what all decoders share: memory, and the tally of spans or log
// records.
type decoding struct {
	signal  *signal
	request *Request
	limits  Limits
	used    int64

	attributes slab[convention.Attribute]
	values     slab[convention.Value]
	events     slab[convention.Event]
	links      slab[convention.Link]

	records   int // spans or log records seen
	withoutID int // spans with neither id
	foreign   int // records with fields in wire types of other signals
}

func newDecoding(signal *signal, limits Limits) decoding {
	if limits.MaxMemory <= 0 {
		limits.MaxMemory = DefaultMaxStructure
	}
	return decoding{signal: signal, request: &Request{}, limits: limits}
}

// charge accounts for memory that is about to be taken.
func (d *decoding) charge(bytes int64) error {
	if bytes > d.limits.MaxMemory-d.used {
		return ErrTooManyElements
	}
	d.used += bytes
	if d.limits.Reserve != nil {
		return d.limits.Reserve(bytes)
	}
	return nil
}

// settle judges the content of a decoded span; empty if it can be kept.
func settle(span *convention.Span) spanFault {
	switch {
	case span.TraceID.IsZero():
		return faultZeroTraceID
	case span.SpanID.IsZero():
		return faultZeroSpanID
	case span.StartNanos > math.MaxInt64 || span.EndNanos > math.MaxInt64:
		return faultTime
	}
	return ""
}

// reject notes a span or log record that is left out.
func (d *decoding) reject(fault spanFault) {
	reason := string(fault)
	if about, ok := strings.CutPrefix(reason, "span is "); ok {
		reason = d.signal.unit + " is " + about
	}
	d.request.Rejected = addRejection(d.request.Rejected, reason, 1)
}

// finish judges the request as a whole.
func (d *decoding) finish() (*Request, error) {
	isOther := d.foreign == d.records || d.signal == &traceSignal && d.withoutID == d.records
	if d.records > 0 && d.request.Spans() == 0 && isOther {
		return nil, invalid("%s", d.signal.hintOther)
	}
	return d.request, nil
}

// maxReasons bounds the distinct reasons of one request.
const maxReasons = 64

// addRejection adds to the entry of the same reason.
func addRejection(list []Rejection, reason string, count int) []Rejection {
	if len(list) >= maxReasons-1 && !slices.ContainsFunc(list, func(r Rejection) bool { return r.Reason == reason }) {
		reason = "other reasons"
	}
	for i := range list {
		if list[i].Reason == reason {
			list[i].Count += count
			return list
		}
	}
	return append(list, Rejection{Reason: reason, Count: count})
}

// slab hands out short slices of long ones, which saves most allocations of a
// request with many small lists.
type slab[T any] struct {
	free []T
	next int
}

// Elements of a slab: small requests stay small, large ones allocate seldom.
const (
	slabFirst = 32
	slabLast  = 1024
)

func (s *slab[T]) take(d *decoding, n int) ([]T, error) {
	if n == 0 {
		return nil, nil
	}
	if n > len(s.free) {
		size := min(max(2*s.next, slabFirst), slabLast)
		own := n > size/2
		if own {
			size = n
		}
		if err := d.charge(sizeOf[T](size)); err != nil {
			return nil, err
		}
		fresh := make([]T, size)
		if own {
			return fresh, nil
		}
		s.free, s.next = fresh, size
	}
	out := s.free[:n:n]
	s.free = s.free[n:]
	return out, nil
}

// stack is a list whose length is not known before its end.
type stack[T any] struct{ items []T }

// push returns the new element, zeroed.
func (s *stack[T]) push(d *decoding) (*T, error) {
	var zero T
	if len(s.items) == cap(s.items) {
		size := max(2*cap(s.items), slabFirst)
		if err := d.charge(sizeOf[T](size - cap(s.items))); err != nil {
			return nil, err
		}
		grown := make([]T, len(s.items), size)
		copy(grown, s.items)
		s.items = grown
	}
	s.items = append(s.items, zero)
	return &s.items[len(s.items)-1], nil
}

// popFrom moves everything from base on into a slice of its own.
func (s *stack[T]) popFrom(base int, d *decoding, from *slab[T]) ([]T, error) {
	out, err := from.take(d, len(s.items)-base)
	if err != nil {
		return nil, err
	}
	copy(out, s.items[base:])
	s.drop(base)
	return out, nil
}

// drop forgets everything from base on.
func (s *stack[T]) drop(base int) {
	clear(s.items[base:])
	s.items = s.items[:base]
}

func sizeOf[T any](n int) int64 {
	var zero T
	return int64(n) * int64(unsafe.Sizeof(zero))
}

// textOf returns b as a string without a copy. The bytes must not change
// afterwards.
func textOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
