// Package workload makes the telemetry that the benchmarks send: traces of a
// question-answering agent, ten spans each, in the forms that OpenTelemetry's
// GenAI conventions and OpenInference give them. Texts are long enough that a
// stored observation takes about 1.7 KB, and differ from span to span, so that
// neither gzip nor PostgreSQL finds the same text twice in a row.
//
// Everything follows from a seed, so that two runs send the same.
package workload
