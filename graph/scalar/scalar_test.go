package scalar_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"pgregory.net/rapid"

	"github.com/treeline-dev/treeline/graph/scalar"
)

func written(m graphql.Marshaler) string {
	var b strings.Builder
	m.MarshalGQL(&b)
	return b.String()
}

func TestTimeReadsAndWritesRFC3339InUTC(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2026-03-14T09:26:53Z":                      `"2026-03-14T09:26:53Z"`,
		"2026-03-14T09:26:53.589793238Z":            `"2026-03-14T09:26:53.589793238Z"`,
		"2026-03-14T09:26:53.5897932384626Z":        `"2026-03-14T09:26:53.589793238Z"`,
		"2026-03-14T09:26:53.500000000+05:30":       `"2026-03-14T03:56:53.5Z"`,
		"0001-01-01T00:00:00Z":                      `"0001-01-01T00:00:00Z"`,
		"9999-12-31T23:59:59.999999999Z":            `"9999-12-31T23:59:59.999999999Z"`,
		"2024-02-29T23:59:59-23:59":                 `"2024-03-01T23:58:59Z"`,
		"1969-12-31T23:59:59.000000001Z":            `"1969-12-31T23:59:59.000000001Z"`,
		"2026-03-14T09:26:53.000000000000000-00:00": `"2026-03-14T09:26:53Z"`,
	} {
		got, err := scalar.UnmarshalTime(in)
		if err != nil {
			t.Errorf("%s: %v", in, err)
		} else if w := written(scalar.MarshalTime(got)); w != want {
			t.Errorf("%s is written as %s, want %s", in, w, want)
		}
	}
}

func TestTimeRefusesOtherTexts(t *testing.T) {
	t.Parallel()
	for _, in := range []any{
		"", "now", "2026-03-14", "2026-03-14T09:26:53", "2026-03-14 09:26:53Z", "2026-3-14T09:26:53Z", "2026-02-30T00:00:00Z",
		"2026-03-14T24:00:00Z", "2026-03-14T9:26:53Z", "2026-03-14T09:26:53,5Z", "2026-03-14T09:26:53+24:00",
		"0000-12-31T23:59:59Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "10000-01-01T00:00:00Z",
		"2026-03-14T09:26:53." + strings.Repeat("1", 100) + "Z",
		nil, 5, int64(1773480413), json.Number("1773480413"), true, []any{"2026-03-14T09:26:53Z"},
	} {
		_, err := scalar.UnmarshalTime(in)
		requireInputError(t, in, err)
	}
}

func TestTimeOutsideItsYearsIsWrittenAsNull(t *testing.T) {
	t.Parallel()
	for _, moment := range []time.Time{time.Date(0, 12, 31, 0, 0, 0, 0, time.UTC), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)} {
		if m := scalar.MarshalTime(moment); m != graphql.Null {
			t.Errorf("%v is written as %s", moment, written(m))
		}
	}
	if w := written(scalar.MarshalTime(time.Time{})); w != `"0001-01-01T00:00:00Z"` {
		t.Errorf("the zero time is written as %s", w)
	}
}

func TestWholeNumbersAreReadExactly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   any
		want int64
	}{
		{0, 0}, {int32(-7), -7}, {int64(1) << 53, 1 << 53}, {-int64(1) << 53, -(1 << 53)}, {12.0, 12},
		{json.Number("9007199254740992"), 1 << 53}, {json.Number("-9007199254740991"), -(1<<53 - 1)},
		{json.Number("12.0"), 12}, {json.Number("1.2e1"), 12}, {json.Number("-0"), 0}, {json.Number("1200e-2"), 12},
		{json.Number("9007199254740991.0"), 1<<53 - 1},
	} {
		got, err := scalar.UnmarshalInt64(c.in)
		if err != nil || got != c.want {
			t.Errorf("%v (%T) is read as %d, %v", c.in, c.in, got, err)
		}
	}
}

