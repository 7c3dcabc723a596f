package convention

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

// LogUse says what a log record is read for.
type LogUse uint8

const (
	// LogIgnored means nothing to a trace: nearly all logs of a program.
	LogIgnored LogUse = iota
	// LogException is an exception of any operation within its span.
	LogException
	// LogContent is what a model call of its span said, or how it failed.
	LogContent
	// LogScore is the result of an evaluation.
	LogScore
)

// LogUseOf tells from the name of an event, see Event.EventName, what its log
// record is read for.
func LogUseOf(name string) LogUse {
	switch useOf(name) {
	case eventMessage, eventChoice, eventDetails:
		return LogContent
	case eventException:
		if strings.HasPrefix(name, "gen_ai.") {
			return LogContent
		}
		return LogException
	case eventScore:
		if name != EventScore {
			return LogScore
		}
	}
	return LogIgnored
}

// maxLogText is the longest text of a log record that is read. A body is not
// longer either, so nothing that would be kept is lost.
const maxLogText = maxPayloadBytes

// Trim cuts the texts of a log record that are longer than any that is read, and
// its attributes beyond the number that is read. The values that it holds are not
// changed in place.
func (e *Event) Trim() {
	if len(e.Attributes) > maxAttributes {
		e.Attributes = e.Attributes[:maxAttributes]
	}
	if attributes := (Value{Kind: KindMap, Map: e.Attributes}); attributes.exceeds(maxLogText) {
		e.Attributes = attributes.trimmed(maxLogText).Map
	}
	if e.Body.exceeds(maxLogText) {
		e.Body = e.Body.trimmed(maxLogText)
	}
}

func (v *Value) exceeds(limit int) bool {
	if len(v.Text) > limit {
		return true
	}
	for i := range v.Array {
		if v.Array[i].exceeds(limit) {
			return true
		}
	}
	for i := range v.Map {
		if len(v.Map[i].Key) > limit || v.Map[i].Value.exceeds(limit) {
			return true
		}
	}
	return false
}

func (v *Value) trimmed(limit int) Value {
	out := *v
	if v.Kind == KindString {
		out.Text = cutText(v.Text, limit)
	} else if len(v.Text) > limit {
		out.Text = v.Text[:limit]
	}
	out.Array = slices.Clone(v.Array)
	for i := range out.Array {
		out.Array[i] = v.Array[i].trimmed(limit)
	}
	out.Map = slices.Clone(v.Map)
	for i := range out.Map {
		out.Map[i] = Attribute{Key: cutText(v.Map[i].Key, limit), Value: v.Map[i].Value.trimmed(limit)}
	}
	return out
}

// JoinLogs adds to an observation what the log records of its span say, and
// reports whether that changed it. Map(span with logs) is by definition the
// joining of its logs to Map(span without logs), so it makes no difference which
// of the two arrives first: who stores both joins all logs to the observation as
// it was without any. To join the same logs once more changes nothing.
//
// A conversation in logs stands before what a span says in older or raw forms
// and behind what it says in the current ones, for input and output apart, see
// messageSources. An exception in logs fills what the span leaves open. Logs
// never decide the type.
func JoinLogs(o trace.Observation, logs []Event) bool {
	r := readers.Get().(*reader)
	defer r.release()
	r.begin(noOrigin, &Span{})
	r.readLogs(logs)
	if len(r.events) == 0 {
		return false
	}
	c := o.Core()
	r.observation, r.kind = o, o.Type()
	r.readExceptions()
	changed := r.joinException(c)
	switch o := o.(type) {
	case *trace.Generation:
		changed = r.joinGeneration(o) || changed
	case *trace.ToolCall:
		changed = r.joinToolCall(o) || changed
	case *trace.Agent, *trace.Chain, *trace.Evaluator, *trace.Span:
		before := [2]*trace.Payload{c.Input, c.Output}
		r.readConversation(c)
		changed = changed || before != [2]*trace.Payload{c.Input, c.Output}
	}
	if !changed {
		return false
	}
	joined := r.warnings
	r.warnings = slices.Clone(c.Warnings)
	for _, warning := range joined {
		r.warn(warning)
	}
	c.Warnings = r.warnings
	return true
}

var noOrigin = NewOrigin(nil, nil)

// readLogs classifies log records, in order of time; of those at one time the
// order in which they came counts.
func (r *reader) readLogs(logs []Event) {
	for i := range logs {
		if len(r.events) == maxEvents {
			r.warn("too_many_events")
			break
		}
		if use := LogUseOf(logs[i].EventName()); use != LogContent && use != LogException {
			continue
		}
		record := logs[i]
		record.Trim()
		e := r.newEvent(&record, i)
		e.isLog = true
		r.events = append(r.events, e)
	}
	slices.SortStableFunc(r.events, func(a, b event) int { return cmp.Compare(a.TimeNanos, b.TimeNanos) })
}

// outranksLogs says which of messageSources stand before the logs of a span.
var outranksLogs = func() []bool {
	list := make([]bool, len(messageSources))
	for i := range messageSources {
		list[i] = true
		if messageSources[i].name == "genai details event" {
			break
		}
	}
	return list
}()

// yields reports whether the conversation that was found gives way to one in
// log records: place counts messageSources from 1, 0 for none.
func yields(place int) bool { return place == 0 || !outranksLogs[place-1] }

