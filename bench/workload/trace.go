package workload

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
)

// SpansPerTrace is how many spans a trace of [New] has.
const SpansPerTrace = 10

// Scopes of the spans: who instruments what.
const (
	scopeAgent = iota
	scopeModel
	scopeSearch
	scopeHTTP
	scopeCount
)

var scopes = [scopeCount]*commonpb.InstrumentationScope{
	scopeAgent:  {Name: "opentelemetry.instrumentation.openai_agents", Version: "0.3.1"},
	scopeModel:  {Name: "opentelemetry.instrumentation.openai_v2", Version: "2.4b0"},
	scopeSearch: {Name: "openinference.instrumentation.langchain", Version: "0.1.80"},
	scopeHTTP:   {Name: "opentelemetry.instrumentation.httpx", Version: "0.58b0"},
}

var resource = &resourcepb.Resource{Attributes: []*commonpb.KeyValue{
	text("service.name", "support-agent"), text("service.version", "2026.9.1"), text("deployment.environment.name", "production"),
	text("telemetry.sdk.language", "python"), text("telemetry.sdk.name", "opentelemetry"), text("telemetry.sdk.version", "1.45.2"),
	text("process.runtime.name", "cpython"), text("host.name", "worker-7f9c"),
}}

// step is a span of a template with its place in time.
type step struct {
	span     *tracepb.Span
	scope    int
	from, to time.Duration // after the trace's start
}

// Workload hands out traces: copies of a number of different templates, each
// with an id and a time of its own. It is not safe for concurrent use.
type Workload struct {
	random    *rand.Rand
	templates [][]step
	next      int
	clock     time.Time
	interval  time.Duration
}

// Options shape a Workload; the zero value of each field stands for its default.
type Options struct {
	// Seed chooses texts, numbers and ids.
	Seed uint64
	// Templates is how many different traces there are. Default 400.
	Templates int
	// Start is when the first trace starts. Default an hour ago.
	Start time.Time
	// Interval is the time between the starts of two traces. Default 100 µs.
	Interval time.Duration
}

// New makes the templates.
func New(o Options) *Workload {
	if o.Templates == 0 {
		o.Templates = 400
	}
	if o.Start.IsZero() {
		o.Start = time.Now().Add(-time.Hour)
	}
	if o.Interval == 0 {
		o.Interval = 100 * time.Microsecond
	}
	w := &Workload{random: rand.New(rand.NewPCG(o.Seed, 1)), clock: o.Start, interval: o.Interval}
	for range o.Templates {
		w.templates = append(w.templates, w.template())
	}
	return w
}

// template is one trace: an agent that searches, asks a model, calls two tools
// and asks again after each.
func (w *Workload) template() []step {
	r := w.random
	question, answer := prose(r, 120+r.IntN(160)), prose(r, 300+r.IntN(400))
	steps := make([]step, 0, SpansPerTrace)
	add := func(scope int, parent int, name string, kind tracepb.Span_SpanKind, from, to time.Duration, attributes ...*commonpb.KeyValue) int {
		span := &tracepb.Span{SpanId: w.spanID(), Name: name, Kind: kind, Flags: 0x101, Attributes: attributes}
		if parent >= 0 {
			span.ParentSpanId = steps[parent].span.SpanId
		}
		steps = append(steps, step{span, scope, from, to})
		return len(steps) - 1
	}
	const internal, client = tracepb.Span_SPAN_KIND_INTERNAL, tracepb.Span_SPAN_KIND_CLIENT
	ms := func(n int) time.Duration {
		return time.Duration(n)*time.Millisecond + time.Duration(r.IntN(1e6))
	}

	session, user := token(r, "sess-", 8), fmt.Sprint("user-", r.IntN(5000))
	root := add(scopeAgent, -1, "invoke_agent support", internal, 0, ms(6400),
		text("gen_ai.operation.name", "invoke_agent"), text("gen_ai.agent.name", "support"), text("gen_ai.agent.id", token(r, "asst_", 20)),
		text("gen_ai.provider.name", "openai"), text("session.id", session), text("user.id", user),
		text("gen_ai.input.messages", messages("user", question)), text("gen_ai.output.messages", completion(answer)))
	search := add(scopeSearch, root, "KnowledgeBaseRetriever", internal, ms(10), ms(310), w.retrieval(question)...)
	add(scopeModel, search, "embeddings text-embedding-3-small", client, ms(15), ms(120),
		text("gen_ai.operation.name", "embeddings"), text("gen_ai.provider.name", "openai"), text("gen_ai.request.model", "text-embedding-3-small"),
		number("gen_ai.usage.input_tokens", int64(20+r.IntN(80))), number("gen_ai.embeddings.dimension.count", 1536), text("server.address", "api.openai.com"))
	add(scopeHTTP, search, "POST", client, ms(130), ms(300),
		text("http.request.method", "POST"), text("url.full", "http://vectors.internal:6333/collections/articles/points/search"), text("server.address", "vectors.internal"),
		number("server.port", 6333), number("http.response.status_code", 200), text("network.protocol.version", "1.1"))
	history := []string{"system", prose(r, 500+r.IntN(400)), "user", question}
	at := 320
	for turn := range 2 {
		add(scopeModel, root, "chat gpt-4o", client, ms(at), ms(at+1500), w.generation(history, prose(r, 60+r.IntN(120)), "tool_calls")...)
		name := []string{"lookup_order", "search_policy", "check_coverage"}[r.IntN(3)]
		arguments, result := w.toolTexts()
		tool := add(scopeAgent, root, "execute_tool "+name, internal, ms(at+1510), ms(at+1900),
			text("gen_ai.operation.name", "execute_tool"), text("gen_ai.tool.name", name), text("gen_ai.tool.type", "function"),
			text("gen_ai.tool.call.id", token(r, "call_", 24)), text("gen_ai.tool.call.arguments", arguments), text("gen_ai.tool.call.result", result))
		if turn == 0 {
			add(scopeHTTP, tool, "GET", client, ms(at+1520), ms(at+1890),
				text("http.request.method", "GET"), text("url.full", "http://orders.internal/v2/orders/"+token(r, "", 10)), text("server.address", "orders.internal"),
				number("server.port", 80), number("http.response.status_code", 200), text("network.protocol.version", "1.1"))
		}
		history = append(history, "assistant", prose(r, 80), "tool", result)
		at += 2000
	}
	add(scopeModel, root, "chat gpt-4o", client, ms(at), ms(at+2000), w.generation(history, answer, "stop")...)
	return steps
}

