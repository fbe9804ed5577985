package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/check"
)

const (
	eipToken   = "aws:ec2/eip:Eip"
	natToken   = "aws:ec2/natGateway:NatGateway"
	routeToken = "aws:ec2/route:Route"
)

// networkReadings are the values of a Network's outputs.
type networkReadings struct {
	vpcId, cidrBlock                     *reading[string]
	subnetIds, zones, publicIds, taskIds *reading[[]string]
	byZone, taskByZone                   *reading[map[string]string]
	assignPublicIp                       bool
}

func readNetwork(ctx *pulumi.Context, network *Network) *networkReadings {
	return &networkReadings{
		vpcId: read[string](ctx, network.VpcId), cidrBlock: read[string](ctx, network.CidrBlock),
		subnetIds: read[[]string](ctx, network.SubnetIds), zones: read[[]string](ctx, network.AvailabilityZoneIds),
		publicIds: read[[]string](ctx, network.PublicSubnetIds), taskIds: read[[]string](ctx, network.TaskSubnetIds),
		byZone: read[map[string]string](ctx, network.SubnetIdsByZone), taskByZone: read[map[string]string](ctx, network.TaskSubnetIdsByZone),
		assignPublicIp: network.AssignPublicIp,
	}
}

// runNetwork runs a program with one created Network, for which awsx makes subnets of
// the given kinds.
func runNetwork(t *testing.T, m *mocks, args *NetworkArgs, kinds ...string) *networkReadings {
	t.Helper()
	var readings *networkReadings
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		if err := m.createdVpc(ctx, kinds...); err != nil {
			return err
		}
		network, err := NewNetwork(ctx, "net", args)
		if err != nil {
			return err
		}
		readings = readNetwork(ctx, network)
		return nil
	}))
	return readings
}

// numbered returns the IDs of the mocks' subnets of a kind.
func numbered(kind string) []string {
	return []string{fixture + kind + "-1-id", fixture + kind + "-2-id", fixture + kind + "-3-id"}
}

func TestNetworkDefaults(t *testing.T) {
	m := newMocks()
	network := runNetwork(t, m, networkArgs(NetworkOptions{Egress: EgressNone}), "isolated")

	assert.Equal(t, []string{defaultGroupToken + " net-default-security-group", vpcToken + " net"}, m.list(NetworkType))
	assert.Equal(t, map[string]any{
		"cidrBlock":                "10.0.0.0/16",
		"availabilityZoneNames":    []any{"us-east-1a", "us-east-1b"},
		"availabilityZoneCidrMask": 18.0,
		"enableDnsHostnames":       true,
		"enableDnsSupport":         true,
		"natGateways":              map[string]any{"strategy": "None"},
		"subnetStrategy":           "Auto",
		"subnetSpecs":              []any{map[string]any{"type": "Isolated", "name": "private", "cidrMask": 19.0}},
		"tags":                     map[string]any{"Name": "net"},
	}, m.get(t, vpcToken, "net").inputs)
	require.Len(t, m.invokes, 1)
	assert.Equal(t, map[string]any{
		"state":   "available",
		"filters": []any{map[string]any{"name": "opt-in-status", "values": []any{"opt-in-not-required"}}},
	}, m.invokes[0].Args.Mappable())

	assert.Equal(t, "vpc-1", network.vpcId.value)
	assert.Equal(t, "10.0.0.0/16", network.cidrBlock.value)
	assert.Equal(t, numbered("isolated"), network.subnetIds.value)
	assert.Equal(t, numbered("isolated"), network.taskIds.value)
	assert.Empty(t, network.publicIds.value)
	assert.Equal(t, []string{"use1-az1", "use1-az4", "use1-az6"}, network.zones.value)
	assert.Equal(t, map[string]string{
		"use1-az6": fixture + "isolated-1-id", "use1-az4": fixture + "isolated-2-id", "use1-az1": fixture + "isolated-3-id",
	}, network.byZone.value)
	assert.Equal(t, network.byZone.value, network.taskByZone.value)
	assert.False(t, network.assignPublicIp)
}

