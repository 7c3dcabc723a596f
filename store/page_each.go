package store

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
)

// listOfEach is one list for each of many parents: all pages are read in one
// statement, and so are all counts.
type listOfEach[R, T any] struct {
	// keysetList has the conditions of every list; those that are a parent's own
	// name columns of want.
	keysetList[R, T]
	// want is a table of the parents in their order, with the column place, which
	// counts from 1.
	want    string
	parents int
	// joined reads the rows of all parents together, which is best where no index
	// leads to those of one in their order.
	joined bool
	// identityOf is what the cursors of one list are bound to.
	identityOf func(parent int) any
}

// wantTable writes the table of parents from arrays, each with its columns.
func wantTable(arrays string, columns ...string) string {
	return "unnest(" + arrays + ") WITH ORDINALITY AS want (" + strings.Join(columns, ", ") + ", place)"
}

// placedRow is a row with the place of its parent and its own rank before its
// other columns.
type placedRow struct {
	pgx.CollectableRow
	place int
}

// Scan implements pgx.CollectableRow.
func (r *placedRow) Scan(targets ...any) error {
	var rank int64
	return r.CollectableRow.Scan(append([]any{&r.place, &rank}, targets...)...)
}

// fetch reads the page of every parent. A cursor is one list's own: with several
// parents it is an error. The entries of all pages are made from their rows
// together.
func (l *listOfEach[R, T]) fetch(ctx context.Context, request PageRequest) ([]*Page[T], error) {
	w, err := request.window()
	if err != nil {
		return nil, err
	}
	lists, pages := make([]keysetList[R, T], l.parents), make([]*Page[T], l.parents)
	counts := &countsOfEach{read: l.countEach, builder: l.builder.clone()}
	for i := range lists {
		lists[i] = l.keysetList
		lists[i].identity = l.identityOf(i)
		pages[i] = &Page[T]{Items: []T{}, Cursors: []string{}, Count: func(ctx context.Context, limit int) (int, bool, error) { return counts.of(ctx, i, limit) }}
	}
	if l.parents == 0 {
		return pages, nil
	}
	where := l.where
	if w.cursor != nil {
		if l.parents > 1 {
			return nil, ErrBadCursor
		}
		condition, err := lists[0].after(*w.cursor, w.backward)
		if err != nil {
			return nil, err
		}
		where += " AND " + condition
	}
	sql := l.statement(where, l.descending != w.backward, w.size+1)
	err = l.tenant.read(ctx, func(tx pgx.Tx) error {
		found, err := queryEach(ctx, tx, l.parents, l.scan, sql, l.builder.args)
		if err != nil {
			return err
		}
		var all []R
		sizes := make([]int, len(lists))
		for i := range lists {
			rows := lists[i].place(pages[i], found[i], w)
			all, sizes[i] = append(all, rows...), len(rows)
		}
		items, err := l.finish(ctx, tx, all)
		if err != nil {
			return err
		}
		for i, size := range sizes {
			pages[i].Items, items = items[:size:size], items[size:]
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return pages, nil
}

// statement reads at most limit rows of each parent, in order.
func (l *listOfEach[R, T]) statement(where string, descending bool, limit int) string {
	order := orderBy(l.keys, descending)
	most := l.builder.arg(limit)
	ranked := "row_number() OVER (ORDER BY " + order + ") AS rank, " + l.columns
	if l.joined {
		ranked = strings.Replace(ranked, "(ORDER BY", "(PARTITION BY want.place ORDER BY", 1)
		return "SELECT * FROM (SELECT want.place, " + ranked + " FROM " + l.want + " JOIN " + l.from + " ON " + where +
			") listed WHERE rank <= " + most + " ORDER BY place, rank"
	}
	return "SELECT want.place, listed.* FROM " + l.want + " CROSS JOIN LATERAL (SELECT " + ranked + " FROM " + l.from +
		" WHERE " + where + " ORDER BY " + order + " LIMIT " + most + ") listed ORDER BY want.place, listed.rank"
}

// queryEach collects the rows of each parent.
func queryEach[R any](ctx context.Context, tx pgx.Tx, parents int, scan func(pgx.CollectableRow) (R, error), sql string, args []any) ([][]R, error) {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := make([][]R, parents)
	row := placedRow{CollectableRow: rows}
	for rows.Next() {
		value, err := scan(&row)
		if err != nil {
			return nil, err
		}
		if row.place < 1 || row.place > parents {
			return nil, fmt.Errorf("a row belongs to parent %d of %d", row.place, parents)
		}
		found[row.place-1] = append(found[row.place-1], value)
	}
	return found, rows.Err()
}

// countEach counts the rows of every parent up to a limit.
func (l *listOfEach[R, T]) countEach(ctx context.Context, builder *sqlBuilder, limit int) ([]int, error) {
	most := builder.arg(limit)
	sql := "SELECT want.place, (SELECT count(*) FROM (SELECT FROM " + l.from + " WHERE " + l.where + " LIMIT " + most + ") AS counted)::bigint FROM " + l.want
	if l.joined {
		sql = "SELECT want.place, least(count(*), " + most + ")::bigint FROM " + l.want + " JOIN " + l.from + " ON " + l.where + " GROUP BY want.place"
	}
	counts := make([]int, l.parents)
	err := l.tenant.read(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, sql, builder.args...)
		if err != nil {
			return err
		}
		var place, n int
		_, err = pgx.ForEachRow(rows, []any{&place, &n}, func() error { counts[place-1] = n; return nil })
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count: %w", err)
	}
	return counts, nil
}

// countsOfEach counts the lists of all parents when the first count is asked
// for: whoever asks for one asks for all.
type countsOfEach struct {
	read    func(ctx context.Context, builder *sqlBuilder, limit int) ([]int, error)
	builder *sqlBuilder

	mu      sync.Mutex
	byLimit map[int][]int
}

func (c *countsOfEach) of(ctx context.Context, parent, limit int) (int, bool, error) {
	limit, err := countLimit(limit)
	if err != nil {
		return 0, false, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	counts, known := c.byLimit[limit]
	if !known {
		if counts, err = c.read(ctx, c.builder.clone(), limit+1); err != nil {
			return 0, false, err
		}
		if c.byLimit == nil {
			c.byLimit = map[int][]int{}
		}
		c.byLimit[limit] = counts
	}
	return min(counts[parent], limit), counts[parent] <= limit, nil
}

// wantTraces writes the table of traces: their ids with their first and last
// start, and more columns.
func wantTraces(b *sqlBuilder, ids [][16]byte, firsts, lasts []int64, more string, columns ...string) string {
	return wantTable(b.arg(ids)+"::uuid[], "+b.arg(firsts)+"::bigint[], "+b.arg(lasts)+"::bigint[]"+more,
		append([]string{"trace_id", "first_start", "last_start"}, columns...)...)
}

// ofWanted is the condition for observations of the trace that want names. The
// bounds of all traces together tell the partitions before any is opened.
func ofWanted(b *sqlBuilder, alias string, first, last int64) string {
	return " AND " + alias + ".trace_id = want.trace_id AND " + alias + ".start_time BETWEEN want.first_start AND want.last_start AND " +
		alias + ".start_time BETWEEN " + b.arg(first) + " AND " + b.arg(last)
}
