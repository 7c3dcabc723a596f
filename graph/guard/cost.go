package guard

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/treeline-dev/treeline/graph/scalar"
)

// The cost of an operation is computed before it runs, from the operation and
// the schema alone:
//
//   - a field costs 1, or what Weights.Fields says;
//   - what is selected on the entries of a list counts once for each entry that
//     the list may have: for a list with first or last that size (50 where
//     neither is given), for one with an argument of Weights.ListArguments the
//     length of that argument, else what Weights.Lists says, else 3;
//   - the entries of a connection are its edges and its nodes; both count where
//     both are selected;
//   - of the selections for the types that an interface or a union may have,
//     the dearest type counts, since an object has one type.
//
// A list field is recognized by its type and its arguments, so a new connection
// is counted without being named anywhere.

// Weights say what fields cost beyond what their types and arguments tell. Keys
// are "Type.field"; where Type is an interface, or implements one, the dearest
// entry for the field counts.
type Weights struct {
	// Fields are costs other than 1.
	Fields map[string]int
	// Lists are the sizes to assume for lists without page arguments.
	Lists map[string]int
	// ListArguments name the list argument that gives a list its size.
	ListArguments map[string]string
}

// DefaultWeights fit the schema of this project.
var DefaultWeights = Weights{
	Fields: map[string]int{
		// Read from other tables, and up to megabytes each.
		"Payload.text": 5, "Payload.json": 5,
		"Generation.messages": 5, "Generation.completion": 5, "Generation.tools": 5,
		// Lists of up to 10,000 rows in one field.
		"Trace.skeleton": 200,
		// Hashing a password takes the time of thousands of fields; with one
		// limit for an operation, passwords cannot be tried by the dozen.
		"Mutation.signIn": 20_000,
		// Introspection answers with the whole schema.
		"Query.__schema": 5000, "Query.__type": 500,
	},
	Lists: map[string]int{
		// A tree may have 10,000 rows but mostly has fewer than a hundred.
		"Trace.tree": 100,
	},
	ListArguments: map[string]string{"Query.nodes": "ids"},
}

const (
	// defaultPageSize is how many entries a list gives where neither first nor
	// last is given.
	defaultPageSize = 50
	// defaultListSize is assumed for a list of objects without page arguments.
	defaultListSize = 3
	// mutationCost is what a mutation costs besides what it selects.
	mutationCost = 100
	// maxCost bounds sums, which may grow with the power of the depth.
	maxCost = 1 << 40
)

// Cost is what an answer says about the price of its operation, under
// extensions.cost.
type Cost struct {
	// Requested is the price of the operation.
	Requested int `json:"requested"`
	// Limit is the most that one operation may cost.
	Limit int `json:"limit"`
	// Remaining is what the caller may still spend for now; absent where
	// nothing meters that.
	Remaining *int `json:"remaining,omitempty"`
}

// Budget meters what callers spend over time.
type Budget interface {
	// Spend takes the cost of an operation from the caller's budget and returns
	// what is left of it. It refuses with a *CodedError whose code is RateLimited
	// and takes nothing then.
	Spend(ctx context.Context, cost int) (remaining int, err error)
}

// costGuard refuses operations that cost too much and reports the cost of all
// others.
type costGuard struct {
	weights *Weights
	// maxPage bounds the arguments of Weights.ListArguments.
	maxPage int
	limit   func(context.Context) int
	budget  Budget

	schema *ast.Schema
	// fields, lists and arguments are the weights with interfaces resolved.
	fields, lists map[string]int
	arguments     map[string]string
}

const costExtension = "CostGuard"

// ExtensionName implements graphql.HandlerExtension.
func (*costGuard) ExtensionName() string { return costExtension }

// Validate implements graphql.HandlerExtension.
func (g *costGuard) Validate(schema graphql.ExecutableSchema) error {
	g.schema = schema.Schema()
	g.fields, g.lists = g.spread(g.weights.Fields), g.spread(g.weights.Lists)
	g.arguments = g.weights.ListArguments
	return nil
}

