package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/treeline-dev/treeline/ingest/convention"
	"github.com/treeline-dev/treeline/ingest/otlp"
	"github.com/treeline-dev/treeline/trace"
)

// maxExplained bounds a file that is explained, in bytes after decompression.
const maxExplained = 256 << 20

// maxShownValue is how much of a field's value is shown.
const maxShownValue = 72

// explainSpan prints how the spans of files are read, and why.
func explainSpan(_ context.Context, args []string) error {
	flags := flag.NewFlagSet("treeline explain-span", flag.ContinueOnError)
	only := flags.String("span", "", "explain only the span with this id (16 hex digits)")
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), "Usage: treeline explain-span [--span ID] FILE...\n\n"+
			"Prints for each span how it is read and why: its type with the rule that gave it,\n"+
			"each typed field with the attributes that it comes from, warnings, and the\n"+
			"attributes that decide nothing. Nothing is sent or stored.\n\n"+
			"FILE is an OTLP export of traces or logs, in protobuf or JSON, also compressed with\n"+
			"gzip; - is standard input. Log records are joined to their spans.\n\n")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		flags.Usage()
		return errors.New("name a file, or - for standard input")
	}
	var export explainedExport
	for _, name := range flags.Args() {
		if err := export.read(name); err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
	}
	return export.print(os.Stdout, *only)
}

// explainedExport is what files hold.
type explainedExport struct {
	groups   []otlp.Group
	logs     []otlp.LogRecord
	ignored  int
	rejected []otlp.Rejection
}

func (e *explainedExport) read(name string) error {
	file := io.ReadCloser(os.Stdin)
	if name != "-" {
		var err error
		if file, err = os.Open(name); err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
	}
	return e.readFrom(file)
}

func (e *explainedExport) readFrom(file io.Reader) error {
	content, err := readLimited(file)
	if err != nil {
		return err
	}
	if bytes.HasPrefix(content, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(bytes.NewReader(content))
		if err != nil {
			return err
		}
		if content, err = readLimited(unpacked); err != nil {
			return err
		}
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(text) > 0 && (text[0] == '{' || text[0] == '[') {
		return e.addJSON(text)
	}
	request, err := otlp.DecodeProtobuf(content, otlp.Limits{})
	if err != nil {
		logs, logsErr := otlp.DecodeLogsProtobuf(content, otlp.Limits{})
		if logsErr != nil {
			return err
		}
		request = logs
	}
	e.add(request)
	return nil
}

func readLimited(r io.Reader) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(r, maxExplained+1))
	if err == nil && len(content) > maxExplained {
		err = fmt.Errorf("it is larger than %d MiB: cut it into smaller files", maxExplained>>20)
	}
	return content, err
}

// addJSON takes one request, a list of them, or one a line, as collectors write
// files.
func (e *explainedExport) addJSON(text []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	for {
		var value json.RawMessage
		if err := decoder.Decode(&value); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		requests := []json.RawMessage{value}
		if value[0] == '[' {
			if err := json.Unmarshal(value, &requests); err != nil {
				return err
			}
		}
		for _, request := range requests {
			if err := e.addRequest(request); err != nil {
				return err
			}
		}
	}
}

func (e *explainedExport) addRequest(text []byte) error {
	var lists struct{ ResourceSpans, ResourceLogs json.RawMessage }
	if err := json.Unmarshal(text, &lists); err != nil {
		return err
	}
	decode := otlp.DecodeJSON
	if lists.ResourceSpans == nil && lists.ResourceLogs != nil {
		decode = otlp.DecodeLogsJSON
	}
	request, err := decode(bytes.Clone(text), otlp.Limits{})
	if err != nil {
		return err
	}
	e.add(request)
	if lists.ResourceSpans == nil || lists.ResourceLogs == nil {
		return nil
	}
	if request, err = otlp.DecodeLogsJSON(bytes.Clone(text), otlp.Limits{}); err != nil {
		return err
	}
	e.add(request)
	return nil
}

func (e *explainedExport) add(request *otlp.Request) {
	e.groups, e.logs = append(e.groups, request.Groups...), append(e.logs, request.Logs...)
	e.ignored += request.IgnoredLogs
	e.rejected = append(e.rejected, request.Rejected...)
}