func TestWholeNumbersOutOfRangeAreRefused(t *testing.T) {
	t.Parallel()
	for _, in := range []any{
		int64(1)<<53 + 1, -int64(1)<<53 - 1, int64(math.MaxInt64), 1.5, math.NaN(), math.Inf(1), math.Inf(-1), 1e300,
		json.Number("9007199254740993"), json.Number("9223372036854775808"), json.Number("1e400"), json.Number("1.5"),
		json.Number("9007199254740991.1"), json.Number("4503599627370495.1"), json.Number("1e-999999999"), json.Number("1e999999999"),
		json.Number(strings.Repeat("9", 100_000)), json.Number("0." + strings.Repeat("0", 100_000)),
		"5", "", nil, true, []any{5}, map[string]any{},
	} {
		_, err := scalar.UnmarshalInt64(in)
		requireInputError(t, in, err)
		_, err = scalar.UnmarshalInt(in)
		requireInputError(t, in, err)
	}
	for _, in := range []any{int64(math.MaxInt32) + 1, json.Number("-2147483649"), 3e9} {
		_, err := scalar.UnmarshalInt(in)
		requireInputError(t, in, err)
	}
}

func TestWholeNumbersSurviveTheRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-scalar.MaxInt64, scalar.MaxInt64).Draw(t, "n")
		text := written(scalar.MarshalInt64(n))
		back, err := scalar.UnmarshalInt64(json.Number(text))
		if err != nil || back != n {
			t.Fatalf("%d is written as %s and read as %d, %v", n, text, back, err)
		}
		asFloat, err := scalar.UnmarshalInt64(float64(n))
		if err != nil || asFloat != n {
			t.Fatalf("a client's float loses %d: %d, %v", n, asFloat, err)
		}
	})
}

func TestNumbersThatJSONCannotHoldAreWrittenAsNull(t *testing.T) {
	t.Parallel()
	for _, m := range []graphql.Marshaler{
		scalar.MarshalFloat(math.NaN()), scalar.MarshalFloat(math.Inf(1)), scalar.MarshalInt64(1<<53 + 1), scalar.MarshalInt(1 << 31),
	} {
		if m != graphql.Null {
			t.Errorf("it is written as %s", written(m))
		}
	}
}

func TestFloatReadsFiniteNumbersOnly(t *testing.T) {
	t.Parallel()
	for _, in := range []any{0, int64(7), 1.5, json.Number("-1e308"), json.Number("0.1")} {
		if _, err := scalar.UnmarshalFloat(in); err != nil {
			t.Errorf("%v: %v", in, err)
		}
	}
	for _, in := range []any{math.NaN(), math.Inf(-1), json.Number("1e309"), json.Number("NaN"), json.Number("Infinity"), "1.5", nil, false} {
		_, err := scalar.UnmarshalFloat(in)
		requireInputError(t, in, err)
	}
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.Float64().Draw(t, "f")
		back, err := scalar.UnmarshalFloat(json.Number(written(scalar.MarshalFloat(f))))
		if err != nil || back != f {
			t.Fatalf("%v comes back as %v, %v", f, back, err)
		}
	})
}

func TestCursorIsATextOfBoundedLength(t *testing.T) {
	t.Parallel()
	if c, err := scalar.UnmarshalCursor("abc"); c != "abc" || err != nil {
		t.Errorf("%q, %v", c, err)
	}
	for _, in := range []any{5, nil, json.Number("5"), strings.Repeat("a", scalar.MaxCursor+1)} {
		_, err := scalar.UnmarshalCursor(in)
		requireInputError(t, in, err)
	}
}

func requireInputError(t *testing.T, in any, err error) {
	t.Helper()
	if _, ok := errors.AsType[*scalar.InputError](err); !ok {
		t.Errorf("%.60v (%T) is accepted, or refused with %v", in, in, err)
	}
}
