package store

import (
	"time"

	"github.com/treeline-dev/treeline/trace"
)

// OldestKept returns the start of the time that a project keeps at a moment;
// false where it keeps everything.
func (p *Project) OldestKept(now time.Time) (time.Time, bool) {
	if p.RetentionDays == nil {
		return time.Time{}, false
	}
	return now.AddDate(0, 0, -*p.RetentionDays), true
}

// retained is the condition that keeps what is older than the project's
// retention out of a read, to be appended to a WHERE.
func (b *sqlBuilder) retained(column string, p *Project) string {
	oldest, bounded := p.OldestKept(b.now)
	if !bounded {
		return ""
	}
	return " AND " + column + " >= " + b.arg(unixNanos(oldest))
}

// within is the condition for observations of one trace; its time span tells
// the partitions.
func (b *sqlBuilder) within(alias string, tr *trace.Trace) string {
	return " AND " + alias + ".trace_id = " + b.arg([16]byte(tr.TraceID)) +
		" AND " + alias + ".start_time BETWEEN " + b.arg(unixNanos(tr.StartedAt)) + " AND " + b.arg(unixNanos(tr.LastStart))
}
