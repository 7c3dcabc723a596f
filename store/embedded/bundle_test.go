//go:build linux || darwin

package embedded

import (
	"archive/tar"
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"testing/fstest"

	"github.com/klauspost/compress/zstd"
)

// packed makes a bundle of the given tar entries; the text of an entry is its
// content or its target.
func packed(t *testing.T, entries ...tar.Header) *bundle {
	t.Helper()
	var out bytes.Buffer
	compressed, err := zstd.NewWriter(&out)
	if err != nil {
		t.Fatal(err)
	}
	archive := tar.NewWriter(compressed)
	for _, header := range entries {
		content := ""
		if header.Typeflag == tar.TypeReg {
			content = "content of " + header.Name
			header.Size = int64(len(content))
		}
		if err := archive.WriteHeader(&header); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := compressed.Close(); err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("dist/postgres-18-%s-%s.tar.zst", runtime.GOOS, runtime.GOARCH)
	b, err := bundleIn(fstest.MapFS{
		name:                                  {Data: out.Bytes()},
		"dist/.gitkeep":                       {},
		"dist/postgres-19-plan9-mips.tar.zst": {},
	})
	if err != nil || b == nil {
		t.Fatalf("the bundle was not found: %v", err)
	}
	return b
}

func TestBuildWithoutABundleSaysSo(t *testing.T) {
	t.Parallel()
	if b, err := bundleIn(fstest.MapFS{"dist/.gitkeep": {}}); b != nil || err != nil {
		t.Errorf("an empty dist gives %v, %v", b, err)
	}
}

func TestUnpackingReplacesOnlyAnotherBundle(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "18")
	logger := slog.New(slog.DiscardHandler)
	first := packed(t,
		tar.Header{Typeflag: tar.TypeDir, Name: "bin/", Mode: 0o755},
		tar.Header{Typeflag: tar.TypeReg, Name: "bin/postgres", Mode: 0o755},
		tar.Header{Typeflag: tar.TypeSymlink, Name: "bin/postmaster", Linkname: "postgres"},
	)
	if err := first.unpack(dir, logger); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "bin", "postmaster"))
	if err != nil || string(text) != "content of bin/postgres" {
		t.Errorf("the link leads to %q: %v", text, err)
	}
	if info, err := os.Stat(filepath.Join(dir, "bin", "postgres")); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("the program has %v: %v", info, err)
	}

	mark := filepath.Join(dir, "untouched")
	if err := os.WriteFile(mark, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := first.unpack(dir, logger); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(mark); err != nil {
		t.Errorf("the same bundle was unpacked again: %v", err)
	}
	second := packed(t, tar.Header{Typeflag: tar.TypeReg, Name: "postgres", Mode: 0o755})
	if err := second.unpack(dir, logger); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(mark); err == nil {
		t.Error("another bundle did not replace the first")
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(dir), unpackPrefix+"*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestArchiveCannotWriteOutside(t *testing.T) {
	t.Parallel()
	for name, entries := range map[string][]tar.Header{
		"path upwards":    {{Typeflag: tar.TypeReg, Name: "../outside", Mode: 0o644}},
		"absolute path":   {{Typeflag: tar.TypeReg, Name: "/outside", Mode: 0o644}},
		"link upwards":    {{Typeflag: tar.TypeSymlink, Name: "link", Linkname: "../outside"}},
		"absolute link":   {{Typeflag: tar.TypeSymlink, Name: "link", Linkname: "/etc"}},
		"a device":        {{Typeflag: tar.TypeChar, Name: "null", Mode: 0o644}},
		"same name twice": {{Typeflag: tar.TypeReg, Name: "a", Mode: 0o644}, {Typeflag: tar.TypeReg, Name: "a", Mode: 0o644}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parent := t.TempDir()
			if err := packed(t, entries...).unpack(filepath.Join(parent, "18"), slog.New(slog.DiscardHandler)); err == nil {
				t.Error("was unpacked")
			}
			if left, err := os.ReadDir(parent); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v %v", left, err)
			}
		})
	}
}
