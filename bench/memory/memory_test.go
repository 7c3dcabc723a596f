package main

import (
	"bytes"
	"encoding/json"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestMemoryIsReadWhileSpansAreSent(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("the memory of a process is read from Linux's /proc")
	}
	var out bytes.Buffer
	o := options{spans: 2000, perRequest: 100, clients: 2, settle: time.Millisecond, sample: 10 * time.Millisecond}
	if err := measure(t.Context(), o, &out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	var line result
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &line); err != nil {
		t.Fatal(err)
	}
	if line.Spans != 2000 || line.StartMB <= 0 || line.MaxMB < line.StartMB || line.FinalMB <= 0 {
		t.Errorf("line: %s", lines[len(lines)-1])
	}
}
