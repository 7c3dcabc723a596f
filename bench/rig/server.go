package rig

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// The key that a server of the rig is given at its first start.
const (
	publicKey = "pk-tl-bench"
	secretKey = "sk-tl-bench-93c1b07de24f5a86"
)

// Authorization is the header with which requests are sent.
var Authorization = "Basic " + base64.StdEncoding.EncodeToString([]byte(publicKey+":"+secretKey))

// Server is a running "treeline serve".
type Server struct {
	// Address is where it serves HTTP, Metrics where its metrics stand.
	Address, Metrics string
	// PID is its process.
	PID int

	command *exec.Cmd
	log     *tail
	ended   chan struct{}
	err     error
}

// readyPatience is how long a server may take to start.
const readyPatience = 2 * time.Minute

// StartServer runs a program on a database, with an organization, a project and
// the key of [Authorization], and returns once it is ready.
func StartServer(ctx context.Context, program string, db *PostgreSQL) (*Server, error) {
	s := &Server{log: &tail{}, ended: make(chan struct{})}
	var err error
	if s.Address, err = freeAddress(); err != nil {
		return nil, err
	}
	if s.Metrics, err = freeAddress(); err != nil {
		return nil, err
	}
	s.command = exec.Command(program, "serve", "--listen", s.Address, "--otlp-grpc-listen", "off", "--metrics-listen", s.Metrics, "--log-level", "warn")
	s.command.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "TREELINE_") }),
		"TREELINE_DATABASE_URL="+db.url, "TREELINE_SECRET_KEY="+strings.Repeat("bench", 8),
		"TREELINE_INIT_ORG=Bench", "TREELINE_INIT_PROJECT=Bench", "TREELINE_INIT_PUBLIC_KEY="+publicKey, "TREELINE_INIT_SECRET_KEY="+secretKey)
	s.command.Stdout, s.command.Stderr = s.log, s.log
	if err := s.command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	s.PID = s.command.Process.Pid
	go func() {
		s.err = s.command.Wait()
		close(s.ended)
	}()
	if err := s.awaitReady(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("start the server: %w\n%s", err, s.log), s.Stop())
	}
	return s, nil
}

func (s *Server) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyPatience)
	defer cancel()
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.Address+"/readyz", nil)
		if err != nil {
			return err
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			_, _ = io.Copy(io.Discard, response.Body)
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-poll.C:
		case <-s.ended:
			return fmt.Errorf("it ended: %w", s.err)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Stop ends the server in good order, or at once where it does not.
func (s *Server) Stop() error {
	if err := s.command.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop the server: %w", err)
	}
	select {
	case <-s.ended:
		return nil
	case <-time.After(40 * time.Second):
	}
	if err := s.command.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("kill the server: %w", err)
	}
	<-s.ended
	return errors.New("the server did not stop by itself")
}

// ResidentBytes is the memory that the server's process holds at the moment. It
// needs Linux.
func (s *Server) ResidentBytes() (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.PID))
	if err != nil {
		return 0, fmt.Errorf("read the server's memory: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err != nil {
				return 0, fmt.Errorf("read the server's memory: %w", err)
			}
			return kib << 10, nil
		}
	}
	return 0, errors.New("the system does not tell the server's memory")
}

// ErrNoProfile says that the server serves no profiles.
var ErrNoProfile = errors.New("the server serves no profiles on its metrics listener")

// Profile takes a profile of the server's processor time and returns the
// functions that took most of it, as "go tool pprof -top" prints them. The
// profile itself is written to a file.
func (s *Server) Profile(ctx context.Context, seconds, functions int, path string) (string, error) {
	url := fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", s.Metrics, seconds)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", fmt.Errorf("ask for a profile: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", fmt.Errorf("ask for a profile: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusNotFound {
		return "", ErrNoProfile
	}
	file, err := os.Create(path)
	if err != nil {
		return "", fmt.Errorf("keep the profile: %w", err)
	}
	_, err = io.Copy(file, response.Body)
	if err := errors.Join(err, file.Close()); err != nil {
		return "", fmt.Errorf("read the profile: %w", err)
	}
	top, err := exec.CommandContext(ctx, "go", "tool", "pprof", "-top", "-nodecount="+strconv.Itoa(functions), path).Output()
	if err != nil {
		return "", fmt.Errorf("read the profile with go tool pprof: %w", err)
	}
	return string(top), nil
}

func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	return listener.Addr().String(), listener.Close()
}

// tail keeps the end of what a process wrote.
type tail struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// tailBytes bounds what a tail keeps.
const tailBytes = 16 << 10

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text.Write(p)
	if excess := t.text.Len() - tailBytes; excess > 0 {
		t.text.Next(excess)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}
