package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/treeline-dev/treeline/authz"
	"github.com/treeline-dev/treeline/cmd/treeline/demo"
	"github.com/treeline-dev/treeline/server"
)

// The person who owns the demo's organizations.
const (
	demoEmail    = "demo@example.com"
	demoPassword = "treeline-demo"
)

// demoSeed makes every demo the same but for its dates.
const demoSeed = 1

func serveDemo(ctx context.Context, args []string) error {
	// Each request in the log would bury what the demo prints.
	config, logger, err := configure("treeline demo", append([]string{"--log-level=warn"}, args...))
	if err != nil {
		return err
	}
	if config.TLSCertificate != "" {
		return &server.ConfigError{Name: "TREELINE_TLS_CERTIFICATE", Message: "the demo sends its traces to itself unencrypted: unset it, or run treeline serve"}
	}
	return runService(ctx, config, logger, loadDemo)
}

// demoState is what a data directory remembers of its demo.
type demoState struct {
	// End is the moment that the data leads up to: a second load with the same
	// one changes nothing.
	End      time.Time `json:"end"`
	IsLoaded bool      `json:"isLoaded"`
}

// loadDemo creates the demo's customers, sends their traces once and prints how
// to look at them.
func loadDemo(ctx context.Context, s *service) error {
	customers := demo.DefaultCustomers()
	for _, customer := range customers {
		err := s.authz.Provision(ctx, authz.Init{
			Org: customer.Name, Project: customer.Project, PublicKey: customer.PublicKey, SecretKey: customer.SecretKey,
			UserEmail: demoEmail, UserPassword: demoPassword,
		})
		if err != nil {
			return fmt.Errorf("create the demo customer %s: %w", customer.Name, err)
		}
	}
	file := filepath.Join(s.config.DataDir, "demo.json")
	state, err := readDemoState(file)
	if err != nil {
		return err
	}
	if !state.IsLoaded {
		began := time.Now()
		fmt.Println("Sending the demo's traces ...")
		summary, err := demo.Load(ctx, demo.Options{BaseURL: "http://" + s.address + s.prefix(), Customers: customers, End: state.End, Seed: demoSeed,
			Progress: func(done, total int) { fmt.Printf("\r  %d of %d traces", done, total) }})
		if err != nil {
			return err
		}
		fmt.Printf("\r  %d traces with %d spans in %.1f s\n", summary.Traces, summary.Spans, time.Since(began).Seconds())
		state.IsLoaded = true
		if err := writeDemoState(file, state); err != nil {
			return err
		}
	}
	fmt.Printf("\nTreeline runs at %s\n\n  Sign in with %s and %s\n\n  API keys of the demo (public:secret), for %s/graphql and %s/v1/traces:\n",
		s.url(), demoEmail, demoPassword, s.url(), s.url())
	for _, customer := range customers {
		fmt.Printf("    %-16s %s:%s\n", customer.Name, customer.PublicKey, customer.SecretKey)
	}
	fmt.Printf("\n  GraphQL explorer: %s/graphiql\n  docs/demo-data.md says what there is to find. Stop with Ctrl+C.\n\n", s.url())
	return nil
}

func readDemoState(file string) (demoState, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		state := demoState{End: time.Now().UTC().Truncate(time.Second)}
		return state, writeDemoState(file, state)
	}
	var state demoState
	if err == nil {
		err = json.Unmarshal(text, &state)
	}
	if err != nil {
		return demoState{}, fmt.Errorf("read the demo's state: %w", err)
	}
	return state, nil
}

func writeDemoState(file string, state demoState) error {
	text, err := json.Marshal(state)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(file), 0o755)
	}
	if err == nil {
		err = os.WriteFile(file, text, 0o644)
	}
	if err != nil {
		return fmt.Errorf("keep the demo's state: %w", err)
	}
	return nil
}
