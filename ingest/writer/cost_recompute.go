package writer

import (
	"context"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

const (
	// tracesPerRepricing is how many traces are priced in one transaction, which
	// holds their locks.
	tracesPerRepricing = 200
	// maxPlannedTraces is where counting ahead stops.
	maxPlannedTraces = 10_000_000
)

// RecomputeCosts is the step of a job that prices stored observations anew.
func (w *Writer) RecomputeCosts(ctx context.Context, tenant store.Tenant, job *store.CostRecomputation, position string) (next string, isDone bool, err error) {
	if job.Planned == nil {
		planned, err := tenant.CountTraces(ctx, job.ProjectID, job.Window, maxPlannedTraces)
		if err != nil {
			return "", false, err
		}
		job.Planned = &planned
		// The prices of the moment at which the job was asked for, or newer.
		w.prices.forget(job.ProjectID)
	}
	table, err := w.prices.table(ctx, tenant, job.ProjectID)
	if err != nil {
		return "", false, err
	}
	done, err := tenant.RepriceTraces(ctx, store.Repricing{
		Project: job.ProjectID, Window: job.Window, After: position, Limit: tracesPerRepricing,
		Price: func(o trace.Metered) { priceOne(table, o) },
	})
	if err != nil {
		return "", false, err
	}
	job.Done += done.Traces
	return done.Next, done.Next == "", nil
}
