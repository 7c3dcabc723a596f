//go:build linux || darwin

package embedded

import (
	"bytes"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"testing"
)

func TestWaitForAnEarlierPostgresIsBounded(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	s := mustStart(t, Config{DataDir: dir})
	var log bytes.Buffer
	err := awaitLeftovers(t.Context(), baseOf(t, dir), 2*pollInterval, slog.New(slog.NewTextHandler(&log, nil)))
	pid := strconv.Itoa(s.Info().PID)
	if err == nil || !strings.Contains(err.Error(), "process "+pid) {
		t.Errorf("the error is %v", err)
	}
	if !strings.Contains(log.String(), "waiting for an earlier PostgreSQL") || !strings.Contains(log.String(), "pid="+pid) {
		t.Errorf("the log does not tell of the wait: %s", log.String())
	}
}

func TestShellInTheDataHoldsNothingUp(t *testing.T) {
	t.Parallel()
	base := dataDir(t)
	cluster := clusterDir(base)
	if err := os.Mkdir(cluster, 0o700); err != nil {
		t.Fatal(err)
	}
	shell := idle(t, cluster)
	if pids, err := leftovers(base); err != nil || len(pids) > 0 {
		t.Errorf("process %d passes for PostgreSQL: %v %v", shell.Process.Pid, pids, err)
	}
}
