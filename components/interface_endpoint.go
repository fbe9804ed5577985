package components

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// InterfaceEndpointType is the type token of InterfaceEndpoint.
const InterfaceEndpointType = "fargate-privatelink:index:InterfaceEndpoint"

// InterfaceEndpointArgs are the inputs of InterfaceEndpoint.
type InterfaceEndpointArgs struct {
	// VpcId is the VPC whose clients connect. Required.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// SubnetIds are the subnets that get a network interface each, one an
	// Availability Zone, in zones that the service is in. Required. The zones
	// must be compared by ID, as [SelectSubnets] does. AWS charges for each by the
	// hour.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds"`
	// ServiceName is the endpoint service's name. Required. A service that doesn't
	// allow the account is not found.
	ServiceName pulumi.StringInput `pulumi:"serviceName"`
	// ServiceRegion is the service's Region, where that is another one (default:
	// the endpoint's own). The service must support the endpoint's Region. See
	// https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region.
	ServiceRegion pulumi.StringPtrInput `pulumi:"serviceRegion"`
	// Ports are the service's ports, each once. Required.
	Ports []Port `pulumi:"ports"`
	// ClientCidrs are the CIDR blocks, of IPv4 or IPv6 addresses, that may connect to
	// Ports (default none). IPv6 needs an IpAddressType with it. There must be one
	// client of any kind.
	ClientCidrs []string `pulumi:"clientCidrs"`
	// ClientIpv6Cidrs are blocks of IPv6 addresses that are known later, such as a
	// created VPC's (default none). A key names its rules; it must not be empty.
	ClientIpv6Cidrs map[string]pulumi.StringInput `pulumi:"clientIpv6Cidrs"`
	// ClientSecurityGroupIds are the security groups whose members may connect to
	// Ports (default none). A key names its rules; it must not be empty.
	ClientSecurityGroupIds map[string]pulumi.StringInput `pulumi:"clientSecurityGroupIds"`
	// ClientPrefixListIds are the managed prefix lists whose addresses may connect to
	// Ports (default none). A key names its rules; it must not be empty. See
	// https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html.
	ClientPrefixListIds map[string]pulumi.StringInput `pulumi:"clientPrefixListIds"`
	// IpAddressType is "ipv4" (default), "dualstack" or "ipv6": which addresses the
	// endpoint has. With IPv6 the service must support it and the subnets must have
	// IPv6 CIDR blocks. An endpoint keeps the type that it has when it is left out: set
	// "ipv4" to take another one back. See
	// https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html.
	IpAddressType string `pulumi:"ipAddressType"`
	// DnsRecordIpType is "ipv4", "dualstack", "ipv6" or "service-defined": which
	// addresses the endpoint's names resolve to (default: those of IpAddressType). An
	// endpoint keeps what it has when it is left out.
	DnsRecordIpType string `pulumi:"dnsRecordIpType"`
	// Policy is refused for an endpoint service: only AWS's own services look at one
	// (default none). See
	// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html.
	Policy pulumi.StringPtrInput `pulumi:"policy"`
	// PrivateDnsEnabled makes the service's private DNS name resolve to the endpoint
	// in the VPC (default false). AWS refuses it while the endpoint is not accepted,
	// for a service without a verified name, and in a VPC without DNS hostnames and
	// DNS support. See
	// https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html.
	PrivateDnsEnabled pulumi.BoolPtrInput `pulumi:"privateDnsEnabled"`
	// PrivateDnsOnceAccepted switches private DNS on, or off again, with a resource of its
	// own (default: PrivateDnsEnabled alone has the say), since AWS refuses it before the
	// endpoint is accepted. It goes without PrivateDnsEnabled. An update with Accepted
	// does it. To leave it out again switches nothing off: set it to false.
	PrivateDnsOnceAccepted *bool `pulumi:"privateDnsOnceAccepted"`
	// Accepted says that the endpoint has been accepted (default false).
	Accepted bool `pulumi:"accepted"`
	// Tags are the tags of every child (default none).
	Tags pulumi.StringMapInput `pulumi:"tags"`
}

