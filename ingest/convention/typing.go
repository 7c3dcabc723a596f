package convention

import (
	"strconv"
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

// finding is what a rule gives: a type and what it matched, as key=value.
type finding struct {
	kind    trace.ObservationType
	matched string
}

// typeRule is one line of the ordered list. The first that finds a type wins. A
// rule whose key holds an unknown value finds nothing.
type typeRule struct {
	number string
	find   func(r *reader) (finding, bool)
}

// typeRules are tried in order. The numbers are part of every observation's
// typeRule, so they are never reused for something else.
var typeRules = []typeRule{
	{"1", keyed(AttrType, ownTypes)},
	{"2a", earlyLangfuseGeneration},
	{"2", langfuseType},
	{"3a", onScope("openinference.instrumentation.llama_index", ending(llamaIndexNames))},
	{"3", keyed("openinference.span.kind", openInferenceKinds)},
	{"4a", workflowAsAgent},
	{"4", operation},
	{"5", present(trace.TypeGuardrail, guardrailMarks)},
	{"5", validator},
	{"6", keyed("traceloop.span.kind", traceloopKinds)},
	{"7", requestType},
	{"8", keyed("ai.operationId", vercelOperations)},
	{"8", vercelOperationName},
	{"9", keyed("logfire.span_type", map[string]trace.ObservationType{"log": trace.TypeEvent})},
	{"10", pydanticSpan},
	{"11", mcpMethod},
	{"12", present(trace.TypeToolCall, presence{keys: all("gen_ai.tool.name", "gen_ai.tool.call.id")})},
	{"12", onScope("openinference.", present(trace.TypeToolCall, presence{keys: all("tool.name")}))},
	{"12", onScope("@arizeai/openinference", present(trace.TypeToolCall, presence{keys: all("tool.name")}))},
	{"13", vectorStore},
	{"14", springKind},
	{"15", keyed("genkit:metadata:subtype", genkitSubtypes)},
	{"15", present(trace.TypeToolCall, presence{families: families("flue.tool.")})},
	{"15", present(trace.TypeAgent, presence{families: families("flue.task.")})},
	{"15", onScope("livekit-agents", named(liveKitNames))},
	{"15", onScope("gcp.vertex.agent", named(adkNames))},
	{"15", onScope("opentelemetry.instrumentation.mcp", named(mcpNames))},
	{"15", keyed("lmnr.span.type", vendorTypes)},
	{"15", keyed("langwatch.span.type", vendorTypes)},
	{"15", keyed("langsmith.span.kind", vendorTypes)},
	{"15", keyed("mlflow.spanType", vendorTypes)},
	{"16", present(trace.TypeReranking, presence{families: families("reranker.")})},
	{"16", present(trace.TypeEmbedding, presence{keys: all("embedding.model_name"), families: families("embedding.embeddings.")})},
	{"16", present(trace.TypeRetrieval, presence{families: families("retrieval.documents.", "gen_ai.retrieval.")})},
	{"16", present(trace.TypeEvaluator, presence{keys: all("gen_ai.evaluation.name"), families: families("evaluations.0.")})},
	{"17", modelCall},
	{"18", langfusePlainSpan},
}

// lastRule stands for spans that no rule knows.
const lastRule = "19"

// resolveType applies the rules. The second result names the rule and what it
// matched: "4 gen_ai.operation.name=chat".
func (r *reader) resolveType() (trace.ObservationType, string) {
	for i := range typeRules {
		if f, ok := typeRules[i].find(r); ok {
			return f.kind, typeRules[i].number + " " + f.matched
		}
	}
	return trace.TypeSpan, lastRule
}

// ownTypes are the values of our own type attribute.
var ownTypes = map[string]trace.ObservationType{
	"span": trace.TypeSpan, "generation": trace.TypeGeneration, "retrieval": trace.TypeRetrieval,
	"reranking": trace.TypeReranking, "embedding": trace.TypeEmbedding, "tool_call": trace.TypeToolCall,
	"agent": trace.TypeAgent, "chain": trace.TypeChain, "guardrail": trace.TypeGuardrail,
	"evaluator": trace.TypeEvaluator, "event": trace.TypeEvent,
	"retriever": trace.TypeRetrieval, "reranker": trace.TypeReranking, "tool": trace.TypeToolCall,
}

var langfuseTypes = map[string]trace.ObservationType{
	"generation": trace.TypeGeneration, "embedding": trace.TypeEmbedding, "agent": trace.TypeAgent,
	"tool": trace.TypeToolCall, "chain": trace.TypeChain, "retriever": trace.TypeRetrieval,
	"guardrail": trace.TypeGuardrail, "evaluator": trace.TypeEvaluator, "event": trace.TypeEvent,
}

// openInferenceKinds lacks UNKNOWN, which leaves the decision to later rules.
var openInferenceKinds = map[string]trace.ObservationType{
	"llm": trace.TypeGeneration, "embedding": trace.TypeEmbedding, "retriever": trace.TypeRetrieval,
	"reranker": trace.TypeReranking, "tool": trace.TypeToolCall, "agent": trace.TypeAgent, "chain": trace.TypeChain,
	"guardrail": trace.TypeGuardrail, "evaluator": trace.TypeEvaluator,
	"prompt": trace.TypeSpan, // the rendering of a template
}

var traceloopKinds = map[string]trace.ObservationType{
	"workflow": trace.TypeChain, "task": trace.TypeChain, "agent": trace.TypeAgent, "tool": trace.TypeToolCall,
}

// vercelOperations are the operation ids of the Vercel AI SDK up to version 6.
// The outer operations repeat the sum of what the inner ones used.
var vercelOperations = map[string]trace.ObservationType{
	"ai.generatetext.dogenerate": trace.TypeGeneration, "ai.generateobject.dogenerate": trace.TypeGeneration,
	"ai.streamtext.dostream": trace.TypeGeneration, "ai.streamobject.dostream": trace.TypeGeneration,
	"ai.embed.doembed": trace.TypeEmbedding, "ai.embedmany.doembed": trace.TypeEmbedding,
	"ai.rerank.dorerank": trace.TypeReranking,
	"ai.toolcall":        trace.TypeToolCall,
	"ai.generatetext":    trace.TypeChain, "ai.streamtext": trace.TypeChain,
	"ai.generateobject": trace.TypeChain, "ai.streamobject": trace.TypeChain,
	"ai.embed": trace.TypeChain, "ai.embedmany": trace.TypeChain, "ai.rerank": trace.TypeChain,
}

var genkitSubtypes = map[string]trace.ObservationType{
	"model": trace.TypeGeneration, "background-model": trace.TypeGeneration, "embedder": trace.TypeEmbedding,
	"tool": trace.TypeToolCall, "tool.v2": trace.TypeToolCall, "retriever": trace.TypeRetrieval,
	"evaluator": trace.TypeEvaluator,
}

// vendorTypes are the words of Laminar, LangWatch, LangSmith and MLflow.
var vendorTypes = map[string]trace.ObservationType{
	"llm": trace.TypeGeneration, "chat_model": trace.TypeGeneration, "tool": trace.TypeToolCall,
	"retriever": trace.TypeRetrieval, "rag": trace.TypeRetrieval, "agent": trace.TypeAgent,
	"chain": trace.TypeChain, "workflow": trace.TypeChain, "embedding": trace.TypeEmbedding,
	"reranker": trace.TypeReranking, "guardrail": trace.TypeGuardrail, "guardrails": trace.TypeGuardrail,
	"evaluation": trace.TypeEvaluator, "evaluator": trace.TypeEvaluator,
}

// liveKitNames and adkNames are span names; a trailing blank stands for
// everything that begins so.
var liveKitNames = map[string]trace.ObservationType{
	"agent_turn": trace.TypeAgent, "start_agent_activity": trace.TypeAgent, "function_tool": trace.TypeToolCall,
}

var adkNames = map[string]trace.ObservationType{
	"call_llm": trace.TypeGeneration, "execute_tool ": trace.TypeToolCall,
	"agent_run ": trace.TypeAgent, "invoke_agent ": trace.TypeAgent, "invocation": trace.TypeChain,
}

// mcpNames are those of OpenLLMetry for requests that it does not mark otherwise.
var mcpNames = map[string]trace.ObservationType{"resources/read.mcp": trace.TypeRetrieval}

// llamaIndexNames are the ends of names of spans that OpenInference takes for
// model calls though they only put a request together.
var llamaIndexNames = map[string]trace.ObservationType{
	"._prepare_chat_with_tools": trace.TypeChain, "._prepare_chat_with_tools_compat": trace.TypeChain,
}

// guardrailMarks make a span a guardrail. The ids of Bedrock's guardrails are
// not among them: those stand on model calls.
var guardrailMarks = presence{
	keys: all("gen_ai.guardrail.verdict.type", "gen_ai.guardrail.component.name", "gen_ai.guardrail.name",
		"gen_ai.guardrail.status", "guardrail_name", "litellm.guardrail.name"),
	families: families("treeline.guardrail."),
}

// Rules are made by the functions below.

// word is how all values are compared: trimmed and in lower case.
func word(v *Value) string { return strings.ToLower(strings.TrimSpace(v.plain())) }

func matched(name, value string) string {
	return trace.Shorten(name, 100) + "=" + trace.Shorten(value, 100)
}

// keyed finds the type of a key's value. The value may be quoted as in JSON.
func keyed(name string, values map[string]trace.ObservationType) func(*reader) (finding, bool) {
	k := of(name)
	return func(r *reader) (finding, bool) {
		if r.places[k] == 0 {
			return finding{}, false
		}
		kind, ok := values[strings.Trim(word(r.get(k)), `"`)]
		if !ok {
			return finding{}, false
		}
		return finding{kind, matched(name, strings.TrimSpace(r.get(k).plain()))}, true
	}
}

// presence is a set of keys and families of keys.
type presence struct {
	keys     []key
	families []prefix
}

func families(beginnings ...string) []prefix {
	list := make([]prefix, len(beginnings))
	for i, text := range beginnings {
		list[i] = under(text)
	}
	return list
}

// in returns the first of the set that a span has, as key=value.
func (p *presence) in(x *index) (string, bool) {
	if k, ok := x.hasAny(p.keys); ok {
		return matched(k.String(), x.get(k).scalar()), true
	}
	for _, family := range p.families {
		if from, to := x.family(family); from < to {
			return matched(x.list[from].Key, x.list[from].Value.scalar()), true
		}
	}
	return "", false
}

// present finds a type where any of a set is present.
func present(kind trace.ObservationType, set presence) func(*reader) (finding, bool) {
	return func(r *reader) (finding, bool) {
		text, ok := set.in(&r.index)
		return finding{kind, text}, ok
	}
}

// onScope limits a rule to scopes whose name begins so.
func onScope(beginning string, find func(*reader) (finding, bool)) func(*reader) (finding, bool) {
	return func(r *reader) (finding, bool) {
		if !strings.HasPrefix(r.scopeName, beginning) {
			return finding{}, false
		}
		return find(r)
	}
}

// named finds the type of a span's name.
func named(names map[string]trace.ObservationType) func(*reader) (finding, bool) {
	return func(r *reader) (finding, bool) {
		name := r.span.Name
		kind, ok := names[name]
		if i := strings.IndexByte(name, ' '); !ok && i >= 0 {
			kind, ok = names[name[:i+1]]
		}
		clean, _ := trace.CleanText(name)
		return finding{kind, matched("name", clean)}, ok
	}
}

// ending finds the type of the last segment of a span's name.
func ending(names map[string]trace.ObservationType) func(*reader) (finding, bool) {
	return func(r *reader) (finding, bool) {
		at := strings.LastIndexByte(r.span.Name, '.')
		if at < 0 {
			return finding{}, false
		}
		kind, ok := names[r.span.Name[at:]]
		clean, _ := trace.CleanText(r.span.Name)
		return finding{kind, matched("name", clean)}, ok
	}
}

var (
	keyLangfuseType = of("langfuse.observation.type")
	keySDKLanguage  = of("telemetry.sdk.language")

	// langfuseGenerationMarks are set by Langfuse's SDKs on generations only.
	langfuseGenerationMarks = all("langfuse.observation.model.name", "langfuse.observation.model.parameters",
		"langfuse.observation.usage_details", "langfuse.observation.cost_details",
		"langfuse.observation.completion_start_time", "langfuse.observation.prompt.name",
		"langfuse.observation.prompt.version")
)

const langfuseScope = "langfuse-sdk"

// earlyLangfuseGeneration: Langfuse's Python SDK up to 3.3.0 wrote "span" on
// generations too.
func earlyLangfuseGeneration(r *reader) (finding, bool) {
	if word(r.get(keyLangfuseType)) != "span" || r.scopeName != langfuseScope || r.origin.scope.Version == nil ||
		!isAtMost(*r.origin.scope.Version, [3]int{3, 3, 0}) || word(r.origin.resource.get(keySDKLanguage)) != "python" {
		return finding{}, false
	}
	k, ok := r.hasAny(langfuseGenerationMarks)
	if !ok {
		return finding{}, false
	}
	return finding{trace.TypeGeneration, matched("langfuse.observation.type", "span") + " with " + k.String()}, true
}

// isAtMost compares the leading numbers of a version; one that is no version
// is not at most anything.
func isAtMost(version string, limit [3]int) bool {
	rest := strings.TrimPrefix(version, "v")
	for i := range limit {
		end := 0
		for end < len(rest) && rest[end] >= '0' && rest[end] <= '9' {
			end++
		}
		n, err := strconv.Atoi(rest[:end])
		if err != nil {
			return i > 0 && rest == ""
		}
		if n != limit[i] {
			return n < limit[i]
		}
		rest = strings.TrimPrefix(rest[end:], ".")
	}
	return true
}

// langfuseType reads the types that mean what they say; "span" does only when
// Langfuse's SDK itself wrote it, other producers set it on everything.
func langfuseType(r *reader) (finding, bool) {
	value := word(r.get(keyLangfuseType))
	kind, ok := langfuseTypes[value]
	if !ok && value == "span" && strings.HasPrefix(r.scopeName, langfuseScope) {
		kind, ok = trace.TypeSpan, true
	}
	if !ok {
		return finding{}, false
	}
	return finding{kind, matched("langfuse.observation.type", value)}, true
}

// langfusePlainSpan is the weak "span" that nothing stronger overruled.
func langfusePlainSpan(r *reader) (finding, bool) {
	if word(r.get(keyLangfuseType)) != "span" {
		return finding{}, false
	}
	return finding{trace.TypeSpan, matched("langfuse.observation.type", "span")}, true
}

var keyOperation = of("gen_ai.operation.name")

var keyTraceloopKind = of("traceloop.span.kind")

// workflowAsAgent: OpenLLMetry's LangChain instrumentation says invoke_agent of
// every chain that is called, and workflow beside it; an agent's own span is
// around it and says no such thing.
func workflowAsAgent(r *reader) (finding, bool) {
	if r.places[keyTraceloopKind] == 0 || word(r.get(keyTraceloopKind)) != "workflow" || word(r.get(keyOperation)) != "invoke_agent" {
		return finding{}, false
	}
	return finding{trace.TypeChain, matched("traceloop.span.kind", "workflow")}, true
}

// operation reads the operation of the GenAI conventions.
func operation(r *reader) (finding, bool) {
	value := word(r.get(keyOperation))
	if value == "" {
		return finding{}, false
	}
	found := finding{matched: matched("gen_ai.operation.name", value)}
	switch {
	case value == "vectordb": // what it did stands elsewhere
		found.kind, _ = r.vectorOperation()
		return found, true
	case value == "framework" && word(r.get(keySpringKind)) == "vector_store":
		return finding{}, false // Spring AI writes framework on all its spans
	}
	kind, ok := operationType(value)
	found.kind = kind
	return found, ok
}

// validator is a check of Guardrails AI.
func validator(r *reader) (finding, bool) {
	if !r.has(keyValidatorName) || !r.has(keyValidatorOnFail) {
		return finding{}, false
	}
	return finding{trace.TypeGuardrail, matched("validator_name", r.get(keyValidatorName).scalar())}, true
}

var keyRequestType = of("llm.request.type")

// requestType reads the older key of OpenLLMetry, with LiteLLM's call types.
func requestType(r *reader) (finding, bool) {
	value := word(r.get(keyRequestType))
	kind, ok := operationType(value)
	if !ok || !metered.has(kind) {
		return finding{}, false
	}
	return finding{kind, matched("llm.request.type", value)}, true
}

var keyOperationName = of("operation.name")

// vercelOperationName: the SDK appends the function's name after a blank.
func vercelOperationName(r *reader) (finding, bool) {
	value, _, _ := strings.Cut(word(r.get(keyOperationName)), " ")
	kind, ok := vercelOperations[value]
	if !ok {
		return finding{}, false
	}
	return finding{kind, matched("operation.name", value)}, true
}

const pydanticScope = "pydantic-ai"

var (
	keyAgentName    = of("agent_name")
	pydanticToolSet = presence{keys: all("tool_arguments", "tool_response", "gen_ai.tool.name")}
)

// pydanticSpan reads the formats of Pydantic AI that had no operation name.
func pydanticSpan(r *reader) (finding, bool) {
	if r.scopeName != pydanticScope {
		return finding{}, false
	}
	name := r.clean(r.span.Name)
	switch {
	case name == "agent run", strings.HasSuffix(name, " run") && r.has(keyAgentName):
		return finding{trace.TypeAgent, matched("name", name)}, true
	case name == "running tools", isRunningTools(name):
		return finding{trace.TypeChain, matched("name", name)}, true
	}
	text, ok := pydanticToolSet.in(&r.index)
	return finding{trace.TypeToolCall, text}, ok
}

// isRunningTools recognises "running 3 tools".
func isRunningTools(name string) bool {
	rest, ok := strings.CutPrefix(name, "running ")
	count, what, _ := strings.Cut(rest, " ")
	_, err := strconv.ParseUint(count, 10, 32)
	return ok && err == nil && (what == "tools" || what == "tool")
}

var keyMCPMethod = of("mcp.method.name")

// mcpMethod: a request to sample is a server asking the client's model; the
// model call itself is a child.
func mcpMethod(r *reader) (finding, bool) {
	value := strings.TrimSpace(r.get(keyMCPMethod).plain())
	if value == "" {
		return finding{}, false
	}
	kind := trace.TypeSpan
	switch strings.ToLower(value) {
	case "tools/call":
		kind = trace.TypeToolCall
	case "resources/read":
		kind = trace.TypeRetrieval
	}
	return finding{kind, matched("mcp.method.name", value)}, true
}

var keySpringKind = of("spring.ai.kind")

func springKind(r *reader) (finding, bool) {
	value := word(r.get(keySpringKind))
	var kind trace.ObservationType
	switch value {
	case "chat_client", "advisor":
		kind = trace.TypeChain
	case "vector_store":
		kind, _ = r.vectorOperation()
	default:
		return finding{}, false
	}
	return finding{kind, matched("spring.ai.kind", value)}, true
}

// foreignSpaces are namespaces of infrastructure. Some libraries copy the model
// of a request onto every span below it, so a model name beside these says
// nothing.
var foreignSpaces = spaceOf("http.") | spaceOf("url.") | spaceOf("db.") | spaceOf("rpc.") | spaceOf("messaging.") | spaceOf("faas.")

var modelKeys = all("gen_ai.request.model", "gen_ai.response.model", "llm.model_name", "langfuse.observation.model.name")

// modelCall is the fallback for model calls without a type: a model, a trace of
// its use, and nothing that says it is something else.
func modelCall(r *reader) (finding, bool) {
	k, ok := r.hasAny(modelKeys)
	if !ok || r.spaces&foreignSpaces != 0 || r.span.Kind == SpanServer {
		return finding{}, false
	}
	if !r.hasUsage() && !r.hasMessages() && !r.hasFinishReason() && !r.has(keyResponseID) {
		return finding{}, false
	}
	return finding{trace.TypeGeneration, matched(k.String(), r.get(k).scalar())}, true
}
