package guard

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// timeLimit ends the context of a query or a mutation that takes too long.
// Subscriptions live as long as their connection.
type timeLimit struct{ limit time.Duration }

// ExtensionName implements graphql.HandlerExtension.
func (timeLimit) ExtensionName() string { return "TimeLimit" }

// Validate implements graphql.HandlerExtension.
func (timeLimit) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptOperation implements graphql.OperationInterceptor.
func (t timeLimit) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	if graphql.GetOperationContext(ctx).Operation.Operation == ast.Subscription {
		return next(ctx)
	}
	limited, cancel := context.WithTimeout(ctx, t.limit)
	responses := next(limited)
	return func(ctx context.Context) *graphql.Response {
		defer cancel()
		return responses(ctx)
	}
}
