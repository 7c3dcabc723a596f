package otlp

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	collogspb "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	logspb "go.opentelemetry.io/proto/otlp/logs/v1"
	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/treeline-dev/treeline/ingest/convention"
	"github.com/treeline-dev/treeline/trace"
)

var (
	logTraceBytes = []byte("0123456789abcdef")
	logSpanBytes  = []byte("01234567")
)

func logRequest(records ...*logspb.LogRecord) *collogspb.ExportLogsServiceRequest {
	return &collogspb.ExportLogsServiceRequest{ResourceLogs: []*logspb.ResourceLogs{{ScopeLogs: []*logspb.ScopeLogs{{LogRecords: records}}}}}
}

func stringValue(s string) *commonpb.AnyValue {
	return &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: s}}
}

func keyValue(key, value string) *commonpb.KeyValue {
	return &commonpb.KeyValue{Key: key, Value: stringValue(value)}
}

// said is the record of a message in a span.
func said(content string) *logspb.LogRecord {
	return &logspb.LogRecord{
		TimeUnixNano: 5, TraceId: logTraceBytes, SpanId: logSpanBytes, EventName: "gen_ai.user.message",
		Body: &commonpb.AnyValue{Value: &commonpb.AnyValue_KvlistValue{KvlistValue: &commonpb.KeyValueList{Values: []*commonpb.KeyValue{keyValue("content", content)}}}},
	}
}

// plain is a record as a program's logger writes it.
func plain() *logspb.LogRecord {
	return &logspb.LogRecord{TimeUnixNano: 5, SeverityNumber: 9, SeverityText: "INFO", Body: stringValue("started"), Attributes: []*commonpb.KeyValue{keyValue("code.function", "main")}}
}

// drawnEventNames are drawn: those that mean something and others.
var drawnEventNames = []string{
	"gen_ai.user.message", "gen_ai.choice", "gen_ai.client.inference.operation.details", "gen_ai.evaluation.result",
	"gen_ai.client.operation.exception", "http.client.request.exception", "device.app.lifecycle", "",
}

func drawLog(t *rapid.T) *logspb.LogRecord {
	record := &logspb.LogRecord{
		TimeUnixNano: uint64(rapid.IntRange(0, 2).Draw(t, "time")), ObservedTimeUnixNano: uint64(rapid.IntRange(0, 9).Draw(t, "observed")),
		SeverityNumber: 9, SeverityText: drawText(t), TraceId: drawID(t, 16), SpanId: drawID(t, 8), Flags: 1, DroppedAttributesCount: 2,
		Attributes: drawAttributes(t, 3), Body: drawValue(t, 3),
	}
	name := rapid.SampledFrom(drawnEventNames).Draw(t, "event")
	if rapid.Bool().Draw(t, "name in an attribute") {
		record.Attributes = append(record.Attributes, keyValue("event.name", name))
	} else {
		record.EventName = name
	}
	return record
}

// wantedLogs is what a decoder makes of records.
func wantedLogs(records []*logspb.LogRecord) (logs []LogRecord, ignored, rejected int) {
	isID := func(id []byte, size int) bool { return len(id) == size && !bytes.Equal(id, make([]byte, size)) }
	for _, r := range records {
		want := LogRecord{Event: convention.Event{Name: r.EventName, TimeNanos: r.TimeUnixNano, Attributes: wantedAttributes(r.Attributes), Body: wantedValue(r.Body)}}
		if want.TimeNanos == 0 {
			want.TimeNanos = r.ObservedTimeUnixNano
		}
		isBad := func(id []byte, size int) bool { return len(id) != 0 && len(id) != size }
		hasSpan := isID(r.TraceId, 16) && isID(r.SpanId, 8)
		switch want.Use = convention.LogUseOf(want.EventName()); {
		case want.Use == convention.LogIgnored:
			ignored++
			continue
		case isBad(r.TraceId, 16) || isBad(r.SpanId, 8) || !hasSpan && want.Use == convention.LogContent:
			rejected++
			continue
		case hasSpan:
			want.TraceID, want.SpanID = trace.TraceID(r.TraceId), trace.SpanID(r.SpanId)
		case want.Use == convention.LogException:
			ignored++
			continue
		}
		logs = append(logs, want)
	}
	return logs, ignored, rejected
}

func TestLogsAreDecodedAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var records []*logspb.LogRecord
		for range rapid.IntRange(0, 5).Draw(t, "records") {
			records = append(records, drawLog(t))
		}
		body, err := proto.Marshal(logRequest(records...))
		if err != nil {
			t.Fatal(err)
		}
		w := jsonWriter{t: t}
		w.object(member{"resourceLogs", func() {
			list(&w, []int{0}, func(int) {
				w.object(member{"scopeLogs", func() {
					list(&w, []int{0}, func(int) { w.object(member{"logRecords", func() { list(&w, records, w.logRecord) }}) })
				}})
			})
		}})
		text := w.out.Bytes()
		if !json.Valid(text) {
			t.Fatalf("the test wrote no JSON: %s", text)
		}
		want, ignored, rejected := wantedLogs(records)
		for name, decode := range map[string]func() (*Request, error){
			"protobuf": func() (*Request, error) { return DecodeLogsProtobuf(body, Limits{}) },
			"JSON":     func() (*Request, error) { return DecodeLogsJSON(text, Limits{}) },
		} {
			got, err := decode()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if diff := cmp.Diff(want, got.Logs, equal); diff != "" {
				t.Fatalf("%s: %s", name, diff)
			}
			count := 0
			for _, r := range got.Rejected {
				count += r.Count
			}
			if got.IgnoredLogs != ignored || count != rejected {
				t.Fatalf("%s: %d ignored, want %d; rejected %v, want %d", name, got.IgnoredLogs, ignored, got.Rejected, rejected)
			}
		}
		for _, record := range want { // kept and read again it is the same
			content := appendLog(nil, &record.Event)
			d := protobufDecoder{newDecoding(&logSignal, Limits{})}
			var again LogRecord
			if _, _, err := d.logFields(&again, content); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(record.Event, again.Event, equal); diff != "" {
				t.Fatalf("kept: %s", diff)
			}
			var official logspb.LogRecord
			if err := proto.Unmarshal(content, &official); err != nil {
				t.Fatalf("what is kept is no LogRecord: %v", err)
			}
		}
	})
}

func (w *jsonWriter) logRecord(r *logspb.LogRecord) {
	members := []member{
		{"traceId", func() { w.id(r.TraceId) }}, {"spanId", func() { w.id(r.SpanId) }}, {"eventName", func() { w.text(r.EventName) }},
		{"timeUnixNano", func() { w.uint(r.TimeUnixNano) }}, {"observedTimeUnixNano", func() { w.uint(r.ObservedTimeUnixNano) }},
		{"severityNumber", func() { w.enum(int32(r.SeverityNumber), logspb.SeverityNumber_name) }}, w.attributes(r.Attributes),
	}
	if r.Body != nil {
		members = append(members, member{"body", func() { w.value(r.Body) }})
	}
	w.object(members...)
}

