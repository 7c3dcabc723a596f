package server_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treeline-dev/treeline/graph/guard"
	"github.com/treeline-dev/treeline/server"
)

func newRequest(method, path, body string) (*httptest.ResponseRecorder, *http.Request) {
	return httptest.NewRecorder(), httptest.NewRequest(method, path, strings.NewReader(body))
}

// named answers with a name and the path that it sees.
func named(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, name+" "+r.URL.Path) })
}

func everyRoute(o *server.Options, _ *server.GraphQL, _ *guard.Config) {
	o.Routes.Traces, o.Routes.Logs, o.Routes.Metrics = named("traces"), named("logs"), named("metrics")
	o.Routes.Langfuse, o.Routes.Auth, o.Routes.App = named("langfuse"), named("auth"), named("app")
}

func TestRoutesLeadToTheirHandlers(t *testing.T) {
	t.Parallel()
	b := setup(t, everyRoute)
	for path, want := range map[string]string{
		"/v1/traces":                   "traces /v1/traces",
		"/v1/logs":                     "logs /v1/logs",
		"/v1/metrics":                  "metrics /v1/metrics",
		"/api/public/otel/v1/traces":   "traces /api/public/otel/v1/traces",
		"/api/public/otel/v1/logs":     "logs /api/public/otel/v1/logs",
		"/api/public/otel/v1/metrics":  "metrics /api/public/otel/v1/metrics",
		"/api/public/ingestion":        "langfuse /api/public/ingestion",
		"/api/public/v2/prompts/a%2Fb": "langfuse /api/public/v2/prompts/a/b",
		"/auth/oidc":                   "auth /auth/oidc",
		"/":                            "app /",
		"/projects/1/traces":           "app /projects/1/traces",
		"/assets/main-abc.js":          "app /assets/main-abc.js",
	} {
		if a := b.send(t, "POST", path, ""); a.StatusCode != 200 || a.text != want {
			t.Errorf("%s: %d %s", path, a.StatusCode, a.text)
		}
	}
	for _, path := range []string{"/api/unknown", "/api/", "/graphql/unknown"} {
		a := b.send(t, "GET", path, "")
		if a.StatusCode != 404 || a.code() != "NOT_FOUND" || a.body.Errors[0].Extensions["requestId"] == nil {
			t.Errorf("%s: %d %s", path, a.StatusCode, a.text)
		}
	}
	bare := setup(t, nil)
	for _, path := range []string{"/", "/api/public/x", "/auth/x", "/assets/x"} {
		if a := bare.send(t, "GET", path, ""); a.StatusCode != 404 || a.code() != "NOT_FOUND" {
			t.Errorf("%s without a handler: %d %s", path, a.StatusCode, a.text)
		}
	}
}

func TestUnderAPrefixEverythingIsServedWithAndWithoutIt(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *server.Options, g *server.GraphQL, c *guard.Config) {
		everyRoute(o, g, c)
		o.PublicURL = &url.URL{Scheme: "http", Host: "example.com", Path: "/tools/treeline"}
	})
	for _, prefix := range []string{"", "/tools/treeline"} {
		for path, want := range map[string]string{"/v1/traces": "traces /v1/traces", "/": "app /", "/x": "app /x", "/assets/a.js": "app /assets/a.js", "/api/public/a": "langfuse /api/public/a"} {
			if a := b.send(t, "GET", prefix+path, ""); a.StatusCode != 200 || a.text != want {
				t.Errorf("%s%s: %d %s", prefix, path, a.StatusCode, a.text)
			}
		}
		if a := b.send(t, "POST", prefix+"/graphql", query("{ hello }"), "Content-Type", plainJSON); a.StatusCode != 200 || a.body.Data == nil {
			t.Errorf("%s/graphql: %d %s", prefix, a.StatusCode, a.text)
		}
		if a := b.send(t, "GET", prefix+"/healthz", ""); a.StatusCode != 200 {
			t.Errorf("%s/healthz: %d", prefix, a.StatusCode)
		}
	}
	if a := b.send(t, "GET", "/tools/treeline", ""); a.StatusCode != 302 || a.Header.Get("Location") != "/tools/treeline/" {
		t.Errorf("without the last slash: %d %s", a.StatusCode, a.Header.Get("Location"))
	}
	if a := b.send(t, "GET", "/tools/treelines", ""); a.text != "app /tools/treelines" {
		t.Errorf("a path that only begins alike: %s", a.text)
	}
}

