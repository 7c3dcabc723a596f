package authz

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/store/storetest"
)

func TestOneDigestIsOneCredential(t *testing.T) {
	t.Parallel()
	seen := map[credentialDigest]Credentials{}
	for _, c := range []Credentials{{"", "ab"}, {"a", "b"}, {"ab", ""}, {"", ""}, {"a", ""}, {"", "a"}, {"b", "a"}} {
		if other, ok := seen[c.digest()]; ok {
			t.Errorf("%q and %q", c, other)
		}
		seen[c.digest()] = c
	}
}

func TestAKeyOpensItsOwnProject(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{})
	pair := b.pair(t, b.web, store.ScopeIngest, store.ScopeRead)
	for _, c := range []Credentials{credentials(pair), {Secret: pair.Secret}} {
		v := storetest.Must(b.Authenticate(t.Context(), c))(t)
		if id, ok := v.ProjectID(); !ok || id != b.web.ProjectID || v.User != nil || v.APIKey.PublicKey != pair.Public {
			t.Errorf("viewer of %s, %t, %+v", id, ok, v.APIKey)
		}
		if !strings.HasPrefix(v.ID(), "key:") || strings.Contains(v.ID(), pair.Secret) {
			t.Errorf("ID = %s", v.ID())
		}
	}
}

func TestCredentialsThatDoNotBelongTogetherAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{})
	mine, theirs := b.pair(t, b.web, store.ScopeRead), b.pair(t, b.theirs, store.ScopeRead)
	// Used once, so that they are remembered.
	for _, pair := range []store.KeyPair{mine, theirs} {
		storetest.Must(b.Authenticate(t.Context(), credentials(pair)))(t)
	}
	for _, c := range []Credentials{
		{}, {Public: mine.Public}, {mine.Public, theirs.Secret}, {theirs.Public, mine.Secret}, {mine.Public, mine.Secret + "x"},
		{mine.Public, mine.Secret[:len(mine.Secret)-1]}, {mine.Public, strings.ToUpper(mine.Secret)}, {"pk-tl-unknown", mine.Secret},
		{Secret: mine.Public}, {mine.Public, mine.Public}, {mine.Secret, mine.Secret}, {mine.Public, "\x00"}, {"\x00", "\x00"},
		{mine.Public + "\x00", mine.Secret}, {mine.Public + " ", mine.Secret}, {"\xff", mine.Secret}, {Secret: "\xff\x00"},
		{"%", "%"}, {"' OR true --", "x"}, {strings.Repeat("x", 1<<20), "x"}, {"x", strings.Repeat("x", 1<<20)},
		// The hash that an unknown key is compared with.
		{"unknown", string(make([]byte, 32))},
	} {
		v, err := b.Authenticate(t.Context(), c)
		if !errors.Is(err, ErrUnauthenticated) || v != nil {
			t.Errorf("%.40q: %v", c, err)
		}
	}
	if len(b.keys.entries) != 2 {
		t.Errorf("%d entries are remembered: guesses must leave none", len(b.keys.entries))
	}
}

func TestARevokedOrExpiredKeyIsRefused(t *testing.T) {
	t.Parallel()
	b := setup(t, forgetful)
	pair := b.pair(t, b.web, store.ScopeRead)
	v := storetest.Must(b.Authenticate(t.Context(), credentials(pair)))(t)
	if err := v.StillValid(t.Context()); err != nil {
		t.Error(err)
	}
	if err := b.store.RevokeAPIKey(t.Context(), b.web.ProjectID, v.APIKey.KeyID); err != nil {
		t.Fatal(err)
	}
	storetest.WantError(t, v.StillValid(t.Context()), ErrUnauthenticated)
	expired := b.pair(t, b.web, store.ScopeRead)
	b.db.Exec(t, `UPDATE treeline.api_key SET expires_at = now() WHERE public_key = $1`, expired.Public)
	orphan := b.pair(t, b.theirs, store.ScopeRead)
	if err := b.store.DeleteOrganization(t.Context(), b.other.OrganizationID); err != nil {
		t.Fatal(err)
	}
	for _, pair := range []store.KeyPair{pair, expired, orphan} {
		for _, c := range []Credentials{credentials(pair), {Secret: pair.Secret}} {
			_, err := b.Authenticate(t.Context(), c)
			storetest.WantError(t, err, ErrUnauthenticated)
		}
	}
}

