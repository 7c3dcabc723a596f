//go:build linux || darwin

package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// leftoverPatience bounds the wait for the PostgreSQL of a server that was
	// killed. Its last checkpoint can take a while after heavy writing.
	leftoverPatience = 2 * time.Minute
	progressInterval = 5 * time.Second
	pollInterval     = 50 * time.Millisecond
)

// awaitLeftovers waits until no process of an earlier PostgreSQL works in base.
// The caller holds the directory's lock, so none of them has a server
// any more and all are on their way out.
func awaitLeftovers(ctx context.Context, base string, patience time.Duration, logger *slog.Logger) error {
	begin := time.Now()
	poll := time.NewTicker(pollInterval)
	defer poll.Stop()
	said := begin.Add(-progressInterval)
	for {
		pids, err := leftovers(base)
		if err != nil {
			return fmt.Errorf("look for an earlier PostgreSQL in %s: %w", base, err)
		}
		if len(pids) == 0 {
			return removeForeignPIDFile(clusterDir(base))
		}
		if time.Since(said) >= progressInterval {
			said = time.Now()
			logger.Info("waiting for an earlier PostgreSQL to shut down", "pid", pids[0], "processes", len(pids), "waited", time.Since(begin).Round(time.Millisecond).String())
		}
		if time.Since(begin) >= patience {
			return fmt.Errorf("an earlier PostgreSQL (process %d) still runs in %s after %v: stop it with `kill -INT %d` and start again",
				pids[0], base, patience, pids[0])
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
			return fmt.Errorf("wait for an earlier PostgreSQL (process %d) to shut down: %w", pids[0], ctx.Err())
		}
	}
}

// removeForeignPIDFile deletes a postmaster.pid whose process id has meanwhile
// been given to a program that is not PostgreSQL, as happens when a container
// starts again. PostgreSQL would take that program for a running server. A file
// whose process is gone is left for PostgreSQL to judge.
func removeForeignPIDFile(cluster string) error {
	pid, err := postmasterPID(cluster)
	if err != nil || pid == 0 || !processLives(pid) {
		return err
	}
	return os.Remove(filepath.Join(cluster, "postmaster.pid"))
}

// postmasterPID returns the process id in the cluster's postmaster.pid, or 0
// when there is none.
func postmasterPID(cluster string) (int, error) {
	file, err := os.OpenFile(filepath.Join(cluster, "postmaster.pid"), os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, 4096))
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid <= 0 {
		return 0, nil
	}
	return pid, nil
}

func processLives(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
