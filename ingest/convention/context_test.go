package convention

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/treeline-dev/treeline/trace"
)

func TestClaims(t *testing.T) {
	t.Parallel()
	claim := func(value string, class trace.ClaimClass) *trace.Claim {
		return &trace.Claim{Value: value, Class: class}
	}
	tests := []struct {
		name string
		span *Span
		pick func(*trace.Claims) *trace.Claim
		want *trace.Claim
	}{
		{"own user", testSpan(AttrTraceUserID, "a", "user.id", "b"), userClaim, claim("a", trace.ClaimExplicit)},
		{"langfuse's user", testSpan("langfuse.user.id", "a", "user.id", "b"), userClaim, claim("a", trace.ClaimExplicit)},
		{"general user", testSpan("user.id", 42, "enduser.id", "b"), userClaim, claim("42", trace.ClaimGeneric)},
		{"vercel's user", testSpan("ai.telemetry.metadata.userId", "a"), userClaim, claim("a", trace.ClaimDerived)},
		{"traceloop's user", testSpan("traceloop.association.properties.user_id", "a"), userClaim, claim("a", trace.ClaimDerived)},
		{"a model call's user", testSpan("gen_ai.operation.name", "chat", "gen_ai.request.user", "a"), userClaim, claim("a", trace.ClaimDerived)},
		{"a model call's user elsewhere", testSpan("gen_ai.operation.name", "invoke_agent", "gen_ai.request.user", "a"), userClaim, nil},
		{"an empty user", testSpan("user.id", ""), userClaim, nil},
		{"own session", testSpan(AttrTraceSessionID, "a", "session.id", "b"), sessionClaim, claim("a", trace.ClaimExplicit)},
		{"general session", testSpan("session.id", "a", "gen_ai.conversation.id", "b"), sessionClaim, claim("a", trace.ClaimGeneric)},
		{"conversation", testSpan("gen_ai.conversation.id", "a"), sessionClaim, claim("a", trace.ClaimDerived)},
		{"langwatch's thread", testSpan("langwatch.thread.id", "a"), sessionClaim, claim("a", trace.ClaimDerived)},
		{"a transport's session", testSpan("mcp.session.id", "a"), sessionClaim, nil},
		{"a run", testSpan("gen_ai.agent.call.id", "a"), sessionClaim, nil},
		{"own name", testSpan(AttrTraceName, "a", "langfuse.trace.name", "b"), nameClaim, claim("a", trace.ClaimExplicit)},
		{"workflow", testSpan("traceloop.workflow.name", "a"), nameClaim, claim("a", trace.ClaimDerived)},
		{"release", testSpan("langfuse.release", "a", "vcs.ref.head.revision", "b"), releaseClaim, claim("a", trace.ClaimExplicit)},
		{"revision", testSpan("vcs.ref.head.revision", "b"), releaseClaim, claim("b", trace.ClaimDerived)},
		{"version", testSpan("service.version", "1"), versionClaim, claim("1", trace.ClaimDerived)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got *trace.Claim
			if claims := mapOn("", test.span).Observation.Core().Claims; claims != nil {
				got = test.pick(claims)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func userClaim(c *trace.Claims) *trace.Claim    { return c.UserID }
func sessionClaim(c *trace.Claims) *trace.Claim { return c.SessionID }
func nameClaim(c *trace.Claims) *trace.Claim    { return c.Name }
func releaseClaim(c *trace.Claims) *trace.Claim { return c.Release }
func versionClaim(c *trace.Claims) *trace.Claim { return c.Version }

func TestNoClaimsAreNil(t *testing.T) {
	t.Parallel()
	if c := mapOn("", testSpan("gen_ai.operation.name", "chat")).Observation.Core().Claims; c != nil {
		t.Errorf("claims %+v", c)
	}
}

func TestResourceSpeaksForItsSpans(t *testing.T) {
	t.Parallel()
	resource := &Resource{Attributes: attributes("service.name", "shop", "service.version", "1", "user.id", "r",
		"langfuse.environment", "staging", "deployment.environment.name", "prod", "langfuse.release", "r1",
		"process.command_line", "serve --password hunter2", "process.command_args", []string{"--password", "hunter2"}, "host.name", "h")}
	c := Map(resource, nil, testSpan(), testReceived).Observation.Core()
	if *c.Service != "shop" || c.Environment != "staging" || *c.Version != "1" || c.Claims.UserID.Value != "r" || c.Claims.Release.Value != "r1" {
		t.Errorf("service %q, environment %q, version %q, claims %+v", *c.Service, c.Environment, *c.Version, c.Claims)
	}
	sameJSON(t, "resource", c.Resource, `{"service.name":"shop","service.version":"1","user.id":"r","langfuse.environment":"staging","deployment.environment.name":"prod","langfuse.release":"r1","host.name":"h"}`)
	c = Map(resource, nil, testSpan("user.id", "s", "deployment.environment", "test", AttrVersion, "2"), testReceived).Observation.Core()
	if c.Claims.UserID.Value != "s" || *c.Version != "2" {
		t.Errorf("the span's own word does not win: %+v", c.Claims)
	}
	c = Map(&Resource{Attributes: attributes("service.name", "unknown_service:python")}, nil, testSpan(), testReceived).Observation.Core()
	if c.Service != nil || c.Environment != trace.DefaultEnvironment || c.Version != nil {
		t.Errorf("service %v, environment %q, version %v", c.Service, c.Environment, c.Version)
	}
}

func TestTagsAreUnited(t *testing.T) {
	t.Parallel()
	many := make([]string, 100)
	for i := range many {
		many[i] = strings.Repeat("t", 300) + scalarInt(i)
	}
	tests := []struct {
		name string
		span *Span
		want []string
	}{
		{"sources", testSpan(AttrTraceTags, []string{"a", "b"}, "tag.tags", []string{"b", "c"}, "logfire.tags", `["d"]`), []string{"a", "b", "c", "d"}},
		{"commas in langfuse's", testSpan("langfuse.trace.tags", "a, b,,a"), []string{"a", "b"}},
		{"commas elsewhere", testSpan("tag.tags", "a, b"), []string{"a, b"}},
		{"a comma within a list", testSpan("langfuse.trace.tags", []string{"a,b"}), []string{"a,b"}},
		{"long ones that come out alike", testSpan("tag.tags", many), []string{strings.Repeat("t", maxTagBytes)}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, mapOn("", test.span).Observation.Core().Claims.Tags); diff != "" {
				t.Error(diff)
			}
		})
	}
	for i := range many {
		many[i] = "t" + scalarInt(i)
	}
	if tags := mapOn("", testSpan("tag.tags", many)).Observation.Core().Claims.Tags; len(tags) != maxTags {
		t.Errorf("%d tags", len(tags))
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name                    string
		span                    *Span
		own, ofTrace, ifTheRoot string
	}{
		{"own", testSpan(AttrMetadata, `{"a":1}`, AttrMetadataPrefix+"a", 2, AttrMetadataPrefix+"b", `{"c":1}`, AttrTraceMetadataPrefix+"t", true), `{"a":1,"b":{"c":1}}`, `{"t":true}`, `null`},
		{"langfuse", testSpan("langfuse.observation.metadata", `{"a":1,"langfuse_user_id":"u"}`, "langfuse.observation.metadata.b", "text", "langfuse.observation.metadata.langfuse_session_id", "s", "langfuse.trace.metadata.t", "1"), `{"a":1,"b":"text"}`, `{"t":"1"}`, `null`},
		{"langfuse, quoted", testSpan("langfuse.observation.metadata.b", `"text"`), `{"b":"text"}`, `null`, `null`},
		{"langfuse, no object", testSpan("langfuse.observation.metadata", `note`), `{"metadata":"note"}`, `null`, `null`},
		{"openinference", testSpan("metadata", `{"tier":"gold"}`), `{"tier":"gold"}`, `null`, `{"tier":"gold"}`},
		{"litellm", testSpan("metadata.a", `{'python': True}`, "metadata.b", `{"x":1}`), `{"a":"{'python': True}","b":{"x":1}}`, `null`, `null`},
		{"traceloop", testSpan("traceloop.association.properties.user_id", "u", "traceloop.association.properties.c", "x"), `{"c":"x"}`, `{"c":"x"}`, `null`},
		{"litellm's empty texts", testSpan("metadata.a", "", "metadata.b", `{"x":""}`), `{"b":{"x":""}}`, `null`, `null`},
		{"langchain's, of the step alone", testSpan("traceloop.association.properties.c", "x", "traceloop.association.properties.langgraph_step", 2, "traceloop.association.properties.ls_provider", "openai", "traceloop.association.properties.lc_agent_name", "a", "traceloop.association.properties.checkpoint_ns", "n"),
			`{"c":"x","checkpoint_ns":"n","langgraph_step":2,"lc_agent_name":"a","ls_provider":"openai"}`, `{"c":"x"}`, `null`},
		{"vercel", testSpan("ai.telemetry.metadata.userId", "u", "ai.telemetry.metadata.tags", []string{"t"}, "ai.telemetry.metadata.plan", "pro", "ai.settings.context.k", "v"), `{"plan":"pro","k":"v"}`, `null`, `{"plan":"pro"}`},
		{"a key like any other", testSpan("metadata.__proto__", "x", "langfuse.trace.metadata.constructor", "y"), `{"__proto__":"x"}`, `{"constructor":"y"}`, `null`},
		{"none", testSpan(), `null`, `null`, `null`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := mapOn("", test.span).Observation.Core()
			claims := c.Claims
			if claims == nil {
				claims = &trace.Claims{}
			}
			sameJSON(t, "own", c.Metadata, test.own)
			sameJSON(t, "of the trace", claims.Metadata, test.ofTrace)
			sameJSON(t, "if the root", claims.RootMetadata, test.ifTheRoot)
		})
	}
}

func TestTraceBodies(t *testing.T) {
	t.Parallel()
	c := mapOn("", testSpan(AttrTraceInput, `{"a":1}`, "langfuse.trace.input", "no", "langfuse.trace.output", "out")).Observation.Core()
	sameJSON(t, "input", bodyOf(c.Claims.Input), `{"a":1}`)
	sameJSON(t, "output", bodyOf(c.Claims.Output), `"out"`)
	if c.Input != nil {
		t.Error("the trace's body became the span's")
	}
}

func TestRootMarks(t *testing.T) {
	t.Parallel()
	for _, key := range []string{AttrAsRoot, "langfuse.internal.as_root", "langfuse.internal.is_app_root"} {
		if !mapOn("", testSpan(key, "true")).Observation.Core().IsAppRoot || mapOn("", testSpan(key, false)).Observation.Core().IsAppRoot {
			t.Errorf("%s is not read", key)
		}
	}
	for flags, want := range map[uint32]bool{0: false, 1: false, 0x100: false, 0x200: false, 0x300: true, 0x301: true} {
		if got := mapOn("", testSpan().with(func(s *Span) { s.Flags = flags })).Observation.Core().ParentIsRemote; got != want {
			t.Errorf("flags %x: remote is %v", flags, got)
		}
	}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		scope string
		span  *Span
		mime  string
		want  string
	}{
		{"own, structured", "", testSpan(AttrInput, map[string]any{"a": "b"}), trace.MimeJSON, `{"a":"b"}`},
		{"JSON in a text", "", testSpan(AttrInput, " {\"a\" : [1, 2.50]} "), trace.MimeJSON, `{"a":[1,2.50]}`},
		{"JSON in JSON", "", testSpan(AttrInput, `"{\"a\":1}"`), trace.MimeJSON, `{"a":1}`},
		{"a text in JSON", "", testSpan(AttrInput, `"a \"b\""`), trace.MimeText, `a "b"`},
		{"text", "", testSpan(AttrInput, "hello {a}"), trace.MimeText, "hello {a}"},
		{"python's notation", "", testSpan(AttrInput, "{'a': 1}"), trace.MimeText, "{'a': 1}"},
		{"a number", "", testSpan(AttrInput, 1.5), trace.MimeJSON, "1.5"},
		{"bytes", "", testSpan(AttrInput, Value{Kind: KindBytes, Text: "\x00\xff"}), trace.MimeText, "AP8="},
		{"own beats langfuse", "", testSpan("langfuse.observation.input", "b", AttrInput, "a"), trace.MimeText, "a"},
		{"an empty one lets the next speak", "", testSpan(AttrInput, "", "langfuse.observation.input", "b"), trace.MimeText, "b"},
		{"a hidden one lets the next speak", "", testSpan("input.value", "__REDACTED__", "langwatch.input", "b"), trace.MimeText, "b"},
		{"JSON by its type", "", testSpan("input.value", "5", "input.mime_type", "application/json"), trace.MimeJSON, "5"},
		{"text by its type", "", testSpan("input.value", `{"a":1}`, "input.mime_type", "text/plain"), trace.MimeText, `{"a":1}`},
		{"an object without a type", "", testSpan("input.value", `{"a":1}`), trace.MimeJSON, `{"a":1}`},
		{"a number without a type", "", testSpan("input.value", `5`), trace.MimeText, `5`},
		{"a quoted text without a type", "", testSpan("input.value", `"a"`), trace.MimeText, `"a"`},
		{"pydantic's input", "pydantic-ai", testSpan("input", `{"a":1}`), trace.MimeText, `{"a":1}`},
		{"pipecat's input", "pipecat.services", testSpan("input", "a"), trace.MimeText, "a"},
		{"input elsewhere", "other", testSpan("input", "a"), "", ""},
		{"null", "", testSpan(AttrInput, "null"), "", ""},
		{"langchain's callback around it", "opentelemetry.instrumentation.langchain", testSpan("traceloop.entity.input", `{"inputs":{"q":"a"},"tags":[],"metadata":{},"kwargs":{}}`), trace.MimeJSON, `{"q":"a"}`},
		{"langchain's callback around a text", "opentelemetry.instrumentation.langchain", testSpan("traceloop.entity.input", `{"inputs":"a","kwargs":{}}`), trace.MimeText, `a`},
		{"an object of the same form elsewhere", "mine", testSpan("traceloop.entity.input", `{"inputs":"a","kwargs":{}}`), trace.MimeJSON, `{"inputs":"a","kwargs":{}}`},
		{"langchain without an input", "opentelemetry.instrumentation.langchain", testSpan("traceloop.entity.input", `{"inputs":null,"kwargs":{}}`), trace.MimeJSON, `{"inputs":null,"kwargs":{}}`},
		{"an MCP request", "", testSpan("mcp.request.argument", `{"a":1}`), trace.MimeJSON, `{"a":1}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := mapOn(test.scope, test.span).Observation.Core().Input
			if p == nil {
				p = &trace.Payload{}
			}
			if p.MimeType != test.mime || p.Content != test.want || p.Bytes != len(test.want) {
				t.Errorf("body %+v", p)
			}
		})
	}
}

func TestConversationsStandForMissingBodies(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"chat", "invoke_agent", "invoke_workflow"} {
		c := mapOn("", testSpan("gen_ai.operation.name", operation, "gen_ai.input.messages", `[{"role":"user","parts":[{"type":"text","content":"hi"}]}]`)).Observation.Core()
		sameJSON(t, operation, bodyOf(c.Input), `[{"role":"user","parts":[{"type":"text","text":"hi"}]}]`)
		sameJSON(t, operation, c.RawAttributes, `{"gen_ai.operation.name":"`+operation+`"}`)
	}
}

func TestRawAttributesKeepWhatIsNoContent(t *testing.T) {
	t.Parallel()
	c := mapOn("", testSpan("gen_ai.operation.name", "chat", "gen_ai.usage.input_tokens", 3, "gen_ai.input.messages", "hi",
		"double", 0.5, "whole", 2.0, "nan", math.NaN(), "inf", math.Inf(-1), "tiny", 1e-9, "flag", true, "list", []string{"a", "b"},
		"map", Value{Kind: KindMap, Map: attributes("k", 1, "k", 2)}, "bytes", Value{Kind: KindBytes, Text: "ABC"}, "null", Value{}, "arm", Value{Kind: KindUnknown},
		"__proto__", "p", "constructor", "c", "",
		"no name", "gen_ai.headers", "x", "llm.headers", "x", "ai.request.headers.authorization", "Bearer x", "process.command_line", "x",
		"http.request.header.authorization", []string{"Bearer x"}, "logfire.json_schema", "{}")).Observation.Core()
	want := `{"":"no name","__proto__":"p","arm":null,"bytes":"QUJD","constructor":"c","double":0.5,"flag":true,"gen_ai.operation.name":"chat","gen_ai.usage.input_tokens":3,` +
		`"inf":"-Infinity","list":["a","b"],"map":{"k":2},"nan":"NaN","null":null,"tiny":1e-09,"whole":2}`
	if diff := cmp.Diff(want, string(c.RawAttributes)); diff != "" {
		t.Error(diff)
	}
}

func TestWhatStandsOnAnEnvelopeAloneIsKept(t *testing.T) {
	t.Parallel()
	const scope = "opentelemetry.instrumentation.langchain"
	c := mapOn(scope, testSpan("traceloop.entity.input", `{"inputs":"a","tags":["b","c"],"metadata":{"d":1},"kwargs":{}}`, "traceloop.association.properties.d", 1)).Observation.Core()
	sameJSON(t, "metadata", c.Metadata, `{"d":1,"tags":["b","c"]}`)
	c = mapOn(scope, testSpan("traceloop.entity.input", `{"inputs":"a","tags":[],"kwargs":{}}`)).Observation.Core()
	sameJSON(t, "metadata", c.Metadata, `null`)
}

func TestCopiesOfABodyAreNotKept(t *testing.T) {
	t.Parallel()
	body := `{"question":"` + strings.Repeat("Which ferry is the last? ", 8) + `"}`
	c := mapOn("", testSpan("traceloop.entity.input", body, "gen_ai.task.input", body, "gen_ai.task.output", body)).Observation.Core()
	sameJSON(t, "input", bodyOf(c.Input), body)
	sameJSON(t, "attributes", c.RawAttributes, `{}`)
	other := strings.Replace(body, "last", "first", 1)
	c = mapOn("", testSpan("traceloop.entity.input", body, "gen_ai.task.input", other)).Observation.Core()
	if !strings.Contains(string(c.RawAttributes), "first") {
		t.Errorf("another text was lost: %s", c.RawAttributes)
	}
}

func TestVectorsAreNoAttributes(t *testing.T) {
	t.Parallel()
	c := mapOn("ai", testSpan("ai.operationId", "ai.embedMany", "ai.embeddings", []string{"[1,2]"}, "ai.embedding", "[1]")).Observation.Core()
	sameJSON(t, "attributes", c.RawAttributes, `{"ai.operationId":"ai.embedMany"}`)
}

func TestUnknownKindsOfValuesAreNoted(t *testing.T) {
	t.Parallel()
	c := mapOn("", testSpan("k", Value{Kind: KindUnknown})).Observation.Core()
	sameJSON(t, "attributes", c.RawAttributes, `{"k":null}`)
	sameJSON(t, "warnings", c.Warnings, `["unknown_value:k"]`)
}

func TestContentThatLostToAnotherSourceStays(t *testing.T) {
	t.Parallel()
	c := mapOn("", testSpan("gen_ai.operation.name", "chat", "gen_ai.input.messages", "winner", "gen_ai.prompt", "loser")).Observation.Core()
	sameJSON(t, "attributes", c.RawAttributes, `{"gen_ai.operation.name":"chat","gen_ai.prompt":"loser"}`)
}

func TestLevels(t *testing.T) {
	t.Parallel()
	failed := func(s *Span) { s.StatusCode = statusError }
	tests := []struct {
		name string
		span *Span
		want trace.Level
	}{
		{"nothing", testSpan(), trace.LevelDefault},
		{"own", testSpan(AttrLevel, "warning").with(failed), trace.LevelWarning},
		{"langfuse", testSpan("langfuse.observation.level", "DEBUG"), trace.LevelDebug},
		{"another word", testSpan("langfuse.observation.level", "fatal"), trace.LevelError},
		{"an unknown word", testSpan(AttrLevel, "loud").with(failed), trace.LevelError},
		{"status", testSpan().with(failed), trace.LevelError},
		{"status beats logfire's number", testSpan("logfire.level_num", 9).with(failed), trace.LevelError},
		{"logfire 8", testSpan("logfire.level_num", 8), trace.LevelDebug},
		{"logfire 9", testSpan("logfire.level_num", 9), trace.LevelDefault},
		{"logfire 13", testSpan("logfire.level_num", 13), trace.LevelWarning},
		{"logfire 17", testSpan("logfire.level_num", 17), trace.LevelError},
		{"a type of error without the status", testSpan("error.type", "timeout"), trace.LevelWarning},
		{"a tool's error without the status", testSpan("gen_ai.tool.name", "f", "error.type", "tool_error"), trace.LevelError},
		{"another error of a tool without the status", testSpan("gen_ai.tool.name", "f", "error.type", "timeout"), trace.LevelWarning},
		{"a tool's own word", testSpan("gen_ai.tool.name", "f", "gen_ai.tool.status", "error"), trace.LevelError},
		{"an exception that was dealt with", testSpan().event("exception", "exception.type", "X"), trace.LevelDefault},
		{"a denial", testSpan("gen_ai.guardrail.verdict.type", "deny"), trace.LevelDefault},
		{"a filter", testSpan("gen_ai.operation.name", "chat", "gen_ai.response.finish_reasons", []string{"content_filter"}), trace.LevelDefault},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := mapOn("", test.span).Observation.Core().Level; got != test.want {
				t.Errorf("level %s, want %s", got, test.want)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	failed := func(message string) func(*Span) {
		return func(s *Span) { s.StatusCode, s.StatusMessage = statusError, message }
	}
	tests := []struct {
		name            string
		span            *Span
		message, detail string
	}{
		{"nothing", testSpan(), `null`, `null`},
		{"status only", testSpan().with(failed("bad")), `"bad"`, `{"message":"bad"}`},
		{"status and type", testSpan("error.type", "T").with(failed("bad")), `"bad"`, `{"type":"T","message":"bad"}`},
		{"the last exception is primary", testSpan().event("exception", "exception.type", "A", "exception.message", "a").event("exception", "exception.type", "B", "exception.message", "b", "exception.stacktrace", "s").with(failed("")),
			`"b"`, `{"type":"B","message":"b","stacktrace":"s"}`},
		{"the status speaks before the exception", testSpan().event("exception", "exception.type", "B", "exception.message", "b").with(failed("bad")), `"bad"`, `{"type":"B","message":"bad"}`},
		{"an exception that was dealt with", testSpan().event("exception", "exception.type", "B", "exception.message", "b"), `null`, `{"type":"B","message":"b"}`},
		{"langfuse's message", testSpan("langfuse.observation.status_message", "note").with(failed("bad")), `"note"`, `{"message":"bad"}`},
		{"litellm's stack", testSpan("error.type", "T", "error.message", "m", "error.stack_trace", "s").with(failed("")), `"m"`, `{"type":"T","message":"m","stacktrace":"s"}`},
		{"a guard's type", testSpan("gen_ai.guardrail.error.type", "T").with(failed("")), `null`, `{"type":"T"}`},
		{"HTTP's status", testSpan("http.response.status_code", 502).with(failed("")), `null`, `{"type":"502"}`},
		{"HTTP's status without an error", testSpan("http.response.status_code", 200), `null`, `null`},
		{"an exception of a log record", testSpan().with(func(s *Span) {
			s.Logs = []Event{{Name: "gen_ai.client.operation.exception", Attributes: attributes("exception.type", "T", "exception.message", "m")}}
		}).with(failed("")), `"m"`, `{"type":"T","message":"m"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := mapOn("", test.span).Observation.Core()
			sameJSON(t, "status message", c.StatusMessage, test.message)
			sameJSON(t, "exception", c.Exception, test.detail)
		})
	}
	c := mapOn("", testSpan().event("exception", "exception.type", "A").event("exception", "exception.type", "B").event("retry", "n", 1)).Observation.Core()
	if len(c.Events) != 3 {
		t.Errorf("of three events stay %v", c.Events)
	}
}

