package demo

import (
	"context"
	"fmt"
	"hash/fnv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	oteltrace "go.opentelemetry.io/otel/trace"
)

// emitter tells the SDK about steps and keeps the spans that come out. It is for
// one goroutine.
type emitter struct {
	namespace string
	ids       *idSource
	skew      map[service]time.Duration
	providers map[place]*sdktrace.TracerProvider
	// ended takes each span from its provider as it ends.
	ended endedSpans
	// ready are the spans to send next, late those to send last.
	ready, late []sdktrace.ReadOnlySpan
}

// place is a service in an environment: what one tracer provider is for.
type place struct {
	service     service
	environment string
}

// newEmitter returns an emitter for the services of a namespace, the clocks of
// some of which are wrong by a skew.
func newEmitter(namespace string, ids *idSource, skew map[service]time.Duration) *emitter {
	return &emitter{namespace: namespace, ids: ids, skew: skew, providers: map[place]*sdktrace.TracerProvider{}}
}

// endedSpans is a span processor that keeps the spans.
type endedSpans struct{ spans []sdktrace.ReadOnlySpan }

// OnStart implements sdktrace.SpanProcessor.
func (*endedSpans) OnStart(context.Context, sdktrace.ReadWriteSpan) {}

// OnEnd implements sdktrace.SpanProcessor.
func (e *endedSpans) OnEnd(span sdktrace.ReadOnlySpan) { e.spans = append(e.spans, span) }

// Shutdown implements sdktrace.SpanProcessor.
func (*endedSpans) Shutdown(context.Context) error { return nil }

// ForceFlush implements sdktrace.SpanProcessor.
func (*endedSpans) ForceFlush(context.Context) error { return nil }

// versions are those of the services' programs.
var versions = map[service]string{
	gateway: "4.18.2", orchestrator: "2.31.0", intents: "1.9.4", knowledge: "3.2.1", tools: "2.7.0",
	guardrails: "1.4.3", answers: "2.31.0", evaluation: "0.8.1", insights: "0.5.0",
}

// provider returns the tracer provider of a place.
func (e *emitter) provider(p place) *sdktrace.TracerProvider {
	if known, ok := e.providers[p]; ok {
		return known
	}
	name := fnv.New64a()
	_, _ = name.Write([]byte(e.namespace + " " + string(p.service) + " " + p.environment)) // a hash takes every byte
	pod := fmt.Sprintf("%s-%s", p.service, fillPattern(newRandom(name.Sum64()), "########%##"))
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithIDGenerator(e.ids),
		sdktrace.WithSampler(sdktrace.AlwaysSample()),
		sdktrace.WithSpanProcessor(&e.ended),
		// The environment of the calling process must not change what is sent.
		sdktrace.WithRawSpanLimits(sdktrace.SpanLimits{
			AttributeValueLengthLimit: -1, AttributeCountLimit: -1, EventCountLimit: -1, LinkCountLimit: -1,
			AttributePerEventCountLimit: -1, AttributePerLinkCountLimit: -1,
		}),
		sdktrace.WithResource(resource.NewSchemaless(
			attribute.String("service.name", string(p.service)),
			attribute.String("service.namespace", e.namespace),
			attribute.String("service.version", versions[p.service]),
			attribute.String("service.instance.id", pod),
			attribute.String("deployment.environment.name", p.environment),
			attribute.String("k8s.cluster.name", "eu-"+p.environment),
			attribute.String("k8s.pod.name", pod),
			attribute.String("telemetry.sdk.name", "opentelemetry"),
			attribute.String("telemetry.sdk.language", "go"),
		)),
	)
	e.providers[p] = provider
	return provider
}

// emit makes the spans of a trace that starts at a time.
func (e *emitter) emit(ctx context.Context, root *step, at time.Time, environment string) {
	e.span(ctx, root, nil, at, environment)
}

func (e *emitter) span(ctx context.Context, s, parent *step, at time.Time, environment string) {
	if parent != nil && parent.service != s.service {
		// Another process sees of the parent what came in the headers.
		ctx = oteltrace.ContextWithRemoteSpanContext(ctx, parent.context)
	}
	at = at.Add(e.skew[s.service])
	tracer := e.provider(place{s.service, environment}).Tracer(s.library.name, oteltrace.WithInstrumentationVersion(s.library.version))
	ctx, span := tracer.Start(ctx, s.name,
		oteltrace.WithTimestamp(at.Add(s.start)), oteltrace.WithSpanKind(s.kind),
		oteltrace.WithAttributes(s.attributes...), oteltrace.WithLinks(s.links...))
	s.context = span.SpanContext()
	for _, child := range s.children {
		e.span(ctx, child, s, at.Add(-e.skew[s.service]), environment)
	}
	for _, m := range s.moments {
		span.AddEvent(m.name, oteltrace.WithTimestamp(at.Add(m.at)), oteltrace.WithAttributes(m.attributes...))
	}
	if s.hasFailed {
		span.SetStatus(codes.Error, s.message)
	}
	span.End(oteltrace.WithTimestamp(at.Add(s.end)))
	for _, ended := range e.ended.spans {
		switch s.fate {
		case sent:
			e.ready = append(e.ready, ended)
		case late:
			e.late = append(e.late, ended)
		case lost:
		}
	}
	e.ended.spans = e.ended.spans[:0]
}

// shutdown ends the providers.
func (e *emitter) shutdown(ctx context.Context) {
	for _, provider := range e.providers {
		_ = provider.Shutdown(ctx) // nothing is buffered that could be lost
	}
}
