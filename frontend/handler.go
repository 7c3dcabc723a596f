package frontend

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"html"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

// Handler serves the embedded app. Prefix is the path under which browsers
// reach it behind a proxy, such as "/treeline"; empty at the root of a host.
// Requests are understood with and without the prefix, for proxies differ in
// whether they take it away.
//
// Files under /assets are immutable and answered from their precompressed
// twins; one that does not exist is a 404 and never the app, so that a tab that
// outlived an upgrade notices. Any other path is the app itself, with a nonce
// for styles that is fresh in each answer. Paths that belong to the API are 404:
// they come here only where the server has no route for them.
func Handler(prefix string) http.Handler {
	return newHandler(FS(), prefix)
}

// apiPaths are first path segments that never show the app.
var apiPaths = map[string]bool{
	"api":      true,
	"assets":   true,
	"auth":     true,
	"graphiql": true,
	"graphql":  true,
	"healthz":  true,
	"metrics":  true,
	"readyz":   true,
	"v1":       true,
}

// contentTypes of what the build writes. The operating system's table is not
// asked: it differs between machines, and nosniff makes a wrong answer fatal.
var contentTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".ico":   "image/x-icon",
	".js":    "text/javascript; charset=utf-8",
	".json":  "application/json",
	".map":   "application/json",
	".png":   "image/png",
	".svg":   "image/svg+xml",
	".txt":   "text/plain; charset=utf-8",
	".wasm":  "application/wasm",
	".woff2": "font/woff2",
}

type handler struct {
	prefix string
	assets map[string]asset
	// page is index.html cut at the places where the nonce goes.
	page []string
}

// asset is one immutable file in the forms in which it can be sent; br and gz
// are nil where the build found no use in them.
type asset struct {
	contentType  string
	raw, br, gz  []byte
	hasEncodings bool
}

func newHandler(files fs.FS, prefix string) *handler {
	h := &handler{prefix: cleanPrefix(prefix), assets: readAssets(files)}
	index, err := fs.ReadFile(files, "index.html")
	if err != nil {
		return h
	}
	h.page = cutPage(string(index), h.prefix)
	return h
}

// cleanPrefix brings "/x/", "x" and "/x" into the form "/x", and "/" to "".
func cleanPrefix(prefix string) string {
	cleaned := path.Clean("/" + prefix)
	if cleaned == "/" {
		return ""
	}
	return cleaned
}

const nonceMark = "{nonce}"

// cutPage puts the base address and the nonce into the head of index.html and
// cuts it where the nonce goes. The base must come before the first address.
func cutPage(index, prefix string) []string {
	head := "<head>\n    <base href=\"" + html.EscapeString(prefix+"/") + "\" />" +
		"\n    <meta name=\"csp-nonce\" nonce=\"" + nonceMark + "\" />"
	return strings.Split(strings.Replace(index, "<head>", head, 1), nonceMark)
}

func readAssets(files fs.FS) map[string]asset {
	assets := map[string]asset{}
	entries, err := fs.ReadDir(files, "assets")
	if err != nil {
		return assets
	}
	for _, entry := range entries {
		name := entry.Name()
		contentType, known := contentTypes[path.Ext(name)]
		if entry.IsDir() || !known {
			continue
		}
		raw, err := fs.ReadFile(files, "assets/"+name)
		if err != nil {
			continue
		}
		// A missing twin is no error: small files have none.
		br, _ := fs.ReadFile(files, "assets/"+name+".br")
		gz, _ := fs.ReadFile(files, "assets/"+name+".gz")
		assets[name] = asset{contentType, raw, br, gz, br != nil || gz != nil}
	}
	return assets
}

// ServeHTTP implements http.Handler.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		refuse(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(h.withoutPrefix(r.URL.Path), "/")
	first, rest, _ := strings.Cut(name, "/")
	if first == "assets" {
		h.serveAsset(w, r, rest)
		return
	}
	if apiPaths[first] || first == "favicon.ico" || first == "robots.txt" {
		refuse(w, "not found", http.StatusNotFound)
		return
	}
	h.servePage(w)
}

