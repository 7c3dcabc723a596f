package server_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/treeline-dev/treeline/graph/guard"
	"github.com/treeline-dev/treeline/graph/guard/guardtest"
	"github.com/treeline-dev/treeline/server"
)

// testBundle is a service over the test schema, reached through real HTTP.
type testBundle struct {
	*httptest.Server
	schema *guardtest.Schema
	log    *syncBuffer
}

// syncBuffer is a log that tests may read while it is written.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// setup starts a service. change may alter its parts before.
func setup(t *testing.T, change func(*server.Options, *server.GraphQL, *guard.Config)) *testBundle {
	t.Helper()
	b := &testBundle{schema: guardtest.New(), log: &syncBuffer{}}
	log := slog.New(slog.NewJSONHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	guards := guard.Config{Log: log, AllowIntrospection: func(context.Context) bool { return true }}
	graphQL := &server.GraphQL{Log: log}
	options := server.Options{Log: log, Routes: server.Routes{GraphQL: graphQL, SDL: guardtest.SDL()}}
	if change != nil {
		change(&options, graphQL, &guards)
	}
	graphQL.Executor = guard.NewExecutor(b.schema, guards)
	b.Server = httptest.NewServer(server.New(options))
	t.Cleanup(b.Close)
	return b
}

// answer is an HTTP answer that was read to its end.
type answer struct {
	*http.Response
	text string
	body struct {
		Data   *map[string]any `json:"data"`
		Errors []struct {
			Message    string         `json:"message"`
			Extensions map[string]any `json:"extensions"`
		} `json:"errors"`
		Extensions map[string]any `json:"extensions"`
	}
}

func (a *answer) code() any {
	if len(a.body.Errors) == 0 {
		return nil
	}
	return a.body.Errors[0].Extensions["code"]
}

// send sends a request; headers are name and value in turn.
func (b *testBundle) send(t *testing.T, method, path, body string, headers ...string) *answer {
	t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, b.URL+path, reader)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	client := *b.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := &answer{Response: response, text: string(text)}
	if method != http.MethodHead && strings.Contains(response.Header.Get("Content-Type"), "json") && response.Header.Get("Content-Encoding") == "" {
		if err := json.Unmarshal(text, &a.body); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
	}
	return a
}

const (
	plainJSON = "application/json"
	specJSON  = "application/graphql-response+json"
)

// post sends a GraphQL body that accepts a media type.
func (b *testBundle) post(t *testing.T, accept, body string, headers ...string) *answer {
	t.Helper()
	return b.send(t, http.MethodPost, "/graphql", body, append([]string{"Content-Type", "application/json", "Accept", accept}, headers...)...)
}

func query(q string) string {
	text, _ := json.Marshal(map[string]any{"query": q})
	return string(text)
}

func TestTheAnswerHasTheMediaTypeThatIsAskedFor(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	for accept, want := range map[string]string{
		"":                                     plainJSON,
		"*/*":                                  plainJSON,
		"application/*":                        plainJSON,
		plainJSON:                              plainJSON,
		specJSON:                               specJSON,
		plainJSON + ", " + specJSON:            specJSON,
		specJSON + ", " + plainJSON + ";q=0.9": specJSON,
		specJSON + ";q=0.5, " + plainJSON:      plainJSON,
		specJSON + ";q=0, */*":                 plainJSON,
		specJSON + ";q=0.8, */*;q=0.1":         specJSON,
		plainJSON + ";q=0, */*":                specJSON,
		"APPLICATION/JSON;charset=UTF-8":       plainJSON,
		specJSON + "; charset=utf-8":           specJSON,
		"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": plainJSON,
		"text/html":                   "",
		plainJSON + ";q=0":            "",
		plainJSON + ";charset=utf-16": "",
		plainJSON + ";q=nonsense":     "",
	} {
		headers := []string{"Content-Type", "application/json"}
		if accept != "" {
			headers = append(headers, "Accept", accept)
		}
		a := b.send(t, http.MethodPost, "/graphql", query("{ hello }"), headers...)
		got := a.Header.Get("Content-Type")
		if want == "" {
			if a.StatusCode != http.StatusNotAcceptable || a.code() != "BAD_INPUT" {
				t.Errorf("Accept: %s is answered with %d %s", accept, a.StatusCode, a.text)
			}
			continue
		}
		if a.StatusCode != http.StatusOK || got != want+"; charset=utf-8" {
			t.Errorf("Accept: %s is answered with %d %s", accept, a.StatusCode, got)
		}
	}
}

