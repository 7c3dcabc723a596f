package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sender exports traces of two batches each, a batch again and again until the
// server acknowledges it.
type sender struct {
	installation *installation
	isJSON       bool
	acknowledged map[string][]string // span ids by trace id
	retries      int
}

const spansPerBatch = 3

// run sends until ctx ends; a batch under way is then still brought home, which
// lasts until deadline ends.
func (s *sender) run(ctx, deadline context.Context, acknowledgements chan<- struct{}) error {
	for ctx.Err() == nil {
		traceID := newID(16)
		root := newSpan(traceID, "root")
		batches := [2][]sentSpan{{root}, {}}
		for n := range batches {
			for len(batches[n]) < spansPerBatch {
				child := newSpan(traceID, "step")
				child.parent = root.id
				batches[n] = append(batches[n], child)
			}
			if err := s.deliver(deadline, batches[n]); err != nil {
				return err
			}
			for _, span := range batches[n] {
				key := hex.EncodeToString(traceID)
				s.acknowledged[key] = append(s.acknowledged[key], hex.EncodeToString(span.id))
			}
			select {
			case acknowledgements <- struct{}{}:
			default: // nobody waits for them at the moment
			}
		}
	}
	return nil
}

func (s *sender) deliver(ctx context.Context, batch []sentSpan) error {
	contentType, body := protobufType, protobufExport(batch...)
	if s.isJSON {
		contentType, body = jsonType, jsonExport(batch...)
	}
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		a, err := s.installation.request(s.installation.client, "POST", "/v1/traces", body, "Content-Type", contentType)
		switch {
		case err != nil:
		case a.status == 200 && (len(a.body) == 0 || string(a.body) == "{}"):
			return nil
		case a.status != 503:
			return fmt.Errorf("a good export got %d %.300s", a.status, a.body)
		}
		s.retries++
		select {
		case <-again.C:
		case <-ctx.Done():
			return fmt.Errorf("an export was not taken in time: %w", ctx.Err())
		}
	}
}

func TestNothingAcknowledgedIsLost(t *testing.T) {
	t.Parallel()
	const kills, batchesBetween = 3, 30
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
	// The server outlives the senders, whatever the test finds.
	defer all.Wait()
	defer cancel()
	awaitBatches := func() {
		t.Helper()
		for range batchesBetween {
			select {
			case <-acknowledgements:
			case err := <-results:
				t.Fatal(err)
			case <-deadline.Done():
				t.Fatal("the server takes no more exports")
			}
		}
	}

	for range kills {
		awaitBatches()
		before, err := i.postmaster()
		if err != nil {
			t.Fatal(err)
		}
		if err := i.kill(); err != nil {
			t.Fatal(err)
		}
		if err := i.start(); err != nil {
			t.Fatal(err)
		}
		after, err := i.postmaster()
		if err != nil {
			t.Fatal(err)
		}
		if before == after || isRunning(before) {
			t.Errorf("PostgreSQL %d of the killed server still runs beside %d", before, after)
		}
	}
	awaitBatches()
	stopSending()
	all.Wait()
	for range senders {
		if err := <-results; err != nil {
			t.Fatal(err)
		}
	}

	acknowledged, retries := map[string][]string{}, 0
	for _, s := range senders {
		retries += s.retries
		for id, spans := range s.acknowledged {
			slices.Sort(spans)
			acknowledged[id] = spans
		}
	}
	if retries == 0 {
		t.Error("no export failed, so the kills hit nothing")
	}
	stored := i.stored(t, acknowledged)
	if diff := cmp.Diff(acknowledged, stored); diff != "" {
		t.Errorf("acknowledged (-) and stored (+) spans differ:\n%s", diff)
	}
	t.Logf("%d traces, %d retries", len(acknowledged), retries)
}

// stored is the spans that the server has of traces; it checks their counts too.
func (i *installation) stored(t *testing.T, traces map[string][]string) map[string][]string {
	t.Helper()
	ids := make([]string, 0, len(traces))
	for id := range traces {
		ids = append(ids, id)
	}
	stored := map[string][]string{}
	for some := range slices.Chunk(ids, 25) {
		var query strings.Builder
		query.WriteString("{ project {")
		for n, id := range some {
			fmt.Fprintf(&query, "t%d: trace(traceId: %q) { traceId counts { total } tree { observation { observationId } } }\n", n, id)
		}
		query.WriteString("} }")
		var data struct {
			Project map[string]*struct {
				TraceID string
				Counts  struct{ Total int }
				Tree    []struct {
					Observation struct{ ObservationID string }
				}
			}
		}
		i.read(t, query.String(), nil, &data)
		for _, trace := range data.Project {
			if trace == nil {
				continue
			}
			for _, row := range trace.Tree {
				stored[trace.TraceID] = append(stored[trace.TraceID], row.Observation.ObservationID)
			}
			slices.Sort(stored[trace.TraceID])
			if trace.Counts.Total != len(traces[trace.TraceID]) {
				t.Errorf("trace %s counts %d observations, not %d", trace.TraceID, trace.Counts.Total, len(traces[trace.TraceID]))
			}
		}
	}
	return stored
}

// isRunning reports whether a process runs. One that ended and was not yet
// collected by its parent does not.
func isRunning(pid int) bool {
	if stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err == nil {
		_, rest, _ := strings.Cut(string(stat), ") ")
		return !strings.HasPrefix(rest, "Z") && !strings.HasPrefix(rest, "X")
	}
	process, err := os.FindProcess(pid)
	return err == nil && process.Signal(syscall.Signal(0)) == nil
}
