// Command query measures how long the pages of the GraphQL API take over a
// million observations.
//
//	go run ./bench/query --help
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/treeline-dev/treeline/bench/figure"
	"github.com/treeline-dev/treeline/bench/rig"
)

const usage = `Usage: go run ./bench/query [flags]

Measures whole GraphQL requests over HTTP on loopback to the server's own
program, one after the other, over a database with many observations. Beside
each stand, measured in turn with it, the statement that reads the same page by
hand, and SELECT 1, both over one pool of connections. One line of JSON for each
case; times are in milliseconds, p50 is what is asked for.

The first run loads the data through the server, which takes minutes; it is kept
in --data-dir, so that later runs with as many observations begin at once.

`

type options struct {
	server, directory string
	observations      int
	iterations        int
	largeTrace        int
	spread            time.Duration
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench/query:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, notes io.Writer) error {
	o := options{largeTrace: 2000, spread: 30 * 24 * time.Hour}
	kept := "data"
	if cache, err := os.UserCacheDir(); err == nil {
		kept = filepath.Join(cache, "treeline", "bench-query")
	}
	flags := flag.NewFlagSet("query", flag.ContinueOnError)
	flags.SetOutput(notes)
	flags.Usage = func() {
		fmt.Fprint(notes, usage)
		flags.PrintDefaults()
	}
	flags.StringVar(&o.server, "server", "", "the server's `program`; without it, one is built from this source")
	flags.StringVar(&o.directory, "data-dir", kept, "`directory` of the data, kept for later runs")
	flags.IntVar(&o.observations, "observations", 1_000_000, "how many observations there are")
	flags.IntVar(&o.iterations, "iterations", 200, "requests for each case")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if o.observations < 1000 || o.observations > 100_000_000 || o.iterations < 5 || o.iterations > 100_000 {
		return errors.New("there are 1,000 to 100,000,000 observations and 5 to 100,000 iterations")
	}
	return measure(ctx, o, out, notes)
}

// measure sets everything up and runs the cases.
func measure(ctx context.Context, o options, out, notes io.Writer) (err error) {
	scratch, remove, err := rig.Scratch()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	program, err := rig.Program(o.server, scratch)
	if err != nil {
		return err
	}
	db, err := rig.StartPostgreSQL(ctx, "", o.directory)
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
	data, err := fill(ctx, o, db, server, notes)
	if err != nil {
		return err
	}
	for _, c := range cases(data) {
		line, err := c.measure(ctx, o, db, server)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		if err := figure.Print(out, line); err != nil {
			return err
		}
	}
	return nil
}

// result is the line of a case.
type result struct {
	Bench        string  `json:"bench"`
	Case         string  `json:"case"`
	Observations int     `json:"observations"`
	Rows         int     `json:"rows"`
	P50          float64 `json:"p50_ms"`
	P99          float64 `json:"p99_ms"`
	Least        float64 `json:"least_ms"`
	Target       float64 `json:"p50_target_ms,omitempty"`
	// ServerMillis is the processor time that the server takes for a request: what
	// of p50 is its own, however busy the machine is.
	ServerMillis float64 `json:"server_cpu_ms,omitempty"`
	RawP50       float64 `json:"raw_sql_p50_ms"`
	SelectP50    float64 `json:"select1_p50_ms"`
	Requests     int     `json:"requests"`
}

// measure sends the request of a case, the raw statement and SELECT 1 in turn.
func (c queryCase) measure(ctx context.Context, o options, db *rig.PostgreSQL, server *rig.Server) (*result, error) {
	line := &result{Bench: "query", Case: c.name, Observations: o.observations, Target: c.target, Requests: o.iterations}
	var requests, raws, selects figure.Sample
	var before rig.ProcessorTime
	for n := range o.iterations + o.iterations/10 + 1 {
		took, rows, err := c.request(ctx, server)
		if err != nil {
			return nil, err
		}
		if rows < c.least {
			return nil, fmt.Errorf("the page has %d rows, not at least %d, so that it measures nothing", rows, c.least)
		}
		rawTook, rawRows, err := c.raw(ctx, db)
		if err != nil {
			return nil, err
		}
		if rawRows < rows {
			return nil, fmt.Errorf("the statement reads %d rows, the request %d", rawRows, rows)
		}
		selectTook, err := db.SelectOne(ctx)
		if err != nil {
			return nil, err
		}
		if n <= o.iterations/10 { // caches warm up
			before, _ = rig.Processor(server, db)
			continue
		}
		line.Rows = rows
		requests.Add(took)
		raws.Add(rawTook)
		selects.Add(selectTook)
	}
	after, _ := rig.Processor(server, db)
	line.ServerMillis = figure.Round(float64(after.Sub(before).Server.Microseconds()) / 1e3 / float64(len(requests)))
	line.P50, line.P99, line.Least = figure.Round(requests.Median()), figure.Round(requests.Quantile(0.99)), figure.Round(requests.Min())
	line.RawP50, line.SelectP50 = figure.Round(raws.Median()), figure.Round(selects.Median())
	return line, nil
}

// request sends the case's GraphQL document and counts the rows of its answer.
func (c queryCase) request(ctx context.Context, server *rig.Server) (time.Duration, int, error) {
	body, err := json.Marshal(map[string]any{"query": c.document, "variables": c.variables})
	if err != nil {
		return 0, 0, fmt.Errorf("encode the request: %w", err)
	}
	begin := time.Now()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+server.Address+"/graphql", bytes.NewReader(body))
	if err != nil {
		return 0, 0, fmt.Errorf("make the request: %w", err)
	}
	request.Header.Set("Authorization", rig.Authorization)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, 0, fmt.Errorf("send the request: %w", err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	took := time.Since(begin)
	if err != nil {
		return 0, 0, fmt.Errorf("read the answer: %w", err)
	}
	var parsed struct {
		Data   json.RawMessage
		Errors json.RawMessage
	}
	if err := json.Unmarshal(answer, &parsed); err != nil || len(parsed.Errors) > 0 || response.StatusCode != http.StatusOK {
		return 0, 0, fmt.Errorf("the server answered %s %.300s", response.Status, answer)
	}
	rows, err := c.count(parsed.Data)
	return took, rows, err
}

// raw runs the statement that reads the same by hand.
func (c queryCase) raw(ctx context.Context, db *rig.PostgreSQL) (time.Duration, int, error) {
	begin := time.Now()
	rows, err := db.Pool.Query(ctx, c.statement, c.arguments...)
	if err != nil {
		return 0, 0, fmt.Errorf("run the raw statement: %w", err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		if _, err := rows.Values(); err != nil {
			return 0, 0, fmt.Errorf("read the raw statement's rows: %w", err)
		}
		n++
	}
	if err := rows.Err(); err != nil {
		return 0, 0, fmt.Errorf("run the raw statement: %w", err)
	}
	return time.Since(begin), n, nil
}
