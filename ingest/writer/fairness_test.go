package writer_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/ingest/writer"
	"github.com/treeline-dev/treeline/llm"
	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/store/storetest"
	"github.com/treeline-dev/treeline/store/storetest/cluster"
	"github.com/treeline-dev/treeline/trace"
)

// However long the transactions of one organization take and however many of its
// requests wait, another one's are stored.
func TestASlowOrganizationHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	db := cluster.New(t)
	s := storetest.Must(store.Open(t.Context(), store.Config{URL: db.URL, AdminURL: db.AdminURL}))(t)
	t.Cleanup(s.Close)
	w := writer.New(writer.Config{MaxBatch: 1, MaxQueued: 6, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))})
	t.Cleanup(func() {
		if err := w.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	var both [2]fixture
	now := time.Now()
	for i, slug := range []string{"slow", "quick"} {
		project := storetest.Project(t, s, slug)
		both[i] = fixture{tenant: storetest.Must(s.Tenant(t.Context(), project.OrganizationID))(t), project: project, writer: w}
		both[i].mustWrite(t, both[i].span(0, now)) // its partition is there
	}
	slow, quick := both[0], both[1]

	conn := storetest.Must(pgx.Connect(t.Context(), db.AdminURL))(t)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	hold := storetest.Must(conn.Begin(t.Context()))(t)
	release := func() { _ = hold.Rollback(context.Background()) }
	t.Cleanup(release) // before the Writer is closed
	if _, err := hold.Exec(t.Context(), "LOCK TABLE org_"+slow.tenant.OrganizationID().String()+".observation"); err != nil {
		t.Fatal(err)
	}
	const requests = 8
	answers := make(chan error, requests)
	for i := range requests {
		go func() {
			_, err := slow.write(t.Context(), slow.span(1+i, now))
			answers <- err
		}()
	}
	for held := 0; w.Waiting()+held < requests; { // until all of them wait, here or in the database
		err := hold.QueryRow(t.Context(), "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()").Scan(&held)
		if err != nil {
			t.Fatal(err)
		}
	}
	soon, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, err := slow.write(soon, slow.span(99, now)); !errors.Is(err, writer.ErrOverloaded) {
		t.Errorf("a request beyond the organization's queue: %v, want ErrOverloaded", err)
	}
	for i := range 3 {
		if refusals, err := quick.write(soon, quick.span(1+i, now)); err != nil || len(refusals) > 0 {
			t.Fatalf("the other organization's request: refusals %v, error %v", refusals, err)
		}
	}
	release()
	for range requests {
		if err := <-answers; err != nil {
			t.Error(err)
		}
	}
	slow.expectStored(t, 1+requests, all)
	quick.expectStored(t, 4, all)
}

// score makes a storable score of a trace.
func (f fixture) score(number int) *trace.Score {
	return &trace.Score{ProjectID: f.project.ProjectID, ScoreID: fmt.Sprint("score ", number), Name: "s", Value: &trace.NumericScore{Number: 1},
		CreatedAt: time.Now(), TraceID: traceID(number)}
}

func TestAScoreThatCannotBeStoredIsRefusedAlone(t *testing.T) {
	t.Parallel()
	nul := "a\x00b"
	waiting := func(f fixture, change func(*trace.Score)) []*store.Evaluation {
		score := f.score(2)
		score.TraceID = trace.TraceID{}
		change(score)
		return []*store.Evaluation{{ResponseID: "r", Score: score}}
	}
	for name, bad := range map[string]func(f fixture) writer.Request{
		"two targets": func(f fixture) writer.Request {
			score := f.score(2)
			score.SessionID = "s"
			return writer.Request{Scores: []*trace.Score{score}}
		},
		"NUL in a text": func(f fixture) writer.Request {
			score := f.score(2)
			score.Comment = &nul
			return writer.Request{Scores: []*trace.Score{score}}
		},
		"no number": func(f fixture) writer.Request {
			score := f.score(2)
			score.Value = &trace.NumericScore{Number: math.NaN()}
			return writer.Request{Scores: []*trace.Score{score}}
		},
		"too long an id": func(f fixture) writer.Request {
			score := f.score(2)
			var id strings.Builder
			for i := range 20_000 { // does not compress
				fmt.Fprintf(&id, "%x", i*i*i)
			}
			score.ScoreID = id.String()
			return writer.Request{Scores: []*trace.Score{score}}
		},
		"NUL, with its target to come": func(f fixture) writer.Request {
			return writer.Request{Evaluations: waiting(f, func(s *trace.Score) { s.Comment = &nul })}
		},
		"no number, with its target to come": func(f fixture) writer.Request {
			return writer.Request{Evaluations: waiting(f, func(s *trace.Score) { s.Value = &trace.NumericScore{Number: math.Inf(1)} })}
		},
		"a target and a response": func(f fixture) writer.Request {
			return writer.Request{Evaluations: waiting(f, func(s *trace.Score) { s.SessionID = "s" })}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := setup(t, writer.Config{})
			call := f.call(2, "m")
			call.ResponseID = ptr("r")
			r := bad(f)
			r.Tenant, r.Project = f.tenant, f.project
			r.Observations = []trace.Observation{f.span(0, time.Now()), f.span(1, time.Now()), call}
			r.Scores = append(r.Scores, f.score(0), f.score(1))
			r.Evaluations = append(r.Evaluations, &store.Evaluation{ResponseID: "r", Score: &trace.Score{ProjectID: f.project.ProjectID, ScoreID: "good",
				Name: "s", Value: &trace.BooleanScore{Passed: true}, CreatedAt: time.Now()}})
			refusals, err := f.writer.Write(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			if len(refusals) != 1 || refusals[0].Count != 0 || !strings.HasPrefix(refusals[0].Reason, "1 scores were left out") {
				t.Errorf("refusals = %v, want a note about one score", refusals)
			}
			f.expectStored(t, 3, all)
			page := storetest.Must(f.tenant.Scores(t.Context(), f.project, store.ScoreQuery{}))(t)
			var stored []string
			for _, score := range page.Items {
				stored = append(stored, score.ScoreID)
			}
			if len(stored) != 3 {
				t.Errorf("stored scores: %q, want the two of the traces and the one of the response", stored)
			}
		})
	}
}

// A client's tokens may be beyond belief, and its prices as high as they can be.
func TestAComputedCostStaysWithinWhatACallCanCost(t *testing.T) {
	t.Parallel()
	f := setup(t, writer.Config{})
	override := llm.Override{Provider: "openai", Model: "gpt-4o", Input: 1000 * llm.NanoPerUSD, Output: 1000 * llm.NanoPerUSD}
	if err := f.tenant.SetModelPrice(t.Context(), f.project.ProjectID, override.ID(), string(trace.EncodeJSON(override))); err != nil {
		t.Fatal(err)
	}
	call := f.call(0, "gpt-4o")
	call.Usage.InputTokens = ptr(int64(1_000_000_000_000))
	f.mustWrite(t, call)
	most := trace.MaxCallCost
	got := f.storedCost(t, 0)
	if got.Total == nil || *got.Total != most || got.IsComplete || got.Computed == nil || *got.Computed != most || *got.Input != most || *got.Output >= most {
		t.Errorf("cost = %+v, want %s and not complete", got, most)
	}
}