func TestHealthAndReadiness(t *testing.T) {
	t.Parallel()
	readiness := &server.Readiness{}
	b := setup(t, func(o *server.Options, _ *server.GraphQL, _ *guard.Config) { o.Readiness = readiness })
	check := func(path string, status int, says string) {
		t.Helper()
		if a := b.send(t, "GET", path, ""); a.StatusCode != status || !strings.Contains(a.text, says) {
			t.Errorf("%s: %d %s", path, a.StatusCode, a.text)
		}
	}
	check("/healthz", 200, "alive")
	check("/readyz", 503, "starting")
	readiness.Set(false, "migrating the database")
	check("/readyz", 503, "migrating the database")
	readiness.Set(true, "")
	check("/readyz", 200, "ready")
	readiness.Set(false, "stopping")
	check("/readyz", 503, "stopping")
	check("/healthz", 200, "alive")
	if a := b.send(t, "POST", "/readyz", ""); a.StatusCode != 405 {
		t.Errorf("POST: %d", a.StatusCode)
	}
}

func TestRequestsHaveIDsOfTheServersOwn(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	pattern := regexp.MustCompile(`^[A-Z2-7]{26}$`)
	seen := map[string]bool{}
	for range 20 {
		id := b.send(t, "GET", "/healthz", "", "X-Request-Id", "forged").Header.Get("X-Request-Id")
		if !pattern.MatchString(id) || seen[id] {
			t.Errorf("the id is %q", id)
		}
		seen[id] = true
	}
}

func TestTheAccessLogHoldsNoQueryStringAndNoPayload(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	id := b.send(t, "GET", "/graphql?query=%7Bhello(name:%22hunter2%22)%7D", "").Header.Get("X-Request-Id")
	b.post(t, plainJSON, `{"query":"query Q($n: String) { hello(name: $n) }","variables":{"n":"hunter2"}}`, "Authorization", basic("pk:hunter2"))
	b.send(t, "GET", "/x%0Aforged/"+strings.Repeat("y", 5000), "")
	log := b.log.String()
	if strings.Contains(log, "hunter2") || strings.Contains(log, "?") {
		t.Errorf("log: %s", log)
	}
	for _, want := range []string{id, `"route":"/graphql"`, `"method":"GET"`, `"status":200`, `"level":"INFO"`} {
		if !strings.Contains(log, want) {
			t.Errorf("the log has no %s: %s", want, log)
		}
	}
	for line := range strings.Lines(log) {
		if len(line) > 700 || !strings.HasPrefix(line, "{") {
			t.Errorf("line: %s", line)
		}
	}
	b.send(t, "GET", "/healthz", "")
	if line := lastLine(b.log.String()); !strings.Contains(line, `"level":"DEBUG"`) {
		t.Errorf("probes are logged as %s", line)
	}
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

func TestAPanicOfAHandlerIsA500WithoutItsCause(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *server.Options, _ *server.GraphQL, _ *guard.Config) {
		o.Routes.App = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/late" {
				w.Header().Set("Content-Length", "100")
				_, _ = io.WriteString(w, "half")
				_ = http.NewResponseController(w).Flush()
			}
			panic("hunter2")
		})
	})
	a := b.send(t, "GET", "/early", "")
	if a.StatusCode != 500 || a.code() != "INTERNAL" || strings.Contains(a.text, "hunter2") {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
	if log := b.log.String(); !strings.Contains(log, "hunter2") || !strings.Contains(log, "handler_test.go") || !strings.Contains(log, a.Header.Get("X-Request-Id")) {
		t.Errorf("log: %s", log)
	}
	response, err := http.Get(b.URL + "/late")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if text, err := io.ReadAll(response.Body); err == nil {
		t.Errorf("an answer that broke off looks whole: %s", text)
	}
}

