package plugin

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
)

// schemas binds each type token to the SDK's types. A type of the world that
// is missing here fails the tests.
var schemas = map[string]schema{
	"aws:cloudwatch/logGroup:LogGroup":                                              schemaOf(cloudwatch.LogGroupArgs{}, cloudwatch.LogGroupState{}),
	"aws:ec2/eip:Eip":                                                               schemaOf(ec2.EipArgs{}, ec2.EipState{}),
	"aws:ec2/internetGateway:InternetGateway":                                       schemaOf(ec2.InternetGatewayArgs{}, ec2.InternetGatewayState{}),
	"aws:ec2/natGateway:NatGateway":                                                 schemaOf(ec2.NatGatewayArgs{}, ec2.NatGatewayState{}),
	"aws:ec2/route:Route":                                                           schemaOf(ec2.RouteArgs{}, ec2.RouteState{}),
	"aws:ec2/routeTable:RouteTable":                                                 schemaOf(ec2.RouteTableArgs{}, ec2.RouteTableState{}),
	"aws:ec2/routeTableAssociation:RouteTableAssociation":                           schemaOf(ec2.RouteTableAssociationArgs{}, ec2.RouteTableAssociationState{}),
	"aws:ec2/securityGroup:SecurityGroup":                                           schemaOf(ec2.SecurityGroupArgs{}, ec2.SecurityGroupState{}),
	"aws:ec2/subnet:Subnet":                                                         schemaOf(ec2.SubnetArgs{}, ec2.SubnetState{}),
	"aws:ec2/vpc:Vpc":                                                               schemaOf(ec2.VpcArgs{}, ec2.VpcState{}),
	"aws:ec2/vpcEndpoint:VpcEndpoint":                                               schemaOf(ec2.VpcEndpointArgs{}, ec2.VpcEndpointState{}),
	"aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter":           schemaOf(ec2.VpcEndpointConnectionAccepterArgs{}, ec2.VpcEndpointConnectionAccepterState{}),
	"aws:ec2/vpcEndpointService:VpcEndpointService":                                 schemaOf(ec2.VpcEndpointServiceArgs{}, ec2.VpcEndpointServiceState{}),
	"aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple": schemaOf(ec2.VpcEndpointServiceAllowedPrincipleArgs{}, ec2.VpcEndpointServiceAllowedPrincipleState{}),
	"aws:ecs/cluster:Cluster":                                                       schemaOf(ecs.ClusterArgs{}, ecs.ClusterState{}),
	"aws:ecs/service:Service":                                                       schemaOf(ecs.ServiceArgs{}, ecs.ServiceState{}),
	"aws:ecs/taskDefinition:TaskDefinition":                                         schemaOf(ecs.TaskDefinitionArgs{}, ecs.TaskDefinitionState{}),
	"aws:iam/policy:Policy":                                                         schemaOf(iam.PolicyArgs{}, iam.PolicyState{}),
	"aws:iam/role:Role":                                                             schemaOf(iam.RoleArgs{}, iam.RoleState{}),
	"aws:iam/rolePolicy:RolePolicy":                                                 schemaOf(iam.RolePolicyArgs{}, iam.RolePolicyState{}),
	"aws:iam/rolePolicyAttachment:RolePolicyAttachment":                             schemaOf(iam.RolePolicyAttachmentArgs{}, iam.RolePolicyAttachmentState{}),
	"aws:lb/listener:Listener":                                                      schemaOf(lb.ListenerArgs{}, lb.ListenerState{}),
	"aws:lb/loadBalancer:LoadBalancer":                                              schemaOf(lb.LoadBalancerArgs{}, lb.LoadBalancerState{}),
	"aws:lb/targetGroup:TargetGroup":                                                schemaOf(lb.TargetGroupArgs{}, lb.TargetGroupState{}),
	"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule":                       schemaOf(vpc.SecurityGroupEgressRuleArgs{}, vpc.SecurityGroupEgressRuleState{}),
	"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule":                     schemaOf(vpc.SecurityGroupIngressRuleArgs{}, vpc.SecurityGroupIngressRuleState{}),
}
