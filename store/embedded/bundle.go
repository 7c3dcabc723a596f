//go:build linux || darwin

package embedded

import (
	"archive/tar"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// dist holds the archive that the program in the directory "bundle" makes, or
// nothing.
//
//go:embed all:dist
var dist embed.FS

var archiveName = regexp.MustCompile(`^postgres-(\d{1,4})-([a-z0-9]+)-([a-z0-9]+)\.tar\.zst$`)

// bundle is a PostgreSQL packed into one archive: directories "bin", "lib" and
// "share" in a zstd-compressed tar.
type bundle struct {
	files  fs.FS
	name   string
	major  int
	digest string
}

// carriedBundle returns the bundle of this build for the platform it runs on,
// or nil when it has none.
func carriedBundle() (*bundle, error) { return bundleIn(dist) }

func bundleIn(files fs.FS) (*bundle, error) {
	entries, err := fs.ReadDir(files, "dist")
	if err != nil {
		return nil, fmt.Errorf("list the bundled PostgreSQL: %w", err)
	}
	var newest *bundle
	for _, entry := range entries {
		m := archiveName.FindStringSubmatch(entry.Name())
		if m == nil || m[2] != runtime.GOOS || m[3] != runtime.GOARCH {
			continue
		}
		major, err := strconv.Atoi(m[1])
		if err != nil {
			return nil, fmt.Errorf("read the version of the bundled PostgreSQL %s: %w", entry.Name(), err)
		}
		if newest == nil || major > newest.major {
			newest = &bundle{files: files, name: "dist/" + entry.Name(), major: major}
		}
	}
	if newest == nil {
		return nil, nil
	}
	file, err := files.Open(newest.name)
	if err != nil {
		return nil, fmt.Errorf("open the bundled PostgreSQL: %w", err)
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return nil, fmt.Errorf("read the bundled PostgreSQL: %w", err)
	}
	newest.digest = hex.EncodeToString(hash.Sum(nil))
	return newest, nil
}

// digestFile marks an unpacked bundle and names the archive it came from.
const digestFile = "bundle.sha256"

// unpack makes dir hold the bundle. A directory that holds this very bundle is
// used as it is, and one that holds another is replaced. A directory under its
// final name is always complete. The caller holds a lock that covers dir.
func (b *bundle) unpack(dir string, logger *slog.Logger) error {
	mark, err := os.ReadFile(filepath.Join(dir, digestFile))
	if err == nil && strings.TrimSpace(string(mark)) == b.digest {
		return nil
	}
	logger.Info("unpacking the bundled PostgreSQL", "major", b.major, "dir", dir)
	fresh := filepath.Join(filepath.Dir(dir), unpackPrefix+randomName())
	defer os.RemoveAll(fresh)
	if err := b.extract(fresh); err != nil {
		return fmt.Errorf("unpack the bundled PostgreSQL into %s: %w", fresh, err)
	}
	if err := os.WriteFile(filepath.Join(fresh, digestFile), []byte(b.digest+"\n"), 0o644); err != nil {
		return fmt.Errorf("mark the unpacked PostgreSQL: %w", err)
	}
	if err := syncTree(fresh); err != nil {
		return fmt.Errorf("write the unpacked PostgreSQL to disk: %w", err)
	}
	old := filepath.Join(filepath.Dir(dir), unpackPrefix+randomName())
	if err := os.Rename(dir, old); err == nil {
		defer os.RemoveAll(old)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("replace the unpacked PostgreSQL: %w", err)
	}
	if err := os.Rename(fresh, dir); err != nil {
		return fmt.Errorf("put the unpacked PostgreSQL into its place: %w", err)
	}
	return nil
}

// unpackPrefix begins the names of directories that an interrupted start leaves
// behind; the next start deletes them.
const unpackPrefix = "unpacking-"

// extract writes the archive's files below dir, which must not exist.
func (b *bundle) extract(dir string) error {
	file, err := b.files.Open(b.name)
	if err != nil {
		return err
	}
	defer file.Close()
	unzipped, err := zstd.NewReader(file, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return err
	}
	defer unzipped.Close()
	if err := mkdirMode(dir, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for archive := tar.NewReader(unzipped); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := extractEntry(root, header, archive); err != nil {
			return err
		}
	}
}

func extractEntry(root *os.Root, header *tar.Header, content io.Reader) error {
	name := filepath.FromSlash(strings.TrimSuffix(header.Name, "/"))
	mode := fs.FileMode(header.Mode).Perm() &^ 0o022
	switch header.Typeflag {
	case tar.TypeDir:
		if err := root.Mkdir(name, mode); err != nil {
			return err
		}
	case tar.TypeSymlink:
		target := filepath.FromSlash(header.Linkname)
		if filepath.IsAbs(target) || !filepath.IsLocal(filepath.Join(filepath.Dir(name), target)) {
			return fmt.Errorf("%s is a link out of the archive", header.Name)
		}
		return root.Symlink(target, name)
	case tar.TypeReg:
		file, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if err != nil {
			return err
		}
		if _, err := io.Copy(file, content); err != nil {
			file.Close()
			return err
		}
		if err := file.Close(); err != nil {
			return err
		}
	default:
		return fmt.Errorf("%s has the unexpected type %q", header.Name, header.Typeflag)
	}
	// A narrow umask must not hide the programs from the user who runs them.
	return root.Chmod(name, mode)
}

// mkdirMode makes a directory with exactly this mode, whatever the umask.
func mkdirMode(dir string, mode fs.FileMode) error {
	if err := os.Mkdir(dir, mode); err != nil {
		return err
	}
	return os.Chmod(dir, mode)
}
