package resolvers

import (
	"context"

	"github.com/treeline-dev/treeline/authz"
	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// rootsOf returns the roots of traces in one statement a project.
func rootsOf(ctx context.Context, traces []*trace.Trace) ([]trace.Observation, error) {
	refs := map[trace.ProjectID][]store.ObservationRef{}
	for _, tr := range traces {
		refs[tr.ProjectID] = append(refs[tr.ProjectID], store.RefWithin(tr, tr.RootSpanID))
	}
	found, err := observationsByRef(ctx, refs, observationFields(ctx))
	if err != nil {
		return nil, err
	}
	roots := make([]trace.Observation, len(traces))
	for i, tr := range traces {
		if root := found[tr.ProjectID][trace.SpanKey{TraceID: tr.TraceID, SpanID: tr.RootSpanID}]; root != nil {
			roots[i] = root
		}
	}
	return roots, nil
}

// sessionsOf returns the sessions of traces in one statement a project.
func sessionsOf(ctx context.Context, traces []*trace.Trace) ([]*trace.Session, error) {
	ids := map[trace.ProjectID][]string{}
	for _, tr := range traces {
		if tr.SessionID != nil {
			ids[tr.ProjectID] = append(ids[tr.ProjectID], *tr.SessionID)
		}
	}
	found := map[trace.ProjectID]map[string]*trace.Session{}
	for project, wanted := range ids {
		s, err := readScope(ctx, project, authz.ObjectTrace)
		if err != nil {
			return nil, err
		}
		if found[project], err = s.SessionsByID(ctx, s.project, wanted); err != nil {
			return nil, err
		}
	}
	sessions := make([]*trace.Session, len(traces))
	for i, tr := range traces {
		if tr.SessionID != nil {
			sessions[i] = found[tr.ProjectID][*tr.SessionID]
		}
	}
	return sessions, nil
}
