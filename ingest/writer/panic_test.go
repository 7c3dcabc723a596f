package writer_test

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/treeline-dev/treeline/ingest/writer"
	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// poisoned is an observation that panics where a function with a name reads it.
type poisoned struct {
	trace.Span
	where string
}

func (p *poisoned) Core() *trace.Common {
	if strings.Contains(string(debug.Stack()), p.where) {
		panic("the secret of a customer")
	}
	return p.Span.Core()
}

func TestAPanicWhileStoringFailsItsRequestAlone(t *testing.T) {
	t.Parallel()
	// Rows are made on a goroutine of the database driver.
	for name, where := range map[string]string{"in the worker": "WriteTraces", "while rows are made": "copySource"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log := &lockedText{}
			held := newHeldWorker()
			f := setup(t, writer.Config{})
			f.writer = writer.New(writer.Config{Workers: 1, Clock: held.now, Logger: slog.New(slog.NewTextHandler(log, nil))})
			t.Cleanup(func() {
				if err := f.writer.Close(context.Background()); err != nil {
					t.Error(err)
				}
			})
			now := time.Now()
			bad := f.span(2, now)
			answers := f.queueUp(t, held,
				[]trace.Observation{f.span(0, now)},
				[]trace.Observation{f.span(1, now)},
				[]trace.Observation{&poisoned{*bad, where}, f.span(3, now)},
				[]trace.Observation{f.span(4, now)},
			)
			held.release()
			for i, isBad := range []bool{false, false, true, false} {
				if a := <-answers[i]; errors.Is(a.err, store.ErrPanicked) != isBad {
					t.Errorf("request %d: %v", i, a.err)
				}
			}
			f.mustWrite(t, f.span(5, now))
			f.expectStored(t, 6, func(i int) bool { return i != 2 && i != 3 })
			text := log.String()
			if !strings.Contains(text, "panic_test.go") || strings.Contains(text, "secret") {
				t.Errorf("log: %s", text)
			}
		})
	}
}

func TestATransactionThatTakesTooLongIsGivenUp(t *testing.T) {
	t.Parallel()
	f := setup(t, writer.Config{})
	f.mustWrite(t, f.span(0, time.Now())) // opens the week
	hurried := writer.New(writer.Config{Timeout: time.Nanosecond, Logger: slog.New(slog.DiscardHandler)})
	t.Cleanup(func() {
		if err := hurried.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	_, err := hurried.Write(t.Context(), writer.Request{Tenant: f.tenant, Project: f.project, Observations: []trace.Observation{f.span(1, time.Now())}})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error: %v", err)
	}
	f.expectStored(t, 2, func(i int) bool { return i == 0 })
}

// lockedText is a log that workers write and a test reads.
type lockedText struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lockedText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lockedText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
