package trace_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/treeline-dev/treeline/trace"
)

func TestValidateNamesTheFault(t *testing.T) {
	t.Parallel()
	type filter = trace.ObservationFilter
	nested := func(depth int) *filter {
		f := &filter{Name: eq("x")}
		for range depth {
			f = &filter{Not: f}
		}
		return f
	}
	leaves := func(n int) *filter {
		f := &filter{}
		for range n {
			f.And = append(f.And, &filter{Name: eq("x")})
		}
		return f
	}
	patterns := func(n int) *filter {
		f := &filter{}
		for range n {
			f.Or = append(f.Or, &filter{Name: &trace.StringFilter{Matches: new("x")}})
		}
		return f
	}
	attribute := func(key string, v *trace.AttributeValueFilter) *filter {
		return &filter{Attributes: []*trace.AttributeFilter{{Key: key, Value: v}}}
	}
	exists := &trace.AttributeValueFilter{Exists: new(true)}
	list := func(n int) []string { return slices.Repeat([]string{"x"}, n) }
	for name, c := range map[string]struct {
		filter *filter
		path   string
		says   string // empty: valid
	}{
		"nil":                          {nil, "", ""},
		"empty":                        {&filter{}, "", ""},
		"deepest":                      {nested(trace.MaxFilterDepth), "", ""},
		"too deep":                     {nested(trace.MaxFilterDepth + 1), "not.not.not.not.not.not.not", "deeper"},
		"too deep through the trace":   {&filter{Trace: &trace.TraceFilter{Some: nested(trace.MaxFilterDepth - 1)}}, "trace.some.not.not.not.not.not", "deeper"},
		"most leaves":                  {leaves(trace.MaxFilterLeaves), "", ""},
		"too many leaves":              {leaves(trace.MaxFilterLeaves + 1), "", "conditions"},
		"too many empty objects":       {&filter{And: slices.Repeat([]*filter{{}}, trace.MaxFilterLeaves+1)}, "", "conditions"},
		"every bound is a leaf":        {&filter{And: slices.Repeat([]*filter{{DurationMs: &trace.FloatFilter{Gt: new(1.0), Lt: new(2.0)}}}, trace.MaxFilterLeaves/2+1)}, "", "conditions"},
		"longest list":                 {&filter{Name: &trace.StringFilter{In: list(trace.MaxFilterList)}}, "", ""},
		"too long a list":              {&filter{Name: &trace.StringFilter{NotIn: list(trace.MaxFilterList + 1)}}, "name.notIn", "501 items"},
		"too many types":               {&filter{Types: make([]trace.ObservationType, trace.MaxFilterList+1)}, "types", "501 items"},
		"too many integers":            {&filter{Retrieval: &trace.RetrievalFilter{DocumentCount: &trace.IntFilter{In: make([]int64, trace.MaxFilterList+1)}}}, "retrieval.documentCount.in", "501 items"},
		"too many tags":                {&filter{Trace: &trace.TraceFilter{Tags: list(trace.MaxFilterList + 1)}}, "trace.tags", "501 items"},
		"a bad pattern":                {&filter{And: []*filter{{}, {Generation: &trace.GenerationFilter{Model: &trace.StringFilter{Matches: new("(?i)x")}}}}}, "and[1].generation.model.matches", "flags"},
		"most patterns":                {patterns(trace.MaxFilterPatterns), "", ""},
		"too many patterns":            {patterns(trace.MaxFilterPatterns + 1), "or[8].name.matches", "patterns"},
		"a NUL":                        {&filter{Service: eq("a\x00b")}, "service.eq", "NUL"},
		"a NUL in a list":              {&filter{Service: &trace.StringFilter{In: []string{"a", "\x00"}}}, "service.in", "NUL"},
		"no UTF-8":                     {&filter{Version: &trace.StringFilter{Contains: new("\xff")}}, "version.contains", "UTF-8"},
		"too long a text":              {&filter{Version: eq(strings.Repeat("x", trace.MaxFilterText+1))}, "version.eq", "bytes"},
		"not a number":                 {&filter{DurationMs: &trace.FloatFilter{Gt: new(math.NaN())}}, "durationMs", "finite"},
		"infinite":                     {&filter{Evaluator: &trace.EvaluatorFilter{ScoreValue: &trace.FloatFilter{Lt: new(math.Inf(-1))}}}, "evaluator.scoreValue", "finite"},
		"nothing to search":            {&filter{Text: new(" -!? ")}, "text", "no letter"},
		"most words":                   {&filter{Text: new("a b c d e f g h i j k l m n o p")}, "", ""},
		"too many words":               {&filter{Text: new("a b c d e f g h i j k l m n o p q")}, "text", "16 words"},
		"too many words in all":        {&filter{Text: new("a b c d e f g h i"), Trace: &trace.TraceFilter{Text: new("j k l m n o p q")}}, "trace.text", "16 words"},
		"no key":                       {attribute("", exists), "attributes[0].key", "empty"},
		"longest key":                  {attribute(strings.Repeat("k", trace.MaxFilterKey), exists), "", ""},
		"too long a key":               {attribute(strings.Repeat("k", trace.MaxFilterKey+1), exists), "attributes[0].key", "bytes"},
		"no attribute value":           {attribute("k", nil), "attributes[0]", "key and a value"},
		"an attribute value of none":   {attribute("k", &trace.AttributeValueFilter{}), "attributes[0].value", "exactly one"},
		"an attribute value of two":    {attribute("k", &trace.AttributeValueFilter{Exists: new(true), Boolean: new(true)}), "attributes[0].value", "exactly one"},
		"a score without name":         {&filter{Score: &trace.ScoreFilter{}}, "score.name", "empty"},
		"a bad label":                  {&filter{Score: &trace.ScoreFilter{Name: "x", Label: &trace.StringFilter{Matches: new("[")}}}, "score.label.matches", "not a regular expression"},
		"the first of several faults":  {&filter{Name: eq("\x00"), Service: eq("\xff")}, "name.eq", "NUL"},
		"an item that is null is none": {&filter{And: []*filter{nil}}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := c.filter.Validate()
			var fault *trace.FilterError
			switch {
			case c.says == "":
				if err != nil {
					t.Error(err)
				}
			case !errors.As(err, &fault):
				t.Errorf("got %v", err)
			case fault.Path != c.path || !strings.Contains(fault.Message, c.says):
				t.Errorf("got %q", fault)
			}
			if _, matcherErr := c.filter.Matcher(); (matcherErr == nil) != (err == nil) {
				t.Errorf("Matcher says %v", matcherErr)
			}
		})
	}
}

func TestValidateChecksSessions(t *testing.T) {
	t.Parallel()
	if err := (*trace.SessionFilter)(nil).Validate(); err != nil {
		t.Error(err)
	}
	if err := (&trace.SessionFilter{StartedAt: &trace.TimeRange{}, UserID: eq("x")}).Validate(); err != nil {
		t.Error(err)
	}
	err := (&trace.SessionFilter{Environment: &trace.StringFilter{Matches: new(`\bx`)}}).Validate()
	if err == nil || !strings.HasPrefix(err.Error(), "filter.environment.matches: ") {
		t.Errorf("got %v", err)
	}
}
