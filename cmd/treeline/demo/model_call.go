package demo

import (
	"fmt"
	"strconv"
	"strings"
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

const (
	// Providers keep prompts of this many tokens or more, in whole blocks, for a
	// few minutes.
	leastCached = 1024
	cacheBlock  = 128
	cacheTime   = 5 * time.Minute
)

// seenPrompt is a prompt that a model's provider may still have in its cache.
type seenPrompt struct {
	text string
	at   time.Time
}

// promptText is everything that a model reads, in the order in which it does:
// what two calls have in common at the beginning can come from a cache.
func (c *call) promptText() string {
	var b strings.Builder
	for _, offered := range c.tools {
		b.WriteString(offered.name + offered.description + offered.parameters)
	}
	b.WriteString(c.system)
	for _, m := range c.messages {
		b.WriteString(m.role + m.text)
		if m.run != nil {
			b.WriteString(m.run.arguments)
		}
	}
	return b.String()
}

// countCached splits the input of a call into what came from the provider's cache
// and what went there.
func (t *turn) countCached(c *call, u *usage) {
	at := t.at.Add(t.clock)
	key := c.model.name + " " + c.prompt.name
	before, text := t.seen[key], c.promptText()
	t.seen[key] = seenPrompt{text, at}
	same := 0
	if at.Sub(before.at) < cacheTime {
		for same < min(len(before.text), len(text)) && before.text[same] == text[same] {
			same++
		}
	}
	if n := tokensOf(text[:same]) / cacheBlock * cacheBlock; n >= leastCached {
		u.cached = min(n, u.input)
	}
	// Anthropic's customers mark what shall be kept: here the system message.
	static := tokensOf(c.system)
	if c.model.provider == "anthropic" && c.prompt == t.version && static >= leastCached && static > u.cached {
		u.written = static - u.cached
	}
}

// count estimates the usage of a call from its texts.
func (t *turn) count(c *call) {
	u := usage{input: tokensOf(c.system) + 12}
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
	t.countCached(c, &u)
	c.usage = u
}

// readingTime is what one token of a prompt takes.
const readingTime = 150 * time.Microsecond

// writeCall adds the step of a call. It lasts as long as the tokens take.
func (t *turn) writeCall(parent *step, on service, in idiom, kind oteltrace.SpanKind, c *call, lowest, highest int) *step {
	t.count(c)
	c.id = fillPattern(t.random, "resp_##%%####%%##%%####")
	// The model thinks before its first token, and reads what no cache spares it.
	first := between(t.random, lowest, highest) + time.Duration(c.usage.reasoning)*6*time.Millisecond +
		time.Duration(c.usage.input-c.usage.cached)*readingTime
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
	// What stays the same from call to call stands first, for the sake of caches.
	var volumes, articles strings.Builder
	for _, d := range t.found {
		to := &articles
		if d.isVolume {
			to = &volumes
		}
		to.WriteString("\n## " + d.id + "\n" + d.content() + "\n")
	}
	slots := map[string]string{
		"customer_name": t.facts.fill("{first} {last}"), "tier": t.tier, "plan": t.tier, "channel": t.channel,
		"language": languageNames[t.language], "today": t.at.UTC().Format("Monday, 2 January 2006"), "articles": volumes.String() + articles.String(),
	}
	c := &call{
		name: name, model: t.version.model, prompt: t.version, slots: slots, system: t.version.render(slots),
		maxTokens: t.version.maxTokens, temperature: t.version.temperature, isStreamed: true, finish: "stop",
	}
	for _, e := range t.history {
		c.messages = append(c.messages, message{role: "user", text: e.said}, message{role: "assistant", text: e.reply})
	}
	c.messages = append(c.messages, message{role: "user", text: t.masked})
	if t.isActing {
		for _, tool := range t.subject.tools {
			c.tools = append(c.tools, t.toolOf(tool))
		}
	}
	for _, r := range t.runs {
		c.messages = append(c.messages, message{role: "assistant", run: r}, message{role: "tool", text: r.result, run: r})
	}
	return c
}

var languageNames = map[string]string{"en": "English", "de": "German", "fr": "French", "ja": "Japanese"}

// askFor is the call in which the model asks for a tool.
func (t *turn) askFor(r *run) {
	c := t.request("choose a tool")
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
	case staleArticle, forbiddenLookup, misroutedIntent, wrongLanguage, inventedAnswer, ignoredError:
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
