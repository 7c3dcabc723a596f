package resolvers

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/treeline-dev/treeline/authz"
	"github.com/treeline-dev/treeline/graph"
	"github.com/treeline-dev/treeline/llm"
)

// setModelPrice stores a project's own price of a model.
func (r *Resolver) setModelPrice(ctx context.Context, input graph.SetModelPriceInput) (*graph.SetModelPricePayload, error) {
	refuse := func(fault *graph.UserError) (*graph.SetModelPricePayload, error) {
		return &graph.SetModelPricePayload{UserErrors: []*graph.UserError{fault}}, nil
	}
	s, fault, err := mutationScope(ctx, input.ProjectID, authz.ObjectProject, authz.VerbWrite)
	if err != nil {
		return nil, err
	}
	if fault != nil {
		return refuse(fault)
	}
	id, override := s.project.ProjectID, overrideOf(input)
	text, err := json.Marshal(override)
	if err != nil {
		return nil, fmt.Errorf("write a price: %w", err)
	}
	others, err := s.ModelPrices(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := override.Check(others); err != nil {
		return refuse(userError(graph.UserErrorCodeInvalid, err.Error(), "input", "model"))
	}
	if err := s.SetModelPrice(ctx, id, override.ID(), string(text)); err != nil {
		return nil, err
	}
	r.Writer.ForgetPrices(id)
	return &graph.SetModelPricePayload{Project: s.project, UserErrors: []*graph.UserError{}}, nil
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
