package graph

import (
	"context"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// Edge is an entry of a list with its position.
type Edge[T any] struct {
	// Cursor is the position.
	Cursor string
	// Node is the entry.
	Node T
}

// List is a page of a list in the form of GraphQL.
type List[T any] struct {
	page *store.Page[T]
}

// NewList wraps a page.
func NewList[T any](page *store.Page[T]) List[T] { return List[T]{page: page} }

// IsConnection implements the interface of all connections.
func (List[T]) IsConnection() {}

// Nodes returns the entries.
func (c List[T]) Nodes() []T { return c.page.Items }

// PageInfo says where the page begins and ends.
func (c List[T]) PageInfo() *PageInfo {
	info := &PageInfo{HasNextPage: c.page.HasNext, HasPreviousPage: c.page.HasPrev}
	if n := len(c.page.Cursors); n > 0 {
		info.StartCursor, info.EndCursor = &c.page.Cursors[0], &c.page.Cursors[n-1]
	}
	return info
}

// defaultCountLimit is the default of totalCount in the schema.
const defaultCountLimit = 1000

// TotalCount counts the whole list up to limit.
func (c List[T]) TotalCount(ctx context.Context, limit *int) (*BoundedCount, error) {
	most := defaultCountLimit
	if limit != nil {
		most = *limit
	}
	value, isExact, err := c.page.Count(ctx, most)
	if err != nil {
		return nil, err
	}
	return &BoundedCount{Value: value, IsExact: isExact}, nil
}

func (c List[T]) edges() []Edge[T] {
	edges := make([]Edge[T], len(c.page.Items))
	for i, item := range c.page.Items {
		edges[i] = Edge[T]{Cursor: c.page.Cursors[i], Node: item}
	}
	return edges
}

// The connections and edges of the schema. gqlgen binds to named types, so each
// list has its own around the one implementation above.
type (
	// TraceConnection is a page of traces.
	TraceConnection struct{ List[*trace.Trace] }
	// TraceEdge is a trace in a list.
	TraceEdge Edge[*trace.Trace]
	// ObservationConnection is a page of observations.
	ObservationConnection struct{ List[trace.Observation] }
	// ObservationEdge is an observation in a list.
	ObservationEdge Edge[trace.Observation]
	// SessionConnection is a page of sessions.
	SessionConnection struct{ List[*trace.Session] }
	// SessionEdge is a session in a list.
	SessionEdge Edge[*trace.Session]
	// ScoreConnection is a page of scores.
	ScoreConnection struct{ List[*trace.Score] }
	// ScoreEdge is a score in a list.
	ScoreEdge Edge[*trace.Score]
	// DocumentConnection is a page of documents.
	DocumentConnection struct{ List[*trace.Document] }
	// DocumentEdge is a document in a list.
	DocumentEdge Edge[*trace.Document]
	// OrganizationConnection is a page of organizations.
	OrganizationConnection struct{ List[*store.Organization] }
	// OrganizationEdge is an organization in a list.
	OrganizationEdge Edge[*store.Organization]
	// ProjectConnection is a page of projects.
	ProjectConnection struct{ List[*store.Project] }
	// ProjectEdge is a project in a list.
	ProjectEdge Edge[*store.Project]
	// ApiKeyConnection is a page of API keys.
	ApiKeyConnection struct{ List[*store.APIKey] }
	// ApiKeyEdge is an API key in a list.
	ApiKeyEdge Edge[*store.APIKey]
	// MemberConnection is a page of members.
	MemberConnection struct{ List[*store.Member] }
	// MemberEdge is a member in a list.
	MemberEdge Edge[*store.Member]
	// InvitationConnection is a page of invitations.
	InvitationConnection struct{ List[*store.Invitation] }
	// InvitationEdge is an invitation in a list.
	InvitationEdge Edge[*store.Invitation]
	// AuditEntryConnection is a page of the audit log.
	AuditEntryConnection struct{ List[*store.AuditEntry] }
	// AuditEntryEdge is an entry of the audit log in a list.
	AuditEntryEdge Edge[*store.AuditEntry]
)

// Edges returns the entries with their positions.
func (c *TraceConnection) Edges() []*TraceEdge { return edgesAs[TraceEdge](c.edges()) }

// Edges returns the entries with their positions.
func (c *ObservationConnection) Edges() []*ObservationEdge {
	return edgesAs[ObservationEdge](c.edges())
}

// Edges returns the entries with their positions.
func (c *SessionConnection) Edges() []*SessionEdge { return edgesAs[SessionEdge](c.edges()) }

// Edges returns the entries with their positions.
func (c *ScoreConnection) Edges() []*ScoreEdge { return edgesAs[ScoreEdge](c.edges()) }

// Edges returns the entries with their positions.
func (c *DocumentConnection) Edges() []*DocumentEdge { return edgesAs[DocumentEdge](c.edges()) }

// Edges returns the entries with their positions.
func (c *OrganizationConnection) Edges() []*OrganizationEdge {
	return edgesAs[OrganizationEdge](c.edges())
}

// Edges returns the entries with their positions.
func (c *ProjectConnection) Edges() []*ProjectEdge { return edgesAs[ProjectEdge](c.edges()) }

// Edges returns the entries with their positions.
func (c *ApiKeyConnection) Edges() []*ApiKeyEdge { return edgesAs[ApiKeyEdge](c.edges()) }

// Edges returns the entries with their positions.
func (c *MemberConnection) Edges() []*MemberEdge { return edgesAs[MemberEdge](c.edges()) }

// Edges returns the entries with their positions.
func (c *InvitationConnection) Edges() []*InvitationEdge {
	return edgesAs[InvitationEdge](c.edges())
}

// Edges returns the entries with their positions.
func (c *AuditEntryConnection) Edges() []*AuditEntryEdge {
	return edgesAs[AuditEntryEdge](c.edges())
}

// edgesAs names the edges of a list by the list's own type.
func edgesAs[E ~struct {
	Cursor string
	Node   T
}, T any](edges []Edge[T]) []*E {
	named := make([]*E, len(edges))
	for i, edge := range edges {
		e := E(edge)
		named[i] = &e
	}
	return named
}
