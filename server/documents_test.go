package server_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"github.com/treeline-dev/treeline/graph/guard"
	"github.com/treeline-dev/treeline/server"
)

// idOf is the id of a document, worked out apart from the server.
func idOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256:" + hex.EncodeToString(sum[:])
}

func manifest(t *testing.T, texts ...string) []byte {
	t.Helper()
	m := map[string]string{}
	for _, text := range texts {
		m[idOf(text)] = text
	}
	out, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const (
	trustedHello    = `query Hello($n: String) { hello(name: $n) }`
	trustedTouch    = `mutation Touch { touch }`
	trustedPair     = `query A { hello } query B { hello(name: "b") }`
	untrustedHello  = `{ hello }`
	sessionCookie   = "treeline_session=valid"
	refusedByTrust  = "--graphql-trust documents"
	refusedByMethod = "GET with a session cookie"
)

// setupTrust starts a service that trusts three documents, with real callers.
func setupTrust(t *testing.T, trustedOnly bool) *testBundle {
	t.Helper()
	documents := server.NewDocuments()
	if err := documents.Add(manifest(t, trustedHello, trustedTouch, trustedPair)); err != nil {
		t.Fatal(err)
	}
	return setup(t, func(o *server.Options, g *server.GraphQL, _ *guard.Config) {
		o.Authentication = &server.Authentication{Authenticator: gate{}, Log: o.Log}
		o.TrustedOnly = trustedOnly
		g.Documents, g.TrustedOnly = documents, trustedOnly
	})
}

func asPerson() []string { return []string{"Cookie", sessionCookie, server.RequestHeader, "1"} }

func asKey() []string { return []string{"Authorization", basic("pk:sk:with:colons")} }

func body(t *testing.T, members map[string]any) string {
	t.Helper()
	text, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func apollo(id string) map[string]any {
	return map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": strings.TrimPrefix(id, "sha256:")}}
}

func TestTrustedDocumentsRunByTheirIds(t *testing.T) {
	t.Parallel()
	for _, trustedOnly := range []bool{false, true} {
		b := setupTrust(t, trustedOnly)
		for caller, headers := range map[string][]string{"nobody": nil, "person": asPerson(), "key": asKey()} {
			for name, members := range map[string]map[string]any{
				"documentId":               {"documentId": idOf(trustedHello), "variables": map[string]any{"n": "you"}},
				"documentId, query null":   {"documentId": idOf(trustedHello), "query": nil, "variables": map[string]any{"n": "you"}},
				"Apollo's extension":       {"extensions": apollo(idOf(trustedHello)), "variables": map[string]any{"n": "you"}},
				"both ways":                {"documentId": idOf(trustedHello), "extensions": apollo(idOf(trustedHello)), "variables": map[string]any{"n": "you"}},
				"its text":                 {"query": trustedHello, "variables": map[string]any{"n": "you"}},
				"its text and id":          {"query": trustedHello, "documentId": idOf(trustedHello), "variables": map[string]any{"n": "you"}},
				"its text and Apollo's id": {"query": trustedHello, "extensions": apollo(idOf(trustedHello)), "variables": map[string]any{"n": "you"}},
			} {
				a := b.post(t, specJSON, body(t, members), headers...)
				if a.StatusCode != 200 || a.body.Data == nil || (*a.body.Data)["hello"] != "hello you" {
					t.Errorf("%s by %s: %d %s", name, caller, a.StatusCode, a.text)
				}
				if cost, _ := a.body.Extensions["cost"].(map[string]any); cost["requested"] != 1.0 || cost["limit"] != float64(guard.DefaultCostLimit) {
					t.Errorf("%s by %s: its cost is not reported: %s", name, caller, a.text)
				}
			}
			a := b.post(t, specJSON, body(t, map[string]any{"documentId": idOf(trustedPair), "operationName": "B"}), headers...)
			if a.body.Data == nil || (*a.body.Data)["hello"] != "hello b" {
				t.Errorf("the operation of a name: %s", a.text)
			}
			if a := b.post(t, specJSON, body(t, map[string]any{"documentId": idOf(trustedTouch)}), headers...); a.StatusCode != 200 || a.body.Data == nil {
				t.Errorf("a mutation: %d %s", a.StatusCode, a.text)
			}
		}
	}
}

func TestIdsThatNameNoOneDocumentAreRefused(t *testing.T) {
	t.Parallel()
	b := setupTrust(t, false)
	unknown := idOf("{ hunter2 }")
	for name, c := range map[string]struct {
		members map[string]any
		plain   int
		message string
		path    any
	}{
		"unknown":                     {map[string]any{"documentId": unknown}, 200, "no trusted document has this documentId", "documentId"},
		"unknown to Apollo's clients": {map[string]any{"extensions": apollo(unknown)}, 200, "PersistedQueryNotFound", "extensions.persistedQuery.sha256Hash"},
		"another text":                {map[string]any{"documentId": idOf(trustedHello), "query": untrustedHello}, 400, "not that of the text", nil},
		"another text, Apollo's way":  {map[string]any{"extensions": apollo(idOf(trustedHello)), "query": untrustedHello}, 400, "not that of the text", nil},
		"an empty text":               {map[string]any{"documentId": idOf(trustedHello), "query": ""}, 400, "not that of the text", nil},
		"another blank":               {map[string]any{"documentId": idOf(trustedHello), "query": trustedHello + " "}, 400, "not that of the text", nil},
		"two ids":                     {map[string]any{"documentId": idOf(trustedHello), "extensions": apollo(idOf(trustedTouch))}, 400, "two documents", nil},
		"no prefix":                   {map[string]any{"documentId": strings.TrimPrefix(idOf(trustedHello), "sha256:")}, 400, "64 lower-case", nil},
		"capitals":                    {map[string]any{"documentId": "sha256:" + strings.ToUpper(idOf(trustedHello)[7:])}, 400, "64 lower-case", nil},
		"too short":                   {map[string]any{"documentId": "sha256:00"}, 400, "64 lower-case", nil},
		"other digits":                {map[string]any{"documentId": "sha256:" + strings.Repeat("x", 64)}, 400, "64 lower-case", nil},
		"a number":                    {map[string]any{"documentId": 5}, 400, "is a text", nil},
		"empty":                       {map[string]any{"documentId": ""}, 400, "query is missing", nil},
		"no hash":                     {map[string]any{"extensions": map[string]any{"persistedQuery": map[string]any{}}}, 400, "64 lower-case", nil},
		"a text as extension":         {map[string]any{"extensions": map[string]any{"persistedQuery": "hunter2"}, "query": untrustedHello}, 400, "64 lower-case", nil},
		"another version": {map[string]any{"extensions": map[string]any{
			"persistedQuery": map[string]any{"version": 2, "sha256Hash": idOf(trustedHello)[7:]},
		}}, 400, "version is 1", nil},
	} {
		for accept, status := range map[string]int{plainJSON: c.plain, specJSON: 400} {
			a := b.post(t, accept, body(t, c.members))
			if a.StatusCode != status || a.code() != "BAD_INPUT" || len(a.body.Errors) != 1 || a.body.Data != nil || strings.Contains(a.text, "hunter2") {
				t.Errorf("%s as %s: %d %s", name, accept, a.StatusCode, a.text)
				continue
			}
			if e := a.body.Errors[0]; !strings.Contains(e.Message, c.message) || e.Extensions["inputPath"] != c.path {
				t.Errorf("%s as %s: %s", name, accept, a.text)
			}
		}
	}
	if runs := b.schema.Runs.Load(); runs != 0 {
		t.Errorf("%d operations ran", runs)
	}
}

func TestWhatACallerSendsIsNeverTrusted(t *testing.T) {
	t.Parallel()
	b := setupTrust(t, true)
	for range 2 {
		send := body(t, map[string]any{"query": untrustedHello, "extensions": apollo(idOf(untrustedHello))})
		if a := b.post(t, specJSON, send, asKey()...); a.StatusCode != 200 {
			t.Errorf("a key's text with its hash: %d %s", a.StatusCode, a.text)
		}
		if a := b.post(t, specJSON, send, asPerson()...); a.StatusCode != 403 {
			t.Errorf("a person's text with its hash: %d %s", a.StatusCode, a.text)
		}
		for _, headers := range [][]string{asKey(), asPerson()} {
			a := b.post(t, specJSON, body(t, map[string]any{"extensions": apollo(idOf(untrustedHello))}), headers...)
			if a.StatusCode != 400 || a.body.Errors[0].Message != "PersistedQueryNotFound" {
				t.Errorf("the hash afterwards: %d %s", a.StatusCode, a.text)
			}
		}
	}
}

func TestPeopleRunWhatTheServerLetsThem(t *testing.T) {
	t.Parallel()
	get := func(values ...string) string {
		q := url.Values{}
		for i := 0; i < len(values); i += 2 {
			q.Set(values[i], values[i+1])
		}
		return "/graphql?" + q.Encode()
	}
	extensions, err := json.Marshal(apollo(idOf(trustedHello)))
	if err != nil {
		t.Fatal(err)
	}
	both := append(asPerson(), asKey()...)
	for name, c := range map[string]struct {
		trustedOnly  bool
		method, path string
		body         string
		headers      []string
		status       int
		message      string
	}{
		"a person's text":                   {false, "POST", "/graphql", query(untrustedHello), asPerson(), 200, ""},
		"a person's text, trusted only":     {true, "POST", "/graphql", query(untrustedHello), asPerson(), 403, refusedByTrust},
		"a person's mutation, trusted only": {true, "POST", "/graphql", query("mutation { touch }"), asPerson(), 403, refusedByTrust},
		"a person's subscription":           {true, "POST", "/graphql", query("subscription { ticks }"), asPerson(), 403, refusedByTrust},
		"a person's fault, trusted only":    {true, "POST", "/graphql", query("{"), asPerson(), 403, refusedByTrust},
		"introspection, trusted only":       {true, "POST", "/graphql", query("{ __schema { types { name } } }"), asPerson(), 403, refusedByTrust},
		"a key's text, trusted only":        {true, "POST", "/graphql", query(untrustedHello), asKey(), 200, ""},
		"a key beside a cookie":             {true, "POST", "/graphql", query(untrustedHello), both, 200, ""},
		"nobody's text, trusted only":       {true, "POST", "/graphql", query(untrustedHello), nil, 200, ""},
		"an ended session, trusted only":    {true, "POST", "/graphql", query(untrustedHello), []string{"Cookie", "treeline_session=old", server.RequestHeader, "1"}, 403, refusedByTrust},

		"GET of a person's text":                 {false, "GET", get("query", untrustedHello), "", asPerson(), 403, refusedByMethod},
		"GET of a person's text, trusted only":   {true, "GET", get("query", untrustedHello), "", asPerson(), 403, refusedByTrust},
		"GET of a person's id":                   {false, "GET", get("documentId", idOf(trustedHello)), "", asPerson(), 200, ""},
		"GET of a person's id, trusted only":     {true, "GET", get("documentId", idOf(trustedHello), "variables", `{"n":"x"}`), "", asPerson(), 200, ""},
		"GET as Apollo's clients do":             {true, "GET", get("extensions", string(extensions)), "", asPerson(), 200, ""},
		"GET of a trusted text":                  {false, "GET", get("query", trustedHello), "", asPerson(), 200, ""},
		"GET of a trusted mutation":              {false, "GET", get("documentId", idOf(trustedTouch)), "", asPerson(), 405, "GET runs queries only"},
		"GET of a trusted mutation with a key":   {true, "GET", get("documentId", idOf(trustedTouch)), "", asKey(), 405, "GET runs queries only"},
		"GET of a key's text":                    {true, "GET", get("query", untrustedHello), "", asKey(), 200, ""},
		"GET of nobody's text":                   {false, "GET", get("query", untrustedHello), "", nil, 200, ""},
		"GET of an unknown id":                   {false, "GET", get("documentId", idOf("{ x }")), "", asKey(), 400, "no trusted document"},
		"GET of an id and another text":          {false, "GET", get("documentId", idOf(trustedHello), "query", untrustedHello), "", asKey(), 400, "not that of the text"},
		"GET of an id twice":                     {false, "GET", get("documentId", idOf(trustedHello)) + "&documentId=" + idOf(trustedHello), "", asKey(), 400, "more than once"},
		"GET without the header of own pages":    {false, "GET", get("documentId", idOf(trustedHello)), "", []string{"Cookie", sessionCookie}, 403, server.RequestHeader},
		"GET from the page of another origin":    {false, "GET", get("documentId", idOf(trustedHello)), "", append(asPerson(), "Origin", "https://evil.example"), 403, "another origin"},
		"an unknown id is not a matter of trust": {true, "POST", "/graphql", body(t, map[string]any{"documentId": idOf("{ x }")}), asPerson(), 400, "no trusted document"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setupTrust(t, c.trustedOnly)
			headers := append([]string{"Accept", specJSON}, c.headers...)
			if c.body != "" {
				headers = append(headers, "Content-Type", "application/json")
			}
			a := b.send(t, c.method, c.path, c.body, headers...)
			if a.StatusCode != c.status {
				t.Fatalf("%d %s", a.StatusCode, a.text)
			}
			switch {
			case c.status == 200:
				if a.body.Data == nil || len(a.body.Errors) > 0 {
					t.Errorf("%s", a.text)
				}
			case len(a.body.Errors) != 1 || !strings.Contains(a.body.Errors[0].Message, c.message):
				t.Errorf("%s", a.text)
			case c.status == 403 && a.code() != "FORBIDDEN", c.status != 403 && a.code() != "BAD_INPUT":
				t.Errorf("%s", a.text)
			}
			if ran := b.schema.Runs.Load() > 0; ran != (c.status == 200) {
				t.Errorf("ran: %t", ran)
			}
		})
	}
}

// headerTransport is a transport whose operations stand in headers.
type headerTransport struct{}

func (headerTransport) Supports(r *http.Request) bool {
	return len(r.Header.Values("Test-Query"))+len(r.Header.Values("Test-Hash")) > 0
}

func (headerTransport) Do(w http.ResponseWriter, r *http.Request, executor graphql.GraphExecutor) {
	params := &graphql.RawParams{Query: r.Header.Get("Test-Query")}
	if hash := r.Header.Get("Test-Hash"); hash != "" {
		params.Extensions = map[string]any{"persistedQuery": map[string]any{"sha256Hash": hash}}
	}
	text := "runs"
	if _, errs := executor.CreateOperationContext(r.Context(), params); len(errs) > 0 {
		text = errs.Error()
	}
	_, _ = w.Write([]byte(text))
}

func TestTransportsAreHeldToTrustToo(t *testing.T) {
	t.Parallel()
	documents := server.NewDocuments()
	if err := documents.Add(manifest(t, trustedHello)); err != nil {
		t.Fatal(err)
	}
	b := setup(t, func(_ *server.Options, g *server.GraphQL, _ *guard.Config) {
		g.Documents, g.TrustedOnly = documents, true
		g.Transports = append(g.Transports, headerTransport{})
	})
	for name, c := range map[string]struct {
		headers []string
		want    string
	}{
		"a person's text":         {[]string{"Test-Query", untrustedHello, "Cookie", sessionCookie}, "trusted documents only"},
		"a person's trusted text": {[]string{"Test-Query", trustedHello, "Cookie", sessionCookie}, "runs"},
		"a person's id":           {[]string{"Test-Hash", idOf(trustedHello)[7:], "Cookie", sessionCookie}, "runs"},
		"an unknown id":           {[]string{"Test-Hash", idOf("{ x }")[7:], "Cookie", sessionCookie}, "PersistedQueryNotFound"},
		"a broken id":             {[]string{"Test-Hash", "x", "Cookie", sessionCookie}, "64 lower-case"},
		"nothing":                 {[]string{"Test-Hash", "", "Cookie", sessionCookie}, "query is missing"},
		"a key's text":            {[]string{"Test-Query", untrustedHello, "Cookie", sessionCookie, "Authorization", "Basic x"}, "runs"},
	} {
		if a := b.send(t, http.MethodPost, "/graphql", "", c.headers...); !strings.Contains(a.text, c.want) {
			t.Errorf("%s: %s", name, a.text)
		}
	}
}

func TestManifestsAreHeldToTheirHashesAndBounds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ manifest, want string }{
		"not JSON":       {`{"sha256:`, "ended early"},
		"cut in a value": {`{"a": nope}`, "byte 8"},
		"a list":         {`["{ hello }"]`, "JSON object"},
		"null":           {`null`, "null"},
		"two values":     {`{} {}`, "more than one"},
		"a number":       {`{"` + idOf("1") + `": 1}`, "JSON object"},
		"null text":      {`{"` + idOf("") + `": null}`, "no text"},
		"another text":   {`{"` + idOf(trustedHello) + `": "{ hello }"}`, "another SHA-256"},
		"MD5":            {`{"d41d8cd98f00b204e9800998ecf8427e": ""}`, "no id"},
		"capitals":       {`{"sha256:` + strings.ToUpper(idOf(trustedHello)[7:]) + `": "` + trustedHello + `"}`, "no id"},
		"long":           {string(manifest(t, "{ hello } # "+strings.Repeat("x", 64<<10))), "longer than"},
	} {
		documents := server.NewDocuments()
		if err := documents.Add(manifest(t, trustedTouch)); err != nil {
			t.Fatal(err)
		}
		err := documents.Add([]byte(c.manifest))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
		if documents.Len() != 1 {
			t.Errorf("%s: %d documents", name, documents.Len())
		}
	}
	var many, large []string
	for i := range 2001 {
		many = append(many, "{ hello } # "+strconv.Itoa(i))
	}
	for i := range 40 {
		large = append(large, "{ hello } # "+strconv.Itoa(i)+strings.Repeat("x", 60<<10))
	}
	for _, texts := range [][]string{many, large} {
		documents := server.NewDocuments()
		if err := documents.Add(manifest(t, texts...)); err == nil || documents.Len() != 0 {
			t.Errorf("%d documents are trusted: %v", documents.Len(), err)
		}
	}
	documents := server.NewDocuments()
	for range 3 {
		if err := documents.Add(manifest(t, many[:1500]...)); err != nil {
			t.Errorf("the same documents again: %v", err)
		}
	}
	if documents.Len() != 1500 {
		t.Errorf("%d documents", documents.Len())
	}
	if err := documents.Add([]byte(`{}`)); err != nil {
		t.Errorf("an empty manifest: %v", err)
	}
}

