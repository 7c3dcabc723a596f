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
	traces            *dataloadgen.Loader[traceRef, *trace.Trace]
	trees             *dataloadgen.Loader[traceRef, *trace.Tree]
	steps             *dataloadgen.Loader[stepsRef, []trace.Observation]
	traceObservations *dataloadgen.Loader[pageRef[*trace.Trace], *graph.ObservationConnection]
	sessions          *dataloadgen.Loader[sessionRef, *trace.Session]
	sessionTraces     *dataloadgen.Loader[pageRef[sessionRef], *graph.TraceConnection]
	observations      *dataloadgen.Loader[observationRef, trace.Observation]
	children          *dataloadgen.Loader[childrenRef, *graph.ObservationConnection]
	scores            *dataloadgen.Loader[scoresRef, *graph.ScoreConnection]
}

// stepsRef names the observations of a whole trace and what to read of them.
type stepsRef struct {
	trace  *trace.Trace
	fields store.ObservationFields
}

// pageRef names a page of a list of a parent: two that ask alike are equal.
type pageRef[P comparable] struct {
	parent P
	// request and filter are as JSON, for pointers cannot be compared by what
	// they point to.
	request, filter string
	observations    store.ObservationFields
	traces          store.TraceFields
}

// alike are the parents of pages that one statement reads.
type alike[P comparable] struct {
	project trace.ProjectID
	ref     pageRef[P]
}

// loadPages reads pages, one statement for each project and way of asking.
func loadPages[P comparable, V any](refs []pageRef[P], projectOf func(P) trace.ProjectID, read func(alike[P], []P, store.PageRequest) ([]V, error)) ([]V, []error) {
	pages, errs := make([]V, len(refs)), make([]error, len(refs))
	for g, places := range placesBy(refs, func(r pageRef[P]) alike[P] {
		var none P
		project := projectOf(r.parent)
		r.parent = none
		return alike[P]{project, r}
	}) {
		parents := make([]P, len(places))
		for k, i := range places {
			parents[k] = refs[i].parent
		}
		var request store.PageRequest
		err := json.Unmarshal([]byte(g.ref.request), &request)
		var found []V
		if err == nil {
			found, err = read(g, parents, request)
		}
		for k, i := range places {
			if errs[i] = err; err == nil {
				pages[i] = found[k]
			}
		}
	}
	return pages, errs
}

// loadTraceObservations reads pages of the observations of traces.
func loadTraceObservations(ctx context.Context, refs []pageRef[*trace.Trace]) ([]*graph.ObservationConnection, []error) {
	return loadPages(refs, projectOfTrace, func(g alike[*trace.Trace], traces []*trace.Trace, request store.PageRequest) ([]*graph.ObservationConnection, error) {
		q := store.ObservationQuery{Page: request, Fields: g.ref.observations}
		if err := json.Unmarshal([]byte(g.ref.filter), &q.Filter); err != nil {
			return nil, err
		}
		parents := make([]store.ObservationParent, len(traces))
		for i, tr := range traces {
			parents[i] = store.ObservationParent{Trace: tr}
		}
		return observationPages(ctx, g.project, parents, q)
	})
}

// loadSessionTraces reads pages of the traces of sessions, oldest first.
func loadSessionTraces(ctx context.Context, refs []pageRef[sessionRef]) ([]*graph.TraceConnection, []error) {
	projectOf := func(r sessionRef) trace.ProjectID { return r.project }
	return loadPages(refs, projectOf, func(g alike[sessionRef], sessions []sessionRef, request store.PageRequest) ([]*graph.TraceConnection, error) {
		s, err := readScope(ctx, g.project, authz.ObjectTrace)
		if err != nil {
			return nil, err
		}
		ids := make([]string, len(sessions))
		for i, session := range sessions {
			ids[i] = session.id
		}
		found, err := s.TracesOfEachSession(ctx, s.project, ids, store.TraceQuery{
			Order: &trace.Order{Field: trace.OrderStartedAt, Direction: trace.Ascending}, Page: request, Fields: g.ref.traces,
		})
		pages := make([]*graph.TraceConnection, len(found))
		for i, page := range found {
			pages[i] = &graph.TraceConnection{List: graph.NewList(page)}
		}
		return pages, err
	})
}

// loadSteps reads the observations of whole traces, one statement for each
// project and selection.
func loadSteps(ctx context.Context, refs []stepsRef) ([][]trace.Observation, []error) {
	observations, errs := make([][]trace.Observation, len(refs)), make([]error, len(refs))
	type group struct {
		project trace.ProjectID
		fields  store.ObservationFields
	}
	for g, places := range placesBy(refs, func(r stepsRef) group { return group{r.trace.ProjectID, r.fields} }) {
		traces := make([]*trace.Trace, len(places))
		for k, i := range places {
			traces[k] = refs[i].trace
		}
		s, err := readScope(ctx, g.project, authz.ObjectTrace)
		var found [][]trace.Observation
		if err == nil {
			found, err = s.TraceObservationsOfEach(ctx, s.project, traces, maxTreeNodes, g.fields)
		}
		for k, i := range places {
			if errs[i] = err; err == nil {
				observations[i] = found[k]
			}
		}
	}
	return observations, errs
}

