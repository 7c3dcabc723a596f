package store

import (
	"context"
	"strconv"
	"strings"
)

// Content is read within the budget of its operation. The sizes stand in the
// database beside the bodies, so that a body beyond the budget is never sent.

// contentColumn is an expression for content and one for the bytes that are
// sent of it.
type contentColumn struct{ value, size string }

// wholeColumn selects a text as it is.
func wholeColumn(column string) contentColumn {
	return contentColumn{column, "coalesce(octet_length(" + column + "), 0)"}
}

// noColumn selects nothing.
var noColumn = contentColumn{"NULL::text", "0"}

// wholeIf selects a text where it is wanted.
func wholeIf(wanted bool, column string) contentColumn {
	if !wanted {
		return noColumn
	}
	return wholeColumn(column)
}

// payloadColumn selects a payload or its beginning.
func payloadColumn(column string, part PayloadPart) contentColumn {
	switch {
	case part == NoPayload:
		return noColumn
	case part == WholePayload:
		return wholeColumn(column)
	}
	// A character has at most four bytes in UTF-8.
	characters := int(part)*2 + previewMargin
	return contentColumn{
		"left(" + column + ", " + strconv.Itoa(characters) + ")",
		"least(coalesce(octet_length(" + column + "), 0), " + strconv.Itoa(4*characters) + ")",
	}
}

// either selects the first column where the condition holds, else the second.
func either(condition string, first, second contentColumn) contentColumn {
	choose := func(a, b string) string { return "CASE WHEN " + condition + " THEN " + a + " ELSE " + b + " END" }
	return contentColumn{choose(first.value, second.value), choose(first.size, second.size)}
}

// contentSelect makes the statement that reads content: others and the columns
// from a source, each row with its size and whether all of it so far fits into
// the budget, which is the argument budget. The columns of rows that do not fit
// are NULL. Columns and others are expressions over the alias b, whose columns
// the source returns.
func contentSelect(others string, columns []contentColumn, source, budget string) string {
	values, sizes := make([]string, len(columns)), make([]string, len(columns))
	for i, column := range columns {
		values[i] = "CASE WHEN b.fits THEN " + column.value + " END"
		sizes[i] = column.size
	}
	return "SELECT " + others + ", b.size, b.fits, " + strings.Join(values, ", ") + ` FROM (
		SELECT b.*, sum(b.size) OVER (ROWS UNBOUNDED PRECEDING) <= ` + budget + ` AS fits FROM (
			SELECT b.*, (` + strings.Join(sizes, " + ") + `)::bigint AS size FROM (` + source + `) b) b) b`
}

// contentRow is what contentSelect says of a row.
type contentRow struct {
	size int64
	fits bool
}

// count takes the row from the budget of its operation.
func (r *contentRow) count(ctx context.Context) error {
	operation := OperationOf(ctx)
	if !r.fits && operation != nil {
		return operation.tooLarge()
	}
	return operation.readContent(ctx, r.size)
}

// rowContent is what a row without bodies counts as content, in bytes, where
// there may be many.
const rowContent = 100
