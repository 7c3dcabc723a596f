package guardtest

import (
	"context"
	"encoding/json"
	"fmt"
)

// New returns a schema with resolvers that answer something plain.
func New() *Schema {
	call := map[string]any{"__typename": "Call", "id": "1", "name": "call", "messages": []any{}, "children": map[string]any{}}
	page := map[string]any{
		"edges": []any{map[string]any{"cursor": "a", "node": call}},
		"nodes": []any{call},
		"pageInfo": map[string]any{
			"hasNextPage": false,
		},
		"totalCount": 1,
	}
	return &Schema{Resolvers: map[string]Resolver{
		"Query.hello": func(_ context.Context, _ any, args map[string]any) (any, error) {
			return fmt.Sprintf("hello %v", args["name"]), nil
		},
		"Query.echo": func(_ context.Context, _ any, args map[string]any) (any, error) {
			text, err := json.Marshal(args)
			return string(text), err
		},
		"Query.steps":    func(context.Context, any, map[string]any) (any, error) { return page, nil },
		"Call.children":  func(context.Context, any, map[string]any) (any, error) { return page, nil },
		"Query.node":     func(context.Context, any, map[string]any) (any, error) { return call, nil },
		"Query.nodes":    func(context.Context, any, map[string]any) (any, error) { return []any{call}, nil },
		"Query.tree":     func(context.Context, any, map[string]any) (any, error) { return []any{call}, nil },
		"Query.worst":    func(context.Context, any, map[string]any) (any, error) { return []any{}, nil },
		"Query.self":     func(context.Context, any, map[string]any) (any, error) { return map[string]any{}, nil },
		"Mutation.touch": func(context.Context, any, map[string]any) (any, error) { return 1, nil },
		"Query.wait": func(ctx context.Context, _ any, _ map[string]any) (any, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		},
	}}
}