// sessionRef names a session.
type sessionRef struct {
	project trace.ProjectID
	id      string
}

// observationRef names an observation and what to read of it.
type observationRef struct {
	project trace.ProjectID
	key     trace.SpanKey
	fields  store.ObservationFields
}

// childrenRef names the first page of the children of an observation.
type childrenRef struct {
	observationRef
	// start is when the observation started, in nanoseconds since 1970.
	start int64
	// first is the size of the page, -1 for the usual one.
	first int
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
		traces:            dataloadgen.NewLoader(loadTraces, dataloadgen.WithWait(gatherTime)),
		trees:             dataloadgen.NewLoader(loadTrees, dataloadgen.WithWait(gatherTime)),
		steps:             dataloadgen.NewLoader(loadSteps, dataloadgen.WithWait(gatherTime)),
		traceObservations: dataloadgen.NewLoader(loadTraceObservations, dataloadgen.WithWait(gatherTime)),
		sessionTraces:     dataloadgen.NewLoader(loadSessionTraces, dataloadgen.WithWait(gatherTime)),
		sessions:          dataloadgen.NewLoader(loadSessions, dataloadgen.WithWait(gatherTime)),
		observations:      dataloadgen.NewLoader(loadObservations, dataloadgen.WithWait(gatherTime)),
		children:          dataloadgen.NewLoader(loadChildren, dataloadgen.WithWait(gatherTime)),
		scores:            dataloadgen.NewLoader(loadScores, dataloadgen.WithWait(gatherTime)),
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

// loadTrees reads the steps of whole traces, one statement for each project, and
// arranges them.
func loadTrees(ctx context.Context, refs []traceRef) ([]*trace.Tree, []error) {
	trees, errs := make([]*trace.Tree, len(refs)), make([]error, len(refs))
	traces, traceErrs := loadTraces(ctx, refs)
	for project, places := range placesBy(refs, func(r traceRef) trace.ProjectID { return r.project }) {
		var found []*trace.Trace
		var at []int
		for _, i := range places {
			if errs[i] = traceErrs[i]; errs[i] == nil {
				found, at = append(found, traces[i]), append(at, i)
			}
		}
		s, err := readScope(ctx, project, authz.ObjectTrace)
		var steps [][]trace.Step
		if err == nil {
			steps, err = s.StepsOfEach(ctx, s.project, found)
		}
		for k, i := range at {
			if errs[i] = err; err == nil {
				trees[i] = trace.BuildTree(steps[k])
			}
		}
	}
	return trees, errs
}

// loadSessions sums up sessions, one statement for each project; what does not
// exist is nil.
func loadSessions(ctx context.Context, refs []sessionRef) ([]*trace.Session, []error) {
	sessions, errs := make([]*trace.Session, len(refs)), make([]error, len(refs))
	for project, places := range placesBy(refs, func(r sessionRef) trace.ProjectID { return r.project }) {
		ids := make([]string, len(places))
		for k, i := range places {
			ids[k] = refs[i].id
		}
		s, err := readScope(ctx, project, authz.ObjectTrace)
		var found map[string]*trace.Session
		if err == nil {
			found, err = s.SessionsByID(ctx, s.project, ids)
		}
		for _, i := range places {
			sessions[i], errs[i] = found[refs[i].id], err
		}
	}
	return sessions, errs
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

// loadChildren reads first pages of children, one statement for each project,
// size and selection.
func loadChildren(ctx context.Context, refs []childrenRef) ([]*graph.ObservationConnection, []error) {
	pages, errs := make([]*graph.ObservationConnection, len(refs)), make([]error, len(refs))
	type group struct {
		project trace.ProjectID
		first   int
		fields  store.ObservationFields
	}
	for g, places := range placesBy(refs, func(r childrenRef) group { return group{r.project, r.first, r.fields} }) {
		parents := make([]*trace.Common, len(places))
		for k, i := range places {
			key := refs[i].key
			parents[k] = &trace.Common{ProjectID: g.project, TraceID: key.TraceID, SpanID: key.SpanID, StartedAt: time.Unix(0, refs[i].start).UTC()}
		}
		var request store.PageRequest
		if g.first >= 0 {
			request.First = &g.first
		}
		found, err := childPages(ctx, g.project, parents, store.ObservationQuery{Page: request, Fields: g.fields})
		for k, i := range places {
			if errs[i] = err; err == nil {
				pages[i] = found[k]
			}
		}
	}
	return pages, errs
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
		var request store.PageRequest
		if g.first >= 0 {
			request.First = &g.first
		}
		var names []string
		err := json.Unmarshal([]byte(g.names), &names)
		var found []*graph.ScoreConnection
		if err == nil {
			found, err = scorePages(ctx, targets, names, request)
		}
		for k, i := range places {
			if errs[i] = err; err == nil {
				pages[i] = found[k]
			}
		}
	}
	return pages, errs
}