func TestStatusesFollowTheMediaType(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	for name, c := range map[string]struct {
		body        string
		plain, spec int
		code        any
		data        bool
	}{
		"success":            {query("{ hello }"), 200, 200, nil, true},
		"parse error":        {query("{"), 200, 400, "BAD_INPUT", false},
		"validation error":   {query("{ nothing }"), 200, 400, "BAD_INPUT", false},
		"variable error":     {`{"query":"query Q($id: ID!) { node(id: $id) { id } }","variables":{"id":null}}`, 200, 400, "BAD_INPUT", false},
		"oneOf error":        {`{"query":"query Q($v: Value) { echo(value: $v) }","variables":{"v":{"text":"a","number":1}}}`, 200, 400, "BAD_INPUT", false},
		"page error":         {query("{ steps(first: 10000) { nodes { id } } }"), 200, 400, "BAD_INPUT", false},
		"cost error":         {query("{ steps(first: 200) { nodes { children(first: 200) { nodes { id name } } } } }"), 200, 400, "COST_LIMIT", false},
		"no operation named": {`{"query":"query A { hello }","operationName":"B"}`, 200, 400, "BAD_INPUT", false},
		"subscription":       {query("subscription { ticks }"), 400, 400, "BAD_INPUT", false},
		"field error":        {query(`{ hello fail(with: "x") }`), 200, 200, "INTERNAL", true},
		"mutation":           {query(`mutation { touch }`), 200, 200, nil, true},
	} {
		b.schema.Resolvers["Query.fail"] = func(context.Context, any, map[string]any) (any, error) { return nil, io.ErrUnexpectedEOF }
		for accept, status := range map[string]int{plainJSON: c.plain, specJSON: c.spec} {
			a := b.post(t, accept, c.body)
			if a.StatusCode != status || a.code() != c.code || (a.body.Data != nil) != c.data {
				t.Errorf("%s as %s: %d %s", name, accept, a.StatusCode, a.text)
			}
			if !c.data && strings.Contains(a.text, `"data"`) {
				t.Errorf("%s as %s has an entry data: %s", name, accept, a.text)
			}
			if c.code != nil && a.body.Errors[0].Extensions["requestId"] != a.Header.Get("X-Request-Id") {
				t.Errorf("%s as %s: its requestId is not %s: %s", name, accept, a.Header.Get("X-Request-Id"), a.text)
			}
			if a.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s may be stored by caches", name)
			}
		}
	}
}

