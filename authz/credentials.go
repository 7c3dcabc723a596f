package authz

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"time"

	"github.com/treeline-dev/treeline/store"
)

// Credentials are what a program calls with.
type Credentials struct {
	// Public is the public key; empty where the secret came alone.
	Public string
	Secret string
}

// credentialDigest stands for credentials that were right, so that the secrets
// themselves do not stay in memory.
type credentialDigest [sha256.Size]byte

func (c Credentials) digest() credentialDigest {
	text := binary.BigEndian.AppendUint64(nil, uint64(len(c.Public)))
	text = append(text, c.Public...)
	return sha256.Sum256(append(text, c.Secret...))
}

// Authenticate returns who calls with an API key. What is wrong, expired or
// revoked gives ErrUnauthenticated, and from an address (see WithAddress) that
// sent too many of those a *RateLimitedError; a right key is never refused for
// what others sent. Other errors mean that it cannot be known now.
func (s *Service) Authenticate(ctx context.Context, c Credentials) (*Viewer, error) {
	viewer, err := s.authenticate(ctx, c)
	if !errors.Is(err, ErrUnauthenticated) {
		return viewer, err
	}
	if address := addressOf(ctx); address.IsValid() {
		if wait, ok := s.wrongKeys.take(addressKey(address)); !ok {
			return nil, &RateLimitedError{Wait: wait}
		}
	}
	return nil, ErrUnauthenticated
}

func (s *Service) authenticate(ctx context.Context, c Credentials) (*Viewer, error) {
	if c.Secret == "" || len(c.Secret) > store.MaxSecretKey {
		return nil, ErrUnauthenticated
	}
	if c.Public != "" && (store.KeyPair{Public: c.Public, Secret: c.Secret}).Check() != nil {
		return nil, ErrUnauthenticated
	}
	// Only what was right is remembered, so that a wrong secret of a key in use
	// and an unknown key both take the way through the database.
	viewer, err := s.keys.get(ctx, c.digest(), func(ctx context.Context) (*Viewer, error) { return s.keyViewer(ctx, c) })
	if err != nil {
		return nil, err
	}
	if isPast(viewer.APIKey.ExpiresAt) {
		return nil, ErrUnauthenticated
	}
	return viewer, nil
}

func isPast(at *time.Time) bool { return at != nil && !time.Now().Before(*at) }

func (s *Service) keyViewer(ctx context.Context, c Credentials) (*Viewer, error) {
	known, err := s.findKey(ctx, c)
	if err != nil {
		return nil, err
	}
	if known.IsRevoked || isPast(known.ExpiresAt) {
		return nil, ErrUnauthenticated
	}
	if err := s.store.TouchAPIKey(ctx, known.APIKey); err != nil {
		// The key is right; that its use was not noted is no reason to refuse.
		s.logger.WarnContext(ctx, "could not note the use of an API key", "key", store.KeyText(known.KeyID), "error", err)
	}
	return &Viewer{APIKey: known.APIKey, service: s, organization: known.OrganizationID}, nil
}

// findKey returns the key that the credentials open.
func (s *Service) findKey(ctx context.Context, c Credentials) (store.KnownAPIKey, error) {
	hash := store.HashSecret(c.Secret)
	if c.Public == "" {
		found, err := s.store.APIKeysBySecret(ctx, hash)
		switch {
		case err != nil:
			return store.KnownAPIKey{}, err
		case len(found) > 1:
			s.logger.WarnContext(ctx, "an API key's secret came alone and several keys share it: send the public key with it, or give each key a secret of its own",
				"key", store.KeyText(found[0].KeyID), "other_key", store.KeyText(found[1].KeyID))
			return store.KnownAPIKey{}, ErrUnauthenticated
		case len(found) == 0:
			return store.KnownAPIKey{}, ErrUnauthenticated
		}
		return found[0], nil
	}
	known, err := s.store.APIKeyByPublic(ctx, c.Public)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return store.KnownAPIKey{}, err
	}
	// For an unknown key the hash is all zeros and matches no secret; the
	// comparison is made all the same.
	isRight := subtle.ConstantTimeCompare(hash[:], known.SecretHash[:]) == 1
	if err != nil || !isRight {
		return store.KnownAPIKey{}, ErrUnauthenticated
	}
	return known, nil
}
