package writer_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	collogspb "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	coltracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	logspb "go.opentelemetry.io/proto/otlp/logs/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/treeline-dev/treeline/ingest/convention"
	"github.com/treeline-dev/treeline/ingest/otlp"
	"github.com/treeline-dev/treeline/ingest/writer"
	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/store/storetest/cluster"
	"github.com/treeline-dev/treeline/trace"
)

// joinBundle is a database with two servers on it, each with its own store and
// Writer.
type joinBundle struct {
	replicas [2]*store.Store
	writers  [2]*writer.Writer
	conn     *pgx.Conn
	org      trace.OrganizationID
	projects int
	received time.Time
}

func setupJoin(t *testing.T) *joinBundle {
	t.Helper()
	db, ctx := cluster.New(t), t.Context()
	b := &joinBundle{received: time.Now().Truncate(time.Second)}
	for i := range b.replicas {
		s, err := store.Open(ctx, store.Config{URL: db.URL, AdminURL: db.AdminURL, MaxConns: 12, JoinLogs: otlp.JoinLogs})
		if err != nil {
			t.Fatal(err)
		}
		w := writer.New(writer.Config{Logger: slog.New(slog.NewTextHandler(t.Output(), nil)), Clock: func() time.Time { return b.received }})
		t.Cleanup(func() {
			if err := w.Close(context.Background()); err != nil {
				t.Error(err)
			}
			s.Close()
		})
		b.replicas[i], b.writers[i] = s, w
	}
	org, err := b.replicas[0].CreateOrganization(ctx, "acme", "Acme")
	if err != nil {
		t.Fatal(err)
	}
	b.org = org.OrganizationID
	if b.conn, err = pgx.Connect(ctx, db.AdminURL); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.conn.Close(context.Background()) })
	return b
}

func (b *joinBundle) project(t *testing.T) *store.Project {
	t.Helper()
	b.projects++
	name := fmt.Sprint("app-", b.projects)
	project, err := b.replicas[0].CreateProject(t.Context(), b.org, name, name)
	if err != nil {
		t.Fatal(err)
	}
	return project
}

// received is what the receiver makes of one request.
func received(t testing.TB, at time.Time, project trace.ProjectID, path string, message proto.Message) otlp.Batch {
	t.Helper()
	var batch otlp.Batch
	receiver, err := otlp.New(otlp.Config{
		Authenticate: func(context.Context, otlp.Credentials) (otlp.Principal, error) {
			return otlp.Principal{ProjectID: project}, nil
		},
		Write: func(_ context.Context, _ otlp.Principal, b otlp.Batch) ([]otlp.Rejection, error) {
			batch = b
			return nil, nil
		},
		Map: func(resource *convention.Resource, scope *convention.Scope) otlp.SpanMapper {
			return convention.NewOrigin(resource, scope).Map
		}, Clock: func() time.Time { return at },
	})
	if err != nil {
		t.Fatal(err)
	}
	body, err := proto.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/x-protobuf")
	request.Header.Set("X-Api-Key", "k")
	answer := httptest.NewRecorder()
	handler := http.Handler(receiver)
	if path == "/v1/logs" {
		handler = receiver.Logs()
	}
	handler.ServeHTTP(answer, request)
	if answer.Code != http.StatusOK || answer.Body.Len() > 0 {
		t.Fatalf("%d %q", answer.Code, answer.Body)
	}
	return batch
}

// sent is one request on its way to the store.
type sent struct {
	spans []*tracepb.Span
	logs  []*logspb.LogRecord
}

func (s sent) request(t testing.TB, at time.Time, project trace.ProjectID) writer.Request {
	t.Helper()
	var r writer.Request
	if len(s.spans) > 0 {
		spans := received(t, at, project, "/v1/traces", traces(s.spans))
		r.Observations, r.Scores = spans.Observations, spans.Scores
	}
	if len(s.logs) > 0 {
		logs := received(t, at, project, "/v1/logs", logsOf(s.logs))
		r.Scores = append(r.Scores, logs.Scores...)
		for _, log := range logs.Logs {
			r.Logs = append(r.Logs, &store.LogRecord{ProjectID: project, TraceID: log.Key.TraceID, SpanID: log.Key.SpanID,
				Time: log.Time, Digest: log.Digest, Content: log.Content})
		}
		for _, e := range logs.Evaluations {
			r.Evaluations = append(r.Evaluations, &store.Evaluation{ResponseID: e.ResponseID, Score: e.Score})
		}
	}
	return r
}

