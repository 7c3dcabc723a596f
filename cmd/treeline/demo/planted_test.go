package demo

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/treeline-dev/treeline/llm"
	"github.com/treeline-dev/treeline/trace"
)

// traceFilter reads a TraceFilter from GraphQL.
func traceFilter(t *testing.T, literal string) *trace.TraceFilter {
	t.Helper()
	document, err := parser.ParseQuery(&ast.Source{Input: "{ traces(filter: " + literal + ") }"})
	if err != nil {
		t.Fatalf("%s: %v", literal, err)
	}
	value, err := document.Operations[0].SelectionSet[0].(*ast.Field).Arguments[0].Value.Value(nil)
	if err != nil {
		t.Fatalf("%s: %v", literal, err)
	}
	filter := &trace.TraceFilter{}
	if err := decode(value, reflect.ValueOf(filter).Elem()); err != nil {
		t.Fatalf("%s: %v", literal, err)
	}
	return filter
}

// decode puts a GraphQL value into a variable, as gqlgen does: by field names,
// and with UnmarshalGQL where a type has it.
func decode(value any, to reflect.Value) error {
	if reader, ok := to.Addr().Interface().(interface{ UnmarshalGQL(any) error }); ok {
		return reader.UnmarshalGQL(value)
	}
	switch to.Kind() {
	case reflect.Pointer:
		to.Set(reflect.New(to.Type().Elem()))
		return decode(value, to.Elem())
	case reflect.Slice:
		for _, item := range value.([]any) {
			next := reflect.New(to.Type().Elem()).Elem()
			if err := decode(item, next); err != nil {
				return err
			}
			to.Set(reflect.Append(to, next))
		}
		return nil
	case reflect.Struct:
		for name, member := range value.(map[string]any) {
			field := to.FieldByNameFunc(func(n string) bool { return strings.EqualFold(n, name) })
			if !field.IsValid() {
				return fmt.Errorf("%s has no field %s", to.Type(), name)
			}
			if err := decode(member, field); err != nil {
				return err
			}
		}
		return nil
	default:
		to.Set(reflect.ValueOf(value).Convert(to.Type()))
		return nil
	}
}

func TestEverythingPlantedOccursAndIsFoundByItsFilter(t *testing.T) {
	t.Parallel()
	l := loadAll(t)
	for _, plant := range Planted() {
		t.Run(plant.Key, func(t *testing.T) {
			t.Parallel()
			planted := map[string]bool{}
			customers := map[string]bool{}
			for _, o := range l.summary.Occurrences {
				if o.Key == plant.Key {
					planted[o.TraceID] = true
					customers[o.Customer] = true
				}
			}
			want := 1
			if plant.Industry == "" {
				want = len(Industries())
			}
			if plant.IsEverywhere {
				want = 0
			}
			if len(customers) != want {
				t.Fatalf("it occurs in the projects %v, want %d", customers, want)
			}
			if plant.Filter == "" {
				return
			}
			matcher, err := traceFilter(t, plant.Filter).Matcher()
			if err != nil {
				t.Fatal(err)
			}
			hits, strangers := 0, 0
			for _, customer := range l.summary.Customers {
				if plant.Industry != "" && customer.Customer.Industry != plant.Industry {
					continue
				}
				for id, c := range l.projects[customer.Customer.Slug] {
					isFound := matcher.Match(c)
					switch isPlanted := planted[id.String()]; {
					case isFound && isPlanted:
						hits++
					case isFound:
						strangers++
					case isPlanted:
						t.Errorf("the filter does not find trace %s", id)
					}
				}
			}
			if plant.IsEverywhere && strangers < 50 {
				t.Errorf("the filter finds %d traces, want many", strangers)
			}
			if !plant.IsEverywhere && strangers > hits {
				t.Errorf("the filter finds %d traces where it is planted and %d others", hits, strangers)
			}
		})
	}
	known := map[string]bool{}
	for _, plant := range Planted() {
		known[plant.Key] = true
	}
	for _, o := range l.summary.Occurrences {
		if !known[o.Key] {
			t.Errorf("%s occurs but is not listed", o.Key)
		}
	}
}

// scene is an occurrence with the observations that it points to.
type scene struct {
	*trace.TraceContext
	cause, symptom trace.Observation
}

func (s scene) reply() string {
	for _, a := range of[*trace.Agent](s.Observations) {
		return a.Output.Content
	}
	return ""
}

func (s scene) score(name string) (float64, bool) {
	for _, score := range s.Scores {
		if score.Name != name {
			continue
		}
		switch v := score.Value.(type) {
		case *trace.NumericScore:
			return v.Number, true
		case *trace.BooleanScore:
			if v.Passed {
				return 1, true
			}
			return 0, true
		}
	}
	return 0, false
}

