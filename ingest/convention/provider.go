package convention

import "strings"

// providers maps the names in use, in lower case, to those of the
// OpenTelemetry conventions.
var providers = map[string]string{
	"openai": "openai", "openai.chat": "openai", "openai.responses": "openai", "openai.embedding": "openai",
	"azure.ai.openai": "azure.ai.openai", "azure": "azure.ai.openai", "az.ai.openai": "azure.ai.openai",
	"azure_openai": "azure.ai.openai", "azure.chat": "azure.ai.openai", "azure-openai": "azure.ai.openai",
	"azure.ai.inference": "azure.ai.inference", "az.ai.inference": "azure.ai.inference",
	"anthropic": "anthropic", "anthropic.messages": "anthropic",
	"aws.bedrock": "aws.bedrock", "aws": "aws.bedrock", "bedrock": "aws.bedrock", "amazon": "aws.bedrock",
	"amazon-bedrock": "aws.bedrock", "aws.sagemaker": "aws.sagemaker",
	"gcp.vertex_ai": "gcp.vertex_ai", "vertex_ai": "gcp.vertex_ai", "vertexai": "gcp.vertex_ai",
	"google.vertex": "gcp.vertex_ai", "google-vertex": "gcp.vertex_ai",
	"gcp.gemini": "gcp.gemini", "gemini": "gcp.gemini", "google.generative-ai": "gcp.gemini", "google": "gcp.gemini",
	"gcp.gen_ai": "gcp.gen_ai",
	"mistral_ai": "mistral_ai", "mistralai": "mistral_ai", "mistral": "mistral_ai",
	"x_ai": "x_ai", "xai": "x_ai",
	"cohere": "cohere", "groq": "groq", "deepseek": "deepseek", "perplexity": "perplexity", "moonshot_ai": "moonshot_ai",
	"ibm.watsonx.ai": "ibm.watsonx.ai", "watsonx": "ibm.watsonx.ai", "ibm.watson.ai": "ibm.watsonx.ai",
}

// exactProviders are told apart by their case.
var exactProviders = map[string]string{
	"Google": "gcp.gen_ai", // OpenLLMetry's Gemini instrumentation
}

// frameworks stand where a provider should; they say nothing about the model.
// The value is the provider to assume when nothing else tells.
var frameworks = map[string]string{
	"strands-agents": "", "spring_ai": "", "langchain": "", "crewai": "", "_other": "", "unknown": "",
	"gcp.vertex.agent": "gcp.gen_ai",
}

// modelPrefixes tell a provider by the model's id.
var modelPrefixes = []struct{ prefix, provider string }{
	{"us.", "aws.bedrock"}, {"eu.", "aws.bedrock"}, {"apac.", "aws.bedrock"}, {"global.", "aws.bedrock"},
	{"anthropic.", "aws.bedrock"}, {"amazon.", "aws.bedrock"}, {"meta.", "aws.bedrock"},
	{"gpt-", "openai"}, {"o1", "openai"}, {"o3", "openai"}, {"o4", "openai"}, {"text-embedding-", "openai"},
	{"claude-", "anthropic"},
	{"gemini-", "gcp.gen_ai"},
	{"mistral", "mistral_ai"}, {"codestral", "mistral_ai"},
	{"command", "cohere"}, {"rerank-", "cohere"},
	{"deepseek", "deepseek"},
	{"grok", "x_ai"},
}

// hostSuffixes tell a provider by the address that was called.
var hostSuffixes = []struct{ suffix, provider string }{
	{"api.openai.com", "openai"}, {".openai.azure.com", "azure.ai.openai"},
	{".inference.ai.azure.com", "azure.ai.inference"}, {"api.anthropic.com", "anthropic"},
	{"generativelanguage.googleapis.com", "gcp.gemini"}, {"aiplatform.googleapis.com", "gcp.vertex_ai"},
	{"api.mistral.ai", "mistral_ai"}, {"api.cohere.com", "cohere"}, {"api.cohere.ai", "cohere"},
	{"api.groq.com", "groq"}, {"api.deepseek.com", "deepseek"}, {"api.perplexity.ai", "perplexity"},
	{"api.moonshot.ai", "moonshot_ai"}, {"api.x.ai", "x_ai"},
}

// ProviderName returns the OpenTelemetry conventions' name of a model provider
// for a name in use: "Anthropic", "anthropic.messages" -> "anthropic". Unknown
// names come back in lower case. The second result is false for names of
// frameworks.
func ProviderName(name string) (string, bool) {
	name = strings.TrimSpace(name)
	if canonical, ok := exactProviders[name]; ok {
		return canonical, true
	}
	lower := strings.ToLower(name)
	if _, isFramework := frameworks[lower]; isFramework {
		return "", false
	}
	for beginning := lower; beginning != ""; {
		if canonical, ok := providers[beginning]; ok {
			return canonical, true
		}
		end := strings.LastIndexAny(beginning, ".-")
		if end < 0 {
			break
		}
		beginning = beginning[:end]
	}
	return lower, lower != ""
}

var providerSources = rows(AttrProvider, "llm.provider", "gen_ai.provider.name", "gen_ai.system", "llm.system",
	"ai.model.provider", "aisdk.model.provider")

var serverAddressSources = rows("server.address")

// provider reads the provider of a model call. Where only a framework stands in
// its place, the model's id and the address that was called may tell.
func (r *reader) provider(model *string) *string {
	assumed, isFramework := "", false
	for i := range providerSources {
		value := r.get(providerSources[i].key).scalar()
		if value == "" { // LiteLLM leaves the key empty where it does not know
			isFramework = isFramework || r.places[providerSources[i].key] > 0
			continue
		}
		if name, ok := ProviderName(value); ok {
			name = cutText(name, 200)
			return &name
		}
		isFramework = true
		if fallback := frameworks[strings.ToLower(strings.TrimSpace(value))]; assumed == "" {
			assumed = fallback
		}
	}
	if !isFramework {
		return nil
	}
	if model != nil {
		if name := providerOfModel(*model); name != "" {
			return &name
		}
	}
	if name := providerOfHost(r.text(serverAddressSources)); name != "" {
		return &name
	}
	return pointer(assumed)
}

// providerOfModel guesses from a model's id, "" where it tells nothing. A
// vendor before a slash, as in "openai/gpt-4o", is believed.
func providerOfModel(model string) string {
	model = strings.ToLower(model)
	if vendor, _, ok := strings.Cut(model, "/"); ok {
		if name, known := providers[vendor]; known {
			return name
		}
	}
	for _, p := range modelPrefixes {
		if !strings.HasPrefix(model, p.prefix) {
			continue
		}
		if rest := model[len(p.prefix):]; len(p.prefix) == 2 && rest != "" && rest[0] != '-' {
			continue // o1 and o1-mini, not o100
		}
		return p.provider
	}
	return ""
}

func providerOfHost(host string) string {
	host = strings.ToLower(host)
	if strings.HasPrefix(host, "bedrock") && strings.HasSuffix(host, ".amazonaws.com") {
		return "aws.bedrock"
	}
	for _, h := range hostSuffixes {
		if strings.HasSuffix(host, h.suffix) {
			return h.provider
		}
	}
	return ""
}