func TestDataThatIsNullIsAnsweredAsNull(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	b.schema.Resolvers["Mutation.touch"] = func(context.Context, any, map[string]any) (any, error) {
		return nil, guard.Errorf(guard.Forbidden, "no")
	}
	a := b.post(t, specJSON, query("mutation { touch }"))
	if a.StatusCode != http.StatusOK || !strings.Contains(a.text, `"data":null`) || a.code() != "FORBIDDEN" {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
}

func TestRequestsThatAreNoGraphQLRequestsAreRefusedWithoutEcho(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	large := query("{ hello # " + strings.Repeat("hunter2 ", 1<<18) + "\n}")
	for name, c := range map[string]struct {
		method, path, contentType, body string
		status                          int
	}{
		"no content type":       {"POST", "/graphql", "", query("{ hello }"), 415},
		"text":                  {"POST", "/graphql", "text/plain", query("{ hello }"), 415},
		"form":                  {"POST", "/graphql", "application/x-www-form-urlencoded", "query={hello}", 415},
		"multipart":             {"POST", "/graphql", "multipart/form-data; boundary=x", "--x--", 415},
		"other charset":         {"POST", "/graphql", "application/json; charset=utf-16", query("{ hello }"), 415},
		"malformed type":        {"POST", "/graphql", "application/json; charset", query("{ hello }"), 415},
		"no body":               {"POST", "/graphql", plainJSON, "", 400},
		"blank body":            {"POST", "/graphql", plainJSON, " \n", 400},
		"no JSON":               {"POST", "/graphql", plainJSON, `{ "query": hunter2`, 400},
		"cut JSON":              {"POST", "/graphql", plainJSON, `{ "hunter2`, 400},
		"two values":            {"POST", "/graphql", plainJSON, query("{ hello }") + query("{ hunter2 }"), 400},
		"trailing text":         {"POST", "/graphql", plainJSON, query("{ hello }") + "hunter2", 400},
		"a batch":               {"POST", "/graphql", plainJSON, "[" + query("{ hello }") + "," + query("{ hello }") + "]", 400},
		"a text":                {"POST", "/graphql", plainJSON, `"hunter2"`, 400},
		"a number":              {"POST", "/graphql", plainJSON, `5`, 400},
		"null":                  {"POST", "/graphql", plainJSON, `null`, 400},
		"invalid UTF-8":         {"POST", "/graphql", plainJSON, "{\"query\":\"{ hello(name: \\\"\xff\\\") }\"}", 400},
		"no query":              {"POST", "/graphql", plainJSON, `{"qeury":"hunter2"}`, 400},
		"query in another case": {"POST", "/graphql", plainJSON, `{"Query":"{ hello }"}`, 400},
		"null query":            {"POST", "/graphql", plainJSON, `{"query":null}`, 400},
		"query object":          {"POST", "/graphql", plainJSON, `{"query":{"a":"hunter2"}}`, 400},
		"query number":          {"POST", "/graphql", plainJSON, `{"query":0}`, 400},
		"query false":           {"POST", "/graphql", plainJSON, `{"query":false}`, 400},
		"query list":            {"POST", "/graphql", plainJSON, `{"query":["{ hello }"]}`, 400},
		"operationName number":  {"POST", "/graphql", plainJSON, `{"query":"{ hello }","operationName":0}`, 400},
		"operationName object":  {"POST", "/graphql", plainJSON, `{"query":"{ hello }","operationName":{}}`, 400},
		"operationName list":    {"POST", "/graphql", plainJSON, `{"query":"{ hello }","operationName":["a"]}`, 400},
		"operationName false":   {"POST", "/graphql", plainJSON, `{"query":"{ hello }","operationName":false}`, 400},
		"variables text":        {"POST", "/graphql", plainJSON, `{"query":"{ hello }","variables":"{}"}`, 400},
		"variables number":      {"POST", "/graphql", plainJSON, `{"query":"{ hello }","variables":0}`, 400},
		"variables list":        {"POST", "/graphql", plainJSON, `{"query":"{ hello }","variables":[]}`, 400},
		"variables false":       {"POST", "/graphql", plainJSON, `{"query":"{ hello }","variables":false}`, 400},
		"extensions text":       {"POST", "/graphql", plainJSON, `{"query":"{ hello }","extensions":"{}"}`, 400},
		"extensions list":       {"POST", "/graphql", plainJSON, `{"query":"{ hello }","extensions":[]}`, 400},
		"2 MB":                  {"POST", "/graphql", plainJSON, large, 413},
		"GET without query":     {"GET", "/graphql", "", "", 400},
		"GET twice":             {"GET", "/graphql?query={hello}&query={hello}", "", "", 400},
		"GET variables":         {"GET", "/graphql?query={hello}&variables=hunter2", "", "", 400},
		"GET variables list":    {"GET", "/graphql?query={hello}&variables=[1]", "", "", 400},
		"GET extensions":        {"GET", "/graphql?query={hello}&extensions=5", "", "", 400},
		"GET bad encoding":      {"GET", "/graphql?query=%zz", "", "", 400},
		"GET semicolons":        {"GET", "/graphql?query={hello};x", "", "", 400},
		"GET mutation":          {"GET", "/graphql?query=mutation{touch}", "", "", 405},
		"GET subscription":      {"GET", "/graphql?query=subscription{ticks}", "", "", 400},
		"PUT":                   {"PUT", "/graphql", plainJSON, query("{ hello }"), 405},
		"PATCH":                 {"PATCH", "/graphql", plainJSON, query("{ hello }"), 405},
		"DELETE":                {"DELETE", "/graphql", "", "", 405},
		"HEAD":                  {"HEAD", "/graphql", "", "", 405},
		"OPTIONS":               {"OPTIONS", "/graphql", "", "", 405},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var headers []string
			if c.contentType != "" {
				headers = append(headers, "Content-Type", c.contentType)
			}
			for _, accept := range []string{plainJSON, specJSON} {
				a := b.send(t, c.method, c.path, c.body, append(headers, "Accept", accept)...)
				if a.StatusCode != c.status {
					t.Errorf("%d %s", a.StatusCode, a.text)
				}
				if c.method == http.MethodHead {
					continue
				}
				if code := a.code(); code != "BAD_INPUT" && code != "TIMEOUT" || strings.Contains(a.text, "hunter2") || len(a.text) > 600 || a.body.Data != nil {
					t.Errorf("%s", a.text)
				}
				if (a.StatusCode == http.StatusMethodNotAllowed) != (a.Header.Get("Allow") != "") {
					t.Errorf("Allow: %s", a.Header.Get("Allow"))
				}
			}
		})
	}
	t.Cleanup(func() {
		if b.schema.Runs.Load() != 0 {
			t.Error("an operation ran")
		}
	})
}

