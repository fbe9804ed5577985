package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sweeps is .ci/run's command for what the tests take a sample of: its packages and tests.
var sweeps = regexp.MustCompile(`go test -timeout \S+ (.*) -sweep -run \\\n  '(.*)'`)

// TestSamplesAreSwept: .ci/run tries all of what a test tries a sample of.
func TestSamplesAreSwept(t *testing.T) {
	command := sweeps.FindStringSubmatch(contents(t, ".ci/run"))
	if command == nil {
		t.Fatal(".ci/run has no such command")
	}
	packages, tests := strings.Fields(command[1]), strings.Split(command[2], "|")
	found := 0
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && samples(f) {
				found++
				if !slices.Contains(tests, f.Name.Name) || !slices.Contains(packages, "./"+filepath.ToSlash(filepath.Dir(path))) {
					t.Errorf("%s: .ci/run doesn't run %s with -sweep", path, f.Name.Name)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found != len(tests) {
		t.Errorf("%d tests take a sample, and .ci/run sweeps %d", found, len(tests))
	}
}

// samples says whether a function calls thrift.Sample.
func samples(f *ast.FuncDecl) (calls bool) {
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "Sample" {
			if from, ok := s.X.(*ast.Ident); ok {
				calls = calls || from.Name == "thrift"
			}
		}
		return true
	})
	return calls
}
