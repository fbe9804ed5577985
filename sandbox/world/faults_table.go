package world

import "time"

// FaultName names a kind of fault.
type FaultName string

// The kinds of fault.
const (
	FaultThrottle    FaultName = "throttle"
	FaultUnavailable FaultName = "unavailable"
	FaultEventual    FaultName = "eventual"
	FaultLostAnswer  FaultName = "lost-answer"
	FaultFail        FaultName = "fail"
	FaultCapacity    FaultName = "capacity"
	FaultNoFargate   FaultName = "no-fargate"
)

// FaultKind is one kind of fault: what AWS, or the network on the way to it,
// does to requests that break no rule.
type FaultKind struct {
	Name FaultName
	// Argument says what follows the name and a colon: "N", a number from 1, with
	// the default Count; or "ZONE", the ID of an Availability Zone.
	Argument string
	Count    int
	// Says is what happens, in one sentence.
	Says string
	// Source is where that is written.
	Source string
}

// The arguments of a fault.
const (
	argumentCount = "N"
	argumentZone  = "ZONE"
)

var faultKinds = []FaultKind{
	{
		Name: FaultThrottle, Argument: argumentCount, Count: 3,
		Says:   "the first N requests of every operation are throttled; the provider repeats a request with a growing delay, and gives up after 25",
		Source: "codes: aws-sdk-go-v2, aws/retry/standard.go, DefaultThrottleErrorCodes; delays: aws/retry/jitter_backoff.go; 25: AWS provider, max_retries",
	},
	{
		Name: FaultUnavailable, Argument: argumentCount, Count: 3,
		Says:   "an endpoint service answers the first N requests for an endpoint to it with 503, though its state is Available; the provider repeats a request as one that is throttled",
		Source: "https://github.com/aws/aws-sdk-go-v2/issues/2254, https://github.com/aws/aws-sdk-go-v2/issues/2870; 503 is repeated: aws-sdk-go-v2, aws/retry/standard.go, DefaultRetryableHTTPStatusCodes",
	},
	{
		Name: FaultEventual, Argument: argumentCount, Count: 2,
		Says:   "the first N reads after every create don't find the resource yet; the provider reads again until its propagation timeout, and then fails with the resource in place",
		Source: "https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html; AWS provider, RetryWhenNewResourceNotFound",
	},
	{
		Name: FaultLostAnswer, Argument: argumentCount, Count: 1,
		Says:   "the N-th create takes place but its answer is lost; the SDK sends the same request again",
		Source: "aws-sdk-go-v2, aws/retry/retryable_error.go, RetryableConnectionError; what AWS makes of the second request: see the table of repeats",
	},
	{
		Name: FaultFail, Argument: argumentCount, Count: 1,
		Says:   "the N-th create, update or delete fails with AWS's internal error, once, and changes nothing",
		Source: "EC2 API error codes, InternalError: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
	},
	{
		Name: FaultCapacity, Argument: argumentCount, Count: 1,
		Says:   "Fargate has no capacity for the first N tasks that it is asked for; ECS tries again",
		Source: "https://repost.aws/knowledge-center/ecs-fargate-runtask-capacity",
	},
	{
		Name: FaultNoFargate, Argument: argumentZone,
		Says:   "Fargate is not offered in the Availability Zone: no task can be placed there",
		Source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate-Regions.html; the text is that of Fargate's scheduler on EKS, awsdocs/amazon-eks-user-guide#262",
	},
}

// FaultKinds returns the kinds of fault.
func FaultKinds() []FaultKind { return faultKinds }

// The limits of the AWS provider's patience.
const (
	// maxAttempts is how often the provider sends a request (max_retries).
	maxAttempts = 25
	// maxBackoff is the longest delay between two of them.
	maxBackoff = 20 * time.Second
	// maxReadDelay is the longest delay between two reads of a new resource:
	// terraform-plugin-sdk, retry.StateChangeConf.
	maxReadDelay = 10 * time.Second
)

// service is an AWS service as its API's errors show it.
type service struct {
	name string
	// throttled is its error for too many requests.
	throttled string
	// propagation is for how long the provider believes that a new resource will
	// still show up.
	propagation time.Duration
}

