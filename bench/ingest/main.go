// Command ingest measures how many spans a second the server acknowledges over
// HTTP, as a part of what PostgreSQL alone takes by COPY.
//
//	go run ./bench/ingest --help
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/treeline-dev/treeline/bench/figure"
	"github.com/treeline-dev/treeline/bench/rig"
	"github.com/treeline-dev/treeline/bench/workload"
)

const usage = `Usage: go run ./bench/ingest [flags]

Measures acknowledged spans a second: OTLP in protobuf, gzip, over HTTP on
loopback to the server's own program, against COPY of the same rows into tables
with the same partitions and indexes in the same PostgreSQL. The two alternate
in short slices, so that whatever else the machine does hits both. A ratio is
that of one pair of slices; printed are the median of all pairs, the lowest and
the highest. One line of JSON for each case, the profile on standard error.

The baseline is two connections that copy batches of 3,000 observations and
their bodies, read back beforehand from what the server stored; trace summaries
and sessions, which the server writes besides, are not in it.

`

// options are the flags.
type options struct {
	server, database string
	seconds          float64
	repetitions      int
	profile          int
	profiles         string
	templates        int
	cases            []sendCase
}

// sendCase is a way to send, with what is asked of it.
type sendCase struct {
	spans, clients int
	target         float64 // least ratio
}

var defaultCases = []sendCase{{1000, 8, 0.65}, {100, 16, 0.50}, {10, 16, 0.22}}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench/ingest:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, notes io.Writer) error {
	o := options{templates: 400, cases: defaultCases}
	flags := flag.NewFlagSet("ingest", flag.ContinueOnError)
	flags.SetOutput(notes)
	flags.Usage = func() {
		fmt.Fprint(notes, usage)
		flags.PrintDefaults()
	}
	flags.StringVar(&o.server, "server", "", "the server's `program`; without it, one is built from this source")
	flags.StringVar(&o.database, "database-url", "", "`URL` of a PostgreSQL to use, as a superuser, with nothing in it; without it, one is started")
	flags.Float64Var(&o.seconds, "seconds", 2, "length of a slice")
	flags.IntVar(&o.repetitions, "repetitions", 7, "pairs of slices for each case")
	flags.IntVar(&o.profile, "profile", 5, "seconds of profile for each case, 0 for none")
	flags.StringVar(&o.profiles, "profiles", "", "`directory` to keep the profiles in; without it, they are only printed")
	only := flags.Int("spans", 0, "measure only the case with so many spans a request: 1000, 100 or 10")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if o.seconds < 0.1 || o.seconds > 60 || o.repetitions < 1 || o.repetitions > 100 || o.profile < 0 || o.profile > 60 {
		return errors.New("a slice lasts 0.1 to 60 seconds, there are 1 to 100 repetitions, and a profile lasts 0 to 60 seconds")
	}
	if *only != 0 {
		o.cases = nil
		for _, c := range defaultCases {
			if c.spans == *only {
				o.cases = append(o.cases, c)
			}
		}
		if o.cases == nil {
			return fmt.Errorf("there is no case of %d spans a request", *only)
		}
	}
	return measure(ctx, o, out, notes)
}

// measure sets everything up and runs the cases.
func measure(ctx context.Context, o options, out, notes io.Writer) (err error) {
	directory, remove, err := rig.Scratch()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	program, err := rig.Program(o.server, directory)
	if err != nil {
		return err
	}
	db, err := rig.StartPostgreSQL(ctx, o.database, directory)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Stop()) }()
	if o.profiles == "" {
		o.profiles = directory
	}
	server, err := rig.StartServer(ctx, program, db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	if err := figure.Print(out, figure.ThisMachine(db.Version)); err != nil {
		return err
	}
	b := &bench{options: o, db: db, server: server, out: out, notes: notes, work: workload.New(workload.Options{Seed: 1, Templates: o.templates})}
	if err := b.begin(ctx); err != nil {
		return err
	}
	for _, c := range o.cases {
		if err := b.measure(ctx, c); err != nil {
			return fmt.Errorf("%d spans a request: %w", c.spans, err)
		}
	}
	return nil
}

// bench is a run with everything that it works on.
type bench struct {
	options
	db         *rig.PostgreSQL
	server     *rig.Server
	work       *workload.Workload
	baseline   *baseline
	out, notes io.Writer
}

