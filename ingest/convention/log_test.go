package convention

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treeline-dev/treeline/trace"
)

func logRecords(names ...string) []Event {
	var logs []Event
	for i, name := range names {
		e := Event{Name: name, TimeNanos: uint64(i + 1)}
		switch {
		case strings.HasSuffix(name, ".details"):
			e.Attributes = attributes("gen_ai.input.messages", `[{"role":"user","parts":[{"type":"text","content":"logged"}]}]`,
				"gen_ai.system_instructions", `[{"type":"text","content":"rules"}]`)
		case strings.HasSuffix(name, ".exception"):
			e.Attributes = attributes("exception.type", "LogError", "exception.message", "logged")
		default:
			e.Body = goValue(map[string]any{"content": "logged", "id": "call-9"})
		}
		logs = append(logs, e)
	}
	return logs
}

// texts are the words of messages with their roles.
func texts(messages []trace.Message) string {
	var words []string
	for _, m := range messages {
		for _, part := range m.Parts {
			if p, ok := part.(*trace.TextPart); ok {
				words = append(words, strings.ToLower(m.Role.String())+":"+p.Text)
			}
		}
	}
	return strings.Join(words, " ")
}

func TestLogsStandBetweenTheCurrentAndTheOlderForms(t *testing.T) {
	t.Parallel()
	details, message := "gen_ai.client.inference.operation.details", "gen_ai.user.message"
	for _, test := range []struct {
		name string
		span *Span
		logs []Event
		want string
	}{
		{"nothing else", testSpan(), logRecords(message), "user:logged"},
		{"attributes of today", testSpan("gen_ai.input.messages", `[{"role":"user","content":"own"}]`), logRecords(message), "user:own"},
		{"our own", testSpan(AttrInputMessages, `[{"role":"user","content":"own"}]`), logRecords(message), "user:own"},
		{"an event of the span", testSpan().event(details, "gen_ai.input.messages", `[{"role":"user","content":"own"}]`), logRecords(message), "user:own"},
		{"older events of the span", testSpan().event(message, "content", "own"), logRecords(message), "user:logged"},
		{"older attributes", testSpan("gen_ai.prompt.0.content", "own"), logRecords(message), "user:logged"},
		{"a raw body", testSpan("input.value", "own"), logRecords(message), "user:logged"},
		{"details before messages", testSpan(), logRecords(message, details), "system:rules user:logged"},
		{"instructions of the span", testSpan("gen_ai.system_instructions", `[{"type":"text","content":"own rules"}]`), logRecords(details), "system:own rules user:logged"},
		{"instructions of the logs", testSpan("gen_ai.input.messages", `[{"role":"user","content":"own"}]`), logRecords(details), "system:rules user:own"},
		{"a new role", testSpan(), logRecords("gen_ai.developer.message"), "developer:logged"},
	} {
		g := generation(t, "", test.span.with(func(s *Span) { s.Logs = test.logs }))
		if got := texts(g.Messages); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
		if JoinLogs(g, test.logs) {
			t.Errorf("%s: to join once more changed something", test.name)
		}
	}
}

func TestLogsFillWhatTheErrorLeavesOpen(t *testing.T) {
	t.Parallel()
	logs := logRecords("http.client.request.exception", "gen_ai.client.operation.exception")
	failed := func(message string) func(*Span) {
		return func(s *Span) { s.StatusCode, s.StatusMessage = statusError, message }
	}
	for _, test := range []struct {
		name, want, message string
		span                *Span
	}{
		{"all of it", `{"type":"LogError","message":"logged"}`, `null`, testSpan()},
		{"the message", `{"type":"T","message":"logged"}`, `null`, testSpan("error.type", "T")},
		{"of a failed span", `{"type":"LogError","message":"bad"}`, `"bad"`, testSpan().with(failed("bad"))},
		{"with its message", `{"type":"LogError","message":"logged"}`, `"logged"`, testSpan().with(failed(""))},
	} {
		c := mapOn("", test.span.with(func(s *Span) { s.Logs = logs })).Observation.Core()
		sameJSON(t, test.name, c.Exception, test.want)
		sameJSON(t, test.name+": status message", c.StatusMessage, test.message)
	}
}

func TestLogsFillAToolCall(t *testing.T) {
	t.Parallel()
	m := mapOn("", testSpan("gen_ai.tool.name", "search", "gen_ai.operation.name", "execute_tool").with(func(s *Span) { s.Logs = logRecords("gen_ai.tool.message") }))
	call := m.Observation.(*trace.ToolCall)
	sameJSON(t, "arguments", call.Arguments, `"logged"`)
	sameJSON(t, "call id", call.CallID, `"call-9"`)
}

