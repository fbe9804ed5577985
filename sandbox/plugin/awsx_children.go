package plugin

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	awsxec2 "github.com/pulumi/pulumi-awsx/sdk/v2/go/awsx/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// vpcBuilder makes the children of one awsx:ec2:Vpc. Each child is its
// neighbour's child as in the real component (a subnet's route table is the
// subnet's), because the parents are part of the URNs.
type vpcBuilder struct {
	ctx      *pulumi.Context
	name     string
	strategy string
	args     *vpcArgs

	vpc          *ec2.Vpc
	gateway      *ec2.InternetGateway
	eips         ec2.EipArray
	nats         ec2.NatGatewayArray
	tables       ec2.RouteTableArray
	associations ec2.RouteTableAssociationArray
	routes       ec2.RouteArray
	subnets      ec2.SubnetArray
	ids          map[string]pulumi.StringArray // subnet ids by type
	natIDs       []pulumi.StringOutput
}

func (b *vpcBuilder) build(c *awsxec2.Vpc, cidr string, zones []string, plans []subnetPlan) error {
	b.ids = map[string]pulumi.StringArray{}
	var err error
	b.vpc, err = ec2.NewVpc(b.ctx, b.name, &ec2.VpcArgs{
		CidrBlock:                    pulumi.String(cidr),
		EnableDnsHostnames:           b.args.EnableDnsHostnames,
		EnableDnsSupport:             b.args.EnableDnsSupport,
		AssignGeneratedIpv6CidrBlock: b.args.AssignGeneratedIpv6CidrBlock,
		Tags:                         b.tags(b.name, nil),
	}, childOf(c))
	if err != nil {
		return err
	}
	b.gateway, err = ec2.NewInternetGateway(b.ctx, b.name, &ec2.InternetGatewayArgs{
		VpcId: b.vpc.ID(), Tags: b.tags(b.name, nil),
	}, under(b.vpc))
	if err != nil {
		return err
	}
	for _, e := range b.args.VpcEndpointSpecs {
		if _, err := ec2.NewVpcEndpoint(b.ctx, e.ServiceName, &ec2.VpcEndpointArgs{
			VpcId: b.vpc.ID(), ServiceName: pulumi.String(e.ServiceName), Tags: b.tags(b.name, nil),
		}, under(b.vpc)); err != nil {
			return err
		}
	}
	for i, zone := range zones {
		for _, s := range plans {
			if s.Zone != zone {
				continue
			}
			if err := b.subnet(i, s); err != nil {
				return err
			}
		}
	}
	return nil
}

// awsxAWSVersion is the version of the aws plugin that awsx 2.22.0 was built with. Its
// resources and calls ask for that one, so that they get a default provider of their own
// beside the program's, and a real deployment loads two aws plugins.
const awsxAWSVersion = "6.66.3"

// childOf makes a resource a child within the component.
func childOf(parent pulumi.Resource) pulumi.ResourceOption {
	return pulumi.Composite(pulumi.Parent(parent), pulumi.Version(awsxAWSVersion))
}

// under makes a resource the child of another and lets it wait for it.
func under(parent pulumi.Resource) pulumi.ResourceOption {
	return pulumi.Composite(childOf(parent), pulumi.DependsOn([]pulumi.Resource{parent}))
}

// tags are the component's own, with the name and what else the real one adds.
func (b *vpcBuilder) tags(name string, more map[string]string) pulumi.StringMapInput {
	set := func(m map[string]string) map[string]string {
		out := map[string]string{}
		for k, v := range m {
			out[k] = v
		}
		for k, v := range more {
			out[k] = v
		}
		out["Name"] = name
		return out
	}
	if b.args.Tags == nil {
		return pulumi.ToStringMap(set(nil))
	}
	return b.args.Tags.ToStringMapOutput().ApplyT(set).(pulumi.StringMapOutput)
}

