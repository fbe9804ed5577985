package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNetworkInAnExistingVpc(t *testing.T) {
	m := newMocks()
	m.existingVpc("vpc-99999999", map[string]string{"subnet-bbbbbbbb": "use1-az4", "subnet-aaaaaaaa": "use1-az4", "subnet-cccccccc": "use1-az1"})
	var network *networkReadings
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		n, err := NewNetwork(ctx, "net", existingNetwork("vpc-99999999", "subnet-bbbbbbbb", "subnet-aaaaaaaa", "subnet-cccccccc"))
		if err != nil {
			return err
		}
		network = readNetwork(ctx, n)
		return nil
	}))

	assert.Empty(t, m.list(NetworkType))
	assert.Equal(t, "vpc-99999999", network.vpcId.value)
	assert.Equal(t, "172.16.0.0/16", network.cidrBlock.value)
	assert.Equal(t, []string{"subnet-bbbbbbbb", "subnet-aaaaaaaa", "subnet-cccccccc"}, network.subnetIds.value)
	assert.Equal(t, network.subnetIds.value, network.taskIds.value)
	assert.True(t, network.publicIds.known)
	assert.Empty(t, network.publicIds.value)
	// The first subnet of a zone wins.
	assert.Equal(t, map[string]string{"use1-az1": "subnet-cccccccc", "use1-az4": "subnet-bbbbbbbb"}, network.byZone.value)
	assert.Equal(t, network.byZone.value, network.taskByZone.value)
	assert.Equal(t, []string{"use1-az1", "use1-az4"}, network.zones.value)
	assert.False(t, network.assignPublicIp)
}

func TestSubnetsMustBeInTheExistingVpc(t *testing.T) {
	m := newMocks()
	m.existingVpc("vpc-99999999", map[string]string{"subnet-aaaaaaaa": "use1-az4"})
	err := m.run(func(ctx *pulumi.Context) error {
		_, err := NewNetwork(ctx, "net", existingNetwork("vpc-11111111", "subnet-aaaaaaaa"))
		return err
	})
	require.ErrorContains(t, err,
		`Network "net": subnetIds[0] is "subnet-aaaaaaaa", which is in vpc-99999999; it must be in vpcId, which is vpc-11111111`)
}

func existingNetwork(vpcId string, subnetIds ...string) *NetworkArgs {
	return networkArgs(NetworkOptions{VpcOptions: VpcOptions{VpcId: pulumi.String(vpcId), SubnetIds: pulumi.ToStringArray(subnetIds)}})
}
