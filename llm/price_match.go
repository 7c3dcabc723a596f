package llm

import (
	"slices"
	"strings"
)

// maxModelBytes bounds the model ids that are looked at. Real ones, resource
// names included, stay below 200 bytes.
const maxModelBytes = 256

// MatchRule says which step of the search found a price.
type MatchRule uint8

const (
	// MatchNone: no price was found.
	MatchNone MatchRule = iota
	// MatchExact: the model id is the listed one, or an alias of it.
	MatchExact
	// MatchVersion: after dropping a date, version or "latest" from its end.
	MatchVersion
	// MatchPrefix: after dropping a path, region or vendor from its start
	// (and perhaps a version from its end).
	MatchPrefix
	// MatchPattern: by regular expression.
	MatchPattern
)

// String returns the rule's name in lower case.
func (r MatchRule) String() string {
	switch r {
	case MatchNone:
		return "none"
	case MatchExact:
		return "exact"
	case MatchVersion:
		return "version"
	case MatchPrefix:
		return "prefix"
	case MatchPattern:
		return "pattern"
	}
	return "unknown"
}

// Match says how a price was found and how far it can be trusted.
type Match struct {
	Rule MatchRule

	// IsOverride is true if the price comes from a table given to
	// [PriceTable.WithOverrides].
	IsOverride bool

	// IsEstimate is true if the price is not the one listed for the provider
	// and service tier asked for. Reason says what was taken instead.
	IsEstimate bool
	Reason     string
}

// A providerKind decides where else a price may be taken from.
type providerKind uint8

const (
	// unknownProvider: a gateway, proxy or framework. Priced as the model's
	// vendor, as an estimate.
	unknownProvider providerKind = iota
	// vendor sells its own models; only its own prices hold there.
	vendor
	// host serves other people's models at prices of its own; they hold
	// nowhere else.
	host
	// reseller serves other vendors' models near their list prices. Where it
	// has no price of its own the vendor's is an estimate.
	reseller
	// selfHosted runs models on the user's hardware: list prices mean nothing.
	selfHosted
)

// The canonical provider names are those of OpenTelemetry's gen_ai.provider.name
// where it has one.
const (
	providerOpenAI    = "openai"
	providerAnthropic = "anthropic"
	providerGemini    = "gcp.gemini"
	providerBedrock   = "aws.bedrock"
)

var providerKinds = map[string]providerKind{
	providerOpenAI: vendor, providerAnthropic: vendor, providerGemini: vendor,
	"mistral_ai": vendor, "cohere": vendor, "x_ai": vendor, "deepseek": vendor,
	"voyage_ai": vendor, "moonshot_ai": vendor, "z_ai": vendor, "jina_ai": vendor,
	"ai21": vendor, "perplexity": vendor, "minimax": vendor, "writer": vendor,

	"groq": host, "cerebras": host, "sambanova": host,

	providerBedrock: reseller, "azure.ai.openai": reseller,
	"azure.ai.inference": reseller, "gcp.vertex_ai": reseller,

	"ollama": selfHosted, "vllm": selfHosted, "llama.cpp": selfHosted,
	"llamacpp": selfHosted, "lmstudio": selfHosted, "lm_studio": selfHosted,
	"llamafile": selfHosted, "xinference": selfHosted, "localai": selfHosted,
	"text-generation-inference": selfHosted, "tgi": selfHosted, "sglang": selfHosted,
	"local": selfHosted, "self_hosted": selfHosted,

	// Listed only so that their names are not cut down to "openai".
	"openai-compatible": unknownProvider, "openai_compatible": unknownProvider,
	"openai-like": unknownProvider, "openai_like": unknownProvider,
}

