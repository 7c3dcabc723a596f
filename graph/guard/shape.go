package guard

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/treeline-dev/treeline/graph/scalar"
)

// Limits bound the shape of an operation. They hold before validation, whose
// own cost grows faster than the text. The zero value of every field stands for
// its default.
type Limits struct {
	// Tokens of the whole document. Default 15,000.
	Tokens int
	// Depth of nested fields. Default 15: a project's traces, their trees, the
	// observations in them and the parts of their messages reach 9.
	Depth int
	// IntrospectionDepth is the depth below __schema and __type. Default 20: the
	// usual introspection query follows nine wrapped types and reaches 14.
	IntrospectionDepth int
	// Selections is how many fields an operation may select, each counted as
	// often as its fragments are spread. Default 1,000.
	Selections int
	// Aliases is under how many names one field may be selected at one place.
	// Default 30.
	Aliases int
}

func (l Limits) orDefault() Limits {
	return Limits{
		Tokens:             cmp.Or(l.Tokens, 15_000),
		Depth:              cmp.Or(l.Depth, 15),
		IntrospectionDepth: cmp.Or(l.IntrospectionDepth, 20),
		Selections:         cmp.Or(l.Selections, 1000),
		Aliases:            cmp.Or(l.Aliases, 30),
	}
}

// shapeGuard holds documents to Limits.
type shapeGuard struct {
	limits Limits
	// accepted holds documents that passed before.
	accepted *queryCache
}

// ExtensionName implements graphql.HandlerExtension.
func (*shapeGuard) ExtensionName() string { return "ShapeGuard" }

// Validate implements graphql.HandlerExtension.
func (*shapeGuard) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters implements graphql.OperationParameterMutator, which
// comes before gqlgen parses and validates.
func (g *shapeGuard) MutateOperationParameters(ctx context.Context, params *graphql.RawParams) *gqlerror.Error {
	doc, known := g.accepted.Get(ctx, params.Query)
	if !known {
		var err error
		doc, err = parser.ParseQueryWithTokenLimit(&ast.Source{Input: params.Query}, g.limits.Tokens)
		if err != nil {
			parse, ok := errors.AsType[*gqlerror.Error](err)
			if !ok {
				return refusal(Errorf(BadInput, "the query is no GraphQL document"))
			}
			coded := Errorf(BadInput, "%s", parse.Message)
			return &gqlerror.Error{Err: coded, Message: coded.Message, Locations: parse.Locations}
		}
		if err := g.checkDocument(doc); err != nil {
			return err
		}
	}
	if err := checkOperationName(doc, params.OperationName); err != nil {
		return err
	}
	return coerceNumbers(doc.Operations.ForName(params.OperationName), params.Variables)
}

// coerceNumbers reads the variables that are numbers. gqlgen refuses whole
// numbers that are written as 5.0 or 1e3, which some JSON encoders do, and for
// those that are too large it blames a 0.
func coerceNumbers(operation *ast.OperationDefinition, variables map[string]any) *gqlerror.Error {
	for _, definition := range operation.VariableDefinitions {
		number, ok := variables[definition.Variable].(json.Number)
		if !ok {
			continue
		}
		var coerced any
		var err error
		switch definition.Type.NamedType {
		case "Int":
			var n int
			n, err = scalar.UnmarshalInt(number)
			coerced = int64(n)
		case "Float":
			coerced, err = scalar.UnmarshalFloat(number)
		default:
			continue
		}
		if err != nil {
			path := "variables." + definition.Variable
			coded := Errorf(BadInput, "%s: %s", path, err)
			coded.InputPath = path
			return refusal(coded)
		}
		variables[definition.Variable] = coerced
	}
	return nil
}

