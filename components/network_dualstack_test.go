package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDualstackSubnets(t *testing.T) {
	args := &NetworkOptions{VpcOptions: VpcOptions{CidrBlock: "10.1.0.0/16", AvailabilityZones: pulumi.IntRef(2)}}
	assert.Equal(t, "10.1.48.0/20", args.dualstackCidr(0), "the last quarter of the first zone's part")
	assert.Equal(t, "10.1.112.0/20", args.dualstackCidr(1))

	subnet, err := subnetOfBlock("2600:1f18:0:ab00::/56", 3)
	require.NoError(t, err)
	assert.Equal(t, "2600:1f18:0:ab03::/64", subnet)
	_, err = subnetOfBlock("", 0)
	require.EqualError(t, err, `the VPC's IPv6 CIDR block is ""; it must be a /56`)

	requireRefused(t, `Network "web": ipv6 is true and egress is "public"; it must be one of none, single-nat, nat-per-az, since public subnets fill cidrBlock`,
		func(ctx *pulumi.Context) error {
			_, err := NewNetwork(ctx, "web", &NetworkArgs{NetworkOptions: NetworkOptions{Egress: EgressPublic}, Ipv6: true})
			return err
		})
}

// TestIpv6BlockStays: without Ipv6 a VPC keeps the block that it has, and asks for none. The
// engine's mocks don't apply transforms.
func TestIpv6BlockStays(t *testing.T) {
	for _, ipv6 := range []bool{false, true} {
		m := newMocks()
		m.existingVpc("vpc-1", nil)
		runNetwork(t, m, &NetworkArgs{NetworkOptions: NetworkOptions{Egress: EgressNone}, Ipv6: ipv6}, "isolated")
		vpc := m.get(t, vpcToken, "net")
		if ipv6 {
			assert.Equal(t, true, vpc.inputs["assignGeneratedIpv6CidrBlock"])
			require.Len(t, vpc.transforms, 1, "that of the subnets")
			continue
		}
		assert.NotContains(t, vpc.inputs, "assignGeneratedIpv6CidrBlock")
		require.Len(t, vpc.transforms, 2)
		made := pulumi.ResourceTransformArgs{
			Type: "aws:ec2/vpc:Vpc", Props: pulumi.Map{"cidrBlock": pulumi.String("10.0.0.0/16")},
			Opts: pulumi.ResourceOptions{IgnoreChanges: []string{"tags"}},
		}
		result := vpc.transforms[1](t.Context(), &made)
		assert.Equal(t, made.Props, result.Props)
		assert.Equal(t, []string{"tags", "assignGeneratedIpv6CidrBlock"}, result.Opts.IgnoreChanges)
		subnet := &pulumi.ResourceTransformArgs{Type: "aws:ec2/subnet:Subnet"}
		assert.Nil(t, vpc.transforms[1](t.Context(), subnet))
		assert.Nil(t, vpc.transforms[0](t.Context(), &made))
		assert.Equal(t, "net-subnet-conflict", vpc.transforms[0](t.Context(), subnet).Opts.Hooks.BeforeCreate[0].Name)
	}
}

func TestTaskVpcEndpoints(t *testing.T) {
	assert.Equal(t, []string{"ecr.api", "ecr.dkr", "s3", "logs"}, TaskVpcEndpoints(TaskNeeds{}))
	assert.Equal(t, []string{"ecr.api", "ecr.dkr", "s3", "logs", "secretsmanager", "ssm", "kms", "ssmmessages"},
		TaskVpcEndpoints(TaskNeeds{SecretsManager: true, ParameterStore: true, KMS: true, ExecuteCommand: true}))
}
