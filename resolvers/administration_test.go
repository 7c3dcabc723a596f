package resolvers_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/treeline-dev/treeline/resolvers"
	"github.com/treeline-dev/treeline/trace"
)

// mutate runs a mutation and returns its payload, which must come without
// errors of the request.
func (p *party) mutate(t *testing.T, name, inputType, fields string, input map[string]any) map[string]any {
	t.Helper()
	data := p.get(t, `mutation($input: `+inputType+`!) { `+name+`(input: $input) { `+fields+` userErrors { code message path retryAfterMs } } }`, map[string]any{"input": input})
	return data[name].(map[string]any)
}

func newAdministration(t *testing.T) camp {
	t.Helper()
	a := newAPI(t)
	a.serve(t, &resolvers.Resolver{Authz: a.authz, Sessions: noBrowser{}})
	return newCamp(t, a, "acme", "acme", 1)
}

func TestAnUnacceptableValueIsAUserErrorThatNamesItsField(t *testing.T) {
	t.Parallel()
	c := newAdministration(t)
	organization, project := c.ids[trace.NodeOrganization], c.ids[trace.NodeProject]
	huge := strings.Repeat("n", 300_000)
	cases := []struct {
		name, mutation, inputType string
		input                     map[string]any
		code, field               string
	}{
		{"control character", "createProject", "CreateProjectInput", map[string]any{"organizationId": organization, "name": "a\x07b"}, "INVALID", "name"},
		{"no name", "createProject", "CreateProjectInput", map[string]any{"organizationId": organization, "name": "  "}, "INVALID", "name"},
		{"huge name", "createProject", "CreateProjectInput", map[string]any{"organizationId": organization, "name": huge}, "INVALID", "name"},
		{"empty slug", "createProject", "CreateProjectInput", map[string]any{"organizationId": organization, "name": "A", "slug": ""}, "INVALID", "slug"},
		{"slug with a quote", "createProject", "CreateProjectInput", map[string]any{"organizationId": organization, "name": "A", "slug": "a'; DROP"}, "INVALID", "slug"},
		{"taken slug", "createProject", "CreateProjectInput", map[string]any{"organizationId": organization, "name": "A", "slug": "acme"}, "CONFLICT", ""},
		{"negative retention", "createProject", "CreateProjectInput", map[string]any{"organizationId": organization, "name": "A", "retentionDays": -1}, "INVALID", "retentionDays"},
		{"not an organization", "createProject", "CreateProjectInput", map[string]any{"organizationId": project, "name": "A"}, "NOT_FOUND", "organizationId"},
		{"not an id", "createProject", "CreateProjectInput", map[string]any{"organizationId": "\x00", "name": "A"}, "NOT_FOUND", "organizationId"},
		{"no retention", "updateProject", "UpdateProjectInput", map[string]any{"projectId": project, "retentionDays": 0}, "INVALID", "retentionDays"},
		{"name of the other direction", "updateOrganization", "UpdateOrganizationInput", map[string]any{"organizationId": organization, "name": "a\u202eb"}, "INVALID", "name"},
		{"no scopes", "createApiKey", "CreateApiKeyInput", map[string]any{"projectId": project, "name": "k", "scopes": []string{}}, "INVALID", "scopes"},
		{"expired", "createApiKey", "CreateApiKeyInput", map[string]any{"projectId": project, "name": "k", "scopes": []string{"READ"}, "expiresAt": "2001-01-01T00:00:00Z"}, "INVALID", "expiresAt"},
		{"no key", "revokeApiKey", "RevokeApiKeyInput", map[string]any{"id": project}, "NOT_FOUND", "id"},
		{"no address", "inviteMember", "InviteMemberInput", map[string]any{"organizationId": organization, "email": "a b@c\r\n", "role": "VIEWER"}, "INVALID", "email"},
		{"invited already", "inviteMember", "InviteMemberInput", map[string]any{"organizationId": organization, "email": "Invited-ACME@example.com", "role": "VIEWER"}, "CONFLICT", ""},
		{"no role", "setMemberRole", "SetMemberRoleInput", map[string]any{"memberId": c.ids[trace.NodeMember], "role": nil}, "INVALID", "role"},
		{"another role by now", "setMemberRole", "SetMemberRoleInput", map[string]any{"memberId": c.ids[trace.NodeMember], "role": "ADMIN", "expectedRole": "VIEWER"}, "CONFLICT", ""},
		{"no role of its own", "setMemberRole", "SetMemberRoleInput", map[string]any{"memberId": c.ids[trace.NodeMember], "projectId": project, "role": "ADMIN", "expectedRole": "VIEWER"}, "CONFLICT", ""},
		{"a user", "removeMember", "RemoveMemberInput", map[string]any{"memberId": c.ids[trace.NodeUser]}, "NOT_FOUND", "memberId"},
		{"no token", "acceptInvitation", "AcceptInvitationInput", map[string]any{"token": huge}, "NOT_FOUND", "token"},
		{"wrong password", "changePassword", "ChangePasswordInput", map[string]any{"currentPassword": "wrong", "newPassword": "a much longer password"}, "INVALID", "currentPassword"},
		{"short password", "changePassword", "ChangePasswordInput", map[string]any{"currentPassword": "wrong", "newPassword": "short"}, "INVALID", "newPassword"},
	}
	before := c.checksums(t)
	for _, test := range cases {
		payload := c.owner.mutate(t, test.mutation, test.inputType, "", test.input)
		if code := dig(payload, "userErrors", 0, "code"); code != test.code {
			t.Errorf("%s: %s answers %v, want %s", test.name, test.mutation, payload, test.code)
		}
		if field := dig(payload, "userErrors", 0, "path", 1); test.field != "" && field != test.field {
			t.Errorf("%s: the error is about %v, want %s", test.name, field, test.field)
		}
	}
	for table, sum := range c.checksums(t) {
		if before[table] != sum {
			t.Errorf("%s changed", table)
		}
	}
}

