//go:build linux || darwin

package embedded

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// outsideParent is where PostgreSQL's files go when the server is root and the
// user that PostgreSQL runs as cannot reach the data directory.
const outsideParent = "/var/lib/treeline"

// findPlace returns the directory for everything that PostgreSQL needs, making
// it when it is missing: "postgres" in the data directory, or the directory
// that this is a link to. Its path has no links in it. Nothing in it has been
// looked at or locked yet.
//
// The link is made once and followed from then on, so the files are found again
// when the data directory has been moved.
func findPlace(dataDir, outside string, logger *slog.Logger) (string, error) {
	if dataDir == "" {
		return "", errors.New("the embedded PostgreSQL needs a data directory: set --data-dir")
	}
	dataDir, err := filepath.Abs(dataDir)
	if err != nil {
		return "", fmt.Errorf("find the data directory: %w", err)
	}
	if strings.ContainsAny(dataDir, "\n\r\x00") {
		return "", errors.New("the data directory's path contains a line break: choose another with --data-dir")
	}
	made, err := makeDirs(dataDir)
	if err != nil {
		return "", fmt.Errorf("make the data directory: %w", err)
	}

	base := filepath.Join(dataDir, "postgres")
	if info, err := os.Lstat(base); errors.Is(err, fs.ErrNotExist) {
		if err := makePlace(dataDir, base, outside, made, logger); err != nil {
			return "", err
		}
	} else if err != nil {
		return "", fmt.Errorf("look for PostgreSQL's directory: %w", err)
	} else if owner, err := ownerOf(base); err != nil {
		return "", fmt.Errorf("find the owner of %s: %w", base, err)
	} else if info.Mode()&fs.ModeSymlink != 0 && os.Geteuid() == 0 && owner != 0 {
		// Root would change files wherever another user's link leads.
		return "", fmt.Errorf("%s is a link of user %s, which a server that runs as root does not follow: make it root's own with `chown -h root`", base, describeUID(owner))
	}

	real, err := filepath.EvalSymlinks(base)
	if err != nil {
		return "", fmt.Errorf("%s leads nowhere: bring back the directory that it is a link to, or delete the link to begin with no data: %w", base, err)
	}
	acct, err := chooseAccount(clusterDir(real))
	if err != nil {
		return "", err
	}
	if owner, err := ownerOf(real); err != nil {
		return "", fmt.Errorf("find the owner of %s: %w", real, err)
	} else if !acct.switched && owner != acct.uid {
		return "", fmt.Errorf("%s belongs to user %s and the server runs as %s: run it as the owner, or choose another directory with --data-dir",
			real, describeUID(owner), acct.name)
	}
	if obstacle, err := acct.obstacle(filepath.Dir(real)); err != nil {
		return "", fmt.Errorf("find out whether user %s can reach %s: %w", acct.name, real, err)
	} else if obstacle != "" {
		return "", fmt.Errorf("user %s, who runs PostgreSQL, cannot enter %s on the way to the data in %s: move %s to a place that everybody may enter and leave a link to it, or choose another directory with --data-dir",
			acct.name, obstacle, real, base)
	}
	return real, nil
}

// makePlace makes base, or makes it a link when the user who will run
// PostgreSQL could not reach it. made lists the directories on the way to base
// that are new and so, like the data directory, may be opened to that user.
func makePlace(dataDir, base, outside string, made []string, logger *slog.Logger) error {
	acct, err := chooseAccount(base)
	if err != nil {
		return err
	}
	obstacle, err := acct.obstacle(dataDir)
	if err != nil {
		return fmt.Errorf("find out whether user %s can reach %s: %w", acct.name, dataDir, err)
	}
	for obstacle != "" && slices.ContainsFunc(append(made, dataDir), func(dir string) bool { return sameDir(obstacle, dir) }) {
		closed := obstacle
		if err := letIn(acct, closed); err != nil {
			return fmt.Errorf("let user %s enter %s: %w", acct.name, closed, err)
		}
		if obstacle, err = acct.obstacle(dataDir); err != nil {
			return fmt.Errorf("find out whether user %s can reach %s: %w", acct.name, dataDir, err)
		}
		if obstacle == closed {
			break
		}
		logger.Info("let PostgreSQL's user enter a directory", "user", acct.name, "dir", closed)
	}
	if obstacle == "" {
		if err := os.Mkdir(base, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("make PostgreSQL's directory: %w", err)
		}
		return nil
	}

	elsewhere := filepath.Join(outside, outsideName(dataDir))
	if err := errors.Join(makeOutside(outside), mkdirMode(elsewhere, 0o711)); err != nil {
		return fmt.Errorf("user %s, who runs PostgreSQL, cannot enter %s, and %s cannot be made instead: choose a directory that everybody may enter with --data-dir, run the server as an ordinary user, or set --database-url: %w",
			acct.name, obstacle, elsewhere, err)
	}
	switch err := os.Symlink(elsewhere, base); {
	case errors.Is(err, fs.ErrExist): // a server that started at the same time was first
		return os.Remove(elsewhere)
	case err != nil:
		return fmt.Errorf("link %s to %s: %w", base, elsewhere, err)
	}
	logger.Warn("PostgreSQL's files lie outside the data directory, because the user it runs as cannot get there",
		"user", acct.name, "obstacle", obstacle, "dir", elsewhere, "link", base)
	return nil
}

// makeDirs makes a directory with all that leads to it, and returns those that
// were missing.
func makeDirs(dir string) ([]string, error) {
	var made []string
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(at); err == nil || at == filepath.Dir(at) {
			break
		}
		made = append(made, at)
	}
	return made, os.MkdirAll(dir, 0o755)
}

// makeOutside makes a directory that everybody may pass through, unless it is
// there already.
func makeOutside(dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	if err := mkdirMode(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// letIn lets the account's group pass through a directory of root's without
// showing it the directory's listing. Other users gain nothing.
func letIn(acct account, dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	stat := info.Sys().(*syscall.Stat_t)
	if stat.Uid != 0 || (stat.Gid != 0 && int(stat.Gid) != acct.gid) {
		return nil // somebody else arranged this directory; leave it alone
	}
	if err := os.Chown(dir, 0, acct.gid); err != nil {
		return err
	}
	return os.Chmod(dir, info.Mode().Perm()&^0o060|0o010)
}

// outsideName makes a new name that tells a reader which data directory it
// belongs to.
func outsideName(dataDir string) string {
	hint := filepath.Base(filepath.Dir(dataDir)) + "-" + filepath.Base(dataDir)
	hint = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-':
			return r
		}
		return -1
	}, hint)
	return strings.TrimLeft(hint[:min(len(hint), 32)]+"-"+randomName(), "-")
}

func randomName() string {
	var b [4]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

func sameDir(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}
