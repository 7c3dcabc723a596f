package guard_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/treeline-dev/treeline/graph/guard"
	"github.com/treeline-dev/treeline/graph/guard/guardtest"
)

func TestCostFollowsTheRules(t *testing.T) {
	t.Parallel()
	b := setup(t, guard.Config{CostLimit: func(context.Context) int { return 1 << 40 }})
	for _, c := range []struct {
		query, variables string
		want             int
	}{
		{`{ hello }`, ``, 1},
		{`{ hello __typename }`, ``, 2},
		{`{ a: hello b: hello }`, ``, 2},
		{`{ hello @skip(if: true) }`, ``, 0},
		{`query Q($w: Boolean!) { hello @include(if: $w) ... @skip(if: $w) { self { hello } } }`, `{"w":false}`, 2},
		// A connection: itself, then each entry and what is selected on it.
		{`{ steps(first: 10) { nodes { name } } }`, ``, 1 + 1 + 10*2},
		{`{ steps { nodes { name } } }`, ``, 1 + 1 + 50*2},
		{`{ steps(last: 20) { nodes { name } } }`, ``, 1 + 1 + 20*2},
		{`{ steps(first: null, last: 20) { nodes { name } } }`, ``, 1 + 1 + 20*2},
		{`{ steps(first: 10, last: 20) { nodes { name } } }`, ``, 1 + 1 + 20*2},
		{`{ steps(first: 0) { nodes { name } pageInfo { hasNextPage } totalCount } }`, ``, 1 + 1 + 2 + 1 + 10},
		{`query Q($n: Int = 7) { steps(first: $n) { nodes { name } } }`, ``, 1 + 1 + 7*2},
		{`query Q($n: Int = 7) { steps(first: $n) { nodes { name } } }`, `{"n":9}`, 1 + 1 + 9*2},
		{`query Q($n: Int) { steps(first: $n) { nodes { name } } }`, ``, 1 + 1 + 50*2},
		{`{ steps(first: 10) { edges { cursor node { name } } } }`, ``, 1 + 1 + 10*(1+1+2)},
		{`{ steps(first: 10) { edges { cursor } nodes { name } } }`, ``, 1 + 1 + 10*2 + 1 + 10*2},
		{`{ steps(first: 10) { ...F ... on StepConnection { nodes { id } } } } fragment F on StepConnection { nodes { name } }`, ``, 1 + 2*(1+10*2)},
		// Nested pages multiply, also through a default in the schema.
		{`{ steps(first: 10) { nodes { children(first: 20) { nodes { name } } } } }`, ``, 1 + 1 + 10*(1+1+1+20*2)},
		{`{ steps(first: 10) { nodes { children { nodes { name } } } } }`, ``, 1 + 1 + 10*(1+1+1+50*2)},
		{`{ a: steps(first: 1) { ...F } b: steps(first: 100) { ...F } } fragment F on StepConnection { nodes { name } }`, ``, 1 + 1 + 2 + 1 + 1 + 200},
		// Lists without pages.
		{`{ worst { name } }`, ``, 1 + 10*2},
		{`{ worst(first: 5) { name } }`, ``, 1 + 5*2},
		{`{ nodes(ids: ["a", "b", "c", "d"]) { id } }`, ``, 1 + 4*2},
		{`query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }`, `{"ids":["a","b"]}`, 1 + 2*2},
		{`query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }`, `{"ids":"a"}`, 1 + 2},
		{`{ tree { name } }`, ``, 1 + 3*2},
		// The dearest type of an interface.
		{`{ node(id: "1") { id ... on Call { name tokens } ... on Search { query } } }`, ``, 1 + 1 + 2},
		{`{ node(id: "1") { ... on Step { name ... on Call { messages { role } } ...S } } } fragment S on Search { a: query b: query }`, ``, 1 + 1 + 1 + 3*2},
		{`mutation { touch }`, ``, 100},
		{`mutation { signIn(email: "a") }`, ``, 20_000},
	} {
		a := b.run(t, c.query, c.variables)
		if a.Extensions.Cost == nil || a.Extensions.Cost.Requested != c.want {
			t.Errorf("%s %s: want %d: %s", c.query, c.variables, c.want, a.raw)
		}
	}
}

