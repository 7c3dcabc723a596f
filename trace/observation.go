package trace

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Observation is one typed step of a trace. The concrete types are Generation,
// Retrieval, Reranking, Embedding, ToolCall, Agent, Chain, Guardrail,
// Evaluator, Event and Span, always as pointers; more may be added.
type Observation interface {
	Node
	// Core returns the fields that every observation has. The caller may change
	// them in place.
	Core() *Common
	// Type tells the concrete type without a type switch.
	Type() ObservationType
}

// Node is anything with a global id.
type Node interface {
	// ID is the global id, see NodeID.
	ID() string
}

// DefaultEnvironment is the environment of observations that name none.
const DefaultEnvironment = "default"

// Common holds the fields of every observation. The fields from Input on are
// the body: a read fills in only those that were asked for.
type Common struct {
	ProjectID    ProjectID
	TraceID      TraceID
	SpanID       SpanID
	ParentSpanID SpanID // zero: the sender says that there is no parent
	// ExternalTraceID and ExternalID keep identifiers of clients that do not use
	// the trace context's; empty otherwise.
	ExternalTraceID string
	ExternalID      string

	Name      string
	StartedAt time.Time
	// EndedAt is nil while the step runs.
	EndedAt     *time.Time
	Status      Status
	Level       Level
	Service     *string
	Environment string
	Version     *string

	// IsAppRoot marks a span that its sender declared the root.
	IsAppRoot bool
	// ParentIsRemote says that the sender knows its parent to be in another
	// process.
	ParentIsRemote bool
	// Claims are what the span says of its trace.
	Claims *Claims
	// AttributeCount is how many attributes the sender put on the span: of two
	// reports of one span that end alike, the fuller one is kept.
	AttributeCount int

	StatusMessage *string
	Exception     *Exception
	Scope         *InstrumentationScope
	// TypeRule is the rule of the mapping that gave the type, with what it
	// matched: "4 gen_ai.operation.name=chat".
	TypeRule string
	// Warnings name what the mapping had to mend.
	Warnings []string

	Input    *Payload
	Output   *Payload
	Metadata JSON
	// RawAttributes is a JSON object of the span attributes that are not
	// content: content stands in the typed fields.
	RawAttributes JSON
	// Resource is a JSON object of the attributes of the sending process.
	Resource JSON
	Links    []SpanLink
	Events   []SpanEvent
}

// Core implements Observation.
func (c *Common) Core() *Common { return c }

// Key returns the identity within the project.
func (c *Common) Key() SpanKey { return SpanKey{TraceID: c.TraceID, SpanID: c.SpanID} }

// ID implements Node.
func (c *Common) ID() string { return ObservationNodeID(c.ProjectID, c.TraceID, c.SpanID) }

// ObservationNodeID is the global id of an observation.
func ObservationNodeID(project ProjectID, traceID TraceID, spanID SpanID) string {
	return NodeID{Type: NodeObservation, Scope: project.String(), Key: traceID.String() + ":" + spanID.String()}.String()
}

// ObservationID is the client's own id where it chose one, else the span id in hex.
func (c *Common) ObservationID() string {
	if c.ExternalID != "" {
		return c.ExternalID
	}
	return c.SpanID.String()
}

// DurationMs is the time from start to end in milliseconds, nil while running.
func (c *Common) DurationMs() *float64 {
	if c.EndedAt == nil {
		return nil
	}
	ms := milliseconds(c.EndedAt.Sub(c.StartedAt))
	return &ms
}

// Attributes returns the span attributes, or only those under the given keys.
func (c *Common) Attributes(keys []string) JSON {
	if len(c.RawAttributes) == 0 {
		return JSON("{}")
	}
	if keys == nil {
		return c.RawAttributes
	}
	var all map[string]json.RawMessage
	if json.Unmarshal(c.RawAttributes, &all) != nil {
		return JSON("{}")
	}
	chosen := make(map[string]json.RawMessage, len(keys))
	for _, key := range keys {
		if value, ok := all[key]; ok {
			chosen[key] = value
		}
	}
	return EncodeJSON(chosen)
}

// Warn notes something that the mapping had to mend.
func (c *Common) Warn(format string, args ...any) {
	c.Warnings = append(c.Warnings, fmt.Sprintf(format, args...))
}

// Exception is an error that was recorded on the span.
type Exception struct {
	Type       *string `json:"type,omitempty"`
	Message    *string `json:"message,omitempty"`
	Stacktrace *string `json:"stacktrace,omitempty"`
}

