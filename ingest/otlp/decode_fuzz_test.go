package otlp

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	coltracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"
)

// checkInvariants holds for whatever a decoder returns.
func checkInvariants(t *testing.T, got *Request, err error) {
	t.Helper()
	if err != nil {
		var bad *InvalidError
		if !errors.As(err, &bad) && !errors.Is(err, ErrTooManyElements) {
			t.Fatalf("unknown kind of error: %v", err)
		}
		return
	}
	for _, group := range got.Groups {
		if group.Resource == nil || group.Scope == nil || len(group.Spans) == 0 {
			t.Fatalf("odd group: %+v", group)
		}
		for i := range group.Spans {
			if fault := settle(&group.Spans[i]); fault != "" {
				t.Fatalf("kept a span with %v", fault)
			}
		}
	}
	for _, r := range got.Rejected {
		if r.Count <= 0 || r.Reason == "" {
			t.Fatalf("odd rejection: %+v", r)
		}
	}
}

func FuzzDecodeProtobuf(f *testing.F) {
	f.Add([]byte{})
	f.Add(protoSpans(protoSpan()))
	f.Add(protoSpans(protoSpan(appendBytes(nil, spanAttributes, appendBytes(appendBytes(nil, keyValueKey, []byte("k")), keyValueValue, deepProtobuf(4)))...), nil))
	f.Add(protoSpans(protoSpan(appendBytes(appendBytes(nil, spanEvents, []byte{eventName<<3 | 2, 1, 'e'}), spanLinks, protoSpan())...)))
	f.Fuzz(func(t *testing.T, body []byte) {
		before := bytes.Clone(body)
		got, err := DecodeProtobuf(body, Limits{MaxMemory: 16 << 20})
		if !bytes.Equal(before, body) {
			t.Fatal("the body was changed")
		}
		checkInvariants(t, got, err)
		// Where the official decoder reads the body and no message is split over
		// several fields, no span that it sees is lost. Spans under the old name are
		// unknown to it.
		var official coltracepb.ExportTraceServiceRequest
		if err != nil || proto.Unmarshal(body, &official) != nil {
			return
		}
		if again, merr := proto.Marshal(&official); merr != nil || len(again) != len(body) {
			return
		}
		spans := 0
		for _, rs := range official.ResourceSpans {
			for _, ss := range rs.ScopeSpans {
				spans += len(ss.Spans)
			}
		}
		for _, r := range got.Rejected {
			spans -= r.Count
		}
		if got.Spans() < spans {
			t.Fatalf("%d spans, the official decoder sees %d: %v", got.Spans(), spans, got.Rejected)
		}
	})
}

func FuzzDecodeJSON(f *testing.F) {
	f.Add([]byte(`{}`))
	f.Add(jsonSpans(jsonSpan(`,"name":"a\u00e9\ud83d\ude00\n","kind":"SPAN_KIND_CLIENT","startTimeUnixNano":{"high":1,"low":2},"attributes":[{"key":"k","value":`+deepJSON(3)+`}]`), "7"))
	f.Add(jsonSpans(jsonSpan(`,"events":[{"name":"e","timeUnixNano":"5"}],"links":[{"traceId":"AAECAwQFBgcICQoLDA0ODw==","spanId":[1,2,3,4,5,6,7,8]}],"status":{"code":2,"message":"m"}`)))
	f.Add(jsonSpans(jsonSpan(`,"attributes":[{"key":"k","value":{"kvlistValue":{"values":[{"key":"b","value":{"bytesValue":"QQ=="}},{"key":"d","value":{"doubleValue":"NaN"}}]}}}]`)))
	f.Fuzz(func(t *testing.T, body []byte) {
		isJSON := json.Valid(body)
		indented := bytes.Buffer{}
		if isJSON && json.Indent(&indented, body, "", " ") != nil {
			isJSON = false
		}
		got, err := DecodeJSON(body, Limits{MaxMemory: 16 << 20})
		checkInvariants(t, got, err)
		var bad *InvalidError
		if isJSON && errors.As(err, &bad) && strings.Contains(bad.Message, "not valid JSON") {
			t.Fatalf("refused JSON: %v", err)
		}
		if !isJSON || err != nil {
			return
		}
		// White space means nothing.
		again, err := DecodeJSON(indented.Bytes(), Limits{MaxMemory: 16 << 20})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(got.Groups, again.Groups, equal); diff != "" {
			t.Fatal(diff)
		}
	})
}

func FuzzReadCredentials(f *testing.F) {
	f.Add("Basic cGs6c2s=", "")
	f.Add("Basic%20cGs6c2s%3D", "x")
	f.Add("bearer  abc", "%zz")
	f.Add("", "%20")
	f.Fuzz(func(t *testing.T, authorization, apiKey string) {
		for _, c := range readCredentials(authorization, apiKey, "127.0.0.1:1") {
			if c.Secret == "" || c.Bearer && c.Public != "" || c.RemoteAddr != "127.0.0.1:1" {
				t.Fatalf("odd credentials %+v", c)
			}
		}
	})
}
