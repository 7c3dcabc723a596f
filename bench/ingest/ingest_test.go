package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"strings"
	"testing"
)

func TestEveryCaseIsMeasured(t *testing.T) {
	t.Parallel()
	var out, notes bytes.Buffer
	cases := []sendCase{{100, 2, 0.5}, {10, 2, 0.2}}
	o := options{seconds: 0.1, repetitions: 1, templates: 10, cases: cases}
	if err := measure(t.Context(), o, &out, &notes); err != nil {
		t.Fatalf("%v\n%s", err, &notes)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 1+len(cases) {
		t.Fatalf("output:\n%s", &out)
	}
	for i, c := range cases {
		var line result
		if err := json.Unmarshal([]byte(lines[i+1]), &line); err != nil {
			t.Fatal(err)
		}
		if line.Bench != "ingest" || line.SpansPerRequest != c.spans || line.Ratio <= 0 || line.AckP50 <= 0 || line.CopyPerSecond <= 0 || line.SelectP50 <= 0 {
			t.Errorf("line %d: %s", i+1, lines[i+1])
		}
	}
}

func TestFlagsOutOfBoundsAreRefused(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--seconds", "0"}, {"--seconds", "61"}, {"--repetitions", "0"}, {"--profile", "-1"}, {"--spans", "7"}, {"--nonsense"}} {
		var out, notes bytes.Buffer
		if err := run(t.Context(), args, &out, &notes); err == nil || out.Len() > 0 {
			t.Errorf("%q: error %v, output %q", args, err, &out)
		}
	}
}

func TestHelpListsTheFlags(t *testing.T) {
	t.Parallel()
	var out, notes bytes.Buffer
	if err := run(t.Context(), []string{"--help"}, &out, &notes); !errors.Is(err, flag.ErrHelp) || !strings.Contains(notes.String(), "-repetitions") {
		t.Errorf("error %v, help:\n%s", err, &notes)
	}
}
