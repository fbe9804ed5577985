package components

import (
	"fmt"
	"math/bits"
	"net/netip"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestNetworkRefuses(t *testing.T) {
	existing := func(a NetworkArgs) NetworkArgs {
		a.VpcId, a.SubnetIds = pulumi.String("vpc-1"), pulumi.ToStringArray([]string{"subnet-1"})
		return a
	}
	for _, test := range []struct {
		args NetworkArgs
		want string
	}{
		{NetworkArgs{Egress: "nat"}, `Egress is "nat"; it must be one of none, single-nat, nat-per-az, public`},
		{NetworkArgs{CidrBlock: "10.0.0.1/16"}, `CidrBlock is "10.0.0.1/16"; it must be a network address: 10.0.0.0/16`},
		{NetworkArgs{CidrBlock: "ten"}, `CidrBlock is "ten"; it must be an IPv4 CIDR block such as 10.0.0.0/16`},
		{NetworkArgs{CidrBlock: "10.0.0.0/15"}, `CidrBlock is "10.0.0.0/15"; its prefix length must be 16 to 26`},
		{NetworkArgs{CidrBlock: "10.0.0.0/27"}, `CidrBlock is "10.0.0.0/27"; its prefix length must be 16 to 26`},
		{
			NetworkArgs{CidrBlock: "10.0.0.0/26", AvailabilityZoneCount: 5},
			`CidrBlock is "10.0.0.0/26"; with 5 Availability Zones and Egress "none" its subnets would be /29, and AWS stops at /28`,
		},
		{
			NetworkArgs{CidrBlock: "10.0.0.0/26", AvailabilityZoneIds: []string{"use1-az1", "use1-az2", "use1-az4"}, Egress: EgressNatPerAz},
			`CidrBlock is "10.0.0.0/26"; with 3 Availability Zones and Egress "nat-per-az" its subnets would be /29, and AWS stops at /28`,
		},
		{NetworkArgs{AvailabilityZoneCount: 7}, "AvailabilityZoneCount is 7; it must be 1 to 6"},
		{NetworkArgs{AvailabilityZoneCount: -1}, "AvailabilityZoneCount is -1; it must be 1 to 6"},
		{
			NetworkArgs{AvailabilityZoneIds: []string{"use1-az1"}, AvailabilityZoneCount: 1},
			"AvailabilityZoneCount is 1; it can't be given with AvailabilityZoneIds",
		},
		{
			NetworkArgs{AvailabilityZoneIds: []string{"us-east-1a"}},
			`AvailabilityZoneIds[0] is "us-east-1a"; it must be the ID of an Availability Zone, such as use1-az1, not its name`,
		},
		{
			NetworkArgs{AvailabilityZoneIds: []string{"use1-az1", "use1-az1"}},
			`AvailabilityZoneIds has "use1-az1" twice; each value may be there once`,
		},
		{
			NetworkArgs{AvailabilityZoneIds: []string{"a1-az1", "ab1-az1", "ab1-az2", "ab1-az3", "ab1-az4", "ab1-az5", "ab1-az6"}},
			"AvailabilityZoneIds has 7 zones; it must have at most 6\n" +
				`AvailabilityZoneIds[0] is "a1-az1"; it must be the ID of an Availability Zone, such as use1-az1, not its name`,
		},
		{
			NetworkArgs{VpcEndpoints: []string{"s3", "com.amazonaws.us-east-1.logs."}},
			`VpcEndpoints[1] is "com.amazonaws.us-east-1.logs."; it must be the short name of an AWS service, such as ecr.api`,
		},
		{
			NetworkArgs{VpcEndpoints: []string{"com.amazonaws.us-east-1.logs"}},
			`VpcEndpoints[0] is "com.amazonaws.us-east-1.logs"; it must be the short name of an AWS service, such as ecr.api`,
		},
		{NetworkArgs{VpcEndpoints: []string{"s3", "s3"}}, `VpcEndpoints has "s3" twice; each value may be there once`},
		{NetworkArgs{VpcId: pulumi.String("vpc-1")}, "SubnetIds is missing; it is required with VpcId"},
		{NetworkArgs{SubnetIds: pulumi.ToStringArray([]string{"subnet-1"})}, "VpcId is missing; it is required with SubnetIds"},
		{
			existing(NetworkArgs{CidrBlock: "10.0.0.0/16", Egress: EgressPublic}),
			"CidrBlock is 10.0.0.0/16; it can't be given with VpcId, since it is for a VPC to create\n" +
				"Egress is public; it can't be given with VpcId, since it is for a VPC to create",
		},
		{
			existing(NetworkArgs{AvailabilityZoneIds: []string{"use1-az1"}, AvailabilityZoneCount: 2, VpcEndpoints: []string{"s3"}}),
			"AvailabilityZoneIds is [use1-az1]; it can't be given with VpcId, since it is for a VPC to create\n" +
				"AvailabilityZoneCount is 2; it can't be given with VpcId, since it is for a VPC to create\n" +
				"VpcEndpoints is [s3]; it can't be given with VpcId, since it is for a VPC to create",
		},
	} {
		requireRefused(t, `Network "net": `+test.want, func(ctx *pulumi.Context) error {
			_, err := NewNetwork(ctx, "net", &test.args)
			return err
		})
	}
	requireRefused(t, `Network "sg-net": the name "sg-net" begins with "sg-", which AWS refuses in a security group's name`,
		func(ctx *pulumi.Context) error {
			_, err := NewNetwork(ctx, "sg-net", &NetworkArgs{})
			return err
		})
}

func TestZoneIdsOfAllRegions(t *testing.T) {
	for _, id := range []string{"use1-az1", "usw2-az4", "apne1-az4", "usgw1-az3", "cnnw1-az1", "cnn1-az2", "mxc1-az3", "usie1-az1", "euc1-az2"} {
		assertError(t, (&NetworkArgs{AvailabilityZoneIds: []string{id}}).withDefaults().check("net"), "")
	}
}

// The subnets of every network that passes fit into their part of the VPC and are no
// smaller than AWS allows, and the parts fit into the VPC.
func TestSubnetsFitIntoTheVpc(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		args := drawNetwork(t, EgressNone, EgressSingleNat, EgressNatPerAz, EgressPublic)
		if args.check("net") != nil {
			return
		}
		vpcSize := 1 << (32 - netip.MustParsePrefix(args.CidrBlock).Bits())
		partSize := vpcSize >> bits.Len(uint(args.AvailabilityZoneCount-1))
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
		if partSize*args.AvailabilityZoneCount > vpcSize {
			t.Fatalf("%d parts of %d addresses don't fit into %d", args.AvailabilityZoneCount, partSize, vpcSize)
		}
	})
}

