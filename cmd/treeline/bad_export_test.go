package main

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	coltracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

func gzipped(t *testing.T, from io.Reader) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := io.Copy(w, from); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

// zeros is an endless row of zeros.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestBadExports(t *testing.T) {
	t.Parallel()
	s := sharedServer(t)
	good := func() sentSpan { return newSpan(newID(16), "good") }
	replaced := func(body []byte, old, new string) []byte {
		if !bytes.Contains(body, []byte(old)) {
			t.Fatalf("%q is not in the body", old)
		}
		return bytes.Replace(body, []byte(old), []byte(new), 1)
	}
	whole := gzipped(t, bytes.NewReader(protobufExport(good())))
	for name, c := range map[string]struct {
		body        []byte
		contentType string
		headers     []string
		status      int
	}{
		"text in place of protobuf": {[]byte("hello, is this the collector?"), protobufType, nil, 400},
		"text in place of JSON":     {[]byte("hello, is this the collector?"), jsonType, nil, 400},
		"JSON that ends early":      {[]byte(`{"resourceSpans":[{"scopeSpans":[`), jsonType, nil, 400},
		"protobuf that ends early":  {protobufExport(good())[:40], protobufType, nil, 400},
		"another content type":      {jsonExport(good()), "text/plain", nil, 415},
		"gzip that ends early":      {whole[:len(whole)-12], protobufType, []string{"Content-Encoding", "gzip"}, 400},
		"no gzip at all":            {protobufExport(good()), protobufType, []string{"Content-Encoding", "gzip"}, 400},
		"unknown compression":       {whole, protobufType, []string{"Content-Encoding", "br"}, 415},
		"gzip bomb in protobuf":     {gzipped(t, io.LimitReader(zeros{}, 200<<20)), protobufType, []string{"Content-Encoding", "gzip"}, 413},
		"gzip bomb in JSON":         {gzipped(t, io.LimitReader(zeros{}, 200<<20)), jsonType, []string{"Content-Encoding", "gzip"}, 413},
		"wrong secret":              {protobufExport(good()), protobufType, []string{"Authorization", "Basic cGstdGwtdGVzdDpub3Blbm9wZW5vcGU="}, 401},
		"no key":                    {protobufExport(good()), protobufType, []string{"Authorization", ""}, 401},
		"no POST":                   {nil, protobufType, []string{"method", http.MethodPut}, 405},
	} {
		t.Run("refused: "+name, func(t *testing.T) {
			t.Parallel()
			method, headers := http.MethodPost, append([]string{"Content-Type", c.contentType}, c.headers...)
			if len(c.headers) > 0 && c.headers[0] == "method" {
				method, headers = c.headers[1], headers[:2]
			}
			if a := s.must(t, s.client, method, "/v1/traces", c.body, headers...); a.status != c.status {
				t.Errorf("%d %.300s, expected %d", a.status, a.body, c.status)
			}
			s.checkHealth(t)
		})
	}

	// One span of each request is bad; the other is stored.
	for name, c := range map[string]struct {
		spoil  func(*sentSpan)
		reason string
	}{
		"trace id too short": {func(s *sentSpan) { s.trace = s.trace[:15] }, "trace id"},
		"trace id too long":  {func(s *sentSpan) { s.trace = append(s.trace, 1) }, "trace id"},
		"trace id of zeros":  {func(s *sentSpan) { s.trace = make([]byte, 16) }, "trace id"},
		"no trace id":        {func(s *sentSpan) { s.trace = nil }, "trace id"},
		"span id too short":  {func(s *sentSpan) { s.id = s.id[:4] }, "span id"},
		"span id of zeros":   {func(s *sentSpan) { s.id = make([]byte, 8) }, "span id"},
		"two days ahead":     {func(s *sentSpan) { s.start = s.start.AddDate(0, 0, 2); s.end = s.end.AddDate(0, 0, 2) }, "ahead"},
		"eleven years back":  {func(s *sentSpan) { s.start = s.start.AddDate(-11, 0, 0); s.end = s.end.AddDate(-11, 0, 0) }, "years back"},
	} {
		for encoding, contentType := range map[string]string{"protobuf": protobufType, "JSON": jsonType} {
			t.Run("rejected alone: "+name+" in "+encoding, func(t *testing.T) {
				t.Parallel()
				first, bad, last := good(), good(), good()
				c.spoil(&bad)
				var response coltracepb.ExportTraceServiceResponse
				var a *answer
				var err error
				if contentType == protobufType {
					a = s.must(t, s.client, http.MethodPost, "/v1/traces", protobufExport(first, bad, last), "Content-Type", contentType)
					err = proto.Unmarshal(a.body, &response)
				} else {
					a = s.must(t, s.client, http.MethodPost, "/v1/traces", jsonExport(first, bad, last), "Content-Type", contentType)
					err = protojson.Unmarshal(a.body, &response)
				}
				partial := response.GetPartialSuccess()
				if err != nil || a.status != 200 || a.header.Get("Content-Type") != contentType || partial.GetRejectedSpans() != 1 || !strings.Contains(partial.GetErrorMessage(), c.reason) {
					t.Errorf("%d %v, %v", a.status, partial, err)
				}
				for _, span := range []sentSpan{first, last} {
					s.checkName(t, span, "good")
				}
				s.checkHealth(t)
			})
		}
	}

	// What a database or a JSON reader could stumble over is stored all the same.
	const placeholder = "PLACEHOLDER"
	for name, c := range map[string]struct{ contentType, put, want string }{
		"NUL and invalid UTF-8 in protobuf": {protobufType, "nul\x00bad\xffend!", "nul\uFFFDbad\uFFFDend!"},
		"NUL in JSON":                       {jsonType, `a\u0000b`, "a\uFFFDb"},
		"invalid UTF-8 in JSON":             {jsonType, "a\xffb", "a\uFFFDb"},
		"half a surrogate pair in JSON":     {jsonType, `a\ud800b`, "a\uFFFDb"},
	} {
		t.Run("mended: "+name, func(t *testing.T) {
			t.Parallel()
			span := good()
			// Lengths stand before texts in protobuf, so the placeholder has the right one.
			span.name = (placeholder + strings.Repeat("!", len(c.put)))[:max(len(c.put), 4)]
			body := protobufExport(span)
			if c.contentType == jsonType {
				body = jsonExport(span)
			}
			s.export(t, c.contentType, replaced(body, span.name, c.put))
			s.checkName(t, span, c.want)
			s.checkHealth(t)
		})
	}
	t.Run("mended: number beyond every float", func(t *testing.T) {
		t.Parallel()
		span := good()
		span.texts = map[string]string{"size": placeholder}
		s.export(t, jsonType, replaced(jsonExport(span), `{"stringValue":"`+placeholder+`"}`, `{"doubleValue":1e999999}`))
		s.checkName(t, span, "good")
		s.checkHealth(t)
	})
}

// checkName reads a span back through its trace.
func (i *installation) checkName(t *testing.T, span sentSpan, want string) {
	t.Helper()
	var data struct {
		Project struct {
			Observation *struct {
				Name       string
				Attributes map[string]any
			}
		}
	}
	i.read(t, `query($trace: String!, $id: String!) { project { observation(traceId: $trace, observationId: $id) { name attributes } } }`,
		map[string]any{"trace": hex.EncodeToString(span.trace), "id": hex.EncodeToString(span.id)}, &data)
	switch o := data.Project.Observation; {
	case o == nil:
		t.Errorf("the span %q is not there", want)
	case o.Name != want:
		t.Errorf("the name is %q, expected %q", o.Name, want)
	}
}

// checkHealth sees whether the server still takes and answers requests.
func (i *installation) checkHealth(t *testing.T) {
	t.Helper()
	for _, path := range []string{"/healthz", "/readyz"} {
		if status := i.status(path); status != http.StatusOK {
			t.Errorf("%s answers %d", path, status)
		}
	}
	began := time.Now()
	i.export(t, jsonType, jsonExport(newSpan(newID(16), "still well")))
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("an export took %s", took)
	}
}
