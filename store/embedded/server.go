//go:build linux || darwin

package embedded

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Server is a running PostgreSQL that belongs to this process.
type Server struct {
	info   Info
	logger *slog.Logger
	log    *boundedLog

	process  *os.Process
	stopping atomic.Bool
	// ended is closed when every process of PostgreSQL is gone, err is set and
	// what the server held is released.
	ended chan struct{}
	err   error
}

// Start runs PostgreSQL on the data below cfg.DataDir, making it when there is
// none, and returns once it takes connections. After a crash that includes
// recovery, however long it takes. ctx bounds only the start; use [Server.Stop]
// to end the server.
//
// When another server holds the directory the error is an [*InUseError].
func Start(ctx context.Context, cfg Config) (*Server, error) {
	return startBelow(ctx, cfg, outsideParent)
}

// startBelow is [Start] with a choice of where the files go that cannot lie in
// the data directory.
func startBelow(ctx context.Context, cfg Config, outside string) (*Server, error) {
	logger := cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler))
	source := cmp.Or(cfg.Source, SourceAuto)
	switch source {
	case SourceAuto, SourceSystem, SourceBundled:
	default:
		return nil, fmt.Errorf("the PostgreSQL source %q is none of %s, %s and %s", source, SourceAuto, SourceSystem, SourceBundled)
	}
	for _, role := range cfg.LoginRoles {
		if role == "" || strings.ContainsAny(role, "\n\r\x00") {
			return nil, fmt.Errorf("the login role %q is not the name of a role", role)
		}
	}
	base, err := findPlace(cfg.DataDir, outside, logger)
	if err != nil {
		return nil, err
	}
	lock, err := lockDir(base)
	if err != nil {
		return nil, err
	}
	s, err := launch(ctx, launchSpec{
		base: base,
		find: func(ctx context.Context, acct account, major int) (binaries, error) {
			return search{
				acct: acct, dir: cfg.BinariesDir, source: source, major: major, logger: logger,
				unpackInto: func(b *bundle) string { return filepath.Join(base, strconv.Itoa(b.major)) },
			}.find(ctx)
		},
		initialize: func(ctx context.Context, acct account, bins binaries, dir string) error {
			return initCluster(ctx, acct, bins, dir, true)
		},
		settings:      serverSettings(),
		loginRoles:    cfg.LoginRoles,
		onParentDeath: syscall.SIGINT,
		onEnd:         lock.release,
		logger:        logger,
	})
	if err != nil {
		lock.release()
		return nil, err
	}
	logger.Info("PostgreSQL is ready", "version", s.info.Version, "source", string(s.info.Source), "binaries", s.info.BinariesDir,
		"data", s.info.DataDir, "log", s.info.LogFile, "socket", s.info.SocketDir, "user", s.info.User, "pid", s.info.PID)
	return s, nil
}

// launchSpec says how a PostgreSQL is started in a directory whose lock the
// caller holds.
type launchSpec struct {
	base string
	// find returns the PostgreSQL to run. major is what the existing data
	// needs, or 0.
	find func(ctx context.Context, acct account, major int) (binaries, error)
	// initialize makes a cluster in dir, which is missing or empty.
	initialize func(ctx context.Context, acct account, bins binaries, dir string) error
	settings   []setting
	loginRoles []string
	// onParentDeath is the signal that PostgreSQL receives when this process
	// dies: SIGINT for an orderly end, SIGQUIT for a quick one.
	onParentDeath syscall.Signal
	// onEnd is called once when a server that was started has ended.
	onEnd  func()
	logger *slog.Logger
}

