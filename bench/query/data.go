package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/bench/rig"
	"github.com/treeline-dev/treeline/bench/workload"
)

// stateTable remembers, in the database itself, what was loaded into it.
const stateTable = "bench_state"

// data is what the cases need to know of the database.
type data struct {
	schema  string
	project int64
	// large is the trace with many spans.
	large     [16]byte
	largeSize int
}

// fill loads what is missing. The observations lie in a span of time before now,
// so that they are spread over partitions, and arrive in the order of time.
func fill(ctx context.Context, o options, db *rig.PostgreSQL, server *rig.Server, notes io.Writer) (*data, error) {
	d := &data{largeSize: o.largeTrace}
	if err := d.find(ctx, db); err != nil {
		return nil, err
	}
	if _, err := db.Pool.Exec(ctx, "CREATE TABLE IF NOT EXISTS "+stateTable+" (observations int NOT NULL, large_trace uuid NOT NULL)"); err != nil {
		return nil, fmt.Errorf("look for loaded data: %w", err)
	}
	var loaded int
	err := db.Pool.QueryRow(ctx, "SELECT observations, large_trace FROM "+stateTable).Scan(&loaded, &d.large)
	switch {
	case err == nil && loaded == o.observations:
		return d, nil
	case err == nil:
		return nil, fmt.Errorf("%s holds %d observations, not %d: give another --data-dir or delete it", o.directory, loaded, o.observations)
	case err != pgx.ErrNoRows:
		return nil, fmt.Errorf("look for loaded data: %w", err)
	}
	var present int
	if err := db.Pool.QueryRow(ctx, "SELECT count(*) FROM "+d.table("trace")).Scan(&present); err != nil {
		return nil, fmt.Errorf("look for loaded data: %w", err)
	}
	if present > 0 {
		return nil, fmt.Errorf("%s holds data of a load that was interrupted: delete it", o.directory)
	}
	begin := time.Now()
	if err := d.load(ctx, o, server, notes); err != nil {
		return nil, err
	}
	if _, err := db.Pool.Exec(ctx, "VACUUM (ANALYZE)"); err != nil {
		return nil, fmt.Errorf("vacuum: %w", err)
	}
	if _, err := db.Pool.Exec(ctx, "CHECKPOINT"); err != nil {
		return nil, fmt.Errorf("write the data to disk: %w", err)
	}
	if _, err := db.Pool.Exec(ctx, "INSERT INTO "+stateTable+" VALUES ($1, $2)", o.observations, d.large); err != nil {
		return nil, fmt.Errorf("note what was loaded: %w", err)
	}
	fmt.Fprintf(notes, "loaded %d observations in %s\n", o.observations, time.Since(begin).Round(time.Second))
	return d, nil
}

// find looks up the organization's schema and its project.
func (d *data) find(ctx context.Context, db *rig.PostgreSQL) error {
	err := db.Pool.QueryRow(ctx, `SELECT nspname FROM pg_namespace WHERE nspname LIKE 'org\_%'`).Scan(&d.schema)
	if err == nil {
		err = db.Pool.QueryRow(ctx, "SELECT id FROM treeline.project").Scan(&d.project)
	}
	if err != nil {
		return fmt.Errorf("find the project: %w", err)
	}
	return nil
}

func (d *data) table(name string) string { return pgx.Identifier{d.schema, name}.Sanitize() }

// load sends everything through the server.
func (d *data) load(ctx context.Context, o options, server *rig.Server, notes io.Writer) error {
	const perRequest, perRound, connections = 500, 40, 4
	sender := rig.NewSender(server, connections)
	traces := (o.observations - o.largeTrace) / workload.SpansPerTrace
	w := workload.New(workload.Options{
		Seed: 7, Templates: min(5000, traces), Start: time.Now().Add(-o.spread), Interval: o.spread / time.Duration(traces+1),
	})
	send := func(requests []workload.Request, spans int) error {
		frames := make([][]byte, len(requests))
		for i, request := range requests {
			frames[i] = sender.Frame(request)
		}
		_, err := sender.Send(ctx, frames, spans, time.Hour)
		return err
	}
	told := time.Now()
	for left := o.observations - o.largeTrace; left > 0; {
		size := min(perRequest, left/workload.SpansPerTrace*workload.SpansPerTrace)
		if size == 0 {
			break
		}
		requests, err := w.Requests(min(perRound, left/size), size)
		if err != nil {
			return err
		}
		if err := send(requests, size); err != nil {
			return err
		}
		left -= len(requests) * size
		if time.Since(told) > 10*time.Second {
			told = time.Now()
			fmt.Fprintf(notes, "%d observations to load\n", left)
		}
	}
	id, requests, err := w.Large(o.largeTrace, 1000)
	if err != nil {
		return err
	}
	d.large = id
	return send(requests, 0)
}