// services has the service of each module of the AWS provider. The propagation
// timeouts are the constants of the AWS provider's packages: five minutes for
// EC2, two for IAM; the others are assumptions.
var services = map[string]service{
	"account":        {"Account", "TooManyRequestsException: Rate exceeded", 2 * time.Minute},
	"acm":            {"ACM", "ThrottlingException: Rate exceeded", 2 * time.Minute},
	"appautoscaling": {"Application Auto Scaling", "ThrottlingException: Rate exceeded", 2 * time.Minute},
	"cloudwatch":     {"CloudWatch Logs", "ThrottlingException: Rate exceeded", 2 * time.Minute},
	"ec2":            {"EC2", "RequestLimitExceeded: Request limit exceeded.", 5 * time.Minute},
	"ecr":            {"ECR", "ThrottlingException: Rate exceeded", 2 * time.Minute},
	"efs":            {"EFS", "ThrottlingException: Rate exceeded", 2 * time.Minute},
	"ecs":            {"ECS", "ThrottlingException: Rate exceeded", 2 * time.Minute},
	"iam":            {"IAM", "Throttling: Rate exceeded", 2 * time.Minute},
	"kms":            {"KMS", "ThrottlingException: Rate exceeded", 2 * time.Minute},
	"lb":             {"ELBv2", "Throttling: Rate exceeded", 2 * time.Minute},
	"route53":        {"Route 53", "Throttling: Rate exceeded", 2 * time.Minute},
	"s3":             {"S3", "SlowDown: Please reduce your request rate.", 2 * time.Minute},
	"secretsmanager": {"Secrets Manager", "ThrottlingException: Rate exceeded", 2 * time.Minute},
	"servicequotas":  {"Service Quotas", "TooManyRequestsException: Rate exceeded", 2 * time.Minute},
	"sns":            {"SNS", "Throttled: Rate exceeded", 2 * time.Minute},
	"ssm":            {"Systems Manager", "ThrottlingException: Rate exceeded", 2 * time.Minute},
	"vpc":            {"EC2", "RequestLimitExceeded: Request limit exceeded.", 5 * time.Minute},
}

// repeat is what AWS makes of a create request that it gets a second time.
type repeat struct {
	// Same: it answers with the resource that the first request made. Otherwise
	// the second request is carried out like any other: AWS refuses it, or makes a
	// second resource, and either way nobody knows of the first.
	Same bool
	// Source is where that is written.
	Source string
	// Later are the inputs that the provider sends with a request of their own,
	// after the one whose answer was lost.
	Later []string
}

const (
	ec2Idempotency = "https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html"
	notIdempotent  = ec2Idempotency + ", whose list the request is not on"
	bucketRepeat   = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html: BucketAlreadyOwnedByYou, except in us-east-1"
	bucketSetting  = "https://docs.aws.amazon.com/AmazonS3/latest/API/"
	elbIdempotent  = `Elastic Load Balancing API: "This operation is idempotent"; https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/`
)

