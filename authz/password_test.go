package authz

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
)

func TestAPasswordMatchesItsOwnHashOnly(t *testing.T) {
	t.Parallel()
	h := newHasher(2)
	phc, err := h.hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash = %s", phc)
	}
	for password, want := range map[string]bool{"correct horse": true, "correct horse ": false, "Correct horse": false, "": false, "correct horse\x00": false} {
		if got, err := h.matches(t.Context(), phc, password); err != nil || got != want {
			t.Errorf("%q: %t, %v", password, got, err)
		}
	}
	if got, err := h.matches(t.Context(), "", "correct horse"); err != nil || got {
		t.Errorf("without a hash: %t, %v", got, err)
	}
	if again, _ := h.hash(t.Context(), "correct horse"); again == phc {
		t.Error("two hashes share their salt")
	}
}

func TestAPasswordIsTheSameOnEveryKeyboard(t *testing.T) {
	t.Parallel()
	if ok, err := checkPassword(hashPassword("cafe\u0301"), "caf\u00e9"); err != nil || !ok {
		t.Errorf("%t, %v", ok, err)
	}
}

// TestForeignHashesAreRead uses the test vector of the reference implementation
// (github.com/P-H-C/phc-winner-argon2, src/test.c: argon2id, t=2, m=2^16, p=1,
// salt "somesalt").
func TestForeignHashesAreRead(t *testing.T) {
	t.Parallel()
	const phc = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if ok, err := checkPassword(phc, "password"); err != nil || !ok {
		t.Errorf("%t, %v", ok, err)
	}
}

func TestDamagedHashesAreErrors(t *testing.T) {
	t.Parallel()
	good := hashPassword("x")
	for _, phc := range []string{
		"", "x", "$argon2id$", strings.Replace(good, "argon2id", "argon2i", 1), strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=19456", "m=4294967295", 1), strings.Replace(good, "t=2", "t=0", 1), strings.Replace(good, "t=2", "t=4000000000", 1),
		strings.Replace(good, "p=1", "p=0", 1), strings.Replace(good, "p=1", "p=255", 1), strings.Replace(good, "m=19456", "m=-1", 1),
		good[:len(good)-30], good + "$", "$argon2id$v=19$m=19456,t=2,p=1$$",
	} {
		if ok, err := checkPassword(phc, "x"); ok || !errors.Is(err, errPasswordHash) {
			t.Errorf("%q: %t, %v", phc, ok, err)
		}
	}
}

func TestAFloodOfPasswordsIsTurnedAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := &hasher{slots: make(chan struct{}, 1)}
		if err := h.enter(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		results := make(chan error, maxWaiting)
		for range maxWaiting {
			go func() { results <- h.enter(ctx) }()
		}
		synctest.Wait()
		var limited *RateLimitedError
		if err := h.enter(ctx); !errors.As(err, &limited) || limited.Wait <= 0 {
			t.Errorf("one too many: %v", err)
		}
		h.leave()
		if err := <-results; err != nil {
			t.Errorf("the next in line: %v", err)
		}
		cancel()
		for range maxWaiting - 1 {
			if err := <-results; !errors.Is(err, context.Canceled) {
				t.Errorf("one that gave up: %v", err)
			}
		}
		h.leave()
		if err := h.enter(t.Context()); err != nil {
			t.Errorf("after the flood: %v", err)
		}
	})
}
