package guard_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/treeline-dev/treeline/graph/guard"
)

// nested wraps a leaf into levels of a field.
func nested(open string, levels int, leaf string) string {
	return strings.Repeat(open+"{", levels) + leaf + strings.Repeat("}", levels)
}

func repeated(n int, item func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(item(i) + " ")
	}
	return b.String()
}

func TestOperationsBeyondALimitAreRefusedBeforeTheyRun(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ query, says string }{
		"depth 16":                 {"{" + nested("self", 15, "hello") + "}", "15 levels"},
		"depth 50":                 {"{" + nested("self", 49, "hello") + "}", "15 levels"},
		"depth 5000":               {"{" + nested("self", 4999, "hello") + "}", "nesting depth"},
		"depth by fragments":       {`{ ...A } fragment A on Query {` + nested("self", 8, "...B") + `} fragment B on Query {` + nested("self", 8, "hello") + `}`, "15 levels"},
		"nested fragments":         {"{" + nested("...", 200, "hello") + "}", "fragments more than 100 levels"},
		"1,000 aliases":            {"{" + repeated(1000, func(i int) string { return fmt.Sprintf("a%d: hello", i) }) + "}", "30 names"},
		"31 aliases":               {"{" + repeated(31, func(i int) string { return fmt.Sprintf("a%d: hello", i) }) + "}", "30 names"},
		"31 aliases of __typename": {"{" + repeated(31, func(i int) string { return fmt.Sprintf("a%d: __typename", i) }) + "}", "30 names"},
		"aliases over fragments": {"{ ...A ...B } fragment A on Query {" + repeated(16, func(i int) string { return fmt.Sprintf("a%d: hello", i) }) + "} fragment B on Query {" +
			repeated(16, func(i int) string { return fmt.Sprintf("b%d: hello", i) }) + "}", "30 names"},
		"aliases below":               {"{ self { self {" + repeated(31, func(i int) string { return fmt.Sprintf("a%d: hello", i) }) + "} } }", "30 names"},
		"aliases in merged places":    {"{" + repeated(31, func(i int) string { return fmt.Sprintf("self { a%d: hello }", i) }) + "}", "30 names"},
		"conflicts":                   {"{" + repeated(900, func(i int) string { return fmt.Sprintf("echo(int: %d)", i) }) + "}", "different fields or arguments"},
		"conflicts below":             {"{" + repeated(400, func(i int) string { return fmt.Sprintf("self { echo(int: %d) }", i) }) + "}", "different fields or arguments"},
		"1,001 fields":                {"{" + strings.Repeat("hello ", 1001) + "}", "1000 fields"},
		"a fragment bomb":             {fragmentBomb(30), "1000 fields"},
		"a bomb of missing fragments": {strings.Replace(fragmentBomb(30), "fragment F29 on Query { hello }", "", 1), "1000 fields"},
		"20,000 tokens":               {"{" + strings.Repeat("hello ", 20_000) + "}", "token limit"},
		"tokens in a value":           {"{ echo(json: [" + strings.Repeat("1 ", 20_000) + "]) }", "token limit"},
		"operations":                  {repeated(51, func(i int) string { return fmt.Sprintf("query Q%d { hello }", i) }), "50 operations"},
		"fragments":                   {"{ hello }" + repeated(201, func(i int) string { return fmt.Sprintf("fragment F%d on Query { hello }", i) }), "200 fragments"},
		"fields in all":               {repeated(4, func(i int) string { return fmt.Sprintf("query Q%d { %s }", i, strings.Repeat("hello ", 900)) }), "3000 fields together"},
		"a fragment cycle":            {`{ ...A } fragment A on Query { ...B } fragment B on Query { self { ...A } }`, "within itself"},
		"a fragment in itself":        {`{ ...A } fragment A on Query { self { ...A } }`, "within itself"},
		"introspection":               {"{ __schema {" + nested("ofType", 25, "name") + "} }", "introspection"},
		"@defer":                      {`{ ... @defer { hello } }`, "@defer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, guard.Config{})
			start := time.Now()
			a := b.runNamed(t, t.Context(), c.query, "", "")
			if a.code(t) != "BAD_INPUT" || !strings.Contains(a.Errors[0].Message, c.says) {
				t.Errorf("the answer does not speak of %q: %.300s", c.says, a.raw)
			}
			if a.Errors != nil && a.Errors[0].Extensions["requestId"] != "request-1" {
				t.Errorf("no requestId: %.300s", a.raw)
			}
			if n := b.schema.Runs.Load(); n != 0 {
				t.Errorf("the operation ran %d times", n)
			}
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("refusing took %v", took)
			}
		})
	}
}

