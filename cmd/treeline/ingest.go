package main

import (
	"context"
	"errors"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/treeline-dev/treeline/authz"
	"github.com/treeline-dev/treeline/ingest/convention"
	"github.com/treeline-dev/treeline/ingest/otlp"
	"github.com/treeline-dev/treeline/ingest/writer"
	"github.com/treeline-dev/treeline/store"
)

// newReceiver takes OTLP in the name of API keys and hands it to the writer.
func (s *service) newReceiver() (*otlp.Receiver, error) {
	return otlp.New(otlp.Config{Authenticate: s.authenticateSender, Write: s.writeBatch, Map: mapSpans, Logger: s.logger})
}

// mapSpans reads the origin of spans once for all of them.
func mapSpans(resource *convention.Resource, scope *convention.Scope) otlp.SpanMapper {
	return convention.NewOrigin(resource, scope).Map
}

// authenticateSender finds the key of an export and whether it may write traces.
func (s *service) authenticateSender(ctx context.Context, c otlp.Credentials) (otlp.Principal, error) {
	viewer, err := s.authz.Authenticate(authz.WithAddressText(ctx, c.RemoteAddr), authz.Credentials{Public: c.Public, Secret: c.Secret})
	if err != nil {
		return otlp.Principal{}, senderError(err)
	}
	id, ok := viewer.ProjectID()
	if !ok {
		return otlp.Principal{}, otlp.ErrForbidden
	}
	_, project, err := viewer.Project(ctx, id, authz.ObjectTrace, authz.VerbWrite)
	if err != nil {
		return otlp.Principal{}, senderError(err)
	}
	return otlp.Principal{ProjectID: id, OrganizationID: project.OrganizationID, KeyID: viewer.ID(), Viewer: viewer}, nil
}

// senderError puts the errors of package authz into the receiver's words.
func senderError(err error) error {
	var limited *authz.RateLimitedError
	switch {
	case errors.As(err, &limited):
		return &otlp.OverloadError{RetryAfter: limited.Wait, RateLimited: true}
	case errors.Is(err, authz.ErrUnauthenticated):
		return otlp.ErrUnauthenticated
	case errors.Is(err, authz.ErrForbidden), errors.Is(err, authz.ErrNotFound):
		return otlp.ErrForbidden
	}
	return err
}

// writeBatch stores what one export holds.
func (s *service) writeBatch(ctx context.Context, p otlp.Principal, b otlp.Batch) ([]otlp.Rejection, error) {
	tenant, project, err := p.Viewer.Project(ctx, p.ProjectID, authz.ObjectTrace, authz.VerbWrite)
	if err != nil {
		return nil, senderError(err)
	}
	refusals, err := s.writer.Write(ctx, writer.Request{
		Tenant: tenant, Project: project, Observations: b.Observations, Scores: b.Scores,
		Logs: logsOf(p, b.Logs), Evaluations: evaluationsOf(b.Evaluations),
	})
	if errors.Is(err, writer.ErrOverloaded) || errors.Is(err, writer.ErrClosed) {
		return nil, &otlp.OverloadError{}
	}
	if err != nil {
		return nil, err
	}
	rejections := make([]otlp.Rejection, len(refusals))
	for i, refusal := range refusals {
		rejections[i] = otlp.Rejection{Reason: refusal.Reason, Count: refusal.Count}
	}
	return rejections, nil
}

func logsOf(p otlp.Principal, logs []otlp.StoredLog) []*store.LogRecord {
	records := make([]*store.LogRecord, len(logs))
	for i, log := range logs {
		records[i] = &store.LogRecord{
			ProjectID: p.ProjectID, TraceID: log.Key.TraceID, SpanID: log.Key.SpanID,
			Time: log.Time, Digest: log.Digest, Content: log.Content,
		}
	}
	return records
}

func evaluationsOf(list []otlp.Evaluation) []*store.Evaluation {
	evaluations := make([]*store.Evaluation, len(list))
	for i, e := range list {
		evaluations[i] = &store.Evaluation{ResponseID: e.ResponseID, Score: e.Score}
	}
	return evaluations
}

// registerMetrics exports the counters of ingest.
func (s *service) registerMetrics() {
	counters := s.receiver.Counters()
	for name, metric := range map[string]struct {
		help string
		load func() int64
	}{
		"treeline_spans_accepted_total":  {"Spans that were stored.", counters.SpansAccepted.Load},
		"treeline_spans_rejected_total":  {"Spans that were refused and reported to their sender.", counters.SpansRejected.Load},
		"treeline_spans_dropped_total":   {"Spans that carry no observation, such as placeholders.", counters.SpansDropped.Load},
		"treeline_logs_accepted_total":   {"Log records of the GenAI conventions that were stored.", counters.LogsAccepted.Load},
		"treeline_logs_rejected_total":   {"Log records of the GenAI conventions that were refused and reported to their sender.", counters.LogsRejected.Load},
		"treeline_logs_ignored_total":    {"Other log records, which are taken and not kept.", counters.LogsIgnored.Load},
		"treeline_scores_accepted_total": {"Scores that came with spans or log records.", counters.ScoresAccepted.Load},
		"treeline_mapping_panics_total":  {"Spans whose reading failed; they count as rejected.", counters.MapPanics.Load},
		"treeline_otlp_wire_bytes_total": {"Bytes of export requests as sent.", counters.WireBytes.Load},
		"treeline_otlp_body_bytes_total": {"Bytes of export requests after decompression.", counters.BodyBytes.Load},
	} {
		load := metric.load
		s.metrics.Registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: metric.help},
			func() float64 { return float64(load()) }))
	}
	for transport, load := range map[string]func(otlp.Outcome) int64{"http": counters.HTTPRequests, "grpc": counters.GRPCRequests} {
		for _, outcome := range otlp.Outcomes() {
			s.metrics.Registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
				Name: "treeline_otlp_requests_total", Help: "Exports of traces and logs, by transport and by how they ended.",
				ConstLabels: prometheus.Labels{"transport": transport, "outcome": outcome.String()},
			}, func() float64 { return float64(load(outcome)) }))
		}
	}
	s.metrics.Registry.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "treeline_writes_waiting", Help: "Observations that wait for a transaction."},
			func() float64 { return float64(s.writer.Waiting()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "treeline_otlp_bytes_in_flight", Help: "Memory that export requests hold at the moment."},
			func() float64 { return float64(s.receiver.BytesInFlight()) }))
}
