package convention

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/treeline-dev/treeline/trace"
)

// kindNumber is a number read from JSON: Text holds its digits, so that it is
// written as it came.
const kindNumber = KindUnknown + 1

// redactionMark stands in OpenInference attributes for content that the sender
// hid.
const redactionMark = "__REDACTED__"

// get returns a member of a map, the last where the key repeats; nil if v is
// no map or has no such member.
func (v *Value) get(name string) *Value {
	if v == nil || v.Kind != KindMap {
		return nil
	}
	for i := len(v.Map) - 1; i >= 0; i-- {
		if v.Map[i].Key == name {
			return &v.Map[i].Value
		}
	}
	return nil
}

// first returns the first member that is present and not null.
func (v *Value) first(names ...string) *Value {
	for _, name := range names {
		if m := v.get(name); m != nil && m.Kind != KindEmpty && m.Kind != KindUnknown {
			return m
		}
	}
	return nil
}

// at follows member names.
func (v *Value) at(path ...string) *Value {
	for _, name := range path {
		v = v.get(name)
	}
	return v
}

func (v *Value) isNull() bool { return v == nil || v.Kind == KindEmpty || v.Kind == KindUnknown }

func (v *Value) isMap() bool { return v != nil && v.Kind == KindMap }

func (v *Value) isArray() bool { return v != nil && v.Kind == KindArray }

// plain returns the text of a string; empty is absent.
func (v *Value) plain() string {
	if v == nil || v.Kind != KindString {
		return ""
	}
	return v.Text
}

// scalar returns a string, a number or a boolean as text (encoding S). Empty
// and redacted are absent.
func (v *Value) scalar() string {
	if v == nil {
		return ""
	}
	switch v.Kind {
	case KindString:
		if v.Text == redactionMark {
			return ""
		}
		return v.Text
	case kindNumber:
		return v.Text
	case KindInt:
		return strconv.FormatInt(v.Int, 10)
	case KindBool:
		return strconv.FormatBool(v.Int != 0)
	case KindDouble:
		return string(appendDouble(nil, v.Double))
	}
	return ""
}

// number reads encoding N: an int, a double or a numeric string; never NaN or
// an infinity.
func (v *Value) number() (float64, bool) {
	if v == nil {
		return 0, false
	}
	f := 0.0
	switch v.Kind {
	case KindInt:
		f = float64(v.Int)
	case KindDouble:
		f = v.Double
	case KindString, kindNumber:
		text := strings.TrimSpace(v.Text)
		if text == "" || len(text) > 64 || strings.IndexByte("+-.0123456789", text[0]) < 0 || strings.ContainsAny(text, "xX_") {
			return 0, false
		}
		parsed, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return 0, false
		}
		f = parsed
	default:
		return 0, false
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, false
	}
	return f, true
}

// count reads a number that counts something: not negative, below limit,
// fractions rounded.
func (v *Value) count(limit int64) (int64, bool) {
	if v != nil && v.Kind == KindInt {
		return v.Int, v.Int >= 0 && v.Int <= limit
	}
	f, ok := v.number()
	if !ok || f < 0 || f > float64(limit) {
		return 0, false
	}
	return int64(math.Round(f)), true
}

// boolean reads encoding B: a bool, "true" in any case, "1", and their
// opposites.
func (v *Value) boolean() (value, ok bool) {
	if v == nil {
		return false, false
	}
	switch v.Kind {
	case KindBool:
		return v.Int != 0, true
	case KindInt:
		return v.Int != 0, v.Int == 0 || v.Int == 1
	case kindNumber:
		return v.Text == "1", v.Text == "1" || v.Text == "0"
	case KindString:
		switch strings.ToLower(strings.TrimSpace(v.Text)) {
		case "true", "1":
			return true, true
		case "false", "0":
			return false, true
		}
	}
	return false, false
}

// strings reads encoding A: an array, a JSON array in a string, or one string.
func (v *Value) strings(limit int) []string {
	decoded, _ := v.structured()
	if decoded == nil {
		return nil
	}
	if decoded.Kind != KindArray {
		if s := decoded.scalar(); s != "" {
			return []string{s}
		}
		return nil
	}
	var list []string
	for i := range decoded.Array {
		if s := decoded.Array[i].scalar(); s != "" && len(list) < limit {
			list = append(list, s)
		}
	}
	return list
}

// structured reads encoding J: maps and arrays are themselves, a string is
// parsed as JSON, once more where the result is a string that holds JSON. Text
// that is no JSON stays a string; the state says why. Python's notation of a
// dict is no JSON and is never guessed at.
func (v *Value) structured() (*Value, jsonState) {
	if v == nil || v.Kind != KindString {
		return v, jsonWhole
	}
	for round := 0; round < 2; round++ {
		parsed, state := parseJSON(v.Text)
		if state != jsonWhole {
			if round > 0 {
				return v, jsonWhole // a plain string inside JSON
			}
			return v, state
		}
		v = &parsed
		if v.Kind != KindString || !opensJSON(v.Text) {
			break
		}
	}
	return v, jsonWhole
}

// opensJSON reports whether a text begins like a JSON object, array or string.
func opensJSON(s string) bool {
	s = strings.TrimLeft(s, " \t\r\n")
	return s != "" && (s[0] == '{' || s[0] == '[' || s[0] == '"')
}

