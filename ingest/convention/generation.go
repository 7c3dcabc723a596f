package convention

import (
	"strings"
	"time"

	"github.com/treeline-dev/treeline/trace"
)

// Which model was asked, which answered, and which is priced.
var (
	askedModelSources = append(rows(AttrRequestModel, "gen_ai.request.model", "llm.request.model_name", "ai.model.id",
		"aisdk.model.id", "langfuse.observation.model.name"), from("model_name").onScope(pydanticScope))
	openInferenceModelSources = rows("llm.model_name")
	requestModelSources       = concat(askedModelSources, openInferenceModelSources)
	responseModelSources      = rows(AttrResponseModel, "gen_ai.response.model", "llm.response.model_name",
		"llm.response.model", "ai.response.model")
	pricedModelSources = rows(AttrModel, "langfuse.observation.model.name")

	responseIDSources  = rows(AttrResponseID, "gen_ai.response.id", "ai.response.id")
	serviceTierSources = rows(AttrServiceTier, "openai.response.service_tier", "gen_ai.openai.response.service_tier",
		"gen_ai.response.service_tier")
)

var keyResponseID = of("gen_ai.response.id")

// Milliseconds from the start to the first token. Several producers reuse the
// name of a metric, whose unit is seconds.
var timeToFirstTokenSources = [2][]source{
	{from(AttrTimeToFirstToken)},
	{
		from("gen_ai.response.time_to_first_chunk").times(1000),
		from("gen_ai.client.operation.time_to_first_chunk").times(1000),
		from("gen_ai.client.inference.time_to_first_chunk").times(1000),
		from("ai.response.msToFirstChunk"),
		from("ai.stream.msToFirstChunk"),
		from("gen_ai.server.time_to_first_token").onScope("strands.telemetry.tracer"), // already milliseconds
		from("gen_ai.server.time_to_first_token").times(1000),
	},
}

// completionStart stands between the two lists above.
var completionStart = of("langfuse.observation.completion_start_time")

func (r *reader) readGeneration(g *trace.Generation) {
	g.RequestModel, g.ResponseModel = r.models()
	if priced := r.name(pricedModelSources); priced != nil {
		if model := g.Model(); model == nil || *model != *priced {
			g.PricedModel = priced
		}
	}
	g.Provider = r.provider(g.Model())
	g.Messages, g.Completion = r.messages(input), r.messages(output)
	g.FinishReasons = r.readFinishReasons(g.Completion)
	r.conversationBodies(&g.Common, g.Messages, g.Completion)
	g.Parameters = r.readParameters()
	g.Tools = r.readTools()
	g.ResponseID, g.ServiceTier = r.name(responseIDSources), r.name(serviceTierSources)
	if g.ResponseID == nil {
		g.ResponseID = r.idInResponse()
	}
	g.TimeToFirstTokenMs = r.timeToFirstToken()
	r.readPrompt(g)
	g.Usage, g.Cost = r.readUsage(), r.readCost()
}

// models returns the model that was asked for and the one that answered.
// OpenInference has one key for both: some of its instrumentations write there
// what answered, also under GenAI's name for what was asked for, which then
// stands among the parameters only.
func (r *reader) models() (request, response *string) {
	request, response = r.name(askedModelSources), r.name(responseModelSources)
	if response == nil {
		response = r.adkModel()
	}
	told := r.name(openInferenceModelSources)
	if request == nil || told != nil && *told == *request {
		if asked := r.modelInParameters(); asked != nil {
			request = asked
		}
	}
	if request == nil {
		request = told
	}
	if response == nil && told != nil && *told != *request {
		response = told
	}
	return request, response
}

// adkModel: Google's ADK tells the model that answered only in its blob.
func (r *reader) adkModel() *string {
	if r.places[keyADKResponse] == 0 {
		return nil
	}
	blob, _ := r.get(keyADKResponse).structured()
	return pointer(trace.Shorten(blob.get("model_version").scalar(), trace.MaxNameBytes))
}

// requestBlobs hold the model that was asked for among other parameters.
var requestBlobs = all("llm.invocation_parameters", "embedding.invocation_parameters")

// modelInParameters is the model among the parameters of a request.
func (r *reader) modelInParameters() *string {
	for _, k := range requestBlobs {
		if r.places[k] == 0 {
			continue
		}
		if model := r.decodedParameters(k).get("model").scalar(); model != "" {
			return pointer(trace.Shorten(model, trace.MaxNameBytes))
		}
	}
	return nil
}

