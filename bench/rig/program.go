package rig

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Program returns the program to measure: the one that is given, or one that is
// built from this source into the directory.
func Program(given, directory string) (string, error) {
	if given != "" {
		if _, err := os.Stat(given); err != nil {
			return "", fmt.Errorf("find the server's program: %w", err)
		}
		return given, nil
	}
	built := filepath.Join(directory, "treeline")
	command := exec.Command("go", "build", "-o", built, "github.com/treeline-dev/treeline/cmd/treeline")
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the server: %w\n%s", err, output)
	}
	return built, nil
}
