package main

import (
	"fmt"
	"os"

	"github.com/treeline-dev/treeline/llm"
)

// readPrices returns the built-in model prices under those of a file, where one
// is named.
func readPrices(file string) (*llm.PriceTable, error) {
	if file == "" {
		return llm.DefaultPrices(), nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the model prices (TREELINE_PRICE_FILE): %w", err)
	}
	table, err := llm.ParsePriceFile(text)
	if err != nil {
		return nil, fmt.Errorf("the model prices in %s (TREELINE_PRICE_FILE) cannot be used: %w", file, err)
	}
	return llm.DefaultPrices().WithOverrides(table), nil
}
