package resolvers

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/vikstrous/dataloadgen"

	"github.com/treeline-dev/treeline/authz"
	"github.com/treeline-dev/treeline/graph"
	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// maxNodes is how many nodes may be asked for at once.
const maxNodes = 200

// oneNode is manyNodes for one id.
func oneNode(ctx context.Context, id string) (trace.Node, error) {
	nodes, err := manyNodes(ctx, []string{id})
	if err != nil {
		return nil, err
	}
	return nodes[0], nil
}

// manyNodes reads nodes by their ids, one statement for each project and type;
// what does not exist, may not be seen or is no id at all is nil.
func manyNodes(ctx context.Context, ids []string) ([]trace.Node, error) {
	if _, err := viewer(ctx); err != nil {
		return nil, err
	}
	if len(ids) > maxNodes {
		return nil, graph.BadInput(fmt.Sprintf("at most %d nodes can be asked for at once, not %d: send several requests", maxNodes, len(ids)))
	}
	return nodesByID(ctx, ids)
}

func nodesByID(ctx context.Context, ids []string) ([]trace.Node, error) {
	nodes := make([]trace.Node, len(ids))
	inProject := map[projectNodes][]int{}
	keys := make([]string, len(ids))
	for i, text := range ids {
		id, err := trace.ParseNodeID(text)
		if err != nil {
			continue
		}
		keys[i] = id.Key
		if project, ok := trace.ParseProjectID(id.Scope); ok && isProjectNode(id.Type) {
			group := projectNodes{project, id.Type}
			inProject[group] = append(inProject[group], i)
			continue
		}
		if nodes[i], err = controlNode(ctx, id); hidden(err) != nil {
			return nil, err
		}
	}
	for group, places := range inProject {
		if err := group.read(ctx, keys, places, nodes); hidden(err) != nil {
			return nil, err
		}
	}
	return nodes, nil
}

// projectNodes are nodes of one type in one project.
type projectNodes struct {
	project trace.ProjectID
	kind    string
}

func isProjectNode(kind string) bool {
	switch kind {
	case trace.NodeTrace, trace.NodeObservation, trace.NodeSession, trace.NodeScore, trace.NodeJob:
		return true
	}
	return false
}

// read fills in the nodes at the given places.
func (n projectNodes) read(ctx context.Context, keys []string, places []int, nodes []trace.Node) error {
	object := authz.ObjectTrace
	switch n.kind {
	case trace.NodeScore:
		object = authz.ObjectScore
	case trace.NodeJob:
		object = authz.ObjectProject
	}
	s, err := readScope(ctx, n.project, object)
	if err != nil {
		return err
	}
	switch n.kind {
	case trace.NodeTrace:
		return fillNodes(keys, places, nodes, parseTraceKey, func(ids []trace.TraceID) (map[trace.TraceID]*trace.Trace, error) {
			return s.TracesByID(ctx, s.project, ids, traceFields(ctx))
		})
	case trace.NodeObservation:
		return fillNodes(keys, places, nodes, parseSpanKey, func(ids []trace.SpanKey) (map[trace.SpanKey]trace.Observation, error) {
			refs := make([]store.ObservationRef, len(ids))
			for i, id := range ids {
				refs[i] = store.ObservationRef{Key: id}
			}
			return s.ObservationsByRef(ctx, s.project, refs, observationFields(ctx))
		})
	case trace.NodeSession:
		return fillNodes(keys, places, nodes, parseTextKey, func(ids []string) (map[string]*trace.Session, error) {
			return s.SessionsByID(ctx, s.project, ids)
		})
	case trace.NodeJob:
		return fillNodes(keys, places, nodes, store.ParseKey, func(ids []int64) (map[int64]store.Job, error) {
			return s.JobsByID(ctx, s.project.ProjectID, ids)
		})
	default:
		return fillNodes(keys, places, nodes, parseTextKey, func(ids []string) (map[string]*trace.Score, error) {
			return s.ScoresByID(ctx, s.project, ids)
		})
	}
}

