package world

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Route is one row of a route table, see
// https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html.
type Route struct {
	RouteTableID string
	// Destination is the block that the row is for; invalid where PrefixListID is set.
	Destination netip.Prefix
	// PrefixListID names the AWS service that a gateway endpoint's row is for.
	PrefixListID string
	// Target is the id of the gateway, endpoint or interface, or "local".
	Target string
	// Blackhole: the target does not exist any more.
	Blackhole bool
}

// LocalTarget is the target of the route within the VPC.
const LocalTarget = "local"

// internet stands for any address on the Internet where a route or a security
// group has to be asked about one.
var internet = netip.MustParseAddr("8.8.8.8")

// RouteTableOf returns the route table that rules a subnet: the associated one,
// or else the VPC's main one.
func (tx *Tx) RouteTableOf(subnetID string) string {
	a := tx.first(TokenRouteTableAssociation, func(r *Record) bool { return r.Outputs.Str("subnetId") == subnetID })
	if a != nil {
		return a.Outputs.Str("routeTableId")
	}
	s, _ := tx.Subnet(subnetID)
	v, _ := tx.VPC(s.VpcID)
	return v.MainRouteTableID
}

// routeTableVPC returns the VPC of a route table, a main one too, or "".
func (tx *Tx) routeTableVPC(id string) string {
	if r := tx.peek(TokenRouteTable, id); r != nil {
		return r.Outputs.Str("vpcId")
	}
	if r := tx.peek(KindMainRouteTable, id); r != nil {
		return r.Hidden.Str("vpcId")
	}
	return ""
}

// Routes returns the rows of a route table, the local one first.
func (tx *Tx) Routes(tableID string) []Route {
	v, ok := tx.VPC(tx.routeTableVPC(tableID))
	if !ok {
		return nil
	}
	out := []Route{{RouteTableID: tableID, Destination: v.CIDR, Target: LocalTarget}}
	if table := tx.peek(TokenRouteTable, tableID); table != nil {
		for _, r := range table.Outputs.Maps("routes") {
			out = append(out, tx.route(tableID, r.Str("cidrBlock"), routeTarget(r)))
		}
	}
	tx.each(TokenRoute, func(r *Record) bool {
		if r.Outputs.Str("routeTableId") == tableID {
			out = append(out, tx.route(tableID, r.Outputs.Str("destinationCidrBlock"), routeTarget(r.Outputs)))
		}
		return true
	})
	tx.each(TokenEndpoint, func(r *Record) bool {
		if slices.Contains(r.Outputs.Strs("routeTableIds"), tableID) {
			out = append(out, Route{RouteTableID: tableID, PrefixListID: r.Outputs.Str("prefixListId"), Target: r.ID})
		}
		return true
	})
	return out
}

func (tx *Tx) route(tableID, cidr, target string) Route {
	p, _ := netip.ParsePrefix(cidr)
	return Route{RouteTableID: tableID, Destination: p, Target: target, Blackhole: !tx.targetExists(target)}
}

// targetExists says whether a route's target is still there. A target of a kind
// that the world does not have is taken to be.
func (tx *Tx) targetExists(id string) bool {
	for prefix, kind := range map[string]string{
		"igw-": TokenInternetGateway, "nat-": TokenNATGateway, "vpce-": TokenEndpoint, "eni-": KindNetworkInterface,
	} {
		if strings.HasPrefix(id, prefix) {
			return tx.peek(kind, id) != nil
		}
	}
	return true
}

// RouteTo returns the row that traffic from a subnet to an address takes: the
// one with the longest prefix, as AWS picks it.
func (tx *Tx) RouteTo(subnetID string, to netip.Addr) (Route, bool) {
	var best Route
	found := false
	for _, r := range tx.Routes(tx.RouteTableOf(subnetID)) {
		if r.Destination.IsValid() && r.Destination.Contains(to) && (!found || r.Destination.Bits() > best.Destination.Bits()) {
			best, found = r, true
		}
	}
	return best, found
}

// InternetPath says how traffic from a subnet gets to the Internet: through the
// id of an internet gateway, which takes a public address, or of a NAT gateway.
// Where it does not, reason says why.
func (tx *Tx) InternetPath(subnetID string, hasPublicIP bool) (via, reason string) {
	table := tx.RouteTableOf(subnetID)
	r, ok := tx.RouteTo(subnetID, internet)
	switch {
	case !ok && tx.assumedRoutes(table):
		return "an assumed route", ""
	case !ok:
		return "", fmt.Sprintf("route table %s of subnet %s has no route to the Internet", table, subnetID)
	case r.Blackhole:
		return "", fmt.Sprintf("the route to %s in route table %s leads to %s, which does not exist", r.Destination, table, r.Target)
	case strings.HasPrefix(r.Target, "igw-"):
		if !hasPublicIP {
			return "", fmt.Sprintf("subnet %s leads to internet gateway %s, which takes a public IP address, and there is none", subnetID, r.Target)
		}
		return r.Target, ""
	case strings.HasPrefix(r.Target, "nat-"):
		return tx.natPath(r.Target)
	}
	return "", fmt.Sprintf("the route to %s in route table %s leads to %s, not to the Internet", r.Destination, table, r.Target)
}

// natPath follows a NAT gateway's own subnet to the internet gateway.
func (tx *Tx) natPath(natID string) (via, reason string) {
	nat := tx.peek(TokenNATGateway, natID)
	if nat.Outputs.Str("connectivityType") != "public" {
		return "", fmt.Sprintf("NAT gateway %s is private", natID)
	}
	subnet := nat.Outputs.Str("subnetId")
	r, ok := tx.RouteTo(subnet, internet)
	if !ok || r.Blackhole || !strings.HasPrefix(r.Target, "igw-") {
		return "", fmt.Sprintf("subnet %s of NAT gateway %s has no route to an internet gateway", subnet, natID)
	}
	return natID, ""
}
