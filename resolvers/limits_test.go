package resolvers_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/treeline-dev/treeline/server"
	"github.com/treeline-dev/treeline/store"
	"github.com/treeline-dev/treeline/trace"
)

func TestNumbersOutOfRangeAreBadInput(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	o := step(trace.TypeSpan, 1, 1)
	o.Core().Input = trace.TextPayload(strings.Repeat("word ", 5000))
	p.write(t, nil, o)
	for _, c := range []struct{ selection, path string }{
		{`traces { totalCount(limit: -1) { value } }`, "limit"},
		{`observations { totalCount(limit: -10000) { value } }`, "limit"},
		{`sessions { totalCount(limit: -1) { value } }`, "limit"},
		{`scores { totalCount(limit: -1) { value } }`, "limit"},
		{`apiKeys { totalCount(limit: -1) { value } }`, "limit"},
		{`observations { nodes { children { totalCount(limit: -1) { value } } } }`, "limit"},
		{`observations { nodes { input { preview(maxChars: -1) } } }`, "maxChars"},
		{`observations(first: -1) { nodes { name } }`, "first"},
		{`observations(last: -1) { nodes { name } }`, "last"},
		{`observations(first: 201) { nodes { name } }`, "first"},
		{`observations(first: 2147483648) { nodes { name } }`, "first"},
		{`observations { nodes { children(first: -1) { nodes { name } } } }`, "first"},
	} {
		a := p.ask(t, `{ project { `+c.selection+` } }`, nil)
		if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != "BAD_INPUT" || a.Errors[0].Extensions["inputPath"] != c.path {
			t.Errorf("%s: %+v", c.selection, a)
		}
	}
	data := p.get(t, `{ project { observations(first: 0) { nodes { name } pageInfo { hasNextPage } none: totalCount(limit: 0) { value isExact } all: totalCount(limit: 2147483647) { value isExact } }
		one: observations { nodes { input { none: preview(maxChars: 0) all: preview(maxChars: 2147483647) } } } } }`, nil)
	list := dig(data, "project", "observations")
	if got := fmt.Sprint(dig(list, "nodes"), dig(list, "pageInfo"), dig(list, "none"), dig(list, "all")); got != "[] map[hasNextPage:true] map[isExact:false value:0] map[isExact:true value:1]" {
		t.Errorf("a page of none: %s", got)
	}
	input := dig(data, "project", "one", "nodes", 0, "input")
	if none, all := dig(input, "none").(string), dig(input, "all").(string); none != "" || len([]rune(all)) != trace.MaxPreview {
		t.Errorf("previews of %d and %d characters", len(none), len([]rune(all)))
	}
}

func TestAnAnswerIsBoundedHoweverItComesToItsSize(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.handler.(*server.GraphQL).Limits = store.OperationLimits{Answer: 1 << 20}
	p := a.add(t, "acme")
	body := strings.Repeat(`{"k":"`+strings.Repeat("v", 90)+`"},`, 1000)
	text := "[" + strings.TrimSuffix(body, ",") + "]" // 100 kB
	var all []trace.Observation
	for i := range 12 {
		o := step(trace.TypeGeneration, 1, i+1)
		c := o.Core()
		if i > 0 {
			c.ParentSpanID = spanID(1)
		}
		c.Input, c.RawAttributes = trace.JSONPayload(trace.JSON(text)), trace.JSON(`{"k":`+text+`}`)
		c.Metadata = trace.JSON(text)
		o.(*trace.Generation).Messages = []trace.Message{{Role: trace.RoleUser, Parts: []trace.MessagePart{&trace.TextPart{Text: text}}}}
		all = append(all, o)
	}
	p.write(t, nil, all...)
	for _, c := range []struct{ name, selection string }{
		{"text", `observations { nodes { input { text } } }`},
		{"text and json", `observations(first: 6) { nodes { input { text json } } }`},
		{"one text under many names", `observations(first: 1) { nodes { input {` + aliased("text", 12) + `} } }`},
		{"one payload under many names", `observations(first: 1) { nodes { ` + aliased("input { text }", 12) + ` } }`},
		{"attributes", `observations { nodes { attributes } }`},
		{"metadata", `observations { nodes { metadata } }`},
		{"messages", `observations { nodes { ... on Generation { messages { parts { ... on TextPart { text } } } } } }`},
		{"one trace of many observations", `observations { nodes { trace { input { json } } } }`},
		{"one parent of many observations", `observations { nodes { parent { input { json } } } }`},
		{"a tree", fmt.Sprintf(`trace(traceId: %q) { tree { observation { input { json } } } }`, traceID(1))},
	} {
		got := p.ask(t, `{ project { `+c.selection+` } }`, nil)
		if len(got.Errors) != 1 || got.Errors[0].Extensions["code"] != "COST_LIMIT" || got.Data != nil {
			t.Errorf("%s: %d errors, first %.300v", c.name, len(got.Errors), got.Errors)
		}
	}
	for _, selection := range []string{
		`observations(first: 3) { nodes { input { text json } } }`,
		`observations { nodes { input { preview bytes } output { preview } trace { input { preview } } } }`,
	} {
		p.get(t, `{ project { `+selection+` } }`, nil)
	}
}

