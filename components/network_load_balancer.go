package components

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// NetworkLoadBalancerType is the type token of NetworkLoadBalancer.
const NetworkLoadBalancerType = "fargate-privatelink:index:NetworkLoadBalancer"

// LoadBalancerOptions are the options of one Network Load Balancer.
type LoadBalancerOptions struct {
	// ClientCidrs are the IPv4 CIDR blocks of the clients that may connect to the
	// listeners, each once (default none). They hold for clients in the VPC and, over
	// PrivateLink, for the clients' own private addresses in the consumers' VPCs. With
	// none, PrivateLink traffic is admitted without regard to the security group, so that
	// the endpoint service's principals and acceptance alone decide who connects, and
	// nobody else can. See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html.
	ClientCidrs []string `pulumi:"clientCidrs,optional" form:"cidr" unique:"true"`
	// AdditionalSecurityGroupIds are security groups that the load balancer has besides its
	// own, at most 4, each once (default none). To PrivateLink traffic they apply only with
	// clientCidrs, as its own does.
	AdditionalSecurityGroupIds []pulumi.StringInput `pulumi:"additionalSecurityGroupIds,optional" form:"securityGroup" unique:"true" len:"0,4"`
	// MinimumCapacityUnits reserves capacity before it is needed, 1 to 1000000 Load Balancer
	// Capacity Units over all zones, at a charge (default none). What AWS takes, at the least
	// and at the most, depends on the zones and on the account's quota. See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/capacity-unit-reservation.html.
	MinimumCapacityUnits *int `pulumi:"minimumCapacityUnits,optional" range:"1,1000000"`
	// CrossZone says whether each of the load balancer's addresses sends traffic to
	// targets in all its Availability Zones, and not only in its own (default: false where
	// each zone has a task, and true otherwise; of a NetworkLoadBalancer by itself: false).
	// AWS charges for traffic between zones.
	CrossZone *bool `pulumi:"crossZone,optional"`
	// DeletionProtection makes AWS refuse to delete the load balancer (default false, and true
	// where the side is hardened), also when Pulumi has to replace it.
	DeletionProtection *bool `pulumi:"deletionProtection,optional"`
	// Dualstack gives the load balancer IPv6 addresses too (default false). Every subnet
	// must have an IPv6 CIDR block. An endpoint service offers IPv6 only through such a
	// load balancer; targets get IPv4 either way. See
	// https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html.
	Dualstack bool `pulumi:"dualstack,optional"`
	// DnsRecordClientRoutingPolicy says which zones' addresses clients in the VPC resolve
	// the load balancer's name to: any_availability_zone (default),
	// partial_availability_zone_affinity (their own zone's for 85 % of queries) or
	// availability_zone_affinity (their own zone's). Clients of an endpoint service resolve
	// the endpoint's name instead. See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-load-balancer-attributes.html.
	DnsRecordClientRoutingPolicy string `pulumi:"dnsRecordClientRoutingPolicy,optional" enum:"any_availability_zone,partial_availability_zone_affinity,availability_zone_affinity"`
	// ZonalShift lets Amazon Application Recovery Controller take the load balancer out of a
	// zone (default false). See
	// https://docs.aws.amazon.com/r53recovery/latest/dg/arc-zonal-shift.html.
	ZonalShift bool `pulumi:"zonalShift,optional"`
}

// NetworkLoadBalancerOptions are the options of a service's load balancers, of which there
// are two while one replaces the other.
type NetworkLoadBalancerOptions struct {
	LoadBalancerOptions
	// AvailabilityZoneIds are the zones of the load balancer, each once, such as use1-az1
	// (default: all of the network's).
	AvailabilityZoneIds []string `pulumi:"availabilityZoneIds,optional" form:"zone" unique:"true"`
	// PrivateIpv4Addresses are fixed addresses of the load balancer, one a zone, by the
	// zone's ID, such as use1-az1: 10.0.1.10 (default: AWS picks them). Each must be free in
	// the zone's subnet. To change them replaces the load balancer, which takes another
	// generation with other addresses.
	PrivateIpv4Addresses map[string]string `pulumi:"privateIpv4Addresses,optional" keys:"zone" form:"ipv4" len:"1,6"`
	// AccessLogs say where the logs of the tls listeners go (default nowhere).
	AccessLogs *AccessLogsOptions `pulumi:"accessLogs,optional"`
	// Generation is the number of the load balancer, 1 to 9 (default 1). Another one
	// replaces it by a new one. See docs/replacing-the-load-balancer.md.
	Generation *int `pulumi:"generation,optional" default:"1" range:"1,9"`
	// RetainPrevious keeps the load balancer of the generation before, beside the new one,
	// until its connections have moved (default false).
	RetainPrevious bool `pulumi:"retainPrevious,optional"`
}

