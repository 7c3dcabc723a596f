package guardtest

import (
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// WithScalar returns a schema that has nothing but a field of a custom scalar.
func WithScalar(name string) *Schema {
	return &Schema{schema: gqlparser.MustLoadSchema(&ast.Source{Input: "scalar " + name + " type Query { it: " + name + " }"})}
}

// FromSDL returns a schema without resolvers.
func FromSDL(sources ...*ast.Source) *Schema {
	return &Schema{schema: gqlparser.MustLoadSchema(sources...)}
}
