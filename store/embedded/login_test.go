//go:build linux || darwin

package embedded

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOnlyTheServersUserLogsInWithoutAPassword(t *testing.T) {
	t.Parallel()
	s := mustStart(t, Config{DataDir: dataDir(t), LoginRoles: []string{"app", `all "quoted"`}})
	query(t, s.URL(), `CREATE ROLE app LOGIN; CREATE ROLE "all ""quoted""" LOGIN; CREATE ROLE other LOGIN PASSWORD 'open sesame'; CREATE ROLE locked LOGIN`)

	for _, role := range []string{"app", `all "quoted"`} {
		if got := query(t, s.URLAs(role), "SELECT current_user"); got != role {
			t.Errorf("logged in as %q instead of %q", got, role)
		}
	}
	for _, role := range []string{"other", "locked"} {
		if _, err := tryQuery(t.Context(), s.URLAs(role), "SELECT 1"); err == nil {
			t.Errorf("%s logged in without a password", role)
		}
	}
	withPassword, err := url.Parse(s.URLAs("other"))
	if err != nil {
		t.Fatal(err)
	}
	withPassword.User = url.UserPassword("other", "open sesame")
	if got := query(t, withPassword.String(), "SELECT current_user"); got != "other" {
		t.Errorf("logged in as %q", got)
	}
	withPassword.User = url.UserPassword("other", "wrong")
	if _, err := tryQuery(t.Context(), withPassword.String(), "SELECT 1"); err == nil {
		t.Error("a wrong password was taken")
	}
}

func TestOtherUsersCannotReachTheServer(t *testing.T) {
	t.Parallel()
	s := mustStart(t, Config{DataDir: dataDir(t)})
	for _, dir := range []string{s.Info().SocketDir, s.Info().DataDir, filepath.Dir(s.Info().LogFile)} {
		info, err := os.Stat(dir)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o700 {
			t.Errorf("%s has the mode %v", dir, info.Mode())
		}
	}
	if os.Geteuid() != 0 {
		return // the rest needs another user
	}
	stranger := asUser(t, "daemon", filepath.Join(s.Info().SocketDir, ".s.PGSQL."+socketPort))
	stranger.Env = []string{roleVariable + "=dial"}
	out, err := stranger.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if !strings.Contains(string(out), "permission denied") {
		t.Errorf("another user's connection gives: %s", out)
	}
}

func TestWorksAsAnOrdinaryUser(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		return // then all other tests show it
	}
	requireBundle(t)
	cmd := asUser(t, "nobody", "-test.run=^("+strings.Join([]string{
		"TestDataSurvivesARestart", "TestKilledServerLeavesNoPostgres", "TestStartRecoversAfterEverythingWasKilled",
		"TestSecondServerOnTheSameDataIsRefused", "TestOnlyTheServersUserLogsInWithoutAPassword", "TestTemporaryServersAreSeparate",
	}, "|")+")$", "-test.v")
	home := dataDir(t)
	credential := cmd.SysProcAttr.Credential
	if err := os.Chown(home, int(credential.Uid), int(credential.Gid)); err != nil {
		t.Fatal(err)
	}
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got := strings.Count(string(out), "\n--- PASS"); got != 6 {
		t.Errorf("%d of 6 tests ran:\n%s", got, out)
	}
}
