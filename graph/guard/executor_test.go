package guard_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"github.com/treeline-dev/treeline/graph/guard"
	"github.com/treeline-dev/treeline/graph/guard/guardtest"
)

// testBundle is an executor over the test schema.
type testBundle struct {
	exec   graphql.GraphExecutor
	schema *guardtest.Schema
}

func setup(t *testing.T, c guard.Config) *testBundle {
	t.Helper()
	if c.Log == nil {
		c.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	schema := guardtest.New()
	return &testBundle{guard.NewExecutor(schema, c), schema}
}

// answer is what a client sees.
type answer struct {
	Data   map[string]any `json:"data"`
	Errors []struct {
		Message    string         `json:"message"`
		Path       []any          `json:"path"`
		Locations  []any          `json:"locations"`
		Extensions map[string]any `json:"extensions"`
	} `json:"errors"`
	Extensions struct {
		Cost *guard.Cost `json:"cost"`
	} `json:"extensions"`
	raw string
}

// code is the code of the only error, empty without errors.
func (a *answer) code(t *testing.T) string {
	t.Helper()
	if len(a.Errors) == 0 {
		return ""
	}
	if len(a.Errors) > 1 {
		t.Errorf("several errors: %s", a.raw)
	}
	code, _ := a.Errors[0].Extensions["code"].(string)
	return code
}

// run executes a query as a transport does. variables is JSON.
func (b *testBundle) run(t *testing.T, query, variables string) *answer {
	t.Helper()
	return b.runNamed(t, t.Context(), query, variables, "")
}

func (b *testBundle) runNamed(t *testing.T, ctx context.Context, query, variables, operationName string) *answer {
	t.Helper()
	params := &graphql.RawParams{Query: query, OperationName: operationName}
	if variables != "" {
		d := json.NewDecoder(strings.NewReader(variables))
		d.UseNumber()
		if err := d.Decode(&params.Variables); err != nil {
			t.Fatalf("variables %s: %v", variables, err)
		}
	}
	ctx = graphql.StartOperationTrace(guard.WithRequestID(ctx, "request-1"))
	var response *graphql.Response
	operation, errs := b.exec.CreateOperationContext(ctx, params)
	if errs != nil {
		response = b.exec.DispatchError(graphql.WithOperationContext(ctx, operation), errs)
	} else {
		responses, ctx := b.exec.DispatchOperation(ctx, operation)
		response = responses(ctx)
	}
	text, err := json.Marshal(response)
	if err != nil {
		t.Fatal(err)
	}
	a := &answer{raw: string(text)}
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(a); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAnOrdinaryOperationPassesEveryGuard(t *testing.T) {
	t.Parallel()
	b := setup(t, guard.Config{})
	a := b.run(t, `query Q($n: String) { hello(name: $n) steps(first: 2) { nodes { name ... on Call { tokens } } } }`, `{"n":"you"}`)
	if len(a.Errors) > 0 || a.Data["hello"] != "hello you" {
		t.Errorf("answer: %s", a.raw)
	}
	if a.Extensions.Cost == nil || a.Extensions.Cost.Limit != guard.DefaultCostLimit || a.Extensions.Cost.Remaining != nil {
		t.Errorf("cost: %s", a.raw)
	}
}

func TestASchemaWithAnUncheckedScalarIsRefused(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("a scalar without a check is let pass")
		}
	}()
	guard.NewExecutor(guardtest.WithScalar("Colour"), guard.Config{})
}
