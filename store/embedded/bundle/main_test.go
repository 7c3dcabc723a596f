package main

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
)

// npmTree lays out a package as npm installs it, with the given modes and
// times.
func npmTree(t *testing.T, umask os.FileMode, hydrated bool) string {
	t.Helper()
	modules := t.TempDir()
	dir := filepath.Join(modules, "@embedded-postgres", "linux-x64")
	for name, text := range map[string]string{
		"package.json":                            `{"version": "18.4.0-beta.17"}`,
		"README.md":                               "not packed",
		"native/bin/postgres":                     "the server",
		"native/bin/initdb":                       "initdb",
		"native/lib/libpq.so.5.18":                "libpq",
		"native/lib/libpq.a":                      "static",
		"native/lib/libecpg.so.6.18":              "for C programs",
		"native/lib/pkgconfig/libpq.pc":           "for builds",
		"native/lib/postgresql/plpgsql.so":        "plpgsql",
		"native/lib/postgresql/plpython3.so":      "needs an interpreter",
		"native/share/postgresql/tz/Europe/Paris": "zone",
		"native/pg-symlinks.json": `[
			{"source": "native/lib/libpq.so.5", "target": "native/lib/libpq.so"},
			{"source": "native/lib/libpq.so.5.18", "target": "native/lib/libpq.so.5"},
			{"source": "native/lib/libecpg.so.6.18", "target": "native/lib/libecpg.so"}]`,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		mode := os.FileMode(0o644)
		if strings.Contains(name, "/bin/") {
			mode = 0o755
		}
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode&^umask); err != nil {
			t.Fatal(err)
		}
		then := time.Unix(int64(umask)*1000, 0)
		if err := os.Chtimes(path, then, then); err != nil {
			t.Fatal(err)
		}
	}
	if hydrated {
		for link, to := range map[string]string{"libpq.so": "libpq.so.5", "libpq.so.5": "libpq.so.5.18"} {
			if err := os.Symlink(to, filepath.Join(dir, "native", "lib", link)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return modules
}

func TestArchiveHoldsWhatRunsPostgres(t *testing.T) {
	t.Parallel()
	archive, err := run(npmTree(t, 0, false), t.TempDir(), "linux", "amd64")
	if err != nil {
		t.Fatal(err)
	}
	if got := filepath.Base(archive); got != "postgres-18-linux-amd64.tar.zst" {
		t.Errorf("the archive is called %s", got)
	}
	file, err := os.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := zstd.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer unzipped.Close()
	var got []string
	for reader := tar.NewReader(unzipped); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, header.FileInfo().Mode().String()+" "+header.Name+" "+header.Linkname)
	}
	want := []string{
		"-rw-r--r-- NOTICE ",
		"drwxr-xr-x bin/ ",
		"-rwxr-xr-x bin/initdb ",
		"-rwxr-xr-x bin/postgres ",
		"drwxr-xr-x lib/ ",
		"Lrwxrwxrwx lib/libpq.so libpq.so.5",
		"Lrwxrwxrwx lib/libpq.so.5 libpq.so.5.18",
		"-rw-r--r-- lib/libpq.so.5.18 ",
		"drwxr-xr-x lib/postgresql/ ",
		"-rw-r--r-- lib/postgresql/plpgsql.so ",
		"drwxr-xr-x share/ ",
		"drwxr-xr-x share/postgresql/ ",
		"drwxr-xr-x share/postgresql/tz/ ",
		"drwxr-xr-x share/postgresql/tz/Europe/ ",
		"-rw-r--r-- share/postgresql/tz/Europe/Paris ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

func TestArchiveIsReproducible(t *testing.T) {
	t.Parallel()
	read := func(umask os.FileMode, hydrated bool) []byte {
		archive, err := run(npmTree(t, umask, hydrated), t.TempDir(), "linux", "amd64")
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(archive)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	if !bytes.Equal(read(0, false), read(0o077, true)) {
		t.Error("two installations of one package give different archives")
	}
}

func TestOneArchiveRemains(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	for _, name := range []string{"postgres-17-linux-amd64.tar.zst", "postgres-18-darwin-arm64.tar.zst", ".gitkeep"} {
		if err := os.WriteFile(filepath.Join(out, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := run(npmTree(t, 0, false), out, "linux", "amd64"); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, entry := range entries {
		got = append(got, entry.Name())
	}
	if diff := cmp.Diff([]string{".gitkeep", "postgres-18-linux-amd64.tar.zst"}, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestMissingPackageSaysWhatToDo(t *testing.T) {
	t.Parallel()
	if _, err := run(t.TempDir(), t.TempDir(), "linux", "amd64"); err == nil || !strings.Contains(err.Error(), "npm ci") {
		t.Errorf("the error is %v", err)
	}
	if _, err := run(t.TempDir(), t.TempDir(), "plan9", "mips"); err == nil || !strings.Contains(err.Error(), "plan9/mips") {
		t.Errorf("the error is %v", err)
	}
}

func TestLinkOutOfThePackageIsRefused(t *testing.T) {
	t.Parallel()
	modules := npmTree(t, 0, false)
	list := filepath.Join(modules, "@embedded-postgres", "linux-x64", "native", "pg-symlinks.json")
	if err := os.WriteFile(list, []byte(`[{"source": "native/../../../etc/passwd", "target": "native/lib/x"}]`), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := run(modules, t.TempDir(), "linux", "amd64"); err == nil || !strings.Contains(err.Error(), "unexpected link") {
		t.Errorf("the error is %v", err)
	}
}
