package convention

import (
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

// The status codes of OTLP.
const (
	statusOK    = 1
	statusError = 2
)

// levelWords are the levels, with the words that SDKs use beside them.
var levelWords = map[string]trace.Level{
	"debug": trace.LevelDebug, "trace": trace.LevelDebug, "verbose": trace.LevelDebug,
	"default": trace.LevelDefault, "info": trace.LevelDefault, "log": trace.LevelDefault, "notice": trace.LevelDefault,
	"ok": trace.LevelDefault, "success": trace.LevelDefault,
	"warning": trace.LevelWarning, "warn": trace.LevelWarning,
	"error": trace.LevelError, "fatal": trace.LevelError, "critical": trace.LevelError,
}

var (
	levelKeys      = all(AttrLevel, "langfuse.observation.level")
	keyLevelNumber = of("logfire.level_num")

	statusMessageSources = rows(AttrStatusMessage, "langfuse.observation.status_message")
	errorTypeSources     = rows("error.type", "gen_ai.guardrail.error.type")
	errorMessageSources  = rows("error.message", "exception.message")
	errorStackSources    = rows("error.stack_trace", "exception.stacktrace")
	httpStatusSources    = rows("http.response.status_code", "http.status_code", "rpc.grpc.status_code", "rpc.response.status_code")
	exceptionTypeSources = rows("exception.type")
)

// readExceptions finds the span's last exception event, the primary one.
func (r *reader) readExceptions() {
	for i := range r.events {
		if r.events[i].does == eventException {
			r.exception = &r.events[i]
		}
	}
}

// levelRules are tried in order; the last always knows.
var levelRules = []func(r *reader) (trace.Level, bool){
	func(r *reader) (trace.Level, bool) { // stated
		for _, k := range levelKeys {
			if level, ok := levelWords[word(r.get(k))]; ok {
				return level, true
			}
		}
		return 0, false
	},
	func(r *reader) (trace.Level, bool) { return trace.LevelDefault, r.isDeferred },
	func(r *reader) (trace.Level, bool) { return trace.LevelError, r.span.StatusCode == statusError },
	func(r *reader) (trace.Level, bool) { // OpenTelemetry's severity numbers
		n, ok := r.get(keyLevelNumber).number()
		switch {
		case !ok || n < 1:
			return 0, false
		case n < 9:
			return trace.LevelDebug, true
		case n < 13:
			return trace.LevelDefault, true
		case n < 17:
			return trace.LevelWarning, true
		}
		return trace.LevelError, true
	},
	func(r *reader) (trace.Level, bool) { return trace.LevelError, r.toolFailed },
	// An exception under a status that is not an error was dealt with; a type of
	// error was worth a note.
	func(r *reader) (trace.Level, bool) { return trace.LevelWarning, r.text(errorTypeSources) != "" },
	func(*reader) (trace.Level, bool) { return trace.LevelDefault, true },
}

// readStatus fills in status, level and error.
func (r *reader) readStatus(c *trace.Common) {
	if c.Status != trace.StatusRunning {
		switch r.span.StatusCode {
		case statusOK:
			c.Status = trace.StatusOK
		case statusError:
			c.Status = trace.StatusError
		}
	}
	for _, rule := range levelRules {
		if level, ok := rule(r); ok {
			c.Level = level
			break
		}
	}
	stated := cutText(r.clean(r.span.StatusMessage), maxStringBytes)
	c.Exception = r.readException(stated)
	message := r.text(statusMessageSources)
	if message == "" {
		message = stated
	}
	if message == "" && c.Status == trace.StatusError && c.Exception != nil && c.Exception.Message != nil {
		message = *c.Exception.Message
	}
	c.StatusMessage = pointer(message)
}

// readException gathers the error from the span's status, its attributes and
// its last exception event; nil without a sign of one.
func (r *reader) readException(statusMessage string) *trace.Exception {
	eventText := func(name string) string {
		if r.exception == nil {
			return ""
		}
		return cutText(r.exception.field(name).scalar(), maxStringBytes)
	}
	isError := r.span.StatusCode == statusError
	kind := firstText(r.text(errorTypeSources), eventText("exception.type"), r.text(exceptionTypeSources))
	if code := r.text(httpStatusSources); kind == "" && isError && code != "" && code != "0" {
		kind = code
	}
	message := firstText(r.text(errorMessageSources[:1]), eventText("exception.message"), r.text(errorMessageSources[1:]))
	if isError {
		message = firstText(statusMessage, message)
	}
	stack := firstText(eventText("exception.stacktrace"), r.text(errorStackSources))
	if kind == "" && message == "" && stack == "" {
		return nil
	}
	return &trace.Exception{
		Type:    pointer(trace.Shorten(strings.TrimSpace(kind), trace.MaxNameBytes)),
		Message: pointer(message), Stacktrace: pointer(stack),
	}
}

func firstText(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}
