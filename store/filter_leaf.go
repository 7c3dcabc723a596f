package store

import (
	"github.com/treeline-dev/treeline/trace"
)

// collated compares bytewise a text whose column has the database's collation.
func collated(expression string) string { return expression + ` COLLATE "C"` }

// milliseconds is the time between two columns, as Go divides a duration.
func milliseconds(end, start string) string {
	return "((" + end + " - " + start + ")::double precision / 1e6::double precision)"
}

// dollars is an amount as trace.Nanos.USD rounds it.
func dollars(column string) string {
	return "(" + column + "::double precision / 1e9::double precision)"
}

// isNull is true where an expression is NULL or, for false, where it is not.
func isNull(expression string, null bool) string {
	if null {
		return expression + " IS NULL"
	}
	return expression + " IS NOT NULL"
}

// text adds the conditions on a text. The expression has the collation "C".
func (b *sqlBuilder) text(c *conjunction, f *trace.StringFilter, expression string) {
	if f == nil {
		return
	}
	if f.Eq != nil {
		c.add(expression + " = " + b.arg(*f.Eq))
	}
	if f.In != nil {
		c.add(expression + " = ANY(" + b.arg(f.In) + ")")
	}
	if f.NotIn != nil {
		// NULL <> ALL of nothing would be true.
		if len(f.NotIn) == 0 {
			c.add(isNull(expression, false))
		} else {
			c.add(expression + " <> ALL(" + b.arg(f.NotIn) + ")")
		}
	}
	if f.Contains != nil {
		c.add("strpos(" + expression + ", " + b.arg(*f.Contains) + ") > 0")
	}
	if f.StartsWith != nil {
		c.add("starts_with(" + expression + ", " + b.arg(*f.StartsWith) + ")")
	}
	if f.Matches != nil {
		c.add(expression + " ~ " + b.arg(arePattern(*f.Matches)))
	}
	if f.IsNull != nil {
		c.add(isNull(expression, *f.IsNull))
	}
}

// anyText adds the conditions on a list of texts: one must meet them all, and a
// list without any counts as one that is missing. The texts are selected from a
// table or function, under conditions.
func (b *sqlBuilder) anyText(c *conjunction, f *trace.StringFilter, from string, where conjunction, text string) {
	switch {
	case f == nil:
	case f.HoldsForMissing():
		if f.IsNull != nil {
			c.add("NOT EXISTS (SELECT FROM " + from + " WHERE " + where.String() + ")")
		}
	default:
		b.text(&where, f, text)
		c.add("EXISTS (SELECT FROM " + from + " WHERE " + where.String() + ")")
	}
}

// int adds the conditions on a whole number. Cast is appended to a single
// argument where the column is narrower than the filter's numbers.
func (b *sqlBuilder) int(c *conjunction, f *trace.IntFilter, expression, cast string) {
	if f == nil {
		return
	}
	compared(b, c, "=", f.Eq, expression, cast)
	compared(b, c, ">", f.Gt, expression, cast)
	compared(b, c, ">=", f.Gte, expression, cast)
	compared(b, c, "<", f.Lt, expression, cast)
	compared(b, c, "<=", f.Lte, expression, cast)
	if f.In != nil {
		c.add(expression + " = ANY(" + b.arg(f.In) + "::bigint[])")
	}
	if f.IsNull != nil {
		c.add(isNull(expression, *f.IsNull))
	}
}

// float adds the conditions on a number in double precision.
func (b *sqlBuilder) float(c *conjunction, f *trace.FloatFilter, expression string) {
	if f == nil {
		return
	}
	compared(b, c, "=", f.Eq, expression, "")
	compared(b, c, ">", f.Gt, expression, "")
	compared(b, c, ">=", f.Gte, expression, "")
	compared(b, c, "<", f.Lt, expression, "")
	compared(b, c, "<=", f.Lte, expression, "")
	if f.IsNull != nil {
		c.add(isNull(expression, *f.IsNull))
	}
}

// compared adds that an expression compares to a bound, where there is one.
func compared[T int64 | float64](b *sqlBuilder, c *conjunction, operator string, bound *T, expression, cast string) {
	if bound != nil {
		c.add(expression + " " + operator + " " + b.arg(*bound) + cast)
	}
}

// boolean adds a condition on a truth value, which NULL never meets.
func (b *sqlBuilder) boolean(c *conjunction, want *bool, expression string) {
	switch {
	case want == nil:
	case *want:
		c.add(expression + " IS TRUE")
	default:
		c.add(expression + " IS FALSE")
	}
}

// enumerated adds that a column is one of a list.
func enumerated[T ~int16](b *sqlBuilder, c *conjunction, list []T, column string) {
	if list == nil {
		return
	}
	numbers := make([]int16, len(list))
	for i, value := range list {
		numbers[i] = int16(value)
	}
	c.add(column + " = ANY(" + b.arg(numbers) + ")")
}

// timeRange adds the bounds on a time. They stand in the WHERE of the statement
// itself when the range does, and so prune partitions.
func (b *sqlBuilder) timeRange(c *conjunction, r *trace.TimeRange, column string) {
	if r == nil {
		return
	}
	from, to := r.Nanos()
	c.add(column + " >= " + b.arg(from))
	if to != nil {
		c.add(column + " < " + b.arg(*to))
	}
}
