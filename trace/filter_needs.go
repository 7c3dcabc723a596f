package trace

// FilterNeeds tells what an evaluation in memory looks at beyond the fields of
// the observation's or the trace's own row.
type FilterNeeds struct {
	// Body is the observation's own body: input, output, attributes, query.
	Body bool
	// Trace is the trace's row.
	Trace bool
	// Observations are the rows of all observations of the trace, and
	// ObservationBodies their bodies too, with what they claim for the trace.
	Observations, ObservationBodies bool
	// Scores are those of the trace and of its observations.
	Scores bool
}

// Needs tells what a Subject must hold for the filter.
func (f *ObservationFilter) Needs() FilterNeeds {
	if f == nil {
		return FilterNeeds{}
	}
	n := FilterNeeds{
		Body:         f.Text != nil || len(f.Attributes) > 0 || f.Retrieval != nil && f.Retrieval.Query != nil,
		Trace:        f.IsRoot != nil,
		Observations: f.Agent != nil && f.Agent.StepCount != nil,
		Scores:       f.Score != nil,
	}
	for _, g := range f.And {
		n = n.union(g.Needs())
	}
	for _, g := range f.Or {
		n = n.union(g.Needs())
	}
	n = n.union(f.Not.Needs())
	if f.Trace != nil {
		n = n.union(f.Trace.Needs())
	}
	return n
}

// Needs tells what a TraceContext must hold for the filter.
func (f *TraceFilter) Needs() FilterNeeds {
	n := FilterNeeds{Trace: true}
	if f == nil {
		return n
	}
	n.Scores = f.Score != nil
	n.ObservationBodies = f.Text != nil
	for _, g := range f.And {
		n = n.union(g.Needs())
	}
	for _, g := range f.Or {
		n = n.union(g.Needs())
	}
	if f.Not != nil {
		n = n.union(f.Not.Needs())
	}
	for _, g := range []*ObservationFilter{f.Some, f.None} {
		if g != nil {
			inner := g.Needs()
			inner.Observations, inner.ObservationBodies, inner.Body = true, inner.ObservationBodies || inner.Body, false
			n = n.union(inner)
		}
	}
	n.Observations = n.Observations || n.ObservationBodies
	return n
}

func (n FilterNeeds) union(m FilterNeeds) FilterNeeds {
	return FilterNeeds{
		Body:              n.Body || m.Body,
		Trace:             n.Trace || m.Trace,
		Observations:      n.Observations || m.Observations,
		ObservationBodies: n.ObservationBodies || m.ObservationBodies,
		Scores:            n.Scores || m.Scores,
	}
}
