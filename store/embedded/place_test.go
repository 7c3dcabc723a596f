//go:build linux || darwin

package embedded

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// closedDir returns a directory that only this process's user can enter.
func closedDir(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(dataDir(t), "closed")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestDataBelowAClosedDirectory(t *testing.T) {
	t.Parallel()
	home := closedDir(t)
	dir := filepath.Join(home, "clone", "data")
	outside := filepath.Join(dataDir(t), "treeline")
	start := func(dir string) *Server {
		t.Helper()
		s, err := startBelow(t.Context(), Config{DataDir: dir, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))}, outside)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { mustStop(t, s) })
		return s
	}

	s := start(dir)
	wantBelow := home
	if os.Geteuid() == 0 {
		wantBelow = outside
	}
	if !strings.HasPrefix(s.Info().DataDir, wantBelow) {
		t.Errorf("the data lies in %s and not below %s", s.Info().DataDir, wantBelow)
	}
	query(t, s.URL(), "CREATE TABLE kept AS SELECT 1 AS n")
	mustStop(t, s)

	moved := filepath.Join(home, "moved")
	if err := os.Rename(dir, moved); err != nil {
		t.Fatal(err)
	}
	if got := query(t, start(moved).URL(), "SELECT n FROM kept"); got != "1" {
		t.Errorf("in the moved directory the row is %q", got)
	}
	if other := start(filepath.Join(home, "other", "data")); query(t, other.URL(), "SELECT to_regclass('kept') IS NULL") != "t" {
		t.Error("two data directories share their data")
	}
}

func TestNewDirectoriesDoNotStandInTheWay(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(dataDir(t), "new")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	// As makeDirs leaves them under a narrow umask.
	data := filepath.Join(dir, "a", "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	base := filepath.Join(data, "postgres")
	if err := makePlace(data, base, dataDir(t), []string{data, filepath.Dir(data), dir}, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(base); err != nil || !info.IsDir() {
		t.Errorf("PostgreSQL's directory is %v: %v", info, err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm()&0o067 != 0 {
		t.Errorf("the new directory is open to others: %v %v", info.Mode(), err)
	}
}

func TestNoPlaceForTheDataIsAnError(t *testing.T) {
	t.Parallel()
	file := filepath.Join(dataDir(t), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := findPlace(filepath.Join(closedDir(t), "data"), filepath.Join(file, "treeline"), slog.New(slog.DiscardHandler))
	if os.Geteuid() != 0 {
		if err != nil {
			t.Errorf("an ordinary user needs no other place, but: %v", err)
		}
		return
	}
	if err == nil || !strings.Contains(err.Error(), "--data-dir") || !strings.Contains(err.Error(), "cannot enter") {
		t.Errorf("the error is %v", err)
	}
}

func TestLinkOfAnotherUserIsNotFollowedAsRoot(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		return // nobody else's link can be made
	}
	dir := dataDir(t)
	link := filepath.Join(dir, "postgres")
	if err := os.Symlink(dataDir(t), link); err != nil {
		t.Fatal(err)
	}
	if err := os.Lchown(link, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	if _, err := findPlace(dir, dataDir(t), slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "is a link of user") {
		t.Errorf("the error is %v", err)
	}
}

func TestClosedDataDirectoryIsOpenedToPostgresAlone(t *testing.T) {
	t.Parallel()
	dir := closedDir(t)
	s := mustStart(t, Config{DataDir: dir})
	if !strings.HasPrefix(s.Info().DataDir, dir) {
		t.Errorf("the data lies in %s", s.Info().DataDir)
	}
	info, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm()&0o067 != 0 {
		t.Errorf("the data directory has the mode %v", info.Mode())
	}
}

func TestLinkThatLeadsNowhereIsAnError(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	if err := os.Symlink(filepath.Join(dir, "gone"), filepath.Join(dir, "postgres")); err != nil {
		t.Fatal(err)
	}
	s, err := Start(t.Context(), Config{DataDir: dir})
	if err == nil {
		mustStop(t, s)
		t.Fatal("the server began with no data")
	}
	if !strings.Contains(err.Error(), "leads nowhere") {
		t.Errorf("the error is %v", err)
	}
}

func TestRestoredDataOfRootIsGivenToItsUser(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	s := mustStart(t, Config{DataDir: dir})
	query(t, s.URL(), "CREATE TABLE kept AS SELECT 1 AS n")
	mustStop(t, s)
	self := account{uid: os.Geteuid(), gid: os.Getegid(), switched: os.Geteuid() == 0}
	if err := self.ownTree(s.Info().DataDir); err != nil {
		t.Fatal(err)
	}
	if got := query(t, mustStart(t, Config{DataDir: dir}).URL(), "SELECT n FROM kept"); got != "1" {
		t.Errorf("the row is %q", got)
	}
}
