package plugin

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/account"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/efs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/servicequotas"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"

	"fargate-privatelink/sandbox/world"
)

// schemas binds each type token to the SDK's types. A type of the world that
// is missing here fails the tests.
var schemas = map[string]schema{
	world.TokenFileSystem:              schemaOf(efs.FileSystemArgs{}, efs.FileSystemState{}),
	world.TokenAccessPoint:             schemaOf(efs.AccessPointArgs{}, efs.AccessPointState{}),
	world.TokenMountTarget:             schemaOf(efs.MountTargetArgs{}, efs.MountTargetState{}),
	world.TokenFlowLog:                 schemaOf(ec2.FlowLogArgs{}, ec2.FlowLogState{}),
	world.TokenDefaultSecurityGroup:    schemaOf(ec2.DefaultSecurityGroupArgs{}, ec2.DefaultSecurityGroupState{}),
	world.TokenZoneAssociation:         schemaOf(route53.ZoneAssociationArgs{}, route53.ZoneAssociationState{}),
	world.TokenVPCAuthorization:        schemaOf(route53.VpcAssociationAuthorizationArgs{}, route53.VpcAssociationAuthorizationState{}),
	world.TokenAccountRegion:           schemaOf(account.RegionArgs{}, account.RegionState{}),
	world.TokenServiceQuota:            schemaOf(servicequotas.ServiceQuotaArgs{}, servicequotas.ServiceQuotaState{}),
	world.TokenCertificate:             schemaOf(acm.CertificateArgs{}, acm.CertificateState{}),
	world.TokenCertificateValidation:   schemaOf(acm.CertificateValidationArgs{}, acm.CertificateValidationState{}),
	world.TokenScalingPolicy:           schemaOf(appautoscaling.PolicyArgs{}, appautoscaling.PolicyState{}),
	world.TokenScheduledScaling:        schemaOf(appautoscaling.ScheduledActionArgs{}, appautoscaling.ScheduledActionState{}),
	world.TokenScalingTarget:           schemaOf(appautoscaling.TargetArgs{}, appautoscaling.TargetState{}),
	world.TokenInsightRule:             schemaOf(cloudwatch.ContributorManagedInsightRuleArgs{}, cloudwatch.ContributorManagedInsightRuleState{}),
	world.TokenDashboard:               schemaOf(cloudwatch.DashboardArgs{}, cloudwatch.DashboardState{}),
	world.TokenLogGroup:                schemaOf(cloudwatch.LogGroupArgs{}, cloudwatch.LogGroupState{}),
	world.TokenMetricAlarm:             schemaOf(cloudwatch.MetricAlarmArgs{}, cloudwatch.MetricAlarmState{}),
	world.TokenEIP:                     schemaOf(ec2.EipArgs{}, ec2.EipState{}),
	world.TokenInternetGateway:         schemaOf(ec2.InternetGatewayArgs{}, ec2.InternetGatewayState{}),
	world.TokenManagedPrefixList:       schemaOf(ec2.ManagedPrefixListArgs{}, ec2.ManagedPrefixListState{}),
	world.TokenNATGateway:              schemaOf(ec2.NatGatewayArgs{}, ec2.NatGatewayState{}),
	world.TokenRoute:                   schemaOf(ec2.RouteArgs{}, ec2.RouteState{}),
	world.TokenRouteTable:              schemaOf(ec2.RouteTableArgs{}, ec2.RouteTableState{}),
	world.TokenRouteTableAssociation:   schemaOf(ec2.RouteTableAssociationArgs{}, ec2.RouteTableAssociationState{}),
	world.TokenSecurityGroup:           schemaOf(ec2.SecurityGroupArgs{}, ec2.SecurityGroupState{}),
	world.TokenSubnet:                  schemaOf(ec2.SubnetArgs{}, ec2.SubnetState{}),
	world.TokenVPC:                     schemaOf(ec2.VpcArgs{}, ec2.VpcState{}),
	world.TokenEndpoint:                schemaOf(ec2.VpcEndpointArgs{}, ec2.VpcEndpointState{}),
	world.TokenConnectionAccepter:      schemaOf(ec2.VpcEndpointConnectionAccepterArgs{}, ec2.VpcEndpointConnectionAccepterState{}),
	world.TokenConnectionNotification:  schemaOf(ec2.VpcEndpointConnectionNotificationArgs{}, ec2.VpcEndpointConnectionNotificationState{}),
	world.TokenEndpointService:         schemaOf(ec2.VpcEndpointServiceArgs{}, ec2.VpcEndpointServiceState{}),
	world.TokenAllowedPrincipal:        schemaOf(ec2.VpcEndpointServiceAllowedPrincipleArgs{}, ec2.VpcEndpointServiceAllowedPrincipleState{}),
	world.TokenPullThroughCache:        schemaOf(ecr.PullThroughCacheRuleArgs{}, ecr.PullThroughCacheRuleState{}),
	world.TokenRepository:              schemaOf(ecr.RepositoryArgs{}, ecr.RepositoryState{}),
	world.TokenCluster:                 schemaOf(ecs.ClusterArgs{}, ecs.ClusterState{}),
	world.TokenClusterCapacity:         schemaOf(ecs.ClusterCapacityProvidersArgs{}, ecs.ClusterCapacityProvidersState{}),
	world.TokenService:                 schemaOf(ecs.ServiceArgs{}, ecs.ServiceState{}),
	world.TokenTaskDefinition:          schemaOf(ecs.TaskDefinitionArgs{}, ecs.TaskDefinitionState{}),
	world.TokenPolicy:                  schemaOf(iam.PolicyArgs{}, iam.PolicyState{}),
	world.TokenRole:                    schemaOf(iam.RoleArgs{}, iam.RoleState{}),
	world.TokenRolePolicy:              schemaOf(iam.RolePolicyArgs{}, iam.RolePolicyState{}),
	world.TokenPolicyAttachment:        schemaOf(iam.RolePolicyAttachmentArgs{}, iam.RolePolicyAttachmentState{}),
	world.TokenKeyAlias:                schemaOf(kms.AliasArgs{}, kms.AliasState{}),
	world.TokenKey:                     schemaOf(kms.KeyArgs{}, kms.KeyState{}),
	world.TokenListener:                schemaOf(lb.ListenerArgs{}, lb.ListenerState{}),
	world.TokenListenerCertificate:     schemaOf(lb.ListenerCertificateArgs{}, lb.ListenerCertificateState{}),
	world.TokenLoadBalancer:            schemaOf(lb.LoadBalancerArgs{}, lb.LoadBalancerState{}),
	world.TokenTargetGroup:             schemaOf(lb.TargetGroupArgs{}, lb.TargetGroupState{}),
	world.TokenRecord:                  schemaOf(route53.RecordArgs{}, route53.RecordState{}),
	world.TokenZone:                    schemaOf(route53.ZoneArgs{}, route53.ZoneState{}),
	world.TokenBucket:                  schemaOf(s3.BucketArgs{}, s3.BucketState{}),
	world.TokenBucketLifecycle:         schemaOf(s3.BucketLifecycleConfigurationV2Args{}, s3.BucketLifecycleConfigurationV2State{}),
	world.TokenBucketOwnership:         schemaOf(s3.BucketOwnershipControlsArgs{}, s3.BucketOwnershipControlsState{}),
	world.TokenBucketPolicy:            schemaOf(s3.BucketPolicyArgs{}, s3.BucketPolicyState{}),
	world.TokenPublicAccessBlock:       schemaOf(s3.BucketPublicAccessBlockArgs{}, s3.BucketPublicAccessBlockState{}),
	world.TokenBucketEncryption:        schemaOf(s3.BucketServerSideEncryptionConfigurationV2Args{}, s3.BucketServerSideEncryptionConfigurationV2State{}),
	world.TokenBucketV2:                schemaOf(s3.BucketV2Args{}, s3.BucketV2State{}),
	world.TokenSecret:                  schemaOf(secretsmanager.SecretArgs{}, secretsmanager.SecretState{}),
	world.TokenSecretVersion:           schemaOf(secretsmanager.SecretVersionArgs{}, secretsmanager.SecretVersionState{}),
	world.TokenTopic:                   schemaOf(sns.TopicArgs{}, sns.TopicState{}),
	world.TokenTopicPolicy:             schemaOf(sns.TopicPolicyArgs{}, sns.TopicPolicyState{}),
	world.TokenTopicSubscription:       schemaOf(sns.TopicSubscriptionArgs{}, sns.TopicSubscriptionState{}),
	world.TokenParameter:               schemaOf(ssm.ParameterArgs{}, ssm.ParameterState{}),
	world.TokenEndpointPrivateDNS:      schemaOf(vpc.EndpointPrivateDnsArgs{}, vpc.EndpointPrivateDnsState{}),
	world.TokenPrivateNameVerification: schemaOf(vpc.EndpointServicePrivateDnsVerificationArgs{}, vpc.EndpointServicePrivateDnsVerificationState{}),
	world.TokenEgressRule:              schemaOf(vpc.SecurityGroupEgressRuleArgs{}, vpc.SecurityGroupEgressRuleState{}),
	world.TokenIngressRule:             schemaOf(vpc.SecurityGroupIngressRuleArgs{}, vpc.SecurityGroupIngressRuleState{}),
}
