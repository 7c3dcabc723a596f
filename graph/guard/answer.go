package guard

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// answerLimit counts what an answer holds while it is made, however often one
// content stands in it, and answers with the one error of the limit where an
// operation ran into it: a part of the data would look like the whole.
type answerLimit struct{ presenter *presenter }

// ExtensionName implements graphql.HandlerExtension.
func (answerLimit) ExtensionName() string { return "AnswerLimit" }

// Validate implements graphql.HandlerExtension.
func (answerLimit) Validate(graphql.ExecutableSchema) error { return nil }

// minCounted is the length in bytes from which a text counts.
const minCounted = 64

// InterceptField implements graphql.FieldInterceptor.
func (answerLimit) InterceptField(ctx context.Context, next graphql.Resolver) (any, error) {
	value, err := next(ctx)
	if err != nil {
		return value, err
	}
	var n int
	switch v := value.(type) {
	case string:
		n = len(v)
		if n >= minCounted {
			n = quotedLength(v)
		}
	case *string:
		if v != nil {
			n = len(*v)
			if n >= minCounted {
				n = quotedLength(*v)
			}
		}
	case trace.JSON:
		n = len(v)
	case []string:
		for _, text := range v {
			n += len(text)
		}
	}
	if n < minCounted {
		return value, nil
	}
	if err := store.OperationOf(ctx).Answer(ctx, int64(n)); err != nil {
		return nil, err
	}
	return value, nil
}

// quotedLength is the length of a text as a JSON string.
func quotedLength(text string) int {
	n := len(text) + 2
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"', c == '\\', c == '\n', c == '\r', c == '\t':
			n++
		case c < ' ':
			n += len(`\u0000`) - 1
		}
	}
	return n
}

// InterceptResponse implements graphql.ResponseInterceptor.
func (l answerLimit) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	excess := store.OperationOf(ctx).Excess()
	if response == nil || excess == nil || !graphql.HasOperationContext(ctx) {
		return response
	}
	operation := graphql.GetOperationContext(ctx)
	if operation.Operation == nil || operation.Operation.Operation != ast.Query {
		return response
	}
	response.Data = nil
	response.Errors = gqlerror.List{l.presenter.present(ctx, excess)}
	return response
}
