package components

import (
	"encoding/json"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// InterfaceEndpointType is the type token of InterfaceEndpoint.
const InterfaceEndpointType = "fargate-privatelink:index:InterfaceEndpoint"

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
// client is not valid or there twice, when there is no client, and when Policy comes
// with an endpoint service.
func NewInterfaceEndpoint(
	ctx *pulumi.Context, name string, args *InterfaceEndpointArgs, opts ...pulumi.ResourceOption,
) (*InterfaceEndpoint, error) {
	if args == nil {
		return nil, noArgs("InterfaceEndpoint", name)
	}
	args, faults := check.Args("", args)
	faults.Add(checkSecurityGroupName(name))
	if err := failed("InterfaceEndpoint", name, faults); err != nil {
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
			for _, cidr := range args.Clients.CidrBlocks {
				rules = append(rules, cidrRule(cidr, port.Port, transport))
			}
			for _, id := range args.Clients.PrefixListIds {
				rules = append(rules, prefixListRule(id, pulumi.String(id), port.Port, transport))
			}
			for _, id := range args.Clients.SecurityGroupIds {
				rules = append(rules, groupRule(id, pulumi.String(id), port.Port, transport))
			}
			for _, later := range args.laterClients() {
				for key, client := range check.Sorted(later.clients) {
					rules = append(rules, later.rule(key, client, port.Port, transport))
				}
			}
		}
	}
	return rules
}

func newVpcEndpoint(s scope, group *ec2.SecurityGroup, args *InterfaceEndpointArgs) (*ec2.VpcEndpoint, error) {
	input := &ec2.VpcEndpointArgs{
		VpcEndpointType:  pulumi.String("Interface"),
		VpcId:            args.VpcId,
		SubnetIds:        args.SubnetIds,
		ServiceName:      args.checkedServiceName(),
		ServiceRegion:    args.ServiceRegion,
		SecurityGroupIds: append(pulumi.StringArray{group.ID()}, args.AdditionalSecurityGroupIds...),
		IpAddressType:    optionalString(args.IpAddressType),
		DnsOptions:       args.dnsOptions(),
		Policy:           args.policy(),
		Tags:             s.tagged(s.name),
	}
	if args.SubnetAddresses != nil {
		input.SubnetConfigurations = subnetConfigurations(args.SubnetIds, args.SubnetAddresses)
	}
	return ec2.NewVpcEndpoint(s.ctx, s.name, input, s.parent)
}

// subnetConfigurations are those of the subnets that have a fixed address.
func subnetConfigurations(subnets pulumi.StringArrayInput, addresses pulumi.StringMapInput) ec2.VpcEndpointSubnetConfigurationArrayOutput {
	return pulumi.All(subnets, addresses).ApplyT(func(values []any) []ec2.VpcEndpointSubnetConfiguration {
		var configurations []ec2.VpcEndpointSubnetConfiguration
		for _, subnet := range values[0].([]string) {
			if address := values[1].(map[string]string)[subnet]; address != "" {
				configurations = append(configurations, ec2.VpcEndpointSubnetConfiguration{SubnetId: &subnet, Ipv4: &address})
			}
		}
		return configurations
	}).(ec2.VpcEndpointSubnetConfigurationArrayOutput)
}

// checkedServiceName is the service's name, which fails where it is known late and
// takes no policy.
func (args *InterfaceEndpointArgs) checkedServiceName() pulumi.StringPtrInput {
	return args.ServiceName.ToStringOutput().ApplyT(func(name string) (*string, error) {
		var f check.Faults
		args.checkPolicyOf(name, "policy", &f)
		return &name, f.Err()
	}).(pulumi.StringPtrOutput)
}

// policy is the policy's JSON, which may be written as a text.
func (args *InterfaceEndpointArgs) policy() pulumi.StringPtrInput {
	var text string
	switch {
	case args.Policy == nil:
		return nil
	case json.Unmarshal(args.Policy, &text) == nil:
		return pulumi.String(text)
	default:
		return pulumi.String(args.Policy)
	}
}

func (args *InterfaceEndpointArgs) dnsOptions() ec2.VpcEndpointDnsOptionsPtrInput {
	if args.DnsRecordIpType == "" {
		return nil
	}
	return &ec2.VpcEndpointDnsOptionsArgs{DnsRecordIpType: pulumi.String(args.DnsRecordIpType)}
}

// switchPrivateDns has a resource of its own, since AWS refuses private DNS before the
// endpoint is accepted; the endpoint itself says nothing of it, or the two would undo
// each other. The resource is there to switch private DNS off too, since the provider
// does nothing when it is deleted. See
// https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ec2/vpc_endpoint_private_dns.go.
func switchPrivateDns(s scope, endpoint *ec2.VpcEndpoint, args *InterfaceEndpointArgs) error {
	if !args.Accepted {
		return nil
	}
	_, err := vpc.NewEndpointPrivateDns(s.ctx, s.named("private-dns"), &vpc.EndpointPrivateDnsArgs{
		VpcEndpointId:     endpoint.ID(),
		PrivateDnsEnabled: pulumi.Bool(*args.PrivateDns),
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
