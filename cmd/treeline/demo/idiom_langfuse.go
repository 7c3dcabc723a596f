package demo

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/treeline-dev/treeline/ingest/convention"
)

// langfuseIdiom writes model calls and traces as Langfuse's SDKs do, everything
// else in Treeline's own attributes.
type langfuseIdiom struct{}

func (langfuseIdiom) claims(t *turn) []attribute.KeyValue {
	return []attribute.KeyValue{
		attribute.String("langfuse.trace.name", t.traceName()),
		attribute.String("langfuse.user.id", t.user),
		attribute.String("langfuse.session.id", t.session),
		attribute.StringSlice("langfuse.trace.tags", t.tags()),
		attribute.String("langfuse.environment", t.environment),
		attribute.String("langfuse.release", t.releaseName()),
		attribute.String("langfuse.trace.metadata.channel", t.channel),
		attribute.String("langfuse.trace.metadata.tier", t.tier),
	}
}

func (i langfuseIdiom) agent(t *turn) recording {
	return recording{library: ownLibrary, name: "agent " + strings.ToLower(t.assistant), attributes: append([]attribute.KeyValue{
		attribute.String(convention.AttrType, "AGENT"),
		attribute.String(convention.AttrAgentName, strings.ToLower(t.assistant)),
		attribute.String(convention.AttrInput, t.said),
		attribute.String(convention.AttrOutput, t.reply),
		attribute.String(convention.AttrMetadataPrefix+"strategy", "tools-first"),
	}, i.claims(t)...)}
}

func (langfuseIdiom) chain(name, input, output string) recording {
	return recording{library: ownLibrary, name: name, attributes: []attribute.KeyValue{
		attribute.String(convention.AttrType, "CHAIN"),
		attribute.String(convention.AttrInput, input),
		attribute.String(convention.AttrOutput, output),
	}}
}

func (langfuseIdiom) tool(r *run, hasFailed bool) recording {
	attributes := []attribute.KeyValue{
		attribute.String(convention.AttrType, "TOOL_CALL"),
		attribute.String(convention.AttrToolName, r.tool.name),
		attribute.String(convention.AttrToolCallID, r.id),
		attribute.String(convention.AttrToolArguments, r.arguments),
		attribute.Bool(convention.AttrToolIsError, hasFailed || r.isRefused),
	}
	if !hasFailed {
		attributes = append(attributes, attribute.String(convention.AttrToolResult, r.result))
	}
	return recording{library: ownLibrary, name: r.tool.name, attributes: attributes}
}

func (langfuseIdiom) guard(c check) recording { return ownGuard(c) }

// ownGuard writes a check in Treeline's own attributes.
func ownGuard(c check) recording {
	action := strings.ToUpper(c.action)
	if c.action == "modify" {
		action = "REWRITE"
	}
	r := recording{library: ownLibrary, name: "guard " + c.policy, attributes: []attribute.KeyValue{
		attribute.String(convention.AttrType, "GUARDRAIL"),
		attribute.String(convention.AttrGuardrailName, c.policy),
		attribute.String(convention.AttrGuardrailPolicyID, c.id),
		attribute.String(convention.AttrGuardrailPhase, c.phase),
		attribute.String(convention.AttrGuardrailVerdict, strings.ToUpper(c.verdict)),
		attribute.String(convention.AttrGuardrailAction, action),
		attribute.Bool(convention.AttrGuardrailPassed, c.verdict == "allow"),
		attribute.Float64(convention.AttrGuardrailScore, round(c.score)),
		attribute.String(convention.AttrInput, c.text),
	}}
	if c.reason != "" {
		r.attributes = append(r.attributes, attribute.String(convention.AttrGuardrailReason, c.reason))
	}
	if len(c.categories) > 0 {
		r.attributes = append(r.attributes, attribute.StringSlice(convention.AttrGuardrailCategories, c.categories))
	}
	if c.rewritten != "" {
		r.attributes = append(r.attributes, attribute.String(convention.AttrOutput, c.rewritten))
	}
	return r
}

func (langfuseIdiom) score(j judgement) moment { return ownScore(j) }

// ownScore judges the trace, by a model.
func ownScore(j judgement) moment {
	return moment{name: convention.EventScore, attributes: []attribute.KeyValue{
		attribute.String(convention.AttrScoreName, j.name), attribute.Float64(convention.AttrScoreValue, j.value),
		attribute.String(convention.AttrScoreLabel, j.label), attribute.String(convention.AttrScoreComment, j.explanation),
		attribute.String(convention.AttrScoreSource, "MODEL"), attribute.String(convention.AttrScoreTarget, "trace"),
	}}
}

func (langfuseIdiom) model(c *call) recording {
	input := map[string]any{"messages": chatMessages(c)}
	if len(c.tools) > 0 {
		input["tools"] = chatTools(c)
	}
	parameters := map[string]any{"temperature": c.temperature, "max_tokens": c.maxTokens, "stream": c.isStreamed}
	attributes := []attribute.KeyValue{
		attribute.String("langfuse.observation.type", "generation"),
		attribute.String("langfuse.observation.input", jsonText(input)),
		attribute.String("langfuse.observation.model.name", c.model.name),
		attribute.String("langfuse.observation.model.parameters", jsonText(parameters)),
		attribute.String("langfuse.observation.prompt.name", c.prompt.name),
		attribute.Int("langfuse.observation.prompt.version", c.prompt.number),
	}
	if c.finish != "" {
		u := c.usage
		details := map[string]int64{"input": u.input - u.cached - u.written, "output": u.output - u.reasoning, "total": u.input + u.output}
		for name, n := range map[string]int64{"input_cached_tokens": u.cached, "input_cache_creation": u.written, "output_reasoning_tokens": u.reasoning} {
			if n > 0 {
				details[name] = n
			}
		}
		attributes = append(attributes,
			attribute.String("langfuse.observation.output", jsonText(chatMessage(c.reply))),
			attribute.String("langfuse.observation.usage_details", jsonText(details)),
			attribute.StringSlice("gen_ai.response.finish_reasons", []string{anthropicFinish[c.finish]}),
			attribute.String("gen_ai.response.id", c.id),
		)
		if c.isStreamed {
			first := c.start.Add(c.timeToFirstToken).UTC().Format(time.RFC3339Nano)
			attributes = append(attributes, attribute.String("langfuse.observation.completion_start_time", strconv.Quote(first)))
		}
	}
	return recording{library: langfuseLibrary, name: c.name, attributes: append(attributes, c.claims...)}
}

var anthropicFinish = map[string]string{"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use"}

// chatMessages are the messages of a call as OpenAI's API has them.
func chatMessages(c *call) []map[string]any {
	list := []map[string]any{{"role": "system", "content": c.system}}
	for _, m := range c.messages {
		list = append(list, chatMessage(m))
	}
	return list
}

func chatMessage(m message) map[string]any {
	written := map[string]any{"role": m.role, "content": m.text}
	switch {
	case m.role == "tool":
		written["tool_call_id"] = m.run.id
	case m.run != nil:
		written["content"] = nil
		written["tool_calls"] = []any{map[string]any{
			"id": m.run.id, "type": "function", "function": map[string]any{"name": m.run.tool.name, "arguments": m.run.arguments},
		}}
	}
	return written
}

func chatTools(c *call) []any {
	list := make([]any, len(c.tools))
	for i, t := range c.tools {
		list[i] = map[string]any{"type": "function", "function": map[string]any{
			"name": t.name, "description": t.description, "parameters": json.RawMessage(t.parameters),
		}}
	}
	return list
}
