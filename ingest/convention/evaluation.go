package convention

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

// judgementKeys are how one convention writes a judgement: keys below a prefix.
type judgementKeys struct {
	name, value, label, comment, source string
	// defaultSource is for judgements that do not say where they come from.
	defaultSource trace.ScoreSource
}

var (
	genAIJudgement = judgementKeys{
		name: "gen_ai.evaluation.name", value: "gen_ai.evaluation.score.value", label: "gen_ai.evaluation.score.label",
		comment: "gen_ai.evaluation.explanation", source: "gen_ai.evaluation.source", defaultSource: trace.SourceModel,
	}
	ownJudgement = judgementKeys{
		name: AttrScoreName, value: AttrScoreValue, label: AttrScoreLabel, comment: AttrScoreComment, source: AttrScoreSource,
		defaultSource: trace.SourceCode,
	}
	openInferenceJudgement = judgementKeys{
		name: "name", value: "score", label: "label", comment: "explanation", source: "annotator_kind",
		defaultSource: trace.SourceModel,
	}
)

// scoreSources are the words for who judged.
var scoreSources = map[string]trace.ScoreSource{
	"llm": trace.SourceModel, "model": trace.SourceModel, "human": trace.SourceHuman, "code": trace.SourceCode,
	"end_user": trace.SourceEndUser, "heuristic": trace.SourceHeuristic,
}

// judgementFamilies are OpenInference's lists, with what they judge.
var judgementFamilies = []struct {
	family prefix
	member string
	target string
}{
	{under("evaluations."), "evaluation", "observation"},
	{annotationFamily, "annotation", "observation"},
	{under("trace.evaluations."), "evaluation", "trace"},
	{under("trace.annotations."), "annotation", "trace"},
	{under("session.evaluations."), "evaluation", "session"},
	{under("session.annotations."), "annotation", "session"},
}

// judged is a judgement before it has a target.
type judged struct {
	name, label, comment string
	number               *float64
	passed               *bool
	source               trace.ScoreSource
}

// read takes a judgement from a member lookup.
func (k *judgementKeys) read(get func(string) *Value) (judged, bool) {
	j := judged{
		name:    trace.Shorten(get(k.name).scalar(), trace.MaxNameBytes),
		label:   trace.Shorten(get(k.label).scalar(), trace.MaxNameBytes),
		comment: cutText(get(k.comment).scalar(), maxStringBytes),
		source:  k.defaultSource,
	}
	if source, ok := scoreSources[strings.ToLower(get(k.source).scalar())]; ok {
		j.source = source
	}
	value := get(k.value)
	if value != nil && value.Kind == KindBool {
		passed := value.Int != 0
		j.passed = &passed
	} else if f, ok := value.number(); ok {
		j.number = &f
	} else if text := value.scalar(); text != "" && j.label == "" {
		j.label = trace.Shorten(text, trace.MaxNameBytes)
	}
	return j, j.name != "" && (j.number != nil || j.passed != nil || j.label != "")
}

// passWords are labels that mean a plain yes or no.
var passWords = map[string]bool{"pass": true, "passed": true, "true": true, "fail": false, "failed": false, "false": false}

func (j *judged) value() trace.ScoreValue {
	switch passed, isPlain := passWords[strings.ToLower(j.label)]; {
	case j.number != nil:
		return &trace.NumericScore{Number: *j.number, Label: pointer(j.label)}
	case j.passed != nil:
		return &trace.BooleanScore{Passed: *j.passed}
	case isPlain:
		return &trace.BooleanScore{Passed: passed}
	default:
		return &trace.LabelScore{Label: j.label}
	}
}

