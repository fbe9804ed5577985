package world

import (
	"fmt"
	"net/netip"
	"strings"
)

var ec2NetworkRules = []*Rule{
	{
		ID: "VPC-CIDR-FORMAT", Token: TokenVPC, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A VPC's CIDR block is an IPv4 network address.",
		Source: providerEC2 + "vpc/",
		Check:  func(c *Call) string { return networkAddress(c.New, "cidrBlock") },
	},
	{
		ID: "VPC-CIDR-GIVEN", Token: TokenVPC, Phase: PhaseCreate, Code: "MissingParameter", Confidence: Verified,
		Says:   "A VPC needs a CIDR block, or an IPAM pool to take one from.",
		Source: ec2API + "CreateVpc, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html",
		Check: func(c *Call) string {
			if c.New.Has("cidrBlock") || c.New.Has("ipv4IpamPoolId") {
				return ""
			}
			return "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided."
		},
	},
	{
		ID: "VPC-CIDR-SIZE", Token: TokenVPC, Phase: PhaseCreate, Code: "InvalidVpc.Range", Confidence: Verified,
		Says:   "A VPC's CIDR block is between /16 and /28.",
		Source: ec2API + "CreateVpc, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html; code: " + ec2Errors,
		Check:  func(c *Call) string { return blockSize(c.New.Str("cidrBlock")) },
	},
	{
		ID: "VPC-DELETE-IN-USE", Token: TokenVPC, Phase: PhaseDelete, Code: "DependencyViolation", Confidence: Verified, Answer: SecondHand,
		Says:   "A VPC can't be deleted while something is in it: subnets, gateways, route tables, security groups or endpoints.",
		Source: ec2API + "DeleteVpc, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html; text: reported by users",
		Check: func(c *Call) string {
			if what := c.inVPC(c.ID); what != nil {
				return fmt.Sprintf("The vpc '%s' has dependencies and cannot be deleted.", c.ID)
			}
			return ""
		},
	},
	{
		ID: "SUBNET-CIDR-FORMAT", Token: TokenSubnet, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A subnet's CIDR block is an IPv4 network address.",
		Source: providerEC2 + "subnet/",
		Check:  func(c *Call) string { return networkAddress(c.New, "cidrBlock") },
	},
	{
		ID: "SUBNET-ONE-ZONE", Token: TokenSubnet, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A subnet names its Availability Zone by name or by ID, not by both.",
		Source: providerEC2 + "subnet/",
		Check: func(c *Call) string {
			if c.New.Has("availabilityZone") && c.New.Has("availabilityZoneId") {
				return `"availability_zone": conflicts with availability_zone_id`
			}
			return ""
		},
	},
	{
		ID: "SUBNET-VPC-EXISTS", Token: TokenSubnet, Phase: PhaseCreate, Code: "InvalidVpcID.NotFound", Confidence: Verified,
		Says:   "A subnet's VPC exists in the caller's account and Region.",
		Source: ec2Errors,
		Check:  func(c *Call) string { return c.exists(TokenVPC, "vpcId", "The vpc ID '%s' does not exist") },
	},
	{
		ID: "SUBNET-ZONE-EXISTS", Token: TokenSubnet, Phase: PhaseCreate, Code: "InvalidParameterValue", Confidence: SecondHand,
		Says:   "A subnet's Availability Zone is one of the Region's, as the account sees them.",
		Source: ec2API + "CreateSubnet, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html; text: reported by users",
		Check:  subnetZone,
	},
	{
		ID: "SUBNET-SIZE", Token: TokenSubnet, Phase: PhaseCreate, Code: "InvalidSubnet.Range", Confidence: Verified,
		Says:   "A subnet's CIDR block is between /16 and /28.",
		Source: ec2API + "CreateSubnet, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html; code: " + ec2Errors,
		Check:  func(c *Call) string { return blockSize(c.New.Str("cidrBlock")) },
	},
	{
		ID: "SUBNET-IN-VPC", Token: TokenSubnet, Phase: PhaseCreate, Code: "InvalidSubnet.Range", Confidence: Verified,
		Says:   "A subnet's CIDR block lies within the VPC's.",
		Source: ec2Errors,
		Check:  subnetInVPC,
	},
	{
		ID: "SUBNET-CONFLICT", Token: TokenSubnet, Phase: PhaseCreate, Code: "InvalidSubnet.Conflict", Confidence: Verified,
		Says:   "The CIDR blocks of a VPC's subnets don't overlap.",
		Source: ec2Errors,
		Check:  subnetConflict,
	},
	{
		ID: "SUBNET-DELETE-IN-USE", Token: TokenSubnet, Phase: PhaseDelete, Code: "DependencyViolation", Confidence: Verified, Answer: SecondHand,
		Says:   "A subnet can't be deleted while it has network interfaces.",
		Source: ec2API + "DeleteSubnet, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnet.html; text: reported by users",
		Check: func(c *Call) string {
			if len(c.interfacesWhere(func(n NetworkInterface) bool { return n.SubnetID == c.ID })) == 0 {
				return ""
			}
			return fmt.Sprintf("The subnet '%s' has dependencies and cannot be deleted.", c.ID)
		},
	},
	{
		ID: "IGW-VPC-EXISTS", Token: TokenInternetGateway, Phase: PhaseWrite, Code: "InvalidVpcID.NotFound", Confidence: Verified,
		Says:   "The VPC that an internet gateway is attached to exists.",
		Source: ec2Errors,
		Check:  func(c *Call) string { return c.exists(TokenVPC, "vpcId", "The vpc ID '%s' does not exist") },
	},
	{
		ID: "IGW-ONE-PER-VPC", Token: TokenInternetGateway, Phase: PhaseWrite, Code: "InvalidParameterValue", Confidence: SecondHand,
		Says:   "A VPC has at most one internet gateway.",
		Source: ec2API + "AttachInternetGateway, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachInternetGateway.html; text: reported by users",
		Check: func(c *Call) string {
			vpc := c.New.Str("vpcId")
			if vpc == "" || !c.touches("vpcId") {
				return ""
			}
			if v, _ := c.VPC(vpc); v.internetGatewayID != "" && v.internetGatewayID != c.ID {
				return fmt.Sprintf("Network %s already has an internet gateway attached", vpc)
			}
			return ""
		},
	},
	{
		ID: "IGW-DELETE-IN-USE", Token: TokenInternetGateway, Phase: PhaseDelete, Code: "DependencyViolation", Confidence: Verified, Answer: SecondHand,
		Says:   "An internet gateway can't be detached while the VPC has public addresses.",
		Source: ec2API + "DetachInternetGateway, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html; text: reported by users",
		Check: func(c *Call) string {
			vpc := c.State.Str("vpcId")
			public := c.interfacesWhere(func(n NetworkInterface) bool { return n.VpcID == vpc && n.PublicIP.IsValid() })
			if len(public) == 0 {
				return ""
			}
			return fmt.Sprintf("Network %s has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.", vpc)
		},
	},
}

