package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// NetworkType is the type token of Network.
const NetworkType = "fargate-privatelink:index:Network"

// Egress says how tasks in a created VPC reach the internet.
type Egress string

const (
	// EgressNone makes private subnets with no way to the internet. Tasks get their
	// image from Amazon ECR, through VpcEndpoints.
	EgressNone Egress = "none"
	// EgressSingleNat makes private subnets with one NAT gateway for them all, which
	// costs least and goes with its Availability Zone. See
	// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html.
	EgressSingleNat Egress = "single-nat"
	// EgressNatPerAz makes private subnets with a NAT gateway in each Availability
	// Zone.
	EgressNatPerAz Egress = "nat-per-az"
	// EgressPublic makes public subnets, in which tasks need a public address each.
	EgressPublic Egress = "public"
)

// NetworkArgs are the inputs of Network: those of a VPC to create, or VpcId and
// SubnetIds of one that exists. They are plain, but for those two and Tags, since
// they decide which resources there are.
type NetworkArgs struct {
	// CidrBlock is the created VPC's IPv4 CIDR block, with a prefix length of 16 to
	// 26 (default 10.0.0.0/16), so large that no subnet is smaller than /28. See
	// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html.
	CidrBlock string `pulumi:"cidrBlock"`
	// AvailabilityZoneIds are the IDs of the created VPC's Availability Zones, such
	// as use1-az1, one to six, each once. IDs name the same zone in every account,
	// which names (us-east-1a) don't. The VPC is divided into 1, 2, 4 or 8 parts, one
	// a zone: a zone added at the end leaves the other subnets alone while there is a
	// part left, and replaces them all otherwise. See
	// https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html.
	AvailabilityZoneIds []string `pulumi:"availabilityZoneIds"`
	// AvailabilityZoneCount is the number of Availability Zones where
	// AvailabilityZoneIds names none, 1 to 6 (default 2): the Region's first ones by
	// name. What is said there of added zones holds here too.
	AvailabilityZoneCount int `pulumi:"availabilityZoneCount"`
	// Egress is how tasks in the created VPC reach the internet (default EgressNone).
	// A change to or from EgressPublic replaces the subnets, every other one leaves
	// them alone.
	Egress Egress `pulumi:"egress"`
	// VpcEndpoints are the AWS services that the created VPC has endpoints to, by the
	// end of their names (com.amazonaws.<region>.<name>), each once (default none).
	// "s3" and "dynamodb" are gateway endpoints, which cost nothing; all others, such
	// as "ecr.api", "ecr.dkr" and "logs", are interface endpoints with private DNS.
	// To run without a NAT gateway a task with an image from Amazon ECR needs these
	// three and "s3". See
	// https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html.
	VpcEndpoints []string `pulumi:"vpcEndpoints"`
	// Ipv6 gives the created VPC a block of IPv6 addresses and SubnetIds blocks of it
	// (default false): subnets of their own for dualstack load balancers and
	// endpoints, beside the private ones of the tasks, which have IPv4 only. It needs
	// an Egress other than EgressPublic. See
	// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html.
	Ipv6 bool `pulumi:"ipv6"`
	// VpcId is a VPC that exists. It goes with SubnetIds, and with none of the
	// arguments above.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// SubnetIds are the existing VPC's subnets to use.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds"`
	// Tags are the tags of every child that takes them (default none).
	Tags pulumi.StringMapInput `pulumi:"tags"`
}

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
	// EgressPublic.
	AssignPublicIp bool `pulumi:"assignPublicIp"`
}

// NewNetwork makes or finds a VPC. It returns an error when the name begins with
// "sg-", when an argument is not valid or a CIDR block too small, when the arguments
// of a created and of an existing VPC come together, and when the Region has not
// those Availability Zones. Subnets that are not in VpcId fail the deployment.
func NewNetwork(
	ctx *pulumi.Context, name string, args *NetworkArgs, opts ...pulumi.ResourceOption,
) (*Network, error) {
	full := args.withDefaults()
	if err := full.check(name); err != nil {
		return nil, err
	}
	component := &Network{AssignPublicIp: full.Egress == EgressPublic}
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
	endpoints, err := newServiceEndpoints(s, args, created)
	if err != nil {
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
