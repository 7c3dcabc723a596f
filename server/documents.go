package server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/treeline-dev/treeline/graph/guard"
)

// Bounds of trusted documents. All of them are kept parsed, which takes up to
// some hundred times the memory of their texts.
const (
	maxDocuments     = 2000
	maxDocument      = 64 << 10
	maxDocumentBytes = 2 << 20
	// maxManifest is the size of the largest manifest file: JSON writes some
	// letters with six.
	maxManifest = 8 << 20
)

// documentID is the id of a GraphQL document: "sha256:" and the SHA-256 of its
// text in lower-case hexadecimal, as the appendix on persisted documents of the
// GraphQL-over-HTTP specification has it.
type documentID string

const documentIDPrefix = "sha256:"

// documentIDOf returns the id of a text.
func documentIDOf(text string) documentID {
	sum := sha256.Sum256([]byte(text))
	return documentID(documentIDPrefix + hex.EncodeToString(sum[:]))
}

// parseDocumentID reports false where a text is no id.
func parseDocumentID(text string) (documentID, bool) {
	digits, ok := strings.CutPrefix(text, documentIDPrefix)
	return documentID(text), ok && isSHA256(digits)
}

// isSHA256 reports whether a text is a SHA-256 in lower-case hexadecimal.
func isSHA256(digits string) bool {
	return len(digits) == hex.EncodedLen(sha256.Size) && strings.Trim(digits, "0123456789abcdef") == ""
}

// Documents are the GraphQL documents that run by their ids. They are complete
// before the first request: no request adds one.
type Documents struct {
	byID map[documentID]string
	size int
}

// NewDocuments returns an empty set.
func NewDocuments() *Documents { return &Documents{byID: map[documentID]string{}} }

// Len returns how many documents there are.
func (d *Documents) Len() int {
	if d == nil {
		return 0
	}
	return len(d.byID)
}

// Add adds the documents of a manifest: a JSON object whose names are ids and
// whose values are the texts, as GraphQL Code Generator writes it. Where it
// fails, on a text that is not that of its id among others, nothing is added.
func (d *Documents) Add(manifest []byte) error {
	texts, err := readManifest(manifest)
	if err != nil {
		return err
	}
	added, size := map[documentID]string{}, d.size
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		text := texts[name]
		id, ok := parseDocumentID(name)
		switch {
		case !ok:
			return fmt.Errorf("%.80q is no id: write sha256: and 64 lower-case hexadecimal digits", name)
		case documentIDOf(text) != id:
			return fmt.Errorf("the text of %s has another SHA-256: write the manifest anew", id)
		case len(text) > maxDocument:
			return fmt.Errorf("the text of %s is longer than %d bytes: make several operations of it", id, maxDocument)
		}
		if _, known := d.byID[id]; !known {
			added[id] = text
			size += len(text)
		}
	}
	if len(d.byID)+len(added) > maxDocuments || size > maxDocumentBytes {
		return fmt.Errorf("together with the others these are more than %d documents or %d bytes: take out those that no client sends any more", maxDocuments, maxDocumentBytes)
	}
	maps.Copy(d.byID, added)
	d.size = size
	return nil
}

// readManifest reads a JSON object of texts.
func readManifest(manifest []byte) (map[string]string, error) {
	var texts map[string]*string
	if fault := decodeJSON("it", manifest, &texts); fault != nil {
		return nil, errors.New(fault.message + `: write an object of texts such as {"sha256:…": "query …"}`)
	}
	if texts == nil {
		return nil, errors.New(`it is null: write an object of texts such as {"sha256:…": "query …"}`)
	}
	out := make(map[string]string, len(texts))
	for name, text := range texts {
		if text == nil {
			return nil, fmt.Errorf("%.80q has no text", name)
		}
		out[name] = *text
	}
	return out, nil
}

// AddDirectory adds every manifest of a directory: the files whose names end in
// .json, in the order of their names. Its error names the file.
func (d *Documents) AddDirectory(directory string) error {
	entries, err := os.ReadDir(directory)
	if err != nil {
		return fmt.Errorf("read the directory of GraphQL documents: %w", err)
	}
	found := false
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) != ".json" || strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		found = true
		path := filepath.Join(directory, entry.Name())
		if err := d.addFile(path); err != nil {
			return fmt.Errorf("the GraphQL documents in %s cannot be used: %w", path, err)
		}
	}
	if !found {
		return fmt.Errorf("the directory of GraphQL documents %s holds no file whose name ends in .json", directory)
	}
	return nil
}

func (d *Documents) addFile(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, maxManifest+1))
	switch {
	case err != nil:
		return err
	case len(text) > maxManifest:
		return fmt.Errorf("it is larger than %d bytes", maxManifest)
	}
	return d.Add(text)
}

