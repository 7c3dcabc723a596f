package resolvers_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/treeline-dev/treeline/trace"
)

// What is read of a payload never shows in what is answered of it.
func TestPayloadsAreAnsweredAlikeHoweverMuchOfThemIsAskedFor(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	payloads := map[string]*trace.Payload{
		"short":          trace.TextPayload("hello"),
		"empty":          trace.TextPayload(""),
		"unicode":        trace.TextPayload(strings.Repeat("żółć 🌲", 400)),
		"large":          trace.TextPayload(strings.Repeat("0123456789 ", 3<<20/11)),
		"white space":    trace.TextPayload(strings.Repeat(" \n", 30) + "late" + strings.Repeat("\t", 30)),
		"spread":         trace.TextPayload(strings.Repeat("a ", 3000)),
		"trailing blank": trace.TextPayload("end" + strings.Repeat(" ", 60)),
		"JSON":           trace.JSONPayload(trace.JSON(`{"a":[` + strings.Repeat(`"text",`, 2000) + `1]}`)),
	}
	var all []trace.Observation
	names := map[int]string{}
	for name, payload := range payloads {
		i := len(all) + 1
		o := step(trace.TypeSpan, i, 1)
		o.Core().Input, o.Core().Output = payload, trace.TextPayload("out "+name)
		all = append(all, o)
		names[i] = name
	}
	p.write(t, nil, all...)
	asked := []struct {
		name, selection string
		want            func(*trace.Payload) map[string]any
	}{
		{"preview", `{ preview }`, func(p *trace.Payload) map[string]any { return map[string]any{"preview": p.Preview(280)} }},
		{"previews", `{ a: preview(maxChars: 5) b: preview(maxChars: 900) c: preview(maxChars: 0) }`, func(p *trace.Payload) map[string]any {
			return map[string]any{"a": p.Preview(5), "b": p.Preview(900), "c": ""}
		}},
		{"variable", `{ preview(maxChars: $max) }`, func(p *trace.Payload) map[string]any { return map[string]any{"preview": p.Preview(700)} }},
		{"default variable", `{ preview(maxChars: $other) }`, func(p *trace.Payload) map[string]any { return map[string]any{"preview": p.Preview(500)} }},
		{"fragment", `{ ...F }`, func(p *trace.Payload) map[string]any { return map[string]any{"preview": p.Preview(600)} }},
		{"inline", `{ ... on Payload { ... { preview(maxChars: 600) } } }`, func(p *trace.Payload) map[string]any {
			return map[string]any{"preview": p.Preview(600)}
		}},
		{"beyond", `{ preview(maxChars: 20000) }`, func(p *trace.Payload) map[string]any { return map[string]any{"preview": p.Preview(trace.MaxPreview)} }},
		{"whole", `{ preview(maxChars: 3) text bytes mimeType isTruncated }`, func(p *trace.Payload) map[string]any {
			return map[string]any{"preview": p.Preview(3), "text": p.Content, "bytes": fmt.Sprint(len(p.Content)), "mimeType": p.MimeType, "isTruncated": "false"}
		}},
		{"size", `{ bytes mimeType }`, func(p *trace.Payload) map[string]any {
			return map[string]any{"bytes": fmt.Sprint(len(p.Content)), "mimeType": p.MimeType}
		}},
	}
	for _, ask := range asked {
		t.Run(ask.name, func(t *testing.T) {
			header, footer := "query($id: String!", ""
			variables := map[string]any{}
			if strings.Contains(ask.selection, "$max") {
				header += ", $max: Int"
				variables["max"] = 700
			}
			if strings.Contains(ask.selection, "$other") {
				header += ", $other: Int = 500"
			}
			if strings.Contains(ask.selection, "...F") {
				footer = " fragment F on Payload { preview(maxChars: 600) }"
			}
			query := header + `) { project { trace(traceId: $id) { input ` + ask.selection + ` output { preview }
				root { input ` + ask.selection + ` } byAlias: root { i: input ` + ask.selection + ` } tree { observation { input ` + ask.selection + ` } } } } }` + footer
			for i, name := range names {
				variables["id"] = traceID(i).String()
				tr := dig(p.get(t, query, variables), "project", "trace")
				for _, at := range [][]any{{"input"}, {"root", "input"}, {"byAlias", "i"}, {"tree", 0, "observation", "input"}} {
					for field, want := range ask.want(payloads[name]) {
						if got := dig(dig(tr, at...), field); fmt.Sprint(got) != want {
							t.Errorf("%s: %v.%s = %.40q…(%d); want %.40q…(%d)", name, at, field, got, len(fmt.Sprint(got)), want, len(want.(string)))
						}
					}
				}
				if got := dig(tr, "output", "preview"); got != "out "+name {
					t.Errorf("output = %v", got)
				}
			}
		})
	}
}

