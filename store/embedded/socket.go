//go:build linux || darwin

package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const (
	// socketPort is the number in the name of the socket. No port is opened.
	socketPort = "5432"
	// socketDirMax is the longest path of a socket's directory in bytes: macOS
	// allows 103 for the whole address and Linux 107, and the name takes 18.
	socketDirMax = 103 - len("/.s.PGSQL."+socketPort)

	socketPrefix = "treeline-socket-"
)

// makeSocketDir makes the directory for the Unix socket, which only the account
// and root can enter: base/socket, or where that path would be too long or have
// letters that a connection string cannot carry, a new directory for temporary
// files that base/socket then is a link to. What an earlier server left is
// removed.
func makeSocketDir(base string, acct account) (string, error) {
	plain := filepath.Join(base, "socket")
	if err := removeSocketDir(base); err != nil {
		return "", err
	}
	if len(plain) <= socketDirMax && !strings.ContainsAny(plain, `,"`) {
		if err := acct.mkdir(plain); err != nil {
			return "", fmt.Errorf("make the socket's directory: %w", err)
		}
		return plain, nil
	}

	var last error
	for _, parent := range []string{os.TempDir(), "/tmp"} {
		if obstacle, err := acct.obstacle(parent); err != nil || obstacle != "" {
			last = fmt.Errorf("user %s cannot enter %s", acct.name, parent)
			continue
		}
		dir, err := os.MkdirTemp(parent, socketPrefix)
		if err != nil {
			last = err
			continue
		}
		if len(dir) > socketDirMax || strings.ContainsAny(dir, `,"`) {
			last = errors.Join(fmt.Errorf("the path %s is too long for a socket", dir), os.Remove(dir))
			continue
		}
		if err := errors.Join(acct.own(dir), os.Symlink(dir, plain)); err != nil {
			return "", errors.Join(fmt.Errorf("make the socket's directory: %w", err), os.Remove(dir))
		}
		return dir, nil
	}
	return "", fmt.Errorf("make the socket's directory: %w", last)
}

// removeSocketDir removes what makeSocketDir made.
func removeSocketDir(base string) error {
	plain := filepath.Join(base, "socket")
	info, err := os.Lstat(plain)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		var target string
		if target, err = os.Readlink(plain); err == nil && strings.HasPrefix(filepath.Base(target), socketPrefix) {
			err = os.RemoveAll(target)
		}
	}
	if err == nil {
		err = os.RemoveAll(plain)
	}
	if err != nil {
		return fmt.Errorf("remove the socket's directory: %w", err)
	}
	return nil
}
