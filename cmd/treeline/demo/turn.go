package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	oteltrace "go.opentelemetry.io/otel/trace"

	"github.com/treeline-dev/treeline/ingest/convention"
)

// turn is one message of an end user with everything that it sets off: one
// trace.
type turn struct {
	*conversation
	at      time.Time
	version *promptVersion
	isLast  bool
	// plant is what is planted in this turn.
	plant   string
	subject *topic
	// said is the message, masked what models get to see of it.
	said, masked string
	reply        string
	root, agent  *step
	// clock is how far the turn has come.
	clock time.Duration
	// found are the documents of the search, hasSearched says that there was one.
	found       []document
	hasSearched bool
	runs        []*run
	isActing,
	isHandedOver,
	isUnsupported,
	hasFailed bool
	// cause and symptom are the steps of what is planted.
	cause, symptom *step
}

// approach is how a question is dealt with.
type approach struct {
	search, act bool
	// inTurn does first and looks up then, rather than both at once.
	inTurn bool
}

// begin makes the steps that every turn has.
func (t *turn) begin() {
	t.root = &step{
		service: gateway, library: httpLibrary, name: "POST /v1/conversations/{id}/messages", kind: oteltrace.SpanKindServer,
		attributes: []attribute.KeyValue{
			attribute.String("http.request.method", "POST"),
			attribute.String("http.route", "/v1/conversations/{id}/messages"),
			attribute.String("url.path", "/v1/conversations/"+t.session+"/messages"),
			attribute.String("url.scheme", "https"),
			attribute.String("network.protocol.version", "2"),
		},
	}
	t.agent = &step{service: orchestrator, start: between(t.random, 2, 8)}
	t.clock = t.agent.start + between(t.random, 1, 3)
}

// after appends a step to a parent: it starts now, lasts a while, and what comes
// next starts a little after it.
func (t *turn) after(parent, s *step, lasting time.Duration) *step {
	s.start = t.clock
	s.end = s.start + lasting
	parent.add(s)
	t.clock = s.end + between(t.random, 0, 2)
	return s
}

// together runs things at the same time and goes on when the last is over.
func (t *turn) together(things ...func()) {
	start, end := t.clock, t.clock
	for _, thing := range things {
		t.clock = start
		thing()
		end = max(end, t.clock)
	}
	t.clock = end
}

// chat is small talk.
func (t *turn) chat(says, replies map[string][]string) {
	t.said = t.facts.fill(pick(t.random, says[t.language]))
	t.masked = t.said
	t.findIntent("small_talk", .97)
	t.reply = t.facts.fill(pick(t.random, replies[t.language]))
	t.writeAnswer()
}

// answerWith answers what was said.
func (t *turn) answerWith(a approach) {
	t.masked = t.said
	// Faults that are not of one conversation alone hit whoever comes their way.
	switch {
	case t.plant != "":
	case a.act && slices.Contains(t.subject.tools, diagnoseLine) && t.isWithin(toolTimeout):
		t.plant, t.isSpoilt = toolTimeout, true
	case t.subject.intent == deviceRepair && t.version.isBrief && t.language == "en":
		t.plant = inventedAnswer
	}
	label, confidence := t.subject.intent, .8+t.random.Float64()*.19
	if t.plant == misroutedIntent {
		label, confidence = upgradePlan, .41
	}
	if t.random.IntN(3) == 0 && t.plant != disclosure {
		t.together(t.checkInput, func() { t.findIntent(label, confidence) })
	} else {
		t.checkInput()
		t.findIntent(label, confidence)
	}
	switch {
	case a.inTurn:
		t.act()
		t.search()
	case a.search && a.act:
		t.together(t.search, t.act)
	case a.search:
		t.search()
	case a.act:
		t.act()
	}
	if t.plant == modelOutage {
		t.failToAnswer()
		return
	}
	t.reply = t.compose()
	answer := t.writeAnswer()
	t.together(func() { t.checkOutput(answer) }, func() { t.evaluate(answer) })
}

// refuse is what becomes of an attempt to break the rules.
func (t *turn) refuse() {
	t.masked = t.said
	guard := t.guard(t.agent, check{
		policy: "prompt-injection", id: "SEC-7", phase: "input", verdict: "deny", action: "block", text: t.said,
		reason: "The message tries to change the assistant's instructions.", score: .9 + t.random.Float64()*.09, categories: []string{"jailbreak"},
	}, between(t.random, 30, 110))
	t.cause, t.symptom = guard, guard
	t.event("message-blocked", attribute.String(convention.AttrMetadataPrefix+"policy", "prompt-injection"))
	t.reply = t.facts.fill(refusals[t.language])
}

// handOver ends with a person.
func (t *turn) handOver() {
	t.masked = t.said
	t.checkInput()
	t.findIntent("other", .6+t.random.Float64()*.2)
	t.isHandedOver = true
	t.event("handover-requested",
		attribute.String(convention.AttrMetadataPrefix+"queue", "second-line"),
		attribute.Int(convention.AttrMetadataPrefix+"waiting_minutes", 2+t.random.IntN(40)))
	t.reply = t.facts.fill(apologies[t.language])
	t.writeAnswer()
}

// event is a moment of its own.
func (t *turn) event(name string, attributes ...attribute.KeyValue) *step {
	s := &step{service: orchestrator, library: ownLibrary, name: name, kind: oteltrace.SpanKindInternal}
	s.set(attribute.String(convention.AttrType, "EVENT"))
	s.set(attributes...)
	return t.after(t.agent, s, 0)
}

