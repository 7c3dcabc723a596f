package demo

import (
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	oteltrace "go.opentelemetry.io/otel/trace"

	"github.com/treeline-dev/treeline/ingest/convention"
)

// check is what a guard looked at and said.
type check struct {
	policy, id string
	// phase is input, output or tool.
	phase string
	// verdict and action are words of OpenTelemetry's proposal for guardrails.
	verdict, action string
	reason          string
	score           float64
	categories      []string
	text            string
	// rewritten is the text after the guard changed it.
	rewritten string
}

// guard adds the step of a check.
func (t *turn) guard(parent *step, c check, lasting time.Duration) *step {
	r := t.idiom.guard(c)
	return t.after(parent, &step{service: guardrails, library: r.library, name: r.name, kind: oteltrace.SpanKindServer, attributes: r.attributes}, lasting)
}

// checkInput looks at a message before any model does.
func (t *turn) checkInput() {
	checks := []func(){func() {
		t.guard(t.agent, check{
			policy: "prompt-injection", id: "SEC-7", phase: "input", verdict: "allow", action: "allow",
			score: t.random.Float64() * .12, text: t.said,
		}, between(t.random, 15, 70))
	}}
	if t.plant == disclosure {
		t.masked = mask(t.said, t.facts)
		checks = append(checks, func() {
			guard := t.guard(t.agent, check{
				policy: "personal-data", id: "PRIV-2", phase: "input", verdict: "modify", action: "modify", text: t.said, rewritten: t.masked,
				reason: "The message holds personal data that is not needed.", score: .95, categories: []string{"personal_data"},
			}, between(t.random, 25, 90))
			t.cause, t.symptom = guard, guard
		})
	} else if t.random.IntN(4) == 0 {
		checks = append(checks, func() {
			t.guard(t.agent, check{
				policy: "personal-data", id: "PRIV-2", phase: "input", verdict: "allow", action: "allow", score: t.random.Float64() * .1, text: t.said,
			}, between(t.random, 20, 80))
		})
	}
	t.together(checks...)
}

// mask replaces personal data in a message.
func mask(said string, f *facts) string {
	return strings.NewReplacer(
		"4111 1111 1111 1111", "[CARD]", "L01X00T471", "[ID]", "3 May 1984", "[DATE]",
		f.value("email"), "[EMAIL]", f.value("phone"), "[PHONE]",
	).Replace(said)
}

// checkOutput looks at the answer before the end user does.
func (t *turn) checkOutput(answer *step) {
	c := check{
		policy: "answer-policy", id: "POL-1", phase: "output", verdict: "allow", action: "allow", score: t.random.Float64() * .2, text: t.reply,
	}
	if t.company == "Initech Bank" {
		c.policy, c.id = "investment-advice", "REG-14"
	}
	switch {
	case t.plant == blockedAdvice:
		c.verdict, c.action, c.score = "deny", "block", .93
		c.reason, c.categories = "The answer recommends a product to invest in.", []string{"financial_advice"}
		t.cause = answer
		t.symptom = t.guard(t.agent, c, between(t.random, 60, 180))
		t.symptom.note("guard.blocked", t.symptom.end, attribute.String(convention.AttrMetadataPrefix+"rule", "2"))
		t.reply = "I cannot recommend an investment. I would be glad to arrange an appointment with one of our advisers; shall I look for a date?"
	case t.company == "Initech Bank" || t.random.IntN(100) < 55:
		if t.random.IntN(60) == 0 {
			c.verdict, c.action, c.reason, c.score = "warn", "allow", "The answer may promise too much.", .58
		}
		t.guard(t.agent, c, between(t.random, 25, 120))
	}
}