func TestAnOperationBeyondTheCostLimitIsRefusedWithNumbers(t *testing.T) {
	t.Parallel()
	b := setup(t, guard.Config{})
	const query = `{ steps(first: 200) { nodes { children(first: 200) { nodes { name } } } } }`
	a := b.run(t, query, "")
	want := 1 + 1 + 200*(1+1+1+200*2)
	if a.code(t) != "COST_LIMIT" || b.schema.Runs.Load() != 0 {
		t.Fatalf("answer: %s", a.raw)
	}
	if !strings.Contains(a.Errors[0].Message, fmt.Sprint(want)) || !strings.Contains(a.Errors[0].Message, "50000") {
		t.Errorf("message: %s", a.Errors[0].Message)
	}
	if a.Extensions.Cost == nil || *a.Extensions.Cost != (guard.Cost{Requested: want, Limit: guard.DefaultCostLimit}) {
		t.Errorf("cost: %s", a.raw)
	}
	type higherLimit struct{}
	key := higherLimit{}
	b = setup(t, guard.Config{CostLimit: func(ctx context.Context) int {
		if ctx.Value(key) != nil {
			return 1_000_000
		}
		return 10
	}})
	if a := b.runNamed(t, context.WithValue(t.Context(), key, 1), query, "", ""); a.code(t) != "" {
		t.Errorf("a caller with a higher limit: %s", a.raw)
	}
}

func TestCostDoesNotOverflow(t *testing.T) {
	t.Parallel()
	query := "name"
	for range 6 {
		query = "children(first: 200) { nodes { " + query + " } edges { node { " + query + " } } }"
	}
	a := setup(t, guard.Config{Limits: guard.Limits{Depth: 100}}).run(t, "{ node(id: 1) { ... on Step { "+query+" } } }", "")
	if a.code(t) != "COST_LIMIT" || a.Extensions.Cost.Requested < 1<<39 {
		t.Errorf("answer: %.300s", a.raw)
	}
}

func TestListArgumentsAreBounded(t *testing.T) {
	t.Parallel()
	ids := strings.Repeat(`"a",`, 200) + `"a"`
	for _, c := range []struct{ query, variables string }{
		{`{ nodes(ids: [` + ids + `]) { id } }`, ``},
		{`query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }`, `{"ids":[` + ids + `]}`},
	} {
		a := setup(t, guard.Config{}).run(t, c.query, c.variables)
		if a.code(t) != "BAD_INPUT" || a.Errors[0].Extensions["inputPath"] != "ids" {
			t.Errorf("answer: %.300s", a.raw)
		}
	}
}

// spentBudget lets operations pass until a sum is spent.
type spentBudget struct{ left int }

func (b *spentBudget) Spend(_ context.Context, cost int) (int, error) {
	if b.left < cost {
		return 0, &guard.CodedError{Code: guard.RateLimited, Message: "try again in a minute", RetryAfter: time.Minute}
	}
	b.left -= cost
	return b.left, nil
}

func TestABudgetIsSpentAndThenRefuses(t *testing.T) {
	t.Parallel()
	b := setup(t, guard.Config{Budget: &spentBudget{left: 3}})
	a := b.run(t, `{ a: hello b: hello }`, "")
	if a.code(t) != "" || a.Extensions.Cost.Remaining == nil || *a.Extensions.Cost.Remaining != 1 {
		t.Errorf("answer: %s", a.raw)
	}
	a = b.run(t, `{ a: hello b: hello }`, "")
	if a.code(t) != "RATE_LIMITED" || a.Errors[0].Extensions["retryAfterMs"] != 60_000.0 || b.schema.Runs.Load() != 1 {
		t.Errorf("answer: %s", a.raw)
	}
	a = setup(t, guard.Config{Budget: brokenBudget{}}).run(t, `{ hello }`, "")
	if a.code(t) != "INTERNAL" || strings.Contains(a.raw, "disk") {
		t.Errorf("answer: %s", a.raw)
	}
}

type brokenBudget struct{}

func (brokenBudget) Spend(context.Context, int) (int, error) { return 0, errors.New("disk full") }

// sources reads the schema of the project.
func sources(t *testing.T) []*ast.Source {
	t.Helper()
	files, err := filepath.Glob("../*.graphqls")
	if err != nil || len(files) == 0 {
		t.Fatalf("no schema: %v", err)
	}
	var all []*ast.Source
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, &ast.Source{Name: file, Input: string(text)})
	}
	return all
}

// leaf is a selection that is valid on a type.
func leaf(def *ast.Definition) string {
	switch def.Kind {
	case ast.Object, ast.Interface, ast.Union:
		return " { __typename }"
	}
	return ""
}

