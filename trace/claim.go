package trace

import (
	"encoding/json"
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
	// the root.
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

// addMissing adds the values whose keys are not there yet.
func addMissing(to, from map[string]json.RawMessage) {
	for key, value := range from {
		if _, taken := to[key]; !taken {
			to[key] = value
		}
	}
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
