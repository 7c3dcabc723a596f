package demo

import (
	"fmt"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	oteltrace "go.opentelemetry.io/otel/trace"
)

// call is one request to a language model, before an idiom writes it down.
type call struct {
	name     string
	model    modelName
	prompt   *promptVersion
	slots    map[string]string
	system   string
	messages []message // after the system message
	reply    message
	tools    []*tool
	// maxTokens and temperature are settings of the request.
	maxTokens   int
	temperature float64
	isStreamed  bool
	finish      string // stop, length or tool_calls
	id          string // of the response
	usage       usage
	// timeToFirstToken counts from the start of the call.
	timeToFirstToken time.Duration
	start            time.Time
	// claims are what the span says of its trace.
	claims []attribute.KeyValue
}

// message is one of a conversation. A tool's answer has the role tool.
type message struct {
	role, text string
	// run is the tool call that an assistant's message asks for or that a tool's
	// message answers.
	run *run
}

// usage counts tokens; cached, written and reasoning are parts of the others.
type usage struct{ input, output, cached, written, reasoning int64 }

// count estimates the usage of a call from its texts.
func (t *turn) count(c *call) {
	static := tokensOf(c.system)
	u := usage{input: static + 12}
	for _, m := range c.messages {
		u.input += tokensOf(m.text) + 4
		if m.run != nil {
			u.input += tokensOf(m.run.arguments)
		}
	}
	for _, offered := range c.tools {
		u.input += tokensOf(offered.parameters) + tokensOf(offered.description) + 8
	}
	u.output = tokensOf(c.reply.text) + 2
	if c.reply.run != nil {
		u.output += tokensOf(c.reply.run.arguments) + 12
	}
	if c.prompt.reasons && c.finish != "tool_calls" {
		u.reasoning = int64(24 + t.random.IntN(180))
		if c.prompt.isBrief {
			u.reasoning /= 2
		}
		u.output += u.reasoning
	}
	switch n := t.random.IntN(10); {
	case n < 6 && static > 64:
		u.cached = static / 64 * 64
	case n < 8 && static > 64 && c.model.provider == "anthropic":
		u.written = static
	}
	c.usage = u
}

// writeCall adds the step of a call. It lasts as long as the tokens take.
func (t *turn) writeCall(parent *step, on service, in idiom, kind oteltrace.SpanKind, c *call, lowest, highest int) *step {
	t.count(c)
	c.id = fillPattern(t.random, "resp_##%%####%%##%%####")
	first := between(t.random, lowest, highest) + time.Duration(c.usage.reasoning)*6*time.Millisecond
	perToken := between(t.random, 6, 13)
	c.timeToFirstToken = first
	c.start = t.at.Add(t.clock + t.skew[on])
	if t.agent != nil { // the claims of a job stand on its root
		c.claims = t.idiom.claims(t)
	}
	s := &step{service: on, kind: kind}
	t.after(parent, s, first+time.Duration(c.usage.output-c.usage.reasoning)*perToken)
	r := in.model(c)
	s.library, s.name = r.library, r.name
	s.set(r.attributes...)
	for _, m := range r.moments {
		m.at += s.start
		s.moments = append(s.moments, m)
	}
	return s
}

// findIntent asks a small model what a message is about.
func (t *turn) findIntent(label string, confidence float64) {
	c := &call{
		name: "classify intent", model: t.models.router, prompt: t.router, system: t.router.text,
		messages:  []message{{role: "user", text: t.masked}},
		reply:     message{role: "assistant", text: fmt.Sprintf(`{"intent":%q,"confidence":%s,"language":%q}`, label, strconv.FormatFloat(confidence, 'f', 2, 64), t.language)},
		maxTokens: t.router.maxTokens, finish: "stop",
	}
	s := t.writeCall(t.agent, intents, genAIIdiom{}, oteltrace.SpanKindServer, c, 70, 240)
	if t.plant == misroutedIntent {
		t.cause = s
	}
}

// request prepares a call of the answering model.
func (t *turn) request(name string) *call {
	articles := ""
	for _, d := range t.found {
		articles += "\n## " + d.id + "\n" + d.content() + "\n"
	}
	slots := map[string]string{
		"customer_name": t.facts.fill("{first} {last}"), "tier": t.tier, "plan": t.tier, "channel": t.channel,
		"language": languageNames[t.language], "today": t.at.UTC().Format("Monday, 2 January 2006"), "articles": articles,
	}
	c := &call{
		name: name, model: t.version.model, prompt: t.version, slots: slots, system: t.version.render(slots),
		maxTokens: t.version.maxTokens, temperature: t.version.temperature, isStreamed: true, finish: "stop",
	}
	for _, e := range t.history[max(0, len(t.history)-2):] {
		c.messages = append(c.messages, message{role: "user", text: e.said}, message{role: "assistant", text: e.reply})
	}
	c.messages = append(c.messages, message{role: "user", text: t.masked})
	for _, r := range t.runs {
		c.messages = append(c.messages, message{role: "assistant", run: r}, message{role: "tool", text: r.result, run: r})
	}
	return c
}

var languageNames = map[string]string{"en": "English", "de": "German", "fr": "French", "ja": "Japanese"}

// askFor is the call in which the model asks for a tool.
func (t *turn) askFor(r *run) {
	c := t.request("choose a tool")
	for _, name := range t.subject.tools {
		c.tools = append(c.tools, t.toolOf(name))
	}
	c.isStreamed = false
	c.finish = "tool_calls"
	c.reply = message{role: "assistant", run: r}
	t.writeCall(t.agent, answers, t.idiom, oteltrace.SpanKindClient, c, 220, 520)
}

// writeAnswer is the call that makes the reply.
func (t *turn) writeAnswer() *step {
	c := t.request("write answer")
	c.reply = message{role: "assistant", text: t.reply}
	if t.plant == truncatedAnswer {
		c.finish, c.maxTokens = "length", 48
	}
	if t.random.IntN(160) == 0 {
		t.refused("RateLimitError", "429 Too Many Requests: tokens per minute exceeded, retry in 0.8 s")
		t.clock += 800 * time.Millisecond
	}
	s := t.writeCall(t.agent, answers, t.idiom, oteltrace.SpanKindClient, c, 260, 900)
	switch t.plant {
	case truncatedAnswer:
		t.cause, t.symptom = s, s
	case staleArticle, misroutedIntent, wrongLanguage, inventedAnswer, ignoredError:
		t.symptom = s
		if t.plant == wrongLanguage {
			t.cause = s
		}
	case unpricedModel:
		t.cause, t.symptom = s, s
	}
	return s
}

// refused is a call that the provider turned away.
func (t *turn) refused(kind, message string) *step {
	c := t.request("write answer")
	c.finish = ""
	s := t.writeCall(t.agent, answers, t.idiom, oteltrace.SpanKindClient, c, 300, 1500)
	s.fail(kind, message, stackOf("answers/model.go:144", "answers/stream.go:58"))
	return s
}

// failToAnswer is what happens while the model is overloaded.
func (t *turn) failToAnswer() {
	for range 2 {
		s := t.refused("OverloadedError", "529 overloaded_error: the model is overloaded, try again later")
		if t.cause == nil {
			t.cause = s
		}
		t.clock += time.Second
	}
	t.hasFailed = true
}
