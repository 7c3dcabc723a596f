package store

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

// maxCursor is the longest cursor that is read, in bytes. Those that are given
// out hold a few numbers and at most one text of trace.MaxNameBytes, which JSON
// and Base64 can make eight times as long.
const maxCursor = 16 << 10

// cursorBound is the hash of the list that a cursor belongs to. It stands in
// front of the cursor's position.
type cursorBound [8]byte

// boundTo returns the bound for what a list depends on.
func boundTo(identity []byte) cursorBound {
	sum := sha256.Sum256(identity)
	return cursorBound(sum[:len(cursorBound{})])
}

func encodeCursor(bound cursorBound, position []any) string {
	text, err := json.Marshal(position)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(append(bound[:], text...))
}

// decodeCursor returns the values of a cursor's position, or ErrBadCursor where
// the cursor is that of another list.
func decodeCursor(cursor string, bound cursorBound) ([]json.RawMessage, error) {
	if len(cursor) > maxCursor {
		return nil, ErrBadCursor
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(raw) < len(bound) || cursorBound(raw[:len(bound)]) != bound {
		return nil, ErrBadCursor
	}
	var values []json.RawMessage
	if err := json.Unmarshal(raw[len(bound):], &values); err != nil {
		return nil, ErrBadCursor
	}
	return values, nil
}

// cursorInt reads a whole number from a cursor.
func cursorInt(raw json.RawMessage) (int64, error) {
	var n int64
	if err := json.Unmarshal(raw, &n); err != nil {
		return 0, fmt.Errorf("read a cursor: %w", err)
	}
	return n, nil
}

// cursorText reads a text from a cursor.
func cursorText(raw json.RawMessage) (string, error) {
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return "", fmt.Errorf("read a cursor: %w", err)
	}
	if strings.IndexByte(s, 0) >= 0 {
		return "", errors.New("read a cursor: it holds a NUL")
	}
	return s, nil
}

// parseIDCursor reads whole numbers with a trace id behind them.
func parseIDCursor(values []json.RawMessage) ([]any, error) {
	args := make([]any, 0, len(values))
	for _, raw := range values[:len(values)-1] {
		n, err := cursorInt(raw)
		if err != nil {
			return nil, err
		}
		args = append(args, n)
	}
	text, err := cursorText(values[len(values)-1])
	if err != nil {
		return nil, err
	}
	id, external, ok := trace.ParseTraceID(text)
	if !ok || external != "" {
		return nil, ErrBadCursor
	}
	return append(args, [16]byte(id)), nil
}

// parseTextCursor reads a whole number and a text.
func parseTextCursor(values []json.RawMessage) ([]any, error) {
	n, err := cursorInt(values[0])
	if err != nil {
		return nil, err
	}
	text, err := cursorText(values[1])
	return []any{n, text}, err
}
