package guard

import (
	"context"
	"reflect"

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
//   - what an argument makes the database read adds to its field: conditions on
//     texts that no index holds, and orders that all rows must be read for, cost
//     what Weights.Inputs says, once for the list and once for each count of it;
//   - a count costs one more for every hundred entries that it may reach;
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
	// Inputs are what fields of input objects and values of enumerations, as
	// "Type.name", add to the field that they are given to. Fields within a list
	// count for each of its entries.
	Inputs map[string]int
	// WithinOne names fields whose lists lie within one trace or session, so that
	// only a hundredth of Inputs counts.
	WithinOne map[string]bool
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
	Inputs: map[string]int{
		// These read bodies, which are a hundred times as wide as rows.
		"ObservationFilter.text": 2000, "TraceFilter.text": 2000, "AttributeFilter.key": 1000, "RetrievalFilter.query": 1000,
		// An expression is tried on every text.
		"StringFilter.matches": 500,
		// A second table or all steps of a trace are read for every row.
		"TraceFilter.some": 200, "TraceFilter.none": 200, "ObservationFilter.trace": 200, "AgentFilter.stepCount": 500,
		// Every row is read and sorted.
		"TraceOrderField.DURATION": 300, "TraceOrderField.TOTAL_TOKENS": 300, "TraceOrderField.COST": 300,
		"ObservationOrderField.DURATION": 500, "ObservationOrderField.TOTAL_TOKENS": 500, "ObservationOrderField.COST": 500,
	},
	WithinOne: map[string]bool{"Trace.observations": true},
}

const (
	// defaultPageSize is how many entries a list gives where neither first nor
	// last is given.
	defaultPageSize = 50
	// defaultListSize is assumed for a list of objects without page arguments.
	defaultListSize = 3
	// countedForOne is how many entries are counted for the price of a field.
	countedForOne = 100
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
	return c.selections(operation.SelectionSet, root, listContext{page: defaultPageSize}), c.err
}

// listContext is what the cost of a selection depends on besides itself: the
// connection that it is selected on.
type listContext struct {
	// page is how many entries the connection may have.
	page int
	// scan is what its filter costs.
	scan int
}

// costKey identifies a part of an operation whose cost is always the same.
type costKey struct {
	field *ast.Field
	on    listContext
}

// costing computes the cost of one operation.
type costing struct {
	guard     *costGuard
	variables map[string]any
	known     map[costKey]int
	// err is set where a list argument is too long.
	err *gqlerror.Error
}

// selections returns the cost of what is selected on one object of a type.
func (c *costing) selections(set ast.SelectionSet, def *ast.Definition, on listContext) int {
	if len(set) == 0 || def == nil {
		return 0
	}
	if !def.IsAbstractType() {
		return c.forType(set, def, on)
	}
	dearest := 0
	for _, possible := range c.guard.schema.GetPossibleTypes(def) {
		dearest = max(dearest, c.forType(set, possible, on))
	}
	return dearest
}

// forType sums the selections that apply to an object type.
func (c *costing) forType(set ast.SelectionSet, def *ast.Definition, on listContext) int {
	sum := 0
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if !excluded(s.Directives, c.variables) {
				sum += c.field(s, on)
			}
		case *ast.InlineFragment:
			if !excluded(s.Directives, c.variables) && c.applies(s.TypeCondition, def) {
				sum += c.forType(s.SelectionSet, def, on)
			}
		case *ast.FragmentSpread:
			if !excluded(s.Directives, c.variables) && s.Definition != nil && c.applies(s.Definition.TypeCondition, def) {
				sum += c.forType(s.Definition.SelectionSet, def, on)
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
func (c *costing) field(field *ast.Field, on listContext) int {
	key := costKey{field, on}
	if cost, ok := c.known[key]; ok {
		return cost
	}
	cost := c.fieldCost(field, on)
	c.known[key] = cost
	return cost
}

func (c *costing) fieldCost(field *ast.Field, on listContext) int {
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
	scan := c.scan(field)
	if c.guard.weights.WithinOne[name] {
		scan /= 100
	}
	own += scan
	isList := field.Definition.Type.Elem != nil
	innerPage, paged := c.pageSize(field)
	times := 1
	switch {
	case (field.Name == "edges" || field.Name == "nodes") && c.isConnection(field.ObjectDefinition):
		times = on.page
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
	if field.Name == "totalCount" && c.isConnection(field.ObjectDefinition) {
		own += on.scan + c.counted(field)
	}
	below := c.selections(field.SelectionSet, c.guard.schema.Types[field.Definition.Type.Name()], listContext{innerPage, scan})
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

// counted returns the price of a count's reach.
func (c *costing) counted(field *ast.Field) int {
	definition := field.Definition.Arguments.ForName("limit")
	if definition == nil {
		return 0
	}
	value, _, _ := argument(definition, field.Arguments, c.variables)
	n, err := scalar.UnmarshalInt(value)
	if value == nil || err != nil {
		return 0
	}
	return max(0, n) / countedForOne
}

// scan returns what the arguments of a field make the database read.
func (c *costing) scan(field *ast.Field) int {
	sum := 0
	for _, definition := range field.Definition.Arguments {
		if def := c.guard.schema.Types[definition.Type.Name()]; def == nil || def.Kind != ast.InputObject {
			continue
		}
		value, _, err := argument(definition, field.Arguments, c.variables)
		if err == nil {
			sum = min(sum+c.input(value, definition.Type), maxCost)
		}
	}
	return sum
}

// input returns the price of a value, which was checked against its type.
func (c *costing) input(value any, typ *ast.Type) int {
	def := c.guard.schema.Types[typ.Name()]
	if value == nil || def == nil {
		return 0
	}
	if typ.Elem != nil {
		list := reflect.ValueOf(value)
		if list.Kind() != reflect.Slice {
			return c.input(value, typ.Elem)
		}
		sum := 0
		for i := range list.Len() {
			sum = min(sum+c.input(list.Index(i).Interface(), typ.Elem), maxCost)
		}
		return sum
	}
	switch v := value.(type) {
	case string:
		return c.guard.weights.Inputs[def.Name+"."+v]
	case map[string]any:
		sum := 0
		for _, field := range def.Fields {
			if inner := v[field.Name]; inner != nil {
				sum = min(sum+c.guard.weights.Inputs[def.Name+"."+field.Name]+c.input(inner, field.Type), maxCost)
			}
		}
		return sum
	}
	return 0
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
