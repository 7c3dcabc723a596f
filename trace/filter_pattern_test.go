package trace_test

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"testing"

	"github.com/treeline-dev/treeline/trace"
)

func TestCheckPatternAdmitsItsSubset(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{
		"", "abc", "é日𝒳", `^gpt-4(\.1)?$`, "a|b", "a|", "()", "(?:)", "(?:a|b)+", "a*b+c?", "a{2}b{2,}c{2,100}", "[a-z]", "[^a-z]", "[]a]", "[^]a]",
		"[a-]", `[\]\-\\]`, `\d\D\w\W\s\S`, `[\d.]`, `\.\*\+\?\(\)\[\]\{\}\^\$\|\\`, `\/\-\"`, `\n\r\t`, ".", "a{", "a{x}", "{", "a]", "[[]", "[(?]", `\(?x`, "x{,5}", "(?:^a|b)$", "a{0}",
	} {
		if err := trace.CheckPattern(pattern); err != nil {
			t.Errorf("%q: %v", pattern, err)
		}
	}
}

func TestCheckPatternRefusesWhatEnginesReadApart(t *testing.T) {
	t.Parallel()
	for pattern, says := range map[string]string{
		"(?i)a": "flags", "(?s:a)": "flags", "(?=a)": "look-around", "(?<!a)": "look-around", "(?P<n>a)": "named groups", "(?<n>a)": "named groups", "a(?i:b)": "flags",
		"a*?": "lazy", "a+?b": "lazy", "a??": "lazy", "a{2,3}?": "lazy",
		`(a)\1`: "escape", `\bword`: "escape", `\B`: "escape", `\Aa`: "escape", `a\z`: "escape", `a\Z`: "escape", `\x41`: "escape", `\u0041`: "escape", `\p{L}`: "escape", `\pL`: "escape",
		`\Q.\E`: "escape", `\y`: "escape", `\m`: "escape", `[\b]`: "escape", `\f`: "escape", "\\é": "escape", "\\\n": "escape",
		"[[:alpha:]]": "classes", "[^[:^digit:]]": "classes", `\`: "lone", `a\`: "lone",
		"a**": "not a regular expression", "*a": "not a regular expression", "(a": "not a regular expression", "a)": "not a regular expression", "[a": "not a regular expression",
		"[z-a]": "not a regular expression", "\xff": "not a regular expression", "a{1001}": "not a regular expression",
		"a\x00": "NUL", `[^\d\D]`: "no character", "(^a)*": "outside", "(?:a$)?": "outside", "^*": "outside", "$+": "outside",
		"a{101}": "repeats", "a{0,101}": "repeats", "a{101,}": "repeats", "(?:a{100}){3}": "too large", "(?:(?:a{100}){100}){100}": "", ".{100}.{100}.": "too large",
		strings.Repeat("a", trace.MaxPatternLength+1): "200",
	} {
		if err := trace.CheckPattern(pattern); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: got %v, want %q", pattern, err, says)
		}
	}
}

// FuzzCheckPattern holds that what is admitted is within the promise of
// ParsePattern and compiles.
func FuzzCheckPattern(f *testing.F) {
	for _, seed := range []string{`^a[b-d]*(?:e|f){2,3}$`, `\d+\.\d`, `[^]\-]`, `(?i)x`, `a{3}?`, `[[:alpha:]]`, `\Qa`, `(^|/)x`} {
		f.Add(seed, "abcdef")
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		tree, err := trace.ParsePattern(pattern)
		if err != nil {
			return
		}
		checkTree(t, pattern, tree)
		matched := regexp.MustCompile("(?s)" + pattern).MatchString(text)
		// The tree itself, written out again, means the same.
		if again := regexp.MustCompile(tree.String()).MatchString(text); again != matched {
			t.Errorf("%q on %q: %t, its tree %t", pattern, text, matched, again)
		}
	})
}

func checkTree(t *testing.T, pattern string, re *syntax.Regexp) {
	t.Helper()
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpAnyChar, syntax.OpAnyCharNotNL, syntax.OpBeginText, syntax.OpEndText, syntax.OpCapture, syntax.OpConcat, syntax.OpAlternate:
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase != 0 {
			t.Errorf("%q folds case", pattern)
		}
	case syntax.OpCharClass:
		class := trace.PatternClass(re)
		if len(class) == 0 || len(class)%2 != 0 || class[0] == 0 {
			t.Errorf("%q has the class %v", pattern, class)
		}
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		if re.Flags&syntax.NonGreedy != 0 || re.Max > trace.MaxPatternRepeat || re.Min > trace.MaxPatternRepeat {
			t.Errorf("%q has %s", pattern, re)
		}
	default:
		t.Errorf("%q has %s", pattern, re.Op)
	}
	for _, sub := range re.Sub {
		checkTree(t, pattern, sub)
	}
}
