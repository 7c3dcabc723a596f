package embedded

import (
	"os"

	"golang.org/x/sys/unix"
)

// syncTree writes everything below dir to disk, by one call for the file system
// it lies on, which is far quicker than one call for each file.
func syncTree(dir string) error {
	file, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer file.Close()
	return unix.Syncfs(int(file.Fd()))
}
