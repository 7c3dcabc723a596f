package main

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	collogspb "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	coltracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	logspb "go.opentelemetry.io/proto/otlp/logs/v1"
	"google.golang.org/protobuf/proto"
)

const capturedFolder = "../../ingest/convention/testdata/captured/"

// readCapture returns the body of a captured request.
func readCapture(t *testing.T, file string) []byte {
	t.Helper()
	packed, err := os.ReadFile(capturedFolder + file)
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// halves are the two requests of a captured run that has its content in logs.
type halves struct {
	trace []byte
	spans *coltracepb.ExportTraceServiceRequest
	logs  *collogspb.ExportLogsServiceRequest
}

// captured reads a run and puts it into a trace of its own.
func captured(t *testing.T, fixture string) halves {
	t.Helper()
	h := halves{trace: newID(16), spans: &coltracepb.ExportTraceServiceRequest{}, logs: &collogspb.ExportLogsServiceRequest{}}
	if err := proto.Unmarshal(readCapture(t, fixture+".1.pb.gz"), h.spans); err != nil {
		t.Fatal(err)
	}
	if err := proto.Unmarshal(readCapture(t, fixture+".2.pb.gz"), h.logs); err != nil {
		t.Fatal(err)
	}
	for _, group := range h.spans.ResourceSpans {
		for _, inner := range group.ScopeSpans {
			for _, span := range inner.Spans {
				span.TraceId = h.trace
			}
		}
	}
	for _, group := range h.logs.ResourceLogs {
		for _, inner := range group.ScopeLogs {
			for _, record := range inner.LogRecords {
				record.TraceId = h.trace
			}
		}
	}
	return h
}

// send posts a request in protobuf and expects the whole of it to be taken.
func (i *installation) send(t *testing.T, path string, message proto.Message) {
	t.Helper()
	body, err := proto.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	if a := i.must(t, i.client, "POST", path, body, "Content-Type", protobufType); a.status != 200 || len(a.body) > 0 {
		t.Fatalf("%s: %d %.300s", path, a.status, a.body)
	}
}

// toldStep is what the expectations and GraphQL tell of a generation.
type toldStep struct {
	Name, Type, FirstInputText, OutputText string
}

// conversation is a trace with what was said in it.
type conversation struct {
	Input, Output *struct{ Preview string }
	Observations  struct {
		Nodes []struct {
			Name, Type           string
			Exception            *struct{ Type string }
			Messages, Completion []struct {
				Parts []struct{ Text string }
			}
		}
	}
}

func (i *installation) conversation(t *testing.T, trace []byte) conversation {
	t.Helper()
	var data struct{ Project struct{ Trace conversation } }
	i.read(t, `query($id: String!) { project { trace(traceId: $id) {
		input { preview } output { preview }
		observations(first: 100) { nodes { name type exception { type } ... on Generation {
			messages { parts { ... on TextPart { text } } } completion { parts { ... on TextPart { text } } } } } }
	} } }`, map[string]any{"id": hex.EncodeToString(trace)}, &data)
	return data.Project.Trace
}

// generations lists what was said, in an order of its own.
func (c conversation) generations() []toldStep {
	var steps []toldStep
	for _, o := range c.Observations.Nodes {
		if o.Type != "GENERATION" {
			continue
		}
		step := toldStep{Name: o.Name, Type: o.Type}
		if len(o.Messages) > 0 {
			for _, part := range o.Messages[0].Parts {
				step.FirstInputText += part.Text
			}
		}
		if len(o.Completion) > 0 {
			for _, part := range o.Completion[len(o.Completion)-1].Parts {
				step.OutputText += part.Text
			}
		}
		steps = append(steps, step)
	}
	return sorted(steps)
}

func sorted(steps []toldStep) []toldStep {
	slices.SortFunc(steps, func(a, b toldStep) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return steps
}

func TestContentInLogsIsReadWhicheverComesFirst(t *testing.T) {
	t.Parallel()
	i := sharedServer(t)
	for _, fixture := range []string{"opentelemetry-genai-openai-1.3b0-content-on-events", "opentelemetry-openai-v2-2.4b0-message-log-events"} {
		text, err := os.ReadFile(capturedFolder + fixture + ".expect.json")
		if err != nil {
			t.Fatal(err)
		}
		var expected struct{ Spans []toldStep }
		if err := json.Unmarshal(text, &expected); err != nil {
			t.Fatal(err)
		}
		want := sorted(slices.DeleteFunc(expected.Spans, func(s toldStep) bool { return s.Type != "GENERATION" }))
		var previews []conversation
		for name, order := range map[string]func(halves){
			"spans, then logs": func(h halves) { i.send(t, "/v1/traces", h.spans); i.send(t, "/v1/logs", h.logs) },
			"logs, then spans": func(h halves) { i.send(t, "/v1/logs", h.logs); i.send(t, "/v1/traces", h.spans) },
			"logs twice": func(h halves) {
				i.send(t, "/v1/logs", h.logs)
				i.send(t, "/v1/traces", h.spans)
				i.send(t, "/v1/logs", h.logs)
			},
		} {
			h := captured(t, fixture)
			order(h)
			got := i.conversation(t, h.trace)
			if diff := cmp.Diff(want, got.generations()); diff != "" {
				t.Errorf("%s, %s: expected (-), got (+):\n%s", fixture, name, diff)
			}
			previews = append(previews, got)
		}
		for _, p := range previews {
			if p.Input == nil || p.Output == nil || p.Input.Preview == "" {
				t.Errorf("%s: the trace has no input or output to show", fixture)
				continue
			}
			if diff := cmp.Diff([]any{previews[0].Input, previews[0].Output}, []any{p.Input, p.Output}); diff != "" {
				t.Errorf("%s: the order shows in the trace:\n%s", fixture, diff)
			}
		}
	}
}

func TestExceptionsAndEvaluationsInLogsReachTheirSpan(t *testing.T) {
	t.Parallel()
	i := sharedServer(t)
	span := newSpan(newID(16), "chat")
	response := hex.EncodeToString(newID(8))
	span.texts = map[string]string{"gen_ai.operation.name": "chat", "gen_ai.response.id": response}
	now := uint64(time.Now().UnixNano())
	judged := func(name string, more ...*commonpb.KeyValue) *logspb.LogRecord {
		return &logspb.LogRecord{TimeUnixNano: now, EventName: "gen_ai.evaluation.result", Attributes: append(more,
			textAttribute("gen_ai.evaluation.name", name), textAttribute("gen_ai.evaluation.score.label", "pass"))}
	}
	onSpan := judged("polite")
	onSpan.TraceId, onSpan.SpanId = span.trace, span.id
	logs := &collogspb.ExportLogsServiceRequest{ResourceLogs: []*logspb.ResourceLogs{{ScopeLogs: []*logspb.ScopeLogs{{LogRecords: []*logspb.LogRecord{
		{TraceId: span.trace, SpanId: span.id, TimeUnixNano: now, EventName: "gen_ai.client.operation.exception", Attributes: []*commonpb.KeyValue{textAttribute("exception.type", "RateLimitError")}},
		onSpan, judged("helpful", textAttribute("gen_ai.response.id", response)),
	}}}}}}
	i.send(t, "/v1/logs", logs)
	i.export(t, protobufType, protobufExport(span))
	i.send(t, "/v1/logs", logs)
	var data struct {
		Project struct {
			Trace struct {
				Root struct {
					Exception *struct{ Type string }
					Scores    struct{ Nodes []struct{ Name string } }
				}
			}
		}
	}
	i.read(t, `query($id: String!) { project { trace(traceId: $id) { root { exception { type } scores { nodes { name } } } } } }`,
		map[string]any{"id": hex.EncodeToString(span.trace)}, &data)
	root := data.Project.Trace.Root
	if root.Exception == nil || root.Exception.Type != "RateLimitError" {
		t.Errorf("exception %+v", root.Exception)
	}
	var names []string
	for _, score := range root.Scores.Nodes {
		names = append(names, score.Name)
	}
	slices.Sort(names)
	if !slices.Equal(names, []string{"helpful", "polite"}) {
		t.Errorf("scores %v", names)
	}
}

func TestBadLogExports(t *testing.T) {
	t.Parallel()
	i := sharedServer(t)
	span := newSpan(newID(16), "chat")
	h := captured(t, "opentelemetry-openai-v2-2.4b0-message-log-events")
	logs, err := proto.Marshal(h.logs)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		path, media string
		body        []byte
		status      int
		says        string
	}{
		"logs to the traces path": {"/v1/traces", protobufType, logs, 400, "/v1/logs"},
		"traces to the logs path": {"/v1/logs", protobufType, protobufExport(span), 400, "/v1/traces"},
		"the same in JSON":        {"/v1/logs", jsonType, jsonExport(span), 400, "/v1/traces"},
		"cut":                     {"/v1/logs", protobufType, logs[:len(logs)-3], 400, "ExportLogsServiceRequest"},
		"bomb":                    {"/v1/logs", protobufType, gzipped(t, io.LimitReader(zeros{}, 80<<20)), 413, "larger"},
	} {
		encoding := ""
		if name == "bomb" {
			encoding = "gzip"
		}
		a := i.must(t, i.client, "POST", test.path, test.body, "Content-Type", test.media, "Content-Encoding", encoding)
		if a.status != test.status || !strings.Contains(string(a.body), test.says) {
			t.Errorf("%s: %d %.300s", name, a.status, a.body)
		}
	}
	if a := i.must(t, i.client, "GET", "/v1/logs", nil); a.status != 405 {
		t.Errorf("GET: %d", a.status)
	}
	i.checkHealth(t)
}

// What was acknowledged of either half survives a kill, and the other half finds
// it.
func TestAKillBetweenTheHalvesLosesNothing(t *testing.T) {
	t.Parallel()
	i := installed(t)
	if err := i.start(); err != nil {
		t.Fatal(err)
	}
	const fixture = "opentelemetry-openai-v2-2.4b0-message-log-events"
	first, second := captured(t, fixture), captured(t, fixture)
	i.send(t, "/v1/logs", first.logs)
	i.send(t, "/v1/traces", second.spans)
	if err := i.kill(); err != nil {
		t.Fatal(err)
	}
	if err := i.start(); err != nil {
		t.Fatal(err)
	}
	i.send(t, "/v1/traces", first.spans)
	i.send(t, "/v1/logs", second.logs)
	want, got := i.conversation(t, first.trace).generations(), i.conversation(t, second.trace).generations()
	if diff := cmp.Diff(want, got); diff != "" || len(got) == 0 || got[0].FirstInputText == "" {
		t.Errorf("logs first (-), spans first (+): %d generations\n%s", len(got), diff)
	}
}
