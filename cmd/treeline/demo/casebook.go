package demo

import (
	"fmt"
	"strings"
	"time"
)

const (
	// maxVolumes is how many volumes of the casebook one search takes along.
	maxVolumes = 4
	// A volume has this many cases at least and at most.
	fewestCases, mostCases = 8, 13
)

// volume is a part of the casebook: solved cases of one topic, which the
// knowledge base has beside its short articles. It is long, and so is the prompt
// that quotes it.
type volume struct {
	*article
	intent string
}

// newCasebook writes the volumes of every topic that articles help with. Each
// case repeats what people ask and what the current articles say, so that the
// casebook never contradicts them.
func newCasebook(s *story) []volume {
	var volumes []volume
	for i, t := range s.topics {
		if len(t.articles) == 0 || len(t.opening["en"]) == 0 {
			continue
		}
		for v := range maxVolumes {
			a := &article{
				id:      fmt.Sprintf("casebook/%s-%d", strings.ReplaceAll(t.intent, "_", "-"), v+1),
				title:   fmt.Sprintf("Casebook, %s, volume %d", strings.ReplaceAll(t.intent, "_", " "), v+1),
				updated: "2026-06-01",
			}
			a.text = s.writeCases(t, uint64(i*maxVolumes+v))
			volumes = append(volumes, volume{a, t.intent})
		}
	}
	return volumes
}

// casebookEnd is when the last case was written down.
var casebookEnd = time.Date(2026, 5, 31, 0, 0, 0, 0, time.UTC)

// caseNotes say what the team thought of a case afterwards.
var caseNotes = []string{
	"The customer confirmed that this settled it.",
	"Closed after one message; no follow-up within thirty days.",
	"A second message asked for the same in other words and got the same answer.",
	"The conversation was reviewed in the monthly meeting and kept as an example.",
	"Taken over from the telephone line, where it had been open for two days.",
	"The first draft left out the condition; the review added it.",
	"Answered in writing because the customer wanted to show it to someone else.",
	"Reopened once by mistake and closed again without a change.",
}

// writeCases returns the paragraphs of a volume.
func (s *story) writeCases(t *topic, number uint64) []string {
	random := newRandom(number, uint64(len(s.company)))
	slots := map[string][]string{"company": {s.company}, "assistant": {s.assistant}}
	for _, from := range []map[string][]string{people, s.slots} {
		for name, choices := range from {
			slots[name] = choices
		}
	}
	paragraphs := []string{"How to use this volume: look for the case that is most like the question, follow its answer, and check names, dates and amounts against the customer's own. An article that says otherwise comes first."}
	for n := range fewestCases + random.IntN(mostCases-fewestCases+1) {
		f := &facts{random: random, slots: slots, at: casebookEnd.AddDate(0, 0, -random.IntN(200)), language: "en", values: map[string]string{}}
		held := s.articleOf(t.articles[n%len(t.articles)])
		paragraphs = append(paragraphs, fmt.Sprintf("Case %s, %s, by %s.\nQuestion: %s\nFollowed by: %s\nAnswer: %s %s %s\nSource: %s (“%s”).\nNote: %s",
			fillPattern(random, "C-#####"), f.at.Format("2 January 2006"), pick(random, s.channels).text,
			f.fill(pick(random, t.opening["en"])+pick(random, codas)), f.fill(pick(random, nexts["en"])),
			f.fill(pick(random, acknowledgements)), join(held.facts), pick(random, closings),
			held.id, held.title, pick(random, caseNotes)))
	}
	return paragraphs
}

// consultShare is how many searches in a hundred look into the casebook.
const consultShare = 28

// consult returns the volumes of the casebook that a search takes along, less
// relevant than what it found before: none for most questions, several for a
// tangled one, and in the same conversation the same ones again.
func (t *turn) consult(below float64) []document {
	if t.subject.intent != t.consultedFor {
		if t.plant != "" || t.random.IntN(100) >= consultShare {
			return nil
		}
		t.consulted, t.consultedFor = nil, t.subject.intent
		n := 1 + t.random.IntN(maxVolumes)
		for _, v := range t.casebook {
			if v.intent == t.subject.intent && len(t.consulted) < n {
				t.consulted = append(t.consulted, v)
			}
		}
	}
	found := make([]document, len(t.consulted))
	for i, v := range t.consulted {
		below = max(.01, below-.012)
		found[i] = document{article: v.article, relevance: round(below), isVolume: true}
	}
	return found
}
