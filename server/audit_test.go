package server_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheGraphQLOverHTTPAuditsPass runs the audits of graphql-http where their
// package is installed: npm ci in e2e/graphql-http.
func TestTheGraphQLOverHTTPAuditsPass(t *testing.T) {
	t.Parallel()
	directory := filepath.Join("..", "e2e", "graphql-http")
	if _, err := os.Stat(filepath.Join(directory, "node_modules")); err != nil {
		t.Skip("the audits are not installed: run npm ci in e2e/graphql-http")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed")
	}
	b := setup(t, nil)
	command := exec.CommandContext(t.Context(), node, "audit.mjs", b.URL+"/graphql")
	command.Dir = directory
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	if !strings.Contains(string(output), "61 of 61 ok") {
		t.Errorf("%s", output)
	}
}