// required writes the arguments that a field cannot do without, or reports that
// it cannot.
func required(schema *ast.Schema, field *ast.FieldDefinition, extra string) (string, bool) {
	arguments := []string{}
	if extra != "" {
		arguments = append(arguments, extra)
	}
	for _, argument := range field.Arguments {
		if !argument.Type.NonNull || argument.DefaultValue != nil {
			continue
		}
		value := ""
		switch def := schema.Types[argument.Type.Name()]; {
		case def.Kind == ast.Enum:
			value = def.EnumValues[0].Name
		case def.Name == "ID" || def.Name == "String":
			value = `"x"`
		default:
			return "", false
		}
		arguments = append(arguments, argument.Name+": "+value)
	}
	if len(arguments) == 0 {
		return "", true
	}
	return "(" + strings.Join(arguments, ", ") + ")", true
}

// TestNoListOfTheSchemaIsForgotten asks every connection of the real schema for
// 200 entries, from wherever it can be reached by node, and every list for its
// entries.
func TestNoListOfTheSchemaIsForgotten(t *testing.T) {
	t.Parallel()
	project := guardtest.FromSDL(sources(t)...)
	schema := project.Schema()
	b := &testBundle{guard.NewExecutor(project, guard.Config{CostLimit: func(context.Context) int { return 0 }}), project}
	cost := func(query string) int {
		t.Helper()
		a := b.run(t, query, "")
		if a.Extensions.Cost == nil {
			t.Errorf("%s: %s", query, a.raw)
			return 0
		}
		return a.Extensions.Cost.Requested
	}
	connections := 0
	for _, def := range schema.Types {
		if def.BuiltIn || def.Kind != ast.Object && def.Kind != ast.Interface || def == schema.Mutation || def == schema.Subscription {
			continue
		}
		// How to reach an object of the type, with ... for what is selected on it.
		var wrap string
		switch {
		case def == schema.Query:
			wrap = "{ ... }"
		case def.Name == "Viewer":
			wrap = "{ viewer { ... } }"
		case def.Kind == ast.Interface && def.Name == "Observation", def.Kind == ast.Object && isNode(def):
			wrap = `{ node(id: "x") { ... on ` + def.Name + ` { ... } } }`
		default:
			continue
		}
		for _, field := range def.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			returned := schema.Types[field.Type.Name()]
			at := def.Name + "." + field.Name
			arguments, ok := required(schema, field, "")
			if !ok {
				continue
			}
			query := strings.Replace(wrap, " ... }", " "+field.Name+arguments+leaf(returned)+" }", 1)
			base := cost(query)
			if returned.Fields.ForName("pageInfo") != nil {
				connections++
				if field.Arguments.ForName("first") == nil {
					t.Errorf("%s returns a connection and has no argument first", at)
					continue
				}
				for _, entries := range []string{"nodes { __typename }", "edges { cursor }"} {
					sized, _ := required(schema, field, "first: 200")
					query := strings.Replace(wrap, " ... }", " "+field.Name+sized+" { "+entries+" } }", 1)
					if got := cost(query); got < 400 {
						t.Errorf("%s costs %d for 200 entries: %s", at, got, query)
					}
				}
			} else if field.Type.Elem != nil && leaf(returned) != "" && at != "Query.nodes" && base < 6 {
				t.Errorf("%s is a list of objects and costs %d", at, base)
			}
		}
	}
	if connections < 10 {
		t.Errorf("the walk met only %d connections", connections)
	}
}

func isNode(def *ast.Definition) bool {
	for _, name := range def.Interfaces {
		if name == "Node" {
			return true
		}
	}
	return false
}

