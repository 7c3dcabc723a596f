package authz

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/store/storetest"
	"github.com/treeline-dev/treeline/trace"
)

func (b testBundle) inAcme(role store.Role) store.Membership {
	return store.Membership{OrganizationID: b.acme.OrganizationID, Role: role}
}

func (b testBundle) inProject(p *store.Project, role store.Role) store.Membership {
	return store.Membership{OrganizationID: p.OrganizationID, ProjectID: p.ProjectID, Role: role}
}

func TestProjectsOfOthersAndProjectsThatDoNotExistAnswerAlike(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{})
	b.user(t, "their-owner@example.com", store.Membership{OrganizationID: b.other.OrganizationID, Role: store.RoleOwner})
	// Remembered for its own key, but for no one else.
	must3(b.key(t, b.theirs, store.ScopeRead).Project(t.Context(), b.theirs.ProjectID, ObjectTrace, VerbRead))(t)
	viewers := map[string]*Viewer{
		"owner":    b.signedIn(t, "owner@example.com", b.inAcme(store.RoleOwner)),
		"guest":    b.signedIn(t, "guest@example.com", b.inProject(b.web, store.RoleOwner)),
		"stranger": b.signedIn(t, "stranger@example.com"),
		"key":      b.key(t, b.web, store.APIKeyScopes()...),
	}
	for who, v := range viewers {
		for _, id := range []trace.ProjectID{b.theirs.ProjectID, unknownProject, 0, -1} {
			for _, o := range objects() {
				for _, verb := range verbs() {
					tenant, project, err := v.Project(t.Context(), id, o, verb)
					if err != ErrNotFound || project != nil || tenant != (store.Tenant{}) {
						t.Fatalf("%s, project %s, %s %s: %v", who, id, verb, o, err)
					}
				}
			}
		}
		for _, id := range []trace.OrganizationID{b.other.OrganizationID, 4711, 0, -1} {
			organization, err := v.Organization(t.Context(), id, ObjectOrganization, VerbRead)
			if err != ErrNotFound || organization != nil {
				t.Errorf("%s, organization %s: %v", who, id, err)
			}
			if projects, err := v.Projects(t.Context(), id, nil, 10); err != nil || len(projects) > 0 {
				t.Errorf("%s, projects of %s: %v, %v", who, id, projects, err)
			}
			if n, err := v.CountProjects(t.Context(), id, 10); err != nil || n > 0 {
				t.Errorf("%s, projects of %s: %d, %v", who, id, n, err)
			}
			if allowed, err := v.Can(t.Context(), ObjectOrganization, VerbRead, OrganizationScope(id)); err != nil || allowed {
				t.Errorf("%s reads organization %s: %v", who, id, err)
			}
		}
		if allowed, err := v.Can(t.Context(), ObjectTrace, VerbRead, ProjectScope(b.theirs)); err != nil || allowed {
			t.Errorf("%s reads traces of another organization: %v", who, err)
		}
	}
	var nobody *Viewer
	for _, id := range []trace.ProjectID{b.web.ProjectID, unknownProject} {
		_, _, err := nobody.Project(t.Context(), id, ObjectTrace, VerbRead)
		storetest.WantError(t, err, ErrUnauthenticated)
	}
	_, err := nobody.Organization(t.Context(), b.acme.OrganizationID, ObjectOrganization, VerbRead)
	storetest.WantError(t, err, ErrUnauthenticated)
	_, err = nobody.Organizations(t.Context(), nil, 10)
	storetest.WantError(t, err, ErrUnauthenticated)
	_, err = nobody.Projects(t.Context(), b.acme.OrganizationID, nil, 10)
	storetest.WantError(t, err, ErrUnauthenticated)
	storetest.WantError(t, nobody.StillValid(t.Context()), ErrUnauthenticated)
}

