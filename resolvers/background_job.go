package resolvers

import (
	"context"
	"errors"

	"github.com/treeline-dev/treeline/authz"
	"github.com/treeline-dev/treeline/graph"
	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

// recomputeCosts begins to price the observations of a project anew.
func recomputeCosts(ctx context.Context, input graph.RecomputeCostsInput) (*graph.RecomputeCostsPayload, error) {
	refuse := func(fault *graph.UserError) (*graph.RecomputeCostsPayload, error) {
		return &graph.RecomputeCostsPayload{UserErrors: []*graph.UserError{fault}}, nil
	}
	s, fault, err := mutationScope(ctx, input.ProjectID, authz.ObjectProject, authz.VerbWrite)
	if err != nil {
		return nil, err
	}
	if fault != nil {
		return refuse(fault)
	}
	if w := input.Window; w != nil && w.To != nil && !w.To.After(w.From) {
		return refuse(userError(graph.UserErrorCodeInvalid, "the window ends before it begins: give a later to", "input", "window", "to"))
	}
	job := &store.CostRecomputation{Window: input.Window}
	err = s.StartJob(ctx, s.project.ProjectID, job)
	if errors.Is(err, store.ErrBusy) {
		return refuse(userError(graph.UserErrorCodeConflict, store.ErrBusy.Error(), "input", "projectId"))
	}
	if err != nil {
		return nil, err
	}
	return &graph.RecomputeCostsPayload{Job: job, UserErrors: []*graph.UserError{}}, nil
}

// cancelJob asks a job to end.
func cancelJob(ctx context.Context, input graph.CancelJobInput) (*graph.CancelJobPayload, error) {
	v, err := viewer(ctx)
	if err != nil {
		return nil, err
	}
	absent := &graph.CancelJobPayload{UserErrors: []*graph.UserError{
		userError(graph.UserErrorCodeNotFound, "there is no such job, or you may not see it", "input", "id"),
	}}
	project, key, ok := jobOf(input.ID)
	if !ok {
		return absent, nil
	}
	// All kinds so far change what the project holds.
	tenant, _, err := v.Project(ctx, project, authz.ObjectProject, authz.VerbWrite)
	if err == nil {
		var job store.Job
		if job, err = tenant.CancelJob(ctx, project, key); err == nil {
			return &graph.CancelJobPayload{Job: job, UserErrors: []*graph.UserError{}}, nil
		}
	}
	if errors.Is(err, store.ErrNotFound) {
		return absent, nil
	}
	return nil, err
}

func jobOf(text string) (trace.ProjectID, int64, bool) {
	id, err := trace.ParseNodeID(text)
	if err != nil || id.Type != trace.NodeJob {
		return 0, 0, false
	}
	project, ok := trace.ParseProjectID(id.Scope)
	key, okKey := store.ParseKey(id.Key)
	return project, key, ok && okKey
}

// jobError tells why a job failed.
func jobError(job store.Job) *graph.UserError {
	if job.Record().State != trace.RunFailed {
		return nil
	}
	return userError(graph.UserErrorCodeInternal,
		"the work failed several times and was given up; the server's log names job "+store.KeyText(job.Record().JobID)+". Start it again once the cause is mended")
}
