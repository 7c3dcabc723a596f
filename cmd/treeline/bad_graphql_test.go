package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestBadGraphQL(t *testing.T) {
	t.Parallel()
	s := sharedServer(t)
	s.export(t, protobufType, protobufExport(newSpan(newID(16), "first of a page"), newSpan(newID(16), "first of a page")))
	const page = `query($filter: TraceFilter, $after: Cursor) { project { traces(first: 1, filter: $filter, after: $after) { pageInfo { endCursor } } } }`
	named := func(name string) map[string]any { return map[string]any{"name": map[string]any{"eq": name}} }
	var data struct {
		Project struct {
			Traces struct{ PageInfo struct{ EndCursor string } }
		}
	}
	s.read(t, page, map[string]any{"filter": named("first of a page")}, &data)
	cursor := data.Project.Traces.PageInfo.EndCursor
	if cursor == "" {
		t.Fatal("the page has no cursor")
	}
	var aliases strings.Builder
	for n := range 1000 {
		fmt.Fprintf(&aliases, "a%d: project { name } ", n)
	}
	deep := strings.Repeat("project { organization { projects { nodes { traces(first: 1) { nodes { ", 10)
	deep = "{ " + deep + "id" + strings.Repeat(" }", strings.Count(deep, "{")) + " }"

	for name, c := range map[string]struct {
		query     string
		variables map[string]any
		headers   []string
		status    int
		code      string
	}{
		"cursor of nothing":          {page, map[string]any{"after": "nonsense"}, nil, 200, "BAD_INPUT"},
		"cursor of another filter":   {page, map[string]any{"after": cursor, "filter": named("another")}, nil, 200, "BAD_INPUT"},
		"cursor without its filter":  {page, map[string]any{"after": cursor}, nil, 200, "BAD_INPUT"},
		"page of 10,000":             {`{ project { traces(first: 10000) { nodes { id } } } }`, nil, nil, 400, "BAD_INPUT"},
		"page of less than none":     {`{ project { traces(first: -1) { nodes { id } } } }`, nil, nil, 400, "BAD_INPUT"},
		"page of 10,000 by variable": {`query($n: Int) { project { traces(first: $n) { nodes { id } } } }`, map[string]any{"n": 10000}, nil, 400, "BAD_INPUT"},
		"61 levels":                  {deep, nil, nil, 400, "BAD_INPUT"},
		"1,000 aliases":              {"{ " + aliases.String() + "}", nil, nil, 400, "BAD_INPUT"},
		"2 MB":                       {"{ viewer { user { name } } } #" + strings.Repeat("x", 2<<20), nil, nil, 413, "BAD_INPUT"},
		"two keys where one may be": {`query($f: ObservationFilter) { project { observations(filter: $f) { nodes { id } } } }`,
			map[string]any{"f": map[string]any{"attributes": []any{map[string]any{"key": "a", "value": map[string]any{"exists": true, "boolean": true}}}}}, nil, 400, "BAD_INPUT"},
		"unknown field":     {`{ project { secrets } }`, nil, nil, 400, "BAD_INPUT"},
		"no document":       {`{ project { `, nil, nil, 400, "BAD_INPUT"},
		"circular fragment": {`{ project { ...a } } fragment a on Project { organization { projects { nodes { ...a } } } }`, nil, nil, 400, "BAD_INPUT"},
		"no credentials":    {`{ project { name } }`, nil, []string{"Authorization", ""}, 200, "UNAUTHENTICATED"},
		"wrong credentials": {`{ project { name } }`, nil, []string{"Authorization", "Basic cGstdGwtdGVzdDpub3Blbm9wZW5vcGU="}, 401, "UNAUTHENTICATED"},
		"no JSON type":      {`{ project { name } }`, nil, []string{"Content-Type", "text/plain"}, 415, "BAD_INPUT"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := s.operate(t, s.client, c.query, c.variables, c.headers...)
			if g.status != c.status || g.code() != c.code {
				t.Errorf("%d %s, expected %d %s: %.300s", g.status, g.code(), c.status, c.code, g.body)
			}
		})
	}
	t.Run("mutation via GET", func(t *testing.T) {
		t.Parallel()
		path := "/graphql?query=" + url.QueryEscape(`mutation { signOut { userErrors { code } } }`)
		g := readGraphQL(t, s.must(t, s.client, http.MethodGet, path, nil))
		if g.status != http.StatusMethodNotAllowed || g.code() != "BAD_INPUT" {
			t.Errorf("%d %s", g.status, g.body)
		}
	})
}
