package trace

import (
	"fmt"
	"io"
	"strconv"
)

// ObservationType says what a step of a trace is. It is stored as a number:
// never renumber.
type ObservationType int16

// The observation types, in the words of the GraphQL schema.
const (
	TypeSpan ObservationType = iota
	TypeGeneration
	TypeRetrieval
	TypeReranking
	TypeEmbedding
	TypeToolCall
	TypeAgent
	TypeChain
	TypeGuardrail
	TypeEvaluator
	TypeEvent
)

var observationTypes = []string{"SPAN", "GENERATION", "RETRIEVAL", "RERANKING", "EMBEDDING", "TOOL_CALL", "AGENT", "CHAIN", "GUARDRAIL", "EVALUATOR", "EVENT"}

// IsMetered reports whether observations of this type consume tokens
// themselves, so that their usage counts in sums.
func (t ObservationType) IsMetered() bool {
	return t == TypeGeneration || t == TypeEmbedding || t == TypeReranking
}

// Status is the outcome of a span as OpenTelemetry reports it, plus RUNNING
// while its end has not been seen. Stored as a number.
type Status int16

// The statuses.
const (
	StatusUnset Status = iota
	StatusOK
	StatusError
	StatusRunning
)

var statuses = []string{"UNSET", "OK", "ERROR", "RUNNING"}

// Level is the severity of an observation. Stored as a number.
type Level int16

// The levels, least severe first.
const (
	LevelDebug Level = iota
	LevelDefault
	LevelWarning
	LevelError
)

var levels = []string{"DEBUG", "DEFAULT", "WARNING", "ERROR"}

// TraceState is derived, never stored: see StateOf.
type TraceState int16

// The states of a trace.
const (
	StateRunning TraceState = iota
	StateComplete
	StateFailed
)

var traceStates = []string{"RUNNING", "COMPLETE", "FAILED"}

// MessageRole says who speaks in a message.
type MessageRole int16

// The roles. RoleUnknown marks content that could not be read as a message.
const (
	RoleUnknown MessageRole = iota
	RoleSystem
	RoleDeveloper
	RoleUser
	RoleAssistant
	RoleTool
)

var messageRoles = []string{"UNKNOWN", "SYSTEM", "DEVELOPER", "USER", "ASSISTANT", "TOOL"}

// GuardrailVerdict is what a guard said about the content. Stored as a number.
type GuardrailVerdict int16

// The verdicts.
const (
	VerdictUnknown GuardrailVerdict = iota
	VerdictAllow
	VerdictDeny
	VerdictModify
	VerdictWarn
	VerdictEscalate
)

var guardrailVerdicts = []string{"UNKNOWN", "ALLOW", "DENY", "MODIFY", "WARN", "ESCALATE"}

// GuardrailAction is what the application then did. Stored as a number.
type GuardrailAction int16

// The actions.
const (
	ActionUnknown GuardrailAction = iota
	ActionAllow
	ActionBlock
	ActionRewrite
	ActionEscalate
)

var guardrailActions = []string{"UNKNOWN", "ALLOW", "BLOCK", "REWRITE", "ESCALATE"}

// GuardrailPhase says what a guard looked at. Stored as a number, 0 for none.
type GuardrailPhase int16

// The phases.
const (
	PhaseInput GuardrailPhase = iota + 1
	PhaseOutput
	PhaseTool
)

var guardrailPhases = []string{"", "INPUT", "OUTPUT", "TOOL"}

// ScoreSource says who or what gave a score. Stored as a number.
type ScoreSource int16

// The sources.
const (
	SourceCode ScoreSource = iota
	SourceHuman
	SourceEndUser
	SourceModel
	SourceHeuristic
)

var scoreSources = []string{"CODE", "HUMAN", "END_USER", "MODEL", "HEURISTIC"}

// Direction of an order.
type Direction int16

// The directions.
const (
	Ascending Direction = iota
	Descending
)

var directions = []string{"ASC", "DESC"}

// OrderField is what traces and observations can be sorted by.
type OrderField int16

