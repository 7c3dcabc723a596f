// Command memory measures what memory the server's process holds while a million
// spans go through it.
//
//	go run ./bench/memory --help
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/treeline-dev/treeline/bench/figure"
	"github.com/treeline-dev/treeline/bench/rig"
	"github.com/treeline-dev/treeline/bench/workload"
)

const usage = `Usage: go run ./bench/memory [flags]

Sends spans to the server's own program as quickly as it takes them and reads
the resident memory of its process, without that of PostgreSQL, every 50 ms. One
line of JSON. It needs Linux.

`

// target is what the process may hold in the end, in MB.
const target = 200

type options struct {
	server         string
	spans          int
	perRequest     int
	clients        int
	settle, sample time.Duration
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench/memory:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, notes io.Writer) error {
	o := options{settle: 2 * time.Second, sample: 50 * time.Millisecond}
	flags := flag.NewFlagSet("memory", flag.ContinueOnError)
	flags.SetOutput(notes)
	flags.Usage = func() {
		fmt.Fprint(notes, usage)
		flags.PrintDefaults()
	}
	flags.StringVar(&o.server, "server", "", "the server's `program`; without it, one is built from this source")
	flags.IntVar(&o.spans, "spans", 1_000_000, "how many spans are sent")
	flags.IntVar(&o.perRequest, "spans-per-request", 100, "spans a request, a multiple of 10")
	flags.IntVar(&o.clients, "clients", 16, "connections")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if o.spans < 100 || o.spans > 100_000_000 || o.clients < 1 || o.clients > 1000 {
		return errors.New("there are 100 to 100,000,000 spans and 1 to 1,000 clients")
	}
	return measure(ctx, o, out)
}

// result is the line that is printed.
type result struct {
	Bench           string  `json:"bench"`
	Spans           int     `json:"spans"`
	SpansPerRequest int     `json:"spans_per_request"`
	Clients         int     `json:"clients"`
	StartMB         float64 `json:"rss_start_mb"`
	MaxMB           float64 `json:"rss_max_mb"`
	FinalMB         float64 `json:"rss_final_mb"`
	Target          float64 `json:"rss_target_mb"`
	SpansPerSecond  float64 `json:"spans_per_second"`
}

func measure(ctx context.Context, o options, out io.Writer) (err error) {
	directory, remove, err := rig.Scratch()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	program, err := rig.Program(o.server, directory)
	if err != nil {
		return err
	}
	db, err := rig.StartPostgreSQL(ctx, "", directory)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Stop()) }()
	server, err := rig.StartServer(ctx, program, db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	if err := figure.Print(out, figure.ThisMachine(db.Version)); err != nil {
		return err
	}
	watch, err := watchMemory(server, o.sample)
	if err != nil {
		return err
	}
	sent, sending, err := send(ctx, o, server)
	if err != nil {
		return errors.Join(err, watch.stop())
	}
	rest := time.NewTimer(o.settle)
	defer rest.Stop()
	select {
	case <-rest.C:
	case <-ctx.Done():
	}
	if err := watch.stop(); err != nil {
		return err
	}
	mb := func(bytes int64) float64 { return figure.Round(float64(bytes) / 1e6) }
	return figure.Print(out, result{
		Bench: "memory", Spans: sent, SpansPerRequest: o.perRequest, Clients: o.clients,
		StartMB: mb(watch.first), MaxMB: mb(watch.most), FinalMB: mb(watch.last), Target: target,
		SpansPerSecond: figure.Round(float64(sent) / sending.Seconds()),
	})
}

// send exports the spans in rounds, whose requests are made in between.
func send(ctx context.Context, o options, server *rig.Server) (sent int, sending time.Duration, err error) {
	sender := rig.NewSender(server, o.clients)
	w := workload.New(workload.Options{Seed: 3})
	const perRound = 50_000
	for sent < o.spans {
		requests, err := w.Requests(max(1, min(perRound, o.spans-sent)/o.perRequest), o.perRequest)
		if err != nil {
			return sent, sending, err
		}
		frames := make([][]byte, len(requests))
		for i, request := range requests {
			frames[i] = sender.Frame(request)
		}
		round, err := sender.Send(ctx, frames, o.perRequest, time.Hour)
		if err != nil {
			return sent, sending, err
		}
		sent, sending = sent+round.Spans, sending+round.Elapsed
	}
	return sent, sending, nil
}

// watch reads the memory of a server again and again.
type watch struct {
	first, most, last int64
	err               error
	end, ended        chan struct{}
}

func watchMemory(server *rig.Server, every time.Duration) (*watch, error) {
	first, err := server.ResidentBytes()
	if err != nil {
		return nil, err
	}
	w := &watch{first: first, most: first, last: first, end: make(chan struct{}), ended: make(chan struct{})}
	go func() {
		defer close(w.ended)
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			if w.last, w.err = server.ResidentBytes(); w.err != nil {
				return
			}
			w.most = max(w.most, w.last)
			select {
			case <-ticker.C:
			case <-w.end:
				return
			}
		}
	}()
	return w, nil
}

// stop ends the reading; the fields may be read after it.
func (w *watch) stop() error {
	close(w.end)
	<-w.ended
	return w.err
}