// InterfaceEndpoint is an interface VPC endpoint to an endpoint service, with a
// security group that lets its clients reach the service's ports and nothing else.
// The group has no egress rules: an endpoint answers, it starts no connection.
// Where the service requires acceptance, the endpoint is made and waits for it.
// See
// https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html.
type InterfaceEndpoint struct {
	pulumi.ResourceState

	// EndpointId is the endpoint's ID, which the service's owner accepts.
	EndpointId pulumi.StringOutput `pulumi:"endpointId"`
	// State is the endpoint's state: pendingAcceptance until it is accepted, then
	// available.
	State pulumi.StringOutput `pulumi:"state"`
	// OwnerId is the account of the endpoint.
	OwnerId pulumi.StringOutput `pulumi:"ownerId"`
	// DnsName is the name that resolves to the endpoint's interfaces in all its
	// Availability Zones.
	DnsName pulumi.StringOutput `pulumi:"dnsName"`
	// DnsNames are all the endpoint's names: DnsName, then one an Availability Zone.
	DnsNames pulumi.StringArrayOutput `pulumi:"dnsNames"`
	// HostedZoneId is the hosted zone of DnsName, for alias records.
	HostedZoneId pulumi.StringOutput `pulumi:"hostedZoneId"`
	// NetworkInterfaceIds are the endpoint's network interfaces, one a subnet.
	NetworkInterfaceIds pulumi.StringArrayOutput `pulumi:"networkInterfaceIds"`
	// SecurityGroupId is the endpoint's security group, for more rules.
	SecurityGroupId pulumi.StringOutput `pulumi:"securityGroupId"`
}

// NewInterfaceEndpoint makes an interface VPC endpoint. It returns an error when a
// required argument is missing, when the name begins with "sg-", when a port or a
// CIDR block is not valid or there twice, when there is no client, and when Policy
// comes with an endpoint service.
func NewInterfaceEndpoint(
	ctx *pulumi.Context, name string, args *InterfaceEndpointArgs, opts ...pulumi.ResourceOption,
) (*InterfaceEndpoint, error) {
	if err := args.check(name); err != nil {
		return nil, err
	}
	component := &InterfaceEndpoint{}
	if err := ctx.RegisterComponentResource(InterfaceEndpointType, name, component, opts...); err != nil {
		return nil, err
	}
	s := newScope(ctx, name, args.Tags, component)

	group, err := s.securityGroup("security-group", args.VpcId, "VPC endpoint "+name)
	if err != nil {
		return nil, err
	}
	for _, r := range args.rules() {
		if _, err := s.admitIngress(group.ID(), r); err != nil {
			return nil, err
		}
	}
	endpoint, err := newVpcEndpoint(s, group, args)
	if err != nil {
		return nil, err
	}

	if err := switchPrivateDns(s, endpoint, args); err != nil {
		return nil, err
	}

	component.EndpointId = endpoint.ID().ToStringOutput()
	component.OwnerId = endpoint.OwnerId
	component.HostedZoneId = hostedZone(endpoint)
	component.State = endpoint.State
	component.DnsNames = dnsNames(endpoint)
	component.DnsName = component.DnsNames.Index(pulumi.Int(0))
	component.NetworkInterfaceIds = endpoint.NetworkInterfaceIds
	component.SecurityGroupId = group.ID().ToStringOutput()
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"endpointId":          component.EndpointId,
		"ownerId":             component.OwnerId,
		"hostedZoneId":        component.HostedZoneId,
		"state":               component.State,
		"dnsName":             component.DnsName,
		"dnsNames":            component.DnsNames,
		"networkInterfaceIds": component.NetworkInterfaceIds,
		"securityGroupId":     component.SecurityGroupId,
	})
}

// rules returns what the endpoint's security group admits: every client on every
// port.
func (args *InterfaceEndpointArgs) rules() []rule {
	var rules []rule
	for _, port := range args.Ports {
		for _, transport := range transportsOf[port.Protocol] {
			for _, cidr := range args.ClientCidrs {
				rules = append(rules, cidrRule(cidr, port.Port, transport))
			}
			for _, kind := range []struct {
				clients map[string]pulumi.StringInput
				rule    func(key string, client pulumi.StringInput, port int, transport string) rule
			}{
				{args.ClientIpv6Cidrs, cidr6Rule},
				{args.ClientPrefixListIds, prefixListRule},
				{args.ClientSecurityGroupIds, groupRule},
			} {
				for _, key := range slices.Sorted(maps.Keys(kind.clients)) {
					rules = append(rules, kind.rule(key, kind.clients[key], port.Port, transport))
				}
			}
		}
	}
	return rules
}

