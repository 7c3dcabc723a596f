package demo

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	coltracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/treeline-dev/treeline/llm"
	"github.com/treeline-dev/treeline/trace"
)

func TestEverySpanArrivesOnce(t *testing.T) {
	t.Parallel()
	l := loadAll(t)
	seen := map[trace.SpanKey]bool{}
	for _, o := range l.observations {
		if seen[o.Core().Key()] {
			t.Fatalf("the span %v came twice", o.Core().Key())
		}
		seen[o.Core().Key()] = true
	}
	if len(seen) != l.summary.Spans {
		t.Errorf("%d spans arrived, the summary says %d", len(seen), l.summary.Spans)
	}
	if l.summary.Traces != DefaultTraces {
		t.Errorf("the summary says %d traces, want %d", l.summary.Traces, DefaultTraces)
	}
	if n := l.summary.Spans; n < 25_000 || n > 31_000 {
		t.Errorf("%d spans, want about 25,000 to 30,000", n)
	}
	for _, c := range l.summary.Customers {
		if n := len(l.projects[c.Customer.Slug]); n != c.Traces {
			t.Errorf("%s has %d traces, the summary says %d", c.Customer.Name, n, c.Traces)
		}
	}
}

func TestEveryObservationTypeOccursInEveryProject(t *testing.T) {
	t.Parallel()
	l := loadAll(t)
	for slug, traces := range l.projects {
		counts := map[trace.ObservationType]int{}
		for _, c := range traces {
			for _, o := range c.Observations {
				counts[o.Type()]++
			}
		}
		for kind := trace.TypeSpan; kind <= trace.TypeEvent; kind++ {
			if counts[kind] == 0 && (kind != trace.TypeReranking || !strings.Contains(slug, "bank")) {
				t.Errorf("%s has no %s", slug, kind)
			}
		}
	}
}

func TestTheMappingMendsNothing(t *testing.T) {
	t.Parallel()
	for _, o := range loadAll(t).observations {
		if w := o.Core().Warnings; len(w) > 0 {
			t.Fatalf("%s %s: %v", o.Type(), o.Core().Name, w)
		}
	}
}

func TestTimesLieWithinTheLastTwoWeeks(t *testing.T) {
	t.Parallel()
	l := loadAll(t)
	oldest := end.Add(-15 * 24 * time.Hour)
	last := end.Add(-24 * 365 * time.Hour)
	days := map[string]int{}
	for _, o := range l.observations {
		c := o.Core()
		if c.StartedAt.Before(oldest) || c.EndedAt.After(end) || c.EndedAt.Before(c.StartedAt) {
			t.Fatalf("%s runs from %s to %s", c.Name, c.StartedAt, c.EndedAt)
		}
		if c.EndedAt.After(last) {
			last = *c.EndedAt
		}
		days[c.StartedAt.Format(time.DateOnly)]++
		for _, e := range c.Events {
			if e.Time.After(end) {
				t.Fatalf("%s has an event at %s", c.Name, e.Time)
			}
		}
	}
	if len(days) < 14 {
		t.Errorf("only %d days have data", len(days))
	}
	if last.Before(end.Add(-time.Minute)) {
		t.Errorf("the data ends at %s, want it to reach the present", last)
	}
	if saturday, monday := days["2026-11-14"], days["2026-11-16"]; saturday*4 > monday*3 {
		t.Errorf("%d spans on a Saturday and %d on a Monday, want fewer on weekends", saturday, monday)
	}
}

func TestWorkingHoursAreBusier(t *testing.T) {
	t.Parallel()
	day, night := 0, 0
	for _, traces := range loadAll(t).projects {
		for _, c := range traces {
			switch h := c.Trace.StartedAt.Hour(); {
			case h >= 8 && h < 16:
				day++
			case h < 5 || h >= 21:
				night++
			}
		}
	}
	if day < 5*night {
		t.Errorf("%d traces in eight hours of the day, %d in eight of the night", day, night)
	}
}