// InstrumentationScope names the library that made the span.
type InstrumentationScope struct {
	Name    string  `json:"name"`
	Version *string `json:"version,omitempty"`
}

// SpanLink points to a span of another trace, or elsewhere in this one.
type SpanLink struct {
	TraceID    string `json:"traceId"`
	SpanID     string `json:"spanId"`
	Attributes JSON   `json:"attributes,omitempty"`
}

// SpanEvent is a moment within the span that is no observation of its own.
type SpanEvent struct {
	Name       string    `json:"name"`
	Time       time.Time `json:"time"`
	Attributes JSON      `json:"attributes,omitempty"`
}

// Bounds of the events of a span, and the warning where one is reached.
const (
	MaxSpanEvents        = 1000
	MaxSpanEventBytes    = 4 << 20
	WarningTooManyEvents = "too_many_events"
)

// Bytes is what the event counts for against MaxSpanEventBytes.
func (e *SpanEvent) Bytes() int { return len(e.Name) + len(e.Attributes) + 64 }

// Metering is what a call to a model consumed.
type Metering struct {
	Usage Usage
	Cost  Cost
	// IsWrapper marks a generation around or beside another report of the same
	// call: its usage is shown but not counted.
	IsWrapper bool
}

// Metered is implemented by observations that consume tokens themselves.
type Metered interface {
	Observation
	Meter() *Metering
}

// Meter implements Metered.
func (m *Metering) Meter() *Metering { return m }

// ModelParameters are the settings of a model call.
type ModelParameters struct {
	Temperature *float64 `json:"temperature,omitempty"`
	TopP        *float64 `json:"topP,omitempty"`
	MaxTokens   *int     `json:"maxTokens,omitempty"`
	Seed        *int64   `json:"seed,omitempty"`
	Stop        []string `json:"stop,omitempty"`
	// Other is a JSON object of the settings without a field.
	Other JSON `json:"other,omitempty"`
}

// Generation is a call to a language model.
type Generation struct {
	Common
	Metering
	Provider      *string
	RequestModel  *string
	ResponseModel *string
	// PricedModel is the model named for pricing where the client names one
	// apart from request and response.
	PricedModel *string
	Parameters  *ModelParameters
	// Messages went in, Completion came out; a completion has one message a choice.
	Messages   []Message
	Completion []Message
	// InputYields and OutputYields say that the span itself tells nothing of that
	// side, or only in a form that log records of the span stand before.
	InputYields        bool
	OutputYields       bool
	Tools              []ToolDefinition
	FinishReasons      []string
	TimeToFirstTokenMs *float64
	ResponseID         *string
	ServiceTier        *string
	PromptName         *string
	PromptNumber       *int
	// PromptVersionText is the version as sent where it is not a number.
	PromptVersionText *string
	// Slots holds the values of the prompt's variables.
	Slots JSON
}

// Model is what a generation is filtered, grouped and priced by: the model named
// for pricing, else the response's, else the request's; nil for none.
func (g *Generation) Model() *string {
	for _, name := range []*string{g.PricedModel, g.ResponseModel, g.RequestModel} {
		if name != nil {
			return name
		}
	}
	return nil
}

// SetPromptVersion keeps a version as a number where it is one.
func (g *Generation) SetPromptVersion(version string) {
	if n, err := strconv.ParseInt(version, 10, 32); err == nil && n >= 0 {
		number := int(n)
		g.PromptNumber, g.PromptVersionText = &number, nil
		return
	}
	g.PromptVersionText = &version
}

// Document is one result of a retrieval or reranking, best first.
type Document struct {
	// Rank counts from 1.
	Rank       int      `json:"rank"`
	DocumentID *string  `json:"id,omitempty"`
	Content    *string  `json:"content,omitempty"`
	Relevance  *float64 `json:"relevance,omitempty"`
	Metadata   JSON     `json:"metadata,omitempty"`
}

// Retrieval is a search for documents.
type Retrieval struct {
	Common
	Query *string
	// Source names the data source: an index, a collection, a knowledge base.
	Source *string
	TopK   *int
	// DocumentCount may exceed len(Documents) where the sender kept content back.
	DocumentCount int
	TopRelevance  *float64
	MeanRelevance *float64
	Documents     []Document
}

// Reranking reorders documents by relevance.
type Reranking struct {
	Common
	Metering
	Model      *string
	Provider   *string
	Query      *string
	TopK       *int
	InputCount *int
	Documents  []Document
}

