package llm

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	maxProviderBytes = 128
	maxVersionBytes  = 64
	maxTierBytes     = 32
	maxIDBytes       = 1024
	maxPatternBytes  = 512
	maxEntries       = 100_000
	maxPeriods       = 1000 // of one model and tier
	maxPatterns      = 1000

	// maxPatternSize bounds the instructions of a compiled pattern: a short
	// one such as "(x{999}y){9}" can take megabytes.
	maxPatternSize = 2000
)

// Entry is one row of a price table: what a model costs at one provider and
// service tier during one period. Rows with the same Provider and Model belong
// together; their Aliases and Patterns add up.
type Entry struct {
	// ID identifies the row in [CostResult.PriceID]. Empty means one derived
	// from the other fields.
	ID string

	// Provider is the name of the provider in any spelling that
	// gen_ai.provider.name may have. Empty means the price holds at every
	// provider.
	Provider string

	// Model is the model id; Aliases are further ids with the same prices.
	// Both are compared without regard to case. A version suffix or vendor
	// prefix need not be listed.
	Model   string
	Aliases []string

	// Pattern is a regular expression (RE2) that a whole lower-case model id
	// must match. It is tried only after every id and alias has failed.
	Pattern string

	// ServiceTier is "batch", "flex", "priority" or another tier; empty is
	// the standard one.
	ServiceTier string

	// The price is valid for calls that start at From or later and before
	// Until. Zero times leave the period open.
	From, Until time.Time

	// Hours limit the price to a part of the week. Within them it takes
	// precedence over a row without Hours.
	Hours []Hours

	Rates       Rates
	LongContext []LongContext // ascending by AboveInputTokens

	Source  string    // where the figure was published
	Checked time.Time // the day on which it was looked up
}

// name is how errors call the entry.
func (e *Entry) name() string {
	provider := e.Provider
	if provider == "" {
		provider = "*"
	}
	return clip(provider) + "/" + clip(e.Model)
}

// EntryError says which entry of a price table is wrong, and which field of it.
type EntryError struct {
	Index int    // position in the list given, counted from zero
	Entry string // provider and model
	Field string // named as in price files
	Err   error
}

func (e *EntryError) Error() string {
	return fmt.Sprintf("price %d (%s): %s: %v", e.Index+1, e.Entry, e.Field, e.Err)
}

// Unwrap returns the reason.
func (e *EntryError) Unwrap() error { return e.Err }

// PriceTable finds the price of a model call. It is immutable and safe for
// concurrent use; a nil table has no prices.
//
// The model id is searched for in this order, in each table: as it is; without
// the date or version at its end; without the path, region or vendor at its
// start, again with and then without a version; by regular expression. A
// provider that sells its own models narrows the search to its prices.
// A reseller's own prices come first; where it has none, or where the provider
// is not known, the price of the model's vendor is an estimate. An id that
// several vendors list has no price then, and neither has a model on the
// user's own hardware.
type PriceTable struct {
	version string
	entries []Entry
	named   map[string][]*listing // by id and alias, lower-case
	matched []*listing            // those with patterns, in order
	cache   resolutionCache

	overrides, base *PriceTable // both set, or neither
}

// listing is a model at a provider: all rows that belong together.
type listing struct {
	provider string // canonical, or empty
	kind     providerKind
	model    string
	patterns []*regexp.Regexp
	tiers    map[string][]*row
}

// row is one price with what decides whether it is valid.
type row struct {
	price Price
	hours []Hours
	week  *week // nil if the price is valid all week
	index int
}

// A resolution is one listing that a provider and model id can mean.
type resolution struct {
	listing *listing
	rule    MatchRule
	reason  string // why its prices are an estimate; empty if they are not
}

