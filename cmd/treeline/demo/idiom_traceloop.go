package demo

import (
	"fmt"
	"strings"

	"go.opentelemetry.io/otel/attribute"

	"github.com/treeline-dev/treeline/ingest/convention"
)

// traceloopIdiom writes the attributes of OpenLLMetry; guards and scores, for
// which it has none, in Treeline's own.
type traceloopIdiom struct{}

func (traceloopIdiom) claims(t *turn) []attribute.KeyValue {
	return []attribute.KeyValue{
		attribute.String("traceloop.workflow.name", t.traceName()),
		attribute.String("traceloop.association.properties.user_id", t.user),
		attribute.String("traceloop.association.properties.session_id", t.session),
		attribute.String("traceloop.association.properties.channel", t.channel),
		attribute.String("traceloop.association.properties.tier", t.tier),
		attribute.StringSlice(convention.AttrTraceTags, t.tags()),
		attribute.String(convention.AttrRelease, t.releaseName()),
	}
}

func (i traceloopIdiom) agent(t *turn) recording {
	name := strings.ToLower(t.assistant)
	return recording{library: traceloopLibrary, name: name + ".agent", attributes: append([]attribute.KeyValue{
		attribute.String("traceloop.span.kind", "agent"),
		attribute.String("traceloop.entity.name", name),
		attribute.String("traceloop.entity.input", jsonText(map[string]any{"message": t.said})),
		attribute.String("traceloop.entity.output", jsonText(map[string]any{"reply": t.reply})),
	}, i.claims(t)...)}
}

func (traceloopIdiom) chain(name, input, output string) recording {
	return recording{library: traceloopLibrary, name: name + ".task", attributes: []attribute.KeyValue{
		attribute.String("traceloop.span.kind", "task"),
		attribute.String("traceloop.entity.name", name),
		attribute.String("traceloop.entity.input", jsonText(map[string]any{"query": input})),
		attribute.String("traceloop.entity.output", output),
	}}
}

func (traceloopIdiom) tool(r *run, hasFailed bool) recording {
	attributes := []attribute.KeyValue{
		attribute.String("traceloop.span.kind", "tool"),
		attribute.String("traceloop.entity.name", r.tool.name),
		attribute.String("gen_ai.tool.call.id", r.id),
		attribute.String("traceloop.entity.input", r.arguments),
	}
	if !hasFailed {
		attributes = append(attributes, attribute.String("traceloop.entity.output", r.result))
	}
	return recording{library: traceloopLibrary, name: r.tool.name + ".tool", attributes: attributes}
}

func (traceloopIdiom) guard(c check) recording { return ownGuard(c) }

func (traceloopIdiom) score(j judgement) moment { return ownScore(j) }

func (traceloopIdiom) model(c *call) recording {
	system := map[string]string{"mistral_ai": "MistralAI"}[c.model.provider]
	if system == "" {
		system = c.model.provider
	}
	attributes := []attribute.KeyValue{
		attribute.String("llm.request.type", "chat"),
		attribute.String("gen_ai.system", system),
		attribute.String("gen_ai.request.model", c.model.name),
		attribute.Int("gen_ai.request.max_tokens", c.maxTokens),
		attribute.Float64("gen_ai.request.temperature", c.temperature),
		attribute.Bool("llm.is_streaming", c.isStreamed),
		attribute.String("traceloop.prompt.key", c.prompt.name),
		attribute.Int("traceloop.prompt.version", c.prompt.number),
		attribute.String("traceloop.prompt.template_variables", jsonText(c.slots)),
		attribute.String("gen_ai.prompt.0.role", "system"),
		attribute.String("gen_ai.prompt.0.content", c.system),
	}
	for i, m := range c.messages {
		attributes = append(attributes, flatMessage(fmt.Sprintf("gen_ai.prompt.%d.", i+1), m)...)
	}
	for i, t := range c.tools {
		key := fmt.Sprintf("llm.request.functions.%d.", i)
		attributes = append(attributes, attribute.String(key+"name", t.name), attribute.String(key+"description", t.description), attribute.String(key+"parameters", t.parameters))
	}
	r := recording{library: mistralLibrary, name: "mistralai.chat"}
	if c.finish != "" {
		attributes = append(attributes, flatMessage("gen_ai.completion.0.", c.reply)...)
		attributes = append(attributes,
			attribute.String("gen_ai.completion.0.finish_reason", c.finish),
			attribute.String("gen_ai.response.model", c.model.name),
			attribute.String("gen_ai.response.id", c.id),
			attribute.Int64("gen_ai.usage.input_tokens", c.usage.input),
			attribute.Int64("gen_ai.usage.output_tokens", c.usage.output),
			attribute.Int64("llm.usage.total_tokens", c.usage.input+c.usage.output),
		)
		if c.usage.cached > 0 {
			attributes = append(attributes, attribute.Int64("gen_ai.usage.cache_read_input_tokens", c.usage.cached))
		}
		if c.isStreamed {
			r.moments = []moment{{name: "llm.content.completion.chunk", at: c.timeToFirstToken}}
		}
	}
	r.attributes = append(attributes, c.claims...)
	return r
}

// flatMessage writes a message with one key for each of its fields.
func flatMessage(key string, m message) []attribute.KeyValue {
	attributes := []attribute.KeyValue{attribute.String(key+"role", m.role)}
	switch {
	case m.role == "tool":
		return append(attributes, attribute.String(key+"content", m.text), attribute.String(key+"tool_call_id", m.run.id))
	case m.run != nil:
		return append(attributes,
			attribute.String(key+"tool_calls.0.id", m.run.id), attribute.String(key+"tool_calls.0.name", m.run.tool.name),
			attribute.String(key+"tool_calls.0.arguments", m.run.arguments))
	}
	return append(attributes, attribute.String(key+"content", m.text))
}
