package store_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/store/storetest"
	"github.com/treeline-dev/treeline/trace"
)

func TestASessionOfClaimsBeyondBelievingCanBeRead(t *testing.T) {
	t.Parallel()
	b := setup(t)
	most, amount := int64(math.MaxInt64), trace.Nanos(math.MaxInt64)
	for i := range 3 {
		end := epoch.Add(time.Second)
		g := &trace.Generation{}
		g.TraceID, g.SpanID = trace.TraceID{byte(i + 1)}, trace.SpanID{1}
		g.StartedAt, g.EndedAt, g.Environment = epoch, &end, trace.DefaultEnvironment
		g.Claims = &trace.Claims{SessionID: &trace.Claim{Value: "s"}}
		g.Usage = trace.Usage{InputTokens: &most, TotalTokens: &most}
		g.Cost = trace.Cost{Total: &amount, Source: trace.CostReported, IsComplete: true}
		b.write(t, epoch.Add(time.Minute), g)
	}
	page := storetest.Must(b.tenant.Sessions(t.Context(), b.project, store.SessionQuery{}))(t)
	if len(page.Items) != 1 {
		t.Fatalf("%d sessions; want 1", len(page.Items))
	}
	if s := page.Items[0]; s.TraceCount != 3 || *s.Usage.InputTokens != most || *s.Cost.Total != amount || s.Cost.Source != trace.CostReported || s.Cost.IsComplete {
		t.Errorf("session = %+v", s)
	}
}

func TestACursorGoesOnAfterTheLongestId(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i, name := range []string{strings.Repeat("<", trace.MaxNameBytes), strings.Repeat(">", trace.MaxNameBytes)} {
		o := &trace.Span{}
		o.TraceID, o.SpanID = trace.TraceID{byte(i + 1)}, trace.SpanID{1}
		o.StartedAt, o.EndedAt, o.Environment = epoch, &epoch, trace.DefaultEnvironment
		o.Claims = &trace.Claims{SessionID: &trace.Claim{Value: name}}
		b.write(t, epoch.Add(time.Minute), o)
	}
	one := 1
	first := storetest.Must(b.tenant.Sessions(t.Context(), b.project, store.SessionQuery{Page: store.PageRequest{First: &one}}))(t)
	next := storetest.Must(b.tenant.Sessions(t.Context(), b.project, store.SessionQuery{Page: store.PageRequest{First: &one, After: &first.Cursors[0]}}))(t)
	if len(next.Items) != 1 || next.Items[0].SessionID == first.Items[0].SessionID {
		t.Errorf("the second page has %d sessions", len(next.Items))
	}
}
