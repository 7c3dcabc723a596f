// Package authz decides: who is calling, what they may do, and whose data they
// may touch.
//
// A request becomes a Viewer, by Service.Authenticate for an API key or by
// Service.SessionViewer for a person. Everything else asks the viewer, above
// all Viewer.Project, which decides before anything is read and is the only way
// to a store.Tenant.
//
// What a role or a key scope permits stands in policy.csv, in the language of
// Casbin (model.conf). Who has which role stands in the control schema of
// package store.
package authz

import (
	"cmp"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// Config adjusts a Service. The zero value is good.
type Config struct {
	// Logger receives warnings; nil for none.
	Logger *slog.Logger
	// CacheTTL is how long keys, sessions and roles are remembered, and so the
	// longest that a revocation takes to hold on another server; 0 stands for
	// one second, the most is 30.
	CacheTTL time.Duration
	// CacheEntries bounds what is remembered of each kind; 0 stands for 10,000.
	CacheEntries int
	// SessionLifetime is how long a sign-in lasts; 0 stands for 30 days.
	SessionLifetime time.Duration
	// HashConcurrency is how many passwords are checked at a time, each in
	// 19 MiB; 0 stands for half of the processors, at most 4.
	HashConcurrency int
}

// Service authenticates callers. It is safe for concurrent use.
type Service struct {
	store           *store.Store
	logger          *slog.Logger
	policy          decisions
	sessionLifetime time.Duration
	hasher          *hasher
	byAddress       *buckets
	byEmail         *buckets
	wrongKeys       *buckets

	keys        *cache[credentialDigest, *Viewer]
	liveKeys    *cache[int64, struct{}]
	sessions    *cache[store.TokenHash, *Viewer]
	assignments *cache[int64, assignments]
	projects    *cache[projectView, *store.Project]
}

// projectView is a project in the eyes of a user, 0 for the project's own keys.
// What one user may see is never taken from what another one loaded, so that
// the time an answer takes tells nothing either.
type projectView struct {
	user    int64
	project trace.ProjectID
}

// Sign-in attempts that one address and one account have, and how fast they
// come back. A successful sign-in uses up none.
const (
	addressBurst, addressInterval = 30, 2 * time.Second
	emailBurst, emailInterval     = 10, 6 * time.Second
	maxBuckets                    = 1 << 16
)

// Wrong API keys that one address may send, and how fast that comes back. Right
// ones are not counted.
const wrongKeyBurst, wrongKeyInterval = 60, time.Second

// maxCacheTTL is the longest that anyone may rely on a key that was revoked.
const maxCacheTTL = 30 * time.Second

// New returns a service on a store.
func New(s *store.Store, cfg Config) (*Service, error) {
	if cfg.CacheTTL < 0 || cfg.CacheTTL > maxCacheTTL {
		return nil, fmt.Errorf("CacheTTL is %s: it must be between 0 and %s", cfg.CacheTTL, maxCacheTTL)
	}
	policy, err := decide()
	if err != nil {
		return nil, err
	}
	ttl, entries := cmp.Or(cfg.CacheTTL, time.Second), cmp.Or(cfg.CacheEntries, 10_000)
	return &Service{
		store:           s,
		logger:          cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler)),
		policy:          policy,
		sessionLifetime: cmp.Or(cfg.SessionLifetime, 30*24*time.Hour),
		hasher:          newHasher(cmp.Or(cfg.HashConcurrency, max(1, min(4, runtime.GOMAXPROCS(0)/2)))),
		byAddress:       newBuckets(addressBurst, addressInterval, maxBuckets),
		byEmail:         newBuckets(emailBurst, emailInterval, maxBuckets),
		wrongKeys:       newBuckets(wrongKeyBurst, wrongKeyInterval, maxBuckets),
		keys:            newCache[credentialDigest, *Viewer](ttl, entries),
		liveKeys:        newCache[int64, struct{}](ttl, entries),
		sessions:        newCache[store.TokenHash, *Viewer](ttl, entries),
		assignments:     newCache[int64, assignments](ttl, entries),
		projects:        newCache[projectView, *store.Project](ttl, entries),
	}, nil
}