// fragmentBomb doubles its fields with every fragment.
func fragmentBomb(n int) string {
	return "{ ...F0 }" + repeated(n, func(i int) string {
		if i == n-1 {
			return fmt.Sprintf("fragment F%d on Query { hello }", i)
		}
		return fmt.Sprintf("fragment F%d on Query { ...F%d self { ...F%d } }", i, i+1, i+1)
	})
}

func TestOperationsAtALimitPass(t *testing.T) {
	t.Parallel()
	for name, query := range map[string]string{
		"depth 15":          "{" + nested("self", 14, "hello") + "}",
		"30 aliases":        "{" + repeated(30, func(i int) string { return fmt.Sprintf("a%d: hello", i) }) + "}",
		"1,000 fields":      "{" + strings.Repeat("hello ", 1000) + "}",
		"a shared fragment": `{ a: self { ...F } b: self { ...F } } fragment F on Query { hello }`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if a := setup(t, guard.Config{}).run(t, query, ""); a.code(t) != "" {
				t.Errorf("answer: %.300s", a.raw)
			}
		})
	}
}

func TestTheOperationToRunMustBeNamedAmongSeveral(t *testing.T) {
	t.Parallel()
	b := setup(t, guard.Config{})
	const two = `query A { hello(name: "a") } query B { hello(name: "b") }`
	for _, c := range []struct{ query, name, hello, says string }{
		{two, "A", "hello a", ""},
		{two, "B", "hello b", ""},
		{two, "", "", "operationName"},
		{two, "C", "", "operationName"},
		{`fragment F on Query { hello }`, "", "", "no operation"},
		{``, "", "", ""},
	} {
		// Twice: the second time the query is known.
		for range 2 {
			a := b.runNamed(t, t.Context(), c.query, "", c.name)
			if c.hello != "" && a.Data["hello"] != c.hello {
				t.Errorf("%q: %s", c.name, a.raw)
			}
			if c.hello == "" && (a.code(t) != "BAD_INPUT" || !strings.Contains(a.Errors[0].Message, c.says)) {
				t.Errorf("%q: %s", c.name, a.raw)
			}
		}
	}
}

func TestParsingAndValidationFaultsAreBadInputWithALocation(t *testing.T) {
	t.Parallel()
	b := setup(t, guard.Config{})
	long := strings.Repeat("x", 5000)
	for _, query := range []string{
		`{`, `{ hello(`, `{ nothing }`, `{ hello { x } }`, `{ steps }`, `query Q($x: Int) { hello }`, `{ hello(name: 5) }`, `{ fail }`,
		`mutation { hello }`, `{ "` + long + `" }`, `{ ` + long + ` }`, `{ hello(name: ` + long + `) }`,
	} {
		a := b.run(t, query, "")
		for _, e := range a.Errors {
			if e.Extensions["code"] != "BAD_INPUT" || len(e.Locations) == 0 {
				t.Errorf("%.40s: %.300s", query, a.raw)
			}
			if len(e.Message) > 400 {
				t.Errorf("%.40s: the message has %d bytes", query, len(e.Message))
			}
		}
		if len(a.Errors) == 0 {
			t.Errorf("%.40s passes", query)
		}
	}
}

func TestIntrospectionNeedsPermission(t *testing.T) {
	t.Parallel()
	for _, query := range []string{
		`{ __schema { queryType { name } } }`, `{ __type(name: "Query") { name } }`, `{ hello ... { ...F } } fragment F on Query { s: __schema { queryType { name } } }`,
	} {
		if a := setup(t, guard.Config{}).run(t, query, ""); a.code(t) != "UNAUTHENTICATED" {
			t.Errorf("%s: %s", query, a.raw)
		}
	}
	if a := setup(t, guard.Config{}).run(t, `{ __typename }`, ""); a.code(t) != "" {
		t.Errorf("__typename: %s", a.raw)
	}
}