func checkOperationName(doc *ast.QueryDocument, name string) *gqlerror.Error {
	switch {
	case len(doc.Operations) == 0:
		return refusal(Errorf(BadInput, "the query holds no operation"))
	case name == "" && len(doc.Operations) > 1:
		return refusal(Errorf(BadInput, "the query holds %d operations: name the one to run in operationName", len(doc.Operations)))
	case name != "" && doc.Operations.ForName(name) == nil:
		return refusal(Errorf(BadInput, "the query holds no operation with the name that operationName gives"))
	}
	return nil
}

// size is what a selection set holds, its fragments expanded.
type size struct {
	selections, depth int
	// nesting is depth with fragments counted as levels.
	nesting int
}

// Bounds of what costs validation time without selecting anything.
const (
	maxOperations = 50
	maxFragments  = 200
	maxNesting    = 100
)

// shapeWalk measures one document.
type shapeWalk struct {
	limits    Limits
	fragments map[string]*ast.FragmentDefinition
	// measured holds the sizes of fragments, so that each is walked once however
	// often it is spread; a fragment that is being measured maps to nil.
	measured map[string]*size
	// total is how many fields the operations and fragments select together.
	total int
	err   *gqlerror.Error
}

func (g *shapeGuard) checkDocument(doc *ast.QueryDocument) *gqlerror.Error {
	w := &shapeWalk{limits: g.limits, fragments: map[string]*ast.FragmentDefinition{}, measured: map[string]*size{}}
	for _, fragment := range doc.Fragments {
		if w.fragments[fragment.Name] == nil {
			w.fragments[fragment.Name] = fragment
		}
	}
	switch {
	case len(doc.Operations) > maxOperations:
		w.refuse(nil, "the query holds more than %d operations: send fewer at a time", maxOperations)
	case len(doc.Fragments) > maxFragments:
		w.refuse(nil, "the query holds more than %d fragments: send fewer at a time", maxFragments)
	}
	// Every operation and fragment is validated, whichever runs.
	for _, fragment := range doc.Fragments {
		w.check(fragment.SelectionSet, fragment.Position)
	}
	for _, operation := range doc.Operations {
		w.check(operation.SelectionSet, operation.Position)
	}
	return w.err
}

// check holds one operation or fragment to the limits.
func (w *shapeWalk) check(set ast.SelectionSet, at *ast.Position) {
	if w.err != nil {
		return
	}
	s := w.measure(set)
	w.total += s.selections
	switch {
	case w.err != nil:
	case s.selections > w.limits.Selections:
		w.refuse(at, "the operation selects more than %d fields, its fragments expanded: ask for less at a time", w.limits.Selections)
	case s.depth > w.limits.Depth:
		w.refuse(at, "the operation nests fields more than %d levels deep: ask for inner levels by node(id)", w.limits.Depth)
	case s.nesting > maxNesting:
		w.refuse(at, "the operation nests fragments more than %d levels deep", maxNesting)
	case w.total > 3*w.limits.Selections:
		w.refuse(nil, "the operations and fragments of the query select more than %d fields together: send fewer at a time", 3*w.limits.Selections)
	default:
		w.places(set)
	}
}

func (w *shapeWalk) refuse(at *ast.Position, format string, args ...any) {
	if w.err != nil {
		return
	}
	w.err = refusal(Errorf(BadInput, format, args...))
	if at != nil {
		w.err.Locations = []gqlerror.Location{{Line: at.Line, Column: at.Column}}
	}
}

func (w *shapeWalk) measure(set ast.SelectionSet) size {
	var s size
	add := func(inner size, ownSelections, ownDepth int) {
		// The number of selections may double with every fragment.
		s.selections = min(s.selections+inner.selections+ownSelections, math.MaxInt32)
		s.depth = max(s.depth, inner.depth+ownDepth)
		s.nesting = max(s.nesting, inner.nesting+1)
	}
	for _, selection := range set {
		if w.err != nil {
			return s
		}
		switch sel := selection.(type) {
		case *ast.Field:
			inner := w.measure(sel.SelectionSet)
			if isIntrospection(sel.Name) {
				if inner.depth > w.limits.IntrospectionDepth {
					w.refuse(sel.Position, "the introspection nests more than %d levels deep", w.limits.IntrospectionDepth)
				}
				inner.depth = 0
			}
			add(inner, 1, 1)
		case *ast.InlineFragment:
			w.directives(sel.Directives)
			add(w.measure(sel.SelectionSet), 0, 0)
		case *ast.FragmentSpread:
			w.directives(sel.Directives)
			add(w.fragment(sel), 0, 0)
		}
	}
	return s
}

