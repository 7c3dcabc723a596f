package main

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

// TestExportsBeforeTheServerIsReadyAreAskedToWait sends to a server whose
// PostgreSQL does not run yet.
func TestExportsBeforeTheServerIsReadyAreAskedToWait(t *testing.T) {
	t.Parallel()
	i := installed(t)
	if err := i.launch(); err != nil {
		t.Fatal(err)
	}
	if err := i.await("listening", func() bool { return i.status("/healthz") != 0 }); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/v1/traces", "/v1/logs", "/v1/metrics", "/api/public/otel/v1/traces"} {
		for _, media := range []string{jsonType, protobufType} {
			a := i.must(t, i.client, http.MethodPost, path, nil, "Content-Type", media)
			var s status.Status
			var err error
			if media == jsonType {
				err = json.Unmarshal(a.body, &struct {
					Code    *int32
					Message *string
				}{&s.Code, &s.Message})
			} else {
				err = proto.Unmarshal(a.body, &s)
			}
			if err != nil || a.status != http.StatusServiceUnavailable || codes.Code(s.Code) != codes.Unavailable ||
				a.header.Get("Retry-After") != "1" || a.header.Get("Content-Type") != media {
				t.Errorf("%s %s: %d %v %q: %v", path, media, a.status, a.header, a.body, err)
			}
		}
	}
	if err := i.awaitReady(); err != nil {
		t.Fatal(err)
	}
}

// TestAStopUnderLoadLosesNothing ends the server with SIGTERM while exports run.
// Each is acknowledged and stored, or asked to come again.
func TestAStopUnderLoadLosesNothing(t *testing.T) {
	t.Parallel()
	i := installed(t)
	if err := i.start(); err != nil {
		t.Fatal(err)
	}
	deadline, cancel := context.WithTimeout(t.Context(), 80*time.Second)
	defer cancel()
	sending, stopSending := context.WithCancel(deadline)
	defer stopSending()
	acknowledgements := make(chan struct{})
	senders := make([]*sender, 4)
	results := make(chan error, len(senders))
	var all sync.WaitGroup
	for n := range senders {
		senders[n] = &sender{installation: i, isJSON: n%2 == 1, acknowledged: map[string][]string{}}
		all.Go(func() { results <- senders[n].run(sending, deadline, acknowledgements) })
	}
	defer all.Wait()
	defer cancel()
	awaitBatches := func() {
		t.Helper()
		for range 40 {
			select {
			case <-acknowledgements:
			case err := <-results:
				t.Fatal(err)
			case <-deadline.Done():
				t.Fatal("the server takes no more exports")
			}
		}
	}
	for range 2 {
		awaitBatches()
		if err := i.running.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		select {
		case <-i.ended:
		case <-deadline.Done():
			t.Fatalf("the server did not stop\n%s", i.log)
		}
		if log := i.log.String(); i.err != nil || strings.Contains(log, "level=ERROR") {
			t.Errorf("the server ended with %v\n%s", i.err, log)
		}
		if err := i.start(); err != nil {
			t.Fatal(err)
		}
	}
	awaitBatches()
	stopSending()
	all.Wait()
	acknowledged := map[string][]string{}
	for _, s := range senders {
		if err := <-results; err != nil {
			t.Fatal(err)
		}
		for id, spans := range s.acknowledged {
			slices.Sort(spans)
			acknowledged[id] = spans
		}
	}
	if diff := cmp.Diff(acknowledged, i.stored(t, acknowledged)); diff != "" {
		t.Errorf("acknowledged (-) and stored (+) spans differ:\n%s", diff)
	}
}

func TestTheEndOfItsPostgreSQLEndsTheServerWithOneReason(t *testing.T) {
	t.Parallel()
	i := installed(t)
	if err := i.start(); err != nil {
		t.Fatal(err)
	}
	pid, err := i.postmaster()
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	select {
	case <-i.ended:
	case <-time.After(40 * time.Second):
		t.Fatalf("the server goes on\n%s", i.log)
	}
	i.running = nil
	log := i.log.String()
	last := lastLine(log)
	if i.err == nil || strings.Count(log, "PostgreSQL ended by itself") != 1 || !strings.HasPrefix(last, "treeline: PostgreSQL ended by itself") {
		t.Errorf("the server ended with %v\n%s", i.err, log)
	}
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}
