package server

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/treeline-dev/treeline/graph/guard"
	"github.com/treeline-dev/treeline/store"
)

// Authenticator finds out who calls. Its functions return a context that carries
// the caller. An error that guard.Classify knows as UNAUTHENTICATED, or
// store.ErrNotFound, means that the credentials are not valid; RATE_LIMITED that
// there were too many attempts; any other that it could not be found out.
type Authenticator interface {
	// APIKey checks a public key and its secret. remote is the address of the
	// caller without its port.
	APIKey(ctx context.Context, public, secret, remote string) (context.Context, error)
	// Session checks the token of a session cookie.
	Session(ctx context.Context, token string) (context.Context, error)
}

// BearerAuthenticator is what an Authenticator may implement to accept
// Authorization: Bearer, such as the key of an instance administrator.
type BearerAuthenticator interface {
	// Bearer checks a token; remote is as for APIKey.
	Bearer(ctx context.Context, token, remote string) (context.Context, error)
}

// RequestHeader is the header that requests with a session cookie must carry,
// with any value. Another site's page cannot add it without being allowed to.
const RequestHeader = "X-Treeline-Request"

// Authentication puts the caller into the context of requests. Requests without
// credentials pass as nobody's.
type Authentication struct {
	// Authenticator finds out who calls.
	Authenticator Authenticator
	// Cookie says where the session token stands.
	Cookie SessionCookie
	// Origin is the public origin of the service, such as
	// "https://traces.example.com"; where it is empty, requests must come from the
	// host that they are sent to.
	Origin string
	// Log receives why credentials could not be checked. Default slog.Default().
	Log *slog.Logger
}

// unavailableWait is when a client may try again whose credentials could not be
// checked.
const unavailableWait = 5 * time.Second

// Wrap returns a handler that calls next once it is known who calls.
func (a *Authentication) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, fault := a.authenticate(w, r)
		if fault != nil {
			switch fault.status {
			case http.StatusUnauthorized:
				w.Header().Set("WWW-Authenticate", `Basic realm="Treeline", charset="UTF-8"`)
			case http.StatusServiceUnavailable:
				w.Header().Set("Retry-After", seconds(unavailableWait.Milliseconds()))
			}
			fault.write(w, r)
			return
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// authenticate returns the context of a request with its caller, or the answer
// that refuses it.
func (a *Authentication) authenticate(w http.ResponseWriter, r *http.Request) (context.Context, *httpFault) {
	ctx := r.Context()
	if header := r.Header.Values("Authorization"); len(header) > 0 {
		return a.authorization(ctx, w, r, header)
	}
	if fault := a.checkOrigin(r); fault != nil {
		return nil, fault
	}
	token := a.Cookie.Token(r)
	if token == "" {
		return ctx, nil
	}
	// A page cannot add headers to a WebSocket; there, its origin must be known.
	switch {
	case isWebSocket(r) && r.Header.Get("Origin") == "":
		return nil, faultf(http.StatusForbidden, guard.Forbidden, "a WebSocket with a session cookie needs the header Origin: programs call with an API key instead")
	case !isWebSocket(r) && r.Header.Get(RequestHeader) == "":
		return nil, faultf(http.StatusForbidden, guard.Forbidden, "requests with a session cookie need the header %s: 1", RequestHeader)
	}
	signedIn, err := a.Authenticator.Session(ctx, token)
	if err == nil {
		return signedIn, nil
	}
	if isInvalid(ctx, err) {
		// The session ended. Its caller is nobody then, and may sign in again.
		a.Cookie.Set(w, "", time.Time{})
		return ctx, nil
	}
	return nil, a.fault(ctx, w, err)
}

// authorization checks the Authorization header; a cookie does not count beside
// it.
func (a *Authentication) authorization(ctx context.Context, w http.ResponseWriter, r *http.Request, headers []string) (context.Context, *httpFault) {
	const message = "the credentials are not valid: send Authorization: Basic with an API key's public key and secret, as public:secret in Base64"
	if len(headers) > 1 {
		return nil, faultf(http.StatusUnauthorized, guard.Unauthenticated, "%s", message)
	}
	remote, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		remote = r.RemoteAddr
	}
	var known context.Context
	public, secret, isBasic := r.BasicAuth()
	scheme, token, _ := strings.Cut(headers[0], " ")
	bearer, takesBearer := a.Authenticator.(BearerAuthenticator)
	switch {
	case isBasic && public != "" && secret != "":
		known, err = a.Authenticator.APIKey(ctx, public, secret, remote)
	case takesBearer && strings.EqualFold(scheme, "Bearer") && strings.TrimSpace(token) != "":
		known, err = bearer.Bearer(ctx, strings.TrimSpace(token), remote)
	default:
		return nil, faultf(http.StatusUnauthorized, guard.Unauthenticated, "%s", message)
	}
	switch {
	case err == nil:
		return known, nil
	case isInvalid(ctx, err):
		return nil, faultf(http.StatusUnauthorized, guard.Unauthenticated, "%s", message)
	}
	return nil, a.fault(ctx, w, err)
}

// isInvalid reports whether an error blames the credentials.
func isInvalid(ctx context.Context, err error) bool {
	if errors.Is(err, store.ErrNotFound) {
		return true
	}
	coded, ok := guard.Classify(ctx, err)
	return ok && coded.Code == guard.Unauthenticated
}

// fault answers where credentials could not be checked.
func (a *Authentication) fault(ctx context.Context, w http.ResponseWriter, err error) *httpFault {
	if coded, ok := guard.Classify(ctx, err); ok {
		switch coded.Code {
		case guard.RateLimited:
			if coded.RetryAfter > 0 {
				w.Header().Set("Retry-After", seconds(coded.RetryAfter.Milliseconds()))
			}
			return faultf(http.StatusTooManyRequests, guard.RateLimited, "%s", coded.Message)
		case guard.Forbidden:
			return faultf(http.StatusForbidden, guard.Forbidden, "%s", coded.Message)
		}
	}
	cmp.Or(a.Log, slog.Default()).LogAttrs(ctx, slog.LevelError, "credentials could not be checked", slog.String("request_id", guard.RequestID(ctx)), slog.Any("error", err))
	return faultf(http.StatusServiceUnavailable, guard.Internal, "the credentials could not be checked: try again in a moment")
}

// checkOrigin refuses requests that another site's page makes.
func (a *Authentication) checkOrigin(r *http.Request) *httpFault {
	if a.isOwnOrigin(r) {
		return nil
	}
	return faultf(http.StatusForbidden, guard.Forbidden, "pages of another origin may not call without an API key")
}

// isOwnOrigin reports whether a request comes from a page of this service, or
// from no page at all.
func (a *Authentication) isOwnOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return r.Header.Get("Sec-Fetch-Site") != "cross-site"
	}
	u, err := url.Parse(origin)
	switch {
	case err != nil || u.Host == "":
		return false
	case a.Origin != "":
		return strings.EqualFold(origin, a.Origin)
	}
	return strings.EqualFold(u.Host, r.Host)
}
