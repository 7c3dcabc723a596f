package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/treeline-dev/treeline/trace"
)

// storedClaims is what column claims holds as JSON: the short claims, and the
// size of what column claim_extras holds.
type storedClaims struct {
	trace.Claims
	Extras trace.ClaimExtras `json:"extras,omitzero"`
}

// claimExtras is what column claim_extras holds as JSON.
type claimExtras struct {
	Tags         []string                   `json:"tags,omitempty"`
	Metadata     map[string]json.RawMessage `json:"meta,omitempty"`
	RootMetadata map[string]json.RawMessage `json:"rootMeta,omitempty"`
}

// encodeClaims returns the two columns.
func encodeClaims(c *trace.Claims) (claims, extras *string) {
	stored := storedClaims{Extras: c.Extras()}
	if short := c.WithoutExtras(); short != nil {
		stored.Claims = *short
	}
	if stored.IsZero() && stored.Extras.Bytes == 0 {
		return nil, nil
	}
	text := string(trace.EncodeJSON(stored))
	claims = &text
	if c.HasExtras() {
		text := string(trace.EncodeJSON(claimExtras{c.Tags, c.Metadata, c.RootMetadata}))
		extras = &text
	}
	return claims, extras
}

// storedClaims reads column claims, nil where it is empty.
func (r *observationRow) storedClaims() *storedClaims {
	if r.Claims == nil {
		return nil
	}
	var claims storedClaims
	if json.Unmarshal([]byte(*r.Claims), &claims) != nil {
		return nil
	}
	return &claims
}

// maxExtrasBytes bounds the tags and metadata that a batch reads again at a time.
const maxExtrasBytes = 64 << 20

// errLargeClaims says that the claims of a batch's traces would take too much
// memory; the batch is to be split.
var errLargeClaims = errors.New("too many claims to settle at once")

// loadExtras reads the tags and metadata that count for their traces and are not
// at hand, and drops those that do not count.
func (b *traceBatch) loadExtras(ctx context.Context, tx pgx.Tx) error {
	var want logSpans
	var starts []int64
	places := map[spanOf]int{}
	groups := map[traceKey]*traceGroup{}
	bytes := 0
	for _, group := range b.groups {
		if group.tree == nil {
			continue
		}
		counted, _ := group.tree.ExtrasCounted()
		counts := make(map[int]bool, len(counted))
		for _, i := range counted {
			counts[i] = true
			step := &group.merged[i]
			if step.Claims.HasExtras() {
				continue
			}
			groups[group.key] = group
			places[spanOf{group.key, step.SpanID}] = i
			want.add(group.key, step.SpanID)
			starts = append(starts, step.startTime)
			bytes += step.Extras.Bytes
		}
		for i := range group.merged {
			if group.merged[i].Claims.HasExtras() && !counts[i] {
				group.setClaims(i, group.merged[i].Claims.WithoutExtras())
			}
		}
	}
	switch {
	case len(starts) == 0:
		return nil
	case bytes > maxExtrasBytes && b.observations > 1:
		return errLargeClaims
	}
	rows, err := tx.Query(ctx, `SELECT o.project_id, o.trace_id, o.span_id, o.claim_extras
		FROM unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::bigint[]) AS want (project_id, trace_id, span_id, start_time)
		JOIN observation o ON o.project_id = want.project_id AND o.trace_id = want.trace_id AND o.span_id = want.span_id AND o.start_time = want.start_time
		WHERE o.start_time BETWEEN $5 AND $6 AND o.claim_extras IS NOT NULL`,
		want.projects, want.traces, want.spans, starts, slices.Min(starts), slices.Max(starts))
	if err != nil {
		return fmt.Errorf("read claims: %w", err)
	}
	var project, span int64
	var id [16]byte
	var text []byte
	_, err = pgx.ForEachRow(rows, []any{&project, &id, &span, &text}, func() error {
		key := spanOf{traceKey{trace.ProjectID(project), id}, trace.SpanIDFromOrdinal(span)}
		var extras claimExtras
		if err := json.Unmarshal(text, &extras); err != nil {
			return err
		}
		group, i := groups[key.trace], places[key]
		claims := trace.Claims{}
		if short := group.merged[i].Claims; short != nil {
			claims = *short
		}
		claims.Tags, claims.Metadata, claims.RootMetadata = extras.Tags, extras.Metadata, extras.RootMetadata
		group.setClaims(i, &claims)
		return nil
	})
	if err != nil {
		return fmt.Errorf("read claims: %w", err)
	}
	return nil
}

// setClaims gives a step of the tree other claims; the ones that it has may be
// those of an observation or of the cache.
func (g *traceGroup) setClaims(i int, claims *trace.Claims) {
	g.merged[i].Claims, g.tree.Steps[i].Claims = claims, claims
}
