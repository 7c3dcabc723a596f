package convention

import (
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

// jsonState says how the reading of a JSON text ended.
type jsonState uint8

const (
	// jsonWhole is one complete JSON value.
	jsonWhole jsonState = iota
	// jsonCut began as JSON and ended too early: an SDK's limit on the length of
	// values cut it.
	jsonCut
	// jsonNone is some other text.
	jsonNone
	// jsonLarge nests too deep or holds more values than are decoded.
	jsonLarge
)

// parseJSON decodes a JSON text. Strings without escapes share the memory of
// the text; numbers keep their digits; strings come out valid and without NUL.
func parseJSON(text string) (Value, jsonState) {
	p := parser{in: text}
	p.space()
	if p.pos == len(text) || strings.IndexByte(`{["-0123456789tfn`, text[p.pos]) < 0 {
		return Value{}, jsonNone
	}
	opener := text[p.pos]
	if len(text) > 2*maxPayloadBytes {
		return Value{}, jsonLarge
	}
	var v Value
	state := p.value(&v, 0)
	if state == jsonWhole {
		p.space()
		if p.pos != len(text) {
			return Value{}, jsonNone
		}
		return v, jsonWhole
	}
	if state == jsonCut && opener != '{' && opener != '[' && !strings.HasPrefix(text, `"{`) && !strings.HasPrefix(text, `"[`) {
		state = jsonNone // a text that begins with a quote, or "t", is no piece of JSON
	}
	return Value{}, state
}

type parser struct {
	in    string
	pos   int
	nodes int
}

func (p *parser) space() {
	for p.pos < len(p.in) {
		switch p.in[p.pos] {
		case ' ', '\t', '\n', '\r':
			p.pos++
		default:
			return
		}
	}
}

func (p *parser) value(v *Value, depth int) jsonState {
	if p.nodes++; p.nodes > maxNodes || depth > maxDepth {
		return jsonLarge
	}
	p.space()
	if p.pos >= len(p.in) {
		return jsonCut
	}
	switch b := p.in[p.pos]; b {
	case '{':
		return p.object(v, depth)
	case '[':
		return p.array(v, depth)
	case '"':
		v.Kind = KindString
		return p.text(&v.Text)
	case 't':
		v.Kind, v.Int = KindBool, 1
		return p.word("true")
	case 'f':
		v.Kind = KindBool
		return p.word("false")
	case 'n':
		return p.word("null")
	default:
		return p.number(v)
	}
}

func (p *parser) word(word string) jsonState {
	rest := p.in[p.pos:]
	switch {
	case strings.HasPrefix(rest, word):
		p.pos += len(word)
		return jsonWhole
	case strings.HasPrefix(word, rest):
		return jsonCut
	}
	return jsonNone
}

func (p *parser) number(v *Value) jsonState {
	start := p.pos
	for p.pos < len(p.in) && strings.IndexByte("+-.eE0123456789", p.in[p.pos]) >= 0 {
		p.pos++
	}
	digits := p.in[start:p.pos]
	if !trace.IsJSONNumber(digits) {
		if digits != "" && p.pos == len(p.in) {
			return jsonCut
		}
		return jsonNone
	}
	v.Kind, v.Text = kindNumber, digits
	return jsonWhole
}

func (p *parser) array(v *Value, depth int) jsonState {
	v.Kind = KindArray
	p.pos++
	p.space()
	if p.pos < len(p.in) && p.in[p.pos] == ']' {
		p.pos++
		return jsonWhole
	}
	v.Array = make([]Value, 0, 2)
	for {
		v.Array = append(v.Array, Value{})
		if state := p.value(&v.Array[len(v.Array)-1], depth+1); state != jsonWhole {
			return state
		}
		p.space()
		if p.pos >= len(p.in) {
			return jsonCut
		}
		switch p.in[p.pos] {
		case ',':
			p.pos++
		case ']':
			p.pos++
			return jsonWhole
		default:
			return jsonNone
		}
	}
}

func (p *parser) object(v *Value, depth int) jsonState {
	v.Kind = KindMap
	p.pos++
	p.space()
	if p.pos < len(p.in) && p.in[p.pos] == '}' {
		p.pos++
		return jsonWhole
	}
	v.Map = make([]Attribute, 0, 2) // as a message has, and a part of one
	for {
		p.space()
		if p.pos >= len(p.in) {
			return jsonCut
		}
		if p.in[p.pos] != '"' {
			return jsonNone
		}
		v.Map = append(v.Map, Attribute{})
		member := &v.Map[len(v.Map)-1]
		if state := p.text(&member.Key); state != jsonWhole {
			return state
		}
		p.space()
		if p.pos >= len(p.in) {
			return jsonCut
		}
		if p.in[p.pos] != ':' {
			return jsonNone
		}
		p.pos++
		if state := p.value(&member.Value, depth+1); state != jsonWhole {
			return state
		}
		p.space()
		if p.pos >= len(p.in) {
			return jsonCut
		}
		switch p.in[p.pos] {
		case ',':
			p.pos++
		case '}':
			p.pos++
			return jsonWhole
		default:
			return jsonNone
		}
	}
}

// text reads a string; one without escapes and in valid UTF-8 takes no copy.
func (p *parser) text(out *string) jsonState {
	rest := p.in[p.pos:]
	end, isPlain, isOpen := trace.JSONStringEnd(rest)
	switch {
	case isOpen:
		return jsonCut
	case end == 0:
		return jsonNone
	}
	p.pos += end
	if isPlain {
		*out = rest[1 : end-1]
		return jsonWhole
	}
	s, ok := trace.UnquoteJSON(rest[:end])
	if !ok {
		return jsonNone
	}
	*out, _ = trace.CleanText(s)
	return jsonWhole
}