// aliased repeats a selection under different names.
func aliased(selection string, times int) string {
	var b strings.Builder
	for i := range times {
		fmt.Fprintf(&b, " a%d: %s", i, selection)
	}
	return b.String()
}

// weeksApart is a project whose observations lie in many weeks.
func weeksApart(t *testing.T, weeks int) *party {
	t.Helper()
	p := newParty(t)
	var all []trace.Observation
	for i := range weeks {
		for k := range 1 + i%3 {
			o := step(trace.TypeGeneration, i*4+k, 1)
			c := o.Core()
			c.StartedAt = epoch.Add(-time.Duration(i)*7*24*time.Hour + time.Duration(k)*time.Minute)
			end := c.StartedAt.Add(time.Second)
			c.EndedAt = &end
			if i%7 == 6 && k == 0 {
				c.Name, c.Input = "rare", trace.TextPayload("a rare word")
			}
			all = append(all, o)
		}
	}
	for len(all) > 0 {
		n := min(8, len(all))
		p.write(t, nil, all[:n]...)
		all = all[n:]
	}
	return p
}

func TestPagesOverManyWeeksHoldEveryEntryOnceInOrder(t *testing.T) {
	t.Parallel()
	p := weeksApart(t, 45)
	for _, kind := range []string{"observations", "traces"} {
		rare := `filter: {text: "rare"}`
		if kind == "traces" {
			rare = `filter: {some: {name: {eq: "rare"}}}`
		}
		for _, filter := range []string{"", rare, `filter: {text: "rare", name: {contains: "a"}}`, `filter: {name: {eq: "nothing"}}`} {
			for _, direction := range []string{"DESC", "ASC"} {
				l := list{field: kind, identity: "id", path: []any{"project", kind}, arguments: strings.Trim(filter+", orderBy: {field: STARTED_AT, direction: "+direction+"}", ", ")}
				whole, connection := l.page(t, p, "first: 200")
				want := map[string]int{"": 90, `filter: {name: {eq: "nothing"}}`: 0}
				n, known := want[filter]
				if !known {
					n = 6
				}
				if len(whole) != n || number(dig(connection, "totalCount", "value")) != n {
					t.Fatalf("%s: %d entries, %v counted; want %d", l.query(""), len(whole), dig(connection, "totalCount"), n)
				}
				for _, size := range []int{1, 13, 89} {
					for _, backward := range []bool{false, true} {
						var ids []string
						at := ""
						for n > 0 {
							argument, next, edge := "first", "hasNextPage", "endCursor"
							if backward {
								argument, next, edge = "last", "hasPreviousPage", "startCursor"
							}
							page, connection := l.page(t, p, fmt.Sprintf("%s: %d%s", argument, size, at))
							if backward {
								ids = append(page, ids...)
							} else {
								ids = append(ids, page...)
							}
							if dig(connection, "pageInfo", next) != true || len(page) == 0 {
								break
							}
							side := map[bool]string{false: "after", true: "before"}[backward]
							at = fmt.Sprintf(", %s: %q", side, dig(connection, "pageInfo", edge))
						}
						if strings.Join(ids, " ") != strings.Join(whole, " ") {
							t.Fatalf("%s by %d, backward %t: %d entries\n%v\n%v", l.query(""), size, backward, len(ids), whole, ids)
						}
					}
				}
			}
		}
	}
}

func TestTheNewestPageOpensFewWeeks(t *testing.T) {
	t.Parallel()
	p := weeksApart(t, 30)
	opened := func(query string) int {
		t.Helper()
		p.get(t, query, nil)
		before := p.api.statements.n.Load()
		p.get(t, query, nil)
		return int(p.api.statements.n.Load() - before)
	}
	newest, all := opened(`{ project { observations(first: 5) { nodes { name } } } }`), opened(`{ project { observations(first: 200) { nodes { name } } } }`)
	if newest != 2 || all != 4 { // the weeks, then slices of 8, 16 and what is left
		t.Errorf("the newest page takes %d statements, all pages %d", newest, all)
	}
}