// NewPriceTable builds a table from rows, in any order. The version goes into
// every result, so that a cost can be traced to its price. It is an error of
// type [*EntryError] if a row is malformed, if two rows of one model and tier
// are valid at the same time, or if an id means two models of one provider.
func NewPriceTable(version string, entries []Entry) (*PriceTable, error) {
	if version == "" || len(version) > maxVersionBytes || !isPrintable(version) {
		return nil, fmt.Errorf("price table: the version must be 1 to %d printable characters", maxVersionBytes)
	}
	if len(entries) > maxEntries {
		return nil, fmt.Errorf("price table: %d prices are more than the %d allowed", len(entries), maxEntries)
	}
	t := &PriceTable{
		version: version,
		entries: make([]Entry, len(entries)),
		named:   make(map[string][]*listing),
	}
	b := tableBuilder{
		table:    t,
		listings: make(map[[2]string]*listing),
		ids:      make(map[string]int),
	}
	for i := range entries {
		t.entries[i] = normalizeEntry(entries[i])
		if err := b.add(i, &t.entries[i]); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// normalizeEntry returns a copy in canonical spelling that shares no memory the
// caller may change.
func normalizeEntry(e Entry) Entry {
	e.Provider = canonicalProvider(e.Provider)
	e.Model = strings.ToLower(strings.TrimSpace(e.Model))
	e.Aliases = slices.Clone(e.Aliases)
	for i := range e.Aliases {
		e.Aliases[i] = strings.ToLower(strings.TrimSpace(e.Aliases[i]))
	}
	e.ServiceTier = canonicalTier(e.ServiceTier)
	e.Hours = slices.Clone(e.Hours)
	e.LongContext = slices.Clone(e.LongContext)
	e.From, e.Until = inUTC(e.From), inUTC(e.Until)
	if e.ID == "" {
		e.ID = derivedID(&e)
	}
	return e
}

// inUTC keeps the zero time zero.
func inUTC(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}

// derivedID names a row by what sets it apart from the others.
func derivedID(e *Entry) string {
	id := e.Model
	if e.Provider != "" {
		id = e.Provider + "/" + id
	}
	if !e.From.IsZero() {
		layout := time.RFC3339
		if e.From.Equal(e.From.Truncate(24 * time.Hour)) {
			layout = time.DateOnly
		}
		id += "@" + e.From.Format(layout)
	}
	if e.ServiceTier != "" {
		id += "#" + e.ServiceTier
	}
	separator := " "
	for _, h := range e.Hours {
		id += separator + h.String()
		separator = ","
	}
	return id
}

// tableBuilder holds what only validation needs.
type tableBuilder struct {
	table    *PriceTable
	listings map[[2]string]*listing
	ids      map[string]int
	patterns int
}

func (b *tableBuilder) add(index int, e *Entry) error {
	fail := func(field string, err error) error {
		return &EntryError{Index: index, Entry: e.name(), Field: field, Err: err}
	}
	if field, err := e.validate(); err != nil {
		return fail(field, err)
	}
	if first, taken := b.ids[e.ID]; taken {
		return fail("id", fmt.Errorf("%q is also the id of price %d", clip(e.ID), first+1))
	}
	b.ids[e.ID] = index

	key := [2]string{e.Provider, e.Model}
	l := b.listings[key]
	if l == nil {
		l = &listing{
			provider: e.Provider, kind: providerKinds[e.Provider], model: e.Model,
			tiers: make(map[string][]*row),
		}
		b.listings[key] = l
	}
	if err := b.name(l, e.Model); err != nil {
		return fail("model", err)
	}
	for _, alias := range e.Aliases {
		if err := b.name(l, alias); err != nil {
			return fail("aliases", err)
		}
	}
	if e.Pattern != "" {
		pattern, err := compilePattern(e.Pattern)
		if err != nil {
			return fail("pattern", err)
		}
		if b.patterns++; b.patterns > maxPatterns {
			return fail("pattern", fmt.Errorf("a table may have at most %d patterns", maxPatterns))
		}
		if l.patterns == nil {
			b.table.matched = append(b.table.matched, l)
		}
		l.patterns = append(l.patterns, pattern)
	}

	r := &row{index: index, hours: e.Hours, price: Price{
		ID: e.ID, TableVersion: b.table.version,
		Provider: e.Provider, Model: e.Model, ServiceTier: e.ServiceTier,
		From: e.From, Until: e.Until,
		Rates: e.Rates, LongContext: e.LongContext,
		Source: e.Source, Checked: e.Checked,
	}}
	if len(e.Hours) > 0 {
		r.week = weekOf(e.Hours)
	}
	if len(l.tiers[e.ServiceTier]) == maxPeriods {
		return fail("from", fmt.Errorf("a model may have at most %d prices for one tier", maxPeriods))
	}
	for _, other := range l.tiers[e.ServiceTier] {
		if r.overlaps(other) {
			return fail("from", fmt.Errorf("the period overlaps that of price %d (%s)", other.index+1, clip(other.price.ID)))
		}
	}
	rows := append(l.tiers[e.ServiceTier], r)
	sort.SliceStable(rows, func(i, j int) bool { return rows[i].price.From.Before(rows[j].price.From) })
	l.tiers[e.ServiceTier] = rows
	return nil
}

// compilePattern compiles a pattern so that it matches whole ids only.
func compilePattern(pattern string) (*regexp.Regexp, error) {
	if len(pattern) > maxPatternBytes {
		return nil, fmt.Errorf("must not be longer than %d bytes", maxPatternBytes)
	}
	// Parsed alone first, so that ")|(" cannot escape the anchors.
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, err
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return nil, err
	}
	if len(program.Inst) > maxPatternSize {
		return nil, errors.New("is too complex: use fewer or smaller repetitions")
	}
	return regexp.Compile(`^(?:` + pattern + `)$`)
}

// name makes an id mean the listing.
func (b *tableBuilder) name(l *listing, id string) error {
	for _, other := range b.table.named[id] {
		if other == l {
			return nil
		}
		if other.provider == l.provider {
			return fmt.Errorf("%q already means the model %q", clip(id), clip(other.model))
		}
	}
	b.table.named[id] = append(b.table.named[id], l)
	return nil
}

// validate checks an entry in canonical spelling on its own.
func (e *Entry) validate() (field string, err error) {
	if len(e.Provider) > maxProviderBytes || !isModelID(e.Provider) {
		return "provider", errors.New("must be a name without blanks")
	}
	if err := validateModelID(e.Model); err != nil {
		return "model", err
	}
	for _, alias := range e.Aliases {
		if err := validateModelID(alias); err != nil {
			return "aliases", err
		}
	}
	if len(e.ServiceTier) > maxTierBytes || !isModelID(e.ServiceTier) {
		return "tier", errors.New("must be a short name without blanks")
	}
	if !e.Until.IsZero() && !e.From.Before(e.Until) {
		return "until", errors.New("must be later than the start of the period")
	}
	for _, h := range e.Hours {
		if err := h.validate(); err != nil {
			return "hours", err
		}
	}
	if e.Rates.isEmpty() {
		return "rates", errors.New("at least one price must be given")
	}
	if field, err := e.Rates.validate(); err != nil {
		return field, err
	}
	var last int64
	for _, step := range e.LongContext {
		if step.AboveInputTokens <= last {
			return "longContext", errors.New("the numbers of tokens must be positive and ascend")
		}
		last = step.AboveInputTokens
		if step.Rates.isEmpty() {
			return "longContext", errors.New("at least one price must be given")
		}
		if field, err := step.Rates.validate(); err != nil {
			return "longContext." + field, err
		}
	}
	if len(e.ID) > maxIDBytes || !isPrintable(e.ID) { // last: it may be derived from the others
		return "id", fmt.Errorf("must be printable and not longer than %d bytes", maxIDBytes)
	}
	return "", nil
}

func (r *Rates) validate() (field string, err error) {
	for _, f := range r.fields() {
		if _, err := NewRate(f.rate.nano); err != nil {
			return f.name, err
		}
	}
	return "", nil
}

func validateModelID(id string) error {
	switch {
	case id == "":
		return errors.New("must not be empty")
	case len(id) > maxModelBytes:
		return fmt.Errorf("must not be longer than %d bytes", maxModelBytes)
	case !isModelID(id):
		return fmt.Errorf("%q must be valid text without blanks or control characters", clip(id))
	}
	return nil
}

// isModelID reports whether s has only visible characters.
func isModelID(s string) bool {
	return isPrintable(s) && !strings.ContainsFunc(s, unicode.IsSpace)
}

func isPrintable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) })
}