// idInResponse: OpenInference keeps the response whole, with its id. The id tells
// whether two spans describe one call.
func (r *reader) idInResponse() *string {
	text := r.get(keyOutputValue).plain()
	if len(text) > maxMetadataBytes || !strings.Contains(text, `"id"`) {
		return nil
	}
	response, state := parseJSON(text)
	if state != jsonWhole {
		return nil
	}
	id := response.at("llm_output", "id") // LangChain
	if response.first("choices", "content", "output", "candidates") != nil {
		id = response.get("id")
	}
	return pointer(trace.Shorten(id.plain(), trace.MaxNameBytes))
}

// timeToFirstToken returns a believable time to the first token.
func (r *reader) timeToFirstToken() *float64 {
	ms, ok := r.number(timeToFirstTokenSources[0])
	if !ok {
		ms, ok = r.millisUntil(r.get(completionStart))
	}
	if !ok {
		ms, ok = r.number(timeToFirstTokenSources[1])
	}
	if !ok {
		ms, ok = r.firstChunk()
	}
	if !ok || ms < 0 {
		return nil
	}
	// Clocks of a client and its tracer differ a little.
	if total, known := r.durationMs(); known && ms > total*1.05 {
		return nil
	}
	return &ms
}

// millisUntil reads a point in time, as text that may be quoted as in JSON.
func (r *reader) millisUntil(v *Value) (float64, bool) {
	text := strings.Trim(strings.TrimSpace(v.plain()), `"`)
	if text == "" || r.span.StartNanos == 0 {
		return 0, false
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999"} {
		if at, err := time.Parse(layout, text); err == nil {
			return float64(at.Sub(nanosToTime(r.span.StartNanos))) / 1e6, true
		}
	}
	return 0, false
}

// firstChunk takes the time from the first event of a stream.
func (r *reader) firstChunk() (float64, bool) {
	for i := range r.events {
		e := &r.events[i]
		if e.does != eventChunk {
			continue
		}
		if ms, ok := e.attribute("ai.response.msToFirstChunk").number(); ok {
			return ms, true
		}
		if ms, ok := e.attribute("ai.stream.msToFirstChunk").number(); ok {
			return ms, true
		}
		if e.TimeNanos > r.span.StartNanos && r.span.StartNanos > 0 {
			return float64(e.TimeNanos-r.span.StartNanos) / 1e6, true
		}
	}
	return 0, false
}

// promptSources are pairs of keys that name a managed prompt and its version.
// The exact key gen_ai.prompt holds content and gen_ai.prompt.<n>. messages;
// only name, version and variable belong to prompt management.
var promptSources = []struct{ name, version []source }{
	{rows(AttrPromptName), rows(AttrPromptVersion)},
	{rows("langfuse.observation.prompt.name"), rows("langfuse.observation.prompt.version")},
	{rows("langfuse.prompt.name"), rows("langfuse.prompt.version")},
	{rows("gen_ai.prompt.name"), rows("gen_ai.prompt.version")},
	{rows("traceloop.prompt.key"), rows("traceloop.prompt.version")},
	{rows("prompt.id"), rows("llm.prompt_template.version")},
	{rows("langwatch.prompt.handle", "langwatch.prompt.id"), rows("langwatch.prompt.version.number")},
}

var (
	keyLangfusePrompt = of("ai.telemetry.metadata.langfusePrompt")

	slotSources = rows(AttrPromptSlots, "llm.prompt_template.variables", "traceloop.prompt.template_variables")
	// slotFamilies hold a key for each variable.
	slotFamilies = []prefix{under("gen_ai.prompt.variable."), under("traceloop.prompt.template_variables.")}
)

// readPrompt links a generation to the version of a managed prompt, and keeps
// the values of its variables.
func (r *reader) readPrompt(g *trace.Generation) {
	version := ""
	for i := range promptSources {
		g.PromptName = r.name(promptSources[i].name)
		version = trace.Shorten(r.text(promptSources[i].version), trace.MaxNameBytes)
		if g.PromptName != nil || version != "" {
			break
		}
	}
	if g.PromptName == nil && version == "" {
		if v := r.get(keyLangfusePrompt); !v.isNull() {
			prompt, _ := v.structured()
			g.PromptName = pointer(trace.Shorten(prompt.get("name").scalar(), trace.MaxNameBytes))
			version = trace.Shorten(prompt.get("version").scalar(), trace.MaxNameBytes)
		}
	}
	if version != "" {
		g.SetPromptVersion(version)
	}
	slots := newObject(maxMetadataBytes)
	if v := r.structure(slotSources); v.isMap() {
		slots.merge(v)
	}
	for _, family := range slotFamilies {
		from, to := r.family(family)
		for i := from; i < to; i++ {
			slots.set(r.list[i].Key[len(family.text):], &r.list[i].Value)
			r.used[i] = true
		}
	}
	g.Slots = slots.encode()
	if slots.isCut {
		r.warn("cut:prompt_slots")
	}
}
