package guard

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Config says what an executor lets pass. The zero value of every field stands
// for its default.
type Config struct {
	// Limits bound the shape of an operation.
	Limits Limits
	// MaxPageSize is the largest first or last, and the longest list argument
	// that gives a list its size. Default 200.
	MaxPageSize int
	// Weights say what fields cost. Default DefaultWeights.
	Weights *Weights
	// CostLimit returns the most that an operation of this caller may cost.
	// Default 50,000 for every caller.
	CostLimit func(context.Context) int
	// Budget meters cost over time; nil for no such limit.
	Budget Budget
	// Scalars check the values of scalars by name; those of DefaultScalars need
	// not be repeated.
	Scalars map[string]func(value any) error
	// Timeout bounds queries and mutations. Default 30 s.
	Timeout time.Duration
	// AllowIntrospection reports whether this caller may read the schema through
	// __schema and __type. Default: nobody may.
	AllowIntrospection func(context.Context) bool
	// Log receives the causes of internal errors. Default slog.Default().
	Log *slog.Logger
}

// DefaultCostLimit is what one operation may cost where nothing else is said.
const DefaultCostLimit = 50_000

// Executor runs operations that every guard has let pass.
type Executor struct {
	*executor.Executor
	presenter *presenter
	schema    *ast.Schema
	shape     *shapeGuard
}

var _ graphql.GraphExecutor = (*Executor)(nil)

// maxRequestErrors is how many faults of one request are reported. The validator
// finds thousands where someone looks for them.
const maxRequestErrors = 10

// CreateOperationContext implements graphql.GraphExecutor. It reports a panic as
// an error, and no more than the first few faults.
func (e *Executor) CreateOperationContext(ctx context.Context, params *graphql.RawParams) (operation *graphql.OperationContext, errs gqlerror.List) {
	defer func() {
		if panicked := recover(); panicked != nil {
			coded := &gqlerror.Error{Err: e.presenter.recover(ctx, panicked)}
			operation, errs = &graphql.OperationContext{}, gqlerror.List{coded}
		}
	}()
	operation, errs = e.Executor.CreateOperationContext(ctx, params)
	return operation, errs[:min(len(errs), maxRequestErrors)]
}

// NewExecutor returns an executor for a schema with every guard in place. It
// panics where the schema has a scalar that nothing checks.
func NewExecutor(schema graphql.ExecutableSchema, c Config) *Executor {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.CostLimit == nil {
		c.CostLimit = func(context.Context) int { return DefaultCostLimit }
	}
	if c.AllowIntrospection == nil {
		c.AllowIntrospection = func(context.Context) bool { return false }
	}
	if c.Weights == nil {
		c.Weights = &DefaultWeights
	}
	c.MaxPageSize = cmp.Or(c.MaxPageSize, 200)
	limits := c.Limits.orDefault()
	cache := newQueryCache(maxCachedQueries, maxCachedBytes)
	p := &presenter{log: c.Log}

	e := executor.New(schema)
	e.SetParserTokenLimit(limits.Tokens)
	e.SetQueryCache(cache)
	e.SetErrorPresenter(p.present)
	e.SetRecoverFunc(p.recover)
	shape := &shapeGuard{limits: limits, accepted: cache}
	e.Use(shape)
	e.Use(&introspectionGuard{allow: c.AllowIntrospection})
	e.Use(&inputGuard{maxPage: c.MaxPageSize, extra: c.Scalars})
	e.Use(&costGuard{weights: c.Weights, maxPage: c.MaxPageSize, limit: c.CostLimit, budget: c.Budget})
	e.Use(answerLimit{p})
	e.Use(timeLimit{cmp.Or(c.Timeout, 30*time.Second)})
	return &Executor{e, p, schema.Schema(), shape}
}
