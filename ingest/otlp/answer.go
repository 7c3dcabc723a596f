package otlp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
)

// OverloadError refuses a request that may be sent again later. Authenticate and
// Write return it.
type OverloadError struct {
	// RetryAfter is how long the sender should wait; 0 means the Receiver's
	// default.
	RetryAfter time.Duration
	// RateLimited says that the sender is beyond its own limit: 429 and
	// RESOURCE_EXHAUSTED. Otherwise the server is beyond its: 503 and UNAVAILABLE.
	RateLimited bool
}

// Error implements error.
func (e *OverloadError) Error() string {
	if e.RateLimited {
		return "rate limit exceeded: send less, or send it again later"
	}
	return "the server is overloaded: send it again later"
}

// failure is the answer to a request of which nothing was taken.
type failure struct {
	outcome    Outcome
	http       int
	code       codes.Code
	message    string
	retryAfter time.Duration // 0: sending it again is of no use
}

func (f *failure) Error() string { return f.message }

// failures whose text does not depend on the request.
var (
	failMethod       = &failure{outcome: OutcomeMethodNotAllowed, http: http.StatusMethodNotAllowed, code: codes.Unimplemented, message: "only POST is allowed here"}
	failContentType  = &failure{outcome: OutcomeUnsupported, http: http.StatusUnsupportedMediaType, code: codes.InvalidArgument, message: "the content type must be application/x-protobuf or application/json"}
	failEncoding     = &failure{outcome: OutcomeUnsupported, http: http.StatusUnsupportedMediaType, code: codes.InvalidArgument, message: "the content encoding must be gzip, deflate, zstd or identity"}
	failCredentials  = &failure{outcome: OutcomeUnauthenticated, http: http.StatusUnauthorized, code: codes.Unauthenticated, message: "the API key is missing or wrong: send it as Authorization: Basic base64(public:secret), Authorization: Bearer secret, or x-api-key: secret"}
	failForbidden    = &failure{outcome: OutcomeForbidden, http: http.StatusForbidden, code: codes.PermissionDenied, message: "the API key may not write traces: use a key of the project with the scope to write"}
	failSlow         = &failure{outcome: OutcomeTooSlow, http: http.StatusRequestTimeout, code: codes.DeadlineExceeded, message: "the request body did not arrive in time"}
	failShort        = &failure{outcome: OutcomeCanceled, http: http.StatusBadRequest, code: codes.InvalidArgument, message: "the request body ended early"}
	failCanceled     = &failure{outcome: OutcomeCanceled, http: http.StatusServiceUnavailable, code: codes.Canceled, message: "the request was canceled"}
	failDeadline     = &failure{outcome: OutcomeCanceled, http: http.StatusServiceUnavailable, code: codes.DeadlineExceeded, message: "the request's deadline passed"}
	failInternal     = &failure{outcome: OutcomeInternal, http: http.StatusInternalServerError, code: codes.Internal, message: "the server failed on this request; its log says more"}
	failTooMany      = &failure{outcome: OutcomeTooLarge, http: http.StatusRequestEntityTooLarge, code: codes.ResourceExhausted, message: ErrTooManyElements.Error()}
	failIngestionAPI = &failure{outcome: OutcomeInvalid, http: http.StatusBadRequest, code: codes.InvalidArgument, message: "x-langfuse-ingestion-version must be a number up to 4"}
)

func failInvalid(message string) *failure {
	return &failure{outcome: OutcomeInvalid, http: http.StatusBadRequest, code: codes.InvalidArgument, message: message}
}

func failTooLarge(what string, limit int64) *failure {
	return &failure{
		outcome: OutcomeTooLarge, http: http.StatusRequestEntityTooLarge, code: codes.ResourceExhausted,
		message: fmt.Sprintf("the request body %s is larger than %d bytes: send smaller batches", what, limit),
	}
}

// failureOf turns an error of any step into the answer. Errors without a known
// kind are logged and answered as an outage of storage, which senders try again;
// their text stays inside.
func (r *Receiver) failureOf(ctx context.Context, operation string, err error) *failure {
	var known *failure
	var badRequest *InvalidError
	var overload *OverloadError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &badRequest):
		return failInvalid(badRequest.Message)
	case errors.As(err, &overload):
		return r.failOverload(overload)
	case errors.Is(err, errBusy):
		return r.failOverload(&OverloadError{})
	case errors.Is(err, ErrTooManyElements):
		return failTooMany
	case errors.Is(err, ErrUnauthenticated):
		return failCredentials
	case errors.Is(err, ErrForbidden):
		return failForbidden
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return failDeadline
	case ctx.Err() != nil:
		return failCanceled
	}
	r.config.Logger.ErrorContext(ctx, "export failed", "operation", operation, "error", err)
	return &failure{
		outcome: OutcomeUnavailable, http: http.StatusServiceUnavailable, code: codes.Unavailable,
		message: "the server cannot take exports at the moment: send it again later", retryAfter: r.config.RetryAfter,
	}
}

