package convention

import (
	"math"

	"github.com/treeline-dev/treeline/trace"
)

// costSource is one convention's way to report a cost in US dollars.
type costSource struct {
	// structured holds input, output and total in one value, or the total alone.
	structured key
	// The keys of each part.
	total, input, output key
	// sumsUp says that the total of a structured value without one is the sum of
	// all its entries.
	sumsUp bool
}

// noKey is never present: the keys of an index hold no NUL.
var noKey = of("\x00")

// costSources are tried in order; the first with an amount wins.
var costSources = []costSource{
	{structured: of(AttrCost), total: of(AttrCostTotal), input: of(AttrCostInput), output: of(AttrCostOutput)},
	{structured: of("langfuse.observation.cost_details"), sumsUp: true, total: noKey, input: noKey, output: noKey},
	{structured: noKey, total: of("llm.cost.total"), input: of("llm.cost.prompt"), output: of("llm.cost.completion")},
	{structured: noKey, total: of("gen_ai.usage.cost"), input: of("gen_ai.usage.input_cost"), output: of("gen_ai.usage.output_cost")},
	{structured: noKey, total: of("gen_ai.usage.total_cost"), input: of("gen_ai.usage.input_cost"), output: of("gen_ai.usage.output_cost")},
	{structured: noKey, total: of("gen_ai.cost.total_cost"), input: of("gen_ai.cost.input_cost"), output: of("gen_ai.cost.output_cost")},
	{structured: noKey, total: of("litellm.cost.total"), input: of("litellm.cost.input"), output: of("litellm.cost.output")},
	{structured: noKey, total: of("operation.cost"), input: noKey, output: noKey},
}

// nanosOf reads an amount of dollars. Amounts that cannot be are ignored, with a
// warning: negative, not finite, beyond belief.
func (r *reader) nanosOf(v *Value) *trace.Nanos {
	dollars, ok := v.number()
	if !ok {
		return nil
	}
	if dollars < 0 || dollars > maxDollars {
		r.warn("unbelievable_cost")
		return nil
	}
	n := trace.Nanos(math.Round(dollars * 1e9)) // halves away from zero
	return &n
}

// readCost reads what the client says that the step cost. Without that, a price
// table may tell later.
func (r *reader) readCost() trace.Cost {
	for i := range costSources {
		s := &costSources[i]
		var c trace.Cost
		c.Total, c.Input, c.Output = r.nanosOf(r.get(s.total)), r.nanosOf(r.get(s.input)), r.nanosOf(r.get(s.output))
		if v := r.get(s.structured); !v.isNull() {
			decoded, _ := v.structured()
			r.readAmounts(&c, decoded, s.sumsUp)
		}
		if c.Total == nil && c.Input == nil && c.Output == nil {
			continue
		}
		c.Source = trace.CostReported
		c.IsComplete = c.Total != nil || c.Input != nil && c.Output != nil
		if c.Total == nil {
			c.Total = trace.AddKnown(c.Input, c.Output)
		}
		if *c.Total > trace.MaxCallCost {
			r.warn("unbelievable_cost")
			continue
		}
		return c
	}
	return trace.Cost{}
}

// readAmounts reads a structured cost: a number, or an object.
func (r *reader) readAmounts(c *trace.Cost, v *Value, sumsUp bool) {
	set := func(field **trace.Nanos, names ...string) {
		if amount := r.nanosOf(v.first(names...)); *field == nil && amount != nil {
			*field = amount
		}
	}
	if !v.isMap() {
		if amount := r.nanosOf(v); c.Total == nil && amount != nil {
			c.Total = amount
		}
		return
	}
	set(&c.Input, "input", "prompt")
	set(&c.Output, "output", "completion")
	set(&c.Total, "total")
	if c.Total != nil || !sumsUp {
		return
	}
	for i := range v.Map {
		c.Total = trace.AddKnown(c.Total, r.nanosOf(&v.Map[i].Value))
	}
}
