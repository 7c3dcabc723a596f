package server_test

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/treeline-dev/treeline/server"
)

// configure reads a configuration from arguments and variables.
func configure(args []string, env map[string]string) (*server.Config, error) {
	return server.ConfigFromEnvironment("treeline serve", args, func(name string) (string, bool) { v, ok := env[name]; return v, ok }, io.Discard)
}

func TestWithoutAnySettingTheDefaultsHold(t *testing.T) {
	t.Parallel()
	c, err := configure(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := &server.Config{
		Listen: "127.0.0.1:8080", OTLPGRPCListen: "127.0.0.1:4317", MetricsListen: "127.0.0.1:9464",
		DatabaseConnections: 20, DataDir: "data",
		GraphQL:      server.GraphQLConfig{MaxBody: 1 << 20, CostLimit: 50_000, MaxAnswer: 32 << 20, Timeout: 30 * time.Second},
		DrainTimeout: 25 * time.Second, LogLevel: slog.LevelInfo, LogFormat: "text",
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Error(diff)
	}
	if w := c.Warnings(); len(w) > 0 {
		t.Errorf("warnings: %v", w)
	}
}

func TestSettingsComeFromFlagsThenVariablesThenFiles(t *testing.T) {
	t.Parallel()
	directory := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(directory, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	key := strings.Repeat("k", 32)
	c, err := configure([]string{"--listen", ":9000", "-log-level=debug", "--otlp-grpc-listen", "off"}, map[string]string{
		"TREELINE_LISTEN":                  "127.0.0.1:9001",
		"TREELINE_TLS_CERTIFICATE":         "/etc/treeline/tls.crt",
		"TREELINE_TLS_KEY":                 "/etc/treeline/tls.key",
		"TREELINE_METRICS_LISTEN":          "off",
		"TREELINE_DATABASE_URL_FILE":       file("database", "postgres://u:p@db:5432/treeline\n"),
		"TREELINE_SECRET_KEY_FILE":         file("key", key+"\r\n"),
		"TREELINE_DATA_DIR":                "",
		"TREELINE_PUBLIC_URL":              "HTTPS://Traces.Example.com/tools/treeline/",
		"TREELINE_ADMIN_KEY":               strings.Repeat("a", 16),
		"TREELINE_OIDC_ISSUER":             "https://id.example.com/realms/x",
		"TREELINE_OIDC_CLIENT_ID":          "treeline",
		"TREELINE_OIDC_CLIENT_SECRET_FILE": file("oidc", " with blanks "),
		"TREELINE_INIT_ORG":                "Acme Inc.",
		"TREELINE_INIT_PROJECT":            "chat",
		"TREELINE_INIT_PUBLIC_KEY":         "pk-lf-1",
		"TREELINE_INIT_SECRET_KEY":         "x",
		"TREELINE_INIT_USER_EMAIL":         "a@example.com",
		"TREELINE_INIT_USER_PASSWORD":      "y",
		"TREELINE_GRAPHQL_COST_LIMIT":      "100",
		"TREELINE_GRAPHQL_TIMEOUT":         "90s",
		"TREELINE_GRAPHQL_MAX_ANSWER":      "8000000",
		"TREELINE_GRAPHQL_DOCUMENTS":       "/etc/treeline/documents",
		"TREELINE_GRAPHQL_TRUST":           "documents",
		"TREELINE_DATABASE_CONNECTIONS":    "12",
		"TREELINE_LOG_FORMAT":              "json",
		"TREELINE_PORT":                    "tcp://10.0.0.1:8080",
	})
	if err != nil {
		t.Fatal(err)
	}
	want := &server.Config{
		Listen: ":9000", TLSCertificate: "/etc/treeline/tls.crt", TLSKey: "/etc/treeline/tls.key",
		DatabaseURL: "postgres://u:p@db:5432/treeline", DatabaseConnections: 12, SecretKey: key, DataDir: "data",
		PublicURL: &url.URL{Scheme: "https", Host: "traces.example.com", Path: "/tools/treeline"},
		AdminKey:  strings.Repeat("a", 16),
		OIDC:      &server.OIDCConfig{Issuer: "https://id.example.com/realms/x", ClientID: "treeline", ClientSecret: " with blanks "},
		Init: &server.InitConfig{
			Organization: "Acme Inc.", Project: "chat", PublicKey: "pk-lf-1", SecretKey: "x", UserEmail: "a@example.com", UserPassword: "y",
		},
		GraphQL: server.GraphQLConfig{
			MaxBody: 1 << 20, CostLimit: 100, MaxAnswer: 8_000_000, Timeout: 90 * time.Second,
			DocumentsDir: "/etc/treeline/documents", TrustedOnly: true,
		},
		DrainTimeout: 25 * time.Second, LogLevel: slog.LevelDebug, LogFormat: "json",
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Error(diff)
	}
	if w := c.Warnings(); len(w) > 0 {
		t.Errorf("warnings: %q", w)
	}
	if origin := server.Origin(c.PublicURL); origin != "https://traces.example.com" {
		t.Errorf("origin: %s", origin)
	}
}

func TestAnInvalidSettingIsNamedInOneLineWithoutItsValue(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("k", 32)
	empty := filepath.Join(t.TempDir(), "empty")
	huge := filepath.Join(t.TempDir(), "huge")
	for path, size := range map[string]int{empty: 0, huge: 70_000} {
		if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		args       []string
		env        map[string]string
		name, says string
	}{
		{[]string{"--listen", "hunter2"}, nil, "--listen", "host:port"},
		{[]string{"--listen", ""}, nil, "--listen", "host:port"},
		{[]string{"--hunter3"}, nil, "treeline serve", "--help"},
		{[]string{"--listen"}, nil, "treeline serve", "--help"},
		{[]string{"serve"}, nil, "treeline serve", "no arguments"},
		{nil, map[string]string{"TREELINE_LISTEN": "8080"}, "TREELINE_LISTEN", "host:port"},
		{nil, map[string]string{"TREELINE_LISTEN": "127.0.0.1:http"}, "TREELINE_LISTEN", "0 to 65535"},
		{nil, map[string]string{"TREELINE_LISTEN": "127.0.0.1:70000"}, "TREELINE_LISTEN", "0 to 65535"},
		{nil, map[string]string{"TREELINE_LISTEN": "http://127.0.0.1:80"}, "TREELINE_LISTEN", "host:port"},
		{nil, map[string]string{"TREELINE_LISTEN": "off"}, "TREELINE_LISTEN", "host:port"},
		{nil, map[string]string{"TREELINE_METRICS_LISTEN": "none"}, "TREELINE_METRICS_LISTEN", "or off"},
		{nil, map[string]string{"TREELINE_METRICS_LISTEN": "127.0.0.1:8080"}, "TREELINE_METRICS_LISTEN", "own port"},
		{nil, map[string]string{"TREELINE_OTLP_GRPC_LISTEN": ":8080"}, "TREELINE_OTLP_GRPC_LISTEN", "own port"},
		{nil, map[string]string{"TREELINE_DATABASE_URL": "postgres://u:hunter2@db/x"}, "TREELINE_SECRET_KEY", "openssl rand"},
		{nil, map[string]string{"TREELINE_DATABASE_URL": "host=db password=hunter2", "TREELINE_SECRET_KEY": long}, "TREELINE_DATABASE_URL", "postgres://"},
		{nil, map[string]string{"TREELINE_DATABASE_URL": "postgres://u:hunter2%zz@db/x", "TREELINE_SECRET_KEY": long}, "TREELINE_DATABASE_URL", "percent-encoded"},
		{nil, map[string]string{"TREELINE_DATABASE_URL": "mysql://u:hunter2@db/x", "TREELINE_SECRET_KEY": long}, "TREELINE_DATABASE_URL", "postgres://"},
		{nil, map[string]string{"TREELINE_DATABASE_URL": "postgres:///x", "TREELINE_SECRET_KEY": long}, "TREELINE_DATABASE_URL", "no host"},
		{nil, map[string]string{"TREELINE_SECRET_KEY": "hunter2"}, "TREELINE_SECRET_KEY", "32"},
		{nil, map[string]string{"TREELINE_SECRET_KEY": long, "TREELINE_SECRET_KEY_FILE": empty}, "TREELINE_SECRET_KEY_FILE", "unset one"},
		{nil, map[string]string{"TREELINE_SECRET_KEY_FILE": "/no/such/hunter2"}, "TREELINE_SECRET_KEY_FILE", "no such file"},
		{nil, map[string]string{"TREELINE_SECRET_KEY_FILE": empty}, "TREELINE_SECRET_KEY_FILE", "empty"},
		{nil, map[string]string{"TREELINE_SECRET_KEY_FILE": huge}, "TREELINE_SECRET_KEY_FILE", "too large"},
		{nil, map[string]string{"TREELINE_SECRET_KEY_FILE": filepath.Dir(empty)}, "TREELINE_SECRET_KEY_FILE", "directory"},
		{nil, map[string]string{"TREELINE_ADMIN_KEY": "hunter2"}, "TREELINE_ADMIN_KEY", "16"},
		{nil, map[string]string{"TREELINE_PUBLIC_URL": "traces.example.com"}, "TREELINE_PUBLIC_URL", "https://"},
		{nil, map[string]string{"TREELINE_PUBLIC_URL": "https://u:hunter2@x"}, "TREELINE_PUBLIC_URL", "more than"},
		{nil, map[string]string{"TREELINE_PUBLIC_URL": "https://x/?a=hunter2"}, "TREELINE_PUBLIC_URL", "more than"},
		{nil, map[string]string{"TREELINE_PUBLIC_URL": "https:///x"}, "TREELINE_PUBLIC_URL", "no host"},
		{nil, map[string]string{"TREELINE_PUBLIC_URL": "https://x/a/../b"}, "TREELINE_PUBLIC_URL", "plain prefix"},
		{nil, map[string]string{"TREELINE_PUBLIC_URL": "https://x/a%22b"}, "TREELINE_PUBLIC_URL", "plain prefix"},
		{nil, map[string]string{"TREELINE_PUBLIC_URL": "https://x//a"}, "TREELINE_PUBLIC_URL", "plain prefix"},
		{nil, map[string]string{"TREELINE_GRAPHQL_MAX_BODY": "1MB"}, "TREELINE_GRAPHQL_MAX_BODY", "whole number"},
		{nil, map[string]string{"TREELINE_GRAPHQL_COST_LIMIT": "0"}, "TREELINE_GRAPHQL_COST_LIMIT", "whole number"},
		{nil, map[string]string{"TREELINE_GRAPHQL_MAX_ANSWER": "1000"}, "TREELINE_GRAPHQL_MAX_ANSWER", "whole number"},
		{nil, map[string]string{"TREELINE_DATABASE_CONNECTIONS": "7"}, "TREELINE_DATABASE_CONNECTIONS", "whole number"},
		{nil, map[string]string{"TREELINE_GRAPHQL_TRUST": "none"}, "TREELINE_GRAPHQL_TRUST", "documents"},
		{nil, map[string]string{"TREELINE_TLS_CERTIFICATE": "hunter2"}, "TREELINE_TLS_KEY", "name the file"},
		{[]string{"--tls-key=hunter2"}, nil, "TREELINE_TLS_CERTIFICATE", "name the file"},
		{[]string{"--tls-key= "}, nil, "--tls-key", "name a file"},
		{nil, map[string]string{"TREELINE_TLS_CERTIFICATE": "a", "TREELINE_TLS_KEY": "b", "TREELINE_PUBLIC_URL": "http://a.example.com"}, "TREELINE_PUBLIC_URL", "https://"},
		{nil, map[string]string{"TREELINE_GRAPHQL_TIMEOUT": "30"}, "TREELINE_GRAPHQL_TIMEOUT", "30s"},
		{nil, map[string]string{"TREELINE_LOG_LEVEL": "loud"}, "TREELINE_LOG_LEVEL", "debug"},
		{nil, map[string]string{"TREELINE_LOG_FORMAT": "xml"}, "TREELINE_LOG_FORMAT", "text"},
		{nil, map[string]string{"TREELINE_OIDC_ISSUER": "https://id"}, "TREELINE_OIDC_CLIENT_ID", "missing"},
		{nil, map[string]string{"TREELINE_OIDC_CLIENT_SECRET": "hunter2"}, "TREELINE_OIDC_ISSUER", "missing"},
		{nil, map[string]string{"TREELINE_OIDC_ISSUER": "https://id", "TREELINE_OIDC_CLIENT_ID": "x", "TREELINE_OIDC_CLIENT_SECRET": "hunter2"}, "TREELINE_PUBLIC_URL", "single sign-on"},
		{nil, map[string]string{"TREELINE_OIDC_ISSUER": "http://id.example.com"}, "TREELINE_OIDC_ISSUER", "https://"},
		{nil, map[string]string{"TREELINE_INIT_PROJECT": "x"}, "TREELINE_INIT_ORG", "TREELINE_INIT_PROJECT"},
		{nil, map[string]string{"TREELINE_INIT_ORG": "x", "TREELINE_INIT_PUBLIC_KEY": "pk", "TREELINE_INIT_SECRET_KEY": "hunter2"}, "TREELINE_INIT_PROJECT", "missing"},
		{nil, map[string]string{"TREELINE_INIT_ORG": "x", "TREELINE_INIT_PROJECT": "p", "TREELINE_INIT_PUBLIC_KEY": "pk"}, "TREELINE_INIT_SECRET_KEY", "missing"},
		{nil, map[string]string{"TREELINE_INIT_ORG": "x", "TREELINE_INIT_PROJECT": "p", "TREELINE_INIT_SECRET_KEY": "hunter2"}, "TREELINE_INIT_PUBLIC_KEY", "missing"},
		{nil, map[string]string{"TREELINE_INIT_ORG": "x", "TREELINE_INIT_USER_EMAIL": "a@b"}, "TREELINE_INIT_USER_PASSWORD", "missing"},
		{nil, map[string]string{"TREELINE_INIT_ORG": "x", "TREELINE_INIT_USER_PASSWORD": "hunter2"}, "TREELINE_INIT_USER_EMAIL", "missing"},
		{nil, map[string]string{"TREELINE_INIT_USER_EMAIL": "hunter2"}, "TREELINE_INIT_USER_EMAIL", "name@example.com"},
		{nil, map[string]string{"TREELINE_INIT_PUBLIC_KEY": "pk:hunter2"}, "TREELINE_INIT_PUBLIC_KEY", "colon"},
	} {
		got, err := configure(c.args, c.env)
		configError, ok := errors.AsType[*server.ConfigError](err)
		if !ok || got != nil {
			t.Errorf("%v %v: %v", c.args, c.env, err)
			continue
		}
		text := configError.Error()
		if configError.Name != c.name || !strings.Contains(text, c.says) || strings.Contains(text, "hunter2") || strings.Contains(text, "\n") {
			t.Errorf("%v %v: %s", c.args, c.env, text)
		}
	}
}

func TestListeningToOthersWithoutHTTPSWarns(t *testing.T) {
	t.Parallel()
	for listen, want := range map[string]bool{":8080": true, "0.0.0.0:8080": true, "10.1.2.3:8080": true, "localhost:8080": false, "[::1]:8080": false} {
		c, err := configure([]string{"--listen", listen}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(strings.Join(c.Warnings(), "\n"), "TREELINE_PUBLIC_URL"); got != want {
			t.Errorf("%s: %v", listen, c.Warnings())
		}
		if c, err = configure([]string{"--listen", listen, "--tls-certificate", "a", "--tls-key", "b"}, nil); err != nil || len(c.Warnings()) > 0 || !c.IsHTTPS() {
			t.Errorf("%s with a certificate: %v, %v", listen, err, c.Warnings())
		}
	}
}

func TestTheHelpTextNamesEverySetting(t *testing.T) {
	t.Parallel()
	for _, argument := range []string{"-h", "--help"} {
		var help bytes.Buffer
		_, err := server.ConfigFromEnvironment("treeline serve", []string{argument}, func(string) (string, bool) { return "", false }, &help)
		if !errors.Is(err, flag.ErrHelp) {
			t.Fatal(err)
		}
		for _, name := range []string{
			"treeline serve", "--listen, TREELINE_LISTEN", "127.0.0.1:8080", "--otlp-grpc-listen", "--metrics-listen", "--database-url", "--data-dir", "--public-url",
			"TREELINE_SECRET_KEY_FILE", "TREELINE_INIT_SECRET_KEY_FILE", "TREELINE_INIT_USER_PASSWORD_FILE", "TREELINE_OIDC_CLIENT_SECRET_FILE", "TREELINE_ADMIN_KEY_FILE", "TREELINE_DATABASE_URL_FILE",
			"TREELINE_INIT_ORG", "TREELINE_OIDC_ISSUER",
		} {
			if !strings.Contains(help.String(), name) {
				t.Errorf("%s is missing", name)
			}
		}
		// A secret is never a flag: arguments are seen by every process.
		if regexp.MustCompile(`--[a-z-]*(secret|password|admin)`).MatchString(help.String()) {
			t.Errorf("a secret is a flag:\n%s", help.String())
		}
	}
}
