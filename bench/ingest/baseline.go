package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/treeline-dev/treeline/bench/figure"
)

// copySchema holds the twins of the organization's tables that the baseline
// writes to.
const copySchema = "bench_copy"

// copyBatch is how many observations one transaction of the baseline takes: as
// many as the server's largest.
const copyBatch = 3000

// copyConnections is how many transactions of the baseline run at once: as many
// as the server's writer has.
const copyConnections = 2

// baseline copies observations into tables that are made like the server's, with
// the same columns, partitions and indexes. What it copies are rows that the
// server itself wrote, under new trace ids and at new times; they are made
// before the clock runs.
type baseline struct {
	pool   *pgxpool.Pool
	tables []*copyTable
	shift  int64 // nanoseconds that the next rows are later than the originals
	random *rand.Rand
}

// copyTable is a table with the rows that are copied again and again.
type copyTable struct {
	name    string
	columns []string
	rows    [][]any
	trace   int   // column of the trace id
	times   []int // columns of times
}

// organizationSchema is the schema of the only organization.
func organizationSchema(ctx context.Context, pool *pgxpool.Pool) (string, error) {
	rows, err := pool.Query(ctx, `SELECT nspname FROM pg_namespace WHERE nspname LIKE 'org\_%'`)
	if err != nil {
		return "", fmt.Errorf("find the organization's tables: %w", err)
	}
	names, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[string])
	if err != nil {
		return "", fmt.Errorf("find the organization's tables: %w", err)
	}
	return names, nil
}

// newBaseline makes the tables and reads the rows of an organization, which has
// to hold what the server made of the workload's templates.
func newBaseline(ctx context.Context, pool *pgxpool.Pool, seed uint64) (*baseline, error) {
	schema, err := organizationSchema(ctx, pool)
	if err != nil {
		return nil, err
	}
	b := &baseline{pool: pool, random: rand.New(rand.NewPCG(seed, 2))}
	if _, err := pool.Exec(ctx, "DROP SCHEMA IF EXISTS "+copySchema+" CASCADE; CREATE SCHEMA "+copySchema); err != nil {
		return nil, fmt.Errorf("make the baseline's tables: %w", err)
	}
	for _, name := range []string{"observation", "observation_body"} {
		if err := b.makeTwin(ctx, schema, name); err != nil {
			return nil, fmt.Errorf("make the baseline's table %s: %w", name, err)
		}
		table, err := b.readRows(ctx, schema, name)
		if err != nil {
			return nil, fmt.Errorf("read the rows of %s: %w", name, err)
		}
		b.tables = append(b.tables, table)
	}
	if len(b.tables[0].rows) == 0 || len(b.tables[0].rows) != len(b.tables[1].rows) {
		return nil, fmt.Errorf("the server stored %d observations and %d bodies", len(b.tables[0].rows), len(b.tables[1].rows))
	}
	return b, nil
}

