package server

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Config is what the service starts from. ConfigFromEnvironment fills it.
type Config struct {
	// Listen is the address of HTTP.
	Listen string
	// OTLPGRPCListen is the address of OTLP over gRPC, empty for none.
	OTLPGRPCListen string
	// MetricsListen is the address of Prometheus metrics, empty for none.
	MetricsListen string
	// DatabaseURL is where PostgreSQL runs, empty for the embedded one.
	DatabaseURL string
	// DataDir is the directory of the embedded PostgreSQL and the generated
	// secret key.
	DataDir string
	// SecretKey encrypts stored provider keys and signs cookies. It is empty only
	// with the embedded database, where one is generated.
	SecretKey string
	// PublicURL is where browsers reach the service; nil where that was not said.
	// Its path is the path prefix, without a slash at the end.
	PublicURL *url.URL
	// AdminKey is the key of the instance administrator, empty for none.
	AdminKey string
	// OIDC is single sign-on, nil for none.
	OIDC *OIDCConfig
	// Init is the headless first start, nil for none.
	Init *InitConfig
	// GraphQL bounds operations.
	GraphQL GraphQLConfig
	// DrainTimeout is how long running requests may go on after a stop signal.
	DrainTimeout time.Duration
	// LogLevel is the least level that is logged.
	LogLevel slog.Level
	// LogFormat is "text" or "json".
	LogFormat string
}

// OIDCConfig is an OpenID Connect provider.
type OIDCConfig struct {
	// Issuer is the URL of the provider.
	Issuer string
	// ClientID and ClientSecret are what the provider knows the service by.
	ClientID, ClientSecret string
}

// InitConfig is what a first start creates where it is absent.
type InitConfig struct {
	// Organization and Project are names; Project may be empty.
	Organization, Project string
	// PublicKey and SecretKey are an API key of the project; both or neither.
	PublicKey, SecretKey string
	// UserEmail and UserPassword are an owner of the organization; both or
	// neither.
	UserEmail, UserPassword string
}

// GraphQLConfig bounds GraphQL operations.
type GraphQLConfig struct {
	// MaxBody is the size of the largest request in bytes.
	MaxBody int64
	// CostLimit is what one operation may cost.
	CostLimit int
	// Timeout is how long a query or a mutation may take.
	Timeout time.Duration
}

// setting is one name of the configuration, as a flag, as a variable or as both.
type setting struct {
	// flag is the name of the flag, empty for settings that are secrets or belong
	// to a deployment: those are no arguments, which every process can see.
	flag string
	// env is the name of the variable.
	env string
	// value is the default.
	value string
	// usage says what it is, for the help text.
	usage string
	// isSecret lets the value also stand in a file that env+"_FILE" names.
	isSecret bool
	// set reads a value. Its error says what is wrong and how to mend it, without
	// the value.
	set func(c *Config, value string) error
}

// off switches a listener off.
const off = "off"

