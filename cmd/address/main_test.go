package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/thrift"
)

func TestRenamer(t *testing.T) {
	rename := renamer("fargate-privatelink", "example.com/you/privatelink", []string{"components", "sandbox"})
	for _, test := range []struct{ name, text, want string }{
		{"an import", `import "fargate-privatelink/components"`, `import "example.com/you/privatelink/components"`},
		{"a package below", `"fargate-privatelink/sandbox/world"`, `"example.com/you/privatelink/sandbox/world"`},
		{"the module", "module fargate-privatelink\n", "module example.com/you/privatelink\n"},
		{"a replacement", "replace fargate-privatelink => ../f", "replace example.com/you/privatelink => ../f"},
		{"the project", "name: fargate-privatelink", "name: fargate-privatelink"},
		{"a stack", "organization/fargate-privatelink/provider", "organization/fargate-privatelink/provider"},
		{"a type token", "fargate-privatelink:index:Network", "fargate-privatelink:index:Network"},
		{"a directory", "~/.cache/fargate-privatelink/components", "~/.cache/fargate-privatelink/components"},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, string(rename([]byte(test.text))))
		})
	}
}

// A copy of the repository gets an address, builds and tests with it, and says it in the
// package's schema.
func TestCopyWithAnAddress(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds a copy of the repository")
	}
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	t.Chdir(root)
	files, err := tracked()
	require.NoError(t, err)
	dir := t.TempDir()
	for _, name := range files {
		text, err := os.ReadFile(name)
		if os.IsNotExist(err) {
			continue
		}
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), text, 0o600))
	}
	t.Chdir(dir)
	for _, command := range [][]string{
		{"git", "init", "-q"}, {"git", "add", "--all"},
	} {
		require.NoError(t, exec.Command(command[0], command[1:]...).Run())
	}
	require.NoError(t, run([]string{"example.com/you/fargate-privatelink"}))
	t.Setenv("GOFLAGS", os.Getenv("GOFLAGS")+" -ldflags=-s") // links in half the time
	for _, command := range append([][]string{
		{"list", "-deps", "-test", "./..."}, // finds every import
	}, thrift.Sample(t, 0, [][]string{ // compile all of the repository once more
		{"build", ".", "./plugin", "./cmd/sandbox"},
		{"test", "./contract", "./plugin/provider", "-run", "Schema|Imported"},
	})...) {
		out, err := exec.Command("go", command...).CombinedOutput()
		require.NoError(t, err, "go %v: %s", command, out)
	}
	schema, err := os.ReadFile("schemas/fargate-privatelink.json")
	require.NoError(t, err)
	assert.Contains(t, string(schema), `"repository": "https://example.com/you/fargate-privatelink"`)
	left, _ := exec.Command("git", "grep", "-nE", `"fargate-privatelink/(components|contract|internal|sandbox|stacks)`, "--", "*.go").Output()
	assert.NotContains(t, string(left), `	"fargate-privatelink/`, "an import was left")
}

func TestRefuses(t *testing.T) {
	for name, args := range map[string][]string{"nothing": nil, "no host": {"fargate-privatelink"}, "an address": {"https://example.com/you"}} {
		t.Run(name, func(t *testing.T) { require.Error(t, run(args)) })
	}
}
