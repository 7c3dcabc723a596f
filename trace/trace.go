package trace

import (
	"strings"
	"time"
)

// Trace sums up the observations that share a trace id.
type Trace struct {
	ProjectID       ProjectID
	TraceID         TraceID
	ExternalTraceID string

	Name        *string
	UserID      *string
	SessionID   *string
	Tags        []string
	Environment string
	Release     *string
	Version     *string
	Metadata    JSON

	StartedAt time.Time
	// LastEnd is the latest end of an observation so far.
	LastEnd time.Time
	// LastStart is the latest start of an observation so far.
	LastStart time.Time
	// LastArrival is when the newest observation was received.
	LastArrival time.Time
	Services    []string
	Usage       Usage
	Cost        Cost
	Counts      ObservationCounts

	// RootSpanID is the best root known so far; RootRank says how good it is.
	RootSpanID SpanID
	RootRank   RootRank
	RootStatus Status
	// RunningCount is the number of observations whose end has not been seen.
	RunningCount int
	// InputSpanID and OutputSpanID name the observations that carry the trace's
	// input and output; zero for none.
	InputSpanID, OutputSpanID SpanID
	// State is as of the moment of reading, see StateOf.
	State TraceState

	// Input and Output are filled in only where a read asks for them.
	Input, Output *Payload
}

// withOwnText returns a copy whose texts keep no request in memory.
func (t *Trace) withOwnText() *Trace {
	own := *t
	for _, text := range [...]**string{&own.Name, &own.UserID, &own.SessionID, &own.Release, &own.Version} {
		if *text != nil {
			clone := strings.Clone(**text)
			*text = &clone
		}
	}
	own.Environment, own.ExternalTraceID = strings.Clone(t.Environment), strings.Clone(t.ExternalTraceID)
	own.Tags, own.Services = cloneTexts(t.Tags), cloneTexts(t.Services)
	return &own
}

func cloneTexts(texts []string) []string {
	own := make([]string, len(texts))
	for i, text := range texts {
		own[i] = strings.Clone(text)
	}
	return own
}

// ID implements Node.
func (t *Trace) ID() string { return TraceNodeID(t.ProjectID, t.TraceID) }

// TraceNodeID is the global id of a trace.
func TraceNodeID(project ProjectID, id TraceID) string {
	return NodeID{Type: NodeTrace, Scope: project.String(), Key: id.String()}.String()
}

// ExternalOrHexID is the client's own id where it chose one, else 32 hex digits.
func (t *Trace) ExternalOrHexID() string {
	if t.ExternalTraceID != "" {
		return t.ExternalTraceID
	}
	return t.TraceID.String()
}

// EndedAt is the latest end so far, nil while an observation runs.
func (t *Trace) EndedAt() *time.Time {
	if t.RunningCount > 0 {
		return nil
	}
	return &t.LastEnd
}

// DurationMs is the time from the first start to the last end in milliseconds,
// nil while an observation runs.
func (t *Trace) DurationMs() *float64 {
	if t.RunningCount > 0 {
		return nil
	}
	ms := milliseconds(t.LastEnd.Sub(t.StartedAt))
	return &ms
}

// milliseconds is a duration as filters compare it and as it is shown: with
// fractions, rounded once.
func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// ObservationCounts counts the observations of a trace. A tool call that only
// repeats the call of an ancestor is left out.
type ObservationCounts struct {
	Total  int
	Failed int
	ByType []TypeCount
}

// TypeCount is the number of observations of one type.
type TypeCount struct {
	Type  ObservationType
	Count int
}

// SettleTime is how long a trace without its root counts as running after its
// newest observation.
const SettleTime = 60 * time.Second

// StateOf derives the state of a trace: running while an observation runs, or
// while the root is missing and something arrived within SettleTime; failed
// when the root failed, or without a root anything; else complete.
func StateOf(rank RootRank, rootStatus Status, failed, running int, lastArrival, now time.Time) TraceState {
	hasRoot := rank <= RankAppRoot
	switch {
	case running > 0, !hasRoot && now.Sub(lastArrival) < SettleTime:
		return StateRunning
	case hasRoot && rootStatus == StatusError, !hasRoot && failed > 0:
		return StateFailed
	default:
		return StateComplete
	}
}

// MaxSessionUsers is how many users of a session are named.
const MaxSessionUsers = 100

// Session is a conversation: the traces that share a session id.
type Session struct {
	ProjectID ProjectID
	SessionID string
	// UserIDs are the distinct users of its traces, at most MaxSessionUsers.
	UserIDs     []string
	Environment string
	StartedAt   time.Time
	// LastActivityAt is the latest end of its traces.
	LastActivityAt time.Time
	TraceCount     int
	Usage          Usage
	Cost           Cost
}

// ID implements Node.
func (s *Session) ID() string { return SessionNodeID(s.ProjectID, s.SessionID) }

// SessionNodeID is the global id of a session.
func SessionNodeID(project ProjectID, session string) string {
	return NodeID{Type: NodeSession, Scope: project.String(), Key: session}.String()
}