func FuzzDecodeLogs(f *testing.F) {
	for _, records := range [][]*logspb.LogRecord{nil, {said("a")}, {plain(), said("b")}} {
		body, err := proto.Marshal(logRequest(records...))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Add([]byte(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"eventName":"gen_ai.choice","traceId":"` + hexTrace + `","spanId":"` + hexSpan + `","body":` + deepJSON(3) + `},7]}]}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, decode := range []func([]byte, Limits) (*Request, error){DecodeLogsProtobuf, DecodeLogsJSON} {
			got, err := decode(bytes.Clone(body), Limits{MaxMemory: 16 << 20})
			checkInvariants(t, got, err)
			if err != nil {
				continue
			}
			for i := range got.Logs {
				record := &got.Logs[i]
				if record.Use == convention.LogIgnored || record.Use != convention.LogScore && (record.TraceID.IsZero() || record.SpanID.IsZero()) {
					t.Fatalf("kept %+v", record)
				}
				if _, err := JoinLogs(&trace.Generation{InputYields: true, OutputYields: true}, [][]byte{appendLog(nil, &record.Event)}); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// logServer serves the receiver's logs.
func (b *bundle) logServer(t *testing.T) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(b.receiver.Logs())
	t.Cleanup(server.Close)
	return server
}

// written are the log records and evaluations of all requests.
func (b *bundle) written() (logs []StoredLog, scores []*trace.Score, evaluations []Evaluation) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, batch := range b.batches {
		logs, scores, evaluations = append(logs, batch.Logs...), append(scores, batch.Scores...), append(evaluations, batch.Evaluations...)
	}
	return logs, scores, evaluations
}

func TestLogsAreTakenInEveryEncoding(t *testing.T) {
	t.Parallel()
	binary, err := proto.Marshal(logRequest(said("hello"), plain()))
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Appendf(nil, `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"5","traceId":"%x","spanId":"%x","eventName":"gen_ai.user.message","body":{"kvlistValue":{"values":[{"key":"content","value":{"stringValue":"hello"}}]}}}]}]}]}`, logTraceBytes, logSpanBytes)
	deflated := func(body []byte) []byte {
		var out bytes.Buffer
		w := zlib.NewWriter(&out)
		_, _ = w.Write(body)
		_ = w.Close()
		return out.Bytes()
	}
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = encoder.Close() })
	var digests [][16]byte
	for _, test := range []struct {
		media, encoding string
		body            []byte
		want            string
	}{
		{mediaProtobuf, "", binary, ""}, {mediaJSON, "", text, "{}"}, {mediaJSON + "; charset=utf-8", "", text, "{}"},
		{mediaProtobuf, "gzip", gzipped(t, binary), ""}, {mediaProtobuf, "deflate", deflated(binary), ""},
		{mediaJSON, "zstd", encoder.EncodeAll(text, nil), "{}"},
	} {
		b := setup(t, nil)
		response, answer := post(t, b.logServer(t), bytes.NewReader(bytes.Clone(test.body)), "Content-Type", test.media, "Content-Encoding", test.encoding)
		if response.StatusCode != http.StatusOK || string(answer) != test.want {
			t.Errorf("%s %s: %d %q", test.media, test.encoding, response.StatusCode, answer)
		}
		logs, _, _ := b.written()
		if len(logs) != 1 || logs[0].Key.TraceID != trace.TraceID(logTraceBytes) || logs[0].Time.UnixNano() != 5 {
			t.Fatalf("%s %s: written %+v", test.media, test.encoding, logs)
		}
		digests = append(digests, logs[0].Digest)
	}
	for _, digest := range digests {
		if digest != digests[0] {
			t.Error("one record has several digests")
		}
	}
}

func TestLogsThatMeanNothingAreTakenWithoutAWord(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	record := plain()
	record.TraceId, record.SpanId = []byte("odd"), []byte("odder") // of no interest in an ordinary record
	outside := &logspb.LogRecord{EventName: "exception", Attributes: []*commonpb.KeyValue{keyValue("exception.type", "E")}}
	body, err := proto.Marshal(logRequest(plain(), record, outside))
	if err != nil {
		t.Fatal(err)
	}
	response, answer := post(t, b.logServer(t), bytes.NewReader(body), "Content-Type", mediaProtobuf)
	if response.StatusCode != http.StatusOK || len(answer) != 0 {
		t.Errorf("%d %q", response.StatusCode, answer)
	}
	if c := b.receiver.Counters(); c.LogsIgnored.Load() != 3 || c.LogsRejected.Load() != 0 || len(b.batches) != 0 {
		t.Errorf("ignored %d, rejected %d, %d batches", c.LogsIgnored.Load(), c.LogsRejected.Load(), len(b.batches))
	}
}

