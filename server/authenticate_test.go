package server_test

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/treeline-dev/treeline/graph/guard"
	"github.com/treeline-dev/treeline/server"
	"github.com/treeline-dev/treeline/store"
)

type callerKey struct{}

// gate knows one key and one session.
type gate struct{}

func (gate) APIKey(ctx context.Context, public, secret, remote string) (context.Context, error) {
	switch {
	case remote != "127.0.0.1":
		return nil, errors.New("the remote address is " + remote)
	case public == "busy":
		return nil, &guard.CodedError{Code: guard.RateLimited, Message: "too many attempts", RetryAfter: 3 * time.Second}
	case public == "broken":
		return nil, errors.New("connect to hunter2")
	case public == "pk" && secret == "sk:with:colons":
		return context.WithValue(ctx, callerKey{}, "key"), nil
	case public == "gone":
		return nil, store.ErrNotFound
	}
	return nil, guard.Errorf(guard.Unauthenticated, "hunter2")
}

func (gate) Session(ctx context.Context, token string) (context.Context, error) {
	switch token {
	case "valid":
		return context.WithValue(ctx, callerKey{}, "person"), nil
	case "broken":
		return nil, errors.New("connect to hunter2")
	}
	return nil, guard.Errorf(guard.Unauthenticated, "it ended")
}

type bearerGate struct{ gate }

func (bearerGate) Bearer(ctx context.Context, token, _ string) (context.Context, error) {
	if token == "admin" {
		return context.WithValue(ctx, callerKey{}, "administrator"), nil
	}
	return nil, guard.Errorf(guard.Unauthenticated, "no")
}

func setupGate(t *testing.T, authenticator server.Authenticator, public string) *testBundle {
	t.Helper()
	b := setup(t, func(o *server.Options, g *server.GraphQL, _ *guard.Config) {
		o.Authentication = &server.Authentication{Authenticator: authenticator, Log: o.Log}
		if public != "" {
			u, err := url.Parse(public)
			if err != nil {
				t.Fatal(err)
			}
			o.PublicURL = u
			g.Cookie = server.SessionCookie{Secure: u.Scheme == "https", Path: u.Path}
			o.Authentication.Cookie, o.Authentication.Origin = g.Cookie, server.Origin(u)
		}
	})
	b.schema.Resolvers["Query.signedIn"] = func(ctx context.Context, _ any, _ map[string]any) (any, error) {
		return ctx.Value(callerKey{}), nil
	}
	b.schema.Resolvers["Mutation.signIn"] = func(ctx context.Context, _ any, _ map[string]any) (any, error) {
		return nil, guard.SetSession(ctx, "fresh", time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC))
	}
	b.schema.Resolvers["Mutation.signOut"] = func(ctx context.Context, _ any, _ map[string]any) (any, error) {
		return nil, guard.ClearSession(ctx)
	}
	return b
}

func basic(text string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)) }

