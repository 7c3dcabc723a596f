// Command treeline is the Treeline server and its tools.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/treeline-dev/treeline/server"
)

// command is one word of the command line.
type command struct {
	name, summary string
	run           func(ctx context.Context, args []string) error
}

func commands() []command {
	return []command{
		{"serve", "run the server", serve},
		{"demo", "run the server with demo data: three customers of a contact centre", serveDemo},
		{"migrate", "bring the database and every organization to this version, then stop", migrate},
		{"explain-span", "print how the spans of an OTLP file are read, and why", explainSpan},
		{"version", "print the version", printVersion},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return
	}
	fmt.Fprintln(os.Stderr, "treeline:", err)
	var config *server.ConfigError
	if errors.As(err, &config) {
		os.Exit(2)
	}
	os.Exit(1)
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		printUsage(os.Stderr)
		return errors.New("name a command")
	}
	switch args[0] {
	case "help", "-h", "--help":
		printUsage(os.Stdout)
		return nil
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return c.run(ctx, args[1:])
		}
	}
	printUsage(os.Stderr)
	return fmt.Errorf("there is no command %q", args[0])
}

func printUsage(w io.Writer) {
	fmt.Fprintln(w, "Treeline: traces of LLM applications and agents, typed and self-hosted.")
	fmt.Fprintln(w, "\nUsage: treeline COMMAND [flags]\n\nCommands:")
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-13s %s\n", c.name, c.summary)
	}
	fmt.Fprintln(w, "\n\"treeline COMMAND --help\" lists the flags and variables of a command.")
}

// version is set by the build.
var version = ""

func printVersion(_ context.Context, _ []string) error {
	text := version
	if text == "" {
		text = "development"
		if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
			text = info.Main.Version
		}
	}
	_, err := fmt.Println("treeline", text)
	if err != nil {
		return fmt.Errorf("print the version: %w", err)
	}
	return nil
}