func TestNetworkWithPublicEgress(t *testing.T) {
	m := newMocks()
	network := runNetwork(t, m, networkArgs(NetworkOptions{VpcOptions: VpcOptions{AvailabilityZones: pulumi.IntRef(3), CidrBlock: "10.1.0.0/20"}, Egress: EgressPublic}), "public")

	assert.Equal(t, []string{defaultGroupToken + " net-default-security-group", vpcToken + " net"}, m.list(NetworkType))
	vpc := m.get(t, vpcToken, "net").inputs
	assert.Equal(t, "10.1.0.0/20", vpc["cidrBlock"])
	assert.Equal(t, []any{"us-east-1a", "us-east-1b", "us-east-1c"}, vpc["availabilityZoneNames"])
	assert.Equal(t, []any{map[string]any{"type": "Public", "name": "public", "cidrMask": 22.0}}, vpc["subnetSpecs"])
	assert.Equal(t, numbered("public"), network.subnetIds.value)
	assert.Equal(t, numbered("public"), network.publicIds.value)
	assert.Equal(t, numbered("public"), network.taskIds.value)
	assert.True(t, network.assignPublicIp)
}

func TestNetworkOfChosenZones(t *testing.T) {
	m := newMocks()
	runNetwork(t, m, networkArgs(NetworkOptions{Egress: EgressNone, AvailabilityZoneIds: []string{"use1-az1", "use1-az4"}}), "isolated")
	// In the order that was asked for, which is that of the subnets' numbers.
	assert.Equal(t, []any{"us-east-1c", "us-east-1b"}, m.get(t, vpcToken, "net").inputs["availabilityZoneNames"])
}

func TestNetworkOfZonesThatTheRegionHasNot(t *testing.T) {
	for _, test := range []struct {
		name    string
		options NetworkOptions
		path    check.Path
		want    string
	}{
		{"by number", NetworkOptions{VpcOptions: zones(4)}, "", `Network "net": availabilityZones is 4; the Region has 3: use1-az1, use1-az4, use1-az6`},
		{
			"by ID", NetworkOptions{AvailabilityZoneIds: []string{"use1-az1", "use1-az2"}}, "",
			`Network "net": availabilityZoneIds[1] is "use1-az2"; the Region has use1-az1, use1-az4, use1-az6`,
		},
		{
			"of a side", NetworkOptions{VpcOptions: zones(4)}, "provider.network",
			`provider.network.availabilityZones is 4; the Region has 3: use1-az1, use1-az4, use1-az6`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := newMocks()
			require.NoError(t, m.run(func(ctx *pulumi.Context) error {
				_, err := NewNetwork(ctx, "net", &NetworkArgs{NetworkOptions: test.options, path: test.path})
				assert.EqualError(t, err, test.want)
				return nil
			}))
			assert.Empty(t, m.list(NetworkType))
		})
	}
}

// networkArgs are those of options alone.
func networkArgs(options NetworkOptions) *NetworkArgs { return &NetworkArgs{NetworkOptions: options} }

// zones are the options of a VPC with a number of zones.
func zones(count int) VpcOptions { return VpcOptions{AvailabilityZones: &count} }

func TestNetworkFailsWithoutAnswers(t *testing.T) {
	m := newMocks()
	m.answers["aws:index/getAvailabilityZones:getAvailabilityZones"] = func(resource.PropertyMap) (map[string]any, error) {
		return map[string]any{"id": "x", "names": []any{"us-east-1a"}, "zoneIds": []any{}}, nil
	}
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		_, err := NewNetwork(ctx, "net", &NetworkArgs{})
		assert.EqualError(t, err, "the account has 1 Availability Zone names but 0 IDs; there must be one ID for each name")
		return nil
	}))
}

func TestNetworkPreviewKnowsNothingOfTheVpc(t *testing.T) {
	m := newMocks()
	m.preview = true
	var network *networkReadings
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		n, err := NewNetwork(ctx, "net", &NetworkArgs{})
		if err != nil {
			return err
		}
		network = readNetwork(ctx, n)
		return nil
	}))
	assert.False(t, network.vpcId.known)
	assert.False(t, network.subnetIds.known)
	assert.False(t, network.byZone.known)
	assert.False(t, network.taskIds.known)
	assert.Equal(t, "10.0.0.0/16", network.cidrBlock.value)
	assert.Len(t, m.find(routeToken), 3)
}
