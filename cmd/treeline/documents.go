package main

import (
	"fmt"

	"github.com/treeline-dev/treeline/frontend"
	"github.com/treeline-dev/treeline/server"
)

// readDocuments returns the trusted documents: those of the web app, and those of
// a directory where one is named.
func readDocuments(directory string) (*server.Documents, error) {
	documents := server.NewDocuments()
	if manifest := frontend.Documents(); manifest != nil {
		if err := documents.Add(manifest); err != nil {
			return nil, fmt.Errorf("read the GraphQL documents of the web app (build it anew): %w", err)
		}
	}
	if directory == "" {
		return documents, nil
	}
	if err := documents.AddDirectory(directory); err != nil {
		return nil, fmt.Errorf("%w (TREELINE_GRAPHQL_DOCUMENTS)", err)
	}
	return documents, nil
}
