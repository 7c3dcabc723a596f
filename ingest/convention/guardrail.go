package convention

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

// guardrailConvention is one way to write a guard's judgement on a span. All
// that are marked on a span are read in order; a field that is filled stays.
type guardrailConvention struct {
	name string
	// marks say that a span uses the convention; without any it is always tried.
	marks presence
	// Keys of the plain fields.
	policy, policyID, phase, reason, categories, score []source
	// verdict and action translate the words of a key.
	verdict, action *guardrailWords
	// passed is a boolean key.
	passed []source
	// judge reads what needs more than a look at a key.
	judge func(r *reader, g *trace.Guardrail)
}

// guardrailWords translates the words under some keys.
type guardrailWords struct {
	keys     []source
	verdicts map[string]trace.GuardrailVerdict
	actions  map[string]trace.GuardrailAction
}

var (
	verdictWords = map[string]trace.GuardrailVerdict{
		"allow": trace.VerdictAllow, "deny": trace.VerdictDeny, "modify": trace.VerdictModify,
		"warn": trace.VerdictWarn, "escalate": trace.VerdictEscalate, "unknown": trace.VerdictUnknown,
	}
	actionWords = map[string]trace.GuardrailAction{
		"allow": trace.ActionAllow, "block": trace.ActionBlock, "rewrite": trace.ActionRewrite,
		"modify": trace.ActionRewrite, "escalate": trace.ActionEscalate, "unknown": trace.ActionUnknown,
	}
	phaseWords = map[string]trace.GuardrailPhase{
		"input": trace.PhaseInput, "output": trace.PhaseOutput, "tool": trace.PhaseTool,
		"tool_call": trace.PhaseTool, "tool_definition": trace.PhaseTool,
		// LiteLLM
		"pre_call": trace.PhaseInput, "during_call": trace.PhaseInput, "post_call": trace.PhaseOutput,
		// OpenLIT
		"preflight": trace.PhaseInput, "postflight": trace.PhaseOutput,
	}
)

// guardrailConventions are the ways in which guards are recorded.
var guardrailConventions = []guardrailConvention{
	{
		name:   "own",
		marks:  presence{families: families("treeline.guardrail.")},
		policy: rows(AttrGuardrailName), policyID: rows(AttrGuardrailPolicyID), phase: rows(AttrGuardrailPhase),
		reason: rows(AttrGuardrailReason), score: rows(AttrGuardrailScore), categories: rows(AttrGuardrailCategories),
		passed:  rows(AttrGuardrailPassed),
		verdict: &guardrailWords{keys: rows(AttrGuardrailVerdict), verdicts: verdictWords},
		action:  &guardrailWords{keys: rows(AttrGuardrailAction), actions: actionWords},
		judge: func(_ *reader, g *trace.Guardrail) {
			if g.Action == trace.ActionUnknown && g.Passed != nil && *g.Passed {
				g.Action = trace.ActionAllow
			}
		},
	},
	{
		name:     "genai proposal",
		marks:    presence{families: families("gen_ai.guardrail.")},
		policy:   rows("gen_ai.guardrail.component.name"),
		policyID: rows("gen_ai.guardrail.security.policy.id"),
		// A call of a tool is a target of its own.
		phase:      rows("gen_ai.guardrail.target.subtype", "gen_ai.guardrail.target.type"),
		reason:     rows("gen_ai.guardrail.verdict.reason"),
		score:      rows("gen_ai.guardrail.security.risk.score"),
		categories: rows("gen_ai.guardrail.security.risk.category"),
		verdict:    &guardrailWords{keys: rows("gen_ai.guardrail.verdict.type"), verdicts: verdictWords},
		action:     &guardrailWords{keys: rows("gen_ai.guardrail.action.type"), actions: actionWords},
	},
	{
		name:   "traceloop",
		marks:  presence{families: families("gen_ai.guardrail.")},
		policy: rows("gen_ai.guardrail.name"),
		reason: rows("gen_ai.guardrail.error.message"),
		verdict: &guardrailWords{keys: rows("gen_ai.guardrail.status"), verdicts: map[string]trace.GuardrailVerdict{
			"passed": trace.VerdictAllow, "failed": trace.VerdictDeny}},
	},
	{
		name:       "openlit moderation",
		marks:      presence{keys: all("gen_ai.moderation.flagged")},
		categories: rows("gen_ai.moderation.categories"),
		judge:      judgeModeration,
	},
	{
		// The second name of each is of LiteLLM's newer instrumentation.
		name:   "litellm",
		marks:  presence{keys: all("guardrail_name", "litellm.guardrail.name")},
		policy: rows("guardrail_name", "litellm.guardrail.name"), policyID: rows("litellm.guardrail.id"),
		phase:      rows("guardrail_mode", "litellm.guardrail.mode"),
		score:      rows("litellm.guardrail.risk_score"),
		categories: rows("guardrail_violation_categories", "litellm.guardrail.violation_categories"),
		judge:      judgeLiteLLM,
	},
	{
		name:   "guardrails ai",
		marks:  presence{keys: all("validator_name")},
		policy: rows("validator_name"),
		judge:  judgeValidator,
	},
	{
		name:  "guardrails ai, around its validators",
		marks: presence{},
		judge: func(r *reader, g *trace.Guardrail) {
			if g.Passed == nil && g.Verdict == trace.VerdictUnknown && strings.HasPrefix(r.scopeName, "openinference.instrumentation.guardrails") {
				passed := r.span.StatusCode != statusError
				g.Passed = &passed
			}
		},
	},
	{
		name:  "a judgement in the output",
		judge: judgeOutput,
	},
}