// networkAddress checks, as the provider does, that a block has no bits set
// after its mask.
func networkAddress(p Props, property string) string {
	s := p.Str(property)
	if s == "" {
		return ""
	}
	if _, ok := parseCIDR(s); ok {
		return ""
	}
	if parsed, err := netip.ParsePrefix(s); err == nil && parsed.Addr().Is4() {
		return fmt.Sprintf("%q is not a valid IPv4 CIDR block; did you mean %q?", s, parsed.Masked())
	}
	return fmt.Sprintf("%q is not a valid IPv4 CIDR block", s)
}

func blockSize(cidr string) string {
	p, ok := parseCIDR(cidr)
	if !ok || p.Bits() >= 16 && p.Bits() <= 28 {
		return ""
	}
	return fmt.Sprintf("The CIDR '%s' is invalid.", cidr)
}

// vpcParts are what keeps a VPC from being deleted.
var vpcParts = []string{
	TokenSubnet, TokenInternetGateway, TokenRouteTable, TokenSecurityGroup, TokenEndpoint,
}

// inVPC returns something that is in a VPC, or nil.
func (tx *Tx) inVPC(vpcID string) *Record {
	for _, kind := range vpcParts {
		if r := tx.first(kind, func(r *Record) bool { return r.Outputs.Str("vpcId") == vpcID }); r != nil {
			return r
		}
	}
	return nil
}

func subnetZone(c *Call) string {
	property, given := "availabilityZone", c.New.Str("availabilityZone")
	if given == "" {
		property, given = "availabilityZoneId", c.New.Str("availabilityZoneId")
	}
	if given == "" || zoneOf(c) != (Zone{}) {
		return ""
	}
	var names []string
	for _, z := range c.Zones(c.Caller.Account, c.Caller.Region) {
		if property == "availabilityZone" {
			names = append(names, z.Name)
		} else {
			names = append(names, z.ID)
		}
	}
	return fmt.Sprintf("Value (%s) for parameter %s is invalid. Subnets can currently only be created in the following availability zones: %s.",
		given, property, strings.Join(names, ", "))
}

func subnetInVPC(c *Call) string {
	p, ok := parseCIDR(c.New.Str("cidrBlock"))
	v, found := c.VPC(c.New.Str("vpcId"))
	if !ok || !found || v.CIDR.Contains(p.Addr()) && v.CIDR.Bits() <= p.Bits() {
		return ""
	}
	return fmt.Sprintf("The CIDR '%s' is invalid.", p)
}

func subnetConflict(c *Call) string {
	p, ok := parseCIDR(c.New.Str("cidrBlock"))
	if !ok {
		return ""
	}
	for _, s := range c.Subnets(c.New.Str("vpcId")) {
		if s.CIDR.Overlaps(p) {
			return fmt.Sprintf("The CIDR '%s' conflicts with another subnet", p)
		}
	}
	return ""
}
