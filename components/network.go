package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// NetworkType is the type token of Network.
const NetworkType = "fargate-privatelink:index:Network"

// Network is a VPC with one subnet an Availability Zone for load balancers, tasks
// and endpoints: a created one, or one that exists, of which nothing is changed. See
// https://docs.aws.amazon.com/vpc/latest/userguide/how-it-works.html.
type Network struct {
	pulumi.ResourceState

	// VpcId is the VPC's ID.
	VpcId pulumi.StringOutput `pulumi:"vpcId"`
	// CidrBlock is the VPC's primary IPv4 CIDR block.
	CidrBlock pulumi.StringOutput `pulumi:"cidrBlock"`
	// Ipv6CidrBlock is the created VPC's block of IPv6 addresses. It is empty without
	// Ipv6, and for a VPC that exists.
	Ipv6CidrBlock pulumi.StringOutput `pulumi:"ipv6CidrBlock"`
	// SubnetIds are the subnets for load balancers and endpoints: the private ones,
	// the public ones with EgressPublic, the given ones of an existing VPC.
	SubnetIds pulumi.StringArrayOutput `pulumi:"subnetIds"`
	// SubnetIdsByZone maps the ID of each Availability Zone to its subnet, the first
	// one where SubnetIds has several. [SelectSubnets] takes it.
	SubnetIdsByZone pulumi.StringMapOutput `pulumi:"subnetIdsByZone"`
	// AvailabilityZoneIds are the IDs of the subnets' Availability Zones, sorted.
	AvailabilityZoneIds pulumi.StringArrayOutput `pulumi:"availabilityZoneIds"`
	// PublicSubnetIds are the created VPC's public subnets. It is empty with
	// EgressNone and for an existing VPC.
	PublicSubnetIds pulumi.StringArrayOutput `pulumi:"publicSubnetIds"`
	// TaskSubnetIds are SubnetIds, once the routes to the NAT gateways and the VPC
	// endpoints exist: a task that starts before can't pull its image. NAT gateways
	// and endpoints take minutes, so that load balancers take SubnetIds.
	TaskSubnetIds pulumi.StringArrayOutput `pulumi:"taskSubnetIds"`
	// TaskSubnetIdsByZone maps the ID of each Availability Zone to its subnet among
	// TaskSubnetIds, as SubnetIdsByZone does, once those exist.
	TaskSubnetIdsByZone pulumi.StringMapOutput `pulumi:"taskSubnetIdsByZone"`
	// EndpointSecurityGroupId is the security group of the interface endpoints among
	// VpcEndpoints, for egress rules that refer to it. It is empty where there is none.
	EndpointSecurityGroupId pulumi.StringOutput `pulumi:"endpointSecurityGroupId"`
	// PrefixListIds maps each gateway endpoint among VpcEndpoints ("s3", "dynamodb") to
	// the prefix list of the service's addresses, for egress rules that refer to it.
	PrefixListIds pulumi.StringMapOutput `pulumi:"prefixListIds"`
	// AssignPublicIp says whether tasks need a public address, which is so with
	// EgressPublic, and where the argument says it.
	AssignPublicIp bool `pulumi:"assignPublicIp"`
}

// NewNetwork makes or finds a VPC. It returns an error when the name begins with
// "sg-", when an argument is not valid or a CIDR block too small, when the arguments
// of a created and of an existing VPC come together, and when the Region has not
// those Availability Zones. Subnets that are not in VpcId fail the deployment.
func NewNetwork(
	ctx *pulumi.Context, name string, args *NetworkArgs, opts ...pulumi.ResourceOption,
) (*Network, error) {
	if args == nil {
		return nil, noArgs("Network", name)
	}
	full, faults := check.Args(args.path, args)
	faults.Add(checkSecurityGroupName(name))
	if err := failedAt(args.path, "Network", name, faults); err != nil {
		return nil, err
	}
	component := &Network{AssignPublicIp: full.AssignPublicIp || full.Egress == EgressPublic}
	if err := ctx.RegisterComponentResource(NetworkType, name, component, opts...); err != nil {
		return nil, err
	}
	s := newScope(ctx, name, full.Tags, component)

	fill := component.create
	if full.exists() {
		fill = component.find
	}
	if err := fill(s, full); err != nil {
		return nil, err
	}
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"vpcId":                   component.VpcId,
		"cidrBlock":               component.CidrBlock,
		"ipv6CidrBlock":           component.Ipv6CidrBlock,
		"subnetIds":               component.SubnetIds,
		"subnetIdsByZone":         component.SubnetIdsByZone,
		"availabilityZoneIds":     component.AvailabilityZoneIds,
		"publicSubnetIds":         component.PublicSubnetIds,
		"taskSubnetIds":           component.TaskSubnetIds,
		"taskSubnetIdsByZone":     component.TaskSubnetIdsByZone,
		"endpointSecurityGroupId": component.EndpointSecurityGroupId,
		"prefixListIds":           component.PrefixListIds,
		"assignPublicIp":          pulumi.Bool(component.AssignPublicIp),
	})
}

// create fills the component with a created VPC.
func (n *Network) create(s scope, args *NetworkArgs) error {
	zones, err := s.availabilityZones(args)
	if err != nil {
		return err
	}
	created, err := newVpc(s, args, zones)
	if err != nil {
		return err
	}
	routes, err := newNatRoutes(s, args, created, zones)
	if err != nil {
		return err
	}
	endpoints, err := newServiceEndpoints(s, args, endpointSite{
		vpcId: created.vpcId, subnetIds: created.subnetIds, routeTables: created.routeTables(), clients: cidrRule(args.CidrBlock, httpsPort, "tcp"),
	})
	if err != nil {
		return err
	}
	if err := closeDefaultGroup(s, created.vpcId); err != nil {
		return err
	}
	if err := newFlowLogs(s, args.FlowLogs, created.vpcId); err != nil {
		return err
	}

	n.EndpointSecurityGroupId, n.PrefixListIds = endpoints.securityGroupId, endpoints.prefixListIds
	n.VpcId = created.vpcId
	n.CidrBlock = pulumi.String(args.CidrBlock).ToStringOutput()
	n.Ipv6CidrBlock = pulumi.String("").ToStringOutput()
	if args.Ipv6 {
		n.Ipv6CidrBlock = created.ipv6CidrBlock
	}
	n.SubnetIds, n.SubnetIdsByZone, err = created.balancedSubnets(s, args, zones)
	if err != nil {
		return err
	}
	n.AvailabilityZoneIds = sortedKeys(n.SubnetIdsByZone)
	n.PublicSubnetIds = created.publicSubnetIds
	n.TaskSubnetIds = onceReady(created.subnetIds, append(routes, endpoints.endpoints...))
	n.TaskSubnetIdsByZone = byZone(n.TaskSubnetIds, created.zoneOfSubnet)
	return nil
}
