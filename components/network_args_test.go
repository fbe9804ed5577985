package components

import (
	"fmt"
	"math/bits"
	"net/netip"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fargate-privatelink/internal/check"
)

func TestNetworkRefuses(t *testing.T) {
	const noZone = "it must be an Availability Zone ID such as use1-az1 (a name such as us-east-1a means different zones in different accounts)"
	const noService = "it must be the short name of an AWS service's endpoint, such as ecr.api, ecr.dkr, logs or s3"
	const shapes = " is set together with vpcId; it shapes a new VPC, and an existing one is used as it is"
	cidr := func(block string) func(*NetworkArgs) { return func(a *NetworkArgs) { a.CidrBlock = block } }
	for _, test := range []struct {
		name   string
		change func(*NetworkArgs)
		want   string
	}{
		{"an egress", func(a *NetworkArgs) { a.Egress = "nat" }, `egress is "nat"; it must be one of none, single-nat, nat-per-az, public`},
		{"a host's address", cidr("10.0.0.1/16"), `cidrBlock is "10.0.0.1/16"; it must be a network address: 10.0.0.0/16`},
		{"no block", cidr("ten"), `cidrBlock is "ten"; it must be an IPv4 CIDR block such as 10.0.0.0/16`},
		{"a large block", cidr("10.0.0.0/15"), `cidrBlock is "10.0.0.0/15"; it must have a prefix length of /16 to /26`},
		{"a small block", cidr("10.0.0.0/27"), `cidrBlock is "10.0.0.0/27"; it must have a prefix length of /16 to /26`},
		{
			"a public block", cidr("8.8.0.0/16"),
			`cidrBlock is "8.8.0.0/16"; it must be private: within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10`,
		},
		{
			"a block too small for its zones", func(a *NetworkArgs) {
				a.CidrBlock, a.AvailabilityZones, a.Egress = "10.0.0.0/26", pulumi.IntRef(5), EgressNone
			},
			`cidrBlock is "10.0.0.0/26"; with 5 Availability Zones and egress "none" its subnets would be /29, and AWS stops at /28`,
		},
		{
			"a block too small for its listed zones", func(a *NetworkArgs) {
				a.CidrBlock, a.AvailabilityZoneIds = "10.0.0.0/26", []string{"use1-az1", "use1-az2", "use1-az4"}
			},
			`cidrBlock is "10.0.0.0/26"; with 3 Availability Zones and egress "single-nat" its subnets would be /29, and AWS stops at /28`,
		},
		{
			"a block too small for IPv6 beside it", func(a *NetworkArgs) {
				a.CidrBlock, a.AvailabilityZones, a.Egress, a.Ipv6 = "10.0.0.0/26", pulumi.IntRef(2), EgressNone, true
			},
			`cidrBlock is "10.0.0.0/26"; with 2 Availability Zones and egress "none" its subnets would be /29, and AWS stops at /28`,
		},
		{"seven zones", func(a *NetworkArgs) { a.AvailabilityZones = pulumi.IntRef(7) }, "availabilityZones is 7; it must be 1 to 6"},
		{"no zones", func(a *NetworkArgs) { a.AvailabilityZones = pulumi.IntRef(0) }, "availabilityZones is 0; it must be 1 to 6"},
		{
			"zones by number and by ID", func(a *NetworkArgs) {
				a.AvailabilityZoneIds, a.AvailabilityZones = []string{"use1-az1"}, pulumi.IntRef(1)
			},
			"availabilityZones is set together with availabilityZoneIds; set one of them",
		},
		{
			"a zone's name", func(a *NetworkArgs) { a.AvailabilityZoneIds = []string{"us-east-1a"} },
			`availabilityZoneIds[0] is "us-east-1a"; ` + noZone,
		},
		{
			"a zone twice", func(a *NetworkArgs) { a.AvailabilityZoneIds = []string{"use1-az1", "use1-az1"} },
			`availabilityZoneIds[1] is "use1-az1" a second time; list it once`,
		},
		{"an empty list of zones", func(a *NetworkArgs) { a.AvailabilityZoneIds = []string{} }, "availabilityZoneIds has 0 zones; it must have 1 to 6"},
		{
			"seven zones by ID", func(a *NetworkArgs) {
				a.AvailabilityZoneIds = []string{"ab1-az1", "ab1-az2", "ab1-az3", "ab1-az4", "ab1-az5", "ab1-az6", "ab1-az7"}
			},
			"availabilityZoneIds has 7 zones; it must have 1 to 6",
		},
		{
			"a full stop last", func(a *NetworkArgs) { a.VpcEndpoints = []string{"s3", "logs."} },
			`vpcEndpoints[1] is "logs."; ` + noService,
		},
		{
			"a service's full name", func(a *NetworkArgs) { a.VpcEndpoints = []string{"com.amazonaws.us-east-1.logs"} },
			`vpcEndpoints[0] is "com.amazonaws.us-east-1.logs"; ` + noService,
		},
		{"a service twice", func(a *NetworkArgs) { a.VpcEndpoints = []string{"s3", "s3"} }, `vpcEndpoints[1] is "s3" a second time; list it once`},
		{
			"public addresses in a new VPC", func(a *NetworkArgs) { a.AssignPublicIp = true },
			"assignPublicIp is set without vpcId; a new VPC's tasks get public addresses with egress public and no other",
		},
		{
			"a VPC without subnets", func(a *NetworkArgs) { a.VpcId = pulumi.String("vpc-11111111") },
			"subnetIds is not set; with vpcId it must list the subnets to use",
		},
		{
			"subnets without a VPC", func(a *NetworkArgs) { a.SubnetIds = pulumi.ToStringArray([]string{"subnet-11111111"}) },
			"subnetIds is set without vpcId; it lists subnets of an existing VPC",
		},
		{
			"a malformed VPC", func(a *NetworkArgs) { *a = *existingNetwork("vpc-1", "subnet-11111111") },
			`vpcId is "vpc-1"; it must be a VPC ID: vpc- and 8 or 17 hexadecimal digits`,
		},
		{
			"a malformed subnet, and one twice", func(a *NetworkArgs) {
				*a = *existingNetwork("vpc-11111111", "11111111", "subnet-11111111", "subnet-11111111")
			},
			"subnetIds[0] is \"11111111\"; it must be a subnet ID: subnet- and 8 or 17 hexadecimal digits\n" +
				`subnetIds[2] is "subnet-11111111" a second time; list it once`,
		},
		{
			"an existing VPC with what shapes a new one", func(a *NetworkArgs) {
				*a = *existingNetwork("vpc-11111111", "subnet-11111111")
				a.CidrBlock, a.AvailabilityZones, a.AvailabilityZoneIds = "10.0.0.0/16", pulumi.IntRef(2), []string{"use1-az1"}
				a.Egress, a.FlowLogs, a.Ipv6 = EgressPublic, &FlowLogsArgs{}, true
			},
			"cidrBlock" + shapes + "\navailabilityZones" + shapes + "\nflowLogs" + shapes + "\navailabilityZoneIds" + shapes + "\negress" + shapes + "\nipv6" + shapes,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			requireRefused(t, `Network "net": `+test.want, func(ctx *pulumi.Context) error {
				args := &NetworkArgs{}
				test.change(args)
				_, err := NewNetwork(ctx, "net", args)
				return err
			})
		})
	}
	requireRefused(t, `Network "sg-net": the name "sg-net" begins with "sg-", which AWS refuses in a security group's name`,
		func(ctx *pulumi.Context) error {
			_, err := NewNetwork(ctx, "sg-net", &NetworkArgs{})
			return err
		})
}

