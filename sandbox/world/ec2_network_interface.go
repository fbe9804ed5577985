package world

import (
	"net/netip"
	"slices"
	"strings"
)

// InterfaceType is what a network interface is for, in the words of the EC2
// API, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html.
type InterfaceType string

// The types of network interface that the world makes.
const (
	InterfaceLoadBalancer InterfaceType = "network_load_balancer"
	InterfaceEndpoint     InterfaceType = "vpc_endpoint"
	InterfaceNATGateway   InterfaceType = "nat_gateway"
	InterfaceTask         InterfaceType = "interface"
	InterfaceMountTarget  InterfaceType = "efs"
)

// NetworkInterface is an elastic network interface: an address in a subnet.
type NetworkInterface struct {
	ID, Account, Region string
	VpcID, SubnetID     string
	// ZoneID is the AZ ID of the subnet.
	ZoneID    string
	PrivateIP netip.Addr
	// PublicIP is invalid where there is none, IPv6 too.
	PublicIP, IPv6 netip.Addr
	// GroupIDs are the security groups; empty for an NLB made without one and
	// for a NAT gateway, whose traffic no group filters.
	GroupIDs []string
	Type     InterfaceType
	// OwnerID is the id of what the interface belongs to: an ARN or an EC2 id.
	OwnerID string
}

func asNetworkInterface(r *Record) NetworkInterface {
	private, _ := netip.ParseAddr(r.Hidden.Str("privateIp"))
	public, _ := netip.ParseAddr(r.Hidden.Str("publicIp"))
	ipv6, _ := netip.ParseAddr(r.Hidden.Str("ipv6"))
	return NetworkInterface{
		ID: r.ID, Account: r.Account, Region: r.Region,
		VpcID: r.Hidden.Str("vpcId"), SubnetID: r.Hidden.Str("subnetId"), ZoneID: r.Hidden.Str("zoneId"),
		PrivateIP: private, PublicIP: public, IPv6: ipv6,
		GroupIDs: r.Hidden.Strs("groupIds"),
		Type:     InterfaceType(r.Hidden.Str("type")),
		OwnerID:  r.Hidden.Str("ownerId"),
	}
}

func (n NetworkInterface) record() *Record {
	hidden := Props{
		"vpcId": n.VpcID, "subnetId": n.SubnetID, "zoneId": n.ZoneID,
		"privateIp": n.PrivateIP.String(),
		"groupIds":  anys(n.GroupIDs),
		"type":      string(n.Type),
		"ownerId":   n.OwnerID,
	}
	if n.PublicIP.IsValid() {
		hidden["publicIp"] = n.PublicIP.String()
	}
	if n.IPv6.IsValid() {
		hidden["ipv6"] = n.IPv6.String()
	}
	return &Record{Kind: KindNetworkInterface, ID: n.ID, Account: n.Account, Region: n.Region, Hidden: hidden}
}

// NetworkInterfaces returns the interfaces of an owner: a load balancer (ARN),
// an endpoint (id), a NAT gateway (id) or a task (ARN), by AZ ID.
func (tx *Tx) NetworkInterfaces(ownerID string) []NetworkInterface {
	out := tx.interfacesWhere(func(n NetworkInterface) bool { return n.OwnerID == ownerID })
	slices.SortStableFunc(out, func(a, b NetworkInterface) int { return strings.Compare(a.ZoneID, b.ZoneID) })
	return out
}

// InterfaceAt returns the interface that has a private address in a VPC.
func (tx *Tx) InterfaceAt(vpcID string, ip netip.Addr) (NetworkInterface, bool) {
	found := tx.interfacesWhere(func(n NetworkInterface) bool { return n.VpcID == vpcID && (n.PrivateIP == ip || n.IPv6 == ip) })
	if len(found) == 0 {
		return NetworkInterface{}, false
	}
	return found[0], true
}

func (tx *Tx) interfacesWhere(f func(NetworkInterface) bool) []NetworkInterface {
	var out []NetworkInterface
	tx.each(KindNetworkInterface, func(r *Record) bool {
		if n := asNetworkInterface(r); f(n) {
			out = append(out, n)
		}
		return true
	})
	return out
}

// addInterface makes an interface in a subnet, with an address from it.
func (tx *Tx) addInterface(s Subnet, t InterfaceType, ownerID string, groupIDs []string) (NetworkInterface, error) {
	if !s.CIDR.IsValid() {
		return tx.putInterface(s, netip.Addr{}, t, ownerID, groupIDs), nil
	}
	ip, err := tx.takePrivate(s)
	if err != nil {
		return NetworkInterface{}, err
	}
	return tx.addInterfaceAt(s, ip, t, ownerID, groupIDs)
}

// addInterfaceAt makes an interface at an address that has to be free.
func (tx *Tx) addInterfaceAt(s Subnet, ip netip.Addr, t InterfaceType, ownerID string, groupIDs []string) (NetworkInterface, error) {
	if err := tx.checkFixed(s, ip); err != nil {
		return NetworkInterface{}, err
	}
	return tx.putInterface(s, ip, t, ownerID, groupIDs), nil
}

func (tx *Tx) putInterface(s Subnet, ip netip.Addr, t InterfaceType, ownerID string, groupIDs []string) NetworkInterface {
	n := NetworkInterface{
		ID: "eni-" + tx.Hex(17), Account: s.Account, Region: s.Region,
		VpcID: s.VpcID, SubnetID: s.ID, ZoneID: s.ZoneID, PrivateIP: ip,
		GroupIDs: groupIDs, Type: t, OwnerID: ownerID,
	}
	tx.Put(n.record())
	return n
}

// fitInterfaces makes an owner's interfaces one in each of the subnets, with
// these groups and, where an address is fixed for the subnet, at that address:
// missing ones are added, others removed, the rest changed.
func (tx *Tx) fitInterfaces(subnetIDs []string, fixed map[string]netip.Addr, t InterfaceType, ownerID string, groupIDs []string) error {
	have := map[string]bool{}
	for _, n := range tx.NetworkInterfaces(ownerID) {
		ip, isFixed := fixed[n.SubnetID]
		if !slices.Contains(subnetIDs, n.SubnetID) || isFixed && ip != n.PrivateIP {
			tx.Delete(n.record())
			continue
		}
		have[n.SubnetID] = true
		n.GroupIDs = groupIDs
		tx.Put(n.record())
	}
	for _, id := range subnetIDs {
		if have[id] {
			continue
		}
		s, _ := tx.Subnet(id)
		if err := tx.addInterfaceIn(s, fixed, t, ownerID, groupIDs); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) addInterfaceIn(s Subnet, fixed map[string]netip.Addr, t InterfaceType, ownerID string, groupIDs []string) (err error) {
	if ip, ok := fixed[s.ID]; ok {
		_, err = tx.addInterfaceAt(s, ip, t, ownerID, groupIDs)
	} else {
		_, err = tx.addInterface(s, t, ownerID, groupIDs)
	}
	return err
}

func (tx *Tx) removeInterfaces(ownerID string) {
	for _, n := range tx.NetworkInterfaces(ownerID) {
		tx.Delete(n.record())
	}
}

// fixedAddresses are the addresses that a property of a block fixes for the
// block's subnet.
func fixedAddresses(blocks []Props, property string) map[string]netip.Addr {
	out := map[string]netip.Addr{}
	for _, b := range blocks {
		if ip, err := netip.ParseAddr(b.Str(property)); err == nil {
			out[b.Str("subnetId")] = ip
		}
	}
	return out
}