// begin sends every template once and makes the baseline from what is stored.
func (b *bench) begin(ctx context.Context) error {
	sender := rig.NewSender(b.server, 1)
	frames, err := b.frames(sender, b.templates/10, 10*workload.SpansPerTrace)
	if err != nil {
		return err
	}
	sent, err := sender.Send(ctx, frames, 10*workload.SpansPerTrace, time.Hour)
	if err != nil {
		return err
	}
	if b.baseline, err = newBaseline(ctx, b.db.Pool, 1); err != nil {
		return err
	}
	if stored := len(b.baseline.tables[0].rows); stored != sent.Spans {
		return fmt.Errorf("the server made %d observations of %d spans, so that rows and spans cannot be compared", stored, sent.Spans)
	}
	return nil
}

func (b *bench) frames(sender *rig.Sender, n, spans int) ([][]byte, error) {
	requests, err := b.work.Requests(n, spans)
	if err != nil {
		return nil, err
	}
	frames := make([][]byte, n)
	for i, request := range requests {
		frames[i] = sender.Frame(request)
	}
	return frames, nil
}

// result is the line of a case.
type result struct {
	Bench           string  `json:"bench"`
	SpansPerRequest int     `json:"spans_per_request"`
	Clients         int     `json:"clients"`
	Ratio           float64 `json:"ratio"`
	RatioLow        float64 `json:"ratio_low"`
	RatioHigh       float64 `json:"ratio_high"`
	Target          float64 `json:"ratio_target"`
	Pairs           int     `json:"pairs"`
	SpansPerSecond  float64 `json:"spans_per_second"`
	CopyPerSecond   float64 `json:"copy_rows_per_second"`
	AckP50          float64 `json:"ack_p50_ms"`
	AckP99          float64 `json:"ack_p99_ms"`
	AckSpread       float64 `json:"ack_p99_over_p50"`
	AckTarget       float64 `json:"ack_p99_over_p50_target"`
	CopyP50         float64 `json:"copy_commit_p50_ms"`
	SelectP50       float64 `json:"select1_p50_ms"`
	BytesPerRow     float64 `json:"bytes_per_row"`
	// Processor time in microseconds for a span: of the server, of PostgreSQL and
	// of this program while it sends, and of the last two while it copies. The
	// ratio of the sums is what the ratio above would be on a machine that does
	// nothing else and never waits.
	ServerMicros       float64 `json:"server_cpu_us,omitempty"`
	PostgresMicros     float64 `json:"postgres_cpu_us,omitempty"`
	SenderMicros       float64 `json:"sender_cpu_us,omitempty"`
	CopyPostgresMicros float64 `json:"copy_postgres_cpu_us,omitempty"`
	CopyClientMicros   float64 `json:"copy_client_cpu_us,omitempty"`
	ProcessorRatio     float64 `json:"cpu_ratio,omitempty"`
}

// cost is processor time with what was done in it.
type cost struct {
	time  rig.ProcessorTime
	spans int
}

func (c *cost) add(time rig.ProcessorTime, spans int) {
	c.time, c.spans = c.time.Add(time), c.spans+spans
}

// micros is a part of the time for each span.
func (c *cost) micros(part time.Duration) float64 {
	return figure.Round(float64(part.Microseconds()) / float64(max(1, c.spans)))
}

