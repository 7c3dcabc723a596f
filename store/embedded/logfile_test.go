//go:build linux || darwin

package embedded

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestLogStaysWithinItsBound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			r.Fatal(err)
		}
		const limit = 1000
		path := filepath.Join(dir, "postgresql.log")
		var written bytes.Buffer
		for range rapid.IntRange(1, 3).Draw(r, "starts") {
			log, err := openLog(path, limit)
			if err != nil {
				r.Fatal(err)
			}
			for i, size := range rapid.SliceOfN(rapid.IntRange(0, limit), 0, 30).Draw(r, "sizes") {
				p := bytes.Repeat([]byte{byte('a' + i%26)}, size)
				if n, err := log.Write(p); n != size || err != nil {
					r.Fatalf("Write gives %d, %v", n, err)
				}
				written.Write(p)
			}
			log.close()
		}
		kept, err := os.ReadFile(path)
		if err != nil {
			r.Fatal(err)
		}
		for _, older := range []string{".1", ".2", ".3"} {
			text, err := os.ReadFile(path + older)
			if err != nil && !os.IsNotExist(err) {
				r.Fatal(err)
			}
			if len(text) > limit {
				r.Errorf("%s has %d bytes", older, len(text))
			}
			kept = append(text, kept...)
		}
		if len(kept) > limit*(logFilesKept+1) || !bytes.HasSuffix(written.Bytes(), kept) {
			r.Errorf("the log keeps %d bytes that are not the end of the %d written", len(kept), written.Len())
		}
		if files, err := os.ReadDir(dir); err != nil || len(files) > logFilesKept+1 {
			r.Errorf("the log has the files %v, %v", files, err)
		}
	})
}

func TestLogNeverFails(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log", "postgresql.log")
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	log, err := openLog(path, 10)
	if err != nil {
		t.Fatal(err)
	}
	defer log.close()
	if err := os.RemoveAll(filepath.Dir(path)); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if n, err := log.Write([]byte("the disk is gone\n")); n != 17 || err != nil {
			t.Fatalf("Write gives %d, %v", n, err)
		}
	}
	if got := log.lastWords(); !strings.HasSuffix(got, "the disk is gone") {
		t.Errorf("the tail is %q", got)
	}
}
