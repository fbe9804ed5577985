package components

import (
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newNatRoutes makes the NAT gateways and the private subnets' routes to them, which
// it returns. A NAT gateway works only once its public subnet has its route to the
// internet; that it has, since the awsx component's outputs wait for all routes.
// Children are numbered like awsx's, from 1 in the order of the Availability Zones.
func newNatRoutes(s scope, egress Egress, vpc *createdVpc, zones int) ([]pulumi.CustomResource, error) {
	gateways, err := newNatGateways(s, vpc, natGatewayCount(egress, zones))
	if err != nil || len(gateways) == 0 {
		return nil, err
	}
	tables := vpc.routeTables()
	routes := make([]pulumi.CustomResource, zones)
	for i := range zones {
		route, err := ec2.NewRoute(s.ctx, s.named("private-"+strconv.Itoa(i+1)), &ec2.RouteArgs{
			RouteTableId:         tables.Index(pulumi.Int(i)),
			DestinationCidrBlock: pulumi.String(anywhere),
			NatGatewayId:         gateways[min(i, len(gateways)-1)].ID(),
		}, s.parent)
		if err != nil {
			return nil, err
		}
		routes[i] = route
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
func newNatGateways(s scope, vpc *createdVpc, count int) ([]*ec2.NatGateway, error) {
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
			SubnetId:     vpc.publicSubnetIds.Index(pulumi.Int(i)),
			Tags:         s.tagged(name),
		}, s.parent)
		if err != nil {
			return nil, err
		}
		gateways = append(gateways, gateway)
	}
	return gateways, nil
}