func TestNamesOfLogs(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]LogUse{
		"gen_ai.user.message": LogContent, "gen_ai.brand_new.message": LogContent, "gen_ai.choice": LogContent,
		"gen_ai.client.inference.operation.details": LogContent, "gen_ai.client.operation.exception": LogContent,
		"exception": LogException, "rpc.client.call.exception": LogException, "gen_ai.evaluation.result": LogScore,
		"": LogIgnored, "message": LogIgnored, "browser.web_vital": LogIgnored, "ai.stream.firstChunk": LogIgnored, "guard.evaluation": LogIgnored,
		"db.query.result": LogIgnored, EventScore: LogIgnored,
	} {
		if got := LogUseOf(name); got != want {
			t.Errorf("%q: %d, want %d", name, got, want)
		}
	}
}

func TestScoresOfLogsNameTheirTarget(t *testing.T) {
	t.Parallel()
	key := trace.SpanKey{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}}
	named := attributes("gen_ai.evaluation.name", "polite", "gen_ai.evaluation.score.value", 0.5, "gen_ai.response.id", "r")
	for _, test := range []struct {
		name       string
		key        trace.SpanKey
		attributes []Attribute
		response   string
		hasScore   bool
	}{
		{"a span", key, named, "", true},
		{"a response", trace.SpanKey{}, named, "r", true},
		{"half a span", trace.SpanKey{TraceID: key.TraceID}, named, "r", true},
		{"nothing", trace.SpanKey{}, named[:2], "", false},
		{"no score", key, named[:1], "", false},
	} {
		score, response, reason := ScoreOfLog(test.key, &Event{Name: "gen_ai.evaluation.result", Attributes: test.attributes}, []byte("d"))
		if (score != nil) != test.hasScore || (reason == "") != test.hasScore || response != test.response {
			t.Errorf("%s: score %+v, response %q, reason %q", test.name, score, response, reason)
		}
		if score != nil && (response != "") != score.TraceID.IsZero() {
			t.Errorf("%s: target %s", test.name, score.TraceID)
		}
	}
	again := func(digest string) string {
		score, _, _ := ScoreOfLog(key, &Event{Attributes: named}, []byte(digest))
		return score.ScoreID
	}
	first, second := again("a"), again("a")
	if first != second || first == again("b") {
		t.Error("the digest does not name the score")
	}
}

func TestLongTextsOfLogsAreTrimmedWithoutTouchingTheOriginal(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("\u00e9", maxLogText)
	body := goValue(map[string]any{"message": []any{"short", long}})
	e := Event{Name: "gen_ai.choice", Body: body, Attributes: attributes("a", long)}
	original := e.Attributes[0].Value
	e.Trim()
	if n := len(e.Body.Map[0].Value.Array[1].Text); n > maxLogText || n < maxLogText-8 || len(e.Attributes[0].Value.Text) > maxLogText {
		t.Errorf("%d bytes are left", n)
	}
	if diff := cmp.Diff(len(long), len(body.Map[0].Value.Array[1].Text)); diff != "" || len(original.Text) != len(long) {
		t.Error("the original was changed")
	}
}

func TestExplanationsNameWhatAFieldDependsOn(t *testing.T) {
	t.Parallel()
	span := testSpan("gen_ai.operation.name", "chat", "gen_ai.usage.input_tokens", 7, "gen_ai.usage.prompt_tokens", "7", "gen_ai.request.model", "m",
		"gen_ai.input.messages", `[{"role":"user","content":"hi"}]`, "gen_ai.prompt.0.content", "hi", "session.id", "s", "mine", true)
	e := Explain(&Resource{Attributes: attributes("service.name", "shop", "host.name", "h")}, nil, span, testReceived)
	got := map[string]string{}
	for _, field := range e.Fields {
		got[field.Name] = field.Value + " < " + strings.Join(field.Sources, " ")
	}
	for name, want := range map[string]string{
		"usage.inputTokens": "7 < gen_ai.usage.input_tokens", "requestModel": "m < gen_ai.request.model",
		"messages": `[{"role":"user","parts":[{"type":"text","text":"hi"}]}] < gen_ai.input.messages`, "claims.sessionId": "s < session.id",
		"service": "shop < resource service.name",
	} {
		if got[name] != want {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
	if diff := cmp.Diff([]string{"gen_ai.usage.prompt_tokens", "gen_ai.prompt.0.content", "mine"}, e.Ignored); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"gen_ai.operation.name"}, e.TypeSources); diff != "" {
		t.Error(diff)
	}
	if e := Explain(nil, nil, testSpan("logfire.span_type", "pending_span"), testReceived); e.Mapping.Observation != nil || len(e.Fields) > 0 {
		t.Errorf("a span that is left out has fields: %v", e.Fields)
	}
}
