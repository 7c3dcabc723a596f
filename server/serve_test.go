package server_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/treeline-dev/treeline/graph/guard"
	"github.com/treeline-dev/treeline/server"
)

// running is a handler behind Serve.
type running struct {
	address string
	stop    context.CancelFunc
	done    chan error
}

func serve(t *testing.T, handler http.Handler, o server.ServeOptions) *running {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.Name, o.Log = "test", slog.New(slog.NewTextHandler(io.Discard, nil))
	ctx, stop := context.WithCancel(context.Background())
	s := &running{listener.Addr().String(), stop, make(chan error, 1)}
	go func() { s.done <- server.Serve(ctx, listener, handler, o) }()
	t.Cleanup(stop)
	return s
}

func TestRunningRequestsFinishWhenTheServiceStops(t *testing.T) {
	t.Parallel()
	arrived, release, drained := make(chan struct{}), make(chan struct{}), make(chan struct{})
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-release
		_, _ = io.WriteString(w, fmt.Sprint("whole ", r.Context().Err()))
	}), server.ServeOptions{OnDrain: func() { close(drained) }})
	answered := make(chan string, 1)
	go func() {
		response, err := http.Get("http://" + s.address)
		if err != nil {
			answered <- err.Error()
			return
		}
		defer func() { _ = response.Body.Close() }()
		text, _ := io.ReadAll(response.Body)
		answered <- string(text)
	}()
	<-arrived
	s.stop()
	<-drained
	if conn, err := net.DialTimeout("tcp", s.address, time.Second); err == nil {
		// Draining has begun, but the listener closes a moment later.
		_ = conn.Close()
	}
	close(release)
	if text := <-answered; text != "whole <nil>" {
		t.Errorf("the running request got %q", text)
	}
	if err := <-s.done; err != nil {
		t.Errorf("stopping: %v", err)
	}
	if conn, err := net.Dial("tcp", s.address); err == nil {
		_ = conn.Close()
		t.Error("the service still takes connections")
	}
}

func TestRequestsThatDoNotFinishAreCutOffAfterTheDrainTime(t *testing.T) {
	t.Parallel()
	arrived, ended := make(chan struct{}), make(chan struct{})
	s := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
		close(ended)
	}), server.ServeOptions{Drain: 20 * time.Millisecond})
	go func() {
		if response, err := http.Get("http://" + s.address); err == nil {
			_ = response.Body.Close()
		}
	}()
	<-arrived
	s.stop()
	if err := <-s.done; err == nil || !strings.Contains(err.Error(), "drain test") {
		t.Errorf("stopping: %v", err)
	}
	<-ended
}

func TestHTTP2IsSpokenWithoutTLS(t *testing.T) {
	t.Parallel()
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto) }), server.ServeOptions{})
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	client := &http.Client{Transport: &http.Transport{Protocols: &protocols}}
	response, err := client.Get("http://" + s.address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if text, _ := io.ReadAll(response.Body); string(text) != "HTTP/2.0" {
		t.Errorf("it speaks %s", text)
	}
	client.CloseIdleConnections()
}

func TestAListenerThatFailsIsAnError(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = listener.Close()
	if err := server.Serve(t.Context(), listener, http.NotFoundHandler(), server.ServeOptions{Name: "test"}); err == nil {
		t.Error("nothing is wrong")
	}
}

// TestASlowBodyLosesItsConnection sends the beginning of a body and then nothing.
func TestASlowBodyLosesItsConnection(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]string{"a body that is read": "/graphql", "a body that nobody reads": "/ignored"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, func(o *server.Options, _ *server.GraphQL, _ *guard.Config) {
				o.Times = server.Times{BodyIdle: 50 * time.Millisecond}
				o.Routes.App = named("app")
			})
			conn, err := net.Dial("tcp", b.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
			if _, err := fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{\"query\"", path); err != nil {
				t.Fatal(err)
			}
			response, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			text, _ := io.ReadAll(response.Body)
			if path == "/graphql" && (response.StatusCode != http.StatusRequestTimeout || !strings.Contains(string(text), "too slowly")) {
				t.Errorf("%d %s", response.StatusCode, text)
			}
			if _, err := conn.Read(make([]byte, 1)); err != io.EOF { //nolint:errorlint // a connection that is closed reads so
				t.Errorf("the connection goes on: %v", err)
			}
		})
	}
}

// TestASlowBodyThatKeepsComingIsRead sends a body in pieces whose sum takes
// longer than a pause may.
func TestASlowBodyThatKeepsComingIsRead(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *server.Options, _ *server.GraphQL, _ *guard.Config) {
		o.Times = server.Times{BodyIdle: 400 * time.Millisecond}
	})
	body := query("{ hello }")
	reader, writer := io.Pipe()
	go func() {
		ticker := time.NewTicker(50 * time.Millisecond)
		defer ticker.Stop()
		for i := range body {
			<-ticker.C
			if _, err := io.WriteString(writer, body[i:i+1]); err != nil {
				return
			}
		}
		_ = writer.Close()
	}()
	r, err := http.NewRequestWithContext(t.Context(), "POST", b.URL+"/graphql", reader)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", plainJSON)
	response, err := b.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != 200 {
		t.Errorf("%d", response.StatusCode)
	}
}

// TestAReaderThatStallsLosesItsConnection asks for a large answer and does not
// read it.
func TestAReaderThatStallsLosesItsConnection(t *testing.T) {
	t.Parallel()
	written := make(chan error, 1)
	b := setup(t, func(o *server.Options, _ *server.GraphQL, _ *guard.Config) {
		o.Times = server.Times{Answer: 100 * time.Millisecond}
		o.Routes.App = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			var err error
			for range 1000 {
				if _, err = w.Write(make([]byte, 1<<20)); err != nil {
					break
				}
			}
			written <- err
		})
	})
	conn, err := net.Dial("tcp", b.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := <-written; err == nil {
		t.Error("everything was written to a reader that does not read")
	}
}

func TestAHandlerThatPacesItsBodiesKeepsItsDeadline(t *testing.T) {
	t.Parallel()
	failed := make(chan error, 1)
	b := setup(t, func(o *server.Options, _ *server.GraphQL, _ *guard.Config) {
		o.Times = server.Times{BodyIdle: time.Minute}
		o.Routes.Traces = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(50 * time.Millisecond))
			_, err := r.Body.Read(make([]byte, 1))
			failed <- err
		})
	})
	conn, err := net.Dial("tcp", b.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, "POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := <-failed; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("error = %v", err)
	}
}
