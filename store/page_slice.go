package store

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/jackc/pgx/v5"
)

// A list over partitions is read slice by slice, the end that is asked for
// first: planning alone takes a millisecond for each partition, and most pages
// lie in a few of them. The slices are of partitions that exist, and each is
// twice as long as the one before, so that even the rarest filter needs few.

// firstSlice is how many partitions the first slice has.
const firstSlice = 8

// timeSlice is a range of start times in nanoseconds since 1970: from is in it,
// to is not.
type timeSlice struct{ from, to int64 }

// allTimes is the slice of everything.
var allTimes = timeSlice{math.MinInt64, math.MaxInt64}

// timeSlices covers all times by slices of the weeks that have partitions, which
// may stand in any order, beginning at the newest or the oldest.
func timeSlices(weeks []int32, newestFirst bool) []timeSlice {
	weeks = slices.Clone(weeks)
	slices.Sort(weeks)
	if newestFirst {
		slices.Reverse(weeks)
	}
	var all []timeSlice
	rest := allTimes
	for size := firstSlice; len(weeks) > size; size *= 2 {
		weeks = weeks[size:]
		// The next slice begins with the whole of the first week that is left.
		part := rest
		if newestFirst {
			border := (int64(weeks[0]) + 1) * weekNanos
			part.from, rest.to = border, border
		} else {
			border := int64(weeks[0]) * weekNanos
			part.to, rest.from = border, border
		}
		all = append(all, part)
	}
	return append(all, rest)
}

// slicing bounds a statement to a slice, by two arguments of its builder.
type slicing struct {
	// column is the start time that the list is sliced by.
	column string
	// from and to are the indexes of the arguments.
	from, to int
}

// sliceBy makes room for the bounds of a slice of the rows of an alias and
// returns the condition, to be appended to a WHERE. Observations and bodies that
// a filter looks for are bounded too: those of the row itself, or for a trace
// all that belong to it, none of which starts before it.
func (b *sqlBuilder) sliceBy(alias string, ofTrace bool) (slicing, string) {
	s := slicing{column: alias + ".start_time", from: len(b.args), to: len(b.args) + 1}
	from, to := b.arg(allTimes.from), b.arg(allTimes.to)
	if ofTrace {
		b.traceFrom = from
	} else {
		b.slicedAlias, b.sliceFrom, b.sliceTo = alias, from, to
	}
	return s, " AND " + s.column + " >= " + from + " AND " + s.column + " < " + to
}

// bind sets the bounds.
func (s slicing) bind(args []any, slice timeSlice) { args[s.from], args[s.to] = slice.from, slice.to }

// window is the condition for rows of a trace, bounded by its first and last
// start and by the slice that is read of traces.
func (b *sqlBuilder) window(row, t string) string {
	b.readsPartitions = true
	if b.traceFrom == "" {
		return traceWindow(row, t)
	}
	return traceWindow(row, t) + " AND " + row + ".start_time >= " + b.traceFrom
}

// sliceOf bounds the body of an observation by the slice that the observation
// lies in.
func (b *sqlBuilder) sliceOf(body, o string) conjunction {
	switch {
	case b.traceFrom != "":
		return conjunction{body + ".start_time >= " + b.traceFrom}
	case b.slicedAlias == o:
		return conjunction{body + ".start_time >= " + b.sliceFrom, body + ".start_time < " + b.sliceTo}
	}
	return nil
}

// partitionWeeks reads the weeks that have partitions.
func partitionWeeks(ctx context.Context, tx pgx.Tx) ([]int32, error) {
	rows, err := tx.Query(ctx, `SELECT week FROM partition_week`)
	if err == nil {
		var weeks []int32
		if weeks, err = pgx.CollectRows(rows, pgx.RowTo[int32]); err == nil {
			return weeks, nil
		}
	}
	return nil, fmt.Errorf("read the partitions: %w", err)
}

// slices returns the slices in which a list is read: one of everything for a
// list that is not sliced. Start is the start time of its cursor, if it has one.
func (l *keysetList[R, T]) slices(ctx context.Context, tx pgx.Tx, newestFirst bool, start *int64) ([]timeSlice, error) {
	if l.slice == nil {
		return []timeSlice{allTimes}, nil
	}
	weeks, err := partitionWeeks(ctx, tx)
	if err != nil {
		return nil, err
	}
	if start != nil {
		at := weekOf(*start)
		weeks = slices.DeleteFunc(weeks, func(week int32) bool { return week > at && newestFirst || week < at && !newestFirst })
	}
	return timeSlices(weeks, newestFirst), nil
}

// collect reads slice after slice until there are enough rows.
func (l *keysetList[R, T]) collect(ctx context.Context, tx pgx.Tx, sql string, all []timeSlice, enough int) ([]R, error) {
	var found []R
	for _, slice := range all {
		if l.slice != nil {
			l.slice.bind(l.builder.args, slice)
		}
		rows, err := tx.Query(ctx, sql, l.builder.args...)
		if err != nil {
			return nil, err
		}
		more, err := pgx.CollectRows(rows, l.scan)
		if err != nil {
			return nil, err
		}
		if found = append(found, more...); len(found) >= enough {
			return found[:enough], nil
		}
	}
	return found, nil
}