func settings() []setting {
	return []setting{
		{"listen", "TREELINE_LISTEN", "127.0.0.1:8080", "address of HTTP: web app, GraphQL, OTLP and the Langfuse-compatible API", false,
			func(c *Config, v string) error { c.Listen = v; return checkAddress(v) }},
		{"otlp-grpc-listen", "TREELINE_OTLP_GRPC_LISTEN", "127.0.0.1:4317", `address of OTLP over gRPC, or "off"`, false,
			func(c *Config, v string) error { return optionalAddress(v, &c.OTLPGRPCListen) }},
		{"metrics-listen", "TREELINE_METRICS_LISTEN", "127.0.0.1:9464", `address of Prometheus metrics, or "off"`, false,
			func(c *Config, v string) error { return optionalAddress(v, &c.MetricsListen) }},
		{"database-url", "TREELINE_DATABASE_URL", "", "PostgreSQL to use, such as postgres://user:password@host:5432/treeline; without it, one is run under the data directory", true,
			func(c *Config, v string) error { c.DatabaseURL = v; return checkDatabaseURL(v) }},
		{"data-dir", "TREELINE_DATA_DIR", "data", "directory of the embedded PostgreSQL and the generated secret key", false,
			func(c *Config, v string) error { c.DataDir = v; return checkFilled(v, "name a directory") }},
		{"public-url", "TREELINE_PUBLIC_URL", "", "where browsers reach the service, such as https://example.com/treeline; its path is the path prefix, and https makes cookies secure", false,
			func(c *Config, v string) (err error) { c.PublicURL, err = parsePublicURL(v); return err }},
		{"graphql-max-body", "TREELINE_GRAPHQL_MAX_BODY", "1048576", "size of the largest GraphQL request in bytes", false,
			func(c *Config, v string) (err error) {
				c.GraphQL.MaxBody, err = parseWhole(v, 1024, 64<<20)
				return err
			}},
		{"graphql-cost-limit", "TREELINE_GRAPHQL_COST_LIMIT", "50000", "what one GraphQL operation may cost; see extensions.cost of any answer", false,
			func(c *Config, v string) error {
				n, err := parseWhole(v, 1, 1_000_000_000)
				c.GraphQL.CostLimit = int(n)
				return err
			}},
		{"graphql-timeout", "TREELINE_GRAPHQL_TIMEOUT", "30s", "how long a query or a mutation may take", false,
			func(c *Config, v string) (err error) {
				c.GraphQL.Timeout, err = parseTime(v, time.Second, 4*time.Minute)
				return err
			}},
		{"drain-timeout", "TREELINE_DRAIN_TIMEOUT", "25s", "how long running requests may go on after a stop signal", false,
			func(c *Config, v string) (err error) { c.DrainTimeout, err = parseTime(v, 0, time.Hour); return err }},
		{"log-level", "TREELINE_LOG_LEVEL", "info", "least level to log: debug, info, warn or error", false,
			func(c *Config, v string) error {
				if c.LogLevel.UnmarshalText([]byte(v)) != nil {
					return errors.New("it is none of debug, info, warn and error")
				}
				return nil
			}},
		{"log-format", "TREELINE_LOG_FORMAT", "text", "how log lines are written: text or json", false,
			func(c *Config, v string) error {
				c.LogFormat = v
				return checkOneOf(v, "text", "json")
			}},
		{"", "TREELINE_SECRET_KEY", "", "encrypts stored provider keys and signs cookies, 32 characters or more; required with a database of your own, else generated", true,
			func(c *Config, v string) error { c.SecretKey = v; return checkLength(v, 32) }},
		{"", "TREELINE_ADMIN_KEY", "", "key of the instance administrator, for provisioning, 16 characters or more", true,
			func(c *Config, v string) error { c.AdminKey = v; return checkLength(v, 16) }},
		{"", "TREELINE_OIDC_ISSUER", "", "URL of an OpenID Connect provider for single sign-on", false,
			func(c *Config, v string) error { c.oidc().Issuer = v; return checkIssuer(v) }},
		{"", "TREELINE_OIDC_CLIENT_ID", "", "the service's id at the provider", false,
			func(c *Config, v string) error { c.oidc().ClientID = v; return nil }},
		{"", "TREELINE_OIDC_CLIENT_SECRET", "", "the service's secret at the provider", true,
			func(c *Config, v string) error { c.oidc().ClientSecret = v; return nil }},
		{"", "TREELINE_INIT_ORG", "", "organization that a first start creates if it is absent", false,
			func(c *Config, v string) error { c.init().Organization = v; return nil }},
		{"", "TREELINE_INIT_PROJECT", "", "project that a first start creates in it", false,
			func(c *Config, v string) error { c.init().Project = v; return nil }},
		{"", "TREELINE_INIT_PUBLIC_KEY", "", "public key of an API key with every scope that a first start creates in that project", false,
			func(c *Config, v string) error { c.init().PublicKey = v; return checkPublicKey(v) }},
		{"", "TREELINE_INIT_SECRET_KEY", "", "secret of that API key", true,
			func(c *Config, v string) error { c.init().SecretKey = v; return nil }},
		{"", "TREELINE_INIT_USER_EMAIL", "", "address of an owner that a first start creates", false,
			func(c *Config, v string) error { c.init().UserEmail = v; return checkEmail(v) }},
		{"", "TREELINE_INIT_USER_PASSWORD", "", "password of that owner", true,
			func(c *Config, v string) error { c.init().UserPassword = v; return nil }},
	}
}

func (c *Config) oidc() *OIDCConfig {
	if c.OIDC == nil {
		c.OIDC = &OIDCConfig{}
	}
	return c.OIDC
}

func (c *Config) init() *InitConfig {
	if c.Init == nil {
		c.Init = &InitConfig{}
	}
	return c.Init
}

// ConfigError says in one line which name of the configuration is at fault and
// how to mend it.
type ConfigError struct {
	// Name is the flag or the variable.
	Name string
	// Message says what is wrong and what to do. It never holds a value.
	Message string
}

