package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// find fills the component with a VPC that exists.
func (n *Network) find(s scope, args *NetworkArgs) error {
	vpc := ec2.LookupVpcOutput(s.ctx, ec2.LookupVpcOutputArgs{
		Id: args.VpcId.ToStringOutput().ToStringPtrOutput(),
	}, s.parent)

	n.VpcId = args.VpcId.ToStringOutput()
	n.CidrBlock = vpc.CidrBlock()
	n.Ipv6CidrBlock = pulumi.String("").ToStringOutput()
	n.SubnetIds = args.SubnetIds.ToStringArrayOutput()
	n.SubnetIdsByZone = byZone(n.SubnetIds, zonesOfSubnets(s, n.VpcId, n.SubnetIds))
	n.AvailabilityZoneIds = sortedKeys(n.SubnetIdsByZone)
	n.PublicSubnetIds = pulumi.StringArray{}.ToStringArrayOutput()
	n.TaskSubnetIds, n.TaskSubnetIdsByZone = n.SubnetIds, n.SubnetIdsByZone
	n.EndpointSecurityGroupId = pulumi.String("").ToStringOutput()
	n.PrefixListIds = pulumi.StringMap{}.ToStringMapOutput()
	return nil
}

// zonesOfSubnets maps each of the subnets to the ID of its Availability Zone. It
// fails when one is in another VPC, which AWS would say much later and of the load
// balancer.
func zonesOfSubnets(s scope, vpcId pulumi.StringOutput, subnetIds pulumi.StringArrayOutput) pulumi.StringMapOutput {
	return pulumi.All(vpcId, subnetIds).ApplyT(func(values []any) (map[string]string, error) {
		zones := map[string]string{}
		for _, id := range values[1].([]string) {
			subnet, err := ec2.LookupSubnet(s.ctx, &ec2.LookupSubnetArgs{Id: &id}, s.parent)
			if err != nil {
				return nil, err
			}
			if subnet.VpcId != values[0].(string) {
				return nil, fmt.Errorf("Network %q: SubnetIds has %q, which is in %s; it must be in VpcId, which is %s",
					s.name, id, subnet.VpcId, values[0])
			}
			zones[id] = subnet.AvailabilityZoneId
		}
		return zones, nil
	}).(pulumi.StringMapOutput)
}
