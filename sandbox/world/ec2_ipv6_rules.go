package world

import (
	"fmt"
	"net/netip"
)

const vpcIPv6Guide = "Amazon VPC User Guide, https://docs.aws.amazon.com/vpc/latest/userguide/vpc-migrate-ipv6-add.html"

var ec2IPv6Rules = []*Rule{
	{
		ID: "SUBNET-IPV6-FORMAT", Token: TokenSubnet, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A subnet's IPv6 CIDR block is an IPv6 network address.",
		Source: providerEC2 + "subnet/",
		Check: func(c *Call) string {
			s := c.New.Str("ipv6CidrBlock")
			if p, err := netip.ParsePrefix(s); s == "" || err == nil && p.Addr().Is6() && p == p.Masked() {
				return ""
			}
			return fmt.Sprintf("%q is not a valid IPv6 CIDR block", s)
		},
	},
	{
		ID: "SUBNET-IPV6-SIZE", Token: TokenSubnet, Phase: PhaseWrite, Code: "InvalidSubnet.Range", Confidence: Verified,
		Says:   "A subnet's IPv6 CIDR block is between /44 and /64, in steps of /4.",
		Source: ec2API + "CreateSubnet: Ipv6CidrBlock, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html; code: " + ec2Errors,
		Check: func(c *Call) string {
			p, ok := c.wantedIPv6()
			if !ok || p.Bits() >= 44 && p.Bits() <= 64 && p.Bits()%4 == 0 {
				return ""
			}
			return fmt.Sprintf("The CIDR '%s' is invalid.", p)
		},
	},
	{
		ID: "SUBNET-IPV6-IN-VPC", Token: TokenSubnet, Phase: PhaseWrite, Code: "InvalidSubnet.Range", Confidence: Verified,
		Says:   "A subnet's IPv6 CIDR block lies within the VPC's, which the VPC must have.",
		Source: vpcIPv6Guide + "; code: " + ec2Errors,
		Check: func(c *Call) string {
			p, ok := c.wantedIPv6()
			v, found := c.VPC(c.New.Str("vpcId"))
			if !ok || !found || v.IPv6CIDR.IsValid() && v.IPv6CIDR.Contains(p.Addr()) && v.IPv6CIDR.Bits() <= p.Bits() {
				return ""
			}
			return fmt.Sprintf("The CIDR '%s' is invalid.", p)
		},
	},
	{
		ID: "SUBNET-IPV6-CONFLICT", Token: TokenSubnet, Phase: PhaseWrite, Code: "InvalidSubnet.Conflict", Confidence: Verified,
		Says:   "The IPv6 CIDR blocks of a VPC's subnets don't overlap.",
		Source: ec2Errors,
		Check: func(c *Call) string {
			p, ok := c.wantedIPv6()
			if !ok {
				return ""
			}
			for _, s := range c.Subnets(c.New.Str("vpcId")) {
				if s.ID != c.ID && s.IPv6CIDR.IsValid() && s.IPv6CIDR.Overlaps(p) {
					return fmt.Sprintf("The CIDR '%s' conflicts with another subnet", p)
				}
			}
			return ""
		},
	},
	{
		ID: "SUBNET-IPV6-AUTO", Token: TokenSubnet, Phase: PhaseWrite, Code: "InvalidParameterCombination", Confidence: SecondHand,
		Says:   "Only a subnet with an IPv6 CIDR block can assign IPv6 addresses.",
		Source: ec2API + "ModifySubnetAttribute: AssignIpv6AddressOnCreation, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySubnetAttribute.html; the provider refuses the combination too",
		Check: func(c *Call) string {
			if !c.New.Bool("assignIpv6AddressOnCreation") || c.New.Has("ipv6CidrBlock") {
				return ""
			}
			return `"assign_ipv6_address_on_creation": all of "assign_ipv6_address_on_creation,ipv6_cidr_block" must be specified`
		},
	},
	{
		ID: "VPC-IPV6-DROP", Token: TokenVPC, Phase: PhaseUpdate, Code: "InvalidCidrBlock.InUse", Confidence: SecondHand,
		Says:   "A VPC's IPv6 CIDR block can't be taken away while a subnet has a part of it.",
		Source: vpcIPv6Guide + "; code: " + ec2Errors + "; text: reported by users",
		Check: func(c *Call) string {
			if c.New.Bool("assignGeneratedIpv6CidrBlock") || c.State.Str("ipv6CidrBlock") == "" {
				return ""
			}
			for _, s := range c.Subnets(c.ID) {
				if s.IPv6CIDR.IsValid() {
					return fmt.Sprintf("The vpc %s currently has a subnet within CIDR block %s", c.ID, c.State.Str("ipv6CidrBlock"))
				}
			}
			return ""
		},
	},
	{
		ID: "VPC-IPV6-GENERATED", Token: TokenVPC, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A VPC that asks for it gets a /56 of AWS's choice, which the program can't name beforehand.",
		Source: ec2API + "CreateVpc: AmazonProvidedIpv6CidrBlock, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html",
	},
}

// wantedIPv6 is the IPv6 block that a subnet is to get.
func (c *Call) wantedIPv6() (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(c.New.Str("ipv6CidrBlock"))
	return p, err == nil && c.touches("ipv6CidrBlock")
}
