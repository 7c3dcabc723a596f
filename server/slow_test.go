package server_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/treeline-dev/treeline/ingest/otlp"
	"github.com/treeline-dev/treeline/server"
)

// countingListener knows how many of its connections the server has not closed.
type countingListener struct {
	net.Listener
	open atomic.Int64
}

func (l *countingListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.open.Add(1)
	return &countedConn{Conn: conn, listener: l}, nil
}

type countedConn struct {
	net.Conn
	listener *countingListener
	once     sync.Once
}

func (c *countedConn) Close() error {
	c.once.Do(func() { c.listener.open.Add(-1) })
	return c.Conn.Close()
}

// slowClients are connections that send a byte now and then.
type slowClients struct{ connections []net.Conn }

// connect opens connections that begin with a text.
func (s *slowClients) connect(t *testing.T, address string, count int, text string) {
	t.Helper()
	for range count {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		if _, err := io.WriteString(conn, text); err != nil {
			t.Fatal(err)
		}
		s.connections = append(s.connections, conn)
	}
}

// trickle sends a byte on every connection each time, until stop is closed.
func (s *slowClients) trickle(stop <-chan struct{}) {
	next := time.NewTicker(50 * time.Millisecond)
	defer next.Stop()
	for {
		select {
		case <-stop:
			return
		case <-next.C:
			for _, conn := range s.connections {
				_, _ = conn.Write([]byte("x")) // fails once the connection has ended
			}
		}
	}
}

// pipeline sends requests without reading an answer, until the connection fails.
func pipeline(t *testing.T, address string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
		t.Fatal(err)
	}
	requests := bytes.Repeat([]byte("GET /v1/traces HTTP/1.1\r\nHost: x\r\n\r\n"), 100)
	go func() {
		for {
			if _, err := conn.Write(requests); err != nil {
				return
			}
		}
	}()
}

// memory is what the process holds: objects and stacks, in bytes.
func memory() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc + stats.StackInuse
}

// TestSlowClientsHoldUpNobody has a thousand connections that send a byte now and
// then, half of them in headers and half in bodies, and one that reads no answer,
// while others send traces. It does not run beside other tests, whose memory it
// would see.
func TestSlowClientsHoldUpNobody(t *testing.T) {
	const each, senders = 500, 4
	const patience = time.Second
	r, stored := receiver(t, func(c *otlp.Config) { c.BodyGrace, c.MaxBodyTime = patience, 2*patience })
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener, address := &countingListener{Listener: plain}, plain.Addr().String()
	handler := server.New(server.Options{
		Routes: server.Routes{Traces: r, Logs: r.Logs(), Metrics: r.Metrics()}, Times: server.Times{BodyIdle: patience, BodyTotal: patience, Answer: patience},
		Log: slog.New(slog.DiscardHandler),
	})
	ctx, stopServing := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() {
		served <- server.Serve(ctx, listener, handler, server.ServeOptions{
			Name: "test", HeaderTime: 2 * patience, IdleTime: patience, Log: slog.New(slog.DiscardHandler),
		})
	}()
	defer func() {
		stopServing()
		if err := <-served; err != nil {
			t.Error(err)
		}
	}()

	before := memory()
	began := time.Now()
	slow := &slowClients{}
	slow.connect(t, address, each, "POST /v1/traces HTTP/1.1\r\nHost: x\r\nX-Slow: ")
	head := "Host: x\r\nAuthorization: " + basic("pk:sk") + "\r\nContent-Type: application/json\r\n"
	slow.connect(t, address, each/5, "POST /v1/traces HTTP/1.1\r\n"+head+"Content-Length: 50000000\r\n\r\n")
	slow.connect(t, address, each/5, "POST /v1/logs HTTP/1.1\r\n"+head+"Transfer-Encoding: chunked\r\n\r\nfffffff\r\n")
	slow.connect(t, address, each/5, "POST /v1/metrics HTTP/1.1\r\n"+head+"Content-Length: 50000000\r\n\r\n")
	slow.connect(t, address, each/5, "POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n\r\n") // no key, and nobody reads it
	slow.connect(t, address, each/5, "POST /v1/unknown HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n\r\n")
	pipeline(t, address)
	stop := make(chan struct{})
	var trickling sync.WaitGroup
	trickling.Go(func() { slow.trickle(stop) })
	defer trickling.Wait()
	defer close(stop)

	var mu sync.Mutex
	var took []time.Duration
	var sending sync.WaitGroup
	failed := make(chan error, senders)
	for n := range senders {
		sending.Go(func() {
			client := &http.Client{Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for i := 0; listener.open.Load() > each/2 && i < 100 || i < 20; i++ {
				start := time.Now()
				if err := sendOne(t, client, address, n*1000+i+1); err != nil {
					failed <- err
					return
				}
				mu.Lock()
				took = append(took, time.Since(start))
				mu.Unlock()
			}
		})
	}
	if open := listener.open.Load(); open > each {
		if held := int64(memory()) - int64(before); held > 2*each*64<<10 {
			t.Errorf("%d connections hold %d KiB", open, held>>10)
		} else {
			t.Logf("%d connections hold %d KiB", open, held>>10)
		}
	}
	sending.Wait()
	select {
	case err := <-failed:
		t.Fatal(err)
	default:
	}
	if stored.Load() != int64(len(took)) {
		t.Errorf("%d of %d spans are stored", stored.Load(), len(took))
	}
	slices.Sort(took)
	if usual := took[len(took)/2]; usual > 100*time.Millisecond {
		t.Errorf("a request takes %v", usual)
	}

	look, tooLong := time.NewTicker(10*time.Millisecond), time.After(10*time.Second)
	defer look.Stop()
	for isOver := false; !isOver && listener.open.Load() > 0; {
		select {
		case <-look.C:
		case <-tooLong:
			isOver = true
			t.Errorf("%d connections are still open after %v", listener.open.Load(), time.Since(began))
		}
	}
	if n := r.BytesInFlight(); n != 0 {
		t.Errorf("%d bytes are still held", n)
	}
	t.Logf("%d requests, half of them within %v and all within %v; the slow ones ended after %v", len(took), took[len(took)/2], took[len(took)-1], time.Since(began))
}

// sendOne exports a span whose ids are a number.
func sendOne(t *testing.T, client *http.Client, address string, number int) error {
	body := fmt.Sprintf(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"%032x","spanId":"%016x","name":"step","startTimeUnixNano":"1","endTimeUnixNano":"2"}]}]}]}`, number, number)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address+"/v1/traces", bytes.NewReader([]byte(body)))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", basic("pk:sk"))
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(response.Body)
	if response.StatusCode != http.StatusOK || string(text) != "{}" {
		err = errors.Join(err, fmt.Errorf("%d %s", response.StatusCode, text))
	}
	return errors.Join(err, response.Body.Close())
}

func TestAConnectionWithoutRequestsIsClosed(t *testing.T) {
	t.Parallel()
	s := serve(t, named("x"), server.ServeOptions{IdleTime: 50 * time.Millisecond})
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(conn); err != nil || !bytes.HasPrefix(text, []byte("HTTP/1.1 200")) {
		t.Errorf("%v %s", err, text)
	}
}