func TestStatuses(t *testing.T) {
	t.Parallel()
	for code, want := range map[uint8]trace.Status{0: trace.StatusUnset, 1: trace.StatusOK, 2: trace.StatusError, 9: trace.StatusUnset} {
		if got := mapOn("", testSpan().with(func(s *Span) { s.StatusCode = code })).Observation.Core().Status; got != want {
			t.Errorf("code %d is %s", code, got)
		}
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	at := func(nanos int64) time.Time { return time.Unix(0, nanos).UTC() }
	tests := []struct {
		name       string
		start, end uint64
		attributes []any
		wantStart  time.Time
		wantEnd    *time.Time
		warns      bool
	}{
		{"plain, to the nanosecond", 1790000000000000001, 1790000000000000003, nil, at(1790000000000000001), ptr(at(1790000000000000003)), false},
		{"no length is legal", 5e18, 5e18, nil, at(5e18), ptr(at(5e18)), false},
		{"end before start", 2e18, 1e18, nil, at(2e18), ptr(at(2e18)), true},
		{"no end", 2e18, 0, nil, at(2e18), ptr(at(2e18)), true},
		{"no start", 0, 2e18, nil, at(2e18), ptr(at(2e18)), true},
		{"no time at all", 0, 0, nil, testReceived.UTC(), ptr(testReceived.UTC()), true},
		{"running", 2e18, 0, []any{AttrRunning, true}, at(2e18), nil, false},
		{"no longer running", 2e18, 3e18, []any{AttrRunning, true}, at(2e18), ptr(at(3e18)), false},
		{"an event ends when it starts", 2e18, 3e18, []any{AttrType, "event"}, at(2e18), ptr(at(2e18)), false},
		{"an event needs no end", 2e18, 0, []any{AttrType, "event"}, at(2e18), ptr(at(2e18)), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := testSpan(test.attributes...).with(func(s *Span) { s.StartNanos, s.EndNanos = test.start, test.end })
			c := mapOn("", s).Observation.Core()
			if diff := cmp.Diff(test.wantStart, c.StartedAt); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.wantEnd, c.EndedAt); diff != "" {
				t.Error(diff)
			}
			if warned := len(c.Warnings) == 1 && c.Warnings[0] == "bad_time"; warned != test.warns || len(c.Warnings) > 1 {
				t.Errorf("warnings %q", c.Warnings)
			}
			if isRunning := c.Status == trace.StatusRunning; isRunning != (test.wantEnd == nil) {
				t.Errorf("status %s", c.Status)
			}
		})
	}
}

