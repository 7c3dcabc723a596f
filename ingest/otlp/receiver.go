package otlp

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/treeline-dev/treeline/ingest/convention"
	"github.com/treeline-dev/treeline/trace"
)

// Config is what a Receiver works with. Authenticate, Write and Map are
// required; the zero value of everything else stands for its default.
type Config struct {
	// Authenticate finds the owner of a key. It is called before the body of a
	// request is read, never without a secret, and up to twice a request. It fails
	// with ErrUnauthenticated, ErrForbidden or an *OverloadError; any other error
	// is taken for an outage.
	Authenticate func(ctx context.Context, c Credentials) (Principal, error)

	// Write stores a batch and returns when it is durable: the sender is answered
	// right after, and forgets its copy. Observations that were refused alone come
	// back as rejections. The error is ErrUnauthenticated, ErrForbidden, an
	// *OverloadError, or an outage that the sender should outlast.
	Write func(ctx context.Context, p Principal, b Batch) ([]Rejection, error)

	// Map reads where spans come from and returns what reads the meaning of each;
	// received is the time of the request. The mapping may share memory with the
	// span. A panic rejects that span alone.
	Map func(resource *convention.Resource, scope *convention.Scope) SpanMapper

	// Logger gets faults of the server and counts of odd data, never content.
	// Default slog.Default().
	Logger *slog.Logger
	// Clock tells the time of receipt. Default time.Now.
	Clock convention.Clock

	// MaxWireBytes bounds a body as sent, MaxBodyBytes after decompression. Both
	// default to 64 MiB, which the specification recommends.
	MaxWireBytes, MaxBodyBytes int64
	// MaxStructureBytes bounds the memory that one request's spans and attributes
	// take besides their text. Default DefaultMaxStructure.
	MaxStructureBytes int64
	// MaxBytesInFlight bounds what all requests together hold from their first
	// byte to the answer: body and structure. Requests beyond it are answered 503
	// with Retry-After. Default 256 MiB, at least twice MaxWireBytes and MaxBodyBytes.
	// The observations that Map makes are not measured and take about as much again.
	MaxBytesInFlight int64
	// RetryAfter is how long senders are asked to wait where nothing else says.
	// Default 1 s.
	RetryAfter time.Duration

	// A body has BodyGrace (default 10 s) to arrive, and more for every byte that
	// did, at MinBodyRate bytes/s (default 16 KiB/s), but never more than
	// MaxBodyTime (default 2 min). Slower ones are cut.
	BodyGrace   time.Duration
	MinBodyRate int64
	MaxBodyTime time.Duration
}

// defaultMaxBody is the size of the largest body in bytes, before and after
// decompression, that the OTLP specification recommends.
const defaultMaxBody = 64 << 20

// SpanMapper reads the meaning of spans of one origin.
type SpanMapper func(span *convention.Span, received time.Time) convention.Mapping

// Batch is what one request gives to write. All of it belongs to the principal's
// project. Its strings may share memory with the request's body, see Request.
type Batch struct {
	Observations []trace.Observation
	Scores       []*trace.Score
	// Logs are records that belong to spans, stored or yet to come; Evaluations are
	// scores of generations that are known by the id of their response alone.
	Logs        []StoredLog
	Evaluations []Evaluation
	// Bytes is the size of the request's body after decompression.
	Bytes int
}

// Receiver takes exports over HTTP and over gRPC: of traces as an http.Handler, of
// logs by the handler that Logs returns, of both by NewGRPCServer. Both transports
// take exports of metrics too and keep none. It may be used by many goroutines.
type Receiver struct {
	config   Config
	budget   budget
	counters Counters
}

// New checks the configuration and returns a Receiver.
func New(config Config) (*Receiver, error) {
	for name, missing := range map[string]bool{
		"Authenticate": config.Authenticate == nil, "Write": config.Write == nil, "Map": config.Map == nil,
	} {
		if missing {
			return nil, fmt.Errorf("otlp: Config.%s is not set", name)
		}
	}
	config.Logger = cmp.Or(config.Logger, slog.Default())
	if config.Clock == nil {
		config.Clock = time.Now
	}
	config.MaxWireBytes = cmp.Or(config.MaxWireBytes, defaultMaxBody)
	config.MaxBodyBytes = cmp.Or(config.MaxBodyBytes, defaultMaxBody)
	config.MaxStructureBytes = cmp.Or(config.MaxStructureBytes, DefaultMaxStructure)
	config.MaxBytesInFlight = cmp.Or(config.MaxBytesInFlight, 256<<20)
	config.RetryAfter = cmp.Or(config.RetryAfter, time.Second)
	config.BodyGrace = cmp.Or(config.BodyGrace, 10*time.Second)
	config.MinBodyRate = cmp.Or(config.MinBodyRate, 16<<10)
	config.MaxBodyTime = cmp.Or(config.MaxBodyTime, 2*time.Minute)
	for name, value := range map[string]int64{
		"MaxWireBytes": config.MaxWireBytes, "MaxBodyBytes": config.MaxBodyBytes, "MaxStructureBytes": config.MaxStructureBytes,
		"MaxBytesInFlight": config.MaxBytesInFlight, "RetryAfter": int64(config.RetryAfter), "BodyGrace": int64(config.BodyGrace),
		"MinBodyRate": config.MinBodyRate, "MaxBodyTime": int64(config.MaxBodyTime),
	} {
		if value < 0 {
			return nil, fmt.Errorf("otlp: Config.%s is negative", name)
		}
	}
	if least := 2 * max(config.MaxWireBytes, config.MaxBodyBytes); config.MaxBytesInFlight < least {
		return nil, fmt.Errorf("otlp: Config.MaxBytesInFlight is %d, but has to be at least twice the largest body, %d: a body takes that much while it grows", config.MaxBytesInFlight, least)
	}
	return &Receiver{config: config, budget: budget{limit: config.MaxBytesInFlight}}, nil
}

