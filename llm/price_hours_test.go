package llm

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseHours(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		want Hours
	}{
		{"01:00-04:00", Hours{Start: 60, End: 240}},
		{"16:30-00:30", Hours{Start: 16*60 + 30, End: 30}},
		{"sat 00:00-23:59", Hours{Days: 1 << time.Saturday, Start: 0, End: 23*60 + 59}},
		{"mon-fri 06:00-10:00", Hours{Days: 0b0111110, Start: 360, End: 600}},
		{"Fri-Mon 06:00-10:00", Hours{Days: 0b1100011, Start: 360, End: 600}},
	} {
		got, err := ParseHours(test.text)
		if err != nil || got != test.want {
			t.Errorf("ParseHours(%q) = %+v, %v; want %+v", test.text, got, err, test.want)
		}
	}
	for _, text := range []string{
		"", "01:00", "1:00-4:00", "01:00-25:00", "01:00-01:00", "mon", "mon-fri", "noon 01:00-02:00",
		"mon–fri 01:00-02:00", "mon-fri  01:00-02:00", "01:00-02:00 mon", "-01:00-02:00",
	} {
		if got, err := ParseHours(text); err == nil {
			t.Errorf("ParseHours(%q) = %+v, want an error", text, got)
		}
	}
}

func TestHoursPastMidnightBelongToTheDayTheyStartOn(t *testing.T) {
	t.Parallel()
	hours, err := ParseHours("fri 16:30-00:30")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		at   string // 2026-11-20 was a Friday
		want bool
	}{
		{"2026-11-20T16:29:59Z", false},
		{"2026-11-20T16:30:00Z", true},
		{"2026-11-21T00:29:59Z", true},
		{"2026-11-21T00:30:00Z", false},
		{"2026-11-20T00:10:00Z", false},
		{"2026-11-21T16:30:00Z", false},
		{"2026-11-21T01:00:00+01:00", true},
	} {
		at, err := time.Parse(time.RFC3339, test.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := hours.contain(at); got != test.want {
			t.Errorf("%s: %t, want %t", test.at, got, test.want)
		}
	}
}

func drawHours(t *rapid.T) Hours {
	h := Hours{
		Days:  Weekdays(rapid.Uint8Range(0, uint8(everyDay)).Draw(t, "days")),
		Start: rapid.IntRange(0, minutesPerDay-1).Draw(t, "start"),
		End:   rapid.IntRange(0, minutesPerDay-1).Draw(t, "end"),
	}
	if h.Start == h.End {
		h.End = (h.End + 1) % minutesPerDay
	}
	return h
}

func TestWeekHoldsExactlyTheMinutesOfTheHours(t *testing.T) {
	t.Parallel()
	sunday := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		hours := []Hours{drawHours(t), drawHours(t)}
		w := weekOf(hours)
		for range 200 {
			m := rapid.IntRange(0, minutesPerWeek-1).Draw(t, "minute")
			at := sunday.Add(time.Duration(m) * time.Minute)
			want := hours[0].contain(at) || hours[1].contain(at)
			if got := w[m/64]&(1<<(m%64)) != 0; got != want {
				t.Fatalf("%s: in the week %t, in the hours %t (%v)", at.Format("Mon 15:04"), got, want, hours)
			}
		}
	})
}

func TestHoursTextIsReadBackAsTheSameHours(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		hours := drawHours(t)
		first := rapid.IntRange(0, 6).Draw(t, "first day")
		hours.Days = 0
		for i := range rapid.IntRange(0, 6).Draw(t, "days in a row") {
			hours.Days |= 1 << ((first + i) % 7)
		}
		back, err := ParseHours(hours.String())
		if err != nil || back != hours {
			t.Fatalf("%+v became %q and then %+v (%v)", hours, hours.String(), back, err)
		}
	})
}