func ptr[T any](v T) *T { return &v }

func TestLinksAndEvents(t *testing.T) {
	t.Parallel()
	span := testSpan().event("retry", "n", 1)
	span.Events[0].TimeNanos = span.StartNanos + 7
	span.Events = append(span.Events, Event{Name: "no time"}, Event{Name: "ai.stream.firstChunk"})
	span.Links = []Link{{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, Attributes: attributes("why", "batch")}}
	c := mapOn("", span).Observation.Core()
	wantEvents := []trace.SpanEvent{
		{Name: "no time", Time: c.StartedAt},
		{Name: "retry", Time: c.StartedAt.Add(7), Attributes: trace.JSON(`{"n":1}`)},
	}
	if diff := cmp.Diff(wantEvents, c.Events); diff != "" {
		t.Error(diff)
	}
	wantLinks := []trace.SpanLink{{TraceID: span.Links[0].TraceID.String(), SpanID: span.Links[0].SpanID.String(), Attributes: trace.JSON(`{"why":"batch"}`)}}
	if diff := cmp.Diff(wantLinks, c.Links); diff != "" {
		t.Error(diff)
	}
}

func TestTextsAreMended(t *testing.T) {
	t.Parallel()
	c := mapOn("", testSpan("a\x00", "b\xff", AttrInput, "c\x00", "nested", Value{Kind: KindArray, Array: []Value{goValue("d\xfe")}}).named("work\x00")).Observation.Core()
	if c.Name != "work\uFFFD" || c.Input.Content != "c\uFFFD" {
		t.Errorf("name %q, input %q", c.Name, c.Input.Content)
	}
	sameJSON(t, "attributes", c.RawAttributes, `{"a\ufffd":"b\ufffd","nested":["d\ufffd"]}`)
	if diff := cmp.Diff([]string{"invalid_utf8"}, c.Warnings); diff != "" {
		t.Error(diff)
	}
	g := generation(t, "", testSpan("gen_ai.input.messages", `[{"role":"user","content":"a\u0000b"}]`))
	sameJSON(t, "messages", g.Messages, `[{"role":"user","parts":[{"type":"text","text":"a\ufffdb"}]}]`)
}