func TestBadLogRecordsAreRejectedAlone(t *testing.T) {
	t.Parallel()
	noSpan, badTrace, badSpan := said("a"), said("b"), said("c")
	noSpan.TraceId, noSpan.SpanId = nil, make([]byte, 8)
	badTrace.TraceId, badSpan.SpanId = []byte("short"), []byte("much too long")
	late := said("d")
	late.TimeUnixNano = 1 << 63
	judgement := func(more ...*commonpb.KeyValue) *logspb.LogRecord {
		return &logspb.LogRecord{EventName: "gen_ai.evaluation.result", TimeUnixNano: 7, Attributes: append(more, keyValue("gen_ai.evaluation.name", "polite"))}
	}
	value := &commonpb.KeyValue{Key: "gen_ai.evaluation.score.value", Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_DoubleValue{DoubleValue: 0.75}}}
	ofSpan := judgement(value)
	ofSpan.TraceId, ofSpan.SpanId = logTraceBytes, logSpanBytes
	records := []*logspb.LogRecord{
		said("good"), noSpan, badTrace, badSpan, late, said("also good"),
		ofSpan, judgement(value, keyValue("gen_ai.response.id", "resp-1")), judgement(value), judgement(keyValue("gen_ai.response.id", "resp-1")),
	}
	b := setup(t, nil)
	body, err := proto.Marshal(logRequest(records...))
	if err != nil {
		t.Fatal(err)
	}
	response, answer := post(t, b.logServer(t), bytes.NewReader(body), "Content-Type", mediaProtobuf)
	var got collogspb.ExportLogsServiceResponse
	if err := proto.Unmarshal(answer, &got); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%d %q: %v", response.StatusCode, answer, err)
	}
	if n := got.PartialSuccess.GetRejectedLogRecords(); n != 6 {
		t.Errorf("%d rejected: %s", n, got.PartialSuccess.GetErrorMessage())
	}
	for _, reason := range []string{"1 log record: trace id is not 16 bytes", "span id is not 8 bytes", "the event has no trace id and span id", "1970 to 2262",
		"neither a span nor a gen_ai.response.id", "no name or no score"} {
		if !strings.Contains(got.PartialSuccess.GetErrorMessage(), reason) {
			t.Errorf("%q does not say %q", got.PartialSuccess.GetErrorMessage(), reason)
		}
	}
	logs, scores, evaluations := b.written()
	if len(logs) != 2 || len(scores) != 1 || len(evaluations) != 1 {
		t.Fatalf("%d logs, %d scores, %d evaluations", len(logs), len(scores), len(evaluations))
	}
	if s := scores[0]; s.SpanID != trace.SpanID(logSpanBytes) || s.ProjectID != project || s.Name != "polite" || s.ScoreID == evaluations[0].Score.ScoreID {
		t.Errorf("score %+v", s)
	}
	if e := evaluations[0]; e.ResponseID != "resp-1" || !e.Score.TraceID.IsZero() || e.Score.Value.(*trace.NumericScore).Number != 0.75 {
		t.Errorf("evaluation %+v", e)
	}
	text, err := json.Marshal(string(logTraceBytes))
	if err != nil {
		t.Fatal(err)
	}
	response, answer = post(t, b.logServer(t), strings.NewReader(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"eventName":"gen_ai.choice","traceId":`+string(text)+`},7]}]}]}`), "Content-Type", mediaJSON)
	if want := `{"partialSuccess":{"rejectedLogRecords":"2","errorMessage":"1 log record: trace id is not 16 bytes; 1 log record: log record is not an object"}}`; string(answer) != want {
		t.Errorf("%d %s", response.StatusCode, answer)
	}
}

func TestARecordWithoutATimeIsOfNow(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_790_000_000, 0).UTC()
	var logs []StoredLog
	for i := range 2 {
		b := setup(t, func(c *Config) { c.Clock = func() time.Time { return now.Add(time.Duration(i) * time.Hour) } })
		record := said("hello")
		record.TimeUnixNano = 0
		body, err := proto.Marshal(logRequest(record))
		if err != nil {
			t.Fatal(err)
		}
		post(t, b.logServer(t), bytes.NewReader(body), "Content-Type", mediaProtobuf)
		written, _, _ := b.written()
		logs = append(logs, written...)
	}
	if len(logs) != 2 || !logs[0].Time.Equal(now) || !logs[1].Time.Equal(now.Add(time.Hour)) {
		t.Fatalf("written %+v", logs)
	}
	if logs[0].Digest != logs[1].Digest {
		t.Error("the time of receipt is part of the digest: what is sent again would count twice")
	}
}

func TestTheLogsPathRefusesWhatIsNoLogExport(t *testing.T) {
	t.Parallel()
	encode := func(m proto.Message) []byte {
		body, err := proto.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return body
	}
	metrics := encode(&metricspb.MetricsData{ResourceMetrics: []*metricspb.ResourceMetrics{{ScopeMetrics: []*metricspb.ScopeMetrics{{Metrics: []*metricspb.Metric{{
		Name: "requests", Description: "d", Unit: "1", Data: &metricspb.Metric_Sum{Sum: &metricspb.Sum{IsMonotonic: true}}}}}}}}})
	good := encode(logRequest(said(strings.Repeat("long ", 100))))
	const hint = "send traces to /v1/traces"
	b := setup(t, func(c *Config) { c.MaxBodyBytes, c.MaxWireBytes = 1<<20, 1<<20 })
	server := b.logServer(t)
	deep := said("")
	deep.Body = &commonpb.AnyValue{}
	if err := proto.Unmarshal(deepProtobuf(100), deep.Body); err != nil {
		t.Fatal(err)
	}
	tooDeep := appendBytes(appendBytes(appendBytes(appendBytes(nil, logTraceID, logTraceBytes), logSpanID, logSpanBytes), logEventName, []byte("gen_ai.choice")), logBody, deepProtobuf(200))
	wrap := func(record []byte) []byte {
		return appendBytes(nil, 1, appendBytes(nil, 2, appendBytes(nil, 2, record)))
	}
	for name, test := range map[string]struct {
		media, encoding string
		body            io.Reader
		status          int
		message         string
	}{
		"spans":           {mediaProtobuf, "", bytes.NewReader(encode(oneSpan("a"))), 400, hint},
		"metrics":         {mediaProtobuf, "", bytes.NewReader(metrics), 400, hint},
		"spans in JSON":   {mediaJSON, "", bytes.NewReader(jsonSpans(jsonSpan(""))), 400, hint},
		"metrics as well": {mediaJSON, "", strings.NewReader(`{"resourceMetrics":[]}`), 400, hint},
		"snake case":      {mediaJSON, "", strings.NewReader(`{"resource_logs":[]}`), 400, "such as resourceLogs"},
		"text":            {mediaProtobuf, "", strings.NewReader("hello"), 400, "not an ExportLogsServiceRequest"},
		"cut":             {mediaProtobuf, "", bytes.NewReader(good[:len(good)-30]), 400, "not an ExportLogsServiceRequest"},
		"cut JSON":        {mediaJSON, "", strings.NewReader(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":`), 400, "not valid JSON"},
		"cut gzip":        {mediaProtobuf, "gzip", bytes.NewReader(gzipped(t, good)[:20]), 400, ""},
		"bomb":            {mediaProtobuf, "gzip", bytes.NewReader(gzipped(t, make([]byte, 8<<20))), 413, "larger than"},
		"too large":       {mediaProtobuf, "", bytes.NewReader(encode(logRequest(said(strings.Repeat("x", 2<<20))))), 413, "larger than"},
		"other type":      {"text/plain", "", strings.NewReader("{}"), 415, "content type"},
		"deep":            {mediaProtobuf, "", bytes.NewReader(encode(logRequest(deep))), 200, ""},
		"too deep":        {mediaProtobuf, "", bytes.NewReader(wrap(tooDeep)), 200, "deeper than 128"},
		"too deep JSON":   {mediaJSON, "", strings.NewReader(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"eventName":"gen_ai.choice","traceId":"` + hexTrace + `","spanId":"` + hexSpan + `","body":` + deepJSON(150) + `}]}]}]}`), 200, "deeper than 128"},
		"nothing":         {mediaProtobuf, "", strings.NewReader(""), 200, ""},
		"nothing JSON":    {mediaJSON, "", strings.NewReader("{}"), 200, ""},
	} {
		response, answer := post(t, server, test.body, "Content-Type", test.media, "Content-Encoding", test.encoding)
		if response.StatusCode != test.status {
			t.Errorf("%s: %d %q", name, response.StatusCode, answer)
			continue
		}
		message := string(answer)
		if test.status != http.StatusOK {
			message = statusOf(t, response, answer).GetMessage()
		}
		if !strings.Contains(message, test.message) {
			t.Errorf("%s: %q", name, message)
		}
	}
	if response, _ := post(t, server, strings.NewReader("{}"), "Content-Type", mediaJSON, "Authorization", "Basic eDp5"); response.StatusCode != http.StatusUnauthorized {
		t.Errorf("a wrong key: %d", response.StatusCode)
	}
}

func TestTextThatCannotBeStoredIsMended(t *testing.T) {
	t.Parallel()
	record := appendBytes(appendBytes(appendBytes(nil, logTraceID, logTraceBytes), logSpanID, logSpanBytes), logEventName, []byte("gen_ai.choice"))
	body := appendBytes(nil, valueString, []byte("a\x00b\xffc"))
	message := appendBytes(appendBytes(nil, keyValueKey, []byte("message")), keyValueValue, body)
	record = appendBytes(record, logBody, appendBytes(nil, valueMap, appendBytes(nil, listValues, message)))
	b := setup(t, nil)
	response, answer := post(t, b.logServer(t), bytes.NewReader(appendBytes(nil, 1, appendBytes(nil, 2, appendBytes(nil, 2, record)))), "Content-Type", mediaProtobuf)
	if response.StatusCode != http.StatusOK || len(answer) > 0 {
		t.Fatalf("%d %q", response.StatusCode, answer)
	}
	logs, _, _ := b.written()
	g := &trace.Generation{InputYields: true, OutputYields: true}
	if changed, err := JoinLogs(g, [][]byte{logs[0].Content}); !changed || err != nil {
		t.Fatalf("changed %t, error %v", changed, err)
	}
	if got := g.Completion[0].Parts[0].(*trace.TextPart).Text; strings.ContainsRune(got, 0) || !strings.HasPrefix(got, "a") || !strings.HasSuffix(got, "c") {
		t.Errorf("text %q", got)
	}
}

func TestGRPCTakesLogs(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	_, conn := b.grpcServer(t)
	client := collogspb.NewLogsServiceClient(conn)
	lost := said("lost")
	lost.TraceId = nil
	response, err := client.Export(withKey(t), logRequest(said("hello"), plain(), lost))
	if err != nil || response.PartialSuccess.GetRejectedLogRecords() != 1 {
		t.Fatalf("%v, %v", response, err)
	}
	if logs, _, _ := b.written(); len(logs) != 1 {
		t.Errorf("written %+v", logs)
	}
	if _, err := client.Export(t.Context(), logRequest()); status.Code(err) != codes.Unauthenticated {
		t.Errorf("without a key: %v", err)
	}
	body, err := proto.Marshal(oneSpan("a"))
	if err != nil {
		t.Fatal(err)
	}
	var spans collogspb.ExportLogsServiceRequest // the same field numbers, so that it passes for one
	if err := proto.Unmarshal(body, &spans); err == nil {
		if _, err := client.Export(withKey(t), &spans); status.Code(err) != codes.InvalidArgument {
			t.Errorf("spans: %v", err)
		}
	}
}
