//go:build linux || darwin

package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// initPrefix begins the names of directories in which a new cluster is made;
// the next start deletes what an interrupted one left behind.
const initPrefix = "initializing-"

// clusterDir is the cluster's place in PostgreSQL's directory.
func clusterDir(base string) string { return filepath.Join(base, "data") }

// clusterMajor returns the major version of the cluster in dir, or 0 when dir
// is missing or empty.
func clusterMajor(dir string) (int, error) {
	file, err := os.OpenFile(filepath.Join(dir, "PG_VERSION"), os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrNotExist) {
		entries, err := os.ReadDir(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return 0, fmt.Errorf("look into the data in %s: %w", dir, err)
		}
		if len(entries) > 0 {
			return 0, fmt.Errorf("%s holds files but no PostgreSQL data (no PG_VERSION): bring the data back, or choose another directory with --data-dir", dir)
		}
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the version of the data in %s: %w", dir, err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, 32))
	if err != nil {
		return 0, fmt.Errorf("read the version of the data in %s: %w", dir, err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || major <= 0 {
		return 0, fmt.Errorf("the data in %s does not tell its PostgreSQL version (PG_VERSION says %q): bring PG_VERSION back from a backup", dir, text)
	}
	if major < MinimumMajor {
		return 0, fmt.Errorf("the data in %s was made by PostgreSQL %d, and %d or newer is needed: upgrade it with pg_upgrade, or choose another directory with --data-dir", dir, major, MinimumMajor)
	}
	return major, nil
}

// initCluster makes a new cluster in dir, which must be missing or empty. It
// appears there complete or not at all.
func initCluster(ctx context.Context, acct account, bins binaries, dir string, durable bool) error {
	staging := filepath.Join(filepath.Dir(dir), initPrefix+randomName())
	if err := acct.mkdir(staging); err != nil {
		return fmt.Errorf("make a directory for new data: %w", err)
	}
	defer os.RemoveAll(staging)

	var err error
	fresh := filepath.Join(staging, "data")
	for _, locale := range localeChoices(bins.major) {
		args := append([]string{
			"--pgdata=" + fresh, "--username=" + Superuser, "--encoding=UTF8", "--data-checksums",
			"--auth-local=reject", "--auth-host=reject", "--no-instructions",
			"--lc-messages=C", "--text-search-config=english",
		}, locale...)
		if !durable {
			args = append(args, "--no-sync", "--wal-segsize=1")
		}
		if err = os.RemoveAll(fresh); err != nil {
			return fmt.Errorf("make new data: %w", err)
		}
		if _, err = runTool(ctx, acct, bins.program("initdb"), args...); err == nil {
			break
		}
		if ctx.Err() != nil {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("make new PostgreSQL data in %s: %w", dir, err)
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("put new PostgreSQL data into its place: %w", err)
	}
	if err := os.Rename(fresh, dir); err != nil {
		return fmt.Errorf("put new PostgreSQL data into its place: %w", err)
	}
	if durable {
		if err := syncDir(filepath.Dir(dir)); err != nil {
			return fmt.Errorf("write new PostgreSQL data to disk: %w", err)
		}
	}
	return nil
}

// localeChoices lists initdb's locale options, best first. Text sorts by code
// point everywhere, so an index never depends on a C library's version. The
// first of each pair also knows the letters of all scripts; not every system
// has that locale.
func localeChoices(major int) [][]string {
	if major >= 17 {
		builtin := []string{"--locale-provider=builtin", "--builtin-locale=C.UTF-8"}
		return [][]string{
			append([]string{"--locale=C.UTF-8"}, builtin...),
			append([]string{"--locale=C"}, builtin...),
		}
	}
	return [][]string{{"--locale=C.UTF-8"}, {"--locale=C"}}
}

// syncDir writes a directory's own entries to disk.
func syncDir(dir string) error {
	file, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer file.Close()
	return file.Sync()
}
