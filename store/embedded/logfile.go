//go:build linux || darwin

package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"syscall"
)

const (
	// logFileBytes and logFilesKept bound PostgreSQL's log: the current file
	// and this many older ones, each at most this long.
	logFileBytes = 8 << 20
	logFilesKept = 3
	// logTailBytes is how much of the log is kept in memory for errors.
	logTailBytes = 4 << 10
)

// boundedLog is a log file that is set aside when it has grown to its limit.
// Its Write never fails: PostgreSQL must not stop over its log, so when the
// disk is full lines are lost instead.
type boundedLog struct {
	path  string
	limit int64

	mu   sync.Mutex
	file *os.File
	size int64
	tail []byte
}

func openLog(path string, limit int64) (*boundedLog, error) {
	l := &boundedLog{path: path, limit: limit}
	if err := l.open(); err != nil {
		return nil, fmt.Errorf("open PostgreSQL's log: %w", err)
	}
	return l, nil
}

func (l *boundedLog) open() error {
	file, err := os.OpenFile(l.path, os.O_WRONLY|os.O_CREATE|os.O_APPEND|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return err
	}
	l.file, l.size = file, info.Size()
	return nil
}

// Write takes all of p, whatever becomes of it.
func (l *boundedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tail = append(l.tail, p...)
	l.tail = l.tail[max(0, len(l.tail)-logTailBytes):]
	if l.file != nil && l.size > 0 && l.size+int64(len(p)) > l.limit {
		l.rotate()
	}
	if l.file != nil {
		n, _ := l.file.Write(p)
		l.size += int64(n)
	}
	return len(p), nil
}

// rotate moves every file one number up, dropping the oldest, and begins a new
// one. When a file cannot be moved, the current one is emptied, because the
// bound matters more than its content.
func (l *boundedLog) rotate() {
	for n := logFilesKept; n > 0; n-- {
		from := l.path
		if n > 1 {
			from = fmt.Sprintf("%s.%d", l.path, n-1)
		}
		if err := os.Rename(from, fmt.Sprintf("%s.%d", l.path, n)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			if l.file.Truncate(0) == nil {
				l.size = 0
			}
			return
		}
	}
	l.file.Close()
	l.file = nil
	// Without a file the log only keeps its tail.
	_ = l.open()
}

// lastWords returns the end of the log in one line.
func (l *boundedLog) lastWords() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return lastLines(string(l.tail), 6)
}

func (l *boundedLog) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file != nil {
		l.file.Close()
		l.file = nil
	}
}
