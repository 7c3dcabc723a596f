//go:build linux || darwin

package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// account is the operating-system user that PostgreSQL runs as.
type account struct {
	name     string
	uid, gid int
	// switched is set when this process is root and PostgreSQL is not.
	switched bool
}

// serviceUsers are tried in this order for new data when the server is root.
var serviceUsers = []string{"postgres", "nobody"}

// chooseAccount returns the user for the cluster in clusterDir, which need not
// exist. Data that exists is always run by its owner, because PostgreSQL
// refuses anything else.
func chooseAccount(clusterDir string) (account, error) {
	euid := os.Geteuid()
	owner, err := ownerOf(clusterDir)
	exists := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return account{}, fmt.Errorf("find the owner of %s: %w", clusterDir, err)
	}

	if euid != 0 {
		if exists && owner != euid {
			return account{}, fmt.Errorf("%s belongs to user %s and the server runs as %s: run it as the owner, or choose another directory with --data-dir",
				clusterDir, describeUID(owner), describeUID(euid))
		}
		name, err := userName(euid)
		if err != nil {
			return account{}, fmt.Errorf("PostgreSQL needs a user with an entry in the user database, and uid %d has none: run the server as another user, or set --database-url: %w", euid, err)
		}
		return account{name: name, uid: euid, gid: os.Getegid()}, nil
	}

	if exists && owner != 0 {
		u, err := user.LookupId(strconv.Itoa(owner))
		if err != nil {
			return account{}, fmt.Errorf("%s belongs to uid %d, which has no entry in the user database: give the directory to the user postgres or nobody (chown -R): %w", clusterDir, owner, err)
		}
		return switchedAccount(u)
	}
	for _, name := range serviceUsers {
		if u, err := user.Lookup(name); err == nil && u.Uid != "0" {
			return switchedAccount(u)
		}
	}
	return account{}, fmt.Errorf("PostgreSQL refuses to run as root, and neither of the users %s exists: run the server as an ordinary user, add the user postgres, or set --database-url",
		strings.Join(serviceUsers, " and "))
}

func switchedAccount(u *user.User) (account, error) {
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return account{}, fmt.Errorf("read the uid of user %s: %w", u.Username, err)
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return account{}, fmt.Errorf("read the gid of user %s: %w", u.Username, err)
	}
	return account{name: u.Username, uid: uid, gid: gid, switched: true}, nil
}

// credential returns what a child process needs to run as the account, or nil
// when that is this process's own user.
func (a account) credential() *syscall.Credential {
	if !a.switched {
		return nil
	}
	return &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid), Groups: []uint32{}}
}

// mkdir makes a directory that belongs to the account and that no other user
// but root can enter. A directory that is there already gets that owner and
// mode.
func (a account) mkdir(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return &fs.PathError{Op: "mkdir", Path: dir, Err: syscall.ENOTDIR}
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return err
	}
	return a.own(dir)
}

// own gives one file or directory to the account.
func (a account) own(path string) error {
	if !a.switched {
		return nil
	}
	return os.Lchown(path, a.uid, a.gid)
}

// ownTree gives a whole directory to the account.
func (a account) ownTree(dir string) error {
	if !a.switched {
		return nil
	}
	return filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, a.uid, a.gid)
	})
}

// obstacle returns the first directory on the way to dir, dir included, that
// the account may not enter, or "" when it can reach dir. It judges by mode
// bits alone, so an access-control list that would let the account pass is not
// seen.
func (a account) obstacle(dir string) (string, error) {
	if !a.switched {
		return "", nil
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", err
	}
	var way []string
	for at := real; ; at = filepath.Dir(at) {
		way = append(way, at)
		if at == filepath.Dir(at) {
			break
		}
	}
	for i := len(way) - 1; i >= 0; i-- {
		info, err := os.Stat(way[i])
		if err != nil {
			return "", err
		}
		stat := info.Sys().(*syscall.Stat_t)
		bit := fs.FileMode(0o001)
		switch {
		case int(stat.Uid) == a.uid:
			bit = 0o100
		case int(stat.Gid) == a.gid:
			bit = 0o010
		}
		if info.Mode()&bit == 0 {
			return way[i], nil
		}
	}
	return "", nil
}

// ownerOf returns the uid that a file or directory itself belongs to.
func ownerOf(path string) (int, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return 0, err
	}
	return int(info.Sys().(*syscall.Stat_t).Uid), nil
}

// userName returns the name that PostgreSQL's peer authentication sees for a
// uid. A build without cgo reads only /etc/passwd, so users from a directory
// service are asked of the system's own tool.
func userName(uid int) (string, error) {
	u, err := user.LookupId(strconv.Itoa(uid))
	if err == nil {
		return u.Username, nil
	}
	out, idErr := exec.Command("id", "-un", strconv.Itoa(uid)).Output()
	if name := strings.TrimSpace(string(out)); idErr == nil && name != "" && name != strconv.Itoa(uid) {
		return name, nil
	}
	return "", err
}

func describeUID(uid int) string {
	if name, err := userName(uid); err == nil {
		return name
	}
	return fmt.Sprintf("with uid %d", uid)
}
