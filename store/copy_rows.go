package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime/debug"
	"strings"

	"github.com/jackc/pgx/v5"
)

// copyRow is a row in the binary form of COPY, see section "COPY" of
// PostgreSQL's manual. Fields are appended in the order of the columns and in
// exactly their types.
type copyRow []byte

func (r *copyRow) null() { *r = binary.BigEndian.AppendUint32(*r, math.MaxUint32) }

func (r *copyRow) int64(n int64) {
	*r = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(*r, 8), uint64(n))
}

func (r *copyRow) int32(n int32) {
	*r = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(*r, 4), uint32(n))
}

func (r *copyRow) int16(n int16) {
	*r = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint32(*r, 2), uint16(n))
}

func (r *copyRow) bool(b bool) {
	*r = append(binary.BigEndian.AppendUint32(*r, 1), 0)
	if b {
		(*r)[len(*r)-1] = 1
	}
}

func (r *copyRow) float64(x float64) { r.int64(int64(math.Float64bits(x))) }

func (r *copyRow) uuid(id [16]byte) { *r = append(binary.BigEndian.AppendUint32(*r, 16), id[:]...) }

func (r *copyRow) text(s string) {
	*r = append(binary.BigEndian.AppendUint32(*r, uint32(len(s))), s...)
}

// jsonb writes a JSON text behind the version of its binary form; an empty one
// is NULL.
func (r *copyRow) jsonb(text []byte) {
	if len(text) == 0 {
		r.null()
		return
	}
	*r = append(append(binary.BigEndian.AppendUint32(*r, uint32(len(text)+1)), 1), text...)
}

// textOID and int4OID are the numbers of PostgreSQL's types text and integer.
const (
	textOID = 25
	int4OID = 23
)

// array writes the head of an array of one dimension; its elements follow as
// fields, and end must be called behind them.
func (r *copyRow) array(elements int, oid uint32) (start int) {
	start = len(*r)
	*r = binary.BigEndian.AppendUint32(*r, 0) // the length, set by end
	dimensions := uint32(1)
	if elements == 0 {
		dimensions = 0
	}
	*r = binary.BigEndian.AppendUint32(*r, dimensions)
	*r = binary.BigEndian.AppendUint32(*r, 0) // no NULLs
	*r = binary.BigEndian.AppendUint32(*r, oid)
	if elements > 0 {
		*r = binary.BigEndian.AppendUint32(*r, uint32(elements))
		*r = binary.BigEndian.AppendUint32(*r, 1) // the lowest index
	}
	return start
}

func (r *copyRow) end(start int) {
	binary.BigEndian.PutUint32((*r)[start:], uint32(len(*r)-start-4))
}

// texts writes a list; nil is NULL.
func (r *copyRow) texts(list []string) {
	if list == nil {
		r.null()
		return
	}
	start := r.array(len(list), textOID)
	for _, s := range list {
		r.text(s)
	}
	r.end(start)
}

func (r *copyRow) int32s(list []int32) {
	start := r.array(len(list), int4OID)
	for _, n := range list {
		r.int32(n)
	}
	r.end(start)
}

// optional writes NULL for nil.
func optional[T any](r *copyRow, value *T, write func(*copyRow, T)) {
	if value == nil {
		r.null()
		return
	}
	write(r, *value)
}

func (r *copyRow) optionalInt64(n *int64)     { optional(r, n, (*copyRow).int64) }
func (r *copyRow) optionalInt32(n *int32)     { optional(r, n, (*copyRow).int32) }
func (r *copyRow) optionalInt16(n *int16)     { optional(r, n, (*copyRow).int16) }
func (r *copyRow) optionalBool(b *bool)       { optional(r, b, (*copyRow).bool) }
func (r *copyRow) optionalFloat64(x *float64) { optional(r, x, (*copyRow).float64) }
func (r *copyRow) optionalText(s *string)     { optional(r, s, (*copyRow).text) }

// copyBuffer is how many bytes of rows are made before they are sent.
const copyBuffer = 64 << 10

// copyRows appends rows to a table. Each is made when the one before it has gone
// to the connection's buffer, by a function that appends its fields, so that a
// batch is never in memory twice. It takes a third of the processor time of
// pgx's CopyFrom, which finds out for every value how to write it, and saves the
// round trip in which that asks for the types of the columns.
func copyRows(ctx context.Context, conn *pgx.Conn, table string, columns []string, rows int, appendRow func(i int, row *copyRow)) error {
	source := &copySource{rows: rows, columns: len(columns), appendRow: appendRow, buffer: make([]byte, 0, copyBuffer+copyBuffer/4)}
	source.buffer = append(source.buffer, "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"...)
	sql := "COPY " + pgx.Identifier{table}.Sanitize() + " (" + strings.Join(columns, ", ") + ") FROM STDIN BINARY"
	tag, err := conn.PgConn().CopyFrom(ctx, source, sql)
	if source.panicked != nil {
		return source.panicked
	}
	if err != nil {
		return err
	}
	if tag.RowsAffected() != int64(rows) {
		return fmt.Errorf("%d rows were copied, not %d", tag.RowsAffected(), rows)
	}
	return nil
}

// copySource makes rows as they are read.
type copySource struct {
	rows, columns int
	appendRow     func(i int, row *copyRow)
	next          int
	buffer        []byte
	sent          int // bytes of buffer that were read
	ended         bool
	panicked      error // wraps ErrPanicked
}

// ErrPanicked says that the code panicked that makes rows of what was given;
// nothing was stored. The error tells where, without content.
var ErrPanicked = errors.New("making a row panicked")

var _ io.Reader = (*copySource)(nil)

// Read implements io.Reader. The driver calls it on a goroutine of its own, where
// a panic would end the process.
func (s *copySource) Read(p []byte) (n int, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			s.panicked = fmt.Errorf("%w (%T): %s", ErrPanicked, cause, debug.Stack())
			err = ErrPanicked
		}
	}()
	if s.sent == len(s.buffer) || s.next == 0 {
		if s.sent > 0 {
			s.buffer, s.sent = s.buffer[:0], 0
		}
		s.fill()
	}
	if s.sent == len(s.buffer) {
		return 0, io.EOF
	}
	n = copy(p, s.buffer[s.sent:])
	s.sent += n
	return n, nil
}

func (s *copySource) fill() {
	row := copyRow(s.buffer)
	for s.next < s.rows && len(row) < copyBuffer {
		row = binary.BigEndian.AppendUint16(row, uint16(s.columns))
		s.appendRow(s.next, &row)
		s.next++
	}
	if s.next == s.rows && !s.ended {
		s.ended = true
		row = append(row, 0xff, 0xff)
	}
	s.buffer = row
}
