package llm

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Override is a price that a project sets over the built-in table, in
// billionths of a US dollar per million tokens. A price left out is unknown.
type Override struct {
	// Provider is the provider in any spelling; empty for any.
	Provider string `json:"provider,omitempty"`
	// Model is the model id; a final * stands for any ending.
	Model      string     `json:"model"`
	Input      int64      `json:"input"`
	Output     int64      `json:"output"`
	CacheRead  *int64     `json:"cacheRead,omitempty"`
	CacheWrite *int64     `json:"cacheWrite,omitempty"`
	ValidFrom  *time.Time `json:"validFrom,omitempty"`
}

// ID names what the override is about, so that a later one replaces it.
func (o Override) ID() string {
	from := ""
	if o.ValidFrom != nil {
		from = o.ValidFrom.UTC().Format(time.RFC3339)
	}
	return strings.ToLower(o.Provider + "/" + o.Model + "@" + from)
}

// Entry is the override as a row of a price table. A price that is negative or
// too large is an error.
func (o Override) Entry() (Entry, error) {
	e := Entry{ID: "project:" + o.ID(), Provider: o.Provider, Model: o.Model, Source: "project", Checked: time.Unix(0, 0).UTC()}
	if prefix, isPattern := strings.CutSuffix(o.Model, "*"); isPattern {
		e.Model = cmp.Or(strings.TrimRight(prefix, "-._/:@"), "any")
		e.Pattern = regexp.QuoteMeta(strings.ToLower(prefix)) + ".*"
	}
	if o.ValidFrom != nil {
		e.From = *o.ValidFrom
	}
	for _, rate := range []struct {
		to   *Rate
		nano *int64
	}{{&e.Rates.Input, &o.Input}, {&e.Rates.Output, &o.Output}, {&e.Rates.CacheRead, o.CacheRead}, {&e.Rates.CacheWrite, o.CacheWrite}} {
		if rate.nano == nil {
			continue
		}
		parsed, err := NewRate(*rate.nano)
		if err != nil {
			return Entry{}, err
		}
		*rate.to = parsed
	}
	return e, nil
}

// Check returns why the override cannot stand beside a project's others, which
// are given as JSON texts; nil where it can. It replaces the one with its ID, and
// others that cannot be read are passed over.
func (o Override) Check(others []string) error {
	all := []Override{o}
	for _, text := range others {
		var other Override
		if json.Unmarshal([]byte(text), &other) == nil && other.ID() != o.ID() {
			all = append(all, other)
		}
	}
	_, err := tableOfOverrides(all)
	return err
}

// NewOverrides makes the price table of a project from the JSON texts of its
// overrides.
func NewOverrides(texts []string) (*PriceTable, error) {
	overrides := make([]Override, len(texts))
	for i, text := range texts {
		if err := json.Unmarshal([]byte(text), &overrides[i]); err != nil {
			return nil, fmt.Errorf("read a price of the project: %w", err)
		}
	}
	return tableOfOverrides(overrides)
}

func tableOfOverrides(overrides []Override) (*PriceTable, error) {
	entries := make([]Entry, len(overrides))
	for i, o := range overrides {
		var err error
		if entries[i], err = o.Entry(); err != nil {
			return nil, fmt.Errorf("read a price of the project: %w", err)
		}
	}
	return NewPriceTable("project", entries)
}
