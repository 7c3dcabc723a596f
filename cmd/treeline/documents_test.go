package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/treeline-dev/treeline/graph"
	"github.com/treeline-dev/treeline/graph/guard"
	"github.com/treeline-dev/treeline/resolvers"
	"github.com/treeline-dev/treeline/server"
)

// webAppManifest holds the documents that the web app is built from.
const webAppManifest = "../../frontend/src/gql/persisted-documents.json"

func writeManifest(t *testing.T, text string) (directory, id string) {
	t.Helper()
	directory, id = t.TempDir(), fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(text)))
	manifest, err := json.Marshal(map[string]string{id: text})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(directory, "mine.json"), manifest, 0o600); err != nil {
		t.Fatal(err)
	}
	return directory, id
}

func TestTheDocumentsOfTheWebAppFitTheServer(t *testing.T) {
	t.Parallel()
	manifest, err := os.ReadFile(webAppManifest)
	if err != nil {
		t.Fatal(err)
	}
	documents := server.NewDocuments()
	if err := documents.Add(manifest); err != nil {
		t.Fatal(err)
	}
	executor := guard.NewExecutor(graph.NewExecutableSchema(graph.Config{Resolvers: &resolvers.Resolver{}}), guard.Config{})
	if err := documents.Prepare(executor.Trust); err != nil || documents.Len() < 5 {
		t.Errorf("%d documents: %v", documents.Len(), err)
	}
	directory, id := writeManifest(t, "{ viewer { shoeSize } }")
	if err := documents.AddDirectory(directory); err != nil {
		t.Fatal(err)
	}
	err = documents.Prepare(executor.Trust)
	if err == nil || !strings.Contains(err.Error(), id) || !strings.Contains(err.Error(), "shoeSize") || strings.Contains(err.Error(), "\n") {
		t.Errorf("a document that the schema does not know: %v", err)
	}
}

func TestABadFileOfDocumentsEndsTheStartWithOneLine(t *testing.T) {
	t.Parallel()
	directory, _ := writeManifest(t, "{ viewer { user { name } } }")
	if err := os.WriteFile(filepath.Join(directory, "other.json"), []byte(`{"sha256:00": "{ hunter2 }"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	command, err := program([]string{"TREELINE_GRAPHQL_DOCUMENTS=" + directory}, "serve", "--data-dir", t.TempDir(),
		"--listen", "127.0.0.1:0", "--otlp-grpc-listen", "off", "--metrics-listen", "off", "--log-level", "error")
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
	text := strings.TrimSpace(string(output))
	if strings.Contains(text, "\n") || !strings.Contains(text, "other.json") || !strings.Contains(text, "TREELINE_GRAPHQL_DOCUMENTS") || strings.Contains(text, "hunter2") {
		t.Errorf("%q", text)
	}
}

func TestTheServerRunsTheDocumentsOfItsWebApp(t *testing.T) {
	t.Parallel()
	documents, err := readDocuments("")
	if err != nil {
		t.Fatal(err)
	}
	if documents.Len() == 0 {
		t.Skip("the web app is not built: run npm run build in frontend")
	}
	manifest, err := os.ReadFile(webAppManifest)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	if err := json.Unmarshal(manifest, &texts); err != nil {
		t.Fatal(err)
	}
	s := sharedServer(t)
	for id, text := range texts {
		if !strings.HasPrefix(text, "query Viewer ") {
			continue
		}
		g := readGraphQL(t, s.must(t, s.client, http.MethodGet, "/graphql?documentId="+id, nil))
		if g.status != http.StatusOK || len(g.Errors) > 0 || !strings.Contains(string(g.Data), "Acme") || !strings.Contains(string(g.body), `"cost"`) {
			t.Errorf("%d %s", g.status, g.body)
		}
		return
	}
	t.Error("the web app does not ask who is signed in")
}
