package trace

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestNanosSurviveTheirText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := Nanos(rapid.Int64Range(-math.MaxInt64, math.MaxInt64).Draw(t, "nanos"))
		back, err := ParseNanos(n.String())
		if err != nil || back != n {
			t.Fatalf("%d is written as %s and read as %d, %v", int64(n), n, int64(back), err)
		}
	})
}

func TestNanosText(t *testing.T) {
	t.Parallel()
	for n, want := range map[Nanos]string{
		0: "0", 1: "0.000000001", -1: "-0.000000001", 600_000: "0.0006", 1e9: "1", -25e8: "-2.5",
		math.MaxInt64: "9223372036.854775807", math.MinInt64: "-9223372036.854775808",
	} {
		if got := n.String(); got != want {
			t.Errorf("%d is written as %s, want %s", int64(n), got, want)
		}
	}
	for text, want := range map[string]Nanos{"1.": 1e9, "-0": 0, "00.10": 1e8, "0.000000001": 1, "-9223372036.854775807": -math.MaxInt64} {
		if got, err := ParseNanos(text); err != nil || got != want {
			t.Errorf("%s is read as %d, %v, want %d", text, int64(got), err, int64(want))
		}
	}
	for _, text := range []string{
		"", "-", ".", ".5", "+1", "--1", "1e3", "1,5", " 1", "1 ", "0x1", "1_0", "NaN", "Inf", "1.2.3", "1.-2", "0.0000000001",
		"9223372036.854775808", "99999999999", "١", "1\x00",
	} {
		if got, err := ParseNanos(text); err == nil {
			t.Errorf("%q is read as %d, want an error", text, int64(got))
		}
	}
}

func TestSumsStayAtTheLargestNumber(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		exact := new(big.Int).Add(big.NewInt(a), big.NewInt(b))
		want := exact.Int64()
		if !exact.IsInt64() {
			want = math.MaxInt64
			if exact.Sign() < 0 {
				want = math.MinInt64
			}
		}
		if got := AddKnown(&a, &b); *got != want {
			t.Fatalf("%d + %d = %d, want %d", a, b, *got, want)
		}
	})
}

// Whatever the order and the grouping, a cost that no number holds stays at the
// largest and is not complete.
func TestACostBeyondTheLargestNumberIsIncomplete(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		exact, sum := new(big.Int), Cost{IsComplete: true}
		for range rapid.IntRange(1, 8).Draw(t, "calls") {
			amount := Nanos(rapid.OneOf(rapid.Int64Range(0, math.MaxInt64), rapid.Int64Range(0, 1000)).Draw(t, "amount"))
			exact.Add(exact, big.NewInt(int64(amount)))
			next := Cost{Total: &amount, Source: CostReported, IsComplete: true}
			if rapid.Bool().Draw(t, "first") {
				sum = next.Add(sum)
			} else {
				sum = sum.Add(next)
			}
		}
		want := Nanos(math.MaxInt64)
		if exact.IsInt64() {
			want = Nanos(exact.Int64())
		}
		if *sum.Total != want || sum.IsComplete != exact.IsInt64() {
			t.Fatalf("the cost is %s, complete %t; want %s, %t", *sum.Total, sum.IsComplete, want, exact.IsInt64())
		}
	})
}

func TestAnyKnownCountIsUsage(t *testing.T) {
	t.Parallel()
	n := int64(0)
	for name, u := range map[string]Usage{
		"input": {InputTokens: &n}, "five-minute cache write": {CacheWrite5mTokens: &n}, "one-hour cache write": {CacheWrite1hTokens: &n},
		"audio output": {AudioOutputTokens: &n}, "other": {Extra: map[string]int64{"images": 0}},
	} {
		if u.IsZero() {
			t.Errorf("%s counts as no usage", name)
		}
	}
	if u := (&Usage{Repaired: "rule"}); !u.IsZero() || !(*Usage)(nil).IsZero() {
		t.Error("a usage without a count counts as one")
	}
}