// readGuardrail reads a guard's judgement. The status of the span is not one: a
// guard that worked is OK whatever it said.
func (r *reader) readGuardrail(g *trace.Guardrail) {
	for i := range guardrailConventions {
		c := &guardrailConventions[i]
		if len(c.marks.keys)+len(c.marks.families) > 0 {
			if _, marked := c.marks.in(&r.index); !marked {
				continue
			}
		}
		r.readGuardrailConvention(c, g)
	}
	if g.Policy == nil {
		g.Policy = pointer(trace.Shorten(r.clean(r.span.Name), trace.MaxNameBytes))
	}
	completeGuardrail(g)
	g.ReportedUsage, _ = r.reported()
	r.readConversation(&g.Common)
}

func (r *reader) readGuardrailConvention(c *guardrailConvention, g *trace.Guardrail) {
	if g.Policy == nil {
		g.Policy = r.name(c.policy)
	}
	if g.PolicyID == nil {
		g.PolicyID = r.name(c.policyID)
	}
	if g.Phase == nil {
		for i := range c.phase {
			text := word(r.get(c.phase[i].key)) // or the name of an enum: GuardrailEventHooks.pre_call
			if phase, ok := phaseWords[text[strings.LastIndexByte(text, '.')+1:]]; ok && g.Phase == nil {
				g.Phase = &phase
			}
		}
	}
	if g.Reason == nil {
		g.Reason = pointer(r.text(c.reason))
	}
	if g.Score == nil {
		g.Score = r.score(c.score)
	}
	if g.Passed == nil {
		g.Passed = r.flag(c.passed)
	}
	for i := range c.categories {
		if k := c.categories[i].key; len(g.Categories) == 0 && r.has(k) {
			g.Categories = categoriesOf(r.get(k))
		}
	}
	if c.verdict != nil && g.Verdict == trace.VerdictUnknown {
		g.Verdict = c.verdict.verdicts[strings.ToLower(r.text(c.verdict.keys))]
	}
	if c.action != nil && g.Action == trace.ActionUnknown {
		g.Action = c.action.actions[strings.ToLower(r.text(c.action.keys))]
	}
	if c.judge != nil {
		c.judge(r, g)
	}
}

// categoriesOf reads a list, or the members of an object that are true.
func categoriesOf(v *Value) []string {
	decoded, _ := v.structured()
	var list []string
	if !decoded.isMap() {
		list = decoded.strings(maxCategories)
	} else {
		for i := range decoded.Map {
			if is, _ := decoded.Map[i].Value.boolean(); is && len(list) < maxCategories {
				list = append(list, decoded.Map[i].Key)
			}
		}
	}
	for i := range list {
		list[i] = trace.Shorten(list[i], maxTagBytes)
	}
	return list
}

// completeGuardrail fills in what follows from the rest.
func completeGuardrail(g *trace.Guardrail) {
	if g.Passed == nil && g.Verdict != trace.VerdictUnknown && g.Verdict != trace.VerdictEscalate {
		passed := g.Verdict == trace.VerdictAllow
		g.Passed = &passed
	}
	if g.Verdict == trace.VerdictUnknown && g.Passed != nil {
		switch {
		case *g.Passed:
			g.Verdict = trace.VerdictAllow
		case g.Action == trace.ActionRewrite:
			g.Verdict = trace.VerdictModify
		default:
			g.Verdict = trace.VerdictDeny
		}
	}
}