func TestWhatAViewerMayDoInAProject(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{})
	all := mustDecide(t)
	for _, c := range []struct {
		who    string
		viewer *Viewer
		web    subject
		voice  subject
	}{
		{"owner", b.signedIn(t, "owner@example.com", b.inAcme(store.RoleOwner)), "OWNER", "OWNER"},
		{"viewer", b.signedIn(t, "viewer@example.com", b.inAcme(store.RoleViewer)), "VIEWER", "VIEWER"},
		{"raised", b.signedIn(t, "raised@example.com", b.inAcme(store.RoleViewer), b.inProject(b.web, store.RoleAdmin)), "ADMIN", "VIEWER"},
		{"lowered", b.signedIn(t, "lowered@example.com", b.inAcme(store.RoleAdmin), b.inProject(b.web, store.RoleViewer)), "VIEWER", "ADMIN"},
		{"guest", b.signedIn(t, "guest@example.com", b.inProject(b.voice, store.RoleMember)), nobody, "MEMBER"},
		{"ingest key", b.key(t, b.web, store.ScopeIngest), "key:INGEST", nobody},
		{"read key", b.key(t, b.voice, store.ScopeRead), nobody, "key:READ"},
	} {
		for _, place := range []struct {
			project *store.Project
			as      subject
		}{{b.web, c.web}, {b.voice, c.voice}} {
			for _, o := range objects() {
				for _, verb := range verbs() {
					want := ErrForbidden
					switch {
					case place.as == nobody:
						want = ErrNotFound
					case all.allows(place.as, o, verb):
						want = nil
					}
					tenant, project, err := c.viewer.Project(t.Context(), place.project.ProjectID, o, verb)
					if !errors.Is(err, want) {
						t.Errorf("%s, %s, %s %s: %v; want %v", c.who, place.project.Slug, verb, o, err, want)
					}
					if err != nil {
						if project != nil || tenant != (store.Tenant{}) {
							t.Errorf("%s, %s, %s %s: something came with the error", c.who, place.project.Slug, verb, o)
						}
						continue
					}
					if tenant.OrganizationID() != b.acme.OrganizationID || !cmp.Equal(project, place.project) {
						t.Errorf("%s, %s: tenant %s, project %+v", c.who, place.project.Slug, tenant.OrganizationID(), project)
					}
				}
			}
		}
	}
}

func TestWhatAViewerSeesOfOrganizations(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{})
	for _, c := range []struct {
		who           string
		viewer        *Viewer
		organizations []string
		projects      []string
		read, write   error
	}{
		{"admin", b.signedIn(t, "admin@example.com", b.inAcme(store.RoleAdmin)), []string{"acme"}, []string{"voice", "web"}, nil, nil},
		{"guest", b.signedIn(t, "guest@example.com", b.inProject(b.web, store.RoleAdmin)), []string{"acme"}, []string{"web"}, nil, ErrForbidden},
		{"stranger", b.signedIn(t, "stranger@example.com"), nil, nil, ErrNotFound, ErrNotFound},
		{"read key", b.key(t, b.web, store.ScopeRead), []string{"acme"}, []string{"web"}, nil, ErrForbidden},
		{"ingest key", b.key(t, b.web, store.ScopeIngest), nil, nil, ErrForbidden, ErrForbidden},
	} {
		var slugs []string
		for _, o := range storetest.Must(c.viewer.Organizations(t.Context(), nil, 10))(t) {
			slugs = append(slugs, o.Slug)
		}
		if diff := cmp.Diff(c.organizations, slugs); diff != "" {
			t.Errorf("%s: organizations %s", c.who, diff)
		}
		if n := storetest.Must(c.viewer.CountOrganizations(t.Context(), 10))(t); n != len(c.organizations) {
			t.Errorf("%s: %d organizations counted", c.who, n)
		}
		var projects []string
		for _, p := range storetest.Must(c.viewer.Projects(t.Context(), b.acme.OrganizationID, nil, 10))(t) {
			projects = append(projects, p.Slug)
		}
		if diff := cmp.Diff(c.projects, projects); diff != "" {
			t.Errorf("%s: projects %s", c.who, diff)
		}
		if n := storetest.Must(c.viewer.CountProjects(t.Context(), b.acme.OrganizationID, 10))(t); n != len(c.projects) {
			t.Errorf("%s: %d projects counted", c.who, n)
		}
		end := &store.NamePosition{Name: "~", ID: 1}
		if rest := storetest.Must(c.viewer.Organizations(t.Context(), end, 10))(t); len(rest) > 0 {
			t.Errorf("%s: %d organizations after the last", c.who, len(rest))
		}
		if rest := storetest.Must(c.viewer.Projects(t.Context(), b.acme.OrganizationID, end, 10))(t); len(rest) > 0 {
			t.Errorf("%s: %d projects after the last", c.who, len(rest))
		}
		_, err := c.viewer.Organization(t.Context(), b.acme.OrganizationID, ObjectOrganization, VerbRead)
		storetest.WantError(t, err, c.read)
		_, err = c.viewer.Organization(t.Context(), b.acme.OrganizationID, ObjectOrganization, VerbWrite)
		storetest.WantError(t, err, c.write)
		for _, o := range []Object{ObjectMember, ObjectTrace, ObjectAPIKey} {
			allowed, err := c.viewer.Can(t.Context(), o, VerbRead, OrganizationScope(b.acme.OrganizationID))
			if err != nil || allowed != (c.who == "admin") {
				t.Errorf("%s reads %s of the organization: %t, %v", c.who, o, allowed, err)
			}
		}
	}
}

