// Package convention reads the attributes that instrumentations write on spans
// and turns each span into a typed observation.
//
// Every convention is a set of rows in tables, never a branch: typing.go lists
// the ordered rules that give a span its type, and beside each typed field
// stands the ordered list of the keys that may hold it. The first row that
// yields a value wins. To teach the package a new convention, add rows. Names
// of our own attributes stand in own.go.
//
// What is known of the conventions, in short: the version of a convention can
// not be told from a span, so every key is recognised on its own; content that
// was read into a typed field leaves the raw attributes, everything else stays
// in them.
package convention
