package server_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/treeline-dev/treeline/graph/guard"
	"github.com/treeline-dev/treeline/server"
)

// TestErrorsOnExportPathsAreStatuses asks for what no receiver answers.
func TestErrorsOnExportPathsAreStatuses(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *server.Options, _ *server.GraphQL, _ *guard.Config) {
		o.Routes.Traces = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("hunter2") })
	})
	for path, want := range map[string]struct{ status, code int }{
		"/v1/unknown":                 {404, 5},
		"/v1/traces/":                 {404, 5},
		"/v1/logs":                    {404, 5}, // has no handler here
		"/api/public/otel/v1/unknown": {404, 5},
		"/v1/traces":                  {500, 13},
		"/api/public/otel/v1/traces":  {500, 13},
	} {
		for _, media := range []string{"application/json", "application/x-protobuf"} {
			a := b.send(t, "POST", path, "{}", "Content-Type", media)
			var code int
			if media == "application/json" {
				code = statusInJSON(t, a.text)
			} else if len(a.text) > 2 && a.text[0] == 0x08 {
				code = int(a.text[1])
			}
			if a.StatusCode != want.status || code != want.code || a.Header.Get("Content-Type") != media || strings.Contains(a.text, "hunter2") {
				t.Errorf("%s %s: %d %d %q", path, media, a.StatusCode, code, a.text)
			}
		}
	}
}

func statusInJSON(t *testing.T, text string) int {
	t.Helper()
	var status struct {
		Code    int
		Message string
	}
	if err := json.Unmarshal([]byte(text), &status); err != nil || status.Message == "" {
		t.Fatalf("%q is no Status: %v", text, err)
	}
	return status.Code
}