// providerAliases are the spellings SDKs and gateways use.
var providerAliases = map[string]string{
	"open_ai": providerOpenAI, "text-completion-openai": providerOpenAI,
	"azure": "azure.ai.openai", "az.ai.openai": "azure.ai.openai", "azure_openai": "azure.ai.openai",
	"azure-openai": "azure.ai.openai", "azureopenai": "azure.ai.openai", "azure_ai_openai": "azure.ai.openai",
	"az.ai.inference": "azure.ai.inference", "azure_ai": "azure.ai.inference", "azure-ai": "azure.ai.inference",
	"aws": providerBedrock, "bedrock": providerBedrock, "amazon": providerBedrock,
	"amazon-bedrock": providerBedrock, "amazon_bedrock": providerBedrock, "aws_bedrock": providerBedrock,
	"aws-bedrock": providerBedrock, "bedrock_converse": providerBedrock,
	"vertex_ai": "gcp.vertex_ai", "vertexai": "gcp.vertex_ai", "vertex-ai": "gcp.vertex_ai", "vertex": "gcp.vertex_ai",
	"google.vertex": "gcp.vertex_ai", "google-vertex": "gcp.vertex_ai", "google_vertexai": "gcp.vertex_ai",
	"gemini": providerGemini, "google": providerGemini, "google.generative-ai": providerGemini,
	"google-ai": providerGemini, "google_genai": providerGemini, "google-gla": providerGemini,
	// The Google Gen AI SDK serves both back ends and does not say which.
	"gcp.gen_ai": providerGemini,
	"mistral":    "mistral_ai", "mistralai": "mistral_ai", "mistral-ai": "mistral_ai",
	"xai": "x_ai", "x-ai": "x_ai",
	"voyage": "voyage_ai", "voyageai": "voyage_ai", "jina": "jina_ai", "jinaai": "jina_ai",
	"moonshot": "moonshot_ai", "moonshotai": "moonshot_ai", "kimi": "moonshot_ai",
	"zai": "z_ai", "z.ai": "z_ai", "z-ai": "z_ai", "zai-org": "z_ai",
	"cohere_chat": "cohere", "deepseek-ai": "deepseek", "perplexity-ai": "perplexity",
}

// canonicalProvider returns the canonical name of a provider: lower-cased, with
// known aliases resolved, also where the name has a suffix ("openai.responses",
// "google.vertex.chat"). A provider that is not known stays as it is.
func canonicalProvider(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	for known := name; known != ""; {
		if _, ok := providerKinds[known]; ok {
			return known
		}
		if canonical, ok := providerAliases[known]; ok {
			return canonical
		}
		known = known[:max(0, strings.LastIndexAny(known, ".-"))]
	}
	return name
}

// pathPrefixes are first segments of a model id that say who serves the model,
// but not who made it.
var pathPrefixes = map[string]bool{
	"openrouter": true, "litellm": true, "litellm_proxy": true, "models": true,
	"together_ai": true, "together": true, "fireworks_ai": true, "fireworks": true,
	"deepinfra": true, "replicate": true, "huggingface": true, "novita": true,
	"portkey": true, "helicone": true, "vercel": true, "gateway": true,
	"converse": true, "invoke": true, "chat": true, "responses": true,
	"mistralai": true, "qwen": true, "meta-llama": true,
}

// dottedVendors are the vendor prefixes of Bedrock model ids and, where there
// is one, the vendor whose list price stands in for Bedrock's.
var dottedVendors = map[string]string{
	"anthropic": providerAnthropic, "openai": providerOpenAI, "mistral": "mistral_ai",
	"cohere": "cohere", "deepseek": "deepseek", "google": providerGemini, "xai": "x_ai",
	"moonshot": "moonshot_ai", "moonshotai": "moonshot_ai", "zai": "z_ai", "ai21": "ai21",
	"amazon": "", "meta": "", "qwen": "", "nvidia": "", "minimax": "", "writer": "",
	"stability": "", "luma": "", "twelvelabs": "",
}

// bedrockRegions are the prefixes of Bedrock's cross-region inference profiles.
var bedrockRegions = map[string]bool{
	"us": true, "eu": true, "apac": true, "global": true, "us-gov": true, "au": true,
	"jp": true, "ca": true, "in": true, "sa": true, "me": true, "af": true, "uk": true,
}

// A modelForm is one way to read a model id.
type modelForm struct {
	text string
	rule MatchRule
}

// modelForms returns the ways to read a model id, the most literal first, and
// the providers its prefixes name. There are none if the id is empty or too
// long.
func modelForms(model string) (forms []modelForm, hints []string) {
	id := strings.ToLower(strings.TrimSpace(model))
	if id == "" || len(id) > maxModelBytes {
		return nil, nil
	}
	rule := MatchExact
	for range 6 {
		forms = appendVersionForms(forms, id, rule)
		rest, named := cutModelPrefix(id)
		if rest == "" || rest == id {
			break
		}
		for _, hint := range named {
			if !slices.Contains(hints, hint) {
				hints = append(hints, hint)
			}
		}
		id, rule = rest, MatchPrefix
	}
	return forms, hints
}

// appendVersionForms appends an id as it is and without the versions at its end.
// They are dropped one at a time, so that the entry for a dated version is found
// before the one for the undated model.
func appendVersionForms(forms []modelForm, id string, rule MatchRule) []modelForm {
	for range 6 {
		if !slices.ContainsFunc(forms, func(f modelForm) bool { return f.text == id }) {
			forms = append(forms, modelForm{id, rule})
		}
		rest := cutVersion(id)
		if rest == "" || rest == id {
			break
		}
		id = rest
		if rule == MatchExact {
			rule = MatchVersion
		}
	}
	return forms
}

