package convention

// The attributes of our own convention. They win over those of every other
// convention. Structured values may be sent as attributes of kind list or map,
// or as JSON text; a name that ends in a dot is a family of keys.
const (
	// AttrType is the type: a name of trace.ObservationType in any case, or
	// retriever, reranker, tool.
	AttrType = "treeline.observation.type"
	// AttrName is the name of the observation, for names that are no good span
	// names.
	AttrName = "treeline.observation.name"
	// AttrInput and AttrOutput are the bodies: text or structured.
	AttrInput  = "treeline.observation.input"
	AttrOutput = "treeline.observation.output"
	// AttrInputMessages and AttrOutputMessages are conversations: a list of
	// {"role", "parts": [{"type": "text", "text"}]}; every form that another
	// convention uses is read too.
	AttrInputMessages  = "treeline.observation.input_messages"
	AttrOutputMessages = "treeline.observation.output_messages"
	// AttrLevel is DEBUG, DEFAULT, WARNING or ERROR.
	AttrLevel = "treeline.observation.level"
	// AttrStatusMessage explains the status.
	AttrStatusMessage = "treeline.observation.status_message"
	// AttrMetadata holds metadata, structured or as one key each below
	// AttrMetadataPrefix.
	AttrMetadata       = "treeline.observation.metadata"
	AttrMetadataPrefix = "treeline.observation.metadata."
	// AttrModelParameters are settings of a model call, structured: temperature,
	// top_p, max_tokens, seed, stop_sequences and any others.
	AttrModelParameters = "treeline.observation.model_parameters"
	// AttrRunning is true on the start record of a span that has not ended: a
	// span with the same ids, an end time of 0, and whatever is known so far.
	AttrRunning = "treeline.observation.running"

	// AttrProvider is the provider of the model, see ProviderName.
	AttrProvider = "treeline.generation.provider"
	// AttrModel is the model that the price is looked up by; AttrRequestModel
	// was asked for, AttrResponseModel answered.
	AttrModel         = "treeline.generation.model"
	AttrRequestModel  = "treeline.generation.request_model"
	AttrResponseModel = "treeline.generation.response_model"
	// AttrResponseID is the provider's id of the answer.
	AttrResponseID = "treeline.generation.response_id"
	// AttrFinishReasons is a list, one a choice.
	AttrFinishReasons = "treeline.generation.finish_reasons"
	// AttrTimeToFirstToken is in milliseconds.
	AttrTimeToFirstToken = "treeline.generation.ttft_ms"
	// AttrServiceTier is the tier that the provider used.
	AttrServiceTier = "treeline.generation.service_tier"
	// AttrTools is a list of the tools that were offered: {"name",
	// "description", "parameters"}.
	AttrTools = "treeline.generation.tools"

	// Token counts: input and output are inclusive totals, the others parts of
	// them.
	AttrInputTokens       = "treeline.usage.input_tokens"
	AttrOutputTokens      = "treeline.usage.output_tokens"
	AttrTotalTokens       = "treeline.usage.total_tokens"
	AttrCacheReadTokens   = "treeline.usage.cache_read_tokens"
	AttrCacheWriteTokens  = "treeline.usage.cache_write_tokens"
	AttrReasoningTokens   = "treeline.usage.reasoning_tokens"
	AttrAudioInputTokens  = "treeline.usage.audio_input_tokens"
	AttrAudioOutputTokens = "treeline.usage.audio_output_tokens"

	// Cost in US dollars: a number for the total, or {"input", "output",
	// "total"}; or one key each.
	AttrCost       = "treeline.observation.cost"
	AttrCostInput  = "treeline.cost.input"
	AttrCostOutput = "treeline.cost.output"
	AttrCostTotal  = "treeline.cost.total"

	// AttrPromptName and AttrPromptVersion name the version of a managed prompt
	// that the messages were made from; AttrPromptSlots are the values of its
	// variables, structured.
	AttrPromptName    = "treeline.prompt.name"
	AttrPromptVersion = "treeline.prompt.version"
	AttrPromptSlots   = "treeline.prompt.slots"

	// Of a retrieval. Documents is a list of {"id", "content", "score",
	// "metadata"}, best first; Source an index or a knowledge base.
	AttrRetrievalQuery         = "treeline.retrieval.query"
	AttrRetrievalSource        = "treeline.retrieval.source"
	AttrRetrievalTopK          = "treeline.retrieval.top_k"
	AttrRetrievalDocuments     = "treeline.retrieval.documents"
	AttrRetrievalDocumentCount = "treeline.retrieval.document_count"

	// Of a reranking; the model is AttrModel.
	AttrRerankingQuery      = "treeline.reranking.query"
	AttrRerankingTopK       = "treeline.reranking.top_k"
	AttrRerankingInputCount = "treeline.reranking.input_count"
	AttrRerankingDocuments  = "treeline.reranking.documents"

	// Of an embedding; the model is AttrModel.
	AttrEmbeddingInputCount = "treeline.embedding.input_count"
	AttrEmbeddingDimensions = "treeline.embedding.dimensions"

	// Of a tool call. Arguments and result are structured.
	AttrToolName      = "treeline.tool.name"
	AttrToolCallID    = "treeline.tool.call_id"
	AttrToolArguments = "treeline.tool.arguments"
	AttrToolResult    = "treeline.tool.result"
	AttrToolIsError   = "treeline.tool.is_error"

	// Of a guardrail. Name is the policy that was checked, PolicyID its id in a
	// rule book; Phase is input, output or tool; Verdict a name of
	// trace.GuardrailVerdict, Action of trace.GuardrailAction, in any case;
	// Passed a boolean; Categories a list.
	AttrGuardrailName       = "treeline.guardrail.name"
	AttrGuardrailPolicyID   = "treeline.guardrail.policy_id"
	AttrGuardrailPhase      = "treeline.guardrail.phase"
	AttrGuardrailPassed     = "treeline.guardrail.passed"
	AttrGuardrailVerdict    = "treeline.guardrail.verdict"
	AttrGuardrailAction     = "treeline.guardrail.action"
	AttrGuardrailReason     = "treeline.guardrail.reason"
	AttrGuardrailScore      = "treeline.guardrail.score"
	AttrGuardrailCategories = "treeline.guardrail.categories"

	// Of an agent.
	AttrAgentName = "treeline.agent.name"
	AttrAgentID   = "treeline.agent.id"

	// Of an evaluator: the judgement that it came to.
	AttrEvaluatorScoreName   = "treeline.evaluator.score_name"
	AttrEvaluatorScoreValue  = "treeline.evaluator.score_value"
	AttrEvaluatorLabel       = "treeline.evaluator.label"
	AttrEvaluatorExplanation = "treeline.evaluator.explanation"

	// EventScore is a span event that scores its span. Value is a number, a
	// boolean or a label; Label may stand beside a number; Source is a name of
	// trace.ScoreSource, CODE without one; Target is observation, trace or
	// session; ID replaces an earlier score with the same id.
	EventScore       = "treeline.score"
	AttrScoreID      = "treeline.score.id"
	AttrScoreName    = "treeline.score.name"
	AttrScoreValue   = "treeline.score.value"
	AttrScoreLabel   = "treeline.score.label"
	AttrScoreComment = "treeline.score.comment"
	AttrScoreSource  = "treeline.score.source"
	AttrScoreTarget  = "treeline.score.target"

	// Of the trace; any of its spans may say it.
	AttrTraceName           = "treeline.trace.name"
	AttrTraceUserID         = "treeline.trace.user_id"
	AttrTraceSessionID      = "treeline.trace.session_id"
	AttrTraceTags           = "treeline.trace.tags"
	AttrTraceMetadata       = "treeline.trace.metadata"
	AttrTraceMetadataPrefix = "treeline.trace.metadata."
	AttrTraceInput          = "treeline.trace.input"
	AttrTraceOutput         = "treeline.trace.output"
	// AttrAsRoot declares a span the root of its trace though it has a parent
	// elsewhere.
	AttrAsRoot = "treeline.as_root"

	// Of the span, or of the resource for all its spans.
	AttrEnvironment = "treeline.environment"
	AttrRelease     = "treeline.release"
	AttrVersion     = "treeline.version"
)

var keyRunning = of(AttrRunning)
