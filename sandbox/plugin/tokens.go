package plugin

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
)

// schemas binds each type token to the SDK's types. A type of the world that
// is missing here fails the tests.
var schemas = map[string]schema{
	"aws:acm/certificate:Certificate":                                               schemaOf(acm.CertificateArgs{}, acm.CertificateState{}),
	"aws:acm/certificateValidation:CertificateValidation":                           schemaOf(acm.CertificateValidationArgs{}, acm.CertificateValidationState{}),
	"aws:appautoscaling/policy:Policy":                                              schemaOf(appautoscaling.PolicyArgs{}, appautoscaling.PolicyState{}),
	"aws:appautoscaling/scheduledAction:ScheduledAction":                            schemaOf(appautoscaling.ScheduledActionArgs{}, appautoscaling.ScheduledActionState{}),
	"aws:appautoscaling/target:Target":                                              schemaOf(appautoscaling.TargetArgs{}, appautoscaling.TargetState{}),
	"aws:cloudwatch/contributorManagedInsightRule:ContributorManagedInsightRule":    schemaOf(cloudwatch.ContributorManagedInsightRuleArgs{}, cloudwatch.ContributorManagedInsightRuleState{}),
	"aws:cloudwatch/dashboard:Dashboard":                                            schemaOf(cloudwatch.DashboardArgs{}, cloudwatch.DashboardState{}),
	"aws:cloudwatch/logGroup:LogGroup":                                              schemaOf(cloudwatch.LogGroupArgs{}, cloudwatch.LogGroupState{}),
	"aws:cloudwatch/metricAlarm:MetricAlarm":                                        schemaOf(cloudwatch.MetricAlarmArgs{}, cloudwatch.MetricAlarmState{}),
	"aws:ec2/eip:Eip":                                                               schemaOf(ec2.EipArgs{}, ec2.EipState{}),
	"aws:ec2/internetGateway:InternetGateway":                                       schemaOf(ec2.InternetGatewayArgs{}, ec2.InternetGatewayState{}),
	"aws:ec2/managedPrefixList:ManagedPrefixList":                                   schemaOf(ec2.ManagedPrefixListArgs{}, ec2.ManagedPrefixListState{}),
	"aws:ec2/natGateway:NatGateway":                                                 schemaOf(ec2.NatGatewayArgs{}, ec2.NatGatewayState{}),
	"aws:ec2/route:Route":                                                           schemaOf(ec2.RouteArgs{}, ec2.RouteState{}),
	"aws:ec2/routeTable:RouteTable":                                                 schemaOf(ec2.RouteTableArgs{}, ec2.RouteTableState{}),
	"aws:ec2/routeTableAssociation:RouteTableAssociation":                           schemaOf(ec2.RouteTableAssociationArgs{}, ec2.RouteTableAssociationState{}),
	"aws:ec2/securityGroup:SecurityGroup":                                           schemaOf(ec2.SecurityGroupArgs{}, ec2.SecurityGroupState{}),
	"aws:ec2/subnet:Subnet":                                                         schemaOf(ec2.SubnetArgs{}, ec2.SubnetState{}),
	"aws:ec2/vpc:Vpc":                                                               schemaOf(ec2.VpcArgs{}, ec2.VpcState{}),
	"aws:ec2/vpcEndpoint:VpcEndpoint":                                               schemaOf(ec2.VpcEndpointArgs{}, ec2.VpcEndpointState{}),
	"aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter":           schemaOf(ec2.VpcEndpointConnectionAccepterArgs{}, ec2.VpcEndpointConnectionAccepterState{}),
	"aws:ec2/vpcEndpointConnectionNotification:VpcEndpointConnectionNotification":   schemaOf(ec2.VpcEndpointConnectionNotificationArgs{}, ec2.VpcEndpointConnectionNotificationState{}),
	"aws:ec2/vpcEndpointService:VpcEndpointService":                                 schemaOf(ec2.VpcEndpointServiceArgs{}, ec2.VpcEndpointServiceState{}),
	"aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple": schemaOf(ec2.VpcEndpointServiceAllowedPrincipleArgs{}, ec2.VpcEndpointServiceAllowedPrincipleState{}),
	"aws:ecr/pullThroughCacheRule:PullThroughCacheRule":                             schemaOf(ecr.PullThroughCacheRuleArgs{}, ecr.PullThroughCacheRuleState{}),
	"aws:ecr/repository:Repository":                                                 schemaOf(ecr.RepositoryArgs{}, ecr.RepositoryState{}),
	"aws:ecs/cluster:Cluster":                                                       schemaOf(ecs.ClusterArgs{}, ecs.ClusterState{}),
	"aws:ecs/clusterCapacityProviders:ClusterCapacityProviders":                     schemaOf(ecs.ClusterCapacityProvidersArgs{}, ecs.ClusterCapacityProvidersState{}),
	"aws:ecs/service:Service":                                                       schemaOf(ecs.ServiceArgs{}, ecs.ServiceState{}),
	"aws:ecs/taskDefinition:TaskDefinition":                                         schemaOf(ecs.TaskDefinitionArgs{}, ecs.TaskDefinitionState{}),
	"aws:iam/policy:Policy":                                                         schemaOf(iam.PolicyArgs{}, iam.PolicyState{}),
	"aws:iam/role:Role":                                                             schemaOf(iam.RoleArgs{}, iam.RoleState{}),
	"aws:iam/rolePolicy:RolePolicy":                                                 schemaOf(iam.RolePolicyArgs{}, iam.RolePolicyState{}),
	"aws:iam/rolePolicyAttachment:RolePolicyAttachment":                             schemaOf(iam.RolePolicyAttachmentArgs{}, iam.RolePolicyAttachmentState{}),
	"aws:kms/alias:Alias":                                                           schemaOf(kms.AliasArgs{}, kms.AliasState{}),
	"aws:kms/key:Key":                                                               schemaOf(kms.KeyArgs{}, kms.KeyState{}),
	"aws:lb/listener:Listener":                                                      schemaOf(lb.ListenerArgs{}, lb.ListenerState{}),
	"aws:lb/listenerCertificate:ListenerCertificate":                                schemaOf(lb.ListenerCertificateArgs{}, lb.ListenerCertificateState{}),
	"aws:lb/loadBalancer:LoadBalancer":                                              schemaOf(lb.LoadBalancerArgs{}, lb.LoadBalancerState{}),
	"aws:lb/targetGroup:TargetGroup":                                                schemaOf(lb.TargetGroupArgs{}, lb.TargetGroupState{}),
	"aws:route53/record:Record":                                                     schemaOf(route53.RecordArgs{}, route53.RecordState{}),
	"aws:route53/zone:Zone":                                                         schemaOf(route53.ZoneArgs{}, route53.ZoneState{}),
	"aws:s3/bucket:Bucket":                                                          schemaOf(s3.BucketArgs{}, s3.BucketState{}),
	"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2":          schemaOf(s3.BucketLifecycleConfigurationV2Args{}, s3.BucketLifecycleConfigurationV2State{}),
	"aws:s3/bucketOwnershipControls:BucketOwnershipControls":                        schemaOf(s3.BucketOwnershipControlsArgs{}, s3.BucketOwnershipControlsState{}),
	"aws:s3/bucketPolicy:BucketPolicy":                                              schemaOf(s3.BucketPolicyArgs{}, s3.BucketPolicyState{}),
	"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock":                        schemaOf(s3.BucketPublicAccessBlockArgs{}, s3.BucketPublicAccessBlockState{}),
	"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": schemaOf(s3.BucketServerSideEncryptionConfigurationV2Args{}, s3.BucketServerSideEncryptionConfigurationV2State{}),
	"aws:s3/bucketV2:BucketV2":                                                            schemaOf(s3.BucketV2Args{}, s3.BucketV2State{}),
	"aws:secretsmanager/secret:Secret":                                                    schemaOf(secretsmanager.SecretArgs{}, secretsmanager.SecretState{}),
	"aws:secretsmanager/secretVersion:SecretVersion":                                      schemaOf(secretsmanager.SecretVersionArgs{}, secretsmanager.SecretVersionState{}),
	"aws:sns/topic:Topic":                                                                 schemaOf(sns.TopicArgs{}, sns.TopicState{}),
	"aws:sns/topicPolicy:TopicPolicy":                                                     schemaOf(sns.TopicPolicyArgs{}, sns.TopicPolicyState{}),
	"aws:sns/topicSubscription:TopicSubscription":                                         schemaOf(sns.TopicSubscriptionArgs{}, sns.TopicSubscriptionState{}),
	"aws:ssm/parameter:Parameter":                                                         schemaOf(ssm.ParameterArgs{}, ssm.ParameterState{}),
	"aws:vpc/endpointPrivateDns:EndpointPrivateDns":                                       schemaOf(vpc.EndpointPrivateDnsArgs{}, vpc.EndpointPrivateDnsState{}),
	"aws:vpc/endpointServicePrivateDnsVerification:EndpointServicePrivateDnsVerification": schemaOf(vpc.EndpointServicePrivateDnsVerificationArgs{}, vpc.EndpointServicePrivateDnsVerificationState{}),
	"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule":                             schemaOf(vpc.SecurityGroupEgressRuleArgs{}, vpc.SecurityGroupEgressRuleState{}),
	"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule":                           schemaOf(vpc.SecurityGroupIngressRuleArgs{}, vpc.SecurityGroupIngressRuleState{}),
}
