package store_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/treeline-dev/treeline/store"
)

func TestNamesMayBeInAnyScript(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"Acme":                   "Acme",
		"  Acme Inc. \n":         "Acme Inc.",
		"株式会社":                   "株式会社",
		"شركة":                   "شركة",
		"cafe\u0301":             "café",
		"👩‍💻 tools":              "👩‍💻 tools",
		strings.Repeat("é", 200): strings.Repeat("é", 200),
	} {
		got, err := store.CleanName(given)
		if err != nil || got != want {
			t.Errorf("CleanName(%q) = %q, %v; want %q", given, got, err, want)
		}
	}
}

func TestNamesThatCannotBeShownAreRefused(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"", " \t ", "a\x00b", "a\nb", "a\x1b[31mb", "a\u2028b", "a\u202eb", "\u200b", "\u200d\u200d", "a\xffb", strings.Repeat("é", 201),
	} {
		_, err := store.CleanName(name)
		var input *store.InputError
		if !errors.As(err, &input) || input.Field != "name" || strings.Contains(err.Error(), "\n") {
			t.Errorf("CleanName(%q) = %v; want an InputError of one line", name, err)
		}
	}
}

func TestSlugForm(t *testing.T) {
	t.Parallel()
	for slug, isValid := range map[string]bool{
		"a": true, "acme": true, "acme-2": true, "0": true, strings.Repeat("a", 63): true,
		"": false, "-a": false, "a-": false, "A": false, "a_b": false, "a b": false, "é": false, "a\n": false, strings.Repeat("a", 64): false,
	} {
		if err := store.CheckSlug(slug); (err == nil) != isValid {
			t.Errorf("CheckSlug(%q) = %v", slug, err)
		}
	}
}

func TestSlugOfANameIsReadable(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"acme-corp":               "acme-corp",
		"Acme Corp.":              "acme-corp",
		"  Crème  Brûlée & Co ":   "creme-brulee-co",
		"Joe's Diner":             "joes-diner",
		"2 Fast":                  "2-fast",
		strings.Repeat("ab-", 40): strings.Repeat("ab-", 21)[:62],
	} {
		if got := store.SlugOf(name); got != want {
			t.Errorf("SlugOf(%q) = %q; want %q", name, got, want)
		}
	}
}

func TestSlugOfAnyNameIsASlug(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.String().Draw(t, "name")
		slug := store.SlugOf(name)
		if err := store.CheckSlug(slug); err != nil {
			t.Fatalf("SlugOf(%q) = %q: %v", name, slug, err)
		}
		if store.SlugOf(name) != slug {
			t.Fatal("the slug differs from one time to the next")
		}
		if store.SlugOf(slug) != slug {
			t.Fatalf("SlugOf(%q) = %q; a slug is its own", slug, store.SlugOf(slug))
		}
	})
	if store.SlugOf("日本") == store.SlugOf("中国") {
		t.Error("names without Latin letters share a slug")
	}
}

func TestEmailsOfOnePersonAreOne(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"Ada@Example.COM":         "ada@example.com",
		" ada+x@example.com\n":    "ada+x@example.com",
		"admin@localhost":         "admin@localhost",
		"JOSE\u0301@example.com":  "josé@example.com",
		"o'neil@example.com":      "o'neil@example.com",
		"\u212aelvin@example.com": "kelvin@example.com",
	} {
		if got, err := store.CleanEmail(given); err != nil || got != want {
			t.Errorf("CleanEmail(%q) = %q, %v; want %q", given, got, err, want)
		}
	}
	for _, bad := range []string{
		"", "ada", "@example.com", "ada@", "a@b@c", "a b@example.com", "a\x00@example.com", "a\u200b@example.com",
		"Ada <ada@example.com>", "a,b@example.com", "a\xff@example.com", strings.Repeat("a", 250) + "@example.com",
	} {
		if got, err := store.CleanEmail(bad); err == nil {
			t.Errorf("CleanEmail(%q) = %q; want an error", bad, got)
		}
	}
}

func TestCleaningAnEmailTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		once, err := store.CleanEmail(rapid.String().Draw(t, "local") + "@" + rapid.StringMatching(`[a-zA-Z.]{1,20}`).Draw(t, "domain"))
		if err != nil {
			return
		}
		if twice, err := store.CleanEmail(once); err != nil || twice != once {
			t.Fatalf("CleanEmail(%q) = %q, %v", once, twice, err)
		}
	})
}

func TestGeneratedKeyPairs(t *testing.T) {
	t.Parallel()
	public := regexp.MustCompile(`^pk-tl-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	secret := regexp.MustCompile(`^sk-tl-[0-9A-Za-z]{43}$`)
	seen := map[string]bool{}
	for range 100 {
		pair := store.GenerateKeyPair()
		if !public.MatchString(pair.Public) || !secret.MatchString(pair.Secret) || pair.Check() != nil {
			t.Fatalf("GenerateKeyPair() = %s, a secret of %d characters", pair.Public, len(pair.Secret))
		}
		if seen[pair.Public] || seen[pair.Secret] {
			t.Fatal("a key came twice")
		}
		seen[pair.Public], seen[pair.Secret] = true, true
	}
}

func TestGivenKeyPairsMustFitARequest(t *testing.T) {
	t.Parallel()
	for _, pair := range []store.KeyPair{{"pk", "sk"}, {"p", "s"}, {"schlüssel", "geheim mit Leerzeichen"}, {"pk", "with:colon"}} {
		if err := pair.Check(); err != nil {
			t.Errorf("%q: %v", pair, err)
		}
	}
	for _, pair := range []store.KeyPair{
		{"", "sk"}, {"pk", ""}, {"a:b", "sk"}, {"a b", "sk"}, {"pk\n", "sk"}, {"pk", "sk\n"}, {"pk\x00", "sk"}, {"pk", "s\x00k"},
		{"pk\xff", "sk"}, {strings.Repeat("p", 201), "sk"}, {"pk", strings.Repeat("s", 1001)},
	} {
		if err := pair.Check(); err == nil {
			t.Errorf("%q is accepted", pair)
		}
	}
}
