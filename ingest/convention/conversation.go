package convention

import (
	"github.com/treeline-dev/treeline/trace"
)

// bounded cuts what exceeds the bounds of one side of a conversation: the text
// of a part, and all of them together.
func (r *reader) bounded(messages []trace.Message, side side) []trace.Message {
	left := maxPayloadBytes
	cut := false
	text := func(s *string) {
		if limit := max(0, min(left, maxStringBytes)); len(*s) > limit {
			*s = cutText(*s, limit)
			cut = true
		}
		left -= len(*s)
	}
	json := func(j *trace.JSON) {
		if limit := max(0, min(left, maxStringBytes)); len(*j) > limit {
			*j = trace.AppendJSONString(nil, cutText(string(*j), limit/2))
			cut = true
		}
		left -= len(*j)
	}
	const overhead = 32 // of a message or part in JSON
	for i := range messages {
		m := &messages[i]
		if left -= overhead; left < overhead {
			r.warn("cut:" + sideNames[side] + "_messages")
			return messages[:i]
		}
		if m.Parts == nil {
			m.Parts = []trace.MessagePart{}
		}
		for p, part := range m.Parts {
			if left -= overhead; left < overhead {
				m.Parts, cut = m.Parts[:p], true
				break
			}
			switch part := part.(type) {
			case *trace.TextPart:
				text(&part.Text)
			case *trace.RefusalPart:
				text(&part.Text)
			case *trace.ReasoningPart:
				if part.Text != nil {
					shortened := *part.Text
					text(&shortened)
					part.Text = &shortened
				}
			case *trace.ToolCallPart:
				left -= len(part.Name)
				json(&part.Arguments)
			case *trace.ToolResultPart:
				left -= len(part.Name)
				json(&part.Result)
			case *trace.MediaPart:
				if part.URL != nil {
					left -= len(*part.URL)
				}
			case *trace.OtherPart:
				json(&part.JSON)
			}
		}
	}
	if cut {
		r.warn("cut:" + sideNames[side] + "_messages")
	}
	return messages
}

// readConversation gives agents, chains and plain spans without bodies of their
// own the messages that they carry as bodies.
func (r *reader) readConversation(c *trace.Common) {
	var in, out []trace.Message
	if c.Input == nil {
		in = r.messages(input)
	}
	if c.Output == nil {
		out = r.messages(output)
	}
	r.conversationBodies(c, in, out)
}

// conversationBodies fills in bodies that were not sent raw.
func (r *reader) conversationBodies(c *trace.Common, in, out []trace.Message) {
	if c.Input == nil && len(in) > 0 {
		c.Input = r.jsonPayload(encodeMessages(in), "input_messages")
	}
	if c.Output == nil && len(out) > 0 {
		c.Output = r.jsonPayload(encodeMessages(out), "output_messages")
	}
}

// encodeMessages writes messages in the canonical form.
func encodeMessages(messages []trace.Message) trace.JSON {
	const overhead = 64 // of a message or part in JSON
	size := overhead
	for i := range messages {
		size += overhead
		for _, part := range messages[i].Parts {
			size += overhead
			switch part := part.(type) {
			case *trace.TextPart:
				size += len(part.Text) + len(part.Text)/32 // for line ends and quotes
			case *trace.ToolCallPart:
				size += len(part.Arguments)
			case *trace.ToolResultPart:
				size += len(part.Result)
			}
		}
	}
	return trace.AppendMessages(make(trace.JSON, 0, size), messages)
}