// What a side's check fills in is no fault when the component checks it again.
func TestNetworkOptionsAreCheckedTwice(t *testing.T) {
	for name, options := range map[string]NetworkOptions{
		"nothing": {}, "zones by ID": {AvailabilityZoneIds: []string{"use1-az1"}},
		"an existing VPC": existingNetwork("vpc-11111111", "subnet-11111111").NetworkOptions,
	} {
		t.Run(name, func(t *testing.T) {
			once, faults := check.Args("", &options)
			require.NoError(t, faults.Err())
			twice, faults := check.Args("", once)
			require.NoError(t, faults.Err())
			assert.Equal(t, once, twice)
		})
	}
}

func TestZoneIdsOfAllRegions(t *testing.T) {
	for _, id := range []string{"use1-az1", "usw2-az4", "apne1-az4", "usgw1-az3", "cnnw1-az1", "cnn1-az2", "mxc1-az3", "usie1-az1", "euc1-az2"} {
		_, faults := check.Args("", networkArgs(NetworkOptions{AvailabilityZoneIds: []string{id}}))
		assert.NoError(t, faults.Err())
	}
}

// The subnets of every network that passes fit into their part of the VPC and are no
// smaller than AWS allows, and the parts fit into the VPC.
func TestSubnetsFitIntoTheVpc(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		args, ok := drawNetwork(t, EgressNone, EgressSingleNat, EgressNatPerAz, EgressPublic)
		if !ok {
			return
		}
		zones := *args.AvailabilityZones
		vpcSize := 1 << (32 - netip.MustParsePrefix(args.CidrBlock).Bits())
		partSize := vpcSize >> bits.Len(uint(zones-1))
		used := 0
		for _, prefix := range args.subnetPrefixes() {
			if prefix > 28 {
				t.Fatalf("a subnet is /%d", prefix)
			}
			used += 1 << (32 - prefix)
		}
		if used > partSize {
			t.Fatalf("subnets take %d of %d addresses", used, partSize)
		}
		if partSize*zones > vpcSize {
			t.Fatalf("%d parts of %d addresses don't fit into %d", zones, partSize, vpcSize)
		}
	})
}

