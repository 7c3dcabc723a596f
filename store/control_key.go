package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// APIKeyScope is one thing that an API key may do.
type APIKeyScope string

// The scopes; package authz says what they mean.
const (
	ScopeIngest  APIKeyScope = "INGEST"
	ScopeRead    APIKeyScope = "READ"
	ScopePrompts APIKeyScope = "PROMPTS"
	ScopeScores  APIKeyScope = "SCORES"
	ScopeWrite   APIKeyScope = "WRITE"
)

// APIKeyScopes lists every scope.
func APIKeyScopes() []APIKeyScope {
	return []APIKeyScope{ScopeIngest, ScopeRead, ScopePrompts, ScopeScores, ScopeWrite}
}

// MarshalGQL writes the value as a GraphQL enum.
func (s APIKeyScope) MarshalGQL(w io.Writer) { trace.WriteEnumName(w, s) }

// UnmarshalGQL reads a GraphQL enum.
func (s *APIKeyScope) UnmarshalGQL(v any) error {
	return trace.ReadEnumName(s, "API key scope", APIKeyScopes(), v)
}

// APIKey is a pair of public key and secret with which programs call, for one
// project. The secret itself is nowhere stored.
type APIKey struct {
	KeyID     int64
	ProjectID trace.ProjectID
	Name      string
	PublicKey string
	Scopes    []APIKeyScope
	CreatedAt time.Time
	// ExpiresAt is when it stops working; nil for never.
	ExpiresAt *time.Time
	// LastUsedAt is exact to the minute; nil for a key that was never used.
	LastUsedAt *time.Time
}

var _ trace.Node = (*APIKey)(nil)

// ID implements trace.Node.
func (k *APIKey) ID() string {
	return trace.NodeID{Type: trace.NodeAPIKey, Scope: k.ProjectID.String(), Key: KeyText(k.KeyID)}.String()
}

// Position is where the key stands in a list, newest first.
func (k *APIKey) Position() TimePosition { return TimePosition{Time: k.CreatedAt, ID: k.KeyID} }

// KeyPair is what a program calls with.
type KeyPair struct{ Public, Secret string }

