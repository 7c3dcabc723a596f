package figure

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// Print writes a value as one line of JSON.
func Print(w io.Writer, line any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(line); err != nil {
		return fmt.Errorf("print a result: %w", err)
	}
	return nil
}

// Machine says on what the figures of a run were measured.
type Machine struct {
	Bench      string  `json:"bench"`
	Date       string  `json:"date"`
	CPUs       int     `json:"cpus"`
	MemoryGiB  float64 `json:"memory_gib,omitempty"`
	Go         string  `json:"go"`
	PostgreSQL string  `json:"postgresql"`
	// Load is the machine's load average of the last minute when the run began,
	// where the system tells: what else competed for the processors.
	Load float64 `json:"load,omitempty"`
}

// ThisMachine describes where the process runs.
func ThisMachine(postgreSQL string) Machine {
	m := Machine{Bench: "machine", Date: time.Now().UTC().Format(time.DateOnly), CPUs: runtime.NumCPU(), Go: runtime.Version(), PostgreSQL: postgreSQL}
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		m.Load, _ = strconv.ParseFloat(strings.Fields(string(text))[0], 64)
	}
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		if fields := strings.Fields(string(text)); len(fields) > 1 {
			kib, _ := strconv.ParseFloat(fields[1], 64)
			m.MemoryGiB = Round(kib / (1 << 20))
		}
	}
	return m
}
