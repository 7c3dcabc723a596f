package main

import (
	"encoding/json"
	"fmt"

	"github.com/treeline-dev/treeline/bench/workload"
)

// pageSize is how many entries a page of the web app has.
const pageSize = 50

// queryCase is a request with the statement that it is measured against.
type queryCase struct {
	name      string
	document  string
	variables map[string]any
	statement string
	arguments []any
	target    float64 // ms at p50; 0 for none
	least     int     // rows that the answer must have
	count     func(data json.RawMessage) (int, error)
}

// The documents are what the web app asks for its lists and its trace view.
const (
	traceRow = `id traceId name userId tags environment startedAt durationMs state services session { id sessionId }
		usage { inputTokens outputTokens totalTokens } cost { total isEstimated isComplete } counts { total failed byType { type count } }`
	traceList       = `query($filter: TraceFilter) { project { traces(first: 50, filter: $filter) { nodes { ` + traceRow + ` } pageInfo { hasNextPage endCursor } } } }`
	previewList     = `{ project { traces(first: 50) { nodes { ` + traceRow + ` input { preview(maxChars: 160) } output { preview(maxChars: 160) } } pageInfo { hasNextPage endCursor } } } }`
	observationList = `query($filter: ObservationFilter) { project { observations(first: 50, filter: $filter) { nodes {
		id observationId type name startedAt durationMs status level service environment
		... on Metered { usage { inputTokens outputTokens totalTokens } cost { total isEstimated isComplete } }
		... on Generation { provider requestModel responseModel finishReasons timeToFirstTokenMs }
		... on Retrieval { source documentCount topRelevance }
		} pageInfo { hasNextPage endCursor } } } }`
	skeleton = `query($id: String!) { project { trace(traceId: $id) { id name startedAt durationMs
		skeleton { ids parent type name names status startUs durationUs tokens costNanos flags } } } }`
)

// cases are what is measured on the data.
func cases(d *data) []queryCase {
	observations := "SELECT * FROM " + d.table("observation") + " WHERE project_id = $1"
	newest := " ORDER BY start_time DESC, span_id DESC, trace_id DESC LIMIT 51"
	traces := "SELECT * FROM " + d.table("trace") + " WHERE project_id = $1 ORDER BY start_time DESC, trace_id DESC LIMIT 51"
	type object = map[string]any
	return []queryCase{
		{name: "traces: newest page", document: traceList, statement: traces, arguments: []any{d.project}, target: 10, least: 1, count: nodes("traces")},
		{name: "traces: newest page with previews of input and output", document: previewList, statement: traces, arguments: []any{d.project}, target: 10, least: 1, count: nodes("traces")},
		{name: "observations: newest page", document: observationList, statement: observations + newest, arguments: []any{d.project}, target: 10, least: 1, count: nodes("observations")},
		{name: "observations: generation.totalTokens > 2000", document: observationList,
			variables: object{"filter": object{"generation": object{"totalTokens": object{"gt": 2000}}}},
			statement: observations + " AND type = 1 AND total_tokens > 2000" + newest, arguments: []any{d.project}, target: 10, least: 1, count: nodes("observations")},
		{name: "observations: generation.totalTokens > 6000, which few have", document: observationList,
			variables: object{"filter": object{"generation": object{"totalTokens": object{"gt": 6000}}}},
			statement: observations + " AND type = 1 AND total_tokens > 6000" + newest, arguments: []any{d.project}, count: nodes("observations")},
		{name: "observations: retrieval.documentCount = 0", document: observationList,
			variables: object{"filter": object{"retrieval": object{"documentCount": object{"eq": 0}}}},
			statement: observations + " AND type = 2 AND document_count = 0" + newest, arguments: []any{d.project}, target: 10, least: 1, count: nodes("observations")},
		{name: fmt.Sprintf("skeleton of a trace of %d spans", d.largeSize), document: skeleton,
			variables: object{"id": workload.TraceID(d.large)},
			statement: observations + " AND trace_id = $2 ORDER BY start_time, span_id", arguments: []any{d.project, d.large}, target: 40, least: d.largeSize, count: treeRows},
	}
}

// nodes counts the entries of a page.
func nodes(list string) func(json.RawMessage) (int, error) {
	return func(data json.RawMessage) (int, error) {
		var answer struct {
			Project map[string]struct{ Nodes []json.RawMessage }
		}
		if err := json.Unmarshal(data, &answer); err != nil {
			return 0, fmt.Errorf("read the answer: %w", err)
		}
		return min(len(answer.Project[list].Nodes), pageSize), nil
	}
}

func treeRows(data json.RawMessage) (int, error) {
	var answer struct {
		Project struct {
			Trace struct {
				Skeleton struct{ IDs []string }
			}
		}
	}
	if err := json.Unmarshal(data, &answer); err != nil {
		return 0, fmt.Errorf("read the answer: %w", err)
	}
	return len(answer.Project.Trace.Skeleton.IDs), nil
}