// A network gets NAT gateways and loses them without a change to its private subnets,
// which would replace whatever is in them.
func TestNatGatewaysLeavePrivateSubnetsAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		with := drawNetwork(t, EgressSingleNat, EgressNatPerAz)
		if with.check("net") != nil {
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

// drawNetwork draws the arguments of a VPC to create, which need not have room.
func drawNetwork(t *rapid.T, egresses ...Egress) *NetworkArgs {
	return (&NetworkArgs{
		CidrBlock:             fmt.Sprintf("10.0.0.0/%d", rapid.IntRange(16, 26).Draw(t, "prefix")),
		AvailabilityZoneCount: rapid.IntRange(1, 6).Draw(t, "zones"),
		Egress:                rapid.SampledFrom(egresses).Draw(t, "egress"),
	}).withDefaults()
}

// TestZonesHaveRoom: up to four zones, the number of zones moves no subnet, so
// that a zone can be added to a VPC that is in use.
func TestZonesHaveRoom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cidr := fmt.Sprintf("10.0.0.0/%d", rapid.IntRange(16, 25).Draw(t, "prefix"))
		egress := rapid.SampledFrom([]Egress{EgressNone, EgressSingleNat, EgressNatPerAz, EgressPublic}).Draw(t, "egress")
		one := &NetworkArgs{CidrBlock: cidr, Egress: egress, AvailabilityZoneCount: 1}
		more := &NetworkArgs{CidrBlock: cidr, Egress: egress, AvailabilityZoneCount: rapid.IntRange(2, 4).Draw(t, "zones")}
		assert.Equal(t, one.zonePrefix(), more.zonePrefix())
		assert.Equal(t, one.subnetPrefixes(), more.subnetPrefixes())
	})
}