func (w *Workload) spanID() []byte {
	return binary.BigEndian.AppendUint64(nil, w.random.Uint64()|1)
}

// generation is the attributes of a model call. Inputs have a long tail: about
// one call in thirty has more than 2,000 tokens.
func (w *Workload) generation(history []string, answer, finish string) []*commonpb.KeyValue {
	r := w.random
	input := int64(math.Exp(6.3 + 0.65*r.NormFloat64()))
	output := int64(20 + r.IntN(300))
	return []*commonpb.KeyValue{
		text("gen_ai.operation.name", "chat"), text("gen_ai.provider.name", "openai"), text("gen_ai.request.model", "gpt-4o"),
		text("gen_ai.response.model", "gpt-4o-2024-08-06"), text("gen_ai.response.id", token(r, "chatcmpl-", 24)),
		number("gen_ai.request.max_tokens", 1024), decimal("gen_ai.request.temperature", 0.2),
		number("gen_ai.usage.input_tokens", input), number("gen_ai.usage.output_tokens", output),
		number("gen_ai.usage.cache_read.input_tokens", input/3), list("gen_ai.response.finish_reasons", finish),
		text("gen_ai.input.messages", messages(history...)), text("gen_ai.output.messages", completion(answer)),
		text("server.address", "api.openai.com"), number("server.port", 443),
	}
}

// retrieval is the attributes of a search. One search in eighty finds nothing.
func (w *Workload) retrieval(query string) []*commonpb.KeyValue {
	r := w.random
	attributes := []*commonpb.KeyValue{
		text("openinference.span.kind", "RETRIEVER"), text("input.value", query), text("input.mime_type", "text/plain"),
	}
	if r.IntN(80) == 0 {
		return attributes
	}
	for i := range 4 {
		prefix := fmt.Sprintf("retrieval.documents.%d.document.", i)
		attributes = append(attributes, text(prefix+"id", token(r, "kb-", 12)), text(prefix+"content", prose(r, 220+r.IntN(240))),
			decimal(prefix+"score", 0.95-0.07*float64(i)-0.05*r.Float64()), text(prefix+"metadata", `{"source":"`+token(r, "articles/", 10)+`.md"}`))
	}
	return attributes
}

func (w *Workload) toolTexts() (arguments, result string) {
	r := w.random
	arguments = encoded(map[string]any{"order_id": token(r, "A-", 10), "fields": []string{"status", "items", "carrier"}, "reason": prose(r, 60)})
	result = encoded(map[string]any{"status": "delayed", "carrier": prose(r, 20), "items": []int{r.IntN(9000), r.IntN(9000)}, "note": prose(r, 200+r.IntN(200))})
	return arguments, result
}

// part is a piece of a message in the form of OpenTelemetry's GenAI conventions.
type part struct {
	Type    string `json:"type"`
	Content string `json:"content"`
}

type message struct {
	Role         string `json:"role"`
	Parts        []part `json:"parts"`
	FinishReason string `json:"finish_reason,omitempty"`
}

// messages takes roles and texts in turn.
func messages(history ...string) string {
	var list []message
	for pair := range slices.Chunk(history, 2) {
		list = append(list, message{Role: pair[0], Parts: []part{{"text", pair[1]}}})
	}
	return encoded(list)
}

func completion(answer string) string {
	return encoded([]message{{Role: "assistant", Parts: []part{{"text", answer}}, FinishReason: "stop"}})
}

func encoded(v any) string {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // plain values have no way to fail
	}
	return string(body)
}

func text(key, value string) *commonpb.KeyValue {
	return &commonpb.KeyValue{Key: key, Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: value}}}
}

func number(key string, value int64) *commonpb.KeyValue {
	return &commonpb.KeyValue{Key: key, Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_IntValue{IntValue: value}}}
}

func decimal(key string, value float64) *commonpb.KeyValue {
	return &commonpb.KeyValue{Key: key, Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_DoubleValue{DoubleValue: value}}}
}

func list(key string, values ...string) *commonpb.KeyValue {
	items := make([]*commonpb.AnyValue, len(values))
	for i, value := range values {
		items[i] = &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: value}}
	}
	return &commonpb.KeyValue{Key: key, Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_ArrayValue{ArrayValue: &commonpb.ArrayValue{Values: items}}}}
}