func TestAnAdministratorSeesEachChangeInTheAuditLog(t *testing.T) {
	t.Parallel()
	c := newAdministration(t)
	organization := c.ids[trace.NodeOrganization]
	created := c.owner.mutate(t, "createProject", "CreateProjectInput", "project { id slug retentionDays }",
		map[string]any{"organizationId": organization, "name": "Héllo Wörld", "retentionDays": 30})
	project, _ := dig(created, "project", "id").(string)
	if slug := dig(created, "project", "slug"); slug != "hello-world" {
		t.Errorf("the slug is %v", slug)
	}
	updated := c.owner.mutate(t, "updateProject", "UpdateProjectInput", "project { name retentionDays }", map[string]any{"projectId": project, "name": "New"})
	if days := dig(updated, "project", "retentionDays"); days == nil {
		t.Error("changing the name took the retention away")
	}
	updated = c.owner.mutate(t, "updateProject", "UpdateProjectInput", "project { name retentionDays }", map[string]any{"projectId": project, "retentionDays": nil})
	if days := dig(updated, "project", "retentionDays"); days != nil {
		t.Errorf("null leaves the retention at %v", days)
	}
	key := c.owner.mutate(t, "createApiKey", "CreateApiKeyInput", "apiKey { id } secret", map[string]any{"projectId": project, "name": "k", "scopes": []string{"READ", "READ"}})
	secret, _ := key["secret"].(string)
	if !strings.HasPrefix(secret, "sk-tl-") {
		t.Errorf("the secret is %q", secret)
	}
	invited := c.owner.mutate(t, "inviteMember", "InviteMemberInput", "invitation { id email } token", map[string]any{"organizationId": organization, "email": "New@Example.com", "role": "VIEWER"})
	token, _ := invited["token"].(string)
	nobody := &party{api: c.api}
	joined := nobody.mutate(t, "acceptInvitation", "AcceptInvitationInput", "viewer { user { email } } organization { id }",
		map[string]any{"token": token, "name": "New", "password": "correct horse battery"})
	if dig(joined, "viewer", "user", "email") != "new@example.com" || dig(joined, "organization", "id") != organization {
		t.Errorf("joining answers %v", joined)
	}

	const query = `query($id: ID!, $first: Int, $after: Cursor, $filter: AuditFilter) { organization(id: $id) {
		auditLog(first: $first, after: $after, filter: $filter) { totalCount { value } pageInfo { hasNextPage endCursor }
			nodes { id at action actor { id name } objectType objectId changes address } } } }`
	raw := c.owner.raw(t, query, map[string]any{"id": organization})
	for _, hidden := range []string{secret, token, "correct horse"} {
		if bytes.Contains(raw, []byte(hidden)) {
			t.Errorf("the audit log holds the secret %s", hidden)
		}
	}
	var actions []string
	var after any
	for {
		page := dig(c.owner.get(t, query, map[string]any{"id": organization, "first": 2, "after": after}), "organization", "auditLog")
		nodes, _ := dig(page, "nodes").([]any)
		for _, node := range nodes {
			actions = append(actions, dig(node, "action").(string))
		}
		if dig(page, "pageInfo", "hasNextPage") != true {
			break
		}
		after = dig(page, "pageInfo", "endCursor")
	}
	want := "SIGNED_IN INVITATION_ACCEPTED MEMBER_INVITED API_KEY_CREATED PROJECT_UPDATED PROJECT_UPDATED PROJECT_CREATED API_KEY_CREATED MEMBER_INVITED SIGNED_IN"
	if got := strings.Join(actions, " "); got != want {
		t.Errorf("the log, two entries at a time, is\n%s, want\n%s", got, want)
	}
	filtered := dig(c.owner.get(t, query, map[string]any{"id": organization, "filter": map[string]any{
		"actions": []string{"PROJECT_CREATED", "API_KEY_CREATED"}, "actorId": c.owner.viewer.User.ID(), "since": "2001-01-01T00:00:00Z"}}), "organization", "auditLog", "nodes")
	if nodes, _ := filtered.([]any); len(nodes) != 3 {
		t.Errorf("the filter selects %v", filtered)
	}
	until := map[string]any{"until": "2001-01-01T00:00:00Z"}
	if n := dig(c.owner.get(t, query, map[string]any{"id": organization, "filter": until}), "organization", "auditLog", "nodes").([]any); len(n) != 0 {
		t.Errorf("before it was there, the organization has %v", n)
	}
	stale := c.owner.ask(t, query, map[string]any{"id": organization, "after": after, "filter": until})
	if len(stale.Errors) == 0 || stale.Errors[0].Extensions["code"] != "BAD_INPUT" {
		t.Errorf("a cursor of another filter: %+v", stale)
	}
}

