package guard

import (
	"errors"
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// Trust parses a document, holds it to the limits of shape and to the schema,
// and keeps it for good, so that it is not parsed and validated again. How many
// documents are trusted is for the caller to bound. The cost of a document
// depends on its variables and is found anew for each operation.
func (e *Executor) Trust(document string) (err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("the document cannot be read: %v", panicked)
		}
	}()
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: document}, e.shape.limits.Tokens)
	if err != nil {
		return fmt.Errorf("parse the document: %w", err)
	}
	if len(doc.Operations) == 0 {
		return errors.New("the document holds no operation")
	}
	if fault := e.shape.checkDocument(doc); fault != nil {
		return fault
	}
	if faults := validator.ValidateWithRules(e.schema, doc, rules.NewDefaultRules()); len(faults) > 0 {
		return faults[0]
	}
	e.shape.accepted.keep(document, doc)
	return nil
}
