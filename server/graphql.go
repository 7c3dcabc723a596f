package server

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/treeline-dev/treeline/graph/guard"
	"github.com/treeline-dev/treeline/store"
)

// GraphQL serves GraphQL over HTTP as the GraphQL-over-HTTP specification has
// it: POST with a JSON body, GET for queries, answers as
// application/graphql-response+json or application/json.
type GraphQL struct {
	// Executor runs the operations; see guard.NewExecutor.
	Executor graphql.GraphExecutor
	// MaxBody is the size of the largest request body in bytes. Default 1 MiB.
	MaxBody int64
	// Limits say what one operation may take of the database and of memory.
	Limits store.OperationLimits
	// Documents are the trusted documents, which run by their ids; nil for none.
	Documents *Documents
	// TrustedOnly lets requests with a session cookie run trusted documents only.
	TrustedOnly bool
	// Transports are asked first, in order: those that stream.
	Transports []graphql.Transport
	// Cookie says how session cookies are written.
	Cookie SessionCookie
	// Log receives what goes wrong. Default slog.Default().
	Log *slog.Logger
}

const defaultMaxBody = 1 << 20

// ServeHTTP implements http.Handler.
func (g *GraphQL) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r = r.WithContext(graphql.StartOperationTrace(r.Context()))
	for _, transport := range g.Transports {
		if transport.Supports(r) {
			transport.Do(w, r, g.executor(r))
			return
		}
	}
	operation := store.NewOperation(g.Limits)
	// The content is held until it has been sent, however slowly it is taken.
	defer operation.Close()
	jar := &guard.SessionJar{}
	ctx := guard.WithSessionJar(store.WithOperation(r.Context(), operation), jar)
	answer := g.answer(ctx, r)
	g.Cookie.apply(w, jar)
	answer.write(w, r)
}

// executor returns what runs the operations of a request, within what its caller
// may run.
func (g *GraphQL) executor(r *http.Request) *trustingExecutor {
	e := &trustingExecutor{GraphExecutor: g.Executor, documents: g.Documents}
	if g.Cookie.Token(r) == "" || len(r.Header.Values("Authorization")) > 0 {
		// Credentials that a browser does not send by itself come before a cookie.
		return e
	}
	switch {
	case g.TrustedOnly:
		e.refusal = "people who are signed in run trusted documents only, because this server is set so (--graphql-trust documents): call with an API key, or have the document added to those that are trusted"
	case r.Method == http.MethodGet && !isWebSocket(r):
		e.refusal = "GET with a session cookie runs trusted documents only: send the query with POST, or call with an API key"
	}
	return e
}

// answer runs the operation of a request.
func (g *GraphQL) answer(ctx context.Context, r *http.Request) (a *graphQLAnswer) {
	mediaType, acceptable := negotiate(r.Header.Values("Accept"))
	a = &graphQLAnswer{mediaType: mediaType, status: http.StatusOK}
	defer func() {
		if panicked := recover(); panicked != nil {
			if panicked == http.ErrAbortHandler { //nolint:errorlint // the value itself is what panics with it
				panic(panicked)
			}
			cmp.Or(g.Log, slog.Default()).LogAttrs(ctx, slog.LevelError, "GraphQL request panicked",
				slog.String("request_id", guard.RequestID(ctx)), slog.Any("error", panicked), slog.String("stack", string(debug.Stack())))
			a.fault(ctx, faultf(http.StatusInternalServerError, guard.Internal, "something failed in the server; its log has more under this requestId"))
		}
	}()
	if !acceptable {
		return a.fault(ctx, faultf(http.StatusNotAcceptable, guard.BadInput, "the answer is %s or %s: put one of them into the Accept header", mediaTypeJSON, mediaTypeResponse))
	}
	var request *graphQLRequest
	var fault *httpFault
	switch r.Method {
	case http.MethodPost:
		request, fault = readPost(r, cmp.Or(g.MaxBody, defaultMaxBody))
	case http.MethodGet:
		request, fault = readGet(r)
	default:
		a.header("Allow", "GET, POST")
		return a.fault(ctx, faultf(http.StatusMethodNotAllowed, guard.BadInput, "send operations with POST, or queries with GET"))
	}
	if fault != nil {
		return a.fault(ctx, fault)
	}
	executor := g.executor(r)
	operation, errs := executor.create(ctx, request)
	if len(errs) > 0 {
		return a.requestErrors(g.Executor.DispatchError(graphql.WithOperationContext(ctx, operation), errs))
	}
	switch kind := operation.Operation.Operation; {
	case kind == ast.Subscription:
		return a.fault(ctx, faultf(http.StatusBadRequest, guard.BadInput, "a subscription needs a connection that stays open: use a WebSocket with the subprotocol graphql-transport-ws"))
	case kind != ast.Query && r.Method == http.MethodGet:
		a.header("Allow", "POST")
		return a.fault(ctx, faultf(http.StatusMethodNotAllowed, guard.BadInput, "GET runs queries only: send a mutation with POST"))
	}
	responses, ctx := g.Executor.DispatchOperation(ctx, operation)
	response := responses(ctx)
	if response == nil {
		// The context ended before there was an answer.
		coded, _ := guard.Classify(ctx, context.DeadlineExceeded)
		return a.requestErrors(g.Executor.DispatchError(graphql.WithOperationContext(ctx, operation), gqlerror.List{{Err: coded, Message: coded.Message}}))
	}
	return a.executed(response)
}

