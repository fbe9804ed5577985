package deploy

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

// repository is the repository's own root, as seen from this package.
const repository = "../.."

// openTest opens a sandbox of its own for a test: a project with the given
// stacks' files, all running program.
func openTest(t *testing.T, stacks map[string]string, program pulumi.RunFunc) *Sandbox {
	t.Helper()
	root := t.TempDir()
	project := "name: " + projectName + "\nruntime: go\n"
	require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.yaml"), []byte(project), 0o600))
	for name, file := range stacks {
		require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi."+name+".yaml"), []byte(file), 0o600))
	}
	return openAt(t, root, program)
}

// openAt opens a sandbox on a project's directory, with the frugal CLI.
func openAt(t *testing.T, root string, program pulumi.RunFunc) *Sandbox {
	t.Helper()
	dir := t.TempDir()
	s, err := Open(t.Context(), Options{Root: root, Dir: dir, Program: program, cli: frugalCLI(t, dir)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}
