package demo

import "time"

// Keys of what is planted.
const (
	staleArticle      = "stale-article"
	truncatedAnswer   = "truncated-answer"
	slowTool          = "slow-tool"
	modelOutage       = "model-outage"
	wrongLanguage     = "wrong-language"
	lostStep          = "lost-step"
	forbiddenLookup   = "forbidden-lookup"
	confoundedRelease = "confounded-release"

	promptRegression = "prompt-regression"
	misroutedIntent  = "misrouted-intent"
	toolTimeout      = "tool-timeout"
	inventedAnswer   = "invented-answer"
	batchJob         = "batch-job"
	lateParent       = "late-parent"

	ignoredError    = "ignored-error"
	repetition      = "repeated-step"
	unpricedModel   = "unpriced-model"
	blockedAdvice   = "blocked-advice"
	skewedClock     = "skewed-clock"
	unchangedPrompt = "unchanged-prompt"

	jailbreak  = "blocked-jailbreak"
	disclosure = "masked-personal-data"
)

// Plant is something that was put into the data to be found.
type Plant struct {
	// Key names it in Occurrence.
	Key string
	// Industry says whose data it is in; empty for everyone's.
	Industry Industry
	Title    string
	// Cause is what went wrong first, Symptom where it shows.
	Cause, Symptom string
	// Filter is a TraceFilter in GraphQL that finds the traces; empty where a
	// filter cannot tell them from others.
	Filter string
	// IsEverywhere says that it has no occurrences of its own: it is in the whole
	// of the data, before and after some day.
	IsEverywhere bool
}

// Occurrence is one trace in which a Plant was put. Ids are in hex.
type Occurrence struct {
	Key string
	// Customer is the slug of the organization.
	Customer  string
	TraceID   string
	StartedAt time.Time
	// CauseSpanID and SymptomSpanID are empty where one span does not tell.
	CauseSpanID, SymptomSpanID string
}

