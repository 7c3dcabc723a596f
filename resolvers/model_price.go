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
	"github.com/treeline-dev/treeline/trace"
)

// setModelPrice stores a project's own price of a model.
func (r *Resolver) setModelPrice(ctx context.Context, input graph.SetModelPriceInput) (*graph.SetModelPricePayload, error) {
	v, err := viewer(ctx)
	if err != nil {
		return nil, err
	}
	id, ok := v.ProjectID()
	if input.ProjectID != nil {
		id, ok = projectOf(*input.ProjectID)
	} else if !ok {
		return nil, graph.BadInput("name the project: a person may have many, so projectId is needed here")
	}
	refuse := func(code graph.UserErrorCode, message string, path ...string) (*graph.SetModelPricePayload, error) {
		return &graph.SetModelPricePayload{UserErrors: []*graph.UserError{userError(code, message, path...)}}, nil
	}
	if !ok {
		return refuse(graph.UserErrorCodeNotFound, "there is no such project, or you may not see it", "input", "projectId")
	}
	tenant, project, err := v.Project(ctx, id, authz.ObjectProject, authz.VerbWrite)
	if errors.Is(err, store.ErrNotFound) {
		return refuse(graph.UserErrorCodeNotFound, "there is no such project, or you may not see it", "input", "projectId")
	}
	if err != nil {
		return nil, err
	}
	override := llm.Override{Model: input.Model, Input: int64(input.Input), Output: int64(input.Output), ValidFrom: input.ValidFrom,
		CacheRead: (*int64)(input.CacheRead), CacheWrite: (*int64)(input.CacheWrite)}
	if input.Provider != nil {
		override.Provider = *input.Provider
	}
	text, err := json.Marshal(override)
	if err != nil {
		return nil, fmt.Errorf("write a price: %w", err)
	}
	others, err := tenant.ModelPrices(ctx, id)
	if err != nil {
		return nil, err
	}
	if message := checkOverride(override, others, string(text)); message != "" {
		return refuse(graph.UserErrorCodeInvalid, message, "input", "model")
	}
	if err := tenant.SetModelPrice(ctx, id, override.ID(), string(text)); err != nil {
		return nil, err
	}
	r.Writer.ForgetPrices(id)
	return &graph.SetModelPricePayload{Project: project, UserErrors: []*graph.UserError{}}, nil
}

// checkOverride returns what is wrong with a price beside the project's others,
// empty for nothing.
func checkOverride(override llm.Override, others []string, text string) string {
	texts := []string{text}
	for _, other := range others {
		var o llm.Override
		if json.Unmarshal([]byte(other), &o) == nil && o.ID() != override.ID() {
			texts = append(texts, other)
		}
	}
	if _, err := llm.NewOverrides(texts); err != nil {
		return err.Error()
	}
	return ""
}

func projectOf(text string) (trace.ProjectID, bool) {
	id, err := trace.ParseNodeID(text)
	if err != nil || id.Type != trace.NodeProject {
		return 0, false
	}
	return trace.ParseProjectID(id.Scope)
}
