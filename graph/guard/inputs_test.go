package guard_test

import (
	"strings"
	"testing"

	"github.com/treeline-dev/treeline/graph/guard"
)

func TestVariablesThatTheSchemaForbidsAreBadInput(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ declaration, argument, value, path string }{
		// @oneOf
		{"Value", "value", `{"text":"a","number":1}`, "variables.v"},
		{"Value", "value", `{}`, "variables.v"},
		{"Value", "value", `{"text":null}`, "variables.v.text"},
		{"Value", "value", `{"text":"a","number":null}`, "variables.v"},
		{"Value", "value", `{"text":"a","__typename":"Value"}`, "variables.v.__typename"},
		{"Value", "value", `{"deep":[{"key":"k","value":{"text":"a","number":1}}]}`, "variables.v.deep[0].value"},
		{"Value", "value", `{"deep":{"key":"k","value":{}}}`, "variables.v.deep[0].value"},
		{"Filter", "filter", `{"conditions":[{"key":"k","value":{"text":"a"}},{"key":"k","value":{"text":"a","number":2}}]}`, "variables.v.conditions[1].value"},
		{"Filter", "filter", `{"and":[{"not":{"and":[{"conditions":[{"key":"k","value":{}}]}]}}]}`, "variables.v.and[0].not.and[0].conditions[0].value"},
		// kinds
		{"Int", "int", `"5"`, "variables.v"},
		{"Int", "int", `1.5`, "variables.v"},
		{"Int", "int", `2147483648`, "variables.v"},
		{"Int", "int", `99999999999999999999`, "variables.v"},
		{"Int", "int", `true`, "variables.v"},
		{"Float", "float", `"1.5"`, "variables.v"},
		{"Float", "float", `"NaN"`, "variables.v"},
		{"Float", "float", `1e999`, "variables.v"},
		{"Int64", "int64", `9007199254740993`, "variables.v"},
		{"Int64", "int64", `99999999999999999999`, "variables.v"},
		{"Int64", "int64", `"5"`, "variables.v"},
		{"Time", "time", `"yesterday"`, "variables.v"},
		{"Time", "time", `0`, "variables.v"},
		{"Level", "level", `"high"`, "variables.v"},
		{"Level", "level", `"MIDDLE"`, "variables.v"},
		{"Level", "level", `1`, "variables.v"},
		{"Filter", "filter", `{"size":"5"}`, "variables.v.size"},
		{"Filter", "filter", `{"size":2147483648}`, "variables.v.size"},
		{"Filter", "filter", `{"score":1e999}`, "variables.v.score"},
		{"Filter", "filter", `{"count":1e17}`, "variables.v.count"},
		{"Filter", "filter", `{"level":"low"}`, "variables.v.level"},
		{"Filter", "filter", `{"since":"2026-01-01"}`, "variables.v.since"},
		{"Filter", "filter", `{"tags":[1]}`, "variables.v.tags[0]"},
		{"Filter", "filter", `{"tags":["a",null]}`, "variables.v.tags[1]"},
		{"Filter", "filter", `{"flag":"true"}`, "variables.v.flag"},
		{"Filter", "filter", `{"id":1.5}`, "variables.v.id"},
		{"Filter", "filter", `{"id":{}}`, "variables.v.id"},
		{"Filter", "filter", `{"unknown":1}`, "variables.v.unknown"},
		{"Filter", "filter", `{"conditions":[{"key":"k"}]}`, "variables.v.conditions[0].value"},
		{"Filter", "filter", `[]`, "variables.v"},
		{"Filter", "filter", `"text"`, "variables.v"},
		{"Filter", "filter", `{"and":[null]}`, "variables.v.and[0]"},
		{"Filter", "filter", `{"extra":` + strings.Repeat("[", 500) + strings.Repeat("]", 500) + `}`, "variables.v.extra"},
		{"Filter!", "filter", `null`, "variables.v"},
	} {
		b := setup(t, guard.Config{})
		a := b.run(t, `query Q($v: `+c.declaration+`) { echo(`+c.argument+`: $v) }`, `{"v":`+c.value+`}`)
		if a.code(t) != "BAD_INPUT" || b.schema.Runs.Load() != 0 {
			t.Errorf("%s = %.80s: %s", c.declaration, c.value, a.raw)
			continue
		}
		if got := a.Errors[0].Extensions["inputPath"]; got != c.path {
			t.Errorf("%s = %.80s: the path is %v: %s", c.declaration, c.value, got, a.raw)
		}
		if !strings.HasPrefix(a.Errors[0].Message, c.path+": ") || a.Errors[0].Path != nil {
			t.Errorf("%s = %.80s: %s", c.declaration, c.value, a.raw)
		}
	}
}

func TestVariablesThatTheSchemaAllowsPass(t *testing.T) {
	t.Parallel()
	b := setup(t, guard.Config{})
	for _, c := range []struct{ declaration, argument, value string }{
		{"Value", "value", `{"text":"a"}`},
		{"Value", "value", `{"number":1}`},
		{"Value", "value", `{"deep":[]}`},
		{"Value", "value", `{"deep":{"key":"k","value":{"deep":[{"key":"l","value":{"number":1.5}}]}}}`},
		{"Value", "value", `null`},
		{"Int", "int", `2147483647`},
		{"Int", "int", `5.0`},
		{"Float", "float", `5`},
		{"Int64", "int64", `9007199254740992`},
		{"Time", "time", `"2026-01-01T00:00:00.123456789+02:00"`},
		{"Level", "level", `"HIGH"`},
		{"JSON", "json", `{"a":[1,null,{"b":"c"}]}`},
		{"Filter", "filter", `{"and":{"level":"LOW"},"tags":"one","id":7,"extra":null,"size":null,"not":{}}`},
	} {
		if a := b.run(t, `query Q($v: `+c.declaration+`) { echo(`+c.argument+`: $v) }`, `{"v":`+c.value+`}`); a.code(t) != "" {
			t.Errorf("%s = %s: %s", c.declaration, c.value, a.raw)
		}
	}
}

