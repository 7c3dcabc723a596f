package trace

import (
	"encoding/binary"
	"encoding/json"
	"hash/fnv"
	"slices"
	"strings"
)

// ClaimClass ranks how directly a span speaks of its trace.
type ClaimClass int8

// The classes, weakest first.
const (
	// ClaimDerived is inferred from something else, such as a framework's run id.
	ClaimDerived ClaimClass = iota
	// ClaimGeneric is a general key such as session.id.
	ClaimGeneric
	// ClaimExplicit is a key made for the trace, such as treeline.trace.session_id.
	ClaimExplicit
)

// Claim is one value that a span gives for a field of its trace.
type Claim struct {
	Value string     `json:"v"`
	Class ClaimClass `json:"c,omitempty"`
}

// Claims are all that one span says of its trace. Which value the trace takes
// is decided over all its spans, see Summarize: the highest class, within it
// the root's, else that of the earliest span.
type Claims struct {
	Name      *Claim `json:"name,omitempty"`
	UserID    *Claim `json:"user,omitempty"`
	SessionID *Claim `json:"session,omitempty"`
	Release   *Claim `json:"release,omitempty"`
	Version   *Claim `json:"version,omitempty"`
	// Tags of all spans are united.
	Tags []string `json:"tags,omitempty"`
	// Metadata is merged key by key; RootMetadata counts only where the span is
	// the root. The values are canonical, see CanonicalJSON.
	Metadata     map[string]json.RawMessage `json:"meta,omitempty"`
	RootMetadata map[string]json.RawMessage `json:"rootMeta,omitempty"`
	// Input and Output are explicit bodies of the trace. They are stored with
	// the observation's body, not with the other claims.
	Input  *Payload `json:"-"`
	Output *Payload `json:"-"`
}

// IsZero reports whether nothing is claimed.
func (c *Claims) IsZero() bool {
	return c == nil || c.Name == nil && c.UserID == nil && c.SessionID == nil && c.Release == nil && c.Version == nil &&
		len(c.Tags) == 0 && len(c.Metadata) == 0 && len(c.RootMetadata) == 0 && c.Input == nil && c.Output == nil
}

// Bounds of what a trace takes from the claims of its spans. Spans send as much
// as they like, and the trace is written anew with every one of them.
const (
	// MaxTraceTags is how many tags a trace has, MaxTraceServices how many services.
	MaxTraceTags     = 256
	MaxTraceServices = 256
	// MaxTraceMetadataBytes bounds its metadata.
	MaxTraceMetadataBytes = 64 << 10
	// MaxClaimExtrasBytes bounds the tags and the metadata that are looked at for
	// it: those of the root and of the earliest spans, alike ones counted once.
	MaxClaimExtrasBytes = 512 << 10
)

// ClaimExtras tells the tags and the metadata of claims from others without
// holding them.
type ClaimExtras struct {
	// Bytes is their size, 0 for none.
	Bytes int `json:"n"`
	// Digest is the same for the same ones.
	Digest uint64 `json:"d"`
}

// Extras sums up the tags and the metadata that are claimed.
func (c *Claims) Extras() ClaimExtras {
	var e ClaimExtras
	if c == nil {
		return e
	}
	for i, tag := range c.Tags {
		e.add(byte('t'), tag, binary.AppendUvarint(nil, uint64(i)))
	}
	for key, value := range c.Metadata {
		e.add('m', key, value)
	}
	for key, value := range c.RootMetadata {
		e.add('r', key, value)
	}
	return e
}

// add counts one more entry. The order of entries does not matter.
func (e *ClaimExtras) add(kind byte, key string, value []byte) {
	h := fnv.New64a()
	_, _ = h.Write(append([]byte{kind}, key...))
	_, _ = h.Write([]byte{0})
	_, _ = h.Write(value)
	e.Digest += h.Sum64()
	e.Bytes += len(key) + len(value) + claimEntryBytes
}

// claimEntryBytes is what an entry counts for beside its text.
const claimEntryBytes = 4

// WithoutExtras returns the claims that are short, nil for none.
func (c *Claims) WithoutExtras() *Claims {
	if c == nil {
		return nil
	}
	short := &Claims{Name: c.Name, UserID: c.UserID, SessionID: c.SessionID, Release: c.Release, Version: c.Version}
	if short.IsZero() {
		return nil
	}
	return short
}

// HasExtras reports whether tags or metadata are at hand.
func (c *Claims) HasExtras() bool {
	return c != nil && (len(c.Tags) > 0 || len(c.Metadata) > 0 || len(c.RootMetadata) > 0)
}

func (c *Claims) clone() *Claims {
	if c == nil {
		return nil
	}
	d := &Claims{
		Name: c.Name.clone(), UserID: c.UserID.clone(), SessionID: c.SessionID.clone(),
		Release: c.Release.clone(), Version: c.Version.clone(),
		Metadata: cloneValues(c.Metadata), RootMetadata: cloneValues(c.RootMetadata),
	}
	for _, tag := range c.Tags {
		d.Tags = append(d.Tags, strings.Clone(tag))
	}
	return d
}

func (c *Claim) clone() *Claim {
	if c == nil {
		return nil
	}
	return &Claim{Value: strings.Clone(c.Value), Class: c.Class}
}

func cloneValues(values map[string]json.RawMessage) map[string]json.RawMessage {
	if values == nil {
		return nil
	}
	d := make(map[string]json.RawMessage, len(values))
	for key, value := range values {
		d[strings.Clone(key)] = slices.Clone(value)
	}
	return d
}

// stronger returns the claim of the higher class, the first of two alike.
func stronger(have, offer *Claim) *Claim {
	if offer == nil || have != nil && have.Class >= offer.Class {
		return have
	}
	return offer
}

// text is the value that is claimed, nil for none.
func (c *Claim) text() *string {
	if c == nil {
		return nil
	}
	return &c.Value
}
