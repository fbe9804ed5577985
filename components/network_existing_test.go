package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNetworkInAnExistingVpc(t *testing.T) {
	m := newMocks()
	m.existingVpc("vpc-9", map[string]string{"subnet-b": "use1-az4", "subnet-a": "use1-az4", "subnet-c": "use1-az1"})
	var network *networkReadings
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		n, err := NewNetwork(ctx, "net", &NetworkArgs{
			VpcId: pulumi.String("vpc-9"), SubnetIds: pulumi.ToStringArray([]string{"subnet-b", "subnet-a", "subnet-c"}),
		})
		if err != nil {
			return err
		}
		network = readNetwork(ctx, n)
		return nil
	}))

	assert.Empty(t, m.list(NetworkType))
	assert.Equal(t, "vpc-9", network.vpcId.value)
	assert.Equal(t, "172.16.0.0/16", network.cidrBlock.value)
	assert.Equal(t, []string{"subnet-b", "subnet-a", "subnet-c"}, network.subnetIds.value)
	assert.Equal(t, network.subnetIds.value, network.taskIds.value)
	assert.True(t, network.publicIds.known)
	assert.Empty(t, network.publicIds.value)
	// The first subnet of a zone wins.
	assert.Equal(t, map[string]string{"use1-az1": "subnet-c", "use1-az4": "subnet-b"}, network.byZone.value)
	assert.Equal(t, network.byZone.value, network.taskByZone.value)
	assert.Equal(t, []string{"use1-az1", "use1-az4"}, network.zones.value)
	assert.False(t, network.assignPublicIp)
}

func TestSubnetsMustBeInTheExistingVpc(t *testing.T) {
	m := newMocks()
	m.existingVpc("vpc-9", map[string]string{"subnet-a": "use1-az4"})
	err := m.run(func(ctx *pulumi.Context) error {
		_, err := NewNetwork(ctx, "net", &NetworkArgs{
			VpcId: pulumi.String("vpc-1"), SubnetIds: pulumi.ToStringArray([]string{"subnet-a"}),
		})
		return err
	})
	require.ErrorContains(t, err,
		`Network "net": SubnetIds has "subnet-a", which is in vpc-9; it must be in VpcId, which is vpc-1`)
}