// spread gives the fields of interfaces the dearest weight of their
// implementations, and the reverse.
func (g *costGuard) spread(weights map[string]int) map[string]int {
	out := map[string]int{}
	for key, weight := range weights {
		out[key] = max(out[key], weight)
	}
	for _, def := range g.schema.Types {
		if def.Kind != ast.Interface {
			continue
		}
		for _, field := range def.Fields {
			for _, implementor := range g.schema.GetPossibleTypes(def) {
				own, abstract := implementor.Name+"."+field.Name, def.Name+"."+field.Name
				if dearest := max(weights[own], weights[abstract]); dearest > 0 {
					out[abstract] = max(out[abstract], dearest)
					out[own] = max(out[own], dearest)
				}
			}
		}
	}
	return out
}

// MutateOperationContext implements graphql.OperationContextMutator.
func (g *costGuard) MutateOperationContext(ctx context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	requested, err := g.cost(operation.Operation, operation.Variables)
	if err != nil {
		return err
	}
	cost := &Cost{Requested: requested, Limit: g.limit(ctx)}
	operation.Stats.SetExtension(costExtension, cost)
	if cost.Requested > cost.Limit {
		return refusal(Errorf(CostLimit, "the operation costs %d, and one operation may cost %d: ask for smaller pages, fewer nested lists or fewer fields",
			cost.Requested, cost.Limit))
	}
	if g.budget == nil {
		return nil
	}
	remaining, failure := g.budget.Spend(ctx, cost.Requested)
	if failure != nil {
		return &gqlerror.Error{Err: failure, Message: failure.Error()}
	}
	cost.Remaining = &remaining
	return nil
}

// InterceptResponse implements graphql.ResponseInterceptor.
func (g *costGuard) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if graphql.HasOperationContext(ctx) {
		operation := graphql.GetOperationContext(ctx)
		cost, ok := operation.Stats.GetExtension(costExtension).(*Cost)
		if ok && (operation.Operation == nil || operation.Operation.Operation != ast.Subscription) {
			graphql.RegisterExtension(ctx, "cost", cost)
		}
	}
	return next(ctx)
}

// cost computes the cost of an operation that was validated.
func (g *costGuard) cost(operation *ast.OperationDefinition, variables map[string]any) (int, *gqlerror.Error) {
	root := g.schema.Query
	switch operation.Operation {
	case ast.Mutation:
		root = g.schema.Mutation
	case ast.Subscription:
		root = g.schema.Subscription
	}
	c := &costing{guard: g, variables: variables, known: map[costKey]int{}}
	return c.selections(operation.SelectionSet, root, defaultPageSize), c.err
}

// costKey identifies a part of an operation whose cost is always the same.
type costKey struct {
	field *ast.Field
	// page is the size of the connection that the field is selected on.
	page int
}

// costing computes the cost of one operation.
type costing struct {
	guard     *costGuard
	variables map[string]any
	known     map[costKey]int
	// err is set where a list argument is too long.
	err *gqlerror.Error
}

// selections returns the cost of what is selected on one object of a type. page
// is the size of the connection that it is, if it is one.
func (c *costing) selections(set ast.SelectionSet, def *ast.Definition, page int) int {
	if len(set) == 0 || def == nil {
		return 0
	}
	if !def.IsAbstractType() {
		return c.forType(set, def, page)
	}
	dearest := 0
	for _, possible := range c.guard.schema.GetPossibleTypes(def) {
		dearest = max(dearest, c.forType(set, possible, page))
	}
	return dearest
}

// forType sums the selections that apply to an object type.
func (c *costing) forType(set ast.SelectionSet, def *ast.Definition, page int) int {
	sum := 0
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if !excluded(s.Directives, c.variables) {
				sum += c.field(s, page)
			}
		case *ast.InlineFragment:
			if !excluded(s.Directives, c.variables) && c.applies(s.TypeCondition, def) {
				sum += c.forType(s.SelectionSet, def, page)
			}
		case *ast.FragmentSpread:
			if !excluded(s.Directives, c.variables) && s.Definition != nil && c.applies(s.Definition.TypeCondition, def) {
				sum += c.forType(s.Definition.SelectionSet, def, page)
			}
		}
		sum = min(sum, maxCost)
	}
	return sum
}