var (
	keyFlagged         = of("gen_ai.moderation.flagged")
	keyCategoryScores  = of("gen_ai.moderation.category_scores")
	keyValidatorName   = of("validator_name")
	keyValidatorOnFail = of("validator_on_fail")
	keyOutputValue     = of("output.value")
)

// judgeModeration: the score is that of the worst category.
func judgeModeration(r *reader, g *trace.Guardrail) {
	if flagged, ok := r.get(keyFlagged).boolean(); ok && g.Passed == nil {
		passed := !flagged
		g.Passed = &passed
	}
	scores, _ := r.get(keyCategoryScores).structured()
	if !scores.isMap() || g.Score != nil {
		return
	}
	for i := range scores.Map {
		if f, ok := scores.Map[i].Value.number(); ok && (g.Score == nil || f > *g.Score) {
			g.Score = &f
		}
	}
}

var (
	liteLLMStatus = rows("guardrail_status", "litellm.guardrail.status")
	liteLLMMasked = rows("masked_entity_count", "litellm.guardrail.masked_entity_count")
)

// judgeLiteLLM: the proxy records what became of a check, and older ones nothing
// at all; what was done shows the verdict then. A guard that did not answer or
// did not run has none.
func judgeLiteLLM(r *reader, g *trace.Guardrail) {
	if g.Verdict != trace.VerdictUnknown || g.Passed != nil {
		return
	}
	status := strings.ToLower(r.text(liteLLMStatus))
	switch {
	case status == "guardrail_failed_to_respond" || status == "not_run":
	case status == "guardrail_flagged":
		g.Verdict, g.Action = trace.VerdictWarn, trace.ActionAllow
	case status == "" && (r.span.StatusCode == statusError || r.exception != nil):
		g.Verdict, g.Action = trace.VerdictDeny, trace.ActionBlock
	case r.hasMasked():
		g.Verdict, g.Action = trace.VerdictModify, trace.ActionRewrite
	case status == "guardrail_intervened":
		g.Verdict, g.Action = trace.VerdictDeny, trace.ActionBlock
	default:
		g.Verdict = trace.VerdictAllow
	}
}

// hasMasked reports whether LiteLLM masked anything: a count for each kind, or
// one for all.
func (r *reader) hasMasked() bool {
	v, _ := r.value(liteLLMMasked)
	masked, _ := v.structured()
	n, ok := masked.count(maxTokens)
	return masked.isMap() && len(masked.Map) > 0 || ok && n > 0
}

// onFailActions are what Guardrails AI does when a validator fails.
var onFailActions = map[string]trace.GuardrailAction{
	"exception": trace.ActionBlock, "fix": trace.ActionRewrite, "reask": trace.ActionRewrite, "filter": trace.ActionRewrite,
	"refrain": trace.ActionRewrite, "noop": trace.ActionAllow,
}

func judgeValidator(r *reader, g *trace.Guardrail) {
	result := strings.Trim(word(r.get(keyOutputValue)), `"`)
	if g.Passed != nil || result != "pass" && result != "fail" {
		return
	}
	passed := result == "pass"
	g.Passed = &passed
	if !passed && g.Action == trace.ActionUnknown {
		onFail := word(r.get(keyValidatorOnFail))
		g.Action = onFailActions[onFail[strings.LastIndexByte(onFail, '.')+1:]] // OnFailAction.FIX
	}
}

// Members of an output that say whether a check was passed; inverted ones say
// that it was not.
var (
	passedMembers   = []string{"passed", "valid", "allowed"}
	invertedMembers = []string{"flagged", "blocked"}
)

var annotationFamily = under("annotations.")

var judgementSources = rows(AttrOutput, "langfuse.observation.output", "output.value", "traceloop.entity.output")

// judgeOutput takes the judgement from an annotation that says pass or fail, or
// from an output that is a boolean or has a member that says it.
func judgeOutput(r *reader, g *trace.Guardrail) {
	if g.Passed != nil || g.Verdict != trace.VerdictUnknown {
		return
	}
	for _, item := range r.unflatten(annotationFamily) {
		if passed, ok := passWords[strings.ToLower(item.at("annotation", "label").plain())]; ok {
			g.Passed = &passed
			return
		}
	}
	v, _ := r.value(judgementSources)
	decoded, _ := v.structured()
	if passed, ok := judgement(decoded); ok {
		g.Passed = &passed
		if reason := decoded.first("reason", "explanation", "message").plain(); reason != "" && g.Reason == nil {
			g.Reason = pointer(cutText(reason, maxStringBytes))
		}
	}
}