func TestCallersAreNamedByTheirCredentials(t *testing.T) {
	t.Parallel()
	b := setupGate(t, bearerGate{}, "")
	plain := setupGate(t, gate{}, "")
	const cookie = "treeline_session=valid"
	for name, c := range map[string]struct {
		headers []string
		status  int
		code    any
		caller  any
	}{
		"nobody":                  {nil, 200, nil, nil},
		"key":                     {[]string{"Authorization", basic("pk:sk:with:colons")}, 200, nil, "key"},
		"key in lower case":       {[]string{"Authorization", strings.Replace(basic("pk:sk:with:colons"), "Basic", "basic", 1)}, 200, nil, "key"},
		"key from another origin": {[]string{"Authorization", basic("pk:sk:with:colons"), "Origin", "https://evil.example"}, 200, nil, "key"},
		"wrong secret":            {[]string{"Authorization", basic("pk:hunter2")}, 401, "UNAUTHENTICATED", nil},
		"unknown key":             {[]string{"Authorization", basic("gone:x")}, 401, "UNAUTHENTICATED", nil},
		"no secret":               {[]string{"Authorization", basic("pk:")}, 401, "UNAUTHENTICATED", nil},
		"no colon":                {[]string{"Authorization", basic("pk")}, 401, "UNAUTHENTICATED", nil},
		"no Base64":               {[]string{"Authorization", "Basic hunter2!"}, 401, "UNAUTHENTICATED", nil},
		"empty":                   {[]string{"Authorization", ""}, 401, "UNAUTHENTICATED", nil},
		"two headers":             {[]string{"Authorization", basic("pk:sk:with:colons"), "Authorization", basic("pk:sk:with:colons")}, 401, "UNAUTHENTICATED", nil},
		"another scheme":          {[]string{"Authorization", "Digest x"}, 401, "UNAUTHENTICATED", nil},
		"wrong key with cookie":   {[]string{"Authorization", basic("pk:hunter2"), "Cookie", cookie, "X-Treeline-Request", "1"}, 401, "UNAUTHENTICATED", nil},
		"key with cookie":         {[]string{"Authorization", basic("pk:sk:with:colons"), "Cookie", cookie}, 200, nil, "key"},
		"too many attempts":       {[]string{"Authorization", basic("busy:x")}, 429, "RATE_LIMITED", nil},
		"broken":                  {[]string{"Authorization", basic("broken:x")}, 503, "INTERNAL", nil},
		"administrator":           {[]string{"Authorization", "Bearer admin"}, 200, nil, "administrator"},
		"wrong bearer":            {[]string{"Authorization", "Bearer hunter2"}, 401, "UNAUTHENTICATED", nil},
		"session":                 {[]string{"Cookie", cookie, "X-Treeline-Request", "1"}, 200, nil, "person"},
		"session without header":  {[]string{"Cookie", cookie}, 403, "FORBIDDEN", nil},
		"session, own origin":     {[]string{"Cookie", cookie, "X-Treeline-Request", "1", "Origin", b.URL}, 200, nil, "person"},
		"session, other origin":   {[]string{"Cookie", cookie, "X-Treeline-Request", "1", "Origin", "https://evil.example"}, 403, "FORBIDDEN", nil},
		"session, null origin":    {[]string{"Cookie", cookie, "X-Treeline-Request", "1", "Origin", "null"}, 403, "FORBIDDEN", nil},
		"session, other port":     {[]string{"Cookie", cookie, "X-Treeline-Request", "1", "Origin", "http://127.0.0.1:1"}, 403, "FORBIDDEN", nil},
		"session, cross-site":     {[]string{"Cookie", cookie, "X-Treeline-Request", "1", "Sec-Fetch-Site", "cross-site"}, 403, "FORBIDDEN", nil},
		"nobody, other origin":    {[]string{"Origin", "https://evil.example"}, 403, "FORBIDDEN", nil},
		"ended session":           {[]string{"Cookie", "treeline_session=ended", "X-Treeline-Request", "1"}, 200, nil, nil},
		"broken session":          {[]string{"Cookie", "treeline_session=broken", "X-Treeline-Request", "1"}, 503, "INTERNAL", nil},
		"empty session":           {[]string{"Cookie", "treeline_session="}, 200, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := b.post(t, specJSON, query("{ signedIn }"), c.headers...)
			if a.StatusCode != c.status || a.code() != c.code || strings.Contains(a.text, "hunter2") {
				t.Fatalf("%d %s", a.StatusCode, a.text)
			}
			if c.status == 200 && (*a.body.Data)["signedIn"] != c.caller {
				t.Errorf("%s", a.text)
			}
			if c.status != 200 && a.body.Errors[0].Extensions["requestId"] != a.Header.Get("X-Request-Id") {
				t.Errorf("requestId: %s", a.text)
			}
			if (c.status == 401) != (a.Header.Get("WWW-Authenticate") != "") || (c.status == 429 || c.status == 503) != (a.Header.Get("Retry-After") != "") {
				t.Errorf("%d %v", a.StatusCode, a.Header)
			}
			if cleared := strings.HasPrefix(a.Header.Get("Set-Cookie"), "treeline_session=;"); cleared != (name == "ended session") {
				t.Errorf("Set-Cookie: %s", a.Header.Get("Set-Cookie"))
			}
		})
	}
	if a := plain.post(t, specJSON, query("{ signedIn }"), "Authorization", "Bearer admin"); a.StatusCode != 401 {
		t.Errorf("a bearer token without a BearerAuthenticator: %d", a.StatusCode)
	}
}

