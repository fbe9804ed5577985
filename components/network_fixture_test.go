package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// fixture begins the names of the resources that a test itself registers.
const fixture = "fixture-"

const (
	vpcToken          = "awsx:ec2:Vpc"
	defaultGroupToken = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
)

// existingVpc makes the mocks know a VPC with the zone of each of its subnets.
func (m *mocks) existingVpc(vpcId string, zoneOf map[string]string) {
	m.answers["aws:ec2/getVpc:getVpc"] = answer(map[string]any{
		"id": vpcId, "cidrBlock": "172.16.0.0/16", "ipv6CidrBlock": "2600:1f18:0:ab00::/56",
	})
	m.answers["aws:ec2/getSubnet:getSubnet"] = func(args resource.PropertyMap) (map[string]any, error) {
		id := args["id"].StringValue()
		if zoneOf[id] == "" {
			return nil, fmt.Errorf("no subnet %s", id)
		}
		return map[string]any{"id": id, "vpcId": vpcId, "availabilityZoneId": zoneOf[id]}, nil
	}
}

// createdVpc makes the mocks answer for the awsx component with subnets of the given
// kinds (private, isolated, public) in the three zones of the account, and an
// internet gateway. The engine
// hands them out as references to resources, so that they are registered here first.
func (m *mocks) createdVpc(ctx *pulumi.Context, kinds ...string) error {
	ids := map[string][]any{}
	var subnets, associations []any
	zoneOf := map[string]string{}
	for i, zone := range []string{"use1-az6", "use1-az4", "use1-az1"} {
		for _, kind := range kinds {
			name := fmt.Sprintf("%s%s-%d", fixture, kind, i+1)
			zoneOf[name] = zone
			ids[kind] = append(ids[kind], name+"-id")
			subnets = append(subnets, reference("aws:ec2/subnet:Subnet", name))
			associations = append(associations, reference("aws:ec2/routeTableAssociation:RouteTableAssociation", name))
		}
	}
	m.outputs[vpcToken] = func(string) map[string]any {
		return map[string]any{
			"vpcId": "vpc-1", "subnets": subnets, "routeTableAssociations": associations,
			"privateSubnetIds": ids["private"], "isolatedSubnetIds": ids["isolated"], "publicSubnetIds": ids["public"],
			"internetGateway": reference("aws:ec2/internetGateway:InternetGateway", fixture+"gateway"),
		}
	}
	return registerSubnets(ctx, zoneOf)
}

// registerSubnets registers subnets with their route tables, and an internet gateway,
// and returns when the engine knows them.
func registerSubnets(ctx *pulumi.Context, zoneOf map[string]string) error {
	gateway, err := ec2.NewInternetGateway(ctx, fixture+"gateway", &ec2.InternetGatewayArgs{VpcId: pulumi.String("vpc-1")})
	if err != nil {
		return err
	}
	urns := []any{gateway.URN()}
	for name, zone := range zoneOf {
		subnet, err := ec2.NewSubnet(ctx, name, &ec2.SubnetArgs{
			VpcId: pulumi.String("vpc-1"), AvailabilityZoneId: pulumi.String(zone),
		})
		if err != nil {
			return err
		}
		association, err := ec2.NewRouteTableAssociation(ctx, name, &ec2.RouteTableAssociationArgs{
			SubnetId: subnet.ID().ToStringPtrOutput(), RouteTableId: pulumi.String("rtb-" + name),
		})
		if err != nil {
			return err
		}
		urns = append(urns, subnet.URN(), association.URN())
	}
	done := make(chan struct{})
	pulumi.All(urns...).ApplyT(func([]any) error {
		close(done)
		return nil
	})
	<-done
	return nil
}

// reference returns the reference to a resource that has no parent.
func reference(typ, name string) resource.PropertyValue {
	urn := resource.NewURN(testStack, testProject, "", resource.URN("urn:pulumi:s::p::"+typ+"::n").Type(), name)
	return resource.MakeCustomResourceReference(urn, resource.ID(name+"-id"), "")
}
