package guard_test

import (
	"encoding/json"
	"testing"

	"github.com/treeline-dev/treeline/graph/guard"
)

// FuzzOperations holds that no query and no variables end in anything but data
// or an error that blames the request.
func FuzzOperations(f *testing.F) {
	for _, query := range []string{
		`{ hello }`, `query Q($v: Value, $n: Int = 5) { echo(value: $v) steps(first: $n) { edges { node { ... on Call { tokens } } } } }`,
		`{ ...A } fragment A on Query { ...A }`, `{ echo(json: {a: [1e999, -0, "\u0000", $x]}) }`, `query ($b: Boolean = true) { hello @skip(if: $b) @include(if: $b) }`,
		`{ echo(filter: {conditions: [{key: "a", value: {text: "b"}}], count: 9007199254740993}) }`, `{ __schema { types { name } } __type(name: "x") { name } }`,
		`mutation M { touch } subscription S { ticks }`, `{ a: tree { name } a: nodes(ids: ["x"]) { id } }`, "{ hello(name: \"\"\"block\"\"\") }", `extend type Query { x: Int }`,
	} {
		f.Add(query, `{"v":{"text":"a"},"n":5,"b":null}`, "")
		f.Add(query, `{"v":[[{"number":1e400}]],"n":"x","b":{}}`, "M")
	}
	f.Fuzz(func(t *testing.T, query, variables, name string) {
		var values map[string]any
		if json.Unmarshal([]byte(variables), &values) != nil {
			variables = ""
		}
		b := setup(t, guard.Config{})
		a := b.runNamed(t, t.Context(), query, variables, name)
		for _, e := range a.Errors {
			switch e.Extensions["code"] {
			case "BAD_INPUT", "COST_LIMIT", "UNAUTHENTICATED":
			default:
				t.Errorf("%q with %q: %s", query, variables, a.raw)
			}
			if len(e.Message) > 400 {
				t.Errorf("%q: the message has %d bytes", query, len(e.Message))
			}
		}
	})
}
