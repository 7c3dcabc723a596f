//go:build linux || darwin

package embedded

import (
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"syscall"
)

// deathWatch stands in for the kernel's parent-death signal where there is
// none: a shell that waits for the end of a pipe whose other end only this
// process holds, and then signals the child.
type deathWatch struct {
	cmd  *exec.Cmd
	pipe io.WriteCloser
}

// watchScript ends without a signal when it reads a line.
const watchScript = `trap '' HUP INT TERM; read -r line || kill -s "$1" "$2"`

func startDeathWatch(pid int, acct account, signal syscall.Signal) (*deathWatch, error) {
	cmd := exec.Command("/bin/sh", "-c", watchScript, "sh", strconv.Itoa(int(signal)), strconv.Itoa(pid))
	cmd.Dir = "/"
	cmd.Env = childEnv()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: acct.credential()}
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("watch over process %d: %w", pid, err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("watch over process %d: %w", pid, err)
	}
	return &deathWatch{cmd: cmd, pipe: pipe}, nil
}

// stop ends the watch, so that it never signals a process id that was given to
// somebody else. A nil watch has nothing to stop.
func (w *deathWatch) stop() {
	if w == nil {
		return
	}
	io.WriteString(w.pipe, "\n")
	w.pipe.Close()
	w.cmd.Wait()
}
