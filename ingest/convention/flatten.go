package convention

import (
	"cmp"
	"slices"
	"strings"
)

// Encoding X: a list of objects that was written as one key per leaf, with the
// index in the key: llm.input_messages.0.message.role. The index is chosen by
// the client, so lists are compacted, never allocated by it.

// leaf is one key of such a list, without the part that was already followed.
type leaf struct {
	path  string
	value *Value
}

// unflatten rebuilds the list below a prefix. Keys below it that do not begin
// with a number are left alone. The list is nil without any such key.
func (r *reader) unflatten(p prefix) []Value {
	from, to := r.family(p)
	if from == to {
		return nil
	}
	leaves := make([]leaf, 0, to-from)
	for i := from; i < to; i++ {
		path := r.list[i].Key[len(p.text):]
		segment, _, _ := strings.Cut(path, ".")
		n, isNumber := indexOf(segment)
		if !isNumber {
			continue
		}
		if n > maxIndex || strings.Count(path, ".") >= maxFlatDepth {
			r.warn("index_limit:" + p.text)
			continue
		}
		leaves = append(leaves, leaf{path: path, value: &r.list[i].Value})
		r.used[i] = true
	}
	if len(leaves) == 0 {
		return nil
	}
	if r.span.DroppedAttributes > 0 {
		r.warn("dropped_attributes")
	}
	return growList(leaves)
}

// indexOf reads a decimal index as producers write it: no sign, no leading
// zero. Numbers too long to hold are above every limit.
func indexOf(s string) (int, bool) {
	if s == "" || len(s) > 1 && s[0] == '0' {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		if n <= maxIndex {
			n = n*10 + int(s[i]-'0')
		}
	}
	return n, true
}

// growList groups leaves by their index; the list is in order of the numbers
// and has no gaps.
func growList(leaves []leaf) []Value {
	type item struct {
		n      int
		leaves []leaf
	}
	var items []item
	for _, l := range leaves {
		segment, rest, _ := strings.Cut(l.path, ".")
		n, _ := indexOf(segment)
		l.path = rest
		at, found := slices.BinarySearchFunc(items, n, func(i item, n int) int { return cmp.Compare(i.n, n) })
		if !found {
			items = slices.Insert(items, at, item{n: n})
		}
		items[at].leaves = append(items[at].leaves, l)
	}
	list := make([]Value, len(items))
	for i := range items {
		list[i] = grow(items[i].leaves)
	}
	return list
}

// grow builds the value that some leaves describe. Where a value stands both at
// a place and below it, what is below wins.
func grow(leaves []leaf) Value {
	nested := 0
	isList := true
	for _, l := range leaves {
		if l.path == "" {
			continue
		}
		nested++
		segment, _, _ := strings.Cut(l.path, ".")
		n, isNumber := indexOf(segment)
		isList = isList && isNumber && n <= maxIndex
	}
	if nested == 0 {
		return *leaves[len(leaves)-1].value
	}
	below := leaves
	if nested < len(leaves) {
		below = slices.DeleteFunc(slices.Clone(leaves), func(l leaf) bool { return l.path == "" })
	}
	if isList {
		return Value{Kind: KindArray, Array: growList(below)}
	}
	v := Value{Kind: KindMap}
	groups := make([][]leaf, 0, len(below))
	for _, l := range below {
		segment, rest, _ := strings.Cut(l.path, ".")
		l.path = rest
		at := slices.IndexFunc(v.Map, func(a Attribute) bool { return a.Key == segment })
		if at < 0 {
			at = len(v.Map)
			v.Map = append(v.Map, Attribute{Key: segment})
			groups = append(groups, nil)
		}
		groups[at] = append(groups[at], l)
	}
	for i := range groups {
		v.Map[i].Value = grow(groups[i])
	}
	return v
}
