package guard

import (
	"context"
	"errors"
	"sync"
	"time"
)

// SessionJar carries a session cookie from a resolver to the HTTP answer.
type SessionJar struct {
	mu      sync.Mutex
	changed bool
	token   string
	expires time.Time
}

type sessionJarKey struct{}

// WithSessionJar returns a context in which SetSession and ClearSession work.
// Whoever writes the answer reads the jar afterwards.
func WithSessionJar(ctx context.Context, jar *SessionJar) context.Context {
	return context.WithValue(ctx, sessionJarKey{}, jar)
}

// errNoJar says that the answer can carry no cookie.
var errNoJar = errors.New("set the session cookie: this connection carries no cookies; send the operation as an HTTP request")

// SetSession makes the answer set the session cookie, until a moment.
func SetSession(ctx context.Context, token string, expires time.Time) error {
	return changeSession(ctx, token, expires)
}

// ClearSession makes the answer remove the session cookie.
func ClearSession(ctx context.Context) error { return changeSession(ctx, "", time.Time{}) }

func changeSession(ctx context.Context, token string, expires time.Time) error {
	jar, _ := ctx.Value(sessionJarKey{}).(*SessionJar)
	if jar == nil {
		return errNoJar
	}
	jar.mu.Lock()
	defer jar.mu.Unlock()
	jar.changed, jar.token, jar.expires = true, token, expires
	return nil
}

// Changed returns the cookie to set, with an empty token for one to remove, and
// whether there is a change at all.
func (j *SessionJar) Changed() (token string, expires time.Time, changed bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.token, j.expires, j.changed
}
