package schema_test

import (
	"bytes"
	"cmp"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"fargate-privatelink/internal/schema"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func roles(t *testing.T) []*schema.Key {
	t.Helper()
	comments, err := schema.ReadComments(".")
	require.NoError(t, err)
	return []*schema.Key{
		schema.Of("provider", reflect.TypeFor[provider](), comments),
		schema.Of("consumer", reflect.TypeFor[consumer](), comments),
	}
}

func keyAt(t *testing.T, path string) *schema.Key {
	t.Helper()
	for _, role := range roles(t) {
		for key := range role.All() {
			if key.Path == path && key.Name != "" {
				return key
			}
		}
	}
	require.Fail(t, "there is no key "+path)
	return nil
}

func TestKeys(t *testing.T) {
	tests := []struct{ name, path, kind, description string }{
		{"a field and its default", "provider.name", "string", "Begins the names of all resources (default web)."},
		{"an object", "provider.service", "object", "What runs. Its tasks are alike."},
		{"of an embedded struct", "provider.service.image", "string", "The container's image, such as nginx:alpine. Required."},
		{"a field of another struct", "provider.service.containerPort", "integer",
			"The port that the container listens on, 1 to 65535 (default 80). With containerPort a listener has another."},
		{"of an embedded struct in a map", "provider.service.sidecars.<name>.command", "list of strings",
			"Replaces the image's command, unless containerPort says otherwise."},
		{"a map of objects", "provider.listeners", "map of objects", "What consumers connect to, by port and protocol."},
		{"a pointer in a map", "provider.listeners.<name>.healthCheck.retries", "integer", "The failures in a row, 2 to 10 (default 2)."},
		{"an Input that is a map", "provider.tags", "map of strings", "For every resource."},
		{"an Input that is a list", "provider.service.zones", "list of strings", "Availability Zone IDs (default: all)."},
		{"somebody else's document", "provider.service.policy", "object or JSON string", "Somebody else's document."},
		{"the outer of two", "provider.tenants", "map of objects", "Who may connect, by name."},
		{"the outer one's more", "provider.tenants.<name>.consumerStacks", "list of strings", "The stacks whose endpoints are accepted."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			key := keyAt(t, test.path)
			assert.Equal(t, test.kind, key.Type())
			assert.Equal(t, test.description, key.Description)
		})
	}
	for key := range roles(t)[0].All() {
		assert.NotContains(t, key.Path, "vpcId", "only a program can wire it")
	}
}

func TestKeysSayWhatTheTagsSay(t *testing.T) {
	port := keyAt(t, "provider.service.containerPort")
	assert.Equal(t, 80, port.Default)
	assert.Equal(t, &schema.Bounds{Low: 1, High: 65535}, port.Range)
	assert.True(t, keyAt(t, "provider.service.image").Required)
	assert.Equal(t, true, keyAt(t, "provider.service.rebalance").Default)
	assert.Nil(t, keyAt(t, "provider.service.crossZone").Default, "it depends")
	assert.Equal(t, false, keyAt(t, "provider.service.sidecars.<name>.optional").Default)
	assert.Equal(t, "provider.service.image", keyAt(t, "provider.service.sidecars.<name>.image").As)
	assert.Equal(t, []string{"https://docs.aws.amazon.com/a.html", "https://docs.aws.amazon.com/b.html"}, keyAt(t, "provider.healthCheck.protocol").See)
}

func TestFaults(t *testing.T) {
	comments, err := schema.ReadComments(".")
	require.NoError(t, err)
	for _, role := range roles(t) {
		assert.Empty(t, role.Faults())
	}
	tests := []struct{ name, field, comment, want string }{
		{"another default", "serviceArgs.ContainerPort", "It is 1 to 65535 (default 8080).", "provider.service.containerPort: its tags say 80, and its comment does not: It is 1 to 65535 (default 8080)."},
		{"another range", "healthCheck.Retries", "Failures, 2 to 100 (default 2).", "provider.healthCheck.retries: its tags say 10, and its comment does not: Failures, 2 to 100 (default 2)."},
		{"another text", "healthCheck.Protocol", "TCPS.", "provider.healthCheck.protocol: its tags say TCP, and its comment does not: TCPS."},
		{"not every word", "healthCheck.Protocol", "It is TCP.", "provider.healthCheck.protocol: its tags say HTTP, and its comment does not: It is TCP."},
		{"nothing of a default of true", "serviceArgs.Rebalance", "Moves tasks.", "provider.service.rebalance: its tags say true, and its comment does not: Moves tasks."},
		{"no comment", "tenantOptions.Accounts", "", "provider.tenants.<name>.accounts has no comment"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			field := "schema_test." + test.field
			was := comments[field]
			defer func() { comments[field] = was }()
			comments[field] = test.comment
			found := schema.Of("provider", reflect.TypeFor[provider](), comments).Faults()
			assert.Contains(t, found, test.want)
		})
	}
}

