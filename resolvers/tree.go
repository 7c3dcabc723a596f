package resolvers

import (
	"context"

	"github.com/treeline-dev/treeline/authz"
	"github.com/treeline-dev/treeline/graph"
	"github.com/treeline-dev/treeline/trace"
)

// maxTreeNodes bounds Trace.tree; the skeleton goes further.
const maxTreeNodes = 10_000

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
		o, ok := bySpan[tree.Steps[row.Step].SpanID]
		if !ok {
			continue // it came between the two reads, or stands beyond the limit
		}
		nodes = append(nodes, &graph.TreeNode{
			Depth: row.Depth, IsOrphan: row.IsOrphan, Observation: o,
			SubtreeUsage: row.SubtreeUsage, SubtreeCost: row.SubtreeCost, SubtreeDurationMs: tree.SubtreeDurationMs(i),
		})
	}
	return nodes, nil
}