func TestConversationsAreSessionsOfOneUser(t *testing.T) {
	t.Parallel()
	l := loadAll(t)
	for slug, traces := range l.projects {
		users, turns := map[string]string{}, map[string]int{}
		for id, c := range traces {
			if c.Trace.SessionID == nil {
				if *c.Trace.Name != "nightly-insights" {
					t.Errorf("trace %s of %s has no session", id, slug)
				}
				continue
			}
			session := *c.Trace.SessionID
			turns[session]++
			if known := users[session]; known != "" && known != *c.Trace.UserID {
				t.Errorf("session %s has the users %s and %s", session, known, *c.Trace.UserID)
			}
			users[session] = *c.Trace.UserID
		}
		several := 0
		for session, n := range turns {
			if n > 6 {
				t.Errorf("session %s has %d turns", session, n)
			}
			if n >= 2 {
				several++
			}
		}
		if several*10 < len(turns)*9 {
			t.Errorf("%s: only %d of %d sessions have several turns", slug, several, len(turns))
		}
	}
}

func TestPeopleSayDifferentThingsInDifferentLanguages(t *testing.T) {
	t.Parallel()
	l := loadAll(t)
	languages := map[string][]string{"northwind-air": {"de", "fr", "ja"}, "globex-telecom": {"de"}, "initech-bank": {"fr"}}
	for slug, traces := range l.projects {
		said, tags := map[string]bool{}, map[string]int{}
		for _, c := range traces {
			for _, a := range of[*trace.Agent](c.Observations) {
				if a.Input != nil {
					said[a.Input.Content] = true
				}
			}
			for _, tag := range c.Trace.Tags {
				tags[tag]++
			}
		}
		if len(said) < 200 {
			t.Errorf("%s: only %d different messages", slug, len(said))
		}
		for _, language := range languages[slug] {
			if n := tags["lang:"+language]; n < 20 {
				t.Errorf("%s: only %d turns in %s", slug, n, language)
			}
		}
		for text := range said {
			if slotPattern.MatchString(text) {
				t.Errorf("%s: a slot was left in %q", slug, text)
			}
		}
	}
}

func TestGenerationsCarryWhatModelsReport(t *testing.T) {
	t.Parallel()
	l := loadAll(t)
	for slug, traces := range l.projects {
		var all, cached, reasoning, streamed, withTools int
		for _, c := range traces {
			for _, g := range of[*trace.Generation](c.Observations) {
				all++
				if g.Model() == nil || g.PromptName == nil || g.PromptNumber == nil || len(g.Messages) < 2 || g.Parameters == nil {
					t.Fatalf("%s: %s lacks its model, prompt, messages or parameters", slug, g.Name)
				}
				if g.Status != trace.StatusError && (g.Usage.InputTokens == nil || len(g.Completion) != 1 || len(g.FinishReasons) != 1 || g.ResponseID == nil) {
					t.Fatalf("%s: %s lacks its usage, completion, finish reason or response id", slug, g.Name)
				}
				if g.Usage.CacheReadTokens != nil {
					cached++
				}
				if g.Usage.ReasoningTokens != nil {
					reasoning++
				}
				if g.TimeToFirstTokenMs != nil {
					streamed++
				}
				if len(g.Tools) > 0 {
					withTools++
				}
				for _, m := range g.Messages {
					for _, p := range m.Parts {
						if text, ok := p.(*trace.TextPart); ok && strings.Contains(text.Text, "{{") {
							t.Fatalf("%s: a slot was left in a prompt: %.200q", slug, text.Text)
						}
					}
				}
			}
		}
		if cached < 50 || streamed < 300 || withTools < 50 || reasoning == 0 && strings.Contains(slug, "globex") {
			t.Errorf("%s: of %d generations %d read a cache, %d were streamed, %d had tools, %d reasoned", slug, all, cached, streamed, withTools, reasoning)
		}
	}
}

