package demo

import (
	"encoding/json"
	"strings"

	"go.opentelemetry.io/otel/attribute"

	"github.com/treeline-dev/treeline/ingest/convention"
)

// genAIIdiom writes the attributes of OpenTelemetry's GenAI conventions.
type genAIIdiom struct{}

func (genAIIdiom) claims(t *turn) []attribute.KeyValue {
	return []attribute.KeyValue{
		attribute.String(convention.AttrTraceName, t.traceName()),
		attribute.String("user.id", t.user),
		attribute.String("gen_ai.conversation.id", t.session),
		attribute.StringSlice(convention.AttrTraceTags, t.tags()),
		attribute.String(convention.AttrRelease, t.releaseName()),
		attribute.String(convention.AttrTraceMetadataPrefix+"channel", t.channel),
		attribute.String(convention.AttrTraceMetadataPrefix+"plan", t.tier),
	}
}

func (i genAIIdiom) agent(t *turn) recording {
	name := strings.ToLower(t.assistant)
	return recording{library: genAILibrary, name: "invoke_agent " + name, attributes: append([]attribute.KeyValue{
		attribute.String("gen_ai.operation.name", "invoke_agent"),
		attribute.String("gen_ai.agent.name", name),
		attribute.String("gen_ai.provider.name", t.version.model.provider),
		attribute.String("gen_ai.request.model", t.version.model.name),
		attribute.String("gen_ai.input.messages", jsonText([]any{genAIMessage(message{role: "user", text: t.said})})),
		attribute.String("gen_ai.output.messages", jsonText([]any{genAIMessage(message{role: "assistant", text: t.reply})})),
	}, i.claims(t)...)}
}

func (genAIIdiom) chain(name, input, output string) recording {
	return recording{library: genAILibrary, name: "invoke_workflow " + name, attributes: []attribute.KeyValue{
		attribute.String("gen_ai.operation.name", "invoke_workflow"),
		attribute.String("gen_ai.workflow.name", name),
		attribute.String(convention.AttrInput, input),
		attribute.String(convention.AttrOutput, output),
	}}
}

func (genAIIdiom) tool(r *run, hasFailed bool) recording {
	attributes := []attribute.KeyValue{
		attribute.String("gen_ai.operation.name", "execute_tool"),
		attribute.String("gen_ai.tool.name", r.tool.name),
		attribute.String("gen_ai.tool.call.id", r.id),
		attribute.String("gen_ai.tool.type", "function"),
		attribute.String("gen_ai.tool.description", r.tool.description),
		attribute.String("gen_ai.tool.call.arguments", r.arguments),
	}
	if !hasFailed {
		attributes = append(attributes, attribute.String("gen_ai.tool.call.result", r.result))
	}
	return recording{library: genAILibrary, name: "execute_tool " + r.tool.name, attributes: attributes}
}

func (genAIIdiom) guard(c check) recording {
	attributes := []attribute.KeyValue{
		attribute.String("gen_ai.operation.name", "run_guardrail"),
		attribute.String("gen_ai.guardrail.component.name", c.policy),
		attribute.String("gen_ai.guardrail.security.policy.id", c.id),
		attribute.String("gen_ai.guardrail.target.type", c.phase),
		attribute.String("gen_ai.guardrail.verdict.type", c.verdict),
		attribute.String("gen_ai.guardrail.action.type", c.action),
		attribute.Float64("gen_ai.guardrail.security.risk.score", round(c.score)),
		attribute.String(convention.AttrInput, c.text),
	}
	if c.reason != "" {
		attributes = append(attributes, attribute.String("gen_ai.guardrail.verdict.reason", c.reason))
	}
	if len(c.categories) > 0 {
		attributes = append(attributes, attribute.StringSlice("gen_ai.guardrail.security.risk.category", c.categories))
	}
	if c.rewritten != "" {
		attributes = append(attributes, attribute.String(convention.AttrOutput, c.rewritten))
	}
	return recording{library: genAILibrary, name: "run_guardrail " + c.policy, attributes: attributes}
}

