//go:build linux || darwin

package embedded

import (
	"os/exec"
	"syscall"
	"testing"
)

// idle starts a process that works in dir and ends when the test does.
func idle(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("/bin/sh", "-c", "read -r line")
	cmd.Dir = dir
	pipe, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		pipe.Close()
		cmd.Wait()
	})
	return cmd
}

func TestDeathWatchSignalsWhenItsParentDies(t *testing.T) {
	t.Parallel()
	process := idle(t, "/")
	watch, err := startDeathWatch(process.Process.Pid, account{}, syscall.SIGQUIT)
	if err != nil {
		t.Fatal(err)
	}
	watch.pipe.Close() // as the kernel does when the parent dies
	watch.cmd.Wait()
	process.Wait()
	if status := process.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != syscall.SIGQUIT {
		t.Errorf("the process ended with %v", process.ProcessState)
	}
}

func TestStoppedDeathWatchSignalsNobody(t *testing.T) {
	t.Parallel()
	process := idle(t, "/")
	watch, err := startDeathWatch(process.Process.Pid, account{}, syscall.SIGKILL)
	if err != nil {
		t.Fatal(err)
	}
	watch.stop()
	if !processLives(process.Process.Pid) {
		t.Error("the process is gone")
	}
}