func TestTheLastOfEqualKeysCounts(t *testing.T) {
	t.Parallel()
	c := mapOn("", testSpan(AttrType, "agent", "user.id", "a", AttrType, "chain", "user.id", "b")).Observation
	if c.Type() != trace.TypeChain || c.Core().Claims.UserID.Value != "b" {
		t.Errorf("type %s, user %q", c.Type(), c.Core().Claims.UserID.Value)
	}
	sameJSON(t, "attributes", c.Core().RawAttributes, `{"treeline.observation.type":"chain","user.id":"b"}`)
}

func TestBounds(t *testing.T) {
	t.Parallel()
	warned := func(t *testing.T, c *trace.Common, want string) {
		t.Helper()
		for _, warning := range c.Warnings {
			if warning == want {
				return
			}
		}
		t.Errorf("no warning %q in %q", want, c.Warnings)
	}
	t.Run("attributes", func(t *testing.T) {
		t.Parallel()
		var list []any
		for i := range 1500 {
			list = append(list, "k"+scalarInt(i), i)
		}
		c := mapOn("", testSpan(list...)).Observation.Core()
		var kept map[string]int
		if err := json.Unmarshal(c.RawAttributes, &kept); err != nil || len(kept) != maxAttributes || kept["k999"] != 999 {
			t.Errorf("%d attributes, %v", len(kept), err)
		}
		warned(t, c, "too_many_attributes")
	})
	t.Run("body", func(t *testing.T) {
		t.Parallel()
		long := strings.Repeat("é", maxPayloadBytes)
		c := mapOn("", testSpan(AttrInput, long, AttrOutput, Value{Kind: KindArray, Array: []Value{goValue(long)}})).Observation.Core()
		for _, p := range []*trace.Payload{c.Input, c.Output} {
			if !p.IsTruncated || p.Bytes > maxPayloadBytes || p.Bytes < maxPayloadBytes-4 || p.MimeType != trace.MimeText || len(p.Content) != p.Bytes {
				t.Errorf("%d bytes of %s, truncated %v", p.Bytes, p.MimeType, p.IsTruncated)
			}
		}
		warned(t, c, "cut:"+AttrInput)
	})
	t.Run("raw attribute", func(t *testing.T) {
		t.Parallel()
		c := mapOn("", testSpan("long", strings.Repeat("x", maxStringBytes+1), "longer", strings.Repeat("y", 3*maxStringBytes), "short", 1)).Observation.Core()
		if len(c.RawAttributes) > 2*maxStringBytes+100 || !strings.Contains(string(c.RawAttributes), `"short":1`) {
			t.Errorf("%d bytes", len(c.RawAttributes))
		}
		warned(t, c, "cut:attributes")
	})
	t.Run("raw attributes together", func(t *testing.T) {
		t.Parallel()
		var list []any
		for i := range 20 {
			list = append(list, "k"+scalarInt(i), strings.Repeat("x", maxStringBytes))
		}
		if c := mapOn("", testSpan(list...)).Observation.Core(); len(c.RawAttributes) > maxRawBytes+maxStringBytes {
			t.Errorf("%d bytes", len(c.RawAttributes))
		}
	})
	t.Run("messages", func(t *testing.T) {
		t.Parallel()
		var list []any
		for i := range 900 {
			list = append(list, "gen_ai.prompt."+scalarInt(i)+".content", strings.Repeat("x", 10_000))
		}
		list = append(list, "gen_ai.completion.0.content", strings.Repeat("y", 2*maxStringBytes))
		g := generation(t, "", testSpan(list...))
		if n := len(trace.EncodeJSON(g.Messages)); n > maxPayloadBytes+maxStringBytes {
			t.Errorf("%d bytes of input", n)
		}
		if n := len(trace.EncodeJSON(g.Completion)); n > maxStringBytes+100 {
			t.Errorf("%d bytes of output", n)
		}
		warned(t, &g.Common, "cut:input_messages")
		warned(t, &g.Common, "cut:output_messages")
	})
	t.Run("many values in few bytes", func(t *testing.T) {
		t.Parallel()
		text := "[" + strings.Repeat("1,", maxNodes) + "1]"
		g := generation(t, "", testSpan("gen_ai.input.messages", text))
		if len(g.Messages) != 1 || g.Messages[0].Role != trace.RoleUnknown {
			t.Errorf("%d messages", len(g.Messages))
		}
		warned(t, &g.Common, "too_large:gen_ai.input.messages")
	})
	t.Run("depth", func(t *testing.T) {
		t.Parallel()
		for _, depth := range []int{maxDepth - 2, maxDepth + 2, trace.MaxJSONDepth - 1, trace.MaxJSONDepth + 1, 100_000} {
			deep := strings.Repeat("[", depth) + strings.Repeat("]", depth)
			native := Value{}
			for range min(depth, 9000) {
				native = Value{Kind: KindArray, Array: []Value{native}}
			}
			g := generation(t, "", testSpan("input.value", deep, "gen_ai.output.messages", `[{"role":"assistant","parts":[{"type":"tool_call","name":"f","arguments":`+deep+`}]}]`, "native", native, "metadata.x", native, "metadata.y", 1))
			for _, j := range []trace.JSON{trace.EncodeJSON(g.Messages), trace.EncodeJSON(g.Completion), g.RawAttributes, g.Metadata} {
				if canonical, ok := trace.CanonicalJSON(j); !ok || string(canonical) == "null" || !json.Valid(j) {
					t.Errorf("depth %d: JSON of %d bytes cannot be kept", depth, len(j))
				}
			}
		}
	})
	t.Run("metadata", func(t *testing.T) {
		t.Parallel()
		var list []any
		for i := range 100 {
			list = append(list, "metadata.k"+scalarInt(i), strings.Repeat("x", 1000))
		}
		c := mapOn("", testSpan(list...)).Observation.Core()
		if len(c.Metadata) > maxMetadataBytes {
			t.Errorf("%d bytes", len(c.Metadata))
		}
		warned(t, c, "cut:metadata")
	})
	t.Run("events and links", func(t *testing.T) {
		t.Parallel()
		s := testSpan()
		for range 3000 {
			s.event("e", "k", strings.Repeat("x", 2000))
			s.Links = append(s.Links, Link{})
		}
		c := mapOn("", s).Observation.Core()
		if len(c.Events) > maxEvents || len(c.Links) > maxLinks {
			t.Errorf("%d events, %d links", len(c.Events), len(c.Links))
		}
		warned(t, c, "too_many_events")
		warned(t, c, "too_many_links")
	})
	t.Run("documents", func(t *testing.T) {
		t.Parallel()
		text := `[` + strings.Repeat(`{"content":"`+strings.Repeat("x", 100_000)+`"},`, 60) + `{"id":"last"}]`
		m := mapOn("", testSpan("gen_ai.operation.name", "retrieval", AttrRetrievalDocuments, text))
		documents := m.Observation.(*trace.Retrieval).Documents
		if len(documents) < 30 || len(documents) > 50 {
			t.Errorf("%d documents", len(documents))
		}
		warned(t, m.Observation.Core(), "cut:documents")
	})
	t.Run("resource", func(t *testing.T) {
		t.Parallel()
		var list []any
		for i := range 100 {
			list = append(list, "k"+scalarInt(i), strings.Repeat("x", 100_000))
		}
		c := Map(&Resource{Attributes: attributes(list...)}, nil, testSpan(), testReceived).Observation.Core()
		if len(c.Resource) > maxResourceBytes+maxResourceString || !json.Valid(c.Resource) {
			t.Errorf("%d bytes", len(c.Resource))
		}
		warned(t, c, "cut:resource")
	})
	t.Run("warnings", func(t *testing.T) {
		t.Parallel()
		var list []any
		for i := range 500 {
			list = append(list, strings.Repeat("k", 500)+scalarInt(i), redactionMark)
		}
		c := mapOn("", testSpan(list...)).Observation.Core()
		if len(c.Warnings) > maxWarnings || len(c.Warnings[0]) > 200 {
			t.Errorf("%d warnings", len(c.Warnings))
		}
	})
}

func TestNothingIsRequired(t *testing.T) {
	t.Parallel()
	m := Map(nil, nil, &Span{}, testReceived)
	c := m.Observation.Core()
	if m.Observation.Type() != trace.TypeSpan || c.Scope != nil || c.Service != nil || c.Resource != nil || string(c.RawAttributes) != "{}" {
		t.Errorf("%+v", c)
	}
}
