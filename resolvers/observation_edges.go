package resolvers

import (
	"context"

	"github.com/treeline-dev/treeline/authz"
	"github.com/treeline-dev/treeline/graph"
	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// The edges that every type of observation has. gqlgen calls a batch resolver
// once for each concrete type of a list.

// tracesOf returns the traces of observations. A list has up to eleven types,
// so this and the other edges go through the operation's loaders.
func tracesOf[O trace.Observation](ctx context.Context, observations []O) ([]*trace.Trace, error) {
	keys := make([]traceRef, len(observations))
	fields := traceFields(ctx)
	for i, o := range observations {
		keys[i] = traceRef{project: o.Core().ProjectID, id: o.Core().TraceID, fields: fields}
	}
	return loadEach(ctx, loadersOf(ctx).traces, keys)
}

// parentsOf returns the parents of observations, nil for none.
func parentsOf[O trace.Observation](ctx context.Context, observations []O) ([]trace.Observation, error) {
	fields := observationFields(ctx)
	var refs []observationRef
	var places []int
	for i, o := range observations {
		if c := o.Core(); !c.ParentSpanID.IsZero() {
			refs, places = append(refs, observationRef{project: c.ProjectID, key: parentKey(c), fields: fields}), append(places, i)
		}
	}
	found, err := loadersOf(ctx).parents.LoadAll(ctx, refs)
	if err != nil {
		return nil, err
	}
	parents := make([]trace.Observation, len(observations))
	for k, i := range places {
		parents[i] = found[k]
	}
	return parents, nil
}

func parentKey(c *trace.Common) trace.SpanKey {
	return trace.SpanKey{TraceID: c.TraceID, SpanID: c.ParentSpanID}
}

// observationsByRef reads observations of several projects; a project that the
// caller may not read has none.
func observationsByRef(ctx context.Context, refs map[trace.ProjectID][]store.ObservationRef, fields store.ObservationFields) (map[trace.ProjectID]map[trace.SpanKey]trace.Observation, error) {
	found := make(map[trace.ProjectID]map[trace.SpanKey]trace.Observation, len(refs))
	for project, wanted := range refs {
		s, err := readScope(ctx, project, authz.ObjectTrace)
		if err != nil {
			if err = hidden(err); err != nil {
				return nil, err
			}
			continue
		}
		if found[project], err = s.ObservationsByRef(ctx, s.project, wanted, fields); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// childrenOf returns a page of the direct children of an observation, oldest
// first.
func childrenOf(ctx context.Context, o trace.Observation, first *int, after *string) (*graph.ObservationConnection, error) {
	c := o.Core()
	tr, err := loadersOf(ctx).traces.Load(ctx, traceRef{project: c.ProjectID, id: c.TraceID})
	if err != nil {
		return nil, err
	}
	return observationPage(ctx, c.ProjectID, store.ObservationQuery{
		Within: tr, ParentOf: &c.SpanID, Order: &trace.Order{Field: trace.OrderStartedAt, Direction: trace.Ascending},
		Page: store.PageRequest{First: first, After: after},
	})
}

// scoresOf returns the first page of scores of each observation, in one
// statement whatever their types; a page further on belongs to one observation alone.
func scoresOf[O trace.Observation](ctx context.Context, observations []O, first *int, after *string, names []string) ([]*graph.ScoreConnection, error) {
	targets := make([]scoreTarget, len(observations))
	for i, o := range observations {
		targets[i] = scoreTarget{o.Core().ProjectID, o.Core().Key()}
	}
	if after != nil || first != nil && *first < 0 {
		return scorePages(ctx, targets, first, after, names)
	}
	refs := make([]scoresRef, len(targets))
	for i, target := range targets {
		refs[i] = scoresRef{scoreTarget: target, first: -1, names: string(trace.EncodeJSON(names))}
		if first != nil {
			refs[i].first = *first
		}
	}
	return loadEach(ctx, loadersOf(ctx).scores, refs)
}

// scoreTarget is what scores are about: a trace, or with a span id one of its
// observations.
type scoreTarget struct {
	project trace.ProjectID
	key     trace.SpanKey
}

// scorePages returns a page of scores of each target, in one statement a project
// for first pages.
func scorePages(ctx context.Context, targets []scoreTarget, first *int, after *string, names []string) ([]*graph.ScoreConnection, error) {
	pages := make([]*graph.ScoreConnection, len(targets))
	for project, places := range placesBy(targets, func(t scoreTarget) trace.ProjectID { return t.project }) {
		s, err := readScope(ctx, project, authz.ObjectScore)
		if err != nil {
			return nil, err
		}
		keys := make([]trace.SpanKey, len(places))
		for k, i := range places {
			keys[k] = targets[i].key
		}
		found, err := s.scoresOfEach(ctx, keys, first, after, names)
		if err != nil {
			return nil, err
		}
		for k, i := range places {
			pages[i] = &graph.ScoreConnection{List: graph.NewList(found[k])}
		}
	}
	return pages, nil
}

// scoresOfEach returns a page of scores of each of a project's targets; those
// further on are read one by one.
func (s scope) scoresOfEach(ctx context.Context, keys []trace.SpanKey, first *int, after *string, names []string) ([]*store.Page[*trace.Score], error) {
	if after == nil {
		return s.ScoresOfEach(ctx, s.project, keys, names, first)
	}
	pages := make([]*store.Page[*trace.Score], len(keys))
	for i, key := range keys {
		q := store.ScoreQuery{Names: names, OfTrace: &key.TraceID, Page: store.PageRequest{First: first, After: after}}
		if !key.SpanID.IsZero() {
			q.OfTrace, q.OfObservation = nil, &key
		}
		var err error
		if pages[i], err = s.Scores(ctx, s.project, q); err != nil {
			return nil, err
		}
	}
	return pages, nil
}

// subtreesOf returns the row of each agent in the tree of its trace.
func subtreesOf(ctx context.Context, agents []*trace.Agent) ([]trace.TreeRow, error) {
	refs := make([]traceRef, len(agents))
	for i, agent := range agents {
		refs[i] = traceRef{project: agent.ProjectID, id: agent.TraceID}
	}
	trees, err := loadEach(ctx, loadersOf(ctx).trees, refs)
	rows := make([]trace.TreeRow, len(agents))
	for i, tree := range trees {
		if tree != nil {
			rows[i], _ = tree.Row(agents[i].SpanID)
		}
	}
	return rows, err
}

// documentPage returns a page of documents that were read already.
func documentPage(o trace.Observation, documents []trace.Document, first *int, after *string) (*graph.DocumentConnection, error) {
	items := make([]*trace.Document, len(documents))
	for i := range documents {
		items[i] = &documents[i]
	}
	page, err := store.PageOf(items, o.ID(), func(d *trace.Document) int { return d.Rank }, store.PageRequest{First: first, After: after})
	if err != nil {
		return nil, err
	}
	return &graph.DocumentConnection{List: graph.NewList(page)}, nil
}
