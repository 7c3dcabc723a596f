package resolvers_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/treeline-dev/treeline/authz"
	"github.com/treeline-dev/treeline/graph"
	"github.com/treeline-dev/treeline/resolvers"
	"github.com/treeline-dev/treeline/trace"
)

// bound are the Go types of schema types that answer fields with arguments
// themselves.
var bound = map[string]any{
	"Payload": &trace.Payload{}, "Viewer": &authz.Viewer{},
	"TraceConnection": &graph.TraceConnection{}, "ObservationConnection": &graph.ObservationConnection{},
	"SessionConnection": &graph.SessionConnection{}, "ScoreConnection": &graph.ScoreConnection{}, "DocumentConnection": &graph.DocumentConnection{},
	"OrganizationConnection": &graph.OrganizationConnection{}, "ProjectConnection": &graph.ProjectConnection{}, "ApiKeyConnection": &graph.ApiKeyConnection{},
	"MemberConnection": &graph.MemberConnection{}, "InvitationConnection": &graph.InvitationConnection{}, "AuditEntryConnection": &graph.AuditEntryConnection{},
	"Generation": &trace.Generation{}, "Retrieval": &trace.Retrieval{}, "Reranking": &trace.Reranking{}, "Embedding": &trace.Embedding{},
	"ToolCall": &trace.ToolCall{}, "Guardrail": &trace.Guardrail{}, "Agent": &trace.Agent{}, "Chain": &trace.Chain{},
	"Evaluator": &trace.Evaluator{}, "Event": &trace.Event{}, "Span": &trace.Span{},
}

// A field bound to a Go field or to a method without parameters would take its
// arguments and ignore them.
func TestEveryArgumentOfTheSchemaReachesItsGoFunction(t *testing.T) {
	t.Parallel()
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: graph.SDL()})
	if err != nil {
		t.Fatal(err)
	}
	root := reflect.ValueOf(&resolvers.Resolver{})
	checked := 0
	for _, def := range schema.Types {
		if def.Kind != ast.Object || strings.HasPrefix(def.Name, "__") {
			continue
		}
		for _, field := range def.Fields {
			if len(field.Arguments) == 0 || strings.HasPrefix(field.Name, "__") {
				continue
			}
			checked++
			var owners []reflect.Type
			if method := root.MethodByName(def.Name); method.IsValid() {
				owners = append(owners, method.Type().Out(0))
			}
			if value := bound[def.Name]; value != nil {
				owners = append(owners, reflect.TypeOf(value))
			}
			if !takesArguments(owners, field) {
				t.Errorf("no Go function takes the %d arguments of %s.%s", len(field.Arguments), def.Name, field.Name)
			}
		}
	}
	if checked < 50 {
		t.Errorf("only %d fields were checked", checked)
	}
}

// takesArguments reports whether one of the types has the field's method with a
// parameter for each argument, beside the context and the object.
func takesArguments(owners []reflect.Type, field *ast.FieldDefinition) bool {
	for _, owner := range owners {
		for i := range owner.NumMethod() {
			method := owner.Method(i)
			if !strings.EqualFold(method.Name, field.Name) {
				continue
			}
			parameters := method.Type.NumIn()
			if owner.Kind() != reflect.Interface {
				parameters-- // the receiver
			}
			beside := parameters - len(field.Arguments)
			return beside >= 0 && beside <= 2
		}
	}
	return false
}

func TestNoResolverIsAPlaceholder(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(file, "_test.go") && (strings.Contains(string(text), "not implemented") || strings.Contains(string(text), "panic(")) {
			t.Errorf("%s holds a resolver that is not written", file)
		}
	}
}