// Error implements error.
func (e *ConfigError) Error() string { return e.Name + ": " + e.Message }

// ConfigFromEnvironment reads the configuration of a command from its arguments
// and from variables, as lookup finds them; arguments come first. A variable that
// is set to nothing counts as not set. For -h and --help it writes the help text
// to output and returns flag.ErrHelp; every other error is a *ConfigError.
// command is the name for the help text, such as "treeline serve".
func ConfigFromEnvironment(command string, args []string, lookup func(name string) (string, bool), output io.Writer) (*Config, error) {
	all := settings()
	flags := flag.NewFlagSet(command, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	given := map[string]*string{}
	for _, s := range all {
		if s.flag != "" {
			given[s.flag] = flags.String(s.flag, s.value, s.usage)
		}
	}
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			writeHelp(output, command, all)
			return nil, flag.ErrHelp
		}
		return nil, &ConfigError{command, strings.TrimSuffix(err.Error(), ".") + ": run it with --help to see every flag"}
	}
	if flags.NArg() > 0 {
		return nil, &ConfigError{command, "it takes no arguments besides flags: run it with --help to see every flag"}
	}
	set := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { set[f.Name] = true })
	c := &Config{}
	for _, s := range all {
		name, value := s.env, s.value
		if set[s.flag] {
			name, value = "--"+s.flag, *given[s.flag]
		} else {
			fromEnv, from, err := variable(s, lookup)
			if err != nil {
				return nil, err
			}
			if fromEnv != "" {
				name, value = from, fromEnv
			}
		}
		if value == "" && s.value == "" {
			continue
		}
		if err := s.set(c, value); err != nil {
			return nil, &ConfigError{name, err.Error()}
		}
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	return c, nil
}

// maxSecretFile bounds what is read from a file that a variable names.
const maxSecretFile = 64 << 10

// variable returns the value of a setting's variable, or of the file that its
// second variable names, and which of the two it was.
func variable(s setting, lookup func(string) (string, bool)) (value, from string, err error) {
	value, _ = lookup(s.env)
	if !s.isSecret {
		return value, s.env, nil
	}
	fileName := s.env + "_FILE"
	path, _ := lookup(fileName)
	switch {
	case path == "":
		return value, s.env, nil
	case value != "":
		return "", "", &ConfigError{fileName, "it is set together with " + s.env + ": unset one of them"}
	}
	file, err := os.Open(path)
	if err != nil {
		return "", "", &ConfigError{fileName, "its file cannot be opened (" + reason(err) + "): name a file that the service may read"}
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, maxSecretFile+1))
	switch {
	case err != nil:
		return "", "", &ConfigError{fileName, "its file cannot be read (" + reason(err) + "): name a file that the service may read"}
	case len(text) > maxSecretFile:
		return "", "", &ConfigError{fileName, "its file is too large for a secret: name the file that holds nothing else"}
	}
	// Editors and echo end a file with a line break, which is no part of a secret.
	value = strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")
	if value == "" {
		return "", "", &ConfigError{fileName, "its file is empty: write the secret into it"}
	}
	return value, fileName, nil
}

// reason is why a file operation failed, without the path.
func reason(err error) string {
	var pathError *os.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}

