// Package trace is the domain of Treeline: observations with their typed
// bodies, traces, usage and cost, messages, scores, and the filters over them.
//
// It depends on nothing but the standard library, so every other package can
// share one model: ingest builds these values, store writes and reads them,
// live filters them and GraphQL returns them.
package trace
