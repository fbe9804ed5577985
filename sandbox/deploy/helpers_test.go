package deploy

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/thrift"
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

// openAt opens a sandbox on a project's directory, with the CLI that was found once.
func openAt(t *testing.T, root string, program pulumi.RunFunc) *Sandbox {
	t.Helper()
	cli := keyedCLI(t)
	dir := t.TempDir()
	copyEmptyStacks(t, cli, root, dir)
	s, err := Open(t.Context(), Options{Root: root, Dir: dir, Program: program, cli: cli})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// emptyStacks is a sandbox with the stacks that most tests have, as the CLI has made them, or
// its directory is "" before the first test asks.
var emptyStacks struct {
	sync.Once
	dir string
}

// copyEmptyStacks copies those of the project's stacks that there are into a sandbox's
// directory: for the CLI to make one takes as long as an operation.
func copyEmptyStacks(t *testing.T, cli auto.PulumiCommand, root, dir string) {
	t.Helper()
	names := []string{"provider", "consumer"}
	emptyStacks.Do(func() {
		var err error
		emptyStacks.dir, err = os.MkdirTemp("", "stacks-")
		require.NoError(t, err)
		s, err := Open(t.Context(), Options{Root: writeProject(t, nil), Dir: emptyStacks.dir, cli: cli})
		require.NoError(t, err)
		for _, name := range names {
			_, err := s.open(t.Context(), name)
			require.NoError(t, err)
		}
		require.NoError(t, s.Close())
	})
	files := []string{worldFile, filepath.Join("state", ".pulumi", "meta.yaml")}
	for _, name := range names {
		if _, err := os.Stat(filepath.Join(root, "Pulumi."+name+".yaml")); err == nil {
			files = append(files, filepath.Join("project", "Pulumi."+name+".yaml"), filepath.Join("state", ".pulumi", "stacks", projectName, name+".json"))
		}
	}
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(emptyStacks.dir, file))
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, file)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, file), text, 0o600))
	}
}

// testCLI is the Pulumi CLI, looked for once, for a test that -short skips.
func testCLI(t *testing.T) *command {
	t.Helper()
	if testing.Short() {
		t.Skip("it runs the engine")
	}
	cli, err := findOnce()
	require.NoError(t, err)
	return cli.(*command)
}

var findOnce = sync.OnceValues(func() (auto.PulumiCommand, error) {
	return findCLI(context.Background(), repository, os.Stderr)
})

// saving is the CLI as users have it: it writes the state at every step.
type saving struct{ auto.PulumiCommand }

func (c saving) Run(
	ctx context.Context, dir string, in io.Reader, out, errOut []io.Writer, env []string, args ...string,
) (string, string, int, error) {
	return c.PulumiCommand.Run(ctx, dir, in, out, errOut, append(env, thrift.SkipCheckpoints+"=false"), args...)
}

// requireNothingToDo requires that an up of the stacks asks AWS for nothing.
func requireNothingToDo(t *testing.T, s *Sandbox, stacks ...string) {
	t.Helper()
	before := len(s.World.Operations())
	for _, st := range stacks {
		up(t, s, st)
	}
	require.Empty(t, s.World.Operations()[before:], "a second up changes something")
}
