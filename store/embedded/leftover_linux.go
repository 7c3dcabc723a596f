package embedded

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// leftovers returns the processes of PostgreSQL that work on the cluster in
// base, or on one that is only being made there; PostgreSQL's first process
// comes first when it is among them. Every process of PostgreSQL has its
// cluster as its working directory, so orphaned backends are found too, and a
// recycled process id is not mistaken for one.
func leftovers(base string) ([]int, error) {
	cluster, err := os.Stat(clusterDir(base))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	postmaster, err := postmasterPID(clusterDir(base))
	if err != nil {
		return nil, err
	}
	var pids []int
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil || !worksIn(pid, base, cluster) || !isPostgres(pid) {
			continue
		}
		if pids = append(pids, pid); pid == postmaster {
			pids[0], pids[len(pids)-1] = pids[len(pids)-1], pids[0]
		}
	}
	return pids, nil
}

// worksIn tells whether a process has the cluster, or a directory below base,
// as its working directory. In another container the same directory can have
// another path, so the cluster is compared as a file. A process that has ended
// or belongs to somebody else has no readable working directory.
func worksIn(pid int, base string, cluster fs.FileInfo) bool {
	link := filepath.Join("/proc", strconv.Itoa(pid), "cwd")
	if path, err := os.Readlink(link); err == nil && strings.HasPrefix(path, base+"/") {
		return true
	}
	if cluster == nil {
		return false
	}
	cwd, err := os.Stat(link)
	return err == nil && os.SameFile(cwd, cluster)
}

// isPostgres keeps an operator's shell in the directory from holding up a
// start.
func isPostgres(pid int) bool {
	exe, err := os.Readlink(filepath.Join("/proc", strconv.Itoa(pid), "exe"))
	if err != nil {
		return false
	}
	name := filepath.Base(exe)
	return name == "postgres" || name == "postgres (deleted)"
}
