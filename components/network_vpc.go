package components

import (
	"context"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	awsxec2 "github.com/pulumi/pulumi-awsx/sdk/v2/go/awsx/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// createdVpc is what the rest of the component needs of the VPC that it creates.
// Lists of subnets are in the order of the Availability Zones.
type createdVpc struct {
	vpcId              pulumi.StringOutput
	subnetIds          pulumi.StringArrayOutput
	publicSubnetIds    pulumi.StringArrayOutput
	ipv6CidrBlock      pulumi.StringOutput
	internetGatewayId  pulumi.StringOutput
	zoneOfSubnet       pulumi.StringMapOutput
	routeTableOfSubnet pulumi.StringMapOutput
}

// newVpc creates the VPC, its subnets and their route tables, and, with EgressPublic,
// the subnets' route to the internet. It leaves the NAT gateways and their subnets out:
// the awsx component hands out no output until all that it makes is there, so that two
// minutes of NAT gateway would come before the load balancer, which doesn't need one.
func newVpc(s scope, args *NetworkArgs, zones []availabilityZone) (*createdVpc, error) {
	names := make([]string, len(zones))
	for i, zone := range zones {
		names[i] = zone.name
	}
	var ipv6 pulumi.BoolPtrInput
	checked, err := withSubnetCheck(s, args)
	if err != nil {
		return nil, err
	}
	transforms := []pulumi.ResourceTransform{checked}
	if args.Ipv6 {
		ipv6 = pulumi.Bool(true)
	} else {
		transforms = append(transforms, keepIpv6Block)
	}
	strategy := awsxec2.SubnetAllocationStrategyAuto
	zonePrefix := args.zonePrefix()
	vpc, err := awsxec2.NewVpc(s.ctx, s.name, &awsxec2.VpcArgs{
		CidrBlock:                    &args.CidrBlock,
		AvailabilityZoneNames:        names,
		AvailabilityZoneCidrMask:     &zonePrefix,
		AssignGeneratedIpv6CidrBlock: ipv6,
		EnableDnsHostnames:           pulumi.Bool(true),
		EnableDnsSupport:             pulumi.Bool(true),
		NatGateways:                  &awsxec2.NatGatewayConfigurationArgs{Strategy: awsxec2.NatGatewayStrategyNone},
		SubnetStrategy:               &strategy,
		SubnetSpecs:                  subnetSpecs(args),
		Tags:                         s.tagged(s.name),
	}, s.parent, pulumi.Transforms(transforms))
	if err != nil {
		return nil, err
	}
	created := readVpc(vpc, args.Egress)
	if args.Ipv6 {
		created.ipv6CidrBlock = ec2.LookupVpcOutput(s.ctx, ec2.LookupVpcOutputArgs{
			Id: vpc.VpcId.ToStringPtrOutput(),
		}, s.parent).Ipv6CidrBlock()
	}
	return created, nil
}

// keepIpv6Block leaves a VPC the IPv6 block that it has from when Ipv6 was true, and asks
// for none where there is none. It couldn't go with the subnets that have parts of it,
// since Pulumi updates before it deletes, and AWS refuses that. It costs nothing. See
// https://docs.aws.amazon.com/vpc/latest/userguide/modify-vpcs.html.
func keepIpv6Block(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
	if args.Type != "aws:ec2/vpc:Vpc" {
		return nil
	}
	options := args.Opts
	options.IgnoreChanges = append(slices.Clone(options.IgnoreChanges), "assignGeneratedIpv6CidrBlock")
	return &pulumi.ResourceTransformResult{Props: args.Props, Opts: options}
}

// subnetSpecs returns the subnets of one Availability Zone. What awsx calls isolated
// is a private subnet that will never have a NAT gateway.
func subnetSpecs(args *NetworkArgs) []awsxec2.SubnetSpecArgs {
	prefixes := args.subnetPrefixes()
	switch args.Egress {
	case EgressSingleNat, EgressNatPerAz:
		return []awsxec2.SubnetSpecArgs{
			{Type: awsxec2.SubnetTypePrivate, Name: pulumi.StringRef("private"), CidrMask: &prefixes[0]},
		}
	case EgressPublic:
		return []awsxec2.SubnetSpecArgs{
			{Type: awsxec2.SubnetTypePublic, Name: pulumi.StringRef("public"), CidrMask: &prefixes[0]},
		}
	default:
		return []awsxec2.SubnetSpecArgs{
			{Type: awsxec2.SubnetTypeIsolated, Name: pulumi.StringRef("private"), CidrMask: &prefixes[0]},
		}
	}
}

// readVpc reads the awsx component's outputs. It is the only place that does.
func readVpc(vpc *awsxec2.Vpc, egress Egress) *createdVpc {
	created := &createdVpc{
		vpcId:           vpc.VpcId,
		subnetIds:       vpc.PrivateSubnetIds,
		publicSubnetIds: vpc.PublicSubnetIds,
		zoneOfSubnet: vpc.Subnets.ApplyT(func(subnets []*ec2.Subnet) pulumi.StringMapOutput {
			var ids, zones pulumi.StringArray
			for _, subnet := range subnets {
				ids = append(ids, subnet.ID())
				zones = append(zones, subnet.AvailabilityZoneId)
			}
			return pair(ids, zones)
		}).(pulumi.StringMapOutput),
		routeTableOfSubnet: vpc.RouteTableAssociations.ApplyT(
			func(associations []*ec2.RouteTableAssociation) pulumi.StringMapOutput {
				var subnets, tables pulumi.StringArray
				for _, association := range associations {
					subnets = append(subnets, association.SubnetId.Elem())
					tables = append(tables, association.RouteTableId)
				}
				return pair(subnets, tables)
			}).(pulumi.StringMapOutput),
	}
	switch egress {
	case EgressSingleNat, EgressNatPerAz:
		created.internetGatewayId = vpc.InternetGateway.ApplyT(func(gateway *ec2.InternetGateway) pulumi.StringOutput {
			return gateway.ID().ToStringOutput()
		}).(pulumi.StringOutput)
	case EgressNone:
		created.subnetIds = vpc.IsolatedSubnetIds
	case EgressPublic:
		created.subnetIds = vpc.PublicSubnetIds
	}
	return created
}

// routeTables returns the route tables of the subnets, in their order.
func (v *createdVpc) routeTables() pulumi.StringArrayOutput {
	return pulumi.All(v.subnetIds, v.routeTableOfSubnet).ApplyT(func(values []any) ([]string, error) {
		tableOf := values[1].(map[string]string)
		var tables []string
		for _, subnet := range values[0].([]string) {
			table := tableOf[subnet]
			if table == "" {
				return nil, fmt.Errorf("the route table of %s is not known", subnet)
			}
			tables = append(tables, table)
		}
		return tables, nil
	}).(pulumi.StringArrayOutput)
}
