package otlp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"sync"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// encoding is a content encoding.
type encoding uint8

const (
	encodingIdentity encoding = iota
	encodingGzip
	encodingDeflate
	encodingZstd
)

// parseEncoding reads a Content-Encoding header. Several encodings on top of
// each other are not supported.
func parseEncoding(header string) (encoding, bool) {
	switch strings.ToLower(strings.TrimSpace(header)) {
	case "", "identity":
		return encodingIdentity, true
	case "gzip", "x-gzip":
		return encodingGzip, true
	case "deflate":
		return encodingDeflate, true
	case "zstd":
		return encodingZstd, true
	}
	return 0, false
}

// maxZstdWindow is the window that every decoder has to support and that senders
// over HTTP may not exceed (RFC 8878 section 3.1.1.1.2, RFC 9659).
const maxZstdWindow = 8 << 20

// decompressions bounds how many bodies are inflated at the same time. Inflating
// needs nothing but processor time, as the compressed body is already in memory,
// so more at once would not be faster but would hold more half-made results.
var decompressions = make(chan struct{}, max(2, runtime.GOMAXPROCS(0)))

// decompressors that keep their tables between requests.
var (
	gzipReaders sync.Pool
	zstdReaders sync.Pool
)

func newZstdReader() (*zstd.Decoder, error) {
	if d, ok := zstdReaders.Get().(*zstd.Decoder); ok {
		return d, nil
	}
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxZstdWindow))
}

// errCorrupt says that a body is not in its declared encoding.
var errCorrupt = errors.New("the body cannot be decompressed: it is truncated or not in the declared encoding")

// decompress inflates a body of at most limit bytes. The result's memory is
// taken from res.
func decompress(ctx context.Context, res *reservation, e encoding, wire []byte, limit int64) ([]byte, error) {
	select {
	case decompressions <- struct{}{}:
		defer func() { <-decompressions }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	reader, done, err := inflater(e, wire)
	if err != nil {
		return nil, failInvalid(errCorrupt.Error())
	}
	defer done()
	body := growingBody{reservation: res, limit: limit, expected: min(4*int64(len(wire)), 1<<20)}
	switch err := body.readFrom(reader); {
	case errors.Is(err, errBodyTooLarge):
		return nil, failTooLarge("after decompression", limit)
	case errors.Is(err, zstd.ErrWindowSizeExceeded):
		return nil, failInvalid("the body cannot be decompressed: its zstd window is larger than 8 MiB")
	case errors.Is(err, errBusy):
		return nil, err
	case err != nil:
		return nil, failInvalid(errCorrupt.Error())
	}
	return body.bytes, nil
}

// inflater returns a reader of the inflated body, and what to call in the end.
func inflater(e encoding, wire []byte) (io.Reader, func(), error) {
	source := bytes.NewReader(wire)
	switch e {
	case encodingGzip:
		reader, ok := gzipReaders.Get().(*gzip.Reader)
		if !ok {
			reader = new(gzip.Reader)
		}
		if err := reader.Reset(source); err != nil {
			return nil, nil, err
		}
		return reader, func() { gzipReaders.Put(reader) }, nil
	case encodingZstd:
		reader, err := newZstdReader()
		if err != nil {
			return nil, nil, err
		}
		if err := reader.Reset(source); err != nil {
			return nil, nil, err
		}
		return reader, func() {
			if reader.Reset(nil) == nil {
				zstdReaders.Put(reader)
			}
		}, nil
	}
	// Deflate means zlib (RFC 9110 section 8.4.1.2), but some senders leave its
	// header out.
	if len(wire) >= 2 && wire[0]&0x0f == 8 && (int(wire[0])<<8|int(wire[1]))%31 == 0 {
		reader, err := zlib.NewReader(source)
		return reader, func() {}, err
	}
	return flate.NewReader(source), func() {}, nil
}

// errBodyTooLarge says that a growingBody met its limit.
var errBodyTooLarge = errors.New("body too large")

// growingBody reads a stream of unknown length into memory that is reserved
// before it is allocated.
type growingBody struct {
	reservation *reservation
	limit       int64 // bytes that are accepted
	expected    int64 // bytes to allocate at first; 0 for little
	final       int64 // bytes that will come, as announced; 0 if unknown
	bytes       []byte
}

// bodyFirst is the smallest allocation for a body, bodySlack the room behind an
// announced length in which the end of the stream is found.
const (
	bodyFirst = 4 << 10
	bodySlack = 16
)

func (g *growingBody) readFrom(r io.Reader) error {
	for {
		if len(g.bytes) == cap(g.bytes) {
			if err := g.grow(); err != nil {
				return err
			}
		}
		n, err := r.Read(g.bytes[len(g.bytes):cap(g.bytes)])
		g.bytes = g.bytes[:len(g.bytes)+n]
		if int64(len(g.bytes)) > g.limit {
			return errBodyTooLarge
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (g *growingBody) grow() error {
	have := int64(cap(g.bytes))
	size := max(2*have, g.expected, bodyFirst)
	if g.final > 0 && have < g.final+bodySlack {
		size = min(size, g.final+bodySlack)
	}
	size = min(size, g.limit+bodySlack)
	if err := g.reservation.grow(size); err != nil {
		return err
	}
	grown := make([]byte, len(g.bytes), size)
	copy(grown, g.bytes)
	g.bytes = grown
	g.reservation.shrink(have)
	return nil
}
