package components

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// InterfaceEndpointOptions are the options of an [InterfaceEndpoint].
type InterfaceEndpointOptions struct {
	// IpAddressType is ipv4, dualstack or ipv6: which addresses the endpoint has (default
	// ipv4). With IPv6 the service must support it and the subnets must have IPv6 CIDR
	// blocks. An endpoint keeps the type that it has when it is left out: set ipv4 to
	// take another one back. See
	// https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html.
	IpAddressType string `pulumi:"ipAddressType,optional" enum:"ipv4,dualstack,ipv6"`
	// DnsRecordIpType is ipv4, dualstack, ipv6 or service-defined: which addresses the
	// endpoint's names resolve to (default: those of ipAddressType). An endpoint keeps
	// what it has when it is left out.
	DnsRecordIpType string `pulumi:"dnsRecordIpType,optional" enum:"ipv4,dualstack,ipv6,service-defined"`
	// AdditionalSecurityGroupIds are security groups that the endpoint has besides its own,
	// at most 4, each once (default none). What they admit adds to what clients says.
	AdditionalSecurityGroupIds []pulumi.StringInput `pulumi:"additionalSecurityGroupIds,optional" form:"securityGroup" unique:"true" len:"0,4"`
	// PrivateIpv4Addresses are fixed addresses of the endpoint, one a zone, by the zone's
	// ID, such as use1-az1: 10.0.1.10 (default: AWS picks them), for firewalls that know
	// addresses only. Each must be free in the zone's subnet. They go with one network. See
	// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SubnetConfiguration.html.
	PrivateIpv4Addresses map[string]string `pulumi:"privateIpv4Addresses,optional" keys:"zone" form:"ipv4" len:"1,6"`
	// PrivateDns makes the service's private DNS name resolve to the endpoint in its VPC,
	// once the endpoint is accepted (default true). The VPC needs DNS hostnames and DNS
	// support. See
	// https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html.
	PrivateDns *bool `pulumi:"privateDns,optional" default:"true"`
	// PrivateDnsDomains are the domains in which the service's private DNS name may be, such
	// as example.com (default: any, of a contract that comes from a stack of the same
	// organization; none otherwise, and then the endpoint goes without the name). Whoever
	// names it decides what the VPC's clients reach under it.
	PrivateDnsDomains []string `pulumi:"privateDnsDomains,optional" form:"domain" len:"1,20" unique:"true"`
	// Policy is refused for an endpoint service: only AWS's own services look at one, as
	// JSON (default none). See
	// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html.
	Policy json.RawMessage `pulumi:"policy,optional"`
}

// addressType is the endpoint's. What the options don't say is not sent either, and
// what they say is sent even where it is the default, which takes another type back.
func (o *InterfaceEndpointOptions) addressType() string { return cmp.Or(o.IpAddressType, "ipv4") }

// ipv6 says whether the endpoint has IPv6 addresses.
func (o *InterfaceEndpointOptions) ipv6() bool { return o.addressType() != "ipv4" }

// ClientsOptions say who may connect to an endpoint.
type ClientsOptions struct {
	// CidrBlocks are the blocks of IPv4 or IPv6 addresses that may connect, each once.
	// IPv6 needs an endpoint whose ipAddressType is dualstack or ipv6.
	CidrBlocks []string `pulumi:"cidrBlocks,optional" form:"cidr46" unique:"true"`
	// SecurityGroupIds are the security groups whose members may connect, each once.
	SecurityGroupIds []string `pulumi:"securityGroupIds,optional" form:"securityGroup" unique:"true"`
	// PrefixListIds are the managed prefix lists whose addresses may connect, each once.
	// See https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html.
	PrefixListIds []string `pulumi:"prefixListIds,optional" form:"prefixList" unique:"true"`
}

// nobodyNamed are the clients where there is no word of any.
var nobodyNamed = &ClientsOptions{}

// checkEmpty refuses to name nobody: whoever writes an empty list doesn't mean everybody
// in the VPC.
func (o *ClientsOptions) checkEmpty(at check.Path, f *check.Faults) {
	if o != nobodyNamed && o.count() == 0 {
		f.Say(at, "has neither cidrBlocks nor securityGroupIds nor prefixListIds; it must say who may connect, or be left out for everybody in a new VPC")
	}
}

func (o *ClientsOptions) count() int {
	return len(o.CidrBlocks) + len(o.SecurityGroupIds) + len(o.PrefixListIds)
}

// checkIpv6 refuses IPv6 addresses that an endpoint without any would never see.
func (o *ClientsOptions) checkIpv6(at check.Path, endpoint *InterfaceEndpointOptions, endpointPath check.Path, f *check.Faults) {
	for i, block := range o.CidrBlocks {
		if strings.Contains(block, ":") && !endpoint.ipv6() {
			f.Say(at.Key("cidrBlocks").Index(i), "is %q; IPv6 needs %s to be dualstack or ipv6", block, endpointPath.Key("ipAddressType"))
		}
	}
}