// before reports whether one observation ended before another began.
func before(a, b trace.Observation) bool { return !a.Core().EndedAt.After(b.Core().StartedAt) }

func TestCausesLeadToTheirSymptoms(t *testing.T) {
	t.Parallel()
	l := loadAll(t)
	// Each check says what is wrong with a scene, "" if nothing.
	checks := map[string]func(s scene) string{
		staleArticle: func(s scene) string {
			retrieval, answer := s.cause.(*trace.Retrieval), s.symptom.(*trace.Generation)
			hasCurrent := slices.ContainsFunc(retrieval.Documents, func(d trace.Document) bool { return *d.DocumentID == currentChangeFees })
			faithfulness, judged := s.score("faithfulness")
			correct, reviewed := s.score("correct")
			switch {
			case *retrieval.Documents[0].DocumentID != staleChangeFees || hasCurrent:
				return "the search did not find the old article alone"
			case !strings.Contains(answer.Completion[0].Parts[0].(*trace.TextPart).Text, "EUR 45 per booking"):
				return "the answer does not quote the old fee"
			case !judged || faithfulness < .9:
				return "the judge does not call it faithful"
			case !reviewed || correct != 0:
				return "nobody noted that it is wrong"
			case !before(retrieval, answer):
				return "the cause comes after the symptom"
			}
			return ""
		},
		truncatedAnswer: func(s scene) string {
			if g := s.symptom.(*trace.Generation); g.FinishReasons[0] != "length" || *g.Parameters.MaxTokens != 48 || strings.HasSuffix(s.reply(), ".") {
				return "the answer is whole"
			}
			return ""
		},
		slowTool: func(s scene) string {
			if call := s.cause.(*trace.ToolCall); call.ToolName != "rebook_flight" || *call.DurationMs() < 40_000 || call.IsError {
				return "the tool was not slow"
			}
			return ""
		},
		modelOutage: func(s scene) string {
			if g := s.cause.(*trace.Generation); g.Status != trace.StatusError || g.Exception == nil || g.Exception.Stacktrace == nil || s.Trace.State != trace.StateFailed {
				return "the model answered"
			}
			return ""
		},
		wrongLanguage: func(s scene) string {
			g := s.cause.(*trace.Generation)
			if match, ok := s.score("language_match"); !ok || match != 0 || *g.PromptNumber != 13 || !slices.Contains(s.Trace.Tags, "lang:fr") {
				return "the language fits"
			}
			return ""
		},
		forbiddenLookup: func(s scene) string {
			call, answer := s.cause.(*trace.ToolCall), s.symptom.(*trace.Generation)
			between := 0
			for _, o := range s.Observations {
				if before(call, o) && before(o, answer) {
					between++
				}
			}
			backend := slices.IndexFunc(s.Observations, func(o trace.Observation) bool {
				return o.Core().ParentSpanID == call.SpanID && o.Core().Status == trace.StatusError && *o.Core().StatusMessage == "403 Forbidden"
			})
			switch {
			case !call.IsError || call.Status == trace.StatusError || backend < 0:
				return "the backend did not turn the tool away"
			case !strings.Contains(answer.Completion[0].Parts[0].(*trace.TextPart).Text, "no refund on record"):
				return "the answer does not say that there is no refund"
			case between < 3:
				return fmt.Sprintf("only %d steps lie between cause and symptom", between)
			}
			return ""
		},
		misroutedIntent: func(s scene) string {
			intent, answer := s.cause.(*trace.Generation), s.symptom.(*trace.Generation)
			relevance, judged := s.score("relevance")
			switch {
			case !strings.Contains(intent.Completion[0].Parts[0].(*trace.TextPart).Text, upgradePlan):
				return "the intent is right"
			case !judged || relevance >= .4:
				return "the judge calls it relevant"
			case !before(intent, answer):
				return "the cause comes after the symptom"
			}
			return ""
		},
		toolTimeout: func(s scene) string {
			failed := 0
			for _, call := range of[*trace.ToolCall](s.Observations) {
				if *call.Service == string(orchestrator) && call.IsError && call.Exception != nil && call.Exception.Stacktrace != nil {
					failed++
				}
			}
			if failed != 3 || s.Trace.State != trace.StateComplete {
				return fmt.Sprintf("%d attempts failed with a stack, want 3 in a trace that did not fail", failed)
			}
			return ""
		},
		inventedAnswer: func(s scene) string {
			retrieval, answer := s.cause.(*trace.Retrieval), s.symptom.(*trace.Generation)
			faithfulness, judged := s.score("faithfulness")
			if retrieval.DocumentCount != 0 || *answer.PromptNumber != 7 || !judged || faithfulness >= .3 {
				return "the answer is not invented"
			}
			return ""
		},
		ignoredError: func(s scene) string {
			call := s.cause.(*trace.ToolCall)
			if !call.IsError || call.Status == trace.StatusError || !strings.Contains(s.reply(), "is on its way") {
				return "the error was not ignored"
			}
			return ""
		},
		repetition: func(s scene) string {
			same := map[string]int{}
			for _, call := range of[*trace.ToolCall](s.Observations) {
				same[call.ToolName+string(call.Arguments)]++
			}
			if len(same) != 1 || *s.Trace.Usage.TotalTokens < 2000 {
				return "nothing was repeated"
			}
			return ""
		},
		unpricedModel: func(s scene) string {
			if *s.cause.(*trace.Generation).Model() != tellerModel.name {
				return "the model has a price"
			}
			return ""
		},
		blockedAdvice: func(s scene) string {
			guard := s.symptom.(*trace.Guardrail)
			if guard.Verdict != trace.VerdictDeny || guard.Action != trace.ActionBlock || *guard.Phase != trace.PhaseOutput || !strings.Contains(s.reply(), "cannot recommend") {
				return "the advice went through"
			}
			return ""
		},
		jailbreak: func(s scene) string {
			guard := s.symptom.(*trace.Guardrail)
			if guard.Verdict != trace.VerdictDeny || *guard.Phase != trace.PhaseInput || guard.Reason == nil || len(of[*trace.Generation](s.Observations)) > 0 {
				return "the message went through"
			}
			return ""
		},
		disclosure: func(s scene) string {
			guard := s.symptom.(*trace.Guardrail)
			if guard.Verdict != trace.VerdictModify || guard.Action != trace.ActionRewrite || !strings.Contains(guard.Output.Content, "[") {
				return "nothing was masked"
			}
			masked := guard.Output.Content
			for _, g := range of[*trace.Generation](s.Observations) {
				if last := g.Messages[1]; g.Name != "judge" && last.Parts[0].(*trace.TextPart).Text != masked {
					return "a model saw the message unmasked"
				}
			}
			return ""
		},
		batchJob: func(s scene) string {
			if s.Trace.Counts.Total != 2000 {
				return fmt.Sprintf("it has %d observations", s.Trace.Counts.Total)
			}
			for _, o := range s.Observations {
				if len(o.Core().Links) > 50 {
					return ""
				}
			}
			return "it points to no other traces"
		},
		lateParent: func(s scene) string {
			if s.Trace.RootRank != trace.RankTop {
				return "the root did not arrive"
			}
			return ""
		},
		lostStep: func(s scene) string {
			steps := make([]trace.Step, len(s.Observations))
			for i, o := range s.Observations {
				steps[i] = trace.StepOf(o)
			}
			orphans := 0
			for _, row := range trace.BuildTree(steps).Rows {
				if row.IsOrphan {
					orphans++
				}
			}
			if orphans < 2 {
				return fmt.Sprintf("%d observations are orphans", orphans)
			}
			return ""
		},
	}
	for _, plant := range Planted() {
		if checks[plant.Key] == nil && !plant.IsEverywhere {
			t.Errorf("nothing checks %s", plant.Key)
		}
	}
	for _, o := range l.summary.Occurrences {
		s := scene{TraceContext: l.traceOf(t, o.Customer, o.TraceID)}
		for _, observation := range s.Observations {
			id := observation.Core().SpanID.String()
			if id == o.CauseSpanID {
				s.cause = observation
			}
			if id == o.SymptomSpanID {
				s.symptom = observation
			}
		}
		if s.cause == nil || s.symptom == nil {
			t.Errorf("%s: trace %s lacks its cause %s or its symptom %s", o.Key, o.TraceID, o.CauseSpanID, o.SymptomSpanID)
			continue
		}
		if wrong := checks[o.Key](s); wrong != "" {
			t.Errorf("%s: trace %s: %s", o.Key, o.TraceID, wrong)
		}
		if !o.StartedAt.Equal(s.Trace.StartedAt) {
			t.Errorf("%s: trace %s starts at %s, the summary says %s", o.Key, o.TraceID, s.Trace.StartedAt, o.StartedAt)
		}
	}
}

