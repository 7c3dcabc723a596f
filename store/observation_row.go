package store

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// writtenColumns are the columns of table observation in the order in which rows
// are written: those that are read, then the one that only loadExtras reads.
var writtenColumns = append(slices.Clone(observationColumns), "claim_extras")

// observationColumns are the columns of table observation in the order in
// which rows are read.
var observationColumns = []string{
	"project_id", "trace_id", "span_id", "start_time", "end_time", "parent_span_id",
	"type", "status", "level", "flags", "name", "service", "environment", "version", "external_id", "claims",
	"model", "provider",
	"input_tokens", "output_tokens", "total_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens", "usage_detail",
	"cost", "cost_input", "cost_output", "cost_flags",
	"response_id", "ttft_ms", "finish_reasons", "prompt_name", "prompt_number",
	"document_count", "top_relevance", "source", "tool_name", "is_error",
	"policy", "passed", "verdict", "action", "agent_name", "score_name", "score_value",
}

// Bits of observation.flags. The upper half holds the number of attributes that
// the client sent, to tell a fuller re-send from a thinner one.
const (
	flagAppRoot = 1 << iota
	flagParentRemote
	flagHasInput
	flagHasOutput
	flagHasTraceInput
	flagHasTraceOutput
	flagUsageCumulative
	// flagCounted and flagWrapper are the tree's verdict on the usage, see
	// trace.TreeRow.
	flagCounted
	flagWrapper

	attributeCountShift = 16
	maxAttributeCount   = 1<<15 - 1
)

// Bits of cost_flags: the source in the lowest two, then completeness.
const (
	costSourceMask   = 3
	costCompleteFlag = 4
)

// observationRow is a row of table observation.
type observationRow struct {
	ProjectID     int64
	TraceID       [16]byte
	SpanID        int64
	StartTime     int64
	EndTime       *int64
	ParentSpanID  *int64
	Type          int16
	Status        int16
	Level         int16
	Flags         int32
	Name          string
	Service       *string
	Environment   string
	Version       *string
	ExternalID    *string
	Claims        *string
	ClaimExtras   *string // not read with the rest
	Model         *string
	Provider      *string
	usage         usageColumns
	cost          costColumns
	ResponseID    *string
	TTFTMs        *float64
	FinishReasons []string
	PromptName    *string
	PromptNumber  *int32
	DocumentCount *int32
	TopRelevance  *float64
	Source        *string
	ToolName      *string
	IsError       *bool
	Policy        *string
	Passed        *bool
	Verdict       *int16
	Action        *int16
	AgentName     *string
	ScoreName     *string
	ScoreValue    *float64
}

// usageColumns are the token counts of a row of observation or trace.
type usageColumns struct {
	Input, Output, Total, CacheRead, CacheWrite, Reasoning *int64
	Detail                                                 *string
}

// usageDetail is what usage_detail holds as JSON.
type usageDetail struct {
	CacheWrite5m  *int64           `json:"cacheWrite5m,omitempty"`
	CacheWrite1h  *int64           `json:"cacheWrite1h,omitempty"`
	AudioInput    *int64           `json:"audioInput,omitempty"`
	AudioOutput   *int64           `json:"audioOutput,omitempty"`
	Extra         map[string]int64 `json:"extra,omitempty"`
	ReportedTotal *int64           `json:"reportedTotal,omitempty"`
	Repaired      string           `json:"repaired,omitempty"`
}

func usageToColumns(u *trace.Usage) usageColumns {
	if u == nil {
		return usageColumns{}
	}
	c := usageColumns{Input: u.InputTokens, Output: u.OutputTokens, Total: u.TotalTokens,
		CacheRead: u.CacheReadTokens, CacheWrite: u.CacheWriteTokens, Reasoning: u.ReasoningTokens}
	d := usageDetail{CacheWrite5m: u.CacheWrite5mTokens, CacheWrite1h: u.CacheWrite1hTokens, AudioInput: u.AudioInputTokens,
		AudioOutput: u.AudioOutputTokens, Extra: u.Extra, ReportedTotal: u.ReportedTotal, Repaired: u.Repaired}
	if d.CacheWrite5m != nil || d.CacheWrite1h != nil || d.AudioInput != nil || d.AudioOutput != nil ||
		len(d.Extra) > 0 || d.ReportedTotal != nil || d.Repaired != "" {
		text := string(trace.EncodeJSON(d))
		c.Detail = &text
	}
	return c
}

