package main

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	coltracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
)

// callRow is one span of the tree, with the row that it should become. Rows
// stand in the order of their start.
type callRow struct {
	Depth   int
	Name    string
	Service string
	// parent is its parent's place in the list, -1 for the root.
	parent int
	input  int64 // tokens, 0 for a span that is no generation
}

var fourServices = []callRow{
	{0, "POST /ask", "gateway", -1, 0},
	{1, "check access", "gateway", 0, 0},
	{1, "plan", "planner", 0, 0},
	{2, "draft plan", "planner", 2, 120},
	{2, "review plan", "planner", 2, 80},
	{1, "look up", "search", 0, 0},
	{2, "query index", "search", 5, 0},
	{3, "read shard 1", "search", 6, 0},
	{3, "read shard 2", "search", 6, 0},
	{2, "rank", "search", 5, 30},
	{1, "write answer", "writer", 0, 0},
	{2, "outline", "writer", 10, 200},
	{2, "sections", "writer", 10, 0},
	{3, "section 1", "writer", 12, 310},
	{3, "section 2", "writer", 12, 290},
	{1, "send", "gateway", 0, 0},
}

// outputTokens is what every generation of the tree puts out.
const outputTokens = 7

func TestSpansOfFourServicesInAnyOrder(t *testing.T) {
	t.Parallel()
	s := sharedServer(t)
	conn, err := grpc.NewClient(s.grpc, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	client := coltracepb.NewTraceServiceClient(conn)

	for seed := range uint64(5) {
		t.Run(fmt.Sprintf("order %d", seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 16))
			spans := fourServiceSpans()
			order := random.Perm(len(spans))
			order = append(order, random.Perm(len(spans))[:5]...) // these come twice
			random.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
			for _, n := range order {
				switch random.IntN(3) {
				case 0:
					s.export(t, protobufType, protobufExport(spans[n]))
				case 1:
					s.export(t, jsonType, jsonExport(spans[n]))
				default:
					ctx := metadata.AppendToOutgoingContext(t.Context(), "authorization",
						"Basic "+base64.StdEncoding.EncodeToString([]byte(testPublicKey+":"+testSecretKey)))
					ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
					answer, err := client.Export(ctx, exportMessage(spans[n]))
					cancel()
					if err != nil || answer.GetPartialSuccess() != nil {
						t.Fatalf("over gRPC: %v, %v", answer, err)
					}
				}
			}
			s.checkFourServices(t, spans[0])
		})
	}
}

func fourServiceSpans() []sentSpan {
	trace, began := newID(16), time.Now().Add(-time.Minute)
	spans := make([]sentSpan, len(fourServices))
	for n, row := range fourServices {
		// A parent ends after all that it holds.
		spans[n] = sentSpan{
			trace: trace, id: newID(8), name: row.Name, service: row.Service,
			start: began.Add(time.Duration(n) * time.Millisecond), end: began.Add(time.Second - time.Duration(row.Depth)*time.Millisecond),
		}
		if row.parent >= 0 {
			spans[n].parent = spans[row.parent].id
		}
		if row.input > 0 {
			spans[n].texts = map[string]string{"gen_ai.operation.name": "chat", "gen_ai.request.model": "house-model"}
			spans[n].numbers = map[string]int64{"gen_ai.usage.input_tokens": row.input, "gen_ai.usage.output_tokens": outputTokens}
		}
	}
	return spans
}

// fourServiceTrace is what the server says about the tree.
type fourServiceTrace struct {
	TraceID    string
	Name       string
	State      string
	DurationMs float64
	Services   []string
	Usage      struct{ InputTokens, OutputTokens, TotalTokens int64 }
	Counts     struct {
		Total  int
		ByType []struct {
			Type  string
			Count int
		}
	}
	Root struct{ Name, ObservationID string }
	Tree []struct {
		Depth        int
		IsOrphan     bool
		Observation  struct{ Name, Service string }
		SubtreeUsage struct{ InputTokens *int64 }
	}
}

func (i *installation) checkFourServices(t *testing.T, root sentSpan) {
	t.Helper()
	var data struct {
		Project struct{ Trace *fourServiceTrace }
	}
	i.read(t, `query($id: String!) { project { trace(traceId: $id) {
		traceId name state durationMs services usage { inputTokens outputTokens totalTokens }
		counts { total byType { type count } } root { name observationId }
		tree { depth isOrphan observation { name service } subtreeUsage { inputTokens } }
	} } }`, map[string]any{"id": hex.EncodeToString(root.trace)}, &data)
	got := data.Project.Trace
	if got == nil {
		t.Fatal("the trace is not there")
	}

	var input, output int64
	generations := 0
	below := make([]int64, len(fourServices))
	for n, row := range fourServices {
		if row.input > 0 {
			input, output, generations = input+row.input, output+outputTokens, generations+1
		}
		for at := n; at >= 0; at = fourServices[at].parent {
			below[at] += row.input
		}
	}
	var want fourServiceTrace
	want.TraceID, want.Name, want.State, want.DurationMs = hex.EncodeToString(root.trace), "POST /ask", "COMPLETE", 1000
	want.Services = []string{"gateway", "planner", "search", "writer"}
	want.Usage.InputTokens, want.Usage.OutputTokens, want.Usage.TotalTokens = input, output, input+output
	want.Root.Name, want.Root.ObservationID = "POST /ask", hex.EncodeToString(root.id)
	want.Counts = got.Counts
	want.Tree = got.Tree
	if diff := cmp.Diff(want, *got); diff != "" {
		t.Errorf("expected (-), got (+):\n%s", diff)
	}

	types := map[string]int{}
	for _, one := range got.Counts.ByType {
		types[one.Type] = one.Count
	}
	if got.Counts.Total != len(fourServices) || types["GENERATION"] != generations {
		t.Errorf("counts %+v, expected %d with %d generations", got.Counts, len(fourServices), generations)
	}
	if len(got.Tree) != len(fourServices) {
		t.Fatalf("the tree has %d rows, expected %d", len(got.Tree), len(fourServices))
	}
	for n, row := range got.Tree {
		want := fourServices[n]
		if row.IsOrphan || row.Depth != want.Depth || row.Observation.Name != want.Name || row.Observation.Service != want.Service {
			t.Errorf("row %d is %+v, expected %+v", n, row, want)
		}
		if tokens := row.SubtreeUsage.InputTokens; (tokens == nil && below[n] != 0) || (tokens != nil && *tokens != below[n]) {
			t.Errorf("below %s: %v input tokens, expected %d", want.Name, tokens, below[n])
		}
	}
}
