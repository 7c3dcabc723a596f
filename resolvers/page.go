package resolvers

import (
	"context"

	"github.com/treeline-dev/treeline/authz"
	"github.com/treeline-dev/treeline/graph"
	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// tracePage reads a page of traces with what the operation wants of them.
func tracePage(ctx context.Context, project trace.ProjectID, q store.TraceQuery) (*graph.TraceConnection, error) {
	s, err := readScope(ctx, project, authz.ObjectTrace)
	if err != nil {
		return nil, err
	}
	q.Fields = traceFields(ctx)
	page, err := s.Traces(ctx, s.project, q)
	if err != nil {
		return nil, err
	}
	return &graph.TraceConnection{List: graph.NewList(page)}, nil
}

// scorePage reads a page of scores.
func scorePage(ctx context.Context, project trace.ProjectID, q store.ScoreQuery) (*graph.ScoreConnection, error) {
	s, err := readScope(ctx, project, authz.ObjectScore)
	if err != nil {
		return nil, err
	}
	page, err := s.Scores(ctx, s.project, q)
	if err != nil {
		return nil, err
	}
	return &graph.ScoreConnection{List: graph.NewList(page)}, nil
}

// observationPage reads a page of observations with what the operation wants of
// them.
func observationPage(ctx context.Context, project trace.ProjectID, q store.ObservationQuery) (*graph.ObservationConnection, error) {
	s, err := readScope(ctx, project, authz.ObjectTrace)
	if err != nil {
		return nil, err
	}
	q.Fields = observationFields(ctx)
	page, err := s.Observations(ctx, s.project, q)
	if err != nil {
		return nil, err
	}
	return &graph.ObservationConnection{List: graph.NewList(page)}, nil
}

// observationPages reads a page of the observations below each parent.
func observationPages(ctx context.Context, project trace.ProjectID, parents []store.ObservationParent, q store.ObservationQuery) ([]*graph.ObservationConnection, error) {
	s, err := readScope(ctx, project, authz.ObjectTrace)
	if err != nil {
		return nil, err
	}
	found, err := s.ObservationsOfEach(ctx, s.project, parents, q)
	pages := make([]*graph.ObservationConnection, len(found))
	for i, page := range found {
		pages[i] = &graph.ObservationConnection{List: graph.NewList(page)}
	}
	return pages, err
}

// eachOf reads something for every item, at once for all items of a project.
func eachOf[T, V any](items []T, projectOf func(T) trace.ProjectID, read func(trace.ProjectID, []T) ([]V, error)) ([]V, error) {
	values := make([]V, len(items))
	for project, places := range placesBy(items, projectOf) {
		own := make([]T, len(places))
		for k, i := range places {
			own[k] = items[i]
		}
		found, err := read(project, own)
		if err != nil {
			return nil, err
		}
		for k, i := range places {
			values[i] = found[k]
		}
	}
	return values, nil
}

// sessionPage reads a page of sessions.
func sessionPage(ctx context.Context, p *store.Project, filter *trace.SessionFilter, request store.PageRequest) (*graph.SessionConnection, error) {
	s, err := readScope(ctx, p.ProjectID, authz.ObjectTrace)
	if err != nil {
		return nil, err
	}
	page, err := s.Sessions(ctx, s.project, store.SessionQuery{Filter: filter, Page: request})
	if err != nil {
		return nil, err
	}
	return &graph.SessionConnection{List: graph.NewList(page)}, nil
}
