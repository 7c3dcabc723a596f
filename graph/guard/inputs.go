package guard

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/treeline-dev/treeline/graph/scalar"
	"github.com/treeline-dev/treeline/trace"
)

// DefaultScalars check the values of the scalars that this project defines, and
// of those built-in ones whose checks need more than a kind.
var DefaultScalars = map[string]func(value any) error{
	"Int":    check(scalar.UnmarshalInt),
	"Float":  check(scalar.UnmarshalFloat),
	"Int64":  check(scalar.UnmarshalInt64),
	"Time":   check(scalar.UnmarshalTime),
	"Cursor": check(scalar.UnmarshalCursor),
	"Decimal": func(value any) error {
		var n trace.Nanos
		return n.UnmarshalGQL(value)
	},
	"JSON": func(value any) error {
		var j trace.JSON
		return j.UnmarshalGQL(value)
	},
	"String":  checkString,
	"Boolean": checkBoolean,
	"ID":      checkID,
}

func check[T any](unmarshal func(any) (T, error)) func(any) error {
	return func(value any) error {
		_, err := unmarshal(value)
		return err
	}
}

func checkString(value any) error {
	if _, ok := value.(string); !ok {
		return &scalar.InputError{Message: "String is a text in quotes"}
	}
	return nil
}

func checkBoolean(value any) error {
	if _, ok := value.(bool); !ok {
		return &scalar.InputError{Message: "Boolean is true or false"}
	}
	return nil
}

func checkID(value any) error {
	switch v := value.(type) {
	case string, int, int32, int64:
		return nil
	case json.Number:
		if _, err := strconv.ParseInt(string(v), 10, 64); err == nil {
			return nil
		}
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < scalar.MaxInt64 {
			return nil
		}
	}
	return &scalar.InputError{Message: "ID is a text or a whole number"}
}

// inputGuard coerces every variable and argument of an operation as the GraphQL
// specification asks, before anything runs. gqlgen alone accepts some values
// that it should not (both keys of a @oneOf variable, texts for numbers), ends
// in a panic for others (a number beyond 64 bits in a custom scalar), and finds
// the rest only while the operation runs.
type inputGuard struct {
	maxPage int
	extra   map[string]func(any) error

	schema  *ast.Schema
	scalars map[string]func(any) error
}

// ExtensionName implements graphql.HandlerExtension.
func (*inputGuard) ExtensionName() string { return "InputGuard" }

// Validate implements graphql.HandlerExtension.
func (g *inputGuard) Validate(schema graphql.ExecutableSchema) error {
	g.schema, g.scalars = schema.Schema(), map[string]func(any) error{}
	for _, def := range g.schema.Types {
		if def.Kind != ast.Scalar {
			continue
		}
		scalarCheck := g.extra[def.Name]
		if scalarCheck == nil {
			scalarCheck = DefaultScalars[def.Name]
		}
		if scalarCheck == nil {
			return fmt.Errorf("scalar %s has no check: give one in Config.Scalars", def.Name)
		}
		g.scalars[def.Name] = scalarCheck
	}
	return nil
}

// MutateOperationContext implements graphql.OperationContextMutator.
func (g *inputGuard) MutateOperationContext(_ context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	c := &inputCheck{guard: g, variables: operation.Variables, seen: map[*ast.Field]bool{}}
	for _, variable := range operation.Operation.VariableDefinitions {
		value, given := operation.Variables[variable.Variable]
		if !given {
			continue
		}
		if err := g.value(value, variable.Type, variable.Variable); err != nil {
			err.InputPath = "variables." + err.InputPath
			err.Message = err.InputPath + ": " + err.Message
			return refusal(err)
		}
	}
	c.directives(operation.Operation.Directives, nil)
	c.selections(operation.Operation.SelectionSet, nil)
	return c.err
}

// inputCheck checks the arguments of one operation.
type inputCheck struct {
	guard     *inputGuard
	variables map[string]any
	// seen holds the fields that were checked: a fragment's arguments are the
	// same wherever it is spread.
	seen map[*ast.Field]bool
	err  *gqlerror.Error
}

// fail notes the first fault. path is the path of the field in the answer.
func (c *inputCheck) fail(coded *CodedError, path ast.Path, at *ast.Position) {
	if c.err != nil {
		return
	}
	c.err = refusal(coded)
	c.err.Path = slices.Clone(path)
	if at != nil {
		c.err.Locations = []gqlerror.Location{{Line: at.Line, Column: at.Column}}
	}
}

func (c *inputCheck) selections(set ast.SelectionSet, path ast.Path) {
	for _, selection := range set {
		if c.err != nil {
			return
		}
		switch s := selection.(type) {
		case *ast.Field:
			if c.seen[s] {
				continue
			}
			c.seen[s] = true
			path := append(path, ast.PathName(s.Alias))
			c.directives(s.Directives, path)
			if c.err != nil || excluded(s.Directives, c.variables) {
				continue
			}
			if s.Definition != nil {
				c.arguments("argument", s.Definition.Arguments, s.Arguments, path, s.Position)
			}
			c.selections(s.SelectionSet, path)
		case *ast.InlineFragment:
			c.directives(s.Directives, path)
			if c.err == nil && !excluded(s.Directives, c.variables) {
				c.selections(s.SelectionSet, path)
			}
		case *ast.FragmentSpread:
			c.directives(s.Directives, path)
			if c.err == nil && !excluded(s.Directives, c.variables) && s.Definition != nil {
				c.selections(s.Definition.SelectionSet, path)
			}
		}
	}
}

