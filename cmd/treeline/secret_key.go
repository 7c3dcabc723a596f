package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/treeline-dev/treeline/server"
)

// secretKeyFile is where a generated TREELINE_SECRET_KEY is kept, below the
// data directory.
const secretKeyFile = "secret-key"

// ensureSecretKey gives a server with a PostgreSQL of its own a secret key where
// the configuration has none: the one of an earlier start, or a new one that is
// kept for the next.
func ensureSecretKey(config *server.Config) error {
	if config.SecretKey != "" || config.DatabaseURL != "" {
		return nil
	}
	name := filepath.Join(config.DataDir, secretKeyFile)
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		text, err = createSecretKey(config.DataDir, name)
	}
	if err != nil {
		return fmt.Errorf("the secret key (set TREELINE_SECRET_KEY, or let the server write %s): %w", name, err)
	}
	key := strings.TrimSpace(string(text))
	if len(key) < server.MinSecretKey {
		return fmt.Errorf("%s does not hold a secret key of %d characters or more: restore it from a backup; without one, remove it, and what was encrypted with it is lost", name, server.MinSecretKey)
	}
	config.SecretKey = key
	return nil
}

// createSecretKey writes a new key, whole or not at all, and returns the one
// that is there in the end: another start may have been first.
func createSecretKey(dir, name string) ([]byte, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	var random [32]byte
	_, _ = rand.Read(random[:]) // never fails, see crypto/rand
	draft, err := os.CreateTemp(dir, "."+secretKeyFile+"-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(draft.Name()) }()
	_, err = draft.WriteString(hex.EncodeToString(random[:]) + "\n") // readable by the owner alone
	if err = errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(draft.Name(), name); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(name)
}