// Embedding turns texts into vectors; the vectors are not kept.
type Embedding struct {
	Common
	Metering
	Model      *string
	Provider   *string
	Parameters *ModelParameters
	InputCount *int
	Dimensions *int
}

// ToolCall is one execution of a tool.
type ToolCall struct {
	Common
	ToolName  string
	CallID    *string
	Arguments JSON
	Result    JSON
	IsError   bool
	// ReportedUsage is what the sender claimed for the whole subtree.
	ReportedUsage *Usage
}

// Guardrail is a check of an input, an output or a tool call.
type Guardrail struct {
	Common
	Policy     *string
	PolicyID   *string
	Phase      *GuardrailPhase
	Passed     *bool
	Verdict    GuardrailVerdict
	Action     GuardrailAction
	Reason     *string
	Score      *float64
	Categories []string
	// ReportedUsage is what the sender claimed for the whole subtree.
	ReportedUsage *Usage
}

// Agent is a loop of reasoning and acting.
type Agent struct {
	Common
	AgentName *string
	AgentID   *string
	// ReportedUsage and ReportedCost are what the SDK claimed for the whole
	// agent; they count only where nothing below has a usage of its own.
	ReportedUsage *Usage
	ReportedCost  *Cost
	// IsUsageCumulative marks a ReportedUsage that runs over a whole session
	// and so never counts.
	IsUsageCumulative bool
	// StepCount is the number of direct children that are not events, as stored
	// so far.
	StepCount int
}

// Chain is a fixed sequence of steps.
type Chain struct {
	Common
	// ReportedUsage and ReportedCost are as for Agent.
	ReportedUsage *Usage
	ReportedCost  *Cost
}

// Evaluator judges another step.
type Evaluator struct {
	Common
	ScoreName   *string
	ScoreValue  *float64
	Label       *string
	Explanation *string
}

// Event is a moment: its end is its start.
type Event struct{ Common }

// Span is any other step.
type Span struct {
	Common
	// ReportedUsage and ReportedCost are as for Agent.
	ReportedUsage *Usage
	ReportedCost  *Cost
}

// Type implements Observation.
func (*Generation) Type() ObservationType { return TypeGeneration }

// Type implements Observation.
func (*Retrieval) Type() ObservationType { return TypeRetrieval }

// Type implements Observation.
func (*Reranking) Type() ObservationType { return TypeReranking }

// Type implements Observation.
func (*Embedding) Type() ObservationType { return TypeEmbedding }

// Type implements Observation.
func (*ToolCall) Type() ObservationType { return TypeToolCall }

// Type implements Observation.
func (*Agent) Type() ObservationType { return TypeAgent }

// Type implements Observation.
func (*Chain) Type() ObservationType { return TypeChain }

// Type implements Observation.
func (*Guardrail) Type() ObservationType { return TypeGuardrail }

// Type implements Observation.
func (*Evaluator) Type() ObservationType { return TypeEvaluator }

// Type implements Observation.
func (*Event) Type() ObservationType { return TypeEvent }

// Type implements Observation.
func (*Span) Type() ObservationType { return TypeSpan }

// New returns an empty observation of a type; an unknown type gives a Span.
func New(t ObservationType) Observation {
	switch t {
	case TypeGeneration:
		return &Generation{}
	case TypeRetrieval:
		return &Retrieval{}
	case TypeReranking:
		return &Reranking{}
	case TypeEmbedding:
		return &Embedding{}
	case TypeToolCall:
		return &ToolCall{}
	case TypeAgent:
		return &Agent{}
	case TypeChain:
		return &Chain{}
	case TypeGuardrail:
		return &Guardrail{}
	case TypeEvaluator:
		return &Evaluator{}
	case TypeEvent:
		return &Event{}
	default:
		return &Span{}
	}
}

// Reported returns the usage that a type which is not metered claims for its
// subtree, with whether it runs over a whole session; nil without one.
func Reported(o Observation) (usage *Usage, cost *Cost, isCumulative bool) {
	switch o := o.(type) {
	case *Agent:
		return o.ReportedUsage, o.ReportedCost, o.IsUsageCumulative
	case *Chain:
		return o.ReportedUsage, o.ReportedCost, false
	case *Span:
		return o.ReportedUsage, o.ReportedCost, false
	case *ToolCall:
		return o.ReportedUsage, nil, false
	case *Guardrail:
		return o.ReportedUsage, nil, false
	}
	return nil, nil, false
}

var (
	_ Metered = (*Generation)(nil)
	_ Metered = (*Embedding)(nil)
	_ Metered = (*Reranking)(nil)
)
