package guard

import (
	"container/list"
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Bounds of the cache of parsed queries. A parsed query takes up to some hundred
// times the memory of its text, so texts are bounded together and one by one:
// otherwise anyone could fill the memory with queries that are valid and large.
const (
	maxCachedQueries = 1000
	maxCachedBytes   = 1 << 20
	maxCachedQuery   = 32 << 10
)

// queryCache keeps queries that were parsed, validated and found within the
// limits; those not used for longest go first.
type queryCache struct {
	maxEntries, maxBytes int

	mu     sync.Mutex
	bytes  int
	byText map[string]*list.Element
	recent *list.List
	// kept holds trusted documents beside the bounds: no query displaces them.
	kept map[string]*ast.QueryDocument
}

type cachedQuery struct {
	text string
	doc  *ast.QueryDocument
}

var _ graphql.Cache[*ast.QueryDocument] = (*queryCache)(nil)

func newQueryCache(maxEntries, maxBytes int) *queryCache {
	return &queryCache{
		maxEntries: maxEntries, maxBytes: maxBytes, byText: map[string]*list.Element{}, recent: list.New(), kept: map[string]*ast.QueryDocument{},
	}
}

// Get implements graphql.Cache.
func (c *queryCache) Get(_ context.Context, text string) (*ast.QueryDocument, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if doc, ok := c.kept[text]; ok {
		return doc, true
	}
	element, ok := c.byText[text]
	if !ok {
		return nil, false
	}
	c.recent.MoveToFront(element)
	return element.Value.(*cachedQuery).doc, true
}

// Add implements graphql.Cache.
func (c *queryCache) Add(_ context.Context, text string, doc *ast.QueryDocument) {
	if len(text) > maxCachedQuery {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.byText[text]; ok {
		return
	}
	c.byText[text] = c.recent.PushFront(&cachedQuery{text, doc})
	c.bytes += len(text)
	for len(c.byText) > c.maxEntries || c.bytes > c.maxBytes {
		oldest := c.recent.Remove(c.recent.Back()).(*cachedQuery)
		delete(c.byText, oldest.text)
		c.bytes -= len(oldest.text)
	}
}

// keep holds a document for good.
func (c *queryCache) keep(text string, doc *ast.QueryDocument) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept[text] = doc
}
