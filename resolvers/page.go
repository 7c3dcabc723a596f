package resolvers

import (
	"context"
	"time"

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

// treeOf returns the tree of a trace with the observations that stand in it.
func treeOf(ctx context.Context, tr *trace.Trace) ([]*graph.TreeNode, error) {
	s, err := readScope(ctx, tr.ProjectID, authz.ObjectTrace)
	if err != nil {
		return nil, err
	}
	observations, err := s.TraceObservations(ctx, s.project, tr, maxTreeNodes, observationFields(ctx, "observation"))
	if err != nil {
		return nil, err
	}
	tree, err := loadersOf(ctx).trees.Load(ctx, traceRef{project: tr.ProjectID, id: tr.TraceID})
	if err != nil {
		return nil, err
	}
	bySpan := make(map[trace.SpanID]trace.Observation, len(observations))
	for _, o := range observations {
		bySpan[o.Core().SpanID] = o
	}
	nodes := make([]*graph.TreeNode, 0, len(observations))
	for i := range tree.Rows {
		row := &tree.Rows[i]
		step := &tree.Steps[row.Step]
		o, ok := bySpan[step.SpanID]
		if !ok {
			continue // it came between the two reads, or stands beyond the limit
		}
		node := &graph.TreeNode{Depth: row.Depth, IsOrphan: row.IsOrphan, Observation: o, SubtreeUsage: row.SubtreeUsage, SubtreeCost: row.SubtreeCost}
		if step.Status != trace.StatusRunning {
			ms := float64(time.Duration(row.SubtreeEndNanos-step.StartNanos)) / 1e6
			node.SubtreeDurationMs = &ms
		}
		nodes = append(nodes, node)
	}
	return nodes, nil
}

// maxTreeNodes bounds Trace.tree; the skeleton goes further.
const maxTreeNodes = 10_000
