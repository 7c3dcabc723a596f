package figure_test

import (
	"testing"

	"github.com/treeline-dev/treeline/bench/figure"
)

func TestQuantilesAreMeasuredValues(t *testing.T) {
	t.Parallel()
	s := figure.Sample{5, 1, 4, 2, 3}
	for _, c := range []struct{ part, want float64 }{{0, 1}, {0.2, 1}, {0.21, 2}, {0.5, 3}, {0.99, 5}, {1, 5}} {
		if got := s.Quantile(c.part); got != c.want {
			t.Errorf("Quantile(%g) = %g, want %g", c.part, got, c.want)
		}
	}
	if got := (figure.Sample{1, 2, 3, 10}).Median(); got != 2.5 {
		t.Errorf("Median = %g, want 2.5", got)
	}
	if s[0] != 5 {
		t.Error("the sample was sorted in place")
	}
}

func TestRoundKeepsThreeDigits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ x, want float64 }{{0, 0}, {123456, 123000}, {0.0012345, 0.00123}, {9.999, 10}, {-1234, -1230}} {
		if got := figure.Round(c.x); got != c.want {
			t.Errorf("Round(%g) = %g, want %g", c.x, got, c.want)
		}
	}
}
