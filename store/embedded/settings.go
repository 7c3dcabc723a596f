//go:build linux || darwin

package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// setting is one line of postgresql.conf.
type setting struct{ name, value string }

// serverSettings are the settings of a durable server. Batches of some thousand
// rows arrive steadily, so the write-ahead log may grow between checkpoints.
func serverSettings() []setting {
	return append(commonSettings(), []setting{
		{"fsync", "on"},
		{"synchronous_commit", "on"},
		{"full_page_writes", "on"},
		{"shared_buffers", "256MB"},
		{"wal_buffers", "16MB"},
		{"min_wal_size", "512MB"},
		{"max_wal_size", "4GB"},
		{"checkpoint_timeout", "15min"},
		{"maintenance_work_mem", "128MB"},
	}...)
}

// temporarySettings are the settings of a server whose data nobody will miss.
func temporarySettings() []setting {
	return append(commonSettings(), []setting{
		{"fsync", "off"},
		{"synchronous_commit", "off"},
		{"full_page_writes", "off"},
		{"shared_buffers", "64MB"},
		{"max_wal_size", "512MB"},
		{"checkpoint_timeout", "1h"},
	}...)
}

func commonSettings() []setting {
	settings := []setting{
		{"max_connections", "200"},
		// Every organization has tables of its own, and one transaction can
		// touch many partitions.
		{"max_locks_per_transaction", "256"},
		{"work_mem", "16MB"},
		{"random_page_cost", "1.1"},
		// Queries are short and their plans wide; compiling them costs more
		// than it saves.
		{"jit", "off"},
		{"timezone", "UTC"},
		{"log_timezone", "UTC"},
		{"password_encryption", "scram-sha-256"},
		// The log names what failed but never the data: statements and details
		// carry values.
		{"logging_collector", "off"},
		{"log_destination", "stderr"},
		{"log_line_prefix", "%m [%p] %q%u@%d "},
		{"log_error_verbosity", "terse"},
		{"log_min_error_statement", "panic"},
		{"log_statement", "none"},
	}
	return append(settings, platformSettings()...)
}

// writeSettings writes the files that PostgreSQL reads its settings and its
// rules for logging in from. They lie beside the cluster, not in it, so that a
// server that is root never writes where another user could have put a link.
func writeSettings(base string, settings []setting, loginRoles []string) error {
	var conf strings.Builder
	conf.WriteString("# Written at every start. Put settings of your own into local.conf beside this file.\n")
	fmt.Fprintf(&conf, "include = %s\n", quoteSetting(filepath.Join(base, "data", "postgresql.conf")))
	for _, s := range settings {
		fmt.Fprintf(&conf, "%s = %s\n", s.name, quoteSetting(s.value))
	}
	// An include that may be missing would also pass over a file that
	// PostgreSQL's user may not read.
	local := filepath.Join(base, localFile)
	if _, err := os.Lstat(local); err == nil {
		fmt.Fprintf(&conf, "include = %s\n", quoteSetting(local))
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("look for %s: %w", local, err)
	}

	names, err := peerNames()
	if err != nil {
		return err
	}
	roles := append([]string{Superuser}, loginRoles...)
	var hba, ident strings.Builder
	hba.WriteString("# Written at every start. The server's own user and root log in as these roles; others need a password.\n")
	ident.WriteString("# Written at every start.\n")
	for _, role := range roles {
		fmt.Fprintf(&hba, "local all %s peer map=server\n", quoteRule(role))
		for _, name := range names {
			fmt.Fprintf(&ident, "server %s %s\n", quoteRule(name), quoteRule(role))
		}
	}
	hba.WriteString("local all all scram-sha-256\n")

	for name, text := range map[string]string{confFile: conf.String(), hbaFile: hba.String(), identFile: ident.String()} {
		if err := replaceFile(filepath.Join(base, name), text); err != nil {
			return fmt.Errorf("write PostgreSQL's settings: %w", err)
		}
	}
	return nil
}

const (
	localFile = "local.conf"
	confFile  = "postgresql.conf"
	hbaFile   = "pg_hba.conf"
	identFile = "pg_ident.conf"
)

// peerNames returns the operating-system users that may log in without a
// password: the one this process runs as, and root, who can read the data
// anyway.
func peerNames() ([]string, error) {
	name, err := userName(os.Geteuid())
	if err != nil {
		return nil, fmt.Errorf("find the name of the server's user: %w", err)
	}
	if strings.ContainsAny(name, "\n\r\x00") || strings.HasPrefix(name, "/") {
		return nil, fmt.Errorf("the server's user has the name %q, which PostgreSQL cannot be told", name)
	}
	return slices.Compact([]string{name, "root"}), nil
}

// quoteSetting quotes a value of postgresql.conf, where a backslash begins an
// escape and a quote is doubled.
func quoteSetting(value string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(value) + "'"
}

// quoteRule quotes a word of pg_hba.conf or pg_ident.conf, so that it is taken
// for a plain name.
func quoteRule(word string) string {
	return `"` + strings.ReplaceAll(word, `"`, `""`) + `"`
}

// replaceFile writes a file that everybody may read, all at once.
func replaceFile(path, text string) error {
	fresh := path + ".new"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	file, err := os.OpenFile(fresh, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	if err := errors.Join(err, file.Chmod(0o644), file.Close()); err != nil {
		return err
	}
	return os.Rename(fresh, path)
}
