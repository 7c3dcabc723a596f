package trace

import "time"

// Score is a judgement of a trace, an observation or a session.
type Score struct {
	ProjectID ProjectID
	// ScoreID is the client's id, or one made from the content: a repeated score
	// replaces itself.
	ScoreID   string
	Name      string
	Value     ScoreValue
	Source    ScoreSource
	Comment   *string
	CreatedAt time.Time
	// Target: a trace, an observation of it, or a session.
	TraceID   TraceID
	SpanID    SpanID
	SessionID string
	// ExternalTraceID and ExternalID are set where the target's client chose its
	// own ids.
	ExternalTraceID, ExternalID string
}

// ID implements Node.
func (s *Score) ID() string {
	return NodeID{Type: NodeScore, Scope: s.ProjectID.String(), Key: s.ScoreID}.String()
}

// TargetTraceID is the id of the trace in the client's form.
func (s *Score) TargetTraceID() *string {
	return idText(s.TraceID.IsZero(), s.ExternalTraceID, s.TraceID)
}

// TargetObservationID is the id of the observation in the client's form.
func (s *Score) TargetObservationID() *string {
	return idText(s.SpanID.IsZero(), s.ExternalID, s.SpanID)
}

// TargetSessionID is the id of the session.
func (s *Score) TargetSessionID() *string {
	if s.SessionID == "" {
		return nil
	}
	return &s.SessionID
}

func idText(isZero bool, external string, id interface{ String() string }) *string {
	text := external
	if text == "" {
		if isZero {
			return nil
		}
		text = id.String()
	}
	return &text
}

// ScoreValue is one of NumericScore, LabelScore, BooleanScore and TextScore.
type ScoreValue interface{ isScoreValue() }

// NumericScore is a number, with the label that the scorer gave beside it.
type NumericScore struct {
	Number float64
	Label  *string
}

// LabelScore is one of a set of categories.
type LabelScore struct{ Label string }

// BooleanScore is pass or fail.
type BooleanScore struct{ Passed bool }

// TextScore is free text.
type TextScore struct{ Text string }

func (*NumericScore) isScoreValue() {}
func (*LabelScore) isScoreValue()   {}
func (*BooleanScore) isScoreValue() {}
func (*TextScore) isScoreValue()    {}