func TestServicesHaveResourcesOfTheirOwn(t *testing.T) {
	t.Parallel()
	l := loadAll(t)
	for slug, traces := range l.projects {
		resources, environments := map[string]string{}, map[string]int{}
		for _, c := range traces {
			for _, o := range c.Observations {
				resources[string(o.Core().Resource)] = *o.Core().Service
				environments[o.Core().Environment]++
			}
		}
		services := map[string]bool{}
		for _, service := range resources {
			services[service] = true
		}
		if len(services) < 8 || len(resources) < len(services)*3/2 {
			t.Errorf("%s: %d services with %d resources", slug, len(services), len(resources))
		}
		if environments["production"] < environments["staging"]*5 || environments["staging"] == 0 {
			t.Errorf("%s: spans by environment: %v", slug, environments)
		}
	}
}

func TestEndUsersPeopleModelsAndCodeGiveScores(t *testing.T) {
	t.Parallel()
	l := loadAll(t)
	sources, targets := map[trace.ScoreSource]int{}, map[string]int{}
	for _, s := range l.scores {
		sources[s.Source]++
		switch {
		case s.SessionID != "":
			targets["session"]++
		case s.SpanID.IsZero():
			targets["trace"]++
		default:
			targets["observation"]++
		}
	}
	for _, source := range []trace.ScoreSource{trace.SourceEndUser, trace.SourceHuman, trace.SourceModel, trace.SourceCode} {
		if sources[source] < 20 {
			t.Errorf("%d scores come from %s", sources[source], source)
		}
	}
	for _, target := range []string{"session", "trace", "observation"} {
		if targets[target] < 50 {
			t.Errorf("%d scores are about a %s", targets[target], target)
		}
	}
}

func TestLoadingIsQuick(t *testing.T) {
	t.Parallel()
	// Four times the target of 15 s, for the race detector and busy machines.
	if took := loadAll(t).took; took > time.Minute {
		t.Errorf("loading took %s", took)
	}
}

func TestProgressGrowsToTheTotal(t *testing.T) {
	t.Parallel()
	reports := loadAll(t).reports
	for i := 1; i < len(reports); i++ {
		if reports[i][0] < reports[i-1][0] || reports[i][1] != DefaultTraces {
			t.Fatalf("report %d is %v after %v", i, reports[i], reports[i-1])
		}
	}
	if last := reports[len(reports)-1]; last[0] != DefaultTraces {
		t.Errorf("the last report is %v", last)
	}
}

func TestOptionsThatCannotBeLoadedAreRefused(t *testing.T) {
	t.Parallel()
	customers := DefaultCustomers()
	for name, test := range map[string]struct {
		options Options
		says    string
	}{
		"no customers":        {Options{BaseURL: "http://127.0.0.1:1"}, "no customers"},
		"no address":          {Options{Customers: customers}, "base URL"},
		"address without web": {Options{Customers: customers, BaseURL: "127.0.0.1:8080"}, "base URL"},
		"address with a key":  {Options{Customers: customers, BaseURL: "http://pk:sk@127.0.0.1:8080"}, "neither a user nor a query"},
		"too few traces":      {Options{Customers: customers, BaseURL: "http://127.0.0.1:1", Traces: 20}, "at least 150"},
		"no slug":             {Options{Customers: []Customer{{Name: "A", PublicKey: "pk", SecretKey: "sk"}}, BaseURL: "http://127.0.0.1:1"}, "Slug"},
		"too many customers":  {Options{Customers: slices.Repeat(customers, 10), BaseURL: "http://127.0.0.1:1", Traces: MinTraces}, "fewer customers"},
		"no secret":           {Options{Customers: []Customer{{Name: "A", Slug: "a", PublicKey: "pk"}}, BaseURL: "http://127.0.0.1:1"}, "SecretKey"},
		"unknown industry":    {Options{Customers: []Customer{{Name: "A", Slug: "a", PublicKey: "pk", SecretKey: "sk", Industry: "mining"}}, BaseURL: "http://127.0.0.1:1"}, "mining"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Load(t.Context(), test.options)
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error %v, want one that says %q", err, test.says)
			}
			if err != nil && strings.Contains(err.Error(), ":sk@") {
				t.Error("the error shows the secret")
			}
		})
	}
}

