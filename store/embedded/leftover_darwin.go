package embedded

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// leftovers returns the first process of a PostgreSQL that runs on the cluster
// in base according to its postmaster.pid.
func leftovers(base string) ([]int, error) {
	pid, err := postmasterPID(clusterDir(base))
	if err != nil || pid == 0 || !processLives(pid) {
		return nil, err
	}
	out, err := exec.Command("ps", "-o", "comm=", "-p", strconv.Itoa(pid)).Output()
	if err == nil && !strings.HasPrefix(filepath.Base(strings.TrimSpace(string(out))), "postgres") {
		return nil, nil
	}
	return []int{pid}, nil
}
