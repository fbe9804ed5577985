package stacks_test

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"fargate-privatelink/internal/schema"
	"fargate-privatelink/stacks"
)

var update = flag.Bool("update", false, "write Pulumi.yaml's descriptions, docs/configuration.md and schemas/stack.schema.json anew")

const (
	root          = ".."
	stackSchema   = "schemas/stack.schema.json"
	configuration = "docs/configuration.md"
)

func roles(t *testing.T) []*schema.Key {
	t.Helper()
	roles, err := stacks.Roles()
	require.NoError(t, err)
	return roles
}

// What people and editors read says what the program takes.
func TestDocumentsOfTheConfiguration(t *testing.T) {
	pulumiYaml, err := os.ReadFile(filepath.Join(root, "Pulumi.yaml"))
	require.NoError(t, err)
	described, err := schema.Project(pulumiYaml, roles(t), stacks.Others()...)
	require.NoError(t, err)
	stackFile, err := schema.StackFile(project, roles(t), stacks.Others()...)
	require.NoError(t, err)
	for name, want := range map[string][]byte{
		"Pulumi.yaml": described,
		stackSchema:   stackFile,
		configuration: schema.Configuration(intro(t), roles(t), stacks.Others()...),
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(root, name)
			if *update {
				require.NoError(t, os.WriteFile(file, want, 0o600))
			}
			have, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(want), string(have), "run go test ./stacks -update")
		})
	}
}

// intro is what docs/configuration.md says before its first table. It is written by hand.
func intro(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(root, configuration))
	require.NoError(t, err)
	before, _, found := strings.Cut(string(page), "\n## `provider`\n")
	require.True(t, found, "docs/configuration.md has no section of the provider")
	return before
}

// Each key has a comment, which names the default and the range of its tags.
func TestCommentsSayWhatTheTagsSay(t *testing.T) {
	for _, role := range roles(t) {
		assert.Empty(t, role.Faults())
	}
}

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join(root, stackSchema))
	require.NoError(t, err)
	return schema
}

// refusal is what the schema says of a stack's file; nil for nothing.
func refusal(t *testing.T, compiled *jsonschema.Schema, file []byte) *jsonschema.ValidationError {
	t.Helper()
	var content any
	require.NoError(t, yaml.Unmarshal(file, &content))
	err := compiled.Validate(content)
	if err == nil {
		return nil
	}
	var refused *jsonschema.ValidationError
	require.ErrorAs(t, err, &refused)
	return refused
}

// schemaLine is what tells an editor the schema of a stack's file.
var schemaLine = regexp.MustCompile(`^# yaml-language-server: \$schema=(\S+)\n`)

// The repository's stack files name the schema and keep to it.
func TestStackFilesKeepToTheSchema(t *testing.T) {
	compiled := compiledSchema(t)
	var files []string
	for _, pattern := range []string{"Pulumi.*.yaml", "examples/*/Pulumi.*.yaml", "examples/stacks/*/Pulumi.*.yaml"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		require.NoError(t, err)
		for _, file := range found {
			// A project of its own has another program.
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), "Pulumi.yaml")); err != nil || filepath.Dir(file) == root {
				files = append(files, file)
			}
		}
	}
	assert.GreaterOrEqual(t, len(files), 10)
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Nil(t, refusal(t, compiled, text))
			named := schemaLine.FindStringSubmatch(string(text))
			require.NotNil(t, named, "it begins without the line that names the schema")
			assert.Equal(t, filepath.Join(root, stackSchema), filepath.Join(filepath.Dir(file), named[1]))
		})
	}
}

// stackFile is the file of a stack with a configuration.
func stackFile(t *testing.T, config map[string]string) []byte {
	t.Helper()
	values := map[string]any{}
	for key, text := range config {
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			value = text
		}
		values[project+":"+key] = value
	}
	file, err := yaml.Marshal(map[string]any{"config": values})
	require.NoError(t, err)
	return file
}

// The schema refuses nothing that the program takes.
func TestSchemaTakesWhatTheProgramTakes(t *testing.T) {
	for name, config := range map[string]map[string]string{
		"full": provider(fullProvider), "options": provider(everyOption), "offer": provider(everyOffer),
	} {
		t.Run(name, func(t *testing.T) {
			assert.Nil(t, refusal(t, compiledSchema(t), stackFile(t, config)))
		})
	}
}

// The schema refuses bad configurations of the kinds that it can tell: an unknown key, a
// type, a number out of its range, a word that is none of those allowed.
func TestSchemaRefusesBadConfigurations(t *testing.T) {
	compiled, refused := compiledSchema(t), 0
	canTell := regexp.MustCompile(`is not a known key|; it must be (a string|a list|an object|an integer|true or false|one of [a-zA-Z]+,|-?\d+ to \d+$)|is null`)
	for _, test := range badConfigs {
		if !canTell.MatchString(test.want) || strings.Contains(test.want, "\n") {
			continue
		}
		refused++
		t.Run(test.name, func(t *testing.T) {
			assert.NotNil(t, refusal(t, compiled, stackFile(t, test.config)), test.want)
		})
	}
	assert.Greater(t, refused, 30)
}

// mapKeys are keys that maps take, by path. Others take "acme".
var mapKeys = map[string]string{"provider.listeners": "443/tls"}

// The program and the schema refuse the same values of each key, at its path.
func TestProgramAndSchemaRefuseTheSame(t *testing.T) {
	compiled := compiledSchema(t)
	name := func(path string) string { return cmp.Or(mapKeys[path], "acme") }
	for _, role := range roles(t) {
		for key := range role.All() {
			for what, value := range key.Wrong() {
				t.Run(key.Path+"/"+what, func(t *testing.T) {
					document, err := json.Marshal(schema.Document(key.Path, value, name))
					require.NoError(t, err)
					config := map[string]string{"role": role.Name, role.Name: string(document)}
					found := refusal(t, compiled, stackFile(t, config))
					require.NotNil(t, found, "the schema takes %s", document)
					assert.True(t, names(found, path(key, name)), "the schema refuses something else: %v", found)
					cloud := newConsumerCloud()
					err = cloud.run(role.Name, config)
					require.Error(t, err, "the program takes %s", document)
					assert.Empty(t, cloud.registrations)
				})
			}
		}
	}
}

// path is where the key is in a stack's file.
func path(key *schema.Key, name func(string) string) string {
	segments := strings.Split(key.Path, ".")
	for i, segment := range segments {
		if segment == schema.AnyName {
			segments[i] = name(strings.Join(slices.Clone(segments[:i]), "."))
		}
		segments[i] = strings.ReplaceAll(segments[i], schema.Element, "/0")
	}
	return fmt.Sprintf("/config/%s:%s", project, strings.Join(segments, "/"))
}

// names says whether a refusal, or one that caused it, is at a path or below it.
func names(refused *jsonschema.ValidationError, path string) bool {
	_, ofName := refused.ErrorKind.(*kind.PropertyNames) // which has no path
	if ofName || strings.HasPrefix("/"+strings.Join(refused.InstanceLocation, "/"), path) {
		return true
	}
	return slices.ContainsFunc(refused.Causes, func(cause *jsonschema.ValidationError) bool { return names(cause, path) })
}
