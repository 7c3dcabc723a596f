package convention

import "strings"

// key is an attribute name that some table mentions, as a small number: a span
// is indexed once, and a lookup is then an array access.
type key uint16

// maxKeys is the size of an index; registering more keys fails at start.
const maxKeys = 640

// keys holds all names that the tables mention. It is filled while the
// package's variables are initialised and never changes afterwards.
var keys = struct {
	byName map[string]key
	names  []string
	spaces []uint64          // of each key, the bit of its namespace
	space  map[string]uint64 // bit by namespace
}{byName: map[string]key{}, space: map[string]uint64{}}

// of returns the key with a name.
func of(name string) key {
	if known, ok := keys.byName[name]; ok {
		return known
	}
	if len(keys.names) == maxKeys {
		panic("convention: maxKeys is too small")
	}
	id := key(len(keys.names))
	keys.byName[name] = id
	keys.names = append(keys.names, name)
	keys.spaces = append(keys.spaces, spaceOf(name))
	return id
}

// all returns the keys with these names.
func all(names ...string) []key {
	list := make([]key, len(names))
	for i, name := range names {
		list[i] = of(name)
	}
	return list
}

func (k key) String() string { return keys.names[k] }

// prefix is the beginning of a family of keys, such as "llm.input_messages.".
type prefix struct {
	text  string
	space uint64
}

func under(text string) prefix { return prefix{text: text, space: spaceOf(text)} }

// namespace is a name up to its first dot.
func namespace(name string) string {
	if i := strings.IndexByte(name, '.'); i >= 0 {
		return name[:i]
	}
	return ""
}

func spaceOf(name string) uint64 {
	space := namespace(name)
	if space == "" {
		return 0
	}
	bit, ok := keys.space[space]
	if !ok {
		if len(keys.space) == 64 {
			panic("convention: more namespaces than bits")
		}
		bit = 1 << len(keys.space)
		keys.space[space] = bit
	}
	return bit
}
