package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// ModelPrices returns the prices that a project sets over the built-in table,
// each as the JSON that SetModelPrice was given.
func (t Tenant) ModelPrices(ctx context.Context, project trace.ProjectID) ([]string, error) {
	var entries []string
	err := t.readToWrite(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `SELECT entry FROM model_price WHERE project_id = $1 ORDER BY price_id`, int64(project))
		if err != nil {
			return err
		}
		entries, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the model prices: %w", err)
	}
	return entries, nil
}

// SetModelPrice stores a price of a project; one with the same id is replaced.
func (t Tenant) SetModelPrice(ctx context.Context, project trace.ProjectID, id, entry string) error {
	err := t.write(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO model_price (project_id, price_id, entry) VALUES ($1, $2, $3)
			ON CONFLICT (project_id, price_id) DO UPDATE SET entry = excluded.entry, created_at = now()`, int64(project), id, entry)
		return err
	})
	if err != nil {
		return fmt.Errorf("set the model price: %w", err)
	}
	return nil
}