// check holds settings to each other.
func (c *Config) check() error {
	switch {
	case c.DatabaseURL != "" && c.SecretKey == "":
		return &ConfigError{"TREELINE_SECRET_KEY", "it is required with a database of your own: set it to 32 or more random characters, such as from openssl rand -hex 32"}
	case sameAddress(c.Listen, c.OTLPGRPCListen):
		return &ConfigError{"TREELINE_OTLP_GRPC_LISTEN", "it is the address of TREELINE_LISTEN: give each listener its own port"}
	case sameAddress(c.Listen, c.MetricsListen), sameAddress(c.OTLPGRPCListen, c.MetricsListen):
		return &ConfigError{"TREELINE_METRICS_LISTEN", "it is the address of another listener: give each its own port"}
	}
	if o := c.OIDC; o != nil {
		for _, needed := range []struct{ name, value string }{
			{"TREELINE_OIDC_ISSUER", o.Issuer}, {"TREELINE_OIDC_CLIENT_ID", o.ClientID}, {"TREELINE_OIDC_CLIENT_SECRET", o.ClientSecret},
		} {
			if needed.value == "" {
				return &ConfigError{needed.name, "it is missing while other TREELINE_OIDC variables are set: set it, or unset them"}
			}
		}
		if c.PublicURL == nil {
			return &ConfigError{"TREELINE_PUBLIC_URL", "it is required for single sign-on, whose provider sends browsers back to it: set it to the address that people open"}
		}
	}
	if i := c.Init; i != nil {
		for _, needs := range []struct{ name, value, because, given string }{
			{"TREELINE_INIT_ORG", i.Organization, "TREELINE_INIT_PROJECT", i.Project},
			{"TREELINE_INIT_ORG", i.Organization, "TREELINE_INIT_USER_EMAIL", i.UserEmail},
			{"TREELINE_INIT_PROJECT", i.Project, "TREELINE_INIT_PUBLIC_KEY", i.PublicKey},
			{"TREELINE_INIT_PROJECT", i.Project, "TREELINE_INIT_SECRET_KEY", i.SecretKey},
			{"TREELINE_INIT_SECRET_KEY", i.SecretKey, "TREELINE_INIT_PUBLIC_KEY", i.PublicKey},
			{"TREELINE_INIT_PUBLIC_KEY", i.PublicKey, "TREELINE_INIT_SECRET_KEY", i.SecretKey},
			{"TREELINE_INIT_USER_PASSWORD", i.UserPassword, "TREELINE_INIT_USER_EMAIL", i.UserEmail},
			{"TREELINE_INIT_USER_EMAIL", i.UserEmail, "TREELINE_INIT_USER_PASSWORD", i.UserPassword},
			{"TREELINE_INIT_ORG", i.Organization, "TREELINE_INIT_PUBLIC_KEY", i.PublicKey},
		} {
			if needs.given != "" && needs.value == "" {
				return &ConfigError{needs.name, "it is missing while " + needs.because + " is set: set it, or unset the other"}
			}
		}
	}
	return nil
}

// Warnings says what is allowed but unwise, a line each. They never hold values.
func (c *Config) Warnings() []string {
	var warnings []string
	if c.Init != nil && c.Init.SecretKey != "" && len(c.Init.SecretKey) < 16 {
		warnings = append(warnings, "TREELINE_INIT_SECRET_KEY: it is short enough to be guessed: use 16 or more random characters outside of trials")
	}
	if c.Init != nil && c.Init.UserPassword != "" && len(c.Init.UserPassword) < 10 {
		warnings = append(warnings, "TREELINE_INIT_USER_PASSWORD: it is short enough to be guessed: use 10 or more characters outside of trials")
	}
	if host, _, err := net.SplitHostPort(c.Listen); err == nil && !isLoopback(host) && (c.PublicURL == nil || c.PublicURL.Scheme != "https") {
		warnings = append(warnings, "TREELINE_PUBLIC_URL: others can reach TREELINE_LISTEN, and cookies are not marked as secure: serve by https and set this to its address")
	}
	return warnings
}

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

// Origin returns the origin of a public URL as browsers write it, empty for nil.
func Origin(public *url.URL) string {
	if public == nil {
		return ""
	}
	host := public.Host
	if public.Scheme == "http" {
		host = strings.TrimSuffix(host, ":80")
	} else {
		host = strings.TrimSuffix(host, ":443")
	}
	return public.Scheme + "://" + host
}

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

// writeHelp writes what every flag and variable is.
func writeHelp(w io.Writer, command string, all []setting) {
	var b strings.Builder
	fmt.Fprintf(&b, "Usage: %s [flags]\n\nEvery flag can be given as the variable beside it; the flag comes first.\n\nFlags:\n", command)
	for _, s := range all {
		if s.flag == "" {
			continue
		}
		fmt.Fprintf(&b, "  --%s, %s\n        %s", s.flag, s.env, s.usage)
		if s.value != "" {
			fmt.Fprintf(&b, " (default %s)", s.value)
		}
		b.WriteString("\n")
	}
	b.WriteString("\nVariables without a flag:\n")
	for _, s := range all {
		if s.flag == "" {
			fmt.Fprintf(&b, "  %s\n        %s\n", s.env, s.usage)
		}
	}
	b.WriteString("\nSecrets can stand in files that these variables name instead:\n")
	for _, s := range all {
		if s.isSecret {
			fmt.Fprintf(&b, "  %s_FILE\n", s.env)
		}
	}
	_, _ = io.WriteString(w, b.String())
}
