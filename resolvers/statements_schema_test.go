package resolvers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/treeline-dev/treeline/graph"
	"github.com/treeline-dev/treeline/trace"
)

// Few and many are the sizes of the pages that are compared.
const few, many = 5, 50

// pagesOf says how to ask for a page of objects of a type: the query has ... for
// what is selected on each and $n for how many there are.
func pagesOf(schema *ast.Schema) map[string]string {
	pages := map[string]string{
		"Trace":    `project { traces(first: $n) { nodes { ... } } }`,
		"Session":  `project { sessions(first: $n) { nodes { ... } } }`,
		"Score":    `project { scores(first: $n) { nodes { ... } } }`,
		"TreeNode": `project { trace(traceId: $trace) { tree { ... } } }`,
	}
	for _, def := range schema.GetPossibleTypes(schema.Types["Observation"]) {
		kind := strings.TrimPrefix(strings.ToUpper(camelToSnake(def.Name)), "_")
		pages[def.Name] = `project { observations(first: $n, filter: {types: [` + kind + `]}) { nodes { ... on ` + def.Name + ` { ... } } } }`
	}
	return pages
}

func camelToSnake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteByte('_')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// ownStatements are types whose objects are read with statements of their own,
// since a list of them is short or each lies in another schema.
var ownStatements = map[string]string{
	"Query": "the root", "Mutation": "the root", "Viewer": "there is one",
	"User":                   "there is one",
	"Organization":           "each has a schema of its own",
	"Project":                "what it holds lies in the schema of its organization",
	"OrganizationConnection": "each organization has a schema of its own", "OrganizationEdge": "each organization has a schema of its own",
	"CostRecomputation": "jobs are asked for one by one",
}

// selectable writes a field with a selection below it, without braces; false for
// a field that needs arguments that nobody knows.
func selectable(schema *ast.Schema, field *ast.FieldDefinition, below string) (string, bool) {
	if strings.HasPrefix(field.Name, "__") {
		return "", false
	}
	var arguments []string
	for _, argument := range field.Arguments {
		if !argument.Type.NonNull || argument.DefaultValue != nil {
			continue
		}
		if argument.Name != "actions" {
			return "", false
		}
		arguments = append(arguments, "actions: [READ_TRACES]")
	}
	text := field.Name
	if len(arguments) > 0 {
		text += "(" + strings.Join(arguments, ", ") + ")"
	}
	if schema.Types[field.Type.Name()].IsCompositeType() {
		text += " { __typename " + below + " }"
	}
	return text, true
}

// selections returns every way to select a field: with what stands in its
// objects, and for deep with each object in them, one at a time. Those are
// reached alone and not as a list: only loaders bring them together.
func selections(schema *ast.Schema, field *ast.FieldDefinition, deep bool) (flat string, nested []string) {
	def := schema.Types[field.Type.Name()]
	var leaves []string
	for _, inner := range def.Fields {
		isObject := schema.Types[inner.Type.Name()].IsCompositeType()
		below, ok := selectable(schema, inner, "")
		switch {
		case !ok || ownStatements[def.Name] != "" || inner.Name == "nodes" || inner.Name == "edges":
		case !isObject:
			leaves = append(leaves, below)
		case deep && ownStatements[inner.Type.Name()] == "":
			if text, ok := selectable(schema, field, below); ok {
				nested = append(nested, text)
			}
		}
	}
	flat, _ = selectable(schema, field, strings.Join(leaves, " "))
	return flat, nested
}

// deep are the types whose fields are also asked for with each object in them.
var deep = []string{"Trace", "Session", "Score", "TreeNode", "Agent", "Retrieval"}

