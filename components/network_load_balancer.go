package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// NetworkLoadBalancerType is the type token of NetworkLoadBalancer.
const NetworkLoadBalancerType = "fargate-privatelink:index:NetworkLoadBalancer"

// NetworkLoadBalancerArgs are the inputs of NetworkLoadBalancer.
type NetworkLoadBalancerArgs struct {
	// VpcId is the VPC of the load balancer and of its security group. Required.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// SubnetIds are the load balancer's subnets, one an Availability Zone, each
	// with at least eight free addresses. Required. Targets in other Availability
	// Zones get no traffic. Pulumi adds a subnet in place, but to take one away or
	// to exchange one it replaces the load balancer. See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds"`
	// ClientCidrs are the IPv4 CIDR blocks of the clients that may connect to
	// ListenerPorts (default none). They hold for clients in the VPC and, over
	// PrivateLink, for the clients' own private addresses in the consumers' VPCs.
	// With none, PrivateLink traffic is admitted without regard to the security
	// group, so that the endpoint service's principals and acceptance alone decide
	// who connects, and nobody else can. See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html.
	ClientCidrs []string `pulumi:"clientCidrs"`
	// ListenerPorts are the ports that ClientCidrs may connect to, each once.
	// Required with ClientCidrs, not used without.
	ListenerPorts []Port `pulumi:"listenerPorts"`
	// IpAddressType is "ipv4" (default) or "dualstack", for which every subnet must
	// have an IPv6 CIDR block. An endpoint service offers IPv6 only through a
	// dualstack load balancer; targets get IPv4 either way. See
	// https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html.
	IpAddressType string `pulumi:"ipAddressType"`
	// CrossZone says whether each of the load balancer's addresses sends traffic
	// to targets in all its Availability Zones (default false: to its own zone's).
	// AWS charges for traffic between zones.
	CrossZone pulumi.BoolPtrInput `pulumi:"crossZone"`
	// DeletionProtection makes AWS refuse to delete the load balancer (default
	// false), also when Pulumi has to replace it.
	DeletionProtection pulumi.BoolPtrInput `pulumi:"deletionProtection"`
	// DnsRecordClientRoutingPolicy says which zones' addresses clients in the VPC
	// resolve DnsName to: "any_availability_zone" (default),
	// "partial_availability_zone_affinity" (their own zone's for 85 % of queries) or
	// "availability_zone_affinity" (their own zone's). Clients of an endpoint service
	// resolve the endpoint's name instead. See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-load-balancer-attributes.html.
	DnsRecordClientRoutingPolicy string `pulumi:"dnsRecordClientRoutingPolicy"`
	// ZonalShift lets Amazon Application Recovery Controller take the load balancer
	// out of a zone (default false). See
	// https://docs.aws.amazon.com/r53recovery/latest/dg/arc-zonal-shift.html.
	ZonalShift pulumi.BoolPtrInput `pulumi:"zonalShift"`
	// AccessLogs says where the logs of the TLS listeners go (default nowhere).
	// Listeners of other protocols write none.
	AccessLogs *AccessLogsArgs `pulumi:"accessLogs"`
	// Retained leaves the load balancer as it is when SubnetIds or IpAddressType
	// change, which would replace it or change it (default false). It is for the
	// former load balancer of an endpoint service while its connections move to a new
	// one: AWS refuses to take away a load balancer that has any. Its subnets have to
	// stay for as long.
	Retained bool `pulumi:"retained"`
	// Tags are the tags of every child (default none).
	Tags pulumi.StringMapInput `pulumi:"tags"`
}

// AccessLogsArgs say where a load balancer writes its access logs. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html.
type AccessLogsArgs struct {
	// Bucket is the name of an S3 bucket in the load balancer's Region that lets AWS
	// write to it, as an [AccessLogBucket] does. Required.
	Bucket pulumi.StringInput `pulumi:"bucket"`
	// Prefix begins the objects' keys (default none).
	Prefix string `pulumi:"prefix"`
}

