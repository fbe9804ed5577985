package deploy

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/thrift"
)

// TestDirNames: a sandbox may be in a directory of any name.
func TestDirNames(t *testing.T) {
	t.Parallel()
	cli := testCLI(t)
	for _, name := range thrift.Sample(t, 2, []string{"a#b", "a?b", "a%b", "a%20b", "a b", "a&b=c", "a[b]*"}) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), name)
			root := filepath.Join(dir, "root")
			require.NoError(t, os.MkdirAll(root, 0o700))
			require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.yaml"), []byte("name: "+projectName+"\nruntime: go\n"), 0o600))
			require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.one.yaml"), []byte(twoAccounts["one"]), 0o600))
			for range 2 {
				s, err := Open(t.Context(), Options{Root: root, Program: smallProgram, cli: cli})
				require.NoError(t, err)
				up(t, s, "one")
				assert.Empty(t, orphans(t, s))
				require.NoError(t, s.Close())
			}
			assert.FileExists(t, filepath.Join(root, ".sandbox", "state", ".pulumi", "stacks", projectName, "one.json"))
			require.Len(t, mustGlob(t, filepath.Join(globbed(dir), "*")), 1, "nothing stands elsewhere")
		})
	}
}

func mustGlob(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	require.NoError(t, err)
	return found
}

// TestDamagedState: each file of the state that is cut off is one error, which names
// the way back; that leads to the state from before the last command.
func TestDamagedState(t *testing.T) {
	t.Parallel()
	cli := testCLI(t)
	base := t.TempDir()
	root := filepath.Join(base, "root")
	require.NoError(t, os.Mkdir(root, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.yaml"), []byte("name: "+projectName+"\nruntime: go\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.one.yaml"), []byte(twoAccounts["one"]), 0o600))
	open := func(dir string) (*Sandbox, error) {
		return Open(t.Context(), Options{Root: root, Dir: dir, Program: smallProgram, cli: cli})
	}
	deployed := filepath.Join(base, "deployed")
	for range 2 {
		s, err := open(deployed)
		require.NoError(t, err)
		up(t, s, "one")
		require.NoError(t, s.Close())
	}
	state := filepath.Join("state", ".pulumi", "stacks", projectName, "one.json")
	half := func(t *testing.T, file string) {
		info, err := os.Stat(file)
		require.NoError(t, err)
		require.NoError(t, os.Truncate(file, info.Size()/2))
	}
	pages := func(t *testing.T, file string) { require.NoError(t, os.Truncate(file, 3*4096)) }
	empty := func(t *testing.T, file string) { require.NoError(t, os.Truncate(file, 0)) }
	remove := func(t *testing.T, file string) { require.NoError(t, os.Remove(file)) }
	type damage struct {
		name, file string
		does       func(*testing.T, string)
		says       string
	}
	for _, c := range thrift.Sample(t, 3, []damage{
		{"the world, cut off", worldFile, pages, "is damaged: it is cut off after"},
		{"the world, empty", worldFile, empty, "is damaged: it is empty"},
		{"the world, gone", worldFile, remove, "is missing, and Pulumi's states are there"},
		{"a state, cut off", state, half, "one.json is cut off"},
		{"a state, empty", state, empty, "one.json is cut off"},
		{"the backend's version, empty", filepath.Join("state", ".pulumi", "meta.yaml"), empty, "meta.yaml is cut off"},
		{"a stack's file, empty", filepath.Join("project", "Pulumi.one.yaml"), empty, "Pulumi.one.yaml is cut off"},
	}) {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "sandbox")
			require.NoError(t, os.CopyFS(dir, os.DirFS(deployed)))
			c.does(t, filepath.Join(dir, c.file))
			_, err := open(dir)
			require.ErrorContains(t, err, c.says)
			require.ErrorContains(t, err, `"sandbox restore" puts back the last good state, from before the command of `)
			assert.NotContains(t, err.Error(), "\n")

			require.NoError(t, Restore(Options{Root: root, Dir: dir}))
			s, err := open(dir)
			require.NoError(t, err)
			assert.Empty(t, orphans(t, s))
			requireNothingToDo(t, s, "one")
			require.NoError(t, s.Close())
		})
	}
	t.Run("nothing is kept", func(t *testing.T) {
		t.Parallel()
		dir := filepath.Join(t.TempDir(), "sandbox")
		require.NoError(t, os.CopyFS(dir, os.DirFS(deployed)))
		require.NoError(t, os.RemoveAll(filepath.Join(dir, lastGood)))
		half(t, filepath.Join(dir, state))
		_, err := open(dir)
		require.ErrorContains(t, err, "delete "+dir+" to begin anew")
		require.ErrorContains(t, Restore(Options{Root: root, Dir: dir}), "keeps no last good state")
	})
	t.Run("somebody has it open", func(t *testing.T) {
		t.Parallel()
		dir := filepath.Join(t.TempDir(), "sandbox")
		require.NoError(t, os.CopyFS(dir, os.DirFS(deployed)))
		s, err := open(dir)
		require.NoError(t, err)
		require.ErrorContains(t, Restore(Options{Root: root, Dir: dir}), "another process has it open")
		require.NoError(t, s.Close())
	})
}

// TestFullError names the disk and what a run needs.
func TestFullError(t *testing.T) {
	t.Parallel()
	s := &Sandbox{dir: t.TempDir()}
	require.NoError(t, s.hasRoom(0))
	if _, known := free(s.dir); known {
		err := s.hasRoom(1 << 62)
		require.ErrorContains(t, err, fmt.Sprintf("the disk of %s is full: ", s.dir))
		ctx, end := s.whileRoom(t.Context())
		defer end()
		select {
		case <-ctx.Done():
			require.Fail(t, "it ends though there is room")
		case <-time.After(time.Second):
		}
	}
}