func TestJSONPayloadsAreAnsweredAsJSON(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	o := step(trace.TypeSpan, 1, 1)
	o.Core().Input, o.Core().Output = trace.JSONPayload(trace.JSON(`{"a":[1,2.50,null]}`)), trace.TextPayload(`{"a":1}`)
	p.write(t, nil, o)
	tr := dig(p.get(t, `{ project { traces { nodes { input { json } output { json text } } } } }`, nil), "project", "traces", "nodes", 0)
	if got := fmt.Sprint(dig(tr, "input", "json", "a")); got != "[1 2.50 <nil>]" {
		t.Errorf("json = %s", got)
	}
	if dig(tr, "output", "json") != nil || dig(tr, "output", "text") != `{"a":1}` {
		t.Errorf("output = %v", dig(tr, "output"))
	}
}

func TestTracesAndObservationsAreFoundByTheIdsOfTheirClient(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	o := step(trace.TypeSpan, 1, 1)
	c := o.Core()
	var ok bool
	if c.TraceID, c.ExternalTraceID, ok = trace.ParseTraceID("order/17 ü"); !ok {
		t.Fatal("no id")
	}
	if c.SpanID, c.ExternalID, ok = trace.ParseSpanID("first step"); !ok {
		t.Fatal("no id")
	}
	p.write(t, []*trace.Score{{ScoreID: "s", Name: "n", Value: &trace.BooleanScore{Passed: true}, CreatedAt: epoch, TraceID: c.TraceID, SpanID: c.SpanID,
		ExternalTraceID: c.ExternalTraceID, ExternalID: c.ExternalID}}, o)
	for _, traceText := range []string{"order/17 ü", c.TraceID.String(), strings.ToUpper(c.TraceID.String())} {
		for _, spanText := range []string{"first step", c.SpanID.String()} {
			data := p.get(t, `query($t: String!, $o: String!) { project {
				trace(traceId: $t) { traceId root { observationId trace { traceId } } scores { nodes { targetTraceId targetObservationId target { id } } } }
				observation(traceId: $t, observationId: $o) { id observationId trace { traceId } }
				scores(filter: {traceId: $t}) { nodes { targetTraceId } } } }`, map[string]any{"t": traceText, "o": spanText})
			project := dig(data, "project")
			for _, at := range [][]any{{"trace", "traceId"}, {"trace", "root", "trace", "traceId"}, {"observation", "trace", "traceId"},
				{"trace", "scores", "nodes", 0, "targetTraceId"}, {"scores", "nodes", 0, "targetTraceId"}} {
				if got := dig(project, at...); got != "order/17 ü" {
					t.Errorf("%v = %v", at, got)
				}
			}
			for _, at := range [][]any{{"trace", "root", "observationId"}, {"observation", "observationId"}, {"trace", "scores", "nodes", 0, "targetObservationId"}} {
				if got := dig(project, at...); got != "first step" {
					t.Errorf("%v = %v", at, got)
				}
			}
			if got, want := dig(project, "trace", "scores", "nodes", 0, "target", "id"), dig(project, "observation", "id"); got != want || got == nil {
				t.Errorf("target = %v; want %v", got, want)
			}
		}
	}
	if tr := dig(p.get(t, `{ project { trace(traceId: "other") { id } } }`, nil), "project", "trace"); tr != nil {
		t.Errorf("trace = %v", tr)
	}
}
