package trace

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"strings"
	"unicode"
)

// Bounds of a pattern beside MaxPatternLength.
const (
	// MaxPatternRepeat is the highest count in a quantifier such as {2,5}.
	MaxPatternRepeat = 100
	// MaxPatternSize is how many characters and classes a pattern may have once
	// its counted quantifiers are written out; it keeps both engines quick.
	MaxPatternSize = 200
)

// patternFlags make the dot match line feeds too and ^ and $ match only at the
// ends of the text, which is how PostgreSQL reads a pattern by default.
const patternFlags = syntax.Perl&^syntax.UnicodeGroups | syntax.DotNL

// matchFlags do for package regexp what patternFlags do for its parser.
const matchFlags = "(?s)"

// CheckPattern reports why a regular expression is not in the subset that
// Matches admits. The subset is the part of RE2 whose meaning does not depend
// on the engine:
//
//   - characters, with \ before any punctuation, and \n \r \t;
//   - the dot, which matches any character, line feeds too;
//   - classes such as [a-z_] and [^0-9], and \d \w \s \D \W \S, which mean
//     ASCII as in RE2;
//   - ^ and $ for the start and the end of the text, outside of what a
//     quantifier repeats;
//   - alternatives a|b, groups (a) and (?:a);
//   - the quantifiers * + ? {n} {n,} {n,m}, with counts to MaxPatternRepeat.
//
// Left out are flags such as (?i), lazy quantifiers, named groups, word
// boundaries, POSIX and Unicode classes, escapes by number, look-around and
// back references. Characters are Unicode code points. A pattern may match
// anywhere in the text.
func CheckPattern(pattern string) error {
	_, err := ParsePattern(pattern)
	return err
}

// ParsePattern returns the syntax tree of a pattern that CheckPattern admits.
// It holds no operation but literals, classes, any character, begin and end of
// text, captures, concatenations, alternatives, greedy quantifiers and the
// empty match, none of them with folded case.
func ParsePattern(pattern string) (*syntax.Regexp, error) {
	if len(pattern) > MaxPatternLength {
		return nil, fmt.Errorf("the pattern has %d bytes, at most %d are allowed", len(pattern), MaxPatternLength)
	}
	if err := checkPatternText(pattern); err != nil {
		return nil, err
	}
	tree, err := syntax.Parse(pattern, patternFlags)
	if err != nil {
		var syntaxErr *syntax.Error
		if errors.As(err, &syntaxErr) {
			return nil, fmt.Errorf("the pattern is not a regular expression: %s: %q", syntaxErr.Code, syntaxErr.Expr)
		}
		return nil, fmt.Errorf("the pattern is not a regular expression: %w", err)
	}
	size, _, err := checkPatternTree(tree)
	if err != nil {
		return nil, err
	}
	if size > MaxPatternSize {
		return nil, errPatternSize
	}
	return tree, nil
}

var errPatternSize = fmt.Errorf("the pattern is too large: written out, its repetitions may have at most %d characters", MaxPatternSize)

// checkPatternText refuses what the syntax tree no longer shows, or what would
// be read unlike elsewhere.
func checkPatternText(pattern string) error {
	inClass, classStart := false, 0
	for i := 0; i < len(pattern); i++ {
		rest := pattern[i:]
		switch c := pattern[i]; {
		case c == 0:
			return errors.New("the pattern has a NUL character, which no stored text has")
		case c == '\\':
			if len(rest) == 1 {
				return errors.New(`the pattern ends in a lone \: write \\ for the character itself`)
			}
			if e := rest[1]; e >= unicode.MaxASCII || e < ' ' || isASCIIAlnum(e) && strings.IndexByte("dDwWsSnrt", e) < 0 {
				return fmt.Errorf(`the escape %q is not supported: there are \d \w \s \D \W \S \n \r \t, and \ before punctuation`, `\`+string([]rune(rest[1:])[:1]))
			}
			i++
		case inClass:
			if strings.HasPrefix(rest, "[:") {
				return errors.New("classes such as [[:alpha:]] are not supported: write the characters, as in [A-Za-z]")
			}
			inClass = c != ']' || i == classStart
		case c == '[':
			inClass = true
			if strings.HasPrefix(rest[1:], "^") {
				i++
			}
			classStart = i + 1
		case strings.HasPrefix(rest, "(?") && !strings.HasPrefix(rest, "(?:"):
			return errors.New("flags, look-around and named groups are not supported: after ( only ?: may stand")
		}
	}
	return nil
}

func isASCIIAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// checkPatternTree returns the written-out size of a tree and whether it holds
// ^ or $.
func checkPatternTree(re *syntax.Regexp) (size int, hasAnchor bool, err error) {
	for _, sub := range re.Sub {
		n, anchored, err := checkPatternTree(sub)
		if err != nil {
			return 0, false, err
		}
		size, hasAnchor = size+n, hasAnchor || anchored
	}
	times := 1
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpCapture, syntax.OpConcat, syntax.OpAlternate:
	case syntax.OpBeginText, syntax.OpEndText:
		hasAnchor = true
	case syntax.OpLiteral:
		size = len(re.Rune)
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		size = 1
	case syntax.OpCharClass:
		size = 1
		if len(PatternClass(re)) == 0 {
			return 0, false, errors.New("the pattern has a class that no character is in")
		}
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		if re.Flags&syntax.NonGreedy != 0 {
			return 0, false, errors.New("lazy quantifiers are not supported: leave out the ? after the quantifier, what matches is the same")
		}
		if hasAnchor {
			return 0, false, errors.New("a quantifier cannot repeat ^ or $: put them outside of the repeated group")
		}
		if re.Op == syntax.OpRepeat {
			times = max(re.Min, re.Max, 1)
		}
		if times > MaxPatternRepeat {
			return 0, false, fmt.Errorf("the pattern repeats more than %d times: use a smaller count, or * or +", MaxPatternRepeat)
		}
	default:
		return 0, false, fmt.Errorf("the pattern has %s, which is not supported", re)
	}
	// The check stands inside the recursion so that the product cannot overflow.
	if size *= times; size > MaxPatternSize {
		return 0, false, errPatternSize
	}
	return size, hasAnchor, nil
}

// PatternClass returns the characters of an OpCharClass as pairs of first and
// last, ascending and without NUL, which no stored text has.
func PatternClass(re *syntax.Regexp) []rune {
	class := re.Rune
	if len(class) > 0 && class[0] == 0 {
		if class[1] == 0 {
			return class[2:]
		}
		class = append([]rune{1}, class[1:]...)
	}
	return class
}