func TestAKeyThatExpiresWhileItIsRememberedIsRefused(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{CacheTTL: 30 * time.Second})
	pair := b.pair(t, b.web, store.ScopeRead)
	v := storetest.Must(b.Authenticate(t.Context(), credentials(pair)))(t)
	now := time.Now()
	v.APIKey.ExpiresAt = &now
	_, err := b.Authenticate(t.Context(), credentials(pair))
	storetest.WantError(t, err, ErrUnauthenticated)
	storetest.WantError(t, v.StillValid(t.Context()), ErrUnauthenticated)
}

func TestASecretThatKeysShareOpensNoneAlone(t *testing.T) {
	t.Parallel()
	b := setup(t, forgetful)
	for _, n := range []store.NewAPIKey{
		{ProjectID: b.web.ProjectID, KeyPair: store.KeyPair{Public: "pk-1", Secret: "shared"}},
		{ProjectID: b.theirs.ProjectID, KeyPair: store.KeyPair{Public: "pk-2", Secret: "shared"}},
	} {
		n.Name, n.Scopes = "given", store.APIKeyScopes()
		storetest.Must(b.store.CreateAPIKey(t.Context(), n))(t)
		v := storetest.Must(b.Authenticate(t.Context(), credentials(n.KeyPair)))(t)
		if id, _ := v.ProjectID(); id != n.ProjectID {
			t.Errorf("%s opens project %s", n.Public, id)
		}
	}
	_, err := b.Authenticate(t.Context(), Credentials{Secret: "shared"})
	storetest.WantError(t, err, ErrUnauthenticated)
}

func TestAKeyInUseIsNotLookedUpEachTime(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{CacheTTL: 30 * time.Second})
	pair := b.pair(t, b.web, store.ScopeIngest)
	first := storetest.Must(b.Authenticate(t.Context(), credentials(pair)))(t)
	must3(first.Project(t.Context(), b.web.ProjectID, ObjectTrace, VerbWrite))(t)
	// Without the table there is nothing to look up.
	b.db.Exec(t, `ALTER TABLE treeline.api_key RENAME TO gone`)
	b.db.Exec(t, `ALTER TABLE treeline.project RENAME TO project_gone`)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 100 {
				v, err := b.Authenticate(t.Context(), credentials(pair))
				if err != nil || v != first {
					t.Errorf("%v, %v", v, err)
					return
				}
				if _, _, err := v.Project(t.Context(), b.web.ProjectID, ObjectTrace, VerbWrite); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	_, err := b.Authenticate(t.Context(), Credentials{"pk-unknown", "sk"})
	if err == nil || errors.Is(err, ErrUnauthenticated) {
		t.Errorf("a database that fails is not a wrong key: %v", err)
	}
}

// must3 is storetest.Must for functions that return two values.
func must3[A, B any](_ A, value B, err error) func(testing.TB) B { return storetest.Must(value, err) }

func TestTheUseOfAKeyIsNoted(t *testing.T) {
	t.Parallel()
	b := setup(t, forgetful)
	v := b.key(t, b.web, store.ScopeRead)
	if k := storetest.Must(b.store.APIKey(t.Context(), b.web.ProjectID, v.APIKey.KeyID))(t); k.LastUsedAt == nil {
		t.Error("not noted")
	}
}

func BenchmarkAuthenticate(b *testing.B) {
	s := &Service{keys: newCache[credentialDigest, *Viewer](time.Hour, 10), policy: mustDecide(b)}
	c := credentials(store.GenerateKeyPair())
	s.keys.add(&entry[credentialDigest, *Viewer]{key: c.digest(), value: &Viewer{APIKey: &store.APIKey{}}, until: time.Now().Add(time.Hour)})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Authenticate(b.Context(), c); err != nil {
			b.Fatal(err)
		}
	}
}