func TestLiteralsThatTheSchemaForbidsAreBadInput(t *testing.T) {
	t.Parallel()
	for query, variables := range map[string]string{
		`{ echo(value: {text: "a", number: 1}) }`:                       "",
		`{ echo(value: {}) }`:                                           "",
		`{ echo(value: {text: null}) }`:                                 "",
		`{ echo(int: 2147483648) }`:                                     "",
		`{ echo(int: 99999999999999999999) }`:                           "",
		`{ echo(int64: 99999999999999999999) }`:                         "",
		`{ echo(int64: 9007199254740993) }`:                             "",
		`{ echo(int64: "1") }`:                                          "",
		`{ echo(float: 1e999) }`:                                        "",
		`{ echo(json: {a: [99999999999999999999]}) }`:                   "",
		`{ echo(time: "soon") }`:                                        "",
		`{ echo(time: 5) }`:                                             "",
		`{ echo(level: "HIGH") }`:                                       "",
		`{ echo(filter: {count: 99999999999999999999}) }`:               "",
		`query Q($x: Int64 = 99999999999999999999) { echo(int64: $x) }`: "",
		`query Q($x: String) { echo(value: {text: $x}) }`:               `{"x":"a"}`,
		`query Q($x: Boolean = true) { hello @skip(if: $x) }`:           `{"x":null}`,
		`query Q($x: String = "a") { fail(with: $x) }`:                  `{"x":null}`,
		`query Q($x: String!) { echo(filter: {conditions: [{key: "a", value: {}}]}) hello(name: $x) }`: `{"x":"a"}`,
	} {
		b := setup(t, guard.Config{})
		a := b.run(t, query, variables)
		ok := len(a.Errors) > 0
		for _, e := range a.Errors {
			ok = ok && e.Extensions["code"] == "BAD_INPUT"
		}
		if !ok || b.schema.Runs.Load() != 0 {
			t.Errorf("%s: %s", query, a.raw)
		}
	}
}

func TestAFaultyArgumentIsNamedWithItsPathAndPlace(t *testing.T) {
	t.Parallel()
	a := setup(t, guard.Config{}).run(t, `{ self { mine: self { echo(filter: {and: [{}, {since: "soon"}]}) } } }`, "")
	if len(a.Errors) != 1 {
		t.Fatal(a.raw)
	}
	e := a.Errors[0]
	if e.Extensions["inputPath"] != "filter.and[1].since" || len(e.Path) != 3 || e.Path[1] != "mine" || e.Path[2] != "echo" || len(e.Locations) != 1 {
		t.Errorf("answer: %s", a.raw)
	}
	if !strings.HasPrefix(e.Message, "argument filter.and[1].since: ") {
		t.Errorf("message: %s", e.Message)
	}
}

func TestPagesAreBounded(t *testing.T) {
	t.Parallel()
	const inner = `{ nodes { name } }`
	for _, c := range []struct {
		arguments, variables string
		ok                   bool
	}{
		{`first: 200`, ``, true}, {`last: 200`, ``, true}, {`first: 0`, ``, true}, {`first: null`, ``, true}, {`first: $n`, ``, true},
		{`first: $n`, `{"n":null}`, true}, {`first: $n`, `{"n":200}`, true},
		{`first: 201`, ``, false}, {`first: 10000`, ``, false}, {`last: 10000`, ``, false}, {`first: -1`, ``, false},
		{`first: $n`, `{"n":201}`, false}, {`first: $n`, `{"n":-1}`, false}, {`first: $n`, `{"n":10000}`, false}, {`last: $n`, `{"n":1e6}`, false},
	} {
		b := setup(t, guard.Config{})
		a := b.run(t, `query Q($n: Int) { x: hello(name: "x") @include(if: false) page: steps(`+c.arguments+`) `+inner+` ... on Query { worst(first: $n) { name } } }`, c.variables)
		if c.ok && a.code(t) != "" || !c.ok && (a.code(t) != "BAD_INPUT" || !strings.Contains(a.Errors[0].Message, "0 to 200 entries")) {
			t.Errorf("%s %s: %s", c.arguments, c.variables, a.raw)
		}
	}
	for _, query := range []string{
		`{ worst(first: 201) { name } }`,
		`{ steps { nodes { children(first: 500) ` + inner + ` } } }`,
		`{ steps { nodes { ... on Call { children(first: 500) ` + inner + ` } } } }`,
		`{ steps { ...F } } fragment F on StepConnection { edges { node { children(first: 500) ` + inner + ` } } }`,
	} {
		if a := setup(t, guard.Config{}).run(t, query, ""); a.code(t) != "BAD_INPUT" {
			t.Errorf("%s: %s", query, a.raw)
		}
	}
	if a := setup(t, guard.Config{}).run(t, `{ steps(first: 10000) @skip(if: true) `+inner+` hello }`, ""); a.code(t) != "" {
		t.Errorf("a field that is skipped: %s", a.raw)
	}
}
