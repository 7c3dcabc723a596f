package store

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/treeline-dev/treeline/trace"
)

// searchedSubject is a span with the payload as its input.
func searchedSubject(payload *trace.Payload) trace.Subject {
	return trace.Subject{Observation: &trace.Span{Common: trace.Common{Input: payload}}}
}

func TestSearchesMeanTheSameInSQLAndInMemory(t *testing.T) {
	t.Parallel()
	conn := filterDatabase(t)
	rapid.Check(t, func(r *rapid.T) {
		payloads := make([]*trace.Payload, 40)
		texts, flags := make([]*string, len(payloads)), make([]int32, len(payloads))
		for i := range payloads {
			payloads[i] = bodies.Draw(r, "body")
			if payloads[i] != nil {
				texts[i] = &payloads[i].Content
				if payloads[i].MimeType == trace.MimeJSON {
					flags[i] = bodyInputJSON
				}
			}
		}
		queue := &pgx.Batch{}
		for range 8 {
			query := *searches.Draw(r, "query")
			filter := &trace.ObservationFilter{Text: &query}
			want := make([]bool, len(payloads))
			for i, p := range payloads {
				want[i] = trace.MatchObservation(filter, searchedSubject(p))
			}
			b := newSQLBuilder(filterNow, texts, flags)
			var holds conjunction
			b.search(&holds, query, "b", bodyInput)
			sql := fmt.Sprintf(`SELECT array_agg((%s) IS TRUE ORDER BY n) FROM unnest($1::text[], $2::int[]) WITH ORDINALITY AS b (input, flags, n)`, holds)
			queue.Queue(sql, b.args...).QueryRow(func(row pgx.Row) error {
				var got []bool
				if err := row.Scan(&got); err != nil {
					return fmt.Errorf("search for %q: %w", query, err)
				}
				for i := range payloads {
					if got[i] != want[i] {
						r.Errorf("%q in %+v: SQL says %t, memory %t", query, payloads[i], got[i], want[i])
					}
				}
				return nil
			})
		}
		if err := conn.SendBatch(t.Context(), queue).Close(); err != nil {
			r.Fatal(err)
		}
	})
}

// FuzzWordPattern holds the expression for PostgreSQL against the word splitter
// of package trace. Both engines read it alike, so that this needs no database.
func FuzzWordPattern(f *testing.F) {
	for _, text := range []string{`hello\nworld`, `\\nworld`, `\u0041bc`, `a\`, "naïve café", "日本hello語", `\x41`, `"\u00`, `"a":"b\"c"`} {
		f.Add(text, "world bc x41 u00", true)
		f.Add(text, "hello 本 naïve a", true)
		f.Add(text, "nworld abc b c", false)
	}
	f.Fuzz(func(t *testing.T, text, query string, isJSON bool) {
		text, _ = trace.CleanText(text)
		query, _ = trace.CleanText(query)
		payload, mark := trace.TextPayload(text), markText
		if isJSON {
			payload.MimeType, mark = trace.MimeJSON, markJSON
		}
		for i, word := range trace.SearchWords(query) {
			if i == 4 || len(word.Text) > 100 {
				return
			}
			want := strings.Contains(text, word.Text)
			if !word.IsUnspaced {
				want = regexp.MustCompile("(?s)" + wordPattern(word.Text)).MatchString(mark + text)
			}
			got := trace.MatchObservation(&trace.ObservationFilter{Text: &word.Text}, searchedSubject(payload))
			if got != want {
				t.Errorf("word %q in %q (JSON %t): pattern says %t, memory %t", word.Text, text, isJSON, want, got)
			}
		}
	})
}
