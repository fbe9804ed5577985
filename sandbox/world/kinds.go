package world

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
	// KindMainRouteTable is the route table that a VPC is made with.
	KindMainRouteTable = "aws:mainRouteTable"
	// KindDefaultSecurityGroup is the security group that a VPC is made with.
	KindDefaultSecurityGroup = "aws:defaultSecurityGroup"
	// KindDefaultNetworkACL is the network ACL that a VPC is made with. It lets
	// everything through, and the sandbox has no other.
	KindDefaultNetworkACL = "aws:defaultNetworkAcl"
)

// The tokens of the types that the world models.
const (
	tokenVPC                     = "aws:ec2/vpc:Vpc"
	tokenSubnet                  = "aws:ec2/subnet:Subnet"
	tokenInternetGateway         = "aws:ec2/internetGateway:InternetGateway"
	tokenRouteTable              = "aws:ec2/routeTable:RouteTable"
	tokenRouteTableAssociation   = "aws:ec2/routeTableAssociation:RouteTableAssociation"
	tokenRoute                   = "aws:ec2/route:Route"
	tokenEIP                     = "aws:ec2/eip:Eip"
	tokenNATGateway              = "aws:ec2/natGateway:NatGateway"
	tokenSecurityGroup           = "aws:ec2/securityGroup:SecurityGroup"
	tokenIngressRule             = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	tokenEgressRule              = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	tokenEndpoint                = "aws:ec2/vpcEndpoint:VpcEndpoint"
	tokenEndpointService         = "aws:ec2/vpcEndpointService:VpcEndpointService"
	tokenAllowedPrincipal        = "aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple"
	tokenConnectionAccepter      = "aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter"
	tokenLoadBalancer            = "aws:lb/loadBalancer:LoadBalancer"
	tokenTargetGroup             = "aws:lb/targetGroup:TargetGroup"
	tokenListener                = "aws:lb/listener:Listener"
	tokenCluster                 = "aws:ecs/cluster:Cluster"
	tokenTaskDefinition          = "aws:ecs/taskDefinition:TaskDefinition"
	tokenService                 = "aws:ecs/service:Service"
	tokenRole                    = "aws:iam/role:Role"
	tokenRolePolicy              = "aws:iam/rolePolicy:RolePolicy"
	tokenPolicy                  = "aws:iam/policy:Policy"
	tokenPolicyAttachment        = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	tokenLogGroup                = "aws:cloudwatch/logGroup:LogGroup"
	tokenScalingTarget           = "aws:appautoscaling/target:Target"
	tokenScalingPolicy           = "aws:appautoscaling/policy:Policy"
	tokenScheduledScaling        = "aws:appautoscaling/scheduledAction:ScheduledAction"
	tokenMetricAlarm             = "aws:cloudwatch/metricAlarm:MetricAlarm"
	tokenDashboard               = "aws:cloudwatch/dashboard:Dashboard"
	tokenTopic                   = "aws:sns/topic:Topic"
	tokenTopicPolicy             = "aws:sns/topicPolicy:TopicPolicy"
	tokenTopicSubscription       = "aws:sns/topicSubscription:TopicSubscription"
	tokenConnectionNotification  = "aws:ec2/vpcEndpointConnectionNotification:VpcEndpointConnectionNotification"
	tokenEndpointPrivateDNS      = "aws:vpc/endpointPrivateDns:EndpointPrivateDns"
	tokenPrivateNameVerification = "aws:vpc/endpointServicePrivateDnsVerification:EndpointServicePrivateDnsVerification"
	tokenManagedPrefixList       = "aws:ec2/managedPrefixList:ManagedPrefixList"
	tokenZone                    = "aws:route53/zone:Zone"
	tokenRecord                  = "aws:route53/record:Record"
	tokenCertificate             = "aws:acm/certificate:Certificate"
	tokenCertificateValidation   = "aws:acm/certificateValidation:CertificateValidation"
	tokenSecret                  = "aws:secretsmanager/secret:Secret"
	tokenSecretVersion           = "aws:secretsmanager/secretVersion:SecretVersion"
	tokenParameter               = "aws:ssm/parameter:Parameter"
	tokenKey                     = "aws:kms/key:Key"
	tokenKeyAlias                = "aws:kms/alias:Alias"
	tokenBucketV2                = "aws:s3/bucketV2:BucketV2"
	tokenBucket                  = "aws:s3/bucket:Bucket"
	tokenBucketPolicy            = "aws:s3/bucketPolicy:BucketPolicy"
	tokenPublicAccessBlock       = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
	tokenBucketEncryption        = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
	tokenBucketLifecycle         = "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"
	tokenBucketOwnership         = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
	tokenRepository              = "aws:ecr/repository:Repository"
	tokenPullThroughCache        = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule"
	tokenClusterCapacity         = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
	tokenListenerCertificate     = "aws:lb/listenerCertificate:ListenerCertificate"
)
