package authz

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/store/storetest"
	"github.com/treeline-dev/treeline/trace"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

var update = flag.Bool("update", false, "write golden files anew")

func mustDecide(t testing.TB) decisions {
	t.Helper()
	all, err := decide()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestEveryDecisionIsTheReviewedOne compares the whole table, of every subject,
// object and verb, with the file that a reviewer reads.
func TestEveryDecisionIsTheReviewedOne(t *testing.T) {
	t.Parallel()
	all := mustDecide(t)
	var b strings.Builder
	b.WriteString("# Who may do what: for each object and verb, the roles and key scopes that may.\n")
	for _, o := range objects() {
		for _, v := range verbs() {
			var may []string
			for _, s := range subjects() {
				if all.allows(s, o, v) {
					may = append(may, string(s))
				}
			}
			fmt.Fprintf(&b, "%-16s %-10s %s\n", o, v, cmp.Or(strings.Join(may, " "), "-"))
		}
	}
	const path = "testdata/decisions.txt"
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(string(want), b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestThePolicyNamesOnlyWhatThereIs(t *testing.T) {
	t.Parallel()
	enforcer, err := newEnforcer()
	if err != nil {
		t.Fatal(err)
	}
	lines, err := enforcer.GetPolicy()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		if !slices.Contains(subjects(), subject(line[0])) || !slices.Contains(objects(), Object(line[1])) || !slices.Contains(verbs(), Verb(line[2])) {
			t.Errorf("unknown name in: p, %s", strings.Join(line, ", "))
		}
	}
	links, err := enforcer.GetGroupingPolicy()
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range links {
		if !slices.Contains(subjects(), subject(link[0])) || !slices.Contains(subjects(), subject(link[1])) {
			t.Errorf("unknown name in: g, %s", strings.Join(link, ", "))
		}
	}
	written := 0
	for line := range strings.Lines(policyText) {
		if strings.HasPrefix(line, "p,") || strings.HasPrefix(line, "g,") {
			written++
		}
	}
	if written != len(lines)+len(links) {
		t.Errorf("%d lines are written and %d read: one is there twice", written, len(lines)+len(links))
	}
}

func TestAPolicyThatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	enforcer, err := newEnforcer()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"p, \"VIEWER, trace, read", "x, VIEWER, trace, read", "p, VIEWER, trace"} {
		if err := policyFile(text).LoadPolicy(enforcer.GetModel()); err == nil {
			t.Errorf("%q is passed over", text)
		}
	}
}

func TestEachRoleIncludesTheNext(t *testing.T) {
	t.Parallel()
	all := mustDecide(t)
	roles := store.Roles()
	for i := range len(roles) - 1 {
		greater, less := subjectOfRole(roles[i]), subjectOfRole(roles[i+1])
		n := 0
		for _, o := range objects() {
			for _, v := range verbs() {
				if all.allows(less, o, v) && !all.allows(greater, o, v) {
					t.Errorf("%s may %s %s, %s may not", less, v, o, greater)
				}
				if all.allows(greater, o, v) && !all.allows(less, o, v) {
					n++
				}
			}
		}
		if n == 0 {
			t.Errorf("%s may no more than %s", greater, less)
		}
	}
}

func TestKeyScopesAreApart(t *testing.T) {
	t.Parallel()
	all := mustDecide(t)
	for _, o := range objects() {
		if all.allows(subjectOfScope(store.ScopeIngest), o, VerbRead) {
			t.Errorf("a key that only sends may read %s", o)
		}
		for _, v := range verbs() {
			if v != VerbRead && all.allows(subjectOfScope(store.ScopeRead), o, v) {
				t.Errorf("a key that only reads may %s %s", v, o)
			}
			for _, s := range store.APIKeyScopes() {
				if (o == ObjectAPIKey || o == ObjectMember || o == ObjectAuditLog || o == ObjectModelConnection) && all.allows(subjectOfScope(s), o, v) {
					t.Errorf("a key with %s may %s %s: keys must not make more of themselves", s, v, o)
				}
			}
		}
	}
}

// domain is how a scope is called towards Casbin.
func domain(s Scope) string {
	if s.project != 0 {
		return "project:" + s.project.String()
	}
	return "organization:" + s.organization.String()
}

