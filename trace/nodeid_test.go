package trace

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNodeIDsSurviveTheirText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		id := NodeID{
			Type:  rapid.StringMatching(`[a-z]{1,12}`).Draw(t, "type"),
			Scope: rapid.StringMatching(`[0-9a-f]{0,16}`).Draw(t, "scope"),
			Key:   rapid.StringMatching(`[a-z:=é/+ -]{0,40}`).Draw(t, "key"),
		}
		text := id.String()
		if strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			t.Fatalf("%s needs escapes in a URL", text)
		}
		for _, text := range []string{text, text + "="} {
			if back, err := ParseNodeID(text); err != nil || back != id {
				t.Fatalf("%+v came back as %+v, %v", id, back, err)
			}
		}
	})
}

func TestHostileNodeIDsAreRefused(t *testing.T) {
	t.Parallel()
	encode := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	good := NodeID{Type: NodeTrace, Scope: ProjectID(1).String(), Key: "k"}.String()
	for name, text := range map[string]string{
		"nothing": "", "padding alone": "==", "no base64": "not an id", "the other alphabet": "djE6+/==", "no parts": encode("x"),
		"too few parts": encode("v1:trace:scope"), "another version": encode("v2:trace:scope:key"), "no type": encode("v1::scope:key"),
		"invalid UTF-8": encode("v1:trace:scope:\xff"), "NUL": encode("v1:trace:scope:a\x00"), "a line feed inside": good[:4] + "\n" + good[4:],
		"a line feed after": good + "\r\n", "padding inside": good[:4] + "=" + good[4:], "very long": encode("v1:trace:scope:" + strings.Repeat("k", 1<<16)),
		"spare bits": "djE6YTpiOmN", // the last digit carries bits of no byte
	} {
		if id, err := ParseNodeID(text); !errors.Is(err, ErrBadNodeID) {
			t.Errorf("%s is read as %+v, %v", name, id, err)
		}
	}
}

func FuzzParseNodeID(f *testing.F) {
	f.Add(ProjectID(5).NodeID())
	f.Add("djE6YTpiOmM")
	f.Add("=")
	f.Fuzz(func(t *testing.T, text string) {
		id, err := ParseNodeID(text)
		if err != nil {
			return
		}
		if again := id.String(); again != strings.TrimRight(text, "=") {
			t.Errorf("%q and %q are one id", text, again)
		}
	})
}

func TestProjectAndOrganizationIDsSurviveTheirText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Min(1).Draw(t, "id")
		if back, ok := ParseProjectID(ProjectID(n).String()); !ok || int64(back) != n {
			t.Fatalf("project %d came back as %d", n, back)
		}
		if back, ok := ParseOrganizationID(OrganizationID(n).String()); !ok || int64(back) != n {
			t.Fatalf("organization %d came back as %d", n, back)
		}
	})
	for _, text := range []string{"", "1", "0000000000000000", "8000000000000000", "ffffffffffffffff", "000000000000000G", "000000000000000A", "00000000000000001"} {
		if id, ok := ParseProjectID(text); ok {
			t.Errorf("%q is read as project %d", text, id)
		}
	}
}