func launch(ctx context.Context, spec launchSpec) (_ *Server, err error) {
	cluster := clusterDir(spec.base)
	acct, err := chooseAccount(cluster)
	if err != nil {
		return nil, err
	}
	if err := arrangeBase(spec.base, acct); err != nil {
		return nil, err
	}
	if err := awaitLeftovers(ctx, spec.base, leftoverPatience, spec.logger); err != nil {
		return nil, err
	}
	if err := removeUnfinished(spec.base); err != nil {
		return nil, err
	}

	major, err := clusterMajor(cluster)
	if err != nil {
		return nil, err
	}
	bins, err := spec.find(ctx, acct, major)
	if err != nil {
		return nil, err
	}
	if major == 0 {
		spec.logger.Info("making new PostgreSQL data", "version", bins.version, "source", string(bins.source), "data", cluster, "user", acct.name)
		if err := spec.initialize(ctx, acct, bins, cluster); err != nil {
			return nil, err
		}
	} else if owner, err := ownerOf(cluster); err != nil {
		return nil, fmt.Errorf("find the owner of %s: %w", cluster, err)
	} else if owner != acct.uid {
		if err := acct.ownTree(cluster); err != nil {
			return nil, fmt.Errorf("give the data in %s to user %s: %w", cluster, acct.name, err)
		}
	}
	if err := writeSettings(spec.base, spec.settings, spec.loginRoles); err != nil {
		return nil, err
	}
	socketDir, err := makeSocketDir(spec.base, acct)
	if err != nil {
		return nil, err
	}

	logDir := filepath.Join(spec.base, "log")
	if err := ownDir(logDir); err != nil {
		return nil, fmt.Errorf("make the directory for PostgreSQL's log: %w", err)
	}
	log, err := openLog(filepath.Join(logDir, "postgresql.log"), logFileBytes)
	if err != nil {
		return nil, err
	}

	s := &Server{
		info: Info{
			Version: bins.version, Major: bins.major, Source: bins.source, BinariesDir: bins.dir,
			DataDir: cluster, SocketDir: socketDir, LogFile: log.path, User: acct.name,
		},
		logger: spec.logger,
		log:    log,
		ended:  make(chan struct{}),
	}
	if err := s.run(acct, bins, spec); err != nil {
		log.close()
		return nil, err
	}
	if err := s.awaitReady(ctx); err != nil {
		s.abort()
		return nil, err
	}
	return s, nil
}

// arrangeBase lets the account pass through the directory to its own parts of
// it. The directory itself stays with the server's user, so that the account
// cannot exchange what a server that is root then writes to.
func arrangeBase(base string, acct account) error {
	mode := os.FileMode(0o700)
	if acct.switched {
		mode = 0o711
		if err := os.Chown(base, 0, 0); err != nil {
			return fmt.Errorf("take PostgreSQL's directory: %w", err)
		}
	}
	if err := os.Chmod(base, mode); err != nil {
		return fmt.Errorf("open PostgreSQL's directory to user %s: %w", acct.name, err)
	}
	return nil
}

// ownDir makes a directory that belongs to this process's own user.
func ownDir(dir string) error {
	self := account{uid: os.Geteuid(), gid: os.Getegid(), switched: os.Geteuid() == 0}
	return self.mkdir(dir)
}

// removeUnfinished deletes what interrupted starts left behind.
func removeUnfinished(base string) error {
	for _, prefix := range []string{initPrefix, unpackPrefix} {
		dirs, err := filepath.Glob(filepath.Join(escapeGlob(base), prefix+"*"))
		if err != nil {
			return fmt.Errorf("look for what an interrupted start left: %w", err)
		}
		for _, dir := range dirs {
			if err := os.RemoveAll(dir); err != nil {
				return fmt.Errorf("delete what an interrupted start left: %w", err)
			}
		}
	}
	return nil
}

func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// run starts PostgreSQL's first process and a goroutine that waits for its end.
func (s *Server) run(acct account, bins binaries, spec launchSpec) error {
	cmd := exec.Command(bins.program("postgres"), "-D", s.info.DataDir)
	for _, fixed := range []setting{
		{"config_file", filepath.Join(spec.base, confFile)},
		{"hba_file", filepath.Join(spec.base, hbaFile)},
		{"ident_file", filepath.Join(spec.base, identFile)},
		{"listen_addresses", ""},
		{"port", socketPort},
		{"unix_socket_directories", s.info.SocketDir},
		{"unix_socket_permissions", "0700"},
		{"unix_socket_group", ""},
	} {
		cmd.Args = append(cmd.Args, "-c", fixed.name+"="+fixed.value)
	}
	cmd.Dir = "/"
	cmd.Stdout, cmd.Stderr = s.log, s.log
	// The log's pipe closes when the last process of PostgreSQL ends, so
	// waiting for it waits for all of them.
	cmd.WaitDelay = 10 * time.Second
	exited, err := spawn(cmd, acct, spec.onParentDeath)
	if err != nil {
		return err
	}
	s.process = cmd.Process
	s.info.PID = cmd.Process.Pid
	go func() {
		exit := <-exited
		if !s.stopping.Load() {
			s.err = fmt.Errorf("PostgreSQL ended by itself (%s): the end of its log %s is: %s", describeExit(exit), s.info.LogFile, s.log.lastWords())
		}
		s.log.close()
		if err := removeSocketDir(spec.base); err != nil {
			s.logger.Warn("could not clean up after PostgreSQL", "error", err)
		}
		if spec.onEnd != nil {
			spec.onEnd()
		}
		close(s.ended)
	}()
	return nil
}

