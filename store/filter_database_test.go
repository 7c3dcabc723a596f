package store

import (
	"context"
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
	var observations, bodies, summaries, scores [][]any
	var weeks []int32
	for _, tc := range traces {
		row := encodeTrace(tc.Trace, 1)
		summaries = append(summaries, row.values())
		for _, o := range tc.Observations {
			row, body := encodeObservation(o), encodeBody(o, nil)
			observations, bodies = append(observations, row.values()), append(bodies, body.values())
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
	for table, rows := range map[string]struct {
		columns []string
		values  [][]any
	}{
		"observation":      {observationColumns, observations},
		"observation_body": {bodyColumns, bodies},
		"trace":            {traceColumns, summaries},
		"score":            {scoreColumns, scores},
	} {
		if _, err := conn.CopyFrom(t.Context(), pgx.Identifier{table}, rows.columns, pgx.CopyFromRows(rows.values)); err != nil {
			t.Fatalf("insert into %s: %v", table, err)
		}
	}
	if _, err := conn.Exec(t.Context(), "ANALYZE"); err != nil {
		t.Fatal(err)
	}
}

// filterNow is the moment for which the tests derive states.
var filterNow = time.Date(2026, 3, 18, 12, 0, 0, 0, time.UTC)
