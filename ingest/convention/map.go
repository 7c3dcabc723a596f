package convention

import (
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/treeline-dev/treeline/trace"
)

// Map turns a span into what it means. It is a pure function: it changes
// neither its arguments nor anything else, and may run concurrently. The result
// shares texts with the span. Resource and scope may be nil.
//
// Ids are not judged here, nor are times beyond making the end follow the
// start. ProjectID is not set.
func Map(resource *Resource, scope *Scope, span *Span, received time.Time) Mapping {
	return NewOrigin(resource, scope).Map(span, received)
}

// Origin is where spans come from: a resource and a scope. Reading them once
// for all their spans saves time; the result is the same as that of Map.
type Origin struct {
	resource  *index
	scope     *trace.InstrumentationScope
	scopeName string
	envelopes []envelope
	json      trace.JSON
	service   *string
	warnings  []string
}

// NewOrigin reads a resource and a scope, either of which may be nil.
func NewOrigin(resource *Resource, scope *Scope) *Origin {
	o := &Origin{}
	var attributes []Attribute
	if resource != nil {
		attributes = resource.Attributes
	}
	o.resource = newIndex(attributes)
	if o.resource.isCut {
		o.warnings = append(o.warnings, "too_many_attributes:resource")
	}
	if o.resource.isMended {
		o.warnings = append(o.warnings, "invalid_utf8")
	}
	if len(o.resource.list) > 0 {
		var isCut bool
		if o.json, isCut = o.resource.encode(nil, maxResourceString, maxResourceBytes); isCut {
			o.warnings = append(o.warnings, "cut:resource")
		}
	}
	if name := o.resource.get(keyServiceName).scalar(); name != "" && !strings.HasPrefix(name, "unknown_service") {
		name = trace.Shorten(name, trace.MaxNameBytes)
		o.service = &name
	}
	if scope != nil && (scope.Name != "" || scope.Version != "") {
		name, _ := trace.CleanText(scope.Name)
		version, _ := trace.CleanText(scope.Version)
		o.scopeName = trace.Shorten(name, trace.MaxNameBytes)
		o.envelopes = envelopesOf(o.scopeName)
		o.scope = &trace.InstrumentationScope{Name: o.scopeName, Version: pointer(trace.Shorten(version, trace.MaxNameBytes))}
	}
	return o
}

var keyServiceName = of("service.name")

// Map reads one span of the origin; see the function Map.
func (o *Origin) Map(span *Span, received time.Time) Mapping {
	r := readers.Get().(*reader)
	defer r.release()
	r.begin(o, span)
	if why := r.unwanted(); why != "" {
		return Mapping{Dropped: why}
	}
	kind, rule := r.resolveType()
	r.kind = kind
	r.observation = trace.New(kind)
	c := r.observation.Core()
	c.TraceID, c.SpanID, c.ParentSpanID = span.TraceID, span.SpanID, span.ParentSpanID
	c.TypeRule = rule
	c.Scope, c.Service, c.Resource = o.scope, o.service, o.json
	const hasIsRemote, isRemote = 1 << 8, 1 << 9
	c.ParentIsRemote = span.Flags&hasIsRemote != 0 && span.Flags&isRemote != 0
	r.placeInTime(c, received)
	r.readExceptions()
	r.readBodies(c)
	r.readTyped()
	c.Name = r.observationName()
	r.readStatus(c)
	c.Metadata = r.readMetadata()
	r.readClaims(c)
	m := Mapping{Observation: r.observation}
	m.Derived = r.guardEvaluations(c)
	m.Scores = r.readScores(c)
	c.Links = r.readLinks()
	c.Events = r.readEvents()
	var isCut bool
	if r.scratch, isCut = r.encode(r.scratch[:0], maxStringBytes, maxRawBytes); isCut {
		r.warn("cut:attributes")
	}
	c.RawAttributes = slices.Clone(r.scratch)
	c.Warnings = r.warnings
	if g, ok := r.observation.(*trace.Generation); ok {
		g.InputYields, g.OutputYields = yields(r.spoke[input]), yields(r.spoke[output])
	}
	if len(span.Logs) > 0 {
		JoinLogs(m.Observation, span.Logs)
	}
	return m
}

// reader is the state of reading one span.
type reader struct {
	index
	origin    *Origin
	span      *Span
	scopeName string
	events    []event

	observation trace.Observation
	kind        trace.ObservationType
	exception   *event // the last one of the span
	spoke       [2]int // which of messageSources gave each side, from 1
	isDeferred  bool   // a tool call that was put off, not failed
	toolFailed  bool
	// wrappedCallID is the id of a tool's call that an envelope told.
	wrappedCallID string
	// note is a list that stood on an envelope, noteName its name.
	note     *Value
	noteName string
	// parameters is what parametersKey holds, decoded: more than one field is
	// read from it.
	parameters    *Value
	parametersKey key
	warnings      []string
	scratch       []byte
}

// readers saves the allocation of an index for every span. A reader holds
// nothing of a span after its release, and no result holds a part of a reader.
var readers = sync.Pool{New: func() any { return &reader{} }}

// begin makes a reader ready for a span.
func (r *reader) begin(o *Origin, span *Span) {
	r.origin, r.span, r.scopeName = o, span, o.scopeName
	r.fill(span.Attributes)
	for _, warning := range o.warnings {
		r.warn(warning)
	}
	if r.isCut {
		r.warn("too_many_attributes")
	}
	if r.isMended {
		r.warn("invalid_utf8")
	}
	for _, a := range r.list {
		if a.Value.Kind == KindString && a.Value.Text == redactionMark {
			r.warn("redacted:" + a.Key)
		}
		if a.Value.Kind == KindUnknown {
			r.warn("unknown_value:" + a.Key)
		}
	}
	r.readEventList()
}

