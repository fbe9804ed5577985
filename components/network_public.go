package components

import (
	"encoding/binary"
	"net/netip"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// publicSubnets are the subnets that hold NAT gateways.
type publicSubnets struct {
	ids pulumi.StringArray
	// routing is what a NAT gateway in them needs to reach the internet.
	routing []pulumi.CustomResource
}

// newPublicSubnets makes a subnet for a NAT gateway in each Availability Zone, with
// one route table for them all. They are no part of the awsx component, for whose
// outputs the load balancer would wait until they were there. Nothing but NAT gateways
// is in them, so that they give nobody a public address.
func newPublicSubnets(s scope, args *NetworkArgs, vpc *createdVpc, zones []availabilityZone) (*publicSubnets, error) {
	name := s.named("public")
	table, err := ec2.NewRouteTable(s.ctx, name, &ec2.RouteTableArgs{VpcId: vpc.vpcId, Tags: s.tagged(name)}, s.parent)
	if err != nil {
		return nil, err
	}
	route, err := ec2.NewRoute(s.ctx, name, &ec2.RouteArgs{
		RouteTableId:         table.ID(),
		DestinationCidrBlock: pulumi.String(anywhere),
		GatewayId:            vpc.internetGatewayId,
	}, s.parent)
	if err != nil {
		return nil, err
	}
	made := &publicSubnets{routing: []pulumi.CustomResource{route}}
	for i, zone := range zones {
		name := s.named("public-" + strconv.Itoa(i+1))
		subnet, err := ec2.NewSubnet(s.ctx, name, &ec2.SubnetArgs{
			VpcId:            vpc.vpcId,
			AvailabilityZone: pulumi.String(zone.name),
			CidrBlock:        pulumi.String(args.publicCidr(i)),
			Tags:             s.tagged(name),
		}, s.parent)
		if err != nil {
			return nil, err
		}
		association, err := ec2.NewRouteTableAssociation(s.ctx, name, &ec2.RouteTableAssociationArgs{
			RouteTableId: table.ID(),
			SubnetId:     subnet.ID(),
		}, s.parent)
		if err != nil {
			return nil, err
		}
		made.ids = append(made.ids, subnet.ID())
		made.routing = append(made.routing, association)
	}
	return made, nil
}

// publicCidr returns the IPv4 block of the public subnet in a zone, which begins where
// the first half of the zone's part of the VPC, the private subnet, ends.
func (o *NetworkOptions) publicCidr(zone int) string {
	vpc := netip.MustParsePrefix(o.CidrBlock)
	half := o.zonePrefix() + 1
	start := vpc.Addr().As4()
	base := binary.BigEndian.Uint32(start[:])
	binary.BigEndian.PutUint32(start[:], base+uint32(2*zone+1)<<(32-half))
	return netip.PrefixFrom(netip.AddrFrom4(start), o.subnetPrefixes()[1]).String()
}
