package otlp

import "sync/atomic"

// Outcome is how a request ended.
type Outcome uint8

// The outcomes.
const (
	OutcomeAccepted         Outcome = iota // everything was taken
	OutcomePartial                         // some spans or log records were rejected
	OutcomeInvalid                         // no OTLP export of the path's kind
	OutcomeUnauthenticated                 // no key, or a wrong one
	OutcomeForbidden                       // a key that may not write
	OutcomeMethodNotAllowed                // not POST
	OutcomeUnsupported                     // unknown content type or encoding
	OutcomeTooLarge                        // beyond a size limit
	OutcomeTooSlow                         // the body did not arrive in time
	OutcomeRateLimited                     // the sender is beyond its limit
	OutcomeOverloaded                      // the server is beyond its own
	OutcomeUnavailable                     // storage failed
	OutcomeCanceled                        // the sender went away
	OutcomeInternal                        // a fault of the server
	outcomes
)

var outcomeNames = [outcomes]string{
	"accepted", "partial", "invalid", "unauthenticated", "forbidden", "method_not_allowed", "unsupported",
	"too_large", "too_slow", "rate_limited", "overloaded", "unavailable", "canceled", "internal",
}

// String returns the name for a metric's label.
func (o Outcome) String() string {
	if o >= outcomes {
		return "unknown"
	}
	return outcomeNames[o]
}

// Counters count what a Receiver did since it was made. They may be read at any
// time; they only grow.
type Counters struct {
	http, grpc [outcomes]atomic.Int64

	// SpansAccepted were written, SpansRejected were reported back in
	// partial_success, SpansDropped were left out silently by the mapping.
	SpansAccepted, SpansRejected, SpansDropped atomic.Int64
	// LogsAccepted are log records that were written, LogsRejected were reported
	// back, LogsIgnored mean nothing to a trace.
	LogsAccepted, LogsRejected, LogsIgnored atomic.Int64
	// ScoresAccepted were written along with spans or log records.
	ScoresAccepted atomic.Int64
	// MapPanics are spans whose mapping panicked; they count as rejected too.
	MapPanics atomic.Int64
	// WireBytes and BodyBytes are bodies before and after decompression, of those
	// that were received whole.
	WireBytes, BodyBytes atomic.Int64
	// HexIDs, Base64IDs, ByteListIDs and DroppedLinks add up Tolerated.
	HexIDs, Base64IDs, ByteListIDs, DroppedLinks atomic.Int64
}

// HTTPRequests returns the number of HTTP requests with an outcome.
func (c *Counters) HTTPRequests(o Outcome) int64 { return c.http[o].Load() }

// GRPCRequests returns the number of gRPC calls with an outcome.
func (c *Counters) GRPCRequests(o Outcome) int64 { return c.grpc[o].Load() }

// Outcomes lists every outcome.
func Outcomes() []Outcome {
	all := make([]Outcome, outcomes)
	for i := range all {
		all[i] = Outcome(i)
	}
	return all
}

func (c *Counters) tolerated(t Tolerated) {
	c.HexIDs.Add(int64(t.HexIDs))
	c.Base64IDs.Add(int64(t.Base64IDs))
	c.ByteListIDs.Add(int64(t.ByteListIDs))
	c.DroppedLinks.Add(int64(t.DroppedLinks))
}
