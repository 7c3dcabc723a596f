package trace

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// A text search compares words. A word is a maximal run of letters, the marks
// on them and decimal digits, as Unicode classifies them; everything else
// separates. In JSON payloads an escape sequence separates too, so that "\nyes"
// has the word yes. Case is folded one character to one (Unicode's simple case
// folding): STRASSE finds strasse but not straße, and σ finds Σ and ς. Nothing
// is stemmed or normalized.
//
// Scripts written without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese)
// have no word boundaries to go by. A run of such characters is a word of its
// own kind: it is found wherever these characters stand in this order, and next
// to them other words begin and end.

// unspaced are the scripts that are written without spaces between words.
var unspaced = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, soundMarks,
}

// soundMarks lengthen or voice kana but belong to no script.
var soundMarks = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x3099, Hi: 0x309A, Stride: 1}, {Lo: 0x30FC, Hi: 0x30FC, Stride: 1},
	{Lo: 0xFF70, Hi: 0xFF70, Stride: 1}, {Lo: 0xFF9E, Hi: 0xFF9F, Stride: 1},
}}

// wordRunes are the categories that words are made of.
var wordRunes = []*unicode.RangeTable{unicode.L, unicode.M, unicode.Nd}

// runeKind says what part a character has in words.
type runeKind uint8

const (
	separatorRune runeKind = iota
	spacedRune
	unspacedRune
)

func kindOf(r rune) runeKind {
	switch {
	case r < utf8.RuneSelf:
		if isASCIIAlnum(byte(r)) {
			return spacedRune
		}
		return separatorRune
	case !unicode.In(r, wordRunes...):
		return separatorRune
	case unicode.In(r, unspaced...):
		return unspacedRune
	default:
		return spacedRune
	}
}

// SearchWord is one of the words that a text search asks for.
type SearchWord struct {
	// Text has its case folded.
	Text string
	// IsUnspaced marks a run of a script without spaces, which may stand inside
	// a longer one.
	IsUnspaced bool
}

// SearchWords splits the query of a text search into its distinct words, in
// the order of their first occurrence.
func SearchWords(query string) []SearchWord {
	var words []SearchWord
	for start := 0; start < len(query); {
		r, n := utf8.DecodeRuneInString(query[start:])
		kind := kindOf(r)
		if kind == separatorRune {
			start += n
			continue
		}
		end := start
		var folded []rune
		for end < len(query) {
			r, n := utf8.DecodeRuneInString(query[end:])
			if kindOf(r) != kind {
				break
			}
			folded = append(folded, foldRune(r))
			end += n
		}
		word := SearchWord{Text: string(folded), IsUnspaced: kind == unspacedRune}
		if !slices.Contains(words, word) {
			words = append(words, word)
		}
		start = end
	}
	return words
}

// foldRune returns the one character that stands for all that differ from r
// only in case: the lower-case form of the first of them.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	least := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		least = min(least, f)
	}
	lower := unicode.ToLower(least)
	for f := unicode.SimpleFold(lower); f != lower; f = unicode.SimpleFold(f) {
		if f == least {
			return lower
		}
	}
	return least
}

// CaseVariants returns all characters that a text search takes for r, which is
// one of them.
func CaseVariants(r rune) []rune {
	variants := []rune{r}
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		variants = append(variants, f)
	}
	return variants
}

// SpacedRanges returns, as pairs of first and last, ascending, the characters
// that words of scripts with spaces are made of. What is not among them begins
// or ends such a word.
var SpacedRanges = sync.OnceValue(func() []rune {
	var ranges []rune
	for _, r := range tableRanges(wordRunes) {
		ranges = appendWithout(ranges, r, tableRanges(unspaced))
	}
	return ranges
})

// tableRanges merges tables into ascending ranges that do not touch.
func tableRanges(tables []*unicode.RangeTable) [][2]rune {
	var all [][2]rune
	add := func(lo, hi, stride rune) {
		if stride == 1 {
			all = append(all, [2]rune{lo, hi})
			return
		}
		for r := lo; r <= hi; r += stride {
			all = append(all, [2]rune{r, r})
		}
	}
	for _, t := range tables {
		for _, r := range t.R16 {
			add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
		for _, r := range t.R32 {
			add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
	}
	slices.SortFunc(all, func(a, b [2]rune) int { return int(a[0] - b[0]) })
	merged := all[:0]
	for _, r := range all {
		if n := len(merged); n > 0 && r[0] <= merged[n-1][1]+1 {
			merged[n-1][1] = max(merged[n-1][1], r[1])
			continue
		}
		merged = append(merged, r)
	}
	return merged
}

// appendWithout appends what is left of r without the ranges in cut.
func appendWithout(dst []rune, r [2]rune, cut [][2]rune) []rune {
	lo := r[0]
	for _, c := range cut {
		if c[1] < lo || c[0] > r[1] {
			continue
		}
		if c[0] > lo {
			dst = append(dst, lo, c[0]-1)
		}
		lo = c[1] + 1
	}
	if lo <= r[1] {
		dst = append(dst, lo, r[1])
	}
	return dst
}

// textSearch is a prepared text search.
type textSearch struct {
	spaced   map[string]int // the word's place in what was found
	unspaced []string
	longest  int // of the spaced words, in bytes
}

func newTextSearch(query string) *textSearch {
	s := &textSearch{spaced: map[string]int{}}
	for _, w := range SearchWords(query) {
		if w.IsUnspaced {
			s.unspaced = append(s.unspaced, w.Text)
			continue
		}
		s.spaced[w.Text] = len(s.spaced)
		s.longest = max(s.longest, len(w.Text))
	}
	return s
}

// fits reports whether every word is in one of the payloads.
func (s *textSearch) fits(payloads ...*Payload) bool {
	for _, word := range s.unspaced {
		if !slices.ContainsFunc(payloads, func(p *Payload) bool { return p != nil && strings.Contains(p.Content, word) }) {
			return false
		}
	}
	missing, found := len(s.spaced), make([]bool, len(s.spaced))
	for _, p := range payloads {
		if p == nil {
			continue
		}
		eachSpacedWord(p.Content, p.MimeType == MimeJSON, s.longest, func(word []byte) bool {
			if i, ok := s.spaced[string(word)]; ok && !found[i] {
				found[i] = true
				missing--
			}
			return missing > 0
		})
	}
	return missing == 0
}

// eachSpacedWord calls yield with the folded words of a text until it returns
// false. Words of more than longest bytes are cut, one byte beyond it or more.
func eachSpacedWord(text string, isJSON bool, longest int, yield func(word []byte) bool) {
	var word []byte
	inWord, isGlued := false, false
	for i := 0; i < len(text); {
		r, n := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(text[i:])
		}
		if kindOf(r) == spacedRune {
			inWord = true
			if !isGlued && len(word) <= longest {
				word = utf8.AppendRune(word, foldRune(r))
			}
			i += n
			continue
		}
		if inWord && !isGlued && !yield(word) {
			return
		}
		word, inWord, isGlued = word[:0], false, false
		if isJSON && r == '\\' {
			// A backslash that begins no escape of JSON hides the letters after
			// it: there they are no word.
			n = escapeLength(text[i:])
			isGlued = n == 1
		}
		i += n
	}
	if inWord && !isGlued {
		yield(word)
	}
}

// escapeLength is the length of the JSON escape that text begins with, or 1
// where the backslash begins none.
func escapeLength(text string) int {
	if len(text) < 2 {
		return 1
	}
	switch text[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if len(text) >= 6 && strings.Trim(text[2:6], "0123456789abcdefABCDEF") == "" {
			return 6
		}
	}
	return 1
}
