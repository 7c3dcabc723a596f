package scalar

import (
	"encoding/json"
	"io"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
)

// MaxInt64 is the largest magnitude of an Int64: up to here every whole number
// is exact as the 64-bit float that JSON clients read it into.
const MaxInt64 = 1 << 53

// MarshalInt64 writes a whole number.
func MarshalInt64(n int64) graphql.Marshaler { return writeInteger(n, -MaxInt64, MaxInt64) }

// UnmarshalInt64 reads a whole number within ±2^53.
func UnmarshalInt64(value any) (int64, error) {
	return readInteger(value, "Int64", -MaxInt64, MaxInt64, "±9007199254740992 (2^53)")
}

// MarshalInt writes a whole number of 32 bits.
func MarshalInt(n int) graphql.Marshaler {
	return writeInteger(int64(n), math.MinInt32, math.MaxInt32)
}

// UnmarshalInt reads a whole number of 32 bits, as the GraphQL specification
// bounds Int.
func UnmarshalInt(value any) (int, error) {
	n, err := readInteger(value, "Int", math.MinInt32, math.MaxInt32, "-2147483648 to 2147483647")
	return int(n), err
}

func writeInteger(n, least, most int64) graphql.Marshaler {
	if n < least || n > most {
		return graphql.Null
	}
	return graphql.WriterFunc(func(w io.Writer) { _, _ = io.WriteString(w, strconv.FormatInt(n, 10)) })
}

func readInteger(value any, name string, least, most int64, span string) (int64, error) {
	var n int64
	switch v := value.(type) {
	case int:
		n = int64(v)
	case int32:
		n = int64(v)
	case int64:
		n = v
	case float64:
		if v != math.Trunc(v) {
			return 0, refuse("%s is a whole number", name)
		}
		if math.Abs(v) > MaxInt64 {
			return 0, refuse("%s lies within %s", name, span)
		}
		n = int64(v)
	case json.Number:
		whole, fits := wholeNumber(string(v))
		if !whole {
			return 0, refuse("%s is a whole number", name)
		}
		if fits == nil || !fits.IsInt64() {
			return 0, refuse("%s lies within %s", name, span)
		}
		n = fits.Int64()
	default:
		return 0, refuse("%s is a whole number, written without quotes", name)
	}
	if n < least || n > most {
		return 0, refuse("%s lies within %s", name, span)
	}
	return n, nil
}

// wholeNumber reads a JSON number exactly; 12, 12.0 and 1.2e1 are the same. It
// reports whether the number is whole, with nil for one too large to write out.
func wholeNumber(text string) (bool, *big.Int) {
	if n, ok := new(big.Int).SetString(text, 10); ok && len(text) < 32 {
		return true, n
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.Abs(f) > 1e30 {
		return true, nil
	}
	// The size of the number is known now, but not that of its exponent: an
	// exact fraction of 1e-999999999 would fill the memory.
	if at := strings.IndexAny(text, "eE"); len(text) > 64 || at >= 0 && len(text)-at > 5 {
		return false, nil
	}
	exact, ok := new(big.Rat).SetString(text)
	if !ok || !exact.IsInt() {
		return false, nil
	}
	return true, exact.Num()
}
