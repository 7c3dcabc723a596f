package main

import (
	"context"
	"net/http"
	"net/netip"

	"github.com/treeline-dev/treeline/authz"
	"github.com/treeline-dev/treeline/graph/guard"
	"github.com/treeline-dev/treeline/resolvers"
	"github.com/treeline-dev/treeline/server"
)

// callers finds out who sends a request.
type callers struct{ authz *authz.Service }

var _ server.Authenticator = callers{}

// APIKey implements server.Authenticator.
func (c callers) APIKey(ctx context.Context, public, secret, remote string) (context.Context, error) {
	ctx = authz.WithAddressText(ctx, remote)
	viewer, err := c.authz.Authenticate(ctx, authz.Credentials{Public: public, Secret: secret})
	if err != nil {
		return nil, err
	}
	return authz.WithViewer(ctx, viewer), nil
}

// Session implements server.Authenticator.
func (c callers) Session(ctx context.Context, token string) (context.Context, error) {
	viewer, err := c.authz.SessionViewer(ctx, token)
	if err != nil {
		return nil, err
	}
	return authz.WithViewer(ctx, viewer), nil
}

type originKey struct{}

// withOrigin notes where a request comes from, for signing in.
func withOrigin(cookie server.SessionCookie, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin := authz.SignInOrigin{Token: cookie.Token(r)}
		if address, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
			origin.Address = address.Addr()
		}
		ctx := authz.WithAddress(r.Context(), origin.Address)
		next.ServeHTTP(w, r.WithContext(context.WithValue(ctx, originKey{}, origin)))
	})
}

// browserSessions keeps sessions in cookies.
type browserSessions struct{}

var _ resolvers.Sessions = browserSessions{}

// Origin implements resolvers.Sessions.
func (browserSessions) Origin(ctx context.Context) authz.SignInOrigin {
	origin, _ := ctx.Value(originKey{}).(authz.SignInOrigin)
	return origin
}

// Begin implements resolvers.Sessions.
func (browserSessions) Begin(ctx context.Context, session authz.SignedIn) error {
	return guard.SetSession(ctx, session.Token, session.ExpiresAt)
}

// End implements resolvers.Sessions.
func (browserSessions) End(ctx context.Context) error { return guard.ClearSession(ctx) }
