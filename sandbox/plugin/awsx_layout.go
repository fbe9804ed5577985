package plugin

import (
	"fmt"
	"math/bits"
	"net/netip"
	"slices"
	"strings"
)

// subnetSpec is one kind of subnet that awsx's Vpc makes in every zone.
type subnetSpec struct {
	Type     string  `pulumi:"type"`
	Name     *string `pulumi:"name"`
	CidrMask *int    `pulumi:"cidrMask"`
}

// subnetPlan is one subnet to make.
type subnetPlan struct {
	Name, Type, Zone, Cidr string
}

// layOut divides a VPC's address range as awsx's "Auto" strategy does: evenly
// between the zones, and within each zone in the order of the specs, each at
// the next address where a block of its size can begin.
// A zone's part is zoneMask long where that is given.
// https://www.pulumi.com/registry/packages/awsx/api-docs/ec2/vpc/#subnet-layout-strategies
func layOut(vpcName, cidr string, zones []string, specs []subnetSpec, zoneMask *int) ([]subnetPlan, error) {
	vpc, err := netip.ParsePrefix(cidr)
	if err != nil || !vpc.Addr().Is4() {
		return nil, fmt.Errorf("cidrBlock %q is not an IPv4 range", cidr)
	}
	zoneBits := vpc.Bits() + ceilLog2(len(zones))
	if zoneMask != nil {
		zoneBits = *zoneMask
	}
	if specs == nil {
		if zoneBits > 26 {
			return nil, fmt.Errorf("cidrBlock %q leaves a /%d for each zone; default subnets need at least a /26", cidr, zoneBits)
		}
		// awsx never uses more than a /16 of a zone for its default subnets.
		base := max(zoneBits, 16)
		private, public := base+1, base+2
		specs = []subnetSpec{{Type: "Private", CidrMask: &private}, {Type: "Public", CidrMask: &public}}
	}
	defaultBits := zoneBits + ceilLog2(len(specs))
	if err := fits(cidr, zoneBits, defaultBits, specs); err != nil {
		return nil, err
	}
	var out []subnetPlan
	for i, zone := range zones {
		next := toInt(vpc.Masked().Addr()) + uint64(i)<<(32-zoneBits)
		var inZone []subnetPlan
		for _, s := range specs {
			mask := maskOf(s, defaultBits)
			size := uint64(1) << (32 - mask)
			start := (next + size - 1) / size * size
			next = start + size
			inZone = append(inZone, subnetPlan{
				Name: fmt.Sprintf("%s-%s-%d", vpcName, specName(s), i+1),
				Type: s.Type, Zone: zone,
				Cidr: fmt.Sprintf("%s/%d", fromInt(start), mask),
			})
		}
		slices.SortStableFunc(inZone, func(a, b subnetPlan) int { return rank(a.Type) - rank(b.Type) })
		out = append(out, inZone...)
	}
	return out, apart(out)
}

// apart refuses a layout in which the space that a larger subnet's beginning
// costs pushes subnets into the next zone's part, as the real component does.
func apart(plans []subnetPlan) error {
	for i, p := range plans {
		for _, o := range plans[:i] {
			if netip.MustParsePrefix(p.Cidr).Overlaps(netip.MustParsePrefix(o.Cidr)) {
				return fmt.Errorf("subnets %s (%s) and %s (%s) overlap: make the VPC larger, its subnets smaller, or put the larger ones first",
					o.Name, o.Cidr, p.Name, p.Cidr)
			}
		}
	}
	return nil
}

// fits refuses specs that need more addresses than a zone has.
func fits(cidr string, zoneBits, defaultBits int, specs []subnetSpec) error {
	have := uint64(1) << (32 - zoneBits)
	var need uint64
	for _, s := range specs {
		need += uint64(1) << (32 - maskOf(s, defaultBits))
	}
	if need > have {
		return fmt.Errorf("the subnets of a zone need %d addresses, and cidrBlock %q has %d for each", need, cidr, have)
	}
	return nil
}

func maskOf(s subnetSpec, otherwise int) int {
	if s.CidrMask != nil {
		return *s.CidrMask
	}
	return otherwise
}

func specName(s subnetSpec) string {
	if s.Name != nil {
		return *s.Name
	}
	return strings.ToLower(s.Type)
}

// rank orders a zone's subnets as awsx makes them: public ones first, because
// the NAT gateways of the private ones live there.
func rank(subnetType string) int {
	return slices.Index([]string{"Public", "Private", "Isolated"}, subnetType)
}

func ceilLog2(n int) int {
	if n <= 1 {
		return 0
	}
	return bits.Len(uint(n - 1))
}

func toInt(a netip.Addr) uint64 {
	b := a.As4()
	return uint64(b[0])<<24 | uint64(b[1])<<16 | uint64(b[2])<<8 | uint64(b[3])
}

func fromInt(n uint64) netip.Addr {
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
}
