//go:build linux || darwin

package embedded

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

func TestTemporaryServersAreSeparate(t *testing.T) {
	t.Parallel()
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			s, cleanup, err := StartTemporary(nil)
			if err != nil {
				t.Error(err)
				return
			}
			defer func() {
				cleanup()
				if _, err := os.Stat(s.Info().DataDir); !errors.Is(err, os.ErrNotExist) {
					t.Errorf("the data is still there: %v", err)
				}
			}()
			want := fmt.Sprint(i)
			got, err := tryQuery(t.Context(), s.URL(), "CREATE TABLE mine AS SELECT "+want+" AS n; SELECT string_agg(n::text, ',') FROM mine")
			if err != nil || got != want {
				t.Errorf("server %d has %q: %v", i, got, err)
			}
			if fsync, err := tryQuery(t.Context(), s.URL(), "SHOW fsync"); err != nil || fsync != "off" {
				t.Errorf("fsync is %q: %v", fsync, err)
			}
		})
	}
	all.Wait()
}

func TestAbandonedTemporaryServerIsSweptAway(t *testing.T) {
	t.Parallel()
	c := startChild(t, "hold temporary")
	base := filepath.Dir(c.Info.DataDir)
	logger := slog.New(slog.NewTextHandler(t.Output(), nil))

	sweepTemporaries(filepath.Dir(base), logger)
	if _, err := os.Stat(c.Info.DataDir); err != nil {
		t.Fatalf("a server in use was swept away: %v", err)
	}
	c.kill()
	awaitGone(t, base)
	sweepTemporaries(filepath.Dir(base), logger)
	if _, err := os.Stat(base); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the abandoned server's files are still there: %v", err)
	}
}

func TestCacheOfAnotherUserIsNotTrusted(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(dataDir(t), "cache")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := checkCacheDir(dir, account{}); err == nil {
		t.Error("a directory that everybody can write to was taken")
	}
	link := dir + "-link"
	if err := os.Symlink(dataDir(t), link); err != nil {
		t.Fatal(err)
	}
	if err := checkCacheDir(link, account{}); err == nil {
		t.Error("a link was taken")
	}
}
