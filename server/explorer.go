package server

import (
	"bytes"
	"embed"
	"net/http"
	"path"
	"strings"
)

//go:embed graphiql/index.html graphiql/explorer.css graphiql/explorer.js graphiql/schema.js
var explorerFiles embed.FS

// explorerTypes are the files of the GraphQL explorer and their media types.
var explorerTypes = map[string]string{
	"index.html":   "text/html; charset=utf-8",
	"explorer.css": "text/css; charset=utf-8",
	"explorer.js":  "text/javascript; charset=utf-8",
	"schema.js":    "text/javascript; charset=utf-8",
}

// explorerPolicy lets the explorer load its own files and call its own origin,
// and nothing else.
const explorerPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// explorerHandler serves the GraphQL explorer: /graphiql is the page, its files
// stand below. Its links are relative, so that it works under any path prefix.
// Where only trusted documents run for people who are signed in, the page says
// so and asks for an API key.
func explorerHandler(trustedOnly bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := "index.html"
		if _, rest, below := strings.Cut(r.URL.Path, "/graphiql/"); below {
			name = rest
		}
		mediaType, known := explorerTypes[name]
		if !known || strings.HasSuffix(r.URL.Path, "/index.html") {
			serveNotFound(w, r)
			return
		}
		text, err := explorerFiles.ReadFile(path.Join("graphiql", name))
		if err != nil {
			serveNotFound(w, r)
			return
		}
		if name == "index.html" && trustedOnly {
			text = bytes.Replace(text, []byte("<body>"), []byte("<body data-trust=\"documents\">"), 1)
		}
		w.Header().Set("Content-Security-Policy", explorerPolicy)
		w.Header().Set("Content-Type", mediaType)
		// Without a hash in their names, the files are asked for again each time.
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(text)
	})
}
