package convention

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/treeline-dev/treeline/trace"
)

func TestACostBeyondBelievingIsIgnoredWithAWarning(t *testing.T) {
	t.Parallel()
	chat := func(pairs ...any) *Span {
		return testSpan(append([]any{"gen_ai.operation.name", "chat", "gen_ai.usage.input_tokens", 5}, pairs...)...)
	}
	for name, c := range map[string]struct {
		span    *Span
		want    string
		isWarns bool
	}{
		"the most":                {chat("gen_ai.usage.cost", 1e6), "1000000", false},
		"more than that":          {chat("gen_ai.usage.cost", 1_000_001.0), "", true},
		"in a text":               {chat("gen_ai.usage.cost", "1e9"), "", true},
		"negative":                {chat("gen_ai.usage.cost", -0.5), "", true},
		"by its parts":            {chat("gen_ai.usage.input_cost", 9e5, "gen_ai.usage.output_cost", 9e5), "", true},
		"a sum of many":           {chat("langfuse.observation.cost_details", `{"a":900000,"b":900000}`), "", true},
		"another source has one":  {chat("llm.cost.total", 2e6, "gen_ai.usage.cost", 0.5), "0.5", true},
		"a part is beyond belief": {chat("gen_ai.usage.cost", 0.5, "gen_ai.usage.input_cost", 2e6), "0.5", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := Map(nil, nil, c.span, time.Unix(1790000002, 0)).Observation.(*trace.Generation)
			got := ""
			if g.Cost.Total != nil {
				got = fmt.Sprint(*g.Cost.Total)
			}
			if warns := slices.Contains(g.Warnings, "unbelievable_cost"); got != c.want || warns != c.isWarns {
				t.Errorf("the cost is %q, warnings %v; want %q, a warning %t", got, g.Warnings, c.want, c.isWarns)
			}
		})
	}
}
