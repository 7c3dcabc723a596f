package store

import (
	"math"
	"strconv"

	"github.com/treeline-dev/treeline/trace"
)

// appendJSON appends the detail as JSON: what trace.EncodeJSON makes of it, in a
// fraction of its time. Fields that few spans have are left to EncodeJSON.
func (d *bodyDetail) appendJSON(out trace.JSON) trace.JSON {
	w := detailWriter{out: append(out, '{')}
	w.text("statusMessage", d.StatusMessage)
	if d.Exception != nil {
		w.raw("exception", trace.EncodeJSON(d.Exception))
	}
	if d.Scope != nil {
		w.member("scope")
		w.out = trace.AppendJSONString(append(w.out, `{"name":`...), d.Scope.Name)
		if d.Scope.Version != nil {
			w.out = trace.AppendJSONString(append(w.out, `,"version":`...), *d.Scope.Version)
		}
		w.out = append(w.out, '}')
	}
	w.nonEmpty("typeRule", d.TypeRule)
	w.texts("warnings", d.Warnings)
	if len(d.Links) > 0 {
		w.raw("links", trace.EncodeJSON(d.Links))
	}
	if len(d.Events) > 0 {
		w.raw("events", trace.EncodeJSON(d.Events))
	}
	w.text("requestModel", d.RequestModel)
	w.text("responseModel", d.ResponseModel)
	w.text("pricedModel", d.PricedModel)
	if d.Parameters != nil {
		w.parameters(d.Parameters)
	}
	if len(d.Messages) > 0 {
		w.member("messages")
		w.out = trace.AppendMessages(w.out, d.Messages)
	}
	if len(d.Completion) > 0 {
		w.member("completion")
		w.out = trace.AppendMessages(w.out, d.Completion)
	}
	if d.InputYields {
		w.raw("inputYields", trace.JSON("true"))
	}
	if d.OutputYields {
		w.raw("outputYields", trace.JSON("true"))
	}
	if len(d.Tools) > 0 {
		w.raw("tools", trace.EncodeJSON(d.Tools))
	}
	w.text("serviceTier", d.ServiceTier)
	w.text("promptVersionText", d.PromptVersionText)
	w.raw("slots", d.Slots)
	if d.ComputedCost != nil {
		w.raw("computedCost", trace.EncodeJSON(d.ComputedCost))
	}
	w.nonEmpty("priceId", d.PriceID)
	w.integer("topK", d.TopK)
	w.number("meanRelevance", d.MeanRelevance)
	w.documents(d.Documents)
	w.integer("inputCount", d.InputCount)
	w.integer("dimensions", d.Dimensions)
	w.text("callId", d.CallID)
	w.raw("arguments", d.Arguments)
	w.raw("result", d.Result)
	w.text("policyId", d.PolicyID)
	if d.Phase != nil {
		w.raw("phase", trace.EncodeJSON(d.Phase))
	}
	w.text("reason", d.Reason)
	w.number("score", d.Score)
	w.texts("categories", d.Categories)
	w.text("agentId", d.AgentID)
	w.text("label", d.Label)
	w.text("explanation", d.Explanation)
	return append(w.out, '}')
}

// detailWriter appends the members of an object that is open.
type detailWriter struct{ out trace.JSON }

func (w *detailWriter) member(name string) {
	if w.out[len(w.out)-1] != '{' {
		w.out = append(w.out, ',')
	}
	w.out = append(append(append(w.out, '"'), name...), `":`...)
}

func (w *detailWriter) raw(name string, value trace.JSON) {
	if len(value) > 0 {
		w.member(name)
		w.out = append(w.out, value...)
	}
}

func (w *detailWriter) text(name string, value *string) {
	if value != nil {
		w.member(name)
		w.out = trace.AppendJSONString(w.out, *value)
	}
}

func (w *detailWriter) nonEmpty(name, value string) {
	if value != "" {
		w.text(name, &value)
	}
}

func (w *detailWriter) texts(name string, values []string) {
	if len(values) == 0 {
		return
	}
	w.member(name)
	w.out = append(w.out, '[')
	for i, value := range values {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		w.out = trace.AppendJSONString(w.out, value)
	}
	w.out = append(w.out, ']')
}

func (w *detailWriter) integer(name string, value *int) {
	if value != nil {
		w.member(name)
		w.out = strconv.AppendInt(w.out, int64(*value), 10)
	}
}

// number leaves out what JSON cannot express.
func (w *detailWriter) number(name string, value *float64) {
	if value != nil && !math.IsNaN(*value) && !math.IsInf(*value, 0) {
		w.member(name)
		w.out = strconv.AppendFloat(w.out, *value, 'g', -1, 64)
	}
}

func (w *detailWriter) parameters(p *trace.ModelParameters) {
	w.member("parameters")
	w.out = append(w.out, '{')
	w.number("temperature", p.Temperature)
	w.number("topP", p.TopP)
	w.integer("maxTokens", p.MaxTokens)
	if p.Seed != nil {
		w.member("seed")
		w.out = strconv.AppendInt(w.out, *p.Seed, 10)
	}
	w.texts("stop", p.Stop)
	w.raw("other", p.Other)
	w.out = append(w.out, '}')
}

func (w *detailWriter) documents(documents []trace.Document) {
	if len(documents) == 0 {
		return
	}
	w.member("documents")
	w.out = append(w.out, '[')
	for i := range documents {
		d := &documents[i]
		if i > 0 {
			w.out = append(w.out, ',')
		}
		w.out = strconv.AppendInt(append(w.out, `{"rank":`...), int64(d.Rank), 10)
		w.text("id", d.DocumentID)
		w.text("content", d.Content)
		w.number("relevance", d.Relevance)
		w.raw("metadata", d.Metadata)
		w.out = append(w.out, '}')
	}
	w.out = append(w.out, ']')
}
