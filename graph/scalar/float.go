package scalar

import (
	"encoding/json"
	"io"
	"math"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
)

// MarshalFloat writes a finite number in the shortest form that reads back as
// the same 64-bit float.
func MarshalFloat(f float64) graphql.Marshaler {
	text, err := json.Marshal(f)
	if err != nil {
		return graphql.Null
	}
	return graphql.WriterFunc(func(w io.Writer) { _, _ = w.Write(text) })
}

// UnmarshalFloat reads a finite number.
func UnmarshalFloat(value any) (float64, error) {
	var f float64
	switch v := value.(type) {
	case int:
		f = float64(v)
	case int32:
		f = float64(v)
	case int64:
		f = float64(v)
	case float64:
		f = v
	case json.Number:
		var err error
		if f, err = strconv.ParseFloat(string(v), 64); err != nil {
			return 0, refuse("Float is a number within ±1.8e308")
		}
	default:
		return 0, refuse("Float is a number, written without quotes")
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, refuse("Float is a finite number")
	}
	return f, nil
}
