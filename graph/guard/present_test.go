package guard_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/treeline-dev/treeline/graph/guard"
	"github.com/treeline-dev/treeline/graph/scalar"
	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// deniedError stands for an error of a package that does not know this one.
type deniedError struct{}

func (deniedError) Error() string     { return "ask an administrator for the role ADMIN" }
func (deniedError) ErrorCode() string { return "FORBIDDEN" }

type inventedError struct{}

func (inventedError) Error() string     { return "the password is hunter2" }
func (inventedError) ErrorCode() string { return "MADE_UP" }

func TestErrorsOfResolversGetACodeOfTheClosedList(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err           error
		code, message string
		extensions    map[string]any
	}{
		"coded":           {guard.Errorf(guard.Forbidden, "no"), "FORBIDDEN", "no", nil},
		"coded, wrapped":  {fmt.Errorf("load: %w", guard.Errorf(guard.Unauthenticated, "sign in")), "UNAUTHENTICATED", "sign in", nil},
		"coded with more": {&guard.CodedError{Code: guard.RateLimited, Message: "slow down", RetryAfter: 1500 * time.Millisecond, InputPath: "input.id", Err: errors.New("hunter2")}, "RATE_LIMITED", "slow down", map[string]any{"retryAfterMs": 1500.0, "inputPath": "input.id"}},
		"coder":           {fmt.Errorf("load: %w", deniedError{}), "FORBIDDEN", "ask an administrator for the role ADMIN", nil},
		"unknown code":    {inventedError{}, "INTERNAL", "requestId", nil},
		"unknown coded":   {&guard.CodedError{Code: "MADE_UP", Message: "hunter2"}, "INTERNAL", "requestId", nil},
		"not found":       {fmt.Errorf("load: %w", store.ErrNotFound), "NOT_FOUND", "you may not see it", nil},
		"store timeout":   {fmt.Errorf("load: %w", store.ErrTimeout), "TIMEOUT", "narrow", nil},
		"page":            {fmt.Errorf("load: %w", &store.BadPageError{Message: "give first or last, not both"}), "BAD_INPUT", "give first or last, not both", nil},
		"cursor":          {fmt.Errorf("load: %w", store.ErrBadCursor), "BAD_INPUT", "cursor", nil},
		"filter":          {fmt.Errorf("load: %w", &trace.FilterError{Path: "and[1].name.matches", Message: "it is no pattern"}), "BAD_INPUT", "filter.and[1].name.matches: it is no pattern", map[string]any{"inputPath": "filter.and[1].name.matches"}},
		"whole filter":    {&trace.FilterError{Message: "too many conditions"}, "BAD_INPUT", "filter: too many conditions", map[string]any{"inputPath": "filter"}},
		"scalar":          {&scalar.InputError{Message: "a time is a text"}, "BAD_INPUT", "a time is a text", nil},
		"deadline":        {fmt.Errorf("query: %w", context.DeadlineExceeded), "TIMEOUT", "too long", nil},
		"cancelled":       {fmt.Errorf("query: %w", context.Canceled), "TIMEOUT", "cancelled", nil},
		"any":             {errors.New("password=hunter2"), "INTERNAL", "requestId", nil},
		"gqlerror":        {gqlerror.Errorf("hunter2"), "INTERNAL", "requestId", nil},
		"joined":          {errors.Join(errors.New("hunter2"), store.ErrNotFound), "NOT_FOUND", "you may not see it", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			b := setup(t, guard.Config{Log: slog.New(slog.NewJSONHandler(&log, nil))})
			b.schema.Resolvers["Query.fail"] = func(context.Context, any, map[string]any) (any, error) { return nil, c.err }
			a := b.run(t, `{ hello inner: self { it: fail(with: "x") } }`, "")
			if a.code(t) != c.code {
				t.Fatalf("answer: %s", a.raw)
			}
			e := a.Errors[0]
			if !strings.Contains(e.Message, c.message) || strings.Contains(a.raw, "hunter2") {
				t.Errorf("message: %s", a.raw)
			}
			if e.Extensions["requestId"] != "request-1" || len(e.Path) != 2 || e.Path[1] != "it" || len(e.Locations) != 1 {
				t.Errorf("requestId, path or place: %s", a.raw)
			}
			for key, want := range c.extensions {
				if e.Extensions[key] != want {
					t.Errorf("%s = %v, want %v", key, e.Extensions[key], want)
				}
			}
			if a.Data["hello"] != "hello world" {
				t.Errorf("the other field is lost: %s", a.raw)
			}
			if logged := log.String(); (c.code == "INTERNAL") != strings.Contains(logged, "request-1") || c.code != "INTERNAL" && logged != "" {
				t.Errorf("log: %s", logged)
			}
		})
	}
}

