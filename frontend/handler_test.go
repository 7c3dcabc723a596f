package frontend

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

const index = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <script src="./assets/theme-1.js"></script>
  </head>
  <body><div id="root"></div></body>
</html>
`

func built() fstest.MapFS {
	return fstest.MapFS{
		".gitkeep":                {},
		".vite/manifest.json":     {Data: []byte("{}")},
		"index.html":              {Data: []byte(index)},
		"assets/app-1.js":         {Data: []byte("raw script")},
		"assets/app-1.js.br":      {Data: []byte("brotli script")},
		"assets/app-1.js.gz":      {Data: []byte("gzip script")},
		"assets/theme-1.js":       {Data: []byte("small")},
		"assets/mark-1.svg":       {Data: []byte("<svg/>")},
		"assets/secret-notes.xyz": {Data: []byte("unknown kind")},
	}
}

func get(t *testing.T, h http.Handler, method, target string, headers ...string) (*http.Response, string) {
	t.Helper()
	request := httptest.NewRequest(method, target, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, request)
	response := recorder.Result()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("read body of %s: %v", target, err)
	}
	return response, string(body)
}

func TestAssetsAreImmutableAndPrecompressed(t *testing.T) {
	t.Parallel()
	h := newHandler(built(), "")
	for name, test := range map[string]struct {
		accept, encoding, body string
	}{
		"brotli where accepted":      {"gzip, deflate, br", "br", "brotli script"},
		"gzip for older clients":     {"gzip", "gzip", "gzip script"},
		"raw where nothing is said":  {"", "", "raw script"},
		"raw for identity":           {"identity", "", "raw script"},
		"a weight of zero refuses":   {"br;q=0, gzip;q=0.5", "gzip", "gzip script"},
		"a star stands for the rest": {"*", "br", "brotli script"},
		"a star with a refusal":      {"br; q=0.0, *;q=0.1", "gzip", "gzip script"},
		"names in any case":          {"BR", "br", "brotli script"},
		"a broken weight refuses":    {"br;q=x", "", "raw script"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response, body := get(t, h, "GET", "/assets/app-1.js", "Accept-Encoding", test.accept)
			if response.StatusCode != http.StatusOK || body != test.body {
				t.Errorf("got %d %q, want 200 %q", response.StatusCode, body, test.body)
			}
			for key, want := range map[string]string{
				"Content-Encoding":       test.encoding,
				"Content-Type":           "text/javascript; charset=utf-8",
				"Cache-Control":          "public, max-age=31536000, immutable",
				"Vary":                   "Accept-Encoding",
				"X-Content-Type-Options": "nosniff",
			} {
				if got := response.Header.Get(key); got != want {
					t.Errorf("%s = %q, want %q", key, got, want)
				}
			}
		})
	}
}

func TestHeadOfAnAssetHasItsLengthAndNoBody(t *testing.T) {
	t.Parallel()
	h := newHandler(built(), "")
	response, body := get(t, h, "HEAD", "/assets/app-1.js", "Accept-Encoding", "br")
	if body != "" || response.Header.Get("Content-Length") != "13" {
		t.Errorf("got body %q and length %q", body, response.Header.Get("Content-Length"))
	}
}

func TestMissingFilesAreNeverTheApp(t *testing.T) {
	t.Parallel()
	h := newHandler(built(), "/x")
	for _, target := range []string{
		"/assets/app-0.js", "/assets/", "/assets", "/assets/app-1.js.br", "/assets/secret-notes.xyz",
		"/assets/../index.html", "/assets/..%2f.gitkeep", "/x/assets/app-0.js", "/graphql", "/graphql/schema.graphql",
		"/v1/traces", "/auth/callback", "/healthz", "/readyz", "/metrics", "/api/public/ingestion", "/graphiql",
		"/favicon.ico", "/robots.txt", "/x/graphql",
	} {
		response, body := get(t, h, "GET", target)
		if response.StatusCode != http.StatusNotFound || strings.Contains(body, "<html") {
			t.Errorf("%s: got %d %q, want a plain 404", target, response.StatusCode, body)
		}
		if got := response.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control = %q, want no-store", target, got)
		}
	}
}

func TestEveryOtherPathIsTheApp(t *testing.T) {
	t.Parallel()
	h := newHandler(built(), "")
	for _, target := range []string{
		"/", "/sign-in", "/projects/abc/traces?range=7d", "/projects/abc/traces/trace.with.dots.js",
		"/projects/abc/traces/..%2f..%2fassets", "/index.html", "/.vite/manifest.json", "/graphqlish",
	} {
		response, body := get(t, h, "GET", target)
		if response.StatusCode != http.StatusOK || !strings.Contains(body, `<div id="root">`) {
			t.Errorf("%s: got %d %q, want the app", target, response.StatusCode, body)
		}
		if got := response.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control = %q, want no-store", target, got)
		}
	}
}

func TestThePageCarriesAFreshNonce(t *testing.T) {
	t.Parallel()
	h := newHandler(built(), "")
	seen := map[string]bool{}
	inPage := regexp.MustCompile(`<meta name="csp-nonce" nonce="([^"]+)"`)
	for range 3 {
		response, body := get(t, h, "GET", "/")
		found := inPage.FindStringSubmatch(body)
		if found == nil {
			t.Fatalf("no nonce in %q", body)
		}
		policy := response.Header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "style-src 'self' 'nonce-"+found[1]+"'") {
			t.Errorf("policy %q does not carry nonce %q", policy, found[1])
		}
		if seen[found[1]] {
			t.Errorf("nonce %q came twice", found[1])
		}
		seen[found[1]] = true
	}
}

func TestThePolicyAllowsNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	response, _ := get(t, newHandler(built(), ""), "GET", "/")
	policy := response.Header.Get("Content-Security-Policy")
	for _, want := range []string{
		"default-src 'none'", "script-src 'self';", "connect-src 'self'", "frame-ancestors 'none'",
		"form-action 'self'", "base-uri 'self'", "object-src 'none'",
	} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy %q lacks %q", policy, want)
		}
	}
	for _, bad := range []string{"http:", "https:", "*", "unsafe-eval", "script-src 'self' 'unsafe-inline'"} {
		if strings.Contains(policy, bad) {
			t.Errorf("policy %q allows %q", policy, bad)
		}
	}
	for key, want := range map[string]string{
		"X-Content-Type-Options":     "nosniff",
		"Referrer-Policy":            "same-origin",
		"Cross-Origin-Opener-Policy": "same-origin",
	} {
		if got := response.Header.Get(key); got != want {
			t.Errorf("%s = %q, want %q", key, got, want)
		}
	}
}

func TestThePrefixBecomesTheBase(t *testing.T) {
	t.Parallel()
	for prefix, base := range map[string]string{
		"":        "/",
		"/":       "/",
		"/x":      "/x/",
		"x/":      "/x/",
		"/a/b/":   "/a/b/",
		`/"><svg`: "/&#34;&gt;&lt;svg/",
	} {
		_, body := get(t, newHandler(built(), prefix), "GET", "/")
		want := `<head>` + "\n    " + `<base href="` + base + `" />`
		if !strings.Contains(body, want) {
			t.Errorf("prefix %q: no %q at the start of the head in %q", prefix, want, body)
		}
	}
}

func TestThePrefixMayOrMayNotReachTheServer(t *testing.T) {
	t.Parallel()
	h := newHandler(built(), "/x")
	for _, target := range []string{"/assets/mark-1.svg", "/x/assets/mark-1.svg"} {
		response, body := get(t, h, "GET", target)
		if response.StatusCode != http.StatusOK || body != "<svg/>" {
			t.Errorf("%s: got %d %q", target, response.StatusCode, body)
		}
	}
	for _, target := range []string{"/x", "/x/", "/xyz", "/x/projects/1"} {
		if response, body := get(t, h, "GET", target); response.StatusCode != http.StatusOK || !strings.Contains(body, "root") {
			t.Errorf("%s: got %d, want the app", target, response.StatusCode)
		}
	}
}

func TestOnlyReadingIsAllowed(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS"} {
		response, _ := get(t, newHandler(built(), ""), method, "/projects")
		if response.StatusCode != http.StatusMethodNotAllowed || response.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: got %d, Allow %q", method, response.StatusCode, response.Header.Get("Allow"))
		}
	}
}

func TestWithoutABuildThePageSaysSo(t *testing.T) {
	t.Parallel()
	h := newHandler(fstest.MapFS{".gitkeep": {}}, "")
	response, body := get(t, h, "GET", "/projects/1")
	if response.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, "The UI is not built") {
		t.Errorf("got %d %q", response.StatusCode, body)
	}
	if response, _ := get(t, h, "GET", "/assets/app-1.js"); response.StatusCode != http.StatusNotFound {
		t.Errorf("an asset answers %d, want 404", response.StatusCode)
	}
}

func TestTheEmbeddedFilesServe(t *testing.T) {
	t.Parallel()
	response, _ := get(t, Handler("/x"), "GET", "/")
	if code := response.StatusCode; code != http.StatusOK && code != http.StatusServiceUnavailable {
		t.Errorf("got %d", code)
	}
}
