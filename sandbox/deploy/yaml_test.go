package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const yamlExampleFile = `config:
  aws:region: us-east-1
  aws:allowedAccountIds: ["222222222222"]
  consume-yaml:providerStack: organization/fargate-privatelink/provider
  consume-yaml:consumerStack: organization/fargate-privatelink/consumer
`

// TestYAMLExample deploys examples/consume-yaml beside the two stacks that it reads,
// with the real CLI and its real language host: a client in the group that it makes
// gets through to the service, and nobody else.
func TestYAMLExample(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("pulumi-language-yaml"); err != nil {
		t.Skip("pulumi-language-yaml is not on PATH: .ci/run builds it from tools/yaml")
	}
	s := openProject(t, map[string]string{
		"provider": providerFile("    endpointService: {acceptanceRequired: false}\n"),
		"consumer": consumerFile + "    clients: {cidrBlocks: [192.0.2.1/32]}\n",
	})
	up(t, s, "provider")
	consumer := up(t, s, "consumer")

	dir := t.TempDir()
	program := readRepository(t, "examples/consume-yaml/Pulumi.yaml")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.yaml"), []byte(program), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.app.yaml"), []byte(yamlExampleFile), 0o600))
	app, err := auto.UpsertStackLocalSource(t.Context(), "app", dir, auto.Pulumi(s.cli), auto.EnvVars(s.environment()))
	require.NoError(t, err)
	made, err := app.Up(t.Context())
	require.NoError(t, err)
	assert.Equal(t, consumer.Outputs["url"], made.Outputs["url"].Value)
	group, _ := made.Outputs["securityGroupId"].Value.(string)

	network, err := s.Network(NetworkOptions{})
	require.NoError(t, err)
	defer func() { require.NoError(t, network.Close()) }()
	consumers, err := s.Consumers(t.Context(), "consumer")
	require.NoError(t, err)
	for from, reachable := range map[string]bool{group: true, "10.20.0.10": false} {
		client, err := consumers[0].Client(from)
		require.NoError(t, err)
		paths, err := network.Probe(t.Context(), client, "tcp", consumers[0].Address(80))
		require.NoError(t, err)
		require.NotEmpty(t, paths)
		for _, p := range paths {
			assert.Equal(t, reachable, p.Reachable, "from %s: %s", from, p.Summary())
		}
	}
}
