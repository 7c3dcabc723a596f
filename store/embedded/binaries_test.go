//go:build linux || darwin

package embedded

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestVersionIsReadFromTheBanner(t *testing.T) {
	t.Parallel()
	for banner, want := range map[string]string{
		"postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)": "15.18 15 false",
		"postgres (PostgreSQL) 18.4":                           "18.4 18 false",
		"postgres (PostgreSQL) 19beta1":                        "19beta1 19 true",
		"postgres (PostgreSQL) 20devel":                        "20devel 20 true",
		"postgres (PostgreSQL) 9.6.24":                         "9.6.24 9 false",
	} {
		version, major, prerelease, err := parseVersion(banner)
		if got := fmt.Sprint(version, " ", major, " ", prerelease); err != nil || got != want {
			t.Errorf("%q gives %s, %v", banner, got, err)
		}
	}
	for _, banner := range []string{"", "mysqld 8", "postgres (PostgreSQL) unknown"} {
		if _, _, _, err := parseVersion(banner); err == nil {
			t.Errorf("%q was taken for PostgreSQL", banner)
		}
	}
}

func TestUnfitBinariesAreRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	acct, err := newDataAccount()
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		script string
		major  int
		want   string
	}{
		"too old":         {"echo 'postgres (PostgreSQL) 14.9'", 0, "older than 15"},
		"wrong for data":  {"echo 'postgres (PostgreSQL) 17.1'", 16, "the data needs 16"},
		"not PostgreSQL":  {"echo hello", 0, "hello"},
		"does not run":    {"echo cannot load libpq >&2; exit 127", 0, "cannot load libpq"},
		"nothing printed": {"true", 0, "does not answer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := dataDir(t)
			for _, program := range []string{"initdb", "postgres"} {
				path := filepath.Join(dir, program)
				if err := os.WriteFile(path, []byte("#!/bin/sh\n"+test.script+"\n"), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.Chmod(path, 0o755); err != nil {
					t.Fatal(err)
				}
			}
			_, err := search{acct: acct, dir: dir, major: test.major, logger: slog.New(slog.DiscardHandler)}.find(t.Context())
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), dir) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}
