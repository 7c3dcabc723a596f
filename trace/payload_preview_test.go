package trace

import "testing"

func TestPreviewOfAConversationShowsTheUser(t *testing.T) {
	t.Parallel()
	messages := []Message{
		{Role: RoleSystem, Parts: []MessagePart{&TextPart{Text: "Be brief."}}},
		{Role: RoleUser, Parts: []MessagePart{&TextPart{Text: "Is \"ND 061\"\non time?"}}},
	}
	whole := JSONPayload(EncodeJSON(messages))
	for name, c := range map[string]struct {
		payload *Payload
		chars   int
		want    string
	}{
		"whole":                   {whole, 80, `Is "ND 061" on time?`},
		"shortened":               {whole, 5, "Is \"…"},
		"cut within the text":     {&Payload{MimeType: MimeJSON, Bytes: whole.Bytes, Content: whole.Content[:len(whole.Content)-12]}, 80, `Is "ND 061"…`},
		"only the system":         {JSONPayload(EncodeJSON(messages[:1])), 80, "Be brief."},
		"text that looks like it": {TextPayload(whole.Content), 20, `[{"role":"system","…`},
	} {
		if got := c.payload.Preview(c.chars); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
