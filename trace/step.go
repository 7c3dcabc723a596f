package trace

import (
	"cmp"
	"strings"
)

// Step is what the algorithms over a whole trace need to know of an
// observation.
type Step struct {
	SpanID       SpanID
	ParentSpanID SpanID
	Type         ObservationType
	Name         string
	StartNanos   int64 // since 1970
	EndNanos     int64 // equal to StartNanos while running
	Status       Status
	Service      string
	Environment  string
	ToolName     string
	// ResponseID is the provider's id of a generation's answer, empty if unknown:
	// generations that share one report the same call.
	ResponseID     string
	IsAppRoot      bool
	ParentIsRemote bool
	// HasInput and HasOutput say that the observation has such a payload;
	// HasTraceInput and HasTraceOutput that it claims one for the trace.
	HasInput, HasOutput, HasTraceInput, HasTraceOutput bool
	// Usage and Cost are the observation's own for metered types, else what it
	// reports for its subtree. Nil is none.
	Usage *Usage
	Cost  *Cost
	// IsUsageCumulative marks a report that runs over a whole session.
	IsUsageCumulative bool
	// Claims may lack the tags and the metadata that do not count, see
	// ExtrasCounted; Extras tells of them all the same.
	Claims *Claims
	Extras ClaimExtras
}

// StepOf extracts the Step of an observation.
func StepOf(o Observation) Step {
	c := o.Core()
	s := Step{
		SpanID: c.SpanID, ParentSpanID: c.ParentSpanID, Type: o.Type(), Name: c.Name,
		StartNanos: c.StartedAt.UnixNano(), EndNanos: c.StartedAt.UnixNano(), Status: c.Status,
		Environment: c.Environment, IsAppRoot: c.IsAppRoot, ParentIsRemote: c.ParentIsRemote,
		HasInput: c.Input != nil, HasOutput: c.Output != nil, Claims: c.Claims, Extras: c.Claims.Extras(),
	}
	if c.EndedAt != nil {
		s.EndNanos = c.EndedAt.UnixNano()
	}
	if c.Service != nil {
		s.Service = *c.Service
	}
	if c.Claims != nil {
		s.HasTraceInput, s.HasTraceOutput = c.Claims.Input != nil, c.Claims.Output != nil
	}
	if g, ok := o.(*Generation); ok && g.ResponseID != nil {
		s.ResponseID = *g.ResponseID
	}
	switch o := o.(type) {
	case Metered:
		m := o.Meter()
		if !m.Usage.IsZero() {
			s.Usage = &m.Usage
		}
		if m.Cost.Total != nil || s.Usage != nil {
			s.Cost = &m.Cost
		}
	case *ToolCall:
		s.ToolName = o.ToolName
		s.Usage = o.ReportedUsage
	default:
		s.Usage, s.Cost, s.IsUsageCumulative = Reported(o)
	}
	return s
}

func compareSteps(a, b *Step) int {
	return cmp.Or(cmp.Compare(a.StartNanos, b.StartNanos), a.SpanID.Compare(b.SpanID))
}

// hasUsage reports whether the step has a count or an amount that can be summed.
func (s *Step) hasUsage() bool {
	return s.Usage.knownCounts() > 0 || s.Cost != nil && s.Cost.Total != nil
}

// Clone returns a copy that shares no memory with the observation or the
// request that the step was taken from.
func (s Step) Clone() Step {
	s.Name, s.Service = strings.Clone(s.Name), strings.Clone(s.Service)
	s.Environment, s.ToolName = strings.Clone(s.Environment), strings.Clone(s.ToolName)
	s.ResponseID = strings.Clone(s.ResponseID)
	if s.Usage != nil {
		usage := s.Usage.Add(Usage{})
		usage.Extra, usage.ReportedTotal, usage.Repaired = nil, nil, ""
		s.Usage = &usage
	}
	if s.Cost != nil {
		cost := *s.Cost
		s.Cost = &cost
	}
	s.Claims = s.Claims.clone()
	return s
}
