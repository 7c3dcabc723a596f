package convention

import (
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

// operationTypes are the operations of the GenAI conventions, with the words
// that other producers write into the same attribute.
var operationTypes = map[string]trace.ObservationType{
	// The conventions, and variants of theirs.
	"chat": trace.TypeGeneration, "text_completion": trace.TypeGeneration, "generate_content": trace.TypeGeneration,
	"completion": trace.TypeGeneration, "completions": trace.TypeGeneration, "generate": trace.TypeGeneration,
	"message": trace.TypeGeneration, "messages": trace.TypeGeneration,
	"response": trace.TypeGeneration, "responses": trace.TypeGeneration,
	"chat.completions": trace.TypeGeneration, "text.completions": trace.TypeGeneration, "responses.create": trace.TypeGeneration,
	"embeddings": trace.TypeEmbedding, "embedding": trace.TypeEmbedding, "embed": trace.TypeEmbedding,
	"retrieval": trace.TypeRetrieval, "retrieve": trace.TypeRetrieval, "vector_db_retrieve": trace.TypeRetrieval,
	"search_memory": trace.TypeRetrieval,
	"rerank":        trace.TypeReranking,
	"execute_tool":  trace.TypeToolCall, "tool": trace.TypeToolCall, "tool_call": trace.TypeToolCall,
	"invoke_agent": trace.TypeAgent, "create_agent": trace.TypeAgent, "plan": trace.TypeAgent, "agent": trace.TypeAgent,
	"invoke_workflow": trace.TypeChain,
	"run_guardrail":   trace.TypeGuardrail,
	"create_memory":   trace.TypeSpan, "update_memory": trace.TypeSpan, "upsert_memory": trace.TypeSpan,
	"delete_memory": trace.TypeSpan, "create_memory_store": trace.TypeSpan, "delete_memory_store": trace.TypeSpan,

	// LiteLLM writes the name of its function; see operationType for the
	// asynchronous and streaming ones.
	"anthropic_messages": trace.TypeGeneration, "image_generation": trace.TypeGeneration,
	"transcription": trace.TypeGeneration, "speech": trace.TypeGeneration, "image_edit": trace.TypeGeneration,
	"image_variation": trace.TypeGeneration, "create_video": trace.TypeGeneration, "video_generation": trace.TypeGeneration,
	"_arealtime": trace.TypeGeneration, "_aresponses_websocket": trace.TypeGeneration,
	"vector_store_search": trace.TypeRetrieval, "search": trace.TypeRetrieval, "call_mcp_tool": trace.TypeToolCall,

	// OpenLIT.
	"image": trace.TypeGeneration, "audio": trace.TypeGeneration, "speech_to_text": trace.TypeGeneration,
	"text_to_speech": trace.TypeGeneration, "translate": trace.TypeGeneration, "transliterate": trace.TypeGeneration,
	"model_request": trace.TypeGeneration,
	"moderation":    trace.TypeGuardrail,

	// Frameworks.
	"agent_step": trace.TypeChain, "execute_task": trace.TypeChain, "task": trace.TypeChain, "workflow": trace.TypeChain,
	"framework": trace.TypeChain, "execution": trace.TypeChain, "tool_coordination": trace.TypeChain,
	"user_prompt_processing": trace.TypeChain, "invoke_swarm": trace.TypeChain, "invoke_graph": trace.TypeChain,
	"guardrail.run": trace.TypeGuardrail, "guard": trace.TypeGuardrail,
	"evaluate": trace.TypeEvaluator, "evaluation": trace.TypeEvaluator,
}

// operationType looks an operation up in lower case. LiteLLM's variants are
// found without the "a" of asynchronous functions and without "_stream".
func operationType(value string) (trace.ObservationType, bool) {
	if kind, ok := operationTypes[value]; ok {
		return kind, true
	}
	streamless := strings.TrimSuffix(value, "_stream")
	if kind, ok := operationTypes[streamless]; ok {
		return kind, true
	}
	kind, ok := operationTypes[strings.TrimPrefix(streamless, "a")]
	return kind, ok && value != ""
}

// vectorStores are databases that hold nothing but vectors, by their db.system.
var vectorStores = map[string]bool{
	"pinecone": true, "qdrant": true, "chroma": true, "chromadb": true, "weaviate": true, "milvus": true,
	"lancedb": true, "marqo": true, "vespa": true, "turbopuffer": true, "vectorize": true,
}

// vectorOperations are what vector stores do. What is not listed and does not
// begin like create_ is undecided.
var vectorOperations = map[string]trace.ObservationType{
	"query": trace.TypeRetrieval, "search": trace.TypeRetrieval, "search_batch": trace.TypeRetrieval,
	"get": trace.TypeRetrieval, "fetch": trace.TypeRetrieval, "peek": trace.TypeRetrieval,
	"recommend": trace.TypeRetrieval, "retrieve": trace.TypeRetrieval, "scroll": trace.TypeRetrieval,
	"query_batch": trace.TypeRetrieval, "query_points": trace.TypeRetrieval, "query_batch_points": trace.TypeRetrieval,
	"search_groups": trace.TypeRetrieval, "recommend_groups": trace.TypeRetrieval, "recommend_batch": trace.TypeRetrieval,
	"discover": trace.TypeRetrieval, "discover_batch": trace.TypeRetrieval, "hybrid_search": trace.TypeRetrieval,
	"fetch_objects": trace.TypeRetrieval, "fetch_object_by_id": trace.TypeRetrieval, "graphql_raw_query": trace.TypeRetrieval,
	"add": trace.TypeSpan, "insert": trace.TypeSpan, "upsert": trace.TypeSpan, "update": trace.TypeSpan,
	"delete": trace.TypeSpan, "modify": trace.TypeSpan, "count": trace.TypeSpan, "upload": trace.TypeSpan,
	"aggregate": trace.TypeSpan, "batch_update_points": trace.TypeSpan, "set_payload": trace.TypeSpan,
	"overwrite_payload": trace.TypeSpan, "upload_collection": trace.TypeSpan, "upload_points": trace.TypeSpan,
	"upload_records": trace.TypeSpan,
}

// vectorMethods are the last two segments of names of spans whose last alone
// misleads: Weaviate gets collections and schemas, too.
var vectorMethods = map[string]trace.ObservationType{
	"collections.get": trace.TypeSpan, "schema.get": trace.TypeSpan,
	"aggregate.do": trace.TypeSpan, "get.do": trace.TypeRetrieval, "filter.do": trace.TypeRetrieval,
	"query.raw": trace.TypeRetrieval,
}

var (
	vectorSystemKeys    = all("db.system", "db.system.name")
	vectorOperationKeys = all("db.operation.name", "db.operation")
	vectorQueryFamily   = under("db.vector.query.")
)

// vectorStore types the spans of vector databases; those of others are plain.
func vectorStore(r *reader) (finding, bool) {
	for _, k := range vectorSystemKeys {
		if value := word(r.get(k)); vectorStores[value] {
			kind, _ := r.vectorOperation()
			return finding{kind, matched(k.String(), value)}, true
		}
	}
	if from, to := r.family(vectorQueryFamily); from < to {
		kind, _ := r.vectorOperation()
		return finding{kind, matched(r.list[from].Key, r.list[from].Value.scalar())}, true
	}
	for i := range r.events {
		if r.events[i].does == eventResult {
			kind, _ := r.vectorOperation()
			return finding{kind, matched("event", r.events[i].name)}, true
		}
	}
	return finding{}, false
}

// vectorOperation says what a vector store did: by a method's name, by its
// operation, else by the last segment of the span's name, else by whether it brought results.
func (r *reader) vectorOperation() (trace.ObservationType, bool) {
	if kind, ok := vectorMethods[lastTwoSegments(strings.ToLower(r.span.Name))]; ok {
		return kind, true
	}
	for _, k := range vectorOperationKeys {
		if kind, ok := vectorOperationType(word(r.get(k))); ok {
			return kind, true
		}
	}
	for _, name := range lastSegments(strings.ToLower(r.span.Name)) {
		if kind, ok := vectorOperationType(name); ok {
			return kind, true
		}
	}
	if r.hasFamily(vectorQueryFamily) {
		return trace.TypeRetrieval, true
	}
	for i := range r.events {
		if r.events[i].does == eventResult {
			return trace.TypeRetrieval, true
		}
	}
	return trace.TypeSpan, false
}

// lastTwoSegments of a name, "" where it has fewer: "db.weaviate.gql.get.do" gives
// "get.do".
func lastTwoSegments(name string) string {
	last := strings.LastIndexByte(name, '.')
	if last < 0 {
		return ""
	}
	return name[strings.LastIndexByte(name[:last], '.')+1:]
}

// lastSegments are the readings of a span name: "pinecone.query", "chroma
// query", or "query products" as the database conventions have it.
func lastSegments(name string) [3]string {
	last := name[strings.LastIndexByte(name, '.')+1:]
	first, _, _ := strings.Cut(name, " ")
	return [3]string{last, name[strings.LastIndexByte(name, ' ')+1:], first[strings.LastIndexByte(first, '.')+1:]}
}

func vectorOperationType(name string) (trace.ObservationType, bool) {
	kind, ok := vectorOperations[name]
	if !ok && (strings.HasPrefix(name, "create_") || strings.HasPrefix(name, "delete_") || strings.HasPrefix(name, "update_")) {
		return trace.TypeSpan, true
	}
	return kind, ok
}
