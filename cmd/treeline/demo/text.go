package demo

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// pick returns one of a list.
func pick[T any](random *rand.Rand, list []T) T { return list[random.IntN(len(list))] }

// between returns a duration from low to high in milliseconds.
func between(random *rand.Rand, low, high int) time.Duration {
	return time.Duration(low)*time.Millisecond + time.Duration(random.Int64N(int64(high-low)*1000+1))*time.Microsecond
}

// weighted returns one of a list, each as often as its weight says.
func weighted[T any](random *rand.Rand, list []T, weight func(T) int) T {
	total := 0
	for _, item := range list {
		total += weight(item)
	}
	at := random.IntN(total)
	for _, item := range list {
		if at -= weight(item); at < 0 {
			return item
		}
	}
	return list[len(list)-1]
}

// patternLetters leaves out letters that look like digits.
const patternLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ"

// fillPattern replaces each # by a digit, @ by an upper-case letter and % by a
// lower-case one.
func fillPattern(random *rand.Rand, pattern string) string {
	filled := []byte(pattern)
	for i, c := range filled {
		switch c {
		case '#':
			filled[i] = byte('0' + random.IntN(10))
		case '@':
			filled[i] = patternLetters[random.IntN(len(patternLetters))]
		case '%':
			filled[i] = patternLetters[random.IntN(len(patternLetters))] | 0x20
		}
	}
	return string(filled)
}

// slotPattern finds the places in our texts that a conversation fills in, such
// as {city}. Those of prompts have two braces, see promptVersion.
var slotPattern = regexp.MustCompile(`\{[a-z_]+\}`)

// facts are the values of slots in one conversation. Each is drawn when it is
// first used and stays.
type facts struct {
	random   *rand.Rand
	slots    map[string][]string
	at       time.Time
	language string
	values   map[string]string
}

// dateSlots are days after the conversation, earliest and latest. The name with
// _iso is the same day for a machine.
var dateSlots = map[string][2]int{"date": {3, 45}, "newdate": {46, 70}, "past": {-40, -3}}

// dateLayouts are how people write a day.
var dateLayouts = map[string]string{"en": "2 January", "de": "02.01.", "fr": "02/01", "ja": "1月2日"}

func (f *facts) value(name string) string {
	if v, known := f.values[name]; known {
		return v
	}
	base, isMachine := strings.CutSuffix(name, "_iso")
	if days, isDate := dateSlots[base]; isDate {
		day := f.at.AddDate(0, 0, days[0]+f.random.IntN(days[1]-days[0]+1))
		f.values[base], f.values[base+"_iso"] = day.Format(dateLayouts[f.language]), day.Format(time.DateOnly)
		if isMachine {
			return f.values[base+"_iso"]
		}
		return f.values[base]
	}
	choices, known := f.slots[name]
	if !known {
		return "{" + name + "}"
	}
	v := fillPattern(f.random, pick(f.random, choices))
	f.values[name] = v
	return v
}

// fill replaces the slots of a text.
func (f *facts) fill(text string) string {
	return slotPattern.ReplaceAllStringFunc(text, func(slot string) string { return f.value(slot[1 : len(slot)-1]) })
}

// tokensOf estimates how many tokens a text has: four letters each, fewer for
// scripts without spaces.
func tokensOf(text string) int64 {
	runes := utf8.RuneCountInString(text)
	wide := (len(text) - runes) / 2 // about one for each character of three bytes
	return int64((runes-wide)/4 + wide*2/3 + 1)
}

// firstSentences returns the beginning of a text, n sentences at most.
func firstSentences(text string, n int) string {
	for i, r := range text {
		isEnd := strings.ContainsRune("。！？", r)
		if strings.ContainsRune(".!?", r) {
			rest := text[i+1:]
			isEnd = strings.HasPrefix(rest, " ")
		}
		if isEnd {
			if n--; n == 0 {
				return text[:i+utf8.RuneLen(r)]
			}
		}
	}
	return text
}

// jsonText encodes a value of ours, which always can be.
func jsonText(value any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic("demo: encode: " + err.Error()) // a mistake in this package
	}
	return strings.TrimSuffix(b.String(), "\n")
}