func TestADirectoryOfManifestsIsReadAsAWhole(t *testing.T) {
	t.Parallel()
	write := func(files map[string]string) string {
		directory := t.TempDir()
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(directory, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return directory
	}
	good := map[string]string{"a.json": string(manifest(t, trustedHello)), "b.json": string(manifest(t, trustedTouch, trustedHello)), "README.md": "no manifest", ".c.json": "no manifest"}
	documents := server.NewDocuments()
	if err := documents.AddDirectory(write(good)); err != nil || documents.Len() != 2 {
		t.Errorf("%d documents: %v", documents.Len(), err)
	}
	bad := maps.Clone(good)
	bad["b.json"] = `{"` + idOf("x") + `": "y"}`
	nested := t.TempDir()
	if err := os.Mkdir(filepath.Join(nested, "x.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ directory, want string }{
		"a bad file":         {write(bad), "b.json"},
		"no manifest":        {write(map[string]string{"README.md": ""}), "no file whose name ends in .json"},
		"no directory":       {filepath.Join(t.TempDir(), "none"), "none"},
		"a directory inside": {nested, "x.json"},
	} {
		err := server.NewDocuments().AddDirectory(c.directory)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheExplorerSaysWhyItNeedsAKey(t *testing.T) {
	t.Parallel()
	for _, trustedOnly := range []bool{false, true} {
		page := setupTrust(t, trustedOnly).send(t, "GET", "/graphiql", "")
		if says := strings.Contains(page.text, `data-trust="documents"`); says != trustedOnly || page.StatusCode != 200 {
			t.Errorf("trusted only %t: the page says so: %t", trustedOnly, says)
		}
	}
}