// applies reports whether a type condition holds for an object type.
func (c *costing) applies(condition string, def *ast.Definition) bool {
	if condition == "" || condition == def.Name {
		return true
	}
	target := c.guard.schema.Types[condition]
	if target == nil || !target.IsAbstractType() {
		return false
	}
	for _, possible := range c.guard.schema.GetPossibleTypes(target) {
		if possible.Name == def.Name {
			return true
		}
	}
	return false
}

// field returns the cost of a field and everything below it.
func (c *costing) field(field *ast.Field, page int) int {
	key := costKey{field, page}
	if cost, ok := c.known[key]; ok {
		return cost
	}
	cost := c.fieldCost(field, page)
	c.known[key] = cost
	return cost
}

func (c *costing) fieldCost(field *ast.Field, page int) int {
	own := 1
	parent := ""
	if field.ObjectDefinition != nil {
		parent = field.ObjectDefinition.Name
		if field.ObjectDefinition == c.guard.schema.Mutation {
			own = mutationCost
		}
	}
	name := parent + "." + field.Name
	if weight, ok := c.guard.fields[name]; ok {
		own = weight
	}
	// Introspection has a price of its own: its lists are those of the schema.
	if field.Definition == nil || isIntrospection(field.Name) {
		return own
	}
	isList := field.Definition.Type.Elem != nil
	innerPage, paged := c.pageSize(field)
	times := 1
	switch {
	case (field.Name == "edges" || field.Name == "nodes") && c.isConnection(field.ObjectDefinition):
		times = page
	case isList && paged:
		times = innerPage
	case isList:
		times = defaultListSize
		if size, ok := c.guard.lists[name]; ok {
			times = size
		} else if argument, ok := c.guard.arguments[name]; ok {
			times = c.listLength(field, argument)
		}
	}
	below := c.selections(field.SelectionSet, c.guard.schema.Types[field.Definition.Type.Name()], innerPage)
	if isList {
		// One more for each entry, which is an object of its own.
		below += min(len(field.SelectionSet), 1)
	}
	return min(own+times*below, maxCost)
}

// isConnection reports whether the entries of a type are those of the field
// that returned it.
func (c *costing) isConnection(def *ast.Definition) bool {
	return def != nil && def.Fields.ForName("pageInfo") != nil
}

// pageSize returns how many entries a field may fetch and whether it has page
// arguments.
func (c *costing) pageSize(field *ast.Field) (int, bool) {
	paged, size, chosen := false, defaultPageSize, false
	for _, definition := range field.Definition.Arguments {
		if !isPageSize(definition) {
			continue
		}
		paged = true
		value, _, _ := argument(definition, field.Arguments, c.variables)
		n, err := scalar.UnmarshalInt(value)
		if value == nil || err != nil || n < 0 {
			continue
		}
		if chosen {
			n = max(n, size)
		}
		size, chosen = n, true
	}
	return size, paged
}

// listLength returns the length of a list argument.
func (c *costing) listLength(field *ast.Field, name string) int {
	definition := field.Definition.Arguments.ForName(name)
	if definition == nil {
		return defaultListSize
	}
	value, _, _ := argument(definition, field.Arguments, c.variables)
	length := len(graphql.CoerceList(value))
	if length > c.guard.maxPage && c.err == nil {
		coded := Errorf(BadInput, "argument %s: takes at most %d entries, not %d: send several requests", name, c.guard.maxPage, length)
		coded.InputPath = name
		c.err = refusal(coded)
		if field.Position != nil {
			c.err.Locations = []gqlerror.Location{{Line: field.Position.Line, Column: field.Position.Column}}
		}
	}
	return length
}
