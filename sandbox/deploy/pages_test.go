package deploy

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"fargate-privatelink/examples/parts"
)

// onPages are the examples in a language of docs/components, by component.
func onPages(t *testing.T, language string) map[string]string {
	t.Helper()
	fenced := regexp.MustCompile("(?s)\n```" + language + "\n(.*?\n)```\n")
	files, err := filepath.Glob(filepath.Join(repository, "docs", "components", "*.md"))
	require.NoError(t, err)
	found := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		example := fenced.FindStringSubmatch(string(text))
		require.NotNil(t, example, "%s has no example in %s", file, language)
		found[strings.TrimSuffix(filepath.Base(file), ".md")] = example[1]
	}
	require.NotEmpty(t, found)
	return found
}

// The pages' examples in YAML and in Go are one program: of what one has of another's, both
// say the same. A preview of each makes the same.
func TestPagesInYAML(t *testing.T) {
	t.Parallel()
	needsYAML(t)
	resources := map[string]any{}
	for page, text := range onPages(t, "yaml") {
		var program struct{ Resources map[string]any }
		require.NoError(t, yaml.Unmarshal([]byte(text), &program), page)
		for name, resource := range program.Resources {
			if has, other := resources[name]; other {
				require.Equal(t, has, resource, "%s of %s is another page's too", name, page)
			}
			resources[name] = resource
		}
	}
	text, err := yaml.Marshal(resources)
	require.NoError(t, err)
	root := yamlProgram(t, "  "+strings.ReplaceAll(strings.TrimSpace(string(text)), "\n", "\n  ")+"\n")
	planned := func(program pulumi.RunFunc) (made map[string]any) {
		made = map[string]any{}
		inProgram(t, root, t.TempDir(), program, func(s *Sandbox) {
			_, err := s.Preview(t.Context(), "dev", func(step Step) {
				state := step.Metadata.New
				if state != nil && !step.Done && !strings.HasPrefix(state.Type, "pulumi:providers:") {
					made[step.Metadata.URN] = map[string]any{"inputs": state.Inputs, "parent": state.Parent}
				}
			}, false, nil)
			require.NoError(t, err)
		})
		text, err := json.Marshal(made)
		require.NoError(t, err)
		made = map[string]any{}
		require.NoError(t, json.Unmarshal(random.ReplaceAll(text, []byte("*")), &made))
		return made
	}
	want := planned(parts.Program)
	require.Greater(t, len(want), 100)
	if diff := cmp.Diff(want, planned(nil)); diff != "" {
		t.Errorf("YAML makes something else (-Go +YAML):\n%s", diff)
	}
}
