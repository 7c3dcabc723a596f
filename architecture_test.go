package treeline_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/treeline-dev/treeline"

// floors are the rooms of the repository from the ground up: a package may
// import its own room and those before it.
var floors = []string{
	"trace", "stat", "token",
	"prompt",
	"store",
	"authz",
	"live", "llm",
	"ingest", "evaluate",
	"regress",
	"replay",
	"copilot",
	"graph",
	"resolvers",
	"server",
	"cmd",
}

// beside are rooms outside of that order. standalone ones import no other room
// and any may import them; the others import what they need and nothing may
// import them.
var beside = map[string]struct{ standalone bool }{
	"frontend": {standalone: true},
	"bench":    {},
	"e2e":      {},
	"examples": {},
}

// tenantCallers are the functions that may call store.Store.Tenant, besides
// package authz: they make, migrate and sweep organizations, or work their jobs.
var tenantCallers = []string{"store.CreateOrganization", "store.MigrateAll", "store.SweepLogs", "store.existingTenant"}

// databaseImports are the packages outside of store that may import a part of
// the database driver, each with that part.
var databaseImports = map[string]string{
	"ingest/writer": "github.com/jackc/pgx/v5/pgconn", // tells passing failures from lasting ones
}

// vagueNames say nothing about what a package or a file holds.
var vagueNames = []string{"util", "utils", "common", "helper", "helpers", "manager", "misc"}

// sourceFile is a Go file of the module.
type sourceFile struct {
	// name is the path below the root, and pkg its directory, both with slashes.
	name, pkg string
	syntax    *ast.File
	set       *token.FileSet
}

func (f sourceFile) isTest() bool { return strings.HasSuffix(f.name, "_test.go") }

func (f sourceFile) at(node ast.Node) string {
	return f.name + ":" + strconv.Itoa(f.set.Position(node.Pos()).Line)
}

// room is the first part of a path below the root.
func room(pkg string) string {
	first, _, _ := strings.Cut(pkg, "/")
	return first
}

// sources parses every Go file of the module, for whatever platform.
func sources(t *testing.T) []sourceFile {
	t.Helper()
	var files []sourceFile
	set := token.NewFileSet()
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != ".":
			_, notOurs := os.Stat(filepath.Join(name, "go.mod"))
			if notOurs == nil || strings.HasPrefix(entry.Name(), ".") || slices.Contains([]string{"node_modules", "testdata", "data", "dist", "bin"}, entry.Name()) {
				return filepath.SkipDir
			}
		case strings.HasSuffix(name, ".go"):
			syntax, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			slashed := filepath.ToSlash(name)
			files = append(files, sourceFile{name: slashed, pkg: path.Dir(slashed), syntax: syntax, set: set})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 50 {
		t.Fatalf("only %d Go files were found; the test must run at the root of the module", len(files))
	}
	return files
}

func TestPackagesImportOnlyFloorsBelow(t *testing.T) {
	t.Parallel()
	for _, file := range sources(t) {
		if file.isTest() {
			continue
		}
		mine := room(file.pkg)
		if _, isBeside := beside[mine]; !isBeside && !slices.Contains(floors, mine) {
			t.Errorf("%s: the room %q has no floor; give it its place in floors", file.name, mine)
			continue
		}
		for _, spec := range file.syntax.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			other, ours := strings.CutPrefix(imported, module+"/")
			if ours && !mayImport(mine, room(other)) {
				t.Errorf("%s: %s must not import %s", file.at(spec), mine, other)
			}
		}
	}
}

func mayImport(mine, other string) bool {
	if mine == other {
		return true
	}
	if theirs, ok := beside[other]; ok {
		return theirs.standalone
	}
	if me, ok := beside[mine]; ok {
		return !me.standalone
	}
	return slices.Index(floors, other) < slices.Index(floors, mine)
}

func TestOnlyAccessControlOpensTenants(t *testing.T) {
	t.Parallel()
	opened := 0
	for _, file := range sources(t) {
		if file.isTest() || !importsStore(file) {
			continue
		}
		for _, declaration := range file.syntax.Decls {
			function := room(file.pkg)
			if f, ok := declaration.(*ast.FuncDecl); ok {
				function += "." + f.Name.Name
			}
			ast.Inspect(declaration, func(node ast.Node) bool {
				call, ok := node.(*ast.CallExpr)
				if !ok {
					return true
				}
				// The constructor is the only Tenant that takes a context and an id.
				if selector, ok := call.Fun.(*ast.SelectorExpr); !ok || selector.Sel.Name != "Tenant" || len(call.Args) != 2 {
					return true
				}
				opened++
				if room(file.pkg) != "authz" && !slices.Contains(tenantCallers, function) {
					t.Errorf("%s: %s opens a tenant; ask package authz for one", file.at(call), function)
				}
				return true
			})
		}
	}
	if opened == 0 {
		t.Error("no call of store.Store.Tenant was found; the test looks for the wrong name")
	}
}

func importsStore(file sourceFile) bool {
	return file.pkg == "store" || slices.ContainsFunc(file.syntax.Imports, func(spec *ast.ImportSpec) bool {
		return spec.Path.Value == strconv.Quote(module+"/store")
	})
}

func TestOnlyStoreSpeaksToTheDatabase(t *testing.T) {
	t.Parallel()
	for _, file := range sources(t) {
		// Benchmarks are measured against the driver itself.
		if file.isTest() || room(file.pkg) == "store" || room(file.pkg) == "bench" {
			continue
		}
		for _, spec := range file.syntax.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			isDatabase := imported == "database/sql" || strings.HasPrefix(imported, "github.com/jackc/") || strings.HasPrefix(imported, "github.com/lib/pq")
			if isDatabase && databaseImports[file.pkg] != imported {
				t.Errorf("%s: only package store may import %s", file.at(spec), imported)
			}
		}
	}
}

func TestNoGeneratedResolverIsLeftEmpty(t *testing.T) {
	t.Parallel()
	for _, file := range sources(t) {
		if file.isTest() || room(file.pkg) != "resolvers" {
			continue
		}
		ast.Inspect(file.syntax, func(node ast.Node) bool {
			if literal, ok := node.(*ast.BasicLit); ok && strings.Contains(literal.Value, "not implemented") {
				t.Errorf("%s: a resolver is still the generated stub", file.at(literal))
			}
			return true
		})
	}
}

func TestNamesSayWhatTheyHold(t *testing.T) {
	t.Parallel()
	for _, file := range sources(t) {
		stem := strings.TrimSuffix(strings.TrimSuffix(path.Base(file.name), ".go"), "_test")
		for _, name := range []string{path.Base(file.pkg), stem, file.syntax.Name.Name} {
			if slices.Contains(vagueNames, name) {
				t.Errorf("%s: %q says nothing about what it holds", file.name, name)
			}
		}
	}
}