// makeTwin makes a table like the server's, indexes and all, and a partition for
// each of the server's.
func (b *baseline) makeTwin(ctx context.Context, schema, name string) error {
	if _, err := b.pool.Exec(ctx, fmt.Sprintf("CREATE TABLE %s.%s (LIKE %s.%s INCLUDING ALL) PARTITION BY RANGE (start_time)", copySchema, name, schema, name)); err != nil {
		return err
	}
	rows, err := b.pool.Query(ctx, `SELECT format('CREATE TABLE %I.%I PARTITION OF %I.%I %s', $1::text, part.relname, $1::text, whole.relname, pg_get_expr(part.relpartbound, part.oid))
		FROM pg_inherits JOIN pg_class part ON part.oid = inhrelid JOIN pg_class whole ON whole.oid = inhparent
		WHERE whole.oid = ($2 || '.' || $3)::regclass`, copySchema, schema, name)
	if err != nil {
		return err
	}
	statements, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, statement := range statements {
		if _, err := b.pool.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// readRows reads all rows of a table in the form that COPY takes.
func (b *baseline) readRows(ctx context.Context, schema, name string) (*copyTable, error) {
	table := &copyTable{name: name}
	var expressions []string
	rows, err := b.pool.Query(ctx, `SELECT column_name, data_type FROM information_schema.columns
		WHERE table_schema = $1 AND table_name = $2 ORDER BY ordinal_position`, schema, name)
	if err != nil {
		return nil, err
	}
	var column, kind string
	_, err = pgx.ForEachRow(rows, []any{&column, &kind}, func() error {
		switch column {
		case "trace_id":
			table.trace = len(table.columns)
		case "start_time", "end_time":
			table.times = append(table.times, len(table.columns))
		}
		expression := pgx.Identifier{column}.Sanitize()
		if kind == "jsonb" {
			expression += "::text"
		}
		table.columns, expressions = append(table.columns, column), append(expressions, expression)
		return nil
	})
	if err != nil {
		return nil, err
	}
	found, err := b.pool.Query(ctx, "SELECT "+strings.Join(expressions, ", ")+" FROM "+pgx.Identifier{schema, name}.Sanitize()+" ORDER BY start_time, trace_id, span_id")
	if err != nil {
		return nil, err
	}
	table.rows, err = pgx.CollectRows(found, func(row pgx.CollectableRow) ([]any, error) {
		values, err := row.Values()
		for i, value := range values {
			if list, ok := value.([]any); ok {
				texts := make([]string, len(list))
				for k, item := range list {
					texts[k], _ = item.(string)
				}
				values[i] = texts
			}
		}
		return values, err
	})
	return table, err
}

// load is the rows of one transaction, by table.
type load [][][]any

// prepare makes the rows of n transactions.
func (b *baseline) prepare(n int) []load {
	loads := make([]load, n)
	at := 0
	total := len(b.tables[0].rows)
	renamed := map[[16]byte][16]byte{}
	for i := range loads {
		loads[i] = make(load, len(b.tables))
		for range copyBatch {
			if at == total {
				at = 0
				clear(renamed)
				b.shift += int64(time.Second)
			}
			for t, table := range b.tables {
				loads[i][t] = append(loads[i][t], b.renew(table, table.rows[at], renamed))
			}
			at++
		}
	}
	b.shift += int64(time.Second)
	return loads
}

// renew is a row under a new trace id and at a later time.
func (b *baseline) renew(table *copyTable, row []any, renamed map[[16]byte][16]byte) []any {
	fresh := append([]any(nil), row...)
	old, _ := row[table.trace].([16]byte)
	id, ok := renamed[old]
	if !ok {
		for i := range id {
			id[i] = byte(b.random.Uint32())
		}
		renamed[old] = id
	}
	fresh[table.trace] = id
	for _, column := range table.times {
		if nanos, ok := row[column].(int64); ok {
			fresh[column] = nanos + b.shift
		}
	}
	return fresh
}

// copied is what a slice of the baseline achieved.
type copied struct {
	rows    int
	elapsed time.Duration
	commits figure.Sample // ms a transaction
}

// run copies loads until there are no more or the time is over; transactions
// under way are then finished.
func (b *baseline) run(ctx context.Context, loads []load, longest time.Duration) (copied, error) {
	var next atomic.Int64
	var all sync.WaitGroup
	commits, errs := make([]figure.Sample, copyConnections), make([]error, copyConnections)
	connections := make([]*pgxpool.Conn, copyConnections)
	for c := range connections {
		var err error
		if connections[c], err = b.pool.Acquire(ctx); err != nil {
			return copied{}, fmt.Errorf("connect: %w", err)
		}
		defer connections[c].Release()
	}
	begin := time.Now()
	for c, conn := range connections {
		all.Go(func() {
			for time.Since(begin) < longest {
				n := int(next.Add(1)) - 1
				if n >= len(loads) {
					return
				}
				start := time.Now()
				if errs[c] = b.copy(ctx, conn, loads[n]); errs[c] != nil {
					return
				}
				commits[c].Add(time.Since(start))
			}
		})
	}
	all.Wait()
	result := copied{elapsed: time.Since(begin)}
	for _, sample := range commits {
		result.commits = append(result.commits, sample...)
	}
	result.rows = len(result.commits) * copyBatch
	if err := errors.Join(errs...); err != nil {
		return result, fmt.Errorf("copy: %w", err)
	}
	return result, nil
}

func (b *baseline) copy(ctx context.Context, conn *pgxpool.Conn, l load) error {
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		for t, table := range b.tables {
			if _, err := tx.CopyFrom(ctx, pgx.Identifier{copySchema, table.name}, table.columns, pgx.CopyFromRows(l[t])); err != nil {
				return err
			}
		}
		return nil
	})
}