func describeExit(err error) string {
	if err == nil {
		return "exit status 0"
	}
	return err.Error()
}

// awaitReady returns when PostgreSQL takes connections and [Database] exists.
func (s *Server) awaitReady(ctx context.Context) error {
	begin := time.Now()
	poll := time.NewTicker(10 * time.Millisecond)
	defer poll.Stop()
	progress := time.NewTicker(progressInterval)
	defer progress.Stop()
	var last error
	for {
		conn, err := pgx.Connect(ctx, s.url(Superuser, "postgres"))
		if err == nil {
			err = ensureDatabase(ctx, conn)
			return errors.Join(err, conn.Close(ctx))
		}
		last = err
		select {
		case <-poll.C:
		case <-progress.C:
			s.logger.Info("waiting for PostgreSQL to take connections", "waited", time.Since(begin).Round(time.Second).String(), "reason", last.Error())
		case <-s.ended:
			return fmt.Errorf("start PostgreSQL: %w", s.err)
		case <-ctx.Done():
			return fmt.Errorf("wait for PostgreSQL to take connections (last answer: %v): %w", last, ctx.Err())
		}
	}
}

func ensureDatabase(ctx context.Context, conn *pgx.Conn) error {
	var exists bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", Database).Scan(&exists); err != nil {
		return fmt.Errorf("look for the database %s: %w", Database, err)
	}
	if exists {
		return nil
	}
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{Database}.Sanitize()); err != nil {
		return fmt.Errorf("create the database %s: %w", Database, err)
	}
	return nil
}

// URL returns the connection string of [Superuser] on [Database]. It carries no
// password: PostgreSQL asks the kernel who connects, and lets in only the
// server's own operating-system user and root.
func (s *Server) URL() string { return s.url(Superuser, Database) }

// URLAs returns the connection string of another role on [Database]. Roles in
// [Config.LoginRoles] need no password; for others the caller adds one.
func (s *Server) URLAs(role string) string { return s.url(role, Database) }

func (s *Server) url(role, database string) string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.User(role),
		Path:     "/" + database,
		RawQuery: url.Values{"host": {s.info.SocketDir}, "port": {socketPort}, "sslmode": {"disable"}}.Encode(),
	}
	return u.String()
}

// Info describes the PostgreSQL that runs.
func (s *Server) Info() Info { return s.info }

// Done is closed when PostgreSQL has ended, by [Server.Stop] or by itself.
func (s *Server) Done() <-chan struct{} { return s.ended }

// Err returns nil while PostgreSQL runs and after it was stopped, and what is
// known about the cause after it ended by itself.
func (s *Server) Err() error {
	select {
	case <-s.ended:
		return s.err
	default:
		return nil
	}
}

// Stop shuts PostgreSQL down, cutting its connections, and returns when all of
// it is gone. When ctx is done before that, PostgreSQL is stopped at once: no
// committed data is lost, but the next start has to recover, and Stop returns
// an error. Stopping a server that has ended does nothing.
func (s *Server) Stop(ctx context.Context) error {
	s.stopping.Store(true)
	s.signal(syscall.SIGINT)
	select {
	case <-s.ended:
		s.logger.Info("PostgreSQL has stopped", "data", s.info.DataDir)
		return nil
	case <-ctx.Done():
	}
	s.abort()
	return fmt.Errorf("PostgreSQL was stopped before it had finished, so its next start takes longer: %w", context.Cause(ctx))
}

// abortPatience is how long PostgreSQL gets to end at once. It kills its own
// processes after five seconds.
const abortPatience = 15 * time.Second

// abort ends PostgreSQL without a checkpoint and waits until it is gone.
func (s *Server) abort() {
	s.stopping.Store(true)
	s.signal(syscall.SIGQUIT)
	select {
	case <-s.ended:
		return
	case <-time.After(abortPatience):
	}
	s.signal(syscall.SIGKILL)
	<-s.ended
}

func (s *Server) signal(sig syscall.Signal) {
	if err := s.process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		s.logger.Warn("could not signal PostgreSQL", "signal", sig.String(), "error", err)
	}
}
