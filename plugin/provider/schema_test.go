package provider

import (
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"

	spec "github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"

	"fargate-privatelink/contract"
	"fargate-privatelink/internal/schema"
)

var update = flag.Bool("update", false, "write schemas/fargate-privatelink.json and docs/components anew")

const (
	root       = "../.."
	schemaFile = root + "/schemas/fargate-privatelink.json"
)

// The package's schema is made from the Go types, their tags and their comments.
func TestSchema(t *testing.T) {
	want, err := json.MarshalIndent(packageSpec(t), "", "  ")
	require.NoError(t, err)
	want = append(want, '\n')
	if *update {
		require.NoError(t, os.WriteFile(schemaFile, want, 0o600))
	}
	have, err := os.ReadFile(schemaFile)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(have), "run go generate ./plugin")
}

func packageSpec(t *testing.T) *spec.PackageSpec {
	t.Helper()
	comments, err := schema.ReadComments(root+"/components", root+"/contract")
	require.NoError(t, err)
	repository, publisher := address(t)
	made := &spec.PackageSpec{
		Name:        Name,
		DisplayName: "Fargate PrivateLink",
		Description: "Fargate PrivateLink offers services on AWS Fargate to other accounts over AWS PrivateLink, and makes endpoints to them.",
		Keywords:    []string{"pulumi", "aws", "privatelink", "fargate", "ecs", "vpc-endpoint", "kind/component", "category/network"},
		Homepage:    repository,
		Repository:  repository,
		License:     "Apache-2.0",
		LogoURL:     repository + "/raw/main/docs/logo.svg",
		Publisher:   publisher,
		Language:    languages(t),
		// Where the release workflow puts the plugin, and the CLI looks for it.
		PluginDownloadURL: repository + "/releases/download/v${VERSION}",
	}
	described := map[string]schema.Component{}
	for token, component := range all {
		described[token] = schema.Component{Args: component.args, Outputs: component.outputs}
	}
	faults := schema.Package(made, described, comments)
	assert.Empty(t, faults, "comments")
	made.Functions = map[string]spec.FunctionSpec{readContract: {
		Description: "Reads a provider's contract from its JSON, as a stack reference hands it on or somebody has pasted it, and checks it.",
		Inputs: &spec.ObjectTypeSpec{Type: "object", Required: []string{"json"}, Properties: map[string]spec.PropertySpec{
			"json": {TypeSpec: spec.TypeSpec{Type: "string"}, Description: "The provider's output contract as JSON, at most 65536 bytes."},
		}},
		Outputs: &spec.ObjectTypeSpec{Type: "object", Required: []string{"contract"}, Properties: map[string]spec.PropertySpec{
			"contract": {
				TypeSpec:    schema.Ref(made, reflect.TypeFor[contract.Contract](), comments),
				Description: "The contract, which ServiceConsumer takes.",
			},
		}},
	}}
	return made
}

// address is where the module's name says that the repository is. Without a host in it,
// that is nowhere: tools/address gives it one.
func address(t *testing.T) (repository, publisher string) {
	t.Helper()
	file, err := os.ReadFile(root + "/go.mod")
	require.NoError(t, err)
	path := modfile.ModulePath(file)
	if parts := strings.Split(path, "/"); strings.Contains(parts[0], ".") {
		return "https://" + path, parts[1]
	}
	return "https://example.com/publisher/" + path, "publisher"
}

// languages are what the generators of SDKs need to know.
func languages(t *testing.T) map[string]spec.RawMessage {
	t.Helper()
	raw := map[string]spec.RawMessage{}
	for language, options := range map[string]map[string]any{
		"nodejs": {"respectSchemaVersion": true},
		"python": {"respectSchemaVersion": true, "pyproject": map[string]any{"enabled": true}},
		"csharp": {"respectSchemaVersion": true},
		"go":     {"respectSchemaVersion": true, "generateResourceContainerTypes": true},
		"java":   {},
	} {
		data, err := json.Marshal(options)
		require.NoError(t, err)
		raw[language] = data
	}
	return raw
}