// print explains the spans in the order of the files.
func (e *explainedExport) print(w io.Writer, only string) error {
	bySpan := map[trace.SpanKey][]convention.Event{}
	for _, record := range e.logs {
		key := trace.SpanKey{TraceID: record.TraceID, SpanID: record.SpanID}
		bySpan[key] = append(bySpan[key], record.Event)
	}
	shown := 0
	for g := range e.groups {
		group := &e.groups[g]
		for i := range group.Spans {
			span := &group.Spans[i]
			if only != "" && !strings.EqualFold(only, span.SpanID.String()) {
				continue
			}
			key := trace.SpanKey{TraceID: span.TraceID, SpanID: span.SpanID}
			span.Logs = bySpan[key]
			if shown++; shown > 1 {
				fmt.Fprintln(w)
			}
			if err := printSpan(w, group, span); err != nil {
				return fmt.Errorf("print a span: %w", err)
			}
		}
	}
	if shown == 0 && only != "" {
		return fmt.Errorf("there is no span %s in it", only)
	}
	if only != "" {
		return nil
	}
	for _, rejection := range e.rejected {
		fmt.Fprintf(w, "\nnot readable: %d: %s\n", rejection.Count, rejection.Reason)
	}
	if e.ignored > 0 {
		fmt.Fprintf(w, "\n%d log records mean nothing to a trace\n", e.ignored)
	}
	if shown == 0 {
		fmt.Fprintln(w, "no spans")
	}
	return nil
}

// printSpan explains one span. A span without times is read as of 1970, so that
// the same file always gives the same text.
func printSpan(w io.Writer, group *otlp.Group, span *convention.Span) error {
	e := convention.Explain(group.Resource, group.Scope, span, time.Unix(0, 0))
	scope := strings.TrimSpace(group.Scope.Name + " " + group.Scope.Version)
	fmt.Fprintf(w, "span %s %s of trace %s, scope %s\n", span.SpanID, oneLine(span.Name), span.TraceID, cmp.Or(scope, "without a name"))
	if e.Mapping.Observation == nil {
		_, err := fmt.Fprintf(w, "  left out: %s\n", e.Mapping.Dropped)
		return err
	}
	c := e.Mapping.Observation.Core()
	number, matched, _ := strings.Cut(c.TypeRule, " ")
	fmt.Fprintf(w, "  %s by rule %s", e.Mapping.Observation.Type(), number)
	if matched != "" {
		fmt.Fprintf(w, ": %s", oneLine(matched))
	} else {
		fmt.Fprint(w, ": no rule knows it")
	}
	fmt.Fprintln(w)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, field := range e.Fields {
		fmt.Fprintf(table, "    %s\t%s\t%s\n", field.Name, shorten(oneLine(field.Value)), sources(field.Sources))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, warning := range c.Warnings {
		fmt.Fprintf(w, "  warning: %s\n", oneLine(warning))
	}
	for _, key := range patterns(e.Ignored) {
		fmt.Fprintf(w, "  decides nothing: %s\n", key)
	}
	return nil
}

// sources names where a field comes from.
func sources(list []string) string {
	if len(list) == 0 {
		return "(fixed)"
	}
	const most = 6
	names := patterns(list)
	if len(names) > most {
		return "from " + strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return "from " + strings.Join(names, ", ")
}

// patterns writes keys that differ in a number as one: gen_ai.prompt.N.content.
func patterns(keys []string) []string {
	var names []string
	for _, key := range keys {
		segments := strings.Split(oneLine(key), ".")
		for i, segment := range segments {
			if segment != "" && strings.Trim(segment, "0123456789") == "" {
				segments[i] = "N"
			}
		}
		if name := strings.Join(segments, "."); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// oneLine keeps what a sender wrote from taking over the terminal.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069:
			return '\uFFFD'
		}
		return r
	}, text)
}

func shorten(text string) string {
	runes := []rune(text)
	if len(runes) <= maxShownValue {
		return text
	}
	return fmt.Sprintf("%s... (%d characters)", string(runes[:maxShownValue]), len(runes))
}