// AccessLogsArgs say where a load balancer writes its access logs. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html.
type AccessLogsArgs struct {
	// Bucket is the name of an S3 bucket in the load balancer's Region that lets AWS write
	// to it (default: one is made; of a NetworkLoadBalancer by itself: required).
	Bucket pulumi.StringInput `pulumi:"bucket,optional" form:"bucket"`
	// Prefix begins the keys of the objects in a bucket that exists (default none).
	Prefix string `pulumi:"prefix,optional" form:"logPrefix"`
}

// AccessLogsOptions are the options of a service's access logs.
type AccessLogsOptions struct {
	// Enabled turns the access logs on (default false). Only tls listeners write any.
	Enabled bool `pulumi:"enabled,optional"`
	AccessLogsArgs
	AccessLogBucketOptions
}

// NetworkLoadBalancerArgs are the inputs of NetworkLoadBalancer.
type NetworkLoadBalancerArgs struct {
	LoadBalancerOptions
	// VpcId is the VPC of the load balancer and of its security group. Required.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// SubnetIds are the load balancer's subnets, one an Availability Zone, each
	// with at least eight free addresses. Required. Targets in other Availability
	// Zones get no traffic. Pulumi adds a subnet in place, but to take one away or
	// to exchange one it replaces the load balancer. See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds"`
	// SubnetAddresses are fixed private IPv4 addresses, by the subnet's ID (default: AWS
	// picks them).
	SubnetAddresses pulumi.StringMapInput `pulumi:"subnetAddresses,optional"`
	// ListenerPorts are the ports that clientCidrs may connect to, each once.
	// Required with clientCidrs, not used without.
	ListenerPorts []Port `pulumi:"listenerPorts,optional"`
	// AccessLogs say where the logs of the tls listeners go, such as to an
	// AccessLogBucket (default nowhere). Listeners of other protocols write none.
	AccessLogs *AccessLogsArgs `pulumi:"accessLogs,optional"`
	// Retained leaves the load balancer as it is when subnetIds or dualstack
	// change, which would replace it or change it (default false). It is for the
	// former load balancer of an endpoint service while its connections move to a new
	// one: AWS refuses to take away a load balancer that has any. Its subnets have to
	// stay for as long.
	Retained bool `pulumi:"retained,optional"`
	// Tags are the tags of every child (default none).
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

// Check checks what the tags can't say.
func (o *NetworkLoadBalancerOptions) Check(at check.Path, f *check.Faults) {
	noneMissing(at.Key("additionalSecurityGroupIds"), o.AdditionalSecurityGroupIds, f)
	if zones := o.AvailabilityZoneIds; zones != nil && len(zones) == 0 {
		f.Say(at.Key("availabilityZoneIds"), "has 0 zones; it must have at least one, or be left out for all of the network's")
	}
	if o.RetainPrevious && *o.Generation == 1 {
		f.Say(at.Key("retainPrevious"), "is true, but %s is 1; there is no load balancer before the first", at.Key("generation"))
	}
}

// Check refuses logs that nobody would write, and what goes with another bucket.
func (o *AccessLogsOptions) Check(at check.Path, f *check.Faults) {
	bucket := at.Key("bucket")
	switch {
	case !o.Enabled && (o.Bucket != nil || o.Prefix != "" || o.RetentionDays != nil):
		f.Say(at, "has settings, but %s is false; set it to true", at.Key("enabled"))
	case !o.Enabled:
	case o.Bucket == nil && o.Prefix != "":
		f.Say(at.Key("prefix"), "is %q, but %s is not set; it is for a bucket that exists", o.Prefix, bucket)
	case o.Bucket != nil && o.RetentionDays != nil:
		f.Say(at.Key("retentionDays"), "is set together with %s; it is for the bucket that is made without one", bucket)
	}
}

// checkListeners checks what the load balancers, which are at a path, have to do with the
// listeners, which are at another.
func (o *NetworkLoadBalancerOptions) checkListeners(at check.Path, listeners []Listener, listenersAt check.Path, f *check.Faults) {
	isTLS := func(l Listener) bool { return l.Port.Protocol == "tls" }
	if o.AccessLogs != nil && o.AccessLogs.Enabled && !slices.ContainsFunc(listeners, isTLS) {
		f.Say(at.Key("accessLogs").Key("enabled"), "is true, but no listener is tls; only tls listeners write access logs")
	}
	// See https://docs.aws.amazon.com/elasticloadbalancing/latest/network/request-capacity-unit-reservation.html.
	if o.MinimumCapacityUnits != nil && slices.ContainsFunc(listeners, isTLS) {
		f.Say(at.Key("minimumCapacityUnits"), "is %d, but there is a tls listener; AWS reserves no capacity for a load balancer with one", *o.MinimumCapacityUnits)
	}
	if o.RetainPrevious && 2*len(listeners) > maxListeners {
		f.Say(listenersAt, "has %d listeners and %s is true; for two load balancers that is more than the %d target groups an ECS service can have",
			len(listeners), at.Key("retainPrevious"), maxListeners)
	}
}

// Check checks what the tags can't say.
func (args *NetworkLoadBalancerArgs) Check(at check.Path, f *check.Faults) {
	noneMissing(at.Key("additionalSecurityGroupIds"), args.AdditionalSecurityGroupIds, f)
	checkPortsOnce(at.Key("listenerPorts"), args.ListenerPorts, f)
	if len(args.ClientCidrs) > 0 && len(args.ListenerPorts) == 0 {
		f.Say(at.Key("listenerPorts"), "is empty; with %s it must say which ports they may connect to", at.Key("clientCidrs"))
	}
	if args.AccessLogs != nil && args.AccessLogs.Bucket == nil {
		f.Say(at.Key("accessLogs").Key("bucket"), "is missing; it is required")
	}
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
	// DeletionProtection says whether AWS refuses to delete it, as of the last refresh.
	DeletionProtection pulumi.BoolOutput `pulumi:"deletionProtection"`
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
	if args == nil {
		return nil, noArgs("NetworkLoadBalancer", name)
	}
	args, faults := check.Args("", args)
	faults.Add(checkLoadBalancerName(name))
	faults.Add(checkSecurityGroupName(name))
	if err := failed("NetworkLoadBalancer", name, faults); err != nil {
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
	admitted, err := admitClients(s, group, args)
	if err != nil {
		return nil, err
	}
	loadBalancer, err := newLoadBalancer(s, group, args, pulumi.DependsOn(admitted))
	if err != nil {
		return nil, err
	}

	component.Arn = loadBalancer.Arn
	component.ArnSuffix = loadBalancer.ArnSuffix
	component.DeletionProtection = loadBalancer.EnableDeletionProtection.ApplyT(func(on *bool) bool { return on != nil && *on }).(pulumi.BoolOutput)
	component.DnsName = loadBalancer.DnsName
	component.SubnetIds = loadBalancer.Subnets
	component.ZoneId = loadBalancer.ZoneId
	component.SecurityGroupId = group.ID().ToStringOutput()
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"arn":                component.Arn,
		"arnSuffix":          component.ArnSuffix,
		"deletionProtection": component.DeletionProtection,
		"dnsName":            component.DnsName,
		"subnetIds":          component.SubnetIds,
		"zoneId":             component.ZoneId,
		"securityGroupId":    component.SecurityGroupId,
	})
}

