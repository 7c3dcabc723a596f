//go:build linux || darwin

package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// binaries are the programs of one PostgreSQL.
type binaries struct {
	dir     string
	source  Source
	version string
	major   int
	// prerelease is set for a beta or a development version, whose data no
	// later release can open.
	prerelease bool
	// banner is the full answer to --version. It tells builds apart.
	banner string
}

func (b binaries) program(name string) string { return filepath.Join(b.dir, name) }

// systemPatterns are the places where packages put PostgreSQL's programs.
var systemPatterns = []string{
	"/usr/lib/postgresql/*/bin",     // Debian, Ubuntu
	"/usr/pgsql-*/bin",              // PostgreSQL's own RPMs
	"/usr/lib/postgresql[0-9]*/bin", // SUSE
	"/usr/libexec/postgresql[0-9]*", // Alpine
	"/usr/local/pgsql/bin",          // built from source
	"/opt/homebrew/opt/postgresql*/bin",
	"/usr/local/opt/postgresql*/bin",
	"/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
	"/Applications/Postgres.app/Contents/Versions/*/bin",
	"/usr/lib64/postgresql-*/bin", // Gentoo
}

// systemDirs lists the directories of installed PostgreSQL programs, each once
// and without links.
func systemDirs(ctx context.Context, acct account) []string {
	var dirs []string
	add := func(dir string) {
		if _, err := os.Stat(filepath.Join(dir, "postgres")); err != nil {
			return
		}
		real, err := filepath.EvalSymlinks(dir)
		if err == nil && !slices.Contains(dirs, real) {
			dirs = append(dirs, real)
		}
	}
	for _, pattern := range systemPatterns {
		matches, err := filepath.Glob(pattern)
		if err != nil {
			panic("embedded: malformed pattern " + pattern)
		}
		for _, dir := range matches {
			add(dir)
		}
	}
	if program, err := exec.LookPath("postgres"); err == nil {
		if program, err = filepath.EvalSymlinks(program); err == nil {
			add(filepath.Dir(program))
		}
	}
	if program, err := exec.LookPath("pg_config"); err == nil {
		if out, err := runTool(ctx, acct, program, "--bindir"); err == nil {
			add(strings.TrimSpace(out))
		}
	}
	return dirs
}

// search is a search for a PostgreSQL that the account can run.
type search struct {
	acct account
	// dir, when set, is the only place to look.
	dir    string
	source Source
	// major is the version that existing data needs, or 0 for new data.
	major int
	// unpackInto returns the directory in which the bundle belongs.
	unpackInto func(*bundle) string
	logger     *slog.Logger
}

