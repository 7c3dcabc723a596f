// Package embedded runs a private PostgreSQL for a server that was given no
// database of its own.
//
// The PostgreSQL is either one that is installed on the machine or the one
// that the build carries (see [SourceBundled]). It listens on a Unix socket
// only, in a directory that nobody but its own user and root can enter, and
// everything it writes lies in the directory "postgres" below
// [Config.DataDir]:
//
//	postgres/lock             held while a server uses the directory
//	postgres/data/            the database cluster
//	postgres/postgresql.conf  settings, written anew at every start
//	postgres/local.conf       the operator's own settings, read last, optional
//	postgres/log/             PostgreSQL's log, bounded in size
//	postgres/socket           the socket's directory, or a link to it
//	postgres/<major>/         the bundled binaries, once unpacked
//
// PostgreSQL refuses to run as root. A server that runs as root therefore
// starts it as the user who owns the data, or for new data as "postgres" or
// "nobody". Where that user cannot reach the data directory (below /root, for
// instance), "postgres" becomes a link to a directory in /var/lib/treeline.
//
// Data survives restarts and crashes. When the server is killed, PostgreSQL is
// told by the kernel and shuts down; the next start waits for it.
package embedded

import (
	"fmt"
	"log/slog"
)

// MinimumMajor is the oldest major version of PostgreSQL that is used.
const MinimumMajor = 15

// Superuser is the name of the cluster's bootstrap superuser, and Database the
// name of the database that [Start] makes sure exists.
const (
	Superuser = "postgres"
	Database  = "treeline"
)

// Source says which PostgreSQL may be used.
type Source string

const (
	// SourceAuto prefers an installed PostgreSQL and falls back to the bundled
	// one. Data that exists already is opened by whichever has its major
	// version.
	SourceAuto Source = "auto"
	// SourceSystem allows only a PostgreSQL that is installed on the machine.
	SourceSystem Source = "system"
	// SourceBundled allows only the PostgreSQL inside this executable.
	SourceBundled Source = "bundled"
)

// Config says where PostgreSQL's files lie and which PostgreSQL to run.
type Config struct {
	// DataDir is the server's data directory. It is made when missing.
	// Required.
	DataDir string
	// Logger receives what happens to PostgreSQL, but not PostgreSQL's own log.
	// The default discards it.
	Logger *slog.Logger
	// BinariesDir names a directory that holds "postgres" and "initdb". When it
	// is set, these are used and Source is ignored.
	BinariesDir string
	// Source says which PostgreSQL may be used when BinariesDir is empty. The
	// default is [SourceAuto].
	Source Source
	// LoginRoles names database roles, beside [Superuser], that the server's
	// own operating-system user may log in as without a password, see
	// [Server.URLAs]. The roles need not exist yet. Any other role needs a
	// password.
	LoginRoles []string
}

// Info describes a running PostgreSQL.
type Info struct {
	// Version is PostgreSQL's version, such as "18.4".
	Version string
	// Major is the major version, such as 18.
	Major int
	// Source is [SourceSystem] or [SourceBundled].
	Source Source
	// BinariesDir is the directory of the programs that run.
	BinariesDir string
	// DataDir is the cluster's own directory (PGDATA).
	DataDir string
	// SocketDir is the directory of the Unix socket.
	SocketDir string
	// LogFile is the file that PostgreSQL's log goes to.
	LogFile string
	// User is the operating-system user that PostgreSQL runs as.
	User string
	// PID is the process id of PostgreSQL's first process.
	PID int
}

// InUseError is returned by [Start] when another server holds the data
// directory.
type InUseError struct {
	// Dir is the directory that is held.
	Dir string
	// PID is the process id of the holder, or 0 when it is unknown.
	PID int
}

func (e *InUseError) Error() string {
	holder := "another process"
	if e.PID != 0 {
		holder = fmt.Sprintf("process %d", e.PID)
	}
	return fmt.Sprintf("the data directory %s is in use by %s: stop that server, or choose another directory with --data-dir", e.Dir, holder)
}