// Counters returns the receiver's counters.
func (r *Receiver) Counters() *Counters { return &r.counters }

// BytesInFlight returns the memory that requests hold at the moment, see
// Config.MaxBytesInFlight.
func (r *Receiver) BytesInFlight() int64 { return r.budget.used.Load() }

// limits are those of one request, within its share of memory.
func (r *Receiver) limits(res *reservation) Limits {
	return Limits{MaxMemory: r.config.MaxStructureBytes, Reserve: res.grow}
}

// export decodes, maps and writes one request: what both transports do between
// reading a body and writing the answer.
func (r *Receiver) export(ctx context.Context, signal *signal, principal Principal, body []byte, isJSON bool, res *reservation) (partialSuccess, error) {
	r.counters.BodyBytes.Add(int64(len(body)))
	decode := signal.decodeProtobuf
	if isJSON {
		decode = signal.decodeJSON
	}
	request, err := decode(body, r.limits(res))
	if err != nil {
		return partialSuccess{}, err
	}
	r.counters.tolerated(request.Tolerated)
	batch, mapped, rejected := signal.mapAll(r, ctx, principal, request)
	batch.Bytes = len(body)
	if !batch.isEmpty() {
		refused, err := r.config.Write(ctx, principal, batch)
		if err != nil {
			return partialSuccess{}, fmt.Errorf("write: %w", err)
		}
		for _, refusal := range refused {
			rejected = addRejection(rejected, refusal.Reason, refusal.Count)
			mapped -= refusal.Count
		}
		r.counters.ScoresAccepted.Add(int64(len(batch.Scores) + len(batch.Evaluations)))
	}
	answer := summarize(signal, rejected, request.Warning)
	tally := signal.tally(&r.counters)
	tally.rejected.Add(answer.rejected)
	tally.accepted.Add(max(0, int64(mapped)))
	return answer, nil
}

func (b *Batch) isEmpty() bool {
	return len(b.Observations) == 0 && len(b.Scores) == 0 && len(b.Logs) == 0 && len(b.Evaluations) == 0
}

// mapSpans turns the spans of a request into what is written; mapped is how many
// spans became observations.
func (r *Receiver) mapSpans(ctx context.Context, principal Principal, request *Request) (batch Batch, mapped int, rejected []Rejection) {
	received := r.config.Clock()
	rejected = request.Rejected
	batch.Observations = make([]trace.Observation, 0, request.Spans())
	dropped, panics := 0, 0
	for i := range request.Groups {
		group := &request.Groups[i]
		var mapper SpanMapper // made with the first span, whose rejection a panic is then
		for k := range group.Spans {
			mapping, ok := r.mapOne(ctx, group, &mapper, &group.Spans[k], received, panics == 0)
			if !ok {
				panics++
				rejected = addRejection(rejected, "the server failed to read the span's attributes", 1)
				continue
			}
			if mapping.Observation == nil {
				dropped++
			} else {
				mapped++
				batch.Observations = append(batch.Observations, mapping.Observation)
			}
			batch.Observations = append(batch.Observations, mapping.Derived...)
			batch.Scores = append(batch.Scores, mapping.Scores...)
		}
	}
	for _, observation := range batch.Observations {
		observation.Core().ProjectID = principal.ProjectID
	}
	for _, score := range batch.Scores {
		score.ProjectID = principal.ProjectID
	}
	if dropped > 0 {
		r.config.Logger.DebugContext(ctx, "spans left out by the mapping", "project", principal.ProjectID, "spans", dropped)
	}
	r.counters.SpansDropped.Add(int64(dropped))
	r.counters.MapPanics.Add(int64(panics))
	return batch, mapped, rejected
}

// mapOne maps one span; ok is false where that panicked. The log tells where, but
// not the panic's value, which may quote content.
func (r *Receiver) mapOne(ctx context.Context, group *Group, mapper *SpanMapper, span *convention.Span, received time.Time, log bool) (mapping convention.Mapping, ok bool) {
	defer func() {
		if cause := recover(); cause != nil {
			mapping, ok = convention.Mapping{}, false
			if log {
				r.config.Logger.ErrorContext(ctx, "panic while mapping a span", "scope", group.Scope.Name, "kind", fmt.Sprintf("%T", cause), "stack", string(debug.Stack()))
			}
		}
	}()
	if *mapper == nil {
		*mapper = r.config.Map(group.Resource, group.Scope)
	}
	return (*mapper)(span, received), true
}

// recovered turns a panic into a failure, so that one request never ends the
// process.
func (r *Receiver) recovered(ctx context.Context, cause any, err *error) {
	if cause == nil {
		return
	}
	r.config.Logger.ErrorContext(ctx, "panic while receiving an export", "kind", fmt.Sprintf("%T", cause), "stack", string(debug.Stack()))
	*err = failInternal
}

// outcomeOf is the outcome of a request that ended with an answer or an error.
func outcomeOf(answer partialSuccess, fail *failure) Outcome {
	switch {
	case fail != nil:
		return fail.outcome
	case answer.rejected > 0:
		return OutcomePartial
	}
	return OutcomeAccepted
}
