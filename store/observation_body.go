package store

import (
	"github.com/treeline-dev/treeline/trace"
)

// bodyColumns are the columns of table observation_body in the order in which
// rows are written.
var bodyColumns = []string{
	"project_id", "trace_id", "span_id", "start_time", "flags", "input", "output", "query", "metadata", "attributes",
	"detail", "trace_input", "trace_output", "resource_id",
}

// Bits of observation_body.flags: two for each payload, then where a
// generation's messages are kept.
const (
	bodyInputJSON = 1 << iota
	bodyInputTruncated
	bodyOutputJSON
	bodyOutputTruncated
	bodyTraceInputJSON
	bodyTraceInputTruncated
	bodyTraceOutputJSON
	bodyTraceOutputTruncated
	// bodyInputIsMessages says that the input payload is the messages in
	// canonical form, so that they are stored once; likewise for the output.
	bodyInputIsMessages
	bodyOutputIsMessages
)

// bodyDetail is what the column detail holds as JSON: fields that are shown but
// never filtered.
type bodyDetail struct {
	StatusMessage *string                     `json:"statusMessage,omitempty"`
	Exception     *trace.Exception            `json:"exception,omitempty"`
	Scope         *trace.InstrumentationScope `json:"scope,omitempty"`
	TypeRule      string                      `json:"typeRule,omitempty"`
	Warnings      []string                    `json:"warnings,omitempty"`
	Links         []trace.SpanLink            `json:"links,omitempty"`
	Events        []trace.SpanEvent           `json:"events,omitempty"`

	RequestModel      *string                `json:"requestModel,omitempty"`
	ResponseModel     *string                `json:"responseModel,omitempty"`
	PricedModel       *string                `json:"pricedModel,omitempty"`
	Parameters        *trace.ModelParameters `json:"parameters,omitempty"`
	Messages          []trace.Message        `json:"messages,omitempty"`
	Completion        []trace.Message        `json:"completion,omitempty"`
	InputYields       bool                   `json:"inputYields,omitempty"`
	OutputYields      bool                   `json:"outputYields,omitempty"`
	Tools             []trace.ToolDefinition `json:"tools,omitempty"`
	ServiceTier       *string                `json:"serviceTier,omitempty"`
	PromptVersionText *string                `json:"promptVersionText,omitempty"`
	Slots             trace.JSON             `json:"slots,omitempty"`
	ComputedCost      *trace.Nanos           `json:"computedCost,omitempty"`
	PriceID           string                 `json:"priceId,omitempty"`

	TopK          *int             `json:"topK,omitempty"`
	MeanRelevance *float64         `json:"meanRelevance,omitempty"`
	Documents     []trace.Document `json:"documents,omitempty"`
	InputCount    *int             `json:"inputCount,omitempty"`
	Dimensions    *int             `json:"dimensions,omitempty"`

	CallID    *string    `json:"callId,omitempty"`
	Arguments trace.JSON `json:"arguments,omitempty"`
	Result    trace.JSON `json:"result,omitempty"`

	PolicyID   *string               `json:"policyId,omitempty"`
	Phase      *trace.GuardrailPhase `json:"phase,omitempty"`
	Reason     *string               `json:"reason,omitempty"`
	Score      *float64              `json:"score,omitempty"`
	Categories []string              `json:"categories,omitempty"`

	AgentID     *string `json:"agentId,omitempty"`
	Label       *string `json:"label,omitempty"`
	Explanation *string `json:"explanation,omitempty"`
}

// bodyRow is a row of table observation_body.
type bodyRow struct {
	ProjectID   int64
	TraceID     [16]byte
	SpanID      int64
	StartTime   int64
	Flags       int32
	Input       *string
	Output      *string
	Query       *string
	Metadata    *string
	Attributes  []byte
	Detail      string
	TraceInput  *string
	TraceOutput *string
	ResourceID  *int64
}

// appendTo appends the row's fields in the order of bodyColumns.
func (r *bodyRow) appendTo(row *copyRow) {
	row.int64(r.ProjectID)
	row.uuid(r.TraceID)
	row.int64(r.SpanID)
	row.int64(r.StartTime)
	row.int32(r.Flags)
	row.optionalText(r.Input)
	row.optionalText(r.Output)
	row.optionalText(r.Query)
	row.optionalText(r.Metadata)
	row.jsonb(r.Attributes)
	row.text(r.Detail)
	row.optionalText(r.TraceInput)
	row.optionalText(r.TraceOutput)
	row.optionalInt64(r.ResourceID)
}

