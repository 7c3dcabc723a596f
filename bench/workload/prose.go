package workload

import (
	"math/rand/v2"
	"strings"
)

// vocabulary is what the prose is made of: words of about the length and the
// repetition of support conversations.
var vocabulary = strings.Fields(`the a of to and in is for on with that this from your you we can will
	order invoice refund delivery package customer account balance payment card charge statement contract
	subscription renewal cancel change address phone number email ticket agent support request answer question
	policy warranty return label warehouse carrier tracking delayed arrived damaged replaced missing partial
	Monday Tuesday Wednesday Thursday Friday January March July October morning evening before after within
	business days hours minutes please confirm check update provide receive expect apologize understand
	currently available temporarily outside according section paragraph condition exception applies unless
	previously reported international domestic standard express premium basic monthly yearly discount voucher
	service region network outage router modem signal plan roaming data minutes limit exceeded restored`)

// prose returns about n bytes of text.
func prose(r *rand.Rand, n int) string {
	var b strings.Builder
	b.Grow(n + 16)
	for b.Len() < n {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(vocabulary[r.IntN(len(vocabulary))])
		if r.IntN(12) == 0 {
			b.WriteByte('.')
		}
	}
	return b.String()
}

const hexDigits = "0123456789abcdef"

// token returns n hex digits behind a prefix, as ids look.
func token(r *rand.Rand, prefix string, n int) string {
	text := []byte(prefix)
	for range n {
		text = append(text, hexDigits[r.IntN(16)])
	}
	return string(text)
}