// The three documents, as the sample's.
func TestDocuments(t *testing.T) {
	stackFile, err := schema.StackFile("sample", roles(t))
	require.NoError(t, err)
	before, err := os.ReadFile("testdata/before.yaml")
	require.NoError(t, err)
	project, err := schema.Project(before, roles(t))
	require.NoError(t, err)
	again, err := schema.Project(project, roles(t))
	require.NoError(t, err)
	assert.Equal(t, string(project), string(again), "a second time changes nothing")
	for name, got := range map[string][]byte{
		"stack.schema.json": stackFile,
		"configuration.md":  schema.Configuration("# Configuration\n", roles(t)),
		"after.yaml":        project,
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join("testdata", name)
			if *update {
				require.NoError(t, os.WriteFile(file, got, 0o600))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(want), string(got), "run go test ./internal/schema -update")
		})
	}
}

func TestProjectWithoutTheKey(t *testing.T) {
	_, err := schema.Project([]byte("name: x\nconfig:\n  provider:\n    type: object\n"), roles(t))
	require.EqualError(t, err, "no key provider with a description: | in Pulumi.yaml")
}

// compiled is the sample's schema of its stack files.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := schema.StackFile("sample", roles(t))
	require.NoError(t, err)
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("stack", document))
	schema, err := compiler.Compile("stack")
	require.NoError(t, err)
	return schema
}

// Each key of the model refuses what it doesn't take, wherever it is.
func TestStackFileRefusesWhatIsWrong(t *testing.T) {
	stackFile, tried := compiled(t), 0
	names := map[string]string{"provider.service.sidecars": "agent"}
	for _, role := range roles(t) {
		for key := range role.All() {
			for what, value := range key.Wrong() {
				tried++
				document := schema.Document(key.Path, value, func(path string) string { return cmp.Or(names[path], "acme") })
				file := map[string]any{"config": map[string]any{"role": role.Name, role.Name: document}}
				assert.Error(t, stackFile.Validate(file), "%s is %s: %v", key.Path, what, file)
			}
		}
	}
	assert.Greater(t, tried, 50)
}

func TestDocument(t *testing.T) {
	got := schema.Document("provider.service.sidecars.<name>.image", "x", func(path string) string { return path })
	assert.Equal(t, map[string]any{"service": map[string]any{"sidecars": map[string]any{"provider.service.sidecars": map[string]any{"image": "x"}}}}, got)
}

func TestStackFile(t *testing.T) {
	stackFile := compiled(t)
	const service = "config: {'sample:role': provider, 'sample:provider': {service: {image: nginx, "
	tests := []struct {
		name, file string
		good       bool
	}{
		{"little", service + "}}}", true},
		{"without the project's name", "config: {role: consumer, consumer: {name: web}}", true},
		{"both ways to write a key", "config: {role: consumer, 'sample:consumer': {name: web}, aws:region: us-east-1, awsx:x: [1]}", true},
		{"what Pulumi writes", "encryptionsalt: v1:abc\nenvironment: [prod]\nsecretsprovider: awskms://x", true},
		{"a secret", service + "command: [{secure: v1:abc}]}}}", true},
		{"a secret of a form", "config: {role: consumer, consumer: {name: {secure: v1:abc}}}", true},
		{"all kinds", service + "sidecars: {agent: {image: a, optional: true, dependsOn: {web: START}}}, policy: {a: [1]}, zones: [use1-az1]}}}", true},
		{"no role", "config: {'sample:provider': {name: web}}", false},
		{"another role", "config: {role: both, provider: {name: web}}", false},
		{"a role without its object", "config: {role: provider, consumer: {name: web}}", false},
		{"an empty object", "config: {role: provider, provider: {}}", false},
		{"a misspelt role", "config: {'sample:rol': provider, 'sample:provider': {name: web}}", false},
		{"a misspelt key of the file", "confg: {}", false},
		{"a misspelt key", service + "imag: a}}}", false},
		{"a number in quotes", service + "containerPort: '80'}}}", false},
		{"a text without quotes", "config: {role: provider, provider: {tenants: {acme: {accounts: [222222222222]}}}}", false},
		{"below the range", service + "containerPort: 0}}}", false},
		{"above the range", service + "containerPort: 65536}}}", false},
		{"none of the words", "config: {role: provider, provider: {healthCheck: {protocol: UDP}}}", false},
		{"none of the words in a map", service + "dependsOn: {web: RUNNING}}}}", false},
		{"not of the form", "config: {role: consumer, consumer: {name: Web}}", false},
		{"one of a list is not of the form", service + "zones: [us-east-1a]}}}", false},
		{"twice in a list", service + "zones: [use1-az1, use1-az1]}}}", false},
		{"too many", service + "zones: [a1-az1, a1-az2, a1-az3, a1-az4, a1-az5, a1-az6, a1-az7]}}}", false},
		{"an empty map", "config: {role: provider, provider: {listeners: {}}}", false},
		{"a name that is none", "config: {role: provider, provider: {tenants: {a.b: {}}}}", false},
		{"what is required of an element", service + "sidecars: {agent: {}}}}}", false},
		{"null", "config: {role: consumer, consumer: {name: null}}", false},
		{"what only a program can wire", "config: {role: provider, provider: {vpcId: vpc-1}}", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var file any
			require.NoError(t, yaml.Unmarshal([]byte(test.file), &file))
			err := stackFile.Validate(file)
			assert.Equal(t, test.good, err == nil, "%v", err)
		})
	}
}
