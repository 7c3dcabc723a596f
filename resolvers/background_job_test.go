package resolvers_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/authz"
	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

const (
	recompute = `mutation ($window: TimeRange) { recomputeCosts(input: {window: $window}) { job { id state done planned error { code } } userErrors { code path } } }`
	cancel    = `mutation ($id: ID!) { cancelJob(input: {id: $id}) { job { __typename id state } userErrors { code path } } }`
	follow    = `query ($id: ID!) { node(id: $id) { ... on Job { id state done planned createdAt startedAt finishedAt error { code message } } } }`
)

// userErrors returns the codes of a mutation's user errors.
func userErrors(data map[string]any, mutation string) []any {
	list, _ := dig(data, mutation, "userErrors").([]any)
	var codes []any
	for _, fault := range list {
		codes = append(codes, dig(fault, "code"))
	}
	return codes
}

func TestAJobIsFollowedAndCancelledByItsId(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	begun := p.get(t, recompute, nil)
	id, _ := dig(begun, "recomputeCosts", "job", "id").(string)
	if id == "" || dig(begun, "recomputeCosts", "job", "state") != "QUEUED" {
		t.Fatalf("beginning answered %v", begun)
	}
	if diff := cmp.Diff([]any{"CONFLICT"}, userErrors(p.get(t, recompute, nil), "recomputeCosts")); diff != "" {
		t.Errorf("a second one meanwhile (-want +got):\n%s", diff)
	}
	ended := p.get(t, cancel, map[string]any{"id": id})
	if dig(ended, "cancelJob", "job", "state") != "CANCELLED" || dig(ended, "cancelJob", "job", "__typename") != "CostRecomputation" {
		t.Errorf("cancelling answered %v", ended)
	}
	node := p.get(t, follow, map[string]any{"id": id})
	if dig(node, "node", "id") != id || dig(node, "node", "state") != "CANCELLED" || dig(node, "node", "finishedAt") == nil {
		t.Errorf("the node is %v", node)
	}
}

func TestAJobThatFailsForGoodSaysSo(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	id, _ := dig(p.get(t, recompute, nil), "recomputeCosts", "job", "id").(string)
	parsed, err := trace.ParseNodeID(id)
	if err != nil {
		t.Fatal(err)
	}
	key, _ := store.ParseKey(parsed.Key)
	p.api.exec(t, p.tenant, `UPDATE job SET state = 3, finished_at = now() WHERE job_id = $1`, key)
	node := p.get(t, follow, map[string]any{"id": id})
	if dig(node, "node", "state") != "FAILED" || dig(node, "node", "error", "code") != "INTERNAL" {
		t.Errorf("the node is %v", node)
	}
}

func TestJobsAreRefusedToThoseWhoMayNot(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	id, _ := dig(p.get(t, recompute, nil), "recomputeCosts", "job", "id").(string)

	stranger := p.api.add(t, "globex")
	if diff := cmp.Diff([]any{"NOT_FOUND"}, userErrors(stranger.get(t, cancel, map[string]any{"id": id}), "cancelJob")); diff != "" {
		t.Errorf("a stranger who cancels (-want +got):\n%s", diff)
	}
	if node := stranger.get(t, follow, map[string]any{"id": id}); node["node"] != nil {
		t.Errorf("a stranger sees %v", node)
	}
	foreign := stranger.get(t, `mutation ($project: ID!) { recomputeCosts(input: {projectId: $project}) { job { id } userErrors { code } } }`,
		map[string]any{"project": p.project.ID()})
	if diff := cmp.Diff([]any{"NOT_FOUND"}, userErrors(foreign, "recomputeCosts")); diff != "" {
		t.Errorf("a stranger who begins (-want +got):\n%s", diff)
	}

	reader := p.withScopes(t, store.ScopeRead)
	for name, query := range map[string]string{"recomputeCosts": recompute, "cancelJob": cancel} {
		a := reader.ask(t, query, map[string]any{"id": id})
		if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != "FORBIDDEN" {
			t.Errorf("%s by a key that only reads: %+v", name, a)
		}
	}
	if node := p.get(t, follow, map[string]any{"id": id}); dig(node, "node", "state") != "QUEUED" {
		t.Errorf("the job was changed: %v", node)
	}
}

func TestBadInputOfJobsIsRefused(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	backwards := p.get(t, recompute, map[string]any{"window": map[string]any{"from": "2026-02-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}})
	if diff := cmp.Diff([]any{"INVALID"}, userErrors(backwards, "recomputeCosts")); diff != "" {
		t.Errorf("a window that ends before it begins (-want +got):\n%s", diff)
	}
	scope := p.project.ProjectID.String()
	for _, id := range []string{"", "no id", p.project.ID(),
		trace.NodeID{Type: trace.NodeJob, Scope: scope, Key: "0000000000000001"}.String(),
		trace.NodeID{Type: trace.NodeJob, Scope: scope, Key: "x"}.String(),
		trace.NodeID{Type: trace.NodeJob, Scope: "", Key: "0000000000000001"}.String(),
	} {
		if diff := cmp.Diff([]any{"NOT_FOUND"}, userErrors(p.get(t, cancel, map[string]any{"id": id}), "cancelJob")); diff != "" {
			t.Errorf("cancelling %q (-want +got):\n%s", id, diff)
		}
	}
}

// withScopes returns the party with a key of certain scopes.
func (p *party) withScopes(t *testing.T, scopes ...store.APIKeyScope) *party {
	t.Helper()
	other, pair := *p, store.GenerateKeyPair()
	var err error
	if other.key, err = p.api.store.CreateAPIKey(t.Context(), store.NewAPIKey{ProjectID: p.project.ProjectID, Name: "test", KeyPair: pair, Scopes: scopes}); err != nil {
		t.Fatal(err)
	}
	if other.viewer, err = p.api.authz.Authenticate(t.Context(), authz.Credentials{Public: pair.Public, Secret: pair.Secret}); err != nil {
		t.Fatal(err)
	}
	return &other
}

// exec changes rows of an organization behind the server's back.
func (a *api) exec(t *testing.T, tenant store.Tenant, sql string, args ...any) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), a.db.AdminURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	if _, err := conn.Exec(t.Context(), `SET search_path = org_`+tenant.OrganizationID().String()); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}
