package resolvers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/treeline-dev/treeline/authz"
	"github.com/treeline-dev/treeline/graph"
	"github.com/treeline-dev/treeline/llm"
	"github.com/treeline-dev/treeline/store"
)

// setModelPrice stores a project's own price of a model.
func (r *Resolver) setModelPrice(ctx context.Context, input graph.SetModelPriceInput) (*graph.SetModelPricePayload, error) {
	v, err := viewer(ctx)
	if err != nil {
		return nil, err
	}
	id, ok, err := namedProject(v, "projectId", input.ProjectID)
	if err != nil {
		return nil, err
	}
	if !ok {
		return refuseModelPrice(graph.UserErrorCodeNotFound, noSuchProject, "input", "projectId")
	}
	tenant, project, err := v.Project(ctx, id, authz.ObjectProject, authz.VerbWrite)
	if errors.Is(err, store.ErrNotFound) {
		return refuseModelPrice(graph.UserErrorCodeNotFound, noSuchProject, "input", "projectId")
	}
	if err != nil {
		return nil, err
	}
	override := overrideOf(input)
	text, err := json.Marshal(override)
	if err != nil {
		return nil, fmt.Errorf("write a price: %w", err)
	}
	others, err := tenant.ModelPrices(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := override.Check(others); err != nil {
		return refuseModelPrice(graph.UserErrorCodeInvalid, err.Error(), "input", "model")
	}
	if err := tenant.SetModelPrice(ctx, id, override.ID(), string(text)); err != nil {
		return nil, err
	}
	r.Writer.ForgetPrices(id)
	return &graph.SetModelPricePayload{Project: project, UserErrors: []*graph.UserError{}}, nil
}

const noSuchProject = "there is no such project, or you may not see it"

func refuseModelPrice(code graph.UserErrorCode, message string, path ...string) (*graph.SetModelPricePayload, error) {
	return &graph.SetModelPricePayload{UserErrors: []*graph.UserError{userError(code, message, path...)}}, nil
}

func overrideOf(input graph.SetModelPriceInput) llm.Override {
	override := llm.Override{
		Model: input.Model, Input: int64(input.Input), Output: int64(input.Output), ValidFrom: input.ValidFrom,
		CacheRead: (*int64)(input.CacheRead), CacheWrite: (*int64)(input.CacheWrite),
	}
	if input.Provider != nil {
		override.Provider = *input.Provider
	}
	return override
}
