package main

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/treeline-dev/treeline/server"
)

func TestASecretKeyIsGeneratedOnceAndKept(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	keys := make([]string, 8)
	var wait sync.WaitGroup
	for i := range keys {
		wait.Go(func() {
			config := &server.Config{DataDir: dir}
			if err := ensureSecretKey(config); err != nil {
				t.Error(err)
			}
			keys[i] = config.SecretKey
		})
	}
	wait.Wait()
	for _, key := range keys {
		if len(key) < server.MinSecretKey || key != keys[0] {
			t.Fatalf("starts at the same time have the keys %q", keys)
		}
	}
	info, err := os.Stat(filepath.Join(dir, secretKeyFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAGivenSecretKeyIsUsedAndNothingWritten(t *testing.T) {
	t.Parallel()
	for _, config := range []server.Config{
		{SecretKey: strings.Repeat("k", 40)},
		{DatabaseURL: "postgres://db.example/treeline"},
	} {
		config.DataDir = filepath.Join(t.TempDir(), "data")
		before := config.SecretKey
		if err := ensureSecretKey(&config); err != nil || config.SecretKey != before {
			t.Errorf("the key is %q, %v", config.SecretKey, err)
		}
		if _, err := os.Stat(config.DataDir); err == nil {
			t.Error("a data directory was made")
		}
	}
}

func TestADamagedSecretKeyStopsTheStart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, secretKeyFile), []byte("short\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := ensureSecretKey(&server.Config{DataDir: dir})
	if err == nil || !strings.Contains(err.Error(), secretKeyFile) || strings.Contains(err.Error(), "short") {
		t.Errorf("the start says: %v", err)
	}
}