// InterfaceEndpointArgs are the inputs of InterfaceEndpoint.
type InterfaceEndpointArgs struct {
	InterfaceEndpointOptions
	// VpcId is the VPC whose clients connect.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// SubnetIds are the subnets that get a network interface each, one an
	// Availability Zone, in zones that the service is in. The zones must be compared by
	// ID, as [SelectSubnets] does. AWS charges for each by the hour.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds"`
	// SubnetAddresses are fixed private IPv4 addresses, by the subnet's ID (default: AWS
	// picks them).
	SubnetAddresses pulumi.StringMapInput `pulumi:"subnetAddresses,optional"`
	// ServiceName is the endpoint service's name. A service that doesn't allow the
	// account is not found.
	ServiceName pulumi.StringInput `pulumi:"serviceName"`
	// ServiceRegion is the service's Region, where that is another one (default:
	// the endpoint's own). The service must support the endpoint's Region. See
	// https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region.
	ServiceRegion pulumi.StringPtrInput `pulumi:"serviceRegion,optional"`
	// Ports are the service's ports, each once.
	Ports []Port `pulumi:"ports"`
	// Clients may connect to Ports. There must be one client at least, here or among
	// those that are known later.
	Clients *ClientsOptions `pulumi:"clients,optional" default:"{}"`
	// ClientIpv6Cidrs are blocks of IPv6 addresses that are known later, such as a
	// created VPC's (default none). A key names its rules; it must not be empty.
	ClientIpv6Cidrs map[string]pulumi.StringInput `pulumi:"clientIpv6Cidrs,optional"`
	// ClientSecurityGroupIds are security groups that are known later (default none). A
	// key names its rules; it must not be empty.
	ClientSecurityGroupIds map[string]pulumi.StringInput `pulumi:"clientSecurityGroupIds,optional"`
	// ClientPrefixListIds are prefix lists that are known later (default none). A key
	// names its rules; it must not be empty.
	ClientPrefixListIds map[string]pulumi.StringInput `pulumi:"clientPrefixListIds,optional"`
	// Accepted says that the service has a private DNS name and has accepted the endpoint
	// (default false). An update with it switches PrivateDns on, or off. To leave it out
	// again switches nothing off: set PrivateDns to false.
	Accepted bool `pulumi:"accepted,optional"`
	// Tags are the tags of every child (default none).
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

// laterClients are those whose keys name their rules.
type laterClients struct {
	argument string
	clients  map[string]pulumi.StringInput
	rule     func(key string, client pulumi.StringInput, port int, transport string) rule
}

func (args *InterfaceEndpointArgs) laterClients() []laterClients {
	return []laterClients{
		{"clientIpv6Cidrs", args.ClientIpv6Cidrs, cidr6Rule},
		{"clientPrefixListIds", args.ClientPrefixListIds, prefixListRule},
		{"clientSecurityGroupIds", args.ClientSecurityGroupIds, groupRule},
	}
}

// Check checks that there are ports and clients, and that they go with the endpoint.
func (args *InterfaceEndpointArgs) Check(at check.Path, f *check.Faults) {
	args.checkPorts(at.Key("ports"), f)
	args.checkClients(at, f)
	noneMissing(at.Key("additionalSecurityGroupIds"), args.AdditionalSecurityGroupIds, f)
	if known, ok := args.ServiceName.(pulumi.String); ok {
		args.checkPolicyOf(string(known), at.Key("policy"), f)
	}
}

func (args *InterfaceEndpointArgs) checkPorts(path check.Path, f *check.Faults) {
	seen := map[int]bool{}
	for i, port := range args.Ports {
		if seen[port.Port] {
			f.Say(path.Index(i), "has port %d a second time; a load balancer has one listener a port, and tcp_udp serves both protocols", port.Port)
		}
		seen[port.Port] = true
	}
}

func (args *InterfaceEndpointArgs) checkClients(at check.Path, f *check.Faults) {
	clients := args.Clients.count()
	for _, later := range args.laterClients() {
		clients += len(later.clients)
		for key, client := range check.Sorted(later.clients) {
			switch path := at.Key(later.argument); {
			case key == "":
				f.Say(path, "has an empty key; each key names a resource")
			case missing(client):
				f.Say(path.Key(key), "is missing; it is required")
			}
		}
	}
	args.Clients.checkIpv6(at.Key("clients"), &args.InterfaceEndpointOptions, at, f)
	if len(args.ClientIpv6Cidrs) > 0 && !args.ipv6() {
		f.Say(at.Key("clientIpv6Cidrs"), "is set; IPv6 needs %s to be dualstack or ipv6", at.Key("ipAddressType"))
	}
	if clients == 0 {
		f.Say(at.Key("clients"), "is empty, and so are clientIpv6Cidrs, clientPrefixListIds and clientSecurityGroupIds; there must be at least one client")
	}
}

// checkPolicyOf refuses a policy where nothing would look at it.
func (o *InterfaceEndpointOptions) checkPolicyOf(serviceName string, path check.Path, f *check.Faults) {
	if o.Policy != nil && strings.Contains(serviceName, ".vpce-svc-") {
		f.Say(path, "is set; an endpoint service takes no endpoint policy, only AWS's own services do: "+
			"say who may connect with clients, and what they may do in the service")
	}
}