var repeats = map[string]repeat{
	TokenVPC:                     {Source: notIdempotent},
	TokenSubnet:                  {Source: notIdempotent},
	TokenInternetGateway:         {Source: notIdempotent, Later: []string{"vpcId"}},
	TokenRouteTable:              {Same: true, Source: "client token, which the SDK adds: aws-sdk-go-v2, ec2, CreateRouteTable; " + ec2Idempotency},
	TokenRouteTableAssociation:   {Source: notIdempotent},
	TokenRoute:                   {Source: notIdempotent},
	TokenEIP:                     {Source: notIdempotent},
	TokenNATGateway:              {Same: true, Source: "client token, which the SDK adds: aws-sdk-go-v2, ec2, CreateNatGateway; " + ec2Idempotency},
	TokenSecurityGroup:           {Source: notIdempotent},
	TokenIngressRule:             {Source: notIdempotent},
	TokenEgressRule:              {Source: notIdempotent},
	TokenEndpoint:                {Same: true, Source: "client token of the AWS provider, internal/service/ec2/vpc_endpoint.go; " + ec2Idempotency},
	TokenEndpointService:         {Same: true, Source: "client token of the AWS provider, internal/service/ec2/vpc_endpoint_service.go; " + ec2Idempotency},
	TokenAllowedPrincipal:        {Same: true, Source: "assumption: ModifyVpcEndpointServicePermissions adds what is there already without an error"},
	TokenConnectionAccepter:      {Same: true, Source: "assumption: AcceptVpcEndpointConnections takes an accepted endpoint without an error"},
	TokenLoadBalancer:            {Same: true, Source: elbIdempotent + "API_CreateLoadBalancer.html"},
	TokenTargetGroup:             {Same: true, Source: elbIdempotent + "API_CreateTargetGroup.html"},
	TokenListener:                {Same: true, Source: elbIdempotent + "API_CreateListener.html"},
	TokenCluster:                 {Same: true, Source: "assumption: CreateCluster answers with the cluster that has the name"},
	TokenTaskDefinition:          {Source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html: each call registers a revision"},
	TokenService:                 {Same: true, Source: "client token of the AWS provider, internal/service/ecs/service.go; https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html"},
	TokenRole:                    {Source: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html: EntityAlreadyExists"},
	TokenRolePolicy:              {Same: true, Source: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html: adds or updates"},
	TokenPolicy:                  {Source: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html: EntityAlreadyExists"},
	TokenPolicyAttachment:        {Same: true, Source: "assumption: AttachRolePolicy attaches what is attached already without an error"},
	TokenLogGroup:                {Source: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html: ResourceAlreadyExistsException"},
	TokenScalingTarget:           {Same: true, Source: "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html: registers or updates"},
	TokenScalingPolicy:           {Same: true, Source: "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html: creates or updates"},
	TokenScheduledScaling:        {Same: true, Source: "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html: creates or updates"},
	TokenMetricAlarm:             {Same: true, Source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html: creates or updates"},
	TokenDashboard:               {Same: true, Source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html: creates or updates"},
	TokenFileSystem:              {Same: true, Source: "creation token: https://docs.aws.amazon.com/efs/latest/ug/API_CreateFileSystem.html, FileSystemAlreadyExists, which the provider takes for its own: assumption"},
	TokenAccessPoint:             {Same: true, Source: "client token: https://docs.aws.amazon.com/efs/latest/ug/API_CreateAccessPoint.html"},
	TokenMountTarget:             {Source: "https://docs.aws.amazon.com/efs/latest/ug/API_CreateMountTarget.html: MountTargetConflict"},
	TokenFlowLog:                 {Same: true, Source: "client token, which the SDK adds: aws-sdk-go-v2, ec2, CreateFlowLogs; " + ec2Idempotency},
	TokenDefaultSecurityGroup:    {Same: true, Source: "nothing is made: the provider finds the group and changes its rules"},
	TokenZoneAssociation:         {Source: "https://docs.aws.amazon.com/Route53/latest/APIReference/API_AssociateVPCWithHostedZone.html: ConflictingDomainExists"},
	TokenVPCAuthorization:        {Same: true, Source: "https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateVPCAssociationAuthorization.html: authorizes what is authorized already"},
	TokenServiceQuota:            {Same: true, Source: "assumption: the provider asks for an increase only where the value is above that of the request before"},
	TokenAccountRegion:           {Same: true, Source: "https://docs.aws.amazon.com/accounts/latest/reference/API_EnableRegion.html: enables what is enabled already"},
	TokenInsightRule:             {Same: true, Source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutManagedInsightRules.html: creates or updates"},
	TokenTopic:                   {Same: true, Source: "https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html: idempotent"},
	TokenTopicPolicy:             {Same: true, Source: "https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html: sets"},
	TokenTopicSubscription:       {Same: true, Source: "assumption: Subscribe answers with the subscription that the endpoint has already"},
	TokenConnectionNotification:  {Same: true, Source: "client token of the AWS provider, internal/service/ec2/vpc_endpoint_connection_notification.go; " + ec2Idempotency},
	TokenEndpointPrivateDNS:      {Same: true, Source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html: sets"},
	TokenPrivateNameVerification: {Same: true, Source: "assumption: StartVpcEndpointServicePrivateDnsVerification starts again"},
	TokenManagedPrefixList:       {Same: true, Source: "client token, which the SDK adds: aws-sdk-go-v2, ec2, CreateManagedPrefixList; " + ec2Idempotency},
	TokenZone:                    {Same: true, Source: "caller reference of the AWS provider, internal/service/route53/zone.go; https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html: retried without the risk of executing the operation twice"},
	TokenRecord:                  {Source: "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html: InvalidChangeBatch"},
	TokenCertificate:             {Same: true, Source: "idempotency token of the AWS provider, internal/service/acm/certificate.go; https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html"},
	TokenCertificateValidation:   {Same: true, Source: "the provider only waits; nothing is made"},
	TokenSecret:                  {Same: true, Source: "client request token, which the SDK adds: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html"},
	TokenSecretVersion:           {Same: true, Source: "client request token of the AWS provider, internal/service/secretsmanager/secret_version.go; https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html"},
	TokenParameter:               {Source: "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html: ParameterAlreadyExists"},
	TokenKey:                     {Source: "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html, which has no client token"},
	TokenKeyAlias:                {Source: "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html: AlreadyExistsException"},
	TokenBucketV2:                {Source: bucketRepeat},
	TokenBucket:                  {Source: bucketRepeat},
	TokenBucketPolicy:            {Same: true, Source: bucketSetting + "API_PutBucketPolicy.html: sets"},
	TokenPublicAccessBlock:       {Same: true, Source: bucketSetting + "API_PutPublicAccessBlock.html: creates or modifies"},
	TokenBucketEncryption:        {Same: true, Source: bucketSetting + "API_PutBucketEncryption.html: sets"},
	TokenBucketLifecycle:         {Same: true, Source: bucketSetting + "API_PutBucketLifecycleConfiguration.html: creates or replaces"},
	TokenBucketOwnership:         {Same: true, Source: bucketSetting + "API_PutBucketOwnershipControls.html: creates or modifies"},
	TokenRepository:              {Source: "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html: RepositoryAlreadyExistsException"},
	TokenPullThroughCache:        {Source: "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreatePullThroughCacheRule.html: PullThroughCacheRuleAlreadyExistsException"},
	TokenClusterCapacity:         {Same: true, Source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html: sets"},
	TokenListenerCertificate:     {Same: true, Source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AddListenerCertificates.html: succeeds for a certificate that the list has"},
}