func (c *inputCheck) directives(list ast.DirectiveList, path ast.Path) {
	for _, directive := range list {
		if directive.Definition != nil {
			c.arguments("@"+directive.Name+" argument", directive.Definition.Arguments, directive.Arguments, path, directive.Position)
		}
	}
}

// arguments checks the values of a field's or a directive's arguments.
func (c *inputCheck) arguments(what string, definitions ast.ArgumentDefinitionList, given ast.ArgumentList, path ast.Path, at *ast.Position) {
	for _, definition := range definitions {
		value, present, err := argument(definition, given, c.variables)
		if err == nil && !present && definition.Type.NonNull {
			err = Errorf(BadInput, "is required")
		}
		if err == nil && present {
			err = c.guard.value(value, definition.Type, "")
		}
		if err == nil && present {
			switch {
			case isPageSize(definition):
				err = c.pageSize(value)
			case definition.Type.NamedType == "Int":
				err = notNegative(value)
			}
		}
		if err != nil {
			err.InputPath = definition.Name + err.InputPath
			err.Message = what + " " + err.InputPath + ": " + err.Message
			c.fail(err, path, at)
			return
		}
	}
}

// argument returns the value of an argument, and whether it has one.
func argument(definition *ast.ArgumentDefinition, given ast.ArgumentList, variables map[string]any) (any, bool, *CodedError) {
	literal := definition.DefaultValue
	if found := given.ForName(definition.Name); found != nil && found.Value != nil {
		if found.Value.Kind != ast.Variable {
			literal = found.Value
		} else if value, ok := variables[found.Value.Raw]; ok {
			return value, true, nil
		}
	}
	if literal == nil {
		return nil, false, nil
	}
	value, err := literal.Value(variables)
	if err != nil {
		return nil, false, Errorf(BadInput, "holds a number that is out of range")
	}
	return value, true, nil
}

// isPageSize reports whether an argument is how many entries of a list to fetch.
func isPageSize(definition *ast.ArgumentDefinition) bool {
	return (definition.Name == "first" || definition.Name == "last") && definition.Type.NamedType == "Int"
}

func (c *inputCheck) pageSize(value any) *CodedError {
	if value == nil {
		return nil
	}
	if n, err := scalar.UnmarshalInt(value); err != nil || n < 0 || n > c.guard.maxPage {
		return Errorf(BadInput, "a page has 0 to %d entries: fetch more pages instead", c.guard.maxPage)
	}
	return nil
}

// notNegative checks the other whole numbers that fields take: how far to count,
// how much to show.
func notNegative(value any) *CodedError {
	if n, err := scalar.UnmarshalInt(value); value != nil && (err != nil || n < 0) {
		return Errorf(BadInput, "must be 0 or more")
	}
	return nil
}

// value checks a value against a type. The InputPath of its error begins with
// path.
func (g *inputGuard) value(value any, typ *ast.Type, path string) *CodedError {
	if value == nil {
		if typ.NonNull {
			return at(path, "must not be null")
		}
		return nil
	}
	v := reflect.ValueOf(value)
	if typ.Elem != nil {
		if v.Kind() != reflect.Slice {
			return g.value(value, typ.Elem, path)
		}
		for i := range v.Len() {
			if err := g.value(v.Index(i).Interface(), typ.Elem, path+"["+strconv.Itoa(i)+"]"); err != nil {
				return err
			}
		}
		return nil
	}
	def := g.schema.Types[typ.NamedType]
	if def == nil {
		return at(path, "has an unknown type")
	}
	switch def.Kind {
	case ast.Enum:
		name, ok := value.(string)
		if !ok || def.EnumValues.ForName(name) == nil {
			return at(path, "must be one of the values of %s", def.Name)
		}
	case ast.InputObject:
		return g.object(value, def, path)
	default:
		if err := g.scalars[def.Name](value); err != nil {
			return at(path, "%s", err.Error())
		}
	}
	return nil
}

func (g *inputGuard) object(value any, def *ast.Definition, path string) *CodedError {
	fields, ok := value.(map[string]any)
	if !ok {
		return at(path, "must be an object of type %s", def.Name)
	}
	prefix := path + "."
	for name := range fields {
		if def.Fields.ForName(name) == nil {
			return at(prefix+cut(name, 64), "%s has no such field", def.Name)
		}
	}
	if def.Directives.ForName("oneOf") != nil {
		if len(fields) != 1 {
			return at(path, "%s takes exactly one of its fields, not %d", def.Name, len(fields))
		}
		for name, inner := range fields {
			if inner == nil {
				return at(prefix+name, "must not be null: it is the one field of %s", def.Name)
			}
		}
	}
	for _, field := range def.Fields {
		inner, given := fields[field.Name]
		if !given {
			if field.Type.NonNull && field.DefaultValue == nil {
				return at(prefix+field.Name, "is required")
			}
			continue
		}
		if err := g.value(inner, field.Type, prefix+field.Name); err != nil {
			return err
		}
	}
	return nil
}

func at(path, format string, args ...any) *CodedError {
	coded := Errorf(BadInput, format, args...)
	coded.InputPath = path
	return coded
}

// excluded reports whether @skip or @include leaves a selection out. Their
// arguments have been checked.
func excluded(directives ast.DirectiveList, variables map[string]any) bool {
	for _, directive := range directives {
		if directive.Name != "skip" && directive.Name != "include" {
			continue
		}
		condition := directive.Arguments.ForName("if")
		if condition == nil {
			continue
		}
		value, err := condition.Value.Value(variables)
		if on, ok := value.(bool); err == nil && ok && on == (directive.Name == "skip") {
			return true
		}
	}
	return false
}
