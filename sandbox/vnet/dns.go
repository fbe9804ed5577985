package vnet

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	"fargate-privatelink/sandbox/world"
)

// destination is one address that a name leads to. Where no interface endpoint
// has it, endpoint and eni are zero values.
type destination struct {
	ip       netip.Addr
	endpoint world.Endpoint
	eni      world.NetworkInterface
}

// family is one of the two kinds of addresses.
type family struct {
	name, recordType string
	// shownBy are the endpoints' DNS record types that show addresses of the family.
	shownBy []string
	address func(world.NetworkInterface) netip.Addr
}

var (
	ipv4 = family{"IPv4", "A", []string{"ipv4", "dualstack"}, func(n world.NetworkInterface) netip.Addr { return n.PrivateIP }}
	ipv6 = family{"IPv6", "AAAA", []string{"ipv6", "dualstack"}, func(n world.NetworkInterface) netip.Addr { return n.IPv6 }}
)

func familyOf(ip netip.Addr) family {
	if ip.Is4() {
		return ipv4
	}
	return ipv6
}

// maxAliases is how many aliases in a row the resolver follows.
const maxAliases = 8

// resolve returns what a name or an IP address leads to from within a VPC, for a
// client with IPv6 addresses or one without. For a name, the answer is what the VPC's
// resolver gives: see
// https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html#interface-endpoint-dns-hostnames.
func resolve(tx *world.Tx, vpcID, name string, f family) ([]destination, error) {
	if ip, err := netip.ParseAddr(name); err == nil {
		return []destination{atAddress(tx, vpcID, ip)}, nil
	}
	v, ok := tx.VPC(vpcID)
	if !ok {
		return nil, fmt.Errorf("VPC %s does not exist", vpcID)
	}
	if !v.DNSSupport {
		return nil, noSuchHost(name, fmt.Sprintf("enableDnsSupport of %s is off, so the VPC has no DNS resolver", vpcID))
	}
	l := &lookup{tx: tx, vpc: v, name: name, family: f, host: strings.ToLower(strings.TrimSuffix(name, "."))}
	for range maxAliases {
		found, again, err := l.inPrivateZone()
		if err != nil || found != nil {
			return found, err
		}
		if !again {
			break
		}
	}
	return l.amongEndpoints()
}

// lookup is one name on its way through the VPC's resolver. Host is what is looked
// for next: aliases lead from one name to another.
type lookup struct {
	tx         *world.Tx
	vpc        world.VPC
	name, host string
	family     family
}

// inPrivateZone asks the VPC's private hosted zones, unless an endpoint's private name
// is more specific. The zone that covers a name answers, even if it lacks the name.
// Without DNS hostnames the VPC has no private zones. See
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html.
func (l *lookup) inPrivateZone() (found []destination, again bool, err error) {
	zone := l.tx.PrivateZone(l.vpc.ID, l.host)
	if zone == "" || !l.vpc.DNSHostnames || len(l.endpointZone()) >= len(zone) {
		return nil, false, nil
	}
	r, ok := l.tx.PrivateRecord(l.vpc.ID, l.host, l.family.recordType)
	switch {
	case !ok:
		return nil, false, l.noSuchHost("the private hosted zone %s answers for %s, and has no %s record of it", zone, l.host, l.family.recordType)
	case r.Alias != "":
		l.host = r.Alias
		return nil, true, nil
	case r.Type == "CNAME" && len(r.Values) > 0:
		l.host = r.Values[0]
		return nil, true, nil
	}
	for _, value := range r.Values {
		if ip, err := netip.ParseAddr(value); err == nil {
			found = append(found, atAddress(l.tx, l.vpc.ID, ip))
		}
	}
	return found, false, nil
}

// endpointZone is the domain of the private name of an endpoint in the VPC that covers
// the host, or "": AWS keeps a private hosted zone of that name.
func (l *lookup) endpointZone() (zone string) {
	for _, e := range l.tx.Endpoints() {
		domain := strings.TrimPrefix(e.PrivateDNSName, "*.")
		covers := domain != "" && (l.host == domain || strings.HasSuffix(l.host, "."+domain))
		if e.VpcID == l.vpc.ID && covers && len(domain) > len(zone) {
			zone = domain
		}
	}
	return zone
}

// amongEndpoints finds the endpoint that has the name.
func (l *lookup) amongEndpoints() ([]destination, error) {
	for _, e := range l.tx.Endpoints() {
		found := named(e, l.host, l.vpc)
		if len(found) == 0 {
			continue
		}
		if shown := recordsOf(e); !slices.Contains(l.family.shownBy, shown) {
			return nil, l.noSuchHost("it has no %s record: those of %s are for %s", l.family.recordType, e.ID, shown)
		}
		out := make([]destination, len(found))
		for i, eni := range found {
			out[i] = atAddress(l.tx, l.vpc.ID, l.family.address(eni))
		}
		return out, nil
	}
	if !l.vpc.DNSHostnames {
		return nil, l.noSuchHost("no interface endpoint has this name; private DNS names and private hosted zones don't resolve, since enableDnsHostnames of %s is off", l.vpc.ID)
	}
	return nil, l.noSuchHost("no interface endpoint has this name")
}

func (l *lookup) noSuchHost(format string, args ...any) error {
	return noSuchHost(l.name, fmt.Sprintf(format, args...))
}

// recordsOf says which addresses an endpoint's names have. Where the service is to
// say, they have those that the endpoint has.
func recordsOf(e world.Endpoint) string {
	if e.DNSRecordType == "" || e.DNSRecordType == "service-defined" {
		return e.AddressType
	}
	return e.DNSRecordType
}

// Resolves says whether an endpoint's names have addresses of the kind that a client
// has: IPv4 or IPv6.
func Resolves(e world.Endpoint, client netip.Addr) bool {
	return slices.Contains(familyOf(client).shownBy, recordsOf(e))
}

// named returns the interfaces whose addresses a name of an endpoint has: its own
// names are public and resolve anywhere, to addresses that mean something in its
// VPC only; the private name resolves nowhere else, and needs DNS hostnames there. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html.
func named(e world.Endpoint, host string, v world.VPC) []world.NetworkInterface {
	if len(e.DNSNames) > 0 && host == e.DNSNames[0] {
		return e.Interfaces
	}
	for i, eni := range e.Interfaces {
		if i+1 < len(e.DNSNames) && host == e.DNSNames[i+1] {
			return []world.NetworkInterface{eni}
		}
	}
	if e.VpcID == v.ID && v.DNSHostnames && matches(e.PrivateDNSName, host) {
		return e.Interfaces
	}
	return nil
}

// matches says whether a private DNS name, possibly a wildcard, covers a host.
func matches(private, host string) bool {
	if suffix, ok := strings.CutPrefix(private, "*"); ok {
		return strings.HasSuffix(host, suffix) && len(host) > len(suffix)
	}
	return private != "" && private == host
}

// atAddress returns the endpoint's interface that has an address in a VPC.
func atAddress(tx *world.Tx, vpcID string, ip netip.Addr) destination {
	if eni, ok := tx.InterfaceAt(vpcID, ip); ok {
		if e, ok := tx.Endpoint(eni.OwnerID); ok {
			return destination{ip, e, eni}
		}
	}
	return destination{ip: ip}
}

func noSuchHost(name, why string) error {
	return &net.DNSError{Err: "no such host: " + why, Name: name, IsNotFound: true}
}
