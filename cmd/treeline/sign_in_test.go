package main

import (
	"encoding/json"
	"net/http"
	"testing"
)

func TestSignIn(t *testing.T) {
	t.Parallel()
	s := sharedServer(t)
	client := browser(t)
	const mark = "X-Treeline-Request"
	const signIn = `mutation($input: SignInInput!) { signIn(input: $input) { viewer { user { email } } userErrors { code path } } }`
	const who = `{ viewer { user { email } organizations { nodes { name projects { nodes { name } } } } } }`
	type viewer struct {
		User *struct{ Email string }
	}

	for _, wrong := range []map[string]any{
		{"email": testEmail, "password": testPassword + "!"},
		{"email": "nobody@example.com", "password": testPassword},
	} {
		g := s.operate(t, client, signIn, map[string]any{"input": wrong}, "Authorization", "", mark, "1")
		var data struct {
			SignIn struct {
				Viewer     *viewer
				UserErrors []struct{ Code string }
			}
		}
		if err := json.Unmarshal(g.Data, &data); err != nil {
			t.Fatal(err)
		}
		if g.status != 200 || data.SignIn.Viewer != nil || len(data.SignIn.UserErrors) != 1 || data.SignIn.UserErrors[0].Code != "INVALID" {
			t.Fatalf("signing in as %s: %d %s", wrong["email"], g.status, g.body)
		}
		if cookie := g.header.Get("Set-Cookie"); cookie != "" {
			t.Fatalf("a cookie for a wrong password: %s", cookie)
		}
	}

	g := s.operate(t, client, signIn, map[string]any{"input": map[string]any{"email": testEmail, "password": testPassword}}, "Authorization", "", mark, "1")
	cookies := (&http.Response{Header: g.header}).Cookies()
	if g.status != 200 || len(g.Errors) > 0 || len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteLaxMode {
		t.Fatalf("%d %s, cookies %v", g.status, g.body, cookies)
	}

	asPerson := func(headers ...string) *graphQL {
		t.Helper()
		return s.operate(t, client, who, nil, append([]string{"Authorization", ""}, headers...)...)
	}
	const want = `{"viewer":{"user":{"email":"` + testEmail + `"},"organizations":{"nodes":[{"name":"Acme","projects":{"nodes":[{"name":"Shop"}]}}]}}}`
	if g := asPerson(mark, "1"); string(g.Data) != want {
		t.Fatalf("with the cookie: %d %s", g.status, g.body)
	}
	if g := asPerson(); g.status != http.StatusForbidden || g.code() != "FORBIDDEN" {
		t.Errorf("without %s: %d %s", mark, g.status, g.body)
	}
	if g := asPerson(mark, "1", "Origin", "https://elsewhere.example"); g.status != http.StatusForbidden || g.code() != "FORBIDDEN" {
		t.Errorf("from another origin: %d %s", g.status, g.body)
	}

	if g := s.operate(t, client, `mutation { signOut { userErrors { code } } }`, nil, "Authorization", "", mark, "1"); g.status != 200 || len(g.Errors) > 0 {
		t.Fatalf("%d %s", g.status, g.body)
	}
	for name, headers := range map[string][]string{
		"after signing out":           {mark, "1"},
		"with the cookie of the past": {mark, "1", "Cookie", cookies[0].Name + "=" + cookies[0].Value},
	} {
		if g := asPerson(headers...); g.code() != "UNAUTHENTICATED" {
			t.Errorf("%s: %d %s", name, g.status, g.body)
		}
	}
}
