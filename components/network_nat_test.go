package components

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestNetworkNatGateways(t *testing.T) {
	for _, test := range []struct {
		egress Egress
		// routes maps each private subnet's route to its NAT gateway.
		routes map[string]string
		nats   map[string]string
	}{
		{
			EgressSingleNat,
			map[string]string{"net-private-1": "net-nat-1-id", "net-private-2": "net-nat-1-id", "net-private-3": "net-nat-1-id"},
			map[string]string{"net-nat-1": "net-public-1-id"},
		},
		{
			EgressNatPerAz,
			map[string]string{"net-private-1": "net-nat-1-id", "net-private-2": "net-nat-2-id", "net-private-3": "net-nat-3-id"},
			map[string]string{"net-nat-1": "net-public-1-id", "net-nat-2": "net-public-2-id", "net-nat-3": "net-public-3-id"},
		},
	} {
		t.Run(string(test.egress), func(t *testing.T) {
			m := newMocks()
			network := runNetwork(t, m, networkArgs(NetworkOptions{VpcOptions: zones(3), Egress: test.egress}), "private")

			assert.Equal(t, []any{
				map[string]any{"type": "Private", "name": "private", "cidrMask": 19.0},
			}, m.get(t, vpcToken, "net").inputs["subnetSpecs"])
			assert.Equal(t, map[string]any{"strategy": "None"}, m.get(t, vpcToken, "net").inputs["natGateways"])

			nats := map[string]string{}
			for _, nat := range m.find(natToken) {
				nats[nat.name] = nat.inputs["subnetId"].(string)
				assert.Equal(t, "eipalloc-"+nat.name, nat.inputs["allocationId"])
				assert.Equal(t, "vpc", m.get(t, eipToken, nat.name).inputs["domain"])
			}
			assert.Equal(t, test.nats, nats)
			assert.Len(t, m.find(eipToken), len(test.nats))

			routes := map[string]string{}
			for i := range 3 {
				name := fmt.Sprintf("net-private-%d", i+1)
				route := m.get(t, routeToken, name).inputs
				routes[name] = route["natGatewayId"].(string)
				assert.Equal(t, fmt.Sprintf("rtb-%sprivate-%d", fixture, i+1), route["routeTableId"])
				assert.Equal(t, "0.0.0.0/0", route["destinationCidrBlock"])
			}
			assert.Equal(t, test.routes, routes)
			assert.Len(t, m.find(routeToken), 4, "one more for the public subnets")

			assert.Equal(t, numbered("private"), network.subnetIds.value)
			assert.Equal(t, []string{"net-public-1-id", "net-public-2-id", "net-public-3-id"}, network.publicIds.value)
			assert.Equal(t, numbered("private"), network.taskIds.value)
			assert.False(t, network.assignPublicIp)
		})
	}
}

// A NAT gateway's subnet has a way to the internet, and gives nobody an address there.
func TestPublicSubnets(t *testing.T) {
	m := newMocks()
	runNetwork(t, m, networkArgs(NetworkOptions{VpcOptions: zones(3)}), "private")

	route := m.get(t, routeToken, "net-public").inputs
	assert.Equal(t, "net-public-id", route["routeTableId"])
	assert.Equal(t, "0.0.0.0/0", route["destinationCidrBlock"])
	assert.Equal(t, fixture+"gateway-id", route["gatewayId"])
	for i, cidr := range []string{"10.0.32.0/20", "10.0.96.0/20", "10.0.160.0/20"} {
		name := fmt.Sprintf("net-public-%d", i+1)
		subnet := m.get(t, "aws:ec2/subnet:Subnet", name).inputs
		assert.Equal(t, cidr, subnet["cidrBlock"])
		assert.NotContains(t, subnet, "mapPublicIpOnLaunch")
		association := m.get(t, "aws:ec2/routeTableAssociation:RouteTableAssociation", name).inputs
		assert.Equal(t, name+"-id", association["subnetId"])
		assert.Equal(t, "net-public-id", association["routeTableId"])
	}
}

// The public subnets of every network that passes lie in what the private ones leave
// of their zone's part.
func TestPublicSubnetsAreBesideThePrivateOnes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		args, ok := drawNetwork(t, EgressSingleNat, EgressNatPerAz)
		if !ok {
			return
		}
		vpc := netip.MustParsePrefix(args.CidrBlock)
		for zone := range *args.AvailabilityZones {
			public := netip.MustParsePrefix(args.publicCidr(zone))
			if public != public.Masked() || !vpc.Overlaps(public) || public.Bits() > minSubnetPrefix {
				t.Fatalf("zone %d: %s in %s", zone, public, vpc)
			}
			// The private subnet of a zone begins where the zone's part does.
			at := vpc.Addr().As4()
			offset := binary.BigEndian.Uint32(at[:]) + uint32(zone)<<(32-args.zonePrefix())
			binary.BigEndian.PutUint32(at[:], offset)
			part := netip.PrefixFrom(netip.AddrFrom4(at), args.zonePrefix())
			private := netip.PrefixFrom(netip.AddrFrom4(at), args.subnetPrefixes()[0])
			if public.Overlaps(private) || !part.Contains(public.Addr()) {
				t.Fatalf("zone %d: public %s, private %s, part %s", zone, public, private, part)
			}
		}
	})
}

// userToken is the type of a resource that uses what a component gives.
const userToken = "test:index:User"

// Load balancers get their subnets at once; tasks get theirs when what they need to
// pull an image is there.
func TestTaskSubnetsWaitForEgress(t *testing.T) {
	for _, test := range []struct {
		name  string
		args  NetworkArgs
		kinds []string
		slow  string
		last  string
	}{
		{"NAT gateways", *networkArgs(NetworkOptions{VpcOptions: zones(3), Egress: EgressNatPerAz}), []string{"private"}, natToken, routeToken + " net-private-3"},
		{"routes", NetworkArgs{}, []string{"private"}, routeToken, routeToken + " net-private-2"},
		{"VPC endpoints", *networkArgs(NetworkOptions{Egress: EgressNone, VpcEndpoints: []string{"logs"}}), []string{"isolated"}, endpointToken, endpointToken + " net-endpoint-logs"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := newMocks()
			release := make(chan struct{})
			m.hold[test.slow] = release
			require.NoError(t, m.run(func(ctx *pulumi.Context) error {
				if err := m.createdVpc(ctx, test.kinds...); err != nil {
					return err
				}
				network, err := NewNetwork(ctx, "net", &test.args)
				if err != nil {
					return err
				}
				if err := ctx.RegisterResource(userToken, "user", pulumi.Map{"subnets": network.TaskSubnetIds}, new(pulumi.CustomResourceState)); err != nil {
					return err
				}
				pulumi.All(network.SubnetIds, network.SubnetIdsByZone, network.PublicSubnetIds).ApplyT(func([]any) error {
					m.note("subnets")
					close(release)
					return nil
				})
				return nil
			}))
			m.requireOrder(t, "subnets", "end "+test.last)
			m.requireOrder(t, "end "+test.last, "start "+userToken+" user")
			// The order alone could be luck; the engine is told what the user waits for.
			typ, name, _ := strings.Cut(test.last, " ")
			assert.Contains(t, m.get(t, userToken, "user").dependencies, m.get(t, typ, name).urn)
		})
	}
}
