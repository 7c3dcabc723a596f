package demo

import (
	"slices"
	"time"

	"go.opentelemetry.io/otel/attribute"
	oteltrace "go.opentelemetry.io/otel/trace"
)

// run is one execution of a tool.
type run struct {
	tool              *tool
	id                string // that the model gave the call
	arguments, result string // JSON
	attempt           int
	// isRefused says that the tool answered with an error of its own.
	isRefused bool
}

// act does what the topic's tools do, each after the model asked for it.
func (t *turn) act() {
	t.isActing = true
	names := t.subject.tools
	if t.plant == repetition {
		names = slices.Repeat(names, 8)
	}
	for _, name := range names {
		tool := t.toolOf(name)
		r := &run{
			tool: tool, id: fillPattern(t.random, "call_@#@#%%##"), attempt: 1,
			arguments: t.facts.fill(tool.arguments), result: t.facts.fill(tool.result),
		}
		t.askFor(r)
		t.execute(r)
		t.runs = append(t.runs, r)
	}
}

func (t *turn) toolOf(name string) *tool {
	return t.tools[slices.IndexFunc(t.tools, func(u *tool) bool { return u.name == name })]
}

// Errors of tools.
const (
	deadline        = "context.DeadlineExceeded"
	deadlineMessage = "the line test did not answer within 10 s: context deadline exceeded"
	unreachable     = "*net.OpError"
	refusedMessage  = "dial tcp 10.20.4.17:8443: connect: connection refused"
)

// execute runs a tool, and again where it fails for a moment.
func (t *turn) execute(r *run) {
	switch {
	case t.plant == toolTimeout:
		for r.attempt = 1; r.attempt <= 3; r.attempt++ {
			s := t.attempt(r, 10*time.Second+between(t.random, 1, 9), deadline, deadlineMessage)
			if t.cause == nil {
				t.cause = s
			}
			t.clock += time.Duration(r.attempt) * 400 * time.Millisecond
		}
		r.result = jsonText(map[string]string{"error": deadlineMessage})
	case t.plant == slowTool && r.tool.name == "rebook_flight":
		t.cause = t.attempt(r, between(t.random, 41_000, 75_000), "", "")
		t.cause.note("reservation.wait", t.cause.start+2*time.Second, attribute.String("queue", "reservations"), attribute.Int("position", 20+t.random.IntN(60)))
	case t.plant == ignoredError:
		r.isRefused = true
		r.result = t.facts.fill(`{"is_error":true,"code":"LIMIT_EXCEEDED","message":"The daily limit of {limit} is exceeded.","amount":"{sum}","to":"{payee}"}`)
		t.cause = t.attempt(r, between(t.random, 200, 500), "", "")
	case t.plant == forbiddenLookup:
		r.isRefused = true
		r.result = `{"is_error":true,"error":"payments: 403 Forbidden: token expired"}`
		t.cause = t.attempt(r, between(t.random, 120, 300), "", "")
		t.cause.add(forbidden(t.cause))
	case t.plant == repetition:
		r.result = t.facts.fill(`{"case":"{case}","state":"pending","hint":"ask again later"}`)
		s := t.attempt(r, between(t.random, 300, 700), "", "")
		if t.cause == nil {
			t.cause = s
		}
	case t.random.IntN(50) == 0:
		t.attempt(r, between(t.random, 1000, 3000), unreachable, refusedMessage)
		t.clock += between(t.random, 200, 260)
		r.attempt++
		t.attempt(r, between(t.random, r.tool.low, r.tool.high), "", "")
	default:
		t.attempt(r, between(t.random, r.tool.low, r.tool.high), "", "")
	}
}

// forbidden is the request of a tool that its backend turns away.
func forbidden(tool *step) *step {
	s := &step{
		service: tools, library: httpLibrary, name: "GET /refunds/{booking}", kind: oteltrace.SpanKindClient,
		start: tool.start + 3*time.Millisecond, end: tool.end - 2*time.Millisecond,
		attributes: []attribute.KeyValue{
			attribute.String("http.request.method", "GET"),
			attribute.String("url.template", "/refunds/{booking}"),
			attribute.String("server.address", "payments.example.com"),
			attribute.Int("http.response.status_code", 403),
			attribute.String("error.type", "403"),
		},
		hasFailed: true, message: "403 Forbidden",
	}
	s.note("token.rejected", s.end, attribute.String("reason", "expired"))
	return s
}

// attempt is one try, which fails where kind is set.
func (t *turn) attempt(r *run, lasting time.Duration, kind, message string) *step {
	hasFailed := kind != ""
	recorded := t.idiom.tool(r, hasFailed)
	s := &step{service: tools, library: recorded.library, name: recorded.name, kind: oteltrace.SpanKindServer, attributes: recorded.attributes}
	if r.tool.isMCP {
		s.service, s.kind = orchestrator, oteltrace.SpanKindClient
	}
	if r.attempt > 1 {
		s.set(attribute.Int("retry.attempt", r.attempt))
	}
	t.after(t.agent, s, lasting)
	if hasFailed {
		s.fail(kind, message, stackOf("tools/"+r.tool.name+"/client.go:118", "tools/registry.go:64", "tools/server.go:203"))
	}
	if r.tool.isMCP {
		s.add(mcpServer(r, s, kind, message))
	}
	return s
}

// mcpServer is the other side of a call that goes to an MCP server.
func mcpServer(r *run, client *step, kind, message string) *step {
	margin := min(4*time.Millisecond, (client.end-client.start)/8)
	s := &step{
		service: tools, library: mcpLibrary, name: "tools/call " + r.tool.name, kind: oteltrace.SpanKindServer,
		start: client.start + margin, end: client.end - margin,
		attributes: []attribute.KeyValue{
			attribute.String("mcp.method.name", "tools/call"),
			attribute.String("mcp.protocol.version", "2025-06-18"),
			attribute.String("gen_ai.tool.name", r.tool.name),
			attribute.String("jsonrpc.request.id", r.id[5:]),
			attribute.String("network.transport", "tcp"),
		},
	}
	if kind != "" {
		s.hasFailed, s.message = true, message
		s.set(attribute.String("error.type", kind))
	}
	return s
}
