package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"github.com/treeline-dev/treeline/graph/guard"
)

// graphQLRequest are the parameters of a request.
type graphQLRequest struct {
	*graphql.RawParams
	// documentID names the document, empty where nothing but its text does.
	documentID documentID
	// hasText is set where the text of the document came along.
	hasText bool
}

// readPost reads the parameters of a POST request. What it says of a fault never
// repeats the body.
func readPost(r *http.Request, maxBody int64) (*graphQLRequest, *httpFault) {
	if fault := checkJSONContentType(r); fault != nil {
		return nil, fault
	}
	start := graphql.Now()
	if r.ContentLength > maxBody {
		return nil, tooLarge(maxBody)
	}
	// One byte more tells a body that is too large from one that just fits.
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	switch {
	case int64(len(body)) > maxBody:
		return nil, tooLarge(maxBody)
	case err != nil:
		var tooMany *http.MaxBytesError
		if errors.As(err, &tooMany) {
			return nil, tooLarge(tooMany.Limit)
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return nil, faultf(http.StatusRequestTimeout, guard.Timeout, "the body came too slowly")
		}
		return nil, faultf(http.StatusBadRequest, guard.BadInput, "the body ended early")
	case len(bytes.TrimSpace(body)) == 0:
		return nil, faultf(http.StatusBadRequest, guard.BadInput, `the body is empty: send an object such as {"query": "{ viewer { user { name } } }"}`)
	case !utf8.Valid(body):
		return nil, faultf(http.StatusBadRequest, guard.BadInput, "the body is not valid UTF-8")
	case bytes.TrimSpace(body)[0] == '[':
		return nil, faultf(http.StatusBadRequest, guard.BadInput, "the body is a list: send one operation in a request")
	}
	// A struct would match names in any case.
	var members map[string]json.RawMessage
	if fault := decodeJSON("the body", body, &members); fault != nil {
		return nil, fault
	}
	params := &graphql.RawParams{Headers: r.Header}
	var fault *httpFault
	query, hasText := members["query"]
	hasText = hasText && !isNull(query)
	if params.Query, fault = stringParameter("query", query); fault != nil {
		return nil, fault
	}
	id, fault := stringParameter("documentId", members["documentId"])
	if fault != nil {
		return nil, fault
	}
	if params.OperationName, fault = stringParameter("operationName", members["operationName"]); fault != nil {
		return nil, fault
	}
	if params.Variables, fault = objectParameter("variables", members["variables"]); fault != nil {
		return nil, fault
	}
	if params.Extensions, fault = objectParameter("extensions", members["extensions"]); fault != nil {
		return nil, fault
	}
	params.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	return identify(params, id, hasText)
}

func tooLarge(limit int64) *httpFault {
	return faultf(http.StatusRequestEntityTooLarge, guard.BadInput, "the body is larger than %d bytes, the most that is read: send smaller requests", limit)
}

// checkJSONContentType refuses what is not declared as JSON in UTF-8. Browsers
// send JSON to another site only after asking, so this is also a guard against
// forged requests.
func checkJSONContentType(r *http.Request) *httpFault {
	mediaType, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/json" {
		return faultf(http.StatusUnsupportedMediaType, guard.BadInput, "the body is sent with Content-Type: application/json")
	}
	if charset, ok := parameters["charset"]; ok && !strings.EqualFold(charset, "utf-8") {
		return faultf(http.StatusUnsupportedMediaType, guard.BadInput, "the body is sent in UTF-8")
	}
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return faultf(http.StatusUnsupportedMediaType, guard.BadInput, "the body is sent without a Content-Encoding")
	}
	return nil
}

// readGet reads the parameters of a GET request.
func readGet(r *http.Request) (*graphQLRequest, *httpFault) {
	start := graphql.Now()
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, faultf(http.StatusBadRequest, guard.BadInput, "the query string is not URL-encoded")
	}
	for _, name := range []string{"query", "documentId", "operationName", "variables", "extensions"} {
		if len(values[name]) > 1 {
			return nil, faultf(http.StatusBadRequest, guard.BadInput, "the parameter %s is given more than once", name)
		}
		if !utf8.ValidString(values.Get(name)) {
			return nil, faultf(http.StatusBadRequest, guard.BadInput, "the parameter %s is not valid UTF-8", name)
		}
	}
	params := &graphql.RawParams{Query: values.Get("query"), OperationName: values.Get("operationName"), Headers: r.Header}
	var fault *httpFault
	if params.Variables, fault = objectParameter("variables", []byte(values.Get("variables"))); fault != nil {
		return nil, fault
	}
	if params.Extensions, fault = objectParameter("extensions", []byte(values.Get("extensions"))); fault != nil {
		return nil, fault
	}
	params.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	return identify(params, values.Get("documentId"), params.Query != "")
}

// identify completes the parameters with the document that they name.
func identify(params *graphql.RawParams, id string, hasText bool) (*graphQLRequest, *httpFault) {
	named, fault := namedDocument(id, params.Extensions)
	switch {
	case fault != nil:
		return nil, fault
	case named == "" && !hasText:
		return nil, faultf(http.StatusBadRequest, guard.BadInput, "the parameter query is missing: it holds the GraphQL document, or documentId the id of a trusted one")
	case named != "" && hasText && named != documentIDOf(params.Query):
		return nil, faultf(http.StatusBadRequest, guard.BadInput, "the document's id is not that of the text in query: send one of them, or the SHA-256 of exactly this text")
	}
	return &graphQLRequest{params, named, hasText}, nil
}

func isNull(text []byte) bool { return string(bytes.TrimSpace(text)) == "null" }

// stringParameter reads a parameter that is a text or null.
func stringParameter(name string, text json.RawMessage) (string, *httpFault) {
	if len(text) == 0 || isNull(text) {
		return "", nil
	}
	if text[0] != '"' {
		return "", faultf(http.StatusBadRequest, guard.BadInput, "the parameter %s is a text", name)
	}
	var value string
	fault := decodeJSON("the parameter "+name, text, &value)
	return value, fault
}

// objectParameter reads a parameter that is an object or null.
func objectParameter(name string, text []byte) (map[string]any, *httpFault) {
	text = bytes.TrimSpace(text)
	if len(text) == 0 || isNull(text) {
		return nil, nil
	}
	if text[0] != '{' {
		return nil, faultf(http.StatusBadRequest, guard.BadInput, "the parameter %s is an object", name)
	}
	var value map[string]any
	fault := decodeJSON("the parameter "+name, text, &value)
	return value, fault
}

// decodeJSON reads one JSON value, numbers as they are written.
func decodeJSON(what string, text []byte, into any) *httpFault {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	err := d.Decode(into)
	if err == nil {
		if _, more := d.Token(); more != io.EOF { //nolint:errorlint // Token returns it as it is
			return faultf(http.StatusBadRequest, guard.BadInput, "%s holds more than one JSON value", what)
		}
		return nil
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return faultf(http.StatusBadRequest, guard.BadInput, "%s is not JSON: there is a fault at byte %d", what, syntax.Offset)
	}
	return faultf(http.StatusBadRequest, guard.BadInput, "%s is not a JSON object, or it ended early", what)
}
