// Package llm knows what calls of language models cost: a table of list prices
// by provider, model, service tier and period, and the arithmetic that turns
// token counts into exact amounts of money.
//
// Amounts are int64 counts of nano-USD; no binary fraction is involved. A
// price that is not known stays unknown and is never taken for zero. The
// origin of the built-in prices is in THIRD_PARTY.md.
package llm