// crowd is a project with many objects of every type. Trace 200+n has n steps.
func crowd(t *testing.T) *party {
	t.Helper()
	p := newParty(t)
	var all []trace.Observation
	var scores []*trace.Score
	for i := range many {
		for kind := range 11 {
			o := step(trace.ObservationType(kind), i, kind+1)
			if kind > 0 {
				o.Core().ParentSpanID = spanID(1)
			} else {
				o.Core().Claims = &trace.Claims{SessionID: &trace.Claim{Value: fmt.Sprint("session ", i)}}
			}
			o.Core().Input = trace.TextPayload("in")
			scores = append(scores, score(fmt.Sprint(i, " ", kind), i, o.Core().Key()))
			all = append(all, o)
			below := step(trace.ObservationType(kind), i, kind+20)
			below.Core().ParentSpanID = spanID(kind + 1)
			all = append(all, below)
		}
		onSession := score(fmt.Sprint("session ", i), i, trace.SpanKey{})
		onSession.SessionID = fmt.Sprint("session ", i)
		scores = append(scores, onSession)
	}
	for _, size := range []int{few, many} {
		for n := range size {
			o := step(trace.TypeSpan, 200+size, n+1)
			o.Core().StartedAt = o.Core().StartedAt.Add(-time.Hour)
			if n > 0 {
				o.Core().ParentSpanID = spanID(1)
			}
			all = append(all, o)
		}
	}
	for all := range slices.Chunk(all, 400) {
		p.write(t, scores, all...)
		scores = nil
	}
	return p
}

// TestEveryFieldTakesAsManyStatementsForAPageOfAnySize walks the schema: each
// field of each type, with all that it leads to, is asked for on a short and on a
// long page.
func TestEveryFieldTakesAsManyStatementsForAPageOfAnySize(t *testing.T) {
	t.Parallel()
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: graph.SDL()})
	if err != nil {
		t.Fatal(err)
	}
	p := crowd(t)
	pages := pagesOf(schema)
	reached := map[string]bool{}
	var reach func(name string)
	reach = func(name string) {
		if reached[name] {
			return
		}
		reached[name] = true
		for _, def := range append(schema.GetPossibleTypes(schema.Types[name]), schema.Types[name]) {
			reached[def.Name] = true
			for _, field := range def.Fields {
				reach(field.Type.Name())
			}
		}
	}
	statements := func(query string, n int) int64 {
		t.Helper()
		variables := map[string]any{"n": n, "trace": traceID(200 + n).String()}
		least := int64(1 << 62)
		for range 3 {
			before := p.api.statements.n.Load()
			p.get(t, query, variables)
			least = min(least, p.api.statements.n.Load()-before)
		}
		return least
	}
	checked := 0
	// slack is for loaders that gather what comes at once in a few parts.
	check := func(name, page, selection string, slack int64) {
		t.Helper()
		at := strings.LastIndex(page, "...")
		// Both variables must be used.
		query := "query($n: Int!, $trace: String!) { " + page[:at] + selection + page[at+len("..."):] +
			" project { a: traces(first: $n) @skip(if: true) { __typename } b: trace(traceId: $trace) @skip(if: true) { id } } }"
		checked++
		if short, long := statements(query, few), statements(query, many); long > short+slack || short > long+slack {
			t.Errorf("%s: %s takes %d statements for %d and %d for %d", name, selection, short, few, long, many)
		}
	}
	for name, page := range pages {
		reach(name)
		for _, field := range schema.Types[name].Fields {
			flat, nested := selections(schema, field, slices.Contains(deep, name))
			if flat != "" {
				check(name, page, flat, 0)
			}
			for _, selection := range nested {
				check(name, page, selection, many/5)
			}
		}
	}
	if checked < 300 {
		t.Errorf("only %d fields were checked", checked)
	}
	for name, def := range schema.Types {
		if def.Kind != ast.Object || def.BuiltIn || strings.HasPrefix(name, "__") || strings.HasSuffix(name, "Payload") && name != "Payload" {
			continue
		}
		if !reached[name] && ownStatements[name] == "" {
			t.Errorf("no page reaches the type %s: add it to pagesOf", name)
		}
	}
}
