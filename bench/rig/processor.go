package rig

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// clockTick is the unit of Linux's processor times, which has been the same on
// every architecture for decades (sysconf(_SC_CLK_TCK)).
const clockTick = 10 * time.Millisecond

// ProcessorTime is what processes have taken of the processors so far. Unlike
// elapsed time it tells little of what else the machine does.
type ProcessorTime struct {
	// Server, PostgreSQL with all its processes, and this process, which sends or
	// copies.
	Server, PostgreSQL, Client time.Duration
}

// Sub is the time between two readings.
func (t ProcessorTime) Sub(earlier ProcessorTime) ProcessorTime {
	return ProcessorTime{t.Server - earlier.Server, t.PostgreSQL - earlier.PostgreSQL, t.Client - earlier.Client}
}

// Add sums two times up.
func (t ProcessorTime) Add(other ProcessorTime) ProcessorTime {
	return ProcessorTime{t.Server + other.Server, t.PostgreSQL + other.PostgreSQL, t.Client + other.Client}
}

// Total is the time of all of them.
func (t ProcessorTime) Total() time.Duration { return t.Server + t.PostgreSQL + t.Client }

// Processor reads the times; ok is false where the system does not tell them or
// PostgreSQL was not started here.
func Processor(s *Server, db *PostgreSQL) (t ProcessorTime, ok bool) {
	if db.own == nil {
		return t, false
	}
	server, err := taken(s.PID, false)
	if err != nil {
		return t, false
	}
	client, err := taken(os.Getpid(), false)
	if err != nil {
		return t, false
	}
	postmaster := db.own.Info().PID
	postgres, err := taken(postmaster, true)
	if err != nil {
		return t, false
	}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return t, false
	}
	for _, path := range stats {
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			continue
		}
		// A process that ends meanwhile is counted with its parent's next time.
		if fields, err := statFields(pid); err == nil && fields[1] == strconv.Itoa(postmaster) {
			if time, err := taken(pid, false); err == nil {
				postgres += time
			}
		}
	}
	return ProcessorTime{Server: server, PostgreSQL: postgres, Client: client}, true
}

// taken is the time of a process, with that of its ended children if wanted.
func taken(pid int, withEnded bool) (time.Duration, error) {
	fields, err := statFields(pid)
	if err != nil {
		return 0, err
	}
	times := fields[11:13] // utime and stime; cutime and cstime follow
	if withEnded {
		times = fields[11:15]
	}
	var ticks int64
	for _, field := range times {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("read the time of process %d: %w", pid, err)
		}
		ticks += n
	}
	return time.Duration(ticks) * clockTick, nil
}

// statFields is what /proc/PID/stat says behind the process's name: its state,
// its parent and so on, see proc(5).
func statFields(pid int) ([]string, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil, fmt.Errorf("read process %d: %w", pid, err)
	}
	end := strings.LastIndexByte(string(text), ')')
	fields := strings.Fields(string(text)[end+1:])
	if end < 0 || len(fields) < 15 {
		return nil, fmt.Errorf("read process %d: its state has an unknown form", pid)
	}
	return fields, nil
}
