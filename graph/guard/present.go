package guard

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Lengths in bytes beyond which a text is cut.
const (
	// maxMessage bounds what an answer repeats of a request: messages of the
	// parser and the validator quote names and values.
	maxMessage = 400
	// maxLogged bounds a cause in the log.
	maxLogged = 2000
)

type requestIDKey struct{}

// WithRequestID puts the id of a request into its context. It appears in the
// extensions of every error and beside every cause in the log.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

// RequestID returns the id of the request, empty where it has none.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// presenter writes errors into answers and their causes into the log.
type presenter struct{ log *slog.Logger }

// present implements graphql.ErrorPresenterFunc.
func (p *presenter) present(ctx context.Context, err error) *gqlerror.Error {
	shown := &gqlerror.Error{Extensions: map[string]any{}}
	if id := RequestID(ctx); id != "" {
		shown.Extensions["requestId"] = id
	}
	inner, isGraphQL := errors.AsType[*gqlerror.Error](err)
	if isGraphQL {
		shown.Path, shown.Locations = inner.Path, inner.Locations
	}
	coded, ok := Classify(ctx, err)
	switch {
	case ok:
	case isGraphQL && isRequestFault(inner):
		coded = &CodedError{Code: BadInput, Message: inner.Message}
		// The path of a bad variable leads into the request, while the path of
		// an error leads into the answer.
		if len(inner.Path) > 0 && inner.Path[0] == ast.PathName("variable") {
			shown.Path = nil
			coded.InputPath = inputPath("variables", inner.Path[1:])
			coded.Message = coded.InputPath + ": " + inner.Message
		}
	default:
		coded = &CodedError{Code: Internal, Message: "something failed in the server; its log has more under this requestId", Err: err}
	}
	if coded.Code == Internal && !coded.logged {
		p.logFailure(ctx, shown.Path, coded)
	}
	shown.Message = cut(coded.Message, maxMessage)
	shown.Extensions["code"] = string(coded.Code)
	if coded.InputPath != "" {
		shown.Extensions["inputPath"] = cut(coded.InputPath, maxMessage)
	}
	if coded.RetryAfter > 0 {
		shown.Extensions["retryAfterMs"] = coded.RetryAfter.Milliseconds()
	}
	return shown
}

// logFailure writes the cause of an internal error to the log.
func (p *presenter) logFailure(ctx context.Context, path ast.Path, coded *CodedError) {
	cause := coded.Err
	if cause == nil {
		cause = coded
	}
	p.log.LogAttrs(ctx, slog.LevelError, "GraphQL operation failed",
		slog.String("request_id", RequestID(ctx)),
		slog.String("path", cut(path.String(), maxMessage)),
		slog.String("error", cut(cause.Error(), maxLogged)))
}

// recover implements graphql.RecoverFunc.
func (p *presenter) recover(ctx context.Context, value any) error {
	p.log.LogAttrs(ctx, slog.LevelError, "GraphQL resolver panicked",
		slog.String("request_id", RequestID(ctx)),
		slog.String("error", cut(fmt.Sprint(value), maxLogged)),
		slog.String("stack", string(debug.Stack())))
	return &CodedError{Code: Internal, Message: "something failed in the server; its log has more under this requestId", logged: true}
}

// isRequestFault reports whether parsing, validation or the coercion of
// variables made an error.
func isRequestFault(err *gqlerror.Error) bool {
	if err.Rule != "" {
		return true
	}
	switch err.Extensions["code"] {
	case errcode.ParseFailed, errcode.ValidationFailed:
		return true
	}
	return false
}

// inputPath writes a path into the request: variables.filter.and[1].name.
func inputPath(root string, path ast.Path) string {
	var b strings.Builder
	b.WriteString(root)
	for _, step := range path {
		switch step := step.(type) {
		case ast.PathIndex:
			b.WriteString("[" + strconv.Itoa(int(step)) + "]")
		case ast.PathName:
			b.WriteString("." + string(step))
		}
	}
	return b.String()
}

// cut shortens a text to at most limit bytes, at the border of a character.
func cut(text string, limit int) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= limit {
		return text
	}
	end := limit - len("…")
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

var (
	_ graphql.ErrorPresenterFunc = (*presenter)(nil).present
	_ graphql.RecoverFunc        = (*presenter)(nil).recover
)