func TestMembersAreListedWithTheirRolesToWhoMaySeeThem(t *testing.T) {
	t.Parallel()
	c := newAdministration(t)
	organization, member := c.ids[trace.NodeOrganization], c.ids[trace.NodeMember]
	changed := c.owner.mutate(t, "setMemberRole", "SetMemberRoleInput", "member { role projectRoles { role project { id } } }",
		map[string]any{"memberId": member, "projectId": c.ids[trace.NodeProject], "role": "ADMIN"})
	if dig(changed, "member", "role") != "MEMBER" || dig(changed, "member", "projectRoles", 0, "role") != "ADMIN" {
		t.Errorf("the member is %v", changed)
	}
	const query = `query($id: ID!) { organization(id: $id) {
		members { totalCount { value } nodes { id user { email } role projectRoles { role project { id } } joinedAt } }
		invitations { totalCount { value } nodes { id email role expiresAt } } auditLog { nodes { id } } } }`
	seen := dig(c.owner.get(t, query, map[string]any{"id": organization}), "organization")
	if nodes, _ := dig(seen, "members", "nodes").([]any); len(nodes) != 2 {
		t.Errorf("the members are %v", nodes)
	}
	if nodes, _ := dig(seen, "invitations", "nodes").([]any); len(nodes) != 1 || dig(nodes, 0, "id") != c.ids[trace.NodeInvitation] {
		t.Errorf("the invitations are %v", nodes)
	}
	key := dig(c.get(t, query, map[string]any{"id": organization}), "organization").(map[string]any)
	if key["members"] != nil || key["invitations"] != nil || key["auditLog"] != nil {
		t.Errorf("an API key sees %v", key)
	}
	for _, kind := range []string{trace.NodeMember, trace.NodeInvitation} {
		if got := dig(c.owner.get(t, `query($id: ID!) { node(id: $id) { id } }`, map[string]any{"id": c.ids[kind]}), "node", "id"); got != c.ids[kind] {
			t.Errorf("the node of the %s is %v", kind, got)
		}
	}
	removed := c.owner.mutate(t, "removeMember", "RemoveMemberInput", "memberId", map[string]any{"memberId": member})
	if removed["memberId"] != member {
		t.Errorf("removing answers %v", removed)
	}
	again := c.owner.mutate(t, "removeMember", "RemoveMemberInput", "memberId", map[string]any{"memberId": member})
	if dig(again, "userErrors", 0, "code") != "NOT_FOUND" {
		t.Errorf("removing again answers %v", again)
	}
}
