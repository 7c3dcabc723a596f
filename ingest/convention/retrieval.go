package convention

import (
	"slices"
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

var (
	querySources = []source{
		from(AttrRetrievalQuery), from(AttrRerankingQuery),
		from("gen_ai.retrieval.query.text"), from("gen_ai.retrieval.query"), from("gen_ai.memory.query.text"),
		from("reranker.query"),
	}
	// vectorQuery counts only where the database is a vector store.
	vectorQuery = from("db.query.text")

	dataSourceSources = rows(AttrRetrievalSource, "gen_ai.data_source.id", "mcp.resource.uri", "gen_ai.memory.store.id",
		"db.collection.name", "qdrant.search.collection_name", "qdrant.query.collection_name",
		"qdrant.scroll.collection_name", "qdrant.recommend.collection_name", "qdrant.search_batch.collection_name",
		"db.milvus.search.collection_name", "db.milvus.query.collection_name", "db.milvus.get.collection_name", "db.namespace")

	topKSources = []source{
		from(AttrRetrievalTopK), from(AttrRerankingTopK),
		from("gen_ai.retrieval.top_k"),
		from("gen_ai.request.top_k").onTypes(trace.TypeRetrieval),
		from("db.vector.query.top_k"), from("reranker.top_k"),
		from("db.n_results"), from("db.chroma.query.n_results"), from("pinecone.query.top_k"),
	}

	// All present counts take part: the greatest is the number of documents.
	documentCountSources = rows(AttrRetrievalDocumentCount, "db.vector.query.result_count", "gen_ai.retrieval.document_count",
		"gen_ai.memory.record.count", "db.response.returned_rows")
	topScoreSources = rows("db.vector.query.top_score")

	// documentSources hold a list of documents.
	documentSources = rows(AttrRetrievalDocuments, AttrRerankingDocuments, "gen_ai.retrieval.documents", "gen_ai.memory.records")
	// flatDocuments are lists with one key per leaf.
	flatDocuments = []prefix{under("retrieval.documents."), under("reranker.output_documents.")}
	// documentBodies hold a list of documents sometimes.
	documentBodies = rows(AttrOutput, "output.value", "langfuse.observation.output", "traceloop.entity.output", "langwatch.rag.contexts")
)

func (r *reader) readRetrieval(t *trace.Retrieval) {
	t.Documents = r.readDocuments()
	t.DocumentCount = len(t.Documents)
	for i := range documentCountSources {
		if n := r.size(documentCountSources[i : i+1]); n != nil {
			t.DocumentCount = max(t.DocumentCount, *n)
		}
	}
	if n := r.countInBody(); n != nil && t.DocumentCount == 0 {
		t.DocumentCount = *n
	}
	t.Query = r.query()
	t.Source, t.TopK = r.name(dataSourceSources), r.size(topKSources)
	t.TopRelevance, t.MeanRelevance = relevance(t.Documents)
	if t.TopRelevance == nil {
		t.TopRelevance = r.score(topScoreSources)
	}
	r.documentBodies(&t.Common, t.Query, t.Documents)
}

// documentBodies makes bodies of the query and the documents where none were
// sent.
func (r *reader) documentBodies(c *trace.Common, query *string, documents []trace.Document) {
	if c.Input == nil && query != nil {
		c.Input = r.textPayload(*query, "query")
	}
	if c.Output == nil && len(documents) > 0 {
		type body struct {
			ID        *string    `json:"id,omitempty"`
			Content   *string    `json:"content,omitempty"`
			Relevance *float64   `json:"relevance,omitempty"`
			Metadata  trace.JSON `json:"metadata,omitempty"`
		}
		list := make([]body, len(documents))
		for i, d := range documents {
			list[i] = body{d.DocumentID, d.Content, d.Relevance, d.Metadata}
		}
		c.Output = r.jsonPayload(trace.EncodeJSON(list), "documents")
	}
}

// query finds what was searched for.
func (r *reader) query() *string {
	for i := range querySources {
		if v := r.get(querySources[i].key); !v.isNull() {
			if text := queryText(v); text != "" {
				return &text
			}
		}
	}
	if r.isVectorStore() {
		if text := r.get(vectorQuery.key).scalar(); text != "" {
			return pointer(cutText(text, maxStringBytes))
		}
	}
	v, s := r.value(bodySources[input])
	if v == nil {
		return nil
	}
	r.use(s.key)
	return pointer(queryText(v))
}

// isVectorStore reports whether a span's database holds nothing but vectors.
func (r *reader) isVectorStore() bool {
	if r.hasFamily(vectorQueryFamily) {
		return true
	}
	for _, k := range vectorSystemKeys {
		if vectorStores[word(r.get(k))] {
			return true
		}
	}
	return word(r.get(keySpringKind)) == "vector_store"
}

// queryText takes the query out of the recorded arguments of a search, if it is
// wrapped in some; else the text as it is.
func queryText(v *Value) string {
	if container := v.container(); container.isMap() {
		v = unwrapCall(container)
		for _, wrapper := range []string{"query_bundle", "params"} { // LlamaIndex, MCP
			if inner := v.get(wrapper); inner.isMap() {
				v = inner
			}
		}
		if inner := v.first("query", "question", "input", "text", "q", "query_str", "uri"); inner != nil && inner.Kind == KindString {
			return cutText(inner.Text, maxStringBytes)
		}
		return cutText(string(v.encode()), maxStringBytes)
	}
	decoded, _ := v.structured()
	if decoded != nil && decoded.Kind == KindString {
		return cutText(decoded.scalar(), maxStringBytes)
	}
	if text := v.scalar(); text != "" {
		return cutText(text, maxStringBytes)
	}
	return cutText(string(v.encode()), maxStringBytes)
}

// countInBody: an output such as {"doc_count": 3} says how many were found.
func (r *reader) countInBody() *int {
	v, _ := r.value(bodySources[output])
	decoded := v.container()
	if !decoded.isMap() {
		return nil
	}
	if n, ok := decoded.first("doc_count", "document_count", "documentCount", "docCount").count(1<<31 - 1); ok {
		count := int(n)
		return &count
	}
	return nil
}

// readDocuments reads the documents of a retrieval or a reranking, in the order
// they came.
func (r *reader) readDocuments() []trace.Document {
	var documents []trace.Document
	if v, s := r.value(documentSources); v != nil {
		if documents = readDocuments(r.decode(v, s.key.String()), true); len(documents) > 0 {
			r.use(s.key)
		}
	}
	for i := 0; i < len(flatDocuments) && len(documents) == 0; i++ {
		items := r.unflatten(flatDocuments[i])
		documents = readDocuments(&Value{Kind: KindArray, Array: items}, true)
	}
	if len(documents) == 0 {
		documents = r.documentsOfEvents()
	}
	for i := 0; i < len(documentBodies) && len(documents) == 0; i++ {
		v := r.get(documentBodies[i].key)
		if v.isNull() {
			continue
		}
		list := v.container()
		if inner := list.first("documents", "results", "matches", "contents"); inner.isArray() {
			list = inner
		}
		documents = readDocuments(list, false)
	}
	return r.boundedDocuments(documents)
}

// documentsOfEvents reads the results that vector stores put into events.
func (r *reader) documentsOfEvents() []trace.Document {
	var documents []trace.Document
	for i := range r.events {
		e := &r.events[i]
		if e.does != eventResult {
			continue
		}
		e.isUsed = true
		v := Value{Kind: KindMap}
		for _, a := range e.Attributes {
			v.add(strings.TrimPrefix(strings.TrimPrefix(a.Key, "db.query.result."), "db.search.result."), a.Value)
		}
		if d, ok := readDocument(&v, true); ok {
			documents = append(documents, d)
		}
	}
	return documents
}

// readDocuments reads a list. Where it may be something else than documents,
// each of its items must look like one.
func readDocuments(v *Value, certain bool) []trace.Document {
	if !v.isArray() {
		return nil
	}
	documents := make([]trace.Document, 0, len(v.Array))
	for i := range v.Array {
		d, ok := readDocument(&v.Array[i], certain)
		if !ok {
			return nil
		}
		documents = append(documents, d)
	}
	return documents
}

var (
	documentIDs      = []string{"id", "document_id", "doc_id", "_id", "uri"}
	documentContents = []string{"content", "page_content", "pageContent", "text", "document"}
	documentScores   = []string{"score", "relevance", "relevance_score", "similarity"}
	documentMetadata = []string{"metadata", "payload", "entity"}
)

// readDocument reads one document. A distance is not turned into a relevance:
// how they relate depends on the store; it is kept in the metadata.
func readDocument(v *Value, certain bool) (trace.Document, bool) {
	if inner := v.get("document"); inner.isMap() { // OpenInference, or a scored pair
		if v.first(documentScores...) != nil && inner.first(documentScores...) == nil {
			scored := Value{Kind: KindMap, Map: append(append([]Attribute{}, inner.Map...), Attribute{Key: "score", Value: *v.first(documentScores...)})}
			v = &scored
		} else {
			v = inner
		}
	}
	if v.Kind == KindString && certain {
		return trace.Document{Content: pointer(v.Text)}, true
	}
	if !v.isMap() {
		return trace.Document{}, false
	}
	content := v.first(documentContents...)
	if !certain && (content == nil || content.Kind != KindString || v.get("role") != nil) {
		return trace.Document{}, false
	}
	d := trace.Document{DocumentID: pointer(cutText(v.first(documentIDs...).scalar(), trace.MaxNameBytes))}
	if content != nil && content.plain() != redactionMark {
		if text := content.plain(); text != "" {
			d.Content = &text
		} else if content.Kind != KindString {
			d.Content = pointer(string(content.encode()))
		}
	}
	if score, ok := v.first(documentScores...).number(); ok {
		d.Relevance = &score
	}
	metadata, _ := v.first(documentMetadata...).structured()
	d.Metadata = metadata.encode()
	if distance, ok := v.get("distance").number(); ok {
		kept := newObject(maxMetadataBytes)
		kept.set("distance", &Value{Kind: KindDouble, Double: distance})
		if metadata.isMap() {
			kept.merge(metadata)
		} else if !metadata.isNull() {
			kept.set("metadata", metadata)
		}
		d.Metadata = kept.encode()
	}
	return d, true
}

// boundedDocuments numbers the documents and cuts what exceeds the bounds.
func (r *reader) boundedDocuments(documents []trace.Document) []trace.Document {
	left := maxPayloadBytes
	for i := range documents {
		d := &documents[i]
		if i >= maxDocuments || left < 64 {
			r.warn("cut:documents")
			return documents[:i]
		}
		d.Rank = i + 1
		if d.Content != nil && len(*d.Content) > min(left, maxStringBytes) {
			d.Content = pointer(cutText(*d.Content, min(left, maxStringBytes)))
			r.warn("cut:documents")
		}
		if len(d.Metadata) > maxMetadataBytes {
			d.Metadata = nil
			r.warn("cut:documents")
		}
		left -= len(d.Metadata) + 64
		if d.Content != nil {
			left -= len(*d.Content)
		}
	}
	return documents
}

// relevance returns the highest and the mean relevance of the documents that
// have one.
func relevance(documents []trace.Document) (top, mean *float64) {
	sum, n := 0.0, 0
	for i := range documents {
		score := documents[i].Relevance
		if score == nil {
			continue
		}
		if top == nil || *score > *top {
			top = score
		}
		sum += *score
		n++
	}
	if n == 0 {
		return nil, nil
	}
	average := sum / float64(n)
	return top, &average
}

// Reranking.

var (
	rerankingModelSources = append(append(rows(AttrModel, "reranker.model_name"), responseModelSources...), requestModelSources...)
	inputCountSources     = rows(AttrRerankingInputCount)
	rerankingInputFamily  = under("reranker.input_documents.")
	rerankingInputKeys    = rows("ai.documents")
)

func (r *reader) readReranking(t *trace.Reranking) {
	t.Model = r.name(rerankingModelSources)
	t.Provider = r.provider(t.Model)
	t.Query, t.TopK = r.query(), r.size(topKSources)
	t.InputCount = r.size(inputCountSources)
	given := r.givenDocuments(t.Query == nil && t.Input == nil)
	if n := len(given); t.InputCount == nil && n > 0 {
		t.InputCount = &n
	}
	t.Documents = r.readDocuments()
	if t.Input == nil && t.Query == nil && len(given) > 0 {
		t.Input = r.payload(&Value{Kind: KindArray, Array: given}, bodyStructured, "documents")
	}
	r.documentBodies(&t.Common, t.Query, t.Documents)
	t.Usage, t.Cost = r.readUsage(), r.readCost()
}

// givenDocuments reads the documents that were to be put in order. They have no
// field of their own, so they stay in the attributes unless they become the
// input.
func (r *reader) givenDocuments(asInput bool) []Value {
	before := slices.Clone(r.used)
	given := r.unflatten(rerankingInputFamily)
	for i := range given {
		if inner := given[i].get("document"); inner.isMap() {
			given[i] = *inner
		}
	}
	if list := r.structure(rerankingInputKeys); list.isArray() && len(given) == 0 {
		for i := range list.Array {
			decoded, _ := list.Array[i].structured() // the Vercel AI SDK encodes each
			given = append(given, *decoded)
		}
	}
	if !asInput {
		copy(r.used, before)
	}
	return given
}
