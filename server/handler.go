// Package server is what the network sees of Treeline: one HTTP handler with
// every route, GraphQL over HTTP, the guards that stand before the routes, health
// and metrics, and the configuration that all of it starts from.
package server

import (
	"cmp"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/treeline-dev/treeline/graph/guard"
	"github.com/treeline-dev/treeline/ingest/otlp"
)

// Routes are the handlers behind the routes. A nil one answers 404.
type Routes struct {
	// GraphQL serves /graphql for callers that Authentication has named.
	GraphQL http.Handler
	// SDL is the text of the schema, at /graphql/schema.graphql.
	SDL string
	// Traces, Logs and Metrics take OTLP at /v1/traces, /v1/logs and /v1/metrics,
	// and below /api/public/otel. They authenticate by themselves and bound by
	// themselves how long a body may take.
	Traces, Logs, Metrics http.Handler
	// Langfuse serves the rest of /api/public/. It authenticates by itself.
	Langfuse http.Handler
	// Auth serves /auth/: redirects of single sign-on.
	Auth http.Handler
	// App serves the web app and its assets, on every other route.
	App http.Handler
}

// Options configure a Handler.
type Options struct {
	// Routes are what is served.
	Routes Routes
	// Authentication names the callers of GraphQL; nil leaves all of them nobody.
	Authentication *Authentication
	// TrustedOnly says that GraphQL runs trusted documents only for people who are
	// signed in, which the explorer tells.
	TrustedOnly bool
	// PublicURL is where browsers reach the service; nil where that is not known.
	// Its path is the prefix under which everything is served too.
	PublicURL *url.URL
	// Readiness answers /readyz. Default: always ready.
	Readiness *Readiness
	// Metrics counts requests. Default: metrics that nobody reads.
	Metrics *Metrics
	// Times are what clients may take.
	Times Times
	// Log receives the access log and failures. Default slog.Default().
	Log *slog.Logger
}

// Handler serves every route of the service.
type Handler struct {
	log     *slog.Logger
	metrics *Metrics
	times   Times
	prefix  string
	secure  bool
	routes  *http.ServeMux
	entry   http.Handler
}

// New returns a handler of every route.
func New(o Options) *Handler {
	h := &Handler{log: cmp.Or(o.Log, slog.Default()), metrics: o.Metrics, times: o.Times.orDefault(), routes: http.NewServeMux()}
	if h.metrics == nil {
		h.metrics = NewMetrics()
	}
	if o.PublicURL != nil {
		h.prefix = strings.TrimRight(o.PublicURL.Path, "/")
		h.secure = o.PublicURL.Scheme == "https"
	}
	readiness := o.Readiness
	if readiness == nil {
		readiness = &Readiness{}
		readiness.Set(true, "")
	}
	graphQL := o.Routes.GraphQL
	if graphQL != nil && o.Authentication != nil {
		graphQL = o.Authentication.Wrap(graphQL)
	}
	explorer := explorerHandler(o.TrustedOnly)

	h.handle("/graphql", graphQL)
	h.handle("/graphql/", nil)
	h.handle("/graphql/schema.graphql", get(schemaHandler(o.Routes.SDL)))
	h.handle("/graphiql", get(explorer))
	h.handle("/graphiql/", get(explorer))
	h.handle("/v1/", nil)
	h.handle("/v1/traces", selfPaced(o.Routes.Traces))
	h.handle("/v1/logs", selfPaced(o.Routes.Logs))
	h.handle("/v1/metrics", selfPaced(o.Routes.Metrics))
	h.handle("/api/", nil)
	h.handle("/api/public/", o.Routes.Langfuse)
	h.handle("/api/public/otel/", nil)
	h.handle("/api/public/otel/v1/traces", selfPaced(o.Routes.Traces))
	h.handle("/api/public/otel/v1/logs", selfPaced(o.Routes.Logs))
	h.handle("/api/public/otel/v1/metrics", selfPaced(o.Routes.Metrics))
	h.handle("/auth/", o.Routes.Auth)
	h.handleQuietly("/healthz", get(http.HandlerFunc(serveAlive)))
	h.handleQuietly("/readyz", get(readiness))
	h.handleQuietly("/assets/", o.Routes.App)
	h.handle("/", o.Routes.App)
	h.entry = h.observe(http.HandlerFunc(h.dispatch))
	return h
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.entry.ServeHTTP(w, r) }

// dispatch takes the prefix off the path. Requests without it are served too:
// probes and proxies that take the prefix off themselves send those.
func (h *Handler) dispatch(w http.ResponseWriter, r *http.Request) {
	if h.prefix == "" {
		h.routes.ServeHTTP(w, r)
		return
	}
	if r.URL.Path == h.prefix {
		exchangeOf(r.Context()).route = "/"
		http.Redirect(w, r, h.prefix+"/", http.StatusFound)
		return
	}
	if path, ok := strings.CutPrefix(r.URL.Path, h.prefix); ok && strings.HasPrefix(path, "/") {
		http.StripPrefix(h.prefix, h.routes).ServeHTTP(w, r)
		return
	}
	h.routes.ServeHTTP(w, r)
}

// handle serves a pattern; its requests are counted and logged under it.
func (h *Handler) handle(pattern string, handler http.Handler) { h.route(pattern, handler, false) }

// handleQuietly is handle for routes that are asked all the time.
func (h *Handler) handleQuietly(pattern string, handler http.Handler) {
	h.route(pattern, handler, true)
}

func (h *Handler) route(pattern string, handler http.Handler, quiet bool) {
	if handler == nil {
		handler = http.HandlerFunc(serveNotFound)
	}
	h.routes.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if e := exchangeOf(r.Context()); e != nil {
			e.route, e.quiet = pattern, quiet
		}
		handler.ServeHTTP(w, r)
	})
}

// get lets only reads pass.
func get(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			writeError(w, r, http.StatusMethodNotAllowed, guard.BadInput, "this address is read with GET")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// schemaHandler serves the text of the schema. It is public: it holds nothing
// that is not in the documentation.
func schemaHandler(sdl string) http.Handler {
	if sdl == "" {
		return http.HandlerFunc(serveNotFound)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write([]byte(sdl))
	})
}

// IsExportPath reports whether a path, without the service's prefix, is one that
// OTLP exporters send to. Every error there is a google.rpc.Status.
func IsExportPath(path string) bool {
	return strings.HasPrefix(path, "/v1/") || strings.HasPrefix(path, "/api/public/otel/")
}

func serveNotFound(w http.ResponseWriter, r *http.Request) {
	if IsExportPath(r.URL.Path) {
		otlp.WriteError(w, r, http.StatusNotFound, "there is nothing at this address: exports go to /v1/traces, /v1/logs and /v1/metrics", 0)
		return
	}
	writeError(w, r, http.StatusNotFound, guard.NotFound, "there is nothing at this address")
}

// writeError answers with an error in the shape that GraphQL errors have.
func writeError(w http.ResponseWriter, r *http.Request, status int, code guard.Code, message string) {
	f := httpFault{status, code, message}
	writeJSON(w, status, map[string]any{"errors": []any{f.graphQLError(r.Context())}})
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		text, status = []byte("{}"), http.StatusInternalServerError
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n'))
}
