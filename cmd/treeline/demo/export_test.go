package demo

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	coltracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// capture is an OTLP server that keeps the requests of each key, in their order.
type capture struct {
	mu       sync.Mutex
	requests map[string][]*coltracepb.ExportTraceServiceRequest
	problems []string
}

func (c *capture) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	public, secret, ok := r.BasicAuth()
	if !ok || secret == "" || r.Method != http.MethodPost || r.URL.Path != "/treeline/v1/traces" || r.Header.Get("Content-Encoding") != "gzip" {
		c.problems = append(c.problems, r.Method+" "+r.URL.Path+" "+r.Header.Get("Content-Encoding"))
	}
	unpacked, err := gzip.NewReader(r.Body)
	if err != nil {
		c.problems = append(c.problems, err.Error())
		return
	}
	body, err := io.ReadAll(unpacked)
	if err != nil {
		c.problems = append(c.problems, err.Error())
		return
	}
	request := &coltracepb.ExportTraceServiceRequest{}
	if err := proto.Unmarshal(body, request); err != nil {
		c.problems = append(c.problems, err.Error())
		return
	}
	c.requests[public] = append(c.requests[public], request)
}

// captureLoad loads a small demo.
func captureLoad(t *testing.T, seed uint64, end time.Time) (*capture, Summary) {
	t.Helper()
	c := &capture{requests: map[string][]*coltracepb.ExportTraceServiceRequest{}}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	summary, err := Load(t.Context(), Options{BaseURL: server.URL + "/treeline/", Customers: DefaultCustomers(), Traces: 300, End: end, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.problems) > 0 {
		t.Fatalf("odd requests: %v", c.problems)
	}
	return c, summary
}

// spans returns every span of a request with its resource and scope, encoded, in
// an order of their own: the exporter groups by resource in any order.
func spans(t *testing.T, request *coltracepb.ExportTraceServiceRequest) [][]byte {
	t.Helper()
	var list [][]byte
	for _, rs := range request.ResourceSpans {
		for _, ss := range rs.ScopeSpans {
			for _, span := range ss.Spans {
				encoded, err := proto.MarshalOptions{Deterministic: true}.Marshal(&tracepb.ResourceSpans{
					Resource: rs.Resource, ScopeSpans: []*tracepb.ScopeSpans{{Scope: ss.Scope, Spans: []*tracepb.Span{span}}},
				})
				if err != nil {
					t.Fatal(err)
				}
				list = append(list, encoded)
			}
		}
	}
	slices.SortFunc(list, bytes.Compare)
	return list
}

func TestTheSameSeedAndEndGiveTheSameExports(t *testing.T) {
	t.Parallel()
	first, summary := captureLoad(t, 7, end)
	second, again := captureLoad(t, 7, end)
	for public, requests := range first.requests {
		others := second.requests[public]
		if len(requests) != len(others) {
			t.Fatalf("%s: %d requests, then %d", public, len(requests), len(others))
		}
		for i := range requests {
			if !slices.EqualFunc(spans(t, requests[i]), spans(t, others[i]), bytes.Equal) {
				t.Fatalf("%s: request %d differs", public, i)
			}
		}
	}
	if !slices.Equal(summary.Occurrences, again.Occurrences) {
		t.Error("the occurrences differ")
	}
}

func TestAnotherSeedOrEndGivesOtherTraces(t *testing.T) {
	t.Parallel()
	ids := func(c *capture) map[string]bool {
		set := map[string]bool{}
		for _, requests := range c.requests {
			for _, request := range requests {
				for _, rs := range request.ResourceSpans {
					for _, ss := range rs.ScopeSpans {
						for _, span := range ss.Spans {
							set[string(span.TraceId)] = true
						}
					}
				}
			}
		}
		return set
	}
	base, _ := captureLoad(t, 7, end)
	known := ids(base)
	otherSeed, _ := captureLoad(t, 8, end)
	otherEnd, _ := captureLoad(t, 7, end.Add(time.Hour))
	for name, other := range map[string]*capture{"seed": otherSeed, "end": otherEnd} {
		for id := range ids(other) {
			if known[id] {
				t.Fatalf("another %s gave the trace %x again", name, id)
			}
		}
	}
}

func TestALateParentComesInTheLastRequest(t *testing.T) {
	t.Parallel()
	c, summary := captureLoad(t, 7, end)
	at := slices.IndexFunc(summary.Occurrences, func(o Occurrence) bool { return o.Key == lateParent })
	if at < 0 {
		t.Fatal("there is no late parent")
	}
	planted := summary.Occurrences[at]
	requests := c.requests["pk-tl-demo-globex-telecom"]
	for i, request := range requests {
		for _, rs := range request.ResourceSpans {
			for _, ss := range rs.ScopeSpans {
				for _, span := range ss.Spans {
					isRoot := hex.EncodeToString(span.SpanId) == planted.CauseSpanID
					if isRoot != (i == len(requests)-1) && hex.EncodeToString(span.TraceId) == planted.TraceID {
						t.Errorf("span %s is in request %d of %d", span.Name, i+1, len(requests))
					}
				}
			}
		}
	}
}

func TestSpansOfOtherServicesHaveRemoteParents(t *testing.T) {
	t.Parallel()
	c, _ := captureLoad(t, 7, end)
	const hasIsRemote, isRemote = 0x100, 0x200
	services := map[string]string{}
	type linked struct{ parent, service string }
	var children []struct {
		linked
		flags uint32
	}
	for _, requests := range c.requests {
		for _, request := range requests {
			for _, rs := range request.ResourceSpans {
				service := ""
				for _, a := range rs.Resource.Attributes {
					if a.Key == "service.name" {
						service = a.Value.GetStringValue()
					}
				}
				for _, ss := range rs.ScopeSpans {
					for _, span := range ss.Spans {
						services[string(span.TraceId)+string(span.SpanId)] = service
						if len(span.ParentSpanId) > 0 {
							children = append(children, struct {
								linked
								flags uint32
							}{linked{string(span.TraceId) + string(span.ParentSpanId), service}, span.Flags})
						}
					}
				}
			}
		}
	}
	for _, child := range children {
		parent, known := services[child.parent]
		if !known {
			continue
		}
		if crosses := parent != child.service; crosses != (child.flags&isRemote != 0) || child.flags&hasIsRemote == 0 {
			t.Fatalf("a span of %s below one of %s has the flags %x", child.service, parent, child.flags)
		}
	}
}

func TestTheSmallestDemoHoldsEverythingPlanted(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(server.Close)
	summary, err := Load(t.Context(), Options{BaseURL: server.URL, Customers: DefaultCustomers(), Traces: MinTraces, End: end})
	if err != nil {
		t.Fatal(err)
	}
	if summary.Traces != MinTraces {
		t.Errorf("%d traces, want %d", summary.Traces, MinTraces)
	}
	for _, plant := range Planted() {
		if !plant.IsEverywhere && !slices.ContainsFunc(summary.Occurrences, func(o Occurrence) bool { return o.Key == plant.Key }) {
			t.Errorf("%s does not occur", plant.Key)
		}
	}
}