// admitClients adds the ingress rules of ClientCidrs. The load balancer begins to go by
// them once they are there.
func admitClients(s scope, group *ec2.SecurityGroup, args *NetworkLoadBalancerArgs) (rules []pulumi.Resource, err error) {
	for _, cidr := range args.ClientCidrs {
		for _, port := range args.ListenerPorts {
			for _, transport := range transportsOf[port.Protocol] {
				rule, err := s.admitIngress(group.ID(), cidrRule(cidr, port.Port, transport))
				if err != nil {
					return nil, err
				}
				rules = append(rules, rule)
			}
		}
	}
	return rules, nil
}

// newLoadBalancer states what the provider would leave as it is if it were no longer
// mentioned.
func newLoadBalancer(s scope, group *ec2.SecurityGroup, args *NetworkLoadBalancerArgs, more ...pulumi.ResourceOption) (*lb.LoadBalancer, error) {
	hooks := &pulumi.ResourceHookBinding{}
	if isTrue(args.DeletionProtection) {
		guards, err := guardHook(s.ctx)
		if err != nil {
			return nil, err
		}
		hooks = guards.binding()
	}
	update, err := updateHook(s, "load balancer")
	if err != nil {
		return nil, err
	}
	hooks.BeforeUpdate = append(hooks.BeforeUpdate, update)
	opts := append([]pulumi.ResourceOption{s.parent, pulumi.ResourceHooks(hooks)}, more...)
	if args.Retained {
		opts = append(opts, pulumi.IgnoreChanges([]string{"subnets", "subnetMappings", "ipAddressType"}))
	}
	input := &lb.LoadBalancerArgs{
		LoadBalancerType:             pulumi.String("network"),
		Internal:                     pulumi.Bool(true),
		SecurityGroups:               append(pulumi.StringArray{group.ID()}, args.AdditionalSecurityGroupIds...),
		MinimumLoadBalancerCapacity:  args.capacity(),
		EnableCrossZoneLoadBalancing: pulumi.BoolPtrFromPtr(args.CrossZone),
		EnableDeletionProtection:     pulumi.Bool(isTrue(args.DeletionProtection)),
		EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: enforcement(args.ClientCidrs),
		IpAddressType:                args.ipAddressType(),
		DnsRecordClientRoutingPolicy: optionalString(args.DnsRecordClientRoutingPolicy),
		EnableZonalShift:             onlyTrue(args.ZonalShift),
		AccessLogs:                   args.AccessLogs.input(),
		Tags:                         s.tagged(s.name),
	}
	// AWS takes subnets or what they are mapped to, and not both.
	if args.SubnetAddresses == nil {
		input.Subnets = args.SubnetIds
	} else {
		input.SubnetMappings = subnetMappings(args.SubnetIds, args.SubnetAddresses)
	}
	return lb.NewLoadBalancer(s.ctx, s.name, input, opts...)
}

