package resolvers

import (
	"context"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// A read fetches only what the operation asks for. What that is stands in the
// selection below the field that is being answered.

// eachSelected calls visit for every field of the entries that the current
// field returns, through fragments and through the fields named in wrappers.
func eachSelected(ctx context.Context, wrappers []string, visit func(*ast.Field)) {
	field := graphql.GetFieldContext(ctx)
	if field == nil {
		return
	}
	var walk func(set ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch s := selection.(type) {
			case *ast.Field:
				if slices.Contains(wrappers, s.Name) {
					walk(s.SelectionSet)
				} else {
					visit(s)
				}
			case *ast.InlineFragment:
				walk(s.SelectionSet)
			case *ast.FragmentSpread:
				walk(s.Definition.SelectionSet)
			}
		}
	}
	walk(field.Field.Selections)
}

// entryWrappers lead from a list to its entries.
var entryWrappers = []string{"edges", "nodes", "node"}

// rowFields are the fields of observations that stand in their row or are
// answered by resolvers of their own; all others need the body.
var rowFields = []string{
	"__typename", "id", "observationId", "type", "name", "trace", "parent", "children", "startedAt", "endedAt", "durationMs",
	"status", "level", "service", "environment", "version", "scores", "usage", "cost", "isWrapper", "provider", "finishReasons",
	"timeToFirstTokenMs", "promptName", "promptNumber", "source", "documentCount", "topRelevance", "toolName", "isError",
	"reportedUsage", "policy", "passed", "verdict", "action", "agentName", "subtreeUsage", "subtreeCost", "scoreName", "scoreValue",
	"model", "pageInfo", "totalCount", "cursor",
}

// observationFields tells what the operation wants of the observations that
// the current field returns.
func observationFields(ctx context.Context, wrappers ...string) store.ObservationFields {
	var fields store.ObservationFields
	eachSelected(ctx, append(wrappers, entryWrappers...), func(f *ast.Field) {
		switch f.Name {
		case "input":
			fields.Input = more(fields.Input, payloadPart(ctx, f))
		case "output":
			fields.Output = more(fields.Output, payloadPart(ctx, f))
		case "attributes":
			fields.Attributes = true
		case "metadata":
			fields.Metadata = true
		case "resource":
			fields.Resource = true
		case "stepCount":
			fields.StepCount = true
		default:
			fields.Detail = fields.Detail || !slices.Contains(rowFields, f.Name)
		}
	})
	return fields
}

// traceFields tells what the operation wants of the traces that the current
// field returns.
func traceFields(ctx context.Context) store.TraceFields {
	var fields store.TraceFields
	eachSelected(ctx, entryWrappers, func(f *ast.Field) {
		switch f.Name {
		case "input":
			fields.Input = more(fields.Input, payloadPart(ctx, f))
		case "output":
			fields.Output = more(fields.Output, payloadPart(ctx, f))
		}
	})
	return fields
}

// payloadPart tells how much of a payload a selection needs.
func payloadPart(ctx context.Context, payload *ast.Field) store.PayloadPart {
	part := store.PayloadPart(1)
	var walk func(set ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch s := selection.(type) {
			case *ast.Field:
				switch s.Name {
				case "text", "json":
					part = store.WholePayload
				case "preview":
					part = more(part, previewPart(ctx, s))
				}
			case *ast.InlineFragment:
				walk(s.SelectionSet)
			case *ast.FragmentSpread:
				walk(s.Definition.SelectionSet)
			}
		}
	}
	walk(payload.SelectionSet)
	return part
}

func previewPart(ctx context.Context, preview *ast.Field) store.PayloadPart {
	chars, given := preview.ArgumentMap(graphql.GetOperationContext(ctx).Variables)["maxChars"].(int64)
	if !given {
		chars = trace.DefaultPreview
	}
	return store.PayloadPart(min(max(chars, 1), trace.MaxPreview))
}

// more returns the larger of two parts.
func more(a, b store.PayloadPart) store.PayloadPart {
	if a == store.WholePayload || b == store.WholePayload {
		return store.WholePayload
	}
	return max(a, b)
}