// fillNodes reads the nodes whose keys can be parsed and puts each at its place.
func fillNodes[K comparable, N trace.Node](keys []string, places []int, nodes []trace.Node, parse func(string) (K, bool), read func([]K) (map[K]N, error)) error {
	parsed := make(map[int]K, len(places))
	wanted := make([]K, 0, len(places))
	for _, i := range places {
		if key, ok := parse(keys[i]); ok {
			parsed[i] = key
			wanted = append(wanted, key)
		}
	}
	found, err := read(wanted)
	if err != nil {
		return err
	}
	for i, key := range parsed {
		if node, ok := found[key]; ok {
			nodes[i] = node
		}
	}
	return nil
}

func parseTextKey(key string) (string, bool) { return key, key != "" && strings.IndexByte(key, 0) < 0 }

func parseTraceKey(key string) (trace.TraceID, bool) {
	id, external, ok := trace.ParseTraceID(key)
	return id, ok && external == ""
}

func parseSpanKey(key string) (trace.SpanKey, bool) {
	traceText, spanText, _ := strings.Cut(key, ":")
	traceID, ok := parseTraceKey(traceText)
	spanID, external, okSpan := trace.ParseSpanID(spanText)
	return trace.SpanKey{TraceID: traceID, SpanID: spanID}, ok && okSpan && external == ""
}

// controlNode reads a node that is no project's data.
func controlNode(ctx context.Context, id trace.NodeID) (trace.Node, error) {
	v, err := viewer(ctx)
	if err != nil {
		return nil, err
	}
	switch id.Type {
	case trace.NodeProject:
		project, ok := projectOf(id)
		if !ok {
			return nil, nil
		}
		_, found, err := v.Project(ctx, project, authz.ObjectProject, authz.VerbRead)
		return nodeOrNil(found, err)
	case trace.NodeOrganization:
		organization, ok := trace.ParseOrganizationID(id.Scope)
		if !ok || id.Key != id.Scope {
			return nil, nil
		}
		found, err := v.Organization(ctx, organization, authz.ObjectOrganization, authz.VerbRead)
		return nodeOrNil(found, err)
	case trace.NodeUser:
		// Everyone may see oneself; members of one's organizations are read
		// through them.
		if v.User != nil && v.User.ID() == id.String() {
			return v.User, nil
		}
	case trace.NodeAPIKey:
		return apiKeyNode(ctx, v, id)
	case trace.NodeMember, trace.NodeInvitation:
		return memberNode(ctx, v, id)
	}
	return nil, nil
}

// projectOf returns the project that an id names; false for other things' ids.
func projectOf(id trace.NodeID) (trace.ProjectID, bool) {
	project, ok := trace.ParseProjectID(id.Scope)
	return project, ok && id.Type == trace.NodeProject && id.Key == id.Scope
}

// nodeOrNil keeps a nil pointer from becoming a node that is not nil.
func nodeOrNil[N any, P interface {
	*N
	trace.Node
}](node P, err error) (trace.Node, error) {
	if err != nil || node == nil {
		return nil, err
	}
	return node, nil
}

func apiKeyNode(ctx context.Context, v *authz.Viewer, id trace.NodeID) (trace.Node, error) {
	project, ok := trace.ParseProjectID(id.Scope)
	key, okKey := store.ParseKey(id.Key)
	if !ok || !okKey {
		return nil, nil
	}
	if v.APIKey != nil && v.APIKey.ID() == id.String() {
		return v.APIKey, nil
	}
	found, err := v.ProjectAPIKey(ctx, project, key)
	return nodeOrNil(found, err)
}

// organizationByID returns an organization; nil where it may not be seen.
func organizationByID(ctx context.Context, text string) (*store.Organization, error) {
	if _, err := viewer(ctx); err != nil {
		return nil, err
	}
	id, err := trace.ParseNodeID(text)
	if err != nil || id.Type != trace.NodeOrganization {
		return nil, nil
	}
	node, err := controlNode(ctx, id)
	organization, _ := node.(*store.Organization)
	return organization, hidden(err)
}