func TestAPanicIsInternalAndItsStackIsLogged(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	b := setup(t, guard.Config{Log: slog.New(slog.NewJSONHandler(&log, nil))})
	b.schema.Resolvers["Query.fail"] = func(context.Context, any, map[string]any) (any, error) { panic("broken at hunter2") }
	a := b.run(t, `{ hello fail(with: "x") }`, "")
	if a.code(t) != "INTERNAL" || strings.Contains(a.raw, "hunter2") || a.Data["hello"] != "hello world" {
		t.Errorf("answer: %s", a.raw)
	}
	if logged := log.String(); strings.Count(logged, "\n") != 1 || !strings.Contains(logged, "broken at hunter2") || !strings.Contains(logged, "present_test.go") || !strings.Contains(logged, "request-1") {
		t.Errorf("log: %s", logged)
	}
}

// mutator panics while an operation is prepared.
type mutator struct{}

func (mutator) ExtensionName() string                   { return "Panics" }
func (mutator) Validate(graphql.ExecutableSchema) error { return nil }
func (mutator) MutateOperationContext(context.Context, *graphql.OperationContext) *gqlerror.Error {
	panic("broken")
}

func TestAPanicBeforeAnOperationRunsIsInternal(t *testing.T) {
	t.Parallel()
	b := setup(t, guard.Config{})
	b.exec.(*guard.Executor).Use(mutator{})
	if a := b.run(t, `{ hello }`, ""); a.code(t) != "INTERNAL" || strings.Contains(a.raw, "broken") {
		t.Errorf("answer: %s", a.raw)
	}
}

func TestManyFaultsAreReportedInPart(t *testing.T) {
	t.Parallel()
	a := setup(t, guard.Config{}).run(t, "{"+repeated(900, func(i int) string { return fmt.Sprintf("f%d", i) })+"}", "")
	if len(a.Errors) == 0 || len(a.Errors) > 10 {
		t.Errorf("%d errors", len(a.Errors))
	}
}

func TestAnOperationEndsAtItsTimeLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		a := setup(t, guard.Config{Timeout: 3 * time.Second}).run(t, `{ hello wait }`, "")
		if a.code(t) != "TIMEOUT" || a.Data["hello"] != "hello world" || time.Since(start) != 3*time.Second {
			t.Errorf("after %v: %s", time.Since(start), a.raw)
		}
	})
}

func TestAnErrorAfterTheTimeLimitIsATimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, guard.Config{})
		b.schema.Resolvers["Query.wait"] = func(ctx context.Context, _ any, _ map[string]any) (any, error) {
			<-ctx.Done()
			return nil, errors.New("read tcp: connection closed")
		}
		if a := b.run(t, `{ wait }`, ""); a.code(t) != "TIMEOUT" {
			t.Errorf("answer: %s", a.raw)
		}
	})
}

func TestKnownQueriesAreForgottenByAgeAndSize(t *testing.T) {
	t.Parallel()
	c := guard.NewQueryCache(3, 100)
	doc := &ast.QueryDocument{}
	for _, text := range []string{"a", "b", "c"} {
		c.Add(t.Context(), text, doc)
	}
	c.Get(t.Context(), "a")
	c.Add(t.Context(), "d", doc)
	has := func(text string) bool { _, ok := c.Get(t.Context(), text); return ok }
	if !has("a") || has("b") || !has("c") || !has("d") {
		t.Error("the one that was not used for longest must go")
	}
	c.Add(t.Context(), strings.Repeat("x", 99), doc)
	if !has(strings.Repeat("x", 99)) || has("a") || has("c") {
		t.Error("texts are bounded together")
	}
	c.Add(t.Context(), strings.Repeat("y", 40_000), doc)
	if has(strings.Repeat("y", 40_000)) {
		t.Error("a large text is kept")
	}
}