// Planted returns everything that is planted.
func Planted() []Plant {
	return []Plant{
		{
			Key: staleArticle, Industry: Airline, Title: "A wrong fee from last year's article",
			Cause:   "For two days knowledge-service fell back to an index snapshot of December 2025, so the retrieval found the superseded article on change fees and not the current one.",
			Symptom: "The answer quotes EUR 45 per booking where EUR 70 per passenger is right. The judge calls it faithful, because it is true to the article; the passenger, charged EUR 70, comes back and gives one star.",
			Filter:  `{some: {retrieval: {source: {eq: "help-articles@2025-12-31"}}}}`,
		},
		{
			Key: truncatedAnswer, Industry: Airline, Title: "Answers that stop in the middle of a sentence",
			Cause:   "A request with max_tokens of 48 instead of 600.",
			Symptom: "Finish reason length, and the passenger asks for the rest.",
			Filter:  `{some: {generation: {finishReason: {eq: "length"}}}}`,
		},
		{
			Key: slowTool, Industry: Airline, Title: "Rebooking that takes a minute",
			Cause:   "rebook_flight waits for the reservation system for 40 to 75 seconds and succeeds.",
			Symptom: "The whole turn is slow, and the passenger asks whether anyone is there.",
			Filter:  `{durationMs: {gt: 40000}}`,
		},
		{
			Key: modelOutage, Industry: Airline, Title: "An hour in which the model was overloaded",
			Cause:   "Both attempts to call the answering model are refused with 529.",
			Symptom: "The agent and the request fail: the gateway answers 503.",
			Filter:  `{state: [FAILED]}`,
		},
		{
			Key: wrongLanguage, Industry: Airline, Title: "English answers to French questions",
			Cause:   "Version 13 of care/answer-passenger lost the line that names the language.",
			Symptom: "The score language_match fails, and the passenger asks for French.",
			Filter:  `{score: {name: "language_match", passed: false}}`,
		},
		{
			Key: lostStep, Industry: Airline, Title: "A step that never arrived",
			Cause:   "The span between the agent and the search was dropped on its way.",
			Symptom: "Embedding, retrieval and reranking stand at the top of the tree as orphans.",
		},
		{
			Key: forbiddenLookup, Industry: Airline, Title: "A refund that is said not to exist",
			Cause:   "For a day and a half the payments backend answers refund_status with 403, because the token of tools-service has expired. The tool passes the error on, and its own span is no failure.",
			Symptom: "Four steps later the answer says that there is no refund on record. The passenger, who holds the letter that approves it, gets angry.",
			Filter:  `{some: {toolCall: {toolName: {eq: "refund_status"}, isError: true}, status: [UNSET, OK]}}`,
		},
		{
			Key: confoundedRelease, Industry: Airline, Title: "A release that changed two things at once", IsEverywhere: true,
			Cause:   "On day 9 care/answer-passenger went from version 12 to 13 and the model from claude-sonnet-4-6 to claude-sonnet-5-5.",
			Symptom: "Cost per answer falls, but what did it, the prompt or the model, cannot be told from before and after.",
			Filter:  `{some: {generation: {promptName: {eq: "care/answer-passenger"}, promptNumber: {eq: 13}}}}`,
		},
		{
			Key: promptRegression, Industry: Telecom, Title: "A prompt version that is better and worse", IsEverywhere: true,
			Cause:   "Version 7 of answer-customer, live since day 9 and for a quarter of the conversations since day 8, asks for two sentences and no longer for admitting ignorance.",
			Symptom: "Output tokens, latency and cost fall and relevance rises, while faithfulness drops: answers hold claims that no article makes.",
			Filter:  `{some: {generation: {promptName: {eq: "answer-customer"}, promptNumber: {eq: 7}}}}`,
		},
		{
			Key: misroutedIntent, Industry: Telecom, Title: "A cancellation taken for an upgrade",
			Cause:   "The small model labels a German cancellation as upgrade_plan with low confidence, four steps before the answer.",
			Symptom: "The search looks among plans, the answer sells one, relevance is low, and the customer says that this was not the question.",
			Filter:  `{some: {agent: {}, score: {name: "relevance", number: {lt: 0.4}}}}`,
		},
		{
			Key: toolTimeout, Industry: Telecom, Title: "Three hours without line tests",
			Cause:   "diagnose_line runs into its deadline of ten seconds, three times in a row.",
			Symptom: "The answer apologises, the turn takes half a minute, and the tool calls carry an exception with its stack.",
			Filter:  `{durationMs: {gt: 25000}, some: {toolCall: {toolName: {eq: "diagnose_line"}, isError: true}}}`,
		},
		{
			Key: inventedAnswer, Industry: Telecom, Title: "Prices out of nowhere",
			Cause:   "The search finds no document on repairs, and version 7 of the prompt asks for confidence.",
			Symptom: "The answer names a price that stands nowhere; faithfulness is near zero.",
			Filter:  `{and: [{some: {retrieval: {documentCount: {eq: 0}}}}, {some: {agent: {}, score: {name: "faithfulness", number: {lt: 0.3}}}}]}`,
		},
		{
			Key: batchJob, Industry: Telecom, Title: "A trace of 2,000 spans",
			Cause:   "The nightly job sums up the conversations of the day with twenty workers.",
			Symptom: "One trace that is 200 times as large as the others, with links to the traces that it read.",
			Filter:  `{name: {eq: "nightly-insights"}}`,
		},
		{
			Key: lateParent, Industry: Telecom, Title: "A root that came last",
			Cause:   "The gateway's span arrives in the last request of all, long after the rest of its trace.",
			Symptom: "Nothing should: the tree is whole once it is there.",
		},
		{
			Key: ignoredError, Industry: Bank, Title: "A transfer that was never made",
			Cause:   "create_transfer answers that the limit is exceeded, with a span that is not an error.",
			Symptom: "The answer says that the money is on its way. Nothing failed, and the client complains a turn later.",
			Filter:  `{state: [COMPLETE], some: {toolCall: {toolName: {eq: "create_transfer"}, isError: true}}}`,
		},
		{
			Key: repetition, Industry: Bank, Title: "An agent that goes round in circles",
			Cause:   "kyc_status keeps answering that the case is pending, and the model asks again with the same arguments, eight times.",
			Symptom: "A trace with many steps and many tokens that ends without an answer.",
			Filter:  `{some: {agent: {stepCount: {gte: 16}}}}`,
		},
		{
			Key: unpricedModel, Industry: Bank, Title: "Calls without a price",
			Cause:   "A trial of initech-teller-14b, a model of the bank's own that no price list knows.",
			Symptom: "The cost of these traces is incomplete until a price is set.",
			Filter:  `{some: {generation: {model: {eq: "initech-teller-14b"}}}}`,
		},
		{
			Key: blockedAdvice, Industry: Bank, Title: "Investment advice that a guard stopped",
			Cause:   "The model recommends a fund although rule 2 of the prompt forbids it.",
			Symptom: "The output guard denies, and the client gets an offer of an appointment instead.",
			Filter:  `{some: {guardrail: {policy: {eq: "investment-advice"}, action: [BLOCK]}}}`,
		},
		{
			Key: skewedClock, Industry: Bank, Title: "A clock that is 80 ms slow", IsEverywhere: true,
			Cause:   "The clock of knowledge-service is behind.",
			Symptom: "Embeddings and retrievals seem to start before the steps that they belong to.",
			Filter:  `{some: {service: {eq: "knowledge-service"}}}`,
		},
		{
			Key: unchangedPrompt, Industry: Bank, Title: "A prompt that did not change", IsEverywhere: true,
			Cause:   "desk-answer stays at version 3 all the time.",
			Symptom: "Before and after day 9 a comparison should find nothing: the control.",
			Filter:  `{some: {generation: {promptName: {eq: "desk-answer"}, promptNumber: {eq: 3}}}}`,
		},
		{
			Key: jailbreak, Title: "Attempts to break the rules",
			Cause:   "Someone asks for the system prompt or for other people's data.",
			Symptom: "The input guard denies, and no model is called.",
			Filter:  `{some: {guardrail: {policy: {eq: "prompt-injection"}, passed: false}}, none: {generation: {}}}`,
		},
		{
			Key: disclosure, Title: "Personal data that was masked",
			Cause:   "Someone types a card number, an identity card or an address.",
			Symptom: "The input guard rewrites the message before any model sees it.",
			Filter:  `{some: {guardrail: {policy: {eq: "personal-data"}, action: [REWRITE]}}}`,
		},
	}
}
