package store

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

// scoreColumns are the columns of table score in the order in which rows are
// written and read.
var scoreColumns = []string{
	"project_id", "score_id", "name", "kind", "number", "label", "passed", "source", "comment", "created_at",
	"trace_id", "span_id", "session_id", "external_trace_id", "external_id",
}

// Kinds of score, in column kind. The label of a text score is its text.
const (
	scoreNumeric = iota
	scoreLabel
	scoreBoolean
	scoreText
)

// scoreRow is a row of table score.
type scoreRow struct {
	ProjectID       int64
	ScoreID         string
	Name            string
	Kind            int16
	Number          *float64
	Label           *string
	Passed          *bool
	Source          int16
	Comment         *string
	CreatedAt       int64
	TraceID         *[16]byte
	SpanID          *int64
	SessionID       *string
	ExternalTraceID *string
	ExternalID      *string
}

func (r *scoreRow) values() []any {
	return []any{r.ProjectID, r.ScoreID, r.Name, r.Kind, r.Number, r.Label, r.Passed, r.Source, r.Comment, r.CreatedAt,
		r.TraceID, r.SpanID, r.SessionID, r.ExternalTraceID, r.ExternalID}
}

func (r *scoreRow) targets() []any {
	return []any{&r.ProjectID, &r.ScoreID, &r.Name, &r.Kind, &r.Number, &r.Label, &r.Passed, &r.Source, &r.Comment, &r.CreatedAt,
		&r.TraceID, &r.SpanID, &r.SessionID, &r.ExternalTraceID, &r.ExternalID}
}

var upsertScore = func() string {
	places, updates := make([]string, len(scoreColumns)), make([]string, 0, len(scoreColumns))
	for i, column := range scoreColumns {
		places[i] = fmt.Sprintf("$%d", i+1)
		if i > 1 {
			updates = append(updates, column+" = excluded."+column)
		}
	}
	return "INSERT INTO score (" + strings.Join(scoreColumns, ", ") + ") VALUES (" + strings.Join(places, ", ") +
		") ON CONFLICT (project_id, score_id) DO UPDATE SET " + strings.Join(updates, ", ")
}()

var scoreSelect = "s." + strings.Join(scoreColumns, ", s.")

func encodeScore(s *trace.Score) scoreRow {
	r := scoreRow{ProjectID: int64(s.ProjectID), ScoreID: s.ScoreID, Name: s.Name, Source: int16(s.Source), Comment: s.Comment,
		CreatedAt: unixNanos(s.CreatedAt), SessionID: emptyToNil(s.SessionID), SpanID: ordinalOrNil(s.SpanID),
		ExternalTraceID: emptyToNil(s.ExternalTraceID), ExternalID: emptyToNil(s.ExternalID)}
	if !s.TraceID.IsZero() {
		id := [16]byte(s.TraceID)
		r.TraceID = &id
	}
	switch v := s.Value.(type) {
	case *trace.NumericScore:
		r.Kind, r.Number, r.Label = scoreNumeric, &v.Number, v.Label
	case *trace.LabelScore:
		r.Kind, r.Label = scoreLabel, &v.Label
	case *trace.BooleanScore:
		r.Kind, r.Passed = scoreBoolean, &v.Passed
	case *trace.TextScore:
		r.Kind, r.Label = scoreText, &v.Text
	}
	return r
}

// ErrUnstorable says that a value cannot be stored, whatever the state of the
// database.
var ErrUnstorable = errors.New("the value cannot be stored")

// check finds what JSON or PostgreSQL has no form for: the columns are kept as
// JSON while a score waits for its target.
func (r *scoreRow) check() error {
	if r.Number != nil && (math.IsNaN(*r.Number) || math.IsInf(*r.Number, 0)) {
		return fmt.Errorf("%w: the score is no number", ErrUnstorable)
	}
	texts := [...]*string{&r.ScoreID, &r.Name, r.Label, r.Comment, r.SessionID, r.ExternalTraceID, r.ExternalID}
	for _, text := range texts {
		if text == nil {
			continue
		}
		if _, isChanged := trace.CleanText(*text); isChanged {
			return fmt.Errorf("%w: a text of the score is not valid UTF-8 or has U+0000", ErrUnstorable)
		}
	}
	return nil
}

func (r *scoreRow) score() *trace.Score {
	s := &trace.Score{ProjectID: trace.ProjectID(r.ProjectID), ScoreID: r.ScoreID, Name: r.Name, Source: trace.ScoreSource(r.Source),
		Comment: r.Comment, CreatedAt: fromNanos(r.CreatedAt), SpanID: spanOrZero(r.SpanID), SessionID: nilToEmpty(r.SessionID),
		ExternalTraceID: nilToEmpty(r.ExternalTraceID), ExternalID: nilToEmpty(r.ExternalID)}
	if r.TraceID != nil {
		s.TraceID = *r.TraceID
	}
	switch r.Kind {
	case scoreNumeric:
		s.Value = &trace.NumericScore{Number: floatOrZero(r.Number), Label: r.Label}
	case scoreLabel:
		s.Value = &trace.LabelScore{Label: nilToEmpty(r.Label)}
	case scoreBoolean:
		s.Value = &trace.BooleanScore{Passed: r.Passed != nil && *r.Passed}
	default:
		s.Value = &trace.TextScore{Text: nilToEmpty(r.Label)}
	}
	return s
}

func floatOrZero(f *float64) float64 {
	if f == nil {
		return 0
	}
	return *f
}
