package components

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// balancedSubnets returns the subnets for load balancers and endpoints, also by zone:
// the tasks' own, or with Ipv6 dualstack ones beside them. The awsx component makes no
// subnets with IPv6, so these are children of ours, in the last quarter of each zone's
// part, which awsx leaves free.
func (v *createdVpc) balancedSubnets(
	s scope, args *NetworkArgs, zones []availabilityZone,
) (pulumi.StringArrayOutput, pulumi.StringMapOutput, error) {
	if !args.Ipv6 {
		return v.subnetIds, byZone(v.subnetIds, v.zoneOfSubnet), nil
	}
	var ids pulumi.StringArray
	zoneMap := pulumi.StringMap{}
	for i, zone := range zones {
		name := s.named("dualstack-" + strconv.Itoa(i+1))
		subnet, err := ec2.NewSubnet(s.ctx, name, &ec2.SubnetArgs{
			VpcId:            v.vpcId,
			AvailabilityZone: pulumi.String(zone.name),
			CidrBlock:        pulumi.String(args.dualstackCidr(i)),
			Ipv6CidrBlock:    ipv6Subnet(s, v.ipv6CidrBlock, i).ToStringPtrOutput(),
			Tags:             s.tagged(name),
		}, s.parent)
		if err != nil {
			return pulumi.StringArrayOutput{}, pulumi.StringMapOutput{}, err
		}
		ids = append(ids, subnet.ID())
		zoneMap[zone.id] = subnet.ID()
	}
	return ids.ToStringArrayOutput(), zoneMap.ToStringMapOutput(), nil
}

// dualstackPrefix is the prefix length of a dualstack subnet's IPv4 block.
func (o *NetworkOptions) dualstackPrefix() int {
	return o.zonePrefix() + 2
}

// dualstackCidr returns the IPv4 block of the dualstack subnet in a zone: the last
// quarter of the zone's part of the VPC.
func (o *NetworkOptions) dualstackCidr(zone int) string {
	vpc := netip.MustParsePrefix(o.CidrBlock)
	prefix := o.dualstackPrefix()
	start := vpc.Addr().As4()
	base := binary.BigEndian.Uint32(start[:])
	quarter := uint32(4*zone + 3)
	binary.BigEndian.PutUint32(start[:], base+quarter<<(32-prefix))
	return netip.PrefixFrom(netip.AddrFrom4(start), prefix).String()
}

// ipv6Subnet returns the /64 with that number in a VPC's /56. A preview that turns Ipv6
// on in a VPC that is there finds no block yet.
func ipv6Subnet(s scope, vpcBlock pulumi.StringOutput, number int) pulumi.StringOutput {
	return vpcBlock.ApplyT(func(block string) (pulumi.StringOutput, error) {
		if block == "" && s.ctx.DryRun() {
			return pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) string { return "" }).(pulumi.StringOutput), nil
		}
		subnet, err := subnetOfBlock(block, number)
		return pulumi.String(subnet).ToStringOutput(), err
	}).(pulumi.StringOutput)
}

func subnetOfBlock(block string, number int) (string, error) {
	prefix, err := netip.ParsePrefix(block)
	if err != nil || !prefix.Addr().Is6() || prefix.Bits() > 56 {
		return "", fmt.Errorf("the VPC's IPv6 CIDR block is %q; it must be a /56", block)
	}
	start := prefix.Addr().As16()
	start[7] += byte(number)
	return netip.PrefixFrom(netip.AddrFrom16(start), 64).String(), nil
}
