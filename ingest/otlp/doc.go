// Package otlp receives traces and logs over the OpenTelemetry protocol: HTTP with
// protobuf or JSON bodies, and gRPC. Of logs it keeps what belongs to traces, the
// events of the GenAI conventions, and takes all others without a word.
//
// A request goes through the same steps on both transports. The key is checked
// before the body is read; the body is read, decompressed and decoded within a
// bounded amount of memory; every span and every log record is judged alone, so
// that a bad one is reported in partial_success while its neighbours are kept; the
// good ones are mapped and written, and the answer is given only after the write
// has returned.
//
// The decoders do not copy text: the strings of a decoded request share memory
// with its body. See DecodeProtobuf and DecodeJSON.
package otlp
