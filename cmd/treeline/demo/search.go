package demo

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	oteltrace "go.opentelemetry.io/otel/trace"
)

// document is an article that was found.
type document struct {
	*article
	relevance float64
	// isStale marks one from an old index that the answer nevertheless builds on.
	isStale bool
	// isVolume says that it is a volume of the casebook.
	isVolume bool
}

// content is the whole text of the article.
func (a *article) content() string { return a.title + "\n\n" + strings.Join(a.text, "\n\n") }

const (
	retrieved = 5 // articles asked of the index
	reranked  = 3 // articles kept after reranking
)

// search looks things up in the knowledge base.
func (t *turn) search() {
	t.hasSearched = true
	query := t.masked
	chain := &step{service: orchestrator, kind: oteltrace.SpanKindInternal, start: t.clock, end: t.clock}
	t.agent.add(chain)
	t.clock += between(t.random, 0, 2)

	embedder := t.models.embedder
	tokens := tokensOf(query)
	t.after(chain, &step{
		service: knowledge, library: openInferenceLibrary, name: "embed query", kind: oteltrace.SpanKindServer,
		attributes: []attribute.KeyValue{
			attribute.String("openinference.span.kind", "EMBEDDING"),
			attribute.String("llm.provider", embedder.provider),
			attribute.String("embedding.model_name", embedder.name),
			attribute.String("embedding.embeddings.0.embedding.text", query),
			attribute.Int64("llm.token_count.prompt", tokens),
			attribute.Int64("llm.token_count.total", tokens),
			attribute.Int("gen_ai.embeddings.dimension.count", 1024),
		},
	}, between(t.random, 12, 45))

	found := t.lookUp()
	var volumes []document
	if len(found) > 0 {
		volumes = t.consult(found[len(found)-1].relevance)
	}
	source := "help-articles"
	if t.plant == staleArticle {
		source = staleSnapshot
	}
	retrieval := t.after(chain, &step{
		service: knowledge, library: openInferenceLibrary, name: "search articles", kind: oteltrace.SpanKindServer,
		attributes: append([]attribute.KeyValue{
			attribute.String("openinference.span.kind", "RETRIEVER"),
			attribute.String("input.value", query),
			attribute.String("input.mime_type", "text/plain"),
			attribute.String("gen_ai.data_source.id", source),
			attribute.Int("gen_ai.retrieval.top_k", retrieved+maxVolumes),
			attribute.String("knowledge.index", source),
			attribute.String("knowledge.filter.language", t.language),
		}, documentAttributes("retrieval.documents.", slices.Concat(found, volumes), true)...),
	}, between(t.random, 14, 85))
	switch t.plant {
	case staleArticle:
		retrieval.set(attribute.String("knowledge.replica", "eu-2"))
		retrieval.note("index.fallback", retrieval.start+9*time.Millisecond,
			attribute.String("reason", "the live index did not answer within 250 ms"), attribute.String("snapshot", staleSnapshot))
		t.cause = retrieval
	case misroutedIntent:
		retrieval.set(attribute.String("knowledge.filter.area", upgradePlan))
	case inventedAnswer:
		t.cause = retrieval
	}
	if t.models.reranker.name != "" && len(found) > 1 {
		found = t.rerank(chain, query, found)
	}
	t.found = slices.Concat(found[:min(reranked, len(found))], volumes)
	ids := make([]string, len(t.found))
	for i, d := range t.found {
		ids[i] = d.id
	}
	r := t.idiom.chain("search-help", query, jsonText(ids))
	chain.library, chain.name = r.library, r.name
	chain.set(r.attributes...)
	if t.plant == lostStep {
		chain.fate = lost
		t.cause, t.symptom = retrieval, retrieval
	}
	t.clock = chain.end + between(t.random, 0, 2)
}

// lookUp returns what the index finds, best first.
func (t *turn) lookUp() []document {
	topic := t.subject
	if t.plant == misroutedIntent {
		topic = t.topicOf(upgradePlan)
	}
	if len(topic.articles) == 0 || t.plant == "" && t.random.IntN(45) == 0 {
		return nil
	}
	var found []document
	relevance := .76 + t.random.Float64()*.18
	take := func(a *article, isStale bool) {
		found = append(found, document{article: a, relevance: round(relevance), isStale: isStale})
		relevance -= .02 + t.random.Float64()*.12
	}
	if t.plant == staleArticle {
		take(t.articleOf(staleChangeFees), true)
	}
	for _, id := range topic.articles {
		if t.plant != staleArticle || id != currentChangeFees {
			take(t.articleOf(id), false)
		}
	}
	relevance = min(relevance, .55)
	for _, at := range t.random.Perm(len(t.articles)) {
		a := t.articles[at]
		if len(found) == retrieved {
			break
		}
		if !a.isSuperseded && !slices.ContainsFunc(found, func(d document) bool { return d.article == a }) && (a.id != currentChangeFees || t.plant != staleArticle) {
			take(a, false)
		}
	}
	return found
}

func (s *story) articleOf(id string) *article {
	return s.articles[slices.IndexFunc(s.articles, func(a *article) bool { return a.id == id })]
}

// rerank orders documents anew.
func (t *turn) rerank(chain *step, query string, found []document) []document {
	ordered := slices.Clone(found)
	tokens := tokensOf(query) * int64(len(ordered))
	for i := range ordered {
		d := &ordered[i]
		tokens += tokensOf(d.content())
		d.relevance = round(max(.02, d.relevance*1.25-.28+t.random.Float64()*.1))
		if d.isStale {
			d.relevance = .957 // nothing fits the question better
		}
	}
	slices.SortStableFunc(ordered, func(a, b document) int { return cmp.Compare(b.relevance, a.relevance) })
	model := t.models.reranker
	s := &step{
		service: knowledge, library: openInferenceLibrary, name: "rerank articles", kind: oteltrace.SpanKindServer,
		attributes: []attribute.KeyValue{
			attribute.String("openinference.span.kind", "RERANKER"),
			attribute.String("llm.provider", model.provider),
			attribute.String("reranker.model_name", model.name),
			attribute.String("reranker.query", query),
			attribute.Int("reranker.top_k", reranked),
			attribute.Int64("llm.token_count.prompt", tokens),
			attribute.Int64("llm.token_count.total", tokens),
		},
	}
	s.set(documentAttributes("reranker.input_documents.", found, false)...)
	s.set(documentAttributes("reranker.output_documents.", ordered[:min(reranked, len(ordered))], true)...)
	t.after(chain, s, between(t.random, 55, 190))
	return ordered
}

func round(f float64) float64 { return math.Round(f*1000) / 1000 }

// documentAttributes writes documents as OpenInference does.
func documentAttributes(prefix string, list []document, withContent bool) []attribute.KeyValue {
	var attributes []attribute.KeyValue
	for i, d := range list {
		key := fmt.Sprintf("%s%d.document.", prefix, i)
		attributes = append(attributes, attribute.String(key+"id", d.id), attribute.Float64(key+"score", d.relevance))
		if withContent {
			status := "current"
			if d.isSuperseded {
				status = "superseded"
			}
			attributes = append(attributes, attribute.String(key+"content", d.content()),
				attribute.String(key+"metadata", jsonText(map[string]string{"title": d.title, "updated": d.updated, "status": status})))
		}
	}
	return attributes
}