// measure runs the slices of a case.
func (b *bench) measure(ctx context.Context, c sendCase) error {
	sender := rig.NewSender(b.server, c.clients)
	slice := time.Duration(b.seconds * float64(time.Second))
	// A first pair is not counted: it tells how much to prepare for the others.
	sendRate, copyRate := 20_000.0, 40_000.0
	var sending, copying cost
	var ratios, sendRates, copyRates, latencies, commits, selects figure.Sample
	for n := range b.repetitions + 1 {
		frames, err := b.frames(sender, int(sendRate*1.3*b.seconds)/c.spans+2*c.clients, c.spans)
		if err != nil {
			return err
		}
		loads := b.baseline.prepare(int(copyRate*1.3*b.seconds)/copyBatch + 2*copyConnections)
		var sent rig.Sent
		var rows copied
		var sendTime, copyTime rig.ProcessorTime
		send := func() error {
			before, _ := rig.Processor(b.server, b.db)
			sent, err = sender.Send(ctx, frames, c.spans, slice)
			after, _ := rig.Processor(b.server, b.db)
			sendTime = after.Sub(before)
			return err
		}
		insert := func() error {
			before, _ := rig.Processor(b.server, b.db)
			rows, err = b.baseline.run(ctx, loads, slice)
			after, _ := rig.Processor(b.server, b.db)
			copyTime = after.Sub(before)
			return err
		}
		order := []func() error{send, insert}
		if n%2 == 1 {
			order = []func() error{insert, send}
		}
		for _, part := range order {
			if err := part(); err != nil {
				return err
			}
		}
		sendRate = float64(sent.Spans) / sent.Elapsed.Seconds()
		copyRate = float64(rows.rows) / rows.elapsed.Seconds()
		if n == 0 {
			continue
		}
		sending.add(sendTime, sent.Spans)
		copying.add(copyTime, rows.rows)
		ratios = append(ratios, sendRate/copyRate)
		sendRates, copyRates = append(sendRates, sendRate), append(copyRates, copyRate)
		latencies, commits = append(latencies, sent.Latencies...), append(commits, rows.commits...)
		for range 20 {
			took, err := b.db.SelectOne(ctx)
			if err != nil {
				return err
			}
			selects.Add(took)
		}
	}
	rowBytes, err := b.bytesPerRow(ctx)
	if err != nil {
		return err
	}
	p50, p99 := latencies.Median(), latencies.Quantile(0.99)
	line := result{
		Bench: "ingest", SpansPerRequest: c.spans, Clients: c.clients,
		Ratio: figure.Round(ratios.Median()), RatioLow: figure.Round(ratios.Min()), RatioHigh: figure.Round(ratios.Max()), Target: c.target, Pairs: len(ratios),
		SpansPerSecond: figure.Round(sendRates.Median()), CopyPerSecond: figure.Round(copyRates.Median()),
		AckP50: figure.Round(p50), AckP99: figure.Round(p99), AckSpread: figure.Round(p99 / p50), AckTarget: 3,
		CopyP50: figure.Round(commits.Median()), SelectP50: figure.Round(selects.Median()), BytesPerRow: figure.Round(rowBytes),
	}
	if copying.time.Total() > 0 {
		line.ServerMicros, line.PostgresMicros, line.SenderMicros = sending.micros(sending.time.Server), sending.micros(sending.time.PostgreSQL), sending.micros(sending.time.Client)
		line.CopyPostgresMicros, line.CopyClientMicros = copying.micros(copying.time.PostgreSQL), copying.micros(copying.time.Client)
		line.ProcessorRatio = figure.Round(copying.micros(copying.time.PostgreSQL+copying.time.Client) / sending.micros(sending.time.Total()))
	}
	if err := figure.Print(b.out, line); err != nil || b.profile == 0 {
		return err
	}
	return b.printProfile(ctx, sender, c, sendRate)
}

// bytesPerRow is what an observation takes in the baseline's tables, its body
// and what lies outside of the rows included, indexes not.
func (b *bench) bytesPerRow(ctx context.Context) (float64, error) {
	var bytes, rows float64
	err := b.db.Pool.QueryRow(ctx, `SELECT sum(pg_table_size(c.oid))::float8, (SELECT count(*) FROM `+copySchema+`.observation)::float8
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind = 'r'`, copySchema).Scan(&bytes, &rows)
	if err != nil {
		return 0, fmt.Errorf("measure the rows: %w", err)
	}
	return bytes / rows, nil
}

// printProfile sends once more and shows where the server's time goes.
func (b *bench) printProfile(ctx context.Context, sender *rig.Sender, c sendCase, rate float64) error {
	length := time.Duration(b.profile)*time.Second + time.Second
	frames, err := b.frames(sender, int(rate*1.3*length.Seconds())/c.spans+2*c.clients, c.spans)
	if err != nil {
		return err
	}
	type profile struct {
		top string
		err error
	}
	taken := make(chan profile, 1)
	go func() {
		top, err := b.server.Profile(ctx, b.profile, 10, filepath.Join(b.profiles, fmt.Sprintf("ingest-%d.pprof", c.spans)))
		taken <- profile{top, err}
	}()
	_, err = sender.Send(ctx, frames, c.spans, length)
	p := <-taken
	switch {
	case err != nil:
		return err
	case errors.Is(p.err, rig.ErrNoProfile):
		fmt.Fprintln(b.notes, "no profile:", p.err)
		return nil
	case p.err != nil:
		return p.err
	}
	fmt.Fprintf(b.notes, "\nThe server's processor time at %d spans a request:\n%s\n", c.spans, p.top)
	return nil
}
