// Package otlp receives traces over the OpenTelemetry protocol: HTTP with
// protobuf or JSON bodies, and gRPC.
//
// A request goes through the same steps on both transports. The key is checked
// before the body is read; the body is read, decompressed and decoded within a
// bounded amount of memory; every span is judged alone, so that a bad one is
// reported in partial_success while its neighbours are kept; the good ones are
// mapped to observations and written, and the answer is given only after the
// write has returned.
//
// The decoders do not copy text: the strings of a decoded request share memory
// with its body. See DecodeProtobuf and DecodeJSON.
package otlp
