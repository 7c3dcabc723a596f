package rig

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/treeline-dev/treeline/bench/figure"
	"github.com/treeline-dev/treeline/bench/workload"
)

// sendTimeout bounds one request of a [Sender].
const sendTimeout = time.Minute

// Sender exports requests over connections of its own. It writes the bytes of
// HTTP/1.1 that were made beforehand and reads only what it needs of an answer,
// so that it takes as little as it can of the processors that it shares with
// the server.
type Sender struct {
	address     string
	connections int
	header      string
}

// NewSender returns a sender to a server with a number of connections.
func NewSender(s *Server, connections int) *Sender {
	return &Sender{address: s.Address, connections: connections, header: "POST /v1/traces HTTP/1.1\r\nHost: " + s.Address +
		"\r\nAuthorization: " + Authorization + "\r\nContent-Type: application/x-protobuf\r\nContent-Encoding: gzip\r\nContent-Length: "}
}

// Frame makes a request's bytes on the wire.
func (s *Sender) Frame(r workload.Request) []byte {
	head := s.header + strconv.Itoa(len(r.Body)) + "\r\n\r\n"
	return append([]byte(head), r.Body...)
}

// Sent is what a call of Send achieved.
type Sent struct {
	// Requests and Spans were acknowledged in full.
	Requests, Spans int
	// Elapsed lasts from the first byte to the last acknowledgement.
	Elapsed time.Duration
	// Latencies are from a request's first byte to its acknowledgement, in ms.
	Latencies figure.Sample
}

// Send exports frames of spans each, every connection one after the other, until
// there are no more or the time is over; requests under way are then finished.
// The connections are opened before the clock runs and closed in the end: a
// server does not keep silent ones.
func (s *Sender) Send(ctx context.Context, frames [][]byte, spans int, longest time.Duration) (Sent, error) {
	connections, err := s.dial(ctx)
	defer func() {
		for _, c := range connections {
			_ = c.Close() // nothing is on its way
		}
	}()
	if err != nil {
		return Sent{}, fmt.Errorf("connect to the server: %w", err)
	}
	var next atomic.Int64
	var all sync.WaitGroup
	latencies, errs := make([]figure.Sample, len(connections)), make([]error, len(connections))
	begin := time.Now()
	for c, conn := range connections {
		all.Go(func() {
			for ctx.Err() == nil && time.Since(begin) < longest {
				n := int(next.Add(1)) - 1
				if n >= len(frames) {
					return
				}
				sent := time.Now()
				if errs[c] = conn.exchange(frames[n]); errs[c] != nil {
					return
				}
				latencies[c].Add(time.Since(sent))
			}
		})
	}
	all.Wait()
	result := Sent{Elapsed: time.Since(begin)}
	for c, err := range errs {
		if err != nil {
			return result, fmt.Errorf("export: %w", err)
		}
		result.Latencies = append(result.Latencies, latencies[c]...)
	}
	if err := ctx.Err(); err != nil {
		return result, err
	}
	result.Requests = len(result.Latencies)
	result.Spans = result.Requests * spans
	return result, nil
}

// connection is one of a sender's connections.
type connection struct {
	net.Conn
	reader *bufio.Reader
}

// dial opens the connections; where one fails it returns those before it too.
func (s *Sender) dial(ctx context.Context) ([]connection, error) {
	connections := make([]connection, 0, s.connections)
	for range s.connections {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.address)
		if err != nil {
			return connections, err
		}
		connections = append(connections, connection{conn, bufio.NewReader(conn)})
	}
	return connections, nil
}

// exchange sends one request and reads its answer, which must accept all of it.
func (conn connection) exchange(frame []byte) error {
	if err := conn.SetDeadline(time.Now().Add(sendTimeout)); err != nil {
		return err
	}
	if _, err := conn.Write(frame); err != nil {
		return err
	}
	response, err := http.ReadResponse(conn.reader, nil)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK || len(body) > 0 {
		return fmt.Errorf("the server did not take all of it: %s %.200q", response.Status, body)
	}
	return nil
}
