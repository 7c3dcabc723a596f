// Package guardtest holds a small executable schema for tests of what stands
// around GraphQL operations. Its resolvers are functions by field name; what
// gqlgen generates is left out.
package guardtest

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

//go:embed schema.graphqls
var source string

// load parses the schema once: parsing is what takes time, and nothing writes
// to it.
var load = sync.OnceValue(func() *ast.Schema {
	return gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphqls", Input: source})
})

// SDL returns the text of the schema.
func SDL() string { return source }

// Resolver resolves a field of an object.
type Resolver func(ctx context.Context, parent any, args map[string]any) (any, error)

// Schema is an executable schema. Resolvers are found by "Type.field"; a field
// without one is read from its parent, a map.
type Schema struct {
	Resolvers map[string]Resolver
	// Runs counts the operations that got as far as their resolvers.
	Runs atomic.Int64

	schema *ast.Schema
}

var _ graphql.ExecutableSchema = (*Schema)(nil)

// Schema implements graphql.ExecutableSchema.
func (s *Schema) Schema() *ast.Schema {
	if s.schema != nil {
		return s.schema
	}
	return load()
}

// Complexity implements graphql.ExecutableSchema.
func (s *Schema) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

// Exec implements graphql.ExecutableSchema.
func (s *Schema) Exec(ctx context.Context) graphql.ResponseHandler {
	s.Runs.Add(1)
	operation := graphql.GetOperationContext(ctx)
	root := s.Schema().Query
	switch operation.Operation.Operation {
	case ast.Mutation:
		root = s.Schema().Mutation
	case ast.Subscription:
		root = s.Schema().Subscription
	}
	var once sync.Once
	return func(ctx context.Context) *graphql.Response {
		var response *graphql.Response
		once.Do(func() {
			var buf bytes.Buffer
			if !s.object(ctx, &buf, operation.Operation.SelectionSet, root, map[string]any{}) {
				buf.Reset()
				buf.WriteString("null")
			}
			response = &graphql.Response{Data: buf.Bytes()}
		})
		return response
	}
}

// object writes an object and reports whether it is not null.
func (s *Schema) object(ctx context.Context, buf *bytes.Buffer, set ast.SelectionSet, def *ast.Definition, parent any) bool {
	satisfies := append([]string{def.Name}, def.Interfaces...)
	buf.WriteByte('{')
	for i, field := range graphql.CollectFields(graphql.GetOperationContext(ctx), set, satisfies) {
		if i > 0 {
			buf.WriteByte(',')
		}
		fmt.Fprintf(buf, "%q:", field.Alias)
		if field.Name == "__typename" {
			fmt.Fprintf(buf, "%q", def.Name)
			continue
		}
		definition := def.Fields.ForName(field.Name)
		if definition == nil {
			buf.WriteString("null")
			continue
		}
		ctx := graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: def.Name, Field: field})
		value := s.resolve(ctx, def, field, parent)
		if !s.value(ctx, buf, field, definition.Type, value) && definition.Type.NonNull {
			return false
		}
	}
	buf.WriteByte('}')
	return true
}

func (s *Schema) resolve(ctx context.Context, def *ast.Definition, field graphql.CollectedField, parent any) (value any) {
	operation := graphql.GetOperationContext(ctx)
	defer func() {
		if panicked := recover(); panicked != nil {
			operation.Error(ctx, operation.Recover(ctx, panicked))
			value = nil
		}
	}()
	resolver := s.Resolvers[def.Name+"."+field.Name]
	if resolver == nil {
		fields, _ := parent.(map[string]any)
		return fields[field.Name]
	}
	value, err := operation.ResolverMiddleware(ctx, func(ctx context.Context) (any, error) {
		return resolver(ctx, parent, field.ArgumentMap(operation.Variables))
	})
	if err != nil {
		operation.Error(ctx, graphql.AddFieldLocationToError(ctx, err))
		return nil
	}
	return value
}

// value writes a value and reports whether it is not null.
func (s *Schema) value(ctx context.Context, buf *bytes.Buffer, field graphql.CollectedField, typ *ast.Type, value any) bool {
	if value == nil {
		buf.WriteString("null")
		return false
	}
	if typ.Elem != nil {
		buf.WriteByte('[')
		for i, item := range value.([]any) {
			if i > 0 {
				buf.WriteByte(',')
			}
			if !s.value(ctx, buf, field, typ.Elem, item) && typ.Elem.NonNull {
				return false
			}
		}
		buf.WriteByte(']')
		return true
	}
	def := s.Schema().Types[typ.Name()]
	if def.IsAbstractType() {
		def = s.Schema().Types[value.(map[string]any)["__typename"].(string)]
	}
	if def.Kind == ast.Object {
		return s.object(ctx, buf, field.Selections, def, value)
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	buf.Write(text)
	return true
}
