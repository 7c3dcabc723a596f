package main

import (
	"errors"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHeadlessStart(t *testing.T) {
	t.Parallel()
	i := installed(t)
	const everything = `{
		viewer { apiKey { id name publicKey scopes createdAt } organizations { nodes { id name slug createdAt projects { nodes { id name slug createdAt retentionDays } } } } }
		project { id apiKeys { nodes { id name publicKey } } }
	}`
	var first, second map[string]any
	for _, into := range []*map[string]any{&first, &second} {
		if err := i.launch(); err != nil {
			t.Fatal(err)
		}
		// HTTP is served before PostgreSQL runs, which takes a while.
		before := 0
		err := i.await("listening", func() bool { before = i.status("/readyz"); return before != 0 })
		if err != nil {
			t.Fatal(err)
		}
		if before != http.StatusServiceUnavailable {
			t.Errorf("/readyz answers %d before the server is ready", before)
		}
		if err := i.awaitReady(); err != nil {
			t.Fatal(err)
		}
		i.read(t, everything, nil, into)
		if err := i.shutDown(); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("the second start changed something:\n%s", diff)
	}
}

func TestInvalidConfigurationEndsTheProgramWithOneLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		environment []string
		args        []string
		mentions    string
	}{
		"address":             {[]string{"TREELINE_LISTEN=nonsense"}, []string{"serve"}, "TREELINE_LISTEN"},
		"level":               {[]string{"TREELINE_LOG_LEVEL=loud"}, []string{"serve"}, "TREELINE_LOG_LEVEL"},
		"flag":                {nil, []string{"serve", "--listen", "nonsense"}, "--listen"},
		"half a key":          {[]string{"TREELINE_INIT_ORG=a", "TREELINE_INIT_PROJECT=b", "TREELINE_INIT_PUBLIC_KEY=pk-tl-a"}, []string{"migrate"}, "TREELINE_INIT_SECRET_KEY"},
		"no certificate":      {[]string{"TREELINE_TLS_CERTIFICATE=/nonsense.crt", "TREELINE_TLS_KEY=/nonsense.key"}, []string{"serve"}, "TREELINE_TLS_CERTIFICATE"},
		"database, no secret": {[]string{"TREELINE_DATABASE_URL=postgres://a@127.0.0.1:1/a"}, []string{"serve"}, "TREELINE_SECRET_KEY"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			command, err := program(c.environment, c.args...)
			if err != nil {
				t.Fatal(err)
			}
			input, err := command.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = input.Close() }()
			output, err := command.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() <= 0 {
				t.Fatalf("the program ended with %v: %s", err, output)
			}
			if text := strings.TrimSpace(string(output)); strings.Contains(text, "\n") || !strings.Contains(text, c.mentions) || strings.Contains(text, "nonsense") {
				t.Errorf("%q", text)
			}
		})
	}
}
