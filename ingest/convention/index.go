package convention

import (
	"slices"
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

// index gives access to a list of attributes by key and by prefix. Its
// attributes are sorted by key and unique, and all their texts can be stored;
// so nothing that is derived from them depends on the order they came in.
type index struct {
	list   []*Attribute
	places [maxKeys]uint16 // of each key in list, plus one
	spaces uint64          // the namespaces that occur
	used   []bool          // by place: content that went into a typed field

	isCut, isMended bool // more than maxAttributes; a text was not valid
}

func newIndex(attributes []Attribute) *index {
	x := &index{}
	x.fill(attributes)
	return x
}

// fill indexes a list of attributes in an empty index. The list itself is not
// changed.
func (x *index) fill(attributes []Attribute) {
	if len(attributes) > maxAttributes {
		attributes, x.isCut = attributes[:maxAttributes], true
	}
	for i := range attributes {
		a := &attributes[i]
		if !isCleanText(a.Key) || !a.Value.isClean(0) {
			cleaned := Attribute{Value: a.Value.cleaned(0)}
			cleaned.Key, _ = trace.CleanText(a.Key)
			a, x.isMended = &cleaned, true
		}
		x.list = append(x.list, a)
	}
	slices.SortStableFunc(x.list, func(a, b *Attribute) int { return strings.Compare(a.Key, b.Key) })
	n := 0
	for i, a := range x.list { // the last of equal keys stays
		if i+1 < len(x.list) && x.list[i+1].Key == a.Key {
			continue
		}
		x.list[n] = a
		n++
	}
	x.list = x.list[:n]
	for i, a := range x.list {
		x.used = append(x.used, false)
		if k, ok := keys.byName[a.Key]; ok {
			x.places[k] = uint16(i + 1)
			x.spaces |= keys.spaces[k]
		} else if space := namespace(a.Key); space != "" {
			x.spaces |= keys.space[space]
		}
	}
}

// empty makes an index ready to be filled again. It keeps its memory, but
// nothing that it was filled with.
func (x *index) empty() {
	clear(x.list[:cap(x.list)])
	*x = index{list: x.list[:0], used: x.used[:0]}
}

// get returns the value under a key, nil without one. Null, "" and a redaction
// mark are values here; the readers of each field judge them.
func (x *index) get(k key) *Value {
	if place := x.places[k]; place > 0 {
		return &x.list[place-1].Value
	}
	return nil
}

// has reports whether a key is present with a value that says something.
func (x *index) has(k key) bool {
	v := x.get(k)
	return !v.isNull() && (v.Kind != KindString || v.Text != "")
}

// hasAny returns the first of the keys that is present.
func (x *index) hasAny(list []key) (key, bool) {
	for _, k := range list {
		if x.places[k] > 0 && x.has(k) {
			return k, true
		}
	}
	return 0, false
}

// use marks a key as content that stands in a typed field now.
func (x *index) use(k key) {
	if place := x.places[k]; place > 0 {
		x.used[place-1] = true
	}
}

// family returns the range of the places whose keys begin with a prefix.
func (x *index) family(p prefix) (from, to int) {
	if p.space != 0 && x.spaces&p.space == 0 {
		return 0, 0
	}
	from, _ = slices.BinarySearchFunc(x.list, p.text, func(a *Attribute, text string) int { return strings.Compare(a.Key, text) })
	to = from
	for to < len(x.list) && strings.HasPrefix(x.list[to].Key, p.text) {
		to++
	}
	return from, to
}

// hasFamily reports whether a key begins with a prefix.
func (x *index) hasFamily(p prefix) bool {
	from, to := x.family(p)
	return from < to
}
