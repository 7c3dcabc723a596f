package authz

import (
	"context"
	"errors"
	"time"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// Viewer is who is calling: a person with a session, or an API key. It is
// shared between requests and does not change. A nil Viewer is nobody: it may
// do nothing.
type Viewer struct {
	// User is the person; nil for an API key.
	User *store.User
	// APIKey is the key; nil for a person.
	APIKey *store.APIKey

	service      *Service
	organization trace.OrganizationID // the key's
	session      store.TokenHash
	sessionEnd   time.Time
}

// ID names the caller in logs.
func (v *Viewer) ID() string {
	switch {
	case v == nil:
		return "nobody"
	case v.APIKey != nil:
		return "key:" + store.KeyText(v.APIKey.KeyID)
	}
	return "user:" + store.KeyText(v.User.UserID)
}

// ProjectID is the project that an API key belongs to; false for a person.
func (v *Viewer) ProjectID() (trace.ProjectID, bool) {
	if v == nil || v.APIKey == nil {
		return 0, false
	}
	return v.APIKey.ProjectID, true
}

// StillValid gives ErrUnauthenticated once the session or the key has ended.
// What lives longer than a request asks now and then; once a second is cheap.
func (v *Viewer) StillValid(ctx context.Context) error {
	if v == nil {
		return ErrUnauthenticated
	}
	if v.APIKey == nil {
		_, err := v.service.sessionViewer(ctx, v.session)
		return err
	}
	if isPast(v.APIKey.ExpiresAt) {
		return ErrUnauthenticated
	}
	_, err := v.service.liveKeys.get(ctx, v.APIKey.KeyID, func(ctx context.Context) (struct{}, error) {
		_, err := v.service.store.APIKey(ctx, v.APIKey.ProjectID, v.APIKey.KeyID)
		return struct{}{}, err
	})
	if errors.Is(err, store.ErrNotFound) {
		return ErrUnauthenticated
	}
	return err
}

type contextKey struct{}

// WithViewer returns a context that carries the caller.
func WithViewer(ctx context.Context, v *Viewer) context.Context {
	return context.WithValue(ctx, contextKey{}, v)
}

// FromContext returns the caller, nil for nobody.
func FromContext(ctx context.Context) *Viewer {
	v, _ := ctx.Value(contextKey{}).(*Viewer)
	return v
}

// Scope is where a decision holds: in an organization, or in one project of it.
type Scope struct {
	organization trace.OrganizationID
	project      trace.ProjectID
}

// OrganizationScope is an organization as a whole.
func OrganizationScope(id trace.OrganizationID) Scope { return Scope{organization: id} }

// ProjectScope is one project. It takes a project that was read, so that the
// organization is the one that it really belongs to.
func ProjectScope(p *store.Project) Scope {
	return Scope{organization: p.OrganizationID, project: p.ProjectID}
}

// Can reports whether the caller may do this. An error means that it cannot be
// known now.
func (v *Viewer) Can(ctx context.Context, object Object, verb Verb, scope Scope) (bool, error) {
	given, err := v.subjects(ctx, scope)
	if err != nil {
		return false, err
	}
	for _, s := range given {
		if v.service.policy.allows(s, object, verb) {
			return true, nil
		}
	}
	return false, nil
}

// subjects returns what the caller is in a scope: the names of the policy that
// count there, none for a stranger.
func (v *Viewer) subjects(ctx context.Context, scope Scope) ([]subject, error) {
	switch {
	case v == nil || scope.organization == 0:
		return nil, nil
	case v.APIKey != nil:
		return v.keySubjects(scope), nil
	}
	given, err := v.assignments(ctx)
	if err != nil {
		return nil, err
	}
	if s := given.in(scope); s != nobody {
		return []subject{s}, nil
	}
	return nil, nil
}

// keySubjects gives a key its scopes in its own project. In the organization
// around it only what is said of the organization itself counts, so a key that
// reads its project can name the organization, and nothing else there.
func (v *Viewer) keySubjects(scope Scope) []subject {
	if scope.organization != v.organization || scope.project != 0 && scope.project != v.APIKey.ProjectID {
		return nil
	}
	subjects := make([]subject, 0, len(v.APIKey.Scopes))
	for _, s := range v.APIKey.Scopes {
		if scope.project != 0 {
			subjects = append(subjects, subjectOfScope(s))
		} else if s == store.ScopeRead {
			subjects = append(subjects, guest)
		}
	}
	return subjects
}

func (v *Viewer) assignments(ctx context.Context) (assignments, error) {
	id := v.User.UserID
	return v.service.assignments.get(ctx, id, func(ctx context.Context) (assignments, error) {
		memberships, err := v.service.store.Memberships(ctx, id)
		if err != nil {
			return assignments{}, err
		}
		return newAssignments(memberships), nil
	})
}

// assignments are the roles of one user.
type assignments struct {
	organizations map[trace.OrganizationID]subject
	projects      map[Scope]subject
}

func newAssignments(memberships []store.Membership) assignments {
	a := assignments{organizations: map[trace.OrganizationID]subject{}, projects: map[Scope]subject{}}
	for _, m := range memberships {
		if m.ProjectID != 0 {
			a.projects[Scope{m.OrganizationID, m.ProjectID}] = subjectOfRole(m.Role)
			if a.organizations[m.OrganizationID] == nobody {
				a.organizations[m.OrganizationID] = guest
			}
			continue
		}
		a.organizations[m.OrganizationID] = subjectOfRole(m.Role)
	}
	return a
}

// in returns what the user is in a scope. A role in the project itself counts
// instead of the one in its organization.
func (a assignments) in(scope Scope) subject {
	if scope.project == 0 {
		return a.organizations[scope.organization]
	}
	if s, ok := a.projects[scope]; ok {
		return s
	}
	if s := a.organizations[scope.organization]; s != guest {
		return s
	}
	return nobody
}