// TestDecisionsAgreeWithCasbin gives a user roles at random, here and in
// Casbin, and compares every decision.
func TestDecisionsAgreeWithCasbin(t *testing.T) {
	t.Parallel()
	all := mustDecide(t)
	// Projects 11 and 12 belong to organization 1, and 21 to organization 2.
	projects := map[trace.ProjectID]trace.OrganizationID{11: 1, 12: 1, 21: 2}
	rapid.Check(t, func(t *rapid.T) {
		enforcer, err := newEnforcer()
		if err != nil {
			t.Fatal(err)
		}
		assign := func(role subject, domain string) {
			if _, err := enforcer.AddGroupingPolicy("user", string(role), domain); err != nil {
				t.Fatal(err)
			}
		}
		role := func(label string) store.Role {
			return rapid.SampledFrom(append(store.Roles(), "")).Draw(t, label)
		}
		var given []store.Membership
		inOrganization, inProject := map[trace.OrganizationID]bool{}, map[trace.ProjectID]bool{}
		for _, o := range []trace.OrganizationID{1, 2} {
			if r := role(fmt.Sprint("role in organization ", o)); r != "" {
				given = append(given, store.Membership{OrganizationID: o, Role: r})
				inOrganization[o] = true
				assign(subjectOfRole(r), domain(Scope{organization: o}))
			}
		}
		guestOf := map[trace.OrganizationID]bool{}
		for _, p := range []trace.ProjectID{11, 12, 21} {
			if r := role(fmt.Sprint("role in project ", p)); r != "" {
				given = append(given, store.Membership{OrganizationID: projects[p], ProjectID: p, Role: r})
				inProject[p] = true
				guestOf[projects[p]] = true
				assign(subjectOfRole(r), domain(Scope{projects[p], p}))
			}
		}
		for o := range guestOf {
			if !inOrganization[o] {
				assign(guest, domain(Scope{organization: o}))
			}
		}
		// The order in which rows arrive must not matter.
		a := newAssignments(rapid.Permutation(given).Draw(t, "order"))
		scopes := []Scope{{organization: 1}, {organization: 2}, {organization: 3}, {1, 11}, {1, 12}, {2, 21}, {3, 31}}
		for _, scope := range scopes {
			// The organization's role counts in a project that has none of its
			// own for this user; a guest is one in the organization only.
			dom := domain(scope)
			if scope.project != 0 && !inProject[scope.project] {
				dom = domain(Scope{organization: scope.organization})
				if !inOrganization[scope.organization] {
					dom = "nowhere"
				}
			}
			for _, o := range objects() {
				for _, v := range verbs() {
					want, err := enforcer.Enforce("user", dom, string(o), string(v))
					if err != nil {
						t.Fatal(err)
					}
					if got := all.allows(a.in(scope), o, v); got != want {
						t.Fatalf("%v in %s: %s %s is %t; Casbin says %t", given, dom, v, o, got, want)
					}
				}
			}
		}
	})
}

// TestKeyDecisionsAgreeWithCasbin is the same for keys.
func TestKeyDecisionsAgreeWithCasbin(t *testing.T) {
	t.Parallel()
	all := mustDecide(t)
	for mask := range 1 << len(store.APIKeyScopes()) {
		enforcer, err := newEnforcer()
		if err != nil {
			t.Fatal(err)
		}
		v := &Viewer{APIKey: &store.APIKey{KeyID: 1, ProjectID: 11}, organization: 1, service: &Service{policy: all}}
		for i, s := range store.APIKeyScopes() {
			if mask&(1<<i) == 0 {
				continue
			}
			v.APIKey.Scopes = append(v.APIKey.Scopes, s)
			if _, err := enforcer.AddGroupingPolicy("key", string(subjectOfScope(s)), domain(Scope{1, 11})); err != nil {
				t.Fatal(err)
			}
			if s == store.ScopeRead {
				if _, err := enforcer.AddGroupingPolicy("key", string(guest), domain(Scope{organization: 1})); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, scope := range []Scope{{1, 11}, {1, 12}, {2, 11}, {2, 21}, {organization: 1}, {organization: 2}, {}} {
			for _, o := range objects() {
				for _, verb := range verbs() {
					dom := domain(scope)
					if scope == (Scope{2, 11}) {
						dom = "nowhere" // no such project: 11 belongs to 1
					}
					want, err := enforcer.Enforce("key", dom, string(o), string(verb))
					if err != nil {
						t.Fatal(err)
					}
					got, err := v.Can(t.Context(), o, verb, scope)
					if err != nil || got != want {
						t.Errorf("%v in %s: %s %s is %t, %v; Casbin says %t", v.APIKey.Scopes, dom, verb, o, got, err, want)
					}
				}
			}
		}
	}
}

func TestNobodyMayDoAnything(t *testing.T) {
	t.Parallel()
	all := mustDecide(t)
	var v *Viewer
	for _, o := range objects() {
		for _, verb := range verbs() {
			if allowed, err := v.Can(t.Context(), o, verb, OrganizationScope(1)); err != nil || allowed || all.allows(nobody, o, verb) {
				t.Errorf("nobody may %s %s: %v", verb, o, err)
			}
		}
	}
	if FromContext(t.Context()) != nil || FromContext(WithViewer(t.Context(), nil)) != nil || v.ID() != "nobody" {
		t.Error("nobody is somebody")
	}
}

func TestEveryActionIsOneOfThePolicy(t *testing.T) {
	t.Parallel()
	all := mustDecide(t)
	owner := subjectOfRole(store.RoleOwner)
	for _, action := range Actions() {
		for _, scope := range []Scope{{organization: 1}, {1, 11}} {
			if object, verb := action.in(scope); !all.allows(owner, object, verb) {
				t.Errorf("%s stands for %s %s, which not even an owner may", action, verb, object)
			}
		}
		var got Action
		if err := got.UnmarshalGQL(string(action)); err != nil || got != action {
			t.Errorf("%s is read as %s, %v", action, got, err)
		}
	}
	for _, bad := range []any{"", "read_traces", nil, 1} {
		var a Action
		if a.UnmarshalGQL(bad) == nil {
			t.Errorf("%v is accepted", bad)
		}
	}
}
