package resolvers

import (
	"context"

	"github.com/treeline-dev/treeline/graph"
	"github.com/treeline-dev/treeline/trace"
)

// maxTreeNodes bounds Trace.tree; the skeleton goes further.
const maxTreeNodes = 10_000

// treesOf returns the tree of each trace with the observations that stand in it.
func treesOf(ctx context.Context, traces []*trace.Trace) ([][]*graph.TreeNode, error) {
	fields := observationFields(ctx, "observation")
	refs := make([]stepsRef, len(traces))
	for i, tr := range traces {
		refs[i] = stepsRef{tr, fields}
	}
	observations, err := loadersOf(ctx).steps.LoadAll(ctx, refs)
	if err != nil {
		return nil, err
	}
	trees, err := loadersOf(ctx).trees.LoadAll(ctx, treeRefs(traces))
	if err != nil {
		return nil, err
	}
	lists := make([][]*graph.TreeNode, len(traces))
	for i, tree := range trees {
		lists[i] = treeNodes(tree, observations[i])
	}
	return lists, nil
}

func treeRefs(traces []*trace.Trace) []traceRef {
	refs := make([]traceRef, len(traces))
	for i, tr := range traces {
		refs[i] = traceRef{project: tr.ProjectID, id: tr.TraceID}
	}
	return refs
}

// treeNodes puts observations into the rows of their tree.
func treeNodes(tree *trace.Tree, observations []trace.Observation) []*graph.TreeNode {
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
	return nodes
}

// skeletonsOf returns the skeleton of each trace.
func skeletonsOf(ctx context.Context, traces []*trace.Trace) ([]*trace.Skeleton, error) {
	trees, err := loadEach(ctx, loadersOf(ctx).trees, treeRefs(traces))
	skeletons := make([]*trace.Skeleton, len(traces))
	for i, tree := range trees {
		if tree != nil {
			skeletons[i] = tree.Skeleton(traces[i].ProjectID, traces[i].TraceID)
		}
	}
	return skeletons, err
}
