package world

import "strings"

// The kinds of what AWS makes by itself. Each such record belongs to a resource
// and goes with it.
const (
	// KindNetworkInterface is an elastic network interface: a load balancer's
	// node, an endpoint's, a NAT gateway's or a task's.
	KindNetworkInterface = "aws:networkInterface"
	// KindTask is an ECS task.
	KindTask = "aws:task"
	// KindKeptRevision is a revision of a task definition that its stack has let go with
	// skipDestroy. It belongs to nothing any more, stays ACTIVE and costs nothing.
	KindKeptRevision = "aws:keptRevision"
	// KindInactiveRevision is a revision of a task definition that was deregistered. It
	// lasts as long as a service or a task is of it: no other can begin to use it.
	KindInactiveRevision = "aws:inactiveRevision"
	// KindMainRouteTable is the route table that a VPC is made with.
	KindMainRouteTable = "aws:mainRouteTable"
	// KindDefaultSecurityGroup is the security group that a VPC is made with.
	KindDefaultSecurityGroup = "aws:defaultSecurityGroup"
	// KindDefaultNetworkACL is the network ACL that a VPC is made with. It lets
	// everything through, and the sandbox has no other.
	KindDefaultNetworkACL = "aws:defaultNetworkAcl"
)

// The Pulumi type tokens of the types that the world models. Whoever names a type of
// resource in the sandbox names it by these.
const (
	TokenVPC                     = "aws:ec2/vpc:Vpc"
	TokenSubnet                  = "aws:ec2/subnet:Subnet"
	TokenInternetGateway         = "aws:ec2/internetGateway:InternetGateway"
	TokenRouteTable              = "aws:ec2/routeTable:RouteTable"
	TokenRouteTableAssociation   = "aws:ec2/routeTableAssociation:RouteTableAssociation"
	TokenRoute                   = "aws:ec2/route:Route"
	TokenEIP                     = "aws:ec2/eip:Eip"
	TokenNATGateway              = "aws:ec2/natGateway:NatGateway"
	TokenSecurityGroup           = "aws:ec2/securityGroup:SecurityGroup"
	TokenIngressRule             = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	TokenEgressRule              = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	TokenEndpoint                = "aws:ec2/vpcEndpoint:VpcEndpoint"
	TokenEndpointService         = "aws:ec2/vpcEndpointService:VpcEndpointService"
	TokenAllowedPrincipal        = "aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple"
	TokenConnectionAccepter      = "aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter"
	TokenLoadBalancer            = "aws:lb/loadBalancer:LoadBalancer"
	TokenTargetGroup             = "aws:lb/targetGroup:TargetGroup"
	TokenListener                = "aws:lb/listener:Listener"
	TokenCluster                 = "aws:ecs/cluster:Cluster"
	TokenTaskDefinition          = "aws:ecs/taskDefinition:TaskDefinition"
	TokenService                 = "aws:ecs/service:Service"
	TokenRole                    = "aws:iam/role:Role"
	TokenRolePolicy              = "aws:iam/rolePolicy:RolePolicy"
	TokenPolicy                  = "aws:iam/policy:Policy"
	TokenPolicyAttachment        = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	TokenLogGroup                = "aws:cloudwatch/logGroup:LogGroup"
	TokenScalingTarget           = "aws:appautoscaling/target:Target"
	TokenScalingPolicy           = "aws:appautoscaling/policy:Policy"
	TokenScheduledScaling        = "aws:appautoscaling/scheduledAction:ScheduledAction"
	TokenMetricAlarm             = "aws:cloudwatch/metricAlarm:MetricAlarm"
	TokenDashboard               = "aws:cloudwatch/dashboard:Dashboard"
	TokenTopic                   = "aws:sns/topic:Topic"
	TokenTopicPolicy             = "aws:sns/topicPolicy:TopicPolicy"
	TokenTopicSubscription       = "aws:sns/topicSubscription:TopicSubscription"
	TokenConnectionNotification  = "aws:ec2/vpcEndpointConnectionNotification:VpcEndpointConnectionNotification"
	TokenEndpointPrivateDNS      = "aws:vpc/endpointPrivateDns:EndpointPrivateDns"
	TokenPrivateNameVerification = "aws:vpc/endpointServicePrivateDnsVerification:EndpointServicePrivateDnsVerification"
	TokenManagedPrefixList       = "aws:ec2/managedPrefixList:ManagedPrefixList"
	TokenZone                    = "aws:route53/zone:Zone"
	TokenRecord                  = "aws:route53/record:Record"
	TokenCertificate             = "aws:acm/certificate:Certificate"
	TokenCertificateValidation   = "aws:acm/certificateValidation:CertificateValidation"
	TokenSecret                  = "aws:secretsmanager/secret:Secret"
	TokenSecretVersion           = "aws:secretsmanager/secretVersion:SecretVersion"
	TokenParameter               = "aws:ssm/parameter:Parameter"
	TokenKey                     = "aws:kms/key:Key"
	TokenKeyAlias                = "aws:kms/alias:Alias"
	TokenBucketV2                = "aws:s3/bucketV2:BucketV2"
	TokenBucket                  = "aws:s3/bucket:Bucket"
	TokenBucketPolicy            = "aws:s3/bucketPolicy:BucketPolicy"
	TokenPublicAccessBlock       = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
	TokenBucketEncryption        = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
	TokenBucketLifecycle         = "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"
	TokenBucketOwnership         = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
	TokenRepository              = "aws:ecr/repository:Repository"
	TokenPullThroughCache        = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule"
	TokenClusterCapacity         = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
	TokenServiceQuota            = "aws:servicequotas/serviceQuota:ServiceQuota"
	TokenAccountRegion           = "aws:account/region:Region"
	TokenFileSystem              = "aws:efs/fileSystem:FileSystem"
	TokenAccessPoint             = "aws:efs/accessPoint:AccessPoint"
	TokenMountTarget             = "aws:efs/mountTarget:MountTarget"
	TokenFlowLog                 = "aws:ec2/flowLog:FlowLog"
	TokenDefaultSecurityGroup    = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
	TokenZoneAssociation         = "aws:route53/zoneAssociation:ZoneAssociation"
	TokenVPCAuthorization        = "aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization"
	TokenInsightRule             = "aws:cloudwatch/contributorManagedInsightRule:ContributorManagedInsightRule"
	TokenListenerCertificate     = "aws:lb/listenerCertificate:ListenerCertificate"
)

// ShortType is a type token as people know it: aws:lb:LoadBalancer.
func ShortType(token string) string {
	parts := strings.Split(token, ":")
	if len(parts) != 3 {
		return token
	}
	module, _, _ := strings.Cut(parts[1], "/")
	return parts[0] + ":" + module + ":" + parts[2]
}
