package trace

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func drawMessage(t *rapid.T) Message {
	text := rapid.StringOf(rapid.RuneFrom([]rune("aé\"\\\n😀<\u2028 "))) // NUL does not survive by design
	optional := rapid.Ptr(text, true)
	jsons := rapid.SampledFrom([]JSON{nil, JSON(`{}`), JSON(`{"a":[1,null]}`), JSON(`"x"`), JSON(`1.50`), JSON(`false`),
		JSON(nested("[", "", "]", MaxJSONDepth))})
	m := Message{
		Role: MessageRole(rapid.IntRange(int(RoleUnknown), int(RoleTool)).Draw(t, "role")),
		Name: optional.Draw(t, "name"), FinishReason: text.Draw(t, "finish"),
	}
	for range rapid.IntRange(0, 4).Draw(t, "parts") {
		var part MessagePart
		switch rapid.IntRange(0, 6).Draw(t, "part") {
		case 0:
			part = &TextPart{Text: text.Draw(t, "text")}
		case 1:
			part = &ReasoningPart{Text: optional.Draw(t, "text")}
		case 2:
			part = &RefusalPart{Text: text.Draw(t, "text")}
		case 3:
			part = &MediaPart{Modality: text.Draw(t, "modality"), MimeType: text.Draw(t, "mime"), URL: optional.Draw(t, "url"),
				Bytes: rapid.Ptr(rapid.Int(), true).Draw(t, "bytes"), FileID: text.Draw(t, "file")}
		case 4:
			part = &ToolCallPart{CallID: optional.Draw(t, "id"), Name: text.Draw(t, "tool"), Arguments: jsons.Draw(t, "json"), IsServerSide: rapid.Bool().Draw(t, "server")}
		case 5:
			part = &ToolResultPart{CallID: optional.Draw(t, "id"), Name: text.Draw(t, "tool"), Result: jsons.Draw(t, "json"), IsError: rapid.Bool().Draw(t, "error"), IsServerSide: rapid.Bool().Draw(t, "server")}
		default:
			part = &OtherPart{Kind: text.Draw(t, "kind"), JSON: jsons.Draw(t, "json")}
		}
		m.Parts = append(m.Parts, part)
	}
	return m
}

func TestMessagesSurviveJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		messages := rapid.SliceOfN(rapid.Custom(drawMessage), 1, 3).Draw(t, "messages")
		text := EncodeJSON(messages)
		var back []Message
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatalf("read %s: %v", text, err)
		}
		if diff := cmp.Diff(messages, back, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("the messages changed (-written +read):\n%s", diff)
		}
		if again := EncodeJSON(back); string(again) != string(text) {
			t.Fatalf("%s was written again as %s", text, again)
		}
	})
}

func TestMessagesWithUnstorablePartsAreWritten(t *testing.T) {
	t.Parallel()
	id := "c1"
	deep := nested("[", "1", "]", MaxJSONDepth+1)
	huge := `{"a":"` + strings.Repeat("é", maxTextInsteadOfJSON)
	for name, test := range map[string]struct {
		part MessagePart
		want string
	}{
		"no part":           {nil, `{"type":"other"}`},
		"a nil part":        {(*TextPart)(nil), `{"type":"other"}`},
		"an empty part":     {&ReasoningPart{}, `{"type":"reasoning"}`},
		"deep arguments":    {&ToolCallPart{CallID: &id, Name: "f", Arguments: JSON(deep)}, `{"type":"tool_call","id":"c1","name":"f","arguments":"` + deep + `"}`},
		"a deep result":     {&ToolResultPart{CallID: &id, Result: JSON(deep)}, `{"type":"tool_result","id":"c1","result":"` + deep + `"}`},
		"something deep":    {&OtherPart{Kind: "k", JSON: JSON(deep)}, `{"type":"other","kind":"k","json":"` + deep + `"}`},
		"broken arguments":  {&ToolCallPart{Name: "f", Arguments: JSON("{\"a\xff\x00")}, "{\"type\":\"tool_call\",\"name\":\"f\",\"arguments\":\"{\\\"a\uFFFD\uFFFD\"}"},
		"unbounded and cut": {&OtherPart{JSON: JSON(huge)}, `{"type":"other","json":"{\"a\":\"` + strings.Repeat("é", maxTextInsteadOfJSON/2-3) + `"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := string(EncodeJSON([]Message{{Role: RoleUser, Parts: []MessagePart{test.part, &TextPart{Text: "hi"}}}}))
			if want := `[{"role":"user","parts":[` + test.want + `,{"type":"text","text":"hi"}]}]`; got != want {
				t.Errorf("got %.300s\nwant %.300s", got, want)
			}
		})
	}
}

func TestHostileMessagesAreReadOrRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`{}`: true, `null`: true, `{"role":"king","parts":null}`: true, `{"parts":[null,{}]}`: true, `{"parts":[{"type":"new","x":1}]}`: true,
		`[]`: false, `{"parts":{}}`: false, `{"parts":[1]}`: false, `{"parts":[{"type":1}]}`: false, `{"parts":[{"type":"text","text":1}]}`: false,
	} {
		var m Message
		if err := json.Unmarshal([]byte(text), &m); (err == nil) != want {
			t.Errorf("reading %s gave the error %v", text, err)
		}
		_ = EncodeJSON(m)
	}
}
