package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var updateGolden = flag.Bool("update", false, "write the golden files anew")

// explained is what explain-span prints of files.
func explained(t *testing.T, span string, files ...string) string {
	t.Helper()
	var export explainedExport
	for _, file := range files {
		if err := export.read(file); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := export.print(&out, span); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestSpansAreExplained(t *testing.T) {
	t.Parallel()
	for _, fixture := range []string{"opentelemetry-openai-v2-2.4b0-message-log-events", "openllmetry-0.40.14-indexed-attributes"} {
		got := explained(t, "", capturedFolder+fixture+".otlp.json")
		golden := filepath.Join("testdata", "explain-span", fixture+".txt")
		if *updateGolden {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
			t.Errorf("%s: golden (-), got (+); go test ./cmd/treeline -run SpansAreExplained -update writes it anew\n%s", fixture, diff)
		}
	}
}

func TestTheEncodingOfAFileMakesNoDifferenceToItsExplanation(t *testing.T) {
	t.Parallel()
	fixture := capturedFolder + "opentelemetry-openai-v2-2.4b0-message-log-events"
	want := explained(t, "", fixture+".otlp.json")
	if got := explained(t, "", fixture+".1.pb.gz", fixture+".2.pb.gz"); got != want {
		t.Errorf("in protobuf it differs:\n%s", cmp.Diff(want, got))
	}
	text, err := os.ReadFile(fixture + ".otlp.json")
	if err != nil {
		t.Fatal(err)
	}
	packed := filepath.Join(t.TempDir(), "export.json.gz")
	if err := os.WriteFile(packed, gzipped(t, bytes.NewReader(text)), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := explained(t, "", packed); got != want {
		t.Error("in compressed JSON it differs")
	}
}

func TestOneSpanIsExplained(t *testing.T) {
	t.Parallel()
	span := newSpan(newID(16), "evil\x1b[2Jname\u202e")
	span.id = []byte{0xab, 2, 3, 4, 5, 6, 7, 8}
	span.texts = map[string]string{
		"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o", "gen_ai.usage.prompt_tokens": "7", "my.own": "x",
	}
	span.numbers = map[string]int64{"gen_ai.usage.input_tokens": 7}
	var export explainedExport
	if err := export.readFrom(bytes.NewReader(jsonExport(newSpan(newID(16), "other"), span))); err != nil {
		t.Fatal(err)
	}
	var printed bytes.Buffer
	if err := export.print(&printed, "AB02030405060708"); err != nil {
		t.Fatal(err)
	}
	out := printed.Bytes()
	text := strings.Join(strings.Fields(string(out)), " ")
	for _, want := range []string{
		"GENERATION by rule 4: gen_ai.operation.name=chat", "requestModel gpt-4o from gen_ai.request.model",
		"usage.inputTokens 7 from gen_ai.usage.input_tokens usage.totalTokens", "decides nothing: gen_ai.usage.prompt_tokens", "decides nothing: my.own",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, out)
		}
	}
	if bytes.ContainsAny(out, "\x1b\u202e") || strings.Contains(text, "other") {
		t.Errorf("it says too much:\n%q", out)
	}
}

func TestWhatCannotBeExplainedIsSaid(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, test := range map[string]struct {
		args []string
		says string
	}{
		"no file":      {nil, "name a file"},
		"missing file": {[]string{filepath.Join(folder, "none")}, "no such file"},
		"text":         {[]string{file("text", "hello")}, "not an ExportTraceServiceRequest"},
		"cut JSON":     {[]string{file("cut", `{"resourceSpans":[`)}, "unexpected"},
		"cut gzip":     {[]string{file("gzip", "\x1f\x8b\x08")}, "EOF"},
		"other span":   {[]string{"--span", "0000000000000001", capturedFolder + "openllmetry-0.62.4-agent.pb.gz"}, "no span 0000000000000001"},
	} {
		if err := explainSpan(t.Context(), test.args); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
