package trace

import (
	"cmp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func drawSpanID(t *rapid.T) (id SpanID) {
	copy(id[:], rapid.SliceOfN(rapid.Byte(), len(id), len(id)).Draw(t, "span"))
	return id
}

func TestOrdinalsSortAsSpanIDsDo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawSpanID(t), drawSpanID(t)
		if got, want := cmp.Compare(a.Ordinal(), b.Ordinal()), a.Compare(b); got != want {
			t.Fatalf("the ordinals of %s and %s compare as %d, the ids as %d", a, b, got, want)
		}
		if back := SpanIDFromOrdinal(a.Ordinal()); back != a {
			t.Fatalf("%s came back as %s", a, back)
		}
		if back, external, ok := ParseSpanID(a.String()); !a.IsZero() && (!ok || external != "" || back != a) {
			t.Fatalf("%s is read as %s", a, back)
		}
	})
}

func TestIDsOfClients(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct{ isExternal, ok bool }{
		"0af7651916cd43dd8448eb211c80319c": {false, true}, "0AF7651916CD43DD8448EB211C80319C": {false, true},
		strings.Repeat("0", 32): {false, false}, strings.Repeat("g", 32): {true, true}, "order 7": {true, true}, "b7ad6b7169203331": {true, true},
		"": {true, false}, strings.Repeat("x", 800): {true, true}, strings.Repeat("x", 801): {true, false},
	} {
		id, external, ok := ParseTraceID(text)
		if ok != want.ok || ok && ((external == text) != want.isExternal || id.IsZero()) {
			t.Errorf("%.40q is read as %s, %.40q, %v", text, id, external, ok)
		}
		if again, _, _ := ParseTraceID(text); again != id {
			t.Errorf("%.40q is read as %s, then as %s", text, id, again)
		}
	}
	if _, _, ok := ParseSpanID(strings.Repeat("0", 16)); ok {
		t.Error("the zero span id is accepted")
	}
}