// gatewayVariants are suffixes that gateways add without changing the price.
// "free" is not among them: it does change the price.
var gatewayVariants = []string{"latest", "beta", "thinking", "nitro", "floor"}

// cutVersion drops the last version suffix, or returns the id unchanged. Only
// forms that cannot be part of a model's own name count: four digits
// ("gpt-4-0613", "mistral-large-2411") or a month ("command-r-08-2024") often
// have a price of their own, and so does everything called preview.
func cutVersion(id string) string {
	if rest, found := strings.CutSuffix(id, "[1m]"); found {
		return rest // a client's mark for a long context window
	}
	last := strings.LastIndexAny(id, ":@-")
	if last < 0 {
		return id
	}
	rest, tail := id[:last], id[last+1:]
	switch id[last] {
	case ':': // a Bedrock revision or context size ("v1:0:200k"), or a gateway variant
		if isDigits(strings.TrimSuffix(tail, "k")) || slices.Contains(gatewayVariants, tail) {
			return rest
		}
	case '@': // Vertex AI
		if isDate(tail) || (len(tail) == 3 && isDigits(tail)) || tail == "latest" || tail == "default" {
			return rest
		}
	case '-':
		isBedrockVersion := strings.HasPrefix(tail, "v") && isDigits(tail[1:])
		isGoogleVersion := len(tail) == 3 && isDigits(tail) && strings.HasPrefix(tail, "00")
		if isBedrockVersion || isGoogleVersion || tail == "latest" || isDate(tail) { // Anthropic date
			return rest
		}
		const openAIDate = "-2006-01-02"
		if start := len(id) - len(openAIDate); start >= 0 && id[start] == '-' {
			if d := id[start+1:]; d[4] == '-' && d[7] == '-' && isDate(d[:4]+d[5:7]+d[8:]) {
				return id[:start]
			}
		}
	}
	return id
}

// isDate reports whether s is a date of this century in eight digits.
func isDate(s string) bool {
	return len(s) == 8 && isDigits(s) && strings.HasPrefix(s, "20") && s[4:6] <= "12" && s[6:] <= "31"
}

// cutModelPrefix drops the leftmost path, region or vendor prefix. It returns
// the id unchanged if there is none, and the providers the prefix names, the
// one that served the call first.
func cutModelPrefix(id string) (rest string, named []string) {
	if strings.HasPrefix(id, "arn:") {
		if i := strings.LastIndexByte(id, '/'); i >= 0 {
			return id[i+1:], []string{providerBedrock}
		}
		return id, nil
	}
	if i := strings.LastIndex(id, "/models/"); i >= 0 {
		return id[i+len("/models/"):], nil // a resource name of Vertex AI or Fireworks
	}
	if first, rest, found := strings.Cut(id, "/"); found {
		if pathPrefixes[first] {
			if canonical := canonicalProvider(first); providerKinds[canonical] == vendor {
				return rest, []string{canonical}
			}
			return rest, nil
		}
		if canonical := canonicalProvider(first); providerKinds[canonical] != unknownProvider {
			return rest, []string{canonical}
		}
		return id, nil
	}
	first, rest, found := strings.Cut(id, ".")
	if !found {
		return id, nil
	}
	if bedrockRegions[first] {
		if vendorName, _, _ := strings.Cut(rest, "."); isDottedVendor(vendorName) && vendorName != rest {
			return rest, []string{providerBedrock}
		}
		return id, nil
	}
	if vendorName, ok := dottedVendors[first]; ok {
		if vendorName == "" {
			return rest, []string{providerBedrock}
		}
		return rest, []string{providerBedrock, vendorName}
	}
	return id, nil
}

func isDottedVendor(name string) bool {
	_, ok := dottedVendors[name]
	return ok
}

// canonicalTier returns the name of a service tier as prices list it, empty for
// the standard one.
func canonicalTier(tier string) string {
	switch tier { // the common spellings without a copy
	case "", "default", "standard", "auto":
		return ""
	case "batch", "flex", "priority":
		return tier
	}
	switch tier = strings.ToLower(strings.TrimSpace(tier)); tier {
	case "", "default", "standard", "auto", "standard_only", "on_demand", "on-demand":
		return ""
	case "batches", "batch_api":
		return "batch"
	case "on_demand_flex":
		return "flex"
	case "on_demand_priority":
		return "priority"
	}
	return tier
}
