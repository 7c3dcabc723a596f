package graph

import (
	"bytes"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
)

// SDL returns the schema as text, all topics together.
var SDL = sync.OnceValue(func() string {
	var text bytes.Buffer
	formatter.NewFormatter(&text, formatter.WithIndent("  ")).FormatSchema(publicSchema())
	return text.String()
})

// publicSchema leaves out the directives that only speak to the generator.
func publicSchema() *ast.Schema {
	public := *parsedSchema
	public.Directives = map[string]*ast.DirectiveDefinition{}
	for name, directive := range parsedSchema.Directives {
		if name != "goField" && name != "goModel" {
			public.Directives[name] = directive
		}
	}
	return &public
}
