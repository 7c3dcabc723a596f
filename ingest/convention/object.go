package convention

import (
	"encoding/json"
	"slices"

	"github.com/treeline-dev/treeline/trace"
)

// object collects members for a JSON object. The first value of a key stays,
// keys come out sorted, and the whole has a bound.
type object struct {
	members map[string]trace.JSON
	left    int
	isCut   bool
}

func newObject(limit int) object { return object{left: limit} }

// set adds a member. Text that holds a JSON object or array is decoded; other
// text, such as Python's notation of a dict, stays text.
func (o *object) set(name string, v *Value) {
	if v.isNull() || v.plain() == redactionMark {
		return
	}
	o.setJSON(name, v.container().encode())
}

func (o *object) setJSON(name string, value trace.JSON) {
	if _, taken := o.members[name]; taken {
		return
	}
	size := len(name) + len(value) + 4
	if size > o.left {
		o.isCut = true
		return
	}
	o.left -= size
	if o.members == nil {
		o.members = map[string]trace.JSON{}
	}
	o.members[name] = value
}

// merge adds the members of a map.
func (o *object) merge(v *Value) {
	// The last of equal keys counts, and the first that is set stays.
	for i := len(v.Map) - 1; i >= 0; i-- {
		o.set(v.Map[i].Key, &v.Map[i].Value)
	}
}

// names returns the keys in order.
func (o *object) names() []string {
	names := make([]string, 0, len(o.members))
	for name := range o.members {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// encode returns the object, nil when it is empty.
func (o *object) encode() trace.JSON {
	if len(o.members) == 0 {
		return nil
	}
	out := []byte{'{'}
	for i, name := range o.names() {
		if i > 0 {
			out = append(out, ',')
		}
		out = trace.AppendJSONString(out, name)
		out = append(out, ':')
		out = append(out, o.members[name]...)
	}
	return append(out, '}')
}

// raw returns the members for a claim, nil when there are none.
func (o *object) raw() map[string]json.RawMessage {
	if len(o.members) == 0 {
		return nil
	}
	out := make(map[string]json.RawMessage, len(o.members))
	for name, value := range o.members {
		out[name] = json.RawMessage(value)
	}
	return out
}
