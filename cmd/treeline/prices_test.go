package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/treeline-dev/treeline/llm"
)

const priceFile = `{"version": "1", "currency": "USD", "models": [
	{"provider": "openai", "model": "gpt-4o", "source": "contract", "checked": "2026-11-30", "prices": [{"input": "1", "output": "1"}]},
	{"model": "house", "pattern": "house-.*", "source": "own", "checked": "2026-11-30", "prices": [{"input": "2", "output": "2"}]}]}`

func TestAPriceFileGoesBeforeTheBuiltInPrices(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "prices.json")
	if err := os.WriteFile(name, []byte(priceFile), 0o600); err != nil {
		t.Fatal(err)
	}
	table, err := readPrices(name)
	if err != nil {
		t.Fatal(err)
	}
	for model, want := range map[string]int64{"gpt-4o": 1, "house-7b": 2} {
		cost := table.Cost(llm.Usage{Input: new(int64)}, "openai", model, time.Now(), "")
		price, _, ok := table.Lookup("openai", model, time.Now(), "")
		if nano, _ := price.Rates.Input.Nano(); !ok || nano != want*llm.NanoPerUSD || cost.Total == nil {
			t.Errorf("%s: found %t, input %d", model, ok, nano)
		}
	}
	if _, _, ok := table.Lookup("openai", "gpt-4o-mini", time.Now(), ""); !ok {
		t.Error("the built-in prices are gone")
	}
}

func TestAPriceFileThatCannotBeUsedStopsTheStartWithTheReason(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "prices.json")
	if err := os.WriteFile(name, []byte(strings.Replace(priceFile, `"input": "2"`, `"input": 2`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readPrices(name); err == nil || !strings.Contains(err.Error(), "TREELINE_PRICE_FILE") || !strings.Contains(err.Error(), "models[1]") {
		t.Errorf("a price that is no string: %v", err)
	}
	if _, err := readPrices(name + ".absent"); err == nil || !strings.Contains(err.Error(), "TREELINE_PRICE_FILE") {
		t.Errorf("a file that is not there: %v", err)
	}
}
