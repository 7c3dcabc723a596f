//go:build linux || darwin

package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// fileLock is an exclusive advisory lock on a file. The kernel drops it when
// the process ends, however it ends. The file is closed on exec, so children
// do not keep the lock.
type fileLock struct{ file *os.File }

func openLock(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
}

// lockDir takes the lock of a directory at once or fails with an
// [*InUseError]. The file names the holder's process id.
func lockDir(dir string) (*fileLock, error) {
	file, err := openLock(filepath.Join(dir, "lock"))
	if err != nil {
		return nil, fmt.Errorf("open the lock of the data directory: %w", err)
	}
	if err := flock(file, unix.LOCK_EX|unix.LOCK_NB); err != nil {
		defer file.Close()
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock the data directory %s: %w", dir, err)
		}
		text, err := io.ReadAll(io.LimitReader(file, 32))
		if err != nil {
			return nil, fmt.Errorf("read the holder of %s: %w", file.Name(), err)
		}
		pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
		return nil, &InUseError{Dir: dir, PID: pid}
	}
	if err := errors.Join(file.Truncate(0), writeAt(file, strconv.Itoa(os.Getpid())+"\n")); err != nil {
		file.Close()
		return nil, fmt.Errorf("write the lock of the data directory: %w", err)
	}
	return &fileLock{file}, nil
}

// lockFile waits for the lock on a file. Waiting ends early only when ctx is
// done.
func lockFile(ctx context.Context, path string) (*fileLock, error) {
	file, err := openLock(path)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	locked := make(chan error, 1)
	go func() { locked <- flock(file, unix.LOCK_EX) }()
	select {
	case err := <-locked:
		if err != nil {
			file.Close()
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		return &fileLock{file}, nil
	case <-ctx.Done():
		go func() {
			<-locked
			file.Close()
		}()
		return nil, fmt.Errorf("wait for the lock %s: %w", path, ctx.Err())
	}
}

func (l *fileLock) release() { l.file.Close() }

func flock(file *os.File, how int) error {
	for {
		err := unix.Flock(int(file.Fd()), how)
		if !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

func writeAt(file *os.File, text string) error {
	_, err := file.WriteAt([]byte(text), 0)
	return err
}
