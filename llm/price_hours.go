package llm

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

const (
	minutesPerDay  = 24 * 60
	minutesPerWeek = 7 * minutesPerDay
)

// Hours are a part of the week, in UTC: from Start to before End, in minutes
// since midnight, on each of Days. If End is not after Start the hours run past
// midnight and belong to the day on which they start. The zero Days mean every
// day.
type Hours struct {
	Days       Weekdays
	Start, End int
}

// Weekdays is a set of days, bit d standing for [time.Weekday] d.
type Weekdays uint8

const everyDay Weekdays = 1<<7 - 1

var weekdayNames = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// ParseHours reads hours such as "16:30-00:30" or "mon-fri 01:00-04:00".
func ParseHours(s string) (Hours, error) {
	var h Hours
	clock := s
	if days, rest, found := strings.Cut(s, " "); found {
		var err error
		if h.Days, err = parseWeekdays(days); err != nil {
			return Hours{}, err
		}
		clock = rest
	}
	start, end, found := strings.Cut(clock, "-")
	if !found {
		return Hours{}, fmt.Errorf("%q are no hours: write \"01:00-04:00\" or \"mon-fri 01:00-04:00\" in UTC", clip(s))
	}
	var err error
	if h.Start, err = parseClock(start); err != nil {
		return Hours{}, err
	}
	if h.End, err = parseClock(end); err != nil {
		return Hours{}, err
	}
	return h, h.validate()
}

func parseClock(s string) (minutes int, err error) {
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != len("15:04") {
		return 0, fmt.Errorf("%q is no time of day: write hours and minutes, such as \"16:30\"", clip(s))
	}
	return t.Hour()*60 + t.Minute(), nil
}

// parseWeekdays reads "sat" or a range such as "mon-fri", which may pass the
// end of the week.
func parseWeekdays(s string) (Weekdays, error) {
	first, last, isRange := strings.Cut(s, "-")
	if !isRange {
		last = first
	}
	from, to := weekdayIndex(first), weekdayIndex(last)
	if from < 0 || to < 0 {
		return 0, fmt.Errorf("%q are no days: write \"sat\" or \"mon-fri\"", clip(s))
	}
	var days Weekdays
	for d := from; ; d = (d + 1) % 7 {
		days |= 1 << d
		if d == to {
			return days, nil
		}
	}
}

func weekdayIndex(name string) int {
	for i, known := range weekdayNames {
		if strings.EqualFold(name, known) {
			return i
		}
	}
	return -1
}

func (h Hours) validate() error {
	switch {
	case h.Start < 0 || h.Start >= minutesPerDay || h.End < 0 || h.End > minutesPerDay:
		return errors.New("hours must lie within one day")
	case h.Start == h.End:
		return errors.New("hours must not start and end at the same time")
	case h.Days > everyDay:
		return errors.New("hours name an unknown day")
	}
	return nil
}

// String returns the hours in the form [ParseHours] reads. Sets of days that
// are not one range are written day by day and are not read back.
func (h Hours) String() string {
	var b strings.Builder
	if h.Days != 0 && h.Days != everyDay {
		b.WriteString(h.Days.String())
		b.WriteByte(' ')
	}
	fmt.Fprintf(&b, "%02d:%02d-%02d:%02d", h.Start/60, h.Start%60, h.End/60%24, h.End%60)
	return b.String()
}

// String returns the set as one range, such as "mon-fri", if it is one, and as
// a list of days otherwise.
func (w Weekdays) String() string {
	has := func(d int) bool { return w&(1<<((d+7)%7)) != 0 }
	var starts, ends []int
	for d := range 7 {
		if has(d) && !has(d-1) {
			starts = append(starts, d)
		}
		if has(d) && !has(d+1) {
			ends = append(ends, d)
		}
	}
	switch {
	case len(starts) == 1 && starts[0] == ends[0]:
		return weekdayNames[starts[0]]
	case len(starts) == 1:
		return weekdayNames[starts[0]] + "-" + weekdayNames[ends[0]]
	}
	var names []string
	for d := range 7 {
		if has(d) {
			names = append(names, weekdayNames[d])
		}
	}
	return strings.Join(names, ",")
}

func (w Weekdays) has(d time.Weekday) bool { return w == 0 || w&(1<<d) != 0 }

// contain reports whether at lies within the hours.
func (h Hours) contain(at time.Time) bool {
	at = at.UTC()
	minute, day := at.Hour()*60+at.Minute(), at.Weekday()
	if h.Start < h.End {
		return minute >= h.Start && minute < h.End && h.Days.has(day)
	}
	if minute >= h.Start {
		return h.Days.has(day)
	}
	return minute < h.End && h.Days.has((day+6)%7)
}

// week is the set of minutes of a week, starting on Sunday at midnight UTC.
type week [(minutesPerWeek + 63) / 64]uint64

func weekOf(hours []Hours) *week {
	var w week
	for _, h := range hours {
		length := h.End - h.Start
		if length <= 0 {
			length += minutesPerDay
		}
		for day := range 7 {
			if !h.Days.has(time.Weekday(day)) {
				continue
			}
			for i := range length {
				m := (day*minutesPerDay + h.Start + i) % minutesPerWeek
				w[m/64] |= 1 << (m % 64)
			}
		}
	}
	return &w
}

func (w *week) meets(other *week) bool {
	for i := range w {
		if w[i]&other[i] != 0 {
			return true
		}
	}
	return false
}
