package resolvers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/authz"
	"github.com/treeline-dev/treeline/graph"
	"github.com/treeline-dev/treeline/graph/guard"
	"github.com/treeline-dev/treeline/resolvers"
	"github.com/treeline-dev/treeline/server"
	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/store/storetest"
	"github.com/treeline-dev/treeline/store/storetest/cluster"
	"github.com/treeline-dev/treeline/trace"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// statementCounter counts what is sent to PostgreSQL, transactions' brackets
// left out.
type statementCounter struct{ n atomic.Int64 }

// TraceQueryStart implements pgx.QueryTracer.
func (c *statementCounter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	switch word, _, _ := strings.Cut(strings.ToLower(data.SQL), " "); strings.TrimRight(word, ";") {
	case "begin", "commit", "rollback":
	default:
		c.n.Add(1)
	}
	return ctx
}

// TraceQueryEnd implements pgx.QueryTracer.
func (*statementCounter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// api is GraphQL over HTTP on a database of its own.
type api struct {
	db         cluster.Database
	store      *store.Store
	authz      *authz.Service
	statements *statementCounter
	handler    http.Handler
}

// party is a project of an organization with a key that reads it.
type party struct {
	api     *api
	tenant  store.Tenant
	project *store.Project
	key     *store.APIKey
	viewer  *authz.Viewer
}

func newAPI(t *testing.T) *api {
	t.Helper()
	db := cluster.New(t)
	a := &api{db: db, statements: &statementCounter{}}
	logger := slog.New(slog.NewTextHandler(t.Output(), nil))
	var err error
	if a.store, err = store.Open(t.Context(), store.Config{URL: db.URL, AdminURL: db.AdminURL, MaxConns: 10, Logger: logger, Tracer: a.statements}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.store.Close)
	if a.authz, err = authz.New(a.store, authz.Config{Logger: logger, CacheTTL: 30 * time.Second}); err != nil {
		t.Fatal(err)
	}
	a.serve(t, &resolvers.Resolver{Authz: a.authz})
	return a
}

// serve answers by a resolver.
func (a *api) serve(t *testing.T, r *resolvers.Resolver) {
	t.Helper()
	logger := slog.New(slog.NewTextHandler(t.Output(), nil))
	executor := guard.NewExecutor(graph.NewExecutableSchema(graph.Config{Resolvers: r}),
		guard.Config{CostLimit: func(context.Context) int { return 1 << 30 }, AllowIntrospection: func(context.Context) bool { return true }, Log: logger})
	executor.AroundOperations(resolvers.Loading)
	a.handler = &server.GraphQL{Executor: executor, Log: logger}
}

// add creates an organization with a project of the name app.
func (a *api) add(t *testing.T, organization string) *party {
	t.Helper()
	return a.addProject(t, storetest.Must(a.store.EnsureOrganization(t.Context(), organization, organization))(t), "app")
}

func (a *api) addProject(t *testing.T, org *store.Organization, slug string) *party {
	t.Helper()
	ctx, pair := t.Context(), store.GenerateKeyPair()
	p := &party{api: a, project: storetest.Must(a.store.CreateProject(ctx, org.OrganizationID, slug, slug))(t)}
	p.tenant = storetest.Must(a.store.Tenant(ctx, org.OrganizationID))(t)
	p.key = storetest.Must(a.store.CreateAPIKey(ctx, store.NewAPIKey{
		ProjectID: p.project.ProjectID, Name: "test", KeyPair: pair, Scopes: store.APIKeyScopes(),
	}))(t)
	p.viewer = storetest.Must(a.authz.Authenticate(ctx, authz.Credentials(pair)))(t)
	return p
}

func newParty(t *testing.T) *party {
	t.Helper()
	return newAPI(t).add(t, "acme")
}

func (p *party) write(t *testing.T, scores []*trace.Score, observations ...trace.Observation) {
	t.Helper()
	storetest.Write(t, p.tenant, p.project, epoch.Add(time.Hour), scores, observations...)
}

// raw returns the body of the answer to a query.
func (p *party) raw(t *testing.T, query string, variables map[string]any) []byte {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequestWithContext(authz.WithViewer(t.Context(), p.viewer), http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	p.api.handler.ServeHTTP(recorder, request)
	return recorder.Body.Bytes()
}

// answer is what GraphQL answers.
type answer struct {
	Data   map[string]any
	Errors []struct {
		Message    string
		Path       []any
		Extensions map[string]any
	}
}

func (p *party) ask(t *testing.T, query string, variables map[string]any) answer {
	t.Helper()
	return p.parse(t, p.raw(t, query, variables))
}

// parse reads the body of an answer.
func (p *party) parse(t *testing.T, raw []byte) answer {
	t.Helper()
	var a answer
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&a); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return a
}

// get returns the data of a query that must succeed.
func (p *party) get(t *testing.T, query string, variables map[string]any) map[string]any {
	t.Helper()
	a := p.ask(t, query, variables)
	if len(a.Errors) > 0 {
		t.Fatalf("%s\n%v: %+v", query, variables, a.Errors)
	}
	return a.Data
}

// dig follows names and places into an answer.
func dig(value any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, _ := value.(map[string]any)
			value = object[step]
		case int:
			list, _ := value.([]any)
			if step >= len(list) {
				return nil
			}
			value = list[step]
		}
	}
	return value
}

var epoch = time.Date(2026, 9, 21, 14, 13, 20, 123456789, time.UTC)

func ptr[T any](v T) *T { return &v }

func traceID(n int) trace.TraceID { return trace.TraceID{1, 14: byte(n >> 8), 15: byte(n)} }

func spanID(n int) trace.SpanID { return trace.SpanID{1, 6: byte(n >> 8), 7: byte(n)} }

// step returns an observation of one second.
func step(kind trace.ObservationType, inTrace, n int) trace.Observation {
	o := trace.New(kind)
	c := o.Core()
	c.TraceID, c.SpanID = traceID(inTrace), spanID(n)
	c.Name = fmt.Sprintf("step %d.%d", inTrace, n)
	c.StartedAt = epoch.Add(time.Duration(inTrace)*time.Second + time.Duration(n)*time.Millisecond)
	end := c.StartedAt.Add(time.Second)
	c.EndedAt = &end
	c.Environment = trace.DefaultEnvironment
	return o
}