func (b *vpcBuilder) subnet(zone int, s subnetPlan) error {
	kind := map[string]string{"SubnetType": s.Type}
	subnet, err := ec2.NewSubnet(b.ctx, s.Name, &ec2.SubnetArgs{
		VpcId:               b.vpc.ID(),
		AvailabilityZone:    pulumi.String(s.Zone),
		MapPublicIpOnLaunch: pulumi.Bool(s.Type == "Public"),
		CidrBlock:           pulumi.String(s.Cidr),
		Tags:                b.tags(s.Name, kind),
	}, under(b.vpc))
	if err != nil {
		return err
	}
	table, err := ec2.NewRouteTable(b.ctx, s.Name, &ec2.RouteTableArgs{
		VpcId: b.vpc.ID(), Tags: b.tags(s.Name, kind),
	}, under(subnet))
	if err != nil {
		return err
	}
	association, err := ec2.NewRouteTableAssociation(b.ctx, s.Name, &ec2.RouteTableAssociationArgs{
		RouteTableId: table.ID(), SubnetId: subnet.ID(),
	}, under(table))
	if err != nil {
		return err
	}
	b.subnets = append(b.subnets, subnet)
	b.tables = append(b.tables, table)
	b.associations = append(b.associations, association)
	b.ids[s.Type] = append(b.ids[s.Type], subnet.ID().ToStringOutput())
	if s.Type == "Public" && b.wantsNat(zone) {
		if err := b.nat(zone, subnet); err != nil {
			return err
		}
	}
	return b.route(zone, s, table)
}

// wantsNat says whether the zone's public subnet holds a NAT gateway.
func (b *vpcBuilder) wantsNat(zone int) bool {
	return b.strategy == "Single" && len(b.nats) == 0 || b.strategy == "OnePerAz" && len(b.nats) == zone
}

func (b *vpcBuilder) nat(zone int, subnet *ec2.Subnet) error {
	name := fmt.Sprintf("%s-%d", b.name, zone+1)
	eip, err := ec2.NewEip(b.ctx, name, &ec2.EipArgs{Tags: b.tags(name, nil)}, under(subnet))
	if err != nil {
		return err
	}
	nat, err := ec2.NewNatGateway(b.ctx, name, &ec2.NatGatewayArgs{
		SubnetId: subnet.ID(), AllocationId: eip.AllocationId, Tags: b.tags(name, nil),
	}, under(subnet))
	if err != nil {
		return err
	}
	b.eips = append(b.eips, eip)
	b.nats = append(b.nats, nat)
	b.natIDs = append(b.natIDs, nat.ID().ToStringOutput())
	return nil
}

func (b *vpcBuilder) route(zone int, s subnetPlan, table *ec2.RouteTable) error {
	args := &ec2.RouteArgs{RouteTableId: table.ID(), DestinationCidrBlock: pulumi.String("0.0.0.0/0")}
	switch {
	case s.Type == "Public":
		args.GatewayId = b.gateway.ID()
	case s.Type == "Private" && b.strategy == "Single":
		args.NatGatewayId = b.natIDs[0]
	case s.Type == "Private" && b.strategy == "OnePerAz":
		args.NatGatewayId = b.natIDs[zone]
	default:
		return nil
	}
	route, err := ec2.NewRoute(b.ctx, s.Name, args, under(table))
	if err != nil {
		return err
	}
	b.routes = append(b.routes, route)
	return nil
}

// fill sets the component's outputs.
func (b *vpcBuilder) fill(c *awsxec2.Vpc) {
	c.Vpc = b.vpc.ToVpcOutput()
	c.VpcId = b.vpc.ID().ToStringOutput()
	c.InternetGateway = b.gateway.ToInternetGatewayOutput()
	c.Eips = b.eips.ToEipArrayOutput()
	c.NatGateways = b.nats.ToNatGatewayArrayOutput()
	c.RouteTables = b.tables.ToRouteTableArrayOutput()
	c.RouteTableAssociations = b.associations.ToRouteTableAssociationArrayOutput()
	c.Routes = b.routes.ToRouteArrayOutput()
	c.Subnets = b.subnets.ToSubnetArrayOutput()
	c.PrivateSubnetIds = b.ids["Private"].ToStringArrayOutput()
	c.PublicSubnetIds = b.ids["Public"].ToStringArrayOutput()
	c.IsolatedSubnetIds = b.ids["Isolated"].ToStringArrayOutput()
	// The real component makes the endpoints and hands out an empty list.
	c.VpcEndpoints = ec2.VpcEndpointArray{}.ToVpcEndpointArrayOutput()
}
