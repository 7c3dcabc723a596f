package server

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

func checkFilled(v, mend string) error {
	if strings.TrimSpace(v) == "" {
		return errors.New("it is empty: " + mend)
	}
	return nil
}

func checkLength(v string, least int) error {
	if len(v) < least {
		return fmt.Errorf("it has fewer than %d characters: use random ones, such as from openssl rand -hex 32", least)
	}
	return nil
}

func checkOneOf(v string, allowed ...string) error {
	if !slices.Contains(allowed, v) {
		return errors.New("it is none of " + strings.Join(allowed, ", "))
	}
	return nil
}

func checkAddress(v string) error {
	const mend = "write it as host:port, such as 127.0.0.1:8080, or :8080 for every interface"
	host, port, err := net.SplitHostPort(v)
	if err != nil {
		return errors.New("it is no address: " + mend)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || strconv.FormatUint(n, 10) != port {
		return errors.New("its port is no number from 0 to 65535: " + mend)
	}
	if strings.ContainsAny(host, "/@? ") {
		return errors.New("its host is no name and no IP address: " + mend)
	}
	return nil
}

func optionalAddress(v string, into *string) error {
	if v == off {
		*into = ""
		return nil
	}
	*into = v
	if err := checkAddress(v); err != nil {
		return fmt.Errorf("%w, or off", err)
	}
	return nil
}

// sameAddress reports whether two listeners cannot both be opened, as far as
// their texts tell.
func sameAddress(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	hostA, portA, _ := net.SplitHostPort(a)
	hostB, portB, _ := net.SplitHostPort(b)
	return portA == portB && portA != "0" && (hostA == hostB || hostA == "" || hostB == "")
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

func checkDatabaseURL(v string) error {
	const mend = "write it as postgres://user:password@host:5432/database, with special characters of the password percent-encoded"
	u, err := url.Parse(v)
	switch {
	case err != nil:
		return errors.New("it is no URL: " + mend)
	case u.Scheme != "postgres" && u.Scheme != "postgresql":
		return errors.New("it does not begin with postgres://: " + mend)
	case u.Host == "" && u.Query().Get("host") == "":
		return errors.New("it names no host: " + mend)
	}
	return nil
}

func parsePublicURL(v string) (*url.URL, error) {
	const mend = "write it as https://host or https://host/prefix"
	u, err := url.Parse(v)
	switch {
	case err != nil || u.Opaque != "":
		return nil, errors.New("it is no URL: " + mend)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("it begins neither with https:// nor with http://: " + mend)
	case u.Hostname() == "":
		return nil, errors.New("it names no host: " + mend)
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, errors.New("it holds more than scheme, host and path: " + mend)
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = ""
	if strings.Contains(u.Path, "//") || slices.ContainsFunc(strings.Split(u.Path, "/"), func(part string) bool { return part == "." || part == ".." }) ||
		strings.ContainsFunc(u.Path, func(r rune) bool { return !strings.ContainsRune(prefixRunes, r) }) {
		return nil, errors.New("its path is no plain prefix: use letters, digits, -, _, . and ~ between single slashes")
	}
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	return u, nil
}

// prefixRunes need no encoding in a path, so that a prefix has one spelling.
const prefixRunes = "/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~"

func parseWhole(v string, least, most int64) (int64, error) {
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < least || n > most {
		return 0, fmt.Errorf("it is no whole number from %d to %d", least, most)
	}
	return n, nil
}

func parseTime(v string, least, most time.Duration) (time.Duration, error) {
	d, err := time.ParseDuration(v)
	if err != nil || d < least || d > most {
		return 0, fmt.Errorf("it is no time from %v to %v: write it as 30s or 2m", least, most)
	}
	return d, nil
}

func checkIssuer(v string) error {
	u, err := url.Parse(v)
	if err != nil || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("it is no URL of a provider: write it as the provider states it, such as https://id.example.com")
	}
	if u.Scheme != "https" && !(u.Scheme == "http" && isLoopback(u.Hostname())) {
		return errors.New("it does not begin with https://, and only a provider on this machine may do without")
	}
	return nil
}

func checkPublicKey(v string) error {
	if strings.ContainsAny(v, ": \t\r\n") {
		return errors.New("it holds a colon or a blank, which Basic authentication cannot carry: use letters, digits and hyphens")
	}
	return nil
}

func checkEmail(v string) error {
	local, domain, ok := strings.Cut(v, "@")
	if !ok || local == "" || domain == "" || strings.ContainsAny(v, " \t\r\n") {
		return errors.New("it is no e-mail address: write it as name@example.com")
	}
	return nil
}
