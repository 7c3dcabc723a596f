package convention

import (
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

// count names one number of a usage.
type count uint8

const (
	inputCount count = iota
	outputCount
	totalCount
	cacheReadCount
	cacheWriteCount
	cacheWrite5mCount
	cacheWrite1hCount
	reasoningCount
	audioInputCount
	audioOutputCount
	imageInputCount
	imageOutputCount
	textInputCount
	textOutputCount
	videoInputCount
	videoOutputCount
	acceptedPredictionCount
	rejectedPredictionCount
	audioCacheReadCount
	imageCacheReadCount
	textCacheReadCount
	videoCacheReadCount
	counts
)

// extraNames are the counts without a field of their own.
var extraNames = map[count]string{
	imageInputCount: "imageInput", imageOutputCount: "imageOutput", textInputCount: "textInput", textOutputCount: "textOutput",
	videoInputCount: "videoInput", videoOutputCount: "videoOutput",
	acceptedPredictionCount: "acceptedPrediction", rejectedPredictionCount: "rejectedPrediction",
	audioCacheReadCount: "audioCacheRead", imageCacheReadCount: "imageCacheRead", textCacheReadCount: "textCacheRead",
	videoCacheReadCount: "videoCacheRead",
}

// usageSources are the keys of each count; the first present wins, and the same
// number under two keys is never added. Keys of details that are not listed are
// repetitions.
var usageSources = [counts][]source{
	inputCount: rows(AttrInputTokens, "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt",
		"ai.usage.inputTokens", "ai.usage.promptTokens", "ai.usage.tokens", "llm.usage.prompt_tokens",
		"gen_ai.response.prompt_tokens", "gen_ai.token.usage.input", "langwatch.input_tokens"),
	outputCount: rows(AttrOutputTokens, "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion",
		"ai.usage.outputTokens", "ai.usage.completionTokens", "llm.usage.completion_tokens",
		"gen_ai.response.completion_tokens", "gen_ai.token.usage.output", "langwatch.output_tokens"),
	totalCount: rows(AttrTotalTokens, "gen_ai.usage.total_tokens", "llm.token_count.total", "llm.usage.total_tokens", "ai.usage.totalTokens"),
	cacheReadCount: rows(AttrCacheReadTokens, "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens",
		"gen_ai.usage.cache_read_tokens", "gen_ai.usage.details.cache_read_tokens", "gen_ai.usage.details.cache_read_input_tokens",
		"gen_ai.usage.details.cached_tokens", "gen_ai.usage.prompt_tokens_details.cached_tokens", "gen_ai.usage.input_tokens.cached",
		"llm.token_count.prompt_details.cache_read", "ai.usage.inputTokenDetails.cacheReadTokens", "ai.usage.cachedInputTokens"),
	cacheWriteCount: rows(AttrCacheWriteTokens, "gen_ai.usage.cache_write.input_tokens", "gen_ai.usage.cache_creation.input_tokens",
		"gen_ai.usage.cache_creation_input_tokens", "gen_ai.usage.cache_write_input_tokens", "gen_ai.usage.cache_write_tokens",
		"gen_ai.usage.details.cache_write_tokens", "gen_ai.usage.details.cache_creation_input_tokens",
		"gen_ai.usage.prompt_tokens_details.cache_creation_tokens", "llm.token_count.prompt_details.cache_write",
		"ai.usage.inputTokenDetails.cacheWriteTokens"),
	cacheWrite5mCount: rows("gen_ai.usage.cache_creation.input_tokens.ephemeral_5m"),
	cacheWrite1hCount: rows("gen_ai.usage.cache_creation.input_tokens.ephemeral_1h"),
	reasoningCount: rows(AttrReasoningTokens, "gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens",
		"llm.usage.reasoning_tokens", "gen_ai.usage.details.reasoning_tokens", "gen_ai.usage.completion_tokens_details.reasoning_tokens",
		"llm.token_count.completion_details.reasoning", "ai.usage.outputTokenDetails.reasoningTokens", "ai.usage.reasoningTokens"),
	audioInputCount: rows(AttrAudioInputTokens, "gen_ai.usage.audio.input_tokens", "gen_ai.usage.details.input_audio_tokens",
		"llm.token_count.prompt_details.audio"),
	audioOutputCount: rows(AttrAudioOutputTokens, "gen_ai.usage.audio.output_tokens", "gen_ai.usage.details.output_audio_tokens",
		"gen_ai.usage.completion_tokens_details.audio_tokens", "llm.token_count.completion_details.audio"),
	imageInputCount:         rows("gen_ai.usage.image.input_tokens"),
	imageOutputCount:        rows("gen_ai.usage.image.output_tokens"),
	textInputCount:          rows("gen_ai.usage.text.input_tokens"),
	textOutputCount:         rows("gen_ai.usage.text.output_tokens"),
	videoInputCount:         rows("gen_ai.usage.video.input_tokens"),
	videoOutputCount:        rows("gen_ai.usage.video.output_tokens"),
	acceptedPredictionCount: rows("gen_ai.usage.completion_tokens_details.accepted_prediction_tokens"),
	rejectedPredictionCount: rows("gen_ai.usage.completion_tokens_details.rejected_prediction_tokens"),
	audioCacheReadCount:     rows("gen_ai.usage.audio.cache_read.input_tokens"),
	imageCacheReadCount:     rows("gen_ai.usage.image.cache_read.input_tokens"),
	textCacheReadCount:      rows("gen_ai.usage.text.cache_read.input_tokens"),
	videoCacheReadCount:     rows("gen_ai.usage.video.cache_read.input_tokens"),
}

// aggregatedSources are what Pydantic AI writes on agents instead: the same
// names below another prefix.
var aggregatedSources = func() (aggregated [counts][]source) {
	for c := range usageSources {
		for _, s := range usageSources[c] {
			if suffix, ok := strings.CutPrefix(s.key.String(), "gen_ai.usage."); ok {
				aggregated[c] = append(aggregated[c], from("gen_ai.aggregated_usage."+suffix))
			}
		}
	}
	return aggregated
}()

// blobSources are counts inside a structured attribute: the key and the path.
var blobSources = []struct {
	count count
	key   key
	path  []string
}{
	{cacheReadCount, keyProviderMetadata, []string{"openai", "cachedPromptTokens"}},
	{cacheReadCount, keyProviderMetadata, []string{"anthropic", "usage", "cache_read_input_tokens"}},
	{cacheReadCount, keyProviderMetadata, []string{"anthropic", "cacheReadInputTokens"}},
	{cacheReadCount, keyProviderMetadata, []string{"bedrock", "usage", "cacheReadInputTokens"}},
	{cacheReadCount, keyADKResponse, []string{"usage_metadata", "cached_content_token_count"}},
	{cacheWriteCount, keyProviderMetadata, []string{"anthropic", "cacheCreationInputTokens"}},
	{cacheWriteCount, keyProviderMetadata, []string{"anthropic", "usage", "cache_creation_input_tokens"}},
	{cacheWriteCount, keyProviderMetadata, []string{"bedrock", "usage", "cacheWriteInputTokens"}},
	{cacheWrite5mCount, keyProviderMetadata, []string{"anthropic", "usage", "cache_creation", "ephemeral_5m_input_tokens"}},
	{cacheWrite1hCount, keyProviderMetadata, []string{"anthropic", "usage", "cache_creation", "ephemeral_1h_input_tokens"}},
	{reasoningCount, keyProviderMetadata, []string{"openai", "reasoningTokens"}},
	{acceptedPredictionCount, keyProviderMetadata, []string{"openai", "acceptedPredictionTokens"}},
	{rejectedPredictionCount, keyProviderMetadata, []string{"openai", "rejectedPredictionTokens"}},
}

var keyProviderMetadata = of("ai.response.providerMetadata")

// exclusiveScopes are producers whose input leaves out what was read from and
// written to a cache, though the conventions want it in: they pass on the
// counts of Amazon's Converse API.
var exclusiveScopes = []struct {
	scope, spanName string
	provider        string
}{
	{scope: "opentelemetry.instrumentation.bedrock", spanName: "converse"},
	{scope: "openinference.instrumentation.bedrock", spanName: "converse"},
	{scope: "strands.telemetry.tracer", provider: "aws.bedrock"},
}

// undercountingScopes leave the cache out of the input and do not report it
// either, so that nothing can be mended.
var undercountingScopes = []struct{ scope, provider string }{
	{"@arizeai/openinference-instrumentation-anthropic", "anthropic"},
	{"genkit-tracer", "anthropic"},
	{"ruby_llm", "anthropic"},
}

// What a repair is called in trace.Usage.
const (
	repairedExclusiveInput   = "exclusive_input"
	repairedExclusiveOutput  = "exclusive_output"
	repairedInclusiveDetails = "inclusive_details"
)

// hasUsage is for typing: whether any count is present.
func (r *reader) hasUsage() bool {
	if r.has(keyUsageDetails) {
		return true
	}
	for c := range usageSources {
		for i := range usageSources[c] {
			if r.places[usageSources[c][i].key] > 0 {
				return true
			}
		}
	}
	return false
}

// tally is a usage while it is read. The usage that comes out points into its
// numbers.
type tally struct {
	numbers [counts]int64
	isKnown [counts]bool
}

// get returns a number, nil where it is not known.
func (t *tally) get(c count) *int64 {
	if !t.isKnown[c] {
		return nil
	}
	return &t.numbers[c]
}

// value returns a number, 0 where it is not known.
func (t *tally) value(c count) int64 { return t.numbers[c] }

func (t *tally) set(c count, n int64) { t.numbers[c], t.isKnown[c] = n, true }

func (t *tally) add(c count, n int64) { t.set(c, t.numbers[c]+n) }

// cache is what was read from and written to a cache.
func (t *tally) cache() int64 { return t.value(cacheReadCount) + t.value(cacheWriteCount) }

// readUsage reads the counts of a call, input and output as inclusive totals.
func (r *reader) readUsage() trace.Usage {
	if details, _ := r.get(keyUsageDetails).structured(); details.isMap() {
		t, extra, openAI := tallyOfDetails(details)
		return settleDetails(t, extra, openAI)
	}
	return r.settle(r.addBlobs(r.tally(&usageSources)))
}

// reported reads what a span of a type that is not metered claims for its whole
// subtree; nil for nothing.
func (r *reader) reported() (*trace.Usage, *trace.Cost) {
	var usage *trace.Usage
	u := r.readUsage()
	if u.IsZero() {
		u = r.settle(r.tally(&aggregatedSources))
	}
	if !u.IsZero() {
		kept := u
		usage = &kept
	}
	var cost *trace.Cost
	if c := r.readCost(); c.Total != nil {
		kept := c
		cost = &kept
	}
	return usage, cost
}

// tally collects the counts, nil without any.
func (r *reader) tally(sources *[counts][]source) *tally {
	var t *tally
	for c := range sources {
		if n, ok := r.count(sources[c], maxTokens); ok {
			if t == nil {
				t = &tally{}
			}
			t.set(count(c), n)
		}
	}
	return t
}

// addBlobs completes the counts from structured attributes.
func (r *reader) addBlobs(t *tally) *tally {
	for _, k := range []key{keyProviderMetadata, keyADKResponse} {
		if !r.has(k) {
			continue
		}
		blob, _ := r.get(k).structured()
		for i := range blobSources {
			s := &blobSources[i]
			if s.key != k || t != nil && t.isKnown[s.count] {
				continue
			}
			if n, ok := blob.at(s.path...).count(maxTokens); ok {
				if t == nil {
					t = &tally{}
				}
				t.set(s.count, n)
			}
		}
	}
	return t
}

// settle decides whether the input contains the cache and the output the
// reasoning, and makes both do so.
func (r *reader) settle(t *tally) trace.Usage {
	if t == nil {
		return trace.Usage{}
	}
	if !t.isKnown[cacheWriteCount] && (t.isKnown[cacheWrite5mCount] || t.isKnown[cacheWrite1hCount]) {
		t.add(cacheWriteCount, t.value(cacheWrite5mCount)+t.value(cacheWrite1hCount))
	}
	for c, isTold := audioCacheReadCount, t.isKnown[cacheReadCount]; c <= videoCacheReadCount && !isTold; c++ {
		if t.isKnown[c] { // by modality only
			t.add(cacheReadCount, t.value(c))
		}
	}
	in, out := t.value(inputCount), t.value(outputCount)
	cached, reasoning := t.cache(), t.value(reasoningCount)
	if !t.isKnown[inputCount] {
		cached = 0
	}
	if !t.isKnown[outputCount] {
		reasoning = 0
	}
	// A part cannot exceed its whole. Gemini counts thoughts beside the answer.
	isCacheApart := cached > in || cached > 0 && r.excludesCache()
	isReasoningApart := reasoning > out
	if t.isKnown[totalCount] {
		switch total := t.value(totalCount); total {
		case in + out: // some producers add this up themselves: it proves nothing
		case in + out + cached + reasoning:
			isCacheApart, isReasoningApart = cached > 0, reasoning > 0
		case in + out + cached:
			isCacheApart = true
		case in + out + reasoning:
			isReasoningApart = true
		}
	}
	repaired := ""
	if isReasoningApart {
		t.add(outputCount, reasoning)
		repaired = repairedExclusiveOutput
	}
	if isCacheApart {
		t.add(inputCount, cached)
		repaired = repairedExclusiveInput
	}
	r.warnOfUndercount(t)
	return usageOf(t, nil, repaired)
}

// excludesCache reports whether the producer is known to leave the cache out.
func (r *reader) excludesCache() bool {
	for _, s := range exclusiveScopes {
		if !strings.HasPrefix(r.scopeName, s.scope) || !strings.Contains(r.span.Name, s.spanName) {
			continue
		}
		if s.provider == "" {
			return true
		}
		if provider := r.provider(r.name(requestModelSources)); provider != nil && *provider == s.provider {
			return true
		}
	}
	return false
}

func (r *reader) warnOfUndercount(t *tally) {
	if !t.isKnown[inputCount] {
		return
	}
	for _, s := range undercountingScopes {
		if strings.HasPrefix(r.scopeName, s.scope) {
			if provider := r.provider(r.name(requestModelSources)); provider != nil && *provider == s.provider {
				r.warn("undercount_possible")
			}
		}
	}
}

// usageOf builds the usage. Details are parts of the totals here.
func usageOf(t *tally, extra map[string]int64, repaired string) trace.Usage {
	u := trace.Usage{
		InputTokens: t.get(inputCount), OutputTokens: t.get(outputCount),
		CacheReadTokens: t.get(cacheReadCount), CacheWriteTokens: t.get(cacheWriteCount),
		CacheWrite5mTokens: t.get(cacheWrite5mCount), CacheWrite1hTokens: t.get(cacheWrite1hCount),
		ReasoningTokens:  t.get(reasoningCount),
		AudioInputTokens: t.get(audioInputCount), AudioOutputTokens: t.get(audioOutputCount),
		Extra: extra, Repaired: repaired,
	}
	for c, name := range extraNames {
		if t.isKnown[c] {
			if u.Extra == nil {
				u.Extra = map[string]int64{}
			}
			u.Extra[name] = t.value(c)
		}
	}
	sum := t.value(inputCount) + t.value(outputCount)
	reported := t.get(totalCount)
	switch {
	case t.isKnown[inputCount] && t.isKnown[outputCount]:
		u.TotalTokens = &sum
	case reported != nil && *reported >= sum: // a part is unknown
		u.TotalTokens = reported
	case t.isKnown[inputCount] || t.isKnown[outputCount]:
		u.TotalTokens = &sum
	}
	if reported != nil && repaired == "" && *reported != *u.TotalTokens {
		u.ReportedTotal = reported
	}
	return u
}

// Langfuse's usage_details.

var keyUsageDetails = of("langfuse.observation.usage_details")

// detailNames are the names of its buckets, in Langfuse's own words and in those
// of the providers' APIs.
var detailNames = map[string]count{
	"input": inputCount, "prompt": inputCount, "input_tokens": inputCount, "prompt_tokens": inputCount, "promptTokens": inputCount,
	"output": outputCount, "completion": outputCount, "output_tokens": outputCount, "completion_tokens": outputCount,
	"completionTokens": outputCount,
	"total":            totalCount, "total_tokens": totalCount, "totalTokens": totalCount,
	"input_cached_tokens": cacheReadCount, "cache_read_input_tokens": cacheReadCount, "input_cache_read": cacheReadCount,
	"cached_tokens":        cacheReadCount,
	"input_cache_creation": cacheWriteCount, "cache_creation_input_tokens": cacheWriteCount, "input_cache_write": cacheWriteCount,
	"input_cache_creation_5m": cacheWrite5mCount, "input_cache_creation_1h": cacheWrite1hCount,
	"output_reasoning_tokens": reasoningCount, "reasoning_tokens": reasoningCount, "output_reasoning": reasoningCount,
	"input_audio_tokens": audioInputCount, "input_audio": audioInputCount,
	"output_audio_tokens": audioOutputCount, "output_audio": audioOutputCount,
}

// nestedDetailNames are those inside the *_details objects of OpenAI's usage.
var nestedDetailNames = map[string]map[string]count{
	"input": {"cached_tokens": cacheReadCount, "cache_creation_tokens": cacheWriteCount, "audio_tokens": audioInputCount,
		"image_tokens": imageInputCount, "text_tokens": textInputCount},
	"output": {"reasoning_tokens": reasoningCount, "audio_tokens": audioOutputCount, "image_tokens": imageOutputCount,
		"text_tokens": textOutputCount, "accepted_prediction_tokens": acceptedPredictionCount,
		"rejected_prediction_tokens": rejectedPredictionCount},
}

var nestedDetails = map[string]string{
	"prompt_tokens_details": "input", "input_tokens_details": "input", "input_token_details": "input",
	"completion_tokens_details": "output", "output_tokens_details": "output", "output_token_details": "output",
}

// tallyOfDetails sorts the buckets. The last result says that details are nested
// as OpenAI does it, which makes them parts of the totals.
func tallyOfDetails(details *Value) (t *tally, extra map[string]int64, openAI bool) {
	t = &tally{}
	set := func(c count, v *Value) {
		if n, ok := v.count(maxTokens); ok && !t.isKnown[c] {
			t.set(c, n)
		}
	}
	members := details.Map[:min(len(details.Map), maxBuckets)]
	repeats := repeatedKeys(members)
	for i := range members {
		name, v := members[i].Key, &members[i].Value
		if last, isRepeated := repeats[name]; isRepeated && last != i {
			continue
		}
		if side, ok := nestedDetails[name]; ok && v.isMap() {
			openAI = true
			for j := range v.Map {
				if c, ok := nestedDetailNames[side][v.Map[j].Key]; ok {
					set(c, &v.Map[j].Value)
				}
			}
			continue
		}
		if c, ok := detailNames[name]; ok {
			set(c, v)
			continue
		}
		if n, ok := v.count(maxTokens); ok && len(extra) < 32 {
			if extra == nil {
				extra = map[string]int64{}
			}
			extra[cutText(name, 100)] = n
		}
	}
	if !t.isKnown[cacheWriteCount] && (t.isKnown[cacheWrite5mCount] || t.isKnown[cacheWrite1hCount]) {
		t.add(cacheWriteCount, t.value(cacheWrite5mCount)+t.value(cacheWrite1hCount))
	}
	return t, extra, openAI
}

// settleDetails turns buckets, which by Langfuse's contract do not overlap, into
// totals with parts. Many producers break the contract; the total tells.
func settleDetails(t *tally, extra map[string]int64, openAI bool) trace.Usage {
	inDetails := t.cache() + t.value(audioInputCount)
	outDetails := t.value(reasoningCount) + t.value(audioOutputCount)
	in, out := t.value(inputCount), t.value(outputCount)
	hasDetails := inDetails+outDetails > 0
	addIn, addOut, repaired := true, true, ""
	switch total := t.value(totalCount); {
	case !t.isKnown[totalCount]:
		addIn, addOut = !openAI, !openAI
	case total == in+out:
		addIn, addOut = false, false
		if hasDetails && !openAI {
			repaired = repairedInclusiveDetails
		}
	case total == in+inDetails+out+outDetails:
	case total == in+inDetails+out:
		addOut = false
	case total == in+out+outDetails:
		addIn = false
	default:
		addIn, addOut = !openAI, !openAI
	}
	if addIn && (inDetails > 0 || !t.isKnown[inputCount] && t.isKnown[cacheReadCount]) {
		t.add(inputCount, inDetails)
	}
	if addOut && outDetails > 0 {
		t.add(outputCount, outDetails)
	}
	return usageOf(t, extra, repaired)
}
