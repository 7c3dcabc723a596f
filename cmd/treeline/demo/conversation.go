package demo

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	oteltrace "go.opentelemetry.io/otel/trace"
)

// conversation is a session: an end user who writes several times.
type conversation struct {
	*story
	plan
	random *rand.Rand
	facts  *facts
	// release is when the new prompt version became everyone's.
	release     time.Time
	isCanary    bool
	channel     string
	tier        string
	environment string
	session     string
	user        string
	subject     *topic
	history     []exchange
	// consulted are the volumes of the casebook that the last search for a tangled
	// question took along, consultedFor is the intent of that question.
	consulted    []volume
	consultedFor string
	// prompts that models have seen in this conversation, for their caches.
	seen map[string]seenPrompt
	// isSpoilt says that something went so wrong that it shows in the rating.
	isSpoilt bool
	// earlier are the roots of recent traces, for jobs that point to them.
	earlier []oteltrace.Link
}

// exchange is a turn that is over.
type exchange struct{ said, reply string }

// newConversation prepares a conversation. The number sets it apart from the
// customer's others.
func newConversation(s *story, p plan, release time.Time, random *rand.Rand, session string) *conversation {
	c := &conversation{story: s, plan: p, random: random, release: release, session: session, seen: map[string]seenPrompt{}}
	if c.language == "" {
		c.language = pickWeighted(random, s.languages)
	}
	c.channel, c.tier = pickWeighted(random, s.channels), pickWeighted(random, s.tiers)
	c.isCanary = random.Float64() < canaryShare
	c.environment = "production"
	if p.plant == "" && random.IntN(12) == 0 {
		c.environment = "staging"
	}
	slots := map[string][]string{"company": {s.company}, "assistant": {s.assistant}}
	for _, from := range []map[string][]string{people, s.slots} {
		for name, choices := range from {
			slots[name] = choices
		}
	}
	c.facts = &facts{random: random, slots: slots, at: p.at, language: c.language, values: map[string]string{}}
	c.user = c.facts.value("user")
	return c
}

func pickWeighted(random *rand.Rand, list []weightedText) string {
	return weighted(random, list, func(t weightedText) int { return t.weight }).text
}

// prompt returns the version of the answering prompt that is in use at a time.
func (c *conversation) prompt(at time.Time) *promptVersion {
	isNew := !at.Before(c.release) || c.isCanary && !at.Before(c.release.Add(-canaryTime))
	if isNew && len(c.prompts) > 1 {
		return c.prompts[1]
	}
	return c.prompts[0]
}

// isWithin reports whether a turn is in the time in which something is planted.
func (t *turn) isWithin(plant string) bool {
	end := t.release.Add(releaseAge)
	return slices.ContainsFunc(t.plants, func(p planting) bool {
		return p.plant == plant && !t.at.Before(end.Add(-p.window.from)) && t.at.Before(end.Add(-p.window.to))
	})
}

// choose takes a topic that people write about in the conversation's language.
func (c *conversation) choose(fits func(*topic) bool) *topic {
	var list []*topic
	for _, t := range c.topics {
		if len(t.opening[c.language]) > 0 && fits(t) {
			list = append(list, t)
		}
	}
	return weighted(c.random, list, func(t *topic) int { return t.weight })
}

// topicOf returns the topic with an intent.
func (c *conversation) topicOf(intent string) *topic {
	return c.topics[slices.IndexFunc(c.topics, func(t *topic) bool { return t.intent == intent })]
}

// anything is a condition that every topic meets.
func anything(*topic) bool { return true }

// play returns the turns of the conversation, each with its steps.
func (c *conversation) play() []*turn {
	scenes := c.scenes()
	turns := make([]*turn, 0, len(scenes))
	at := c.at
	for i, play := range scenes {
		t := &turn{conversation: c, at: at, isLast: i == len(scenes)-1, version: c.prompt(at)}
		t.begin()
		play(t)
		t.finish()
		turns = append(turns, t)
		c.history = append(c.history, exchange{t.said, t.reply})
		if t.subject != nil {
			c.subject = t.subject
		}
		at = at.Add(t.root.last() + between(c.random, 12_000, 140_000))
	}
	return turns
}

// scenes returns what happens turn by turn.
func (c *conversation) scenes() []func(*turn) {
	if planted, ok := plantedScenes[c.plant]; ok {
		return planted(c)
	}
	var scenes []func(*turn)
	n := c.turns
	if n >= 3 && c.random.IntN(7) == 0 {
		scenes = append(scenes, func(t *turn) { t.chat(greetings, welcomes) })
	}
	thanksAtEnd := n >= 3 && c.random.IntN(3) > 0
	for len(scenes) < n {
		switch {
		case thanksAtEnd && len(scenes) == n-1:
			scenes = append(scenes, (*turn).sayThanks)
		case c.subject == nil || c.random.IntN(4) == 0:
			c.subject = c.choose(anything)
			subject := c.subject
			scenes = append(scenes, func(t *turn) { t.open(subject) })
		default:
			subject := c.subject
			scenes = append(scenes, func(t *turn) { t.goOn(subject) })
		}
	}
	return scenes
}

// open is the first message about a topic.
func (t *turn) open(subject *topic) {
	t.subject = subject
	t.said = t.opening(subject)
	t.answerWith(t.approach(subject))
}

// opening says what a topic begins with.
func (t *turn) opening(subject *topic) string {
	said := pick(t.random, subject.opening[t.language])
	if t.language == "en" {
		said = pick(t.random, preludes) + said + pick(t.random, codas)
	}
	return t.facts.fill(said)
}

// approach decides between looking things up and doing them.
func (t *turn) approach(subject *topic) approach {
	switch {
	case len(subject.tools) == 0:
		return approach{search: true}
	case len(subject.articles) == 0:
		return approach{act: true}
	}
	switch n := t.random.IntN(10); {
	case n < 3:
		return approach{search: true}
	case n < 8:
		return approach{act: true}
	default:
		return approach{search: true, act: true}
	}
}

// goOn is a further question about a topic.
func (t *turn) goOn(subject *topic) {
	t.subject = subject
	questions := slices.Concat(subject.next[t.language], nexts[t.language])
	t.said = t.facts.fill(pick(t.random, questions))
	t.answerWith(approach{search: len(subject.articles) > 0 || len(subject.tools) == 0, act: len(subject.articles) == 0 && len(subject.tools) > 0})
}

// sayThanks ends a conversation.
func (t *turn) sayThanks() { t.chat(thanks, farewells) }

// complain repeats the first question after a bad answer; a person takes over.
func (t *turn) complain(said string) {
	t.isSpoilt = true
	t.said = said
	t.handOver()
}

// again makes a complaint of what was said first.
func (t *turn) again() string {
	first := t.history[0].said
	return t.facts.fill(strings.ReplaceAll(pick(t.random, complaints[t.language]), "{again}", first))
}
