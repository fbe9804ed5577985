package deploy

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/sdk"
	"fargate-privatelink/plugin/provider"
)

const typescriptExample = "deploy-typescript"

// builtTypeScript compiles the package's SDK for Node.js, and a program with it, and returns
// where the program's index.js is.
func builtTypeScript(t *testing.T, index string) string {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not on PATH")
	}
	modules, err := filepath.Abs(exampleAt("consume-typescript/node_modules"))
	require.NoError(t, err)
	if _, err := os.Stat(modules); err != nil {
		t.Skip("the packages are not installed: run npm ci in examples/consume-typescript")
	}
	work := t.TempDir()
	link := func(name string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(work, "node_modules", name)), 0o755))
		require.NoError(t, os.Symlink(filepath.Join(modules, name), filepath.Join(work, "node_modules", name)))
	}
	for _, name := range []string{"@pulumi/pulumi", "@types", "typescript"} {
		link(name)
	}
	compile := func(directory string) { // each file beside its source
		cmd := exec.Command("node", filepath.Join(modules, "typescript", "bin", "tsc"), "--noEmit", "false", "--outDir", ".")
		cmd.Dir = directory
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	pkg := filepath.Join(work, "node_modules", "@pulumi", "fargate-privatelink")
	require.NoError(t, sdk.Write("nodejs", provider.Version(), pkg))
	compile(pkg)
	program := filepath.Join(work, "program")
	require.NoError(t, os.CopyFS(program, os.DirFS(exampleAt(typescriptExample))))
	require.NoError(t, os.WriteFile(filepath.Join(program, "index.ts"), []byte(index), 0o600))
	compile(program)
	return filepath.Join(program, "index.js")
}

// runTypeScript runs an operation on a stack of the sandbox with a compiled program.
func runTypeScript(t *testing.T, s *Sandbox, index, stack, operation string) (result struct {
	Outputs map[string]any
	Changes map[string]int
}, err error) {
	t.Helper()
	run, err := filepath.Abs("testdata/typescript/run.js")
	require.NoError(t, err)
	modules, err := filepath.Abs(exampleAt("consume-typescript/node_modules"))
	require.NoError(t, err)
	project, work, err := s.home(stack)
	require.NoError(t, err)
	cmd := exec.Command("node", run, index, work, project, stack, operation)
	cmd.Env = append(os.Environ(), "NODE_PATH="+modules)
	for name, value := range s.environment() {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Env = append(cmd.Env, "PATH="+filepath.Dir(s.cli.(*command).path)+string(os.PathListSeparator)+os.Getenv("PATH"))
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return result, errors.New(stderr.String())
	}
	return result, json.Unmarshal([]byte(stdout.String()), &result)
}

// Both sides in TypeScript, with a generated SDK: the provider's deploys what Go does, the
// consumer's takes the contract of it typed.
func TestTypeScriptDeploysBothSides(t *testing.T) {
	t.Parallel()
	index := builtTypeScript(t, readRepository(t, "examples/deploy-typescript/index.ts"))
	var want map[string]any
	inProgram(t, exampleAt(typescriptExample), t.TempDir(), inGo, func(s *Sandbox) {
		_, err := s.Up(t.Context(), "provider", nil, nil)
		require.NoError(t, err)
		want = graph(t, s, "provider")
	})
	inProgram(t, exampleAt(typescriptExample), t.TempDir(), nil, func(s *Sandbox) {
		_, err := runTypeScript(t, s, index, "provider", "up")
		require.NoError(t, err)
		if diff := cmp.Diff(want, graph(t, s, "provider")); diff != "" {
			t.Errorf("TypeScript deploys something else (-Go +TypeScript):\n%s", diff)
		}
		made, err := runTypeScript(t, s, index, "consumer", "up")
		require.NoError(t, err)
		assert.Regexp(t, "^vpce-", made.Outputs["endpointId"])
		assert.Regexp(t, `^http://vpce-.*\.vpce\.amazonaws\.com$`, made.Outputs["url"])
	})
}
