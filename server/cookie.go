package server

import (
	"net/http"
	"time"

	"github.com/treeline-dev/treeline/graph/guard"
)

// SessionCookie says how the cookie of a signed-in person looks. It is never
// readable by scripts, and other sites' requests do not carry it except for
// plain links.
type SessionCookie struct {
	// Secure is set where the service is reached by https. The cookie then has
	// the __Host- prefix, which no subdomain and no plain connection can set.
	Secure bool
	// Path is the path prefix of the service, empty for none; a __Host- cookie
	// always belongs to the whole host.
	Path string
}

// sessionCookieName is the name of the cookie without its prefix.
const sessionCookieName = "treeline_session"

// Name returns the name of the cookie.
func (c SessionCookie) Name() string {
	if c.Secure {
		return "__Host-" + sessionCookieName
	}
	return sessionCookieName
}

// Token returns the session token of a request, empty where it has none.
func (c SessionCookie) Token(r *http.Request) string {
	cookie, err := r.Cookie(c.Name())
	if err != nil {
		return ""
	}
	return cookie.Value
}

// Set sets the cookie, or removes it where the token is empty.
func (c SessionCookie) Set(w http.ResponseWriter, token string, expires time.Time) {
	cookie := &http.Cookie{
		Name: c.Name(), Value: token, Path: "/", Expires: expires,
		HttpOnly: true, Secure: c.Secure, SameSite: http.SameSiteLaxMode,
	}
	if !c.Secure && c.Path != "" {
		cookie.Path = c.Path
	}
	if token == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}

// apply writes what a jar holds into an answer.
func (c SessionCookie) apply(w http.ResponseWriter, jar *guard.SessionJar) {
	if token, expires, changed := jar.Changed(); changed {
		c.Set(w, token, expires)
	}
}