func TestParametersMayBeNullOrAbsent(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	for _, body := range []string{
		`{"query":"{ hello }","variables":null,"operationName":null,"extensions":null}`,
		`{"query":"{ hello }","variables":{},"operationName":"","extensions":{"a":[1]}}`,
		`{"query":"query Q($n: String) { hello(name: $n) }","operationName":"Q","variables":{"n":"world","other":1}}`,
		`{"query":"{ hello }","id":"ignored"}`,
		"\n{ \"query\" : \"{ hello }\" }\n",
	} {
		if a := b.post(t, specJSON, body); a.StatusCode != 200 || (*a.body.Data)["hello"] != "hello world" {
			t.Errorf("%s: %d %s", body, a.StatusCode, a.text)
		}
	}
	a := b.post(t, specJSON, `{"query":"query Q($n: String) { hello(name: $n) }","variables":{"n":"Run🏃Swim🏊"}}`, "Content-Type", "application/json; charset=UTF-8")
	if (*a.body.Data)["hello"] != "hello Run🏃Swim🏊" {
		t.Errorf("%s", a.text)
	}
	for _, path := range []string{
		"/graphql?query=" + url.QueryEscape(`query Q($n: String) { hello(name: $n) }`) + "&variables=" + url.QueryEscape(`{"n":"world"}`) + "&operationName=Q&extensions={}",
		"/graphql?query=%7Bhello%7D&variables=null&operationName=&extensions=",
	} {
		if a := b.send(t, "GET", path, ""); a.StatusCode != 200 || (*a.body.Data)["hello"] != "hello world" {
			t.Errorf("%s: %d %s", path, a.StatusCode, a.text)
		}
	}
}