// readScores collects the judgements that a span carries in its attributes and
// events. Their ids follow from their place, so a repeated export replaces them.
func (r *reader) readScores(c *trace.Common) []*trace.Score {
	var scores []*trace.Score
	add := func(j judged, target, place string, e *event) {
		s := &trace.Score{
			Name: j.name, Value: j.value(), Source: j.source, Comment: pointer(j.comment),
			CreatedAt: c.StartedAt, TraceID: c.TraceID,
		}
		if c.EndedAt != nil {
			s.CreatedAt = *c.EndedAt
		}
		if e != nil && e.TimeNanos > 0 {
			s.CreatedAt = r.timeOf(e)
		}
		switch target {
		case "trace":
		case "session":
			if c.Claims == nil || c.Claims.SessionID == nil {
				r.warn("score_without_session")
				return
			}
			s.TraceID, s.SessionID = trace.TraceID{}, c.Claims.SessionID.Value
		default:
			s.SpanID = c.SpanID
		}
		s.ScoreID = scoreID(c.Key(), j.name, place)
		if len(scores) == maxScores {
			r.warn("too_many_scores")
			return
		}
		scores = append(scores, s)
	}
	if r.has(keyEvaluationName) {
		if j, ok := genAIJudgement.read(r.attribute); ok {
			add(j, "observation", "attributes", nil)
		}
	}
	for i := range judgementFamilies {
		f := &judgementFamilies[i]
		for n, item := range r.unflatten(f.family) {
			if j, ok := openInferenceJudgement.read(item.get(f.member).get); ok {
				add(j, f.target, f.family.text+strconv.Itoa(n), nil)
			}
		}
	}
	for i := range r.events {
		e := &r.events[i]
		if e.does != eventScore {
			continue
		}
		convention, target := &genAIJudgement, "observation"
		if e.name == EventScore {
			convention = &ownJudgement
			if stated := strings.ToLower(e.attribute(AttrScoreTarget).plain()); stated != "" {
				target = stated
			}
		}
		j, ok := convention.read(e.field)
		if !ok {
			continue
		}
		e.isUsed = true
		before := len(scores)
		add(j, target, "event "+strconv.Itoa(e.place), e)
		if id := e.attribute(AttrScoreID).scalar(); id != "" && len(scores) > before {
			scores[before].ScoreID = trace.Shorten(id, maxTagBytes)
		}
	}
	return scores
}

var keyEvaluationName = of("gen_ai.evaluation.name")

// attribute reads a key that no table needs often.
func (r *reader) attribute(name string) *Value {
	if k, ok := keys.byName[name]; ok {
		return r.get(k)
	}
	from, to := r.family(prefix{text: name})
	if from < to && r.list[from].Key == name {
		return &r.list[from].Value
	}
	return nil
}

// scoreID names a judgement by where it stands.
func scoreID(of trace.SpanKey, name, place string) string {
	h := sha256.New()
	h.Write(of.TraceID[:])
	h.Write(of.SpanID[:])
	h.Write([]byte(place))
	h.Write([]byte{0})
	h.Write([]byte(name))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

var (
	scoreNameSources   = rows(AttrEvaluatorScoreName, "gen_ai.evaluation.name")
	scoreValueSources  = rows(AttrEvaluatorScoreValue, "gen_ai.evaluation.score.value")
	scoreLabelSources  = rows(AttrEvaluatorLabel, "gen_ai.evaluation.score.label")
	explanationSources = rows(AttrEvaluatorExplanation, "gen_ai.evaluation.explanation")
)

// readEvaluator fills in the judgement that the evaluator came to: the first,
// if there are several.
func (r *reader) readEvaluator(e *trace.Evaluator) {
	e.ScoreName, e.Label = r.name(scoreNameSources), r.name(scoreLabelSources)
	e.ScoreValue, e.Explanation = r.score(scoreValueSources), pointer(r.text(explanationSources))
	if e.ScoreName == nil && e.ScoreValue == nil && e.Label == nil {
		for _, item := range r.unflatten(judgementFamilies[0].family) {
			j, ok := openInferenceJudgement.read(item.get(judgementFamilies[0].member).get)
			if !ok {
				continue
			}
			e.ScoreName, e.Label, e.ScoreValue, e.Explanation = &j.name, pointer(j.label), j.number, pointer(j.comment)
			break
		}
	}
	if e.ScoreName == nil && e.ScoreValue == nil && e.Label == nil {
		r.judgeByOutput(e)
	}
	r.readConversation(&e.Common)
}

// judgeByOutput takes the judgement from an output such as {"score": 0.9,
// "reasoning": "polite"}, or from one that is a number.
func (r *reader) judgeByOutput(e *trace.Evaluator) {
	v, _ := r.value(judgementSources)
	decoded, _ := v.structured()
	if f, ok := decoded.number(); ok && decoded.Kind != KindString {
		e.ScoreValue = &f
		return
	}
	value := decoded.first("score", "value")
	if f, ok := value.number(); ok {
		e.ScoreValue = &f
	} else if value == nil && decoded.get("label") == nil {
		return
	}
	label := decoded.get("label")
	if label.isNull() && e.ScoreValue == nil {
		label = value
	}
	e.ScoreName = pointer(trace.Shorten(decoded.first("name", "key").plain(), trace.MaxNameBytes))
	e.Label = pointer(trace.Shorten(label.scalar(), trace.MaxNameBytes))
	e.Explanation = pointer(cutText(decoded.first("explanation", "reasoning", "reason", "comment").plain(), maxStringBytes))
}
