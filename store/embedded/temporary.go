//go:build linux || darwin

package embedded

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// TemporarySourceVariable is the environment variable that chooses the
// PostgreSQL of [StartTemporary]: a [Source], or the directory of its programs.
const TemporarySourceVariable = "TREELINE_TEST_POSTGRES"

const (
	temporaryPrefix  = "treeline-postgres-"
	temporaryTimeout = 3 * time.Minute
	// cacheLifetime is how long an unused template or unpacked bundle is kept.
	cacheLifetime = 14 * 24 * time.Hour
)

// StartTemporary runs an empty PostgreSQL for tests, in a directory for
// temporary files and without care for its data. It starts from a copy of a
// prepared cluster, which is kept in the user's cache directory, so that only
// the first start on a machine runs initdb. Any number can run side by side.
//
// The returned function stops it and deletes its files. A process that dies
// without calling it leaves no PostgreSQL behind, and its files are deleted by a
// later call of StartTemporary. A nil logger discards what is logged.
func StartTemporary(logger *slog.Logger) (*Server, func(), error) {
	ctx, cancel := context.WithTimeout(context.Background(), temporaryTimeout)
	defer cancel()
	logger = cmp.Or(logger, slog.New(slog.DiscardHandler))
	acct, err := newDataAccount()
	if err != nil {
		return nil, nil, err
	}
	parent, err := temporaryParent(acct)
	if err != nil {
		return nil, nil, err
	}
	sweepTemporaries(parent, logger)
	cache, err := openCache(acct, logger)
	if err != nil {
		return nil, nil, err
	}
	bins, template, err := cache.prepare(ctx, parent)
	if err != nil {
		return nil, nil, err
	}
	return startIn(ctx, parent, temporarySpec(acct, bins, logger, func(_ context.Context, acct account, _ binaries, dir string) error {
		if err := copyTree(template, dir, acct); err != nil {
			return fmt.Errorf("copy the prepared data: %w", err)
		}
		return nil
	}))
}

// newDataAccount returns the user for data that is made anew.
func newDataAccount() (account, error) { return chooseAccount("") }

func temporarySpec(acct account, bins binaries, logger *slog.Logger, initialize func(context.Context, account, binaries, string) error) launchSpec {
	return launchSpec{
		find:          func(context.Context, account, int) (binaries, error) { return bins, nil },
		initialize:    initialize,
		settings:      temporarySettings(),
		onParentDeath: syscall.SIGQUIT,
		logger:        logger,
	}
}

// startIn runs a PostgreSQL in a new directory below parent. The returned
// function stops it and deletes the directory.
func startIn(ctx context.Context, parent string, spec launchSpec) (*Server, func(), error) {
	base, lock, err := makeTemporary(parent)
	if err != nil {
		return nil, nil, err
	}
	remove := func() {
		if err := os.RemoveAll(base); err != nil {
			spec.logger.Warn("could not delete temporary PostgreSQL data", "dir", base, "error", err)
		}
		lock.release()
	}
	spec.base = base
	s, err := launch(ctx, spec)
	if err != nil {
		remove()
		return nil, nil, fmt.Errorf("start a temporary PostgreSQL: %w", err)
	}
	return s, func() {
		s.abort()
		remove()
	}, nil
}

// temporaryParent returns a directory for temporary files that the account can
// reach.
func temporaryParent(acct account) (string, error) {
	for _, dir := range []string{os.TempDir(), "/tmp", "/var/tmp"} {
		if obstacle, err := acct.obstacle(dir); err == nil && obstacle == "" {
			return filepath.EvalSymlinks(dir)
		}
	}
	return "", fmt.Errorf("user %s, who runs PostgreSQL, can enter no directory for temporary files: set TMPDIR to one that everybody may enter", acct.name)
}

// makeTemporary makes a directory and takes its lock. The directory gets its
// final name only with the lock held, so that sweepTemporaries never mistakes a
// new one for an abandoned one.
func makeTemporary(parent string) (string, *fileLock, error) {
	fresh, err := os.MkdirTemp(parent, ".treeline-new-")
	if err != nil {
		return "", nil, fmt.Errorf("make a directory for temporary data: %w", err)
	}
	lock, err := lockDir(fresh)
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(fresh))
	}
	base := filepath.Join(parent, temporaryPrefix+randomName())
	if err := os.Rename(fresh, base); err != nil {
		lock.release()
		return "", nil, errors.Join(fmt.Errorf("make a directory for temporary data: %w", err), os.RemoveAll(fresh))
	}
	return base, lock, nil
}

// sweepTemporaries deletes the directories of processes that died.
func sweepTemporaries(parent string, logger *slog.Logger) {
	dirs, err := filepath.Glob(filepath.Join(escapeGlob(parent), temporaryPrefix+"*"))
	if err != nil {
		return
	}
	for _, dir := range dirs {
		if owner, err := ownerOf(dir); err != nil || owner != os.Geteuid() {
			continue
		}
		lock, err := lockDir(dir)
		if err != nil {
			continue
		}
		if pids, err := leftovers(dir); err == nil && len(pids) == 0 {
			if err := errors.Join(removeSocketDir(dir), os.RemoveAll(dir)); err != nil {
				logger.Warn("could not delete abandoned PostgreSQL data", "dir", dir, "error", err)
			}
		}
		lock.release()
	}
}

// cache keeps what starting a temporary PostgreSQL would otherwise make each
// time: prepared clusters and, for the bundled PostgreSQL, its programs.
type cache struct {
	dir    string
	acct   account
	logger *slog.Logger
}

