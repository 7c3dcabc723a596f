// Command mock serves the embedded web app over the mock API, with the headers
// and the path prefix of the real server, for browser tests without a database.
package main

import (
	"context"
	"flag"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/treeline-dev/treeline/frontend"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8091", "address to serve on")
	api := flag.String("api", "http://127.0.0.1:8090", "address of the mock API")
	prefix := flag.String("prefix", "", "path under which browsers reach the app")
	flag.Parse()

	target, err := url.Parse(*api)
	if err != nil {
		log.Fatalf("mock: -api: %v", err)
	}
	path := strings.TrimRight(*prefix, "/")
	mux := http.NewServeMux()
	proxy := httputil.NewSingleHostReverseProxy(target)
	// A page that is left gives up its requests; that is no news.
	proxy.ErrorLog = log.New(io.Discard, "", 0)
	mux.Handle(path+"/graphql", http.StripPrefix(path, proxy))
	mux.Handle("/", frontend.Handler(*prefix))

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	server := &http.Server{Addr: *listen, Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		<-ctx.Done()
		_ = server.Close() // Nothing here is worth waiting for.
	}()
	log.Printf("web app on http://%s%s/", *listen, path)
	if err := server.ListenAndServe(); err != nil && err != http.ErrServerClosed {
		log.Fatalf("mock: %v", err)
	}
}
