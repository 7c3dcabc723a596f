package store

import (
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

// traceColumns are the columns of table trace in the order in which rows are
// written and read.
var traceColumns = []string{
	"project_id", "trace_id", "revision", "external_id", "name", "user_id", "session_id", "tags", "environment", "release",
	"version", "metadata", "start_time", "end_time", "last_start", "last_arrival", "services",
	"input_tokens", "output_tokens", "total_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens", "usage_detail",
	"cost", "cost_input", "cost_output", "cost_flags",
	"observation_count", "failed_count", "running_count", "type_counts",
	"root_span_id", "root_rank", "root_status", "input_span_id", "output_span_id",
}

// traceRow is a row of table trace.
type traceRow struct {
	ProjectID        int64
	TraceID          [16]byte
	Revision         int32
	ExternalID       *string
	Name             *string
	UserID           *string
	SessionID        *string
	Tags             []string
	Environment      string
	Release          *string
	Version          *string
	Metadata         *string
	StartTime        int64
	EndTime          int64
	LastStart        int64
	LastArrival      int64
	Services         []string
	usage            usageColumns
	cost             costColumns
	ObservationCount int32
	FailedCount      int32
	RunningCount     int32
	TypeCounts       []int32
	RootSpanID       int64
	RootRank         int16
	RootStatus       int16
	InputSpanID      *int64
	OutputSpanID     *int64
}

func (r *traceRow) values() []any {
	return []any{
		r.ProjectID, r.TraceID, r.Revision, r.ExternalID, r.Name, r.UserID, r.SessionID, r.Tags, r.Environment, r.Release,
		r.Version, r.Metadata, r.StartTime, r.EndTime, r.LastStart, r.LastArrival, r.Services,
		r.usage.Input, r.usage.Output, r.usage.Total, r.usage.CacheRead, r.usage.CacheWrite, r.usage.Reasoning, r.usage.Detail,
		r.cost.Total, r.cost.Input, r.cost.Output, r.cost.Flags,
		r.ObservationCount, r.FailedCount, r.RunningCount, r.TypeCounts,
		r.RootSpanID, r.RootRank, r.RootStatus, r.InputSpanID, r.OutputSpanID,
	}
}

// appendTo appends the row's fields in the order of traceColumns.
func (r *traceRow) appendTo(row *copyRow) {
	row.int64(r.ProjectID)
	row.uuid(r.TraceID)
	row.int32(r.Revision)
	row.optionalText(r.ExternalID)
	row.optionalText(r.Name)
	row.optionalText(r.UserID)
	row.optionalText(r.SessionID)
	row.texts(r.Tags)
	row.text(r.Environment)
	row.optionalText(r.Release)
	row.optionalText(r.Version)
	row.optionalText(r.Metadata)
	row.int64(r.StartTime)
	row.int64(r.EndTime)
	row.int64(r.LastStart)
	row.int64(r.LastArrival)
	row.texts(r.Services)
	r.usage.appendTo(row)
	r.cost.appendTo(row)
	row.int32(r.ObservationCount)
	row.int32(r.FailedCount)
	row.int32(r.RunningCount)
	row.int32s(r.TypeCounts)
	row.int64(r.RootSpanID)
	row.int16(r.RootRank)
	row.int16(r.RootStatus)
	row.optionalInt64(r.InputSpanID)
	row.optionalInt64(r.OutputSpanID)
}

func (r *traceRow) targets() []any {
	return []any{
		&r.ProjectID, &r.TraceID, &r.Revision, &r.ExternalID, &r.Name, &r.UserID, &r.SessionID, &r.Tags, &r.Environment, &r.Release,
		&r.Version, &r.Metadata, &r.StartTime, &r.EndTime, &r.LastStart, &r.LastArrival, &r.Services,
		&r.usage.Input, &r.usage.Output, &r.usage.Total, &r.usage.CacheRead, &r.usage.CacheWrite, &r.usage.Reasoning, &r.usage.Detail,
		&r.cost.Total, &r.cost.Input, &r.cost.Output, &r.cost.Flags,
		&r.ObservationCount, &r.FailedCount, &r.RunningCount, &r.TypeCounts,
		&r.RootSpanID, &r.RootRank, &r.RootStatus, &r.InputSpanID, &r.OutputSpanID,
	}
}

func traceSelect(alias string) string {
	return alias + "." + strings.Join(traceColumns, ", "+alias+".")
}

// encodeTrace turns a summary into its row.
func encodeTrace(t *trace.Trace, revision int32) traceRow {
	r := traceRow{
		ProjectID: int64(t.ProjectID), TraceID: t.TraceID, Revision: revision, ExternalID: emptyToNil(t.ExternalTraceID),
		Name: t.Name, UserID: t.UserID, SessionID: t.SessionID, Tags: t.Tags, Environment: t.Environment,
		Release: t.Release, Version: t.Version,
		StartTime: unixNanos(t.StartedAt), EndTime: unixNanos(t.LastEnd), LastStart: unixNanos(t.LastStart), LastArrival: unixNanos(t.LastArrival),
		Services: t.Services, usage: usageToColumns(&t.Usage), cost: costToColumns(&t.Cost),
		ObservationCount: int32(t.Counts.Total), FailedCount: int32(t.Counts.Failed), RunningCount: int32(t.RunningCount),
		TypeCounts: make([]int32, trace.TypeEvent+1),
		RootSpanID: t.RootSpanID.Ordinal(), RootRank: int16(t.RootRank), RootStatus: int16(t.RootStatus),
		InputSpanID: ordinalOrNil(t.InputSpanID), OutputSpanID: ordinalOrNil(t.OutputSpanID),
	}
	for _, c := range t.Counts.ByType {
		r.TypeCounts[c.Type] = int32(c.Count)
	}
	if len(t.Metadata) > 0 {
		text := string(t.Metadata)
		r.Metadata = &text
	}
	return r
}

// trace turns a row into the domain's value; State is as of now.
func (r *traceRow) trace(nowNanos int64) *trace.Trace {
	t := &trace.Trace{
		ProjectID: trace.ProjectID(r.ProjectID), TraceID: r.TraceID, ExternalTraceID: nilToEmpty(r.ExternalID),
		Name: r.Name, UserID: r.UserID, SessionID: r.SessionID, Tags: r.Tags, Environment: r.Environment,
		Release: r.Release, Version: r.Version,
		StartedAt: fromNanos(r.StartTime), LastEnd: fromNanos(r.EndTime), LastStart: fromNanos(r.LastStart), LastArrival: fromNanos(r.LastArrival),
		Services: r.Services, Usage: r.usage.usage(), Cost: r.cost.cost(),
		Counts:     trace.ObservationCounts{Total: int(r.ObservationCount), Failed: int(r.FailedCount)},
		RootSpanID: trace.SpanIDFromOrdinal(r.RootSpanID), RootRank: trace.RootRank(r.RootRank), RootStatus: trace.Status(r.RootStatus),
		RunningCount: int(r.RunningCount), InputSpanID: spanOrZero(r.InputSpanID), OutputSpanID: spanOrZero(r.OutputSpanID),
	}
	if r.Metadata != nil {
		t.Metadata = trace.JSON(*r.Metadata)
	}
	for kind, count := range r.TypeCounts {
		if count > 0 {
			t.Counts.ByType = append(t.Counts.ByType, trace.TypeCount{Type: trace.ObservationType(kind), Count: int(count)})
		}
	}
	t.State = trace.StateOf(t.RootRank, t.RootStatus, t.Counts.Failed, t.RunningCount, t.LastArrival, fromNanos(nowNanos))
	return t
}

func ordinalOrNil(id trace.SpanID) *int64 {
	if id.IsZero() {
		return nil
	}
	ordinal := id.Ordinal()
	return &ordinal
}

func spanOrZero(ordinal *int64) trace.SpanID {
	if ordinal == nil {
		return trace.SpanID{}
	}
	return trace.SpanIDFromOrdinal(*ordinal)
}
