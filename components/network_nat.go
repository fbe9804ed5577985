package components

import (
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newNatRoutes makes the NAT gateways with their public subnets, and the private
// subnets' routes to them. It returns all that has to be there before a task in a
// private subnet reaches the internet. Children are numbered like awsx's, from 1 in
// the order of the Availability Zones.
func newNatRoutes(s scope, args *NetworkArgs, vpc *createdVpc, zones []availabilityZone) ([]pulumi.CustomResource, error) {
	count := natGatewayCount(args.Egress, len(zones))
	if count == 0 {
		return nil, nil
	}
	public, err := newPublicSubnets(s, args, vpc, zones)
	if err != nil {
		return nil, err
	}
	vpc.publicSubnetIds = public.ids.ToStringArrayOutput()
	gateways, err := newNatGateways(s, public, count)
	if err != nil {
		return nil, err
	}
	tables := vpc.routeTables()
	routes := public.routing
	for i := range zones {
		route, err := ec2.NewRoute(s.ctx, s.named("private-"+strconv.Itoa(i+1)), &ec2.RouteArgs{
			RouteTableId:         tables.Index(pulumi.Int(i)),
			DestinationCidrBlock: pulumi.String(anywhere),
			NatGatewayId:         gateways[min(i, len(gateways)-1)].ID(),
		}, s.parent)
		if err != nil {
			return nil, err
		}
		routes = append(routes, route)
	}
	return routes, nil
}

func natGatewayCount(egress Egress, zones int) int {
	switch egress {
	case EgressSingleNat:
		return 1
	case EgressNatPerAz:
		return zones
	default:
		return 0
	}
}

// newNatGateways makes count NAT gateways, one each in the first public subnets.
func newNatGateways(s scope, public *publicSubnets, count int) ([]*ec2.NatGateway, error) {
	var gateways []*ec2.NatGateway
	for i := range count {
		name := s.named("nat-" + strconv.Itoa(i+1))
		address, err := ec2.NewEip(s.ctx, name, &ec2.EipArgs{
			Domain: pulumi.String("vpc"),
			Tags:   s.tagged(name),
		}, s.parent)
		if err != nil {
			return nil, err
		}
		gateway, err := ec2.NewNatGateway(s.ctx, name, &ec2.NatGatewayArgs{
			AllocationId: address.AllocationId,
			SubnetId:     public.ids[i],
			Tags:         s.tagged(name),
		}, s.parent)
		if err != nil {
			return nil, err
		}
		gateways = append(gateways, gateway)
	}
	return gateways, nil
}
