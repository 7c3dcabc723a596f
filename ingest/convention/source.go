package convention

import (
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

// source is one row of a field's ordered list: a key that may hold the field.
type source struct {
	key key
	// scopes are beginnings of scope names; without any the row is for all.
	scopes []string
	// types are the observation types that the row is for, all if empty.
	types typeSet
	// factor converts the number to the field's unit, 0 for 1.
	factor float64
	// commas says that a text is a list with commas.
	commas bool
	// encoding says how a body is written.
	encoding bodyEncoding
	// class ranks a claim.
	class trace.ClaimClass
}

// typeSet is a set of observation types.
type typeSet uint16

func types(list ...trace.ObservationType) typeSet {
	var set typeSet
	for _, t := range list {
		set |= 1 << t
	}
	return set
}

func (s typeSet) has(t trace.ObservationType) bool { return s&(1<<t) != 0 }

var metered = types(trace.TypeGeneration, trace.TypeEmbedding, trace.TypeReranking)

// from makes the plain row of a key.
func from(name string) source { return source{key: of(name)} }

// rows makes a plain row of each key.
func rows(names ...string) []source {
	list := make([]source, len(names))
	for i, name := range names {
		list[i] = from(name)
	}
	return list
}

func (s source) onScope(beginnings ...string) source { s.scopes = beginnings; return s }

func (s source) onTypes(list ...trace.ObservationType) source { s.types = types(list...); return s }

func (s source) times(factor float64) source { s.factor = factor; return s }

func (s source) claims(class trace.ClaimClass) source { s.class = class; return s }

func (s source) as(encoding bodyEncoding) source { s.encoding = encoding; return s }

func (s source) withCommas() source { s.commas = true; return s }

// applies reports whether a row is for this span.
func (r *reader) applies(s *source) bool {
	if s.types != 0 && !s.types.has(r.kind) {
		return false
	}
	if len(s.scopes) == 0 {
		return true
	}
	for _, beginning := range s.scopes {
		if strings.HasPrefix(r.scopeName, beginning) {
			return true
		}
	}
	return false
}

// value returns the first present value of a list with its row.
func (r *reader) value(list []source) (*Value, *source) {
	for i := range list {
		s := &list[i]
		if r.places[s.key] == 0 || !r.has(s.key) || !r.applies(s) {
			continue
		}
		if v := r.get(s.key); v.plain() != redactionMark {
			return v, s
		}
	}
	return nil, nil
}

// text returns the first present scalar of a list, "" without one.
func (r *reader) text(list []source) string {
	for i := range list {
		s := &list[i]
		if r.places[s.key] == 0 || !r.applies(s) {
			continue
		}
		if text := r.get(s.key).scalar(); text != "" {
			return cutText(text, maxStringBytes)
		}
	}
	return ""
}

// name is text for names and ids, which are shorter.
func (r *reader) name(list []source) *string {
	return pointer(trace.Shorten(r.text(list), trace.MaxNameBytes))
}

// number returns the first readable number of a list in the field's unit.
func (r *reader) number(list []source) (float64, bool) {
	for i := range list {
		s := &list[i]
		if r.places[s.key] == 0 || !r.applies(s) {
			continue
		}
		if f, ok := r.get(s.key).number(); ok {
			if s.factor != 0 {
				f *= s.factor
			}
			return f, true
		}
	}
	return 0, false
}

// score returns the first readable number of a list.
func (r *reader) score(list []source) *float64 {
	if f, ok := r.number(list); ok {
		return &f
	}
	return nil
}

// count returns the first readable count of a list.
func (r *reader) count(list []source, limit int64) (int64, bool) {
	for i := range list {
		s := &list[i]
		if r.places[s.key] == 0 || !r.applies(s) {
			continue
		}
		if n, ok := r.get(s.key).count(limit); ok {
			return n, true
		}
	}
	return 0, false
}

// size is count for fields of type int.
func (r *reader) size(list []source) *int {
	n, ok := r.count(list, 1<<31-1)
	if !ok {
		return nil
	}
	size := int(n)
	return &size
}

// flag returns the first readable boolean of a list.
func (r *reader) flag(list []source) *bool {
	for i := range list {
		s := &list[i]
		if r.places[s.key] == 0 || !r.applies(s) {
			continue
		}
		if b, ok := r.get(s.key).boolean(); ok {
			return &b
		}
	}
	return nil
}

// structure returns the first present value of a list, decoded from JSON where
// it is a string, and marks it as content. A text that was cut within JSON
// leaves a warning.
func (r *reader) structure(list []source) *Value {
	v, s := r.value(list)
	if v == nil {
		return nil
	}
	r.use(s.key)
	return r.decode(v, s.key.String())
}

// decode is structured with the warnings for texts that cannot be decoded.
func (r *reader) decode(v *Value, name string) *Value {
	decoded, state := v.structured()
	switch state {
	case jsonCut:
		r.warn("truncated_json:" + name)
	case jsonLarge:
		r.warn("too_large:" + name)
	}
	return decoded
}

// cutText shortens a text at a character boundary.
func cutText(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return trace.Shorten(s, limit)
}
