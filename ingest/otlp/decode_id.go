package otlp

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
)

// idForm tells how an id was written.
type idForm uint8

const (
	idBad    idForm = iota
	idAbsent        // empty
	idProper        // bytes in protobuf, hex in JSON
	idHex           // ASCII hex in a protobuf bytes field
	idBase64        // base64 in JSON
	idList          // a list of bytes in JSON
)

// idFromBytes reads the bytes field of a protobuf message into id, whose length
// is the length of such ids.
func idFromBytes(id, field []byte) idForm {
	switch len(field) {
	case 0:
		return idAbsent
	case len(id):
		copy(id, field)
		return idProper
	case 2 * len(id):
		if _, err := hex.Decode(id, field); err == nil {
			return idHex
		}
		clear(id)
	}
	return idBad
}

// idFromText reads the string of a JSON body: hex in either case, or base64 of
// exactly the right number of bytes, as a protobuf JSON encoder writes bytes.
func idFromText(id, text []byte) idForm {
	if len(text) == 0 {
		return idAbsent
	}
	if len(text) == 2*len(id) {
		if _, err := hex.Decode(id, text); err == nil {
			return idProper
		}
		clear(id)
		return idBad
	}
	if len(text) != base64.StdEncoding.EncodedLen(len(id)) && len(text) != base64.RawStdEncoding.EncodedLen(len(id)) {
		return idBad
	}
	if raw, ok := decodeBase64(text); ok && len(raw) == len(id) {
		copy(id, raw)
		return idBase64
	}
	return idBad
}

// decodeBase64 reads base64 in either alphabet, padded or not.
func decodeBase64(text []byte) ([]byte, bool) {
	text = bytes.TrimRight(text, "=")
	raw := make([]byte, base64.RawStdEncoding.DecodedLen(len(text)))
	n, err := base64.RawStdEncoding.Decode(raw, text)
	if err != nil {
		n, err = base64.RawURLEncoding.Decode(raw, text)
	}
	return raw[:n], err == nil
}

// count notes an id in a form that the protocol does not have.
func (t *Tolerated) count(form idForm) {
	switch form {
	case idHex:
		t.HexIDs++
	case idBase64:
		t.Base64IDs++
	case idList:
		t.ByteListIDs++
	}
}