// container parses a string only where it holds a JSON object or array; any
// other value is returned as it is.
func (v *Value) container() *Value {
	if v == nil || v.Kind != KindString {
		return v
	}
	s := strings.TrimLeft(v.Text, " \t\r\n")
	if s == "" || s[0] != '{' && s[0] != '[' {
		return v
	}
	if parsed, state := parseJSON(s); state == jsonWhole {
		return &parsed
	}
	return v
}

// encode returns the canonical JSON of a value, nil for none.
func (v *Value) encode() trace.JSON {
	if v.isNull() {
		return nil
	}
	return appendValue(nil, v, trace.MaxJSONDepth-maxDepth)
}

// appendValue writes a value as canonical JSON. What nests too deep becomes
// null; so does an arm that is not known.
func appendValue(dst []byte, v *Value, depth int) []byte {
	switch v.Kind {
	case KindString:
		return trace.AppendJSONString(dst, v.Text)
	case kindNumber:
		if !isOrdinary(v.Text) {
			return trace.AppendJSONString(dst, v.Text)
		}
		return append(dst, v.Text...)
	case KindBool:
		return strconv.AppendBool(dst, v.Int != 0)
	case KindInt:
		return strconv.AppendInt(dst, v.Int, 10)
	case KindDouble:
		return appendDouble(dst, v.Double)
	case KindBytes:
		dst = append(dst, '"')
		dst = base64.StdEncoding.AppendEncode(dst, []byte(v.Text))
		return append(dst, '"')
	case KindArray:
		if depth >= trace.MaxJSONDepth {
			return append(dst, "null"...)
		}
		dst = append(dst, '[')
		for i := range v.Array {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendValue(dst, &v.Array[i], depth+1)
		}
		return append(dst, ']')
	case KindMap:
		if depth >= trace.MaxJSONDepth {
			return append(dst, "null"...)
		}
		dst = append(dst, '{')
		comma := false
		repeats := repeatedKeys(v.Map)
		for i := range v.Map {
			if last, repeated := repeats[v.Map[i].Key]; repeated && last != i {
				continue
			}
			if comma {
				dst = append(dst, ',')
			}
			comma = true
			dst = trace.AppendJSONString(dst, v.Map[i].Key)
			dst = append(dst, ':')
			dst = appendValue(dst, &v.Map[i].Value, depth+1)
		}
		return append(dst, '}')
	}
	return append(dst, "null"...)
}

// isOrdinary reports whether a number in JSON's notation is one that readers can
// hold: databases refuse 1e999999. Others are written as texts.
func isOrdinary(number string) bool {
	if len(number) > 300 {
		return false
	}
	at := strings.IndexAny(number, "eE")
	return at < 0 || len(strings.TrimLeft(number[at+1:], "+-0")) <= 3
}

// repeatedKeys returns the last place of every key that occurs more than once;
// nil in the usual case that none does.
func repeatedKeys(list []Attribute) map[string]int {
	if len(list) <= 8 {
		repeats := false
		for i := range list {
			for j := range i {
				repeats = repeats || list[i].Key == list[j].Key
			}
		}
		if !repeats {
			return nil
		}
	}
	last := make(map[string]int, len(list))
	for i := range list {
		last[list[i].Key] = i
	}
	if len(last) == len(list) {
		return nil
	}
	return last
}

// appendDouble writes a number as encoding/json does; NaN and the infinities,
// which JSON has no numbers for, as the strings that OTLP/JSON uses.
func appendDouble(dst []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, `"NaN"`...)
	case math.IsInf(f, 1):
		return append(dst, `"Infinity"`...)
	case math.IsInf(f, -1):
		return append(dst, `"-Infinity"`...)
	}
	format := byte('f')
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(dst, f, format, -1, 64)
}

// isClean reports whether a value that was received can be used as it is: its
// texts are storable, its arms are known, it does not nest too deep.
func (v *Value) isClean(depth int) bool {
	if v.Kind > KindUnknown {
		return false
	}
	switch v.Kind {
	case KindString:
		return isCleanText(v.Text)
	case KindArray:
		if depth > trace.MaxJSONDepth {
			return false
		}
		for i := range v.Array {
			if !v.Array[i].isClean(depth + 1) {
				return false
			}
		}
	case KindMap:
		if depth > trace.MaxJSONDepth {
			return false
		}
		for i := range v.Map {
			if !isCleanText(v.Map[i].Key) || !v.Map[i].Value.isClean(depth+1) {
				return false
			}
		}
	}
	return true
}

func isCleanText(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// cleaned returns a copy that can be used.
func (v *Value) cleaned(depth int) Value {
	out := *v
	if v.Kind > KindUnknown {
		return Value{Kind: KindUnknown}
	}
	switch v.Kind {
	case KindString:
		out.Text, _ = trace.CleanText(v.Text)
	case KindArray:
		if depth > trace.MaxJSONDepth {
			return Value{}
		}
		out.Array = make([]Value, len(v.Array))
		for i := range v.Array {
			out.Array[i] = v.Array[i].cleaned(depth + 1)
		}
	case KindMap:
		if depth > trace.MaxJSONDepth {
			return Value{}
		}
		out.Map = make([]Attribute, len(v.Map))
		for i := range v.Map {
			out.Map[i].Key, _ = trace.CleanText(v.Map[i].Key)
			out.Map[i].Value = v.Map[i].Value.cleaned(depth + 1)
		}
	}
	return out
}

func stringValue(s string) *Value { return &Value{Kind: KindString, Text: s} }

// pointer returns nil for the empty text.
func pointer(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