// GenerateKeyPair makes a new pair. The secret has 256 random bits.
func GenerateKeyPair() KeyPair {
	var id [16]byte
	_, _ = rand.Read(id[:])                         // never fails, see crypto/rand
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80 // a random UUID, RFC 9562, 5.4
	var secret [32]byte
	_, _ = rand.Read(secret[:])
	// 62^43 is the first power of 62 above 2^256.
	digits := new(big.Int).SetBytes(secret[:]).Text(62)
	return KeyPair{
		Public: fmt.Sprintf("pk-tl-%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:]),
		Secret: "sk-tl-" + strings.Repeat("0", 43-len(digits)) + digits,
	}
}

// HashSecret returns the form in which a secret is stored. Secrets are random
// and long, so a plain SHA-256 cannot be searched backwards.
func HashSecret(secret string) [sha256.Size]byte { return sha256.Sum256([]byte(secret)) }

// Longest halves of a key pair, in bytes.
const (
	MaxPublicKey = 200
	MaxSecretKey = 1000
)

// The halves of a pair as an InputError names them.
const (
	FieldPublicKey = "public key"
	FieldSecretKey = "secret key"
)

// Check gives an InputError for a pair that could not be sent in a request.
func (p KeyPair) Check() error {
	switch {
	case p.Public == "":
		return &InputError{FieldPublicKey, "is empty"}
	case p.Secret == "":
		return &InputError{FieldSecretKey, "is empty"}
	case len(p.Public) > MaxPublicKey:
		return &InputError{FieldPublicKey, fmt.Sprintf("is longer than %d bytes", MaxPublicKey)}
	case len(p.Secret) > MaxSecretKey:
		return &InputError{FieldSecretKey, fmt.Sprintf("is longer than %d bytes", MaxSecretKey)}
	case !utf8.ValidString(p.Public) || strings.ContainsFunc(p.Public, func(r rune) bool {
		return r == ':' || unicode.IsSpace(r) || !unicode.IsPrint(r)
	}):
		return &InputError{FieldPublicKey, "holds a space, a colon or a control character: use letters, digits and hyphens"}
	case !utf8.ValidString(p.Secret) || strings.ContainsFunc(p.Secret, unicode.IsControl):
		return &InputError{FieldSecretKey, "holds a control character such as a line break"}
	}
	return nil
}

// NewAPIKey is what CreateAPIKey needs.
type NewAPIKey struct {
	ProjectID trace.ProjectID
	Name      string
	KeyPair
	Scopes []APIKeyScope
	// ExpiresAt is when the key stops working; nil for never.
	ExpiresAt *time.Time
}

const keyColumns = `k.id, k.project_id, k.name, k.public_key, k.scopes, k.created_at, k.expires_at, k.last_used_at`

func (k *APIKey) targets() []any {
	return []any{&k.KeyID, &k.ProjectID, &k.Name, &k.PublicKey, &k.Scopes, &k.CreatedAt, &k.ExpiresAt, &k.LastUsedAt}
}

func (k *APIKey) toUTC() {
	k.CreatedAt = k.CreatedAt.UTC()
	for _, at := range []*time.Time{k.ExpiresAt, k.LastUsedAt} {
		if at != nil {
			*at = at.UTC()
		}
	}
}

func scanKey(row pgx.CollectableRow) (*APIKey, error) {
	k := &APIKey{}
	err := row.Scan(k.targets()...)
	k.toUTC()
	return k, err
}

// CreateAPIKey stores a key, the secret as its hash. A public key that is taken
// gives ErrConflict, a project that does not exist ErrNotFound, values that
// cannot be stored an InputError.
func (s *Store) CreateAPIKey(ctx context.Context, n NewAPIKey) (*APIKey, error) {
	return createAPIKey(ctx, s.pool, n)
}

func createAPIKey(ctx context.Context, q querier, n NewAPIKey) (*APIKey, error) {
	name, err := CleanName(n.Name)
	if err != nil {
		return nil, err
	}
	if err := n.Check(); err != nil {
		return nil, err
	}
	scopes, err := cleanScopes(n.Scopes)
	if err != nil {
		return nil, err
	}
	hash := HashSecret(n.Secret)
	key, err := queryOne(ctx, q, "create the API key", scanKey,
		`INSERT INTO api_key AS k (id, project_id, name, public_key, secret_hash, scopes, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING `+keyColumns,
		randomID(), int64(n.ProjectID), name, n.Public, hash[:], scopes, n.ExpiresAt)
	switch {
	case isUniqueViolation(err):
		return nil, conflictf("an API key with this public key exists")
	case isForeignKeyViolation(err):
		return nil, ErrNotFound
	}
	return key, err
}

// cleanScopes returns the scopes once each and in one order.
func cleanScopes(scopes []APIKeyScope) ([]string, error) {
	var names []string
	for _, known := range APIKeyScopes() {
		if slices.Contains(scopes, known) {
			names = append(names, string(known))
		}
	}
	for _, scope := range scopes {
		if !slices.Contains(names, string(scope)) {
			return nil, &InputError{FieldScopes, fmt.Sprintf("hold %q, which is none", scope)}
		}
	}
	if len(names) == 0 {
		return nil, &InputError{FieldScopes, "are empty: a key needs at least one"}
	}
	return names, nil
}

// APIKeys returns the keys of a project that were not revoked, newest first, at
// most limit of them, beginning after the position where one is given.
func (s *Store) APIKeys(ctx context.Context, project trace.ProjectID, after *TimePosition, limit int) ([]*APIKey, error) {
	at, id := after.arguments()
	return queryAll(ctx, s.pool, "list the API keys", scanKey,
		`SELECT `+keyColumns+` FROM api_key k WHERE k.project_id = $1 AND k.revoked_at IS NULL
		AND ($2::timestamptz IS NULL OR (k.created_at, k.id) < ($2::timestamptz, $3::bigint))
		ORDER BY k.created_at DESC, k.id DESC LIMIT $4`, int64(project), at, id, limit)
}

// CountAPIKeys counts them up to a limit.
func (s *Store) CountAPIKeys(ctx context.Context, project trace.ProjectID, limit int) (int, error) {
	return queryCount(ctx, s.pool, "count the API keys", `SELECT count(*) FROM (
		SELECT FROM api_key k WHERE k.project_id = $1 AND k.revoked_at IS NULL LIMIT $2) AS counted`, int64(project), limit)
}

// APIKey returns a key of the project that was not revoked, or ErrNotFound.
func (s *Store) APIKey(ctx context.Context, project trace.ProjectID, id int64) (*APIKey, error) {
	return queryOne(ctx, s.pool, "read the API key", scanKey,
		`SELECT `+keyColumns+` FROM api_key k WHERE k.project_id = $1 AND k.id = $2 AND k.revoked_at IS NULL`, int64(project), id)
}

// RevokeAPIKey makes a key of the project stop working for good. One that is
// not there, or no more, gives ErrNotFound.
func (s *Store) RevokeAPIKey(ctx context.Context, project trace.ProjectID, id int64) error {
	return execFound(ctx, s.pool, "revoke the API key",
		`UPDATE api_key SET revoked_at = now() WHERE project_id = $1 AND id = $2 AND revoked_at IS NULL`, int64(project), id)
}

// KnownAPIKey is a key as a sign-in check needs it.
type KnownAPIKey struct {
	*APIKey
	OrganizationID trace.OrganizationID
	SecretHash     [sha256.Size]byte
	// IsRevoked says that it no longer works.
	IsRevoked bool
}

const knownKeys = `SELECT ` + keyColumns + `, p.organization_id, k.secret_hash, k.revoked_at IS NOT NULL
	FROM api_key k JOIN project p ON p.id = k.project_id JOIN organization o ON o.id = p.organization_id AND o.is_ready`

func scanKnownKey(row pgx.CollectableRow) (KnownAPIKey, error) {
	k := KnownAPIKey{APIKey: &APIKey{}}
	var hash []byte
	err := row.Scan(append(k.targets(), &k.OrganizationID, &hash, &k.IsRevoked)...)
	copy(k.SecretHash[:], hash)
	k.toUTC()
	return k, err
}

// APIKeyByPublic returns the key with the public key, also one that expired or
// was revoked, or ErrNotFound. The caller compares the secret.
func (s *Store) APIKeyByPublic(ctx context.Context, public string) (KnownAPIKey, error) {
	return queryOne(ctx, s.pool, "look up the API key", scanKnownKey, knownKeys+` WHERE k.public_key = $1`, public)
}

// APIKeysBySecret returns the keys whose secret has the hash: usually one, two
// at most. Given keys, as at a headless start, can share a secret; which of
// them is meant cannot be told from the secret alone.
func (s *Store) APIKeysBySecret(ctx context.Context, hash [sha256.Size]byte) ([]KnownAPIKey, error) {
	return queryAll(ctx, s.pool, "look up the API key", scanKnownKey, knownKeys+` WHERE k.secret_hash = $1
		AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now()) LIMIT 2`, hash[:])
}

// keyUseInterval is how exact last_used_at is kept.
const keyUseInterval = time.Minute

// TouchAPIKey notes that a key was used, at most once a minute.
func (s *Store) TouchAPIKey(ctx context.Context, k *APIKey) error {
	if k.LastUsedAt != nil && time.Since(*k.LastUsedAt) < keyUseInterval {
		return nil
	}
	_, err := s.pool.Exec(ctx, `UPDATE api_key SET last_used_at = now()
		WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= now() - make_interval(secs => $2))`, k.KeyID, keyUseInterval.Seconds())
	if err != nil {
		return fmt.Errorf("note the use of an API key: %w", err)
	}
	return nil
}

// EnsureAPIKey makes sure that a key with the public key exists, and reports
// whether it was created. A key that exists stays as it is, revoked or not. One
// of another project gives ErrConflict. Several servers may do so at once.
func (s *Store) EnsureAPIKey(ctx context.Context, n NewAPIKey) (KnownAPIKey, bool, error) {
	isNew := false
	known, err := s.APIKeyByPublic(ctx, n.Public)
	if errors.Is(err, ErrNotFound) {
		_, err = s.CreateAPIKey(ctx, n)
		isNew = err == nil
		if err == nil || errors.Is(err, ErrConflict) {
			known, err = s.APIKeyByPublic(ctx, n.Public)
		}
	}
	switch {
	case err != nil:
		return KnownAPIKey{}, false, err
	case known.ProjectID != n.ProjectID:
		return KnownAPIKey{}, false, fmt.Errorf("the public key belongs to another project: %w", ErrConflict)
	}
	return known, isNew, nil
}
