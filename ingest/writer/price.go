package writer

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/treeline-dev/treeline/llm"
	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// priceAge is how long a project's prices are used before they are read again:
// how soon a change on one replica reaches the others.
const priceAge = 15 * time.Second

// maxPricedProjects bounds the projects whose prices are kept.
const maxPricedProjects = 10_000

// priceBook prices observations by the built-in table and the overrides of
// their project.
type priceBook struct {
	base  *llm.PriceTable
	clock func() time.Time

	mu       sync.Mutex
	projects map[trace.ProjectID]projectPrices
}

type projectPrices struct {
	table *llm.PriceTable
	asOf  time.Time
}

func newPriceBook(base *llm.PriceTable, clock func() time.Time) *priceBook {
	return &priceBook{base: base, clock: clock, projects: map[trace.ProjectID]projectPrices{}}
}

func (b *priceBook) forget(project trace.ProjectID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.projects, project)
}

// table returns the prices of a project.
func (b *priceBook) table(ctx context.Context, tenant store.Tenant, id trace.ProjectID) (*llm.PriceTable, error) {
	b.mu.Lock()
	known, ok := b.projects[id]
	b.mu.Unlock()
	if ok && b.clock().Sub(known.asOf) < priceAge {
		return known.table, nil
	}
	stored, err := tenant.ModelPrices(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("read the project's prices: %w", err)
	}
	table := b.base
	if len(stored) > 0 {
		overrides, err := llm.NewOverrides(stored)
		if err != nil {
			return nil, fmt.Errorf("read the project's prices: %w", err)
		}
		table = b.base.WithOverrides(overrides)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.projects) >= maxPricedProjects {
		clear(b.projects)
	}
	b.projects[id] = projectPrices{table: table, asOf: b.clock()}
	return table, nil
}

// price fills in the costs of a request's observations.
func (b *priceBook) price(ctx context.Context, r Request) error {
	var table *llm.PriceTable
	for _, o := range r.Observations {
		metered, ok := o.(trace.Metered)
		if !ok {
			continue
		}
		if table == nil {
			var err error
			if table, err = b.table(ctx, r.Tenant, r.Project.ProjectID); err != nil {
				return err
			}
		}
		priceOne(table, metered)
	}
	return nil
}

// priceOne sets the cost of a metered observation. A figure that the client
// reported stands; the table's is kept beside it.
func priceOne(table *llm.PriceTable, o trace.Metered) {
	meter := o.Meter()
	provider, model, tier := pricedModel(o)
	cost := &meter.Cost
	billed := searches(table, o, provider, model, tier)
	if meter.Usage.IsZero() && billed == nil {
		cost.IsComplete = true // nothing is known to be left out
		return
	}
	u := &meter.Usage
	usage := llm.Usage{
		Input: u.InputTokens, Output: u.OutputTokens, CacheRead: u.CacheReadTokens, CacheWrite: u.CacheWriteTokens,
		CacheWrite5m: u.CacheWrite5mTokens, CacheWrite1h: u.CacheWrite1hTokens,
		AudioInput: u.AudioInputTokens, AudioOutput: u.AudioOutputTokens, Reasoning: u.ReasoningTokens,
	}
	if billed != nil {
		usage = llm.Usage{Searches: billed} // tokens cost nothing then
	}
	result := table.Cost(usage, provider, model, o.Core().StartedAt, tier)
	computed, isClamped := clamped(result.Total)
	cost.Computed, cost.PriceID = computed, result.PriceID
	if cost.Source == trace.CostReported {
		cost.IsComplete = true
		return
	}
	cost.Total = computed
	cost.Input, _ = clamped(result.Input)
	cost.Output, _ = clamped(result.Output)
	cost.IsComplete = result.IsComplete && !isClamped
	cost.Source = trace.CostNone
	if computed != nil {
		cost.Source = trace.CostComputed
	}
}

// clamped keeps a computed amount, which follows from the tokens that a client
// claims, within what a call can cost.
func clamped(nanos *int64) (amount *trace.Nanos, isClamped bool) {
	if nanos == nil || trace.Nanos(*nanos) <= trace.MaxCallCost {
		return (*trace.Nanos)(nanos), false
	}
	most := trace.MaxCallCost
	return &most, true
}

// pricedModel returns what a metered observation is priced by.
func pricedModel(o trace.Metered) (provider, model, tier string) {
	text := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	switch o := o.(type) {
	case *trace.Generation:
		return text(o.Provider), text(o.Model()), text(o.ServiceTier)
	case *trace.Embedding:
		return text(o.Provider), text(o.Model), ""
	case *trace.Reranking:
		return text(o.Provider), text(o.Model), ""
	}
	return "", "", ""
}

// searches is what a reranking is billed by where its model is priced by
// searches and not by tokens: one for each started hundred documents. Elsewhere
// it is nil.
func searches(table *llm.PriceTable, o trace.Metered, provider, model, tier string) *int64 {
	reranking, ok := o.(*trace.Reranking)
	if !ok || reranking.InputCount == nil {
		return nil
	}
	price, _, ok := table.Lookup(provider, model, o.Core().StartedAt, tier)
	if !ok || !price.Rates.Search.IsKnown() || price.Rates.Input.IsKnown() {
		return nil
	}
	n := (int64(*reranking.InputCount) + 99) / 100
	return &n
}