func (h *handler) withoutPrefix(requestPath string) string {
	rest, found := strings.CutPrefix(requestPath, h.prefix)
	if !found || (rest != "" && rest[0] != '/') {
		return requestPath
	}
	return rest
}

func (h *handler) serveAsset(w http.ResponseWriter, r *http.Request, name string) {
	file, ok := h.assets[name]
	if !ok {
		refuse(w, "not found", http.StatusNotFound)
		return
	}
	header := w.Header()
	header.Set("Content-Type", file.contentType)
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	// An SVG that someone opens by itself is a document and may not run anything.
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	body := file.raw
	if file.hasEncodings {
		header.Set("Vary", "Accept-Encoding")
		accepted := acceptedEncodings(r.Header.Values("Accept-Encoding"))
		switch {
		case file.br != nil && accepted("br"):
			header.Set("Content-Encoding", "br")
			body = file.br
		case file.gz != nil && accepted("gzip"):
			header.Set("Content-Encoding", "gzip")
			body = file.gz
		}
	}
	if header.Get("Content-Encoding") != "" {
		// ServeContent leaves the length out where an encoding is set.
		header.Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(http.StatusOK)
		if r.Method != http.MethodHead {
			_, _ = w.Write(body) // The reader has gone; there is nobody to tell.
		}
		return
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
}

// acceptedEncodings reads Accept-Encoding (RFC 9110, 12.5.3) and tells whether
// a coding may be used. A weight of zero refuses; "*" speaks for codings that
// are not named.
func acceptedEncodings(values []string) func(coding string) bool {
	weights := map[string]bool{}
	for _, element := range strings.Split(strings.Join(values, ","), ",") {
		coding, parameters, _ := strings.Cut(element, ";")
		coding = strings.ToLower(strings.TrimSpace(coding))
		if coding == "" {
			continue
		}
		weight := 1.0
		if key, value, ok := strings.Cut(parameters, "="); ok && strings.EqualFold(strings.TrimSpace(key), "q") {
			parsed, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				parsed = 0
			}
			weight = parsed
		}
		weights[coding] = weight > 0
	}
	return func(coding string) bool {
		if accepted, named := weights[coding]; named {
			return accepted
		}
		return weights["*"]
	}
}

// pagePolicy lets the page load what lies beside it and nothing else. Style
// attributes stay open for virtual rows, which are placed by them; <base> is
// set by this server for a path prefix.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-%s'; " +
	"style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; " +
	"manifest-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

func (h *handler) servePage(w http.ResponseWriter) {
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	nonce := newNonce()
	header.Set("Content-Security-Policy", fmt.Sprintf(pagePolicy, nonce))
	if h.page == nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(notBuilt))
		return
	}
	body := strings.Join(h.page, nonce)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write([]byte(body))
}

// notBuilt stands for the app in a binary without it.
const notBuilt = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Treeline</title></head>
<body>
<h1>The UI is not built</h1>
<p>This server was built without its web app. The API works. To add the app, run
<code>npm ci &amp;&amp; npm run build</code> in <code>frontend</code> and build the server again.</p>
</body>
</html>
`

// secure sets the headers that every answer carries.
func secure(header http.Header) {
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("X-Frame-Options", "DENY")
}

func refuse(w http.ResponseWriter, message string, status int) {
	header := w.Header()
	header.Set("Content-Type", "text/plain; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Security-Policy", "default-src 'none'")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(message + "\n"))
}

// newNonce returns 128 random bits in base64, as CSP asks for.
func newNonce() string {
	var bits [16]byte
	_, _ = rand.Read(bits[:]) // Never fails since Go 1.24.
	return base64.StdEncoding.EncodeToString(bits[:])
}
