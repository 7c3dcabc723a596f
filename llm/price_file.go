package llm

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxPriceFileBytes bounds a price file; the embedded one has a fiftieth of it.
const maxPriceFileBytes = 8 << 20

// maxPriceFileDepth is a little more than the format needs.
const maxPriceFileDepth = 12

//go:embed prices.json
var defaultPriceFile []byte

// DefaultPrices returns the list prices that come with the program: the main
// chat, embedding and rerank models of the large vendors, with the dates on
// which prices changed. Its version is the day on which it was last revised.
func DefaultPrices() *PriceTable { return defaultPrices() }

var defaultPrices = sync.OnceValue(func() *PriceTable {
	table, err := ParsePriceFile(defaultPriceFile)
	if err != nil {
		panic(fmt.Sprintf("embedded price file: %v", err))
	}
	return table
})

// The format of a price file. Amounts are decimal strings of US dollars per
// million tokens, "search" per thousand searches; dates are "2026-01-31"
// (midnight UTC) or RFC 3339 times. A price without "until" ends where the next
// one of the same model, tier and hours starts.
type (
	priceFile struct {
		Version  string            `json:"version"`
		Currency string            `json:"currency"`
		Notice   string            `json:"notice"`
		Models   []json.RawMessage `json:"models"` // of priceFileModel
	}
	priceFileModel struct {
		Provider string            `json:"provider"`
		Model    string            `json:"model"`
		Aliases  []string          `json:"aliases"`
		Pattern  string            `json:"pattern"`
		Source   string            `json:"source"`
		Checked  string            `json:"checked"`
		Prices   []json.RawMessage `json:"prices"` // of priceFilePrice
	}
	priceFilePrice struct {
		Tier  string   `json:"tier"`
		From  string   `json:"from"`
		Until string   `json:"until"`
		Hours []string `json:"hours"`
		priceFileRates
		LongContext []json.RawMessage `json:"longContext"` // of priceFileStep
	}
	priceFileStep struct {
		Above int64 `json:"above"` // input tokens
		priceFileRates
	}
	// priceFileRates has the fields of Rates, in their order.
	priceFileRates struct {
		Input        *string `json:"input"`
		Output       *string `json:"output"`
		CacheRead    *string `json:"cacheRead"`
		CacheWrite   *string `json:"cacheWrite"`
		CacheWrite5m *string `json:"cacheWrite5m"`
		CacheWrite1h *string `json:"cacheWrite1h"`
		AudioInput   *string `json:"audioInput"`
		AudioOutput  *string `json:"audioOutput"`
		Reasoning    *string `json:"reasoning"`
		Search       *string `json:"search"`
	}
)

// ParsePriceFile reads a price file as embedded in the program. It is strict:
// unknown and repeated keys, numbers where decimal strings belong, and missing
// sources are errors, which name the entry and the field.
func ParsePriceFile(data []byte) (*PriceTable, error) {
	if len(data) > maxPriceFileBytes {
		return nil, fmt.Errorf("price file: larger than %d bytes", maxPriceFileBytes)
	}
	if err := checkRepeatedKeys(data); err != nil {
		return nil, fmt.Errorf("price file: %w", err)
	}
	var file priceFile
	if err := decodeStrictly(data, &file); err != nil {
		return nil, fmt.Errorf("price file: %w", err)
	}
	if file.Currency != "USD" {
		return nil, fmt.Errorf("price file: currency: %q is not supported: prices are in USD", clip(file.Currency))
	}
	var entries []Entry
	for i, raw := range file.Models {
		parsed, err := parsePriceModel(raw)
		if err != nil {
			return nil, fmt.Errorf("price file: models[%d]%w", i, err)
		}
		entries = append(entries, parsed...)
	}
	table, err := NewPriceTable(file.Version, entries)
	if err != nil {
		return nil, fmt.Errorf("price file: %w", err)
	}
	return table, nil
}

// parsePriceModel returns a row for each price of a model. Its errors start
// with what follows "models[0]" in a path.
func parsePriceModel(raw []byte) ([]Entry, error) {
	var model priceFileModel
	if err := decodeStrictly(raw, &model); err != nil {
		return nil, fmt.Errorf(": %w", err)
	}
	base := Entry{
		Provider: model.Provider, Model: model.Model,
		Aliases: model.Aliases, Pattern: model.Pattern, Source: model.Source,
	}
	fail := func(path string, err error) ([]Entry, error) {
		return nil, fmt.Errorf(" (%s)%s: %w", base.name(), path, err)
	}
	if model.Source == "" {
		return fail(".source", errors.New("must say where the prices were published"))
	}
	if model.Checked == "" {
		return fail(".checked", errors.New("must say when the prices were looked up"))
	}
	var err error
	if base.Checked, err = time.Parse(time.DateOnly, model.Checked); err != nil {
		return fail(".checked", fmt.Errorf("%q is not a date such as 2026-01-31", clip(model.Checked)))
	}
	if len(model.Prices) == 0 {
		return fail(".prices", errors.New("at least one price must be given"))
	}
	if len(model.Prices) > maxPeriods {
		return fail(".prices", fmt.Errorf("a model may have at most %d prices", maxPeriods))
	}
	entries := make([]Entry, len(model.Prices))
	for i, raw := range model.Prices {
		entries[i] = base
		if i > 0 {
			// The names belong to the model; one row is enough to carry them.
			entries[i].Aliases, entries[i].Pattern = nil, ""
		}
		if path, err := parsePrice(raw, &entries[i]); err != nil {
			return fail(fmt.Sprintf(".prices[%d]%s", i, path), err)
		}
	}
	closePeriods(entries)
	return entries, nil
}

