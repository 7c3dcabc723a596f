package trace

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
)

// ProjectID identifies a project across all organizations. It is random and
// positive, so that it tells nothing about how many projects exist.
type ProjectID int64

// OrganizationID identifies an organization. Random and positive, like
// ProjectID.
type OrganizationID int64

// TraceID is the 16-byte trace id of the W3C trace context.
type TraceID [16]byte

// SpanID is the 8-byte span id of the W3C trace context.
type SpanID [8]byte

// SpanKey names one observation of a project.
type SpanKey struct {
	TraceID TraceID
	SpanID  SpanID
}

// IsZero reports whether the id is all zero, which the trace context forbids.
func (t TraceID) IsZero() bool { return t == TraceID{} }

// IsZero reports whether the id is all zero: no span.
func (s SpanID) IsZero() bool { return s == SpanID{} }

// String returns 32 lower-case hex digits.
func (t TraceID) String() string { return hex.EncodeToString(t[:]) }

// String returns 16 lower-case hex digits.
func (s SpanID) String() string { return hex.EncodeToString(s[:]) }

// Compare orders ids bytewise.
func (t TraceID) Compare(u TraceID) int { return strings.Compare(string(t[:]), string(u[:])) }

// Compare orders ids bytewise.
func (s SpanID) Compare(u SpanID) int { return strings.Compare(string(s[:]), string(u[:])) }

// Ordinal maps the id to a signed integer with the same order as its bytes,
// which is how it is stored.
func (s SpanID) Ordinal() int64 {
	return int64(binary.BigEndian.Uint64(s[:]) ^ (1 << 63))
}

// SpanIDFromOrdinal is the inverse of SpanID.Ordinal.
func SpanIDFromOrdinal(o int64) SpanID {
	var s SpanID
	binary.BigEndian.PutUint64(s[:], uint64(o)^(1<<63))
	return s
}

// ParseTraceID reads what a caller may use as a trace id: 32 hex digits in
// either case, or any other non-empty text (1 to 800 bytes), which stands for
// the first bytes of its SHA-256. The second result is the external id, empty
// for hex.
func ParseTraceID(text string) (TraceID, string, bool) {
	var id TraceID
	external, ok := parseID(id[:], text)
	return id, external, ok
}

// ParseSpanID is ParseTraceID for observations: 16 hex digits or an external id.
func ParseSpanID(text string) (SpanID, string, bool) {
	var id SpanID
	external, ok := parseID(id[:], text)
	return id, external, ok
}

// maxExternalID is the longest identifier a client may choose, in bytes.
const maxExternalID = 800

// parseID fills in an id from a text, and returns the text where it is none of
// the trace context's; false for a text that names nothing.
func parseID(id []byte, text string) (external string, ok bool) {
	if len(text) == hex.EncodedLen(len(id)) {
		if _, err := hex.Decode(id, []byte(text)); err == nil {
			return "", slices.ContainsFunc(id, func(b byte) bool { return b != 0 })
		}
	}
	if text == "" || len(text) > maxExternalID {
		clear(id)
		return text, false
	}
	sum := sha256.Sum256([]byte(text))
	copy(id, sum[:])
	return text, true
}
