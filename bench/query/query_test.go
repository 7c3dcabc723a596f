package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/treeline-dev/treeline/bench/rig"
)

func TestDataIsLoadedOnceAndEveryCaseIsMeasured(t *testing.T) {
	t.Parallel()
	directory, remove, err := rig.Scratch()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := remove(); err != nil {
			t.Error(err)
		}
	})
	program, err := rig.Program("", directory)
	if err != nil {
		t.Fatal(err)
	}
	o := options{server: program, directory: directory, observations: 3000, iterations: 5, largeTrace: 1000, spread: 10 * 24 * time.Hour}
	for _, isFirst := range []bool{true, false} {
		var out, notes bytes.Buffer
		if err := measure(t.Context(), o, &out, &notes); err != nil {
			t.Fatalf("%v\n%s", err, &notes)
		}
		if loaded := strings.Contains(notes.String(), "loaded 3000 observations"); loaded != isFirst {
			t.Errorf("loaded = %t in the run whose being the first is %t", loaded, isFirst)
		}
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if len(lines) != 1+len(cases(&data{})) {
			t.Fatalf("output:\n%s", &out)
		}
		for _, text := range lines[1:] {
			var line result
			if err := json.Unmarshal([]byte(text), &line); err != nil {
				t.Fatal(err)
			}
			if line.P50 <= 0 || line.RawP50 <= 0 || line.SelectP50 <= 0 {
				t.Errorf("line: %s", text)
			}
		}
	}
	o.observations = 4000
	if err := measure(t.Context(), o, &bytes.Buffer{}, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "holds 3000 observations, not 4000") {
		t.Errorf("other data: error %v", err)
	}
}
