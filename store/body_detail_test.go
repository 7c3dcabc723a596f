package store

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treeline-dev/treeline/trace"
)

// filledDetail sets every field of a detail, so that a field that is added and
// not written is found.
func filledDetail(t *testing.T) bodyDetail {
	t.Helper()
	text := "a \"quoted\" text\nwith é and \u2028"
	number, integer, seed, nanos := 0.1, 7, int64(-3), trace.Nanos(12)
	phase := trace.GuardrailPhase(1)
	d := bodyDetail{
		StatusMessage: &text, Exception: &trace.Exception{Type: &text}, Scope: &trace.InstrumentationScope{Name: "s", Version: &text},
		TypeRule: "1", Warnings: []string{"a", "b"}, Links: []trace.SpanLink{{TraceID: "t", SpanID: "s"}}, Events: []trace.SpanEvent{{Name: "e"}},
		RequestModel: &text, ResponseModel: &text, PricedModel: &text,
		Parameters:  &trace.ModelParameters{Temperature: &number, TopP: &number, MaxTokens: &integer, Seed: &seed, Stop: []string{"x"}, Other: trace.JSON(`{"a":1}`)},
		Messages:    []trace.Message{{Role: trace.RoleUser, Parts: []trace.MessagePart{&trace.TextPart{Text: text}}}},
		Completion:  []trace.Message{{Role: trace.RoleAssistant, Parts: []trace.MessagePart{&trace.ToolCallPart{Name: "f", Arguments: trace.JSON(`{"a":1}`)}}, FinishReason: "stop"}},
		InputYields: true, OutputYields: true,
		Tools: []trace.ToolDefinition{{Name: "f"}}, ServiceTier: &text, PromptVersionText: &text, Slots: trace.JSON(`{"a":"b"}`),
		ComputedCost: &nanos, PriceID: "p", TopK: &integer, MeanRelevance: &number,
		Documents:  []trace.Document{{Rank: 1, DocumentID: &text, Content: &text, Relevance: &number, Metadata: trace.JSON(`{}`)}, {Rank: 2}},
		InputCount: &integer, Dimensions: &integer, CallID: &text, Arguments: trace.JSON(`[1]`), Result: trace.JSON(`null`),
		PolicyID: &text, Phase: &phase, Reason: &text, Score: &number, Categories: []string{"c"}, AgentID: &text, Label: &text, Explanation: &text,
	}
	for i, value := 0, reflect.ValueOf(d); i < value.NumField(); i++ {
		if value.Field(i).IsZero() {
			t.Fatalf("the test leaves %s empty", value.Type().Field(i).Name)
		}
	}
	return d
}

func TestDetailIsWrittenAsItsFieldsSay(t *testing.T) {
	t.Parallel()
	full := filledDetail(t)
	for name, d := range map[string]bodyDetail{"full": full, "empty": {}} {
		if diff := cmp.Diff(string(trace.EncodeJSON(d)), string(d.appendJSON(nil))); diff != "" {
			t.Errorf("%s (-by reflection +by hand):\n%s", name, diff)
		}
	}
}

func TestDetailWithoutAFiniteNumberIsStillJSON(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	d := bodyDetail{MeanRelevance: &nan, TypeRule: "1"}
	if text := d.appendJSON(nil); !json.Valid(text) || string(text) != `{"typeRule":"1"}` {
		t.Errorf("detail = %s", text)
	}
}