// graphQLAnswer is an answer that is to be written.
type graphQLAnswer struct {
	mediaType string
	status    int
	headers   [][2]string
	response  *graphql.Response
	// hasData tells an operation that ran, whose data may be null, from one that
	// did not, which has none.
	hasData bool
}

func (a *graphQLAnswer) header(name, value string) {
	a.headers = append(a.headers, [2]string{name, value})
}

// fault answers a request that is no GraphQL request, or none that can be run
// this way.
func (a *graphQLAnswer) fault(ctx context.Context, f *httpFault) *graphQLAnswer {
	a.status, a.hasData = f.status, false
	a.response = &graphql.Response{Errors: gqlerror.List{f.graphQLError(ctx)}}
	return a
}

// requestErrors answers a GraphQL request whose operation did not run.
func (a *graphQLAnswer) requestErrors(response *graphql.Response) *graphQLAnswer {
	a.response, a.hasData = response, false
	code := firstCode(response.Errors)
	switch {
	case code == guard.RateLimited:
		a.status = http.StatusTooManyRequests
	case code == guard.Internal:
		a.status = http.StatusInternalServerError
	case a.mediaType == mediaTypeJSON:
		// Clients of this older media type read any other status as the fault of
		// something between them and the server.
		a.status = http.StatusOK
	default:
		a.status = statusOf(code)
	}
	a.retryAfter()
	return a
}

// executed answers a GraphQL request whose operation ran.
func (a *graphQLAnswer) executed(response *graphql.Response) *graphQLAnswer {
	a.response, a.hasData = response, true
	a.retryAfter()
	return a
}

// retryAfter repeats the longest wait that errors ask for as a header.
func (a *graphQLAnswer) retryAfter() {
	var longest int64
	for _, err := range a.response.Errors {
		if ms, ok := err.Extensions["retryAfterMs"].(int64); ok {
			longest = max(longest, ms)
		}
	}
	if longest > 0 {
		a.header("Retry-After", seconds(longest))
	}
}

func firstCode(errs gqlerror.List) guard.Code {
	for _, err := range errs {
		if code, ok := err.Extensions["code"].(string); ok {
			return guard.Code(code)
		}
	}
	return guard.BadInput
}

// statusOf is the HTTP status for an error code where no data is answered.
func statusOf(code guard.Code) int {
	switch code {
	case guard.Unauthenticated:
		return http.StatusUnauthorized
	case guard.Forbidden:
		return http.StatusForbidden
	case guard.NotFound:
		return http.StatusNotFound
	case guard.RateLimited:
		return http.StatusTooManyRequests
	case guard.Timeout:
		return http.StatusServiceUnavailable
	case guard.Internal:
		return http.StatusInternalServerError
	}
	return http.StatusBadRequest
}

// isStream reports whether a request asks for an answer without an end.
func isStream(r *http.Request) bool {
	return isWebSocket(r) || slices.ContainsFunc(r.Header.Values("Accept"), func(v string) bool {
		return strings.Contains(strings.ToLower(v), "text/event-stream")
	})
}

// isWebSocket reports whether a request opens a WebSocket.
func isWebSocket(r *http.Request) bool {
	return slices.ContainsFunc(r.Header.Values("Upgrade"), func(v string) bool { return strings.EqualFold(strings.TrimSpace(v), "websocket") })
}
