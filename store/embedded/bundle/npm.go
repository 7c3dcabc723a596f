package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// platforms names the npm package of each platform that Go can name.
var platforms = map[string]string{
	"darwin/amd64": "darwin-x64",
	"darwin/arm64": "darwin-arm64",
	"linux/amd64":  "linux-x64",
	"linux/arm64":  "linux-arm64",
}

// npmPackage is an installed @embedded-postgres package. Below "native" it has
// PostgreSQL's directories; its version begins with PostgreSQL's.
type npmPackage struct {
	dir   string
	major int
}

var versionStart = regexp.MustCompile(`^(\d+)\.\d+`)

func openPackage(modules, goos, goarch string) (npmPackage, error) {
	platform, ok := platforms[goos+"/"+goarch]
	if !ok {
		return npmPackage{}, fmt.Errorf("there is no PostgreSQL to pack for %s/%s: a build for it uses an installed one", goos, goarch)
	}
	dir := filepath.Join(modules, "@embedded-postgres", platform)
	text, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return npmPackage{}, fmt.Errorf("%s is not installed: run `npm ci --prefix store/embedded` first; npm leaves out in silence what it cannot download, --loglevel=http shows why", dir)
	}
	if err != nil {
		return npmPackage{}, err
	}
	var manifest struct {
		Version string `json:"version"`
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		return npmPackage{}, fmt.Errorf("read %s's package.json: %w", dir, err)
	}
	m := versionStart.FindStringSubmatch(manifest.Version)
	if m == nil {
		return npmPackage{}, fmt.Errorf("%s has the version %q, which does not begin with PostgreSQL's", dir, manifest.Version)
	}
	major, err := strconv.Atoi(m[1])
	if err != nil {
		return npmPackage{}, fmt.Errorf("read the version of %s: %w", dir, err)
	}
	return npmPackage{dir: dir, major: major}, nil
}

// entry is a file or a link of the archive. Its directories follow from its
// name.
type entry struct {
	// name is the slash-separated path below the archive's root.
	name string
	// source is the file to pack, or "" for a link.
	source string
	// link is the target of a link, relative to the link's directory.
	link       string
	executable bool
}

// entries lists what belongs into the archive, by name.
//
// npm packages cannot hold links, so the package lists its own in
// pg-symlinks.json and makes them when its install script runs. They come from
// the list here, whether the script ran or not.
func (p npmPackage) entries() (map[string]entry, error) {
	native := filepath.Join(p.dir, "native")
	entries := map[string]entry{}
	err := filepath.WalkDir(native, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(native, file)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		if unneeded(name) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		entries[name] = entry{name: name, source: file, executable: info.Mode()&0o111 != 0 || strings.HasPrefix(name, "bin/")}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if _, ok := entries["bin/postgres"]; !ok {
		return nil, errors.New("it has no native/bin/postgres")
	}
	if err := p.addLinks(entries); err != nil {
		return nil, err
	}
	return entries, nil
}

// addLinks adds the listed links whose targets are in the archive.
func (p npmPackage) addLinks(entries map[string]entry) error {
	text, err := os.ReadFile(filepath.Join(p.dir, "native", "pg-symlinks.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	// A "target" is the link and its "source" what the link leads to, both
	// relative to the package.
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(text, &links); err != nil {
		return fmt.Errorf("read pg-symlinks.json: %w", err)
	}
	// A link can lead to a link that stands later in the list.
	for added := true; added; {
		added = false
		for _, l := range links {
			name, nameOK := strings.CutPrefix(path.Clean(l.Target), "native/")
			to, toOK := strings.CutPrefix(path.Clean(l.Source), "native/")
			if !nameOK || !toOK || path.Dir(name) != path.Dir(to) {
				return fmt.Errorf("pg-symlinks.json has the unexpected link %s to %s", l.Target, l.Source)
			}
			if _, ok := entries[to]; !ok || unneeded(name) {
				continue
			}
			if _, ok := entries[name]; ok {
				continue
			}
			entries[name] = entry{name: name, link: path.Base(to)}
			added = true
		}
	}
	return nil
}

// unneededNames match what only serves to build extensions or programs, and
// languages whose interpreters the package does not have.
var unneededNames = regexp.MustCompile(`^(pg-symlinks\.json` +
	`|lib/[^/]*\.a` +
	`|lib/(libecpg|libpgtypes)[^/]*` +
	`|lib/pkgconfig|lib/postgresql/pgxs|include` +
	`|(lib|share)/(postgresql/)?(extension/)?[^/]*pl(perl|python|tcl)[^/]*)$`)

func unneeded(name string) bool { return unneededNames.MatchString(name) }
