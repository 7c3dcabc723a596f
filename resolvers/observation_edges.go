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

// parentsOf returns the parents of observations, nil for none. As in the tree, a
// circle of parents is cut, so that whoever follows them comes to an end.
func parentsOf[O trace.Observation](ctx context.Context, observations []O) ([]trace.Observation, error) {
	fields := observationFields(ctx)
	var refs []observationRef
	var places []int
	for i, o := range observations {
		if c := o.Core(); !c.ParentSpanID.IsZero() {
			refs, places = append(refs, observationRef{project: c.ProjectID, key: parentKey(c), fields: fields}), append(places, i)
		}
	}
	found, err := loadersOf(ctx).observations.LoadAll(ctx, refs)
	if err != nil {
		return nil, err
	}
	parents := make([]trace.Observation, len(observations))
	links := map[trace.ProjectID][]store.ParentLink{}
	linked := map[trace.ProjectID][]int{}
	for k, i := range places {
		if parents[i] = found[k]; found[k] != nil {
			child := observations[i].Core()
			links[child.ProjectID] = append(links[child.ProjectID], store.ParentLink{Child: child, Parent: found[k].Core()})
			linked[child.ProjectID] = append(linked[child.ProjectID], i)
		}
	}
	for project, own := range links {
		s, err := readScope(ctx, project, authz.ObjectTrace)
		if err != nil {
			return nil, err
		}
		cut, err := s.CutLinks(ctx, s.project, own)
		if err != nil {
			return nil, err
		}
		for k, i := range linked[project] {
			if cut[k] {
				parents[i] = nil
			}
		}
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

// childrenOf returns a page of the direct children of each observation, oldest
// first, in one statement whatever their types; a page further on belongs to one
// observation alone.
func childrenOf[O trace.Observation](ctx context.Context, observations []O, first *int, after *string) ([]*graph.ObservationConnection, error) {
	fields := observationFields(ctx)
	if after != nil || first != nil && *first < 0 {
		parents := make([]*trace.Common, len(observations))
		for i, o := range observations {
			parents[i] = o.Core()
		}
		return eachOf(parents, func(c *trace.Common) trace.ProjectID { return c.ProjectID }, func(project trace.ProjectID, parents []*trace.Common) ([]*graph.ObservationConnection, error) {
			return childPages(ctx, project, parents, store.ObservationQuery{Page: store.PageRequest{First: first, After: after}, Fields: fields})
		})
	}
	refs := make([]childrenRef, len(observations))
	for i, o := range observations {
		c := o.Core()
		refs[i] = childrenRef{observationRef: observationRef{project: c.ProjectID, key: c.Key(), fields: fields}, start: c.StartedAt.UnixNano(), first: -1}
		if first != nil {
			refs[i].first = *first
		}
	}
	return loadEach(ctx, loadersOf(ctx).children, refs)
}

// childPages reads a page of the children of each of a project's observations.
func childPages(ctx context.Context, project trace.ProjectID, parents []*trace.Common, q store.ObservationQuery) ([]*graph.ObservationConnection, error) {
	refs := make([]traceRef, len(parents))
	for i, c := range parents {
		refs[i] = traceRef{project: project, id: c.TraceID}
	}
	traces, err := loadersOf(ctx).traces.LoadAll(ctx, refs)
	if err != nil {
		return nil, err
	}
	below := make([]store.ObservationParent, len(parents))
	for i, c := range parents {
		below[i] = store.ObservationParent{Trace: traces[i], Observation: c}
	}
	return observationPages(ctx, project, below, q)
}

// scoresOf returns a page of scores of each observation.
func scoresOf[O trace.Observation](ctx context.Context, observations []O, first *int, after *string, names []string) ([]*graph.ScoreConnection, error) {
	targets := make([]scoreTarget, len(observations))
	for i, o := range observations {
		c := o.Core()
		targets[i] = scoreTarget{c.ProjectID, store.ScoreTarget{TraceID: c.TraceID, SpanID: c.SpanID}}
	}
	return scoresOfEach(ctx, targets, first, after, names)
}

// scoresOfEach returns a page of scores of each target, in one statement whatever
// their types; a page further on belongs to one target alone.
func scoresOfEach(ctx context.Context, targets []scoreTarget, first *int, after *string, names []string) ([]*graph.ScoreConnection, error) {
	if after != nil || first != nil && *first < 0 {
		return scorePages(ctx, targets, names, store.PageRequest{First: first, After: after})
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

// scoreTarget is what scores are about, in a project.
type scoreTarget struct {
	project trace.ProjectID
	store.ScoreTarget
}

// scorePages returns a page of scores of each target, in one statement a project.
func scorePages(ctx context.Context, targets []scoreTarget, names []string, request store.PageRequest) ([]*graph.ScoreConnection, error) {
	return eachOf(targets, func(t scoreTarget) trace.ProjectID { return t.project }, func(project trace.ProjectID, targets []scoreTarget) ([]*graph.ScoreConnection, error) {
		s, err := readScope(ctx, project, authz.ObjectScore)
		if err != nil {
			return nil, err
		}
		wanted := make([]store.ScoreTarget, len(targets))
		for i, target := range targets {
			wanted[i] = target.ScoreTarget
		}
		found, err := s.ScoresOfEach(ctx, s.project, wanted, names, request)
		pages := make([]*graph.ScoreConnection, len(found))
		for i, page := range found {
			pages[i] = &graph.ScoreConnection{List: graph.NewList(page)}
		}
		return pages, err
	})
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