// overlaps reports whether both rows would be valid at some moment with equal
// right.
func (r *row) overlaps(other *row) bool {
	if (r.week == nil) != (other.week == nil) || !periodsMeet(&r.price, &other.price) {
		return false
	}
	return r.week == nil || r.week.meets(other.week)
}

func periodsMeet(a, b *Price) bool {
	return (a.Until.IsZero() || b.From.Before(a.Until)) && (b.Until.IsZero() || a.From.Before(b.Until))
}

// Version returns the version the table was built with; of a table with
// overrides, that of the table overridden.
func (t *PriceTable) Version() string {
	switch {
	case t == nil:
		return ""
	case t.base != nil:
		return t.base.Version()
	}
	return t.version
}

// Entries returns the rows of the table in canonical spelling, those of
// overrides first. The result must not be modified.
func (t *PriceTable) Entries() []Entry {
	switch {
	case t == nil:
		return nil
	case t.base != nil:
		return slices.Concat(t.overrides.Entries(), t.base.Entries())
	}
	return t.entries
}

// WithOverrides returns a table in which the prices of overrides go before
// those of t. An override for one provider is not an estimate for another: it
// applies where the call names that provider, or none at all. Making the table
// is cheap, and it shares the memory of both.
func (t *PriceTable) WithOverrides(overrides *PriceTable) *PriceTable {
	switch {
	case overrides == nil:
		return t
	case t == nil:
		t = &PriceTable{}
	}
	return &PriceTable{overrides: overrides, base: t}
}

