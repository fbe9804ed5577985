package examples_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/sdk"
)

const pyright = "../tools/pyright/node_modules/pyright/index.js"

// Pyright accepts the programs, and the examples of the components' pages, by the types of the package's SDK for Python and of Pulumi's
// own, whose source Go's module of Pulumi has, and finds in each what is made wrong of it. It
// knows nothing of what only Python's registry has, pulumi_aws above all. In the SDK, whose
// style is the generator's, every name that is used is there.
func TestPythonTypes(t *testing.T) {
	needs(t, "node")
	if _, err := os.Stat(pyright); err != nil {
		t.Skip("pyright is not installed: run npm ci in tools/pyright")
	}
	const deploy, consume, noAWS = "deploy-python", "consume-python", `Import "pulumi_aws" could not be resolved`
	tests := map[string]struct {
		program, mode string
		wrong, by     string
		want          []string
	}{
		"deploy":              {program: deploy, mode: "strict"},
		"an unknown option":   {deploy, "strict", `"image":`, `"imag":`, []string{`to parameter "service" of type`}},
		"a wrong type":        {deploy, "strict", `["222222222222"]`, `222222222222`, []string{`to parameter "tenants" of type`}},
		"an unknown argument": {deploy, "strict", "tags=", "tag=", []string{`No overloads for "__init__" match`}},
		"an unknown output":   {deploy, "standard", "web.url", "web.uri", []string{`Cannot access attribute "uri" for class "ServiceConsumer"`}},
		"consume":             {program: consume, mode: "standard", want: []string{noAWS}},
		"an unknown method":   {consume, "standard", ".require_output", ".requires_output", []string{noAWS, `Cannot access attribute "requires_output"`}},
	}
	dir := t.TempDir()
	require.NoError(t, sdk.Write("python", "1.2.3", filepath.Join(dir, "sdk")))
	for name, test := range tests {
		text := read(t, test.program+"/__main__.py")
		require.Contains(t, text, test.wrong)
		if test.wrong != "" {
			text = strings.Replace(text, test.wrong, test.by, 1)
		}
		file := filepath.Join(dir, name, "__main__.py")
		require.NoError(t, os.Mkdir(filepath.Dir(file), 0o700))
		require.NoError(t, os.WriteFile(file, []byte("# pyright: "+test.mode+"\n"+text), 0o600))
	}
	for name, text := range onPages(t) {
		tests[name] = tests["deploy"] // nothing is wrong
		require.NoError(t, os.Mkdir(filepath.Join(dir, name), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name, "__main__.py"), []byte("# pyright: standard\n"+text), 0o600))
	}
	found := pyrightSays(t, dir)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			require.Len(t, found[name], len(test.want), found[name])
			for i, want := range test.want {
				assert.Contains(t, found[name][i], want)
			}
		})
	}
	assert.ElementsMatch(t, []string{`Import "semver" could not be resolved`, `Import "parver" could not be resolved`}, found["sdk"])
}

// onPages are the examples of docs/components in Python, by component.
func onPages(t *testing.T) map[string]string {
	t.Helper()
	fenced, found := regexp.MustCompile("(?s)\n```python\n(.*?\n)```\n"), map[string]string{}
	files, err := filepath.Glob("../docs/components/*.md")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		example := fenced.FindStringSubmatch(read(t, file))
		require.NotNil(t, example, file)
		found[strings.TrimSuffix(filepath.Base(file), ".md")] = example[1]
	}
	return found
}

// pyrightSays is what pyright finds wrong, by the directory below.
func pyrightSays(t *testing.T, dir string) map[string][]string {
	t.Helper()
	module, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi/sdk/v3").Output()
	require.NoError(t, err)
	config, err := json.Marshal(map[string]any{
		"typeCheckingMode": "off", "reportUndefinedVariable": "error", "reportMissingImports": "error", "reportAttributeAccessIssue": "error",
		"extraPaths": []string{filepath.Join(dir, "sdk"), filepath.Join(strings.TrimSpace(string(module)), "python", "lib")},
	})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "pyrightconfig.json"), config, 0o600))
	node, err := exec.LookPath("node")
	require.NoError(t, err)
	cmd := exec.Command(node, pyright, "--outputjson", "--project", dir)
	cmd.Env = []string{"PATH="}      // no Python, whose packages are this machine's
	stdout, stderr, _ := output(cmd) // it fails where it finds anything
	var said struct {
		GeneralDiagnostics []struct{ File, Message string }
		Summary            struct{ FilesAnalyzed int }
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &said), stdout+stderr)
	require.Greater(t, said.Summary.FilesAnalyzed, 20)
	found := map[string][]string{}
	for _, one := range said.GeneralDiagnostics {
		file, err := filepath.Rel(dir, one.File)
		require.NoError(t, err)
		name, _, _ := strings.Cut(filepath.ToSlash(file), "/")
		found[name] = append(found[name], one.Message)
	}
	return found
}
