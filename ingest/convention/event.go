package convention

import (
	"cmp"
	"slices"
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

// eventUse says what an event is read for.
type eventUse uint8

const (
	// eventOther is kept as an event of the observation.
	eventOther eventUse = iota
	// eventException gives the error fields; it is kept as well.
	eventException
	// eventMessage and eventChoice carry one message of the input and one
	// choice of the output.
	eventMessage
	eventChoice
	// eventDetails carries whole conversations in its attributes.
	eventDetails
	// eventContent carries a conversation in the manner before messages had
	// events of their own.
	eventContent
	// eventChunk says when something was streamed.
	eventChunk
	// eventGuard is the judgement of a guard within the span.
	eventGuard
	// eventScore is a score of the span.
	eventScore
	// eventResult is one document that a vector store found.
	eventResult
	// eventVectors holds the vector that was searched by.
	eventVectors
)

// eventUses is the table of all event names with a meaning. Span events and log
// records share it.
var eventUses = map[string]eventUse{
	"exception":                         eventException,
	"gen_ai.client.operation.exception": eventException,

	"gen_ai.system.message": eventMessage, "gen_ai.user.message": eventMessage,
	"gen_ai.assistant.message": eventMessage, "gen_ai.tool.message": eventMessage,
	"gen_ai.choice": eventChoice,
	"gen_ai.client.inference.operation.details": eventDetails,
	"gen_ai.content.prompt":                     eventContent, "gen_ai.content.completion": eventContent,

	"ai.stream.firstChunk":            eventChunk,
	"llm.content.completion.chunk":    eventChunk,
	"gen_ai.content.completion.chunk": eventChunk,
	"First Token Stream Event":        eventChunk,

	"guard.evaluation":         eventGuard,
	"gen_ai.evaluation.result": eventScore,
	EventScore:                 eventScore,

	"db.query.result": eventResult, "db.search.result": eventResult,
	"db.query.embeddings": eventVectors, "db.search.embeddings": eventVectors,
}

// event is an Event with its use. Its texts can be stored.
type event struct {
	*Event
	name   string
	does   eventUse
	place  int // among the span's events
	isLog  bool
	isUsed bool // its content went into a typed field
	fields *Value
}

// readEventList classifies the events of the span, in order of time. Its log
// records are read apart, see JoinLogs.
func (r *reader) readEventList() {
	events := r.span.Events
	if len(events) > maxEvents {
		events = events[:maxEvents]
		r.warn(trace.WarningTooManyEvents)
	}
	for i := range events {
		r.events = append(r.events, r.newEvent(&events[i], i))
	}
	slices.SortStableFunc(r.events, func(a, b event) int { return cmp.Compare(a.TimeNanos, b.TimeNanos) })
}

func (r *reader) newEvent(e *Event, place int) event {
	name := e.EventName()
	if len(e.Attributes) > maxAttributes {
		cut := *e
		cut.Attributes = e.Attributes[:maxAttributes]
		e = &cut
		r.warn("too_many_attributes:event")
	}
	body := Value{Kind: KindMap, Map: e.Attributes}
	if !body.isClean(0) || !e.Body.isClean(0) || !isCleanText(name) {
		r.warn("invalid_utf8")
		cleaned := *e
		cleaned.Attributes = body.cleaned(0).Map
		cleaned.Body = e.Body.cleaned(0)
		name, _ = trace.CleanText(name)
		e = &cleaned
	}
	return event{Event: e, name: name, does: useOf(name), place: place}
}

// EventName is the name of a record: its own, or that in its attribute
// event.name, where older SDKs put it.
func (e *Event) EventName() string {
	if e.Name != "" {
		return e.Name
	}
	return lookup(e.Attributes, "event.name").plain()
}

// useOf looks an event's name up. Beside the table there are families: a
// message of any role, and exceptions, which the conventions name by what was
// going on, such as http.client.request.exception.
func useOf(name string) eventUse {
	if use, ok := eventUses[name]; ok {
		return use
	}
	switch {
	case strings.HasPrefix(name, "gen_ai.") && strings.HasSuffix(name, ".message"):
		return eventMessage
	case strings.HasSuffix(name, ".exception"):
		return eventException
	}
	return eventOther
}

// lookup finds an attribute in a list; the last of equal keys counts.
func lookup(attributes []Attribute, name string) *Value {
	for i := len(attributes) - 1; i >= 0; i-- {
		if attributes[i].Key == name {
			return &attributes[i].Value
		}
	}
	return nil
}

func (e *event) attribute(name string) *Value { return lookup(e.Attributes, name) }

// field reads a field of a message event: from the body of a log record, from
// the body that Azure's SDK puts into an attribute, or from an attribute.
func (e *event) field(name string) *Value {
	if e.fields == nil {
		e.fields = &e.Body
		if e.Body.isNull() {
			if content := e.attribute("gen_ai.event.content"); content != nil {
				e.fields = content.container()
			}
		}
	}
	if v := e.fields.get(name); !v.isNull() {
		return v
	}
	if v := e.attribute(name); !v.isNull() {
		return v
	}
	return nil
}

// messageOfEvent reads gen_ai.user.message and its kin.
func messageOfEvent(e *event) (trace.Message, bool) {
	role := strings.TrimSuffix(strings.TrimPrefix(e.name, "gen_ai."), ".message")
	if stated := e.field("role").scalar(); stated != "" {
		role = stated
	}
	v := Value{Kind: KindMap, Map: []Attribute{{Key: "role", Value: *stringValue(role)}}}
	v.copyFrom(e, "name", "tool_calls", "reasoning_content", "refusal")
	if content := e.field("content"); content != nil {
		v.add("content", contentOf(content))
	} else if e.field("tool_calls") == nil && !e.fields.isMap() && !e.fields.isNull() {
		v.add("content", contentOf(e.fields)) // the body is the content
	}
	if id := e.field("id"); id != nil {
		v.add("tool_call_id", *id)
	}
	if role != "tool" {
		v.drop("tool_call_id")
	}
	m, ok := readMessage(&v, input)
	return m, ok && len(m.Parts) > 0
}

// messageOfChoice reads gen_ai.choice.
func messageOfChoice(e *event) (trace.Message, bool) {
	v := Value{Kind: KindMap}
	message := e.field("message")
	decoded, _ := message.structured()
	switch {
	case decoded.isMap():
		v.Map = slices.Clone(decoded.Map)
		if content := v.get("content"); content != nil {
			v.add("content", contentOf(content))
		}
	case !decoded.isNull():
		v.add("content", contentOf(message))
	}
	if v.get("content") == nil {
		if content := e.field("content"); content != nil {
			v.add("content", contentOf(content))
		}
	}
	if v.get("role") == nil {
		role := e.field("role")
		if role == nil {
			role = stringValue("assistant")
		}
		v.add("role", *role)
	}
	if v.get("tool_calls") == nil {
		v.copyFrom(e, "tool_calls")
	}
	v.copyFrom(e, "finish_reason")
	m, ok := readMessage(&v, output)
	return m, ok && (len(m.Parts) > 0 || m.FinishReason != "")
}

// contentOf decodes content that is a list of pieces in JSON; other text stays
// text whatever it looks like.
func contentOf(v *Value) Value {
	if list := v.container(); list.isArray() && hasPartIn(list.Array) {
		return *list
	} else if list.isMap() {
		if _, ok := typedParts[list.get("type").plain()]; ok {
			return *list
		}
	}
	return *v
}

func (v *Value) add(name string, member Value) {
	v.Map = append(v.Map, Attribute{Key: name, Value: member})
}

func (v *Value) drop(name string) {
	v.Map = slices.DeleteFunc(v.Map, func(a Attribute) bool { return a.Key == name })
}

// copyFrom adds the fields of an event that are present.
func (v *Value) copyFrom(e *event, names ...string) {
	for _, name := range names {
		if member := e.field(name); member != nil {
			v.add(name, *member)
		}
	}
}

// eventMessages reads the events that carry one message each, in order of time.
func eventMessages(r *reader, side side) []trace.Message {
	return messagesOfEvents(r.events, side)
}

func messagesOfEvents(events []event, side side) []trace.Message {
	var messages []trace.Message
	for i := range events {
		e := &events[i]
		var m trace.Message
		ok := false
		switch {
		case side == input && e.does == eventMessage:
			m, ok = messageOfEvent(e)
		case side == output && e.does == eventChoice:
			m, ok = messageOfChoice(e)
		}
		if ok {
			e.isUsed = true
			messages = append(messages, m)
		}
	}
	return messages
}

// messagesOfBodies reads message events that stand in a list in an attribute, as
// Pydantic AI's first format has them.
func messagesOfBodies(list *Value) []trace.Message {
	if !list.isArray() {
		return nil
	}
	var messages []trace.Message
	for i := range list.Array {
		body := list.Array[i]
		name := body.get("event.name").plain()
		e := event{Event: &Event{Body: body}, name: name, does: eventUses[name]}
		var m trace.Message
		ok := false
		switch e.does {
		case eventMessage:
			m, ok = messageOfEvent(&e)
		case eventChoice:
			m, ok = messageOfChoice(&e)
		}
		if ok {
			messages = append(messages, m)
		}
	}
	return messages
}

var detailsKeys = [2]string{input: "gen_ai.input.messages", output: "gen_ai.output.messages"}

// detailsMessages reads the event that carries whole conversations. A span may
// have several, such as one for the input and one for the output.
func detailsMessages(r *reader, side side) []trace.Message {
	var messages []trace.Message
	for i := range r.events {
		e := &r.events[i]
		if e.does != eventDetails {
			continue
		}
		v := e.field(detailsKeys[side])
		if v == nil {
			continue
		}
		e.isUsed = true
		messages = append(messages, r.conversation(v, detailsKeys[side], side)...)
	}
	return messages
}

// contentEventMessages reads the events from before messages had their own.
func contentEventMessages(r *reader, side side) []trace.Message {
	names := [2]string{input: "gen_ai.content.prompt", output: "gen_ai.content.completion"}
	places := [2]string{input: "gen_ai.prompt", output: "gen_ai.completion"}
	var messages []trace.Message
	for i := range r.events {
		e := &r.events[i]
		if e.does != eventContent || e.name != names[side] {
			continue
		}
		v := e.field(places[side])
		if v == nil {
			continue
		}
		if read := r.conversation(v, places[side], side); read != nil {
			e.isUsed = true
			messages = append(messages, read...)
		}
	}
	return messages
}
