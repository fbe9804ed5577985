// Package sdk writes the SDK of the Pulumi package for a language, as pulumi package add
// does, for tests that use it.
package sdk

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	spec "github.com/pulumi/pulumi/pkg/v3/codegen/schema"

	"fargate-privatelink/schemas"
)

const tool = "fargate-privatelink"

// generators write a language's files, by the language's name in a schema.
var generators = map[string]func(*spec.Package) (map[string][]byte, error){
	"nodejs": func(pkg *spec.Package) (map[string][]byte, error) {
		return nodejs.GeneratePackage(tool, pkg, nil, nil, false, nil)
	},
	"python": func(pkg *spec.Package) (map[string][]byte, error) {
		return python.GeneratePackage(tool, pkg, nil, nil)
	},
	"go": func(pkg *spec.Package) (map[string][]byte, error) {
		return golang.GeneratePackage(tool, pkg, nil)
	},
}

// Languages are those that Write knows.
func Languages() []string { return slices.Sorted(maps.Keys(generators)) }

// Write writes the SDK for a language to a directory. A warning of the schema is an error.
func Write(language, version, directory string) error {
	var described spec.PackageSpec
	if err := json.Unmarshal(schemas.Package, &described); err != nil {
		return err
	}
	described.Version = version
	pkg, warnings, err := spec.BindSpec(described, spec.NewNullLoader(), spec.ValidationOptions{})
	switch {
	case err != nil:
		return err
	case len(warnings) > 0:
		return fmt.Errorf("the schema has warnings: %w", warnings)
	}
	files, err := generators[language](pkg)
	if err != nil {
		return err
	}
	for name, text := range files {
		file := filepath.Join(directory, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, text, 0o600); err != nil {
			return err
		}
	}
	return nil
}
