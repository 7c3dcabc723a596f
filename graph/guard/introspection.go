package guard

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// introspectionGuard lets only some callers read the schema.
type introspectionGuard struct{ allow func(context.Context) bool }

// ExtensionName implements graphql.HandlerExtension.
func (*introspectionGuard) ExtensionName() string { return "IntrospectionGuard" }

// Validate implements graphql.HandlerExtension.
func (*introspectionGuard) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext implements graphql.OperationContextMutator.
func (g *introspectionGuard) MutateOperationContext(ctx context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	if !introspects(operation.Operation.SelectionSet) {
		return nil
	}
	if !g.allow(ctx) {
		return refusal(Errorf(Unauthenticated, "sign in or send an API key to read the schema through introspection; as text it stands at /graphql/schema.graphql"))
	}
	operation.DisableIntrospection = false
	return nil
}

// introspects reports whether a root selection asks for the schema.
func introspects(set ast.SelectionSet) bool {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if isIntrospection(s.Name) {
				return true
			}
		case *ast.InlineFragment:
			if introspects(s.SelectionSet) {
				return true
			}
		case *ast.FragmentSpread:
			if s.Definition != nil && introspects(s.Definition.SelectionSet) {
				return true
			}
		}
	}
	return false
}

func isIntrospection(field string) bool { return field == "__schema" || field == "__type" }
