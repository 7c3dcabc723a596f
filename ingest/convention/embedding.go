package convention

import "github.com/treeline-dev/treeline/trace"

var (
	embeddingModelSources = append(append(append(rows(AttrModel), responseModelSources...), requestModelSources...),
		from("embedding.model_name"))
	dimensionSources = rows(AttrEmbeddingDimensions, "gen_ai.embeddings.dimension.count", "gen_ai.request.embedding_dimension")
	embeddedSources  = rows(AttrEmbeddingInputCount)

	embeddingsFamily = under("embedding.embeddings.")
	vercelValues     = rows("ai.values")
	vercelValue      = rows("ai.value")
	// Vectors are measured and not kept.
	vercelVectors = rows("ai.embeddings", "ai.embedding")
)

func (r *reader) readEmbedding(e *trace.Embedding) {
	if e.Model = r.name(embeddingModelSources); e.Model == nil {
		e.Model = r.modelInParameters()
	}
	e.Provider = r.provider(e.Model)
	e.Parameters = r.readParameters()
	e.Dimensions, e.InputCount = r.size(dimensionSources), r.size(embeddedSources)
	var texts []Value
	items := r.unflatten(embeddingsFamily)
	for i := range items {
		inner := items[i].get("embedding")
		if text := inner.get("text"); !text.isNull() {
			texts = append(texts, *text)
		}
		r.measure(e, inner.get("vector"))
	}
	if n := len(items); e.InputCount == nil && n > 0 {
		e.InputCount = &n
	}
	if list := r.structure(vercelValues); list.isArray() && texts == nil {
		for i := range list.Array {
			decoded, _ := list.Array[i].structured()
			texts = append(texts, *decoded)
		}
	}
	if v := r.structure(vercelValue); !v.isNull() && texts == nil {
		texts = []Value{*v}
	}
	if v := r.structure(vercelVectors); !v.isNull() {
		r.measure(e, v)
	}
	prompts := r.messages(input)
	if texts == nil {
		for i := range prompts {
			if text, ok := textOf(prompts[i].Parts); ok {
				texts = append(texts, *stringValue(text))
			}
		}
	}
	if texts == nil {
		texts = r.textsInBody()
	}
	if e.InputCount == nil && len(texts) > 0 {
		n := len(texts)
		e.InputCount = &n
	}
	if e.Input == nil && len(texts) > 0 {
		body := &Value{Kind: KindArray, Array: texts}
		if len(texts) == 1 {
			body = &texts[0]
		}
		e.Input = r.payload(body, bodyText, "texts")
	}
	e.Usage, e.Cost = r.readUsage(), r.readCost()
}

// measure takes the dimensions from a vector.
func (r *reader) measure(e *trace.Embedding, v *Value) {
	vector, _ := v.structured()
	if vector.isArray() && len(vector.Array) > 0 {
		if first, _ := vector.Array[0].structured(); first.isArray() {
			vector = first
		}
	}
	if e.Dimensions == nil && isVector(vector) {
		n := len(vector.Array)
		e.Dimensions = &n
	}
}

// textsInBody reads the input of OpenAI's API.
func (r *reader) textsInBody() []Value {
	v, _ := r.value(bodySources[input])
	body := v.container()
	if body.isMap() {
		body = body.first("input", "texts", "text", "query") // OpenAI's, LlamaIndex's
	}
	switch {
	case body.isArray() && !isVector(body): // a list of numbers is one tokenised text
		return body.Array
	case !body.isNull() && !v.isNull() && body != v:
		return []Value{*body}
	}
	return nil
}
