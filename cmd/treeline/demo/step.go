package demo

import (
	"time"

	"go.opentelemetry.io/otel/attribute"
	oteltrace "go.opentelemetry.io/otel/trace"
)

// service is one process of a contact centre.
type service string

// The services.
const (
	gateway      service = "api-gateway"
	orchestrator service = "conversation-orchestrator"
	intents      service = "intent-service"
	knowledge    service = "knowledge-service"
	tools        service = "tools-service"
	guardrails   service = "guardrail-service"
	answers      service = "answer-service"
	evaluation   service = "evaluation-service"
	insights     service = "insights-batch"
)

// library is the instrumentation that makes a span.
type library struct{ name, version string }

// The libraries whose attributes stand on the spans.
var (
	httpLibrary          = library{"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp", "0.72.0"}
	ownLibrary           = library{"github.com/treeline-dev/treeline/sdk/go", "0.4.0"}
	genAILibrary         = library{"opentelemetry.instrumentation.genai", "0.9.0"}
	langfuseLibrary      = library{"langfuse-sdk", "4.2.1"}
	openInferenceLibrary = library{"openinference.instrumentation.knowledge", "1.3.0"}
	traceloopLibrary     = library{"traceloop.tracer", "0.52.0"}
	mistralLibrary       = library{"opentelemetry.instrumentation.mistralai", "0.52.0"}
	mcpLibrary           = library{"opentelemetry.instrumentation.mcp", "0.6.0"}
)

// fate says what becomes of a span after it ended.
type fate uint8

const (
	// sent goes out with the others of its time.
	sent fate = iota
	// late goes out in the very last request.
	late
	// lost never arrives.
	lost
)

// step is a span to be. Its times count from the start of its trace.
type step struct {
	service    service
	library    library
	name       string
	kind       oteltrace.SpanKind
	start, end time.Duration
	attributes []attribute.KeyValue
	moments    []moment
	links      []oteltrace.Link
	hasFailed  bool
	message    string // of the failure
	fate       fate
	children   []*step
	// context is set when the span is made.
	context oteltrace.SpanContext
}

// moment is a span event.
type moment struct {
	name       string
	at         time.Duration
	attributes []attribute.KeyValue
}

// set adds attributes.
func (s *step) set(attributes ...attribute.KeyValue) {
	s.attributes = append(s.attributes, attributes...)
}

// add makes steps children and lasts at least as long as they do.
func (s *step) add(children ...*step) {
	for _, c := range children {
		s.children = append(s.children, c)
		s.end = max(s.end, c.end)
	}
}

// note adds an event.
func (s *step) note(name string, at time.Duration, attributes ...attribute.KeyValue) {
	s.moments = append(s.moments, moment{name, at, attributes})
}

// fail gives the step an error status and the exception behind it.
func (s *step) fail(kind, message, stack string) {
	s.hasFailed, s.message = true, message
	s.set(attribute.String("error.type", kind))
	s.note("exception", s.end, attribute.String("exception.type", kind),
		attribute.String("exception.message", message), attribute.String("exception.stacktrace", stack))
}

// last returns the latest end of the step and everything below it.
func (s *step) last() time.Duration {
	end := s.end
	for _, c := range s.children {
		end = max(end, c.last())
	}
	return end
}
