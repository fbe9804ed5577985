package examples_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	reflector "github.com/invopop/jsonschema"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the TypeScript program's types from the JSON Schemas")

const typescript = "consume-typescript"

// The TypeScript program's types are the schemas'.
func TestTypeScriptHasTheSchemasTypes(t *testing.T) {
	const file = typescript + "/outputs.ts"
	want := "// The stacks' outputs, from ../../schemas: go test ./examples -update\n"
	written := map[string]bool{}
	for _, side := range []string{"Provider", "Consumer"} {
		var schema reflector.Schema
		text := read(t, "../schemas/"+strings.ToLower(side)+"-outputs.json")
		require.NoError(t, json.Unmarshal([]byte(text), &schema))
		for _, name := range sortedKeys(schema.Definitions) {
			if !written[name] { // both sides have ports
				want += typescriptInterface(name, schema.Definitions[name])
			}
			written[name] = true
		}
		want += typescriptInterface(side+"Outputs", &schema)
	}
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(want), 0o600))
	}
	assert.Equal(t, want, read(t, file), "the types are not the schemas': run go test ./examples -update")
}

func sortedKeys(definitions reflector.Definitions) (names []string) {
	for name := range definitions {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// typescriptInterface writes a schema's object as an interface, with the descriptions
// as comments.
func typescriptInterface(name string, schema *reflector.Schema) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n/** %s */\nexport interface %s {\n", schema.Description, name)
	for p := schema.Properties.Oldest(); p != nil; p = p.Next() {
		optional := "?"
		if slices.Contains(schema.Required, p.Key) {
			optional = ""
		}
		fmt.Fprintf(&b, "  /** %s */\n  %s%s: %s;\n", p.Value.Description, p.Key, optional, typescriptType(p.Value))
	}
	return b.String() + "}\n"
}

// typescriptType is a schema's type. One that it can't write, the compiler refuses.
func typescriptType(schema *reflector.Schema) string {
	switch {
	case schema.Ref != "":
		return strings.TrimPrefix(schema.Ref, "#/$defs/")
	case len(schema.Enum) > 0:
		var values []string
		for _, v := range schema.Enum {
			text, _ := json.Marshal(v)
			values = append(values, string(text))
		}
		return strings.Join(values, " | ")
	case schema.Type == "array":
		element := typescriptType(schema.Items)
		if strings.Contains(element, " ") {
			element = "(" + element + ")"
		}
		return element + "[]"
	case schema.Type == "object":
		return "Record<string, " + typescriptType(schema.AdditionalProperties) + ">"
	case schema.Type == "integer":
		return "number"
	}
	return schema.Type
}

// The compiler accepts the TypeScript program, and what it makes of it runs with the
// real SDKs against a mock of the engine.
func TestTypeScriptRuns(t *testing.T) {
	needs(t, "node")
	modules, err := filepath.Abs(typescript + "/node_modules")
	require.NoError(t, err)
	if _, err := os.Stat(modules); err != nil {
		t.Skipf("the packages are not installed: run npm ci in examples/%s", typescript)
	}
	tracked(t, typescript+"/*.ts", typescript+"/*.json", "testdata/typescript/*")
	built := t.TempDir()
	compiler := filepath.Join(modules, "typescript", "bin", "tsc")
	out, err := exec.Command("node", compiler, "--project", typescript, "--noEmit", "false", "--outDir", built).CombinedOutput()
	require.NoError(t, err, string(out))
	runs(t, func(t *testing.T, given string) (stdout, stderr string, err error) {
		t.Helper()
		cmd := exec.Command("node", "testdata/typescript/run.js", built)
		cmd.Env = append(os.Environ(), "GIVEN="+given, "NODE_PATH="+modules)
		return output(cmd)
	})
}

// A lock file is of what the package asks for, pins every package by its hash, and names no
// registry: whoever installs them has their own.
func TestLockFiles(t *testing.T) {
	for directory, packages := range map[string]int{typescript: 50, "deploy-typescript": 50, "../tools/pyright": 1} {
		t.Run(directory, func(t *testing.T) {
			var lock struct{ Packages map[string]map[string]any }
			require.NoError(t, json.Unmarshal([]byte(read(t, directory+"/package-lock.json")), &lock))
			require.Greater(t, len(lock.Packages), packages)
			var program map[string]any
			require.NoError(t, json.Unmarshal([]byte(read(t, directory+"/package.json")), &program))
			for _, kind := range []string{"dependencies", "devDependencies"} {
				assert.Equal(t, program[kind], lock.Packages[""][kind], "run npm install there")
			}
			for name, p := range lock.Packages {
				if name != "" { // the package itself
					assert.NotContains(t, p, "resolved", name)
					assert.NotEmpty(t, p["integrity"], name)
				}
			}
		})
	}
}