// clientRoutingPolicies are the values of DnsRecordClientRoutingPolicy.
var clientRoutingPolicies = []string{
	"any_availability_zone", "partial_availability_zone_affinity", "availability_zone_affinity",
}

// NetworkLoadBalancer is an internal Network Load Balancer with a security group,
// ready for a VPC endpoint service. It has the security group from its creation,
// since AWS lets none be added to a load balancer that was made without, and the
// group has no egress rules of its own: a [FargateService] adds the one that its
// tasks need. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html.
type NetworkLoadBalancer struct {
	pulumi.ResourceState

	// Arn is the load balancer's ARN, for listeners and endpoint services. It is
	// there once the load balancer is active, two to three minutes after its start.
	Arn pulumi.StringOutput `pulumi:"arn"`
	// ArnSuffix is the end of the ARN, which CloudWatch metrics know the load
	// balancer by.
	ArnSuffix pulumi.StringOutput `pulumi:"arnSuffix"`
	// DnsName is the load balancer's DNS name, which resolves to private addresses.
	DnsName pulumi.StringOutput `pulumi:"dnsName"`
	// SubnetIds are the subnets that it is in: not those of the arguments, where
	// Retained leaves it in others.
	SubnetIds pulumi.StringArrayOutput `pulumi:"subnetIds"`
	// ZoneId is the Route 53 hosted zone of DnsName, for alias records.
	ZoneId pulumi.StringOutput `pulumi:"zoneId"`
	// SecurityGroupId is the load balancer's security group, for rules that refer
	// to it. It doesn't wait for the load balancer.
	SecurityGroupId pulumi.StringOutput `pulumi:"securityGroupId"`
}

// NewNetworkLoadBalancer makes an internal Network Load Balancer. It returns an
// error when a required argument is missing, when the name can't be a load
// balancer's (more than 24 characters, anything but letters, digits and single
// hyphens, "internal-" or "sg-" at its beginning), when a CIDR block or a port is
// not valid or there twice, and when ClientCidrs comes without ListenerPorts.
func NewNetworkLoadBalancer(
	ctx *pulumi.Context, name string, args *NetworkLoadBalancerArgs, opts ...pulumi.ResourceOption,
) (*NetworkLoadBalancer, error) {
	if err := args.check(name); err != nil {
		return nil, err
	}
	component := &NetworkLoadBalancer{}
	if err := ctx.RegisterComponentResource(NetworkLoadBalancerType, name, component, opts...); err != nil {
		return nil, err
	}
	s := newScope(ctx, name, args.Tags, component)

	group, err := s.securityGroup("security-group", args.VpcId, "Network Load Balancer "+name)
	if err != nil {
		return nil, err
	}
	if err := admitClients(s, group, args); err != nil {
		return nil, err
	}
	loadBalancer, err := newLoadBalancer(s, group, args)
	if err != nil {
		return nil, err
	}

	component.Arn = loadBalancer.Arn
	component.ArnSuffix = loadBalancer.ArnSuffix
	component.DnsName = loadBalancer.DnsName
	component.SubnetIds = loadBalancer.Subnets
	component.ZoneId = loadBalancer.ZoneId
	component.SecurityGroupId = group.ID().ToStringOutput()
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"arn":             component.Arn,
		"arnSuffix":       component.ArnSuffix,
		"dnsName":         component.DnsName,
		"subnetIds":       component.SubnetIds,
		"zoneId":          component.ZoneId,
		"securityGroupId": component.SecurityGroupId,
	})
}

