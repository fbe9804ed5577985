package world

import (
	"encoding/binary"
	"math"
	"net/netip"
)

// reservedAtStart is how many addresses at the start of a subnet AWS keeps for
// itself (network, router, DNS, future use); the last one is reserved too. See
// https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html.
const reservedAtStart = 4

// reservedAddresses is the number of addresses in a subnet that nobody can use.
const reservedAddresses = reservedAtStart + 1

// publicRanges are the addresses that the sandbox hands out as public ones: the
// ranges that RFC 5737 sets aside for documentation.
var publicRanges = []netip.Prefix{
	netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"),
}

// ruleFreeAddress is enforced where an address is taken.
var ruleFreeAddress = &Rule{
	ID: "SUBNET-FREE-ADDRESSES", Token: TokenSubnet, Phase: PhaseBehaviour,
	Says:       "An address is taken from the free ones of the subnet: all but the first four and the last.",
	Source:     "Amazon VPC User Guide, Subnet CIDR blocks, https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html; code: EC2 API error codes",
	Confidence: Verified,
	Code:       "InsufficientFreeAddressesInSubnet",
}

// rulePublicAddress is enforced where a public address is taken.
var rulePublicAddress = &Rule{
	ID: "PUBLIC-ADDRESS-LIMIT", Token: TokenEIP, Phase: PhaseBehaviour,
	Says:       "Public addresses are limited; the sandbox has the 762 of the documentation ranges for all accounts.",
	Source:     "EC2 API error codes, AddressLimitExceeded, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
	Confidence: Verified,
	Code:       "AddressLimitExceeded",
}

// ruleFixedAddress is enforced where a named address is taken.
var ruleFixedAddress = &Rule{
	ID: "SUBNET-FIXED-ADDRESS", Token: TokenSubnet, Phase: PhaseBehaviour,
	Says:       "An address that the program fixes is in the subnet, not reserved by AWS, and free.",
	Source:     "Amazon VPC User Guide, Subnet CIDR blocks, https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html; code: EC2 API error codes",
	Confidence: Verified,
	Code:       "InvalidParameterValue",
}

var ec2AddressingRules = []*Rule{ruleFreeAddress, ruleFixedAddress, rulePublicAddress}

// prefixSize is the number of addresses in an IPv4 block.
func prefixSize(p netip.Prefix) int { return 1 << (32 - p.Bits()) }

// addressAt returns the n-th address of an IPv4 block.
func addressAt(p netip.Prefix, n int) netip.Addr {
	base := p.Masked().Addr().As4()
	var out [4]byte
	binary.BigEndian.PutUint32(out[:], binary.BigEndian.Uint32(base[:])+uint32(n))
	return netip.AddrFrom4(out)
}

// isReserved says whether AWS keeps the address of a subnet for itself.
func isReserved(subnet netip.Prefix, a netip.Addr) bool {
	for n := range reservedAtStart {
		if a == addressAt(subnet, n) {
			return true
		}
	}
	return a == addressAt(subnet, prefixSize(subnet)-1)
}

// takePrivate returns the first free address of a subnet.
func (tx *Tx) takePrivate(s Subnet) (netip.Addr, error) {
	used := tx.usedIn(s.ID)
	for n := reservedAtStart; n < prefixSize(s.CIDR)-1; n++ {
		if a := addressAt(s.CIDR, n); !used[a] {
			return a, nil
		}
	}
	return netip.Addr{}, ruleFreeAddress.refuse("There are insufficient free addresses in subnet '%s'.", s.ID)
}

// checkFixed says whether an address of a subnet can be taken.
func (tx *Tx) checkFixed(s Subnet, ip netip.Addr) error {
	switch {
	case !s.CIDR.Contains(ip):
		return ruleFixedAddress.refuse("Address %s does not fall within the subnet's address range", ip)
	case isReserved(s.CIDR, ip):
		return ruleFixedAddress.refuse("Address %s is in subnet's reserved address range", ip)
	case tx.usedIn(s.ID)[ip]:
		return ruleFixedAddress.refuse("Address %s is in use.", ip)
	}
	return nil
}

func (tx *Tx) usedIn(subnetID string) map[netip.Addr]bool {
	used := map[netip.Addr]bool{}
	tx.each(KindNetworkInterface, func(r *Record) bool {
		if n := asNetworkInterface(r); n.SubnetID == subnetID {
			used[n.PrivateIP] = true
		}
		return true
	})
	return used
}

// FreeAddresses is how many addresses of a subnet can still be taken.
func (tx *Tx) FreeAddresses(s Subnet) int {
	if !s.CIDR.IsValid() {
		return math.MaxInt32 // IPv6 only
	}
	return prefixSize(s.CIDR) - reservedAddresses - len(tx.usedIn(s.ID))
}

// takePublic returns a public address that nothing has.
func (tx *Tx) takePublic() (netip.Addr, error) {
	used := map[string]bool{}
	tx.each(KindNetworkInterface, func(r *Record) bool {
		used[r.Hidden.Str("publicIp")] = true
		return true
	})
	tx.each(TokenEIP, func(r *Record) bool {
		used[r.Outputs.Str("publicIp")] = true
		return true
	})
	for _, p := range publicRanges {
		for n := 1; n < prefixSize(p)-1; n++ {
			if a := addressAt(p, n); !used[a.String()] {
				return a, nil
			}
		}
	}
	return netip.Addr{}, rulePublicAddress.refuse("The maximum number of addresses has been reached.")
}

// parseCIDR reads an IPv4 block as AWS takes it: with no bits set after the mask.
func parseCIDR(s string) (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(s)
	return p, err == nil && p.Addr().Is4() && p == p.Masked()
}