// A network gets NAT gateways and loses them without a change to its private subnets,
// which would replace whatever is in them.
func TestNatGatewaysLeavePrivateSubnetsAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		with, ok := drawNetwork(t, EgressSingleNat, EgressNatPerAz)
		if !ok {
			return
		}
		without := *with
		without.Egress = EgressNone
		before, after := subnetSpecs(&without)[0], subnetSpecs(with)[0]
		if *before.CidrMask != *after.CidrMask || *before.Name != *after.Name {
			t.Fatalf("%s/%d becomes %s/%d", *before.Name, *before.CidrMask, *after.Name, *after.CidrMask)
		}
	})
}

// drawNetwork draws the arguments of a VPC to create, and says whether it has room.
func drawNetwork(t *rapid.T, egresses ...Egress) (*NetworkArgs, bool) {
	args, faults := check.Args("", networkArgs(NetworkOptions{
		VpcOptions: VpcOptions{
			CidrBlock:         fmt.Sprintf("10.0.0.0/%d", rapid.IntRange(16, 26).Draw(t, "prefix")),
			AvailabilityZones: pulumi.IntRef(rapid.IntRange(1, 6).Draw(t, "zones")),
		},
		Egress: rapid.SampledFrom(egresses).Draw(t, "egress"),
	}))
	return args, len(faults) == 0
}

// TestZonesHaveRoom: up to four zones, the number of zones moves no subnet, so
// that a zone can be added to a VPC that is in use.
func TestZonesHaveRoom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cidr := fmt.Sprintf("10.0.0.0/%d", rapid.IntRange(16, 25).Draw(t, "prefix"))
		egress := rapid.SampledFrom([]Egress{EgressNone, EgressSingleNat, EgressNatPerAz, EgressPublic}).Draw(t, "egress")
		one := networkArgs(NetworkOptions{VpcOptions: VpcOptions{CidrBlock: cidr, AvailabilityZones: pulumi.IntRef(1)}, Egress: egress})
		more := networkArgs(NetworkOptions{VpcOptions: VpcOptions{
			CidrBlock: cidr, AvailabilityZones: pulumi.IntRef(rapid.IntRange(2, 4).Draw(t, "zones")),
		}, Egress: egress})
		assert.Equal(t, one.zonePrefix(), more.zonePrefix())
		assert.Equal(t, one.subnetPrefixes(), more.subnetPrefixes())
	})
}
