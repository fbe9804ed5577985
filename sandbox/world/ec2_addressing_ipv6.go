package world

import (
	"crypto/sha256"
	"net/netip"
)

// The address types of load balancers, endpoints and target groups.
const (
	addressIPv4      = "ipv4"
	addressIPv6      = "ipv6"
	addressDualstack = "dualstack"
)

// generatedRange is where the VPCs' IPv6 blocks come from: the range that RFC 3849
// sets aside for documentation.
const generatedRange = "2001:db8:"

// generatedBlock is the /56 that AWS gives a VPC.
func (tx *Tx) generatedBlock() string {
	h := tx.Hex(6)
	return generatedRange + h[:4] + ":" + h[4:] + "00::/56"
}

// fitIPv6 gives an owner's interfaces an IPv6 address each, or takes it.
func (tx *Tx) fitIPv6(ownerID string, wanted bool) {
	for _, n := range tx.NetworkInterfaces(ownerID) {
		s, _ := tx.Subnet(n.SubnetID)
		switch {
		case !wanted || !s.IPv6CIDR.IsValid():
			n.IPv6 = netip.Addr{}
		case !n.IPv6.IsValid():
			n.IPv6 = ipv6Address(s.IPv6CIDR, n.ID)
		}
		tx.Put(n.record())
	}
}

// ipv6Address is an address in a /64, as AWS picks one: by chance, here by the
// interface's id.
func ipv6Address(block netip.Prefix, interfaceID string) netip.Addr {
	a := block.Masked().Addr().As16()
	sum := sha256.Sum256([]byte(interfaceID))
	copy(a[8:], sum[:8])
	return netip.AddrFrom16(a)
}