// arm is what the answers made with one version of a prompt have in common.
type arm struct {
	faithfulness, relevance, outputTokens, durationMs, dollars mean
}

type mean struct{ sum, n float64 }

func (m *mean) add(v float64)  { m.sum += v; m.n++ }
func (m *mean) value() float64 { return m.sum / m.n }

// armsOf compares the traces of a customer by the version of an answering
// prompt; without another version, by whether they came before the release.
func armsOf(l *loaded, slug, prompt string) [2]*arm {
	arms := [2]*arm{{}, {}}
	var numbers []int
	for _, c := range l.projects[slug] {
		for _, g := range of[*trace.Generation](c.Observations) {
			if *g.PromptName == prompt && !slices.Contains(numbers, *g.PromptNumber) {
				numbers = append(numbers, *g.PromptNumber)
			}
		}
	}
	slices.Sort(numbers)
	for _, c := range l.projects[slug] {
		for _, g := range of[*trace.Generation](c.Observations) {
			if *g.PromptName != prompt || g.Status == trace.StatusError || g.FinishReasons[0] != "stop" {
				continue
			}
			at := slices.Index(numbers, *g.PromptNumber)
			if len(numbers) == 1 && !c.Trace.StartedAt.Before(end.Add(-releaseAge)) {
				at = 1
			}
			arms[at].outputTokens.add(float64(*g.Usage.OutputTokens))
			arms[at].durationMs.add(*g.DurationMs())
			arms[at].dollars.add(dollarsOf(g))
			s := scene{TraceContext: c}
			if v, ok := s.score("faithfulness"); ok {
				arms[at].faithfulness.add(v)
			}
			if v, ok := s.score("relevance"); ok {
				arms[at].relevance.add(v)
			}
		}
	}
	return arms
}