func (args *NetworkLoadBalancerArgs) check(name string) error {
	const component = "NetworkLoadBalancer"
	if args == nil {
		return noArgs(component, name)
	}
	var found faults
	found.add(checkLoadBalancerName(name))
	found.add(checkSecurityGroupName(name))
	found.add(required("VpcId", args.VpcId))
	found.add(required("SubnetIds", args.SubnetIds))
	found.add(checkCidrs("ClientCidrs", args.ClientCidrs))
	found.add(checkPorts("ListenerPorts", args.ListenerPorts))
	if len(args.ClientCidrs) > 0 && len(args.ListenerPorts) == 0 {
		found.addf("ListenerPorts is empty; with ClientCidrs it must say which ports they may connect to")
	}
	if args.IpAddressType != "" {
		found.add(checkOneOf("IpAddressType", args.IpAddressType, "ipv4", "dualstack"))
	}
	if args.DnsRecordClientRoutingPolicy != "" {
		found.add(checkOneOf("DnsRecordClientRoutingPolicy", args.DnsRecordClientRoutingPolicy, clientRoutingPolicies...))
	}
	if args.AccessLogs != nil {
		found.add(required("AccessLogs.Bucket", args.AccessLogs.Bucket))
	}
	return found.of(component, name)
}

// admitClients adds the ingress rules of ClientCidrs.
func admitClients(s scope, group *ec2.SecurityGroup, args *NetworkLoadBalancerArgs) error {
	for _, cidr := range args.ClientCidrs {
		for _, port := range args.ListenerPorts {
			for _, transport := range transportsOf[port.Protocol] {
				if _, err := s.admitIngress(group.ID(), cidrRule(cidr, port.Port, transport)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// newLoadBalancer states what the provider would leave as it is if it were no longer
// mentioned.
func newLoadBalancer(s scope, group *ec2.SecurityGroup, args *NetworkLoadBalancerArgs) (*lb.LoadBalancer, error) {
	opts := []pulumi.ResourceOption{s.parent}
	if args.Retained {
		opts = append(opts, pulumi.IgnoreChanges([]string{"subnets", "subnetMappings", "ipAddressType"}))
	}
	return lb.NewLoadBalancer(s.ctx, s.name, &lb.LoadBalancerArgs{
		LoadBalancerType:             pulumi.String("network"),
		Internal:                     pulumi.Bool(true),
		Subnets:                      args.SubnetIds,
		SecurityGroups:               pulumi.StringArray{group.ID()},
		EnableCrossZoneLoadBalancing: args.CrossZone,
		EnableDeletionProtection:     args.DeletionProtection,
		EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: enforcement(args.ClientCidrs),
		IpAddressType:                pulumi.String(orElse(args.IpAddressType, "ipv4")),
		DnsRecordClientRoutingPolicy: optionalString(args.DnsRecordClientRoutingPolicy),
		EnableZonalShift:             args.ZonalShift,
		AccessLogs:                   args.AccessLogs.input(),
		Tags:                         s.tagged(s.name),
	}, opts...)
}

// input says also that there are no logs: where the block is left out the provider
// changes nothing, and AWS goes on to write them. It requires a bucket that it then
// doesn't look at.
func (a *AccessLogsArgs) input() lb.LoadBalancerAccessLogsArgs {
	if a == nil {
		return lb.LoadBalancerAccessLogsArgs{Bucket: pulumi.String(""), Enabled: pulumi.Bool(false)}
	}
	return lb.LoadBalancerAccessLogsArgs{
		Bucket:  a.Bucket,
		Prefix:  optionalString(a.Prefix),
		Enabled: pulumi.Bool(true),
	}
}

// optionalString returns nil, which leaves the provider its default, for "".
func optionalString(value string) pulumi.StringPtrInput {
	if value == "" {
		return nil
	}
	return pulumi.String(value)
}

// enforcement returns the switch that applies the security group's ingress rules
// to PrivateLink traffic. It is always stated: AWS's own default is "on", which
// with a group that admits nobody drops every consumer's traffic in silence.
func enforcement(clientCidrs []string) pulumi.String {
	if len(clientCidrs) == 0 {
		return "off"
	}
	return "on"
}
