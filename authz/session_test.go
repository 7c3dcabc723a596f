package authz

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/store/storetest"
)

func TestAPersonSignsInAndOut(t *testing.T) {
	t.Parallel()
	b := setup(t, forgetful)
	ada := b.user(t, "ada@example.com")
	in := storetest.Must(b.SignIn(t.Context(), SignInInput{" Ada@EXAMPLE.com", b.passwordOfAll}, fromHome))(t)
	if in.Viewer.User.UserID != ada.UserID || in.Viewer.APIKey != nil || !strings.HasPrefix(in.Viewer.ID(), "user:") {
		t.Errorf("signed in as %+v", in.Viewer)
	}
	if _, ok := in.Viewer.ProjectID(); ok {
		t.Error("a person has a project like a key")
	}
	if days := time.Until(in.ExpiresAt).Hours() / 24; days < 29.9 || days > 30 {
		t.Errorf("the session lasts %g days", days)
	}
	if raw, err := base64.RawURLEncoding.DecodeString(in.Token); err != nil || len(raw) != 32 {
		t.Errorf("a token of %d bytes, %v", len(raw), err)
	}
	if v := storetest.Must(b.SessionViewer(t.Context(), in.Token))(t); v.User.UserID != ada.UserID {
		t.Errorf("the session is of %+v", v.User)
	}
	if err := in.Viewer.StillValid(t.Context()); err != nil {
		t.Error(err)
	}
	if err := b.SignOut(t.Context(), in.Token); err != nil {
		t.Fatal(err)
	}
	_, err := b.SessionViewer(t.Context(), in.Token)
	storetest.WantError(t, err, ErrUnauthenticated)
	storetest.WantError(t, in.Viewer.StillValid(t.Context()), ErrUnauthenticated)
	for _, token := range []string{"", "x", in.Token} {
		if err := b.SignOut(t.Context(), token); err != nil {
			t.Errorf("signing out with %q: %v", token, err)
		}
	}
}

func TestSigningOutHoldsAtOnceOnThisServer(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{CacheTTL: 30 * time.Second})
	b.user(t, "ada@example.com")
	input := SignInInput{"ada@example.com", b.passwordOfAll}
	first := storetest.Must(b.SignIn(t.Context(), input, fromHome))(t)
	storetest.Must(b.SessionViewer(t.Context(), first.Token))(t)
	second := storetest.Must(b.SignIn(t.Context(), input, SignInOrigin{Address: fromHome.Address, Token: first.Token}))(t)
	if first.Token == second.Token {
		t.Error("the token is the same after signing in again")
	}
	_, err := b.SessionViewer(t.Context(), first.Token)
	storetest.WantError(t, err, ErrUnauthenticated)
	storetest.Must(b.SessionViewer(t.Context(), second.Token))(t)
	if err := b.SignOut(t.Context(), second.Token); err != nil {
		t.Fatal(err)
	}
	_, err = b.SessionViewer(t.Context(), second.Token)
	storetest.WantError(t, err, ErrUnauthenticated)
}

