package trace_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treeline-dev/treeline/trace"
)

func TestFiltersTellWhatTheyLookAt(t *testing.T) {
	t.Parallel()
	type filter = trace.ObservationFilter
	for name, c := range map[string]struct {
		filter *filter
		want   trace.FilterNeeds
	}{
		"nothing":         {nil, trace.FilterNeeds{}},
		"the row":         {&filter{Name: eq("x"), Generation: &trace.GenerationFilter{}}, trace.FilterNeeds{}},
		"text":            {&filter{Text: new("x")}, trace.FilterNeeds{Body: true}},
		"query":           {&filter{Or: []*filter{{Retrieval: &trace.RetrievalFilter{Query: eq("x")}}}}, trace.FilterNeeds{Body: true}},
		"attributes":      {&filter{Not: &filter{Attributes: []*trace.AttributeFilter{{}}}}, trace.FilterNeeds{Body: true}},
		"root":            {&filter{IsRoot: new(true)}, trace.FilterNeeds{Trace: true}},
		"steps":           {&filter{Agent: &trace.AgentFilter{StepCount: &trace.IntFilter{}}}, trace.FilterNeeds{Observations: true}},
		"score":           {&filter{And: []*filter{{Score: &trace.ScoreFilter{}}}}, trace.FilterNeeds{Scores: true}},
		"trace":           {&filter{Trace: &trace.TraceFilter{UserID: eq("x")}}, trace.FilterNeeds{Trace: true}},
		"siblings":        {&filter{Trace: &trace.TraceFilter{None: &filter{}}}, trace.FilterNeeds{Trace: true, Observations: true}},
		"siblings' texts": {&filter{Trace: &trace.TraceFilter{Some: &filter{Text: new("x")}}}, trace.FilterNeeds{Trace: true, Observations: true, ObservationBodies: true}},
		"trace's text":    {&filter{Trace: &trace.TraceFilter{Not: &trace.TraceFilter{Text: new("x")}}}, trace.FilterNeeds{Trace: true, Observations: true, ObservationBodies: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, c.filter.Needs()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
