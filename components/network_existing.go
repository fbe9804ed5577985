package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
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
	n.SubnetIdsByZone = byZone(n.SubnetIds, zonesOfSubnets(s, args.path, "subnetIds", n.VpcId, n.SubnetIds))
	n.AvailabilityZoneIds = sortedKeys(n.SubnetIdsByZone)
	n.PublicSubnetIds = pulumi.StringArray{}.ToStringArrayOutput()
	tasks := args.tasksAt(n.SubnetIds)
	endpoints, err := newServiceEndpoints(s, args, endpointSite{
		vpcId: n.VpcId, subnetIds: tasks, routeTables: args.RouteTableIds,
		clients: rule{key: "vpc", cidr4: n.CidrBlock, port: httpsPort, transport: "tcp"},
	})
	if err != nil {
		return err
	}
	n.EndpointSecurityGroupId, n.PrefixListIds = endpoints.securityGroupId, endpoints.prefixListIds
	n.TaskSubnetIds = onceReady(tasks, endpoints.endpoints)
	n.TaskSubnetIdsByZone = n.SubnetIdsByZone
	if args.TaskSubnetIds != nil || len(endpoints.endpoints) > 0 {
		n.TaskSubnetIdsByZone = byZone(n.TaskSubnetIds, zonesOfSubnets(s, args.path, "taskSubnetIds", n.VpcId, tasks))
	}
	return nil
}

// tasksAt are the tasks' subnets, which are the load balancer's where none are given.
func (args *NetworkArgs) tasksAt(balancer pulumi.StringArrayOutput) pulumi.StringArrayOutput {
	if args.TaskSubnetIds == nil {
		return balancer
	}
	return args.TaskSubnetIds.ToStringArrayOutput()
}

// zonesOfSubnets maps each of the subnets to the ID of its Availability Zone. It
// fails when one is in another VPC, which AWS would say much later and of the load
// balancer.
func zonesOfSubnets(s scope, at check.Path, key string, vpcId pulumi.StringOutput, subnetIds pulumi.StringArrayOutput) pulumi.StringMapOutput {
	return pulumi.All(vpcId, subnetIds).ApplyT(func(values []any) (map[string]string, error) {
		zones := map[string]string{}
		for i, id := range values[1].([]string) {
			subnet, err := ec2.LookupSubnet(s.ctx, &ec2.LookupSubnetArgs{Id: &id}, s.parent)
			if err != nil {
				return nil, err
			}
			if subnet.VpcId != values[0].(string) {
				var f check.Faults
				f.Say(at.Key(key).Index(i), "is %q, which is in %s; it must be in %s, which is %s", id, subnet.VpcId, at.Key("vpcId"), values[0])
				return nil, failedAt(at, "Network", s.name, f)
			}
			zones[id] = subnet.AvailabilityZoneId
		}
		return zones, nil
	}).(pulumi.StringMapOutput)
}
