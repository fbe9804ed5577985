package world

import "fmt"

var ec2NATRules = []*Rule{
	{
		ID: "EIP-RELEASE-IN-USE", Token: TokenEIP, Phase: PhaseDelete, Code: "InvalidIPAddress.InUse", Confidence: Verified,
		Says:   "An Elastic IP address can't be released while a NAT gateway uses it.",
		Source: ec2API + "ReleaseAddress, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseAddress.html",
		Check: func(c *Call) string {
			if c.natGatewayOf(c.ID) == nil {
				return ""
			}
			return fmt.Sprintf("The address with allocation id '%s' is in use.", c.ID)
		},
	},
	{
		ID: "NAT-SUBNET-EXISTS", Token: TokenNATGateway, Phase: PhaseCreate, Code: "InvalidSubnetID.NotFound", Confidence: Verified,
		Says:   "A NAT gateway's subnet exists.",
		Source: ec2Errors,
		Check:  func(c *Call) string { return c.exists(TokenSubnet, "subnetId", "The subnet ID '%s' does not exist") },
	},
	{
		ID: "NAT-ALLOCATION-GIVEN", Token: TokenNATGateway, Phase: PhaseCreate, Code: "MissingParameter", Confidence: Verified,
		Says:   "A public NAT gateway needs an Elastic IP address.",
		Source: ec2API + "CreateNatGateway, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html",
		Check: func(c *Call) string {
			if c.New.Str("connectivityType") != "public" || c.New.Has("allocationId") {
				return ""
			}
			return "The request must include the AllocationId parameter. Add the required parameter and retry the request."
		},
	},
	{
		ID: "NAT-ALLOCATION-EXISTS", Token: TokenNATGateway, Phase: PhaseCreate, Code: "InvalidAllocationID.NotFound", Confidence: Verified,
		Says:   "A NAT gateway's Elastic IP address exists.",
		Source: ec2Errors,
		Check: func(c *Call) string {
			return c.exists(TokenEIP, "allocationId", "The allocation ID '%s' does not exist")
		},
	},
	{
		ID: "NAT-ALLOCATION-FREE", Token: TokenNATGateway, Phase: PhaseCreate, Code: "Resource.AlreadyAssociated", Confidence: Verified,
		Says:   "An Elastic IP address belongs to one NAT gateway.",
		Source: "Amazon VPC User Guide, Troubleshoot NAT gateways, https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html; code: " + ec2Errors,
		Check: func(c *Call) string {
			id := c.New.Str("allocationId")
			if id == "" || c.natGatewayOf(id) == nil {
				return ""
			}
			return fmt.Sprintf("Elastic IP address [%s] is already associated", id)
		},
	},
	{
		ID: "NAT-INTERNET-GATEWAY", Token: TokenNATGateway, Phase: PhaseCreate, Code: "Gateway.NotAttached", Confidence: Verified,
		Says:   "A public NAT gateway's VPC has an internet gateway.",
		Source: "Amazon VPC User Guide, Troubleshoot NAT gateways, https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html",
		Check: func(c *Call) string {
			s, ok := c.Subnet(c.New.Str("subnetId"))
			v, _ := c.VPC(s.VpcID)
			if !ok || c.New.Str("connectivityType") != "public" || v.internetGatewayID != "" {
				return ""
			}
			return fmt.Sprintf("Network %s has no Internet gateway attached", s.VpcID)
		},
	},
}
