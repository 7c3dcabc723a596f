package resolvers

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vikstrous/dataloadgen"

	"github.com/treeline-dev/treeline/authz"
	"github.com/treeline-dev/treeline/graph"
	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// traceRef names a trace and what to read of it.
type traceRef struct {
	project trace.ProjectID
	id      trace.TraceID
	fields  store.TraceFields
}

// loaders gather what many fields of one operation need alike. They live as
// long as the operation: anything longer would show stale rows.
type loaders struct {
	traces  *dataloadgen.Loader[traceRef, *trace.Trace]
	trees   *dataloadgen.Loader[traceRef, *trace.Tree]
	parents *dataloadgen.Loader[observationRef, trace.Observation]
	scores  *dataloadgen.Loader[scoresRef, *graph.ScoreConnection]
}

// observationRef names an observation and what to read of it.
type observationRef struct {
	project trace.ProjectID
	key     trace.SpanKey
	fields  store.ObservationFields
}

// scoresRef names the first page of the scores of a target.
type scoresRef struct {
	scoreTarget
	// first is the size of the page, -1 for the usual one.
	first int
	// names is the list of names as JSON, for lists cannot be compared.
	names string
}

type loadersKey struct{}

// gatherTime is how long a loader waits for more keys.
const gatherTime = time.Millisecond

// WithLoaders returns a context with the loaders of one operation.
func WithLoaders(ctx context.Context) context.Context {
	l := &loaders{
		traces:  dataloadgen.NewLoader(loadTraces, dataloadgen.WithWait(gatherTime)),
		trees:   dataloadgen.NewLoader(loadTrees, dataloadgen.WithWait(gatherTime)),
		parents: dataloadgen.NewLoader(loadObservations, dataloadgen.WithWait(gatherTime)),
		scores:  dataloadgen.NewLoader(loadScores, dataloadgen.WithWait(gatherTime)),
	}
	return context.WithValue(ctx, loadersKey{}, l)
}

// Loading gives every operation its loaders.
func Loading(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	return next(WithLoaders(ctx))
}

func loadersOf(ctx context.Context) *loaders { return ctx.Value(loadersKey{}).(*loaders) }

// loadEach loads all keys and blames each fault on the item whose key it is.
func loadEach[K comparable, V any](ctx context.Context, loader *dataloadgen.Loader[K, V], keys []K) ([]V, error) {
	values, err := loader.LoadAll(ctx, keys)
	if each, ok := errors.AsType[dataloadgen.ErrorSlice](err); ok {
		return values, graphql.BatchErrorList(each)
	}
	return values, err
}

// placesBy groups the places of items by what a statement is for.
func placesBy[T any, K comparable](items []T, key func(T) K) map[K][]int {
	places := map[K][]int{}
	for i, item := range items {
		places[key(item)] = append(places[key(item)], i)
	}
	return places
}

// loadTraces reads traces, one statement for each project and selection.
func loadTraces(ctx context.Context, refs []traceRef) ([]*trace.Trace, []error) {
	traces, errs := make([]*trace.Trace, len(refs)), make([]error, len(refs))
	type group struct {
		project trace.ProjectID
		fields  store.TraceFields
	}
	for g, places := range placesBy(refs, func(r traceRef) group { return group{r.project, r.fields} }) {
		found, err := readTraces(ctx, g.project, g.fields, refs, places)
		for _, i := range places {
			switch tr := found[refs[i].id]; {
			case err != nil:
				errs[i] = err
			case tr == nil:
				errs[i] = store.ErrNotFound
			default:
				traces[i] = tr
			}
		}
	}
	return traces, errs
}

// readTraces reads the traces at some places, which are of one project.
func readTraces(ctx context.Context, project trace.ProjectID, fields store.TraceFields, refs []traceRef, places []int) (map[trace.TraceID]*trace.Trace, error) {
	s, err := readScope(ctx, project, authz.ObjectTrace)
	if err != nil {
		return nil, err
	}
	ids := make([]trace.TraceID, len(places))
	for k, i := range places {
		ids[k] = refs[i].id
	}
	return s.TracesByID(ctx, s.project, ids, fields)
}

// loadTrees reads the steps of whole traces and arranges them.
func loadTrees(ctx context.Context, refs []traceRef) ([]*trace.Tree, []error) {
	trees, errs := make([]*trace.Tree, len(refs)), make([]error, len(refs))
	traces, traceErrs := loadTraces(ctx, refs)
	for i, ref := range refs {
		if errs[i] = traceErrs[i]; errs[i] != nil {
			continue
		}
		s, err := readScope(ctx, ref.project, authz.ObjectTrace)
		if err != nil {
			errs[i] = err
			continue
		}
		steps, err := s.TraceSteps(ctx, s.project, traces[i])
		trees[i], errs[i] = trace.BuildTree(steps), err
	}
	return trees, errs
}

// loadObservations reads observations, one statement for each project and
// selection; what does not exist is nil.
func loadObservations(ctx context.Context, refs []observationRef) ([]trace.Observation, []error) {
	observations, errs := make([]trace.Observation, len(refs)), make([]error, len(refs))
	for fields, places := range placesBy(refs, func(r observationRef) store.ObservationFields { return r.fields }) {
		wanted := map[trace.ProjectID][]store.ObservationRef{}
		for _, i := range places {
			wanted[refs[i].project] = append(wanted[refs[i].project], store.ObservationRef{Key: refs[i].key})
		}
		found, err := observationsByRef(ctx, wanted, fields)
		for _, i := range places {
			observations[i], errs[i] = found[refs[i].project][refs[i].key], err
		}
	}
	return observations, errs
}

// loadScores reads first pages of scores, one statement for each project, size
// and list of names.
func loadScores(ctx context.Context, refs []scoresRef) ([]*graph.ScoreConnection, []error) {
	pages, errs := make([]*graph.ScoreConnection, len(refs)), make([]error, len(refs))
	type group struct {
		first int
		names string
	}
	for g, places := range placesBy(refs, func(r scoresRef) group { return group{r.first, r.names} }) {
		targets := make([]scoreTarget, len(places))
		for k, i := range places {
			targets[k] = refs[i].scoreTarget
		}
		var first *int
		if g.first >= 0 {
			first = &g.first
		}
		var names []string
		err := json.Unmarshal([]byte(g.names), &names)
		var found []*graph.ScoreConnection
		if err == nil {
			found, err = scorePages(ctx, targets, first, nil, names)
		}
		for k, i := range places {
			if errs[i] = err; err == nil {
				pages[i] = found[k]
			}
		}
	}
	return pages, errs
}
