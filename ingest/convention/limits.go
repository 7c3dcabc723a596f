package convention

import "github.com/treeline-dev/treeline/trace"

// Bounds of what one span may bring. A client can send anything that fits its
// request; what exceeds a bound is cut and leaves a warning, the span stays.
const (
	// maxAttributes is how many attributes of a span, an event, a link or a
	// resource are read.
	maxAttributes = 1000
	// maxPayloadBytes is the largest body that is kept: input, output, the
	// messages of one side, the documents.
	maxPayloadBytes = 4 << 20
	// maxStringBytes is the longest single text outside a body: an attribute, a
	// part of a message, a stack trace.
	maxStringBytes = 1 << 20
	// maxRawBytes bounds the raw attributes of a span together.
	maxRawBytes = 4 << 20
	// maxResourceBytes bounds the attributes of a resource, which are kept with
	// every one of its spans, and maxResourceString each of them.
	maxResourceBytes  = 64 << 10
	maxResourceString = 16 << 10
	// maxMetadataBytes bounds the metadata of an observation or a trace.
	maxMetadataBytes = 64 << 10
	// maxDepth is how deep a decoded value may nest: less than a body may, since it
	// becomes part of something else.
	maxDepth = trace.MaxJSONDepth - 16
	// maxNodes is how many values one JSON text may hold before it stays text;
	// decoded values are far larger than their text.
	maxNodes = 200_000
	// maxIndex and maxFlatDepth bound lists that are written as keys with a
	// number in them, such as gen_ai.prompt.12.content. Their size is bounded by
	// maxAttributes.
	maxIndex     = 9999
	maxFlatDepth = 12

	maxTags          = 64
	maxTagBytes      = 200
	maxEvents        = trace.MaxSpanEvents
	maxLinks         = 1000
	maxWarnings      = 32
	maxFinishReasons = 128
	maxCategories    = 64
	maxDocuments     = 10_000
	maxTools         = 1000
	maxURLBytes      = 8192
	maxScores        = 256
	maxBuckets       = 128

	// maxTokens is the largest believable count of tokens of one span; summing
	// a whole trace of them stays far from overflow.
	maxTokens = 1_000_000_000_000
	// maxDollars is the largest believable cost of one span.
	maxDollars = float64(trace.MaxCallCost) / 1e9
)
