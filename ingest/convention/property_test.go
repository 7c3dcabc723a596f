package convention

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/treeline-dev/treeline/trace"
)

// allSpans are the spans of all examples and fixtures.
func allSpans(t testing.TB) []capturedSpan {
	t.Helper()
	var spans []capturedSpan
	for _, example := range readExamples(t, "testdata/examples.json") {
		resource, scope, span := example.Span.span(t)
		spans = append(spans, capturedSpan{resource, scope, span})
	}
	paths, err := filepath.Glob("testdata/captured/*.otlp.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		spans = append(spans, readCaptured(t, path)...)
	}
	return spans
}

func (s *capturedSpan) mapped() Mapping { return Map(s.resource, s.scope, s.span, testReceived) }

func TestTheOrderOfAttributesDoesNotMatter(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for _, s := range allSpans(t) {
		want := s.mapped()
		for range 5 {
			shuffled := *s.span
			shuffled.Attributes = append([]Attribute{}, s.span.Attributes...)
			random.Shuffle(len(shuffled.Attributes), func(i, j int) {
				shuffled.Attributes[i], shuffled.Attributes[j] = shuffled.Attributes[j], shuffled.Attributes[i]
			})
			if got := Map(s.resource, s.scope, &shuffled, testReceived); !reflect.DeepEqual(want, got) {
				t.Fatalf("%s: %s", s.span.Name, cmp.Diff(want, got))
			}
		}
	}
}

func TestMappingChangesNothingAndMayRunConcurrently(t *testing.T) {
	t.Parallel()
	spans, untouched := allSpans(t), allSpans(t)
	want := make([]Mapping, len(spans))
	for i := range spans {
		want[i] = spans[i].mapped()
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for i := range spans {
				if got := spans[i].mapped(); !reflect.DeepEqual(want[i], got) {
					t.Errorf("%s: %s", spans[i].span.Name, cmp.Diff(want[i], got))
				}
			}
		})
	}
	group.Wait()
	for i := range spans {
		if !reflect.DeepEqual(spans[i], untouched[i]) {
			t.Errorf("%s was changed", spans[i].span.Name)
		}
	}
}

func TestAnOriginMapsLikeMap(t *testing.T) {
	t.Parallel()
	for _, s := range allSpans(t) {
		origin := NewOrigin(s.resource, s.scope)
		for range 2 {
			if want, got := s.mapped(), origin.Map(s.span, testReceived); !reflect.DeepEqual(want, got) {
				t.Fatalf("%s: %s", s.span.Name, cmp.Diff(want, got))
			}
		}
	}
}

func TestMappingsOfAllSpansAreSound(t *testing.T) {
	t.Parallel()
	for _, s := range allSpans(t) {
		checkSound(t, s.span, s.mapped())
	}
}

// checkSound checks what must hold for every mapping of any span.
func checkSound(t *testing.T, span *Span, m Mapping) {
	t.Helper()
	if (m.Observation == nil) == (m.Dropped == "") {
		t.Fatalf("observation %v, dropped %q", m.Observation, m.Dropped)
	}
	if m.Observation == nil {
		return
	}
	for _, o := range append([]trace.Observation{m.Observation}, m.Derived...) {
		checkObservation(t, o)
	}
	for _, s := range m.Scores {
		checkTexts(t, "score", reflect.ValueOf(s))
		if s.ScoreID == "" || s.Name == "" || s.Value == nil {
			t.Errorf("score %+v", s)
		}
	}
	if len(m.Scores) > maxScores || len(m.Derived) > maxEvents {
		t.Errorf("%d scores, %d derived", len(m.Scores), len(m.Derived))
	}
	c := m.Observation.Core()
	if c.TraceID != span.TraceID || c.SpanID != span.SpanID || c.ParentSpanID != span.ParentSpanID {
		t.Error("the ids changed")
	}
}