func (c usageColumns) usage() trace.Usage {
	u := trace.Usage{InputTokens: c.Input, OutputTokens: c.Output, TotalTokens: c.Total,
		CacheReadTokens: c.CacheRead, CacheWriteTokens: c.CacheWrite, ReasoningTokens: c.Reasoning}
	if c.Detail != nil {
		var d usageDetail
		if json.Unmarshal([]byte(*c.Detail), &d) == nil {
			u.CacheWrite5mTokens, u.CacheWrite1hTokens = d.CacheWrite5m, d.CacheWrite1h
			u.AudioInputTokens, u.AudioOutputTokens = d.AudioInput, d.AudioOutput
			u.Extra, u.ReportedTotal, u.Repaired = d.Extra, d.ReportedTotal, d.Repaired
		}
	}
	return u
}

// optional returns nil for a usage without any count.
func (c usageColumns) optional() *trace.Usage {
	u := c.usage()
	if u.IsZero() {
		return nil
	}
	return &u
}

// costColumns are the amounts of a row of observation or trace.
type costColumns struct {
	Total, Input, Output *int64
	Flags                int16
}

func costToColumns(c *trace.Cost) costColumns {
	if c == nil {
		return costColumns{Flags: costCompleteFlag}
	}
	out := costColumns{Total: (*int64)(c.Total), Input: (*int64)(c.Input), Output: (*int64)(c.Output), Flags: int16(c.Source)}
	if c.IsComplete {
		out.Flags |= costCompleteFlag
	}
	return out
}

func (c costColumns) cost() trace.Cost {
	return trace.Cost{Total: (*trace.Nanos)(c.Total), Input: (*trace.Nanos)(c.Input), Output: (*trace.Nanos)(c.Output),
		Source: trace.CostSource(c.Flags & costSourceMask), IsComplete: c.Flags&costCompleteFlag != 0}
}

// optional returns nil where nothing is known and nothing is missing.
func (c costColumns) optional() *trace.Cost {
	if c.Total == nil && c.Flags == costCompleteFlag {
		return nil
	}
	cost := c.cost()
	return &cost
}

// encodeObservation turns an observation into its row.
func encodeObservation(o trace.Observation) observationRow {
	c := o.Core()
	r := observationRow{
		ProjectID: int64(c.ProjectID), TraceID: c.TraceID, SpanID: c.SpanID.Ordinal(), StartTime: unixNanos(c.StartedAt),
		Type: int16(o.Type()), Status: int16(c.Status), Level: int16(c.Level), Name: c.Name, Service: c.Service,
		Environment: c.Environment, Version: c.Version, ExternalID: emptyToNil(c.ExternalID),
		cost: costToColumns(nil),
	}
	if c.EndedAt != nil {
		end := unixNanos(*c.EndedAt)
		r.EndTime = &end
	}
	if !c.ParentSpanID.IsZero() {
		parent := c.ParentSpanID.Ordinal()
		r.ParentSpanID = &parent
	}
	r.Claims, r.ClaimExtras = encodeClaims(c.Claims)
	for _, bit := range [...]struct {
		flag int32
		set  bool
	}{
		{flagAppRoot, c.IsAppRoot}, {flagParentRemote, c.ParentIsRemote}, {flagHasInput, c.Input != nil}, {flagHasOutput, c.Output != nil},
		{flagHasTraceInput, c.Claims != nil && c.Claims.Input != nil},
		{flagHasTraceOutput, c.Claims != nil && c.Claims.Output != nil},
	} {
		if bit.set {
			r.Flags |= bit.flag
		}
	}
	r.Flags |= int32(min(max(c.AttributeCount, 0), maxAttributeCount)) << attributeCountShift
	r.encodeTyped(o)
	return r
}

func (r *observationRow) encodeTyped(o trace.Observation) {
	if m, ok := o.(trace.Metered); ok {
		r.usage, r.cost = usageToColumns(&m.Meter().Usage), costToColumns(&m.Meter().Cost)
	} else if usage, cost, cumulative := trace.Reported(o); usage != nil || cost != nil {
		r.usage, r.cost = usageToColumns(usage), costToColumns(cost)
		if cumulative {
			r.Flags |= flagUsageCumulative
		}
	}
	switch o := o.(type) {
	case *trace.Generation:
		r.Model, r.Provider, r.TTFTMs, r.FinishReasons = o.Model(), o.Provider, o.TimeToFirstTokenMs, o.FinishReasons
		r.ResponseID, r.PromptName, r.PromptNumber = o.ResponseID, o.PromptName, int32Of(o.PromptNumber)
	case *trace.Embedding:
		r.Model, r.Provider = o.Model, o.Provider
	case *trace.Reranking:
		r.Model, r.Provider = o.Model, o.Provider
	case *trace.Retrieval:
		r.DocumentCount, r.TopRelevance, r.Source = int32Of(&o.DocumentCount), o.TopRelevance, o.Source
	case *trace.ToolCall:
		r.ToolName, r.IsError = &o.ToolName, &o.IsError
	case *trace.Guardrail:
		verdict, action := int16(o.Verdict), int16(o.Action)
		r.Policy, r.Passed, r.Verdict, r.Action = o.Policy, o.Passed, &verdict, &action
	case *trace.Agent:
		r.AgentName = o.AgentName
	case *trace.Evaluator:
		r.ScoreName, r.ScoreValue = o.ScoreName, o.ScoreValue
	}
}