// release gives the reader back.
func (r *reader) release() {
	const largestScratch = 64 << 10
	r.index.empty()
	clear(r.events[:cap(r.events)])
	if cap(r.scratch) > largestScratch {
		r.scratch = nil
	}
	*r = reader{index: r.index, events: r.events[:0], scratch: r.scratch[:0]}
	readers.Put(r)
}

// warn notes something that had to be mended, once.
func (r *reader) warn(warning string) {
	if len(r.warnings) < maxWarnings && !slices.Contains(r.warnings, warning) {
		r.warnings = append(r.warnings, trace.Shorten(warning, 200))
	}
}

// clean makes a text of the span outside its attributes storable.
func (r *reader) clean(s string) string {
	clean, mended := trace.CleanText(s)
	if mended {
		r.warn("invalid_utf8")
	}
	return clean
}

// placeInTime sets start and end. An end that is missing or before the start
// becomes the start; a span that says that it still runs has none.
func (r *reader) placeInTime(c *trace.Common, received time.Time) {
	start, end := r.span.StartNanos, r.span.EndNanos
	isRunning := false
	if running, _ := r.get(keyRunning).boolean(); running && end == 0 && r.kind != trace.TypeEvent {
		isRunning = true
	}
	switch {
	case start == 0 && end == 0:
		c.StartedAt = received.UTC()
	case start == 0:
		c.StartedAt = nanosToTime(end)
	default:
		c.StartedAt = nanosToTime(start)
	}
	if isRunning {
		c.Status = trace.StatusRunning
		return
	}
	ended := c.StartedAt
	switch {
	case r.kind == trace.TypeEvent:
		if start == 0 {
			r.warn("bad_time")
		}
	case start == 0 || end < start || end > math.MaxInt64:
		r.warn("bad_time")
	default:
		ended = nanosToTime(end)
	}
	c.EndedAt = &ended
}

// timeOf is when an event happened; without a usable time, when its span began.
func (r *reader) timeOf(e *event) time.Time {
	if e.TimeNanos == 0 || e.TimeNanos > math.MaxInt64 {
		return r.observation.Core().StartedAt
	}
	return nanosToTime(e.TimeNanos)
}

func nanosToTime(nanos uint64) time.Time {
	return time.Unix(int64(nanos/1e9), int64(nanos%1e9)).UTC()
}

// duration is from start to end in milliseconds; false where either is not
// known.
func (r *reader) durationMs() (float64, bool) {
	if r.span.StartNanos == 0 || r.span.EndNanos <= r.span.StartNanos {
		return 0, false
	}
	return float64(r.span.EndNanos-r.span.StartNanos) / 1e6, true
}

// readTyped fills in the fields of the concrete type.
func (r *reader) readTyped() {
	switch o := r.observation.(type) {
	case *trace.Generation:
		r.readGeneration(o)
	case *trace.Retrieval:
		r.readRetrieval(o)
	case *trace.Reranking:
		r.readReranking(o)
	case *trace.Embedding:
		r.readEmbedding(o)
	case *trace.ToolCall:
		r.readToolCall(o)
	case *trace.Guardrail:
		r.readGuardrail(o)
	case *trace.Agent:
		r.readAgent(o)
	case *trace.Chain:
		o.ReportedUsage, o.ReportedCost = r.reported()
		r.readConversation(&o.Common)
	case *trace.Evaluator:
		r.readEvaluator(o)
	case *trace.Span:
		o.ReportedUsage, o.ReportedCost = r.reported()
		r.readConversation(&o.Common)
	}
}

// unwanted says why a span is no observation, "" if it is one.
func (r *reader) unwanted() string {
	if strings.EqualFold(strings.TrimSpace(r.get(keySpanType).plain()), "pending_span") {
		return "logfire.span_type=pending_span: the span itself follows when it ends"
	}
	if b, _ := r.get(keyMetadataOnly).boolean(); b {
		return "lmnr.internal.metadata_only: a message between the vendor's own parts"
	}
	return ""
}

var (
	keySpanType     = of("logfire.span_type")
	keyMetadataOnly = of("lmnr.internal.metadata_only")
)

// nameSources name an observation; a tool call has its tool's name instead of
// all but the first.
var nameSources = []struct {
	key      key
	toolCall bool
}{
	{key: keyOwnName},
	{toolCall: true},
	{key: of("genkit:name")},
	{key: of("logfire.msg")},
}

var (
	keyFunctionID  = of("ai.telemetry.functionId")
	keyOperationID = of("ai.operationId")
)

func (r *reader) observationName() string {
	for _, s := range nameSources {
		name := ""
		if !s.toolCall {
			name = r.get(s.key).scalar()
		} else if tool, ok := r.observation.(*trace.ToolCall); ok {
			name = tool.ToolName
		}
		if name != "" {
			return trace.Shorten(name, trace.MaxNameBytes)
		}
	}
	function, operation := r.get(keyFunctionID).scalar(), r.get(keyOperationID).scalar()
	if function != "" && operation != "" {
		return trace.Shorten(function+":"+operation, trace.MaxNameBytes)
	}
	if name := r.clean(r.span.Name); name != "" {
		return trace.Shorten(name, trace.MaxNameBytes)
	}
	return "unnamed"
}
