package guard_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"github.com/treeline-dev/treeline/graph/guard"
	"github.com/treeline-dev/treeline/graph/guard/guardtest"
)

func TestTrustedDocumentsStayParsedWhateverElseIsAsked(t *testing.T) {
	t.Parallel()
	e := guard.NewExecutor(guardtest.New(), guard.Config{})
	parsed := func(query string) any {
		operation, errs := e.CreateOperationContext(graphql.StartOperationTrace(t.Context()), &graphql.RawParams{Query: query})
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		return operation.Doc
	}
	// Longer than what is kept of the queries of others.
	const trusted, passing = "query T { hello }", "query P { hello }"
	long := "{ hello } #" + strings.Repeat("x", 40<<10)
	for _, document := range []string{trusted, long} {
		if err := e.Trust(document); err != nil {
			t.Fatal(err)
		}
	}
	before := []any{parsed(trusted), parsed(long), parsed(passing)}
	for i := range 1100 {
		parsed(fmt.Sprintf("query Q%d { hello }", i))
	}
	if parsed(trusted) != before[0] || parsed(long) != before[1] {
		t.Error("a trusted document was parsed again")
	}
	if parsed(passing) == before[2] {
		t.Error("a query that nobody asked for since was kept")
	}
}

func TestOnlyDocumentsThatCanRunAreTrusted(t *testing.T) {
	t.Parallel()
	e := guard.NewExecutor(guardtest.New(), guard.Config{Limits: guard.Limits{Depth: 3}})
	for document, want := range map[string]string{
		"{":                             "parse",
		"":                              "no operation",
		"fragment F on Query { hello }": "no operation",
		"{ nothing }":                   "nothing",
		"{ self { self { self { self { hello } } } } }": "levels deep",
		"query Q($id: ID!) { hello }":                   "never used",
	} {
		if err := e.Trust(document); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", document, err)
		}
	}
	// Variables that a document requires are not known until it runs.
	if err := e.Trust("query Q($id: ID!) { node(id: $id) { id } }"); err != nil {
		t.Error(err)
	}
}
