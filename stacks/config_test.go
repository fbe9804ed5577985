package stacks

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/components"
	"fargate-privatelink/internal/strict"
)

func loadProject(t *testing.T) *workspace.Project {
	t.Helper()
	// The CLI's own loader, which checks the file against the CLI's schema.
	project, err := workspace.LoadProject("../Pulumi.yaml")
	require.NoError(t, err)
	return project
}

// loadStack returns the configuration of one of the repository's stack files, as the
// CLI hands it to the program.
func loadStack(t *testing.T, name string) map[string]string {
	t.Helper()
	stack, err := workspace.LoadProjectStack(nil, loadProject(t), "../Pulumi."+name+".yaml")
	require.NoError(t, err)
	values := map[string]string{}
	for key, value := range stack.Config {
		values[key.String()], err = value.Value(config.NopDecrypter)
		require.NoError(t, err)
	}
	return values
}

// The repository's own stack files are valid, and deploy to the two accounts of the
// example.
func TestStackFiles(t *testing.T) {
	const project = "fargate-privatelink:"
	provider := loadStack(t, "provider")
	assert.Equal(t, `["111111111111"]`, provider["aws:allowedAccountIds"])
	assert.Equal(t, "provider", provider[project+roleKey])
	var p providerConfig
	_, err := strict.DecodeArgs([]byte(provider[project+providerKey]), providerKey, &p, components.Inputs)
	require.NoError(t, err)
	require.NoError(t, p.Validate(p.Name))
	assert.Equal(t, "10.10.0.0/16", p.Network.CidrBlock)
	assert.Equal(t, pulumi.ToStringArray([]string{"sh", "-c"}), p.Service.EntryPoint)
	assert.Equal(t, pulumi.ToStringArray([]string{`exec nginx -g "daemon off;"`}), p.Service.Command)
	assert.Equal(t, map[string]tenantConfig{
		"acme": {TenantOptions: components.TenantOptions{Accounts: []string{"222222222222"}}, ConsumerStacks: []string{"consumer"}},
	}, p.Tenants)

	consumer := loadStack(t, "consumer")
	assert.Equal(t, `["222222222222"]`, consumer["aws:allowedAccountIds"])
	assert.Equal(t, "consumer", consumer[project+roleKey])
	var c consumerConfig
	_, err = strict.DecodeArgs([]byte(consumer[project+consumerKey]), consumerKey, &c, components.Inputs)
	require.NoError(t, err)
	require.NoError(t, c.Validate(consumerKey, c.Name))
	assert.Equal(t, "provider", *c.Provider)
	assert.Equal(t, "10.20.0.0/16", c.Network.CidrBlock)
}

// The defaults are allowed values themselves.
func TestDefaultsAreValid(t *testing.T) {
	require.NoError(t, (&components.ServiceProviderArgs{}).Validate("web"))
	require.NoError(t, (&components.ServiceConsumerOptions{}).Validate("consumer", "web"))
}