func newVpcEndpoint(s scope, group *ec2.SecurityGroup, args *InterfaceEndpointArgs) (*ec2.VpcEndpoint, error) {
	return ec2.NewVpcEndpoint(s.ctx, s.name, &ec2.VpcEndpointArgs{
		VpcEndpointType:   pulumi.String("Interface"),
		VpcId:             args.VpcId,
		SubnetIds:         args.SubnetIds,
		ServiceName:       args.checkedServiceName(),
		ServiceRegion:     args.ServiceRegion,
		SecurityGroupIds:  pulumi.StringArray{group.ID()},
		IpAddressType:     optionalString(args.IpAddressType),
		DnsOptions:        args.dnsOptions(),
		Policy:            args.Policy,
		PrivateDnsEnabled: args.privateDnsEnabled(),
		Tags:              s.tagged(s.name),
	}, s.parent)
}

// checkedServiceName is the service's name, which fails where it is known late and
// takes no Policy.
func (args *InterfaceEndpointArgs) checkedServiceName() pulumi.StringPtrInput {
	return args.ServiceName.ToStringOutput().ApplyT(func(name string) (*string, error) {
		if args.Policy != nil {
			return &name, checkPolicyOf(name)
		}
		return &name, nil
	}).(pulumi.StringPtrOutput)
}

func (args *InterfaceEndpointArgs) dnsOptions() ec2.VpcEndpointDnsOptionsPtrInput {
	if args.DnsRecordIpType == "" {
		return nil
	}
	return &ec2.VpcEndpointDnsOptionsArgs{DnsRecordIpType: pulumi.String(args.DnsRecordIpType)}
}

// privateDnsEnabled is no Input where a resource of its own has the say, or the two
// would undo each other.
func (args *InterfaceEndpointArgs) privateDnsEnabled() pulumi.BoolPtrInput {
	switch {
	case args.PrivateDnsOnceAccepted != nil:
		return nil
	case args.PrivateDnsEnabled == nil:
		return pulumi.Bool(false)
	}
	return args.PrivateDnsEnabled
}

// switchPrivateDns keeps its resource also to switch private DNS off, since the provider
// does nothing when the resource is deleted. See
// https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ec2/vpc_endpoint_private_dns.go.
func switchPrivateDns(s scope, endpoint *ec2.VpcEndpoint, args *InterfaceEndpointArgs) error {
	if args.PrivateDnsOnceAccepted == nil || !args.Accepted {
		return nil
	}
	_, err := vpc.NewEndpointPrivateDns(s.ctx, s.named("private-dns"), &vpc.EndpointPrivateDnsArgs{
		VpcEndpointId:     endpoint.ID(),
		PrivateDnsEnabled: pulumi.Bool(*args.PrivateDnsOnceAccepted),
	}, s.parent)
	return err
}

// hostedZone returns the zone of the regional DNS name, the first one.
func hostedZone(endpoint *ec2.VpcEndpoint) pulumi.StringOutput {
	return endpoint.DnsEntries.ApplyT(func(entries []ec2.VpcEndpointDnsEntry) string {
		if len(entries) == 0 {
			return ""
		}
		return text(entries[0].HostedZoneId)
	}).(pulumi.StringOutput)
}

// dnsNames returns the endpoint's DNS names in AWS's order, the regional one first.
func dnsNames(endpoint *ec2.VpcEndpoint) pulumi.StringArrayOutput {
	return endpoint.DnsEntries.ApplyT(func(entries []ec2.VpcEndpointDnsEntry) []string {
		names := []string{}
		for _, entry := range entries {
			if entry.DnsName != nil {
				names = append(names, *entry.DnsName)
			}
		}
		return names
	}).(pulumi.StringArrayOutput)
}