// The order fields. A missing value sorts as zero.
const (
	OrderStartedAt OrderField = iota
	OrderDuration
	OrderTotalTokens
	OrderCost
)

var orderFields = []string{"STARTED_AT", "DURATION", "TOTAL_TOKENS", "COST"}

func enumText(names []string, n int16) string {
	if n < 0 || int(n) >= len(names) {
		return strconv.Itoa(int(n))
	}
	return names[n]
}

func enumParse(what string, names []string, value any) (int16, error) {
	text, ok := value.(string)
	if !ok {
		return 0, fmt.Errorf("%s must be a name, not %T", what, value)
	}
	for i, name := range names {
		if name == text && name != "" {
			return int16(i), nil
		}
	}
	return 0, fmt.Errorf("%q is not a valid %s", text, what)
}

// String returns the name in the GraphQL schema.
func (o ObservationType) String() string { return enumText(observationTypes, int16(o)) }

// ParseObservationType reads the name in the GraphQL schema.
func ParseObservationType(name string) (ObservationType, error) {
	n, err := enumParse("observation type", observationTypes, name)
	return ObservationType(n), err
}

// MarshalGQL writes the value as a GraphQL enum.
func (o ObservationType) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(o.String())) }

// UnmarshalGQL reads a GraphQL enum.
func (o *ObservationType) UnmarshalGQL(value any) error {
	n, err := enumParse("observation type", observationTypes, value)
	*o = ObservationType(n)
	return err
}

// String returns the name in the GraphQL schema.
func (s Status) String() string { return enumText(statuses, int16(s)) }

// ParseStatus reads the name in the GraphQL schema.
func ParseStatus(name string) (Status, error) {
	n, err := enumParse("status", statuses, name)
	return Status(n), err
}

// MarshalGQL writes the value as a GraphQL enum.
func (s Status) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(s.String())) }

// UnmarshalGQL reads a GraphQL enum.
func (s *Status) UnmarshalGQL(value any) error {
	n, err := enumParse("status", statuses, value)
	*s = Status(n)
	return err
}

// String returns the name in the GraphQL schema.
func (l Level) String() string { return enumText(levels, int16(l)) }

// ParseLevel reads the name in the GraphQL schema.
func ParseLevel(name string) (Level, error) {
	n, err := enumParse("level", levels, name)
	return Level(n), err
}

// MarshalGQL writes the value as a GraphQL enum.
func (l Level) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(l.String())) }

// UnmarshalGQL reads a GraphQL enum.
func (l *Level) UnmarshalGQL(value any) error {
	n, err := enumParse("level", levels, value)
	*l = Level(n)
	return err
}

// String returns the name in the GraphQL schema.
func (t TraceState) String() string { return enumText(traceStates, int16(t)) }

// ParseTraceState reads the name in the GraphQL schema.
func ParseTraceState(name string) (TraceState, error) {
	n, err := enumParse("trace state", traceStates, name)
	return TraceState(n), err
}

// MarshalGQL writes the value as a GraphQL enum.
func (t TraceState) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(t.String())) }

// UnmarshalGQL reads a GraphQL enum.
func (t *TraceState) UnmarshalGQL(value any) error {
	n, err := enumParse("trace state", traceStates, value)
	*t = TraceState(n)
	return err
}

// String returns the name in the GraphQL schema.
func (m MessageRole) String() string { return enumText(messageRoles, int16(m)) }

// ParseMessageRole reads the name in the GraphQL schema.
func ParseMessageRole(name string) (MessageRole, error) {
	n, err := enumParse("message role", messageRoles, name)
	return MessageRole(n), err
}

// MarshalGQL writes the value as a GraphQL enum.
func (m MessageRole) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(m.String())) }

// UnmarshalGQL reads a GraphQL enum.
func (m *MessageRole) UnmarshalGQL(value any) error {
	n, err := enumParse("message role", messageRoles, value)
	*m = MessageRole(n)
	return err
}

// String returns the name in the GraphQL schema.
func (g GuardrailVerdict) String() string { return enumText(guardrailVerdicts, int16(g)) }

