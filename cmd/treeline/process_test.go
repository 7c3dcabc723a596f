package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// asProgram makes the test binary be the program.
const asProgram = "TREELINE_TEST_AS_PROGRAM"

// What a first start of the tests' servers creates.
const (
	testPublicKey = "pk-tl-test"
	testSecretKey = "sk-tl-test-5f1c8e02a94d47b6b1"
	testEmail     = "owner@example.com"
	testPassword  = "correct horse battery staple"
)

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		go endWithParent()
		main()
		return
	}
	code := m.Run()
	if err := shared.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "stop the shared server:", err)
		code = cmp.Or(code, 1)
	}
	os.Exit(code)
}

// endWithParent ends the program once its standard input does, so that a test
// run that dies leaves no server behind.
func endWithParent() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	if self, err := os.FindProcess(os.Getpid()); err == nil {
		_ = self.Signal(syscall.SIGTERM)
	}
}

// program is the test binary as the program, with nothing of the test's own
// configuration.
func program(environment []string, args ...string) (*exec.Cmd, error) {
	executable, err := os.Executable()
	if err != nil {
		return nil, err
	}
	command := exec.Command(executable, args...)
	command.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "TREELINE_") })
	command.Env = append(append(command.Env, asProgram+"=1"), environment...)
	return command, nil
}

// installation is a data directory with the addresses and the server of it.
type installation struct {
	directory string
	http      string
	grpc      string // empty for none
	client    *http.Client
	isTLS     bool
	// environment is what the server is told besides.
	environment []string

	running  *exec.Cmd
	lifeline io.Closer
	log      *lockedBuffer
	ended    chan struct{}
	err      error
}

// lockedBuffer is what a server wrote to its log.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// newInstallation makes an empty data directory that the account of PostgreSQL
// can reach, which is another one where the tests run as root.
func newInstallation(withGRPC bool) (*installation, error) {
	directory, err := os.MkdirTemp("", "treeline-test-")
	if err != nil {
		return nil, err
	}
	i := &installation{directory: directory, client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{}}}
	if err := os.Chmod(directory, 0o755); err != nil {
		return i, err
	}
	if i.http, err = freeAddress(); err != nil {
		return i, err
	}
	if withGRPC {
		i.grpc, err = freeAddress()
	}
	return i, err
}

