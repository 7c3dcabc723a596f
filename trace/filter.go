package trace

import "time"

// The filters have one meaning in SQL and in memory. Fields of one filter are
// ANDed; a type block, even an empty one, also fixes the type. Logic is
// two-valued: a missing value fails every leaf but IsNull. An empty list in In
// matches nothing, in NotIn everything that has a value.

// Limits of a filter.
const (
	// MaxFilterDepth is how deep and, or, not, some, none and trace may nest.
	MaxFilterDepth = 6
	// MaxFilterLeaves is how many single conditions a filter may have in all.
	MaxFilterLeaves = 64
	// MaxFilterList is the longest list in one condition.
	MaxFilterList = 500
	// MaxPatternLength is the longest regular expression, in bytes.
	MaxPatternLength = 200
	// MaxSearchWords is how many words a text search may have.
	MaxSearchWords = 16
)

// TimeRange is half open: From is in it, To is not; without To it has no end.
type TimeRange struct {
	From time.Time
	To   *time.Time
}

// StringFilter compares text bytewise.
type StringFilter struct {
	Eq         *string
	In         []string
	NotIn      []string
	Contains   *string
	StartsWith *string
	// Matches is a regular expression in the subset that CheckPattern admits.
	Matches *string
	IsNull  *bool
}

// IntFilter compares whole numbers.
type IntFilter struct {
	Eq, Gt, Gte, Lt, Lte *int64
	In                   []int64
	IsNull               *bool
}

// FloatFilter compares numbers.
type FloatFilter struct {
	Eq, Gt, Gte, Lt, Lte *float64
	IsNull               *bool
}

// AttributeFilter looks at one span attribute by its key.
type AttributeFilter struct {
	Key   string
	Value *AttributeValueFilter
}

// AttributeValueFilter has exactly one field set. An attribute of another JSON
// type than the field's is a missing value.
type AttributeValueFilter struct {
	String  *StringFilter
	Number  *FloatFilter
	Boolean *bool
	Exists  *bool
}

// ScoreFilter asks for a score with this name for which all other fields hold,
// or, with Absent, that there is none.
type ScoreFilter struct {
	Name   string
	Number *FloatFilter
	Label  *StringFilter
	Passed *bool
	Source []ScoreSource
	Absent *bool
}

// ObservationFilter selects observations.
type ObservationFilter struct {
	And []*ObservationFilter
	Or  []*ObservationFilter
	Not *ObservationFilter

	Types       []ObservationType
	Name        *StringFilter
	Status      []Status
	Level       []Level
	StartedAt   *TimeRange
	DurationMs  *FloatFilter
	IsRoot      *bool
	Service     *StringFilter
	Environment *StringFilter
	Version     *StringFilter
	// Text asks for all its words in input or output together, see SearchWords.
	Text       *string
	Attributes []*AttributeFilter
	Score      *ScoreFilter
	// Trace is a condition on the trace that the observation belongs to.
	Trace *TraceFilter

	Generation *GenerationFilter
	Retrieval  *RetrievalFilter
	ToolCall   *ToolCallFilter
	Guardrail  *GuardrailFilter
	Agent      *AgentFilter
	Evaluator  *EvaluatorFilter
}

// GenerationFilter selects by the fields of a Generation. Cost is in dollars.
// FinishReason holds where any of the finish reasons fits.
type GenerationFilter struct {
	Model              *StringFilter
	Provider           *StringFilter
	InputTokens        *IntFilter
	OutputTokens       *IntFilter
	TotalTokens        *IntFilter
	Cost               *FloatFilter
	TimeToFirstTokenMs *FloatFilter
	FinishReason       *StringFilter
	PromptName         *StringFilter
	PromptNumber       *IntFilter
}

// RetrievalFilter selects by the fields of a Retrieval.
type RetrievalFilter struct {
	DocumentCount *IntFilter
	TopRelevance  *FloatFilter
	Source        *StringFilter
	Query         *StringFilter
}

// ToolCallFilter selects by the fields of a ToolCall.
type ToolCallFilter struct {
	ToolName *StringFilter
	IsError  *bool
}

// GuardrailFilter selects by the fields of a Guardrail.
type GuardrailFilter struct {
	Policy  *StringFilter
	Passed  *bool
	Verdict []GuardrailVerdict
	Action  []GuardrailAction
}

// AgentFilter selects by the fields of an Agent.
type AgentFilter struct {
	AgentName *StringFilter
	StepCount *IntFilter
}

// EvaluatorFilter selects by the fields of an Evaluator.
type EvaluatorFilter struct {
	ScoreName  *StringFilter
	ScoreValue *FloatFilter
}

// TraceFilter selects traces. Tags asks for all of them; Cost is in dollars.
// Some holds where an observation of the trace fits, None where none does.
type TraceFilter struct {
	And []*TraceFilter
	Or  []*TraceFilter
	Not *TraceFilter

	StartedAt   *TimeRange
	Name        *StringFilter
	UserID      *StringFilter
	SessionID   *StringFilter
	Environment *StringFilter
	Release     *StringFilter
	Version     *StringFilter
	Tags        []string
	State       []TraceState
	DurationMs  *FloatFilter
	TotalTokens *IntFilter
	Cost        *FloatFilter
	Score       *ScoreFilter
	Some        *ObservationFilter
	None        *ObservationFilter
	Text        *string
}

// SessionFilter selects sessions.
type SessionFilter struct {
	// StartedAt is about the session's first trace.
	StartedAt   *TimeRange
	SessionID   *StringFilter
	Environment *StringFilter
	// UserID holds where any of the session's users fits.
	UserID *StringFilter
}

// ScoreListFilter selects scores.
type ScoreListFilter struct {
	Name      *StringFilter
	Source    []ScoreSource
	CreatedAt *TimeRange
	// TraceID is the trace in hex or as its client wrote it.
	TraceID *string
}

// Order sorts a list; ties go by start, then by id, in the same direction.
type Order struct {
	Field     OrderField
	Direction Direction
}
