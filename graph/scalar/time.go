package scalar

import (
	"io"
	"regexp"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

// Years that Time can express: RFC 3339 writes four digits, and year 0 is no
// year of the calendar that databases use.
const (
	minYear = 1
	maxYear = 9999
)

// rfc3339 is the grammar of a date-time. time.Parse knows the calendar but lets
// variants pass: hours of one digit, a comma for the point, offsets of days.
var rfc3339 = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

// MarshalTime writes a moment as RFC 3339 in UTC, with as many digits of the
// second as it needs, up to nanoseconds.
func MarshalTime(t time.Time) graphql.Marshaler {
	t = t.UTC()
	if year := t.Year(); year < minYear || year > maxYear {
		return graphql.Null
	}
	return graphql.WriterFunc(func(w io.Writer) { _, _ = io.WriteString(w, t.Format(`"`+time.RFC3339Nano+`"`)) })
}

// UnmarshalTime reads RFC 3339 with any offset and returns the moment in UTC.
// Digits beyond nanoseconds are cut off.
func UnmarshalTime(value any) (time.Time, error) {
	text, ok := value.(string)
	if !ok {
		return time.Time{}, refuse("a time is a text such as \"2026-03-14T09:26:53.589Z\"")
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil || len(text) > 64 || !rfc3339.MatchString(text) {
		return time.Time{}, refuse("a time is written as in RFC 3339, such as \"2026-03-14T09:26:53.589Z\"")
	}
	t = t.UTC()
	if year := t.Year(); year < minYear || year > maxYear {
		return time.Time{}, refuse("a time lies within the years %d to %d in UTC", minYear, maxYear)
	}
	return t, nil
}