func checkObservation(t *testing.T, o trace.Observation) {
	t.Helper()
	c := o.Core()
	checkTexts(t, o.Type().String(), reflect.ValueOf(o))
	if c.EndedAt != nil && c.EndedAt.Before(c.StartedAt) {
		t.Errorf("it ends at %s and starts at %s", c.EndedAt, c.StartedAt)
	}
	if (c.EndedAt == nil) != (c.Status == trace.StatusRunning) {
		t.Errorf("status %s, end %v", c.Status, c.EndedAt)
	}
	if c.Name == "" || len(c.Name) > trace.MaxNameBytes || c.TypeRule == "" || c.Environment == "" || len(c.Warnings) > maxWarnings {
		t.Errorf("name %q, rule %q, environment %q, %d warnings", c.Name, c.TypeRule, c.Environment, len(c.Warnings))
	}
	bodies := []*trace.Payload{c.Input, c.Output}
	if c.Claims != nil {
		bodies = append(bodies, c.Claims.Input, c.Claims.Output)
		if len(c.Claims.Tags) > maxTags || c.Claims.IsZero() {
			t.Errorf("claims %+v", c.Claims)
		}
	}
	for _, p := range bodies {
		if p == nil {
			continue
		}
		if p.Bytes != len(p.Content) || p.Bytes > maxPayloadBytes || p.MimeType != trace.MimeText && p.MimeType != trace.MimeJSON {
			t.Errorf("body of %d bytes, said to be %d of %s", len(p.Content), p.Bytes, p.MimeType)
		}
		if p.MimeType == trace.MimeJSON {
			checkJSON(t, "body", trace.JSON(p.Content))
		}
	}
	if step := trace.StepOf(o); step.EndNanos < step.StartNanos && c.StartedAt.Year() < 2262 {
		t.Errorf("step %+v", step)
	}
	if u, _, _ := trace.Reported(o); u != nil {
		checkUsage(t, *u)
	}
	if metered, ok := o.(trace.Metered); ok {
		checkUsage(t, metered.Meter().Usage)
		if total := metered.Meter().Cost.Total; total != nil && (*total < 0 || float64(*total) > 2*maxDollars*1e9) {
			t.Errorf("cost %d", *total)
		}
	}
	switch o := o.(type) {
	case *trace.Generation:
		for _, messages := range [][]trace.Message{o.Messages, o.Completion} {
			if len(messages) == 0 {
				continue
			}
			encoded := trace.EncodeJSON(messages)
			checkJSON(t, "messages", encoded)
			var again []trace.Message
			if err := json.Unmarshal(encoded, &again); err != nil || len(again) != len(messages) {
				t.Errorf("messages do not come back: %v", err)
			}
			if string(encoded) != string(encodeMessages(messages)) {
				t.Errorf("messages are written in two ways:\n%s\n%s", encoded, encodeMessages(messages))
			}
		}
	case *trace.Retrieval:
		if o.DocumentCount < len(o.Documents) {
			t.Errorf("%d documents, said to be %d", len(o.Documents), o.DocumentCount)
		}
		checkJSON(t, "documents", trace.EncodeJSON(append([]trace.Document{}, o.Documents...)))
	}
}

func checkUsage(t *testing.T, u trace.Usage) {
	t.Helper()
	for _, n := range []*int64{u.InputTokens, u.OutputTokens, u.TotalTokens, u.CacheReadTokens, u.CacheWriteTokens, u.ReasoningTokens, u.AudioInputTokens, u.AudioOutputTokens} {
		if n != nil && (*n < 0 || *n > 8*maxTokens) {
			t.Errorf("a count of %d", *n)
		}
	}
	if u.InputTokens != nil && u.OutputTokens != nil && (u.TotalTokens == nil || *u.TotalTokens != *u.InputTokens+*u.OutputTokens) {
		t.Errorf("usage %s", trace.EncodeJSON(u))
	}
}

// checkTexts walks a value: every text must be storable, every JSON canonical,
// every number finite.
func checkTexts(t *testing.T, path string, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.String:
		if s := v.String(); !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0 || len(s) > maxPayloadBytes {
			t.Errorf("%s: a text of %d bytes cannot be kept: %.100q", path, len(s), s)
		}
	case reflect.Float64:
		if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			t.Errorf("%s is %v", path, f)
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			checkTexts(t, path, v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				checkTexts(t, path+"."+v.Type().Field(i).Name, v.Field(i))
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			if v.Len() > 0 {
				checkJSON(t, path, trace.JSON(v.Bytes()))
			}
			return
		}
		for i := range v.Len() {
			checkTexts(t, path, v.Index(i))
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			checkTexts(t, path, k)
			checkTexts(t, path, v.MapIndex(k))
		}
	}
}

func checkJSON(t *testing.T, what string, j trace.JSON) {
	t.Helper()
	canonical, ok := trace.CanonicalJSON(j)
	if !ok || string(canonical) != string(j) {
		t.Errorf("%s is not canonical JSON: %.200s", what, j)
	}
	if len(j) > maxPayloadBytes+2*maxStringBytes {
		t.Errorf("%s takes %d bytes", what, len(j))
	}
}
