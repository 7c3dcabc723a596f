package main

import (
	"archive/tar"
	"bufio"
	_ "embed"
	"errors"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"github.com/klauspost/compress/zstd"
)

// notice names the software in the archive and its licences.
//
//go:embed NOTICE
var notice string

// writeArchive packs the entries, sorted by name and without anything that
// differs from one machine to the next: times, owners and the umask.
func writeArchive(file string, entries map[string]entry) (err error) {
	fresh, err := os.CreateTemp(filepath.Dir(file), ".bundle-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(fresh.Name()))
		}
	}()
	defer fresh.Close()

	buffered := bufio.NewWriterSize(fresh, 1<<20)
	// More than one worker would cut the blocks by timing.
	compressed, err := zstd.NewWriter(buffered, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(8<<20))
	if err != nil {
		return err
	}
	if err := writeTar(compressed, entries); err != nil {
		return err
	}
	if err := errors.Join(compressed.Close(), buffered.Flush(), fresh.Chmod(0o644), fresh.Close()); err != nil {
		return err
	}
	return os.Rename(fresh.Name(), file)
}

func writeTar(w io.Writer, entries map[string]entry) error {
	archive := tar.NewWriter(w)
	if err := writeHeader(archive, tar.Header{Typeflag: tar.TypeReg, Name: "NOTICE", Mode: 0o644, Size: int64(len(notice))}); err != nil {
		return err
	}
	if _, err := io.WriteString(archive, notice); err != nil {
		return err
	}
	made := map[string]bool{".": true}
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		if err := writeDirs(archive, path.Dir(name), made); err != nil {
			return err
		}
		if err := writeEntry(archive, entries[name]); err != nil {
			return err
		}
	}
	return archive.Close()
}

// writeDirs writes the directories of dir that are not in the archive yet.
func writeDirs(archive *tar.Writer, dir string, made map[string]bool) error {
	if made[dir] {
		return nil
	}
	made[dir] = true
	if err := writeDirs(archive, path.Dir(dir), made); err != nil {
		return err
	}
	return writeHeader(archive, tar.Header{Typeflag: tar.TypeDir, Name: dir + "/", Mode: 0o755})
}

func writeEntry(archive *tar.Writer, e entry) error {
	if e.source == "" {
		return writeHeader(archive, tar.Header{Typeflag: tar.TypeSymlink, Name: e.name, Linkname: e.link, Mode: 0o777})
	}
	file, err := os.Open(e.source)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	mode := int64(0o644)
	if e.executable {
		mode = 0o755
	}
	if err := writeHeader(archive, tar.Header{Typeflag: tar.TypeReg, Name: e.name, Mode: mode, Size: info.Size()}); err != nil {
		return err
	}
	_, err = io.Copy(archive, file)
	return err
}

func writeHeader(archive *tar.Writer, header tar.Header) error {
	header.Format = tar.FormatPAX
	header.ModTime = time.Unix(0, 0)
	return archive.WriteHeader(&header)
}
