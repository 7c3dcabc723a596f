package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// weekNanos is the length of a partition. Weeks are counted from 1970-01-01, a
// Thursday.
const weekNanos = int64(7 * 24 * time.Hour)

// weekOf returns the partition of a start time.
func weekOf(nanos int64) int32 {
	week := nanos / weekNanos
	if nanos%weekNanos < 0 {
		week--
	}
	return int32(week)
}

// EnsureWeeks makes the partitions that start times fall into. It must be
// called before a batch that needs them, never inside: it works on a
// connection of its own, as the owner of the tables.
func (t Tenant) EnsureWeeks(ctx context.Context, starts []time.Time) error {
	missing := t.MissingWeeks(starts)
	if len(missing) == 0 {
		return nil
	}
	conn, err := t.store.ownerConn(ctx, t.state.schema, OwnerRole)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	for _, week := range missing {
		if err := createWeek(ctx, conn, week); err != nil {
			return fmt.Errorf("make the partition for the week of %s: %w", weekStart(week).Format(time.DateOnly), err)
		}
	}
	t.state.mu.Lock()
	defer t.state.mu.Unlock()
	for _, week := range missing {
		t.state.weeks[week] = struct{}{}
	}
	return nil
}

// MissingWeeks returns the weeks of the start times for which this process does
// not know a partition; there may be one all the same.
func (t Tenant) MissingWeeks(starts []time.Time) []int32 {
	t.state.mu.Lock()
	defer t.state.mu.Unlock()
	var missing []int32
	for _, start := range starts {
		week := weekOf(unixNanos(start))
		if _, known := t.state.weeks[week]; !known && !slices.Contains(missing, week) {
			missing = append(missing, week)
		}
	}
	slices.Sort(missing)
	return missing
}

// LearnWeeks reads which partitions exist, so that MissingWeeks is exact as of
// now.
func (t Tenant) LearnWeeks(ctx context.Context) error {
	var weeks []int32
	err := t.readToWrite(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `SELECT week FROM partition_week`)
		if err != nil {
			return err
		}
		weeks, err = pgx.CollectRows(rows, pgx.RowTo[int32])
		return err
	})
	if err != nil {
		return fmt.Errorf("read the partitions: %w", err)
	}
	t.state.mu.Lock()
	defer t.state.mu.Unlock()
	for _, week := range weeks {
		t.state.weeks[week] = struct{}{}
	}
	return nil
}

func weekStart(week int32) time.Time { return fromNanos(int64(week) * weekNanos) }

// createWeek makes one week's partitions of both tables: standalone, then
// attached, so that readers and writers of other weeks are not held up. The
// lock makes a second server wait and find them.
func createWeek(ctx context.Context, conn *pgx.Conn, week int32) error {
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtext(current_schema()), $1::int)`, week); err != nil {
			return err
		}
		var exists bool
		if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM partition_week WHERE week = $1)`, week).Scan(&exists); err != nil || exists {
			return err
		}
		from, to := int64(week)*weekNanos, (int64(week)+1)*weekNanos
		for _, table := range []string{"observation", "observation_body"} {
			name := fmt.Sprintf("%s_%s", table, weekStart(week).Format("20060102"))
			for _, statement := range []string{
				fmt.Sprintf("CREATE TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS)", name, table),
				fmt.Sprintf("ALTER TABLE %s ADD CONSTRAINT week_range CHECK (start_time >= %d AND start_time < %d)", name, from, to),
				fmt.Sprintf("ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%d) TO (%d)", table, name, from, to),
				fmt.Sprintf("ALTER TABLE %s DROP CONSTRAINT week_range", name),
			} {
				if _, err := tx.Exec(ctx, statement); err != nil {
					return err
				}
			}
		}
		_, err := tx.Exec(ctx, `INSERT INTO partition_week (week) VALUES ($1)`, week)
		return err
	})
}