// What an operation makes the database read has its price, however it is asked
// for.
func TestScansHaveTheirPrice(t *testing.T) {
	t.Parallel()
	project := guardtest.FromSDL(sources(t)...)
	b := &testBundle{guard.NewExecutor(project, guard.Config{}), project}
	cost := func(query, variables string) *guard.Cost {
		t.Helper()
		a := b.run(t, query, variables)
		if a.Extensions.Cost == nil {
			t.Fatalf("%s: %s", query, a.raw)
		}
		return a.Extensions.Cost
	}
	list := func(filter string) string {
		return `{ project { observations(first: 1` + filter + `) { nodes { id } } } }`
	}
	plain := cost(list(""), "").Requested
	for filter, want := range map[string]int{
		`, filter: {name: {eq: "a"}}`: 0,
		`, filter: {text: "a"}`:       2000,
		`, filter: {or: [{text: "a"}, {not: {text: "b"}}, {and: {text: "c"}}]}`:                                             6000,
		`, filter: {name: {matches: "a"}}`:                                                                                  500,
		`, filter: {attributes: [{key: "a", value: {exists: true}}, {key: "b", value: {string: {matches: "c"}}}]}`:          2500,
		`, filter: {trace: {text: "a"}}`:                                                                                    2200,
		`, orderBy: {field: COST, direction: DESC}`:                                                                         500,
		`, orderBy: {field: STARTED_AT, direction: DESC}`:                                                                   0,
		`, filter: {generation: {model: {matches: "a"}}, retrieval: {query: {contains: "b"}}, agent: {stepCount: {gt: 1}}}`: 2000,
	} {
		if got := cost(list(filter), "").Requested - plain; got != want {
			t.Errorf("%s costs %d; want %d", filter, got, want)
		}
	}
	inVariable := cost(`query($f: ObservationFilter, $l: Int) { project { observations(first: 1, filter: $f) { nodes { id } totalCount(limit: $l) { value } } } }`,
		`{"f":{"or":[{"text":"a"},{"attributes":{"key":"k","value":{"string":{"matches":"x"}}}}]},"l":10000}`).Requested
	if want := plain + 2*3500 + 100 + 2; inVariable != want {
		t.Errorf("a filter in a variable, counted, costs %d; want %d", inVariable, want)
	}
	nested := `{ project { traces(first: 50) { nodes { observations(first: 1, filter: {text: "a"}) { nodes { id } } } } } }`
	if got := cost(nested, "").Requested; got < 50*20 {
		t.Errorf("a search in each of 50 traces costs %d", got)
	}
	one := `observations(first: 1, filter: {or: [{text: "a"}, {attributes: [{key: "k", value: {string: {matches: "(x|y)*z"}}}]}]}) { totalCount(limit: 10000) { value } nodes { name } }`
	if c := cost(`{ project { `+one+` } }`, ""); c.Requested > c.Limit/5 {
		t.Errorf("one search costs %d of %d", c.Requested, c.Limit)
	}
	var many strings.Builder
	for i := range 20 {
		fmt.Fprintf(&many, " a%d: %s", i, one)
	}
	if a := b.run(t, `{ project { `+many.String()+` } }`, ""); a.code(t) != "COST_LIMIT" {
		t.Errorf("twenty searches at once: %.200s", a.raw)
	}
}

func TestDefaultWeightsNameFieldsOfTheSchema(t *testing.T) {
	t.Parallel()
	schema := guardtest.FromSDL(sources(t)...).Schema()
	for _, weights := range []map[string]int{guard.DefaultWeights.Fields, guard.DefaultWeights.Lists} {
		for key := range weights {
			requireField(t, schema, key)
		}
	}
	for key := range guard.DefaultWeights.WithinOne {
		requireField(t, schema, key)
	}
	for key := range guard.DefaultWeights.Inputs {
		name, value, _ := strings.Cut(key, ".")
		if def := schema.Types[name]; def == nil || def.Fields.ForName(value) == nil && def.EnumValues.ForName(value) == nil {
			t.Errorf("the schema has no input %s", key)
		}
	}
	for key, argument := range guard.DefaultWeights.ListArguments {
		if field := requireField(t, schema, key); field != nil && field.Arguments.ForName(argument) == nil {
			t.Errorf("%s has no argument %s", key, argument)
		}
	}
}

func requireField(t *testing.T, schema *ast.Schema, key string) *ast.FieldDefinition {
	t.Helper()
	name, field, _ := strings.Cut(key, ".")
	if strings.HasPrefix(field, "__") {
		return nil
	}
	if def := schema.Types[name]; def != nil && def.Fields.ForName(field) != nil {
		return def.Fields.ForName(field)
	}
	t.Errorf("the schema has no field %s", key)
	return nil
}

