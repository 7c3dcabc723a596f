//go:build linux || darwin

package embedded

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"
)

// roleVariable makes the test binary play a part in another test instead of
// running tests.
const roleVariable = "TREELINE_EMBEDDED_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(roleVariable) {
	case "":
		goleak.VerifyTestMain(m)
	case "hold":
		holdServer(func() (*Server, error) {
			return Start(context.Background(), Config{DataDir: os.Args[1], Source: Source(os.Args[2])})
		})
	case "hold temporary":
		holdServer(func() (*Server, error) {
			s, _, err := StartTemporary(nil)
			return s, err
		})
	case "dial":
		conn, err := net.Dial("unix", os.Args[1])
		if err == nil {
			conn.Close()
		}
		fmt.Println(err)
	}
}

// held is what a child that holds a server says about it.
type held struct {
	URL  string
	Info Info
}

// holdServer starts a server, says so and keeps it until the process is killed.
func holdServer(start func() (*Server, error)) {
	s, err := start()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	json.NewEncoder(os.Stdout).Encode(held{URL: s.URL(), Info: s.Info()})
	<-s.Done()
}

// child is a process that holds a server.
type child struct {
	held
	cmd *exec.Cmd
}

func startChild(t *testing.T, role string, args ...string) *child {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := &child{cmd: exec.Command(executable, args...)}
	// What points the client programs of other databases somewhere must not
	// lead this one astray.
	c.cmd.Env = append(os.Environ(), roleVariable+"="+role, "PGPORT=1", "PGHOST=/nonexistent", "PGDATA=/nonexistent", "PGUSER=stranger", "PGDATABASE=none")
	c.cmd.Stderr = os.Stderr
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.kill)
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatalf("the child said nothing: %v", err)
	}
	if err := json.Unmarshal(line, &c.held); err != nil {
		t.Fatalf("the child said %q: %v", line, err)
	}
	return c
}

// kill ends the child as a power cut would, as far as it can tell.
func (c *child) kill() {
	c.cmd.Process.Kill()
	c.cmd.Wait()
}

// dataDir returns a data directory that every user can pass through, unlike
// [testing.T.TempDir]'s.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "embedded-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// baseOf returns PostgreSQL's directory in a data directory, without links.
func baseOf(t *testing.T, dataDir string) string {
	t.Helper()
	base, err := filepath.EvalSymlinks(filepath.Join(dataDir, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	return base
}

func mustStart(t *testing.T, cfg Config) *Server {
	t.Helper()
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	s, err := Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mustStop(t, s) })
	return s
}

func mustStop(t *testing.T, s *Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	if err := s.Stop(ctx); err != nil {
		t.Error(err)
	}
}

// query runs a statement on a connection of its own and returns the first
// column of its only row, or "" when it has none.
func query(t *testing.T, url, sql string) string {
	t.Helper()
	text, err := tryQuery(t.Context(), url, sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return text
}

func tryQuery(ctx context.Context, url, sql string) (string, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return "", err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	results, err := conn.PgConn().Exec(ctx, sql).ReadAll()
	if err != nil {
		return "", err
	}
	last := results[len(results)-1]
	if len(last.Rows) == 0 {
		return "", nil
	}
	return string(last.Rows[0][0]), nil
}

// awaitGone waits until no PostgreSQL works in base.
func awaitGone(t *testing.T, base string) {
	t.Helper()
	err := awaitLeftovers(t.Context(), base, 30*time.Second, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
}

// asUser prepares a command that runs the test binary as another user. Only
// root can.
func asUser(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	u, err := user.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		t.Fatal(err)
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		t.Fatal(err)
	}
	// The directory that "go test" builds in is closed to others.
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(dataDir(t), "embedded.test")
	if err := copyFile(executable, copied, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(copied, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), copied, args...)
	cmd.Dir = filepath.Dir(copied)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid), Groups: []uint32{}}}
	return cmd
}
