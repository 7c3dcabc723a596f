package store

import "time"

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