// TestOrdinaryQueriesFitTheLimits holds the limits to what clients need.
func TestOrdinaryQueriesFitTheLimits(t *testing.T) {
	t.Parallel()
	project := guardtest.FromSDL(sources(t)...)
	schema := project.Schema()
	b := &testBundle{guard.NewExecutor(project, guard.Config{AllowIntrospection: func(context.Context) bool { return true }}), project}
	everything := everyField(schema)
	for name, c := range map[string]struct {
		query string
		max   int
	}{
		"a list of traces": {`{ project { traces(first: 50) { edges { cursor node { id name startedAt durationMs state tags usage { totalTokens } cost { total } counts { total failed }
			scores(first: 20) { nodes { name value { ... on NumericScore { number } ... on LabelScore { label } ... on BooleanScore { passed } } } } } } pageInfo { hasNextPage endCursor } totalCount { value isExact } } } }`, 20_000},
		"a whole trace": {`{ project { trace(traceId: "x") { id tree { depth isOrphan subtreeUsage { totalTokens } subtreeCost { total } observation { ...Everything } } } } } ` + everything, 50_000},
		"a page of observations with every field": {`{ project { observations(first: 50) { nodes { ...Everything } } } } ` + everything, 50_000},
		"filters and fields of 200":               {`{ project { observations(first: 200, filter: {generation: {totalTokens: {gt: 2000}}}) { nodes { id name startedAt durationMs status trace { id name } ... on Generation { requestModel usage { inputTokens outputTokens totalTokens } cost { total } promptName promptNumber input { preview } } } } } }`, 50_000},
		"a skeleton":                              {`{ project { trace(traceId: "x") { skeleton { ids parent type name names status startUs durationUs tokens costNanos flags } } } }`, 300},
		"nested children":                         {`{ node(id: "x") { ... on Observation { children(first: 10) { nodes { name children(first: 10) { nodes { name children(first: 10) { nodes { name } } } } } } } } }`, 5000},
		"introspection":                           {introspectionQuery, 6000},
	} {
		a := b.run(t, c.query, "")
		cost := a.Extensions.Cost
		if cost == nil {
			t.Errorf("%s: %.400s", name, a.raw)
			continue
		}
		t.Logf("%s costs %d", name, cost.Requested)
		if cost.Requested > c.max {
			t.Errorf("%s costs %d, more than %d", name, cost.Requested, c.max)
		}
	}
}

// everyField selects every field of every observation type that is no link to
// other observations.
func everyField(schema *ast.Schema) string {
	var b strings.Builder
	b.WriteString("fragment Everything on Observation {")
	seen := map[string]bool{}
	var fields func(def *ast.Definition, depth int, skip map[string]bool) string
	fields = func(def *ast.Definition, depth int, skip map[string]bool) string {
		var s strings.Builder
		for _, field := range def.Fields {
			returned := schema.Types[field.Type.Name()]
			if strings.HasPrefix(field.Name, "__") || skip[field.Name] || isNode(returned) || returned.Name == "Observation" || returned.Name == "Node" || returned.Fields.ForName("pageInfo") != nil {
				continue
			}
			if _, ok := required(schema, field, ""); !ok {
				continue
			}
			switch {
			case returned.Kind == ast.Union:
				s.WriteString(field.Name + " {")
				for _, member := range schema.GetPossibleTypes(returned) {
					name := strings.ToLower(member.Name)
					s.WriteString(" ... on " + member.Name + " {")
					for _, inner := range member.Fields {
						if !strings.HasPrefix(inner.Name, "__") {
							s.WriteString(" " + name + inner.Name + ": " + inner.Name)
						}
					}
					s.WriteString("}")
				}
				s.WriteString("} ")
			case leaf(returned) == "":
				s.WriteString(field.Name + " ")
			case depth < 4:
				s.WriteString(field.Name + " { " + fields(returned, depth+1, nil) + "} ")
			}
		}
		return s.String()
	}
	observation := schema.Types["Observation"]
	b.WriteString(fields(observation, 0, nil))
	for _, field := range observation.Fields {
		seen[field.Name] = true
	}
	for _, def := range schema.GetPossibleTypes(observation) {
		if own := fields(def, 0, seen); own != "" {
			b.WriteString("... on " + def.Name + " { " + strings.ReplaceAll(own, "parameters {", strings.ToLower(def.Name)+"Parameters: parameters {") + "} ")
		}
	}
	b.WriteString("}")
	return b.String()
}

// introspectionQuery is what graphql-js and most tools ask for.
const introspectionQuery = `query IntrospectionQuery { __schema { description queryType { name kind } mutationType { name kind } subscriptionType { name kind }
	types { ...FullType } directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } } } }
fragment FullType on __Type { kind name description specifiedByURL isOneOf fields(includeDeprecated: true) { name description args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
	inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef } enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason }
fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }`