// appendTo appends the row's fields in the order of writtenColumns.
func (r *observationRow) appendTo(row *copyRow) {
	row.int64(r.ProjectID)
	row.uuid(r.TraceID)
	row.int64(r.SpanID)
	row.int64(r.StartTime)
	row.optionalInt64(r.EndTime)
	row.optionalInt64(r.ParentSpanID)
	row.int16(r.Type)
	row.int16(r.Status)
	row.int16(r.Level)
	row.int32(r.Flags)
	row.text(r.Name)
	row.optionalText(r.Service)
	row.text(r.Environment)
	row.optionalText(r.Version)
	row.optionalText(r.ExternalID)
	row.optionalText(r.Claims)
	row.optionalText(r.Model)
	row.optionalText(r.Provider)
	r.usage.appendTo(row)
	r.cost.appendTo(row)
	row.optionalText(r.ResponseID)
	row.optionalFloat64(r.TTFTMs)
	row.texts(r.FinishReasons)
	row.optionalText(r.PromptName)
	row.optionalInt32(r.PromptNumber)
	row.optionalInt32(r.DocumentCount)
	row.optionalFloat64(r.TopRelevance)
	row.optionalText(r.Source)
	row.optionalText(r.ToolName)
	row.optionalBool(r.IsError)
	row.optionalText(r.Policy)
	row.optionalBool(r.Passed)
	row.optionalInt16(r.Verdict)
	row.optionalInt16(r.Action)
	row.optionalText(r.AgentName)
	row.optionalText(r.ScoreName)
	row.optionalFloat64(r.ScoreValue)
	row.optionalText(r.ClaimExtras)
}

// appendTo appends the counts in the order of the columns.
func (c *usageColumns) appendTo(row *copyRow) {
	row.optionalInt64(c.Input)
	row.optionalInt64(c.Output)
	row.optionalInt64(c.Total)
	row.optionalInt64(c.CacheRead)
	row.optionalInt64(c.CacheWrite)
	row.optionalInt64(c.Reasoning)
	row.optionalText(c.Detail)
}

// appendTo appends the amounts in the order of the columns.
func (c *costColumns) appendTo(row *copyRow) {
	row.optionalInt64(c.Total)
	row.optionalInt64(c.Input)
	row.optionalInt64(c.Output)
	row.int16(c.Flags)
}

// targets lists where a row is scanned to, in the order of observationColumns.
func (r *observationRow) targets() []any {
	return []any{
		&r.ProjectID, &r.TraceID, &r.SpanID, &r.StartTime, &r.EndTime, &r.ParentSpanID,
		&r.Type, &r.Status, &r.Level, &r.Flags, &r.Name, &r.Service, &r.Environment, &r.Version, &r.ExternalID, &r.Claims,
		&r.Model, &r.Provider,
		&r.usage.Input, &r.usage.Output, &r.usage.Total, &r.usage.CacheRead, &r.usage.CacheWrite, &r.usage.Reasoning, &r.usage.Detail,
		&r.cost.Total, &r.cost.Input, &r.cost.Output, &r.cost.Flags,
		&r.ResponseID, &r.TTFTMs, &r.FinishReasons, &r.PromptName, &r.PromptNumber,
		&r.DocumentCount, &r.TopRelevance, &r.Source, &r.ToolName, &r.IsError,
		&r.Policy, &r.Passed, &r.Verdict, &r.Action, &r.AgentName, &r.ScoreName, &r.ScoreValue,
	}
}

// observationSelect lists the columns for a SELECT from a table alias.
func observationSelect(alias string) string {
	return alias + "." + strings.Join(observationColumns, ", "+alias+".")
}

func scanObservationRow(rows pgx.CollectableRow) (*observationRow, error) {
	var r observationRow
	if err := rows.Scan(r.targets()...); err != nil {
		return nil, fmt.Errorf("read an observation: %w", err)
	}
	return &r, nil
}

