package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// InputError says what is wrong with a value that somebody chose.
type InputError struct {
	// Field is what the value is for, such as "name".
	Field string
	// Problem says what is wrong and what is allowed.
	Problem string
}

// Error implements error.
func (e *InputError) Error() string { return "the " + e.Field + " " + e.Problem }

// The values that an InputError can be about, beside the halves of a key pair.
const (
	FieldName      = "name"
	FieldSlug      = "slug"
	FieldEmail     = "e-mail address"
	FieldScopes    = "scopes"
	FieldRetention = "retention"
	FieldExpiry    = "expiry"
	FieldRole      = "role"
)

const (
	// maxName is the longest name, in characters.
	maxName = 200
	// maxSlug is the longest slug, in bytes: a label of a host name.
	maxSlug = 63
	// maxEmail is the longest address, in bytes (RFC 5321, 4.5.3.1.3, less the
	// angle brackets).
	maxEmail = 254
)

// CleanName returns a name in the form in which it is stored: normalized (NFC),
// without space at its ends. Names may be written in any script; what would
// break a line or turn the direction of the text around them is an InputError.
func CleanName(name string) (string, error) {
	if !utf8.ValidString(name) {
		return "", &InputError{FieldName, "is not valid UTF-8"}
	}
	name = norm.NFC.String(strings.TrimSpace(name))
	n := utf8.RuneCountInString(name)
	switch {
	case n == 0:
		return "", &InputError{FieldName, "is empty: write 1 to 200 characters"}
	case n > maxName:
		return "", &InputError{FieldName, fmt.Sprintf("has %d characters: at most %d are allowed", n, maxName)}
	case strings.ContainsFunc(name, isUnprintable):
		return "", &InputError{FieldName, "holds a control character: use letters, digits, spaces and signs"}
	case !strings.ContainsFunc(name, isVisible):
		return "", &InputError{FieldName, "shows nothing: use at least one letter, digit or sign"}
	}
	return name, nil
}

// isUnprintable reports control characters, line and paragraph separators and
// the controls of writing direction, which can make one name look like another.
func isUnprintable(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}

func isVisible(r rune) bool { return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) }

var slugForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// CheckSlug gives an InputError for a text that cannot be a slug.
func CheckSlug(slug string) error {
	if slugForm.MatchString(slug) {
		return nil
	}
	return &InputError{FieldSlug, "must be 1 to 63 lower-case letters a-z, digits or hyphens, with a letter or digit at both ends"}
}

// SlugOf derives a slug from a name. The same name always gives the same slug;
// two names may share one. A name without Latin letters or digits gives one
// made of its SHA-256.
func SlugOf(name string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(name)) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r) || r == '\'' || r == '’':
			// An accent, or what stands inside a word.
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= maxSlug {
			break
		}
	}
	if slug := strings.Trim(b.String(), "-"); slug != "" {
		return slug
	}
	sum := sha256.Sum256([]byte(name))
	return "x" + hex.EncodeToString(sum[:6])
}

// CleanEmail returns an e-mail address in the form in which it is stored and
// looked up: normalized, lower case. Whether the address exists is not known;
// what cannot be one is an InputError.
func CleanEmail(email string) (string, error) {
	if !utf8.ValidString(email) {
		return "", &InputError{FieldEmail, "is not valid UTF-8"}
	}
	// Lower case first: it can undo the normal form, not the other way round.
	email = norm.NFC.String(strings.ToLower(strings.TrimSpace(email)))
	local, domain, _ := strings.Cut(email, "@")
	switch {
	case len(email) > maxEmail:
		return "", &InputError{FieldEmail, fmt.Sprintf("is longer than %d bytes", maxEmail)}
	case local == "" || domain == "" || strings.Contains(domain, "@") || strings.ContainsFunc(email, isNotInEmail):
		return "", &InputError{FieldEmail, "must have the form name@example.com"}
	}
	return email, nil
}

func isNotInEmail(r rune) bool {
	return isUnprintable(r) || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`<>,;:"\()[]`, r)
}
