package demo

import (
	"go.opentelemetry.io/otel/attribute"
)

// idiom is how a customer's services record what they do: through which library,
// under which names and with the attributes of which convention.
type idiom interface {
	// claims are what a span says of its trace.
	claims(t *turn) []attribute.KeyValue
	agent(t *turn) recording
	chain(name, input, output string) recording
	tool(r *run, hasFailed bool) recording
	guard(c check) recording
	// model writes a call of a model. Its moments count from the call's start.
	model(c *call) recording
	// score attaches a judgement to the agent's span.
	score(j judgement) moment
}

// recording is a span without its place in time.
type recording struct {
	library    library
	name       string
	attributes []attribute.KeyValue
	moments    []moment
}