// observation turns a row into its typed observation, without a body.
func (r *observationRow) observation() trace.Observation {
	o := trace.New(trace.ObservationType(r.Type))
	c := o.Core()
	c.ProjectID, c.TraceID, c.SpanID = trace.ProjectID(r.ProjectID), r.TraceID, trace.SpanIDFromOrdinal(r.SpanID)
	c.StartedAt = fromNanos(r.StartTime)
	if r.EndTime != nil {
		end := fromNanos(*r.EndTime)
		c.EndedAt = &end
	}
	if r.ParentSpanID != nil {
		c.ParentSpanID = trace.SpanIDFromOrdinal(*r.ParentSpanID)
	}
	c.Status, c.Level, c.Name, c.Service = trace.Status(r.Status), trace.Level(r.Level), r.Name, r.Service
	c.Environment, c.Version, c.ExternalID = r.Environment, r.Version, nilToEmpty(r.ExternalID)
	c.IsAppRoot, c.ParentIsRemote = r.Flags&flagAppRoot != 0, r.Flags&flagParentRemote != 0
	c.Claims, c.AttributeCount = r.claims(), int(r.Flags>>attributeCountShift)
	r.decodeTyped(o)
	return o
}

func (r *observationRow) claims() *trace.Claims {
	if claims := r.storedClaims(); claims != nil && !claims.IsZero() {
		return &claims.Claims
	}
	return nil
}

func (r *observationRow) decodeTyped(o trace.Observation) {
	if m, ok := o.(trace.Metered); ok {
		*m.Meter() = trace.Metering{Usage: r.usage.usage(), Cost: r.cost.cost(), IsWrapper: r.Flags&flagWrapper != 0}
	}
	switch o := o.(type) {
	case *trace.Generation:
		o.ResponseModel, o.Provider, o.TimeToFirstTokenMs, o.FinishReasons = r.Model, r.Provider, r.TTFTMs, r.FinishReasons
		o.ResponseID, o.PromptName, o.PromptNumber = r.ResponseID, r.PromptName, intOf(r.PromptNumber)
	case *trace.Embedding:
		o.Model, o.Provider = r.Model, r.Provider
	case *trace.Reranking:
		o.Model, o.Provider = r.Model, r.Provider
	case *trace.Retrieval:
		if r.DocumentCount != nil {
			o.DocumentCount = int(*r.DocumentCount)
		}
		o.TopRelevance, o.Source = r.TopRelevance, r.Source
	case *trace.ToolCall:
		o.ToolName, o.IsError = nilToEmpty(r.ToolName), r.IsError != nil && *r.IsError
		o.ReportedUsage = r.usage.optional()
	case *trace.Guardrail:
		o.Policy, o.Passed = r.Policy, r.Passed
		if r.Verdict != nil && r.Action != nil {
			o.Verdict, o.Action = trace.GuardrailVerdict(*r.Verdict), trace.GuardrailAction(*r.Action)
		}
		o.ReportedUsage = r.usage.optional()
	case *trace.Agent:
		o.AgentName, o.ReportedUsage, o.ReportedCost = r.AgentName, r.usage.optional(), r.cost.optional()
		o.IsUsageCumulative = r.Flags&flagUsageCumulative != 0
	case *trace.Chain:
		o.ReportedUsage, o.ReportedCost = r.usage.optional(), r.cost.optional()
	case *trace.Span:
		o.ReportedUsage, o.ReportedCost = r.usage.optional(), r.cost.optional()
	case *trace.Evaluator:
		o.ScoreName, o.ScoreValue = r.ScoreName, r.ScoreValue
	}
}

// step is the row as the algorithms over a whole trace see it.
func (r *observationRow) step() trace.Step {
	s := trace.StepOf(r.observation())
	s.HasInput, s.HasOutput = r.Flags&flagHasInput != 0, r.Flags&flagHasOutput != 0
	s.HasTraceInput, s.HasTraceOutput = r.Flags&flagHasTraceInput != 0, r.Flags&flagHasTraceOutput != 0
	if claims := r.storedClaims(); claims != nil && claims.Extras.Bytes > 0 {
		s.Extras = claims.Extras
	}
	return s
}

func emptyToNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func nilToEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func int32Of(n *int) *int32 {
	if n == nil {
		return nil
	}
	out := int32(max(math.MinInt32, min(math.MaxInt32, *n)))
	return &out
}

func intOf(n *int32) *int {
	if n == nil {
		return nil
	}
	out := int(*n)
	return &out
}