func encodeBody(o trace.Observation, resourceID *int64) bodyRow {
	c := o.Core()
	r := bodyRow{ProjectID: int64(c.ProjectID), TraceID: c.TraceID, SpanID: c.SpanID.Ordinal(), StartTime: unixNanos(c.StartedAt),
		Attributes: c.RawAttributes, ResourceID: resourceID}
	if len(c.Metadata) > 0 {
		text := string(c.Metadata)
		r.Metadata = &text
	}
	r.Input = r.payload(c.Input, bodyInputJSON, bodyInputTruncated)
	r.Output = r.payload(c.Output, bodyOutputJSON, bodyOutputTruncated)
	if c.Claims != nil {
		r.TraceInput = r.payload(c.Claims.Input, bodyTraceInputJSON, bodyTraceInputTruncated)
		r.TraceOutput = r.payload(c.Claims.Output, bodyTraceOutputJSON, bodyTraceOutputTruncated)
	}
	d := bodyDetail{StatusMessage: c.StatusMessage, Exception: c.Exception, Scope: c.Scope, TypeRule: c.TypeRule,
		Warnings: c.Warnings, Links: c.Links, Events: c.Events}
	if m, ok := o.(trace.Metered); ok {
		d.ComputedCost, d.PriceID = m.Meter().Cost.Computed, m.Meter().Cost.PriceID
	}
	switch o := o.(type) {
	case *trace.Generation:
		d.RequestModel, d.ResponseModel, d.PricedModel = o.RequestModel, o.ResponseModel, o.PricedModel
		d.Parameters, d.Tools, d.ServiceTier = o.Parameters, o.Tools, o.ServiceTier
		d.PromptVersionText, d.Slots = o.PromptVersionText, o.Slots
		d.InputYields, d.OutputYields = o.InputYields, o.OutputYields
		if isMessages(r.Input, o.Messages) {
			r.Flags |= bodyInputIsMessages
		} else {
			d.Messages = o.Messages
		}
		if isMessages(r.Output, o.Completion) {
			r.Flags |= bodyOutputIsMessages
		} else {
			d.Completion = o.Completion
		}
	case *trace.Embedding:
		d.Parameters, d.InputCount, d.Dimensions = o.Parameters, o.InputCount, o.Dimensions
	case *trace.Reranking:
		r.Query, d.TopK, d.InputCount, d.Documents = o.Query, o.TopK, o.InputCount, o.Documents
	case *trace.Retrieval:
		r.Query, d.TopK, d.MeanRelevance, d.Documents = o.Query, o.TopK, o.MeanRelevance, o.Documents
	case *trace.ToolCall:
		d.CallID, d.Arguments, d.Result = o.CallID, o.Arguments, o.Result
	case *trace.Guardrail:
		d.PolicyID, d.Phase, d.Reason, d.Score, d.Categories = o.PolicyID, o.Phase, o.Reason, o.Score, o.Categories
	case *trace.Agent:
		d.AgentID = o.AgentID
	case *trace.Evaluator:
		d.Label, d.Explanation = o.Label, o.Explanation
	}
	r.Detail = string(d.appendJSON(nil))
	return r
}

// isMessages reports whether a payload is already the canonical JSON of the
// messages.
func isMessages(payload *string, messages []trace.Message) bool {
	return payload != nil && len(messages) > 0 && *payload == string(trace.AppendMessages(make(trace.JSON, 0, len(*payload)+1), messages))
}

func (r *bodyRow) payload(p *trace.Payload, jsonFlag, truncatedFlag int32) *string {
	if p == nil {
		return nil
	}
	if p.MimeType == trace.MimeJSON {
		r.Flags |= jsonFlag
	}
	if p.IsTruncated {
		r.Flags |= truncatedFlag
	}
	return &p.Content
}

// payloadOf rebuilds a payload; size is that of the stored content, of which
// content may be only the beginning.
func payloadOf(content *string, size *int32, flags, jsonFlag, truncatedFlag int32) *trace.Payload {
	if content == nil {
		return nil
	}
	p := &trace.Payload{MimeType: trace.MimeText, Bytes: len(*content), Content: *content, IsTruncated: flags&truncatedFlag != 0}
	if size != nil {
		p.Bytes = int(*size)
	}
	if flags&jsonFlag != 0 {
		p.MimeType = trace.MimeJSON
	}
	return p
}

// apply fills the fields of detail into an observation.
func (d *bodyDetail) apply(o trace.Observation) {
	c := o.Core()
	c.StatusMessage, c.Exception, c.Scope, c.TypeRule = d.StatusMessage, d.Exception, d.Scope, d.TypeRule
	c.Warnings, c.Links, c.Events = d.Warnings, d.Links, d.Events
	if m, ok := o.(trace.Metered); ok {
		m.Meter().Cost.Computed, m.Meter().Cost.PriceID = d.ComputedCost, d.PriceID
	}
	switch o := o.(type) {
	case *trace.Generation:
		o.RequestModel, o.ResponseModel, o.PricedModel = d.RequestModel, d.ResponseModel, d.PricedModel
		o.Parameters, o.Tools, o.ServiceTier = d.Parameters, d.Tools, d.ServiceTier
		o.PromptVersionText, o.Slots = d.PromptVersionText, d.Slots
		o.Messages, o.Completion = d.Messages, d.Completion
		o.InputYields, o.OutputYields = d.InputYields, d.OutputYields
	case *trace.Embedding:
		o.Parameters, o.InputCount, o.Dimensions = d.Parameters, d.InputCount, d.Dimensions
	case *trace.Reranking:
		o.TopK, o.InputCount, o.Documents = d.TopK, d.InputCount, d.Documents
	case *trace.Retrieval:
		o.TopK, o.MeanRelevance, o.Documents = d.TopK, d.MeanRelevance, d.Documents
	case *trace.ToolCall:
		o.CallID, o.Arguments, o.Result = d.CallID, d.Arguments, d.Result
	case *trace.Guardrail:
		o.PolicyID, o.Phase, o.Reason, o.Score, o.Categories = d.PolicyID, d.Phase, d.Reason, d.Score, d.Categories
	case *trace.Agent:
		o.AgentID = d.AgentID
	case *trace.Evaluator:
		o.Label, o.Explanation = d.Label, d.Explanation
	}
}
