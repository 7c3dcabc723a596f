package otlp

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"runtime/debug"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/treeline-dev/treeline/ingest/convention"
	"github.com/treeline-dev/treeline/trace"
)

// StoredLog is a log record of a span in the form in which it is kept until the
// span is there too, see JoinLogs.
type StoredLog struct {
	Key  trace.SpanKey
	Time time.Time
	// Digest tells the record from all others of its span: one that is sent again
	// has the same.
	Digest [16]byte
	// Content is the record as an OTLP LogRecord message: time, name, attributes
	// and body.
	Content []byte
}

// Evaluation is a score whose target is the generation with a response id, which
// may be stored already or yet to come.
type Evaluation struct {
	ResponseID string
	// Score has no target.
	Score *trace.Score
}

// maxLogBytes is the largest record that is kept. Each of its texts is cut to
// what is read of it before.
const maxLogBytes = 12 << 20

// mapLogs turns the records of a request into what is written.
func (r *Receiver) mapLogs(ctx context.Context, principal Principal, request *Request) (batch Batch, mapped int, rejected []Rejection) {
	received := r.config.Clock()
	rejected = request.Rejected
	r.counters.LogsIgnored.Add(int64(request.IgnoredLogs))
	panics := 0
	for i := range request.Logs {
		reason, ok := r.mapLog(ctx, &batch, &request.Logs[i], received, panics == 0)
		if !ok {
			panics++
		}
		if reason != "" {
			rejected = addRejection(rejected, reason, 1)
			continue
		}
		mapped++
	}
	for _, score := range batch.Scores {
		score.ProjectID = principal.ProjectID
	}
	for _, evaluation := range batch.Evaluations {
		evaluation.Score.ProjectID = principal.ProjectID
	}
	r.counters.MapPanics.Add(int64(panics))
	return batch, mapped, rejected
}

// mapLog adds one record to a batch, or says why not; ok is false where that
// panicked.
func (r *Receiver) mapLog(ctx context.Context, batch *Batch, record *LogRecord, received time.Time, log bool) (reason string, ok bool) {
	defer func() {
		if cause := recover(); cause != nil {
			reason, ok = "the server failed to read the record", false
			if log {
				r.config.Logger.ErrorContext(ctx, "panic while mapping a log record", "kind", fmt.Sprintf("%T", cause), "stack", string(debug.Stack()))
			}
		}
	}()
	record.Trim()
	key := trace.SpanKey{TraceID: record.TraceID, SpanID: record.SpanID}
	content := appendLog(nil, &record.Event)
	if len(content) > maxLogBytes {
		return fmt.Sprintf("the event is larger than %d bytes", maxLogBytes), true
	}
	sum := sha256.Sum256(content)
	// Without a time of its own a record is taken to be of now. That is no part of
	// the digest: sent again it is still the same record.
	if record.TimeNanos == 0 {
		record.TimeNanos = uint64(max(0, received.UnixNano()))
		content = appendLog(content[:0], &record.Event)
	}
	if record.Use != convention.LogScore {
		stored := StoredLog{Key: key, Time: time.Unix(0, int64(record.TimeNanos)).UTC(), Content: content}
		copy(stored.Digest[:], sum[:])
		batch.Logs = append(batch.Logs, stored)
		return "", true
	}
	digest := append(append(sum[:], key.TraceID[:]...), key.SpanID[:]...)
	score, responseID, reason := convention.ScoreOfLog(key, &record.Event, digest)
	switch {
	case reason != "":
	case responseID != "":
		batch.Evaluations = append(batch.Evaluations, Evaluation{ResponseID: responseID, Score: score})
	default:
		batch.Scores = append(batch.Scores, score)
	}
	return reason, true
}

// JoinLogs adds to an observation what stored records of its span say, in the
// order given for those of one time, and reports whether it changed; see
// convention.JoinLogs.
func JoinLogs(o trace.Observation, contents [][]byte) (bool, error) {
	events := make([]convention.Event, len(contents))
	for i, content := range contents {
		d := protobufDecoder{newDecoding(&logSignal, Limits{MaxMemory: math.MaxInt64})}
		var record LogRecord
		if _, _, err := d.logFields(&record, content); err != nil {
			return false, fmt.Errorf("read a stored log record: %w", err)
		}
		events[i] = record.Event
	}
	return convention.JoinLogs(o, events), nil
}

// appendLog writes a record as an OTLP LogRecord message.
func appendLog(b []byte, e *convention.Event) []byte {
	if e.TimeNanos != 0 {
		b = protowire.AppendTag(b, logTime, protowire.Fixed64Type)
		b = protowire.AppendFixed64(b, e.TimeNanos)
	}
	if e.Name != "" {
		b = appendField(b, logEventName, e.Name)
	}
	for i := range e.Attributes {
		b = appendAttribute(b, logAttributes, &e.Attributes[i])
	}
	if e.Body.Kind != convention.KindEmpty {
		b = appendNested(b, logBody, func(b []byte) []byte { return appendValue(b, &e.Body) })
	}
	return b
}

func appendField(b []byte, number protowire.Number, text string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, number, protowire.BytesType), text)
}

// appendNested writes a message within a message. Its length, which is not known
// before, takes four bytes whatever it is: so nothing is copied level by level.
func appendNested(b []byte, number protowire.Number, content func([]byte) []byte) []byte {
	b = append(protowire.AppendTag(b, number, protowire.BytesType), 0, 0, 0, 0)
	start := len(b)
	b = content(b)
	n := len(b) - start
	for i := range 4 {
		b[start-4+i] = byte(n>>(7*i)) | 0x80
	}
	b[start-1] &= 0x7f
	return b
}

func appendAttribute(b []byte, number protowire.Number, a *convention.Attribute) []byte {
	return appendNested(b, number, func(b []byte) []byte {
		b = appendField(b, keyValueKey, a.Key)
		return appendNested(b, keyValueValue, func(b []byte) []byte { return appendValue(b, &a.Value) })
	})
}

// appendValue writes an AnyValue. One of a kind that is not known stays so.
func appendValue(b []byte, v *convention.Value) []byte {
	switch v.Kind {
	case convention.KindString:
		return appendField(b, valueString, v.Text)
	case convention.KindBytes:
		return appendField(b, valueBytes, v.Text)
	case convention.KindBool:
		return protowire.AppendVarint(protowire.AppendTag(b, valueBool, protowire.VarintType), uint64(v.Int))
	case convention.KindInt:
		return protowire.AppendVarint(protowire.AppendTag(b, valueInt, protowire.VarintType), uint64(v.Int))
	case convention.KindDouble:
		return protowire.AppendFixed64(protowire.AppendTag(b, valueDouble, protowire.Fixed64Type), math.Float64bits(v.Double))
	case convention.KindArray:
		return appendNested(b, valueArray, func(b []byte) []byte {
			for i := range v.Array {
				b = appendNested(b, listValues, func(b []byte) []byte { return appendValue(b, &v.Array[i]) })
			}
			return b
		})
	case convention.KindMap:
		return appendNested(b, valueMap, func(b []byte) []byte {
			for i := range v.Map {
				b = appendAttribute(b, listValues, &v.Map[i])
			}
			return b
		})
	case convention.KindUnknown:
		return protowire.AppendVarint(protowire.AppendTag(b, valueUnknown, protowire.VarintType), 0)
	}
	return b
}

// valueUnknown is a field that AnyValue does not have.
const valueUnknown = 1000