// Lookup finds the price of a call to a model that started at the given time.
// A zero time stands for the present. ok is false if no price is known, and
// then the cost is unknown, not zero.
//
// A service tier without a price of its own is priced at the standard tier, as
// an estimate.
func (t *PriceTable) Lookup(provider, model string, at time.Time, serviceTier string) (price Price, match Match, ok bool) {
	p, match := t.find(provider, model, at, serviceTier)
	if p == nil {
		return Price{}, match, false
	}
	return *p, match, true
}

// Cost prices the usage of a call; see [PriceTable.Lookup] and [Price.Cost].
// Without a price every amount is nil, and everything reported is missing.
func (t *PriceTable) Cost(u Usage, provider, model string, at time.Time, serviceTier string) CostResult {
	p, match := t.find(provider, model, at, serviceTier)
	if p == nil {
		return unpriced(&u)
	}
	result := priceUsage(p, &u)
	result.IsEstimate = match.IsEstimate
	return result
}

func (t *PriceTable) find(provider, model string, at time.Time, tier string) (*Price, Match) {
	if t == nil {
		return nil, Match{}
	}
	if t.base != nil {
		p, match := t.overrides.find(provider, model, at, tier)
		if p != nil && (p.Provider == "" || provider == "" || p.Provider == canonicalProvider(provider)) {
			match.IsOverride = true
			return p, match
		}
		return t.base.find(provider, model, at, tier)
	}
	if len(t.entries) == 0 || len(model) > maxModelBytes {
		return nil, Match{}
	}
	if len(provider) > maxProviderBytes {
		provider = "" // no name that is known
	}
	if at.IsZero() {
		at = time.Now()
	}
	key := resolutionKey{provider, model}
	found, ok := t.cache.get(key)
	if !ok {
		found = t.resolve(provider, model)
		t.cache.put(key, found)
	}
	for i := range found {
		r := &found[i]
		p, standardInstead := r.listing.at(at, tier)
		if p == nil {
			continue
		}
		match := Match{Rule: r.rule, IsEstimate: r.reason != "", Reason: r.reason}
		if standardInstead {
			match.IsEstimate = true
			if match.Reason == "" {
				match.Reason = "the service tier has no price of its own: standard tier taken"
			}
		}
		return p, match
	}
	return nil, Match{}
}

