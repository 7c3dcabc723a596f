package demo

import (
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"
	oteltrace "go.opentelemetry.io/otel/trace"

	"github.com/treeline-dev/treeline/ingest/convention"
)

// runNightly is not a message but a job: it sums up the conversations of the day
// with many workers at once.
func (t *turn) runNightly() {
	const workers, items = 20, 659
	t.plant, t.agent = batchJob, nil
	job := &step{
		service: insights, name: "nightly-insights", library: genAILibrary, kind: oteltrace.SpanKindInternal,
		attributes: []attribute.KeyValue{
			attribute.String("gen_ai.operation.name", "invoke_workflow"),
			attribute.String("gen_ai.workflow.name", "nightly-insights"),
			attribute.String(convention.AttrTraceName, "nightly-insights"),
			attribute.StringSlice(convention.AttrTraceTags, []string{"batch", "insights"}),
			attribute.String(convention.AttrRelease, t.releaseName()),
		},
	}
	t.root, t.cause, t.symptom = job, job, job
	load := &step{
		service: insights, name: "load transcripts", library: ownLibrary, kind: oteltrace.SpanKindInternal,
		start: 5 * time.Millisecond, end: 840 * time.Millisecond, links: t.earlier,
		attributes: []attribute.KeyValue{attribute.String(convention.AttrType, "SPAN"), attribute.Int(convention.AttrMetadataPrefix+"transcripts", items)},
	}
	job.add(load)
	for w := range workers {
		t.clock = load.end + time.Duration(w)*7*time.Millisecond
		worker := &step{
			service: insights, name: fmt.Sprintf("worker %d", w+1), library: ownLibrary, kind: oteltrace.SpanKindInternal, start: t.clock, end: t.clock,
			attributes: []attribute.KeyValue{attribute.String(convention.AttrType, "CHAIN")},
		}
		for i := w; i < items; i += workers {
			t.summarise(worker, i)
		}
		job.add(worker)
	}
	job.add(&step{
		service: insights, name: "job-finished", library: ownLibrary, kind: oteltrace.SpanKindInternal, start: job.end, end: job.end,
		attributes: []attribute.KeyValue{attribute.String(convention.AttrType, "EVENT"), attribute.Int(convention.AttrMetadataPrefix+"summaries", items)},
	})
	job.end += 12 * time.Millisecond
}

// summarise is the work on one conversation of the nightly job.
func (t *turn) summarise(worker *step, number int) {
	topic := t.topics[number%len(t.topics)]
	outcome := pick(t.random, []string{"solved", "solved", "solved", "handed over", "left open"})
	s := &step{
		service: insights, name: "conversation", library: ownLibrary, kind: oteltrace.SpanKindInternal, start: t.clock, end: t.clock,
		attributes: []attribute.KeyValue{attribute.String(convention.AttrType, "CHAIN"), attribute.Int(convention.AttrMetadataPrefix+"number", number)},
	}
	t.clock += time.Millisecond
	c := &call{
		name: "summarise", model: t.models.router, prompt: &promptVersion{name: "insights/summarise", number: 2}, maxTokens: 120, finish: "stop",
		system:   "Sum up the conversation in one sentence and name its outcome.",
		messages: []message{{role: "user", text: fmt.Sprintf("Transcript %d, topic %s.", number, topic.intent)}},
		reply:    message{role: "assistant", text: fmt.Sprintf("The customer asked about %s; the matter was %s.", topic.intent, outcome)},
	}
	t.writeCall(s, insights, genAIIdiom{}, oteltrace.SpanKindClient, c, 900, 4200)
	verdict := &step{
		service: insights, name: "judge outcome", library: ownLibrary, kind: oteltrace.SpanKindInternal, start: t.clock, end: t.clock + 3*time.Millisecond,
		attributes: []attribute.KeyValue{
			attribute.String(convention.AttrType, "EVALUATOR"), attribute.String(convention.AttrEvaluatorScoreName, "outcome"),
			attribute.String(convention.AttrEvaluatorLabel, outcome),
		},
	}
	s.add(verdict)
	t.clock = verdict.end + time.Millisecond
	s.end = t.clock
	worker.add(s)
}