func traces(spans []*tracepb.Span) *coltracepb.ExportTraceServiceRequest {
	return &coltracepb.ExportTraceServiceRequest{ResourceSpans: []*tracepb.ResourceSpans{{ScopeSpans: []*tracepb.ScopeSpans{{Spans: spans}}}}}
}

func logsOf(records []*logspb.LogRecord) *collogspb.ExportLogsServiceRequest {
	return &collogspb.ExportLogsServiceRequest{ResourceLogs: []*logspb.ResourceLogs{{ScopeLogs: []*logspb.ScopeLogs{{LogRecords: records}}}}}
}

// write sends a request to one of the replicas.
func (b *joinBundle) write(t testing.TB, replica int, project *store.Project, s sent) {
	t.Helper()
	r := s.request(t, b.received, project.ProjectID)
	tenant, err := b.replicas[replica].Tenant(t.Context(), b.org)
	if err != nil {
		t.Error(err)
		return
	}
	r.Tenant, r.Project = tenant, project
	refusals, err := b.writers[replica].Write(t.Context(), r)
	if err != nil || len(refusals) > 0 {
		t.Errorf("write: refusals %v, error %v", refusals, err)
	}
}

// writeAtHand stores the spans as if their logs had been part of them.
func (b *joinBundle) writeAtHand(t *testing.T, project *store.Project, all sent) {
	t.Helper()
	encode := func(m proto.Message) []byte {
		body, err := proto.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return body
	}
	spans, err := otlp.DecodeProtobuf(encode(traces(all.spans)), otlp.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	logs, err := otlp.DecodeLogsProtobuf(encode(logsOf(all.logs)), otlp.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	tenant, err := b.replicas[0].Tenant(t.Context(), b.org)
	if err != nil {
		t.Fatal(err)
	}
	r := writer.Request{Tenant: tenant, Project: project}
	for g := range spans.Groups {
		for i := range spans.Groups[g].Spans {
			span := &spans.Groups[g].Spans[i]
			for _, record := range logs.Logs {
				if record.TraceID == span.TraceID && record.SpanID == span.SpanID {
					span.Logs = append(span.Logs, record.Event)
				}
			}
			mapping := convention.Map(nil, nil, span, b.received)
			mapping.Observation.Core().ProjectID = project.ProjectID
			r.Observations = append(r.Observations, mapping.Observation)
		}
	}
	if _, err := b.writers[0].Write(t.Context(), r); err != nil {
		t.Fatal(err)
	}
}

// dump is everything that is stored of a project's traces, as text.
func (b *joinBundle) dump(t *testing.T, project *store.Project) []string {
	t.Helper()
	schema := "org_" + b.org.String()
	rows, err := b.conn.Query(t.Context(), `
		SELECT 'observation ' || jsonb_pretty(to_jsonb(o) - 'project_id') FROM `+schema+`.observation o WHERE project_id = $1
		UNION ALL SELECT 'body ' || jsonb_pretty(to_jsonb(o) - 'project_id') FROM `+schema+`.observation_body o WHERE project_id = $1
		UNION ALL SELECT 'trace ' || jsonb_pretty(to_jsonb(o) - 'project_id' - 'revision' - 'last_arrival') FROM `+schema+`.trace o WHERE project_id = $1
		UNION ALL SELECT 'score ' || jsonb_pretty(to_jsonb(o) - 'project_id') FROM `+schema+`.score o WHERE project_id = $1
		ORDER BY 1`, int64(project.ProjectID))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func text(s string) *commonpb.AnyValue {
	return &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: s}}
}

func attribute(key, value string) *commonpb.KeyValue {
	return &commonpb.KeyValue{Key: key, Value: text(value)}
}

func fields(members ...*commonpb.KeyValue) *commonpb.AnyValue {
	return &commonpb.AnyValue{Value: &commonpb.AnyValue_KvlistValue{KvlistValue: &commonpb.KeyValueList{Values: members}}}
}

func genaiMessages(role, content string) string {
	text, _ := json.Marshal([]any{map[string]any{"role": role, "parts": []any{map[string]any{"type": "text", "content": content}}}})
	return string(text)
}

// randomTraffic makes a trace of a few spans with what their logs say: in any of
// the conventions' forms, beside content of the spans themselves or instead.
func randomTraffic(r *rand.Rand, at time.Time) sent {
	var all sent
	traceID := make([]byte, 16)
	for i := range traceID {
		traceID[i] = byte(r.Uint32())
	}
	traceID[0] |= 1
	one := func(choices ...string) string { return choices[r.IntN(len(choices))] }
	now := uint64(at.UnixNano())
	for n := range 1 + r.IntN(4) {
		span := &tracepb.Span{
			TraceId: traceID, SpanId: []byte{1, 2, 3, 4, 5, 6, 7, byte(n + 1)}, Name: fmt.Sprint("step ", n),
			StartTimeUnixNano: now + uint64(n)*1000, EndTimeUnixNano: now + uint64(n)*1000 + 500_000,
		}
		if n > 0 {
			span.ParentSpanId = []byte{1, 2, 3, 4, 5, 6, 7, byte(1 + r.IntN(n))}
		}
		add := func(key, value string) { span.Attributes = append(span.Attributes, attribute(key, value)) }
		switch one("chat", "chat", "chat", "agent", "tool", "plain", "embed") {
		case "chat":
			add("gen_ai.operation.name", "chat")
			add("gen_ai.request.model", "gpt-4o")
			add("gen_ai.response.id", fmt.Sprint("resp-", n))
		case "agent":
			add("gen_ai.operation.name", "invoke_agent")
		case "tool":
			add("gen_ai.operation.name", "execute_tool")
			add("gen_ai.tool.name", "search")
		case "embed":
			add("gen_ai.operation.name", "embeddings")
		}
		for _, own := range [][2]string{
			{"gen_ai.input.messages", genaiMessages("user", "own question")}, {"gen_ai.output.messages", genaiMessages("assistant", "own answer")},
			{"gen_ai.system_instructions", `[{"type":"text","content":"own rules"}]`},
			{"gen_ai.prompt.0.content", "old question"}, {"gen_ai.completion.0.content", "old answer"}, {"gen_ai.completion.0.finish_reason", "length"},
			{"input.value", `{"messages":[{"role":"user","content":"raw"}]}`}, {"output.value", "raw answer"},
			{"gen_ai.response.finish_reasons", `["stop"]`}, {"error.type", "own_error"}, {"treeline.trace.input", "claimed"},
			{"gen_ai.input.messages", `[{"role":"user","parts":[{"type":"te`},
		} {
			if r.IntN(6) == 0 {
				add(own[0], own[1])
			}
		}
		if r.IntN(3) == 0 {
			span.Status = &tracepb.Status{Code: tracepb.Status_STATUS_CODE_ERROR, Message: one("", "it broke")}
		}
		if r.IntN(4) == 0 {
			span.Events = append(span.Events, &tracepb.Span_Event{Name: "exception", TimeUnixNano: now, Attributes: []*commonpb.KeyValue{attribute("exception.type", "SpanError")}})
		}
		if r.IntN(5) == 0 {
			span.Events = append(span.Events, &tracepb.Span_Event{Name: "gen_ai.user.message", TimeUnixNano: now, Attributes: []*commonpb.KeyValue{attribute("content", "event question")}})
		}
		all.spans = append(all.spans, span)
		for range r.IntN(6) {
			all.logs = append(all.logs, randomLog(r, span, now+uint64(len(all.logs)+1)*7))
		}
	}
	return all
}

func randomLog(r *rand.Rand, span *tracepb.Span, at uint64) *logspb.LogRecord {
	record := &logspb.LogRecord{TraceId: span.TraceId, SpanId: span.SpanId, TimeUnixNano: at, ObservedTimeUnixNano: at + 5}
	said := fmt.Sprintf("said at %d \u00e9\x01 ", at%1000) + strings.Repeat("x", r.IntN(3)*3000)
	switch r.IntN(7) {
	case 0:
		record.EventName, record.Body = "gen_ai.user.message", fields(attribute("content", said))
	case 1:
		record.Attributes = []*commonpb.KeyValue{attribute("event.name", "gen_ai.system.message")}
		record.Body = fields(attribute("content", said))
	case 2:
		record.EventName = "gen_ai.choice"
		record.Body = fields(attribute("finish_reason", "tool_calls"), &commonpb.KeyValue{Key: "message", Value: fields(attribute("role", "assistant"), attribute("content", said))})
	case 3:
		record.EventName = "gen_ai.client.inference.operation.details"
		for _, a := range []*commonpb.KeyValue{
			attribute("gen_ai.input.messages", genaiMessages("user", said)), attribute("gen_ai.output.messages", genaiMessages("assistant", said)),
			attribute("gen_ai.system_instructions", `[{"type":"text","content":"logged rules"}]`),
		} {
			if r.IntN(2) == 0 {
				record.Attributes = append(record.Attributes, a)
			}
		}
	case 4:
		record.EventName = "gen_ai.client.operation.exception"
		record.Attributes = []*commonpb.KeyValue{attribute("exception.type", "LogError"), attribute("exception.message", said)}
	case 5:
		record.EventName = "gen_ai.tool.message"
		record.Body = fields(attribute("content", `{"q":1}`), attribute("id", "call-1"))
	case 6:
		record.EventName, record.Body = "app.started", text("nothing for us")
	}
	return record
}

// parts cuts traffic into requests at random: spans and logs apart or together,
// some of them twice.
func parts(r *rand.Rand, all sent) []sent {
	var requests []sent
	for _, span := range all.spans {
		requests = append(requests, sent{spans: []*tracepb.Span{span}})
	}
	for _, record := range all.logs {
		requests = append(requests, sent{logs: []*logspb.LogRecord{record}})
	}
	for range r.IntN(4) {
		requests = append(requests, requests[r.IntN(len(requests))])
	}
	r.Shuffle(len(requests), func(i, j int) { requests[i], requests[j] = requests[j], requests[i] })
	var merged []sent
	for _, request := range requests {
		if len(merged) > 0 && r.IntN(3) == 0 {
			last := &merged[len(merged)-1]
			last.spans, last.logs = append(slices.Clone(last.spans), request.spans...), append(slices.Clone(last.logs), request.logs...)
			continue
		}
		merged = append(merged, request)
	}
	return merged
}

// What is stored does not depend on when the logs come: before their spans, with
// them, behind them, twice, through one server or another, one after the other
// or all at once. It is what the mapping makes of a span that has its logs.
func TestLogsJoinTheirSpansInWhateverOrder(t *testing.T) {
	t.Parallel()
	b := setupJoin(t)
	seeds := uint64(120)
	if testing.Short() {
		seeds = 20
	}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 17))
		all := randomTraffic(r, b.received.Add(-time.Minute))
		atHand, inOrder, atOnce := b.project(t), b.project(t), b.project(t)
		b.writeAtHand(t, atHand, all)
		want := b.dump(t, atHand)
		for _, request := range parts(r, all) {
			b.write(t, r.IntN(2), inOrder, request)
		}
		if diff := cmp.Diff(want, b.dump(t, inOrder)); diff != "" {
			t.Fatalf("seed %d: one after the other (-at hand +joined):\n%s", seed, diff)
		}
		var group sync.WaitGroup
		for i, request := range parts(r, all) {
			group.Go(func() { b.write(t, i%2, atOnce, request) })
		}
		group.Wait()
		if diff := cmp.Diff(want, b.dump(t, atOnce)); diff != "" {
			t.Fatalf("seed %d: all at once (-at hand +joined):\n%s", seed, diff)
		}
	}
}