func judgement(v *Value) (passed, ok bool) {
	if v.isNull() {
		return false, false
	}
	if v.Kind == KindBool {
		return v.Int != 0, true
	}
	if v.Kind == KindString { // "True" as Python writes it; never "1"
		if lower := strings.ToLower(strings.TrimSpace(v.Text)); lower == "true" || lower == "false" {
			return lower == "true", true
		}
		return false, false
	}
	for _, name := range passedMembers {
		if b, ok := v.get(name).boolean(); ok {
			return b, true
		}
	}
	for _, name := range invertedMembers {
		if b, ok := v.get(name).boolean(); ok {
			return !b, true
		}
	}
	return false, false
}

// Guards within a span, as OpenLIT records them in events.

// guardActions are OpenLIT's words for what a guard did, and what they say of
// its verdict.
var guardActions = map[string]struct {
	verdict trace.GuardrailVerdict
	action  trace.GuardrailAction
}{
	"allow":  {trace.VerdictAllow, trace.ActionAllow},
	"deny":   {trace.VerdictDeny, trace.ActionBlock},
	"redact": {trace.VerdictModify, trace.ActionRewrite},
	"warn":   {trace.VerdictWarn, trace.ActionAllow},
}

// guardEvaluations makes an observation of every guard that the span's events
// tell of: a child without duration. Its id follows from the span's, so that a
// repeated export gives the same.
func (r *reader) guardEvaluations(parent *trace.Common) []trace.Observation {
	var list []trace.Observation
	for i := range r.events {
		e := &r.events[i]
		if e.does != eventGuard {
			continue
		}
		e.isUsed = true
		at := r.timeOf(e)
		g := &trace.Guardrail{}
		g.TraceID, g.ParentSpanID = parent.TraceID, parent.SpanID
		g.SpanID = derivedID(parent.Key(), e.place)
		g.StartedAt, g.EndedAt = at, &at
		g.Level = trace.LevelDefault
		g.Service, g.Environment, g.Version, g.Scope, g.Resource = parent.Service, parent.Environment, parent.Version, parent.Scope, parent.Resource
		g.TypeRule = "event guard.evaluation"
		g.RawAttributes = trace.JSON("{}")
		e.readGuard(g)
		g.Name = "guard"
		if g.Policy != nil {
			g.Name = *g.Policy
		}
		completeGuardrail(g)
		list = append(list, g)
	}
	return list
}

func (e *event) readGuard(g *trace.Guardrail) {
	first := func(names ...string) string {
		for _, name := range names {
			if text := e.attribute(name).scalar(); text != "" {
				return text
			}
		}
		return ""
	}
	g.Policy = pointer(trace.Shorten(first("guard.name", "guard.validator"), trace.MaxNameBytes))
	if phase, ok := phaseWords[strings.ToLower(first("guard.phase"))]; ok {
		g.Phase = &phase
	}
	does := guardActions[strings.ToLower(first("guard.action", "guard.verdict"))]
	g.Verdict, g.Action = does.verdict, does.action
	if denied, ok := e.attribute("guard.denied").boolean(); ok && g.Verdict == trace.VerdictUnknown {
		passed := !denied
		g.Passed = &passed
	}
	g.Reason = pointer(cutText(first("guard.explanation"), maxStringBytes))
	if score, ok := e.attribute("guard.score").number(); ok {
		g.Score = &score
	}
	if v := e.attribute("guard.classification"); v != nil {
		g.Categories = categoriesOf(v)
	}
	if kept := e.encodeAttributes("guard."); len(kept) > 0 {
		g.RawAttributes = kept
	}
}

// derivedID is the id of an observation that a span's event stands for: the
// beginning of the SHA-256 of trace id, span id and the event's place.
func derivedID(of trace.SpanKey, place int) trace.SpanID {
	var text [28]byte
	copy(text[:], of.TraceID[:])
	copy(text[16:], of.SpanID[:])
	binary.BigEndian.PutUint32(text[24:], uint32(place))
	sum := sha256.Sum256(text[:])
	return trace.SpanID(sum[:8])
}
