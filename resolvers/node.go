package resolvers

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/treeline-dev/treeline/authz"
	"github.com/treeline-dev/treeline/graph"
	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// maxNodes is how many nodes may be asked for at once.
const maxNodes = 200

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
		return nil, &store.BadPageError{Message: fmt.Sprintf("at most %d nodes can be asked for at once, not %d", maxNodes, len(ids))}
	}
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
	case trace.NodeTrace, trace.NodeObservation, trace.NodeSession, trace.NodeScore:
		return true
	}
	return false
}

// read fills in the nodes at the given places.
func (n projectNodes) read(ctx context.Context, keys []string, places []int, nodes []trace.Node) error {
	object := authz.ObjectTrace
	if n.kind == trace.NodeScore {
		object = authz.ObjectScore
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
		project, ok := trace.ParseProjectID(id.Scope)
		if !ok || id.Key != id.Scope {
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
	}
	return nil, nil
}

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
	node, err := nodeOfType(ctx, text, trace.NodeOrganization)
	organization, _ := node.(*store.Organization)
	return organization, err
}

// projectByID returns a project, without an id that of the key that calls; nil
// where it may not be seen.
func projectByID(ctx context.Context, text *string) (*store.Project, error) {
	v, err := viewer(ctx)
	if err != nil {
		return nil, err
	}
	if text == nil {
		own, ok := v.ProjectID()
		if !ok {
			return nil, graph.BadInput("name the project: a person may have many, so project needs an id here")
		}
		id := own.NodeID()
		text = &id
	}
	node, err := nodeOfType(ctx, *text, trace.NodeProject)
	project, _ := node.(*store.Project)
	return project, err
}

func nodeOfType(ctx context.Context, text, kind string) (trace.Node, error) {
	if _, err := viewer(ctx); err != nil {
		return nil, err
	}
	id, err := trace.ParseNodeID(text)
	if err != nil || id.Type != kind {
		return nil, nil
	}
	node, err := controlNode(ctx, id)
	return node, hidden(err)
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

// scoreTargetNode returns what a score is about; nil until that arrives.
func scoreTargetNode(ctx context.Context, s *trace.Score) (trace.Node, error) {
	switch {
	case s.SessionID != "":
		return oneNode(ctx, trace.SessionNodeID(s.ProjectID, s.SessionID))
	case s.SpanID.IsZero():
		return oneNode(ctx, trace.TraceNodeID(s.ProjectID, s.TraceID))
	}
	return oneNode(ctx, trace.ObservationNodeID(s.ProjectID, s.TraceID, s.SpanID))
}

// rootsOf returns the roots of traces in one statement a project.
func rootsOf(ctx context.Context, traces []*trace.Trace) ([]trace.Observation, error) {
	refs := map[trace.ProjectID][]store.ObservationRef{}
	for _, tr := range traces {
		refs[tr.ProjectID] = append(refs[tr.ProjectID], store.RefWithin(tr, tr.RootSpanID))
	}
	found, err := observationsByRef(ctx, refs, observationFields(ctx))
	if err != nil {
		return nil, err
	}
	roots := make([]trace.Observation, len(traces))
	for i, tr := range traces {
		if root := found[tr.ProjectID][trace.SpanKey{TraceID: tr.TraceID, SpanID: tr.RootSpanID}]; root != nil {
			roots[i] = root
		}
	}
	return roots, nil
}

// sessionsOf returns the sessions of traces in one statement a project.
func sessionsOf(ctx context.Context, traces []*trace.Trace) ([]*trace.Session, error) {
	ids := map[trace.ProjectID][]string{}
	for _, tr := range traces {
		if tr.SessionID != nil {
			ids[tr.ProjectID] = append(ids[tr.ProjectID], *tr.SessionID)
		}
	}
	found := map[trace.ProjectID]map[string]*trace.Session{}
	for project, wanted := range ids {
		s, err := readScope(ctx, project, authz.ObjectTrace)
		if err != nil {
			return nil, err
		}
		if found[project], err = s.SessionsByID(ctx, s.project, wanted); err != nil {
			return nil, err
		}
	}
	sessions := make([]*trace.Session, len(traces))
	for i, tr := range traces {
		if tr.SessionID != nil {
			sessions[i] = found[tr.ProjectID][*tr.SessionID]
		}
	}
	return sessions, nil
}