// projectByID returns a project, without an id that of the key that calls; nil
// where it may not be seen.
func projectByID(ctx context.Context, text *string) (*store.Project, error) {
	v, err := viewer(ctx)
	if err != nil {
		return nil, err
	}
	id, ok, err := namedProject(v, "id", text)
	if err != nil || !ok {
		return nil, err
	}
	_, project, err := v.Project(ctx, id, authz.ObjectProject, authz.VerbRead)
	if err != nil {
		return nil, hidden(err)
	}
	return project, nil
}

// namedProject returns the project that an argument names by its id, without
// one that of the key that calls; false for a text that is no project's id. A
// person, who may have many projects, must give one.
func namedProject(v *authz.Viewer, argument string, text *string) (trace.ProjectID, bool, error) {
	if text == nil {
		own, ok := v.ProjectID()
		if !ok {
			return 0, false, graph.BadInput("name the project: a person may have many, so " + argument + " is needed here")
		}
		return own, true, nil
	}
	id, err := trace.ParseNodeID(*text)
	if err != nil {
		return 0, false, nil
	}
	project, ok := projectOf(id)
	return project, ok, nil
}

// traceByID finds a trace of a project by the id that its client gave it.
func traceByID(ctx context.Context, p *store.Project, text string) (*trace.Trace, error) {
	id, _, ok := trace.ParseTraceID(text)
	if !ok {
		return nil, nil
	}
	s, err := readScope(ctx, p.ProjectID, authz.ObjectTrace)
	if err != nil {
		return nil, err
	}
	tr, err := s.Trace(ctx, s.project, id, traceFields(ctx))
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return tr, err
}

// observationByID finds an observation by the ids that its client gave.
func observationByID(ctx context.Context, p *store.Project, traceText, spanText string) (trace.Observation, error) {
	traceID, _, ok := trace.ParseTraceID(traceText)
	spanID, _, okSpan := trace.ParseSpanID(spanText)
	if !ok || !okSpan {
		return nil, nil
	}
	key := trace.SpanKey{TraceID: traceID, SpanID: spanID}
	found, err := observationsByRef(ctx, map[trace.ProjectID][]store.ObservationRef{p.ProjectID: {{Key: key}}}, observationFields(ctx))
	if err != nil || found[p.ProjectID][key] == nil {
		return nil, err
	}
	return found[p.ProjectID][key], nil
}

// scoreTargetNodes returns what each score is about; nil until that arrives.
func scoreTargetNodes(ctx context.Context, scores []*trace.Score) ([]trace.Node, error) {
	var traces []traceRef
	var observations []observationRef
	var sessions []sessionRef
	var ofTrace, ofObservation, ofSession []int
	for i, s := range scores {
		switch {
		case s.SessionID != "":
			sessions, ofSession = append(sessions, sessionRef{s.ProjectID, s.SessionID}), append(ofSession, i)
		case s.SpanID.IsZero():
			traces, ofTrace = append(traces, traceRef{s.ProjectID, s.TraceID, traceFields(ctx)}), append(ofTrace, i)
		default:
			key := trace.SpanKey{TraceID: s.TraceID, SpanID: s.SpanID}
			observations, ofObservation = append(observations, observationRef{s.ProjectID, key, observationFields(ctx)}), append(ofObservation, i)
		}
	}
	nodes := make([]trace.Node, len(scores))
	return nodes, errors.Join(
		targetsOf(ctx, loadersOf(ctx).traces, traces, ofTrace, nodes),
		targetsOf(ctx, loadersOf(ctx).observations, observations, ofObservation, nodes),
		targetsOf(ctx, loadersOf(ctx).sessions, sessions, ofSession, nodes))
}

// targetsOf loads nodes and puts each at its place.
func targetsOf[K comparable, N interface {
	comparable
	trace.Node
}](ctx context.Context, loader *dataloadgen.Loader[K, N], keys []K, places []int, nodes []trace.Node) error {
	found, err := loader.LoadAll(ctx, keys)
	each, _ := errors.AsType[dataloadgen.ErrorSlice](err)
	if err != nil && each == nil {
		return err
	}
	var none N
	for k, i := range places {
		if each != nil && each[k] != nil {
			if err := hidden(each[k]); err != nil {
				return err
			}
			continue
		}
		if found[k] != none {
			nodes[i] = found[k]
		}
	}
	return nil
}
