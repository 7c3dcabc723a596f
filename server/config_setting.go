package server

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/treeline-dev/treeline/store"
)

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

// Which documents people who are signed in may run.
const (
	trustAll       = "all"
	trustDocuments = "documents"
)

func settings() []setting {
	return []setting{
		{"listen", "TREELINE_LISTEN", "127.0.0.1:8080", "address of HTTP: web app, GraphQL, OTLP and the Langfuse-compatible API", false,
			func(c *Config, v string) error { c.Listen = v; return checkAddress(v) }},
		{"otlp-grpc-listen", "TREELINE_OTLP_GRPC_LISTEN", "127.0.0.1:4317", `address of OTLP over gRPC, or "off"`, false,
			func(c *Config, v string) error { return optionalAddress(v, &c.OTLPGRPCListen) }},
		{"metrics-listen", "TREELINE_METRICS_LISTEN", "127.0.0.1:9464", `address of Prometheus metrics, or "off"`, false,
			func(c *Config, v string) error { return optionalAddress(v, &c.MetricsListen) }},
		{"tls-certificate", "TREELINE_TLS_CERTIFICATE", "", "PEM file with the certificate, and those of its issuers behind it, by which HTTP and OTLP over gRPC are served encrypted; read again when it changes", false,
			func(c *Config, v string) error { c.TLSCertificate = v; return checkFilled(v, "name a file") }},
		{"tls-key", "TREELINE_TLS_KEY", "", "PEM file with the private key of that certificate", false,
			func(c *Config, v string) error { c.TLSKey = v; return checkFilled(v, "name a file") }},
		{"database-url", "TREELINE_DATABASE_URL", "", "PostgreSQL to use, such as postgres://user:password@host:5432/treeline; without it, one is run under the data directory", true,
			func(c *Config, v string) error { c.DatabaseURL = v; return checkDatabaseURL(v) }},
		{"database-connections", "TREELINE_DATABASE_CONNECTIONS", "20", "most connections to PostgreSQL: a fifth each for accounts and for writing, three for jobs, the rest for reading; changes of tables take a few more for moments", false,
			func(c *Config, v string) error {
				n, err := parseWhole(v, store.MinConns, 1000)
				c.DatabaseConnections = int(n)
				return err
			}},
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
		{"graphql-max-answer", "TREELINE_GRAPHQL_MAX_ANSWER", "33554432", "most bytes of content that one GraphQL operation may read and answer", false,
			func(c *Config, v string) (err error) {
				c.GraphQL.MaxAnswer, err = parseWhole(v, 1<<20, 1<<30)
				return err
			}},
		{"graphql-timeout", "TREELINE_GRAPHQL_TIMEOUT", "30s", "how long a query or a mutation may take", false,
			func(c *Config, v string) (err error) {
				c.GraphQL.Timeout, err = parseTime(v, time.Second, 4*time.Minute)
				return err
			}},
		{"graphql-documents", "TREELINE_GRAPHQL_DOCUMENTS", "", "directory of trusted GraphQL documents beside those of the web app; read at the start, see docs/trusted-documents.md", false,
			func(c *Config, v string) error { c.GraphQL.DocumentsDir = v; return checkFilled(v, "name a directory") }},
		{"graphql-trust", "TREELINE_GRAPHQL_TRUST", trustAll, "which GraphQL documents people who are signed in may run: all, or only trusted documents", false,
			func(c *Config, v string) error {
				c.GraphQL.TrustedOnly = v == trustDocuments
				return checkOneOf(v, trustAll, trustDocuments)
			}},
		{"drain-timeout", "TREELINE_DRAIN_TIMEOUT", "25s", "how long running requests may go on after a stop signal", false,
			func(c *Config, v string) (err error) { c.DrainTimeout, err = parseTime(v, 0, time.Hour); return err }},
		{"price-file", "TREELINE_PRICE_FILE", "", "JSON file of model prices that come before the built-in ones; read at the start, see docs/model-prices.md", false,
			func(c *Config, v string) error { c.PriceFile = v; return checkFilled(v, "name a file") }},
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
			func(c *Config, v string) error { c.SecretKey = v; return checkLength(v, MinSecretKey) }},
		{"", "TREELINE_ADMIN_KEY", "", "key of the instance administrator, for provisioning, 16 characters or more; reserved, this version does not use it", true,
			func(c *Config, v string) error { c.AdminKey = v; return checkLength(v, 16) }},
		{"", "TREELINE_OIDC_ISSUER", "", "URL of an OpenID Connect provider for single sign-on; reserved, this version does not use it, nor the two below", false,
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
