package authz

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/netip"
	"time"

	"github.com/treeline-dev/treeline/store"
)

// SignInInput is what a person signs in with.
type SignInInput struct {
	Email    string
	Password string
}

// SignInOrigin is where a sign-in comes from.
type SignInOrigin struct {
	// Address is the client's, for damping attempts.
	Address netip.Addr
	// Token is the session that the browser has already, which ends; empty for
	// none.
	Token string
}

// SignedIn is a session that has begun.
type SignedIn struct {
	Viewer *Viewer
	// Token is the secret for the cookie; it is nowhere stored.
	Token     string
	ExpiresAt time.Time
}

// SignIn begins a session. A wrong address or password gives ErrWrongPassword
// and takes as long as for a user that does not exist; too many attempts give a
// *RateLimitedError.
func (s *Service) SignIn(ctx context.Context, input SignInInput, origin SignInOrigin) (SignedIn, error) {
	address := addressKey(origin.Address)
	if wait, ok := s.byAddress.take(address); !ok {
		return SignedIn{}, &RateLimitedError{Wait: wait}
	}
	email, err := store.CleanEmail(input.Email)
	if err != nil || input.Password == "" || len(input.Password) > maxPassword {
		return SignedIn{}, ErrWrongPassword
	}
	if wait, ok := s.byEmail.take(email); !ok {
		return SignedIn{}, &RateLimitedError{Wait: wait}
	}
	found, err := s.store.UserByEmail(ctx, email)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return SignedIn{}, err
	}
	isRight, err := s.hasher.matches(ctx, found.PasswordHash, input.Password)
	if err != nil {
		return SignedIn{}, err
	}
	if !isRight {
		return SignedIn{}, ErrWrongPassword
	}
	s.byAddress.giveBack(address)
	s.byEmail.giveBack(email)
	return s.beginSession(WithAddress(ctx, origin.Address), found, origin.Token)
}

// tokenBytes is the length of a session's token before it is written as text.
const tokenBytes = 32

// beginSession gives the user a new session in place of the one that its
// browser had, and tells the user's organizations.
func (s *Service) beginSession(ctx context.Context, user store.UserWithPassword, previous string) (SignedIn, error) {
	organizations, err := s.organizationsOf(ctx, user.UserID)
	if err != nil {
		return SignedIn{}, err
	}
	token, hash := newToken()
	session := store.NewUserSession{
		TokenHash: hash, UserID: user.UserID, ExpiresAt: time.Now().Add(s.sessionLifetime),
		PasswordHash: user.PasswordHash, Actor: userActor(ctx, user.User), Organizations: organizations,
	}
	if old, ok := tokenHash(previous); ok {
		session.Replaces = &old
	}
	err = s.store.CreateUserSession(ctx, session)
	if errors.Is(err, store.ErrNotFound) {
		// The user went, or its password changed, since it was checked.
		return SignedIn{}, ErrWrongPassword
	}
	if err != nil {
		return SignedIn{}, err
	}
	if session.Replaces != nil {
		s.sessions.forget(*session.Replaces)
	}
	viewer := &Viewer{User: user.User, service: s, session: hash, sessionEnd: session.ExpiresAt}
	return SignedIn{Viewer: viewer, Token: token, ExpiresAt: session.ExpiresAt}, nil
}

// SessionViewer returns who a session's token belongs to. One that is unknown,
// ended or expired gives ErrUnauthenticated.
func (s *Service) SessionViewer(ctx context.Context, token string) (*Viewer, error) {
	hash, ok := tokenHash(token)
	if !ok {
		return nil, ErrUnauthenticated
	}
	return s.sessionViewer(ctx, hash)
}

func (s *Service) sessionViewer(ctx context.Context, hash store.TokenHash) (*Viewer, error) {
	viewer, err := s.sessions.get(ctx, hash, func(ctx context.Context) (*Viewer, error) {
		session, err := s.store.UserSession(ctx, hash)
		if err != nil {
			return nil, err
		}
		return &Viewer{User: session.User, service: s, session: hash, sessionEnd: session.ExpiresAt}, nil
	})
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, ErrUnauthenticated
	case err != nil:
		return nil, err
	case isPast(&viewer.sessionEnd):
		return nil, ErrUnauthenticated
	}
	return viewer, nil
}

// SignOut ends a session. A token that is none is no error.
func (s *Service) SignOut(ctx context.Context, token string) error {
	hash, ok := tokenHash(token)
	if !ok {
		return nil
	}
	err := s.store.DeleteUserSession(ctx, hash)
	s.sessions.forget(hash)
	return err
}

// sweepBatch is how many expired sessions go in one statement.
const sweepBatch = 1000

// SweepSessions removes the rows of expired sessions; they do not work before
// either. Some hours apart is often enough.
func (s *Service) SweepSessions(ctx context.Context) error {
	for {
		n, err := s.store.SweepUserSessions(ctx, sweepBatch)
		if err != nil || n < sweepBatch {
			return err
		}
	}
}

// tokenHash returns the form in which a token is stored; false for a text that
// is no token.
func tokenHash(token string) (store.TokenHash, bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != tokenBytes {
		return store.TokenHash{}, false
	}
	return sha256.Sum256(raw), true
}