func TestAFailedExportSaysWhatToDo(t *testing.T) {
	t.Parallel()
	partial, err := proto.Marshal(&coltracepb.ExportTraceServiceResponse{
		PartialSuccess: &coltracepb.ExportTracePartialSuccess{RejectedSpans: 3, ErrorMessage: "too old"},
	})
	if err != nil {
		t.Fatal(err)
	}
	answer := func(status int, body []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/x-protobuf")
			w.WriteHeader(status)
			_, _ = w.Write(body)
		}
	}
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		says    []string
	}{
		"a wrong key":     {answer(401, nil), []string{"key of", "(401)", "create the demo's organizations"}},
		"a reading key":   {answer(403, nil), []string{"(403)"}},
		"another service": {answer(404, nil), []string{"no Treeline", "(404)"}},
		"a redirect":      {answer(307, nil), []string{"307"}},
		"a broken server": {answer(500, nil), []string{"500"}},
		"refused spans":   {answer(200, partial), []string{"refused 3 spans", "too old"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(test.handler)
			t.Cleanup(server.Close)
			_, err := Load(t.Context(), Options{BaseURL: server.URL, Customers: DefaultCustomers(), Traces: MinTraces, End: end})
			for _, says := range test.says {
				if err == nil || !strings.Contains(err.Error(), says) {
					t.Errorf("error %v, want one that says %q", err, says)
				}
			}
		})
	}
	t.Run("no server", func(t *testing.T) {
		t.Parallel()
		server := httptest.NewServer(nil)
		server.Close()
		_, err := Load(t.Context(), Options{BaseURL: server.URL, Customers: DefaultCustomers(), Traces: MinTraces, End: end})
		if err == nil || !strings.Contains(err.Error(), "no server answers") {
			t.Errorf("error %v, want one that says that no server answers", err)
		}
	})
	t.Run("a cancelled load", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			cancel()
			w.WriteHeader(http.StatusServiceUnavailable)
		}))
		t.Cleanup(server.Close)
		_, err := Load(ctx, Options{BaseURL: server.URL, Customers: DefaultCustomers(), Traces: MinTraces, End: end})
		if err == nil || !strings.Contains(err.Error(), context.Canceled.Error()) {
			t.Errorf("error %v, want one that says that it was cancelled", err)
		}
	})
}

func TestOnlyTheTrialModelHasNoPrice(t *testing.T) {
	t.Parallel()
	prices := llm.DefaultPrices()
	text := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	for _, o := range loadAll(t).observations {
		metered, ok := o.(trace.Metered)
		if !ok || metered.Meter().Usage.IsZero() {
			continue
		}
		var provider, model string
		switch o := o.(type) {
		case *trace.Generation:
			provider, model = text(o.Provider), text(o.Model())
		case *trace.Embedding:
			provider, model = text(o.Provider), text(o.Model)
		case *trace.Reranking:
			provider, model = text(o.Provider), text(o.Model)
		}
		u := metered.Meter().Usage
		cost := prices.Cost(llm.Usage{
			Input: u.InputTokens, Output: u.OutputTokens, CacheRead: u.CacheReadTokens, CacheWrite: u.CacheWriteTokens, Reasoning: u.ReasoningTokens,
		}, provider, model, o.Core().StartedAt, "")
		if hasPrice := cost.Total != nil && cost.IsComplete; hasPrice == (model == tellerModel.name) {
			t.Fatalf("%s of %s: cost %v, complete %v", model, provider, cost.Total, cost.IsComplete)
		}
	}
}