// parsePrice fills in the fields of a row that vary within a model. On error it
// returns the path to the field.
func parsePrice(raw []byte, e *Entry) (path string, err error) {
	var price priceFilePrice
	if err := decodeStrictly(raw, &price); err != nil {
		return "", err
	}
	e.ServiceTier = price.Tier
	if e.From, err = parseDay(price.From); err != nil {
		return ".from", err
	}
	if e.Until, err = parseDay(price.Until); err != nil {
		return ".until", err
	}
	for i, text := range price.Hours {
		hours, err := ParseHours(text)
		if err != nil {
			return fmt.Sprintf(".hours[%d]", i), err
		}
		e.Hours = append(e.Hours, hours)
	}
	if path, err := price.priceFileRates.parse(&e.Rates); err != nil {
		return path, err
	}
	for i, raw := range price.LongContext {
		at := fmt.Sprintf(".longContext[%d]", i)
		var step priceFileStep
		if err := decodeStrictly(raw, &step); err != nil {
			return at, err
		}
		long := LongContext{AboveInputTokens: step.Above}
		if path, err := step.priceFileRates.parse(&long.Rates); err != nil {
			return at + path, err
		}
		e.LongContext = append(e.LongContext, long)
	}
	return "", nil
}

func (f *priceFileRates) parse(rates *Rates) (path string, err error) {
	texts := [...]*string{
		f.Input, f.Output, f.CacheRead, f.CacheWrite, f.CacheWrite5m, f.CacheWrite1h,
		f.AudioInput, f.AudioOutput, f.Reasoning, f.Search,
	}
	for i, field := range rates.fields() {
		if texts[i] == nil {
			continue
		}
		if *field.rate, err = ParseRate(*texts[i]); err != nil {
			return "." + field.name, err
		}
	}
	return "", nil
}

func parseDay(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range [...]string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is neither a date such as 2026-01-31 nor an RFC 3339 time", clip(s))
}

// closePeriods ends every price that has no end where the next one of its tier
// starts. Prices with hours and prices without follow one another separately.
func closePeriods(entries []Entry) {
	for i := range entries {
		e := &entries[i]
		if !e.Until.IsZero() {
			continue
		}
		for j := range entries {
			next := &entries[j]
			if canonicalTier(next.ServiceTier) != canonicalTier(e.ServiceTier) ||
				(len(next.Hours) > 0) != (len(e.Hours) > 0) || !next.From.After(e.From) {
				continue
			}
			if e.Until.IsZero() || next.From.Before(e.Until) {
				e.Until = next.From
			}
		}
	}
}

// decodeStrictly decodes one JSON value and nothing after it.
func decodeStrictly(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return describeJSONError(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is something after the end of the JSON value")
	}
	return nil
}

// describeJSONError says in the terms of the file, not of Go, what is wrong.
func describeJSONError(err error) error {
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) {
		field := cmp.Or(wrongType.Field, "value")
		return fmt.Errorf("%s: a JSON %s does not belong here", field, clip(wrongType.Value))
	}
	return fmt.Errorf("reading JSON: %w", err)
}

// checkRepeatedKeys finds objects with a key twice, of which encoding/json
// would silently take the last.
func checkRepeatedKeys(data []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	type level struct {
		keys  map[string]bool // nil in an array
		path  string
		key   string
		index int
		isKey bool // the next token is a key
	}
	var levels []level
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading JSON: %w", err)
		}
		if len(levels) > 0 {
			top := &levels[len(levels)-1]
			if key, ok := token.(string); ok && top.isKey {
				folded := strings.ToLower(key) // as encoding/json compares them
				if top.keys[folded] {
					return fmt.Errorf("%s: the key %q is given twice", top.path, clip(key))
				}
				top.keys[folded], top.key, top.isKey = true, clip(key), false
				continue
			}
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			var next level
			if token == json.Delim('{') {
				next.keys, next.isKey = make(map[string]bool), true
			}
			next.path = "file"
			if len(levels) > 0 {
				top := levels[len(levels)-1]
				next.path = top.path + "." + top.key
				if top.keys == nil {
					next.path = top.path + "[" + strconv.Itoa(top.index) + "]"
				}
			}
			if len(levels) == maxPriceFileDepth {
				return fmt.Errorf("%s: nested too deeply", next.path)
			}
			levels = append(levels, next)
			continue
		case json.Delim('}'), json.Delim(']'):
			levels = levels[:len(levels)-1]
		}
		if len(levels) > 0 {
			top := &levels[len(levels)-1]
			top.index++
			top.isKey = top.keys != nil
		}
	}
}
