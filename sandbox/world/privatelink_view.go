package world

import (
	"slices"
	"strings"
)

// Endpoint is a VPC endpoint, as the read-only view shows it.
type Endpoint struct {
	ID, Account, Region string
	VpcID               string
	ServiceName         string
	ServiceRegion       string
	// Type is "Interface" or "Gateway".
	Type string
	// AddressType is an interface endpoint's: "ipv4", "dualstack" or "ipv6".
	AddressType string
	// DNSRecordType is which addresses its names have: "ipv4", "dualstack" or "ipv6".
	DNSRecordType string
	// State is that of the connection to the service: "pendingAcceptance",
	// "available" or "rejected". Only an available one carries traffic.
	State            string
	SecurityGroupIDs []string
	// Interfaces are the network interfaces, one a subnet, by AZ ID.
	Interfaces []NetworkInterface
	// DNSNames are the regional name, one for each interface in the order of
	// Interfaces, and the private name where it is enabled.
	DNSNames []string
	// PrivateDNSName resolves to the endpoint within its VPC; "" if not enabled.
	// One that begins with "*." stands for every name under it.
	PrivateDNSName string
}

// Endpoints returns the VPC endpoints of every account, by id.
func (tx *Tx) Endpoints() []Endpoint {
	var out []Endpoint
	tx.each(TokenEndpoint, func(r *Record) bool {
		out = append(out, tx.asEndpoint(r))
		return true
	})
	return out
}

// Endpoint returns the VPC endpoint with that id, in whatever account.
func (tx *Tx) Endpoint(id string) (Endpoint, bool) {
	r := tx.peek(TokenEndpoint, id)
	if r == nil {
		return Endpoint{}, false
	}
	return tx.asEndpoint(r), true
}

func (tx *Tx) asEndpoint(r *Record) Endpoint {
	e := Endpoint{
		ID: r.ID, Account: r.Account, Region: r.Region,
		VpcID:            r.Outputs.Str("vpcId"),
		ServiceName:      r.Outputs.Str("serviceName"),
		ServiceRegion:    r.Outputs.Str("serviceRegion"),
		Type:             r.Outputs.Str("vpcEndpointType"),
		AddressType:      r.Outputs.Str("ipAddressType"),
		DNSRecordType:    r.Outputs.Map("dnsOptions").Str("dnsRecordIpType"),
		State:            r.Outputs.Str("state"),
		SecurityGroupIDs: r.Outputs.Strs("securityGroupIds"),
		Interfaces:       tx.NetworkInterfaces(r.ID),
	}
	if e.Type == endpointGateway {
		return e
	}
	if r.Outputs.Bool("privateDnsEnabled") {
		e.PrivateDNSName = tx.privateNameOf(e.ServiceName, e.Region)
	}
	e.DNSNames = endpointDNSNames(tx, r, e.PrivateDNSName)
	return e
}

// privateNameOf is the private DNS name that a service offers, or "".
func (tx *Tx) privateNameOf(serviceName, region string) string {
	if s, ok := findAWSService(serviceName, region); ok {
		return s.privateName(region)
	}
	s, _ := tx.EndpointServiceNamed(serviceName)
	return s.PrivateDNSName
}

// EndpointService is a PrivateLink service, as the read-only view shows it.
type EndpointService struct {
	ID, Name, Account, Region string
	LoadBalancerARNs          []string
	// ZoneIDs are the AZ IDs in which it can be connected to.
	ZoneIDs            []string
	AcceptanceRequired bool
	AllowedPrincipals  []string
	SupportedRegions   []string
	// AddressTypes are "ipv4", "ipv6" or both.
	AddressTypes   []string
	PrivateDNSName string
	// PrivateDNSState is "pendingVerification" or "verified"; "" without a name.
	PrivateDNSState string
}

// EndpointServices returns the PrivateLink services of every account, by id.
func (tx *Tx) EndpointServices() []EndpointService {
	var out []EndpointService
	tx.each(TokenEndpointService, func(r *Record) bool {
		out = append(out, tx.asEndpointService(r))
		return true
	})
	return out
}

// EndpointService returns the PrivateLink service with that id, in whatever account.
func (tx *Tx) EndpointService(id string) (EndpointService, bool) {
	r := tx.peek(TokenEndpointService, id)
	if r == nil {
		return EndpointService{}, false
	}
	return tx.asEndpointService(r), true
}

// EndpointServiceNamed returns the PrivateLink service of that name,
// "com.amazonaws.vpce.us-east-1.vpce-svc-…", in whatever account.
func (tx *Tx) EndpointServiceNamed(name string) (EndpointService, bool) {
	r := tx.first(TokenEndpointService, func(r *Record) bool { return r.Outputs.Str("serviceName") == name })
	if r == nil {
		return EndpointService{}, false
	}
	return tx.asEndpointService(r), true
}

func (tx *Tx) asEndpointService(r *Record) EndpointService {
	s := EndpointService{
		ID: r.ID, Name: r.Outputs.Str("serviceName"), Account: r.Account, Region: r.Region,
		LoadBalancerARNs:   r.Outputs.Strs("networkLoadBalancerArns"),
		AcceptanceRequired: r.Outputs.Bool("acceptanceRequired"),
		AllowedPrincipals:  allowedPrincipals(r),
		SupportedRegions:   r.Outputs.Strs("supportedRegions"),
		AddressTypes:       r.Outputs.Strs("supportedIpAddressTypes"),
		PrivateDNSName:     r.Outputs.Str("privateDnsName"),
	}
	for _, name := range r.Outputs.Strs("availabilityZones") {
		z, _ := tx.zoneByName(r.Account, r.Region, name)
		s.ZoneIDs = append(s.ZoneIDs, z.ID)
	}
	for _, p := range r.Outputs.Maps("privateDnsNameConfigurations") {
		s.PrivateDNSState = p.Str("state")
	}
	return s
}

// Allows says whether an account may connect: its own always, others if one of
// the principals is everybody or someone in the account. The world does not
// know which role of an account deploys, so a role's or user's permission is
// taken to be the deployer's. It has no organizations either: a permission for an
// organizational unit, or for a service of AWS's, is for none of its accounts.
func (s EndpointService) Allows(account string) bool {
	return s.Account == account || slices.ContainsFunc(s.AllowedPrincipals, func(p string) bool {
		return p == "*" || principalAccount(p) == account
	})
}

// principalAccount is the account of a principal's ARN, "" for other principals.
func principalAccount(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[2] != "iam" {
		return ""
	}
	return parts[4]
}

// Connections returns the endpoints that are connected to a service, whatever
// the state of the connection, by id.
func (tx *Tx) Connections(serviceID string) []Endpoint {
	s, ok := tx.EndpointService(serviceID)
	if !ok {
		return nil
	}
	return slices.DeleteFunc(tx.Endpoints(), func(e Endpoint) bool { return e.ServiceName != s.Name })
}