// subnetMappings are the subnets with those of the addresses that are theirs.
func subnetMappings(subnets pulumi.StringArrayInput, addresses pulumi.StringMapInput) lb.LoadBalancerSubnetMappingArrayOutput {
	return pulumi.All(subnets, addresses).ApplyT(func(values []any) []lb.LoadBalancerSubnetMapping {
		var mappings []lb.LoadBalancerSubnetMapping
		for _, subnet := range values[0].([]string) {
			mapping := lb.LoadBalancerSubnetMapping{SubnetId: subnet}
			if address := values[1].(map[string]string)[subnet]; address != "" {
				mapping.PrivateIpv4Address = &address
			}
			mappings = append(mappings, mapping)
		}
		return mappings
	}).(lb.LoadBalancerSubnetMappingArrayOutput)
}

func (o LoadBalancerOptions) capacity() lb.LoadBalancerMinimumLoadBalancerCapacityPtrInput {
	if o.MinimumCapacityUnits == nil {
		return nil
	}
	return lb.LoadBalancerMinimumLoadBalancerCapacityArgs{CapacityUnits: pulumi.Int(*o.MinimumCapacityUnits)}
}

func (o LoadBalancerOptions) ipAddressType() pulumi.String {
	if o.Dualstack {
		return "dualstack"
	}
	return "ipv4"
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