func (r *Receiver) failOverload(overload *OverloadError) *failure {
	f := &failure{
		outcome: OutcomeOverloaded, http: http.StatusServiceUnavailable, code: codes.Unavailable,
		message: overload.Error(), retryAfter: overload.RetryAfter,
	}
	if overload.RateLimited {
		f.outcome, f.http, f.code = OutcomeRateLimited, http.StatusTooManyRequests, codes.ResourceExhausted
	}
	if f.retryAfter <= 0 {
		f.retryAfter = r.config.RetryAfter
	}
	return f
}

// status is the failure in gRPC's terms: with BadRequest for bad data, and with
// RetryInfo where another attempt can succeed, as the OTLP specification has it.
func (f *failure) status() *status.Status {
	s := status.New(f.code, f.message)
	var detailed *status.Status
	var err error
	switch {
	case f.retryAfter > 0:
		detailed, err = s.WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(f.retryAfter)})
	case f.http == http.StatusBadRequest:
		detailed, err = s.WithDetails(&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{Description: f.message}}})
	default:
		return s
	}
	if err != nil {
		return s
	}
	return detailed
}

// body is the failure as a google.rpc.Status in the encoding of the request.
func (f *failure) body(isJSON bool) []byte {
	if !isJSON {
		if b, err := proto.Marshal(f.status().Proto()); err == nil {
			return b
		}
		return nil
	}
	type violation struct {
		Description string `json:"description"`
	}
	type detail struct {
		Type            string      `json:"@type"`
		FieldViolations []violation `json:"fieldViolations,omitempty"`
		RetryDelay      string      `json:"retryDelay,omitempty"`
	}
	answer := struct {
		Code    codes.Code `json:"code"`
		Message string     `json:"message"`
		Details []detail   `json:"details,omitempty"`
	}{Code: f.code, Message: f.message}
	switch {
	case f.retryAfter > 0:
		seconds := strconv.FormatFloat(f.retryAfter.Seconds(), 'f', -1, 64)
		answer.Details = []detail{{Type: "type.googleapis.com/google.rpc.RetryInfo", RetryDelay: seconds + "s"}}
	case f.http == http.StatusBadRequest:
		answer.Details = []detail{{Type: "type.googleapis.com/google.rpc.BadRequest", FieldViolations: []violation{{Description: f.message}}}}
	}
	b, err := json.Marshal(answer)
	if err != nil {
		return nil
	}
	return b
}

// retryAfterSeconds is the value of the Retry-After header: whole seconds, never
// earlier than asked.
func (f *failure) retryAfterSeconds() string {
	return strconv.Itoa(int(math.Ceil(f.retryAfter.Seconds())))
}

// partialSuccess is what an answer says about spans or log records that were not
// taken. A warning alone, with nothing rejected, is allowed.
type partialSuccess struct {
	rejected int64
	message  string
}

// maxMessage bounds error_message, in bytes.
const maxMessage = 1024

func summarize(signal *signal, rejected []Rejection, warning string) partialSuccess {
	var p partialSuccess
	var text strings.Builder
	for _, r := range rejected {
		p.rejected += int64(r.Count)
		if text.Len() > maxMessage {
			continue
		}
		if text.Len() > 0 {
			text.WriteString("; ")
		}
		unit := signal.unit
		if r.Count != 1 {
			unit += "s"
		}
		if r.Count == 0 { // about a part of what was taken
			text.WriteString(r.Reason)
			continue
		}
		fmt.Fprintf(&text, "%d %s: %s", r.Count, unit, r.Reason)
	}
	if warning != "" {
		if text.Len() > 0 {
			text.WriteString("; ")
		}
		text.WriteString(warning)
	}
	p.message = strings.ToValidUTF8(text.String(), "\uFFFD")
	if len(p.message) > maxMessage {
		const more = "..."
		cut := maxMessage - len(more)
		for !utf8.RuneStart(p.message[cut]) {
			cut--
		}
		p.message = p.message[:cut] + more
	}
	return p
}

// protobuf is the ExportTraceServiceResponse or ExportLogsServiceResponse, which
// are alike: nothing at all on full success.
func (p partialSuccess) protobuf() []byte {
	var inner []byte
	if p.rejected != 0 {
		inner = protowire.AppendTag(inner, 1, protowire.VarintType)
		inner = protowire.AppendVarint(inner, uint64(p.rejected))
	}
	if p.message != "" {
		inner = protowire.AppendTag(inner, 2, protowire.BytesType)
		inner = protowire.AppendString(inner, p.message)
	}
	if inner == nil {
		return nil
	}
	return protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), inner)
}

// json is the same in OTLP/JSON, where 64-bit numbers are strings.
func (p partialSuccess) json(signal *signal) []byte {
	type partial struct {
		RejectedSpans      int64  `json:"rejectedSpans,string,omitempty"`
		RejectedLogRecords int64  `json:"rejectedLogRecords,string,omitempty"`
		ErrorMessage       string `json:"errorMessage,omitempty"`
	}
	var answer struct {
		PartialSuccess *partial `json:"partialSuccess,omitempty"`
	}
	if p != (partialSuccess{}) {
		answer.PartialSuccess = &partial{ErrorMessage: p.message}
		if signal == &logSignal {
			answer.PartialSuccess.RejectedLogRecords = p.rejected
		} else {
			answer.PartialSuccess.RejectedSpans = p.rejected
		}
	}
	b, err := json.Marshal(answer)
	if err != nil {
		return []byte("{}")
	}
	return b
}
