package demo

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

func TestContentFitsTogether(t *testing.T) {
	t.Parallel()
	for _, industry := range Industries() {
		t.Run(string(industry), func(t *testing.T) {
			t.Parallel()
			s := storyOf(industry)
			ids := map[string]*article{}
			for _, a := range s.articles {
				ids[a.id] = a
				if len(a.text) < 1 || len(a.text) > 4 || len(a.facts) == 0 {
					t.Errorf("%s has %d paragraphs and %d facts", a.id, len(a.text), len(a.facts))
				}
				for _, fact := range a.facts {
					if !strings.Contains(a.content(), fact) {
						t.Errorf("%s does not hold its fact %q", a.id, fact)
					}
				}
			}
			names := map[string]bool{}
			for _, u := range s.tools {
				names[u.name] = true
				if !json.Valid([]byte(u.parameters)) {
					t.Errorf("the schema of %s is no JSON", u.name)
				}
			}
			labels := map[string]bool{}
			for _, topic := range s.topics {
				if labels[topic.intent] {
					t.Errorf("two topics are %s", topic.intent)
				}
				labels[topic.intent] = true
				for _, id := range topic.articles {
					if ids[id] == nil {
						t.Errorf("%s names the article %s, which is not there", topic.intent, id)
					}
				}
				for _, name := range topic.tools {
					if !names[name] {
						t.Errorf("%s names the tool %s, which is not there", topic.intent, name)
					}
				}
				for _, claim := range topic.invented {
					for _, a := range s.articles {
						if strings.Contains(a.content(), claim) {
							t.Errorf("%q is not invented: %s holds it", claim, a.id)
						}
					}
				}
			}
			for _, language := range s.languages {
				for _, texts := range []map[string][]string{greetings, welcomes, thanks, farewells, complaints, nexts, disclosures} {
					if len(texts[language.text]) == 0 {
						t.Errorf("a text for all has no %s", language.text)
					}
				}
				for _, texts := range []map[string]string{unknowns, apologies, outages, refusals, languageNames, dateLayouts} {
					if texts[language.text] == "" {
						t.Errorf("a text for all has no %s", language.text)
					}
				}
			}
		})
	}
}

func TestTheCasebookSaysWhatCurrentArticlesSay(t *testing.T) {
	t.Parallel()
	for _, industry := range Industries() {
		s := storyOf(industry)
		if len(s.casebook) < 4*maxVolumes {
			t.Errorf("%s: the casebook has %d volumes", industry, len(s.casebook))
		}
		for _, v := range s.casebook {
			text := v.content()
			if left := slotPattern.FindString(text); left != "" {
				t.Errorf("%s: %s was left in %s", industry, left, v.id)
			}
			for _, topic := range s.topics {
				for _, claim := range topic.invented {
					if strings.Contains(text, claim) {
						t.Errorf("%s holds the invention %q", v.id, claim)
					}
				}
				if topic.intent != v.intent {
					continue
				}
				for _, id := range topic.articles {
					if a := s.articleOf(id); a.isSuperseded || !strings.Contains(text, a.facts[0]) {
						t.Errorf("%s does not say what %s says now", v.id, id)
					}
				}
			}
			if n := tokensOf(text); n < 800 || n > 2500 {
				t.Errorf("%s has %d tokens", v.id, n)
			}
		}
	}
}

func TestEverySlotHasAValue(t *testing.T) {
	t.Parallel()
	for _, industry := range Industries() {
		s := storyOf(industry)
		for _, language := range s.languages {
			p := plan{language: language.text, at: time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)}
			c := newConversation(s, p, p.at, newRandom(3), "s")
			check := func(texts ...string) {
				for _, text := range texts {
					if left := slotPattern.FindString(c.facts.fill(text)); left != "" && left != "{again}" {
						t.Errorf("%s: %s has no value in %q", industry, left, text)
					}
				}
			}
			for _, topic := range s.topics {
				check(slices.Concat(topic.opening[language.text], topic.next[language.text], topic.reply[language.text], topic.invented)...)
			}
			for _, texts := range []map[string][]string{greetings, welcomes, thanks, farewells, complaints, nexts, disclosures} {
				check(texts[language.text]...)
			}
			check(unknowns[language.text], apologies[language.text], outages[language.text], refusals[language.text])
			check(slices.Concat(jailbreaks, preludes, codas, acknowledgements, reports, closings)...)
			for _, u := range s.tools {
				check(u.arguments, u.result, u.say)
				for _, text := range []string{u.arguments, u.result} {
					if !json.Valid([]byte(c.facts.fill(text))) {
						t.Errorf("%s: %s gives no JSON: %s", industry, u.name, c.facts.fill(text))
					}
				}
			}
		}
	}
}

func TestNoRealAddressesOccur(t *testing.T) {
	t.Parallel()
	address := regexp.MustCompile(`[\w.]+@[\w.]+`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range address.FindAllString(string(text), -1) {
			if !strings.HasSuffix(found, "@example.com") && found != "articles@2025" {
				t.Errorf("%s has the address %s", file, found)
			}
		}
	}
}

func TestPromptsAreDistinctVersions(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, p := range Prompts() {
		key := p.Name + "\x00" + p.Text
		if seen[key] || p.Number < 1 || p.Model == "" || p.Provider == "" || p.Author == "" {
			t.Errorf("odd prompt %s version %d", p.Name, p.Number)
		}
		seen[key] = true
	}
}

func TestTheDocsPageIsTrue(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "demo-data.md"))
	if err != nil {
		t.Fatal(err)
	}
	var sources []*ast.Source
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "graph", "*.graphqls"))
	if err != nil || len(files) == 0 {
		t.Fatalf("the schema is not there: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, &ast.Source{Name: file, Input: string(text)})
	}
	schema, err := gqlparser.LoadSchema(sources...)
	if err != nil {
		t.Fatal(err)
	}
	queries := regexp.MustCompile("(?s)```graphql\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(queries) < 5 {
		t.Fatalf("the page has %d queries", len(queries))
	}
	for _, query := range queries {
		if _, err := gqlparser.LoadQueryWithRules(schema, query[1], rules.NewDefaultRules()); err != nil {
			t.Errorf("%v in\n%s", err, query[1])
		}
	}
	for _, plant := range Planted() {
		if !strings.Contains(string(page), "`"+plant.Key+"`") {
			t.Errorf("the page does not name %s", plant.Key)
		}
		if plant.Filter == "" {
			continue
		}
		if _, err := gqlparser.LoadQueryWithRules(schema, "{ project { traces(filter: "+plant.Filter+") { nodes { id } } } }", rules.NewDefaultRules()); err != nil {
			t.Errorf("the filter of %s: %v", plant.Key, err)
		}
	}
}
