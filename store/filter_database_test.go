package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/store/storetest/cluster"
	"github.com/treeline-dev/treeline/trace"
)

// filterDatabase returns a connection to an organization's empty tables.
func filterDatabase(t *testing.T) *pgx.Conn {
	t.Helper()
	config, err := pgx.ParseConfig(cluster.New(t).AdminURL)
	if err != nil {
		t.Fatal(err)
	}
	// Random statements are not worth keeping.
	config.DefaultQueryExecMode = pgx.QueryExecModeDescribeExec
	conn, err := pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	files, err := filepath.Glob("migrations/organization/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("find the migrations: %v", err)
	}
	for _, file := range files {
		sql, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Exec(t.Context(), string(sql)); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
	}
	return conn
}

// insertTraces writes traces with their observations and scores as they are,
// whether or not the summary follows from the observations.
func insertTraces(t *testing.T, conn *pgx.Conn, traces []*trace.TraceContext) {
	t.Helper()
	var observations []observationRow
	var bodies []bodyRow
	var summaries []traceRow
	var scores [][]any
	var weeks []int32
	for _, tc := range traces {
		summaries = append(summaries, encodeTrace(tc.Trace, 1))
		for _, o := range tc.Observations {
			row := encodeObservation(o)
			observations, bodies = append(observations, row), append(bodies, encodeBody(o, nil))
			weeks = append(weeks, weekOf(row.StartTime))
		}
		for _, s := range tc.Scores {
			row := encodeScore(s)
			scores = append(scores, row.values())
		}
	}
	slices.Sort(weeks)
	for _, week := range slices.Compact(weeks) {
		if err := createWeek(t.Context(), conn, week); err != nil {
			t.Fatalf("make a partition: %v", err)
		}
	}
	err := errors.Join(
		copyRows(t.Context(), conn, "observation", writtenColumns, len(observations), func(i int, row *copyRow) { observations[i].appendTo(row) }),
		copyRows(t.Context(), conn, "observation_body", bodyColumns, len(bodies), func(i int, row *copyRow) { bodies[i].appendTo(row) }),
		copyRows(t.Context(), conn, "trace", traceColumns, len(summaries), func(i int, row *copyRow) { summaries[i].appendTo(row) }),
	)
	if err != nil {
		t.Fatalf("insert traces: %v", err)
	}
	if _, err := conn.CopyFrom(t.Context(), pgx.Identifier{"score"}, scoreColumns, pgx.CopyFromRows(scores)); err != nil {
		t.Fatalf("insert scores: %v", err)
	}
	if _, err := conn.Exec(t.Context(), "ANALYZE"); err != nil {
		t.Fatal(err)
	}
}

// filterNow is the moment for which the tests derive states.
var filterNow = time.Date(2026, 3, 18, 12, 0, 0, 0, time.UTC)
