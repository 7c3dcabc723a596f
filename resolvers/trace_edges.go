package resolvers

import (
	"context"

	"github.com/treeline-dev/treeline/graph"
	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// rootsOf returns the roots of traces.
func rootsOf(ctx context.Context, traces []*trace.Trace) ([]trace.Observation, error) {
	refs := make([]observationRef, len(traces))
	fields := observationFields(ctx)
	for i, tr := range traces {
		refs[i] = observationRef{project: tr.ProjectID, key: trace.SpanKey{TraceID: tr.TraceID, SpanID: tr.RootSpanID}, fields: fields}
	}
	return loadersOf(ctx).observations.LoadAll(ctx, refs)
}

// sessionsOf returns the sessions of traces, nil for none.
func sessionsOf(ctx context.Context, traces []*trace.Trace) ([]*trace.Session, error) {
	var refs []sessionRef
	var places []int
	for i, tr := range traces {
		if tr.SessionID != nil {
			refs, places = append(refs, sessionRef{tr.ProjectID, *tr.SessionID}), append(places, i)
		}
	}
	found, err := loadersOf(ctx).sessions.LoadAll(ctx, refs)
	if err != nil {
		return nil, err
	}
	sessions := make([]*trace.Session, len(traces))
	for k, i := range places {
		sessions[i] = found[k]
	}
	return sessions, nil
}

// observationsOfTraces returns a page of the observations of each trace, oldest
// first.
func observationsOfTraces(ctx context.Context, traces []*trace.Trace, request store.PageRequest, filter *trace.ObservationFilter) ([]*graph.ObservationConnection, error) {
	refs := make([]pageRef[*trace.Trace], len(traces))
	like := pageRef[*trace.Trace]{request: asJSON(request), filter: asJSON(filter), observations: observationFields(ctx)}
	for i, tr := range traces {
		refs[i], refs[i].parent = like, tr
	}
	return loadEach(ctx, loadersOf(ctx).traceObservations, refs)
}

func asJSON(value any) string { return string(trace.EncodeJSON(value)) }

func projectOfTrace(tr *trace.Trace) trace.ProjectID { return tr.ProjectID }

// tracesOfSessions returns a page of the traces of each session, oldest first.
func tracesOfSessions(ctx context.Context, sessions []*trace.Session, request store.PageRequest) ([]*graph.TraceConnection, error) {
	refs := make([]pageRef[sessionRef], len(sessions))
	like := pageRef[sessionRef]{request: asJSON(request), traces: traceFields(ctx)}
	for i, session := range sessions {
		refs[i], refs[i].parent = like, sessionRef{session.ProjectID, session.SessionID}
	}
	return loadEach(ctx, loadersOf(ctx).sessionTraces, refs)
}
