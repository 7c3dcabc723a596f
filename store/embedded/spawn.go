//go:build linux || darwin

package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// childEnv is all that PostgreSQL's programs see of the environment. What is
// set for other databases (PGPORT, PGDATA, ...) must not reach them, and their
// messages must be in one language.
func childEnv() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
}

// spawn starts cmd as the account and in a session of its own, so that a
// terminal's interrupt reaches only the server, which then stops its children
// in order. When this process dies, the child receives onParentDeath.
//
// The kernel ties that signal to the thread that forked, not to the process, so
// the child is started and awaited on a thread that does nothing else. The
// returned channel yields the result of [exec.Cmd.Wait] once.
func spawn(cmd *exec.Cmd, acct account, onParentDeath syscall.Signal) (<-chan error, error) {
	cmd.Env = childEnv()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: acct.credential()}
	signalOnParentDeath(cmd.SysProcAttr, onParentDeath)

	started := make(chan error)
	exited := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		var watch *deathWatch
		if !kernelSignalsOrphans {
			var err error
			if watch, err = startDeathWatch(cmd.Process.Pid, acct, onParentDeath); err != nil {
				killErr := cmd.Process.Kill()
				started <- errors.Join(err, killErr, cmd.Wait())
				return
			}
		}
		started <- nil
		err := cmd.Wait()
		watch.stop()
		exited <- err
	}()
	if err := <-started; err != nil {
		if acct.switched && errors.Is(err, syscall.EPERM) {
			return nil, fmt.Errorf("start %s as user %s (is the server allowed to change its user?): %w", cmd.Path, acct.name, err)
		}
		return nil, fmt.Errorf("start %s as user %s: %w", cmd.Path, acct.name, err)
	}
	return exited, nil
}

// runTool runs one of PostgreSQL's short-lived programs as the account and
// returns what it printed. An error carries the program's last words.
func runTool(ctx context.Context, acct account, program string, args ...string) (string, error) {
	var out strings.Builder
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = "/"
	cmd.Stdout = &out
	cmd.Stderr = &out
	cmd.WaitDelay = 5 * time.Second
	exited, err := spawn(cmd, acct, syscall.SIGKILL)
	if err != nil {
		return "", err
	}
	if err := <-exited; err != nil {
		return out.String(), fmt.Errorf("%s: %w: %s", program, errors.Join(err, ctx.Err()), lastLines(out.String(), 8))
	}
	return out.String(), nil
}

// lastLines returns the last n lines of text, joined into one line.
func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], " | ")
}