// ParseGuardrailVerdict reads the name in the GraphQL schema.
func ParseGuardrailVerdict(name string) (GuardrailVerdict, error) {
	n, err := enumParse("guardrail verdict", guardrailVerdicts, name)
	return GuardrailVerdict(n), err
}

// MarshalGQL writes the value as a GraphQL enum.
func (g GuardrailVerdict) MarshalGQL(w io.Writer) {
	_, _ = io.WriteString(w, strconv.Quote(g.String()))
}

// UnmarshalGQL reads a GraphQL enum.
func (g *GuardrailVerdict) UnmarshalGQL(value any) error {
	n, err := enumParse("guardrail verdict", guardrailVerdicts, value)
	*g = GuardrailVerdict(n)
	return err
}

// String returns the name in the GraphQL schema.
func (g GuardrailAction) String() string { return enumText(guardrailActions, int16(g)) }

// ParseGuardrailAction reads the name in the GraphQL schema.
func ParseGuardrailAction(name string) (GuardrailAction, error) {
	n, err := enumParse("guardrail action", guardrailActions, name)
	return GuardrailAction(n), err
}

// MarshalGQL writes the value as a GraphQL enum.
func (g GuardrailAction) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(g.String())) }

// UnmarshalGQL reads a GraphQL enum.
func (g *GuardrailAction) UnmarshalGQL(value any) error {
	n, err := enumParse("guardrail action", guardrailActions, value)
	*g = GuardrailAction(n)
	return err
}

// String returns the name in the GraphQL schema.
func (g GuardrailPhase) String() string { return enumText(guardrailPhases, int16(g)) }

// ParseGuardrailPhase reads the name in the GraphQL schema.
func ParseGuardrailPhase(name string) (GuardrailPhase, error) {
	n, err := enumParse("guardrail phase", guardrailPhases, name)
	return GuardrailPhase(n), err
}

// MarshalGQL writes the value as a GraphQL enum.
func (g GuardrailPhase) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(g.String())) }

// UnmarshalGQL reads a GraphQL enum.
func (g *GuardrailPhase) UnmarshalGQL(value any) error {
	n, err := enumParse("guardrail phase", guardrailPhases, value)
	*g = GuardrailPhase(n)
	return err
}

// String returns the name in the GraphQL schema.
func (s ScoreSource) String() string { return enumText(scoreSources, int16(s)) }

// ParseScoreSource reads the name in the GraphQL schema.
func ParseScoreSource(name string) (ScoreSource, error) {
	n, err := enumParse("score source", scoreSources, name)
	return ScoreSource(n), err
}

// MarshalGQL writes the value as a GraphQL enum.
func (s ScoreSource) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(s.String())) }

// UnmarshalGQL reads a GraphQL enum.
func (s *ScoreSource) UnmarshalGQL(value any) error {
	n, err := enumParse("score source", scoreSources, value)
	*s = ScoreSource(n)
	return err
}

// String returns the name in the GraphQL schema.
func (d Direction) String() string { return enumText(directions, int16(d)) }

// ParseDirection reads the name in the GraphQL schema.
func ParseDirection(name string) (Direction, error) {
	n, err := enumParse("direction", directions, name)
	return Direction(n), err
}

// MarshalGQL writes the value as a GraphQL enum.
func (d Direction) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(d.String())) }

// UnmarshalGQL reads a GraphQL enum.
func (d *Direction) UnmarshalGQL(value any) error {
	n, err := enumParse("direction", directions, value)
	*d = Direction(n)
	return err
}

// String returns the name in the GraphQL schema.
func (o OrderField) String() string { return enumText(orderFields, int16(o)) }

// ParseOrderField reads the name in the GraphQL schema.
func ParseOrderField(name string) (OrderField, error) {
	n, err := enumParse("order field", orderFields, name)
	return OrderField(n), err
}

// MarshalGQL writes the value as a GraphQL enum.
func (o OrderField) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(o.String())) }

// UnmarshalGQL reads a GraphQL enum.
func (o *OrderField) UnmarshalGQL(value any) error {
	n, err := enumParse("order field", orderFields, value)
	*o = OrderField(n)
	return err
}
