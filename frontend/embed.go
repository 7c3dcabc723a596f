// Package frontend holds the built web app and serves it.
//
// The app is built into dist by npm (see package.json). A binary built without
// that step still works: its pages say that the UI is not part of it.
package frontend

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// FS returns the built app: index.html, the hashed files under assets and
// their precompressed twins. It holds next to nothing where the app was not
// built.
func FS() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic("frontend: dist is not embedded: " + err.Error())
	}
	return sub
}

// Documents returns the manifest of the GraphQL documents that the app sends by
// their ids: a JSON object of texts by "sha256:" and the hash of the text. It is
// nil where the app was not built.
func Documents() []byte {
	manifest, err := dist.ReadFile("dist/persisted-documents.json")
	if err != nil {
		return nil
	}
	return manifest
}