func TestARoleThatIsTakenBackHoldsNoLonger(t *testing.T) {
	t.Parallel()
	b := setup(t, forgetful)
	v := b.signedIn(t, "ada@example.com", b.inAcme(store.RoleMember))
	may := func(o Object, verb Verb) error {
		_, _, err := v.Project(t.Context(), b.web.ProjectID, o, verb)
		return err
	}
	storetest.WantError(t, may(ObjectTrace, VerbDelete), nil)
	if err := b.store.SetMember(t.Context(), b.acme.OrganizationID, v.User.UserID, store.RoleViewer); err != nil {
		t.Fatal(err)
	}
	storetest.WantError(t, may(ObjectTrace, VerbDelete), ErrForbidden)
	storetest.WantError(t, may(ObjectTrace, VerbRead), nil)
	if err := b.store.RemoveMember(t.Context(), b.acme.OrganizationID, v.User.UserID); err != nil {
		t.Fatal(err)
	}
	storetest.WantError(t, may(ObjectTrace, VerbRead), ErrNotFound)
	storetest.WantError(t, v.StillValid(t.Context()), nil)
	b.db.Exec(t, `DELETE FROM treeline.app_user WHERE id = $1`, v.User.UserID)
	storetest.WantError(t, v.StillValid(t.Context()), ErrUnauthenticated)
}

func TestARememberedProjectIsHiddenWhenTheRoleIsGone(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{CacheTTL: 30 * time.Second})
	b.user(t, "owner@example.com", b.inAcme(store.RoleOwner))
	v := b.signedIn(t, "ada@example.com", b.inAcme(store.RoleMember))
	must3(v.Project(t.Context(), b.web.ProjectID, ObjectTrace, VerbRead))(t)
	if err := b.store.RemoveMember(t.Context(), b.acme.OrganizationID, v.User.UserID); err != nil {
		t.Fatal(err)
	}
	b.assignments.forget(v.User.UserID)
	_, _, err := v.Project(t.Context(), b.web.ProjectID, ObjectTrace, VerbRead)
	if err != ErrNotFound {
		t.Errorf("error = %v", err)
	}
}

func TestViewersAskWhatTheyMayDo(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{})
	for _, c := range []struct {
		who    string
		viewer *Viewer
		want   map[Action]bool
	}{
		{"owner", b.signedIn(t, "owner@example.com", b.inAcme(store.RoleOwner)), map[Action]bool{
			ActionReadTraces: true, ActionWriteTraces: true, ActionWriteScores: true, ActionAdminister: true, ActionManageKeys: true, ActionManageMembers: true,
			ActionManageOwners: true, ActionReadAuditLog: true,
		}},
		{"admin", b.signedIn(t, "admin@example.com", b.inAcme(store.RoleAdmin)), map[Action]bool{
			ActionReadTraces: true, ActionWriteTraces: true, ActionWriteScores: true, ActionAdminister: true, ActionManageKeys: true, ActionManageMembers: true,
			ActionReadAuditLog: true,
		}},
		{"member", b.signedIn(t, "member@example.com", b.inAcme(store.RoleMember)), map[Action]bool{
			ActionReadTraces: true, ActionWriteTraces: true, ActionWriteScores: true,
		}},
		{"viewer", b.signedIn(t, "viewer@example.com", b.inAcme(store.RoleViewer)), map[Action]bool{ActionReadTraces: true}},
		{"ingest key", b.key(t, b.web, store.ScopeIngest), nil},
		{"write key", b.key(t, b.web, store.ScopeWrite), map[Action]bool{
			ActionWriteTraces: true, ActionWriteScores: true, ActionAdminister: true,
		}},
	} {
		got := storetest.Must(c.viewer.Permissions(t.Context(), ProjectScope(b.web), Actions()))(t)
		for i, action := range Actions() {
			if got[i].Action != action || got[i].IsAllowed != c.want[action] {
				t.Errorf("%s: %+v; want %t", c.who, got[i], c.want[action])
			}
		}
	}
}