// Prepare has each document parsed and validated once. trust is Trust of the
// executor that will run them. Its error names the document.
func (d *Documents) Prepare(trust func(document string) error) error {
	for _, id := range slices.Sorted(maps.Keys(d.byID)) {
		if err := trust(d.byID[id]); err != nil {
			return fmt.Errorf("the trusted GraphQL document %s does not fit this server: %w", id, err)
		}
	}
	return nil
}

// text returns the text of a trusted document.
func (d *Documents) text(id documentID) (string, bool) {
	if d == nil {
		return "", false
	}
	text, ok := d.byID[id]
	return text, ok
}

// Where a request names a document, for inputPath of errors.
const (
	inDocumentID     = "documentId"
	inPersistedQuery = "extensions.persistedQuery.sha256Hash"
)

// namedDocument returns the id of the document that a request names, by the
// parameter documentId or as Apollo's clients do; empty where it names none.
func namedDocument(parameter string, extensions map[string]any) (documentID, *httpFault) {
	var id documentID
	if parameter != "" {
		var ok bool
		if id, ok = parseDocumentID(parameter); !ok {
			return "", faultf(http.StatusBadRequest, guard.BadInput, "the parameter documentId is no id of a document: write sha256: and the SHA-256 of its text as 64 lower-case hexadecimal digits")
		}
	}
	hash, fault := persistedQuery(extensions)
	switch {
	case fault != nil || hash == "":
		return id, fault
	case id != "" && id != hash:
		return "", faultf(http.StatusBadRequest, guard.BadInput, "documentId and %s name two documents: send one of them", inPersistedQuery)
	}
	return hash, nil
}

// persistedQuery reads extensions.persistedQuery, of Apollo's protocol for
// automatic persisted queries.
func persistedQuery(extensions map[string]any) (documentID, *httpFault) {
	value, given := extensions["persistedQuery"]
	if !given || value == nil {
		return "", nil
	}
	members, _ := value.(map[string]any)
	digits, _ := members["sha256Hash"].(string)
	version, hasVersion := members["version"]
	switch {
	case !isSHA256(digits):
		return "", faultf(http.StatusBadRequest, guard.BadInput, "%s is the SHA-256 of a document as 64 lower-case hexadecimal digits", inPersistedQuery)
	case hasVersion && fmt.Sprint(version) != "1":
		return "", faultf(http.StatusBadRequest, guard.BadInput, "extensions.persistedQuery.version is 1 or absent")
	}
	return documentID(documentIDPrefix + digits), nil
}

// trustingExecutor finds documents by their ids, and runs no others for callers
// who may only run trusted ones. Whatever a transport makes of a request, its
// operations come through here.
type trustingExecutor struct {
	graphql.GraphExecutor
	documents *Documents
	// refusal says why this caller may run trusted documents only; empty where
	// the caller may run any.
	refusal string
}

// CreateOperationContext implements graphql.GraphExecutor. Transports that have
// no parameter documentId name documents in extensions.persistedQuery.
func (e *trustingExecutor) CreateOperationContext(ctx context.Context, params *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
	request, fault := identify(params, "", params.Query != "")
	if fault != nil {
		return refuse(guard.Errorf(fault.code, "%s", fault.message))
	}
	return e.create(ctx, request)
}

// create is CreateOperationContext for a request whose document has an id.
func (e *trustingExecutor) create(ctx context.Context, request *graphQLRequest) (*graphql.OperationContext, gqlerror.List) {
	switch {
	case !request.hasText:
		text, ok := e.documents.text(request.documentID)
		if !ok {
			return refuse(unknownDocument(request))
		}
		request.Query = text
	case e.refusal != "":
		// A text may run if it is that of a trusted document.
		if _, ok := e.documents.text(documentIDOf(request.Query)); !ok {
			return refuse(guard.Errorf(guard.Forbidden, "%s", e.refusal))
		}
	}
	return e.GraphExecutor.CreateOperationContext(ctx, request.RawParams)
}

// unknownDocument is the error for an id that no trusted document has.
func unknownDocument(request *graphQLRequest) *guard.CodedError {
	if request.Extensions["persistedQuery"] != nil {
		// Clients of this protocol know the answer by exactly this message, and
		// send the text then.
		return &guard.CodedError{Code: guard.BadInput, Message: "PersistedQueryNotFound", InputPath: inPersistedQuery}
	}
	return &guard.CodedError{
		Code: guard.BadInput, InputPath: inDocumentID,
		Message: "no trusted document has this documentId: load the page again if it is older than the server, add the document to those that are trusted, or send its text in query",
	}
}

func refuse(coded *guard.CodedError) (*graphql.OperationContext, gqlerror.List) {
	return &graphql.OperationContext{}, gqlerror.List{{Err: coded, Message: coded.Message}}
}
