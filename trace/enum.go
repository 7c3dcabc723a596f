package trace

import (
	"fmt"
	"io"
	"slices"
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

// RunState says how far a long piece of work is. Stored as a number.
type RunState int16

// The states; the last three are final.
const (
	RunQueued RunState = iota
	RunRunning
	RunSucceeded
	RunFailed
	RunCancelled
)

var runStates = []string{"QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"}

// IsFinal reports whether the work has ended, one way or the other.
func (r RunState) IsFinal() bool { return r >= RunSucceeded }

// enumText returns the name of a value; one that has none, such as a number that
// a newer server stored, is written as its number.
func enumText[T ~int16](names []string, value T) string {
	if value < 0 || int(value) >= len(names) {
		return strconv.Itoa(int(value))
	}
	return names[value]
}

// readEnum sets target to the value with a name. On an error, which says what
// the enum is, target stays as it is.
func readEnum[T ~int16](target *T, enum string, names []string, value any) error {
	var name string
	if err := ReadEnumName(&name, enum, names, value); err != nil {
		return err
	}
	*target = T(slices.Index(names, name))
	return nil
}

// ReadEnumName sets target to a GraphQL enum's value where it is one of the
// names. On an error, which says what the enum is, target stays as it is. An
// empty name is none.
func ReadEnumName[T ~string](target *T, enum string, names []T, value any) error {
	text, ok := value.(string)
	if !ok {
		return fmt.Errorf("%s must be a name, not %T", enum, value)
	}
	if text == "" || !slices.Contains(names, T(text)) {
		return fmt.Errorf("%q is not a valid %s", text, enum)
	}
	*target = T(text)
	return nil
}

// WriteEnumName writes a name as the value of a GraphQL enum.
func WriteEnumName[T ~string](w io.Writer, name T) {
	_, _ = io.WriteString(w, strconv.Quote(string(name)))
}

// String returns the name in the GraphQL schema.
func (o ObservationType) String() string { return enumText(observationTypes, o) }

// MarshalGQL writes the value as a GraphQL enum.
func (o ObservationType) MarshalGQL(w io.Writer) { WriteEnumName(w, o.String()) }

// UnmarshalGQL reads a GraphQL enum.
func (o *ObservationType) UnmarshalGQL(value any) error {
	return readEnum(o, "observation type", observationTypes, value)
}

// String returns the name in the GraphQL schema.
func (s Status) String() string { return enumText(statuses, s) }

// MarshalGQL writes the value as a GraphQL enum.
func (s Status) MarshalGQL(w io.Writer) { WriteEnumName(w, s.String()) }

// UnmarshalGQL reads a GraphQL enum.
func (s *Status) UnmarshalGQL(value any) error { return readEnum(s, "status", statuses, value) }

// String returns the name in the GraphQL schema.
func (l Level) String() string { return enumText(levels, l) }

// MarshalGQL writes the value as a GraphQL enum.
func (l Level) MarshalGQL(w io.Writer) { WriteEnumName(w, l.String()) }

// UnmarshalGQL reads a GraphQL enum.
func (l *Level) UnmarshalGQL(value any) error { return readEnum(l, "level", levels, value) }

// String returns the name in the GraphQL schema.
func (t TraceState) String() string { return enumText(traceStates, t) }

// MarshalGQL writes the value as a GraphQL enum.
func (t TraceState) MarshalGQL(w io.Writer) { WriteEnumName(w, t.String()) }

// UnmarshalGQL reads a GraphQL enum.
func (t *TraceState) UnmarshalGQL(value any) error {
	return readEnum(t, "trace state", traceStates, value)
}

// String returns the name in the GraphQL schema.
func (m MessageRole) String() string { return enumText(messageRoles, m) }

// MarshalGQL writes the value as a GraphQL enum.
func (m MessageRole) MarshalGQL(w io.Writer) { WriteEnumName(w, m.String()) }

// UnmarshalGQL reads a GraphQL enum.
func (m *MessageRole) UnmarshalGQL(value any) error {
	return readEnum(m, "message role", messageRoles, value)
}

// String returns the name in the GraphQL schema.
func (g GuardrailVerdict) String() string { return enumText(guardrailVerdicts, g) }

// MarshalGQL writes the value as a GraphQL enum.
func (g GuardrailVerdict) MarshalGQL(w io.Writer) { WriteEnumName(w, g.String()) }

// UnmarshalGQL reads a GraphQL enum.
func (g *GuardrailVerdict) UnmarshalGQL(value any) error {
	return readEnum(g, "guardrail verdict", guardrailVerdicts, value)
}

// String returns the name in the GraphQL schema.
func (g GuardrailAction) String() string { return enumText(guardrailActions, g) }

// MarshalGQL writes the value as a GraphQL enum.
func (g GuardrailAction) MarshalGQL(w io.Writer) { WriteEnumName(w, g.String()) }

// UnmarshalGQL reads a GraphQL enum.
func (g *GuardrailAction) UnmarshalGQL(value any) error {
	return readEnum(g, "guardrail action", guardrailActions, value)
}

// String returns the name in the GraphQL schema.
func (g GuardrailPhase) String() string { return enumText(guardrailPhases, g) }

// MarshalGQL writes the value as a GraphQL enum.
func (g GuardrailPhase) MarshalGQL(w io.Writer) { WriteEnumName(w, g.String()) }

// UnmarshalGQL reads a GraphQL enum.
func (g *GuardrailPhase) UnmarshalGQL(value any) error {
	return readEnum(g, "guardrail phase", guardrailPhases, value)
}

// String returns the name in the GraphQL schema.
func (s ScoreSource) String() string { return enumText(scoreSources, s) }

// MarshalGQL writes the value as a GraphQL enum.
func (s ScoreSource) MarshalGQL(w io.Writer) { WriteEnumName(w, s.String()) }

// UnmarshalGQL reads a GraphQL enum.
func (s *ScoreSource) UnmarshalGQL(value any) error {
	return readEnum(s, "score source", scoreSources, value)
}

// String returns the name in the GraphQL schema.
func (d Direction) String() string { return enumText(directions, d) }

// MarshalGQL writes the value as a GraphQL enum.
func (d Direction) MarshalGQL(w io.Writer) { WriteEnumName(w, d.String()) }

// UnmarshalGQL reads a GraphQL enum.
func (d *Direction) UnmarshalGQL(value any) error { return readEnum(d, "direction", directions, value) }

// String returns the name in the GraphQL schema.
func (o OrderField) String() string { return enumText(orderFields, o) }

// MarshalGQL writes the value as a GraphQL enum.
func (o OrderField) MarshalGQL(w io.Writer) { WriteEnumName(w, o.String()) }

// UnmarshalGQL reads a GraphQL enum.
func (o *OrderField) UnmarshalGQL(value any) error {
	return readEnum(o, "order field", orderFields, value)
}

// String returns the name in the GraphQL schema.
func (r RunState) String() string { return enumText(runStates, r) }

// MarshalGQL writes the value as a GraphQL enum.
func (r RunState) MarshalGQL(w io.Writer) { WriteEnumName(w, r.String()) }

// UnmarshalGQL reads a GraphQL enum.
func (r *RunState) UnmarshalGQL(value any) error {
	return readEnum(r, "run state", runStates, value)
}