// fragment measures the fragment that is spread. One that is missing is left to
// validation and counts as a field, so that no walk can grow without being
// counted.
func (w *shapeWalk) fragment(spread *ast.FragmentSpread) size {
	if s, seen := w.measured[spread.Name]; seen {
		if s == nil {
			w.refuse(spread.Position, "the fragment %q is spread within itself", cut(spread.Name, 64))
			return size{}
		}
		return *s
	}
	fragment := w.fragments[spread.Name]
	if fragment == nil {
		return size{selections: 1}
	}
	w.measured[spread.Name] = nil
	s := w.measure(fragment.SelectionSet)
	w.measured[spread.Name] = &s
	return s
}

// directives refuses what would need an answer in several parts.
func (w *shapeWalk) directives(list ast.DirectiveList) {
	for _, directive := range list {
		if directive.Name == "defer" || directive.Name == "stream" {
			w.refuse(directive.Position, "@%s is not supported: leave it out", directive.Name)
		}
	}
}

// places walks the places of an answer: the selections of all fields that share
// a name in it are merged, as in execution. Each place is held to the limit of
// aliases, and to few fields that cannot be merged: the validator reports every
// pair of those.
func (w *shapeWalk) places(sets ...ast.SelectionSet) {
	var order []string
	byName := map[string][]*ast.Field{}
	aliases := map[string]int{}
	var collect func(ast.SelectionSet)
	collect = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch sel := selection.(type) {
			case *ast.Field:
				if byName[sel.Alias] == nil {
					order = append(order, sel.Alias)
					if aliases[sel.Name]++; aliases[sel.Name] > w.limits.Aliases {
						w.refuse(sel.Position, "the field %q is selected under more than %d names at one place: fetch lists or send several requests", cut(sel.Name, 64), w.limits.Aliases)
						return
					}
				}
				byName[sel.Alias] = append(byName[sel.Alias], sel)
			case *ast.InlineFragment:
				collect(sel.SelectionSet)
			case *ast.FragmentSpread:
				if fragment := w.fragments[sel.Name]; fragment != nil {
					collect(fragment.SelectionSet)
				}
			}
		}
	}
	for _, set := range sets {
		collect(set)
	}
	for _, name := range order {
		if w.err != nil {
			return
		}
		fields := byName[name]
		var below []ast.SelectionSet
		for _, field := range fields {
			if len(field.SelectionSet) > 0 {
				below = append(below, field.SelectionSet)
			}
		}
		if len(fields) > maxConflicting && !alike(fields) {
			w.refuse(fields[0].Position, "%q stands for different fields or arguments at one place: use different names", cut(name, 64))
		}
		if len(below) > 0 {
			w.places(below...)
		}
	}
}

// maxConflicting is how many fields may share a name in the answer where they
// are not all the same field with the same arguments. Some are needed: the types
// of an interface may use one name each in their own way.
const maxConflicting = 40

// alike reports whether fields are all the same with the same arguments.
func alike(fields []*ast.Field) bool {
	first := callOf(fields[0])
	for _, field := range fields[1:] {
		if callOf(field) != first {
			return false
		}
	}
	return true
}

// callOf writes a field with its arguments.
func callOf(field *ast.Field) string {
	var b strings.Builder
	b.WriteString(field.Name)
	for _, argument := range field.Arguments {
		b.WriteString(" " + argument.Name + ":" + argument.Value.String())
	}
	return b.String()
}