func (genAIIdiom) score(j judgement) moment {
	return moment{name: "gen_ai.evaluation.result", attributes: []attribute.KeyValue{
		attribute.String("gen_ai.evaluation.name", j.name),
		attribute.Float64("gen_ai.evaluation.score.value", j.value),
		attribute.String("gen_ai.evaluation.score.label", j.label),
		attribute.String("gen_ai.evaluation.explanation", j.explanation),
	}}
}

func (genAIIdiom) model(c *call) recording {
	messages := make([]any, len(c.messages))
	for i, m := range c.messages {
		messages[i] = genAIMessage(m)
	}
	attributes := []attribute.KeyValue{
		attribute.String("gen_ai.operation.name", "chat"),
		attribute.String("gen_ai.provider.name", c.model.provider),
		attribute.String("gen_ai.request.model", c.model.name),
		attribute.Int("gen_ai.request.max_tokens", c.maxTokens),
		attribute.Float64("gen_ai.request.temperature", c.temperature),
		attribute.Bool("gen_ai.request.stream", c.isStreamed),
		attribute.String("gen_ai.system_instructions", jsonText([]any{textPart(c.system)})),
		attribute.String("gen_ai.input.messages", jsonText(messages)),
		attribute.String("gen_ai.prompt.name", c.prompt.name),
		attribute.Int("gen_ai.prompt.version", c.prompt.number),
	}
	if c.prompt.reasons {
		attributes = append(attributes, attribute.String("gen_ai.request.reasoning.level", "low"))
	}
	for _, name := range []string{"customer_name", "plan", "tier", "language", "today"} {
		if strings.Contains(c.prompt.text, "{{"+name+"}}") {
			attributes = append(attributes, attribute.String("gen_ai.prompt.variable."+name, c.slots[name]))
		}
	}
	if len(c.tools) > 0 {
		tools := make([]any, len(c.tools))
		for i, t := range c.tools {
			tools[i] = map[string]any{"type": "function", "name": t.name, "description": t.description, "parameters": json.RawMessage(t.parameters)}
		}
		attributes = append(attributes, attribute.String("gen_ai.tool.definitions", jsonText(tools)))
	}
	if c.finish != "" {
		attributes = append(attributes,
			attribute.String("gen_ai.output.messages", jsonText([]any{genAIMessage(c.reply)})),
			attribute.StringSlice("gen_ai.response.finish_reasons", []string{c.finish}),
			attribute.String("gen_ai.response.id", c.id),
			attribute.String("gen_ai.response.model", c.model.name),
			attribute.Int64("gen_ai.usage.input_tokens", c.usage.input),
			attribute.Int64("gen_ai.usage.output_tokens", c.usage.output),
		)
		if c.usage.cached > 0 {
			attributes = append(attributes, attribute.Int64("gen_ai.usage.cache_read.input_tokens", c.usage.cached))
		}
		if c.usage.written > 0 {
			attributes = append(attributes, attribute.Int64("gen_ai.usage.cache_write.input_tokens", c.usage.written))
		}
		if c.usage.reasoning > 0 {
			attributes = append(attributes, attribute.Int64("gen_ai.usage.reasoning.output_tokens", c.usage.reasoning))
		}
		if c.isStreamed {
			attributes = append(attributes, attribute.Float64("gen_ai.response.time_to_first_chunk", c.timeToFirstToken.Seconds()))
		}
	}
	return recording{library: genAILibrary, name: c.name, attributes: append(attributes, c.claims...)}
}

func textPart(text string) map[string]any { return map[string]any{"type": "text", "content": text} }

// genAIMessage writes a message with its parts.
func genAIMessage(m message) map[string]any {
	part := textPart(m.text)
	switch {
	case m.role == "tool":
		part = map[string]any{"type": "tool_call_response", "id": m.run.id, "response": json.RawMessage(m.text)}
	case m.run != nil:
		part = map[string]any{"type": "tool_call", "id": m.run.id, "name": m.run.tool.name, "arguments": json.RawMessage(m.run.arguments)}
	}
	return map[string]any{"role": m.role, "parts": []any{part}}
}