func (r *reader) joinGeneration(g *trace.Generation) bool {
	in, out := logMessages(r, input), logMessages(r, output)
	changedIn := g.InputYields && len(in) > 0
	if changedIn {
		if len(g.Messages) > 0 && g.Messages[0].Role == trace.RoleSystem && !slices.ContainsFunc(in, isInstruction) {
			in = append([]trace.Message{g.Messages[0]}, in...) // the span's gen_ai.system_instructions
		}
	} else {
		in = g.Messages
	}
	if with := r.withSystem(in); len(with) > len(in) {
		in, changedIn = with, true
	}
	changedOut := g.OutputYields && len(out) > 0
	if changedIn {
		replaceMessages(&g.Input, g.Messages)
		g.Messages, g.InputYields = r.bounded(in, input), false
	}
	if changedOut {
		replaceMessages(&g.Output, g.Completion)
		g.Completion, g.OutputYields = r.bounded(out, output), false
		r.joinFinishReasons(g)
	}
	r.conversationBodies(&g.Common, g.Messages, g.Completion)
	return changedIn || changedOut
}

// logMessages reads one side of the conversation in log records.
func logMessages(r *reader, side side) []trace.Message {
	if messages := detailsMessages(r, side); len(messages) > 0 {
		return messages
	}
	return eventMessages(r, side)
}

func isInstruction(m trace.Message) bool {
	return m.Role == trace.RoleSystem || m.Role == trace.RoleDeveloper
}

// replaceMessages takes a body away that was made of the messages.
func replaceMessages(body **trace.Payload, messages []trace.Message) {
	if *body != nil && len(messages) > 0 && (*body).Content == string(encodeMessages(messages)) {
		*body = nil
	}
}

// joinFinishReasons keeps the reasons that the span states and gives them to
// choices that name none; without any, those of the choices count.
func (r *reader) joinFinishReasons(g *trace.Generation) {
	if len(g.FinishReasons) == 0 {
		g.FinishReasons = r.readFinishReasons(g.Completion)
		return
	}
	if len(g.FinishReasons) == len(g.Completion) {
		for i := range g.Completion {
			g.Completion[i].FinishReason = cmp.Or(g.Completion[i].FinishReason, g.FinishReasons[i])
		}
	}
}

func (r *reader) joinToolCall(t *trace.ToolCall) bool {
	changed := false
	take := func(side side, into *trace.JSON, body **trace.Payload, name string) {
		v := r.toolValue(side)
		if len(*into) > 0 || v.isNull() {
			return
		}
		*into, changed = r.boundedJSON(v.encode(), name), true
		if *body == nil {
			*body = r.payload(v, bodyStructured, name)
		}
	}
	take(input, &t.Arguments, &t.Input, "arguments")
	take(output, &t.Result, &t.Output, "result")
	if t.CallID == nil {
		t.CallID = r.callIDOfEvents()
		changed = changed || t.CallID != nil
	}
	return changed
}

// joinException fills what the span leaves open about its error with its last
// exception record.
func (r *reader) joinException(c *trace.Common) bool {
	if r.exception == nil {
		return false
	}
	said := r.readException("")
	if said == nil {
		return false
	}
	joined := trace.Exception{}
	if c.Exception != nil {
		joined = *c.Exception
	}
	changed := false
	fill := func(into **string, from *string) {
		if *into == nil && from != nil {
			*into, changed = from, true
		}
	}
	fill(&joined.Type, said.Type)
	fill(&joined.Message, said.Message)
	fill(&joined.Stacktrace, said.Stacktrace)
	if changed {
		c.Exception = &joined
	}
	if c.Status == trace.StatusError && c.StatusMessage == nil && joined.Message != nil {
		message := *joined.Message
		c.StatusMessage, changed = &message, true
	}
	return changed
}

// ScoreOfLog reads the result of an evaluation. Its target is the span of the
// record, else that whose model answered under the response id: then key is zero
// and the score has no target yet. The digest names the record, so that one that
// is sent again replaces itself. The reason says, in words for the sender, why
// there is no score.
func ScoreOfLog(key trace.SpanKey, record *Event, digest []byte) (score *trace.Score, responseID, reason string) {
	r := readers.Get().(*reader)
	defer r.release()
	r.begin(noOrigin, &Span{})
	e := r.newEvent(record, 0)
	j, ok := genAIJudgement.read(e.field)
	if !ok {
		return nil, "", "the evaluation result has no name or no score"
	}
	hash := sha256.Sum256(append([]byte("log\x00"), digest...))
	score = &trace.Score{
		ScoreID: hex.EncodeToString(hash[:16]), Name: j.name, Value: j.value(), Source: j.source, Comment: pointer(j.comment),
		CreatedAt: nanosToTime(record.TimeNanos), TraceID: key.TraceID, SpanID: key.SpanID,
	}
	if key.TraceID.IsZero() || key.SpanID.IsZero() {
		score.TraceID, score.SpanID = trace.TraceID{}, trace.SpanID{}
		if responseID = trace.Shorten(e.field("gen_ai.response.id").scalar(), trace.MaxNameBytes); responseID == "" {
			return nil, "", "the evaluation result names neither a span nor a gen_ai.response.id"
		}
	}
	return score, responseID, ""
}