// installed is newInstallation for one test.
func installed(t *testing.T) *installation {
	t.Helper()
	i, err := newInstallation(false)
	if i != nil {
		t.Cleanup(func() {
			if err := i.stop(); err != nil {
				t.Error(err)
			}
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// launch starts the server and returns at once.
func (i *installation) launch() error {
	command, err := program(append([]string{
		"TREELINE_INIT_ORG=Acme", "TREELINE_INIT_PROJECT=Shop",
		"TREELINE_INIT_PUBLIC_KEY=" + testPublicKey, "TREELINE_INIT_SECRET_KEY=" + testSecretKey,
		"TREELINE_INIT_USER_EMAIL=" + testEmail, "TREELINE_INIT_USER_PASSWORD=" + testPassword,
	}, i.environment...), "serve", "--data-dir", filepath.Join(i.directory, "data"), "--listen", i.http,
		"--otlp-grpc-listen", cmp.Or(i.grpc, "off"), "--metrics-listen", "off", "--log-level", "warn")
	if err != nil {
		return err
	}
	i.log, i.ended = &lockedBuffer{}, make(chan struct{})
	command.Stdout, command.Stderr = i.log, i.log
	if i.lifeline, err = command.StdinPipe(); err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	i.running = command
	go func() {
		i.err = command.Wait()
		close(i.ended)
	}()
	return nil
}

// start starts the server and waits until it is ready.
func (i *installation) start() error {
	if err := i.launch(); err != nil {
		return err
	}
	return i.awaitReady()
}

func (i *installation) awaitReady() error {
	return i.await("ready", func() bool { return i.status("/readyz") == http.StatusOK })
}

// await polls until something is so, the server ends, or half a minute went by.
func (i *installation) await(what string, isSo func() bool) error {
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	timeout := time.NewTimer(30 * time.Second)
	defer timeout.Stop()
	for !isSo() {
		select {
		case <-poll.C:
		case <-i.ended:
			return fmt.Errorf("the server ended before it was %s: %w\n%s", what, i.err, i.log)
		case <-timeout.C:
			return fmt.Errorf("the server is not %s after 30 s\n%s", what, i.log)
		}
	}
	return nil
}

// url is where HTTP is served.
func (i *installation) url() string {
	if i.isTLS {
		return "https://" + i.http
	}
	return "http://" + i.http
}

// status is what a path answers, 0 where nothing does.
func (i *installation) status(path string) int {
	response, err := i.client.Get(i.url() + path)
	if err != nil {
		return 0
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// kill ends the server without a chance to do anything about it.
func (i *installation) kill() error {
	if err := i.running.Process.Kill(); err != nil {
		return err
	}
	<-i.ended
	i.running = nil
	return nil
}

// shutDown ends the server the way that a supervisor does.
func (i *installation) shutDown() error {
	if i.running == nil {
		return nil
	}
	defer func() { i.running = nil }()
	i.client.CloseIdleConnections()
	if err := i.running.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("the server ended by itself: %w\n%s", err, i.log)
	}
	select {
	case <-i.ended:
		if i.err != nil {
			return fmt.Errorf("the server ended badly: %w\n%s", i.err, i.log)
		}
		return nil
	case <-time.After(40 * time.Second):
		_ = i.running.Process.Kill()
		return fmt.Errorf("the server did not stop on SIGTERM\n%s", i.log)
	}
}

// stop ends the server and removes its data.
func (i *installation) stop() error {
	err := i.shutDown()
	return cmp.Or(err, os.RemoveAll(i.directory))
}

// postmaster is the process id of the installation's own PostgreSQL.
func (i *installation) postmaster() (int, error) {
	text, err := os.ReadFile(filepath.Join(i.directory, "data", "postgres", "data", "postmaster.pid"))
	if err != nil {
		return 0, err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return strconv.Atoi(strings.TrimSpace(line))
}

// sharedInstallation is the server of the tests that leave it as it was.
type sharedInstallation struct {
	once sync.Once
	*installation
	err error
}

var shared sharedInstallation

// sharedServer starts the shared server where no test did before.
func sharedServer(t *testing.T) *installation {
	t.Helper()
	shared.once.Do(func() {
		if shared.installation, shared.err = newInstallation(true); shared.err == nil {
			shared.err = shared.start()
		}
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.installation
}

func (s *sharedInstallation) stop() error {
	if s.installation == nil {
		return nil
	}
	return s.installation.stop()
}

// answer is what came back for a request.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// request sends a request; headers come in pairs, and an empty value leaves one
// out.
func (i *installation) request(client *http.Client, method, path string, body []byte, headers ...string) (*answer, error) {
	request, err := http.NewRequest(method, i.url()+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.SetBasicAuth(testPublicKey, testSecretKey)
	for n := 0; n < len(headers); n += 2 {
		if headers[n+1] == "" {
			request.Header.Del(headers[n])
			continue
		}
		request.Header.Set(headers[n], headers[n+1])
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	return &answer{response.StatusCode, response.Header, text}, nil
}

// must is request where no answer at all fails the test.
func (i *installation) must(t *testing.T, client *http.Client, method, path string, body []byte, headers ...string) *answer {
	t.Helper()
	a, err := i.request(client, method, path, body, headers...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// graphQL is what a GraphQL operation answered.
type graphQL struct {
	*answer
	Data   json.RawMessage `json:"data"`
	Errors []struct {
		Message    string `json:"message"`
		Extensions struct {
			Code string `json:"code"`
		} `json:"extensions"`
	} `json:"errors"`
}

// code is that of the first error, empty without errors.
func (g *graphQL) code() string {
	if len(g.Errors) == 0 {
		return ""
	}
	return g.Errors[0].Extensions.Code
}

// operate runs a GraphQL operation.
func (i *installation) operate(t *testing.T, client *http.Client, query string, variables map[string]any, headers ...string) *graphQL {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	headers = append([]string{"Content-Type", "application/json", "Accept", "application/graphql-response+json"}, headers...)
	return readGraphQL(t, i.must(t, client, http.MethodPost, "/graphql", body, headers...))
}

func readGraphQL(t *testing.T, a *answer) *graphQL {
	t.Helper()
	g := &graphQL{answer: a}
	if err := json.Unmarshal(a.body, g); err != nil {
		t.Fatalf("%d is no GraphQL answer: %.300s", a.status, a.body)
	}
	return g
}

// read runs a query as the API key and reads its data.
func (i *installation) read(t *testing.T, query string, variables map[string]any, into any) {
	t.Helper()
	g := i.operate(t, i.client, query, variables)
	if g.status != http.StatusOK || len(g.Errors) > 0 {
		t.Fatalf("%d %.500s", g.status, g.body)
	}
	if err := json.Unmarshal(g.Data, into); err != nil {
		t.Fatal(err)
	}
}

// browser is a client that keeps cookies.
func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, Timeout: 30 * time.Second}
}
