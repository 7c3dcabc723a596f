package otlp

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/treeline-dev/treeline/authz"
	"github.com/treeline-dev/treeline/trace"
)

// Credentials are what a request carries to prove who sends it.
type Credentials struct {
	// Public and Secret come from "Authorization: Basic base64(public:secret)".
	// Public is empty where only a secret was sent.
	Public, Secret string
	// Bearer says that Secret came alone, as "Authorization: Bearer secret" or
	// "x-api-key: secret".
	Bearer bool
	// RemoteAddr is the network address of the sender, host:port.
	RemoteAddr string
}

// Principal is the owner of an accepted key.
type Principal struct {
	ProjectID      trace.ProjectID
	OrganizationID trace.OrganizationID
	// KeyID names the key in logs; it is no secret.
	KeyID string
	// Viewer is the key as the rest of the server knows it.
	Viewer *authz.Viewer
}

// Errors that Authenticate and Write return to refuse a request for good.
var (
	// ErrUnauthenticated says that the key is unknown or does not match.
	ErrUnauthenticated = errors.New("the API key is missing or wrong")
	// ErrForbidden says that the key is known but may not write traces.
	ErrForbidden = errors.New("the API key may not write traces")
)

// maxCredential bounds the length of a header with credentials, in bytes.
const maxCredential = 8 << 10

// readCredentials returns the ways in which the headers can be understood, the
// likeliest first; none where they hold no credentials. A second reading exists
// for senders that pass on header values from OTEL_EXPORTER_OTLP_HEADERS without
// undoing their URL encoding.
func readCredentials(authorization, apiKey, remoteAddr string) []Credentials {
	var readings []Credentials
	add := func(read func(string) (Credentials, bool), value string) {
		value = strings.TrimSpace(value)
		if value == "" || len(value) > maxCredential {
			return
		}
		texts := []string{value}
		if strings.Contains(value, "%") {
			if plain, err := url.PathUnescape(value); err == nil && plain != value {
				texts = append(texts, strings.TrimSpace(plain))
			}
		}
		for _, text := range texts {
			if c, ok := read(text); ok && c.Secret != "" {
				c.RemoteAddr = remoteAddr
				readings = append(readings, c)
			}
		}
	}
	add(readAuthorization, authorization)
	if len(readings) == 0 {
		add(func(text string) (Credentials, bool) { return Credentials{Secret: text, Bearer: true}, true }, apiKey)
	}
	return readings
}

func readAuthorization(value string) (Credentials, bool) {
	scheme, rest, _ := strings.Cut(value, " ")
	rest = strings.TrimSpace(rest)
	switch {
	case rest == "":
	case strings.EqualFold(scheme, "Bearer"):
		return Credentials{Secret: rest, Bearer: true}, true
	case strings.EqualFold(scheme, "Basic"):
		raw, ok := decodeBase64([]byte(rest))
		public, secret, found := strings.Cut(string(raw), ":")
		if ok && found {
			return Credentials{Public: public, Secret: secret}, true
		}
	}
	return Credentials{}, false
}

// authenticate finds the principal of a request from its headers.
func (r *Receiver) authenticate(ctx context.Context, authorization, apiKey, remoteAddr string) (Principal, error) {
	err := ErrUnauthenticated
	for _, credentials := range readCredentials(authorization, apiKey, remoteAddr) {
		var principal Principal
		if principal, err = r.config.Authenticate(ctx, credentials); err == nil {
			return principal, nil
		}
		// Too many wrong keys came from there; the next reading may be right all the
		// same.
		var overload *OverloadError
		if !errors.Is(err, ErrUnauthenticated) && !(errors.As(err, &overload) && overload.RateLimited) {
			break
		}
	}
	return Principal{}, err
}