// dollarsOf is what the price list makes of a generation, 0 without a price.
func dollarsOf(g *trace.Generation) float64 {
	u := g.Usage
	cost := llm.DefaultPrices().Cost(llm.Usage{
		Input: u.InputTokens, Output: u.OutputTokens, CacheRead: u.CacheReadTokens, CacheWrite: u.CacheWriteTokens, Reasoning: u.ReasoningTokens,
	}, *g.Provider, *g.Model(), g.StartedAt, "")
	if cost.Total == nil {
		return 0
	}
	return float64(*cost.Total) / 1e9
}

func TestThePromptReleaseIsBetterAndWorse(t *testing.T) {
	t.Parallel()
	arms := armsOf(loadAll(t), "globex-telecom", "answer-customer")
	before, after := arms[0], arms[1]
	if before.faithfulness.n < 60 || after.faithfulness.n < 60 {
		t.Errorf("%v and %v judged answers are too few to compare", before.faithfulness.n, after.faithfulness.n)
	}
	if fell := before.faithfulness.value() - after.faithfulness.value(); fell < .1 {
		t.Errorf("faithfulness fell by %.3f", fell)
	}
	if rose := after.relevance.value() - before.relevance.value(); rose < .03 {
		t.Errorf("relevance rose by %.3f", rose)
	}
	if ratio := after.outputTokens.value() / before.outputTokens.value(); ratio > .8 {
		t.Errorf("output tokens went to %.2f of what they were", ratio)
	}
	if ratio := after.durationMs.value() / before.durationMs.value(); ratio > .85 {
		t.Errorf("durations went to %.2f of what they were", ratio)
	}
	if ratio := after.dollars.value() / before.dollars.value(); ratio > .95 {
		t.Errorf("costs went to %.2f of what they were", ratio)
	}
}

func TestTheControlDoesNotChange(t *testing.T) {
	t.Parallel()
	arms := armsOf(loadAll(t), "initech-bank", "desk-answer")
	before, after := arms[0], arms[1]
	if change := after.faithfulness.value() - before.faithfulness.value(); change < -.04 || change > .04 {
		t.Errorf("faithfulness changed by %.3f", change)
	}
	if ratio := after.outputTokens.value() / before.outputTokens.value(); ratio < .9 || ratio > 1.1 {
		t.Errorf("output tokens went to %.2f of what they were", ratio)
	}
}

func TestTheSlowClockShows(t *testing.T) {
	t.Parallel()
	l := loadAll(t)
	early := func(slug string) int {
		n := 0
		for _, c := range l.projects[slug] {
			starts := map[trace.SpanID]trace.Observation{}
			for _, o := range c.Observations {
				starts[o.Core().SpanID] = o
			}
			for _, e := range of[*trace.Embedding](c.Observations) {
				if parent := starts[e.ParentSpanID]; parent != nil && e.StartedAt.Before(parent.Core().StartedAt) {
					n++
				}
			}
		}
		return n
	}
	if n := early("initech-bank"); n < 100 {
		t.Errorf("%d embeddings start before their parents", n)
	}
	if n := early("globex-telecom"); n > 0 {
		t.Errorf("%d embeddings start before their parents where all clocks are right", n)
	}
}

func TestChildrenRunInParallel(t *testing.T) {
	t.Parallel()
	l := loadAll(t)
	n := 0
	for _, traces := range l.projects {
		for _, c := range traces {
			ends := map[trace.SpanID]trace.Observation{}
			for _, o := range c.Observations {
				if other := ends[o.Core().ParentSpanID]; other != nil && o.Core().StartedAt.Before(*other.Core().EndedAt) && other.Core().StartedAt.Before(*o.Core().EndedAt) {
					n++
				}
				ends[o.Core().ParentSpanID] = o
			}
		}
	}
	if n < 200 {
		t.Errorf("%d steps overlap with a sibling", n)
	}
}
