package world

import "net/netip"

// VPC is a virtual private cloud, as the read-only view shows it.
type VPC struct {
	ID, Account, Region string
	CIDR                netip.Prefix
	// IPv6CIDR is invalid where the VPC has none.
	IPv6CIDR                 netip.Prefix
	DNSSupport, DNSHostnames bool
	MainRouteTableID         string
	DefaultSecurityGroupID   string
	internetGatewayID        string
}

// VPC returns the VPC with that id, in whatever account.
func (tx *Tx) VPC(id string) (VPC, bool) {
	r := tx.peek(TokenVPC, id)
	if r == nil {
		return VPC{}, false
	}
	cidr, _ := netip.ParsePrefix(r.Outputs.Str("cidrBlock"))
	ipv6, _ := netip.ParsePrefix(r.Outputs.Str("ipv6CidrBlock"))
	v := VPC{
		ID: r.ID, Account: r.Account, Region: r.Region, CIDR: cidr, IPv6CIDR: ipv6,
		DNSSupport:             r.Outputs.Bool("enableDnsSupport"),
		DNSHostnames:           r.Outputs.Bool("enableDnsHostnames"),
		MainRouteTableID:       r.Outputs.Str("mainRouteTableId"),
		DefaultSecurityGroupID: r.Outputs.Str("defaultSecurityGroupId"),
	}
	if g := tx.first(TokenInternetGateway, func(g *Record) bool { return g.Outputs.Str("vpcId") == id }); g != nil {
		v.internetGatewayID = g.ID
	}
	return v, true
}

// Subnet is a subnet, as the read-only view shows it.
type Subnet struct {
	ID, Account, Region string
	VpcID               string
	CIDR                netip.Prefix
	// IPv6CIDR is invalid where the subnet has none.
	IPv6CIDR netip.Prefix
	// ZoneID is the AZ ID, ZoneName the owner's name for it.
	ZoneID, ZoneName string
	// PublicIPOnLaunch is the subnet's mapPublicIpOnLaunch.
	PublicIPOnLaunch bool
}

// Subnet returns the subnet with that id, in whatever account.
func (tx *Tx) Subnet(id string) (Subnet, bool) {
	r := tx.peek(TokenSubnet, id)
	if r == nil {
		return Subnet{}, false
	}
	return asSubnet(r), true
}

func asSubnet(r *Record) Subnet {
	cidr, _ := netip.ParsePrefix(r.Outputs.Str("cidrBlock"))
	ipv6, _ := netip.ParsePrefix(r.Outputs.Str("ipv6CidrBlock"))
	return Subnet{
		ID: r.ID, Account: r.Account, Region: r.Region, CIDR: cidr, IPv6CIDR: ipv6,
		VpcID:            r.Outputs.Str("vpcId"),
		ZoneID:           r.Outputs.Str("availabilityZoneId"),
		ZoneName:         r.Outputs.Str("availabilityZone"),
		PublicIPOnLaunch: r.Outputs.Bool("mapPublicIpOnLaunch"),
	}
}

// Subnets returns the subnets of a VPC, by id.
func (tx *Tx) Subnets(vpcID string) []Subnet {
	var out []Subnet
	tx.each(TokenSubnet, func(r *Record) bool {
		if s := asSubnet(r); s.VpcID == vpcID {
			out = append(out, s)
		}
		return true
	})
	return out
}

// ownSubnets returns the caller's own subnets of those ids; ids of subnets that
// don't exist or that belong to another account are left out.
func (c *Call) ownSubnets(ids []string) []Subnet {
	var out []Subnet
	for _, id := range ids {
		if r := c.Own(TokenSubnet, id); r != nil {
			out = append(out, asSubnet(r))
		}
	}
	return out
}