// find returns the first fitting PostgreSQL: installed ones before the bundled
// one, newer ones before older ones. Its error tells what was looked at and
// what can be done.
func (s search) find(ctx context.Context) (binaries, error) {
	var seen []string
	if s.dir != "" {
		bins, err := s.inspect(ctx, s.dir, SourceSystem)
		if err == nil {
			err = s.unfit(bins)
		}
		if err != nil {
			return binaries{}, fmt.Errorf("use the PostgreSQL in %s: %w", s.dir, err)
		}
		return bins, nil
	}

	if s.source == SourceAuto || s.source == SourceSystem {
		var fitting []binaries
		for _, dir := range systemDirs(ctx, s.acct) {
			bins, err := s.inspect(ctx, dir, SourceSystem)
			if err == nil {
				err = s.unfit(bins)
			}
			if err == nil && bins.prerelease {
				err = errors.New("is not a release")
			}
			if err != nil {
				seen = append(seen, fmt.Sprintf("%s: %v", dir, err))
				continue
			}
			fitting = append(fitting, bins)
		}
		if len(fitting) > 0 {
			return slices.MaxFunc(fitting, func(a, b binaries) int { return a.major - b.major }), nil
		}
		if err := ctx.Err(); err != nil {
			return binaries{}, fmt.Errorf("look for an installed PostgreSQL: %w", err)
		}
	}

	if s.source == SourceAuto || s.source == SourceBundled {
		b, err := carriedBundle()
		switch {
		case err != nil:
			return binaries{}, err
		case b == nil:
			seen = append(seen, "this build carries no PostgreSQL")
		case s.major != 0 && b.major != s.major:
			seen = append(seen, fmt.Sprintf("the bundled one is PostgreSQL %d", b.major))
		default:
			dir := s.unpackInto(b)
			if err := b.unpack(dir, s.logger); err != nil {
				return binaries{}, err
			}
			bins, err := s.inspect(ctx, filepath.Join(dir, "bin"), SourceBundled)
			if err == nil {
				err = s.unfit(bins)
			}
			if err == nil {
				return bins, nil
			}
			if errors.Is(err, fs.ErrNotExist) { // the kernel says so of a missing loader
				err = fmt.Errorf("it needs the GNU C library: %w", err)
			}
			seen = append(seen, fmt.Sprintf("the bundled one does not run here: %v", err))
		}
	}

	wanted := fmt.Sprintf("PostgreSQL %d or newer", MinimumMajor)
	advice := "install a PostgreSQL server package, use a build that carries PostgreSQL, or set --database-url"
	if s.major != 0 {
		wanted = fmt.Sprintf("PostgreSQL %d, which the existing data needs,", s.major)
		advice = fmt.Sprintf("install the server package of PostgreSQL %d, or begin with another, empty directory by --data-dir", s.major)
	}
	looked := "nothing is installed in the usual places"
	if len(seen) > 0 {
		looked = strings.Join(seen, "; ")
	}
	return binaries{}, fmt.Errorf("%s was not found (%s): %s", wanted, looked, advice)
}

// unfit returns why these binaries cannot be used, or nil.
func (s search) unfit(bins binaries) error {
	switch {
	case s.major != 0 && bins.major != s.major:
		return fmt.Errorf("is PostgreSQL %d and the data needs %d", bins.major, s.major)
	case bins.major < MinimumMajor:
		return fmt.Errorf("is PostgreSQL %d, older than %d", bins.major, MinimumMajor)
	}
	return nil
}

// inspect asks the binaries in dir for their version, as the user who will run
// them.
func (s search) inspect(ctx context.Context, dir string, source Source) (binaries, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return binaries{}, err
	}
	if strings.ContainsAny(dir, "\"$`\\\n") {
		return binaries{}, errors.New("its path has a letter that initdb would give to a shell to interpret (one of \" $ ` \\)")
	}
	bins := binaries{dir: dir, source: source}
	for _, name := range []string{"initdb", "postgres"} {
		if _, err := os.Stat(bins.program(name)); errors.Is(err, fs.ErrNotExist) {
			return binaries{}, fmt.Errorf("has no %s", name)
		} else if err != nil {
			return binaries{}, err
		}
		if bins.banner, err = runTool(ctx, s.acct, bins.program(name), "--version"); err != nil {
			return binaries{}, err
		}
	}
	bins.banner = strings.TrimSpace(bins.banner)
	bins.version, bins.major, bins.prerelease, err = parseVersion(bins.banner)
	return bins, err
}

// versionBanner matches "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)",
// "... 19beta1" and "... 19devel".
var versionBanner = regexp.MustCompile(`\(PostgreSQL\) ((\d{1,4})(?:\.\d+)*)(\S*)`)

func parseVersion(banner string) (version string, major int, prerelease bool, err error) {
	m := versionBanner.FindStringSubmatch(banner)
	if m == nil {
		return "", 0, false, fmt.Errorf("does not answer like PostgreSQL: %.80q", banner)
	}
	major, err = strconv.Atoi(m[2])
	if err != nil {
		return "", 0, false, fmt.Errorf("read the version in %.80q: %w", banner, err)
	}
	return m[1] + m[3], major, m[3] != "", nil
}
