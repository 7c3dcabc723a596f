package resolvers_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// What exists elsewhere and what exists nowhere answer with the same bytes.
func TestForeignIdsAnswerAsThoughTheyDidNotExist(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	theirs, mine := a.add(t, "acme"), a.add(t, "other")
	o := step(trace.TypeSpan, 1, 1)
	o.Core().Claims = &trace.Claims{SessionID: &trace.Claim{Value: "session"}}
	theirs.write(t, []*trace.Score{score("score", 1, o.Core().Key())}, o)
	project := theirs.project.ProjectID
	absent := trace.ProjectID(int64(project) ^ 0x5a5a)
	node := func(kind, scope, key string) string { return trace.NodeID{Type: kind, Scope: scope, Key: key}.String() }
	organization := theirs.project.OrganizationID
	noOrganization := trace.OrganizationID(int64(organization) ^ 0x5a5a)
	cases := []struct{ name, real, absent string }{
		{"project", project.NodeID(), absent.NodeID()},
		{"organization", node(trace.NodeOrganization, organization.String(), organization.String()), node(trace.NodeOrganization, noOrganization.String(), noOrganization.String())},
		{"trace", trace.TraceNodeID(project, traceID(1)), trace.TraceNodeID(project, traceID(2))},
		{"trace of no project", trace.TraceNodeID(project, traceID(1)), trace.TraceNodeID(absent, traceID(1))},
		{"observation", trace.ObservationNodeID(project, traceID(1), spanID(1)), trace.ObservationNodeID(absent, traceID(1), spanID(2))},
		{"session", trace.SessionNodeID(project, "session"), trace.SessionNodeID(absent, "session")},
		{"score", node(trace.NodeScore, project.String(), "score"), node(trace.NodeScore, absent.String(), "score")},
		{"key", theirs.key.ID(), node(trace.NodeAPIKey, absent.String(), store.KeyText(theirs.key.KeyID))},
		{"key in my project", node(trace.NodeAPIKey, mine.project.ProjectID.String(), store.KeyText(theirs.key.KeyID)), node(trace.NodeAPIKey, mine.project.ProjectID.String(), store.KeyText(theirs.key.KeyID^0x5a))},
		{"trace in my project", trace.TraceNodeID(mine.project.ProjectID, traceID(1)), trace.TraceNodeID(mine.project.ProjectID, traceID(2))},
	}
	queries := []string{
		`query($id: ID!) { node(id: $id) { __typename id } }`,
		`query($id: ID!) { nodes(ids: [$id, $id]) { __typename id } }`,
		`query($id: ID!) { project(id: $id) { id name traces { nodes { id } } apiKeys { nodes { id } } } }`,
		`query($id: ID!) { organization(id: $id) { id name projects { nodes { id } } } }`,
	}
	for _, c := range cases {
		for _, query := range queries {
			foreign := mine.raw(t, query, map[string]any{"id": c.real})
			nowhere := mine.raw(t, query, map[string]any{"id": c.absent})
			if !bytes.Equal(foreign, nowhere) {
				t.Errorf("%s: %s\nforeign %s\nabsent  %s", c.name, query, foreign, nowhere)
			}
			if bytes.Contains(foreign, []byte(`"id"`)) || bytes.Contains(foreign, []byte("errors")) {
				t.Errorf("%s: %s\n%s", c.name, query, foreign)
			}
		}
	}
	for _, c := range cases[:8] {
		if c.name == "organization" || c.name == "key" {
			continue // what a key may see of these is the permissions' affair
		}
		if got := dig(theirs.get(t, queries[0], map[string]any{"id": c.real}), "node", "id"); got != c.real {
			t.Errorf("%s: its own project sees %v", c.name, got)
		}
	}
	for _, field := range []string{
		fmt.Sprintf(`trace(traceId: %q) { id }`, traceID(1)), fmt.Sprintf(`observation(traceId: %q, observationId: %q) { id }`, traceID(1), spanID(1)),
		`traces { nodes { id } }`, `observations { nodes { id } }`, `sessions { nodes { id } }`, `scores { nodes { id } }`,
	} {
		if raw := mine.raw(t, `{ project { `+field+` } }`, nil); bytes.Contains(raw, []byte(`"id"`)) || bytes.Contains(raw, []byte("errors")) {
			t.Errorf("%s: %s", field, raw)
		}
	}
	nobody := &party{api: a}
	for _, query := range queries {
		answer := nobody.ask(t, query, map[string]any{"id": cases[0].real})
		if len(answer.Errors) == 0 || answer.Errors[0].Extensions["code"] != "UNAUTHENTICATED" {
			t.Errorf("nobody: %+v", answer)
		}
	}
}