func TestAnExpiredSessionIsNone(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{CacheTTL: 30 * time.Second})
	b.user(t, "ada@example.com")
	in := storetest.Must(b.SignIn(t.Context(), SignInInput{"ada@example.com", b.passwordOfAll}, fromHome))(t)
	remembered := storetest.Must(b.SessionViewer(t.Context(), in.Token))(t)
	remembered.sessionEnd = time.Now()
	_, err := b.SessionViewer(t.Context(), in.Token)
	storetest.WantError(t, err, ErrUnauthenticated)
	b.db.Exec(t, `UPDATE treeline.user_session SET expires_at = now()`)
	hash, _ := tokenHash(in.Token)
	b.sessions.forget(hash)
	_, err = b.SessionViewer(t.Context(), in.Token)
	storetest.WantError(t, err, ErrUnauthenticated)
	if err := b.SweepSessions(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestTheTokenIsNotStored(t *testing.T) {
	t.Parallel()
	b := setup(t, forgetful)
	b.user(t, "ada@example.com")
	in := storetest.Must(b.SignIn(t.Context(), SignInInput{"ada@example.com", b.passwordOfAll}, fromHome))(t)
	raw := storetest.Must(base64.RawURLEncoding.DecodeString(in.Token))(t)
	_, err := b.store.UserSession(t.Context(), store.TokenHash(raw))
	storetest.WantError(t, err, store.ErrNotFound)
}

func TestTextsThatAreNoTokens(t *testing.T) {
	t.Parallel()
	b := setup(t, forgetful)
	for _, token := range []string{
		"", "x", strings.Repeat("A", 42), strings.Repeat("A", 43), strings.Repeat("A", 44), strings.Repeat("A", 42) + "B", strings.Repeat("\x00", 43),
		strings.Repeat("A", 1<<20),
	} {
		_, err := b.SessionViewer(t.Context(), token)
		storetest.WantError(t, err, ErrUnauthenticated)
	}
}

func TestAFailedSignInDoesNotTellWhy(t *testing.T) {
	t.Parallel()
	b := setup(t, forgetful)
	b.user(t, "ada@example.com")
	storetest.Must(b.store.CreateUser(t.Context(), store.NewUser{Email: "sso@example.com"}))(t)
	for i, input := range []SignInInput{
		{"ada@example.com", "wrong"}, {"ada@example.com", ""}, {"nobody@example.com", b.passwordOfAll}, {"sso@example.com", b.passwordOfAll},
		{"sso@example.com", ""}, {"", ""}, {"ada", b.passwordOfAll}, {"ada@example.com\x00", b.passwordOfAll}, {"\xff@example.com", "x"},
		{"ada@example.com", strings.Repeat("x", 1<<20)}, {strings.Repeat("x", 1<<20) + "@example.com", "x"}, {"' OR true --@example.com", "x"},
	} {
		in, err := b.SignIn(t.Context(), input, SignInOrigin{Address: netip.AddrFrom4([4]byte{192, 0, 2, byte(i)})})
		if err != ErrWrongPassword || in.Token != "" || in.Viewer != nil {
			t.Errorf("%.40q: %v", input.Email, err)
		}
	}
}

func TestGuessingIsDamped(t *testing.T) {
	t.Parallel()
	b := setup(t, forgetful)
	b.user(t, "ada@example.com")
	b.user(t, "bob@example.com")
	// None comes back during the test, however slow the machine.
	b.byEmail, b.byAddress = newBuckets(emailBurst, time.Hour, 1000), newBuckets(addressBurst, time.Hour, 1000)
	address := func(i int) SignInOrigin {
		return SignInOrigin{Address: netip.AddrFrom4([4]byte{198, 51, 100, byte(i)})}
	}
	// One account from many addresses, with the right password at last.
	for i := range emailBurst {
		_, err := b.SignIn(t.Context(), SignInInput{"ada@example.com", "wrong"}, address(i))
		storetest.WantError(t, err, ErrWrongPassword)
	}
	var limited *RateLimitedError
	_, err := b.SignIn(t.Context(), SignInInput{"ada@example.com", b.passwordOfAll}, address(100))
	if !errors.As(err, &limited) || limited.Wait <= 0 || limited.Wait > time.Hour {
		t.Errorf("the account: %v", err)
	}
	// An unknown account is damped like a known one.
	for i := range emailBurst + 1 {
		_, err = b.SignIn(t.Context(), SignInInput{"nobody@example.com", "wrong"}, address(i))
	}
	if !errors.As(err, &limited) {
		t.Errorf("the unknown account: %v", err)
	}
	// Others are not held up.
	storetest.Must(b.SignIn(t.Context(), SignInInput{"bob@example.com", b.passwordOfAll}, address(100)))(t)
	// Many accounts from one address; all of an IPv6 network is one. Texts that
	// are no addresses cost no hashing here.
	for i := range 2 * addressBurst {
		ip := netip.MustParseAddr(fmt.Sprintf("2001:db8:0:1::%x", i+1))
		_, err = b.SignIn(t.Context(), SignInInput{fmt.Sprint("user", i), "wrong"}, SignInOrigin{Address: ip})
	}
	if !errors.As(err, &limited) {
		t.Errorf("the network: %v", err)
	}
	other := netip.MustParseAddr("2001:db8:0:2::1")
	storetest.Must(b.SignIn(t.Context(), SignInInput{"bob@example.com", b.passwordOfAll}, SignInOrigin{Address: other}))(t)
}

func TestSigningInRightIsNotDamped(t *testing.T) {
	t.Parallel()
	b := setup(t, forgetful)
	b.user(t, "ada@example.com")
	for range emailBurst + 2 {
		storetest.Must(b.SignIn(t.Context(), SignInInput{"ada@example.com", b.passwordOfAll}, fromHome))(t)
	}
}

func TestAddressesOfOneClient(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "2001:db8::1": "2001:db8::/64", "2001:db8::ffff:1": "2001:db8::/64",
		"fe80::1%eth0": "fe80::/64",
	} {
		if got := addressKey(netip.MustParseAddr(given)); got != want {
			t.Errorf("%s: %s; want %s", given, got, want)
		}
	}
	if addressKey(netip.Addr{}) == "" {
		t.Error("an unknown address has no key")
	}
}