// Many senders at once, half of them with spans and half with the logs of the
// same spans: no join is lost. The transactions run on stores without a Writer
// before them, so that nothing keeps them apart but the database.
func TestNoInterleavingLosesAJoin(t *testing.T) {
	t.Parallel()
	b := setupJoin(t)
	project, ctx := b.project(t), t.Context()
	const rounds, spans = 12, 40
	start := b.received.Add(-time.Minute)
	for round := range rounds {
		var requests []sent
		for n := range spans {
			span := &tracepb.Span{
				TraceId: []byte{9, byte(round), byte(n), 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, SpanId: []byte{1, 2, 3, 4, 5, 6, 7, byte(n + 1)}, Name: "chat",
				StartTimeUnixNano: uint64(start.UnixNano()), EndTimeUnixNano: uint64(start.UnixNano()) + 10,
				Attributes: []*commonpb.KeyValue{attribute("gen_ai.operation.name", "chat"), attribute("gen_ai.response.id", fmt.Sprint("r", round, "-", n))},
			}
			asked := &logspb.LogRecord{TraceId: span.TraceId, SpanId: span.SpanId, TimeUnixNano: 1, EventName: "gen_ai.user.message", Body: fields(attribute("content", "q"))}
			chosen := &logspb.LogRecord{TraceId: span.TraceId, SpanId: span.SpanId, TimeUnixNano: 2, EventName: "gen_ai.choice", Body: fields(attribute("message", "a"))}
			judged := &logspb.LogRecord{TimeUnixNano: 3, EventName: "gen_ai.evaluation.result", Attributes: []*commonpb.KeyValue{
				attribute("gen_ai.evaluation.name", "helpful"), attribute("gen_ai.evaluation.score.value", "0.5"), attribute("gen_ai.response.id", fmt.Sprint("r", round, "-", n)),
			}}
			requests = append(requests, sent{spans: []*tracepb.Span{span}}, sent{logs: []*logspb.LogRecord{asked}}, sent{logs: []*logspb.LogRecord{chosen, judged}})
		}
		var group sync.WaitGroup
		begin := make(chan struct{})
		for i, request := range requests {
			w := request.request(t, b.received, project.ProjectID)
			tenant, err := b.replicas[i%2].Tenant(ctx, b.org)
			if err != nil {
				t.Fatal(err)
			}
			if err := tenant.EnsureWeeks(ctx, []time.Time{start}); err != nil {
				t.Fatal(err)
			}
			group.Go(func() {
				<-begin
				if err := tenant.WriteTraces(ctx, store.TraceWrite{Observations: w.Observations, Scores: w.Scores, Logs: w.Logs, Evaluations: w.Evaluations, ReceivedAt: b.received}); err != nil {
					t.Error(err)
				}
			})
		}
		close(begin)
		group.Wait()
	}
	schema := "org_" + b.org.String()
	var total, joined, scored int
	err := b.conn.QueryRow(ctx, `SELECT count(*), count(*) FILTER (WHERE b.input LIKE '%"text":"q"%' AND b.output LIKE '%"text":"a"%'),
			(SELECT count(*) FROM `+schema+`.score s WHERE s.project_id = $1 AND s.span_id IS NOT NULL)
		FROM `+schema+`.observation_body b WHERE project_id = $1`, int64(project.ProjectID)).Scan(&total, &joined, &scored)
	if err != nil {
		t.Fatal(err)
	}
	if total != rounds*spans || joined != total || scored != total {
		t.Errorf("of %d spans %d have their conversation and %d their score", total, joined, scored)
	}
}

// What one span may gather is bounded, however many requests bring it.
func TestRecordsOfOneSpanAreBounded(t *testing.T) {
	t.Parallel()
	b := setupJoin(t)
	project := b.project(t)
	start := b.received.Add(-time.Minute)
	span := &tracepb.Span{
		TraceId: []byte("0123456789abcdef"), SpanId: []byte("01234567"), Name: "chat", StartTimeUnixNano: uint64(start.UnixNano()), EndTimeUnixNano: uint64(start.UnixNano()),
		Attributes: []*commonpb.KeyValue{attribute("gen_ai.operation.name", "chat")},
	}
	var all sent
	for i := range 100_000 {
		all.logs = append(all.logs, &logspb.LogRecord{TraceId: span.TraceId, SpanId: span.SpanId, TimeUnixNano: uint64(i + 1), EventName: "gen_ai.user.message", Body: fields(attribute("content", "hello"))})
	}
	tenant, err := b.replicas[0].Tenant(t.Context(), b.org)
	if err != nil {
		t.Fatal(err)
	}
	r := all.request(t, b.received, project.ProjectID)
	r.Tenant, r.Project = tenant, project
	refusals, err := b.writers[0].Write(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if len(refusals) != 1 || refusals[0].Count != 100_000-store.MaxSpanLogs {
		t.Errorf("refused: %v", refusals)
	}
	large := strings.Repeat("y", 10<<20)
	other := &logspb.LogRecord{TraceId: span.TraceId, SpanId: []byte("76543210"), TimeUnixNano: 1, EventName: "gen_ai.choice", Body: fields(attribute("message", large))}
	second := proto.Clone(span).(*tracepb.Span)
	second.SpanId = other.SpanId
	b.write(t, 0, project, sent{spans: []*tracepb.Span{span, second}, logs: []*logspb.LogRecord{other}})
	found, err := tenant.ObservationsByRef(t.Context(), project, []store.ObservationRef{
		{Key: trace.SpanKey{TraceID: trace.TraceID(span.TraceId), SpanID: trace.SpanID(span.SpanId)}},
		{Key: trace.SpanKey{TraceID: trace.TraceID(span.TraceId), SpanID: trace.SpanID(other.SpanId)}},
	}, store.ObservationFields{Detail: true, Input: store.WholePayload, Output: store.WholePayload})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range found {
		g := o.(*trace.Generation)
		switch {
		case g.SpanID == trace.SpanID(span.SpanId) && len(g.Messages) != store.MaxSpanLogs:
			t.Errorf("%d messages", len(g.Messages))
		case g.SpanID == trace.SpanID(other.SpanId) && (len(g.Completion) != 1 || g.Output.Bytes > 5<<20 || len(g.Warnings) == 0):
			t.Errorf("%d choices, %+v", len(g.Completion), g.Warnings)
		}
	}
}

// Spans whose records together are larger than a transaction joins are stored in
// several.
func TestManyLargeRecordsAreJoinedAFewSpansAtATime(t *testing.T) {
	t.Parallel()
	b := setupJoin(t)
	project := b.project(t)
	start := uint64(b.received.Add(-time.Minute).UnixNano())
	large := strings.Repeat("z", 4<<20)
	var spans sent
	for n := range 7 {
		span := &tracepb.Span{
			TraceId: []byte{7, byte(n % 2), 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, SpanId: []byte{1, 2, 3, 4, 5, 6, 7, byte(n + 1)}, Name: "chat",
			StartTimeUnixNano: start, EndTimeUnixNano: start, Attributes: []*commonpb.KeyValue{attribute("gen_ai.operation.name", "chat")},
		}
		spans.spans = append(spans.spans, span)
		var logs sent
		for i := range 3 {
			logs.logs = append(logs.logs, &logspb.LogRecord{TraceId: span.TraceId, SpanId: span.SpanId, TimeUnixNano: uint64(i + 1), EventName: "gen_ai.user.message", Body: fields(attribute("content", large))})
		}
		b.write(t, n%2, project, logs)
	}
	b.write(t, 0, project, spans)
	var joined int
	err := b.conn.QueryRow(t.Context(), `SELECT count(*) FROM org_`+b.org.String()+`.observation_body WHERE length(input) > 1000000`).Scan(&joined)
	if err != nil {
		t.Fatal(err)
	}
	if joined != len(spans.spans) {
		t.Errorf("%d of %d spans have their conversation", joined, len(spans.spans))
	}
}

// Records go when they are old, all of a span's at once; what they said stays,
// and a late record is joined to that.
func TestOldRecordsAreSweptAndWhatTheySaidStays(t *testing.T) {
	t.Parallel()
	b := setupJoin(t)
	project := b.project(t)
	r := rand.New(rand.NewPCG(3, 3))
	var all sent
	for range 20 {
		more := randomTraffic(r, b.received.Add(-time.Minute))
		all.spans, all.logs = append(all.spans, more.spans...), append(all.logs, more.logs...)
	}
	b.write(t, 0, project, sent{spans: all.spans})
	b.write(t, 1, project, sent{logs: all.logs})
	before := b.dump(t, project)
	for _, test := range []struct {
		before time.Time
		gone   bool
	}{{b.received, false}, {b.received.Add(time.Second), true}} {
		n, err := b.replicas[0].SweepLogs(t.Context(), test.before)
		if err != nil {
			t.Fatal(err)
		}
		if n > 0 != test.gone {
			t.Errorf("%d spans swept of those before %s", n, test.before)
		}
	}
	var left int
	schema := "org_" + b.org.String()
	if err := b.conn.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM `+schema+`.log_record) + (SELECT count(*) FROM `+schema+`.log_span)`).Scan(&left); err != nil {
		t.Fatal(err)
	}
	if left != 0 {
		t.Errorf("%d rows are left", left)
	}
	b.write(t, 1, project, sent{logs: all.logs})
	if diff := cmp.Diff(before, b.dump(t, project)); diff != "" {
		t.Errorf("the same records once more changed something:\n%s", diff)
	}
}