// at returns the price that is valid at a moment, and whether it is that of the
// standard tier for want of one of the tier asked for.
func (l *listing) at(at time.Time, serviceTier string) (p *Price, standardInstead bool) {
	tier := canonicalTier(serviceTier)
	if p := validRow(l.tiers[tier], at); p != nil {
		return p, false
	}
	if tier == "" {
		return nil, false
	}
	if tier == "fast" { // OpenAI's newer name of the priority tier
		if p := validRow(l.tiers["priority"], at); p != nil {
			return p, false
		}
	}
	return validRow(l.tiers[""], at), true
}

func validRow(rows []*row, at time.Time) *Price {
	var allWeek *Price
	for _, r := range rows {
		if at.Before(r.price.From) {
			break // rows ascend by From
		}
		if !r.price.Until.IsZero() && !at.Before(r.price.Until) {
			continue
		}
		if r.week == nil {
			allWeek = &r.price
		} else if slices.ContainsFunc(r.hours, func(h Hours) bool { return h.contain(at) }) {
			return &r.price
		}
	}
	return allWeek
}

// resolve finds the listings a provider and model id can mean, the best first.
func (t *PriceTable) resolve(provider, model string) []resolution {
	forms, hints := modelForms(model)
	asked := canonicalProvider(provider)
	s := search{table: t, forms: forms, asked: asked}

	s.at(asked)
	kind := providerKinds[asked]
	if kind == selfHosted {
		return s.found
	}
	named := false
	for _, hint := range hints {
		if hint != asked {
			s.at(hint)
		}
		named = named || providerKinds[hint] == vendor
	}
	if !named && (kind == unknownProvider || kind == reseller) {
		s.atAnyVendor()
	}
	return s.found
}

// search collects resolutions.
type search struct {
	table *PriceTable
	forms []modelForm
	asked string // canonical provider of the call, or empty
	found []resolution
}

func (s *search) add(l *listing, rule MatchRule) {
	for _, earlier := range s.found {
		if earlier.listing == l {
			return
		}
	}
	reason := ""
	if l.provider != "" && l.provider != s.asked {
		if s.asked == "" {
			reason = "the provider is not known: price of " + l.provider + " taken"
		} else {
			reason = "the provider has no price of its own: price of " + l.provider + " taken"
		}
	}
	s.found = append(s.found, resolution{listing: l, rule: rule, reason: reason})
}

// at searches the prices of one provider and those that hold at any.
func (s *search) at(provider string) {
	for _, form := range s.forms {
		var anywhere *listing
		for _, l := range s.table.named[form.text] {
			switch l.provider {
			case "":
				anywhere = l
			case provider:
				s.add(l, form.rule)
			}
		}
		if anywhere != nil {
			s.add(anywhere, form.rule)
		}
	}
	for _, form := range s.forms {
		for _, l := range s.table.matched {
			if (l.provider == provider || l.provider == "") && l.matches(form.text) {
				s.add(l, MatchPattern)
			}
		}
	}
}

// atAnyVendor searches the prices of all vendors for a listing that only one of
// them has.
func (s *search) atAnyVendor() {
	for _, form := range s.forms {
		if isUnique := s.addUnique(s.table.named[form.text], form.rule); !isUnique {
			return
		}
	}
	for _, form := range s.forms {
		var matching []*listing
		for _, l := range s.table.matched {
			if l.matches(form.text) {
				matching = append(matching, l)
			}
		}
		if isUnique := s.addUnique(matching, MatchPattern); !isUnique {
			return
		}
	}
}

// addUnique adds the one candidate that belongs to a vendor. It returns false
// if there are several.
func (s *search) addUnique(candidates []*listing, rule MatchRule) (isUnique bool) {
	var only *listing
	for _, l := range candidates {
		if l.kind != vendor {
			continue
		}
		if only != nil {
			return false
		}
		only = l
	}
	if only != nil {
		s.add(only, rule)
	}
	return true
}

func (l *listing) matches(id string) bool {
	return slices.ContainsFunc(l.patterns, func(p *regexp.Regexp) bool { return p.MatchString(id) })
}