// openCache returns a cache in a directory that only this process's user can
// write to and that the account can reach.
func openCache(acct account, logger *slog.Logger) (cache, error) {
	var dirs []string
	if dir, err := os.UserCacheDir(); err == nil {
		dirs = append(dirs, filepath.Join(dir, "treeline"))
	}
	if acct.switched {
		dirs = append(dirs, "/var/cache/treeline")
	}
	dirs = append(dirs, filepath.Join(os.TempDir(), fmt.Sprintf("treeline-cache-%d", os.Geteuid())))
	var refused []error
	for _, dir := range dirs {
		if err := checkCacheDir(dir, acct); err != nil {
			refused = append(refused, err)
			continue
		}
		return cache{dir: dir, acct: acct, logger: logger}, nil
	}
	return cache{}, fmt.Errorf("find a directory for prepared PostgreSQL data: %w", errors.Join(refused...))
}

func checkCacheDir(dir string, acct account) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	if err := mkdirMode(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	owner := int(info.Sys().(*syscall.Stat_t).Uid)
	if !info.IsDir() || owner != os.Geteuid() || info.Mode()&0o022 != 0 {
		return fmt.Errorf("%s is not a directory that only user %s can write to", dir, describeUID(os.Geteuid()))
	}
	obstacle, err := acct.obstacle(dir)
	if err == nil && obstacle != "" {
		err = fmt.Errorf("user %s cannot enter %s", acct.name, obstacle)
	}
	return err
}

// prepare returns the PostgreSQL to run and the directory of a cluster to copy,
// making what is missing. One process at a time prepares; others wait for it.
func (c cache) prepare(ctx context.Context, parent string) (binaries, string, error) {
	lock, err := lockFile(ctx, filepath.Join(c.dir, "lock"))
	if err != nil {
		return binaries{}, "", err
	}
	defer lock.release()

	search := search{
		acct: c.acct, source: SourceAuto, logger: c.logger,
		unpackInto: func(b *bundle) string {
			return filepath.Join(c.dir, fmt.Sprintf("postgres-%d-%.12s", b.major, b.digest))
		},
	}
	switch choice := os.Getenv(TemporarySourceVariable); Source(choice) {
	case "":
	case SourceAuto, SourceSystem, SourceBundled:
		search.source = Source(choice)
	default:
		search.dir = choice
	}
	bins, err := search.find(ctx)
	if err != nil {
		return binaries{}, "", err
	}

	// Whatever shapes a cluster is part of its name.
	key := sha256.Sum256([]byte(strings.Join([]string{
		"1", bins.banner, bins.dir, Superuser, Database, fmt.Sprint(localeChoices(bins.major)),
	}, "\x00")))
	template := filepath.Join(c.dir, "template-"+hex.EncodeToString(key[:8]))
	if _, err := os.Stat(template); errors.Is(err, fs.ErrNotExist) {
		if err := c.makeTemplate(ctx, parent, bins, template); err != nil {
			return binaries{}, "", fmt.Errorf("prepare PostgreSQL data for tests: %w", err)
		}
	} else if err != nil {
		return binaries{}, "", fmt.Errorf("look for prepared PostgreSQL data: %w", err)
	}
	c.sweep(template, filepath.Dir(bins.dir))
	return bins, template, nil
}

// makeTemplate makes a cluster as [launch] leaves it, stops it and keeps its
// files.
func (c cache) makeTemplate(ctx context.Context, parent string, bins binaries, template string) error {
	s, cleanup, err := startIn(ctx, parent, temporarySpec(c.acct, bins, c.logger, func(ctx context.Context, acct account, bins binaries, dir string) error {
		return initCluster(ctx, acct, bins, dir, false)
	}))
	if err != nil {
		return err
	}
	defer cleanup()
	if err := s.Stop(ctx); err != nil {
		return err
	}
	fresh := filepath.Join(c.dir, unpackPrefix+randomName())
	defer os.RemoveAll(fresh)
	if err := copyTree(s.info.DataDir, fresh, account{}); err != nil {
		return err
	}
	if err := syncTree(fresh); err != nil {
		return err
	}
	return os.Rename(fresh, template)
}

// sweep marks what is used now and deletes what has long not been used.
func (c cache) sweep(used ...string) {
	now := time.Now()
	for _, dir := range used {
		if filepath.Dir(dir) == c.dir {
			// A mark that cannot be set only means that the directory is made
			// again some day.
			_ = os.Chtimes(dir, now, now)
		}
	}
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || !entry.IsDir() {
			continue
		}
		unfinished := strings.HasPrefix(entry.Name(), unpackPrefix)
		if unfinished || now.Sub(info.ModTime()) > cacheLifetime {
			if err := os.RemoveAll(filepath.Join(c.dir, entry.Name())); err != nil {
				c.logger.Warn("could not delete prepared PostgreSQL data", "dir", entry.Name(), "error", err)
			}
		}
	}
}

// copyTree copies directories and regular files, all that a cluster has, and
// gives the copy to the account.
func copyTree(from, to string, acct account) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		info, err := entry.Info()
		if err != nil {
			return err
		}
		switch {
		case entry.IsDir():
			err = mkdirMode(target, info.Mode().Perm())
		case entry.Type().IsRegular():
			err = copyFile(path, target, info.Mode().Perm())
		default:
			err = fmt.Errorf("%s is neither a file nor a directory", path)
		}
		if err != nil {
			return err
		}
		return acct.own(target)
	})
}

func copyFile(from, to string, mode fs.FileMode) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	if _, err := io.Copy(target, source); err != nil {
		target.Close()
		return err
	}
	return target.Close()
}