func TestTheSizeLimitHoldsForBodiesOfUnknownLength(t *testing.T) {
	t.Parallel()
	b := setup(t, func(_ *server.Options, g *server.GraphQL, _ *guard.Config) { g.MaxBody = 100 })
	fits := query("{ hello #" + strings.Repeat("x", 100-len(query("{ hello #\n}"))) + "\n}")
	if len(fits) != 100 {
		t.Fatalf("the body has %d bytes", len(fits))
	}
	for body, want := range map[string]int{fits: 200, fits + " ": 413, strings.Repeat(" ", 5000) + fits: 413} {
		// A reader of another type than the known ones has no length.
		r, err := http.NewRequestWithContext(t.Context(), "POST", b.URL+"/graphql", io.MultiReader(strings.NewReader(body)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", plainJSON)
		response, err := b.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("%d bytes: %d", len(body), response.StatusCode)
		}
	}
}

func TestAPanicInAResolverIsAFieldError(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	b.schema.Resolvers["Query.fail"] = func(context.Context, any, map[string]any) (any, error) { panic("hunter2") }
	a := b.post(t, specJSON, query(`{ hello fail(with: "x") }`))
	if a.StatusCode != 200 || a.code() != "INTERNAL" || (*a.body.Data)["hello"] != "hello world" || strings.Contains(a.text, "hunter2") {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
}

func TestAnOperationThatTakesTooLongIsATimeout(t *testing.T) {
	t.Parallel()
	b := setup(t, func(_ *server.Options, _ *server.GraphQL, c *guard.Config) { c.Timeout = 20 * time.Millisecond })
	a := b.post(t, specJSON, query(`{ hello wait }`))
	if a.StatusCode != 200 || a.code() != "TIMEOUT" || (*a.body.Data)["hello"] != "hello world" {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
}

// limitedBudget refuses everything.
type limitedBudget struct{}

func (limitedBudget) Spend(context.Context, int) (int, error) {
	return 0, &guard.CodedError{Code: guard.RateLimited, Message: "wait", RetryAfter: 1200 * time.Millisecond}
}

func TestARateLimitIs429WithRetryAfter(t *testing.T) {
	t.Parallel()
	b := setup(t, func(_ *server.Options, _ *server.GraphQL, c *guard.Config) { c.Budget = limitedBudget{} })
	for _, accept := range []string{plainJSON, specJSON} {
		a := b.post(t, accept, query("{ hello }"))
		if a.StatusCode != 429 || a.code() != "RATE_LIMITED" || a.Header.Get("Retry-After") != "2" {
			t.Errorf("%d %v %s", a.StatusCode, a.Header, a.text)
		}
	}
}

func TestEveryAnswerReportsItsCost(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	for _, q := range []string{"{ hello }", "{ steps(first: 200) { nodes { children(first: 200) { nodes { id name } } } } }"} {
		a := b.post(t, specJSON, query(q))
		cost, _ := a.body.Extensions["cost"].(map[string]any)
		if cost["limit"] != float64(guard.DefaultCostLimit) || cost["requested"] == nil {
			t.Errorf("%s", a.text)
		}
	}
}

func TestLargeAnswersAreCompressedForThoseWhoReadGzip(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	name := strings.Repeat("long ", 2000)
	body := `{"query":"query Q($n: String) { hello(name: $n) }","variables":{"n":"` + name + `"}}`
	for encoding, want := range map[string]string{"gzip": "gzip", "br, gzip;q=0.5": "gzip", "*": "gzip", "identity": "", "gzip;q=0": "", "gzip; q=0.0": ""} {
		a := b.post(t, plainJSON, body, "Accept-Encoding", encoding)
		if got := a.Header.Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding: %s is answered with %q", encoding, got)
			continue
		}
		text := a.text
		if want == "gzip" {
			z, err := gzip.NewReader(strings.NewReader(a.text))
			if err != nil {
				t.Fatal(err)
			}
			plain, err := io.ReadAll(z)
			if err != nil {
				t.Fatal(err)
			}
			text = string(plain)
			if len(a.text) > len(text)/10 {
				t.Errorf("it has %d bytes of %d", len(a.text), len(text))
			}
		}
		if !strings.Contains(text, name) || !json.Valid([]byte(text)) {
			t.Errorf("Accept-Encoding: %s: %.100s", encoding, text)
		}
	}
	if a := b.post(t, plainJSON, query("{ hello }"), "Accept-Encoding", "gzip"); a.Header.Get("Content-Encoding") != "" {
		t.Error("a small answer is compressed")
	}
}

func TestTheSchemaIsPublishedAsText(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	a := b.send(t, "GET", "/graphql/schema.graphql", "")
	if a.StatusCode != 200 || a.text != guardtest.SDL() || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/plain") {
		t.Errorf("%d %v", a.StatusCode, a.Header)
	}
	if a := b.send(t, "POST", "/graphql/schema.graphql", ""); a.StatusCode != 405 || a.Header.Get("Allow") == "" {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
}
