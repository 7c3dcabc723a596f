package store

import (
	"fmt"
	"regexp/syntax"
	"strconv"
	"strings"
	"sync"

	"github.com/treeline-dev/treeline/trace"
)

// arePattern writes a pattern that trace.CheckPattern admits as an advanced
// regular expression of PostgreSQL
// (https://www.postgresql.org/docs/current/functions-matching.html). It is
// rewritten from the syntax tree, so that nothing depends on how PostgreSQL
// would read the original text. Anything else becomes a pattern that matches
// nothing: filters are validated first.
func arePattern(pattern string) string {
	tree, err := trace.ParsePattern(pattern)
	if err != nil {
		return "$^."
	}
	var out strings.Builder
	writeARE(&out, tree)
	return out.String()
}

func writeARE(out *strings.Builder, re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpEmptyMatch:
		out.WriteString("(?:)")
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			writeCharacter(out, r)
		}
	case syntax.OpCharClass:
		out.WriteByte('[')
		writeRanges(out, trace.PatternClass(re))
		out.WriteByte(']')
	case syntax.OpAnyChar:
		out.WriteByte('.')
	case syntax.OpAnyCharNotNL:
		out.WriteString(`[^\n]`)
	case syntax.OpBeginText:
		out.WriteByte('^')
	case syntax.OpEndText:
		out.WriteByte('$')
	case syntax.OpCapture:
		writeARE(out, re.Sub[0])
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			writeGroup(out, sub)
		}
	case syntax.OpAlternate:
		for i, sub := range re.Sub {
			if i > 0 {
				out.WriteByte('|')
			}
			writeARE(out, sub)
		}
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		writeRepeat(out, re)
	}
}

// writeGroup writes an operand of a concatenation or repetition.
func writeGroup(out *strings.Builder, re *syntax.Regexp) {
	out.WriteString("(?:")
	writeARE(out, re)
	out.WriteByte(')')
}

func writeRepeat(out *strings.Builder, re *syntax.Regexp) {
	if re.Op == syntax.OpRepeat && re.Max == 0 {
		out.WriteString("(?:)")
		return
	}
	writeGroup(out, re.Sub[0])
	switch re.Op {
	case syntax.OpStar:
		out.WriteByte('*')
	case syntax.OpPlus:
		out.WriteByte('+')
	case syntax.OpQuest:
		out.WriteByte('?')
	case syntax.OpRepeat:
		if re.Max < 0 {
			fmt.Fprintf(out, "{%d,}", re.Min)
		} else {
			fmt.Fprintf(out, "{%d,%d}", re.Min, re.Max)
		}
	}
}

// writeCharacter writes a character so that it stands for itself, inside of
// brackets and outside. Besides letters and digits only characters beyond ASCII
// have no special meaning anywhere.
func writeCharacter(out *strings.Builder, r rune) {
	if r >= 0x80 || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
		out.WriteRune(r)
		return
	}
	out.WriteString(`\u`)
	hex := strconv.FormatInt(int64(r), 16)
	out.WriteString("0000"[len(hex):] + hex)
}

// writeRanges writes the inside of a bracket expression.
func writeRanges(out *strings.Builder, ranges []rune) {
	for i := 0; i+1 < len(ranges); i += 2 {
		writeCharacter(out, ranges[i])
		if ranges[i+1] > ranges[i] {
			out.WriteByte('-')
			writeCharacter(out, ranges[i+1])
		}
	}
}

// searchedBody is a column of observation_body that a text search reads, with
// the flag that says that it is JSON.
type searchedBody struct {
	column   string
	jsonFlag int
}

var (
	bodyInput       = searchedBody{"input", bodyInputJSON}
	bodyOutput      = searchedBody{"output", bodyOutputJSON}
	bodyTraceInput  = searchedBody{"trace_input", bodyTraceInputJSON}
	bodyTraceOutput = searchedBody{"trace_output", bodyTraceOutputJSON}
)

// search adds that every word of a query is in one of the bodies. Words are
// looked for by expressions with all variants of their letters written out, not
// by lower(): what that does depends on the locale and on the versions of
// PostgreSQL and its libraries.
func (b *sqlBuilder) search(c *conjunction, query, table string, bodies ...searchedBody) {
	for _, word := range trace.SearchWords(query) {
		var found []conjunction
		if word.IsUnspaced {
			arg := b.arg(word.Text)
			for _, body := range bodies {
				found = append(found, conjunction{"strpos(" + collated(table+"."+body.column) + ", " + arg + ") > 0"})
			}
		} else {
			arg := b.arg(wordPattern(word.Text))
			for _, body := range bodies {
				marked := fmt.Sprintf("((CASE WHEN (%s.flags & %d) = 0 THEN '%s' ELSE '%s' END) || %s.%s)",
					table, body.jsonFlag, markText, markJSON, table, body.column)
				found = append(found, conjunction{collated(marked) + " ~ " + arg})
			}
		}
		c.add(disjunction(found)...)
	}
}

// What is put before a body to tell wordPattern its format: one expression for
// both halves what PostgreSQL must compile and keep.
const (
	markText = "T"
	markJSON = "J"
)

// wordPattern finds a whole word of a script with spaces in a marked body. In
// JSON the letters of an escape sequence are no part of a word; a sequence is
// told from a literal backslash by the number of backslashes before it.
func wordPattern(word string) string {
	edges := wordEdges()
	var out strings.Builder
	out.WriteString("^(?:" + markText + "(?:.*" + edges.edge + ")?" +
		"|" + markJSON + "(?:.*" + edges.edgeButBackslash + `|(?:.*[^\\])?(?:\\\\)*\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))?)`)
	for _, r := range word {
		out.WriteByte('[')
		for _, variant := range trace.CaseVariants(r) {
			writeCharacter(&out, variant)
		}
		out.WriteByte(']')
	}
	out.WriteString("(?:$|" + edges.edge + ")")
	return out.String()
}

type edgeClasses struct{ edge, edgeButBackslash string }

// wordEdges returns the classes of the characters that words end at.
var wordEdges = sync.OnceValue(func() edgeClasses {
	var ranges strings.Builder
	writeRanges(&ranges, trace.SpacedRanges())
	return edgeClasses{edge: "[^" + ranges.String() + "]", edgeButBackslash: "[^" + ranges.String() + `\\]`}
})