func TestSigningInSetsTheCookieAndSigningOutRemovesIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ public, in, out string }{
		"http":            {"", "treeline_session=fresh; Path=/; Expires=Wed, 02 Jan 2030 03:04:05 GMT; HttpOnly; SameSite=Lax", "treeline_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"},
		"http and prefix": {"http://localhost/x", "treeline_session=fresh; Path=/x; Expires=Wed, 02 Jan 2030 03:04:05 GMT; HttpOnly; SameSite=Lax", "treeline_session=; Path=/x; Max-Age=0; HttpOnly; SameSite=Lax"},
		"https":           {"https://traces.example.com/x", "__Host-treeline_session=fresh; Path=/; Expires=Wed, 02 Jan 2030 03:04:05 GMT; HttpOnly; Secure; SameSite=Lax", "__Host-treeline_session=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setupGate(t, gate{}, c.public)
			if a := b.post(t, plainJSON, query(`mutation { signIn(email: "a") }`)); a.StatusCode != 200 || a.Header.Get("Set-Cookie") != c.in {
				t.Errorf("%d %s %s", a.StatusCode, a.Header.Get("Set-Cookie"), a.text)
			}
			if a := b.post(t, plainJSON, query(`mutation { signOut }`)); a.StatusCode != 200 || a.Header.Get("Set-Cookie") != c.out {
				t.Errorf("%d %s %s", a.StatusCode, a.Header.Get("Set-Cookie"), a.text)
			}
		})
	}
}

func TestBehindHTTPSOnlyTheHostCookieCountsAndOnlyThePublicOriginCalls(t *testing.T) {
	t.Parallel()
	b := setupGate(t, gate{}, "https://traces.example.com")
	for _, c := range []struct {
		cookie, origin string
		status         int
		caller         any
	}{
		{"__Host-treeline_session=valid", "https://traces.example.com", 200, "person"},
		{"__Host-treeline_session=valid", "", 200, "person"},
		{"treeline_session=valid", "https://traces.example.com", 200, nil},
		{"__Host-treeline_session=valid", b.URL, 403, nil},
		{"__Host-treeline_session=valid", "http://traces.example.com", 403, nil},
		{"__Host-treeline_session=valid", "https://traces.example.com.evil.example", 403, nil},
	} {
		headers := []string{"Cookie", c.cookie, "X-Treeline-Request", "1"}
		if c.origin != "" {
			headers = append(headers, "Origin", c.origin)
		}
		a := b.post(t, specJSON, query("{ signedIn }"), headers...)
		if a.StatusCode != c.status || c.status == 200 && (*a.body.Data)["signedIn"] != c.caller {
			t.Errorf("%s from %s: %d %s", c.cookie, c.origin, a.StatusCode, a.text)
		}
		if a.Header.Get("Strict-Transport-Security") == "" {
			t.Error("no Strict-Transport-Security behind https")
		}
	}
}

func TestAWebSocketWithACookieNeedsItsOwnOrigin(t *testing.T) {
	t.Parallel()
	called := make(chan any, 1)
	authentication := &server.Authentication{Authenticator: gate{}}
	handler := authentication.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { called <- r.Context().Value(callerKey{}) }))
	for _, c := range []struct {
		origin string
		status int
		caller any
	}{{"http://example.com", 200, "person"}, {"", 403, nil}, {"https://evil.example", 403, nil}} {
		w, r := newRequest("GET", "/graphql", "")
		r.Header.Set("Upgrade", "WebSocket")
		r.Header.Set("Cookie", "treeline_session=valid")
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		handler.ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("Origin %q: %d %s", c.origin, w.Code, w.Body)
		}
		if c.status == 200 {
			if got := <-called; got != c.caller {
				t.Errorf("Origin %q: the caller is %v", c.origin, got)
			}
		}
	}
}
