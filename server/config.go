package server

import (
	"errors"
	"flag"
	"io"
	"log/slog"
	"net"
	"net/url"
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
	// TLSCertificate and TLSKey are PEM files with which HTTP and OTLP over gRPC are
	// served encrypted; both or neither.
	TLSCertificate, TLSKey string
	// DatabaseURL is where PostgreSQL runs, empty for the embedded one.
	DatabaseURL string
	// DatabaseConnections is how many connections to PostgreSQL are kept at most.
	DatabaseConnections int
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
	// PriceFile names a file of model prices over the built-in ones, empty for
	// none.
	PriceFile string
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

// MinSecretKey is the least length of Config.SecretKey, in bytes.
const MinSecretKey = 32

// GraphQLConfig bounds GraphQL operations.
type GraphQLConfig struct {
	// MaxBody is the size of the largest request in bytes.
	MaxBody int64
	// CostLimit is what one operation may cost.
	CostLimit int
	// MaxAnswer is how many bytes of content one operation may read and answer.
	MaxAnswer int64
	// Timeout is how long a query or a mutation may take.
	Timeout time.Duration
	// DocumentsDir is a directory of manifests of trusted documents beside those
	// of the web app, empty for none.
	DocumentsDir string
	// TrustedOnly lets people who are signed in run trusted documents only.
	TrustedOnly bool
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
	if err := c.checkTLS(); err != nil {
		return err
	}
	if err := c.checkOIDC(); err != nil {
		return err
	}
	return c.checkInit()
}

// checkTLS asks for both files or none, and for an address that fits.
func (c *Config) checkTLS() error {
	switch {
	case c.TLSCertificate != "" && c.TLSKey == "":
		return &ConfigError{"TREELINE_TLS_KEY", "it is missing while TREELINE_TLS_CERTIFICATE is set: name the file with the certificate's private key, or unset the other"}
	case c.TLSCertificate == "" && c.TLSKey != "":
		return &ConfigError{"TREELINE_TLS_CERTIFICATE", "it is missing while TREELINE_TLS_KEY is set: name the file with the certificate of that key, or unset the other"}
	case c.TLSCertificate != "" && c.PublicURL != nil && c.PublicURL.Scheme != "https":
		return &ConfigError{"TREELINE_PUBLIC_URL", "it begins with http:// while TREELINE_TLS_CERTIFICATE lets the service speak https only: begin it with https://"}
	}
	return nil
}

// IsHTTPS reports whether browsers reach the service encrypted, by its own
// certificate or by that of a proxy.
func (c *Config) IsHTTPS() bool {
	return c.TLSCertificate != "" || c.PublicURL != nil && c.PublicURL.Scheme == "https"
}

// checkOIDC asks for all of single sign-on or nothing.
func (c *Config) checkOIDC() error {
	if c.OIDC == nil {
		return nil
	}
	for _, needed := range []struct{ name, value string }{
		{"TREELINE_OIDC_ISSUER", c.OIDC.Issuer}, {"TREELINE_OIDC_CLIENT_ID", c.OIDC.ClientID}, {"TREELINE_OIDC_CLIENT_SECRET", c.OIDC.ClientSecret},
	} {
		if needed.value == "" {
			return &ConfigError{needed.name, "it is missing while other TREELINE_OIDC variables are set: set it, or unset them"}
		}
	}
	if c.PublicURL == nil {
		return &ConfigError{"TREELINE_PUBLIC_URL", "it is required for single sign-on, whose provider sends browsers back to it: set it to the address that people open"}
	}
	return nil
}

// checkInit asks for what the things that a first start creates lie in.
func (c *Config) checkInit() error {
	i := c.Init
	if i == nil {
		return nil
	}
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
	return nil
}

// Warnings says what is allowed but unwise, a line each. They never hold values.
// Package authz warns of weak secrets where it creates what they belong to.
func (c *Config) Warnings() []string {
	var warnings []string
	if host, _, err := net.SplitHostPort(c.Listen); err == nil && !isLoopback(host) && !c.IsHTTPS() {
		warnings = append(warnings, "TREELINE_PUBLIC_URL: others can reach TREELINE_LISTEN, and cookies are not marked as secure: set TREELINE_TLS_CERTIFICATE and TREELINE_TLS_KEY, or serve behind a proxy by https and set this to its address")
	}
	return warnings
}

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
