package authz

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Parameters of argon2id: what OWASP's Password Storage Cheat Sheet asks for at
// least.
const (
	argonMemory  = 19 * 1024 // KiB
	argonPasses  = 2
	argonThreads = 1
	argonKey     = 32
	argonSalt    = 16
)

// maxPassword is the longest password, in bytes.
const maxPassword = 1024

// hasher computes password hashes, a few at a time, since each takes 19 MiB and
// some tens of milliseconds of one core.
type hasher struct {
	slots   chan struct{}
	waiting atomic.Int64
	// dummy is checked for users that do not exist, so that the answer takes
	// as long as for those that do.
	dummy string
}

// maxWaiting is how many may wait for a slot; more are turned away.
const maxWaiting = 64

func newHasher(concurrency int) *hasher {
	h := &hasher{slots: make(chan struct{}, concurrency)}
	h.dummy = hashPassword(rand.Text())
	return h
}

// hash returns the PHC string of a password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	return hashPassword(password), nil
}

// matches reports whether the password is the one of the PHC string. An empty
// string matches nothing and takes as long.
func (h *hasher) matches(ctx context.Context, phc, password string) (bool, error) {
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer h.leave()
	if phc == "" {
		_, err := checkPassword(h.dummy, password)
		return false, err
	}
	return checkPassword(phc, password)
}

func (h *hasher) enter(ctx context.Context) error {
	if h.waiting.Add(1) > maxWaiting {
		h.waiting.Add(-1)
		return &RateLimitedError{Wait: time.Second}
	}
	defer h.waiting.Add(-1)
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *hasher) leave() { <-h.slots }

// hashPassword returns the hash with its parameters in the PHC string format
// (github.com/P-H-C/phc-string-format).
func hashPassword(password string) string {
	salt := make([]byte, argonSalt)
	_, _ = rand.Read(salt) // never fails, see crypto/rand
	key := argon2.IDKey(passwordBytes(password), salt, argonPasses, argonMemory, argonThreads, argonKey)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonPasses, argonThreads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

// errPasswordHash says that a stored hash cannot be read.
var errPasswordHash = errors.New("the stored password hash is not an argon2id hash")

func checkPassword(phc, password string) (bool, error) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return false, errPasswordHash
	}
	var memory, passes uint32
	var threads uint8
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &threads); err != nil {
		return false, errPasswordHash
	}
	salt, err1 := base64.RawStdEncoding.Strict().DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.Strict().DecodeString(parts[5])
	// The bounds keep a damaged row from taking the machine.
	if err1 != nil || err2 != nil || len(salt) < 8 || len(want) < 16 || len(want) > 64 ||
		passes < 1 || passes > 16 || threads < 1 || threads > 16 || memory < 8*uint32(threads) || memory > 256*1024 {
		return false, errPasswordHash
	}
	got := argon2.IDKey(passwordBytes(password), salt, passes, memory, threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

// passwordBytes makes one password of the same letters typed on different
// keyboards (RFC 8265, 4.2.2: normalization form C).
func passwordBytes(password string) []byte { return norm.NFC.Bytes([]byte(password)) }
