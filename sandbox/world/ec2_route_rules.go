package world

import (
	"fmt"
	"strings"
)

var ec2RouteRules = []*Rule{
	{
		ID: "ROUTE-TABLE-VPC-EXISTS", Token: TokenRouteTable, Phase: PhaseCreate, Code: "InvalidVpcID.NotFound", Confidence: Verified,
		Says:   "A route table's VPC exists.",
		Source: ec2Errors,
		Check:  func(c *Call) string { return c.exists(TokenVPC, "vpcId", "The vpc ID '%s' does not exist") },
	},
	{
		ID: "ROUTE-TABLE-DELETE-IN-USE", Token: TokenRouteTable, Phase: PhaseDelete, Code: "DependencyViolation", Confidence: Verified, Answer: SecondHand,
		Says:   "A route table can't be deleted while a subnet is associated with it.",
		Source: ec2API + "DeleteRouteTable, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRouteTable.html; text: reported by users",
		Check: func(c *Call) string {
			used := c.first(TokenRouteTableAssociation, func(r *Record) bool { return r.Outputs.Str("routeTableId") == c.ID })
			if used == nil {
				return ""
			}
			return fmt.Sprintf("The routeTable '%s' has dependencies and cannot be deleted.", c.ID)
		},
	},
	{
		ID: "ASSOCIATION-TABLE-EXISTS", Token: TokenRouteTableAssociation, Phase: PhaseWrite, Code: "InvalidRouteTableID.NotFound", Confidence: Verified,
		Says:   "The route table that a subnet is associated with exists.",
		Source: ec2Errors,
		Check:  routeTableExists,
	},
	{
		ID: "ASSOCIATION-SUBNET-EXISTS", Token: TokenRouteTableAssociation, Phase: PhaseCreate, Code: "InvalidSubnetID.NotFound", Confidence: Verified,
		Says:   "The subnet that is associated with a route table exists.",
		Source: ec2Errors,
		Check:  func(c *Call) string { return c.exists(TokenSubnet, "subnetId", "The subnet ID '%s' does not exist") },
	},
	{
		ID: "ASSOCIATION-SAME-VPC", Token: TokenRouteTableAssociation, Phase: PhaseWrite, Code: "InvalidParameterValue", Confidence: SecondHand,
		Says:   "A route table and the subnets associated with it are in one VPC.",
		Source: ec2API + "AssociateRouteTable, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html; text: reported by users",
		Check: func(c *Call) string {
			table, subnet := c.New.Str("routeTableId"), c.New.Str("subnetId")
			s, ok := c.Subnet(subnet)
			vpc := c.routeTableVPC(table)
			if !ok || vpc == "" || vpc == s.VpcID {
				return ""
			}
			return fmt.Sprintf("route table %s and subnet %s belong to different networks", table, subnet)
		},
	},
	{
		ID: "ASSOCIATION-UNIQUE", Token: TokenRouteTableAssociation, Phase: PhaseCreate, Code: "Resource.AlreadyAssociated", Confidence: Verified,
		Says:   "A subnet is associated with one route table at a time.",
		Source: "Amazon VPC User Guide, Configure route tables, https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html; code: " + ec2Errors,
		Check: func(c *Call) string {
			subnet := c.New.Str("subnetId")
			taken := c.first(TokenRouteTableAssociation, func(r *Record) bool {
				return subnet != "" && r.Outputs.Str("subnetId") == subnet
			})
			if taken == nil {
				return ""
			}
			return fmt.Sprintf("the specified association for route table %s conflicts with an existing association", c.New.Str("routeTableId"))
		},
	},
	{
		ID: "ROUTE-ONE-DESTINATION", Token: TokenRoute, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A route has exactly one destination.",
		Source: providerEC2 + "route/",
		Check: func(c *Call) string {
			return exactlyOne(c.New, "destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
		},
	},
	{
		ID: "ROUTE-ONE-TARGET", Token: TokenRoute, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A route has exactly one target.",
		Source: providerEC2 + "route/",
		Check:  func(c *Call) string { return exactlyOne(c.New, routeTargets...) },
	},
	{
		ID: "ROUTE-CIDR-FORMAT", Token: TokenRoute, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A route's destination is a network address.",
		Source: providerEC2 + "route/",
		Check:  func(c *Call) string { return networkAddress(c.New, "destinationCidrBlock") },
	},
	{
		ID: "ROUTE-TABLE-EXISTS", Token: TokenRoute, Phase: PhaseCreate, Code: "InvalidRouteTableID.NotFound", Confidence: Verified,
		Says:   "A route's table exists.",
		Source: ec2Errors,
		Check:  routeTableExists,
	},
	{
		ID: "ROUTE-DUPLICATE", Token: TokenRoute, Phase: PhaseCreate, Code: "RouteAlreadyExists", Confidence: Verified,
		Says:   "A route table has one route for a destination; the local one is there from the start.",
		Source: ec2Errors,
		Check:  routeDuplicate,
	},
	{
		ID: "ROUTE-GATEWAY-EXISTS", Token: TokenRoute, Phase: PhaseWrite, Code: "InvalidGatewayID.NotFound", Confidence: Verified,
		Says:   "The internet gateway that a route leads to exists.",
		Source: ec2Errors,
		Check: func(c *Call) string {
			if !strings.HasPrefix(c.New.Str("gatewayId"), "igw-") {
				return ""
			}
			return c.exists(TokenInternetGateway, "gatewayId", "The gateway ID '%s' does not exist")
		},
	},
	{
		ID: "ROUTE-GATEWAY-SAME-VPC", Token: TokenRoute, Phase: PhaseWrite, Code: "InvalidParameterValue", Confidence: SecondHand,
		Says:   "The internet gateway that a route leads to is attached to the route table's VPC.",
		Source: ec2API + "CreateRoute, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html; text: reported by users",
		Check: func(c *Call) string {
			table, gateway := c.New.Str("routeTableId"), c.New.Str("gatewayId")
			g := c.Own(TokenInternetGateway, gateway)
			if g == nil || g.Outputs.Str("vpcId") == c.routeTableVPC(table) {
				return ""
			}
			return fmt.Sprintf("route table %s and network gateway %s belong to different networks", table, gateway)
		},
	},
	{
		ID: "ROUTE-NAT-EXISTS", Token: TokenRoute, Phase: PhaseWrite, Code: "InvalidNatGatewayID.NotFound", Confidence: Verified,
		Says:   "The NAT gateway that a route leads to exists.",
		Source: ec2Errors,
		Check: func(c *Call) string {
			return c.exists(TokenNATGateway, "natGatewayId", "The natGateway ID '%s' does not exist")
		},
	},
	{
		ID: "ROUTE-BLACKHOLE", Token: TokenRoute, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A route whose target is gone stays, as a black hole.",
		Source: "Amazon VPC User Guide, NAT gateways, https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html",
	},
}

// routeTableExists checks the route table of an association or a route, which
// may be a VPC's main one.
func routeTableExists(c *Call) string {
	id := c.New.Str("routeTableId")
	if id == "" || !c.touches("routeTableId") || c.Own(TokenRouteTable, id) != nil || c.Own(KindMainRouteTable, id) != nil {
		return ""
	}
	return fmt.Sprintf("The routeTable ID '%s' does not exist", id)
}

func routeDuplicate(c *Call) string {
	destination := c.New.Str("destinationCidrBlock")
	for _, r := range c.Routes(c.New.Str("routeTableId")) {
		if destination != "" && r.Destination.IsValid() && r.Destination.String() == destination {
			return fmt.Sprintf("The route identified by %s already exists.", destination)
		}
	}
	return ""
}