// finish completes the steps that stand around the others.
func (t *turn) finish() {
	if t.agent == nil { // a job, not a message
		return
	}
	t.rate()
	r := t.idiom.agent(t)
	t.agent.library, t.agent.name, t.agent.kind = r.library, r.name, oteltrace.SpanKindInternal
	t.agent.set(r.attributes...)
	t.agent.end = max(t.agent.end, t.clock) + between(t.random, 1, 3)
	status := 200
	if t.hasFailed {
		status = 503
		t.agent.fail("AnswerUnavailable", "no answer after 2 attempts: the model is overloaded", stackOf("orchestrator/turn.go:211", "orchestrator/handler.go:74"))
	}
	t.root.add(t.agent)
	t.root.end = t.agent.end + between(t.random, 1, 4)
	t.root.set(attribute.Int("http.response.status_code", status))
	t.root.set(t.idiom.claims(t)...)
	if status >= 500 {
		t.root.hasFailed, t.root.message = true, "Service Unavailable"
		t.root.set(attribute.String("error.type", "503"))
	}
	switch t.plant {
	case lateParent:
		t.root.fate = late
		t.cause, t.symptom = t.root, t.root
	case slowTool, toolTimeout, ignoredError, repetition:
		t.symptom = t.agent
	case modelOutage:
		t.symptom = t.root
	}
}

// releaseName is the version of the whole application at the time.
func (t *turn) releaseName() string {
	if t.at.Before(t.release) {
		return "5.12.3"
	}
	return "5.13.0"
}

// tags are those of the trace.
func (t *turn) tags() []string {
	tags := []string{t.channel, "lang:" + t.language}
	if t.subject != nil {
		tags = append(tags, "topic:"+t.subject.intent)
	}
	if t.isHandedOver {
		tags = append(tags, "escalated")
	}
	return tags
}

// traceName is what lists show.
func (t *turn) traceName() string { return t.channel + " turn" }

// compose puts the reply together.
func (t *turn) compose() string {
	switch {
	case t.plant == toolTimeout || t.plant == repetition:
		return t.facts.fill(outages[t.language])
	case t.plant == blockedAdvice:
		return t.facts.fill("{fund} looks like a strong choice at the moment. With {sum} you should invest now, before the price rises further.")
	case t.plant == misroutedIntent:
		return t.facts.fill(t.topicOf(upgradePlan).reply[t.language][0])
	case t.plant == forbiddenLookup:
		t.isUnsupported = true
		return t.facts.fill("I have checked your booking {booking}, {first}: there is no refund on record for it. ") + t.best().facts[0]
	case t.plant == inventedAnswer:
		t.isUnsupported = true
		return t.facts.fill(pick(t.random, t.subject.invented))
	case t.hasSearched && len(t.found) == 0 && len(t.runs) == 0:
		if t.version.isBrief && t.language == "en" && len(t.subject.invented) > 0 {
			t.isUnsupported = true
			return t.facts.fill(pick(t.random, t.subject.invented))
		}
		return unknowns[t.language]
	case t.plant == wrongLanguage:
		return t.composeEnglish()
	case t.language != "en":
		reply := unknowns[t.language]
		if known := t.subject.reply[t.language]; len(known) > 0 {
			reply = t.facts.fill(pick(t.random, known))
		}
		if t.version.isBrief {
			reply = firstSentences(reply, 2)
		}
		return t.maybeCut(reply)
	}
	return t.maybeCut(t.composeEnglish())
}

// composeEnglish makes an answer of results and of sentences of the articles.
func (t *turn) composeEnglish() string {
	var sentences []string
	for _, r := range t.runs {
		if r.tool.say != "" {
			sentences = append(sentences, t.facts.fill(r.tool.say))
		}
	}
	source := ""
	if best := t.best(); best != nil {
		facts := best.facts
		if t.version.isBrief {
			facts = facts[:1]
		}
		sentences = append(sentences, facts...)
		source = fmt.Sprintf("You can read more in our article “%s”.", best.title)
	}
	if t.version.isBrief {
		if len(t.subject.invented) > 0 && t.random.IntN(100) < 30 && t.best() != nil {
			t.isUnsupported = true
			sentences = append(sentences, pick(t.random, t.subject.invented))
		}
		return join(sentences)
	}
	if t.random.IntN(100) < 4 && len(t.subject.invented) > 0 && t.best() != nil && t.plant == "" {
		t.isUnsupported = true
		sentences = append(sentences, pick(t.random, t.subject.invented))
	}
	first := acknowledgements
	if len(t.runs) > 0 {
		first = reports
	}
	sentences = slices.Insert(sentences, 0, t.facts.fill(pick(t.random, first)))
	if source != "" && t.random.IntN(2) == 0 {
		sentences = append(sentences, source)
	}
	return join(append(sentences, pick(t.random, closings)))
}

// maybeCut ends a reply where its tokens run out.
func (t *turn) maybeCut(reply string) string {
	if t.plant != truncatedAnswer {
		return reply
	}
	runes := []rune(reply)
	return strings.TrimRight(string(runes[:min(len(runes), max(12, len(runes)*2/5))]), ".!?。 ")
}

// best is the article that the answer is made of: the first of the topic's own
// among those found.
func (t *turn) best() *article {
	for _, d := range t.found {
		if d.isStale || slices.Contains(t.subject.articles, d.id) {
			return d.article
		}
	}
	return nil
}

func join(sentences []string) string {
	text := ""
	for _, s := range sentences {
		if text != "" {
			text += " "
		}
		text += s
	}
	return text
}

// stackOf is the stack of an exception in one of the services.
func stackOf(frames ...string) string {
	stack := "goroutine 4183 [running]:\n"
	for _, frame := range frames {
		stack += "contactcentre.example/" + frame + " +0x1d5\n"
	}
	return stack + "net/http.HandlerFunc.ServeHTTP(0xc0004a2180, {0xd31f80, 0xc0006f1a40}, 0xc00071e1b0)\n"
}
