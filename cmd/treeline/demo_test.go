package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/treeline-dev/treeline/cmd/treeline/demo"
)

// launchDemo starts the demo in an installation and waits until it has said how
// to look at it.
func launchDemo(t *testing.T, i *installation) {
	t.Helper()
	command, err := program(nil, "demo", "--data-dir", filepath.Join(i.directory, "data"), "--listen", i.http,
		"--otlp-grpc-listen", "off", "--metrics-listen", "off")
	if err != nil {
		t.Fatal(err)
	}
	i.log, i.ended = &lockedBuffer{}, make(chan struct{})
	command.Stdout, command.Stderr = i.log, i.log
	if i.lifeline, err = command.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	i.running = command
	go func(running *exec.Cmd) {
		i.err = running.Wait()
		close(i.ended)
	}(command)
	// Loading takes seconds, on a busy machine more than one wait.
	hasSaid := func() bool { return strings.Contains(i.log.String(), "GraphQL explorer:") }
	for attempts := 6; ; attempts-- {
		err := i.await("loaded with the demo", hasSaid)
		if err == nil {
			return
		}
		select {
		case <-i.ended:
			t.Fatal(err)
		default:
		}
		if attempts == 1 {
			t.Fatal(err)
		}
	}
}

// documentedQuery is a query of the page on the demo data.
type documentedQuery struct {
	// heading and section are what it stands below.
	heading, section string
	query            string
}

func documentedQueries(t *testing.T) []documentedQuery {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "demo-data.md"))
	if err != nil {
		t.Fatal(err)
	}
	var list []documentedQuery
	for _, section := range regexp.MustCompile(`(?m)^##+ `).Split(string(page), -1) {
		heading, _, _ := strings.Cut(section, "\n")
		for _, query := range regexp.MustCompile("(?s)```graphql\n(.*?)```").FindAllStringSubmatch(section, -1) {
			list = append(list, documentedQuery{heading, section, query[1]})
		}
	}
	return list
}

// emptyFields returns the fields of a project that answer nothing: a list
// without an entry, a count of zero.
func emptyFields(project map[string]json.RawMessage) ([]string, error) {
	var empty []string
	for name, raw := range project {
		var list struct {
			Nodes      *[]json.RawMessage
			TotalCount *struct{ Value int }
		}
		if err := json.Unmarshal(raw, &list); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		if list.Nodes != nil && len(*list.Nodes) == 0 || list.TotalCount != nil && list.TotalCount.Value == 0 {
			empty = append(empty, name)
		}
	}
	return empty, nil
}

// askProject runs a query as a customer and returns the fields of its project.
func askProject(i *installation, c demo.Customer, query string) (map[string]json.RawMessage, error) {
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequest(http.MethodPost, "http://"+i.http+"/graphql", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.SetBasicAuth(c.PublicKey, c.SecretKey)
	request.Header.Set("Content-Type", "application/json")
	response, err := i.client.Do(request)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Data   struct{ Project map[string]json.RawMessage }
		Errors []struct{ Message string }
	}
	err = cmp.Or(json.NewDecoder(response.Body).Decode(&answer), response.Body.Close())
	if err == nil && len(answer.Errors) > 0 {
		err = fmt.Errorf("the server answers: %s", answer.Errors[0].Message)
	}
	return answer.Data.Project, err
}

// checkAnswered fails the test where a query answers a customer nothing.
func checkAnswered(t *testing.T, i *installation, c demo.Customer, query string) {
	t.Helper()
	project, err := askProject(i, c, query)
	if err != nil {
		t.Errorf("%s: %v in\n%s", c.Name, err, query)
		return
	}
	empty, err := emptyFields(project)
	if err != nil || len(project) == 0 || len(empty) > 0 {
		t.Errorf("%s: nothing in %v (%v) of\n%s", c.Name, empty, err, query)
	}
}

func TestTheDemoIsLoadedOnceAndAnswersEveryDocumentedQuestion(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("loads the whole demo")
	}
	i := installed(t)
	launchDemo(t, i)
	if !strings.Contains(i.log.String(), fmt.Sprintf("  %d traces with ", demo.DefaultTraces)) {
		t.Errorf("the first start does not say what it loaded:\n%s", i.log)
	}
	customers := demo.DefaultCustomers()
	queries := documentedQueries(t)
	if len(queries) < 12 {
		t.Errorf("the page has %d queries", len(queries))
	}
	for _, q := range queries {
		isForAll, asked := q.heading == "First questions", 0
		for _, c := range customers {
			if isForAll || strings.Contains(q.section, c.Name) {
				asked++
				checkAnswered(t, i, c, q.query)
			}
		}
		if asked == 0 {
			t.Errorf("“%s” names no customer", q.heading)
		}
	}
	for _, plant := range demo.Planted() {
		for _, c := range customers {
			if plant.Filter != "" && (plant.Industry == "" || plant.Industry == c.Industry) {
				checkAnswered(t, i, c, "{ project { traces(first: 1, filter: "+plant.Filter+") { nodes { id } } } }")
			}
		}
	}
	if err := i.shutDown(); err != nil {
		t.Fatal(err)
	}
	launchDemo(t, i)
	if strings.Contains(i.log.String(), "Sending") {
		t.Errorf("the second start loads again:\n%s", i.log)
	}
}
