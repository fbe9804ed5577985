package components

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
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
	// ClientCidrs are the IPv4 CIDR blocks that may connect to Ports (default none).
	// There must be one, or a client security group.
	ClientCidrs []string `pulumi:"clientCidrs"`
	// ClientSecurityGroupIds are the security groups whose members may connect to
	// Ports (default none). A key names its rules; it must not be empty.
	ClientSecurityGroupIds map[string]pulumi.StringInput `pulumi:"clientSecurityGroupIds"`
	// PrivateDnsEnabled makes the service's private DNS name resolve to the endpoint
	// in the VPC (default false). AWS refuses it while the endpoint is not accepted,
	// for a service without a verified name, and in a VPC without DNS hostnames and
	// DNS support. See
	// https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html.
	PrivateDnsEnabled pulumi.BoolPtrInput `pulumi:"privateDnsEnabled"`
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
	// DnsName is the name that resolves to the endpoint's interfaces in all its
	// Availability Zones.
	DnsName pulumi.StringOutput `pulumi:"dnsName"`
	// DnsNames are all the endpoint's names: DnsName, then one an Availability Zone.
	DnsNames pulumi.StringArrayOutput `pulumi:"dnsNames"`
	// NetworkInterfaceIds are the endpoint's network interfaces, one a subnet.
	NetworkInterfaceIds pulumi.StringArrayOutput `pulumi:"networkInterfaceIds"`
	// SecurityGroupId is the endpoint's security group, for more rules.
	SecurityGroupId pulumi.StringOutput `pulumi:"securityGroupId"`
}

// NewInterfaceEndpoint makes an interface VPC endpoint. It returns an error when a
// required argument is missing, when the name begins with "sg-", when a port or a
// CIDR block is not valid or there twice, and when there is no client.
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

	component.EndpointId = endpoint.ID().ToStringOutput()
	component.State = endpoint.State
	component.DnsNames = dnsNames(endpoint)
	component.DnsName = component.DnsNames.Index(pulumi.Int(0))
	component.NetworkInterfaceIds = endpoint.NetworkInterfaceIds
	component.SecurityGroupId = group.ID().ToStringOutput()
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"endpointId":          component.EndpointId,
		"state":               component.State,
		"dnsName":             component.DnsName,
		"dnsNames":            component.DnsNames,
		"networkInterfaceIds": component.NetworkInterfaceIds,
		"securityGroupId":     component.SecurityGroupId,
	})
}

func (args *InterfaceEndpointArgs) check(name string) error {
	const component = "InterfaceEndpoint"
	if args == nil {
		return noArgs(component, name)
	}
	var found faults
	found.add(checkSecurityGroupName(name))
	found.add(required("VpcId", args.VpcId))
	found.add(required("SubnetIds", args.SubnetIds))
	found.add(required("ServiceName", args.ServiceName))
	if len(args.Ports) == 0 {
		found.addf("Ports is empty; it must have at least one port of the service")
	}
	found.add(checkPorts("Ports", args.Ports))
	found.add(checkCidrs("ClientCidrs", args.ClientCidrs))
	for _, key := range slices.Sorted(maps.Keys(args.ClientSecurityGroupIds)) {
		found.add(checkKey("ClientSecurityGroupIds", key, args.ClientSecurityGroupIds[key]))
	}
	if len(args.ClientCidrs)+len(args.ClientSecurityGroupIds) == 0 {
		found.addf("ClientCidrs and ClientSecurityGroupIds are empty; there must be at least one client")
	}
	return found.of(component, name)
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
			for _, key := range slices.Sorted(maps.Keys(args.ClientSecurityGroupIds)) {
				rules = append(rules, groupRule(key, args.ClientSecurityGroupIds[key], port.Port, transport))
			}
		}
	}
	return rules
}

func newVpcEndpoint(s scope, group *ec2.SecurityGroup, args *InterfaceEndpointArgs) (*ec2.VpcEndpoint, error) {
	privateDnsEnabled := args.PrivateDnsEnabled
	if privateDnsEnabled == nil {
		privateDnsEnabled = pulumi.Bool(false)
	}
	return ec2.NewVpcEndpoint(s.ctx, s.name, &ec2.VpcEndpointArgs{
		VpcEndpointType:   pulumi.String("Interface"),
		VpcId:             args.VpcId,
		SubnetIds:         args.SubnetIds,
		ServiceName:       args.ServiceName.ToStringOutput().ToStringPtrOutput(),
		ServiceRegion:     args.ServiceRegion,
		SecurityGroupIds:  pulumi.StringArray{group.ID()},
		PrivateDnsEnabled: privateDnsEnabled,
		Tags:              s.tagged(s.name),
	}, s.parent)
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
