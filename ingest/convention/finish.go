package convention

import (
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

// finishReasons maps the words of providers, in lower case, to the canonical
// ones: stop, length, tool_calls, content_filter, error, other.
var finishReasons = map[string]string{
	"stop": "stop", "end_turn": "stop", "stop_sequence": "stop", "completed": "stop", "complete": "stop", "eos": "stop",
	"length": "length", "max_tokens": "length", "model_length": "length", "incomplete": "length", "max_output_tokens": "length",
	"tool_calls": "tool_calls", "tool_use": "tool_calls", "tool_call": "tool_calls", "tool-calls": "tool_calls",
	"function_call":  "tool_calls",
	"content_filter": "content_filter", "safety": "content_filter", "refusal": "content_filter",
	"content-filter": "content_filter", "guardrail_intervened": "content_filter", "content_filtered": "content_filter",
	"recitation": "content_filter", "blocklist": "content_filter", "prohibited_content": "content_filter", "spii": "content_filter",
	"error": "error", "failed": "error", "malformed_function_call": "error",
}

// finishReason returns the canonical word, "" for none.
func finishReason(word string) string {
	word = strings.ToLower(strings.TrimSpace(word))
	if word == "" {
		return ""
	}
	// Some SDKs send the name of an enum: FinishReason.STOP, FINISH_REASON_STOP.
	word = strings.TrimPrefix(strings.TrimPrefix(word, "finishreason."), "finish_reason_")
	if canonical, ok := finishReasons[word]; ok {
		return canonical
	}
	return "other"
}

// finishSources hold one reason or a list of them. Reasons may also stand in the
// messages and in events.
var finishSources = rows(AttrFinishReasons, "gen_ai.response.finish_reasons", "gen_ai.response.finish_reason",
	"gen_ai.response.stop_reason", "llm.finish_reason", "llm.response.finish_reason", "ai.response.finishReason",
	"ai.finishReason", "gen_ai.finishReason", "langfuse.observation.metadata.finish_reason")

// hasFinishReason is for typing: whether an attribute says why a model stopped.
func (r *reader) hasFinishReason() bool {
	for i := range finishSources {
		if r.has(finishSources[i].key) {
			return true
		}
	}
	return false
}

// readFinishReasons takes the reasons from the attributes, else from the
// messages, and completes messages that name none.
func (r *reader) readFinishReasons(completion []trace.Message) []string {
	var reasons []string
	for i := range finishSources {
		s := &finishSources[i]
		if r.places[s.key] == 0 {
			continue
		}
		for _, word := range r.get(s.key).strings(maxFinishReasons) {
			if reason := finishReason(word); reason != "" {
				reasons = append(reasons, reason)
			}
		}
		if len(reasons) > 0 {
			break
		}
	}
	if len(reasons) == 0 {
		for i := range completion {
			if completion[i].FinishReason != "" && len(reasons) < maxFinishReasons {
				reasons = append(reasons, completion[i].FinishReason)
			}
		}
		return reasons
	}
	if len(reasons) == len(completion) {
		for i := range completion {
			if completion[i].FinishReason == "" {
				completion[i].FinishReason = reasons[i]
			}
		}
	}
	return reasons
}
