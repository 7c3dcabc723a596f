// Package demo fills a Treeline with the traffic of three invented contact
// centres, so that there is something to look at before the first own trace.
//
// The spans are made by the OpenTelemetry SDK and sent by its OTLP exporter over
// HTTP: the same road that any other client takes. Nothing is random: the same
// seed and the same end give the same spans.
//
// A turn of a conversation is one trace. It is first written down as a tree of
// steps with times relative to its start (turn.go and the files named after
// what they hold), then told to the SDK (emitter.go), one tracer provider for
// each service. How a customer's services write their attributes is an idiom
// (idiom.go); what people talk about is content (airline.go, telecom.go,
// bank.go), which also fills the pages that make some prompts long (casebook.go).
// Token counts are estimated from the texts, cached ones from what two calls have
// in common. Faults that are there to be found are listed by [Planted].
package demo
