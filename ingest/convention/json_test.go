package convention

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/treeline-dev/treeline/trace"
)

func TestParseJSONTellsWhyATextIsNone(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]jsonState{
		`{"a":[1,-0.5e+3,true,false,null,"x"]}`: jsonWhole, ` 1 `: jsonWhole, `""`: jsonWhole, `[]`: jsonWhole,
		`{`: jsonCut, `{"a`: jsonCut, `{"a"`: jsonCut, `{"a":`: jsonCut, `{"a":1`: jsonCut, `{"a":1,`: jsonCut, `[`: jsonCut, `["a\`: jsonCut, `[tru`: jsonCut, `"{\"a`: jsonCut,
		``: jsonNone, ` `: jsonNone, `hello`: jsonNone, `{a}`: jsonNone, `{'a':1}`: jsonNone, `{"a" 1}`: jsonNone, `{"a":1}}`: jsonNone, `[1 2]`: jsonNone, `01`: jsonNone, `1.`: jsonNone,
		`+1`: jsonNone, `.5`: jsonNone, `nul`: jsonNone, `"a`: jsonNone, "\"\n\"": jsonNone, `"\x"`: jsonNone, `NaN`: jsonNone,
		strings.Repeat("[", 500): jsonLarge, "[" + strings.Repeat("1,", maxNodes) + "1]": jsonLarge,
	} {
		if _, state := parseJSON(text); state != want {
			t.Errorf("%.40q is %d, want %d", text, state, want)
		}
	}
}

// FuzzParseJSON holds the parser to the standard library's reading, and what it
// writes again to the canonical form.
func FuzzParseJSON(f *testing.F) {
	for _, text := range oddTexts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, state := parseJSON(text)
		if valid := json.Valid([]byte(text)); (state == jsonWhole) != valid && state != jsonLarge {
			t.Fatalf("state %d, valid %v", state, valid)
		}
		if state != jsonWhole {
			return
		}
		canonical, ok := trace.CanonicalJSON([]byte(text))
		if !ok {
			t.Fatal("there is no canonical form")
		}
		if hasOddity(&v) {
			return
		}
		if written := appendValue(nil, &v, 0); string(written) != string(canonical) {
			t.Errorf("written as %s, canonical is %s", written, canonical)
		}
	})
}

// hasOddity finds what is on purpose not written as it came: repeated keys, and
// numbers that databases refuse.
func hasOddity(v *Value) bool {
	if v.Kind == kindNumber && !isOrdinary(v.Text) || repeatedKeys(v.Map) != nil {
		return true
	}
	for i := range v.Array {
		if hasOddity(&v.Array[i]) {
			return true
		}
	}
	for i := range v.Map {
		if hasOddity(&v.Map[i].Value) {
			return true
		}
	}
	return false
}
