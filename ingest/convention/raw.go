package convention

import (
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

// secretKeys and secretFamilies are attributes that often hold credentials.
// They are never kept, neither of a span nor of a resource. noise says nothing
// that the other attributes do not, or is nothing but vectors.
var (
	secretKeys = map[string]bool{
		"gen_ai.headers": true, "llm.headers": true,
		"process.command_line": true, "process.command_args": true,
		"http.request.header.authorization": true, "http.request.header.proxy-authorization": true,
		"http.request.header.cookie": true, "http.request.header.x-api-key": true,
		"http.response.header.set-cookie": true,
	}
	secretFamilies = []string{"ai.request.headers.", "gen_ai.headers.", "llm.headers."}
	noise          = map[string]bool{"logfire.json_schema": true, "ai.embedding": true, "ai.embeddings": true}
)

func isSecret(name string) bool {
	if name == "" || strings.IndexByte("aghlpAGHLP", name[0]) < 0 { // where all of them begin
		return false
	}
	lower := strings.ToLower(name) // does not copy what is in lower case
	if secretKeys[lower] || noise[lower] {
		return true
	}
	for _, family := range secretFamilies {
		if strings.HasPrefix(lower, family) {
			return true
		}
	}
	return false
}

// encode appends the attributes that did not go into typed fields as content, as
// a JSON object with sorted keys, texts of at most longest bytes and at most
// limit bytes in all. The second result says that something was cut.
func (x *index) encode(out trace.JSON, longest, limit int) (trace.JSON, bool) {
	begin := len(out)
	out = append(out, '{')
	cut := false
	for i, a := range x.list {
		if x.used[i] || isSecret(a.Key) {
			continue
		}
		start := len(out)
		if start > begin+1 {
			out = append(out, ',')
		}
		out = trace.AppendJSONString(out, cutText(a.Key, trace.MaxNameBytes))
		out = append(out, ':')
		if a.Value.Kind == KindString && len(a.Value.Text) > longest {
			out, cut = trace.AppendJSONString(out, cutText(a.Value.Text, longest)), true
		} else {
			out = appendValue(out, &a.Value, 1)
		}
		if len(out)-start > 2*longest+2*trace.MaxNameBytes || len(out)-begin > limit {
			out, cut = out[:start], true
		}
	}
	return append(out, '}'), cut
}

// encodeAttributes writes an event's or a link's attributes, without a prefix
// of their keys and without vectors.
func (e *event) encodeAttributes(withoutPrefix string) trace.JSON {
	return encodeSmall(e.Attributes, withoutPrefix)
}

func encodeSmall(attributes []Attribute, withoutPrefix string) trace.JSON {
	if len(attributes) == 0 {
		return nil
	}
	x := newIndex(attributes)
	if withoutPrefix != "" {
		for i, a := range x.list {
			renamed := Attribute{Key: strings.TrimPrefix(a.Key, withoutPrefix), Value: a.Value}
			x.list[i] = &renamed
		}
	}
	for i, a := range x.list {
		if a.Value.Kind == KindArray && len(a.Value.Array) > longestNumbers && isVector(&a.Value) {
			x.used[i] = true
		}
	}
	encoded, _ := x.encode(nil, maxStringBytes, maxRawBytes)
	if len(encoded) == 2 {
		return nil
	}
	return encoded
}

// readEvents keeps the events that did not go into typed fields.
func (r *reader) readEvents() []trace.SpanEvent {
	var kept []trace.SpanEvent
	left := maxRawBytes
	for i := range r.events {
		e := &r.events[i]
		switch {
		case e.isUsed, e.isLog, e.does == eventChunk:
			continue
		}
		attributes := e.encodeAttributes("")
		if left -= len(attributes) + 64; left < 0 {
			r.warn("cut:events")
			break
		}
		kept = append(kept, trace.SpanEvent{Name: trace.Shorten(e.name, trace.MaxNameBytes), Time: r.timeOf(e), Attributes: attributes})
	}
	return kept
}

func (r *reader) readLinks() []trace.SpanLink {
	links := r.span.Links
	if len(links) == 0 {
		return nil
	}
	if len(links) > maxLinks {
		links = links[:maxLinks]
		r.warn("too_many_links")
	}
	kept := make([]trace.SpanLink, 0, len(links))
	left := maxRawBytes
	for i := range links {
		attributes := encodeSmall(links[i].Attributes, "")
		if left -= len(attributes) + 64; left < 0 {
			r.warn("cut:links")
			break
		}
		kept = append(kept, trace.SpanLink{TraceID: links[i].TraceID.String(), SpanID: links[i].SpanID.String(), Attributes: attributes})
	}
	return kept
}