func TestEveryAnswerHasSecurityHeaders(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	for _, path := range []string{"/", "/graphql", "/graphiql", "/healthz", "/api/x", "/graphql/schema.graphql"} {
		h := b.send(t, "GET", path, "").Header
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "same-origin" || h.Get("X-Frame-Options") != "DENY" ||
			h.Get("Cross-Origin-Opener-Policy") != "same-origin" || !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") ||
			!strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: %v", path, h)
		}
		if h.Get("Strict-Transport-Security") != "" || h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

func TestMetricsCountRequestsUnderBoundedLabels(t *testing.T) {
	t.Parallel()
	metrics := server.NewMetrics()
	b := setup(t, func(o *server.Options, g *server.GraphQL, c *guard.Config) {
		everyRoute(o, g, c)
		o.Metrics = metrics
	})
	for i := range 50 {
		b.send(t, "GET", "/projects/"+strings.Repeat("x", i+1), "")
		b.send(t, "INVENTED"+strings.Repeat("X", i), "/graphql", "")
	}
	b.post(t, plainJSON, query("{ hello }"))
	w, r := newRequest("GET", "/metrics", "")
	metrics.Handler().ServeHTTP(w, r)
	for _, name := range []string{"go_goroutines", "process_open_fds", "treeline_http_request_duration_seconds_bucket", "treeline_http_requests_in_flight 0"} {
		if !strings.Contains(w.Body.String(), name) {
			t.Errorf("no %s", name)
		}
	}
	var counted []string
	for line := range strings.Lines(w.Body.String()) {
		if strings.HasPrefix(line, "treeline_http_requests_total{") {
			counted = append(counted, strings.TrimSpace(line))
		}
	}
	want := []string{
		`treeline_http_requests_total{method="GET",route="/",status="200"} 50`,
		`treeline_http_requests_total{method="POST",route="/graphql",status="200"} 1`,
		`treeline_http_requests_total{method="other",route="/graphql",status="405"} 50`,
	}
	if diff := cmp.Diff(want, counted); diff != "" {
		t.Error(diff)
	}
	w, r = newRequest("GET", "/", "")
	metrics.Handler().ServeHTTP(w, r)
	if w.Code != 404 {
		t.Errorf("another path: %d", w.Code)
	}
}

func TestTheExplorerLoadsNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	page := b.send(t, "GET", "/graphiql", "")
	if page.StatusCode != 200 || !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") {
		t.Fatalf("%d %v", page.StatusCode, page.Header)
	}
	if policy := page.Header.Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
		t.Errorf("Content-Security-Policy: %s", policy)
	}
	if strings.Contains(page.text, "style=") || strings.Contains(page.text, "onclick") || strings.Contains(page.text, "<style") {
		t.Error("the page holds what its policy forbids")
	}
	links := regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(page.text, -1)
	if len(links) < 3 {
		t.Errorf("links: %v", links)
	}
	for _, link := range links {
		if link[1] == "data:," {
			continue
		}
		if strings.Contains(link[1], ":") || strings.HasPrefix(link[1], "/") {
			t.Errorf("%s does not work under a prefix, or leads elsewhere", link[1])
			continue
		}
		file := b.send(t, "GET", "/"+link[1], "")
		if file.StatusCode != 200 || regexp.MustCompile(`https?://`).MatchString(file.text) {
			t.Errorf("%s: %d", link[1], file.StatusCode)
		}
	}
	for _, path := range []string{"/graphiql/", "/graphiql/index.html", "/graphiql/../explorer.go", "/graphiql/none.js"} {
		if a := b.send(t, "GET", path, ""); a.StatusCode == 200 {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
}
